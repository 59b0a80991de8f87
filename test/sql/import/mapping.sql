-- Mappings: rows of any table as events.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
\set VERBOSITY terse
\pset null ~

-- One source over json rows; a mapping that takes these fields of a row with
-- an id and a time, and the payloads that it makes.
create function pg_temp.mapping(fields json, more json default '{}') returns json language sql as $$
	select json_build_object('project', 'paper', 'agent_id', 'bot', 'sources', json_build_array(
		jsonb_build_object('name', 'runs', 'event_type', 'agent.run.started', 'occurred_at', 't', 'key', 'id',
			'payload_defaults', '{"run_type":"daily"}'::json, 'fields', fields) || more::jsonb))
$$;
create function pg_temp.payload(fields json, variadic rows json[]) returns setof json language sql as $$
	select e -> 'payload' from at_map_rows(pg_temp.mapping(fields), (
		select json_agg(('{"id":1,"t":"2026-06-01"}'::jsonb || r::jsonb)::json) from unnest(rows) r)) e
$$;

-- A whole event: canonical, redacted, with stable ids.
select at_map_rows(pg_temp.mapping('{"note":"n"}'), '[{"id":1,"t":"2026-06-01T10:00:00+02:00","n":" hello "}]');
select at_is_valid(e), at_canonical(e) = e::text as canonical
	from at_map_rows(pg_temp.mapping('{}'), '[{"id":1,"t":"2026-06-01"}]') e;
select e ->> 'event_id' = 'evt_'
	|| left(encode(sha256('["runs","1","agent.run.started","paper"]'), 'hex'), 32) as event_id,
	e ->> 'run_id' = 'run_' || left(encode(sha256('["runs","1"]'), 'hex'), 32) as run_id,
	e ->> 'idempotency_key' = 'paper/paper/' || (e ->> 'event_id') as key
from at_map_rows(pg_temp.mapping('{}'), '[{"id":1,"t":"2026-06-01"}]') e;

-- Text: trimmed (Unicode white space too), blank is absent, and text that is
-- an array or an object is read as one.
select pg_temp.payload(
	'{"a":"x"}', '{"x":"  a b  "}', '{"x":"   "}', '{"x":""}', '{"x":null}', '{}', e'{"x":"\\u00a0\\u2003z\\u3000"}',
	'{"x":"[1, {\"b\":2}]"}', '{"x":" {\"k\":[]} "}', '{"x":"[not json"}', '{"x":"{1}"}', '{"x":1.50}', '{"x":true}',
	'{"x":[" a "]}', '{"x":{"y":" "}}');
-- A default stands in for what is absent, and not for what is bad.
select pg_temp.payload(
	'{"a":{"path":"x","default":[1]},"run_type":"r"}', '{"x":" "}', '{"x":"v","r":"hourly"}', '{"r":" "}');
select pg_temp.payload('{"a":{"path":"x","type":"int","default":7}}', '{"x":""}', '{"x":"7.5"}');
select pg_temp.payload('{"a":{"path":"x","required":true}}', '{"x":"v"}', '{"x":" "}', '{}');

-- Types.
select pg_temp.payload(
	'{"a":{"path":"x","type":"text"}}', '{"x":" [1] "}', '{"x":1.50}', '{"x":false}', '{"x":{"b":[1, "2"],"a":null}}');
select pg_temp.payload(
	'{"a":{"path":"x","type":"bool"}}', '{"x":true}', '{"x":1}', '{"x":" TRUE "}', '{"x":"Yes"}', '{"x":"y"}',
	'{"x":"1"}',
	'{"x":0}', '{"x":"False"}', '{"x":"NO"}', '{"x":"n"}', '{"x":"0"}', '{"x":" "}');
select pg_temp.payload(
	'{"a":{"path":"x","type":"bool"}}', '{"x":"t"}', '{"x":"on"}', '{"x":2}', '{"x":"yess"}', '{"x":[]}',
	'{"x":"1.0"}');
select pg_temp.payload('{"a":{"path":"x","type":"int"}}', '{"x":3}', '{"x":"3"}', '{"x":3.00}', '{"x":" -3 "}',
	'{"x":"1e3"}', '{"x":"+007."}', '{"x":0.0}', '{"x":"12345678901234567890123"}');
select pg_temp.payload('{"a":{"path":"x","type":"int"}}', '{"x":3.5}', '{"x":"3.01"}', '{"x":"1e-1"}', '{"x":true}',
	'{"x":"three"}', '{"x":"1_000"}', '{"x":"1e9999"}', '{"x":[3]}');
select pg_temp.payload('{"a":{"path":"x","type":"float"}}', '{"x":0.10}', '{"x":" 0.10 "}', '{"x":"+.5"}', '{"x":"5."}',
	'{"x":"-00.5e+02"}', '{"x":"12345678901234567890.12345678901234567890"}');
select pg_temp.payload('{"a":{"path":"x","type":"float"}}', '{"x":"NaN"}', '{"x":"Infinity"}', '{"x":"0x10"}',
	'{"x":"1,5"}', '{"x":false}', '{"x":{}}');
select pg_temp.payload(
	'{"a":{"path":"x","type":"number_string"}}', '{"x":0.10}', '{"x":" 250.00 "}', '{"x":"-0"}', '{"x":1e3}',
	'{"x":"+1"}');
select pg_temp.payload('{"a":{"path":"x","type":"number_string"}}', '{"x":"1,000.00"}', '{"x":"$5"}', '{"x":"NaN"}',
	'{"x":true}', '{"x":[1]}');
