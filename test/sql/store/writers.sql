-- What a writer may: call what stores, and nothing else.  His own policies for
-- INSERT hold for what he stores, before anything tells what is there.
\set VERBOSITY terse
set client_min_messages = warning;
create function pg_temp.line(n int, project text, agent text default 'a', run_type text default 'manual') returns text
	language sql as $$
	select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || n, 'idempotency_key', 'key_' || n,
		'project', project, 'agent_id', agent, 'run_id', 'run_1', 'event_type', 'agent.run.started', 'occurred_at',
		'2026-01-05T13:00:00Z',
		'environment', 'paper', 'symbols', '[]'::jsonb, 'payload', jsonb_build_object('run_type', run_type), 'privacy',
		jsonb_build_object(),
		'sdk', jsonb_build_object('name', 'n', 'version', 'v', 'language', 'l'))::text
$$;
create role regress_at_team;
create role regress_at_pen;
create role regress_at_other_pen;
grant regress_at_team to regress_at_pen;
select at_create_store();

-- What earlier releases gave a writer is taken away.
grant insert on at_event, at_reject, at_ingest_batch, at_stale_run to regress_at_pen;
grant select (occurred_at, line_no, project, key_digest, content_hash, event_id) on at_event to regress_at_pen;
grant select, insert, update on at_journal_watermark to regress_at_pen;
grant select, insert, update, delete on at_mapping to regress_at_pen;
grant execute on function at_make_partitions(timestamptz[]) to regress_at_pen;
select at_grant('regress_at_pen', 'writer');
select at_grant('regress_at_other_pen', 'writer');
select table_name, privilege_type from information_schema.table_privileges
where grantee = 'regress_at_pen' and table_name in (select r.name from _at_store_relations() r where r.kind = 'table')
	and privilege_type <> 'SELECT' and table_name !~ '^at_(behavior_profile|baseline|drift)'
order by 1, 2;
select has_column_privilege('regress_at_pen', 'at_event', 'project', 'select') as keys,
	has_function_privilege('regress_at_pen', 'at_make_partitions(timestamptz[])', 'execute') as partitions;

-- Without policies: by every way, and not by hand.
set role regress_at_pen;
select accepted, duplicates from at_ingest_jsonl(pg_temp.line(1, 'p') || e'\n' || pg_temp.line(2, 'q'));
insert into at_inbox values (pg_temp.line(3, 'p'));
select at_ingest(pg_temp.line(4, 'p')::json);
select at_record('agent.run.started', '{"run_type": "manual"}', project => 'p', agent_id => 'a', environment => 'paper',
	event_id => 'evt_5', idempotency_key => 'key_5');
select accepted, duplicates, conflicts, rejected
	from at_ingest_jsonl(pg_temp.line(1, 'p') || e'\n' || pg_temp.line(2, 'q', run_type => 'other') || e'\n{');
insert into at_event (occurred_at, event_type, environment, ingested_at, key_digest, content_hash, evidence, project,
	agent_id, run_id, event_id, idempotency_key, symbols, envelope, payload)
values ('2026-01-05', 'error.recorded', 'paper', now(), gen_random_uuid(), gen_random_uuid(), '{}', 'p', 'a', 'run_9',
	'evt_9', 'x', '{}', '{}', '{"password": "in clear"}');
insert into at_event select * from at_event;
select count(*) from at_event;
insert into at_reject (rejected_at, line_bytes, violations) values (now(), 1, '[]');
insert into at_ingest_batch values (1, now(), 1, 1, 1, 1, 1, 1, 'Bearer in clear');
insert into at_stale_run (project, day) values ('p', '2026-01-05');
insert into at_mapping (created_at, name, owner, search_path, mapping)
	values (now(), 'm', 'regress_at_pen', 'public', '{"password": "in clear"}');
select at_make_partitions('{2001-01-01}');
select * from _at_pending_events(1);
reset role;
select event_id, project from at_event order by event_id;
select relowner = (select relowner from pg_class where relname = 'at_event') as owned from pg_class
	where relname = 'at_event_2026_01';

-- Policies: permissive ones are alternatives, restrictive ones all hold; WITH
-- CHECK, else USING; for roles by membership; with a look into another table.
create table public.may_write (team text, project text);
insert into public.may_write values ('one', 'p'), ('one', 'r');
grant select on public.may_write to regress_at_team;
alter table at_event enable row level security;
set role regress_at_pen;
select at_ingest(pg_temp.line(10, 'p')::json);
reset role;
create policy team
	on at_event for insert to regress_at_team with check (project in (select m.project from public.may_write m));
create policy own on at_event to regress_at_pen using (agent_id = 'own');
create policy night on at_event as restrictive for insert with check (run_id <> 'run_night');
create policy others on at_event for insert to regress_at_other_pen with check (project = 'z');
create policy unrelated on at_event for update to regress_at_pen using (true) with check (true);
set role regress_at_pen;
select at_ingest(pg_temp.line(11, 'p')::json) as by_table, at_ingest(pg_temp.line(12, 'none', 'own')::json) as by_using;
select at_ingest(pg_temp.line(13, 'z')::json);
select at_record('agent.run.started', '{"run_type": "manual"}', project => 'p', agent_id => 'a', environment => 'paper',
	run_id => 'run_night');
