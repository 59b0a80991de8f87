-- Tests over rows answer the same serially, in parallel, from states and from
-- states of random parts merged; detectors the same in one go and resumed.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
create table decision as
select (array['buy', 'sell', 'hold', 'short'])[1 + hashint4(i) & 3] as category,
	'run-' || (i / 20) as run_id, 'symbol-' || (hashint4(i + 3) & 7) as symbol, i % 5 < 2 as is_observed,
	hashint4(i + 5) & 3 = 0 as outcome, (hashint4(i + 7) & 1023) / 16.0 as value,
	hashint4(i + 99) & 7 as part
from generate_series(1, 20000) as i;
insert into decision values (null, 'run-1', 'symbol-1', true, null, 'NaN', 1),
	('buy', 'run-1', 'symbol-1', null, true, 1, 2),
	('buy', null, null, false, true, null, 3), ('buy', 'run-2', 'symbol-2', false, true, 'Infinity', 4);
analyze decision;

-- Aggregates over rows, by name; and the states they collect.
create temp table call (name text, call text);
insert into call values
	('chi2', 'at_chi2(category, is_observed)'),
	('g', 'at_g_test(category, is_observed)'),
	('divergence', 'at_divergence(category, is_observed)'),
	('chi2_clustered', 'at_chi2_clustered(category, run_id, is_observed)'),
	('cmh', 'at_cmh_test(category, is_observed, symbol)'),
	('fisher', 'at_fisher(outcome, is_observed)'),
	('proportion', 'at_proportion(outcome, is_observed)'),
	('ks', 'at_ks_test(value, is_observed)'),
	('mann_whitney', 'at_mann_whitney(value, is_observed)'),
	('cramer_von_mises', 'at_cramer_von_mises(value, is_observed)'),
	('wasserstein', 'at_wasserstein(value, is_observed)'),
	('welch', 'at_welch(value, is_observed)'),
	('psi', 'at_psi(value, is_observed)'),
	('anderson_darling of sides', 'at_anderson_darling(value, is_observed)'),
	('anderson_darling of parts', 'at_anderson_darling(value, part)');
create temp table state (name text, call text, is_exact boolean);
insert into state values
	('counts', 'at_collect_counts(category)', true),
	('weighted counts', 'at_collect_counts(category, part)', true),
	('sided_counts', 'at_collect_sided_counts(category, is_observed)', true),
	('cluster_counts', 'at_collect_cluster_counts(category, run_id)', true),
	('sketch', 'at_collect_sketch(value)', true),
	('histogram', 'at_collect_histogram(value, ''{1,20,50}'')', true),
	('grouped_sample', 'at_collect_grouped_sample(value, part)', true),
	('sides', 'at_collect_grouped_sample(value, is_observed)', true),
	('sample', 'at_collect_sample(value)', true),
	('moments', 'at_collect_moments(value)', false);

select plan(3 * (select count(*)::int from call) + 4 * (select count(*)::int from state) + 13 + 4);

-- Two texts are equal but for numbers that differ in their last digits.
create function pg_temp.alike(a text, b text) returns boolean language sql as $$
	select count(*) = count(*) filter (where x = y or
		(x ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$' and y ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$' and
			abs(x::numeric - y::numeric) <= 1e-12 * greatest(abs(x::numeric), 1)))
	from regexp_split_to_table(a, '[][,:{}()]') with ordinality as l(x, i)
	full join regexp_split_to_table(b, '[][,:{}()]') with ordinality as r(y, i) using (i)
$$;

create function pg_temp.answer(call text) returns text language plpgsql as $$
declare
	result text;
begin
	execute format('select (%s)::text from decision', call) into result;
	return result;
end
$$;

create function pg_temp.is_parallel(call text) returns boolean language plpgsql as $$
declare
	line text;
begin
	for line in execute format('explain select %s from decision', call) loop
		if line like '%Partial Aggregate%' then
			return true;
		end if;
	end loop;
	return false;
end
$$;

-- The answer from states of parts, by a number that each row gets.
create function pg_temp.merged(call text, part text) returns text language plpgsql as $$
declare
	result text;
begin
	execute format('select at_merge(s)::text from (select %s as s from decision group by %s order by '
		'hashtext((%2$s)::text)) as p',
		call, part)
	into result;
	return result;
end
$$;

set local max_parallel_workers_per_gather = 0;
create temp table serial as
select name, pg_temp.answer(call) as answer, true as is_exact from call
union all select name, pg_temp.answer(call), is_exact from state;
set local max_parallel_workers_per_gather = 2;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;

select ok(pg_temp.is_parallel(call), 'the plan is parallel: ' || name)
	from (select name, call from call union all select name, call from state) as c;
