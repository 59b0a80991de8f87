-- Rows of the reference code's tables as events: arguments, what is skipped and
-- said, what comes out of typed columns.  The vectors are in test/pgtap.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- The rules as rows.
select table_name, order_column, event_type, required, cardinality(columns) as columns from at_journal_tables();
select columns from at_journal_tables() where table_name in ('portfolio_snapshots', 'prompt_versions');
select count(*) as columns, count(*) filter (where c !~ '^[a-z][a-z0-9_]*$') as odd, count(distinct c) as different
	from at_journal_tables(), unnest(columns) c;

-- An event, as it comes out.
select at_journal_events(
	'trade_journal',
	'{"id":7,"symbol":" brk.b ","side":"SELL","qty":"+1.50","price":102.070,"fees":null,'
		'"created_at":"2026-06-17 21:56:11.5+02"}',
	'p', 'a');
select e->>'environment', e->>'idempotency_key'
	from at_journal_events('shadow_order_fills', '{"id":7,"symbol":"X","side":"buy"}', 'p', 'a', 'live_observe') e;
select (e->'sdk'->>'version') = extversion as version
	from pg_extension, at_journal_events('llm_runs', '{"id":1,"status":"started"}', 'p', 'a') e
	where extname = 'agent_tracker';

-- Rows: an array, one object, none.
select count(*) from at_journal_events('llm_runs', '[{"id":1},{"id":2,"status":"started"}]', 'p', 'a');
select count(*) from at_journal_events('llm_runs', ' {"id":1} ', 'p', 'a');
select count(*) from at_journal_events('llm_runs', '{}', 'p', 'a');
select count(*) from at_journal_events('llm_runs', ' [ ] ', 'p', 'a');
select count(*) from at_journal_events('llm_runs', null, 'p', 'a');
select count(*) from at_journal_events('llm_runs', '"x"', 'p', 'a');
select count(*) from at_journal_events('llm_runs', 'null', 'p', 'a');
-- Arguments.
select at_journal_events(null, '[]', 'p', 'a');
select at_journal_events('llm_runs', '[]', null, 'a');
select at_journal_events('llm_runs', '[]', 'p', null);
select at_journal_events('llm_runs', '[]', 'p', 'a', null);
select at_journal_events('llm_runs', '[]', '', 'a');
select at_journal_events('llm_runs', '[]', 'p/q', 'a');
select at_journal_events('llm_runs', '[]', 'p', E'a\tb');
select at_journal_events('llm_runs', '[]', 'p', 'a\b');
select at_journal_events('llm_runs', '[]', repeat('p', 1025), 'a');
select at_journal_events('llm_runs', '[]', 'p', 'a', 'Paper');
select at_journal_events('llm_runs', '[]', 'p', 'a', '');
select value, (select count(*) from at_journal_events('llm_runs', '{"id":1}', 'p', 'a', value)) from at_enums()
	where enumeration = 'environment';
-- Tables that are none of these: a warning for each row, and nothing else.
select count(*) from at_journal_events('trades', '[{"id":1},{"id":2},3]', 'p', 'a');
select count(*) from at_journal_events('LLM_RUNS', '{"id":1}', 'p', 'a');
select count(*) from at_journal_events('', '[]', 'p', 'a');
select count(*) from at_journal_events('x', '7', 'p', 'a');

-- Rows that are skipped, rows that cannot be read: the others come through.
select e->>'event_type', e->'payload'->>'fill_id' from at_journal_events('trade_journal',
	'[{"id":1,"symbol":"X"},{"id":2,"symbol":"X","side":"buy"},{"id":3,"symbol":"  ","side":"buy"},7,null,[{"id":4}],'
		'{"id":5,"note":"\u0000"},{"id":6,"symbol":"Y","side":"sell"}]',
	'p', 'a') e;
