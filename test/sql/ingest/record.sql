-- One event at a time: at_record(), its typed helpers, at_ingest().
SET client_min_messages = warning;

-- what a call raised: SQLSTATE, message, detail and hint; its effects are undone
CREATE FUNCTION raised(call text, OUT state text, OUT message text, OUT detail text,
	OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE call;
	state := '00000';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
\x on
\t on

-- a first write by the owner makes the store
SET client_min_messages = notice;
SELECT at_record('agent.run.started', '{"run_type": "pre_market"}', project => 'desk',
	agent_id => 'm1', environment => 'paper') ~ '^evt_[0-9a-f]{32}$';
SET client_min_messages = warning;

-- who records: arguments, then settings, or an error
SELECT * FROM raised($$SELECT at_record('error.recorded')$$);
SET agent_tracker.project = 'desk';
SELECT * FROM raised($$SELECT at_record('error.recorded')$$);
SET agent_tracker.agent_id = 'm1';
SELECT * FROM raised($$SELECT at_record('error.recorded', environment => NULL)$$);
SET agent_tracker.environment = 'paper';
SELECT * FROM raised($$SELECT at_record('error.recorded')$$);
SELECT * FROM raised($$SELECT at_record('error.recorded', '{"error_kind": "x", "message": "y"}', project => '')$$);

-- the row of an event that was just recorded
CREATE FUNCTION row_of(id text) RETURNS at_event LANGUAGE sql AS $$
	SELECT * FROM at_event WHERE event_id::text = id
$$;

-- the whole event, generated parts masked
CREATE FUNCTION shown(id text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(at_event_json(e)::text,
		'[0-9a-f]{32}', '<hex>', 'g'), '(?!2026-01-05)[-0-9]{10}T[0-9:.]{15}Z', '<time>'),
		'"version":"[^"]*"', '"version":"<release>"'), '#[A-P]{16}', '#...', 'g')
	FROM row_of(id) e
$$;
SELECT shown(at_record('agent.run.started', '{"run_type": "pre_market", "n": 1.50}'));
SELECT shown(at_record('agent.run.started', '{"run_type": "x"}', run_id => 'run_1',
	project => 'other', agent_id => 'm2', environment => 'shadow', symbols => '{AAPL}',
	span_id => 'span_1', parent_span_id => 'span_0', event_id => 'evt_one',
	occurred_at => '2026-01-05 13:00:00.25+00'));
SELECT shown(at_record('agent.run.started', '{"run_type": "x"}', run_id => 'run_2',
	idempotency_key => 'mine', occurred_at => '2026-01-05 13:00:00+00'));
-- its day is marked for the rollups, its evidence is there
SELECT count(*) FROM at_stale_run WHERE project = 'other' AND day = '2026-01-05';
SELECT evidence::text = at_event_evidence(at_event_json(e))::text FROM at_event e WHERE event_id = 'evt_one';
-- ids are generated anew for each call, and agree with each other
SELECT count(*), count(DISTINCT event_id), count(DISTINCT run_id), count(DISTINCT span_id),
	bool_and(at_event_json(e)->>'idempotency_key' = concat_ws('/', project, agent_id, run_id,
		event_type, substr(event_id::text, 5))),
	bool_and(occurred_at = ingested_at), bool_and(batch_id IS NULL AND line_no IS NULL)
FROM generate_series(1, 50) i, row_of(at_record('agent.run.started', json_build_object('run_type', i))) e;
SELECT occurred_at BETWEEN statement_timestamp() AND clock_timestamp()
FROM row_of(at_record('agent.run.started', '{"run_type": "x"}'));

-- symbols: trimmed, upper case by Unicode, once, none empty or null
SELECT symbols FROM row_of(at_record('agent.run.started', '{"run_type": "x"}',
	symbols => ARRAY[' aapl', E'AAPL\t', '', NULL, '  ', 'brk.b', E'\u00a0msft\u2003', 'Msft', 'a b']));
SELECT symbols = ARRAY['STRASSE', U&'\00C9\0416'] FROM row_of(at_record('agent.run.started', '{"run_type": "x"}',
	symbols => ARRAY[U&'stra\00dfe', U&'\00e9\0436', U&'\00C9\0416']));
SELECT symbols = '{}' FROM row_of(at_record('agent.run.started', '{"run_type": "x"}', symbols => '{}'));

