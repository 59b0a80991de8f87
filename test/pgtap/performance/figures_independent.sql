-- Every view that shows money, against the same figures computed here in plain
-- SQL from what was recorded: random snapshots, flows before, during and after
-- sessions, several portfolios and currencies, sessions over midnight; random
-- fills with multipliers, splits, and fees in the currency, in what is traded and
-- in something else.  Nothing of the extension's figures is used to expect them.

begin;
set local client_min_messages = warning;
set local timezone = 'UTC';
create temp table made as select at_create_store() as store;
select setseed(0.25);

create function pg_temp.line(n int, type text, agent text, t timestamptz,
	payload jsonb) returns text language sql as $$
	select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5('independent' || n),
		'idempotency_key', 'independent/' || n,
		'project', 'indep', 'agent_id', agent, 'run_id', 'run_1', 'event_type', type, 'environment', 'paper',
			'symbols', '[]'::jsonb,
		'occurred_at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'privacy', '{}'::jsonb,
		'sdk', '{"name":"test","version":"1","language":"sql"}'::jsonb, 'payload', jsonb_strip_nulls(payload))::text
$$;
create function pg_temp.near(a numeric, b numeric, slack numeric default 1e-9) returns boolean language sql as $$
	select a is not distinct from b or coalesce(abs(a - b) <= slack * greatest(1, abs(b)), false)
$$;

-- equity: accounts have a kind and a currency; a session goes from 22:00 to 22:00
create temp table snapshot as
select 'e' || agent as agent, kind, currency, t, (t + interval '2 hours')::date as session_date,
	round((10000 + 5000 * random())::numeric, 2) as equity
from generate_series(1, 3) agent, (values ('paper', 'USD'), ('paper', 'EUR'), ('shadow', 'USD')) k(kind, currency),
	generate_series(1, 40) i,
		lateral (select timestamptz '2026-03-02 00:00' + (i * 8 + floor(7 * random()) + agent) * interval '1 hour'
		+ floor(3600 * random()) * interval '1 second' as t) x
where agent + i <> i or random() < 0.9;
create temp table flow as
select 'e' || agent as agent, (array['', 'paper', 'shadow'])[1 + floor(3 * random())::int] as kind,
	(array['USD', 'EUR'])[1 + floor(2 * random())::int] as currency,
	timestamptz '2026-03-01 12:00' + floor(14 * 86400 * random()) * interval '1 second' as t,
		round((4000 * random() - 1500)::numeric, 2) as amount, i
from generate_series(1, 3) agent, generate_series(1, 14) i;
-- one at the very time of a snapshot, and two in one interval that cancel
insert into flow select agent, 'paper', 'USD', t, 777.77, 100 from (select distinct on (agent) * from snapshot
	where kind = 'paper' and currency = 'USD'
	order by agent, t offset 0) s where agent = 'e1';
insert into flow select 'e2', 'paper', 'USD', t + x.s * interval '1 second', x.amount, 101
from (select min(t) as t from snapshot where agent = 'e2' and kind = 'paper' and currency = 'USD') s, (values (1,
	500), (2, -500)) x(s, amount);

create temp table loaded as select r.* from (select string_agg(l, e'\n') as lines from (
	select pg_temp.line(row_number() over ()::int, 'portfolio.snapshot.recorded', agent, t,
		jsonb_build_object('equity', equity, 'cash', 1,
		'currency', currency, 'portfolio_kind', kind, 'session_date', session_date)) as l
	from (select * from snapshot order by random()) s
	union all
	select pg_temp.line(10000 + row_number() over ()::int, 'capital.flow.recorded', agent, t,
		jsonb_build_object('capital_flow_id', agent || i || amount,
		'flow_kind', case when amount > 0 then 'deposit' else 'withdrawal' end, 'amount', abs(amount), 'asset',
			'USD', 'currency', currency,
		'portfolio_kind', nullif(kind, ''), 'session_date', t::date, 'included_in_trading_pnl', false))
	from flow) x) y, at_ingest_jsonl(y.lines) r;

