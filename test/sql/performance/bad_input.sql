-- What agents send in practice: sessions that are corrected later or come backwards, another currency,
-- several snapshots in one second, ten thousand symbols, splits among random fills; and a refresh
-- that dies half way.  Each time figures are those that are computed from all events.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set performance :abs_srcdir '/data/performance.sql'
\set ECHO none
\i :helper
\i :performance
\set ECHO all
select at_create_store();
select setseed(0.25);

create function pg_temp.book(agent text, at timestamp, session date, equity numeric, currency text default 'USD')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', 'portfolio.snapshot.recorded',
		'occurred_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'agent_id', agent, 'run_id', 'run_' || agent,
		'idempotency_key', 'book/' || n, 'payload', jsonb_build_object('portfolio_kind', 'main', 'currency', currency,
			'session_date', session, 'equity', equity::text, 'cash', '1')))
	from (select nextval('pg_temp.nr')::int as n) s
$$;
create function pg_temp.held(agent text, at timestamp, session date, symbol text, quantity numeric,
	currency text default 'USD')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', 'position.snapshot.recorded',
		'occurred_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'agent_id', agent, 'run_id', 'run_' || agent,
		'idempotency_key', 'held/' || n, 'payload', jsonb_build_object('portfolio_kind', 'main', 'currency', currency,
			'session_date', session, 'symbol', symbol, 'position_id', agent || ':' || symbol,
			'quantity', quantity::text,
			'market_price', '10')))
	from (select nextval('pg_temp.nr')::int as n) s
$$;
create function pg_temp.filled(agent text, at timestamp, symbol text, side text, quantity numeric, price numeric,
	currency text default 'USD')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', 'paper.fill.recorded',
		'occurred_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'agent_id', agent, 'run_id', 'run_' || agent,
		'idempotency_key', 'filled/' || n, 'payload', jsonb_build_object('portfolio_kind', 'main', 'currency', currency,
			'symbol', symbol, 'fill_id', 'f' || n, 'side', side, 'quantity', quantity::text, 'price', price::text)))
	from (select nextval('pg_temp.nr')::int as n) s
$$;

-- A session that is corrected after later ones were refreshed: what follows from it is computed again, and what is
-- corrected last counts.
select accepted from at_ingest_jsonl((select string_agg(pg_temp.book('late', d + interval '21 hours', d::date,
		1000 + 10 * extract(day from d)), e'\n') || e'\n'
	|| string_agg(pg_temp.held('late', d + interval '20 hours', d::date, 'SPY', extract(day from d)::int), e'\n')
	from generate_series(timestamp '2026-01-05', '2026-01-09', '1 day') d));
select at_refresh() is not null as refreshed;
select session_date, equity, round(ret::numeric, 6) as ret, round(growth::numeric, 6) as growth from at_equity_curve
	where agent_id = 'late' order by 1;
select accepted from at_ingest_jsonl(concat_ws(e'\n',
	pg_temp.book('late', '2026-01-12 09:00', '2026-01-06', 2000),
	pg_temp.held('late', '2026-01-12 09:00', '2026-01-06', 'SPY', 60)));
select session_date, equity, round(ret::numeric, 6) as ret, round(growth::numeric, 6) as growth from at_equity_curve
	where agent_id = 'late' and close order by 1;
select * from pg_temp.differ();
select at_refresh() is not null as refreshed;
select * from pg_temp.differ();
select * from at_check_facts(1000);
-- and a correction of the correction, of positions too
select accepted from at_ingest_jsonl(concat_ws(e'\n',
	pg_temp.book('late', '2026-01-12 10:00', '2026-01-06', 1060),
	pg_temp.held('late', '2026-01-08 22:00', '2026-01-05', 'SPY', 55)));
select * from pg_temp.differ();
select at_refresh() is not null as refreshed;
select * from pg_temp.differ();
select * from at_check_facts(1000);
select session_date, equity, round(growth::numeric, 6) as growth from at_equity_curve where agent_id = 'late' and close
	order by 1;

-- Snapshots that come backwards, each refreshed before the one of the day before.
create function pg_temp.backwards() returns setof text language plpgsql as $$
begin
	for of_day in reverse 16 .. 12 loop
		perform at_ingest_jsonl(concat_ws(e'\n',
			pg_temp.book('back', make_timestamp(2026, 1, of_day, 21, 0, 0), make_date(2026, 1, of_day),
				1000 + of_day * of_day),
			pg_temp.held('back', make_timestamp(2026, 1, of_day, 20, 0, 0), make_date(2026, 1, of_day), 'QQQ', of_day),
			pg_temp.filled('back', make_timestamp(2026, 1, of_day, 15, 0, 0), 'QQQ',
				case of_day % 2 when 0 then 'buy' else 'sell' end,
				of_day, 100 + of_day)));
		return query select format('%s stale: %s', of_day, d) from pg_temp.differ() d;
		perform at_refresh();
		return query select format('%s refreshed: %s', of_day, d) from pg_temp.differ() d;
		return query select format('%s stored: %s', of_day, c) from at_check_facts(1000) c;
	end loop;
