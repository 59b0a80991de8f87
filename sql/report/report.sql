-- The report of a window of time: what it is about, and its first screen.  C reads
-- each of these functions once, with the rights of the caller, makes structs of the
-- rows and a page of the structs.

CREATE TYPE _at_report_scope AS (
	project text,
	agent_id text,
	environment at_environment,
	since timestamptz,
	until timestamptz,
	tz text,
	session date,
	session_before date,
	falls_back boolean,
	is_default boolean,
	others text
);
COMMENT ON TYPE _at_report_scope IS 'internal: what a report is about: a project or an agent (null: all) in one environment; since <= t < until; session, the last day of trading before until, and the one before it; falls_back: nothing was seen in the 24 hours before now, so the window ends when something last was; others: environments that have events in the window, too';

CREATE TYPE _at_report_trade AS (
	agent_id text,
	portfolio_kind text,
	currency text,
	symbol text,
	direction text,
	quantity numeric,
	entry_at timestamptz,
	exit_at timestamptz,
	entry_price numeric,
	exit_price numeric,
	net_pnl numeric,
	fees numeric,
	open_fill text,
	close_fill text,
	run_id text,
	decision_id text,
	exit_decision_id text,
	decided_at timestamptz,
	is_part boolean
);
COMMENT ON TYPE _at_report_trade IS 'internal: the trade that a report follows from what it saw to what became of it; decided_at: when its decision was proposed, null when none is known; is_part: the trade is not finished, this is a lot of it that was closed';

CREATE FUNCTION _at_report_grouped(number text, plus boolean) RETURNS text
AS 'MODULE_PATHNAME', 'at_report_grouped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_report_grouped(text, boolean) IS 'internal: a decimal number with commas between groups of three digits, plus: and a sign before what is above zero';

CREATE FUNCTION _at_report_duration(ms float8) RETURNS text
AS 'MODULE_PATHNAME', 'at_report_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_report_duration(float8) IS 'internal: a duration in the two largest units that matter; empty for one below zero';

