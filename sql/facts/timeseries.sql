-- Time series of whatever rollups count, with every bucket of the window.

CREATE FUNCTION at_metrics(OUT metric text, OUT unit text, OUT empty_is text, OUT dimensions text[], OUT description text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 40
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT m.metric, m.unit, m.empty_is, '{project,agent_id,environment}'::text[] || m.by::text[], m.description
	FROM (VALUES
		('events', 'events', 'zero', '{}', 'events of all types'),
		('errors', 'events', 'zero', '{}', 'events error.recorded'),
		('runs', 'runs', 'zero', '{}', 'events agent.run.started'),
		('runs_ended', 'runs', 'zero', '{}', 'events agent.run.completed'),
		('runs_failed', 'runs', 'zero', '{}', 'of these those whose status says that the run failed'),
		('decisions', 'decisions', 'zero', '{}', 'events decision.proposed'),
		('risk_checks', 'checks', 'zero', '{}', 'events risk.check.completed'),
		('risk_blocks', 'blocks', 'zero', '{}', 'what checks and gates turned down, as at_risk_blocks() of the day lists it'),
		('orders', 'orders', 'zero', '{}', 'events order.intent.recorded'),
		('fills', 'fills', 'zero', '{}', 'events paper.fill.recorded'),
		('cost_usd', 'US dollars', 'zero', '{}', 'known cost of calls of models and of metered use that belongs to no call'),
		('net_pnl', 'currency of the fills', 'zero', '{}', 'realized result after fees of what was closed, as at_trade has it; null in several currencies'),
		('llm_calls', 'calls', 'zero', '{provider,model}', 'calls of language models, at their start'),
		('llm_errors', 'calls', 'zero', '{provider,model}', 'calls of language models that failed'),
		('llm_open', 'calls', 'zero', '{provider,model}', 'calls of language models without a completion'),
		('llm_unpriced', 'calls', 'zero', '{provider,model}', 'calls of language models whose cost is not known'),
		('llm_cost_usd', 'US dollars', 'zero', '{provider,model}', 'known cost of calls of language models'),
		('tokens', 'tokens', 'zero', '{provider,model}', 'tokens of all kinds'),
		('tokens_input_uncached', 'tokens', 'zero', '{provider,model}', 'input tokens that came from no cache'),
		('tokens_cache_read', 'tokens', 'zero', '{provider,model}', 'input tokens read from a cache'),
		('tokens_cache_write_5m', 'tokens', 'zero', '{provider,model}', 'input tokens written to a cache for five minutes'),
		('tokens_cache_write_1h', 'tokens', 'zero', '{provider,model}', 'input tokens written to a cache for an hour'),
		('tokens_output', 'tokens', 'zero', '{provider,model}', 'output tokens'),
		('tokens_reasoning', 'tokens', 'zero', '{provider,model}', 'output tokens of reasoning'),
		('tokens_input_audio', 'tokens', 'zero', '{provider,model}', 'input tokens of audio'),
		('tokens_output_audio', 'tokens', 'zero', '{provider,model}', 'output tokens of audio'),
		('tokens_image', 'tokens', 'zero', '{provider,model}', 'input tokens of images'),
		('llm_latency_p50', 'milliseconds', 'null', '{provider,model}', 'median latency of calls of language models, within 1 %'),
		('llm_latency_p95', 'milliseconds', 'null', '{provider,model}', 'the same, 95th percentile'),
		('llm_latency_p99', 'milliseconds', 'null', '{provider,model}', 'the same, 99th percentile'),
		('tool_calls', 'calls', 'zero', '{tool}', 'calls of tools, at their end'),
		('tool_errors', 'calls', 'zero', '{tool}', 'calls of tools that failed'),
		('tool_latency_p50', 'milliseconds', 'null', '{tool}', 'median latency of calls of tools, within 1 %'),
		('tool_latency_p95', 'milliseconds', 'null', '{tool}', 'the same, 95th percentile'),
		('tool_latency_p99', 'milliseconds', 'null', '{tool}', 'the same, 99th percentile')
	) m(metric, unit, empty_is, by, description)
$at$;
COMMENT ON FUNCTION at_metrics() IS 'what at_timeseries() can show: names, units, what a bucket is in which nothing happened (zero or null), and what it may be split by';

CREATE FUNCTION _at_is_time_zone(name text) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_is_time_zone' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_is_time_zone(text) IS 'internal: whether this is the name of a time zone';

CREATE FUNCTION _at_bucket_edges(bucket interval, since timestamptz, until timestamptz, tz text) RETURNS timestamptz[]
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
DECLARE
	months integer := extract(year FROM bucket) * 12 + extract(month FROM bucket);
	days integer := extract(day FROM bucket);
	hours numeric := extract(epoch FROM bucket - make_interval(days => days, months => months)) / 3600;
	first_day date := (since AT TIME ZONE tz)::date;
	last_day date := (until AT TIME ZONE tz)::date;
	edges timestamptz[];
BEGIN
	IF (months > 0)::integer + (days > 0)::integer + (hours > 0)::integer <> 1 OR least(months, days, hours) < 0
			OR (hours > 0 AND (hours <> trunc(hours) OR 24 % hours <> 0)) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'bucket is no whole number of hours that divides a day, of days or of months',
			HINT = 'For example 1 hour, 6 hours, 1 day, 1 week, 1 month, 3 months.';
	ELSIF NOT (isfinite(since) AND isfinite(until)) OR extract(epoch FROM until - since)
			/ (months * 2629800.0 + days * 86400 + hours * 3600) > 100000 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the window has more than 100000 buckets',
			HINT = 'Ask for a shorter window or for longer buckets.';
	END IF;
	IF months > 0 THEN
		-- counted from January 2000
		first_day := date_trunc('month', first_day)
			- make_interval(months => mod(mod((extract(year FROM first_day) * 12 + extract(month FROM first_day) - 24001)::integer,
				months) + months, months));
		edges := ARRAY(SELECT t AT TIME ZONE tz
			FROM generate_series(first_day::timestamp, last_day + make_interval(months => months), make_interval(months => months)) t);
	ELSIF days > 0 THEN
		-- counted from a Monday, so that weeks begin with one
		first_day := first_day - mod(mod(first_day - '2000-01-03'::date, days) + days, days);
		edges := ARRAY(SELECT t AT TIME ZONE tz
			FROM generate_series(first_day::timestamp, last_day + make_interval(days => days), make_interval(days => days)) t);
	ELSE
		-- counted from each midnight, as a day has 23 or 25 hours when clocks change
		edges := ARRAY(SELECT h
			FROM generate_series(first_day::timestamp, last_day + interval '1 day', interval '1 day') d,
				generate_series(d AT TIME ZONE tz, ((d + interval '1 day') AT TIME ZONE tz) - interval '1 microsecond',
					make_interval(hours => hours::integer)) h);
	END IF;
	RETURN ARRAY(SELECT DISTINCT e FROM unnest(edges) e
		WHERE e >= (SELECT max(x) FROM unnest(edges) x WHERE x <= since)
			AND e <= (SELECT min(x) FROM unnest(edges) x WHERE x >= until)
		ORDER BY e);
END
$at$;
COMMENT ON FUNCTION _at_bucket_edges(interval, timestamptz, timestamptz, text) IS 'internal: starts of all buckets that have a part of since <= t < until, and behind them the end of the last; raises 22023';

CREATE TYPE _at_point AS (
	at timestamptz,
	project text,
	agent_id text,
	environment at_environment,
	provider text,
	model text,
	tool text,
	currency text,
	n numeric,
	ms float8,
	latency at_sketch
);
COMMENT ON TYPE _at_point IS 'something that a metric counts, at a time: a number of it, or its latency in milliseconds, alone or as a sketch of many';

CREATE FUNCTION _at_hour_points(metric text, since timestamptz, until timestamptz, project text, agent_id text, environment text)
RETURNS SETOF _at_point
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of($6);
	-- zones of half hours cut the hours of the rollup
	cut boolean := extract(epoch FROM since)::bigint % 3600 <> 0;
BEGIN
	RETURN QUERY
	SELECT h.hour, h.project, h.agent_id, h.environment, NULL, NULL, NULL, NULL, CASE $1
			WHEN 'events' THEN h.events WHEN 'errors' THEN h.errors WHEN 'runs' THEN h.runs_started
			WHEN 'runs_ended' THEN h.runs_ended WHEN 'runs_failed' THEN h.runs_failed WHEN 'decisions' THEN h.decisions
			WHEN 'risk_checks' THEN h.risk_checks WHEN 'risk_blocks' THEN h.risk_blocks WHEN 'orders' THEN h.orders
			WHEN 'fills' THEN h.fills WHEN 'cost_usd' THEN h.cost_usd WHEN 'llm_calls' THEN h.llm_calls
			WHEN 'llm_errors' THEN h.llm_errors WHEN 'llm_unpriced' THEN h.unpriced_calls
			WHEN 'llm_cost_usd' THEN h.llm_cost_usd WHEN 'tool_calls' THEN h.tool_calls
			WHEN 'tool_errors' THEN h.tool_errors END, NULL::float8, NULL::@extschema@.at_sketch
	FROM (SELECT x.hour, x.project, x.agent_id, x.environment, x.events, x.errors, x.runs_started, x.runs_ended,
				x.runs_failed, x.decisions, x.risk_checks, x.risk_blocks, x.orders, x.fills, x.cost_usd, x.llm_calls,
				x.llm_errors, x.unpriced_calls, x.llm_cost_usd, x.tool_calls, x.tool_errors
			FROM @extschema@.at_hourly_rollup x
			WHERE NOT cut AND (x.dropped > 0 OR (x.project, x.hour::date)
				NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days($4) s))
			UNION ALL
			SELECT x.hour, x.project, x.agent_id, x.environment, x.events, x.errors, x.runs_started, x.runs_ended,
				x.runs_failed, x.decisions, x.risk_checks, x.risk_blocks, x.orders, x.fills, x.cost_usd, x.llm_calls,
				x.llm_errors, x.unpriced_calls, x.llm_cost_usd, x.tool_calls, x.tool_errors
			FROM @extschema@._at_fresh_hours($4, $2, $3) x WHERE NOT cut
			UNION ALL
			SELECT x.hour, x.project, x.agent_id, x.environment, x.events, x.errors, x.runs_started, x.runs_ended,
				x.runs_failed, x.decisions, x.risk_checks, x.risk_blocks, x.orders, x.fills, x.cost_usd, x.llm_calls,
				x.llm_errors, x.unpriced_calls, x.llm_cost_usd, x.tool_calls, x.tool_errors
			FROM @extschema@._at_hours_of($4, date_trunc('day', $2), date_trunc('day', $3) + interval '1 day',
				'15 minutes', $5, $6) x WHERE cut) h
	WHERE h.hour >= $2 AND h.hour < $3 AND ($4 IS NULL OR h.project = $4) AND ($5 IS NULL OR h.agent_id = $5)
		AND (env IS NULL OR h.environment = env);