-- what each interval between two snapshots had, by the conventions of flows
create function pg_temp.invested(timing text, since timestamptz, until timestamptz, amounts numeric[],
	times timestamptz[]) returns numeric language sql as $$
	select coalesce(sum(case timing when 'end' then 0 when 'start' then a when 'whole' then greatest(a, 0)
		else a * extract(epoch from until - t) / extract(epoch from until - since) end), 0)
	from rows from (unnest(amounts), unnest(times)) x(a, t)
$$;
create temp table step as
select s.*, coalesce((select sum(f.amount) from flow f where f.agent = s.agent and f.currency = s.currency
	and f.kind in ('', s.kind)
		and f.t > s.before and f.t <= s.t), 0) as moved,
	array(select f.amount from flow f where f.agent = s.agent and f.currency = s.currency and f.kind in ('', s.kind)
		and f.t > s.before and f.t <= s.t order by f.t, f.amount) as amounts,
	array(select f.t from flow f where f.agent = s.agent and f.currency = s.currency and f.kind in ('', s.kind)
		and f.t > s.before and f.t <= s.t order by f.t, f.amount) as times
from (select *, lag(t) over w as before, lag(equity) over w as v, row_number() over w as nr,
		row_number() over (partition by agent, kind, currency, session_date order by t desc) = 1 as close
	from snapshot window w as (partition by agent, kind, currency order by t)) s;
create temp table expected as
select c.timing, s.*, exp(sum(case when s.v is null then 0 else ln((s.equity - s.moved + i.b) / (s.v + i.b)) end)
	over account) as growth,
	sum(s.moved) filter (where s.v is not null) over session as session_flow,
	exp(sum(case when s.v is null then 0 else ln((s.equity - s.moved + i.b) / (s.v + i.b)) end)
		over session) - 1 as ret
from step s, unnest('{end,start,time,whole}'::text[]) c(timing), lateral (select pg_temp.invested(c.timing,
	s.before, s.t, s.amounts, s.times) as b) i
window account as (partition by c.timing, s.agent, s.kind, s.currency order by s.t),
	session as (partition by c.timing, s.agent, s.kind, s.currency, s.session_date order by s.t);

select plan(39);
select is(store, 'made the store', 'a store') from made;
select is((accepted, rejected), ((select count(*) from snapshot) + (select count(*) from flow), 0::bigint),
	'every event was taken') from loaded;
select ok(count(*) > 20 and count(*) filter (where amounts <> '{}') > 20,
	'there are flows, before, during and after') from expected where timing = 'end';

create function pg_temp.curve_differs(timing text) returns bigint language sql as $$
	select count(*) filter (where c.agent_id is null or e.agent is null or c.session_date <> e.session_date
		or c.equity <> e.equity or c.close <> e.close
		or not pg_temp.near(c.growth::numeric, e.growth::numeric) or (e.nr > 1 and not pg_temp.near(c.ret::numeric,
			e.ret::numeric))
		or (e.nr = 1) <> (c.source = 'first') or (e.nr > 1 and c.external_flow is distinct
			from coalesce(e.session_flow, 0)))
	from (select * from at_equity_curve where project = 'indep') c full join (select * from expected x
		where x.timing = $1) e
		on c.agent_id = e.agent and c.portfolio_kind = e.kind and c.currency = e.currency and c.time = e.t
$$;
select is(pg_temp.curve_differs('end'), 0::bigint, 'at_equity_curve');
set local agent_tracker.flow_timing = 'start';
select is(pg_temp.curve_differs('start'), 0::bigint, 'at_equity_curve, flows at the start');
set local agent_tracker.flow_timing = 'time';
select is(pg_temp.curve_differs('time'), 0::bigint, 'at_equity_curve, flows at their time');
set local agent_tracker.flow_timing = 'whole';
select is(pg_temp.curve_differs('whole'), 0::bigint, 'at_equity_curve, flows inside');
reset agent_tracker.flow_timing;
select is((count(*) > 0, count(*) filter (where not pg_temp.near(p.ret::numeric, e.ret::numeric)
	or p.pnl <> e.equity - e.base - coalesce(e.session_flow, 0) or p.base <> e.base)),
	(true, 0::bigint), 'at_period_returns by ' || e.timing)
