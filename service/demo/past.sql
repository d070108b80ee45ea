-- name: begin_opening
update dispatch set state = 'opening' where id = $1;

-- name: settle
-- Forty a second, as a mail server takes them; a few mailboxes are gone, and the server says so.
with paced as (
    select id, $2::timestamptz + interval '25 ms' * row_number() over (order by id) as at,
           row_number() over (order by id) % 389 = 5 and address <> $3 as gone
    from message
    where dispatch_id = $1
)
update message m
set state = (case when gone then 'refused' else 'accepted' end)::message_state,
    attempt = 1, tries = 1, handed_at = at, settled_at = at + interval '40 ms', relay = '127.0.0.1',
    code = case when gone then 550 else 250 end,
    status = case when gone then '5.1.1' else '2.0.0' end,
    reply = case when gone then '5.1.1 This mailbox does not exist' else '2.0.0 OK' end
from paced
where m.id = paced.id;

-- name: note_attempts
-- A try that succeeded is told by the message itself.
insert into attempt (message_id, number, started_at, ended_at, relay, outcome, code, status, reply)
select id, 1, handed_at, settled_at, '127.0.0.1', state::text::attempt_outcome, code, status, reply
from message
where dispatch_id = $1 and state <> 'accepted';

-- name: end_chunks
update chunk set due_at = null, worker = '', lease_until = null, tally = null where dispatch_id = $1;

-- name: last_settled
select max(settled_at) from message where dispatch_id = $1;

-- name: refused
select contact_id from message where dispatch_id = $1 and state = 'refused' order by id;

-- name: leavers
select id as message_id, contact_id
from (select *, row_number() over (order by id) as n from message where dispatch_id = $1) as numbered
where state = 'accepted'
order by n % 503, n
limit 3;

-- name: count_clicks
-- Most people click in the first hours of a workday; gateways open every link in the first hour.
insert into click_count (dispatch_id, link_number, hour, clicks, scanner_clicks)
select $1, number, date_trunc('hour', $2::timestamptz) + interval '1 hour' * away, clicks, scanners
from (
    select l.number, away,
           round(90.0 / (1 + l.number % 5) * exp(-away / 7.0)
                 * case when away % 24 between 12 and 22 then 0.1 else 1 end)::integer as clicks,
           case when away = 0 then 120 when away = 1 then 14 else 0 end as scanners
    from link l
    cross join generate_series(0, 71) as away
    where l.dispatch_id = $1
) counted
where clicks + scanners > 0;
