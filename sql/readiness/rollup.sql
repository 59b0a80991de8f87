-- Readiness of what is stored: rollups, and what runs on a schedule.

CREATE FUNCTION _at_evidence_between(project text, agent_id text, environment at_environment,
	since timestamptz, until timestamptz) RETURNS at_evidence_set
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
BEGIN
	IF since >= until THEN
		RETURN '{}';
	END IF;
	RETURN (SELECT @extschema@.at_collect_evidence(e.evidence) FROM @extschema@.at_event e
		WHERE e.occurred_at >= since AND e.occurred_at < until
			AND (wanted_project IS NULL OR e.project = wanted_project)
			AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR e.environment = wanted_environment));
END
$at$;
COMMENT ON FUNCTION _at_evidence_between(text, text, at_environment, timestamptz, timestamptz) IS 'evidence of the events themselves in since <= occurred_at < until, of one project, agent and environment or all; for at_stored_evidence(), which takes whole days from the rollup';

CREATE FUNCTION at_stored_evidence(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL)
RETURNS at_evidence_set
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
	start timestamptz := coalesce(since, '-infinity');
	finish timestamptz := coalesce(until, 'infinity');
	-- the whole days of the window, in UTC
	days_start timestamptz := date_trunc('day', start);
	days_finish timestamptz := date_trunc('day', finish);
	first_day date;
	end_day date;
	rolled @extschema@.at_evidence_set;
	fresh @extschema@.at_evidence_set;
BEGIN
	PERFORM @extschema@._at_check_store();
	IF days_start < start THEN
		days_start := days_start + interval '1 day';
	END IF;
	IF days_start > days_finish THEN
		-- within one day
		days_start := finish;
		days_finish := finish;
	END IF;
	first_day := days_start::date;
	end_day := days_finish::date;

	SELECT @extschema@.at_merge(d.evidence) INTO rolled
	FROM @extschema@.at_evidence_daily d
	WHERE (wanted_project IS NULL OR d.project = wanted_project)
		AND (wanted_agent IS NULL OR d.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR d.environment = wanted_environment)
		AND d.day >= first_day AND d.day < end_day
		AND NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
			WHERE m.project = d.project AND m.day = d.day);

	-- the days that the window cuts, at both ends
	rolled := @extschema@._at_evidence_set_merge(rolled,
		@extschema@._at_evidence_between(wanted_project, wanted_agent, wanted_environment, start, days_start));
	rolled := @extschema@._at_evidence_set_merge(rolled,
		@extschema@._at_evidence_between(wanted_project, wanted_agent, wanted_environment, days_finish, finish));
	IF NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
			WHERE (wanted_project IS NULL OR m.project = wanted_project)
				AND m.day >= first_day AND m.day < end_day) THEN
		RETURN rolled;
	END IF;

	-- days that were written since: from the events themselves
	SELECT @extschema@.at_collect_evidence(e.evidence) INTO fresh
	FROM @extschema@._at_stale_ranges(wanted_project) s,
		-- OFFSET 0: each range by itself, by the index on time
		LATERAL (SELECT * FROM @extschema@.at_event x
			WHERE x.occurred_at >= greatest(s.since, days_start) AND x.occurred_at < least(s.until, days_finish)
			OFFSET 0) e
	WHERE ((e.project, (e.occurred_at AT TIME ZONE 'UTC')::date)
			IN (SELECT m.project, m.day FROM @extschema@.at_stale_run m)) IS TRUE
		AND (wanted_project IS NULL OR e.project = wanted_project)
		AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR e.environment = wanted_environment);
	RETURN @extschema@._at_evidence_set_merge(rolled, fresh);
END
$at$;
COMMENT ON FUNCTION at_stored_evidence(text, text, text, timestamptz, timestamptz) IS 'evidence of the stored events, of one project, agent and environment or all, in any window, since <= occurred_at < until: whole days (UTC) from the rollup, days written since and days that the window cuts from the events; raises 22P02 for an unknown environment';

CREATE FUNCTION _at_first_items(items text[], most integer) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT CASE WHEN cardinality(items) > most THEN items[1:most] || format('and %s more', cardinality(items) - most) ELSE items END
$at$;
COMMENT ON FUNCTION _at_first_items(text[], integer) IS 'internal: the first of some items, and how many more there are';

CREATE FUNCTION at_readiness(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	OUT report text, OUT ready boolean, OUT score integer, OUT missing text[], OUT warnings text[])
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 7
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	evidence @extschema@.at_evidence_set := @extschema@.at_stored_evidence(project, agent_id, environment,
		since, until);
BEGIN
	IF @extschema@._at_evidence_age(evidence) > 0 THEN
		RAISE WARNING 'evidence of some events is older than this release of agent_tracker'
			USING HINT = 'Run at_rebuild_evidence() until it returns 0.';
	END IF;
	RETURN QUERY SELECT r.report, r.ready, r.score, @extschema@._at_first_items(r.missing, 20), @extschema@._at_first_items(r.warnings, 20)
	FROM @extschema@.at_readiness_of(evidence) r;
