-- Tokens of calls, prices of models, and what calls cost.

CREATE TYPE at_token_usage AS (
	input_uncached bigint,
	cache_read bigint,
	cache_write_5m bigint,
	cache_write_1h bigint,
	output bigint,
	reasoning bigint,
	input_audio bigint,
	output_audio bigint,
	image bigint
);
COMMENT ON TYPE at_token_usage IS 'tokens of a call by kind: input that was not cached, read from a cache, written to one for five minutes or for an hour, output, reasoning, audio in and out, images in; the kinds are disjoint, so their sum is the tokens of the call; NULL: not known';

CREATE FUNCTION at_usage(payload jsonb) RETURNS at_token_usage
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_usage(jsonb) IS 'tokens of a call as the payload of its event says them, in the form of OpenAI (chat or responses), Anthropic, Google, Bedrock, OpenTelemetry, OpenInference, LangChain, the AI SDK or Langfuse, or as token_usage; NULL when no count can be read: negative, fractional or absurd numbers and digests of redacted ones cannot';

CREATE FUNCTION at_explain_usage(payload jsonb, OUT usage at_token_usage, OUT object text,
	OUT service_tier text, OUT conflict boolean, OUT unreadable text[])
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_explain_usage(jsonb) IS 'at_usage() with how it was read: path of the object in the payload that was believed (empty for the payload itself), tier of service (other for one that is not billed by tokens), whether the payload contradicts itself, and the kinds whose counts are there and cannot be read';

CREATE FUNCTION _at_usage_kind(member text) RETURNS text
AS 'MODULE_PATHNAME', 'at_usage_kind' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_usage_kind(text) IS 'internal: the kind of tokens that a member of an object of usage counts, total for the member that counts all; NULL for others; price lists use the same names';

