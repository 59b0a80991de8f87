-- The rows of each set in test/data/reference.jsonl as real tables: once with
-- every column json, once with the types that the values fit.  Reading them in
-- place and syncing them must give what is expected of the rows.  Tables of
-- which a row has no id are left out: there a column that is null in the table
-- and absent in the row tells in the row's hash.
set client_min_messages = error;
set timezone = 'Asia/Kolkata';
set agent_tracker.redact = 'client';

create temp table line(number int generated always as identity, vector json);
\copy line(vector) from 'test/data/reference.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
create temp table vector as
	select number, v.* from line, json_to_record(vector) v(id text, project text, agent_id text, environment text,
		rows_by_table json, events json, warnings json, table_counts json, report json);

-- The values of a table's columns, and the type that fits all of a column's.
create temp table cell as
	select v.number, t.key as table_name, r.ordinality as row, c.key as column_name, c.value,
		json_typeof(c.value) as kind,
		c.value #>> '{}' as text
	from vector v, json_each(v.rows_by_table) t, json_array_elements(t.value) with ordinality r(row),
		json_each(r.row) c;
create temp table source as
	select v.number, t.key as table_name, t.value as rows
	from vector v, json_each(v.rows_by_table) t
	where t.key in (select table_name from at_journal_tables())
		and not exists (select from json_array_elements(t.value) r where btrim(coalesce(r ->> 'id', '')) = '');
create function fits(texts text[], type text) returns boolean language plpgsql as $$
declare
	v text;
	shown text;
begin
	foreach v in array texts loop
		execute format('select cast(%L as %s)::text', v, type) into shown;
		if shown is distinct from v and type <> 'timestamptz' then
			return false;
		end if;
	end loop;
	return true;
exception when others then
	return false;
