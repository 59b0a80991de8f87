-- What calls cost: the worked case, how patterns match, dates, tiers, bounds of
-- the input, rows of the user's own, imported lists, and what at_price refuses.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
-- Without a store there are no prices.
select at_estimate_cost('gpt-5', output => 1);
select at_import_prices('{}');
set client_min_messages = warning;
select at_create_store();
reset client_min_messages;

-- What a call of 1,000 tokens of input and 500 of output costs, and by what.
create function pg_temp.price(model text, provider text default null, at timestamptz default '2026-08-01',
	tier text default 'standard', out cost numeric, out status text, out match text, out pattern text)
language sql as $$
	select cost_usd, status, match, pattern
	from _at_cost(row(1000, null, null, null, 500, null, null, null, null), provider, model, at, tier) $$;

-- The worked case, from payloads in the forms of those who count what was cached
-- beside the input, and within it.
create temp table worked (form text, provider text, model text, payload jsonb);
insert into worked values
('Anthropic', 'anthropic', 'claude-sonnet-4-5', '{"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,
		"cache_read_input_tokens":10000,"output_tokens":500}}'),
('Bedrock', 'anthropic', 'claude-sonnet-4-5',
	'{"usage":{"inputTokens":1000,"cacheWriteInputTokens":2000,"cacheReadInputTokens":10000,"outputTokens":500}}'),
('OpenTelemetry', 'anthropic', 'claude-sonnet-4-5',
	'{"gen_ai.usage.input_tokens":13000,"gen_ai.usage.cache_read.input_tokens":10000,
		"gen_ai.usage.cache_write.input_tokens":2000,"gen_ai.usage.output_tokens":500}'),
('OpenInference', 'anthropic', 'claude-sonnet-4-5',
	'{"llm.token_count.prompt":13000,"llm.token_count.prompt_details.cache_read":10000,
		"llm.token_count.prompt_details.cache_write":2000,"llm.token_count.completion":500}'),
('OpenAI chat', 'anthropic', 'claude-sonnet-4-5',
	'{"usage":{"prompt_tokens":11000,"prompt_tokens_details":{"cached_tokens":10000},"completion_tokens":500}}'),
('OpenAI responses', 'anthropic', 'claude-sonnet-4-5',
	'{"usage":{"input_tokens":11000,"input_tokens_details":{"cached_tokens":10000},"output_tokens":500}}'),
('Google', 'anthropic', 'claude-sonnet-4-5',
	'{"usageMetadata":{"promptTokenCount":11000,"cachedContentTokenCount":10000,"candidatesTokenCount":500}}');
select form, cost_usd, status from worked, _at_cost(at_usage(payload), provider, model, '2026-08-01');
select at_estimate_cost('claude-sonnet-4-5', input_uncached => 1000, cache_write_5m => 2000,
	cache_read => 10000, output => 500);
select item, tokens, usd_per_million, usd, arithmetic, source, note
from _at_explain_cost(row(1000, 10000, 2000, null, 500, null, null, null, null), 'anthropic',
	'claude-sonnet-4-5', '2026-08-01');

-- The shipped list: its size, and that it agrees with another form of it.
select count(*) as prices, count(distinct (provider, model)) as models, count(distinct provider) as providers,
	min(priority), max(priority), string_agg(distinct source, ', ') as source
from at_price;
select usage_kind, service_tier, count(*), sum(usd_per_million) from at_price group by 1, 2 order by 1, 2;
\set content `cat "$PG_ABS_SRCDIR/data/prices/litellm.json"`
select * from at_import_prices(:'content', 'litellm');
select count(*) as same from at_price i
	join at_price s using (provider, model, usage_kind, service_tier, above_input, usd_per_million)
	where i.source = 'litellm' and s.priority = -1000;
select provider, model, usage_kind, service_tier, above_input, usd_per_million from at_price where source = 'litellm'
except select provider, model, usage_kind, service_tier, above_input, usd_per_million from at_price
	where priority = -1000 order by 1, 2, 3;
