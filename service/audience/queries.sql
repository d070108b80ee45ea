-- name: organisation
select id, kind, name, canton, district, bfs_nr, population, language, version
from organisation where id = $1

-- name: organisations_by_name
select o.id, o.kind, o.name, o.canton, o.district, o.population, o.sort_key,
    (select count(*) from contact c where c.organisation_id = o.id and c.erased_at is null)::int
        as contacts,
    (select count(distinct e.contact_id) from contact c
     join eligible_subscription e on e.contact_id = c.id
     where c.organisation_id = o.id)::int as reachable
from organisation o
where ($1 = '' or position($1 in o.sort_key) > 0)
    and ($2::organisation_kind is null or o.kind = $2)
    and ($3 = '' or o.canton = $3)
    and ($4 = '' or o.district = $4)
    and (o.sort_key, o.id) > ($5, $6::bigint)
order by o.sort_key, o.id
limit $7

-- name: organisations_by_size
-- The largest first; members without inhabitants come last, so they count as -1.
select o.id, o.kind, o.name, o.canton, o.district, o.population, o.sort_key,
    (select count(*) from contact c where c.organisation_id = o.id and c.erased_at is null)::int
        as contacts,
    (select count(distinct e.contact_id) from contact c
     join eligible_subscription e on e.contact_id = c.id
     where c.organisation_id = o.id)::int as reachable
from organisation o
where ($1 = '' or position($1 in o.sort_key) > 0)
    and ($2::organisation_kind is null or o.kind = $2)
    and ($3 = '' or o.canton = $3)
    and ($4 = '' or o.district = $4)
    and ($5::int is null or (coalesce(o.population, -1), o.id) < ($5, $6::bigint))
order by coalesce(o.population, -1) desc, o.id desc
limit $7

-- name: count_organisations
select count(*)::int from organisation o
where ($1 = '' or position($1 in o.sort_key) > 0)
    and ($2::organisation_kind is null or o.kind = $2)
    and ($3 = '' or o.canton = $3)
    and ($4 = '' or o.district = $4)

-- name: districts
select distinct canton, district from organisation where district <> '' order by canton, district

-- name: organisation_choices
select id, name, canton from organisation order by sort_key, id

