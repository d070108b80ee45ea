-- stage: events
-- Facts that arrive after the hand-over. Rows are appended, never overwritten. No address, no IP and no
-- cookie is kept with a click: clicks are numbers per link and hour, not rows per person.

create type event_kind as enum ('unsubscribed', 'complained', 'bounced');

create table event (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    kind        event_kind  not null,
    message_id  bigint references message (id) on delete set null,
    contact_id  bigint references contact (id) on delete set null,
    dispatch_id bigint references dispatch (id) on delete set null,
    detail      jsonb not null default '{}'
);

create index event_of_dispatch on event (dispatch_id, kind, id);
create index event_of_contact on event (contact_id, id);
create index event_of_message on event (message_id);

create table click_count (
    dispatch_id    bigint      not null references dispatch (id) on delete cascade,
    link_number    integer     not null,
    hour           timestamptz not null,
    clicks         integer     not null default 0 check (clicks >= 0),
    scanner_clicks integer     not null default 0 check (scanner_clicks >= 0),
    primary key (dispatch_id, link_number, hour)
);

-- The counts of a dispatch that has come to its end, so that a list of a hundred dispatches does not
-- count two million messages. Made by a tick; a dispatch that goes on again is counted anew.
create table figures (
    dispatch_id bigint primary key references dispatch (id) on delete cascade,
    counted_at  timestamptz not null,
    accepted    integer not null,
    deferred    integer not null,
    refused     integer not null,
    unknown     integer not null,
    withdrawn   integer not null,
    left_out    integer not null
);
