-- Trades of the store: fills as rows, the trade book, and views over it.
--
-- The book holds the fills that were matched, closed legs, and open lots.  What
-- came since is matched on the fly, from the lots that were open before it, so
-- that the views never wait for at_refresh(); that function writes down
-- what the views would show.

CREATE TYPE _at_trade_fact AS (
	entry_at timestamptz,
	exit_at timestamptz,
	environment at_environment,
	flat_after boolean,
	effect_mismatch boolean,
	project text,
	agent_id text,
	portfolio_kind text,
	currency text,
	position_key text,
	kind text,
	direction text,
	open_fill text,
	close_fill text,
	quantity numeric,
	entry_price numeric,
	exit_price numeric,
	gross_pnl numeric,
	fees numeric,
	net_pnl numeric,
	entry_fees numeric,
	lot_quantity numeric,
	lot_fees numeric,
	symbol text,
	strategy_id text,
	setup text,
	planned_risk numeric,
	open_effect text,
	reason text,
	entry_session date,
	exit_session date,
	multiplier numeric,
	entry_quantity numeric,
	lot_price numeric,
	entry_other_fees boolean,
	exit_other_fees boolean,
	entry_run_id at_id,
	exit_run_id at_id,
	entry_decision_id text,
	exit_decision_id text,
	trip_net numeric,
	trip_symbol text,
	trip_strategy_id text,
	trip_setup text,
	since timestamptz
);
COMMENT ON TYPE _at_trade_fact IS 'internal: a row of at_trade_row, the columns of at_trade_leg, where they are explained; since: of what was matched again, from when on';

CREATE TYPE _at_fill_fact AS (
	t timestamptz,
	arrived_at timestamptz,
	line_no integer,
	environment at_environment,
	key_digest uuid,
	project text,
	agent_id text,
	portfolio_kind text,
	currency text,
	position_key text,
	fill_id text,
	side text,
	quantity numeric,
	price numeric,
	fees numeric,
	open_close_effect text,
	position_id text,
	symbol text,
	order_intent_id text,
	run_id at_id,
	strategy_id text,
	setup text,
	session_date date,
	multiplier numeric,
	fee_quantity numeric,
	other_fees numeric,
	fee_currency text,
	decision_id text,
	repeated boolean
);
COMMENT ON TYPE _at_fill_fact IS 'internal: a fill as the trade book takes it; the columns of at_trade_fill, where they are explained';

CREATE FUNCTION _at_new_fills(of_project text, of_agent text) RETURNS SETOF _at_fill_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT n.t, n.arrived_at, n.line_no, n.environment, n.key_digest, n.project, n.agent_id, n.portfolio_kind, n.currency,
		n.position_key, n.fill_id, n.side, n.quantity, n.price, n.fees, n.open_close_effect, n.position_id, n.symbol,
		n.order_intent_id, n.run_id, n.strategy_id, n.setup, n.session_date, n.multiplier, n.fee_quantity, n.other_fees,
		n.fee_currency, n.decision_id, n.place > 1 OR EXISTS (SELECT FROM @extschema@.at_trade_fill o
		WHERE o.fill_id = n.fill_id AND o.project = n.project AND o.agent_id = n.agent_id AND o.environment = n.environment
			AND o.portfolio_kind = n.portfolio_kind AND o.currency = n.currency AND o.position_key = n.position_key
			AND (o.t, o.arrived_at, coalesce(o.line_no, 2147483647), o.key_digest)
				< (n.t, n.arrived_at, coalesce(n.line_no, 2147483647), n.key_digest) OFFSET 0)
	FROM (SELECT f.t, f.arrived_at, f.line_no, f.environment, f.key_digest, f.project, f.agent_id, f.portfolio_kind,
			coalesce(f.currency, '') AS currency, f.position_key, f.fill_id, f.side, f.quantity, f.price, f.matched_fees AS fees,
			f.open_close_effect, f.position_id, f.symbol, f.order_intent_id, f.run_id, f.strategy_id, f.setup,
			f.session_date, f.multiplier, f.fee_quantity, f.other_fees, f.fee_currency, f.decision_id,
			row_number() OVER (PARTITION BY f.environment, f.portfolio_kind, f.currency, f.position_key, f.fill_id
				ORDER BY f.t, f.arrived_at, coalesce(f.line_no, 2147483647), f.key_digest) AS place
		FROM (SELECT DISTINCT m.day FROM @extschema@.at_stale_run m
				WHERE m.project = of_project AND (m.agent_id = of_agent OR m.agent_id IS NULL) AND m.day > '-infinity') d
			-- OFFSET 0: each day by itself, by the index on agent and time
			CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_fill x
				WHERE x.project = of_project AND x.agent_id = of_agent AND x.t >= d.day::timestamp AT TIME ZONE 'UTC'
					AND x.t < (d.day + 1)::timestamp AT TIME ZONE 'UTC' OFFSET 0) f
		-- OFFSET 0: by the key, and not each with each where it is not known how many there are
		WHERE NOT EXISTS (SELECT FROM @extschema@.at_trade_fill b
				WHERE b.project = f.project AND b.t = f.t AND b.key_digest = f.key_digest OFFSET 0)) n;
END
$at$;
COMMENT ON FUNCTION _at_new_fills(text, text) IS 'internal: what at_trade_new_fill shows of an agent: fills of stale days that the trade book has not taken yet';

CREATE FUNCTION _at_new_plans(of_project text, of_agent text, OUT t timestamptz, OUT environment at_environment,
	OUT key_digest uuid, OUT project text, OUT agent_id text, OUT run_id at_id, OUT position_id text, OUT symbol text,
	OUT strategy_id text, OUT setup text, OUT planned_risk_amount numeric)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.occurred_at AS t, e.environment, e.key_digest, e.project, e.agent_id, e.run_id,
		@extschema@.at_known_id(e.payload ->> 'position_id') AS position_id,
		coalesce(@extschema@.at_known_id(e.payload ->> 'symbol'), CASE cardinality(e.symbols) WHEN 1 THEN @extschema@.at_known_id(e.symbols[1]) END) AS symbol,
		@extschema@.at_known_id(e.payload ->> 'strategy_id') AS strategy_id, e.payload ->> 'setup' AS setup,
		CASE WHEN @extschema@.at_decimal(e.payload -> 'planned_risk_amount') > 0
			THEN @extschema@.at_decimal(e.payload -> 'planned_risk_amount') END AS planned_risk_amount
	FROM (SELECT DISTINCT m.day FROM @extschema@.at_stale_run m
			WHERE m.project = of_project AND (m.agent_id = of_agent OR m.agent_id IS NULL) AND m.day > '-infinity') d
		CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event x
			WHERE x.project = of_project AND x.agent_id = of_agent AND x.event_type = 'strategy.context.recorded'
				AND x.occurred_at >= d.day::timestamp AT TIME ZONE 'UTC' AND x.occurred_at < (d.day + 1)::timestamp AT TIME ZONE 'UTC' OFFSET 0) e
	WHERE NOT EXISTS (SELECT FROM @extschema@.at_trade_plan p
			WHERE p.project = e.project AND p.t = e.occurred_at AND p.key_digest = e.key_digest OFFSET 0);
END
$at$;
COMMENT ON FUNCTION _at_new_plans(text, text) IS 'internal: what at_trade_new_plan shows of an agent: strategy contexts of stale days that the trade book has not taken yet';

CREATE FUNCTION _at_trade_points(of_project text, of_agent text, OUT environment at_environment, OUT portfolio_kind text,
	OUT currency text, OUT position_key text, OUT since timestamptz)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH new_fill AS MATERIALIZED (
		SELECT * FROM @extschema@._at_new_fills(of_project, of_agent)
	), late_plan AS (
		SELECT p.environment, min(p.t) AS t FROM @extschema@._at_new_plans(of_project, of_agent) p GROUP BY p.environment
	)
	SELECT b.environment, b.portfolio_kind, b.currency, b.position_key, min(b.t)
	FROM (SELECT f.environment, f.portfolio_kind, f.currency, f.position_key, f.t FROM new_fill f
		UNION ALL
		-- what else is matched again: fills of the same orders, those after a new plan
		SELECT f.environment, f.portfolio_kind, f.currency, f.position_key, o.t
		FROM new_fill f, LATERAL (SELECT * FROM @extschema@.at_trade_fill x
			WHERE x.position_key = f.position_key AND x.agent_id = of_agent AND x.project = of_project
				AND x.environment = f.environment AND x.portfolio_kind = f.portfolio_kind AND x.currency = f.currency
				AND x.order_intent_id = f.order_intent_id OFFSET 0) o
		UNION ALL
		SELECT f.environment, f.portfolio_kind, f.currency, f.position_key, f.t
		FROM late_plan p, LATERAL (SELECT * FROM @extschema@.at_trade_fill x
			WHERE x.project = of_project AND x.agent_id = of_agent AND x.t >= p.t AND x.environment = p.environment OFFSET 0) f
		UNION ALL
		SELECT f.environment, f.portfolio_kind, f.currency, f.position_key, f.t
		FROM @extschema@.at_trade_fill f
		WHERE f.project = of_project AND f.agent_id = of_agent
			AND EXISTS (SELECT FROM @extschema@.at_stale_run m WHERE m.project = of_project AND m.day = '-infinity')) b
	GROUP BY b.environment, b.portfolio_kind, b.currency, b.position_key;
END
$at$;
COMMENT ON FUNCTION _at_trade_points(text, text) IS 'internal: the positions of an agent that are matched again, each from this time on: that of the first fill that is new, or to which something new belongs';

