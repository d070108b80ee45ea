-- Grows a planted demo to the size that every page must bear: 20 000 contacts, 50 000 items, 100 editions,
-- and twenty dispatches with their messages. Each statement is set-based; it is for scratch databases only.

insert into contact (organisation_id, email, label, sort_key, created_at, changed_at)
select o.id, format('kontakt-%s@%s.example', n, o.id), format('Fachperson %s, %s', n, o.name),
       format('fachperson %s, %s', n, o.sort_key), now() - interval '400 days', now()
from generate_series(1, 17900) as n
join (select id, name, sort_key, row_number() over (order by id) as place from organisation) o
  on o.place = n % (select count(*) from organisation) + 1;

insert into contact_function (contact_id, function_id)
select c.id, f.id
from contact c
join (select id, row_number() over (order by id) as place from function) f
  on f.place = c.id % (select count(*) from function) + 1
where c.email like 'kontakt-%';

insert into contact_topic (contact_id, topic_id)
select c.id, t.id
from contact c
join (select id, row_number() over (order by id) as place from topic) t
  on c.id % 3 = t.place % 3
where c.email like 'kontakt-%';

insert into subscription (contact_id, newsletter_id, state, since)
select c.id, n.id, (case when c.id % 31 = 0 then 'pending' else 'active' end)::subscription_state,
       now() - interval '300 days'
from contact c
cross join newsletter n
where c.email like 'kontakt-%';

insert into consent (contact_id, newsletter_id, basis, wording, source, recorded_at)
select contact_id, newsletter_id, 'membership', 'Information der Mitglieder', 'Mitgliederverzeichnis', since
from subscription s
where not exists (
    select from consent c where c.contact_id = s.contact_id and c.newsletter_id = s.newsletter_id
);

insert into suspension (contact_id, reason, detail, since)
select id, 'mailbox_full', '452 4.2.2 This mailbox is full', now() - interval '20 days'
from contact
where email like 'kontakt-%' and id % 150 = 1;

insert into item (source_id, external_id, url, title, lead, content_html, text, language, published_at,
                  published_precision, shown_at, state, state_at, seen_at, revision, listed_print, text_print)
select i.source_id, format('bench-%s', n), format('https://amt.example/meldungen/%s', n),
       format('%s (%s)', i.title, n), i.lead, i.content_html, i.text, 'de', at, 'minute', at,
       (case when n % 100 = 1 then 'new' when n % 7 = 0 then 'picked' else 'discarded' end)::item_state,
       at, at, 1, decode(md5('l' || n), 'hex'), decode(md5('t' || n), 'hex')
from generate_series(1, 50000) as n
join (select *, row_number() over (order by id) as place from item) i
  on i.place = n % (select count(*) from item) + 1
cross join lateral (select now() - interval '11 minutes' * n as at) published;

insert into item_topic (item_id, topic_id)
select i.id, t.id
from item i
join (select id, row_number() over (order by id) as place from topic) t
  on t.place = i.id % (select count(*) from topic) + 1
where i.external_id like 'bench-%'
on conflict do nothing;

insert into edition (newsletter_id, number, title, subject, preheader, state, public_slug, created_at, changed_at,
                     sent_at)
select e.newsletter_id, 100 + n, format('%s %s', e.title, n), e.subject, e.preheader, 'sent',
       format('%s-bench', 100 + n), at, at, at
from generate_series(1, 95) as n
cross join (select * from edition where state = 'sent' order by id limit 1) e
cross join lateral (select now() - interval '7 days' * n as at) sent;

insert into block (edition_id, position, kind, content, segment, language, item_id, item_revision, changed_at)
select e.id, b.position, b.kind, b.content, b.segment, b.language, b.item_id, b.item_revision, e.changed_at
from edition e
cross join (
    select * from block where edition_id = (select min(id) from edition where state = 'sent')
) b
where e.public_slug like '%-bench';

insert into dispatch (edition_id, newsletter_id, state, content_hash, scheduled_at, created_at, opened_at,
                      finished_at, candidates, letterhead)
select e.id, e.newsletter_id, 'finished', d.content_hash, e.sent_at, e.sent_at, e.sent_at,
       e.sent_at + interval '5 minutes', 0, d.letterhead
from edition e
cross join (select * from dispatch order by id limit 1) d
where e.public_slug like '%-bench' and e.number <= 120;

insert into message (dispatch_id, contact_id, address, salutation, language, variant, state, attempt, tries,
                     code, handed_at, settled_at, status, reply)
select d.id, c.id, c.email, 'Guten Tag', c.language, 0,
       (case when c.id % 200 = 3 then 'refused' else 'accepted' end)::message_state, 1, 1,
       case when c.id % 200 = 3 then 550 else 250 end, d.opened_at, d.opened_at, '', ''
