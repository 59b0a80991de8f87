-- sample_journal.sql
--	A journal as the reference code of a trading agent keeps it, in schema :schema
--	with :rows rows in its 23 tables: typed columns, indexes on the order columns,
--	over :days days from 2026-01-05 on.  Used by make demo and by bench/run:
--	psql -v schema=journal -v rows=2300 -v days=5 -f bench/sample_journal.sql

\set each (:rows / 23)
CREATE SCHEMA IF NOT EXISTS :"schema";
SET search_path = :"schema", pg_catalog, pg_temp;
SET client_min_messages = warning;

-- when row g of :each happened, g's symbol, and a decimal made of g
CREATE FUNCTION at(g bigint, of_all bigint, days integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT '2026-01-05 14:30Z'::timestamptz + ((g - 1) * days / of_all) * interval '1 day'
	+ (g * 7919 % 23400) * interval '1 second' $$;
CREATE FUNCTION symbol(g bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT (ARRAY['AAPL', 'MSFT', 'NVDA', 'AMD', 'TSLA', 'SPY', 'QQQ', 'META'])[g % 8 + 1] $$;

CREATE TABLE prompt_versions AS
SELECT g AS id, at(g, :each, :days) AS created_at, 'local' AS provider, 'model-x' AS model, 'entry' AS family,
	'v' || g % 9 AS version, 'sha256:' || encode(sha256(('prompt ' || g % 9)::bytea), 'hex') AS version_hash
FROM generate_series(1, :each) g;

CREATE TABLE llm_runs AS
SELECT g AS id, at(g, :each, :days) AS started_at, at(g, :each, :days) + interval '3 seconds' AS completed_at,
	'local' AS provider, 'model-x' AS model, 'research' AS run_type, g % 9 AS prompt_version_id,
	encode(sha256(('in ' || g)::bytea), 'hex') AS input_hash, encode(sha256(('out ' || g)::bytea), 'hex') AS output_hash,
	4000 + g % 900 AS prompt_chars, 900 + g % 300 AS output_chars, 2500 + g % 1700 AS latency_ms,
	jsonb_build_object('input', 1000 + g % 300, 'output', 220 + g % 80) AS token_usage,
	(0.0042 + g % 17 * 0.0001)::numeric(10, 4) AS estimated_cost,
	CASE g % 50 WHEN 0 THEN 'schema_failed' ELSE 'succeeded' END AS status
FROM generate_series(1, :each) g;

CREATE TABLE llm_tool_calls AS
SELECT g AS id, g AS llm_run_id, at(g, :each, :days) AS created_at, 'quotes' AS tool_name, 'local' AS provider,
	jsonb_build_object('symbol', symbol(g), 'limit', 20) AS arguments, jsonb_build_object('rows', g % 20) AS result_digest
FROM generate_series(1, :each) g;

CREATE TABLE search_usage_events AS
SELECT g AS id, at(g, :each, :days) AS created_at, symbol(g) AS symbol, 'search-a' AS provider, 1 + g % 3 AS query_count,
	2 AS estimated_credits, CASE g % 40 WHEN 0 THEN '' ELSE 'thesis' END AS purpose
FROM generate_series(1, :each) g;

CREATE TABLE research_reports AS
SELECT g AS id, at(g, :each, :days) AS created_at, symbol(g) AS symbol, at(g, :each, :days)::date AS report_date,
	'1m' AS horizon, '# ' || symbol(g) || E'\nRevenue and margins of the quarter, no surprises.' AS content_markdown,
	jsonb_build_object('sources', 3, 'note', CASE g % 30 WHEN 0 THEN 'truncated' ELSE 'whole' END) AS source_digest,
	ARRAY['doc-' || g, 'doc-' || g + 1] AS source_document_ids, '[{"u": 1}]'::jsonb AS citations,
	(40 + g % 60)::numeric(5, 2) AS score, (0.4 + g % 50 * 0.01)::numeric(3, 2) AS confidence
FROM generate_series(1, :each) g;

CREATE TABLE source_quality_repair_incidents AS
SELECT g AS id, at(g, :each, :days) AS updated_at, at(g, :each, :days) - interval '1 minute' AS detected_at,
	symbol(g) AS symbol, 'parallel' AS provider, 'missing filings' AS failure_reason,
	(ARRAY['detected', 'queued', 'running', 'repaired_clean'])[g % 4 + 1] AS status
FROM generate_series(1, :each) g;

CREATE TABLE market_tape_snapshots AS
SELECT g AS id, at(g, :each, :days) AS as_of, 'tape' AS source, at(g, :each, :days)::date AS session_date,
	'regular' AS market_phase, 40 AS watchlist_count, jsonb_build_object('degraded', g % 60 = 0) AS data_quality,
	jsonb_build_object('bars', g) AS raw
FROM generate_series(1, :each) g;

CREATE TABLE market_regime_snapshots AS
SELECT g AS id, at(g, :each, :days) AS as_of, (ARRAY['trend_continuation', 'ma_band_range_trade', 'wait'])[g % 3 + 1] AS primary_regime,
	'broad' AS breadth_state, 'large caps' AS leadership_state, 'low' AS volatility_state,
	(0.5 + g % 40 * 0.01)::numeric(3, 2) AS confidence, '[]'::jsonb AS warnings
FROM generate_series(1, :each) g;

CREATE TABLE memory_fact_usage AS
SELECT g AS id, at(g, :each, :days) AS created_at, 'thesis' AS purpose, 'allocator' AS consumer, 'p1' AS profile_id,
	g % 5 > 0 AS included_in_prompt
FROM generate_series(1, :each) g;

CREATE TABLE portfolio_allocation_runs AS
SELECT g AS id, at(g, :each, :days) AS created_at, at(g, :each, :days) + interval '20 seconds' AS updated_at,
	(ARRAY['executed', 'no_action', 'executed', 'error'])[g % 4 + 1] AS state, 20.0 AS cash_target_pct,
	80.0 AS gross_target_exposure_pct, 12 AS candidate_count, 5 AS target_count, 2 AS accepted_action_count,
	1 AS skipped_action_count, 'model-x' AS model
FROM generate_series(1, :each) g;

CREATE TABLE portfolio_targets AS
SELECT g AS id, g AS allocation_run_id, at(g, :each, :days) AS created_at, symbol(g) AS symbol,
	(0.05 + g % 7 * 0.01)::numeric(4, 2) AS target_weight, 0.04 AS current_weight, 0.62 AS confidence, '5d' AS horizon,
	'proposed' AS status
FROM generate_series(1, :each) g;

CREATE TABLE portfolio_rebalance_actions AS
SELECT g AS id, g AS allocation_run_id, at(g, :each, :days) AS created_at, symbol(g) AS symbol,
	(ARRAY['buy', 'sell'])[g % 2 + 1] AS action, CASE g % 9 WHEN 0 THEN 'skipped' ELSE 'planned' END AS status,
	(900 + g % 400)::numeric(12, 2) AS notional, 0.04 AS current_weight, 0.06 AS target_weight,
	CASE g % 9 WHEN 0 THEN 'fractional share' ELSE 'closer to target' END AS reason
FROM generate_series(1, :each) g;

CREATE TABLE risk_checks AS
SELECT g AS id, g AS order_intent_id, at(g, :each, :days) AS checked_at, symbol(g) AS symbol, g % 10 > 0 AS approved,
	CASE g % 10 WHEN 0 THEN ARRAY['max_position'] ELSE ARRAY[]::text[] END AS reasons,
	jsonb_build_object('gross', 0.8) AS input
FROM generate_series(1, :each) g;

CREATE TABLE order_intents AS
SELECT g AS id, at(g, :each, :days) AS created_at, at(g, :each, :days) + interval '2 seconds' AS updated_at,
	g AS allocation_run_id, symbol(g) AS symbol, (ARRAY['buy', 'sell'])[g % 2 + 1] AS side,
	(1 + g % 20)::numeric(12, 4) AS quantity, (180 + g % 50)::numeric(12, 2) AS limit_price, 'USD' AS currency,
	(ARRAY['open', 'close'])[g % 2 + 1] AS open_close_effect, 'mean-reversion' AS strategy_id,
	CASE g % 10 WHEN 0 THEN 'rejected' ELSE 'accepted' END AS status,
	CASE g % 10 WHEN 0 THEN '["max position"]'::jsonb ELSE '[]' END AS risk_reasons
FROM generate_series(1, :each) g;

CREATE TABLE trade_journal AS
SELECT g AS id, at(g, :each, :days) AS created_at, g AS order_intent_id, 'pos-' || g / 2 AS position_id,
	symbol(g / 2) AS symbol, (ARRAY['buy', 'sell'])[g % 2 + 1] AS side, (1 + g / 2 % 20)::numeric(12, 4) AS quantity,
	(180 + g % 50 + g % 2)::numeric(12, 2) AS price, 0.35 AS fees, at(g, :each, :days)::date AS session_date,
	'mean-reversion' AS strategy_id, 'gap' AS setup, 'B-' || g AS broker_order_id
FROM generate_series(1, :each) g;

CREATE TABLE portfolio_snapshots AS
SELECT g AS id, at(g, :each, :days) AS captured_at, 'paper' AS broker, (20000 + g % 700)::numeric(14, 2) AS cash,
	(40000 + g % 900)::numeric(14, 2) AS buying_power, (100000 + g % 1500)::numeric(14, 2) AS equity
FROM generate_series(1, :each) g;

CREATE TABLE portfolio_performance_scorecards AS
SELECT g AS id, at(g, :each, :days) AS captured_at, 'paper' AS broker, at(g, :each, :days)::date AS session_date,
	(100000 + g)::numeric(14, 2) AS equity, 20000.00 AS cash,
	CASE g % 25 WHEN 0 THEN 1000.00 ELSE 0.00 END AS external_capital_flow, (g % 80 - 30)::numeric(12, 2) AS trading_pnl_amount,
	((g % 80 - 30) / 1000.0)::numeric(8, 2) AS trading_pnl_pct, (g % 80 - 31)::numeric(12, 2) AS net_pnl_amount,
	1.00 AS fees, true AS fees_included, 100000.00 AS return_base
FROM generate_series(1, :each) g;

SELECT format('CREATE TABLE %I AS SELECT g AS id, at(g, %s, %s) AS created_at, ''suite'' AS suite_name,
	''passed'' AS status, 20 AS case_count, ''{}''::jsonb AS raw FROM generate_series(1, %s) g', t, (:each), :days, (:each))
FROM unnest(ARRAY['decision_replay_runs', 'harness_eval_runs', 'harness_replay_runs']) t \gexec

CREATE TABLE shadow_allocation_runs AS
SELECT g AS id, at(g, :each, :days) AS created_at, at(g, :each, :days) + interval '9 seconds' AS completed_at,
	'p1' AS profile_id, 'local' AS provider, 'model-y' AS model, CASE g % 20 WHEN 0 THEN 'timeout' END AS failure_bucket
FROM generate_series(1, :each) g;

CREATE TABLE shadow_order_fills AS
SELECT g AS id, at(g, :each, :days) AS created_at, symbol(g) AS symbol, (ARRAY['buy', 'sell'])[g % 2 + 1] AS side,
	(1 + g % 20)::numeric(12, 4) AS qty, (180 + g % 50)::numeric(12, 2) AS price, 'p1' AS profile_id
FROM generate_series(1, :each) g;

CREATE TABLE shadow_profile_scorecards AS
SELECT g AS id, at(g, :each, :days) AS as_of, 'p1' AS profile_id, (g % 40 - 15) / 10.0 AS return_pct,
	(g % 30) / 10.0 AS max_drawdown_pct, g % 7 AS failed_run_count, 4 AS trade_count
FROM generate_series(1, :each) g;

-- ids that are never null, and an index for each order column
SELECT format('ALTER TABLE %I ADD PRIMARY KEY (id)', c.relname),
	format('CREATE INDEX ON %I (%I)', c.relname, o.attname),
	format('ANALYZE %I', c.relname)
FROM pg_class c
	JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname IN ('created_at', 'started_at', 'updated_at', 'as_of',
		'checked_at', 'captured_at')
		AND o.attname = CASE WHEN c.relname IN ('order_intents', 'source_quality_repair_incidents') THEN 'updated_at'
			ELSE (SELECT min(a.attname::text) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('created_at',
				'started_at', 'as_of', 'checked_at', 'captured_at')) END
WHERE c.relnamespace = :'schema'::regnamespace AND c.relkind = 'r' \gexec

DROP FUNCTION at(bigint, bigint, integer), symbol(bigint);
RESET search_path;
RESET client_min_messages;
