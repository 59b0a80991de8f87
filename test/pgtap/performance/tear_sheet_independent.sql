-- The figures of a tear sheet against figures that are computed here from what was recorded, by loops in
-- PL/pgSQL over one period, snapshot or trade after the other: portfolios in two currencies, returns as
-- reported and out of equity, gaps, flat days, shorts, partial closes, positions without a snapshot.
--
--	at_tear_sheet, at_drawdowns, at_calendar_returns,	by period
--	at_rolling_performance, at_agent_correlation
--	at_daily_exposure									by session and position
--	at_trade_groups, at_trade_excursions				by trade

begin;
set local client_min_messages = warning;
set local timezone = 'UTC';
create temp table made as select at_create_store() as store;
select setseed(0.25);

create function pg_temp.line(n bigint, type text, agent text, t timestamptz, payload jsonb) returns text language sql
	as $$
	select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5(type || n),
		'idempotency_key', type || '/' || n, 'project', 'tear', 'agent_id', agent, 'run_id', 'run_1', 'event_type',
			type,
		'environment', 'paper', 'symbols', '[]'::jsonb,
		'occurred_at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'privacy', '{}'::jsonb,
		'sdk', '{"name":"test","version":"1","language":"sql"}'::jsonb, 'payload', jsonb_strip_nulls(payload))::text
$$;
create function pg_temp.one_of(choices text[]) returns text language sql volatile as $$
	select choices[1 + floor(cardinality(choices) * random())::int]
$$;
create function pg_temp.loaded(lines text) returns bigint language sql as $$
	select rejected + duplicates + conflicts from at_ingest_jsonl(lines)
$$;
create function pg_temp.near(a float8, b float8) returns boolean language sql as $$
	select a is not distinct from b or coalesce(abs(a - b) <= 1e-9 * greatest(1e-3, abs(b)), false)
$$;
create function pg_temp.near(a numeric, b numeric) returns boolean language sql as $$
	select a is not distinct from b or coalesce(abs(a - b) <= 1e-7 * greatest(1, abs(b)), false)
$$;

-- periods as reported: weekdays with gaps, over more than a year and less, with flat days
create temp table period as
select row_number() over () as n, agent, kind, currency, day::date as day, 1000 + 10 * number as base,
	case when random() < 0.1 then 0 else round((40 * random() - 19)::numeric, 2) end as pnl,
	case when agent <> 'c' then round((2 * random() - 1)::numeric, 4) end as bench
from (values (1, 'a', 'paper', 'USD', 400), (2, 'a', 'paper', 'EUR', 130), (3, 'b', 'paper', 'USD', 95), (4, 'c', '',
	'USD', 30),
		(5, 'd', 'paper', 'USD', 1)) v(number, agent, kind, currency, days),
	generate_series(date '2026-03-31' - days, date '2026-03-31', interval '1 day') day
where extract(isodow from day) < 6 and (random() < 0.9 or day = date '2026-03-31') and days > 0;
-- equity of agent b, from before its periods, which its returns are not made of; and of e, which has nothing else
create temp table equity as
select row_number() over () as n, agent, 'paper' as kind, 'USD' as currency, day::date as day, round((900 + 200
	* random())::numeric, 2) as equity
from (values ('b', 110), ('e', 70)) v(agent, days), generate_series(date '2026-03-30' - days, date '2026-03-30',
	interval '1 day') day
where extract(isodow from day) < 6 and random() < 0.85;
-- positions: some are forgotten while open, a symbol may be several
create temp table place as
select row_number() over (order by day, random()) as n, agent, symbol, symbol || copy as position_id, day::date
	as day,
	case when random() < 0.25 then 0 else round((40 * random() - 20)::numeric, 1) end as quantity,
	round((90 + 20 * random())::numeric, 2) as price, random() < 0.5 as valued,
	case when currency <> '-' then currency end as currency
from unnest('{b,e}'::text[]) agent, unnest('{SPY,QQQ,OIL,GLD}'::text[]) symbol, unnest('{x,y}'::text[]) copy,
	generate_series(date '2026-01-20', date '2026-03-20', interval '1 day') day,
	lateral (select pg_temp.one_of('{USD,USD,USD,USD,EUR,-}') as currency where agent <> '' and symbol <> ''
		and copy <> '' and day > '-infinity') c