from (select *, first_value(coalesce(v, equity)) over (partition by timing, agent, kind, currency, session_date
	order by t) as base from expected) e,
	lateral (select * from at_period_returns('indep', e.agent, origin => 'equity', flow_timing => e.timing) r
		where e.agent = 'e1' and e.close and e.nr > 1 and r.portfolio_kind = e.kind and r.currency = e.currency
			and r.period_end = e.session_date) p
group by e.timing order by e.timing;
select is(current_setting('agent_tracker.flow_timing'), 'end', 'the setting is as it was');

select is((count(*) > 0, count(*) filter (where c.growth <> p.growth or c.ret is distinct from p.ret
	or p.growth <> d.growth)), (true, 0::bigint), 'three views have one growth, to the last bit')
from at_equity_curve c join at_period p on p.project = c.project and p.agent_id = c.agent_id
		and p.portfolio_kind = c.portfolio_kind and p.currency = c.currency and p.period_end = c.session_date
	join at_daily_performance d on d.project = c.project and d.agent_id = c.agent_id
		and d.portfolio_kind = c.portfolio_kind and d.currency = c.currency and d.session_date = c.session_date
where c.project = 'indep' and c.close and p.origin = 'equity';

create temp table closes as
select e.*, max(e.high) over (partition by e.agent, e.kind, e.currency order by e.t) as highest,
	e.growth / greatest(1, max(e.growth) over (partition by e.agent, e.kind, e.currency order by e.t)) - 1 as below
from (select *, growth as high from expected where timing = 'end' and close) e;
select is((count(*) > 0, count(*) filter (where d.equity <> c.equity or d.trading_pnl is distinct from case
	when c.base_known then c.equity - c.base - c.session_flow end
	or c.base_known and not pg_temp.near(d.ret::numeric, c.ret::numeric) or not pg_temp.near(d.growth::numeric,
		c.growth::numeric)
	or c.base_known and not pg_temp.near(d.drawdown::numeric, c.below::numeric))), (true, 0::bigint),
		'at_daily_performance: result, return, growth, drawdown')
from (select x.*, x.nr > 1 as base_known, coalesce(x.session_flow, 0) as flow,
		coalesce((select s.v from step s where s.agent = x.agent and s.kind = x.kind and s.currency = x.currency
			and s.session_date = x.session_date
			order by s.t limit 1), (select s.equity from step s where s.agent = x.agent and s.kind = x.kind
				and s.currency = x.currency order by s.t limit 1)) as base
	from closes x) c
	join at_daily_performance d on d.project = 'indep' and d.agent_id = c.agent and d.portfolio_kind = c.kind
		and d.currency = c.currency and d.session_date = c.session_date;
select is((select sum(external_flow) from at_daily_performance d where d.project = 'indep'
	and d.portfolio_kind = 'shadow'),
	(select sum(f.amount) from flow f where f.kind = 'shadow' and f.currency = 'USD')
	+ (select sum(moved) from (select sum(f.amount) as moved from flow f, (select agent, min(t) as since,
		max(t) as until from snapshot
			where kind = 'shadow' group by agent) s where f.agent = s.agent and f.kind = '' and f.currency = 'USD'
				and f.t > s.since and f.t <= s.until) x)
	+ coalesce((select sum(f.amount) from flow f where f.kind = 'shadow' and f.currency = 'EUR'), 0),
	'each flow of a portfolio is on one day');
