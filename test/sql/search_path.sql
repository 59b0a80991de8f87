-- Objects that others made do not get in between: in the schema of the
-- extension, in pg_temp, in schemas that come first in the search_path.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- Every function that is no C function pins its search_path to pg_catalog and
-- pg_temp: not even the extension's schema is in it, in which others may be
-- able to make operators that fit better than the server's.  Bodies that were
-- parsed when they were made look nothing up.
select p.oid::regprocedure as function, l.lanname, p.proconfig
from pg_proc p join pg_language l on l.oid = p.prolang
	join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
where l.lanname not in ('c', 'internal') and p.prosqlbody is null
	and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false);
select p.oid::regprocedure as security_definer
from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker' where p.prosecdef;

-- A schema in which another role may create, with traps for all that the
-- functions use: a better match by its types for each operator and function.
drop extension agent_tracker;
create role regress_at_attacker;
create schema regress_at_open;
grant create, usage on schema regress_at_open to regress_at_attacker;
create table regress_at_open.sprung(by_whom text, trap text);
grant insert, select on regress_at_open.sprung to public;
set role regress_at_attacker;
create function regress_at_open.spring(trap text) returns int language plpgsql as $$
begin
	insert into regress_at_open.sprung values (current_user, trap);
	return 1;
end
$$;
do $$
declare
	t record;
begin
	-- operators, with every pair of types that is not the server's own
	for t in select * from (values
			('=', 'oid', 'regclass', 'boolean'), ('=', 'oid', 'regnamespace', 'boolean'),
				('=', 'oid', 'regproc', 'boolean'), ('=', 'regclass', 'oid', 'boolean'),
			('=', 'regclass', 'regclass', 'boolean'), ('~', 'name', 'name', 'boolean'),
			('~', 'name', 'unknown', 'boolean'), ('<>', 'regclass', 'regclass', 'boolean'),
			('<=', 'timestamptz', 'date', 'boolean'), ('<', 'timestamptz', 'date', 'boolean'),
			('>=', 'timestamptz', 'date', 'boolean'),
			('=', 'varchar', 'varchar', 'boolean'), ('=', 'varchar', 'text', 'boolean'),
			('=', 'text', 'varchar', 'boolean'), ('||', 'text', 'varchar', 'text'),
			('||', 'text', 'name', 'text'), ('||', 'name', 'text', 'text'),
			('=', 'anyarray', 'anyelement', 'boolean')) o(name, l, r, result) loop
		begin
			execute format('create function regress_at_open.op(%s, '
				'%s) returns %s language plpgsql as $f$ begin perform regress_at_open.spring(%L); return null; end $f$',
				t.l, t.r, t.result, t.name || ' ' || t.l || ' ' || t.r);
			execute format(
				'create operator regress_at_open.%s (leftarg = %s, rightarg = %s, function = regress_at_open.op)',
				t.name, t.l, t.r);
		exception when others then
			null;				-- pseudo-types
		end;
	end loop;
	-- functions
	for t in select * from (values
			('format', 'text, text, text'), ('format', 'text, name'), ('format', 'text, regprocedure, name'),
				('format', 'text, regprocedure'), ('format', 'text, regclass'),
			('format', 'text, text, text, text'), ('format', 'text, text'), ('format', 'text, integer'),
			('format', 'text, integer, integer'),
			('quote_literal', 'timestamptz'), ('quote_ident', 'name'), ('quote_ident', 'regclass'),
			('coalesce', 'text, text'),
			('to_regclass', 'varchar'), ('to_char', 'timestamptz, varchar'), ('date_trunc', 'varchar, timestamptz'),
			('btrim', 'varchar, varchar'),
			('pg_has_role', 'oid, name'), ('pg_has_role', 'oid, varchar'), ('pg_advisory_xact_lock', 'bigint, bigint'),
			('pg_get_expr', 'pg_node_tree, regclass'),
			('regexp_match', 'text, varchar'), ('pg_total_relation_size', 'oid'),
			('has_table_privilege', 'oid, varchar'), ('now', ''), ('clock_timestamp', ''), ('max', 'text')) f(name,
			args) loop
		execute format('create function regress_at_open.%I(%s) returns text language plpgsql as $f$ begin perform '
			'regress_at_open.spring(%L); '
			'return null; end $f$',
			t.name, t.args, t.name || '(' || t.args || ')');
	end loop;
	create function regress_at_open.unnest(timestamptz[]) returns setof timestamptz
		language plpgsql as $f$ begin perform regress_at_open.spring('unnest'); end $f$;
	-- tables, views and types of the names that are used
	create view regress_at_open.pg_class as select regress_at_open.spring('pg_class') as oid;
	create view regress_at_open.pg_extension as select regress_at_open.spring('pg_extension') as extname;
	create view regress_at_open.pg_inherits as select regress_at_open.spring('pg_inherits') as inhrelid;
	create type regress_at_open.timestamptz as enum ('x');
	create domain regress_at_open.text as varchar check (regress_at_open.spring('text') is null);
	create table regress_at_open.pg_depend (objid oid);
end
$$;
reset role;
select count(*) > 40 as traps from pg_proc where pronamespace = 'regress_at_open'::regnamespace;
-- The same temporary names for this session, and the search_path most in favour
-- of the traps.
create temp view pg_depend as select regress_at_open.spring('temp pg_depend') as objid;
create temp view pg_extension as select regress_at_open.spring('temp pg_extension') as extname;
create temp table at_event (like pg_class);
create temp table at_ingest_batch (x int);
create temp table at_reject (x int);
create temp table at_store (version int);
insert into at_store values (77);
create function pg_temp._at_missing_partitions(timestamptz[]) returns setof record
	language plpgsql as $$ begin perform regress_at_open.spring('temp _at_missing_partitions'); end $$;
