-- Facts of performance: figures are the same whether facts are stored, stale, or computed from all
-- events, in whatever order and however often snapshots, flows, fills and orders arrive.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set performance :abs_srcdir '/data/performance.sql'
\set ECHO none
\i :helper
\i :performance
\set ECHO all
select at_create_store();
-- A random event: two portfolios and currencies, sessions that come late, again, or backwards, in the
-- same second, with numbers that are none.
create function pg_temp.random_line(first_day int, days int) returns text language plpgsql as $$
declare
	day date := date '2026-01-05' + first_day + floor(random() * days)::int;
	at timestamp := day + make_interval(hours => 13 + floor(random() * 9)::int)
		+ case when random() < 0.1 then interval '1 day' else '0' end;
	book jsonb := jsonb_build_object('portfolio_kind', pg_temp.pick('main', 'main', 'main', 'other', null),
		'currency', pg_temp.pick('USD', 'USD', 'USD', 'EUR', null));
	named jsonb := book || jsonb_build_object('session_date', day);
	symbol text := pg_temp.pick('SPY', 'QQQ');
begin
	case pg_temp.pick('equity', 'equity', 'equity', 'performance', 'position', 'position', 'flow', 'fill', 'fill',
		'order')
	when 'equity' then
		return pg_temp.line('portfolio.snapshot.recorded', at, named || jsonb_build_object(
			'equity', case when random() < 0.05 then 'lots' else round((1000 + random() * 50)::numeric, 2)::text end,
			'cash', 10, 'external_capital_flow', case when random() < 0.1 then 5 end));
	when 'performance' then
		return pg_temp.line('performance.snapshot.recorded', at, book || jsonb_build_object(
			'period_kind', pg_temp.pick('daily', 'daily', 'daily', 'weekly'), 'session_date', day,
			'period_start', day, 'period_end', day, 'return_base', pg_temp.pick('1000', '1000', '0'),
			'trading_pnl_amount', round((random() * 30 - 15)::numeric, 2),
			'trading_pnl_pct', case when random() < 0.5 then '1.5' end,
			'flow_adjusted_equity_change', case when random() < 0.5 then round((random() * 30 - 15)::numeric, 2) end));
	when 'position' then
		return pg_temp.line('position.snapshot.recorded', at, named || jsonb_build_object('symbol', symbol,
			'position_id', case when random() < 0.8 then 'p-' || symbol end, 'quantity', floor(random() * 5),
			'market_price', '100.5', 'average_price', 100, 'realized_pnl', round((random() * 9)::numeric, 2)));
	when 'flow' then
		return pg_temp.line('capital.flow.recorded', at, named || jsonb_build_object('asset', 'USD',
			'capital_flow_id', 'flow-' || floor(random() * 12),
			'flow_kind', pg_temp.pick('deposit', 'withdrawal', 'fee'), 'amount', round((random() * 100)::numeric, 2),
			'included_in_trading_pnl', random() < 0.2));
	when 'order' then
		return pg_temp.line('order.intent.recorded', at, jsonb_build_object('symbol', symbol, 'side', 'buy',
			'order_intent_id', 'order-' || floor(random() * 20), 'intended_price', 100, 'intended_quantity', 3));
	else
		return pg_temp.line('paper.fill.recorded', at, named || jsonb_build_object('symbol', symbol,
			'fill_id', 'fill-' || floor(random() * 400), 'side', pg_temp.pick('buy', 'sell'),
			'order_intent_id', 'order-' || floor(random() * 20),
			'quantity', 1 + floor(random() * 3), 'price', round((100 + random())::numeric, 2), 'fees', '0.1'));
	end case;
end
$$;

-- Rounds of random events, some of them after a refresh, and some after one that was taken back.
-- What the views say is the same from facts and from events, and as a refresh stores it.
select setseed(0.5);
create function pg_temp.rounds(rounds int, first_day int, days int, events int) returns setof text
language plpgsql as $$
declare
	differs text;
	step int;
begin
	for step in 1 .. rounds loop
		perform at_ingest_jsonl((select string_agg(pg_temp.random_line(first_day, days), e'\n')
			from generate_series(1, events)));
		if random() < 0.3 then
			begin
				perform at_refresh();
				raise exception 'taken back' using errcode = 'AT002';
			exception when sqlstate 'AT002' then
				null;
			end;
		end if;
		select string_agg(format('round %s, stale: %s', step, d), '; ') into differs from pg_temp.differ() d;
		return query select differs where differs is not null;
		if random() < 0.6 then
			perform pg_temp.show('shown');
			perform at_refresh();
			perform pg_temp.show('after');
			select string_agg(format('round %s, refreshed: %s', step, d), '; ') into differs
			from (select which from (table shown except all table after) x
				union all select which from (table after except all table shown) y) d;
			return query select differs where differs is not null;
			select string_agg(format('round %s, stored: %s', step, d), '; ') into differs from pg_temp.differ() d;
			return query select differs where differs is not null;
		end if;
	end loop;
end
$$;
-- day after day
select pg_temp.rounds(2, 0, 2, 40);
select pg_temp.rounds(2, 2, 4, 20);
-- some events late
select pg_temp.rounds(3, 0, 12, 10);
select pg_temp.rounds(5, 4, 8, 3);
select count(*) > 10 as some from at_equity_fact where ret is not null;

