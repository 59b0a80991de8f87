-- The queries of docs/grafana/agent_tracker.json (:grafana is its text), as Grafana sends
-- them: its macros and the dashboard's variables are replaced.

create temp table grafana_query as
select row_number() over () as n, p.kind, p.title, p.sql, p.width
from (
	select 'variable' as kind, v ->> 'name' as title, v ->> 'query' as sql, null as width
	from jsonb_path_query(:'grafana', '$.templating.list[*] ? (@.type == "query")') v
	union all
	select 'annotation', a ->> 'name', a #>> '{target,rawSql}', null
	from jsonb_path_query(:'grafana', '$.annotations.list[*] ? (exists (@.target))') a
	union all
	select p ->> 'type', p ->> 'title', t ->> 'rawSql', p ->> 'interval'
	from jsonb_path_query(:'grafana', '$.panels[*] ? (@.type != "row")') p, jsonb_array_elements(p -> 'targets') t
) p;

-- A query in a window of time.  The macros go by the expressions of Grafana's source
-- (pkg/tsdb/grafana-postgresql-datasource/macros.go), the interval is the panel's least.
-- A variable with a format is quoted, the value of "All" is put in as it is.
create function pg_temp.grafana_sql(sql text, width text, since timestamptz, until timestamptz, project text,
	agent text, environment text, run text) returns text language sql
set timezone = 'UTC' as $$
	select replace(replace(replace(replace(
		regexp_replace(regexp_replace(regexp_replace(
			replace(sql, '$__interval', coalesce(width, '1h')),
			'\$__timeFilter\(([^)]*)\)', '\1 BETWEEN ' || t.since || ' AND ' || t.until, 'g'),
			'\$__timeFrom\(([^)]*)\)', t.since, 'g'), '\$__timeTo\(([^)]*)\)', t.until, 'g'),
		'${project:sqlstring}', quote_literal(project)), '${agent:sqlstring}', quote_literal(coalesce(agent, '%'))),
		'${environment:sqlstring}', quote_literal(coalesce(environment, '%'))), '${run:sqlstring}', quote_literal(run))
	from (select to_char(since, '''YYYY-MM-DD"T"HH24:MI:SS"Z"''') as since,
		to_char(until, '''YYYY-MM-DD"T"HH24:MI:SS"Z"''') as until) t
$$;
