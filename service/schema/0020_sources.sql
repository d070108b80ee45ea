-- stage: sources
-- How long a feed asks to be left alone, in minutes: an answer "not modified" does not repeat it.

alter table source add column ttl integer not null default 0;
