-- stage: sources
-- Sources that write to us by mail, and what a host's robots.txt forbids.

-- A source of this kind is never asked: its address is «mail:» and a secret, and mail brings its news.
alter type source_kind add value 'mail';

-- The rules that concern us, in their order: a path with its wildcards behind + (allowed) or −.
alter table source_host add column robots_rules text[] not null default '{}';
