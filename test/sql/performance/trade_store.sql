-- Trades of the store: the trade book and the views over it.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all

-- Without a store whoever needs one says so.
select * from _at_fresh_trades();
select fills, positions, legs from at_refresh();
select at_rebuild_trades();
select * from at_round_trips();
select at_create_store();
select count(*) from at_trade;
select fills, positions, legs from at_refresh();

-- A fill as an event; what is null is left out.
create function pg_temp.fill(n int, t text, more jsonb) returns text language sql as $$
	select pg_temp.event(n,
		jsonb_build_object(
			'event_type', 'paper.fill.recorded', 'occurred_at', t, 'run_id', coalesce(more ->> 'run_id', 'run_1'),
		'agent_id', coalesce(more ->> 'agent_id', 'alpha'), 'environment', coalesce(more ->> 'environment', 'paper'),
		'idempotency_key', 'fill/' || n,
		'payload',
		jsonb_strip_nulls(
			jsonb_build_object('symbol', 'SPY', 'side', 'buy') || (more - 'agent_id' - 'environment' - 'run_id'))))
$$;
create function pg_temp.context(n int, t text, more jsonb) returns text language sql as $$
	select pg_temp.event(n,
		jsonb_build_object(
			'event_type', 'strategy.context.recorded', 'occurred_at', t, 'run_id', coalesce(more ->> 'run_id', 'run_1'),
		'agent_id', coalesce(more ->> 'agent_id', 'alpha'), 'symbols', '[]'::jsonb, 'idempotency_key', 'context/' || n,
		'payload', more - 'agent_id' - 'run_id'))
$$;

-- A round trip, its plan, what is open; before and after the refresh.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.context(
		1, '2026-01-05T13:00:00Z', '{"strategy_id": "breakout", "setup": "gap", "planned_risk_amount": "50"}'),
	pg_temp.fill(2, '2026-01-05T13:01:00Z',
		'{"fill_id": "a", "side": "buy", "quantity": 10, "price": "100.5", "fees": "1", "currency": "USD", '
			'"portfolio_kind": "main", "open_close_effect": "open"}'),
	pg_temp.fill(3, '2026-01-05T13:02:00Z',
		'{"fill_id": "b", "side": "sell", "quantity": 4, "price": "101", "fees": "0.4", "currency": "USD", '
			'"portfolio_kind": "main", "open_close_effect": "reduce"}')));
create function pg_temp.trades(
	out symbol text, out strategy_id text, out setup text, out direction text, out quantity numeric,
	out net_pnl numeric, out planned_risk_amount numeric, out bps numeric, out cost numeric, out holding interval,
	out flat_after boolean, out legs text) returns setof record
	language sql as $$
	select symbol, strategy_id, setup, direction, quantity, net_pnl, planned_risk_amount, round(return_bps, 4),
		round(cost_bps, 4), holding, flat_after, open_fill || ' ' || close_fill
		from at_trade order by exit_at, open_fill
$$;
select * from pg_temp.trades();
select symbol, direction, quantity, entry_price, cost, fees, planned_risk_amount, strategy_id, open_fill,
	age > interval '1 day' as old
	from at_open_lot;
select fills, positions, legs from at_refresh();
select fills, positions, legs from at_refresh();
select * from pg_temp.trades();
select symbol, direction, quantity, entry_price, cost, fees, planned_risk_amount, strategy_id, open_fill,
	effect_mismatch
	from at_open_lot;

-- What comes next continues; what comes late has its position matched again;
-- other positions, environments and currencies are left alone.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill(4, '2026-01-06T13:00:00Z',
		'{"fill_id": "c", "side": "sell", "quantity": 6, "price": "102", "fees": "0.6", "currency": "USD", '
			'"portfolio_kind": "main", "open_close_effect": "close"}'),
	pg_temp.fill(5, '2026-01-06T13:00:00Z',
		'{"fill_id": "d", "side": "buy", "quantity": 1, "price": "7", "currency": "EUR", "portfolio_kind": "main"}'),
	pg_temp.fill(6, '2026-01-06T13:00:00Z',
		'{"fill_id": "e", "side": "sell", "quantity": 1, "price": "8", "currency": "EUR", "portfolio_kind": "main", '
			'"environment": "shadow"}')));
