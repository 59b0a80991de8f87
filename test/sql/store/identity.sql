-- Ids that look like secrets: stored under names that keep different ones
-- different; ids that were redacted before they came are compared with nothing.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
select at_create_store();
set agent_tracker.project = 'desk';
set agent_tracker.agent_id = 'alpha';
set agent_tracker.environment = 'paper';

-- An event of a type, with an id and a key of its own unless more names them.
create function pg_temp.of(n int, type text, payload jsonb, more jsonb default '{}') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'idempotency_key', 'key/' || n, 'payload', payload,
		'occurred_at', to_char(timestamp '2026-01-05 13:00' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
			|| more)
$$;
create function pg_temp.fill(
	n int, id text, side text, price text, payload jsonb default '{}', more jsonb default '{}') returns text
	language sql as $$
	select pg_temp.of(n, 'paper.fill.recorded', jsonb_build_object('fill_id', id, 'symbol', 'SPY', 'side', side,
		'quantity', '10', 'price', price, 'fees', '0', 'currency', 'USD', 'session_date', '2026-01-05') || payload,
			more)
$$;

create function pg_temp.flow(n int, id text) returns text language sql as $$
	select pg_temp.of(n, 'capital.flow.recorded',
		jsonb_build_object('capital_flow_id', id, 'flow_kind', 'deposit', 'amount', '100', 'asset', 'USD',
		'currency', 'USD', 'portfolio_kind', 'main', 'session_date', '2026-01-06', 'included_in_trading_pnl', false))
$$;
create function pg_temp.position(n int, id text, symbol text, quantity int) returns text language sql as $$
	select pg_temp.of(
		n, 'position.snapshot.recorded',
		jsonb_build_object('position_id', id, 'symbol', symbol, 'quantity', quantity::text,
		'market_value', '10', 'portfolio_kind', 'main', 'session_date', '2026-01-06'))
$$;
create function pg_temp.equity(n int, day text, equity text) returns text language sql as $$
	select pg_temp.of(n, 'portfolio.snapshot.recorded',
		jsonb_build_object('equity', equity, 'currency', 'USD', 'portfolio_kind', 'main', 'session_date', day))
$$;

-- The key: one row, which neither readers nor writers see.
select count(*), min(octet_length(key)) as bytes, count(distinct get_byte(key, 0) * 256 + get_byte(key, 1))
	from at_identity_key;
insert into at_identity_key values (true, sha256('another'));
insert into at_identity_key values (false, sha256('another'));
update at_identity_key set key = 'short';
select at_create_store(), at_upgrade_store() ~ 'version' as upgraded;
create role regress_at_identity_reader;
create role regress_at_identity_writer;
select at_grant('regress_at_identity_reader', 'reader'), at_grant('regress_at_identity_writer', 'writer');
select grantee, privilege_type from information_schema.table_privileges
where table_name = 'at_identity_key' and grantee <> current_user;
set role regress_at_identity_reader;
select * from at_identity_key;
reset role;
set role regress_at_identity_writer;
select * from at_identity_key;
insert into at_identity_key values (true, sha256('another'));
-- who writes needs no privilege on it, whatever is around the load
select pg_temp.ingest(pg_temp.fill(1, 'order_0000000001', 'buy', '1'));
set client_min_messages = warning; -- the number of the batch
insert into at_inbox select pg_temp.fill(2, 'order_0000000002', 'buy', '1');
reset client_min_messages;
select at_ingest(pg_temp.fill(3, 'order_0000000003', 'buy', '1')::json) = 'evt_' || md5('3') as ingested;
reset role;
create function pg_temp.by_query() returns setof bigint language plpgsql as $$
begin
	return query select i.accepted
		from (select pg_temp.fill(4, 'order_0000000004', 'buy', '1') as line) l, at_ingest_jsonl(l.line) i;
end
$$;
select * from pg_temp.by_query();
select count(*), count(distinct payload ->> 'fill_id'),
	bool_and(payload ->> 'fill_id' ~ '^\[REDACTED\]#[A-P]{16}$') as named
	from at_event;
delete from at_event;

