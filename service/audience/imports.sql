-- name: add_import
insert into member_import
    (file_name, encoding, separator, columns, functions, uploaded_at, uploaded_by)
values ($1, $2, $3, $4, $5, $6, $7)
returning id

-- name: import_of
select i.id, i.file_name, i.encoding, i.separator, i.columns, i.functions, i.uploaded_at,
    coalesce(u.name, '') as uploaded_by, i.applied_at, coalesce(a.name, '') as applied_by, i.receipt
from member_import i
left join editor u on u.id = i.uploaded_by
left join editor a on a.id = i.applied_by
where i.id = $1

-- name: recent_imports
select i.id, i.file_name, i.encoding, i.separator, i.columns, i.functions, i.uploaded_at,
    coalesce(u.name, '') as uploaded_by, i.applied_at, coalesce(a.name, '') as applied_by, i.receipt
from member_import i
left join editor u on u.id = i.uploaded_by
left join editor a on a.id = i.applied_by
order by i.uploaded_at desc
limit 10

-- name: lock_import
select id from member_import where id = $1 and applied_at is null for update

-- name: add_rows
insert into member_import_row
    (import_id, number, raw, fate, readable, why, email, label, salutation, language, functions,
     organisation, kind, canton, district, bfs_nr, population, contact_key, organisation_key)
select $1, number, raw, fate::row_fate, fate = 'new', why::jsonb, email, label, salutation,
    language, string_to_array(functions, ' '), organisation, kind::organisation_kind, canton,
    district, bfs_nr, population, contact_key, organisation_key
from unnest(
    $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::int[], $16::int[],
    $17::text[], $18::text[]
) as given (number, raw, fate, why, email, label, salutation, language, functions, organisation,
            kind, canton, district, bfs_nr, population, contact_key, organisation_key)

-- name: match_rows
-- A member is known by its name, and by its canton where the file has one.
update member_import_row r
set contact_id = m.contact_id, organisation_id = m.organisation_id, namesakes = m.namesakes,
    bfs_owner = m.bfs_owner
from (
    select s.number,
        (select c.id from contact c where lower(c.email) = lower(s.email)) as contact_id,
        (select o.id from organisation o
         where lower(o.name) = lower(s.organisation)
            and (s.canton is null or o.canton in (s.canton, ''))
         order by o.canton desc limit 1) as organisation_id,
        (select count(*) from organisation o
         where lower(o.name) = lower(s.organisation) and s.canton is null) as namesakes,
        (select o.id from organisation o where o.bfs_nr = s.bfs_nr) as bfs_owner
    from member_import_row s where s.import_id = $1 and s.readable
) m
where r.import_id = $1 and r.number = m.number
    and (r.contact_id, r.organisation_id, r.namesakes, r.bfs_owner)
        is distinct from (m.contact_id, m.organisation_id, m.namesakes, m.bfs_owner)

-- name: judge_rows
-- What would become of each row, taken for itself. $2 to $4 are the reasons to refuse one.
with refused as (
    select s.number, s.contact_id, s.organisation_id, s.email, case
        when s.namesakes > 1 then jsonb_build_array(jsonb_build_object(
            'id', $2::text, 'params', jsonb_build_object('name', s.organisation)))
        when s.organisation_id is null and lower(s.organisation) not in (
            select lower(k.organisation) from member_import_row k
            where k.import_id = $1 and k.readable and (k.kind is not null or k.bfs_nr is not null))
        then jsonb_build_array(jsonb_build_object(
            'id', $3::text, 'params', jsonb_build_object('name', s.organisation)))
        when s.bfs_owner is distinct from s.organisation_id and s.bfs_owner is not null then
            jsonb_build_array(jsonb_build_object(
                'id', $4::text, 'params', jsonb_build_object('number', s.bfs_nr)))
        else '[]' end as why
    from member_import_row s where s.import_id = $1 and s.readable
), judged as (
    select f.number, f.why, case when f.why = '[]' then c.list else '[]' end as changes, case
        when f.why <> '[]' then 'refused'
        when coalesce(f.contact_id, case when f.email is null then f.organisation_id end) is null
            then 'new'
        when c.list <> '[]' then 'changed'
        else 'unchanged' end::row_fate as fate
    from refused f
    join member_import_change c on c.import_id = $1 and c.number = f.number
)
update member_import_row r set why = j.why, changes = j.changes, fate = j.fate
from judged j
where r.import_id = $1 and r.number = j.number
    and (r.why, r.changes, r.fate) is distinct from (j.why, j.changes, j.fate)

-- name: refuse_shared_numbers
-- Within one file, a BFS number belongs to one member only.
update member_import_row r
set fate = 'refused', changes = '[]', why = jsonb_build_array(jsonb_build_object(
    'id', $2::text, 'params', jsonb_build_object('number', r.bfs_nr)))