CREATE FUNCTION _at_trade_feed(of_project text, of_agent text, OUT key text, OUT t timestamptz, OUT fill_id text, OUT side text,
	OUT quantity numeric, OUT price numeric, OUT fees numeric, OUT open_close_effect text, OUT position_id text,
	OUT lot_quantity numeric, OUT lot_fees numeric, OUT arrived_at timestamptz, OUT line_no integer, OUT key_digest uuid,
	OUT seen_before boolean, OUT multiplier numeric, OUT tag text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH point AS MATERIALIZED (
		-- a position's book is opened again at this time
		SELECT * FROM @extschema@._at_trade_points(of_project, of_agent)
	), fill AS MATERIALIZED (
		-- seen: the book has its id from before the point
		SELECT f.*, EXISTS (SELECT FROM @extschema@.at_trade_fill o
			WHERE o.position_key = f.position_key AND o.agent_id = of_agent AND o.project = of_project
				AND o.environment = f.environment AND o.portfolio_kind = f.portfolio_kind AND o.currency = f.currency
				AND o.fill_id = f.fill_id AND o.t < f.since) AS seen
		FROM (SELECT n.*, p.since
			FROM @extschema@._at_new_fills(of_project, of_agent) n JOIN point p USING (environment, portfolio_kind, currency, position_key)
			UNION ALL
			-- OFFSET 0: by the index, however many positions there are
			SELECT o.t, o.arrived_at, o.line_no, o.environment, o.key_digest, o.project, o.agent_id, o.portfolio_kind, o.currency,
				o.position_key, o.fill_id, o.side, o.quantity, o.price, o.fees, o.open_close_effect, o.position_id, o.symbol,
				o.order_intent_id, o.run_id, o.strategy_id, o.setup, o.session_date, o.multiplier, o.fee_quantity, o.other_fees,
				o.fee_currency, o.decision_id, o.repeated, p.since
			FROM point p, LATERAL (SELECT * FROM @extschema@.at_trade_fill x
				WHERE x.position_key = p.position_key AND x.agent_id = of_agent AND x.project = of_project
					AND x.environment = p.environment AND x.portfolio_kind = p.portfolio_kind AND x.currency = p.currency
					AND x.t >= p.since OFFSET 0) o) f
	), plan AS MATERIALIZED (
		-- numbered by time: of two texts the greater is the later plan
		SELECT p.*, to_char(row_number() OVER (ORDER BY p.t, p.key_digest), 'FM0000000000000000')
			|| jsonb_build_array(p.strategy_id, p.setup, p.planned_risk_amount::text)::text COLLATE "C" AS packed
		FROM (SELECT n.t, n.environment, n.key_digest, n.run_id, n.position_id, n.symbol, n.strategy_id, n.setup, n.planned_risk_amount
			FROM @extschema@._at_new_plans(of_project, of_agent) n
			UNION ALL
			SELECT o.t, o.environment, o.key_digest, o.run_id, o.position_id, o.symbol, o.strategy_id, o.setup, o.planned_risk_amount
			FROM @extschema@.at_trade_plan o
			WHERE o.project = of_project AND o.agent_id = of_agent AND o.environment IN (SELECT x.environment FROM point x)) p
	), counted AS (
		-- fills of an order share its plan by quantity, those before the point too
		SELECT f.*, 1 AS place, NOT f.seen AND row_number() OVER (PARTITION BY f.fill_id, f.position_key, f.environment, f.portfolio_kind, f.currency
				ORDER BY f.t, f.arrived_at, f.line_no, f.key_digest) = 1 AS is_first
		FROM fill f
		UNION ALL
		SELECT o.t, o.arrived_at, o.line_no, o.environment, o.key_digest, o.project, o.agent_id, o.portfolio_kind, o.currency,
			o.position_key, o.fill_id, o.side, o.quantity, o.price, o.fees, o.open_close_effect, o.position_id, o.symbol,
			o.order_intent_id, o.run_id, o.strategy_id, o.setup, o.session_date, o.multiplier, o.fee_quantity, o.other_fees,
			o.fee_currency, o.decision_id, o.repeated, x.since, false, 2, NOT o.repeated
		FROM (SELECT DISTINCT f.order_intent_id, f.position_key, f.environment, f.portfolio_kind, f.currency, f.since
				FROM fill f WHERE f.order_intent_id IS NOT NULL) x,
			LATERAL (SELECT * FROM @extschema@.at_trade_fill f
				WHERE f.position_key = x.position_key AND f.agent_id = of_agent AND f.project = of_project
					AND f.environment = x.environment AND f.portfolio_kind = x.portfolio_kind AND f.currency = x.currency
					AND f.order_intent_id = x.order_intent_id AND f.t < x.since OFFSET 0) o
	), line AS (
		SELECT f.t, f.arrived_at, f.line_no, f.environment, f.key_digest, f.portfolio_kind, f.currency, f.position_key, f.fill_id,
			f.side, f.quantity, f.price, f.fees, f.open_close_effect, f.position_id, f.symbol, f.run_id, f.strategy_id, f.setup,
			f.session_date, f.multiplier, f.fee_quantity, f.other_fees, f.decision_id, f.since, f.seen, f.place,
			CASE WHEN f.order_intent_id IS NULL THEN f.quantity
				ELSE sum(f.quantity) FILTER (WHERE f.is_first) OVER (PARTITION BY f.order_intent_id,
					f.position_key, f.environment, f.portfolio_kind, f.currency) END AS order_quantity,
			NULL::text COLLATE "C" AS packed, NULL::text COLLATE "C" AS loose
		FROM counted f
		UNION ALL
		SELECT p.t, NULL, NULL, p.environment, p.key_digest, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, p.position_id, p.symbol,
			p.run_id, p.strategy_id, p.setup, NULL, NULL, NULL, NULL, NULL, NULL, false, 0, NULL,
			p.packed, CASE WHEN p.position_id IS NULL THEN p.packed END
		FROM plan p
	), planned AS (
		SELECT l.*, CASE
			WHEN l.position_id IS NOT NULL AND max(l.packed) OVER of_position IS NOT NULL THEN max(l.packed) OVER of_position
			WHEN l.strategy_id IS NOT NULL
				THEN greatest(max(l.loose) OVER of_strategy_symbol, max(l.loose) FILTER (WHERE l.symbol IS NULL) OVER of_strategy)
			ELSE greatest(max(l.loose) OVER of_run_symbol, max(l.loose) FILTER (WHERE l.symbol IS NULL) OVER of_run) END AS plan
		FROM line l
		WHERE EXISTS (SELECT FROM plan)
		WINDOW of_position AS (PARTITION BY l.environment, l.position_id ORDER BY l.t, l.place),
			of_strategy AS (PARTITION BY l.environment, l.strategy_id ORDER BY l.t, l.place),
			of_strategy_symbol AS (PARTITION BY l.environment, l.strategy_id, l.symbol ORDER BY l.t, l.place),
			of_run AS (PARTITION BY l.environment, l.run_id ORDER BY l.t, l.place),
			of_run_symbol AS (PARTITION BY l.environment, l.run_id, l.symbol ORDER BY l.t, l.place)
		UNION ALL
		SELECT l.*, NULL FROM line l WHERE NOT EXISTS (SELECT FROM plan)
	), lot AS (
		-- what was open at the point: what is open now, and what was closed since
		SELECT p.environment, p.portfolio_kind, p.currency, p.position_key, p.since, b.open_fill, b.entry_at, b.direction, b.quantity,
			b.entry_price, b.fees, b.lot_quantity, b.lot_fees, b.symbol, b.strategy_id, b.setup, b.planned_risk, b.open_effect,
			b.entry_session, b.multiplier, b.entry_other_fees, b.entry_run_id, b.entry_decision_id
		FROM point p, LATERAL (SELECT * FROM @extschema@.at_trade_book o
			WHERE o.position_key = p.position_key AND o.agent_id = of_agent AND o.project = of_project
				AND o.environment = p.environment AND o.portfolio_kind = p.portfolio_kind AND o.currency = p.currency
				AND o.entry_at < p.since OFFSET 0) b
		UNION ALL
		SELECT p.environment, p.portfolio_kind, p.currency, p.position_key, p.since, l.open_fill, l.entry_at, l.direction,
			l.entry_quantity, l.lot_price, l.entry_fees, l.lot_quantity, l.lot_fees, l.symbol, l.strategy_id, l.setup,
			l.planned_risk, l.open_effect, l.entry_session, l.multiplier, l.entry_other_fees, l.entry_run_id, l.entry_decision_id
		FROM point p, LATERAL (SELECT * FROM @extschema@.at_trade_leg o
			WHERE o.position_key = p.position_key AND o.agent_id = of_agent AND o.project = of_project
				AND o.environment = p.environment AND o.portfolio_kind = p.portfolio_kind AND o.currency = p.currency
				AND o.kind = 'closed' AND o.entry_at < p.since AND o.exit_at >= p.since OFFSET 0) l
	)
	SELECT jsonb_build_array(of_project, of_agent, f.environment, f.portfolio_kind, nullif(f.currency, ''),
			f.position_key, f.since)::text AS key,
		f.t, f.fill_id, f.side, f.quantity + coalesce(f.fee_quantity, 0) AS quantity, f.price, f.fees, f.open_close_effect,
		f.position_id, NULL::numeric AS lot_quantity, NULL::numeric AS lot_fees, f.arrived_at, f.line_no, f.key_digest,
		f.seen AS seen_before, f.multiplier,
		jsonb_build_array(f.symbol, coalesce(f.strategy_id, p.plan ->> 0), coalesce(f.setup, p.plan ->> 1),
			trim_scale(round((p.plan ->> 2)::numeric * f.quantity / nullif(f.order_quantity, 0), 12))::text,
			f.open_close_effect, f.session_date, f.other_fees IS NOT NULL, f.run_id, f.decision_id)::text AS tag
	FROM planned f, LATERAL (SELECT substr(f.plan, 17)::jsonb AS plan) p
	WHERE f.place = 1
	UNION ALL
	SELECT jsonb_build_array(of_project, of_agent, o.environment, o.portfolio_kind, nullif(o.currency, ''),
			o.position_key, o.since)::text, o.entry_at, o.open_fill, CASE o.direction WHEN 'long' THEN 'buy' ELSE 'short' END,
		sum(o.quantity), o.entry_price, sum(o.fees), o.open_effect, NULL, o.lot_quantity, o.lot_fees,
		NULL, NULL, NULL, false, o.multiplier,
		jsonb_build_array(o.symbol, o.strategy_id, o.setup, o.planned_risk::text, o.open_effect, o.entry_session, o.entry_other_fees,
			o.entry_run_id, o.entry_decision_id)::text
	FROM lot o
	GROUP BY o.open_fill, o.entry_at, o.position_key, o.environment, o.portfolio_kind, o.currency, o.since, o.direction, o.entry_price,
		o.lot_quantity, o.lot_fees, o.symbol, o.strategy_id, o.setup, o.planned_risk, o.open_effect, o.entry_session, o.multiplier,
		o.entry_other_fees, o.entry_run_id, o.entry_decision_id
	UNION ALL
	-- splits of what is in the book, all: those from before a lot change nothing of it
	SELECT jsonb_build_array(of_project, of_agent, x.environment, x.portfolio_kind, nullif(x.currency, ''),
			x.position_key, x.since)::text, s.effective_at, '', 'split', s.ratio, s.per, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL, false, NULL, NULL
	FROM @extschema@.at_split s
		JOIN (SELECT f.environment, f.portfolio_kind, f.currency, f.position_key, f.since, f.symbol FROM fill f
			UNION
			SELECT o.environment, o.portfolio_kind, o.currency, o.position_key, o.since, o.symbol FROM lot o) x USING (symbol);
END
$at$;
COMMENT ON FUNCTION _at_trade_feed(text, text) IS 'internal: what the trade book has to match of an agent: of each position with something new the lots that were open before it, and all fills from there on; a source for at_round_trips()';

CREATE FUNCTION _at_fresh_trades(of_project text, of_agent text) RETURNS SETOF _at_trade_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
BEGIN
	-- mostly nothing is new of an agent, and to begin to match takes longer than to see that
	IF NOT EXISTS (SELECT FROM @extschema@._at_trade_points(of_project, of_agent)) THEN
		RETURN;
	END IF;
	RETURN QUERY
	WITH fresh AS MATERIALIZED (
		SELECT r.*, r.kind = 'closed' AS is_closed, (r.book ->> 2)::@extschema@.at_environment AS environment, r.book ->> 3 AS portfolio_kind,
			coalesce(r.book ->> 4, '') AS currency, r.book ->> 5 AS position_key, (r.book ->> 6)::timestamptz AS since,
			row_number() OVER book AS place,
			count(*) FILTER (WHERE r.flat_after) OVER (book ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS trip
		FROM (SELECT x.*, x.key::jsonb AS book, x.tag::jsonb AS label, x.close_tag::jsonb AS close_label
			FROM @extschema@.at_round_trips(format('(SELECT * FROM @extschema@._at_trade_feed(%L, %L))', of_project, of_agent)) x OFFSET 0) r
		-- as they were matched
		WINDOW book AS (PARTITION BY r.key, r.kind = 'closed'
			ORDER BY r.close_t, r.close_fill COLLATE "C", r.open_t, r.open_fill COLLATE "C")
	)
	SELECT f.open_t, f.close_t, f.environment, f.flat_after, f.effect_mismatch, of_project, of_agent, f.portfolio_kind, f.currency,
		f.position_key, f.kind, f.direction, f.open_fill, f.close_fill,
		-- what is open is kept in units of its opening fill
		CASE f.kind WHEN 'open' THEN f.entry_quantity ELSE f.quantity END,
		CASE f.kind WHEN 'open' THEN f.lot_price ELSE f.entry_price END, f.exit_price, f.gross_pnl, f.fees, f.net_pnl,
		f.entry_fees, f.lot_quantity, f.lot_fees, f.label ->> 0, f.label ->> 1, f.label ->> 2, (f.label ->> 3)::numeric, f.label ->> 4,
		f.reason, (f.label ->> 5)::date, (f.close_label ->> 5)::date, f.multiplier, f.entry_quantity, f.lot_price,
		coalesce((f.label ->> 6)::boolean, false), coalesce((f.close_label ->> 6)::boolean, false),
		(f.label ->> 7)::@extschema@.at_id, (f.close_label ->> 7)::@extschema@.at_id, f.label ->> 8, f.close_label ->> 8,
		CASE WHEN f.is_closed THEN sum(coalesce(f.carried_net + f.net_pnl, f.net_pnl)) OVER trip END,
		CASE WHEN f.is_closed THEN first_value(f.trip_label ->> 0) OVER trip END,
		CASE WHEN f.is_closed THEN first_value(f.trip_label ->> 1) OVER trip END,
		CASE WHEN f.is_closed THEN first_value(f.trip_label ->> 2) OVER trip END, f.since
	FROM (SELECT n.*, c.trip_net AS carried_net, CASE WHEN c.trip_net IS NULL THEN n.label
				ELSE jsonb_build_array(c.trip_symbol, c.trip_strategy_id, c.trip_setup) END AS trip_label
		FROM fresh n
			-- a round trip that began before goes on from what was closed of it
			LEFT JOIN LATERAL (SELECT l.flat_after, l.trip_net, l.trip_symbol, l.trip_strategy_id, l.trip_setup
				FROM @extschema@.at_trade_leg l
				WHERE l.position_key = n.position_key AND l.agent_id = of_agent AND l.project = of_project
					AND l.environment = n.environment AND l.portfolio_kind = n.portfolio_kind AND l.currency = n.currency
					AND l.kind = 'closed' AND l.exit_at < n.since AND n.is_closed AND n.place = 1
				ORDER BY l.exit_at DESC, l.close_fill COLLATE "C" DESC, l.entry_at DESC, l.open_fill COLLATE "C" DESC
				LIMIT 1) c ON NOT c.flat_after) f
	WINDOW trip AS (PARTITION BY f.key, f.is_closed, f.trip ORDER BY f.place);
END
$at$;
COMMENT ON FUNCTION _at_fresh_trades(text, text) IS 'internal: round trips of an agent that the trade book of the store lacks: for each position with something new, from the time since on, what takes the place of its legs that closed from then on and of its open lots';

CREATE FUNCTION _at_fresh_trades() RETURNS SETOF _at_trade_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	SELECT f.* FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_fresh_trades(s.project, s.agent_id) f;
END
$at$;
COMMENT ON FUNCTION _at_fresh_trades() IS 'internal: the same of all agents; raises 42P01 without a store';

CREATE FUNCTION _at_trades_of(of_project text, of_agent text) RETURNS SETOF _at_trade_fact
-- few rows, so that it is not taken for a query that is worth compiling
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH fresh AS MATERIALIZED (
		SELECT f.* FROM @extschema@._at_fresh_trades(of_project, of_agent) f
	), point AS MATERIALIZED (
		SELECT DISTINCT f.environment, f.portfolio_kind, f.currency, f.position_key, f.since FROM fresh f
	)
	SELECT l.entry_at, l.exit_at, l.environment, l.flat_after, l.effect_mismatch, l.project,
		l.agent_id, l.portfolio_kind, l.currency, l.position_key, l.kind, l.direction,
		l.open_fill, l.close_fill, l.quantity, l.entry_price, l.exit_price, l.gross_pnl, l.fees,
		l.net_pnl, l.entry_fees, l.lot_quantity, l.lot_fees, l.symbol, l.strategy_id, l.setup,
		l.planned_risk, l.open_effect, l.reason, l.entry_session, l.exit_session, l.multiplier, l.entry_quantity,
		l.lot_price, l.entry_other_fees, l.exit_other_fees, l.entry_run_id, l.exit_run_id, l.entry_decision_id,
		l.exit_decision_id, l.trip_net, l.trip_symbol, l.trip_strategy_id, l.trip_setup, NULL::timestamptz
	FROM @extschema@.at_trade_leg l
	WHERE l.project = of_project AND l.agent_id = of_agent
		AND NOT EXISTS (SELECT FROM point p WHERE p.environment = l.environment AND p.portfolio_kind = l.portfolio_kind
			AND p.currency = l.currency AND p.position_key = l.position_key AND l.exit_at >= p.since)
	UNION ALL
	SELECT b.entry_at, NULL::timestamptz, b.environment, NULL::boolean, coalesce(b.open_effect IN ('close', 'reduce'), false), b.project,
		b.agent_id, b.portfolio_kind, b.currency, b.position_key, 'open', b.direction, b.open_fill, NULL, b.quantity, b.entry_price,
		NULL::numeric, NULL::numeric, b.fees, NULL::numeric, b.fees, b.lot_quantity, b.lot_fees, b.symbol, b.strategy_id, b.setup,
		b.planned_risk, b.open_effect, NULL, b.entry_session, NULL::date, b.multiplier, b.quantity, b.entry_price, b.entry_other_fees,
		NULL::boolean, b.entry_run_id, NULL::@extschema@.at_id, b.entry_decision_id, NULL, NULL::numeric, NULL, NULL, NULL, NULL::timestamptz
	FROM @extschema@.at_trade_book b
	WHERE b.project = of_project AND b.agent_id = of_agent
		AND NOT EXISTS (SELECT FROM point p WHERE p.environment = b.environment AND p.portfolio_kind = b.portfolio_kind
			AND p.currency = b.currency AND p.position_key = b.position_key)
	UNION ALL
	SELECT f.* FROM fresh f;
END
$at$;
COMMENT ON FUNCTION _at_trades_of(text, text) IS 'internal: rows of at_trade_row of an agent: what holds of the trade book, and what was matched again';

CREATE FUNCTION _at_orders_of(of_project text, of_agent text, OUT environment at_environment, OUT order_intent_id text,
	OUT t timestamptz, OUT arrived_at timestamptz, OUT line_no integer, OUT key_digest uuid, OUT decision_id text, OUT symbol text,
	OUT side text, OUT intended_price numeric, OUT intended_quantity numeric)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 500
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.environment, @extschema@.at_known_id(e.payload ->> 'order_intent_id'), e.occurred_at, e.ingested_at, e.line_no, e.key_digest,
		@extschema@.at_known_id(e.payload ->> 'decision_id'), @extschema@.at_known_id(e.payload ->> 'symbol'), lower(e.payload ->> 'side'),
		@extschema@.at_decimal(e.payload -> 'intended_price'), @extschema@.at_decimal(e.payload -> 'intended_quantity')
	FROM @extschema@.at_event e
	WHERE e.project = of_project AND e.agent_id = of_agent AND e.event_type = 'order.intent.recorded';
END
$at$;
COMMENT ON FUNCTION _at_orders_of(text, text) IS 'internal: orders of an agent as they were recorded, for at_slippage';

CREATE FUNCTION _at_write_trades(OUT fills bigint, OUT positions bigint, OUT legs bigint)
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
BEGIN
	fills := 0;
	positions := 0;
	legs := 0;
	-- one statement, one snapshot: what is read and what is written agree;
	-- sorted, so that all is read before the first row is written
	WITH fresh AS MATERIALIZED (
		SELECT * FROM @extschema@._at_fresh_trades()
	), point AS MATERIALIZED (
		SELECT DISTINCT f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency, f.position_key, f.since FROM fresh f
	), new_fill AS (
		INSERT INTO @extschema@.at_trade_fill
			(t, arrived_at, line_no, environment, key_digest, project, agent_id, portfolio_kind,
			currency, position_key, fill_id, side, quantity, price, fees, open_close_effect,
			position_id, symbol, order_intent_id, run_id, strategy_id, setup, session_date, multiplier, fee_quantity, other_fees,
			fee_currency, decision_id, repeated)
		SELECT n.t, n.arrived_at, n.line_no, n.environment, n.key_digest, n.project, n.agent_id,
			n.portfolio_kind, n.currency, n.position_key, n.fill_id, n.side, n.quantity, n.price,
			n.fees, n.open_close_effect, n.position_id, n.symbol, n.order_intent_id, n.run_id,
			n.strategy_id, n.setup, n.session_date, n.multiplier, n.fee_quantity, n.other_fees, n.fee_currency, n.decision_id, n.repeated
		FROM @extschema@.at_trade_new_fill n
		ORDER BY n.t
		RETURNING *
	), displaced AS (
		-- the first with an id counts, also when it comes later
		UPDATE @extschema@.at_trade_fill f SET repeated = true FROM new_fill n
		WHERE NOT n.repeated AND NOT f.repeated AND f.fill_id = n.fill_id AND f.project = n.project AND f.agent_id = n.agent_id
			AND f.environment = n.environment AND f.portfolio_kind = n.portfolio_kind AND f.currency = n.currency
			AND f.position_key = n.position_key
	), new_plan AS (
		INSERT INTO @extschema@.at_trade_plan
			(t, environment, key_digest, project, agent_id, run_id, position_id, symbol, strategy_id, setup,
			planned_risk_amount)
		SELECT n.t, n.environment, n.key_digest, n.project, n.agent_id, n.run_id, n.position_id, n.symbol,
			n.strategy_id, n.setup, n.planned_risk_amount
		FROM @extschema@.at_trade_new_plan n
		ORDER BY n.t
	), old_leg AS (
		DELETE FROM @extschema@.at_trade_leg l USING point p
		WHERE l.project = p.project AND l.agent_id = p.agent_id AND l.environment = p.environment AND
			l.portfolio_kind = p.portfolio_kind AND l.currency = p.currency AND l.position_key =
			p.position_key AND l.exit_at >= p.since
	), old_lot AS (
		DELETE FROM @extschema@.at_trade_book b USING point p
		WHERE b.project = p.project AND b.agent_id = p.agent_id AND b.environment = p.environment AND
			b.portfolio_kind = p.portfolio_kind AND b.currency = p.currency AND b.position_key =
			p.position_key
	), new_lot AS (
		INSERT INTO @extschema@.at_trade_book
			(entry_at, environment, project, agent_id, portfolio_kind, currency, position_key, direction,
			open_fill, quantity, entry_price, fees, lot_quantity, lot_fees, symbol, strategy_id, setup,
			planned_risk, open_effect, entry_session, multiplier, entry_other_fees, entry_run_id,
			entry_decision_id)
		SELECT f.entry_at, f.environment, f.project, f.agent_id, f.portfolio_kind, f.currency,
			f.position_key, f.direction, f.open_fill, f.quantity, f.entry_price, f.fees, f.lot_quantity,
			f.lot_fees, f.symbol, f.strategy_id, f.setup, f.planned_risk, f.open_effect, f.entry_session,
			f.multiplier, f.entry_other_fees, f.entry_run_id, f.entry_decision_id
		FROM fresh f WHERE f.kind = 'open'
	), new_leg AS (
		INSERT INTO @extschema@.at_trade_leg
			(entry_at, exit_at, environment, flat_after, effect_mismatch, project, agent_id,
			portfolio_kind, currency, position_key, kind, direction, open_fill, close_fill, quantity,
			entry_price, exit_price, gross_pnl, fees, net_pnl, entry_fees, lot_quantity, lot_fees,
			symbol, strategy_id, setup, planned_risk, open_effect, reason, entry_session, exit_session,
			multiplier, entry_quantity, lot_price, entry_other_fees, exit_other_fees, entry_run_id, exit_run_id,
			entry_decision_id, exit_decision_id, trip_net, trip_symbol, trip_strategy_id, trip_setup)
		SELECT f.entry_at, f.exit_at, f.environment, f.flat_after, f.effect_mismatch, f.project,
			f.agent_id, f.portfolio_kind, f.currency, f.position_key, f.kind, f.direction, f.open_fill,
			f.close_fill, f.quantity, f.entry_price, f.exit_price, f.gross_pnl, f.fees, f.net_pnl,
			f.entry_fees, f.lot_quantity, f.lot_fees, f.symbol, f.strategy_id, f.setup, f.planned_risk,
			f.open_effect, f.reason, f.entry_session, f.exit_session, f.multiplier, f.entry_quantity, f.lot_price,
			f.entry_other_fees, f.exit_other_fees, f.entry_run_id, f.exit_run_id, f.entry_decision_id,
			f.exit_decision_id, f.trip_net, f.trip_symbol, f.trip_strategy_id, f.trip_setup
		FROM fresh f WHERE f.kind <> 'open'
		RETURNING 1
	)
	SELECT (SELECT count(*) FROM point), (SELECT count(*) FROM new_leg), (SELECT count(*) FROM new_fill)
	INTO positions, legs, fills;

	-- the next plans depend on it, and come before autovacuum does
	IF fills > 1000 AND fills > (SELECT c.reltuples / 10 FROM pg_class c
			WHERE c.oid = '@extschema@.at_trade_fill'::regclass::oid) THEN
		-- not waiting: whoever holds such a lock may be waiting for this transaction
		ANALYZE (SKIP_LOCKED) @extschema@.at_trade_fill, @extschema@.at_trade_leg, @extschema@.at_trade_book;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_write_trades() IS 'internal: matches what was recorded since, for at_refresh(), as the store''s owner, who has the lock of refreshes';

CREATE FUNCTION _at_forget_trades() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	DELETE FROM @extschema@.at_trade_leg;
	DELETE FROM @extschema@.at_trade_book;
	-- of what retention dropped there is only the book's copy
	DELETE FROM @extschema@.at_trade_fill f USING @extschema@.at_partitions() p
	WHERE f.t >= p.since AND (f.t < p.until OR p.until = 'infinity');
	DELETE FROM @extschema@.at_trade_plan f USING @extschema@.at_partitions() p
	WHERE f.t >= p.since AND (f.t < p.until OR p.until = 'infinity');
	INSERT INTO @extschema@.at_stale_run (project, day)
	SELECT DISTINCT e.project, (e.occurred_at AT TIME ZONE 'UTC')::date
	FROM @extschema@.at_event e
	WHERE e.event_type IN ('paper.fill.recorded', 'strategy.context.recorded')
	UNION SELECT f.project, '-infinity' FROM @extschema@.at_trade_fill f;
END
$at$;
COMMENT ON FUNCTION _at_forget_trades() IS 'internal: empties the trade book but for what retention dropped, and marks all days, as the store''s owner, who has the lock of the rollups; at_rebuild_trades() calls it';

CREATE FUNCTION at_rebuild_trades() RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION at_rebuild_trades() IS 'makes the trade book again from the stored events, and from its own copy of fills that at_drop_before() dropped; for after events were deleted or changed by hand; returns how many fills it took from events; runs as the store''s owner; for him, and for whom he lets execute it';

CREATE FUNCTION _at_splits_between(symbol text, since timestamptz, until timestamptz, OUT units numeric, OUT per numeric)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE STRICT PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	split_symbol ALIAS FOR symbol;
	split record;
BEGIN
	FOR split IN SELECT s.ratio, s.per FROM @extschema@.at_split s
			WHERE s.symbol = split_symbol AND s.effective_at > since AND s.effective_at <= until LOOP
		units := coalesce(units, 1) * split.ratio;
		per := coalesce(_at_splits_between.per, 1) * split.per;
	END LOOP;
	IF units IS NOT NULL THEN
		RETURN NEXT;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_splits_between(text, timestamptz, timestamptz) IS 'splits of a symbol with since < effective_at <= until, as one: so many units for so many of before; no row without any, or for null';

-- What was matched before a split was written down is matched again.
CREATE FUNCTION _at_create_store_split_marks() RETURNS trigger
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	INSERT INTO @extschema@.at_stale_run (project, day)
	SELECT DISTINCT f.project, date '-infinity' FROM @extschema@.at_trade_fill f;
	RETURN NULL;
END
$at$;
COMMENT ON FUNCTION _at_create_store_split_marks() IS 'trigger function of at_split: has the trade book matched again';

CREATE FUNCTION _at_create_store_trades() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE TABLE @extschema@.at_trade_fill (
		t timestamptz NOT NULL,
		arrived_at timestamptz NOT NULL,
		line_no integer,
		environment @extschema@.at_environment NOT NULL,
		key_digest uuid NOT NULL,
		project text NOT NULL,
		agent_id text NOT NULL,
		portfolio_kind text NOT NULL,
		currency text NOT NULL,
		position_key text NOT NULL,
		fill_id text NOT NULL,
		side text,
		quantity numeric,
		price numeric,
		fees numeric,
		open_close_effect text,
		position_id text,
		symbol text,
		order_intent_id text,
		run_id @extschema@.at_id NOT NULL,
		strategy_id text,
		setup text,
		session_date date,
		multiplier numeric,
		fee_quantity numeric,
		other_fees numeric,
		fee_currency text,
		decision_id text,
		repeated boolean NOT NULL,
		PRIMARY KEY (project, t, key_digest)
	);
	COMMENT ON TABLE @extschema@.at_trade_fill IS 'agent_tracker: fills that the trade book has taken, brought up to date by at_refresh(); they stay when at_drop_before() drops their events';
	COMMENT ON COLUMN @extschema@.at_trade_fill.t IS 'when it was filled';
	COMMENT ON COLUMN @extschema@.at_trade_fill.arrived_at IS 'when its load, or its call, began';
	COMMENT ON COLUMN @extschema@.at_trade_fill.line_no IS 'its line in the load';
	COMMENT ON COLUMN @extschema@.at_trade_fill.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trade_fill.key_digest IS 'digest of the event''s idempotency key';
	COMMENT ON COLUMN @extschema@.at_trade_fill.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trade_fill.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trade_fill.portfolio_kind IS 'kind of portfolio, empty when the fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_fill.currency IS 'currency, empty when it is not known';
	COMMENT ON COLUMN @extschema@.at_trade_fill.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_fill.fill_id IS 'id of the fill, or of its event where it has none or one that is lost to redaction';
	COMMENT ON COLUMN @extschema@.at_trade_fill.side IS 'side as it was recorded';
	COMMENT ON COLUMN @extschema@.at_trade_fill.quantity IS 'quantity';
	COMMENT ON COLUMN @extschema@.at_trade_fill.price IS 'price';
	COMMENT ON COLUMN @extschema@.at_trade_fill.fees IS 'fees in the fill''s currency; one in what is traded at its price';
	COMMENT ON COLUMN @extschema@.at_trade_fill.open_close_effect IS 'what the fill says that it does';
	COMMENT ON COLUMN @extschema@.at_trade_fill.position_id IS 'the position it names';
	COMMENT ON COLUMN @extschema@.at_trade_fill.symbol IS 'symbol';
	COMMENT ON COLUMN @extschema@.at_trade_fill.order_intent_id IS 'the order it executes';
	COMMENT ON COLUMN @extschema@.at_trade_fill.run_id IS 'run of the agent';
	COMMENT ON COLUMN @extschema@.at_trade_fill.strategy_id IS 'strategy that the fill names';
	COMMENT ON COLUMN @extschema@.at_trade_fill.setup IS 'setup that the fill names';

	COMMENT ON COLUMN @extschema@.at_trade_fill.session_date IS 'session that the fill names, else its UTC day';
	COMMENT ON COLUMN @extschema@.at_trade_fill.multiplier IS 'money of one unit at a price of one; null: 1';
	COMMENT ON COLUMN @extschema@.at_trade_fill.fee_quantity IS 'what a fee in what is traded adds to the matched quantity, below zero for a purchase';
	COMMENT ON COLUMN @extschema@.at_trade_fill.other_fees IS 'fees in another currency, fee_currency, which are in no result';
	COMMENT ON COLUMN @extschema@.at_trade_fill.fee_currency IS 'currency of the fees, where the fill names one';
	COMMENT ON COLUMN @extschema@.at_trade_fill.decision_id IS 'the decision that the fill names';
	COMMENT ON COLUMN @extschema@.at_trade_fill.repeated IS 'a fill with its id came before it in its position, and counts';

	CREATE INDEX at_trade_fill_position ON @extschema@.at_trade_fill (position_key, agent_id, project, t);
	CREATE INDEX at_trade_fill_agent ON @extschema@.at_trade_fill (project, agent_id, t);
	CREATE INDEX at_trade_fill_id ON @extschema@.at_trade_fill (fill_id, project);
	CREATE INDEX at_trade_fill_order ON @extschema@.at_trade_fill (order_intent_id, project) WHERE order_intent_id IS NOT NULL;
	CREATE INDEX at_trade_fill_decision ON @extschema@.at_trade_fill (decision_id, project) WHERE decision_id IS NOT NULL;

	CREATE TABLE @extschema@.at_split (
		symbol text NOT NULL,
		effective_at timestamptz NOT NULL,
		ratio numeric NOT NULL CHECK (ratio > 0 AND ratio < 'Infinity'),
		per numeric NOT NULL DEFAULT 1 CHECK (per > 0 AND per < 'Infinity'),
		PRIMARY KEY (symbol, effective_at)
	);
	COMMENT ON TABLE @extschema@.at_split IS 'agent_tracker: splits of symbols, which the owner of the store writes down: trades, positions and slippage apply them';
	COMMENT ON COLUMN @extschema@.at_split.symbol IS 'symbol, as fills spell it';
	COMMENT ON COLUMN @extschema@.at_split.effective_at IS 'from this time on fills are in new units';
	COMMENT ON COLUMN @extschema@.at_split.ratio IS 'so many new units, 10 for a split of ten to one';
	COMMENT ON COLUMN @extschema@.at_split.per IS 'for so many old ones, 3 with ratio 1 for a reverse split of one to three';
	CREATE TRIGGER at_split_written AFTER INSERT OR UPDATE OR DELETE ON @extschema@.at_split
		FOR EACH STATEMENT EXECUTE FUNCTION @extschema@._at_create_store_split_marks();
	CREATE TRIGGER at_split_truncated AFTER TRUNCATE ON @extschema@.at_split
		FOR EACH STATEMENT EXECUTE FUNCTION @extschema@._at_create_store_split_marks();

	CREATE TABLE @extschema@.at_trade_plan (
		t timestamptz NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		key_digest uuid NOT NULL,
		project text NOT NULL,
		agent_id text NOT NULL,
		run_id @extschema@.at_id NOT NULL,
		position_id text,
		symbol text,
		strategy_id text,
		setup text,
		planned_risk_amount numeric,
		PRIMARY KEY (project, t, key_digest)
	);
	COMMENT ON TABLE @extschema@.at_trade_plan IS 'agent_tracker: strategy contexts that the trade book has taken';
	COMMENT ON COLUMN @extschema@.at_trade_plan.t IS 'when it was recorded';
	COMMENT ON COLUMN @extschema@.at_trade_plan.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trade_plan.key_digest IS 'digest of the event''s idempotency key';
	COMMENT ON COLUMN @extschema@.at_trade_plan.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trade_plan.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trade_plan.run_id IS 'run of the agent';
	COMMENT ON COLUMN @extschema@.at_trade_plan.position_id IS 'the position it names';
	COMMENT ON COLUMN @extschema@.at_trade_plan.symbol IS 'the symbol it names, if it names one';
	COMMENT ON COLUMN @extschema@.at_trade_plan.strategy_id IS 'strategy';
	COMMENT ON COLUMN @extschema@.at_trade_plan.setup IS 'setup';
	COMMENT ON COLUMN @extschema@.at_trade_plan.planned_risk_amount IS 'planned risk, above zero';
	CREATE INDEX at_trade_plan_agent ON @extschema@.at_trade_plan (agent_id, project);

	CREATE TABLE @extschema@.at_trade_leg (
		entry_at timestamptz,
		exit_at timestamptz NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		flat_after boolean,
		effect_mismatch boolean,
		project text NOT NULL,
		agent_id text NOT NULL,
		portfolio_kind text NOT NULL,
		currency text NOT NULL,
		position_key text NOT NULL,
		kind text NOT NULL,
		direction text,
		open_fill text,
		close_fill text NOT NULL,
		quantity numeric,
		entry_price numeric,
		exit_price numeric,
		gross_pnl numeric,
		fees numeric,
		net_pnl numeric,
		entry_fees numeric,
		lot_quantity numeric,
		lot_fees numeric,
		symbol text,
		strategy_id text,
		setup text,
		planned_risk numeric,
		open_effect text,
		reason text,
		entry_session date,
		exit_session date,
		multiplier numeric,
		entry_quantity numeric,
		lot_price numeric,
		entry_other_fees boolean,
		exit_other_fees boolean,
		entry_run_id @extschema@.at_id,
		exit_run_id @extschema@.at_id,
		entry_decision_id text,
		exit_decision_id text,
		trip_net numeric,
		trip_symbol text,
		trip_strategy_id text,
		trip_setup text
	);
	COMMENT ON TABLE @extschema@.at_trade_leg IS 'agent_tracker: closed legs of trades, and what could not be matched, brought up to date by at_refresh()';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_at IS 'when the lot was opened';
	COMMENT ON COLUMN @extschema@.at_trade_leg.exit_at IS 'when it was closed; of what is not closed: when it was filled';
	COMMENT ON COLUMN @extschema@.at_trade_leg.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trade_leg.flat_after IS 'the position was flat after it';
	COMMENT ON COLUMN @extschema@.at_trade_leg.effect_mismatch IS 'a fill opened or closed against its open_close_effect';
	COMMENT ON COLUMN @extschema@.at_trade_leg.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trade_leg.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trade_leg.portfolio_kind IS 'kind of portfolio, empty when the fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_leg.currency IS 'currency, empty when it is not known';
	COMMENT ON COLUMN @extschema@.at_trade_leg.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_leg.kind IS 'closed, skipped, unopened or mismatch, as at_round_trips() says';
	COMMENT ON COLUMN @extschema@.at_trade_leg.direction IS 'long or short';
	COMMENT ON COLUMN @extschema@.at_trade_leg.open_fill IS 'the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.close_fill IS 'the closing fill, or the one it is about';
	COMMENT ON COLUMN @extschema@.at_trade_leg.quantity IS 'quantity';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_price IS 'price at entry';
	COMMENT ON COLUMN @extschema@.at_trade_leg.exit_price IS 'price at exit';
	COMMENT ON COLUMN @extschema@.at_trade_leg.gross_pnl IS 'profit before fees';
	COMMENT ON COLUMN @extschema@.at_trade_leg.fees IS 'shares of the fees of both fills';
	COMMENT ON COLUMN @extschema@.at_trade_leg.net_pnl IS 'profit after fees';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_fees IS 'share of the opening fill''s fees';
	COMMENT ON COLUMN @extschema@.at_trade_leg.lot_quantity IS 'quantity of the lot as it was opened';
	COMMENT ON COLUMN @extschema@.at_trade_leg.lot_fees IS 'fees of the lot as it was opened';
	COMMENT ON COLUMN @extschema@.at_trade_leg.symbol IS 'symbol of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.strategy_id IS 'strategy of the opening fill, or of its context';
	COMMENT ON COLUMN @extschema@.at_trade_leg.setup IS 'setup of the opening fill, or of its context';
	COMMENT ON COLUMN @extschema@.at_trade_leg.planned_risk IS 'planned risk of the lot: of its context, shared by the fills of an order by quantity';
	COMMENT ON COLUMN @extschema@.at_trade_leg.open_effect IS 'open_close_effect of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.reason IS 'why it is not closed';

	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_session IS 'session of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.exit_session IS 'session of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.multiplier IS 'money of one unit at a price of one';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_quantity IS 'quantity in units of the opening fill, before splits';
	COMMENT ON COLUMN @extschema@.at_trade_leg.lot_price IS 'price of the opening fill, before splits';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_other_fees IS 'the opening fill has fees in another currency';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_run_id IS 'run of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.entry_decision_id IS 'the decision that the opening fill names';
	COMMENT ON COLUMN @extschema@.at_trade_leg.exit_run_id IS 'run of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade_leg.exit_decision_id IS 'the decision that the closing fill names';
	COMMENT ON COLUMN @extschema@.at_trade_leg.trip_net IS 'net_pnl of its round trip up to and with it, since the position was flat; null of what is not closed';
	COMMENT ON COLUMN @extschema@.at_trade_leg.trip_symbol IS 'symbol of the first lot of its round trip';
	COMMENT ON COLUMN @extschema@.at_trade_leg.trip_strategy_id IS 'strategy of the first lot of its round trip';
	COMMENT ON COLUMN @extschema@.at_trade_leg.trip_setup IS 'setup of the first lot of its round trip';
	COMMENT ON COLUMN @extschema@.at_trade_leg.exit_other_fees IS 'the closing fill has fees in another currency';

	CREATE INDEX at_trade_leg_position ON @extschema@.at_trade_leg (position_key, agent_id, project, exit_at);
	CREATE INDEX at_trade_leg_agent ON @extschema@.at_trade_leg (project, agent_id, exit_at);
	CREATE INDEX at_trade_leg_session ON @extschema@.at_trade_leg (project, agent_id, exit_session);
	CREATE INDEX at_trade_leg_exit ON @extschema@.at_trade_leg (project, exit_at);
	CREATE INDEX at_trade_leg_exit_run ON @extschema@.at_trade_leg (exit_run_id);
	-- what became of the fills of a decision
	CREATE INDEX at_trade_leg_open_fill ON @extschema@.at_trade_leg (open_fill, project);
	CREATE INDEX at_trade_leg_close_fill ON @extschema@.at_trade_leg (close_fill, project);

	CREATE TABLE @extschema@.at_trade_book (
		entry_at timestamptz NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		project text NOT NULL,
		agent_id text NOT NULL,
		portfolio_kind text NOT NULL,
		currency text NOT NULL,
		position_key text NOT NULL,
		direction text NOT NULL,
		open_fill text NOT NULL,
		quantity numeric NOT NULL,
		entry_price numeric NOT NULL,
		fees numeric NOT NULL,
		lot_quantity numeric NOT NULL,
		lot_fees numeric NOT NULL,
		symbol text,
		strategy_id text,
		setup text,
		planned_risk numeric,
		open_effect text,
		entry_session date,
		multiplier numeric,
		entry_other_fees boolean,
		entry_run_id @extschema@.at_id,
		entry_decision_id text
	);
	COMMENT ON TABLE @extschema@.at_trade_book IS 'agent_tracker: open lots, from which at_refresh() continues, in units of their opening fills, before splits';
	COMMENT ON COLUMN @extschema@.at_trade_book.entry_session IS 'session of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_book.multiplier IS 'money of one unit at a price of one';
	COMMENT ON COLUMN @extschema@.at_trade_book.entry_other_fees IS 'the opening fill has fees in another currency';
	COMMENT ON COLUMN @extschema@.at_trade_book.entry_run_id IS 'run of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_book.entry_decision_id IS 'the decision that the opening fill names';
	COMMENT ON COLUMN @extschema@.at_trade_book.entry_at IS 'when the lot was opened';
	COMMENT ON COLUMN @extschema@.at_trade_book.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trade_book.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trade_book.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trade_book.portfolio_kind IS 'kind of portfolio, empty when the fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_book.currency IS 'currency, empty when it is not known';
	COMMENT ON COLUMN @extschema@.at_trade_book.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_book.direction IS 'long or short';
	COMMENT ON COLUMN @extschema@.at_trade_book.open_fill IS 'the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_book.quantity IS 'what is left of the lot';
	COMMENT ON COLUMN @extschema@.at_trade_book.entry_price IS 'price at entry';
	COMMENT ON COLUMN @extschema@.at_trade_book.fees IS 'fees that no leg has borne yet';
	COMMENT ON COLUMN @extschema@.at_trade_book.lot_quantity IS 'quantity of the lot as it was opened';
	COMMENT ON COLUMN @extschema@.at_trade_book.lot_fees IS 'fees of the lot as it was opened';
	COMMENT ON COLUMN @extschema@.at_trade_book.symbol IS 'symbol of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade_book.strategy_id IS 'strategy of the opening fill, or of its context';
	COMMENT ON COLUMN @extschema@.at_trade_book.setup IS 'setup of the opening fill, or of its context';
	COMMENT ON COLUMN @extschema@.at_trade_book.planned_risk IS 'planned risk of the lot: of its context, shared by the fills of an order by quantity';
	COMMENT ON COLUMN @extschema@.at_trade_book.open_effect IS 'open_close_effect of the opening fill';

	CREATE INDEX at_trade_book_position ON @extschema@.at_trade_book (position_key, agent_id, project);

	PERFORM @extschema@._at_create_store_trade_views();
END
$at$;
COMMENT ON FUNCTION _at_create_store_trades() IS 'makes the part of the store that keeps trades: the trade book and the views over it; called by at_create_store()';

CREATE FUNCTION _at_create_store_trade_views() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE OR REPLACE VIEW @extschema@.at_fill WITH (security_invoker = on) AS
		SELECT e.project, e.agent_id, e.environment, f.portfolio_kind, f.currency, f.position_key,
			e.occurred_at AS t, f.fill_id, f.symbol, f.side, f.quantity, f.price, f.fees,
			f.open_close_effect, f.position_id, f.order_intent_id, f.decision_id, f.strategy_id, f.setup,
			e.run_id, e.event_id, e.key_digest, e.ingested_at AS arrived_at, e.line_no,
			jsonb_build_array(e.project, e.agent_id, e.environment, f.portfolio_kind, f.currency,
				f.position_key)::text AS key, f.session_date, f.multiplier, f.fee_currency,
			CASE m.fee_kind WHEN 'money' THEN f.fees WHEN 'kind' THEN f.fees * f.price WHEN 'other' THEN 0 END AS matched_fees,
			CASE WHEN m.fee_kind = 'kind' THEN CASE WHEN lower(f.side) IN ('buy', 'cover') THEN -f.fees ELSE f.fees END END AS fee_quantity,
			CASE WHEN m.fee_kind = 'other' THEN f.fees END AS other_fees
		FROM @extschema@.at_event e, LATERAL (SELECT
				coalesce(e.payload ->> 'portfolio_kind', '') AS portfolio_kind,
				e.payload ->> 'currency' AS currency,
				coalesce(@extschema@.at_known_id(e.payload ->> 'position_id'), @extschema@.at_known_id(e.payload ->> 'symbol'), '') AS position_key,
				coalesce(@extschema@.at_known_id(e.payload ->> 'fill_id'), e.event_id::text) AS fill_id,
				@extschema@.at_known_id(e.payload ->> 'symbol') AS symbol, e.payload ->> 'side' AS side,
				@extschema@.at_decimal(CASE WHEN e.payload ->> 'quantity' IS NULL THEN e.payload -> 'qty'
					ELSE e.payload -> 'quantity' END) AS quantity,
				@extschema@.at_decimal(e.payload -> 'price') AS price, @extschema@.at_decimal(e.payload -> 'fees') AS fees,
				e.payload ->> 'open_close_effect' AS open_close_effect, @extschema@.at_known_id(e.payload ->> 'position_id') AS position_id,
				@extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id, @extschema@.at_known_id(e.payload ->> 'decision_id') AS decision_id,
				@extschema@.at_known_id(e.payload ->> 'strategy_id') AS strategy_id, e.payload ->> 'setup' AS setup,
				coalesce((e.payload ->> 'session_date')::date, (e.occurred_at AT TIME ZONE 'UTC')::date) AS session_date,
				-- one that is no number is not taken for 1
				CASE WHEN coalesce(e.payload ->> 'multiplier', e.payload ->> 'contract_multiplier') IS NOT NULL
					THEN coalesce(@extschema@.at_decimal(CASE WHEN e.payload ->> 'multiplier' IS NULL THEN e.payload -> 'contract_multiplier'
						ELSE e.payload -> 'multiplier' END), 'NaN') END AS multiplier,
				e.payload ->> 'fee_currency' AS fee_currency) f,
			-- the fee is money of the fill's currency, some of what is traded (BTC of BTC/USDT, BTC-USD or
			-- BTCUSDT), or something else
			LATERAL (SELECT CASE WHEN f.fees IS NULL THEN NULL
				WHEN f.fee_currency IS NULL OR upper(f.fee_currency) = upper(f.currency) THEN 'money'
				WHEN upper(f.symbol) IN (upper(f.fee_currency), upper(f.fee_currency || f.currency))
					OR left(upper(f.symbol), length(f.fee_currency) + 1) IN (upper(f.fee_currency) || '/', upper(f.fee_currency) || '-',
						upper(f.fee_currency) || '_', upper(f.fee_currency) || ':') THEN 'kind'
				WHEN f.fees = 0 THEN 'money' ELSE 'other' END AS fee_kind) m
		WHERE e.event_type = 'paper.fill.recorded';
	COMMENT ON VIEW @extschema@.at_fill IS 'agent_tracker: fills as they were recorded, one row for each event paper.fill.recorded, what is no number as null; with what the matching takes of the fees: in money, as a quantity of what is traded, or in another currency not at all; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_fill_and_split WITH (security_invoker = on) AS
		SELECT f.project, f.agent_id, f.environment, f.t, f.fill_id, f.key, f.side, f.quantity + coalesce(f.fee_quantity, 0) AS quantity,
			f.price, f.matched_fees AS fees, f.open_close_effect, f.position_id, f.arrived_at, f.line_no, f.multiplier
		FROM @extschema@.at_fill f
		UNION ALL
		SELECT k.project, k.agent_id, k.environment, s.effective_at, '', k.key, 'split', s.ratio, s.per, NULL, NULL, NULL, NULL, NULL, NULL
		FROM @extschema@.at_split s
			JOIN (SELECT DISTINCT f.project, f.agent_id, f.environment, f.key, f.symbol FROM @extschema@.at_fill f) k USING (symbol);
	COMMENT ON VIEW @extschema@.at_fill_and_split IS 'agent_tracker: fills of the store and splits of their symbols, as at_round_trips() matches them: quantities and fees in money as they are after fees in what is traded; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_trade_new_fill WITH (security_invoker = on) AS
		SELECT f.t, f.arrived_at, f.line_no, f.environment, f.key_digest, s.project, s.agent_id, f.portfolio_kind, f.currency,
			f.position_key, f.fill_id, f.side, f.quantity, f.price, f.fees, f.open_close_effect, f.position_id, f.symbol,
			f.order_intent_id, f.run_id, f.strategy_id, f.setup, f.session_date, f.multiplier, f.fee_quantity, f.other_fees,
			f.fee_currency, f.decision_id, f.repeated
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_new_fills(s.project, s.agent_id) f;
	COMMENT ON VIEW @extschema@.at_trade_new_fill IS 'agent_tracker: fills that the trade book has not taken yet, in the columns of at_trade_fill';

	CREATE OR REPLACE VIEW @extschema@.at_any_fill WITH (security_invoker = on) AS
		SELECT b.project, b.agent_id, b.environment, b.portfolio_kind, b.symbol, b.t, b.session_date, b.multiplier
		FROM @extschema@.at_trade_fill b
		UNION ALL
		SELECT n.project, n.agent_id, n.environment, n.portfolio_kind, n.symbol, n.t, n.session_date, n.multiplier
		FROM @extschema@.at_trade_new_fill n;
	COMMENT ON VIEW @extschema@.at_any_fill IS 'agent_tracker: fills of the trade book, and those that it has not taken yet; a condition on the agent reaches the events';

	CREATE OR REPLACE VIEW @extschema@.at_trade_new_plan WITH (security_invoker = on) AS
		SELECT p.t, p.environment, p.key_digest, s.project, s.agent_id, p.run_id, p.position_id, p.symbol, p.strategy_id, p.setup,
			p.planned_risk_amount
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_new_plans(s.project, s.agent_id) p;
	COMMENT ON VIEW @extschema@.at_trade_new_plan IS 'agent_tracker: strategy contexts that the trade book has not taken yet, in the columns of at_trade_plan';

	CREATE OR REPLACE VIEW @extschema@.at_trade_row WITH (security_invoker = on) AS
		SELECT l.entry_at, l.exit_at, l.environment, l.flat_after, l.effect_mismatch, l.project,
			l.agent_id, l.portfolio_kind, l.currency, l.position_key, l.kind, l.direction,
			l.open_fill, l.close_fill, l.quantity, l.entry_price, l.exit_price, l.gross_pnl, l.fees,
			l.net_pnl, l.entry_fees, l.lot_quantity, l.lot_fees, l.symbol, l.strategy_id, l.setup,
			l.planned_risk, l.open_effect, l.reason, l.entry_session, l.exit_session, l.multiplier, l.entry_quantity,
			l.lot_price, l.entry_other_fees, l.exit_other_fees, l.entry_run_id, l.exit_run_id, l.entry_decision_id,
			l.exit_decision_id, l.trip_net, l.trip_symbol, l.trip_strategy_id, l.trip_setup
		FROM @extschema@.at_trade_leg l
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = l.project AND s.agent_id = l.agent_id
		WHERE s.agent_id IS NULL
		UNION ALL
		SELECT b.entry_at, NULL::timestamptz, b.environment, NULL::boolean, coalesce(b.open_effect IN ('close', 'reduce'), false), b.project,
			b.agent_id, b.portfolio_kind, b.currency, b.position_key, 'open', b.direction, b.open_fill, NULL, b.quantity, b.entry_price,
			NULL::numeric, NULL::numeric, b.fees, NULL::numeric, b.fees, b.lot_quantity, b.lot_fees, b.symbol, b.strategy_id, b.setup,
			b.planned_risk, b.open_effect, NULL, b.entry_session, NULL::date, b.multiplier, b.quantity, b.entry_price, b.entry_other_fees,
			NULL::boolean, b.entry_run_id, NULL::@extschema@.at_id, b.entry_decision_id, NULL, NULL::numeric, NULL, NULL, NULL
		FROM @extschema@.at_trade_book b
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = b.project AND s.agent_id = b.agent_id
		WHERE s.agent_id IS NULL
		UNION ALL
		SELECT f.entry_at, f.exit_at, f.environment, f.flat_after, f.effect_mismatch, s.project,
			s.agent_id, f.portfolio_kind, f.currency, f.position_key, f.kind, f.direction,
			f.open_fill, f.close_fill, f.quantity, f.entry_price, f.exit_price, f.gross_pnl, f.fees,
			f.net_pnl, f.entry_fees, f.lot_quantity, f.lot_fees, f.symbol, f.strategy_id, f.setup,
			f.planned_risk, f.open_effect, f.reason, f.entry_session, f.exit_session, f.multiplier, f.entry_quantity,
			f.lot_price, f.entry_other_fees, f.exit_other_fees, f.entry_run_id, f.exit_run_id, f.entry_decision_id,
			f.exit_decision_id, f.trip_net, f.trip_symbol, f.trip_strategy_id, f.trip_setup
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_trades_of(s.project, s.agent_id) f;
	COMMENT ON VIEW @extschema@.at_trade_row IS 'agent_tracker: rows of at_round_trips() over the store''s fills, with what is known of them: the trade book, and what came since; always up to date; at_trade, at_open_lot and at_trade_issue show them';

	CREATE OR REPLACE VIEW @extschema@.at_trade WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind,
			nullif(r.currency, '') AS currency, r.position_key, r.symbol, r.strategy_id, r.setup, r.direction, r.quantity,
			r.entry_at, r.exit_at, r.entry_price, r.exit_price, r.gross_pnl, r.fees, r.net_pnl,
			trim_scale(round(r.planned_risk * r.entry_quantity / r.lot_quantity, 12)) AS planned_risk_amount,
			10000 * r.net_pnl / nullif(abs(r.entry_price * r.quantity * r.multiplier), 0) AS return_bps,
			10000 * r.fees / nullif((abs(r.entry_price * r.quantity) + abs(r.exit_price * r.quantity)) * r.multiplier, 0) AS cost_bps,
			r.exit_at - r.entry_at AS holding, r.flat_after, r.open_fill, r.close_fill, r.effect_mismatch, r.multiplier,
			r.entry_session, r.exit_session AS session_date, r.entry_other_fees OR r.exit_other_fees AS other_fees,
			r.entry_run_id, r.exit_run_id, r.entry_decision_id, r.exit_decision_id
		FROM @extschema@.at_trade_row r
		WHERE r.kind = 'closed';
	COMMENT ON VIEW @extschema@.at_trade IS 'agent_tracker: closed trades, one row for each part of a lot that a fill closed, first in first out; always up to date';

	COMMENT ON COLUMN @extschema@.at_trade.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trade.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trade.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trade.portfolio_kind IS 'kind of portfolio, empty when the fills name none';
	COMMENT ON COLUMN @extschema@.at_trade.currency IS 'currency, null when it is not known';
	COMMENT ON COLUMN @extschema@.at_trade.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_trade.symbol IS 'symbol of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade.strategy_id IS 'strategy that the opening fill names, or its strategy context';
	COMMENT ON COLUMN @extschema@.at_trade.setup IS 'setup that the opening fill names, or its strategy context';
	COMMENT ON COLUMN @extschema@.at_trade.direction IS 'long or short';
	COMMENT ON COLUMN @extschema@.at_trade.quantity IS 'quantity that was closed';
	COMMENT ON COLUMN @extschema@.at_trade.entry_at IS 'time of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade.exit_at IS 'time of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade.entry_price IS 'price of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade.exit_price IS 'price of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade.gross_pnl IS '(exit - entry) quantity, of a short (entry - exit) quantity';
	COMMENT ON COLUMN @extschema@.at_trade.fees IS 'shares of the fees of both fills, by quantity';
	COMMENT ON COLUMN @extschema@.at_trade.net_pnl IS 'gross_pnl - fees';
	COMMENT ON COLUMN @extschema@.at_trade.planned_risk_amount IS 'planned risk of the strategy context, shared by quantity among the fills of the opening order and the parts of a lot; null without a context that names one';
	COMMENT ON COLUMN @extschema@.at_trade.return_bps IS 'net_pnl in basis points of the notional at entry';
	COMMENT ON COLUMN @extschema@.at_trade.cost_bps IS 'fees in basis points of the notional of both sides';
	COMMENT ON COLUMN @extschema@.at_trade.holding IS 'time from entry to exit';
	COMMENT ON COLUMN @extschema@.at_trade.flat_after IS 'nothing of the position was open after this';
	COMMENT ON COLUMN @extschema@.at_trade.open_fill IS 'id of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade.close_fill IS 'id of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade.effect_mismatch IS 'a fill opened though its open_close_effect closes, or closed though it opens';

	COMMENT ON COLUMN @extschema@.at_trade.multiplier IS 'money of one unit at a price of one';
	COMMENT ON COLUMN @extschema@.at_trade.entry_session IS 'session of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade.session_date IS 'session of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade.other_fees IS 'a fill has fees in another currency, which are not in fees; at_trade_issue has them';
	COMMENT ON COLUMN @extschema@.at_trade.entry_run_id IS 'run of the opening fill';
	COMMENT ON COLUMN @extschema@.at_trade.exit_run_id IS 'run of the closing fill';
	COMMENT ON COLUMN @extschema@.at_trade.entry_decision_id IS 'the decision that the opening fill names';
	COMMENT ON COLUMN @extschema@.at_trade.exit_decision_id IS 'the decision that the closing fill names';

	CREATE OR REPLACE VIEW @extschema@.at_round_trip WITH (security_invoker = on) AS
		SELECT l.project, l.agent_id, l.environment, l.portfolio_kind, nullif(l.currency, '') AS currency, l.position_key,
			(array_agg(l.symbol ORDER BY l.place))[1] AS symbol, (array_agg(l.strategy_id ORDER BY l.place))[1] AS strategy_id,
			(array_agg(l.setup ORDER BY l.place))[1] AS setup, (array_agg(l.direction ORDER BY l.place))[1] AS direction,
			sum(l.quantity) AS quantity, min(l.entry_at) AS entry_at, max(l.exit_at) AS exit_at,
			trim_scale(round(sum(l.entry_price * l.quantity) / sum(l.quantity), 12)) AS entry_price,
			trim_scale(round(sum(l.exit_price * l.quantity) / sum(l.quantity), 12)) AS exit_price,
			sum(l.gross_pnl) AS gross_pnl, sum(l.fees) AS fees, sum(l.net_pnl) AS net_pnl,
			trim_scale(round(sum(l.planned_risk * l.entry_quantity / l.lot_quantity), 12)) AS planned_risk_amount,
			10000 * sum(l.net_pnl) / nullif(sum(abs(l.entry_price * l.quantity * l.multiplier)), 0) AS return_bps,
			10000 * sum(l.fees) / nullif(sum((abs(l.entry_price * l.quantity) + abs(l.exit_price * l.quantity)) * l.multiplier), 0) AS cost_bps,
			max(l.exit_at) - min(l.entry_at) AS holding, count(*) AS lots, min(l.entry_session) AS entry_session,
			(array_agg(l.exit_session ORDER BY l.place DESC))[1] AS session_date, (array_agg(l.open_fill ORDER BY l.place))[1] AS open_fill,
			(array_agg(l.close_fill ORDER BY l.place DESC))[1] AS close_fill, bool_or(l.effect_mismatch) AS effect_mismatch,
			bool_or(l.entry_other_fees OR l.exit_other_fees) AS other_fees,
			(array_agg(l.entry_run_id ORDER BY l.place))[1] AS entry_run_id,
			(array_agg(l.exit_run_id ORDER BY l.place DESC))[1] AS exit_run_id,
			(array_agg(l.entry_decision_id ORDER BY l.place))[1] AS entry_decision_id,
			(array_agg(l.exit_decision_id ORDER BY l.place DESC))[1] AS exit_decision_id
		FROM (SELECT r.*, count(*) FILTER (WHERE r.flat_after) OVER (book ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS trip,
				row_number() OVER book AS place
			FROM @extschema@.at_trade_row r
			WHERE r.kind = 'closed'
			-- as they were matched
			WINDOW book AS (PARTITION BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, r.position_key
				ORDER BY r.exit_at, r.close_fill COLLATE "C", r.entry_at, r.open_fill COLLATE "C")) l
		GROUP BY l.project, l.agent_id, l.environment, l.portfolio_kind, l.currency, l.position_key, l.trip
		HAVING bool_or(l.flat_after);
	COMMENT ON VIEW @extschema@.at_round_trip IS 'agent_tracker: round trips, from flat to flat: all lots that were closed between two times at which nothing of a position was open, however many fills that took; one that is still open is in at_trade with what was closed of it; always up to date';

	COMMENT ON COLUMN @extschema@.at_round_trip.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_round_trip.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_round_trip.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_round_trip.portfolio_kind IS 'kind of portfolio, empty when the fills name none';
	COMMENT ON COLUMN @extschema@.at_round_trip.currency IS 'currency, null when it is not known';
	COMMENT ON COLUMN @extschema@.at_round_trip.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_round_trip.symbol IS 'symbol of the first fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.strategy_id IS 'strategy of the first lot';
	COMMENT ON COLUMN @extschema@.at_round_trip.setup IS 'setup of the first lot';
	COMMENT ON COLUMN @extschema@.at_round_trip.direction IS 'long or short';
	COMMENT ON COLUMN @extschema@.at_round_trip.quantity IS 'quantity that was closed, at each exit in units of its time';
	COMMENT ON COLUMN @extschema@.at_round_trip.entry_at IS 'time of the first opening fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.exit_at IS 'time of the last closing fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.entry_price IS 'mean price of the entries by quantity';
	COMMENT ON COLUMN @extschema@.at_round_trip.exit_price IS 'mean price of the exits by quantity';
	COMMENT ON COLUMN @extschema@.at_round_trip.gross_pnl IS 'profit before fees';
	COMMENT ON COLUMN @extschema@.at_round_trip.fees IS 'fees of its fills, by quantity';
	COMMENT ON COLUMN @extschema@.at_round_trip.net_pnl IS 'gross_pnl - fees';
	COMMENT ON COLUMN @extschema@.at_round_trip.planned_risk_amount IS 'planned risk of its lots; null without a context that names one';
	COMMENT ON COLUMN @extschema@.at_round_trip.return_bps IS 'net_pnl in basis points of the notional at entry';
	COMMENT ON COLUMN @extschema@.at_round_trip.cost_bps IS 'fees in basis points of the notional of both sides';
	COMMENT ON COLUMN @extschema@.at_round_trip.holding IS 'time from the first entry to the last exit';
	COMMENT ON COLUMN @extschema@.at_round_trip.lots IS 'rows of at_trade that it is made of';
	COMMENT ON COLUMN @extschema@.at_round_trip.entry_session IS 'first session';
	COMMENT ON COLUMN @extschema@.at_round_trip.session_date IS 'session of the last closing fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.open_fill IS 'id of the first opening fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.close_fill IS 'id of the last closing fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.effect_mismatch IS 'a fill opened though its open_close_effect closes, or closed though it opens';
	COMMENT ON COLUMN @extschema@.at_round_trip.other_fees IS 'a fill has fees in another currency, which are not in fees; at_trade_issue has them';
	COMMENT ON COLUMN @extschema@.at_round_trip.entry_run_id IS 'run of the first opening fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.exit_run_id IS 'run of the last closing fill';
	COMMENT ON COLUMN @extschema@.at_round_trip.entry_decision_id IS 'the decision that the first opening fill names';
	COMMENT ON COLUMN @extschema@.at_round_trip.exit_decision_id IS 'the decision that the last closing fill names';

	CREATE OR REPLACE VIEW @extschema@.at_open_lot WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind,
			nullif(r.currency, '') AS currency, r.position_key, r.symbol, r.strategy_id, r.setup, r.direction,
			CASE WHEN p.units IS NULL THEN r.quantity ELSE trim_scale(round(round(r.quantity * p.units, 30) / p.per, 30)) END AS quantity,
			r.entry_at, CASE WHEN p.units IS NULL THEN r.entry_price ELSE trim_scale(round(round(r.entry_price * p.per, 30) / p.units, 30)) END AS entry_price,
			CASE WHEN r.multiplier = 1 THEN r.quantity * r.entry_price ELSE r.quantity * r.entry_price * r.multiplier END AS cost, r.fees,
			trim_scale(round(r.planned_risk * r.quantity / r.lot_quantity, 12)) AS planned_risk_amount, now() - r.entry_at AS age,
			r.open_fill, r.effect_mismatch, r.multiplier, r.entry_session, r.entry_other_fees AS other_fees
		FROM @extschema@.at_trade_row r
			LEFT JOIN LATERAL @extschema@._at_splits_between(CASE WHEN EXISTS (SELECT FROM @extschema@.at_split) THEN r.symbol END,
				r.entry_at, now()) p ON true
		WHERE r.kind = 'open';
	COMMENT ON VIEW @extschema@.at_open_lot IS 'agent_tracker: lots that are open, first in first out; always up to date';

	COMMENT ON COLUMN @extschema@.at_open_lot.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_open_lot.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_open_lot.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_open_lot.portfolio_kind IS 'kind of portfolio, empty when the fills name none';
	COMMENT ON COLUMN @extschema@.at_open_lot.currency IS 'currency, null when it is not known';
	COMMENT ON COLUMN @extschema@.at_open_lot.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_open_lot.symbol IS 'symbol of the opening fill';
	COMMENT ON COLUMN @extschema@.at_open_lot.strategy_id IS 'strategy that the opening fill names, or its strategy context';
	COMMENT ON COLUMN @extschema@.at_open_lot.setup IS 'setup that the opening fill names, or its strategy context';
	COMMENT ON COLUMN @extschema@.at_open_lot.direction IS 'long or short';
	COMMENT ON COLUMN @extschema@.at_open_lot.quantity IS 'quantity that is left, above zero for a short too, in units of now';
	COMMENT ON COLUMN @extschema@.at_open_lot.entry_at IS 'time of the opening fill';
	COMMENT ON COLUMN @extschema@.at_open_lot.entry_price IS 'price of the opening fill, in units of now';
	COMMENT ON COLUMN @extschema@.at_open_lot.cost IS 'quantity times entry_price times multiplier';
	COMMENT ON COLUMN @extschema@.at_open_lot.fees IS 'fees of the opening fill that no trade has borne yet';
	COMMENT ON COLUMN @extschema@.at_open_lot.planned_risk_amount IS 'share, by quantity, of the planned risk of the lot';
	COMMENT ON COLUMN @extschema@.at_open_lot.age IS 'time since entry';
	COMMENT ON COLUMN @extschema@.at_open_lot.open_fill IS 'id of the opening fill';
	COMMENT ON COLUMN @extschema@.at_open_lot.effect_mismatch IS 'the opening fill opened though its open_close_effect closes';

	COMMENT ON COLUMN @extschema@.at_open_lot.multiplier IS 'money of one unit at a price of one';
	COMMENT ON COLUMN @extschema@.at_open_lot.entry_session IS 'session of the opening fill';
	COMMENT ON COLUMN @extschema@.at_open_lot.other_fees IS 'the opening fill has fees in another currency, which are not in fees';

	-- conditions, also those on the time, reach the index of the fills; a new fill may come before the one that counted
	CREATE OR REPLACE VIEW @extschema@.at_fill_once WITH (security_invoker = on) AS
		SELECT f.t, f.arrived_at, f.line_no, f.environment, f.key_digest, f.project, f.agent_id, f.portfolio_kind,
			f.currency, f.position_key, f.fill_id, f.side, f.quantity, f.price, f.fees, f.open_close_effect,
			f.position_id, f.symbol, f.order_intent_id, f.run_id, f.strategy_id, f.setup, f.session_date, f.multiplier,
			f.fee_quantity, f.other_fees, f.fee_currency, f.decision_id
		FROM @extschema@.at_trade_fill f
		WHERE NOT f.repeated AND NOT EXISTS (SELECT
			FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_new_fills(s.project, s.agent_id) n
			WHERE s.project = f.project AND s.agent_id = f.agent_id AND NOT n.repeated AND n.fill_id = f.fill_id
				AND n.position_key = f.position_key AND n.environment = f.environment AND n.portfolio_kind = f.portfolio_kind
				AND n.currency = f.currency)
		UNION ALL
		SELECT f.t, f.arrived_at, f.line_no, f.environment, f.key_digest, s.project, s.agent_id, f.portfolio_kind,
			f.currency, f.position_key, f.fill_id, f.side, f.quantity, f.price, f.fees, f.open_close_effect,
			f.position_id, f.symbol, f.order_intent_id, f.run_id, f.strategy_id, f.setup, f.session_date, f.multiplier,
			f.fee_quantity, f.other_fees, f.fee_currency, f.decision_id
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_new_fills(s.project, s.agent_id) f
		WHERE NOT f.repeated;
	COMMENT ON VIEW @extschema@.at_fill_once IS 'agent_tracker: fills in the columns of at_trade_fill, each id of a position once, whether they can be matched or not; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_fill_taken WITH (security_invoker = on) AS
		SELECT f.t, f.arrived_at, f.line_no, f.environment, f.key_digest, f.project, f.agent_id,
			f.portfolio_kind, f.currency, f.position_key, f.fill_id, f.side, f.quantity, f.price,
			f.fees, f.open_close_effect, f.position_id, f.symbol, f.order_intent_id, f.run_id,
			f.strategy_id, f.setup, f.session_date, f.multiplier, f.fee_quantity, f.other_fees, f.fee_currency, f.decision_id
		FROM @extschema@.at_fill_once f
		WHERE f.quantity > 0 AND f.quantity < 'Infinity' AND f.price > '-Infinity' AND f.price < 'Infinity'
			AND (f.fees IS NULL OR f.fees > '-Infinity' AND f.fees < 'Infinity')
			AND (f.multiplier IS NULL OR f.multiplier > 0 AND f.multiplier < 'Infinity')
			AND lower(f.side) IN ('buy', 'sell', 'short', 'cover');
	COMMENT ON VIEW @extschema@.at_fill_taken IS 'agent_tracker: fills that can be matched, each id once: with a side, a quantity above zero, a price and no multiplier that is none; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_trade_issue WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind,
			nullif(r.currency, '') AS currency, r.position_key, r.kind, r.reason, r.close_fill AS fill_id, r.exit_at AS t, r.quantity,
			r.exit_price AS price, NULL::text AS fee_currency
		FROM @extschema@.at_trade_row r
		WHERE r.kind NOT IN ('closed', 'open')
		UNION ALL
		SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, nullif(f.currency, ''), f.position_key, 'fee',
			'fee in another currency is in no result', f.fill_id, f.t, f.other_fees, NULL, f.fee_currency
		FROM @extschema@.at_fill_taken f
		WHERE f.other_fees IS NOT NULL;
	COMMENT ON VIEW @extschema@.at_trade_issue IS 'agent_tracker: fills that could not be matched, or whose fees are in no result, with the reason; always up to date';

	COMMENT ON COLUMN @extschema@.at_trade_issue.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trade_issue.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trade_issue.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trade_issue.portfolio_kind IS 'kind of portfolio, empty when the fills name none';
	COMMENT ON COLUMN @extschema@.at_trade_issue.currency IS 'currency, null when it is not known';
	COMMENT ON COLUMN @extschema@.at_trade_issue.position_key IS 'position, or the symbol where a fill names none';
	COMMENT ON COLUMN @extschema@.at_trade_issue.kind IS 'skipped: the fill is left out; unopened: a sell or a cover, or the rest of it, that finds nothing to close; mismatch: it did not what its open_close_effect says, or has another multiplier than what it closes; fee: its fee, which is the quantity here, is in another currency and in no result';
	COMMENT ON COLUMN @extschema@.at_trade_issue.reason IS 'why';
	COMMENT ON COLUMN @extschema@.at_trade_issue.fill_id IS 'id of the fill';
	COMMENT ON COLUMN @extschema@.at_trade_issue.t IS 'time of the fill';
	COMMENT ON COLUMN @extschema@.at_trade_issue.quantity IS 'quantity that it is about';
	COMMENT ON COLUMN @extschema@.at_trade_issue.price IS 'price of the fill';
	COMMENT ON COLUMN @extschema@.at_trade_issue.fee_currency IS 'currency of such a fee';

	-- orders and fills in one stream, by windows: it is not known how many there
	-- are, and a join that takes them for few is quadratic
	CREATE OR REPLACE VIEW @extschema@.at_slippage WITH (security_invoker = on) AS
		SELECT x.project, x.agent_id, x.environment, x.portfolio_kind, nullif(x.currency, '') AS currency,
			x.order_intent_id, x.decision_id, x.symbol, x.side, x.intended_at, x.intended_price,
			x.intended_quantity, x.fills, coalesce(x.quantity, 0) AS filled_quantity,
			trim_scale(coalesce(x.quantity, 0) / nullif(x.intended_quantity, 0)) AS fill_ratio,
			trim_scale(round(x.notional / x.quantity, 8)) AS fill_price, x.first_fill_at, x.last_fill_at,
			x.first_fill_at - x.intended_at AS delay,
			trim_scale(round(x.sign * (x.notional - nullif(x.intended_price, 0) * x.quantity) * x.multiplier, 8)) AS slippage,
			10000 * x.sign * (x.notional - x.intended_price * x.quantity)
				/ nullif(x.intended_price * x.quantity, 0) AS slippage_bps,
			x.fees, 10000 * x.fees / nullif(abs(x.notional) * x.multiplier, 0) AS cost_bps, x.multiplier
		-- what the order says is the same in all of its rows
		FROM (SELECT w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.order_intent_id, w.lost_key,
				max(w.decision_id) AS decision_id, max(w.symbol) AS symbol, max(w.side) AS side, max(w.intended_at) AS intended_at,
				max(w.intended_price) AS intended_price, max(w.intended_quantity) AS intended_quantity,
				max(CASE WHEN w.side IN ('buy', 'cover') THEN 1 WHEN w.side IN ('sell', 'short') THEN -1 END) AS sign,
				count(*) FILTER (WHERE w.is_fill) AS fills, sum(CASE WHEN p.units IS NULL THEN w.quantity
					ELSE trim_scale(round(round(w.quantity * p.per, 30) / p.units, 30)) END) AS quantity,
				sum(w.quantity * w.price) AS notional, sum(w.fees) AS fees, min(w.t) FILTER (WHERE w.is_fill) AS first_fill_at,
				max(w.t) FILTER (WHERE w.is_fill) AS last_fill_at,
				max(w.multiplier) AS multiplier
			FROM (SELECT v.project, v.agent_id, v.environment, v.portfolio_kind, v.currency, v.order_intent_id, v.lost_key, v.is_fill,
					v.t, v.quantity, v.price, v.fees, v.multiplier, row_number() OVER same AS place,
					bool_or(NOT v.is_fill) OVER whole AS intended, bool_or(v.is_fill) OVER whole AS filled,
					first_value(v.decision_id) OVER same AS decision_id, first_value(v.symbol) OVER same AS symbol,
					first_value(v.side) OVER same AS side, first_value(v.t) OVER same AS intended_at,
					first_value(v.intended_price) OVER same AS intended_price,
					first_value(v.intended_quantity) OVER same AS intended_quantity
				FROM (SELECT i.*, CASE WHEN i.order_intent_id IS NULL THEN i.key_digest END AS lost_key
					FROM (SELECT a.project, a.agent_id, o.environment, NULL::text AS portfolio_kind, NULL::text AS currency,
							o.order_intent_id, false AS is_fill, o.t, o.arrived_at, o.line_no, o.key_digest, NULL::numeric AS quantity,
							NULL::numeric AS price, NULL::numeric AS fees, NULL::numeric AS multiplier, o.decision_id, o.symbol, o.side,
							o.intended_price, o.intended_quantity
						FROM @extschema@.at_any_agent a, LATERAL @extschema@._at_orders_of(a.project, a.agent_id) o
						UNION ALL
						SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency, f.order_intent_id, true, f.t, f.arrived_at,
							f.line_no, f.key_digest, f.quantity, f.price, f.fees, coalesce(f.multiplier, 1), NULL, NULL, NULL, NULL, NULL
						FROM @extschema@.at_fill_taken f
						WHERE f.order_intent_id IS NOT NULL) i) v
				-- an order whose id is lost is none of the others; the first of several intents counts
				WINDOW whole AS (PARTITION BY v.project, v.agent_id, v.environment, v.order_intent_id, v.lost_key),
					same AS (PARTITION BY v.project, v.agent_id, v.environment, v.order_intent_id, v.lost_key
						ORDER BY v.is_fill, v.t, v.arrived_at, v.line_no, v.key_digest)) w
				-- in units of the order, where the symbol was split before the fill
				LEFT JOIN LATERAL @extschema@._at_splits_between(CASE WHEN EXISTS (SELECT FROM @extschema@.at_split) THEN w.symbol END,
					w.intended_at, CASE WHEN w.is_fill THEN w.t END) p ON true
			WHERE w.intended AND (w.is_fill OR w.place = 1 AND NOT w.filled)
			GROUP BY w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.order_intent_id, w.lost_key) x;
	COMMENT ON VIEW @extschema@.at_slippage IS 'agent_tracker: orders against their fills by order_intent_id, one row for each order, and currency and portfolio of its fills; of an order that was recorded again the first counts; always up to date';

	COMMENT ON COLUMN @extschema@.at_slippage.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_slippage.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_slippage.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_slippage.portfolio_kind IS 'kind of portfolio of the fills; null without fills';
	COMMENT ON COLUMN @extschema@.at_slippage.currency IS 'currency of the fills, null when it is not known';
	COMMENT ON COLUMN @extschema@.at_slippage.order_intent_id IS 'the order; null when its id is lost to redaction';
	COMMENT ON COLUMN @extschema@.at_slippage.decision_id IS 'the decision behind it';
	COMMENT ON COLUMN @extschema@.at_slippage.symbol IS 'symbol';
	COMMENT ON COLUMN @extschema@.at_slippage.side IS 'buy, sell, short or cover';
	COMMENT ON COLUMN @extschema@.at_slippage.intended_at IS 'when the order was intended';
	COMMENT ON COLUMN @extschema@.at_slippage.intended_price IS 'price that was intended';
	COMMENT ON COLUMN @extschema@.at_slippage.intended_quantity IS 'quantity that was intended';
	COMMENT ON COLUMN @extschema@.at_slippage.fills IS 'number of fills';
	COMMENT ON COLUMN @extschema@.at_slippage.filled_quantity IS 'quantity of the fills';
	COMMENT ON COLUMN @extschema@.at_slippage.fill_ratio IS 'filled_quantity / intended_quantity';
	COMMENT ON COLUMN @extschema@.at_slippage.fill_price IS 'mean price of the fills by quantity';
	COMMENT ON COLUMN @extschema@.at_slippage.first_fill_at IS 'time of the first fill';
	COMMENT ON COLUMN @extschema@.at_slippage.last_fill_at IS 'time of the last fill';
	COMMENT ON COLUMN @extschema@.at_slippage.delay IS 'time from the intent to the first fill';
	COMMENT ON COLUMN @extschema@.at_slippage.slippage IS 'what the fills cost more than intended, in their currency: sign (fill - intended) quantity multiplier, sign 1 for buy and cover, -1 for sell and short; null without an intended price above zero, as of market orders';
	COMMENT ON COLUMN @extschema@.at_slippage.slippage_bps IS 'sign (fill_price - intended_price) / intended_price in basis points; above zero is worse than intended';
	COMMENT ON COLUMN @extschema@.at_slippage.fees IS 'fees of the fills';
	COMMENT ON COLUMN @extschema@.at_slippage.cost_bps IS 'fees in basis points of the notional';
	COMMENT ON COLUMN @extschema@.at_slippage.multiplier IS 'money of one unit at a price of one; null without fills';

	CREATE OR REPLACE VIEW @extschema@.at_trading_cost WITH (security_invoker = on) AS
		SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, nullif(f.currency, '') AS currency, f.symbol,
			sum(f.fills)::bigint AS fills, sum(f.quantity) AS quantity, sum(f.notional) AS notional, sum(f.fees) AS fees,
			10000 * sum(f.fees) / nullif(sum(f.gross_notional), 0) AS cost_bps,
			sum(f.without_fees)::bigint AS without_fees,
			jsonb_object_agg(coalesce(f.fee_currency, ''), f.other_fees) FILTER (WHERE f.other_fees IS NOT NULL) AS other_fees
		FROM (SELECT g.project, g.agent_id, g.environment, g.portfolio_kind, g.currency, g.symbol, g.fee_currency,
				count(*) AS fills, sum(g.quantity) AS quantity, sum(g.quantity * g.price * coalesce(g.multiplier, 1)) AS notional,
				sum(g.fees) AS fees, sum(abs(g.quantity * g.price * coalesce(g.multiplier, 1))) AS gross_notional,
				count(*) FILTER (WHERE g.fees IS NULL) AS without_fees, sum(g.other_fees) AS other_fees
			FROM @extschema@.at_fill_taken g
			GROUP BY g.project, g.agent_id, g.environment, g.portfolio_kind, g.currency, g.symbol, g.fee_currency) f
		GROUP BY f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency, f.symbol;
	COMMENT ON VIEW @extschema@.at_trading_cost IS 'agent_tracker: fees of the fills by symbol, in basis points of their notional; always up to date';

	COMMENT ON COLUMN @extschema@.at_trading_cost.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_trading_cost.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_trading_cost.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_trading_cost.portfolio_kind IS 'kind of portfolio, empty when the fills name none';
	COMMENT ON COLUMN @extschema@.at_trading_cost.currency IS 'currency, null when it is not known';
	COMMENT ON COLUMN @extschema@.at_trading_cost.symbol IS 'symbol';
	COMMENT ON COLUMN @extschema@.at_trading_cost.fills IS 'number of fills';
	COMMENT ON COLUMN @extschema@.at_trading_cost.quantity IS 'quantity of the fills';
	COMMENT ON COLUMN @extschema@.at_trading_cost.notional IS 'sum of quantity times price times multiplier';
	COMMENT ON COLUMN @extschema@.at_trading_cost.fees IS 'sum of the fees';
	COMMENT ON COLUMN @extschema@.at_trading_cost.cost_bps IS 'fees in basis points of the notional';
	COMMENT ON COLUMN @extschema@.at_trading_cost.without_fees IS 'fills that name no fees';
	COMMENT ON COLUMN @extschema@.at_trading_cost.other_fees IS 'fees in other currencies, by currency, which are in no other number; null without any';
END
$at$;
COMMENT ON FUNCTION _at_create_store_trade_views() IS 'makes the views over the trade book, or replaces them by those of this release; _at_create_store_trades() and at_upgrade_store() call it';
