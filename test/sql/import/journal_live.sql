--
-- The reference code's tables in place: reading, syncing, views, the doctor.
--
\set VERBOSITY terse
set timezone = 'UTC';
set datestyle = 'ISO';
set client_min_messages = warning;
create schema journal;
select at_create_store();
set agent_tracker.project = 'desk';
set agent_tracker.agent_id = 'live-1';

create table journal.risk_checks (
	id integer primary key, order_intent_id integer, checked_at timestamptz, symbol text,
	approved boolean, reasons text[], input json, unrelated bytea);
create index on journal.risk_checks (checked_at);
insert into journal.risk_checks values
	(1, 10, '2026-01-05 10:00+01', 'aapl', true, '{}', '{"z": 1, "a": [1.50]}', '\x00'),
	(2, 11, '2026-01-05 11:00:00.5+00', 'MSFT', false, '{max_position,"no margin"}', null, null),
	(3, 12, null, null, false, null, '[]', null);

-- Events, newest first; what a column's type gives, in UTC, whatever the session says.
set timezone = 'America/New_York';
set datestyle = 'German';
set extra_float_digits = -5;
select e ->> 'occurred_at' as at, e ->> 'event_id' as id, e -> 'symbols' as symbols, e -> 'payload' as payload
from at_journal_schema_events('journal') e;
select count(*) from at_journal_schema_events('journal', since => '2026-01-05 10:30Z');
select e ->> 'occurred_at' from at_journal_schema_events('journal', max_rows_per_table => 1) e;
select _at_row_json(r) from (select 1.10::numeric as n, 0.1::float8 as f, '2026-01-05 10:00+01'::timestamptz as t,
	'2026-01-05'::date as d, '1 day 2 hours'::interval as i, '\xff'::bytea as b) r;
set timezone = 'UTC'; set datestyle = 'ISO'; reset extra_float_digits;
-- the same as over json rows
select count(*) filter (where l.e::text = p.e::text) as same, count(*) from at_journal_schema_events('journal') l(e)
full join (
	select at_journal_events('risk_checks', json_agg(_at_row_json(t)), 'desk', 'live-1')
	from journal.risk_checks t) p(e)
on l.e ->> 'event_id' = p.e ->> 'event_id';

-- Once, and again.
create function sync(variadic args text[] default '{}') returns table (rows_read bigint, events bigint, accepted bigint,
	duplicates bigint, conflicts bigint, versions bigint, rejected bigint, warnings text[]) language plpgsql as $$
begin
	return query execute format('select r.rows_read, r.events, r.accepted, r.duplicates, r.conflicts, r.versions,'
		' r.rejected, r.warnings from at_sync_journal(%s) r', array_to_string('{"''journal''"}' || args, ', '));
end $$;
select * from sync();
select * from sync();
select * from sync('incremental => false');
select project, agent_id, environment, schema_name, table_name, watermark from at_journal_watermark;
select lines, accepted, duplicates, source from at_ingest_batch order by batch_id;
-- nothing to read makes no batch
select batch_id, rows_read, coverage -> 'coverage_counts' as counts from at_sync_journal('journal', project => 'other',
	max_rows_per_table => 0);

-- Late commits within the overlap are seen, later ones by a whole read.
insert into journal.risk_checks values (4, 13, '2026-01-05 10:55+00', 'SPY', true, '{}', null, null),
	(5, 14, '2026-01-05 10:40+00', 'SPY', true, '{}', null, null);
select * from sync();
select * from sync('overlap => ''1 hour''');
select * from sync('incremental => false');

-- An edited row is a conflict, whatever month it now falls in; at_reject has it once.
update journal.risk_checks set approved = false, reasons = '{late news}', checked_at = '2026-03-01 10:00+00'
	where id = 1;
select * from sync();
select * from sync('incremental => false');
select origin, violations -> 0 ->> 'rule' as rule from at_reject;
-- or a version of its event, stored once
select * from sync('incremental => false', 'on_change => ''version''');
select * from sync('incremental => false', 'on_change => ''version''');
select idempotency_key, occurred_at, payload ->> 'approved' as approved from at_event
where payload -> 'evidence_refs' -> 0 ->> 'id' = '1' order by occurred_at;
-- edited again, and back again
update journal.risk_checks set reasons = '{news}' where id = 1;
select * from sync('incremental => false', 'on_change => ''version''');
update journal.risk_checks set reasons = '{late news}' where id = 1;
select * from sync('incremental => false', 'on_change => ''version''');
-- a row that is gone takes nothing with it
delete from journal.risk_checks where id = 2;
select * from sync('incremental => false');
select count(*) from at_event;

