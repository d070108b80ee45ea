-- The moves of messages while workers hand them over. Every one is fenced by (worker, attempt).

-- name: lease
with free as (
    select c.dispatch_id, c.number
    from chunk c
    join dispatch d on d.id = c.dispatch_id
    where d.state = 'running' and c.due_at <= $2 and c.worker = '' and may_leave(d, $2)
    order by c.due_at, c.dispatch_id, c.number
    limit 1
    for update of c skip locked
)
update chunk c
set worker = $1, lease_until = $3
from free
where c.dispatch_id = free.dispatch_id and c.number = free.number
returning c.dispatch_id, c.number, c.first_id, c.last_id

-- name: claim
update message
set state = 'claimed', worker = $1, attempt = attempt + 1, dated_at = coalesce(dated_at, $2), next_at = null
where dispatch_id = $3 and id between $4 and $5
  and (state = 'queued' or (state = 'deferred' and next_at <= $2))
returning id as message_id, dispatch_id, contact_id, address, salutation, language, variant,
          dated_at, attempt, tries

-- name: hand_over
update message m
set state = 'handing_over', handed_at = $2
from unnest($3::bigint[], $4::integer[]) as t (id, attempt), dispatch d
where m.id = t.id and m.worker = $1 and m.attempt = t.attempt and m.state = 'claimed'
  and d.id = m.dispatch_id and d.state = 'running' and may_leave(d, $2)
  and exists (
      select from eligible_subscription e
      where e.contact_id = m.contact_id and e.newsletter_id = d.newsletter_id
        and (e.paused_until is null or e.paused_until <= $2)
  )
returning m.id

-- name: settle
update message m
set state = t.state::message_state, settled_at = t.at, next_at = t.next_at, code = t.code,
    status = t.status, reply = t.reply, tries = m.tries + (t.state = 'deferred')::integer
from unnest(
    $1::bigint[], $2::text[], $3::integer[], $4::text[], $5::timestamptz[], $6::timestamptz[],
    $7::integer[], $8::text[], $9::text[]
) as t (id, worker, attempt, state, at, next_at, code, status, reply)
where m.id = t.id and m.worker = t.worker and m.attempt = t.attempt
  and (m.state::text, t.state) in (
      ('claimed', 'deferred'), ('claimed', 'refused'),
      ('handing_over', 'accepted'), ('handing_over', 'deferred'), ('handing_over', 'refused'),
      ('handing_over', 'unknown'),
      ('unknown', 'accepted'), ('unknown', 'deferred'), ('unknown', 'refused'),
      ('queued', 'accepted')
  )
returning m.id

-- name: give_back
update message m
set state = case when asked.kept then 'queued' else 'withdrawn' end::message_state,
    settled_at = case when asked.kept then m.settled_at else $4 end,
    status = case when asked.kept then m.status else 'unsubscribed' end
from (
    select t.id, t.attempt, exists (
        select from eligible_subscription e
        where e.contact_id = held.contact_id and e.newsletter_id = d.newsletter_id
          and (e.paused_until is null or e.paused_until <= $4)
    ) as kept
    from unnest($2::bigint[], $3::integer[]) as t (id, attempt)
    join message held on held.id = t.id
    join dispatch d on d.id = held.dispatch_id
) asked
where m.id = asked.id and m.worker = $1 and m.attempt = asked.attempt
  and m.state in ('claimed', 'handing_over')

-- name: finish_chunk
update chunk c
set worker = '', lease_until = null, due_at = (
    select min(case when m.state = 'queued' then $4 else m.next_at end)
    from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
      and m.state in ('queued', 'deferred')
)
where c.dispatch_id = $2 and c.number = $3 and c.worker = $1

-- name: renew
update chunk set lease_until = $2 where worker = $1

-- name: recover
with lost as (
    select dispatch_id, number, first_id, last_id, worker
    from chunk
    where worker <> '' and lease_until < $1
    order by dispatch_id, number
    for update skip locked
), told as (
    update message m
    set state = case when m.state = 'claimed' then 'queued' else 'unknown' end::message_state,
        settled_at = case when m.state = 'claimed' then m.settled_at else $1 end
    from lost
    where m.dispatch_id = lost.dispatch_id and m.id between lost.first_id and lost.last_id
      and m.worker = lost.worker and m.state in ('claimed', 'handing_over')
    returning m.state
), freed as (
    update chunk c
    set worker = '', lease_until = null, due_at = $1
    from lost
    where c.dispatch_id = lost.dispatch_id and c.number = lost.number
)
select count(*) filter (where state = 'queued') as queued,
       count(*) filter (where state = 'unknown') as unknown
from told

-- name: first_results
select count(*) as tried,
       count(*) filter (where m.state = 'refused' and m.code >= 500 and d.resumed_at is null)
           as hard,
       count(distinct m.status) filter (where m.state = 'refused' and m.status like '5.7.%')
           as policies,
       count(*) filter (where m.code in (530, 534, 535, 538)
           or m.status in ('5.7.8', '5.7.9', '5.7.26', '5.7.515')) as unauthenticated,
       count(*) filter (where m.state = 'unknown' and m.reply <> '') as unanswered
from message m
join dispatch d on d.id = m.dispatch_id
where m.dispatch_id = $1 and m.settled_at >= coalesce(d.resumed_at, d.opened_at)
  and m.state in ('accepted', 'deferred', 'refused', 'unknown', 'queued')
