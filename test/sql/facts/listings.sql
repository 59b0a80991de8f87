-- Calls of tools, errors, blocks by risk, signals of quality, what was known, what changed.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
-- An event of run l, that many seconds after ten o'clock.
create function pg_temp.at(n int, seconds numeric, type text, payload jsonb, more jsonb default '{}')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'idempotency_key', 'listings/' || n, 'run_id',
		'run_l',
		'occurred_at', to_char(timestamp '2026-02-02 10:00' + seconds * interval '1 second',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'symbols', '[]'::jsonb, 'payload', payload) || more)
$$;
create function pg_temp.failed(n int, seconds numeric, message text, more jsonb default '{}',
		payload jsonb default '{}')
returns text language sql as $$
	select pg_temp.at(n, seconds, 'error.recorded', jsonb_build_object('error_kind', 'upstream_timeout', 'message',
		message,
		'component', 'market_data') || payload, more)
$$;
\set ECHO all
create extension if not exists agent_tracker;
-- The published list, and the words by which evidence knows failures.
select outcome, count(*) from at_status_words() group by 1 order by 1;
select w.word, w.outcome from at_status_words() w where w.word in ('ok', 'partial', 'running', 'timeout',
		'cancelled');
select w, _at_status_ok(w) from unnest('{OK,Timed-Out,"timed out",in progress,204,503,100,?,""}'::text[]) w;
select _at_status_ok(null);

-- What differs from one time to the next is left out of a fingerprint.
select _at_error_fingerprint('k', 'c', 'order 12 of 3.5 s failed') = _at_error_fingerprint('k', 'c',
		'Order 99 of 2 s  failed') as numbers,
	_at_error_fingerprint('k', 'c', 'no "SPY" at 0xdeadbeef1') = _at_error_fingerprint('k', 'c',
		'no "QQQ" at 0xaa2') as quotes,
	_at_error_fingerprint('k', 'c', 'id ab12-cd at 2026-01-02T10:00:00.5Z') = _at_error_fingerprint('k', 'c',
		'id 99 at 2027-12-31T23:59:59Z') as ids,
	_at_error_fingerprint('k', 'c', 'didn''t answer, isn''t there') = _at_error_fingerprint('k', 'c',
		'didn''t t there') as apostrophes,
	_at_error_fingerprint('k', 'c', 'a') = _at_error_fingerprint('k', 'd', 'a') as component,
	_at_error_fingerprint('k', 'c', 'a') = _at_error_fingerprint('j', 'c', 'a') as kind,
	_at_error_fingerprint(null, null, null) as empty;
select k, _at_failure_type(k)
from unnest('{upstream_timeout,RateLimited,http_429,invalid_schema,auth_expired,stale_quote}'::text[]
	|| '{broker_down,strange,""}') k;

select at_create_store();
select * from at_tool_calls();
select * from at_errors();
select * from at_risk_blocks();
select * from at_quality_signals();
select * from at_saw('evt_1');
select * from at_changes('paper', 'alpha', date '2026-02-02', date '2026-02-03');
select (select count(*) from at_recent_llm_calls) + (select count(*) from at_recent_tool_calls)
	+ (select count(*) from at_recent_errors)
	+ (select count(*) from at_recent_risk_blocks) as recent;
select * from at_errors(environment => 'mars');

-- Tools: the latency of the payload, spelled in two ways, else from its start; what
-- at_record_step() stored is no call of a tool.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(1, 1.5, 'tool.call.completed', '{"tool_name": "quotes", "status": "ok", "latency_ms": 500}',
		'{"span_id": "span_1"}'),
	pg_temp.at(2, 2, 'tool.call.completed', '{"tool_name": "quotes", "status": "TIMEOUT", "duration_ms": "250",
		"error_kind": "timeout"}'),
	pg_temp.at(3, 3, 'tool.call.completed', '{"tool_name": "bars", "status": "running",
		"started_at": "2026-02-02T10:00:01Z"}'),
	pg_temp.at(4, 4, 'tool.call.completed', '{"tool_name": "bars", "status": "?", "latency_ms": -5}'),
	pg_temp.at(5, 5, 'tool.call.completed', '{"tool_name": "plan", "status": "ok", "tool_kind": "step"}'),
	pg_temp.at(6, 5, 'tool.call.completed', '{"tool_name": "quotes", "status": "ok"}', '{"project": "other"}')));
