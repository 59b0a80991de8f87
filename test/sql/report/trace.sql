-- A run as a page: at_trace_markdown() and at_report_run().
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
-- An event of run r, that many seconds after ten o'clock.
create function pg_temp.at(n int, seconds numeric, type text, payload jsonb, span text default null,
	more jsonb default '{}') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'idempotency_key', 'trace/' || n, 'run_id', 'run_r',
		'occurred_at', to_char(timestamp '2026-02-02 10:00' + seconds * interval '1 second',
			'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'span_id', span, 'symbols', '[]'::jsonb, 'payload', payload) || more)
$$;
-- A page without its style.
create function pg_temp.body(html text) returns text language sql as $$
	select regexp_replace(html, '^.*<main>\n', '')
$$;
\set ECHO all
create extension if not exists agent_tracker;
select at_report_run('run_r');
select at_create_store();
select at_report_run('run_r');
select at_trace_markdown('run_r');
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(1, 0, 'agent.run.started', '{"run_type": "decision_cycle"}', 'span_0'),
	pg_temp.at(2, 1.5, 'tool.call.completed', '{"tool_name": "bars", "status": "failed", "latency_ms": 900,
		"arguments": {"symbol": "SPY", "days": 5}, "error_kind": "timeout", "result": null}', 'span_1'),
	pg_temp.at(3, 2.5, 'tool.call.completed', '{"tool_name": "bars", "status": "succeeded", "latency_ms": 800,
		"arguments": {"symbol": "SPY", "days": 5}, "result_count": 5}', 'span_2'),
	pg_temp.at(4, 3, 'llm.call.started', '{"provider": "anthropic", "model": "claude-sonnet-4-5",
		"purpose": "rank"}', 'span_3'),
	pg_temp.at(5, 5.5, 'llm.call.completed', '{"provider": "anthropic", "model": "claude-sonnet-4-5",
		"status": "succeeded", "finish_reason": "end_turn",
		"usage": {"input_tokens": 1000, "output_tokens": 500}}', 'span_3'),
	pg_temp.at(6, 5.6, 'error.recorded', '{"error_kind": "stale_data", "component": "market_data",
		"message": "is | *old*"}'),
	pg_temp.at(7, 5.7, 'decision.proposed', '{"decision_id": "dec-1", "action": "buy", "symbol": "SPY",
		"decision_kind": "entry", "confidence": "0.7"}'),
	pg_temp.at(8, 6, 'agent.run.completed', '{"run_type": "decision_cycle", "status": "succeeded"}', 'span_0')));
select at_trace_markdown('run_r');
select pg_temp.body(at_report_run('run_r', tz => 'America/New_York'));
-- The same of another project, of none, and of a run that does not end.
select pg_temp.ingest(pg_temp.at(20, 0, 'agent.run.started', '{"run_type": "replay"}', null, '{"project": "other"}'));
select regexp_replace(at_trace_markdown('run_r', 'other'), 'silent for [^\n]*', 'silent for long');
select count(*) from regexp_matches(at_trace_markdown('run_r'), '^# ', 'gn');
select at_trace_markdown('run_r', 'none');
select at_trace_markdown('run_none');
select at_trace_markdown(null);
select at_trace_markdown('run_r', tz => null);
select at_trace_markdown('run_r', tz => 'Mars/Olympus');
-- Names that look like markup, turn the text around, or never end, are text.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(31, 0, 'tool.call.completed', jsonb_build_object('tool_name', '</script><script>alert(1)</script>',
		'status', 'ok'), null, '{"run_id": "run_x"}'),
	pg_temp.at(32, 1, 'tool.call.completed', jsonb_build_object('tool_name', '"><img src=x onerror=alert(1)>',
		'status', '**ok**'), null, '{"run_id": "run_x"}'),
	pg_temp.at(33, 2, 'tool.call.completed', jsonb_build_object('tool_name', u&'\202Eliave', 'status', 'ok'), null,
		'{"run_id": "run_x"}'),
	pg_temp.at(34, 3, 'tool.call.completed', jsonb_build_object('tool_name', repeat('x', 10000), 'status', 'ok'), null,
		'{"run_id": "run_x"}')));
select html ~ '<script|<img' as markup, html ~ '[^[:ascii:]]' as not_ascii, html ~ u&'\202E|8238' as turned,
	length(html) < 12000 as short
from at_report_run('run_x') html;
select at_report_run('run_x') ~ '://|url\(|@import|<(link|iframe|object|embed|base|a)\M' as requests;
select substr(line, 1, 80) from regexp_split_to_table(at_trace_markdown('run_x'), e'\n') line where line ~ '^- |^  - ';
-- Of many steps those that failed and the longest are shown, and how many are not.
select accepted from at_ingest_jsonl((select string_agg(pg_temp.at(1000 + n, n, 'tool.call.completed',
		jsonb_build_object('tool_name', 'tool ' || n, 'status', case n % 100 when 0 then 'failed' else 'ok' end,
			'latency_ms', n % 777, 'arguments', jsonb_build_object('symbol', repeat('S', n % 50))), 'span_' || n,
		'{"run_id": "run_m"}'), e'\n') from generate_series(1, 10000) n));
select length(html) < 2000000 as small, (select count(*) from regexp_matches(html, 'class=w>', 'g')) as bars,
	(select count(*) from regexp_matches(html, '<h3>', 'g')) as entries,
	(select count(*) from regexp_matches(html, 'tool failed"', 'g')) as failed
from at_report_run('run_m') html;
select line from regexp_split_to_table(at_trace_markdown('run_m'), e'\n') line where line ~ ' of 10,00';
-- Whoever may not read events gets no page.
create role regress_at_trace;
grant usage on schema public to regress_at_trace;
set role regress_at_trace;
select at_report_run('run_r');
reset role;
select at_grant('regress_at_trace', 'reader');
set role regress_at_trace;
select length(at_report_run('run_r')) > 1000 as read;
reset role;
drop owned by regress_at_trace;
drop role regress_at_trace;
select at_drop_store();
