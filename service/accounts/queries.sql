-- name: find_session
select s.token_hash as key, s.csrf, s.created_at, s.seen_at, s.expires_at,
       jsonb_build_object('id', e.id, 'email', e.email, 'name', e.name, 'role', e.role, 'language', e.language) as editor
from editor_session s join editor e on e.id = s.editor_id
where s.token_hash = $1 and s.expires_at > $2 and e.disabled_at is null

-- name: open_session
with opened as (
    insert into editor_session (token_hash, editor_id, csrf, agent, created_at, seen_at, expires_at)
    values ($1, $2, $3, $4, $5, $5, $6) returning editor_id
)
update editor set seen_at = $5 from opened where editor.id = opened.editor_id

-- name: touch_session
with touched as (
    update editor_session set seen_at = $2, expires_at = $3 where token_hash = $1 returning editor_id
)
update editor set seen_at = $2 from touched where editor.id = touched.editor_id

-- name: end_session
delete from editor_session where token_hash = $1

-- name: end_session_of
delete from editor_session where token_hash = $1 and editor_id = $2

-- name: end_sessions
delete from editor_session where editor_id = $1 and token_hash is distinct from $2

-- name: open_sessions
select token_hash as key, agent, created_at, seen_at
from editor_session
where editor_id = $1 and expires_at > $2
order by seen_at desc, token_hash

-- name: count_attempt
insert into login_attempt (key_hash, since, count) values ($1, $2, 1)
on conflict (key_hash) do update
set count = case when login_attempt.since <= $3 then 1 else login_attempt.count + 1 end,
    since = case when login_attempt.since <= $3 then $2 else login_attempt.since end
returning count, since

-- name: clear_attempts
delete from login_attempt where key_hash = $1

-- name: credentials
select id as editor_id, password_hash, disabled_at from editor where lower(email) = lower($1)

-- name: credentials_of
select id as editor_id, password_hash, disabled_at from editor where id = $1

-- name: lock
select id from editor where id = $1 for update

-- name: editor
select id, email, name, role, language from editor where id = $1

-- name: listing
select id, email, name, role, language, disabled_at, created_at, password_set_at, seen_at
from editor
order by disabled_at is not null, lower(name), id

-- name: approvers
select id, email, name, role, language
from editor
where role in ('approver', 'administrator') and disabled_at is null and password_hash is not null
order by role, lower(name), id

-- name: account
select id, email, name, role, language, disabled_at, created_at, password_set_at, seen_at
from editor where id = $1

-- name: lock_administrators
select id from editor where role = 'administrator' and disabled_at is null order by id for update

-- name: create
insert into editor (email, name, role, language, created_at) values ($1, $2, $3, $4, $5)
returning id

-- name: set_role
update editor set role = $2 where id = $1

-- name: rename
update editor set name = $2, language = $3 where id = $1

-- name: set_password
update editor set password_hash = $2, password_set_at = $3 where id = $1

-- name: disable
update editor set disabled_at = $2 where id = $1 and disabled_at is null

-- name: enable
update editor set disabled_at = null where id = $1

-- name: remember_submission
insert into submission (token, location, at) values ($1, $2, $3)
on conflict (token) do nothing
returning token

-- name: submission
select location from submission where token = $1

-- name: forget
with sessions as (delete from editor_session where expires_at <= $1),
     attempts as (delete from login_attempt where since <= $2)
delete from submission where at <= $3
