-- A scan gives exactly what the single tests give on the same values, whether
-- its plan is serial or parallel.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
set client_min_messages = warning;
select at_create_store();

-- Two windows of runs of an agent; the second differs a little.
create temp table made as
select o as is_observed, 'run_' || o::int || '_' || r as run, d, e.type, e.payload,
	timestamptz '2012-03-01' + o::int * interval '10 days' + r * interval '10 minutes' + d * interval '1 second' as at
from (values (false), (true)) w(o), generate_series(1, 240) r, generate_series(1, 6) d,
	lateral (
		select abs(hashint4(r * 1000 + d * 10 + o::int)) % 1000 as x, abs(hashint4(r * 77 + o::int)) % 1000 as y) h,
	lateral (values
		('decision.proposed',
			jsonb_build_object(
				'decision_kind', case when x < case when o then 6 else 1 end then 'exit' else 'entry' end,
			'action', (array['buy', 'hold', 'sell', 'short'])[1 + ((x + y + case when o then 60 else 0 end) / 300) % 4],
			'confidence', case when x % 9 = 0 then null else (x + y * 2 + case when o then 90 else 0 end) / 16.0 end,
			'target_weight', (x * 37 % 1000)::text || '.5')),
		('risk.check.completed',
			jsonb_build_object('risk_check_kind', 'k', 'approved', (x + y) % 1000 > case when o then 330 else 250 end,
			'reasons', case when (x + y) % 1000 <= case when o then 330
				else 250 end then jsonb_build_array('cap', 'r' || x % 2) else '[]' end)),
		('agent.run.completed',
			jsonb_build_object(
				'run_type', 'c', 'status',
				(array['succeeded', 'failed', 'partial'])[1 + (y + case when o then 120 else 0 end) / 400],
			'duration_ms', y * y + case when o then 20000 else 0 end)),
		('trade.rejected',
			jsonb_build_object(
				'reason_code', 'c' || floor(sqrt(y + case when o then 150 else 0 end) / 4), 'rejected_by', case
				when y % 5 = o::int then 'broker' else 'gate' end)),
		('order.intent.recorded',
			jsonb_build_object(
				'order_intent_id', concat_ws('-', 'o', o::int, r), 'decision_id', 'd', 'symbol', 'S', 'side',
				(array['buy', 'sell', 'short', 'cover'])[1 + r % 4],
			'intended_quantity', 10, 'intended_price', (50 + y / 10.0)::text)),
		('paper.fill.recorded',
			jsonb_build_object(
				'order_intent_id', concat_ws('-', 'o', o::int, r), 'symbol', 'S', 'side',
				(array['buy', 'sell', 'short', 'cover'])[1 + r % 4],
			'quantity', 10, 'price',
				round(
					50 + y / 10.0 + case when r % 4 in (1, 2) then -1
					else 1 end * (y % 40 - 10 + o::int * 5) / 100.0, 2),
				'portfolio_kind', 'paper'))) e(type,
				payload)
where (e.type in ('decision.proposed', 'risk.check.completed') or d = 1 + (e.type = 'paper.fill.recorded')::int)
	and (e.type <> 'trade.rejected' or r % 3 = 0)
		and (e.type not in ('order.intent.recorded', 'paper.fill.recorded') or r % 7 > 0);
select i.accepted from at_ingest_jsonl(
	(select string_agg(jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5(run || d || type),
	'idempotency_key', run || '/' || d || type, 'project', 'lab', 'agent_id', 'alpha', 'run_id', run, 'event_type',
	type,
	'occurred_at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'environment', 'paper', 'symbols',
	'[]'::jsonb, 'payload', payload,
	'privacy', '{}'::jsonb, 'sdk', '{"name":"n","version":"v","language":"l"}'::jsonb)::text, e'\n') from made)) i;