select is((count(*) > 0, count(*) filter (where n.equity <> c.equity or not pg_temp.near(n.total_return::numeric,
	(c.growth - 1)::numeric)
	or not pg_temp.near(n.last_ret::numeric, c.ret::numeric) or not pg_temp.near(n.max_drawdown::numeric,
		least(m.deepest, 0)::numeric)
	or not pg_temp.near(n.drawdown::numeric, c.below::numeric))), (true, 0::bigint),
		'at_current_performance: one row for each portfolio, of its own returns')
from (select distinct on (agent, kind, currency) * from closes order by agent, kind, currency, t desc) c
	join (select agent, kind, currency, min(below) as deepest from closes group by 1, 2, 3) m using (agent, kind,
		currency)
	join at_current_performance n on n.project = 'indep' and n.agent_id = c.agent and n.portfolio_kind = c.kind
		and n.currency = c.currency;
select is((select count(*) from at_current_performance where project = 'indep'), 9::bigint, 'and no others');

-- trades: books of an agent, a portfolio, a currency and a symbol
create temp table split as
select * from (values ('SPLIT', timestamptz '2026-04-06 13:30', 10::numeric, 1::numeric), ('SPLIT',
	'2026-04-09 13:30', 3, 2), ('OTHER', '2026-04-07', 7, 1))
	s(symbol, effective_at, ratio, per);
create temp table fill as
select row_number() over () as n, dense_rank() over (order by agent, kind, currency, symbol, i / 3) as o, x.*, case
	when x.fee_unit = 'CCC' then x.fees end as elsewhere,
	case when x.fee_unit = 'BTC' then x.fees else 0 end as in_kind
from (select 't' || agent as agent, kind, currency, symbol, i, t, (t + interval '2 hours')::date as session_date,
		(array['buy', 'SELL', 'sell', 'buy'])[1 + floor(4 * random())::int] as side,
			(1 + floor(9 * random()))::numeric as quantity,
		round((90 + 20 * random())::numeric, 2) as price, round(random()::numeric / 10, 4) as fees,
		case symbol when 'FUT' then 50 end as multiplier,
		case symbol when 'BTC/USD' then (array['BTC', null, 'CCC'])[1 + floor(3 * random())::int] end as fee_unit
	from generate_series(1, 2) agent, (values ('paper', 'USD'), ('shadow', 'USD'), ('paper', 'EUR')) k(kind,
		currency),
		(values ('SPY'), ('FUT'), ('SPLIT'), ('BTC/USD')) y(symbol), generate_series(1, 30) i,
		lateral (select timestamptz '2026-04-02 00:00' + (i * 6 + floor(6 * random())) * interval '1 hour' +
			floor(3600 * random() + agent - agent) * interval '1 second' as t) z) x;
insert into at_split select * from split where symbol = 'SPLIT' and ratio = 10;
create temp table loaded_half as select r.* from (select string_agg(pg_temp.line(20000 + n::int,
	'paper.fill.recorded', agent, t,
	jsonb_build_object('fill_id', 'f' || n, 'symbol', symbol, 'side', lower(side), 'quantity', quantity, 'price',
		price::text, 'fees', fees, 'currency', currency,
		'portfolio_kind', kind, 'session_date', session_date, 'multiplier', multiplier, 'fee_currency', fee_unit,
			'order_intent_id', 'o' || o)), e'\n'
	order by random()) as lines from fill where n % 2 = 0) y, at_ingest_jsonl(y.lines) r;
create temp table refreshed as select fills, positions, legs from at_refresh();
create temp table loaded_rest as select r.* from (select string_agg(pg_temp.line(20000 + n::int,
	'paper.fill.recorded', agent, t,
	jsonb_build_object('fill_id', 'f' || n, 'symbol', symbol, 'side', lower(side), 'quantity', quantity, 'price',
		price, 'fees', fees::text, 'currency', currency,
		'portfolio_kind', kind, 'session_date', session_date, 'contract_multiplier', multiplier, 'fee_currency',
			fee_unit, 'order_intent_id', 'o' || o)), e'\n'
	order by random()) as lines from fill where n % 2 = 1) y, at_ingest_jsonl(y.lines) r;
