-- When mail may leave: hours, ends, warm-up plans, control copies.

-- name: hours
select days, opens, closes from send_hours where newsletter_id = $1

-- name: set_hours
insert into send_hours (newsletter_id, days, opens, closes)
values ($1, $2, $3, $4)
on conflict (newsletter_id) do update
set days = excluded.days, opens = excluded.opens, closes = excluded.closes

-- name: drop_hours
delete from send_hours where newsletter_id = $1

-- name: timed
-- Dispatches whose stretch may have to be set anew.
select d.id, d.opens_at, d.closes_at, h.days, h.opens, h.closes
from dispatch d
left join send_hours h on h.newsletter_id = d.newsletter_id
where d.state in ('scheduled', 'opening', 'running', 'paused', 'waiting')
  and (h.newsletter_id is not null or d.opens_at is not null)
  and ($1::bigint is null or d.id = $1)
order by d.id

-- name: set_stretch
update dispatch set opens_at = $2, closes_at = $3 where id = $1

-- name: ended
-- What ran out of time and has not ended yet.
select id from dispatch
where not_after <= $1 and state in ('running', 'paused', 'waiting') and opened_at is not null
order by id

-- name: empty_chunks
update chunk set due_at = null where dispatch_id = $1 and worker = '' and due_at is not null

-- name: finish_late
update dispatch d
set state = 'finished', hold = null, trouble = null, finished_at = $2
where d.id = $1 and d.state in ('running', 'paused', 'waiting')
  and not exists (
      select from chunk c
      where c.dispatch_id = d.id and (c.due_at is not null or c.worker <> '')
  )

-- name: too_late
select m.contact_id, c.label, coalesce(o.name, '') as organisation, m.address, m.status as reason
from odd_message m
join contact c on c.id = m.contact_id
left join organisation o on o.id = c.organisation_id
where m.dispatch_id = $1 and m.state = 'withdrawn' and m.status = 'too_late'
  and ($2::bigint is null or m.contact_id > $2)
order by m.contact_id
limit $3

-- name: count_too_late
select count(*) from odd_message
where dispatch_id = $1 and state = 'withdrawn' and status = 'too_late'

-- name: warm_ups
select domain, steps, started_at, ended_at from warm_up order by domain

-- name: warm_up
select domain, steps, started_at, ended_at from warm_up where domain = $1

-- name: warm_up_locked
select domain, steps, started_at, ended_at from warm_up where domain = $1 for update

-- name: start_warm_up
insert into warm_up (domain, steps, started_at, started_by)
values ($1, $2, $3, $4)
on conflict (domain) do update
set steps = excluded.steps, started_at = excluded.started_at, started_by = excluded.started_by,
    ended_at = null

-- name: change_warm_up
update warm_up set steps = $2 where domain = $1

-- name: end_warm_up
update warm_up set ended_at = $2 where domain = $1 and ended_at is null

-- name: forget_days
delete from warm_up_day where domain = $1

-- name: warm_up_days
select day, step, most, sent from warm_up_day where domain = $1 order by day

-- name: count_day
insert into warm_up_day (domain, day, step, most, sent)
values ($1, $2, $3, $4, $5)
on conflict (domain, day) do update
set step = excluded.step, most = excluded.most, sent = excluded.sent

-- name: senders_under_way
-- What has begun and not ended, sent from a domain.
select id from dispatch
where state in ('running', 'paused', 'waiting') and opened_at is not null
  and lower(split_part(letterhead ->> 'sender_address', '@', 2)) = $1
order by id

-- name: put_under
update dispatch set warm_up = $2 where id = $1

