-- What the page of destinations shows: what waits for each, and what each last said.

-- name: overview
-- Of one dispatch ($1) or all that are under way; since $2 called too fast, or all.
with owed as (
    select lower(split_part(m.address, '@', 2)) as domain, count(*) as messages
    from dispatch d
    join message m on m.dispatch_id = d.id and m.state in ('queued', 'deferred')
    where d.state in ('running', 'paused', 'waiting') and ($1::bigint is null or d.id = $1)
    group by 1
), waiting as (
    select coalesce(nullif(r.destination, ''), o.domain) as name,
           case when coalesce(r.destination, '') = '' then 'domain' else 'group' end::destination_kind
               as kind,
           sum(o.messages)::bigint as messages
    from owed o
    left join mail_route r on r.domain = o.domain
    group by 1, 2
), known as (
    select * from destination where kind <> 'relay' and ($2::timestamptz is null or slowed_at > $2)
)
select kind, name, coalesce(w.messages, 0) as waiting, k.ceiling, k.slowed_at,
       coalesce(k.strikes, 0) as strikes, coalesce(k.rests, 0) as rests, k.paused_until,
       coalesce(k.flow, 0) as flow, k.flow_at, coalesce(k.last_code, 0) as last_code,
       coalesce(k.last_status, '') as last_status, coalesce(k.last_reply, '') as last_reply, k.last_at
from known k
full join waiting w using (kind, name)
where ($1::bigint is null or w.messages is not null) and ($2::timestamptz is null or k.slowed_at > $2)
  and ($3 = '' or position(lower($3) in name) > 0)
  and ($4::text is null or (name, kind) > ($4, $5::destination_kind))
order by name, kind
limit $6

-- name: relays
select kind, name, 0::bigint as waiting, ceiling, slowed_at, strikes, rests, paused_until, flow,
       flow_at, last_code, last_status, last_reply, last_at
from destination
where kind = 'relay' and name = any ($1::text[])

-- name: count_slowed
select count(*) from destination where kind <> 'relay' and slowed_at > $1

-- name: domains_of
select domain from mail_route where destination = $1
