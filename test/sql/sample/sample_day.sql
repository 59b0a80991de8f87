-- Sample trading days: the same lines as the program writes, what its arguments may
-- be, and that everything is in the messy part that should be there.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
set client_min_messages = warning;

-- The bytes of bench/sample_day, as test/unit/sample has them, too.
create function pg_temp.digest(lines text[]) returns text language sql as $$
	select encode(sha256(convert_to(string_agg(line || e'\n', '' order by n), 'UTF8')), 'hex')
	from unnest(lines) with ordinality u(line, n)
$$;
select pg_temp.digest(array(select at_sample_day())) =
	'a611254583435cfd1c85ad90ba2d1bf64443bd19d168a33294e51655b312aed2' as day;
select pg_temp.digest(array(select at_sample_day(repeat_pct => 2))) =
	'976e6fac9481a698d00a231eb77c78ac629a2ce28bf2532a1dfd556e5425c793' as repeated;
select pg_temp.digest(array(select at_sample_day(private_pct => 50))) =
	'cba25e44583682aa964a498fab917c4bf32ef87eecaa9c048d29545f30350226' as private;
select pg_temp.digest(array(select at_sample_day('2026-02-02', 20, 1, project => 'lab', shift => '2026-02-16'))) =
	'1447a0f95e8a7dbc94e1e081906c6ca4fe6c33a570226e4a34b8171f70c56341' as shifted;
select pg_temp.digest(array(select at_sample_day(start => '2026-01-30', days => 2, messy => true))) =
	'0055991ddcfe99c5a4ace53cf09fcd72909a02a9ce1968a90ccf2d3be7c2e9b1' as messy;

-- The same lines when they are not all read, after an error, and from two calls at once.
select left(at_sample_day(), 27) as line limit 1;
do $$
begin
	perform count(*) from at_sample_day(agents => 0);
exception when invalid_parameter_value then null;
end $$;
select count(*) as lines, count(*) filter (where a.line = b.line) as same
from (select row_number() over () as n, line from at_sample_day(seed => 7) line) a
	join (select row_number() over () as n, line from at_sample_day(seed => 7) line) b using (n);
select count(*) > 2000 as others from (select at_sample_day(seed => 8) except select at_sample_day(seed => 7)) s;

-- What arguments may not be.
select * from at_sample_day(start => null);
select * from at_sample_day(messy => null);
select * from at_sample_day(seed => null);
select * from at_sample_day(start => '1969-12-31');
select * from at_sample_day(start => 'infinity');
select * from at_sample_day(start => '-infinity');
select * from at_sample_day(start => '9999-12-31');
select * from at_sample_day(start => '9990-01-01', days => 10000);
select * from at_sample_day(days => 0);
select * from at_sample_day(days => 10001);
select * from at_sample_day(agents => 0);
select * from at_sample_day(agents => 65);
select * from at_sample_day(project => '');
select * from at_sample_day(project => 'a/b');
select * from at_sample_day(project => repeat('a', 65));
select * from at_sample_day(private_pct => -0.1);
select * from at_sample_day(bad_pct => 90.1);
select * from at_sample_day(repeat_pct => 'NaN');
select count(*) > 0 as first_day from at_sample_day(start => '1970-01-01', agents => 1);
select count(*) > 0 as last_days from at_sample_day(start => '9999-12-25', agents => 1);
select min(line::json ->> 'occurred_at') >= '2026-01-12' as monday from at_sample_day(start => '2026-01-10') line;

-- A call can be cancelled.
set statement_timeout = '50ms';
select count(*) from at_sample_day(days => 10000, agents => 64);
reset statement_timeout;

-- A day of the desk: everything is stored, and again it is known.
select lines, accepted, duplicates, conflicts, rejected
from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day() line));
select lines, accepted, duplicates, conflicts, rejected
from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day() line));

-- Bad lines are all rejected, repeated ones are known; those that are no text are left out.
select accepted > 4000 as accepted, duplicates > 20 as duplicates, conflicts, rejected > 50 as rejected
from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day(days => 2, project => 'bad', bad_pct => 3, repeat_pct => 2) line));
select count(distinct v ->> 'rule') > 8 as rules from at_reject, jsonb_array_elements(violations) v;

