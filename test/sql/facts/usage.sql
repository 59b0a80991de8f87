-- Tokens of calls out of payloads: one call in the form of every provider and
-- library, what decides between forms, and counts that are none.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

create temp table form (n serial, name text, payload jsonb);
create function pg_temp.show(first int) returns table (name text, usage at_token_usage, object text,
	service_tier text, conflict boolean, unreadable text[])
language sql as $$ select f.name, u.* from form f, at_explain_usage(f.payload) u where f.n >= first order by f.n $$;

-- One call: 1,000 tokens that were not cached, 10,000 read from a cache, 2,000
-- written to it, 500 of output; providers without writes have 11,000 of input.
insert into form (name, payload) values
('Anthropic', '{"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,"cache_read_input_tokens":10000,
		"output_tokens":500,"service_tier":"standard"}}'),
('Anthropic, writes by lifetime', '{"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,
		"cache_creation":{"ephemeral_5m_input_tokens":1500,"ephemeral_1h_input_tokens":500},
		"cache_read_input_tokens":10000,"output_tokens":500}}'),
('Anthropic, attributes', '{"anthropic.usage.cache_creation.ephemeral_1h_input_tokens":2000,
		"gen_ai.usage.input_tokens":13000,"gen_ai.usage.cache_read.input_tokens":10000,
		"gen_ai.usage.cache_write.input_tokens":2000,"gen_ai.usage.output_tokens":500}'),
('OpenAI chat', '{"usage":{"prompt_tokens":11000,"completion_tokens":500,"total_tokens":11500,
		"prompt_tokens_details":{"cached_tokens":10000,"audio_tokens":0},
		"completion_tokens_details":{"reasoning_tokens":100,"audio_tokens":0}}}'),
('OpenAI responses', '{"response":{"usage":{"input_tokens":11000,"output_tokens":500,"total_tokens":11500,
		"input_tokens_details":{"cached_tokens":10000},"output_tokens_details":{"reasoning_tokens":100}}}}'),
('DeepSeek', '{"usage":{"prompt_tokens":11000,"completion_tokens":500,"prompt_cache_hit_tokens":10000,
		"prompt_cache_miss_tokens":1000}}'),
('Google', '{"usageMetadata":{"promptTokenCount":11000,"candidatesTokenCount":400,"thoughtsTokenCount":100,
		"cachedContentTokenCount":10000,"totalTokenCount":11500,
		"promptTokensDetails":[{"modality":"TEXT","tokenCount":10900},
		{"modality":"AUDIO","tokenCount":60},{"modality":"IMAGE","tokenCount":40}]}}'),
('Google, Python', '{"usage_metadata":{"prompt_token_count":10900,"tool_use_prompt_token_count":100,
		"candidates_token_count":500,"cached_content_token_count":10000,"total_token_count":11500}}'),
('Bedrock', '{"usage":{"inputTokens":1000,"outputTokens":500,"totalTokens":13500,"cacheReadInputTokens":10000,
		"cacheWriteInputTokens":2000}}'),
('OpenTelemetry', '{"gen_ai.usage.input_tokens":13000,"gen_ai.usage.cache_read.input_tokens":10000,
		"gen_ai.usage.cache_write.input_tokens":2000,"gen_ai.usage.output_tokens":500,
		"gen_ai.usage.reasoning.output_tokens":0}'),
('OpenTelemetry, older', '{"gen_ai.usage.prompt_tokens":13000,"gen_ai.usage.cache_read_input_tokens":10000,
		"gen_ai.usage.cache_creation_input_tokens":2000,"gen_ai.usage.completion_tokens":500}'),
('OpenTelemetry, objects', '{"gen_ai":{"usage":{"input_tokens":13000,"cache_read":{"input_tokens":10000},
		"cache_creation.input_tokens":2000,"output_tokens":500}}}'),
('OpenInference', '{"llm.token_count.prompt":13000,"llm.token_count.completion":500,"llm.token_count.total":13500,
		"llm.token_count.prompt_details.cache_read":10000,"llm.token_count.prompt_details.cache_write":2000}'),
