-- Calls of language models, what they cost, and the steps of a run.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
-- An event of run s, that many seconds after ten o'clock, in a span within another.
create function pg_temp.at(n int, seconds numeric, type text, payload jsonb, span text default null,
	parent text default null, more jsonb default '{}') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'idempotency_key', 'steps/' || n, 'run_id', 'run_s',
		'occurred_at',
			to_char(timestamp '2026-02-02 10:00' + seconds * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'symbols', '[]'::jsonb, 'payload', payload, 'span_id', span, 'parent_span_id', parent) || more)
$$;
create function pg_temp.llm(n int, seconds numeric, done boolean, payload jsonb, span text default null,
	parent text default null, more jsonb default '{}') returns text language sql as $$
	select pg_temp.at(n, seconds, case when done then 'llm.call.completed' else 'llm.call.started' end,
		'{"provider": "anthropic", "model": "claude-sonnet-4-5"}'
			|| case when done then '{"status": "ok"}' else '{}' end::jsonb || payload,
		span, parent, more)
$$;
\set ECHO all
create extension if not exists agent_tracker;
select * from at_llm_calls();
select * from at_run_steps('run_s');
select at_create_store();
select * from at_llm_calls();
select * from at_run_steps('run_s');
select * from at_run_steps(null);
select * from at_llm_calls(environment => 'mars');

-- Costs: of the usage and the published price, reported, estimated, unknown; of a start
-- nothing; usage that names a call is that call's; latency as the payload says it, else
-- between both events. 1,000 uncached + 2,000 written + 10,000 read + 500 output tokens
-- at 3 / 3.75 / 0.30 / 15 USD per million are 0.0210 USD.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.llm(1, 1, false, '{"call_id": "c1", "purpose": "rank", "cost_usd": 7}', 'span_1'),
	pg_temp.llm(2, 3.5, true,
		'{"call_id": "c1", "ttft_ms": 120, "finish_reason": "end_turn", "session_id": "s", "usage":
			{"input_tokens": 1000, "cache_creation_input_tokens": 2000, "cache_read_input_tokens": 10000,
			"output_tokens": 500}}', 'span_2'),
	pg_temp.llm(3, 4, false, '{}', 'span_3'),
	pg_temp.llm(4, 5, true,
		'{"latency_ms": 900, "usage": {"input_tokens": 10, "output_tokens": 1}, "cost_usd": "0.5",
			"estimated_cost": 8}', 'span_3'),
	pg_temp.llm(5, 6, true, '{"usage": {"input_tokens": 10, "output_tokens": 1}}', 'span_5'),
	pg_temp.at(6, 7, 'cost.usage.recorded',
		'{"provider": "anthropic", "usage_kind": "tokens", "quantity": 11, "estimated_cost": "0.03"}', 'span_5'),
	pg_temp.llm(7, 8, true,
		'{"model": "nobody-knows-1", "status": "timeout", "usage": {"input_tokens": 10, "output_tokens": 1}}',
		'span_7'),
	pg_temp.llm(8, 9, false, '{}', 'span_8'),
	-- a prompt's version of a journal, and one that at_record_prompt_version() stored
	pg_temp.llm(9, 10, false, '{"evidence_refs": [{"table": "prompt_versions", "id": "1"}]}'),
	pg_temp.llm(10, 11, false, '{"prompt_hash": "sha256:1"}'),
	-- of a journal: the completion is before the start
	pg_temp.llm(11, 14, false,
		'{"evidence_refs": [{"table": "llm_runs", "id": "1"}, {"id": "2", "table": "llm_runs"}]}'),
	pg_temp.llm(12, 13, true,
		'{"evidence_refs": [{"id": "2", "table": "llm_runs"}, {"id": "1", "table": "llm_runs"}], "estimated_cost": 0}'),
	-- the same call id in another run, and in another project
	pg_temp.llm(13, 1, true, '{"call_id": "c1", "http_status": 429, "status": "?"}', null, null, '{"run_id": "run_t"}'),
	pg_temp.llm(14, 1, true, '{"call_id": "c1", "cost_usd": 1}', null, null, '{"project": "other"}')));
select started_at::time, ended_at::time, run_id, span_id, model, http_status as http, status, ok, latency_ms, tokens,
	cost_usd, cost_source,
	cost_event_id = event_id as own, flags
from at_llm_calls('paper') order by coalesce(started_at, ended_at), run_id;
select purpose, session_id, ttft_ms, finish_reason from at_llm_calls('paper') where session_id = 's';
-- A window has the calls that began in it, with their ends; the refresh changes nothing.
select started_at::time, ended_at::time, cost_usd, flags
	from at_llm_calls('paper', '2026-02-02 10:00:00Z', '2026-02-02 10:00:03Z') order by ended_at;
select runs from at_refresh();
select started_at::time, ended_at::time, cost_usd, flags
	from at_llm_calls('paper', '2026-02-02 10:00:00Z', '2026-02-02 10:00:03Z') order by ended_at;
select count(*) from at_llm_calls('paper', '2026-02-02 10:00:03Z', '2026-02-02 10:00:05Z');
select project, llm_calls, cost_usd, unpriced_calls from at_run order by run_id, project;

