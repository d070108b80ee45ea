-- The moves of messages while workers hand them over. A claim is the lease on a stretch, numbered by
-- `attempt`: messages that are due in it are its worker's until the lease ends.

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
set worker = $1, lease_until = $3, attempt = c.attempt + 1, dated_at = coalesce(c.dated_at, $2),
    tally = null, settled = null
from free
where c.dispatch_id = free.dispatch_id and c.number = free.number
returning c.dispatch_id, c.number, c.attempt, c.first_id, c.last_id

-- name: tickets
select m.id as message_id, m.dispatch_id, c.number as chunk, c.attempt, m.contact_id, m.address,
       m.salutation, m.language, m.variant, c.dated_at, m.tries
from chunk c
join message m on m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
where c.dispatch_id = $1 and c.number = $2
  and (m.state = 'queued' or (m.state = 'deferred' and m.next_at <= $3))
order by m.id

-- name: keep_plans
set plan_cache_mode = force_generic_plan

-- name: held
-- Which of these leases are still the worker's; they cannot end, nor be counted, before this is over.
select l.place::integer
from unnest($2::bigint[], $3::integer[], $4::integer[]) with ordinality
    as l (dispatch_id, number, attempt, place)
cross join lateral (
    select from chunk c
    where c.dispatch_id = l.dispatch_id and c.number = l.number and c.attempt = l.attempt
      and c.worker = $1
    for key share
) locked

-- name: uncount
select from uncount($1::bigint[])

-- name: settle
update message m
set state = t.state, settled_at = t.at, next_at = t.next_at, code = t.code, status = t.status,
    reply = t.reply, relay = t.relay, tries = m.tries + (t.state = 'deferred')::integer
from unnest(
    $2::bigint[], $3::integer[], $4::integer[], $5::message_state[], $6::timestamptz[],
    $7::timestamptz[], $8::integer[], $9::text[], $10::text[], $11::text[]
) as t (id, chunk, attempt, state, at, next_at, code, status, reply, relay)
where m.id = t.id and (
    m.attempt = t.attempt and m.state in ('handing_over', 'unknown') and m.state <> t.state
    or m.attempt = t.attempt and m.state = 'queued' and t.state = 'accepted'
    or m.state in ('queued', 'deferred') and t.state in ('deferred', 'refused')
      and m.settled_at is distinct from t.at and exists (  -- not what was told a moment ago
        select from chunk c
        where c.dispatch_id = m.dispatch_id and c.number = t.chunk and c.attempt = t.attempt
          and c.worker = $1
    )
)

-- name: turn
-- What was accepted, and who may have a final dot now; one statement is its own transaction.
-- Returns the latter, and the places of leases that are still ours, as negative numbers.
with held as (  -- these cannot end, nor be counted, before this is over
    select l.place, l.attempt, d.newsletter_id, d.state = 'running' and may_leave(d, $2) as runs
    from unnest($3::bigint[], $4::integer[], $5::integer[]) with ordinality
        as l (dispatch_id, number, attempt, place)
    join dispatch d on d.id = l.dispatch_id
    cross join lateral (
        select from chunk c
        where c.dispatch_id = l.dispatch_id and c.number = l.number and c.attempt = l.attempt
          and c.worker = $1
        for key share
    ) locked
), accepted as (
    update message m
    set state = 'accepted', settled_at = $2, next_at = null, code = t.code, status = t.status,
        reply = t.reply, relay = t.relay
    from unnest($6::bigint[], $7::bigint[], $8::integer[], $9::text[], $10::text[], $11::text[])
        as t (id, place, code, status, reply, relay)
    join held using (place)
    where m.id = t.id and m.attempt = held.attempt
      and m.state in ('handing_over', 'unknown', 'queued')
), allowed as (
    update message m set state = 'handing_over', attempt = held.attempt, handed_at = $2
    from unnest($12::bigint[], $13::bigint[]) as asked (id, place)
    join held using (place)
    where m.id = asked.id and held.runs and m.state in ('queued', 'deferred') and exists (
        select from eligible_subscription e
        where e.contact_id = m.contact_id and e.newsletter_id = held.newsletter_id
          and (e.paused_until is null or e.paused_until <= $2)
    )
    returning m.id
)
select id from allowed
union all
select -place from held

