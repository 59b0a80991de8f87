-- Trades of the store.

CREATE FUNCTION at_create_store_trades() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE VIEW @extschema@.at_trade WITH (security_invoker = on) AS
		WITH fill AS (
			SELECT e.project, e.agent_id, e.environment, coalesce(e.payload ->> 'fill_id', e.event_id::text) AS fill_id,
				min(e.payload ->> 'symbol') AS symbol, min(e.payload ->> 'strategy_id') AS strategy_id,
				min(e.payload ->> 'setup') AS setup
			FROM @extschema@.at_event e WHERE e.event_type = 'paper.fill.recorded' GROUP BY 1, 2, 3, 4
		)
		SELECT r.book ->> 0 AS project, r.book ->> 1 AS agent_id,
			(r.book ->> 2)::@extschema@.at_environment AS environment, r.book ->> 3 AS portfolio_kind,
			r.book ->> 4 AS currency, r.book ->> 5 AS position_key, f.symbol, f.strategy_id, f.setup,
			r.direction, r.quantity, r.open_t AS entry_at, r.close_t AS exit_at, r.entry_price, r.exit_price,
			r.gross_pnl, r.fees, r.net_pnl, NULL::numeric AS planned_risk_amount,
			10000 * r.net_pnl / nullif(abs(r.entry_price * r.quantity), 0) AS return_bps,
			10000 * r.fees / nullif(abs(r.entry_price * r.quantity) + abs(r.exit_price * r.quantity), 0) AS cost_bps,
			r.close_t - r.open_t AS holding, r.flat_after, r.open_fill, r.close_fill, false AS effect_mismatch
		FROM (SELECT x.*, x.key::jsonb AS book FROM @extschema@.at_round_trips() x WHERE x.kind = 'closed') r
			LEFT JOIN fill f ON f.project = r.book ->> 0 AND f.agent_id = r.book ->> 1
				AND f.environment = (r.book ->> 2)::@extschema@.at_environment AND f.fill_id = r.open_fill;
	COMMENT ON VIEW @extschema@.at_trade IS 'agent_tracker: closed trades, one row for each part of a lot that a fill closed, first in first out; always up to date';
END
$at$;
COMMENT ON FUNCTION at_create_store_trades() IS 'makes the part of the store that keeps trades; called by at_create_store()';
