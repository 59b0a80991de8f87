-- at_pnl_by_setup, at_time_in_market, at_current_position and
-- at_epoch_leaderboard against figures that are computed here from what was
-- recorded, by loops in PL/pgSQL over one fill, snapshot or member after the
-- other: two projects, portfolios with and without a name, three kinds of
-- currency (one unknown), sessions over midnight and sessions that a fill names
-- out of order, splits, multipliers, fees in what is traded, strategy contexts.
--
-- Where each view and function that shows money is compared (checked at the end
-- against the catalog; "step of": a view that is only there for another):
--
--	at_equity_curve, at_daily_performance,		figures_independent.sql: random
--	at_period_returns, at_current_performance		snapshots and flows; the last also here
--	at_trade, at_open_lot, at_round_trip,			figures_independent.sql: random fills;
--	at_pnl_by_symbol, _weekday, _month,			of the first two planned risk here
--	at_trade_issue, at_trading_cost, at_slippage
--	at_pnl_by_setup, at_time_in_market,			here
--	at_current_position, at_epoch_leaderboard,
--	at_fill, at_fill_taken, at_fill_and_split,
--	at_portfolio_snapshot, at_equity_interval,
--	at_performance_snapshot, at_period,
--	at_rolling_sharpe
--	at_round_trips								golden_round_trips_*.sql, store_trades.sql
--	at_capital_flow								routes.sql
--	at_tear_sheet, at_drawdowns,					tear_sheet_independent.sql
--	at_calendar_returns, at_daily_exposure,
--	at_trade_groups, at_trade_excursions
--	at_reconcile								performance_events.sql, routes.sql and here; by
--												hand in test/sql/performance
--	at_pnl_part, at_pnl_leg, at_trade_row,		steps of the above
--	at_trade_new_fill, at_trade_new_plan
--	dimensions of behavior in money				test/pgtap/drift/drift_detect.sql

begin;
set local client_min_messages = warning;
set local timezone = 'UTC';
create temp table made as select at_create_store() as store;
select setseed(0.5);

create function pg_temp.line(n int, type text, project text, agent text, run text, t timestamptz, payload jsonb)
returns text language sql as $$
	select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5('views' || n),
		'idempotency_key', 'views/' || n, 'project', project, 'agent_id', agent, 'run_id', run, 'event_type', type,
		'environment', 'paper', 'symbols', '[]'::jsonb,
		'occurred_at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'privacy', '{}'::jsonb,
		'sdk', '{"name":"test","version":"1","language":"sql"}'::jsonb, 'payload', jsonb_strip_nulls(payload))::text
$$;
-- equal, or equal to 20 digits where a share has no end
create function pg_temp.near(a numeric, b numeric, slack numeric default 1e-20) returns boolean language sql as $$
	select a is not distinct from b or coalesce(abs(a - b) <= slack * greatest(1, abs(b)), false)
$$;
create function pg_temp.one_of(choices text[]) returns text language sql volatile as $$
	select choices[1 + floor(cardinality(choices) * random())::int]
$$;
create function pg_temp.loaded(lines text) returns bigint language sql as $$
	select rejected + duplicates + conflicts from at_ingest_jsonl(lines)
$$;

-- fills: each account of an agent has a book for each symbol, or for each
-- position where fills name one
create temp table split as
select * from (values ('SPLIT', timestamptz '2024-04-04 13:30', 10::numeric, 1::numeric),
	('SPLIT', '2024-04-07 13:30', 3, 2), ('FUT', '2024-04-05', 1, 4)) s(symbol, effective_at, ratio, per);
create temp table fill as
select row_number() over (order by random()) as n, x.*, case when x.names_session or x.odd <> 0
		then (x.t + interval '2 hours')::date + x.odd end as session_named,
	case when x.names_session or x.odd <> 0 then (x.t + interval '2 hours')::date + x.odd
		else x.t::date end as session_date,
	coalesce(x.position_id, x.symbol) as book
from (select project, 'a' || agent as agent, kind, currency, symbol, t,
		pg_temp.one_of('{buy,sell,buy,sell,short,cover}') as side, (1 + floor(9 * random()))::numeric as quantity,
		round((90 + 20 * random())::numeric, 2) as price, round(random()::numeric / 10, 4) as fees,
		case symbol when 'FUT' then 50 end as multiplier, case symbol
			when 'BTC/USD' then pg_temp.one_of('{BTC,NULL,CCC}') end as fee_currency,
		pg_temp.one_of('{NULL,NULL,NULL,open,close,reduce}') as effect,
		case symbol when 'SPY' then pg_temp.one_of('{NULL,p-1}') end as position_id,
		pg_temp.one_of('{NULL,NULL,s-1,s-2}') as strategy, pg_temp.one_of('{NULL,NULL,gap,fade}') as setup,
		pg_temp.one_of('{run_1,run_2}') as run, random() < 0.7 as names_session,
		case when random() < 0.1 then floor(7 * random())::int - 3 else 0 end as odd
	from unnest('{left,right}'::text[]) project, generate_series(1, 2) agent,
		(values ('paper', 'USD'), ('paper', 'EUR'), ('shadow', 'USD'), ('', null)) k(kind, currency),
		unnest('{SPY,FUT,SPLIT,BTC/USD}'::text[]) symbol, generate_series(1, 16) i,
		lateral (select timestamptz '2024-04-02 00:00' + (i * 9 + floor(9 * random())) * interval '1 hour'
			+ floor(3600 * random()) * interval '1 second' where project <> '' and agent > 0 and kind is not null
				and symbol <> '') z(t)) x;
-- agents that trade little, so that there are sessions without a position
insert into fill
select 5000 + row_number() over (), project, 'b' || agent, 'paper', 'USD', symbol, t, side, 5, 100 + i, 0, null, null,
	null,
	null, 's-1', 'gap', 'run_1', odd <> 0, odd, case when odd <> 0 then t::date + odd end, t::date + odd, symbol
from unnest('{left,right}'::text[]) project, generate_series(1, 8) agent, unnest('{SPY,QQQ}'::text[]) symbol,
	generate_series(1, 4) i,
	lateral (select timestamptz '2024-04-01 15:00' + (i * 5 + floor(4 * random())) * interval '1 day' as t,
		(array['buy', 'sell'])[1 + i % 2] as side, case when random() < 0.5 then floor(9 * random())::int - 4
			else 0 end as odd
		where project <> '' and agent > 0 and symbol <> '') x;