-- Ten fills of ten keys are ten; that they come again changes nothing.
create function pg_temp.ten(price text default '10') returns text language sql as $$
	select string_agg(
		pg_temp.fill(i, 'ord_000000000' || i, 'buy', price, jsonb_build_object('order_intent_id', 'ord_000000000' || i),
		jsonb_build_object('idempotency_key', 'ord_000000000' || i)), e'\n') from generate_series(0, 9) i
$$;
select pg_temp.ingest(pg_temp.ten());
select count(distinct idempotency_key::text) as keys, count(distinct payload ->> 'fill_id') as fills,
	bool_and(payload ->> 'fill_id' = idempotency_key::text
		and payload ->> 'order_intent_id' = idempotency_key::text) as the_same_everywhere,
	bool_or(at_event_json(e)::text ~ '0000000') as shown from at_event e;
select pg_temp.ingest(pg_temp.ten());
-- the same key of other content is a conflict, and the reject shows no key
select pg_temp.ingest(pg_temp.ten('11'));
select count(*), bool_or(r::text ~ '0000000') as shown from at_reject r;

-- What was exported is known when it comes back, also in one piece.
select pg_temp.ingest((select string_agg(l, e'\n') from at_export_jsonl() l));
select pg_temp.ingest(at_export_gzip());
delete from at_event;
delete from at_reject;

-- Single events: keys that differ are two events, a key that comes again is one.
create temp table made(key text, id text);
insert into made select k, at_record_decision('hold', 'entry', idempotency_key => k)
from unnest(array['order_0000000001', 'order_0000000002', 'order_0000000001', 'order_0000000002']) k;
select count(*) as calls, count(distinct id) as events, count(distinct (key, id)) as pairs from made;
select count(*), count(distinct run_id::text) as runs, count(distinct span_id::text) as spans from at_event;
-- their run and span are made of what is stored: nobody can test a guess by them
select bool_or(run_id::text = 'run_'
	|| left(
		encode(sha256(convert_to('run_desk/alpha/decision.recorded/' || m.key || '/', 'UTF8')), 'hex'), 32)) as guessed
from at_event e, made m;
select at_record_decision(
	'buy', 'entry', idempotency_key => 'order_0000000001') = (select id from made where key ~ '1$'
	limit 1) as first_one;
delete from at_event;

-- Agents, projects, runs, spans, symbols: different ones stay different.
select count(at_record(
	'agent.run.started', '{"run_type":"x"}', agent_id => a, project => 'account_desk' || left(a, 1) || '0001',
	run_id => 'run_x-' || a,
	span_id => 'order_span' || left(a, 1) || '00001', symbols => array['order_symbol' || left(a, 1) || '0001', 'spy']))
from unnest(array['broker-arbitrage01', 'account-rebalancer02', 'order_matcher000003', 'plain']) a;
select count(*), count(distinct agent_id) as agents, count(distinct project) as projects,
	count(distinct run_id::text) as runs,
	count(distinct span_id::text) as spans, count(distinct symbols[1]) as symbols,
	bool_and(symbols[2] = 'SPY') as others,
	bool_or(at_event_json(e)::text ~* 'arbitrage|rebalancer|matcher|span[a-z]0|symbol[a-z]0|desk[a-z]0') as shown
		from at_event e;
select pg_temp.unlettered(agent_id) as agent, pg_temp.unlettered(run_id::text) as run,
	at_is_valid(at_event_json(e)) as valid
from at_event e order by 1, 2;
delete from at_event;

-- event_id and run_id have a form of their own, whose characters they allow;
-- what names them has it, too, and joins.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.of(1, 'agent.run.started', '{"run_type":"x"}',
		'{"event_id":"evt_x-order_00000000001","run_id":"run_x-order_00000000002"}'),
	pg_temp.of(2, 'agent.run.started', '{"run_type":"x"}',
		'{"event_id":"evt_x-order_00000000003","run_id":"run_x-order_00000000004"}'),
	pg_temp.of(
		3, 'diagnostic.check.completed', '{"check_id":"c","check_family":"custom","status":"passed","severity":"info",
		"evidence_run_ids":["run_x-order_00000000002","run_plain"],
		"evidence_event_ids":["evt_x-order_00000000003"]}')));