-- name: give_back
update message m
set state = case when asked.kept then 'queued' else 'withdrawn' end::message_state,
    settled_at = case when asked.kept then m.settled_at else $3 end,
    status = case when asked.kept then m.status else 'unsubscribed' end
from (
    select t.id, t.attempt, exists (
        select from eligible_subscription e
        where e.contact_id = held.contact_id and e.newsletter_id = d.newsletter_id
          and (e.paused_until is null or e.paused_until <= $3)
    ) as kept
    from unnest($1::bigint[], $2::integer[]) as t (id, attempt)
    join message held on held.id = t.id
    join dispatch d on d.id = held.dispatch_id
) asked
where m.id = asked.id
  and (m.state in ('handing_over', 'unknown') and m.attempt = asked.attempt
       or m.state in ('queued', 'deferred') and not asked.kept)

-- name: wake
-- What a worker put off or gave back whose lease was over by then: nobody else will make it due.
with late as (
    select m.dispatch_id, m.id, coalesce(m.next_at, $5) as at
    from unnest($2::bigint[], $3::integer[], $4::integer[]) as t (id, chunk, attempt)
    join message m on m.id = t.id and m.state in ('queued', 'deferred')
    where not exists (
        select from chunk c
        where c.dispatch_id = m.dispatch_id and c.number = t.chunk and c.attempt = t.attempt
          and c.worker = $1
    )
), due as (
    update chunk c
    set due_at = late.at
    from (
        select held.dispatch_id, held.number, min(late.at) as at
        from late
        join chunk held on held.dispatch_id = late.dispatch_id
          and late.id between held.first_id and held.last_id
        group by held.dispatch_id, held.number
    ) late
    where c.dispatch_id = late.dispatch_id and c.number = late.number
      and coalesce(c.due_at > late.at and c.due_at < 'infinity', true)
    returning c.dispatch_id
)
update dispatch set state = 'running', finished_at = null
where state = 'finished' and id in (select dispatch_id from due)

-- name: finish_chunk
update chunk c
set worker = '', lease_until = null, due_at = (
    select min(case when m.state = 'queued' or m.next_at <= $6 then $4 else m.next_at end)
    from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
      and m.state in ('queued', 'deferred')
)
where c.dispatch_id = $2 and c.number = $3 and c.attempt = $5 and c.worker = $1

-- name: workers
select distinct worker from chunk where due_at is not null and worker <> '' and lease_until >= $1

-- name: renew
update chunk c set lease_until = $2
from unnest($3::bigint[], $4::integer[], $5::integer[]) as held (dispatch_id, number, attempt)
where c.worker = $1 and c.dispatch_id = held.dispatch_id and c.number = held.number
  and c.attempt = held.attempt

-- name: lost
-- No lease ends while a worker writes under it; what it wrote until then counts.
select dispatch_id, number, attempt, first_id, last_id
from chunk
where worker <> '' and lease_until < $1
order by dispatch_id, number
for update skip locked

-- name: recover
with lost as (
    select c.dispatch_id, c.number, c.first_id, c.last_id, c.attempt, c.lease_until
    from chunk c
    join unnest($2::bigint[], $3::integer[]) as t (dispatch_id, number) using (dispatch_id, number)
), doubtful as (
    update message m
    set state = 'unknown', settled_at = $1
    from (  -- in the order in which workers write, so that nobody waits for one who waits
        select held.id
        from lost
        join message held on held.dispatch_id = lost.dispatch_id
          and held.id between lost.first_id and lost.last_id
          and held.state = 'handing_over' and held.attempt = lost.attempt
        order by held.id
        for update of held
    ) at_the_dot
    where m.id = at_the_dot.id
    returning m.id
), freed as (
    update chunk c
    -- Not due at $1: if that was a clock gone wrong, nobody would come by for as long.
    set worker = '', lease_until = null, due_at = lost.lease_until
    from lost
    where c.dispatch_id = lost.dispatch_id and c.number = lost.number
)
select (
    select count(*)
    from lost
    join message m on m.dispatch_id = lost.dispatch_id and m.id between lost.first_id and lost.last_id
    where m.state = 'queued'
) as queued, (select count(*) from doubtful) as unknown

