-- Profiles and artifacts of the sets in test/data/readiness.jsonl, over json[]
-- and through the store.  What a set does not expect is not looked at.

\set QUIET on
\pset format unaligned
\pset tuples_only on
\set ON_ERROR_STOP on
set client_min_messages = warning;

create temp table vector (line json);
\copy vector from 'test/data/readiness.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
create temp table golden as
	select line->>'id' as id, (line->'expected')::jsonb as expected,
		array(select e from json_array_elements(line->'events') with ordinality as t(e, n)
			order by n) as events
	from vector;

select plan((select count(*)::int * 6 from golden) +
	(select count(*)::int from golden where expected ? 'eval_plan') +
	(select 2 * count(*)::int from golden where expected ? 'diagnostics') + 1);

select is(count(*), 140::bigint, 'all sets are there') from golden;

-- over json[]

-- a secret that the client does not see is none to the vectors
select is((select jsonb_object_agg(p, not exists (select from at_validate_set(p, events)
			where rule <> 'secret' or at_has_secret(array_to_string(events, ' '), 'client')))
		from jsonb_object_keys(expected->'profiles') as p),
	expected->'profiles', id || ': profiles')
from golden;

create function pg_temp.without_texts(findings jsonb) returns jsonb language sql as $$
	select coalesce(jsonb_agg(f - '{message,suggested_tests}'::text[] order by n), '[]')
	from jsonb_array_elements(findings) with ordinality as t(f, n)
$$;

select is(pg_temp.without_texts(at_repair_pack(events, 1000000)->'findings'),
	pg_temp.without_texts(expected->'repair_findings'), id || ': repair findings')
from golden;

select is(at_repair_pack(events) - '{findings,prompt}'::text[],
	jsonb_build_object('version', '2026-06-08', 'event_count', cardinality(events),
		'tier_readiness', expected->'tier',
		'agentic_security_readiness', expected->'agentic_security',
		'behavior_intelligence_readiness', expected->'behavior'),
	id || ': repair pack')
from golden;

select is((select coalesce(jsonb_agg(i), '[]') from at_dataset_items(events) as i),
	expected->'dataset', id || ': dataset items')
from golden;

select is(at_eval_plan(events), expected->'eval_plan', id || ': evaluation plan')
from golden where expected ? 'eval_plan';

-- what the vectors say of a diagnostic
create function pg_temp.fixed_part(event jsonb) returns jsonb language sql as $$
	select jsonb_object_agg(key, value)
	from jsonb_each(event #- '{payload,check_name}')
	where key in ('idempotency_key', 'project', 'agent_id', 'run_id', 'environment', 'symbols',
		'payload')
$$;

select is((select coalesce(jsonb_agg(pg_temp.fixed_part(d::jsonb)), '[]')
		from at_diagnose(events) as d),
	(select coalesce(jsonb_agg(pg_temp.fixed_part(d) order by n), '[]')
		from jsonb_array_elements(expected->'diagnostics') with ordinality as t(d, n)),
	id || ': diagnostics')
from golden where expected ? 'diagnostics';

select is_empty(format('select v from golden, at_diagnose(events) as d, at_violations(d) as v where id = %L', id),
	id || ': diagnostics are valid events')
from golden where expected ? 'diagnostics';

-- through the store: each set is loaded into an empty one, under keys of its own,
-- because a set may have an event twice

select at_create_store() \gset
set agent_tracker.store_full_io = on;
create temp table stored (id text, profiles jsonb, items jsonb);
do $$
declare
	g record;
	result at_ingest_result;
begin
	for g in select * from golden loop
		delete from at_event;
		select * into result
		from at_ingest_jsonl((select string_agg((e::jsonb ||
				jsonb_build_object('idempotency_key', 'k' || n))::text, e'\n' order by n)
			from unnest(g.events) with ordinality as t(e, n)));
		if result.accepted <> cardinality(g.events) then
			raise 'set % was not loaded as a whole', g.id;
		end if;
		insert into stored values (g.id,
			(select jsonb_object_agg(p, not exists (select from at_validate_set(p)))
				from jsonb_object_keys(g.expected->'profiles') as p),
			(select coalesce(jsonb_agg(i), '[]') from at_dataset_items() as i));
	end loop;
end
$$;

select is(s.profiles, g.expected->'profiles', g.id || ': profiles, stored')
from golden g join stored s using (id);

select is(s.items, g.expected->'dataset', g.id || ': dataset items, stored')
from golden g join stored s using (id);

select * from finish();
