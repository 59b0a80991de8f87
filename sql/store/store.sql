-- The store: ordinary tables of the caller's, made and dropped by functions.
--
-- No function has @extschema@ in its search_path: whoever may create objects
-- there could offer operators and functions that fit better than the server's.

CREATE FUNCTION _at_install_schema() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT '@extschema@'
$at$;
COMMENT ON FUNCTION _at_install_schema() IS 'internal: the schema that the extension was installed in, quoted as an identifier; functions name it, so it must not be renamed';

CREATE FUNCTION _at_store_version() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'SELECT 2';
COMMENT ON FUNCTION _at_store_version() IS 'version of the store that this release writes; at_upgrade_store() brings an older one to it';

-- What the store is made of beyond the events: each part's tables and views are
-- made by _at_create_store_<part>(), in its own file, and listed here.
CREATE FUNCTION _at_store_parts() RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT p FROM unnest(ARRAY['identity', 'journal', 'mapping', 'performance_facts', 'trades', 'performance', 'prices', 'runs', 'rollups', 'recent', 'drift']) p
$at$;
COMMENT ON FUNCTION _at_store_parts() IS 'parts of the store in the order in which at_create_store() makes them, each with a function _at_create_store_<part>()';

CREATE FUNCTION _at_store_relations(OUT kind text, OUT name text, OUT reader boolean, OUT writer boolean)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	VALUES
		('table', 'at_store', true, false),
		('table', 'at_event', true, false),
		('table', 'at_ingest_batch', true, false),
		('table', 'at_reject', true, false),
		('table', 'at_identity_key', false, false),
		('table', 'at_evidence_daily', true, false),
		('table', 'at_stale_run', true, false),
		('view', 'at_readiness_daily', true, false),
		('view', 'at_current_readiness', true, false),
		('table', 'at_journal_watermark', true, false),
		('table', 'at_mapping', true, false),
		('view', 'at_mapping_status', true, false),
		('table', 'at_performance_agent', true, false),
		('table', 'at_equity_fact', true, false),
		('table', 'at_performance_fact', true, false),
		('table', 'at_position_fact', true, false),
		('view', 'at_stale_agent', true, false),
		('view', 'at_any_agent', true, false),
		('view', 'at_equity_row', true, false),
		('view', 'at_equity_end_row', true, false),
		('view', 'at_performance_row', true, false),
		('view', 'at_position_row', true, false),
		('view', 'at_last_position_row', true, false),
		('table', 'at_trade_fill', true, false),
		('table', 'at_split', true, false),
		('table', 'at_trade_plan', true, false),
		('table', 'at_trade_leg', true, false),
		('table', 'at_trade_book', true, false),
		('view', 'at_fill', true, false),
		('view', 'at_fill_and_split', true, false),
		('view', 'at_trade_new_fill', true, false),
		('view', 'at_any_fill', true, false),
		('view', 'at_trade_new_plan', true, false),
		('view', 'at_trade_row', true, false),
		('view', 'at_trade', true, false),
		('view', 'at_round_trip', true, false),
		('view', 'at_open_lot', true, false),
		('view', 'at_fill_once', true, false),
		('view', 'at_fill_taken', true, false),
		('view', 'at_trade_issue', true, false),
		('view', 'at_slippage', true, false),
		('view', 'at_trading_cost', true, false),
		('view', 'at_capital_flow', true, false),
		('view', 'at_portfolio_snapshot', true, false),
		('view', 'at_equity_interval', true, false),
		('view', 'at_equity_curve', true, false),
		('view', 'at_performance_snapshot', true, false),
		('view', 'at_period_row', true, false),
		('view', 'at_period', true, false),
		('view', 'at_pnl_leg', true, false),
		('view', 'at_pnl_part', true, false),
		('view', 'at_pnl_by_symbol', true, false),
		('view', 'at_pnl_by_setup', true, false),
		('view', 'at_pnl_by_weekday', true, false),
		('view', 'at_pnl_by_month', true, false),
		('view', 'at_daily_performance', true, false),
		('view', 'at_rolling_sharpe', true, false),
		('view', 'at_current_position', true, false),
		('view', 'at_time_in_market', true, false),
		('view', 'at_current_row', true, false),
		('table', 'at_current_fact', true, false),
		('view', 'at_current_performance', true, false),
		('view', 'at_epoch_leaderboard', true, false),
		('table', 'at_run_fact', true, false),
		('table', 'at_run_dropped', true, false),
		('view', 'at_run_partial', true, false),
		('table', 'at_agent_fact', true, false),
		('view', 'at_run_row', true, false),
		('view', 'at_run', true, false),
		('view', 'at_agent', true, false),
		('view', 'at_session', true, false),
		('view', 'at_handoff', true, false),
		('table', 'at_hourly_rollup', true, false),
		('table', 'at_llm_daily_rollup', true, false),
		('table', 'at_tool_daily_rollup', true, false),
		('view', 'at_hourly', true, false),
		('view', 'at_llm_daily', true, false),
		('view', 'at_tool_daily', true, false),
		('view', 'at_recent_llm_calls', true, false),
		('view', 'at_recent_tool_calls', true, false),
		('view', 'at_recent_decisions', true, false),
		('view', 'at_recent_errors', true, false),
		('view', 'at_recent_risk_blocks', true, false),
		('table', 'at_behavior_profile', true, true),
		('table', 'at_baseline', true, true),
		('table', 'at_baseline_status', true, true),
		('view', 'at_current_baseline', true, true),
		('view', 'at_behavior_profile_share', true, false),
		('view', 'at_behavior_profile_quantile', true, false),
		('table', 'at_drift_bound', true, true),
		('table', 'at_drift_scan', true, true),
		('table', 'at_drift_result', true, true),
		('table', 'at_drift_finding', true, true),
		('view', 'at_drift_timeline', true, false),
		('view', 'at_drift_summary', true, false),
		('table', 'at_price', true, false),
		('view', 'at_unpriced_model', true, false)
