-- A schema that is renamed, a table that is, DROP EXTENSION ... CASCADE: what is
-- called then says what happened, and what is left can be dropped.
drop extension agent_tracker;
set client_min_messages = warning;
create schema regress_at_one;
create extension agent_tracker schema regress_at_one;
select regress_at_one.at_create_store();
\set event '{"schema_version": "2026-06-07", "event_id": "evt_1", "idempotency_key": "key_1", "project": "p", "agent_id": "a",'
\set event :event '"run_id": "run_1", "event_type": "agent.run.started", "occurred_at": "2026-01-05T13:00:00Z", "environment": "paper",'
\set event :event '"symbols": [], "payload": {"run_type": "manual"}, "privacy": {}, "sdk": {"name": "n", "version": "v", "language": "l"}}'

-- The schema is renamed: nothing works by halves, in this session or another.
alter schema regress_at_one rename to regress_at_two;
select accepted from regress_at_two.at_ingest_jsonl(:'event'::text);
select regress_at_two.at_ingest(:'event'::json);
select * from regress_at_two.at_readiness();
select regress_at_two.at_drop_store();
\c
set client_min_messages = warning;
copy regress_at_two.at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');
{}
\.
select regress_at_two.at_upkeep();
-- What reads no table goes on, as do the views.
select regress_at_two._at_store_version() > 0 as known;
select count(*) from regress_at_two.at_event;
alter schema regress_at_two rename to regress_at_one;
select accepted from regress_at_one.at_ingest_jsonl(:'event'::text);
alter extension agent_tracker set schema public;

-- A table is renamed.
set search_path = regress_at_one, public;
alter table at_event rename to kept;
select accepted from at_ingest_jsonl(:'event'::text);
select at_create_store();
select at_refresh();
select "check", status, detail, hint from _at_doctor_store();
alter table kept rename to at_event;
select duplicates from at_ingest_jsonl(:'event'::text);
alter table at_store rename to kept;
select at_create_store();
select at_upgrade_store();
alter table kept rename to at_store;
select at_create_store();

-- The extension is dropped with all that depends on it, and made again.
drop extension agent_tracker cascade;
create extension agent_tracker schema regress_at_one;
select accepted from at_ingest_jsonl(:'event'::text);
select at_create_store();
select at_refresh();
select "check", status, detail, hint from _at_doctor_store();
select at_drop_store();
select count(*) from pg_class
	where relnamespace = 'regress_at_one'::regnamespace and relkind in ('r', 'p', 'v') and relname <> 'at_inbox';
select at_create_store();
select accepted from at_ingest_jsonl(:'event'::text);

-- at_event renamed, and the rest dropped: it stays, with its rows.
alter table at_event rename to kept;
select at_drop_store();
select count(*) from kept;
drop table kept cascade;
select at_drop_store();

reset search_path;
drop extension agent_tracker;
drop schema regress_at_one cascade;
reset client_min_messages;
create extension agent_tracker;
