-- stage: outbox
-- What became of the messages of a stretch is counted once, when a worker is done with it. Whoever
-- asks how a dispatch stands adds up stretches, and counts rows only where somebody is at work.

alter table chunk
    -- How many messages are in which state; null while a worker holds the stretch, and since one of
    -- its messages changed otherwise.
    add column tally jsonb,
    -- From the first to the last moment at which one of them was settled.
    add column settled tstzrange;

create index chunk_place on chunk (dispatch_id, first_id);
create index chunk_uncounted on chunk (dispatch_id, number) where tally is null and worker = '';

create view message_count (dispatch_id, state, messages) as
select c.dispatch_id, t.state::message_state, t.messages::bigint
from chunk c
cross join lateral jsonb_each_text(c.tally) as t (state, messages)
union all
select m.dispatch_id, m.state, 1
from chunk c
join message m on m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
where c.tally is null;

create function stretches_of(messages bigint[]) returns table (dispatch_id bigint, number integer)
language sql stable as $$
    select distinct m.dispatch_id, place.number
    from message m
    cross join lateral (
        select c.number from chunk c
        where c.dispatch_id = m.dispatch_id and c.first_id <= m.id
        order by c.first_id desc limit 1
    ) place
    where m.id = any (messages)
$$;

-- Whoever changes the state of messages without a lease asks this for them first: their stretches
-- are not counted from then on, and nobody can count them anew before the change is committed. Who
-- holds the lease need not wait for that.
create function uncount(messages bigint[]) returns setof bigint language sql as $$
    select from chunk where (dispatch_id, number) in (select * from stretches_of(messages))
    order by dispatch_id, number
    for key share;

    update chunk c set tally = null, settled = null
    from (
        select dispatch_id, number from chunk
        where (dispatch_id, number) in (select * from stretches_of(messages)) and tally is not null
        order by dispatch_id, number
        for no key update
    ) counted
    where c.dispatch_id = counted.dispatch_id and c.number = counted.number;

    select unnest(messages);
$$;

update chunk c set (tally, settled) = (
    select coalesce(jsonb_object_agg(s.state, s.messages), '{}'),
           case when max(s.last) is not null then tstzrange(min(s.first), max(s.last), '[]') end
    from (
        select m.state, count(*) as messages, min(m.settled_at) as first, max(m.settled_at) as last
        from message m
        where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
        group by m.state
    ) s
)
where c.worker = '';
