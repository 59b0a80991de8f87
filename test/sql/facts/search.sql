-- Finding events by words of their payload, with the index and without.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
-- An event of that minute of a month with this note.
create function pg_temp.noted(n int, month int, note text, more jsonb default '{}') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', 'tool.call.completed', 'idempotency_key', 'search/' || n,
		'occurred_at', to_char(make_timestamp(2026, month, 1, 10, 0, 0) + n * interval '1 minute',
			'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'symbols', '[]'::jsonb, 'payload', jsonb_build_object('tool_name', 'news.search', 'status', 'ok', 'note',
			note)) || more)
$$;
-- What a search finds, by the minutes of the events, newest first.
create function pg_temp.found(query text, project text default null, since timestamptz default null,
	until timestamptz default null, agent_id text default null, event_type text default null, max_rows bigint default
		50)
returns text language sql as $$
	select string_agg(to_char(f.occurred_at, 'MM') || '/' || (extract(epoch from f.occurred_at - date_trunc('day',
		f.occurred_at)) / 60 - 600)::int, ' ')
	from at_search(query, project, since, until, agent_id, event_type, max_rows) f
$$;
\set ECHO all
create extension if not exists agent_tracker;
select at_search('x');
select at_create_search_index();
select at_create_store();
set client_min_messages = warning;
select accepted, rejected from at_ingest_jsonl(concat_ws(e'\n',
	pg_temp.noted(1, 1, 'The spread is wide, so no order'),
	pg_temp.noted(2, 1, 'is wide the spread'),
	pg_temp.noted(3, 2, 'A 50% fall of A, "it''s" a_b c:\d https://example.com/a?b=<c>'),
	pg_temp.noted(4, 2, 'TIMEOUT of upstream', '{"agent_id": "other"}'),
	pg_temp.noted(5, 2, 'timeouts', '{"project": "elsewhere"}'),
	pg_temp.noted(6, 2, 'no spread',
		'{"event_type": "error.recorded", "payload": {"error_kind": "x", "message": "no spread"}}'),
	pg_temp.noted(7, 2, '<b>&</b> ' || repeat('long ', 400) || 'end')));
reset client_min_messages;
-- without the index: of seven days, which a notice says, or of what is asked
select pg_temp.found('spread');
set client_min_messages = warning;
select pg_temp.found('spread', since => '2026-01-01');
create function pg_temp.all_found() returns table (query text, found text) language sql as $$
	select q, pg_temp.found(q, since => '2026-01-01', until => '2026-03-01')
	from unnest(array['spread', 'SPREAD wide', '"spread is wide"', 'spread -wide', 'wide or timeout', 'timeout', 'a',
		'50%',
		'%', '_', 'a_b', '"', '""', 'it''s', '\', 'c:\d', ':*', '& | ! ( )', '<->', 'spread <-> wide',
			'https://example.com/a?b=<c>',
		'example.com', '-spread', 'long', 'nothing', '', ' ', repeat('x', 10000), e'tab\tand\nline']) with ordinality
			u(q, n)
	order by n
$$;
create temp table without_index as select row_number() over () as n, * from pg_temp.all_found();
select left(query, 40) as query, found from without_index order by n;
reset client_min_messages;
-- with the index the same, and no notice
select partition, bytes > 0 as has_bytes, command from at_create_search_index() where partition::text ~ '2026_0[12]';
set client_min_messages = warning;
select count(*) > 2 as again from at_create_search_index();
reset client_min_messages;
select left(coalesce(a.query, b.query), 40) as query, a.found, b.found from without_index a
	full join (select row_number() over () as n, * from pg_temp.all_found()) b using (n) where a.found is distinct
		from b.found;
select pg_temp.found('spread'), pg_temp.found('-spread', since => '2026-02-01');
-- filters
select pg_temp.found('timeout', agent_id => 'other'), pg_temp.found('timeout', agent_id => 'nobody'),
	pg_temp.found('timeouts', 'elsewhere'), pg_temp.found('spread', event_type => 'error.recorded'),
	pg_temp.found('spread', max_rows => 1), pg_temp.found('spread', max_rows => 0), pg_temp.found('spread', until =>
		'2026-01-15'),
	pg_temp.found('spread', since => '2026-03-01', until => '2026-01-01'), pg_temp.found(null);
select at_search('x', event_type => 'no.such');
select at_search('x', max_rows => -1);
-- a snippet is short, with the words marked
select event_type, summary, snippet from at_search('wide');
select length(snippet) < 300 as is_short, snippet ~ '\[end\]' as has_word from at_search('end');
-- more events of a word than are sorted at once: windows from the newest on find the same
set client_min_messages = warning;
select accepted from at_ingest_jsonl((select string_agg(pg_temp.noted(n, 1 + n % 3, 'common ' || case when n % 500 = 0
	then 'rare' else '' end), e'\n')
	from generate_series(100, 3100) n));
select count(*), count(*) filter (where f.at is distinct from t.at) as others
from (select row_number() over () as n, occurred_at as at from at_search('common', max_rows => 700)) f
	full join (select row_number() over (order by occurred_at desc) as n, occurred_at as at from at_event where
		payload ->> 'note' ~ 'common'
		order by occurred_at desc limit 700) t using (n);
select count(*) from at_search('common', max_rows => 5000);
select count(*) from at_search('"common rare"');
select count(*) from at_search('common -rare', max_rows => 5000);
reset client_min_messages;
-- a new partition gets it, too
select at_make_partitions(array[timestamptz '2027-05-05']) is not null as made;
select count(*) from pg_indexes where tablename = 'at_event_2027_05' and indexdef ~ 'gin';
-- commands for one that is made while others write
drop index at_event_search;
select replace(command, 'at_event_2026_01', 'P') from at_create_search_index(concurrently => true)
	where partition is null or partition::text ~ '2026_01';
\set ECHO none
select command from at_create_search_index(concurrently => true) \gexec
\set ECHO all
select indisvalid from pg_index where indexrelid = 'at_event_search'::regclass;
select command from at_create_search_index(concurrently => true);
select pg_temp.found('"spread is wide"');
-- an index that is made in part is not taken, and is finished by the other way
drop index at_event_search;
\set ECHO none
select command from at_create_search_index(concurrently => true) where partition is null and command ~ '^CREATE' \gexec
\set ECHO all
select pg_temp.found('"spread is wide"', since => '2026-01-01');
set client_min_messages = warning;
select count(*) > 2 as made from at_create_search_index();
reset client_min_messages;
select pg_temp.found('"spread is wide"');
-- more words than a tsvector holds cost nobody an event
set client_min_messages = warning;
set agent_tracker.max_event_bytes = '8MB';
set agent_tracker.max_line_bytes = '8MB';
select accepted, rejected from at_ingest_jsonl(concat_ws(e'\n', pg_temp.noted(8, 2, 'neighbour'), pg_temp.noted(9, 2,
	'many ' || (select string_agg(to_hex(n), ' ') from generate_series(1, 200000) n))));
reset agent_tracker.max_event_bytes;
reset agent_tracker.max_line_bytes;
reset client_min_messages;
select pg_temp.found('neighbour'), pg_temp.found('many');
-- a partition without a begin
select accepted from at_ingest_jsonl(pg_temp.noted(10, 1, 'old', '{"occurred_at": "1999-01-01T00:00:00Z"}'));
select count(*) from at_tail(100000) where occurred_at < '2000-01-01';
select count(*) from at_search('common', agent_id => 'nobody');
select at_drop_store();