create temp table context as
select row_number() over () as n, project, 'a' || agent as agent, t, pg_temp.one_of('{run_1,run_2}') as run,
	pg_temp.one_of('{s-1,s-2,s-3}') as strategy, pg_temp.one_of('{NULL,breakout,reversal}') as setup,
	pg_temp.one_of('{NULL,NULL,NULL,p-1}') as position_id,
	pg_temp.one_of('{NULL,SPY,FUT,SPLIT}') as symbol, case
		when random() < 0.8 then round((100 * random())::numeric + 1, 2) end as risk
from unnest('{left,right}'::text[]) project, generate_series(1, 2) agent, generate_series(1, 14) i,
	lateral (select timestamptz '2024-04-02 00:00:00.5' + (i * 9 + floor(9 * random())) * interval '1 hour'
		+ floor(3600 * random()) * interval '1 second' where project <> '' and agent > 0) z(t);
create function pg_temp.fill_lines(part int) returns text language sql as $$
	select string_agg(pg_temp.line(n::int, 'paper.fill.recorded', project, agent, run, t, jsonb_build_object(
		'fill_id', 'f' || n, 'symbol', symbol, 'side', side, 'quantity', quantity, 'price', price, 'fees', fees::text,
		'currency', currency, 'portfolio_kind', nullif(kind, ''), 'session_date', session_named,
		'multiplier', case when n % 3 = 0 then multiplier end, 'contract_multiplier', case
			when n % 3 > 0 then multiplier end,
		'fee_currency', fee_currency, 'open_close_effect', effect, 'position_id', position_id, 'strategy_id', strategy,
		'setup', setup)), e'\n' order by n)
	from fill where n % 2 = part
$$;

-- positions: the line of the load decides between snapshots of one time
create temp table place as
select row_number() over (order by random()) as n, x.* from (
	select project, 'a' || agent as agent, kind, currency, symbol, symbol || suffix as position_id, t,
		(t + interval '2 hours')::date as session_date,
		case when random() < 0.3 then 0 else round((200 * random() - 100)::numeric, 1) end as quantity,
		case when random() < 0.8 then round((90 + 20 * random())::numeric, 2) end as market_price,
		case when random() < 0.3 then round((20000 * random() - 10000)::numeric, 2) end as market_value,
		case when random() < 0.8 then round((90 + 20 * random())::numeric, 3) end as average_price,
		case when random() < 0.2 then 7::numeric end as multiplier,
		case when random() < 0.7 then round((100 * random() - 50)::numeric, 2) end as unrealized,
		case when random() < 0.7 then round((100 * random() - 50)::numeric, 2) end as realized
	from unnest('{left,right}'::text[]) project, generate_series(1, 3) agent,
		-- an id may be that of a symbol, in several currencies; the third agent forgets the currency at times
		(values ('paper', 'USD'), ('paper', 'EUR'), ('shadow', 'USD'), ('paper', null)) k(kind, currency),
		unnest('{SPY,FUT,SPLIT,OIL}'::text[]) symbol, unnest('{"",-b,-c}'::text[]) suffix, generate_series(1, 3) i,
		lateral (select timestamptz '2024-04-02 00:00' + (i * 36 + 12 * floor(5 * random())) * interval '1 hour'
			where project <> '' and agent > 0 and kind is not null and symbol <> '' and suffix is not null) z(t)
	where (agent = 3) = (currency is null or currency = 'USD' and kind = 'paper' and agent = 3)) x;
create temp table book as
select row_number() over () as n, project, 'a' || agent as agent, kind, currency, t, (1000 + 100 * i)::numeric as equity
from unnest('{left,right}'::text[]) project, generate_series(1, 3) agent,
	(values ('paper', 'USD'), ('paper', 'EUR')) k(kind, currency),
	generate_series(1, 9) i, lateral (select timestamptz '2024-04-01 21:00' + i * interval '1 day') z(t)
where agent < 3 or currency = 'USD'
union all select 1000 + row_number() over (), project, 'b' || agent, 'paper', 'USD',
	timestamptz '2024-04-01 21:00' + i * interval '1 day', 1000
from unnest('{left,right}'::text[]) project, generate_series(1, 8) agent, generate_series(1, 30) i;

insert into at_split select * from split where symbol = 'FUT';
create temp table load as
select pg_temp.loaded(pg_temp.fill_lines(0)) as refused
union all select pg_temp.loaded(
	string_agg(pg_temp.line(10000 + n::int, 'strategy.context.recorded', project, agent, run, t,
	jsonb_build_object('strategy_id', strategy, 'setup', setup, 'position_id', position_id, 'symbol', symbol,
		'planned_risk_amount', risk)), e'\n')) from context where n % 2 = 0
union all select pg_temp.loaded(
	string_agg(pg_temp.line(20000 + n::int, 'position.snapshot.recorded', project, agent, 'run_1', t,
	jsonb_build_object(
		'portfolio_kind', kind, 'currency', currency, 'position_id', position_id, 'symbol', symbol, 'quantity',
		quantity,
		'market_price', market_price, 'market_value', market_value, 'average_price', average_price::text, 'multiplier',
		multiplier,
		'unrealized_pnl', unrealized, 'realized_pnl', realized, 'session_date', session_date)), e'\n' order by n))
			from place
union all select pg_temp.loaded(
	string_agg(pg_temp.line(30000 + n::int, 'portfolio.snapshot.recorded', project, agent, 'run_1', t,
	jsonb_build_object('portfolio_kind', kind, 'currency', currency, 'equity', equity, 'session_date', t::date)),
		e'\n'))
		from book;
create temp table refreshed as select fills, positions, legs from at_refresh();
insert into load
select pg_temp.loaded(pg_temp.fill_lines(1))
union all select pg_temp.loaded(
	string_agg(pg_temp.line(10000 + n::int, 'strategy.context.recorded', project, agent, run, t,
	jsonb_build_object('strategy_id', strategy, 'setup', setup, 'position_id', position_id, 'symbol', symbol,
		'planned_risk_amount', risk)), e'\n')) from context where n % 2 = 1;
insert into at_split select * from split where symbol <> 'FUT';

-- First in first out, one fill after the other: a lot is what it cost in money
-- and its quantity in units of now.
create temp table part (
	nr serial, project text, agent text, kind text, currency text, book text, strategy text, setup text,
	entry date, exit date, gross numeric, fees numeric, risk numeric, trip int, done boolean);
create temp table lot_left (
	project text, agent text, kind text, currency text, book text, entry date, quantity numeric, cost numeric,
	fees numeric, risk numeric);
