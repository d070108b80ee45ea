-- name: by_id
select i.id, i.source_id, s.title as source, i.url, i.title, i.lead, i.content_html, i.text,
       i.language, i.published_at, i.published_precision, i.shown_at, i.state, i.state_at, i.state_by,
       i.picked_revision, i.seen_at, i.changed_at, i.revision, i.relevance::float8 as relevance,
       i.relevant_because, i.muted_by, i.assigned_to,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also,
       i.from_page
from item i
join source s on s.id = i.source_id
where i.id = $1

-- name: known
-- Items by the names and the places that several sources list, each beside its source.
select id, source_id, external_id, alternate_id, title, lead, text, listed_print, text_print,
       revision, from_page
from item
where id in (
    select i.id from unnest($1::bigint[], $2::text[]) as named (source_id, name)
    join item i on i.source_id = named.source_id and i.external_id = named.name
    union
    select i.id from unnest($3::bigint[], $4::text[]) as stands (source_id, place)
    join item i on i.source_id = stands.source_id and i.alternate_id = stands.place
                and i.alternate_id <> '')

-- name: add
insert into item (seen_at, state_at, state, source_id, external_id, alternate_id, url, title, lead,
                  content_html, text, language, published_at, published_precision, shown_at,
                  listed_print, text_print, page_host, page_due_at)
select $1, $1, 'new', given.*
from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::timestamptz[], $12::published_precision[],
            $13::timestamptz[], $14::bytea[], $15::bytea[], $16::text[], $17::timestamptz[]) as given
on conflict (source_id, external_id) do nothing
returning id, source_id, external_id

-- name: keep_revisions
insert into item_revision (item_id, number, at, title, lead, text)
select id, revision, coalesce(changed_at, seen_at), title, lead, text
from item
where id = any($1::bigint[])
on conflict do nothing

-- name: trim_revisions
delete from item_revision r
using (select item_id, max(number) as last from item_revision
       where item_id = any($1::bigint[]) group by item_id) newest
where r.item_id = newest.item_id and r.number <= newest.last - 24

-- name: rewrite
-- A text that was read from the piece's page stays until that page, due again, is read anew.
update item i
set external_id = g.external_id, alternate_id = g.alternate_id, url = g.url, title = g.title,
    lead = g.lead, content_html = case when g.keep then i.content_html else g.content end,
    text = g.text, listed_print = g.listed, text_print = g.said, revision = i.revision + g.step,
    changed_at = case when g.step > 0 then $1 else i.changed_at end, from_page = g.keep,
    page_due_at = case when g.keep and g.step > 0 then $1 end, page_tries = 0, weighed = false
from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::bytea[], $11::bytea[], $12::integer[], $13::boolean[])
     as g (id, external_id, alternate_id, url, title, lead, content, text, listed, said, step, keep)
where i.id = g.id

-- name: note_listing
-- The words are the same; only how the source lists the piece has changed.
update item i
set listed_print = g.listed, url = case when g.url = '' then i.url else g.url end
from unnest($1::bigint[], $2::bytea[], $3::text[]) as g (id, listed, url)
where i.id = g.id

-- name: pages_due
-- Of each host that may be asked the page that waits longest.
select id, page_host as host, url, title, language, revision, page_tries as tries,
       greatest(length(lead), case when from_page then 0 else length(text) end) as known
from (select distinct on (i.page_host) i.*
      from item i
      join source s on s.id = i.source_id and s.reads_pages
      where i.page_due_at <= $1
        and not exists (select from source_host h where h.name = i.page_host and h.next_at > $1)
      order by i.page_host, i.page_due_at, i.id) first
order by page_due_at
limit $2

-- name: keep_pages
-- Unless the item says something else meanwhile; then its page is read again.
update item i
set content_html = g.markup, text = g.text, from_page = true, weighed = false,
    lead = case when i.lead = '' then g.lead else i.lead end
from unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[])
     as g (id, revision, markup, text, lead)
where i.id = g.id and i.revision = g.revision
returning i.id

-- name: settle_pages
update item i
set page_due_at = g.due_at, page_tries = page_tries + 1
from unnest($1::bigint[], $2::integer[], $3::timestamptz[]) as g (id, revision, due_at)
where i.id = g.id and i.revision = g.revision

-- name: revisions
select number, at, title, lead, text
from item_revision
where item_id = $1
order by number desc

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
where state = 'new'
  and (id = any($1::bigint[]) or story_id in (select story_id from item where id = any($1::bigint[])))

-- name: acknowledge
update item set picked_revision = revision where id = $1 and picked_revision is not null

-- name: topics
select id, slug, title, position, keywords
from topic
order by position, lower(title), id

-- name: topic
select id, slug, title, position, keywords from topic where id = $1

-- name: topic_locked
select id, slug, title, position, keywords from topic where id = $1 for update

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
select item_id, topic_id, because
from unnest($1::bigint[], $2::bigint[], $3::text[]) as given (item_id, topic_id, because)
on conflict do nothing