-- The setting under which facts were stored is that of the query, or they do not count.
set agent_tracker.flow_timing = 'start';
select * from pg_temp.differ();
select at_refresh() is not null as refreshed;
select * from pg_temp.differ();
reset agent_tracker.flow_timing;
select * from pg_temp.differ();
-- A figure of fewer periods than agent_tracker.min_periods is none, stored or not.
set agent_tracker.min_periods = 2;
select bool_and((sharpe is not null) <= (periods >= 2)) as not_of_one, count(sharpe) > 0 as some
from at_current_performance;
set agent_tracker.min_periods = 1000;
select count(sharpe) + count(var_05) + count(ann_volatility) as figures, count(periods) > 0 as periods
from at_current_performance;
reset agent_tracker.min_periods;
-- Events that were changed by hand.
update at_event set payload = payload || '{"equity": "1234.5"}'
where event_type = 'portfolio.snapshot.recorded' and occurred_at::date = '2026-01-08';
delete from at_event where event_type = 'position.snapshot.recorded' and occurred_at::date = '2026-01-07';
delete from at_event where event_type = 'capital.flow.recorded' and occurred_at::date = '2026-01-09';
select at_mark_stale('paper', '2026-01-07', '2026-01-10') > 0 as marked;
select * from pg_temp.differ();
select at_refresh() is not null as refreshed;
select * from pg_temp.differ();
-- What is stored is what follows from the events; whatever was damaged is listed.
select * from at_check_facts(1000);
update at_equity_fact set growth = growth * 1.5 where event_id = (select min(event_id) from at_equity_fact
	where growth <> 1);
update at_performance_fact set pnl = 7 where event_id = (select min(event_id) from at_performance_fact where pnl <> 7);
update at_position_fact set quantity = 99, last_until = '2026-01-31', next_session = '2026-01-31'
	where event_id = (select min(event_id) from at_position_fact);
update at_trade_fill set repeated = not repeated, side = 'hold' where key_digest = (select min(key_digest::text)::uuid
	from at_trade_fill);
with damaged as (select ctid from at_trade_leg where kind = 'closed' order by exit_at, open_fill limit 1)
update at_trade_leg l set net_pnl = 1000, trip_net = 1000 from damaged d where l.ctid = d.ctid;
delete from at_trade_book where ctid = (select min(ctid) from at_trade_book where project = 'paper');
update at_current_fact set equity = -1 where ctid = (select min(ctid) from at_current_fact);
select fact, field, count(*) > 0 as listed from at_check_facts(1000)
	where (fact, field) in (('equity', 'growth'), ('period', 'pnl'), ('position', 'quantity'),
		('position', 'last_until'), ('position', 'next_session'), ('fill', 'repeated'), ('fill', 'side'),
		('trade', 'net_pnl'), ('trade', 'trip_net'), ('current', 'equity'))
	group by 1, 2 order by 1, 2;
select count(*) as lots_without_a_row from at_check_facts(1000)
	where fact = 'trade' and field = 'quantity' and stored is null and computed is not null;
-- all of it is made again
select at_rebuild_trades() > 0 as rebuilt;
select at_mark_stale('paper', '2026-01-01', '2026-02-01') > 0 as marked;
select at_refresh() is not null as refreshed;
select * from at_check_facts(1000);
select * from pg_temp.differ();
select setseed(0.5);
-- Thousands of symbols in one session.
select accepted from at_ingest_jsonl((select string_agg(pg_temp.line('position.snapshot.recorded', '2026-01-20 21:00',
	jsonb_build_object('portfolio_kind', 'main', 'symbol', 'S' || i, 'position_id', 'S' || i, 'quantity', 1,
	'market_price', 2, 'currency', 'USD')), e'\n')
	from generate_series(1, 10000) i));
select at_refresh() is not null as refreshed;
select count(*) from at_current_position where symbol ~ '^S\d';
-- Retention drops events, and the facts of their sessions stay; the next sessions go on from them.
create function pg_temp.changed() returns table (which text, rows bigint) language sql as $$
	select x.which, count(*) from (table shown except all table after) x
	where x.which in ('at_equity_curve', 'at_performance_snapshot', 'at_period', 'at_current_position')
	group by x.which order by x.which
$$;
select accepted from at_ingest_jsonl((select string_agg(pg_temp.random_line(30, 2), e'\n')
	from generate_series(1, 60)));
select pg_temp.show('shown');
select partition from at_drop_before('2026-02-01', false);
select pg_temp.show('after');
select * from pg_temp.changed();
select count(*) as january from at_event where occurred_at < '2026-02-01';
-- what is recorded for them later counts no more
select accepted from at_ingest_jsonl((select string_agg(pg_temp.line('portfolio.snapshot.recorded', '2026-01-08 15:00',
	'{"portfolio_kind": "main", "currency": "USD", "session_date": "2026-01-08", "equity": 1}'), e'\n')
	from generate_series(1, 9)));
select pg_temp.show('after');
select * from pg_temp.changed();
select accepted from at_ingest_jsonl((select string_agg(pg_temp.random_line(32, 2), e'\n')
	from generate_series(1, 60)));
select pg_temp.show('shown');
select at_refresh() is not null as refreshed;
select pg_temp.show('after');
select * from pg_temp.changed();
select count(*) > 0 as some, count(*) filter (where base_session < '2026-02-01') > 0 as from_january
from at_equity_curve where session_date >= '2026-02-01';
select at_drop_store();
