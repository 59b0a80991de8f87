-- The store: made and dropped by functions, partitions, retention, upgrade.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- Without a store whoever needs one says so; a first write makes it.
select at_export_jsonl();
select at_export_gzip();
select at_drop_store();
select at_drop_before('2020-01-01');
select at_create_event_id_index();
select at_upgrade_store();
select at_grant(current_user, 'reader');
select count(*) from at_partitions();
select name, since, until from _at_missing_partitions(array['2026-01-05'::timestamptz]);
begin;
select lines, accepted from at_ingest_jsonl(pg_temp.event(1));
rollback;
select to_regclass('at_event');
set client_min_messages = warning;
insert into at_inbox values (pg_temp.event(1));
reset client_min_messages;
select count(*) from at_event;
-- It is made once.
select at_create_store();
select count(*) from at_event;
select version = _at_store_version() as version, created_at <= clock_timestamp() as created_at from at_store;

-- What it is.
select relname, relkind, obj_description(oid, 'pg_class') from pg_class
where relname in ('at_event', 'at_ingest_batch', 'at_reject', 'at_store', 'at_inbox')
	and relnamespace = 'public'::regnamespace
	order by 1;
select attrelid::regclass, attname, col_description(attrelid, attnum) is not null as commented
from pg_attribute
	where attrelid in ('at_event'::regclass, 'at_ingest_batch'::regclass, 'at_reject'::regclass, 'at_store'::regclass)
	and attnum > 0 and col_description(attrelid, attnum) is null;
-- No fixed-length column comes after one of variable length.
select attname from (select attname, attlen, bool_or(attlen = -1) over (order by attnum) as after from pg_attribute
	where attrelid = 'at_event'::regclass and attnum > 0) a where after and attlen <> -1;
-- The extension has no data of its own: nothing of the store is a member.
select count(*) from pg_depend
	where deptype = 'e' and refclassid = 'pg_extension'::regclass and classid = 'pg_class'::regclass
	and objid in ('at_event'::regclass, 'at_ingest_batch'::regclass, 'at_reject'::regclass, 'at_store'::regclass);
-- The new partitions have the unique key and the indexes of their parent.
select replace(indexdef, 'at_event_2026_01', 'P') from pg_indexes where tablename = 'at_event_2026_01'
	order by indexname;
select has_function_privilege('pg_monitor', 'at_make_partitions(timestamptz[])', 'execute') as executable, prosecdef,
	proconfig
from pg_proc where proname = 'at_make_partitions';

-- Which partition: months to the end of the year after next, then years, one
-- before 2000 and one from 2100.  (now() decides, so the test asks around it.)
select extract(year from t) - extract(year from now()) as years_from_now,
	name = to_char(t, case when length(name) > 13 then '"at_event_"YYYY_MM' else '"at_event_"YYYY' end) as named,
	until - since < interval '32 days' as a_month
from generate_series(0, 4) y,
	lateral (select date_trunc('year', now()) + interval '6 months' + y * interval '1 year') x(t),
	_at_missing_partitions(array[t]) order by 1;
select name, since, until
	from _at_missing_partitions(
		array['-infinity', '0001-01-01', '1999-12-31 23:59:59.999999', '2000-01-01', '2024-02-29 23:59:59.999999',
	'2024-03-01', '2099-12-31 23:59:59.999999', '2100-01-01', '9999-12-31 23:59:59.999999', 'infinity',
		null]::timestamptz[])
		order by since nulls first;
set timezone = 'Asia/Tokyo';
select name, since, until
	from _at_missing_partitions(array['2024-03-01 00:00+00', '2024-02-29 23:59:59+00']::timestamptz[]) order by 1;
set datestyle = 'SQL, DMY';
select at_make_partitions(array['2024-03-31 23:59:59.999999+00']::timestamptz[]),
	at_make_partitions(array['2024-03-31 23:59:59.999999+00']::timestamptz[]);
reset datestyle; set datestyle = 'ISO'; set timezone = 'UTC';
select * from at_partitions() where since between '2024-01-01' and '2024-12-31';
select at_make_partitions('{}'), at_make_partitions(array[null]::timestamptz[]);
select at_make_partitions(array['infinity', '-infinity']::timestamptz[]),
	at_make_partitions(array['infinity', '-infinity']::timestamptz[]);
select partition from at_partitions() where until = 'infinity';
drop table at_event_from_2100, at_event_before_2000;

-- Events of all times.
select accepted, rejected
	from at_ingest_jsonl((select string_agg(pg_temp.event(100 + n::int, jsonb_build_object('occurred_at', t)), e'\n')
	from unnest(array['0001-01-01T00:00:00Z', '1999-12-31T23:59:59.999999Z', '2000-01-01T00:00:00Z',
		'2000-01-31T23:59:59.999999Z', '2000-02-01T00:00:00Z',
		'2024-02-29T12:00:00Z', '2098-07-01T00:00:00Z', '2098-12-31T23:59:59.999999Z', '2099-01-01T00:00:00Z',
		'2100-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z'])
		with ordinality u(t, n)));
select tableoid::regclass, min(occurred_at), max(occurred_at), count(*) from at_event
	where idempotency_key::text ~ '^\./1\d\d$' group by tableoid order by 2;
select duplicates from at_ingest_jsonl(at_export_gzip());