where random() < 0.4;
-- trades: opened by one fill, closed by one or two, each a position of its own
create temp table trade as
select n, agent, symbol, direction, quantity, entry_at, first_exit, last_exit, round(entry, 2) as entry, round(exit_1,
	2) as exit_1,
	round(exit_2, 2) as exit_2, pg_temp.one_of('{gap,fade,NULL}') as setup, reason, is_closed
from (select n, pg_temp.one_of('{b,e,f}') as agent, pg_temp.one_of('{SPY,QQQ,OIL}') as symbol,
	pg_temp.one_of('{long,short}') as direction,
		(2 + 2 * floor(5 * random()))::numeric as quantity, t as entry_at, t + h1 as first_exit, t + h1 + h2
			as last_exit,
		(90 + 20 * random())::numeric as entry, (90 + 20 * random())::numeric as exit_1, (90 + 20 * random())::numeric
			as exit_2,
		pg_temp.one_of('{stop,target,NULL}') as reason, random() < 0.9 as is_closed
	from generate_series(1, 150) n, lateral (select timestamptz '2026-01-20 14:00' + n * interval '9 hours' as t,
		(1 + random()) * interval '3 hours' as h1, (1 + random()) * interval '20 hours' as h2) z) x;
create temp table price as
select row_number() over () as n, pg_temp.one_of('{b,e,f}') as agent, pg_temp.one_of('{SPY,QQQ,spy,OIL,GLD}')
	as symbol,
	timestamptz '2026-01-25 14:00' + random() * interval '55 days' as t, round((80 + 40 * random())::numeric, 2)
		as price
from generate_series(1, 4000);
insert into price select 9000 + n, agent, symbol, entry_at, 1 from trade where n % 20 = 0;

create temp table fill as
select row_number() over () as n, x.* from (
	select n as trade, agent, symbol, entry_at as t, case direction when 'long' then 'buy' else 'short' end as side,
		quantity, entry as price,
		'open' as effect, null as decision from trade
	union all select n, agent, symbol, first_exit, case direction when 'long' then 'sell' else 'cover' end, quantity
		/ 2, exit_1, 'reduce', null from trade
	union all select n, agent, symbol, last_exit, case direction when 'long' then 'sell' else 'cover' end, quantity
		/ 2, exit_2, 'close',
		case when reason <> 'NULL' then 'dec-' || n end from trade where is_closed) x;

create function pg_temp.lines(part int) returns setof text language sql as $$
	select pg_temp.line(n, 'performance.snapshot.recorded', agent, day + time '21:00',
		jsonb_build_object('period_kind', 'daily', 'session_date', day,
		'period_start', day, 'period_end', day, 'return_base', base, 'trading_pnl_amount', pnl::text,
			'flow_adjusted_equity_change', pnl,
		'benchmark_return_pct', bench, 'portfolio_kind', nullif(kind, ''), 'currency', currency)) from period
			where n % 2 = part
	union all select pg_temp.line(n, 'portfolio.snapshot.recorded', agent, day + time '21:00',
		jsonb_build_object('session_date', day, 'equity', equity,
		'portfolio_kind', kind, 'currency', currency)) from equity where n % 2 = part
	union all select pg_temp.line(n, 'position.snapshot.recorded', agent, day + time '20:00' + n
		* interval '1 millisecond',
		jsonb_build_object('session_date', day, 'symbol', symbol, 'position_id', position_id, 'quantity', quantity,
			'market_price', price,
		'market_value', case when valued then quantity * price end, 'portfolio_kind', 'paper', 'currency', currency))
			from place where n % 2 = part
	union all select pg_temp.line(n, 'paper.fill.recorded', agent, t, jsonb_build_object('fill_id', 'f' || n,
		'symbol', symbol, 'side', side, 'quantity',
		quantity, 'price', price, 'fees', '0.5', 'currency', 'USD', 'portfolio_kind', 'paper', 'position_id', 'p'
			|| trade, 'open_close_effect', effect,
		'decision_id', decision, 'setup', (select nullif(setup, 'NULL') from trade x where x.n = trade))) from fill
			where n % 2 = part
	union all select pg_temp.line(n, 'decision.proposed', agent, last_exit - interval '1 second',
		jsonb_build_object('decision_id', 'dec-' || n,
		'symbol', symbol, 'action', 'sell', 'confidence', 0.5, 'decision_kind', 'exit', 'rationale', 'x',
			'reason_code',
		case reason when 'stop' then 'stop_loss' end)) from trade where n % 2 = part and reason <> 'NULL'
	union all select pg_temp.line(n, 'market.snapshot.recorded', agent, t, jsonb_build_object('symbol', symbol,
		'price', price::text,
		'source', 'test')) from price where n % 2 = part
