-- One screen about an event, a decision or a run, and the newest events.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
create extension if not exists agent_tracker;
select at_explain('x');
select at_tail();
select at_create_store();
select count(*) from at_tail();
select at_explain('run_1');
select rejected from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(agents => 1, messy => true)
	line));
\pset format unaligned
\pset tuples_only on
-- a decision that was filled, and one that was rejected
select at_explain((select decision_id from at_decisions('desk') where fills > 0 and price is not null order by
	proposed_at limit 1));
select at_explain((select decision_id from at_decisions('desk') where not approved and price is not null order by
	proposed_at limit 1),
	'desk', 'America/New_York');
-- a call, its cost and what of it was redacted
select at_explain((select event_id::text from at_llm_calls('desk') where cost_usd > 0 order by started_at limit 1));
select at_explain((select event_id::text from at_event where payload -> 'prompt' -> 'redacted' = 'true' order by
	occurred_at limit 1));
-- a run with errors, and one that did not end
select at_explain((select run_id::text from at_run where errors > 0 order by errors desc, first_at limit 1));
select at_explain((select run_id::text from at_run where status = 'open' order by steps desc, first_at limit 1));
-- an id of two projects
select rejected from at_ingest_jsonl(concat_ws(e'\n', pg_temp.event(1), pg_temp.event(2, '{"project": "elsewhere"}')));
select at_explain('run_1');
select at_explain('run_1', 'elsewhere');
select at_explain('evt_' || md5('2'), 'elsewhere');
-- what was redacted, at any depth
select _at_redacted_paths('{"a": [1, {"b": "x [REDACTED] y", "c": {"sha256": "00",
	"chars": 1, "redacted": true}}], "d": "[REDACTED]",
	"e": {"redacted": true}, "f.g": {"h": "ok"}}');
select count(*) from _at_redacted_paths((repeat('[', 60) || '"[REDACTED]"' || repeat(']', 60))::jsonb);
-- nothing, and no words of the id in the message
\pset format aligned
\pset tuples_only off
select at_explain(null);
select at_explain('run_of_nobody');
select at_explain('evt_of_nobody');
select at_explain('run_1', 'nobody');
select at_explain('run_1', tz => 'Mars/Olympus');
select agent_id, event_type, summary from at_tail(3);
select count(*) from at_tail(agent_id => 'nobody');
select agent_id, event_type, summary from at_tail(5, 'elsewhere');
select count(*) from at_tail(0);
select count(*) = (select count(*) from at_event) as has_all from at_tail(100000);
select count(*) from (select occurred_at, lag(occurred_at) over () as before from at_tail(500)) t where occurred_at >
	before;
select at_tail(-1);
select at_drop_store();
