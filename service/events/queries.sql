-- name: append
insert into event (at, kind, message_id, contact_id, dispatch_id, detail)
values ($1, $2, $3, $4, $5, $6);

-- name: link
select l.url, d.opened_at
from link l join dispatch d on d.id = l.dispatch_id
where l.dispatch_id = $1 and l.number = $2;

-- name: count_clicks
-- Many links at once, in one order for everybody, so that two processes never wait for each other.
insert into click_count (dispatch_id, link_number, hour, clicks, scanner_clicks)
select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::int[], $5::int[])
    as c (dispatch_id, link_number, hour, clicks, scanner_clicks)
order by 1, 2, 3
on conflict (dispatch_id, link_number, hour) do update
set clicks = click_count.clicks + excluded.clicks,
    scanner_clicks = click_count.scanner_clicks + excluded.scanner_clicks;

-- name: states
select state::text as name, sum(messages)::bigint as count
from message_count
where dispatch_id = $1
group by state;

-- name: left_out
select reason as name, count(*) as count
from left_out
where dispatch_id = $1
group by reason
order by count(*) desc, reason;

-- name: kinds
-- A message that is reported twice counts once.
select kind::text as name, count(distinct coalesce(message_id, -id)) as count
from event
where dispatch_id = $1
group by kind;

-- name: links
select l.number, l.url, coalesce(sum(c.clicks), 0)::bigint as clicks,
       coalesce(sum(c.scanner_clicks), 0)::bigint as scanner_clicks
from link l
left join click_count c on c.dispatch_id = l.dispatch_id and c.link_number = l.number
where l.dispatch_id = $1
group by l.number, l.url
order by l.number;

-- name: hours
select hour, sum(clicks)::bigint as clicks, sum(scanner_clicks)::bigint as scanner_clicks
from click_count
where dispatch_id = $1
group by hour
order by hour;

-- name: reach
-- One row per organisation that the audience concerned; whoever belongs to none is not in it.
with owed as (
    select contact_id, state = 'accepted' as accepted,
           state in ('queued', 'claimed', 'handing_over', 'deferred') as under_way
    from message where dispatch_id = $1
    union all
    select contact_id, false, false from left_out where dispatch_id = $1
)
select o.id, o.name, o.kind::text as kind, o.canton, o.district, s.concerned, s.accepted,
       s.under_way
from (
    select c.organisation_id, count(*) as concerned,
           count(*) filter (where owed.accepted) as accepted,
           count(*) filter (where owed.under_way) as under_way
    from owed
    join contact c on c.id = owed.contact_id
    group by c.organisation_id
) s
join organisation o on o.id = s.organisation_id
order by o.sort_key, o.id;

-- name: kept_reach
select counted_at, members from reach where dispatch_id = $1;

-- name: stale_reach
-- Dispatches to more than $1 people that have changed, or may have, since they were counted last.
select d.id
from dispatch d
left join reach r on r.dispatch_id = d.id
where d.opened_at is not null and d.candidates > $1
  and (r.counted_at is null or r.counted_at < d.finished_at
       or d.finished_at is null and r.counted_at < $2::timestamptz - interval '1 minute'
       or d.finished_at > $2 - interval '3 days' and r.counted_at < $2 - interval '1 hour')
order by r.counted_at nulls first, d.id
limit 10;

-- name: keep_reach
insert into reach (dispatch_id, counted_at, members) values ($1, $2, $3)
on conflict (dispatch_id) do update
set counted_at = excluded.counted_at, members = excluded.members;

-- name: leavers
-- Who unsubscribed by a mail of this dispatch, by event; $2 is the last one seen.
select v.id, v.at, v.contact_id, coalesce(v.detail ->> 'how', '') as how,
       coalesce(c.label, '') as label, coalesce(c.email, '') as address,
       coalesce(o.name, '') as organisation
