-- stage: outbox
-- The lease on a stretch is the claim on its messages: no row of theirs changes before its final dot.

-- `attempt` counts the leases of a stretch and fences them; a message keeps the one under which it
-- was handed over. `dated_at` is the Date of all mails of a stretch: a retry is the same mail.
alter table chunk
    add column attempt integer not null default 0,
    add column dated_at timestamptz;

update chunk c
set (attempt, dated_at) = (
    select max(m.attempt), min(m.dated_at)
    from message m
    where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
);

update message set state = 'queued' where state = 'claimed';

-- Which mail server answered. What was accepted needs no further record of the try.
alter table message
    drop column worker,
    drop column dated_at,
    add column relay text not null default '';