-- payload: null is empty, defaults of the client, what is given stays
SELECT * FROM raised($$SELECT at_record('agent.run.started', NULL)$$);
SELECT payload FROM row_of(at_record('risk.check.completed', '{"approved": true}'));
SELECT payload FROM row_of(at_record('risk.check.completed', '{"approved": true, "risk_check_kind": "model"}'));
SELECT payload FROM row_of(at_record('llm.call.completed', '{"model": "m", "provider": "p"}'));
SELECT payload FROM row_of(at_record('tool.call.completed', '{"tool_name": "t", "status": null}'));
SELECT * FROM raised($$SELECT at_record('replay.result.recorded', '{"case_count": 1, "suite_name": "s"}')$$);

-- everything that is wrong, at once
SELECT * FROM raised($$SELECT at_record('order.intent.recorded',
	'{"side": "hold", "intended_quantity": "-1", "symbol": " ", "session_date": "2026-02-30"}',
	run_id => 'walk', project => 'a b', agent_id => 'a/b', environment => 'live',
	event_id => 'evt_', idempotency_key => 'a b', span_id => repeat('s', 1025),
	occurred_at => 'infinity')$$);
SELECT * FROM raised($$SELECT at_record(NULL)$$);
SELECT * FROM raised($$SELECT at_record('error.recorded', '[]')$$);
SELECT * FROM raised($$SELECT at_record('error.recorded', 'null')$$);
SELECT * FROM raised($$SELECT at_record('error.recorded', '{"a": "\u0000"}')$$);
SELECT * FROM raised($$SELECT at_record('error.recorded', '{"a": "\ud800"}')$$);
SELECT * FROM raised($$SELECT at_record('error.recorded', '{"a": 1e1000}')$$);
SELECT * FROM raised(format($$SELECT at_record('error.recorded', %L)$$, repeat('[', 65) || repeat(']', 65)));
SELECT *
	FROM raised(format($$SELECT at_record('agent.run.started', '{"run_type": %s}')$$, to_json(repeat('x', 70000))));
SELECT * FROM raised($$SELECT at_record('agent.run.started', '{"run_type": "x"}', occurred_at => '0044-03-15 BC')$$);
SELECT count(*) FROM at_reject;

-- typed helpers: one for every event type
CREATE FUNCTION payload_of(id text) RETURNS text LANGUAGE sql AS $$
	SELECT event_type || ' ' || payload FROM row_of(id)
$$;
CREATE TEMP TABLE step (id text);
INSERT INTO step VALUES
	(at_record_run_start('pre_market', trigger => 'schedule', session_date => '2026-01-05')),
	(at_record_run_finish(run_type => 'pre_market', status => 'succeeded', duration_ms => 12.5)),
	(at_record_build('build-1', 'cafe', 'gate-3', migration_ids => '{a,b}')),
	(at_record_prompt_version('model', 'provider', 'entry', '2026-05-14.2', 'cafe')),
	(at_record_llm_call_start('model', 'provider', purpose => 'plan')),
	(at_record_llm_call_finish('model', 'provider', input_tokens => 120)),
	(at_record_tool_call('quotes', latency_ms => 20, tool_allowed => true)),
	(at_record_source_claim('earnings', source_refs => '{news:1}', source_confidence => 0.8)),
	(at_record_market_snapshot('feed', symbol => 'AAPL', price => 189.77)),
	(at_record_memory_read(purpose => 'plan', memory_kind => 'notes', stale_count => 0)),
	(at_record_decision('buy', 'entry', decision_id => 'd1', confidence => 0.75)),
	(at_record_decision_outcome('d1', 'filled', followed_plan => true)),
	(at_record_risk_check(false, reasons => '{too large}', decision_id => 'd1')),
	(at_record_trade_rejected('too_large', 'risk_gate')),
	(at_record_order_intent('oi-1', 'd1', 'AAPL', 'buy', 12, intended_price => 189.5)),
	(at_record_fill('buy', 'AAPL', quantity => 12, price => 189.770, session_date => '2026-01-05')),
	(at_record_position('paper', 'pos-1', 'AAPL', -12, average_price => 189.77)),
	(at_record_portfolio('paper', currency => 'USD', cash => 100000)),
	(at_record_capital_flow('cf-1', 'USD', 'USD', 'deposit', 1000, false, '2026-01-05')),
	(at_record_performance('daily', '2026-01-05', '2026-01-05', '2026-01-05', trading_pnl_amount => -12.5)),
	(at_record_strategy_context('momentum', planned_risk_amount => 250)),
	(at_record_opportunity_board('board-1', 'universe', candidate_count => 5)),
	(at_record_candidate_review('cand-1', 'board-1', 'targeted', rank => 1, primary_reasons => '{trend}')),
	(at_record_setup_profile('sp-1', 'trend_continuation', 'eligible_starter', atr_pct => 2.5)),
	(at_record_action_outcome('act-1', 'order', 'executed', clipped => false)),
	(at_record_evaluation_epoch('ep-1', 'arena', 'cafe', expected_member_count => 3)),
	(at_record_evaluation_member('ep-1', 'm1', true, 'completed', scored => true)),
	(at_record_diagnostic_check('c1', 'market_data', 'passed', 'info', sample_count => 10)),
	(at_record_replay_result(5, 'passed', 'suite', pass_count => 5, leakage_guard_passed => true)),
	(at_record_cost_usage('provider', 1200, 'tokens', cost_usd => 0.0042)),
	(at_record_error('timeout', 'the gateway closed', severity => 'error'));