end
$$;
select * from pg_temp.backwards();
select session_date, equity, round(growth::numeric, 6) as growth from at_equity_curve
	where agent_id = 'back' order by 1;
select direction, quantity, entry_price, exit_price, net_pnl, flat_after from at_trade where agent_id = 'back'
	order by exit_at;

-- An agent that goes on in another currency: two portfolios, and each figure in its own.
select accepted from at_ingest_jsonl((select string_agg(concat_ws(e'\n',
		pg_temp.book('move', d + interval '21 hours', d::date, 1000 + extract(day from d), c),
		pg_temp.held('move', d + interval '20 hours', d::date, 'DAX', 1, c),
		pg_temp.filled('move', d + interval '15 hours', 'DAX',
			case extract(day from d)::int % 2 when 1 then 'buy' else 'sell' end, 2, 50, c)), e'\n')
	from (select d, case when d < '2026-01-08' then 'USD' else 'EUR' end as c
		from generate_series(timestamp '2026-01-05', '2026-01-10', '1 day') d) s));
select * from pg_temp.differ();
select at_refresh() is not null as refreshed;
select * from pg_temp.differ();
select * from at_check_facts(1000);
select currency, equity, round(total_return::numeric, 6) as total_return, periods, positions, trades, net_pnl
	from at_current_performance where agent_id = 'move' order by 1;
select symbol, currency, quantity from at_current_position where agent_id = 'move' order by 1, 2;

-- A portfolio that says its equity several times in one second: the last line counts, whatever is stored.
select accepted from at_ingest_jsonl((select string_agg(pg_temp.book('twice', '2026-01-05 21:00:00.5', '2026-01-05',
	1000 + i), e'\n' order by i) from generate_series(1, 4) i));
select at_refresh() is not null as refreshed;
select accepted from at_ingest_jsonl((select string_agg(pg_temp.book('twice', '2026-01-05 21:00:00.5', '2026-01-05',
	2000 + i), e'\n' order by i) || e'\n' || string_agg(pg_temp.book('twice', '2026-01-06 21:00:00.25', '2026-01-06',
	3000 + i), e'\n' order by i) from generate_series(1, 2) i));
select session_date, equity, close from at_equity_curve where agent_id = 'twice' order by 1, equity;
select * from pg_temp.differ();
select at_refresh() is not null as refreshed;
select * from pg_temp.differ();
select * from at_check_facts(1000);

-- A refresh that dies between two facts: everything is as before, and the next one is right.
create function pg_temp.counts() returns text language sql as $$
	select concat_ws(' ', (select count(*) from at_stale_run), (select count(*) from at_trade_fill),
		(select count(*) from at_trade_leg), (select count(*) from at_equity_fact),
		(select count(*) from at_position_fact),
		(select md5(string_agg(f::text, '' order by f::text)) from at_equity_fact f),
		(select md5(string_agg(f::text, '' order by f::text)) from at_trade_leg f),
		(select md5(string_agg(f::text, '' order by f::text)) from at_run_fact f),
		(select md5(string_agg(f::text, '' order by f::text)) from at_hourly_rollup f),
		(select md5(string_agg(f::text, '' order by f::text)) from at_current_fact f))
$$;
create function die() returns trigger language plpgsql as $$ begin raise exception 'died'; end $$;
create function pg_temp.dies(relation text) returns text language plpgsql as $$
declare
	before text;
begin
	perform at_ingest_jsonl(concat_ws(e'\n',
		pg_temp.book('dies', '2026-01-06 21:00', '2026-01-06', 1000 + length(relation)),
		pg_temp.held('dies', '2026-01-06 20:00', '2026-01-06', 'SPY', length(relation)),
		pg_temp.filled('dies', '2026-01-06 15:00', 'SPY', pg_temp.pick('buy', 'sell'), length(relation), 100)));
	before := pg_temp.counts();
	perform pg_temp.show('shown');
	execute format('create trigger die before insert on %I execute function die()', relation);
	begin
		perform at_refresh();
		return 'did not die';
	exception when raise_exception then
		null;
	end;
	execute format('drop trigger die on %I', relation);
	perform pg_temp.show('after');
	return case when before = pg_temp.counts() and not exists (table shown except all table after)
		and not exists (table after except all table shown) then 'as before' else 'changed' end;
