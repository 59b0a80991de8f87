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
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.key_digest, e.event_id, e.event_type, s.session_date, e.occurred_at::date AS day,
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
	), closed AS (
		-- a fill has the number of the first snapshot of nothing after it
		SELECT d.*, count(*) FILTER (WHERE d.event_type = 'position.snapshot.recorded') OVER backwards AS snapshot_no
		FROM dated d WHERE d.closed AND d.event_type IN ('paper.fill.recorded', 'position.snapshot.recorded') AND d.position_id IS NOT NULL AND tz IS NULL
		WINDOW backwards AS (PARTITION BY d.agent_id, d.environment, d.position_id
			ORDER BY d.occurred_at DESC, d.event_type = 'paper.fill.recorded', d.key_digest DESC)
	), paired AS (
		SELECT c.*, first_value(c.event_id) OVER snapshot AS snapshot_id, first_value(c.occurred_at) OVER snapshot AS snapshot_at,
			first_value(c.session_date) OVER snapshot AS snapshot_date
		FROM closed c WHERE c.snapshot_no > 0
		WINDOW snapshot AS (PARTITION BY c.agent_id, c.environment, c.position_id, c.snapshot_no
			ORDER BY c.occurred_at DESC, c.event_type = 'paper.fill.recorded', c.key_digest DESC)
	)
	SELECT 'pnl.wrong_session_date', d.agent_id, d.environment, d.run_id, d.occurred_at, ARRAY[d.event_id],
		jsonb_strip_nulls(jsonb_build_object('session_date', d.session_date, 'day', d.day, 'local_date', d.local_date))
	FROM dated d
	WHERE CASE WHEN tz IS NOT NULL THEN d.session_date <> d.local_date
		-- the session of Friday may be told until Monday
		ELSE d.session_date > d.day + 1 OR d.session_date < @extschema@._at_session_before(d.day)::date END
	UNION ALL
	SELECT 'pnl.wrong_session_date', f.agent_id, f.environment, f.run_id, f.occurred_at, ARRAY[f.event_id, f.snapshot_id],
		jsonb_build_object('session_date', f.session_date, 'snapshot_session_date', f.snapshot_date)
	FROM paired f
	WHERE f.event_type = 'paper.fill.recorded' AND f.snapshot_at <= f.occurred_at + interval '6 hours' AND f.snapshot_date <> f.session_date;