-- name: cut_anew
-- What no worker holds is cut into small portions, which wait until the plan lets them go.
with gone as (
    delete from chunk
    where dispatch_id = $1 and worker = '' and due_at is not null
    returning number, first_id, last_id, attempt, dated_at
), portion as (
    select g.number as was, g.attempt, g.dated_at, m.id, m.state in ('queued', 'deferred') as owed,
           (row_number() over (partition by g.number order by m.id) - 1) / $2::integer as part
    from gone g
    join message m on m.dispatch_id = $1 and m.id between g.first_id and g.last_id
)
insert into chunk (dispatch_id, number, first_id, last_id, attempt, dated_at, due_at)
select $1, (select max(number) from chunk where dispatch_id = $1)
       + row_number() over (order by was, part), min(id), max(id), attempt, dated_at,
       case when bool_or(owed) then 'infinity'::timestamptz end
from portion
group by was, part, attempt, dated_at

-- name: used
-- What left from a domain on a day ($2 to $3); what has been let go and may still leave. What left
-- on a later day (a clock that was put back) must not leave a second time either.
with copies as (
    select coalesce(c.handed_at, n.handed_at) as handed_at,
           n.state in ('queued', 'claimed', 'deferred') and n.next_at < $3 as owed
    from dispatch d
    join control_copy c on c.dispatch_id = d.id
    left join notice n on n.id = c.notice_id
    where d.warm_up = $1 and (d.finished_at is null or d.finished_at >= $2)
), handed as (
    select coalesce(sum(o.today), 0)::bigint as today,
           coalesce(sum(o.later) filter (where d.state in ('running', 'paused', 'waiting')), 0)::bigint
               as later
    from dispatch d
    cross join lateral (
        select count(*) filter (where m.handed_at < $3) as today,
               count(*) filter (where m.handed_at >= $3) as later
        from message m where m.dispatch_id = d.id and m.handed_at >= $2
    ) o
    where d.warm_up = $1 and (d.finished_at is null or d.finished_at >= $2)
), let_go as (
    select count(*) as messages
    from dispatch d
    join chunk c on c.dispatch_id = d.id and (c.due_at <> 'infinity' or c.worker <> '')
    cross join lateral (
        select from message m
        where m.dispatch_id = d.id and m.id between c.first_id and c.last_id
          and m.state in ('queued', 'deferred') and coalesce(m.handed_at < $2, true)
        offset 0
    ) o
    where d.warm_up = $1 and d.state in ('running', 'paused', 'waiting')
)
select today + (select count(*) from copies where handed_at >= $2 and handed_at < $3) as sent,
       later + messages + (select count(*) from copies where owed and coalesce(handed_at < $2, true))
           as on_the_way
from handed, let_go

-- name: warming
select d.id, d.opened_at, h.days, h.opens, h.closes
from dispatch d
left join send_hours h on h.newsletter_id = d.newsletter_id
where d.warm_up = $1 and d.state = 'running'
order by d.opened_at, d.id

-- name: let_go
-- As many whole portions as fit into $2 messages; returns how many messages those are.
with held as (
    select c.number, (
        select count(*) from message m
        where m.dispatch_id = $1 and m.id between c.first_id and c.last_id
          and m.state in ('queued', 'deferred')
    ) as size
    from chunk c
    where c.dispatch_id = $1 and c.due_at = 'infinity' and c.worker = ''
    order by c.number
    limit 500
), fitting as (
    select number, size, sum(size) over (order by number) as total from held
), gone as (
    update chunk c set due_at = $3
    from fitting f
    where c.dispatch_id = $1 and c.number = f.number and f.total <= $2
    returning f.size
)
select coalesce(sum(size), 0)::bigint from gone

-- name: let_all_go
with freed as (
    update chunk c set due_at = $2
    from dispatch d
    where d.id = c.dispatch_id and d.warm_up = $1 and c.due_at = 'infinity'
    returning c.dispatch_id
)
update dispatch set warm_up = '' where warm_up = $1

-- name: ahead
-- What others owe that leaves before a dispatch ($2, null: not opened yet); of one plan ($1) or all.
select coalesce(sum(m.messages), 0)::bigint
from dispatch d
join message_count m on m.dispatch_id = d.id and m.state in ('queued', 'deferred', 'handing_over')
where d.state = 'running' and d.id is distinct from $2 and ($1::text is null or d.warm_up = $1)
  and coalesce((d.opened_at, d.id) < (select o.opened_at, o.id from dispatch o where o.id = $2), true)

