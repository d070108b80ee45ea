-- Mail that came back, and what it weighs.

-- name: keep
-- Nothing is returned for a mail that is kept already, also when two workers take it in at once.
insert into returned_mail (digest, at, envelope_to, size, original, kind, class, reason, status,
                           recipient, reporter, said, effect, message_id, contact_id, dispatch_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'none', $13, $14, $15)
on conflict (digest) do nothing
returning id;

-- name: conclude
-- What asks nothing of anybody needs nobody's eyes.
update returned_mail
set effect = $2, seen_at = case when $4 then null else $3::timestamptz end
where id = $1;

-- name: weigh
-- Dispatches of the last year that one mailbox took nothing of, since a suspension was last lifted.
with lifted as (
    select max(lifted_at) as at from suspension where contact_id = $1
), troubled as (
    select dispatch_id, at from event
    where contact_id = $1 and kind = 'bounced' and detail ->> 'weight' <> 'none'
    union all
    select dispatch_id, settled_at from message
    where contact_id = $1 and state = 'refused' and status like '5.2.%'
)
select count(distinct t.dispatch_id) as dispatches, min(t.at) as first, max(t.at) as last,
       (select at from lifted) as lifted_at
from troubled t
where t.at > $2::timestamptz - interval '1 year'
  and t.at > coalesce((select at from lifted), '-infinity');

-- name: worn_out
-- Whose mailbox took nothing of this dispatch at the hand-over either, often ($3) and for long ($4).
select m.contact_id, m.reply as said
from message m
cross join lateral (select max(lifted_at) as at from suspension where contact_id = m.contact_id) l
cross join lateral (
    select count(distinct t.dispatch_id) as dispatches, max(t.at) - min(t.at) as span
    from (select dispatch_id, at from event
          where contact_id = m.contact_id and kind = 'bounced' and detail ->> 'weight' <> 'none'
          union all
          select dispatch_id, settled_at from message
          where contact_id = m.contact_id and state = 'refused' and status like '5.2.%') t
    where t.at > $2::timestamptz - interval '1 year' and t.at > coalesce(l.at, '-infinity')
) so_far
where m.dispatch_id = $1 and m.state = 'refused' and m.status like '5.2.%'
  and so_far.dispatches >= $3 and so_far.span >= $4;

-- name: listing
select r.id, r.at, r.envelope_to, r.size, r.kind, r.class as class_, r.reason, r.status,
       r.recipient, r.reporter, r.said, r.effect, r.contact_id, r.dispatch_id, r.seen_at,
       coalesce(nullif(c.label, ''), c.email, '') as contact, coalesce(e.title, '') as title
from returned_mail r
left join contact c on c.id = r.contact_id
left join dispatch d on d.id = r.dispatch_id
left join edition e on e.id = d.edition_id
where ($1::text is null or r.kind = $1::returned_kind)
  and ($2::text is null or r.effect = $2::returned_effect)
  and (not $3 or r.seen_at is null)
  and ($4::bigint is null or r.dispatch_id = $4)
  and ($5::timestamptz is null or (r.at, r.id) < ($5, $6::bigint))
order by r.at desc, r.id desc
limit $7;

-- name: returned
select r.id, r.at, r.envelope_to, r.size, r.kind, r.class as class_, r.reason, r.status,
       r.recipient, r.reporter, r.said, r.effect, r.contact_id, r.dispatch_id, r.seen_at,
       coalesce(nullif(c.label, ''), c.email, '') as contact, coalesce(e.title, '') as title
from returned_mail r
left join contact c on c.id = r.contact_id
left join dispatch d on d.id = r.dispatch_id
left join edition e on e.id = d.edition_id
where r.id = $1;

-- name: of_contact
-- What came back of a contact's mail, the latest first.
select r.id, r.at, r.envelope_to, r.size, r.kind, r.class as class_, r.reason, r.status,
       r.recipient, r.reporter, r.said, r.effect, r.contact_id, r.dispatch_id, r.seen_at,
       '' as contact, coalesce(e.title, '') as title
from returned_mail r
left join dispatch d on d.id = r.dispatch_id
left join edition e on e.id = d.edition_id
where r.contact_id = $1
order by r.id desc
limit $2;

-- name: original
select original as data from returned_mail where id = $1;

-- name: count_new
select count(*) from returned_mail where seen_at is null;

-- name: see
update returned_mail set seen_at = $2 where seen_at is null and id <= $1;

-- name: forget
-- After a year nobody asks any more; and nothing is kept of whoever was erased.
delete from returned_mail r
where r.at < $1::timestamptz - interval '1 year'
   or exists (select from contact c where c.id = r.contact_id and c.erased_at is not null);

-- name: say
insert into intake_state (door, since, looked_at, trouble) values ($1, $2, $2, $3)
on conflict (door) do update
set looked_at = excluded.looked_at, trouble = excluded.trouble,
    since = case when (intake_state.trouble is null) = (excluded.trouble is null)
                 then intake_state.since else excluded.since end;

-- name: doors
select door, since, looked_at, trouble from intake_state order by door;