END
$at$;
COMMENT ON FUNCTION _at_mistake_session_date(text, timestamptz, timestamptz, text, text) IS 'internal: pnl.wrong_session_date of single events: fills, flows and snapshots of a portfolio, a position or a day''s performance whose session_date is more than a day from their day in UTC (from Friday to Monday more than three) or, with a time zone, not their date there; fills that close a position, and its first snapshot of nothing after that, at most six hours later, that disagree; not of imported fills and events that were made of rows of tables';

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
	), counted AS (
		SELECT d.*, count(*) FILTER (WHERE d.event_id IS NULL) OVER day AS orders,
			count(*) FILTER (WHERE d.event_id IS NULL AND d.order_intent_id IS NULL) OVER day AS lost
		FROM (SELECT m.agent_id, m.environment, m.run_id, m.occurred_at, m.event_id, m.said_id, m.order_intent_id FROM missing m
			UNION ALL SELECT i.agent_id, i.environment, NULL, i.occurred_at, NULL, NULL, i.order_intent_id FROM intent i) d
		-- the orders of less than a day before
		WINDOW day AS (PARTITION BY d.agent_id, d.environment ORDER BY d.occurred_at RANGE BETWEEN interval '23:59:59.999999' PRECEDING AND CURRENT ROW)
	)
	SELECT 'custom.fill_without_intent', m.agent_id, m.environment, m.run_id, m.occurred_at, ARRAY[m.event_id],
		jsonb_build_object('order_intent_id', m.said_id, 'orders_of_the_day', m.orders)
	FROM counted m
	WHERE m.event_id IS NOT NULL AND m.orders > 0 AND m.lost = 0 AND (m.said_id IS NULL OR m.order_intent_id IS NOT NULL)
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
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.key_digest, e.event_id, e.event_type, e.payload
		FROM @extschema@.at_event e, LATERAL (SELECT @extschema@.at_decimal(e.payload -> 'intended_quantity') AS quantity OFFSET 0) q
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'order.intent.recorded' AND q.quantity > 0 AND lower(e.payload ->> 'side') IN ('buy', 'sell')
			AND NOT e.payload @? '$.evidence_refs[*].table'
	), event AS MATERIALIZED (
		SELECT w.* FROM wanted w
		UNION ALL
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.key_digest, e.event_id, e.event_type, e.payload
		FROM (SELECT DISTINCT w.agent_id FROM wanted w) a
			CROSS JOIN unnest('{portfolio.snapshot.recorded,position.snapshot.recorded,paper.fill.recorded,capital.flow.recorded}'::@extschema@.at_event_type[]) t(type)
			CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event b
				WHERE b.project = $1 AND b.agent_id = a.agent_id AND b.event_type = t.type
					AND b.event_type IN ('capital.flow.recorded', 'order.intent.recorded', 'paper.fill.recorded',
						'performance.snapshot.recorded', 'portfolio.snapshot.recorded', 'position.snapshot.recorded')
					AND b.occurred_at >= back AND b.occurred_at < $3 OFFSET 0) e
	), step AS MATERIALIZED (
		SELECT e.agent_id, e.environment, e.run_id, e.occurred_at, e.key_digest, e.event_id, e.event_type, x.side, upper(e.payload ->> 'symbol') AS symbol,
			-- of one time fills come before the snapshot that has them in it, and orders last
			CASE e.event_type WHEN 'order.intent.recorded' THEN 3 WHEN 'portfolio.snapshot.recorded' THEN 2 WHEN 'position.snapshot.recorded' THEN 2 ELSE 1 END AS turn,
			x.quantity, x.price, x.price * x.multiplier AS unit, e.payload ->> 'currency' AS currency, e.payload ? 'cash' AS has_cash,
			CASE e.event_type WHEN 'portfolio.snapshot.recorded' THEN @extschema@.at_decimal(e.payload -> 'cash') END AS cash,
			CASE e.event_type WHEN 'portfolio.snapshot.recorded' THEN coalesce(e.payload ->> 'portfolio_kind', '') || ' ' || coalesce(e.payload ->> 'currency', '')
				END AS portfolio,
			CASE e.event_type WHEN 'portfolio.snapshot.recorded' THEN @extschema@.at_decimal(e.payload -> 'buying_power_visibility_only') END AS buying_power,
			CASE e.event_type WHEN 'paper.fill.recorded' THEN x.signed END AS moved,
			CASE e.event_type WHEN 'paper.fill.recorded' THEN -x.signed * x.price * x.multiplier - coalesce(@extschema@.at_decimal(e.payload -> 'fees'), 0)
				END AS paid,
			CASE e.event_type WHEN 'order.intent.recorded' THEN @extschema@.at_known_id(e.payload ->> 'decision_id') END AS decision_id,
			CASE e.event_type WHEN 'order.intent.recorded' THEN @extschema@.at_known_id(e.payload ->> 'order_intent_id') END AS order_intent_id
		FROM event e, LATERAL (SELECT q.*, CASE WHEN q.side IN ('sell', 'short') THEN -q.quantity ELSE q.quantity END AS signed
			FROM (SELECT lower(e.payload ->> 'side') AS side, coalesce(@extschema@.at_decimal(e.payload -> 'multiplier'), 1) AS multiplier,
				@extschema@.at_decimal(e.payload -> CASE e.event_type WHEN 'order.intent.recorded' THEN 'intended_quantity' ELSE 'quantity' END) AS quantity,
				@extschema@.at_decimal(e.payload -> CASE e.event_type WHEN 'order.intent.recorded' THEN 'intended_price' WHEN 'paper.fill.recorded' THEN 'price' END) AS price
				OFFSET 0) q OFFSET 0) x
	), cash_step AS (
		SELECT s.*, count(*) FILTER (WHERE s.turn = 2) OVER so_far AS snapshot_no, min(s.cash) OVER agent AS least_cash,
			-- of several portfolios nobody knows which the order is of
			min(s.portfolio) OVER agent = max(s.portfolio) OVER agent AS one
		FROM step s
		WHERE s.turn <> 2 OR s.event_type = 'portfolio.snapshot.recorded' AND s.has_cash
		WINDOW agent AS (PARTITION BY s.agent_id, s.environment), so_far AS (agent ORDER BY s.occurred_at, s.turn, s.key_digest)
	), cash_since AS (
		SELECT s.*, first_value(s.event_id) OVER since AS snapshot_id, first_value(s.occurred_at) OVER since AS snapshot_at,
			first_value(s.cash) OVER since + coalesce(sum(s.paid) OVER since, 0) AS available, first_value(s.currency) OVER since AS cash_currency,
			first_value(s.buying_power) OVER since AS power, bool_and(s.turn <> 1 OR s.paid IS NOT NULL) OVER since AS known
		FROM cash_step s
		WHERE s.snapshot_no > 0
		WINDOW since AS (PARTITION BY s.agent_id, s.environment, s.snapshot_no ORDER BY s.occurred_at, s.turn, s.key_digest)
	), position_step AS (
		SELECT s.*, count(*) FILTER (WHERE s.turn = 2) OVER so_far AS snapshot_no, count(*) FILTER (WHERE s.turn = 2) OVER same_time AS snapshots,
			min(s.quantity) FILTER (WHERE s.turn = 2) OVER agent AS least,
			-- also of other symbols, and flows
			count(*) FILTER (WHERE s.turn = 1 AND s.moved IS NULL) OVER agent_so_far AS unknown
		FROM step s
		WHERE s.turn <> 2 OR s.event_type = 'position.snapshot.recorded'
		WINDOW agent AS (PARTITION BY s.agent_id, s.environment), agent_so_far AS (agent ORDER BY s.occurred_at, s.turn, s.key_digest),
			so_far AS (PARTITION BY s.agent_id, s.environment, s.symbol ORDER BY s.occurred_at, s.turn, s.key_digest),
			same_time AS (PARTITION BY s.agent_id, s.environment, s.symbol, s.occurred_at)
	), position_since AS (
		SELECT s.*, first_value(s.event_id) OVER since AS snapshot_id, first_value(s.occurred_at) OVER since AS snapshot_at,
			first_value(s.quantity) OVER since AS snapshot_quantity, first_value(s.quantity) OVER since + coalesce(sum(s.moved) OVER since, 0) AS held,
			first_value(s.snapshots) OVER since = 1 AND s.unknown = first_value(s.unknown) OVER since AS known
		FROM position_step s
		WHERE s.snapshot_no > 0 AND s.symbol IS NOT NULL
		WINDOW since AS (PARTITION BY s.agent_id, s.environment, s.symbol, s.snapshot_no ORDER BY s.occurred_at, s.turn, s.key_digest)
	), measured AS (
		SELECT w.agent_id, w.environment, w.run_id, w.occurred_at, w.event_id, w.side, w.symbol, w.quantity, w.quantity * w.unit AS notional, w.unit,
			w.decision_id, w.order_intent_id, w.snapshot_id, w.snapshot_at, w.available, w.power AS buying_power, w.least_cash, NULL::numeric AS held
		FROM cash_since w
		WHERE w.turn = 3 AND w.side = 'buy' AND w.price > 0 AND w.one AND w.known AND coalesce(w.currency = w.cash_currency, true)
			AND w.snapshot_at >= @extschema@._at_session_before(w.occurred_at)
		UNION ALL
		SELECT w.agent_id, w.environment, w.run_id, w.occurred_at, w.event_id, w.side, w.symbol, w.quantity, NULL, NULL,
			w.decision_id, w.order_intent_id, w.snapshot_id, w.snapshot_at, NULL, NULL, NULL, w.held
		FROM position_since w
		-- who goes short by selling shows it
		WHERE w.turn = 3 AND w.side = 'sell' AND w.snapshot_quantity >= 0 AND w.least >= 0 AND w.known
			AND w.snapshot_at >= @extschema@._at_session_before(w.occurred_at)
			AND NOT EXISTS (SELECT FROM @extschema@.at_split s WHERE upper(s.symbol) = w.symbol
				AND s.effective_at > w.snapshot_at AND s.effective_at <= w.occurred_at)
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