END
$at$;
COMMENT ON FUNCTION _at_hour_points(text, timestamptz, timestamptz, text, text, text) IS 'internal: points of a metric that at_hourly counts';

CREATE FUNCTION _at_llm_points(metric text, since timestamptz, until timestamptz, days boolean, project text, agent_id text,
	environment text) RETURNS SETOF _at_point
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of($7);
BEGIN
	RETURN QUERY
	SELECT d.at, d.project, d.agent_id, d.environment, d.provider, d.model, NULL, NULL, CASE $1
			WHEN 'llm_calls' THEN d.calls WHEN 'llm_errors' THEN d.errors WHEN 'llm_open' THEN d.open_calls
			WHEN 'llm_unpriced' THEN d.unpriced_calls WHEN 'llm_cost_usd' THEN d.cost_usd
			WHEN 'tokens' THEN (SELECT sum(t) FROM unnest(ARRAY[d.t1, d.t2, d.t3, d.t4, d.t5, d.t6, d.t7, d.t8, d.t9]) t)
			WHEN 'tokens_input_uncached' THEN d.t1 WHEN 'tokens_cache_read' THEN d.t2 WHEN 'tokens_cache_write_5m' THEN d.t3
			WHEN 'tokens_cache_write_1h' THEN d.t4 WHEN 'tokens_output' THEN d.t5 WHEN 'tokens_reasoning' THEN d.t6
			WHEN 'tokens_input_audio' THEN d.t7 WHEN 'tokens_output_audio' THEN d.t8 WHEN 'tokens_image' THEN d.t9 END,
		CASE WHEN $1 LIKE 'llm\_latency%' THEN d.ms END, CASE WHEN $1 LIKE 'llm\_latency%' THEN d.latency END
	FROM (SELECT x.day::timestamptz, x.project, x.agent_id, x.environment, nullif(x.provider, ''), nullif(x.model, ''),
				x.calls, x.errors, x.open_calls, x.unpriced_calls, x.cost_usd, x.tokens_input_uncached, x.tokens_cache_read,
				x.tokens_cache_write_5m, x.tokens_cache_write_1h, x.tokens_output, x.tokens_reasoning, x.tokens_input_audio,
				x.tokens_output_audio, x.tokens_image, NULL::float8, x.latency_ms
			FROM (SELECT r.* FROM @extschema@.at_llm_daily_rollup r
				WHERE $4 AND (r.dropped > 0 OR (r.project, r.day)
					NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days($5) s))
				UNION ALL
				SELECT r.*, 0 FROM @extschema@._at_fresh_llm_days($5, $2, $3) r WHERE $4) x
			WHERE x.day >= $2::date AND x.day < $3::date AND ($5 IS NULL OR x.project = $5)
				AND ($6 IS NULL OR x.agent_id = $6) AND (env IS NULL OR x.environment = env)
			UNION ALL
			SELECT x.at, x.project, x.agent_id, x.environment, x.provider, x.model, 1, x.failed::integer, x.open::integer,
				x.unpriced::integer, x.cost_usd, (x.tokens).input_uncached, (x.tokens).cache_read, (x.tokens).cache_write_5m,
				(x.tokens).cache_write_1h, (x.tokens).output, (x.tokens).reasoning, (x.tokens).input_audio,
				(x.tokens).output_audio, (x.tokens).image, x.latency_ms, NULL
			FROM @extschema@._at_call_costs($5, $2, $3, $6, $7) x
			WHERE NOT $4 AND x.is_call) d(at, project, agent_id, environment, provider, model, calls, errors, open_calls,
			unpriced_calls, cost_usd, t1, t2, t3, t4, t5, t6, t7, t8, t9, ms, latency);