-- An event that is not valid is rejected with its table and id, a row that is no JSON for us without.
create table journal.shadow_order_fills (
	id text, symbol text, side text, qty numeric, price numeric, created_at timestamptz, filled_at timestamp);
insert into journal.shadow_order_fills values ('f1', 'AAPL', 'BUY', 1.10, 2.00, '2026-01-06', null),
	('f2', 'AAPL', 'buy', 1.10, 2.00, '2026-01-06', '2026-01-06 10:00'), ('f3', null, 'buy', 1, 1, '2026-01-06', null),
	('tok ghp_0123456789abcdefghijklmnopqrstuvwxyz', 'AAPL', 'BUY', 1, 1, '2026-01-06', null);
select * from sync();
select * from sync();
select regexp_replace(origin, '#[A-P]{16}', '#...') as origin, violations -> 0 ->> 'path' as path,
	violations -> 0 ->> 'rule' as rule
	from at_reject
where origin ~ '^shadow' order by at_reject.origin;
select environment, occurred_at, payload ->> 'qty' as qty from at_event where payload ->> 'component' = 'shadow';
create table journal.llm_tool_calls (id integer, arguments json, created_at timestamptz);
insert into journal.llm_tool_calls values (1, '{"a": "\u0000"}', '2026-01-06'), (2, '{"b": 1}', '2026-01-06');
select * from sync();
select * from sync('incremental => false');
select origin, violations -> 0 ->> 'rule' as rule from at_reject where origin ~ '^llm';
drop table journal.llm_tool_calls, journal.shadow_order_fills;

-- Ids that are null: the whole row is the id.
create table journal.memory_fact_usage (id integer, purpose text, created_at timestamp, extra integer);
create index on journal.memory_fact_usage (created_at);
insert into journal.memory_fact_usage values (null, 'thesis', '2026-01-07', 1), (null, 'thesis', '2026-01-07', 2),
	(null, 'thesis', '2026-01-07', 2);
select * from sync();
select * from sync();
select watermark from at_journal_watermark where table_name = 'memory_fact_usage';
-- many rows of one order
insert into journal.memory_fact_usage select g, 'bulk', '2026-01-08', g from generate_series(1, 3000) g;
select * from sync();
insert into journal.memory_fact_usage values (3001, 'bulk', '2026-01-08', 0);
select * from sync();

-- Clocks that are ahead do not hide what comes between; infinite ones neither.
insert into journal.risk_checks values (6, 15, now() + interval '3 years', 'SPY', true, '{}', null, null),
	(7, 16, 'infinity', 'SPY', true, '{}', null, null), (8, 17, '-infinity', 'SPY', true, '{}', null, null);
select * from sync();
select watermark from at_journal_watermark where table_name = 'risk_checks' and project = 'desk';
insert into journal.risk_checks values (9, 18, now(), 'SPY', true, '{}', null, null);
select * from sync();
delete from journal.risk_checks where id in (6, 7, 8);

-- A limit reads the newest; where it cut, the watermark stays.
delete from at_journal_watermark;
select * from sync('max_rows_per_table => 2', 'project => ''limited''');
select table_name, watermark is null as unmoved from at_journal_watermark where project = 'limited' order by 1;
select * from sync('project => ''limited''');
select table_name, watermark is null as unmoved from at_journal_watermark where project = 'limited' order by 1;

-- The right name and nothing else; odd types; an order column that is no time.
create type journal.mood as enum ('calm', 'wild');
create type journal.pair as (a integer, b text);
create table journal.prompt_versions (color text, created_at text);
create table journal.llm_runs (
	id uuid, provider journal.mood, model journal.pair, run_type bytea, prompt_chars integer[],
	estimated_cost money, token_usage jsonb, latency_ms float8, started_at date, tags int4range);
insert into journal.prompt_versions values ('red', 'yesterday');
insert into journal.llm_runs values ('2f6d2c62-4511-8481-3c75-1b2b3be6c60c', 'calm', '(1,x)', '\xdead', '{1,2}', 1.5,
	'{"in": 1.10}', 'NaN', '2026-01-05', '[1,3)');
select e -> 'payload' from at_journal_schema_events('journal') e where e ->> 'event_type' like 'llm%';
select * from sync();
select * from sync();

