-- Tests of numbers that repeat: against all ways in which the values could have
-- fallen into two samples, computed here in plain SQL.

begin;
set local client_min_messages = warning;
create temp table pooled (name text, n int, v float8[]);
insert into pooled values
	('nothing repeats', 3, '{1,2,3,4,5,6,7,8}'),
	('0 and 1, 3 of 9', 3, '{0,0,0,0,1,1,1,1,1}'),
	('0 and 1, 5 of 10', 5, '{0,0,0,0,0,0,0,1,1,1}'),
	('a large group first', 2, '{0,0,0,0,0,1,2,3}'),
	('a large group last', 2, '{0,1,2,3,3,3,3,3}'),
	('groups of two', 4, '{1,1,2,2,3,3,4,4,5,5}'),
	('one group of two', 3, '{1,2,3,4,4,5,6,7,8}'),
	('three values', 1, '{1,1,2}'),
	('four values', 2, '{1,2,2,3}');

-- every choice of n places out of those of v
create temp table split as
select p.name, p.n, cardinality(p.v) - p.n as m, s.mask,
	array(select v from unnest(p.v) with ordinality as u(v, i) where s.mask >> (i::int - 1) & 1 = 1) as b,
	array(select v from unnest(p.v) with ordinality as u(v, i) where s.mask >> (i::int - 1) & 1 = 0) as o
from pooled p, generate_series(0, (1 << cardinality(p.v)) - 1) as s(mask)
where length(replace(s.mask::bit(32)::text, '0', '')) = p.n;

-- T = nm/(n + m)^2 sum over all values of (F - G)^2
create temp table statistic as
select s.*, s.n * s.m / (s.n + s.m) ^ 2::float8 * (select sum((
		(select count(*) from unnest(s.b) x where x <= v) / s.n::float8
		- (select count(*) from unnest(s.o) x where x <= v) / s.m::float8) ^ 2) from unnest(s.b || s.o) v) as t,
	at_cramer_von_mises(s.b, s.o) as cvm, at_anderson_darling(s.b, s.o) as ad
from split s;

select plan(2 * count(*)::int + 16) from pooled;

select ok(bool_and(abs((s.cvm).t - s.t) < 1e-12), 'Cramer-von Mises is of the two distribution functions: ' || s.name)
from statistic s group by s.name order by s.name;

-- on the scale of the limit law, of mean 1/6 and variance 1/45, each has mean and
-- variance of that law over all splits, or only one value and p 1
select ok(case when stddev_pop(s.t) < 1e-9 then bool_and((s.cvm).p_limit = 1)
	else abs(avg((s.cvm).t_normalised) - 1.0 / 6) < 1e-12
		and abs(var_pop((s.cvm).t_normalised) - 1.0 / 45) < 1e-12 end,
	'Cramer-von Mises has the mean and the variance of its law: ' || s.name)
from statistic s group by s.name order by s.name;

-- Anderson-Darling: with ties p depends on the distance from the mean over all splits
-- in standard deviations, so that p of the same distance is the same p without ties
create temp table standing as
select s.name, s.n, s.m, (s.ad).a2, (s.ad).p_limit, avg((s.ad).a2) over w as mean, stddev_pop((s.ad).a2) over w as sd,
	(((s.ad).a2 - 1) / nullif((s.ad).standardized, 0)) as untied_sd
from statistic s where s.n + s.m > 3 window w as (partition by s.name);
select ok(bool_and(abs(s.p_limit - at_anderson_darling_k2_sf(1 + (s.a2 - s.mean) / s.sd * s.untied_sd)) < 1e-9),
	'Anderson-Darling goes by mean and variance given the ties')
from standing s where s.name <> 'nothing repeats' and s.untied_sd is not null and abs(s.a2 - 1) > 1e-9;
select ok(bool_and(abs(s.p_limit - at_anderson_darling_k2_sf(s.a2)) < 1e-15), 'without ties it is what it was')
from standing s where s.name = 'nothing repeats';