select started_at::time, ended_at::time, run_id, span_id, tool_name, status, ok, latency_ms, error_kind,
		event_id = 'evt_' || md5('1') as first
from at_tool_calls('paper') order by ended_at;
select tool_name, ended_at::time from at_tool_calls('paper', '2026-02-02 10:00:02Z', '2026-02-02 10:00:03Z');

-- Errors: three of the same in two runs, with the severity of the last; its cause is the
-- first of the chain: the error that it names, which lay within the span that failed first.
-- A loop of causes ends.  Evidence may be of another run, a cause not.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.failed(10, 1, 'quote 1 did not answer', '{}', '{"severity": "error"}'),
	pg_temp.failed(11, 2, 'quote 2 did not answer', '{"run_id": "run_m"}', '{"severity": "warning"}'),
	pg_temp.failed(12, 5, 'quote 3 did not answer', '{}', jsonb_build_object('severity', 'critical',
		'resolution_status', 'open',
		'stack', 'at f (x.py)', 'cause_event_id', 'evt_' || md5('14'))),
	pg_temp.failed(13, 3, 'root', '{"span_id": "span_r"}'),
	pg_temp.failed(14, 4, 'child', '{"span_id": "span_c", "parent_span_id": "span_r"}'),
	pg_temp.failed(15, 6, 'loop a', '{}', jsonb_build_object('caused_by', 'evt_' || md5('16'))),
	pg_temp.failed(16, 7, 'loop b', '{}', jsonb_build_object('caused_by', jsonb_build_array('evt_' || md5('15')))),
	pg_temp.failed(17, 8, 'elsewhere', '{"run_id": "run_m"}', jsonb_build_object('cause_event_id',
		'evt_' || md5('13'))),
	pg_temp.failed(18, 9, 'evidence', '{"run_id": "run_m"}', jsonb_build_object('evidence_refs',
		jsonb_build_array('evt_' || md5('14')))),
	pg_temp.failed(19, 9, 'quote 4 did not answer', '{"project": "other"}'),
	pg_temp.failed(20, 9, 'quote 5 did not answer', '{"agent_id": "beta"}')));
select first_at::time, last_at::time, agent_id, failure_type, error_kind, component, message, stack, severity,
		resolution_status, runs, count,
	case cause_event_id when 'evt_' || md5('13') then 'root' when 'evt_' || md5('14') then 'child'
		when 'evt_' || md5('15') then 'loop a' when 'evt_' || md5('16') then 'loop b'
		else cause_event_id::text end as cause
from at_errors('paper') order by last_at, message;
select count(*), count(distinct fingerprint) from at_errors() where message like 'quote%';
-- A cause from before the window is found.
select message, cause_event_id = 'evt_' || md5('13') as is_root from at_errors('paper', '2026-02-02 10:00:05Z',
		'2026-02-02 10:00:06Z');

-- Blocks: a check and the rejection of one decision are one; prices of the run before it,
-- and of anybody between 30 and 60 minutes later.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(30, 10, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY", "price": "100"}'),
	pg_temp.at(31, 11, 'risk.check.completed', '{"risk_check_kind": "limits", "approved": false, "decision_id": "d1",
		"symbol": "SPY",
		"reasons": ["too_large"], "requested_notional": "5000"}'),
	pg_temp.at(32, 12, 'trade.rejected', '{"decision_id": "d1", "reason_code": "limit", "rejected_by": "gate"}'),
	pg_temp.at(33, 13, 'risk.check.completed', '{"risk_check_kind": "limits", "approved": true, "decision_id": "d2",
		"symbol": "SPY"}'),
	pg_temp.at(34, 14, 'trade.rejected', '{"reason_code": "closed", "rejected_by": "broker", "symbol": "QQQ",
		"notional": 12}', '{"run_id": "run_m"}'),
	pg_temp.at(35, 15, 'trade.rejected', '{"reason_code": "closed", "rejected_by": "broker"}', '{"run_id": "run_m",
		"symbols": ["SPY"]}'),
	pg_temp.at(36, 1500, 'market.snapshot.recorded', '{"source": "iex", "symbol": "QQQ", "price": "7"}'),
	pg_temp.at(37, 3600, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY", "price": "103"}',
		'{"agent_id": "beta"}'),
	pg_temp.at(38, 3700, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY", "price": "999"}')));
select occurred_at::time, run_id, symbol, reasons, rejected_by, notional, decision_id, price,
		price_1h_later from at_risk_blocks('paper');

-- Signals are on events of any type.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(40, 20, 'diagnostic.check.completed', '{"check_id": "c", "check_family": "memory", "status": "passed",
		"severity": "info",
		"signal_type": "grounded", "code": "cites", "value": "0.75", "weight": 2}', '{"span_id": "span_1"}'),
	pg_temp.at(41, 21, 'tool.call.completed', '{"tool_name": "ask", "status": "ok", "signal_type": "operator",
		"code": "thumb", "value": true}'),
	pg_temp.at(42, 22, 'tool.call.completed', '{"tool_name": "ask", "status": "ok", "signal_type": 3}')));
