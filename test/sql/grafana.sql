-- The dashboard in docs/grafana: each of its queries as Grafana sends it, by a reader, on
-- the messy sample.  A column "time" is a time, labels are text, values are float8.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set queries :abs_srcdir '/data/grafana.sql'
\set file :abs_srcdir '/../docs/grafana/agent_tracker.json'
\set ECHO none
\i :helper
-- a backslash command reads no variable between backquotes
\setenv grafana_file :file
\set grafana `cat "$grafana_file"`
\set ECHO all
create extension if not exists agent_tracker;
select at_create_store();
select accepted > 9000 as accepted, rejected > 50 as rejected from at_ingest_jsonl((select string_agg(l, e'\n')
	from at_sample_day('2026-01-05', 4, 4, true, bad_pct => 2, shift => '2026-01-07') l));
select days from at_refresh();
select at_create_baseline(at_create_behavior_profile('desk', 'momentum-1', 'paper', '2026-01-05', '2026-01-07'),
	'version') as baseline \gset
select at_approve_baseline(:'baseline', 'me') is null as approved, at_activate_baseline(:'baseline') is null as first;
select tests > 0 as tests from at_record_drift(:'baseline', '2026-01-07', '2026-01-09');
select run_id as run from at_run where run_type = 'deep_spans' order by started_at limit 1 \gset
\set ECHO none
\i :queries
\set ECHO all
grant select on grafana_query to public;
create role regress_at_grafana;
select at_grant('regress_at_grafana', 'reader');
set role regress_at_grafana;

-- What a query returns: the columns that are of another type than they should be, and
-- how many rows there are in the days of the sample and in those of the loads.
create function pg_temp.tried(q grafana_query, agent text, environment text, run text, out wrong text, out rows bigint)
language plpgsql as $$
declare
	since timestamptz;
	n bigint;
	sql text;
begin
	rows := 0;
	foreach since in array array['2026-01-04', now() - interval '1 day'] loop
		sql := pg_temp.grafana_sql(q.sql, q.width, since, since + interval '5 days', 'desk', agent, environment, run);
		execute 'create temp view tried as ' || sql;
		execute 'select count(*) from tried' into n;
		rows := rows + n;
		select string_agg(a.attname || ' ' || format_type(a.atttypid, null), ', ') into wrong
		from pg_attribute a
		where a.attrelid = 'tried'::regclass and case when a.attname in ('time', 'timeend')
			then a.atttypid <> 'timestamptz'::regtype
			else a.atttypid not in ('text'::regtype, 'float8'::regtype, 'timestamptz'::regtype) end;
		-- a time series is a time, a name and a value, in order of time
		if q.kind = 'timeseries' and (select array_agg(a.attname::text || ' ' || format_type(a.atttypid, null)
			order by a.attnum)
				from pg_attribute a where a.attrelid = 'tried'::regclass)
				<> '{"time timestamp with time zone","metric text","value double precision"}' then
			wrong := 'not time, metric, value';
		end if;
		drop view tried;
	end loop;
end
$$;
select q.kind, q.title, t.wrong, t.rows > 0 as rows
from grafana_query q, lateral pg_temp.tried(q, null, null, :'run') t order by q.n;
-- of one agent and environment
select count(*) as queries, count(t.wrong) as wrong, count(*) filter (where t.rows > 0) as with_rows
from grafana_query q, lateral pg_temp.tried(q, 'momentum-1', 'paper', :'run') t;
-- names that look like SQL are none
select count(t.rows) from grafana_query q, lateral pg_temp.tried(q, 'it''s', null, 'x'' or true --') t;

-- What is seen is what there is.
select pg_temp.grafana_sql(sql, width, '2026-01-05', '2026-01-08', 'desk', null, null, :'run') as sql
from grafana_query where title = 'Cost by model' \gset
create temp view shown as :sql;
select abs(sum(value) - (select sum(cost_usd) from at_llm_calls('desk', '2026-01-05', '2026-01-09'))) < 1e-9 as cost
	from shown;
drop view shown;
select pg_temp.grafana_sql(sql, width, '2026-01-05', '2026-01-08', 'desk', null, null, :'run') as sql
from grafana_query where title = 'Steps of $run' \gset
create temp view shown as :sql;
-- a tree: one root, and every other step has its parent
select count(*) filter (where "parentSpanID" is null) as roots, count(*) > 4 as steps,
	count(*) filter (where "parentSpanID" is not null and "parentSpanID" not in (select "spanID"
		from shown)) as orphans,
	count(distinct "traceID") as traces, bool_and("startTime" > 1.7e12 and "duration" >= 0) as milliseconds from shown;
drop view shown;

-- What the file has besides: every panel and variable names the data source, ids are
-- unique, and a panel of the width of the screen lies beside another, not on it.
select count(*) > 20 as panels, count(distinct p -> 'id') = count(*) as ids,
	count(*) filter (where p ->> 'type' <> 'row' and p #>> '{datasource,uid}' is distinct
		from '${datasource}') as without_source
from jsonb_path_query(:'grafana', '$.panels[*]') p;
select a.p ->> 'title' as panel, b.p ->> 'title' as lies_on
from jsonb_path_query(:'grafana', '$.panels[*]') with ordinality a(p, n)
	join jsonb_path_query(:'grafana', '$.panels[*]') with ordinality b(p, n) on a.n < b.n
where box(point((a.p #> '{gridPos,x}')::float8, (a.p #> '{gridPos,y}')::float8),
		point((a.p #> '{gridPos,x}')::float8 + (a.p #> '{gridPos,w}')::float8 - 0.1,
			(a.p #> '{gridPos,y}')::float8 + (a.p #> '{gridPos,h}')::float8 - 0.1))
	&& box(point((b.p #> '{gridPos,x}')::float8, (b.p #> '{gridPos,y}')::float8),
		point((b.p #> '{gridPos,x}')::float8 + (b.p #> '{gridPos,w}')::float8 - 0.1,
			(b.p #> '{gridPos,y}')::float8 + (b.p #> '{gridPos,h}')::float8 - 0.1));
reset role;
drop owned by regress_at_grafana;
drop role regress_at_grafana;
select at_drop_store();
