-- at_ingest_jsonl(): what becomes of lines, duplicates and conflicts, batches,
-- gzip.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();

-- A call without content is an error.
select at_ingest_jsonl(null::text);
select at_ingest_jsonl(null::bytea);
select count(*) from at_ingest_batch;

-- Empty, and only blank lines.
select * from pg_temp.ingest('');
select * from pg_temp.ingest(''::bytea);
select * from pg_temp.ingest(E'\n\r\n  \t \n\n');
select lines, bytes from at_ingest_batch order by batch_id;

-- White space is Unicode's, whichever way lines come in.
select * from pg_temp.ingest(E'\u00a0\n\u2028\u3000 \r\n\u001c\n\u0085\n\ufeff');
select * from pg_temp.ingest(convert_to(E'\u00a0\n\u2028\u3000 \r\n\u001c\n\u0085\n\ufeff', 'UTF8'));
set client_min_messages = warning;
insert into at_inbox select line
	from unnest(array[E'\u00a0', E'\u2028\u3000 \r', E'\u001c', E'\u0085', E'\ufeff']) line;
reset client_min_messages;
select count(*), min(message) from pg_temp.rejects();
select lines, rejected from at_ingest_batch where source = 'at_inbox';
delete from at_ingest_batch;

-- One event; the batch's row says the same as the result.
create temp table result as select * from at_ingest_jsonl(pg_temp.event(1), 'first.jsonl');
select r.lines, r.accepted, r.bytes = octet_length(pg_temp.event(1)) as bytes,
	row(b.lines, b.accepted, b.duplicates, b.conflicts, b.rejected, b.bytes)
		= row(r.lines, r.accepted, r.duplicates, r.conflicts, r.rejected, r.bytes) as counts,
	b.source, b.ingested_at > now() - interval '1 hour' and b.ingested_at < now() as ingested_at
from result r join at_ingest_batch b using (batch_id);
select batch_id is not null as batch, line_no, occurred_at, event_type, environment, project,
	agent_id, run_id, event_id, span_id, parent_span_id, idempotency_key, symbols, envelope, payload
from at_event;

