-- Vectors of performance through the store: the events that carry the input,
-- and the views and functions that give the figures back.
\set ECHO none
\i test/data/golden.sql
\i test/data/helper.sql
\set returns `cat test/data/stats/returns_stats.json`
\set drawdowns `cat test/data/stats/drawdowns.json`
\set benchmark `cat test/data/stats/benchmark_stats.json`
\set flows `cat test/data/stats/cash_flow_returns.json`
select * from no_plan();
select is(at_create_store(), 'made the store', 'a store');

create temp table cases as
select family, c, c -> 'input' as i, family || '-' || row_number() over (partition by family) as agent
from (values ('returns', :'returns'::jsonb), ('drawdowns', :'drawdowns'), ('benchmark', :'benchmark'),
	('flows', :'flows')) f(family, vectors),
	jsonb_array_elements(vectors) c;

create temp table line (nr serial, event_type text, agent text, at timestamptz, payload jsonb);
-- returns, as decimal strings, of a base of one; what is NULL has no numbers
insert into line (event_type, agent, at, payload)
select 'performance.snapshot.recorded', agent, d + interval '21 hours',
	jsonb_strip_nulls(jsonb_build_object('period_kind', 'daily',
		'session_date', d::date, 'period_start', d::date, 'period_end', d::date, 'return_base', '1',
		'flow_adjusted_equity_change', r,
		'benchmark_return_pct', (100 * b::numeric)::text))
from cases,
	rows from (
		jsonb_array_elements_text(i -> 'returns'), jsonb_array_elements_text(i -> 'benchmark')) with ordinality u(r, b,
		o),
	lateral (select timestamp '2020-01-01' + o * interval '1 day' as d) t
where family <> 'flows';
-- equity at the end of each period, and what came or went in it
insert into line (event_type, agent, at, payload)
select 'portfolio.snapshot.recorded', agent, timestamp '2020-01-01 21:00',
	jsonb_build_object('portfolio_kind', 'main', 'currency', 'USD',
	'equity', i ->> 'start_equity', 'session_date', '2020-01-01')
from cases where family = 'flows';
insert into line (event_type, agent, at, payload)
select e, agent, d + case e when 'portfolio.snapshot.recorded' then interval '21 hours' else interval '15 hours' end,
	case e when 'portfolio.snapshot.recorded' then jsonb_build_object(
		'portfolio_kind', 'main', 'currency', 'USD', 'equity', p -> 'end_equity', 'session_date', d::date)
		else jsonb_build_object(
			'capital_flow_id', agent || o, 'asset', 'USD', 'currency', 'USD', 'included_in_trading_pnl', false,
			'session_date', d::date,
			'flow_kind', case when (p ->> 'external_flow')::numeric < 0 then 'withdrawal' else 'deposit' end,
			-- with its sign, and without
			'amount', case when o % 2 = 0 then p ->> 'external_flow' else ltrim(p ->> 'external_flow', '-') end) end
from cases, jsonb_array_elements(i -> 'periods') with ordinality x(p, o),
	lateral (select timestamp '2020-01-01' + o * (i ->> 'days_per_period')::float8 * interval '1 day' as d) t,
	unnest('{portfolio.snapshot.recorded,capital.flow.recorded}'::text[]) e
where family = 'flows' and (e = 'portfolio.snapshot.recorded' or (p ->> 'external_flow')::numeric <> 0);

select is((
	select row(accepted, rejected)::text
	from at_ingest_jsonl(
		(
		select string_agg(
		pg_temp.event(nr, jsonb_build_object('event_type', event_type, 'agent_id', agent, 'run_id', 'run_' || agent,
		'symbols', '[]'::jsonb, 'idempotency_key', 'k/' || nr, 'occurred_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'payload', payload)),
			e'\n'
			order by md5(nr::text))
			from line))),
	(select row(count(*), 0)::text from line), 'every event was taken');

select pg_temp.golden_is(to_jsonb(s.p), c)
from cases join (
	select r.agent_id as agent,
	at_performance(
		r.ret, r.period_end::timestamptz, (i ->> 'periods_per_year')::float8, (i ->> 'risk_free_annual')::float8,
		(i ->> 'mar_annual')::float8) as p
	from at_period_returns('paper') r join cases on agent = r.agent_id where family = 'returns'
		group by 1) s using (agent)
order by agent;
select pg_temp.golden_is(to_jsonb(s.p), c)
from cases join (select r.agent_id as agent, at_drawdown_summary(r.ret, r.period_end::timestamptz) as p
	from at_period_returns('paper') r join cases on agent = r.agent_id where family = 'drawdowns'
		group by 1) s using (agent)
order by agent;
select pg_temp.golden_is(to_jsonb(s.p), c)
from cases join (
	select r.agent_id as agent,
	at_benchmark(r.ret, r.benchmark_ret, (i ->> 'periods_per_year')::float8, (i ->> 'risk_free_annual')::float8) as p
	from at_period_returns('paper') r join cases on agent = r.agent_id where family = 'benchmark'
		group by 1) s using (agent)
order by agent;
-- growth and drawdown run along
select is((
	select string_agg(r.agent_id, ', ')
	from (
		select agent_id, last_value(growth) over w as growth, last_value(drawdown) over w as drawdown,
		row_number() over w as nr
			from at_period_returns('paper') window w as (
				partition by agent_id order by period_end rows between unbounded preceding and unbounded following)) r
		join cases on agent = r.agent_id
		where r.nr = 1 and (family = 'returns' and abs(r.growth - 1 - (c #>> '{expected,total_return}')::float8) > 1e-12
			or family = 'drawdowns' and abs(r.drawdown - (c #>> '{expected,current_drawdown}')::float8) > 1e-12)),
	null, 'growth and current drawdown');

select pg_temp.golden_is(
	jsonb_build_object(
	'period_returns_flow_at_end', s.rets, 'twr_flow_at_end', s.twr, 'broken_periods_flow_at_end', s.broken, 'net_gain',
	s.gain),
	c
	|| jsonb_build_object(
		'expected', jsonb_build_object('period_returns_flow_at_end', c #> '{expected,period_returns_flow_at_end}',
		'twr_flow_at_end', c #> '{expected,twr_flow_at_end}', 'broken_periods_flow_at_end',
		coalesce(c #> '{expected,broken_periods_flow_at_end}', to_jsonb(s.broken)),
		'net_gain', c #> '{expected,net_gain}')))
from cases join (
	select agent_id as agent, jsonb_agg(to_jsonb(ret) order by period_end) as rets, at_total_return(ret) as twr,
	count(*) filter (where ret is null) as broken, sum(pnl) as gain
	from at_period_returns('paper', origin => 'equity') where source <> 'first' group by 1) s using (agent)
order by agent;
select pg_temp.golden_is(
	jsonb_build_object('mwr_annual_xirr', s.rate), c
	|| jsonb_build_object('expected', jsonb_build_object('mwr_annual_xirr', c #> '{expected,mwr_annual_xirr}')),
	', money-weighted')
from cases join (select agent_id as agent, at_xirr(day, amount) as rate from (
		select agent_id, session_date as day, -amount as amount from at_capital_flow where external
		union all select agent_id, session_date, -equity
			from (select distinct on (agent_id) * from at_equity_curve order by agent_id, time) first
		union all select agent_id, session_date, equity
			from (select distinct on (agent_id) * from at_equity_curve order by agent_id, time desc) last) m
			group by 1) s using (agent)
where family = 'flows' order by agent;
select is((select count(*) from at_reconcile('paper')), 0::bigint, 'nothing was said that does not follow');
select * from finish();
