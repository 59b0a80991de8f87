-- The settings: defaults, checks, who may set them, what they do.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();
select name, setting, unit, context, vartype, min_val, max_val, short_desc from pg_settings
	where name ~ '^agent_tracker\.' order by name;

-- Bounds and checks.  (The server's words for bounds changed in 17.)
\set VERBOSITY sqlstate
set agent_tracker.max_event_bytes = 1023;
set agent_tracker.max_event_bytes = '65MB';
set agent_tracker.max_line_bytes = 0;
\set VERBOSITY default
set agent_tracker.max_decompressed_bytes = '3GB';
set agent_tracker.sample_rate = 1.5;
set agent_tracker.max_events_per_run = -2;
set agent_tracker.environment = 'production';
set agent_tracker.environment = 'paper';
set agent_tracker.environment = '';
set agent_tracker.redact = 'secrets';
set agent_tracker.redact = '';
set agent_tracker.redact = 'contract,other';
set agent_tracker.redact = ' contract , pii';
show agent_tracker.redact;
set agent_tracker.redact = 'contract';
reset agent_tracker.redact;
set agent_tracker.no_such_setting = 1;

-- Categories of redaction.
create function pg_temp.stored(payload jsonb, changes jsonb default '{}') returns jsonb language plpgsql as $$
declare
	kept jsonb;
begin
	delete from at_event;
	perform at_ingest_jsonl(pg_temp.event(1, changes, payload));
	select (at_event_json(e)::jsonb->'payload') - 'run_type' into kept from at_event e;
	return kept;
end
$$;
\set payload '{"a":"jane@example.com","b":"AKIAIOSFODNN7EXAMPLE","c":"Bearer abcdefghijklmnopqrstuvwxyz","d":"4111 1111 1111 1111"}'
select pg_temp.stored(:'payload');
set agent_tracker.redact = 'contract';
select pg_temp.stored(:'payload');
set agent_tracker.redact = 'contract,secrets,pii';
select pg_temp.stored(:'payload');
reset agent_tracker.redact;

-- Own patterns.
set agent_tracker.redact_patterns = '{';
set agent_tracker.redact_patterns = '[]';
set agent_tracker.redact_patterns = '{"a":1}';
set agent_tracker.redact_patterns = '{"a":""}';
set agent_tracker.redact_patterns = '{"a":"x","b":"("}';
select set_config(
	'agent_tracker.redact_patterns', (select jsonb_object_agg('p' || i, 'x') from generate_series(1, 33) i)::text,
	false);
select length(set_config(
	'agent_tracker.redact_patterns',
	(select jsonb_object_agg('p' || i, 'x' || i || 'x') from generate_series(1, 32) i)::text, false)) > 0 as thirty_two;
select pg_temp.stored('{"a":"x1x x32x x33x"}');
set agent_tracker.redact_patterns = '{"ticket":"\\mTICKET-\\d+\\M","name":"(?i)jane( doe)?"}';
select pg_temp.stored(
	'{"a":"TICKET-7, TICKET-x, JANE Doe and janet","TICKET-8":["Jane"],"n":7}', '{"span_id":"TICKET-9"}');
select event_id is not null as e, pg_temp.unlettered(span_id::text) as span_id from at_event;
-- One that can match nothing at all still finds what it can.
set agent_tracker.redact_patterns = '{"x":"(secret)*"}';
select pg_temp.stored('{"a":"no secret, secretsecret","b":""}');
-- One that would match the replacement ends, too; so does one that matches all.
set agent_tracker.redact_patterns = '{"x":"RED|A"}';
select pg_temp.stored('{"a":"RED A [REDACTED]"}');
set agent_tracker.redact_patterns = '{"x":"\\w"}';
select pg_temp.stored('{"a":"ab, c"}');
set agent_tracker.redact_patterns = '{"x":"."}';
select lines, accepted, rejected from at_ingest_jsonl(pg_temp.event(1));
select count(*) from pg_temp.rejects();
-- Anchors, look-around, other scripts, several on one text.
set agent_tracker.redact_patterns = '{"a":"^x+","b":"y+$","c":"(?<=id=)[0-9]+","d":"Ж+(?!а)","e":"😀"}';
select pg_temp.stored('{"a":"xxx id=42 xx yy id=7 Жа ЖЖб 😀é😀 yyy"}');
-- Many matches in a long text take no time.
set agent_tracker.redact_patterns = '{"a":"[0-9]{9}","b":"zzz"}';
set statement_timeout = '10s';
set agent_tracker.max_event_bytes = '4MB';
select length(pg_temp.stored(jsonb_build_object('a', repeat('123456789 ', 90000)))->>'a');
reset agent_tracker.max_event_bytes;
reset statement_timeout;
-- The label of a load's source, too.
set agent_tracker.redact_patterns = '{"a":"bucket-[a-z]+"}';
select lines from at_ingest_jsonl('', 's3://bucket-secret/x');
select source from at_ingest_batch where source is not null;
reset agent_tracker.redact_patterns;

-- Full input and output: the setting allows, the event decides.
select pg_temp.stored('{"prompt":"tell me","completion":"x"}', '{"privacy":{"full_io":true}}') ;
set agent_tracker.store_full_io = on;
select pg_temp.stored('{"prompt":"tell me sk-abcdefghijklmnopqrstuvwxyz012345"}', '{"privacy":{"full_io":true}}');
select envelope::jsonb->'privacy' from (select envelope::text from at_event) e;
select pg_temp.stored('{"prompt":"tell me"}', '{"privacy":{"full_io":"true"}}')->'prompt'->'redacted' as redacted;
select pg_temp.stored('{"prompt":"tell me"}')->'prompt'->'redacted' as redacted;
reset agent_tracker.store_full_io;

-- Limits.
set agent_tracker.max_event_bytes = '1kB';
select t.* from pg_temp.tried(pg_temp.event(2, '{}', jsonb_build_object('x', repeat('x', 1000)))) t;
reset agent_tracker.max_event_bytes;
set agent_tracker.max_line_bytes = '1kB';
select t.* from pg_temp.tried(pg_temp.event(2, '{}', jsonb_build_object('x', repeat('x', 1000)))) t;
set client_min_messages = warning;
insert into at_inbox values (pg_temp.event(2, '{}', jsonb_build_object('x', repeat('x', 1000))));
reset client_min_messages;
select line_no, rule, line_bytes > 1024 as line_bytes, message from pg_temp.rejects();
reset agent_tracker.max_line_bytes;

-- Who may set them.
create role regress_at_user;
set session authorization regress_at_user;
set agent_tracker.project = 'p';
set agent_tracker.parallel_ingest = on;
set agent_tracker.sample_rate = 0.5;
set agent_tracker.store_full_io = on;
set agent_tracker.redact = 'contract';
set agent_tracker.redact_patterns = '';
set agent_tracker.max_event_bytes = '1MB';
set agent_tracker.max_line_bytes = '1MB';
set agent_tracker.max_decompressed_bytes = '1MB';
reset session authorization;
grant set on parameter agent_tracker.store_full_io, agent_tracker.redact to regress_at_user;
set session authorization regress_at_user;
set agent_tracker.store_full_io = on;
set agent_tracker.redact = 'contract';
set agent_tracker.max_event_bytes = '1MB';
reset all;
reset session authorization;
revoke set on parameter agent_tracker.store_full_io, agent_tracker.redact from regress_at_user;
-- Set before the library is loaded, by one who may not: it does not take.
\c
set session authorization regress_at_user;
set agent_tracker.store_full_io = on;
set agent_tracker.redact = 'none at all';
set agent_tracker.project = 'before';
select at_has_secret('Bearer abcdefghijklmnopqrstuvwxyz');
show agent_tracker.store_full_io;
show agent_tracker.redact;
show agent_tracker.project;
reset session authorization;
-- Of a database or a role.
\c
do $$ begin execute format('alter database %I set agent_tracker.redact = ''secrets''', current_database()); end $$;
\c
select at_digest('') is not null as loads;
show agent_tracker.redact;
do $$ begin execute format('alter database %I reset agent_tracker.redact', current_database()); end $$;
drop role regress_at_user;
select at_drop_store();
