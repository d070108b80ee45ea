-- stage: outbox
-- Whoever answers a member's letter that was passed on writes to its author, not to ourselves.

alter table notice
    add column reply_to text not null default ''
    constraint notice_reply_to check (reply_to = '' or kind = 'reply');
