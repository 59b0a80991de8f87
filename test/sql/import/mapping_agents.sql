-- Mappings whose project, agent or environment is a row's: one for all agents of
-- a gateway.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();
create table calls(id int, bot text, desk jsonb, session int, at timestamptz, model text);
insert into calls select n, 'bot-' || n % 3, jsonb_build_object('name', 'desk ' || n % 2), n % 2,
	timestamptz '2026-06-01 10:00+00' + n * interval '1 min', 'm'
from generate_series(1, 6) n;
update calls set desk = '{"name":"fx"}' where id <> 6;
insert into calls values (7, null, '{"name":"fx"}', 1, '2026-06-01', 'm'),
	(8, 'has blanks', '{"name":"fx"}', 1, '2026-06-01', 'm');
\set gateway '{"project":{"field":"desk.name"},"agent_id":{"field":"bot"},"sources":[{"relation":"calls","event_type":"agent.run.started","run_id":"session","occurred_at":"at","key":"id","fields":{"run_type":"model"}}]}'

select at_create_mapping('gateway', :'gateway');
select rows, accepted, rejected, skipped, warnings from at_sync_mapping('gateway');
select rows, accepted, duplicates, rejected from at_sync_mapping('gateway');
select project, agent_id, environment, count(*), count(distinct run_id) as runs,
	min(idempotency_key::text) ~ '^fx/paper/evt_' as key
	from at_event group by 1, 2, 3 order by 1, 2;
select count(distinct run_id) as runs from at_event;
select distinct path, rule from pg_temp.rejects() order by 1;
select project, agent_id, sources from at_mapping_status;

-- A source may say it itself; the same by at_map_rows().
select e->>'project' as project, e->>'agent_id' as agent, e->>'environment' as environment, e->>'run_id' as run
from at_map_rows('{"project":"p","sources":[{"name":"s","agent_id":"bot","environment":"env",'
	'"event_type":"agent.run.started","run_id":"r","occurred_at":"t","key":"id","fields":{"run_type":"x"}}]}',
	'[{"id":1,"t":"2026-06-01","x":"y","bot":"a","env":"shadow","r":7},{"id":2,"t":"2026-06-01","x":"y","bot":"b",'
		'"env":"paper","r":7},{"id":3,"t":"2026-06-01","x":"y","bot":"b"}]') e;

-- What is wrong is told at its place.
select path,
	rule from at_check_mapping(
		'{"project":{"field":"nowhere"},"agent_id":{"field":"bot","value":"x"},"environment":7,'
		'"sources":[{"relation":"calls","event_type":"agent.run.started","occurred_at":"at","key":"id",'
		'"fields":{"run_type":"model"}}]}');
select path,
	rule from at_check_mapping(
		'{"sources":[{"relation":"calls","project":"desk.name","agent_id":"no","event_type":"agent.run.started",'
		'"occurred_at":"at","key":"id","fields":{"run_type":"model"}}]}');
select path,
	rule from at_check_mapping(
		'{"project":{"field":"nowhere"},"agent_id":{"field":"bot"},"sources":[{"relation":"calls",'
		'"event_type":"agent.run.started","occurred_at":"at","key":"id","fields":{"run_type":"model"}}]}');

drop table calls;
select at_drop_store();