$$;
create temp table load as select pg_temp.loaded(string_agg(l, e'\n')) as refused from pg_temp.lines(0) l
	union all select 0 from at_refresh()
	union all select pg_temp.loaded(string_agg(l, e'\n')) from pg_temp.lines(1) l;

select * from no_plan();
select is(sum(refused), 0::numeric, 'all is stored') from load;

-- the returns of the five portfolios that report periods, and of the two that have equity alone
create temp table chain as
select agent, kind, currency, day as first_day, day, pnl::float8 / base as ret, pnl, bench / 100 as bench from period
union all
select agent, kind, currency, lag(day) over w + 1, day, (equity / lag(equity) over w - 1)::float8, equity
	- lag(equity) over w, null
from equity where agent = 'e' window w as (partition by agent order by day);
delete from chain where ret is null;

-- One portfolio in a window of sessions, by a loop over its periods.
create type pg_temp.sheet as (total float8, mtd float8, m3 float8, m6 float8, ytd float8, y1 float8, cagr float8,
	best float8, worst float8,
	best_month float8, worst_month float8, pnl numeric, fall numeric, depth float8, falls bigint, longest int,
		mean_days float8, mean_sessions float8,
	longest_sessions bigint, first_session date, last_session date);
create temp table fall (agent text, currency text, started date, trough date, recovered date, depth float8,
	amount numeric, sessions bigint,
	days int);
create function pg_temp.sheet(a text, c text, since date, until date) returns pg_temp.sheet language plpgsql as $$
declare
	p record;
	s pg_temp.sheet;
	first_day date;
	wealth float8 := 1;
	high float8 := 1;
	high_day date;
	low float8;
	low_day date;
	gain numeric := 0;
	top numeric := 0;
	gain_at_high numeric := 0;
	gain_at_low numeric;
	under bigint := 0;
	months jsonb := '{}';
	month float8;
	m text;
