-- The reference code's tables in place.

CREATE FUNCTION _at_row_json("row" record) RETURNS json
AS 'MODULE_PATHNAME', 'at_row_json' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _at_row_json(record) IS 'the row as a JSON object, as row_to_json() makes it, whatever the session''s time zone, DateStyle, IntervalStyle, bytea_output and extra_float_digits are: times in UTC, shortest exact floats';

CREATE FUNCTION at_journal_schema_events(schema_name name DEFAULT 'public', project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL, max_rows_per_table integer DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 10000 ROWS 10000;
COMMENT ON FUNCTION at_journal_schema_events(name, text, text, text, timestamptz, integer) IS 'the canonical, redacted, valid events of the reference code''s tables of a schema, in the order of at_journal_tables(), of each table the newest rows first: all, or those whose order column is not before since, at most max_rows_per_table of them; of a table whose order column is no time since leaves nothing out; read as the tables'' owners, read-only, once the caller''s SELECT is checked; tables that the caller may not read or row security applies to, rows that are skipped and events that are not valid are WARNINGs; null project, agent_id, environment: the settings agent_tracker.*, and paper; raises 22004, 22023, 3F000, 42501';

CREATE FUNCTION _at_journal_table_events(schema_name name, table_name text, project text, agent_id text, environment text,
	OUT order_at timestamptz, OUT event json)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_journal_table_events' LANGUAGE C STABLE PARALLEL UNSAFE COST 10000 ROWS 10000;
COMMENT ON FUNCTION _at_journal_table_events(name, text, text, text, text) IS 'what the views of at_create_journal_view() read: the events of one of the reference code''s tables of a schema, as at_journal_schema_events() gives them, with the value of the order column of their row, null where it is no time; a table that the caller may not read is a WARNING; raises 22004, 22023, 3F000, 42501';

CREATE FUNCTION _at_journal_filled(schema_name name, table_name text) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_journal_filled' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION _at_journal_filled(name, text) IS 'has this one of the reference code''s tables of a schema rows; null when it is not there, or the caller cannot read it; read as its owner, read-only; raises 22023, 3F000, 42501';

CREATE TYPE at_sync_result AS (
	batch_id bigint,
	rows_read bigint,
	events bigint,
	accepted bigint,
	duplicates bigint,
	conflicts bigint,
	versions bigint,
	rejected bigint,
	tables jsonb,
	warnings text[],
	coverage jsonb
);
COMMENT ON TYPE at_sync_result IS 'what became of a sync: events made of the rows that were read = accepted + duplicates + conflicts + rejected; versions of the accepted are edited rows; the same numbers for each table that is there, with its watermark (UTC); the first 1,000 warnings; the coverage report of the contract; batch_id is null when there was no event';

CREATE FUNCTION at_sync_journal(schema_name name DEFAULT 'public', project text DEFAULT NULL,
	agent_id text DEFAULT NULL, environment text DEFAULT NULL, incremental boolean DEFAULT true,
	on_change text DEFAULT 'conflict', overlap interval DEFAULT '10 minutes', max_rows_per_table integer DEFAULT NULL)
RETURNS at_sync_result
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION at_sync_journal(name, text, text, text, boolean, text, interval, integer) IS 'stores the events of the reference code''s tables of a schema, each once however often it is called; incremental reads a table whose order column is a time from the newest order read before, less overlap (for transactions that commit late), else the whole table; max_rows_per_table reads the newest rows, and moves no watermark where it cut; an edited row is a conflict (at_reject has it, once) or, on_change ''version'', a new event whose key carries the hash of the content; an event that is not valid is rejected with its table and id (at_reject.origin); read as the tables'' owners, read-only, once the caller''s SELECT is checked; null project, agent_id, environment: the settings agent_tracker.*, and paper; raises 22004, 22023, 3F000, 42501';
SELECT _at_grant_writer('at_sync_journal');

CREATE FUNCTION at_journal_coverage(schema_name name DEFAULT 'public',
	OUT table_name text, OUT coverage text, OUT required boolean, OUT event_type at_event_type,
	OUT readable boolean, OUT order_column text, OUT order_type text, OUT order_indexed boolean,
	OUT missing_columns text[], OUT reports text[]) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 23
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	rules record;
	rel oid;
	filled boolean;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{schema_name}', schema_name);
	IF to_regnamespace(quote_ident(schema_name)) IS NULL THEN
		RAISE invalid_schema_name USING MESSAGE = 'there is no such schema';
	END IF;
	FOR rules IN SELECT * FROM @extschema@.at_journal_tables() LOOP
		table_name := rules.table_name;
		required := rules.required;
		event_type := rules.event_type;
		order_column := rules.order_column;
		SELECT c.oid INTO rel FROM pg_class c
		WHERE c.relname = rules.table_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
			AND c.relnamespace = to_regnamespace(quote_ident(schema_name))::oid;
		-- a domain is as good as what it is over
		SELECT (WITH RECURSIVE base AS (
				SELECT t.oid, t.typtype, t.typbasetype, a.atttypmod AS mod FROM pg_type t WHERE t.oid = a.atttypid
				UNION ALL
				SELECT t.oid, t.typtype, t.typbasetype, -1 FROM base b JOIN pg_type t ON t.oid = b.typbasetype
				WHERE b.typtype = 'd')
			SELECT format_type(b.oid, b.mod) FROM base b WHERE b.typtype <> 'd'), EXISTS (SELECT FROM pg_index i
				JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
				WHERE i.indrelid = rel AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = a.attnum)
		INTO order_type, order_indexed
		FROM pg_attribute a
		WHERE a.attrelid = rel AND a.attname = rules.order_column AND a.attnum > 0 AND NOT a.attisdropped;
		SELECT coalesce(array_agg(c ORDER BY c), '{}') INTO missing_columns
		FROM unnest(rules.columns) c
		WHERE rel IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute a
			WHERE a.attrelid = rel AND a.attname = c AND a.attnum > 0 AND NOT a.attisdropped);
		filled := CASE WHEN has_schema_privilege(schema_name, 'USAGE')
			THEN @extschema@._at_journal_filled(schema_name, table_name) END;
		readable := CASE WHEN rel IS NOT NULL THEN filled IS NOT NULL END;
		coverage := CASE WHEN filled THEN 'implemented' WHEN required THEN 'missing' ELSE 'not_found' END;
		SELECT coalesce(array_agg(DISTINCT g.report), '{}') INTO reports
		FROM @extschema@.at_readiness_gaps('{}'::@extschema@.at_evidence_set) g
		WHERE rules.event_type::text = ANY (g.needs_event_type);
		RETURN NEXT;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_journal_coverage(name) IS 'the reference code''s tables of a schema, a row for each of the 23: coverage implemented (there are rows), missing (a required table without) or not_found; the event type that its rows become; whether the caller can read it (null: it is not there), which is tried as its owner, read-only; type of its order column and whether an index begins with it; columns of the rules that it lacks; the readiness reports that its events count for; raises 3F000';