-- name: uncounted
-- Stretches that nobody works on; those of which a message is just being changed come later.
select dispatch_id, number, attempt, first_id, last_id
from chunk
where tally is null and worker = '' and ($1::bigint is null or dispatch_id = $1)
order by dispatch_id, number
limit $2
for update skip locked

-- name: tally
update chunk c
set tally = found.tally, settled = found.settled, odd = found.odd, failings = failed.by_kind
from unnest($1::bigint[], $2::integer[]) as t (dispatch_id, number)
join chunk s using (dispatch_id, number)
cross join lateral (
    select jsonb_strip_nulls(jsonb_build_object(
               'queued', nullif(count(*) filter (where m.state = 'queued'), 0),
               'handing_over', nullif(count(*) filter (where m.state = 'handing_over'), 0),
               'accepted', nullif(count(*) filter (where m.state = 'accepted'), 0),
               'deferred', nullif(count(*) filter (where m.state = 'deferred'), 0),
               'refused', nullif(count(*) filter (where m.state = 'refused'), 0),
               'unknown', nullif(count(*) filter (where m.state = 'unknown'), 0),
               'withdrawn', nullif(count(*) filter (where m.state = 'withdrawn'), 0)
           )) as tally,
           case when count(m.settled_at) > 0
               then tstzrange(min(m.settled_at), max(m.settled_at), '[]') end as settled,
           coalesce(array_agg(m.id) filter (where m.state not in ('queued', 'accepted')), '{}') as odd
    from message m
    where m.dispatch_id = s.dispatch_id and m.id between s.first_id and s.last_id
) found
cross join lateral (
    select coalesce(jsonb_object_agg(kind, messages), '{}') as by_kind
    from (
        select kind, count(*) as messages
        from unnest(found.odd) as kept (id)
        join message m on m.id = kept.id
        cross join unnest(failings(m)) as kind
        group by kind
    ) counted
) failed
where c.dispatch_id = t.dispatch_id and c.number = t.number

-- name: first_results
-- Row by row only where somebody is at a stretch, or somebody said "go on" within it.
with begun as (
    select coalesce(resumed_at, opened_at) as at, resumed_at is null as first
    from dispatch where id = $1
), stretch as (
    select c.*, begun.at, c.tally is not null and lower(c.settled) >= begun.at as counted
    from begun
    join chunk c on c.dispatch_id = $1 and (c.tally is null or upper(c.settled) >= begun.at)
), seen as (
    select t.kind, t.messages::integer
    from stretch s
    cross join lateral jsonb_each_text(s.tally || s.failings) as t (kind, messages)
    where s.counted
    union all
    select o.kind, 1
    from stretch s
    cross join lateral (
        select unnest(m.state::text || failings(m)) as kind
        from message m
        where m.dispatch_id = $1 and m.id between s.first_id and s.last_id and m.settled_at >= s.at
        offset 0
    ) o
    where not s.counted
), summed as (
    select kind, sum(messages) as messages from seen group by kind
)
select coalesce(sum(messages) filter (
           where kind in ('accepted', 'deferred', 'refused', 'unknown')), 0)::bigint as tried,
       coalesce(sum(messages) filter (
           where kind = 'hard' and (select first from begun)), 0)::bigint as hard,
       count(*) filter (where kind like '5.7.%') as policies,
       coalesce(sum(messages) filter (where kind = 'unauthenticated'), 0)::bigint as unauthenticated,
       coalesce(sum(messages) filter (where kind = 'unanswered'), 0)::bigint as unanswered
from summed
