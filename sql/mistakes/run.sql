-- Mistakes that the events of one run show.

CREATE FUNCTION _at_mistake_rejected_trade(project text, since timestamptz, until timestamptz, agent_id text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH fill AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id,
			@extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id,
			@extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'paper.fill.recorded' AND (e.payload ->> 'fill_source') IS DISTINCT FROM 'manual_import'
	), verdict AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.occurred_at, e.event_id, e.event_type = 'risk.check.completed' AND e.payload -> 'approved' = 'true' AS approved,
			@extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id,
			@extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id
		FROM (SELECT * FROM @extschema@.at_event r
				WHERE r.project = $1 AND r.occurred_at >= $2 - interval '7 days' AND r.occurred_at < $3
					AND ($4 IS NULL OR r.agent_id = $4) AND r.event_type = 'trade.rejected'
			UNION ALL
			SELECT * FROM @extschema@.at_event r
				WHERE r.project = $1 AND r.occurred_at >= $2 - interval '1 hour' AND r.occurred_at < $3
					AND ($4 IS NULL OR r.agent_id = $4) AND r.event_type = 'risk.check.completed'
					AND jsonb_typeof(r.payload -> 'approved') = 'boolean') e
	), judged AS (
		SELECT f.*, v.event_id AS verdict_id, v.occurred_at AS verdict_at, v.approved
		FROM fill f JOIN verdict v ON v.agent_id = f.agent_id AND v.environment = f.environment AND v.decision_id = f.decision_id
			-- of two orders of one decision one may have been rejected
			AND coalesce(v.order_intent_id = f.order_intent_id, true)
		WHERE v.occurred_at < f.occurred_at
		UNION ALL
		SELECT f.*, v.event_id, v.occurred_at, v.approved
		FROM fill f JOIN verdict v ON v.agent_id = f.agent_id AND v.environment = f.environment AND v.order_intent_id = f.order_intent_id
		WHERE v.occurred_at < f.occurred_at
	)
	SELECT 'custom.trade_after_rejection', j.agent_id, j.environment, j.run_id, j.occurred_at, ARRAY[j.event_id, j.verdict_id],
		jsonb_build_object('rejected_at', j.verdict_at, 'seconds', round(extract(epoch FROM j.occurred_at - j.verdict_at), 3))
	FROM (SELECT DISTINCT ON (j.event_id, j.occurred_at) j.* FROM judged j
		ORDER BY j.event_id, j.occurred_at, j.verdict_at DESC, j.approved DESC) j
	WHERE NOT j.approved;
END
$at$;
COMMENT ON FUNCTION _at_mistake_rejected_trade(text, timestamptz, timestamptz, text) IS 'internal: custom.trade_after_rejection: fills of the window whose decision or order was rejected before (by a rejection of the last seven days, or a risk check of the last hour before the window, or within it), and not approved after that; never by symbol';

CREATE FUNCTION _at_mistake_old_price(project text, since timestamptz, until timestamptz, agent_id text,
	price_age_seconds float8) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 'custom.price_too_old', d.agent_id, d.environment, d.run_id, d.proposed_at, ARRAY[d.event_ids[2], d.event_ids[1]], -- the snapshot came first
		jsonb_build_object('age_seconds', round(d.price_age_s::numeric, 3), 'bound', price_age_seconds, 'price', d.price)
	FROM @extschema@.at_decisions($1, $2, $3, $4) d
	WHERE d.price_age_s > price_age_seconds
		-- what was old when it was taken is the market's mistake, or a session that is not open
		AND d.price_age_s - extract(epoch FROM d.proposed_at - d.price_at)::float8 <= price_age_seconds;
END
$at$;
COMMENT ON FUNCTION _at_mistake_old_price(text, timestamptz, timestamptz, text, float8) IS 'internal: custom.price_too_old: decisions whose price_age_s in at_decisions() is above the bound while the freshness_seconds that the price had when it was taken are not';