create function pg_temp.context_of(f fill) returns context language plpgsql as $$
declare
	c context;
	best context;
	named boolean := false;
begin
	for c in select * from context x where x.project = f.project and x.agent = f.agent and x.t <= f.t order by x.t loop
		if c.position_id = f.position_id then
			best := c;
			named := true;
		elsif not named and c.position_id is null and (c.symbol is null or c.symbol = f.symbol)
			and (c.strategy = f.strategy or f.strategy is null and c.run = f.run) then
			best := c;
		end if;
	end loop;
	return best;
end
$$;
create function pg_temp.match() returns void language plpgsql as $$
declare
	b record; f fill; c context; s record;
	q numeric[]; q0 numeric[]; cost numeric[]; fee numeric[]; risk numeric[]; strategies text[]; setups text[];
		sessions date[];
	units numeric; amount numeric; rest numeric; money numeric; take numeric; held numeric; way int; trip int;
		paid numeric; got numeric;
begin
	for b in select distinct project, agent, kind, currency, book from fill loop
		q := '{}'; q0 := '{}'; cost := '{}'; fee := '{}'; risk := '{}'; strategies := '{}'; setups := '{}';
			sessions := '{}';
		held := 0; trip := 0;
		for f in select * from fill x where (x.project, x.agent, x.kind, x.book) = (b.project, b.agent, b.kind, b.book)
				and x.currency is not distinct from b.currency order by x.t, ('f' || x.n) collate "C" loop
			way := case when f.side in ('buy', 'cover') then 1 else -1 end;
			units := 1;
			for s in select * from split where symbol = f.symbol and effective_at > f.t loop
				units := units * s.ratio / s.per;
			end loop;
			amount := f.quantity;
			money := f.fees;
			if f.fee_currency = 'BTC' then
				amount := amount - way * f.fees;
				money := f.fees * f.price;
			elsif f.fee_currency = 'CCC' then
				money := 0;
			end if;
			got := round(f.price * amount * coalesce(f.multiplier, 1), 40);
			money := round(money, 40);
			amount := round(amount * units, 40);
			rest := amount;
			while rest > 0 and held * way < 0 loop
				take := least(rest, q[1]);
				held := held + way * take;
				paid := cost[1] * take / q0[1];
				insert into part values (
					default, b.project, b.agent, b.kind, b.currency, b.book, strategies[1], setups[1], sessions[1],
					f.session_date,
					-way * (got * take / amount - paid), fee[1] * take / q0[1] + money * take / amount,
					risk[1] * take / q0[1],
					trip, held = 0);
				q[1] := q[1] - take;
				rest := rest - take;
				if q[1] = 0 then
					q := q[2:]; q0 := q0[2:]; cost := cost[2:]; fee := fee[2:]; risk := risk[2:];
						strategies := strategies[2:]; setups := setups[2:];
					sessions := sessions[2:];
				end if;
				trip := trip + (held = 0)::int;
			end loop;
			continue when rest = 0 or held = 0 and f.side in ('sell', 'cover') and (f.effect in ('close', 'reduce')
				or f.position_id is not null and coalesce(f.effect, '') not in ('open', 'increase'));
			c := pg_temp.context_of(f);
			held := held + way * rest;
			q := q || rest; q0 := q0 || rest;
			cost := cost || got * rest / amount; fee := fee || money * rest / amount; risk := risk || round(c.risk, 40);
			strategies := strategies || coalesce(f.strategy, c.strategy);
				setups := setups || coalesce(f.setup, c.setup);
			sessions := sessions || f.session_date;
		end loop;
		for i in 1 .. cardinality(q) loop
			insert into lot_left values (
				b.project, b.agent, b.kind, b.currency, b.book, sessions[i], q[i], cost[i] * q[i] / q0[i],
				fee[i] * q[i] / q0[i], risk[i] * q[i] / q0[i]);
		end loop;
	end loop;
end
$$;
select pg_temp.match();

select plan(53);
select is((store, refused, fills), ('made the store'::text, 0::numeric, (select count(*) from fill where n % 2 = 0)),
	'every event was taken, half of the fills are in the book')
		from made, (select sum(refused) as refused from load) l, refreshed;
select ok(count(*) > 500 and count(distinct (strategy, setup)) >= 12 and count(*) filter (where strategy is null) > 20
	and count(*) filter (where exit < entry) > 3 and count(*) filter (where currency is null) > 100,
	'there are trades of many kinds') from part;

-- what was planned: shares by quantity, which are rounded to 12 decimals each
create function pg_temp.plans_differ() returns text language sql as $$
	select count(*) filter (
		where t.project is null or p.project is null or not pg_temp.near(t.risk, p.risk, 1e-10) or t.n <> p.n
		or not pg_temp.near(t.fees, p.fees)) || ' of ' || count(*)
	from (
		select project, agent_id, portfolio_kind, currency, position_key, strategy_id, setup,
		sum(planned_risk_amount) as risk,
			sum(fees) as fees, count(*) as n from at_trade group by 1, 2, 3, 4, 5, 6, 7) t
		full join (
			select project, agent, kind, currency, book, strategy, setup, sum(risk) as risk, sum(fees) as fees,
			count(*) as n
			from part group by 1, 2, 3, 4, 5, 6, 7) p
		on t.project = p.project and t.agent_id = p.agent and t.portfolio_kind = p.kind
			and t.currency is not distinct from p.currency
			and t.position_key = p.book and t.strategy_id is not distinct from p.strategy
				and t.setup is not distinct from p.setup
$$;
create temp table plans as select distinct project, agent, kind, currency, book, strategy, setup from part;
select is(pg_temp.plans_differ(), '0 of ' || count(*), 'at_trade: planned risk') from plans;
select ok(count(*) > 30
	and bool_and(o.agent_id is not null and l.agent is not null and o.n = l.n and pg_temp.near(o.quantity, l.quantity)
	and pg_temp.near(o.cost, l.cost) and pg_temp.near(o.fees, l.fees) and pg_temp.near(o.risk, l.risk, 1e-10)),
		'at_open_lot')
from (select project, agent_id, portfolio_kind, currency, position_key, count(*) as n, sum(quantity) as quantity,
	sum(cost) as cost,
		sum(fees) as fees, sum(planned_risk_amount) as risk from at_open_lot group by 1, 2, 3, 4, 5) o
	full join (select project, agent, kind, currency, book, count(*) as n, sum(quantity) as quantity, sum(cost) as cost,
		sum(fees) as fees,
		sum(risk) as risk from lot_left group by 1, 2, 3, 4, 5) l
	on o.project = l.project and o.agent_id = l.agent and o.portfolio_kind = l.kind
		and o.currency is not distinct from l.currency
		and o.position_key = l.book;

