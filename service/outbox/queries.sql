-- What people do with dispatches, and what they read of them.

-- name: add_dispatch
insert into dispatch (edition_id, newsletter_id, state, content_hash, scheduled_at, scheduled_by, created_at,
                      not_after)
values ($1, $2, 'scheduled', $3, $4, $5, $6, $7)
returning id

-- name: dispatch
select id, edition_id, newsletter_id, state, content_hash, scheduled_at, scheduled_by, created_at,
       opened_at, finished_at, hold, trouble, candidates, opens_at, closes_at, not_after, warm_up
from dispatch
where id = $1

-- name: dispatch_locked
select id, edition_id, newsletter_id, state, content_hash, scheduled_at, scheduled_by, created_at,
       opened_at, finished_at, hold, trouble, candidates, opens_at, closes_at, not_after, warm_up
from dispatch
where id = $1
for update

-- name: dispatch_of_edition
select id, edition_id, newsletter_id, state, content_hash, scheduled_at, scheduled_by, created_at,
       opened_at, finished_at, hold, trouble, candidates, opens_at, closes_at, not_after, warm_up
from dispatch
where edition_id = $1
order by (state <> 'cancelled') desc, id desc
limit 1

-- name: listing
select d.id, d.edition_id, e.title as edition_title, e.number as edition_number,
       n.title as newsletter_title, d.state, d.scheduled_at, d.opened_at, d.finished_at, d.trouble,
       d.candidates, d.opens_at, d.closes_at
from dispatch d
join edition e on e.id = d.edition_id
join newsletter n on n.id = d.newsletter_id
where ($1::text is null or d.state = $1::dispatch_state)
  and ($2::timestamptz is null or (d.scheduled_at, d.id) < ($2, $3::bigint))
order by d.scheduled_at desc, d.id desc
limit $4

-- name: under_way
select d.id, d.edition_id, e.title as edition_title, e.number as edition_number,
       n.title as newsletter_title, d.state, d.scheduled_at, d.opened_at, d.finished_at, d.trouble,
       d.candidates, d.opens_at, d.closes_at
from dispatch d
join edition e on e.id = d.edition_id
join newsletter n on n.id = d.newsletter_id
where d.state in ('scheduled', 'opening', 'running', 'paused', 'waiting')
order by d.scheduled_at, d.id
limit $1

-- name: count
select count(*) from dispatch where $1::text is null or state = $1::dispatch_state

-- name: move
update dispatch
set state = $2::dispatch_state, hold = $3::dispatch_hold, trouble = $4, finished_at = $5,
    resumed_at = coalesce($6, resumed_at)
where id = $1

-- name: begin_opening
update dispatch
set state = 'opening'
where state = 'scheduled' and scheduled_at <= $1

-- name: opening
select id from dispatch where state = 'opening' order by scheduled_at, id

-- name: opening_locked
select id, edition_id, newsletter_id, state, content_hash, scheduled_at, scheduled_by, created_at,
       opened_at, finished_at, hold, trouble, candidates, opens_at, closes_at, not_after, warm_up
from dispatch
where id = $1 and state = 'opening'
for update skip locked

-- name: set_letterhead
update dispatch
set state = 'running', opened_at = $2, candidates = $3, letterhead = $4
where id = $1

-- name: freeze
with judged as materialized (
    select c.contact_id, c.address, c.salutation, c.language, c.variant,
           coalesce(c.reason, case when exists (
               select from message m
               join dispatch d on d.id = m.dispatch_id
               where d.edition_id = $2 and m.contact_id = c.contact_id
                 and m.state in ('accepted', 'unknown', 'handing_over')
           ) then 'already_had_it' end) as why
    from candidate c
), owed as (
    insert into message (dispatch_id, contact_id, address, salutation, language, variant)
    select $1, contact_id, address, salutation, language, variant
    from judged
    where why is null
    order by contact_id
    returning 1
), spared as (
    insert into left_out (dispatch_id, contact_id, reason)
    select $1, contact_id, why from judged where why is not null
    returning 1
)
select (select count(*) from owed) as recipients, (select count(*) from spared) as left_out

-- name: cut_chunks
insert into chunk (dispatch_id, number, first_id, last_id, due_at, tally)
select $1, number, min(id), max(id), $3, jsonb_build_object('queued', count(*))
from (
    select id, (row_number() over (order by id) - 1) / $2::integer as number
    from message
    where dispatch_id = $1
) numbered
group by number

-- name: candidates
select coalesce(reason, '') as reason, count(*) as count from candidate group by 1 order by 1

-- name: variants
select distinct variant from message where dispatch_id = $1 order by variant

