-- name: assign
update item set assigned_to = $2 where id = any($1::bigint[])

-- name: add_note
insert into item_note (item_id, editor_id, at, text) values ($1, $2, $3, $4) returning id

-- name: remove_note
-- Only one's own.
delete from item_note where id = $1 and item_id = $2 and editor_id = $3

-- name: notes
select n.id, n.editor_id, coalesce(e.name, '') as editor, n.at, n.text
from item_note n
left join editor e on e.id = n.editor_id
where n.item_id = $1
order by n.id

-- name: remember
-- How items and the rest of their stories stand before something is done to them.
insert into item_deed (editor_id, at, act, title, items, edition_id, before)
select $2, $3, $4::item_act, max(i.title) filter (where i.id = ($1::bigint[])[1]),
       cardinality($1::bigint[]), $5,
       jsonb_agg(jsonb_build_object(
           'id', i.id, 'state', i.state, 'state_at', i.state_at, 'state_by', i.state_by,
           'picked_revision', i.picked_revision, 'shown_at', i.shown_at, 'assigned_to', i.assigned_to,
           'topics', (select coalesce(jsonb_agg(jsonb_build_object(
                          'topic_id', t.topic_id, 'because', t.because, 'learned', t.learned)), '[]')
                      from item_topic t where t.item_id = i.id)))
from item i
where i.id = any($1::bigint[])
   or i.story_id in (select story_id from item where id = any($1::bigint[]) and story_id is not null)
having count(*) > 0
returning id

-- name: note_blocks
update item_deed set blocks = $2 where id = $1

-- name: last_deed
select id, act, title, items, edition_id, blocks
from item_deed
where editor_id = $1 and undone_at is null and at > $2
order by id desc
limit 1

-- name: take_deed
-- Whoever undoes it is the only one who does.
update item_deed set undone_at = $3
where id = $1 and editor_id = $2 and undone_at is null
returning id, act, title, items, edition_id, blocks

-- name: put_as_before
-- What somebody has moved on since stays as it is.
update item i
set state = b.state, state_at = b.state_at, state_by = b.state_by, picked_revision = b.picked_revision,
    shown_at = b.shown_at, assigned_to = b.assigned_to
from item_deed d
cross join lateral jsonb_to_recordset(d.before) as b (
    id bigint, state item_state, state_at timestamptz, state_by bigint, picked_revision integer,
    shown_at timestamptz, assigned_to bigint)
where d.id = $1 and i.id = b.id and i.state_at <= d.at
returning i.id

-- name: unfile_as_before
delete from item_topic t
using item_deed d
cross join lateral jsonb_to_recordset(d.before) as b (id bigint)
where d.id = $1 and t.item_id = b.id

-- name: file_as_before
insert into item_topic (item_id, topic_id, because, learned)
select b.id, t.topic_id, t.because, t.learned
from item_deed d
cross join lateral jsonb_to_recordset(d.before) as b (id bigint, topics jsonb)
cross join lateral jsonb_to_recordset(b.topics) as t (topic_id bigint, because text, learned boolean)
join topic known on known.id = t.topic_id
where d.id = $1
on conflict do nothing

-- name: last_edition
select edition_id from item_deed
where editor_id = $1 and act = 'pick' and undone_at is null
order by id desc
limit 1

-- name: forget_deeds
delete from item_deed where at < $1
