-- name: committees
select k.id, k.slug, k.name, k.purpose,
    count(distinct m.contact_id)::int as members,
    count(distinct c.organisation_id)::int as organisations
from committee k
left join committee_member m on m.committee_id = k.id
    and m.since <= $1 and (m.until is null or m.until >= $1)
left join contact c on c.id = m.contact_id
where $2 = '' or position($2 in k.sort_key) > 0
group by k.id
order by k.sort_key, k.id

-- name: committee
select id, slug, name, purpose from committee where id = $1

-- name: add_committee
insert into committee (slug, name, purpose, sort_key) values ($1, $2, $3, $4) returning id

-- name: change_committee
update committee set name = $2, purpose = $3, sort_key = $4 where id = $1

-- name: terms_in
-- Those in office first, then the former ones, each by rank and name.
select m.id, m.committee_id, k.name as committee, m.contact_id, c.label, c.email, c.organisation_id,
    coalesce(o.name, '') as organisation, m.role, m.since, m.until
from committee_member m
join committee k on k.id = m.committee_id
join contact c on c.id = m.contact_id
left join organisation o on o.id = c.organisation_id
where m.committee_id = $1
order by (m.until is not null and m.until < $2), m.role, o.sort_key nulls last, c.sort_key, m.id

-- name: terms_of
select m.id, m.committee_id, k.name as committee, m.contact_id, c.label, c.email, c.organisation_id,
    coalesce(o.name, '') as organisation, m.role, m.since, m.until
from committee_member m
join committee k on k.id = m.committee_id
join contact c on c.id = m.contact_id
left join organisation o on o.id = c.organisation_id
where m.contact_id = $1
order by m.since desc, m.id

-- name: appoint
insert into committee_member (committee_id, contact_id, role, since, until)
values ($1, $2, $3, $4, $5) returning id

-- name: change_term
update committee_member set role = $3, since = $4, until = $5 where id = $1 and committee_id = $2

-- name: remove_term
delete from committee_member where id = $1 and committee_id = $2
