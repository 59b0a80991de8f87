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
COMMENT ON FUNCTION at_decisions(text, timestamptz, timestamptz, text, text) IS 'TODO';