-- The same again is a duplicate, however it is written; other content is a
-- conflict, and which line it was is told.
select * from pg_temp.ingest(pg_temp.event(1));
select * from pg_temp.ingest(convert_to(replace(pg_temp.event(1), ' ', '     '), 'UTF8'));
select * from pg_temp.ingest(pg_temp.event(1, '{"event_id":"evt_other","received_at":"2026-01-05T13:00:01Z",
	"privacy":{"full_io":true},"sdk":{"name":"x","version":"y","language":"z"}}')) as "not content";
select * from pg_temp.ingest(E'\n' || pg_temp.event(2) || E'\n' || pg_temp.event(1, '{}', '{"run_type":"other"}'));
select line_no, event_id = 'evt_' || md5('1') as event_id, path, rule, message from pg_temp.rejects();
select * from pg_temp.ingest(pg_temp.event(1, '{"span_id":"span_1"}')) as "other span";
select * from pg_temp.ingest(pg_temp.event(1, '{"span_id":null,"parent_span_id":null}')) as "no span";
select t as "other spelling of the time", i.duplicates, i.conflicts
from unnest(array['2026-01-05T13:00:00+00:00', '2026-01-05T13:00:00.000Z', '20260105 13-00',
	'2026-01-05T13:00:00.0000009Z', '2026-01-05T13:00:00.000001Z']) t,
	pg_temp.ingest(pg_temp.event(1, jsonb_build_object('occurred_at', t))) i;
select t, path, message
	from unnest(
		array['2026-01-05T08:00:00-05:00', '2026-01-05T18:30:00.25+05:30', '2026-01-05T13:00:00', '2026-01-05',
		'0001-01-01T00:00:00+01:00']) t,
	at_violations(pg_temp.event(1, jsonb_build_object('occurred_at', t))::json);
select count(*) from pg_temp.rejects();

-- Numbers are content by what they are worth.
select * from pg_temp.ingest(pg_temp.event(3, '{}', '{"n":0}'));
select n, i.duplicates, i.conflicts from unnest(array['0','-0','0.0','0e9','1','1e-400','"0"']) n,
	pg_temp.ingest(replace(pg_temp.event(3, '{}', '{"n":77777}'), '77777', n)) i;
select count(*) from pg_temp.rejects();

-- The same key twice in one file: the first one counts.
select * from pg_temp.ingest(pg_temp.event(4) || E'\n' || pg_temp.event(4) || E'\n'
	|| pg_temp.event(4, '{}', '{"run_type":"other"}') || E'\n' || pg_temp.event(4));
select line_no, rule from pg_temp.rejects();
select line_no, payload from at_event where idempotency_key::text = './4';

-- A key is one project's.
select * from pg_temp.ingest(pg_temp.event(4, '{"project":"second"}'));
-- In bulk a key is unique in its partition.
select * from pg_temp.ingest(pg_temp.event(4, '{"occurred_at":"2026-02-05T13:00:00Z"}'));

-- CRLF, no newline at the end, blank lines between: numbers of lines are those
-- of the file.
select * from pg_temp.ingest(E'\r\n' || pg_temp.event(5) || E'\r\n\r\n' || pg_temp.event(6)
	|| E'\r\n{\r\n' || pg_temp.event(7));
select line_no, line_bytes, path, rule, message from pg_temp.rejects();
select line_no, idempotency_key from at_event where idempotency_key::text in ('./5', './6', './7') order by 1;

-- A reject has the line's length and digest, and nothing of the line.
select lines, rejected from at_ingest_jsonl(E'\nsecret stuff\r\n');
select line_no, line_bytes, event_id, violations, line_sha256 = sha256('secret stuff') as digest from at_reject;
delete from at_reject;

-- More lines than a batch has, every tenth of them bad: the others are stored,
-- the numbers are right.
select lines, accepted, rejected from at_ingest_jsonl((select string_agg(
	case when i % 10 = 0 then '{' else pg_temp.event(10000 + i) end, E'\n' order by i)
	from generate_series(1, 5432) i));
select count(*), min(line_no), max(line_no), bool_and(line_no % 10 = 0) from pg_temp.rejects();
select count(*), bool_and(idempotency_key::text = './' || (10000 + line_no)) from at_event where line_no > 10;
-- More than a batch of rejects alone; conflicts and duplicates in all batches.
select * from pg_temp.ingest(repeat(E'{\n', 3210));
select count(*), min(line_no), max(line_no), count(distinct line_no) from pg_temp.rejects();
select * from pg_temp.ingest((select string_agg(
	pg_temp.event(10000 + i, '{}', case i % 4 when 0 then '{"run_type":"other"}' else '{}' end::jsonb), E'\n'
		order by i)
	from generate_series(1, 5432) i));
select count(*), bool_and(line_no % 4 = 0), min(rule), max(rule), count(distinct event_id) from pg_temp.rejects();
-- Known and new ones mixed, after many known ones.
select * from pg_temp.ingest((select string_agg(
	case i % 7 when 0 then 'null' else pg_temp.event(case when i > 2500 then 20000 else 10001 end + i) end, E'\n'
		order by i)
	from generate_series(1, 3600) i));
select count(*), min(rule), bool_and(line_no % 7 = 0) from pg_temp.rejects() where rule = 'object';
select count(*) from at_event where idempotency_key::text between './22501' and './23600';

-- Lines of different projects and months in one batch, known and new.
select * from pg_temp.ingest((select string_agg(pg_temp.event(30000 + i, jsonb_build_object(
	'project', 'p' || i % 3, 'occurred_at',
	to_char(date '2025-01-31' + i * interval '1 day', 'YYYY-MM-DD"T"00:00:00"Z"'))),
	E'\n' order by i) from generate_series(1, 300) i));
select * from pg_temp.ingest((select string_agg(pg_temp.event(30000 + i, jsonb_build_object(
	'project', 'p' || i % 3, 'occurred_at',
	to_char(date '2025-01-31' + i * interval '1 day', 'YYYY-MM-DD"T"00:00:00"Z"'))),
	E'\n' order by i) from generate_series(200, 400) i));
select project, count(*), count(distinct tableoid) from at_event where project ~ '^p\d' group by 1 order by 1;

-- gzip, told by its magic bytes.
delete from at_event;
create temp table gz(name text primary key, content bytea);
insert into gz values
	('empty', '\x1f8b08000000000002ff03000000000000000000'),
	('two', '\x1f8b08000000000002ffcb2bcdc9e18a8ee50200332c73dd08000000'),
	('half', '\x1f8b08000000000002ff532ac9485548cb2c2a2e51c848cc49030037cc6ef20f000000'),
	('rest', '\x1f8b08000000000002ff5348cc4b5128c94855284e4dcecf4b51e2aa0600fa3c586e12000000'),
	('all header fields',
		'\x1f8b081e000000000203020078786576656e74732e6a736f6e6c006300d39ecb2bcdc9e18a8ee50200332c73dd08000000'),
	('gzip in gzip', '\x1f8b08000000000002ff93efe6600001a6ffa7b5cf9e7cd8d5f79489c158a7f82e4814001dee1c511c000000'),
	('blank megabyte', '\x1f8b08000000000002ffedc12101000000c320bffe811fe216280000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000080cf0085dfd0e700001000'),
	('long line', '\x1f8b08000000000002ffedc1311100000804a0dd185fcbb387f10de10a6401000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000009e523d756b4750ee06001000');
select name, t.* from gz, pg_temp.tried(content) t order by name;
-- Members make one text, and a line may go over their edge.
select t.* from pg_temp.tried((select string_agg(content, '' order by n)
	from unnest(array['empty', 'half', 'empty', 'rest', 'two', 'half']) with ordinality a(name, n)
		join gz using (name))) t;
-- A stream that is damaged is an error, and nothing of it is stored.  With
-- salvage what whole members hold is kept, and it is told.
select at_ingest_jsonl(substr(content, 1, 20)) from gz where name = 'two';
\echo :LAST_ERROR_SQLSTATE
create temp table damaged as
	select 'cut at ' || n as damage, n as place, substr(content, 1, n) as content
	from gz, generate_series(2, length(content) - 1) n where name = 'two'
	union all
	select 'byte ' || n, 100 + n, set_byte(content, n, get_byte(content, n) # 255)
	from gz, unnest(array[2, 3, 10, 14, length(content) - 8, length(content) - 1]) n where name = 'two'
	union all
	select 'in the middle of members', 200, content || set_byte(content, 12, 0) || content from gz where name = 'two'
	union all
	select 'bytes after the end', 201, content || 'rubbish' from gz where name = 'two'
	union all
	select 'a line over the edge', 202, half.content || substr(rest.content, 1, 20)
	from gz half, gz rest where half.name = 'half' and rest.name = 'rest';
create function pg_temp.refused(content bytea) returns text language plpgsql as $$
begin
	perform at_ingest_jsonl(content);
	return 'stored';
exception when data_corrupted or program_limit_exceeded then
	return sqlerrm;
end
$$;
create function pg_temp.salvaged(
	content bytea, out lines bigint, out accepted bigint, out rejected bigint, out why text)
language plpgsql as $$
begin
	select i.lines, i.accepted, i.rejected into lines, accepted, rejected
	from at_ingest_jsonl(content, salvage => true) i;
	select string_agg(concat_ws(' ', 'line', r.line_no || ':', nullif(r.path, ''), r.rule || ':', r.message), '; ')
		into why from pg_temp.rejects() r;
end
$$;
select min(damage), count(*), pg_temp.refused(content) as error from damaged group by 3, place >= 100, place >= 200
	order by min(place);
select count(*) from pg_temp.rejects();
set client_min_messages = error;
select damage, t.* from damaged, pg_temp.salvaged(content) t where place >= 200 or place in (2, 15, 27, 110, 127)
	order by place;
reset client_min_messages;
-- Whole lines of a member are kept, and the warning says so; nothing is wrong
-- with a stream that only has padding at its end, or with plain text.
delete from at_event;
select t.* from gz, pg_temp.salvaged(content || substr(content, 1, 20)) t where name = 'two';
select t.*
	from gz, unnest(array['\x00000000', '\x0a', '\x0d0a00']::bytea[]) padding, pg_temp.salvaged(content || padding) t
where name = 'two';
select t.* from gz, pg_temp.tried(content || '\x0a') t where name = 'two';
select t.* from pg_temp.salvaged('null') t;
-- Whether to salvage is not unknown.
select at_ingest_jsonl(substr(content, 1, 20), null, null) from gz where name = 'two';
-- More than may come out, of one member or of many.
set agent_tracker.max_decompressed_bytes = '512kB';
select at_ingest_jsonl(content) from gz where name = 'blank megabyte';
select t.* from gz, pg_temp.salvaged(content) t where name = 'blank megabyte';
set agent_tracker.max_decompressed_bytes = '1MB';
select t.* from gz, pg_temp.tried(content) t where name = 'blank megabyte';
set agent_tracker.max_decompressed_bytes = '1kB';
select pg_temp.refused(string_agg(content, '')) from gz, generate_series(1, 200) where name = 'two';
select lines, rejected
	from pg_temp.salvaged((select string_agg(content, '') from gz, generate_series(1, 200) where name = 'two')) t;
reset agent_tracker.max_decompressed_bytes;
-- A line above the limit costs only itself.
set agent_tracker.max_line_bytes = '1kB';
select t.* from gz, pg_temp.tried(content) t where name = 'long line';
reset agent_tracker.max_line_bytes;
-- In text the magic bytes mean nothing.
select * from pg_temp.tried(convert_to(E'\x1f\u008b', 'UTF8'));
select lines, rejected from at_ingest_jsonl(E'\x1f\u008b');
delete from at_reject;

-- A content that has no lines is told once; what is no line of JSON says why
-- and where.
select name, t.* from (values
	('zip', '\x504b03040a0000000a7b7d0a'::bytea), ('zlib', '\x789c0a0a'), ('xz', '\xfd377a585a000a0a'),
		('bzip2', '\x425a68390a31'),
	('zstd', '\x28b52ffd0a'), ('UTF-16', '\xfffe7b000a007d000a00'), ('UTF-16, no mark', '\x7b0022000a00')) v(name,
	content),
	pg_temp.tried(content) t;
select line_bytes, line_sha256, violations->0->>'rule' as rule from at_reject;
select lines, rejected, bytes from at_ingest_jsonl('\x504b03040a0a'::bytea);
delete from at_reject;
select left(t.why, 260) as why
	from unnest(array[E'\ufeff{}\n{}', E'[\n{"a":1},\n{"a":2}\n]', E'{\n  "a": 1,\n  "b": {}\n}', '[{}]',
	'{"a":NaN}', '{} {}', '{"resourceSpans":[{"secret":1}]}', '{"events":[{"secret":1}]}',
	'{"batch":[],"metadata":null}']) content,
	pg_temp.tried(content) t;

-- All or nothing: an error takes everything back.
delete from at_event; delete from at_ingest_batch;
create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
create trigger refuse before insert on at_ingest_batch for each row execute function refuse();
select * from at_ingest_jsonl(pg_temp.event(1));
drop trigger refuse on at_ingest_batch;
drop function refuse();
select (select count(*) from at_event) as events, (select count(*) from at_ingest_batch) as batches;

-- A trigger that drops rows is found out.
create function swallow() returns trigger language plpgsql as $$ begin return null; end $$;
select at_make_partitions(array['2026-01-05'::timestamptz]) >= 0 as made;
create trigger swallow before insert on at_event for each row execute function swallow();
select * from at_ingest_jsonl(pg_temp.event(1));
drop trigger swallow on at_event;
drop function swallow();
select * from pg_temp.ingest(pg_temp.event(1));

-- The label of the source is redacted.
select batch_id is not null as ok from at_ingest_jsonl(pg_temp.event(1),
	's3://bucket?token=Bearer abcdefghijklmnopqrstuvwxyz0123456789');
select source from at_ingest_batch where source is not null;

-- The parts of the pipeline are not for other use.
select * from _at_pending_events(1);
select * from _at_pending_rejects(0);
select count(*) from _at_pending_events(null);

-- In a subtransaction that fails nothing stays, and the next call works.
do $$
begin
	perform at_ingest_jsonl(pg_temp.event(50));
	begin
		perform at_ingest_jsonl(pg_temp.event(51, '{"occurred_at":"2090-07-01T00:00:00Z"}'));
		raise division_by_zero;
	exception when division_by_zero then
		null;
	end;
	perform at_ingest_jsonl(pg_temp.event(52, '{"occurred_at":"2090-08-01T00:00:00Z"}'));
end
$$;
select idempotency_key, occurred_at from at_event where idempotency_key::text in ('./50', './51', './52') order by 2;
select partition, since, until from at_partitions() where since >= '2090-01-01';

select at_drop_store();
