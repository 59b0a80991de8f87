set client_min_messages = warning;
create extension agent_tracker;
select at_create_store() \g /dev/null
\i test/data/pages/shift.sql
reset client_min_messages;
