-- Whether what is stored of performance and trades is what follows from the events.

CREATE FUNCTION _at_check_performance(agents integer, OUT fact text, OUT project text, OUT agent_id text,
	OUT environment text, OUT run_id text, OUT day date, OUT field text, OUT stored text, OUT computed text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	-- the book's copy of an agent's fills, and the splits of their symbols
	fills text := '(WITH fill AS (SELECT f.*, jsonb_build_array(f.environment, f.portfolio_kind, f.currency, f.position_key)::text AS key'
		' FROM @extschema@.at_trade_fill f WHERE f.project = %L AND f.agent_id = %L)'
		' SELECT f.t, f.fill_id, f.key, f.side, f.quantity + coalesce(f.fee_quantity, 0) AS quantity, f.price, f.fees,'
		' f.open_close_effect, f.position_id, f.arrived_at, f.line_no, f.key_digest, f.multiplier FROM fill f'
		' UNION ALL SELECT s.effective_at, '''', k.key, ''split'', s.ratio, s.per, NULL, NULL, NULL, NULL, NULL, NULL, NULL'
		' FROM @extschema@.at_split s JOIN (SELECT DISTINCT f.key, f.symbol FROM fill f) k USING (symbol))';
BEGIN
	RETURN QUERY
	WITH agent AS MATERIALIZED (
		-- sessions of which retention dropped events are not looked at
		SELECT a.project, a.agent_id, coalesce(a.kept_until + 1, '-infinity') AS since,
			a.settings = @extschema@._at_performance_settings() AND NOT EXISTS (SELECT FROM @extschema@.at_split s
				WHERE s.effective_at > a.refreshed_at AND s.effective_at <= now()) AS is_current,
			(SELECT min(p.since) FROM @extschema@.at_partitions() p) AS events_since
		FROM @extschema@.at_performance_agent a
		WHERE NOT EXISTS (SELECT FROM @extschema@.at_stale_agent s WHERE s.project = a.project AND s.agent_id = a.agent_id)
		ORDER BY random() LIMIT agents
	), stored AS (
		SELECT 'equity' AS fact, a.project, a.agent_id, f.environment::text, f.session_date AS day, f.event_id AS key, to_jsonb(f) AS facts
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_equity_fact f
			WHERE f.project = a.project AND f.agent_id = a.agent_id AND f.session_date >= a.since) f
		UNION ALL
		SELECT 'period', a.project, a.agent_id, f.environment::text, f.period_end,
			ROW(f.portfolio_kind, f.currency, f.period_kind, f.period_start)::text, to_jsonb(f)
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_performance_fact f
			WHERE f.project = a.project AND f.agent_id = a.agent_id AND f.period_end >= a.since) f
		UNION ALL
		SELECT 'position', a.project, a.agent_id, f.environment::text, f.session_date, f.event_id, to_jsonb(f)
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_position_fact f
			WHERE f.project = a.project AND f.agent_id = a.agent_id AND f.session_date >= a.since) f
		UNION ALL
		SELECT 'current', a.project, a.agent_id, f.environment::text, NULL, ROW(f.portfolio_kind, f.currency)::text, to_jsonb(f)
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_current_fact f
			WHERE f.project = a.project AND f.agent_id = a.agent_id AND a.is_current) f
		UNION ALL
		SELECT 'fill', a.project, a.agent_id, f.environment::text, f.session_date, f.key_digest::text,
			to_jsonb(f) - '{environment,key_digest,project,agent_id}'::text[]
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_trade_fill f
			WHERE f.project = a.project AND f.agent_id = a.agent_id AND f.t >= a.events_since) f
		UNION ALL
		SELECT 'trade', a.project, a.agent_id, f.environment::text, f.exit_session,
			ROW(f.portfolio_kind, f.currency, f.position_key, f.kind, f.open_fill, f.close_fill)::text,
			jsonb_build_object('t', f.exit_at, 'direction', f.direction, 'quantity', f.quantity, 'entry_price', f.entry_price,
				'exit_price', f.exit_price, 'gross_pnl', f.gross_pnl, 'fees', f.fees, 'net_pnl', f.net_pnl,
				'flat_after', f.flat_after, 'trip_net', f.trip_net)
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_trade_row f
			WHERE f.project = a.project AND f.agent_id = a.agent_id AND f.kind IN ('closed', 'open')) f
	), computed AS (
		SELECT 'equity' AS fact, a.project, a.agent_id, f.environment::text, f.session_date AS day, f.event_id AS key, to_jsonb(f) AS facts
		FROM agent a, LATERAL @extschema@._at_fresh_equity(a.project, a.agent_id, a.since, '-infinity') f
		UNION ALL
		SELECT 'period', a.project, a.agent_id, f.environment::text, f.period_end,
			ROW(f.portfolio_kind, f.currency, f.period_kind, f.period_start)::text, to_jsonb(f)
		FROM agent a, LATERAL @extschema@._at_fresh_performance(a.project, a.agent_id, a.since, '-infinity') f
		UNION ALL
		SELECT 'position', p.project, p.agent_id, p.environment, p.session_date, p.event_id, p.facts
			|| jsonb_build_object('last_until', CASE WHEN p.later IS NOT NULL THEN greatest(p.later, p.session_date) END,
				'next_session', p.following)
		FROM (SELECT a.project, a.agent_id, f.environment::text, f.session_date, f.event_id, to_jsonb(f) AS facts,
				lead(f.session_date) OVER (position ORDER BY f.session_date) AS following,
				min(f.session_date) OVER (position ORDER BY f.occurred_at DESC, f.ingested_at DESC, f.batch_id DESC, f.line_no DESC
					ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS later
			FROM agent a, LATERAL @extschema@._at_fresh_positions(a.project, a.agent_id, a.since, '-infinity') f
			WINDOW position AS (PARTITION BY a.project, a.agent_id, f.environment, f.portfolio_kind, f.position_id,
				CASE WHEN f.position_id IS NULL THEN f.symbol END, f.currency)) p
		UNION ALL
		SELECT 'current', a.project, a.agent_id, f.environment::text, NULL, ROW(f.portfolio_kind, f.currency)::text, to_jsonb(f)
		FROM agent a, LATERAL @extschema@._at_fresh_current(a.project, a.agent_id) f WHERE a.is_current
		UNION ALL
		SELECT 'fill', f.project, f.agent_id, f.environment::text, f.session_date, f.key_digest::text,
			jsonb_build_object('t', f.t, 'arrived_at', f.arrived_at, 'line_no', f.line_no, 'portfolio_kind', f.portfolio_kind,
				'currency', coalesce(f.currency, ''), 'position_key', f.position_key, 'fill_id', f.fill_id, 'side', f.side,
				'quantity', f.quantity, 'price', f.price, 'fees', f.matched_fees, 'open_close_effect', f.open_close_effect,
				'position_id', f.position_id, 'symbol', f.symbol, 'order_intent_id', f.order_intent_id, 'run_id', f.run_id,
				'strategy_id', f.strategy_id, 'setup', f.setup, 'session_date', f.session_date, 'multiplier', f.multiplier,
				'fee_quantity', f.fee_quantity, 'other_fees', f.other_fees, 'fee_currency', f.fee_currency,
				'decision_id', f.decision_id, 'repeated', row_number() OVER (PARTITION BY f.project, f.agent_id, f.environment,
					f.portfolio_kind, f.currency, f.position_key, f.fill_id
					ORDER BY f.t, f.arrived_at, coalesce(f.line_no, 2147483647), f.key_digest) > 1)
		FROM agent a, LATERAL (SELECT * FROM @extschema@.at_fill f WHERE f.project = a.project AND f.agent_id = a.agent_id OFFSET 0) f
		UNION ALL
		SELECT 'trade', t.project, t.agent_id, t.book ->> 0, t.close_t::date,
			ROW(t.book ->> 1, t.book ->> 2, t.book ->> 3, t.kind, t.open_fill, t.close_fill)::text,
			jsonb_build_object('t', t.close_t, 'direction', t.direction,
				-- what is open is kept in units of its opening fill
				'quantity', CASE t.kind WHEN 'open' THEN t.entry_quantity ELSE t.quantity END,
				'entry_price', CASE t.kind WHEN 'open' THEN t.lot_price ELSE t.entry_price END, 'exit_price', t.exit_price, 'gross_pnl', t.gross_pnl, 'fees', t.fees, 'net_pnl', t.net_pnl, 'flat_after', t.flat_after,
				'trip_net', CASE t.kind WHEN 'closed' THEN sum(t.net_pnl) OVER (PARTITION BY t.project, t.agent_id, t.key, t.kind, t.trip
					ORDER BY t.close_t, t.close_fill COLLATE "C", t.open_t, t.open_fill COLLATE "C") END)
		FROM (SELECT a.project, a.agent_id, x.*, x.key::jsonb AS book,
				count(*) FILTER (WHERE x.flat_after) OVER (PARTITION BY a.project, a.agent_id, x.key, x.kind
					ORDER BY x.close_t, x.close_fill COLLATE "C", x.open_t, x.open_fill COLLATE "C"
					ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS trip
			FROM agent a, LATERAL @extschema@.at_round_trips(format(fills, a.project, a.agent_id)) x
			WHERE x.kind IN ('closed', 'open')) t
	)
	SELECT d.fact, d.project, d.agent_id, d.environment, NULL::text, d.day, x.field, x.stored, x.computed
	FROM (SELECT fact, project, agent_id, environment, coalesce(s.day, c.day) AS day, s.facts AS stored, c.facts AS computed
			FROM stored s FULL JOIN computed c USING (fact, project, agent_id, environment, key)
			WHERE s.facts IS DISTINCT FROM c.facts) d,
		LATERAL (SELECT coalesce(a.key, b.key) AS field, a.value #>> '{}' AS stored, b.value #>> '{}' AS computed
			FROM jsonb_each(d.stored) a FULL JOIN jsonb_each(d.computed) b ON a.key = b.key
			WHERE a.value IS DISTINCT FROM b.value) x;
END
$at$;
COMMENT ON FUNCTION _at_check_performance(integer) IS 'internal: the rows of at_check_facts() about facts of performance and the trade book: of up to so many agents, drawn at random, everything that is stored of them';
