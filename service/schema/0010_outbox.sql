-- stage: outbox
-- When mail may leave: the hours of a newsletter, an end, the plan of a new sender's domain; and
-- copies to addresses of our own, which prove that it arrives.

create table send_hours (
    newsletter_id bigint primary key references newsletter (id),
    days smallint[] not null
        constraint send_hours_days check (cardinality(days) > 0 and days <@ '{1,2,3,4,5,6,7}'),
    opens time not null,
    -- 00:00 is the end of the day.
    closes time not null,
    constraint send_hours_last check (closes = '00:00' or closes > opens)
);

alter table dispatch
    -- The stretch of its newsletter's hours that is open or comes next; null where mail may always leave.
    add column opens_at timestamptz,
    add column closes_at timestamptz,
    add column not_after timestamptz,
    -- The sender's domain whose plan lets its messages go, a few at a time; '' without one.
    add column warm_up text not null default '';
create index dispatch_warming on dispatch (warm_up) where warm_up <> '';

-- Every claim and every final dot ask this; it is short so that PostgreSQL writes it into the query.
create function may_leave(d dispatch, at timestamptz) returns boolean
language sql immutable parallel safe
return coalesce(d.opens_at <= at, true) and coalesce(d.closes_at > at, true)
    and coalesce(d.not_after > at, true);

-- How many mails a sender's domain may send on its first day with mail, on its second …
create table warm_up (
    domain text primary key constraint warm_up_lower check (domain = lower(domain)),
    steps integer[] not null
        constraint warm_up_steps check (cardinality(steps) > 0 and 0 < all (steps)),
    started_at timestamptz not null,
    started_by bigint references editor (id),
    ended_at timestamptz
);

create table warm_up_day (
    domain text not null references warm_up (domain) on delete cascade,
    day date not null,
    step integer not null,
    most integer not null,
    sent integer not null default 0,
    primary key (domain, day)
);

alter type notice_kind add value 'control';

create table control_address (
    newsletter_id bigint not null references newsletter (id),
    address text not null,
    primary key (newsletter_id, address)
);

create table control_copy (
    id bigint generated always as identity primary key,
    dispatch_id bigint not null references dispatch (id),
    address text not null,
    variant bigint not null,
    notice_id bigint references notice (id) on delete set null,
    handed_at timestamptz,
    arrived_at timestamptz,
    came_back text not null default '',
    -- When somebody has seen that it did not arrive, and needs no more reminding.
    seen_at timestamptz
);
create index control_copy_of_dispatch on control_copy (dispatch_id, id);
create index control_copy_of_notice on control_copy (notice_id);
create index control_copy_missing on control_copy (dispatch_id) where arrived_at is null;
