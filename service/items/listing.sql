-- name: plan_each_time
-- One plan for all filters would be a poor one for most; the pool resets this on release.
set plan_cache_mode = force_custom_plan

-- name: newest
-- The ids of a page, newest first: shown at $7 or later, following ($8, $9). A story has one row;
-- a source's own list has one for what it told itself, whoever leads.
select i.id
from item i
where ($1::item_state is null or i.state = $1)
  and ($2::bigint is null or i.source_id = $2)
  and ($3::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $3))
  and ($4::bigint is null or i.assigned_to = $4)
  and (not $5::boolean or i.picked_revision < i.revision)
  and ($6::boolean is null or (i.muted_by <> '') = $6)
  and ($7::timestamptz is null or i.shown_at >= $7)
  and (i.shown_at, i.id) < ($8::timestamptz, $9::bigint)
  and (not i.folded or $5 or $4 is not null or $2 is not null and not exists
       (select from item o where o.story_id = i.story_id and o.source_id = $2
                             and (not o.folded or o.id < i.id)))
order by i.shown_at desc, i.id desc
limit $10

-- name: by_relevance
-- The same, the most relevant first, following ($5, $6), without what was put off.
select i.id
from item i
where i.state = $1::item_state
  and ($2::bigint is null or i.source_id = $2)
  and ($3::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $3))
  and (i.muted_by <> '') = $4::boolean
  and (i.relevance, i.id) < ($5::real, $6::bigint)
  and i.shown_at <= $8::timestamptz
  and (not i.folded or $2 is not null and not exists
       (select from item o where o.story_id = i.story_id and o.source_id = $2
                             and (not o.folded or o.id < i.id)))
order by i.relevance desc, i.id desc
limit $7

-- name: found
-- The ids of a page of what was sought, in the same order. The sum keeps the planner from walking
-- by date. Of a story that is found several times, the leading item is shown, else the oldest.
select i.id
from item i
where i.search @@ $1::tsquery
  and ($2::item_state is null or i.state = $2)
  and ($3::bigint is null or i.source_id = $3)
  and ($4::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $4))
  and ($5::timestamptz is null or i.shown_at >= $5)
  and (i.shown_at, i.id) < ($6::timestamptz, $7::bigint)
  and (not i.folded or not exists
       (select from item o where o.story_id = i.story_id and (not o.folded or o.id < i.id)
           and o.search @@ $1 and ($2 is null or o.state = $2) and ($3 is null or o.source_id = $3)))
order by i.shown_at + interval '0' desc, i.id desc
limit $8

-- name: found_near
-- A common word is found soonest by looking through the newest items that the filters leave.
select i.id
from (select * from item
      where ($2::item_state is null or state = $2)
        and ($3::bigint is null or source_id = $3)
        and ($5::timestamptz is null or shown_at >= $5)
        and (shown_at, id) < ($6::timestamptz, $7::bigint)
      order by shown_at desc, id desc
      limit $9) i
where i.search @@ $1::tsquery
  and ($4::bigint is null or exists
       (select from item_topic t where t.item_id = i.id and t.topic_id = $4))
  and (not i.folded or not exists
       (select from item o where o.story_id = i.story_id and (not o.folded or o.id < i.id)
           and o.search @@ $1 and ($2 is null or o.state = $2) and ($3 is null or o.source_id = $3)))
order by i.shown_at desc, i.id desc
limit $8

-- name: reaching
-- The time of the last of the $6 newest items that the filters leave.
select min(shown_at)
from (select shown_at from item
      where ($1::item_state is null or state = $1)
        and ($2::bigint is null or source_id = $2)
        and ($3::timestamptz is null or shown_at >= $3)
        and (shown_at, id) < ($4::timestamptz, $5::bigint)
      order by shown_at desc, id desc
      limit $6) newest

-- name: containing
-- The words that each of these stands inside of; at most $2 for each. They lie in the order in which
-- they first came up, which is about the order of how common they are.
select sought.word as sought, w.word
from unnest($1::text[]) as sought (word)
cross join lateral (
    select w.word from search_word w
    where w.ends @@ (quote_literal(sought.word) || ':*')::tsquery
    limit $2
) w

-- name: keep_words
-- Words that no item had so far, in one order, so that two workers never wait for each other.
insert into search_word (word, ends)
select word, array_to_tsvector(array(select substr(word, n) from generate_series(2, length(word) - 3) n))
from (select distinct unnest(tsvector_to_array(search)) as word from item where id = any($1::bigint[])) said
where length(word) between 5 and 60 and not exists (select from search_word k where k.word = said.word)
order by word
on conflict do nothing

-- name: rows
-- One line of the inbox for each of these, in their order.
select i.id, i.source_id, s.title as source, i.title, left(i.lead, 300) as lead, i.published_at,
       i.published_precision, i.shown_at, i.state, i.revision, i.picked_revision,
       i.relevance::float8 as relevance, i.muted_by, i.assigned_to,
       array(select a.title from item o join source a on a.id = o.source_id
             where o.story_id = i.story_id and o.id <> i.id order by o.shown_at, o.id) as also
from unnest($1::bigint[]) with ordinality as asked (id, place)
join item i on i.id = asked.id
join source s on s.id = i.source_id
order by asked.place

-- name: said
-- What these items say, as far as a search result quotes it.
select id, left(lead || E'\n' || text, 6000) as text from item where id = any($1::bigint[])

-- name: state_counts
-- Counts from indexes are quicker than one pass over the wide table; a story counts once.
select (select count(*) from item
        where state = 'new' and not folded and muted_by = '' and shown_at <= $1) as new,
       (select count(*) from item where state = 'picked' and not folded) as picked,
       (select count(*) from item where state = 'discarded' and not folded) as discarded,
       (select count(*) from item where picked_revision < revision) as changed,
       (select count(*) from item
        where state = 'new' and not folded and muted_by = '' and shown_at > $1) as later,
       (select count(*) from item where state = 'new' and not folded and muted_by <> '') as muted,
       (select count(*) from item where state = 'new' and assigned_to = $2::bigint) as mine

-- name: waiting
select coalesce(sum(of_source.items), 0)::bigint as items, count(*) as sources,
       (select min(shown_at) from item where state = 'new') as since
from (select count(*) as items from item where state = 'new' group by source_id) of_source

-- name: source_counts
-- As many as the list of each source shows under «new».
select s.id, s.title, coalesce(n.waiting, 0)::bigint as waiting
from source s
left join (select i.source_id, count(*) as waiting
           from item i
           where i.state = 'new' and i.muted_by = '' and i.shown_at <= $1
             and (not i.folded or not exists
                  (select from item o where o.story_id = i.story_id and o.source_id = i.source_id
                                        and (not o.folded or o.id < i.id)))
           group by i.source_id) n on n.source_id = s.id
order by lower(s.title), s.id

-- name: topic_counts
select t.id, t.title, coalesce(n.waiting, 0)::bigint as waiting
from topic t
left join (select f.topic_id, count(*) as waiting
           from item_topic f
           join item i on i.id = f.item_id
           where i.state = 'new' and not i.folded and i.muted_by = '' and i.shown_at <= $1
           group by f.topic_id) n on n.topic_id = t.id
order by t.position, lower(t.title), t.id
