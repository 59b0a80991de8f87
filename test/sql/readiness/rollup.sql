-- Rollups of evidence, readiness of what is stored, and upkeep.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- Without a store whoever needs one says so.
select at_stored_evidence();
select * from at_readiness();
select days, rows from at_refresh();
select at_rebuild_evidence();
select at_upkeep();
select at_create_store();

-- An empty store.
select report, ready, score from at_readiness();
select at_stored_evidence()::text = '{}'::at_evidence_set::text as empty;
select days, rows from at_refresh();
select count(*) from at_current_readiness;

-- A load marks the projects and days (UTC) that it wrote to, whatever the session's
-- time zone; lines that are not stored mark nothing.
create function pg_temp.marks(out project text, out day date, out marks bigint) returns setof record language sql as
	$$ select project, day, count(*) from at_stale_run group by 1, 2 order by 1, 2 $$;
set timezone = 'Pacific/Kiritimati';
select accepted, rejected
	from at_ingest_jsonl(
		concat_ws(
		e'\n', pg_temp.event(1, '{"occurred_at":"2026-01-05T23:59:59.999999Z"}'),
		pg_temp.event(2, '{"occurred_at":"2026-01-06T00:00:00Z"}'),
	pg_temp.event(3, '{"occurred_at":"2026-01-06T01:00:00+02:00","project":"not-stored"}'),
	pg_temp.event(4, '{"occurred_at":"1999-12-31T23:59:59.5Z","project":"old"}'),
	pg_temp.event(5, '{"occurred_at":"1970-01-01T00:00:00Z","project":"old"}'),
	pg_temp.event(6, '{"occurred_at":"0001-01-01T00:00:00Z","project":"old"}'),
	pg_temp.event(7, '{"occurred_at":"9999-12-31T23:59:59Z","project":"new"}'),
	pg_temp.event(8, '{"project":""}'), '{'));
select * from pg_temp.marks();
select days, rows from at_refresh();
set timezone = 'UTC';
select project, day, environment, agent_id, events, evidence->>0
	from (
		select project, day, environment, agent_id, events, to_jsonb(evidence::text) as evidence
		from at_evidence_daily) d
	order by 1, 2;
select * from pg_temp.marks();
-- Duplicates and conflicts, a load that is taken back: no marks.
select duplicates, conflicts
	from at_ingest_jsonl(
		pg_temp.event(1, '{"occurred_at":"2026-01-05T23:59:59.999999Z"}') || e'\n'
		|| pg_temp.event(2, '{"occurred_at":"2026-01-06T00:00:00Z"}', '{"run_type":"other"}'));
begin;
select accepted from at_ingest_jsonl(pg_temp.event(9));
select * from pg_temp.marks();
rollback;
select * from pg_temp.marks();
-- The other ways in.
set client_min_messages = warning;
insert into at_inbox values (pg_temp.event(10, '{"project":"inbox"}')), (pg_temp.event(11, '{"project":"inbox"}'));
reset client_min_messages;
select at_ingest(pg_temp.event(12, '{"project":"whole"}')::json) is not null as id;
select at_record('agent.run.started', '{"run_type":"manual"}', project => 'record', agent_id => 'alpha',
	environment => 'paper', occurred_at => '2026-01-07 10:00+00') is not null as id;
select * from pg_temp.marks();
-- More days than are kept while loading.
select accepted from at_ingest_jsonl(
	(
	select string_agg(
	pg_temp.event(
	1000 + i,
	jsonb_build_object(
		'project', 'days' || i % 2, 'occurred_at', to_char('2001-01-01'::date + i, 'YYYY-MM-DD"T"00:00:00"Z"'))),
	e'\n'
	order by i % 7)
	from generate_series(0, 899) i));
select project, count(distinct day) as days, min(day), max(day) from pg_temp.marks() where project ~ 'days' group by 1
	order by 1;
select days, rows from at_refresh();
select project, sum(events) as events, count(*) as rows from at_evidence_daily group by 1 order by 1;

-- A refresh summarizes the index by time, of the partitions that were written.
select count(*) > 30 as indexes, sum(brin_summarize_new_values(i.indexrelid)) as left_to_summarize
from at_partitions() p join pg_index i on i.indrelid = p.partition join pg_class c on c.oid = i.indexrelid
	join pg_am a on a.oid = c.relam
where a.amname = 'brin' and pg_relation_size(p.partition) > 0;

-- The rollup is what the events say: after any number of writes and refreshes.
create function pg_temp.differences() returns bigint language sql as $$
	select count(*) from (
		select project, agent_id, environment, (occurred_at at time zone 'UTC')::date as day, count(*) as events,
		at_collect_evidence(evidence) as evidence
			from at_event group by 1, 2, 3, 4) e
		full join at_evidence_daily d using (project, agent_id, environment, day)
	where e.events is distinct from d.events or e.evidence::text is distinct from d.evidence::text