-- name: add_rendition
insert into rendition (dispatch_id, variant, subject, preheader, html, text, nonce)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: add_link
insert into link (dispatch_id, number, url) values ($1, $2, $3)

-- name: editions_all_tried
select d.edition_id
from dispatch d
join edition e on e.id = d.edition_id
where e.state = 'sending' and d.state in ('running', 'finished')
  and not exists (
      select from message_count m
      where m.dispatch_id = d.id and m.state in ('queued', 'handing_over')
  )
for update of e skip locked

-- name: finish
update dispatch d
set state = 'finished', finished_at = $1
where d.state = 'running'
  and not exists (
      select from chunk c
      where c.dispatch_id = d.id and (c.due_at is not null or c.worker <> '')
  )

-- name: hold_stretches
-- Before the state of many of its messages changes: see the function uncount.
select from chunk where dispatch_id = $1 order by number for key share

-- name: uncount_owed
update chunk set tally = null, settled = null
where dispatch_id = $1 and tally ?| array['queued', 'deferred']

-- name: call_back
update message
set state = 'withdrawn', settled_at = $2, status = $3, next_at = null
where id in (
    select id from message
    where dispatch_id = $1 and state in ('queued', 'deferred')
    order by id
    for update
)

-- name: call_back_late
-- What was at its final dot when its dispatch was cancelled, and came back untaken.
with back as (
    select c.dispatch_id, c.number, c.first_id, c.last_id
    from dispatch d
    join chunk c on c.dispatch_id = d.id and c.due_at is not null and c.worker = ''
    where d.state = 'cancelled'
    order by c.dispatch_id, c.number
    for update of c skip locked
), withdrawn as (
    update message m
    set state = 'withdrawn', settled_at = $1, status = 'cancelled', next_at = null
    from back
    where m.dispatch_id = back.dispatch_id and m.id between back.first_id and back.last_id
      and m.state in ('queued', 'deferred')
)
update chunk c set due_at = null, tally = null, settled = null
from back
where c.dispatch_id = back.dispatch_id and c.number = back.number

-- name: withdraw
update message m
set state = 'withdrawn', settled_at = $3, status = 'unsubscribed', next_at = null
from uncount(array(
    select o.id
    from message o
    join dispatch d on d.id = o.dispatch_id
    where o.contact_id = $1 and ($2::bigint is null or d.newsletter_id = $2)
      and o.state in ('queued', 'deferred')
)) as owed
where m.id = owed and m.state in ('queued', 'deferred')

-- name: withdraw_stopped
update message m
set state = 'withdrawn', settled_at = $2, status = 'unsubscribed', next_at = null
from uncount(array(
    select o.id
    from message o
    join dispatch d on d.id = o.dispatch_id
    where o.contact_id = $1 and o.state in ('queued', 'deferred')
      and not exists (
          select from eligible_subscription e
          where e.contact_id = o.contact_id and e.newsletter_id = d.newsletter_id
            and (e.paused_until is null or e.paused_until <= $2)
      )
)) as owed
where m.id = owed and m.state in ('queued', 'deferred')

-- name: at_the_dot
select exists (select from message where contact_id = $1 and state = 'handing_over')
    or exists (select from chunk where dispatch_id = $2 and worker <> '')

-- name: prove
update message
set state = $2::message_state, settled_at = $3, status = $4, reply = $5
from uncount(array(select m.id from message m where m.id = $1 and m.state = 'unknown')) as known
where id = known and state = 'unknown'

-- name: send_again
update message
set state = 'queued', next_at = null, settled_at = null, code = 0, status = '', reply = ''
from uncount(array(
    select m.id from message m
    where m.dispatch_id = $1 and m.state = $3::message_state
      and ($2::bigint[] is null or m.id = any ($2))
)) as known
where id = known and state = $3::message_state
returning id

-- name: make_due
update chunk
set due_at = $2
where (dispatch_id, number) in (select * from stretches_of($1::bigint[]))

-- name: hold_all
update dispatch
set state = 'waiting', hold = $1::dispatch_hold, trouble = $2
where state = 'running' and ($3::bigint is null or id = $3)

-- name: ask_person
update dispatch
set hold = 'person', trouble = $1
where state = 'waiting' and hold = 'relay'

-- name: free_all
update dispatch
set state = 'running', hold = null, trouble = null
where state = 'waiting' and hold = 'relay' and opened_at is not null

