-- Facts of runs, agents, sessions and handoffs: the same whether a refresh ran or not.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
create function pg_temp.is(n int, type text, t text, run text, payload jsonb, more jsonb default '{}')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'occurred_at', t || 'Z', 'run_id', 'run_' || run,
		'idempotency_key', 'runs/' || n, 'symbols', '[]'::jsonb, 'payload', payload) || more)
$$;
create function pg_temp.begins(n int, t text, run text, more jsonb default '{}') returns text language sql as $$
	select pg_temp.is(n, 'agent.run.started', t, run, '{"run_type": "cycle"}', more)
$$;
create function pg_temp.ends(n int, t text, run text, payload jsonb default '{}') returns text language sql as $$
	select pg_temp.is(n, 'agent.run.completed', t, run, '{"run_type": "cycle", "status": "succeeded"}' || payload)
$$;
\set ECHO all
create extension if not exists agent_tracker;

-- Without a store whoever needs one says so, without events there is nothing.
select * from at_refresh();
select at_check_facts();
select at_mark_stale('paper', '2026-01-01', '2026-01-02');
select at_create_store();
create temp view shown as select run_id, agent_id, run_type as type, status, started_at, ended_at, duration_ms as ms,
	silent is not null as silent, events, flags from at_run order by run_id, agent_id, environment, started_at;
select count(*) from at_run;
select count(*) from at_agent;
select count(*) from at_check_facts();
select * from at_refresh();

-- What a start and a completion say, and what is missing: open, without a start,
-- completed twice (the later counts), ended before it began, neither.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.begins(1, '2026-02-02T10:00:00', 'whole'), pg_temp.ends(2, '2026-02-02T10:00:02', 'whole'),
	pg_temp.begins(3, '2026-02-02T10:00:00', 'said'),
	pg_temp.ends(4, '2026-02-02T10:00:02', 'said', '{"duration_ms": 1234.5}'),
	pg_temp.begins(5, '2026-02-02T10:00:00', 'open'),
	pg_temp.ends(6, '2026-02-02T10:00:00', 'nostart', '{"status": "failed"}'),
	pg_temp.begins(7, '2026-02-02T10:00:00', 'twice'),
	pg_temp.ends(8, '2026-02-02T10:00:05', 'twice', '{"status": "failed"}'),
	pg_temp.ends(9, '2026-02-02T10:00:03', 'twice'), pg_temp.begins(10, '2026-02-02T10:00:01', 'twice'),
	pg_temp.begins(11, '2026-02-02T10:00:05', 'clock'), pg_temp.ends(12, '2026-02-02T10:00:02', 'clock'),
	pg_temp.is(13, 'error.recorded', '2026-02-02T10:00:00', 'neither', '{"error_kind": "k", "message": "m"}'),
	-- over midnight, and over the end of a month
	pg_temp.begins(14, '2026-02-28T23:59:59', 'night'), pg_temp.ends(15, '2026-03-01T00:00:01', 'night'),
	-- two agents and two environments under one id
	pg_temp.begins(16, '2026-02-02T10:00:00', 'shared'),
	pg_temp.begins(17, '2026-02-02T10:00:04', 'shared', '{"agent_id": "beta"}'),
	pg_temp.begins(18, '2026-02-02T10:00:04', 'shared', '{"agent_id": "beta", "environment": "shadow"}')));
select * from shown;
select runs from at_refresh();
select * from shown;
select * from at_check_facts(1000);

-- The same run id in two projects is two runs.
select pg_temp.ingest(pg_temp.begins(19, '2026-02-02T11:00:00', 'whole', '{"project": "other"}'));
select project, started_at, status from at_run where run_id = 'run_whole' order by 1;

-- An event that comes late makes its run stale, and no other; views are right before
-- and after.
select runs from at_refresh();
select pg_temp.ingest(pg_temp.ends(20, '2026-02-02T10:00:30', 'open'));
select project, run_id, day from at_stale_run;
select * from shown where run_id = 'run_open';
select * from at_refresh();
select * from shown where run_id = 'run_open';
select * from at_refresh();