$$;
select pg_temp.differences();
select days, rows from at_refresh();
select pg_temp.differences();
create temp table unchanged as select xmin::text as row, * from at_evidence_daily;
select accepted from at_ingest_jsonl(
	pg_temp.event(
	20, '{"project":"days1","occurred_at":"2001-01-02T12:00:00Z","agent_id":"beta","environment":"shadow"}'));
select days, rows from at_refresh();
select pg_temp.differences();
-- Only what was marked is computed again.
select d.project, d.day, d.agent_id, d.environment from at_evidence_daily d
	left join unchanged u using (project, day, agent_id, environment) where d.xmin::text is distinct from u.row
	order by 1, 2, 3;
-- A user's own delete is the user's to mark.
delete from at_event where project = 'days0';
insert into at_stale_run (project, day) select distinct project, day from at_evidence_daily where project = 'days0';
select days, rows from at_refresh();
select pg_temp.differences(), count(*) from at_evidence_daily where project = 'days0';

-- at_readiness() and its evidence are up to date whether the rollups are or not,
-- for each choice of project, agent, environment and window: of whole days, cut at one
-- end or both, within a day, empty, the wrong way round.
create table asked(project text, agent_id text, environment text, since timestamptz, until timestamptz);
insert into asked
	select p, a, e, s, u from unnest(array[null, 'p0', 'p1', 'nobody']) p, unnest(array[null, 'a1', 'nobody']) a,
		unnest(array[null, 'paper', 'replay']) e,
		unnest(array[null, '2026-02-03', '-infinity', '2026-03-05']::timestamptz[]) s,
		unnest(array[null, '2026-02-05', '2026-02-03', 'infinity']::timestamptz[]) u;
select setseed(0.25) is null as seeded;
insert into asked
	select (array[null, 'p0', 'p1'])[1 + i % 3], (array[null, 'a1'])[1 + i % 2],
		(array[null, 'paper', 'replay'])[1 + i / 2 % 3],
		'2026-02-01'::timestamptz + floor(random() * 220) * interval '1 hour' + (i % 4) * interval '1 microsecond',
		'2026-02-01'::timestamptz + floor(random() * 220) * interval '1 hour' - (i % 3) * interval '1 microsecond'
	from generate_series(1, 150) i;
insert into asked
	select null, null, null, s, s + l from generate_series('2026-02-02'::timestamptz, '2026-02-04', '8 hours') s,
		unnest(array['1 microsecond', '5 hours', '16 hours', '24 hours', '2 days 3 hours']::interval[]) l;
create function pg_temp.wrong() returns bigint language sql as $$
	select count(*) from asked a, lateral (select at_collect_evidence(evidence) as evidence from at_event e
		where (a.project is null or e.project = a.project) and (a.agent_id is null or e.agent_id = a.agent_id)
			and (a.environment is null or e.environment = a.environment::at_environment)
			and (a.since is null or e.occurred_at >= a.since) and (a.until is null or e.occurred_at < a.until)) e
	where at_stored_evidence(a.project, a.agent_id, a.environment, a.since, a.until)::text <> e.evidence::text
		or (select array_agg(r) from at_readiness(a.project, a.agent_id, a.environment, a.since, a.until) r) <> (
			select array_agg(r) from at_readiness_of(e.evidence) r)