-- Two messy days, the first of them the last trading day of a month: one desk without
-- private material, one with.
select lines = accepted as all_accepted, duplicates, conflicts, rejected
from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day('2026-01-30', 2, 1, messy => true, project => 'messy', private_pct => 0) line));
select lines = accepted as all_accepted, duplicates, conflicts, rejected
from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day('2026-01-30', 2, 1, messy => true, project => 'secret', private_pct => 5) line));

-- Every event of the messy agents, with the type of its run: that of the start or, where
-- there is none, of the completion.
create temp table e as
select e.event_type::text as type, e.agent_id, e.run_id::text as run, e.span_id::text as span,
	e.parent_span_id::text as parent,
	e.event_id::text as id, e.occurred_at, e.payload, t.run_type
from at_event e left join (
		select run_id, max(payload ->> 'run_type') as run_type from at_event
		where project = 'messy' and event_type in ('agent.run.started', 'agent.run.completed')
		group by run_id) t using (run_id)
where e.project = 'messy' and e.agent_id in ('analyst', 'gateway', 'overnight', 'europe');

-- Runs by type, and how they start and end.
select run_type, count(distinct run) as runs, count(distinct agent_id) as agents,
	count(*) filter (where type = 'agent.run.started') as starts,
	count(*) filter (where type = 'agent.run.completed') as completions,
	string_agg(distinct payload ->> 'status', ' ') filter (where type = 'agent.run.completed') as statuses
from e where run_type is not null group by run_type order by run_type;
select count(distinct run) as before_start from e c where type = 'agent.run.completed' and occurred_at <
	(select occurred_at from e s where s.run = c.run and s.agent_id = c.agent_id and type = 'agent.run.started');
select run_type, min(occurred_at)::date as first, max(occurred_at)::date as last,
	count(distinct payload ->> 'session_date') as sessions
from e where run_type in ('month_end', 'night_session') group by run, run_type order by 1, 2;

-- Lines that come late: later lines of the file are of an earlier time.
select run_type, count(*) from (
	select line::jsonb ->> 'run_id' as run, (line::jsonb ->> 'occurred_at')::timestamptz as t,
		max((line::jsonb ->> 'occurred_at')::timestamptz)
			over (order by n rows between unbounded preceding and 1 preceding) as before
	from at_sample_day('2026-01-30', 1, 1, messy => true, project => 'messy', private_pct => 0)
		with ordinality u(line, n)) l
	join (select distinct run, run_type from e) r using (run)
where t < before - interval '8 hours' group by run_type;
select count(*) as after_completion from (
	select *, bool_or(event = 'agent.run.completed')
		over (partition by run order by n rows between unbounded preceding and 1 preceding) as over
	from (select n, line::jsonb ->> 'run_id' as run, line::jsonb ->> 'event_type' as event
		from at_sample_day('2026-01-30', 1, 1, messy => true, project => 'messy', private_pct => 0)
			with ordinality u(line, n)) l) m
	join (select distinct run from e where run_type = 'late_upload') r using (run) where over;
select max(occurred_at) - '2026-01-30' as ahead from e where run_type = 'clock_ahead' and occurred_at < '2026-02-02';

-- Calls of models: started, completed, both; retries; by what calls can be paired.
select run_type, count(*) filter (where type = 'llm.call.started') as started,
	count(*) filter (where type = 'llm.call.completed') as completed,
	count(*) filter (where type = 'llm.call.completed' and payload ->> 'status' = 'failed') as failed,
	count(*) filter (where type = 'cost.usage.recorded') as costs
from e where type ~ '^(llm|cost)' and run_type is not null group by run_type order by run_type;
select attempts, count(*) from (
	select string_agg(concat(payload ->> 'status', ':' || (payload ->> 'error_kind')), ' '
		order by occurred_at) as attempts
	from e where run_type = 'llm_retries' and type = 'llm.call.completed' group by parent) r group by 1 order by 1;
select string_agg(payload ->> 'status', ' ' order by occurred_at) as attempts
from e where run_type = 'tool_retries' and type ~ '^tool' group by parent;
select string_agg(case type when 'llm.call.started' then 'S' when 'llm.call.completed' then 'D' else 'C' end, ''
		order by occurred_at) as sequence,
	case when bool_and(span is not null) then 'span' when bool_and(payload ? 'call_id') then 'call_id'
		when bool_and(payload ? 'evidence_refs') then 'evidence_refs' end as pairs_by, count(distinct run) as runs
