-- Vectors of round trips and of closed trades through the store: fills as
-- events, loaded in two parts with a refresh of the trade book between them.
\set ECHO none
\i test/data/golden.sql
\i test/data/helper.sql
\set fifo `cat test/data/stats/round_trips_fifo.json`
\set average `cat test/data/stats/round_trips_average.json`
\set trades `cat test/data/stats/trade_stats.json`
select * from no_plan();
select at_create_store() \g /dev/null

create temp table cases as
select family, c, c -> 'input' as i, row_number() over (order by family, n) as nr
from (values ('fifo', :'fifo'::jsonb), ('average', :'average'), ('trades', :'trades')) f(family, data),
	jsonb_array_elements(data) with ordinality e(c, n);

-- Fills of a case.  A result of a trade is what a unit that is bought for a
-- round price is sold for.
create temp table fills as
select nr, row_number() over (partition by nr order by o) as o, o as ts, f
from cases, jsonb_array_elements(i -> 'fills') with ordinality e(f, o)
union all
select nr, 2 * o - 1 + side, 2 * o + side,
	jsonb_build_object(
		'fill_id', 'f' || o || side, 'symbol', 'X', 'side', (array['buy', 'sell'])[1 + side], 'quantity', 1, 'price',
		1000000000 + side * p::numeric, 'ts', 2 * o + side)
from cases, jsonb_array_elements_text(i -> 'pnl') with ordinality e(p, o), generate_series(0, 1) side;
create temp table lines as
select nr, o,
	pg_temp.event(
		(nr * 1000 + o)::int,
		jsonb_build_object(
		'event_type', 'paper.fill.recorded', 'project', 'v' || nr, 'idempotency_key', 'v/' || nr || '/' || o,
	'occurred_at',
	to_char(timestamptz '2026-01-01 00:00Z' + (f ->> 'ts')::int * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'payload', f - 'ts')) as line
from fills;
select is(rejected, 0::bigint, 'first part is stored')
	from at_ingest_jsonl((select string_agg(line, e'\n' order by nr, o) from lines where o % 3 > 0));
select isnt(fills, 0::bigint, 'refreshed') from at_refresh();
select is(rejected, 0::bigint, 'second part is stored')
	from at_ingest_jsonl((select string_agg(line, e'\n' order by nr, o) from lines where o % 3 = 0));

-- Arrays in an order of their own.
create function pg_temp.sorted(j jsonb) returns jsonb language sql as $$
	select coalesce(jsonb_agg(e order by e ->> 'close_fill', e ->> 'open_fill', e ->> 'key', e ->> 0), '[]')
		from jsonb_array_elements(coalesce(j, '[]')) e
$$;
create function pg_temp.expected(c jsonb, a text, b text) returns jsonb language sql as $$
	select jsonb_set(c, '{expected}', (c -> 'expected')
		|| jsonb_build_object(
			a, pg_temp.sorted(c #> array['expected', a]), b, pg_temp.sorted(c #> array['expected', b]), 'skipped',
			pg_temp.sorted(c #> '{expected,skipped}')))
$$;
create function pg_temp.second(t timestamptz) returns int
	language sql as $$ select extract(epoch from t - timestamptz '2026-01-01 00:00Z')::int $$;
create function pg_temp.total(n numeric) returns text language sql as $$ select trim_scale(coalesce(n, 0))::text $$;

-- What the views say of a case.
create function pg_temp.seen(nr bigint) returns jsonb language sql as $$
	select jsonb_build_object(
		'legs',
		(
			select pg_temp.sorted(
			jsonb_agg(
			jsonb_build_object(
			'key', position_key, 'direction', direction, 'open_fill', open_fill, 'close_fill', close_fill, 'quantity',
			trim_scale(quantity)::text,
				'entry_price', trim_scale(entry_price)::text, 'exit_price', trim_scale(exit_price)::text, 'gross_pnl',
				trim_scale(gross_pnl)::text, 'fees', trim_scale(fees)::text, 'net_pnl', trim_scale(net_pnl)::text,
				'open_ts', pg_temp.second(entry_at), 'close_ts', pg_temp.second(exit_at)))) from at_trade
					where project = 'v' || nr),
		'open_lots',
		(
			select pg_temp.sorted(
			jsonb_agg(
			jsonb_build_object(
			'key', position_key, 'open_fill', open_fill, 'direction', direction, 'quantity', trim_scale(quantity)::text,
			'entry_price', trim_scale(entry_price)::text,
				'fees', trim_scale(fees)::text))) from at_open_lot where project = 'v' || nr),
		'gross_pnl', (select pg_temp.total(sum(gross_pnl)) from at_trade where project = 'v' || nr),
		'fees', (select pg_temp.total(sum(fees)) from at_trade where project = 'v' || nr),
		'net_pnl', (select pg_temp.total(sum(net_pnl)) from at_trade where project = 'v' || nr),
		'skipped',
		(
			select pg_temp.sorted(jsonb_agg(jsonb_build_array(fill_id, reason))) from at_trade_issue
			where project = 'v' || nr))
$$;
-- What matching at average cost says of a case.
create function pg_temp.averaged(nr bigint) returns jsonb language sql as $$
	select jsonb_build_object(
		'exits',
		pg_temp.sorted(
			jsonb_agg(
			jsonb_build_object(
			'key', key::jsonb ->> 5, 'direction', direction, 'close_fill', close_fill, 'quantity', quantity::text,
			'average_entry', entry_price::text, 'exit_price', exit_price::text,
				'gross_pnl', gross_pnl::text, 'fees', fees::text, 'net_pnl', net_pnl::text, 'flat_after',
					flat_after)) filter (
					where kind = 'closed')),
		'open_positions',
		pg_temp.sorted(
			jsonb_agg(
			jsonb_build_object(
			'key', key::jsonb ->> 5, 'quantity', case direction when 'long' then quantity
			else -quantity end::text, 'average_entry', entry_price::text, 'fees', fees::text)) filter (
			where kind = 'open')),
		'gross_pnl', pg_temp.total(sum(gross_pnl)), 'fees', pg_temp.total(sum(fees) filter (where kind = 'closed')),
		'net_pnl', pg_temp.total(sum(net_pnl)),
		'skipped', pg_temp.sorted(jsonb_agg(jsonb_build_array(close_fill, reason)) filter (where kind = 'skipped')))
	from at_round_trips(method => 'average') where key::jsonb ->> 0 = 'v' || nr
$$;

select pg_temp.golden_is(pg_temp.seen(nr), pg_temp.expected(c, 'legs', 'open_lots'), ', before the refresh') from cases
	where family = 'fifo' order by nr;
select pg_temp.golden_is(pg_temp.averaged(nr), pg_temp.expected(c, 'exits', 'open_positions'), ', average cost')
	from cases where family = 'average' order by nr;
select isnt(fills, 0::bigint, 'refreshed again') from at_refresh();
select pg_temp.golden_is(pg_temp.seen(nr), pg_temp.expected(c, 'legs', 'open_lots'), ', after the refresh') from cases
	where family = 'fifo' order by nr;
select pg_temp.golden_is(to_jsonb(s.t), c, ', from at_trade')
from cases, lateral (select at_trade_summary(net_pnl::float8, exit_at) as t from at_trade where project = 'v' || nr) s
	where family = 'trades' order by nr;
select * from finish();