select distinct on (source) source, priority, match, provider, model, usage_kind, usd_per_million from at_price
	where model = 'gpt-5' order by source, usage_kind;
select * from at_import_prices('{}', 'litellm');

-- Patterns of the shipped list: the name, its letters' case, a provider in front,
-- a date more or less; never a prefix, of which another model may begin.
select left(m.model, 40) as model, m.provider, p.* from (values
	('claude-opus-4-5', 'anthropic'), ('Claude-Opus-4-5', 'Anthropic'),
	('anthropic/claude-opus-4-5', null), ('claude-opus-4-5', null),
	('claude-opus-4-5', 'unknown'), ('claude-opus-4-5', 'openrouter'), ('anthropic/claude-opus-4-5', 'openrouter'),
	('claude-opus-4-5-20251101', null), ('claude-opus-4-5-20990101', null), ('claude-sonnet-4', null),
	('claude-sonnet-4-latest', null),
	('gpt-4o-2024-05-13', 'openai'), ('gpt-4o-2024-08-06', 'openai'), ('gpt-4o-2031-01-01', 'openai'),
	('gpt-4o-mini', 'azure'), ('gpt-4o-mini', null),
	('models/gemini-2.5-pro', 'google'), ('gemini-2.5-pro', 'vertex_ai'), ('xai/grok-4', null), ('grok-4', 'xai'),
	('openai/gpt-oss-120b', 'groq'), ('claude-opus-4-9', 'anthropic'), ('gpt-5-turbo', 'openai'), ('gpt', 'openai'),
	('ft:gpt-4o-2024-08-06:org::id', 'openai'), ('ft:gpt-4o-2024-08-06', 'openai'), ('', null), (' ', null),
	(repeat('x', 300), null), (null, null)) m(model, provider),
	pg_temp.price(m.model, m.provider) p;

-- Kinds without a price of their own cost what output or input costs; cached ones
-- have no such price, and a call with one has no cost.
select item, tokens, usd_per_million, usd, note
	from _at_explain_cost(row(1, 2, null, null, 3, 4, 5, 6, 7), 'openai', 'gpt-5', '2026-08-01');
select item, tokens, usd_per_million, usd, note
	from _at_explain_cost(row(1, 2, 3, 4, 5, null, null, null, null), 'openai', 'gpt-5', '2026-08-01');
select item, tokens, usd_per_million, usd, note
	from _at_explain_cost(
		row(1, null, null, null, 3, 4, null, null, null), 'google', 'gemini-2.5-flash', '2026-08-01');
select item, usd, note from _at_explain_cost(null, 'openai', 'gpt-5', '2026-08-01');
select item, usd, note
	from _at_explain_cost(row(5, null, null, null, null, null, null, null, null), 'openai', 'gpt-99', '2026-08-01');
-- What was reported counts.
select item, usd, note
	from _at_explain_cost(
		row(5, null, null, null, null, null, null, null, null), 'openai', 'gpt-99', '2026-08-01',
		reported_cost => 0.25);
select item, usd, note
	from _at_explain_cost(
		row(1000000, null, null, null, null, null, null, null, null), 'openai', 'gpt-5', '2026-08-01',
		reported_cost => 0.25);
-- No tokens cost nothing, but by a model that has a price.
select * from _at_cost(row(0, null, null, null, 0, null, null, null, null), 'openai', 'gpt-5', '2026-08-01');
select * from _at_cost(row(0, null, null, null, 0, null, null, null, null), 'openai', 'gpt-99', '2026-08-01');

-- Above 200,000 tokens of input, cached ones included, all of the call costs more.
select i as input_uncached,
	at_estimate_cost('claude-sonnet-4-5', input_uncached => i, cache_read => 100000, output => 1000)
	from unnest('{99999,100000,100001}'::bigint[]) i;
