-- Profiles and baselines: how agents behaved, kept in the store.

CREATE TYPE at_drift_level AS ENUM ('insufficient', 'none', 'low', 'medium', 'high');
COMMENT ON TYPE at_drift_level IS 'how much of a change there is: none, low, medium, high, in this order; below them insufficient: too little was seen to judge';

CREATE FUNCTION _at_redact_note(content text) RETURNS text
AS 'MODULE_PATHNAME', 'at_redact_note' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_redact_note(text) IS 'the text as the store would keep it: redacted by the rules and patterns of the settings, as at ingest';

CREATE FUNCTION _at_redact_name(name text) RETURNS text
AS 'MODULE_PATHNAME', 'at_redact_name' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 20;
COMMENT ON FUNCTION _at_redact_name(text) IS 'an identifier (project, agent, build) as the store has it: what has the shape of a secret is a pseudonym under the store''s key; for those who write events';
SELECT _at_grant_writer('_at_redact_name');

CREATE FUNCTION _at_default_drift_bounds(OUT effect_name text, OUT low float8, OUT medium float8, OUT high float8)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	VALUES ('tvd', 0.05::float8, 0.10::float8, 0.20::float8), ('cohens_h', 0.2, 0.5, 0.8),
		('cliffs_delta', 0.147, 0.33, 0.474), ('w1_robust', 0.1, 0.25, 0.5)
$at$;
COMMENT ON FUNCTION _at_default_drift_bounds() IS 'bounds of the levels with which a store begins: share of decisions that moved, Cohen''s h (Cohen 1988), Cliff''s delta (Romano and others 2006), Wasserstein distance in units of the baseline''s robust deviation';

