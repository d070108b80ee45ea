-- stage: outbox
-- What is owed to whom: a dispatch per edition, one message per recipient, and single mails (notices).

create type dispatch_state as enum
    ('scheduled', 'opening', 'running', 'paused', 'waiting', 'finished', 'cancelled');
create type dispatch_hold as enum ('relay', 'person');
create type message_state as enum
    ('queued', 'claimed', 'handing_over', 'accepted', 'deferred', 'refused', 'unknown', 'withdrawn');
create type notice_kind as enum
    ('confirmation', 'approval', 'preferences', 'task', 'test', 'reply', 'password');

create table dispatch (
    id bigint generated always as identity primary key,
    edition_id bigint not null references edition (id),
    newsletter_id bigint not null references newsletter (id),
    state dispatch_state not null,
    content_hash text not null,
    scheduled_at timestamptz not null,
    scheduled_by bigint references editor (id),
    created_at timestamptz not null,
    opened_at timestamptz,
    -- When a person last said "go on": what the breaker saw before that does not stop it again.
    resumed_at timestamptz,
    finished_at timestamptz,
    -- Why it waits: for the relay to answer again, or for a person to decide.
    hold dispatch_hold,
    trouble jsonb,
    candidates integer not null default 0,
    -- What all its messages share in their headers, as it stood when the audience was frozen.
    letterhead jsonb,
    constraint dispatch_waits_for_something check ((state = 'waiting') = (hold is not null)),
    constraint dispatch_opened_has_letterhead check ((opened_at is null) = (letterhead is null))
);
create unique index dispatch_of_edition on dispatch (edition_id) where state <> 'cancelled';
create index dispatch_by_state on dispatch (state, scheduled_at);
create index dispatch_listing on dispatch (scheduled_at desc, id desc);
create index dispatch_of_newsletter on dispatch (newsletter_id, id);
create index dispatch_of_editor on dispatch (scheduled_by);

-- The edition as one variant of the audience gets it, with its slots still open.
create table rendition (
    dispatch_id bigint not null references dispatch (id),
    variant bigint not null,
    subject text not null,
    preheader text not null,
    html text not null,
    text text not null,
    nonce text not null,
    primary key (dispatch_id, variant)
);

create table link (
    dispatch_id bigint not null references dispatch (id),
    number integer not null,
    url text not null,
    primary key (dispatch_id, number)
);

-- Nothing that changes while a dispatch runs is indexed, so that every update stays on its page (HOT).
create table message (
    id bigint generated always as identity primary key,
    dispatch_id bigint not null references dispatch (id),
    contact_id bigint not null references contact (id),
    address text not null,
    salutation text not null,
    language text not null,
    variant bigint not null,
    state message_state not null default 'queued',
    -- `attempt` counts claims and fences; `tries` counts answers that put it off.
    attempt integer not null default 0,
    tries integer not null default 0,
    code integer not null default 0,
    worker text not null default '',
    dated_at timestamptz,
    next_at timestamptz,
    handed_at timestamptz,
    settled_at timestamptz,
    status text not null default '',
    reply text not null default '',
    constraint message_once_per_recipient unique (dispatch_id, contact_id)
) with (fillfactor = 60);
create index message_by_address on message (dispatch_id, address, id);
create index message_of_contact on message (contact_id, id);

-- A worker leases a stretch of messages, not single ones. `due_at` is null when nothing in it is owed.
create table chunk (
    dispatch_id bigint not null references dispatch (id),
    number integer not null,
    first_id bigint not null,
    last_id bigint not null,
    worker text not null default '',
    lease_until timestamptz,
    due_at timestamptz,
    primary key (dispatch_id, number)
);
create index chunk_due on chunk (due_at) where due_at is not null;

create table left_out (
    dispatch_id bigint not null references dispatch (id),
    contact_id bigint not null references contact (id),
    reason text not null,
    primary key (dispatch_id, contact_id)
);
create index left_out_by_reason on left_out (dispatch_id, reason, contact_id);
create index left_out_of_contact on left_out (contact_id, dispatch_id);

-- Mails to one person: confirmations, requests for approval, tests.
create table notice (
    id bigint generated always as identity primary key,
    kind notice_kind not null,
    contact_id bigint references contact (id),
    address text not null,
    sender_name text not null,
    sender_address text not null,
    subject text not null,
    text text not null,
    html text not null,
    state message_state not null default 'queued',
    attempt integer not null default 0,
    tries integer not null default 0,
    code integer not null default 0,
    worker text not null default '',
    created_at timestamptz not null,
    next_at timestamptz,
    give_up_at timestamptz not null,
    lease_until timestamptz,
    handed_at timestamptz,
    settled_at timestamptz,
    status text not null default '',
    reply text not null default ''
);
create index notice_due on notice (next_at) where state in ('queued', 'deferred');
create index notice_leased on notice (lease_until) where state in ('claimed', 'handing_over');
create index notice_created on notice (created_at);
create index notice_of_contact on notice (contact_id);