insert into at_split select * from split where not (symbol = 'SPLIT' and ratio = 10);
create temp table orders as select r.* from (select string_agg(pg_temp.line(40000 + o::int, 'order.intent.recorded',
	agent, timestamptz '2026-04-01',
	jsonb_build_object('order_intent_id', 'o' || o, 'decision_id', 'd' || o, 'symbol', 'SPY', 'side', 'buy',
		'intended_quantity', 30,
		'intended_price', case when o % 5 = 0 then 0 else 100 end)), e'\n') as lines
	from (select distinct agent, o from fill where symbol = 'SPY') x) y, at_ingest_jsonl(y.lines) r;

-- first in first out, here: all in units of the end, one fill after the other
create temp table part (agent text, kind text, currency text, symbol text, session_date date, gross numeric,
	fees numeric, trip int, done boolean);
create temp table left_open (agent text, kind text, currency text, symbol text, quantity numeric, cost numeric,
	fees numeric);
create function pg_temp.match() returns void language plpgsql as $$
declare
	b record; f record;
	q numeric[]; p numeric[]; c numeric[]; q0 numeric[]; c0 numeric[];
	held numeric; rest numeric; take numeric; m numeric; share numeric; trip int; s int;
begin
	for b in select distinct agent, kind, currency, symbol from fill loop
		q := '{}'; p := '{}'; c := '{}'; q0 := '{}'; c0 := '{}';
		held := 0;
		trip := 0;
		for f in select x.*, r.units, case when lower(x.side) = 'buy' then 1 else -1 end as way,
				(x.quantity - case when lower(x.side) = 'buy' then x.in_kind
					else -x.in_kind end) * r.units as amount, x.price / r.units as each,
				case when x.elsewhere is not null then 0 else x.in_kind * x.price + case when x.in_kind = 0
					then x.fees else 0 end end as money
			from fill x, lateral (select coalesce((select ratio / per from split where symbol = x.symbol
				and effective_at > x.t
					order by effective_at limit 1), 1)
				* coalesce((select ratio / per from split where symbol = x.symbol and effective_at > x.t
					order by effective_at offset 1 limit 1), 1) as units) r
			where (x.agent, x.kind, x.currency, x.symbol) = (b.agent, b.kind, b.currency, b.symbol) order by x.t,
				('f' || x.n) collate "C" loop
			rest := f.amount;
			m := coalesce(f.multiplier, 1);
			while rest > 0 and held * f.way < 0 loop
				take := least(rest, q[1]);
				share := c0[1] * take / q0[1];
				held := held + f.way * take;
				insert into part values (b.agent, b.kind, b.currency, b.symbol, f.session_date,
					-f.way * (f.each - p[1]) * take * m,
					share + f.money * take / f.amount, trip, held = 0);
				q[1] := q[1] - take;
				c[1] := c[1] - share;
				rest := rest - take;
				if q[1] = 0 then
					q := q[2:]; p := p[2:]; c := c[2:]; q0 := q0[2:]; c0 := c0[2:];
				end if;
				if held = 0 then
					trip := trip + 1;
				end if;
			end loop;
			if rest > 0 then
				held := held + f.way * rest;
				q := q || rest; p := p || f.each; q0 := q0 || rest;
				c := c || f.money * rest / f.amount; c0 := c0 || f.money * rest / f.amount;
			end if;
		end loop;
		for s in 1 .. coalesce(cardinality(q), 0) loop
			insert into left_open values (b.agent, b.kind, b.currency, b.symbol, q[s],
				q[s] * p[s] * coalesce((select max(multiplier) from fill where symbol = b.symbol), 1), c[s]);
		end loop;
	end loop;
end
$$;
select pg_temp.match();
create temp table trip as select agent, kind, currency, symbol, trip, sum(gross - fees) as net,
	max(session_date) as session_date
from part group by 1, 2, 3, 4, 5 having bool_or(done);

