-- What the calls of a store cost: one explained, those without a price, and the
-- facts of runs when prices change.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
-- Without a store.
select at_explain_cost('evt_x');
select at_reprice('-infinity', 'infinity');
set client_min_messages = warning;
select at_create_store();
reset client_min_messages;

create function pg_temp.at(n int, type text, t timestamptz, payload jsonb, span text default null,
	run text default 'run_1') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_id', 'evt_' || n, 'event_type', type, 'occurred_at',
		to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'span_id', span, 'run_id', run), payload) || e'\n' $$;
select * from pg_temp.ingest(
	pg_temp.at(1, 'agent.run.started', '2026-08-01 10:00+00', '{}') ||
	pg_temp.at(2, 'llm.call.started', '2026-08-01 10:00:01+00',
		'{"provider":"anthropic","model":"claude-sonnet-4-5",
			"prompt_family":"f","prompt_version":"1","prompt_hash":"sha256:aa"}', 'span_1') ||
	pg_temp.at(3, 'llm.call.completed', '2026-08-01 10:00:05+00',
		'{"provider":"anthropic","model":"claude-sonnet-4-5","status":"succeeded",
			"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,
				"cache_read_input_tokens":10000,"output_tokens":500}}', 'span_1') ||
	pg_temp.at(4, 'llm.call.completed', '2026-08-01 10:01:05+00',
		'{"provider":"acme","model":"acme-1","status":"succeeded","usage":{"input_tokens":1000,"output_tokens":500}}',
		'span_2') ||
	pg_temp.at(5, 'llm.call.completed', '2026-08-01 10:02:05+00',
		'{"provider":"openai","model":"gpt-5","status":"succeeded","estimated_cost":"0.68",
			"usage":{"prompt_tokens":1000,"completion_tokens":500}}', 'span_3') ||
	pg_temp.at(6, 'llm.call.completed', '2026-08-01 10:03:05+00',
		'{"provider":"openai","model":"gpt-5","status":"succeeded",
			"usage":{"prompt_tokens":-1,"completion_tokens":500}}', 'span_4') ||
	pg_temp.at(7, 'llm.call.completed', '2026-08-01 10:04:05+00',
		'{"provider":"openai","model":"gpt-5","status":"succeeded","service_tier":"batch",
			"usage":{"prompt_tokens":1,"completion_tokens":500}}', 'span_5') ||
	pg_temp.at(8, 'llm.call.completed', '2026-08-01 10:05:05+00',
		'{"provider":"openai","model":"gpt-5","status":"failed"}', 'span_6') ||
	pg_temp.at(9, 'llm.call.completed', '2026-08-01 10:06:05+00',
		'{"provider":"openai","model":"gpt-4o","status":"succeeded"}', 'span_7') ||
	pg_temp.at(10, 'cost.usage.recorded', '2026-08-01 10:06:06+00',
		'{"provider":"openai","model":"gpt-4o","quantity":1500,"usage_kind":"tokens","service_tier":"batch",
			"usage":{"prompt_tokens":1000,"completion_tokens":500}}', 'span_7') ||
	pg_temp.at(11, 'cost.usage.recorded', '2026-08-01 10:07:05+00',
		'{"provider":"exa","quantity":1,"usage_kind":"search_query","estimated_credits":5}', 'span_8') ||
	pg_temp.at(12, 'agent.run.completed', '2026-08-01 10:08+00', '{"status":"succeeded"}') ||
	pg_temp.at(13, 'llm.call.completed', '2026-09-01 10:00+00',
		'{"provider":"acme","model":"acme-1","status":"succeeded","cost_usd":0,
			"usage":{"input_tokens":1000,"output_tokens":500}}', 'span_9', 'run_2') ||
	pg_temp.at(14, 'llm.call.completed', '2026-09-01 10:01+00',
		'{"provider":"acme","model":"acme-1","status":"succeeded","usage":{"input_tokens":7,"output_tokens":5}}',
		'span_10', 'run_2'));

-- One call by its completion, its start or its metered usage; what is of no call.
select e.event_id, x.item, x.tokens, x.usd_per_million, x.usd, x.arithmetic, x.source, x.note
from at_event e, at_explain_cost(e.event_id::text) with ordinality x where e.occurred_at < '2026-08-02'
	order by e.occurred_at, x.ordinality;
