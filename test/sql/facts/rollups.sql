-- Rollups of hours and days: the same figures as of the events themselves, whether a
-- refresh ran or not, for late events, after deletes and after retention; time series
-- of them.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
create function pg_temp.is(n int, type text, t text, run text, payload jsonb, more jsonb default '{}')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'occurred_at', t || 'Z', 'run_id', 'run_' || run,
		'idempotency_key', 'rollups/' || n, 'symbols', '[]'::jsonb, 'payload', payload) || more)
$$;
create function pg_temp.call(n int, type text, t text, run text,
	payload jsonb default '{}') returns text language sql as $$
	select pg_temp.is(n, 'llm.call.' || type, t, run, '{"provider": "x", "model": "m1", "status": "ok"}' || payload)
$$;
\set ECHO all
create extension if not exists agent_tracker;
select * from at_timeseries('events', '1 day', '2026-01-01', '2026-01-02');
select * from at_freshness();
select * from at_size();
select at_create_store();
select count(*) from at_hourly;
select count(*) from at_llm_daily;
select count(*) from at_tool_daily;

-- What is wrong: what the views show and the lists of calls say otherwise, by day; and
-- hours and runs that count the same things.
create function pg_temp.differences(out what text, out n bigint) returns setof record language sql as $$
	with project as (
		select distinct project from at_event
	), call as (
		select p.project, coalesce(c.started_at, c.ended_at)::date as day, c.agent_id, c.environment, c.provider,
			coalesce(c.response_model, c.model) as model, c.ok, c.status, c.latency_ms, c.tokens, c.cost_usd, c.flags
		from project p, at_llm_calls(p.project) c
	), tool as (
		select p.project, c.ended_at::date as day, c.* from project p, at_tool_calls(p.project) c
	)
	select 'llm_daily', count(*) from (
		select day, project, agent_id, environment, provider, model, calls, errors, open_calls, unpriced_calls,
			tokens_input_uncached, tokens_output, cost_usd, latency_ms::text, latency_p95_ms from at_llm_daily
		except
		select day, project, agent_id, environment, provider, model, count(*), count(*) filter (where not ok),
			count(*) filter (where status = 'open' and 'open' = any (flags)),
			count(*) filter (where 'unpriced' = any (flags)), sum((tokens).input_uncached), sum((tokens).output),
				sum(cost_usd),
			at_collect_sketch(latency_ms)::text, (at_quantiles(at_collect_sketch(latency_ms), '{0.95}'))[1]
		from call group by 1, 2, 3, 4, 5, 6) x
	union all
	select 'llm_daily calls', (select sum(calls) from at_llm_daily) - (select count(*) from call)
	union all
	select 'tool_daily', count(*) from (
		select day, project, agent_id, environment, tool_name, calls, errors, latency_ms::text from at_tool_daily
		except
		select day, project, agent_id, environment, tool_name, count(*), count(*) filter (where not ok),
			at_collect_sketch(latency_ms)::text from tool group by 1, 2, 3, 4, 5) x
	union all
	select 'tool_daily calls', (select sum(calls) from at_tool_daily) - (select count(*) from tool)
	union all
	select 'hourly', count(*) from (
		select hour, project, agent_id, environment, events, runs_started, runs_ended, decisions, risk_checks,
			orders, fills, errors
		from at_hourly
		except
		select date_trunc('hour', occurred_at), project, agent_id, environment, count(*),
			count(*) filter (where event_type = 'agent.run.started'),
				count(*) filter (where event_type = 'agent.run.completed'),
			count(*) filter (where event_type = 'decision.proposed'),
				count(*) filter (where event_type = 'risk.check.completed'),
			count(*) filter (where event_type = 'order.intent.recorded'),
				count(*) filter (where event_type = 'paper.fill.recorded'),
			count(*) filter (where event_type = 'error.recorded')
		from at_event group by 1, 2, 3, 4) x
	union all
	select 'hourly and calls', count(*) from (
		select hour::date as day, project, agent_id, environment, sum(llm_calls), sum(llm_errors),
			sum(unpriced_calls), sum(llm_cost_usd)
		from at_hourly where llm_calls > 0 group by 1, 2, 3, 4
		except
		select day, project, agent_id, environment, sum(calls), sum(errors), sum(unpriced_calls), sum(cost_usd)
		from at_llm_daily group by 1, 2, 3, 4) x
	union all
	select 'hourly and tools', count(*) from (
		select hour::date as day, project, agent_id, environment, sum(tool_calls), sum(tool_errors)
		from at_hourly where tool_calls > 0 group by 1, 2, 3, 4
		except
		select day, project, agent_id, environment, sum(calls), sum(errors) from at_tool_daily group by 1, 2, 3, 4) x
	union all
	select 'blocks of a day', count(*) from (
		select d.day, b.n from (select hour::date as day, sum(risk_blocks) as n from at_hourly group by 1) d,
			lateral (select count(*) as n from at_risk_blocks(null, d.day::timestamptz, (d.day + 1)::timestamptz)) b
		where b.n <> d.n) x
	union all
	select 'cost of runs', (select sum(cost_usd) from at_hourly) - (select sum(cost_usd) from at_run)
