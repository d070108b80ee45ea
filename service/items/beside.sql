-- name: keep_marks
-- Marks of pieces by their names within their sources; what is not said any more is not unsaid.
insert into item_mark (item_id, publisher_group, canonical, picture_url, picture_alt, sender, via)
select i.id, given.publisher_group, given.canonical, given.picture_url, given.picture_alt,
       given.sender, given.via
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[])
     as given (source_id, external_id, publisher_group, canonical, picture_url, picture_alt, sender, via)
join item i on i.source_id = given.source_id and i.external_id = given.external_id
on conflict (item_id) do update
set publisher_group = coalesce(nullif(excluded.publisher_group, ''), item_mark.publisher_group),
    canonical = coalesce(nullif(excluded.canonical, ''), item_mark.canonical),
    picture_alt = case when excluded.picture_url = '' then item_mark.picture_alt
                       else excluded.picture_alt end,
    picture_url = coalesce(nullif(excluded.picture_url, ''), item_mark.picture_url),
    sender = coalesce(nullif(excluded.sender, ''), item_mark.sender),
    via = coalesce(nullif(excluded.via, ''), item_mark.via)

-- name: names_of
select id, source_id, external_id from item where id = any($1::bigint[])

-- name: keep_documents
-- The size is asked for only where nobody told it.
insert into item_document (item_id, position, url, title, type, size, body, ask_at)
select i.id, given.position, given.url, given.title, given.type, given.size, given.body,
       case when given.size is null and given.url <> '' then $9::timestamptz end
from unnest($1::bigint[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[],
            $7::bigint[], $8::bytea[])
     as given (source_id, external_id, position, url, title, type, size, body)
join item i on i.source_id = given.source_id and i.external_id = given.external_id
on conflict (item_id, url) where url <> '' do update
set position = excluded.position, title = excluded.title, type = excluded.type,
    size = coalesce(excluded.size, item_document.size)

-- name: forget_documents
-- What a source does not list any more with a piece that it lists anew.
delete from item_document d
using unnest($1::bigint[], $2::text[]) as given (source_id, external_id), item i
where i.source_id = given.source_id and i.external_id = given.external_id and d.item_id = i.id
  and d.url <> '' and d.url <> all($3::text[])

-- name: wrote
select sender, via from item_mark where item_id = $1 and sender <> ''

-- name: documents_of
select id, url, title, type, size
from item_document
where item_id = $1
order by position, id

-- name: document
select d.id, d.url, d.title, d.type, d.size, d.body
from item_document d
where d.item_id = $1 and d.id = $2

-- name: to_ask
select id, url, asked_before from item_document where ask_at <= $1 order by ask_at, item_id, position limit $2

-- name: note_sizes
-- An answer without a size is an answer too; where there was none it is asked once more.
update item_document d
set size = coalesce(given.size, d.size), ask_at = given.ask_at, asked_before = true,
    type = case when given.type = '' then d.type else given.type end
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[]) as given (id, size, type, ask_at)
where d.id = given.id

-- name: picture_of
select m.picture_url as url, m.picture_alt as alt, m.picture_wanted_at is not null as waits,
       m.picture_trouble as trouble, coalesce(p.token, '') as token, coalesce(p.type, '') as type,
       coalesce(p.width, 0) as width, coalesce(p.height, 0) as height,
       coalesce(octet_length(p.body), 0) as size
from item_mark m
left join item_picture p on p.item_id = m.item_id
where m.item_id = $1 and m.picture_url <> ''

-- name: want_picture
update item_mark m
set picture_wanted_at = $2, picture_trouble = null
where m.item_id = $1 and m.picture_url <> ''
  and not exists (select from item_picture p where p.item_id = m.item_id)

-- name: wanted
select item_id as id, picture_url as url, false as asked_before
from item_mark
where picture_wanted_at <= $1
order by picture_wanted_at
limit $2

-- name: keep_picture
insert into item_picture (item_id, token, type, width, height, body, taken_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (item_id) do nothing

-- name: settle_picture
update item_mark set picture_wanted_at = $2, picture_trouble = $3 where item_id = $1

-- name: picture
select type, body from item_picture where token = $1
