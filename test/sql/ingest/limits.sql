-- What is at, or beyond, the ends of ranges.
set client_min_messages = warning;

-- Partitions: a load makes as many as it needs.
select at_create_store();
create function pg_temp.line(n int, occurred timestamptz) returns text language sql as $$
	select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || n, 'idempotency_key', 'key_' || n,
		'project', 'p', 'agent_id', 'a', 'run_id', 'run_1', 'event_type', 'agent.run.started', 'occurred_at',
		to_char(occurred at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'environment', 'paper', 'symbols', '[]'::jsonb, 'payload', jsonb_build_object('run_type', 'manual'), 'privacy',
		jsonb_build_object(),
		'sdk', jsonb_build_object('name', 'n', 'version', 'v', 'language', 'l'))::text || e'\n'
$$;
select accepted from at_ingest_jsonl(
	(
	select string_agg(pg_temp.line(n, '2008-01-15'::timestamptz + n * interval '1 month'), '')
	from generate_series(1, 150) n));
select count(distinct tableoid) as partitions from at_event;

-- A histogram counts to the end of its range and says so.
select _at_histogram_add('{"v":1,"nan":9223372036854775807,"edges":[1],"counts":[0,0]}', 'NaN', null);
select _at_histogram_add('{"v":1,"nan":0,"edges":[1],"counts":[9223372036854775807,0]}', 0, null);
select _at_histogram_add('{"v":1,"nan":9223372036854775806,"edges":[1],"counts":[0,0]}', 'NaN', null);

-- Points of a series have times that the server has.
select _at_series_send(('{"v":1,"points":[[' || t || ',0.1]]}')::at_series) is not null as taken
from unnest(array[-211813488000000000, 9223371331199999999, 9223372036854775807]) t;
select '{"v":1,"points":[[-211813488000000001,0.1]]}'::at_series;
select '{"v":1,"points":[[9223371331200000000,0.1]]}'::at_series;

-- A drawdown state: counts that belong together, highs that are numbers and only rise.
select '{"v":1,"n":0,"ruined":0,"special":1,"wealth":1,"highs":[[0,0,1,1]]}'::at_drawdown_state is not null as taken;
select '{"v":1,"n":0,"ruined":0,"special":1099511627775,"wealth":1}'::at_drawdown_state;
select '{"v":1,"n":0,"ruined":1,"special":0,"wealth":1,"highs":[[0,0,1,1]]}'::at_drawdown_state;
select '{"v":1,"n":1,"ruined":0,"special":0,"wealth":1,"highs":[[0,0,"NaN",1]]}'::at_drawdown_state;
select '{"v":1,"n":1,"ruined":0,"special":0,"wealth":1,"highs":[[0,1,1,"NaN"]]}'::at_drawdown_state;
select '{"v":1,"n":1,"ruined":0,"special":0,"wealth":1,"highs":[[0,0,1,1],[1,1,0.5,0.5]]}'::at_drawdown_state;
select '{"v":1,"n":9223372036854775807,"ruined":0,"special":0,"wealth":1,"highs":[[0,0,1,1]]}'::at_drawdown_state;

-- A NaN is one NaN: with a sign and a payload, as a processor makes it or as it
-- came in, it is what its text is.
create temp table states(s at_series, g at_drawdown_state, p at_pairs, m at_moments);
insert into states select _at_series_add('{}', -'NaN'::float8, '2026-01-01'),
	at_drawdown_state_of(array[1e308, 1e308, -1]),
	at_pairs_of(array[1, -'NaN'::float8], array['Infinity', 1]::float8[]),
	at_moments_of(array['Infinity', 1]::float8[]);
\copy states to program 'LC_ALL=C sed "s/\\x7f\\xf8\\x00\\x00\\x00\\x00\\x00\\x00/\\xff\\xf8\\x00\\x00\\x00\\x00\\x0b\\xbc/g" > build/regress/results/limits.bin' (format binary)
\copy states from build/regress/results/limits.bin (format binary)
\! rm build/regress/results/limits.bin
select _at_series_send(s) = _at_series_send(s::text::at_series) as series,
	_at_drawdown_state_send(g) = _at_drawdown_state_send(g::text::at_drawdown_state) as growth,
	_at_pairs_send(p) = _at_pairs_send(p::text::at_pairs) as pairs,
	_at_moments_send(m) = _at_moments_send(m::text::at_moments) as moments,
	s::text || g::text || p::text || m::text ~ 'NaN' as with_nan from states;

-- A cancel is seen within long calls, before the next function is called.
create temp sequence after;
\set VERBOSITY terse
select pg_cancel_backend(pg_backend_pid()), at_p_adjust(a, 'bh') is null, nextval('after')
	from (select array_agg(1.0 / n)::float8[] as a from generate_series(1, 20000) n offset 0) x;
select pg_cancel_backend(pg_backend_pid()), at_digest(t), nextval('after')
	from (select repeat('x', 5000000) as t offset 0) x;
select pg_cancel_backend(pg_backend_pid()), at_has_secret(t), nextval('after')
	from (select repeat('x', 5000000) as t offset 0) x;
select pg_cancel_backend(pg_backend_pid()), _at_redact_note(t), nextval('after')
	from (select repeat('x', 5000000) as t offset 0) x;
select pg_cancel_backend(pg_backend_pid()), at_redact_text(t), nextval('after')
	from (select repeat('x', 5000000) as t offset 0) x;
\set VERBOSITY default
select is_called from after;

-- Many degrees of freedom.
select round(at_chi2_sf(1e18, 1e18)::numeric, 6) as p18, at_chi2_sf(1e300, 1e300) as p300, at_chi2_sf(1, 1e300) as low,
	at_chi2_sf(1e308, 1e300) as high;

-- A mapping belongs to a role by its name: when that is renamed, it is not synced
-- until the store's owner gives it to somebody.
create role regress_at_mapper;
grant all on schema public to regress_at_mapper;
select at_grant('regress_at_mapper', 'writer'), at_grant('regress_at_mapper', 'reader');
set role regress_at_mapper;
select at_create_mapping(
	'theirs',
	'{"project":"ns","agent_id":"a","sources":[{"relation":"pg_catalog.pg_namespace","event_type":"agent.run.started",'
		'"occurred_at":{"value":"2026-01-01"},"key":"oid","payload_defaults":{"run_type":"x"},'
		'"fields":{"name":"nspname"}}]}');
select name, owner from at_mapping_status;
reset role;
alter role regress_at_mapper rename to regress_at_renamed;
set role regress_at_renamed;
select name, owner from at_mapping_status;
select rows > 3 as rows from at_sync_mapping('theirs');
reset role;
select name, owner from at_mapping_status;
select rows > 3 as rows from at_sync_mapping('theirs');
update at_mapping set owner = 'regress_at_renamed' where name = 'theirs';
set role regress_at_renamed;
select name, owner from at_mapping_status;
select rows > 3 as rows from at_sync_mapping('theirs');
reset role;

select at_drop_store();
drop owned by regress_at_renamed;
drop role regress_at_renamed;
