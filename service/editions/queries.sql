-- name: association
select name, short_name, postal_address, website, email, four_eyes, version from association;

-- name: save_association
insert into association (name, short_name, postal_address, website, email, four_eyes, version)
values ($1, $2, $3, $4, $5, $6, 1)
on conflict (id) do update
set name = excluded.name, short_name = excluded.short_name, postal_address = excluded.postal_address,
    website = excluded.website, email = excluded.email, four_eyes = excluded.four_eyes,
    version = association.version + 1
where association.version = $7;

-- name: newsletters
select id, slug, title, description, sender_name, sender_address, reply_to, language, visibility, segment,
       look, version, created_at
from newsletter
order by title, id;

-- name: newsletter
select id, slug, title, description, sender_name, sender_address, reply_to, language, visibility, segment,
       look, version, created_at
from newsletter
where id = $1;

-- name: newsletter_by_slug
select id, slug, title, description, sender_name, sender_address, reply_to, language, visibility, segment,
       look, version, created_at
from newsletter
where slug = $1;

-- name: add_newsletter
insert into newsletter (slug, title, description, sender_name, sender_address, reply_to, language, visibility,
                        segment, look, created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8::newsletter_visibility, $9, $10, $11, $11)
returning id;

-- name: change_newsletter
update newsletter
set slug = $3, title = $4, description = $5, sender_name = $6, sender_address = $7, reply_to = $8,
    language = $9, visibility = $10::newsletter_visibility, segment = $11, look = $12, changed_at = $13,
    version = version + 1
where id = $1 and version = $2;

-- name: edition
select id, newsletter_id, number, title, subject, preheader, segment, state, version, words_version,
       public_slug, created_at, changed_at, changed_by, handed_in_at, handed_in_by, sent_at
from edition
where id = $1;

-- name: lock_edition
select id, newsletter_id, number, title, subject, preheader, segment, state, version, words_version,
       public_slug, created_at, changed_at, changed_by, handed_in_at, handed_in_by, sent_at
from edition
where id = $1
for update;

-- name: add_edition
insert into edition (newsletter_id, number, title, subject, preheader, segment, state, created_at, created_by,
                     changed_at, changed_by)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, 'draft', $6, $7, $6, $7
from edition
where newsletter_id = $1
returning id;

-- name: change_words
update edition
set title = $2, subject = $3, preheader = $4, segment = $5, words_version = words_version + 1
where id = $1;

-- name: touch_edition
update edition
set state = $2::edition_state, version = version + 1, changed_at = $3, changed_by = $4
where id = $1;

-- name: set_state
update edition set state = $2::edition_state where id = $1;

-- name: hand_in
update edition set handed_in_at = $2, handed_in_by = $3 where id = $1;

-- name: publish
update edition set sent_at = $2, public_slug = $3 where id = $1;

-- name: editions
select e.id, e.newsletter_id, n.title as newsletter, e.number, e.title, e.state,
       (select count(*) from block b where b.edition_id = e.id and b.removed_at is null) as blocks,
       e.changed_at, e.sent_at
from edition e
join newsletter n on n.id = e.newsletter_id
where ($1::bigint is null or e.newsletter_id = $1)
  and ($2::edition_state[] is null or e.state = any ($2))
  and ($3 = '' or e.title ilike $3 or e.subject ilike $3)
  and ($4::timestamptz is null or (e.changed_at, e.id) < ($4, $5::bigint))
order by e.changed_at desc, e.id desc
limit $6;

-- name: count_editions
select count(*)
from edition e
where ($1::bigint is null or e.newsletter_id = $1)
  and ($2::edition_state[] is null or e.state = any ($2))
  and ($3 = '' or e.title ilike $3 or e.subject ilike $3);

-- name: editions_in
select id
from edition
where ($1::bigint is null or newsletter_id = $1) and state = any ($2::edition_state[])
order by id
for update;

-- name: latest_public
-- What is only for a segment is nobody else's, a whole edition like a block.
select e.id, e.newsletter_id, e.number, e.title, e.subject, e.preheader, e.segment, e.state, e.version,
       e.words_version, e.public_slug, e.created_at, e.changed_at, e.changed_by, e.handed_in_at,
       e.handed_in_by, e.sent_at
from newsletter n
cross join lateral (
    select *
    from edition
    where newsletter_id = n.id and state = 'sent' and segment = ''
    order by sent_at desc, id desc
    limit $1
) e
where n.visibility = 'public'
order by e.sent_at desc, e.id desc;

