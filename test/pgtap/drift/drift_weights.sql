-- Which rows of a scan are tested, with what weight, and how categories that are
-- on one side only are judged.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
set client_min_messages = warning;
select at_create_store();

-- The behaviour of runs that each call these tools: as many runs as there are
-- arrays, all with a status that never differs.
create function pg_temp.calls(tools text) returns at_behavior language sql as $$
	select at_collect_behavior('tool.call.completed', jsonb_build_object('tool_name', c.tool, 'status', 'ok'),
		('run_' || r.number)::at_id, ('evt_' || r.number || '_' || c.number)::at_id)
	from string_to_table(tools, ' ') with ordinality r(tools, number),
		string_to_table(r.tools, ',') with ordinality c(tool, number)
$$;
-- So many runs, of which the first few also call other tools.
create function pg_temp.runs(n int, x int default 0, y int default 0, z int default 0) returns text language sql as $$
	select string_agg('a,b,a' || case when r <= x then ',x' else '' end || case when r <= y then ',y' else '' end
		|| case when r > n - z then ',z' else '' end, ' ')
	from generate_series(1, n) r
$$;
create function pg_temp.judged(b text, o text, primary_dimensions text[] default null) returns setof at_test
language sql as $$
	select * from _at_judge_tests(pg_temp.calls(b), pg_temp.calls(o), 'lab', primary_dimensions => primary_dimensions)
$$;
create function pg_temp.one_sided(b text, o text) returns at_test language sql as $$
	select t from pg_temp.judged(b, o) t where t.dimension = 'tool.call.completed.tool_name (categories)'
$$;
-- Fisher's p when all of t runs are observed ones, of n on both sides.
create function pg_temp.all_observed(t int, n int, m int) returns float8 language sql as $$
	select p_two_sided from at_fisher(0::bigint, n::bigint, t::bigint, (m - t)::bigint)
$$;

select plan(31);

-- A new tool in 8 of 30 runs, all others in every run.
select is((select test from pg_temp.one_sided(pg_temp.runs(30), pg_temp.runs(30, 8))), 'fisher_runs', 'by runs');
select is((select round(p_value::numeric, 12) from pg_temp.one_sided(pg_temp.runs(30), pg_temp.runs(30, 8))),
	round(pg_temp.all_observed(8, 30, 30)::numeric, 12), 'its own test');
select is((select round(p_value::numeric, 12) from pg_temp.one_sided(pg_temp.runs(30, 8), pg_temp.runs(30))),
	round(pg_temp.all_observed(8, 30, 30)::numeric, 12), 'one that is lost');
select is((select flags[1] || ' ' || note from pg_temp.one_sided(pg_temp.runs(30), pg_temp.runs(30, 8))),
	'new_category x in 0 of 30 -> 8 of 30', 'what it says of a new one');
select is((select flags[1] || ' ' || note from pg_temp.one_sided(pg_temp.runs(30, 8), pg_temp.runs(30))),
	'lost_category x in 8 of 30 -> 0 of 30', 'and of a lost one');
select is((select round(effect::numeric, 9) from pg_temp.one_sided(pg_temp.runs(30), pg_temp.runs(30, 8))),
	(select round(cohens_h::numeric, 9) from at_proportion(0, 30, 8, 30)), 'its effect');
select is((select level in ('medium', 'high') from pg_temp.one_sided(pg_temp.runs(30), pg_temp.runs(60, 7))), false,
	'too few are none');
select is((select level::text from pg_temp.one_sided(pg_temp.runs(400), pg_temp.runs(400, 9))), 'medium',
	'a small share of runs, but more than chance: medium');
select is((select (runs_baseline, runs_observed)::text from pg_temp.one_sided(pg_temp.runs(30), pg_temp.runs(60, 8))),
	'(30,60)', 'runs of each side');
-- Another rare tool could have been it as well: 9 runs, of which some are on each side.
select is((select round(p_value::numeric, 12) from pg_temp.one_sided(pg_temp.runs(30, 0, 5), pg_temp.runs(30, 8, 4))),
	round((pg_temp.all_observed(8, 30, 30) + pg_temp.all_observed(9, 30, 30))::numeric, 12),
		'what others might have shown is added');
-- Rarer ones could not: 4 runs of one side have a larger p.
select is((select round(p_value::numeric, 12) from pg_temp.one_sided(pg_temp.runs(30, 0, 2), pg_temp.runs(30, 8, 2))),
	round(pg_temp.all_observed(8, 30, 30)::numeric, 12), 'but no more than that');
select is((select p_value from pg_temp.one_sided(pg_temp.runs(30, 4), pg_temp.runs(30, 4))), 1::float8,
	'none is on one side only');
select is((select note from pg_temp.one_sided(pg_temp.runs(30, 4), pg_temp.runs(30, 4))), 'none is on one side only',
	'which it says');
select is((select count(*) from pg_temp.judged(pg_temp.runs(30), pg_temp.runs(30))
	where dimension like '%(categories)'), 0::bigint,
	'of two categories there is no such row');
-- The law of it: of tables with these margins no more than p are as far out.
select is((select bool_and(p_value >= share - 1e-12) from generate_series(6, 12) t,
	lateral (select p_value from pg_temp.one_sided(pg_temp.runs(30, 0, 3), pg_temp.runs(30, t, 3))) s,
	lateral (select 2 * exp(sum(ln((30.0 - i) / (60 - i)))) as share from generate_series(0, t - 1) i) f), true,
		'p is no less than the chance');

-- Of categories that are rare it takes a whole part, else a hundredth.
select is((select stake from _at_behavior_tests(pg_temp.calls(pg_temp.runs(30, 3)), pg_temp.calls(pg_temp.runs(30, 5)))
	where dimension like '%(categories)'),
	1::float8, 'a rare category');
