-- What calls of the store cost: one explained, and all computed again.

CREATE FUNCTION _at_asked_event(event_id at_id, OUT project text, OUT agent_id text, OUT environment text, OUT run_id at_id,
	OUT span_id at_id, OUT occurred_at timestamptz, OUT event_type text) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off -- the planner thinks nothing of the filters of at_event_time
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.project, e.agent_id, e.environment::text, e.run_id, e.span_id, e.occurred_at, e.event_type::text
	FROM @extschema@.at_event e
	WHERE e.event_id OPERATOR(@extschema@.=) _at_asked_event.event_id
	ORDER BY e.occurred_at DESC LIMIT 1;
END
$at$;
COMMENT ON FUNCTION _at_asked_event(at_id) IS 'internal: where the event with this id belongs, the last of several';

CREATE FUNCTION at_explain_cost(event_id text, OUT item text, OUT tokens bigint, OUT usd_per_million numeric,
	OUT usd numeric, OUT arithmetic text, OUT price_id bigint, OUT source text, OUT note text) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 5
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	id @extschema@.at_id := $1::@extschema@.at_id;
	asked record;
	call @extschema@.at_llm_call;
	used record;
	found_usage record;
BEGIN
	PERFORM @extschema@._at_check_store();
	SELECT * INTO asked FROM @extschema@._at_asked_event(id);
	IF NOT FOUND THEN
		RETURN;
	END IF;
	-- the call that it completes, else the one whose usage it is, else the one that it starts
	SELECT c.* INTO call
	FROM @extschema@.at_llm_calls(asked.project, asked.occurred_at - interval '1 day', asked.occurred_at + interval '1 day',
		asked.agent_id, asked.environment) c
	WHERE c.run_id OPERATOR(@extschema@.=) asked.run_id AND (c.event_id OPERATOR(@extschema@.=) id
		OR c.cost_event_id OPERATOR(@extschema@.=) id
		OR (c.span_id OPERATOR(@extschema@.=) asked.span_id AND asked.event_type IN ('llm.call.started', 'cost.usage.recorded')))
	ORDER BY (c.event_id OPERATOR(@extschema@.=) id) DESC,
		coalesce(c.cost_event_id OPERATOR(@extschema@.=) id, false) DESC, c.started_at DESC NULLS LAST
	LIMIT 1;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	-- the tier, and whether all counts can be read, is in the payload only
	FOR used IN SELECT e.payload FROM @extschema@.at_event e
		WHERE e.project = asked.project AND e.occurred_at >= asked.occurred_at - interval '2 days'
			AND e.occurred_at < asked.occurred_at + interval '2 days'
			AND (e.event_id OPERATOR(@extschema@.=) call.event_id OR e.event_id OPERATOR(@extschema@.=) call.cost_event_id)
		ORDER BY (e.event_id OPERATOR(@extschema@.=) call.event_id) DESC LOOP
		SELECT u.service_tier, u.unreadable <> '{}' AS unreadable, u.usage IS NULL AND u.unreadable = '{}' AS none INTO found_usage
		FROM @extschema@.at_explain_usage(used.payload) u;
		EXIT WHEN NOT found_usage.none;
	END LOOP;
	RETURN QUERY
	SELECT x.item, x.tokens, x.usd_per_million, x.usd, x.arithmetic, x.price_id, x.source,
		-- one that failed or is open, and says of no tokens
		CASE WHEN x.note = 'unpriced' AND 'unpriced' <> ALL (call.flags) THEN 'nothing to price' ELSE x.note END
	FROM @extschema@._at_explain_cost(call.tokens, call.provider, coalesce(call.response_model, call.model),
		coalesce(call.ended_at, call.started_at), coalesce(found_usage.service_tier, 'standard'),
		CASE WHEN call.cost_source IN ('reported', 'estimated') THEN call.cost_usd END,
		coalesce(call.cost_source, 'reported'), coalesce(found_usage.unreadable, false)) x;
END
$at$;
COMMENT ON FUNCTION at_explain_cost(text) IS 'the arithmetic of what a call cost, by the id of its completion, its start or its metered usage: a row for each kind of tokens with its price and where that comes from, then computed (the sum and how the model was matched, or why there is none) and cost (what counts: what the sender reported or estimated, else what was computed, else unpriced; nothing to price for a call that failed or is open and says of no tokens); no rows for an event that is of no call; looks at the day before and after; raises 42P01 without a store';

CREATE FUNCTION at_reprice(since timestamptz, until timestamptz, dry_run boolean DEFAULT true, OUT project text,
	OUT agent_id text, OUT environment text, OUT run_id text, OUT old_usd numeric, OUT new_usd numeric,
	OUT old_unpriced bigint, OUT new_unpriced bigint) RETURNS SETOF record
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	projects text[];
	runs text[];
	changed record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{dry_run,until,since}', dry_run, until, since);
	PERFORM @extschema@._at_check_store();
	-- runs that are stale are priced when they are asked for
	SELECT array_agg(r.project), array_agg(r.run_id) INTO projects, runs
	FROM (SELECT DISTINCT f.project, f.run_id::text AS run_id FROM @extschema@.at_run_fact f
		WHERE f.last_at >= $1 AND f.first_at < $2 AND f.llm_calls > 0
			AND NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
				WHERE m.project = f.project AND m.run_id OPERATOR(@extschema@.=) f.run_id)) r;
	IF runs IS NULL THEN
		RETURN;
	END IF;
	FOR changed IN
		SELECT f.project, f.agent_id, f.environment, f.run_id, f.cost_usd, f.unpriced_calls, f.first_at,
			n.cost_usd AS new_cost, n.unpriced_calls AS new_calls
		FROM @extschema@._at_facts_of_runs(projects, runs) r
			JOIN @extschema@.at_run_fact f ON f.project = r.project AND f.run_id OPERATOR(@extschema@.=) r.run_id
				AND f.agent_id = r.agent_id AND f.environment = r.environment
			LEFT JOIN @extschema@.at_run_partial p ON p.project = r.project AND p.run_id OPERATOR(@extschema@.=) r.run_id
				AND p.agent_id = r.agent_id AND p.environment = r.environment,
			LATERAL (SELECT r.cost_usd, r.unpriced_calls WHERE p.run_id IS NULL
				UNION ALL SELECT x.cost_usd, x.unpriced_calls FROM @extschema@._at_merged_run(p.facts, r) x
				WHERE p.run_id IS NOT NULL) n
		WHERE f.cost_usd IS DISTINCT FROM n.cost_usd OR f.unpriced_calls <> n.unpriced_calls
		ORDER BY f.first_at, f.project, f.run_id, f.agent_id LOOP
		project := changed.project;
		agent_id := changed.agent_id;
		environment := changed.environment;
		run_id := changed.run_id;
		old_usd := changed.cost_usd;
		new_usd := changed.new_cost;
		old_unpriced := changed.unpriced_calls;
		new_unpriced := changed.new_calls;
		IF NOT dry_run THEN
			INSERT INTO @extschema@.at_stale_run (project, run_id, agent_id, day)
			VALUES (changed.project, changed.run_id, changed.agent_id, changed.first_at::date);
		END IF;
		RETURN NEXT;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_reprice(timestamptz, timestamptz, boolean) IS 'runs with events in since <= t < until whose cost is another by the prices of at_price as they are now: cost and unpriced calls as they are stored and as they would be; without dry_run (the default) it has these runs computed again, so that at_run shows the new cost at once and at_refresh() writes it; costs that were reported stay; for the owner of the store; raises 42P01 without a store';
