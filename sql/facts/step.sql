-- The steps of a run.

CREATE FUNCTION at_run_steps(run_id text, project text DEFAULT NULL,
	OUT seq integer, OUT depth integer, OUT span_id at_id, OUT parent_span_id at_id, OUT kind text,
	OUT name text, OUT status text, OUT started_at timestamptz, OUT ended_at timestamptz,
	OUT self_ms float8, OUT total_ms float8, OUT self_cost_usd numeric, OUT total_cost_usd numeric,
	OUT attempt integer, OUT retry_of integer, OUT event_ids at_id[], OUT flags text[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_run_steps' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 50;
COMMENT ON FUNCTION at_run_steps(text, text) IS 'the steps of a run, of one project or all (null), each before what was done within it and that in order of time; seq counts from 1; depth is 0 for the run itself; parent_span_id is the span of the step around it; kind: plan, retrieve, tool, model, decide, risk, order, respond, other; name: the model, the tool, the action and the like; status: what the event says, open for what began and did not end; total_ms: from start to end (the start of what is recorded at its end is that end minus latency_ms); self_ms: total_ms without what its own steps took; self_cost_usd and total_cost_usd: the same of cost in US dollars, null when unknown, usage that belongs to no call is the run''s own; attempt: 1, or one more than that of retry_of (a seq): a step of the same kind and name that failed just before under the same parent; event_ids: the events it was made of, at most four; flags: open, unpaired, clock, unpriced as of at_llm_calls(), synthetic (no event has this span, others name it as theirs), cycle (its spans lay within each other: it was put below the run); a run id of several agents, environments or projects gives the steps of each behind the other; raises 42P01 without a store';
