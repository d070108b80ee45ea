-- stage: delivery
-- How fast mail may leave for where it goes: what receivers told us, shared by all workers.

create type destination_kind as enum ('relay', 'group', 'domain');

-- Relays, known groups of receivers, and whatever domain ever gave trouble; a domain that takes all
-- that comes has no row. The rate is not stored: it follows from ceiling, slowed_at and the hour.
create table destination (
    kind destination_kind not null,
    name text not null,
    -- Mails a second that it took when it last said "too fast"; null: as fast as it goes.
    ceiling real,
    slowed_at timestamptz,
    strikes integer not null default 0,
    rests integer not null default 0,
    paused_until timestamptz,
    -- Mails a second that it takes, fading within seconds: what a ceiling is measured by.
    flow real not null default 0,
    flow_at timestamptz not null,
    accepted bigint not null default 0,
    deferred bigint not null default 0,
    refused bigint not null default 0,
    -- The last reply that was no acceptance, without anybody's address.
    last_code integer not null default 0,
    last_status text not null default '',
    last_reply text not null default '',
    last_at timestamptz,
    changed_at timestamptz not null,
    primary key (kind, name)
) with (fillfactor = 60);
create index destination_slowed on destination (slowed_at desc, kind, name) where slowed_at is not null;

-- Which group takes the mail of a domain, as its MX records say; '' where it stands for itself.
create table mail_route (
    domain text primary key,
    destination text not null default '',
    looked_up_at timestamptz,
    due_at timestamptz
);
create index mail_route_due on mail_route (due_at) where due_at is not null;