begin
	truncate fall;
	select min(x.first_day), max(x.day), min(x.day) into first_day, s.last_session, s.first_session
	from chain x where x.agent = a and x.currency = c and x.day >= since and x.day < until;
	high_day := first_day - 1;
	s.fall := 0;
	s.falls := 0;
	s.mtd := 1; s.m3 := 1; s.m6 := 1; s.ytd := 1; s.y1 := 1;
	for p in select * from chain x where x.agent = a and x.currency = c and x.day >= since and x.day < until
		order by x.day loop
		wealth := wealth * (1 + p.ret);
		gain := gain + p.pnl;
		top := greatest(top, gain);
		s.fall := greatest(s.fall, top - gain);
		s.best := greatest(s.best, p.ret);
		s.worst := least(s.worst, p.ret);
		if to_char(p.day, 'YYYYMM') = to_char(s.last_session, 'YYYYMM') then s.mtd := s.mtd * (1 + p.ret); end if;
		if to_char(p.day, 'YYYY') = to_char(s.last_session, 'YYYY') then s.ytd := s.ytd * (1 + p.ret); end if;
		if p.day > s.last_session - interval '3 months' then s.m3 := s.m3 * (1 + p.ret); end if;
		if p.day > s.last_session - interval '6 months' then s.m6 := s.m6 * (1 + p.ret); end if;
		if p.day > s.last_session - interval '1 year' then s.y1 := s.y1 * (1 + p.ret); end if;
		months := months || jsonb_build_object(to_char(p.day, 'YYYYMM'), coalesce((months ->> to_char(p.day,
			'YYYYMM'))::float8, 1) * (1 + p.ret));
		if wealth < high * (1 - 1e-12) then
			under := under + 1;
			if low is null or wealth < low then
				low := wealth;
				low_day := p.day;
				gain_at_low := gain;
			end if;
		else
			if low is not null then
				insert into fall values (a, c, high_day, low_day, p.day, low / high - 1, gain_at_low - gain_at_high,
					under, p.day - high_day);
			end if;
			high := greatest(high, wealth);
			high_day := p.day;
			gain_at_high := gain;
			low := null;
			under := 0;
		end if;
	end loop;
	if low is not null then
		insert into fall values (a, c, high_day, low_day, null, low / high - 1, gain_at_low - gain_at_high, under,
			s.last_session - high_day);
	end if;
	for m, month in select key, value::text::float8 from jsonb_each(months) loop
		s.best_month := greatest(s.best_month, month - 1);
		s.worst_month := least(s.worst_month, month - 1);
	end loop;
	s.total := wealth - 1;
	s.pnl := gain;
	-- with less history there is none
	s.mtd := case when first_day <= date_trunc('month', s.last_session) then s.mtd - 1 end;
	s.ytd := case when first_day <= date_trunc('year', s.last_session) then s.ytd - 1 end;
	s.m3 := case when first_day <= s.last_session - interval '3 months' + interval '1 day' then s.m3 - 1 end;
	s.m6 := case when first_day <= s.last_session - interval '6 months' + interval '1 day' then s.m6 - 1 end;
	s.y1 := case when first_day <= s.last_session - interval '1 year' + interval '1 day' then s.y1 - 1 end;
	s.cagr := case when s.y1 is not null then wealth ^ (365.0 / (s.last_session - first_day + 1)) - 1 end;
	select coalesce(min(f.depth), 0), count(*), max(f.days), avg(f.days), avg(f.sessions), coalesce(max(f.sessions),
		0)
	into s.depth, s.falls, s.longest, s.mean_days, s.mean_sessions, s.longest_sessions from fall f;
	return s;
end
$$;

create temp table sheet_got of at_tear_sheet_figures;
create temp table fall_got of at_agent_drawdown;
create function pg_temp.sheets(when_ text) returns setof text language plpgsql as $$
declare
	w record;
	e pg_temp.sheet;
	g at_tear_sheet_figures;
	a record;
	n bigint;
begin
	for w in select * from (values (null::date, null::date), ('2025-06-16', '2026-03-10'), ('2026-02-01',
		null)) v(since, until) loop
		truncate sheet_got, fall_got;
		insert into sheet_got select * from at_tear_sheet('tear', null, 'paper', w.since, w.until);
		insert into fall_got select * from at_drawdowns('tear', null, 'paper', w.since, w.until);
		for a in select distinct agent, currency from chain order by 1, 2 loop
			e := pg_temp.sheet(a.agent, a.currency, coalesce(w.since, '-infinity'), coalesce(w.until, 'infinity'));
			select * into g from sheet_got t where t.agent_id = a.agent and t.currency = a.currency;
			continue when e.last_session is null and g.last_session is null;
			return next is(concat_ws(', ', case when not pg_temp.near(g.total_return, e.total) then 'total' end,
				case when not pg_temp.near(g.return_mtd, e.mtd) then 'mtd' end, case
					when not pg_temp.near(g.return_3m, e.m3) then '3m' end,
				case when not pg_temp.near(g.return_6m, e.m6) then '6m' end, case when not pg_temp.near(g.return_ytd,
					e.ytd) then 'ytd' end,
				case when not pg_temp.near(g.return_1y, e.y1) then '1y' end, case when not pg_temp.near(g.cagr,
					e.cagr) then 'cagr' end,
				case when not pg_temp.near(g.best_ret, e.best) then 'best' end, case
					when not pg_temp.near(g.worst_ret, e.worst) then 'worst' end,
				case when not pg_temp.near(g.best_month_ret, e.best_month) then 'best month' end,
				case when not pg_temp.near(g.worst_month_ret, e.worst_month) then 'worst month' end,
				case when not pg_temp.near(g.trading_pnl, e.pnl) then 'pnl' end, case
					when not pg_temp.near(g.max_drawdown_amount, e.fall) then 'fall' end,
				case when not pg_temp.near(g.recovery_factor, e.pnl / nullif(e.fall, 0)) then 'recovery' end,
				case when not pg_temp.near(g.max_drawdown, e.depth) then 'depth' end, case when g.drawdowns <> e.falls
					then 'drawdowns' end,
				case when g.longest_drawdown_days is distinct from e.longest then 'longest' end,
				case when g.longest_drawdown_sessions is distinct from e.longest_sessions then 'longest sessions' end,
				case when not pg_temp.near(g.average_drawdown_days, e.mean_days) then 'days' end,
				case when not pg_temp.near(g.average_drawdown_sessions, e.mean_sessions) then 'sessions' end,
				case when (g.first_session, g.last_session) is distinct from (e.first_session, e.last_session)
					then 'window' end), '',
				format('%s, %s in %s since %s: tear sheet', when_, a.agent, a.currency, w.since));
			select count(*) into n from (select * from fall_got x where x.agent_id = a.agent
				and x.currency = a.currency) d
				full join fall f on d.started = f.started
			where not coalesce(d.trough = f.trough and d.recovered is not distinct from f.recovered
				and pg_temp.near(d.depth, f.depth) and pg_temp.near(d.amount, f.amount) and d.sessions = f.sessions
					and d.days = f.days, false);
			return next is(n, 0::bigint, format('%s, %s in %s since %s: drawdowns', when_, a.agent, a.currency,
				w.since));
		end loop;
	end loop;