where r.import_id = $1 and r.readable and r.fate <> 'refused' and r.bfs_nr in (
    select s.bfs_nr from member_import_row s
    where s.import_id = $1 and s.readable and s.bfs_nr is not null
    group by s.bfs_nr having count(distinct lower(s.organisation)) > 1)

-- name: fates
select fate, count(*)::int as rows from member_import_row where import_id = $1 group by fate

-- name: rows_of
select number, fate, why, changes, email, label, organisation, functions, raw
from member_import_row
where import_id = $1 and ($2::row_fate is null or fate = $2) and number > $3
order by number
limit $4

-- name: new_functions
select given.key as slug from member_import i, jsonb_each_text(i.functions) given
where i.id = $1 and given.key not in (select slug from function) order by 1

-- name: insert_functions
insert into function (slug, title)
select given.key, given.value from member_import i, jsonb_each_text(i.functions) given
where i.id = $1
on conflict (slug) do nothing

-- name: insert_organisations
insert into organisation (kind, name, canton, district, bfs_nr, population, language, sort_key,
    created_at, changed_at)
select distinct on (lower(organisation), coalesce(canton, ''))
    coalesce(kind, 'municipality'), organisation, coalesce(canton, ''), coalesce(district, ''),
    bfs_nr, population, coalesce(language, 'de'), organisation_key, $2, $2
from member_import_row
where import_id = $1 and fate in ('new', 'changed') and organisation_id is null
    and (canton is not null or lower(organisation) not in (
        select lower(k.organisation) from member_import_row k
        where k.import_id = $1 and k.fate in ('new', 'changed') and k.canton is not null))
order by lower(organisation), coalesce(canton, ''), kind is null, number

-- name: find_organisations
update member_import_row r set organisation_id = o.id
from organisation o
where r.import_id = $1 and r.fate in ('new', 'changed') and r.organisation_id is null
    and lower(o.name) = lower(r.organisation) and (r.canton is null or o.canton = r.canton)

-- name: update_organisations
-- Several rows may speak of one member; the first one is believed.
update organisation o
set kind = coalesce(r.kind, o.kind), canton = coalesce(r.canton, o.canton),
    district = coalesce(r.district, o.district), bfs_nr = coalesce(r.bfs_nr, o.bfs_nr),
    population = coalesce(r.population, o.population), changed_at = $2, version = o.version + 1
from (
    select distinct on (organisation_id) * from member_import_row
    where import_id = $1 and fate in ('new', 'changed')
    order by organisation_id, number
) r
where o.id = r.organisation_id
    and (coalesce(r.kind, o.kind), coalesce(r.canton, o.canton), coalesce(r.district, o.district),
         coalesce(r.bfs_nr, o.bfs_nr, 0), coalesce(r.population, o.population, 0))
        is distinct from (o.kind, o.canton, o.district, coalesce(o.bfs_nr, 0),
            coalesce(o.population, 0))

-- name: insert_contacts
insert into contact (organisation_id, email, label, salutation, language, sort_key, created_at,
    changed_at)
select organisation_id, email, coalesce(label, ''), coalesce(salutation, ''),
    coalesce(language, 'de'), contact_key, $2, $2
from member_import_row
where import_id = $1 and fate = 'new' and email is not null
order by number

-- name: find_contacts
update member_import_row r set contact_id = c.id
from contact c
where r.import_id = $1 and r.fate = 'new' and r.contact_id is null
    and lower(c.email) = lower(r.email)

-- name: update_contacts
update contact c
set organisation_id = r.organisation_id, label = coalesce(r.label, c.label),
    salutation = coalesce(r.salutation, c.salutation), language = coalesce(r.language, c.language),
    sort_key = case when r.label is null then c.sort_key else r.contact_key end,
    changed_at = $2, version = c.version + 1
from member_import_row r
where r.import_id = $1 and r.fate = 'changed' and c.id = r.contact_id

-- name: drop_functions_of_rows
delete from contact_function x using member_import_row r
where r.import_id = $1 and r.fate = 'changed' and r.functions is not null
    and x.contact_id = r.contact_id

-- name: give_functions_of_rows
insert into contact_function (contact_id, function_id)
select r.contact_id, f.id
from member_import_row r
cross join lateral unnest(r.functions) given (slug)
join function f on f.slug = given.slug
where r.import_id = $1 and r.fate in ('new', 'changed') and r.contact_id is not null
on conflict do nothing

-- name: contacts_of_rows
select contact_id from member_import_row
where import_id = $1 and fate in ('new', 'changed', 'unchanged') and contact_id is not null
order by number

-- name: applied
update member_import set applied_at = $2, applied_by = $3, receipt = $4 where id = $1

-- name: forget_imports
delete from member_import where uploaded_at < $1

-- name: drop_import
delete from member_import where id = $1 and applied_at is null

-- name: forget_rows_of
-- What files say of one contact, also by another row of the same address.
delete from member_import_row r
using contact c
where c.id = $1 and (r.contact_id = c.id or lower(r.email) = lower(c.email))
