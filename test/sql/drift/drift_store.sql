-- Profiles, baselines, detection, findings, comparison of two agents.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set SHOW_CONTEXT never
-- Is a text an at_behavior?
create function pg_temp.is_behavior(t text) returns boolean language plpgsql as $$
begin
	-- what is taken is sound: everything can be done with it
	perform count(*) from at_describe(t::at_behavior);
	perform count(*) from at_shares(t::at_behavior);
	perform count(*) from _at_behavior_tests(t::at_behavior, t::at_behavior);
	return true;
exception when invalid_text_representation then
	return false;
end
$$;
-- One event of an agent as jsonb: its number, type, run, time and payload.
create function pg_temp.made(
	n bigint, type text, run text, at timestamptz, payload jsonb, agent text default 'alpha',
	project text default 'lab') returns jsonb
	language sql as $$
	select jsonb_build_object(
		'schema_version', '2026-06-07', 'event_id', 'evt_' || md5(project || agent || n), 'idempotency_key', project
		|| agent || n,
		'project', project, 'agent_id', agent, 'run_id', run, 'event_type', type, 'occurred_at',
		to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'environment', 'paper', 'symbols', '[]'::jsonb, 'payload', payload, 'privacy', '{}'::jsonb,
		'sdk', '{"name":"n","version":"v","language":"l"}'::jsonb)
$$;
-- Sixty runs of five decisions from a time on: actions by a list, confidence by a base, and what a run ends with.
create function pg_temp.days(
	start timestamptz, actions text[], base float8, offset_n bigint, agent text default 'alpha',
	extra jsonb default '{}') returns bigint
	language sql as $$
	select i.accepted from at_ingest_jsonl((select string_agg(e::text, e'\n' order by n) from (
		select offset_n + r * 10 + d as n,
		pg_temp.made(
			offset_n + r * 10 + d, 'decision.proposed', 'run_' || md5(agent || offset_n || r),
			start + r * interval '20 minutes' + d * interval '1 second',
			jsonb_build_object(
				'decision_kind', 'entry', 'action', actions[1 + (r * 7 + d * 3) % cardinality(actions)], 'confidence',
				base + ((r * 13 + d * 29) % 97) / 100.0)
			|| extra, agent) as e
		from generate_series(1, 60) r, generate_series(1, 5) d
		union all
		select offset_n + r * 10,
			pg_temp.made(
				offset_n + r * 10, 'agent.run.completed', 'run_' || md5(agent || offset_n || r),
				start + r * interval '20 minutes' + interval '9 seconds',
			jsonb_build_object('run_type', 'cycle', 'status', 'succeeded', 'duration_ms', 1000 + (r * 37) % 101), agent)
		from generate_series(1, 60) r) s)) i
$$;
\set ECHO all

-- Without a store.
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02');
select at_create_baseline('prf_1', 'manual');
select at_detect_drift('bsl_1', '2012-03-01', '2012-03-02');
select at_compare('{"project":"lab"}', '{"project":"lab"}', '2012-03-01', '2012-03-02');
select at_create_store();
set client_min_messages = warning;

-- The dimensions are those of the contract, each once.
select count(*) > 50 as many, count(*) = count(distinct dimension) as once from at_drift_dimensions();
select d.dimension from at_drift_dimensions() d
	where d.event_type not in (select event_type::text from at_event_types());
select kind, thinned, count(*) > 0 as there from at_drift_dimensions() group by 1, 2 order by 1, 2;

-- A state: text and binary forms are lossless, the same whatever the order and
-- the parts; bounds; what is missing and what is no value.
create temp table few as select n, type::at_event_type as type, payload, ('run_' || n % 7)::at_id as run,
	('evt_' || n)::at_id as id
from generate_series(1, 300) n, lateral (values
	('decision.proposed',
		jsonb_build_object(
			'decision_kind', 'entry', 'action', (array['buy', 'hold', 'sell'])[1 + n % 3], 'confidence', case n % 5
			when 0 then to_jsonb((n / 100.0)::text) when 1 then 'null' when 2 then '"many"'
			else to_jsonb(n / 100.0) end)),
	('risk.check.completed',
		jsonb_build_object(
			'approved', n % 4 > 0, 'reasons', case when n % 4 = 0 then jsonb_build_array('cap', 'cap', 'r' || n % 3)
			else '[]' end)),
	('performance.snapshot.recorded',
		jsonb_build_object(
			'flow_adjusted_equity_change', n - 150, 'return_base', case when n % 50 = 0 then 0 else 1000 end)),
	('order.intent.recorded',
		jsonb_build_object(
			'side', case when n % 2 = 0 then 'buy'
			else 'short' end, 'intended_quantity', n::text, 'intended_price', 2.5)),
	('cost.usage.recorded', jsonb_build_object('usage_kind', (array['tokens', 'calls'])[1 + n % 2], 'quantity', 0.1)),
	('tool.call.completed', jsonb_build_object('tool_name', repeat('x', 300) || n % 2, 'status', true))) e(type,
	payload);
create temp table state as select at_collect_behavior(type, payload, run, id) as c from few;
select _at_behavior_size(c) from state;
select dimension, kind, n, missing, rejected, runs, categories, round(mean::numeric, 4) as mean, min, p50, p99, max,
	coarse, too_many
	from state, at_describe(c);
select dimension, left(category, 20) as category, count, round(share::numeric, 4) as share, runs,
	cardinality(examples) as examples
	from state, at_shares(c);
select c::text::at_behavior::text = c::text as text_lossless from state;
select _at_behavior_send(c) = _at_behavior_send(_at_behavior_in(_at_behavior_out(c))) as binary_lossless from state;
select count(distinct _at_behavior_send(c)) as one from (
	select c from state
	union all select at_collect_behavior(type, payload, run, id)
		from (select * from few order by md5(n::text || type)) f
	union all select at_merge(part)
		from (
			select at_collect_behavior(type, payload, run, id) as part from few
			group by (n * 31 + length(type::text)) % 9) p
	union all select at_merge(part)
		from (select at_collect_behavior(type, payload, run, id) as part from few group by n order by n desc) p) s;