from dispatch d
join edition e on e.id = d.edition_id
cross join contact c
where e.public_slug like '%-bench' and c.email is not null;

insert into chunk (dispatch_id, number, first_id, last_id, attempt, tally, odd)
select dispatch_id, piece, min(id), max(id), 1,
       jsonb_build_object('accepted', count(*) filter (where state = 'accepted'),
                          'refused', count(*) filter (where state = 'refused')),
       coalesce(array_agg(id) filter (where state = 'refused'), '{}')
from (
    select m.id, m.dispatch_id, m.state, (row_number() over (partition by m.dispatch_id order by m.id) - 1) / 200 as piece
    from message m
    where not exists (select from chunk c where c.dispatch_id = m.dispatch_id)
) cut
group by dispatch_id, piece;

insert into rendition (dispatch_id, variant, subject, preheader, html, text, nonce)
select d.id, 0, r.subject, r.preheader, r.html, r.text, r.nonce
from dispatch d
join edition e on e.id = d.edition_id
cross join (select * from rendition order by dispatch_id, variant limit 1) r
where e.public_slug like '%-bench';

insert into link (dispatch_id, number, url)
select d.id, l.number, l.url
from dispatch d
join edition e on e.id = d.edition_id
cross join (select * from link where dispatch_id = (select min(dispatch_id) from link)) l
where e.public_slug like '%-bench';

insert into left_out (dispatch_id, contact_id, reason)
select d.id, c.id, 'no_address'
from dispatch d
join edition e on e.id = d.edition_id
cross join contact c
where e.public_slug like '%-bench' and c.email is null;

update dispatch d
set candidates = (select count(*) from message m where m.dispatch_id = d.id)
               + (select count(*) from left_out l where l.dispatch_id = d.id)
where candidates = 0;

insert into click_count (dispatch_id, link_number, hour, clicks, scanner_clicks)
select l.dispatch_id, l.number, date_trunc('hour', d.opened_at) + interval '1 hour' * away, 40 - away, 3
from link l
join dispatch d on d.id = l.dispatch_id
join edition e on e.id = d.edition_id
cross join generate_series(0, 39) as away
where e.public_slug like '%-bench';

insert into event (at, kind, message_id, contact_id, dispatch_id, detail)
select m.settled_at + interval '1 hour', 'unsubscribed', m.id, m.contact_id, m.dispatch_id,
       '{"how": "one_click", "newsletter_id": 1}'
from message m
join dispatch d on d.id = m.dispatch_id
join edition e on e.id = d.edition_id
where e.public_slug like '%-bench' and m.contact_id % 1000 = 5;

insert into subscription_request (contact_id, newsletter_id, wording, source, asked_at)
select min(c.id), min(n.id), 'Information der Mitglieder', 'Formular', now()
from contact c
cross join newsletter n;

with import as (
    insert into member_import (file_name, encoding, separator, columns, functions, uploaded_at)
    values ('mitglieder.csv', 'utf-8', ';', '{"email": "E-Mail"}', '{}', now())
    returning id
)
insert into member_import_row (import_id, number, fate, readable, why, raw, email, label, organisation, contact_key,
                               organisation_key, contact_id, organisation_id)
select import.id, row_number() over (order by c.id), 'unchanged', true, '[]', c.email, c.email, c.label, o.name,
       c.sort_key, o.sort_key, c.id, o.id
from import
cross join contact c
join organisation o on o.id = c.organisation_id
where c.email is not null;

insert into returned_mail (digest, at, envelope_to, size, original, kind, class, reason, status, recipient, reporter,
                           said, effect, message_id, contact_id, dispatch_id)
select decode(lpad(to_hex(m.id), 64, '0'), 'hex'), m.settled_at + interval '1 minute', 'b+token@bounce.example', 64,
       convert_to('From: postmaster@mail.example', 'UTF8'), 'bounce', 'invalid', 'userunknown', '5.1.1',
       m.address, 'mail.example', 'The mailbox does not exist', 'none', m.id, m.contact_id, m.dispatch_id
from message m
where m.contact_id % 100 = 7 and m.settled_at is not null;

insert into item_document (item_id, position, url, title, type, size, body)
select min(id), 1, '', 'beilage.pdf', 'application/pdf', 200000, convert_to(repeat('0123456789', 20000), 'UTF8')
from item
where state = 'new';

insert into item_picture (item_id, token, type, width, height, body, taken_at)
select min(id), 'bench', 'image/png', 640, 480, convert_to(repeat('0123456789', 20000), 'UTF8'), now()
from item
where state = 'picked';