('OpenInference, objects', '{"llm":{"token_count":{"prompt":13000,"completion":500,"prompt_details":
		{"cache_read":10000,"cache_write":2000,"audio":100},"completion_details":{"reasoning":100,"audio":50}}}}'),
('LangChain', '{"usage_metadata":{"input_tokens":13000,"output_tokens":500,"total_tokens":13500,
		"input_token_details":{"cache_read":10000,"cache_creation":2000}}}'),
('AI SDK', '{"ai.usage.inputTokens":13000,"ai.usage.cachedInputTokens":10000,
		"ai.usage.inputTokenDetails.noCacheTokens":1000,"ai.usage.inputTokenDetails.cacheReadTokens":10000,
		"ai.usage.inputTokenDetails.cacheWriteTokens":2000,"ai.usage.outputTokens":500}'),
('Langfuse', '{"usage_details":{"input":1000,"input_cached_tokens":10000,"input_cache_creation":2000,"output":400,
		"output_reasoning_tokens":100,"total":13500}}'),
('Langfuse, an attribute', jsonb_build_object('langfuse.observation.usage_details',
	'{"input":1000,"cache_creation_input_tokens":2000,"cache_read_input_tokens":10000,"output":500,"total":13500}')),
('AI SDK, embedding', '{"ai.usage.tokens":9}'),
('LiteLLM', '{"usage":{"prompt_tokens":13000,"completion_tokens":500,"total_tokens":13500,"prompt_tokens_details":
		{"cached_tokens":10000},"cache_read_input_tokens":10000,"cache_creation_input_tokens":2000}}'),
('columns of at_token_usage', '{"token_usage":{"input_uncached":1000,"cache_read":10000,"cache_write_5m":1500,
		"cache_write_1h":500,"output":400,"reasoning":100}}'),
('the contract''s client', '{"token_usage":{"input":780,"output":94}}'),
('flat', '{"input_tokens":1000,"output_tokens":500,"max_tokens":4096,"input":"text","output":"text"}');
select * from pg_temp.show(1);

-- What the names do not say, the provider does; an input below its cached parts
-- cannot include them, and a total may show that it does not.
truncate form;
insert into form (n, name, payload) values
(101, 'unknown provider', '{"token_usage":{"input":12000,"output":500,"cache_read":10000}}'),
(102, 'Anthropic', '{"provider":"anthropic","token_usage":{"input":12000,"output":500,"cache_read":10000}}'),
(103, 'Bedrock', '{"provider":"AWS.Bedrock","token_usage":{"input":12000,"output":500,"cache_read":10000}}'),
(104, 'a model of Anthropic',
	'{"model":"anthropic/claude-opus-4-5","token_usage":{"input":12000,"output":500,"cache_read":10000}}'),
(105, 'that another provider reports',
	'{"model":"claude-opus-4-5","provider":"openai","token_usage":{"input":12000,"output":500,"cache_read":10000}}'),
(106, 'too little to include it', '{"token_usage":{"input":1000,"output":500,"cache_read":10000}}'),
(107, 'the same, against the names', '{"gen_ai.usage.input_tokens":1000,"gen_ai.usage.cache_read.input_tokens":10000}'),
(108, 'a total that shows it', '{"token_usage":{"input":12000,"output":500,"cache_read":10000,"total":22500}}'),
(109, 'reasoning beside the output', '{"usage":{"prompt_tokens":10,"completion_tokens":500,"total_tokens":810,
		"completion_tokens_details":{"reasoning_tokens":300}}}'),
(110, 'as xAI counts', '{"provider":"xai",
		"usage":{"prompt_tokens":10,"completion_tokens":500,"completion_tokens_details":{"reasoning_tokens":300}}}'),
(111, 'more reasoning than output',
	'{"usage":{"input_tokens":10,"output_tokens":5,"output_tokens_details":{"reasoning_tokens":300}}}'),
(112, 'cached audio',
	'{"usage":{"prompt_tokens":1000,"prompt_tokens_details":{"cached_tokens":800,"audio_tokens":900}}}');