select count(*) from at_journal_events(
	'order_intents',
	'[{"id":1,"symbol":"X","side":"buy","quantity":""},{"id":2,"symbol":"X","side":"buy","qty":0},{"id":3}]', 'p', 'a');
select count(*)
	from at_journal_events('risk_checks', '[{"id":1},{"id":2,"reasons":"x"},{"id":3,"approved":true}]', 'p', 'a');
select count(*)
	from at_journal_events(
		'portfolio_performance_scorecards', '[{"id":1},{"id":2,"session_date":"2026-06-07"}]', 'p', 'a');
select json_array_length(e->'payload'->'token_usage')
	from at_journal_events(
		'llm_runs',
		format(
		'[{"id":1,"status":"started","token_usage":%s},{"id":2,"status":"started","token_usage":%s},{"id":3,'
		'"status":"started","token_usage":%s}]',
	repeat('[', 62) || repeat(']', 62), '[' || repeat('[', 62) || '1' || repeat(']', 63), repeat('[', 70)
		|| repeat(']', 70))::json,
		'p', 'a') e;
-- Text that is JSON deeper than an event may be is skipped as well.
select count(*) from at_journal_events(
	'llm_runs',
	json_build_object('id', 1, 'status', 'started', 'token_usage', '[' || repeat('[', 62) || '1' || repeat(']', 63)),
	'p', 'a');

-- Events that are not valid are dropped, with what is wrong: names and rules,
-- never a value.
select e->>'event_type' from at_journal_events('order_intents',
	'[{"id":"a b","symbol":"X","side":"buy","qty":1},{"id":2,"symbol":"X","side":"hold the line","qty":"1",'
		'"status":"failed","session_date":"someday"},{"id":3,"symbol":"X","side":"buy","qty":"2",'
		'"created_at":"somewhenZ"},{"id":4,"symbol":"X","side":"buy","qty":"2"}]',
	'p', 'a') e;
select count(*) from at_journal_events('portfolio_targets', '{"id":1}', 'p', 'a');
select count(*)
	from at_journal_events('shadow_order_fills', '{"id":1,"symbol":"X","side":"BUY","qty":1,"price":2}', 'p', 'a');
select count(*)
	from at_journal_events(
		'llm_tool_calls', json_build_object('id', 1, 'result_digest', repeat('x', 250000)), 'p', 'a');
select count(*)
	from at_journal_events(
		'llm_tool_calls', json_build_object('id', 1, 'result_digest', repeat('x', 190000)), 'p', 'a');
select count(*)
	from at_journal_events('llm_runs', json_build_object('id', repeat('é', 600) || ' '  || repeat('é', 600)), 'p', 'a');
-- A hundred warnings, then their number.
\set VERBOSITY terse
do $$
begin
	perform count(*) from at_journal_events(
		'trade_journal', (select json_agg(json_build_object('id', i)) from generate_series(1, 102) i), 'p', 'a');
end
$$;
set client_min_messages = error;
select count(*) from at_journal_events(
	'risk_checks', (select json_agg(json_build_object('id', i)) from generate_series(1, 1000) i), 'p', 'a');
select jsonb_array_length(
	at_journal_report(
	json_build_object('risk_checks', (select json_agg(json_build_object('id', i)) from generate_series(1, 1000) i)),
	'p', 'a')->'warnings');
reset client_min_messages;
\set VERBOSITY default

-- Secrets: in columns, in the id, in names, in what changes case.
create temp table secret(c text);
insert into secret values ('sk-live-Abcdefghij0123456789'), ('AKIAIOSFODNN7EXAMPLE'), ('Bearer Abcdefghij0123456789');
create temp table leaking as
	select c, table_name, e::text as event from secret, at_journal_tables() t,
		lateral (select json_object_agg(k, c) as r from unnest(columns) k
			where k not in ('session_date', 'period_start', 'period_end') and k !~ '_at$|as_of|report_date') r,
		at_journal_events(table_name, r, 'p', 'a') e;