end
$$;
select pg_temp.sheets('half refreshed');

-- months and years, compounded
select is((select count(*) from (select agent, currency, date_trunc(by, day)::date as first_day, exp(sum(ln(1 + ret)))
	- 1 as ret, sum(pnl) as pnl,
			count(*) as n, case when count(bench) = count(*) then exp(sum(ln(1 + bench::float8))) - 1 end as bench
		from chain group by 1, 2, 3) e
	full join at_calendar_returns('tear', by => by) g on g.agent_id = e.agent and g.currency = e.currency
		and g.first_day = e.first_day
	where not coalesce(pg_temp.near(g.ret, e.ret) and pg_temp.near(g.pnl, e.pnl) and g.periods = e.n
		and pg_temp.near(g.benchmark_ret, e.bench), false)),
	0::bigint, 'returns by ' || by)
from unnest('{week,month,quarter,year}'::text[]) by;

-- rolling: the slice of returns, by formulas
create function pg_temp.rolling(n int) returns table (agent text, currency text, day date, total float8, sd float8,
	mean float8, down float8, beta float8)
language plpgsql as $$
declare
	c record;
	r float8[];
	b float8[];
begin
	for c in select x.agent, x.currency, array_agg(x.ret order by x.day) as rets, array_agg(x.bench::float8
		order by x.day) as benches,
		array_agg(x.day order by x.day) as days from chain x group by 1, 2 loop
		for i in 1 .. cardinality(c.rets) loop
			agent := c.agent; currency := c.currency; day := c.days[i]; total := null;
			sd := null; mean := null; down := null; beta := null;
			if i >= n then
				r := c.rets[i - n + 1 : i];
				b := c.benches[i - n + 1 : i];
				select exp(sum(ln(1 + x))) - 1, avg(x), sqrt(sum(least(x, 0) ^ 2) / count(*)) into total, mean, down
					from unnest(r) x;
				select sqrt(sum((x - mean) ^ 2) / (n - 1)) into sd from unnest(r) x;
				select sum((x.r - mean) * (x.b - m.b)) / sum((x.b - m.b) ^ 2) into beta
				from rows from (unnest(r), unnest(b)) x(r, b), (select avg(y) as b from unnest(b) y) m;
			end if;
			return next;
		end loop;
	end loop;
end
$$;
select is((select count(*) from pg_temp.rolling(n) e full join at_rolling_performance('tear', sessions => n) g
	on g.agent_id = e.agent and g.currency = e.currency and g.session_date = e.day
	where not coalesce(pg_temp.near(g.total_return, e.total) and pg_temp.near(g.ann_volatility, e.sd * sqrt(252))
		and pg_temp.near(g.sharpe, e.mean / nullif(e.sd, 0) * sqrt(252)) and pg_temp.near(g.sortino, e.mean
			* sqrt(252) / nullif(e.down, 0))
		and pg_temp.near(g.beta, e.beta), false)), 0::bigint, format('rolling over %s', n))
