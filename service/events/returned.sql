-- Mail that came back, and what it weighs.

-- name: keep
-- Nothing is returned for a mail that is kept already, also when two workers take it in at once.
insert into returned_mail (digest, at, envelope_to, size, original, kind, class, reason, status,
                           recipient, reporter, said, subject, names, effect, message_id,
                           contact_id, dispatch_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'none', $15, $16, $17)
on conflict (digest) do nothing
returning id;

-- name: conclude
-- What asks nothing of anybody needs nobody's eyes.
update returned_mail
set effect = $2, seen_at = case when $4 then null else $3::timestamptz end
where id = $1;

-- name: troubles
-- What these people's mailboxes did not take in the last year, since a suspension was last lifted:
-- reports that count, and refusals at the hand-over, of which the reply says whether they count.
select t.contact_id, t.dispatch_id, t.at, t.judged, t.code, t.status, t.reply
from (
    select contact_id, dispatch_id, at, true as judged, 0 as code, '' as status,
           detail ->> 'said' as reply
    from event
    where contact_id = any ($1::bigint[]) and kind = 'bounced' and detail ->> 'weight' <> 'none'
    union all
    select contact_id, dispatch_id, settled_at, false, code, status, reply from message
    where contact_id = any ($1::bigint[]) and state = 'refused'
) t
where t.at > $2::timestamptz - interval '1 year'
  and t.at > coalesce((select max(s.lifted_at) from suspension s where s.contact_id = t.contact_id),
                      '-infinity')
order by t.contact_id, t.at;

-- name: lifted
select max(lifted_at) from suspension where contact_id = $1;

-- name: refused
-- Who refused a dispatch at the hand-over for any reason but a policy of theirs.
select contact_id from odd_message
where dispatch_id = $1 and state = 'refused' and status not like '5.7.%'
order by contact_id;

-- name: plan_each_time
-- One plan for all filters would be a poor one for most; the pool resets this on release.
set plan_cache_mode = force_custom_plan;

-- name: listing
select r.id, r.at, r.envelope_to, r.size, r.kind, r.class as class_, r.reason, r.status,
       r.recipient, r.reporter, r.said, r.subject, r.effect, r.contact_id, r.dispatch_id, r.seen_at,
       coalesce(nullif(c.label, ''), c.email, '') as contact, coalesce(e.title, '') as title
from returned_mail r
left join contact c on c.id = r.contact_id
left join dispatch d on d.id = r.dispatch_id
left join edition e on e.id = d.edition_id
where ($1::text is null or r.kind = $1::returned_kind)
  and ($2::text is null or r.effect = $2::returned_effect)
  and (not $3 or r.seen_at is null)
  and ($4::bigint is null or r.dispatch_id = $4)
  and ($5 = '' or r.sought @@ $5::tsquery)
  and ($6::timestamptz is null or (r.at, r.id) < ($6, $7::bigint))
order by r.at desc, r.id desc
limit $8;

-- name: returned
select r.id, r.at, r.envelope_to, r.size, r.kind, r.class as class_, r.reason, r.status,
       r.recipient, r.reporter, r.said, r.subject, r.effect, r.contact_id, r.dispatch_id, r.seen_at,
       coalesce(nullif(c.label, ''), c.email, '') as contact, coalesce(e.title, '') as title
from returned_mail r
left join contact c on c.id = r.contact_id
left join dispatch d on d.id = r.dispatch_id
left join edition e on e.id = d.edition_id
where r.id = $1;

-- name: of_contact
-- What came back of a contact's mail, the latest first.
select r.id, r.at, r.envelope_to, r.size, r.kind, r.class as class_, r.reason, r.status,
       r.recipient, r.reporter, r.said, r.subject, r.effect, r.contact_id, r.dispatch_id, r.seen_at,
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

-- name: blank_events
-- What a server said about somebody often names the address; that it said something stays.
update event v set detail = v.detail || '{"said": ""}'
from contact c
where c.erased_at is not null and v.contact_id = c.id and v.detail ->> 'said' <> '';

-- name: say
insert into intake_state (door, since, looked_at, trouble) values ($1, $2, $2, $3)
on conflict (door) do update
set looked_at = excluded.looked_at, trouble = excluded.trouble,
    since = case when (intake_state.trouble is null) = (excluded.trouble is null)
                 then intake_state.since else excluded.since end;

-- name: doors
select door, since, looked_at, trouble from intake_state order by door;
