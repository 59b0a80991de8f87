-- What today's rules would change in what is stored, and texts that are kept
-- beside events.
set timezone = 'UTC';
\set VERBOSITY terse

select at_create_store();

-- One event under few rules, one under today's.
set agent_tracker.redact = 'client';
select at_record('error.recorded', '{"error_kind": "other", "message": "call bob@example.org or +1 415 555 0123",
	"DB_PASSWORD": "hunter2222", "details": [{"env": "OPENAI_API_KEY=abc123def456"}, {"env": "none"}], "n": 5,
	"AKIAIOSFODNN7EXAMPLE": 1, "decision_id": "evt_sk-abcdef123456"}'::json,
	project => 'audit', agent_id => 'one', environment => 'paper', run_id => 'run_1', event_id => 'evt_1',
	occurred_at => '2026-01-05 10:00+00');
set agent_tracker.redact = 'contract,secrets';
select at_record('error.recorded', '{"error_kind": "other", "message": "call bob@example.org or +1 415 555 0123",
	"DB_PASSWORD": "hunter2222", "details": [{"env": "OPENAI_API_KEY=abc123def456"}, {"env": "none"}], "n": 5,
	"AKIAIOSFODNN7EXAMPLE": 1, "decision_id": "evt_sk-abcdef123456"}'::json,
	project => 'audit', agent_id => 'one', environment => 'paper', run_id => 'run_1', event_id => 'evt_2',
	occurred_at => '2026-01-06 10:00+00');
select lines from at_ingest_jsonl('', 'load of bob@example.org');

-- No value is shown; what the event of today's rules has left is what they leave.
select of_project, event_type, path, change, events, first_at, last_at, example from at_audit_redaction();
select path, change, events, example from at_audit_redaction('audit', rules => 'contract,secrets,pii');
select path, change from at_audit_redaction(since => '2026-01-06');
select path, change, events from at_audit_redaction('audit', until => '2026-01-06', rules => 'client');
select path, change, events from at_audit_redaction('audit', rules => 'contract,content') where path !~ 'details';
select event_type, path, change, events from at_audit_redaction(rules => 'contract,pii') where of_project is null;
select * from at_audit_redaction('nobody');

-- Patterns of the administrator's count with the rules of the settings only.
set agent_tracker.redact_patterns = '{"number five": "\\mother\\M"}';
select path, change, events from at_audit_redaction('audit', '2026-01-06');
select path, change, events from at_audit_redaction('audit', '2026-01-06', rules => 'contract,secrets');
reset agent_tracker.redact_patterns;

-- One event by itself.
select * from _at_redaction_changes(
	'{"a": {"password": "x1234567", "b": ["Bearer abcdefgh1234", 1]}, "privacy": {"x": 1}}', 'contract,secrets');
select * from _at_redaction_changes(null);
select * from _at_redaction_changes('[]');
select * from _at_redaction_changes('{}', 'contract,client');
select * from at_audit_redaction(rules => 'all');

-- Names and labels that functions keep are as events have them.
select at_create_behavior_profile(
	'Bearer ZQ7LABELPROJ000001', 'password=ZQ7LABELAGENT0001', 'paper', '2026-01-01', '2026-02-01',
	build_id => 'sk-live-ZQ7LABELBUILD0001') ~ '^prf_' as made;
select project ~ '^\[REDACTED\]#[A-P]{16}$' as project, agent_id ~ '^password=\[REDACTED\]#[A-P]{16}$' as agent,
	build_id ~ '^\[REDACTED\]#[A-P]{16}$' as build, events from at_behavior_profile;
select _at_redact_name('order_0000000001') = _at_redact_name('order_0000000001') as equal,
	_at_redact_name('order_0000000001') = _at_redact_name('order_0000000002') as different, _at_redact_name('desk');
select at_create_behavior_profile('audit', 'one', 'paper', '2026-01-01', '2026-02-01') as profile \gset
select at_create_baseline(:'profile', 'manual', 'for Bearer ZQ7LABELNOTE00001') as baseline \gset
select description from at_baseline;
select tests >= 0 as scanned
	from at_record_drift(:'baseline', '2026-02-01', '2026-03-01', build_id => 'sk-live-ZQ7LABELDRIFT0001');
select build_id ~ '^\[REDACTED\]#[A-P]{16}$' as build from at_drift_scan;
create table public.audited(id text not null, at timestamptz);
set search_path = public, "Bearer ZQ7MAPSPATH0000001";
select at_create_mapping(
	'audited', '{"project": "audit", "agent_id": "one", "environment": "paper", "sources": [{"relation": "audited",
	"event_type": "error.recorded", "key": "id", "occurred_at": "at", "fields": {"error_kind": "id",
	"message": "id"}}]}');
reset search_path;
select search_path from at_mapping;
select at_drop_mapping('audited');
drop table public.audited;
select at_drop_store();
