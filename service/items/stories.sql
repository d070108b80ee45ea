-- name: one_at_a_time
-- Two workers that take in two copies at the same moment would not see each other's.
select pg_advisory_xact_lock(hashtext('rundbrief stories'))

-- name: texts
select i.id, i.title, i.lead, i.text, coalesce(nullif(m.canonical, ''), i.url) as url, i.language,
       coalesce(i.published_at, i.shown_at) as at, coalesce(m.publisher_group, '') as publisher_group
from item i
left join item_mark m on m.item_id = i.id
where i.id = any($1::bigint[])
order by i.id

-- name: keep_runs
-- Words that stay when a text is changed are known by their run already.
insert into item_run (item_id, run, at)
select i.id, given.run, coalesce(i.published_at, i.shown_at)
from unnest($1::text::bigint[], $2::text::integer[]) as given (item_id, run)
join item i on i.id = given.item_id
where not exists (select from item_run known where known.run = given.run and known.item_id = i.id
                  and known.at = coalesce(i.published_at, i.shown_at))

-- name: resembling
-- The items within the window that share most runs with each of these, at most $3 for each; a run
-- that stands in very many texts is looked up in 15 of them only.
select other_id
from (select given.item_id, near.item_id as other_id,
             row_number() over (partition by given.item_id order by count(*) desc, near.item_id desc) as place
      from (select i.id as item_id, coalesce(i.published_at, i.shown_at) as at, keys.run
            from unnest($1::text::bigint[], $2::text::integer[]) as keys (item_id, run)
            join item i on i.id = keys.item_id) given
      cross join lateral (
          select r.item_id
          from item_run r
          where r.run = given.run and r.at between given.at - $4::interval and given.at + $4::interval
            and r.item_id <> given.item_id
          limit 15
      ) near
      group by given.item_id, near.item_id) found
where place <= $3::integer
group by other_id

-- name: forget_runs
delete from item_run where at < $1

-- name: members
-- These items and whatever shares a story with them.
select i.id, i.story_id, coalesce(i.published_at, i.shown_at) as at,
       greatest(length(i.lead), length(i.text)) as size, i.state, i.picked_revision is not null as picked
from item i
where i.id = any($1::bigint[])
   or i.story_id in (select story_id from item where id = any($1::bigint[]) and story_id is not null)
order by i.id

-- name: apart
select one_id, other_id from story_split where one_id = any($1::bigint[]) and other_id = any($1::bigint[])

-- name: new_stories
insert into story (created_at) select $2 from generate_series(1, $1::integer) returning id

-- name: join_stories
-- A reason stays as it was first told; $4 and $5 may be null for items that were in the story.
update item
set story_id = given.story_id, folded = given.folded,
    story_reason = coalesce(given.reason, item.story_reason),
    story_score = coalesce(given.score, item.story_score)
from unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::story_reason[], $5::real[])
     as given (id, story_id, folded, reason, score)
where item.id = given.id

-- name: leave_story
update item
set story_id = null, folded = false, story_reason = null, story_score = null
where id = any($1::bigint[])

-- name: forget_stories
delete from story s where s.id = any($1::bigint[]) and not exists (select from item where story_id = s.id)

-- name: follow
-- A copy that comes in later shares the fate of its story: an editor has decided it already.
update item
set state = fate.state, state_at = $2, state_by = fate.by
from (select m.story_id, (case when bool_or(m.state = 'picked') then 'picked' else 'discarded' end)::item_state as state,
             max(m.state_by) filter (where m.state <> 'new') as by, bool_or(m.state <> 'new') as decided
      from item m
      where m.story_id = any($1::bigint[])
      group by m.story_id
      having bool_or(m.state = 'picked')
          or bool_and(m.state = 'discarded' or m.id = any($3::bigint[]))) fate
where item.story_id = fate.story_id and item.state = 'new' and fate.decided

-- name: part
insert into story_split (one_id, other_id, parted_at, parted_by)
select least($1, other), greatest($1, other), $3, $4
from unnest($2::bigint[]) as other
on conflict do nothing

-- name: rejoin
delete from story_split where one_id = any($1::bigint[]) and other_id = any($1::bigint[])

-- name: hint
insert into story_hint (one_id, other_id, reason, score)
select least(one, other), greatest(one, other), reason, score
from unnest($1::bigint[], $2::bigint[], $3::story_reason[], $4::real[]) as given (one, other, reason, score)
on conflict (one_id, other_id) do update set reason = excluded.reason, score = excluded.score

-- name: forget_hints
-- Who shares a story or was parted needs no hint.
delete from story_hint h
where (h.one_id = any($1::bigint[]) or h.other_id = any($1::bigint[]))
  and (exists (select from item a join item b on b.story_id = a.story_id
               where a.id = h.one_id and b.id = h.other_id)
       or exists (select from story_split p where p.one_id = h.one_id and p.other_id = h.other_id))

-- name: told_by
-- The other items of this one's story, the leading one first.
select o.id, s.title as source, o.title, o.url, o.shown_at, o.folded, o.story_reason as reason,
       coalesce(o.story_score, 0)::float8 as score
from item i
join item o on o.story_id = i.story_id and o.id <> i.id
join source s on s.id = o.source_id
where i.id = $1
order by o.folded, o.shown_at, o.id

-- name: possibly
select o.id, s.title as source, o.title, o.url, o.shown_at, o.folded, h.reason, h.score::float8 as score
from story_hint h
join item o on o.id = case when h.one_id = $1 then h.other_id else h.one_id end
join source s on s.id = o.source_id
where h.one_id = $1 or h.other_id = $1
order by h.score desc, o.id
limit 5

-- name: put_back
-- What was only marked along with its story is to be looked at again.
update item set state = 'new', state_at = $2, state_by = null
where id = $1 and picked_revision is null and state <> 'new'