CREATE FUNCTION _at_mistake_slippage(project text, since timestamptz, until timestamptz, agent_id text,
	slippage_bps numeric) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH fill AS MATERIALIZED (
		SELECT e.agent_id, e.environment, @extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id, lower(e.payload ->> 'side') AS side,
			sum(q.quantity * q.price) / sum(q.quantity) AS price, sum(q.quantity) AS quantity, min(e.occurred_at) AS first_at,
			array_agg(e.event_id ORDER BY e.occurred_at, e.key_digest) AS event_ids
		FROM @extschema@.at_event e, LATERAL (SELECT @extschema@.at_decimal(e.payload -> 'quantity') AS quantity,
			@extschema@.at_decimal(e.payload -> 'price') AS price OFFSET 0) q
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'paper.fill.recorded' AND q.quantity > 0 AND q.price > 0
		GROUP BY 1, 2, 3, 4
	), intent AS MATERIALIZED (
		-- an order that is recorded again is the one it was first
		SELECT DISTINCT ON (e.agent_id, e.environment, o.order_intent_id) e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, o.order_intent_id,
			@extschema@.at_decimal(e.payload -> 'intended_price') AS price, upper(e.payload ->> 'symbol') AS symbol
		FROM (SELECT DISTINCT f.agent_id FROM fill f) a CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event i
			WHERE i.project = $1 AND i.agent_id = a.agent_id AND i.event_type = 'order.intent.recorded'
				AND i.occurred_at >= $2 - interval '7 days' AND i.occurred_at < $3 OFFSET 0) e,
			LATERAL (SELECT @extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id OFFSET 0) o
		WHERE coalesce(lower(e.payload ->> 'order_type') LIKE '%limit%', true)
		ORDER BY e.agent_id, e.environment, o.order_intent_id, e.occurred_at, e.key_digest
	)
	SELECT 'custom.slippage', i.agent_id, i.environment, i.run_id, i.occurred_at, i.event_id || f.event_ids,
		jsonb_build_object('bps', round(s.bps, 4), 'bound', slippage_bps, 'intended_price', i.price, 'fill_price', trim_scale(round(f.price, 8)),
			'quantity', f.quantity)
	FROM fill f
		JOIN intent i ON i.agent_id = f.agent_id AND i.environment = f.environment AND i.order_intent_id = f.order_intent_id
			AND i.occurred_at <= f.first_at,
		LATERAL (SELECT CASE WHEN f.side IN ('buy', 'cover') THEN 1 WHEN f.side IN ('sell', 'short') THEN -1 END * (f.price - i.price) / i.price * 10000 AS bps) s
	WHERE i.price > 0 AND s.bps > slippage_bps
		AND NOT EXISTS (SELECT FROM @extschema@.at_split p WHERE upper(p.symbol) = i.symbol AND p.effective_at >= i.occurred_at AND p.effective_at < $3);
END
$at$;
COMMENT ON FUNCTION _at_mistake_slippage(text, timestamptz, timestamptz, text, numeric) IS 'internal: custom.slippage: orders of at most seven days before the window with an intended price, whose fills in the window are worse on average by more than the bound, in basis points of the intended price; not market orders, nor across a split';