select _at_behavior_merge(null, c)::text = c::text as left_null,
	_at_behavior_merge(c, null)::text = c::text as right_null
	from state;
-- Many numbers are kept to 1 %, which does not depend on order or parts.
select count(distinct c::text) as one,
	bool_and(
		(
		select d.coarse and abs(d.p50 / 1.5 - 1) < 0.02 from at_describe(c) d
		where d.dimension = 'decision.proposed.confidence')) as coarse
	from (
	select at_collect_behavior(type, payload, run, id, 100, 100) as c from few
	union all select at_merge(part)
		from (select at_collect_behavior(type, payload, run, id, 100, 100) as part from few group by n % 3) p
	union all select at_merge(part)
		from (select at_collect_behavior(type, payload, run, id, 100, 100) as part from few group by n) p) s;
-- Sums of numbers that only one side knows exactly: ten calls a run are ten on both.
select dimension, test, p_value, effect, level, flags, note from _at_judge_tests(
	(select at_collect_behavior(
		'cost.usage.recorded', '{"usage_kind":"calls","quantity":1}', ('run_' || r)::at_id,
		('evt_' || r || '_' || k)::at_id, 1000, 100)
		from generate_series(1, 200) r, generate_series(1, 10) k),
	(
		select at_collect_behavior(
		'cost.usage.recorded', '{"usage_kind":"calls","quantity":1}', ('run_' || r)::at_id,
		('evt_' || r || '_' || k)::at_id, 1000, 100)
		from generate_series(1, 50) r, generate_series(1, 10) k),
	'lab');
-- A run whose values have no sum is left out.
select dimension, n_baseline, n_observed, flags, note from _at_behavior_tests(
	(select at_collect_behavior(
		'cost.usage.recorded', jsonb_build_object('usage_kind', 'calls', 'quantity', q), ('run_' || r)::at_id,
		('evt_' || r || q)::at_id)
		from generate_series(1, 5) r, unnest(array['1e999', case when r % 2 = 0 then '-1e999' else '1' end]) q),
	(
		select at_collect_behavior(
		'cost.usage.recorded', '{"usage_kind":"calls","quantity":1}', ('run_' || r)::at_id, ('evt_' || r)::at_id)
		from generate_series(1, 5) r))
		where dimension like '%calls]';
-- Too many categories are told, and nothing else is lost.
select dimension, n, categories, too_many
	from at_describe(
		(
		select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('tool_name', 't' || n, 'status', 'ok'), 'run_1', ('evt_' || n)::at_id,
		1000, 1000)
		from generate_series(1, 1001) n))
	where dimension like 'tool.call.completed.tool%';
select count(distinct c::text) as one from (
	select at_collect_behavior(
		'cost.usage.recorded', jsonb_build_object('usage_kind', 'k' || n, 'quantity', 1), 'run_1',
		('evt_' || n)::at_id) as c
		from generate_series(1, 1200) n
	union all select at_merge(c)
		from (
			select at_collect_behavior(
			'cost.usage.recorded', jsonb_build_object('usage_kind', 'k' || n, 'quantity', 1), 'run_1',
			('evt_' || n)::at_id) as c
			from generate_series(1, 1200) n group by n % 5) p) s;
select dimension, n, too_many
	from at_describe(
		(
		select at_collect_behavior(
		'cost.usage.recorded', jsonb_build_object('usage_kind', 'k' || n, 'quantity', 1), 'run_1', ('evt_' || n)::at_id)
		from generate_series(1, 1200) n));
select dimension, test, level, flags, n_baseline, n_observed from _at_judge_tests(
	(select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('tool_name', 't' || n, 'status', 'ok'), 'run_1', ('evt_' || n)::at_id,
		1000, 1000)
		from generate_series(1, 1001) n),
	(
		select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('tool_name', 't' || n % 2, 'status', 'ok'), 'run_1',
		('evt_' || n)::at_id, 1000, 1000)
		from generate_series(1, 100) n),
	'lab')
where dimension = 'tool.call.completed.tool_name';
-- Categories of a megabyte are known by their digest; payloads that are no objects.
select left(category, 12) as category, length(category), count
	from at_shares(
		(
		select at_collect_behavior(
		'tool.call.completed', jsonb_build_object('tool_name', repeat('y', 1000000), 'status', 'ok'), 'run_1',
		('evt_' || n)::at_id)
		from generate_series(1, 2) n))
	where dimension like '%tool_name';
select dimension, n, missing
	from at_describe(
		(
		select at_collect_behavior('trade.rejected', p::jsonb, 'run_1', 'evt_1')
		from (values ('[]'), ('1'), ('null'), ('{"reason_code":{},"rejected_by":[]}')) v(p)));
-- Numbers beyond float8 keep their rank.
select dimension, n, rejected, max
	from at_describe(
		(
		select at_collect_behavior(
		'agent.run.completed', jsonb_build_object('status', 'ok', 'duration_ms', v), ('run_' || v)::at_id,
		('evt_' || v)::at_id)
	from unnest('{1e999,NaN,-Infinity," 7 ",0x10,1_0}'::text[]) v)) where dimension like '%duration_ms';
