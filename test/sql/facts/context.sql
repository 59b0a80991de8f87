-- What recording takes from settings, steps and final actions, and artifacts of one run.
set timezone = 'UTC';
create extension if not exists agent_tracker;
set client_min_messages = warning;
select at_create_store();
set agent_tracker.project = 'p';
set agent_tracker.agent_id = 'a';
set agent_tracker.environment = 'paper';

-- The run and the span around what is recorded.
set agent_tracker.run_id = 'run_ctx';
set agent_tracker.parent_span_id = 'span_ctx';
select at_record_run_start('cycle', span_id => 'span_ctx', parent_span_id => 'span_out') is not null as recorded;
select at_record_step('look around') is not null as recorded;
select at_record_step('ask', 'retrieve', status => 'failed', latency_ms => 250,
	payload => '{"note": "n", "tool_kind": "x"}', span_id => 'span_ask') is not null as recorded;
select at_record_step('within', run_id => 'run_other', parent_span_id => 'span_else') is not null as recorded;
select at_record_final_action('hold', 'nothing to do') is not null as recorded;
select run_id, parent_span_id, event_type, payload from at_event order by event_type, payload ->> 'tool_name';
select seq, depth, parent_span_id, kind, name, status, round(total_ms) as ms from at_run_steps('run_ctx') order by seq;
select run_id, tool_calls, steps, decisions from at_run order by run_id;
select count(*) from at_tool_calls('p');
-- what is no name of a step, of a kind, of an action
select at_record_step(null);
select at_record_step('x', null);
select at_record_step('x', 'dance');
select at_record_final_action(null);
-- a run id that no event may have
set agent_tracker.run_id = 'ctx';
select at_record_step('x');
reset agent_tracker.run_id;
reset agent_tracker.parent_span_id;
select at_record_step('x', agent_id => 'b') is not null as recorded;
select count(distinct run_id) as own_run from at_event where agent_id = 'b' and run_id <> 'run_ctx';

-- Switched off: nothing is stored, nothing is checked; whole events are loaded all the same.
set agent_tracker.enabled = off;
select at_record_step('x') is null as nothing, at_record('agent.run.started', '{}') is null as nothing;
select count(*) from at_event;
reset agent_tracker.enabled;

-- Who is recorded as, for a database: by its owner.
create role regress_at_identity;
grant execute on function at_set_identity(text, text, text) to regress_at_identity;
\set VERBOSITY sqlstate
set role regress_at_identity;
select at_set_identity('q');
reset role;
\set VERBOSITY default
select at_set_identity('q', 'it''s', 'shadow');
select current_setting('agent_tracker.project'), current_setting('agent_tracker.agent_id'),
	current_setting('agent_tracker.environment');
select s from pg_db_role_setting d, unnest(setconfig) s
	where d.setdatabase = (select oid from pg_database where datname = current_database())
	and s like 'agent_tracker%' order by 1;
\set VERBOSITY sqlstate
select at_set_identity('q', 'b', 'mars');
\set VERBOSITY default
select at_set_identity(null);
select s from pg_db_role_setting d, unnest(setconfig) s
	where d.setdatabase = (select oid from pg_database where datname = current_database())
	and s like 'agent_tracker%' order by 1;
drop owned by regress_at_identity;
drop role regress_at_identity;

-- Artifacts of one run.
set agent_tracker.project = 'p';
set agent_tracker.agent_id = 'a';
set agent_tracker.environment = 'paper';
select at_record('diagnostic.check.completed',
	'{"check_id": "n", "check_family": "numeric_domain", "status": "failed", "severity": "error"}',
	run_id => 'run_bad') is not null as recorded;
select at_record('diagnostic.check.completed',
	'{"check_id": "n", "check_family": "numeric_domain", "status": "passed", "severity": "info"}',
	run_id => 'run_good') is not null as recorded;
select count(*) filter (where d -> 'payload' ->> 'status' = 'failed') as failed from at_diagnose(run_id => 'run_bad') d;
select count(*) filter (where d -> 'payload' ->> 'status' = 'failed') as failed
	from at_diagnose(run_id => 'run_good') d;
select count(*) from at_diagnose(run_id => 'run_none') d;
select at_repair_pack(run_id => 'run_bad') -> 'event_count' as events, at_repair_pack() -> 'event_count' as all_events;
select (at_eval_plan(run_id => 'run_bad') is null) as none, count(*) from at_dataset_items(run_id => 'run_bad');
select count(*) from at_diagnose(run_id => 'run_bad', fail_on => 'failed');
select count(*) from at_diagnose(run_id => 'run_none', fail_on => 'warning');
select count(*) from at_diagnose(fail_on => 'maybe');
select count(*) from at_diagnose('{}'::json[], 'failed');

select at_drop_store();
