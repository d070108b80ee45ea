-- name: record
insert into attempt (message_id, number, started_at, ended_at, relay, outcome, code, status, reply)
select * from unnest(
    $1::bigint[], $2::integer[], $3::timestamptz[], $4::timestamptz[], $5::text[],
    $6::attempt_outcome[], $7::integer[], $8::text[], $9::text[]
)
on conflict (message_id, number) do nothing

-- name: attempts
select message_id, number, started_at, ended_at, relay, outcome, code, status, reply
from attempt
where message_id = $1
order by number

-- name: relay_down
insert into relay_state as r (relay, condition, since, trouble, probes, probe_at)
values ($1, $2::relay_condition, $3, $4, 0, $5)
on conflict (relay) do update
set condition = excluded.condition, trouble = excluded.trouble, probe_at = excluded.probe_at,
    since = case when r.condition = 'up' then excluded.since else r.since end,
    probes = case when r.condition = 'up' then 0 else r.probes end

-- name: relay_up
insert into relay_state (relay, condition, since)
values ($1, 'up', $2)
on conflict (relay) do update
set condition = 'up', since = excluded.since, trouble = null, probes = 0, probe_at = null
where relay_state.condition <> 'up'

-- name: take_probe
-- No pause is longer than a minute: one that ends later was set by a clock gone wrong.
update relay_state
set probes = probes + 1, probe_at = $3
where relay = $1 and condition = 'down'
  and (probe_at <= $2 or probe_at > $2::timestamptz + interval '2 minutes')
returning relay, condition, since, trouble, probes, probe_at

-- name: relay_states
select relay, condition, since, trouble, probes, probe_at
from relay_state
where relay = any ($1::text[])

-- name: knock
update relay_state set probe_at = $2 where relay = $1 and condition = 'down'

-- name: forget
update attempt a
set reply = ''
from contact c
join message m on m.contact_id = c.id
where c.erased_at is not null and a.message_id = m.id and a.reply <> ''