-- Tiers of service: without prices for it a model is not priced.
select t.tier, p.* from unnest('{standard,priority,flex,batch,fast,other}'::text[]) t(tier),
	pg_temp.price('gpt-5', tier => t.tier) p;
select item, usd_per_million, note
	from _at_explain_cost(row(1, 1, null, null, 1, null, null, null, null), 'openai', 'gpt-4o', '2026-08-01', 'batch');

-- Rows of the user's own: they win, whatever their pattern; what they do not say
-- the shipped ones do; of several the one that matches better.
insert into at_price (provider, model, match, usage_kind, usd_per_million) values
	('openai', 'gpt-', 'prefix', 'output', 40), ('openai', 'gpt-5', 'prefix', 'output', 50),
	('', 'GPT-5-(mini|nano)', 'regex', 'output', 60), ('', 'house-1', 'exact', 'output', 70),
	('', '^house-', 'regex', 'output', 80), ('', '^house-.*x', 'regex', 'input_uncached', 0);
select m as model, at_estimate_cost(m, output => 1000000) as output,
	at_estimate_cost(m, input_uncached => 1000000) as input
from unnest('{gpt-4o,gpt-5,gpt-5-mini,gpt-5-nano-x,house-1,house-1-2026-01-01,house-2,house-3x,mouse-1}'::text[]) m;
update at_price set priority = 1 where model = '^house-';
select at_estimate_cost('house-1', output => 1000000);

-- Dates: from valid_from on, before valid_until; a gap has no price; of two rows
-- that overlap the one that began later, then the newer one.
insert into at_price (model, usage_kind, usd_per_million, valid_from, valid_until) values
	('dated', 'output', 1, '2026-01-01', '2026-02-01'), ('dated', 'output', 2, '2026-03-01', '2026-06-01'),
	('dated', 'output', 3, '2026-04-01', '2026-05-01'), ('dated', 'output', 4, '2026-05-15', 'infinity'),
	('dated', 'output', 5, '2026-05-15', 'infinity');
select t as at, at_estimate_cost('dated', output => 1000000, at => t)
	from unnest('{2025-12-31 23:59:59.999999+00,2026-01-01 00:00+00,
		2026-01-31 23:59:59.999999+00,2026-02-01 00:00+00,2026-03-01 00:00+00,2026-04-01 00:00+00,
		2026-05-01 00:00+00,2026-05-15 00:00+00,infinity,-infinity}'::timestamptz[]) t;
select p.* from pg_temp.price('dated', at => '2026-02-15') p;

-- One query sees one state of the prices, and the next statement the next one.
do $$
declare a numeric; b numeric;
begin
	for i in 1..3 loop
		a := at_estimate_cost('dated', output => 1000000, at => '2026-07-01');
		update at_price set usd_per_million = usd_per_million + 10 where model = 'dated' and usd_per_million >= 4;
		b := at_estimate_cost('dated', output => 1000000, at => '2026-07-01');
		raise notice '% %', a, b;
	end loop;
end $$;

-- Exact: the largest counts and prices, and the smallest.
insert into at_price (model, usage_kind, usd_per_million) values ('large', 'output', 999999999.999999999),
	('large', 'reasoning', 999999999.999999999), ('large', 'input_uncached', 999999999.999999999),
	('small', 'output', 0.000000001);
select at_estimate_cost('large', input_uncached => 1000000000000, output => 1000000000000, reasoning => 1000000000000),
	at_estimate_cost('small', output => 1), at_estimate_cost('small', output => 0);
select count(*) as wrong from generate_series(1, 2000) i
	where at_estimate_cost('claude-sonnet-4-5', input_uncached => i * 7919 % 100000, output => i * 104729 % 65536)
	is distinct from trim_scale((i * 7919 % 100000) * 3 / 1000000.0 + (i * 104729 % 65536) * 15 / 1000000.0);

