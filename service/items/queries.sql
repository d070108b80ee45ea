-- name: by_id
select i.id, i.source_id, s.title as source, i.url, i.title, i.lead, i.content_html, i.text,
       i.language, i.published_at, i.published_precision, i.shown_at, i.state, i.state_at, i.state_by,
       i.picked_revision, i.seen_at, i.changed_at, i.revision, i.relevance::float8 as relevance,
       i.relevant_because, i.muted_by,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from item i
join source s on s.id = i.source_id
where i.id = $1

-- name: plan_each_time
-- One plan for all filters would be a poor one for most; the pool resets this on release.
set plan_cache_mode = force_custom_plan

-- name: listing
-- The inbox without a search, newest first, following (shown_at, id); one row for each story, but
-- all of a source that was asked for. What was put off ($7) and muted ($8) is looked at apart.
select i.id, i.source_id, s.title as source, i.title, left(i.lead, 300) as lead, i.published_at,
       i.published_precision, i.shown_at, i.state, i.revision, i.picked_revision,
       i.relevance::float8 as relevance, i.muted_by,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from item i
join source s on s.id = i.source_id
where ($1::item_state is null or i.state = $1)
  and ($2::bigint is null or i.source_id = $2)
  and ($3::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $3))
  and ($2::bigint is not null or not i.folded)
  and ($7::timestamptz is null or i.shown_at > $7)
  and ($1 is distinct from 'new' or (i.muted_by <> '') = $8::boolean)
  and (i.shown_at, i.id) < ($4::timestamptz, $5::bigint)
order by i.shown_at desc, i.id desc
limit $6

-- name: by_relevance
-- The same, the most relevant first, following (relevance, id), without what was put off.
select i.id, i.source_id, s.title as source, i.title, left(i.lead, 300) as lead, i.published_at,
       i.published_precision, i.shown_at, i.state, i.revision, i.picked_revision,
       i.relevance::float8 as relevance, i.muted_by,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from item i
join source s on s.id = i.source_id
where ($1::item_state is null or i.state = $1)
  and ($2::bigint is null or i.source_id = $2)
  and ($3::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $3))
  and ($2::bigint is not null or not i.folded)
  and i.shown_at <= $7::timestamptz
  and ($1 is distinct from 'new' or (i.muted_by <> '') = $8::boolean)
  and (i.relevance, i.id) < ($4::real, $5::bigint)
order by i.relevance desc, i.id desc
limit $6

-- name: changed
-- What its publisher changed after an editor had picked it.
select i.id, i.source_id, s.title as source, i.title, left(i.lead, 300) as lead, i.published_at,
       i.published_precision, i.shown_at, i.state, i.revision, i.picked_revision,
       i.relevance::float8 as relevance, i.muted_by,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from item i
join source s on s.id = i.source_id
where i.picked_revision < i.revision
  and ($1::bigint is null or i.source_id = $1)
  and ($2::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $2))
  and (i.shown_at, i.id) < ($3::timestamptz, $4::bigint)
order by i.shown_at desc, i.id desc
limit $5

-- name: search_near
-- A common word is found soonest by looking through the newest items, in their order.
select i.id, i.source_id, s.title as source, i.title, left(i.lead, 300) as lead, i.published_at,
       i.published_precision, i.shown_at, i.state, i.revision, i.picked_revision,
       i.relevance::float8 as relevance, i.muted_by,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from (select * from item
      where (shown_at, id) < ($4::timestamptz, $5::bigint)
      order by shown_at desc, id desc
      limit 4000) i
join source s on s.id = i.source_id
where i.search @@ to_tsquery('german', $7)
  and ($1::item_state is null or i.state = $1)
  and ($2::bigint is null or i.source_id = $2)
  and ($3::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $3))
order by i.shown_at desc, i.id desc
limit $6

-- name: search
-- A rare word is found through the search index; the sum keeps the planner from walking by date.
select i.id, i.source_id, s.title as source, i.title, left(i.lead, 300) as lead, i.published_at,
       i.published_precision, i.shown_at, i.state, i.revision, i.picked_revision,
       i.relevance::float8 as relevance, i.muted_by,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from item i
join source s on s.id = i.source_id
where i.search @@ to_tsquery('german', $7)
  and ($1::item_state is null or i.state = $1)
  and ($2::bigint is null or i.source_id = $2)
  and ($3::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $3))
  and (i.shown_at, i.id) < ($4::timestamptz, $5::bigint)
order by i.shown_at + interval '0' desc, i.id desc
limit $6

-- name: state_counts
-- Counts from indexes are quicker than one pass over the wide table; a story counts once.
select (select count(*) from item
        where state = 'new' and not folded and muted_by = '' and shown_at <= $1) as new,
       (select count(*) from item where state = 'picked' and not folded) as picked,
       (select count(*) from item where state = 'discarded' and not folded) as discarded,
       (select count(*) from item where picked_revision < revision) as changed,
       (select count(*) from item
        where state = 'new' and not folded and muted_by = '' and shown_at > $1) as later,
       (select count(*) from item where state = 'new' and not folded and muted_by <> '') as muted

