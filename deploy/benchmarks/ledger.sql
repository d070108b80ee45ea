-- Grows a planted demo to a big ledger: six dispatches to many contacts each, five of them finished, one of which
-- a hundred mails still wait. Of a thousand mails ten were refused, one is unknown, two were withdrawn.

insert into contact (organisation_id, email, label, sort_key, created_at, changed_at)
select o.id, format('kontakt-%s@%s.example', n, o.id), format('Fachperson %s, %s', n, o.name),
       format('fachperson %s, %s', n, o.sort_key), now() - interval '400 days', now()
from generate_series(1, $1::integer) as n
join (select id, name, sort_key, row_number() over (order by id) as place from organisation) o
  on o.place = n % (select count(*) from organisation) + 1;

insert into edition (newsletter_id, number, title, subject, preheader, state, public_slug, created_at, changed_at,
                     sent_at)
select e.newsletter_id, 100 + n, format('%s %s', e.title, n), e.subject, e.preheader, 'sent', format('%s-bench', n),
       now(), now(), now()
from generate_series(1, 6) as n
cross join (select * from edition where state = 'sent' order by id limit 1) e;

insert into dispatch (edition_id, newsletter_id, state, content_hash, scheduled_at, created_at, opened_at,
                      finished_at, candidates, letterhead)
select e.id, e.newsletter_id, (case when last then 'running' else 'finished' end)::dispatch_state, d.content_hash,
       at, at, at, case when not last then at + interval '9 minutes' end, $1::integer, d.letterhead
from edition e
cross join (select * from dispatch order by id limit 1) d
cross join lateral (
    select e.public_slug = '6-bench' as last, now() - (7 - left(e.public_slug, 1)::integer) * interval '1 hour' as at
) planned
where e.public_slug like '%-bench';

insert into message (dispatch_id, contact_id, address, salutation, language, variant, state, attempt, code, status,
                     reply, handed_at, settled_at, next_at)
select d.id, c.id, c.email, 'Guten Tag', c.language, 0, s.state::message_state, 1,
       case s.state when 'refused' then 550 when 'deferred' then 450 else 250 end,
       case s.state when 'refused' then '5.1.1' when 'deferred' then '4.2.2' else '2.0.0' end, 'as it said',
       at, at + interval '1 second', case when s.state = 'deferred' then now() + interval '1 hour' end
from dispatch d
join edition e on e.id = d.edition_id and e.public_slug like '%-bench'
cross join contact c
cross join lateral (
    select d.opened_at + c.id * interval '3 milliseconds' as at,
           case when d.state = 'running' and c.id % ($1::integer / 100) = 7 then 'deferred'
                when c.id % 1000 in (11, 222, 333, 444, 555, 666, 777, 888, 919, 990) then 'refused'
                when c.id % 1000 = 500 then 'unknown'
                when c.id % 1000 in (100, 600) then 'withdrawn' else 'accepted' end as state
) s
where c.email like 'kontakt-%';

insert into rendition (dispatch_id, variant, subject, preheader, html, text, nonce)
select d.id, 0, r.subject, r.preheader, r.html, r.text, r.nonce
from dispatch d
join edition e on e.id = d.edition_id and e.public_slug like '%-bench'
cross join (select * from rendition order by dispatch_id, variant limit 1) r;

insert into chunk (dispatch_id, number, first_id, last_id, attempt, due_at)
select dispatch_id, piece, min(id), max(id), 1, min(next_at)
from (
    select id, dispatch_id, next_at, (row_number() over (partition by dispatch_id order by id) - 1) / 200 as piece
    from message m
    where m.dispatch_id in (select d.id from dispatch d join edition e on e.id = d.edition_id
                            where e.public_slug like '%-bench')
) cut
group by dispatch_id, piece