select occurred_at::time, run_id, span_id, signal_type, code, value, weight from at_quality_signals('paper');

-- What was known at second 100: the newest of each, with the age that it had; nothing of
-- later, of other runs only the portfolio.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(50, 10, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY", "price": "1",
		"freshness_seconds": 1}', '{"run_id": "run_s"}'),
	pg_temp.at(51, 90, 'market.snapshot.recorded', '{"source": "tape", "symbol": "SPY", "price": "2",
		"freshness_seconds": 291}', '{"run_id": "run_s"}'),
	pg_temp.at(52, 95, 'market.snapshot.recorded', '{"source": "regimes", "primary_regime": "wait"}',
		'{"run_id": "run_s"}'),
	pg_temp.at(53, 91, 'memory.read.completed', '{"memory_kind": "facts", "purpose": "p", "result_count": 3,
		"stale_count": 1}', '{"run_id": "run_s"}'),
	pg_temp.at(54, 92, 'source.claim.recorded', '{"claim_type": "news", "symbol": "SPY", "summary": "up",
		"source_refs": ["r1"]}', '{"run_id": "run_s"}'),
	pg_temp.at(55, 93, 'llm.call.completed', '{"provider": "a", "model": "m1", "status": "ok", "purpose": "rank",
		"prompt_version": "v2"}', '{"run_id": "run_s"}'),
	pg_temp.at(56, 94, 'tool.call.completed', '{"tool_name": "quotes", "status": "ok"}', '{"run_id": "run_s"}'),
	pg_temp.at(57, 96, 'risk.check.completed', '{"risk_check_kind": "x", "approved": true,
		"risk_gate_version": "g1"}', '{"run_id": "run_s"}'),
	pg_temp.at(58, 50, 'portfolio.snapshot.recorded', '{"portfolio_kind": "paper", "currency": "USD", "cash": "10",
		"equity": "30"}', '{"run_id": "run_z"}'),
	pg_temp.at(59, 51, 'position.snapshot.recorded', '{"portfolio_kind": "paper", "position_id": "p", "symbol": "SPY",
		"quantity": "4"}', '{"run_id": "run_z"}'),
	pg_temp.at(60, 97, 'setup.profile.recorded', '{"setup_profile_id": "s", "symbol": "SPY", "primary_regime": "wait",
		"entry_permission": "eligible_starter"}', '{"run_id": "run_s"}'),
	pg_temp.at(61, 100, 'decision.proposed', '{"decision_id": "saw", "decision_kind": "entry", "action": "buy",
		"symbol": "SPY"}', '{"run_id": "run_s"}'),
	pg_temp.at(62, 101, 'market.snapshot.recorded', '{"source": "later", "symbol": "SPY", "price": "3"}',
		'{"run_id": "run_s"}'),
	pg_temp.at(63, 99, 'market.snapshot.recorded', '{"source": "theirs", "symbol": "SPY", "price": "4"}',
		'{"run_id": "run_s", "project": "other"}')));
select kind, what, value, source, age, stale from at_saw('saw', 'run_s', 'paper');
select count(*), bool_and(s.event_id = t.event_id) from at_saw('saw') s join at_saw('evt_' || md5('61'),
		'run_s') t using (kind, what);
select count(*) from at_saw('saw', 'run_l');
select count(*) from at_saw(null);