set client_min_messages = error;
select count(*) > 40 as events, count(distinct table_name) from leaking;
select table_name, event from leaking where event ~* 'abcdefghij0123456789|AKIAIOSFODNN7EXAMPLE';
reset client_min_messages;
select e->'payload'->>'message' as message, e->'symbols' as symbols
	from at_journal_events('source_quality_repair_incidents',
	'{"id":1,"symbol":"akia","failure_reason":{"password":"tell nobody","n":1.50},"created_at":"2026-01-01"}', 'p',
	'a') e;
select e->'payload'->'input_summary'
	from at_journal_events(
		'risk_checks', '{"id":1,"approved":true,"input":"{\"password\":\"x\",\"account_id\":\"U1\",\"n\":[1.50]}"}',
		'p', 'a') e;
select e->'privacy'
	from at_journal_events('risk_checks', '{"id":1,"approved":true,"input":"{\"account_id\":\"U1\"}"}', 'p', 'a') e;
select count(*) from at_journal_events('portfolio_targets', '{"id":"sk-live-Abcdefghij0123456789"}', 'p', 'a');
select at_journal_report(
	'{"portfolio_targets":[{"id":"sk-live-Abcdefghij0123456789"}],"sk-live-Abcdefghij0123456789":[1]}', 'p',
	'a')::text ~ 'Abcdefghij' as in_report;
-- Values that cannot be read are 0 or 1970, and there is a warning of each; the
-- report's list is the contract's, so that they are raised there, too.
select e->'payload'->>'quantity' as quantity, e->'payload'->>'price' as price, e->>'occurred_at' as occurred_at
from at_journal_events('trade_journal',
	'[{"id":1,"symbol":"X","side":"buy","quantity":"1,234.50","price":"N/A","created_at":"01/05/2026 10:00"},
	{"id":2,"symbol":"X","side":"buy","quantity":"3","price":"2","created_at":1767607200}]', 'p', 'a') e;
select at_journal_report(
	'{"trade_journal":[{"id":1,"symbol":"X","side":"buy","price":"N/A"},{"id":2}]}', 'p', 'a')->'warnings' as warnings;
-- Nothing is read from settings.
set agent_tracker.max_event_bytes = 1024;
set agent_tracker.store_full_io = on;
select e->'payload'->'token_usage'->'input'->>'redacted' as redacted, length(e::text) > 1024 as longer
from at_journal_events('llm_runs',
	json_build_object('id', 1, 'status', 'started', 'model', repeat('m', 1000), 'token_usage', '{"input":"1"}'::json),
	'p', 'a') e;
reset agent_tracker.max_event_bytes;
reset agent_tracker.store_full_io;

-- Typed columns, by to_json and by json_agg.
create temp table portfolio_performance_scorecards(
	id uuid, captured_at timestamptz, session_date date, equity numeric(12, 4), cash float8,
	external_capital_flow numeric,
	fees numeric(6, 2), fees_included boolean, currency char(5), trading_pnl_amount bigint, broker name);
insert into portfolio_performance_scorecards values (
	'5d271f3e-f567-152c-dd5a-c51c1646c61b', '2026-06-10 23:30:27.123+02', '2026-06-10', 910.5, 0.1, '-75.50', '0.00',
	null, 'EUR', -12, 'alpaca');
select e->>'event_type' as event_type, e->>'occurred_at' as occurred_at, e->'payload' as payload
from portfolio_performance_scorecards r, at_journal_events('portfolio_performance_scorecards', to_json(r), 'p', 'a') e;
create temp table risk_checks(
	id int, checked_at timestamp, approved boolean, reasons text[], input jsonb, symbol text, order_intent_id uuid);
insert into risk_checks values (
	1, '2026-06-10 23:30:27', false, '{Margin call,"b c"}', '{"qty":1.50,"a":"x"}', 'spy', null),
	(2, null, true, '{}', '[]', null, '5d271f3e-f567-152c-dd5a-c51c1646c61b');