select at_create_baseline(
	at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-05'), 'manual') as base \gset
set local max_parallel_workers_per_gather = 0;
create temp table scan as select * from at_detect_drift(:'base', '2012-03-11', '2012-03-15');

-- The values of a field on both sides, with runs.
create function pg_temp.field(event text, name text) returns table (is_observed boolean, run text, value text)
	language sql as $$
	select m.is_observed, m.run, m.payload->>name from made m where m.type = event
$$;
-- The arrays that a test over numbers takes.
create function pg_temp.numbers(event text, name text, side boolean) returns float8[] language sql as $$
	select array_agg(value::float8) from pg_temp.field(event, name) where is_observed = side and value is not null
$$;
-- A row of the scan as text, to so many digits.
create function pg_temp.row(name text) returns text language sql as $$
	select concat_ws(' ', test, to_char(statistic, '9.99999999EEEE'), coalesce(dof, -1),
		to_char(p_value, '9.99999999EEEE'), to_char(log10_p, '9.99999EEEE'), n_baseline, n_observed)
	from scan where dimension = name
$$;
create function pg_temp.shown(
	test text, statistic float8, dof int, p float8, log10_p float8, n1 bigint, n2 bigint) returns text
	language sql as $$
	select concat_ws(' ', test, to_char(statistic, '9.99999999EEEE'), coalesce(dof, -1), to_char(p, '9.99999999EEEE'),
		to_char(log10_p, '9.99999EEEE'), n1, n2)
$$;

select plan(38);

-- Categories in runs: Rao and Scott.
select is(pg_temp.row('decision.proposed.action'),
	(
		select pg_temp.shown(
		'chi2_clustered', t.statistic_corrected, t.dof, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from (select (at_chi2_clustered(value, run, is_observed)).* from pg_temp.field('decision.proposed', 'action')) t),
		'categories by run');
select is((select round(design_effect::numeric, 9) from scan where dimension = 'decision.proposed.action'),
	(select round(greatest(1, t.design_effect)::numeric, 9)
	from (select (at_chi2_clustered(value, run, is_observed)).* from pg_temp.field('decision.proposed', 'action')) t),
		'design effect');
select is((select round(effect::numeric, 9) from scan where dimension = 'decision.proposed.action'),
	(select round(t.tvd::numeric, 9)
	from (select (at_divergence(value, is_observed)).* from pg_temp.field('decision.proposed', 'action')) t),
		'share that moved');
select is(pg_temp.row('risk.check.completed.approved'),
	(
		select pg_temp.shown(
		'chi2_clustered', t.statistic_corrected, t.dof, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from (
		select (at_chi2_clustered(value, run, is_observed)).*
		from pg_temp.field('risk.check.completed', 'approved')) t),
		'a flag by run');
select is((select round(effect::numeric, 9) from scan where dimension = 'risk.check.completed.approved'),
	(select round(t.cohens_h::numeric, 9)
	from (
		select count(*) filter (where value = 'true' and not is_observed) as x1,
		count(*) filter (where not is_observed) as n1,
		count(*) filter (where value = 'true' and is_observed) as x2, count(*) filter (where is_observed) as n2
			from pg_temp.field('risk.check.completed', 'approved')) c,
		at_proportion(c.x1, c.n1, c.x2, c.n2) t), 'Cohen''s h');
select is(pg_temp.row('risk.check.completed.reasons[cap]'),
	(
		select pg_temp.shown(
		'chi2_clustered', t.statistic_corrected, t.dof, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from (
		select (at_chi2_clustered((value::jsonb ? 'cap')::text, run, is_observed)).*
		from pg_temp.field('risk.check.completed', 'reasons')) t),
		'a label by run');
select is(pg_temp.row('decision.proposed.confidence (missing)'),
	(
		select pg_temp.shown(
		'chi2_clustered', t.statistic_corrected, t.dof, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from (
		select (at_chi2_clustered((value is null)::text, run, is_observed)).*
		from pg_temp.field('decision.proposed', 'confidence')) t),
		'what is missing');

-- Two categories of which one is rare: is it in as many runs?
select is(pg_temp.row('decision.proposed.decision_kind'),
	(select pg_temp.shown('fisher_runs', null, null, t.p_two_sided, t.log10_p, c.n1, c.n2)
	from (select count(distinct run) filter (where value = 'exit' and not is_observed) as x1,
		count(distinct run) filter (where not is_observed) as r1, count(*) filter (where not is_observed) as n1,
		count(distinct run) filter (where value = 'exit' and is_observed) as x2,
			count(distinct run) filter (where is_observed) as r2, count(*) filter (where is_observed) as n2
			from pg_temp.field('decision.proposed', 'decision_kind')) c,
		at_fisher(c.x1, c.r1 - c.x1, c.x2, c.r2 - c.x2) t), 'a rare category by run');
select cmp_ok(
	(select min_expected from scan where dimension = 'decision.proposed.decision_kind'), '<', 5::float8, 'it is rare');

-- One of a run: independent.
select is(pg_temp.row('agent.run.completed.status'),
	(select pg_temp.shown('chi2', t.statistic, t.dof, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from (select (at_chi2(value, is_observed)).* from pg_temp.field('agent.run.completed', 'status')) t),
		'categories, one a run');
select is((select round(min_expected::numeric, 9) from scan where dimension = 'agent.run.completed.status'),
	(select round(t.min_expected::numeric, 9)
	from (select (at_chi2(value, is_observed)).* from pg_temp.field('agent.run.completed', 'status')) t),
		'expected counts');
select is(pg_temp.row('trade.rejected.rejected_by'),
	(select pg_temp.shown('fisher', null, null, t.p_two_sided, t.log10_p, c.n1, c.n2)
	from (select count(*) filter (where value = 'broker' and not is_observed) as x1,
		count(*) filter (where not is_observed) as n1,
		count(*) filter (where value = 'broker' and is_observed) as x2, count(*) filter (where is_observed) as n2
			from pg_temp.field('trade.rejected', 'rejected_by')) c,
		at_fisher(c.x1, c.n1 - c.x1, c.x2, c.n2 - c.x2) t), 'two categories, one a run');
select is(pg_temp.row('trade.rejected.reason_code'),
	(select pg_temp.shown('chi2', t.statistic, t.dof, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from (select at_collect_counts(value) filter (where not is_observed) as b,
		at_collect_counts(value) filter (where is_observed) as o
		from pg_temp.field('trade.rejected', 'reason_code')) c,
		at_chi2(c.b, c.o, 'auto') t), 'rare categories are pooled as at_chi2() pools them');
select is(
	(select 'pooled' = any (flags) from scan where dimension = 'trade.rejected.reason_code'), true,
	'which the row says');
select is(pg_temp.row('agent.run.completed.duration_ms'),
	(select pg_temp.shown('mann_whitney', t.u_observed, null, t.p_two_sided, t.log10_p, t.n_baseline, t.n_observed)
	from at_mann_whitney(
		pg_temp.numbers('agent.run.completed', 'duration_ms', false),
		pg_temp.numbers('agent.run.completed', 'duration_ms', true)) t),
		'numbers, one a run');
create function pg_temp.slippages(observed boolean) returns float8[] language sql as $$
	select array_agg(round(slippage_bps, 6)::float8) from at_slippage
		where (intended_at > '2012-03-10') = observed and fills > 0
$$;
select is(pg_temp.row('paper.fill.recorded.slippage_bps'),
	(select pg_temp.shown('mann_whitney', t.u_observed, null, t.p_two_sided, t.log10_p, t.n_baseline, t.n_observed)
	from at_mann_whitney(pg_temp.slippages(false), pg_temp.slippages(true)) t where t.p_two_sided < 0.05),
		'slippage, as at_slippage has it');
select is((select round(effect::numeric, 9) from scan where dimension = 'agent.run.completed.duration_ms'),
	(select round(t.cliffs_delta::numeric, 9)
	from at_mann_whitney(
		pg_temp.numbers('agent.run.completed', 'duration_ms', false),
		pg_temp.numbers('agent.run.completed', 'duration_ms', true)) t),
		'Cliff''s delta');
select is(pg_temp.row('agent.run.completed.duration_ms (shape)'),
	(select pg_temp.shown('ks', t.d, null, t.p_value, t.log10_p, t.n_baseline, t.n_observed)
	from at_ks_test(
		pg_temp.numbers('agent.run.completed', 'duration_ms', false),
		pg_temp.numbers('agent.run.completed', 'duration_ms', true)) t),
		'their distribution');
select is((select round(effect::numeric, 9) from scan where dimension = 'agent.run.completed.duration_ms (shape)'),
	(select round(t.w1_over_robust_scale::numeric, 9)
	from at_wasserstein(
		pg_temp.numbers('agent.run.completed', 'duration_ms', false),
		pg_temp.numbers('agent.run.completed', 'duration_ms', true)) t),
		'Wasserstein distance');

-- Numbers in runs: the deviate over the root of the design effect, which is the
-- variance of placements between runs over that of independent values.
create temp table value as select is_observed as o, run, value::float8 as v
	from pg_temp.field('decision.proposed', 'confidence') where value is not null;
create temp table placed as
select a.o, a.run, a.v, avg(case when b.v < a.v then 1 when b.v = a.v then 0.5 else 0 end)::float8 as share
from value a join value b on b.o <> a.o group by a.ctid, a.o, a.run, a.v;
create temp table side as
select p.o, count(*)::float8 as n, avg(case when p.o then p.share else 1 - p.share end) as auc from placed p
	group by p.o;
create temp table varied as
select s.o, s.n, s.auc, i.runs, i.clustered * i.runs / (i.runs - 1) / s.n ^ 2 as clustered,
	j.independent / s.n / (s.n - 1) as independent
from side s, lateral (select count(*)::float8 as runs, sum(x ^ 2) as clustered from (
		select sum(case when p.o then p.share else 1 - p.share end - s.auc) as x from placed p where p.o = s.o
			group by p.run) r) i,
	lateral (select sum((case when p.o then p.share else 1 - p.share end - s.auc) ^ 2) as independent from placed p
		where p.o = s.o) j;
create temp table expected as
select d.deff,
	(a.auc - 0.5) / sqrt(((a.n + b.n + 1) - t.ties / (a.n + b.n) / (a.n + b.n - 1)) / 12 / a.n / b.n * d.deff) as z,
	(a.clustered + b.clustered) ^ 2 / (a.clustered ^ 2 / (a.runs - 1) + b.clustered ^ 2 / (b.runs - 1)) as df,
	2 * b.auc - 1 as delta
from varied a, varied b,
	(select sum(c ^ 3 - c)::float8 as ties from (select count(*)::numeric as c from value group by v) g) t,
	lateral (select greatest(1, (a.clustered + b.clustered) / (a.independent + b.independent)) as deff) d
where not a.o and b.o;
select is((select round(design_effect::numeric, 8) from scan where dimension = 'decision.proposed.confidence'),
	(select round(deff::numeric, 8) from expected), 'numbers by run: design effect');
select is((
	select concat_ws(' ', test, round(statistic::numeric, 8), to_char(p_value, '9.999999EEEE')) from scan
	where dimension = 'decision.proposed.confidence'),
	(
		select concat_ws(
		' ', 'mann_whitney_clustered', round(z::numeric, 8), to_char(2 * at_t_sf(abs(z), df), '9.999999EEEE'))
		from expected),
	'their test');
select is((select round(effect::numeric, 8) from scan where dimension = 'decision.proposed.confidence'),
	(select round(delta::numeric, 8) from expected), 'their effect');
select cmp_ok((select deff from expected), '>', 1.5::float8, 'runs matter here');

-- More numbers than are kept exactly: the same test over the middles of their
-- buckets, 64 to an octave, on both sides.
create temp table coarse as select * from at_detect_drift(:'base', '2012-03-11', '2012-03-15', max_values => 100);
create function pg_temp.middles(side boolean) returns float8[] language sql as $$
	select array_agg(case when v = 0 then 0 else 2 ^ e * (1 + (floor((v / 2 ^ e - 1) * 64) + 0.5) / 64) end)
	from unnest(pg_temp.numbers('agent.run.completed', 'duration_ms', side)) v,
		lateral (select floor(ln(nullif(v, 0)) / ln(2) + 1e-12) as e) l
$$;
select is((
	select concat_ws(' ', test, statistic, to_char(p_value, '9.999999EEEE'), round(effect::numeric, 9)) from coarse
	where dimension = 'agent.run.completed.duration_ms'),
	(
		select concat_ws(
		' ', 'mann_whitney', t.u_observed, to_char(t.p_two_sided, '9.999999EEEE'), round(t.cliffs_delta::numeric, 9))
		from at_mann_whitney(pg_temp.middles(false), pg_temp.middles(true)) t),
	'numbers in buckets');
select is((select 'sketch' = any (flags) from coarse where dimension = 'agent.run.completed.duration_ms'), true,
	'which the row says');

-- Counts of runs.
select is(pg_temp.row('run.blocked_checks'),
	(select pg_temp.shown('mann_whitney', t.u_observed, null, t.p_two_sided, t.log10_p, t.n_baseline, t.n_observed)
	from at_mann_whitney((
		select array_agg(n)
		from (
			select count(*) filter (where value = 'false')::float8 as n
			from pg_temp.field('risk.check.completed', 'approved') where not is_observed group by run) s),
		(
			select array_agg(n)
			from (
				select count(*) filter (where value = 'false')::float8 as n
				from pg_temp.field('risk.check.completed', 'approved') where is_observed group by run) s)) t),
			'blocked checks of a run');
select is((select array_agg(round(q_value::numeric, 12) order by n)
		from (select row_number() over () as n, * from scan) s where weight is not null),
	(select array_agg(round(q::numeric, 12))
		from unnest((select at_p_adjust(array_agg(p_value order by n), weights => array_agg(weight order by n))
			from (select row_number() over () as n, * from scan) s where weight is not null)) q),
				'q over the whole scan');
-- Weights, from what is said of them: primary rows have nine tenths, a dimension
-- its part of that, labels theirs of the dimension's.
create temp table part as
select s.dimension, s.family, s.weight, regexp_replace(s.dimension, '\[.*\]', '') as part,
	case when s.dimension like '%(categories)' then c.stake else 1 end as stake
from scan s join _at_behavior_tests((select behavior from at_baseline where baseline_id = :'base'),
	at_stored_behavior('lab', 'alpha', 'paper', '2012-03-11', '2012-03-15')) c on c.dimension = s.dimension
where s.weight is not null;
select is((select array_agg(round(weight::numeric, 9) order by dimension) from part),
	(select array_agg(round(m * share * stake / labels / sum, 9) order by dimension)
		from (select p.dimension, p.stake::numeric, case family when 'primary' then 0.9 else 0.1 end as share,
				count(*) over (partition by part) as labels, count(*) over () as m,
				sum(p.stake / l.labels) over (partition by family)::numeric as sum
			from part p join (select part, count(*) as labels from part group by part) l using (part)) w),
	'weights');
select is((select array_agg(distinct family order by family) from part), '{primary,secondary}', 'of both families');
select is((select string_agg(distinct family, ',') from part where dimension ~ '\((shape|missing)\)$'), 'secondary',
	'shapes and what is missing are secondary');
select is((select array_agg(dimension order by dimension) from scan where 'not_tested' = any (flags)),
	(select array_agg(dimension order by dimension) from scan
		where weight is null and (level = 'none' or p_value is not null)), 'what is not tested says so');
select is((select count(distinct level) from scan where level in ('low', 'medium', 'high', 'none')) >= 2, true,
	'some changed, some did not');

-- Runs in pairs: signed ranks of the differences of means, against all signs one
-- by one; with ties and a difference of zero.
create temp table pair as select 'case_' || n as run, o, d, 10 * n + d + case
	when o then (array[0, 1, 2, 2, -1, 3, 5, 5, -2, 4, 6, 8, -3])[n] else 0 end as v
from generate_series(1, 13) n, (values (false), (true)) w(o), generate_series(1, 3) d;
create temp table paired as select * from _at_behavior_tests(
	(select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('latency_ms', v, 'tool_name', 't', 'status', 'ok'), run::at_id,
		('evt_' || run || d)::at_id)
		from pair where not o),
	(
		select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('latency_ms', v, 'tool_name', 't', 'status', 'ok'), run::at_id,
		('evt_' || run || d)::at_id)
		from pair where o),
	paired => true);
create temp table ranked as select x, (rank() over (order by abs(x)) + count(*) over (order by abs(x)) ) / 2.0 as r
from (select avg(v) filter (where o) - avg(v) filter (where not o) as x from pair group by run) s where x <> 0;
select is((select concat_ws(' ', test, statistic) from paired where dimension = 'tool.call.completed.latency_ms'),
	(select concat_ws(' ', 'signed_rank', sum(r) filter (where x > 0)::float8) from ranked), 'signed ranks');
select is((select round(p_value::numeric, 12) from paired where dimension = 'tool.call.completed.latency_ms'),
	(select round(least(1, 2 * avg((w >= greatest(seen, total - seen))::int)), 12)
	from (select sum(r) as total, sum(r) filter (where x > 0) as seen, array_agg(r) as rs from ranked) t,
		lateral (
			select sum(case when signs & (1 << (i::int - 1)) <> 0 then r else 0 end) as w
			from generate_series(0, 4095) signs, unnest(t.rs) with ordinality u(r, i) group by signs) a),
			'their law, given the ties');
select is((select effect_name from paired where dimension = 'tool.call.completed.latency_ms'), 'cliffs_delta',
	'the effect is what it was');
-- A run without its other: no pairs.
select is((select test from _at_behavior_tests(
	(select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('latency_ms', v, 'tool_name', 't', 'status', 'ok'), run::at_id,
		('evt_' || run || d)::at_id)
		from pair where not o),
	(
		select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('latency_ms', v, 'tool_name', 't', 'status', 'ok'), run::at_id,
		('evt_' || run || d)::at_id)
		from pair where o and run <> 'case_7'),
	paired => true)
	where dimension = 'tool.call.completed.latency_ms'), 'mann_whitney_clustered',
		'all runs are in pairs, or none counts as one');
-- Many pairs: the normal law.
select is((select concat_ws(' ', test, statistic, to_char(p_value, '9.999999EEEE')) from _at_behavior_tests(
	(select at_collect_behavior(
		'agent.run.completed', jsonb_build_object('status', 'ok', 'duration_ms', n * 7), ('case_' || n)::at_id,
		('evt_' || n)::at_id)
		from generate_series(1, 100) n),
	(
		select at_collect_behavior(
		'agent.run.completed',
		jsonb_build_object('status', 'ok', 'duration_ms', n * 7 + case when n % 3 = 0 then -n else n end),
		('case_' || n)::at_id, ('evt_' || n)::at_id)
		from generate_series(1, 100) n),
	paired => true)
	where dimension = 'agent.run.completed.duration_ms'),
		(
			select concat_ws(
			' ', 'signed_rank', w::float8,
			to_char(2 * at_normal_sf((abs(w - 2525) - 0.5) / sqrt(100.0 * 101 * 201 / 24)), '9.999999EEEE'))
			from (select sum(n) filter (where n % 3 <> 0) as w from generate_series(1, 100) n) s),
		'many pairs');

-- The same in parallel.
set local max_parallel_workers_per_gather = 2;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
set local enable_indexscan = off;
set local enable_bitmapscan = off;
select is_empty($$select * from at_detect_drift((select baseline_id from at_baseline), '2012-03-11', '2012-03-15')
	except select * from scan$$,
	'a parallel plan');
select * from finish();
rollback;