select * from pg_temp.trades();
select fills, positions, legs from at_refresh();
select pg_temp.ingest(pg_temp.fill(
	7, '2026-01-05T12:00:00Z',
	'{"fill_id": "z", "side": "buy", "quantity": 4, "price": "90", "currency": "USD", "portfolio_kind": "main", '
		'"open_close_effect": "open"}'));
select * from pg_temp.trades();
select fills, positions, legs from at_refresh();
select * from pg_temp.trades();
select environment, currency, portfolio_kind, position_key, direction, quantity from at_open_lot order by 1, 2, 5;

-- Bad fills are left out, with the reason, and stop nothing.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill(20, '2026-01-07T13:00:00Z', '{"agent_id": "bad", "fill_id": "1", "quantity": 1}'),
	pg_temp.fill(21, '2026-01-07T13:01:00Z', '{"agent_id": "bad", "fill_id": "2", "price": 1}'),
	pg_temp.fill(22, '2026-01-07T13:02:00Z', '{"agent_id": "bad", "fill_id": "3", "price": 1, "quantity": 0}'),
	pg_temp.fill(
		23, '2026-01-07T13:03:00Z', '{"agent_id": "bad", "fill_id": "4", "price": 1, "quantity": 1, "side": "hold"}'),
	pg_temp.fill(
		24, '2026-01-07T13:04:00Z', '{"agent_id": "bad", "fill_id": "5", "price": " 2.50 ", "quantity": "+3"}'),
	pg_temp.fill(25, '2026-01-07T13:05:00Z', '{"agent_id": "bad", "fill_id": "5", "price": 1, "quantity": 1}'),
	pg_temp.fill(26, '2026-01-07T13:06:00Z', '{"agent_id": "bad", "price": 3, "qty": "many"}'),
	pg_temp.fill(
		27, '2026-01-07T13:07:00Z', '{"agent_id": "bad", "fill_id": "7", "price": 3, "qty": "1", "side": "SELL"}'),
	-- an effect, a position, decide what happens beyond what is open
	pg_temp.fill(28, '2026-01-07T13:08:00Z',
		'{"agent_id": "bad", "fill_id": "8", "price": 3, "quantity": 5, "side": "sell", "open_close_effect": "close"}'),
	pg_temp.fill(29, '2026-01-07T13:09:00Z',
		'{"agent_id": "bad", "fill_id": "9", "price": 3, "quantity": 5, "side": "cover", "position_id": "p1"}'),
	pg_temp.fill(30, '2026-01-07T13:10:00Z',
		'{"agent_id": "bad", "fill_id": "10", "price": 3, "quantity": 2, "side": "sell", "position_id": "p1", '
			'"open_close_effect": "open"}'),
	pg_temp.fill(31, '2026-01-07T13:11:00Z',
		'{"agent_id": "bad", "fill_id": "11", "price": 3, "quantity": 1, "side": "buy", "position_id": "p1", '
			'"open_close_effect": "increase"}'),
	pg_temp.fill(32, '2026-01-07T13:12:00Z',
		'{"agent_id": "bad", "fill_id": "12", "price": 3, "quantity": 1, "side": "buy", "symbol": "QQQ", '
			'"open_close_effect": "reduce"}'),
	pg_temp.fill(33, '2026-01-07T13:13:00Z',
		'{"agent_id": "bad", "fill_id": "13", "price": 3, "quantity": 1, "side": "sell", "symbol": "IWM"}'),
	pg_temp.fill(34, '2026-01-07T13:14:00Z',
		'{"agent_id": "bad", "fill_id": "14", "price": 3, "quantity": 1, "side": "buy", "symbol": null}'),
	pg_temp.fill(35, '2026-01-07T13:15:00Z', '{"agent_id": "bad", "fill_id": "15", "price": "NaN", "quantity": 1}'),
	pg_temp.fill(36, '2026-01-07T13:16:00Z', '{"agent_id": "bad", "fill_id": "16", "price": 1, "quantity": -1}'),
	pg_temp.fill(37, '2026-01-07T13:17:00Z',
		'{"agent_id": "bad", "fill_id": "17", "price": 1, "quantity": "0.1234567890123456789012345678901234567890", '
			'"symbol": "WEI"}'),
	pg_temp.fill(38, '2026-01-07T13:18:00Z',
		'{"agent_id": "bad", "fill_id": "18", "price": 3, "quantity": "0.1234567890123456789012345678901234567890", '
			'"symbol": "WEI", "side": "sell"}')));
