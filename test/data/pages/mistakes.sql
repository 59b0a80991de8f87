-- A day of the desk, with a mistake of each kind.
set client_min_messages = warning;
create extension agent_tracker;
select at_create_store() \g /dev/null
select count(*) from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(mistakes => true) line)) \g /dev/null
select count(*) from at_refresh() \g /dev/null
reset client_min_messages;