select pg_temp.unlettered(event_id::text) as event, pg_temp.unlettered(run_id::text) as run from at_event
	order by line_no;
select r.line_no, e.line_no as named_by, x.id <> 'run_plain' as as_run from at_event e,
	lateral (select jsonb_array_elements_text(e.payload -> 'evidence_run_ids') as id) x
		join at_event r on r.run_id = x.id::at_id
union all
select r.line_no, e.line_no, false from at_event e,
	lateral (select jsonb_array_elements_text(e.payload -> 'evidence_event_ids') as id) x
		join at_event r on r.event_id = x.id::at_id
order by 1;
delete from at_event;

-- Orders and their fills: each its own, and no slippage where there is none.
select pg_temp.ingest(
	(
	select string_agg(
	pg_temp.of(i, 'order.intent.recorded', jsonb_build_object('order_intent_id', 'order_000000000' || i,
	'decision_id', 'order_dec00000' || i, 'symbol', 'SPY', 'side', 'buy', 'intended_quantity', '10', 'intended_price',
		(100 + 10 * i)::text))
		|| e'\n'
	|| pg_temp.fill(
		10 + i, 'order_fill00000' || i, 'buy', (100 + 10 * i)::text,
		jsonb_build_object('order_intent_id', 'order_000000000' || i)),
		e'\n')
	from generate_series(1, 3) i));
select intended_price, fills, slippage_bps::float8 from at_slippage order by 1;
delete from at_event;

-- Fills whose ids look like secrets make the trade they made.
select pg_temp.ingest(concat_ws(e'\n', pg_temp.fill(1, 'order_AAAAAAAAA1', 'buy', '10'),
	pg_temp.fill(2, 'order_AAAAAAAAB1', 'sell', '20'), pg_temp.fill(3, 'order_AAAAAAAAC1', 'buy', '20')));
select direction, quantity, net_pnl from at_trade;
select direction, quantity from at_open_lot;
select fills, positions, legs from at_refresh();
select direction, quantity, net_pnl from at_trade;
delete from at_event;
select at_rebuild_trades();

-- Two deposits are two, two positions are two.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.equity(1, '2026-01-05', '1000'), pg_temp.flow(2, 'acct_dep0000001'), pg_temp.flow(3, 'acct_dep0000002'),
	pg_temp.equity(4, '2026-01-06', '1200'),
	pg_temp.position(5, 'order_pos0000001', 'SPY', 1), pg_temp.position(6, 'order_pos0000002', 'SPY', 2),
	pg_temp.position(7, 'order_pos0000002', 'SPY', 3)));
select count(*), sum(amount) from at_capital_flow;
select session_date, external_flow, ret from at_equity_curve order by 1;
select symbol, quantity from at_current_position order by 2;
delete from at_event;

-- Rows of journals and of any table.
create schema journal;
create table journal.trade_journal (
	id text, created_at timestamptz, symbol text, side text, quantity numeric, price numeric);
insert into journal.trade_journal select id, '2026-01-05 13:00Z', 'SPY', 'buy', 1, 10
from unnest(array['order_abcdef123456', 'order_zzzzzz999999', 'order_yyyyyy999999']) id;
insert into journal.trade_journal values ('order_refused00001', '2026-01-05 13:00Z', 'SPY', 'neither', 1, 10);
insert into journal.trade_journal values ('order_refused00002', '2026-01-05 13:00Z', 'SPY', 'neither', 1, 10);
select events, accepted, duplicates, rejected, array_to_string(warnings, '; ') ~ 'abcdef|zzzzzz|refused' as shown,
	coverage::text ~ 'abcdef|zzzzzz|refused' as covered
	from at_sync_journal('journal');