select is((at_cramer_von_mises(array_cat(array_fill(0::float8, array[20]), array_fill(1::float8, array[20])),
	array_cat(array_fill(0::float8, array[60]), array_fill(1::float8, array[60])))).t, 0::float8,
	'equal shares of 40 and of 120 values do not differ');
select is(r.t::text || ' ' || r.p_limit, '0 1', 'nor do two samples of one value')
from at_cramer_von_mises('{5,5,5,5,5,5}'::float8[], '{5,5,5,5}') r;

-- no probability has a logarithm above zero
select setseed(0.5);
create temp table small as
select array(select floor(4 * random())::float8 from generate_series(1, 1 + i % 7)) as b,
	array(select floor(4 * random())::float8 from generate_series(1, 1 + i % 5)) as o
from generate_series(1, 400) i;
select is(count(*) filter (where (t).log10_p > 0 or (t).p_value > 1), 0::bigint, 'at_ks_test')
	from (select at_ks_test(b, o) t
	from small) s;
select is(count(*) filter (where (t).log10_p > 0 or (t).p_two_sided > 1), 0::bigint, 'at_mann_whitney')
from (select at_mann_whitney(b, o) t from small) s;
select is(count(*) filter (where (t).log10_p > 0 or (t).p_limit > 1), 0::bigint, 'at_cramer_von_mises')
from (select at_cramer_von_mises(b, o) t from small) s;
select is(count(*) filter (where (t).log10_p > 0 or (t).p_limit > 1), 0::bigint, 'at_anderson_darling')
from (select at_anderson_darling(b, o) t from small) s;
select is(count(*) filter (where (t).log10_p > 0 or (t).p_value > 1), 0::bigint, 'at_welch')
	from (select at_welch(b, o) t from small) s;
select is(count(*) filter (where (t).psi_log10_p > 0 or (t).psi_p_value > 1), 0::bigint, 'at_psi')
	from (select at_psi(b, o) t from small) s;

select is(count(*) filter (where (t).log10_p > 0 or (t).p_value > 1), 0::bigint, 'at_chi2')
from (select at_chi2(array[cardinality(b), cardinality(o)]::bigint[], array[cardinality(o),
	cardinality(b)]::bigint[], 'auto') t
	from small) s;

-- one question, two routes: values and moments
create temp table large as
select base, array(select base + i * 7919 % 13 from generate_series(1, 40) i) as b,
	array(select base + i * 7919 % 17 from generate_series(1, 50) i) as o
from unnest('{0,1e9,1e12,1e15,1.7e15}'::float8[]) base;
select ok(bool_and(abs((v).t / (m).t - 1) < 1e-12 and abs((v).p_value / (m).p_value - 1) < 1e-11
		and abs((v).mean_diff - (m).mean_diff) < 1e-14),
	'Welch of values is Welch of their moments, however large they are')
from (select at_welch(b, o) v, at_welch(at_moments_of(b), at_moments_of(o)) m from large) s;
select ok(max((v).t) - min((v).t) < 1e-12, 'and does not depend on where zero is') from (select at_welch(b, o) v
	from large) s;
select ok(abs(r.t - 2 * sqrt(2)) < 1e-12, 'variances too small for a number')
from at_welch('{5e-324,1e-323}'::float8[], '{1.5e-323,2e-323}') r;
select ok(r.t is not null and abs(r.mean_diff / -2.333333333333333e307 - 1) < 1e-12,
	'values whose sums are too large')
from at_welch('{-1.5e308,1.7e308,1.6e308}'::float8[], '{1e308,-1e308,1.1e308}') r;
select is((at_psi('{-1.7e308,-1.6e308,1.6e308,1.7e308}'::float8[], '{1}', 2)).edges, '{0}'::float8[],
	'an edge between values far apart');

select * from finish();
rollback;
