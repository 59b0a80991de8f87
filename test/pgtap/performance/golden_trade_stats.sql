-- Closed trades: arrays, shuffled rows, merged random splits.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/trade_stats.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(to_jsonb(t), c)
from cases, at_trade_summary(pg_temp.floats(i -> 'pnl')) t order by nr;

create temp table trades as
select nr, p, o, timestamptz '2026-01-01 UTC' + o * interval '1 hour' as t
from cases, unnest(pg_temp.floats(i -> 'pnl')) with ordinality u(p, o) order by md5(o::text || nr);

select pg_temp.golden_is(to_jsonb(s.t), c, ', rows shuffled')
from (select nr, at_trade_summary(p, t) as t from trades group by nr) s join cases using (nr) order by nr;

select pg_temp.golden_is(to_jsonb(t), c, ', random splits merged')
from (select nr, at_merge(s) as s from (
		select nr, at_collect_series(p, t) as s from trades group by nr, hashtext(o::text) % 3) parts group by nr) x
	join cases using (nr), at_trade_summary(s) t order by nr;
select * from finish();
