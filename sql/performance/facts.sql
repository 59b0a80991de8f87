-- Facts of performance: for each agent its portfolio snapshots with equity, return, growth and drawdown,
-- the periods of its performance snapshots, and its positions at the close of each session.
--
-- They are computed in order of sessions, each from what the one before left.  What was
-- written since the last at_refresh() makes an agent's facts stale from a session on: the
-- views show the stored facts of the sessions before it, and compute the others from the
-- events.  at_refresh() stores what the views would show.

CREATE TYPE _at_equity_fact AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	session_date date,
	occurred_at timestamptz,
	ingested_at timestamptz,
	batch_id bigint,
	line_no integer,
	equity numeric,
	cash numeric,
	event_id text,
	snapshots bigint,
	equities_rejected bigint,
	opens boolean,
	close boolean,
	at timestamptz,
	base numeric,
	base_session date,
	external_flow numeric,
	previous numeric,
	interval_flow numeric,
	interval_in numeric,
	has_flow boolean,
	unknown_currency boolean,
	invested numeric,
	source text,
	ret float8,
	growth float8,
	high float8,
	close_high float8,
	trading_pnl_amount numeric
);
COMMENT ON TYPE _at_equity_fact IS 'a snapshot of a portfolio as the views of equity show it; the columns of at_equity_fact, where they are explained';

CREATE TYPE _at_performance_fact AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	period_kind text,
	period_start date,
	period_end date,
	flow_adjusted_equity_change numeric,
	trading_pnl_amount numeric,
	pnl numeric,
	return_base numeric,
	trading_pnl_pct numeric,
	raw_equity_change numeric,
	net_pnl_amount numeric,
	fees numeric,
	fees_included boolean,
	benchmark_return_pct numeric,
	compounded_return_pct numeric,
	drawdown_pct numeric,
	max_drawdown_pct numeric,
	ret float8,
	source text,
	snapshots bigint,
	rejected text[],
	occurred_at timestamptz,
	event_id text,
	first_at timestamptz,
	growth float8,
	high float8
);
COMMENT ON TYPE _at_performance_fact IS 'a period of performance snapshots as the views show it; the columns of at_performance_fact, where they are explained';

CREATE TYPE _at_position_fact AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	position_id text,
	symbol text,
	session_date date,
	occurred_at timestamptz,
	ingested_at timestamptz,
	batch_id bigint,
	line_no integer,
	quantity numeric,
	average_price numeric,
	market_price numeric,
	market_value numeric,
	unrealized_pnl numeric,
	realized_pnl numeric,
	multiplier numeric,
	event_id text,
	first_at timestamptz,
	held boolean,
	last_until date,
	next_session date
);
COMMENT ON TYPE _at_position_fact IS 'the last snapshot of a position in a session; the columns of at_position_fact, where they are explained';

CREATE FUNCTION _at_growth_add(growth float8, start float8, ret float8) RETURNS float8
AS 'MODULE_PATHNAME', 'at_growth_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_growth_add(float8, float8, float8) IS 'internal: what one has become after a return (NULL: none), from growth, or from start where that is NULL, or from 1; NaN from a return below -1 on; transition function';

CREATE FUNCTION _at_growth_final(growth float8) RETURNS float8
AS 'MODULE_PATHNAME', 'at_growth_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_growth_final(float8) IS 'internal: growth, NULL where it is not finite; final function';

