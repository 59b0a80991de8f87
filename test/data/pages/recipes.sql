-- Four days of the messy sample, of which the first agent acts otherwise on the last two;
-- a baseline of the first two, and a scan of the others.
set client_min_messages = warning;
create extension agent_tracker;
select at_create_store() \g /dev/null
select count(*) from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day('2026-01-05', 4, messy => true, bad_pct => 1, shift => '2026-01-07') line), 'sample') \g /dev/null
select at_create_baseline(at_create_behavior_profile('desk', 'momentum-1', 'paper', '2026-01-05', '2026-01-07'),
	'version') as baseline \gset
select at_approve_baseline(:'baseline', 'me'), at_activate_baseline(:'baseline') \g /dev/null
select count(*) from at_record_drift(:'baseline', '2026-01-07', '2026-01-09') \g /dev/null
select count(*) from at_refresh() \g /dev/null
reset client_min_messages;
