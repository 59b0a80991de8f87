-- Validation profiles, and what is made of events: diagnostics, repair packs,
-- dataset items, evaluation plans, experiment manifests.  Whole sets with their
-- expected artifacts are in test/pgtap/export/golden_artifacts.sql.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set VERBOSITY default
\set ECHO all

-- Events that are not stored, taken as they are.
select * from at_validate_set('strict-base', array[pg_temp.event(1)]::json[]);
select * from at_validate_set('strict-base', '{}'::json[]);
select * from at_validate_set('strict-base', null::json[]);
select * from at_validate_set('base', array['3', '[]', '{"a":1}']::json[]) where path in ('', 'event_id');
select * from at_validate_set('ebook', array[pg_temp.event(1)]::json[]);
select count(*) from at_validate_set('aitrade', array[pg_temp.event(1)]::json[]);
select path, rule, count(*), min(message) from at_validate_set('strict-reporting', array[pg_temp.event(1)]::json[])
	group by 1, 2;
select * from at_validate_set('strict-diagnostics', array[pg_temp.event(1)]::json[]);
select * from at_validate_set('strict-behavior', array[pg_temp.event(1)]::json[]);
select * from at_validate_set('strict-arena', array[pg_temp.event(1)]::json[])
	except select * from at_validate_set('strict-reporting', array[pg_temp.event(1)]::json[]);
select * from at_validate_set('strict-proof', array[pg_temp.event(1)]::json[])
	except select * from at_validate_set('strict-reporting', array[pg_temp.event(1)]::json[]);
select * from at_validate_set('lenient', array[pg_temp.event(1)]::json[]);
select * from at_validate_set(null, array[pg_temp.event(1)]::json[]);
select * from at_validate_set('base', array[null]::json[]);

-- Private data must be a digest object, but for null, booleans and counts of
-- prompts and outputs, at any depth of the payload; secrets are looked for in
-- every text, not in names.
select * from at_validate_set('base', array[
	pg_temp.event(1, '{}',
		'{"prompt":"buy","input":null,"output":300,"account":false,"a":[{"OUTPUT":[1]},{"b":{"account_id":7}}],'
			'"broker_payload":{"chars":1,"redacted":true}}'),
	pg_temp.event(2, '{}', at_redact('{"account_id":"x","completion":null}')::jsonb - 'privacy'),
	pg_temp.event(3, '{"note":["Bearer abcdefghijklmnopqrstuvwxyz012345"],"prompt":"outside the payload"}'),
	pg_temp.event(4, '{}', '{"accounts":{"40018813":{"account_id":1},"not a name":{"completion":"x"}}}'),
	pg_temp.event(5, '{}', '{"Bearer abcdefghijklmnopqrstuvwxyz012345":1}')
	]::json[]);

-- What a diagnostic of the set is called is a value of the set.
select message from at_validate_set('strict-diagnostics', array[pg_temp.event(1,
	'{"event_type":"diagnostic.check.completed"}',
	'{"check_id":"my own check","check_name":"n","check_family":"replay","status":"failed","severity":"error",'
		'"component":"diagnostics","observed":{"a":1},"expected":{"a":2},"sample_count":1,"failed_count":1,'
		'"warning_count":0,"evidence_event_ids":["evt_1"],"money_impact":"none","blocking_status":"non_blocking",'
		'"resolution_status":"open","next_safe_action":"observe"}')]::json[])
where message !~ '(evidence|decision_flow\.[a-z_]*)$';

-- Options.
select * from at_validate_set('base', array[pg_temp.event(1, '{"privacy":{"full_io":true}}')]::json[]);
select *
	from at_validate_set(
		'base', array[pg_temp.event(1, '{"privacy":{"full_io":true}}')]::json[], allow_full_io => true);
select * from at_validate_set('base', array[pg_temp.event(1, '{}', '{"severity":"error"}'),
	pg_temp.event(2, '{"event_type":"error.recorded"}', '{"error_kind":"k","message":"m"}'),
	pg_temp.event(3, '{}', '{"severity":"error","mistake_family":"custom.mine"}')]::json[], strict_mistakes => true);

-- For CI.
select at_assert_profile('base', array[pg_temp.event(1)]::json[]);
select at_assert_profile('base', '{}'::json[]);
select at_assert_profile('strict-reporting', array[pg_temp.event(1, '{"project":"a/b"}')]::json[]);

