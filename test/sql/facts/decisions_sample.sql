-- Decisions of sample days against a computation that is written in another way: a
-- query for each part of each decision.  The messy day has decisions without ids, fills
-- of later runs, rejections of several kinds and clocks that are wrong.
set timezone = 'UTC';
create extension if not exists agent_tracker;
select at_create_store();
select lines, accepted, rejected
from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(days => 2, agents => 3, messy => true) line));
create temp table e as
	select e.*, payload ->> 'decision_id' as decision_id, payload ->> 'order_intent_id' as intent_id,
		upper(payload ->> 'symbol') as symbol
	from at_event e;
create index on e (decision_id);
create index on e (intent_id);
create index on e (run_id);
analyze e;
create temp view decision as
	select d.run_id, d.agent_id, d.environment, d.decision_id, d.occurred_at, d.symbol,
		(select (s.payload ->> 'price')::numeric from e s where s.run_id = d.run_id and s.agent_id = d.agent_id
			and s.environment = d.environment and s.event_type = 'market.snapshot.recorded' and s.symbol = d.symbol
			and s.payload ? 'price' and s.occurred_at <= d.occurred_at order by s.occurred_at desc limit 1) as price,
		(select bool_and((c.payload -> 'approved')::boolean) from e c where c.decision_id = d.decision_id
			and c.agent_id = d.agent_id and c.event_type = 'risk.check.completed') as checked,
		exists (select from e r where r.decision_id = d.decision_id and r.agent_id = d.agent_id
			and r.event_type = 'trade.rejected') as rejected,
		(select sum((i.payload ->> 'intended_quantity')::numeric) from e i where i.decision_id = d.decision_id
			and i.agent_id = d.agent_id and i.event_type = 'order.intent.recorded') as intended_quantity,
		f.fills, f.quantity, f.notional / nullif(f.quantity, 0) as fill_price, f.net_pnl,
		(select o.payload ->> 'outcome_kind' from e o where o.decision_id = d.decision_id and o.agent_id = d.agent_id
			and o.event_type = 'decision.outcome.recorded' order by o.occurred_at desc limit 1) as outcome_kind
	from (select distinct on (decision_id, run_id, agent_id) e.* from e
			where event_type = 'decision.proposed' and decision_id is not null
			order by decision_id, run_id, agent_id, occurred_at) d,
		lateral (select count(*) as fills, sum(f.quantity) as quantity, sum(f.quantity * f.price) as notional,
				(select sum(t.net_pnl) from at_trade t where t.agent_id = d.agent_id and t.environment = d.environment
					and (t.open_fill = any (array_agg(f.fill_id))
						or t.close_fill = any (array_agg(f.fill_id)))) as net_pnl
			from (select distinct on (coalesce(f.payload ->> 'fill_id', f.event_id::text))
					coalesce(f.payload ->> 'fill_id', f.event_id::text) as fill_id,
					coalesce(f.payload ->> 'quantity', f.payload ->> 'qty')::numeric as quantity,
					(f.payload ->> 'price')::numeric as price
				from e f where f.agent_id = d.agent_id and f.event_type = 'paper.fill.recorded'
					and (f.decision_id = d.decision_id or f.intent_id in (select i.intent_id from e i
						where i.decision_id = d.decision_id and i.agent_id = d.agent_id
							and i.event_type = 'order.intent.recorded'))
				order by 1, f.occurred_at) f) f;
