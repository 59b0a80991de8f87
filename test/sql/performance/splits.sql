-- Splits, multipliers and currencies of fees: in trades, open lots, positions,
-- slippage and reconciliation; what is written down late changes what was matched.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
set client_min_messages = warning;
create extension if not exists agent_tracker;
set client_min_messages = notice;
select at_create_store();

create function pg_temp.is(n int, type text, t text, payload jsonb) returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'occurred_at', t || 'Z', 'idempotency_key',
		'splits/' || n,
		'payload', payload))
$$;
create function pg_temp.fill(n int, t text, symbol text, side text, quantity text, price text,
	more jsonb default '{}')
returns text language sql as $$
	select pg_temp.is(n, 'paper.fill.recorded', t, jsonb_build_object('fill_id', 'f' || n, 'symbol', symbol, 'side',
		side,
		'quantity', quantity, 'price', price, 'currency', 'USD', 'portfolio_kind', 'main') || more)
$$;
create function pg_temp.held(n int, t text, symbol text, quantity text, more jsonb default '{}')
returns text language sql as $$
	select pg_temp.is(n, 'position.snapshot.recorded', t, jsonb_build_object('symbol', symbol, 'position_id', symbol,
		'quantity', quantity, 'currency', 'USD', 'portfolio_kind', 'main', 'session_date', left(t, 10)) || more)
$$;
create temp view trades as select symbol, direction, quantity, entry_price, exit_price, gross_pnl, fees, net_pnl,
	multiplier,
	other_fees from at_trade order by exit_at, close_fill, entry_at;

-- a split of ten to one that nobody wrote down: a long trade, and a short that is none
select pg_temp.ingest(concat_ws(e'\n', pg_temp.fill(1, '2026-03-02T14:30:00', 'NVDA', 'buy', '1', '1200',
	'{"fees": 1}'),
	pg_temp.held(2, '2026-03-02T21:00:00', 'NVDA', '1', '{"average_price": 1200, "market_price": 1210}'),
	pg_temp.held(3, '2026-03-03T21:00:00', 'NVDA', '10', '{"average_price": 120, "market_price": 121}'),
	pg_temp.fill(4, '2026-03-04T15:30:00', 'NVDA', 'sell', '4', '125', '{"fees": 1}')));
select fills, positions, legs from at_refresh();
select * from trades;
select "check", session_date, expected, reported, mistake_family from at_reconcile('paper');

-- written down: what was matched is matched again, at once and in the book
insert into at_split values ('NVDA', '2026-03-03T13:30:00Z', 10);
select detail from at_doctor() where "check" = 'rollups';
select * from trades;
select symbol, quantity, entry_price, cost, fees from at_open_lot;
select "check", mistake_family from at_reconcile('paper');
select positions, legs from at_refresh();
select * from trades;
select symbol, quantity, average_price, market_price, market_value from at_current_position;

-- another one later: only what is open changes
insert into at_split values ('NVDA', '2026-03-05T13:30:00Z', 1, 3);
select * from trades;
select symbol, quantity, entry_price, cost from at_open_lot;
select symbol, quantity, average_price, market_price, market_value from at_current_position;
select pg_temp.ingest(pg_temp.fill(5, '2026-03-06T15:30:00', 'NVDA', 'sell', '2', '380', '{"fees": 1}'));
select * from trades;
select count(*) from at_open_lot;
select symbol, direction, quantity, lots, entry_price, exit_price, gross_pnl, fees, net_pnl from at_round_trip;
-- the results are the cash that came in: 4 at 125 and 2 at 380, less 1200 and fees
select sum(net_pnl) = 4 * 125 + 2 * 380 - 1200 - 3 as cash from at_trade;
delete from at_split;
select symbol, direction, quantity, gross_pnl from trades;
select at_rebuild_trades();
select symbol, direction, quantity, gross_pnl from trades;

-- who may write splits down
create role regress_at_split_writer;
create role regress_at_split_reader;
select at_grant('regress_at_split_writer', 'writer'), at_grant('regress_at_split_reader', 'reader');
set role regress_at_split_writer;
insert into at_split values ('A', '2026-01-01Z', 2);
reset role;
set role regress_at_split_reader;
insert into at_split values ('A', '2026-01-01Z', 2);
select count(*) from at_split;
select count(*) > 0 as reads from at_trade;
reset role;
insert into at_split values ('A', '2026-01-01Z', 0);
insert into at_split values ('A', '2026-01-01Z', 'NaN');