-- fills as they came, and what matching takes of them
create function pg_temp.fills_differ(relation text) returns text language plpgsql as $$
declare
	answer text;
begin
	execute format($q$select count(*) filter (where v.fill_id is null or f.n is null
			or v.quantity <> f.quantity or v.price <> f.price
			or v.fees <> case when %2$L then case f.fee_currency when 'BTC' then f.fees * f.price when 'CCC' then 0
				else f.fees end else f.fees end
			or v.multiplier is distinct from f.multiplier or v.session_date <> f.session_date
			or v.other_fees is distinct from case f.fee_currency when 'CCC' then f.fees end
			or v.fee_quantity is distinct from case when f.fee_currency = 'BTC'
				then f.fees * case when f.side in ('buy', 'cover') then -1 else 1 end end) || ' of ' || count(*)
		from %1$I v full join fill f on v.fill_id = 'f' || f.n and v.project = f.project and v.agent_id = f.agent$q$,
		relation, relation <> 'at_fill') into answer;
	return answer;
end
$$;
select is(pg_temp.fills_differ(relation), '0 of ' || (select count(*) from fill), relation)
	from unnest('{at_fill,at_fill_taken}'::text[]) relation;
select is((
	count(*) filter (
	where v.quantity <> f.quantity + case when f.fee_currency = 'BTC' then f.fees * case when f.side in ('buy', 'cover')
		then -1 else 1 end else 0 end or v.price <> f.price or v.multiplier is distinct from f.multiplier), count(f.n),
			count(*) filter (where v.side = 'split')),
	(0::bigint, (select count(*) from fill),
		(select count(*) from split join (select distinct project, agent, kind, currency, book, symbol
		from fill) b using (symbol))), 'at_fill_and_split')
from at_fill_and_split v left join fill f on v.fill_id = 'f' || f.n;

-- at_pnl_by_setup: money by the lot that was closed, trades by the first lot of the round trip
create function pg_temp.setups_differ(lots boolean) returns text language plpgsql as $$
declare
	v record; p record;
	n bigint := 0;
	won numeric; lost numeric; total numeric; most numeric; least_one numeric; trades int; wins int; losses int;
		results int;
	gross numeric; fees numeric; parts int; first part; sum_of_trip numeric;
begin
	for v in select * from at_pnl_by_setup loop
		gross := 0; fees := 0; parts := 0; trades := 0; wins := 0; losses := 0; won := 0; lost := 0; most := null;
			least_one := null;
		for p in select * from part x where x.project = v.project and x.agent = v.agent_id and x.kind = v.portfolio_kind
				and x.currency is not distinct from v.currency loop
			if (p.strategy, p.setup) is not distinct from (v.strategy_id, v.setup) then
				gross := gross + p.gross;
				fees := fees + p.fees;
				parts := parts + 1;
			end if;
			if lots then
				continue when (p.strategy, p.setup) is distinct from (v.strategy_id, v.setup);
				total := p.gross - p.fees;
			else
				continue when not p.done;
				select * into first from part y
					where (y.project, y.agent, y.kind, y.book, y.trip) = (p.project, p.agent, p.kind, p.book, p.trip)
					and y.currency is not distinct from p.currency order by y.nr limit 1;
				continue when (first.strategy, first.setup) is distinct from (v.strategy_id, v.setup);
				select sum(y.gross - y.fees) into total from part y where (y.project, y.agent, y.kind, y.book, y.trip)
					= (p.project, p.agent, p.kind, p.book, p.trip) and y.currency is not distinct from p.currency;
			end if;
			trades := trades + 1;
			wins := wins + (total > 0)::int;
			losses := losses + (total < 0)::int;
			won := won + greatest(total, 0);
			lost := lost - least(total, 0);
			most := greatest(most, total);
			least_one := least(least_one, total);
		end loop;
		if parts + trades = 0 or v.lots <> parts or v.trades <> trades or v.wins <> wins or v.losses <> losses
			-- money is shown with at most eight decimals
			or not pg_temp.near(v.gross_pnl, (case when parts > 0 then gross end), 1e-8)
				or not pg_temp.near(v.fees, case when parts > 0 then fees end, 1e-8)
			or not pg_temp.near(v.net_pnl, case when parts > 0 then gross - fees end, 1e-8)
			or not pg_temp.near(v.expectancy, (won - lost) / nullif(trades, 0), 1e-8)
			or not pg_temp.near(v.best, most, 1e-8) or not pg_temp.near(v.worst, least_one, 1e-8)
			or v.win_rate is distinct from wins::float8 / nullif(trades, 0)
			or v.profit_factor is distinct from (case when lost > 0 then round(coalesce(won, 0) / lost, 6) end) then
			n := n + 1;
		end if;
	end loop;
	return n || ' of ' || (select count(*) from at_pnl_by_setup);
end
$$;
create temp table kinds as select distinct project, agent, kind, currency, strategy, setup from part;
select is(pg_temp.setups_differ(false), '0 of ' || count(*), 'at_pnl_by_setup, before the book is refreshed')
	from kinds;
set local agent_tracker.count_trades = 'lots';
select is(pg_temp.setups_differ(true), '0 of ' || count(*), 'at_pnl_by_setup, counting lots') from kinds;
reset agent_tracker.count_trades;
create temp table refreshed_again as select fills, positions, legs from at_refresh();
select is(pg_temp.setups_differ(false), '0 of ' || count(*), 'at_pnl_by_setup, after it') from kinds;
select is((select (round(sum(net_pnl), 5), sum(trades), sum(lots)) from at_pnl_by_setup),
	(round(sum(net_pnl), 5), sum(trades), sum(lots)),
	'and it adds up to what at_pnl_by_symbol does') from at_pnl_by_symbol;

-- at_time_in_market: one session after the other
create function pg_temp.in_market(of_project text, of_agent text) returns text language plpgsql as $$
declare
	d date;
	sessions int := 0;
	held int := 0;
begin
	for d in select session_date from fill where project = of_project and agent = of_agent
			union select session_date from place where project = of_project and agent = of_agent
			union select t::date from book where project = of_project and agent = of_agent loop
		sessions := sessions + 1;
		if exists (select from fill f where f.project = of_project and f.agent = of_agent and f.session_date = d)
			or exists (
				select from place p
				where p.project = of_project and p.agent = of_agent and p.session_date = d and p.quantity <> 0)
			or exists (
				select from part p where p.project = of_project and p.agent = of_agent and d between p.entry and p.exit)
			or exists (select from lot_left l where l.project = of_project and l.agent = of_agent and l.entry <= d) then
			held := held + 1;
		end if;
	end loop;
	return held || ' of ' || sessions;
