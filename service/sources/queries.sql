-- name: by_ids
select s.id, kind, title, url, site_url, config, language, s.crawl_delay, state, version, created_at,
       next_fetch_at, fetches, last_fetch_at, last_success_at, last_new_at, failures, failing_since,
       trouble, per_week, etag, last_modified, body_hash, moved_to, moved_since, moved_sightings,
       gone_since, because, h.crawl_delay as host_delay, h.robots_at, h.robots_rules,
       ttl, reads_pages
from source s
join source_host h on h.name = s.host
where s.id = any($1::bigint[])
order by s.id

-- name: everything
select s.id, kind, title, url, site_url, config, language, s.crawl_delay, state, version, created_at,
       next_fetch_at, fetches, last_fetch_at, last_success_at, last_new_at, failures, failing_since,
       trouble, per_week, etag, last_modified, body_hash, moved_to, moved_since, moved_sightings,
       gone_since, because, h.crawl_delay as host_delay, h.robots_at, h.robots_rules,
       ttl, reads_pages
from source s
join source_host h on h.name = s.host
order by lower(title), s.id

-- name: listing
select s.id, kind, title, url, site_url, config, language, s.crawl_delay, state, version, created_at,
       next_fetch_at, fetches, last_fetch_at, last_success_at, last_new_at, failures, failing_since,
       trouble, per_week, etag, last_modified, body_hash, moved_to, moved_since, moved_sightings,
       gone_since, because, h.crawl_delay as host_delay, h.robots_at, h.robots_rules,
       ttl, reads_pages
from source s
join source_host h on h.name = s.host
where (lower(title), s.id) > ($1::text, $2::bigint)
  and ($3::text = '' or strpos(lower(title || ' ' || url), lower($3)) > 0)
  and ($4::source_state is null or state = $4)
  and (not $5::boolean or state = 'gone' or (state = 'active' and (failures > 0 or silent(s, $6))))
order by lower(title), s.id
limit $7

-- name: counts
select count(*) as all,
       count(*) filter (where state = 'active') as active,
       count(*) filter (where state = 'paused') as paused,
       count(*) filter (where state = 'gone'
                        or (state = 'active' and (failures > 0 or silent(s, $1)))) as troubled
from source s

-- name: taken
select url from source where url = any($1::text[])

-- name: id_of_url
select id from source where url = $1

-- name: urls
select url from source

-- name: keep_hosts
insert into source_host (name, next_at)
select distinct name, $2::timestamptz from unnest($1::text[]) as given (name)
on conflict (name) do nothing

-- name: add
insert into source (kind, title, url, site_url, config, language, crawl_delay, host, state,
                    created_at, next_fetch_at, reads_pages)
select kind, title, url, site_url, config, language, crawl_delay, host, 'active', $1,
       next_fetch_at, reads_pages
from jsonb_to_recordset($2::jsonb) as given (
    kind source_kind, title text, url text, site_url text, config jsonb, language text,
    crawl_delay integer, host text, next_fetch_at timestamptz, reads_pages boolean)
returning id

-- name: change
-- A new address or description starts afresh: what the old one answered says nothing about it.
update source
set title = $3, url = $4, site_url = $5, config = $6, language = $7, crawl_delay = $8, host = $9,
    version = version + 1, state = case when state = 'gone' then 'active' else state end,
    next_fetch_at = $10, reads_pages = $11, failures = 0, failing_since = null, trouble = null, gone_since = null,
    etag = '', last_modified = '', body_hash = '', moved_to = '', moved_since = null,
    moved_sightings = 0, told_to_wait_until = null, because = null
where id = $1 and version = $2

-- name: readdress
update source set url = $2, version = version + 1 where id = $1

-- name: set_state
update source
set state = $2, version = version + 1, next_fetch_at = $3, gone_since = null, because = null
where id = $1 and state <> $2

-- name: ask_now
update source
set next_fetch_at = $2, because = null
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
    update source_host set next_at = $2, held_until = $2 from chosen where name = chosen.host
)
select id from chosen