$at$;
COMMENT ON FUNCTION _at_store_relations() IS 'tables and views of the store in the order in which they are made: whether a reader may SELECT, and whether a writer may, too, who has no other privilege on any of them; at_drop_store() and at_grant() go by it';

CREATE FUNCTION _at_store_damage() RETURNS text
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	missing text[];
BEGIN
	-- pg_class, as to_regclass() alone may not know yet of a store made meanwhile
	IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = '@extschema@'::regnamespace::oid
			AND c.relname IN ('at_event', 'at_store')) THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(r.name) INTO missing
	FROM @extschema@._at_store_relations() r
	WHERE r.kind = 'table' AND r.name IN ('at_event', 'at_store') AND NOT EXISTS (SELECT FROM pg_class c
		WHERE c.relnamespace = '@extschema@'::regnamespace::oid AND c.relname = r.name);
	IF missing IS NOT NULL THEN
		RETURN format('table %s is missing', missing[1]);
	ELSIF NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE c.relnamespace = '@extschema@'::regnamespace::oid AND c.relname = 'at_event'
				AND a.attname = 'event_id' AND NOT a.attisdropped) THEN
		RETURN 'columns of at_event are missing';
	END IF;
	RETURN NULL;
END
$at$;
COMMENT ON FUNCTION _at_store_damage() IS 'internal: what of the store is gone, because a table was renamed or DROP EXTENSION ... CASCADE dropped all columns of the extension''s types; null when it is whole or there is none';

CREATE FUNCTION _at_check_store() RETURNS void
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	damage text;
BEGIN
	IF to_regclass('@extschema@.at_store') IS NOT NULL AND EXISTS (SELECT FROM pg_attribute a
			WHERE a.attrelid = to_regclass('@extschema@.at_event') AND a.attname = 'event_id') THEN
		RETURN;
	END IF;
	damage := @extschema@._at_store_damage();
	IF damage IS NOT NULL THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = 'the store is damaged: ' || damage,
			HINT = 'Give a table that was renamed its name back; or SELECT @extschema@.at_drop_store() drops what is left of the store, with all its rows.';
	END IF;
	RAISE undefined_table USING MESSAGE = 'agent_tracker has no store in this database',
		HINT = 'The owner of the extension makes it with SELECT @extschema@.at_create_store().';
END
$at$;
COMMENT ON FUNCTION _at_check_store() IS 'internal: raises 42P01 when there is no store, 55000 when some of it is gone';