end
$$;
select is(sessions_in_market || ' of ' || sessions, pg_temp.in_market(project, agent_id),
	'at_time_in_market: ' || project || ', ' || agent_id) from at_time_in_market order by project, agent_id;
select ok(sum(sessions - sessions_in_market) > 100, 'there are sessions without a position') from at_time_in_market;
select is(bool_and(share = sessions_in_market::float8 / sessions), true, 'and the share') from at_time_in_market;

-- at_current_position: the last word on each, one snapshot after the other; a
-- snapshot that names no currency may be of any
create temp table holding (
	project text, agent text, kind text, currency text, position_id text, symbol text, t timestamptz,
	quantity numeric, average_price numeric, market_price numeric, market_value numeric, unrealized numeric,
	realized numeric);
create function pg_temp.hold() returns void language plpgsql as $$
declare
	p place; s record;
	m numeric; units numeric;
begin
	for p in select * from place order by t, n loop
		delete from holding h
			where (h.project, h.agent, h.kind, h.position_id) = (p.project, p.agent, p.kind, p.position_id)
			and (h.currency = p.currency or h.currency is null or p.currency is null);
		m := coalesce(
			p.multiplier, (select max(f.multiplier) from fill f where f.project = p.project and f.agent = p.agent
			and f.symbol = p.symbol), 1);
		units := 1;
		for s in select * from split where symbol = p.symbol and effective_at > p.t loop
			units := units * s.ratio / s.per;
		end loop;
		if p.quantity <> 0 then
			insert into holding values (
				p.project, p.agent, p.kind, p.currency, p.position_id, p.symbol, p.t, p.quantity * units,
				round(p.average_price, 40) / units, round(p.market_price, 40) / units,
				coalesce(p.market_value, p.quantity * p.market_price * m), p.unrealized, p.realized);
		end if;
	end loop;
end
$$;
select pg_temp.hold();
select ok(count(*) > 40 and count(*) filter (where currency is null) > 0 and (select count(*) from place p join place o
	using (project, agent, kind, position_id, t) where p.n < o.n) > 5, 'there are positions, and snapshots at one time')
		from holding;
select is((count(*) filter (where c.agent_id is null or h.agent is null or c.symbol <> h.symbol or c.as_of <> h.t
	or not pg_temp.near(c.quantity, h.quantity) or not pg_temp.near(c.average_price, h.average_price)
	or not pg_temp.near(c.market_price, h.market_price) or c.market_value is distinct from h.market_value
	or c.unrealized_pnl is distinct from h.unrealized or c.realized_pnl is distinct from h.realized
	or c.share is distinct from round(abs(h.market_value) / nullif((select sum(abs(o.market_value)) from holding o
		where (o.project, o.agent, o.kind) = (h.project, h.agent, h.kind)
			and o.currency is not distinct from h.currency),
			0),
			6)
	or c.traded_since <> exists (
		select from fill f where f.project = h.project and f.agent = h.agent and f.symbol = h.symbol
		and f.t > h.t and f.kind in ('', h.kind))), count(*)), (0::bigint, (select count(*) from holding)),
			'at_current_position')
from at_current_position c
	full join holding h on c.project = h.project and c.agent_id = h.agent and c.portfolio_kind = h.kind
	and c.currency is not distinct from h.currency and c.position_id = h.position_id;
select is((count(*) > 0, count(*) filter (where n.positions <> h.positions or n.gross_exposure is distinct from h.gross
	or n.net_exposure is distinct from h.net or n.unrealized_pnl is distinct from h.unrealized
	or n.leverage is distinct from round(h.gross / n.equity, 4)
		or n.largest_weight is distinct from round(h.largest / n.equity, 4))),
	(true, 0::bigint), 'at_current_performance: what is held')
from (
	select project, agent, kind, currency, count(*) as positions, sum(abs(market_value)) as gross,
	sum(market_value) as net,
		sum(unrealized) as unrealized, max(abs(market_value)) as largest from holding group by 1, 2, 3, 4) h
	join at_current_performance n on n.project = h.project and n.agent_id = h.agent and n.portfolio_kind = h.kind
		and n.currency = h.currency
where h.agent <> 'a3' and n.equity is not null;

-- at_current_performance, the rest of what trades make of it: one round trip after the other
create function pg_temp.streak_of(of_project text, of_agent text, of_kind text, of_currency text) returns text
	language plpgsql as $$
declare
	t record;
	run int := 0;
	won numeric := 0; lost numeric := 0;
begin
	for t in select net_pnl as net from at_round_trip
		where project = of_project and agent_id = of_agent and portfolio_kind = of_kind
			and currency = of_currency order by exit_at, net_pnl loop
		run := case sign(t.net) when 1 then greatest(run, 0) + 1 when -1 then least(run, 0) - 1 else 0 end;
		won := won + greatest(t.net, 0);
		lost := lost - least(t.net, 0);
	end loop;
	return run || ', ' || trim_scale(round(won / lost, 4));
end
$$;
select is((
	count(*),
	count(*) filter (where n.streak || ', ' || trim_scale(n.profit_factor) <> pg_temp.streak_of(n.project, n.agent_id,
	n.portfolio_kind, n.currency) or not pg_temp.near(n.fees, round(p.fees, 6))
		or n.net_pnl is distinct from round(p.net, 6))),
	(12::bigint, 0::bigint), 'at_current_performance: streak, profit factor, fees')
from (select * from at_current_performance where agent_id like 'a%') n
	join (select project, agent, kind, currency, sum(fees) as fees, sum(gross - fees) as net from part
	where agent like 'a%' group by 1, 2, 3, 4) p on p.project = n.project and p.agent = n.agent_id
		and p.kind = n.portfolio_kind and p.currency = n.currency;

-- at_epoch_leaderboard: one member after the other.  r-1 has one portfolio, r-2
-- two, r-3 only its equity, r-4 returns of no named portfolio and equity of two.
create temp table epoch as
select row_number() over () as n, project, epoch, t, 'c' || floor(2 * random()) as context,
	1 + floor(20 * random()) as members