select at_record(
	'agent.run.started', '{"run_type": "manual"}', project => 'none', agent_id => 'a', environment => 'paper');
-- one line of a load that is refused refuses the load
select accepted from at_ingest_jsonl(pg_temp.line(14, 'p') || e'\n' || pg_temp.line(15, 'none'));
insert into at_inbox select pg_temp.line(16, project) from unnest(array['r', 'none']) project;
select accepted from at_ingest_jsonl(pg_temp.line(17, 'r'));
-- what is there is not told to who may not write it: neither a duplicate nor a conflict
select at_ingest(pg_temp.line(2, 'q')::json);
select at_record('agent.run.started', '{"run_type": "manual"}', project => 'q', agent_id => 'a', environment => 'paper',
	idempotency_key => 'key_2');
select duplicates from at_ingest_jsonl(pg_temp.line(2, 'q'));
-- nor when most of a load is known, and rows are built after the look-up
select accepted, duplicates
	from at_ingest_jsonl((select string_agg(pg_temp.line(1000 + n, 'p'), e'\n') from generate_series(1, 1500) n));
select accepted, duplicates
	from at_ingest_jsonl((select string_agg(pg_temp.line(1000 + n, 'p'), e'\n') from generate_series(1, 1500) n));
select accepted, duplicates
	from at_ingest_jsonl(
		(
		select string_agg(
		pg_temp.line(case n when 1400 then 2 else 1000 + n end, case n when 1400 then 'q' else 'p' end), e'\n')
		from generate_series(1, 1500) n));
reset role;
set role regress_at_other_pen;
select at_ingest(pg_temp.line(13, 'z')::json);
select at_ingest(pg_temp.line(18, 'p')::json);
reset role;
select event_id, project, agent_id from at_event where event_id::text !~ 'evt_[12]...$' order by event_id;

-- Policies of the other tables.
alter table at_ingest_batch enable row level security;
create policy labels on at_ingest_batch for insert with check (source is null or source = 'nightly');
alter table at_reject enable row level security;
create policy short on at_reject for insert with check (line_bytes < 10);
set role regress_at_pen;
select accepted from at_ingest_jsonl(pg_temp.line(20, 'p'), 'nightly');
select accepted from at_ingest_jsonl(pg_temp.line(21, 'p'), 'daily');
select rejected from at_ingest_jsonl('{');
select rejected from at_ingest_jsonl('{                 ');
reset role;
select event_id from at_event where event_id::text in ('evt_20', 'evt_21');
alter table at_ingest_batch disable row level security;
alter table at_reject disable row level security;

-- The owner and superusers have no policies, and the caller's search_path is not
-- the one of what the owner's triggers call.
select at_ingest(pg_temp.line(22, 'anything')::json);
create function public.regress_noted(text) returns text language sql as $$ select 'right: ' || $1 $$;
create table public.regress_note (who text, what text);
create function public.regress_note_event() returns trigger language plpgsql as $$
begin
	insert into public.regress_note values (
		current_user = (
		select r.rolname from pg_roles r
		where r.oid = (select c.relowner from pg_class c where c.oid = 'public.at_event'::regclass)),
		public.regress_noted(lower(new.project)));
	return new;
end $$;
create trigger note before insert on at_event for each row execute function public.regress_note_event();
create schema regress_trap authorization regress_at_pen;
set role regress_at_pen;
create function regress_trap.lower(text) returns text
	language plpgsql as $$ begin raise 'sprung as %', current_user; end $$;
set search_path = regress_trap, pg_catalog, public;
select public.at_record(
	'agent.run.started', '{"run_type": "manual"}', project => 'P', agent_id => 'own',
	environment => 'paper') ~ '^evt_' as stored;
reset search_path;
reset role;
select * from public.regress_note;
select current_user = session_user as back, current_setting('search_path') as path;
drop trigger note on at_event;

-- An error within leaves the role and the path as they were.
create function public.regress_fail() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
create trigger fail before insert on at_event for each row execute function public.regress_fail();
set role regress_at_pen;
do $$ begin
	perform at_record(
		'agent.run.started', '{"run_type": "manual"}', project => 'p', agent_id => 'own', environment => 'paper');
exception when others then
	raise warning '% as % in %', sqlerrm, current_user, current_setting('search_path');
end $$;
reset role;

select at_drop_store();
drop function public.regress_fail(), public.regress_note_event(), public.regress_noted(text);
drop table public.regress_note, public.may_write;
drop schema regress_trap cascade;
drop owned by regress_at_pen, regress_at_other_pen, regress_at_team;
drop role regress_at_pen, regress_at_other_pen, regress_at_team;