SELECT payload_of(id) FROM step;
SELECT count(*), (SELECT count(*) FROM pg_proc WHERE proname ~ '^at_record_'
	AND proname NOT IN ('at_record_drift', 'at_record_mistakes'))
	FROM step;
SELECT * FROM at_event_types() t WHERE NOT EXISTS (SELECT FROM step s, at_event e
	WHERE e.event_id::text = s.id AND e.event_type::text = t.event_type::text);
SELECT proname FROM pg_proc
WHERE proname ~ '^at_(record|ingest)' AND (obj_description(oid, 'pg_proc') IS NULL
	OR provolatile <> 'v' OR proparallel <> 'u' OR prosecdef
	OR has_function_privilege('public', oid, 'execute'));
-- the arguments win over the payload, null says nothing, the rest is kept
SELECT payload_of(at_record_fill('buy', 'AAPL', fees => NULL, quantity => 12,
	payload => '{"side": "sell", "note": "kept", "fees": 0.10, "quantity": 1}'));
SELECT * FROM raised($$SELECT at_record_fill(NULL, 'AAPL')$$);
SELECT * FROM raised($$SELECT at_record_fill('buy', 'AAPL', payload => '[1]')$$);
SELECT * FROM raised($$SELECT at_record_fill('buy', 'AAPL', payload => '{"a": "\u0000"}')$$);
SELECT * FROM raised($$SELECT at_record_risk_check(false)$$);
-- what no JSON number or date can be
SELECT * FROM raised($$SELECT at_record_fill('buy', 'AAPL', quantity => 'NaN', price => 'Infinity',
	fees => '-Infinity', session_date => 'infinity')$$);
SELECT * FROM raised($$SELECT at_record_cost_usage('p', 'NaN', 'tokens')$$);
SELECT * FROM raised($$SELECT at_record_cost_usage('p', 1e1000, 'tokens')$$);
SELECT * FROM raised($$SELECT at_record_run_start('x', session_date => '10000-01-01')$$);
SELECT * FROM raised($$SELECT at_record_build('b', 'c', 'd', migration_ids => ARRAY['a', NULL])$$);
SELECT payload_of(at_record_cost_usage('p', 12345678901234567890.123456789, 'tokens'));
SELECT payload_of(at_record_run_start('x', session_date => '0099-01-02'));

-- a key counts once, in any month; the stored event's id comes back
SELECT at_record('agent.run.started', '{"run_type": "x"}', idempotency_key => 'k1', event_id => 'evt_k1');
SELECT at_record('agent.run.started', '{"run_type": "x"}', idempotency_key => 'k1', event_id => 'evt_k2');
SELECT at_record('agent.run.started', '{"run_type": "x"}', idempotency_key => 'k1');
SELECT at_record('agent.run.started', '{"run_type": "y"}', idempotency_key => 'k1', event_id => 'evt_k3');
SELECT at_record('agent.run.started', '{"run_type": "x"}', idempotency_key => 'k1', event_id => 'evt_k4',
	occurred_at => '2025-01-01');