CREATE FUNCTION _at_shipped_prices(OUT provider text, OUT model text, OUT match text, OUT usage_kind text,
	OUT service_tier text, OUT above_input bigint, OUT usd_per_million numeric, OUT source text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_shipped_prices' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 3000;
COMMENT ON FUNCTION _at_shipped_prices() IS 'internal: the price list of this release; source is agent_tracker and its date';

CREATE FUNCTION _at_provider_name(provider text) RETURNS text
AS 'MODULE_PATHNAME', 'at_provider_name' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_provider_name(text) IS 'internal: name of a provider in lower case, the one of the OpenTelemetry conventions for an alias; empty for unknown and none';

CREATE FUNCTION _at_bare_model(model text) RETURNS text
AS 'MODULE_PATHNAME', 'at_bare_model' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_bare_model(text) IS 'internal: name of a model in lower case, without a known provider and a slash in front';

CREATE FUNCTION _at_model_stem(model text) RETURNS text
AS 'MODULE_PATHNAME', 'at_model_stem' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_model_stem(text) IS 'internal: name of a model in lower case, without the date or version at its end; at_price has an index over it';

CREATE FUNCTION _at_may_be_price_pattern(model text, match text) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_may_be_price_pattern' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_may_be_price_pattern(text, text) IS 'internal: whether at_price takes this pattern: 1 to 255 bytes, and a regular expression that is valid, has no back references, with which matching could take for ever, and no counted repetitions that make it huge';

CREATE FUNCTION at_estimate_cost(model text, input_uncached bigint DEFAULT 0, cache_read bigint DEFAULT 0,
	cache_write_5m bigint DEFAULT 0, cache_write_1h bigint DEFAULT 0, output bigint DEFAULT 0,
	reasoning bigint DEFAULT 0, input_audio bigint DEFAULT 0, output_audio bigint DEFAULT 0,
	image bigint DEFAULT 0, provider text DEFAULT NULL, at timestamptz DEFAULT now(),
	service_tier text DEFAULT 'standard') RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_estimate_cost(text, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, text, timestamptz, text) IS 'USD that a call of this model with so many tokens of each kind costs, exactly, by the prices of at_price at that time; NULL when the model, its tier or one of the kinds has no price; without a provider that of the first one in the shipped order who offers the model; raises 42P01 without a store';

CREATE FUNCTION _at_cost(usage at_token_usage, provider text, model text, at timestamptz,
	service_tier text DEFAULT 'standard', OUT cost_usd numeric, OUT status text, OUT match text,
	OUT pattern text, OUT price_ids bigint[], OUT unpriced text[])
AS 'MODULE_PATHNAME', 'at_cost' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _at_cost(at_token_usage, text, text, timestamptz, text) IS 'internal: what a call costs; why not (no usage, unknown model, unknown tier, no price); how which pattern matched (exact, dated, prefix, regex); the rows of at_price used, and the kinds that have none';

CREATE FUNCTION _at_explain_cost(usage at_token_usage, provider text, model text, at timestamptz,
	service_tier text DEFAULT 'standard', reported_cost numeric DEFAULT NULL, cost_source text DEFAULT 'reported',
	unreadable boolean DEFAULT false, OUT item text, OUT tokens bigint,
	OUT usd_per_million numeric, OUT usd numeric, OUT arithmetic text, OUT price_id bigint, OUT source text,
	OUT note text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_explain_cost_of' LANGUAGE C STABLE PARALLEL SAFE COST 1000 ROWS 5;
COMMENT ON FUNCTION _at_explain_cost(at_token_usage, text, text, timestamptz, text, numeric, text, boolean) IS 'internal: the arithmetic of a cost: a row per kind of tokens with its price, then computed (the sum, or why there is none) and cost (what counts: the reported cost if there is one, of which the note says cost_source); unreadable: some counts cannot be read, so that there is no sum';

-- Prices of a file of LiteLLM: an object of models, whose members *_cost_per_token
-- are in USD per token, with suffixes for tiers.
CREATE FUNCTION _at_litellm_prices(prices jsonb, OUT entry text, OUT provider text, OUT model text, OUT match text,
	OUT usage_kind text, OUT service_tier text, OUT above_input bigint, OUT usd_per_million numeric,
	OUT valid_from timestamptz) RETURNS SETOF record
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE ROWS 3000
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN QUERY
	SELECT m.key, coalesce(@extschema@._at_provider_name(m.value ->> 'litellm_provider'), ''), @extschema@._at_bare_model(m.key), 'exact'::text,
		CASE k.part[1] WHEN 'input_cost_per_token' THEN 'input_uncached'
			WHEN 'output_cost_per_token' THEN 'output'
			WHEN 'cache_read_input_token_cost' THEN 'cache_read'
			WHEN 'cache_creation_input_token_cost' THEN CASE WHEN k.part[2] IS NULL THEN 'cache_write_5m' ELSE 'cache_write_1h' END
			WHEN 'output_cost_per_reasoning_token' THEN 'reasoning'
			WHEN 'input_cost_per_audio_token' THEN 'input_audio'
			WHEN 'output_cost_per_audio_token' THEN 'output_audio'
			WHEN 'input_cost_per_image_token' THEN 'image' END,
		CASE k.part[4] WHEN 'batches' THEN 'batch' ELSE coalesce(k.part[4], 'standard') END,
		coalesce(k.part[3]::bigint * 1000, 0),
		-- floating-point numbers are written with more digits than a price has
		trim_scale(round(@extschema@.at_decimal(p.value) * 1000000, 9)), '-infinity'::timestamptz
	FROM jsonb_each(prices) m
		CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ELSE '{}' END) p
		CROSS JOIN LATERAL regexp_match(p.key, '^(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost'
			'|cache_creation_input_token_cost(?=$|_a|_p|_f|_b)|output_cost_per_reasoning_token|input_cost_per_audio_token'
			'|output_cost_per_audio_token|input_cost_per_image_token)(_above_1hr)?(?:_above_([0-9]{1,6})k_tokens)?'
			'(?:_(priority|flex|batches))?$') k(part)
	WHERE k.part IS NOT NULL AND (k.part[2] IS NULL OR k.part[1] = 'cache_creation_input_token_cost');
END
$at$;
COMMENT ON FUNCTION _at_litellm_prices(jsonb) IS 'internal: a price file of LiteLLM as rows; usd_per_million is NULL or out of range where the file is wrong';

-- Tier and bound of the input of a pricing tier of Langfuse, from its conditions.
CREATE FUNCTION _at_langfuse_tier(tier jsonb, OUT service_tier text, OUT above_input bigint, OUT known boolean)
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	condition jsonb;
	bound numeric;
BEGIN
	service_tier := 'standard';
	above_input := 0;
	known := true;
	FOR condition IN SELECT c FROM jsonb_array_elements(CASE jsonb_typeof(tier -> 'conditions')
			WHEN 'array' THEN tier -> 'conditions' ELSE '[]' END) c LOOP
		bound := @extschema@.at_decimal(condition -> 'value');
		IF condition ->> 'usageDetailPattern' ~ 'input|prompt' AND condition ->> 'operator' IN ('gt', 'gte')
				AND bound BETWEEN 1 AND 1000000000 THEN
			above_input := greatest(above_input, floor(bound) - CASE condition ->> 'operator' WHEN 'gte' THEN 1 ELSE 0 END);
		ELSIF condition ->> 'key' IN ('service_tier', 'serviceTier', 'speed')
				AND lower(condition -> 'values' ->> 0) IN ('priority', 'flex', 'batch', 'fast') THEN
			service_tier := lower(condition -> 'values' ->> 0);
		ELSE
			known := false;
		END IF;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION _at_langfuse_tier(jsonb) IS 'internal: to which calls a pricing tier of Langfuse applies; known is false for conditions that at_price has no columns for';

-- Prices of a file of Langfuse: an array of models with a regular expression and
-- tiers, whose prices are in USD per token by the names of usage details.
CREATE FUNCTION _at_langfuse_prices(prices jsonb, OUT entry text, OUT provider text, OUT model text, OUT match text,
	OUT usage_kind text, OUT service_tier text, OUT above_input bigint, OUT usd_per_million numeric,
	OUT valid_from timestamptz) RETURNS SETOF record
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE ROWS 3000
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN QUERY
	SELECT (m.number)::text, ''::text, m.value ->> 'matchPattern', 'regex'::text, k.kind, t.service_tier, t.above_input,
		trim_scale(round(@extschema@.at_decimal(p.value) * 1000000, 9)),
		coalesce(@extschema@._at_time_of(m.value ->> 'startDate'), '-infinity')
	FROM jsonb_array_elements(prices) WITH ORDINALITY AS m(value, number)
		CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(m.value -> 'pricingTiers') WHEN 'array' THEN m.value -> 'pricingTiers'
			ELSE jsonb_build_array(jsonb_build_object('prices', coalesce(m.value -> 'prices', jsonb_strip_nulls(jsonb_build_object(
				'input', m.value -> 'inputPrice', 'output', m.value -> 'outputPrice', 'total', m.value -> 'totalPrice'))))) END) tier
		CROSS JOIN LATERAL @extschema@._at_langfuse_tier(tier) t
		CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(tier -> 'prices') WHEN 'object' THEN tier -> 'prices' ELSE '{}' END) p
		CROSS JOIN LATERAL (SELECT @extschema@._at_usage_kind(p.key) AS kind) n
		-- a price of all tokens is one of the input and of the output
		CROSS JOIN LATERAL unnest(CASE n.kind WHEN 'total' THEN ARRAY['input_uncached', 'output'] ELSE ARRAY[n.kind] END) k(kind)
	WHERE t.known AND k.kind IS NOT NULL AND @extschema@._at_may_be_price_pattern(m.value ->> 'matchPattern', 'regex');