-- Steps: nested spans, one of which no event has, a span within itself, two within each
-- other, retries of what failed, a step of another kind, what is open, times and costs.
select at_drop_store();
select at_create_store();
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(1, 0, 'agent.run.started', '{"run_type": "cycle"}', 'span_root', 'span_outer'),
	pg_temp.at(2, 1, 'memory.read.completed', '{"memory_kind": "episodic", "purpose": "p"}', 'span_m', 'span_outer'),
	pg_temp.at(3, 10, 'tool.call.completed',
		'{"tool_name": "plan", "tool_kind": "step", "step_kind": "plan", "status": "ok", "latency_ms": 9000}',
		'span_p', 'span_outer'),
	pg_temp.at(4, 4, 'tool.call.completed', '{"tool_name": "quotes", "status": "timeout", "latency_ms": 1000}',
		'span_t1', 'span_p'),
	pg_temp.at(5, 6, 'tool.call.completed', '{"tool_name": "quotes", "status": "error", "latency_ms": 1000}',
		'span_t2', 'span_p'),
	pg_temp.at(6, 8, 'tool.call.completed', '{"tool_name": "quotes", "status": "ok", "latency_ms": 1000}',
		'span_t3', 'span_p'),
	pg_temp.llm(7, 6.5, false, '{}', 'span_c', 'span_p'),
	pg_temp.llm(8, 7.5, true, '{"cost_usd": 0.25}', 'span_c', 'span_p'),
	pg_temp.at(9, 11, 'decision.proposed', '{"action": "buy", "decision_kind": "k", "decision_id": "d"}',
		'span_d', 'span_ghost'),
	pg_temp.at(10, 12, 'risk.check.completed',
		'{"risk_check_kind": "limits", "approved": false, "reasons": ["r"], "decision_id": "d"}', 'span_r', 'span_d'),
	pg_temp.at(11, 13, 'source.claim.recorded', '{"claim_type": "self"}', 'span_self', 'span_self'),
	pg_temp.at(12, 14, 'source.claim.recorded', '{"claim_type": "one"}', 'span_one', 'span_two'),
	pg_temp.at(13, 15, 'source.claim.recorded', '{"claim_type": "two"}', 'span_two', 'span_one'),
	pg_temp.llm(14, 16, false, '{}', 'span_open', null),
	pg_temp.at(15, 17, 'cost.usage.recorded',
		'{"provider": "news", "usage_kind": "search", "quantity": 1, "cost_usd": 0.01}', null, 'span_outer'),
	pg_temp.at(16, 18, 'portfolio.snapshot.recorded', '{"portfolio_kind": "main"}', null, 'span_outer'),
	pg_temp.at(17, 20, 'agent.run.completed', '{"run_type": "cycle", "status": "partial"}',
		'span_root', 'span_outer')));
select seq, depth, span_id, parent_span_id as parent, kind, name, status, self_ms, total_ms, self_cost_usd as self_cost,
	total_cost_usd as total_cost, attempt, retry_of, cardinality(event_ids) as events, flags
from at_run_steps('run_s', 'paper') order by seq;
select steps from at_run where run_id = 'run_s';
select count(*) from at_run_steps('run_s', 'other');

-- A run without run events; a run that did not end; one id of two agents.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(20, 1, 'tool.call.completed', '{"tool_name": "t", "status": "ok"}', null, 'span_x',
		'{"run_id": "run_n"}'),
	pg_temp.at(21, 3, 'tool.call.completed', '{"tool_name": "t", "status": "ok"}', null, 'span_x',
		'{"run_id": "run_n"}'),
	pg_temp.at(22, 1, 'agent.run.started', '{"run_type": "cycle"}', null, null, '{"run_id": "run_o"}'),
	pg_temp.at(23, 1, 'agent.run.started', '{"run_type": "cycle"}', null, null,
		'{"run_id": "run_o", "agent_id": "beta"}')));
select seq, depth, span_id, kind, name, status, started_at::time, ended_at::time, total_ms, flags
	from at_run_steps('run_n');
select seq, depth, span_id, kind, name, status, started_at::time, ended_at::time, total_ms, flags
	from at_run_steps('run_o');

-- 100,000 steps, each within the one before: no recursion, and less than a second or so.
select lines, accepted from at_ingest_jsonl((select string_agg(pg_temp.at(1000 + i, i / 1000.0, 'tool.call.completed',
	jsonb_build_object('tool_name', 't' || i % 7, 'status', case i % 3 when 0 then 'failed' else 'ok' end),
		'span_' || i, 'span_' || i - 1, '{"run_id": "run_deep"}'), e'\n')
	from generate_series(1, 100000) i));
set statement_timeout = '20s';
select count(*), max(depth), max(seq), count(*) filter (where parent_span_id = 'span_' || (depth - 1)) as parents
	from at_run_steps('run_deep');
-- and all within one
update at_event set parent_span_id = 'span_0' where run_id = 'run_deep';
select count(*), max(depth), max(attempt), count(retry_of) as retries from at_run_steps('run_deep');
reset statement_timeout;
select at_drop_store();