-- Fills against the intended price of their order, whichever comes first: worse
-- is positive on both sides of the market; nothing is known of an order whose
-- events differ, has no price or did not come, and of a fill without one.
create temp table linked as select * from (values
	(1, 'order.intent.recorded', '{"order_intent_id":"o1","side":"buy","intended_price":"100"}', 'run_1'),
	(2, 'order.intent.recorded', '{"order_intent_id":"o2","side":"SELL","intended_price":50}', 'run_1'),
	(3, 'order.intent.recorded', '{"order_intent_id":"o2","side":"sell","intended_price":"50.0"}', 'run_1'),
	(4, 'order.intent.recorded', '{"order_intent_id":"o3","side":"buy","intended_price":50}', 'run_1'),
	(5, 'order.intent.recorded', '{"order_intent_id":"o3","side":"buy","intended_price":51}', 'run_2'),
	(6, 'order.intent.recorded', '{"order_intent_id":"o4","side":"buy","intended_price":null}', 'run_2'),
	(7, 'order.intent.recorded', '{"order_intent_id":"o5","side":"buy","intended_price":0}', 'run_2'),
	(8, 'order.intent.recorded',
		jsonb_build_object('order_intent_id', repeat('z', 300), 'side', 'cover', 'intended_price', 3)::text, 'run_2'),
	(9, 'paper.fill.recorded', '{"order_intent_id":"o1","price":"100.05"}', 'run_1'),
	(10, 'paper.fill.recorded', '{"order_intent_id":"o1","price":99.9}', 'run_2'),
	(11, 'paper.fill.recorded', '{"order_intent_id":"o2","price":"49.9"}', 'run_2'),
	(12, 'paper.fill.recorded', '{"order_intent_id":"o3","price":50}', 'run_2'),
	(13, 'paper.fill.recorded', '{"order_intent_id":"o4","price":50}', 'run_2'),
	(14, 'paper.fill.recorded', '{"order_intent_id":"o5","price":50}', 'run_2'),
	(15, 'paper.fill.recorded', '{"order_intent_id":"o6","price":50}', 'run_2'),
	(16, 'paper.fill.recorded', '{"order_intent_id":7,"price":50}', 'run_2'),
	(17, 'paper.fill.recorded', '{"order_intent_id":"o1","price":"1e999"}', 'run_2'),
	(18, 'paper.fill.recorded', '{"order_intent_id":"o1","price":null}', 'run_2'),
	(
		19, 'paper.fill.recorded', jsonb_build_object('order_intent_id', repeat('z', 300), 'price', 3.3)::text,
		'run_3')) v(n,
	type, payload, run);
create temp table linked_state as select at_collect_behavior(
	type::at_event_type, payload::jsonb, run::at_id, ('evt_' || n)::at_id) as c
	from linked;
select dimension, kind, n, missing, rejected, runs, mean, min, p50, max from linked_state, at_describe(c)
	where dimension like '%slippage%';
select count(distinct c::text) as one from (
	select c from linked_state
	union all select c::text::at_behavior from linked_state
	union all select at_collect_behavior(
		type::at_event_type, payload::jsonb, run::at_id, ('evt_' || n)::at_id order by md5(n::text))
		from linked
	union all select at_merge(part order by g)
		from (
			select n % 5 as g,
			at_collect_behavior(type::at_event_type, payload::jsonb, run::at_id, ('evt_' || n)::at_id) as part
			from linked group by 1) p
	union all select at_merge(part::text::at_behavior order by n desc)
		from (
			select n, at_collect_behavior(type::at_event_type, payload::jsonb, run::at_id, ('evt_' || n)::at_id) as part
			from linked group by 1) p) s;
select d.dimension, d.n from linked_state, at_describe(_at_restrict(c, '{paper.fill.recorded.slippage_bps}')) d;
select d.dimension, d.n from linked_state, at_describe(_at_restrict(c, '{paper.fill.recorded.notional}')) d;
select dimension, n_baseline, n_observed, effect_name, effect, examples
	from linked_state,
		_at_behavior_tests(
		c,
		(
		select at_collect_behavior(type::at_event_type, payload::jsonb, run::at_id, ('evt_' || n)::at_id) from linked
		where n in (1, 8, 9, 19)))
	where dimension like '%slippage%';
select bool_or(pg_temp.is_behavior(substr(c::text, 1, 2 * i))) as cut
	from linked_state, generate_series(1, length(c::text) / 2 - 1) i
where substr(c::text, 1, 2 * i) <> _at_restrict(
	c, array(select dimension from at_drift_dimensions() where kind <> 'slippage'))::text;
select count(*) > 500 as tried,
	count(*) filter (
		where pg_temp.is_behavior(encode(set_byte(b, i, (get_byte(b, i) + by) % 256), 'hex'))) > 0 as some_are_sound
from (select _at_behavior_send(_at_restrict(c, '{paper.fill.recorded.slippage_bps}')) as b from linked_state) s,
	generate_series(0, length(b) - 1) i, unnest('{1,128}'::int[]) by;
-- More orders than are kept: the fills are counted.
select count(distinct c::text) as one,
	bool_and((select d.too_many and d.n = 2 from at_describe(c) d where d.dimension like '%slippage%')) as told
	from (
	with many as materialized (
		select n % 2 as g,
		at_collect_behavior(
			'order.intent.recorded', jsonb_build_object('order_intent_id', n::text, 'side', 'buy', 'intended_price', 1),
			'run_1', 'evt_1') as c
		from generate_series(1, 1000002) n group by 1
		union all select 2,
			c from (
				select at_collect_behavior(
				'paper.fill.recorded', jsonb_build_object('order_intent_id', n::text, 'price', 1), 'run_1',
				'evt_2') as c
				from generate_series(1, 2) n) f)
	select at_merge(c order by g) as c from many union all select at_merge(c order by g desc) from many) s;
select at_merge(c) from (select '01000000000001ffffffffffffffff1f'::at_behavior c from generate_series(1, 5)) x;
-- Fills that name no order are no slippage; that is not tested.
select dimension, p_value
	from linked_state,
		_at_behavior_tests(
		(
		select at_collect_behavior('paper.fill.recorded', '{"price":1}', ('run_' || g)::at_id, ('evt_' || g)::at_id)
		from generate_series(1, 60) g),
		c)
	where dimension like '%slippage%';
drop table linked, linked_state;
-- What is corrupt is refused.
select _at_behavior_in('');
select _at_behavior_in('0102');
select _at_behavior_in('zz');
select _at_behavior_in('020000000000');
select _at_behavior_in('01000000000000');
select count(*) from (select substr(c::text, 1, 2 * i)::text as t from state, generate_series(1, 40) i) s
	where pg_temp.is_behavior(t);
