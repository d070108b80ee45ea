-- stage: delivery
-- Every try to hand a message over, and how the mail server stands.

create type attempt_outcome as enum ('accepted', 'deferred', 'refused', 'unknown');
create type relay_condition as enum ('up', 'down', 'locked_out');

create table attempt (
    message_id bigint not null references message (id),
    number integer not null,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    relay text not null,
    outcome attempt_outcome not null,
    code integer not null,
    status text not null,
    reply text not null,
    primary key (message_id, number)
);

create table relay_state (
    relay text primary key,
    condition relay_condition not null,
    since timestamptz not null,
    trouble jsonb,
    probes integer not null default 0,
    probe_at timestamptz
);
