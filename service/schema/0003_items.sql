-- stage: items
-- One row per piece of news as we keep it, with what it said before, and the topics it is filed under.

create type item_state as enum ('new', 'picked', 'discarded');
create type published_precision as enum ('minute', 'day', 'unknown');

create table topic (
    id bigint generated always as identity primary key,
    slug text not null constraint topic_slug_unique unique
        constraint topic_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint topic_title_given check (title <> ''),
    position integer not null default 0,
    keywords text[] not null default '{}'
);

create table item (
    id bigint generated always as identity primary key,
    source_id bigint not null references source (id),
    external_id text not null,
    alternate_id text not null default '',
    url text not null default '',
    title text not null,
    lead text not null default '',
    content_html text not null default '',
    text text not null default '',
    language text not null default '',
    published_at timestamptz,
    published_precision published_precision not null,
    -- Where it stands in the inbox: when it was published, else when we first saw it.
    shown_at timestamptz not null,
    state item_state not null,
    state_at timestamptz not null,
    state_by bigint references editor (id),
    picked_revision integer,
    seen_at timestamptz not null,
    changed_at timestamptz,
    revision integer not null default 1,
    listed_print bytea not null,
    text_print bytea not null,
    search tsvector generated always as (
        setweight(to_tsvector('german', title), 'A')
        || setweight(to_tsvector('german', lead), 'B')
        || setweight(to_tsvector('german', left(text, 100000)), 'C')
    ) stored,
    constraint item_identity unique (source_id, external_id)
);
create index item_alternate on item (source_id, alternate_id) where alternate_id <> '';
create index item_inbox on item (state, shown_at desc, id desc);
create index item_all on item (shown_at desc, id desc);
create index item_of_source on item (source_id, state, shown_at desc, id desc);
create index item_by_editor on item (state_by) where state_by is not null;
create index item_changed on item (shown_at desc, id desc) where picked_revision < revision;
create index item_search on item using gin (search);

create table item_revision (
    item_id bigint not null references item (id) on delete cascade,
    number integer not null,
    at timestamptz not null,
    title text not null,
    lead text not null,
    text text not null,
    primary key (item_id, number)
);

create table item_topic (
    item_id bigint not null references item (id) on delete cascade,
    topic_id bigint not null references topic (id) on delete cascade,
    -- The word that suggested the topic; '' where an editor filed it.
    because text not null default '',
    primary key (item_id, topic_id)
);
create index item_topic_of_topic on item_topic (topic_id, item_id);