END
$at$;
COMMENT ON FUNCTION _at_langfuse_prices(jsonb) IS 'internal: a price file of Langfuse as rows; patterns that at_price would refuse and tiers with other conditions are left out';

CREATE FUNCTION _at_write_prices(prices jsonb, price_source text, OUT models bigint, OUT imported bigint,
	OUT removed bigint, OUT skipped bigint)
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	IF jsonb_typeof(prices) NOT IN ('object', 'array') THEN
		RAISE invalid_parameter_value USING MESSAGE = 'prices must be an object, as LiteLLM has it, or an array, as Langfuse has it';
	ELSIF octet_length(price_source) NOT BETWEEN 1 AND 255 OR price_source LIKE 'agent_tracker %' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'source must have 1 to 255 bytes, and not be that of the shipped prices';
	END IF;
	DELETE FROM @extschema@.at_price p WHERE p.source = price_source;
	GET DIAGNOSTICS removed = ROW_COUNT;
	WITH read AS MATERIALIZED (
		SELECT * FROM @extschema@._at_litellm_prices(CASE jsonb_typeof(prices) WHEN 'object' THEN prices ELSE '{}' END)
		UNION ALL
		SELECT * FROM @extschema@._at_langfuse_prices(CASE jsonb_typeof(prices) WHEN 'array' THEN prices ELSE '[]' END)
	), free AS (
		-- in these files an input that costs nothing is one whose price is not known
		SELECT r.entry FROM read r WHERE r.usage_kind = 'input_uncached' AND r.service_tier = 'standard' AND r.usd_per_million = 0
	), fit AS MATERIALIZED (
		-- two entries of one model: the one that has the shorter name
		SELECT DISTINCT ON (r.provider, r.model, r.usage_kind, r.service_tier, r.above_input, r.valid_from) r.*
		FROM read r
		WHERE r.usd_per_million >= 0 AND r.usd_per_million < 1000000000 AND octet_length(r.model) BETWEEN 1 AND 255
			AND octet_length(r.provider) <= 255 AND r.entry NOT IN (SELECT f.entry FROM free f)
		ORDER BY r.provider, r.model, r.usage_kind, r.service_tier, r.above_input, r.valid_from, length(r.entry), r.entry,
			r.usd_per_million DESC
	), written AS (
		INSERT INTO @extschema@.at_price (provider, model, match, usage_kind, service_tier, above_input,
			usd_per_million, valid_from, priority, source)
		SELECT f.provider, f.model, f.match, f.usage_kind, f.service_tier, f.above_input, f.usd_per_million,
			f.valid_from, -100, price_source
		FROM fit f
		RETURNING 1
	)
	SELECT (SELECT count(DISTINCT (f.provider, f.model)) FROM fit f), (SELECT count(*) FROM written),
		CASE jsonb_typeof(prices) WHEN 'array' THEN jsonb_array_length(prices)
			ELSE (SELECT count(*) FROM jsonb_object_keys(prices)) END - (SELECT count(DISTINCT f.entry) FROM fit f)
	INTO models, imported, skipped;