-- Changes: what one window has and the other has not.  A build holds until the next one.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(70, -86400, 'agent.build.recorded', '{"build_id": "b1", "config_hash": "c1",
		"risk_gate_version": "g1"}', '{"agent_id": "chi"}'),
	pg_temp.at(71, 0, 'tool.call.completed', '{"tool_name": "old", "status": "ok"}', '{"agent_id": "chi"}'),
	pg_temp.at(72, 1, 'tool.call.completed', '{"tool_name": "both", "status": "ok"}', '{"agent_id": "chi"}'),
	pg_temp.at(73, 2, 'llm.call.started', '{"provider": "a", "model": "m1", "purpose": "rank",
		"prompt_version": "v1"}', '{"agent_id": "chi"}'),
	pg_temp.at(74, 86400, 'agent.build.recorded', '{"build_id": "b2", "config_hash": "c1",
		"risk_gate_version": "g1"}', '{"agent_id": "chi"}'),
	pg_temp.at(75, 172800, 'tool.call.completed', '{"tool_name": "both", "status": "ok"}', '{"agent_id": "chi"}'),
	pg_temp.at(76, 172801, 'llm.call.started', '{"provider": "a", "model": "m1", "purpose": "rank",
		"prompt_version": "v2"}', '{"agent_id": "chi"}'),
	pg_temp.at(77, 172802, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY"}', '{"agent_id": "chi"}')));
select * from at_changes('paper', 'chi', date '2026-02-02', date '2026-02-04');
select * from at_changes('paper', 'chi', tstzrange('2026-02-02 10:00:00Z', '2026-02-02 10:00:01Z'),
		tstzrange('2026-02-02 10:00:01Z', '2026-02-02 10:00:02Z'));
select * from at_changes('paper', 'chi', null::date, date '2026-02-04');

-- One line for any event: what is missing leaves no hole, a list shows its first items, a
-- long value is cut, and a line is a line.
create function pg_temp.line(type at_event_type, payload jsonb) returns text language plpgsql as $$
declare
	event at_event;
begin
	event.event_type := type;
	event.payload := payload;
	return at_summary(event);
end
$$;
select event_type, pg_temp.line(event_type::at_event_type, '{}') from at_event_types() order by 1;
select pg_temp.line('risk.check.completed', '{"risk_check_kind": "limits", "approved": false, "reasons": ["a", "b", 3,
		"c", "d"]}');
select pg_temp.line('decision.outcome.recorded', '{"decision_id": "d", "outcome_kind": "filled",
		"followed_plan": false}');
select pg_temp.line('error.recorded', jsonb_build_object('error_kind', e'a\nb', 'message', repeat('é', 100)));
select pg_temp.line('error.recorded', '{"error_kind": "[REDACTED]", "message": {"sha256": "x"}}');
select octet_length(pg_temp.line('source.claim.recorded', jsonb_build_object('claim_type', repeat('x', 99), 'symbol',
		repeat('y', 99),
	'summary', repeat('z', 99), 'source_confidence', repeat('w', 99)))) as bytes;
select at_summary(row(1));
select at_summary(null::at_event);
-- An event is found by its id alone, whether its pages have been summarized or not, and
-- not by reading all of them, whatever the planner thinks of filters of ids.
create function pg_temp.found(sample int) returns table (asked bigint, found bigint) language sql as $$
	select count(*), count(s.run_of) filter (where (s.run_of, s.event_of, s.project_of) = (e.run_id, e.event_id,
		e.project))
	from (select * from at_event order by event_id limit sample) e
		left join lateral _at_saw_event(e.event_id::text, null, null) s on true
$$;
create function pg_temp.reads_all(event_id at_id) returns boolean language plpgsql as $$
declare
	line text;
	indexed boolean := false;
begin
	set local enable_seqscan = off;
	for line in execute format('explain select from at_event e where e.event_id = %L', event_id) loop
		if line ~ 'Seq Scan' then
			return true;
		end if;
		indexed := indexed or line ~ 'Index Cond: \(event_id = ';
	end loop;
	return not indexed;
end
$$;
select rejected from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(agents => 1) line));
select count(*) > 300 as stored from at_event;
select pg_temp.reads_all('evt_1');
select * from pg_temp.found(200);
select count(*) from at_refresh();
select * from pg_temp.found(200);
select count(*) from at_saw('evt_none');
select at_drop_store();