END
$at$;
COMMENT ON FUNCTION _at_llm_points(text, timestamptz, timestamptz, boolean, text, text, text) IS 'internal: points of a metric of calls of language models; days says whether the window and its buckets are whole days (UTC), which are taken from at_llm_daily, and others from the calls themselves';

CREATE FUNCTION _at_tool_points(metric text, since timestamptz, until timestamptz, days boolean, project text, agent_id text,
	environment text) RETURNS SETOF _at_point
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of($7);
BEGIN
	RETURN QUERY
	SELECT d.at, d.project, d.agent_id, d.environment, NULL, NULL, d.tool, NULL,
		CASE $1 WHEN 'tool_calls' THEN d.calls WHEN 'tool_errors' THEN d.errors END::numeric,
		CASE WHEN $1 LIKE 'tool\_latency%' THEN d.ms END, CASE WHEN $1 LIKE 'tool\_latency%' THEN d.latency END
	FROM (SELECT x.day::timestamptz, x.project, x.agent_id, x.environment, nullif(x.tool_name, ''), x.calls, x.errors,
				NULL::float8, x.latency_ms
			FROM (SELECT r.* FROM @extschema@.at_tool_daily_rollup r
				WHERE $4 AND (r.dropped > 0 OR (r.project, r.day)
					NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days($5) s))
				UNION ALL
				SELECT r.*, 0 FROM @extschema@._at_fresh_tool_days($5, $2, $3) r WHERE $4) x
			WHERE x.day >= $2::date AND x.day < $3::date AND ($5 IS NULL OR x.project = $5)
				AND ($6 IS NULL OR x.agent_id = $6) AND (env IS NULL OR x.environment = env)
			UNION ALL
			SELECT (x.call).ended_at, x.project, (x.call).agent_id, (x.call).environment, @extschema@._at_clipped_name((x.call).tool_name), 1,
				(NOT (x.call).ok)::integer, (x.call).latency_ms, NULL
			FROM @extschema@._at_project_tool_calls($5, $2, $3, $6, $7) x
			WHERE NOT $4) d(at, project, agent_id, environment, tool, calls, errors, ms, latency);