select pg_temp.payload('{"a":{"path":"x","type":"list"}}', '{"x":[1, " a"]}', '{"x":"a, b ,,c"}', '{"x":" one "}',
	'{"x":"[\"a,b\", 2]"}', '{"x":5}', '{"x":" , "}', '{"x":[]}', '{"x":"[a, b"}');
select pg_temp.payload('{"a":{"path":"x","type":"list"}}', '{"x":{"y":1}}', '{"x":"{\"y\":1}"}');
select pg_temp.payload('{"a":{"path":"x","type":"json"}}', '{"x":"{\"b\":1}"}', '{"x":"3"}', '{"x":"\"s\""}',
	'{"x":"null"}', '{"x":[1]}', '{"x":2}');
select pg_temp.payload('{"a":{"path":"x","type":"json"}}', '{"x":"no json"}', '{"x":"{\"b\":}"}');

-- Without a type, the contract says what a field is.
select pg_temp.payload('{"reasons":"x","scenario_tags":"x","other":"x"}', '{"x":"a, b"}', '{"x":["a, b"]}');
select e -> 'payload' -> 'linked_event_ids' as linked
	from at_map_rows(
		pg_temp.mapping('{"linked_event_ids":"x"}'),
		'[{"id":1,"t":"2026-06-01","x":"evt_1,evt_2"},{"id":2,"t":"2026-06-01","x":"evt_1,two"}]') e;
select pg_temp.payload('{"scored":"x","clipped":"y"}', '{"x":"yes","y":0}', '{"x":"maybe"}');
select e -> 'payload' as by_event_type
	from at_map_rows('{"project":"p","agent_id":"a","sources":[{"event_type":{"field":"kind"},"occurred_at":"t",
		"key":"id",
	"payload_defaults":{"risk_check_kind":"limit","suite_name":"s","status":"succeeded"},"fields":{"approved":"ok",
	"case_count":"n","reasons":"why"}}]}',
	'[{"id":1,"t":"2026-06-01","kind":"risk.check.completed","ok":"n","why":"too large, too late","n":"3"},{"id":2,
		"t":"2026-06-01","kind":"replay.result.recorded","ok":"n","n":"3"},
	{"id":3,"t":"2026-06-01","kind":" "},{"id":4,"t":"2026-06-01","kind":"what.ever"},{"id":5,"t":"2026-06-01"}]') e;

-- Paths: into objects, arrays and text that is JSON; names with dots; what is
-- not there is absent.
select pg_temp.payload('{"a":"x.y.z","b":"x.l.1","c":["x.y","z"],"d":["x","l","0"]}',
	'{"x":{"y":{"z":1},"l":["p","q"]},"x.y":{"z":2}}', '{"x":"{\"y\":\"{\\\"z\\\":3}\",\"l\":\"[5,6]\"}"}',
	'{"x":5}', '{"x":[]}', '{"x":{"l":[1],"y":null}}');
select pg_temp.payload('{"a":"x.-1","b":"x.01","c":"x.99999999999","d":"x.one"}', '{"x":["p","q"]}');

-- Times: any offset, none is UTC, a date is its midnight; Z stays as written.
select e ->> 'occurred_at' as occurred_at
	from at_map_rows(
		pg_temp.mapping('{}'),
		'[{"id":1,"t":"2026-06-01T10:00:00.5Z"},{"id":2,"t":"2026-06-01 10:00:00+02"},{"id":3,
		"t":"2026-06-01T10:00:00.1234567-05:30"},
	{"id":4,"t":"20260601T1000"},{"id":5,"t":" 2026-06-01 "},{"id":6,"t":"0001-01-01T00:00:00+01:00"},{"id":7,
	"t":"2026-02-30"},{"id":8,"t":1780308000},{"id":9,"t":"yesterday"},{"id":10,"t":""},{"id":11,"t":"infinity"},
	{"id":12,"t":["2026-06-01"]}]') e;

-- Symbols: a list, or the payload's symbol; trimmed, in upper case, each once.
create function pg_temp.symbols(symbols json, rows json) returns setof json language sql as $$
	select e -> 'symbols' from at_map_rows(
		pg_temp.mapping(
		'{"symbol":"sym"}', case when symbols is null then '{}' else json_build_object('symbols', symbols) end),
		rows) e
$$;
select pg_temp.symbols(null,
	'[{"id":1,"t":"2026-06-01","sym":" nvda "},{"id":2,"t":"2026-06-01"},{"id":3,"t":"2026-06-01","sym":" "},{"id":4,'
		'"t":"2026-06-01","sym":700}]');
select pg_temp.symbols('"s"',
	'[{"id":1,"t":"2026-06-01","s":"nvda, amd,NVDA","sym":"x"},{"id":2,"t":"2026-06-01","s":["a"," a","b"]},{"id":3,'
		'"t":"2026-06-01","s":"[\"ß\"]"},{"id":4,"t":"2026-06-01","s":[700,null]},{"id":5,"t":"2026-06-01","s":[[1]]},'
		'{"id":6,"t":"2026-06-01","s":{"a":1}}]');
select pg_temp.symbols('{"value":["spy","qqq "]}', '[{"id":1,"t":"2026-06-01"}]');
select pg_temp.symbols('{"value":"btc"}', '[{"id":1,"t":"2026-06-01"}]');

-- Ids: taken as they are where they have the form, made of what is there else.
create function pg_temp.ids(more json, rows json) returns table(
	event_id text, run_id text, idempotency_key text, span_id text)
	language sql as $$
	select e ->> 'event_id', e ->> 'run_id', e ->> 'idempotency_key', e ->> 'span_id'
		from at_map_rows(pg_temp.mapping('{}', more), rows) e
