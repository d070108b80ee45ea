-- name: add_functions
insert into function (slug, title)
select slug, title from jsonb_to_recordset($1::jsonb) as given (slug text, title text)
on conflict (slug) do nothing;

-- name: add_topics
insert into topic (slug, title, position, keywords)
select slug, title, position, array(select jsonb_array_elements_text(keywords))
from jsonb_to_recordset($1::jsonb) as given (slug text, title text, position integer, keywords jsonb)
on conflict (slug) do nothing;

-- name: add_organisations
insert into organisation (kind, name, canton, district, bfs_nr, population, sort_key, created_at, changed_at)
select kind, name, canton, district, bfs_nr, population, sort_key, $2, $2
from jsonb_to_recordset($1::jsonb) as given (
    kind organisation_kind, name text, canton text, district text, bfs_nr integer, population integer,
    sort_key text
);

-- name: add_contacts
insert into contact (organisation_id, email, label, sort_key, created_at, changed_at)
select o.id, given.email, given.label, given.sort_key, $2, $2
from jsonb_to_recordset($1::jsonb) as given (
    organisation text, canton text, email text, label text, sort_key text
)
join organisation o on o.name = given.organisation and o.canton = given.canton;

-- name: give_functions
insert into contact_function (contact_id, function_id)
select c.id, f.id
from jsonb_to_recordset($1::jsonb) as given (organisation text, canton text, label text, function text)
join organisation o on o.name = given.organisation and o.canton = given.canton
join contact c on c.organisation_id = o.id and c.label = given.label
join function f on f.slug = given.function;

-- name: give_topics
insert into contact_topic (contact_id, topic_id)
select c.id, t.id
from jsonb_to_recordset($1::jsonb) as given (organisation text, canton text, label text, topics jsonb)
join organisation o on o.name = given.organisation and o.canton = given.canton
join contact c on c.organisation_id = o.id and c.label = given.label
cross join lateral jsonb_array_elements_text(given.topics) as chosen (slug)
join topic t on t.slug = chosen.slug;

-- name: add_committees
insert into committee (slug, name, purpose, sort_key)
select slug, name, purpose, sort_key
from jsonb_to_recordset($1::jsonb) as given (slug text, name text, purpose text, sort_key text);

-- name: appoint
insert into committee_member (committee_id, contact_id, role, since)
select k.id, c.id, given.role, given.since
from jsonb_to_recordset($1::jsonb) as given (committee text, email text, role committee_role, since date)
join committee k on k.slug = given.committee
join contact c on c.email = given.email;

-- name: subscribe
-- Everyone with one of the offices, with the office on record as the basis; about one in twenty has ended it ($7 has not).
with numbered as (
    select id, email, row_number() over (order by id) as n from contact
), chosen as (
    select distinct c.id, c.n % 23 = 7 and c.email is distinct from $7 as ended,
           c.n % 61 = 9 and c.email is distinct from $7 as pending
    from numbered c
    join contact_function cf on cf.contact_id = c.id
    join function f on f.id = cf.function_id
    where f.slug = any ($2::text[])
), subscribed as (
    insert into subscription (contact_id, newsletter_id, state, since, ended_at, ended_how)
    select id, $1,
           (case when ended then 'ended' when pending then 'pending' else 'active' end)::subscription_state,
           $3, case when ended then $4::timestamptz end, case when ended then 'one_click' else '' end
    from chosen
    returning contact_id, newsletter_id, state
)
insert into consent (contact_id, newsletter_id, basis, wording, source, recorded_at)
select contact_id, newsletter_id, 'office', $5, $6, $3
from subscribed
where state <> 'pending';

-- name: pause
update contact set paused_until = $1
from (select id, row_number() over (order by id) as n from contact) as numbered
where contact.id = numbered.id and n % 97 = 11 and email is distinct from $2;

-- name: suspend
insert into suspension (contact_id, reason, detail, since)
select id, 'address_gone', '550 5.1.1 This mailbox does not exist', $1
from (select id, email, row_number() over (order by id) as n from contact) as numbered
where n % 211 = 17 and email <> $2;

-- name: is_empty
select not exists (select from organisation) and not exists (select from newsletter);