$$;
select accepted from at_ingest_jsonl(
	(
	select string_agg(
	pg_temp.event(
	3000 + i,
	jsonb_build_object(
		'project', 'p' || i % 2, 'agent_id', 'a' || i % 3, 'event_type',
		(array['agent.run.started', 'error.recorded'])[1 + i % 2],
		'environment', (array['paper', 'shadow', 'replay', 'development'])[1 + i % 4], 'occurred_at',
		to_char('2026-02-01'::timestamp + i * interval '5 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
	jsonb_build_object(
		'error_kind', 'k', 'message', 'm', 'reason', 'r', 'setup', nullif(i % 5, 0), 'authority', case
		when i % 7 = 0 then 'act' end)),
		e'\n')
		from generate_series(1, 40) i));
select count(*) from asked;
select pg_temp.wrong();
select count(*) > 10 as stale from at_stale_run;
select days, rows from at_refresh();
select pg_temp.wrong();
select accepted from at_ingest_jsonl(
	(
	select string_agg(
	pg_temp.event(
	3100 + i,
	jsonb_build_object(
		'project', 'p' || i % 2, 'agent_id', 'a1', 'occurred_at',
		to_char('2026-02-01'::timestamp + i * interval '41 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
	'{"scenario_tags":["x"]}'),
	e'\n')
	from generate_series(1, 5) i));
select pg_temp.wrong();
select * from pg_temp.marks();
set timezone = 'America/Los_Angeles';
select pg_temp.wrong();
set timezone = 'UTC';
select count(*) from at_readiness(environment => 'moon');
select (
	select (
	at_tier_readiness(
	at_stored_evidence(since => now() - interval '1 day')) ->> 'event_count')::int) = count(*) as last_day
	from at_event where occurred_at >= now() - interval '1 day';
select report, ready, score, missing, warnings from at_readiness('p1', until => '2026-02-03')
	where report in ('tier', 'behavior');

-- Views: each day for Grafana, and all projects now.
select attname, atttypid::regtype from pg_attribute where attrelid = 'at_readiness_daily'::regclass and attnum > 0
	order by attnum;
select days, rows from at_refresh();
select * from at_readiness_daily
	where project = 'p1' and agent_id = 'a1' and "time" < '2026-02-04' and report in ('tier', 'proof')
	order by "time", environment, report;
select attname, atttypid::regtype from pg_attribute where attrelid = 'at_current_readiness'::regclass and attnum > 0
	order by attnum;
select accepted from at_ingest_jsonl(pg_temp.event(4000, '{"project":"brand-new"}'));
select project, count(*) as reports, sum(score) as score from at_current_readiness group by 1 order by 1;
-- The jsonb reports of the store.
select at_tier_readiness(at_stored_evidence('brand-new'));
select at_tier_readiness(evidence) = at_tier_readiness(at_stored_evidence()) as same from at_event;
select gap, needs_event_type from at_readiness_gaps(at_stored_evidence('brand-new')) where report = 'proof';

-- Retention takes the rollups along.
select min(day) from at_evidence_daily;
select count(*) > 20 as partitions from at_drop_before('2004-01-01', false);
select min(day) from at_evidence_daily;
select pg_temp.wrong();
drop table asked;
select days, rows from at_refresh();
select pg_temp.differences();

-- Who may.
create role regress_at_reader;
create role regress_at_writer;
create role regress_at_other;
select at_grant('regress_at_reader', 'reader'), at_grant('regress_at_writer', 'writer');
select accepted from at_ingest_jsonl(pg_temp.event(4001, '{"project":"brand-new"}'));
\set VERBOSITY terse
set role regress_at_reader;
select count(*) from at_readiness('p1');
select count(distinct project) from at_current_readiness;
select count(*) > 0 as days from at_readiness_daily;
select at_refresh();
select at_rebuild_evidence();
select at_upkeep();
select at_schedule();
select at_unschedule();
delete from at_stale_run;
set role regress_at_writer;
select count(*) from at_readiness();
select count(*) from at_evidence_daily;
select at_refresh();
select accepted from at_ingest_jsonl(
	(
	select string_agg(e, e'\n')
	from unnest(
		array[pg_temp.event(5000, '{"project":"by-writer"}'), pg_temp.event(5001, '{"project":"by-writer"}')]) e));
delete from at_stale_run;
set role regress_at_other;
select count(*) from at_readiness();
select count(*) from at_current_readiness;
reset role;
\set VERBOSITY default
select * from pg_temp.marks();
-- What the owner passes on.
grant execute on function at_refresh() to regress_at_writer;
set role regress_at_writer;
\set VERBOSITY terse
select at_refresh();
\set VERBOSITY default
reset role;
revoke execute on function at_refresh() from regress_at_writer;

-- Upkeep: this month's partition and those of the next two, once.
select at_upkeep() between 0 and 3 as made, at_upkeep();
select count(*) from generate_series(0, 2) i
	where exists (
		select from at_partitions()
		where date_trunc('month', now()) + i * interval '1 month' between since and until - interval '1 second');

-- As the last of a project's events go, so does its line.
delete from at_event where project <> 'p1';
insert into at_stale_run (project, day) select distinct project, day from at_evidence_daily;
select days > 10 as days, rows from at_refresh();
select distinct project from at_current_readiness;
drop owned by regress_at_reader, regress_at_writer, regress_at_other;
drop role regress_at_reader, regress_at_writer, regress_at_other;
-- a thousand failed checks: the screen names some of them, the report has all
select count(at_record('diagnostic.check.completed', json_build_object('check_id', 'check.' || n, 'check_family',
	'custom', 'status', 'failed',
	'checked_count', 1, 'failed_count', 1, 'component', 'decision_flow', 'severity', 'error'), project => 'many',
		agent_id => 'a',
	environment => 'paper')) from generate_series(1, 1000) n;
select cardinality(missing), missing[20:] from at_readiness('many') where report = 'decision_flow';
select cardinality(missing) from at_readiness_of(at_stored_evidence('many')) where report = 'decision_flow';
select "check", length(detail) < 1000 as is_short from at_doctor(project => 'many') where "check" in ('journal',
	'readiness decision_flow');
select at_drop_store();
