-- stage: sources
-- Whether the pages behind a source's teasers are read for their whole text.

alter table source add column reads_pages boolean not null default true;
