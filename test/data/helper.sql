-- What the regression tests share.  Sample events are made here, so that a test
-- says only what is special about its own.

set timezone = 'UTC';
set datestyle = 'ISO';
set check_function_bodies = off;

-- A valid event as one line: number n, members of the envelope changed or added
-- by changes, members of the payload by payload.
create function pg_temp.event(n int, changes jsonb default '{}', payload jsonb default '{}')
returns text language sql as $$
	select (jsonb_build_object(
		'schema_version', '2026-06-07',
		'event_id', 'evt_' || md5(n::text),
		'idempotency_key', 'paper/alpha/run_1/agent.run.started/' || n,
		'project', 'paper',
		'agent_id', 'alpha',
		'run_id', 'run_1',
		'event_type', 'agent.run.started',
		'occurred_at', '2026-01-05T13:00:00Z',
		'environment', 'paper',
		'symbols', '["SPY"]'::jsonb,
		'payload', '{"run_type":"manual"}'::jsonb || payload,
		'privacy', '{}'::jsonb,
		'sdk', '{"name":"agent-tracker-python","version":"0.5.0","language":"python"}'::jsonb
		) || changes)::text
$$;

-- Ingest, without what differs from run to run.
create function pg_temp.ingest(content text, out lines bigint, out accepted bigint,
	out duplicates bigint, out conflicts bigint, out rejected bigint)
language sql as $$
	select lines, accepted, duplicates, conflicts, rejected from at_ingest_jsonl(content)
$$;

create function pg_temp.ingest(content bytea, out lines bigint, out accepted bigint,
	out duplicates bigint, out conflicts bigint, out rejected bigint)
language sql as $$
	select lines, accepted, duplicates, conflicts, rejected from at_ingest_jsonl(content)
$$;

-- What was rejected since the last call, a row for each violation; then forget it.
create function pg_temp.rejects(out line_no int, out line_bytes bigint, out event_id text,
	out path text, out rule text, out message text)
returns setof record language sql as $$
	with gone as (
		delete from at_reject r returning r.*
	)
	select g.line_no, g.line_bytes, g.event_id::text, v->>'path', v->>'rule', v->>'message'
	from gone g, jsonb_array_elements(g.violations) with ordinality a(v, i)
	order by g.batch_id, g.line_no, i
$$;

-- Both at once, in one row; the rejects as text.
create function pg_temp.tried(content bytea, out lines bigint, out accepted bigint,
	out duplicates bigint, out conflicts bigint, out rejected bigint, out why text)
language plpgsql as $$
begin
	select i.* into lines, accepted, duplicates, conflicts, rejected from pg_temp.ingest(content) i;
	select string_agg(concat_ws(' ', 'line', r.line_no || ':', nullif(r.path, ''), r.rule || ':', r.message), '; ')
		into why from pg_temp.rejects() r;
end
$$;

create function pg_temp.tried(content text, out lines bigint, out accepted bigint,
	out duplicates bigint, out conflicts bigint, out rejected bigint, out why text)
language sql as $$
	select * from pg_temp.tried(convert_to(content, 'UTF8'))
$$;

-- Without the letters of pseudonyms, which differ from store to store.
create function pg_temp.unlettered(content text) returns text language sql as $$
	select regexp_replace(content, '(\[REDACTED\]#|redacted-)[A-P]{16}', '\1...', 'g')
$$;
