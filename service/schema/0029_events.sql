-- stage: events
-- Returned mail is found by whom it is about, by who wrote it, and by its subject.

alter table returned_mail
    add column subject text not null default '',
    -- The member's address as we wrote to it, and who wrote.
    add column names text not null default '';

-- Of what came before, the fields are taken as they stand there, where they are plain text.
update returned_mail r
set subject = coalesce(substring(h.head from '(?in)^Subject:[ \t]*([^\r\n]{0,200})'), ''),
    names = concat_ws(' ', (select m.address from message m where m.id = r.message_id),
                      substring(h.head from '(?in)^From:[ \t]*([^\r\n]{0,200})'))
from (select id, encode(substring(original for 16384), 'escape') as head from returned_mail) h
where h.id = r.id and r.size > 0 and octet_length(r.original) > 0;
update returned_mail set subject = '' where subject ~ '=\?|\\';

alter table returned_mail add column sought tsvector generated always as
    (to_tsvector('simple', search_words(recipient || ' ' || names || ' ' || subject))) stored;
create index returned_mail_sought on returned_mail using gin (sought);
