-- Tests over rows answer the same serially, in parallel and from merged parts.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
create table decision as
select (array['buy', 'sell', 'hold', 'short'])[1 + hashint4(i) & 3] as category,
	'run-' || (i / 20) as run_id, i % 5 < 2 as is_observed, (hashint4(i + 7) & 1023) / 16.0 as value,
	hashint4(i + 99) & 7 as part
from generate_series(1, 20000) as i;
analyze decision;

create temp table plan_of (line text);
create function pg_temp.answers() returns table (name text, answer text) language sql as $$
	select 'chi2', at_chi2(category, is_observed)::text from decision
	union all select 'g', at_g(category, is_observed)::text from decision
	union all select 'divergence', at_divergence(category, is_observed)::text from decision
	union all select 'chi2_clustered', at_chi2_clustered(category, run_id, is_observed)::text from decision
	union all select 'ks', at_ks(value, is_observed)::text from decision
	union all select 'mann_whitney', at_mann_whitney(value, is_observed)::text from decision
	union all select 'cramer_von_mises', at_cramer_von_mises(value, is_observed)::text from decision
	union all select 'wasserstein', at_wasserstein(value, is_observed)::text from decision
	union all select 'welch', at_welch(value, is_observed)::text from decision
	union all select 'anderson_darling', at_anderson_darling(value, part)::text from decision
	union all select 'counts', at_collect_counts(category)::text from decision
	union all select 'cluster_counts', at_collect_cluster_counts(category, run_id)::text from decision
	union all select 'sketch', at_collect_sketch(value)::text from decision
	union all select 'histogram', at_collect_histogram(value, '{1,20,50}')::text from decision
	union all select 'grouped_sample', at_collect_grouped_sample(value, part)::text from decision
$$;

select plan(16 + 5);

set local max_parallel_workers_per_gather = 0;
create temp table serial as select * from pg_temp.answers();
set local max_parallel_workers_per_gather = 2;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
do $$
declare
	line text;
begin
	for line in explain select at_chi2(category, is_observed), at_ks(value, is_observed) from decision loop
		insert into plan_of values (line);
	end loop;
end
$$;
select ok(exists (select from plan_of where line like '%Partial Aggregate%'), 'the plan is parallel');
select is(p.answer, s.answer, 'parallel ' || p.name)
from pg_temp.answers() as p join serial as s using (name);

select is((select at_merge(s)::text from (select at_collect_counts(category) as s from decision group by part) as p),
	(select answer from serial where name = 'counts'), 'merged counts');
select is((select at_merge(s)::text from (select at_collect_cluster_counts(category, run_id) as s from decision group by part) as p),
	(select answer from serial where name = 'cluster_counts'), 'merged counts by run');
select is((select at_merge(s)::text from (select at_collect_sketch(value) as s from decision group by part) as p),
	(select answer from serial where name = 'sketch'), 'merged sketches');
select is((select at_merge(s)::text from (select at_collect_histogram(value, '{1,20,50}') as s from decision group by part) as p),
	(select answer from serial where name = 'histogram'), 'merged histograms');
select is((select at_merge(s)::text from (select at_collect_grouped_sample(value, part) as s from decision group by run_id) as p),
	(select answer from serial where name = 'grouped_sample'), 'merged samples');

select * from finish();
rollback;