CREATE FUNCTION _at_create_store_drift() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE TABLE @extschema@.at_behavior_profile (
		project text NOT NULL,
		profile_id text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		build_id text,
		since timestamptz NOT NULL,
		until timestamptz NOT NULL,
		events bigint NOT NULL,
		runs bigint NOT NULL,
		sample_rate float8 NOT NULL,
		created_at timestamptz NOT NULL,
		dimensions text[],
		behavior @extschema@.at_behavior NOT NULL,
		PRIMARY KEY (project, profile_id)
	);
	COMMENT ON TABLE @extschema@.at_behavior_profile IS 'agent_tracker: how an agent behaved in a window, made by at_create_behavior_profile()';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.profile_id IS 'prf_ and hex digits: the same for the same window and events';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.build_id IS 'only runs of this build; null: all';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.since IS 'the window: since <= occurred_at';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.until IS 'and occurred_at < until';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.events IS 'events in it';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.runs IS 'runs in it';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.sample_rate IS 'share of events that sampling kept, as its maker said';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.created_at IS 'when it was made';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.dimensions IS 'only these dimensions; null: all';
	COMMENT ON COLUMN @extschema@.at_behavior_profile.behavior IS 'the behaviour';

	CREATE TABLE @extschema@.at_baseline (
		project text NOT NULL,
		baseline_id text NOT NULL,
		profile_id text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		build_id text,
		kind text NOT NULL CHECK (kind IN ('version', 'time_window', 'manual')),
		description text,
		since timestamptz NOT NULL,
		until timestamptz NOT NULL,
		events bigint NOT NULL,
		runs bigint NOT NULL,
		sample_rate float8 NOT NULL,
		created_at timestamptz NOT NULL,
		dimensions text[],
		content_hash bytea NOT NULL,
		behavior @extschema@.at_behavior NOT NULL,
		PRIMARY KEY (project, baseline_id)
	);
	-- not even the owner changes a baseline; who grants himself the right is
	-- found out by the hash
	EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON @extschema@.at_baseline FROM %I', current_user);
	COMMENT ON TABLE @extschema@.at_baseline IS 'agent_tracker: copies of profiles that behaviour is compared with, made by at_create_baseline(); never changed';
	COMMENT ON COLUMN @extschema@.at_baseline.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_baseline.baseline_id IS 'bsl_ and hex digits';
	COMMENT ON COLUMN @extschema@.at_baseline.profile_id IS 'the profile it was made from, which may be gone';
	COMMENT ON COLUMN @extschema@.at_baseline.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_baseline.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_baseline.build_id IS 'only runs of this build; null: all';
	COMMENT ON COLUMN @extschema@.at_baseline.kind IS 'version, time_window or manual';
	COMMENT ON COLUMN @extschema@.at_baseline.description IS 'what its maker said of it, redacted';
	COMMENT ON COLUMN @extschema@.at_baseline.since IS 'the window of its profile';
	COMMENT ON COLUMN @extschema@.at_baseline.until IS 'its end, not in it';
	COMMENT ON COLUMN @extschema@.at_baseline.events IS 'events in it';
	COMMENT ON COLUMN @extschema@.at_baseline.runs IS 'runs in it';
	COMMENT ON COLUMN @extschema@.at_baseline.sample_rate IS 'share of events that sampling kept';
	COMMENT ON COLUMN @extschema@.at_baseline.created_at IS 'when it was made';
	COMMENT ON COLUMN @extschema@.at_baseline.dimensions IS 'only these dimensions; null: all';
	COMMENT ON COLUMN @extschema@.at_baseline.content_hash IS 'SHA-256 of all other columns; checked by every use';
	COMMENT ON COLUMN @extschema@.at_baseline.behavior IS 'the behaviour';

	CREATE TABLE @extschema@.at_baseline_status (
		project text NOT NULL,
		baseline_id text NOT NULL,
		step integer NOT NULL,
		status text NOT NULL CHECK (status IN ('approved', 'active', 'inactive')),
		approver text,
		changed_by name NOT NULL,
		changed_at timestamptz NOT NULL,
		PRIMARY KEY (project, baseline_id, step)
	);
	EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON @extschema@.at_baseline_status FROM %I', current_user);
	COMMENT ON TABLE @extschema@.at_baseline_status IS 'agent_tracker: approvals and activations of baselines, one row each; only added to';
	COMMENT ON COLUMN @extschema@.at_baseline_status.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_baseline_status.baseline_id IS 'the baseline';
	COMMENT ON COLUMN @extschema@.at_baseline_status.step IS 'from 1, of the baseline';
	COMMENT ON COLUMN @extschema@.at_baseline_status.status IS 'approved, active or inactive';
	COMMENT ON COLUMN @extschema@.at_baseline_status.approver IS 'who approved, as he said; redacted';
	COMMENT ON COLUMN @extschema@.at_baseline_status.changed_by IS 'the role that called';
	COMMENT ON COLUMN @extschema@.at_baseline_status.changed_at IS 'when';

	CREATE VIEW @extschema@.at_current_baseline WITH (security_invoker = on) AS
		SELECT b.project, b.baseline_id, b.agent_id, b.environment, b.build_id, b.kind, b.description,
			b.since, b.until, b.events, b.runs, b.created_at,
			-- the latest activation counts, also when another was not seen by it
			coalesce(s.active AND s.activated_at = max(s.activated_at)
				OVER (PARTITION BY b.project, b.agent_id, b.environment, b.build_id), false) AS active,
			a.approver, a.approved_at
		FROM @extschema@.at_baseline b
			LEFT JOIN (SELECT s.project, s.baseline_id,
					(array_agg(s.status ORDER BY s.step DESC) FILTER (WHERE s.status <> 'approved'))[1] = 'active' AS active,
					max(s.changed_at) FILTER (WHERE s.status = 'active') AS activated_at
				FROM @extschema@.at_baseline_status s GROUP BY s.project, s.baseline_id) s
				ON s.project = b.project AND s.baseline_id = b.baseline_id
			LEFT JOIN (SELECT DISTINCT ON (s.project, s.baseline_id) s.project, s.baseline_id,
					s.approver, s.changed_at AS approved_at
				FROM @extschema@.at_baseline_status s WHERE s.status = 'approved'
				ORDER BY s.project, s.baseline_id, s.step DESC) a
				ON a.project = b.project AND a.baseline_id = b.baseline_id;
	COMMENT ON VIEW @extschema@.at_current_baseline IS 'agent_tracker: baselines with what they are now: active or not, by whom approved and when';

	CREATE VIEW @extschema@.at_behavior_profile_share WITH (security_invoker = on) AS
		SELECT p.project, p.profile_id, p.agent_id, p.environment, p.build_id, p.since, p.until,
			s.dimension, s.category, s.count, s.share, s.runs, s.examples
		FROM @extschema@.at_behavior_profile p, @extschema@.at_shares(p.behavior) s;
	COMMENT ON VIEW @extschema@.at_behavior_profile_share IS 'agent_tracker: the categories of each profile with counts and shares';

	CREATE VIEW @extschema@.at_behavior_profile_quantile WITH (security_invoker = on) AS
		SELECT p.project, p.profile_id, p.agent_id, p.environment, p.build_id, p.since, p.until,
			d.dimension, d.kind, d.n, d.missing, d.rejected, d.runs, d.categories, d.mean,
			d.min, d.p50, d.p90, d.p95, d.p99, d.max, d.coarse, d.too_many
		FROM @extschema@.at_behavior_profile p, @extschema@.at_describe(p.behavior) d;
	COMMENT ON VIEW @extschema@.at_behavior_profile_quantile IS 'agent_tracker: the dimensions of each profile with counts, means and quantiles';

	CREATE TABLE @extschema@.at_drift_bound (
		project text NOT NULL DEFAULT '',
		dimension text NOT NULL DEFAULT '',
		effect_name text NOT NULL CHECK (effect_name IN ('tvd', 'cohens_h', 'cliffs_delta', 'w1_robust')),
		low float8 NOT NULL CHECK (low > 0),
		medium float8 NOT NULL CHECK (medium >= low),
		high float8 NOT NULL CHECK (high >= medium),
		PRIMARY KEY (project, dimension, effect_name)
	);
	COMMENT ON TABLE @extschema@.at_drift_bound IS 'agent_tracker: effects from which a change is low, medium or high; the row for the project and dimension counts, else that for the dimension, for the project, for all';
	COMMENT ON COLUMN @extschema@.at_drift_bound.project IS 'project; empty: all';
	COMMENT ON COLUMN @extschema@.at_drift_bound.dimension IS 'dimension as in at_drift_dimensions(), or as a test names it, with label and aspect; empty: all';
	COMMENT ON COLUMN @extschema@.at_drift_bound.effect_name IS 'tvd, cohens_h, cliffs_delta or w1_robust';
	COMMENT ON COLUMN @extschema@.at_drift_bound.low IS 'from here low, in the unit of the effect';
	COMMENT ON COLUMN @extschema@.at_drift_bound.medium IS 'from here medium';
	COMMENT ON COLUMN @extschema@.at_drift_bound.high IS 'from here high';
	INSERT INTO @extschema@.at_drift_bound (effect_name, low, medium, high)
	SELECT d.effect_name, d.low, d.medium, d.high FROM @extschema@._at_default_drift_bounds() d;

	CREATE TABLE @extschema@.at_drift_scan (
		project text NOT NULL,
		scan_id text NOT NULL,
		baseline_id text NOT NULL,
		build_id text,
		since timestamptz NOT NULL,
		until timestamptz NOT NULL,
		scanned_at timestamptz NOT NULL,
		alpha float8 NOT NULL,
		sample_rate float8 NOT NULL,
		events bigint NOT NULL,
		runs bigint NOT NULL,
		tests integer NOT NULL,
		changed integer NOT NULL,
		look integer NOT NULL,
		looks integer NOT NULL,
		judged tstzmultirange NOT NULL,
		information float8[] NOT NULL,
		PRIMARY KEY (project, scan_id)
	);
	COMMENT ON TABLE @extschema@.at_drift_scan IS 'agent_tracker: one row per call of at_record_drift()';
	COMMENT ON COLUMN @extschema@.at_drift_scan.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_drift_scan.scan_id IS 'scn_ and hex digits';
	COMMENT ON COLUMN @extschema@.at_drift_scan.baseline_id IS 'the baseline';
	COMMENT ON COLUMN @extschema@.at_drift_scan.build_id IS 'only runs of this build were observed; null: all';
	COMMENT ON COLUMN @extschema@.at_drift_scan.since IS 'the observed window: since <= occurred_at';
	COMMENT ON COLUMN @extschema@.at_drift_scan.until IS 'and occurred_at < until';
	COMMENT ON COLUMN @extschema@.at_drift_scan.scanned_at IS 'when it was looked at';
	COMMENT ON COLUMN @extschema@.at_drift_scan.alpha IS 'share of false findings among findings that was accepted, over all looks of the sequence';
	COMMENT ON COLUMN @extschema@.at_drift_scan.sample_rate IS 'share of observed events that sampling kept';
	COMMENT ON COLUMN @extschema@.at_drift_scan.events IS 'events that were judged';
	COMMENT ON COLUMN @extschema@.at_drift_scan.runs IS 'runs that were judged';
	COMMENT ON COLUMN @extschema@.at_drift_scan.tests IS 'tests made, without rows that cannot differ or have too little to judge';
	COMMENT ON COLUMN @extschema@.at_drift_scan.changed IS 'tests of level low, medium or high';
	COMMENT ON COLUMN @extschema@.at_drift_scan.look IS 'which look of a sequence of windows that are judged together, from 1';
	COMMENT ON COLUMN @extschema@.at_drift_scan.looks IS 'how many the sequence may have';
	COMMENT ON COLUMN @extschema@.at_drift_scan.judged IS 'the windows that were judged together';
	COMMENT ON COLUMN @extschema@.at_drift_scan.information IS 'information at each look, as far as known then, for at_repeated_p()';

	CREATE TABLE @extschema@.at_drift_result (
		project text NOT NULL,
		scan_id text NOT NULL,
		LIKE @extschema@.at_test INCLUDING COMMENTS,
		PRIMARY KEY (project, scan_id, dimension)
	);
	ALTER TABLE @extschema@.at_drift_result ALTER test SET NOT NULL, ALTER level SET NOT NULL,
		ALTER n_baseline SET NOT NULL, ALTER n_observed SET NOT NULL, ALTER flags SET NOT NULL;
	COMMENT ON TABLE @extschema@.at_drift_result IS 'agent_tracker: the tests of each scan, as at_detect_drift() returns them';
	COMMENT ON COLUMN @extschema@.at_drift_result.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_drift_result.scan_id IS 'the scan';

	CREATE TABLE @extschema@.at_drift_finding (
		project text NOT NULL,
		finding_id text NOT NULL,
		baseline_id text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		build_id text,
		resolution text NOT NULL CHECK (resolution IN ('open', 'resolved')),
		peak @extschema@.at_drift_level NOT NULL,
		first_seen timestamptz NOT NULL,
		last_seen timestamptz NOT NULL,
		resolved_at timestamptz,
		scans integer NOT NULL,
		alerts integer NOT NULL,
		alerted @extschema@.at_drift_level,
		event_id text,
		-- the test in the last window that showed it
		LIKE @extschema@.at_test INCLUDING COMMENTS,
		PRIMARY KEY (project, finding_id)
	);
	ALTER TABLE @extschema@.at_drift_finding ALTER dimension SET NOT NULL, ALTER level SET NOT NULL,
		ALTER flags SET NOT NULL, ALTER examples SET NOT NULL;
	CREATE UNIQUE INDEX at_drift_finding_open ON @extschema@.at_drift_finding
		(project, baseline_id, dimension, coalesce(build_id, ''))
		WHERE resolution = 'open';
	COMMENT ON TABLE @extschema@.at_drift_finding IS 'agent_tracker: changes of behaviour; one that lasts is one row, with the test of the last window that showed it';
	COMMENT ON COLUMN @extschema@.at_drift_finding.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_drift_finding.finding_id IS 'fnd_ and hex digits';
	COMMENT ON COLUMN @extschema@.at_drift_finding.baseline_id IS 'the baseline it differs from';
	COMMENT ON COLUMN @extschema@.at_drift_finding.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_drift_finding.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_drift_finding.build_id IS 'the build observed by the scan that found it; null: all';
	COMMENT ON COLUMN @extschema@.at_drift_finding.resolution IS 'open, or resolved: a later window was tested and shows no change';
	COMMENT ON COLUMN @extschema@.at_drift_finding.peak IS 'highest level so far';
	COMMENT ON COLUMN @extschema@.at_drift_finding.first_seen IS 'start of the first window that showed it';
	COMMENT ON COLUMN @extschema@.at_drift_finding.last_seen IS 'end of the last window that showed it';
	COMMENT ON COLUMN @extschema@.at_drift_finding.resolved_at IS 'end of the window that showed it no more';
	COMMENT ON COLUMN @extschema@.at_drift_finding.scans IS 'scans that showed it, each with a later window than the one before';
	COMMENT ON COLUMN @extschema@.at_drift_finding.alerts IS 'events that told of it';
	COMMENT ON COLUMN @extschema@.at_drift_finding.alerted IS 'level of which the last event told';
	COMMENT ON COLUMN @extschema@.at_drift_finding.event_id IS 'that event';

	CREATE VIEW @extschema@.at_drift_timeline WITH (security_invoker = on) AS
		SELECT s.until AS "time", s.project, b.agent_id, b.environment::text AS environment,
			s.baseline_id, s.scan_id, r.dimension, r.test, r.level, r.q_value, r.effect_name,
			r.effect, r.effect_lo, r.effect_hi, r.mde, r.n_baseline, r.n_observed, r.flags, r.note
		FROM @extschema@.at_drift_scan s
			JOIN @extschema@.at_drift_result r ON r.project = s.project AND r.scan_id = s.scan_id
			JOIN @extschema@.at_baseline b ON b.project = s.project AND b.baseline_id = s.baseline_id;
	COMMENT ON VIEW @extschema@.at_drift_timeline IS 'agent_tracker: effects of each dimension over time, by the end of the observed window; fits Grafana';

	CREATE VIEW @extschema@.at_drift_summary WITH (security_invoker = on) AS
		SELECT b.project, b.baseline_id, b.agent_id, b.environment, b.build_id, b.active,
			s.scans, s.last_until, s.last_scanned_at,
			count(f.finding_id) FILTER (WHERE f.resolution = 'open') AS open,
			count(f.finding_id) FILTER (WHERE f.resolution = 'open' AND f.level = 'high') AS high,
			count(f.finding_id) FILTER (WHERE f.resolution = 'open' AND f.level = 'medium') AS medium,
			count(f.finding_id) FILTER (WHERE f.resolution = 'open' AND f.level = 'low') AS low,
			count(f.finding_id) FILTER (WHERE f.resolution = 'resolved') AS resolved
		FROM @extschema@.at_current_baseline b
			LEFT JOIN (SELECT s.project, s.baseline_id, count(*) AS scans, max(s.until) AS last_until,
					max(s.scanned_at) AS last_scanned_at
				FROM @extschema@.at_drift_scan s GROUP BY s.project, s.baseline_id) s
				ON s.project = b.project AND s.baseline_id = b.baseline_id
			LEFT JOIN @extschema@.at_drift_finding f
				ON f.project = b.project AND f.baseline_id = b.baseline_id
		GROUP BY b.project, b.baseline_id, b.agent_id, b.environment, b.build_id, b.active,
			s.scans, s.last_until, s.last_scanned_at;
	COMMENT ON VIEW @extschema@.at_drift_summary IS 'agent_tracker: for each baseline its scans and findings by level';