-- Lines that are not stored, plain and packed.
select at_check_jsonl(pg_temp.event(1) || e'\n\n' || pg_temp.event(2));
select at_check_jsonl(e'\n{\n' || pg_temp.event(1, '{"run_id":"x"}') || e'\n[]');
select at_check_jsonl('');
select at_check_jsonl(null::text);
select at_check_jsonl(convert_to(pg_temp.event(1), 'UTF8') || '\x0aff'::bytea);
select at_check_jsonl('\x1f8b0800'::bytea);
select jsonb_object_keys(at_check_jsonl(pg_temp.event(1), 'strict-behavior')) as key;
select at_check_jsonl(pg_temp.event(1), 'strict-behavior')->'readiness'
	= at_behavior_readiness(at_event_evidence(pg_temp.event(1)::json)) as same;
select at_check_jsonl('{"a":"' || repeat('x', 1100000) || '"}')->'violations'->0;
select jsonb_array_length(v->'violations'), v->'violations_not_listed', v->'event_count', v->'valid'
from at_check_jsonl(repeat(e'{}\n', 1000)) as v;

-- A store is needed where one is read.
select * from at_validate_set('base');
select at_repair_pack();

-- Over the store: in arrival order, filtered.
select at_create_store();
select * from at_validate_set('base');
select * from at_diagnose();
select at_eval_plan();
select at_repair_pack()->'event_count';
create function pg_temp.rejected(n int, changes jsonb) returns text language sql as $$
	select pg_temp.event(
		n, '{"event_type":"trade.rejected"}' || changes, '{"reason_code":"limit","rejected_by":"gate"}')
$$;
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.rejected(1, '{"event_id":"evt_1","occurred_at":"2026-01-05T15:00:00Z"}'),
	pg_temp.rejected(2, '{"event_id":"evt_2","occurred_at":"2026-01-05T14:00:00Z","symbols":["aapl","straße","AAPL"]}'),
	pg_temp.rejected(3, '{"event_id":"evt_3","project":"other"}')));
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.rejected(4, '{"event_id":"evt_4","agent_id":"beta","occurred_at":"2026-01-05T12:00:00Z"}'),
	pg_temp.rejected(5, '{"event_id":"evt_5","environment":"shadow","occurred_at":"2026-02-05T12:00:00Z"}'),
	pg_temp.event(6)));
select * from at_validate_set('base');
select i->>'event_id' from at_dataset_items() as i;
select i->>'event_id' from at_dataset_items('paper') as i;
select i->>'event_id' from at_dataset_items(agent_id => 'beta') as i;
select i->>'event_id' from at_dataset_items(environment => 'shadow') as i;
select i->>'event_id' from at_dataset_items(since => '2026-01-05 14:00Z', until => '2026-01-05 15:00Z') as i;
select i from at_dataset_items('other') as i;
select at_dataset_items(environment => 'mars');
select at_eval_plan('paper');
select count(*) from at_validate_set('ebook', 'paper');
select at_assert_profile('base', 'paper');
select at_assert_profile('base', 'nobody');

-- Diagnostics are events; diagnosing the same events again makes the same ones.
select d->>'event_type' as event_type, d->>'occurred_at' as occurred_at, d->>'symbols' as symbols,
	d#>>'{payload,check_id}' as check_id, d#>>'{payload,status}' as status,
	at_is_valid(d) and at_canonical(d) = d::text as sound
from at_diagnose() as d;
create temp table diagnosed as select string_agg(d::text, e'\n') as lines from at_diagnose() as d;
select * from pg_temp.ingest((select lines from diagnosed));
select * from pg_temp.ingest((select lines from diagnosed));
select count(*) from at_diagnose() as d where d::text = any (string_to_array((select lines from diagnosed), e'\n'));
select at_repair_pack()->'event_count';

-- The same over json[]; what cannot be taken over is an error.
select count(*) as same from at_diagnose(array(select at_event_json(e) from at_event e
	where event_type <> 'diagnostic.check.completed' order by ingested_at, batch_id, line_no)) as d
where d::text = any (string_to_array((select lines from diagnosed), e'\n'));
select * from at_diagnose(array['{}']::json[]);
select * from at_diagnose(array['{"project":"p","agent_id":"a","run_id":"run_1","environment":"paper"}']::json[]);
select * from at_diagnose(array['[]']::json[]);
-- More symbols than an event has room for: as many as fit.
select at_is_valid(d) as valid, json_array_length(d->'symbols') > 5000 as many
from at_diagnose(array(select pg_temp.event(n, jsonb_build_object('symbols',
	(select jsonb_agg('S' || n * 1000 + i) from generate_series(1, 1000) as i)))::json
	from generate_series(1, 12) as n)) as d limit 1;