create function pg_temp.books_differ() returns bigint language sql as $$
	select count(*) filter (where t.agent_id is null or p.agent is null or not pg_temp.near(t.gross, p.gross)
		or not pg_temp.near(t.fees, p.fees)
		or t.parts <> p.parts or not pg_temp.near(t.net, p.gross - p.fees))
	from (select agent_id, portfolio_kind, currency, symbol, session_date, sum(gross_pnl) as gross,
		sum(fees) as fees, sum(net_pnl) as net, count(*) as parts
			from at_trade where project = 'indep' group by 1, 2, 3, 4, 5) t
		full join (select agent, kind, currency, symbol, session_date, sum(gross) as gross, sum(fees) as fees,
			count(*) as parts from part group by 1, 2, 3, 4, 5) p
			on t.agent_id = p.agent and t.portfolio_kind = p.kind and t.currency = p.currency
				and t.symbol = p.symbol and t.session_date = p.session_date
$$;
select ok(count(*) > 200 and count(distinct symbol) = 4, 'there are trades') from part;
select is(pg_temp.books_differ(), 0::bigint, 'at_trade, before a refresh');
create temp table refreshed_again as select fills, positions, legs from at_refresh();
select is(pg_temp.books_differ(), 0::bigint, 'at_trade, after it');
create temp table rebuilt as select at_rebuild_trades() as fills;
select is(pg_temp.books_differ(), 0::bigint, 'at_trade, from a book made anew');
select is((count(*) > 0, count(*) filter (where o.agent_id is null or l.agent is null
	or not pg_temp.near(o.quantity, l.quantity) or not pg_temp.near(o.cost, l.cost)
	or not pg_temp.near(o.fees, l.fees))), (true, 0::bigint), 'at_open_lot')
from (select agent_id, portfolio_kind, currency, symbol, sum(quantity) as quantity, sum(cost) as cost,
	sum(fees) as fees from at_open_lot
		where project = 'indep' group by 1, 2, 3, 4) o
	full join (select agent, kind, currency, symbol, sum(quantity) as quantity, sum(cost) as cost, sum(fees) as fees
		from left_open group by 1, 2, 3, 4) l
		on o.agent_id = l.agent and o.portfolio_kind = l.kind and o.currency = l.currency and o.symbol = l.symbol;
select is((count(*) > 0, count(*) filter (where r.agent_id is null or t.agent is null or not pg_temp.near(r.net,
	t.net) or r.trips <> t.trips or r.wins <> t.wins)), (true, 0::bigint),
	'at_round_trip')
from (select agent_id, portfolio_kind, currency, symbol, sum(net_pnl) as net, count(*) as trips,
	count(*) filter (where net_pnl > 0) as wins
		from at_round_trip where project = 'indep' group by 1, 2, 3, 4) r
	full join (select agent, kind, currency, symbol, sum(net) as net, count(*) as trips,
		count(*) filter (where net > 0) as wins from trip group by 1, 2, 3, 4) t
		on r.agent_id = t.agent and r.portfolio_kind = t.kind and r.currency = t.currency and r.symbol = t.symbol;
select is((count(*) > 0, count(*) filter (where s.agent_id is null or p.agent is null or not pg_temp.near(s.net_pnl,
	p.net) or s.trades <> coalesce(t.trips, 0) or s.lots <> p.parts
	or not pg_temp.near(s.win_rate::numeric, (t.wins / t.trips::numeric)) or not pg_temp.near(s.expectancy,
		t.net / t.trips))), (true, 0::bigint), 'at_pnl_by_symbol')
from (select * from at_pnl_by_symbol where project = 'indep') s
	full join (select agent, kind, currency, symbol, sum(gross - fees) as net, count(*) as parts from part
		group by 1, 2, 3, 4) p
		on s.agent_id = p.agent and s.portfolio_kind = p.kind and s.currency = p.currency and s.symbol = p.symbol
	left join (select agent, kind, currency, symbol, sum(net) as net, count(*) as trips,
		count(*) filter (where net > 0) as wins from trip group by 1, 2, 3, 4) t
		on t.agent = p.agent and t.kind = p.kind and t.currency = p.currency and t.symbol = p.symbol;