CREATE AGGREGATE _at_growth(start float8, ret float8) (
	SFUNC = _at_growth_add,
	STYPE = float8,
	FINALFUNC = _at_growth_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE _at_growth(float8, float8) IS 'internal: what one has become along ordered returns, as at_wealth() has it, going on from the growth in start of the first row (NULL: 1)';

CREATE FUNCTION _at_drawdown_of(growth float8, high float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN growth < high * (1::float8 - 1e-12::float8) THEN growth / high - 1::float8 ELSE 0::float8 END;
COMMENT ON FUNCTION _at_drawdown_of(float8, float8) IS 'internal: drawdown below a high, zero or a negative fraction; what is within rounding error of the high is at it';

CREATE FUNCTION _at_session_of(payload jsonb, occurred_at timestamptz) RETURNS date
-- not STRICT, so that it becomes a part of the query
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((payload ->> 'session_date'::text)::date, (occurred_at AT TIME ZONE 'UTC'::text)::date);
COMMENT ON FUNCTION _at_session_of(jsonb, timestamptz) IS 'internal: the session that an event names, else its UTC day';

CREATE FUNCTION _at_flows_of(of_project text, of_agent text, OUT environment at_environment, OUT portfolio_kind text, OUT currency text,
	OUT session_date date, OUT capital_flow_id text, OUT flow_kind text, OUT amount numeric, OUT external boolean,
	OUT occurred_at timestamptz, OUT event_id text, OUT events bigint)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.environment, coalesce(e.payload ->> 'portfolio_kind', ''), e.payload ->> 'currency', (e.payload ->> 'session_date')::date,
		@extschema@.at_known_id(e.payload ->> 'capital_flow_id'), e.payload ->> 'flow_kind',
		@extschema@._at_flow_amount(e.payload ->> 'flow_kind', @extschema@.at_decimal(e.payload -> 'amount')),
		e.payload ->> 'flow_kind' IN ('deposit', 'withdrawal', 'transfer_in', 'transfer_out')
			OR NOT (e.payload ->> 'included_in_trading_pnl')::boolean,
		e.occurred_at, e.event_id::text, e.events
	FROM (SELECT f.environment, f.payload, f.occurred_at, f.event_id,
			row_number() OVER (w ORDER BY f.occurred_at DESC, f.ingested_at DESC, f.batch_id DESC, f.line_no DESC) AS place,
			count(*) OVER w AS events
		FROM @extschema@.at_event f
		WHERE f.project = of_project AND f.agent_id = of_agent AND f.event_type = 'capital.flow.recorded'
		-- a flow whose id is lost is none of the others
		WINDOW w AS (PARTITION BY f.environment, @extschema@.at_known_id(f.payload ->> 'capital_flow_id'),
			CASE WHEN @extschema@.at_known_id(f.payload ->> 'capital_flow_id') IS NULL THEN f.key_digest END)) e
	WHERE e.place = 1;
END
$at$;
COMMENT ON FUNCTION _at_flows_of(text, text) IS 'internal: rows of at_capital_flow of an agent';

CREATE FUNCTION _at_stale_times(project text, agent_id text, OUT stale_at timestamptz, OUT flow_at timestamptz, OUT kept date)
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	other_timing boolean;
BEGIN
	SELECT CASE WHEN bool_or(m.agent_id IS NULL) THEN '-infinity' ELSE min(m.day)::timestamp AT TIME ZONE 'UTC' END INTO stale_at
	FROM @extschema@.at_stale_run m
	WHERE m.project = wanted_project AND (m.agent_id = wanted_agent OR m.agent_id IS NULL);
	SELECT a.kept_until, a.flow_timing <> @extschema@._at_flow_timing() INTO kept, other_timing
	FROM @extschema@.at_performance_agent a
	WHERE a.project = wanted_project AND a.agent_id = wanted_agent;
	IF NOT FOUND THEN
		stale_at := '-infinity';
	END IF;
	flow_at := CASE WHEN other_timing THEN '-infinity' ELSE stale_at END;
	IF flow_at > '-infinity' THEN
		-- a flow that was recorded again is where it was, no more
		SELECT least(flow_at, min(e.occurred_at)) INTO flow_at
		FROM @extschema@.at_event e
		WHERE e.project = wanted_project AND e.agent_id = wanted_agent AND e.event_type = 'capital.flow.recorded'
			AND @extschema@.at_known_id(e.payload ->> 'capital_flow_id') IN (SELECT @extschema@.at_known_id(n.payload ->> 'capital_flow_id')
				FROM @extschema@.at_event n
				WHERE n.project = wanted_project AND n.agent_id = wanted_agent AND n.event_type = 'capital.flow.recorded'
					AND n.occurred_at >= stale_at);
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_stale_times(text, text) IS 'internal: the time from which on events of an agent may not be in its facts of performance, and the same for those of equity, which depend on where flows were before; kept is the last session whose facts stay as they are, because retention dropped events of it; an agent of which nothing is stored is stale from the start';

CREATE FUNCTION _at_equity_since(project text, agent_id text, OUT since date, OUT at timestamptz)
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale_from timestamptz;
	kept date;
BEGIN
	SELECT t.flow_at, t.kept INTO stale_from, kept FROM @extschema@._at_stale_times(wanted_project, wanted_agent) t;
	-- "+ 0": by the index on time, and not in order of sessions
	SELECT least(min(f.session_date + 0), (SELECT min(@extschema@._at_session_of(e.payload, e.occurred_at))
			FROM @extschema@.at_event e
			WHERE e.project = wanted_project AND e.agent_id = wanted_agent AND e.event_type = 'portfolio.snapshot.recorded'
				AND e.occurred_at >= stale_from))
	INTO since
	FROM @extschema@.at_equity_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.occurred_at >= stale_from;
	IF since <= kept THEN
		since := kept + 1;
	END IF;
	SELECT least(stale_from, min(f.occurred_at)) INTO at
	FROM @extschema@.at_equity_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.session_date >= _at_equity_since.since;
END
$at$;
COMMENT ON FUNCTION _at_equity_since(text, text) IS 'internal: from which session on facts of equity of an agent are stale (null: none is), and the time of the first event that those from there on are made of: sessions before have only events that are earlier than what was written since';

CREATE FUNCTION _at_performance_since(project text, agent_id text, OUT since date, OUT at timestamptz)
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale_from timestamptz;
	kept date;
BEGIN
	SELECT t.stale_at, t.kept INTO stale_from, kept FROM @extschema@._at_stale_times(wanted_project, wanted_agent) t;
	-- "+ 0": by the index on time, and not in order of sessions
	SELECT least(min(f.period_end + 0), (SELECT min((e.payload ->> 'period_end')::date)
			FROM @extschema@.at_event e
			WHERE e.project = wanted_project AND e.agent_id = wanted_agent AND e.event_type = 'performance.snapshot.recorded'
				AND e.occurred_at >= stale_from))
	INTO since
	FROM @extschema@.at_performance_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.occurred_at >= stale_from;
	IF since <= kept THEN
		since := kept + 1;
	END IF;
	SELECT least(stale_from, min(f.first_at)) INTO at
	FROM @extschema@.at_performance_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.period_end >= _at_performance_since.since;
END
$at$;
COMMENT ON FUNCTION _at_performance_since(text, text) IS 'internal: from which session on facts of performance snapshots of an agent are stale (null: none is), and the time of the first event that those from there on are made of: sessions before have only events that are earlier than what was written since';

CREATE FUNCTION _at_positions_since(project text, agent_id text, OUT since date, OUT at timestamptz)
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale_from timestamptz;
	kept date;
BEGIN
	SELECT t.stale_at, t.kept INTO stale_from, kept FROM @extschema@._at_stale_times(wanted_project, wanted_agent) t;
	-- "+ 0": by the index on time, and not in order of sessions
	SELECT least(min(f.session_date + 0), (SELECT min(@extschema@._at_session_of(e.payload, e.occurred_at))
			FROM @extschema@.at_event e
			WHERE e.project = wanted_project AND e.agent_id = wanted_agent AND e.event_type = 'position.snapshot.recorded'
				AND e.occurred_at >= stale_from))
	INTO since
	FROM @extschema@.at_position_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.occurred_at >= stale_from;
	IF since <= kept THEN
		since := kept + 1;
	END IF;
	SELECT least(stale_from, min(f.first_at)) INTO at
	FROM @extschema@.at_position_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.session_date >= _at_positions_since.since;
END
$at$;
COMMENT ON FUNCTION _at_positions_since(text, text) IS 'internal: from which session on facts of positions of an agent are stale (null: none is), and the time of the first event that those from there on are made of: sessions before have only events that are earlier than what was written since';

CREATE FUNCTION _at_fresh_equity(project text, agent_id text, since date, at timestamptz) RETURNS SETOF _at_equity_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	first_session ALIAS FOR since;
	first_time ALIAS FOR at;
BEGIN
	RETURN QUERY
	WITH snapshot AS (
		SELECT s.* FROM @extschema@.at_portfolio_snapshot s
		WHERE s.project = wanted_project AND s.agent_id = wanted_agent AND s.occurred_at >= first_time
			AND s.session_date >= first_session
	), start AS (
		SELECT DISTINCT ON (f.environment, f.portfolio_kind, f.currency) f.*
		FROM @extschema@.at_equity_fact f
		WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.session_date < first_session AND f.close
		ORDER BY f.environment, f.portfolio_kind, f.currency, f.session_date DESC
	), interval AS (
		-- Snapshots and flows in one stream, by windows and not by joins: there is
		-- no telling how many rows come out of events, and a wrong guess would read
		-- them again for each row.  What came and went is summed up to each snapshot,
		-- so that an interval's flows are the difference of two sums.
		SELECT i.project, i.agent_id, i.environment, i.portfolio_kind, i.currency, i.session_date, i.occurred_at,
			i.ingested_at, i.batch_id, i.line_no, i.equity, i.cash, i.event_id, i.snapshots, i.equities_rejected, i.trading_pnl_amount,
			i.opens, i.close, i.at, i.base, i.base_session, i.flow AS external_flow, i.previous, i.interval_flow,
			i.interval_in, i.start_growth, i.start_high, i.start_close_high, i.interval_flow <> 0 OR i.interval_in <> 0 AS has_flow,
			-- of numbers of one kind the square of the sum is their number times the sum of squares
			i.currency IS NULL AND i.external_capital_flow IS NULL AND (i.flows - i.flows_before) * (i.squares - i.squares_before)
				<> (i.numbers - i.numbers_before) ^ 2 AS unknown_currency,
			CASE @extschema@._at_flow_timing() WHEN 'start' THEN i.interval_flow WHEN 'time' THEN i.interval_weighted
				WHEN 'whole' THEN i.interval_in ELSE 0 END AS invested
		FROM (SELECT d.*, d.flow - d.flow_before AS interval_flow,
				-- a snapshot's own number has no time, and comes in or goes out as a whole
				CASE WHEN d.by_events THEN d.came - d.came_before ELSE greatest(d.flow - d.flow_before, 0) END AS interval_in,
				CASE WHEN d.by_events THEN round(((d.came_and_went - d.went_before) * d.seconds - (d.moment - d.moment_before))
					/ nullif(d.seconds - d.seconds_before, 0), 12) ELSE 0 END AS interval_weighted
			FROM (SELECT f.*, CASE WHEN f.opens THEN 0 ELSE lag(f.flow, 1, 0::numeric) OVER chain END AS flow_before,
					f.external_capital_flow IS NULL AND (f.opens OR lag(f.external_capital_flow) OVER chain IS NULL) AS by_events
				FROM (SELECT b.*, coalesce(b.external_capital_flow, b.came_and_went - b.went_at_base, 0) AS flow
					FROM (SELECT c.*,
							-- the first snapshot of all is where its session begins
							coalesce(max(CASE WHEN c.opens THEN c.previous END) OVER session, first_value(c.equity) OVER chain) AS base,
							max(CASE WHEN c.opens THEN c.previous_session END) OVER session AS base_session,
							max(CASE WHEN c.opens THEN coalesce(c.went_before, c.came_and_went) END) OVER session AS went_at_base
						FROM (SELECT w.*, lag(w.session_date) OVER chain IS DISTINCT FROM w.session_date AS opens,
								lead(w.session_date) OVER chain IS DISTINCT FROM w.session_date AS close,
								lag(w.session_date) OVER chain AS previous_session, lag(w.equity) OVER chain AS previous,
								lag(w.came_and_went) OVER chain AS went_before, lag(w.came) OVER chain AS came_before,
								lag(w.moment) OVER chain AS moment_before, lag(w.seconds) OVER chain AS seconds_before,
								lag(w.flows) OVER chain AS flows_before, lag(w.numbers) OVER chain AS numbers_before,
								lag(w.squares) OVER chain AS squares_before
							FROM (SELECT u.*, coalesce(sum(u.amount) FILTER (WHERE u.portfolio_kind <> '') OVER named, 0)
										+ coalesce(sum(u.amount) FILTER (WHERE u.portfolio_kind = '') OVER unnamed, 0) AS came_and_went,
									coalesce(sum(greatest(u.amount, 0)) FILTER (WHERE u.portfolio_kind <> '') OVER named, 0)
										+ coalesce(sum(greatest(u.amount, 0)) FILTER (WHERE u.portfolio_kind = '') OVER unnamed, 0) AS came,
									coalesce(sum(u.amount * u.seconds) FILTER (WHERE u.portfolio_kind <> '') OVER named, 0)
										+ coalesce(sum(u.amount * u.seconds) FILTER (WHERE u.portfolio_kind = '') OVER unnamed, 0) AS moment,
									count(u.amount) FILTER (WHERE u.portfolio_kind <> '') OVER named
										+ count(u.amount) FILTER (WHERE u.portfolio_kind = '') OVER unnamed AS flows,
									coalesce(sum(u.number) FILTER (WHERE u.portfolio_kind <> '') OVER named, 0)
										+ coalesce(sum(u.number) FILTER (WHERE u.portfolio_kind = '') OVER unnamed, 0) AS numbers,
									coalesce(sum(u.number * u.number) FILTER (WHERE u.portfolio_kind <> '') OVER named, 0)
										+ coalesce(sum(u.number * u.number) FILTER (WHERE u.portfolio_kind = '') OVER unnamed, 0) AS squares
								FROM (SELECT v.*, extract(epoch FROM v.at) AS seconds,
										-- an account without a currency takes flows of any, as long as it is one
										CASE WHEN v.for_any THEN '' ELSE coalesce(v.currency, '') END AS flow_currency
										FROM (SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.session_date,
												t.occurred_at, t.ingested_at, t.batch_id, t.line_no, t.equity, t.cash, t.external_capital_flow,
												t.event_id, t.snapshots, t.equities_rejected, t.trading_pnl_amount,
												NULL::numeric AS amount, NULL::integer AS number, false AS for_any,
												NULL::float8 AS start_growth, NULL::float8 AS start_high, NULL::float8 AS start_close_high,
												-- a close that is reported again after a later session began is no later for it
												CASE WHEN t.occurred_at < t.later_session OR t.later_session IS NULL THEN t.occurred_at
													ELSE coalesce(max(t.occurred_at) FILTER (WHERE t.occurred_at < t.later_session) OVER session,
														t.later_session) END AS at
											FROM (SELECT p.*, count(*) OVER session AS snapshots,
													count(*) FILTER (WHERE p.equity_rejected) OVER session AS equities_rejected,
													min(p.occurred_at) FILTER (WHERE p.equity IS NOT NULL) OVER (PARTITION BY p.project, p.agent_id,
														p.environment, p.portfolio_kind, p.currency ORDER BY p.session_date DESC
														GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS later_session
												FROM snapshot p
												WINDOW session AS (PARTITION BY p.project, p.agent_id, p.environment, p.portfolio_kind,
													p.currency, p.session_date)) t
											WHERE t.equity IS NOT NULL
											WINDOW session AS (PARTITION BY t.project, t.agent_id, t.environment, t.portfolio_kind,
												t.currency, t.session_date)
											UNION ALL
											-- the last close before, with what has run up to it
											SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency, s.session_date, s.occurred_at,
												s.ingested_at, s.batch_id, s.line_no, s.equity, s.cash, NULL, s.event_id, s.snapshots,
												s.equities_rejected, NULL,
												NULL, NULL, false, coalesce(s.growth, 'NaN'), s.high, s.close_high, s.at
											FROM start s
											UNION ALL
											SELECT a.project, a.agent_id, a.environment, a.portfolio_kind, a.currency, a.session_date,
												a.occurred_at, NULL, NULL, NULL, NULL, NULL, NULL, a.event_id, NULL, NULL, NULL,
												a.amount, a.number, y.for_any, NULL, NULL, NULL, a.occurred_at
											FROM (SELECT o.*, dense_rank() OVER (PARTITION BY o.project, o.agent_id, o.environment
													ORDER BY o.currency)::integer AS number
												FROM (SELECT wanted_project AS project, wanted_agent AS agent_id, w.*
													FROM @extschema@._at_flows_of(wanted_project, wanted_agent) w) o
												WHERE o.external AND o.amount IS NOT NULL) a,
												(VALUES (false), (true)) y(for_any)) v) u
								-- up to and with a time: what comes at the time of a snapshot is in it
								WINDOW named AS (PARTITION BY u.project, u.agent_id, u.environment, u.flow_currency, u.portfolio_kind
										ORDER BY u.at),
									unnamed AS (PARTITION BY u.project, u.agent_id, u.environment, u.flow_currency ORDER BY u.at)) w
							WHERE w.amount IS NULL
							WINDOW chain AS (PARTITION BY w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency
								ORDER BY w.session_date, w.at, w.occurred_at, w.ingested_at, w.batch_id, w.line_no)) c
						WINDOW session AS (PARTITION BY c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency, c.session_date),
							chain AS (PARTITION BY c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency
								ORDER BY c.session_date, c.at, c.occurred_at, c.ingested_at, c.batch_id, c.line_no)) b) f
				WINDOW chain AS (PARTITION BY f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency
					ORDER BY f.session_date, f.at, f.occurred_at, f.ingested_at, f.batch_id, f.line_no)) d) i
	)
	SELECT g.project, g.agent_id, g.environment, g.portfolio_kind, g.currency, g.session_date, g.occurred_at, g.ingested_at,
		g.batch_id, g.line_no, g.equity, g.cash, g.event_id, g.snapshots, g.equities_rejected, g.opens, g.close, g.at, g.base,
		g.base_session, g.external_flow, g.previous, g.interval_flow, g.interval_in, g.has_flow, g.unknown_currency,
		g.invested, g.source, g.shown_ret, g.growth, g.high, g.close_high, g.trading_pnl_amount
	FROM (SELECT h.*, greatest(1, max(greatest(h.growth, h.start_high)) OVER chain) AS high,
			-- null until there is a return
			max(greatest(1, h.wealth, h.start_close_high)) FILTER (WHERE h.close AND h.shown_ret IS NOT NULL
				OR h.start_close_high IS NOT NULL) OVER chain AS close_high
		FROM (SELECT w.*, CASE WHEN w.close THEN w.wealth ELSE w.wealth * (1 + coalesce(w.shown_ret, 0)) END AS growth
			FROM (SELECT r.*, @extschema@._at_growth(r.start_growth, CASE WHEN r.close THEN r.shown_ret END) OVER chain AS wealth
				FROM (SELECT n.*, CASE WHEN n.is_first THEN 'first' WHEN n.unclear THEN 'currencies' WHEN n.ret IS NULL THEN 'base'
							WHEN n.base_session IS NULL THEN 'first_session' ELSE 'equity' END AS source,
						CASE WHEN NOT n.unclear AND NOT n.is_first THEN n.ret END AS shown_ret
					FROM (SELECT x.*, CASE
							-- one quotient, where one will do
							WHEN x.flows = 0 THEN x.run_ret WHEN x.flows = 1 AND x.opens AND x.flowed THEN x.interval_ret
							WHEN x.broken THEN NULL
							ELSE @extschema@.at_wealth(x.step_ret) OVER session * (1 + x.run_ret) - 1 END AS ret
						FROM (SELECT y.*, bool_or(y.flowed AND y.step_ret IS NULL) OVER session AS broken,
								bool_or(y.currency_unclear) OVER session AS unclear
							FROM (SELECT z.*, CASE WHEN z.flowed THEN (1 + CASE WHEN z.opens THEN 0 ELSE lag(z.run_ret) OVER chain END)
									* (1 + z.interval_ret) - 1 END AS step_ret
								FROM (SELECT k.*, @extschema@.at_period_return(CASE WHEN k.flows = 0 THEN k.base
										ELSE first_value(k.equity) OVER (PARTITION BY k.environment,
											k.portfolio_kind, k.currency, k.session_date, k.flows ORDER BY k.place) END, k.equity) AS run_ret
									FROM (SELECT j.*, j.previous IS NULL AS is_first, j.has_flow AND j.previous IS NOT NULL AS flowed,
											j.unknown_currency AND j.previous IS NOT NULL AS currency_unclear,
											@extschema@.at_period_return(j.previous + j.invested,
												j.equity - j.interval_flow + j.invested) AS interval_ret,
											row_number() OVER chain AS place,
											count(*) FILTER (WHERE j.has_flow AND j.previous IS NOT NULL) OVER session AS flows
										FROM interval j
										WINDOW chain AS (PARTITION BY j.environment, j.portfolio_kind, j.currency
												ORDER BY j.session_date, j.at, j.occurred_at, j.ingested_at, j.batch_id, j.line_no),
											session AS (PARTITION BY j.environment, j.portfolio_kind, j.currency,
												j.session_date ORDER BY j.at, j.occurred_at, j.ingested_at, j.batch_id, j.line_no)) k) z
								WINDOW chain AS (PARTITION BY z.environment, z.portfolio_kind, z.currency ORDER BY z.session_date, z.place)) y
							WINDOW session AS (PARTITION BY y.environment, y.portfolio_kind, y.currency, y.session_date ORDER BY y.place)) x
						WINDOW session AS (PARTITION BY x.environment, x.portfolio_kind, x.currency, x.session_date ORDER BY x.place)) n) r
				WINDOW chain AS (PARTITION BY r.environment, r.portfolio_kind, r.currency ORDER BY r.session_date, r.place)) w) h
		WINDOW chain AS (PARTITION BY h.environment, h.portfolio_kind, h.currency ORDER BY h.session_date, h.place)) g
	WHERE g.session_date >= first_session
	UNION ALL
	-- one without equity is no part of the chain, and counts in its session
	SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency, s.session_date, s.occurred_at, s.ingested_at,
		s.batch_id, s.line_no, NULL, s.cash, s.event_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL, s.trading_pnl_amount
	FROM snapshot s WHERE s.equity IS NULL;
END
$at$;
COMMENT ON FUNCTION _at_fresh_equity(text, text, date, timestamptz) IS 'internal: facts of the portfolio snapshots of an agent in sessions from since on, whose events are not before at; from the events, and from what the stored facts say of the last close before';

CREATE FUNCTION _at_fresh_performance(project text, agent_id text, since date, at timestamptz) RETURNS SETOF _at_performance_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	first_session ALIAS FOR since;
	first_time ALIAS FOR at;
BEGIN
	RETURN QUERY
	WITH period AS (
		SELECT s.project, s.agent_id, s.environment, coalesce(s.payload ->> 'portfolio_kind', '') AS portfolio_kind,
			s.payload ->> 'currency' AS currency, @extschema@._at_period_kind(s.payload ->> 'period_kind') AS period_kind,
			(s.payload ->> 'period_start')::date AS period_start, (s.payload ->> 'period_end')::date AS period_end,
			n.flow_adjusted_equity_change, n.trading_pnl_amount,
			coalesce(n.flow_adjusted_equity_change, n.trading_pnl_amount) AS pnl, n.return_base, n.trading_pnl_pct,
			n.raw_equity_change, @extschema@.at_decimal(s.payload -> 'net_pnl_amount') AS net_pnl_amount,
			@extschema@.at_decimal(s.payload -> 'fees') AS fees, s.payload -> 'fees_included' = 'true' AS fees_included,
			@extschema@.at_decimal(s.payload -> 'benchmark_return_pct') AS benchmark_return_pct,
			@extschema@.at_decimal(s.payload -> 'compounded_return_pct') AS compounded_return_pct,
			@extschema@.at_decimal(s.payload -> 'drawdown_pct') AS drawdown_pct,
			@extschema@.at_decimal(s.payload -> 'max_drawdown_pct') AS max_drawdown_pct,
			CASE WHEN n.return_base > 0 AND coalesce(n.flow_adjusted_equity_change, n.trading_pnl_amount) IS NOT NULL
				THEN @extschema@.at_period_return(n.return_base,
					n.return_base + coalesce(n.flow_adjusted_equity_change, n.trading_pnl_amount))
				ELSE @extschema@.at_period_return(1, 1 + 0.01 * n.trading_pnl_pct) END AS ret,
			CASE WHEN n.return_base > 0 AND n.flow_adjusted_equity_change IS NOT NULL THEN 'flow_adjusted_equity_change'
				WHEN n.return_base > 0 AND n.trading_pnl_amount IS NOT NULL THEN 'trading_pnl_amount'
				WHEN n.trading_pnl_pct IS NOT NULL THEN 'trading_pnl_pct' END AS source, s.snapshots,
			array_remove(ARRAY[
				CASE WHEN s.payload -> 'flow_adjusted_equity_change' <> 'null' AND n.flow_adjusted_equity_change IS NULL THEN 'flow_adjusted_equity_change' END,
				CASE WHEN s.payload -> 'trading_pnl_amount' <> 'null' AND n.trading_pnl_amount IS NULL THEN 'trading_pnl_amount' END,
				CASE WHEN s.payload -> 'return_base' <> 'null' AND n.return_base IS NULL THEN 'return_base' END,
				CASE WHEN s.payload -> 'trading_pnl_pct' <> 'null' AND n.trading_pnl_pct IS NULL THEN 'trading_pnl_pct' END], NULL) AS rejected,
			s.occurred_at, s.event_id::text AS event_id, s.first_at
		FROM (SELECT e.project, e.agent_id, e.environment, e.payload, e.occurred_at, e.event_id,
				row_number() OVER (w ORDER BY e.occurred_at DESC, e.ingested_at DESC, e.batch_id DESC, e.line_no DESC) AS place,
				count(*) OVER w AS snapshots, min(e.occurred_at) OVER w AS first_at
			FROM @extschema@.at_event e
			WHERE e.project = wanted_project AND e.agent_id = wanted_agent AND e.event_type = 'performance.snapshot.recorded'
				AND e.occurred_at >= first_time AND (e.payload ->> 'period_end')::date >= first_session
			-- of one portfolio and currency: another's is another period
			WINDOW w AS (PARTITION BY e.project, e.agent_id, e.environment, coalesce(e.payload ->> 'portfolio_kind', ''),
				e.payload ->> 'currency', @extschema@._at_period_kind(e.payload ->> 'period_kind'),
				e.payload ->> 'period_start', e.payload ->> 'period_end')) s,
			LATERAL (SELECT @extschema@.at_decimal(s.payload -> 'flow_adjusted_equity_change') AS flow_adjusted_equity_change,
				@extschema@.at_decimal(s.payload -> 'trading_pnl_amount') AS trading_pnl_amount,
				@extschema@.at_decimal(s.payload -> 'return_base') AS return_base,
				@extschema@.at_decimal(s.payload -> 'trading_pnl_pct') AS trading_pnl_pct,
				@extschema@.at_decimal(s.payload -> 'raw_equity_change') AS raw_equity_change OFFSET 0) n
		WHERE s.place = 1
	), start AS (
		SELECT DISTINCT ON (f.environment, f.portfolio_kind, f.currency, f.period_kind) f.*
		FROM @extschema@.at_performance_fact f
		WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.period_end < first_session
		ORDER BY f.environment, f.portfolio_kind, f.currency, f.period_kind, f.period_end DESC, f.period_start DESC
	)
	SELECT g.project, g.agent_id, g.environment, g.portfolio_kind, g.currency, g.period_kind, g.period_start, g.period_end,
		g.flow_adjusted_equity_change, g.trading_pnl_amount, g.pnl, g.return_base, g.trading_pnl_pct, g.raw_equity_change,
		g.net_pnl_amount, g.fees, g.fees_included, g.benchmark_return_pct, g.compounded_return_pct, g.drawdown_pct,
		g.max_drawdown_pct, g.ret, g.source, g.snapshots, g.rejected, g.occurred_at, g.event_id, g.first_at, g.growth,
		-- null until there is a return
		max(greatest(1, g.growth, g.start_high)) FILTER (WHERE g.ret IS NOT NULL OR g.start_high IS NOT NULL)
			OVER (PARTITION BY g.environment, g.portfolio_kind, g.currency,
			g.period_kind ORDER BY g.period_end, g.period_start)
	FROM (SELECT p.*, s.high AS start_high, @extschema@._at_growth(CASE WHEN s.agent_id IS NOT NULL THEN coalesce(s.growth, 'NaN') END, p.ret) OVER (
				PARTITION BY p.environment, p.portfolio_kind, p.currency, p.period_kind ORDER BY p.period_end, p.period_start) AS growth
		FROM period p
			LEFT JOIN start s ON s.environment = p.environment AND s.portfolio_kind = p.portfolio_kind
				AND coalesce(s.currency, '') = coalesce(p.currency, '') AND (s.currency IS NULL) = (p.currency IS NULL)
				AND s.period_kind = p.period_kind) g;
END
$at$;
COMMENT ON FUNCTION _at_fresh_performance(text, text, date, timestamptz) IS 'internal: facts of the periods of an agent that end in sessions from since on, whose events are not before at; from the events, and from what the stored facts say of the last period before';

CREATE FUNCTION _at_fresh_positions(project text, agent_id text, since date, at timestamptz) RETURNS SETOF _at_position_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan -- planning all partitions takes longer than running it
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	first_session ALIAS FOR since;
	first_time ALIAS FOR at;
BEGIN
	RETURN QUERY
	SELECT w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.position_id, w.symbol, w.session_date, w.occurred_at,
		w.ingested_at, w.batch_id, w.line_no, w.quantity, @extschema@.at_decimal(w.payload -> 'average_price'),
		@extschema@.at_decimal(w.payload -> 'market_price'), @extschema@.at_decimal(w.payload -> 'market_value'),
		@extschema@.at_decimal(w.payload -> 'unrealized_pnl'), @extschema@.at_decimal(w.payload -> 'realized_pnl'),
		@extschema@._at_multiplier(w.payload), w.event_id, w.first_at, w.held,
		NULL::date, NULL::date
	FROM (SELECT v.*, row_number() OVER (session ORDER BY v.occurred_at DESC, v.ingested_at DESC, v.batch_id DESC, v.line_no DESC) AS place,
			min(v.occurred_at) OVER session AS first_at, coalesce(bool_or(v.quantity <> 0) OVER session, false) AS held
		FROM (SELECT e.project, e.agent_id, e.environment, coalesce(e.payload ->> 'portfolio_kind', '') AS portfolio_kind,
				e.payload ->> 'currency' AS currency, @extschema@.at_known_id(e.payload ->> 'position_id') AS position_id,
				@extschema@.at_known_id(e.payload ->> 'symbol') AS symbol, @extschema@._at_session_of(e.payload, e.occurred_at) AS session_date,
				e.occurred_at, e.ingested_at, e.batch_id, e.line_no, @extschema@.at_decimal(e.payload -> 'quantity') AS quantity,
				e.event_id::text AS event_id, e.payload
			FROM @extschema@.at_event e
			WHERE e.project = wanted_project AND e.agent_id = wanted_agent AND e.event_type = 'position.snapshot.recorded'
				AND e.occurred_at >= first_time) v
		WHERE v.session_date >= first_session
		-- a position is its symbol where its id is lost
		WINDOW session AS (PARTITION BY v.environment, v.portfolio_kind, v.position_id,
			CASE WHEN v.position_id IS NULL THEN v.symbol END, v.currency, v.session_date)) w
	WHERE w.place = 1;
END
$at$;
COMMENT ON FUNCTION _at_fresh_positions(text, text, date, timestamptz) IS 'internal: the last snapshot of each position of an agent in each session from since on, of events that are not before at';

CREATE FUNCTION _at_equity_of(project text, agent_id text) RETURNS SETOF _at_equity_fact
-- few rows, so that it is not taken for a query that is worth compiling
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale record;
BEGIN
	SELECT * INTO stale FROM @extschema@._at_equity_since(wanted_project, wanted_agent);
	RETURN QUERY SELECT f.* FROM @extschema@.at_equity_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND (stale.since IS NULL OR f.session_date < stale.since);
	IF stale.since IS NOT NULL THEN
		RETURN QUERY SELECT f.* FROM @extschema@._at_fresh_equity(wanted_project, wanted_agent, stale.since, stale.at) f;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_equity_of(text, text) IS 'internal: facts of equity of an agent: those that are stored and not stale, and the others from the events';

CREATE FUNCTION _at_equity_ends_of(project text, agent_id text) RETURNS SETOF _at_equity_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale record;
BEGIN
	SELECT * INTO stale FROM @extschema@._at_equity_since(wanted_project, wanted_agent);
	RETURN QUERY SELECT f.* FROM @extschema@.at_equity_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.session_date < coalesce(stale.since, 'infinity')
		AND (f.opens OR f.close);
	IF stale.since IS NOT NULL THEN
		RETURN QUERY SELECT f.* FROM @extschema@._at_fresh_equity(wanted_project, wanted_agent, stale.since, stale.at) f
		WHERE f.opens OR f.close;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_equity_ends_of(text, text) IS 'internal: the same, only the first and the last of each session';

CREATE FUNCTION _at_performance_of(project text, agent_id text) RETURNS SETOF _at_performance_fact
-- few rows, so that it is not taken for a query that is worth compiling
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale record;
BEGIN
	SELECT * INTO stale FROM @extschema@._at_performance_since(wanted_project, wanted_agent);
	RETURN QUERY SELECT f.* FROM @extschema@.at_performance_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND (stale.since IS NULL OR f.period_end < stale.since);
	IF stale.since IS NOT NULL THEN
		RETURN QUERY SELECT f.* FROM @extschema@._at_fresh_performance(wanted_project, wanted_agent, stale.since, stale.at) f;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_performance_of(text, text) IS 'internal: facts of performance snapshots of an agent: those that are stored and not stale, and the others from the events';

CREATE FUNCTION _at_last_positions_of(project text, agent_id text) RETURNS SETOF _at_position_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	stale record;
BEGIN
	SELECT * INTO stale FROM @extschema@._at_positions_since(wanted_project, wanted_agent);
	stale.since := coalesce(stale.since, 'infinity');
	RETURN QUERY
	WITH last AS (
		SELECT f.* FROM @extschema@.at_position_fact f
		WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.session_date < stale.since
			AND greatest(coalesce(f.last_until, 'infinity'), coalesce(f.next_session, 'infinity')) >= stale.since
	), fresh AS (
		SELECT f.* FROM @extschema@._at_fresh_positions(wanted_project, wanted_agent, stale.since, stale.at) f
		WHERE stale.since < 'infinity'
	)
	SELECT w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.position_id, w.symbol, w.session_date, w.occurred_at,
		w.ingested_at, w.batch_id, w.line_no, w.quantity, w.average_price, w.market_price, w.market_value, w.unrealized_pnl,
		w.realized_pnl, w.multiplier, w.event_id, w.first_at, w.held,
		CASE WHEN w.last_until < stale.since THEN w.last_until
			-- of one that comes late for its session the later ones may be of sessions before
			WHEN w.later IS NOT NULL THEN greatest(w.later, w.session_date) END,
		CASE WHEN w.next_session < stale.since THEN w.next_session ELSE w.following END
	FROM (SELECT x.*, lead(x.session_date) OVER (PARTITION BY x.environment, x.portfolio_kind, x.position_id,
				CASE WHEN x.position_id IS NULL THEN x.symbol END, x.currency ORDER BY x.session_date) AS following,
			min(x.session_date) OVER (PARTITION BY x.environment, x.portfolio_kind, x.position_id,
				CASE WHEN x.position_id IS NULL THEN x.symbol END, x.currency
				ORDER BY x.occurred_at DESC, x.ingested_at DESC, x.batch_id DESC, x.line_no DESC
				ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS later
		FROM (SELECT * FROM last UNION ALL SELECT * FROM fresh) x) w;
END
$at$;
COMMENT ON FUNCTION _at_last_positions_of(text, text) IS 'internal: facts of positions of an agent: the last of each position before its facts are stale, and those of the sessions that are, from the events';

CREATE FUNCTION _at_positions_of(project text, agent_id text) RETURNS SETOF _at_position_fact
-- few rows, so that it is not taken for a query that is worth compiling
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	first_stale date;
BEGIN
	SELECT coalesce(s.since, 'infinity') INTO first_stale FROM @extschema@._at_positions_since(wanted_project, wanted_agent) s;
	RETURN QUERY SELECT f.* FROM @extschema@.at_position_fact f
	WHERE f.project = wanted_project AND f.agent_id = wanted_agent AND f.last_until < first_stale AND f.next_session < first_stale;
	RETURN QUERY SELECT f.* FROM @extschema@._at_last_positions_of(wanted_project, wanted_agent) f;
END
$at$;
COMMENT ON FUNCTION _at_positions_of(text, text) IS 'internal: facts of positions of an agent: those that are stored and not stale, and the others from the events';

CREATE FUNCTION _at_write_performance() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
DECLARE
	agent record;
	stale record;
BEGIN
	FOR agent IN SELECT s.* FROM @extschema@.at_stale_agent s LOOP
		SELECT * INTO stale FROM @extschema@._at_equity_since(agent.project, agent.agent_id);
		DELETE FROM @extschema@.at_equity_fact f
		WHERE f.project = agent.project AND f.agent_id = agent.agent_id AND f.session_date >= stale.since;
		INSERT INTO @extschema@.at_equity_fact
		SELECT f.* FROM @extschema@._at_fresh_equity(agent.project, agent.agent_id, stale.since, stale.at) f
		ORDER BY f.session_date, f.at, f.occurred_at;

		SELECT * INTO stale FROM @extschema@._at_performance_since(agent.project, agent.agent_id);
		DELETE FROM @extschema@.at_performance_fact f
		WHERE f.project = agent.project AND f.agent_id = agent.agent_id AND f.period_end >= stale.since;
		INSERT INTO @extschema@.at_performance_fact
		SELECT f.* FROM @extschema@._at_fresh_performance(agent.project, agent.agent_id, stale.since, stale.at) f;

		SELECT * INTO stale FROM @extschema@._at_positions_since(agent.project, agent.agent_id);
		-- the last of each position before goes on to other sessions
		WITH known AS (
			SELECT f.* FROM @extschema@._at_last_positions_of(agent.project, agent.agent_id) f
		), old AS (
			DELETE FROM @extschema@.at_position_fact f
			WHERE f.project = agent.project AND f.agent_id = agent.agent_id
				AND greatest(coalesce(f.last_until, 'infinity'), coalesce(f.next_session, 'infinity')) >= stale.since
		)
		INSERT INTO @extschema@.at_position_fact SELECT k.* FROM known k WHERE stale.since IS NOT NULL;

		INSERT INTO @extschema@.at_performance_agent (project, agent_id, flow_timing, settings, refreshed_at, is_current)
		VALUES (agent.project, agent.agent_id, @extschema@._at_flow_timing(), @extschema@._at_performance_settings(), now(), false)
		ON CONFLICT (project, agent_id) DO UPDATE
		SET (flow_timing, settings, refreshed_at, is_current)
			= (excluded.flow_timing, excluded.settings, excluded.refreshed_at, excluded.is_current);
	END LOOP;
END
$at$;
COMMENT ON FUNCTION _at_write_performance() IS 'internal: computes the stale facts of performance again, for at_refresh(), as the store''s owner, who has the lock of refreshes';

CREATE FUNCTION _at_write_kept_performance(since timestamptz, until timestamptz) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	UPDATE @extschema@.at_performance_agent a
	SET kept_until = greatest(a.kept_until, x.session_date)
	FROM (SELECT f.project, f.agent_id, max(f.session_date) AS session_date
		FROM (SELECT q.project, q.agent_id, q.session_date FROM @extschema@.at_equity_fact q WHERE q.occurred_at < until
			-- and the first session behind them, which flows go into that are dropped
			UNION ALL SELECT q.project, q.agent_id, min(q.session_date) FROM @extschema@.at_equity_fact q
				WHERE q.occurred_at >= until AND q.close
				GROUP BY q.project, q.agent_id, q.environment, q.portfolio_kind, q.currency
			UNION ALL SELECT p.project, p.agent_id, p.period_end FROM @extschema@.at_performance_fact p WHERE p.first_at < until
			UNION ALL SELECT p.project, p.agent_id, p.session_date FROM @extschema@.at_position_fact p WHERE p.first_at < until) f
		GROUP BY f.project, f.agent_id) x
	WHERE x.project = a.project AND x.agent_id = a.agent_id;
END
$at$;
COMMENT ON FUNCTION _at_write_kept_performance(timestamptz, timestamptz) IS 'internal: of sessions with events before this time, which retention is about to drop, and of the session after them, the facts of performance stay as they are; for _at_keep_facts(), as the store''s owner';

CREATE FUNCTION _at_create_store_performance_facts() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	item record;
BEGIN
	CREATE TABLE @extschema@.at_performance_agent (
		project text NOT NULL,
		agent_id text NOT NULL,
		flow_timing text NOT NULL,
		settings text NOT NULL,
		refreshed_at timestamptz NOT NULL,
		is_current boolean NOT NULL,
		kept_until date,
		PRIMARY KEY (project, agent_id)
	);
	COMMENT ON TABLE @extschema@.at_performance_agent IS 'agent_tracker: agents whose facts of performance are stored';

	CREATE TABLE @extschema@.at_equity_fact (LIKE @extschema@._at_equity_fact);
	COMMENT ON TABLE @extschema@.at_equity_fact IS 'agent_tracker: portfolio snapshots with their equity, return and growth, brought up to date by at_refresh(); one without equity has its session and time only';
	CREATE INDEX at_equity_fact_session ON @extschema@.at_equity_fact (project, agent_id, session_date);
	-- sessions, and not each snapshot
	CREATE INDEX at_equity_fact_ends ON @extschema@.at_equity_fact (project, agent_id, session_date) WHERE opens OR close;
	CREATE INDEX at_equity_fact_time ON @extschema@.at_equity_fact (project, agent_id, occurred_at);

	CREATE TABLE @extschema@.at_performance_fact (LIKE @extschema@._at_performance_fact);
	COMMENT ON TABLE @extschema@.at_performance_fact IS 'agent_tracker: periods of performance snapshots, brought up to date by at_refresh()';
	CREATE INDEX at_performance_fact_period ON @extschema@.at_performance_fact (project, agent_id, period_end);

	CREATE TABLE @extschema@.at_position_fact (LIKE @extschema@._at_position_fact);
	COMMENT ON TABLE @extschema@.at_position_fact IS 'agent_tracker: the last snapshot of each position in each session, brought up to date by at_refresh()';
	CREATE INDEX at_position_fact_session ON @extschema@.at_position_fact (project, agent_id, session_date);
	-- the last of each position before a session, by time or in order of sessions
	CREATE INDEX at_position_fact_last ON @extschema@.at_position_fact (project,
		(greatest(coalesce(last_until, 'infinity'), coalesce(next_session, 'infinity'))), agent_id);
	CREATE INDEX at_position_fact_unnamed ON @extschema@.at_position_fact (project) WHERE currency IS NULL;

	CREATE OR REPLACE VIEW @extschema@.at_stale_agent WITH (security_invoker = on) AS
		SELECT m.project, m.agent_id FROM @extschema@.at_stale_run m WHERE m.agent_id IS NOT NULL
		UNION
		SELECT a.project, a.agent_id FROM @extschema@.at_performance_agent a
		WHERE a.flow_timing <> @extschema@._at_flow_timing()
			OR EXISTS (SELECT FROM @extschema@.at_stale_run m WHERE m.project = a.project AND m.agent_id IS NULL);
	COMMENT ON VIEW @extschema@.at_stale_agent IS 'agent_tracker: agents of which something was written since the last at_refresh(), or whose facts of performance were stored under another agent_tracker.flow_timing';

	CREATE OR REPLACE VIEW @extschema@.at_any_agent WITH (security_invoker = on) AS
		SELECT a.project, a.agent_id FROM @extschema@.at_performance_agent a
		UNION
		SELECT m.project, m.agent_id FROM @extschema@.at_stale_run m WHERE m.agent_id IS NOT NULL;
	COMMENT ON VIEW @extschema@.at_any_agent IS 'agent_tracker: agents that sent events; views call a function for each, so that a condition on the agent reaches the events, and no query over all partitions is planned';

	CREATE OR REPLACE VIEW @extschema@.at_equity_row WITH (security_invoker = on) AS
		SELECT f.* FROM @extschema@.at_equity_fact f
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = f.project AND s.agent_id = f.agent_id
		WHERE s.agent_id IS NULL
		UNION ALL
		SELECT s.project, s.agent_id, f.environment, f.portfolio_kind, f.currency, f.session_date, f.occurred_at,
			f.ingested_at, f.batch_id, f.line_no, f.equity, f.cash, f.event_id, f.snapshots, f.equities_rejected,
			f.opens, f.close, f.at, f.base, f.base_session, f.external_flow, f.previous, f.interval_flow,
			f.interval_in, f.has_flow, f.unknown_currency, f.invested, f.source, f.ret, f.growth, f.high, f.close_high,
			f.trading_pnl_amount
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_equity_of(s.project, s.agent_id) f;
	COMMENT ON VIEW @extschema@.at_equity_row IS 'agent_tracker: at_equity_fact, and what came since; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_equity_end_row WITH (security_invoker = on) AS
		SELECT f.* FROM @extschema@.at_equity_fact f
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = f.project AND s.agent_id = f.agent_id
		WHERE s.agent_id IS NULL AND (f.opens OR f.close)
		UNION ALL
		SELECT s.project, s.agent_id, f.environment, f.portfolio_kind, f.currency, f.session_date, f.occurred_at,
			f.ingested_at, f.batch_id, f.line_no, f.equity, f.cash, f.event_id, f.snapshots, f.equities_rejected,
			f.opens, f.close, f.at, f.base, f.base_session, f.external_flow, f.previous, f.interval_flow,
			f.interval_in, f.has_flow, f.unknown_currency, f.invested, f.source, f.ret, f.growth, f.high, f.close_high,
			f.trading_pnl_amount
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_equity_ends_of(s.project, s.agent_id) f;
	COMMENT ON VIEW @extschema@.at_equity_end_row IS 'agent_tracker: of at_equity_row the first and the last snapshot of each session; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_performance_row WITH (security_invoker = on) AS
		SELECT f.* FROM @extschema@.at_performance_fact f
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = f.project AND s.agent_id = f.agent_id
		WHERE s.agent_id IS NULL
		UNION ALL
		SELECT s.project, s.agent_id, f.environment, f.portfolio_kind, f.currency, f.period_kind, f.period_start,
			f.period_end, f.flow_adjusted_equity_change, f.trading_pnl_amount, f.pnl, f.return_base, f.trading_pnl_pct,
			f.raw_equity_change, f.net_pnl_amount, f.fees, f.fees_included, f.benchmark_return_pct,
			f.compounded_return_pct, f.drawdown_pct, f.max_drawdown_pct, f.ret, f.source, f.snapshots, f.rejected,
			f.occurred_at, f.event_id, f.first_at, f.growth, f.high
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_performance_of(s.project, s.agent_id) f;
	COMMENT ON VIEW @extschema@.at_performance_row IS 'agent_tracker: at_performance_fact, and what came since; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_position_row WITH (security_invoker = on) AS
		SELECT f.* FROM @extschema@.at_position_fact f
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = f.project AND s.agent_id = f.agent_id
		WHERE s.agent_id IS NULL
		UNION ALL
		SELECT s.project, s.agent_id, f.environment, f.portfolio_kind, f.currency, f.position_id, f.symbol,
			f.session_date, f.occurred_at, f.ingested_at, f.batch_id, f.line_no, f.quantity, f.average_price,
			f.market_price, f.market_value, f.unrealized_pnl, f.realized_pnl, f.multiplier, f.event_id, f.first_at,
			f.held, f.last_until, f.next_session
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_positions_of(s.project, s.agent_id) f;
	COMMENT ON VIEW @extschema@.at_position_row IS 'agent_tracker: at_position_fact, and what came since; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_last_position_row WITH (security_invoker = on) AS
		SELECT f.* FROM @extschema@.at_position_fact f
			LEFT JOIN @extschema@.at_stale_agent s ON s.project = f.project AND s.agent_id = f.agent_id
		WHERE s.agent_id IS NULL AND f.last_until IS NULL
			AND greatest(coalesce(f.last_until, 'infinity'), coalesce(f.next_session, 'infinity')) = 'infinity'
		UNION ALL
		SELECT s.project, s.agent_id, f.environment, f.portfolio_kind, f.currency, f.position_id, f.symbol,
			f.session_date, f.occurred_at, f.ingested_at, f.batch_id, f.line_no, f.quantity, f.average_price,
			f.market_price, f.market_value, f.unrealized_pnl, f.realized_pnl, f.multiplier, f.event_id, f.first_at,
			f.held, f.last_until, f.next_session
		FROM @extschema@.at_stale_agent s, LATERAL @extschema@._at_last_positions_of(s.project, s.agent_id) f
		WHERE f.last_until IS NULL;
	COMMENT ON VIEW @extschema@.at_last_position_row IS 'agent_tracker: of at_position_row the last snapshot of each position in each currency; always up to date';
END
$at$;
COMMENT ON FUNCTION _at_create_store_performance_facts() IS 'makes the part of the store that keeps facts of performance; called by at_create_store()';