-- Made by this and not by the script: it must run as the store's owner.
CREATE FUNCTION _at_create_store_function(replaced boolean) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	EXECUTE CASE WHEN replaced THEN 'CREATE OR REPLACE' ELSE 'CREATE' END || $define$ FUNCTION @extschema@.at_make_partitions(times timestamptz[]) RETURNS integer
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp
	SET timezone = 'UTC' SET datestyle = 'ISO'
	AS $make$
	DECLARE
		part record;
		other regclass;
		made integer := 0;
	BEGIN
		PERFORM @extschema@._at_refuse_nulls('{times}', times);
		IF NOT EXISTS (SELECT FROM @extschema@._at_missing_partitions(times)) THEN
			RETURN 0;
		END IF;
		-- in this order, as a load that needs a partition has it: whoever records
		-- into a new month and then loads cannot deadlock with another load
		PERFORM @extschema@._at_lock_load();
		-- what attaching takes, and nobody who may not change the table
		LOCK TABLE @extschema@.at_event IN SHARE UPDATE EXCLUSIVE MODE;
		FOR part IN SELECT * FROM @extschema@._at_missing_partitions(times) LOOP
			other := to_regclass(format('@extschema@.%I', part.name));
			IF other IS NOT NULL AND NOT EXISTS (SELECT FROM pg_class WHERE oid = other::oid) THEN
				RAISE serialization_failure USING
					MESSAGE = 'could not serialize access due to a partition made by another transaction';
			ELSIF other IS NOT NULL THEN
				RAISE duplicate_table USING
					MESSAGE = format('table %s is there but is no partition of at_event', other),
					HINT = 'Attach it to at_event, or rename it.';
			END IF;
			EXECUTE format('CREATE TABLE @extschema@.%I (LIKE @extschema@.at_event'
				' INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE'
				' INCLUDING COMPRESSION INCLUDING GENERATED)', part.name);
			-- the digest first: one comparison nearly always decides
			EXECUTE format('CREATE UNIQUE INDEX %I ON @extschema@.%I (key_digest, project)',
				part.name || '_key', part.name);
			EXECUTE format('ALTER TABLE @extschema@.%I REPLICA IDENTITY USING INDEX %I',
				part.name, part.name || '_key');
			EXECUTE format('ALTER TABLE @extschema@.at_event ATTACH PARTITION @extschema@.%I'
				' FOR VALUES FROM (%s) TO (%s)', part.name,
				coalesce(quote_literal(part.since), 'MINVALUE'),
				coalesce(quote_literal(part.until), 'MAXVALUE'));
			made := made + 1;
		END LOOP;
		RETURN made;
	END
	$make$
	$define$;
	COMMENT ON FUNCTION @extschema@.at_make_partitions(timestamptz[]) IS 'agent_tracker: makes the partitions of at_event that events of these times need; returns how many were made; for the owner of the store';
	REVOKE ALL ON FUNCTION @extschema@.at_make_partitions(timestamptz[]) FROM PUBLIC;
END
$at$;
COMMENT ON FUNCTION _at_create_store_function(boolean) IS 'makes the store''s function at_make_partitions(), or replaces it by that of this release; at_create_store() and at_upgrade_store() call it';

-- A table that is published needs to say by what its rows are known, else what
-- updates it or deletes from it is refused.
CREATE FUNCTION _at_create_store_replica_identities() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	relation record;
BEGIN
	FOR relation IN SELECT c.oid::regclass AS name, u.name AS index
		FROM pg_class c
			LEFT JOIN LATERAL (SELECT x.relname AS name
				FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
				WHERE i.indrelid = c.oid AND c.relkind = 'r' AND i.indisunique AND i.indimmediate AND i.indisvalid
					AND i.indpred IS NULL AND i.indexprs IS NULL
					AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
						AND a.attnum = ANY (i.indkey::int2[]) AND NOT a.attnotnull)
				ORDER BY i.indnkeyatts, x.relname LIMIT 1) u ON true
		-- what the user chose stays; so does a primary key, which is the default
		WHERE c.relreplident = 'd' AND c.relkind IN ('r', 'p')
			AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
			AND c.oid IN (SELECT to_regclass(format('@extschema@.%I', r.name))
				FROM @extschema@._at_store_relations() r WHERE r.kind = 'table'
				UNION ALL SELECT t.relid FROM pg_partition_tree(to_regclass('@extschema@.at_event')) t) LOOP
		EXECUTE format('ALTER TABLE %s REPLICA IDENTITY %s', relation.name,
			coalesce('USING INDEX ' || quote_ident(relation.index), 'FULL'));
	END LOOP;
END
$at$;
COMMENT ON FUNCTION _at_create_store_replica_identities() IS 'gives the store''s tables that have neither a primary key nor a replica identity one, so that they can be published: a unique index, else the whole row; at_create_store() and at_upgrade_store() call it';

CREATE FUNCTION at_create_store() RETURNS text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	part text;
	damage text;