select events, accepted, duplicates, rejected from at_sync_journal('journal', incremental => false);
select count(distinct payload ->> 'fill_id') as fills, count(distinct idempotency_key::text) as keys,
	count(distinct payload #>> '{evidence_refs,0,id}') as rows,
	bool_and(payload ->> 'fill_id' = payload #>> '{evidence_refs,0,id}') as the_same,
		bool_or(at_event_json(e)::text ~ 'order_') as shown
		from at_event e;
select count(distinct origin) as origins, min(pg_temp.unlettered(origin)) as origin from at_reject;
select count(*) from at_trade_new_fill;
delete from at_event;
delete from at_reject;
select at_create_mapping(
	'fills',
	'{"project":"desk","agent_id":"alpha","environment":"paper","sources":[{"name":"fills",
		"relation":"journal.trade_journal",
	"event_type":{"value":"paper.fill.recorded"},"occurred_at":"created_at","idempotency_key":"id","run_id":"id",
	"symbols":"id",
	"fields":{"fill_id":"id","symbol":"symbol","side":"side","quantity":"quantity","price":"price"}}]}');
select rows, accepted, duplicates, conflicts, rejected, skipped from at_sync_mapping('fills');
select rows, accepted, duplicates, conflicts, rejected, skipped from at_sync_mapping('fills');
select count(*), count(distinct idempotency_key::text) as keys, count(distinct payload ->> 'fill_id') as fills,
	count(distinct run_id::text) as runs,
	count(distinct symbols[1]) as symbols, bool_and(symbols[1] = payload ->> 'fill_id') as the_same,
		bool_or(at_event_json(e)::text ~* 'order_') as shown
		from at_event e;
select count(distinct origin) as origins, min(pg_temp.unlettered(origin)) as origin from at_reject;
delete from at_event;
delete from at_reject;
select at_drop_mapping('fills');
drop schema journal cascade;

-- Names of a mapping are judged by the settings.
create function pg_temp.checked(agent text) returns setof text language sql as $$
	select path || ' ' || rule
		from at_check_mapping(json_build_object('project', 'desk', 'agent_id', agent, 'environment', 'paper', 'sources',
		json_build_array(json_build_object(
			'name', 's', 'query', 'select 1 as id, now() as t', 'event_type',
			json_build_object('value', 'agent.run.started'),
			'occurred_at', 't', 'key', 'id', 'payload_defaults', json_build_object('run_type', 'x')))))
$$;
select pg_temp.checked('alpha-7');
set agent_tracker.redact_patterns = '{"agents":"alpha-\\d"}';
select pg_temp.checked('alpha-7');
reset agent_tracker.redact_patterns;

-- Pure functions: a key as an argument, [REDACTED] without, and never the store's.
create function pg_temp.redacted(id text, key bytea default null) returns text language sql as $$
	select at_redact(
		json_build_object('fill_id', id, 'note', id, 'event_id', 'evt_x-' || id), identity_key => key)::text
$$;
select at_redact(
	'{"fill_id":"order_0000000001","note":"order_0000000001",'
	'"account_id":"order_0000000001"}')::json ->> 'fill_id' as none;
select pg_temp.redacted('order_0000000001', sha256('a'))::json ->> 'fill_id' as fill,
	pg_temp.redacted('order_0000000001', sha256('a'))::json ->> 'note' as note,
	pg_temp.redacted('order_0000000001', sha256('a'))::json ->> 'event_id' as event;
select pg_temp.redacted('order_0000000001', sha256('b'))::json ->> 'fill_id' as other_key,
	pg_temp.redacted('order_0000000002', sha256('a'))::json ->> 'fill_id' as other_id;
select at_redact('{"a":1}', identity_key => 'short');
select at_redact(null, identity_key => sha256('a')) is null as nothing;
select e ->> 'idempotency_key', e #>> '{payload,fill_id}', e #>> '{payload,evidence_refs,0,id}'
	from at_journal_events('trade_journal',
	'{"id":"order_abcdef123456","symbol":"order_symbol0001","side":"buy","quantity":1,"price":10,'
		'"created_at":"2026-01-05T13:00:00Z"}',
	'p', 'a') e;
select e ->> 'idempotency_key', e #>> '{payload,fill_id}', e #>> '{payload,evidence_refs,0,id}', e #>> '{symbols,0}'
	from at_journal_events('trade_journal',
	'{"id":"order_abcdef123456","symbol":"order_symbol0001","side":"buy","quantity":1,"price":10,'
		'"created_at":"2026-01-05T13:00:00Z"}',
	'p', 'a', identity_key => sha256('a')) e;
