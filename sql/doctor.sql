-- What is healthy and what is not.

CREATE FUNCTION _at_doctor_store(OUT "check" text, OUT status text, OUT detail text, OUT hint text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
DECLARE
	version integer;
	missing text[];
	stale bigint;
	oldest date;
	refused bigint;
	lines bigint;
	locks bigint;
	sessions bigint;
BEGIN
	"check" := 'store';
	IF to_regclass('@extschema@.at_event') IS NULL OR @extschema@._at_store_damage() IS NOT NULL THEN
		status := 'error';
		detail := coalesce('the store is damaged: ' || @extschema@._at_store_damage(), 'there is no store in this database');
		hint := CASE WHEN @extschema@._at_store_damage() IS NULL
			THEN 'The owner of the extension makes it with SELECT @extschema@.at_create_store().'
			ELSE 'Give a table that was renamed its name back; or SELECT @extschema@.at_drop_store() drops what is left, with all its rows.' END;
		RETURN NEXT;
		RETURN;
	END IF;
	IF NOT has_table_privilege('@extschema@.at_event', 'SELECT') THEN
		status := 'info';
		detail := 'the store is there; you may not read it';
		hint := 'SELECT @extschema@.at_grant(your role, ''reader'') lets you.';
		RETURN NEXT;
		RETURN;
	END IF;
	SELECT s.version INTO version FROM @extschema@.at_store s;
	status := CASE WHEN version = @extschema@._at_store_version() THEN 'ok' ELSE 'error' END;
	detail := format('version %s, the extension has %s', version, @extschema@._at_store_version());
	hint := CASE WHEN status <> 'ok' THEN 'Run SELECT @extschema@.at_upgrade_store().' END;
	RETURN NEXT;

	"check" := 'partitions';
	SELECT array_agg(m.name) INTO missing
	FROM @extschema@._at_missing_partitions(ARRAY[now(), now() + interval '1 month']) m;
	status := CASE WHEN missing IS NULL THEN 'ok' ELSE 'warning' END;
	detail := CASE WHEN missing IS NULL THEN 'this month and the next have one'
		ELSE 'missing: ' || array_to_string(missing, ', ') END;
	hint := CASE WHEN missing IS NOT NULL THEN 'A write makes what it needs; SELECT @extschema@.at_upkeep() makes them ahead.' END;
	RETURN NEXT;

	-- a query without a bound on occurred_at locks each partition and its indexes
	"check" := 'locks';
	SELECT 1 + count(*) + (SELECT count(*) FROM pg_index i
			WHERE i.indrelid IN (SELECT t.relid FROM pg_partition_tree('@extschema@.at_event') t WHERE t.isleaf))
	INTO locks FROM @extschema@.at_partitions();
	sessions := current_setting('max_locks_per_transaction')::bigint
		* (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint) / locks;
	status := CASE WHEN sessions < 10 THEN 'warning' ELSE 'ok' END;
	detail := format('a query over all partitions takes %s locks; the lock table has room for %s such sessions at once', locks, sessions);
	hint := CASE WHEN sessions < 10 THEN format('Raise max_locks_per_transaction to %s (and restart the server), or drop old partitions with @extschema@.at_drop_before().',
		ceil(10.0 * locks / (current_setting('max_connections')::numeric + current_setting('max_prepared_transactions')::numeric))) END;
	RETURN NEXT;

	"check" := 'rollups';
	SELECT count(*), min(m.day) INTO stale, oldest
	-- the day -infinity is of the trade book alone
	FROM (SELECT DISTINCT k.project, k.day FROM @extschema@.at_stale_run k WHERE k.day > '-infinity') m;
	status := CASE WHEN stale > 100 THEN 'warning' ELSE 'ok' END;
	detail := CASE WHEN stale = 0 THEN 'every day is up to date'
		ELSE format('%s days of projects were written since their rollup, the first %s', stale, oldest) END;
	hint := CASE WHEN stale > 100 THEN 'Reports are right all the same, and slower; SELECT @extschema@.at_refresh() or put it on a schedule.' END;
	RETURN NEXT;

	"check" := 'loads';
	SELECT coalesce(sum(b.lines), 0), coalesce(sum(b.rejected + b.conflicts), 0) INTO lines, refused
	FROM @extschema@.at_ingest_batch b WHERE b.ingested_at > now() - interval '1 day';
	status := CASE WHEN refused > lines / 100 THEN 'warning' ELSE 'ok' END;
	detail := format('%s of %s events of the last day were refused', refused, lines);
	hint := CASE WHEN status <> 'ok' THEN 'at_reject says why: SELECT violations, origin FROM @extschema@.at_reject ORDER BY rejected_at DESC.' END;
	RETURN NEXT;
END
$at$;
COMMENT ON FUNCTION _at_doctor_store() IS 'the checks of at_doctor() that are about the store';

CREATE FUNCTION _at_doctor_settings(OUT "check" text, OUT status text, OUT detail text, OUT hint text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	cron name := @extschema@._at_cron_schema();
	jobs bigint := 0;
BEGIN
	-- the library defines the settings when it is loaded
	PERFORM @extschema@.at_digest('');
	"check" := 'redaction';
	status := CASE WHEN current_setting('agent_tracker.redact') ~ '\mpii\M' THEN 'ok' ELSE 'info' END;
	detail := 'agent_tracker.redact is ' || current_setting('agent_tracker.redact');
	hint := CASE WHEN status <> 'ok' THEN 'Personal data (e-mail, card numbers, addresses) is redacted with contract,secrets,pii.' END;
	RETURN NEXT;
	"check" := 'full input and output';
	status := CASE WHEN current_setting('agent_tracker.store_full_io')::boolean THEN 'warning' ELSE 'ok' END;
	detail := CASE WHEN status = 'ok' THEN 'prompts and outputs are stored as digests'
		ELSE 'prompts and outputs of events that ask for it are stored in full' END;
	hint := CASE WHEN status <> 'ok' THEN 'agent_tracker.store_full_io = off stores digests.' END;
	RETURN NEXT;
	"check" := 'jit';
	status := CASE WHEN pg_jit_available() THEN 'info' ELSE 'ok' END;
	detail := CASE WHEN pg_jit_available() THEN 'queries that the planner takes for expensive are compiled'
		ELSE 'queries are not compiled' END;
	hint := CASE WHEN pg_jit_available() THEN format('Views of performance over many events have hundreds of expressions, and compiling them may take longer than the query: ALTER DATABASE %I SET jit = off.',
		current_database()) END;
	RETURN NEXT;
	"check" := 'schedules';
	IF cron IS NULL THEN
		status := 'info';
		detail := 'pg_cron is not installed in this database';
		hint := 'SELECT @extschema@.at_schedule() gives services and timers of systemd.';
	ELSIF NOT has_schema_privilege(cron, 'USAGE') OR NOT has_table_privilege(format('%I.job', cron), 'SELECT') THEN
		status := 'info';
		detail := 'you may not read the jobs of pg_cron';
		hint := NULL;
	ELSE
		EXECUTE format('SELECT count(*) FROM %I.job WHERE jobname LIKE $1 AND database = current_database()', cron)
			INTO jobs USING 'agent\_tracker %';
		status := CASE WHEN jobs > 0 THEN 'ok' ELSE 'warning' END;
		detail := format('pg_cron has %s jobs of agent_tracker', jobs);
		hint := CASE WHEN jobs = 0 THEN 'SELECT @extschema@.at_schedule() puts what keeps the store fresh on it.' END;
	END IF;
	RETURN NEXT;
END
$at$;
COMMENT ON FUNCTION _at_doctor_settings() IS 'the checks of at_doctor() that are about settings and schedules';

CREATE FUNCTION _at_doctor_journal(schema_name name, OUT "check" text, OUT status text, OUT detail text, OUT hint text)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	WITH coverage AS MATERIALIZED (
		SELECT * FROM ROWS FROM (@extschema@.at_journal_coverage(schema_name)) WITH ORDINALITY AS c(table_name, coverage,
			required, event_type, readable, order_column, order_type, order_indexed, missing_columns, reports, number)
	)
	SELECT 'journal', 'info', format('schema %I has none of its %s tables', schema_name, count(*)),
		'The first argument names the schema of a journal, if there is one.'
	FROM coverage HAVING count(readable) = 0
	UNION ALL
	(SELECT 'table ' || c.table_name,
		CASE WHEN c.readable IS NULL AND c.required THEN 'warning' WHEN c.readable IS NULL THEN 'info'
			WHEN NOT c.readable THEN 'error'
			WHEN k.is_view AND NOT c.order_indexed THEN 'info'
			WHEN c.coverage <> 'implemented' AND c.required THEN 'warning'
			WHEN c.order_type IS NULL OR c.order_type !~ '^(timestamp(\(\d\))? with(out)? time zone|date)$' OR NOT c.order_indexed THEN 'warning'
			ELSE 'ok' END,
		CASE WHEN c.readable IS NULL THEN 'not there' WHEN NOT c.readable AND k.granted THEN 'it cannot be read'
			WHEN NOT c.readable THEN 'you may not read it'
			WHEN c.coverage <> 'implemented' THEN 'empty'
			ELSE 'has rows' END
		|| CASE WHEN c.readable IS NULL THEN ''
			WHEN c.order_type IS NULL THEN format('; column %I is missing', c.order_column)
			WHEN c.order_type !~ '^(timestamp(\(\d\))? with(out)? time zone|date)$' THEN format('; column %I is %s, no time', c.order_column, c.order_type)
			WHEN NOT c.order_indexed AND k.is_view THEN '; a view has no index of its own'
			WHEN NOT c.order_indexed THEN format('; no index begins with %I', c.order_column)
			ELSE '' END
		|| CASE WHEN c.readable IS NOT NULL AND cardinality(c.missing_columns) > 0
			THEN '; without ' || array_to_string(c.missing_columns, ', ') ELSE '' END,
		CASE WHEN c.readable IS NULL AND cardinality(c.reports) > 0
				THEN format('Its events (%s) count for the reports %s.', c.event_type, array_to_string(c.reports, ', '))
			WHEN c.readable IS NULL THEN NULL
			WHEN NOT has_schema_privilege(schema_name, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I to your role.', schema_name)
			WHEN NOT c.readable AND k.granted THEN format('A warning of at_journal_schema_events(%L) says why;'
				' the other tables are synced without it.', schema_name)
			WHEN NOT c.readable THEN format('GRANT SELECT ON %I.%I to your role; the other tables are synced without it.',
				schema_name, c.table_name)
			WHEN c.order_type IS NULL OR c.order_type !~ '^(timestamp(\(\d\))? with(out)? time zone|date)$'
				THEN 'Every sync reads the whole table; a column of type timestamptz makes it incremental.'
			WHEN NOT c.order_indexed AND k.is_view THEN 'An index of what the view reads makes an incremental sync fast.'
			WHEN NOT c.order_indexed THEN format('CREATE INDEX ON %I.%I (%I) makes an incremental sync fast.',
				schema_name, c.table_name, c.order_column) END
	FROM coverage c
		LEFT JOIN LATERAL (SELECT p.relkind IN ('v', 'f') AS is_view, has_table_privilege(p.oid, 'SELECT')
					AND has_schema_privilege(p.relnamespace, 'USAGE') AS granted
			FROM pg_class p
			WHERE p.relnamespace = to_regnamespace(quote_ident(schema_name))::oid AND p.relname = c.table_name) k ON true
	WHERE EXISTS (SELECT FROM coverage x WHERE x.readable IS NOT NULL)
	ORDER BY c.number)
$at$;
COMMENT ON FUNCTION _at_doctor_journal(name) IS 'the checks of at_doctor() that are about the reference code''s tables of a schema';

CREATE FUNCTION _at_doctor_reports(schema_name name, project text, OUT "check" text, OUT status text, OUT detail text, OUT hint text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
AS $at$
DECLARE
	-- missing parts that are named
	most CONSTANT integer := 20;
	seen @extschema@.at_evidence_set;
	has_journal boolean := EXISTS (SELECT FROM @extschema@.at_journal_coverage(schema_name) c WHERE c.readable IS NOT NULL);
BEGIN
	IF has_schema_privilege(schema_name, 'USAGE') THEN
		SELECT @extschema@.at_collect_evidence(@extschema@.at_event_evidence(e)) INTO seen
		FROM @extschema@.at_journal_schema_events(schema_name, 'doctor', 'doctor', 'paper', max_rows_per_table => 1000) e;
	END IF;
	IF to_regclass('@extschema@.at_event') IS NOT NULL
			AND has_table_privilege('@extschema@.at_event', 'SELECT')
			AND has_table_privilege('@extschema@.at_evidence_daily', 'SELECT') THEN
		seen := @extschema@._at_evidence_set_merge(coalesce(seen, '{}'), coalesce(@extschema@.at_stored_evidence(project), '{}'));
	END IF;
	RETURN QUERY
	SELECT 'readiness ' || r.report,
		CASE WHEN r.ready THEN 'ok' ELSE 'warning' END,
		format('score %s', r.score)
			|| CASE WHEN cardinality(r.missing) > 0 THEN '; missing ' || array_to_string(@extschema@._at_first_items(r.missing, most), ', ') ELSE '' END,
		(SELECT string_agg(format('%s: %s', g.gap, g.hint)
				|| coalesce(' Tables: ' || nullif((SELECT string_agg(t.table_name, ', ' ORDER BY t.table_name)
					FROM @extschema@.at_journal_tables() t
					WHERE has_journal AND t.event_type::text = ANY (g.needs_event_type)), '') || '.', ''), E'\n' ORDER BY g.gap)
			FROM (SELECT * FROM @extschema@.at_readiness_gaps(coalesce(seen, '{}')) x WHERE x.report = r.report ORDER BY x.gap LIMIT most) g)
	FROM @extschema@.at_readiness_of(coalesce(seen, '{}')) r;
END
$at$;
COMMENT ON FUNCTION _at_doctor_reports(name, text) IS 'the checks of at_doctor() that are about readiness: what the newest 1,000 rows of each of the reference code''s tables of a schema, and the stored events of a project or all, prove together, and what would fill the gaps';

CREATE FUNCTION at_doctor(schema_name name DEFAULT 'public', project text DEFAULT NULL,
	OUT "check" text, OUT status text, OUT detail text, OUT hint text) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT @extschema@._at_refuse_nulls('{schema_name}', schema_name);
	SELECT * FROM @extschema@._at_doctor_store()
	UNION ALL SELECT * FROM @extschema@._at_doctor_settings()
	UNION ALL SELECT * FROM @extschema@._at_doctor_journal(schema_name)
	UNION ALL SELECT * FROM @extschema@._at_doctor_reports(schema_name, project)
$at$;
COMMENT ON FUNCTION at_doctor(name, text) IS 'what is healthy and what is not: the store, its partitions, rollups and loads, settings and schedules, the reference code''s tables of a schema, and each readiness report with what a user must add for it, where the stored events of a project count, or all; status ok, info, warning or error; reads only what the caller may, and the tables as their owners and read-only, so that what others put into the schema gets none of the caller''s rights; raises 3F000';
