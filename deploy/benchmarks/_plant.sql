-- What the delivery benchmark sends: one newsletter, its subscribers, one running dispatch.
insert into association (name, short_name, postal_address, website, email)
values ('Verband', 'Verband', 'Postfach', 'https://verband.example', 'info@verband.example')
on conflict do nothing;

insert into newsletter (slug, title, description, sender_name, sender_address, reply_to, language,
                        visibility, look, created_at, changed_at)
values ('bench', 'Rundbrief', '', 'Verband', 'news@verband.example', 'info@verband.example', 'de',
        'public', '{}', $now, $now);

insert into edition (newsletter_id, number, title, subject, preheader, state, created_at, changed_at)
select id, 1, 'Rundbrief', 'Rundbrief für Mitglieder', '', 'sending', $now, $now from newsletter;

insert into contact (email, label, salutation, sort_key, created_at, changed_at)
select 'person-' || n || '@gemeinde-' || n % 997 || '.example', 'Kontakt ' || n,
       'Sehr geehrte Damen und Herren', n::text, $now, $now
from generate_series(1, $people::integer) n;

insert into subscription (contact_id, newsletter_id, state, since)
select c.id, n.id, 'active', $now from contact c cross join newsletter n;

insert into dispatch (edition_id, newsletter_id, state, content_hash, scheduled_at, created_at,
                      opened_at, candidates, letterhead)
select e.id, e.newsletter_id, 'running', '', $now, $now, $now, $people, $letterhead
from edition e;

insert into message (dispatch_id, contact_id, address, salutation, language, variant)
select d.id, c.id, c.email, c.salutation, c.language, 0
from contact c cross join dispatch d
order by c.id;

insert into rendition (dispatch_id, variant, subject, preheader, html, text, nonce)
select id, 0, 'Rundbrief für Mitglieder', '', $html, $text, 'bench' from dispatch;