-- name: claim_one
-- Asked for by a person: it need not be due, but nobody else may be asking its host.
update source_host h
set next_at = $3, held_until = $3
from source s
where s.id = $1 and h.name = s.host and (h.held_until is null or h.held_until <= $2)

-- name: hold
-- Hosts that are free, for a request that is no fetch of news.
with free as (
    select name from source_host
    where name = any($1::text[]) and next_at <= $2
    for update skip locked
)
update source_host h set next_at = $3, held_until = $3 from free where h.name = free.name
returning h.name, h.crawl_delay, h.robots_at, h.robots_rules

-- name: let_go
update source_host h
set next_at = given.free_at, held_until = null, crawl_delay = given.crawl_delay,
    robots_at = given.robots_at, robots_rules = given.robots_rules
from jsonb_to_recordset($1::jsonb) as given (
    name text, free_at timestamptz, crawl_delay integer, robots_at timestamptz, robots_rules text[])
where h.name = given.name

-- name: settle
-- All of a batch in one statement; $2 is a list of lines as service.sources.actions makes them. What
-- somebody changed or paused while it was asked stays as it was put.
update source s
set fetches = fetches + 1, last_fetch_at = $1, url = a.url, host = a.host,
    state = a.state, next_fetch_at = a.next_fetch_at, last_success_at = a.last_success_at,
    last_new_at = a.last_new_at, failures = a.failures, failing_since = a.failing_since,
    trouble = a.trouble, per_week = a.per_week, etag = a.etag, last_modified = a.last_modified,
    body_hash = decode(a.body_hash, 'base64'), moved_to = a.moved_to, moved_since = a.moved_since,
    moved_sightings = a.moved_sightings, gone_since = a.gone_since,
    told_to_wait_until = a.told_to_wait_until, because = a.because, ttl = a.ttl
from jsonb_to_recordset($2::jsonb) as a (
    source_id bigint, version integer, url text, host text, state source_state,
    next_fetch_at timestamptz, last_success_at timestamptz, last_new_at timestamptz, failures integer,
    failing_since timestamptz, trouble jsonb, per_week real, etag text, last_modified text,
    body_hash text, moved_to text, moved_since timestamptz, moved_sightings integer,
    gone_since timestamptz, told_to_wait_until timestamptz, because jsonb, ttl integer)
where s.id = a.source_id and s.version = a.version

-- name: free_hosts
-- A host waits for the usual gap; longer only if several of its sources were told to wait.
update source_host h
set crawl_delay = a.host_delay, robots_at = a.robots_at, robots_rules = a.robots_rules,
    held_until = null, next_at = greatest(a.free_at, (
        select min(told.told_to_wait_until)
        from (select told_to_wait_until from source
              where host = h.name and told_to_wait_until > a.free_at
              order by told_to_wait_until desc
              limit 2) told
        having count(*) = 2))
from jsonb_to_recordset($1::jsonb) as a (
    asked_host text, host_delay integer, robots_at timestamptz, robots_rules text[],
    free_at timestamptz)
where h.name = a.asked_host

-- name: log
insert into fetch_log (source_id, at, milliseconds, outcome, status, size, entries, new_items,
                       changed_items, trouble)
select source_id, at, milliseconds, outcome, status, size, entries, new_items, changed_items, trouble
from jsonb_to_recordset($1::jsonb) as a (
    source_id bigint, at timestamptz, milliseconds integer, outcome fetch_outcome, status integer,
    size integer, entries integer, new_items integer, changed_items integer, trouble jsonb)

-- name: trim_log
delete from fetch_log f
using unnest($1::bigint[]) as asked (id),
      lateral (select id from fetch_log l where l.source_id = asked.id
               order by id desc offset 20 limit 1) too_old
where f.source_id = asked.id and f.id <= too_old.id

-- name: log_of
select at, milliseconds, outcome, status, size, entries, new_items, changed_items, trouble
from fetch_log
where source_id = $1
order by id desc
limit 20