-- A table that the caller may not read is named; the others are synced.
create role regress_at_syncer;
grant usage on schema journal to regress_at_syncer;
grant select on journal.risk_checks to regress_at_syncer;
grant select (id, purpose) on journal.memory_fact_usage to regress_at_syncer;
set role regress_at_syncer;
select * from at_sync_journal('journal');
reset role;
select at_grant('regress_at_syncer', 'writer');
set role regress_at_syncer;
select * from sync('project => ''syncer''');
select * from sync('project => ''syncer''');
select count(*) from at_journal_schema_events('journal') e;
select * from at_journal_coverage('journal') where readable is not null;
reset role;
-- what a view reads is denied, or not: the view is one of the tables
create table journal.hidden (id integer, created_at timestamptz, symbol text, side text);
insert into journal.hidden values (1, '2026-01-05', 'AAPL', 'buy');
create view journal.trade_journal with (security_invoker = on) as select * from journal.hidden;
grant select on journal.trade_journal to regress_at_syncer;
set role regress_at_syncer;
select rows_read, accepted, warnings, jsonb_path_query(tables, '$[*] ? (@.table == "trade_journal").status') as of_view
from at_sync_journal('journal', project => 'syncer');
select table_name, coverage, readable from at_journal_coverage('journal') where table_name = 'trade_journal';
select "check", status, detail from at_doctor('journal') where "check" = 'table trade_journal';
-- nor ends a schema that is closed the doctor
reset role;
revoke usage on schema journal from regress_at_syncer;
set role regress_at_syncer;
select count(*), bool_and(hint = 'GRANT USAGE ON SCHEMA journal to your role.') as told from at_doctor('journal')
	where detail ~ '^you may not read it';
reset role;
grant usage on schema journal to regress_at_syncer;
drop view journal.trade_journal;
drop table journal.hidden;
-- by column privileges where the id cannot be null
delete from journal.memory_fact_usage where id is null;
alter table journal.memory_fact_usage alter id set not null;
grant select (id, purpose, created_at) on journal.memory_fact_usage to regress_at_syncer;
set role regress_at_syncer;
select rows_read, accepted, warnings from sync('project => ''syncer''');
reset role;

-- Identifiers with quotes, upper case and blanks; nothing there.
create schema "Odd ""schema""";
create table "Odd ""schema""".trade_journal (
	id integer, symbol text, side text, "Created At" timestamptz, created_at timestamptz);
insert into "Odd ""schema""".trade_journal values (1, 'AAPL', 'BUY', now(), '2026-01-05');
select accepted, warnings from at_sync_journal('Odd "schema"', project => 'odd');
select at_create_journal_view('Odd "schema"', view_name => 'Odd "view"');
select table_name, order_at, event ->> 'event_type' as type from "Odd ""view""";
drop view "Odd ""view""";
create schema empty;
select rows_read, events, tables, coverage -> 'missing_required' as missing from at_sync_journal('empty');
select at_create_journal_view('empty');
-- columns with the names of our aliases
create table empty.trade_journal (
	id integer primary key, created_at timestamptz, symbol text, side text, t text, r text, e text);
create table empty.risk_checks (
	id integer, checked_at timestamptz, approved boolean, t empty.trade_journal, r text, e text);
insert into empty.trade_journal values (1, '2026-01-05', 'AAPL', 'buy', 't', 'r', 'e');
insert into empty.risk_checks select 2, '2026-01-05', true, j, 'r', 'e' from empty.trade_journal j;
select rows_read, accepted, warnings from at_sync_journal('empty', project => 'empty');
select at_create_journal_view('empty');
select table_name, event ->> 'event_type' as type, event -> 'payload' -> 'evidence_refs' -> 0 ->> 'id' as id
	from at_journal_live;
drop view at_journal_live;
drop table empty.risk_checks, empty.trade_journal;
-- orders that are no times: composites with and without nulls, ranges of dates
create type empty.pair as (a integer, b integer);
create table empty.risk_checks (id integer, checked_at empty.pair, approved boolean);
insert into empty.risk_checks values (1, (1, null), true), (2, (null, null), true), (3, null, true), (4, (1, 2), true);
create table empty.trade_journal (id integer, created_at daterange, symbol text, side text);
insert into empty.trade_journal values (5, '[2026-01-05,2026-01-06)', 'AAPL', 'buy');
select count(*) from at_journal_schema_events('empty');
select at_create_journal_view('empty');
select table_name, order_at, count(*) from at_journal_live group by 1, 2 order by 1;
drop view at_journal_live;
select "check", status, detail from at_doctor('empty') where "check" ~ 'trade_journal|risk_checks';
drop table empty.risk_checks, empty.trade_journal;
-- dates beyond what a time can be
create table empty.portfolio_targets (id integer, created_at date, symbol text);
insert into empty.portfolio_targets values (1, '5874897-12-31', 'AAPL'), (2, '2026-01-05', 'AAPL'),
	(3, 'infinity', 'AAPL');
