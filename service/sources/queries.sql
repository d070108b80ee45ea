-- name: by_ids
select id, kind, title, url, site_url, config, language, crawl_delay, state, version, created_at,
       next_fetch_at, fetches, last_fetch_at, last_success_at, last_new_at, failures, failing_since,
       trouble, per_week, etag, last_modified, body_hash, moved_to, moved_since, moved_sightings,
       gone_since
from source
where id = any($1::bigint[])
order by id

-- name: listing
select id, kind, title, url, site_url, config, language, crawl_delay, state, version, created_at,
       next_fetch_at, fetches, last_fetch_at, last_success_at, last_new_at, failures, failing_since,
       trouble, per_week, etag, last_modified, body_hash, moved_to, moved_since, moved_sightings,
       gone_since
from source
where (lower(title), id) > ($1::text, $2::bigint)
  and ($3::text = '' or strpos(lower(title || ' ' || url), lower($3)) > 0)
  and ($4::source_state is null or state = $4)
  and (not $5::boolean or (state = 'gone' or (state = 'active' and failures > 0)))
order by lower(title), id
limit $6

-- name: counts
select count(*) as all,
       count(*) filter (where state = 'active') as active,
       count(*) filter (where state = 'paused') as paused,
       count(*) filter (where state = 'gone' or (state = 'active' and failures > 0)) as troubled
from source

-- name: id_of_url
select id from source where url = $1

-- name: urls
select url from source

-- name: keep_host
insert into source_host (name, next_at) values ($1, $2) on conflict (name) do nothing

-- name: add
insert into source (kind, title, url, site_url, config, language, crawl_delay, host, state,
                    created_at, next_fetch_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $9)
returning id

-- name: change
-- A new address or description starts afresh: what the old one answered says nothing about it.
update source
set title = $3, url = $4, site_url = $5, config = $6, language = $7, crawl_delay = $8, host = $9,
    version = version + 1, state = case when state = 'gone' then 'active' else state end,
    next_fetch_at = $10, failures = 0, failing_since = null, trouble = null, gone_since = null,
    etag = '', last_modified = '', body_hash = '', moved_to = '', moved_since = null,
    moved_sightings = 0, told_to_wait_until = null
where id = $1 and version = $2

-- name: set_state
update source
set state = $2, version = version + 1, next_fetch_at = $3, gone_since = null, lease_until = null
where id = $1 and state <> $2

-- name: ask_now
update source
set next_fetch_at = $2
where id = $1 and state = 'active'

-- name: claim
-- At most one source of each host; the host's row is the gate between workers.
with free as (
    select h.name
    from source_host h
    where h.next_at <= $1
      and exists (select from source s
                  where s.host = h.name and s.state = 'active' and s.next_fetch_at <= $1)
    order by h.next_at
    limit $3
    for update skip locked
), chosen as (
    select distinct on (s.host) s.id, s.host
    from source s
    join free on free.name = s.host
    where s.state = 'active' and s.next_fetch_at <= $1
    order by s.host, s.next_fetch_at
), held as (
    update source_host set next_at = $2 from chosen where name = chosen.host
)
update source set lease_until = $2 from chosen where source.id = chosen.id
returning source.id

-- name: claim_one
-- Asked for by a person: it need not be due, but nobody else may be asking its host.
with free as (
    select h.name
    from source_host h
    join source s on s.host = h.name
    where s.id = $1
      and not exists (select from source o where o.host = h.name and o.lease_until > $2)
    for update of h skip locked
), held as (
    update source_host h set next_at = $3 from free where h.name = free.name
)
update source set lease_until = $3 from free where source.id = $1
returning source.id

-- name: settle
update source
set fetches = fetches + 1, lease_until = null, last_fetch_at = $2, url = $3, state = $4,
    next_fetch_at = $5, last_success_at = $6, last_new_at = $7, failures = $8, failing_since = $9,
    trouble = $10, per_week = $11, etag = $12, last_modified = $13, body_hash = $14,
    moved_to = $15, moved_since = $16, moved_sightings = $17, gone_since = $18,
    told_to_wait_until = $19
where id = $1

-- name: free_host
-- A host waits for the usual gap; longer only if several of its sources were told to wait.
update source_host
set next_at = greatest($2, (
    select min(told.told_to_wait_until)
    from (select told_to_wait_until from source
          where host = $1 and told_to_wait_until > $2
          order by told_to_wait_until desc
          limit 2) told
    having count(*) = 2))
where name = $1

-- name: log
insert into fetch_log (source_id, at, milliseconds, outcome, status, size, entries, new_items,
                       changed_items, trouble)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: trim_log
delete from fetch_log
where source_id = $1
  and id <= (select id from fetch_log where source_id = $1 order by id desc offset 20 limit 1)

-- name: log_of
select at, milliseconds, outcome, status, size, entries, new_items, changed_items, trouble
from fetch_log
where source_id = $1
order by id desc
limit 20

-- name: due_count
select count(*) from source where state = 'active' and next_fetch_at <= $1