END
$at$;
COMMENT ON FUNCTION _at_tool_points(text, timestamptz, timestamptz, boolean, text, text, text) IS 'internal: points of a metric of calls of tools; days says whether the window and its buckets are whole days (UTC), which are taken from at_tool_daily, and others from the calls themselves';

CREATE FUNCTION _at_trade_points(since timestamptz, until timestamptz, project text, agent_id text, environment text)
RETURNS SETOF _at_point
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of($5);
BEGIN
	RETURN QUERY
	SELECT t.exit_at, t.project, t.agent_id, t.environment, NULL, NULL, NULL, t.currency, t.net_pnl, NULL::float8,
		NULL::@extschema@.at_sketch
	FROM @extschema@.at_trade t
	WHERE t.exit_at >= $1 AND t.exit_at < $2 AND ($3 IS NULL OR t.project = $3) AND ($4 IS NULL OR t.agent_id = $4)
		AND (env IS NULL OR t.environment = env);
END
$at$;
COMMENT ON FUNCTION _at_trade_points(timestamptz, timestamptz, text, text, text) IS 'internal: points of net_pnl, as at_trade has it';

CREATE FUNCTION _at_points(metric text, edges timestamptz[], by text[], project text, agent_id text, environment text)
RETURNS SETOF _at_point
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
DECLARE
	since timestamptz := edges[1];
	until timestamptz := edges[cardinality(edges)];
	-- edges at midnight in UTC
	days boolean := (SELECT bool_and(extract(epoch FROM e)::bigint % 86400 = 0) FROM unnest(edges) e);
	of_hours boolean := metric IN ('llm_calls', 'llm_errors', 'llm_unpriced', 'llm_cost_usd', 'tool_calls', 'tool_errors');