from (select *, (row_number() over (partition by run order by occurred_at) - 1) / 6 as part from e
	where run_type = 'parallel_calls' and type ~ '^(llm|cost)') p group by run, part order by 2, 1;
select span is not null as span, payload ? 'call_id' as call_id, payload ? 'cost_usd' as usd,
	payload ? 'estimated_credits' as credits, count(*)
from e where run_type = 'cost_links' and type = 'cost.usage.recorded' group by 1, 2, 3, 4 order by 1, 2, 3;
select count(*) as with_cost from e where type = 'llm.call.completed' and payload ? 'cost_usd';
select count(*) filter (where type = 'llm.call.completed') as unknown_model,
	count(*) filter (where payload ? 'cost_usd') as priced
from e where payload ->> 'model' = 'desk-7b-q4';

-- Usage: its shapes, and what the calls of a run cost by every shape.
select case when payload -> 'usage' ? 'prompt_tokens' then 'OpenAI chat'
		when payload -> 'usage' ? 'input_tokens_details' then 'OpenAI responses'
		when payload -> 'usage' ? 'cache_creation' then 'Anthropic' when payload ? 'usageMetadata' then 'Google'
		when payload ? 'gen_ai.usage.input_tokens' then 'OpenTelemetry'
		when payload ? 'input_tokens' then 'flat' end as shape,
	payload ->> 'provider' as provider, count(*)
from e where run_type = 'usage_shapes' and type = 'llm.call.completed' group by 1, 2 order by 1;
select count(*) filter (where type = 'llm.call.started' and payload ? 'usage') as on_start,
	count(distinct (payload -> 'usage', payload -> 'latency_ms')) as distinct_usages
from e where run_type = 'usage_on_start' and type ~ '^llm';
select count(*) as completed,
	count(*) filter (where (payload ->> 'latency_ms')::int >= (payload ->> 'ttft_ms')::int) as with_times
from e where type = 'llm.call.completed' and payload ->> 'status' = 'succeeded' and run_type <> 'usage_on_start';
select count(*) as priced_as_they_are from (
	select c.payload ->> 'cost_usd' as cost,
		(u ->> 'input_tokens')::numeric * 3 + (u ->> 'cache_read_input_tokens')::numeric * 0.3
		+ (u ->> 'cache_creation_input_tokens')::numeric * 3.75 + (u ->> 'output_tokens')::numeric * 15 as computed
	from e d join e c on c.span = d.span and c.type = 'cost.usage.recorded',
		lateral (select d.payload -> 'usage') x(u)
	where d.type = 'llm.call.completed' and d.payload ->> 'provider' = 'anthropic' and d.payload ? 'usage') p
where cost::numeric = computed / 1000000;

-- Sessions and users, versions of prompts, spans, tools, signals, final actions.
select payload ? 'session_id' as session, payload ? 'conversation_id' as conversation,
	payload ->> 'user_id' as who, count(*)