SELECT at_record('agent.run.started', '{"run_type": "x"}', event_id => 'evt_e1');
SELECT at_record('agent.run.started', '{"run_type": "x"}', event_id => 'evt_e1');
SELECT at_record('agent.run.started', '{"run_type": "x"}', event_id => 'evt_e1', project => 'other');
SELECT project, event_id FROM at_event WHERE event_id::text ~ '^evt_[ek][1-4]$' ORDER BY 1, 2;
SELECT batch_id, line_no, event_id, line_bytes, line_sha256, violations FROM at_reject ORDER BY rejected_at;
-- numbers count as decimals
SELECT at_record('cost.usage.recorded', '{"provider": "p", "usage_kind": "u", "quantity": 1.50}',
	idempotency_key => 'n1', event_id => 'evt_n1');
SELECT at_record('cost.usage.recorded', '{"usage_kind": "u", "quantity": 15e-1, "provider": "p"}',
	idempotency_key => 'n1', event_id => 'evt_n2');

-- at_ingest: an event as it is
CREATE FUNCTION event(id text, key text, quantity text, at text DEFAULT '2026-01-05T13:00:00Z')
RETURNS json LANGUAGE sql AS $$
	SELECT format('{"schema_version": "2026-06-07", "event_id": %s, "idempotency_key": %s,
		"project": "desk", "agent_id": "m1", "run_id": "run_1", "event_type": "paper.fill.recorded",
		"occurred_at": %s, "environment": "paper", "symbols": ["AAPL"],
		"payload": {"side": "buy", "symbol": "AAPL", "quantity": %s}, "unknown": [1, null],
		"sdk": {"name": "n", "version": "1", "language": "l"}}',
		to_json(id), to_json(key), to_json(at), quantity)::json
$$;
SELECT at_ingest(event('evt_i1', 'i1', '12'));
SELECT at_event_json(e) FROM at_event e WHERE event_id = 'evt_i1';
SELECT at_ingest(event('evt_i2', 'i1', '12.0'));
SELECT at_ingest(event('evt_i3', 'i1', '13'));
SELECT at_ingest(event('evt_i4', 'i1', '12', '2025-03-05T13:00:00Z'));
SELECT at_ingest(event('evt_i1', 'i2', '12'));
SELECT at_ingest(NULL);
SELECT * FROM raised($$SELECT at_ingest(event('evt', 'i 3', '"-1"', 'noon'))$$);
SELECT * FROM raised($$SELECT at_ingest('[]')$$);
SELECT * FROM raised($$SELECT at_ingest('{}')$$);
SELECT * FROM raised($$SELECT at_ingest('{"a": "\u0000"}')$$);
SELECT * FROM raised($$SELECT at_ingest(to_json(repeat('x', 1048576)))$$);
SELECT event_id, count(*) FROM at_event WHERE event_id::text ~ '^evt_i' GROUP BY 1 ORDER BY 1;
SELECT event_id, line_bytes = length(event('evt_i3', 'i1', '13')::text),
	line_sha256 = sha256(event('evt_i3', 'i1', '13')::text::bytea), violations
FROM at_reject WHERE line_bytes > 0 ORDER BY rejected_at LIMIT 1;
-- what was recorded comes back in as known
SELECT lines > 100, duplicates = lines FROM at_ingest_jsonl((SELECT string_agg(l, E'\n') FROM at_export_jsonl() l));

