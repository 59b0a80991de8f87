-- Calls of language models and of tools.

CREATE TYPE at_llm_call AS (
	started_at timestamptz,
	ended_at timestamptz,
	agent_id text,
	environment at_environment,
	run_id at_id,
	span_id at_id,
	provider text,
	model text,
	response_model text,
	operation text,
	purpose text,
	prompt_version text,
	session_id text,
	user_id text,
	app_id text,
	http_status integer,
	status text,
	ok boolean,
	finish_reason text,
	latency_ms float8,
	ttft_ms float8,
	tokens at_token_usage,
	cost_usd numeric,
	cost_source text,
	cost_event_id at_id,
	event_id at_id,
	flags text[]
);
COMMENT ON TYPE at_llm_call IS 'one call of a language model, a row of at_llm_calls()';

CREATE FUNCTION at_llm_calls(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL)
RETURNS SETOF at_llm_call
AS 'MODULE_PATHNAME', 'at_llm_calls' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 500;
COMMENT ON FUNCTION at_llm_calls(text, timestamptz, timestamptz, text, text) IS 'calls of language models that began with since <= time < until, of one project, agent and environment or all (null): start and completion paired by span, else by call id, else by the same evidence_refs, else by order among those of the same provider, model and purpose (a completion before its start only when neither names any of these); status open: no completion, ended_at is null; without a start started_at is null and the call is listed at its completion; versions of prompts that journals record as starts are no calls; ok by at_status_words(), null when undecided; latency_ms is the payload''s, else that between both events; tokens as at_usage() reads them of the completion, else of the metered usage; cost_usd in US dollars as cost_source says: reported, estimated (by the sender) or computed (tokens and at_price), null when unknown, each cost once; cost_event_id is the event that says it; event_id is the completion, else the start; flags: open, unpaired (no start), clock (ended before it started), unpriced, usage_conflict (the payload has two counts); raises 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE _at_call_cost AS (
	at timestamptz,
	project text,
	agent_id text,
	environment at_environment,
	is_call boolean,
	provider text,
	model text,
	open boolean,
	failed boolean,
	latency_ms float8,
	tokens at_token_usage,
	cost_usd numeric,
	unpriced boolean
);
COMMENT ON TYPE _at_call_cost IS 'what rollups count of a call of a language model, or of metered usage that belongs to no call (is_call is false); model is the one that answered, else the one that was asked for; names longer than 255 bytes are cut';

CREATE FUNCTION _at_call_costs(project text, since timestamptz, until timestamptz, agent_id text, environment text)
RETURNS SETOF _at_call_cost
AS 'MODULE_PATHNAME', 'at_call_costs' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 500;
COMMENT ON FUNCTION _at_call_costs(text, timestamptz, timestamptz, text, text) IS 'internal: what rollups count of the calls that at_llm_calls() lists in this window, at the time at which they began, and of metered usage by itself, at its own';
