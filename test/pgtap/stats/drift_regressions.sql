-- Twelve ways in which an older kind of drift detection goes wrong: what it
-- answers, computed here as it does it, and what the functions answer instead.
--
-- It keeps shares, multiplies both sides by 1000 and tests the observed ones
-- against the baseline's as if these were the exact truth; a category is
-- recorded when p <= 0.05 and its share changed by 10 % of itself.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
select plan(46);

-- p of the older test, from counts; null when the shares do not sum alike.
create function pg_temp.old_p(b bigint[], o bigint[]) returns float8 language sql as $$
	select case when bool_or(e = 0 and c > 0) then 0
		else at_chi2_sf(sum((c - e) ^ 2 / nullif(e, 0)), count(*) - 1) end
	from (select 1000.0::float8 * x / (select sum(s) from unnest(b) as s) as e,
			1000.0::float8 * y / (select sum(s) from unnest(o) as s) as c
		from unnest(b, o) as u(x, y)) as shares
$$;

-- The categories that it records.
create function pg_temp.old_records(b bigint[], o bigint[]) returns int[] language sql as $$
	select coalesce(array_agg(i::int order by i), '{}')
	from (select i, x::float8 / (select sum(s) from unnest(b) as s) as p,
			y::float8 / (select sum(s) from unnest(o) as s) as q
		from unnest(b, o) with ordinality as u(x, y, i)) as shares
	where pg_temp.old_p(b, o) <= 0.05 and case when p = 0 then 0 else abs(q - p) / p end >= 0.1
$$;

-- Is a number near another?
create function pg_temp.near(got float8, expected float8, relative float8, name text) returns text
language sql as $$
	select ok(abs(got - expected) <= relative * abs(expected), format('%s: %s is near %s', name, got, expected))
$$;

-- Whole numbers from 0 to 2^32 - 1 that look random, the same every time.
create function pg_temp.noise(seed int, i int) returns bigint language sql immutable as $$
	select hashint8extended(i, seed) & 4294967295
$$;

-- 1: the sample size is discarded
select pg_temp.near(pg_temp.old_p(array[5 * n, 3 * n, 2 * n], array[55 * n / 10, 3 * n, 15 * n / 10]),
	0.000158, 0.01, format('1: older p of %s', 10 * n)) from unnest(array[2, 10, 100, 1000, 10000]) as n;
select pg_temp.near(t.p_value, c.p, 0.01, format('1: p of %s', 10 * c.n))
from (values (2, 0.909), (10, 0.621), (100, 0.00855), (1000, 2.1e-21), (10000, 1.56e-207)) as c(n, p),
	at_chi2(array[5 * n, 3 * n, 2 * n]::bigint[], array[55 * n / 10, 3 * n, 15 * n / 10]::bigint[]) as t;

-- 2: false alarms at its own minimum of 100 observations, no drift
create temp table draw as
select s, is_observed, count(*) filter (where u < 50) as a, count(*) filter (where u >= 50 and u < 80) as b,
	count(*) filter (where u >= 80) as c
from (select s, is_observed, pg_temp.noise(1, s * 200 + i + is_observed::int * 100) % 100 as u
	from generate_series(1, 1000) as s, generate_series(0, 99) as i, unnest(array[false, true]) as is_observed) as d
group by s, is_observed;
create temp table verdict as
select pg_temp.old_p(array[x.a, x.b, x.c], array[y.a, y.b, y.c]) as old_p,
	(at_chi2(array[x.a, x.b, x.c], array[y.a, y.b, y.c])).p_value
from draw as x join draw as y using (s) where not x.is_observed and y.is_observed;
select ok(avg((old_p <= 0.05)::int) between 0.82 and 0.90, '2: the older test alarms in 86 % of comparisons')
from verdict;
select ok(avg((p_value <= 0.05)::int) between 0.035 and 0.065, '2: ours in 5 %') from verdict;

-- 3: blind at scale
select ok(pg_temp.old_p('{50000,30000,20000}', '{52000,30000,18000}') > 0.05, '3: two points of 100 000 go unseen');
select ok(p_value < 1e-25, '3: they are no noise') from at_chi2('{50000,30000,20000}'::bigint[], '{52000,30000,18000}');

-- 4: new categories vanish, or one stray event is certain drift
select is(pg_temp.old_p('{700,300,0}', '{690,300,10}'), 0::float8, '4: a new category has p 0');
select is(pg_temp.old_records('{700,300,0}', '{690,300,10}'), '{}', '4: and is not recorded');
select results_eq($$select status, fisher_p < 0.003 from at_categories('{700,300,0}'::bigint[], '{690,300,10}')
	where category = 3$$,
	$$values ('new', true)$$, '4: ours names it');
select is(pg_temp.old_p('{100,0}', '{99,1}'), 0::float8, '4: a stray event has p 0');
select ok(fisher_p = 1, '4: which is no evidence') from at_categories('{100,0}'::bigint[], '{99,1}') where category = 2;
select pg_temp.near(p_value, 0.6, 0.01, '4: nor is a stray one of three kinds')
from at_chi2('{70,30,0}'::bigint[], '{69,30,1}');

-- 5: one p for all is blamed on each
select pg_temp.near(pg_temp.old_p('{4000,3000,2000,20}', '{3000,4000,2000,23}'), 6e-14, 0.1, '5: older p');
select is(
	pg_temp.old_records('{4000,3000,2000,20}', '{3000,4000,2000,23}'), '{1,2,4}', '5: the rare category is recorded');