-- Sound parts that do not belong together: a flag of three values, a count with
-- categories, a value that is no number, a run twice.
create temp table odd as select _at_behavior_out(
	_at_restrict(
	at_collect_behavior(
	'action.outcome.recorded', jsonb_build_object('status', (array['a', 'b', 'c'])[n]), 'run_1', ('evt_' || n)::at_id),
	'{action.outcome.recorded.status}'))::text as status,
	_at_behavior_out(_at_restrict(
		at_collect_behavior('agent.run.completed', '{"duration_ms":1}', 'run_1', ('evt_' || n)::at_id),
		'{agent.run.completed.duration_ms}'))::text as number,
	_at_behavior_out(
		_at_restrict(
		at_collect_behavior('paper.fill.recorded', '{}', 'run_1', ('evt_' || n)::at_id), '{run.fills}'))::text as fills
		from generate_series(1, 3) n;
select pg_temp.is_behavior(status) and pg_temp.is_behavior(number) and pg_temp.is_behavior(fills) as sound,
	pg_temp.is_behavior(replace(
		status, '1e' || encode('action.outcome.recorded.status', 'hex'), '1f'
		|| encode('action.outcome.recorded.clipped', 'hex'))) as flag,
	pg_temp.is_behavior(
		replace(
		status, '1e' || encode('action.outcome.recorded.status', 'hex'), '09' || encode('run.fills', 'hex'))) as count,
	pg_temp.is_behavior(regexp_replace(number, '^(.*)bff0000000000000', '\1fff8000000000000')) as nan,
	pg_temp.is_behavior(regexp_replace(fills, '0101010003$', '02010200010002')) as twice,
	fills ~ '0101010003$' and number ~ 'bff0000000000000' as as_it_was from odd;
drop table odd;

-- Each byte changed in two ways: refused, or another sound state.
select count(*) > 1000 as tried,
	count(*) filter (
		where pg_temp.is_behavior(encode(set_byte(b, i, (get_byte(b, i) + by) % 256), 'hex'))) > 0 as some_are_sound
from (
	select _at_behavior_send(
	_at_restrict(c, '{decision.proposed.action,risk.check.completed.reasons,cost.usage.recorded.quantity}')) as b
	from state) s,
	generate_series(0, length(b) - 1) i, unnest('{1,128}'::int[]) by;
select at_collect_behavior('trade.rejected', '{}', 'run_1', 'evt_1', 0, 1);
select at_collect_behavior('trade.rejected', '{}', 'run_1', 'evt_1', null, 1);
select at_merge(c) from (
	select at_collect_behavior('trade.rejected', '{}', 'run_1', 'evt_1', 5, 5) as c
	union all select at_collect_behavior('trade.rejected', '{}', 'run_1', 'evt_1')) s;
select _at_restrict(c, '{decision.proposed.action,nothing}') from state;
select d.dimension
	from state, at_describe(_at_restrict(c, '{decision.proposed.action,cost.usage.recorded.quantity}')) d;
select _at_behavior_tests(c, c, alpha => 2) from state;
select _at_behavior_tests(c, c, baseline_rate => 0) from state;
select _at_behavior_tests(c, null) from state;
-- A behaviour does not differ from itself.
select count(*) > 10 as many, min(p_value) = 1 as same, max(abs(effect)) as effect from state, _at_behavior_tests(c, c);
select count(*) from _at_behavior_tests('010000000000', '010000000000');

-- Profiles.
select pg_temp.days('2012-03-01', '{buy,hold,hold,sell}', 0, 0);
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02') = at_create_behavior_profile(
	'lab', 'alpha', 'paper', '2012-03-01', '2012-03-02') as once;
select since, until, environment, events, runs, sample_rate, agent_id, build_id, dimensions from at_behavior_profile;
select dimension, category, count, share, runs from at_behavior_profile_share
	where dimension = 'decision.proposed.action' order by category;
select dimension, n, round(mean::numeric, 3) as mean, p50, p90, p95, p99 from at_behavior_profile_quantile
	where dimension like '%duration_ms' or dimension like '%confidence' order by 1;
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-02', '2012-03-02');
select at_create_behavior_profile('lab', 'alpha', 'paper', null, '2012-03-02');
select at_create_behavior_profile('lab', null, 'paper', '2012-03-01', '2012-03-02');
select at_create_behavior_profile('lab', 'alpha', 'live', '2012-03-01', '2012-03-02');
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02', sample_rate => 2);
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02', dimensions => '{x}');
-- Only some dimensions; over no runs.
select at_create_behavior_profile(
	'lab', 'alpha', 'paper', '2012-03-01', '2012-03-02', dimensions => '{decision.proposed.action}') as some \gset
select dimension from at_behavior_profile_quantile where profile_id = :'some';
select at_create_behavior_profile('lab', 'nobody', 'paper', '2012-03-01', '2012-03-02') as nobody \gset
select events, runs, _at_behavior_size(behavior) from at_behavior_profile where profile_id = :'nobody';

-- Baselines.
select profile_id as profile from at_behavior_profile where dimensions is null and events > 0 \gset
select at_create_baseline(:'profile', 'weekly');
select at_create_baseline('prf_0', 'manual');
select at_create_baseline(:'profile', 'manual', repeat('x', 201));
select at_create_baseline(:'profile', 'version', 'first, by password=hunter2hunter2') as base \gset
select at_create_baseline(:'profile', 'version', 'first, by password=hunter2hunter2') = :'base' as once;
select kind, description, active, approver, events, runs from at_current_baseline;
select at_activate_baseline(:'base');
select at_approve_baseline(:'base', ' ');
select at_approve_baseline(:'base', 'Kim');
select at_activate_baseline(:'base') is null as first;
select at_activate_baseline(:'base') = :'base' as again;
select at_create_baseline(:'profile', 'manual', 'second') as second \gset
select at_approve_baseline(:'second', 'Kim'), at_activate_baseline(:'second') = :'base' as replaced;
select description, active, approver from at_current_baseline order by description;
select at_deactivate_baseline(:'second'), at_deactivate_baseline(:'second') as again;
select at_activate_baseline(:'base') is null as first;
select step, status, approver, changed_by = session_user as by_me from at_baseline_status where baseline_id = :'base'
	order by step;
