-- Who may do what: the owner of the database (no superuser) installs the
-- extension and grants; readers, writers and others.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO all
create role regress_at_owner;
create role regress_at_reader;
create role regress_at_writer;
create role regress_at_other;
\set regression :DBNAME
create database regress_at_privileges owner regress_at_owner;
\c regress_at_privileges
\set ECHO none
\i :helper
\set ECHO all

-- Anyone may call what writes nothing; what writes is not for PUBLIC.
set session authorization regress_at_owner;
create extension agent_tracker;
reset session authorization;
select p.oid::regprocedure as executable_by_public
from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
where p.provolatile = 'v' and has_function_privilege('regress_at_other', p.oid, 'execute') order by 1;
select p.oid::regprocedure as not_executable_by_public
from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
where p.provolatile <> 'v' and not has_function_privilege('regress_at_other', p.oid, 'execute') order by 1;
select count(*) > 10 as many, bool_and(not has_function_privilege('regress_at_other', p.oid, 'execute')) as others,
	bool_and(has_function_privilege('regress_at_owner', p.oid, 'execute with grant option')) as owner
from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
where p.provolatile = 'v' and p.proname not in ('_at_lock_load', '_at_summarize');
-- two that run as the store's owner ask themselves
set session authorization regress_at_owner;
select at_create_store();
set session authorization regress_at_other;
select _at_lock_load();
select _at_summarize('at_event_run');
set session authorization regress_at_owner;
select _at_lock_load() is not null as locks;
select at_drop_store();
reset session authorization;
select has_table_privilege('regress_at_other', 'at_inbox', 'select,insert,update,delete') as others,
	has_table_privilege('regress_at_owner', 'at_inbox', 'insert with grant option') as owner;

-- Others cannot make a store, and are told who can.
set session authorization regress_at_other;
select at_create_store();
select lines from at_ingest_jsonl('{}');
insert into at_inbox values ('{}');
select at_export_jsonl();
reset session authorization;
-- A grant by hand of the writing function does not make the store.
grant execute on function at_ingest_jsonl(text, text) to regress_at_other;
set session authorization regress_at_other;
select lines from at_ingest_jsonl('{}');
reset session authorization;
revoke execute on function at_ingest_jsonl(text, text) from regress_at_other;

-- The owner makes it by a first write, and owns it.
set session authorization regress_at_owner;
select lines, accepted from at_ingest_jsonl(pg_temp.event(1) || e'\n{');
select relname, relowner::regrole from pg_class
	where relname in ('at_event', 'at_ingest_batch', 'at_reject', 'at_store', 'at_event_2026_01') order by 1;
select proowner::regrole from pg_proc where proname = 'at_make_partitions';
select at_grant('regress_at_reader', 'reader');
select at_grant('regress_at_writer', 'writer');
select at_grant('regress_at_writer', 'writer');
select at_grant('regress_at_other', 'owner');
select at_grant(null, 'reader');
select at_grant('regress_at_other', null);
select at_grant('regress_at_nobody', 'reader');
reset session authorization;

-- The reader reads all of it and writes nothing.
set session authorization regress_at_reader;
select (select count(*) from at_event) as events, (select count(*) from at_ingest_batch) as batches,
	(select count(*) from at_reject) as rejects, (select count(*) from at_store) as stores;
select count(*) from at_export_jsonl();
select length(at_export_gzip()) > 100 as gzip, count(at_event_json(e)) as json from at_event e;
select count(*) from at_partitions();
\set VERBOSITY terse
select lines from at_ingest_jsonl('{}');
select lines from at_ingest_jsonl('{}'::bytea);
insert into at_inbox values ('{}');
\copy at_inbox from '/dev/null'
insert into at_event select * from at_event;
delete from at_event;
select at_make_partitions('{}');
select at_create_store();
select at_drop_store();
select at_drop_before('2030-01-01');
select at_drop_before('2030-01-01', false);
select at_upgrade_store();
select at_create_event_id_index();
select at_grant('regress_at_reader', 'writer');
select _at_pending_events(1);
select _at_pending_rejects(1);
select _at_inbox_trigger();
reset session authorization;

-- The writer writes, makes partitions on the way, and reads the keys only.
set session authorization regress_at_writer;
select accepted, rejected from at_ingest_jsonl(pg_temp.event(2, '{"occurred_at":"2025-05-05T00:00:00Z"}') || e'\n{');
select accepted, duplicates, conflicts
	from at_ingest_jsonl(
		pg_temp.event(2, '{"occurred_at":"2025-05-05T00:00:00Z"}') || e'\n'
		|| pg_temp.event(1, '{}', '{"run_type":"other"}'));
set client_min_messages = warning;
insert into at_inbox values (pg_temp.event(3, '{"occurred_at":"2025-06-05T00:00:00Z"}'));
reset client_min_messages;
select project, event_id, key_digest is not null as key from at_event order by occurred_at;
select payload from at_event;
select * from at_reject;
select at_export_jsonl();
select at_event_json(e) from at_event e;
update at_event set project = 'x';
delete from at_event;
truncate at_event;
select at_make_partitions('{2025-07-01}');
drop table at_event_2025_06;
select at_drop_before('2030-01-01', false);
select at_drop_store();
select at_upgrade_store();
select at_create_event_id_index();
select at_grant('regress_at_other', 'reader');
reset session authorization;
select relowner::regrole, relacl is null as no_grants from pg_class where relname = 'at_event_2025_05';

-- Neither can the owner do what takes a superuser: the settings.
set session authorization regress_at_owner;
set agent_tracker.store_full_io = on;
select at_make_partitions('{2025-08-01}');
select partition from at_drop_before('2025-06-01', false);
\set VERBOSITY default
-- A reader that is also a writer is both.
select at_grant('regress_at_writer', 'reader');
reset session authorization;
set session authorization regress_at_writer;
select count(*) from at_export_jsonl();
select accepted from at_ingest_jsonl(pg_temp.event(4));
reset session authorization;

-- What is granted is passed on by a dump of privileges only where it differs
-- from the script's: these are the extension's.
select count(*) > 0 as initial from pg_init_privs i
	join pg_proc p on i.objoid = p.oid and i.classoid = 'pg_proc'::regclass where p.proname = 'at_ingest_jsonl';

set session authorization regress_at_owner;
\set VERBOSITY terse
drop extension agent_tracker;
\set VERBOSITY default
select at_drop_store();
drop extension agent_tracker;
reset session authorization;
\c :regression
drop database regress_at_privileges;
drop role regress_at_owner, regress_at_reader, regress_at_writer, regress_at_other;