select is((count(*) > 0, count(*) filter (where d.trades <> coalesce(t.trips, 0) or not pg_temp.near(d.net_pnl,
	p.net))), (true, 0::bigint), 'at_daily_performance: trades on the day of their session')
from (select agent, kind, currency, session_date, sum(gross - fees) as net from part group by 1, 2, 3, 4) p
	left join (select agent, kind, currency, session_date, count(*) as trips from trip group by 1, 2, 3,
		4) t using (agent, kind, currency, session_date)
	join at_daily_performance d on d.project = 'indep' and d.agent_id = p.agent and d.portfolio_kind = p.kind
		and d.currency = p.currency and d.session_date = p.session_date;
select is((select count(*) from at_daily_performance where project = 'indep' and agent_id ~ '^t'),
	(select count(*) from (select distinct agent, kind, currency, session_date from part) x), 'and on no other');
select is((select array_agg(round(net_pnl, 6) order by agent_id, portfolio_kind, currency, iso_weekday)
	from at_pnl_by_weekday where project = 'indep'),
	(select array_agg(round(net, 6) order by agent, kind, currency, day) from (select agent, kind, currency,
		extract(isodow from session_date) as day,
		sum(gross - fees) as net from part group by 1, 2, 3, 4) x), 'at_pnl_by_weekday');
select is((select array_agg(round(net_pnl, 6) order by agent_id, portfolio_kind, currency, time)
	from at_pnl_by_month where project = 'indep'),
	(select array_agg(round(net, 6) order by agent, kind, currency, month) from (select agent, kind, currency,
		date_trunc('month', session_date) as month,
		sum(gross - fees) as net from part group by 1, 2, 3, 4) x), 'at_pnl_by_month');
select is((count(*) > 0, count(*) filter (where n.trades <> t.trips or not pg_temp.near(n.net_pnl, round(p.net, 6))
	or not pg_temp.near(n.win_rate::numeric, t.wins / t.trips::numeric))),
	(true, 0::bigint), 'at_current_performance: trades')
from (select agent, kind, currency, sum(gross - fees) as net from part group by 1, 2, 3) p
	join (select agent, kind, currency, count(*) as trips, count(*) filter (where net > 0) as wins from trip
		group by 1, 2, 3) t using (agent, kind, currency)
	join at_current_performance n on n.project = 'indep' and n.agent_id = p.agent and n.portfolio_kind = p.kind
		and n.currency = p.currency;
-- cash that came in, and what is open at what was paid for it
select is((count(*) > 0, count(*) filter (where not pg_temp.near(c.net, c.cash + coalesce(l.cost, 0), 1e-8))),
	(true, 0::bigint), 'results are the cash flow and the cost of what is open')
from (select f.agent, f.kind, f.currency, f.symbol, sum(case when lower(f.side) = 'buy' then -1
	else 1 end * f.quantity * f.price * coalesce(f.multiplier, 1)
		- case when f.fee_unit in ('BTC', 'CCC') then 0 else f.fees end) as cash,
		(select sum(t.net_pnl) from at_trade t where t.project = 'indep' and t.agent_id = f.agent
			and t.portfolio_kind = f.kind and t.currency = f.currency and t.symbol = f.symbol) as net
	from fill f group by 1, 2, 3, 4) c
	left join (select agent_id as agent, portfolio_kind as kind, currency, symbol, sum(case direction when 'long'
		then cost else -cost end + fees) as cost
		from at_open_lot where project = 'indep' group by 1, 2, 3, 4) l using (agent, kind, currency, symbol);
select is((select jsonb_object_agg(agent_id || portfolio_kind || currency,
	trim_scale((other_fees ->> 'CCC')::numeric)) from at_trading_cost
	where project = 'indep' and symbol = 'BTC/USD'),
	(select jsonb_object_agg(k, trim_scale(s)) from (select agent || kind || currency as k, sum(elsewhere) as s
		from fill where symbol = 'BTC/USD' group by 1) x),
	'fees in another currency are shown apart');