from e where payload ? 'user_id' group by 1, 2, 3 order by 1, 2;
select count(*) as versions, count(distinct payload #>> '{evidence_refs,0,id}') as ids,
	count(distinct payload ->> 'prompt_hash') as hashes, count(distinct run) as runs,
	count(span) as spans, min(length(payload ->> 'prompt_hash')) as length
from e where payload @> '{"evidence_refs": [{"table": "prompt_versions"}]}';
with recursive tree as (
	select run, span, 1 as depth from e
	where run_type = 'deep_spans' and type ~ '^tool' and parent not in (select span from e where span is not null)
	union all select e.run, e.span, depth + 1 from tree join e on e.parent = tree.span and e.run = tree.run)
select run is not null as run, max(depth) as below_an_unknown_span from tree group by run;
select count(*) as in_cycles from e a join e b on a.parent = b.span and b.parent = a.span
where a.run_type = 'span_cycle';
select string_agg(status || ' ' || n, ', ' order by status collate "C") as statuses,
	sum(n) - sum(timed) as without_latency
from (select payload ->> 'status' as status, count(*) as n, count(payload ->> 'latency_ms') as timed
	from e where run_type = 'tool_statuses' and type ~ '^tool' group by 1) s;
select payload ->> 'signal_type' as signal, count(*),
	bool_and(jsonb_typeof(payload -> 'value') = 'boolean') as boolean, min(payload ->> 'weight') as weight
from e where payload ? 'signal_type' group by 1 order by 1;
select a.payload ->> 'action_kind' as action, a.payload ->> 'status' as status, count(*)
from e a join e c on a.run = c.run and c.type = 'agent.run.completed'
	and c.payload ->> 'final_action' = a.payload ->> 'action_kind'
where a.payload @> '{"final": true}' group by 1, 2 order by 1;
select s.agent_id as target, s.payload ->> 'handoff_from' as source, t.payload ->> 'tool_name' as tool, count(*)
from e s join e t on t.span = s.parent and t.run = s.payload ->> 'parent_run_id'
where s.payload ->> 'trigger' = 'handoff' group by 1, 2, 3;

-- Errors: kinds, states of their handling, causes, the same in several runs.
select payload ->> 'error_kind' as kind, count(*), min(payload ->> 'severity') as severity from e
where run_type = 'error_kinds' and type = 'error.recorded' group by 1 order by 1;
select string_agg(distinct payload ->> 'resolution_status', ' ') as states,
	count(distinct payload ->> 'money_impact') as impacts
from e where run_type = 'error_kinds' and type = 'error.recorded';
select count(*) filter (where payload #>> '{cause,cause,error_kind}' = 'upstream_timeout') as nested,
	count(*) filter (where payload -> 'linked_event_ids' ->> 0 in (select id from e)) as linked
from e where run_type = 'error_causes' and type = 'error.recorded';
select regexp_replace(payload ->> 'message', '[0-9]+|(?<=request )[0-9a-f]+', '#', 'g') as message,
	count(distinct run) as runs, count(distinct payload ->> 'message') as messages
from e where run_type = 'failing_run' and type = 'error.recorded' group by 1;
select project, count(*) as stacks, count(*) filter (where payload ->> 'stack' ~ '\[REDACTED\]') as with_secret
from at_event where payload ? 'stack' group by 1 order by 1;

-- Trading: two currencies, reasons, decisions without id, fills in part and in later runs.
select agent_id, payload ->> 'currency' as currency,
	count(*) filter (where type = 'portfolio.snapshot.recorded') as portfolios,
	count(*) filter (where type = 'performance.snapshot.recorded') as results,
	count(*) filter (where type = 'paper.fill.recorded') > 0 as fills
from e where payload ? 'currency' group by 1, 2 order by 1, 2;
select payload ->> 'rejected_by' as by, payload ->> 'reason_code' as reason, count(*),
	(select string_agg(distinct jsonb_typeof(c.payload -> 'reasons'), ' ') from e c
	 where c.type = 'risk.check.completed' and c.payload ->> 'risk_check_kind' = r.payload ->> 'rejected_by') as reasons
from e r where run_type = 'rejected_decisions' and type = 'trade.rejected' group by 1, 2, 4 order by 1;
select count(*) as without_id from e where type = 'decision.proposed' and not payload ? 'decision_id';
select count(*) as in_a_later_run
from e f join e d on d.type = 'decision.proposed' and d.payload ->> 'decision_id' = f.payload ->> 'decision_id'
where f.type = 'paper.fill.recorded' and f.run <> d.run and f.occurred_at > d.occurred_at;
select count(*) as orders, count(*) filter (where fills = 2 and filled < intended) as in_part from (
	select i.payload ->> 'order_intent_id' as id, (i.payload ->> 'intended_quantity')::int as intended,
		count(*) as fills, sum((f.payload ->> 'quantity')::int) as filled
	from e i join e f on f.type = 'paper.fill.recorded'
		and f.payload ->> 'order_intent_id' = i.payload ->> 'order_intent_id'
	where i.type = 'order.intent.recorded' and i.run_type = 'partial_fills' group by 1, 2) o;

-- Books are coherent: nothing that is reported differs from what follows.
select at_refresh() is not null as refreshed;
select agent_id, "check", count(*) from at_reconcile('messy') group by 1, 2;
select count(*) > 10 as compared from at_reconcile('messy', everything => true)
where agent_id in ('europe', 'overnight');
-- Nothing that is no secret looks like one.
select count(*) from at_event where project = 'messy' and payload::text ~ 'REDACTED|"redacted"';
select count(*) > 10 as redacted from at_event where project = 'secret' and payload::text ~ 'REDACTED|"redacted"';

drop table e;
select at_drop_store();
