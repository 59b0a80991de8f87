-- The public face, for who types: what there is, what it says, how it is called.

CREATE FUNCTION _at_help_call(function oid) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	-- what must be given stands for itself: its name, quoted where it is a text
	SELECT CASE WHEN p.prokind = 'a' THEN format('SELECT %s(%s) FROM …', p.proname, coalesce(given.names, '*'))
		WHEN p.proretset OR p.proargmodes && '{o,t}' OR result.typtype = 'c' THEN format('SELECT * FROM %s(%s)', p.proname, coalesce(given.names, ''))
		ELSE format('SELECT %s(%s)', p.proname, coalesce(given.names, '')) END
	FROM pg_proc p JOIN pg_type result ON result.oid = p.prorettype, LATERAL (
		SELECT string_agg(CASE WHEN t.typcategory = 'S' THEN quote_literal(coalesce(nullif(a.name, ''), 'text'))
				ELSE coalesce(nullif(a.name, ''), t.typname) END, ', ' ORDER BY a.place) AS names
		FROM unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) WITH ORDINALITY a(type, name, place)
			JOIN pg_type t ON t.oid = a.type
		WHERE a.place <= p.pronargs - p.pronargdefaults) given
	WHERE p.oid = function
$at$;
COMMENT ON FUNCTION _at_help_call(oid) IS 'internal: how a function is called, with the arguments that must be given';

CREATE FUNCTION at_help(topic text DEFAULT NULL, OUT name text, OUT kind text, OUT says text, OUT example text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 300
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH face(name, kind, comment, example) AS (
		SELECT p.proname::text, CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
			obj_description(p.oid, 'pg_proc'), @extschema@._at_help_call(p.oid)
		FROM pg_proc p
			JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
				AND d.refclassid = 'pg_extension'::regclass
			JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'agent_tracker'
		WHERE p.proname LIKE 'at\_%' AND p.prorettype <> 'trigger'::regtype
		UNION ALL
		SELECT c.relname::text, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END, obj_description(c.oid, 'pg_class'),
			format('SELECT * FROM %s LIMIT 10', c.relname)
		FROM pg_class c
		WHERE c.relnamespace = '@extschema@'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname LIKE 'at\_%'
			AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') LIKE 'agent\_tracker%'
	)
	SELECT f.name, f.kind, regexp_replace(split_part(regexp_replace(f.comment, '^agent_tracker: ', ''), ';', 1),
		'^(.{120}\S*).+$', '\1 ...'), f.example
	FROM face f
	-- the topic is text, in which % and _ are what they are
	WHERE topic IS NULL OR position(lower(topic) IN lower(f.name || ' ' || f.comment)) > 0
	ORDER BY position(lower(topic) IN f.name) = 0, f.name, f.example;
END
$at$;
COMMENT ON FUNCTION at_help(text) IS 'what there is of agent_tracker with this in its name or description, those that have it in their name first, or all of it (null): what it says in one line, and how it is called with the arguments that it must have; the descriptions have more: \df+ and \d+ of psql, or docs/reference.md';

CREATE FUNCTION at_agent_prompt(profile text DEFAULT 'custom') RETURNS text
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	schema CONSTANT text := '@extschema@';
	core CONSTANT text[] := '{agent.run.started,agent.run.completed,llm.call.started,llm.call.completed,tool.call.completed,
		decision.proposed,risk.check.completed,paper.fill.recorded,portfolio.snapshot.recorded,error.recorded}';
	types text[];
	listed text;
	calls text;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{profile}', profile);
	IF profile NOT IN ('ebook', 'custom', 'review') THEN
		RAISE EXCEPTION 'there is no such profile' USING ERRCODE = 'invalid_parameter_value', HINT = 'It is ebook, custom or review.';
	END IF;
	-- what the profile of the contract asks for is what an empty set lacks
	SELECT CASE WHEN profile = 'custom' THEN core ELSE array_agg(t.event_type::text) END INTO types
	FROM @extschema@.at_event_types() t
	WHERE EXISTS (SELECT FROM @extschema@.at_validate_set('ebook', ARRAY[]::json[]) v
		WHERE v.message LIKE '% ' || t.event_type);
	SELECT string_agg(format('- %s: %s payload: %s', t.event_type, t.description, array_to_string(t.required_fields, ', ')), E'\n' ORDER BY t.event_type)
	INTO listed FROM @extschema@.at_event_types() t WHERE t.event_type::text = ANY (types);
	SELECT string_agg(format('  %s', h.example), E'\n' ORDER BY h.name) INTO calls
	FROM @extschema@.at_help('at_record_') h
	WHERE h.name IN ('at_record_run_start', 'at_record_run_finish', 'at_record_llm_call_start', 'at_record_llm_call_finish',
		'at_record_tool_call', 'at_record_market_snapshot', 'at_record_decision', 'at_record_risk_check', 'at_record_order_intent',
		'at_record_fill', 'at_record_decision_outcome', 'at_record_portfolio', 'at_record_error', 'at_record_step');
	RETURN CASE WHEN profile = 'review' THEN