select path, rule from pg_temp.rejects();
create function pg_temp.issues(
	out position_key text, out kind text, out reason text, out fill_id text, out t timestamptz, out quantity numeric,
	out price numeric) returns setof record
	language sql as $$
	select position_key, kind, reason, fill_id, t, quantity, price from at_trade_issue where agent_id = 'bad'
		order by t, kind
$$;
select * from pg_temp.issues();
select position_key, direction, quantity, net_pnl, open_fill, close_fill, effect_mismatch from at_trade
	where agent_id = 'bad' order by exit_at;
select position_key, direction, quantity, open_fill, effect_mismatch from at_open_lot where agent_id = 'bad'
	order by entry_at;
select fills, positions, legs from at_refresh();
select * from pg_temp.issues();
select position_key, direction, quantity, open_fill, effect_mismatch from at_open_lot where agent_id = 'bad'
	order by entry_at;

-- A duplicate that comes first takes the place of the one that was there.
select pg_temp.ingest(
	pg_temp.fill(40, '2026-01-07T13:03:30Z', '{"agent_id": "bad", "fill_id": "5", "price": 2, "quantity": 3}'));
select * from pg_temp.issues() where fill_id = '5';
select fills, positions, legs from at_refresh();
select * from pg_temp.issues() where fill_id = '5';
-- One that comes after it is one, though the first was taken long ago.
select pg_temp.ingest(
	pg_temp.fill(41, '2026-01-08T13:03:30Z', '{"agent_id": "bad", "fill_id": "8", "price": 2, "quantity": 3}'));
select * from pg_temp.issues() where fill_id = '8';
select fills, positions, legs from at_refresh();
select * from pg_temp.issues() where fill_id = '8';

-- Plans: of the position, of the strategy, of the run; of the symbol or of none; the last before the fill; a late one
-- counts.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.context(50, '2026-01-09T10:00:00Z', '{"agent_id": "plan", "strategy_id": "s", "planned_risk_amount": 1}'),
	pg_temp.context(51, '2026-01-09T10:01:00Z',
		'{"agent_id": "plan", "strategy_id": "s", "symbol": "QQQ", "planned_risk_amount": 2, "setup": "qqq"}'),
	pg_temp.context(
		52, '2026-01-09T10:02:00Z', '{"agent_id": "plan", "strategy_id": "other", "planned_risk_amount": 3}'),
	pg_temp.context(
		53, '2026-01-09T10:03:00Z',
		'{"agent_id": "plan", "strategy_id": "s", "position_id": "p", "planned_risk_amount": 4}'),
	pg_temp.context(54, '2026-01-09T10:59:00Z', '{"agent_id": "plan", "strategy_id": "s", "planned_risk_amount": 5}'),
	pg_temp.context(55, '2026-01-09T10:04:00Z',
		'{"agent_id": "plan", "strategy_id": "no risk", "planned_risk_amount": -6, "run_id": "run_2"}'),
	pg_temp.fill(60, '2026-01-09T10:30:00Z',
		'{"agent_id": "plan", "fill_id": "of s", "price": 3, "quantity": 1, "symbol": "SPY", "strategy_id": "s"}'),
	pg_temp.fill(61, '2026-01-09T10:30:00Z',
		'{"agent_id": "plan", "fill_id": "of s and QQQ", "price": 3, "quantity": 1, "symbol": "QQQ", '
			'"strategy_id": "s"}'),
	pg_temp.fill(62, '2026-01-09T10:30:00Z',
		'{"agent_id": "plan", "fill_id": "of the run", "price": 3, "quantity": 1, "symbol": "IWM"}'),
	pg_temp.fill(63, '2026-01-09T10:30:00Z',
		'{"agent_id": "plan", "fill_id": "of p", "price": 3, "quantity": 1, "symbol": "IWM", "position_id": "p", '
			'"setup": "own"}'),
	pg_temp.fill(64, '2026-01-09T10:30:00Z',
		'{"agent_id": "plan", "fill_id": "of none", "price": 3, "quantity": 1, "symbol": "DIA", '
			'"strategy_id": "none"}'),
	pg_temp.fill(65, '2026-01-09T10:30:00Z',
		'{"agent_id": "plan", "fill_id": "without risk", "price": 3, "quantity": 1, "symbol": "GLD", '
			'"run_id": "run_2"}')));