-- name: candidate_domains
select lower(split_part(address, '@', 2)) as domain, count(*) as mails
from candidate
where reason is null
group by 1

-- name: owed_domains
-- Of many stretches that owe anything, some fifty are looked at: that tells it well enough.
with owing as (
    select first_id, last_id, row_number() over (order by number) as place, count(*) over () as owing
    from chunk
    where dispatch_id = $1 and (tally is null or tally ?| array['queued', 'deferred'])
), looked_at as (
    select *, count(*) over () as looked_at from owing where place % greatest(owing / 50, 1) = 0
)
select lower(split_part(o.address, '@', 2)) as domain,
       (count(*) * max(c.owing) / max(c.looked_at))::bigint as mails
from looked_at c
cross join lateral (
    select m.address
    from message m
    where m.dispatch_id = $1 and m.id between c.first_id and c.last_id
      and m.state in ('queued', 'deferred')
    offset 0
) o
group by 1

-- name: control_addresses
select address from control_address where newsletter_id = $1 order by address

-- name: drop_control_addresses
delete from control_address where newsletter_id = $1

-- name: add_control_address
insert into control_address (newsletter_id, address) values ($1, $2)

-- name: control_variant
select variant
from message
where dispatch_id = $1
group by variant
order by (variant = $2) desc, count(*) desc, variant desc
limit 1

-- name: add_copy
insert into control_copy (dispatch_id, address, variant, notice_id) values ($1, $2, $3, $4)

-- name: copy_of_notice
select id, dispatch_id, address, variant from control_copy where notice_id = $1

-- name: copies
select c.id, c.address, n.state, coalesce(c.handed_at, n.handed_at) as handed_at, c.arrived_at,
       c.came_back, c.seen_at, coalesce(n.reply, '') as reply, coalesce(n.code, 0) as code,
       coalesce(n.status, '') as status
from control_copy c
left join notice n on n.id = c.notice_id
where c.dispatch_id = $1
order by c.id

-- name: remember_copies
-- When a copy left is known by its notice, which is deleted one day.
update control_copy c
set handed_at = n.handed_at
from notice n
where n.id = c.notice_id and c.handed_at is null and n.handed_at is not null

-- name: arrive
update control_copy c
set arrived_at = $2, handed_at = (select n.handed_at from notice n where n.id = c.notice_id)
where c.id = $1 and c.arrived_at is null

-- name: came_back
update control_copy set came_back = $2 where id = $1

-- name: missing
-- Dispatches of the last days whose copies left before $1 and did not arrive.
select c.dispatch_id, e.title, count(*) as missing
from control_copy c
join notice n on n.id = c.notice_id
join dispatch d on d.id = c.dispatch_id
join edition e on e.id = d.edition_id
where c.arrived_at is null and c.seen_at is null and d.opened_at > $2
  and (coalesce(n.handed_at, n.created_at) < $1 or n.state = 'refused' or c.came_back <> '')
group by c.dispatch_id, e.title
order by c.dispatch_id desc

-- name: see_missing
update control_copy set seen_at = $2 where dispatch_id = $1 and arrived_at is null

-- name: hurry
-- What was put off for these domains is due now; what a warm-up plan holds is not.
with soon as (
    update message m
    set next_at = $2
    from dispatch d
    where d.id = m.dispatch_id and d.state = 'running' and m.state = 'deferred' and m.next_at > $2
      and lower(split_part(m.address, '@', 2)) = any ($1)
), due as (
    update chunk c
    set due_at = $2
    from dispatch d
    where d.id = c.dispatch_id and d.state = 'running' and c.worker = ''
      and c.due_at > $2 and c.due_at < 'infinity' and exists (
          select from message m
          where m.dispatch_id = c.dispatch_id and m.id between c.first_id and c.last_id
            and m.state in ('queued', 'deferred')
            and lower(split_part(m.address, '@', 2)) = any ($1)
      )
    returning 1
)
select count(*) from due
