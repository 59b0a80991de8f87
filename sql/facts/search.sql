-- Finding events by words of their payload.  The index is optional: it is a fifth of
-- the store, and a load takes longer with it.

CREATE FUNCTION _at_search_words(payload jsonb) RETURNS tsvector
AS 'MODULE_PATHNAME', 'at_search_words' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION _at_search_words(jsonb) IS 'internal: the words in the strings of a payload, as they are: no stemming and no stop words, as A, IT and ON are symbols; none of a payload of more than 256 kB; at_create_search_index() and at_search() must agree on it';

CREATE FUNCTION at_create_search_index(concurrently boolean DEFAULT false, OUT partition regclass, OUT bytes bigint, OUT command text)
RETURNS SETOF record
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	expression CONSTANT text := '@extschema@._at_search_words(payload)';
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{concurrently}', at_create_search_index.concurrently);
	PERFORM @extschema@._at_check_store();
	IF NOT at_create_search_index.concurrently THEN
		-- the same commands, so that this goes on where those stopped
		FOR command IN SELECT regexp_replace(c.command, ' CONCURRENTLY ', ' ') FROM @extschema@.at_create_search_index(true) c LOOP
			EXECUTE command;
		END LOOP;
		RETURN QUERY
		SELECT i.indrelid::regclass, pg_relation_size(t.relid), NULL::text
		FROM pg_partition_tree('@extschema@.at_event_search') t JOIN pg_index i ON i.indexrelid = t.relid
		WHERE t.isleaf ORDER BY i.indrelid::regclass::text;
		RETURN;
	END IF;
	-- an index that is built while others write cannot be built within a function
	IF to_regclass('@extschema@.at_event_search') IS NULL THEN
		command := format('CREATE INDEX at_event_search ON ONLY @extschema@.at_event USING gin (%s)', expression);
		RETURN NEXT;
	END IF;
	FOR partition, command IN
		SELECT p.partition, unnest(array_remove(ARRAY[
			-- what is left of one that was interrupted
			CASE WHEN to_regclass(format('@extschema@.%I', c.relname || '_search')) IS NOT NULL
				THEN format('DROP INDEX @extschema@.%I', c.relname || '_search') END,
			format('CREATE INDEX CONCURRENTLY %I ON %s USING gin (%s)', c.relname || '_search', p.partition, expression),
			format('ALTER INDEX @extschema@.at_event_search ATTACH PARTITION @extschema@.%I', c.relname || '_search')], NULL))
		FROM @extschema@.at_partitions() p JOIN pg_class c ON c.oid = p.partition
		WHERE NOT EXISTS (SELECT FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid
			WHERE i.indrelid = p.partition AND h.inhparent = to_regclass('@extschema@.at_event_search'))
		ORDER BY p.since
	LOOP
		RETURN NEXT;
	END LOOP;
	partition := NULL;
	-- without statistics of words the planner guesses
	command := 'ANALYZE @extschema@.at_event';
	RETURN NEXT;
END
$at$;
COMMENT ON FUNCTION at_create_search_index(boolean) IS 'makes the optional index of the words in payloads that at_search() takes, and says its bytes by partition; new partitions get it, too; loads wait meanwhile; with concurrently it makes nothing but returns the commands that do so without loads waiting, for \gexec of psql; DROP INDEX at_event_search removes it; raises 42P01 without a store; for the owner of the store';

CREATE FUNCTION _at_search_query(query text) RETURNS tsquery
LANGUAGE at_plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning -- of a query without words a notice would repeat it
AS $at$
BEGIN
	RETURN websearch_to_tsquery('simple', query);
END
$at$;
COMMENT ON FUNCTION _at_search_query(text) IS 'internal: what at_search() looks for';