-- name: add_organisation
insert into organisation
    (kind, name, canton, district, bfs_nr, population, language, sort_key, created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
returning id

-- name: change_organisation
update organisation
set kind = $3, name = $4, canton = $5, district = $6, bfs_nr = $7, population = $8, language = $9,
    sort_key = $10, changed_at = $11, version = version + 1
where id = $1 and version = $2

-- name: remove_organisation
delete from organisation where id = $1

-- name: contact
select c.id, c.organisation_id, coalesce(o.name, '') as organisation, c.email, c.label, c.salutation, c.language,
    c.paused_until, c.version, c.created_at, c.erased_at
from contact c left join organisation o on o.id = c.organisation_id
where c.id = $1

-- name: contact_by_email
select id from contact where lower(email) = lower($1)

-- name: contacts
select c.id, c.organisation_id, coalesce(o.name, '') as organisation, c.email, c.label, c.language, c.paused_until,
    coalesce((select array_agg(f.title order by f.title) from contact_function x
              join function f on f.id = x.function_id where x.contact_id = c.id), '{}') as functions,
    (select count(*) from suspension p where p.contact_id = c.id and p.lifted_at is null)::int
        as standing,
    c.sort_key
from contact c left join organisation o on o.id = c.organisation_id
where c.erased_at is null
    and ($1 = '' or position($1 in c.sort_key) > 0 or position($1 in lower(c.email)) > 0
         or position($1 in o.sort_key) > 0)
    and ($2 = 0 or c.id in (select contact_id from contact_function where function_id = $2))
    and case $3
        when 'suspended' then
            c.id in (select contact_id from suspension where lifted_at is null)
        when 'paused' then c.paused_until > $4
        when 'no_address' then c.email is null
        else true end
    and (c.sort_key, c.id) > ($5, $6::bigint)
order by c.sort_key, c.id
limit $7

-- name: count_contacts
select count(*)::int
from contact c left join organisation o on o.id = c.organisation_id
where c.erased_at is null
    and ($1 = '' or position($1 in c.sort_key) > 0 or position($1 in lower(c.email)) > 0
         or position($1 in o.sort_key) > 0)
    and ($2 = 0 or c.id in (select contact_id from contact_function where function_id = $2))
    and case $3
        when 'suspended' then
            c.id in (select contact_id from suspension where lifted_at is null)
        when 'paused' then c.paused_until > $4
        when 'no_address' then c.email is null
        else true end

-- name: contacts_of
select c.id, c.organisation_id, o.name as organisation, c.email, c.label, c.language, c.paused_until,
    coalesce((select array_agg(f.title order by f.title) from contact_function x
              join function f on f.id = x.function_id where x.contact_id = c.id), '{}') as functions,
    (select count(*) from suspension p where p.contact_id = c.id and p.lifted_at is null)::int
        as standing,
    c.sort_key
from contact c join organisation o on o.id = c.organisation_id
where c.organisation_id = $1 and c.erased_at is null
order by c.sort_key, c.id
limit $2

-- name: add_contact
insert into contact
    (organisation_id, email, label, salutation, language, sort_key, created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $7)
returning id

-- name: change_contact
update contact
set organisation_id = $3, email = $4, label = $5, salutation = $6, language = $7, sort_key = $8,
    changed_at = $9, version = version + 1
where id = $1 and version = $2 and erased_at is null

-- name: change_language
update contact set language = $2, changed_at = $3, version = version + 1
where id = $1 and erased_at is null

-- name: pause
update contact set paused_until = $2, changed_at = $3, version = version + 1
where id = $1 and erased_at is null

-- name: erase_contact
-- Forgets the person; subscriptions and consents stay as bare facts without a name.
update contact
set email = null, label = '', salutation = '', sort_key = '', paused_until = null,
    erased_at = $2, changed_at = $2, version = version + 1
where id = $1 and erased_at is null

-- name: blank_suspensions
-- Why mail was stopped is often said with the address in it.
update suspension set detail = '' where contact_id = $1

-- name: functions
select id, slug, title from function order by title

-- name: functions_of
select f.id, f.slug, f.title from function f
join contact_function x on x.function_id = f.id where x.contact_id = $1 order by f.title

-- name: add_function
insert into function (slug, title) values ($1, $2)
on conflict (slug) do update set title = excluded.title
returning id

-- name: drop_functions
delete from contact_function where contact_id = $1 and function_id <> all($2::bigint[])

-- name: give_functions
insert into contact_function (contact_id, function_id)
select $1, unnest($2::bigint[]) on conflict do nothing

-- name: topics
select id, slug, title from topic order by position, id

-- name: topics_of
select t.id, t.slug, t.title from topic t
join contact_topic x on x.topic_id = t.id where x.contact_id = $1 order by t.position, t.id

-- name: drop_topics
delete from contact_topic where contact_id = $1 and topic_id <> all($2::bigint[])

-- name: give_topics
insert into contact_topic (contact_id, topic_id)
select $1, unnest($2::bigint[]) on conflict do nothing

-- name: person
select o.kind::text as kind, coalesce(o.name, '') as organisation,
    coalesce(o.canton, '') as canton, coalesce(o.district, '') as district,
    o.bfs_nr, o.population, c.language,
    coalesce((select array_agg(f.slug) from contact_function x
              join function f on f.id = x.function_id where x.contact_id = c.id), '{}') as functions,
    coalesce((select array_agg(t.slug) from contact_topic x
              join topic t on t.id = x.topic_id where x.contact_id = c.id), '{}') as topics,
    coalesce((select array_agg(k.slug) from committee_member x
              join committee k on k.id = x.committee_id
              where x.contact_id = c.id and x.since <= $2
                  and (x.until is null or x.until >= $2)), '{}') as committees
from contact c left join organisation o on o.id = c.organisation_id
where c.id = $1

-- name: vocabulary
select 'district' as field, district as value from organisation where district <> '' group by district
union all select 'organisation', name from organisation
union all select 'function', slug from function
union all select 'topic', slug from topic
union all select 'committee', slug from committee