select is((select stake from _at_behavior_tests(pg_temp.calls(pg_temp.runs(30, 15)),
	pg_temp.calls(pg_temp.runs(30, 12))) where dimension like '%(categories)'),
	0.01::float8, 'a common one');

-- What cannot differ is no test, and takes nothing from others.
select is((select concat_ws(' ', test, p_value, q_value, level, flags, family, weight)
	from pg_temp.judged(pg_temp.runs(30), pg_temp.runs(30)) where dimension = 'tool.call.completed.status'),
		'none none {not_tested}',
	'all values are the same');
create function pg_temp.with_constant(c at_behavior, runs int) returns at_behavior language sql as $$
	select _at_behavior_merge(c, (select at_collect_behavior('llm.call.completed',
		'{"model":"m","provider":"p","status":"ok"}',
		('run_' || r)::at_id, ('evt_llm_' || r)::at_id) from generate_series(1, runs) r))
$$;
select is((select array_agg(q_value order by dimension)
	from _at_judge_tests(pg_temp.with_constant(pg_temp.calls(pg_temp.runs(30)), 30),
		pg_temp.with_constant(pg_temp.calls(pg_temp.runs(30, 8)), 30), 'lab')
			where dimension like 'tool.call.completed.tool%'),
	(select array_agg(q_value order by dimension) from pg_temp.judged(pg_temp.runs(30), pg_temp.runs(30, 8))
		where dimension like 'tool.call.completed.tool%'),
	'constant dimensions cost nothing');
select is((select sum(weight) from pg_temp.judged(pg_temp.runs(30), pg_temp.runs(30, 8))),
	(select count(weight)::float8 from pg_temp.judged(pg_temp.runs(30), pg_temp.runs(30, 8))),
		'weights have a mean of 1');

-- Nor is what has too few counts for any p that could be found.
create function pg_temp.labels(n int, labelled int) returns at_behavior language sql as $$
	select at_collect_behavior('risk.check.completed', jsonb_build_object('approved', r % 2 = 0, 'reasons',
		case when r <= labelled then '["cap"]'::jsonb else '[]' end), ('run_' || r)::at_id, ('evt_' || r)::at_id)
	from generate_series(1, n) r
$$;
select is((select concat_ws(' ', q_value, level, flags, weight) from _at_judge_tests(pg_temp.labels(30, 0),
	pg_temp.labels(30, 3), 'lab')
	where dimension = 'risk.check.completed.reasons[cap]'), 'insufficient {insufficient,not_tested}',
		'three events with a label of sixty');
select is((select p_value is not null from _at_judge_tests(pg_temp.labels(30, 0), pg_temp.labels(30, 3), 'lab')
	where dimension = 'risk.check.completed.reasons[cap]'), true, 'its p is shown all the same');
select is((select weight > 0 from _at_judge_tests(pg_temp.labels(30, 0), pg_temp.labels(30, 9), 'lab')
	where dimension = 'risk.check.completed.reasons[cap]'), true, 'nine are enough to be tested');
select is((select round(least_p::numeric, 12) from _at_behavior_tests(pg_temp.labels(30, 2), pg_temp.labels(30, 4))
	where dimension = 'risk.check.completed.reasons[cap]'),
	round(pg_temp.all_observed(6, 30, 30)::numeric, 12), 'the least p of six');

-- Primary dimensions are the user's choice.
select is((select string_agg(distinct family, ',') from pg_temp.judged(pg_temp.runs(30, 4), pg_temp.runs(30, 8))
	where dimension like 'tool.call.completed.tool_name%'), 'primary', 'tools are primary');
select is((select string_agg(distinct family, ',') from pg_temp.judged(pg_temp.runs(30, 4), pg_temp.runs(30, 8), '{}')
	where dimension like 'tool.call.completed.tool_name%'), 'secondary', 'unless others are');
select is((select string_agg(dimension, ',') from pg_temp.judged(pg_temp.runs(30, 4), pg_temp.runs(40, 8),
	'{run.tool_calls}') where family = 'primary'),
	'run.tool_calls', 'which are named');
select throws_ok($$select * from pg_temp.judged(pg_temp.runs(3), pg_temp.runs(3), '{tools}')$$, '22023', null,
	'a name that is no dimension');
select is((select array_agg(dimension order by dimension) from at_drift_dimensions()
	where is_primary), array(select unnest(string_to_array(
	'action.outcome.recorded.reason_code,action.outcome.recorded.status,'
	'agent.run.completed.duration_ms,agent.run.completed.status,'
	'cost.usage.recorded.quantity,decision.outcome.recorded.followed_plan,'
	'decision.proposed.action,error.recorded.error_kind,'
	'llm.call.completed.latency_ms,llm.call.completed.model,llm.call.completed.status,paper.fill.recorded.slippage_bps,'
	'risk.check.completed.approved,risk.check.completed.reasons,run.errors,tool.call.completed.latency_ms,'
	'tool.call.completed.status,tool.call.completed.tool_name,trade.rejected.reason_code', ',')) order by 1),
		'the default');

-- Weights by hand: one dimension of two labels, of which one cannot be found.
select is((select array_agg(round(w::numeric, 12)) from unnest(_at_test_weights('{t,t,t,f,f}', '{1,2,2,3,4}',
	'{0,0,0.02,0,null}', '{1,1,1,1,1}')) w),
	array[1.35, 1.35, null, 0.3, null]::numeric[], 'the rest share what one leaves');
select is(_at_test_weights('{f,f,f}', '{1,2,2}', '{0,0,0}', '{1,1,1}'), '{1.5,0.75,0.75}',
	'with no primary row the others have all');

select * from finish();
rollback;