$$;
create function pg_temp.wrong() returns setof text language sql as $$
	select what || ' ' || n from pg_temp.differences() where n <> 0
$$;

-- The messy sample over three days and the end of a month: before a refresh, after one,
-- with the last lines late, and over again.
select accepted, rejected from at_ingest_jsonl((select string_agg(l, e'\n') from at_sample_day('2026-01-28', 3, 4,
	true) l));
select * from pg_temp.differences();
select sum(calls) as calls, sum(errors) as errors, round(sum(cost_usd), 4) as usd, sum(unpriced_calls) as unpriced
	from at_llm_daily;
select days, runs from at_refresh();
select * from pg_temp.wrong();
select sum(calls) as calls, sum(errors) as errors, round(sum(cost_usd), 4) as usd, sum(unpriced_calls) as unpriced
	from at_llm_daily;
select * from at_check_facts(1000);
select sum(events) = (select count(*) from at_event) as events, sum(risk_blocks) > 20 as blocks,
	sum(runs_failed) > 5 as failed
from at_hourly;

-- A call over midnight: of the day on which it began, though its completion comes a day
-- later, and after a refresh.  The first day is stale with it, and the day between is not.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.is(1, 'agent.run.started', '2026-02-02T23:00:00', 'night', '{"run_type": "cycle"}'),
	pg_temp.call(2, 'started', '2026-02-02T23:30:00', 'night'),
	pg_temp.is(3, 'agent.run.started', '2026-02-03T12:00:00', 'noon', '{"run_type": "cycle"}')));
select days from at_refresh();
select day, calls, open_calls, cost_usd from at_llm_daily where project = 'paper';
select pg_temp.ingest(pg_temp.call(4, 'completed', '2026-02-04T00:30:00', 'night',
	'{"cost_usd": 0.5, "latency_ms": 90000000, "input_tokens": 7, "status": "failed"}'));
select project, day from at_stale_run order by 1, 2;
select distinct * from _at_stale_days() order by 1, 2;
select day, calls, open_calls, errors, cost_usd, tokens_input_uncached, latency_p50_ms from at_llm_daily
	where project = 'paper';
select days from at_refresh();
select day, calls, open_calls, errors, cost_usd, tokens_input_uncached, latency_p50_ms from at_llm_daily
	where project = 'paper';
-- an earlier start on yet another day takes the completion, as it is the first one open
select pg_temp.ingest(pg_temp.call(5, 'started', '2026-02-01T22:00:00', 'night'));
select day, calls, open_calls, cost_usd from at_llm_daily where project = 'paper' order by 1;
select days from at_refresh();
select day, calls, open_calls, cost_usd from at_llm_daily where project = 'paper' order by 1;
select * from pg_temp.wrong();
select * from at_check_facts(1000);
-- metered use that belongs to no call is a cost of the hour, and of no call
select pg_temp.ingest(pg_temp.is(6, 'cost.usage.recorded', '2026-02-03T12:10:00', 'noon',
	'{"provider": "news", "usage_kind": "search_query", "quantity": 1, "cost_usd": "0.01"}'));
