-- Rows of the reference code's journal tables as events.

CREATE FUNCTION at_journal_events(table_name text, rows json, project text, agent_id text,
	environment text DEFAULT 'paper', warnings boolean DEFAULT true, identity_key bytea DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 2;
COMMENT ON FUNCTION at_journal_events(text, json, text, text, text, boolean, bytea) IS 'the events of rows of one of the tables of at_journal_tables(): rows is a JSON array of objects, or one object, null has none; canonical, redacted and valid events in order, of at most 200,000 bytes; rows that are skipped and events that are not valid are told by warnings, which hold no values, a hundred of them in one call, or with warnings false by none; rows of other tables only warn; under an identity_key of 32 bytes ids that look like secrets become pseudonyms, different ones different, without one [REDACTED]; raises 22004 when another argument is null, 22023 for a project, agent or environment that no event could have, for rows that are neither and for a key of another length';

CREATE FUNCTION at_journal_report(rows_by_table json, project text, agent_id text,
	environment text DEFAULT 'paper', generated_at timestamptz DEFAULT now(), identity_key bytea DEFAULT NULL)
RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION at_journal_report(json, text, text, text, timestamptz, bytea) IS 'what at_journal_events() makes of an object of rows by table: table_counts (valid events of each table that gave any), warnings (all of them, in order), and report, the coverage of the tables (implemented, missing or not_found) with the ids of their first rows; null for null rows or a null time; raises as at_journal_events() does';

CREATE FUNCTION at_journal_tables(OUT table_name text, OUT order_column text,
	OUT event_type at_event_type, OUT required boolean, OUT columns text[]) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 23;
COMMENT ON FUNCTION at_journal_tables() IS 'the tables of the reference code that are understood: the column a read of them sorts by, the main type of their events, whether a coverage report misses them, and every column that is read';