$$;
select * from pg_temp.ids(
	'{"event_id":"e","run_id":"r","idempotency_key":"k","span_id":"s"}',
	'[{"id":1,"t":"2026-06-01","e":"evt_1","r":"run_1","k":"key-1","s":"span_1"},{"id":2,"t":"2026-06-01","e":77,"r":42,
		"k":"key-2","s":7},
	{"id":3,"t":"2026-06-01","e":"not an id","r":"a b/c","k":"key 3"},{"id":4,"t":"2026-06-01","e":" ","r":null},
	{"id":5,"t":"2026-06-01","e":{"a":1}}]');
select run_id, span_id
	from pg_temp.ids('{"run_id":{"value":42},"span_id":{"value":true}}', '[{"id":1,"t":"2026-06-01"}]');
select * from pg_temp.ids('{"run_id":{"value":" "}}', '[]');
-- The same run of a row in two sources, and the same row without a run.
select count(distinct run_id) as runs, count(distinct event_id) as events
	from pg_temp.ids(
		'{"run_id":"r"}',
		'[{"id":1,"t":"2026-06-01","r":"a b"},{"id":2,"t":"2026-06-01","r":"a b"},{"id":2,"t":"2026-06-02",'
		'"r":"a b"}]');
select run_id from pg_temp.ids('{"run_id":{"value":"backfill 1"}}', '[{"id":1,"t":"2026-06-01"}]');
-- The key of a row: the declared fields, else the idempotency key, else the
-- event id, else all of it, whatever the order of its columns.
select count(distinct event_id) = 2 as two
	from pg_temp.ids(
		'{"key":["a","b"]}',
		'[{"t":"2026-06-01","a":1,"b":2,"c":3},{"t":"2026-06-02","a":1,"b":2},{"t":"2026-06-01","a":12,"b":""},'
		'{"t":"2026-06-01","a":"1","b":3}]');
select count(distinct a.event_id) as one from (
	select * from pg_temp.ids('{"key":"id","idempotency_key":"k"}', '[{"id":1,"t":"2026-06-01","k":"x"}]')
	union all select * from pg_temp.ids('{"key":"id"}', '[{"id":"1","t":"2026-06-07","z":1}]')
	union all select * from pg_temp.ids('{"event_id":"id"}', '[{"id":"1","t":"2026-06-07","z":1}]')) a;