end $$;
create temp table column_type as
	select number, table_name, column_name,
		case when bool_and(kind in ('boolean', 'null')) and not bool_and(kind = 'null') then 'boolean'
			when bool_and(kind in ('number', 'null'))
				and fits(array_agg(text) filter (where kind = 'number'), 'bigint') then 'bigint'
			when bool_and(kind in ('number', 'null'))
				and fits(array_agg(text) filter (where kind = 'number'), 'numeric') then 'numeric'
			when bool_and(kind in ('string', 'null')) and column_name ~ '(_at|^as_of)$'
				and bool_and(
					kind = 'null'
					or text ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?(Z|[+-]\d\d:\d\d)$') then 'timestamptz'
			when bool_and(kind in ('string', 'null'))
				and fits(array_agg(text) filter (where kind = 'string'), 'date') then 'date'
			when bool_and(kind in ('string', 'null'))
				and fits(array_agg(text) filter (where kind = 'string'), 'uuid') then 'uuid'
			when bool_and(kind in ('string', 'null')) then 'text'
			when bool_and(kind = 'array' and (select coalesce(bool_and(json_typeof(e) = 'string'), false)
					from json_array_elements(case kind when 'array' then value else '[]' end) e)
						or kind = 'null') then 'text[]'
			when bool_and(kind in ('object', 'null')) then 'jsonb'
			else 'json' end as type
	from cell group by 1, 2, 3;

-- Make the tables of a set in a schema of their own, and fill them.
create function make_tables(set_number int, typed boolean) returns name language plpgsql as $$
declare
	name name := format('s%s_%s', set_number, case when typed then 'typed' else 'json' end);
	t record;
	columns text;
	names text;
	exprs text;
begin
	execute format('create schema %I', name);
	for t in select s.table_name, s.rows from source s where s.number = set_number loop
		select string_agg(format('%I %s', k.column_name, k.type), ', '), string_agg(format('%I', k.column_name), ', '),
			string_agg(case k.type
				when 'json' then format('case when (r -> %L)::text <> ''null'' then r -> %1$L end', k.column_name)
				when 'jsonb' then format(
					'(case when (r -> %L)::text <> ''null'' then r -> %1$L end)::jsonb', k.column_name)
				when 'text[]' then format('(select array_agg(e) from json_array_elements_text(case json_typeof(r -> %L)'
					' when ''array'' then r -> %1$L end) e)', k.column_name)
				else format('(r ->> %L)::%s', k.column_name, k.type) end, ', ')
		into columns, names, exprs
		from (select ct.column_name, case when typed then ct.type else 'json' end as type
			from column_type ct where ct.number = set_number and ct.table_name = t.table_name) k;
		execute format('create table %I.%I (%s)', name, t.table_name, columns);
		execute format(
			'insert into %I.%I (%s) select %s from json_array_elements(%L) r', name, t.table_name, names, exprs,
			t.rows);
	end loop;
	return name;
end $$;

-- What is expected of the tables that are left.
create temp table expected as
	select v.number, v.id, v.project, v.agent_id, v.environment,
		coalesce((select jsonb_agg(e order by e::text) from jsonb_array_elements(v.events::jsonb) e
			where e -> 'payload' -> 'evidence_refs' -> 0 ->> 'table' in (
				select table_name from source s where s.number = v.number)),
				'[]') as events,
		coalesce((select jsonb_agg(w order by w) from json_array_elements_text(v.warnings) w
			where split_part(w, ' ', 1) in (select table_name from source s where s.number = v.number)),
				'[]') as warnings,
		coalesce((select jsonb_object_agg(c.key, c.value) from jsonb_each(v.table_counts::jsonb) c
			where c.key in (select table_name from source s where s.number = v.number)), '{}') as counts,
		coalesce(
			(
			select jsonb_object_agg(c ->> 'name', c ->> 'coverage')
			from jsonb_array_elements(v.report::jsonb -> 'surfaces') c
			where c ->> 'name' in (select table_name from source s where s.number = v.number)), '{}') as coverage
	from vector v;

-- What a schema gives.
create temp table kind(typed boolean);
insert into kind values (false), (true);
create temp table made as
	select e.number, k.typed, make_tables(e.number, k.typed) as name from expected e, kind k;
create temp table got as
	select m.number, m.typed, m.name,
		coalesce((select jsonb_agg(x.event order by x.event::text) from (select j::jsonb - 'sdk' as event
			from at_journal_schema_events(m.name, e.project, e.agent_id, e.environment) j) x), '[]') as events
	from expected e join made m using (number);
select at_create_store() \g /dev/null
create temp table synced as
	select e.number, g.typed, r.*
	from expected e join got g using (number),
		at_sync_journal(g.name, 'p' || e.number || g.typed, e.agent_id, e.environment) r;
create temp table again as
	select e.number, g.typed, r.*
	from expected e join got g using (number),
		at_sync_journal(g.name, 'p' || e.number || g.typed, e.agent_id, e.environment, incremental => false) r;

select plan((select count(*)::int * 5 + 2 from got));
select cmp_ok((select count(*) from source), '>=', 130::bigint, 'tables');
select cmp_ok((select count(distinct type) from column_type), '>=', 9::bigint, 'types of columns');
select is(g.events, e.events, format('%s: events of %s columns', e.id, case when g.typed then 'typed' else 'json' end))
from got g join expected e using (number);
select is((
	select coalesce(jsonb_agg(w order by w), '[]') from unnest(s.warnings) w
	where w !~ '(at_reject says|was read whole|cannot be read; .* was taken)'),
	e.warnings,
	format('%s: warnings of a sync', e.id))
from synced s join expected e using (number);
select is(
	(select coalesce(jsonb_object_agg(t ->> 'table', t -> 'accepted') filter (where t ->> 'accepted' <> '0'), '{}')
	from jsonb_array_elements(s.tables) t), e.counts, format('%s: events of a sync by table', e.id))
from synced s join expected e using (number);
select is((select coalesce(jsonb_object_agg(c ->> 'name', c ->> 'coverage') filter (where c ->> 'name' in
	(select table_name from source x where x.number = s.number)), '{}')
		from jsonb_array_elements(s.coverage -> 'surfaces') c),
		e.coverage,
	format('%s: coverage of a sync', e.id))
from synced s join expected e using (number);
select is(
	array[a.accepted, a.conflicts, a.duplicates], array[0, 0, s.accepted],
	format('%s: a second sync adds nothing', e.id))
from again a join synced s using (number, typed) join expected e using (number);
select * from finish();
