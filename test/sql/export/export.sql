-- at_export_jsonl() and at_export_gzip(): canonical lines in the order of time,
-- which go in again.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();
select count(*) from at_export_jsonl();
select length(at_export_gzip()) as gzip_of_nothing, (select lines from at_ingest_jsonl(at_export_gzip())) as lines;

-- 1,000 events over four months, in no order.
select accepted from at_ingest_jsonl((select string_agg(pg_temp.event(i, jsonb_build_object('project', 'p' || i % 2,
	'occurred_at', to_char(timestamp '2026-01-01' + i * interval '3 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))), e'\n'
		order by md5(i::text))
		from generate_series(1, 1000) i));
create temp table exported as select n, line::json from at_export_jsonl() with ordinality e(line, n);
select count(*), bool_and(at_canonical(line) = line::text) as canonical, bool_and(ordered) as ordered
from (select line,
	(line->>'occurred_at')::timestamptz >= lag((line->>'occurred_at')::timestamptz) over (
		order by n) is not false as ordered
	from exported) e;
select count(*), count(distinct line) from at_export_jsonl('p1') line where line like '%"project":"p1"%';
select count(*) from at_export_jsonl('none');
select count(*), min(line::json->>'occurred_at'), max(line::json->>'occurred_at')
	from at_export_jsonl(since => '2026-01-31', until => '2026-02-02') line;
select count(*) from at_export_jsonl('p0', '2026-01-31', '2026-02-02');
select count(*) from at_export_jsonl(null, '-infinity', 'infinity');
select count(*) from at_export_jsonl(until => '2026-01-01 03:00');
select count(*) from at_export_jsonl(since => '2026-02-02', until => '2026-02-01');
-- Events of one time come in the order of their arrival.
select accepted from at_ingest_jsonl(
	(
	select string_agg(pg_temp.event(5000 + i, '{"project":"ties"}'), e'\n' order by i) from generate_series(1, 600) i));
select bool_and(line::json->>'event_id' = 'evt_' || md5((5000 + n)::text)) as in_order, count(*)
	from at_export_jsonl('ties') with ordinality e(line, n);

-- In a select list it streams: a LIMIT ends it.
select count(*) from (select at_export_jsonl() limit 3) e;
select count(*) from (select at_export_jsonl() limit 256) e;
select count(*) from (select at_export_jsonl() limit 257) e;
select count(*) from (select i, at_export_jsonl('p1') from generate_series(1, 3) i) e;
select n, count(*) from (select p as n, at_export_jsonl(p) from unnest(array['p0', 'none', 'p1', null]) p) e group by 1
	order by 1;
select count(*) from unnest(array['p0', 'p1']) p, at_export_jsonl(p) e;
select count(*) from unnest(array['p0', 'p1']) p, lateral (select * from at_export_jsonl(p) limit 2) e;

-- Cursors: plain, scrolled, within subtransactions, held over the end of the
-- transaction, with or without rows fetched before.
create temp view p1 as select e::json->>'occurred_at' as occurred_at from (select at_export_jsonl('p1') as e) x;
begin;
declare plain cursor for select * from p1;
fetch 2 from plain;
move 298 in plain;
savepoint s;
fetch 1 from plain;
rollback to s;
fetch 1 from plain;
move 1000 in plain;
fetch 1 from plain;
close plain;
declare other cursor for select * from p1;
savepoint s;
fetch 1 from other;
rollback to s;
fetch 1 from other;
release s;
declare held cursor with hold for select * from p1;
declare held_2 cursor with hold for select * from p1;
declare held_3 cursor with hold for select at_export_jsonl('none');
fetch 1 from held;
declare left_open cursor for select at_export_jsonl();
move 1 in left_open;
commit;
fetch 1 from held;
fetch absolute 501 from held;
fetch 1 from held_2;
fetch absolute 500 from held_2;
fetch 1 from held_3;
close all;
-- In PL/pgSQL.
do $$
declare
	line text;
	n int := 0;
begin
	for line in select at_export_jsonl() loop
		n := n + 1;
		begin
			if n = 300 then
				perform at_ingest_jsonl(pg_temp.event(9000));
				perform 1 / 0;
			end if;
		exception when division_by_zero then
			null;
		end;
		exit when n = 700;
	end loop;
	raise notice '% lines', n;
end
$$;
-- It shows the store as it was when the query began.
select count(*) from (select at_export_jsonl('p1')) e, at_ingest_jsonl(pg_temp.event(9001, '{"project":"p1"}')) i;

-- What comes out goes in, plain and gzip.
create temp table gz as select at_export_gzip() as all_of_it, at_export_gzip('p1') as p1,
	at_export_gzip(since => '2026-02-01', until => '2026-02-02') as day;
select i.* from gz, pg_temp.ingest(all_of_it) i;
create temp table lines as select line from at_export_jsonl() line;
delete from at_event;
select i.* from gz, pg_temp.ingest(p1) i;
select i.* from gz, pg_temp.ingest(day) i;
select i.* from gz, pg_temp.ingest(all_of_it) i;
select count(*) from at_event;
select count(*) as differences from (select line from lines except all select at_export_jsonl()) e;
select i.* from pg_temp.ingest((select string_agg(line, e'\n') from lines)) i;
-- gzip as others make it: the header is that of zlib, no name, no time.
select substr(all_of_it, 1, 10) as header from gz;

-- An event that is larger than the limit comes out, and needs the setting to go
-- in again.
set agent_tracker.max_event_bytes = '1MB';
select accepted
	from at_ingest_jsonl(pg_temp.event(9002, '{"project":"large"}', jsonb_build_object('text', repeat('x', 70000))));
reset agent_tracker.max_event_bytes;
select i.* from pg_temp.tried(at_export_gzip('large')) i;
set agent_tracker.max_event_bytes = '1MB';
select i.* from pg_temp.tried(at_export_gzip('large')) i;
reset agent_tracker.max_event_bytes;

-- Only the partitions of the time are read.
create function pg_temp.partitions_read(query text) returns bigint language plpgsql as $$
declare
	before bigint;
begin
	select count(*) into before from pg_locks
		where locktype = 'relation' and pid = pg_backend_pid() and relation::regclass::text ~ '^at_event_\d{4}_\d\d$';
	execute query;
	return (select count(*) from pg_locks
		where locktype = 'relation' and pid = pg_backend_pid()
			and relation::regclass::text ~ '^at_event_\d{4}_\d\d$') - before;
end
$$;
select count(*) from at_partitions() where since between '2026-01-01' and '2026-06-01';
select pg_temp.partitions_read($$select count(*) from at_export_jsonl(since => '2026-02-03', until => '2026-02-04')$$);
select pg_temp.partitions_read($$select count(*) from at_export_jsonl(since => '2026-02-03', until => '2026-03-02')$$);

-- An export sees the rows that its reader may see.
create role regress_at_reader;
select at_grant('regress_at_reader', 'reader');
alter table at_event enable row level security;
create policy only_p1 on at_event for select to regress_at_reader using (project = 'p1');
set role regress_at_reader;
select count(*) from at_export_jsonl();
select count(*) from at_export_jsonl('p0');
reset role;
select count(*) > 1000 as all from at_export_jsonl();
alter table at_event disable row level security;
drop policy only_p1 on at_event;
drop owned by regress_at_reader;
drop role regress_at_reader;

select at_drop_store();
