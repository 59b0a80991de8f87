-- The mistakes that can be found in events: what a finding is, and the list of them.
--
-- Each detector is a function of a window that reads with the caller's rights and
-- returns what it found.  An event that a member is missing of is not judged.

CREATE TYPE at_mistake AS (
	mistake_family text,
	severity text,
	agent_id text,
	environment at_environment,
	run_id at_id,
	day date,
	occurred_at timestamptz,
	event_ids at_id[],
	numbers jsonb,
	would_be_right text
);
COMMENT ON TYPE at_mistake IS 'a mistake that events show, a row of at_find_mistakes(): its family and severity as at_mistake_detectors() has them, whose it is, the run where it is one run''s, the day (UTC) and time of the event at fault, which is the first of event_ids (of several runs or of numbers of a session it may have none), the numbers that show it, and what would be right';

CREATE TYPE _at_found AS (
	mistake_family text,
	agent_id text,
	environment at_environment,
	run_id at_id,
	occurred_at timestamptz,
	event_ids at_id[],
	numbers jsonb
);
COMMENT ON TYPE _at_found IS 'internal: what a detector found; at_find_mistakes() adds what at_mistake_detectors() says of the family';

CREATE FUNCTION at_mistake_detectors(OUT mistake_family text, OUT severity text, OUT threshold text, OUT definition text,
	OUT would_be_right text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 26
BEGIN ATOMIC
	SELECT v.mistake_family, v.severity, v.threshold, v.definition, v.would_be_right
	FROM (VALUES
		('cost.api_without_purpose', 'warning', NULL, 'metered use with a quantity above zero whose purpose is empty, unknown or none, and so is that of the call it belongs to',
			'say what a paid call is for, at its start or with its cost'),
		('custom.fill_without_intent', 'error', NULL, 'a fill without an order, or of an order that was never recorded, of an agent that recorded orders in the day before it; not of shadow, replay or import',
			'record the order before it is sent, and name it in each of its fills'),
		('custom.order_beyond_cash', 'error', 'cent 0.01', 'an order to buy for more than the cash of the last portfolio snapshot, at most a session old, and of the fills since; not of an agent whose cash is below zero in any snapshot of the window',
			'an order of at most the cash that is left'),
		('custom.order_beyond_position', 'error', NULL, 'an order to sell (not to go short) more than the last snapshot of the position, at most a session old, and the fills since leave of it',
			'an order of at most the position that is left, or side short'),
		('custom.price_too_old', 'warning', 'price_age_seconds 300', 'a decision on a price that was older when it was proposed, though it was fresh when it was taken',
			'take a new price before the decision'),
		('custom.slippage', 'warning', 'slippage_bps 50', 'an order with an intended price whose fills are worse than it by more, on average by quantity; not a market order',
			'fills near the intended price, or an order that waits for it'),
		('custom.tool_loop', 'warning', 'same_arguments 5, same_tool 10', 'in one run so many calls of a tool with the same digest of arguments; where they have no digest so many one after the other without a call of another tool',
			'use the first answer, or stop and say what is missing'),
		('custom.trade_after_rejection', 'critical', NULL, 'a fill of a decision or an order whose last verdict before it was a rejection',
			'no fill of what was rejected, or a new approval before it'),
		('llm.prompt_drift', 'error', NULL, 'a prompt version with another hash than the same family and version had before',
			'a new version for a new text'),
		('market.closed_session_misread_as_stale', 'warning', NULL, 'a candidate left out as stale while the run''s last snapshot of its symbol says that the session is not open',
			'judge freshness in open sessions only'),
		('market.invalid_ohlc_relation', 'error', NULL, 'a snapshot that counts bars with impossible relations, or whose high is below its open, low or close, or its low above them',
			'drop such bars before they are used'),
		('market.non_finite_ohlcv', 'error', NULL, 'a snapshot that counts values that are no finite number',
			'drop such bars before they are used'),
		('market.open_session_stale_bars', 'error', 'bar_age_seconds 300', 'a snapshot of an open session with older data, and a decision on its symbol in the same run before a fresher one',
			'decide when the data is fresh, or not at all'),
		('market.signed_return_clamped', 'error', 'clamp_snapshots 20, clamp_bps 50', 'an agent''s day with so many session returns and none below zero, though a price fell by more and its return reads zero',
			'a return with its sign'),
		('orchestration.timeout_no_terminal_state', 'error', 'run_end 1 hour, run_end_factor 10', 'a run that started and did not complete within run_end, or so many times the 95th percentile of the durations of its type in the seven days before, if that is longer',
			'a completion of every run, with status failed or abandoned where it is'),
		('pnl.current_period_fallback_wrong', 'error', 'cent 0.01, basis_point 0.01', 'at_reconcile(): the figure of a period is that of the one before', 'the period''s own figure, or none'),
		('pnl.deposit_as_profit', 'critical', 'cent 0.01, basis_point 0.01', 'at_reconcile(): a result that is right but for money that was paid in', 'a result without external flows'),
		('pnl.percent_added_not_compounded', 'error', 'basis_point 0.01', 'at_reconcile(): a compounded return that is the sum of the returns', 'the product of the growth factors, less one'),
		('pnl.same_day_flow_denominator_wrong', 'error', 'cent 0.01, basis_point 0.01', 'at_reconcile(): a percentage of another base than the equity at the beginning and the flows', 'the return base that the flows leave'),
		('pnl.transferred_asset_drift_as_trading', 'error', 'cent 0.01', 'at_reconcile(): a result that is right but for the drift of transferred assets', 'a result without external flows'),
		('pnl.withdrawal_as_loss', 'critical', 'cent 0.01, basis_point 0.01', 'at_reconcile(): a result that is right but for money that was paid out', 'a result without external flows'),
		('pnl.wrong_session_date', 'error', 'tz null', 'a fill, flow or snapshot whose session date is more than a day from its day in UTC (a weekend in between counts nothing) or, with tz, not the date there; a position whose closing fill and empty snapshot within six hours are of two dates; at_reconcile(): the figure of a neighbouring session',
			'the date of the session in the zone of its exchange'),
		('portfolio.buying_power_as_cash', 'critical', 'cent 0.01', 'as custom.order_beyond_cash, while the snapshot''s buying_power_visibility_only would do', 'an order of at most the cash that is left'),
		('portfolio.rounding_after_cash_check', 'error', 'cent 0.01', 'as custom.order_beyond_cash, while the notional that the risk check approved would do, and the order exceeds it by less than a unit', 'round down, or check again what was rounded'),
		('release.fresh_run_missing', 'error', 'fresh_run 24 hours', 'a build that the agent did not have before, and no run that ended well within that time, though the project went on', 'a run on the new build that succeeds, at once'),
		('replay.external_api_called', 'critical', NULL, 'metered use with a quantity above zero in environment replay; not of an event that was made of a row of a journal', 'recorded answers in replays'),
		('shadow.stale_running_state', 'error', 'run_end 1 hour, run_end_factor 10', 'as orchestration.timeout_no_terminal_state, of a shadow agent', 'a completion of every run'),
		('shadow.unfair_cadence', 'warning', 'cadence_share 0.2, cadence_runs 2', 'a day (UTC) on which a shadow agent had fewer runs of a type than another by more than that share, and by at least so many', 'as many runs for each agent that is compared')
	) v(mistake_family, severity, threshold, definition, would_be_right);
END;
COMMENT ON FUNCTION at_mistake_detectors() IS 'the mistakes that at_find_mistakes() looks for: families of the contract, and custom.* ones where it has none; severity (warning, error, critical), the arguments of at_find_mistakes() that it depends on with their defaults, when it is one, and what would be right';