END
$at$;
COMMENT ON FUNCTION _at_create_store_drift() IS 'makes the drift part of the store: profiles, baselines, bounds, scans, findings; called by at_create_store()';

CREATE FUNCTION _at_check_window(since timestamptz, until timestamptz) RETURNS void
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	PERFORM @extschema@._at_check_store();
	PERFORM @extschema@._at_refuse_nulls('{since,until}', since, until);
	IF since >= until THEN
		RAISE invalid_parameter_value USING MESSAGE = 'since must be before until';
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_check_window(timestamptz, timestamptz) IS 'raises an error unless there is a store and the window has a length: 42P01, 22004, 22023';

CREATE FUNCTION _at_matching_runs(project text, agent_id text, environment text,
	since timestamptz, until timestamptz, has jsonb) RETURNS SETOF at_id
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
BEGIN
	RETURN QUERY
	SELECT e.run_id
	FROM @extschema@.at_event e, jsonb_each(has) h
	WHERE e.project = wanted_project AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR e.environment = @extschema@._at_environment_of(wanted_environment))
		AND e.occurred_at >= since AND e.occurred_at < until
		AND e.payload @> jsonb_build_object(h.key, h.value)
	GROUP BY e.run_id
	HAVING count(DISTINCT h.key) = (SELECT count(*) FROM jsonb_object_keys(has));