create function pg_temp.unkeyed() returns json
	language sql as $$ select (pg_temp.mapping('{}')::jsonb #- '{sources,0,key}')::json $$;
select count(*), count(distinct e ->> 'event_id') as ids
	from at_map_rows(
		pg_temp.unkeyed(),
		'[{"t":"2026-06-01","x":[1,{"b":1,"a":2}]},{"x":[1,{"a":2,"b":1}],"t":"2026-06-01"},{"t":"2026-06-01","x":[1,'
		'{"a":2,"b":3}]}]') e;
select e ->> 'event_id' = 'evt_'
	|| left(
		encode(
		sha256(
		convert_to(
		'["runs","row_' || left(encode(sha256(convert_to('[{"t":"2026-06-01"}]', 'UTF8')), 'hex'), 32)
		|| '","agent.run.started","paper"]', 'UTF8')),
		'hex'),
		32) as whole_row
from at_map_rows(pg_temp.unkeyed(), '[{"t":"2026-06-01"}]') e;

-- Redaction as everywhere: keys, digests, shapes, and symbols before they are
-- in upper case.
select pg_temp.payload('{"note":"n","api_key":"k","prompt":"p","account_id":"a","j":"j"}',
	'{"n":"key sk-abcdefghijklmnopqrstuv01","k":"s","p":"buy!","a":"123","j":"{\"password\":\"x\"}"}');
select pg_temp.symbols('"s"', '[{"id":1,"t":"2026-06-01","s":"sk-abcdefghijklmnopqrstuv01"}]');
-- Constants are not changed by what redaction does to an event.
select e -> 'payload' from at_map_rows(
	pg_temp.mapping('{}', '{"payload_defaults":{"run_type":"x","m":{"prompt":"p","l":[{"password":"t"}]}}}'),
	'[{"id":1,"t":"2026-06-01"},{"id":2,"t":"2026-06-01"}]') e;

-- Rows that make no event: skipped, each with a warning that shows no value.
select count(*) from at_map_rows(
	pg_temp.mapping('{"money_impact":"x"}'),
	'[5, "secret-value", null, [1], {"id":"secret-value"}, {"t":"2026-06-01"}, {"id":" ","t":"2026-06-01"}, {"id":1,'
		'"t":"secret-value"}, {"id":2,"t":"2026-06-01","x":"secret-value"}, {"id":[3],"t":"2026-06-01"}, {"id":9,'
		'"t":"2026-06-01"}]');
select count(*) from at_map_rows(
	pg_temp.mapping('{"a":"x"}'),
	'[{"id":1,"t":"2026-06-01","x":"\u0000"},{"id":2,"t":"2026-06-01","x":"\ud800"},{"id":3,"t":"2026-06-01",'
		'"x":"ok"}]');
select count(*) from at_map_rows(
	pg_temp.mapping('{"a":"x"}'),
	json_build_array(
		json_build_object('id', 1, 't', '2026-06-01', 'x', repeat('x', 200000)),
		json_build_object('id', 2, 't', '2026-06-01', 'x', repeat('x', 190000))));
select count(*) from at_map_rows(
	pg_temp.mapping((select json_object_agg('f' || n, 'x.a.' || n) from generate_series(0, 99) n)),
	json_build_array(
		json_build_object(
		'id', 1, 't', '2026-06-01', 'x',
		json_build_object('a', (select json_agg(n) from generate_series(1, 100000) n))::text)));
select count(*) from at_map_rows(
	pg_temp.mapping((select json_object_agg('f' || n, 'x') from generate_series(0, 99) n)),
	json_build_array(
		json_build_object(
		'id', 1, 't', '2026-06-01', 'x',
		json_build_object('a', (select json_agg(n) from generate_series(1, 100000) n))::text)));
-- Nested as deep as an event may be, and deeper.
select count(*) from at_map_rows(
	pg_temp.mapping('{"a":"x"}'),
	json_build_array(
		json_build_object('id', 1, 't', '2026-06-01', 'x', repeat('[', 62) || repeat(']', 62)),
		json_build_object('id', 2, 't', '2026-06-01', 'x', repeat('[', 63) || repeat(']', 63))));
-- Several sources.
\set two '{"project":"p","agent_id":"a","environment":"shadow","sources":[{"name":"a b","event_type":"agent.run.started","occurred_at":"t","key":"id","fields":{"run_type":"x"}},{"name":"a b","event_type":"agent.run.completed","occurred_at":"t","key":"id","fields":{"run_type":"x","status":"s"}},{"relation":"c","event_type":"agent.run.started","occurred_at":"t","key":"id","fields":{"run_type":"x"}}]}'
select e ->> 'event_type' as type, e ->> 'environment' as environment,
	count(*) over (partition by e ->> 'run_id') as of_run
	from at_map_rows(
		:'two',
		'{"z":[1],"a b":[{"id":1,"t":"2026-06-01","x":"y","s":"succeeded"}],"c":[{"id":1,"t":"2026-06-01",'
		'"x":"y"}]}') e;
select at_map_rows(:'two', '[]');
select at_map_rows(:'two', '{"c":{}}');
select at_map_rows(:'two', '5');
select at_map_rows(:'two', '{}');
select at_map_rows(null, '[]'), at_map_rows('{}', null);
select at_map_rows('{"project":"p"}', '[]');

-- What is wrong with a mapping.
create table journal (id int, t timestamptz, "Mixed Case" text, x jsonb, n numeric);
create function pg_temp.live(fields json, more json default '{}') returns json language sql as $$
	select pg_temp.mapping(fields, (more::jsonb || '{"relation":"journal"}')::json) $$;
select * from at_check_mapping(pg_temp.live('{"a":"Mixed Case","b":"x.y.z"}'));
select * from at_check_mapping('[]');
select * from at_check_mapping('{}');
select * from at_check_mapping('{"project":" ","agent_id":5,"environment":"live","sources":[],"more":1}');
select * from at_check_mapping('{"project":"a/b","agent_id":"a b","environment":null,"sources":{}}');
select * from at_check_mapping(
	'{"project":"p","agent_id":"a","environment":"live","sources":[5, {}, {"relation":"journal","query":"select 1",'
	'"event_type":"no.such.type","occurred_at":{"value":"yesterday"}}]}');
select * from at_check_mapping(pg_temp.live('{"a":{"path":"x","type":"decimal","required":"yes","sort":1},
	"b":{},"c":5,"d":"x..y","e":[],"f":["x",""],"g.h":"x"," ":"x","i":{"path":"t","default":null}}'));
select * from at_check_mapping(
	pg_temp.live(
	'{}',
	'{"event_id":{"value":"evt_1"},"idempotency_key":{"value":"k"},"run_id":{"field":"id","value":"run_1"},'
		'"symbols":{"value":null},"span_id":{},"key":[],"payload_defaults":[],"fields":[]}'));
select * from at_check_mapping(
	pg_temp.live(
	'{}',
	'{"event_type":5,"symbols":{"value":[1,["a"]]},"parent_span_id":"nowhere","key":["id","gone"],"occurred_at":"T"}'));
-- Constants that the contract refuses, and fields that nothing gives.
select * from at_check_mapping(
	pg_temp.live(
	'{"component":{"path":"x","default":"nope"}}', '{"payload_defaults":{"severity":"loud","confidence":"x"}}'));
select *
	from at_check_mapping(pg_temp.live('{"price":"n"}', '{"event_type":"paper.fill.recorded","payload_defaults":{}}'));
select * from at_check_mapping(
	pg_temp.live(
	'{}', '{"event_type":"risk.check.completed","payload_defaults":{"approved":false,"risk_check_kind":"limit"}}'));
select *
	from at_check_mapping(pg_temp.live('{}', '{"event_type":{"field":"x"},"payload_defaults":{"severity":"loud"}}'));
-- Secrets, which readers of mappings would see; no finding shows one.
select * from at_check_mapping(
	pg_temp.live(
	'{"api_key":{"path":"x","default":"abc"}}',
	'{"payload_defaults":{"run_type":"x","api_key":"abc","prompt":"buy","nested":{"account_number":"1"},'
		'"note":"sk-abcdefghijklmnopqrstuv01","sk-abcdefghijklmnopqrstuv01":1}}'));
select * from at_check_mapping(pg_temp.live('{"password":"x"}'));
-- Sources that would share ids.
select path,
	rule from at_check_mapping('{"project":"p","agent_id":"a","sources":[{"relation":"journal",
		"event_type":"agent.run.started","occurred_at":"t","fields":{"run_type":"x"}},{"relation":"journal",
		"event_type":"agent.run.started","occurred_at":"t","fields":{"run_type":"x"}},
	{"relation":"journal","event_type":"agent.run.completed","occurred_at":"t",
	"payload_defaults":{"status":"succeeded"},"fields":{"run_type":"x"}},{"relation":"journal",
	"event_type":{"field":"x"},"occurred_at":"t"}]}');