select rows_read, accepted, warnings from at_sync_journal('empty', project => 'empty');
insert into empty.portfolio_targets values (4, '2026-01-05', 'AAPL');
select rows_read, accepted, duplicates from at_sync_journal('empty', project => 'empty');
select watermark from at_journal_watermark where table_name = 'portfolio_targets' and project = 'empty';
drop table empty.portfolio_targets;
-- NOT NULL does not hold for the children of a table
create table empty.memory_fact_usage (id integer, created_at timestamptz, purpose text, extra integer);
create table empty.older () inherits (empty.memory_fact_usage);
alter table only empty.memory_fact_usage alter id set not null, alter created_at set not null;
insert into empty.memory_fact_usage values (1, '2026-01-05', 'p', 1);
select rows_read, accepted from at_sync_journal('empty', project => 'empty');
insert into empty.older values (null, null, 'p', 1), (null, null, 'p', 2);
select rows_read, accepted from at_sync_journal('empty', project => 'empty');
drop table empty.memory_fact_usage cascade;
select * from at_sync_journal('nowhere');
select at_journal_schema_events('nowhere');
select * from at_journal_coverage('nowhere');

-- Arguments.
select at_sync_journal(null);
select at_sync_journal('journal', max_rows_per_table => -1);
select at_sync_journal('journal', on_change => 'replace');
select at_sync_journal('journal', overlap => '-1 day');
select at_sync_journal('journal', project => 'a b');
select at_sync_journal('journal', environment => 'moon');
reset agent_tracker.project;
select at_sync_journal('journal');
set agent_tracker.project = 'desk';

-- The view: nothing is copied; every query reads the tables whole.
select at_create_journal_view('journal');
select table_name, count(*) from at_journal_live group by 1 order by 1;
select count(*) from at_journal_live l full join at_journal_schema_events('journal') e on l.event::text = e::text
where l.event is null or e is null;
select (at_tier_readiness(at_event_evidence(event)) ->> 'event_count')::integer > 3000 as counted from at_journal_live;
drop view at_journal_live;
drop table journal.llm_runs, journal.prompt_versions;
alter table journal.memory_fact_usage alter created_at type timestamptz;
select at_create_journal_view('journal');
select count(*) from at_journal_live where order_at >= '2026-01-09';
explain (costs off) select event from at_journal_live where table_name = 'risk_checks';
-- by the reader's own privileges; what he may not read is a warning
grant select on journal.memory_fact_usage to regress_at_syncer;
grant select on at_journal_live to regress_at_syncer;
set role regress_at_syncer;
select count(*) > 0 from at_journal_live;
reset role;
revoke select on journal.risk_checks from regress_at_syncer;
set role regress_at_syncer;
select count(*) from at_journal_live;
reset role;

-- The doctor.
select "check", status, detail from at_doctor('journal')
	where "check" !~ '^readiness|^schedules|^loads|^rollups|^locks|^jit';
select "check", status, left(hint, 60) as hint from at_doctor('journal') where "check" ~ '^readiness' order by 1;
set role regress_at_syncer;
select "check", status, detail from at_doctor('journal') where status = 'error' or "check" = 'store';
reset role;
select count(*) from at_doctor('empty') where status = 'warning' and "check" ~ '^table';

drop view at_journal_live;
drop schema journal, "Odd ""schema""", empty cascade;
select at_drop_store();
drop owned by regress_at_syncer;
drop role regress_at_syncer;

-- A relation that fails is left out from there on, and costs the others nothing;
-- what it failed with is not shown. A row that is no JSON for us counts once.
create schema broken;
create table broken.raw (x text, n int);
insert into broken.raw select 'hunter2-account-77', 100 union all select g::text, g from generate_series(1, 99) g;
create view broken.portfolio_targets as select n as id, now() - n * interval '1 hour' as created_at,
	x::numeric as confidence
	from (select * from broken.raw order by n) r;
