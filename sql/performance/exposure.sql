-- What portfolios held day by day.

CREATE TYPE at_exposure AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	session_date date,
	equity numeric,
	long_exposure numeric,
	short_exposure numeric,
	gross_exposure numeric,
	net_exposure numeric,
	leverage numeric,
	positions bigint,
	carried bigint,
	top_symbols text[],
	top_values numeric[],
	bought numeric,
	sold numeric,
	turnover numeric
);
COMMENT ON TYPE at_exposure IS 'what a portfolio held at the end of a session, a row of at_daily_exposure(): equity at the close; market value of positions above zero, below zero, both without sign, both; gross exposure by equity; open positions, and how many of them by a snapshot of a session before; symbols and market values of the five largest; money of buys and covers and of sells and shorts of the session; the smaller of these by equity';

CREATE FUNCTION _at_exposure_of(project text, agent_id text, environment text, since_session date, until_session date)
RETURNS SETOF at_exposure
-- of one agent, so that no join is of many rows, whatever the planner takes them for
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
BEGIN
	RETURN QUERY
	WITH fill AS MATERIALIZED (
		SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency, f.symbol, f.session_date,
			sum(abs(f.quantity * f.price * coalesce(f.multiplier, 1))) FILTER (WHERE lower(f.side) IN ('buy', 'cover')) AS bought,
			sum(abs(f.quantity * f.price * coalesce(f.multiplier, 1))) FILTER (WHERE lower(f.side) IN ('sell', 'short')) AS sold,
			max(f.multiplier) AS multiplier
		FROM @extschema@.at_fill_taken f
		WHERE f.project = $1 AND f.agent_id = $2
			AND (wanted_environment IS NULL OR f.environment = wanted_environment)
		GROUP BY f.session_date, f.symbol, f.agent_id, f.project, f.environment, f.portfolio_kind, f.currency
	), unit AS (
		-- looked up, and not joined
		SELECT jsonb_object_agg(jsonb_build_array(f.environment, f.symbol)::text, f.multiplier) AS multipliers
		FROM (SELECT x.environment, x.symbol, max(x.multiplier) AS multiplier FROM fill x
			WHERE x.multiplier IS NOT NULL GROUP BY x.environment, x.symbol) f
	), close AS MATERIALIZED (
		SELECT e.project, e.agent_id, e.environment, e.portfolio_kind, coalesce(e.currency, '') AS currency, e.session_date, e.equity
		FROM @extschema@.at_equity_row e
		WHERE e.close AND e.project = $1 AND e.agent_id = $2
			AND (wanted_environment IS NULL OR e.environment = wanted_environment)
	), snapshot AS MATERIALIZED (
		-- A snapshot holds until the next of its position: of its currency, or of one that names no
		-- currency, which is of any.
		SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, coalesce(s.currency, '') AS currency, s.symbol, s.session_date,
			s.quantity <> 0 AS is_open, s.value,
			CASE WHEN s.currency IS NULL THEN lead(s.session_date) OVER position
				ELSE least(lead(s.session_date) OVER (PARTITION BY s.position_id, s.position_symbol, s.environment, s.portfolio_kind,
						s.currency ORDER BY s.session_date, s.occurred_at, s.ingested_at, s.batch_id, s.line_no),
					min(s.session_date) FILTER (WHERE s.currency IS NULL) OVER later) END AS until
		FROM (SELECT p.*, CASE WHEN p.position_id IS NULL THEN p.symbol END AS position_symbol,
				coalesce(p.market_value, p.quantity * p.market_price * coalesce(p.multiplier,
					((SELECT u.multipliers FROM unit u) ->> jsonb_build_array(p.environment, p.symbol)::text)::numeric, 1)) AS value
			FROM @extschema@.at_position_row p
			WHERE p.project = $1 AND p.agent_id = $2
				AND (wanted_environment IS NULL OR p.environment = wanted_environment)) s
		WINDOW position AS (PARTITION BY s.position_id, s.position_symbol, s.agent_id, s.project, s.environment, s.portfolio_kind
				ORDER BY s.session_date, s.occurred_at, s.ingested_at, s.batch_id, s.line_no),
			later AS (PARTITION BY s.position_id, s.position_symbol, s.agent_id, s.project, s.environment, s.portfolio_kind
				ORDER BY s.session_date DESC, s.occurred_at DESC, s.ingested_at DESC, s.batch_id DESC, s.line_no DESC
				ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
	), marked AS MATERIALIZED (
		SELECT x.project, x.agent_id, x.environment, x.portfolio_kind, x.currency, x.session_date, bool_or(x.known) AS known
		FROM (SELECT c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency, c.session_date, false AS known FROM close c
			UNION ALL SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency, f.session_date, false FROM fill f
			UNION ALL SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency, s.session_date, true FROM snapshot s) x
		GROUP BY x.project, x.agent_id, x.environment, x.portfolio_kind, x.currency, x.session_date
	), calendar AS (
		-- the sessions of a portfolio are those in all of its currencies
		SELECT d.project, d.agent_id, d.environment, d.portfolio_kind, array_agg(d.session_date ORDER BY d.session_date) AS sessions
		FROM (SELECT DISTINCT m.project, m.agent_id, m.environment, m.portfolio_kind, m.session_date FROM marked m) d
		GROUP BY d.project, d.agent_id, d.environment, d.portfolio_kind
	), account AS (
		SELECT m.project, m.agent_id, m.environment, m.portfolio_kind, m.currency, min(m.session_date) AS since,
			min(m.session_date) FILTER (WHERE m.known) AS known_since
		FROM marked m
		GROUP BY m.project, m.agent_id, m.environment, m.portfolio_kind, m.currency
	), held AS (
		-- a row for each session in which it holds, by their places in the calendar
		SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency, s.symbol, s.value, s.session_date AS as_of,
			unnest(c.sessions[width_bucket(s.session_date, c.sessions) : CASE WHEN s.until IS NULL THEN cardinality(c.sessions)
				ELSE width_bucket(s.until - 1, c.sessions) END]) AS session_date
		FROM snapshot s JOIN calendar c ON c.project = s.project AND c.agent_id = s.agent_id AND c.environment = s.environment
			AND c.portfolio_kind = s.portfolio_kind
		WHERE s.is_open AND (s.until IS NULL OR s.until > s.session_date)
	), day AS (
		SELECT a.project, a.agent_id, a.environment, a.portfolio_kind, a.currency,
			unnest(c.sessions[width_bucket(a.since, c.sessions) : ]) AS session_date, a.known_since
		FROM account a JOIN calendar c ON c.project = a.project AND c.agent_id = a.agent_id AND c.environment = a.environment
			AND c.portfolio_kind = a.portfolio_kind
	), line AS (
		SELECT d.project, d.agent_id, d.environment, d.portfolio_kind, d.currency, d.session_date, d.known_since, NULL::numeric AS equity,
			NULL::text AS symbol, NULL::numeric AS value, false AS is_position, false AS is_carried, NULL::numeric AS bought,
			NULL::numeric AS sold, NULL::bigint AS place
		FROM day d
		UNION ALL
		SELECT c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency, c.session_date, NULL, c.equity, NULL, NULL, false, false,
			NULL, NULL, NULL FROM close c
		UNION ALL
		SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency, f.session_date, NULL, NULL, NULL, NULL, false, false,
			f.bought, f.sold, NULL FROM fill f
		UNION ALL
		SELECT h.project, h.agent_id, h.environment, h.portfolio_kind, h.currency, h.session_date, NULL, NULL, h.symbol, h.value, true,
			h.as_of < h.session_date, NULL, NULL, row_number() OVER (PARTITION BY h.session_date, h.agent_id, h.project,
				h.environment, h.portfolio_kind, h.currency ORDER BY abs(h.value) DESC NULLS LAST, h.symbol)
		FROM held h
	)
	SELECT g.project, g.agent_id, g.environment, g.portfolio_kind, nullif(g.currency, ''), g.session_date, g.equity, g.long_value, g.short_value,
		g.long_value - g.short_value, g.long_value + g.short_value,
		round((g.long_value - g.short_value) / nullif(greatest(g.equity, 0), 0), 4), g.positions, g.carried, g.symbols, g.values,
		g.bought, g.sold, round(least(g.bought, g.sold) / nullif(greatest(g.equity, 0), 0), 6)
	FROM (SELECT l.project, l.agent_id, l.environment, l.portfolio_kind, l.currency, l.session_date, max(l.equity) AS equity,
			-- null until something is known of positions
			CASE WHEN l.session_date >= max(l.known_since) THEN coalesce(sum(l.value) FILTER (WHERE l.value > 0), 0) END AS long_value,
			CASE WHEN l.session_date >= max(l.known_since) THEN coalesce(sum(l.value) FILTER (WHERE l.value < 0), 0) END AS short_value,
			CASE WHEN l.session_date >= max(l.known_since) THEN count(*) FILTER (WHERE l.is_position) END AS positions,
			CASE WHEN l.session_date >= max(l.known_since) THEN count(*) FILTER (WHERE l.is_carried) END AS carried,
			array_agg(l.symbol ORDER BY l.place) FILTER (WHERE l.place <= 5) AS symbols,
			array_agg(l.value ORDER BY l.place) FILTER (WHERE l.place <= 5) AS values,
			coalesce(sum(l.bought), 0) AS bought, coalesce(sum(l.sold), 0) AS sold
		FROM line l
		WHERE ($4 IS NULL OR l.session_date >= $4) AND ($5 IS NULL OR l.session_date < $5)
		GROUP BY l.session_date, l.agent_id, l.project, l.environment, l.portfolio_kind, l.currency) g
	ORDER BY 1, 2, 3, 4, 5, 6;
END
$at$;
COMMENT ON FUNCTION _at_exposure_of(text, text, text, date, date) IS 'internal: rows of at_daily_exposure() of one agent';

CREATE FUNCTION at_daily_exposure(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL) RETURNS SETOF at_exposure
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
DECLARE
	agent record;
BEGIN
	PERFORM @extschema@._at_check_store();
	PERFORM @extschema@._at_environment_of($3);
	FOR agent IN SELECT x.project, x.agent_id
		FROM (SELECT a.project, a.agent_id FROM @extschema@.at_performance_agent a
			UNION SELECT s.project, s.agent_id FROM @extschema@.at_stale_agent s) x
		WHERE ($1 IS NULL OR x.project = $1) AND ($2 IS NULL OR x.agent_id = $2)
		ORDER BY x.project, x.agent_id LOOP
		RETURN QUERY SELECT e.* FROM @extschema@._at_exposure_of(agent.project, agent.agent_id, $3, $4, $5) e;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_daily_exposure(text, text, text, date, date) IS 'what the portfolios of one project, agent and environment or all (null) held at the end of each session of since_session <= session < until_session: each position by its last snapshot up to that session, at the price of that snapshot, as at_current_position has it now; exposures are null before the first snapshot of a position; a session is one in which the portfolio has an equity, a snapshot of a position or a fill in any currency, and there is a row for each currency from its first one on; what names no portfolio or no currency is a group of its own; raises 22P02 for an unknown environment, 42P01 without a store';
