-- Fourteen weeks of two agents.
set client_min_messages = warning;
create extension agent_tracker;
select at_create_store() \g /dev/null
select count(*) from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day(days => 70, agents => 2) line)) \g /dev/null
select count(*) from at_refresh() \g /dev/null
reset client_min_messages;