-- name: published
select id, newsletter_id, number, title, subject, preheader, segment, state, version, words_version,
       public_slug, created_at, changed_at, changed_by, handed_in_at, handed_in_by, sent_at
from edition
where newsletter_id = $1 and state = 'sent' and segment = ''
  and ($2::timestamptz is null or (sent_at, id) < ($2, $3::bigint))
order by sent_at desc, id desc
limit $4;

-- name: published_by_slug
select id, newsletter_id, number, title, subject, preheader, segment, state, version, words_version,
       public_slug, created_at, changed_at, changed_by, handed_in_at, handed_in_by, sent_at
from edition
where newsletter_id = $1 and public_slug = $2 and state = 'sent' and segment = '';

-- name: blocks
select id, edition_id, position, kind, content, segment, language, item_id, item_revision, version,
       changed_at, changed_by, removed_at
from block
where edition_id = $1 and removed_at is null
order by position, id;

-- name: blocks_of_editions
select id, edition_id, position, kind, content, segment, language, item_id, item_revision, version,
       changed_at, changed_by, removed_at
from block
where edition_id = any ($1::bigint[]) and removed_at is null
order by edition_id, position, id;

-- name: removed_blocks
select id, edition_id, position, kind, content, segment, language, item_id, item_revision, version,
       changed_at, changed_by, removed_at
from block
where edition_id = $1 and removed_at is not null
order by removed_at desc, id desc
limit 10;

-- name: block
select id, edition_id, position, kind, content, segment, language, item_id, item_revision, version,
       changed_at, changed_by, removed_at
from block
where id = $1;

-- name: add_block
insert into block (edition_id, position, kind, content, segment, language, item_id, item_revision, changed_at,
                   changed_by)
values ($1, $2, $3::block_kind, $4, $5, $6, $7, $8, $9, $10)
returning id;

-- name: change_block
update block
set content = $2, segment = $3, language = $4, changed_at = $5, changed_by = $6, version = version + 1
where id = $1;

-- name: place_blocks
update block
set position = o.position
from unnest($2::bigint[]) with ordinality as o (id, position)
where block.id = o.id and block.edition_id = $1;

-- name: set_removed
update block set removed_at = $2, changed_at = $3, changed_by = $4, version = version + 1 where id = $1;

-- name: approvals
select a.id, a.edition_id, a.content_hash, a.content, a.editor_id, e.name as editor, a.verdict, a.remark, a.decided_at,
       a.voided_at, a.voided_by
from approval a
join editor e on e.id = a.editor_id
where a.edition_id = $1
order by a.decided_at desc, a.id desc;

-- name: add_approval
insert into approval (edition_id, content_hash, content, editor_id, verdict, remark, decided_at)
values ($1, $2, $3, $4, $5::approval_verdict, $6, $7);

-- name: void_approvals
update approval
set voided_at = $2, voided_by = $3
where edition_id = $1 and verdict = 'approved' and voided_at is null;

-- name: standing_approval
select content_hash
from approval
where edition_id = $1 and verdict = 'approved' and voided_at is null
order by decided_at desc, id desc
limit 1;

-- name: changed_items
select b.id
from block b
join item i on i.id = b.item_id
where b.edition_id = $1 and b.removed_at is null and i.revision > b.item_revision;

-- name: repeated_items
-- The item, or another copy of its story, stands in an edition that was sent or is on its way. A
-- deadline may be repeated.
select distinct b.id
from block b
join item i on i.id = b.item_id
join item told on told.id = i.id or told.story_id = i.story_id
join block earlier on earlier.item_id = told.id and earlier.id <> b.id and earlier.removed_at is null
join edition e on e.id = earlier.edition_id
where b.edition_id = $1 and b.removed_at is null and b.kind = 'item' and earlier.kind = 'item'
  and e.newsletter_id = $2 and e.id <> b.edition_id and e.state not in ('draft', 'cancelled');

-- name: doubled_items
-- Blocks of one edition that tell one story.
select b.id
from block b
join item i on i.id = b.item_id
where b.edition_id = $1 and b.removed_at is null and b.kind = 'item'
  and exists (select from block o
              join item told on told.id = o.item_id
              where o.edition_id = $1 and o.removed_at is null and o.kind = 'item' and o.id <> b.id
                and (told.id = i.id or told.story_id = i.story_id));