create materialized view broken.portfolio_snapshots as select 1 as id, now() as captured_at with no data;
create function broken.deny() returns int
	language plpgsql as $$ begin raise insufficient_privilege using message = 'secret 7731'; end $$;
create view broken.research_reports as select broken.deny() as id, now() as created_at;
create table broken.llm_runs (id int primary key, started_at timestamptz, token_usage json);
insert into broken.llm_runs values (1, now() - interval '5 days', '{"a":"\u0000"}'),
	(2, now() - interval '1 day', null);
create table broken.risk_checks (id int primary key, checked_at timestamptz, approved bool);
insert into broken.risk_checks values (1, now(), true);
select rows_read, events, accepted, rejected, warnings from at_sync_journal('broken', 'brk', 'a');
select t->>'table' as "table", t->>'status' as status, t->>'rows_read' as rows, t->>'rejected' as rejected,
	t ? 'watermark' as marked
	from at_sync_journal('broken', 'brk2', 'a') s, jsonb_array_elements(s.tables) t order by 1;
select origin from at_reject where origin ~ '^llm_runs/' and line_no > 0 group by 1 order by 1;
create schema spelled;
create table spelled.llm_runs (id text primary key, started_at timestamptz, token_usage json);
insert into spelled.llm_runs select i, now(), '{"a":"\u0000"}'
	from unnest(array[E'Bearer\tabcdefghijklmnopqrstuvwxyz0123456789', E'x"y\\z']) i;
select rejected from at_sync_journal('spelled', 'brk3', 'a');
select regexp_replace(origin, '#[A-P]{16}', '#...') as origin from at_reject where origin ~ '^llm_runs/[^1]' order by 1;
drop schema spelled cascade;
delete from broken.llm_runs where id = 2;
select rows_read, events, rejected, batch_id is null as no_batch,
	(select jsonb_agg(t->'rejected' order by t->>'table') from jsonb_array_elements(tables) t) as rejected_of
	from at_sync_journal('broken', 'brk', 'a', overlap => '0');
select count(*) > 0 as others from at_journal_schema_events('broken', 'brk', 'a') e
	where e->>'event_type' = 'risk.check.completed';
select table_name, coverage, readable from at_journal_coverage('broken') where readable is not null order by 1;
select d.check, d.status, d.detail ~ '^it cannot be read' as fails, d.hint ~ '^A warning of' as how
	from at_doctor('broken') d where d.check ~ 'portfolio_(targets|snapshots)$|research_reports$' order by 1;
drop schema broken cascade;

-- The view is made again when its order column gets another type, with its grants;
-- a domain is what it is over, and a date may be beyond all times.
create schema "again";
create table "again".llm_runs (id int primary key, started_at timestamp);
insert into "again".llm_runs values (1, '2026-01-05 10:00');
-- Without a setting the agent is to be given.
begin;
set local agent_tracker.agent_id = '';
select at_create_journal_view('again', 'p', view_name => 'at_again_live');
rollback;
select at_create_journal_view('again', 'p', 'a', view_name => 'at_again_live');
create role regress_at_onlooker;
grant select on at_again_live to regress_at_onlooker;
create domain "again".moment as timestamptz;
create table "again".risk_checks (id int primary key, checked_at "again".moment);
insert into "again".risk_checks values (1, '2026-01-05 11:00+00');
select at_create_journal_view('again', 'p', 'a', view_name => 'at_again_live');
select table_name, order_at, has_table_privilege('regress_at_onlooker', 'at_again_live', 'SELECT') as granted
	from at_again_live order by 1;
select table_name, order_type from at_journal_coverage('again') where readable order by 1;
create table "again".trade_journal (id int primary key, created_at date, symbol text, side text);
insert into "again".trade_journal values (1, '300000-01-01', 's', 'buy'), (2, null, 's', 'buy'),
	(3, '2026-01-06', 's', 'buy');
select at_create_journal_view('again', 'p', 'a', view_name => 'at_again_live');
select table_name, order_at from at_again_live where table_name = 'trade_journal' order by event->'payload'->>'fill_id';
create view at_not_ours as select 1 as n;
select at_create_journal_view('again', 'p', 'a', view_name => 'at_not_ours');
drop view at_not_ours, at_again_live;
drop schema "again" cascade;
drop role regress_at_onlooker;
select at_drop_store();