CREATE FUNCTION _at_mistake_tool_loop(project text, since timestamptz, until timestamptz, agent_id text,
	same_arguments integer, same_tool integer) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH call AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id::text AS run_id, e.occurred_at, e.line_no, e.key_digest, e.event_id, e.payload ->> 'tool_name' AS tool,
			CASE WHEN e.payload ?| '{arguments,tool_arguments,gen_ai.tool.call.arguments,arguments_hash,argument_hash,input_hash}' THEN
				coalesce(e.payload ->> 'arguments', e.payload ->> 'tool_arguments', e.payload ->> 'gen_ai.tool.call.arguments',
				e.payload ->> 'arguments_hash', e.payload ->> 'argument_hash', e.payload ->> 'input_hash') END AS digest
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'tool.call.completed' AND e.payload ->> 'tool_name' IS NOT NULL
			AND (e.payload ->> 'tool_kind') IS DISTINCT FROM 'step'
	), placed AS (
		-- calls one after the other have the same difference of both places
		SELECT c.*, row_number() OVER run - row_number() OVER tool AS stretch
		FROM (SELECT c.* FROM call c WHERE c.digest IS NULL) c
		WINDOW run AS (PARTITION BY c.agent_id, c.environment, c.run_id ORDER BY c.occurred_at, c.line_no, c.key_digest),
			tool AS (PARTITION BY c.agent_id, c.environment, c.run_id, c.tool ORDER BY c.occurred_at, c.line_no, c.key_digest)
	), many AS (
		SELECT c.agent_id, c.environment, c.run_id, c.tool, count(*) AS calls, same_arguments AS bound, min(c.occurred_at) AS first_at,
			max(c.occurred_at) AS last_at, array_agg(c.event_id ORDER BY c.occurred_at, c.line_no, c.key_digest) AS event_ids
		FROM call c WHERE c.digest IS NOT NULL
		GROUP BY c.agent_id, c.environment, c.run_id, c.tool, c.digest HAVING count(*) >= same_arguments
		UNION ALL
		SELECT p.agent_id, p.environment, p.run_id, p.tool, count(*), same_tool, min(p.occurred_at), max(p.occurred_at),
			array_agg(p.event_id ORDER BY p.occurred_at, p.line_no, p.key_digest)
		FROM placed p
		GROUP BY p.agent_id, p.environment, p.run_id, p.tool, p.stretch HAVING count(*) >= same_tool
	)
	SELECT 'custom.tool_loop', m.agent_id, m.environment, m.run_id::@extschema@.at_id, m.first_at, m.event_ids,
		jsonb_build_object('tool', m.tool, 'calls', m.calls, 'bound', m.bound, 'seconds', round(extract(epoch FROM m.last_at - m.first_at), 3))
	FROM many m;
END
$at$;
COMMENT ON FUNCTION _at_mistake_tool_loop(text, timestamptz, timestamptz, text, integer, integer) IS 'internal: custom.tool_loop: calls of the window of one run with the same tool and digest of arguments (arguments, or the digest that redaction leaves of them, else arguments_hash, argument_hash or input_hash), at least same_arguments of them; among calls without a digest at least same_tool one after the other; steps are no calls';

CREATE FUNCTION _at_mistake_prompt_hash(project text, since timestamptz, until timestamptz, agent_id text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	-- what the version was before is read only where there is something to compare
	IF 0 = (SELECT count(*) FROM @extschema@.at_event e
			WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
				AND e.event_type = 'llm.call.started' AND e.payload ?& '{prompt_family,prompt_version,prompt_hash}'
				AND NOT e.payload @? '$.evidence_refs[*].table') THEN
		RETURN;
	END IF;
	RETURN QUERY
	WITH used AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, e.payload ->> 'prompt_family' AS family,
			e.payload ->> 'prompt_version' AS version, e.payload ->> 'prompt_hash' AS hash
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 - interval '7 days' AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'llm.call.started' AND e.payload ->> 'prompt_hash' <> '' AND e.payload ->> 'prompt_version' <> ''
			-- what names no family may be any prompt's version
			AND e.payload ->> 'prompt_family' <> ''
			AND @extschema@.at_known_id(e.payload ->> 'prompt_hash') IS NOT NULL
			-- versions of prompts that journals record as starts are no calls
			AND NOT e.payload @? '$.evidence_refs[*].table'
	), hash AS (
		SELECT DISTINCT ON (u.agent_id, u.family, u.version, u.hash) u.*
		FROM used u ORDER BY u.agent_id, u.family, u.version, u.hash, u.occurred_at, u.event_id::text
	), told AS (
		SELECT h.*, row_number() OVER version AS place, first_value(h.event_id) OVER version AS first_id, first_value(h.occurred_at) OVER version AS first_at
		FROM hash h WINDOW version AS (PARTITION BY h.agent_id, h.family, h.version ORDER BY h.occurred_at, h.hash COLLATE "C")
	)
	SELECT 'llm.prompt_drift', t.agent_id, t.environment, t.run_id, t.occurred_at, ARRAY[t.event_id, t.first_id],
		jsonb_build_object('prompt_family', t.family, 'prompt_version', t.version, 'hashes', t.place, 'first_at', t.first_at)
	FROM told t WHERE t.place > 1 AND t.occurred_at >= $2;