create function pg_temp.plans(
	out open_fill text, out strategy_id text, out setup text, out planned numeric) returns setof record
	language sql as $$
	select open_fill, strategy_id, setup, planned_risk_amount from at_open_lot where agent_id = 'plan'
		order by open_fill
$$;
select * from pg_temp.plans();
select fills, positions, legs from at_refresh();
select * from pg_temp.plans();
select pg_temp.ingest(pg_temp.context(
	56, '2026-01-09T10:20:00Z', '{"agent_id": "plan", "strategy_id": "s", "planned_risk_amount": 9, "setup": "late"}'));
select * from pg_temp.plans() where open_fill in ('of s', 'of p');
select fills, positions, legs from at_refresh();
select * from pg_temp.plans() where open_fill in ('of s', 'of p');

-- The fills of an order share a plan, whenever they come; a repeated one has no part in it.
select pg_temp.ingest(pg_temp.fill(
	66, '2026-01-09T11:30:00Z',
	'{"agent_id": "plan", "fill_id": "o1 a", "order_intent_id": "o1", "price": 3, "quantity": 2, "symbol": "XLE"}'));
select * from pg_temp.plans() where open_fill like 'o1%';
select fills, positions, legs from at_refresh();
select pg_temp.ingest(concat_ws(
	e'\n',
	pg_temp.fill(
		67, '2026-01-09T11:31:00Z',
		'{"agent_id": "plan", "fill_id": "o1 b", "order_intent_id": "o1", "price": 3, "quantity": 3, "symbol": "XLE"}'),
	pg_temp.fill(68, '2026-01-09T11:32:00Z',
		'{"agent_id": "plan", "fill_id": "o1 b", "order_intent_id": "o1", "price": 3, "quantity": 3, '
			'"symbol": "XLE"}')));
select * from pg_temp.plans() where open_fill like 'o1%';
select fills, positions, legs from at_refresh();
select * from pg_temp.plans() where open_fill like 'o1%';

-- Orders against their fills.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.event(70,
		'{"event_type": "order.intent.recorded", "agent_id": "slip", "occurred_at": "2026-01-12T10:00:00Z", '
			'"idempotency_key": "i70", "payload": {"order_intent_id": "o1", "decision_id": "d1", "symbol": "SPY", '
			'"side": "buy", "intended_quantity": 10, "intended_price": 100}}'),
	pg_temp.event(71,
		'{"event_type": "order.intent.recorded", "agent_id": "slip", "occurred_at": "2026-01-12T10:01:00Z", '
			'"idempotency_key": "i71", "payload": {"order_intent_id": "o1", "decision_id": "d1", "symbol": "SPY", '
			'"side": "buy", "intended_quantity": 99, "intended_price": 99}}'),
	pg_temp.event(72,
		'{"event_type": "order.intent.recorded", "agent_id": "slip", "occurred_at": "2026-01-12T10:02:00Z", '
			'"idempotency_key": "i72", "payload": {"order_intent_id": "o2", "decision_id": "d2", "symbol": "SPY", '
			'"side": "sell", "intended_quantity": 5, "intended_price": 100}}'),
	pg_temp.event(73,
		'{"event_type": "order.intent.recorded", "agent_id": "slip", "occurred_at": "2026-01-12T10:03:00Z", '
			'"idempotency_key": "i73", "payload": {"order_intent_id": "o3", "decision_id": "d3", "symbol": "SPY", '
			'"side": "sell", "intended_quantity": 5}}'),
	pg_temp.event(74,
		'{"event_type": "order.intent.recorded", "agent_id": "slip", "occurred_at": "2026-01-12T10:04:00Z", '
			'"idempotency_key": "i74", "payload": {"order_intent_id": "o4", "decision_id": "d4", "symbol": "SPY", '
			'"side": "short", "intended_quantity": 0, "intended_price": 0}}'),
	pg_temp.fill(75, '2026-01-12T10:00:10Z',
		'{"agent_id": "slip", "fill_id": "f1", "order_intent_id": "o1", "price": 101, "quantity": 4, "fees": 1, '
			'"currency": "USD"}'),
	pg_temp.fill(76, '2026-01-12T10:00:20Z',
		'{"agent_id": "slip", "fill_id": "f2", "order_intent_id": "o1", "price": 100, "quantity": 4, '
			'"currency": "USD"}'),
	pg_temp.fill(77, '2026-01-12T10:00:30Z',
		'{"agent_id": "slip", "fill_id": "f2", "order_intent_id": "o1", "price": 100, "quantity": 4, '
			'"currency": "USD"}'),
	pg_temp.fill(78, '2026-01-12T10:02:05Z',
		'{"agent_id": "slip", "fill_id": "f3", "order_intent_id": "o2", "price": 99, "quantity": 5, "fees": 0.5, '
			'"side": "sell", "currency": "USD"}'),
	pg_temp.fill(79, '2026-01-12T10:03:05Z',
		'{"agent_id": "slip", "fill_id": "f4", "order_intent_id": "o3", "price": 99, "quantity": 5, "side": "sell"}')));