BEGIN
	IF NOT (SELECT pg_has_role(extowner, 'USAGE') FROM pg_extension
			WHERE extname = 'agent_tracker') THEN
		RAISE insufficient_privilege USING
			MESSAGE = 'only the owner of extension agent_tracker may make its store';
	END IF;
	-- IF NOT EXISTS is no protection against a concurrent caller
	PERFORM @extschema@._at_lock_store();
	damage := @extschema@._at_store_damage();
	IF damage IS NOT NULL THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = 'the store is damaged: ' || damage,
			HINT = 'Give a table that was renamed its name back; or SELECT @extschema@.at_drop_store() drops what is left of the store, with all its rows.';
	ELSIF EXISTS (SELECT FROM pg_class WHERE relname = 'at_event'
			AND relnamespace = '@extschema@'::regnamespace::oid) THEN
		RETURN 'the store is there';
	END IF;

	CREATE TABLE @extschema@.at_store (
		version integer NOT NULL,
		created_at timestamptz NOT NULL
	);
	COMMENT ON TABLE @extschema@.at_store IS 'agent_tracker: one row, the version of this store';
	COMMENT ON COLUMN @extschema@.at_store.version IS 'layout of the store, as _at_store_version() of the release that made or upgraded it';
	COMMENT ON COLUMN @extschema@.at_store.created_at IS 'when the store was made';
	INSERT INTO @extschema@.at_store VALUES (@extschema@._at_store_version(), clock_timestamp());

	-- fixed-length columns first: a row is cheaper to read and smaller
	CREATE TABLE @extschema@.at_event (
		occurred_at timestamptz NOT NULL,
		event_type @extschema@.at_event_type NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		ingested_at timestamptz NOT NULL,
		batch_id bigint,
		line_no integer,
		key_digest uuid NOT NULL,
		content_hash uuid NOT NULL,
		evidence @extschema@.at_evidence NOT NULL,
		project text NOT NULL,
		agent_id text NOT NULL,
		run_id @extschema@.at_id NOT NULL,
		event_id @extschema@.at_id NOT NULL,
		span_id @extschema@.at_id,
		parent_span_id @extschema@.at_id,
		idempotency_key @extschema@.at_key NOT NULL,
		symbols text[] NOT NULL,
		envelope @extschema@.at_envelope NOT NULL,
		payload jsonb NOT NULL
	) PARTITION BY RANGE (occurred_at);
	COMMENT ON TABLE @extschema@.at_event IS 'agent_tracker: one row per event, redacted and valid; at_event_json(row) is the event';
	COMMENT ON COLUMN @extschema@.at_event.occurred_at IS 'when it happened';
	COMMENT ON COLUMN @extschema@.at_event.event_type IS 'what happened; at_event_types() lists them';
	COMMENT ON COLUMN @extschema@.at_event.environment IS 'paper, shadow, replay, ...';
	COMMENT ON COLUMN @extschema@.at_event.ingested_at IS 'when its load, or its call, began';
	COMMENT ON COLUMN @extschema@.at_event.batch_id IS 'the load in at_ingest_batch; null for an event recorded by itself';
	COMMENT ON COLUMN @extschema@.at_event.line_no IS 'its line in the load, from 1; arrival order is ingested_at, batch_id, line_no';
	COMMENT ON COLUMN @extschema@.at_event.key_digest IS 'first 16 bytes of SHA-256 of the idempotency key, or of the event id (behind \xff and "event_id" and a zero byte) where the key is lost to redaction; unique with project in a partition';
	COMMENT ON COLUMN @extschema@.at_event.content_hash IS 'first 16 bytes of SHA-256 of the content; tells a duplicate from a conflict';
	COMMENT ON COLUMN @extschema@.at_event.evidence IS 'what it proves; the readiness reports are made of it';
	COMMENT ON COLUMN @extschema@.at_event.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_event.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_event.run_id IS 'run of the agent';
	COMMENT ON COLUMN @extschema@.at_event.event_id IS 'id of the event';
	COMMENT ON COLUMN @extschema@.at_event.span_id IS 'span within the run';
	COMMENT ON COLUMN @extschema@.at_event.parent_span_id IS 'the span around it';
	COMMENT ON COLUMN @extschema@.at_event.idempotency_key IS 'key that makes it count once; "./" stands for project/agent/run/type/';
	COMMENT ON COLUMN @extschema@.at_event.symbols IS 'instruments it is about';
	COMMENT ON COLUMN @extschema@.at_event.envelope IS 'the rest of the envelope: sdk, privacy flags, unknown fields';
	COMMENT ON COLUMN @extschema@.at_event.payload IS 'what the event type says of it';

	CREATE INDEX at_event_run ON @extschema@.at_event (run_id);
	-- a refresh of the rollups summarizes what is new, as does vacuum; autosummarize
	-- would ask for it range by range, and log each that a bulk load asks in vain.  The
	-- filters are for who has an event's id and nothing else; each is made for 1,000 ids,
	-- and with more of them in 32 pages some pages are read in vain.  A btree of ids
	-- would cost each insert 3 microseconds, an index of filters alone 1, these nothing;
	-- but as ids have no order the planner thinks nothing of them: see _at_saw_event()
	CREATE INDEX at_event_time ON @extschema@.at_event USING brin (project, occurred_at,
		event_id @extschema@.at_id_bloom_ops (n_distinct_per_range = 1000, false_positive_rate = 0.001))
		WITH (pages_per_range = 32);
	-- events of types of which there are few, and which what lists them should not
	-- look for among all others; 3 of 100 events, so that a load takes hardly longer
	CREATE INDEX at_event_rare ON @extschema@.at_event (project, occurred_at)
		WHERE event_type IN ('agent.build.recorded', 'capital.flow.recorded', 'error.recorded',
			'paper.fill.recorded', 'performance.snapshot.recorded', 'trade.rejected');
	-- epochs of evaluations, of all projects and times at once, so that they are by themselves
	CREATE INDEX at_event_epoch ON @extschema@.at_event (project, occurred_at)
		WHERE event_type IN ('evaluation.epoch.member.completed', 'evaluation.epoch.started');
	-- what the figures of one agent's performance are made of
	CREATE INDEX at_event_book ON @extschema@.at_event (project, agent_id, event_type, occurred_at)
		WHERE event_type IN ('capital.flow.recorded', 'order.intent.recorded', 'paper.fill.recorded',
			'performance.snapshot.recorded', 'portfolio.snapshot.recorded', 'position.snapshot.recorded',
			'strategy.context.recorded');
	-- who asks what was known when it was decided has the decision's id, and nothing else
	CREATE INDEX at_event_decision ON @extschema@.at_event ((payload ->> 'decision_id'))
		WHERE event_type = 'decision.proposed';

	CREATE TABLE @extschema@.at_ingest_batch (
		batch_id bigint NOT NULL PRIMARY KEY,
		ingested_at timestamptz NOT NULL,
		lines bigint NOT NULL,
		accepted bigint NOT NULL,
		duplicates bigint NOT NULL,
		conflicts bigint NOT NULL,
		rejected bigint NOT NULL,
		bytes bigint NOT NULL,
		source text
	);
	COMMENT ON TABLE @extschema@.at_ingest_batch IS 'agent_tracker: one row per bulk load';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.batch_id IS 'id of the load, sortable by time';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.ingested_at IS 'when the load began';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.lines IS 'lines that were not blank';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.accepted IS 'events stored';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.duplicates IS 'events that were stored before, with the same content';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.conflicts IS 'events whose key was used before for other content';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.rejected IS 'lines that are no valid event';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.bytes IS 'bytes of text, after inflation';
	COMMENT ON COLUMN @extschema@.at_ingest_batch.source IS 'what the caller said of where the lines came from, redacted';

	CREATE TABLE @extschema@.at_reject (
		batch_id bigint,
		line_no integer,
		rejected_at timestamptz NOT NULL,
		line_bytes bigint NOT NULL,
		event_id @extschema@.at_id,
		line_sha256 bytea,
		origin text,
		violations jsonb NOT NULL
	);
	COMMENT ON TABLE @extschema@.at_reject IS 'agent_tracker: lines that were not stored, and why; never the line itself';
	COMMENT ON COLUMN @extschema@.at_reject.batch_id IS 'the load; null for an event recorded by itself';
	COMMENT ON COLUMN @extschema@.at_reject.line_no IS 'the line in the load, from 1';
	COMMENT ON COLUMN @extschema@.at_reject.rejected_at IS 'when the load, or the call, began';
	COMMENT ON COLUMN @extschema@.at_reject.line_bytes IS 'length of the line in bytes; 0 where a stream broke';
	COMMENT ON COLUMN @extschema@.at_reject.event_id IS 'the event''s id, when it is well-formed';
	COMMENT ON COLUMN @extschema@.at_reject.line_sha256 IS 'SHA-256 of the line, to find it in its source; null where a stream broke';
	COMMENT ON COLUMN @extschema@.at_reject.origin IS 'the row that the event was made of, as table/id, secret shapes as pseudonyms; null for a line';
	COMMENT ON COLUMN @extschema@.at_reject.violations IS 'array of {path, rule, message}';
	CREATE INDEX at_reject_batch ON @extschema@.at_reject (batch_id, line_no);
	-- rows that are read again are refused once; an origin may be too long for an index
	CREATE UNIQUE INDEX at_reject_row ON @extschema@.at_reject (line_sha256, hashtextextended(origin, 0)) WHERE origin IS NOT NULL;

	CREATE TABLE @extschema@.at_evidence_daily (
		project text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		day date NOT NULL,
		events bigint NOT NULL,
		refreshed_at timestamptz NOT NULL,
		evidence @extschema@.at_evidence_set NOT NULL,
		PRIMARY KEY (project, day, agent_id, environment)
	);
	COMMENT ON TABLE @extschema@.at_evidence_daily IS 'agent_tracker: rollup of at_event by day (UTC), brought up to date by at_refresh()';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.day IS 'day of occurred_at, in UTC';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.events IS 'number of events';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.refreshed_at IS 'when this row was computed';
	COMMENT ON COLUMN @extschema@.at_evidence_daily.evidence IS 'what the events prove, merged';

	CREATE TABLE @extschema@.at_stale_run (
		project text NOT NULL,
		run_id @extschema@.at_id,
		day date NOT NULL,
		agent_id text,
		written_at timestamptz NOT NULL DEFAULT now()
	);
	COMMENT ON TABLE @extschema@.at_stale_run IS 'agent_tracker: runs that were written since the last at_refresh(), with the agents and days of what was written; a write adds its rows in its own transaction; whatever is derived of events reads these runs and days from the events themselves';
	COMMENT ON COLUMN @extschema@.at_stale_run.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_stale_run.run_id IS 'run; null: the day is stale, whatever its runs';
	COMMENT ON COLUMN @extschema@.at_stale_run.agent_id IS 'agent whose events were written; null: anything of the project may have changed';
	COMMENT ON COLUMN @extschema@.at_stale_run.day IS 'day of occurred_at, in UTC; -infinity: the trade book of the project is matched again';
	COMMENT ON COLUMN @extschema@.at_stale_run.written_at IS 'when the transaction began that wrote it; at_freshness() tells how long that is ago';

	CREATE VIEW @extschema@.at_readiness_daily WITH (security_invoker = on) AS
		SELECT d.day::timestamp AT TIME ZONE 'UTC' AS "time", d.project, d.agent_id,
			d.environment::text AS environment, r.report, r.ready::integer::float8 AS ready,
			r.score::float8 AS score, cardinality(r.missing)::float8 AS missing,
			cardinality(r.warnings)::float8 AS warnings, d.events::float8 AS events
		FROM @extschema@.at_evidence_daily d, @extschema@.at_readiness_of(d.evidence) r;
	COMMENT ON VIEW @extschema@.at_readiness_daily IS 'agent_tracker: the seven reports by day, for Grafana: column time, labels as text, values as float8 (ready 0 or 1, score 0 to 100, numbers of missing items, warnings and events)';

	CREATE VIEW @extschema@.at_current_readiness WITH (security_invoker = on) AS
		SELECT p.project, r.*
		FROM (SELECT project FROM @extschema@.at_evidence_daily
				UNION SELECT project FROM @extschema@.at_stale_run) p,
			@extschema@.at_readiness(p.project) r;
	COMMENT ON VIEW @extschema@.at_current_readiness IS 'agent_tracker: at_readiness() of every project';

	PERFORM @extschema@._at_create_store_function(false);
	PERFORM @extschema@.at_make_partitions(ARRAY[now(), now() + interval '1 month']);
	FOR part IN SELECT p FROM @extschema@._at_store_parts() p LOOP
		EXECUTE format('SELECT @extschema@.%I()', '_at_create_store_' || part);
	END LOOP;
	PERFORM @extschema@._at_create_store_replica_identities();
	RETURN 'made the store';