-- What is counted: steps, calls, errors, decisions, blocks (a rejected check and the
-- rejected trade of one decision are one), fills, tokens and costs (each once: the
-- start's are not counted, the usage of a call is the call's).
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.begins(100, '2026-02-03T10:00:00', 'busy', '{"payload": {"run_type": "cycle", "session_id": "s1"}}'),
	pg_temp.is(101, 'agent.build.recorded', '2026-02-03T10:00:01', 'busy',
		'{"build_id": "b7", "config_hash": "c", "risk_gate_version": "r"}'),
	pg_temp.is(102, 'llm.call.started', '2026-02-03T10:00:02', 'busy',
		'{"provider": "x", "model": "m1", "cost_usd": "9", "input_tokens": 900}'),
	pg_temp.is(103, 'llm.call.completed', '2026-02-03T10:00:03', 'busy',
		'{"provider": "x", "model": "m1", "status": "ok", "input_tokens": 10, "output_tokens": 5, "session_id": "s1"}'),
	pg_temp.is(104, 'cost.usage.recorded', '2026-02-03T10:00:04', 'busy',
		'{"provider": "x", "model": "m1", "usage_kind": "llm_tokens", "quantity": 15, "cost_usd": "0.25"}'),
	pg_temp.is(105, 'llm.call.completed', '2026-02-03T10:00:05', 'busy',
		'{"provider": "x", "model": "m0", "status": "ok", "input_tokens": 7}'),
	pg_temp.is(106, 'cost.usage.recorded', '2026-02-03T10:00:06', 'busy',
		'{"provider": "news", "usage_kind": "search_query", "quantity": 1, "cost_usd": "0.01"}'),
	pg_temp.is(107, 'tool.call.completed', '2026-02-03T10:00:07', 'busy', '{"tool_name": "t", "status": "ok"}'),
	pg_temp.is(108, 'tool.call.completed', '2026-02-03T10:00:07', 'busy',
		'{"tool_name": "my step", "status": "ok", "tool_kind": "step"}'),
	pg_temp.is(109, 'decision.proposed', '2026-02-03T10:00:08', 'busy',
		'{"action": "buy", "decision_kind": "k", "decision_id": "d1"}'),
	pg_temp.is(110, 'risk.check.completed', '2026-02-03T10:00:09', 'busy',
		'{"risk_check_kind": "k", "approved": false, "reasons": ["r"], "decision_id": "d1"}'),
	pg_temp.is(111, 'trade.rejected', '2026-02-03T10:00:10', 'busy',
		'{"reason_code": "r", "rejected_by": "gate", "decision_id": "d1"}'),
	pg_temp.is(112, 'trade.rejected', '2026-02-03T10:00:11', 'busy', '{"reason_code": "r", "rejected_by": "gate"}'),
	pg_temp.is(113, 'paper.fill.recorded', '2026-02-03T10:00:12', 'busy',
		'{"side": "buy", "symbol": "SPY", "quantity": 1, "price": 10, "currency": "USD"}'),
	pg_temp.is(114, 'paper.fill.recorded', '2026-02-03T10:00:13', 'busy',
		'{"side": "buy", "symbol": "SAP", "quantity": 1, "price": 10, "currency": "EUR"}'),
	pg_temp.is(115, 'error.recorded', '2026-02-03T10:00:14', 'busy',
		'{"error_kind": "k", "message": "m", "session_id": "s2"}')));
\x
select build_id, models, events, steps, llm_calls, tool_calls, errors, decisions, risk_blocks, fills, tokens, cost_usd,
	unpriced_calls, flags from at_run where run_id = 'run_busy';
\x
select * from at_session order by session_id;
select runs from at_refresh();
select * from at_session order by session_id;

-- The result of what a run's fills closed: 2 bought at 10, sold one at 12 and one at 15
-- in another run, with a fee; a fill that comes late changes what was matched before.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.is(140, 'paper.fill.recorded', '2026-02-05T10:00:00', 'open1',
		'{"side": "buy", "symbol": "X", "quantity": 2, "price": 10, "currency": "USD"}'),
	pg_temp.is(141, 'paper.fill.recorded', '2026-02-05T11:00:00', 'close1',
		'{"side": "sell", "symbol": "X", "quantity": 1, "price": 12, "currency": "USD"}'),
	pg_temp.is(142, 'paper.fill.recorded', '2026-02-05T12:00:00', 'close1',
		'{"side": "sell", "symbol": "X", "quantity": 1, "price": 15, "fees": 0.5, "currency": "USD"}')));
select run_id, fills, net_pnl from at_run where run_id in ('run_open1', 'run_close1') order by 1;
select runs from at_refresh();
select run_id, fills, net_pnl from at_run where run_id in ('run_open1', 'run_close1') order by 1;
-- two more were bought before, at 9
select pg_temp.ingest(pg_temp.is(143, 'paper.fill.recorded', '2026-02-05T09:00:00', 'open0',
	'{"side": "buy", "symbol": "X", "quantity": 2, "price": 9, "currency": "USD"}'));