END
$at$;
COMMENT ON FUNCTION _at_matching_runs(text, text, text, timestamptz, timestamptz, jsonb) IS 'runs in the window for which each member of has is a member of the payload of one of their events: a run is of a build, model or prompt version when an event of it says so; null agent or environment: all';

CREATE FUNCTION _at_fills_over_splits(project text, agent_id text, environment text,
	since timestamptz, until timestamptz, OUT keys uuid[], OUT units float8[])
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
	-- brokers let no order stand for longer
	earliest timestamptz := since - interval '1 year';
BEGIN
	keys := '{}';
	units := '{}';
	IF NOT EXISTS (SELECT FROM @extschema@.at_split s WHERE s.effective_at > earliest AND s.effective_at < until) THEN
		RETURN;
	END IF;
	WITH split AS MATERIALIZED (
		SELECT s.symbol, s.effective_at FROM @extschema@.at_split s WHERE s.effective_at > earliest AND s.effective_at < until
	), event AS MATERIALIZED (
		-- fills from the first of them on, and orders from before the last
		SELECT e.event_type = 'paper.fill.recorded' AS is_fill, e.project, e.agent_id, e.environment, e.occurred_at AS t,
			e.ingested_at, e.line_no, e.key_digest, @extschema@.at_known_id(e.payload ->> 'order_intent_id') AS order_intent_id,
			@extschema@.at_known_id(e.payload ->> 'symbol') AS symbol
		FROM @extschema@.at_event e
		WHERE e.project = wanted_project AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR e.environment = @extschema@._at_environment_of(wanted_environment))
			AND e.occurred_at >= earliest AND e.occurred_at < until
			AND (e.event_type = 'paper.fill.recorded' AND e.occurred_at >= since
					AND e.occurred_at >= (SELECT min(s.effective_at) FROM split s)
				OR e.event_type = 'order.intent.recorded' AND e.occurred_at < (SELECT max(s.effective_at) FROM split s))
	), intended AS (
		SELECT DISTINCT ON (o.project, o.agent_id, o.environment, o.order_intent_id) o.*
		FROM event o
		WHERE NOT o.is_fill AND o.order_intent_id IS NOT NULL
		ORDER BY o.project, o.agent_id, o.environment, o.order_intent_id, o.t, o.ingested_at, o.line_no, o.key_digest
	)
	SELECT coalesce(array_agg(f.key_digest), '{}'), coalesce(array_agg(p.units::float8 / p.per::float8), '{}')
	INTO keys, units
	FROM event f JOIN intended o USING (project, agent_id, environment, order_intent_id),
		LATERAL @extschema@._at_splits_between(o.symbol, o.t, f.t) p
	WHERE f.is_fill AND o.symbol IN (SELECT s.symbol FROM split s) AND f.t > o.t;