select pg_temp.near(fisher_p, 0.76, 0.01, '5: its own p')
from at_categories('{4000,3000,2000,20}'::bigint[], '{3000,4000,2000,23}') where category = 4;

-- 6: relative thresholds
select is(
	pg_temp.old_records('{4900,5000,100}', '{4500,5400,100}'), '{}', '6: four points of decisions are not recorded');
select pg_temp.near(p_value, 9.2e-8, 0.02, '6: p') from at_chi2('{4900,5000,100}'::bigint[], '{4500,5400,100}');
select pg_temp.near(tvd, 0.04, 1e-9, '6: four points')
	from at_divergence('{4900,5000,100}'::bigint[], '{4500,5400,100}');
select ok(
	abs((0.6 - 0.5) / 0.5) > 0.19 and abs((0.5 - 0.6) / 0.6) < 0.17, '6: relative change depends on the direction');
select is(a.cohens_h, -b.cohens_h, '6: the effect does not')
from at_proportion(500, 1000, 600, 1000) as a, at_proportion(600, 1000, 500, 1000) as b;

-- 7: p = 1 means there was no test, and switches the gate off
select isnt(
	round(0.2 + 0.8, 2), round(0.25 + 0.76, 2), '7: rounded shares do not sum alike, so the older test has p 1');
select ok(p_value between 0.1 and 1 and p_value < 1, '7: counts always have a test')
from at_chi2('{20,80}'::bigint[], '{25,76}');
select is(p_value, 1::float8, '7: and p 1 means equal') from at_chi2('{20,80}'::bigint[], '{25,100}');

-- 8: many tests
select pg_temp.near(1 - 0.95 ^ m, share, 0.01, format('8: chance of a false record in %s tests', m))
from (values (10, 0.40), (20, 0.64), (50, 0.92)) as c(m, share);
select is((
	select min(q)
	from unnest(at_p_adjust((select array_agg(i / 51.0::float8) from generate_series(1, 50) as i))) as q) > 0.9,
	true, '8: fifty tests without drift leave none');

-- 9: latency has no test but a threshold of 20 % on mean and p95
create temp table latency as
select i,
	exp(sqrt(-2 * ln((pg_temp.noise(2, i) + 0.5) / 4294967296)) * cos(2 * pi() * pg_temp.noise(3, i) / 4294967296)) as x
from generate_series(1, 20000) as i;
select ok(b.mean * 1.2 > o.mean and b.p95 * 1.2 > o.p95, '9: runs that all take 10 % longer stay below the threshold')
from (select avg(x) as mean, percentile_cont(0.95) within group (order by x) as p95 from latency where i <= 10000) as b,
	(select avg(1.1 * x) as mean, percentile_cont(0.95) within group (order by 1.1 * x) as p95 from latency
		where i > 10000) as o;
select ok((t.w).p_two_sided < 1e-6 and abs((t.w).cliffs_delta) > 0.03, '9: ours sees them')
from (select at_mann_whitney(case when i > 10000 then 1.1 * x else x end, i > 10000) as w from latency) as t;
create temp table flat as
select g, abs(avg(x) filter (where i % 2 = 0) / avg(x) filter (where i % 2 = 1) - 1) >= 0.2 or
	abs(percentile_cont(0.95) within group (order by x) filter (where i % 2 = 0) /
		percentile_cont(0.95) within group (order by x) filter (where i % 2 = 1) - 1) >= 0.2 as old,
	(at_mann_whitney(x, i % 2 = 0)).p_two_sided
from (select i, i / 200 as g, x from latency) as l group by g having count(*) >= 199;
select ok(avg(old::int) > 0.4, '9: and alarms on half of all comparisons of 100 runs without drift') from flat;
select ok(avg((p_two_sided <= 0.05)::int) < 0.12, '9: ours does not') from flat;

-- 10: a percentile that is off by one rank: floor(p n) - 1 from 0
select is((array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[floor(0.95 * 10)::int], 9, '10: older p95 of ten values is the ninth');
select is(at_quantiles('{1,2,3,4,5,6,7,8,9,10}'::float8[], 0.95, 'disc'), 10::float8, '10: it is the tenth');
select is(at_quantiles('{7}'::float8[], 0.95, 'disc'), 7::float8, '10: and that of one value is there');

-- 11: decisions of a run are not independent: 40 runs that repeat one decision
create temp table run as
select s, r, r > 20 as is_observed, pg_temp.noise(4, s * 100 + r) % 2 = 0 as yes
from generate_series(1, 300) as s, generate_series(1, 40) as r;
create temp table clustered as
select at_chi2_clustered(
	array_agg(case when yes then array[15, 5] else array[5, 15] end) filter (where not is_observed),
	array_agg(case when yes then array[15, 5] else array[5, 15] end) filter (where is_observed)) as t
from run group by s;
select ok(
	avg(((t).p_value_naive <= 0.05)::int) > 0.3, '11: as if independent they alarm in a third or more of comparisons')
	from clustered;
select ok(avg(((t).p_value <= 0.05)::int) between 0.02 and 0.09, '11: with runs as clusters in 5 %') from clustered;

-- 12: a kind of decision that appears or disappears is skipped when a side is empty
select ok((t).p_value is null and (t).n_baseline = 0 and (t).n_observed = 5, '12: an empty side is said, not skipped')
from at_chi2('{0,0}'::bigint[], '{3,2}') as t;
select ok(p_value < 1e-6, '12: runs with that decision against runs without it are a test')
	from at_proportion(0, 50, 25, 50);

select * from finish();
rollback;
