-- The sample desk in place of what there is.
set client_min_messages = warning;
select at_drop_store() \g /dev/null
drop extension agent_tracker cascade;
\i test/data/pages/desk.sql
