-- Mistakes that orders, fills, snapshots and flows show together.

CREATE FUNCTION _at_session_before(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
	SELECT at - make_interval(days => CASE extract(isodow FROM at) WHEN 7 THEN 2 WHEN 1 THEN 3 ELSE 1 END)
$at$;
COMMENT ON FUNCTION _at_session_before(timestamptz) IS 'internal: a day before, but for what weekends take: of Sunday and Monday (UTC) Friday';

CREATE FUNCTION _at_mistake_session_date(project text, since timestamptz, until timestamptz, agent_id text, tz text)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH dated AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, e.event_type, s.session_date, e.occurred_at::date AS day,
			(e.occurred_at AT TIME ZONE tz)::date AS local_date, @extschema@.at_known_id(e.payload ->> 'position_id') AS position_id,
			CASE e.event_type WHEN 'paper.fill.recorded' THEN e.payload ->> 'open_close_effect' = 'close'
				ELSE @extschema@.at_decimal(e.payload -> 'quantity') = 0 END AS closed
		FROM @extschema@.at_event e, LATERAL (SELECT CASE WHEN e.payload ->> 'session_date' ~ '^\d{4}-\d\d-\d\d$'
			THEN (e.payload ->> 'session_date')::date END AS session_date OFFSET 0) s
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type IN ('paper.fill.recorded', 'capital.flow.recorded', 'portfolio.snapshot.recorded', 'position.snapshot.recorded',
				'performance.snapshot.recorded')
			AND s.session_date IS NOT NULL
			-- what is imported, or sums a longer period up, is recorded when it is, not when it was
			AND (e.payload ->> 'fill_source') IS DISTINCT FROM 'manual_import'
			AND (e.event_type <> 'performance.snapshot.recorded' OR coalesce(e.payload ->> 'period_kind', 'daily') = 'daily')
			AND (e.payload ->> 'mistake_family') IS DISTINCT FROM 'pnl.wrong_session_date'
			AND NOT e.payload @? '$.evidence_refs[*].table'
	)
	SELECT 'pnl.wrong_session_date', d.agent_id, d.environment, d.run_id, d.occurred_at, ARRAY[d.event_id],
		jsonb_strip_nulls(jsonb_build_object('session_date', d.session_date, 'day', d.day, 'local_date', d.local_date))
	FROM dated d
	WHERE CASE WHEN tz IS NOT NULL THEN d.session_date <> d.local_date
		-- the session of Friday may be told until Monday
		ELSE d.session_date > d.day + 1 OR d.session_date < @extschema@._at_session_before(d.day)::date END
	UNION ALL
	SELECT 'pnl.wrong_session_date', f.agent_id, f.environment, f.run_id, f.occurred_at, ARRAY[f.event_id, p.event_id],
		jsonb_build_object('session_date', f.session_date, 'snapshot_session_date', p.session_date)
	FROM dated f JOIN dated p ON p.agent_id = f.agent_id AND p.environment = f.environment AND p.position_id = f.position_id
	WHERE f.event_type = 'paper.fill.recorded' AND f.closed AND p.event_type = 'position.snapshot.recorded' AND p.closed
		AND p.occurred_at BETWEEN f.occurred_at AND f.occurred_at + interval '6 hours' AND p.session_date <> f.session_date
		AND tz IS NULL;
END
$at$;
COMMENT ON FUNCTION _at_mistake_session_date(text, timestamptz, timestamptz, text, text) IS 'internal: pnl.wrong_session_date of single events: fills, flows and snapshots of a portfolio, a position or a day''s performance whose session_date is more than a day from their day in UTC (from Friday to Monday more than three) or, with a time zone, not their date there; fills that close a position, and its snapshot of nothing at most six hours later, that disagree; not of imported fills and events that were made of rows of tables';