select * from at_journal_events('trade_journal', '[]', 'p', 'a', identity_key => 'short');
select at_journal_report(
	'{"trade_journal":[{"id":"order_abcdef123456"}]}', 'p', 'a',
	identity_key => sha256('a')) ->> 'report' ~ '#[A-P]{16}' as named;
select e #>> '{idempotency_key}', e #>> '{payload,fill_id}'
	from unnest(array[null, sha256('a')]) key,
		at_map_rows('{"project":"p","agent_id":"a","environment":"paper","sources":[{"name":"s",
	"event_type":{"value":"paper.fill.recorded"},"occurred_at":"t","idempotency_key":"id","fields":{"fill_id":"id",
	"symbol":"s","side":"d","quantity":"q","price":"q"}}]}',
	'[{"id":"order_0000000001","t":"2026-01-05T13:00:00Z","s":"SPY","d":"buy","q":1}]', key) e;
select count(*) from at_map_rows(null, '[]');
select at_map_rows('{}', '[]', 'short');
select at_is_valid(pg_temp.of(
	1, 'agent.run.started', '{"run_type":"x"}',
	'{"event_id":"evt_x-order_00000000001","run_id":"run_x-order_00000000002"}')::json) as valid;
-- a view over journals shows no names of the store
create schema journal;
create table journal.trade_journal (
	id text primary key, created_at timestamptz, symbol text, side text, quantity numeric, price numeric);
insert into journal.trade_journal values ('order_abcdef123456', '2026-01-05 13:00Z', 'SPY', 'buy', 1, 10);
select at_create_journal_view('journal');
select event #>> '{payload,fill_id}' from at_journal_live;
select e #>> '{payload,fill_id}' from at_journal_schema_events('journal') e;
drop view at_journal_live;
drop schema journal cascade;

-- What was lost before it came: ids as if they were not there.
select at_known_id(x) from unnest(
	array['a', '', '[REDACTED]', 'a/[REDACTED]/b', '[REDACTED]#ABCDEFGHIJKLMNOP', '[REDACTED]#ABCDEFGHIJKLMNO',
	'[REDACTED]#ABCDEFGHIJKLMNOQ',
	'[REDACTED]#ABCDEFGHIJKLMNOP-[REDACTED]', '[REDACTED', 'redacted-ABCDEFGHIJKLMNOP', null]) x;
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill(1, '[REDACTED]', 'buy', '10', '{"position_id":"[REDACTED]","order_intent_id":"[REDACTED]"}'),
	pg_temp.fill(2, '[REDACTED]', 'sell', '20', '{"order_intent_id":"[REDACTED]"}'),
	pg_temp.fill(3, '[REDACTED]', 'buy', '20', '{"position_id":"[REDACTED]"}'),
	pg_temp.of(4, 'order.intent.recorded',
		'{"order_intent_id":"[REDACTED]","decision_id":"[REDACTED]","symbol":"SPY","side":"buy",'
			'"intended_quantity":"10","intended_price":"10"}'),
	pg_temp.of(5, 'order.intent.recorded',
		'{"order_intent_id":"[REDACTED]","decision_id":"[REDACTED]","symbol":"SPY","side":"buy",'
			'"intended_quantity":"10","intended_price":"20"}'),
	pg_temp.equity(6, '2026-01-05', '1000'), pg_temp.flow(7, '[REDACTED]'), pg_temp.flow(8, '[REDACTED]'),
	pg_temp.equity(9, '2026-01-06', '1200'),
	pg_temp.position(10, '[REDACTED]', 'SPY', 1), pg_temp.position(11, '[REDACTED]', 'QQQ', 2),
	pg_temp.position(12, '[REDACTED]', 'QQQ', 3)));
select fill_id ~ '^evt_' as of_event, position_key, order_intent_id, position_id from at_fill order by t;
select direction, quantity, net_pnl from at_trade;
select order_intent_id, decision_id, intended_price, fills from at_slippage order by 3;
select capital_flow_id, amount, events from at_capital_flow;
select session_date, external_flow, ret from at_equity_curve order by 1;
select position_id, symbol, quantity from at_current_position order by 2;
select "check", reported, subject from at_reconcile('paper', everything => true) where "check" = 'position_quantity'
	order by 3;