-- Limits.
select path,
	rule from at_check_mapping(
		json_build_object(
		'project', 'p', 'agent_id', 'a', 'sources',
		json_build_array(json_build_object('name', 'n', 'relation', 'journal', 'note', repeat('x', 270000)))));
select path,
	rule from at_check_mapping(
		json_build_object(
		'project', 'p', 'agent_id', 'a', 'sources', (select json_agg(n) from generate_series(1, 65) n)));
select path, rule
	from at_check_mapping(pg_temp.live((select json_object_agg('f' || n, 'x') from generate_series(1, 257) n)));
select count(*) from at_check_mapping((select json_object_agg('f' || n, 'x') from generate_series(1, 1000) n));
select path,
	rule from at_check_mapping(
		'{"project":"p","agent_id":"a","sources":[{"relation":"journal","event_type":"agent.run.started",'
		'"occurred_at":"t","fields":{"run_type":"\u0000"}}]}');

-- What a source reads: one query that only reads.
create function pg_temp.query(query text) returns table(path text, rule text, message text) language sql as $$
	select *
		from at_check_mapping(
			json_build_object('project', 'p', 'agent_id', 'a', 'sources', json_build_array(json_build_object(
		'name', 'q', 'query', query, 'event_type', 'agent.run.started', 'occurred_at', 't', 'key', 'id',
		'payload_defaults', '{"run_type":"x"}'::json)))) $$;
select * from pg_temp.query('select id, t from journal');
select * from pg_temp.query('(select id, t from journal) -- a comment');
select * from pg_temp.query('select id, t from journal;');
select * from pg_temp.query('values (1)');
select * from pg_temp.query('table journal');
select * from pg_temp.query('with w as (select * from journal) select * from w order by t limit 5');
select * from pg_temp.query('select id, t from journal; delete from journal');
select * from pg_temp.query('select id, t from journal) q; delete from journal; --');
select * from pg_temp.query('select 1 as id, now() as t) union (select 2, now()');
select * from pg_temp.query('insert into journal default values returning id, t');
select * from pg_temp.query('with w as (insert into journal default values returning *) select * from w');
select * from pg_temp.query('select id, t from journal for update');
select * from pg_temp.query('select id, t into other from journal');
select * from pg_temp.query('create table other as select 1');
select * from pg_temp.query('explain analyze delete from journal');
select * from pg_temp.query('copy journal to stdout');
select * from pg_temp.query('call nothing()');
select * from pg_temp.query('do $x$ begin delete from journal; end $x$');
select * from pg_temp.query('set transaction_read_only = off');
select * from pg_temp.query('commit');
select * from pg_temp.query(' ');
select * from pg_temp.query('-- select 1');
select * from pg_temp.query('select $1');
select * from pg_temp.query('select id, t, nothing from journal');
select * from pg_temp.query('select ''secret-value''::int as id, now() as t');
select * from pg_temp.query('select 1/0 as id, now() as t');
create function pg_temp.relation(relation text) returns table(path text, rule text, message text) language sql as $$
	select *
		from at_check_mapping(
			json_build_object('project', 'p', 'agent_id', 'a', 'sources', json_build_array(json_build_object(
		'relation', relation, 'event_type', 'agent.run.started', 'occurred_at', 't', 'key', 'id', 'payload_defaults',
		'{"run_type":"x"}'::json)))) $$;
select * from pg_temp.relation('public.journal');
select * from pg_temp.relation('JOURNAL');
select * from pg_temp.relation('"JOURNAL"');
select * from pg_temp.relation('journal; select 1');
select * from pg_temp.relation('journal where true');
select * from pg_temp.relation('nowhere.journal');
select * from pg_temp.relation('a.b.c.d');
create index journal_id on journal (id);
select * from pg_temp.relation('journal_id');

-- Syncing: from a table with all kinds of columns, under a name with
-- everything in it.
select at_create_store();
create schema "My ""Schema""";
create type mood as enum ('calm', 'Wild');
create type pair as (a int, b text);
create table "My ""Schema"""."All. Kinds" (
	id int, "When" timestamptz, d date, ts timestamp, num numeric(12,4), f8 float8, i8 bigint, ok boolean, u uuid,
	jb jsonb, j json, ta text[], ia int[],
	m mood, p pair, b bytea, iv interval, nothing text, "Sym Bol" varchar(9), ip inet, c char(5));
insert into "My ""Schema"""."All. Kinds" values
	(1, '2026-06-01 10:00:00.25+02', '2026-06-01', '2026-06-01 10:00', 1.5, 0.1, 9007199254740993, true,
		'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"b":{"c":[1.50,2]}}', '{"z":1,"a":2}', '{x,"y z",null}', '{1,2}',
	'Wild', '(1,two)', '\xdeadbeef', '1 day 02:00', null, ' nvda ', '10.0.0.1/8', 'ab'),
	(2, null, null, '2026-06-02 10:00', 'NaN', 'Infinity', null, null, null, null, '[]', '{}', null, null, null, null,
		null, null, null, null, null);
