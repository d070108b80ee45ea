-- name: subscriptions
select contact_id, newsletter_id, state, since, ended_at, ended_how
from subscription where contact_id = $1 order by newsletter_id

-- name: subscription
select contact_id, newsletter_id, state, since, ended_at, ended_how
from subscription where contact_id = $1 and newsletter_id = $2

-- name: lock_contact
select id from contact where id = $1 and erased_at is null for update

-- name: set_subscription
insert into subscription (contact_id, newsletter_id, state, since, ended_at, ended_how)
values ($1, $2, $3, $4, $5, $6)
on conflict (contact_id, newsletter_id) do update
set state = excluded.state, ended_at = excluded.ended_at, ended_how = excluded.ended_how,
    since = case when excluded.state = 'ended' then subscription.since else excluded.since end

-- name: enrol_all
-- Starts what never was or waits for an answer; who unsubscribed stays so, whatever a file says.
insert into subscription (contact_id, newsletter_id, state, since)
select c.id, $2, 'active', $3
from contact c
where c.id = any($1::bigint[]) and c.erased_at is null
on conflict (contact_id, newsletter_id) do update
set state = 'active', since = excluded.since
where subscription.state = 'pending'
returning contact_id

-- name: record_consents
insert into consent
    (contact_id, newsletter_id, basis, wording, source, recorded_at, recorded_by)
select unnest($1::bigint[]), $2, $3, $4, $5, $6, $7

-- name: consents
select k.id, k.newsletter_id, k.basis, k.wording, k.source, k.recorded_at,
    coalesce(e.name, '') as recorded_by
from consent k left join editor e on e.id = k.recorded_by
where k.contact_id = $1
order by k.recorded_at desc, k.id desc

-- name: suspensions
select p.id, p.reason, p.detail, p.since, p.lifted_at, coalesce(e.name, '') as lifted_by
from suspension p left join editor e on e.id = p.lifted_by
where p.contact_id = $1
order by (p.lifted_at is not null), p.since desc, p.id desc

-- name: suspend
insert into suspension (contact_id, reason, detail, since)
select id, $2, $3, $4 from contact where id = $1 and erased_at is null
on conflict (contact_id, reason) where lifted_at is null do nothing

-- name: lift
update suspension set lifted_at = $3, lifted_by = $4
where id = $1 and contact_id = $2 and lifted_at is null

-- name: add_request
insert into subscription_request (contact_id, newsletter_id, wording, source, asked_at)
values ($1, $2, $3, $4, $5) returning id

-- name: request
select id, contact_id, newsletter_id, wording, source, asked_at, confirmed_at
from subscription_request where id = $1

-- name: confirm_request
update subscription_request set confirmed_at = $2 where id = $1 and confirmed_at is null

-- name: count_ask
-- One more ask in this bucket; the window starts anew once it has ended. Exact under concurrency.
insert into ask_count as a (bucket, asked, window_ends) values ($1, 1, $3)
on conflict (bucket) do update
set asked = case when a.window_ends <= $2 then 1 else a.asked + 1 end,
    window_ends = case when a.window_ends <= $2 then excluded.window_ends else a.window_ends end
returning asked

-- name: forget_asks
delete from ask_count where window_ends < $1

-- name: forget_unconfirmed
-- Contacts who came by the public form, never confirmed anything, and are older than $1. A bare
-- number stays, for a list of who was left out of a dispatch may name it.
with gone as (
    update contact c
    set email = null, label = '', salutation = '', sort_key = '', paused_until = null,
        erased_at = $2, changed_at = $2, version = version + 1
    where c.organisation_id is null and c.created_at < $1 and c.erased_at is null
        and exists (select from subscription s where s.contact_id = c.id)
        and not exists (
            select from subscription s where s.contact_id = c.id and s.state <> 'pending')
        and not exists (select from consent k where k.contact_id = c.id)
        and not exists (select from committee_member m where m.contact_id = c.id)
        and not exists (
            select from subscription_request r where r.contact_id = c.id and r.asked_at >= $1)
    returning id
), no_wish as (
    delete from subscription where contact_id in (select id from gone)
), no_ask as (
    delete from subscription_request where contact_id in (select id from gone)
), no_reason as (
    delete from suspension where contact_id in (select id from gone)
), no_function as (
    delete from contact_function where contact_id in (select id from gone)
), no_topic as (
    delete from contact_topic where contact_id in (select id from gone)
)
select count(*)::int from gone