select order_intent_id, side, currency, fills, intended_price, intended_quantity, filled_quantity, fill_ratio,
	fill_price, delay, slippage, slippage_bps, fees, round(cost_bps, 6) as cost_bps
	from at_slippage where agent_id = 'slip' order by 1;
select currency, symbol, fills, quantity, notional, fees, round(cost_bps, 6) as cost_bps, without_fees
	from at_trading_cost where agent_id = 'slip' order by 1, 2;

-- Random fills in random order of arrival, refreshed now and then: at any time
-- the views say what matching all fills at once does.
create temp table script as
with n as (select i, abs(hashint4(i))::bigint as a, abs(hashint4(i + 100000))::bigint as b,
	abs(hashint4(i + 200000))::bigint as c
	from generate_series(1, 900) i)
select i,
	case when i % 20 = 0 then pg_temp.context(
		10000 + i::int,
		to_char(timestamptz '2026-02-02' + a % 600 * interval '7 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		jsonb_strip_nulls(jsonb_build_object(
			'agent_id', 'r' || b % 2, 'strategy_id', 's' || c % 2, 'symbol', case
			when a % 3 = 0 then 'S' || b % 3 end, 'planned_risk_amount', c % 90, 'setup', case
			when b % 2 = 0 then 'x' || a % 5 end)))
	else pg_temp.fill(
		10000 + i::int,
		to_char(timestamptz '2026-02-02' + a % 600 * interval '7 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		jsonb_build_object('agent_id', 'r' || b % 2, 'fill_id', case
			when c % 11 > 0 then 'f' || b % 800 end, 'symbol', 'S' || c % 3, 'currency', case
			when a % 7 > 0 then 'USD' end,
			'side', (array['buy', 'sell', 'short', 'cover', 'buy', 'sell', 'buy'])[1 + c % 7], 'quantity', case
				when b % 31 > 0 then (c % 900)::numeric / 7 end, 'price', case
				when c % 37 > 0 then (1000 + a % 200)::numeric / 9 end,
			'fees', case when a % 5 > 0 then (b % 17)::numeric / 3 end, 'position_id', case
				when b % 5 = 0 then 'p' || c % 2 end, 'order_intent_id', case
				when c % 3 > 0 then 'o' || a % 90 end, 'strategy_id', case when c % 2 = 0 then 's' || a % 2 end,
			'open_close_effect',
			(array['open', 'close', 'reduce', 'increase', 'unknown', null])[1 + a % 6])) end as line
from n;
create function pg_temp.differences() returns bigint language sql as $$
	with whole as (
		select kind, key::jsonb ->> 1 as agent_id, coalesce(key::jsonb ->> 4, '') as currency,
		key::jsonb ->> 5 as position_key, direction, open_fill, close_fill, quantity, entry_price, exit_price,
		gross_pnl, fees, net_pnl, open_t, close_t,
			flat_after, reason, entry_fees, lot_quantity, lot_fees, effect_mismatch from at_round_trips()
	), kept as (
		select kind, agent_id, currency, position_key, direction, open_fill, close_fill, quantity, entry_price,
		exit_price, gross_pnl, fees, net_pnl, entry_at, exit_at,
			flat_after, reason, entry_fees, lot_quantity, lot_fees, effect_mismatch from at_trade_row
	)
	select (select count(*) from (select * from whole except all select * from kept) x) + (
		select count(*) from (select * from kept except all select * from whole) x)
$$;
do $$
declare
	batch text;
	different bigint;
	total bigint := 0;
	refreshed int := 0;