select hour, llm_calls, llm_cost_usd, cost_usd from at_hourly where project = 'paper' and cost_usd is not null
	order by 1;

-- A refresh that dies between two facts leaves all as it was.
create function pg_temp.fails() returns trigger language plpgsql as $$ begin raise 'no more room'; end $$;
create trigger fails before insert on at_tool_daily_rollup for each row execute function pg_temp.fails();
select pg_temp.ingest(pg_temp.is(7, 'tool.call.completed', '2026-02-03T12:20:00', 'noon',
	'{"tool_name": "t", "status": "ok", "latency_ms": 5}'));
create temp table marks as select * from at_stale_run;
\set VERBOSITY terse
select days from at_refresh();
\set VERBOSITY default
select count(*) > 0 as stale, count(*) = (select count(*) from marks) as the_same from at_stale_run;
select * from pg_temp.wrong();
drop trigger fails on at_tool_daily_rollup;
select days from at_refresh();
select * from pg_temp.wrong();

-- Names too long for an index are cut, between characters.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.call(8, 'completed', '2026-02-03T13:00:00', 'noon', jsonb_build_object('provider', repeat('é', 2000),
		'model', (select string_agg(md5(i::text), '') from generate_series(1, 300) i))),
	pg_temp.is(9, 'tool.call.completed', '2026-02-03T13:01:00', 'noon', jsonb_build_object('status', 'ok',
		'tool_name', (select string_agg(md5(i::text), '') from generate_series(1, 300) i)))));
select days from at_refresh();
select octet_length(provider) as provider, octet_length(model) as model from at_llm_daily where length(model) > 100;
select octet_length(tool_name) as tool from at_tool_daily where length(tool_name) > 100;
select count(distinct octet_length(series)) from at_timeseries('tool_calls', '1 hour', '2026-02-03 13:00',
	'2026-02-03 14:00',
	'{tool}', project => 'paper');
delete from at_event where project = 'paper' and length(payload::text) > 5000;
select at_mark_stale('paper', '2026-02-03', '2026-02-04') > 0 as marked;
select days from at_refresh();

-- Only stale days are written again.
select xmin = (select xmin from at_hourly_rollup where project = 'desk' limit 1) as untouched, count(*) > 50 as many
from at_hourly_rollup where project = 'desk' group by 1;

-- Events that were deleted by hand: what at_check_facts() says, and marking them.
delete from at_event where project = 'paper'
	and (event_type = 'cost.usage.recorded' or event_type = 'tool.call.completed');
select fact, day, field, stored, computed from at_check_facts(1000)
	where fact in ('hourly', 'llm_daily', 'tool_daily') order by fact, day, field;
select at_mark_stale('paper', '2026-02-03', '2026-02-04') > 0 as marked;
select * from pg_temp.wrong();
select days from at_refresh();
select * from pg_temp.wrong();
select * from at_check_facts(1000);
delete from at_event where project = 'paper' and occurred_at < '2026-02-03';
select at_mark_stale('paper', '2026-02-01', '2026-02-03') > 0 as marked;
select days from at_refresh();
select * from pg_temp.wrong();

-- Everything deleted and made again: the same.
create temp table hours as select * from at_hourly;
create temp table models as select to_jsonb(d) as d from at_llm_daily d;
create temp table tools as select to_jsonb(d) as d from at_tool_daily d;
delete from at_hourly_rollup;
delete from at_llm_daily_rollup;
delete from at_tool_daily_rollup;
select count(*) from at_hourly;
insert into at_stale_run (project, run_id, day) select distinct project, run_id, occurred_at::date from at_event;
select (select count(*) from at_hourly) = (select count(*) from hours) as hours;
select days > 0 as refreshed from at_refresh();
select count(*) from (table hours except table at_hourly) x;
select count(*) from (table models except select to_jsonb(d) from at_llm_daily d) x;
select count(*) from (table tools except select to_jsonb(d) from at_tool_daily d) x;

