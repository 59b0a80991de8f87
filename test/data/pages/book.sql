-- An empty store, and times two seconds apart.
set client_min_messages = warning;
select at_drop_store() \g /dev/null
select at_create_store() \g /dev/null
reset client_min_messages;
set agent_tracker.project = 'book';
set agent_tracker.agent_id = 'a';
set agent_tracker.environment = 'paper';
set agent_tracker.run_id = 'run_1';
create temp sequence ticks;
create function pg_temp.tick() returns timestamptz language sql volatile as
	$$ select timestamptz '2026-01-05 14:31Z' + nextval('pg_temp.ticks') * interval '2 seconds' $$;