from unnest('{2,5,63}'::int[]) n;
select is((select count(*) from at_rolling_performance('tear', 'a', since_session => '2026-02-01',
	until_session => '2026-03-01', sessions => 20) g
	full join (select * from at_rolling_performance('tear', 'a', sessions => 20) where session_date >= '2026-02-01'
		and session_date < '2026-03-01') e
		on e.currency = g.currency and e.session_date = g.session_date and e::text = g::text where e.project is null
			or g.project is null), 0::bigint, 'rolling in a window is of all that was before');

-- correlation over common sessions
select is((select count(*) from (select a.agent as a, a.currency as ca, b.agent as b, b.currency as cb, count(*) as n,
			(count(*) * sum(a.ret * b.ret) - sum(a.ret) * sum(b.ret))
				/ nullif(sqrt((count(*) * sum(a.ret ^ 2) - sum(a.ret) ^ 2) * (count(*) * sum(b.ret ^ 2)
					- sum(b.ret) ^ 2)), 0) as correlation
		from chain a join chain b on a.day = b.day and a.first_day = b.first_day and (a.agent, a.currency) < (b.agent,
			b.currency)
		group by 1, 2, 3, 4) e
	full join at_agent_correlation('tear', 'paper') g on least((g.agent_a, g.currency_a), (g.agent_b,
		g.currency_b)) = (e.a, e.ca)
		and greatest((g.agent_a, g.currency_a), (g.agent_b, g.currency_b)) = (e.b, e.cb)
	where not coalesce(g.n = e.n and pg_temp.near(g.correlation, case when e.n > 2 then e.correlation end), false)),
		0::bigint, 'correlation');

-- exposure: at each session the last snapshot of each position, unless one without a currency took its place
create function pg_temp.exposures() returns table (agent text, currency text, day date, long numeric, short numeric,
	positions bigint, carried bigint,
	largest numeric) language plpgsql as $$
declare
	s record;
	p record;
	last_ place;
begin
	for s in with x as (select e.agent, e.currency, e.day from equity e union select f.agent, 'USD', f.t::date
		from fill f
			union select q.agent, q.currency, q.day from place q)
		select distinct c.agent, c.currency, d.day from x c join x d on c.agent = d.agent and d.day >= c.day loop
		agent := s.agent; currency := s.currency; day := s.day; long := 0;
		short := 0; positions := 0; carried := 0; largest := null;
		for p in select distinct q.position_id from place q where q.agent = s.agent loop
			-- the last of its currency
			select * into last_ from place q where q.agent = s.agent and q.position_id = p.position_id
				and q.day <= s.day
				and q.currency is not distinct from s.currency order by q.n desc limit 1;
			continue when last_.n is null or last_.quantity = 0;
			continue when exists (select from place q where q.agent = s.agent and q.position_id = p.position_id
				and q.day <= s.day and q.n > last_.n
				and (q.currency is null or s.currency is null));
			positions := positions + 1;
			carried := carried + (last_.day < s.day)::int;
			long := long + greatest(last_.quantity * last_.price, 0);
			short := short + least(last_.quantity * last_.price, 0);
			largest := greatest(largest, abs(last_.quantity * last_.price));
		end loop;
		if not exists (select from place q where q.agent = s.agent and q.currency is not distinct from s.currency
			and q.day <= s.day) then
			long := null; short := null; positions := null; carried := null;
		end if;
		return next;
	end loop;
end
$$;
create index on place (agent, position_id, n);
create temp table exposure as select * from pg_temp.exposures();
select is((select count(*) from exposure e full join at_daily_exposure('tear') g
	on g.agent_id = e.agent and g.session_date = e.day and coalesce(g.currency, '') = coalesce(e.currency, '')
	where not coalesce(pg_temp.near(g.long_exposure, e.long) and pg_temp.near(g.short_exposure, e.short)
		and pg_temp.near(g.gross_exposure, e.long - e.short)
		and pg_temp.near(g.net_exposure, e.long + e.short) and g.positions is not distinct from e.positions
			and g.carried is not distinct from e.carried
		and pg_temp.near(abs(g.top_values[1]), e.largest), false)), 0::bigint, 'exposure');