-- Retention: rollups of dropped days stay, and what comes for such a day later is
-- counted beside them, also when that is dropped again.
select partition, dropped from at_drop_before('2026-02-01', false);
select count(*) from (table hours except table at_hourly) x;
select count(*) from (table models except select to_jsonb(d) from at_llm_daily d) x;
select count(*) from (table tools except select to_jsonb(d) from at_tool_daily d) x;
create temp view january as select sum(events) as events, (select sum(calls) from at_llm_daily
	where day < '2026-02-01') as calls,
	(select sum(calls) from at_tool_daily where day < '2026-02-01') as tools from at_hourly where hour < '2026-02-01';
select j.events = h.events as events, j.calls > 0 as calls from january j, (select sum(events) as events from hours
	where hour < '2026-02-01') h;
create temp table kept as select * from january;
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.call(20, 'completed', '2026-01-28T14:00:00', 'late', '{"cost_usd": 1}'),
	pg_temp.is(21, 'tool.call.completed', '2026-01-28T14:00:01', 'late', '{"tool_name": "t", "status": "ok"}')));
select j.events - k.events as events, j.calls - k.calls as calls, j.tools - k.tools as tools from january j, kept k;
select days from at_refresh();
select j.events - k.events as events, j.calls - k.calls as calls, j.tools - k.tools as tools from january j, kept k;
select partition, dropped from at_drop_before('2026-02-01', false);
select pg_temp.ingest(pg_temp.call(22, 'completed', '2026-01-28T14:00:00', 'late', '{"cost_usd": 1}'));
select partition, dropped from at_drop_before('2026-02-01', false);
select j.events - k.events as events, j.calls - k.calls as calls, j.tools - k.tools as tools from january j, kept k;
select hour, agent_id, llm_calls, dropped from at_hourly_rollup where project = 'paper' and dropped > 0
	order by dropped;
select * from at_check_facts(1000);
drop view january;
select at_drop_store();

-- Time series -----------------------------------------------------------------

set client_min_messages = warning;
select at_create_store();
reset client_min_messages;
select accepted from at_ingest_jsonl((select string_agg(l, e'\n') from at_sample_day('2026-01-05', 3, 4, true) l));
select days from at_refresh();
-- one of the days is stale
select pg_temp.ingest(pg_temp.is(50, 'error.recorded', '2026-01-06T10:20:00', 'x',
	'{"error_kind": "k", "message": "m"}', '{"project": "desk"}'));

-- Each metric, split by all that it may be split by, is the sum of its series, and that
-- of its days that of its hours; percentiles have a value where there are calls.
create temp table measured as
select m.metric, m.unit, d.days, h.hours, s.split, z.zone
from at_metrics() m,
	lateral (select sum(value) as days from at_timeseries(m.metric, '1 day', '2026-01-05', '2026-01-10')) d,
	lateral (select sum(value) as hours from at_timeseries(m.metric, '1 hour', '2026-01-05', '2026-01-10')) h,
	lateral (select sum(value) as split from at_timeseries(m.metric, '1 day', '2026-01-05', '2026-01-10',
		m.dimensions)) s,
	lateral (select sum(value) as zone from at_timeseries(m.metric, '1 day', '2026-01-05', '2026-01-10',
		tz => 'America/New_York')) z;
select metric, days from measured where unit <> 'milliseconds' and metric <> 'net_pnl' order by metric;
select metric from measured where unit <> 'milliseconds' and metric <> 'net_pnl'
	and (abs(days - hours) > 1e-9 or abs(days - split) > 1e-9 or abs(days - zone) > 1e-9);
-- a zone of half hours cuts the hours of the rollup
select metric, abs(days - half) < 1e-9 as the_same
from measured, lateral (select sum(value) as half
	from at_timeseries(metric, '1 day', '2026-01-05', '2026-01-10', tz => 'Asia/Kolkata')) i
