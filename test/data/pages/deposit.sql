-- The next day an agent counts a deposit as profit, as in make demo.
set agent_tracker.project = 'desk';
set agent_tracker.agent_id = 'momentum-1';
set agent_tracker.environment = 'paper';
select at_record_capital_flow('flow-9', 'USD', 'USD', 'deposit', 5000, false, '2026-01-07', occurred_at => '2026-01-07 20:00Z'),
	at_record_portfolio('paper', 'USD', equity => p.equity + 5200, session_date => '2026-01-07',
		occurred_at => '2026-01-07 20:30Z'),
	at_record_performance('daily', '2026-01-07', '2026-01-07', '2026-01-07', raw_equity_change => 5200,
		flow_adjusted_equity_change => 5200, return_base => p.equity,
		payload => '{"portfolio_kind":"paper","currency":"USD"}', occurred_at => '2026-01-07 20:31Z')
from at_current_performance p where p.project = 'desk' and p.agent_id = 'momentum-1' \g /dev/null
