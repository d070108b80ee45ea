-- stage: items
-- One row per piece of news as we keep it, with what it said before, and the topics it is filed under.

create type item_state as enum ('new', 'picked', 'discarded');
create type published_precision as enum ('minute', 'day', 'unknown');
create type story_reason as enum ('address', 'translation', 'text', 'title', 'editor');

create table topic (
    id bigint generated always as identity primary key,
    slug text not null constraint topic_slug_unique unique
        constraint topic_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint topic_title_given check (title <> ''),
    position integer not null default 0,
    keywords text[] not null default '{}'
);

-- Several items that tell the same; one of them leads, the others are folded under it.
create table story (
    id bigint generated always as identity primary key,
    created_at timestamptz not null
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
    -- Where it stands in the inbox: when it was published, else when we first saw it; put off
    -- until another day, the morning of that day.
    shown_at timestamptz not null,
    state item_state not null,
    state_at timestamptz not null,
    state_by bigint references editor (id),
    -- What an edition has of it; null where it was only marked along with another copy.
    picked_revision integer,
    story_id bigint references story (id),
    folded boolean not null default false,
    story_reason story_reason,
    story_score real,
    -- How likely editors pick it, the words that say so, and the word that keeps it out of sight.
    relevance real not null default 0.5,
    relevant_because text[] not null default '{}',
    muted_by text not null default '',
    weighed boolean not null default false,
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
    constraint item_identity unique (source_id, external_id),
    constraint item_folded_in_a_story check (story_id is not null or not folded)
);
create index item_of_story on item (story_id) where story_id is not null;
create index item_alternate on item (source_id, alternate_id) where alternate_id <> '';
create index item_inbox on item (state, shown_at desc, id desc) include (muted_by) where not folded;
create index item_by_relevance on item (state, relevance desc, id desc) where not folded;
create index item_all on item (shown_at desc, id desc);
create index item_of_source on item (source_id, state, shown_at desc, id desc);
create index item_by_editor on item (state_by) where state_by is not null;
create index item_judged on item (state_at desc, id desc) where state <> 'new';
create index item_unweighed on item (id) where not weighed and state = 'new';
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
    -- Whether the model suggested it rather than the topic's words.
    learned boolean not null default false,
    primary key (item_id, topic_id)
);
create index item_topic_of_topic on item_topic (topic_id, item_id);

-- What near-duplicates are found by: prints of some of each text's runs of four words, for two
-- weeks. It holds no key to item: a row that points nowhere is harmless and soon forgotten.
create table item_run (
    run integer not null,
    at timestamptz not null,
    item_id bigint not null
);
create index item_run_lookup on item_run (run, at, item_id);
create index item_run_by_time on item_run using brin (at);

-- Two items that an editor took apart, never to be joined again; and two that may be the same.
create table story_split (
    one_id bigint not null references item (id) on delete cascade,
    other_id bigint not null references item (id) on delete cascade,
    parted_at timestamptz not null,
    parted_by bigint references editor (id),
    primary key (one_id, other_id),
    constraint story_split_ordered check (one_id < other_id)
);
create index story_split_of_other on story_split (other_id);

create table story_hint (
    one_id bigint not null references item (id) on delete cascade,
    other_id bigint not null references item (id) on delete cascade,
    reason story_reason not null,
    score real not null,
    primary key (one_id, other_id),
    constraint story_hint_ordered check (one_id < other_id)
);
create index story_hint_of_other on story_hint (other_id);

-- What was learned from the editors' judgements; and the association's own words.
create table item_model (
    id smallint primary key default 1 constraint item_model_is_one check (id = 1),
    trained_at timestamptz not null,
    examples integer not null,
    body bytea not null
);

create table watch_word (
    word text primary key,
    mutes boolean not null
);
