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

create type returned_kind as enum
    ('bounce', 'complaint', 'unsubscribe', 'auto_reply', 'human', 'other');
create type returned_effect as enum
    ('none', 'counted', 'suspended', 'ended', 'forwarded', 'unmatched');

-- Mail that came to the envelope sender, each kept with its original (its beginning, if it is long), so
-- that whoever is suspended can see why. The digest makes a mail that is delivered twice one.
create table returned_mail (
    id          bigint generated always as identity primary key,
    digest      bytea       not null constraint returned_mail_once unique,
    at          timestamptz not null,
    envelope_to text        not null,
    size        integer     not null,
    original    bytea       not null,
    kind        returned_kind not null,
    class       text        not null,
    reason      text        not null,
    status      text        not null,
    recipient   text        not null,
    reporter    text        not null,
    said        text        not null,
    effect      returned_effect not null,
    message_id  bigint references message (id) on delete set null,
    contact_id  bigint references contact (id) on delete set null,
    dispatch_id bigint references dispatch (id) on delete set null,
    seen_at     timestamptz
);
create index returned_mail_listing on returned_mail (at desc, id desc);
create index returned_mail_by_kind on returned_mail (kind, at desc, id desc);
create index returned_mail_by_effect on returned_mail (effect, at desc, id desc);
create index returned_mail_new on returned_mail (at desc, id desc) where seen_at is null;
create index returned_mail_of_contact on returned_mail (contact_id, id);
create index returned_mail_of_message on returned_mail (message_id);
create index returned_mail_of_dispatch on returned_mail (dispatch_id);

-- How the doors stand through which returned mail comes in; the workers write it, a page shows it.
create type intake_door as enum ('listener', 'mailbox');
create table intake_state (
    door      intake_door primary key,
    since     timestamptz not null,
    looked_at timestamptz not null,
    trouble   jsonb
);

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