END
$at$;
COMMENT ON FUNCTION at_create_store() IS 'makes the store (tables at_event, at_ingest_batch, at_reject, at_store and function at_make_partitions) in the extension''s schema, owned by the caller, who must be the extension''s owner or a superuser; does nothing when it is there; raises 55000 when some of it is gone';

CREATE FUNCTION at_partitions(OUT partition regclass, OUT since timestamptz, OUT until timestamptz)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
	SELECT c.oid::regclass,
		CASE WHEN b.edges[1] = 'MINVALUE' THEN '-infinity' ELSE btrim(b.edges[1], '''')::timestamptz END,
		CASE WHEN b.edges[2] = 'MAXVALUE' THEN 'infinity' ELSE btrim(b.edges[2], '''')::timestamptz END
	FROM pg_inherits i
		JOIN pg_class c ON c.oid = i.inhrelid,
		LATERAL (SELECT regexp_match(pg_get_expr(c.relpartbound, c.oid),
			'^FOR VALUES FROM \((.*)\) TO \((.*)\)$') AS edges) b
	WHERE i.inhparent = to_regclass('@extschema@.at_event') AND b.edges IS NOT NULL
	ORDER BY 2
$at$;
COMMENT ON FUNCTION at_partitions() IS 'partitions of at_event and the times they hold, since <= occurred_at < until';

-- Derived data is brought up to date of whole ranges of days: a late event must
-- not have everything read between its day and today.
CREATE FUNCTION _at_stale_ranges(project text, OUT since timestamptz, OUT until timestamptz)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE ROWS 3
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
	SELECT min(d.day)::timestamptz, (max(d.day) + 1)::timestamptz
	FROM (SELECT s.day, s.day - row_number() OVER (ORDER BY s.day)::integer AS island
		FROM (SELECT DISTINCT m.day FROM @extschema@.at_stale_run m
			WHERE ($1 IS NULL OR m.project = $1) AND m.day > '-infinity') s) d
	GROUP BY d.island
$at$;
COMMENT ON FUNCTION _at_stale_ranges(text) IS 'the days that were written since the last at_refresh(), of one project or all, as times, since <= occurred_at < until: one row for adjacent days';

CREATE FUNCTION _at_missing_partitions(times timestamptz[], OUT name text,
	OUT since timestamptz, OUT until timestamptz) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
	WITH wanted AS (
		SELECT DISTINCT date_trunc(CASE
				WHEN t < '2000-01-01' OR t >= '2100-01-01' THEN 'millennium'
				-- whole calendar years beyond the year after next
				WHEN t >= date_trunc('year', now()) + interval '3 years' THEN 'year'
				ELSE 'month' END, t) AS since,
			t < '2000-01-01' AS before,
			t >= '2100-01-01' AS after,
			t >= date_trunc('year', now()) + interval '3 years' AS whole_year
		FROM unnest(times) t
		WHERE t IS NOT NULL AND NOT EXISTS (SELECT FROM @extschema@.at_partitions() p
			WHERE t >= p.since AND (t < p.until OR p.until = 'infinity'))
	)
	SELECT DISTINCT
		CASE WHEN before THEN 'at_event_before_2000'
			WHEN after THEN 'at_event_from_2100'
			WHEN whole_year THEN to_char(w.since, '"at_event_"YYYY')
			ELSE to_char(w.since, '"at_event_"YYYY_MM') END,
		CASE WHEN before THEN NULL WHEN after THEN '2100-01-01'::timestamptz ELSE w.since END,
		CASE WHEN before THEN '2000-01-01'::timestamptz WHEN after THEN NULL
			WHEN whole_year THEN w.since + interval '1 year'
			ELSE w.since + interval '1 month' END
	FROM wanted w
$at$;
COMMENT ON FUNCTION _at_missing_partitions(timestamptz[]) IS 'partitions that events of these times need and at_event lacks: one a month to the end of the year after next, whole calendar years from then to 2099, one before 2000 (since is null) and one from 2100 (until is null)';

CREATE FUNCTION at_drop_store() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	relation record;
BEGIN
	IF NOT EXISTS (SELECT FROM @extschema@._at_store_relations() r
			WHERE to_regclass(format('@extschema@.%I', r.name)) IS NOT NULL) THEN
		PERFORM @extschema@._at_check_store();
	END IF;
	DROP FUNCTION IF EXISTS @extschema@.at_make_partitions(timestamptz[]);
	FOR relation IN SELECT r.kind, r.name
		FROM ROWS FROM (@extschema@._at_store_relations()) WITH ORDINALITY AS r(kind, name, reader, writer, number)
		-- a store of an older release may lack some, as may a damaged one
		WHERE to_regclass(format('@extschema@.%I', r.name)) IS NOT NULL
		ORDER BY r.number DESC LOOP
		EXECUTE format('DROP %s @extschema@.%I', relation.kind, relation.name);
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_drop_store() IS 'drops the store with all its events, or what is left of it when some is gone; for its owner; refused while other objects depend on it';

CREATE FUNCTION at_drop_before(before timestamptz, dry_run boolean DEFAULT true,
	OUT partition text, OUT since timestamptz, OUT until timestamptz, OUT bytes bigint,
	OUT dropped boolean) RETURNS SETOF record
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
DECLARE
	part record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{dry_run,before}', dry_run, before);
	PERFORM @extschema@._at_check_store();
	IF NOT dry_run THEN
		-- a refresh, and another call, work on the same partitions and rollups
		PERFORM @extschema@._at_lock_rollups();
		-- what is known of the events stays, so it has to be known
		PERFORM @extschema@.at_refresh();
	END IF;
	FOR part IN SELECT p.*, c.relname FROM @extschema@.at_partitions() p JOIN pg_class c ON c.oid = p.partition
		WHERE p.until <= before ORDER BY p.since LOOP
		-- this transaction's snapshot may be older than another's DROP
		CONTINUE WHEN has_table_privilege(part.partition::oid, 'SELECT') IS NULL;
		partition := part.relname;
		since := part.since;
		until := part.until;
		bytes := pg_total_relation_size(part.partition);
		dropped := NOT dry_run;
		IF NOT dry_run THEN
			PERFORM @extschema@._at_keep_facts(part.since, part.until);
			EXECUTE format('DROP TABLE %s', part.partition);
			PERFORM @extschema@._at_forget_rollups(part.since::date, part.until::date);
		END IF;
		RETURN NEXT;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_drop_before(timestamptz, boolean) IS 'retention: drops the partitions of at_event that hold only events before this instant; with dry_run (the default) only lists them; bytes with indexes; for the owner of the store';

CREATE FUNCTION at_create_event_id_index() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	PERFORM @extschema@._at_check_store();
	IF to_regclass('@extschema@.at_event_event_id') IS NULL THEN
		CREATE INDEX at_event_event_id ON @extschema@.at_event (event_id);
	END IF;
END
$at$;
COMMENT ON FUNCTION at_create_event_id_index() IS 'makes the optional btree index on at_event.event_id, for queries of one''s own by event id: functions of this extension do without; it costs each insert about 3 microseconds; for the owner of the store';

CREATE FUNCTION _at_write_store_version() RETURNS void
AS 'MODULE_PATHNAME', 'at_write_store_version' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION _at_write_store_version() IS 'internal: writes _at_store_version() into at_store, as the store''s owner; at_upgrade_store() calls it';

CREATE FUNCTION at_upgrade_store() RETURNS text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	has integer;
BEGIN
	PERFORM @extschema@._at_check_store();
	SELECT version INTO STRICT has FROM @extschema@.at_store;
	IF has > @extschema@._at_store_version() THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('the store has version %s, this release knows versions up to %s',
				has, @extschema@._at_store_version()),
			HINT = 'Install the newer release and run ALTER EXTENSION agent_tracker UPDATE.';
	END IF;
	-- beside at_create_store(), which may be making the parts
	PERFORM @extschema@._at_lock_store();
	IF has < 2 THEN
		PERFORM @extschema@._at_create_store_function(true);
		PERFORM @extschema@._at_create_store_replica_identities();
		-- ids that are lost to redaction are compared no more
		PERFORM @extschema@._at_create_store_trade_views();
		PERFORM @extschema@._at_create_store_performance();
	END IF;
	PERFORM @extschema@._at_create_store_identity();
	PERFORM @extschema@._at_create_store_prices();
	IF has < @extschema@._at_store_version() THEN
		PERFORM @extschema@._at_write_store_version();
		RETURN format('brought the store from version %s to version %s', has, @extschema@._at_store_version());
	END IF;
	RETURN format('the store has version %s', has);
END
$at$;
COMMENT ON FUNCTION at_upgrade_store() IS 'brings a store made by an older release to _at_store_version(), in place; run it after ALTER EXTENSION agent_tracker UPDATE; for the owner of the store';

CREATE FUNCTION at_grant(role name, privilege text) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	fn regprocedure;
	relation record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{role,privilege}', role, privilege);
	IF privilege NOT IN ('reader', 'writer') THEN
		RAISE invalid_parameter_value USING MESSAGE = 'privilege must be ''reader'' or ''writer''';
	END IF;
	PERFORM @extschema@._at_check_store();
	EXECUTE format('GRANT USAGE ON SCHEMA @extschema@ TO %I', role);
	FOR relation IN SELECT r.name FROM @extschema@._at_store_relations() r
		WHERE CASE privilege WHEN 'reader' THEN r.reader ELSE r.writer END LOOP
		EXECUTE format('GRANT SELECT ON @extschema@.%I TO %I', relation.name, role);
	END LOOP;
	IF privilege = 'reader' THEN
		RETURN;
	END IF;
	-- what earlier releases gave, and no more: a REVOKE writes the owner's own privileges down
	IF EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) x
		WHERE a.attrelid = '@extschema@.at_event'::regclass AND x.grantee = to_regrole(quote_ident(role))::oid) THEN
		EXECUTE format('REVOKE SELECT (occurred_at, line_no, project, key_digest, content_hash, event_id) ON @extschema@.at_event FROM %I', role);
	END IF;
	FOR relation IN SELECT DISTINCT r.name FROM @extschema@._at_store_relations() r
			JOIN pg_class c ON c.oid = to_regclass(format('@extschema@.%I', r.name)) AND c.relowner <> to_regrole(quote_ident(role))::oid
			CROSS JOIN LATERAL aclexplode(c.relacl) x
		WHERE r.kind = 'table' AND x.grantee = to_regrole(quote_ident(role))::oid
			AND x.privilege_type IN ('INSERT', 'UPDATE', 'DELETE') LOOP
		EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON @extschema@.%I FROM %I', relation.name, role);
	END LOOP;
	IF EXISTS (SELECT FROM pg_proc p, aclexplode(p.proacl) x
		WHERE p.oid = '@extschema@.at_make_partitions(timestamptz[])'::regprocedure
			AND p.proowner <> to_regrole(quote_ident(role))::oid AND x.grantee = to_regrole(quote_ident(role))::oid) THEN
		EXECUTE format('REVOKE EXECUTE ON FUNCTION @extschema@.at_make_partitions(timestamptz[]) FROM %I', role);
	END IF;
	EXECUTE format('GRANT INSERT ON @extschema@.at_inbox TO %I', role);
	FOR fn IN SELECT f FROM @extschema@._at_writing_functions() f LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', fn, role);
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_grant(name, text) IS 'gives a role what a ''reader'' (select on the store) or a ''writer'' (the writing functions, at_inbox; no privilege to write a table, and takes away what earlier releases gave) needs; for the owner of the store and of the extension';
