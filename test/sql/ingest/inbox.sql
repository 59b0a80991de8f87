-- at_inbox: COPY and INSERT as a bulk load.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
select at_create_store();
-- The NOTICE names the batch, which differs from run to run: tests read the
-- counts from the batch's row.
set client_min_messages = warning;
create function pg_temp.batch(out source text, out lines bigint, out accepted bigint, out duplicates bigint,
	out conflicts bigint, out rejected bigint, out bytes bigint) returns setof record language sql as $$
	with gone as (delete from at_ingest_batch b returning b.*)
	select source, lines, accepted, duplicates, conflicts, rejected, bytes from gone order by batch_id
$$;

-- The format for JSON lines: a quote and a delimiter that no line has.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');
{"schema_version":"2026-06-07","event_id":"evt_1","idempotency_key":"k1","project":"p","agent_id":"a","run_id":"run_1","event_type":"agent.run.started","environment":"paper","occurred_at":"2026-01-05T13:00:00Z","symbols":[],"payload":{"run_type":"a \"quoted\", 'text' \\ \n"},"privacy":{},"sdk":{"name":"n","version":"1","language":"l"}}

{
{"schema_version":"2026-06-07","event_id":"evt_2","idempotency_key":"k2","project":"p","agent_id":"a","run_id":"run_1","event_type":"agent.run.started","environment":"paper","occurred_at":"2026-01-05T13:00:00Z","symbols":[],"payload":{"run_type":"x"},"privacy":{},"sdk":{"name":"n","version":"1","language":"l"}}
   
[]
{"schema_version":"2026-06-07","event_id":"evt_3","idempotency_key":"k2","project":"p","agent_id":"a","run_id":"run_1","event_type":"agent.run.started","environment":"paper","occurred_at":"2026-01-05T13:00:00Z","symbols":[],"payload":{"run_type":"y"},"privacy":{},"sdk":{"name":"n","version":"1","language":"l"}}
\.
select * from pg_temp.batch();
select * from pg_temp.rejects();
select line_no, event_id, payload from at_event order by line_no;

-- Nothing at all, and only blank lines.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');

 
\.
select * from pg_temp.batch();

-- \copy of an export, and again: all duplicates.  The file is in the directory
-- of the test's output.
\copy (select at_export_jsonl()) to 'build/regress/results/inbox.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
\copy at_inbox from 'build/regress/results/inbox.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
select source, lines, accepted, duplicates from pg_temp.batch();
delete from at_event;
\copy at_inbox from 'build/regress/results/inbox.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
select source, lines, accepted, duplicates from pg_temp.batch();

-- CRLF: of a file, and as content.
\copy (select case i when 2 then e'\r' when 3 then e'{\r' else pg_temp.event(i) || e'\r' end from generate_series(1, 4) i) to 'build/regress/results/inbox.jsonl' with (format text)
\! tr -d '\\' < build/regress/results/inbox.jsonl | sed 's/r$/\r/' > build/regress/results/inbox_crlf.jsonl
\copy at_inbox from 'build/regress/results/inbox_crlf.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
insert into at_inbox values (e'\r'), (e'{\r');
select lines, accepted, rejected, bytes from pg_temp.batch();
select line_no, line_bytes, rule from pg_temp.rejects();

-- INSERT: of values, of a query, of NULL, of nothing.
insert into at_inbox values (pg_temp.event(3)), (null), (''), (pg_temp.event(4)), ('null');
insert into at_inbox select pg_temp.event(i) from generate_series(3, 2500) i;
insert into at_inbox select 'x' where false;
insert into at_inbox default values;
select * from pg_temp.batch();
select line_no, rule from pg_temp.rejects();
select count(*), min(line_no), max(line_no) from at_event where idempotency_key::text ~ '^\./\d+$';
insert into at_inbox values (pg_temp.event(5)) returning line is not null as line;
select accepted, duplicates from pg_temp.batch();

-- A view has no rows, and takes no other statements.
select * from at_inbox;
copy at_inbox to stdout;
update at_inbox set line = 'x';
delete from at_inbox;

-- One statement that writes to it twice is one load.
with one as (insert into at_inbox values (pg_temp.event(10001)) returning line),
	two as (insert into at_inbox values (pg_temp.event(10002)) returning line)
select count(*) from one, two;
select lines, accepted from pg_temp.batch();

-- Loads within a load: each has lines of its own.
create function pg_temp.nested(n int) returns text language plpgsql as $$
begin
	insert into at_inbox values ('{'), (pg_temp.event(20000 + n)), ('{');
	return pg_temp.event(30000 + n);
end
$$;
insert into at_inbox select pg_temp.nested(i) from generate_series(1, 2) i;
select lines, accepted, rejected from pg_temp.batch();
select line_no, idempotency_key from at_event where idempotency_key::text ~ '^\./[23]\d{4}$'
	order by idempotency_key::text;
select line_no, rule from pg_temp.rejects();

-- One within that fails and is caught; then the outer one goes on.
create function pg_temp.failing(n int) returns text language plpgsql as $$
begin
	begin
		insert into at_inbox select case when i = 2 then (1 / (n - n))::text else pg_temp.event(40000 + n) end
			from generate_series(1, 3) i;
	exception when division_by_zero then
		null;
	end;
	return pg_temp.event(50000 + n);
end
$$;
insert into at_inbox select pg_temp.failing(i) from generate_series(1, 2) i;
select lines, accepted, rejected from pg_temp.batch();
select line_no, idempotency_key from at_event where idempotency_key::text ~ '^\./[45]\d{4}$'
	order by idempotency_key::text;

-- Savepoints: what is rolled back is gone, then the next load works.
begin;
savepoint s;
insert into at_inbox select case when i = 2 then (1 / (i - 2))::text else pg_temp.event(60000) end
	from generate_series(1, 3) i;
rollback to s;
insert into at_inbox values (pg_temp.event(60001));
savepoint s;
insert into at_inbox values (pg_temp.event(60002));
rollback to s;
insert into at_inbox values (pg_temp.event(60003));
commit;
select lines, accepted from pg_temp.batch();
select idempotency_key from at_event where idempotency_key::text ~ '^\./6\d{4}$' order by idempotency_key::text;

-- A store that is dropped and made anew by what makes the lines.
create function pg_temp.anew(n int) returns text language plpgsql as $$
begin
	if n = 1500 then
		perform at_drop_store();
		perform at_create_store();
		perform at_ingest_jsonl(pg_temp.event(1));
	end if;
	return pg_temp.event(n);
end
$$;
insert into at_inbox select pg_temp.anew(i) from generate_series(1, 2500) i;
select lines, accepted, duplicates from pg_temp.batch();
select count(*), min(line_no) from at_event;

-- Errors from within show nothing of a line: neither message, nor COPY's
-- context.
create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
create trigger refuse before insert on at_ingest_batch for each row execute function refuse();
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');
{"secret":"in a bad line"}
\.
drop trigger refuse on at_ingest_batch;
create trigger refuse before insert on at_reject for each statement execute function refuse();
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');
{"secret":"in a bad line"}
\.
do $$ begin insert into at_inbox values ('{"secret":"in a bad line"}'); end $$;
drop trigger refuse on at_reject;
drop function refuse();
-- COPY's own errors are the server's.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02');
onetwo
\.

-- Options that alter, skip or split lines are refused, before the first line is
-- read; so are they when there is no line.
copy at_inbox from stdin;
{"a":"\\n"}
\.
copy at_inbox (line) from stdin with (delimiter e'\x02', null '');
{"a":"caf\u00e9"}
\.
copy at_inbox from stdin with (format csv);
{"a":1}
\.
copy at_inbox from stdin with (format csv, quote e'\x01');
{"a":1}
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\t');
{"a":1}
\.
copy at_inbox from stdin with (format csv, delimiter e'\x02');
{"a":1}
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02', header);
{"a":1}
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02', header match);
line
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02', null 'null');
null
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02', encoding 'LATIN1');
{"a":1}
\.
copy at_inbox from stdin with (format csv, quote e'\x01', delimiter e'\x02') where line like '%x%';
{"a":1}
\.
copy at_inbox from stdin csv quote e'\x01' delimiter e'\x02' header;
\.
\copy at_inbox from 'build/regress/results/inbox.jsonl'
select * from pg_temp.batch();

-- What leaves lines as they are is taken: other characters that JSON cannot
-- contain, an escape, encodings that are the client's or JSON's own, binary.
copy at_inbox
	from stdin with (format csv, quote e'\x1e', delimiter e'\x1f', escape '"', force_not_null (line), encoding 'UTF8');
["\u00e9 \\ , \"\t"]
null

\.
set client_encoding = 'LATIN1';
copy at_inbox from stdin with (format csv, quote e'\b', delimiter e'\f', force_null (line), null '', encoding 'LATIN1');
[]
\.
copy at_inbox from stdin with (format csv, quote e'\b', delimiter e'\f', encoding 'UTF8');
["é"]
\.
reset client_encoding;
copy at_inbox from stdin with (format csv, quote e'\b', delimiter e'\f', encoding 'SQL_ASCII');
["é"]
\.
create temp table one_line as select pg_temp.event(1) as line;
\copy one_line to 'build/regress/results/inbox.binary' with (format binary)
\copy at_inbox from 'build/regress/results/inbox.binary' with (format binary)
\copy (select line from one_line where false) to 'build/regress/results/inbox.binary' with (format binary)
\copy at_inbox from 'build/regress/results/inbox.binary' with (format binary)
select lines, accepted + duplicates as whole, rejected from pg_temp.batch();
select line_no, rule from pg_temp.rejects();

-- In nested statements, too: the server reads the file itself.
\getenv abs_builddir PG_ABS_BUILDDIR
\set file :abs_builddir '/results/inbox_crlf.jsonl'
\set one :abs_builddir '/results/inbox_one.jsonl'
\copy one_line to 'build/regress/results/inbox_one.jsonl'
select set_config('test.file', :'file', false) is null as file, set_config('test.one', :'one', false) is null as one;
create function pg_temp.nested_copy(file text, options text) returns text language plpgsql as $$
begin
	execute format('copy at_inbox from %L ', current_setting(file)) || options;
	return 'taken';
exception when invalid_parameter_value or bad_copy_file_format then
	return sqlerrm;
end
$$;
select options, pg_temp.nested_copy('test.file', options) as many, pg_temp.nested_copy('test.one', options) as one
from unnest(array['', 'with (format csv)', 'with (format csv, quote e''\x01'', delimiter e''\x02'', header)',
	'with (format csv, quote e''\x01'', delimiter e''\x02'') where line like ''nothing''',
	'with (format csv, quote e''\x01'', delimiter e''\x02'')']) options;
select lines, accepted + duplicates as whole, rejected from pg_temp.batch();
select line_no, rule from pg_temp.rejects();
-- A COPY into another table whose trigger gives lines is none into at_inbox.
create temp table staged(line text);
create function pg_temp.pass_on() returns trigger language plpgsql as $$
begin
	insert into at_inbox select new.line;
	insert into at_inbox select new.line where false;
	return null;
end
$$;
create trigger pass_on before insert on staged for each row execute function pg_temp.pass_on();
copy staged from stdin with (format csv, header);
line
null
\.
select lines, rejected from pg_temp.batch();
select line_no, rule from pg_temp.rejects();

-- The trigger function is for this view.
create table elsewhere(number int);
create trigger begins before insert on elsewhere for each statement execute function _at_inbox_trigger();
insert into elsewhere values (1);
drop trigger begins on elsewhere;
create trigger line before insert on elsewhere for each row execute function _at_inbox_trigger();
insert into elsewhere values (1);
drop table elsewhere;
create view elsewhere as select 1 as number;
create trigger begins before insert on elsewhere for each statement execute function _at_inbox_trigger();
create trigger line instead of insert on elsewhere for each row execute function _at_inbox_trigger();
insert into elsewhere values (1);
drop view elsewhere;
create view elsewhere as select 'x'::text as line;
create trigger line instead of insert on elsewhere for each row execute function _at_inbox_trigger();
insert into elsewhere values ('x');
create trigger deletes instead of delete on elsewhere for each row execute function _at_inbox_trigger();
delete from elsewhere;
drop view elsewhere;
select _at_inbox_trigger();

-- A COPY within a function whose header takes the only line, where the server says
-- nothing of what it reads.  As the first that a session has of the library it is
-- refused, for nobody knows; a file without a line is, too, and an INSERT not.
\set empty :abs_builddir '/results/inbox_empty.jsonl'
\copy (select line from one_line where false) to 'build/regress/results/inbox_empty.jsonl'
\c -
set track_activities = off;
set client_min_messages = warning;
do $$ begin insert into at_inbox select line from (select 'x' as line) x where false; end $$;
\c -
set track_activities = off;
\set VERBOSITY terse
select set_config('test.one', :'one', false) is null as one, set_config('test.empty', :'empty', false) is null as empty;
create function pg_temp.headed(file text) returns void language plpgsql as $$
begin
	execute format('copy at_inbox from %L with (format csv, quote e''\x01'', delimiter e''\x02'', header)',
		current_setting(file));
end
$$;
select pg_temp.headed('test.one');
select pg_temp.headed('test.one');
select pg_temp.headed('test.empty');
\c -
set track_activities = off;
select set_config('test.empty', :'empty', false) is null as empty;
create function pg_temp.plain(file text) returns void language plpgsql as $$
begin
	execute format('copy at_inbox from %L with (format csv, quote e''\x01'', delimiter e''\x02'')',
		current_setting(file));
end
$$;
select pg_temp.plain('test.empty');
set client_min_messages = warning;
select pg_temp.plain('test.empty');
-- where it does say, that is known at once
\c -
set client_min_messages = warning;
select set_config('test.one', :'one', false) is null as one, set_config('test.empty', :'empty', false) is null as empty;
do $$ begin
	execute format('copy at_inbox from %L with (format csv, quote e''\x01'', delimiter e''\x02'')',
		current_setting('test.empty'));
end $$;
\c -
select set_config('test.one', :'one', false) is null as one;
do $$ begin
	execute format('copy at_inbox from %L with (format csv, quote e''\x01'', delimiter e''\x02'', header)',
		current_setting('test.one'));
end $$;

select at_drop_store();