END
$at$;
COMMENT ON FUNCTION _at_fills_over_splits(text, text, text, timestamptz, timestamptz) IS 'fills of a window between which and their orders (of up to a year before it) the symbol was split: digests of their keys, and the units that one unit of the order has become';

CREATE FUNCTION at_stored_behavior(project text, agent_id text, environment text,
	since timestamptz, until timestamptz, has jsonb DEFAULT '{}', max_values bigint DEFAULT 100000,
	max_categories bigint DEFAULT 10000) RETURNS at_behavior
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	behavior @extschema@.at_behavior;
	runs @extschema@.at_id[];
	split record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{has,max_values,max_categories}', has, max_values, max_categories);
	PERFORM @extschema@._at_check_window(since, until);
	IF has <> '{}' THEN
		runs := ARRAY(SELECT r FROM @extschema@._at_matching_runs(project, agent_id, environment, since, until, has) r);
	END IF;
	split := @extschema@._at_fills_over_splits(project, agent_id, environment, since, until);
	-- the same words each time: EXECUTE may run in parallel, SELECT INTO may not
	EXECUTE CASE WHEN split.keys = '{}' THEN
			'SELECT @extschema@.at_collect_behavior(e.event_type, e.payload, e.run_id, e.event_id, $6, $7)
			FROM @extschema@.at_event e'
		ELSE
			'SELECT @extschema@._at_collect_behavior(e.event_type, e.payload, e.run_id, e.event_id, $6, $7, s.units)
			FROM @extschema@.at_event e LEFT JOIN unnest($9, $10) s(key, units) ON s.key = e.key_digest'
		END || '
		WHERE e.project = $1 AND ($2 IS NULL OR e.agent_id = $2)
			AND ($3 IS NULL OR e.environment = @extschema@._at_environment_of($3))
			AND e.occurred_at >= $4 AND e.occurred_at < $5
			AND ($8 IS NULL OR e.run_id OPERATOR(@extschema@.=) ANY ($8))'
		INTO behavior USING project, agent_id, environment, since, until, max_values, max_categories, runs,
			split.keys, split.units;
	-- of no events: the empty state
	RETURN coalesce(behavior, '010000000000'::@extschema@.at_behavior);
