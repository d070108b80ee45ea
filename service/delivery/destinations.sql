-- What receivers told us about our speed, shared by all workers.

-- name: count
insert into destination as d (kind, name, flow_at, accepted, deferred, refused,
    last_code, last_status, last_reply, last_at, changed_at)
select t.kind::destination_kind, t.name, $1, t.accepted, t.deferred, t.refused,
       t.code, t.status, t.reply, t.at, $1
from unnest(
    $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::integer[], $8::text[], $9::text[], $10::timestamptz[]
) as t (kind, name, accepted, deferred, refused, code, status, reply, at)
on conflict (kind, name) do update
set accepted = d.accepted + excluded.accepted, deferred = d.deferred + excluded.deferred,
    refused = d.refused + excluded.refused, changed_at = excluded.changed_at,
    last_code = case when excluded.last_at is null then d.last_code else excluded.last_code end,
    last_status = case when excluded.last_at is null then d.last_status else excluded.last_status end,
    last_reply = case when excluded.last_at is null then d.last_reply else excluded.last_reply end,
    last_at = coalesce(excluded.last_at, d.last_at)
returning kind, name, ceiling, slowed_at, strikes, rests, paused_until, flow, flow_at, burst,
          "window", accepted, deferred, refused, last_code, last_status, last_reply, last_at, changed_at

-- name: set_pace
update destination d
set ceiling = t.ceiling, slowed_at = t.slowed_at, strikes = t.strikes, rests = t.rests,
    paused_until = t.paused_until, flow = t.flow, flow_at = t.flow_at,
    burst = t.burst, "window" = t."window"
from unnest(
    $1::text[], $2::text[], $3::real[], $4::timestamptz[], $5::integer[], $6::integer[],
    $7::timestamptz[], $8::real[], $9::timestamptz[], $10::real[], $11::integer[]
) as t (kind, name, ceiling, slowed_at, strikes, rests, paused_until, flow, flow_at, burst, "window")
where d.kind = t.kind::destination_kind and d.name = t.name

-- name: blame
update destination
set last_code = $3, last_status = $4, last_reply = $5, last_at = $6
where kind = $1::destination_kind and name = $2

-- name: limited
select kind, name, ceiling, slowed_at, strikes, rests, paused_until, flow, flow_at, burst,
       "window", accepted, deferred, refused, last_code, last_status, last_reply, last_at, changed_at
from destination
where slowed_at > $1 and slowed_at < $1 + interval '1 day'  -- one to come was set by a wrong clock

-- name: set_free
update destination
set ceiling = null, slowed_at = null, strikes = 0, rests = 0, paused_until = null, burst = 0,
    "window" = 1
where kind = $1::destination_kind and name = $2

-- name: forget_destinations
delete from destination where kind = 'domain' and changed_at < $1

-- name: routes
select domain, destination from mail_route where domain = any ($1::text[])

-- name: ask_routes
insert into mail_route (domain, due_at)
select domain, $2 from unnest($1::text[]) as t (domain) order by domain
on conflict (domain) do update
set due_at = excluded.due_at
where mail_route.due_at is null and mail_route.looked_up_at < $3

-- name: due_routes
select domain, destination from mail_route where due_at <= $1 order by due_at, domain limit $2

-- name: set_route
update mail_route
set destination = $2, looked_up_at = coalesce($3, looked_up_at), due_at = $4
where domain = $1

-- name: forget_routes
delete from mail_route where coalesce(looked_up_at, due_at) < $1