select cmp_ok(count(*) filter (where carried > 0), '>', 10::bigint, 'some are carried') from exposure;
select is((select count(*) from at_daily_exposure('tear') g left join (select agent, t::date as day,
			coalesce(sum(quantity * price) filter (where side in ('buy', 'cover')), 0) as bought,
			coalesce(sum(quantity * price) filter (where side in ('sell', 'short')), 0) as sold from fill group by 1,
				2) f
		on f.agent = g.agent_id and f.day = g.session_date and g.currency = 'USD' and g.portfolio_kind = 'paper'
		left join equity q on q.agent = g.agent_id and q.day = g.session_date and g.currency = 'USD'
	where not coalesce(g.bought = coalesce(f.bought, 0) and g.sold = coalesce(f.sold, 0) and g.equity is not distinct
		from q.equity
		and pg_temp.near(g.turnover, round(least(g.bought, g.sold) / q.equity, 6)), false)), 0::bigint,
			'turnover by day');
-- the last session is what is held now
select is((select count(*) from (select d.* from at_daily_exposure('tear') d join (select agent_id, currency,
	max(session_date) as session_date
			from at_daily_exposure('tear') group by 1, 2) l using (agent_id, session_date)
				where d.currency is not distinct from l.currency
				and d.positions > 0) d
	full join (select agent_id, currency, sum(abs(market_value)) as gross, sum(market_value) as net, count(*) as n
		from at_current_position group by 1, 2) c
		on c.agent_id = d.agent_id and coalesce(c.currency, '') = coalesce(d.currency, '')
	where not coalesce(d.gross_exposure = c.gross and d.net_exposure = c.net and d.positions = c.n, false)),
		0::bigint, 'exposure as it is now');

-- trades: results of what was generated
create temp table closed as
select n, agent, symbol, direction, nullif(setup, 'NULL') as setup, case when reason = 'stop' then 'stop_loss'
	when reason = 'target' then 'exit' end as reason,
	is_closed, entry_at, first_exit, last_exit, sign * (exit_1 - entry) * quantity / 2 - 0.75 as result_1, sign
		* (exit_2 - entry) * quantity / 2 - 0.75 as result_2
from (select t.*, case direction when 'long' then 1 else -1 end as sign from trade t) t;
create function pg_temp.name_of(c closed, by text, is_last boolean) returns text language sql as $$
	select case by when 'symbol' then c.symbol when 'direction' then c.direction when 'setup' then c.setup
		when 'exit_reason' then case when is_last then c.reason end
		when 'session' then case when is_last then c.last_exit else c.first_exit end::date::text
		when 'month' then to_char(case when is_last then c.last_exit else c.first_exit end, 'YYYY-MM') end
$$;
select is((select count(*) from (select agent, name, sum(pnl) as pnl, count(*) filter (where is_trade) as trades,
			count(*) filter (where is_trade and trip > 0) as wins, count(*) filter (where is_trade and trip < 0)
				as losses, count(pnl) as lots,
			avg(trip) filter (where is_trade) as expectancy, avg(last_exit - entry_at) filter (where is_trade
				and trip > 0) as winners,
			coalesce(sum(trip) filter (where is_trade and trip > 0), 0)
				/ -sum(trip) filter (where is_trade and trip < 0) as factor
		from (select agent, pg_temp.name_of(c, by, false) as name, result_1 as pnl, false as is_trade, null::numeric
			as trip, entry_at, last_exit from closed c
			union all select agent, pg_temp.name_of(c, by, true), result_2, true, result_1 + result_2, entry_at,
				last_exit from closed c where is_closed) p
		group by 1, 2) e
	full join at_trade_groups('tear', by => by) g on g.agent_id = e.agent and coalesce(g.name, '') = coalesce(e.name,
		'')
	where not coalesce(pg_temp.near(g.net_pnl, e.pnl) and g.trades = e.trades and g.wins = e.wins
		and g.losses = e.losses and g.lots = e.lots
		and pg_temp.near(g.expectancy, round(e.expectancy, 8)) and pg_temp.near(g.profit_factor, round(e.factor, 6))
		and justify_hours(e.winners) is not distinct from g.holding_winners, false)), 0::bigint, 'trades by ' || by)