CREATE FUNCTION _at_payload_strings(payload jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT left(string_agg(v #>> '{}', ' | '), 100000)
	FROM jsonb_path_query(payload, 'strict $.** ? (@.type() == "string")') v
$at$;
COMMENT ON FUNCTION _at_payload_strings(jsonb) IS 'internal: the strings of a payload, of which snippets are cut';

CREATE TYPE at_found_event AS (
	occurred_at timestamptz,
	project text,
	agent_id text,
	run_id at_id,
	event_type at_event_type,
	summary text,
	snippet text,
	event_id at_id
);
COMMENT ON TYPE at_found_event IS 'an event with words that were searched, a row of at_search()';

CREATE FUNCTION _at_search_window(words tsquery, loose tsquery, project text, since timestamptz, until timestamptz, agent_id text,
	event_type at_event_type, max_rows bigint) RETURNS SETOF at_found_event
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT f.occurred_at, f.project, f.agent_id, f.run_id, f.event_type, @extschema@.at_summary(f.event),
		ts_headline('simple', @extschema@._at_payload_strings((f.event).payload), words,
			'StartSel=[, StopSel=], MaxFragments=2, MinWords=4, MaxWords=14, FragmentDelimiter=" ... "'),
		f.event_id
	FROM (SELECT e.occurred_at, e.project, e.agent_id, e.run_id, e.event_type, e.event_id, e AS event
		FROM (SELECT * FROM @extschema@.at_event e
			WHERE @extschema@._at_search_words(e.payload) @@ loose
				AND e.occurred_at >= _at_search_window.since AND e.occurred_at < _at_search_window.until
				AND (_at_search_window.project IS NULL OR e.project = _at_search_window.project)
				AND (_at_search_window.agent_id IS NULL OR e.agent_id = _at_search_window.agent_id)
				AND (_at_search_window.event_type IS NULL OR e.event_type = _at_search_window.event_type)
			ORDER BY e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC, e.key_digest DESC
			OFFSET 0) e
		-- in this order, so that no more are looked at than are shown
		WHERE words = loose OR @extschema@._at_search_words(e.payload) @@ words
		LIMIT max_rows) f;
END
$at$;
COMMENT ON FUNCTION _at_search_window(tsquery, tsquery, text, timestamptz, timestamptz, text, at_event_type, bigint) IS 'internal: at_search() of one window, newest first; loose is what the index can answer alone, and words what is meant';

CREATE FUNCTION at_search(query text, project text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	agent_id text DEFAULT NULL, event_type text DEFAULT NULL, max_rows bigint DEFAULT 50) RETURNS SETOF at_found_event
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_seqscan = on
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	-- events of a word that are not looked for from the newest on
	few CONSTANT bigint := 1000;
	words tsquery := @extschema@._at_search_query(at_search.query);
	loose tsquery := words;
	type @extschema@.at_event_type;
	part record;
	days integer;
	edge timestamptz;
	low timestamptz := coalesce(at_search.since, '-infinity');
	high timestamptz;
	below timestamptz := coalesce(at_search.until, 'infinity');
	found_rows bigint := 0;
	new_rows bigint;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{max_rows}', max_rows);
	PERFORM @extschema@._at_check_store();
	IF max_rows < 0 THEN
		RAISE EXCEPTION 'max_rows must not be negative' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF at_search.event_type IS NOT NULL THEN
		SELECT t.event_type INTO type FROM @extschema@.at_event_types() t WHERE t.event_type::text = at_search.event_type;
		IF type IS NULL THEN
			RAISE EXCEPTION 'unknown event type' USING ERRCODE = 'invalid_text_representation', HINT = 'at_event_types() lists them.';
		END IF;
	END IF;
	IF words IS NULL OR numnode(words) = 0 THEN
		RETURN;
	END IF;
	-- what is only not to be there is in no index
	IF querytree(words) = 'T' OR NOT EXISTS (SELECT FROM pg_index i
			WHERE i.indexrelid = to_regclass('@extschema@.at_event_search') AND i.indisvalid) THEN
		IF at_search.since IS NULL THEN
			SELECT max(p.since) INTO high FROM @extschema@.at_partitions() p
			WHERE p.since < below AND EXISTS (SELECT FROM @extschema@.at_event e WHERE e.occurred_at >= p.since AND e.occurred_at < least(p.until, below));
			SELECT max(e.occurred_at) - interval '7 days' INTO low FROM @extschema@.at_event e
			WHERE e.occurred_at >= high AND e.occurred_at < below;
			low := coalesce(low, below);
		END IF;
		RAISE NOTICE '%', CASE WHEN at_search.since IS NULL THEN 'no index answers this: the events of seven days are read one by one'
				ELSE 'no index answers this: events are read one by one' END
			USING HINT = 'at_create_search_index() makes one; since and until choose what is read.';
		RETURN QUERY SELECT * FROM @extschema@._at_search_window(words, loose, at_search.project, low, below, at_search.agent_id, type, max_rows);
		RETURN;
	END IF;
	PERFORM set_config('enable_seqscan', 'off', true);
	-- the index knows neither where words stand nor, for sure, that one is not there: that takes the events themselves
	-- (operators stand between blanks, and no word has one)
	loose := regexp_replace(querytree(words), ' <(-|\d+)> ', ' & ', 'g')::tsquery;
	SELECT count(*) INTO new_rows FROM (SELECT FROM @extschema@.at_event e
		WHERE @extschema@._at_search_words(e.payload) @@ loose AND e.occurred_at >= low AND e.occurred_at < below LIMIT few) f;
	IF new_rows < few THEN
		RETURN QUERY SELECT * FROM @extschema@._at_search_window(words, loose, at_search.project, low, below, at_search.agent_id, type, max_rows);
		RETURN;
	END IF;
	-- a common word: sorting all events that have it would take long, so windows from the newest on, each twice as long
	FOR part IN SELECT * FROM @extschema@.at_partitions() p WHERE p.until > low AND p.since < below ORDER BY p.since DESC LOOP
		days := 1;
		high := least(part.until, below);
		WHILE high > greatest(part.since, low) AND found_rows < max_rows LOOP
			edge := greatest(part.since, low, CASE WHEN isfinite(high) AND days < 4000 THEN high - make_interval(days => days) END);
			RETURN QUERY SELECT * FROM @extschema@._at_search_window(words, loose, at_search.project, edge, high, at_search.agent_id, type,
				max_rows - found_rows);
			GET DIAGNOSTICS new_rows = ROW_COUNT;
			found_rows := found_rows + new_rows;
			high := edge;
			days := days * 2;
		END LOOP;
		EXIT WHEN found_rows >= max_rows;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_search(text, text, timestamptz, timestamptz, text, text, bigint) IS 'events with these words in the strings of their payload, as redacted, newest first: query as of a web search (words that must all be there, "a phrase", or, -not), case ignored, no stemming, no stop words; since <= occurred_at < until, of one project, agent and event type or all (null); at most max_rows (50); snippet has the words in []; without at_create_search_index() events are read one by one, without since those of the seven days up to the newest, and a notice says so; nothing of a payload of more than 256 kB; no rows for null or no word; raises 22023 for negative max_rows, 22P02 for an unknown event type, 42P01 without a store';
