-- The store in a publication: what updates and deletes needs to know rows by
-- something, else the server refuses it.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
select at_create_store();

-- Its tables, and what they know rows by: d is the primary key, i another unique
-- index, f the whole row.
create temp view store_table as
select c.oid, case when c.relname ~ '^at_event_\d' then 'a partition'
	else c.relname::text end as name, c.relkind, c.relreplident,
	(select x.relname from pg_index i join pg_class x on x.oid = i.indexrelid
		where i.indrelid = c.oid and (i.indisreplident or c.relreplident = 'd' and i.indisprimary)) as index
from pg_class c
where c.oid in (select to_regclass(r.name) from _at_store_relations() r where kind = 'table' union all select relid
	from pg_partition_tree('at_event'));
select distinct name, relkind, relreplident, regexp_replace(index, '\d+_\d+', 'YYYY_MM') as index from store_table
	order by 1;
select count(*) as without from store_table where relreplident = 'n' or relreplident in ('d', 'i') and index is null;
-- A partition that is made later has it, too.
select at_make_partitions('{2009-01-01,1999-01-01}');
select relreplident, count(*) > 1 as there from store_table where name = 'a partition' group by 1;

-- All of the store may be updated and deleted from.
set client_min_messages = error;
create publication regress_at_all for all tables;
create function pg_temp.refused() returns setof text language plpgsql as $$
declare
	t record;
begin
	for t in select oid::regclass as name,
		(select quote_ident(attname) from pg_attribute a where a.attrelid = s.oid and attnum > 0 limit 1) as col
		from store_table s order by 1 loop
		begin
			execute format('update %s set %2$s = %2$s where false', t.name, t.col);
			execute format('delete from %s where false', t.name);
		exception when others then
			return next sqlerrm;
		end;
	end loop;
end
$$;
select * from pg_temp.refused();
-- and is, by what the extension does
create schema regress_at_journal;
create table regress_at_journal.risk_checks (
	id integer primary key, order_intent_id integer, checked_at timestamptz, symbol text, approved boolean,
	reasons text[], input json);
insert into regress_at_journal.risk_checks values (1, 10, '2026-01-05 10:00Z', 'AAPL', true, '{}', '{}');
create table regress_at_journal.fills (id int primary key, t timestamptz);
insert into regress_at_journal.fills values (1, '2026-01-05 10:00Z');
create function pg_temp.fill(n int, t text, side text, quantity int) returns text language sql as $$
	select pg_temp.event(
		n, jsonb_build_object('event_type', 'paper.fill.recorded', 'occurred_at', t, 'idempotency_key', 'fill/' || n,
		'payload',
		jsonb_build_object('symbol', 'SPY', 'fill_id', n::text, 'side', side, 'quantity', quantity, 'price', 100)))
$$;
select pg_temp.ingest(
	concat_ws(e'\n', pg_temp.event(1), pg_temp.event(2, '{"occurred_at":"2009-01-05T13:00:00Z"}'), '{}',
	pg_temp.fill(11, '2026-01-05T13:01:00Z', 'buy', 3), pg_temp.fill(12, '2026-01-06T13:01:00Z', 'sell', 2)));
select days > 0 as days, rows > 0 as rows, fills, legs from at_refresh();
select pg_temp.ingest(pg_temp.fill(13, '2026-01-05T12:01:00Z', 'buy', 1));
select fills, legs from at_refresh();
select at_rebuild_trades();
update at_event set evidence = at_event_evidence(at_event_json(at_event)) where event_type = 'agent.run.started';
select at_rebuild_evidence();
select accepted from at_sync_journal('regress_at_journal', project => 'p', agent_id => 'a');
select accepted from at_sync_journal('regress_at_journal', project => 'p', agent_id => 'a', incremental => false);
select at_create_mapping(
	'fills',
	'{"project":"p","agent_id":"a","sources":[{"relation":"regress_at_journal.fills","event_type":"agent.run.started",'
		'"occurred_at":"t","key":"id","payload_defaults":{"run_type":"x"},"fields":{}}]}') is not null as made;
select accepted from at_sync_mapping('fills');
select accepted from at_sync_mapping('fills');
select at_drop_mapping('fills') is not null as dropped;
-- profiles, baselines, findings that open, go on and resolve
select accepted > 0 as accepted
	from at_ingest_jsonl(
		(
		select string_agg(
		pg_temp.event(
		1000 * d + n, jsonb_build_object('event_type', 'decision.proposed', 'run_id', 'run_' || d || '_' || n,
	'occurred_at', '2026-02-0' || d || 'T10:00:00Z', 'idempotency_key', 'd/' || d || '/' || n, 'payload',
	jsonb_build_object('decision_kind', 'entry',
	'action', case when d in (2, 3) or n % 3 = 0 then 'sell' else 'buy' end, 'confidence', n / 100.0))), e'\n')
		from generate_series(1, 4) d, generate_series(1, 80) n));
select at_create_behavior_profile('paper', 'alpha', 'paper', '2026-02-01', '2026-02-02') as profile \gset
select at_create_baseline(:'profile', 'manual') as base \gset
select at_approve_baseline(:'base', 'Kim') is not null as approved, at_activate_baseline(:'base') is null as first,
	at_delete_behavior_profile(:'profile') as deleted;
select changed > 0 as changed, opened > 0 as opened, alerts > 0 as alerts
	from at_record_drift(:'base', '2026-02-02', '2026-02-03');
select continued > 0 as continued from at_record_drift(:'base', '2026-02-03', '2026-02-04');
select resolved > 0 as resolved from at_record_drift(:'base', '2026-02-04', '2026-02-05');
select at_deactivate_baseline(:'base');
delete from at_drift_bound where project <> '';
-- retention, by partitions and by hand
select count(*) > 0 as dropped from at_drop_before('2010-01-01', false);
delete from at_reject;
delete from at_ingest_batch;
delete from at_event where event_id = ('evt_' || md5('1'))::at_id;
delete from at_journal_watermark;
delete from at_drift_scan;
select at_upkeep() >= 0 as upkeep, at_unschedule() as unscheduled;

-- A store of the first version gets the same; what its owner chose stays.
alter table at_reject replica identity nothing;
create function pg_temp.make_old() returns void language plpgsql as $$
declare
	t regclass;
begin
	drop publication regress_at_all;
	for t in select oid from store_table where relreplident in ('i', 'f') loop
		execute format('alter table %s replica identity default', t);
	end loop;
	update at_store set version = 1;
	create or replace function at_make_partitions(times timestamptz[]) returns integer language sql as 'select 0';
	create publication regress_at_all for all tables;
end
$$;
create temp table chosen as select oid, relreplident from store_table;
select pg_temp.make_old();
select regexp_replace(r, '\d+_\d+', 'YYYY_MM') as refused from pg_temp.refused() r group by 1 order by 1;
select at_refresh();
select at_upgrade_store();
select at_upgrade_store();
select s.name, c.relreplident, s.relreplident from store_table s join chosen c using (oid)
	where c.relreplident <> s.relreplident;
select * from pg_temp.refused();
select at_make_partitions('{2009-01-01}');
select distinct relreplident from store_table where name = 'a partition';
select prosecdef, proacl::text ~ '[{,]=' as for_public from pg_proc
	where oid = 'at_make_partitions(timestamptz[])'::regprocedure;

drop publication regress_at_all;
drop schema regress_at_journal cascade;
drop view store_table;
select at_drop_store();
