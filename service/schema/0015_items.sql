-- stage: items
-- What comes beside an item's words: marks of its publisher, documents, a picture.

-- Only for items of which the publisher says something of the kind.
create table item_mark (
    item_id bigint primary key references item (id) on delete cascade,
    -- What the publisher calls one release in all its languages, and the address it holds for true.
    publisher_group text not null default '',
    canonical text not null default '',
    -- Who wrote a mail, and the list or domain it came from.
    sender text not null default '',
    via text not null default '',
    picture_url text not null default '',
    picture_alt text not null default '',
    -- When an edition took the item, so that the picture is to be copied; and why it could not be.
    picture_wanted_at timestamptz,
    picture_trouble jsonb
);
create index item_mark_wanted on item_mark (picture_wanted_at) where picture_wanted_at is not null;

create table item_document (
    id bigint generated always as identity primary key,
    item_id bigint not null references item (id) on delete cascade,
    position integer not null,
    -- '' for an attachment of a mail, which stands in body.
    url text not null,
    title text not null,
    type text not null,
    size bigint,
    -- When its server is (again) asked for the size; null: it is known, or cannot be had.
    ask_at timestamptz,
    asked_before boolean not null default false,
    body bytea,
    constraint item_document_is_somewhere check (url <> '' or body is not null)
);
create unique index item_document_once on item_document (item_id, url) where url <> '';
create index item_document_of_item on item_document (item_id, position);
create index item_document_to_ask on item_document (ask_at) where ask_at is not null;

-- Pictures that an edition took, on our own host; `token` is their public address.
create table item_picture (
    item_id bigint primary key references item (id) on delete cascade,
    token text not null constraint item_picture_token_unique unique,
    type text not null,
    width integer not null,
    height integer not null,
    body bytea not null,
    taken_at timestamptz not null
);
