-- What is derived from events, by a writer: profiles, baselines, their history, what
-- drift found, and mappings.  He calls functions, and writes no table; his own
-- policies hold for what the functions store, change and delete.
\set VERBOSITY terse
set client_min_messages = warning;
set timezone = 'UTC';
create role regress_at_desk;
create role regress_at_keeper;
grant regress_at_desk to regress_at_keeper;
select at_create_store();
-- a hundred rejected trades of a day, of which so many in ten by the broker
create function pg_temp.day(day date, project text, shift int) returns bigint language sql as $$
	select i.accepted from at_ingest_jsonl((select string_agg(jsonb_build_object('schema_version', '2026-06-07',
		'event_id', 'evt_' || md5(project || day || n), 'idempotency_key', project || day || '/' || n, 'project',
		project,
		'agent_id', 'a', 'run_id', 'run_' || md5(project || day || n), 'event_type', 'trade.rejected',
		'occurred_at', to_char(day, 'YYYY-MM-DD"T12:00:00Z"'), 'environment', 'paper', 'symbols', '[]'::jsonb,
		'payload', jsonb_build_object('reason_code', 'r',
			'rejected_by', case when n % 10 < shift then 'broker' else 'gate' end),
		'privacy', jsonb_build_object(), 'sdk', jsonb_build_object('name', 'n', 'version', 'v', 'language', 'l'))::text,
		e'\n') from generate_series(1, 100) n)) i
$$;
select pg_temp.day('2012-03-01', p, 1) + pg_temp.day('2012-03-02', p, 8) + pg_temp.day('2012-03-03', p, 8)
	+ pg_temp.day('2012-03-04', p, 1) as events from unnest(array['p', 'q']) p;

-- Every table that the store has, by the catalog, is one that at_grant() knows, or
-- a partition.
create temp view tables as select c.oid, c.relname as name from pg_class c
where c.relnamespace = (select e.extnamespace from pg_extension e where e.extname = 'agent_tracker')
	and c.relkind in ('r', 'p', 'f', 'm') and c.relname ~ '^at_';
select name from tables where name not in (select r.name from _at_store_relations() r where r.kind = 'table')
	and not exists (select from pg_inherits i where i.inhrelid = tables.oid and i.inhparent = 'at_event'::regclass);
-- What earlier releases gave on any of them is taken away.
do $$ declare t text; begin
	for t in select name from tables where name <> 'at_identity_key' loop
		execute format('grant insert, update, delete on %I to regress_at_keeper', t);
	end loop;
end $$;
select count(*) > 15 as given from tables where has_table_privilege('regress_at_keeper', oid, 'insert');
select at_grant('regress_at_keeper', 'reader'), at_grant('regress_at_keeper', 'writer');
select name from tables where not exists (select from pg_inherits i where i.inhrelid = tables.oid)
	and (has_table_privilege('regress_at_keeper', oid, 'insert, update, delete, truncate, references, trigger')
		or has_any_column_privilege('regress_at_keeper', oid, 'insert, update, references'));
do $$ declare t text; begin
	for t in select name from tables t join pg_inherits i on i.inhrelid = t.oid loop
		execute format('revoke insert, update, delete on %I from regress_at_keeper', t);
	end loop;
end $$;
grant select on tables to regress_at_keeper;
-- Nor does trying give anything.
set role regress_at_keeper;
do $$
declare
	t text;
	statement text;
	tried int := 0;
begin
	for t in select name from tables loop
		foreach statement in array array['insert into %I default values', 'delete from %I', 'truncate %I',
				'drop table %I', 'alter table %I disable row level security',
				'create trigger x before insert on %I execute function _at_inbox_trigger()'] loop
			begin
				execute format(statement, t);
				raise warning 'not denied: %', format(statement, t);
			exception when insufficient_privilege then
				tried := tried + 1;
			end;
		end loop;
		begin
			execute (select format('update %I set %I = null', t, a.attname) from pg_attribute a
				where a.attrelid = t::regclass and a.attnum = 1);
			raise warning 'not denied: update %', t;
		exception when insufficient_privilege then
			tried := tried + 1;
		end;
	end loop;
	raise warning '% or more were denied', least(tried, 100);
end $$;