from unnest('{symbol,setup,direction,exit_reason,session,month}'::text[]) by;
select is(sum(abs(g.pnl_share)), 1.0, 'shares of ' || agent_id)
from (select agent_id, round(pnl_share, 4) as pnl_share from at_trade_groups('tear')) g
group by agent_id having abs(sum(abs(g.pnl_share)) - 1) > 0.001;
select is((select count(*) from (select agent, sum(l) as long, sum(s) as short, count(*) filter (where is_closed)
	as trades,
			avg(last_exit - entry_at) filter (where is_closed and result_1 + result_2 < 0) as losers
		from (select c.*, (result_1 + case when is_closed then result_2 else 0 end) * (direction = 'long')::int as l,
				(result_1 + case when is_closed then result_2 else 0 end) * (direction = 'short')::int as s
					from closed c) c group by 1) e
	join at_tear_sheet('tear') g on g.agent_id = e.agent
	where not coalesce(pg_temp.near(g.long_pnl, e.long) and pg_temp.near(g.short_pnl, e.short) and g.trades = e.trades
		and g.holding_losers = justify_hours(e.losers), false)), 0::bigint, 'trades in the tear sheet');
select is((select count(*) from (select f.agent, sum(quantity * price) filter (where side in ('buy', 'cover'))
	as bought,
			sum(quantity * price) filter (where side in ('sell', 'short')) as sold from fill f where t < '2026-03-11'
				and t >= '2026-02-01' group by 1) e
		left join (select agent, avg(equity) as equity from equity where day < '2026-03-11' and day >= '2026-02-01'
			group by 1) q using (agent)
	join at_tear_sheet('tear', since_session => '2026-02-01', until_session => '2026-03-11') g on g.agent_id = e.agent
	where not coalesce(g.bought = e.bought and g.sold = e.sold and pg_temp.near(g.mean_equity, q.equity)
		and pg_temp.near(g.turnover, least(e.bought, e.sold) / q.equity), false)), 0::bigint, 'turnover of a window');

-- excursions: all prices between entry and exit
select is((select count(*) from at_trade_excursions('tear') g, lateral (select count(*) as n,
			min(case g.direction when 'long' then 1 else -1 end * (p.price - g.entry_price)) as worst,
			max(case g.direction when 'long' then 1 else -1 end * (p.price - g.entry_price)) as best
		from price p where p.agent = g.agent_id and upper(p.symbol) = g.symbol and p.t >= g.entry_at
			and p.t <= g.exit_at) e
	where not coalesce(g.snapshots = e.n and case when e.n = 0 then num_nulls(g.mae, g.mfe, g.mae_bps, g.mfe_bps) = 4
		else pg_temp.near(g.mae, least(e.worst, 0) * g.quantity) and pg_temp.near(g.mfe, greatest(e.best, 0)
			* g.quantity)
			and pg_temp.near(g.mae_bps, round(10000 * least(e.worst, 0) / g.entry_price, 4))
			and pg_temp.near(g.mfe_bps, round(10000 * greatest(e.best, 0) / g.entry_price, 4)) end, false)),
				0::bigint, 'excursions');
select is((select count(*) from at_trade_excursions('tear')), (select count(*) from at_trade),
	'excursions of all trades');
select cmp_ok((select count(*) from at_trade_excursions('tear') where snapshots = 0 and mae is null), '>', 0::bigint,
	'some trades have no snapshot');

-- the same after a refresh
create temp table before_refresh as select 'sheet' as which, t::text as said from at_tear_sheet('tear') t
	union all select 'exposure', t::text from at_daily_exposure('tear') t
	union all select 'groups', t::text from at_trade_groups('tear', by => 'exit_reason') t;
create temp table refreshed as select count(*) from at_refresh();
select is((select count(*) from (table before_refresh except all (select 'sheet' as which, t::text as said
	from at_tear_sheet('tear') t
	union all select 'exposure', t::text from at_daily_exposure('tear') t
	union all select 'groups', t::text from at_trade_groups('tear', by => 'exit_reason') t)) x), 0::bigint,
		'refreshed');
select pg_temp.sheets('refreshed');
select * from finish();
rollback;