select count(*) from at_explain_cost('evt_none');
select count(*) from at_explain_cost('not an id');
select count(*) from at_explain_cost(null);
-- As the listing has it.
select c.event_id, c.cost_usd, c.cost_source, c.flags, x.usd is not distinct from c.cost_usd as same
from at_llm_calls() c, at_explain_cost(c.event_id::text) x where x.item = 'cost' order by c.ended_at;

-- Models without a price.
select provider, model, reason, calls, tokens, first_seen, last_seen from at_unpriced_model order by 1, 2, 3;

-- A price that is added later: the listing has it at once, facts of runs keep what
-- they were computed with until they are priced again.
select runs from at_refresh();
select run_id, cost_usd, unpriced_calls from at_run order by run_id;
select * from at_reprice('-infinity', 'infinity');
insert into at_price (provider, model, usage_kind, usd_per_million, valid_from) values
	('acme', 'acme-1', 'input_uncached', 1, '2026-08-01'), ('acme', 'acme-1', 'output', 2, '2026-08-01');
select event_id, cost_usd, cost_source from at_llm_calls() where provider = 'acme' order by ended_at;
select run_id, old_usd, new_usd, old_unpriced, new_unpriced from at_reprice('-infinity', 'infinity');
select run_id, old_usd, new_usd from at_reprice('2026-08-01', '2026-08-02');
select run_id, old_usd, new_usd from at_reprice('2026-08-02', '2026-09-01');
select run_id, cost_usd, unpriced_calls from at_run order by run_id;
select count(*) from at_reprice('2026-08-01', '2026-08-02', false);
select run_id, cost_usd, unpriced_calls from at_run order by run_id;
select runs from at_refresh();
select run_id, cost_usd, unpriced_calls from at_run_fact order by run_id;
select run_id, old_usd, new_usd, old_unpriced, new_unpriced from at_reprice('-infinity', 'infinity', dry_run => false);
select runs from at_refresh();
select count(*) as left_over from at_reprice('-infinity', 'infinity');
-- A reported cost stays, also when it is zero.
select event_id, cost_usd, cost_source from at_llm_calls(since => '2026-09-01') order by ended_at;
select provider, model, reason, calls, tokens from at_unpriced_model order by 1, 2, 3;

-- Of more models than are looked up one by one: each costs what it is estimated at, also
-- with a date, without a provider, or with one in front of its name.
select accepted from at_ingest_jsonl((select string_agg(pg_temp.at(100 + n::int, 'llm.call.completed',
		timestamptz '2026-10-01' + n * interval '1 second',
		jsonb_build_object('provider', case n % 3 when 0 then provider else '' end, 'model',
			case n % 3 when 1 then provider || '/' || model when 2 then upper(model) || '-2031-01-01' else model end,
			'status', 'ok', 'usage', '{"input_tokens": 1000, "output_tokens": 500}'::jsonb)), '')
	from (select provider, model, row_number() over (order by provider, model collate "C") as n
		from (select distinct provider, model from at_price where match = 'exact' and provider <> '') p) p));
create function pg_temp.prices(until timestamptz) returns table (calls bigint, priced bigint, other bigint)
language sql as $$
	select count(*), count(c.cost_usd), count(*) filter (where c.cost_usd is distinct from at_estimate_cost(c.model,
		input_uncached => 1000, output => 500, provider => c.provider, at => c.ended_at))
	from at_llm_calls('paper', '2026-10-01', until) c
$$;
select calls, priced > 20 as priced, other from pg_temp.prices('2026-10-01 00:00:41');
select calls > 500 as calls, priced > 300 as priced, other from pg_temp.prices('2026-10-02');

-- Arguments, and who may do what.
select at_reprice(null, 'infinity');
select at_reprice('-infinity', 'infinity', null);
create role regress_at_cost_reader;
select at_grant('regress_at_cost_reader', 'reader');
set role regress_at_cost_reader;
select item, usd from at_explain_cost('evt_3') where item = 'cost';
select count(*) from at_unpriced_model;
select at_reprice('-infinity', 'infinity');
reset role;
drop owned by regress_at_cost_reader;
drop role regress_at_cost_reader;
select at_drop_store();
