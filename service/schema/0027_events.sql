-- stage: events
-- Which members a large dispatch has reached, as it was counted last; a small one is counted when it is asked for.

create table reach (
    dispatch_id bigint primary key references dispatch (id) on delete cascade,
    counted_at timestamptz not null,
    members jsonb not null
);
