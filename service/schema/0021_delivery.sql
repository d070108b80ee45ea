-- stage: delivery
-- By how many seconds a receiver counts our mail, and what it took in them before it last refused.

alter table destination
    add column burst real not null default 0 check (burst >= 0),
    add column "window" integer not null default 1 check ("window" >= 1);
