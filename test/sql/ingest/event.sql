-- The pure functions over one event, and at_event_json(): what goes in comes
-- back.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- at_violations and at_is_valid.
select * from at_violations(pg_temp.event(1)::json);
select at_is_valid(pg_temp.event(1)::json);
select * from at_violations('{"event_type":"tool.call.completed","payload":{"severity":"x","quantity":-1}}');
select at_is_valid('{}'), at_is_valid('[]'), at_is_valid('"x"'), at_is_valid('null');
select path, rule, message
	from unnest(
		array['[]', '"x"', 'null', '7', '{"a":"\u0000"}', '{"a":1e9999}', repeat('[', 65)
		|| repeat(']', 65)]::json[]) e,
		at_violations(e);
select count(*) from at_violations(null);
select at_is_valid(null);
-- The limit of the size is an argument.
select at_is_valid(pg_temp.event(1)::json, octet_length(at_redact(pg_temp.event(1)::json)::text)) as fits,
	at_is_valid(pg_temp.event(1)::json, octet_length(at_redact(pg_temp.event(1)::json)::text) - 1) as larger;
select * from at_violations(pg_temp.event(1)::json, 100);
select at_is_valid('{}', 0);
select * from at_violations('{}', -1);
-- They read no settings.
set agent_tracker.max_event_bytes = 1024;
select at_is_valid(pg_temp.event(1, '{}', jsonb_build_object('x', repeat('x', 2000)))::json);
set agent_tracker.store_full_io = on;
select at_redact('{"prompt":"p","privacy":{"full_io":true}}')::jsonb->'prompt'->>'redacted';
reset agent_tracker.max_event_bytes;
reset agent_tracker.store_full_io;
-- They fit a CHECK and a domain.
create domain valid_event as json check (at_is_valid(value));
create temp table checked(e json check (at_is_valid(e)), d valid_event);
insert into checked values (pg_temp.event(1)::json, pg_temp.event(2)::json);
\set VERBOSITY terse
insert into checked values ('{}', null);
insert into checked values (null, '[]');
\set VERBOSITY default
drop table checked;
drop domain valid_event;

-- at_redact: canonical, its rules and the full texts by argument.
select at_redact('{"b":1,"a":"Bearer abcdefghijklmnopqrstuvwxyz","prompt":"tell me","password":"x"}');
select at_redact('{"prompt":"tell me sk-abcdefghijklmnopqrstuvwxyz012345"}', true);
select at_redact('{"a":"jane@example.com"}', false, 'contract,secrets,pii')->'a' as pii,
	at_redact('{"a":"jane@example.com"}')->'a' as default;
select at_redact('{"a":"AKIAIOSFODNN7EXAMPLE"}', false, 'contract')->'a' as contract,
	at_redact('{"a":"AKIAIOSFODNN7EXAMPLE"}')->'a' as default;
select at_redact('["Bearer abcdefghijklmnopqrstuvwxyz",{"password":1}]'),
	at_redact('"Bearer abcdefghijklmnopqrstuvwxyz"'), at_redact('7'), at_redact('null');
select at_redact(null) is null as no_event;
select at_redact('{}', null);
select at_redact('{}', false, null);
select at_redact('{"a":"jane@example.com"}', false, 'contract, secrets , pii')->>'a' as blanks;
select at_redact('{}', false, '');
select at_redact('{}', false, 'contract,x');
select at_redact('{"a":"\ud800"}');
-- Again it is the same.
select at_redact(at_redact(e)) ::text = at_redact(e)::text as same
from unnest(
	array[pg_temp.event(1), '{"account_id":"U1","prompt":"x","a":["Bearer abcdefghijklmnopqrstuvwxyz"]}']::json[]) e;

-- at_redact_text and at_has_secret.
select t, at_redact_text(t), at_has_secret(t)
	from unnest(array['', 'nothing', 'Bearer abcdefghijklmnopqrstuvwxyz', 'a jane@example.com b']) t;
select at_redact_text('a jane@example.com b', 'pii'), at_has_secret('a jane@example.com b', 'pii'),
	at_has_secret('Bearer abcdefghijklmnopqrstuvwxyz', 'pii');
select at_redact_text('x', 'x');
select at_has_secret('x', 'contract;secrets');
select at_redact_text(null), at_has_secret(null);

-- at_canonical.
select at_canonical(j) from unnest(
	array['{"b":1,"a":[1.50,-0,1E5,{}],"ä":"\u00e4\/\u001f\u007f","a":{"z":null,"y":true}}', '"\u2028"', ' 7 ', '[ ]',
	'{"z":1,"Z":2,"ZZ":3,"":4,"é":5,"😀":6,"\uffff":7}', '"\b\f\n\r\t\u000b\"\\"']::json[]) with ordinality u(j, n)
		order by n;