-- secrets: redacted where they are stored, never shown where they are refused
SELECT payload_of(at_record('error.recorded', '{"error_kind": "x", "message": "Bearer abcdef1234567890abcdef",
	"api_key": "abc", "client_secret": "def", "account_id": 12345, "list": [{"password": "ghi"}]}'));
SELECT payload_of(at_record_llm_call_start('m', 'p', prompt => 'buy now', payload => '{"messages": ["hold"]}'));
SET agent_tracker.store_full_io = on;
SELECT payload_of(
	at_record_llm_call_finish('m', 'p', output_text => 'sell', payload => '{"privacy": {"full_io": true}}'));
RESET agent_tracker.store_full_io;
SELECT payload_of(at_record_tool_call('Authorization: Bearer abcdef1234567890abcdef'));
SELECT shown(at_record('agent.run.started', '{"run_type": "x"}', run_id => 'run_s', event_id => 'evt_s',
	span_id => 'Bearer abcdef1234567890abcdef', symbols => '{"bearer abcdef1234567890abcdef"}'));
SELECT count(*) AS calls, count(*) FILTER (WHERE state = '22023') AS invalid,
	count(*) FILTER (WHERE r::text ~ 'hush') AS leaks
FROM (VALUES
	($$SELECT at_record(
		'order.intent.recorded', '{"side": "hush", "symbol": ["hush"], "hush": 1, "password": "hush"}')$$),
	($$SELECT at_record('error.recorded', '"hush"')$$),
	($$SELECT at_record('error.recorded', '{"hush": "\u0000"}')$$),
	($$SELECT at_record('error.recorded', '{}', run_id => 'hush', project => 'hu sh/hush', agent_id => 'hush hush',
		environment => 'hush', event_id => 'hush', idempotency_key => 'hush hush', symbols => '{hush}')$$),
	($$SELECT at_record_fill(
		'hush', '', quantity => 'NaN', open_close_effect => 'hush', payload => '{"session_date": "hush"}')$$),
	($$SELECT at_ingest('{"hush": "hush", "event_id": "hush", "event_type": "hush", "payload": {"side": "hush"}}')$$),
	($$SELECT at_ingest('"hush"')$$)) c(call), raised(c.call) r;
SELECT count(*) FROM at_reject r WHERE r::text ~ 'hush';

-- an error leaves nothing; exception blocks and savepoints are ordinary
DO $$
BEGIN
	PERFORM at_record('agent.run.started', '{"run_type": "kept"}', event_id => 'evt_kept');
	BEGIN
		PERFORM at_record('agent.run.started', '{"run_type": "gone"}', event_id => 'evt_gone',
			occurred_at => '1999-12-31');
		PERFORM at_record('agent.run.started', '{}');
	EXCEPTION WHEN invalid_parameter_value THEN
		NULL;
	END;
	PERFORM at_record('agent.run.started', '{"run_type": "kept"}', event_id => 'evt_kept2');
END
$$;
SELECT event_id FROM at_event WHERE event_id::text ~ '^evt_(kept|gone)' ORDER BY event_id::text;
BEGIN;
SELECT at_record('agent.run.started', '{"run_type": "gone"}', event_id => 'evt_gone', occurred_at => '1999-12-31');
ROLLBACK;
SELECT at_record('agent.run.started', '{"run_type": "x"}', event_id => 'evt_old', occurred_at => '1999-12-31');
SELECT tableoid::regclass, event_id FROM at_event WHERE event_id::text ~ '^evt_(gone|old)';

-- sampling: by the key's SHA-256; what must not be missed is kept
CREATE FUNCTION decide(key text) RETURNS text LANGUAGE sql AS $$
	SELECT at_record('decision.proposed', '{"action": "buy", "decision_kind": "entry"}', idempotency_key => key)
$$;
SET agent_tracker.sample_rate = 0.25;
SELECT count(id), count(*) FILTER (WHERE (id IS NULL) <> (get_byte(sha256(key::bytea), 0) >= 64)) AS wrong
FROM (SELECT key, decide(key) AS id FROM (SELECT 'sample/' || i AS key FROM generate_series(1, 400) i) k) d;
SET agent_tracker.sample_rate = 0;
SELECT decide('sample/1000'), at_record_fill('buy', 'AAPL') IS NOT NULL,
	at_record_risk_check(true), at_record_risk_check(false, '{r}') IS NOT NULL,
	at_record_diagnostic_check('c', 'market_data', 'passed', 'info'),
	at_record_diagnostic_check('c', 'market_data', 'failed', 'info') IS NOT NULL,
	at_record_diagnostic_check('c', 'market_data', 'warning', 'info') IS NOT NULL;
-- invalid is invalid, in the sample or not; whole events are not sampled
SELECT state FROM raised($$SELECT at_record('decision.proposed')$$);
SELECT at_ingest(json_build_object('schema_version', '2026-06-07', 'event_id', 'evt_whole', 'idempotency_key', 'whole',
	'project', 'desk', 'agent_id', 'm1', 'run_id', 'run_1', 'event_type', 'decision.proposed',
	'occurred_at', '2026-01-05T13:00:00Z', 'environment', 'paper', 'symbols', '[]'::json,
	'payload', '{"action": "a", "decision_kind": "b"}'::json,
	'sdk', '{"name": "n", "version": "1", "language": "l"}'::json));
-- the types that are always kept
SELECT string_agg(type, ', ') FROM (SELECT t.event_type::text AS type,
	(SELECT payload FROM at_event e, step s WHERE e.event_id::text = s.id
		AND e.event_type::text = t.event_type::text ORDER BY s.ctid LIMIT 1) AS payload
	FROM at_event_types() t) p
WHERE at_record(type::at_event_type, payload::json) IS NOT NULL;
RESET agent_tracker.sample_rate;

-- limits: a budget a run, one a day, said once when it is exhausted
CREATE FUNCTION exhausted() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', run_id, payload) FROM at_event
	WHERE payload->>'error_kind' = 'telemetry_budget_exhausted' ORDER BY 1
$$;
CREATE FUNCTION plan(run text) RETURNS text LANGUAGE sql AS $$
	SELECT at_record('decision.proposed', '{"action": "buy", "decision_kind": "entry"}', run_id => run)
$$;
SET agent_tracker.max_events_per_run = 3;
SELECT run, count(plan(run)) FROM generate_series(1, 5), unnest('{run_b1,run_b2}'::text[]) run GROUP BY 1 ORDER BY 1;
SELECT at_record_error('x', 'kept', run_id => 'run_b1') IS NOT NULL;
SELECT exhausted();
-- an exhaustion whose record was undone is said again, and not twice
SELECT count(plan('run_b3')) FROM generate_series(1, 3);
DO $$
BEGIN
	PERFORM plan('run_b3');
	RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
	NULL;
END
$$;
BEGIN;
SELECT plan('run_b3');
ROLLBACK;
SELECT count(*) FROM exhausted() e WHERE e ~ 'run_b3';
BEGIN;
SELECT plan('run_b3');
SAVEPOINT s;
SELECT plan('run_b3');
ROLLBACK TO s;
SELECT plan('run_b3');
COMMIT;
SELECT plan('run_b3');
SELECT count(*) FROM exhausted() e WHERE e ~ 'run_b3';
-- a limit of nothing, and more runs than are remembered
SET agent_tracker.max_events_per_run = 0;
SELECT plan('run_b4');
SET agent_tracker.max_events_per_run = 1;
SELECT count(plan('run_m' || i)) FROM generate_series(1, 3000) i;
RESET agent_tracker.max_events_per_run;
SET agent_tracker.max_events_per_day = 10;
SELECT plan('run_d1');
SET agent_tracker.max_events_per_day = 5000;
SELECT count(plan('run_d' || i)) FROM generate_series(1, 4000) i;
SELECT count(*) FROM exhausted() e WHERE e ~ '"day"';
RESET agent_tracker.max_events_per_day;
SELECT plan('run_d1') IS NOT NULL;

-- a writer that owns nothing
CREATE ROLE regress_at_writer;
SET ROLE regress_at_writer;
SELECT * FROM raised($$SELECT at_record('agent.run.started', '{"run_type": "x"}')$$);
SELECT * FROM raised($$SELECT at_record_run_start('x')$$);
SELECT * FROM raised($$SELECT at_ingest('{}')$$);
RESET ROLE;
SELECT at_grant('regress_at_writer', 'writer');
SET ROLE regress_at_writer;
SELECT at_record('agent.run.started', '{"run_type": "x"}', event_id => 'evt_w1', occurred_at => '2031-05-01');
SELECT at_record('agent.run.started', '{"run_type": "x"}', event_id => 'evt_w1', occurred_at => '2031-05-01');
SELECT at_record('agent.run.started', '{"run_type": "y"}', event_id => 'evt_w1', occurred_at => '2031-05-01');
SELECT at_record_run_start('x') ~ '^evt_';
SELECT at_ingest(event('evt_w2', 'w2', '12'));
SELECT * FROM raised($$SELECT payload FROM at_event$$);
SELECT * FROM raised($$SET LOCAL agent_tracker.store_full_io = on$$);
RESET ROLE;
DROP FUNCTION shown, payload_of, row_of;
SELECT at_drop_store();
SET ROLE regress_at_writer;
SELECT * FROM raised($$SELECT at_record('agent.run.started', '{"run_type": "x"}')$$);
RESET ROLE;
DROP OWNED BY regress_at_writer;
DROP ROLE regress_at_writer;
DROP FUNCTION raised, event, decide, exhausted, plan;