select * from pg_temp.show(101);

-- Two spellings: the provider's own object is believed, and that they disagree
-- is told.
truncate form;
insert into form (n, name, payload) values
(201, 'a copy', '{"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,"cache_read_input_tokens":10000,
		"output_tokens":500},"gen_ai.usage.input_tokens":13000,"gen_ai.usage.output_tokens":500}'),
(202, 'a copy without the cache', '{"usage":{"input_tokens":1000,"cache_read_input_tokens":10000,"output_tokens":500},
		"llm":{"token_count":{"prompt":1000,"completion":500}}}'),
(203, 'another input', '{"gen_ai.usage.input_tokens":999,"gen_ai.usage.output_tokens":500,
		"usage":{"input_tokens":1000,"output_tokens":500}}'),
(204, 'another output', '{"input_tokens":1000,"output_tokens":501,"usage":{"input_tokens":1000,"output_tokens":500}}'),
(205, 'two names in one object',
	'{"usage":{"prompt_tokens":1000,"input_tokens":0,"completion_tokens":0,"output_tokens":500}}'),
(206, 'a whole of other parts', '{"usage":{"input_tokens":10,"cache_creation_input_tokens":100,
		"cache_creation":{"ephemeral_5m_input_tokens":70,"ephemeral_1h_input_tokens":50}}}'),
(207, 'three objects', '{"usage":{"input_tokens":1},"token_usage":{"input":1},"input_tokens":2}'),
(209, 'a copy with more detail', '{"gen_ai.usage.input_tokens":13000,"gen_ai.usage.output_tokens":500,
		"ai.usage.inputTokens":13000,"ai.usage.inputTokenDetails.cacheReadTokens":10000,
		"ai.usage.inputTokenDetails.cacheWriteTokens":2000,"ai.usage.outputTokens":500}'),
(210, 'another with more detail',
	'{"gen_ai.usage.input_tokens":13001,"gen_ai.usage.output_tokens":500,"ai.usage.inputTokens":13000,
		"ai.usage.inputTokenDetails.cacheReadTokens":10000,"ai.usage.outputTokens":500}'),
(208, 'one that can be read', '{"usage":{"input_tokens":-1,"output_tokens":500},"gen_ai.usage.input_tokens":1000,
		"gen_ai.usage.output_tokens":500}');
select * from pg_temp.show(201);

-- What is no count: it is not known, never wrapped around, and told.
truncate form;
insert into form (n, name, payload) values
(301, 'digest', '{"token_usage":{"input":{"chars":3,"redacted":true,"sha256":"sha256:f610"},"output":79}}'),
(302, 'digests', '{"token_usage":{"input":{"chars":3,"redacted":true,"sha256":"sha256:f610"},
		"output":{"chars":2,"redacted":true,"sha256":"sha256:f610"}}}'),
(303, 'digest of all', '{"token_usage":{"chars":30,"redacted":true,"sha256":"sha256:f610"}}'),
(304, 'negative', '{"usage":{"input_tokens":-5,"output_tokens":500}}'),
(305, 'a part',
	'{"usage":{"prompt_tokens":1000,"completion_tokens":500,"prompt_tokens_details":{"cached_tokens":-1}}}'),
(306, 'absurd', '{"usage":{"input_tokens":1000000000001,"output_tokens":1e400}}'),
(307, 'the most',
	'{"usage":{"input_tokens":1000000000000,"output_tokens":1.0e12,"cache_read_input_tokens":"1000000000000"}}'),
(308, 'beyond 64 bits', '{"usage":{"input_tokens":18446744073709551617,"output_tokens":"18446744073709551617"}}'),
(309, 'fractions', '{"usage":{"input_tokens":1.5,"output_tokens":10.00,"cache_read_input_tokens":1e-3}}'),
(310, 'texts', '{"usage":{"input_tokens":"1000","output_tokens":"007"}}'),
(311, 'other texts', '{"usage":{"input_tokens":"1,000","output_tokens":" 5","cache_read_input_tokens":"1e3",
		"cache_creation_input_tokens":""}}'),