select is((select count(*) from at_trade_issue where project = 'indep' and kind = 'fee' and fee_currency = 'CCC'),
	(select count(*) from fill where elsewhere is not null), 'and each is told');
select is((select count(*) from at_trade_issue where project = 'indep' and kind <> 'fee'), 0::bigint,
	'nothing else is');
select is((count(*) > 0, count(*) filter (where c.notional <> x.notional or c.fills <> x.fills)), (true, 0::bigint),
	'at_trading_cost: notional is times the multiplier')
from at_trading_cost c join (select agent, kind, currency, symbol, sum(quantity * price * coalesce(multiplier,
	1)) as notional, count(*) as fills from fill group by 1, 2, 3, 4) x
	on c.agent_id = x.agent and c.portfolio_kind = x.kind and c.currency = x.currency and c.symbol = x.symbol
		where c.project = 'indep';
select is((count(*) > 0, count(*) filter (where s.slippage is distinct from case when x.o % 5 <> 0
	then x.notional - 100 * x.quantity end or s.fills <> x.fills)), (true, 0::bigint),
	'at_slippage: an order against its fills, null where it names no price')
from at_slippage s join (select agent, kind, currency, o, sum(quantity) as quantity,
	sum(quantity * price) as notional, count(*) as fills
		from fill where symbol = 'SPY' group by 1, 2, 3, 4) x
	on s.agent_id = x.agent and s.portfolio_kind = x.kind and s.currency = x.currency
		and s.order_intent_id = 'o' || x.o
where s.project = 'indep';
select is(count(*), 0::bigint, 'reconciling finds nothing where nothing was reported') from at_reconcile('indep');

-- the work of at_slippage is in proportion to the orders: no plan compares each with each
create temp table many as select r.* from (select string_agg(pg_temp.line(100000 + 2 * i - 1,
	'order.intent.recorded', 'g', timestamptz '2026-05-04 10:00'
			+ i * interval '1 second', jsonb_build_object('order_intent_id', 'g' || i, 'decision_id', 'd' || i,
				'symbol', 'SPY', 'side', 'buy',
			'intended_quantity', 1, 'intended_price', 100))
		|| e'\n' || pg_temp.line(100000 + 2 * i, 'paper.fill.recorded', 'g',
			timestamptz '2026-05-04 10:00:00.5' + i * interval '1 second',
			jsonb_build_object('fill_id', 'g' || i, 'order_intent_id', 'g' || i, 'symbol', 'SPY', 'side', 'buy',
				'quantity', 1, 'price', 101)), e'\n') as lines
	from generate_series(1, 3000) i) y, at_ingest_jsonl(y.lines) r;
create function pg_temp.most_rows() returns bigint language plpgsql as $$
declare
	line text;
	most bigint := 0;
begin
	-- rows times loops of any node, and what a join removed
	for line in explain (analyze, timing off, summary off) select sum(slippage) from at_slippage
		where project = 'indep' and agent_id = 'g' loop
		most := greatest(most, coalesce((regexp_match(line,
			'rows=(\d+)(?:\.\d+)? loops='))[1]::bigint * (regexp_match(line, 'loops=(\d+)'))[1]::bigint, 0),
			coalesce((regexp_match(line, 'Rows Removed by Join Filter: (\d+)'))[1]::bigint, 0));
	end loop;
	return most;
end
$$;
select is((select (count(*), sum(slippage))::text from at_slippage where project = 'indep' and agent_id = 'g'),
	'(3000,3000)', 'every order has its slippage');
select ok(pg_temp.most_rows() between 3000 and 30000, 'before the fills are in the book');
create temp table refreshed_last as select fills, positions, legs from at_refresh();
select ok(pg_temp.most_rows() between 3000 and 30000, 'and after it');

select * from finish();
rollback;
