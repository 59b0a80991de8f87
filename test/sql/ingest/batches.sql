-- Batches of a load: of new keys, of known ones, and of both, in any order of time.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();
set client_min_messages = warning;
-- Lines of these numbers, each a day after the one before, through twelve months
-- and from the start again.
create function pg_temp.line(n int, changes jsonb default '{}') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('occurred_at',
		to_char(timestamp '2026-01-01' + (n * 37 % 365) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) || changes)
$$;
create function pg_temp.lines(low int, high int) returns text language sql as $$
	select string_agg(pg_temp.line(n), e'\n' order by n) from generate_series(low, high) n
$$;
-- How many transactions wrote the rows of the last load: the load's own for what was
-- inserted with a look at each key, one for each batch that was inserted without.
create function pg_temp.written(out events bigint, out transactions bigint, out own bigint) language sql as $$
	select count(*), count(distinct e.xmin::text), count(*) filter (where e.xmin::text = b.xmin::text)
	from (select xmin, batch_id from at_ingest_batch order by batch_id desc limit 1) b join at_event e using (batch_id)
$$;
create function pg_temp.forget() returns void language sql as $$
	delete from at_event; delete from at_ingest_batch; delete from at_reject; delete from at_stale_run
$$;

-- New keys: all but the first batch are inserted without a look at each key.
select * from pg_temp.ingest(pg_temp.lines(1, 9500));
select * from pg_temp.written();
select count(*), count(distinct line_no), min(line_no), max(line_no),
	bool_and(line_no = split_part(idempotency_key::text, '/', 2)::int) from at_event;
select count(*), count(distinct (project, day)), min(day), max(day) from at_stale_run;
-- all of it again, and with something new at the end
select * from pg_temp.ingest(pg_temp.lines(1, 9500));
select * from pg_temp.ingest(pg_temp.lines(1, 9505));
select count(*) from at_event;

-- A known key in the second batch: that batch is done again, and the next one is
-- looked at; from then on two batches without a known key are waited for.
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.line(3000));
select * from pg_temp.ingest(pg_temp.lines(1, 9500));
select * from pg_temp.written();
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.line(3000));
select * from pg_temp.ingest(pg_temp.lines(1, 21000));
select * from pg_temp.written();
select count(*), count(distinct idempotency_key::text) from at_event;
-- the same as a conflict: what is there stays
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.line(3000, '{"symbols":["QQQ"]}'));
select * from pg_temp.ingest(pg_temp.lines(1, 4000));
select line_no, path, rule from pg_temp.rejects();
select count(*), count(*) filter (where symbols = '{QQQ}') from at_event;
-- a known key in the first batch
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.line(500));
select * from pg_temp.ingest(pg_temp.lines(1, 9500));
select * from pg_temp.written();

-- Keys that come twice: in a batch, from batch to batch; the first line is stored.
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.lines(1, 1500) || e'\n' || pg_temp.lines(1200, 1600) || e'\n' ||
	pg_temp.line(1550, '{"symbols":["QQQ"]}'));
select line_no, path, rule from pg_temp.rejects();
select * from pg_temp.written();
select count(*), max(line_no), min(line_no) filter (where idempotency_key::text = './1550') from at_event;
-- in other months they are other events; where two months share a partition, they
-- are one, and the first line is stored, though its month is the later one
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.lines(1, 1000) || e'\n' ||
	pg_temp.line(2001, '{"occurred_at":"2026-05-05T00:00:00Z"}') || e'\n' ||
	pg_temp.line(2001, '{"occurred_at":"2026-03-05T00:00:00Z"}') || e'\n' ||
	pg_temp.line(2002, '{"occurred_at":"2095-05-05T00:00:00Z"}') || e'\n' ||
	pg_temp.line(2002, '{"occurred_at":"2095-03-05T00:00:00Z"}'));
select line_no, path, rule from pg_temp.rejects();
select line_no, occurred_at from at_event where line_no > 1000 order by line_no;