\set kinds '{"project":"p","agent_id":"a","sources":[{"relation":"\\"My \\"\\"Schema\\"\\"\\".\\"All. Kinds\\"","event_type":"agent.run.started","occurred_at":"ts","key":"id","payload_defaults":{"run_type":"x"},"fields":{"when":"When","d":"d","num":{"path":"num","type":"number_string"},"f8":"f8","i8":"i8","ok":"ok","u":"u","c1":"jb.b.c.0","j":"j","ta":"ta","ia":"ia","m":"m","p":"p","pb":"p.b","b":"b","iv":"iv","nothing":"nothing","symbol":"Sym Bol","ip":"ip","c":"c"}}]}'
select * from at_check_mapping(:'kinds');
select at_create_mapping('kinds', :'kinds');
set timezone = 'Asia/Tokyo';
set bytea_output = 'escape';
set extra_float_digits = -15;
set intervalstyle = 'iso_8601';
select source, rows, accepted, duplicates, conflicts, rejected, skipped, warnings from at_sync_mapping('kinds');
select e.payload, e.symbols, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from at_event e
	where e.project = 'p';
select current_setting('timezone') as timezone, current_setting('bytea_output') as bytea,
	current_setting('extra_float_digits') as digits;
reset timezone; reset bytea_output; reset extra_float_digits; reset intervalstyle;
-- Again: nothing twice; the same row with other content is a conflict.
update "My ""Schema"""."All. Kinds" set num = 3, d = '2026-01-01';
select source, rows, accepted, duplicates, conflicts, rejected, skipped, warnings from at_sync_mapping('kinds');
update "My ""Schema"""."All. Kinds" set d = '2026-06-03' where id = 2;
insert into "My ""Schema"""."All. Kinds" (id, ts, num)
	values (3, '2027-01-01', 0), (4, null, 0), (null, '2027-01-01', 0), (5, 'infinity', 0);
select source, rows, accepted, duplicates, conflicts, rejected, skipped, warnings from at_sync_mapping('kinds');
select name, owner = current_user as mine, project, agent_id, sources, synced_at is not null as synced,
	batch_id = (select max(batch_id) from at_ingest_batch) as batch, rows, accepted, duplicates, conflicts, rejected,
	skipped
	from at_mapping_status;
select source, lines, accepted from at_ingest_batch order by batch_id;
-- What the contract refuses is in at_reject, by source and row.
insert into "My ""Schema"""."All. Kinds" (id, ts, num, "Sym Bol") values (7, '2027-01-01', 0, 'x');
create view fills as select id, ts as t, 'loud'::text as severity from "My ""Schema"""."All. Kinds" where id = 7;
select at_create_mapping(
	'view',
	'{"project":"p","agent_id":"a","sources":[{"relation":"fills","event_type":"agent.run.started","occurred_at":"t",'
		'"key":"id","payload_defaults":{"run_type":"x"},"fields":{"severity":"severity"}}]}');
select rows, accepted, rejected, skipped from at_sync_mapping('view');
select origin, violations from at_reject where origin is not null and event_id is not null order by rejected_at desc
	limit 1;
-- Columns by the names that the query gives them, whatever it reads.
select at_create_mapping(
	'renamed',
	'{"project":"p","agent_id":"a","sources":[{"name":"r","query":"select id as n, t as \"At\", '
		'severity as \"from\" from fills","event_type":"agent.run.started","occurred_at":"At","key":"n",'
		'"payload_defaults":{"run_type":"x"},"fields":{"from":"from"}}]}');
select rows, accepted, skipped, warnings from at_sync_mapping('renamed');
create table plain(a int, b timestamptz);
insert into plain values (1, '2026-06-01');
select at_create_mapping(
	'alias',
	'{"project":"p","agent_id":"a","sources":[{"name":"al","query":"select * from plain as q(n, at)",'
		'"event_type":"agent.run.started","occurred_at":"at","key":"n","payload_defaults":{"run_type":"x"}}]}');
select rows, accepted, skipped, warnings from at_sync_mapping('alias');
-- Temporary tables of the session do not stand in for others.
create temp table plain(a int, b timestamptz);
insert into plain select n, '2026-06-01' from generate_series(10, 19) n;
select rows, accepted, duplicates, skipped from at_sync_mapping('alias');
drop table pg_temp.plain;

-- Names.
select at_create_mapping('alias', :'kinds');
select at_create_mapping('', :'kinds');
select at_create_mapping(repeat('x', 64), :'kinds');
select at_create_mapping('bad', pg_temp.live('{"a":"gone"}'));
\set VERBOSITY default
select at_create_mapping(
	'bad', pg_temp.live('{"a":"gone"}', '{"payload_defaults":{"note":"sk-abcdefghijklmnopqrstuv01"}}'));
\set VERBOSITY terse
select at_sync_mapping('nothing');
select at_drop_mapping('nothing');
select at_sync_mapping(null);
select at_drop_mapping('renamed');
select at_sync_mapping('renamed');

-- Writes, in every way: none gets through, and what there was is as before.
create table victim(x int);
create sequence counter;
create function writes() returns int
	language plpgsql as $$ begin insert into public.victim values (1); return 1; end $$;
create function unlocks() returns int
	language plpgsql as $$ begin perform set_config('transaction_read_only', 'off', true);
		insert into public.victim values (2); return 1; end $$;
create function unlocks_too() returns int
	language plpgsql set transaction_read_only = off as $$ begin insert into public.victim values (3); return 1; end $$;
create function unlocks_within() returns int
	language plpgsql as $$ begin begin set local transaction_read_only = off; exception when others then null; end;
		insert into public.victim values (4); return 1; end $$;
create function deceives() returns int
	language plpgsql as $$ begin begin insert into public.victim values (5); exception when others then null; end;
		return 1; end $$;
create function creates() returns int language plpgsql as $$ begin create temp table other(x int); return 1; end $$;
create function becomes() returns int language plpgsql as $$ begin set role pg_monitor; return 1; end $$;
create function ends() returns int language plpgsql as $$ begin commit; return 1; end $$;
create function settings() returns int
	language plpgsql as $$ begin perform set_config('work_mem', '77kB', false); return 1; end $$;
