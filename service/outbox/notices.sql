-- Mails to one person: few, each leased on its own, retried for half an hour.

-- name: add
insert into notice (kind, contact_id, address, sender_name, sender_address, subject, text, html,
                    reply_to, created_at, next_at, give_up_at)
values ($1::notice_kind, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
returning id

-- name: claim
with due as (
    select id from notice
    where state in ('queued', 'deferred') and next_at <= $2
    order by next_at
    limit 1
    for update skip locked
)
update notice n
set state = 'claimed', worker = $1, attempt = n.attempt + 1, lease_until = $3
from due
where n.id = due.id
returning n.id, n.kind, n.address, n.sender_name, n.sender_address, n.subject, n.text, n.html,
          n.attempt, n.tries, n.created_at, n.give_up_at,
          n.reply_to

-- name: hand_over
update notice
set state = 'handing_over', handed_at = $4, lease_until = $5
where id = $2 and worker = $1 and attempt = $3 and state = 'claimed'

-- name: settle
update notice
set state = $4::message_state, settled_at = $5, next_at = $6, code = $7, status = $8, reply = $9,
    lease_until = null, tries = tries + 1
where id = $1 and worker = $2 and attempt = $3
  and state in ('claimed', 'handing_over', 'queued')  -- given up meanwhile, but nobody's since

-- name: recover
update notice
set state = case when give_up_at > $1 then 'queued' else 'refused' end::message_state,
    next_at = $1, lease_until = null
where state in ('claimed', 'handing_over') and lease_until < $1

-- name: forget
delete from notice where created_at < $1
