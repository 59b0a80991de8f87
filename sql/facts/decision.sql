-- Decisions and what they led to.

CREATE TYPE at_decision AS (
	proposed_at timestamptz,
	agent_id text,
	environment at_environment,
	run_id at_id,
	decision_id text,
	symbol text,
	action text,
	decision_kind text,
	reason_code text,
	candidates bigint,
	confidence numeric,
	target_weight numeric,
	price numeric,
	price_at timestamptz,
	price_age_s float8,
	price_source text,
	approved boolean,
	reasons text[],
	rejected_by text,
	order_intent_id text,
	intended_quantity numeric,
	intended_price numeric,
	fills bigint,
	filled_quantity numeric,
	fill_price numeric,
	slippage_bps numeric,
	outcome_kind text,
	followed_plan boolean,
	net_pnl numeric,
	event_ids at_id[]
);
COMMENT ON TYPE at_decision IS 'one decision and what it led to, a row of at_decisions()';

CREATE FUNCTION at_decisions(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL)
RETURNS SETOF at_decision
AS 'MODULE_PATHNAME', 'at_decisions' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 500;
COMMENT ON FUNCTION at_decisions(text, timestamptz, timestamptz, text, text) IS 'decisions that were proposed with since <= time < until, of one project, agent and environment or all (null), and what they led to: price is that of the newest market snapshot of the symbol in the run at or before it, else of the agent within an hour, price_age_s its age with freshness_seconds; approved is false when a check or a gate rejected it, null when nobody said; order_intent_id is the first order, intended_quantity the sum of all, intended_price and fill_price means by quantity; slippage_bps above zero is worse than intended; fills also of later runs; net_pnl is the result of the trades that its fills opened or closed, null when nothing was closed: a trade is in the results of both its decisions; joined by decision_id and order_intent_id, of journals by the run of the allocation and the symbol, what has no id by run and symbol; a decision that is proposed again in its run is one row with what was said last; checks, orders and outcomes count up to a day after until, fills without a bound; event_ids begin with the price''s; raises 22P02 for an unknown environment, 42P01 without a store';