begin
	for step in 0 .. 17 loop
		select string_agg(line, e'\n' order by md5(i::text || step)) into batch from script
			where abs(hashint4(i::int + 300000)) % 18 = step;
		perform at_ingest_jsonl(batch);
		different := pg_temp.differences();
		if abs(hashint4(step)) % 3 > 0 then
			perform at_refresh();
			refreshed := refreshed + 1;
			different := different + pg_temp.differences();
		end if;
		total := total + different;
	end loop;
	raise notice 'refreshed % times, differences: %', refreshed, total;
end
$$;
select count(*) > 300 as closed, count(distinct kind) as kinds from at_trade_row where agent_id in ('r0', 'r1');
select count(planned_risk) > 100 as planned, count(distinct strategy_id) as strategies from at_trade_row
	where agent_id in ('r0', 'r1');
-- The cash flow of the matched fills, of which the unopened rest is left out, and
-- the cost of what is open make up the net result.
select r.agent_id, r.currency,
	round(
		sum(r.net_pnl) - coalesce(
		sum(
		r.quantity * r.entry_price * case r.direction when 'long' then 1 else -1 end + r.fees) filter (
		where r.kind = 'open'),
		0)
	- (select sum(
		case when lower(f.side) in ('buy', 'cover') then -1 else 1 end * f.quantity * f.price - coalesce(f.fees, 0))
		from at_fill_taken f where f.agent_id = r.agent_id and f.currency = r.currency)
	+ coalesce(sum(
		(
		select case when lower(f.side) in ('buy', 'cover') then -1
		else 1 end * r.quantity * f.price - coalesce(f.fees, 0) * r.quantity / f.quantity
		from at_fill_taken f
		where f.agent_id = r.agent_id and f.currency = r.currency and f.position_key = r.position_key
			and f.fill_id = r.close_fill)) filter (
			where r.kind = 'unopened'),
			0),
			12) as off
from at_trade_row r where r.agent_id in ('r0', 'r1') group by 1, 2 order by 1, 2;
-- Made again from the events it is the same, labels and plans too.
select at_refresh() is not null as refreshed;
create temp table before as select * from at_trade_row;
select at_rebuild_trades() = (select count(*) from at_fill) as all_fills;
select (select count(*) from (select * from before except all select * from at_trade_row) x) + (
	select count(*) from (select * from at_trade_row except all select * from before) x) as differences;
select count(*) from at_stale_run;

-- A user's own delete is the user's to rebuild; retention leaves the book.
select count(*) as lots, sum(quantity) as quantity from at_open_lot where agent_id = 'alpha';
select partition, dropped from at_drop_before('2026-02-01', false);
select count(*) as lots, sum(quantity) as quantity from at_open_lot where agent_id = 'alpha';
select pg_temp.ingest(pg_temp.fill(
	90, '2026-02-10T12:00:00Z',
	'{"fill_id": "y", "side": "sell", "quantity": 4, "price": "90", "currency": "USD", "portfolio_kind": "main"}'));
select direction, quantity, net_pnl, open_fill, close_fill from at_trade where close_fill = 'y';
select fills, positions, legs from at_refresh();
select direction, quantity, net_pnl, open_fill, close_fill from at_trade where close_fill = 'y';
delete from at_event where agent_id like 'r_';
select at_rebuild_trades();
select distinct agent_id from at_trade_row order by 1;
-- What retention dropped is in the book's own copy.
select direction, quantity, net_pnl, open_fill, close_fill from at_trade where agent_id = 'alpha' and currency = 'USD'
	order by exit_at, open_fill;
-- A reader reads all of it, also what the book has not taken; to refresh is the owner's.
create role regress_at_trader;
select at_grant('regress_at_trader', 'reader');
select pg_temp.ingest(pg_temp.fill(
	91, '2026-02-11T12:00:00Z',
	'{"fill_id": "x", "side": "sell", "quantity": 1, "price": "90", "currency": "USD", "portfolio_kind": "main"}'));
set role regress_at_trader;
select (select count(*) from at_trade) > 0 as trades, (select direction from at_open_lot where open_fill = 'x') as lot,
	(select count(*) from at_trade_issue) > 0 as issues, (select count(*) from at_slippage) as slippage,
	(select count(*) from at_trading_cost) > 0 as costs, (select count(*) from at_fill) as fills;
select fills, positions, legs from at_refresh();
select at_rebuild_trades();
delete from at_trade_leg;
reset role;
drop owned by regress_at_trader;
drop role regress_at_trader;
select at_drop_store();