select at_round_trips('[{"fill_id":"[REDACTED]","symbol":"A","side":"buy","quantity":1,"price":10,"ts":1},'
	'{"fill_id":"[REDACTED]","symbol":"A","side":"sell","quantity":1,"price":20,"ts":2}]'::jsonb) ->> 'net_pnl' as net;
create temp view lost_fills as select timestamptz '2026-01-05' + n * interval '1 hour' as t,
	'[REDACTED]'::text as fill_id, 'k'::text as key,
	case n when 1 then 'buy'
		else 'sell' end as side, 1::numeric as quantity, 10::numeric * n as price, 0::numeric as fees
		from generate_series(1, 2) n;
select kind, open_fill, close_fill, net_pnl from at_round_trips('lost_fills');
delete from at_event;

-- Keys that were lost decide nothing: the event id does.
create function pg_temp.keyed(n int, price text, key text default 'desk/[REDACTED]/1') returns text language sql as $$
	select pg_temp.fill(n, 'f' || n, 'buy', price, '{}', jsonb_build_object('idempotency_key', key))
$$;
select pg_temp.ingest(concat_ws(e'\n', pg_temp.keyed(1, '10'), pg_temp.keyed(2, '10'), pg_temp.keyed(3, '10')));
select pg_temp.ingest(concat_ws(e'\n', pg_temp.keyed(1, '10'), pg_temp.keyed(2, '11')));
select violations from at_reject;
delete from at_reject;
select at_ingest(pg_temp.keyed(2, '10')::json) = 'evt_' || md5('2') as known,
	at_ingest(pg_temp.keyed(4, '10')::json) = 'evt_' || md5('4') as new;
select at_ingest(pg_temp.keyed(2, '11')::json) = 'evt_' || md5('2') as conflict;
-- a whole pseudonym is a key like others
select pg_temp.ingest(concat_ws(
	e'\n', pg_temp.keyed(5, '10', '[REDACTED]#ABCDEFGHIJKLMNOP'),
	pg_temp.keyed(6, '10', '[REDACTED]#ABCDEFGHIJKLMNOP')));
-- the digest of an id is that of no key
select count(*) as by_id from at_event
	where key_digest = encode(
		substr(
		sha256('\xff'::bytea || 'event_id'::bytea || '\x00'::bytea || convert_to(event_id::text, 'UTF8')), 1, 16),
		'hex')::uuid;
-- recorded ones: by their event id, else each is new
select at_record_decision('hold', 'entry', idempotency_key => '[REDACTED]', event_id => 'evt_x') = at_record_decision(
	'hold', 'entry', idempotency_key => '[REDACTED]', event_id => 'evt_x') as the_same,
	at_record_decision('hold', 'entry', idempotency_key => '[REDACTED]') = at_record_decision(
		'hold', 'entry', idempotency_key => '[REDACTED]') as different;
delete from at_event;

-- Agents and projects cannot be null: what is lost of them stays as it is.
select pg_temp.ingest(
	pg_temp.of(1, 'agent.run.started', '{"run_type":"x"}', '{"agent_id":"[REDACTED]","project":"[REDACTED]"}'));
select project, agent_id from at_event;
delete from at_event;

-- A store of before has no key: ids are redacted, and a load says what to do.
drop table at_identity_key;
select pg_temp.ingest(pg_temp.fill(1, 'order_0000000001', 'buy', '10'));
select payload ->> 'fill_id' from at_event;
select at_upgrade_store() ~ 'version' as upgraded;
select octet_length(key) from at_identity_key;
-- another key: the same event is not known by its key
delete from at_event;
select pg_temp.ingest(pg_temp.ten());
update at_identity_key set key = sha256('another');
select pg_temp.ingest(pg_temp.ten());
-- a table of somebody else's is no key
alter table at_identity_key owner to regress_at_identity_writer;
select pg_temp.ingest(pg_temp.fill(20, 'order_0000000020', 'buy', '10'));
select at_drop_store();
select to_regclass('at_identity_key') is null as gone;
drop owned by regress_at_identity_reader, regress_at_identity_writer;
drop role regress_at_identity_reader, regress_at_identity_writer;
