-- stage: editions
-- What we write: the association that signs, its newsletters, their editions made of blocks, and the approvals.

create type newsletter_visibility as enum ('public', 'members');
create type edition_state as enum
    ('draft', 'in_review', 'approved', 'scheduled', 'sending', 'sent', 'cancelled');
create type block_kind as enum
    ('greeting', 'heading', 'text', 'item', 'deadline', 'event', 'button', 'divider');
create type approval_verdict as enum ('approved', 'returned');

create table association (
    id smallint primary key default 1 constraint association_is_one check (id = 1),
    name text not null,
    short_name text not null,
    postal_address text not null,
    website text not null,
    email text not null,
    four_eyes boolean not null default true,
    version integer not null default 1
);

create table newsletter (
    id bigint generated always as identity primary key,
    slug text not null constraint newsletter_slug_unique unique
        constraint newsletter_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null,
    description text not null,
    sender_name text not null,
    sender_address text not null,
    reply_to text not null,
    language text not null constraint newsletter_language check (language in ('de', 'fr', 'it', 'en')),
    visibility newsletter_visibility not null,
    segment text not null default '',
    look jsonb not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null
);

create table edition (
    id bigint generated always as identity primary key,
    newsletter_id bigint not null references newsletter (id),
    number integer not null,
    title text not null,
    subject text not null,
    preheader text not null,
    segment text not null default '',
    state edition_state not null,
    version integer not null default 1,
    words_version integer not null default 1,
    public_slug text,
    created_at timestamptz not null,
    created_by bigint references editor (id),
    changed_at timestamptz not null,
    changed_by bigint references editor (id),
    handed_in_at timestamptz,
    handed_in_by bigint references editor (id),
    sent_at timestamptz,
    constraint edition_number_unique unique (newsletter_id, number),
    constraint edition_slug_unique unique (newsletter_id, public_slug),
    constraint edition_sent_is_public check (state <> 'sent' or (sent_at is not null and public_slug is not null))
);
create index edition_listing on edition (changed_at desc, id desc);
create index edition_by_state on edition (state, changed_at desc, id desc);
create index edition_by_newsletter on edition (newsletter_id, changed_at desc, id desc);
create index edition_published on edition (newsletter_id, sent_at desc, id desc) where state = 'sent';

create table block (
    id bigint generated always as identity primary key,
    edition_id bigint not null references edition (id) on delete cascade,
    position integer not null,
    kind block_kind not null,
    content jsonb not null,
    segment text not null default '',
    language text not null default '',
    item_id bigint references item (id) on delete set null,
    item_revision integer,
    version integer not null default 1,
    changed_at timestamptz not null,
    changed_by bigint references editor (id),
    removed_at timestamptz,
    constraint block_content_is_of_its_kind check (content ->> 'kind' = kind::text)
);
create index block_of_edition on block (edition_id, position, id);
create index block_of_item on block (item_id) where item_id is not null;

create table approval (
    id bigint generated always as identity primary key,
    edition_id bigint not null references edition (id) on delete cascade,
    content_hash text not null,
    content jsonb not null,
    editor_id bigint not null references editor (id),
    verdict approval_verdict not null,
    remark text not null,
    decided_at timestamptz not null,
    voided_at timestamptz,
    voided_by bigint references editor (id)
);
create index approval_of_edition on approval (edition_id, decided_at desc, id desc);