-- What at_price refuses.
create function pg_temp.refused(columns text, row_values text) returns text language plpgsql as $$
declare c text;
begin
	execute format('insert into at_price (%s) values (%s)', columns, row_values);
	return 'taken';
exception when check_violation then
	get stacked diagnostics c = constraint_name;
	return c;
when others then
	return sqlstate;
end $$;
select v, pg_temp.refused('model, usage_kind, usd_per_million', v) from unnest(array[
	$$'m', 'output', -1$$, $$'m', 'output', 'NaN'$$, $$'m', 'output', 'Infinity'$$, $$'m', 'output', 1000000000$$,
	$$'m', 'output', 0.0000000001$$,
	$$'m', 'output', 0.1000000000000$$, $$'m', 'output', null$$, $$'', 'output', 1$$,
	$$repeat('m', 256), 'output', 1$$, $$'m', 'Output', 1$$, $$null, 'output', 1$$]) v;
select v, pg_temp.refused('model, usage_kind, usd_per_million, match', v) from unnest(array[
	$$'m', 'output', 1, 'like'$$, $$'(a', 'output', 1, 'regex'$$, $$'(a)\1', 'output', 1, 'regex'$$,
	$$'\\1', 'output', 1, 'regex'$$, $$'a{1,255}', 'output', 1, 'regex'$$,
	$$'(((a{1,99}){1,99}){1,99})', 'output', 1, 'regex'$$, $$repeat('a', 256), 'output', 1, 'regex'$$,
	$$'^(a*)*$', 'output', 1, 'regex'$$, $$'^((a|aa)+)+$', 'output', 1, 'regex'$$]) v;
select v, pg_temp.refused(
	'model, usage_kind, usd_per_million, service_tier, above_input, valid_from, valid_until, source', v)
	from unnest(array[
	$$'m', 'output', 1, 'gold', 0, '-infinity', 'infinity', 'x'$$,
	$$'m', 'output', 1, 'flex', -1, '-infinity', 'infinity', 'x'$$,
	$$'m', 'output', 1, 'flex', 0, '2026-01-01', '2026-01-01', 'x'$$,
	$$'m', 'output', 1, 'flex', 0, '2026-01-01', '2025-01-01', 'x'$$,
	$$'m', 'output', 1, 'flex', 0, '-infinity', 'infinity', ''$$]) v;
-- A regular expression that would never end in an engine that backtracks.
set statement_timeout = '20s';
select at_estimate_cost(repeat('a', 254) || '!', output => 1) is null as ended;
reset statement_timeout;

-- Arguments.
select at_estimate_cost(null, output => 1) is null as no_model;
select at_estimate_cost('gpt-5', output => -1);
select at_estimate_cost('gpt-5', output => 1000000000001);
select at_estimate_cost('gpt-5', output => null);
select at_estimate_cost('gpt-5', at => null);
select at_estimate_cost('gpt-5', service_tier => 'gold');
select _at_cost(row(-1, null, null, null, null, null, null, null, null), null, 'gpt-5', now());

-- A list of Langfuse: patterns, tiers by the input or by an attribute, a start
-- date; what cannot be taken is counted.
select * from at_import_prices($json$[
	{"modelName": "claude-sonnet-4-5", "matchPattern": "(?i)^(anthropic\/)?(claude-sonnet-4-5)$",
		"startDate": "2026-01-01T00:00:00Z", "pricingTiers": [
		{"name": "Standard", "isDefault": true, "conditions": [], "prices": {"input": 3e-6, "output": "0.000015",
			"cache_read_input_tokens": 3e-7, "input_cache_creation_1h": 6e-6, "web_search": 1}},
		{"name": "Large", "conditions": [
			{"usageDetailPattern": "(input|prompt|cached)", "operator": "gt", "value": 200000}],
			"prices": {"input": 6e-6}},
		{"name": "Fast", "conditions": [{"key": "speed", "source": "metadata", "values": ["fast"]}],
			"prices": {"input": 18e-6}},
		{"name": "Other", "conditions": [{"usageDetailPattern": "^output", "operator": "lt", "value": 5}],
			"prices": {"input": 1}}]},
	{"modelName": "ada", "matchPattern": "^ada$", "totalPrice": 1e-7},
	{"modelName": "back", "matchPattern": "(a)\\1", "prices": {"input": 1e-6}},
	{"modelName": "broken", "matchPattern": "(a", "prices": {"input": 1e-6}},
	{"modelName": "negative", "matchPattern": "^n$", "prices": {"input": -1}},
	{"modelName": "free", "matchPattern": "^f$", "prices": {"input": 0, "output": 0}},
	5, null, {}, "x"]$json$, 'langfuse');
