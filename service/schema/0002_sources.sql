-- stage: sources
-- Where news comes from, how each place answered, and when it may be asked again.

create type source_kind as enum ('feed', 'json_feed', 'json_list', 'html_list', 'sitemap');
create type source_state as enum ('active', 'paused', 'gone');
create type fetch_outcome as enum ('read', 'unchanged', 'failed');

-- One row per host: it carries the politeness (one request in flight, a gap between two).
create table source_host (
    name text primary key,
    next_at timestamptz not null,
    -- What its robots.txt asks for, in seconds, and when that was read.
    crawl_delay integer not null default 0,
    robots_at timestamptz
);
create index source_host_free on source_host (next_at);

create table source (
    id bigint generated always as identity primary key,
    kind source_kind not null,
    title text not null constraint source_title_given check (title <> ''),
    url text not null constraint source_url_unique unique,
    site_url text not null default '',
    config jsonb not null default '{}',
    language text not null default '',
    crawl_delay integer not null default 0
        constraint source_crawl_delay check (crawl_delay between 0 and 600),
    host text not null references source_host (name),
    state source_state not null,
    version integer not null default 1,
    created_at timestamptz not null,

    next_fetch_at timestamptz not null,
    lease_until timestamptz,
    fetches integer not null default 0,
    last_fetch_at timestamptz,
    last_success_at timestamptz,
    last_new_at timestamptz,
    failures integer not null default 0,
    failing_since timestamptz,
    trouble jsonb,
    per_week real not null default 0,
    etag text not null default '',
    last_modified text not null default '',
    body_hash bytea not null default ''::bytea,
    moved_to text not null default '',
    moved_since timestamptz,
    moved_sightings integer not null default 0,
    gone_since timestamptz,
    told_to_wait_until timestamptz,
    -- Why it is asked next when it is, as a sentence; null: a person asked for it.
    because jsonb
);
create index source_told_to_wait on source (host, told_to_wait_until)
    where told_to_wait_until is not null;
create index source_due on source (host, next_fetch_at) where state = 'active';
create index source_listing on source (lower(title), id);

-- Nothing new in three times the usual gap, and for at least a week: public bodies take holidays.
create function silent(s source, at timestamptz) returns boolean language sql stable
return s.last_success_at is not null
    and coalesce(s.last_new_at, s.created_at)
        < at - greatest(interval '7 days', interval '21 days' / greatest(s.per_week, 0.1));

create table fetch_log (
    id bigint generated always as identity primary key,
    source_id bigint not null references source (id) on delete cascade,
    at timestamptz not null,
    milliseconds integer not null,
    outcome fetch_outcome not null,
    status integer,
    size integer not null,
    entries integer not null,
    new_items integer not null,
    changed_items integer not null,
    trouble jsonb
);
create index fetch_log_of_source on fetch_log (source_id, id desc);