-- Repair packs.
select f->>'finding_id' as finding, f->>'severity' as severity, f->>'target_surface' as surface,
	f->'evidence_event_ids' as events
from jsonb_array_elements(at_repair_pack(array[
	pg_temp.event(1, '{"event_id":"evt_1","event_type":"opportunity.candidate.reviewed"}',
		'{"board_id":"b","candidate_id":"c","review_status":"model_omitted","candidate_kind":"pairwise_rotation",'
			'"passes_threshold":true,"blocked_reasons":["r"]}'),
	pg_temp.event(
		2, '{"event_id":"evt_2"}', '{"mistake_family":"custom.mine","component":"memory","severity":"critical"}'),
	pg_temp.event(
		3, '{"event_id":"evt_3","event_type":"strategy.context.recorded"}', '{"symbol":"SPY","cut_loss_score":"8e1"}'),
	pg_temp.event(4, '{"event_id":"evt_4","event_type":"action.outcome.recorded"}',
		'{"action_id":"a","action_kind":"k","status":"clipped"}'),
	pg_temp.event(5, '{"event_id":"evt_5","event_type":"evaluation.epoch.member.completed"}', '{"state":"timeout"}'),
	pg_temp.event(
		6, '{"event_id":"evt_6","event_type":"strategy.context.recorded"}', '{"symbol":"SPY","cut_loss_score":79.999}')
	]::json[], 8)->'findings') as f;
select jsonb_array_length(at_repair_pack(array[pg_temp.event(1)]::json[])->'findings') as default_is,
	at_repair_pack(array[pg_temp.event(1)]::json[], 0)->'findings' as none,
	jsonb_array_length(at_repair_pack(array[pg_temp.event(1)]::json[], 2147483647)->'findings') as all_of_them;
select at_repair_pack('{}'::json[], 2)->>'prompt';
select at_repair_pack('{}'::json[], -1);
-- Secrets in events that were never redacted do not come back.
select bool_or(artifact ~ 'abcdefghij') as leaks from (
	select at_repair_pack(events, 100)::text || at_eval_plan(events)
	|| coalesce((select string_agg(i::text, '') from at_dataset_items(events) as i), '')
		|| (select string_agg(d::text, '') from at_diagnose(events) as d)
	from (select array[pg_temp.event(
		1,
		'{"event_type":"error.recorded","event_id":"Bearer abcdefghijklmnopqrstuvwxyz012345",'
			'"symbols":["Bearer abcdefghijklmnopqrstuvwxyz012345"]}',
		'{"session_date":{"a":["Bearer abcdefghijklmnopqrstuvwxyz012345"]},'
			'"mistake_family":"Bearer abcdefghijklmnopqrstuvwxyz012345",'
			'"component":"Bearer abcdefghijklmnopqrstuvwxyz012345"}')]::json[]) as t(events)
	) as t(artifact);

-- Experiment manifests.
select jsonb_pretty(at_experiment_manifest(
	'{"version":"2026-06-08","event_count":7,"findings":[{"finding_id":"tier.pro.prompt_drift","target_surface":"RISK",'
	'"message":"from an MCP server"}]}',
	'{"strategy_x_y":1,"cost":null,"multi_axis_reason":"both at once"}'));
select m->'comparison_axes' as axes, m->'warnings' as warnings, m->'repair_pack_version' as version,
	m->'event_count' as events
from (values ('{}'::jsonb, '{}'::jsonb), ('{}', '{"prompt_version":"v2","prompt_hash":"h"}'),
	('{"findings":[{"message":"memory"}]}', '{"a":1,"multi_axis_reason":""}'),
	('{"findings":[1,null]}', '{"a":null}')) as t(pack, changes),
	at_experiment_manifest(pack, changes) as m;
select at_experiment_manifest('[]', '{}');
select at_experiment_manifest('{}', '"x"');

-- Who may not read the store may not read it this way.
create role regress_at_artifacts;
set session authorization regress_at_artifacts;
\set VERBOSITY terse
select at_repair_pack();
select count(*) from at_dataset_items(array[]::json[]);
reset session authorization;
drop role regress_at_artifacts;
select at_drop_store();
