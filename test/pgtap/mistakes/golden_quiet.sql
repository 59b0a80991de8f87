-- at_find_mistakes() over the events of the golden journals, each set of rows as a
-- project: nothing is found that their rows do not name themselves.
set client_min_messages = warning;
set timezone = 'UTC';
select at_create_store();
create temp table line(number int generated always as identity, vector json);
\copy line(vector) from 'test/data/reference.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')

select plan((select count(*)::int + 2 from line));
select is((select sum(rejected) from (select (at_ingest_jsonl(string_agg(jsonb_set(jsonb_set(e.value::jsonb
			|| '{"sdk": {"name": "agent_tracker", "version": "0.1.0", "language": "c"}}', '{project}', to_jsonb('set-'
				|| number)),
			'{idempotency_key}', to_jsonb(number || '/' || (e.value ->> 'idempotency_key')))::text, e'\n'))).rejected
		from line, json_array_elements(vector -> 'events') e group by number) i)::bigint, 0::bigint,
			'all events are taken in');
select cmp_ok((select count(*) from at_event), '>', 400::bigint, 'there are events');
select is((select string_agg(m.mistake_family || ' ' || m.numbers, ', ') from at_find_mistakes('set-' || number,
	'2026-01-01', '2027-01-01') m),
	null, 'set ' || number || ' is quiet')
from line order by number;
select * from finish();
select at_drop_store();