end
$$;
select r as relation, pg_temp.dies(r) as after_it, at_refresh() is not null as refreshed,
	(select count(*) from pg_temp.differ()) + (select count(*) from at_check_facts(1000)) as differences
from unnest('{at_evidence_daily,at_trade_fill,at_trade_leg,at_hourly_rollup,at_run_fact,at_equity_fact,'
	'at_position_fact,at_current_fact}'::text[]) r;
drop function die();

-- Random fills of symbols that were split, with splits that are written down late and taken back: at any time what
-- is shown is what matching all fills at once gives.
create function pg_temp.differences() returns bigint language sql as $$
	with whole as (
		select kind, key::jsonb ->> 1 as agent_id, key::jsonb ->> 5 as position_key, direction, open_fill, close_fill,
			case kind when 'open' then entry_quantity else quantity end as quantity,
			case kind when 'open' then lot_price else entry_price end as entry_price, exit_price,
			gross_pnl, fees, net_pnl, open_t, close_t, flat_after, reason, entry_fees, lot_quantity, lot_fees,
			entry_quantity, lot_price
		from at_round_trips() where kind in ('closed', 'open')
	), kept as (
		select kind, agent_id, position_key, direction, open_fill, close_fill, quantity, entry_price, exit_price,
			gross_pnl, fees, net_pnl, entry_at, exit_at, flat_after, reason, entry_fees, lot_quantity, lot_fees,
			entry_quantity, lot_price
		from at_trade_row where kind in ('closed', 'open')
	)
	select (select count(*) from (select * from whole except all select * from kept) x)
		+ (select count(*) from (select * from kept except all select * from whole) x)
$$;
create function pg_temp.random_book(steps int)
returns table (differ bigint, stored bigint, legs boolean, splits boolean) language plpgsql as $$
begin
	differ := 0;
	stored := 0;
	for step in 1 .. steps loop
		perform at_ingest_jsonl((select string_agg(pg_temp.filled('split' || i % 2,
				timestamp '2026-02-02' + floor(random() * 5000) * interval '1 minute', pg_temp.pick('X', 'Y', 'Z'),
				pg_temp.pick('buy', 'sell', 'short', 'cover'), round((1 + random() * 20)::numeric, 2),
				round((50 + random() * 50)::numeric, 2)), e'\n')
			from generate_series(1, 12) i));
		if random() < 0.4 then
			insert into at_split values (pg_temp.pick('X', 'Y'),
				timestamptz '2026-02-02' + floor(random() * 5000) * interval '1 minute',
				1 + floor(random() * 4), 1 + floor(random() * 3)) on conflict do nothing;
		elsif random() < 0.2 then
			delete from at_split where ctid = (select min(ctid) from at_split);
		end if;
		differ := differ + pg_temp.differences();
		if random() < 0.6 then
			perform at_refresh();
			differ := differ + pg_temp.differences();
			stored := stored + (select count(*) from at_check_facts(1000));
		end if;
	end loop;
	legs := (select count(*) > 50 from at_trade_row where kind = 'closed');
	splits := exists (select from at_split);
	return next;
end
$$;
select * from pg_temp.random_book(15);
select * from pg_temp.differ();
select at_drop_store();

-- Ten thousand symbols, bought and half of them sold: stale, stored, and with one more fill.
select at_create_store();
select accepted from at_ingest_jsonl((select string_agg(pg_temp.filled('wide',
		timestamp '2026-01-05 15:00' + i * interval '1 millisecond',
		'S' || i, 'buy', 10, 5), e'\n') || e'\n' || string_agg(pg_temp.filled('wide',
		timestamp '2026-01-05 16:00' + i * interval '1 millisecond',
		'S' || i, 'sell', 10, 6), e'\n') filter (where i % 2 = 0) from generate_series(1, 10000) i));
select count(*), sum(net_pnl) from at_trade;
select fills, positions, legs from at_refresh();
select count(*), sum(net_pnl) from at_trade;
select count(*), sum(quantity) from at_open_lot;
select accepted from at_ingest_jsonl((select string_agg(pg_temp.held('wide', '2026-01-05 21:00',
		'2026-01-05', 'S' || i, 10), e'\n')
	from generate_series(1, 10000, 2) i) || e'\n' || pg_temp.filled('wide', '2026-01-05 17:00', 'S1', 'sell', 4, 7));
select trades, net_pnl, positions from at_current_performance;
select count(*) from at_reconcile('paper', everything => true);
select "check", subject, expected, reported from at_reconcile('paper');
select fills, positions, legs from at_refresh();
select trades, net_pnl, positions from at_current_performance;
select "check", subject, expected, reported from at_reconcile('paper');
select * from at_check_facts(1000);
select at_drop_store();