END
$at$;
COMMENT ON FUNCTION _at_mistake_prompt_hash(text, timestamptz, timestamptz, text) IS 'internal: llm.prompt_drift: the first call of the window with a hash of its prompt that is not the first of this agent, prompt_family and prompt_version, in the window and the seven days before it; all three must be there';

CREATE FUNCTION _at_mistake_purpose(project text, since timestamptz, until timestamptz, agent_id text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH paid AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, q.quantity, e.payload ->> 'usage_kind' AS usage_kind
		FROM @extschema@.at_event e, LATERAL (SELECT @extschema@.at_decimal(e.payload -> 'quantity') AS quantity OFFSET 0) q
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'cost.usage.recorded' AND lower(btrim(coalesce(e.payload ->> 'purpose', ''))) IN ('', 'unknown', 'none')
			AND (e.payload ->> 'mistake_family') IS DISTINCT FROM 'cost.api_without_purpose' AND q.quantity > 0
	), known AS MATERIALIZED (
		-- the call may have begun before the window
		SELECT c.cost_event_id, c.agent_id, lower(btrim(coalesce(c.purpose, ''))) NOT IN ('', 'unknown', 'none') AS has_purpose
		FROM @extschema@.at_llm_calls($1, $2 - interval '1 hour', $3, $4) c
		WHERE c.cost_event_id IS NOT NULL AND EXISTS (SELECT FROM paid)
	)
	SELECT 'cost.api_without_purpose', p.agent_id, p.environment, p.run_id, p.occurred_at, ARRAY[p.event_id],
		jsonb_build_object('usage_kind', p.usage_kind, 'quantity', p.quantity)
	FROM paid p LEFT JOIN known k ON k.cost_event_id::text = p.event_id::text AND k.agent_id = p.agent_id
	-- tokens belong to a call, of which nothing is known here
	WHERE NOT coalesce(k.has_purpose, p.usage_kind LIKE 'llm%' OR p.usage_kind LIKE '%token%');
END
$at$;
COMMENT ON FUNCTION _at_mistake_purpose(text, timestamptz, timestamptz, text) IS 'internal: cost.api_without_purpose: cost.usage.recorded with a quantity above zero and a purpose that is empty, unknown or none, unless the call whose cost it is in at_llm_calls() has one; tokens that belong to no call that is known are not judged, nor is an event that names this mistake itself';