where metric in ('events', 'risk_blocks', 'cost_usd', 'tokens', 'tool_errors') order by 1;
select "time", value, (select count(*) from at_event e where e.occurred_at >= s."time"
	and e.occurred_at < s."time" + interval '1 day') as events
from at_timeseries('events', '1 day', '2026-01-06', '2026-01-07', tz => 'Asia/Kolkata') s;
select metric, days is null as unknown from measured where unit = 'milliseconds' or metric = 'net_pnl' order by metric;
select x.p95 = y.p95 as the_same from (select value as p95 from at_timeseries('llm_latency_p95', '1 day',
	'2026-01-05', '2026-01-06')) x,
	(select (at_quantiles(at_merge(latency_ms), '{0.95}'))[1] as p95 from at_llm_daily where day = '2026-01-05') y;
select x.p50 = y.p50 as the_same from (select value as p50 from at_timeseries('tool_latency_p50', '12 hours',
	'2026-01-05 12:00', '2026-01-06')) x,
	(select (at_quantiles(at_collect_sketch(latency_ms), '{0.5}'))[1] as p50 from at_tool_calls('desk',
		'2026-01-05 12:00', '2026-01-06')) y;
-- a day of errors by hour, against the events
select "time", value, (select count(*) from at_event e where e.event_type = 'error.recorded'
	and e.occurred_at >= s."time"
	and e.occurred_at < s."time" + interval '1 hour') as events
from at_timeseries('errors', '1 hour', '2026-01-06 09:30', '2026-01-06 12:01') s;
-- results: of one currency a sum, of two null
select series, value is null as unknown from at_timeseries('net_pnl', '1 week', '2026-01-05', '2026-01-06',
	'{agent_id}');
select abs(s.value - t.pnl) < 1e-9 as the_same
from at_timeseries('net_pnl', '1 day', '2026-01-06', '2026-01-07', agent_id => 'momentum-1') s,
	(select sum(net_pnl) as pnl from at_trade where agent_id = 'momentum-1' and exit_at >= '2026-01-06'
		and exit_at < '2026-01-07') t;

-- Gaps: a count is 0, a percentile null; without a series there is one, when none is asked for.
select * from at_timeseries('events', '1 day', '2025-12-31', '2026-01-02');
select * from at_timeseries('llm_latency_p50', '1 day', '2025-12-31', '2026-01-02');
select * from at_timeseries('events', '1 day', '2025-12-31', '2026-01-02', '{agent_id}');
select * from at_timeseries('events', '1 day', '2026-01-02', '2026-01-02');
select "time", series from at_timeseries('llm_calls', '1 week', '2026-01-01', '2026-01-13', '{environment,provider}',
	agent_id => 'momentum-1');
select sum(value) from at_timeseries('events', '1 day', '2026-01-05', '2026-01-10', project => 'other');
select sum(value) = (select count(*) from at_event where agent_id = 'momentum-1' and environment = 'paper') as the_same
from at_timeseries('events', '1 day', '2026-01-05', '2026-01-10', project => 'desk', agent_id => 'momentum-1',
	environment => 'paper');

-- Buckets: the day on which clocks go forward has 23 hours and the other 25, months and
-- weeks begin where they do, whatever the window.
select count(*) from at_timeseries('events', '1 hour', '2026-03-08 05:00Z', '2026-03-09 04:00Z',
	tz => 'America/New_York');
select count(*) from at_timeseries('events', '1 hour', '2026-11-01 04:00Z', '2026-11-02 05:00Z',
	tz => 'America/New_York');
select "time" from at_timeseries('events', '6 hours', '2026-11-01 04:00Z', '2026-11-02 05:00Z',
	tz => 'America/New_York');
select "time" from at_timeseries('events', '1 day', '2026-03-07 12:00Z', '2026-03-10 00:00Z', tz => 'America/New_York');
select "time" from at_timeseries('events', '1 day', '2018-11-03 12:00Z', '2018-11-05 12:00Z',
	tz => 'America/Sao_Paulo');