-- Nothing refreshed, then everything.
create function pg_temp.differences() returns table (compared bigint, with_fills bigint, with_results bigint,
	price bigint, verdict bigint, intended bigint, fills bigint, quantity bigint, fill_price bigint, outcome bigint,
	net_pnl bigint) language sql as $$
	select count(*), count(*) filter (where w.fills > 0), count(w.net_pnl),
		count(*) filter (where w.price is not null and w.price is distinct from d.price),
		count(*) filter (where (w.checked and not w.rejected) is distinct from d.approved
			and not (w.checked is null and w.rejected and not d.approved)
			and not (w.checked is null and not w.rejected and d.approved is null)),
		count(*) filter (where w.intended_quantity is distinct from d.intended_quantity),
		count(*) filter (where w.fills is distinct from d.fills),
		count(*) filter (where w.quantity is distinct from d.filled_quantity),
		count(*) filter (where abs(w.fill_price - d.fill_price) > 1e-9),
		count(*) filter (where w.outcome_kind is distinct from d.outcome_kind),
		count(*) filter (where w.net_pnl is distinct from d.net_pnl)
	from decision w
		left join at_decisions('desk') d on d.decision_id = w.decision_id and d.run_id = w.run_id
			and d.agent_id = w.agent_id
$$;
select * from pg_temp.differences();
select runs > 0 as refreshed from at_refresh();
select * from pg_temp.differences();
-- A window has what the whole has of it.
select count(*) as decisions, count(*) filter (where w is distinct from d) as other
from at_decisions('desk', '2026-01-05', '2026-01-06') d
	left join at_decisions('desk') w on w.event_ids[2] = d.event_ids[2] and w.run_id = d.run_id
where d.proposed_at < '2026-01-05 20:00';
-- So have all its hours, which cut through runs and what follows decisions up: with all
-- facts up to date, and with a third of the runs to be computed again.
create function pg_temp.hours() returns table (hours bigint, whole bigint, other bigint) language sql as $$
	with hour as (
		select d from generate_series(timestamptz '2026-01-05', '2026-01-08', '1 hour') t,
			at_decisions('desk', t, t + interval '1 hour') d
	), whole as (select d from at_decisions('desk') d)
	select (select count(*) from hour), (select count(*) from whole),
		(select count(*) from (select * from whole except select * from hour) x)
$$;
select hours = whole as same, other from pg_temp.hours();
insert into at_stale_run select distinct project, run_id, occurred_at::date from at_event
where hashtext(run_id::text) % 3 = 0;
select hours = whole as same, other from pg_temp.hours();
select (select count(*) from at_run_fact where follows_up) > 0 as followed_up;
-- Where an agent's account stands is what its performance says, when it has one account.
select count(*) > 0 as agents, count(p.equity) > 0 as with_equity,
	count(*) filter (where (a.equity, a.currency, a.drawdown, a.equity_as_of)
		is distinct from (p.equity, p.currency, p.drawdown, p.as_of)) as other
from at_agent a left join (select project, agent_id, environment, min(equity) as equity, min(currency) as currency,
		min(drawdown) as drawdown, min(as_of) as as_of
	from at_current_performance group by 1, 2, 3 having count(*) = 1) p using (project, agent_id, environment);
-- What every list has of a messy day.
select (select count(*) from at_tool_calls('desk')) = (select count(*) from e where event_type = 'tool.call.completed'
		and payload ->> 'tool_kind' is distinct from 'step') as tools,
	(select sum(count) from at_errors('desk')) = (select count(*) from e where event_type = 'error.recorded') as errors,
	(select count(*) from at_errors('desk') where count > 1 and runs > 1) > 0 as recurring,
	(select count(*) from at_errors('desk') where cause_event_id is not null) > 0 as causes,
	(select count(*) from at_quality_signals('desk'))
		= (select count(*) from e where jsonb_typeof(payload -> 'signal_type') = 'string') as signals,
	(select count(*) from at_risk_blocks('desk') where decision_id is not null)
		= (select count(distinct (agent_id, run_id::text, decision_id)) from e where decision_id is not null
			and (event_type = 'trade.rejected' or payload @> '{"approved": false}'
				and event_type = 'risk.check.completed')) as blocks,
	(select bool_and(at_summary(x) ~ '^[A-Z]' and octet_length(at_summary(x)) <= 200
			and at_summary(x) !~ '\s\s|[{}\[\]]\s|: *$')
		from at_event x) as lines;
drop function pg_temp.differences();
drop view decision;
select at_drop_store();