END
$at$;
COMMENT ON FUNCTION _at_write_prices(jsonb, text) IS 'internal: what at_import_prices() does, as the store''s owner, one at a time';

CREATE FUNCTION at_import_prices(prices jsonb, source text DEFAULT 'import', OUT models bigint, OUT imported bigint,
	OUT removed bigint, OUT skipped bigint)
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION at_import_prices(jsonb, text) IS 'puts the prices of a file of LiteLLM (model_prices_and_context_window.json) or Langfuse (default-model-prices.json) into at_price, in place of what was imported under this source before; they win over the shipped prices, and rows of the user''s own over them; returns how many models and rows these are, how many rows they replace, and how many entries of the file have no price that could be taken: none that is a number from 0 on, a pattern that at_price refuses, or an input that costs nothing, which means in these files that the price is not known; runs as the store''s owner; raises 22023 for another form, 42P01 without a store';

CREATE FUNCTION _at_write_shipped_prices() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	there bigint;
	shipped bigint;
BEGIN
	SELECT count(*), count(s.source) INTO there, shipped
	FROM @extschema@.at_price p
		LEFT JOIN @extschema@._at_shipped_prices() s USING (provider, model, match, usage_kind, service_tier, above_input,
			usd_per_million, source)
	WHERE p.source LIKE 'agent_tracker %';
	IF there = shipped AND shipped = (SELECT count(*) FROM @extschema@._at_shipped_prices()) THEN
		RETURN;
	END IF;
	DELETE FROM @extschema@.at_price p WHERE p.source LIKE 'agent_tracker %';
	INSERT INTO @extschema@.at_price (provider, model, match, usage_kind, service_tier, above_input,
		usd_per_million, priority, source)
	SELECT s.provider, s.model, s.match, s.usage_kind, s.service_tier, s.above_input, s.usd_per_million, -1000, s.source
	FROM @extschema@._at_shipped_prices() s;