CREATE FUNCTION _at_mistake_fill_intent(project text, since timestamptz, until timestamptz, agent_id text)
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
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, e.payload ->> 'order_intent_id' AS said_id,
			@extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id, @extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'paper.fill.recorded' AND e.environment NOT IN ('shadow', 'replay')
			AND coalesce(e.payload ->> 'fill_source', '') NOT IN ('manual_import', 'replay', 'shadow')
	), intent AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.occurred_at, e.payload ->> 'order_intent_id' AS said_id,
			@extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id, @extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id
		FROM (SELECT DISTINCT f.agent_id FROM fill f) a CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event i
			WHERE i.project = $1 AND i.agent_id = a.agent_id AND i.event_type = 'order.intent.recorded'
				AND i.occurred_at >= $2 - interval '1 day' AND i.occurred_at < $3 + interval '1 day' OFFSET 0) e
	), missing AS MATERIALIZED (
		SELECT f.* FROM fill f
		WHERE NOT EXISTS (SELECT FROM intent i WHERE i.agent_id = f.agent_id AND i.environment = f.environment AND i.order_intent_id = f.order_intent_id)
			AND NOT EXISTS (SELECT FROM intent i WHERE i.agent_id = f.agent_id AND i.environment = f.environment AND f.said_id IS NULL AND i.decision_id = f.decision_id)
	)
	SELECT 'custom.fill_without_intent', m.agent_id, m.environment, m.run_id, m.occurred_at, ARRAY[m.event_id],
		jsonb_build_object('order_intent_id', m.said_id, 'orders_of_the_day', n.orders)
	FROM missing m, LATERAL (SELECT count(*) AS orders, count(*) FILTER (WHERE i.order_intent_id IS NULL) AS lost
		FROM intent i WHERE i.agent_id = m.agent_id AND i.environment = m.environment
			AND i.occurred_at > m.occurred_at - interval '1 day' AND i.occurred_at <= m.occurred_at) n
	WHERE n.orders > 0 AND n.lost = 0 AND (m.said_id IS NULL OR m.order_intent_id IS NOT NULL)
		-- an order may be older; these are few
		AND NOT EXISTS (SELECT FROM @extschema@.at_event i
			WHERE i.project = $1 AND i.agent_id = m.agent_id AND i.event_type = 'order.intent.recorded' AND i.environment = m.environment
				AND i.payload ->> 'order_intent_id' = m.order_intent_id);
END
$at$;
COMMENT ON FUNCTION _at_mistake_fill_intent(text, timestamptz, timestamptz, text) IS 'internal: custom.fill_without_intent: fills of agents that recorded orders in the day before, that name no order (nor a decision that has one) or one that was never recorded; not of shadow, replay or import, nor where ids of orders are lost to redaction';