-- what looks like a split, and what does not: before, after, with prices or without
select pg_temp.ingest(string_agg(pg_temp.held(100 + n, '2026-03-02T21:00:00', 'S' || n, q0, p0) || e'\n'
	|| pg_temp.held(200 + n, '2026-03-03T21:00:00', 'S' || n, q1, p1), e'\n'))
from (values (1, '10', '20', '{"average_price": 50}'::jsonb, '{"average_price": 25}'::jsonb),	-- two to one
	(2, '10', '20', '{"average_price": 50}', '{"average_price": 51}'),		-- ten more were bought
	(3, '10', '20', '{}', '{}'),											-- who knows
	(4, '10', '13', '{}', '{}'),
	(5, '10', '15', '{"market_price": 30}', '{"market_price": 20.5}'),		-- three to two
	(6, '30', '10', '{"market_price": 30}', '{"market_price": 91}'),		-- one to three
	(7, '10', '-10', '{}', '{}'),
	(8, '-10', '-40', '{"market_price": 40}', '{"market_price": 10}'),
	(9, '0', '10', '{}', '{}')) v(n, q0, q1, p0, p1);
select subject, expected, reported, mistake_family from at_reconcile('paper', since_session => '2026-03-03')
where "check" = 'position_quantity' and subject ~ '^S' order by 1;

-- multipliers: of the opening fill, else of the closing one; two that differ, and one that is none
select pg_temp.ingest(concat_ws(e'\n', pg_temp.fill(11, '2026-03-02T14:30:00', 'ES', 'buy', '1', '5000',
	'{"multiplier": 50, "fees": 2.1}'),
	pg_temp.fill(12, '2026-03-02T15:30:00', 'ES', 'sell', '1', '5010', '{"contract_multiplier": "50", "fees": 2.1}'),
	pg_temp.fill(13, '2026-03-02T14:30:00', 'NQ', 'sell', '1', '5000'),
	pg_temp.fill(14, '2026-03-02T15:30:00', 'NQ', 'buy', '1', '4990', '{"multiplier": 20}'),
	pg_temp.fill(15, '2026-03-02T14:30:00', 'CL', 'buy', '2', '70', '{"multiplier": 1000}'),
	pg_temp.fill(16, '2026-03-02T15:30:00', 'CL', 'sell', '1', '71', '{"multiplier": 500}'),
	pg_temp.fill(17, '2026-03-02T15:30:00', 'GC', 'buy', '1', '2000', '{"multiplier": "many"}'),
	pg_temp.held(18, '2026-03-02T21:00:00', 'CL', '1', '{"market_price": 71}'),
	pg_temp.is(19, 'order.intent.recorded', '2026-03-02T14:29:59',
		'{"order_intent_id": "o1", "decision_id": "d1", "symbol": "YM", "side": "buy",
		"intended_quantity": 1, "intended_price": 100}'),
	pg_temp.fill(20, '2026-03-02T14:30:00', 'YM', 'buy', '1', '101',
		'{"multiplier": 5, "order_intent_id": "o1", "fees": 1}'),
	pg_temp.is(21, 'order.intent.recorded', '2026-03-02T14:29:59',
		'{"order_intent_id": "o2", "decision_id": "d2", "symbol": "YM", "side": "buy",
		"intended_quantity": 1, "intended_price": 0}'),
	pg_temp.fill(22, '2026-03-02T14:30:00', 'YM', 'buy', '1', '101', '{"multiplier": 5, "order_intent_id": "o2"}')));
select * from trades where symbol in ('ES', 'NQ', 'CL') order by 1;
select symbol, return_bps::numeric(12, 4), cost_bps::numeric(12, 4) from at_trade where symbol = 'ES';
select symbol, quantity, cost, multiplier from at_open_lot where symbol in ('CL', 'YM') order by 1, open_fill;
select position_key, kind, reason, quantity from at_trade_issue where position_key in ('CL', 'GC') order by 1;
select symbol, market_value, multiplier from at_current_position where symbol = 'CL';
select order_intent_id, slippage, slippage_bps::numeric(12, 4), cost_bps::numeric(12, 4), multiplier
	from at_slippage order by 1;