END
$at$;
COMMENT ON FUNCTION at_readiness(text, text, text, timestamptz, timestamptz) IS 'the seven readiness reports of the stored events on one screen, of one project, agent and environment or all, in any window, since <= occurred_at < until; up to date whether the rollups are or not; of more than 20 missing items or warnings the first 20 and how many more there are, at_readiness_of() has all; warns of evidence older than the library';

-- What brings the store up to date is in C, and runs the functions before it as the
-- store's owner.

CREATE FUNCTION _at_write_rollups(OUT days bigint, OUT rows bigint)
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	stale_projects text[];
	stale_days date[];
BEGIN
	SELECT array_agg(s.project), array_agg(s.day) INTO stale_projects, stale_days
	FROM (SELECT DISTINCT m.project, m.day FROM @extschema@.at_stale_run m WHERE m.day > '-infinity') s;
	days := coalesce(cardinality(stale_days), 0);
	rows := 0;
	IF days = 0 THEN
		RETURN;
	END IF;

	-- so that what follows, and every other query, reads only what it must
	PERFORM @extschema@._at_summarize(i.indexrelid::regclass)
	FROM @extschema@.at_partitions() p
		JOIN pg_index i ON i.indrelid = p.partition
		JOIN pg_class c ON c.oid = i.indexrelid
		JOIN pg_am a ON a.oid = c.relam AND a.amname = 'brin'
	WHERE EXISTS (SELECT FROM unnest(stale_days) d
		WHERE d::timestamp AT TIME ZONE 'UTC' >= p.since AND (d::timestamp AT TIME ZONE 'UTC' < p.until OR p.until = 'infinity'));

	DELETE FROM @extschema@.at_evidence_daily d
	USING unnest(stale_projects, stale_days) AS s(project, day)
	WHERE d.project = s.project AND d.day = s.day;

	INSERT INTO @extschema@.at_evidence_daily
		(day, environment, events, refreshed_at, project, agent_id, evidence)
	SELECT s.day, e.environment, count(*), now(), s.project, e.agent_id,
		@extschema@.at_collect_evidence(e.evidence)
	FROM @extschema@._at_stale_ranges(NULL) r
		CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event x
			WHERE x.occurred_at >= r.since AND x.occurred_at < r.until OFFSET 0) e
		JOIN unnest(stale_projects, stale_days) AS s(project, day)
			ON s.project = e.project AND s.day = (e.occurred_at AT TIME ZONE 'UTC')::date
	GROUP BY s.day, e.environment, s.project, e.agent_id;
	GET DIAGNOSTICS rows = ROW_COUNT;
END
$at$;
COMMENT ON FUNCTION _at_write_rollups() IS 'internal: computes the stale days of at_evidence_daily again, for at_refresh(), as the store''s owner, who has the lock of refreshes';

CREATE FUNCTION _at_write_evidence(max_rows bigint) RETURNS bigint
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	rebuilt bigint;
BEGIN
	WITH old AS (
		SELECT e.project, e.key_digest, e.occurred_at FROM @extschema@.at_event e
		WHERE @extschema@._at_evidence_age(e.evidence) > 0
		LIMIT max_rows
	), new AS (
		UPDATE @extschema@.at_event e
		SET evidence = @extschema@.at_event_evidence(@extschema@.at_event_json(e))
		FROM old WHERE e.project = old.project AND e.key_digest = old.key_digest
			AND e.occurred_at = old.occurred_at
		RETURNING e.project, e.occurred_at
	), marked AS (
		INSERT INTO @extschema@.at_stale_run (project, day)
		SELECT DISTINCT n.project, (n.occurred_at AT TIME ZONE 'UTC')::date FROM new n
	)
	SELECT count(*) INTO rebuilt FROM new;
	RETURN rebuilt;
END
$at$;
COMMENT ON FUNCTION _at_write_evidence(bigint) IS 'internal: what at_rebuild_evidence() does, as the store''s owner';

CREATE FUNCTION at_rebuild_evidence(max_rows bigint DEFAULT 100000) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION at_rebuild_evidence(bigint) IS 'recomputes the evidence of up to max_rows events that an older release stored without a bit of this one, and marks their rollups; returns how many; run it until it returns 0; runs as the store''s owner; for him, and for whom he lets execute it';

CREATE FUNCTION at_upkeep() RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_upkeep() IS 'makes the partitions of this month and the next two, so that no write has to wait for one; returns how many were made; runs as the store''s owner; for him, and for whom he lets execute it';

CREATE FUNCTION _at_forget_rollups(first_day date, end_day date) RETURNS void
AS 'MODULE_PATHNAME', 'at_forget_rollups' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION _at_forget_rollups(date, date) IS 'internal: deletes the rollups of days, first_day <= day < end_day, as the store''s owner; at_drop_before() calls it';
