-- Every vector of test/data/ingest.jsonl through at_ingest_jsonl() and out again,
-- redacted as the contract's client does.
--
-- At ingest full input and output is stored only when the setting allows it and
-- the event's own privacy.full_io is true: other vectors are expected as they
-- are without.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\set QUIET on
set client_min_messages = warning;
set agent_tracker.redact = 'client';
create temp table vector (n serial, v json);
\copy vector(v) from 'test/data/ingest.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
select at_create_store() \g /dev/null

-- Each alone, in a store that is empty: keys of vectors may be the same.
create temp table outcome (n int, accepted boolean, rules text[], exported text, again bigint);
create function pg_temp.try_one(n int, v json) returns void language plpgsql as $$
declare
	r at_ingest_result;
	exported text;
	again at_ingest_result;
begin
	delete from at_event;
	delete from at_reject;
	perform set_config('agent_tracker.store_full_io', v->>'store_full_io', false);
	r := at_ingest_jsonl(convert_to(v->>'line', 'UTF8'));
	exported := (select string_agg(line, e'\n') from at_export_jsonl() line);
	if exported is not null then
		again := at_ingest_jsonl(exported);
	end if;
	insert into outcome select n, r.accepted = 1 and r.rejected = 0,
		array(select (o->>'path') || ' ' || (o->>'rule') from at_reject, jsonb_array_elements(violations) o), exported,
		again.duplicates;
end
$$;
select pg_temp.try_one(n, v) from vector \g /dev/null
set agent_tracker.store_full_io = off;

-- What is to come out of an accepted vector.
create function pg_temp.expected(v json) returns text language sql as $$
	select case when (v->>'store_full_io')::boolean
		and (v->>'line')::json->'privacy'->>'full_io' is distinct from 'true'
		then at_redact((v->>'line')::json, false, 'client')::text else v->>'canonical' end
$$;
create function pg_temp.wrong(v json, o outcome) returns text language plpgsql as $$
declare
	missing text;
begin
	if o.accepted <> (v->>'accepted')::boolean then
		return 'accepted: ' || o.accepted || ' ' || array_to_string(o.rules, ', ');
	elsif not o.accepted then
		select string_agg(e::text, ', ') into missing from json_array_elements(v->'errors') e
		where not (e->>0) || ' ' || (e->>1) = any (o.rules) and v->>'kind' <> 'malformed';
		return 'not among ours: ' || missing;
	elsif o.exported <> pg_temp.expected(v) and o.exported::jsonb <> pg_temp.expected(v)::jsonb then
		return 'exported: ' || o.exported;
	elsif at_canonical(o.exported::json) <> o.exported then
		return 'not canonical: ' || o.exported;
	elsif o.again <> 1 then
		return 'no duplicate when it came back';
	end if;
	return null;
end
$$;

select plan(count(*)::int + 7) from vector;
select ok(w is null, v->>'id' || ' ' || (v->>'kind')) || case when w is null then '' else e'\n' || diag(w) end
from vector join outcome o using (n), lateral pg_temp.wrong(v, o) w order by n;

-- All of them in one load, then their export in one, then again.
delete from at_event;
delete from at_reject;
create temp table load as select at_ingest_jsonl(string_agg(convert_to(v->>'line', 'UTF8'), '\x0a' order by n)) as r,
	count(*) as lines,
	count(*) filter (where (v->>'accepted')::boolean) as good from vector;
select is((r).lines, lines, 'all lines are counted') from load;
select is((r).accepted + (r).duplicates + (r).conflicts, good, 'those that are good are stored, or known') from load;
select is((r).rejected, lines - good, 'the others are rejected') from load;
select is(
	(select count(*) from at_reject where (violations->0->>'rule') <> 'conflict'), lines - good, 'with a row each')
	from load;
select is(count(*), 0::bigint, 'the rejects have the numbers of the lines') from at_reject r join vector on n = line_no
where r.violations->0->>'rule' <> 'conflict' and (v->>'accepted')::boolean;
create temp table exported as select line from at_export_jsonl() line;
create temp table again as select at_ingest_jsonl(string_agg(line, e'\n')) as r, count(*) as lines from exported;
select is((r).duplicates, lines, 'the export is known when it comes in again') from again;
delete from at_event;
select at_ingest_jsonl(string_agg(line, e'\n')) from exported \g /dev/null
select is((select count(*) from (select line from exported except all select at_export_jsonl()) d), 0::bigint,
	'and comes out the same');
select * from finish();
select at_drop_store() \g /dev/null