set timezone = 'America/New_York';
select e->>'event_type' as event_type, e->>'occurred_at' as occurred_at, e->>'run_id' as run_id,
	e->'symbols' as symbols, e->'payload' as payload
from at_journal_events('risk_checks', (select json_agg(r order by id) from risk_checks r), 'p', 'a') e;
set timezone = 'UTC';
-- Odd columns under known names.
select e->'payload'->>'provider' as provider, e->'payload'->>'model' as model, e->'payload'->>'prompt_family' as family,
	e->>'occurred_at' as occurred_at
from (
	select '\x00ff'::bytea as id, array[1, 2] as provider, row(1, 'x') as model, 7.50 as family,
	'infinity'::timestamptz as created_at) r,
	at_journal_events('prompt_versions', to_json(r), 'p', 'a') e;

-- Ids are the same for the same row, whatever the order of its columns.
select count(distinct e->>'event_id') as one,
	min(e->'payload'->'evidence_refs'->0->>'id') ~ '^row_[0-9a-f]{32}$' as hash
from unnest(array['{"b":{"y":1,"x":2},"cash":"1"}', '{ "cash" : "1", "b" : {"x":2, "y":1} }']::json[]) r,
	at_journal_events('portfolio_snapshots', r, 'p', 'a') e;

-- Reports.
select jsonb_pretty(at_journal_report('{"trade_journal":[{"id":1,"symbol":"X","side":"buy"},{"id":2},
	{"id":3,"symbol":"X","side":"buy"},{"id":4},{"id":5},{"id":6}],
	"x":[1,2],"llm_runs":{"id":"r"},"risk_checks":[]}',
	'p', 'a', 'paper', '2026-07-01 00:00:00+02') #- '{report,surfaces}');
select s->>'name' as name, s->>'coverage' as coverage, s->'source_refs' as refs
from jsonb_array_elements(
	at_journal_report(
	'{"trade_journal":[{"id":1,"symbol":"X","side":"buy"},{"id":2},{"id":3},{"id":4},{"id":5},{"id":6}],'
	'"llm_runs":{"id":"r"},"risk_checks":[]}',
	'p', 'a')->'report'->'surfaces') s
where s->>'coverage' <> 'not_found';
select at_journal_report('{}', 'p', 'a', 'paper', '2026-07-01')->'table_counts' as counts,
	at_journal_report(null, 'p', 'a') as nothing;
select at_journal_report('{}', 'p', 'a', 'paper', null);
select at_journal_report('[]', 'p', 'a');
select at_journal_report('{"llm_runs":7}', 'p', 'a');
select at_journal_report('{}', 'p', 'a', 'x');
select at_journal_report('{}', null, 'a');
select at_journal_report('{}', 'p', 'a', 'paper', 'infinity');
select at_journal_report('{}', 'p', 'a', 'paper', '0044-03-15 BC');

-- A call for each row of a table, in a plan with workers.
create table reference_rows as select json_build_object('id', i, 'symbol', 'X', 'side', 'buy', 'qty', i) as r
	from generate_series(1, 2000) i;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
select count(*), count(distinct e->>'event_id') from reference_rows, at_journal_events('trade_journal', r, 'p', 'a') e;
reset parallel_setup_cost;
reset parallel_tuple_cost;
reset min_parallel_table_scan_size;
-- Stopped early.
select e->'payload'->>'fill_id' as id from reference_rows, at_journal_events('trade_journal', r, 'p', 'a') e limit 1;
select (select json_array_length(json_agg(e))
	from (select at_journal_events('trade_journal', (select json_agg(r) from reference_rows), 'p', 'a') e limit 3) x);
drop table reference_rows;
select proname, provolatile, proparallel, proisstrict, proretset from pg_proc
	where proname in ('at_journal_events', 'at_journal_report', 'at_journal_tables') order by 1;
