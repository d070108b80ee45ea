-- stage: items
-- The pages behind items of which a source lists only a teaser: when they are read, and whether.

alter table item
    add column page_host text not null default '',
    -- When its page is (again) to be read; null: there is nothing to read, or it has been read.
    add column page_due_at timestamptz,
    add column page_tries smallint not null default 0,
    -- Text and markup are those of its own page, not of the listing.
    add column from_page boolean not null default false;
create index item_page_due on item (page_host, page_due_at) where page_due_at is not null;