select run_id, fills, net_pnl from at_run where run_id in ('run_open1', 'run_close1') order by 1;
select runs from at_refresh();
select run_id, fills, net_pnl from at_run where run_id in ('run_open1', 'run_close1') order by 1;

-- Handoffs: a run that names who handed over to it, and an id that agents share.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.begins(120, '2026-02-04T10:00:00', 'child',
		'{"agent_id": "gamma", "payload": {"run_type": "sub", "parent_run_id": "run_whole"}}'),
	pg_temp.is(121, 'agent.run.completed', '2026-02-04T10:00:01', 'child',
		'{"run_type": "sub", "status": "succeeded"}', '{"agent_id": "gamma"}')));
select project, from_agent, to_agent, runs, cost_usd, latency_ms from at_handoff order by 1, 2, 3;

-- Agents, counted over the last 24 hours.
select pg_temp.ingest(string_agg(e, e'\n'))
from (values (200, 'failed', '1 hour'), (201, 'succeeded', '2 hours'), (202, 'partial', '3 hours'),
	(203, 'succeeded', '25 hours')) v(n, status, ago),
	lateral pg_temp.is(n, 'agent.run.completed', to_char(now() - ago::interval, 'YYYY-MM-DD"T"HH24:MI:SS'), 'a' || n,
		jsonb_build_object('run_type', 'cycle', 'status', status), '{"agent_id": "delta"}') e;
select agent_id, environment, open_runs, runs_24h, errors_24h, cost_usd_24h, error_rate, build_id,
	silent > interval '59 minutes' and silent < interval '62 minutes' as silent
from at_agent where project = 'paper' order by 1, 2;
select runs from at_refresh();
select agent_id, environment, open_runs, runs_24h, errors_24h, cost_usd_24h, error_rate, build_id,
	silent > interval '59 minutes' and silent < interval '62 minutes' as silent
from at_agent where project = 'paper' order by 1, 2;

-- Events that were deleted by hand, and what is said of them.
delete from at_event where run_id = 'run_said' or (run_id = 'run_busy' and event_type = 'error.recorded');
select fact, run_id, field, stored, computed from at_check_facts(1000)
	where fact = 'run' and field in ('events', 'errors', 'status') order by 2, 3;
select at_mark_stale('paper', '2026-02-02', '2026-02-04');
select count(*) filter (where run_id = 'run_said') as said,
	sum(errors) filter (where run_id = 'run_busy') as errors from at_run;
select runs > 0 as refreshed from at_refresh();
select count(*) filter (where run_id = 'run_said') as said,
	sum(errors) filter (where run_id = 'run_busy') as errors from at_run;
select * from at_check_facts(1000);
select at_mark_stale('paper', null, '2026-02-04');
select at_check_facts(0);

-- Retention: the run keeps what is known of its dropped events, and goes on.
select * from shown where run_id = 'run_night';
select partition, dropped from at_drop_before('2026-03-01', false);
select * from shown where run_id in ('run_night', 'run_whole');
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.is(130, 'error.recorded', '2026-03-01T00:00:00.5', 'night', '{"error_kind": "k", "message": "m"}'),
	pg_temp.is(131, 'error.recorded', '2026-03-02T00:00:00', 'whole', '{"error_kind": "k", "message": "m"}')));
select run_id, status, duration_ms, events, errors, flags from at_run
	where run_id in ('run_night', 'run_whole') and project = 'paper' order by 1;
select runs from at_refresh();
select run_id, status, duration_ms, events, errors, flags from at_run
	where run_id in ('run_night', 'run_whole') and project = 'paper' order by 1;
select pg_temp.ingest(pg_temp.is(132, 'error.recorded', '2026-03-02T00:00:01', 'whole',
	'{"error_kind": "k", "message": "m"}'));
select runs from at_refresh();
select run_id, status, events, errors, flags from at_run where run_id = 'run_whole' and project = 'paper';
select partition, dropped from at_drop_before('2026-04-01', false);
select run_id, status, events, errors, flags from at_run
	where run_id in ('run_night', 'run_whole') and project = 'paper' order by 1;
select * from at_check_facts(1000);

-- All facts deleted and made again: the same answers.
create temp table before as select * from at_run where 'partial' <> all (flags);
select count(*) from before;
delete from at_run_fact where 'partial' <> all (flags);
delete from at_agent_fact;
insert into at_stale_run select distinct project, run_id, occurred_at::date from at_event;
select runs > 0 as refreshed from at_refresh();
select count(*) from (table before except select * from at_run) x;
select agent_id, environment, runs_24h from at_agent where project = 'paper' order by 1, 2;

drop view shown;
select at_drop_store();