from event v
left join contact c on c.id = v.contact_id
left join organisation o on o.id = c.organisation_id
where v.dispatch_id = $1 and v.kind = 'unsubscribed' and v.id > $2
order by v.id
limit $3;

-- name: reports
-- Dispatches that have begun, newest first, after ($1, $2); whoever has no figures yet is counted live.
select d.id as dispatch_id, e.title, e.number, n.title as newsletter, d.state::text as state,
       d.opened_at, d.candidates, coalesce(f.accepted, live.accepted) as accepted,
       coalesce(f.refused, live.refused) as refused,
       coalesce(f.unknown, live.unknown) as unknown,
       coalesce(f.left_out, live.left_out) as left_out,
       (select count(*) from event v where v.dispatch_id = d.id and v.kind = 'unsubscribed')
           as unsubscribed,
       (select coalesce(sum(k.clicks), 0)::bigint from click_count k where k.dispatch_id = d.id)
           as clicks
from dispatch d
join edition e on e.id = d.edition_id
join newsletter n on n.id = d.newsletter_id
left join figures f on f.dispatch_id = d.id and f.counted_at >= d.finished_at
left join lateral (
    select coalesce(sum(m.messages) filter (where m.state = 'accepted'), 0)::bigint as accepted,
           coalesce(sum(m.messages) filter (where m.state = 'refused'), 0)::bigint as refused,
           coalesce(sum(m.messages) filter (where m.state = 'unknown'), 0)::bigint as unknown,
           (select count(*) from left_out l where l.dispatch_id = d.id) as left_out
    -- Said inside, not in the join: only so is nothing counted where figures are kept.
    from message_count m where m.dispatch_id = d.id and f.dispatch_id is null
) live on true
where d.opened_at is not null
  and ($1::timestamptz is null or (d.opened_at, d.id) < ($1, $2::bigint))
  and ($3::bigint is null or d.newsletter_id = $3)
order by d.opened_at desc, d.id desc
limit $4;

-- name: uncounted
select d.id from dispatch d
left join figures f on f.dispatch_id = d.id
where d.state in ('finished', 'cancelled') and d.opened_at is not null
  and (f.counted_at is null or f.counted_at < d.finished_at
       -- A message that nobody knew about can still be explained after the end.
       or (f.counted_at < $1::timestamptz - interval '1 hour'
           and d.finished_at > $1::timestamptz - interval '3 days'))
order by d.id
limit 50;

-- name: count_figures
insert into figures
select $1, $2, coalesce(sum(messages) filter (where state = 'accepted'), 0),
       coalesce(sum(messages) filter (where state = 'deferred'), 0),
       coalesce(sum(messages) filter (where state = 'refused'), 0),
       coalesce(sum(messages) filter (where state = 'unknown'), 0),
       coalesce(sum(messages) filter (where state = 'withdrawn'), 0),
       (select count(*) from left_out where dispatch_id = $1)
from message_count where dispatch_id = $1
on conflict (dispatch_id) do update
set counted_at = excluded.counted_at, accepted = excluded.accepted, deferred = excluded.deferred,
    refused = excluded.refused, unknown = excluded.unknown, withdrawn = excluded.withdrawn,
    left_out = excluded.left_out;

-- name: history
-- What happened between us and one contact, newest first.
(select m.settled_at as at, m.state::text as what, d.id as dispatch_id, e.title, m.reply as detail
 from message m join dispatch d on d.id = m.dispatch_id join edition e on e.id = d.edition_id
 where m.contact_id = $1 and m.settled_at is not null
 order by m.id desc limit $2)
union all
(select v.at, v.kind::text, d.id, e.title,
        coalesce(v.detail ->> 'how', v.detail ->> 'said', '')
 from event v
 left join dispatch d on d.id = v.dispatch_id
 left join edition e on e.id = d.edition_id
 where v.contact_id = $1
 order by v.id desc limit $2)
order by 1 desc
limit $2;
