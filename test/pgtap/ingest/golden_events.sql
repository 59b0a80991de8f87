-- Every vector of test/data/ingest.jsonl through at_redact() and
-- at_violations().
--
-- A vector is a line, whether full input and output may be stored, and either
-- the canonical redacted event or violations that must be among ours.  Numbers
-- may keep their own spelling: then the values are equal as jsonb.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\set QUIET on
create temp table vector (v json);
\copy vector from 'test/data/ingest.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')

-- Nothing of the vector, or what is wrong with it.
create function pg_temp.wrong(v json) returns text language plpgsql as $$
declare
	event json;
	redacted text;
	canonical text := v->>'canonical';
	missing text;
	n int;
begin
	begin
		event := v->>'line';
	exception when others then
		-- the type json refuses what can be no line either; at_ingest_jsonl()
		-- rejects it, which golden_ingest.sql tests
		return case when (v->>'accepted')::boolean then 'type json: ' || sqlerrm end;
	end;
	select count(*) into n from at_violations(event);
	if at_is_valid(event) <> (n = 0) then
		return 'at_is_valid and at_violations disagree';
	end if;
	if (v->>'accepted')::boolean <> (n = 0) then
		return format('%s violations: %s', n, (select string_agg(path || ' ' || rule, ', ') from at_violations(event)));
	end if;
	if not (v->>'accepted')::boolean then
		if v->>'kind' = 'malformed' then
			return null;
		end if;
		select string_agg(e::text, ', ') into missing from json_array_elements(v->'errors') e
		where not exists (select from at_violations(event) o where o.path = e->>0 and o.rule = e->>1);
		return 'not among ours: ' || missing;
	end if;
	redacted := at_redact(event, (v->>'store_full_io')::boolean, 'client');
	if redacted <> canonical and redacted::jsonb <> canonical::jsonb then
		return 'redacted: ' || redacted;
	elsif at_canonical(redacted::json) <> redacted then
		return 'not canonical: ' || redacted;
	elsif regexp_replace(redacted, '-?\d+(\.\d+)?([eE][-+]?\d+)?', '#', 'g') <> regexp_replace(
		canonical, '-?\d+(\.\d+)?([eE][-+]?\d+)?', '#', 'g') then
		return 'more than numbers differs: ' || redacted;
	elsif at_redact(redacted::json, (v->>'store_full_io')::boolean, 'client')::text <> redacted then
		return 'not the same when redacted again';
	end if;
	return null;
end
$$;

select plan(count(*)::int) from vector;
select ok(w is null, v->>'id' || ' ' || (v->>'kind')) || case when w is null then '' else e'\n' || diag(w) end
from vector, lateral pg_temp.wrong(v) w;
select * from finish();