-- at_doctor() says how many locks a query over all of them takes.  Some releases
-- of the server lock the indexes of the parent too.
begin;
select count(*) > 0 as read from at_event;
select (select count(*) from pg_locks l
		where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.mode = 'AccessShareLock' and l.relation in
			(select t.relid from pg_partition_tree('at_event') t union all
				select i.indexrelid from pg_index i join pg_partition_tree('at_event') t on t.relid = i.indrelid))
		- substring(d.detail from 'takes (\d+) locks')::bigint in (
			0, (select count(*) from pg_index i where i.indrelid = 'at_event'::regclass)) as locks_counted,
	d.status = case when substring(d.detail from 'room for (\d+) ')::bigint < 10 then 'warning' else 'ok' end as judged,
	(d.hint is null) = (d.status = 'ok') as hinted
from _at_doctor_store() d where d."check" = 'locks';
commit;
select d.status = case when pg_jit_available() then 'info' else 'ok' end as judged,
	d.hint ~ ' SET jit = off\.$' is not distinct from case when pg_jit_available() then true end as hinted
from _at_doctor_settings() d where d."check" = 'jit';
set jit = off;
select d.status, d.detail from _at_doctor_settings() d where d."check" = 'jit';
reset jit;

-- A partition that is there is used, whatever its bounds.
create table wide (like at_event including all);
create unique index on wide (key_digest, project);
alter table at_event attach partition wide for values from ('2010-01-01') to ('2013-01-01');
select accepted from at_ingest_jsonl(pg_temp.event(200, '{"occurred_at":"2011-05-05T00:00:00Z"}'));
select accepted from at_ingest_jsonl(pg_temp.event(201, '{"occurred_at":"2013-01-01T00:00:00Z"}'));
select tableoid::regclass, occurred_at from at_event where occurred_at between '2010-01-01' and '2014-01-01' order by 2;

-- Retention: a list first, then the drop of whole partitions.
select partition, since, until, bytes > 0 as bytes, dropped from at_drop_before('2012-12-31');
select partition, since, until, bytes > 0 as bytes, dropped from at_drop_before('2013-01-01', dry_run => false);
select count(*), min(occurred_at) from at_event;
select partition, dropped from at_drop_before('2000-01-01', false);
select at_drop_before(null);
select at_drop_before('2000-01-01', null);
-- What is dropped is made again when it is needed, also within one backend and
-- one transaction.
select accepted from at_ingest_jsonl(pg_temp.event(202, '{"occurred_at":"2000-01-01T00:00:00Z"}'));
begin;
select partition from at_drop_before('2000-02-01', false);
select accepted from at_ingest_jsonl(pg_temp.event(202, '{"occurred_at":"2000-01-01T00:00:00Z"}'));
rollback;
select duplicates from at_ingest_jsonl(pg_temp.event(202, '{"occurred_at":"2000-01-01T00:00:00Z"}'));
-- A partition made in a transaction that fails is made again.
begin;
select accepted from at_ingest_jsonl(pg_temp.event(203, '{"occurred_at":"2001-01-01T00:00:00Z"}'));
rollback;
select accepted from at_ingest_jsonl(pg_temp.event(203, '{"occurred_at":"2001-01-01T00:00:00Z"}'));
-- Detached.
alter table at_event detach partition at_event_2001_01;
select accepted from at_ingest_jsonl(pg_temp.event(203, '{"occurred_at":"2001-01-01T00:00:00Z"}'));
drop table at_event_2001_01;
select accepted from at_ingest_jsonl(pg_temp.event(203, '{"occurred_at":"2001-01-01T00:00:00Z"}'));

-- The index on event_id is optional.
select at_create_event_id_index();
select at_create_event_id_index();
set enable_seqscan = off;
select count(*) from at_event where event_id = 'evt_' || md5('203');
reset enable_seqscan;
select count(*) > 3 as indexes from pg_indexes where indexdef ~ '\(event_id\)' and tablename ~ '^at_event';

-- Upgrade.
select at_upgrade_store();
update at_store set version = 1000;
select at_upgrade_store();
update at_store set version = _at_store_version();

-- The extension is not dropped from under its store; CASCADE is the user's word.
\set VERBOSITY terse
drop extension agent_tracker;
\set VERBOSITY default
-- Other objects keep the store.
create view mine as select event_id from at_event;
\set VERBOSITY terse
select at_drop_store();
\set VERBOSITY default
drop view mine;
select at_drop_store();
select to_regclass('at_event'), to_regclass('at_store'), to_regprocedure('at_make_partitions(timestamptz[])');
-- A new one in the same session, with other oids.
select at_create_store();
select * from pg_temp.ingest(pg_temp.event(1));
select count(*) from at_export_jsonl();
select at_drop_store();
-- In a schema with a name that needs quotes, and then in the old one again.
drop extension agent_tracker;
create schema "It is; a schema";
create extension agent_tracker schema "It is; a schema";
select "It is; a schema".at_create_store();
select accepted, rejected from "It is; a schema".at_ingest_jsonl(pg_temp.event(1) || e'\n{');
select event_id, tableoid::regclass from "It is; a schema".at_event;
select length("It is; a schema".at_export_jsonl()) > 300 as exported;
set client_min_messages = warning;
insert into "It is; a schema".at_inbox values (pg_temp.event(2));
reset client_min_messages;
select "It is; a schema".at_grant(current_user, 'writer');
select partition from "It is; a schema".at_drop_before('2027-01-01', false) where partition = 'at_event_2026_01';
select * from "It is; a schema".at_upgrade_store();
select "It is; a schema".at_create_event_id_index();
select "It is; a schema".at_drop_store();
drop extension agent_tracker;
drop schema "It is; a schema";
create extension agent_tracker;
select at_create_store();
select * from pg_temp.ingest(pg_temp.event(1));
select at_drop_store();