from unnest('{left,right}'::text[]) project,
	(values ('e-1', timestamptz '2024-05-03 12:00'), ('e-2', '2024-05-06 23:30'),
	('e-2', '2024-05-05 12:00'), ('e-4', '2024-06-20')) e(epoch, t) where project <> '';
create temp table member as
select row_number() over (order by random()) as n, x.* from (
	select project, epoch, member, timestamptz '2024-05-20 00:00' + floor(9 * random()) * interval '1 day' as t,
		random() < 0.9 as expected, pg_temp.one_of('{completed,completed,completed,completed,failed,timeout}') as state,
		case when random() < 0.5 then random() < 0.9 end as scored,
		case when random() < 0.3 then round((3 * random())::numeric, 2) end as penalty,
		case when random() < 0.6 then round((20 * random() - 10)::numeric, 3) end as compounded,
		case when random() < 0.3 then round((20 * random() - 10)::numeric, 3) end as pct,
		case when random() < 0.5 then round((9 * random())::numeric, 2) end as drawdown,
		case when random() < 0.4 then pg_temp.one_of('{c0,c1}') end as context,
		case when random() < 0.1 then 'shadow.unfair_cadence' end as mistake
	from unnest('{left,right}'::text[]) project, unnest('{e-1,e-2,e-3,e-4}'::text[]) epoch, generate_series(1, 2) again,
		(
			select 'm-' || i as member from generate_series(1, 8) i union all select 'r-' || i
			from generate_series(1, 4) i) m
	where project <> '' and epoch <> '' and again > 0 and (again = 1 or random() < 0.4)) x;
update member set compounded = null, pct = null where member like 'r-%' and n % 4 > 0;
create temp table result as
select row_number() over () as n, project, agent, kind, day, (1000 + 10 * i)::numeric as base,
	round((40 * random() - 18)::numeric, 2) as change
from unnest('{left,right}'::text[]) project,
	(values ('r-1', 'paper'), ('r-2', 'paper'), ('r-2', 'shadow'), ('r-4', null)) a(agent, kind),
	generate_series(0, 29) i, lateral (select date '2024-05-01' + i where project <> '' and agent <> '') d(day);
create temp table equity as
select row_number() over () as n, project, agent, kind, day, round((1000 + 100 * random())::numeric, 2) as equity
from unnest('{left,right}'::text[]) project,
	(values ('r-3', 'paper'), ('r-4', 'paper'), ('r-4', 'shadow')) a(agent, kind),
	generate_series(0, 29, 2) i, lateral (select date '2024-05-01' + i where project <> '' and agent <> '') d(day);
insert into load
select pg_temp.loaded(
	string_agg(
	pg_temp.line(40000 + n::int, 'evaluation.epoch.started', project, 'judge', 'run_1', t, jsonb_build_object(
	'epoch_id', epoch, 'epoch_kind', 'week', 'context_hash', context, 'expected_member_count', members)), e'\n'))
		from epoch
union all select pg_temp.loaded(
	string_agg(pg_temp.line(41000 + n::int, 'evaluation.epoch.member.completed', project, 'judge', 'run_1', t,
	jsonb_build_object('epoch_id', epoch, 'member_id', member, 'expected', expected, 'state', state, 'scored', scored,
		'coverage_penalty', penalty,
		'compounded_return_pct', compounded, 'trading_pnl_pct', pct::text, 'max_drawdown_pct', drawdown, 'context_hash',
		context,
		'mistake_family', mistake)), e'\n' order by n)) from member
union all select pg_temp.loaded(
	string_agg(pg_temp.line(42000 + n::int, 'performance.snapshot.recorded', project, agent, 'run_1',
	(day + time '21:00')::timestamptz,
	jsonb_build_object('portfolio_kind', kind, 'currency', 'USD', 'period_kind', 'daily', 'session_date', day,
		'period_start', day, 'period_end', day, 'return_base', base, 'flow_adjusted_equity_change', change)), e'\n'))
			from result
union all select pg_temp.loaded(
	string_agg(pg_temp.line(43000 + n::int, 'portfolio.snapshot.recorded', project, agent, 'run_1',
	(day + time '21:00')::timestamptz, jsonb_build_object('portfolio_kind', kind, 'currency', 'USD', 'equity', equity,
		'session_date', day)), e'\n')) from equity;
-- growth and drawdown of an agent over some days, if it has one portfolio
create function pg_temp.over(
	of_project text, of_agent text, since date, until date, out pct numeric, out drawdown numeric)
	language plpgsql as $$
declare
	r record;
	wealth numeric := 1; high numeric := 1; before equity;
begin
	for r in select * from result
		where project = of_project and agent = of_agent and (agent <> 'r-2') and day between since and until
		order by day loop
		wealth := wealth * (1 + r.change / r.base);
		high := greatest(high, wealth);
		drawdown := greatest(drawdown, 100 * (1 - wealth / high), 0);
		pct := 100 * (wealth - 1);
	end loop;
	for r in select * from equity where project = of_project and agent = of_agent and agent = 'r-3' order by day loop
		if before.day >= since - 1 and r.day <= until then
			wealth := wealth * r.equity / before.equity;
			high := greatest(high, wealth);
			drawdown := greatest(drawdown, 100 * (1 - wealth / high), 0);
			pct := 100 * (wealth - 1);
		end if;
		before := r;
	end loop;
end
$$;
create temp table board (
	project text, epoch text, member text, pct numeric, drawdown numeric, penalty numeric, fair boolean,
	members numeric,
	is_said boolean);
create function pg_temp.judge() returns void language plpgsql as $$
declare
	m member; e epoch; o record;
begin
	for m in select * from member order by t, n loop
		select * into e from epoch x where x.project = m.project and x.epoch = m.epoch order by x.t desc limit 1;
		delete from board b where (b.project, b.epoch, b.member) = (m.project, m.epoch, m.member);
		o := null;
		select pct, drawdown into o from pg_temp.over(m.project, m.member, (e.t at time zone 'UTC')::date, m.t::date);
		if coalesce(m.compounded, m.pct) is not null then
			o.drawdown := null;
		end if;
		m.pct := coalesce(m.compounded, m.pct, o.pct);
		insert into board values (
			m.project, m.epoch, m.member, m.pct, coalesce(m.drawdown, o.drawdown), coalesce(m.penalty, 0),
			e.n is not null and m.expected and m.state = 'completed' and m.scored is not false
				and coalesce(m.context, e.context) = e.context
				and m.mistake is null and m.pct is not null, e.members, o.drawdown is null);
	end loop;
