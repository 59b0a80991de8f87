-- Input that is no good: each gets a clear answer, and costs nothing else.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();

-- Between two good lines, a bad one.  The good ones are stored each time; stored
-- is what became of the one between.
create function pg_temp.between(bad bytea, out accepted bigint, out rejected bigint, out why text, out stored json)
language plpgsql as $$
begin
	delete from at_event;
	select t.accepted, t.rejected, t.why into accepted, rejected, why
	from pg_temp.tried(convert_to(pg_temp.event(1) || E'\n', 'UTF8') || bad
		|| convert_to(E'\n' || pg_temp.event(2) || E'\n', 'UTF8')) t;
	select at_event_json(e) into stored from at_event e where line_no = 2;
end
$$;
create function pg_temp.between(bad text, out accepted bigint, out rejected bigint, out why text, out stored json)
language sql as $$ select * from pg_temp.between(convert_to(bad, 'UTF8')) $$;

-- No JSON, or no object.  (psql's width of a byte-order mark changed in 16.)
select replace(bad, U&'\FEFF', '<U+FEFF>') as bad, accepted, rejected, why
	from unnest(array['[]', '"x"', 'null', 'true', '1', '{', '}', '{}}', '[', 'x', '{"a":1,}', '{a:1}',
	'{''a'':1}', '{"a" 1}', '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":1.}', '{"a":1e}', '{"a":0x1}', '{"a":NaN}',
	'{"a":Infinity}', '{"a":-}', '{"a":nul}', '{"a":"b}', '{"a":"\x"}', '{"a":"\u12"}', '{"a":1}{"b":2}',
	'{"a":1} x', '// {}', '{"a":1 /* */}', '\N', '\.', '{"a":"\u0000"}', '{"\u0000":1}', '{"a":"\ud800"}',
	'{"a":"\udc00"}', '{"a":"\ud800\ud800"}', '{"a":"\ud83d\ude00"', E'{"a":"\t"}', '{"a":1e999999}', '{"a":1e1000}',
	'{"a":1e-999999}', '{"a":1e99999999999999999999}', U&'\FEFF{}', U&'\00A0{}',
		U&'{"a":1}\2028']) with ordinality b(bad,
		n),
	pg_temp.between(bad) t
order by n;

-- Bytes that text cannot hold: NUL, invalid UTF-8, a byte-order mark of UTF-16.
select bad, accepted, rejected, why
	from unnest(array['\x00', '\x7b00', '\x7b2261223a22ff227d', '\x7b2261223a22c0af227d',
	'\x7b2261223a22eda080227d', '\x7b2261223a22f4908080227d', '\x7b2261223a22c3227d', '\xfffe7b007d00', '\xc3',
	'\x7b2261223a22f09f98']::bytea[]) with ordinality b(bad, n), pg_temp.between(bad) t
order by n;

-- Nesting: 64 levels, the event among them, are read; more are not, however many.
create function pg_temp.nested(n int) returns text language sql as $$
	select replace(pg_temp.event(3, '{}', '{"deep":"x"}'), '"x"', repeat('[', n) || repeat(']', n))
$$;
select n, accepted, rejected, why from unnest(array[1, 61, 62, 63, 64, 10000]) n, pg_temp.between(pg_temp.nested(n)) t
	order by n;
select accepted, rejected, why from pg_temp.between(repeat('[', 10000)) t;
select accepted, rejected, why from pg_temp.between(repeat('{"a":', 10000) || '1' || repeat('}', 10000)) t;

-- Size: of a line, of an event.
select accepted, rejected, why from pg_temp.between(repeat('x', 100 * 1024 * 1024)) t;
select accepted, rejected, why from pg_temp.between('{"a":"' || repeat('x', 100 * 1024 * 1024) || '"}') t;
select n, accepted, rejected, why from unnest(array[1048576, 1048577]) n, pg_temp.between(rpad('{', n, ' ')) t
	order by n;
select accepted, rejected, why
	from pg_temp.between(pg_temp.event(3, '{}', jsonb_build_object('x', repeat('x', 70000)))) t;
-- Blanks around are no part of the event.
select accepted, rejected, why from pg_temp.between(replace(pg_temp.event(3), '{', '{' || repeat(' ', 100000))) t;
-- The limit is on the canonical form, in bytes.
select n, at_is_valid(v) as valid, octet_length(at_redact(v)::text) as bytes
from (select n, pg_temp.event(3, '{}', jsonb_build_object('x', repeat('ä', n)))::json as v
	from unnest(array[32455, 32456, 32457]) n) e;
-- A million keys.
set agent_tracker.max_line_bytes = '64MB';
select accepted, rejected, left(why, 80) as why, right(why, 80) as end
	from pg_temp.between(
		(select '{' || string_agg('"k' || i || '":1', ',') || '}' from generate_series(1, 1000000) i)) t;
select accepted, rejected, why
from pg_temp.between((select replace(pg_temp.event(3, '{}', '{"x":0}'), '"x": 0', string_agg('"k' || i || '":1', ','))
	from generate_series(1, 1000000) i)) t;
-- An array of many.
select accepted, rejected, why from pg_temp.between(replace(pg_temp.event(3, '{"symbols":["1"]}'), '["1"]',
	(select '[' || string_agg('"s' || i || '"', ',') || ']' from generate_series(1, 300000) i))) t;
reset agent_tracker.max_line_bytes;

-- Of duplicate keys the last wins.
select accepted, rejected, why
	from pg_temp.between(replace(pg_temp.event(3), '"project"', '"project":"first", "project"')) t;
select accepted, rejected, why
	from pg_temp.between(replace(pg_temp.event(3), '"project": "paper"', '"project":"paper", "project": 7')) t;
select project from at_event group by 1;

-- Numbers: what can be kept is kept, as a decimal.
select left(n, 32) as n, rejected, why, length(v), left(v, 36) as stored
from unnest(
	array['0', '-0', '-0.0', '1e-400', '1E+2', '1e2', '0.10', '123456789012345678901234567890.5', '1e999', '0e999999',
	'1.5e-10', '1e-1000', repeat('1', 400)]) with ordinality u(n, i),
	pg_temp.between(replace(pg_temp.event(3, '{}', '{"n":77777}'), '77777', n)) t,
	lateral (select stored->'payload'->>'n') s(v)
order by i;

-- Every field of the envelope: missing, null, of a wrong type, empty.
select field, was, rejected, left(why, 80) as why
from unnest(
	array['schema_version', 'event_id', 'idempotency_key', 'project', 'agent_id', 'run_id', 'event_type', 'occurred_at',
		'environment', 'symbols', 'payload', 'privacy', 'sdk', 'span_id', 'parent_span_id',
			'received_at']) with ordinality f(field,
			i),
	unnest(array['missing', 'null', 'true', '7', '""', '"a b"', '[]', '[""]', '[1]', '{}']) with ordinality v(was, j),
	pg_temp.between(case was when 'missing' then (pg_temp.event(3)::jsonb - field)::text
		else (pg_temp.event(3)::jsonb || jsonb_build_object(field, was::jsonb))::text end) t
order by i, j;

-- Identifiers of 100 kB.
select field, accepted, rejected, why
from unnest(
	array['event_id', 'run_id', 'project', 'agent_id', 'idempotency_key', 'span_id', 'parent_span_id']) f(field),
	pg_temp.between(pg_temp.event(3, jsonb_build_object(field,
		case field when 'event_id' then 'evt_' when 'run_id' then 'run_' else '' end || repeat('x', 100000)))) t;
select field, n, accepted, rejected, why
from unnest(array['event_id', 'run_id', 'project', 'agent_id', 'idempotency_key', 'span_id']) f(field),
	unnest(array[1024, 1025]) n,
	pg_temp.between(pg_temp.event(3, jsonb_build_object(field,
		rpad(case field when 'event_id' then 'evt_' when 'run_id' then 'run_' else '' end, n, 'x')))) t;

-- Forged digest objects are digested.
select v, rejected, stored->'payload'->'account_id' as stored
from unnest(array[
	'{"sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000","chars":3,"redacted":true}',
	'{"sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000","chars":3,"redacted":true,'
		'"x":"U1234567"}',
	'{"sha256":"sha256:000000000000000000000000000000000000000000000000000000000000000G","chars":3,"redacted":true}',
	'{"sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000","chars":"U1234567",'
		'"redacted":true}',
	'{"sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000","chars":3,'
		'"redacted":"U1234567"}',
	'{"sha256":"U1234567","chars":3,"redacted":true}']) with ordinality u(v, i),
	pg_temp.between(pg_temp.event(3, '{}', jsonb_build_object('account_id', v::jsonb))) t
order by i;

-- Secrets in keys, in arrays, in the envelope, split by escapes, beside letters
-- of other scripts: nothing of them is stored.
\set secret 'abcdefghijklmnopqrstuvwxyz0123456789'
select n, rejected, stored::text ~ :'secret' as found,
	pg_temp.unlettered(
		coalesce(
		stored->>'span_id', stored->>'unknown', nullif(stored->>'project', 'paper'), stored->>'payload')) as stored
from unnest(array[
	'{"payload":{"run_type":"Bearer ' || :'secret' || '"}}',
	'{"payload":{"run_type":"x","list":[["Bearer ' || :'secret' || '"]]}}',
	'{"payload":{"run_type":"x","Bearer ' || :'secret' || '":1}}',
	'{"payload":{"run_type":"\u0042earer\u0020' || :'secret' || '"}}',
	'{"payload":{"run_type":"яsk-ant-' || :'secret' || 'я"}}',
	'{"payload":{"run_type":"x","api_key":["' || :'secret' || '"]}}',
	'{"payload":{"run_type":"x","API_KEY":{"a":"' || :'secret' || '"}}}',
	'{"unknown":{"deep":"Bearer ' || :'secret' || '"}}',
	'{"span_id":"Bearer ' || :'secret' || '"}',
	'{"received_at":"Bearer ' || :'secret' || '"}',
	'{"symbols":["Bearer ' || :'secret' || '"]}',
	'{"project":"key=sk-' || :'secret' || '"}',
	'{"privacy":{"note":"Bearer ' || :'secret' || '"}}',
	'{"sdk":{"name":"Bearer ' || :'secret' || '","version":"1","language":"c"}}']) with ordinality u(changes, n),
	pg_temp.between(pg_temp.event(3, changes::jsonb)) t
order by n;

-- What tries to break out of SQL, of COPY, of JSON is text.
select accepted, rejected, why
	from pg_temp.between(pg_temp.event(3, '{"project":"'');drop\u0020table\u0020at_event;--"}')) t;
select rejected, why, stored->>'project' as project, stored->'payload' as payload
from pg_temp.between(pg_temp.event(3, jsonb_build_object('project', E'p$$"''{}[]%s%n'), jsonb_build_object(
	'run_type', E'\\.\n''); drop table at_event; --\x01\x02"}]}\n\\N', E'a"b\\c\n', E'\x7f\u2028</script>'))) t;
select accepted, duplicates, rejected from pg_temp.tried(at_export_gzip()) t;

select at_drop_store();