-- A baseline outlives its profile.
select at_delete_behavior_profile(:'profile'), at_delete_behavior_profile(:'profile') as again;
select at_create_baseline(:'profile', 'manual', 'third');

-- Nothing changed.
select pg_temp.days('2012-03-02', '{hold,sell,buy,hold}', 0, 1000);
select level, count(*) > 0 as there, max(p_value) is not null as tested
	from at_detect_drift(:'base', '2012-03-02', '2012-03-03') group by 1 order by 1;
-- Nothing is stored.
select count(*) from at_drift_scan;
-- Actions change, short appears, confidence falls, a new field comes.
select pg_temp.days('2012-03-03', '{buy,sell,sell,short}', -0.5, 2000, extra => '{"target_weight":"0.05"}');
select dimension, test, statistic is not null as statistic, dof, round(log10_p::numeric, 2) as log10_p,
	q_value <= 0.05 as found, effect_name, round(effect::numeric, 3) as effect,
	round(effect_lo::numeric, 3) as lo, round(effect_hi::numeric, 3) as hi, n_baseline, n_observed,
	round(mde::numeric, 3) as mde, level, flags, bound, cardinality(examples) as examples, runs_baseline, runs_observed,
	note
from at_detect_drift(:'base', '2012-03-03', '2012-03-04');
select bool_and(e.payload->>'action' in ('short', 'sell') and e.occurred_at >= '2012-03-03') as examples
from at_detect_drift(:'base', '2012-03-03', '2012-03-04') t, unnest(t.examples) x join at_event e on e.event_id = x
	where t.dimension = 'decision.proposed.action';
-- The same in a parallel plan.
create temp table serial as select * from at_detect_drift(:'base', '2012-03-03', '2012-03-04');
set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;
set max_parallel_workers_per_gather = 2; set enable_indexscan = off; set enable_bitmapscan = off;
select count(*) from (select * from at_detect_drift(:'base', '2012-03-03', '2012-03-04') except select * from serial) s;
reset parallel_setup_cost; reset parallel_tuple_cost; reset min_parallel_table_scan_size;
reset max_parallel_workers_per_gather; reset enable_indexscan; reset enable_bitmapscan;
-- An empty window; windows that overlap; fewer runs than it takes.
select distinct level, flags from at_detect_drift(:'base', '2012-04-01', '2012-04-02') order by 1, 2;
select at_detect_drift(:'base', '2012-03-01 23:00', '2012-03-03');
select at_detect_drift(:'base', '2012-03-03', '2012-03-03');
select at_detect_drift('bsl_0', '2012-03-03', '2012-03-04');
select at_detect_drift(:'base', '2012-03-03', '2012-03-04', alpha => 0);
select dimension, test, p_value, level, flags, runs_observed
	from at_detect_drift(:'base', '2012-03-03', '2012-03-03 04:00') where dimension like 'decision.proposed.action%';
-- Bounds of one's own, for a project and a dimension.
insert into at_drift_bound (project, dimension, effect_name, low, medium, high)
	values ('lab', 'decision.proposed.action', 'tvd', 0.5, 0.7, 0.9), ('lab', '', 'cliffs_delta', 0.01, 0.02, 0.03);
select dimension, level, bound from at_detect_drift(:'base', '2012-03-03', '2012-03-04')
	where dimension in ('decision.proposed.action', 'decision.proposed.confidence');
delete from at_drift_bound where project <> '';
-- Of a dimension for all its labels, or for one.
create temp table used as select o,
	at_collect_behavior(
		'cost.usage.recorded', jsonb_build_object('usage_kind', k, 'quantity', n + case when o then 50 else 0 end),
		('run_' || n)::at_id, ('evt_' || n || k)::at_id) as c
from generate_series(1, 60) n, unnest('{tokens,calls}'::text[]) k, unnest('{f,t}'::bool[]) o group by o;
insert into at_drift_bound (dimension, effect_name, low, medium, high)
	values ('cost.usage.recorded.quantity', 'cliffs_delta', 0.95, 0.96, 0.97),
		('cost.usage.recorded.quantity[calls]', 'cliffs_delta', 0.98, 0.99, 1);
select dimension, level, bound
	from _at_judge_tests((select c from used where not o), (select c from used where o), 'lab')
	where effect_name = 'cliffs_delta' and dimension like 'cost%';
delete from at_drift_bound where dimension <> '';
drop table used;
-- Sampling: the rate is what the caller says; where it changed nothing is concluded from what it thins.
select pg_temp.ingest((
	select string_agg(
	pg_temp.made(
	5000 + n, 'risk.check.completed', 'run_' || md5('r' || n / 4),
	timestamptz '2012-03-05' + n * interval '1 minute' + (n / 500) * interval '1 day',
	jsonb_build_object(
		'risk_check_kind', 'k', 'approved', n % 5 > 0, 'reasons', case when n % 5 = 0 then '["cap"]'::jsonb
		else '[]' end))::text,
		e'\n')
		from generate_series(1, 1000) n));
select at_create_baseline(
	at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-05', '2012-03-06', sample_rate => 0.5),
	'manual') as thinned \gset
select dimension, level, p_value is null as untested, round(effect::numeric, 3) as effect, flags
	from at_detect_drift(:'thinned', '2012-03-06', '2012-03-07', sample_rate => 0.5)
	where dimension like 'risk%' or dimension = 'run.blocked_checks';
select dimension, level, p_value is null as untested, round(effect::numeric, 3) as effect, flags
	from at_detect_drift(:'thinned', '2012-03-06', '2012-03-07')
	where dimension like 'risk%' or dimension = 'run.blocked_checks';
-- The hash of a rate that many digits spell is the same whatever the session prints.
select at_create_baseline(
	at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-05', '2012-03-06', sample_rate => 1 / 3.0::float8),
	'manual') as third \gset
set extra_float_digits = 0;
select count(*) > 0 as detects from at_detect_drift(:'third', '2012-03-06', '2012-03-07');
reset extra_float_digits;

