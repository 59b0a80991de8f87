-- The tables of a report, each a function of its rows.  The first column is how many
-- rows there are, of which those that say most are returned; all others are texts as
-- src/report/report.c lists them.

CREATE FUNCTION _at_report_agents(scope _at_report_scope, OUT rows_in_all bigint, OUT agent_id text, OUT pnl text, OUT currency text,
	OUT trades text, OUT won text, OUT equity text, OUT drawdown text, OUT runs text, OUT failed text, OUT errors text, OUT cost text,
	OUT last_seen text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	IF scope.agent_id IS NOT NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	WITH moved AS (
		SELECT i.agent_id, coalesce(i.currency, '') AS currency, sum(i.equity - i.previous - coalesce(i.interval_flow, 0)) AS pnl,
			(array_agg(i.equity ORDER BY i.occurred_at DESC))[1] AS equity,
			-- equity and drawdown are shown of an agent with one portfolio
			CASE WHEN count(DISTINCT i.portfolio_kind) = 1 THEN min(i.portfolio_kind) END AS portfolio
		FROM @extschema@.at_equity_interval i
		WHERE i.project = scope.project AND i.environment = scope.environment
			AND i.occurred_at >= scope.since AND i.occurred_at < scope.until
		GROUP BY i.agent_id, coalesce(i.currency, '')
	), closed AS (
		SELECT t.agent_id, coalesce(t.currency, '') AS currency, count(*) AS n, count(*) FILTER (WHERE t.net_pnl > 0) AS won
		FROM @extschema@.at_round_trip t
		WHERE t.project = scope.project AND t.environment = scope.environment AND t.exit_at >= scope.since AND t.exit_at < scope.until
		GROUP BY t.agent_id, coalesce(t.currency, '')
	), done AS (
		SELECT h.agent_id, sum(h.runs_started) AS runs, sum(h.runs_failed) AS failed, sum(h.errors) AS errors, sum(h.cost_usd) AS cost
		FROM @extschema@.at_hourly h
		WHERE h.project = scope.project AND h.environment = scope.environment
			AND h.hour > scope.since - interval '1 hour' AND h.hour < scope.until
		GROUP BY h.agent_id
	), below AS (
		SELECT DISTINCT ON (p.agent_id, p.portfolio_kind, p.currency) p.agent_id, p.portfolio_kind, coalesce(p.currency, '') AS currency, p.drawdown
		FROM @extschema@.at_period_row p
		WHERE p.project = scope.project AND p.environment = scope.environment AND p.origin = 'equity' AND p.period_end <= scope.session
		ORDER BY p.agent_id, p.portfolio_kind, p.currency, p.period_end DESC
	)
	SELECT count(*) OVER (), a.agent_id, round(m.pnl, 2)::text, coalesce(m.currency, c.currency), coalesce(c.n, 0)::text, coalesce(c.won, 0)::text,
		CASE WHEN m.portfolio IS NOT NULL THEN round(m.equity, 2)::text END, round(100 * b.drawdown::numeric, 2)::text, d.runs::text, d.failed::text,
		d.errors::text, round(d.cost, 2)::text, to_char(a.last_seen AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI')
	FROM @extschema@.at_agent a
		JOIN done d ON d.agent_id = a.agent_id
		LEFT JOIN (moved m FULL JOIN closed c ON c.agent_id = m.agent_id AND c.currency = m.currency)
			ON coalesce(m.agent_id, c.agent_id) = a.agent_id
		LEFT JOIN below b ON b.agent_id = a.agent_id AND b.portfolio_kind = m.portfolio AND b.currency = m.currency
	WHERE a.project = scope.project AND a.environment = scope.environment
	ORDER BY m.pnl NULLS LAST, a.agent_id, coalesce(m.currency, c.currency)
	LIMIT 60;
END
$at$;
COMMENT ON FUNCTION _at_report_agents(_at_report_scope) IS 'internal: the agents of a project in the window, those that lost most first; none for the report of one agent';

CREATE FUNCTION _at_report_symbols(scope _at_report_scope, OUT rows_in_all bigint, OUT symbol text, OUT pnl text, OUT currency text,
	OUT market_value text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 30
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	-- the first session of which the window has a part, and the one before
	first date := (SELECT min(e.session_date) FROM @extschema@.at_equity_row e
		WHERE e.project = scope.project AND (scope.agent_id IS NULL OR e.agent_id = scope.agent_id) AND e.environment = scope.environment
			AND e.occurred_at >= scope.since AND e.occurred_at < scope.until);
	start date := (SELECT max(e.session_date) FROM @extschema@.at_equity_row e
		WHERE e.project = scope.project AND (scope.agent_id IS NULL OR e.agent_id = scope.agent_id) AND e.environment = scope.environment
			AND e.occurred_at < scope.since AND (first IS NULL OR e.session_date < first));
BEGIN
	RETURN QUERY
	WITH snapshot AS MATERIALIZED (
		SELECT r.agent_id, r.portfolio_kind, coalesce(r.currency, '') AS currency, coalesce(r.position_id, r.symbol) AS position, r.symbol,
			r.session_date, r.occurred_at, r.realized_pnl + CASE WHEN r.quantity = 0 THEN coalesce(r.unrealized_pnl, 0) ELSE r.unrealized_pnl END AS pnl,
			CASE WHEN r.quantity <> 0 THEN coalesce(r.market_value, r.quantity * r.market_price * coalesce(r.multiplier, 1)) END AS value
		FROM @extschema@.at_position_row r
		WHERE r.project = scope.project AND (scope.agent_id IS NULL OR r.agent_id = scope.agent_id) AND r.environment = scope.environment
			AND r.session_date <= scope.session
	), last AS (
		SELECT DISTINCT ON (s.agent_id, s.portfolio_kind, s.currency, s.position) s.*
		FROM snapshot s
		ORDER BY s.agent_id, s.portfolio_kind, s.currency, s.position, s.session_date DESC, s.occurred_at DESC
	), before AS (
		SELECT DISTINCT ON (s.agent_id, s.portfolio_kind, s.currency, s.position) s.*
		FROM snapshot s WHERE s.session_date <= start
		ORDER BY s.agent_id, s.portfolio_kind, s.currency, s.position, s.session_date DESC, s.occurred_at DESC
	), made AS (
		SELECT l.currency, l.symbol, sum(l.pnl - coalesce(b.pnl, 0)) AS pnl, sum(l.value) AS value
		FROM last l LEFT JOIN before b USING (agent_id, portfolio_kind, currency, position)
		WHERE l.pnl IS NOT NULL AND (b.position IS NULL OR b.pnl IS NOT NULL)
		GROUP BY l.currency, l.symbol
		HAVING sum(l.pnl - coalesce(b.pnl, 0)) <> 0
	)
	SELECT t.n, t.symbol, round(t.pnl, 2)::text, t.currency, round(t.value, 2)::text
	FROM (SELECT m.*, count(*) OVER () AS n FROM made m ORDER BY abs(m.pnl) DESC, m.symbol LIMIT 30) t
	ORDER BY t.pnl, t.symbol;
END
$at$;
COMMENT ON FUNCTION _at_report_symbols(_at_report_scope) IS 'internal: what each symbol made in the sessions of the window, closed and open: the realized and unrealized result that the last snapshot of its positions reports, less that of the session before them, as snapshots of positions are of whole sessions; of the 30 that moved most, those that lost most first';

CREATE FUNCTION _at_report_trades(scope _at_report_scope, OUT rows_in_all bigint, OUT closed_at text, OUT agent_id text, OUT symbol text,
	OUT side text, OUT quantity text, OUT entry_price text, OUT exit_price text, OUT net_pnl text, OUT currency text, OUT held text,
	OUT decision_id text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT t.n, to_char(t.exit_at AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI'), CASE WHEN scope.agent_id IS NULL THEN t.agent_id END, t.symbol,
		t.direction, @extschema@._at_report_quantity(t.quantity), @extschema@._at_report_price(round(t.entry_price, 4)),
		@extschema@._at_report_price(round(t.exit_price, 4)), round(t.net_pnl, 2)::text, t.currency,
		@extschema@._at_report_duration(extract(epoch FROM t.holding)::float8 * 1000), t.entry_decision_id
	FROM (SELECT x.*, count(*) OVER () AS n FROM @extschema@.at_round_trip x
		WHERE x.project = scope.project AND (scope.agent_id IS NULL OR x.agent_id = scope.agent_id) AND x.environment = scope.environment
			AND x.exit_at >= scope.since AND x.exit_at < scope.until
		ORDER BY abs(x.net_pnl) DESC, x.exit_at LIMIT 50) t
	ORDER BY t.exit_at, t.agent_id, t.open_fill;
END
$at$;
COMMENT ON FUNCTION _at_report_trades(_at_report_scope) IS 'internal: the 50 finished trades of the window that made or lost most, in order of time';

CREATE FUNCTION _at_report_blocks(scope _at_report_scope, OUT rows_in_all bigint, OUT at text, OUT agent_id text, OUT symbol text, OUT reasons text,
	OUT rejected_by text, OUT notional text, OUT price text, OUT price_later text, OUT change_bps text, OUT decision_id text, OUT x text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 40
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	in_all bigint;
	since timestamptz;
BEGIN
	-- the prices an hour later are read only for the hours of the last 40 blocks
	SELECT sum(h.risk_blocks), coalesce(max(h.hour) FILTER (WHERE h.later >= 40), scope.since) INTO in_all, since
	FROM (SELECT o.hour, o.risk_blocks, sum(o.risk_blocks) OVER (ORDER BY o.hour DESC) AS later
		FROM (SELECT y.hour, sum(y.risk_blocks) AS risk_blocks FROM @extschema@.at_hourly y
			WHERE y.project = scope.project AND (scope.agent_id IS NULL OR y.agent_id = scope.agent_id) AND y.environment = scope.environment
				AND y.hour > scope.since - interval '1 hour' AND y.hour < scope.until
			GROUP BY y.hour) o) h;
	RETURN QUERY
	SELECT greatest(in_all, b.n), to_char(b.occurred_at AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI'), CASE WHEN scope.agent_id IS NULL THEN b.agent_id END, b.symbol,
		array_to_string(b.reasons, ', '), b.rejected_by, @extschema@._at_report_money(b.notional), @extschema@._at_report_price(b.price),
		@extschema@._at_report_price(b.price_1h_later), round(10000 * (b.price_1h_later / nullif(b.price, 0) - 1), 1)::text, b.decision_id,
		extract(epoch FROM b.occurred_at)::text
	FROM (SELECT r.*, count(*) OVER () AS n
		FROM @extschema@.at_risk_blocks(scope.project, greatest(since, scope.since), scope.until, scope.agent_id, scope.environment::text) r
		ORDER BY r.occurred_at DESC LIMIT 40) b
	ORDER BY b.occurred_at, b.agent_id, b.symbol;
END
$at$;
COMMENT ON FUNCTION _at_report_blocks(_at_report_scope) IS 'internal: the last 40 blocks by risk of the window, with the price an hour later; x in seconds since 1970, for the picture';

CREATE FUNCTION _at_report_positions(scope _at_report_scope, OUT rows_in_all bigint, OUT agent_id text, OUT symbol text, OUT quantity text,
	OUT average_price text, OUT market_price text, OUT market_value text, OUT currency text, OUT unrealized_pnl text, OUT as_of text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.n, CASE WHEN scope.agent_id IS NULL THEN p.agent_id END, p.symbol, @extschema@._at_report_quantity(p.quantity), @extschema@._at_report_price(round(p.average_price, 4)),
		@extschema@._at_report_price(round(p.market_price, 4)), round(p.market_value, 2)::text, p.currency, round(p.unrealized_pnl, 2)::text,
		to_char(p.as_of AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI')
	FROM (SELECT x.*, count(*) OVER () AS n FROM @extschema@._at_report_positions_of(scope, scope.session) x
		ORDER BY abs(x.market_value) DESC NULLS LAST, x.agent_id, x.symbol LIMIT 50) p
	ORDER BY abs(p.market_value) DESC NULLS LAST, p.agent_id, p.symbol;
END
$at$;
COMMENT ON FUNCTION _at_report_positions(_at_report_scope) IS 'internal: the 50 largest positions at the last session of the report';

CREATE FUNCTION _at_report_errors(scope _at_report_scope, OUT rows_in_all bigint, OUT last_at text, OUT agent_id text, OUT failure_type text,
	OUT component text, OUT error_kind text, OUT message text, OUT count text, OUT runs text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 30
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT count(*) OVER (), to_char(e.last_at AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI'), CASE WHEN scope.agent_id IS NULL THEN e.agent_id END, e.failure_type, e.component, e.error_kind,
		e.message, e.count::text, e.runs::text
	FROM @extschema@.at_errors(scope.project, scope.since, scope.until, scope.agent_id, scope.environment::text) e
	ORDER BY e.count DESC, e.last_at DESC, e.fingerprint LIMIT 30;
END
$at$;
COMMENT ON FUNCTION _at_report_errors(_at_report_scope) IS 'internal: the 30 errors that came most often in the window, grouped by fingerprint';

CREATE FUNCTION _at_report_models(scope _at_report_scope, OUT rows_in_all bigint, OUT day text, OUT model text, OUT calls text, OUT failed text,
	OUT p50 text, OUT p95 text, OUT tokens text, OUT cost text, OUT unpriced text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 60
SET search_path = pg_catalog, pg_temp
SET jit = off SET timezone = 'UTC'
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT m.n, to_char(m.day, 'FMDD Mon'), m.model, m.calls::text, m.errors::text, @extschema@._at_report_duration(m.q[1]),
		@extschema@._at_report_duration(m.q[2]), m.tokens::text, round(m.cost, 4)::text, m.unpriced::text
	FROM (SELECT d.day, d.model, sum(d.calls) AS calls, sum(d.errors) AS errors, sum(d.unpriced_calls) AS unpriced, sum(d.cost_usd) AS cost,
			@extschema@.at_quantiles(@extschema@.at_merge(d.latency_ms), '{0.5,0.95}') AS q,
			sum(coalesce(d.tokens_input_uncached, 0) + coalesce(d.tokens_cache_read, 0) + coalesce(d.tokens_cache_write_5m, 0)
				+ coalesce(d.tokens_cache_write_1h, 0) + coalesce(d.tokens_output, 0)) AS tokens, count(*) OVER () AS n
		FROM @extschema@.at_llm_daily d
		WHERE d.project = scope.project AND (scope.agent_id IS NULL OR d.agent_id = scope.agent_id) AND d.environment = scope.environment
			AND d.day >= scope.since::date AND d.day < scope.until
		GROUP BY d.day, d.model
		ORDER BY d.day DESC, cost DESC NULLS LAST, d.model LIMIT 40) m
	ORDER BY m.day DESC, m.cost DESC NULLS LAST, m.model;
END
$at$;
COMMENT ON FUNCTION _at_report_models(_at_report_scope) IS 'internal: calls of models by day (UTC; whole days) and model, the last days first';

CREATE FUNCTION _at_report_costs(scope _at_report_scope, OUT rows_in_all bigint, OUT model text, OUT cost text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET timezone = 'UTC'
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT count(*) OVER (), d.model, round(coalesce(sum(d.cost_usd), 0), CASE WHEN sum(d.cost_usd) < 1 THEN 4 ELSE 2 END)::text
	FROM @extschema@.at_llm_daily d
	WHERE d.project = scope.project AND (scope.agent_id IS NULL OR d.agent_id = scope.agent_id) AND d.environment = scope.environment
		AND d.day >= scope.since::date AND d.day < scope.until
	GROUP BY d.model
	ORDER BY sum(d.cost_usd) DESC NULLS LAST, d.model LIMIT 12;
END
$at$;
COMMENT ON FUNCTION _at_report_costs(_at_report_scope) IS 'internal: what the twelve dearest models cost in the days (UTC) of the window, in US dollars';

CREATE FUNCTION _at_report_handoffs(scope _at_report_scope, OUT rows_in_all bigint, OUT from_agent text, OUT to_agent text, OUT runs text,
	OUT latency text, OUT cost text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT count(*) OVER (), h.from_agent, h.to_agent, h.runs::text, @extschema@._at_report_duration(h.latency_ms), round(h.cost_usd, 4)::text
	FROM @extschema@.at_handoff h
	WHERE h.project = scope.project AND (scope.agent_id IS NULL OR scope.agent_id IN (h.from_agent, h.to_agent))
	ORDER BY h.runs DESC, h.from_agent, h.to_agent LIMIT 20;
END
$at$;
COMMENT ON FUNCTION _at_report_handoffs(_at_report_scope) IS 'internal: who handed work to whom, of all times, as at_handoff has no window';

CREATE FUNCTION _at_report_drift(scope _at_report_scope, OUT rows_in_all bigint, OUT last_seen text, OUT agent_id text, OUT dimension text,
	OUT level text, OUT effect_name text, OUT effect text, OUT sure text, OUT resolution text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 30
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT count(*) OVER (), to_char(f.last_seen AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI'), CASE WHEN scope.agent_id IS NULL THEN f.agent_id END, f.dimension, f.level::text, f.effect_name,
		round(f.effect::numeric, 3)::text, CASE WHEN f.q_value < 0.001 THEN 'yes' ELSE 'no' END, coalesce(f.resolution, 'open')
	FROM @extschema@.at_drift_finding f
	WHERE f.project = scope.project AND (scope.agent_id IS NULL OR f.agent_id = scope.agent_id) AND f.environment = scope.environment
		AND f.first_seen < scope.until AND (f.resolved_at IS NULL OR f.last_seen >= scope.since)
	ORDER BY f.level DESC, f.q_value NULLS LAST, f.agent_id, f.dimension LIMIT 30;
END
$at$;
COMMENT ON FUNCTION _at_report_drift(_at_report_scope) IS 'internal: findings of drift that are open or were seen in the window, the worst first';

CREATE FUNCTION _at_report_reconciled(scope _at_report_scope, OUT rows_in_all bigint, OUT session text, OUT agent_id text, OUT "check" text,
	OUT subject text, OUT reported text, OUT expected text, OUT difference text, OUT unit text, OUT mistake_family text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 30
SET search_path = pg_catalog, pg_temp
SET jit = off SET timezone = 'UTC'
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT count(*) OVER (), to_char(r.session_date, 'FMDD Mon'), CASE WHEN scope.agent_id IS NULL THEN r.agent_id END, r."check", r.subject, @extschema@._at_report_price(r.reported),
		@extschema@._at_report_price(r.expected), round(r.difference, 2)::text, coalesce(r.currency, r.unit), r.mistake_family
	FROM @extschema@.at_reconcile(scope.project, scope.agent_id, scope.environment::text, least(scope.since::date, scope.session), scope.until::date + 1) r
	ORDER BY abs(r.difference) DESC NULLS LAST, r.session_date, r.agent_id, r."check" LIMIT 30;
END
$at$;
COMMENT ON FUNCTION _at_report_reconciled(_at_report_scope) IS 'internal: the 30 largest differences between what events report and what follows from the others, of sessions in the window';

CREATE FUNCTION _at_report_readiness(scope _at_report_scope, OUT rows_in_all bigint, OUT report text, OUT ready text, OUT score text, OUT missing text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 7
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 7::bigint, replace(r.report, '_', ' '), CASE WHEN r.ready THEN 'yes' ELSE 'no' END, r.score::text,
		array_to_string(r.missing[1:4], ', ') || CASE WHEN cardinality(r.missing) > 4 THEN format(' and %s more', cardinality(r.missing) - 4) ELSE '' END
	FROM @extschema@.at_readiness(scope.project, scope.agent_id, scope.environment::text, scope.since, scope.until) r;
END
$at$;
COMMENT ON FUNCTION _at_report_readiness(_at_report_scope) IS 'internal: for which purposes the events of the window suffice';

CREATE FUNCTION at_report_html(project text, agent_id text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	tz text DEFAULT 'UTC', environment text DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 100000
SET datestyle = 'ISO' SET extra_float_digits = 1; -- C reads dates and numbers as texts
COMMENT ON FUNCTION at_report_html(text, text, timestamptz, timestamptz, text, text) IS 'what an agent, or a project (agent_id null), made and did in since <= t < until, as one HTML file without scripts and without requests: who lost what, the worst trade from what it saw to what became of it, what differed from the session before, which data not to trust, then pictures and tables; without a window the last 24 hours, or when nothing was filled or valued in them, the 24 hours before that last was; without since the day before until, without until up to now; of one environment: that with most fills in the window when null; currencies are never added up; times in the zone tz; what the caller may not read is left out with a word; of a store without any event a page that says so; NULL for null; raises 22004 for a null tz, 42704 for an unknown project or agent, 22023 for until before since and for an unknown zone, 22P02 for an unknown environment, 42P01 without a store';

CREATE FUNCTION at_report_markdown(project text, agent_id text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	tz text DEFAULT 'UTC', environment text DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 100000
SET datestyle = 'ISO' SET extra_float_digits = 1; -- C reads dates and numbers as texts
COMMENT ON FUNCTION at_report_markdown(text, text, timestamptz, timestamptz, text, text) IS 'what at_report_html() shows, as Markdown that also reads well as text; arguments and errors as there; raises 22P05 where the encoding of the database lacks a character';
