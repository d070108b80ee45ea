-- stage: audience
-- Who we write to: members, their contacts, what each agreed to, and why mail does not go to some.

create type organisation_kind as enum (
    'municipality', 'district', 'canton', 'city_department',
    'private_institution', 'committee_office', 'other'
);
create type committee_role as enum ('chair', 'deputy', 'member', 'secretary', 'guest');
create type subscription_state as enum ('pending', 'active', 'ended');
create type consent_basis as enum ('double_opt_in', 'membership', 'office', 'request');
create type suspension_reason as enum ('address_gone', 'mailbox_full', 'complained', 'by_editor');
create type row_fate as enum ('new', 'changed', 'unchanged', 'duplicate', 'refused');

create table function (
    id bigint generated always as identity primary key,
    slug text not null constraint function_slug_key unique,
    title text not null,
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

-- Members keep an id of our own: a merger gives a municipality a new BFS number, even under its old name.
create table organisation (
    id bigint generated always as identity primary key,
    kind organisation_kind not null,
    name text not null check (name <> ''),
    canton text not null default '',
    district text not null default '',
    bfs_nr integer check (bfs_nr > 0),
    population integer check (population >= 0),
    language text not null default 'de',
    sort_key text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null
);
create unique index organisation_name_key on organisation (lower(name), canton);
create unique index organisation_bfs_nr_key on organisation (bfs_nr) where bfs_nr is not null;
create index organisation_sort_key_idx on organisation (sort_key, id);

-- A person or a functional mailbox. Someone who signed up by the public form has no organisation.
create table contact (
    id bigint generated always as identity primary key,
    organisation_id bigint references organisation (id),
    email text constraint contact_email_plain check (email !~ '[[:cntrl:][:space:]]' and email like '_%@_%'),
    label text not null default '',
    salutation text not null default '',
    language text not null default 'de',
    paused_until timestamptz,
    sort_key text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    erased_at timestamptz,
    check (erased_at is null or email is null)
);
create unique index contact_email_key on contact (lower(email));
create index contact_organisation_idx on contact (organisation_id);
create index contact_sort_key_idx on contact (sort_key, id) where erased_at is null;

create table contact_function (
    contact_id bigint not null references contact (id) on delete cascade,
    function_id bigint not null references function (id),
    primary key (contact_id, function_id)
);
create index contact_function_function_idx on contact_function (function_id, contact_id);

create table contact_topic (
    contact_id bigint not null references contact (id) on delete cascade,
    topic_id bigint not null references topic (id) on delete cascade,
    primary key (contact_id, topic_id)
);
create index contact_topic_topic_idx on contact_topic (topic_id, contact_id);

create table committee (
    id bigint generated always as identity primary key,
    slug text not null constraint committee_slug_key unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text not null check (name <> ''),
    purpose text not null default '',
    sort_key text not null
);

-- One term of one contact; somebody who comes back has a second row. `until` is the last day in office.
create table committee_member (
    id bigint generated always as identity primary key,
    committee_id bigint not null references committee (id),
    contact_id bigint not null references contact (id) on delete cascade,
    role committee_role not null default 'member',
    since date not null,
    until date,
    constraint committee_member_term check (until is null or until >= since),
    constraint committee_member_once unique (committee_id, contact_id, since)
);
create index committee_member_contact_idx on committee_member (contact_id, committee_id);

create table subscription (
    contact_id bigint not null references contact (id) on delete cascade,
    newsletter_id bigint not null references newsletter (id),
    state subscription_state not null,
    since timestamptz not null,
    ended_at timestamptz,
    ended_how text not null default '',
    primary key (contact_id, newsletter_id),
    check ((state = 'ended') = (ended_at is not null))
);
create index subscription_newsletter_idx on subscription (newsletter_id, state, contact_id);

-- What was agreed to, word for word. Rows are only ever added.
create table consent (
    id bigint generated always as identity primary key,
    contact_id bigint not null references contact (id) on delete cascade,
    newsletter_id bigint not null references newsletter (id),
    basis consent_basis not null,
    wording text not null,
    source text not null,
    recorded_at timestamptz not null,
    recorded_by bigint references editor (id)
);
create index consent_contact_idx on consent (contact_id, newsletter_id, recorded_at);
create index consent_newsletter_idx on consent (newsletter_id);
create index consent_recorded_by_idx on consent (recorded_by) where recorded_by is not null;

-- Somebody typed an address into the public form; it counts only once the mail to it was answered.
create table subscription_request (
    id bigint generated always as identity primary key,
    contact_id bigint not null references contact (id) on delete cascade,
    newsletter_id bigint not null references newsletter (id),
    wording text not null,
    source text not null,
    asked_at timestamptz not null,
    confirmed_at timestamptz
);
create index subscription_request_contact_idx on subscription_request (contact_id, asked_at);
create index subscription_request_newsletter_idx on subscription_request (newsletter_id);

create table suspension (
    id bigint generated always as identity primary key,
    contact_id bigint not null references contact (id) on delete cascade,
    reason suspension_reason not null,
    detail text not null default '',
    since timestamptz not null,
    lifted_at timestamptz,
    lifted_by bigint references editor (id)
);
create unique index suspension_standing_key on suspension (contact_id, reason) where lifted_at is null;
create index suspension_contact_idx on suspension (contact_id, since);
create index suspension_lifted_by_idx on suspension (lifted_by) where lifted_by is not null;
create index suspension_since_idx on suspension (since) where lifted_at is null;

-- Asks for one newsletter are counted per address and per network (both only as hashes, for a day).
create table ask_count (
    bucket bytea primary key,
    asked integer not null,
    window_ends timestamptz not null
);

-- An uploaded file waits here between its dry run and its application, so that a fault loses nothing.
create table member_import (
    id bigint generated always as identity primary key,
    file_name text not null,
    encoding text not null,
    separator text not null,
    -- Our field → the header it was found under; short name → title of each function in the file.
    columns jsonb not null,
    functions jsonb not null,
    uploaded_at timestamptz not null,
    uploaded_by bigint references editor (id),
    applied_at timestamptz,
    applied_by bigint references editor (id),
    receipt jsonb
);
create index member_import_uploaded_idx on member_import (uploaded_at);
create index member_import_uploaded_by_idx on member_import (uploaded_by);
create index member_import_applied_by_idx on member_import (applied_by);

-- What one row of the file says (null: nothing), and what would become of it. Only a readable row can
-- be judged anew; the others are refused for good.
create table member_import_row (
    import_id bigint not null references member_import (id) on delete cascade,
    number integer not null,
    fate row_fate not null,
    readable boolean not null,
    why jsonb not null,
    changes jsonb not null default '[]',
    raw text not null,
    email text,
    label text,
    salutation text,
    language text,
    functions text[],
    organisation text not null,
    kind organisation_kind,
    canton text,
    district text,
    bfs_nr integer,
    population integer,
    contact_key text not null,
    organisation_key text not null,
    contact_id bigint,
    organisation_id bigint,
    namesakes integer not null default 0,
    bfs_owner bigint,
    primary key (import_id, number)
);
create index member_import_row_fate_idx on member_import_row (import_id, fate, number);

-- The question asked a last time before a message leaves. A pause has an end, and a view knows no time:
-- the caller adds `(paused_until is null or paused_until <= $now)`.
create view eligible_subscription as
select s.contact_id, s.newsletter_id, c.paused_until
from subscription s
join contact c on c.id = s.contact_id
where s.state = 'active'
  and c.email is not null
  and c.erased_at is null
  and not exists (
      select from suspension p where p.contact_id = s.contact_id and p.lifted_at is null
  );

-- What a row of a file would change, field by field: [{"field", "before", "after"}]. An empty cell says
-- nothing; what a new contact or a new member brings is no change.
create view member_import_change as
select r.import_id, r.number, coalesce(changed.list, '[]') as list
from member_import_row r
left join contact c on c.id = r.contact_id
left join organisation mine on mine.id = c.organisation_id
left join organisation o on o.id = r.organisation_id
cross join lateral (
    select string_agg(f.slug, ', ' order by f.slug collate "C") as slugs
    from contact_function x
    join function f on f.id = x.function_id
    where x.contact_id = c.id and r.functions is not null
) held
cross join lateral (
    select jsonb_agg(jsonb_build_object(
        'field', field, 'before', coalesce(before, ''), 'after', after)) as list
    from (values
        ('label', c.id, c.label, r.label),
        ('salutation', c.id, c.salutation, r.salutation),
        ('language', c.id, c.language, r.language),
        ('functions', c.id, held.slugs, array_to_string(r.functions, ', ')),
        ('organisation', c.id, mine.name,
            case when mine.id is distinct from r.organisation_id then r.organisation end),
        ('kind', o.id, o.kind::text, r.kind::text),
        ('canton', o.id, o.canton, r.canton),
        ('district', o.id, o.district, r.district),
        ('bfs_nr', o.id, o.bfs_nr::text, r.bfs_nr::text),
        ('population', o.id, o.population::text, r.population::text)
    ) compared (field, known, before, after)
    where known is not null and after is not null
        and (field = 'organisation' or after is distinct from before)
) changed;
