-- at_record_mistakes(): once each, and neither evidence, run nor behavior.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
create extension if not exists agent_tracker;
select at_create_store();
select rejected from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(agents => 2) line));
-- two mistakes of one event: a use in replay without a purpose
select rejected from at_ingest_jsonl(pg_temp.event(1,
	'{"project": "desk", "environment": "replay", "event_type": "cost.usage.recorded",
	"payload": {"provider": "x", "usage_kind": "search_query", "quantity": 1, "purpose": "none"}}'));
create temp table before as select r.*, (select count(*) from at_run) as runs,
	(select count(*) from at_behavior_profile_share) as shares, (select count(*) from at_agent) as agents,
		at_stored_evidence('desk')::text as evidence
from at_readiness('desk') r;
create temp table found as select * from at_find_mistakes('desk', '2026-01-05', '2026-01-06');
select mistake_family, agent_id, numbers from found;
select * from at_record_mistakes('desk', '2026-01-05', '2026-01-06');
select * from at_record_mistakes('desk', '2026-01-05', '2026-01-06');
select payload - 'event_ids' - 'numbers' as payload, payload -> 'event_ids' = to_jsonb(array['evt_' || md5('1')]) as
	has_ids, occurred_at, agent_id, environment,
	starts_with(run_id::text, 'run_mistakes_') as own_run
from at_event where payload ->> 'check_id' ~ '^agent_tracker.mistake' order by payload ->> 'check_id';
select count(*) from at_reject;
-- what it changed: nothing, whether refreshed or not
create function pg_temp.changed() returns table (report text) language sql as $$
	select report from (table before except select r.*, (select count(*) from at_run), (select count(*) from
		at_behavior_profile_share),
		(select count(*) from at_agent), at_stored_evidence('desk')::text from at_readiness('desk') r) d
$$;
select * from pg_temp.changed();
select rows > 0 as refreshed from at_refresh();
select * from pg_temp.changed();
select count(*) from at_run where run_id::text ~ 'mistakes';
select * from at_check_facts();
select * from at_record_mistakes('desk', '2026-01-05', '2026-01-06');
select agent_id, event_type from at_tail(5, 'desk') where event_type <> 'diagnostic.check.completed' and agent_id =
	'alpha';
select (select count(*) from at_find_mistakes('desk', '2026-01-05', '2026-01-06')) = (select count(*) from found) as
	found_again;
select v.* from at_event e, at_violations(at_event_json(e)) v where e.payload ->> 'check_id' ~ '^agent_tracker.mistake';
-- evidence of such an event, as text and back
select at_event_evidence('{"event_type": "diagnostic.check.completed", "environment": "paper",
	"payload": {"check_id": "agent_tracker.mistake.custom.slippage",
	"check_family": "custom", "status": "failed", "mistake_family": "custom.slippage"}}') as apart;
select '{"v": 1, "bits": 80, "type": "apart"}'::at_evidence::text::at_evidence, at_collect_evidence(e::at_evidence)
	from (values ('{"v": 1, "bits": 80, "type": "apart"}')) v(e) group by e;
select '{"v": 1, "bits": 80, "type": "apart", "environment": "paper"}'::at_evidence;
select at_event_evidence('{"event_type": "diagnostic.check.completed", "environment": "paper",
	"payload": {"check_id": "agent_tracker.mistake.",
	"check_family": "custom", "status": "failed"}}') as counts;
-- a run of whose id only the beginning is the same is any other run
select accepted from at_ingest_jsonl(pg_temp.event(2,
	'{"project": "p", "run_id": "run_mistakes_check", "event_type": "tool.call.completed",
	"payload": {"tool_name": "x", "status": "succeeded"}}'));
select run_id, events from at_run where run_id::text ~ 'mistakes';
select rows > 0 as refreshed from at_refresh();
select run_id, events from at_run where run_id::text ~ 'mistakes';
-- errors are those of at_find_mistakes()
\set SHOW_CONTEXT never
select * from at_record_mistakes('desk', '2026-01-06', '2026-01-05');
select * from at_record_mistakes('desk', '2026-01-05', null);
-- a reader finds, a writer who may not read records nothing
create role mistakes_reader;
create role mistakes_writer;
select at_grant('mistakes_reader', 'reader'), at_grant('mistakes_writer', 'writer');
set role mistakes_reader;
select count(*) from at_find_mistakes('desk', '2026-01-05', '2026-01-06');
select * from at_record_mistakes('desk', '2026-01-05', '2026-01-06');
set role mistakes_writer;
select * from at_record_mistakes('desk', '2026-01-05', '2026-01-06');
reset role;
select at_grant('mistakes_reader', 'writer');
set role mistakes_reader;
select * from at_record_mistakes('desk', '2026-01-05', '2026-01-06');
reset role;
drop owned by mistakes_reader, mistakes_writer;
drop role mistakes_reader, mistakes_writer;
select at_drop_store();
