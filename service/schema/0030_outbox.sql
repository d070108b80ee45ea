-- stage: outbox
-- The breaker adds up stretches too, and the messages of a stretch are found by its numbers at once.

-- Whether one dispatch has many of all messages, statistics know only afterwards; with many dispatches
-- (or none so far) they had every claim look through the addresses of a whole one.
create index message_of_dispatch on message (dispatch_id, id);

-- What went wrong with a message, as the breaker counts it.
create function failings(m message) returns text[] language sql immutable return array_remove(array[
    case when m.state = 'refused' and m.code >= 500 then 'hard' end,
    case when m.state = 'refused' and m.status like '5.7.%' then m.status end,
    case when m.state in ('deferred', 'refused') and (m.code in (530, 534, 535, 538)
        or m.status in ('5.7.8', '5.7.9', '5.7.26', '5.7.515')) then 'unauthenticated' end,
    case when m.state = 'unknown' and m.reply <> '' then 'unanswered' end
], null);

alter table chunk
    -- How many messages have which of them; it holds where `tally` does.
    add column failings jsonb not null default '{}';

update chunk c set failings = coalesce((
    select jsonb_object_agg(kind, messages)
    from (
        select kind, count(*) as messages
        from unnest(c.odd) as kept (id)
        join message m on m.id = kept.id
        cross join unnest(failings(m)) as kind
        group by kind
    ) counted
), '{}')
where c.odd <> '{}';