END
$at$;
COMMENT ON FUNCTION at_stored_behavior(text, text, text, timestamptz, timestamptz, jsonb, bigint, bigint) IS 'how an agent (null: all) behaved in a window of the store, since <= occurred_at < until: one scan of its partitions, in parallel where the server sees fit; has limits it to runs as _at_matching_runs() finds them; raises 22P02 for an unknown environment';

-- What stores is in C: the rows are read by the function before it as the caller,
-- judged by his policies, and stored as the store's owner.

CREATE FUNCTION _at_new_behavior_profile(of_project text, agent text, of_environment text, "from" timestamptz,
	"to" timestamptz, build text, of_dimensions text[], rate float8, max_values bigint, max_categories bigint,
	OUT since timestamptz, OUT until timestamptz, OUT environment at_environment, OUT events bigint,
	OUT runs bigint, OUT sample_rate float8, OUT created_at timestamptz, OUT project text, OUT profile_id text,
	OUT agent_id text, OUT build_id text, OUT dimensions text[], OUT behavior at_behavior) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 1
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1
AS $at$
#variable_conflict use_column
DECLARE
	start ALIAS FOR "from";
	finish ALIAS FOR "to";
BEGIN
	-- as events have them, and as they may be kept
	project := @extschema@._at_redact_name(of_project);
	agent_id := @extschema@._at_redact_name(agent);
	build_id := @extschema@._at_redact_name(build);
	IF NOT (rate > 0 AND rate <= 1) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a sample rate must be greater than 0 and at most 1';
	END IF;
	behavior := @extschema@.at_stored_behavior(project, agent_id, of_environment, start, finish,
		CASE WHEN build_id IS NULL THEN '{}' ELSE jsonb_build_object('build_id', build_id) END, max_values, max_categories);
	IF of_dimensions IS NOT NULL THEN
		behavior := @extschema@._at_restrict(behavior, of_dimensions);
	END IF;
	profile_id := 'prf_' || left(encode(sha256(convert_to(jsonb_build_array(project, agent_id, of_environment, start, finish,
			build_id, of_dimensions, rate)::text, 'UTF8')
		|| @extschema@._at_behavior_send(behavior)), 'hex'), 32);
	since := start;
	until := finish;
	environment := @extschema@._at_environment_of(of_environment);
	SELECT s.events, s.runs INTO events, runs FROM @extschema@._at_behavior_size(behavior) s;
	sample_rate := rate;
	created_at := now();
	dimensions := of_dimensions;
	RETURN NEXT;
END
$at$;
COMMENT ON FUNCTION _at_new_behavior_profile(text, text, text, timestamptz, timestamptz, text, text[], float8, bigint, bigint) IS 'what at_create_behavior_profile(), with the same arguments, is to store in at_behavior_profile; stores nothing; for at_create_behavior_profile(), whose errors it raises';