CREATE FUNCTION _at_mistake_order(project text, since timestamptz, until timestamptz, agent_id text, cent numeric)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	back timestamptz := @extschema@._at_session_before($2);
BEGIN
	RETURN QUERY
	WITH wanted AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, lower(e.payload ->> 'side') AS side, upper(e.payload ->> 'symbol') AS symbol,
			q.quantity, q.price, q.quantity * q.price * q.multiplier AS notional, q.price * q.multiplier AS unit, e.payload ->> 'currency' AS currency,
			@extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id, @extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id
		FROM @extschema@.at_event e, LATERAL (SELECT @extschema@.at_decimal(e.payload -> 'intended_quantity') AS quantity,
			@extschema@.at_decimal(e.payload -> 'intended_price') AS price, coalesce(@extschema@.at_decimal(e.payload -> 'multiplier'), 1) AS multiplier OFFSET 0) q
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'order.intent.recorded' AND q.quantity > 0 AND lower(e.payload ->> 'side') IN ('buy', 'sell')
			AND NOT e.payload @? '$.evidence_refs[*].table'
	), event AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.occurred_at, e.event_id, e.event_type, e.payload
		FROM (SELECT DISTINCT w.agent_id FROM wanted w) a
			CROSS JOIN unnest('{portfolio.snapshot.recorded,position.snapshot.recorded,paper.fill.recorded,capital.flow.recorded}'::@extschema@.at_event_type[]) t(type)
			CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event b
				WHERE b.project = $1 AND b.agent_id = a.agent_id AND b.event_type = t.type
					AND b.event_type IN ('capital.flow.recorded', 'order.intent.recorded', 'paper.fill.recorded',
						'performance.snapshot.recorded', 'portfolio.snapshot.recorded', 'position.snapshot.recorded')
					AND b.occurred_at >= back AND b.occurred_at < $3 OFFSET 0) e
	), book AS MATERIALIZED (
		SELECT p.agent_id, p.environment, p.occurred_at, p.event_id, @extschema@.at_decimal(p.payload -> 'cash') AS cash, p.payload ->> 'currency' AS currency,
			@extschema@.at_decimal(p.payload -> 'buying_power_visibility_only') AS buying_power,
			min(@extschema@.at_decimal(p.payload -> 'cash')) OVER agent AS least_cash,
			-- of several portfolios nobody knows which the order is of
			min(coalesce(p.payload ->> 'portfolio_kind', '') || ' ' || coalesce(p.payload ->> 'currency', '')) OVER agent
				= max(coalesce(p.payload ->> 'portfolio_kind', '') || ' ' || coalesce(p.payload ->> 'currency', '')) OVER agent AS one
		FROM event p WHERE p.event_type = 'portfolio.snapshot.recorded' AND p.payload ? 'cash'
		WINDOW agent AS (PARTITION BY p.agent_id, p.environment)
	), held AS MATERIALIZED (
		SELECT p.agent_id, p.environment, p.occurred_at, p.event_id, upper(p.payload ->> 'symbol') AS symbol,
			@extschema@.at_decimal(p.payload -> 'quantity') AS quantity,
			min(@extschema@.at_decimal(p.payload -> 'quantity')) OVER (PARTITION BY p.agent_id, p.environment) AS least,
			count(*) OVER (PARTITION BY p.agent_id, p.environment, p.payload ->> 'symbol', p.occurred_at) AS snapshots
		FROM event p WHERE p.event_type = 'position.snapshot.recorded'
	), moved AS MATERIALIZED (
		SELECT f.agent_id, f.environment, f.occurred_at, f.event_type, upper(f.payload ->> 'symbol') AS symbol,
			CASE WHEN lower(f.payload ->> 'side') IN ('sell', 'short') THEN -1 ELSE 1 END * @extschema@.at_decimal(f.payload -> 'quantity') AS quantity,
			@extschema@.at_decimal(f.payload -> 'price') * coalesce(@extschema@.at_decimal(f.payload -> 'multiplier'), 1) AS unit,
			coalesce(@extschema@.at_decimal(f.payload -> 'fees'), 0) AS fees
		FROM event f WHERE f.event_type IN ('paper.fill.recorded', 'capital.flow.recorded')
	), measured AS (
		SELECT w.*, b.event_id AS snapshot_id, b.occurred_at AS snapshot_at, b.cash + coalesce(m.cash, 0) AS available, b.currency AS cash_currency,
			b.buying_power, b.least_cash, NULL::numeric AS held
		FROM wanted w
			CROSS JOIN LATERAL (SELECT * FROM book b WHERE b.agent_id = w.agent_id AND b.environment = w.environment
				AND b.occurred_at <= w.occurred_at AND b.occurred_at >= @extschema@._at_session_before(w.occurred_at) ORDER BY b.occurred_at DESC LIMIT 1) b
			LEFT JOIN LATERAL (SELECT sum(-x.quantity * x.unit - x.fees) AS cash,
					bool_and(x.event_type = 'paper.fill.recorded' AND x.quantity * x.unit IS NOT NULL) AS known
				FROM moved x WHERE x.agent_id = w.agent_id AND x.environment = w.environment AND x.occurred_at > b.occurred_at AND x.occurred_at <= w.occurred_at) m ON true
		WHERE w.side = 'buy' AND w.price > 0 AND b.one AND coalesce(m.known, true) AND coalesce(w.currency = b.currency, true)
		UNION ALL
		SELECT w.*, h.event_id, h.occurred_at, NULL, NULL, NULL, NULL, h.quantity + coalesce(m.quantity, 0)
		FROM wanted w
			CROSS JOIN LATERAL (SELECT * FROM held h WHERE h.agent_id = w.agent_id AND h.environment = w.environment AND h.symbol = w.symbol
				AND h.occurred_at <= w.occurred_at AND h.occurred_at >= @extschema@._at_session_before(w.occurred_at) ORDER BY h.occurred_at DESC LIMIT 1) h
			LEFT JOIN LATERAL (SELECT sum(x.quantity) FILTER (WHERE x.symbol = w.symbol) AS quantity,
					bool_and(x.event_type = 'paper.fill.recorded' AND x.quantity IS NOT NULL) AS known
				FROM moved x WHERE x.agent_id = w.agent_id AND x.environment = w.environment AND x.occurred_at > h.occurred_at AND x.occurred_at <= w.occurred_at) m ON true
		-- who goes short by selling shows it
		WHERE w.side = 'sell' AND h.quantity >= 0 AND h.least >= 0 AND h.snapshots = 1 AND coalesce(m.known, true)
			AND NOT EXISTS (SELECT FROM @extschema@.at_split s WHERE upper(s.symbol) = w.symbol
				AND s.effective_at > h.occurred_at AND s.effective_at <= w.occurred_at)
	), beyond AS MATERIALIZED (
		SELECT m.* FROM measured m WHERE m.side = 'buy' AND m.notional > m.available + cent OR m.side = 'sell' AND m.quantity > m.held
	), verdict AS MATERIALIZED (
		SELECT e.agent_id, e.environment, @extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id,
			@extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id,
			e.event_type = 'risk.check.completed' AND e.payload -> 'approved' = 'true' AS approved,
			coalesce(@extschema@.at_decimal(e.payload -> 'approved_notional'), @extschema@.at_decimal(e.payload -> 'requested_notional')) AS notional
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 - interval '1 hour' AND e.occurred_at < $3 + interval '1 hour' AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type IN ('risk.check.completed', 'trade.rejected') AND EXISTS (SELECT FROM beyond)
	)
	SELECT f.family, b.agent_id, b.environment, b.run_id, b.occurred_at, ARRAY[b.event_id, b.snapshot_id],
		CASE b.side WHEN 'buy' THEN jsonb_strip_nulls(jsonb_build_object('notional', b.notional, 'cash', b.available, 'snapshot_at', b.snapshot_at,
				'approved_notional', a.notional, 'buying_power', b.buying_power))
			ELSE jsonb_build_object('symbol', b.symbol, 'quantity', b.quantity, 'position', b.held, 'snapshot_at', b.snapshot_at) END
	FROM beyond b
		LEFT JOIN LATERAL (SELECT max(v.notional) AS notional FROM verdict v WHERE v.agent_id = b.agent_id AND v.environment = b.environment
			AND v.approved AND v.decision_id = b.decision_id) a ON true,
		LATERAL (SELECT CASE WHEN b.side = 'sell' THEN 'custom.order_beyond_position'
			WHEN b.notional <= b.buying_power THEN 'portfolio.buying_power_as_cash'
			WHEN b.notional > a.notional + cent AND b.notional - a.notional < b.unit AND a.notional <= b.available THEN 'portfolio.rounding_after_cash_check'
			WHEN b.least_cash >= 0 THEN 'custom.order_beyond_cash' END AS family) f
	WHERE f.family IS NOT NULL
		-- the gate did what it is for
		AND NOT EXISTS (SELECT FROM verdict v WHERE v.agent_id = b.agent_id AND v.environment = b.environment AND NOT v.approved
			AND (v.order_intent_id = b.order_intent_id OR v.order_intent_id IS NULL AND v.decision_id = b.decision_id));