select at_canonical('{"a":1e9999}');
-- at_digest: the values of FIPS 180-4.
select t, at_digest(t) = d as same
	from (values ('', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
	('abc', 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
	(
		'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
		'sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1')) v(t,
	d);
select at_digest(repeat('a', 1000000)), at_digest(repeat('é', 61)) = 'sha256:'
	|| encode(sha256(convert_to(repeat('é', 61), 'UTF8')), 'hex') as utf8;

-- at_event_json: odd envelopes come back.  What goes in is compared with what
-- is stored, both in canonical form.
select at_create_store();
create temp table odd(n int, changes jsonb, line text);
insert into odd(n, changes) select i, c::jsonb from unnest(array[
	'{}', '{"span_id":null,"parent_span_id":null,"received_at":null}',
	'{"span_id":"span_0123456789abcdef0123456789abcdef","parent_span_id":"x"}',
	'{"span_id":"","parent_span_id":""}', '{"span_id":7,"parent_span_id":true}',
	'{"span_id":["a"],"parent_span_id":{"a":[1.50]}}', '{"span_id":1.10}',
	'{"received_at":"2026-01-05T13:00:01Z"}', '{"received_at":""}', '{"received_at":[]}',
	'{"received_at":{"b":1,"a":2}}',
	'{"sdk":{"name":"n","version":"v","language":"l"}}',
	'{"sdk":{"name":"agent-tracker-python","version":"0","language":"go"}}',
	'{"sdk":{"name":"n","version":"v","language":"l","commit":"c","b":null}}',
	'{"sdk":{"name":"ñ","version":"\u0001","language":" "}}',
	'{"aaa":1,"zzz":2,"environment_":3,"event":4,"event_idx":5,"project0":6,"":7,"A":8,"é":9,"symbolsx":[]}',
	'{"evidence":1,"key_digest":"x","batch_id":2,"extra":{"extra":{}},"payload2":{"b":1,"a":[]}}',
	'{"event_id":"evt_0123456789abcdef0123456789abcdef",'
		'"idempotency_key":"paper/alpha/run_1/agent.run.started/0123456789abcdef0123456789abcdef"}',
	'{"event_id":"evt_0123456789abcdef0123456789abcdee",'
		'"idempotency_key":"paper/alpha/run_1/agent.run.started/0123456789abcdef0123456789abcdea"}',
	'{"event_id":"evt_01234567-89ab-cdef-0123-456789abcdef","run_id":"run_x",'
		'"idempotency_key":"paper/alpha/run_x/agent.run.started/01234567-89ab-cdef-0123-456789abcdef"}',
	'{"idempotency_key":"paper/alpha/run_1/agent.run.started/"}',
	'{"idempotency_key":"paper/alpha/run_1/agent.run.started"}',
	'{"idempotency_key":"."}', '{"idempotency_key":"./a"}', '{"idempotency_key":"\\x"}',
	'{"idempotency_key":"paper/alpha/run_1/other.type/1"}',
	'{"project":"pä","agent_id":"ägent","run_id":"run_2","idempotency_key":"pä/ägent/run_2/agent.run.started/é"}',
	'{"idempotency_key":"paper/alpha/run_1/agent.run.started/0123456789ABCDEF0123456789abcdef"}',
	'{"symbols":[]}', '{"symbols":["b","a","NULL","{}","a,b","\"","é"," "]}',
	'{"privacy":{"truncated":1,"x":1}}',
	'{"payload":{"run_type":"x","account_id":"U1","prompt":"p","output":"o","broker_payload":{}}}',
	'{"payload":{"run_type":"x","n":[1.50,-0.0,1e2,12345678901234567890.123456789,1e-20],"o":{"b":{},"a":[[],{}],'
		'"Z":"\u0001\u007f"},"":{"":""}}}']) with ordinality u(c,
		i);
insert into odd(n, changes) select 100 + i, jsonb_build_object('occurred_at', t) from unnest(array[
	'2026-01-05T13:00:00Z', '2026-01-05T13:00:00.1Z', '2026-01-05T13:00:00.120Z', '2026-01-05T13:00:00.000000Z',
	'2026-01-05T13:00:00.1234567Z', '2026-01-05T13:00:00.999999999Z',
	'2026-01-05T13:00:00+00:00', '2026-01-05 13:00:00.5+00:00', '2026-01-05 13:00:00Z', '2026-01-05T13:00:00-00:00',
	'2026-01-05T13:00:00+0000', '2026-01-05T13:00:00+00',
	'2026-01-05T13:00Z', '2026-01-05T13Z', '20260105T130000Z', '2026-01-05T13:00:00,5Z', '2026-01-05x13:00:00Z',
	'2026-01-05T13:00:00.Z', '2026-01-05é13:00:00Z',
	'0001-01-01T00:00:00Z', '0999-12-31T23:59:59.999999Z', '1999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z',
	'2000-01-01T00:00:00Z', '2100-01-01T00:00:00.000001Z',
	'2024-02-29T00:00:00Z', '1970-01-01T00:00:00Z']) with ordinality u(t, i);
update odd set line = pg_temp.event(n, changes);
select n, path, rule from odd, at_violations(line::json) order by n;
select * from pg_temp.ingest((select string_agg(line, e'\n' order by n) from odd where at_is_valid(line::json)));
create temp table stored as select o.n, at_event_json(e)::text as event, at_redact(line::json)::text as redacted,
	e.occurred_at, e.envelope, e.idempotency_key
from odd o left join at_event e
	on (
		e.line_no = (select count(*) from odd x where x.n <= o.n and at_is_valid(x.line::json))
		and at_is_valid(o.line::json));
select count(*), count(*) filter (where event = redacted) as same from stored where event is not null;
select n, occurred_at, envelope from stored where n > 100 order by n;
select n, idempotency_key, envelope from stored
	where n < 100 and (idempotency_key::text !~ '^\./\d+$' or envelope::text ~ 'extra|null') order by n;
-- It is canonical, and goes in again.
select count(*) from stored where at_canonical(event::json) <> event;
select * from pg_temp.tried((select string_agg(at_event_json(e)::text, e'\n') from at_event e)) t;

-- The row may come by any way that keeps its columns' names and types.
select count(*) = count(at_event_json(e)) as subquery from (select * from at_event) e;
select at_event_json(e)->>'event_id' = e.event_id::text as fewer
	from (select occurred_at, event_type, environment, project, agent_id, run_id, event_id,
	span_id, parent_span_id, idempotency_key, symbols, envelope, payload, 1 as more from at_event
		where project = 'paper' order by line_no limit 1) e;
create temp table copied as select * from at_event;
select count(*) as joined from copied c join at_event e using (event_id, occurred_at)
	where at_event_json(c)::text = at_event_json(e)::text;
alter table copied drop column ingested_at;
select count(*) as dropped from copied c where at_event_json(c) is not null;
select at_event_json(e) from (select null) n(n) left join at_event e on false;
select at_event_json(null::at_event);
-- Else it is an error, and nothing worse.
select at_event_json(row(1, 2));
select at_event_json(e) from (select 1 as occurred_at) e;
select at_event_json(e) from (select occurred_at, event_type, environment, project, agent_id, run_id, event_id,
	span_id, parent_span_id, idempotency_key, symbols, envelope, 7 as payload from at_event) e;
select at_event_json(e)
	from (
		select 1 as occurred_at, 2 as event_type, 3 as environment, 4 as project, 5 as agent_id, 6 as run_id,
		7 as event_id,
	8 as span_id, 9 as parent_span_id, 10 as idempotency_key, 11 as symbols, 12 as envelope, 13 as payload) e;
select at_event_json(e)
	from (select occurred_at, event_type, environment, null::text as project, agent_id, run_id, event_id,
	span_id, parent_span_id, idempotency_key, symbols, envelope, payload from at_event) e limit 1;
select at_event_json(e)->'symbols' as symbols
	from (select occurred_at, event_type, environment, project, agent_id, run_id, event_id,
	span_id, parent_span_id, idempotency_key, array['a', null] as symbols, envelope, payload from at_event) e limit 1;
-- An envelope by hand may name fields that the row has, or has not.
select at_event_json(e)::text
	from (
		select occurred_at, event_type, environment, project, agent_id, run_id, event_id, null::at_id as span_id,
		parent_span_id,
	idempotency_key, symbols,
	'{"span_id":"column","time":0,"extra":{"project":"other","payload":1,"zz":2}}'::at_envelope as envelope, payload
	from at_event where project = 'paper' order by line_no limit 1) e;

select at_drop_store();

-- Numbers by the contract's rule: JSON numbers, and strings that spell one.
select j, at_decimal(j::jsonb)
	from unnest(
		array['1.50', '"1.50"', '" +12e-3\t"', '".5"', '"5."', '"-.5e+2"', '-0', '"\u00a07\u2003"',
		'"1234567890123456789012345678901234567890.12345678901234567890"']) j;
select j from unnest(
	array['"1_0"', '"0x1"', '"NaN"', '"Infinity"', '""', '" "', '"."', '"1e"', '"--1"', '"1 2"', '"\u0661"',
	'"1e999999999999"', '"1e1000"', 'true', 'null', '[1]', '{}', '"1e5e5"', '"+"']) j
where at_decimal(j::jsonb) is not null;