CREATE FUNCTION at_create_behavior_profile(project text, agent_id text, environment text, since timestamptz,
	until timestamptz, build_id text DEFAULT NULL, dimensions text[] DEFAULT NULL,
	sample_rate float8 DEFAULT 1, max_values bigint DEFAULT 100000,
	max_categories bigint DEFAULT 10000) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION at_create_behavior_profile(text, text, text, timestamptz, timestamptz, text, text[], float8, bigint, bigint) IS 'stores how an agent behaved in a window, since <= occurred_at < until, in all dimensions or these; build_id: only runs of which an event has it in its payload; sample_rate is what agent_tracker.sample_rate was then; up to max_values numbers of a dimension are exact, more than max_categories categories are only counted; returns the id, which is the same when nothing differs; raises 22004 for null, 22023 for what is out of range';
SELECT _at_grant_writer('at_create_behavior_profile');

CREATE FUNCTION at_delete_behavior_profile(profile text) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_delete_behavior_profile(text) IS 'deletes a profile; baselines made from it stay; returns whether there was one; for the owner of the store';

CREATE FUNCTION _at_baseline_hash(baseline record) RETURNS bytea
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1
AS $at$
BEGIN
	RETURN sha256(convert_to(jsonb_build_array(baseline.project, baseline.baseline_id, baseline.profile_id,
			baseline.agent_id, baseline.environment, baseline.build_id, baseline.kind, baseline.description,
			baseline.since, baseline.until, baseline.dimensions, baseline.events, baseline.runs,
			baseline.sample_rate, baseline.created_at)::text, 'UTF8')
		|| @extschema@._at_behavior_send(baseline.behavior));
END
$at$;
COMMENT ON FUNCTION _at_baseline_hash(record) IS 'SHA-256 of a row of at_baseline without its content_hash';

CREATE FUNCTION _at_new_baseline(profile text, of_kind text, said text, OUT since timestamptz,
	OUT until timestamptz, OUT environment at_environment, OUT events bigint, OUT runs bigint,
	OUT sample_rate float8, OUT created_at timestamptz, OUT project text, OUT baseline_id text,
	OUT profile_id text, OUT agent_id text, OUT build_id text, OUT kind text, OUT description text,
	OUT dimensions text[], OUT content_hash bytea, OUT behavior at_behavior) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
#variable_conflict use_column
DECLARE
	p record;
	b record;
	redacted text := @extschema@._at_redact_note(said);
	new_id text;
BEGIN
	IF of_kind NOT IN ('version', 'time_window', 'manual') THEN
		RAISE invalid_parameter_value USING MESSAGE = 'kind must be ''version'', ''time_window'' or ''manual''';
	END IF;
	IF length(said) > 200 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a description must not be longer than 200 characters';
	END IF;
	PERFORM @extschema@._at_check_store();
	SELECT * INTO p FROM @extschema@.at_behavior_profile o WHERE o.profile_id = profile;
	IF NOT FOUND THEN
		RAISE undefined_object USING MESSAGE = 'there is no such profile',
			HINT = 'at_create_behavior_profile() makes one; at_behavior_profile lists them.';
	END IF;
	new_id := 'bsl_' || left(encode(sha256(convert_to(jsonb_build_array(p.project, p.profile_id, of_kind,
		redacted)::text, 'UTF8')), 'hex'), 32);
	SELECT p.since, p.until, p.environment, p.events, p.runs, p.sample_rate, now() AS created_at, p.project,
		new_id AS baseline_id, p.profile_id, p.agent_id, p.build_id, of_kind AS kind, left(redacted, 200) AS description,
		p.dimensions, p.behavior INTO b;
	RETURN QUERY SELECT b.since, b.until, b.environment, b.events, b.runs, b.sample_rate, b.created_at, b.project,
		b.baseline_id, b.profile_id, b.agent_id, b.build_id, b.kind, b.description, b.dimensions,
		@extschema@._at_baseline_hash(b), b.behavior;
END
$at$;
COMMENT ON FUNCTION _at_new_baseline(text, text, text) IS 'what at_create_baseline(), with the same arguments, is to store in at_baseline; stores nothing; for at_create_baseline(), whose errors it raises';

