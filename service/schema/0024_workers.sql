-- stage: workers
-- Who is at work: each worker writes its row every few seconds and takes it away when it ends well.

create table worker (
    name    text primary key,
    host    text not null,
    pid     integer not null,
    since   timestamptz not null,
    seen_at timestamptz not null,
    -- What it does again and again: when each duty last began and ended, and whether it failed.
    deeds   jsonb not null default '[]'
);