'You review how a trading agent records what it does in a PostgreSQL database with the extension agent_tracker (schema ' || schema || ').
Change nothing in the database. Say what is missing or wrong, where in the code it is to be mended, and how to prove it.

1. SELECT * FROM at_doctor();                      -- is the installation sound
2. SELECT * FROM at_help(''topic'');                 -- what there is, and how it is called
3. SELECT * FROM at_validate_set(''ebook'', ''<project>'');  -- which event types and fields are missing
4. SELECT * FROM at_readiness(''<project>'');        -- what the events prove, and what they do not
5. SELECT violations FROM at_reject ORDER BY batch_id DESC LIMIT 20;  -- what was refused, and why
6. SELECT * FROM at_audit_redaction();             -- did anything get past the redaction
7. SELECT f, count(*) FROM at_run, unnest(flags) f GROUP BY f;  -- runs without a start or an end, wrong clocks
8. SELECT * FROM at_unpriced_model;                -- calls whose cost is not known
9. SELECT * FROM at_reconcile(''<project>'');        -- reported figures against those of the fills

In the code look for: calls of models and tools that are not recorded; failures that are swallowed; retries that share an event id;
an event that is recorded in a transaction which is rolled back; prices without the time they are of; orders without the id of
the decision; secrets, prompts or account numbers in names, ids and messages.'
	ELSE
'You integrate a trading agent with a PostgreSQL database that has the extension agent_tracker (schema ' || schema || '), the flight
recorder of what the agent does. Record, do not decide: nothing that you add may place, change or hold back an order, and an error
of the recorder must never stop the agent.

Rules
- One event for each thing that happened, when it happened, in the order it happened. Never change or delete an event.
- project, agent_id and environment (paper, shadow, replay, ...; at_enums() lists them) name the agent. Set them once per session:
  SET agent_tracker.project = ''...'', agent_tracker.agent_id = ''...'', agent_tracker.environment = ''paper''.
- One run_id for each run of the agent: SET agent_tracker.run_id, or pass run_id. A started run is completed, also when it fails.
- Pass an idempotency_key or an event_id where a call may be repeated: then the event is stored once.
- Decisions have a decision_id. The order, its fills, its risk checks and its outcome repeat it, and the fill repeats the order_intent_id.
- Market snapshots say how old the price is (freshness_seconds). Fills, flows and snapshots say their currency.
- Never record secrets, prompts, model outputs, account ids: they are redacted, but what is not sent cannot leak.
- Record in a transaction of its own (autocommit), so that a rollback of the agent does not take its record with it.

Event types to record, and the payload fields that must be there
' || listed || '

From SQL (SELECT * FROM at_help(''at_record'') lists all)
' || coalesce(calls, '') || '
From anywhere else: write events as JSON lines (at_json_schema(type) is the schema of each type) and load them with
  SELECT * FROM at_ingest_jsonl(content)   or   COPY at_inbox FROM STDIN (FORMAT csv, QUOTE e''\x01'', DELIMITER e''\x02'')

Prove it, and show what you get
1. Run the agent once on paper, with one order that is filled, one that the risk gate rejects, and one failing tool.
2. SELECT * FROM at_validate_set(''' || CASE WHEN profile = 'ebook' THEN 'ebook' ELSE 'strict-base' END || ''', ''<project>'');  -- no rows: done
3. SELECT violations FROM at_reject;  -- empty
4. SELECT run_id, status, flags, llm_calls, tool_calls, decisions, fills, cost_usd FROM at_run;  -- status is not open, flags are empty
5. SELECT at_explain(''<decision id>'');  -- what it saw, what followed, what it cost
6. SELECT report, ready, missing FROM at_readiness(''<project>'');  -- what is still not proven'
	END;
END
$at$;
COMMENT ON FUNCTION at_agent_prompt(text) IS 'instructions for a coding agent, to be pasted: how to integrate an agent with this database, by a profile: custom (the types of events that runs, calls, decisions and figures need), ebook (all that the contract''s profile of this name asks for), or review (how to judge an integration that there is); event types and fields are those of this version; raises 22023 for another profile';