CREATE FUNCTION at_create_journal_view(schema_name name DEFAULT 'public', project text DEFAULT NULL,
	agent_id text DEFAULT NULL, environment text DEFAULT NULL, view_name name DEFAULT 'at_journal_live')
RETURNS regclass
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	named text := coalesce(project, nullif(current_setting('agent_tracker.project', true), ''));
	agent text := coalesce(agent_id, nullif(current_setting('agent_tracker.agent_id', true), ''));
	env text := coalesce(environment, nullif(current_setting('agent_tracker.environment', true), ''), 'paper');
	common text;
	arms text;
	made text;
	old oid;
	grants text[];
	item text;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{schema_name,view_name}', schema_name, view_name);
	IF named IS NULL OR agent IS NULL THEN
		item := CASE WHEN named IS NULL THEN 'project' ELSE 'agent_id' END;
		RAISE null_value_not_allowed USING MESSAGE = format('argument "%s" must not be null', item),
			HINT = format('Pass the argument %1$s, or set agent_tracker.%1$s.', item);
	END IF;
	-- what is wrong with the names is said here, and not by the first query
	PERFORM @extschema@.at_journal_events('risk_checks', '[]', named, agent, env);
	SELECT CASE WHEN count(DISTINCT c.order_type) = 1 AND min(c.order_type) ~ '^(timestamp(\(\d\))? with(out)? time zone|date)$'
			THEN min(c.order_type) ELSE 'timestamp with time zone' END INTO common
	FROM @extschema@.at_journal_coverage(schema_name) c
	WHERE c.order_type IS NOT NULL AND c.readable;
	SELECT string_agg(format('SELECT %L::text AS table_name, (e.order_at%s)::%s AS order_at, e.event'
			' FROM @extschema@._at_journal_table_events(%L, %L, %L, %L, %L) e',
			c.table_name,
			CASE WHEN common ~ '^timestamp(\(\d\))? with time zone$' THEN '' ELSE ' AT TIME ZONE ''UTC''' END, common,
			schema_name, c.table_name, named, agent, env),
		E'\nUNION ALL\n' ORDER BY c.number) INTO arms
	FROM ROWS FROM (@extschema@.at_journal_coverage(schema_name)) WITH ORDINALITY AS c(table_name, coverage,
			required, event_type, readable, order_column, order_type, order_indexed, missing_columns, reports, number)
	WHERE c.readable;
	IF arms IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('schema %I has none of the tables of at_journal_tables()'
			' that you may read', schema_name);
	END IF;
	made := format('VIEW @extschema@.%I WITH (security_invoker = on) AS %s', view_name, arms);
	BEGIN
		EXECUTE 'CREATE OR REPLACE ' || made;
	EXCEPTION WHEN invalid_table_definition THEN
		-- its order column has another type now: a new one takes the place of ours
		SELECT c.oid, ARRAY(SELECT format('GRANT %s ON @extschema@.%I TO %s%s', x.privilege_type, view_name,
				CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
				CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
			FROM aclexplode(c.relacl) x WHERE x.grantee <> c.relowner)
		INTO old, grants
		FROM pg_class c
		WHERE c.relnamespace = '@extschema@'::regnamespace AND c.relname = view_name AND c.relkind = 'v'
			AND obj_description(c.oid, 'pg_class') LIKE 'events of the journal tables of schema %';
		IF old IS NULL THEN
			RAISE;
		END IF;
		EXECUTE format('DROP VIEW @extschema@.%I', view_name);
		EXECUTE 'CREATE ' || made;
		FOREACH item IN ARRAY grants LOOP
			EXECUTE item;
		END LOOP;
	END;
	EXECUTE format('COMMENT ON VIEW @extschema@.%I IS %L', view_name,
		'events of the journal tables of schema ' || quote_ident(schema_name)
		|| ', made when they are read; order_at is the tables'' order column');
	RETURN format('@extschema@.%I', view_name)::regclass;
END
$at$;
COMMENT ON FUNCTION at_create_journal_view(name, text, text, text, name) IS 'makes, or makes again, a view (table_name, order_at, event) in the extension''s schema: the canonical, redacted, valid events of the reference code''s tables of a schema, made when they are read (without a warning for rows and events that are left out, with one for tables that whoever reads it may not read), as at_journal_schema_events() reads them; order_at is the tables'' order column, as timestamptz where their types differ; every query reads the tables whole, for a window at_journal_schema_events(..., since) uses their indexes; null project, agent_id, environment: the settings agent_tracker.*, and paper; make it again when a table is added; raises 22004, 22023, 3F000, 42P01';

CREATE FUNCTION _at_create_store_journal() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE TABLE @extschema@.at_journal_watermark (
		project text NOT NULL,
		agent_id text NOT NULL,
		environment text NOT NULL,
		schema_name text NOT NULL,
		table_name text NOT NULL,
		watermark timestamptz,
		synced_at timestamptz NOT NULL,
		rows_read bigint NOT NULL,
		PRIMARY KEY (project, agent_id, environment, schema_name, table_name)
	);
	COMMENT ON TABLE @extschema@.at_journal_watermark IS 'agent_tracker: how far at_sync_journal() has read each table; delete a row to have its table read whole again';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.project IS 'project of the events';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.agent_id IS 'agent of the events';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.environment IS 'environment of the sync';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.schema_name IS 'schema of the table';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.table_name IS 'the table';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.watermark IS 'newest value of the order column that was read and not of the future then; null when there is none, or a limit cut every time';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.synced_at IS 'when the table was last read';
	COMMENT ON COLUMN @extschema@.at_journal_watermark.rows_read IS 'rows that were read then';
END
$at$;
COMMENT ON FUNCTION _at_create_store_journal() IS 'makes the store''s table at_journal_watermark; called by at_create_store()';
