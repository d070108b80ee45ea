-- name: unanswered
-- Of these addresses, the last mail that each took, where nothing has come back of its contact yet.
select distinct on (m.address)
       m.id as message_id, m.address, m.settled_at as at, e.subject,
       n.sender_name, n.sender_address
from message m
join dispatch d on d.id = m.dispatch_id
join edition e on e.id = d.edition_id
join newsletter n on n.id = e.newsletter_id
where m.address = any ($1::text[])
  and m.state = 'accepted'
  and m.settled_at > $2::timestamptz
  and not exists (select from returned_mail r where r.contact_id = m.contact_id)
order by m.address, m.settled_at desc, m.id desc;
