-- Round trips by :method, for test/pgtap: an array of fills, the same as rows, and cut in two
-- with the open lots carried over.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/round_trips_:method.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(at_round_trips(i -> 'fills', :'method'), c) from cases order by nr;

create temp table fills as
select nr, f ->> 'fill_id' as fill_id, timestamptz '2026-01-01 UTC' + (f ->> 'ts')::int * interval '1 second' as t,
	coalesce(f ->> 'position_id', f ->> 'symbol') as key, f ->> 'side' as side, (f ->> 'quantity')::numeric as quantity,
	(f ->> 'price')::numeric as price, (f ->> 'fees')::numeric as fees
from cases, jsonb_array_elements(i -> 'fills') f order by md5(f::text);

create function pg_temp.totals(
	nr bigint, method text, out net_pnl text, out gross_pnl text, out fees text, out legs bigint, out open bigint,
	out skipped jsonb)
language sql as $$
	select coalesce(trim_scale(round(sum(r.net_pnl), 18)), 0), coalesce(trim_scale(round(sum(r.gross_pnl), 18)), 0),
		coalesce(trim_scale(round(sum(r.fees) filter (where r.kind = 'closed'), 18)), 0),
		count(*) filter (where r.kind = 'closed'),
		count(*) filter (where r.kind = 'open'),
		coalesce(jsonb_agg(jsonb_build_array(r.close_fill, r.reason)) filter (where r.kind = 'skipped'), '[]')
	from at_round_trips(format('select * from pg_temp.fills where nr = %s', nr), method) r
$$;

select pg_temp.golden_is(to_jsonb(t), c || jsonb_build_object('expected', jsonb_build_object(
		'net_pnl', c #> '{expected,net_pnl}', 'gross_pnl', c #> '{expected,gross_pnl}', 'fees', c #> '{expected,fees}',
		'skipped', c #> '{expected,skipped}',
		'legs', jsonb_array_length(coalesce(c #> '{expected,legs}', c #> '{expected,exits}')),
		'open', jsonb_array_length(coalesce(c #> '{expected,open_lots}', c #> '{expected,open_positions}')))), ', rows')
from cases, pg_temp.totals(nr, :'method') t order by nr;

-- What is open after the first half goes into the second.
create temp table carried (
	nr bigint, fill_id text, t timestamptz, key text, side text, quantity numeric, price numeric, fees numeric);
insert into carried
select nr, open_fill, coalesce(open_t, '2026-01-01 UTC'), key, case direction when 'long' then 'buy'
	else 'short' end, quantity, entry_price, fees
from cases,
	at_round_trips(format('select * from pg_temp.fills where nr = %s and extract(second from t) <= 2', nr), :'method')
where kind = 'open';
select is(round(
	coalesce(
	(
	select sum(net_pnl)
	from at_round_trips(
		format('select * from pg_temp.fills where nr = %s and extract(second from t) <= 2', nr), :'method')),
	0)
		+ coalesce((
			select sum(net_pnl)
			from at_round_trips(
				format('select * from pg_temp.fills where nr = %s and extract(second from t) > 2', nr), :'method',
			opening => format('select * from pg_temp.carried where nr = %s', nr))), 0), 18),
	round((c #>> '{expected,net_pnl}')::numeric, 18), (c ->> 'name') || ', cut in two')
from cases order by nr;
select * from finish();
