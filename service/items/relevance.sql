-- name: one_weighing
-- Who changes what items are weighed by waits for those that are being weighed by what was before.
select pg_advisory_xact_lock(hashtext('rundbrief weighing'))

-- name: unweighed
-- They are held, so that new words of one wait and have it weighed again.
-- The words that suggested an item's topics say why it matters as long as nothing is learned.
select i.id, i.title, i.lead, left(i.text, 3000) as text,
       array(select t.because from item_topic t
             where t.item_id = i.id and t.because <> '' and not t.learned
             order by t.topic_id) as suggested_by
from item i
where not i.weighed and i.state = 'new'
order by i.id desc
limit $1
for update of i skip locked

-- name: note_weight
update item
set relevance = given.relevance, relevant_because = string_to_array(given.because, E'\n'),
    muted_by = given.muted_by, weighed = true
from unnest($1::bigint[], $2::real[], $3::text[], $4::text[]) as given (id, relevance, because, muted_by)
where item.id = given.id

-- name: note_learned
insert into item_topic (item_id, topic_id, because, learned)
select given.item_id, t.id, given.because, true
from unnest($1::bigint[], $2::bigint[], $3::text[]) as given (item_id, topic_id, because)
join topic t on t.id = given.topic_id
on conflict do nothing

-- name: weigh_anew
-- After learning, or when the words changed: what still waits is weighed again.
update item set weighed = false where state = 'new' and weighed

-- name: examples
-- What editors have judged last. A learned suggestion teaches nothing unless the item was picked.
select i.id, i.title, i.lead, left(i.text, 3000) as text, i.state = 'picked' as picked,
       array(select t.topic_id from item_topic t
             where t.item_id = i.id and (not t.learned or i.state = 'picked')) as topics
from item i
where i.state <> 'new'
order by i.state_at desc, i.id desc
limit 3000

-- name: judged_since
select count(*) from item where state <> 'new' and state_at > $1

-- name: model
select trained_at, examples, body from item_model

-- name: keep_model
insert into item_model (trained_at, examples, body)
values ($1, $2, $3)
on conflict (id) do update
set trained_at = excluded.trained_at, examples = excluded.examples, body = excluded.body

-- name: words
select word, mutes from watch_word order by lower(word), word

-- name: forget_words
delete from watch_word

-- name: add_words
insert into watch_word (word, mutes)
select word, mutes from unnest($1::text[], $2::boolean[]) as given (word, mutes)
on conflict (word) do nothing

-- name: latest
-- The newest items, to try a topic's words on.
select id, title, lead, left(text, 800) as text
from item
order by shown_at desc, id desc
limit $1