-- name: standing
with looked_at as (  -- row by row only where a minute's end falls into a stretch, or a worker is at it
    select count(*) filter (where c.worker <> '' and o.state = 'queued') as claimed,
           count(*) filter (where o.settled_at > $2) as lately
    from chunk c
    cross join lateral (
        select m.state, m.settled_at
        from message m
        where m.dispatch_id = $1 and m.id between c.first_id and c.last_id
        offset 0
    ) o
    where c.dispatch_id = $1 and (c.tally is null or c.settled @> $2::timestamptz)
), whole as (
    select coalesce(sum(t.messages::bigint), 0)::bigint as lately
    from chunk c
    cross join lateral jsonb_each_text(c.tally) as t (state, messages)
    where c.dispatch_id = $1 and lower(c.settled) > $2
      and t.state not in ('queued', 'handing_over')
), counted as (
    select coalesce(jsonb_object_agg(state, messages), '{}') as by_state
    from (
        select state, sum(messages) as messages
        from message_count where dispatch_id = $1 group by state
    ) s
)
select coalesce((by_state ->> 'queued')::bigint, 0) - claimed as queued,
       claimed,
       coalesce((by_state ->> 'handing_over')::bigint, 0) as handing_over,
       coalesce((by_state ->> 'accepted')::bigint, 0) as accepted,
       coalesce((by_state ->> 'deferred')::bigint, 0) as deferred,
       coalesce((by_state ->> 'refused')::bigint, 0) as refused,
       coalesce((by_state ->> 'unknown')::bigint, 0) as unknown,
       coalesce((by_state ->> 'withdrawn')::bigint, 0) as withdrawn,
       (select count(*) from left_out l where l.dispatch_id = $1) as left_out,
       looked_at.lately + whole.lately as settled_lately,
       (select min(due_at) from chunk c
        where c.dispatch_id = $1 and c.worker = '' and c.due_at < 'infinity') as next_at
from counted, looked_at, whole

-- name: message
select id, dispatch_id, contact_id, address, salutation, language, variant, state, attempt, tries,
       next_at, handed_at, settled_at, code, status, reply, relay
from message
where id = $1

-- name: recipients
-- The index knows the addresses; only rows that are listed are looked at.
select m.id, m.dispatch_id, m.contact_id, m.address, m.salutation, m.language, m.variant, m.state,
       m.attempt, m.tries, m.next_at, m.handed_at, m.settled_at, m.code, m.status, m.reply, m.relay
from (
    select id, address
    from message
    where dispatch_id = $1 and ($3 = '' or position(lower($3) in lower(address)) > 0)
      and (address, id) > ($4::text, $5::bigint)
    order by address, id
    offset 0
) found
join message m on m.id = found.id
where $2::text is null or m.state = $2::message_state
order by found.address, found.id
limit $6

-- name: odd_recipients
select id, dispatch_id, contact_id, address, salutation, language, variant, state, attempt, tries,
       next_at, handed_at, settled_at, code, status, reply, relay
from odd_message
where dispatch_id = $1 and state = $2::message_state
  and ($3 = '' or position(lower($3) in lower(address)) > 0)
  and (address, id) > ($4::text, $5::bigint)
order by address, id
limit $6

-- name: counted
select coalesce(sum(messages), 0)::bigint from message_count
where dispatch_id = $1 and ($2::text is null or state = $2::message_state)

-- name: count_odd_recipients
select count(*) from odd_message
where dispatch_id = $1 and state = $2::message_state
  and position(lower($3) in lower(address)) > 0

-- name: count_recipients
select count(*)
from message
where dispatch_id = $1
  and ($2::text is null or state = $2::message_state)
  and ($3 = '' or position(lower($3) in lower(address)) > 0)

-- name: history
select id, dispatch_id, contact_id, address, salutation, language, variant, state, attempt, tries,
       next_at, handed_at, settled_at, code, status, reply, relay
from message
where contact_id = $1
order by id desc
limit $2

-- name: left_out
select l.contact_id, c.label, coalesce(o.name, '') as organisation, coalesce(c.email, '') as address,
       l.reason
from left_out l
join contact c on c.id = l.contact_id
left join organisation o on o.id = c.organisation_id
where l.dispatch_id = $1
  and ($2::text is null or l.reason = $2)
  and ($3::bigint is null or l.contact_id > $3)
order by l.contact_id
limit $4

-- name: left_out_reasons
select reason, count(*) as count
from left_out
where dispatch_id = $1
group by reason
order by count desc, reason

-- name: rendition
select dispatch_id, variant, subject, preheader, html, text, nonce
from rendition
where dispatch_id = $1 and variant = $2

-- name: letterhead
select d.letterhead as held from dispatch d where d.id = $1 and d.letterhead is not null

-- name: links
select number, url from link where dispatch_id = $1 order by number

-- name: link
select url from link where dispatch_id = $1 and number = $2

-- name: forget
update message m
set address = '', salutation = '', reply = ''
from contact c
where c.erased_at is not null and m.contact_id = c.id and m.address <> ''
  and m.state in ('accepted', 'refused', 'unknown', 'withdrawn')