END
$at$;
COMMENT ON FUNCTION _at_write_shipped_prices() IS 'internal: replaces the shipped rows of at_price by those of this release, where they differ, as the store''s owner';

CREATE FUNCTION _at_refresh_shipped_prices() RETURNS void
AS 'MODULE_PATHNAME', 'at_refresh_shipped_prices' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION _at_refresh_shipped_prices() IS 'internal: runs _at_write_shipped_prices() as the store''s owner; _at_create_store_prices() calls it';

CREATE FUNCTION _at_create_store_prices() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	owner name;
BEGIN
	-- to_regclass() may not know yet of one made meanwhile
	SELECT pg_get_userbyid(c.relowner) INTO owner FROM pg_class c WHERE c.oid = '@extschema@.at_event'::regclass;
	IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = 'at_price'
			AND c.relnamespace = '@extschema@'::regnamespace) THEN
		CREATE TABLE @extschema@.at_price (
			price_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
			provider text NOT NULL DEFAULT '',
			model text NOT NULL,
			match text NOT NULL DEFAULT 'exact',
			usage_kind text NOT NULL,
			service_tier text NOT NULL DEFAULT 'standard',
			above_input bigint NOT NULL DEFAULT 0,
			usd_per_million numeric NOT NULL,
			valid_from timestamptz NOT NULL DEFAULT '-infinity',
			valid_until timestamptz NOT NULL DEFAULT 'infinity',
			priority integer NOT NULL DEFAULT 0,
			source text NOT NULL DEFAULT 'user',
			CONSTRAINT at_price_provider CHECK (octet_length(provider) <= 255),
			CONSTRAINT at_price_match CHECK (match IN ('exact', 'prefix', 'regex')),
			CONSTRAINT at_price_model CHECK (@extschema@._at_may_be_price_pattern(model, match)),
			CONSTRAINT at_price_usage_kind CHECK (usage_kind IN ('input_uncached', 'cache_read', 'cache_write_5m',
				'cache_write_1h', 'output', 'reasoning', 'input_audio', 'output_audio', 'image')),
			CONSTRAINT at_price_service_tier CHECK (service_tier IN ('standard', 'priority', 'flex', 'batch', 'fast')),
			CONSTRAINT at_price_above_input CHECK (above_input >= 0),
			CONSTRAINT at_price_usd_per_million CHECK (usd_per_million >= 0 AND usd_per_million < 1000000000
				AND min_scale(usd_per_million) <= 9),
			CONSTRAINT at_price_valid CHECK (valid_from < valid_until),
			CONSTRAINT at_price_source CHECK (source <> '' AND octet_length(source) <= 255)
		);
		COMMENT ON TABLE @extschema@.at_price IS 'agent_tracker: prices of models; the shipped ones have priority -1000 and are replaced by at_upgrade_store(), imported ones have -100, and rows of your own, with 0, win over both';
		COMMENT ON COLUMN @extschema@.at_price.price_id IS 'number of the row';
		COMMENT ON COLUMN @extschema@.at_price.provider IS 'provider as OpenTelemetry names it, or an alias; empty: whichever provider';
		COMMENT ON COLUMN @extschema@.at_price.model IS 'pattern of the model''s name, at most 255 bytes; upper and lower case are the same; a regular expression must be valid, without back references and without huge counted repetitions';
		COMMENT ON COLUMN @extschema@.at_price.match IS 'exact (also without a date at the end), prefix or regex; in this order they win';
		COMMENT ON COLUMN @extschema@.at_price.usage_kind IS 'kind of tokens, a column of at_token_usage';
		COMMENT ON COLUMN @extschema@.at_price.service_tier IS 'standard, priority, flex, batch or fast';
		COMMENT ON COLUMN @extschema@.at_price.above_input IS 'for calls with more input tokens than this, cached ones included';
		COMMENT ON COLUMN @extschema@.at_price.usd_per_million IS 'USD per million tokens, with at most nine decimals';
		COMMENT ON COLUMN @extschema@.at_price.valid_from IS 'for calls from this time on';
		COMMENT ON COLUMN @extschema@.at_price.valid_until IS 'for calls before this time';
		COMMENT ON COLUMN @extschema@.at_price.priority IS 'a pattern of a higher priority wins, however it matches';
		COMMENT ON COLUMN @extschema@.at_price.source IS 'where the price comes from: user, import, or agent_tracker and the date of the shipped list';
		CREATE INDEX at_price_stem ON @extschema@.at_price (@extschema@._at_model_stem(model)) WHERE match = 'exact';
		CREATE INDEX at_price_other ON @extschema@.at_price (match) WHERE match <> 'exact';
		-- whoever calls it: the table is its store's owner's
		IF owner <> CURRENT_USER THEN
			EXECUTE format('ALTER TABLE @extschema@.at_price OWNER TO %I', owner);
		END IF;
	END IF;
	PERFORM @extschema@._at_refresh_shipped_prices();

	-- not replaced: that would wait for everybody who reads prices
	IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = 'at_unpriced_model'
			AND c.relnamespace = '@extschema@'::regnamespace) THEN
		CREATE VIEW @extschema@.at_unpriced_model WITH (security_invoker = on) AS
			SELECT c.provider, c.model, c.reason, count(*) AS calls, sum(c.tokens)::bigint AS tokens,
				min(c.at) AS first_seen, max(c.at) AS last_seen
			FROM (SELECT l.provider, coalesce(l.response_model, l.model) AS model,
					coalesce(l.ended_at, l.started_at) AS at, (SELECT sum(n) FROM unnest(ARRAY[(l.tokens).input_uncached, (l.tokens).cache_read,
						(l.tokens).cache_write_5m, (l.tokens).cache_write_1h, (l.tokens).output, (l.tokens).reasoning,
						(l.tokens).input_audio, (l.tokens).output_audio, (l.tokens).image]) n) AS tokens,
					-- the tier and counts that cannot be read are not among the tokens
					CASE k.status WHEN 'priced' THEN 'unreadable usage or unknown tier' ELSE k.status END AS reason
				FROM @extschema@.at_llm_calls() l
					CROSS JOIN LATERAL @extschema@._at_cost(l.tokens, l.provider, coalesce(l.response_model, l.model),
						coalesce(l.ended_at, l.started_at)) k
				WHERE 'unpriced' = ANY (l.flags)) c
			GROUP BY c.provider, c.model, c.reason;
		COMMENT ON VIEW @extschema@.at_unpriced_model IS 'agent_tracker: models with calls whose cost is neither reported nor can be computed, and why: unknown model, no price (of one of the kinds of tokens), no usage (though it succeeded), unreadable usage or unknown tier; how many calls and known tokens, and when they were seen; reads all events, at_llm_calls() with a window those of a time';
		IF owner <> CURRENT_USER THEN
			EXECUTE format('ALTER VIEW @extschema@.at_unpriced_model OWNER TO %I', owner);
		END IF;
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_create_store_prices() IS 'makes the store''s table at_price where it is missing, its view at_unpriced_model, and brings the shipped prices up to date; at_create_store() and at_upgrade_store() call it';