-- Findings: one that lasts is one; told of once; resolved when it is over.
select tests > 5 as tests, changed, opened, continued, resolved, alerts
	from at_record_drift(:'base', '2012-03-03', '2012-03-04');
select pg_temp.days('2012-03-10', '{buy,sell,sell,short}', -0.5, 3000, extra => '{"target_weight":"0.05"}');
select changed, opened, continued, resolved, alerts from at_record_drift(:'base', '2012-03-10', '2012-03-11');
select dimension, level, peak, resolution, first_seen, last_seen, scans, alerts, alerted from at_drift_finding
	order by dimension;
-- Told of once for each level it rises to, not when it falls.
begin;
update at_drift_finding set alerted = 'high';
select continued, alerts from at_record_drift(:'base', '2012-03-10', '2012-03-11', alert => 'low');
update at_drift_finding set alerted = 'low' where dimension = 'decision.proposed.action';
select continued, alerts from at_record_drift(:'base', '2012-03-10', '2012-03-11', alert => 'low', sample_rate => 1);
rollback;
-- Told of when as many scans have shown it as asked for; the same window again is no other.
begin;
delete from at_drift_finding;
delete from at_drift_scan where baseline_id = :'base';
select opened > 0 as opened, alerts from at_record_drift(:'base', '2012-03-10', '2012-03-11', alert_after => 2);
select continued > 0 as continued, alerts from at_record_drift(:'base', '2012-03-10', '2012-03-11', alert_after => 2);
select continued > 0 as continued, alerts as told
	from at_record_drift(:'base', '2012-03-10 06:00', '2012-03-11 06:00', alert_after => 2) \gset
select :'continued' as continued, :told > 0 as told, :told = count(*) as those from at_drift_finding
	where scans = 2 and level >= 'medium' and alerted is not null;
rollback;
-- Of a window that is not over the event tells now.
begin;
delete from at_drift_finding;
select opened > 0 as opened, alerts > 0 as told from at_record_drift(:'base', '2012-03-10', 'infinity');
select count(distinct last_seen), bool_and(e.occurred_at = now()) as now from at_drift_finding f
	join at_event e on e.event_id = f.event_id;
rollback;
-- An older window changes nothing of them.
select opened, continued, resolved, alerts from at_record_drift(:'base', '2012-03-03', '2012-03-04');
select pg_temp.days('2012-03-12', '{buy,hold,hold,sell}', 0, 4000);
select changed, opened, continued, resolved, alerts from at_record_drift(:'base', '2012-03-12', '2012-03-13');
select dimension, resolution, resolved_at, scans from at_drift_finding order by dimension;
-- Nor does an older window find what a later one is known not to show.
begin;
delete from at_drift_finding;
select changed > 0 as changed, opened from at_record_drift(:'base', '2012-03-03', '2012-03-04');
rollback;
-- The events are valid, told once, and no behaviour of the agent.
select count(*), bool_and(at_is_valid(at_event_json(e))) as valid, min(payload->>'status') as status,
	min(payload->>'check_family') as family
	from at_event e where payload->>'check_id' like 'agent_tracker.drift%';
select payload->>'summary' as summary from at_event
	where payload->>'check_id' = 'agent_tracker.drift.decision.proposed.action';
select count(*) from at_describe(at_stored_behavior('lab', 'alpha', 'paper', '2012-03-01', '2012-04-01')) d
	where d.dimension like 'diagnostic%';
select f.dimension from at_drift_finding f left join at_event e on e.event_id = f.event_id
	where f.alerts > 0 and e.event_id is null;
select scans, open, high, medium, low, resolved from at_drift_summary where baseline_id = :'base';
select count(*) > 40 as many, count(distinct scan_id) as scans, min("time"), max("time") from at_drift_timeline
	where baseline_id = :'base';
select level, effect_name, round(effect::numeric, 3) as effect from at_drift_timeline
	where dimension = 'decision.proposed.action' order by "time", level;
-- What the same window does not show under other bounds is still there.
begin;
delete from at_drift_finding;
delete from at_drift_scan where baseline_id = :'base';
select opened > 0 as opened from at_record_drift(:'base', '2012-03-10', '2012-03-11', alert => 'none');
select resolved from at_record_drift(:'base', '2012-03-10', '2012-03-11', alpha => 1e-200, alert => 'none');
rollback;
-- Windows that follow on one another are judged together until something is found; alpha is that of all looks.
create function pg_temp.tools(day timestamptz, first int, every int) returns void language sql as $$
	select pg_temp.ingest(
		(select string_agg(pg_temp.made(first + n, 'tool.call.completed', 'run_' || md5('t' || first + n / 4),
		day + n * interval '2 minutes',
		jsonb_build_object(
			'tool_name', case when n % every = every - 1 then 'search' else (array['quote', 'news'])[1 + n % 2] end,
		'status', 'ok'))::text, e'\n') from generate_series(0, 119) n))
$$;
select pg_temp.tools('2012-05-01', 10000, 1000), pg_temp.tools('2012-05-02', 11000, 30),
	pg_temp.tools('2012-05-03', 12000, 30),
	pg_temp.tools('2012-05-04', 13000, 8), pg_temp.tools('2012-05-05', 14000, 60),
	pg_temp.tools('2012-05-06', 15000, 60);
select at_create_baseline(
	at_create_behavior_profile('lab', 'alpha', 'paper', '2012-05-01', '2012-05-02'), 'manual') as tools \gset
create function pg_temp.scanned(scan text) returns table (
	look int, looks int, judged text, information numeric[], runs bigint, tests int, changed int)
	language sql as $$
	select s.look, s.looks, s.judged::text, array(select round(i::numeric, 3) from unnest(s.information) i), s.runs,
		s.tests, s.changed
		from at_drift_scan s where s.scan_id = scan
