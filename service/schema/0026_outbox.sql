-- stage: outbox
-- A stretch also keeps who of it neither waits for a first try nor has the mail: few among many, whom pages list.

alter table chunk add column odd bigint[] not null default '{}';

update chunk c set odd = array(
    select m.id from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
      and m.state not in ('queued', 'accepted')
    order by m.id
)
where c.tally is not null and exists (
    select from jsonb_object_keys(c.tally) as state where state not in ('queued', 'accepted')
);

-- «offset 0» has each of these find its messages by the numbers of the stretch, whatever else is asked.
create view odd_message as
select c.dispatch_id, o.*
from chunk c
cross join lateral unnest(c.odd) as kept (id)
cross join lateral (
    select m.id, m.contact_id, m.address, m.salutation, m.language, m.variant, m.state, m.attempt,
           m.tries, m.next_at, m.handed_at, m.settled_at, m.code, m.status, m.reply, m.relay
    from message m
    where m.id = kept.id
    offset 0
) o
where c.tally is not null
union all
select c.dispatch_id, o.*
from chunk c
cross join lateral (
    select m.id, m.contact_id, m.address, m.salutation, m.language, m.variant, m.state, m.attempt,
           m.tries, m.next_at, m.handed_at, m.settled_at, m.code, m.status, m.reply, m.relay
    from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
      and m.state not in ('queued', 'accepted')
    offset 0
) o
where c.tally is null;

-- What is still to be handed over, found by the stretches that have any of it.
create view owed_message as
select c.dispatch_id, o.*
from chunk c
cross join lateral (
    select m.id, m.contact_id, m.address, m.salutation, m.language, m.variant, m.state, m.attempt,
           m.tries, m.next_at, m.handed_at, m.settled_at, m.code, m.status, m.reply, m.relay
    from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
      and m.state in ('queued', 'deferred')
    offset 0
) o
where c.tally is null or c.tally ?| array['queued', 'deferred'];

create or replace view message_count (dispatch_id, state, messages) as
select c.dispatch_id, t.state::message_state, t.messages::bigint
from chunk c
cross join lateral jsonb_each_text(c.tally) as t (state, messages)
union all
select c.dispatch_id, o.state, 1
from chunk c
cross join lateral (
    select m.state
    from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
    offset 0
) o
where c.tally is null;