CREATE FUNCTION _at_report_time(t timestamptz, tz text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN pg_catalog.to_char($1 AT TIME ZONE $2, 'FMDD Mon YYYY HH24:MI:SS'::text);
COMMENT ON FUNCTION _at_report_time(timestamptz, text) IS 'internal: a time in a zone as reports write it';

CREATE FUNCTION _at_report_money(amount numeric, plus boolean DEFAULT false) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN @extschema@._at_report_grouped(pg_catalog.round($1, 2)::text, $2);
COMMENT ON FUNCTION _at_report_money(numeric, boolean) IS 'internal: an amount of money to the hundredth, as reports write it';

CREATE FUNCTION _at_report_price(price numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN @extschema@._at_report_grouped(pg_catalog.round($1, greatest(2, pg_catalog.min_scale(pg_catalog.round($1, 8))))::text, false);
COMMENT ON FUNCTION _at_report_price(numeric) IS 'internal: a price with two to eight decimals';

CREATE FUNCTION _at_report_quantity(quantity numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN @extschema@._at_report_grouped(pg_catalog.trim_scale(pg_catalog.round($1, 8))::text, false);
COMMENT ON FUNCTION _at_report_quantity(numeric) IS 'internal: a quantity with at most eight decimals';

CREATE FUNCTION _at_report_check(project text, agent_id text, since timestamptz, until timestamptz, tz text) RETURNS void
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	PERFORM @extschema@._at_check_store();
	IF NOT @extschema@._at_is_time_zone($5) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'tz is no time zone', HINT = 'pg_timezone_names lists them.';
	END IF;
	IF $3 = 'infinity' OR $4 = '-infinity' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'since must not be infinity, nor until -infinity';
	END IF;
	IF $4 < $3 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'until is before since';
	END IF;
	IF NOT EXISTS (SELECT FROM @extschema@.at_hourly h) THEN
		-- an empty store has a page that says so
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM @extschema@.at_hourly h WHERE h.project = $1) THEN
		RAISE undefined_object USING MESSAGE = 'there are no events of such a project',
			HINT = (SELECT 'There are: ' || string_agg(p.name, ', ' ORDER BY p.name COLLATE "C") || '.'
				FROM (SELECT DISTINCT left(h.project, 60) AS name FROM @extschema@.at_hourly h ORDER BY 1 LIMIT 20) p);
	END IF;
	IF NOT EXISTS (SELECT FROM @extschema@.at_hourly h WHERE h.project = $1 AND ($2 IS NULL OR h.agent_id = $2)) THEN
		RAISE undefined_object USING MESSAGE = 'the project has no events of such an agent',
			HINT = (SELECT 'There are: ' || string_agg(a.name, ', ' ORDER BY a.name COLLATE "C") || '.'
				FROM (SELECT DISTINCT left(h.agent_id, 60) AS name FROM @extschema@.at_hourly h WHERE h.project = $1
					ORDER BY 1 LIMIT 20) a);
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_report_check(text, text, timestamptz, timestamptz, text) IS 'internal: raises 22023 or 42704 for arguments of a report that make no sense; the hint names the projects, or the agents, that there are';

CREATE FUNCTION _at_report_environment(project text, agent_id text, since timestamptz, until timestamptz) RETURNS at_environment
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN (SELECT h.environment FROM @extschema@.at_hourly h
		WHERE h.project = $1 AND ($2 IS NULL OR h.agent_id = $2)
		GROUP BY h.environment
		ORDER BY coalesce(sum(h.fills) FILTER (WHERE h.hour > $3 - interval '1 hour' AND h.hour < $4), 0) DESC,
			coalesce(sum(h.events) FILTER (WHERE h.hour > $3 - interval '1 hour' AND h.hour < $4), 0) DESC,
			sum(h.fills) DESC, sum(h.events) DESC, h.environment
		LIMIT 1);
END
$at$;
COMMENT ON FUNCTION _at_report_environment(text, text, timestamptz, timestamptz) IS 'internal: the environment that a report shows when none is named: that with most fills in the window, then most events, then most of all times';

CREATE FUNCTION _at_report_last(project text, agent_id text, environment at_environment) RETURNS timestamptz
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN coalesce(
		(SELECT greatest(max(h.hour) FILTER (WHERE h.fills > 0) + interval '1 hour',
				(SELECT date_trunc('hour', max(e.occurred_at), 'UTC') + interval '1 hour' FROM @extschema@.at_equity_row e
					WHERE e.project = $1 AND ($2 IS NULL OR e.agent_id = $2) AND ($3 IS NULL OR e.environment = $3)))
			FROM @extschema@.at_hourly h
			WHERE h.project = $1 AND ($2 IS NULL OR h.agent_id = $2) AND ($3 IS NULL OR h.environment = $3)),
		(SELECT max(h.hour) + interval '1 hour' FROM @extschema@.at_hourly h
			WHERE h.project = $1 AND ($2 IS NULL OR h.agent_id = $2) AND ($3 IS NULL OR h.environment = $3)));
END
$at$;
COMMENT ON FUNCTION _at_report_last(text, text, at_environment) IS 'internal: the end of the hour in which a project or an agent last filled or valued what it holds, else did anything';

CREATE FUNCTION _at_report_sessions(INOUT scope _at_report_scope)
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	sessions date[];
BEGIN
	sessions := ARRAY(SELECT DISTINCT e.session_date FROM @extschema@.at_equity_row e
		WHERE e.project = scope.project AND (scope.agent_id IS NULL OR e.agent_id = scope.agent_id)
			AND e.environment = scope.environment AND e.occurred_at < scope.until
		ORDER BY 1 DESC LIMIT 2);
	IF sessions = '{}' THEN
		sessions := ARRAY(SELECT DISTINCT t.session_date FROM @extschema@.at_trade t
			WHERE t.project = scope.project AND (scope.agent_id IS NULL OR t.agent_id = scope.agent_id)
				AND t.environment = scope.environment AND t.exit_at < scope.until
			ORDER BY 1 DESC LIMIT 2);
	END IF;
	IF sessions = '{}' THEN
		sessions := ARRAY(SELECT DISTINCT (h.hour AT TIME ZONE 'UTC')::date FROM @extschema@.at_hourly h
			WHERE h.project = scope.project AND (scope.agent_id IS NULL OR h.agent_id = scope.agent_id)
				AND h.environment = scope.environment AND h.hour < scope.until
			ORDER BY 1 DESC LIMIT 2);
	END IF;
	scope.session := sessions[1];
	scope.session_before := sessions[2];
END
$at$;
COMMENT ON FUNCTION _at_report_sessions(_at_report_scope) IS 'internal: the scope with its last session and the one before: of snapshots of the portfolio, else of trades, else days (UTC) with events';

CREATE FUNCTION _at_report_scope_of(project text, agent_id text, since timestamptz, until timestamptz, tz text, environment text)
RETURNS _at_report_scope
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of($6);
	scope @extschema@._at_report_scope;
	last timestamptz;
BEGIN
	PERFORM @extschema@._at_report_check($1, $2, $3, $4, $5);
	scope.project := $1;
	scope.agent_id := $2;
	scope.tz := $5;
	scope.is_default := $3 IS NULL AND $4 IS NULL;
	scope.until := CASE WHEN isfinite($4) THEN $4 ELSE greatest(now(), $3) END;
	scope.since := CASE WHEN isfinite($3) THEN $3 WHEN $3 IS NULL THEN scope.until - interval '1 day'
		ELSE least((SELECT min(h.hour) FROM @extschema@.at_hourly h WHERE h.project = $1), scope.until) END;
	scope.falls_back := false;
	IF scope.is_default THEN
		last := @extschema@._at_report_last($1, $2, env);
		scope.falls_back := coalesce(last < scope.since, false);
		IF scope.falls_back THEN
			scope.until := last;
			scope.since := scope.until - interval '1 day';
		END IF;
	END IF;
	scope.environment := coalesce(env, @extschema@._at_report_environment($1, $2, scope.since, scope.until));
	scope.others := (SELECT string_agg(DISTINCT h.environment::text, ', ') FROM @extschema@.at_hourly h
		WHERE h.project = $1 AND ($2 IS NULL OR h.agent_id = $2) AND h.environment <> scope.environment
			AND h.hour > scope.since - interval '1 hour' AND h.hour < scope.until);
	RETURN @extschema@._at_report_sessions(scope);
END
$at$;
COMMENT ON FUNCTION _at_report_scope_of(text, text, timestamptz, timestamptz, text, text) IS 'internal: what at_report_html() with these arguments is about: without a window the 24 hours before now, and when nothing was filled or valued in them, the 24 hours before that last was';

CREATE FUNCTION _at_report_window(scope _at_report_scope, OUT since_text text, OUT until_text text, OUT phrase text, OUT session text,
	OUT session_before text, OUT now_text text)
RETURNS record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	first timestamp := scope.since AT TIME ZONE scope.tz;
	last timestamp := scope.until AT TIME ZONE scope.tz;
	days boolean := first = date_trunc('day', first) AND last = date_trunc('day', last) AND first < last;
BEGIN
	since_text := to_char(first, 'FMDD Mon YYYY HH24:MI');
	until_text := to_char(last, 'FMDD Mon YYYY HH24:MI');
	session := to_char(scope.session, 'FMDD Mon YYYY');
	session_before := to_char(scope.session_before, 'FMDD Mon YYYY');
	now_text := @extschema@._at_report_time(now(), scope.tz);
	phrase := CASE WHEN scope.falls_back THEN 'in the 24 hours to ' || until_text
		WHEN scope.is_default THEN 'in the last 24 hours'
		WHEN days AND last = first + interval '1 day' THEN 'on ' || to_char(first, 'FMDD Mon YYYY')
		ELSE concat('from ', to_char(first, 'FMDD Mon'), CASE WHEN extract(year FROM first) <> extract(year FROM last) THEN to_char(first, ' YYYY') END,
			CASE WHEN days THEN to_char(last - interval '1 day', '" to "FMDD Mon YYYY') ELSE to_char(first, ' HH24:MI') || to_char(last, '" to "FMDD Mon YYYY HH24:MI') END) END;
END
$at$;
COMMENT ON FUNCTION _at_report_window(_at_report_scope) IS 'internal: the window, the sessions and now, as a report writes them; phrase: the window in a sentence, whole days without their hours';

CREATE FUNCTION _at_report_head(scope _at_report_scope, OUT last_seen text, OUT silent_ms float8, OUT open_runs bigint,
	OUT agents bigint, OUT runs bigint, OUT failed_runs bigint, OUT errors bigint, OUT last_error text, OUT last_error_at text,
	OUT waiting_ms float8, OUT last_block text, OUT last_call text, OUT last_decision text, OUT last_trade text)
RETURNS record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	hours record;
	error record;
BEGIN
	SELECT @extschema@._at_report_time(max(a.last_seen), scope.tz), extract(epoch FROM now() - max(a.last_seen)) * 1000, sum(a.open_runs)
	INTO last_seen, silent_ms, open_runs
	FROM @extschema@.at_agent a
	WHERE a.project = scope.project AND (scope.agent_id IS NULL OR a.agent_id = scope.agent_id) AND a.environment = scope.environment;
	SELECT count(*), count(*) FILTER (WHERE NOT @extschema@._at_status_ok(r.status)) INTO runs, failed_runs
	FROM @extschema@.at_run r
	WHERE r.project = scope.project AND (scope.agent_id IS NULL OR r.agent_id = scope.agent_id) AND r.environment = scope.environment
		AND r.started_at >= scope.since AND r.started_at < scope.until;
	SELECT count(DISTINCT h.agent_id) FILTER (WHERE h.hour > scope.since - interval '1 hour') AS agents, max(h.hour) FILTER (WHERE h.risk_blocks > 0) AS block,
		max(h.hour) FILTER (WHERE h.llm_calls > 0) AS call, max(h.hour) FILTER (WHERE h.decisions > 0) AS decision INTO hours
	FROM @extschema@.at_hourly h
	WHERE h.project = scope.project AND (scope.agent_id IS NULL OR h.agent_id = scope.agent_id) AND h.environment = scope.environment
		AND h.hour < scope.until;
	agents := hours.agents;
	last_block := to_char(hours.block AT TIME ZONE scope.tz, 'FMDD Mon YYYY HH24:MI');
	last_call := to_char(hours.call AT TIME ZONE scope.tz, 'FMDD Mon YYYY HH24:MI');
	last_decision := to_char(hours.decision AT TIME ZONE scope.tz, 'FMDD Mon YYYY HH24:MI');
	last_trade := (SELECT @extschema@._at_report_time(max(t.exit_at), scope.tz) FROM @extschema@.at_round_trip t
		WHERE t.project = scope.project AND (scope.agent_id IS NULL OR t.agent_id = scope.agent_id) AND t.environment = scope.environment
			AND t.exit_at < scope.until);
	SELECT count(*) OVER () AS n, e.occurred_at, concat_ws(' ', e.payload ->> 'component', e.payload ->> 'error_kind') AS what INTO error
	FROM @extschema@.at_event e
	WHERE e.project = scope.project AND (scope.agent_id IS NULL OR e.agent_id = scope.agent_id) AND e.environment = scope.environment
		AND e.event_type = 'error.recorded' AND e.occurred_at >= scope.since AND e.occurred_at < scope.until
	ORDER BY e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC LIMIT 1;
	errors := coalesce(error.n, 0);
	last_error := error.what;
	last_error_at := to_char(error.occurred_at AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI');
	SELECT max(extract(epoch FROM f.waiting) * 1000) INTO waiting_ms FROM @extschema@.at_freshness() f;
END
$at$;
COMMENT ON FUNCTION _at_report_head(_at_report_scope) IS 'internal: whether what a report is about is running, and how its runs ended; when something of each kind last happened before the end of the window, for what is empty';

CREATE FUNCTION _at_report_positions_of(scope _at_report_scope, session date, OUT agent_id text, OUT portfolio_kind text, OUT currency text,
	OUT symbol text, OUT quantity numeric, OUT average_price numeric, OUT market_price numeric, OUT market_value numeric,
	OUT unrealized_pnl numeric, OUT as_of timestamptz)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.agent_id, p.portfolio_kind, p.currency, p.symbol, p.quantity, p.average_price, p.market_price,
		coalesce(p.market_value, p.quantity * p.market_price * coalesce(p.multiplier, 1)), p.unrealized_pnl, p.occurred_at
	FROM (SELECT DISTINCT ON (r.agent_id, r.portfolio_kind, r.currency, coalesce(r.position_id, r.symbol)) r.*
		FROM @extschema@.at_position_row r
		WHERE r.project = scope.project AND (scope.agent_id IS NULL OR r.agent_id = scope.agent_id) AND r.environment = scope.environment
			AND r.session_date <= $2
		ORDER BY r.agent_id, r.portfolio_kind, r.currency, coalesce(r.position_id, r.symbol), r.session_date DESC, r.occurred_at DESC) p
	WHERE p.quantity <> 0;
END
$at$;
COMMENT ON FUNCTION _at_report_positions_of(_at_report_scope, date) IS 'internal: the last snapshot of each open position up to a session';

CREATE FUNCTION _at_report_accounts(scope _at_report_scope, OUT portfolio_kind text, OUT currency text, OUT agents bigint, OUT pnl text,
	OUT realized text, OUT fees text, OUT trades bigint, OUT won bigint, OUT gross text, OUT net text, OUT gross_before text,
	OUT as_of text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 3
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH part AS (
		-- what equity moved without the flows
		SELECT i.portfolio_kind AS kind, coalesce(i.currency, '') AS money, i.agent_id AS agent,
			i.equity - i.previous - coalesce(i.interval_flow, 0) AS pnl, NULL::numeric AS realized, NULL::numeric AS fees,
			NULL::bigint AS trades, NULL::bigint AS won, NULL::numeric AS gross, NULL::numeric AS net, NULL::numeric AS gross_before,
			i.occurred_at AS at
		FROM @extschema@.at_equity_interval i
		WHERE i.project = scope.project AND (scope.agent_id IS NULL OR i.agent_id = scope.agent_id) AND i.environment = scope.environment
			AND i.occurred_at >= scope.since AND i.occurred_at < scope.until
		UNION ALL
		SELECT t.portfolio_kind, coalesce(t.currency, ''), t.agent_id, NULL, t.net_pnl, t.fees, NULL, NULL, NULL, NULL, NULL, NULL
		FROM @extschema@.at_trade t
		WHERE t.project = scope.project AND (scope.agent_id IS NULL OR t.agent_id = scope.agent_id) AND t.environment = scope.environment
			AND t.exit_at >= scope.since AND t.exit_at < scope.until
		UNION ALL
		SELECT t.portfolio_kind, coalesce(t.currency, ''), t.agent_id, NULL, NULL, NULL, 1, (t.net_pnl > 0)::int, NULL, NULL, NULL, NULL
		FROM @extschema@.at_round_trip t
		WHERE t.project = scope.project AND (scope.agent_id IS NULL OR t.agent_id = scope.agent_id) AND t.environment = scope.environment
			AND t.exit_at >= scope.since AND t.exit_at < scope.until
		UNION ALL
		SELECT p.portfolio_kind, coalesce(p.currency, ''), p.agent_id, NULL, NULL, NULL, NULL, NULL, abs(p.market_value), p.market_value,
			NULL, NULL
		FROM @extschema@._at_report_positions_of(scope, scope.session) p
		UNION ALL
		SELECT p.portfolio_kind, coalesce(p.currency, ''), p.agent_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, abs(p.market_value), NULL
		FROM @extschema@._at_report_positions_of(scope, scope.session_before) p
	)
	SELECT p.kind, p.money, count(DISTINCT p.agent), round(sum(p.pnl), 2)::text, round(sum(p.realized), 2)::text,
		round(sum(p.fees), 2)::text, coalesce(sum(p.trades), 0)::bigint, coalesce(sum(p.won), 0)::bigint, round(sum(p.gross), 2)::text,
		round(sum(p.net), 2)::text, round(sum(p.gross_before), 2)::text, @extschema@._at_report_time(max(p.at), scope.tz)
	FROM (SELECT x.agent, x.pnl, x.realized, x.fees, x.trades, x.won, x.gross, x.net, x.gross_before, x.at, x.money,
			-- what names no portfolio is of the only one that the agent has in the currency
			CASE WHEN x.kind = '' AND min(x.kind) FILTER (WHERE x.kind <> '') OVER money = max(x.kind) OVER money
				THEN max(x.kind) OVER money ELSE x.kind END AS kind
		FROM part x
		WINDOW money AS (PARTITION BY x.agent, x.money)) p
	GROUP BY p.kind, p.money
	ORDER BY count(p.trades) DESC, count(p.realized) DESC, abs(sum(p.pnl)) DESC NULLS LAST, p.kind, p.money;
END
$at$;
COMMENT ON FUNCTION _at_report_accounts(_at_report_scope) IS 'internal: what each portfolio and currency made in the window: pnl from equity without flows, realized from what was closed; finished trades and how many won; exposure at the last session and the one before';

CREATE FUNCTION _at_report_days(scope _at_report_scope, OUT portfolio_kind text, OUT currency text, OUT session date, OUT label text,
	OUT equity text, OUT flow text, OUT pnl text, OUT pnl_value float8, OUT ret float8, OUT drawdown float8)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH period AS (
		SELECT p.agent_id, p.portfolio_kind, coalesce(p.currency, '') AS currency, p.period_end AS session, p.origin, p.equity,
			CASE p.origin WHEN 'equity' THEN p.external_flow END AS flow, p.pnl, p.ret, p.drawdown
		FROM @extschema@.at_period_row p
		WHERE p.project = scope.project AND (scope.agent_id IS NULL OR p.agent_id = scope.agent_id) AND p.environment = scope.environment
			AND p.period_end <= scope.session AND (p.origin = 'equity' OR p.period_kind = 'daily')
		UNION ALL
		SELECT t.agent_id, t.portfolio_kind, coalesce(t.currency, ''), t.session_date, 'trades', NULL, NULL, sum(t.net_pnl), NULL, NULL
		FROM @extschema@.at_trade t
		WHERE t.project = scope.project AND (scope.agent_id IS NULL OR t.agent_id = scope.agent_id) AND t.environment = scope.environment
			AND t.session_date <= scope.session
		GROUP BY t.agent_id, t.portfolio_kind, coalesce(t.currency, ''), t.session_date
	), known AS (
		-- equity goes before what is reported, and that before what was closed
		SELECT p.*, CASE p.origin WHEN 'equity' THEN 1 WHEN 'trades' THEN 3 ELSE 2 END AS place,
			min(CASE p.origin WHEN 'equity' THEN 1 WHEN 'trades' THEN 3 ELSE 2 END) OVER (PARTITION BY p.agent_id) AS best
		FROM period p
	), day AS (
		SELECT k.portfolio_kind, k.currency, k.session, sum(k.equity) AS equity, nullif(sum(k.flow), 0) AS flow, sum(k.pnl) AS pnl,
			CASE WHEN scope.agent_id IS NOT NULL THEN min(k.ret)
				ELSE (sum(k.pnl) FILTER (WHERE k.ret IS NOT NULL)
					/ nullif(sum(k.equity - k.pnl - coalesce(k.flow, 0)) FILTER (WHERE k.ret IS NOT NULL), 0))::float8 END AS ret,
			CASE WHEN scope.agent_id IS NOT NULL THEN min(k.drawdown) END AS drawdown
		FROM known k
		WHERE k.place = k.best
		GROUP BY k.portfolio_kind, k.currency, k.session
	)
	SELECT d.portfolio_kind, d.currency, d.session, to_char(d.session, 'FMDD Mon YYYY'), round(d.equity, 2)::text,
		round(d.flow, 2)::text, round(d.pnl, 2)::text, d.pnl::float8, d.ret,
		coalesce(d.drawdown, @extschema@.at_drawdown(d.ret) OVER (PARTITION BY d.portfolio_kind, d.currency ORDER BY d.session))
	FROM day d
	ORDER BY d.portfolio_kind, d.currency, d.session;
END
$at$;
COMMENT ON FUNCTION _at_report_days(_at_report_scope) IS 'internal: each session up to that of the report, of each portfolio and currency, by equity where an agent has any, else as its performance snapshots report it, else what was closed; of several agents their sums, their return being that of all by the equity of all';

CREATE FUNCTION _at_report_points(scope _at_report_scope, OUT portfolio_kind text, OUT currency text, OUT x float8, OUT y float8, OUT at text, OUT value text,
	OUT flow text, OUT start float8)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 300
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	step CONSTANT float8 := greatest(extract(epoch FROM scope.until - scope.since) / 300, 1);
BEGIN
	RETURN QUERY
	SELECT p.kind, p.money, extract(epoch FROM p.occurred_at)::float8, p.value::float8, @extschema@._at_report_time(p.occurred_at, scope.tz),
		@extschema@._at_report_money(p.value), @extschema@._at_report_money(p.flow, true), p.start::float8
	FROM (SELECT DISTINCT ON (v.kind, v.money, floor(extract(epoch FROM v.occurred_at) / step)) v.kind, v.money, v.occurred_at,
			coalesce(v.start, 0) + v.moved AS value, nullif(v.flow, 0) AS flow, coalesce(v.start, 0) AS start
		FROM (SELECT i.portfolio_kind AS kind, coalesce(i.currency, '') AS money, i.occurred_at,
				CASE WHEN scope.agent_id IS NOT NULL THEN first_value(coalesce(i.previous, i.equity)) OVER account END AS start,
				sum(coalesce(i.equity - i.previous - coalesce(i.interval_flow, 0), 0)) OVER account AS moved,
				sum(i.interval_flow) OVER (PARTITION BY i.portfolio_kind, i.currency) AS flow
			FROM @extschema@.at_equity_interval i
			WHERE i.project = scope.project AND (scope.agent_id IS NULL OR i.agent_id = scope.agent_id) AND i.environment = scope.environment
				AND i.occurred_at >= scope.since AND i.occurred_at < scope.until
			WINDOW account AS (PARTITION BY i.portfolio_kind, i.currency ORDER BY i.occurred_at, i.agent_id, i.event_id)) v
		ORDER BY v.kind, v.money, floor(extract(epoch FROM v.occurred_at) / step), v.occurred_at DESC) p
	ORDER BY p.kind, p.money, p.occurred_at;
END
$at$;
COMMENT ON FUNCTION _at_report_points(_at_report_scope) IS 'internal: equity through the window as if no money had come or gone in it, of several agents what they made since it began; the last of each of 300 parts of the window; x in seconds since 1970; flow: what came in the window; start: what there was before';

CREATE FUNCTION _at_report_marks(scope _at_report_scope, OUT portfolio_kind text, OUT currency text, OUT x float8, OUT shape text, OUT said text, OUT fill_id text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 60
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT f.portfolio_kind, coalesce(f.currency, ''), extract(epoch FROM f.t)::float8,
		CASE WHEN lower(f.side) IN ('buy', 'cover') THEN 'bought' ELSE 'sold' END,
		concat(CASE lower(f.side) WHEN 'buy' THEN 'bought ' WHEN 'sell' THEN 'sold ' ELSE lower(f.side) || ' ' END, @extschema@._at_report_quantity(f.quantity), ' ',
			left(f.symbol, 40), ' @ ', @extschema@._at_report_price(f.price), ', ', @extschema@._at_report_time(f.t, scope.tz)), f.fill_id
	FROM @extschema@.at_fill_taken f
	WHERE scope.agent_id IS NOT NULL AND f.project = scope.project AND f.agent_id = scope.agent_id AND f.environment = scope.environment
		AND f.t >= scope.since AND f.t < scope.until
	ORDER BY abs(f.quantity * f.price) DESC NULLS LAST, f.t LIMIT 60;
END
$at$;
COMMENT ON FUNCTION _at_report_marks(_at_report_scope) IS 'internal: the 60 largest fills of an agent in the window that trades are made of, for the picture of its equity; x in seconds since 1970';

CREATE FUNCTION _at_report_ticks(since float8, until float8, tz text, OUT x float8, OUT label text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 8
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	first timestamp := to_timestamp(since) AT TIME ZONE tz;
	last timestamp := to_timestamp(until) AT TIME ZONE tz;
	step interval;
BEGIN
	FOREACH step IN ARRAY '{1 second,5 seconds,15 seconds,1 minute,5 minutes,15 minutes,30 minutes,1 hour,2 hours,3 hours,6 hours,12 hours,
		1 day,2 days,7 days,14 days,1 month,3 months,6 months,1 year,2 years,5 years,10 years,50 years,1000 years}'::interval[] LOOP
		EXIT WHEN extract(epoch FROM last - first) <= 7 * extract(epoch FROM step);
	END LOOP;
	RETURN QUERY
	SELECT extract(epoch FROM t.t AT TIME ZONE tz)::float8,
		to_char(t.t, CASE WHEN step < interval '1 minute' THEN 'HH24:MI:SS' WHEN step < interval '6 hours' THEN 'HH24:MI'
			WHEN step < interval '1 day' THEN 'FMDD Mon HH24:MI' WHEN step < interval '1 month' THEN 'FMDD Mon' WHEN step < interval '1 year' THEN 'Mon YYYY' ELSE 'YYYY' END)
	FROM generate_series(CASE WHEN step < interval '1 day'
			THEN date_trunc('day', first) + floor(extract(epoch FROM first - date_trunc('day', first)) / extract(epoch FROM step)) * step
			WHEN step < interval '1 month' THEN date_trunc('day', first)
			WHEN step < interval '1 year' THEN date_trunc('month', first) ELSE date_trunc('year', first) END, last, step) t(t)
	WHERE t.t >= first
	LIMIT 8;
END
$at$;
COMMENT ON FUNCTION _at_report_ticks(float8, float8, text) IS 'internal: at most eight times between two, at round hours or days of a zone, with their labels; in seconds since 1970';

CREATE FUNCTION _at_report_worst(scope _at_report_scope) RETURNS _at_report_trade
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	trade @extschema@._at_report_trade;
	entry record;
BEGIN
	-- of the currency in which most was traded; money of two currencies is not compared
	SELECT t.agent_id, t.portfolio_kind, t.currency, t.symbol, t.direction, t.quantity, t.entry_at, t.exit_at, t.entry_price, t.exit_price,
		t.net_pnl, t.fees, t.open_fill, t.close_fill, t.entry_run_id::text, t.entry_decision_id, t.exit_decision_id, NULL, false INTO trade
	FROM (SELECT x.*, count(*) OVER (PARTITION BY x.currency) AS n FROM @extschema@.at_round_trip x
		WHERE x.project = scope.project AND (scope.agent_id IS NULL OR x.agent_id = scope.agent_id) AND x.environment = scope.environment
			AND x.exit_at >= scope.since AND x.exit_at < scope.until) t
	ORDER BY t.n DESC, t.currency, (t.net_pnl < 0) DESC NULLS LAST, abs(t.net_pnl) DESC NULLS LAST, t.exit_at, t.open_fill
	LIMIT 1;
	IF trade.agent_id IS NULL THEN
		SELECT t.agent_id, t.portfolio_kind, t.currency, t.symbol, t.direction, t.quantity, t.entry_at, t.exit_at, t.entry_price, t.exit_price,
			t.net_pnl, t.fees, t.open_fill, t.close_fill, t.entry_run_id::text, t.entry_decision_id, t.exit_decision_id, NULL, true INTO trade
		FROM (SELECT x.*, count(*) OVER (PARTITION BY x.currency) AS n FROM @extschema@.at_trade x
			WHERE x.project = scope.project AND (scope.agent_id IS NULL OR x.agent_id = scope.agent_id) AND x.environment = scope.environment
				AND x.exit_at >= scope.since AND x.exit_at < scope.until) t
		ORDER BY t.n DESC, t.currency, (t.net_pnl < 0) DESC NULLS LAST, abs(t.net_pnl) DESC NULLS LAST, t.exit_at, t.open_fill
		LIMIT 1;
	END IF;
	IF trade.agent_id IS NULL THEN
		RETURN NULL;
	END IF;
	IF trade.decision_id IS NOT NULL THEN
		SELECT * INTO entry FROM @extschema@._at_saw_event(trade.decision_id, trade.run_id, scope.project);
		IF entry.at IS NULL THEN
			SELECT * INTO entry FROM @extschema@._at_saw_event(trade.decision_id, NULL, scope.project);
		END IF;
	ELSE
		-- a decision without an id: by its run and symbol
		SELECT d.proposed_at AS at, d.run_id AS run_of INTO entry
		FROM @extschema@.at_decisions(scope.project, trade.entry_at - interval '1 day', trade.entry_at + interval '1 second', trade.agent_id,
			scope.environment::text) d
		WHERE d.run_id::text = trade.run_id AND upper(d.symbol) = upper(trade.symbol)
		ORDER BY d.proposed_at DESC LIMIT 1;
	END IF;
	trade.decided_at := entry.at;
	trade.run_id := coalesce(entry.run_of::text, trade.run_id);
	RETURN trade;
END
$at$;
COMMENT ON FUNCTION _at_report_worst(_at_report_scope) IS 'internal: the finished trade of the window that lost most, of the currency with most trades; where none lost, the one that won most; where none was finished, a lot that was closed; its run and time of decision are those of the decision that opened it; null without a trade';

CREATE FUNCTION _at_report_trade_of(scope _at_report_scope, trade _at_report_trade, OUT agent_id text, OUT currency text, OUT symbol text,
	OUT direction text, OUT quantity text, OUT net_pnl text, OUT entry_at text, OUT decision_id text, OUT run_id text, OUT close_fill text,
	OUT portfolio_kind text, OUT is_part boolean)
RETURNS record
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT trade.agent_id, coalesce(trade.currency, ''), trade.symbol, trade.direction, @extschema@._at_report_quantity(trade.quantity),
		round(trade.net_pnl, 2)::text, @extschema@._at_report_time(trade.entry_at, scope.tz), trade.decision_id, trade.run_id,
		trade.close_fill, trade.portfolio_kind, trade.is_part
$at$;
COMMENT ON FUNCTION _at_report_trade_of(_at_report_scope, _at_report_trade) IS 'internal: what a report says of a trade in its first lines';

CREATE FUNCTION _at_report_run(scope _at_report_scope, trade _at_report_trade, OUT run_id text, OUT why text)
RETURNS record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	IF trade.run_id IS NOT NULL THEN
		run_id := trade.run_id;
		why := CASE WHEN trade.net_pnl < 0 THEN 'The run that opened the worst trade' ELSE 'The run that opened the best trade' END;
		RETURN;
	END IF;
	SELECT r.run_id::text, CASE WHEN NOT @extschema@._at_status_ok(r.status) THEN 'The longest run that failed'
			WHEN r.errors > 0 THEN 'The run with most errors' ELSE 'The longest run' END INTO run_id, why
	FROM @extschema@.at_run r
	WHERE r.project = scope.project AND (scope.agent_id IS NULL OR r.agent_id = scope.agent_id) AND r.environment = scope.environment
		AND r.first_at >= scope.since AND r.first_at < scope.until
	ORDER BY CASE WHEN NOT @extschema@._at_status_ok(r.status) THEN 0 ELSE 1 END, CASE WHEN @extschema@._at_status_ok(r.status) THEN r.errors END DESC NULLS LAST,
		r.duration_ms DESC NULLS LAST, r.steps DESC, r.run_id
	LIMIT 1;
END
$at$;
COMMENT ON FUNCTION _at_report_run(_at_report_scope, _at_report_trade) IS 'internal: the run that a report shows step by step, and why: that of the trade, else the longest that failed, else the one with most errors, else the longest';

CREATE FUNCTION _at_report_strip(scope _at_report_scope, trade _at_report_trade, OUT place integer, OUT lead text, OUT tone text, OUT said text,
	OUT rest text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	decision @extschema@.at_decision;
	proposal_id text;
	rationale text;
	gate jsonb;
	long CONSTANT boolean := trade.direction = 'long';
	money CONSTANT text := ' ' || coalesce(trade.currency, '');
BEGIN
	IF trade.decided_at IS NOT NULL THEN
		SELECT d.* INTO decision
		FROM @extschema@.at_decisions(scope.project, trade.decided_at, trade.decided_at + interval '1 microsecond', trade.agent_id,
			scope.environment::text) d
		WHERE d.run_id::text = trade.run_id AND upper(d.symbol) = upper(trade.symbol)
			AND (trade.decision_id IS NULL OR d.decision_id = trade.decision_id)
		LIMIT 1;
		SELECT e.event_id::text, e.payload ->> 'rationale' INTO proposal_id, rationale FROM @extschema@.at_event e
		WHERE e.run_id OPERATOR(@extschema@.=) trade.run_id::@extschema@.at_id AND e.project = scope.project
			AND e.occurred_at = trade.decided_at AND e.event_type = 'decision.proposed' AND upper(e.payload ->> 'symbol') = upper(trade.symbol)
		LIMIT 1;
		SELECT e.payload INTO gate FROM @extschema@.at_event e
		WHERE e.run_id OPERATOR(@extschema@.=) trade.run_id::@extschema@.at_id AND e.project = scope.project
			AND e.event_type = 'risk.check.completed' AND e.payload ->> 'decision_id' = trade.decision_id
		ORDER BY e.occurred_at DESC LIMIT 1;
	END IF;

	-- what it saw; a decision without an id is known by its proposal
	RETURN QUERY
	WITH saw AS MATERIALIZED (
		SELECT w.*, extract(epoch FROM w.age)::float8 * 1000 AS ms
		FROM @extschema@.at_saw(coalesce(trade.decision_id, proposal_id), trade.run_id, scope.project) w
	)
	SELECT 0, l.lead, l.tone, l.said, l.rest
	FROM (
		SELECT 1 AS place, concat(left(w.what, 20), ' ', @extschema@._at_report_price(@extschema@.at_decimal(to_jsonb(w.value))), ', ') AS lead,
			CASE WHEN w.stale THEN 'loss' ELSE '' END AS tone,
			concat(@extschema@._at_report_duration(w.ms), ' old', CASE WHEN w.stale THEN ', stale' END) AS said, '' AS rest
		FROM saw w WHERE w.kind = 'price' AND upper(w.what) = upper(trade.symbol)
		UNION ALL
		SELECT 1, 'no price of ' || left(trade.symbol, 20), 'doubt', ' was recorded', ''
		WHERE trade.decided_at IS NOT NULL AND NOT EXISTS (SELECT FROM saw w WHERE w.kind = 'price' AND upper(w.what) = upper(trade.symbol))
		UNION ALL
		SELECT 2, 'tools: ', CASE WHEN count(*) FILTER (WHERE NOT @extschema@._at_status_ok(w.value)) > 0 THEN 'loss' ELSE '' END,
			coalesce(left(string_agg(w.what, ', ') FILTER (WHERE NOT @extschema@._at_status_ok(w.value)), 60) || ' failed',
				format('%s read', count(*))), ''
		FROM saw w WHERE w.kind = 'tool' HAVING count(*) > 0
		UNION ALL
		SELECT 3, 'memory: ', CASE WHEN bool_or(w.stale) THEN 'loss' ELSE '' END,
			concat(left(min(w.what), 30), ', ', @extschema@._at_report_duration(max(w.ms)), ' old', CASE WHEN bool_or(w.stale) THEN ', stale' END), ''
		FROM saw w WHERE w.kind = 'memory' HAVING count(*) > 0
		UNION ALL
		SELECT 4, format('%s source claim%s', count(*), CASE WHEN count(*) > 1 THEN 's' END), '', '', ''
		FROM saw w WHERE w.kind = 'claim' HAVING count(*) > 0
		UNION ALL
		(SELECT 5, left(w.value, 30), '', concat(', prompt ' || (SELECT left(p.value, 30) FROM saw p WHERE p.kind = 'prompt' ORDER BY p.ms LIMIT 1)), ''
		FROM saw w WHERE w.kind = 'model' ORDER BY w.ms LIMIT 1)) l
	ORDER BY l.place;

	-- what it decided
	RETURN QUERY SELECT 1, l.lead, l.tone, l.said, l.rest
	FROM (VALUES (1, concat_ws(', ', left(decision.action, 30), left(decision.decision_kind, 30)), '', concat(', confidence ' || trim_scale(round(decision.confidence, 4))), ''),
		(2, concat('target weight ' || @extschema@._at_report_grouped(round(100 * decision.target_weight, 1)::text, false) || ' %'), '', '', ''),
		(3, concat('reason ' || left(decision.reason_code, 60)), '', '', ''),
		(4, concat('"' || left(rationale, 90) || '"'), '', '', '')) l(n, lead, tone, said, rest)
	WHERE l.lead <> '' AND decision.run_id IS NOT NULL
	ORDER BY l.n;
	IF decision.run_id IS NULL THEN
		RETURN QUERY SELECT 1, 'no decision', 'doubt', ' is named by its fills', '';
	END IF;

	-- the risk gate
	RETURN QUERY SELECT 2, '', CASE WHEN decision.approved THEN 'gain' WHEN NOT decision.approved THEN 'loss' ELSE 'doubt' END,
		CASE WHEN decision.approved THEN concat('approved', ' by ' || left(gate ->> 'risk_gate_version', 40))
			WHEN NOT decision.approved THEN concat('rejected', ' by ' || left(decision.rejected_by, 40)) ELSE 'no check was recorded' END, '';
	RETURN QUERY SELECT 2, l.lead, l.tone, '', ''
	FROM (VALUES (concat('weight ' || @extschema@._at_report_grouped(round(100 * @extschema@.at_decimal(gate -> 'requested_weight'), 1)::text, false) || ' %'), ''),
		(concat('for ' || @extschema@._at_report_money(@extschema@.at_decimal(gate -> 'requested_notional')) || money), ''),
		(concat(left(array_to_string(decision.reasons, ', '), 80)), '')) l(lead, tone)
	WHERE l.lead <> '';

	-- what was filled
	RETURN QUERY SELECT 3, l.lead, l.tone, l.said, ''
	FROM (VALUES (1, concat(CASE WHEN long THEN 'bought ' ELSE 'sold ' END, @extschema@._at_report_quantity(coalesce(decision.filled_quantity, trade.quantity)),
				CASE WHEN decision.filled_quantity < trade.quantity THEN ' of ' || @extschema@._at_report_quantity(trade.quantity) END, ' @ ',
				@extschema@._at_report_price(round(coalesce(decision.fill_price, trade.entry_price), 4))), '',
			concat(', meant ' || @extschema@._at_report_price(round(decision.intended_price, 4)))),
		(2, 'slippage ', CASE WHEN decision.slippage_bps > 20 THEN 'loss' ELSE '' END, @extschema@._at_report_grouped(round(decision.slippage_bps, 1)::text, false) || ' bps'),
		(3, @extschema@._at_report_duration(extract(epoch FROM trade.entry_at - trade.decided_at)::float8 * 1000), '', ' after the decision')) l(n, lead, tone, said)
	WHERE l.said IS NOT NULL AND l.lead <> ''
	ORDER BY l.n;

	-- what became of it
	RETURN QUERY SELECT 4, l.lead, l.tone, l.said, l.rest
	FROM (VALUES (1, concat(CASE WHEN long THEN 'sold ' ELSE 'bought back ' END, @extschema@._at_report_quantity(trade.quantity), ' @ ',
			@extschema@._at_report_price(round(trade.exit_price, 4))), '', '', ''),
		(2, '', '', to_char(trade.exit_at AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI'), ' ' || scope.tz),
		(3, '', CASE WHEN trade.net_pnl < 0 THEN 'loss' ELSE 'gain' END, @extschema@._at_report_money(trade.net_pnl, true) || money,
			concat(' in ', @extschema@._at_report_duration(extract(epoch FROM trade.exit_at - trade.entry_at)::float8 * 1000))),
		(4, 'fees ', '', nullif(@extschema@._at_report_money(trade.fees), '0.00'), money)) l(n, lead, tone, said, rest)
	WHERE l.said IS NOT NULL
	ORDER BY l.n;
END
$at$;
COMMENT ON FUNCTION _at_report_strip(_at_report_scope, _at_report_trade) IS 'internal: a trade from what its decision saw to what became of it, as lines: place 0 saw, 1 decided, 2 risk gate, 3 filled, 4 became; of a line one part has a tone: loss, gain, doubt or none';

CREATE FUNCTION _at_report_differences(scope _at_report_scope, OUT lead text, OUT tone text, OUT said text, OUT rest text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET timezone = 'UTC'
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	IF scope.session_before IS NULL THEN
		RETURN;
	END IF;
	-- what is used; what one thing took the place of is one line
	RETURN QUERY
	WITH change AS (
		SELECT c.kind, c.name, c.change, count(*) AS agents,
			CASE WHEN c.kind = 'prompt' THEN substr(c.name, 1, length(c.name) - length(substring(c.name from '[^ ]*$')))
				WHEN c.kind IN ('build', 'config', 'risk gate') THEN '' ELSE c.name END AS base
		FROM (SELECT DISTINCT h.agent_id FROM @extschema@.at_hourly h
				WHERE h.project = scope.project AND (scope.agent_id IS NULL OR h.agent_id = scope.agent_id) AND h.environment = scope.environment
					AND h.hour >= scope.session AND h.hour < scope.session + 1
				ORDER BY 1 LIMIT 30) a,
			LATERAL @extschema@.at_changes(scope.project, a.agent_id, scope.session_before, scope.session) c
		GROUP BY c.kind, c.name, c.change
	), part AS (
		SELECT c.*, count(*) FILTER (WHERE c.change = 'new') OVER place = 1 AND count(*) OVER place = 2 AS is_pair,
			min(c.name) FILTER (WHERE c.change = 'gone') OVER place AS was
		FROM change c
		WINDOW place AS (PARTITION BY c.kind, c.base)
	)
	SELECT upper(left(p.kind, 1)) || substr(p.kind, 2) || ' ', CASE p.change WHEN 'new' THEN 'strong' ELSE '' END, left(p.name, 60),
		concat(CASE WHEN p.is_pair THEN ', was ' || left(substr(p.was, length(p.base) + 1), 40) WHEN p.change = 'new' THEN ' is new' ELSE ' is gone' END,
			CASE WHEN scope.agent_id IS NULL THEN format(', %s agent%s', p.agents, CASE WHEN p.agents > 1 THEN 's' END) END)
	FROM part p
	WHERE p.change = 'new' OR NOT p.is_pair
	ORDER BY array_position('{model,prompt,build,config,risk gate,tool,source}', p.kind), p.change DESC, p.name;
	-- how fast models and tools answer: by the test of Kolmogorov and Smirnov, and by a fifth
	RETURN QUERY
	SELECT c.name || ' ', CASE WHEN c.median > c.median_before THEN 'loss' ELSE 'gain' END,
		'median ' || @extschema@._at_report_duration(c.median), ', was ' || @extschema@._at_report_duration(c.median_before)
	FROM (SELECT s.place, s.name, (@extschema@.at_quantiles(s.now, '{0.5}'))[1] AS median, (@extschema@.at_quantiles(s.before, '{0.5}'))[1] AS median_before,
			(@extschema@.at_ks_test(s.before, s.now)).p_hi AS p
		FROM (SELECT t.place, CASE WHEN t.name IS NULL THEN t.what ELSE left(t.name, 40) END AS name,
				@extschema@.at_merge(t.latency_ms) FILTER (WHERE t.day = scope.session) AS now,
				@extschema@.at_merge(t.latency_ms) FILTER (WHERE t.day = scope.session_before) AS before
			FROM (SELECT 2 AS place, 'All tools' AS what, x.tool_name AS name, x.day, x.calls, x.latency_ms FROM @extschema@.at_tool_daily x
				WHERE x.project = scope.project AND (scope.agent_id IS NULL OR x.agent_id = scope.agent_id) AND x.environment = scope.environment
					AND x.day IN (scope.session, scope.session_before)
				UNION ALL
				SELECT 1, 'All models', x.model, x.day, x.calls, x.latency_ms FROM @extschema@.at_llm_daily x
				WHERE x.project = scope.project AND (scope.agent_id IS NULL OR x.agent_id = scope.agent_id) AND x.environment = scope.environment
					AND x.day IN (scope.session, scope.session_before)) t
			GROUP BY GROUPING SETS ((t.place, t.what), (t.place, t.what, t.name))
			HAVING sum(t.calls) FILTER (WHERE t.day = scope.session) >= 10 AND sum(t.calls) FILTER (WHERE t.day = scope.session_before) >= 10) s) c
	WHERE c.p < 0.01 AND greatest(c.median, c.median_before) >= 1.2 * least(c.median, c.median_before)
	ORDER BY c.place, c.name IN ('All models', 'All tools') DESC, abs(ln(nullif(c.median, 0) / nullif(c.median_before, 0))) DESC NULLS LAST, c.name;
	-- how often things happened
	RETURN QUERY
	SELECT c.name || ' ', CASE WHEN c.bad AND c.now > c.before THEN 'loss' ELSE 'strong' END, @extschema@._at_report_grouped(c.now::text, false),
		', were ' || @extschema@._at_report_grouped(c.before::text, false)
	FROM (SELECT v.place, v.name, v.bad, coalesce(sum(v.n) FILTER (WHERE h.hour::date = scope.session), 0) AS now,
			coalesce(sum(v.n) FILTER (WHERE h.hour::date = scope.session_before), 0) AS before
		FROM @extschema@.at_hourly h,
			LATERAL (VALUES (1, 'Errors', true, h.errors), (2, 'Failed runs', true, h.runs_failed), (3, 'Blocked trades', true, h.risk_blocks),
				(4, 'Decisions', false, h.decisions), (5, 'Fills', false, h.fills)) v(place, name, bad, n)
		WHERE h.project = scope.project AND (scope.agent_id IS NULL OR h.agent_id = scope.agent_id) AND h.environment = scope.environment
			AND (h.hour >= scope.session AND h.hour < scope.session + 1 OR h.hour >= scope.session_before AND h.hour < scope.session_before + 1)
		GROUP BY v.place, v.name, v.bad) c
	-- more than chance would do: the square root of a count is its deviation
	WHERE abs(c.now - c.before) > 3 * sqrt(c.now + c.before)
	ORDER BY c.place;
END
$at$;
COMMENT ON FUNCTION _at_report_differences(_at_report_scope) IS 'internal: what differed from the session before, as lines: what only one of them used, latencies whose medians differ by a fifth and that are not of one distribution (Kolmogorov-Smirnov, p below 0.01), counts that differ by more than three deviations of chance (of Poisson counts)';

CREATE FUNCTION _at_report_decided(scope _at_report_scope, OUT candidates bigint, OUT decisions bigint, OUT trades bigint, OUT approved bigint,
	OUT ordered bigint, OUT filled bigint, OUT stale bigint, OUT oldest_ms float8, OUT oldest_symbol text, OUT oldest_at text)
RETURNS record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	WITH decision AS MATERIALIZED (
		SELECT d.run_id, d.symbol, d.proposed_at, d.candidates, d.approved, d.order_intent_id, d.fills, d.price_age_s
		FROM @extschema@.at_decisions(scope.project, scope.since, scope.until, scope.agent_id, scope.environment::text) d
	), oldest AS (
		SELECT d.* FROM decision d WHERE d.price_age_s > 300 ORDER BY d.price_age_s DESC, d.proposed_at LIMIT 1
	)
	SELECT (SELECT sum(r.n) FROM (SELECT max(d.candidates) AS n FROM decision d GROUP BY d.run_id) r), count(*),
		count(*) FILTER (WHERE d.approved IS NOT NULL OR d.order_intent_id IS NOT NULL OR d.fills > 0),
		count(*) FILTER (WHERE d.approved), count(*) FILTER (WHERE d.order_intent_id IS NOT NULL), count(*) FILTER (WHERE d.fills > 0),
		count(*) FILTER (WHERE d.price_age_s > 300), (SELECT o.price_age_s * 1000 FROM oldest o), (SELECT o.symbol FROM oldest o),
		(SELECT to_char(o.proposed_at AT TIME ZONE scope.tz, 'FMDD Mon HH24:MI') FROM oldest o)
	INTO candidates, decisions, trades, approved, ordered, filled, stale, oldest_ms, oldest_symbol, oldest_at
	FROM decision d;
END
$at$;
COMMENT ON FUNCTION _at_report_decided(_at_report_scope) IS 'internal: how many candidates became decisions, of those how many went to a check or an order, and were approved, ordered, filled; how many were made at a price of more than 300 seconds, and the oldest';

CREATE FUNCTION _at_report_doubts(scope _at_report_scope, OUT lead text, OUT tone text, OUT said text, OUT rest text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT '', 'loss', format('%s fill%s ', @extschema@._at_report_grouped(count(*)::text, false), CASE WHEN count(*) > 1 THEN 's' END),
		concat(i.kind, ': ', left(i.reason, 60), ' (', left(min(i.fill_id), 40), CASE WHEN count(*) > 1 THEN ', ...' END, ')')
	FROM @extschema@.at_trade_issue i
	WHERE i.project = scope.project AND (scope.agent_id IS NULL OR i.agent_id = scope.agent_id) AND i.environment = scope.environment
		AND i.t >= scope.since AND i.t < scope.until
	GROUP BY i.kind, i.reason
	ORDER BY count(*) DESC, i.kind, i.reason;
	RETURN QUERY
	SELECT '', 'loss', concat(@extschema@._at_report_grouped(c.n::text, false), ' ', CASE WHEN c.n = 1 THEN c.one ELSE c.many END), c.rest
	FROM (SELECT v.place, v.one, v.many, v.rest, count(*) AS n
		FROM (SELECT r.flags, r.status, r.silent FROM @extschema@.at_run r
			WHERE r.project = scope.project AND (scope.agent_id IS NULL OR r.agent_id = scope.agent_id) AND r.environment = scope.environment
				AND r.first_at >= scope.since AND r.first_at < scope.until) r,
			LATERAL (VALUES (1, 'run', 'runs', ' did not end', r.status = 'open' AND r.silent > interval '1 hour'),
				(2, 'run', 'runs', ' ended before it started: a clock was wrong', 'clock' = ANY (r.flags)),
				(3, 'run', 'runs', ' ended without a start', 'no_start' = ANY (r.flags)),
				(4, 'run', 'runs', ' ended twice', 'completed_twice' = ANY (r.flags)),
				(5, 'run', 'runs', ' with calls that have no known price', 'unpriced' = ANY (r.flags)))
				v(place, one, many, rest, applies)
		WHERE v.applies
		GROUP BY v.place, v.one, v.many, v.rest) c
	ORDER BY c.place;
END
$at$;
COMMENT ON FUNCTION _at_report_doubts(_at_report_scope) IS 'internal: what of the window is not to be trusted, as lines: fills that make no sense, runs without an end or a start, clocks that were wrong, costs that are not known';

CREATE FUNCTION _at_report_events(scope _at_report_scope, OUT events bigint, OUT hash text, OUT lines bigint,
	OUT rejected bigint, OUT conflicts bigint, OUT version text)
RETURNS record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	batches bigint[];
BEGIN
	version := (SELECT x.extversion FROM pg_extension x WHERE x.extname = 'agent_tracker');
	-- by the day, so that no value gets large
	WITH day AS (
		SELECT count(*) AS n, date_trunc('day', e.occurred_at AT TIME ZONE 'UTC') AS day,
			sha256(string_agg(uuid_send(e.content_hash), '' ORDER BY e.content_hash)) AS hash, array_agg(DISTINCT e.batch_id) AS batches
		FROM @extschema@.at_event e
		WHERE e.project = scope.project AND (scope.agent_id IS NULL OR e.agent_id = scope.agent_id) AND e.environment = scope.environment
			AND e.occurred_at >= scope.since AND e.occurred_at < scope.until
		GROUP BY date_trunc('day', e.occurred_at AT TIME ZONE 'UTC')
	)
	SELECT coalesce(sum(d.n), 0), encode(sha256(string_agg(d.hash, '' ORDER BY d.day)), 'hex'),
		(SELECT array_agg(DISTINCT b.id) FROM day x, unnest(x.batches) b(id))
	INTO events, hash, batches
	FROM day d;
	SELECT sum(b.lines), sum(b.rejected), sum(b.conflicts) INTO lines, rejected, conflicts
	FROM @extschema@.at_ingest_batch b WHERE b.batch_id = ANY (batches);
END
$at$;
COMMENT ON FUNCTION _at_report_events(_at_report_scope) IS 'internal: how many events a report is made of, and a hash of them: SHA-256 over the SHA-256 of each day (UTC), which is over the sorted content hashes; what was refused of the loads that they came in';