-- name: waiting
select coalesce(sum(of_source.items), 0)::bigint as items, count(*) as sources,
       (select min(shown_at) from item where state = 'new') as since
from (select count(*) as items from item where state = 'new' group by source_id) of_source

-- name: source_counts
select s.id, s.title, coalesce(n.waiting, 0)::bigint as waiting
from source s
left join (select source_id, count(*) as waiting from item where state = 'new' group by source_id) n
  on n.source_id = s.id
order by lower(s.title), s.id

-- name: topic_counts
select t.id, t.title, coalesce(n.waiting, 0)::bigint as waiting
from topic t
left join (select f.topic_id, count(*) as waiting
           from item_topic f
           join item i on i.id = f.item_id
           where i.state = 'new' and not i.folded and i.muted_by = ''
           group by f.topic_id) n on n.topic_id = t.id
order by t.position, lower(t.title), t.id

-- name: known
select id, external_id, alternate_id, title, text, listed_print, text_print, revision
from item
where source_id = $1 and (external_id = any($2::text[])
                          or (alternate_id <> '' and alternate_id = any($3::text[])))

-- name: add
insert into item (source_id, external_id, alternate_id, url, title, lead, content_html, text,
                  language, published_at, published_precision, shown_at, state, state_at, seen_at,
                  listed_print, text_print)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'new', $13, $13, $14, $15)
on conflict (source_id, external_id) do nothing

-- name: keep_revision
insert into item_revision (item_id, number, at, title, lead, text)
select id, revision, coalesce(changed_at, seen_at), title, lead, text
from item
where id = $1
on conflict do nothing

-- name: trim_revisions
delete from item_revision
where item_id = $1
  and number <= (select max(number) from item_revision where item_id = $1) - 24

-- name: rewrite
update item
set external_id = $2, alternate_id = $3, url = $4, title = $5, lead = $6, content_html = $7,
    text = $8, listed_print = $9, text_print = $10, revision = revision + $11::integer,
    changed_at = case when $11 > 0 then $12 else changed_at end
where id = $1

-- name: note_listing
-- The words are the same; only how the source lists the piece has changed.
update item
set listed_print = $2, url = case when $3 = '' then url else $3 end
where id = $1

-- name: revisions
select number, at, title, lead, text
from item_revision
where item_id = $1
order by number desc

-- name: state_of
select state from item where id = $1 for update

-- name: move
-- The rest of a story goes along, but for what an edition has by itself.
with moved as (
    update item
    set state = $2::item_state, state_at = $3, state_by = $4,
        picked_revision = case when $2::item_state = 'picked' then revision when $2 = 'new' then null
                               else picked_revision end
    where id = any($1::bigint[]) and state = any($5::item_state[])
    returning id, story_id
), along as (
    update item
    set state = $2::item_state, state_at = $3, state_by = $4
    where story_id in (select story_id from moved) and id <> all($1::bigint[])
      and state = any($5::item_state[]) and picked_revision is null
)
select id from moved

-- name: snooze
-- A put off item comes back to the top of the inbox in the morning of its day.
update item
set shown_at = $2
where state = 'new' and (id = $1 or story_id = (select story_id from item where id = $1))

-- name: acknowledge
update item set picked_revision = revision where id = $1 and picked_revision is not null

-- name: topics
select id, slug, title, position, keywords
from topic
order by position, lower(title), id

-- name: topic
select id, slug, title, position, keywords from topic where id = $1

-- name: add_topic
insert into topic (slug, title, position, keywords)
values ($1, $2, coalesce($3, (select coalesce(max(position), 0) + 1 from topic)), $4)
returning id

-- name: change_topic
update topic set title = $2, keywords = $3 where id = $1

-- name: remove_topic
delete from topic where id = $1

-- name: place_topic
update topic
set position = spot.number
from unnest($1::bigint[]) with ordinality as spot (id, number)
where topic.id = spot.id

-- name: filed
select t.id as topic_id, t.title, f.because
from item_topic f
join topic t on t.id = f.topic_id
where f.item_id = $1
order by t.position, lower(t.title), t.id

-- name: file
insert into item_topic (item_id, topic_id, because)
select $1, t.id, ''
from topic t
where t.id = any($2::bigint[])
on conflict (item_id, topic_id) do nothing

-- name: unfile_others
delete from item_topic where item_id = $1 and topic_id <> all($2::bigint[])

-- name: suggest
insert into item_topic (item_id, topic_id, because)
select i.id, given.topic_id, given.because
from unnest($2::text[], $3::bigint[], $4::text[]) as given (external_id, topic_id, because)
join item i on i.source_id = $1 and i.external_id = given.external_id
on conflict do nothing