CREATE FUNCTION _at_mistake_replay_call(project text, since timestamptz, until timestamptz, agent_id text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 'replay.external_api_called', e.agent_id, e.environment, e.run_id, e.occurred_at, ARRAY[e.event_id],
		jsonb_build_object('provider', e.payload ->> 'provider', 'usage_kind', e.payload ->> 'usage_kind', 'quantity', q.quantity)
	FROM @extschema@.at_event e, LATERAL (SELECT @extschema@.at_decimal(e.payload -> 'quantity') AS quantity OFFSET 0) q
	WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
		AND e.environment = 'replay' AND e.event_type = 'cost.usage.recorded' AND q.quantity > 0
		AND (e.payload ->> 'mistake_family') IS DISTINCT FROM 'replay.external_api_called'
		-- a journal that is exported as a replay tells of calls that were made when it was kept
		AND NOT e.payload @? '$.evidence_refs[*].table';
END
$at$;
COMMENT ON FUNCTION _at_mistake_replay_call(text, timestamptz, timestamptz, text) IS 'internal: replay.external_api_called: cost.usage.recorded with a quantity above zero in environment replay; not of events that name rows of tables as what they were made of, nor an event that names this mistake itself; calls of models alone are none, as their answers may be recorded ones';

CREATE FUNCTION _at_mistake_bars(project text, since timestamptz, until timestamptz, agent_id text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT x.family, e.agent_id, e.environment, e.run_id, e.occurred_at, ARRAY[e.event_id], x.numbers
	FROM @extschema@.at_event e, LATERAL (
		SELECT 'market.non_finite_ohlcv', jsonb_object_agg(m.key, m.value)
		FROM jsonb_each(e.payload) m
		WHERE m.key IN ('non_finite_count', 'nan_count', 'positive_infinity_count', 'negative_infinity_count') AND @extschema@.at_decimal(m.value) > 0
		HAVING count(*) > 0
		UNION ALL
		SELECT 'market.invalid_ohlc_relation', jsonb_build_object('invalid_ohlc_relation_count', e.payload -> 'invalid_ohlc_relation_count')
		WHERE @extschema@.at_decimal(e.payload -> 'invalid_ohlc_relation_count') > 0
		UNION ALL
		SELECT 'market.invalid_ohlc_relation', jsonb_build_object('open', b.o, 'high', b.h, 'low', b.l, 'close', b.c)
		FROM (SELECT @extschema@.at_decimal(e.payload -> 'open') AS o, @extschema@.at_decimal(e.payload -> 'high') AS h,
			@extschema@.at_decimal(e.payload -> 'low') AS l, @extschema@.at_decimal(e.payload -> 'close') AS c) b
		WHERE (b.h < greatest(b.o, b.l, b.c) OR b.l > least(b.o, b.h, b.c))
			AND coalesce(@extschema@.at_decimal(e.payload -> 'invalid_ohlc_relation_count'), 0) = 0
	) x(family, numbers)
	WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
		AND e.event_type = 'market.snapshot.recorded'
		AND e.payload ?| '{non_finite_count,nan_count,positive_infinity_count,negative_infinity_count,invalid_ohlc_relation_count,high,low}'
		AND (e.payload ->> 'mistake_family') IS DISTINCT FROM x.family;
END
$at$;
COMMENT ON FUNCTION _at_mistake_bars(text, timestamptz, timestamptz, text) IS 'internal: market.non_finite_ohlcv and market.invalid_ohlc_relation: market snapshots whose counts of such values or bars are above zero, or whose own open, high, low and close (as far as they are there) cannot be';

CREATE FUNCTION _at_mistake_stale_bars(project text, since timestamptz, until timestamptz, agent_id text,
	bar_age_seconds float8) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH stale AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id,
			upper(@extschema@.at_known_id(e.payload ->> 'symbol')) AS symbol, f.freshness
		FROM @extschema@.at_event e, LATERAL (SELECT @extschema@.at_decimal(e.payload -> 'freshness_seconds') AS freshness) f
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'market.snapshot.recorded' AND f.freshness > bar_age_seconds AND e.payload ->> 'session_state' = 'regular'
			AND (e.payload ->> 'mistake_family') IS DISTINCT FROM 'market.open_session_stale_bars'
	), named AS MATERIALIZED (
		-- what the runs of these recorded of symbols, by the index on runs
		SELECT s.event_id AS stale_id, e.event_id, e.event_type, e.occurred_at
		FROM stale s CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event d
			WHERE d.run_id OPERATOR(@extschema@.=) s.run_id AND d.project = $1 AND d.agent_id = s.agent_id AND d.environment = s.environment
				AND d.event_type IN ('decision.proposed', 'market.snapshot.recorded') AND d.occurred_at >= s.occurred_at
				AND d.occurred_at < s.occurred_at + interval '1 day' AND d.event_id OPERATOR(@extschema@.<>) s.event_id
				AND upper(d.payload ->> 'symbol') = s.symbol
			ORDER BY d.occurred_at, d.line_no, d.key_digest LIMIT 1) e
	)
	SELECT 'market.open_session_stale_bars', s.agent_id, s.environment, s.run_id, s.occurred_at, ARRAY[s.event_id, n.event_id],
		jsonb_build_object('symbol', s.symbol, 'freshness_seconds', s.freshness, 'bound', bar_age_seconds)
	FROM stale s JOIN named n ON n.stale_id OPERATOR(@extschema@.=) s.event_id
	WHERE n.event_type = 'decision.proposed';
END
$at$;
COMMENT ON FUNCTION _at_mistake_stale_bars(text, timestamptz, timestamptz, text, float8) IS 'internal: market.open_session_stale_bars: snapshots of session_state regular whose freshness_seconds are above the bound, and after which the run''s next word of the symbol is a decision';