-- What he may: all that a writer who reads can do.
select at_create_behavior_profile('p', 'a', 'paper', '2012-03-01', '2012-03-02') as profile \gset
select at_create_behavior_profile('p', 'a', 'paper', '2012-03-01', '2012-03-02') = :'profile' as same;
select at_create_baseline(:'profile', 'manual', 'the first') as base \gset
select at_activate_baseline(:'base');
select at_approve_baseline(:'base', 'Kim');
select at_activate_baseline(:'base'), at_activate_baseline(:'base') = :'base' as as_it_was;
select changed, opened, continued, resolved, alerts from at_record_drift(:'base', '2012-03-02', '2012-03-03');
select changed, opened, continued, resolved, alerts from at_record_drift(:'base', '2012-03-03', '2012-03-04');
select dimension, scans, alerts, alerted, event_id in (select event_id::text from at_event) as told
from at_drift_finding order by 1;
select changed, opened, continued, resolved, alerts from at_record_drift(:'base', '2012-03-04', '2012-03-05');
select at_deactivate_baseline(:'base'), at_deactivate_baseline(:'base');
select status, approver, changed_by = session_user as by_whom, step from at_baseline_status order by step;
-- What only the functions can hand on, nobody hands on by himself.
select at_delete_behavior_profile(:'profile');
select at_refresh();
select count(*) > 0 as reads from _at_new_activation(:'base');
reset role;
select distinct p.proname as may_call from pg_proc p
	join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
where p.provolatile = 'v' and (p.proname !~ '^at_record_' or p.proname = 'at_record_drift')
	and has_function_privilege('regress_at_keeper', p.oid, 'execute') order by 1;

-- Policies of each table: permissive ones are alternatives, restrictive ones all
-- hold, for roles by membership; one without an expression lets nothing in.
select relname from pg_class where relrowsecurity and oid in (select oid from tables);
create function pg_temp.close(t text) returns void language plpgsql as $$
begin
	execute format('alter table %I enable row level security', t);
	execute format('create policy seen on %I for select using (true)', t);
end $$;
create function pg_temp.open(t text) returns void language plpgsql as $$
declare p text;
begin
	for p in select polname from pg_policy where polrelid = t::regclass loop
		execute format('drop policy %I on %I', p, t);
	end loop;
	execute format('alter table %I disable row level security', t);
end $$;

select pg_temp.close('at_behavior_profile');
create policy none on at_behavior_profile for insert;
set role regress_at_keeper;
select at_create_behavior_profile('q', 'a', 'paper', '2012-03-01', '2012-03-02');
reset role;
create policy team on at_behavior_profile for insert to regress_at_desk with check (project = 'q');
create policy own on at_behavior_profile to regress_at_keeper using (agent_id = 'own');
create policy long on at_behavior_profile as restrictive for insert with check (until - since < '3 days');
set role regress_at_keeper;
select at_create_behavior_profile('q', 'a', 'paper', '2012-03-01', '2012-03-02') ~ '^prf_' as by_team,
	at_create_behavior_profile('p', 'own', 'paper', '2012-03-01', '2012-03-02') ~ '^prf_' as own;
-- also one that is there: not even that is told
select at_create_behavior_profile('p', 'a', 'paper', '2012-03-01', '2012-03-02');
select at_create_behavior_profile('q', 'a', 'paper', '2012-03-01', '2012-03-05');
reset role;
-- What the owner passes on: rows that policies show and let go.
grant execute on function at_delete_behavior_profile(text) to regress_at_keeper;
create temp table ids as select agent_id || project as name, profile_id as id from at_behavior_profile;
grant select on ids to regress_at_keeper;
set role regress_at_keeper;
select name, at_delete_behavior_profile(id) as deleted from ids order by 1;
reset role;
revoke execute on function at_delete_behavior_profile(text) from regress_at_keeper;
select agent_id, project from at_behavior_profile order by 1, 2;
select at_delete_behavior_profile(id) from ids where name = 'aq';
select pg_temp.open('at_behavior_profile');

select pg_temp.close('at_baseline');
create policy described on at_baseline for insert with check (description <> '' and kind = 'manual');
set role regress_at_keeper;
select at_create_baseline(:'profile', 'version', 'another');
select at_create_baseline(:'profile', 'manual');
select at_create_baseline(:'profile', 'manual', 'the second') as second \gset
reset role;
select pg_temp.open('at_baseline');

-- Who approves is not who activates.
select pg_temp.close('at_baseline_status');
create policy steps on at_baseline_status for insert to regress_at_desk
	with check (status = 'approved' and step = 1 and changed_at > '2020-01-01');
set role regress_at_keeper;
select at_approve_baseline(:'second', 'Kim');
select at_approve_baseline(:'second', 'Kim');
select at_activate_baseline(:'second');
reset role;
-- history that he does not see counts all the same
drop policy seen on at_baseline_status;
create policy seen on at_baseline_status for select using (status = 'approved');
select at_activate_baseline(:'second') is null as activated, at_deactivate_baseline(:'second');
create policy more on at_baseline_status for insert with check (step = 4);
set role regress_at_keeper;
select at_approve_baseline(:'second', 'Lee');
reset role;
select step, status, approver from at_baseline_status where baseline_id = :'second' order by step;
select pg_temp.open('at_baseline_status');