end
$$;
select pg_temp.judge();
select ok(
	count(*) filter (where fair) > 10 and count(*) filter (where not fair) > 10
	and count(*) filter (where not is_said) > 5,
	'there are members that are fair, and returns of agents')
	from board;
select is(sum(refused), 0::numeric, 'every event of the epochs was taken') from load;
select is((count(*) filter (where v.member_id is null or b.member is null or (v.unfair = '{}') <> b.fair
	or not pg_temp.near(v.return_pct, b.pct, case when b.is_said then 0 else 1e-12 end)
	or not pg_temp.near(v.max_drawdown_pct, b.drawdown, case when b.is_said then 0 else 1e-12 end)
	or v.coverage_penalty <> b.penalty or not pg_temp.near(v.score, case when b.fair then b.pct - b.penalty end, 1e-12)
	or v.place is distinct from case
		when b.fair then 1 + (select count(*) from board o where (o.project, o.epoch) = (b.project, b.epoch)
		and o.fair and o.pct - o.penalty > b.pct - b.penalty) end
	or v.coverage is distinct from round(
		(select count(*) from board o where (o.project, o.epoch) = (b.project, b.epoch) and o.fair) / b.members, 4)),
	count(*)), (0::bigint, (select count(*) from board)), 'at_epoch_leaderboard')
from at_epoch_leaderboard v
	full join board b on v.project = b.project and v.epoch_id = b.epoch and v.member_id = b.member;

-- what was reported, its chain, and the Sharpe ratio along it
select is((count(*) filter (where s.agent_id is null or r.agent is null or s.pnl <> r.change or s.return_base <> r.base
	or not pg_temp.near(s.ret::numeric, r.change / r.base, 1e-15)), count(*)),
		(0::bigint, (select count(*) from result)), 'at_performance_snapshot')
from at_performance_snapshot s
	full join result r on s.project = r.project and s.agent_id = r.agent and s.portfolio_kind = coalesce(r.kind, '')
	and s.period_end = r.day;
create temp table chain as
select project, agent, coalesce(kind, '') as kind, day, change / base as ret, base, change, row_number() over w as nr,
	exp(sum(ln(1 + change / base)) over w) as growth, avg(change / base) over w as mean,
	stddev_samp(change / base) over w as deviation,
	avg(change / base) over last_21 as mean_21, stddev_samp(change / base) over last_21 as deviation_21
from result window w as (partition by project, agent, kind order by day), last_21 as (w rows 20 preceding);
select is((count(*) filter (where p.agent_id is null or c.agent is null or p.pnl <> c.change or p.base <> c.base
	or not pg_temp.near(p.growth::numeric, c.growth, 1e-13)), count(*)), (0::bigint, (select count(*) from result)),
		'at_period')
from (select * from at_period where origin = 'performance') p
	full join chain c on p.project = c.project and p.agent_id = c.agent
	and p.portfolio_kind = c.kind and p.period_end = c.day;
-- thirty days in a row: a year has 365 periods
select is((count(*) filter (where s.agent_id is null or c.agent is null or s.periods <> c.nr
	-- of fewer periods than agent_tracker.min_periods there is none
	or not pg_temp.near(s.sharpe::numeric,
		case when c.nr >= 20 then c.mean / nullif(c.deviation, 0) * sqrt(365::numeric) end, 1e-12)
	or not pg_temp.near(
		s.sharpe_21::numeric, case when c.nr >= 21 then c.mean_21 / c.deviation_21 * sqrt(365::numeric) end, 1e-12)),
		count(*)),
	(0::bigint, (select count(*) from result)), 'at_rolling_sharpe')
from (select * from at_rolling_sharpe where agent_id like 'r-%' and agent_id <> 'r-3' and period_kind = 'daily') s
	full join chain c on s.project = c.project and s.agent_id = c.agent and s.portfolio_kind = c.kind
		and (s.time at time zone 'UTC')::date = c.day;
create temp table snapshot as
select project, agent, kind, currency, t, equity, lag(equity) over w as before
from (select project, agent, kind, currency, t, equity from book
	union all select project, agent, kind, 'USD', (day + time '21:00')::timestamptz, equity from equity) s
window w as (partition by project, agent, kind, currency order by t);
select is((
	count(*) filter (
	where p.agent_id is null or i.agent_id is null or s.agent is null or p.equity <> s.equity or i.equity <> s.equity
	or i.previous is distinct from s.before or i.base <> coalesce(s.before, s.equity) or i.interval_flow <> 0),
		count(*)),
	(0::bigint, (select count(*) from snapshot)), 'at_portfolio_snapshot, at_equity_interval')
from at_portfolio_snapshot p
	join at_equity_interval i using (project, agent_id, environment, portfolio_kind, currency, occurred_at)
	full join snapshot s on p.project = s.project and p.agent_id = s.agent and p.portfolio_kind = s.kind
		and p.currency = s.currency
		and p.occurred_at = s.t;

-- at_reconcile: an id that is a position in each of two currencies; a result of
-- one portfolio, where another has fills on the same day
create temp table told as
select row_number() over () as n, x.* from (
	select 'w-1' as agent, 'paper.fill.recorded' as type, d + interval '15 hours' as t,
	jsonb_build_object('symbol', 'SPY', 'side', 'buy',
		'quantity', q, 'price', 10, 'portfolio_kind', 'paper', 'currency', c) as payload
	from (values ('USD', 3), ('EUR', 50)) c(c, q), generate_series(timestamptz '2024-07-01', '2024-07-03', '1 day') d
	union all select 'w-1', 'position.snapshot.recorded', d + interval '21 hours',
		jsonb_build_object('symbol', 'SPY', 'position_id', 'SPY',
		'portfolio_kind', 'paper', 'currency', c, 'quantity', q * extract(day from d))
	from (values ('USD', 3), ('EUR', 50)) c(c, q), generate_series(timestamptz '2024-07-01', '2024-07-03', '1 day') d
	union all select 'w-2', 'paper.fill.recorded', timestamptz '2024-07-01 15:00' + i * interval '1 hour',
		jsonb_build_object('symbol', 'SPY', 'side', side,
		'quantity', 1, 'price', 100 + i * x, 'portfolio_kind', kind, 'currency', 'USD')
	from (values ('paper', 5), ('shadow', 7)) k(kind, x), (values (0, 'buy'), (1, 'sell')) f(i, side)
	union all select 'w-2', 'performance.snapshot.recorded', '2024-07-01 21:00',
		jsonb_build_object('portfolio_kind', 'paper', 'currency', 'USD',
		'period_kind', 'daily', 'session_date', '2024-07-01', 'period_start', '2024-07-01', 'period_end', '2024-07-01',
		'trading_pnl_amount', 5)) x;