-- Before 2000, after 2099, and months between, in one batch.
select pg_temp.forget();
select * from pg_temp.ingest(pg_temp.lines(1, 1000) || e'\n' || (select string_agg(pg_temp.line(5000 + y * 12 + m,
		jsonb_build_object('occurred_at', format('%s-%s-15T00:00:00Z', 1990 + y, to_char(m, 'FM00')))),
		e'\n' order by md5(y || '/' || m))
	from generate_series(2, 119, 9) y, generate_series(1, 12, 3) m));
select * from pg_temp.written();
select count(*), min(occurred_at), max(occurred_at) from at_event where line_no > 1000;
select count(*), bool_and(p.since <= e.occurred_at and e.occurred_at < p.until)
from at_event e join at_partitions() p on p.partition = e.tableoid;

-- More days than marks that are kept: each is marked all the same.
select pg_temp.forget();
select accepted from pg_temp.ingest((select string_agg(pg_temp.line(n, jsonb_build_object(
		'project', 'p' || n % 9, 'idempotency_key', 'k' || n,
		'occurred_at', to_char(timestamp '2026-01-01' + n % 1000 * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))),
		e'\n' order by md5(n::text)) from generate_series(1, 9500) n));
select count(*) < 9500 as once, count(distinct (project, day)) from at_stale_run;
select count(*) from (select project, (occurred_at at time zone 'UTC')::date from at_event
	except select project, day from at_stale_run) x;

-- What users put on the table: triggers that hold rows back or fail, indexes of
-- their own.  Each is as it would be with one line at a time.
select pg_temp.forget();
create function hold() returns trigger language plpgsql as $$
begin
	if new.line_no = any (tg_argv[1]::int[]) then
		case tg_argv[0]
			when 'held' then return null;
			when 'raise' then raise 'no more of this' using errcode = 'P0042', detail = 'a detail';
			when 'unique' then raise unique_violation using message = 'not twice';
			else new.agent_id := 'other';
		end case;
	end if;
	return new;
end
$$;
\set SHOW_CONTEXT never
create trigger hold before insert on at_event for each row execute function hold('held', '{1200}');
select * from pg_temp.ingest(pg_temp.lines(1, 1500));
drop trigger hold on at_event;
create trigger hold before insert on at_event for each row execute function hold('raise', '{1200}');
select * from pg_temp.ingest(pg_temp.lines(1, 1500));
\echo :LAST_ERROR_SQLSTATE
drop trigger hold on at_event;
create trigger hold before insert on at_event for each row execute function hold('unique', '{1200}');
select * from pg_temp.ingest(pg_temp.lines(1, 1500));
drop trigger hold on at_event;
create trigger hold before insert on at_event for each row execute function hold('other', '{1200}');
select * from pg_temp.ingest(pg_temp.lines(1, 1500));
select * from pg_temp.written();
select line_no from at_event where agent_id = 'other';
drop trigger hold on at_event;
drop function hold();
select pg_temp.forget();
select at_make_partitions('{2025-05-01Z}');
alter table at_event_2025_05 add constraint one_run unique (run_id, payload);
select * from pg_temp.ingest(pg_temp.lines(1, 1000) || e'\n' ||
	pg_temp.line(1001, '{"occurred_at":"2025-05-05T00:00:00Z"}'));
select * from pg_temp.ingest(pg_temp.lines(1002, 2002) || e'\n' ||
	pg_temp.line(2003, '{"occurred_at":"2025-05-05T00:00:00Z"}'));
select count(*) from at_event;
alter table at_event_2025_05 drop constraint one_run;

-- A load that is rolled back with a savepoint, and one after it.
begin;
savepoint s;
select * from pg_temp.ingest(pg_temp.lines(1, 6000));
rollback to s;
select * from pg_temp.ingest(pg_temp.lines(4001, 6000));
select * from pg_temp.written();
commit;
select count(*), count(*) filter (where occurred_at is null) from at_event;
-- at_inbox
insert into at_inbox select pg_temp.line(n) from generate_series(1, 6000) n;
select lines, accepted, duplicates from at_ingest_batch order by batch_id desc limit 1;
select count(*), count(distinct idempotency_key::text) from at_event;
select at_drop_store();