CREATE FUNCTION at_create_baseline(profile text, kind text, description text DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_create_baseline(text, text, text) IS 'makes a baseline of a profile, of kind version, time_window or manual: a copy of its behaviour that is never changed; the description has at most 200 characters and is redacted as events are; returns its id, which is the same for the same profile, kind and description; raises 42704 for no profile, 22023 for another kind or a longer description';
SELECT _at_grant_writer('at_create_baseline');

CREATE FUNCTION _at_checked_baseline(baseline text) RETURNS record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	b record;
BEGIN
	PERFORM @extschema@._at_check_store();
	SELECT * INTO b FROM @extschema@.at_baseline o WHERE o.baseline_id = baseline;
	IF NOT FOUND THEN
		RAISE undefined_object USING MESSAGE = 'there is no such baseline',
			HINT = 'at_create_baseline() makes one; at_current_baseline lists them.';
	END IF;
	IF @extschema@._at_baseline_hash(b) <> b.content_hash THEN
		RAISE data_corrupted USING MESSAGE = 'the baseline was changed after it was made',
			DETAIL = 'Its content does not have its content_hash.',
			HINT = 'Make another from a profile.';
	END IF;
	RETURN b;
END
$at$;
COMMENT ON FUNCTION _at_checked_baseline(text) IS 'a row of at_baseline whose content has its hash; raises 42704 for none, XX001 when it was changed';

-- What is to be added to the history of baselines, but for changed_at and step: these
-- follow from the whole history, of which the caller may see less.

CREATE FUNCTION _at_new_approval(baseline text, said text, OUT project text, OUT baseline_id text,
	OUT status text, OUT approver text, OUT changed_by name) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	b record;
BEGIN
	IF btrim(said) = '' OR length(said) > 200 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'approver must have 1 to 200 characters';
	END IF;
	b := @extschema@._at_checked_baseline(baseline);
	RETURN QUERY SELECT b.project, b.baseline_id, 'approved'::text, left(@extschema@._at_redact_note(said), 200),
		session_user;
END
$at$;
COMMENT ON FUNCTION _at_new_approval(text, text) IS 'what at_approve_baseline(), with the same arguments, is to add to at_baseline_status; stores nothing; for at_approve_baseline(), whose errors it raises';

CREATE FUNCTION at_approve_baseline(baseline text, approver text) RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_approve_baseline(text, text) IS 'records who approved a baseline (redacted as events are) and the role that said so; raises 42704 for no baseline, XX001 when it was changed, 22023 for an approver that is empty or longer than 200 characters';
SELECT _at_grant_writer('at_approve_baseline');

CREATE FUNCTION _at_new_activation(baseline text, OUT project text, OUT baseline_id text,
	OUT status text, OUT approver text, OUT changed_by name) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 2
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	b record := @extschema@._at_checked_baseline(baseline);
	before text;
BEGIN
	IF NOT EXISTS (SELECT FROM @extschema@.at_baseline_status s
			WHERE s.project = b.project AND s.baseline_id = b.baseline_id AND s.status = 'approved') THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = 'the baseline is not approved',
			HINT = 'Approve it with at_approve_baseline().';
	END IF;
	SELECT o.baseline_id INTO before FROM @extschema@.at_current_baseline o
	WHERE o.project = b.project AND o.agent_id = b.agent_id AND o.environment = b.environment
		AND o.build_id IS NOT DISTINCT FROM b.build_id AND o.active;
	IF before = b.baseline_id THEN
		RETURN;
	END IF;
	IF before IS NOT NULL THEN
		RETURN QUERY SELECT b.project, before, 'inactive'::text, NULL::text, session_user;
	END IF;
	RETURN QUERY SELECT b.project, b.baseline_id, 'active'::text, NULL::text, session_user;
END
$at$;
COMMENT ON FUNCTION _at_new_activation(text) IS 'what at_activate_baseline() is to add to at_baseline_status for a baseline, that of the one before it first; no row when it is active; stores nothing; for at_activate_baseline(), whose errors it raises';

CREATE FUNCTION at_activate_baseline(baseline text) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_activate_baseline(text) IS 'makes an approved baseline the one of its project, agent, environment and build that at_scan_baselines() compares with; returns the one that was, or null; raises 42704 for no baseline, XX001 when it was changed, 55000 when it is not approved';
SELECT _at_grant_writer('at_activate_baseline');

CREATE FUNCTION _at_new_deactivation(baseline text, OUT project text, OUT baseline_id text,
	OUT status text, OUT approver text, OUT changed_by name) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	BEGIN
		PERFORM @extschema@._at_checked_baseline(baseline);
	EXCEPTION WHEN data_corrupted THEN
		-- one that was changed is of no more use, and may go
		NULL;
	END;
	RETURN QUERY SELECT o.project, o.baseline_id, 'inactive'::text, NULL::text, session_user
	FROM @extschema@.at_current_baseline o WHERE o.baseline_id = baseline AND o.active;
END
$at$;
COMMENT ON FUNCTION _at_new_deactivation(text) IS 'what at_deactivate_baseline() is to add to at_baseline_status for a baseline; no row when it is not active; stores nothing; for at_deactivate_baseline(), whose errors it raises';

CREATE FUNCTION at_deactivate_baseline(baseline text) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_deactivate_baseline(text) IS 'a baseline is active no more, also one that was changed; returns whether it was; raises 42704 for no baseline';
SELECT _at_grant_writer('at_deactivate_baseline');
