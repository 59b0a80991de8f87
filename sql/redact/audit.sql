-- What today's rules of redaction would change in what is stored.

CREATE FUNCTION _at_redaction_changes(event json, rules text DEFAULT NULL, OUT path text, OUT change text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_redaction_changes' LANGUAGE C STABLE PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION _at_redaction_changes(json, text) IS 'where redaction would change an event: the path of the field ([*] for any element of an array, names of members as redaction leaves them) and what would happen: replaced, digest, name replaced; never a value; full input and output that the event says it has stay; rules is a list of categories, null for those of the settings and the administrator''s own patterns; raises 22P02 when it is no event, 22023 for an unknown rule';

CREATE FUNCTION at_audit_redaction(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, rules text DEFAULT NULL, OUT of_project text, OUT event_type text,
	OUT path text, OUT change text, OUT events bigint, OUT first_at timestamptz, OUT last_at timestamptz,
	OUT example text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
BEGIN
	PERFORM @extschema@._at_check_store();
	IF rules IS NOT NULL THEN
		-- an unknown rule is an error, also where there is nothing to redact
		PERFORM @extschema@.at_redact_text('', rules);
	END IF;
	RETURN QUERY
		SELECT e.project, e.event_type::text, c.path, c.change, count(DISTINCT e.event_id), min(e.occurred_at),
			max(e.occurred_at), min(e.event_id::text)
		FROM @extschema@.at_event e
			CROSS JOIN LATERAL @extschema@._at_redaction_changes(@extschema@.at_event_json(e), rules) c
		WHERE (wanted_project IS NULL OR e.project = wanted_project) AND (since IS NULL OR e.occurred_at >= since)
			AND (until IS NULL OR e.occurred_at < until)
		GROUP BY 1, 2, 3, 4
		ORDER BY 1, 2, 3, 4;
	-- texts beside the events that the caller may read
	FOR of_project, event_type, path, change IN
		SELECT NULL, t.relation, t.name, 'replaced'
		FROM (VALUES ('at_ingest_batch', 'source'), ('at_reject', 'origin'), ('at_baseline', 'description'),
			('at_baseline_status', 'approver')) t (relation, name)
			JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass('@extschema@.' || t.relation)
				AND a.attname = t.name
		WHERE wanted_project IS NULL AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
	LOOP
		EXECUTE format('SELECT count(*) FROM @extschema@.%I t WHERE t.%I IS DISTINCT FROM
			CASE WHEN $1 IS NULL THEN @extschema@._at_redact_note(t.%2$I) ELSE @extschema@.at_redact_text(t.%2$I, $1) END',
			event_type, path) INTO events USING rules;
		IF events > 0 THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_audit_redaction(text, timestamptz, timestamptz, text) IS 'where today''s rules of redaction would change what is stored, in one project or all, since <= occurred_at < until: project, type of event, path, what would happen, how many events, when first and last, and the id of one; without a project also texts beside the events (event_type is then the table, path the column); changes nothing; rules is a list of categories, null for those of the settings with the administrator''s own patterns; raises 22023 for an unknown rule, 42P01 without a store';