CREATE FUNCTION _at_mistake_closed_as_stale(project text, since timestamptz, until timestamptz, agent_id text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH candidate AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, upper(@extschema@.at_known_id(e.payload ->> 'symbol')) AS symbol
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'opportunity.candidate.reviewed' AND e.payload ->> 'review_status' = 'excluded_stale'
			AND (e.payload ->> 'mistake_family') IS DISTINCT FROM 'market.closed_session_misread_as_stale'
	)
	SELECT 'market.closed_session_misread_as_stale', c.agent_id, c.environment, c.run_id, c.occurred_at, ARRAY[c.event_id, s.event_id],
		jsonb_build_object('symbol', c.symbol, 'session_state', s.session_state)
	FROM candidate c CROSS JOIN LATERAL (SELECT d.event_id, d.payload ->> 'session_state' AS session_state FROM @extschema@.at_event d
		WHERE d.run_id OPERATOR(@extschema@.=) c.run_id AND d.project = $1 AND d.agent_id = c.agent_id AND d.environment = c.environment
			AND d.event_type = 'market.snapshot.recorded' AND d.occurred_at <= c.occurred_at AND d.occurred_at > c.occurred_at - interval '1 day'
			AND upper(d.payload ->> 'symbol') = c.symbol AND d.payload ? 'session_state'
		ORDER BY d.occurred_at DESC, d.line_no DESC, d.key_digest DESC LIMIT 1) s
	WHERE s.session_state IN ('after_hours', 'closed', 'pre_market');
END
$at$;
COMMENT ON FUNCTION _at_mistake_closed_as_stale(text, timestamptz, timestamptz, text) IS 'internal: market.closed_session_misread_as_stale: candidates with review_status excluded_stale while the run''s last snapshot of the symbol names a session that is not open';

CREATE FUNCTION _at_mistake_clamped(project text, since timestamptz, until timestamptz, agent_id text,
	clamp_snapshots integer, clamp_bps numeric) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH seen AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.occurred_at::date AS day, e.occurred_at, e.event_id, e.payload ->> 'symbol' AS symbol,
			@extschema@.at_decimal(e.payload -> 'price') AS price,
			coalesce(@extschema@.at_decimal(e.payload -> 'session_return_pct'), @extschema@.at_decimal(e.payload -> 'signed_return_min')) AS ret
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'market.snapshot.recorded' AND e.payload ?| '{session_return_pct,signed_return_min}'
	), suspect AS (
		SELECT s.agent_id, s.environment, s.day, count(*) AS snapshots
		FROM seen s WHERE s.ret IS NOT NULL
		GROUP BY s.agent_id, s.environment, s.day HAVING count(*) >= clamp_snapshots AND min(s.ret) >= 0
	), fallen AS (
		SELECT x.*, u.snapshots, (1 - x.price / x.first_price) * 10000 AS bps,
			row_number() OVER (PARTITION BY x.agent_id, x.environment, x.day ORDER BY x.price / x.first_price, x.occurred_at) AS place
		FROM (SELECT s.*, first_value(s.price) OVER w AS first_price, first_value(s.event_id) OVER w AS first_id
				FROM seen s WHERE s.price > 0 AND s.symbol IS NOT NULL
				WINDOW w AS (PARTITION BY s.agent_id, s.environment, s.day, s.symbol ORDER BY s.occurred_at)) x
			JOIN suspect u USING (agent_id, environment, day)
		WHERE x.ret = 0 AND (1 - x.price / x.first_price) * 10000 > clamp_bps
	)
	SELECT 'market.signed_return_clamped', f.agent_id, f.environment, NULL::@extschema@.at_id, f.occurred_at, ARRAY[f.event_id, f.first_id],
		jsonb_build_object('symbol', f.symbol, 'fell_bps', round(f.bps, 2), 'bound', clamp_bps, 'snapshots', f.snapshots,
			'first_price', f.first_price, 'price', f.price)
	FROM fallen f WHERE f.place = 1;
END
$at$;
COMMENT ON FUNCTION _at_mistake_clamped(text, timestamptz, timestamptz, text, integer, numeric) IS 'internal: market.signed_return_clamped: days (UTC) of an agent with at least clamp_snapshots session returns (session_return_pct, else signed_return_min) and none below zero, on which the price of a symbol fell below its first by more than clamp_bps while the return reads zero; the deepest fall of the day';
