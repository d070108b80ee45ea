-- stage: accounts
-- Who may enter: the editors, their sessions, counted login attempts, and forms that were already sent once.

create type editor_role as enum ('editor', 'approver', 'administrator');

create table editor (
    id bigint generated always as identity primary key,
    email text not null constraint editor_email_length check (length(email) between 3 and 254),
    name text not null constraint editor_name_length check (length(name) between 1 and 200),
    role editor_role not null,
    language text not null default 'de' constraint editor_language check (language in ('de', 'en')),
    password_hash text,
    disabled_at timestamptz,
    created_at timestamptz not null,
    password_set_at timestamptz,
    seen_at timestamptz
);
create unique index editor_email_unique on editor (lower(email));

create table editor_session (
    token_hash bytea primary key,
    editor_id bigint not null references editor (id) on delete cascade,
    csrf text not null,
    agent text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index editor_session_of_editor on editor_session (editor_id, seen_at desc);
create index editor_session_expiry on editor_session (expires_at);

create table login_attempt (
    key_hash bytea primary key,
    since timestamptz not null,
    count integer not null
);
create index login_attempt_since on login_attempt (since);

create table submission (
    token text primary key constraint submission_token_length check (length(token) between 16 and 64),
    location text not null,
    at timestamptz not null
);
create index submission_at on submission (at);