$$;
select s.* from at_record_drift(:'tools', '2012-05-02', '2012-05-03', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
select s.* from at_record_drift(:'tools', '2012-05-03', '2012-05-04', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
select s.*, opened, r.scan_id as third
	from at_record_drift(:'tools', '2012-05-04', '2012-05-05', alert => 'none') r, pg_temp.scanned(r.scan_id) s \gset
select :look as look, :looks as looks, :'judged' as judged, :changed as changed, :opened as opened;
select dimension, test, round(p_value::numeric, 6) as p, level, flags, family, round(weight::numeric, 3) as weight, note
	from at_drift_result where scan_id = :'third' order by dimension;
-- As the functions say it: the three windows as one, p as that of three looks.
select count(*) as rows,
	bool_and(r.p_value is not distinct from t.p_value and r.q_value is not distinct from t.q_value and r.level = t.level
	and r.weight is not distinct from t.weight) as same
from at_drift_result r join _at_judge_tests((select behavior from at_baseline where baseline_id = :'tools'),
	at_stored_behavior('lab', 'alpha', 'paper', '2012-05-02', '2012-05-05'), 'lab',
	information => (select information from at_drift_scan where scan_id = :'third'), look => 3) t using (dimension)
where r.scan_id = :'third';
select round(max(abs(s.qs[i] - s.shown[i]))::numeric, 12) as differs
	from (
		select at_p_adjust(
		array_agg(at_repeated_p(r.p_value, s.information, s.look)), weights => array_agg(r.weight)) as qs,
		array_agg(r.q_value) as shown
	from at_drift_result r join at_drift_scan s using (scan_id) where r.scan_id = :'third' and r.weight is not null) s,
		generate_subscripts(s.qs, 1) i;
select dimension, level, first_seen, last_seen, resolution, note from at_drift_finding where baseline_id = :'tools'
	order by dimension;
-- After a finding a sequence begins anew; one window that could have missed it resolves nothing, the sequence does.
select s.look, s.looks, s.judged, continued, resolved
	from at_record_drift(:'tools', '2012-05-05', '2012-05-06', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged, continued, resolved
	from at_record_drift(:'tools', '2012-05-06', '2012-05-07', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged, continued, resolved
	from at_record_drift(:'tools', '2012-05-07', '2012-05-08', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
-- The same window again is the same look; other arguments, a gap, or pool 1 begin anew, windows that overlap are each
-- by themselves.
begin;
select s.look, s.looks, s.judged
	from at_record_drift(:'tools', '2012-05-06', '2012-05-07', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged
	from at_record_drift(:'tools', '2012-05-06', '2012-05-07', alert => 'none', alpha => 0.01) r,
		pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged
	from at_record_drift(:'tools', '2012-05-06', '2012-05-07', alert => 'none', pool => 4) r,
		pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged
	from at_record_drift(:'tools', '2012-05-07', '2012-05-08', alert => 'none', pool => 1) r,
		pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged
	from at_record_drift(:'tools', '2012-05-09', '2012-05-09 12:00', alert => 'none') r, pg_temp.scanned(r.scan_id) s;
select s.look, s.looks, s.judged
	from at_record_drift(:'tools', '2012-05-06 01:00', '2012-05-07 01:00', alert => 'none') r,
		pg_temp.scanned(r.scan_id) s;
rollback;
-- Primary dimensions are those that are named.
begin;
select scan_id as named from at_record_drift(:'base', '2012-03-03', '2012-03-04', alert => 'none',
	primary_dimensions => '{decision.proposed.confidence}') \gset
select array_agg(dimension order by dimension) from at_drift_result where scan_id = :'named' and family = 'primary';
rollback;
select array_agg(dimension order by dimension)
	from at_detect_drift(:'base', '2012-03-03', '2012-03-04', primary_dimensions => '{decision.proposed.confidence}')
where family = 'primary';
select at_detect_drift(:'tools', '2012-05-02', '2012-05-03', primary_dimensions => '{tools}');
select at_record_drift(:'tools', '2012-05-02', '2012-05-03', pool => 0);
select at_record_drift(:'tools', '2012-05-02', '2012-05-03', pool => 51);
select at_record_drift(:'tools', '2012-05-02', '2012-05-03', pool => null);
delete from at_drift_result where scan_id in (select scan_id from at_drift_scan where baseline_id = :'tools');
delete from at_drift_scan where baseline_id = :'tools';
delete from at_drift_finding where baseline_id = :'tools';
select enum_range(null::at_drift_level), 'insufficient'::at_drift_level >= 'low' as is_a_change;
select at_record_drift(:'base', '2012-03-10', '2012-03-11', alert => 'insufficient');
select at_record_drift(:'base', '2012-03-10', '2012-03-11', notify => null);
select at_record_drift(:'base', '2012-03-10', '2012-03-11', alert_after => 0);

-- Builds: a run is of a build when an event of it says so.
select pg_temp.ingest((
	select string_agg(
	pg_temp.made(
	9000 + n, 'agent.build.recorded', 'run_' || md5('alpha' || '2000' || n),
	timestamptz '2012-03-03' + n * interval '20 minutes',
	'{"build_id":"b2","config_hash":"c","risk_gate_version":"g"}')::text,
	e'\n')
	from generate_series(1, 30) n));
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-03', '2012-03-04', 'b2') as built \gset
select runs, profile_id = :'built' as it from at_behavior_profile where build_id = 'b2';
select n_observed, runs_observed from at_detect_drift(:'base', '2012-03-03', '2012-03-04', build_id => 'b2')
	where dimension = 'decision.proposed.action';

-- Two agents.
select pg_temp.days('2012-03-01', '{buy,buy,sell,sell}', 0.2, 0, 'beta');
select dimension, test, level, effect_name, round(effect::numeric, 3) as effect, flags, note
	from at_compare(
		'{"project":"lab","agent_id":"alpha"}', '{"project":"lab","agent_id":"beta","environment":"paper"}',
		'2012-03-01', '2012-03-02')
	where level in ('low', 'medium', 'high');
select count(*), max(p_value)
	from at_compare(
		'{"project":"lab","agent_id":"alpha","since":"2012-03-01","until":"2012-03-02"}',
		'{"project":"lab","agent_id":"alpha","since":"2012-03-12","until":"2012-03-13"}')
	where level <> 'none';
-- What both have is left out.
select distinct flags from at_compare(
	'{"project":"lab","agent_id":"alpha"}', '{"project":"lab","agent_id":"alpha"}', '2012-03-01', '2012-03-02');
select dimension, n_baseline, n_observed, flags
	from at_compare(
		'{"project":"lab","agent_id":"alpha"}', '{"project":"lab","agent_id":"alpha","build_id":"b2"}', '2012-03-03',
		'2012-03-04')
	where dimension = 'decision.proposed.action';
-- Epochs of evaluation are the clusters where both took part.
select pg_temp.ingest((
	select string_agg(
	pg_temp.made(
	20000 + n, 'evaluation.epoch.member.completed', 'run_' || md5(agent || 'e' || n),
	timestamptz '2012-03-20' + n * interval '1 minute',
	jsonb_build_object(
		'epoch_id', 'epoch-' || n / 3 + case when n > 150 and agent = 'beta' then 1000
		else 0 end, 'member_id', 'm' || n % 3, 'expected', true, 'state', case when n % 7 < k then 'completed'
		else 'timeout' end),
		agent)::text,
		e'\n')
	from generate_series(1, 180) n, (values ('alpha', 6), ('beta', 3)) a(agent, k)));
select dimension, test, level, n_baseline, n_observed, runs_baseline, runs_observed, flags, note
	from at_compare(
		'{"project":"lab","agent_id":"alpha"}', '{"project":"lab","agent_id":"beta"}', '2012-03-20', '2012-03-21');
select at_compare('{"project":"lab","agent":"alpha"}', '{"project":"lab"}', '2012-03-01', '2012-03-02');
select at_compare('{"project":"lab","agent_id":7}', '{"project":"lab"}', '2012-03-01', '2012-03-02');
select at_compare('{"agent_id":"x"}', '{"project":"lab"}', '2012-03-01', '2012-03-02');
select at_compare('[]', '{"project":"lab"}', '2012-03-01', '2012-03-02');
select at_compare('{"project":"lab"}', '{"project":"lab"}');

-- What runs on a schedule.
select at_create_daily_profiles('2012-03-01');
select at_create_daily_profiles('2012-03-01');
select count(*) from at_behavior_profile
	where since = '2012-03-01' and until = '2012-03-02' and dimensions is null and events > 0;
select at_propose_baselines(0);
select count(*) from at_propose_baselines(1);
select count(*) from at_scan_baselines();

-- A baseline that was changed is not used.
select at_create_baseline(
	at_create_behavior_profile('lab', 'beta', 'paper', '2012-03-01', '2012-03-02'), 'manual') as changed \gset
select at_approve_baseline(:'changed', 'Kim'), at_activate_baseline(:'changed') is null as first;
update at_baseline set description = 'other' where baseline_id = :'changed';
select at_detect_drift(:'changed', '2012-03-03', '2012-03-04');
select at_record_drift(:'changed', '2012-03-03', '2012-03-04');
select at_approve_baseline(:'changed', 'Kim');
\set VERBOSITY terse
select count(*) from at_scan_baselines();
\set VERBOSITY default
-- But another may take its place, and it may be deactivated.
begin;
select at_create_baseline(
	at_create_behavior_profile(
	'lab', 'beta', 'paper', '2012-03-01', '2012-03-02', dimensions => '{decision.proposed.action}'),
	'manual') as next \gset
select at_approve_baseline(:'next', 'Kim'), at_activate_baseline(:'next') = :'changed' as replaced;
rollback;
select at_deactivate_baseline(:'changed');
select at_deactivate_baseline('bsl_0');

-- Privileges: readers read, writers write, nobody changes a baseline.
create role regress_at_drift_owner;
create role regress_at_drift_reader;
create role regress_at_drift_writer;
select at_grant('regress_at_drift_reader', 'reader'), at_grant('regress_at_drift_writer', 'reader'),
	at_grant('regress_at_drift_writer', 'writer');
set role regress_at_drift_reader;
select count(*) > 10 as reads from at_detect_drift(:'base', '2012-03-03', '2012-03-04');
select count(*) > 0 as reads from at_drift_timeline;
select at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02');
select at_record_drift(:'base', '2012-03-03', '2012-03-04');
select at_create_baseline(:'some', 'manual');
insert into at_drift_bound values ('', '', 'tvd', 1, 1, 1);
set role regress_at_drift_writer;
select at_create_baseline(
	at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-12', '2012-03-13'), 'manual') as theirs \gset
select at_approve_baseline(:'theirs', 'Lee'), at_activate_baseline(:'theirs') = :'base' as replaced;
select changed, opened from at_record_drift(:'theirs', '2012-03-10', '2012-03-11');
update at_baseline set description = 'x';
delete from at_baseline;
truncate at_baseline;
update at_baseline_status set status = 'active';
delete from at_drift_finding;
select at_delete_behavior_profile(:'some');
reset role;
select at_drop_store();
drop owned by regress_at_drift_reader, regress_at_drift_writer;
drop table few, state, serial;
drop extension agent_tracker;
create schema regress_at_drift authorization regress_at_drift_owner;
do $$ begin execute format('grant create on database %I to regress_at_drift_owner', current_database()); end $$;
set session authorization regress_at_drift_owner;
create extension agent_tracker schema regress_at_drift;
select regress_at_drift.at_create_store();
update regress_at_drift.at_baseline set description = 'x';
delete from regress_at_drift.at_baseline_status;
select regress_at_drift.at_create_baseline(
	regress_at_drift.at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02'),
	'manual') as empty \gset
select count(*) from regress_at_drift.at_detect_drift(:'empty', '2012-03-03', '2012-03-04');
select regress_at_drift.at_drop_store();
reset session authorization;
drop extension agent_tracker;
drop owned by regress_at_drift_owner;
drop role regress_at_drift_owner, regress_at_drift_reader, regress_at_drift_writer;
create extension agent_tracker;
