-- What the page of destinations shows: what waits for each, and what each last said.

-- name: overview
-- Of one dispatch ($1) or all that are under way; first who called us too fast since $2, or only
-- they ($3).
with owed as (
    select split_part(m.address, '@', 2) as domain, count(*) as messages
    from dispatch d
    join owed_message m on m.dispatch_id = d.id
    where d.state in ('running', 'paused', 'waiting') and ($1::bigint is null or d.id = $1)
    group by 1
), waiting as (
    select coalesce(nullif(r.destination, ''), lower(o.domain)) as name,
           case when coalesce(r.destination, '') = '' then 'domain' else 'group' end::destination_kind
               as kind,
           sum(o.messages)::bigint as messages
    from owed o
    left join mail_route r on r.domain = lower(o.domain)
    group by 1, 2
), seen as (
    select *, (k.slowed_at > $2) is not true as calm
    from (select * from destination where kind <> 'relay' and (not $3 or slowed_at > $2)) k
    full join waiting w using (kind, name)
    where ($1::bigint is null or w.messages is not null)
      and ($4 = '' or position(lower($4) in name) > 0)
)
select kind, name, calm, coalesce(messages, 0) as waiting, ceiling, slowed_at,
       coalesce(strikes, 0) as strikes, coalesce(rests, 0) as rests, paused_until,
       coalesce(flow, 0) as flow, flow_at, coalesce(burst, 0) as burst,
       coalesce("window", 1) as "window", coalesce(last_code, 0) as last_code,
       coalesce(last_status, '') as last_status, coalesce(last_reply, '') as last_reply, last_at
from seen
where not ($3 and calm)
  and ($6::text is null or (calm, name, kind) > ($5::boolean, $6, $7::destination_kind))
order by calm, name, kind
limit $8

-- name: relays
select kind, name, false as calm, 0::bigint as waiting, ceiling, slowed_at, strikes, rests, paused_until, flow,
       flow_at, burst, "window", last_code, last_status, last_reply, last_at
from destination
where kind = 'relay' and name = any ($1::text[])

-- name: slow
-- Who of the receivers of these mails ($2, by domain $1) called us too fast since $3.
select k.kind, k.name, false as calm, sum(t.mails)::bigint as waiting, k.ceiling, k.slowed_at, k.strikes,
       k.rests, k.paused_until, k.flow, k.flow_at, k.burst, k."window", k.last_code, k.last_status,
       k.last_reply, k.last_at
from unnest($1::text[], $2::bigint[]) as t (domain, mails)
left join mail_route r on r.domain = t.domain
join destination k on k.name = coalesce(nullif(r.destination, ''), t.domain)
  and k.kind = case when coalesce(r.destination, '') = '' then 'domain' else 'group' end::destination_kind
where k.slowed_at > $3
group by k.kind, k.name

-- name: count_slowed
select count(*) from destination where kind <> 'relay' and slowed_at > $1

-- name: domains_of
select domain from mail_route where destination = $1