select "time" from at_timeseries('events', '1 week', '2026-01-01', '2026-01-13');
select "time" from at_timeseries('events', '1 month', '2026-01-15', '2026-03-01', tz => 'Asia/Kolkata');
select "time" from at_timeseries('events', '3 months', '1999-12-15', '2000-04-02');
select "time" from at_timeseries('events', '1 year', '1999-12-15', '2001-01-01');
select "time" from at_timeseries('events', '10 days', '1999-12-30', '2000-01-14');

-- What is none.
\set VERBOSITY terse
select * from at_timeseries('secret', '1 day', '2026-01-05', '2026-01-06');
select * from at_timeseries('events', '1 day', '2026-01-05', '2026-01-06', '{model}');
select * from at_timeseries('llm_calls', '1 day', '2026-01-05', '2026-01-06', '{model,null}');
select * from at_timeseries('events', '7 hours', '2026-01-05', '2026-01-06');
select * from at_timeseries('events', '1 day 1 hour', '2026-01-05', '2026-01-06');
select * from at_timeseries('events', '90 minutes', '2026-01-05', '2026-01-06');
select * from at_timeseries('events', '-1 day', '2026-01-05', '2026-01-06');
select * from at_timeseries('events', '0', '2026-01-05', '2026-01-06');
select * from at_timeseries('events', '1 day', '-infinity', '2026-01-06');
select * from at_timeseries('events', '1 hour', '1900-01-01', '2026-01-06');
select * from at_timeseries('events', '1 day', '2026-01-05', '2026-01-06', tz => 'secret');
select * from at_timeseries('events', '1 day', '2026-01-05', '2026-01-06', tz => repeat('x', 1000));
select * from at_timeseries('events', '1 day', '2026-01-05', '2026-01-06', environment => 'secret');
select * from at_timeseries('events', null, '2026-01-05', '2026-01-06');
\set VERBOSITY default

-- How fresh, how large.
select item, status, newest, stale_runs, stale_days, waiting < interval '1 minute' as waits,
	complete_until <= now() as complete
from at_freshness();
update at_stale_run set written_at = now() - interval '2 hours';
select distinct status from at_freshness();
select days from at_refresh();
select distinct status, stale_runs, stale_days, waiting, complete_until = now() as complete from at_freshness();
analyze;
create temp table size as select * from at_size();
select kind, count(*) > 1 as several, sum(bytes) > 0 as bytes from size group by 1 order by 1;
select (select sum(bytes) from size where kind <> 'event type')
	= (select sum(pg_table_size(c.oid) + pg_indexes_size(c.oid)) from pg_class c
		where c.oid in (select relid from pg_partition_tree('at_event') where isleaf
			union select to_regclass(name) from _at_store_relations() where kind = 'table'
				and name <> 'at_event')) as all_of_it;
select round(sum(share)::numeric, 6) as share from size where kind <> 'event type';
select abs(sum(bytes) filter (
	where kind = 'event type') - sum(bytes) filter (where kind = 'partition')) < 100 as types_are_the_partitions,
	sum(rows) filter (where kind = 'event type') between 7000 and 8000 as rows,
		count(*) filter (where kind = 'event type') > 20 as types
from size;
select name, part_of from size where name = 'at_hourly_rollup_pkey';

-- Who may: a reader.
create role regress_at_reader;
select at_grant('regress_at_reader', 'reader');
set role regress_at_reader;
select count(*) > 0 as hours from at_hourly;
select count(*) > 0 as days from at_llm_daily;
select count(*) > 0 as days from at_tool_daily;
select count(*) from at_timeseries('tokens', '1 day', '2026-01-05', '2026-01-06', '{model}');
select count(*) from at_freshness();
select count(*) > 50 as rows from at_size();
reset role;
drop owned by regress_at_reader;
drop role regress_at_reader;
select at_drop_store();
