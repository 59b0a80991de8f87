-- What the store's owner put on its tables runs with his rights, whoever calls what
-- stores, changes or deletes; a role to which he passes upkeep on needs nothing else.
\set VERBOSITY terse
set client_min_messages = warning;
set timezone = 'UTC';
create role regress_at_owning;
create role regress_at_upkeep;
create role regress_at_pen;
select at_create_store();
-- the store of a role that is no superuser
do $$
declare
	what text;
begin
	for what in select format('%s %I', case c.relkind when 'v' then 'view' else 'table' end, c.relname) from pg_class c
			where c.relname in (select r.name from _at_store_relations() r)
				or c.oid in (select t.relid from pg_partition_tree('at_event') t) loop
		execute format('alter %s owner to regress_at_owning', what);
	end loop;
	alter function at_make_partitions(timestamptz[]) owner to regress_at_owning;
	execute format('grant usage, create on schema public to regress_at_owning');
end $$;
set agent_tracker.project = 'p';
set agent_tracker.agent_id = 'a';
set agent_tracker.environment = 'paper';
select at_grant('regress_at_pen', 'writer'), at_grant('regress_at_pen', 'reader');
grant execute on function at_refresh(), at_mark_stale(text, timestamptz, timestamptz), at_rebuild_trades(),
	at_rebuild_evidence(bigint),
	at_upkeep() to regress_at_upkeep;

-- A trigger for each statement on each table: as whom does it run?
set role regress_at_owning;
create table public.noted (fired text, as_owner boolean);
create function public.note() returns trigger language plpgsql as $$
begin
	insert into public.noted values (tg_table_name || ' ' || lower(tg_op), current_user = 'regress_at_owning');
	return null;
end $$;
do $$
declare
	t text;
begin
	for t in select r.name from _at_store_relations() r where r.kind = 'table' loop
		execute format('create trigger note after insert or update or delete on %I
			for each statement execute function public.note()', t);
	end loop;
end $$;
reset role;
create function pg_temp.fired() returns table (fired text, as_owner boolean) language sql as $$
	with gone as (delete from public.noted returning *)
	select fired, bool_and(as_owner) from gone group by 1 order by 1
$$;

-- A superuser does all there is.
do $$
declare
	base text;
begin
	perform at_record('paper.fill.recorded', json_build_object('fill_id', 'f' || i, 'symbol', 'X', 'quantity', '1',
		'side', case when i % 2 = 0 then 'sell' else 'buy' end, 'price', (100 + i)::text), run_id => 'run_' || i % 40,
		occurred_at => timestamptz '2026-01-05' + i * interval '1 h') from generate_series(1, 200) i;
	perform at_ingest_jsonl('{');
	perform at_refresh(), at_mark_stale('p', '2026-01-05', '2026-01-06'), at_rebuild_trades(),
		at_rebuild_evidence(10), at_upkeep(), at_upgrade_store();
	base := at_create_baseline(
		at_create_behavior_profile('p', 'a', 'paper', '2026-01-05', '2026-01-09'), 'manual', 'd');
	perform at_approve_baseline(base, 'me'), at_activate_baseline(base), at_deactivate_baseline(base);
	perform at_record('risk.check.completed', json_build_object('approved', (i % 5 > 0) = (i < 96),
		'reasons', json_build_array('r'), 'risk_check_kind', 'k'), run_id => 'run_' || i,
			occurred_at => timestamptz '2026-01-05' + i * interval '1 h')
	from generate_series(1, 200) i;
	base := at_create_baseline(
		at_create_behavior_profile('p', 'a', 'paper', '2026-01-05', '2026-01-09'), 'manual', 'e');
	perform at_record_drift(base, '2026-01-09', '2026-01-14', alert => 'low');
	perform at_delete_behavior_profile(profile_id) from at_behavior_profile;
	perform at_create_mapping('m', '{"project":"p","agent_id":"a","sources":[{"query":"select 1 as id, now() as t",
		"event_type":"agent.run.started","occurred_at":"t","key":"id","payload_defaults":{"run_type":"manual"}}]}');
	perform at_sync_mapping('m');
	perform at_drop_mapping('m');
end $$;
set role regress_at_owning;
update at_store set version = _at_store_version() - 1;
reset role;
select * from pg_temp.fired();
select at_upgrade_store() ~ '^brought' as brought;
select partition, dropped from at_drop_before('2026-02-01', false);
select at_refresh() is not null as refreshed;
select * from pg_temp.fired();

-- A writer, and one who keeps the store up to date, who has no privilege on its tables.
set role regress_at_pen;
select at_record('risk.check.completed', '{"approved":true,"reasons":[],"risk_check_kind":"k"}') ~ '^evt_' as stored;
select at_create_baseline(
	at_create_behavior_profile('p', 'a', 'paper', '2026-01-05', '2026-01-09'), 'manual') ~ '^bsl_' as made;
set role regress_at_upkeep;
select days > 0 as days from at_refresh();
select at_refresh() is not null as trades, at_rebuild_trades() as fills, at_rebuild_evidence() as evidence,
	at_upkeep() >= 0 as upkeep;
select _at_write_rollups();
select _at_forget_rollups('-infinity', 'infinity');
select count(*) from at_evidence_daily;
reset role;
select count(*) > 0 as fired, bool_and(as_owner) as as_owner from pg_temp.fired();
-- it ends with the call, also with one that fails
set role regress_at_owning;
create function public.fail() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
create trigger fail before insert on at_run_fact for each statement execute function public.fail();
reset role;
set role regress_at_pen;
select at_record('agent.run.started', '{"run_type":"manual"}') ~ '^evt_' as stored;
set role regress_at_upkeep;
do $$ begin
	perform at_refresh();
exception when others then
	raise warning '% as % in %', sqlerrm, current_user, current_setting('search_path');
end $$;
reset role;
select current_user = session_user as back;

select at_drop_store();
drop table public.noted;
drop function public.note(), public.fail();
drop owned by regress_at_owning, regress_at_upkeep, regress_at_pen;
drop role regress_at_owning, regress_at_upkeep, regress_at_pen;