(312, 'null and boolean', '{"usage":{"input_tokens":null,"output_tokens":true,"cache_read_input_tokens":5}}'),
(313, 'array', '{"usage":{"input_tokens":[1],"output_tokens":[],"cache_read_input_tokens":5}}'),
(314, 'media', '{"usageMetadata":{"promptTokenCount":10,
		"promptTokensDetails":[{"modality":"AUDIO","tokenCount":-1},{"modality":"AUDIO"},{"tokenCount":1},5,null]}}'),
(315, 'characters', '{"usage":{"input":1000,"output":400,"unit":"CHARACTERS"}}'),
(316, 'tokens', '{"usage":{"input":1000,"output":400,"unit":"TOKENS"}}'),
(317, 'credits', '{"provider":"exa","quantity":1,"usage_kind":"search_query","estimated_credits":5}'),
(318, 'a total alone', '{"usage":{"total_tokens":1500}}'),
(319, 'zero', '{"usage":{"input_tokens":0,"output_tokens":0}}'),
(320, 'text', '{"usage":"1000","token_usage":"{}"}'),
(325, 'an attribute', jsonb_build_object('mlflow.chat.tokenUsage',
	'{"input_tokens":-1,"output_tokens":1.5,"cache_read_input_tokens":true,"total_tokens":{"x":1}}')),
(326, 'an attribute that is cut', jsonb_build_object('mlflow.chat.tokenUsage', '{"input_tokens":1,"outp')),
(327, 'a long attribute',
	jsonb_build_object('mlflow.chat.tokenUsage', '{"input_tokens":1' || repeat(' ', 10000) || '}')),
(328, 'only tokens', '{"tokens":5}'),
(321, 'no object', '[{"usage":{"input_tokens":1}}]'),
(322, 'nothing', '{}'),
(323, 'deep', '{"usage":{"a":{"b":{"c":{"d":{"input_tokens":1}}}}},"gen_ai":{"x":{"usage":{"input_tokens":1}}}}'),
(324, 'long names',
	jsonb_build_object(repeat('tokens.', 40) || 'input_tokens', 1, 'usage', jsonb_build_object(repeat('x', 300), 5)));
select * from pg_temp.show(301);
select count(*) as unusable from form where at_usage(payload) is null;
select at_usage(null) is null as no_payload, at_usage('"x"') is null as no_object,
	at_usage('null') is null as json_null;

-- The tier of service: the object's, else the response's, else the request's.
truncate form;
insert into form (n, name, payload) values
(401, 'object', '{"service_tier":"flex","usage":{"prompt_tokens":1,"service_tier":"priority"}}'),
(402, 'payload', '{"service_tier":"Flex","usage":{"prompt_tokens":1}}'),
(403, 'response',
	'{"openai.response.service_tier":"default","openai.request.service_tier":"flex","gen_ai.usage.input_tokens":1}'),
(404, 'request', '{"gen_ai.openai.request.service_tier":"flex","gen_ai.usage.input_tokens":1}'),
(405, 'Anthropic''s speed', '{"usage":{"input_tokens":1,"speed":"fast","service_tier":"standard"}}'),
(406, 'batches', '{"usage":{"input_tokens":1,"service_tier":"batch"}}'),
(407, 'Google', '{"usageMetadata":{"promptTokenCount":1,"trafficType":"ON_DEMAND"}}'),
(408, 'Google, provisioned', '{"usageMetadata":{"promptTokenCount":1,"trafficType":"PROVISIONED_THROUGHPUT"}}'),
(409, 'no text', '{"service_tier":5,"usage":{"input_tokens":1,"service_tier":null}}');
select name, usage, service_tier from pg_temp.show(401);

-- What was redacted before it was stored: today's rules let counts be.
select at_usage(e -> 'payload') from (select at_redact(
	'{"payload":{"token_usage":{"input":780,"output":94},"usage":{"prompt_tokens":10,"completion_tokens":5,
		"prompt_tokens_details":{"cached_tokens":3}},"gen_ai.usage.input_tokens":7}}'::json)::jsonb as e) x;