select symbol, notional, cost_bps::numeric(12, 4) from at_trading_cost where symbol in ('ES', 'YM') order by 1;

-- an order that was split before it was filled: in units of the order
insert into at_split values ('SPLIT', '2026-03-03T13:30:00Z', 4);
select pg_temp.ingest(concat_ws(e'\n', pg_temp.is(31, 'order.intent.recorded', '2026-03-02T20:00:00',
	'{"order_intent_id": "o3", "decision_id": "d3", "symbol": "SPLIT", "side": "buy",
		"intended_quantity": 10, "intended_price": 400}'),
	pg_temp.fill(32, '2026-03-03T14:30:00', 'SPLIT', 'buy', '40', '101', '{"order_intent_id": "o3"}')));
select filled_quantity, fill_ratio, round(fill_price, 4) as fill_price, slippage, slippage_bps::numeric(12, 4)
	from at_slippage where order_intent_id = 'o3';

-- fees: in the currency however it is spelled, in what is traded, in something else, in none
select pg_temp.ingest(concat_ws(e'\n', pg_temp.fill(41, '2026-03-02T14:30:00', 'BTC/USD', 'buy', '1', '60000',
	'{"fees": 0.001, "fee_currency": "btc"}'),
	pg_temp.fill(42, '2026-03-02T15:30:00', 'BTC/USD', 'sell', '0.999', '61000',
		'{"fees": 6, "fee_currency": "usd"}'),
	pg_temp.fill(43, '2026-03-02T14:30:00', 'ETHUSD', 'sell', '2', '3000', '{"fees": 0.01, "fee_currency": "ETH"}'),
	pg_temp.fill(44, '2026-03-02T15:30:00', 'ETHUSD', 'buy', '2.01', '2900', '{"fees": 0.5, "fee_currency": "BNB"}'),
	pg_temp.fill(45, '2026-03-02T15:30:00', 'SOLUSD', 'buy', '1', '100', '{"fees": 0, "fee_currency": "BNB"}'),
	pg_temp.fill(46, '2026-03-02T15:30:00', 'DOGEUSD', 'buy', '1', '100', '{"fees": 2, "fee_currency": "DOGE"}')));
select * from trades where symbol ~ '^(BTC|ETH|SOL)' order by 1;
select position_key, kind, reason, quantity, fee_currency from at_trade_issue
	where position_key ~ '^(BTC|ETH|SOL|DOGE)' order by 1;
select symbol, fees, other_fees from at_trading_cost where symbol ~ '^(BTC|ETH|SOL|DOGE)' order by 1;
select issues from at_current_performance where portfolio_kind = 'main' and currency = 'USD';

-- tables and arrays of one's own
create temp table mine (fill_id text, t timestamptz, key text, side text, quantity numeric, price numeric,
	fees numeric, multiplier numeric);
insert into mine values ('a', '2026-01-01', 'X', 'buy', 3, 300, 0.3, 10), ('', '2026-01-02', 'X', 'split', 3, 2,
	null, null),
	('b', '2026-01-02', 'X', 'sell', 1.5, 220, 0.1, 10), ('', '2026-01-04', 'X', 'split', 1, null, null, null),
	('c', '2026-01-05', 'X', 'sell', 4, 190, 0.4, null), ('', '2026-01-06', 'X', 'split', 0, 1, null, null), ('d',
		'2026-01-07', 'X', 'cover', 1, 200, 0, null);
select kind, direction, quantity, entry_quantity, entry_price, lot_price, exit_price, gross_pnl, fees, net_pnl,
	multiplier, reason from at_round_trips('mine');
select kind, direction, quantity, entry_price, exit_price, gross_pnl, fees, net_pnl, multiplier, reason
	from at_round_trips('mine', 'average');
select at_round_trips(('[{"fill_id":"a","ts":1,"symbol":"X","side":"buy","quantity":1,"price":1200,'
	'"contract_multiplier":2},{"ts":2,"symbol":"X","side":"split","quantity":10},'
	'{"fill_id":"b","ts":3,"symbol":"X","side":"sell","quantity":10,"price":125}]')::jsonb) as trips;

drop view trades;
select at_drop_store();
drop owned by regress_at_split_writer, regress_at_split_reader;
drop role regress_at_split_writer, regress_at_split_reader;