select is(pg_temp.loaded(string_agg(pg_temp.line(50000 + n::int, type, 'told', agent, 'run_1', t, payload), e'\n')),
	0::bigint, 'what is true is stored')
from told;
select is((count(*), sum(difference)), (6::bigint, 0::numeric), 'at_reconcile: one id in two currencies')
	from at_reconcile('told', 'w-1', everything => true);
select is(
	(select array_agg("check") from at_reconcile('told', 'w-2')), null,
	'at_reconcile: a result of one of two portfolios');
select is((
	select array_agg(currency || ' ' || quantity order by currency) from at_current_position where agent_id = 'w-1'),
	'{EUR 150,USD 9}',
	'at_current_position: one id in two currencies');

-- each view with numbers and each function that gives rows of money is compared: here, in a file
-- that names it, or as a step of another
\set figures `cat test/pgtap/performance/figures_independent.sql`
\set views `cat test/pgtap/performance/views_independent.sql`
\set events `cat test/pgtap/performance/performance_events.sql`
\set routes `cat test/pgtap/performance/routes.sql`
\set fifo `cat test/data/golden_round_trips.sql`
\set drift `cat test/sql/drift/drift_store.sql`
\set rollup `cat test/sql/readiness/rollup.sql`
\set runs `cat test/sql/facts/runs.sql`
\set steps `cat test/sql/facts/steps.sql`
\set decisions `cat test/sql/facts/decisions.sql`
\set listings `cat test/sql/facts/listings.sql`
\set cost `cat test/sql/facts/cost.sql`
\set rollups `cat test/sql/facts/rollups.sql`
\set tear_sheet `cat test/pgtap/performance/tear_sheet_independent.sql`
create temp table compared as
select c.name, c.text, null::text as step_of
from (values ('at_capital_flow', :'routes'), ('at_current_performance', :'figures'), ('at_current_position', :'views'),
	('at_daily_performance', :'figures'), ('at_epoch_leaderboard', :'views'), ('at_equity_curve', :'figures'),
	('at_equity_interval', :'views'), ('at_fill', :'views'), ('at_fill_and_split', :'views'),
	('at_fill_taken', :'views'), ('at_open_lot', :'figures'),
	('at_performance_snapshot', :'views'), ('at_period', :'views'), ('at_pnl_by_month', :'figures'),
	('at_pnl_by_setup', :'views'), ('at_pnl_by_symbol', :'figures'), ('at_pnl_by_weekday', :'figures'),
	('at_portfolio_snapshot', :'views'), ('at_rolling_sharpe', :'views'), ('at_round_trip', :'figures'),
	('at_slippage', :'figures'), ('at_time_in_market', :'views'), ('at_trade', :'figures'),
	('at_trade_issue', :'figures'),
	('at_trading_cost', :'figures'), ('at_period_returns', :'figures'), ('at_reconcile', :'events'),
	('at_calendar_returns', :'tear_sheet'), ('at_daily_exposure', :'tear_sheet'), ('at_drawdowns', :'tear_sheet'),
	('at_tear_sheet', :'tear_sheet'), ('at_trade_excursions', :'tear_sheet'), ('at_trade_groups', :'tear_sheet'),
	('at_round_trips', :'fifo'),
	-- no money, or that of behavior
	('at_behavior_profile_quantile', :'drift'), ('at_behavior_profile_share', :'drift'),
		('at_drift_timeline', :'drift'),
	('at_readiness_daily', :'rollup'),
	-- facts
	('at_agent', :'runs'), ('at_handoff', :'runs'), ('at_run', :'runs'), ('at_session', :'runs'),
	('at_llm_calls', :'steps'), ('at_run_steps', :'steps'), ('at_decisions', :'decisions'),
	('at_quality_signals', :'listings'), ('at_risk_blocks', :'listings'), ('at_explain_cost', :'cost'),
	('at_hourly', :'rollups'), ('at_llm_daily', :'rollups'), ('at_tool_daily', :'rollups'),
	('at_reprice', :'cost'), ('at_recent_decisions', :'decisions'), ('at_recent_llm_calls', :'listings'),
	('at_recent_risk_blocks', :'listings'), ('at_recent_tool_calls', :'listings')) c(name, text)
union all
select s.name, null, s.step_of
from (values ('at_any_fill', 'at_time_in_market'), ('at_current_row', '_at_fresh_current'),
	('at_equity_row', 'at_equity_curve'), ('at_equity_end_row', 'at_period_row'),
	('at_last_position_row', 'at_current_position'), ('at_fill_once', 'at_fill_taken'),
	('at_performance_row', 'at_performance_snapshot'), ('at_period_row', 'at_period'),
	('at_position_row', 'at_time_in_market'),
	('at_pnl_part', 'at_pnl_by_setup'), ('at_pnl_leg', 'at_daily_performance'),
	('at_trade_new_fill', 'at_any_fill'), ('at_trade_new_plan', '_at_write_trades'),
	('at_trade_row', 'at_trade'), ('at_run_row', 'at_run')) s(name, step_of);
select is((select array_agg(r.name order by r.name) from (
		select c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
		where c.relnamespace = (select relnamespace from pg_class where oid = 'at_event'::regclass) and c.relkind = 'v'
			and c.relname ~ '^at_' and a.atttypid in ('numeric'::regtype, 'float8'::regtype)
		union
		select p.proname::text from pg_proc p left join pg_type y on y.oid = p.prorettype
			left join pg_attribute a on a.attrelid = y.typrelid and a.attnum > 0
		where p.proretset and p.proname ~ '^at_'
			and ('numeric'::regtype = any (p.proallargtypes) or a.atttypid = 'numeric'::regtype)) r),
	(select array_agg(name order by name) from compared), 'these are all the views and functions that show numbers');
select is((select array_agg(name) from compared where text !~ ('\m' || name || '\M')), null,
	'each that is compared in a file is named there');
select is((select array_agg(name) from compared c where step_of is not null and not exists (
		select from pg_class v
			where v.relname = c.step_of and v.relkind = 'v' and pg_get_viewdef(v.oid) ~ ('\m' || c.name || '\M')
		union all select from pg_proc p
			where p.proname = c.step_of
				and (p.prosrc ~ ('\m' || c.name || '\M') or pg_get_function_arguments(p.oid) ~ c.name))),
	null, 'each step is in what is made of it');

select * from finish();
rollback;