create function large() returns int language plpgsql as $$ begin perform lo_create(424242); return 1; end $$;
create function speaks() returns int language plpgsql as $$ begin raise exception 'the value is secret-value'; end $$;
create function poses() returns int
	language plpgsql as $$ begin raise exception 'the value is secret-value' using errcode = 'insufficient_privilege';
		end $$;
create function cancels() returns int
	language plpgsql as $$ begin raise exception 'the value is secret-value' using errcode = 'query_canceled'; end $$;
create function pg_temp.try(call text) returns text language plpgsql as $$
declare
	detail text;
	result text;
begin
	perform at_create_mapping(
		'try',
		json_build_object(
			'project', 'p', 'agent_id', 'a', 'sources', json_build_array(json_build_object('name', 'try', 'query',
		format('select %s as id, ''2026-06-01''::date as t', call), 'event_type', 'agent.run.started', 'occurred_at',
		't', 'key', 'id', 'payload_defaults', '{"run_type":"x"}'::json))));
	begin
		select format('rows %s accepted %s', rows, accepted + duplicates) into result from at_sync_mapping('try');
	exception when query_canceled or others then
		get stacked diagnostics detail = pg_exception_detail;
		result := sqlstate || ' ' || sqlerrm || ': ' || detail;
	end;
	perform at_drop_mapping('try');
	return result;
end
$$;
select call, pg_temp.try(call)
	from unnest(
		array['writes()', 'unlocks()', 'unlocks_within()', 'deceives()', 'creates()', 'becomes()', 'ends()',
		'settings()', 'speaks()', 'poses()', 'cancels()', '(''secret'' || ''-value'')::regclass::text',
		'current_setting(''secret.'' || ''value'')',
	'nextval(''counter'')', 'setval(''counter'', 77)', '1/(random() * 0)::int', 'pg_notify(''x'', ''y'')::text::int',
	'set_config(''transaction_read_only'', ''off'', true)::text']) call;
-- refused by each server in its own words; 15 lets a large object be made, and takes it back
select pg_temp.try('unlocks_too()') ~ '^(25001|0A000) ' as refused,
	pg_temp.try('large()') ~ '^(rows 1|25006 )' as harmless;
select count(*) as written from victim;
select is_called, last_value from counter;
select count(*) as large_objects from pg_largeobject_metadata where oid = 424242;
select current_setting('work_mem') = '77kB' as changed, current_setting('transaction_read_only') as read_only,
	to_regclass('other');
insert into victim values (9);
delete from victim;
-- Nor does a check run anything.
create function ticks() returns int
	language plpgsql immutable as $$ begin insert into public.victim values (6); return 1; end $$;
select * from pg_temp.query('select ticks() as id, now() as t');
select count(*) as written from victim;
-- A view that writes through a function, and a rule.
create view sly as select writes() as id, now() as t;
select at_create_mapping(
	'sly',
	'{"project":"p","agent_id":"a","sources":[{"relation":"sly","event_type":"agent.run.started","occurred_at":"t",'
		'"key":"id","payload_defaults":{"run_type":"x"}}]}');
select at_sync_mapping('sly');
select count(*) as written from victim;
-- In a transaction that only reads, nothing is stored.
begin read only;
select rows from at_sync_mapping('view');
rollback;
-- What failed left nothing behind.
select name, synced_at is not null as synced from at_mapping_status where name in ('sly', 'try');
select at_drop_mapping('sly');

-- Owners: sources are read as the owner of the mapping, whoever syncs.
create role regress_at_ann;
create role regress_at_bob;
create role regress_at_team;
grant regress_at_team to regress_at_ann;
select at_grant(r, 'writer') from unnest('{regress_at_ann,regress_at_bob,regress_at_team}'::name[]) r;
select at_grant('regress_at_bob', 'reader');
create table team_data(id int, t date);
insert into team_data values (1, '2026-06-01');
create table ann_data(id int, t date);
insert into ann_data values (2, '2026-06-01');
grant select on team_data to regress_at_team;
grant select on ann_data to regress_at_ann;
create function pg_temp.of(relation text) returns json
	language sql as $$ select json_build_object(
		'project', 'own', 'agent_id', 'a', 'sources', json_build_array(json_build_object('relation', relation,
	'event_type', 'agent.run.started', 'occurred_at', 't', 'key', 'id', 'payload_defaults',
	'{"run_type":"x"}'::json))) $$;
set role regress_at_ann;
select at_create_mapping('ann', pg_temp.of('ann_data'));
select at_create_mapping('team', pg_temp.of('team_data'), 'regress_at_team');
select * from at_check_mapping(pg_temp.of('ann_data'), 'regress_at_team');
select at_create_mapping('none', pg_temp.of('ann_data'), 'regress_at_team');
select at_create_mapping('none', pg_temp.of('ann_data'), 'regress_at_bob');
select at_check_mapping(pg_temp.of('ann_data'), 'regress_at_nobody');
insert into at_mapping (created_at, name, owner, search_path, mapping)
	values (now(), 'forged', 'regress_at_bob', 'public', pg_temp.of('ann_data'));