-- A scan is all or nothing.
select pg_temp.close(t) from unnest('{at_drift_scan,at_drift_result,at_drift_finding}'::text[]) t;
create policy one on at_drift_scan for insert with check (until < '2012-03-04 00:00+00');
create policy two on at_drift_result for insert with check (dimension not like '%reason_code%');
create policy three on at_drift_finding for insert with check (dimension = 'trade.rejected.rejected_by');
set role regress_at_keeper;
select opened from at_record_drift(:'second', '2012-03-03', '2012-03-05');
select opened from at_record_drift(:'second', '2012-03-02', '2012-03-03');
reset role;
drop policy two on at_drift_result;
create policy two on at_drift_result for insert with check (true);
set role regress_at_keeper;
-- stored, but that it was told cannot be written: he has no policy to change a finding
select opened, continued, alerts from at_record_drift(:'second', '2012-03-02', '2012-03-03');
select dimension, scans, alerts, alerted from at_drift_finding where baseline_id = :'second';
-- nor is it continued
select opened, continued, resolved from at_record_drift(:'second', '2012-03-02 00:00+00', '2012-03-03 12:00+00');
reset role;
create policy four on at_drift_finding for update using (baseline_id <> '') with check (scans < 2);
set role regress_at_keeper;
select opened, continued, resolved from at_record_drift(:'second', '2012-03-02 00:00+00', '2012-03-03 13:00+00');
reset role;
alter policy four on at_drift_finding with check (resolution = 'open' and alerts < 2);
-- what a row becomes must be seen, too
alter policy seen on at_drift_finding using (last_seen < '2012-03-03 14:00+00');
set role regress_at_keeper;
select opened, continued, resolved from at_record_drift(:'second', '2012-03-02 00:00+00', '2012-03-03 15:00+00');
select opened, continued, resolved, alerts
from at_record_drift(:'second', '2012-03-02 00:00+00', '2012-03-03 13:00+00');
reset role;
select dimension, scans, alerts, alerted from at_drift_finding where baseline_id = :'second';
select count(*) as scans from at_drift_scan where baseline_id = :'second';
select pg_temp.open(t) from unnest('{at_drift_scan,at_drift_result,at_drift_finding}'::text[]) t;

-- Mappings, and watermarks of syncs.
create table public.source (id int, t timestamptz);
insert into public.source values (1, '2026-01-05');
grant select on public.source to regress_at_keeper;
set role regress_at_keeper;
select at_create_mapping(m, '{"project":"p","agent_id":"a","sources":[{"relation":"public.source",
	"event_type":"agent.run.started","occurred_at":"t","key":"id","payload_defaults":{"run_type":"manual"}}]}')
from unnest(array['one', 'two']) m;
select rows, accepted from at_sync_mapping('one');
reset role;
create policy hide on at_mapping as restrictive for select using (name <> 'two');
create policy hold on at_mapping as restrictive for delete using (name <> 'one');
create policy still on at_mapping as restrictive for update using (true) with check (rows = 1);
set role regress_at_keeper;
select rows from at_sync_mapping('two');
select at_drop_mapping('two');
select at_drop_mapping('one');
select rows, duplicates from at_sync_mapping('one');
reset role;
insert into public.source values (2, '2026-01-05');
set role regress_at_keeper;
select rows from at_sync_mapping('one');
reset role;
select name, rows, accepted from at_mapping order by name;
create schema journal;
create view journal.trade_journal as
	select 1 as id, timestamptz '2026-01-05' as created_at, 'X' as symbol, 'buy' as side;
grant usage on schema journal to regress_at_keeper;
grant select on journal.trade_journal to regress_at_keeper;
alter table at_journal_watermark enable row level security;
create policy ins on at_journal_watermark for insert with check (rows_read < 2);
create policy seen on at_journal_watermark for select using (true);
set role regress_at_keeper;
set agent_tracker.environment = 'paper';
select accepted from at_sync_journal('journal', 'p', 'a');
select accepted, duplicates from at_sync_journal('journal', 'p', 'a');
reset role;
create policy upd on at_journal_watermark for update using (agent_id = 'a') with check (true);
set role regress_at_keeper;
select accepted, duplicates from at_sync_journal('journal', 'p', 'a');
reset role;
reset agent_tracker.environment;
select count(*) as watermarks from at_journal_watermark;

select at_drop_store();
drop schema journal cascade;
drop table public.source;
drop view tables;
drop owned by regress_at_keeper, regress_at_desk;
drop role regress_at_keeper, regress_at_desk;