BEGIN
	IF metric = 'net_pnl' THEN
		RETURN QUERY SELECT * FROM @extschema@._at_trade_points(since, until, project, agent_id, environment);
	ELSIF metric ~ '^(llm|tokens)' AND NOT (of_hours AND NOT $3 && '{provider,model}') THEN
		RETURN QUERY SELECT * FROM @extschema@._at_llm_points(metric, since, until, days, project, agent_id, environment);
	ELSIF metric ~ '^tool' AND NOT (of_hours AND NOT $3 && '{tool}') THEN
		RETURN QUERY SELECT * FROM @extschema@._at_tool_points(metric, since, until, days, project, agent_id, environment);
	ELSE
		RETURN QUERY SELECT * FROM @extschema@._at_hour_points(metric, since, until, project, agent_id, environment);
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_points(text, timestamptz[], text[], text, text, text) IS 'internal: points of a metric between the first of these edges and the last, from the rollup that has them, or from the calls themselves where the edges cut its days';

CREATE FUNCTION at_timeseries(metric text, bucket interval, since timestamptz, until timestamptz, by text[] DEFAULT '{}',
	tz text DEFAULT 'UTC', project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	OUT "time" timestamptz, OUT series text, OUT value float8) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	known record;
	edges timestamptz[];
	q float8 := CASE right(metric, 4) WHEN '_p50' THEN 0.5 WHEN '_p95' THEN 0.95 WHEN '_p99' THEN 0.99 END;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{by,tz,metric,bucket,since,until}', $5, $6, $1, $2, $3, $4);
	SELECT m.* INTO known FROM @extschema@.at_metrics() m WHERE m.metric = $1;
	IF known.metric IS NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = 'there is no such metric',
			HINT = 'Metrics are ' || (SELECT string_agg(m.metric, ', ') FROM @extschema@.at_metrics() m) || '.';
	ELSIF NOT $5 <@ known.dimensions OR array_position($5, NULL) IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the metric cannot be split by this',
			HINT = format('%s may be split by %s.', known.metric, array_to_string(known.dimensions, ', '));
	ELSIF NOT @extschema@._at_is_time_zone($6) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'tz is no time zone', HINT = 'pg_timezone_names lists them.';
	END IF;
	PERFORM @extschema@._at_check_store();
	IF $3 >= $4 THEN
		RETURN;
	END IF;
	edges := @extschema@._at_bucket_edges($2, $3, $4, $6);
	RETURN QUERY
	WITH point AS (
		SELECT width_bucket(p.at, edges) AS place, concat_ws(' / ',
			CASE WHEN 'project' = ANY ($5) THEN p.project END, CASE WHEN 'agent_id' = ANY ($5) THEN p.agent_id END,
			CASE WHEN 'environment' = ANY ($5) THEN p.environment::text END,
			CASE WHEN 'provider' = ANY ($5) THEN coalesce(p.provider, '(none)') END,
			CASE WHEN 'model' = ANY ($5) THEN coalesce(p.model, '(none)') END,
			CASE WHEN 'tool' = ANY ($5) THEN coalesce(p.tool, '(none)') END) AS series,
			p.n, p.ms, p.latency, p.currency
		FROM @extschema@._at_points($1, edges, $5, $7, $8, $9) p
	), figure AS MATERIALIZED (
		SELECT p.place, p.series, CASE WHEN q IS NULL
				-- amounts in two currencies have no sum
				THEN CASE WHEN min(p.currency) IS NOT DISTINCT FROM max(p.currency) THEN sum(p.n)::float8 END
				ELSE (@extschema@.at_quantiles(CASE WHEN count(p.latency) > 0 THEN @extschema@.at_merge(p.latency)
					ELSE @extschema@.at_collect_sketch(p.ms) END, ARRAY[q]))[1] END AS value
		FROM point p GROUP BY p.place, p.series
	)
	SELECT edges[b.place], s.series, CASE WHEN f.place IS NULL AND known.empty_is = 'zero' THEN 0 ELSE f.value END
	FROM generate_series(1, cardinality(edges) - 1) b(place)
		CROSS JOIN (SELECT DISTINCT f.series FROM figure f UNION SELECT '' WHERE $5 = '{}') s
		LEFT JOIN figure f ON f.place = b.place AND f.series = s.series
	ORDER BY s.series COLLATE "C", b.place;
END
$at$;
COMMENT ON FUNCTION at_timeseries(text, interval, timestamptz, timestamptz, text[], text, text, text, text) IS 'a metric, one that at_metrics() lists, over time: a row for each bucket that has a part of since <= t < until, counted whole, and each series in it; buckets are hours (that divide a day), days, weeks or months of a time zone, weeks begin on Monday, and when clocks change a day has 23 or 25 hours; by says by which columns series are told apart (project, agent_id, environment, provider, model, tool), whose values joined by " / " are the name, empty when there is one series; a bucket in which nothing happened is 0 or null as at_metrics() says, and null where an amount is not known or in several currencies; of one project, agent and environment or all (null); always up to date; raises 22004 for null, 22023 for an unknown metric, split, bucket or time zone, 22P02 for an unknown environment, 42P01 without a store';