select model, match, usage_kind, service_tier, above_input, usd_per_million, valid_from, priority from at_price
	where source = 'langfuse' order by 1, 3, 4, 5;
select * from at_import_prices('{"a": 5, "b": {"input_cost_per_token": "x"},
		"c": {"input_cost_per_token": -1, "output_cost_per_token": 1e-5}, "d": {"input_cost_per_token": 1e9},
		"e/f": {"input_cost_per_token": 1.2500000000000001e-07, "litellm_provider": "E"},
		"g": {"input_cost_per_token": 0, "output_cost_per_token": 1e-6}, "": {"input_cost_per_token": 1}}', 'mine');
select provider, model, usage_kind, usd_per_million, priority from at_price where source = 'mine' order by 1, 2;
select * from at_import_prices('[]', 'langfuse');
select at_import_prices('"x"');
select at_import_prices('{}', '');
select at_import_prices('{}', 'agent_tracker 2030-01-01');

-- An upgrade puts shipped rows back as they were, and lets all others be.
select count(*) filter (where priority = -1000) as shipped,
	count(*) filter (where priority > -1000) as others from at_price;
update at_price set usd_per_million = 999 where source like 'agent_tracker %' and model = 'gpt-5';
insert into at_price (model, usage_kind, usd_per_million, source, priority)
	values ('gone', 'output', 1, 'agent_tracker 2020-01-01', -1000);
select at_upgrade_store();
select count(*) filter (where priority = -1000) as shipped, count(*) filter (where priority > -1000) as others,
	count(*) filter (where usd_per_million = 999) as changed, max(price_id) > 5000 as replaced from at_price;
select max(price_id) as last from at_price \gset
select at_upgrade_store();
select max(price_id) = :last as untouched from at_price;

-- Who may do what.
create role regress_at_price_reader;
select at_grant('regress_at_price_reader', 'reader');
set role regress_at_price_reader;
select at_estimate_cost('gpt-5', output => 1000000, provider => 'openai');
select at_import_prices('{}');
insert into at_price (model, usage_kind, usd_per_million) values ('x', 'output', 1);
reset role;
create role regress_at_price_nobody;
set role regress_at_price_nobody;
select at_estimate_cost('gpt-5', output => 1000000);
reset role;
drop owned by regress_at_price_reader, regress_at_price_nobody;
-- Imports write as the store's owner, who need not be the extension's, and no
-- trigger of his runs with the rights of a superuser who calls.
create role regress_at_price_owner;
grant usage on schema public to regress_at_price_owner;
alter table at_event owner to regress_at_price_owner;
alter table at_price owner to regress_at_price_owner;
create function pg_temp.say_who() returns trigger
	language plpgsql as $$ begin raise notice 'as %', current_user; return null; end $$;
create trigger say_who after insert or delete on at_price for each statement execute function pg_temp.say_who();
select * from at_import_prices('{"m": {"input_cost_per_token": 1e-6}}', 'owner');
alter table at_event owner to current_user;
alter table at_price owner to current_user;
drop owned by regress_at_price_owner;
drop role regress_at_price_owner;
drop role regress_at_price_reader, regress_at_price_nobody;
select at_drop_store();