select ok(
	case when s.is_exact then pg_temp.answer(c.call) = s.answer
	else pg_temp.alike(pg_temp.answer(c.call), s.answer) end,
	'parallel ' || c.name)
from (select name, call from call union all select name, call from state) as c join serial as s using (name);
set local max_parallel_workers_per_gather = 0;

-- another order of the rows
create temp table shuffled as select * from decision order by hashtext(value::text || run_id);
create function pg_temp.shuffled_answer(call text) returns text language plpgsql as $$
declare
	result text;
begin
	execute format('select (%s)::text from shuffled', call) into result;
	return result;
end
$$;
select is(pg_temp.shuffled_answer(c.call), s.answer, 'rows in another order: ' || name)
from call as c join serial as s using (name);
select ok(case when s.is_exact then pg_temp.shuffled_answer(c.call) = s.answer
	else pg_temp.alike(pg_temp.shuffled_answer(c.call), s.answer) end, 'rows in another order: ' || name)
from state as c join serial as s using (name);

-- parts merged
select ok(case when s.is_exact then bool_and(pg_temp.merged(c.call, part) = s.answer)
	else bool_and(pg_temp.alike(pg_temp.merged(c.call, part), s.answer)) end, 'merged ' || name)
from state as c join serial as s using (name), unnest(array['part', 'run_id', 'hashtext(value::text) % 100']) as part
group by name, s.is_exact, s.answer;

-- tests over merged states of both sides are those over rows
create temp table part as
select is_observed, hashtext(run_id || value) & 15 as part, at_collect_counts(category) as counts,
	at_collect_cluster_counts(category, run_id) as clusters, at_collect_cluster_counts(category, symbol) as strata,
	at_collect_sample(value) as sample, at_collect_moments(value) as moments
from decision where is_observed is not null group by 1, 2;
create temp table side as
select is_observed, at_merge(counts) as counts, at_merge(clusters) as clusters, at_merge(strata) as strata,
	at_merge(sample) as sample, at_merge(moments) as moments
from part group by 1;
create temp table from_states as
select v.*
from side as b, side as o, lateral (values
	('chi2', at_chi2(b.counts, o.counts)::text), ('g', at_g_test(b.counts, o.counts)::text),
	('divergence', at_divergence(b.counts, o.counts)::text),
	('chi2_clustered', at_chi2_clustered(b.clusters, o.clusters)::text), ('cmh', at_cmh_test(b.strata, o.strata)::text),
	('ks', at_ks_test(b.sample, o.sample)::text), ('mann_whitney', at_mann_whitney(b.sample, o.sample)::text),
	('cramer_von_mises', at_cramer_von_mises(b.sample, o.sample)::text),
	('wasserstein', at_wasserstein(b.sample, o.sample)::text), ('welch', at_welch(b.sample, o.sample)::text),
	('psi', at_psi(b.sample, o.sample)::text),
	('anderson_darling of sides', at_anderson_darling(b.sample, o.sample)::text)) as v(name, answer)
where not b.is_observed and o.is_observed;
select is(f.answer, s.answer, 'from states: ' || name) from from_states as f join serial as s using (name);
select ok(pg_temp.alike(at_welch(b.moments, o.moments)::text, at_welch(
		(select array_agg(value) from decision where not is_observed and value <> 'Infinity'),
		(select array_agg(value) from decision where is_observed and value <> 'Infinity'))::text),
			'from states: welch of moments')
from (select at_collect_moments(value) as moments from decision where not is_observed and value <> 'Infinity') as b,
	(select at_collect_moments(value) as moments from decision where is_observed and value <> 'Infinity') as o;

-- detectors: a stored state goes on, whatever was in one go
create temp table series as
select i, case when i = 70 then null when i = 71 then 'NaN'::float8 when i > 150 and i < 200 then 5
	else 0 end + (hashint4(i) & 255) / 256.0::float8 as x
from generate_series(1, 400) as i;
select is((select at_describe(at_push(at_collect_cusum(x, 30, 0.5, 5 order by i)::text::at_cusum_state,
		(select array_agg(x order by i) from series where i > cut)))
	from series where i <= cut)::text,
	at_cusum((select array_agg(x order by i) from series), 30, 0.5, 5)::text, format('cusum resumed after %s', cut))
from unnest(array[20, 160]) as cut;
select is((
	select at_describe(
	at_push(at_collect_page_hinkley(x, 30, 0.1, 20, 1 order by i)::text::at_page_hinkley_state,
		(select array_agg(x order by i) from series where i > cut)))
	from series where i <= cut)::text,
	at_page_hinkley((select array_agg(x order by i) from series), 30, 0.1, 20, 1)::text,
	format('Page and Hinkley resumed after %s', cut))
from unnest(array[20, 160]) as cut;

select * from finish();
rollback;