END
$at$;
COMMENT ON FUNCTION _at_mistake_order(text, timestamptz, timestamptz, text, numeric) IS 'internal: portfolio.buying_power_as_cash, portfolio.rounding_after_cash_check, custom.order_beyond_cash, custom.order_beyond_position: orders of the window against the last snapshot of the agent''s only portfolio, or of its position in the symbol, of at most a session before, and the fills since; a family''s condition excludes those after it; not where money or assets moved since then, a symbol was split, the currency is another or the order was rejected';

CREATE FUNCTION _at_mistake_reconciled(project text, since timestamptz, until timestamptz, agent_id text, cent numeric, basis_point numeric)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	first_session date := $2::date;
	end_session date := ($3 - interval '1 microsecond')::date + 1;
	agents text[];
BEGIN
	-- where equity is known it says the same as the fills, which take longer; without a
	-- flow what they say has no name
	SELECT array_agg(DISTINCT e.agent_id) INTO agents
	FROM @extschema@.at_event e
	WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3
		AND e.event_type = 'capital.flow.recorded' AND ($4 IS NULL OR e.agent_id = $4)
		AND NOT EXISTS (SELECT FROM @extschema@.at_event p WHERE p.project = $1 AND p.agent_id = e.agent_id
			AND p.event_type = 'portfolio.snapshot.recorded' AND p.occurred_at >= $2 AND p.occurred_at < $3);
	RETURN QUERY
	SELECT r.mistake_family, r.agent_id, @extschema@._at_environment_of(r.environment), NULL::@extschema@.at_id,
		r.session_date::timestamptz + interval '12 hours', ARRAY(SELECT i::@extschema@.at_id FROM unnest(r.event_ids) i),
		jsonb_strip_nulls(jsonb_build_object('check', r."check", 'session_date', r.session_date, 'expected', r.expected,
			'reported', r.reported, 'difference', r.difference, 'unit', r.unit, 'subject', r.subject,
			'portfolio_kind', r.portfolio_kind, 'currency', r.currency))
	FROM (SELECT x.* FROM @extschema@._at_reconcile_snapshots($1, $4, NULL, first_session, end_session, cent, basis_point) x
			WHERE x.mistake_family <> 'pnl.broker_number_untrusted'
		UNION ALL
		SELECT x.* FROM unnest(agents) a(agent), @extschema@._at_reconcile_trading($1, a.agent, NULL, first_session, end_session, cent) x
			WHERE x.mistake_family IN ('pnl.deposit_as_profit', 'pnl.withdrawal_as_loss')) r
	WHERE abs(r.difference) > CASE r.unit WHEN 'money' THEN cent WHEN 'percent' THEN basis_point ELSE 0 END;
END
$at$;
COMMENT ON FUNCTION _at_mistake_reconciled(text, timestamptz, timestamptz, text, numeric, numeric) IS 'internal: what at_reconcile() finds of the sessions of the window that has a cause with a name: of snapshots everything but pnl.broker_number_untrusted, of results against the fills, of agents with flows and without snapshots of their portfolios, flows as results; the time is noon (UTC) of the session';
