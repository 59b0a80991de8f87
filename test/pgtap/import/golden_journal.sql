-- The rows of each set in test/data/reference.jsonl, which hold what is
-- expected: events byte for byte, warnings, counts and the coverage report.
-- Rows go in as arrays, as single objects, and as jsonb that changed the order
-- of their columns.
set client_min_messages = error;
set timezone = 'Asia/Tokyo';

create temp table line(number int generated always as identity, vector json);
\copy line(vector) from 'test/data/reference.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
create temp table vector as
	select number, v.*, vector->'events' as events, vector->'warnings' as warnings, vector->'report' as report
	from line,
		json_to_record(vector) v(
			id text, project text, agent_id text, environment text, rows_by_table json, table_counts json);
create temp table source as
	select number, t.ordinality as position, t.key as table_name, t.value as rows
		from vector, json_each(rows_by_table) with ordinality t;

-- What at_journal_events() makes of the rows of a set, in order, without the
-- sdk that is ours and as the contract's client redacts, which is more where a
-- count has the name of a text.
create function without_sdk(event json) returns text language sql stable as $$
	select replace(at_redact(event, false, 'client')::text,
		format('"sdk":{"language":"c","name":"agent_tracker","version":"%s"},', extversion), '')
	from pg_extension where extname = 'agent_tracker'
$$;
create temp table by_array as
	select number, json_agg(e order by position, n) as events, count(*)
	from (select v.number, s.position, n, without_sdk(e)::json as e from vector v join source s using (number),
		at_journal_events(s.table_name, s.rows, v.project, v.agent_id, v.environment) with ordinality a(e, n)) x
			group by number;
create temp table by_row as
	select number, json_agg(e order by position, m, n) as events
	from (
		select v.number, s.position, r.ordinality as m, n, without_sdk(e)::json as e from vector v
		join source s using (number),
		json_array_elements(s.rows) with ordinality r(row),
		at_journal_events(s.table_name, r.row, v.project, v.agent_id, v.environment) with ordinality a(e, n)) x
			group by number;
create temp table by_jsonb as
	select number, json_agg(e order by position, n) as events
	from (select v.number, s.position, n, without_sdk(e)::json as e from vector v join source s using (number),
		at_journal_events(
			s.table_name, s.rows::jsonb::json, v.project, v.agent_id, v.environment) with ordinality a(e, n)) x
			group by number;
create temp table by_report as
	select number,
		at_journal_report(rows_by_table, project, agent_id, environment, '2026-07-01 09:00:00.25+09') as answer
		from vector;

select plan((count(*) * 7 + 5)::int) from vector;

select cmp_ok(count(*), '>=', 40::bigint, 'sets of rows') from vector;
select is(coalesce(e.events, '[]')::text,
	(select coalesce(json_agg(at_canonical(x.value)::json order by x.ordinality), '[]')::text
		from json_array_elements(v.events) with ordinality x), v.id || ': events of arrays')
from vector v left join by_array e using (number) order by number;
select is(r.events::text, a.events::text, v.id || ': events of single rows')
from vector v left join by_row r using (number) left join by_array a using (number) order by number;
-- only the hash of a row without an id could tell, and that is of the canonical form
select is(j.events::text, a.events::text, v.id || ': events of rows from jsonb')
from vector v left join by_jsonb j using (number) left join by_array a using (number) order by number;
select is(r.answer->'warnings', v.warnings::jsonb, v.id || ': warnings') from vector v join by_report r using (number)
	order by number;
select is(r.answer->'table_counts', v.table_counts::jsonb, v.id || ': counts') from vector v
	join by_report r using (number) order by number;
select is((r.answer->'report') - 'generated_at', v.report::jsonb - 'generated_at', v.id || ': report')
from vector v join by_report r using (number) order by number;
select is(count(*) filter (where x.value is not null and (at_redact(x.value)::text <> x.value::text
	or exists (
		select
		from at_violations((x.value::jsonb || '{"sdk":{"name":"a","version":"1","language":"c"}}')::json, 200000)))),
	0::bigint, v.id || ': events are valid and redacted')
from vector v left join by_array a using (number) left join lateral json_array_elements(a.events) x on true
group by number, v.id order by number;

select is(count(*), 40::bigint, 'each report has its time, in UTC') from by_report
	where answer->'report'->>'generated_at' = '2026-07-01T00:00:00.250000Z';
select is(array_agg(key order by key), array['report', 'table_counts', 'warnings'], 'a report has three parts')
from jsonb_object_keys((select answer from by_report where number = 1)) key;
select is(array_agg(table_name order by n),
	(select array_agg(s->>'name') from vector, json_array_elements(report->'surfaces') s where number = 1),
	'the tables of the report')
from at_journal_tables() with ordinality t(table_name, order_column, event_type, required, columns, n);
select is(count(*), 0::bigint, 'columns in the vectors that no rule reads')
from (select distinct s.table_name, c.key from source s, json_array_elements(s.rows) r, json_each(r) c) x
	join at_journal_tables() t using (table_name)
where x.key <> all (t.columns);

select * from finish();