create function pg_temp._at_store_version() returns int
	language plpgsql as $$ begin perform regress_at_open.spring('temp _at_store_version'); return 7; end $$;

-- What goes in is made before: this test's own queries are no part of it.
create temp table lines(n int, content text, bytes bytea);
insert into lines values (
	1, pg_temp.event(1) || e'\n' || pg_temp.event(1) || e'\n{\n' || pg_temp.event(1, '{}', '{"run_type":"x"}') || e'\n'
	|| pg_temp.event(2, '{"occurred_at":"2095-01-01T00:00:00Z"}')), (2, pg_temp.event(3)),
		(3, pg_temp.event(4, '{"occurred_at":"2024-01-01T00:00:00Z"}'));
update lines set bytes = convert_to(content, 'UTF8');
grant select on lines to public;

-- CREATE EXTENSION runs as a superuser.
create extension agent_tracker schema regress_at_open;
select * from regress_at_open.sprung;
set search_path = pg_temp, regress_at_open, pg_catalog;
select regress_at_open.at_create_store();
create role regress_at_writer;
grant usage on schema regress_at_open to regress_at_writer;
select regress_at_open.at_grant('regress_at_writer', 'writer');
select regress_at_open.at_grant('regress_at_writer', 'reader');
select accepted, duplicates, conflicts, rejected from lines, regress_at_open.at_ingest_jsonl(content) where n = 1;
select accepted, duplicates from lines, regress_at_open.at_ingest_jsonl(bytes) where n = 1;
set client_min_messages = warning;
insert into regress_at_open.at_inbox select content from lines where n = 2;
reset client_min_messages;
set role regress_at_writer;
select accepted from lines, regress_at_open.at_ingest_jsonl(bytes) where n = 3;
reset role;
select count(*) from regress_at_open.at_export_jsonl();
select count(*) from regress_at_open.at_export_jsonl('paper', '2024-01-01', '2025-01-01');
select length(regress_at_open.at_export_gzip()) > 100 as gzip;
select count(regress_at_open.at_event_json(e)) from regress_at_open.at_event e;
select count(*) from regress_at_open.at_partitions();
select regress_at_open.at_create_baseline(
	regress_at_open.at_create_behavior_profile('paper', 'alpha', 'paper', '2024-01-01', '2024-02-01'), 'manual',
	'x') as base \gset
select regress_at_open.at_approve_baseline(:'base', 'x'),
	regress_at_open.at_activate_baseline(:'base') is null as first;
select count(*) > 0 as tests from regress_at_open.at_detect_drift(:'base', '2026-01-01', '2026-02-01', build_id => 'b');
select tests > 0 as tests, alerts
	from regress_at_open.at_record_drift(:'base', '2026-01-01', '2026-02-01', alert => 'low');
select count(*) from regress_at_open.at_compare(
	'{"project":"paper","agent_id":"alpha"}', '{"project":"paper","build_id":"b"}', '2024-01-01', '2024-02-01');
select regress_at_open.at_create_daily_profiles('2024-01-01'),
	(select count(*) from regress_at_open.at_propose_baselines(9999)) >= 0 as proposed,
	(select count(*) from regress_at_open.at_scan_baselines()) >= 0 as scanned,
	(select count(*) from regress_at_open.at_schedule()) as schedule;
select regress_at_open.at_deactivate_baseline(:'base'), regress_at_open.at_delete_behavior_profile('x');
select count(*) from regress_at_open.at_drift_summary s, regress_at_open.at_behavior_profile_quantile q;
select count(*) from regress_at_open.at_period_returns(), regress_at_open.at_reconcile('paper');
select (select count(*) from regress_at_open.at_current_performance),
	(select count(*) from regress_at_open.at_daily_performance),
	(select count(*) from regress_at_open.at_epoch_leaderboard);
select regress_at_open.at_create_event_id_index();
select regress_at_open.at_upgrade_store();
select partition, dropped from regress_at_open.at_drop_before('2024-02-01', false);
select regress_at_open.at_create_mapping(
	'ns',
	'{"project":"ns","agent_id":"a","sources":[{"relation":"pg_catalog.pg_namespace","event_type":"agent.run.started",'
		'"occurred_at":{"value":"2026-01-01"},"key":"oid","payload_defaults":{"run_type":"x"},'
		'"fields":{"name":"nspname"}}]}');
select rows > 3 as rows, accepted = rows as accepted from regress_at_open.at_sync_mapping('ns');
select duplicates = rows as duplicates from regress_at_open.at_sync_mapping('ns');
select name, owner = current_user as mine, sources from regress_at_open.at_mapping_status;
set role regress_at_writer;
select regress_at_open.at_drop_mapping('ns');
reset role;
select regress_at_open.at_drop_mapping('ns');
select regress_at_open.at_is_valid('{}'), regress_at_open.at_has_secret('x'::pg_catalog.text),
	(select count(*) from regress_at_open.at_violations('{}'));
select regress_at_open.at_drop_store();
reset search_path;
select * from regress_at_open.sprung;
-- The temporary tables were not mistaken for the store's.
select count(*) from pg_temp.at_event;
select version from pg_temp.at_store;

drop extension agent_tracker;
set client_min_messages = warning;
drop owned by regress_at_attacker, regress_at_writer cascade;
drop schema regress_at_open cascade;
drop role regress_at_attacker, regress_at_writer;
discard temp;
reset client_min_messages;
create extension agent_tracker;