update at_mapping set owner = 'regress_at_bob' where name = 'ann';
update at_mapping set owner = 'nobody' where name = 'ann';
select source, rows, accepted from at_sync_mapping('ann');
select source, rows, accepted from at_sync_mapping('team');
reset role;
set role regress_at_bob;
select name, owner from at_mapping_status where owner like 'regress%' order by 1;
select at_sync_mapping('ann');
select at_sync_mapping('team');
select at_drop_mapping('ann');
delete from at_mapping;
update at_mapping set mapping = '{}';
select * from at_check_mapping(pg_temp.of('ann_data'));
reset role;
-- A superuser who syncs reads no more than the owner may.
revoke select on ann_data from regress_at_ann;
select at_sync_mapping('ann');
select source, rows, accepted, duplicates from at_sync_mapping('team');
-- Row security and the current user are the owner's.
grant select on ann_data to regress_at_ann;
alter table ann_data add column who text default current_user;
alter table ann_data enable row level security;
create policy own on ann_data using (who = current_user);
insert into ann_data values (3, '2026-06-03', 'regress_at_ann');
select rows, accepted, duplicates from at_sync_mapping('ann');
-- Where rows have a key, the columns that are used are enough.
create table wide(id int, t date, note text, secret text);
insert into wide values (1, '2026-06-01', 'n', 's');
grant select (id, t, note) on wide to regress_at_ann;
create function pg_temp.wide(more jsonb) returns json
	language sql as $$ select (
		pg_temp.of('wide')::jsonb
		|| jsonb_build_object(
		'sources', jsonb_build_array((pg_temp.of('wide') -> 'sources' -> 0)::jsonb || more)))::json $$;
set role regress_at_ann;
select * from at_check_mapping(pg_temp.wide('{"fields":{"note":"note"}}'));
select * from at_check_mapping(pg_temp.wide('{"fields":{"note":"note","more":"gone"}}'));
select * from at_check_mapping(pg_temp.wide('{"fields":{"note":"secret"}}'));
select * from at_check_mapping((pg_temp.wide('{}')::jsonb #- '{sources,0,key}')::json);
select at_create_mapping('wide', pg_temp.wide('{"fields":{"note":"note"}}'));
select rows, accepted from at_sync_mapping('wide');
reset role;
select payload from at_event where payload ? 'note' and project = 'own';
drop table wide;
select at_sync_mapping('wide');

-- An owner that is gone.
update at_mapping set owner = 'regress_at_gone' where name = 'ann';
select at_sync_mapping('ann');
-- Others cannot.
create role regress_at_none;
set role regress_at_none;
select at_sync_mapping('ann');
select at_check_mapping('{}');
select * from at_mapping;
reset role;

-- Names without a schema are looked up where the mapping was made.
set search_path = "My ""Schema""", public;
select at_create_mapping(
	'path',
	'{"project":"path","agent_id":"a","sources":[{"relation":"\"All. Kinds\"","event_type":"agent.run.started",'
		'"occurred_at":"ts","key":"id","payload_defaults":{"run_type":"x"}}]}');
reset search_path;
select rows, accepted from at_sync_mapping('path');

-- Of very many rows only the first are spoken of.
set client_min_messages = error;
select at_create_mapping(
	'many',
	'{"project":"many","agent_id":"a","sources":[{"name":"n","query":"select n as id, '
		'case when n > 150 then now() end as t from generate_series(1, 1150) n","event_type":"agent.run.started",'
		'"occurred_at":"t","key":"id","payload_defaults":{"run_type":"x"}}]}');
select rows, accepted, skipped, cardinality(warnings) as warnings from at_sync_mapping('many');
reset client_min_messages;
-- A cancel is a cancel.
select at_create_mapping(
	'slow',
	'{"project":"slow","agent_id":"a","sources":[{"name":"n","query":"select pg_sleep(600)::text as id, now() as t",'
		'"event_type":"agent.run.started","occurred_at":"t","key":"id","payload_defaults":{"run_type":"x"}}]}');
set statement_timeout = '100ms';
select at_sync_mapping('slow');
reset statement_timeout;

-- The store goes with its mappings.
-- A name is no secret; a file that a query looks for is not told by its name;
-- a constant of payload_defaults is as good as what a required field has.
select at_create_mapping(
	'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ', '{"project":"p","agent_id":"a","sources":[]}');
select at_create_mapping(
	'reads a file',
	'{"project":"p","agent_id":"a","sources":[{"name":"s","query":"select 1 as id, now() as ts, '
		'pg_read_file(''account 1234-'' || n) as x from generate_series(5678, 5678) n",'
		'"event_type":"paper.fill.recorded","occurred_at":"ts","key":"id","payload_defaults":{"side":"buy"},'
		'"fields":{"symbol":"x"}}]}');
select * from at_sync_mapping('reads a file');
select at_drop_mapping('reads a file');
select e->'payload' as payload from at_map_rows('{"project":"p","agent_id":"a",
	"sources":[{"name":"s","relation":"t","event_type":"paper.fill.recorded","occurred_at":"ts","key":"id",
	"payload_defaults":{"side":"buy"},"fields":{"symbol":{"path":"s","required":true},
	"side":{"path":"d","required":true}}}]}',
	'[{"id":1,"ts":"2026-01-05T10:00:00Z","s":"X"},{"id":2,"ts":"2026-01-05T10:00:00Z","s":"X","d":"sell"},{"id":3,'
		'"ts":"2026-01-05T10:00:00Z","d":"sell"}]') e;
select at_drop_store();
select at_drop_mapping('path');
select at_sync_mapping('path');
select to_regclass('at_event');
drop table journal, victim, plain, team_data, ann_data;
drop view sly, fills;
drop schema "My ""Schema""" cascade;
drop type mood, pair;
drop sequence counter;
drop function writes, unlocks, unlocks_too, unlocks_within, deceives, creates, becomes, ends, settings, large, speaks,
	poses, cancels, ticks;
drop owned by regress_at_ann, regress_at_bob, regress_at_team, regress_at_none;
drop role regress_at_ann, regress_at_bob, regress_at_team, regress_at_none;
