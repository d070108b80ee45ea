-- stage: sources
-- Hosts that are held for requests other than fetches of news.

-- Until when nobody else may ask the host, not even because a person wants it; null: it is free.
alter table source_host add column held_until timestamptz;
