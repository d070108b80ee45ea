-- What workers tell of themselves.

-- name: tell
insert into worker (name, host, pid, since, seen_at, deeds)
values ($1, $2, $3, $4, $5, $6)
on conflict (name) do update set seen_at = excluded.seen_at, deeds = excluded.deeds;

-- name: leave
delete from worker where name = $1;

-- name: forget
delete from worker where seen_at < $1;

-- name: known
select name, host, pid, since, seen_at, deeds from worker order by seen_at desc, name limit 100;

-- name: is_any_alive
select exists (select from worker where seen_at >= $1);
