-- Detection: what changed since a baseline, or between two agents; findings,
-- alerts, schedules.

-- The list of what is known of a test.  Tables of the store that keep tests have
-- its columns and their comments by LIKE; scan_sql.c sets them.
CREATE TYPE at_test AS (
	dimension text,
	test text,
	statistic float8,
	dof integer,
	p_value float8,
	log10_p float8,
	q_value float8,
	effect_name text,
	effect float8,
	effect_lo float8,
	effect_hi float8,
	n_baseline bigint,
	n_observed bigint,
	min_expected float8,
	mde float8,
	level at_drift_level,
	flags text[],
	bound text,
	examples text[],
	runs_baseline bigint,
	runs_observed bigint,
	design_effect float8,
	family text,
	weight float8,
	category_p float8,
	least_p float8,
	stake float8,
	note text
);
COMMENT ON TYPE at_test IS 'one test of a scan';
COMMENT ON COLUMN at_test.dimension IS 'dimension, and what of it: its label in brackets, an aspect in parentheses';
COMMENT ON COLUMN at_test.test IS 'the test; none: nothing can differ';
COMMENT ON COLUMN at_test.statistic IS 'its statistic';
COMMENT ON COLUMN at_test.dof IS 'degrees of freedom';
COMMENT ON COLUMN at_test.p_value IS 'p of the test';
COMMENT ON COLUMN at_test.log10_p IS 'its decimal logarithm, which does not underflow';
COMMENT ON COLUMN at_test.q_value IS 'p adjusted for the looks of a sequence and for all tests of the scan (Benjamini and Hochberg, weighted)';
COMMENT ON COLUMN at_test.effect_name IS 'what the effect is';
COMMENT ON COLUMN at_test.effect IS 'size of the change, in the unit of the effect';
COMMENT ON COLUMN at_test.effect_lo IS 'lower end of its 95 % interval';
COMMENT ON COLUMN at_test.effect_hi IS 'upper end';
COMMENT ON COLUMN at_test.n_baseline IS 'values of the baseline';
COMMENT ON COLUMN at_test.n_observed IS 'values observed';
COMMENT ON COLUMN at_test.min_expected IS 'smallest expected count';
COMMENT ON COLUMN at_test.mde IS 'least effect that the test finds with the power asked for';
COMMENT ON COLUMN at_test.level IS 'how much of a change';
COMMENT ON COLUMN at_test.flags IS 'what to keep in mind';
COMMENT ON COLUMN at_test.bound IS 'the effects from which it is low, medium, high, and what they are for';
COMMENT ON COLUMN at_test.examples IS 'ids of events that show it';
COMMENT ON COLUMN at_test.runs_baseline IS 'runs of the baseline';
COMMENT ON COLUMN at_test.runs_observed IS 'runs observed';
COMMENT ON COLUMN at_test.design_effect IS 'how much larger the variance is because events of a run depend on each other';
COMMENT ON COLUMN at_test.family IS 'primary or secondary; null: not tested';
COMMENT ON COLUMN at_test.weight IS 'its weight in the adjustment; null: not tested, and not counted';
COMMENT ON COLUMN at_test.category_p IS 'adjusted p of the clearest category that is on one side only';
COMMENT ON COLUMN at_test.least_p IS 'the least p that the counts and sizes of both sides together allow (0: not bounded, 1: nothing can differ)';
COMMENT ON COLUMN at_test.stake IS 'the share of a dimension''s part of the level that it takes';
COMMENT ON COLUMN at_test.note IS 'what changed';

CREATE TYPE at_level_bound AS (
	dimension text,
	effect_name text,
	low float8,
	medium float8,
	high float8,
	bound text
);
COMMENT ON TYPE at_level_bound IS 'effects from which a change is low, medium or high, for a dimension (empty: for all), and how that is shown; rows of at_drift_bound as _at_behavior_tests() takes them';

CREATE FUNCTION _at_behavior_tests(baseline at_behavior, observed at_behavior, alpha float8 DEFAULT 0.05, power float8 DEFAULT 0.8,
	baseline_rate float8 DEFAULT NULL, observed_rate float8 DEFAULT NULL, paired boolean DEFAULT false,
	primary_dimensions text[] DEFAULT NULL, information float8[] DEFAULT NULL, look integer DEFAULT 1,
	more_flags text[] DEFAULT NULL, bounds at_level_bound[] DEFAULT NULL) RETURNS SETOF at_test
AS 'MODULE_PATHNAME', 'at_behavior_tests' LANGUAGE C STABLE PARALLEL SAFE COST 100000 ROWS 80;
COMMENT ON FUNCTION _at_behavior_tests(at_behavior, at_behavior, float8, float8, float8, float8, boolean, text[], float8[], integer, text[], at_level_bound[]) IS 'how two behaviours differ: every dimension with the test for its kind and size, q over all of them, weighted (_at_test_weights, at_p_adjust), and levels by the bounds, of which the first that fits counts; alpha is the share of false findings that is accepted, and alpha and power are those of the least effect that is found; rates are the shares of events that sampling kept, of which null is 1; paired: runs of the same name on both sides met the same case, and where all do, shares and numbers are tested by the differences within pairs; primary_dimensions are those that are looked at first (null: those of at_drift_dimensions()); information: the amounts of it at several looks of which this is one, the first or another (at_repeated_p); more_flags are set on every row; raises 22004 for null, 22023 for what is out of range and for a name that is no dimension';

CREATE FUNCTION _at_judge_tests(baseline at_behavior, observed at_behavior, project text,
	alpha float8 DEFAULT 0.05, power float8 DEFAULT 0.8, baseline_rate float8 DEFAULT 1,
	observed_rate float8 DEFAULT 1, more_flags text[] DEFAULT '{}', paired boolean DEFAULT false,
	primary_dimensions text[] DEFAULT NULL, information float8[] DEFAULT NULL, look integer DEFAULT 1)
RETURNS SETOF at_test
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 80
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN QUERY SELECT t.* FROM @extschema@._at_behavior_tests(baseline, observed, alpha, power, baseline_rate, observed_rate,
		paired, primary_dimensions, information, look, more_flags,
		ARRAY(SELECT ROW(d.dimension, d.effect_name, d.low, d.medium, d.high,
				format('%s %s/%s/%s%s', d.effect_name, d.low, d.medium, d.high,
					CASE WHEN d.project <> '' OR d.dimension <> '' THEN ' for '
						|| concat_ws(' ', nullif(d.project, ''), nullif(d.dimension, '')) ELSE '' END))::@extschema@.at_level_bound
			FROM @extschema@.at_drift_bound d
			WHERE d.project IN ('', _at_judge_tests.project)
			-- what is for a dimension comes before what is for a project
			ORDER BY length(d.dimension) DESC, d.project <> '' DESC)) t;
END
$at$;
COMMENT ON FUNCTION _at_judge_tests(at_behavior, at_behavior, text, float8, float8, float8, float8, text[], boolean, text[], float8[], integer) IS '_at_behavior_tests() with the bounds of the project';

CREATE FUNCTION _at_observe(baseline record, since timestamptz, until timestamptz, build_id text DEFAULT NULL,
	max_values bigint DEFAULT 100000, max_categories bigint DEFAULT 10000) RETURNS at_behavior
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	observed @extschema@.at_behavior;
BEGIN
	PERFORM @extschema@._at_check_window(since, until);
	IF since < baseline.until AND baseline.since < until THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the window overlaps that of the baseline',
			DETAIL = 'Events that are on both sides would hide a change.',
			HINT = 'Observe a window after the baseline''s, or before it.';
	END IF;
	observed := @extschema@.at_stored_behavior(baseline.project, baseline.agent_id, baseline.environment::text, since, until,
		CASE WHEN build_id IS NULL THEN '{}' ELSE jsonb_build_object('build_id', build_id) END,
		max_values, max_categories);
	IF baseline.dimensions IS NOT NULL THEN
		observed := @extschema@._at_restrict(observed, baseline.dimensions);
	END IF;
	RETURN observed;
END
$at$;
COMMENT ON FUNCTION _at_observe(record, timestamptz, timestamptz, text, bigint, bigint) IS 'how the agent of a baseline (a row of at_baseline) behaved in another window, in the baseline''s dimensions; raises 22023 for a window that overlaps the baseline''s';

CREATE FUNCTION at_detect_drift(baseline text, since timestamptz, until timestamptz,
	build_id text DEFAULT NULL, alpha float8 DEFAULT 0.05, sample_rate float8 DEFAULT 1,
	power float8 DEFAULT 0.8, max_values bigint DEFAULT 100000, max_categories bigint DEFAULT 10000,
	primary_dimensions text[] DEFAULT NULL)
RETURNS SETOF at_test
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 80
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	b record;
	observed @extschema@.at_behavior;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{alpha,sample_rate,power,max_values,max_categories,baseline}',
		alpha, sample_rate, power, max_values, max_categories, baseline);
	b := @extschema@._at_checked_baseline(baseline);
	observed := @extschema@._at_observe(b, since, until, build_id, max_values, max_categories);
	RETURN QUERY SELECT t.* FROM @extschema@._at_judge_tests(b.behavior, observed, b.project, alpha, power,
		b.sample_rate, sample_rate, primary_dimensions => primary_dimensions) t;
END
$at$;
COMMENT ON FUNCTION at_detect_drift(text, timestamptz, timestamptz, text, float8, float8, float8, bigint, bigint, text[]) IS 'what changed since a baseline: the behaviour of its agent in a window, since <= occurred_at < until, each dimension with the test for its kind and size; of the rows with q at most alpha a share of at most alpha is expected to be chance; build_id: only runs of this build; sample_rate: what agent_tracker.sample_rate was; primary_dimensions: those that are looked at first, with nine tenths of alpha (null: the ones that at_drift_dimensions() says are); stores nothing; raises 42704 for no baseline, XX001 when it was changed, 22023 for a window that overlaps the baseline''s and for what is out of range';

CREATE FUNCTION _at_observe(baseline record, windows tstzmultirange, build_id text DEFAULT NULL) RETURNS at_behavior
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	one tstzrange;
	observed @extschema@.at_behavior;
BEGIN
	FOR one IN SELECT r FROM unnest(windows) r LOOP
		observed := @extschema@._at_behavior_merge(observed,
			@extschema@._at_observe(baseline, lower(one), upper(one), build_id));
	END LOOP;
	RETURN observed;
END
$at$;
COMMENT ON FUNCTION _at_observe(record, tstzmultirange, text) IS 'the same of several windows together';

CREATE FUNCTION _at_next_look(baseline record, since timestamptz, until timestamptz, build_id text, alpha float8,
	sample_rate float8, pool integer, OUT look integer, OUT looks integer, OUT judged tstzmultirange,
	OUT information float8[])
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	start ALIAS FOR since;
	finish ALIAS FOR until;
	build ALIAS FOR build_id;
	before record;
BEGIN
	look := 1;
	judged := tstzmultirange(tstzrange(start, finish));
	information := '{}';
	-- windows that move on by less than their length are no sequence
	looks := CASE WHEN EXISTS (SELECT FROM @extschema@.at_drift_scan s
		WHERE s.project = baseline.project AND s.baseline_id = baseline.baseline_id AND s.build_id IS NOT DISTINCT FROM build
			AND s.since < start AND s.until > start AND s.until < finish) THEN 1 ELSE pool END;
	-- the window before this one, as it was judged last
	SELECT s.look, s.looks, s.judged, s.information, s.changed, s.alpha, s.sample_rate INTO before
	FROM @extschema@.at_drift_scan s
	WHERE s.project = baseline.project AND s.baseline_id = baseline.baseline_id AND s.build_id IS NOT DISTINCT FROM build
		-- of times that may be infinite
		AND s.until <= start
		AND date_part('epoch', start) - date_part('epoch', s.until) < date_part('epoch', finish) - date_part('epoch', start)
	ORDER BY s.until DESC, s.scanned_at DESC
	LIMIT 1;
	IF FOUND AND before.changed = 0 AND before.look < before.looks AND before.looks = looks AND before.alpha = alpha
		AND before.sample_rate = sample_rate THEN
		look := before.look + 1;
		judged := before.judged + judged;
		information := before.information[:before.look];
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_next_look(record, timestamptz, timestamptz, text, float8, float8, integer) IS 'which look of a sequence a scan of a window is: the one after that of the window before (which ends where this one begins, or less than its length earlier), if that was judged with the same arguments, found nothing, and was not the last of pool looks; else the first; looks is 1 for windows that overlap; judged are the windows to judge together, information that of the looks before';

CREATE FUNCTION _at_look_information(before float8[], look integer, looks integer, baseline_runs bigint, runs bigint)
RETURNS float8[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT before || array_agg(greatest(before[look - 1], r / (r + baseline_runs)) ORDER BY j)
	FROM generate_series(look, looks) j, LATERAL (SELECT greatest(runs, 1)::float8 * j / look AS r) m
$at$;
COMMENT ON FUNCTION _at_look_information(float8[], integer, integer, bigint, bigint) IS 'information at each look of a sequence, as a share of what endless observation would give: of n runs of the baseline and m observed ones m / (m + n); before is that of the looks before this one, later ones are expected to bring as many runs each';

CREATE FUNCTION _at_alert_drift(finding text, notify boolean) RETURNS text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	f record;
	told text;
BEGIN
	SELECT * INTO STRICT f FROM @extschema@.at_drift_finding o WHERE o.finding_id = finding;
	told := @extschema@.at_record('diagnostic.check.completed', json_build_object(
			'check_id', 'agent_tracker.drift.' || f.dimension, 'check_family', 'custom', 'status', 'warning',
			'severity', CASE WHEN f.level = 'low' THEN 'info' ELSE 'warning' END,
			'summary', format('behaviour differs from the baseline in %s: %s %s, level %s', f.dimension,
				f.effect_name, round(f.effect::numeric, 3), f.level),
			'dimension', f.dimension, 'drift_level', f.level, 'effect_name', f.effect_name, 'effect', f.effect,
			'q_value', f.q_value, 'finding_id', f.finding_id, 'baseline_id', f.baseline_id),
		project => f.project, agent_id => f.agent_id, environment => f.environment::text,
		run_id => 'run_drift_' || substr(f.finding_id, 5), occurred_at => least(f.last_seen, now()),
		idempotency_key => format('agent_tracker.drift/%s/%s', f.finding_id, f.alerts + 1));
	IF notify THEN
		PERFORM pg_notify('agent_tracker_drift', json_build_object('finding_id', f.finding_id,
			'baseline_id', f.baseline_id, 'event_id', told,
			-- a label is a value
			'dimension', split_part(f.dimension, '[', 1))::text);
	END IF;
	RETURN told;
END
$at$;
COMMENT ON FUNCTION _at_alert_drift(text, boolean) IS 'records a diagnostic.check.completed event that tells of a finding, and with notify sends its ids and dimension (without its label) on channel agent_tracker_drift; returns the event''s id; called by at_record_drift(), which writes into the finding that it was told';
SELECT _at_grant_writer('_at_alert_drift');

-- at_record_drift() is in C.  What it stores is read by the functions before it as
-- the caller, judged by his policies, and stored as the store's owner.

CREATE FUNCTION _at_new_scan(baseline text, "from" timestamptz, "to" timestamptz, build text, accepted float8,
	rate float8, alert at_drift_level, notify boolean, alert_after integer, pool integer,
	primary_dimensions text[],
	OUT since timestamptz, OUT until timestamptz, OUT scanned_at timestamptz, OUT alpha float8,
	OUT sample_rate float8, OUT events bigint, OUT runs bigint, OUT tests integer, OUT changed integer,
	OUT look integer, OUT looks integer, OUT project text, OUT scan_id text, OUT baseline_id text,
	OUT build_id text, OUT judged tstzmultirange, OUT information float8[],
	OUT first_seen timestamptz, OUT environment at_environment, OUT agent_id text, OUT results at_test[])
RETURNS SETOF record
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	start ALIAS FOR "from";
	finish ALIAS FOR "to";
	b record := @extschema@._at_checked_baseline(baseline);
	observed @extschema@.at_behavior;
BEGIN
	IF alert = 'insufficient' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'alert must be ''low'', ''medium'', ''high'' or ''none''';
	END IF;
	IF alert_after < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'alert_after must be at least 1';
	END IF;
	IF pool NOT BETWEEN 1 AND 50 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'pool must be from 1 to 50';
	END IF;
	-- as events have it, and as it may be kept
	build_id := @extschema@._at_redact_name(build);
	-- scans of a baseline take turns: a change is one finding
	PERFORM @extschema@._at_lock_scan(b.project || '/' || b.baseline_id);
	PERFORM @extschema@._at_check_window(start, finish);
	SELECT n.look, n.looks, n.judged, n.information INTO look, looks, judged, information
	FROM @extschema@._at_next_look(b, start, finish, build_id, accepted, rate, pool) n;
	observed := @extschema@._at_observe(b, judged, build_id);
	SELECT s.events, s.runs INTO events, runs FROM @extschema@._at_behavior_size(observed) s;
	information := @extschema@._at_look_information(information, look, looks, b.runs, runs);
	results := ARRAY(SELECT t FROM @extschema@._at_judge_tests(b.behavior, observed, b.project, accepted, 0.8::float8,
		b.sample_rate, rate, '{}'::text[], false, primary_dimensions, information, look) t);
	first_seen := lower(judged);
	since := start;
	until := finish;
	scanned_at := clock_timestamp();
	alpha := accepted;
	sample_rate := rate;
	tests := (SELECT count(t.weight) FROM unnest(results) t);
	changed := (SELECT count(*) FROM unnest(results) t WHERE t.level IN ('low', 'medium', 'high'));
	project := b.project;
	scan_id := 'scn_' || replace(gen_random_uuid()::text, '-', '');
	baseline_id := b.baseline_id;
	environment := b.environment;
	agent_id := b.agent_id;
	RETURN NEXT;
END
$at$;
COMMENT ON FUNCTION _at_new_scan(text, timestamptz, timestamptz, text, float8, float8, at_drift_level, boolean, integer, integer, text[]) IS 'what at_record_drift(), with the same arguments, is to store in at_drift_scan; with it the start of what was judged, the environment and agent of the baseline, and the tests; scans of a baseline take turns from here to the end of the transaction; stores nothing; for at_record_drift(), whose errors it raises';
SELECT _at_grant_writer('_at_new_scan');

CREATE FUNCTION _at_continued_findings(results at_test[], of_project text, baseline text, build text, "to" timestamptz,
	OUT project text, OUT finding_id text, OUT last_seen timestamptz, OUT peak at_drift_level, OUT scans integer,
	OUT test at_test)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	finish ALIAS FOR "to";
BEGIN
	-- what is still there, unless a later window was looked at before
	RETURN QUERY
	SELECT f.project, f.finding_id, finish, greatest(f.peak, t.level), f.scans + (f.last_seen < finish)::int, t
	FROM @extschema@.at_drift_finding f, unnest(results) t
	WHERE f.project = of_project AND f.baseline_id = baseline AND f.dimension = t.dimension
		AND f.build_id IS NOT DISTINCT FROM build
		AND f.resolution = 'open' AND t.level IN ('low', 'medium', 'high') AND f.last_seen <= finish;
END
$at$;
COMMENT ON FUNCTION _at_continued_findings(at_test[], text, text, text, timestamptz) IS 'open findings of a baseline and build that a scan with these tests, of a window until then, shows again, as they are after it; stores nothing; for at_record_drift()';

CREATE FUNCTION _at_resolved_findings(results at_test[], of_project text, baseline text, build text, "to" timestamptz,
	seen bigint, look integer, looks integer, OUT project text, OUT finding_id text, OUT resolved_at timestamptz,
	OUT resolution text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	finish ALIAS FOR "to";
BEGIN
	RETURN QUERY
	SELECT f.project, f.finding_id, finish, 'resolved'::text
	FROM @extschema@.at_drift_finding f
	WHERE f.project = of_project AND f.baseline_id = baseline AND f.resolution = 'open'
		AND f.build_id IS NOT DISTINCT FROM build
		AND f.last_seen < finish AND (EXISTS (SELECT FROM unnest(results) t
				WHERE t.dimension = f.dimension AND t.level = 'none'
					-- what was found in several windows together, one may miss
					AND (look = looks OR 'underpowered' <> ALL (t.flags)))
			-- what neither side has is as it was
			OR (seen > 0
				AND NOT EXISTS (SELECT FROM unnest(results) t WHERE t.dimension = f.dimension
					OR (t.dimension = regexp_replace(f.dimension, ' \([a-z]+\)$', '') AND t.level = 'insufficient'))));
END
$at$;
COMMENT ON FUNCTION _at_resolved_findings(at_test[], text, text, text, timestamptz, bigint, integer, integer) IS 'open findings of a baseline and build that a scan with these tests, of so many events until then, shows to be gone; stores nothing; for at_record_drift()';

CREATE FUNCTION _at_new_findings(results at_test[], of_project text, baseline text, build text, "from" timestamptz,
	"to" timestamptz, of_environment at_environment, agent text,
	OUT project text, OUT finding_id text, OUT baseline_id text, OUT agent_id text, OUT environment at_environment,
	OUT build_id text, OUT resolution text, OUT peak at_drift_level, OUT first_seen timestamptz,
	OUT last_seen timestamptz, OUT scans integer, OUT alerts integer, OUT test at_test)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	start ALIAS FOR "from";
	finish ALIAS FOR "to";
BEGIN
	RETURN QUERY
	SELECT of_project, 'fnd_' || replace(gen_random_uuid()::text, '-', ''), baseline, agent, of_environment, build,
		'open'::text, t.level, start, finish, 1, 0, t
	FROM unnest(results) t
	WHERE t.level IN ('low', 'medium', 'high') AND NOT EXISTS (
		SELECT FROM @extschema@.at_drift_finding f
		WHERE f.project = of_project AND f.baseline_id = baseline AND f.dimension = t.dimension
			AND f.build_id IS NOT DISTINCT FROM build
			AND (f.resolution = 'open' OR f.resolved_at >= finish))
		-- nor what a later window was tested for and does not show
		AND NOT EXISTS (
			SELECT FROM @extschema@.at_drift_scan s
			WHERE s.project = of_project AND s.baseline_id = baseline AND s.build_id IS NOT DISTINCT FROM build
				AND s.until > finish AND s.events > 0 AND NOT EXISTS (
					SELECT FROM @extschema@.at_drift_result r
					WHERE r.project = s.project AND r.scan_id = s.scan_id AND r.level <> 'none'
						AND (r.dimension = t.dimension OR (r.level = 'insufficient'
							AND r.dimension = regexp_replace(t.dimension, ' \([a-z]+\)$', '')))));
END
$at$;
COMMENT ON FUNCTION _at_new_findings(at_test[], text, text, text, timestamptz, timestamptz, at_environment, text) IS 'what a scan with these tests shows that is no finding yet, as rows of at_drift_finding; stores nothing; for at_record_drift()';

CREATE FUNCTION _at_findings_to_tell(of_project text, baseline text, build text, "to" timestamptz,
	alert at_drift_level, alert_after integer) RETURNS SETOF text
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	finish ALIAS FOR "to";
BEGIN
	RETURN QUERY
	SELECT f.finding_id FROM @extschema@.at_drift_finding f
	WHERE f.project = of_project AND f.baseline_id = baseline AND f.resolution = 'open'
		AND f.build_id IS NOT DISTINCT FROM build
		AND f.last_seen = finish AND f.scans >= alert_after AND alert <> 'none' AND f.level >= alert
		AND (f.alerted IS NULL OR f.level > f.alerted)
	ORDER BY f.dimension;
END
$at$;
COMMENT ON FUNCTION _at_findings_to_tell(text, text, text, timestamptz, at_drift_level, integer) IS 'ids of the findings that a scan until then showed and of which events are to tell; for at_record_drift()';

CREATE FUNCTION at_record_drift(baseline text, since timestamptz, until timestamptz,
	build_id text DEFAULT NULL, alpha float8 DEFAULT 0.05, sample_rate float8 DEFAULT 1,
	alert at_drift_level DEFAULT 'medium', notify boolean DEFAULT false, alert_after integer DEFAULT 1,
	pool integer DEFAULT 3, primary_dimensions text[] DEFAULT NULL,
	OUT scan_id text, OUT tests integer, OUT changed integer, OUT opened integer, OUT continued integer,
	OUT resolved integer, OUT alerts integer)
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION at_record_drift(text, timestamptz, timestamptz, text, float8, float8, at_drift_level, boolean, integer, integer, text[]) IS 'at_detect_drift() that keeps its rows: a window is judged together with those before it since the last finding, up to pool of them, and alpha is that of the whole sequence (at_repeated_p; pool 1: each window by itself); a change becomes a finding, one that is open already is continued, one that a later window does not show is resolved; a finding of level alert or more that alert_after scans have shown is told of, once for each level that is higher than what was told before, by an event diagnostic.check.completed (none: no events), and with notify on channel agent_tracker_drift (ids and dimension, without its label); returns the scan''s id, its tests, those that changed, findings opened, continued and resolved, events; raises what at_detect_drift() does';
SELECT _at_grant_writer('at_record_drift');

CREATE TYPE at_compared_side AS (
	project text,
	agent_id text,
	environment text,
	since timestamptz,
	until timestamptz,
	has jsonb
);
COMMENT ON TYPE at_compared_side IS 'a side of at_compare(): project, agent and environment (null: all), window, members of payloads that say which runs belong to it';

CREATE FUNCTION _at_compared_side_of(name text, side jsonb, since timestamptz, until timestamptz)
RETURNS at_compared_side
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
DECLARE
	shown text := CASE name WHEN 'a' THEN 'a' ELSE 'b' END;
	payload_keys text[] := '{build_id,model,provider,prompt_version,risk_gate_version,strategy_id}';
	result @extschema@.at_compared_side;
BEGIN
	IF side IS NULL OR jsonb_typeof(side) <> 'object' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('%s must be an object', shown);
	END IF;
	IF EXISTS (SELECT FROM jsonb_each(side) k
			WHERE k.key <> ALL (payload_keys || '{project,agent_id,environment,since,until}'::text[])
				OR jsonb_typeof(k.value) <> 'string') THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('%s has a member that is not known, or no string', shown),
			DETAIL = format('Members may be project, agent_id, environment, %s, since and until.',
				array_to_string(payload_keys, ', '));
	END IF;
	IF side->>'project' IS NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('%s has no project', shown);
	END IF;
	result.project := side->>'project';
	result.agent_id := side->>'agent_id';
	result.environment := side->>'environment';
	result.since := coalesce(@extschema@._at_time_of(side->>'since'), since);
	result.until := coalesce(@extschema@._at_time_of(side->>'until'), until);
	result.has := (SELECT coalesce(jsonb_object_agg(k.key, k.value), '{}') FROM jsonb_each(side) k
		WHERE k.key = ANY (payload_keys));
	PERFORM @extschema@._at_check_window(result.since, result.until);
	RETURN result;
END
$at$;
COMMENT ON FUNCTION _at_compared_side_of(text, jsonb, timestamptz, timestamptz) IS 'an argument of at_compare() taken apart; raises 22023 for what is no object or has unknown members, 22004 without a window';

CREATE FUNCTION _at_runs_of_side(side at_compared_side) RETURNS SETOF at_id
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	IF side.has <> '{}' THEN
		RETURN QUERY SELECT r FROM @extschema@._at_matching_runs(side.project, side.agent_id, side.environment,
			side.since, side.until, side.has) r;
		RETURN;
	END IF;
	RETURN QUERY SELECT DISTINCT e.run_id FROM @extschema@.at_event e
	WHERE e.project = side.project AND (side.agent_id IS NULL OR e.agent_id = side.agent_id)
		AND (side.environment IS NULL OR e.environment = @extschema@._at_environment_of(side.environment))
		AND e.occurred_at >= side.since AND e.occurred_at < side.until;
END
$at$;
COMMENT ON FUNCTION _at_runs_of_side(at_compared_side) IS 'the runs of a side of at_compare()';

CREATE FUNCTION _at_epochs_of_side(side at_compared_side, OUT run_id at_id, OUT epoch text) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT e.run_id, min(@extschema@.at_known_id(e.payload->>'epoch_id') COLLATE "C") FROM @extschema@.at_event e
	WHERE e.project = side.project AND (side.agent_id IS NULL OR e.agent_id = side.agent_id)
		AND (side.environment IS NULL OR e.environment = @extschema@._at_environment_of(side.environment))
		AND e.occurred_at >= side.since AND e.occurred_at < side.until
		AND @extschema@.at_known_id(e.payload->>'epoch_id') IS NOT NULL
	GROUP BY e.run_id;
END
$at$;
COMMENT ON FUNCTION _at_epochs_of_side(at_compared_side) IS 'runs of a side of at_compare() that an event puts into an evaluation epoch, and which';

CREATE FUNCTION _at_behavior_of_side(side at_compared_side, shared at_id[], epochs text[], max_values bigint,
	max_categories bigint) RETURNS at_behavior
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	behavior @extschema@.at_behavior;
	split record;
BEGIN
	IF cardinality(shared) = 0 AND epochs = '{}' THEN
		RETURN @extschema@.at_stored_behavior(side.project, side.agent_id, side.environment, side.since, side.until,
			side.has, max_values, max_categories);
	END IF;
	split := @extschema@._at_fills_over_splits(side.project, side.agent_id, side.environment, side.since, side.until);
	EXECUTE 'WITH epoch AS MATERIALIZED (SELECT o.run_id, o.epoch FROM @extschema@._at_epochs_of_side($1) o),
			kept AS MATERIALIZED (
				SELECT r AS run_id, o.epoch FROM @extschema@._at_runs_of_side($1) r
					LEFT JOIN epoch o ON o.run_id OPERATOR(@extschema@.=) r
				WHERE r OPERATOR(@extschema@.<>) ALL ($2)
					AND (cardinality($3) = 0 OR o.epoch IS NULL OR o.epoch = ANY ($3)))
		SELECT @extschema@._at_collect_behavior(e.event_type, e.payload,
			CASE WHEN k.epoch IS NULL OR cardinality($3) = 0 THEN e.run_id ELSE k.epoch::@extschema@.at_id END,
			e.event_id, $4, $5, s.units)
		FROM @extschema@.at_event e JOIN kept k ON k.run_id OPERATOR(@extschema@.=) e.run_id
			LEFT JOIN unnest($6, $7) s(key, units) ON s.key = e.key_digest
		WHERE e.project = ($1).project AND (($1).agent_id IS NULL OR e.agent_id = ($1).agent_id)
			AND (($1).environment IS NULL OR e.environment = @extschema@._at_environment_of(($1).environment))
			AND e.occurred_at >= ($1).since AND e.occurred_at < ($1).until'
		INTO behavior USING side, shared, epochs, max_values, max_categories, split.keys, split.units;
	RETURN coalesce(behavior, '010000000000'::@extschema@.at_behavior);
END
$at$;
COMMENT ON FUNCTION _at_behavior_of_side(at_compared_side, at_id[], text[], bigint, bigint) IS 'how a side of at_compare() behaved, without runs that are shared or in epochs that are not; epochs take the place of their runs';

CREATE FUNCTION at_compare(a jsonb, b jsonb, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	alpha float8 DEFAULT 0.05, power float8 DEFAULT 0.8, max_values bigint DEFAULT 100000,
	max_categories bigint DEFAULT 10000, primary_dimensions text[] DEFAULT NULL) RETURNS SETOF at_test
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 80
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
DECLARE
	x @extschema@.at_compared_side;
	y @extschema@.at_compared_side;
	shared @extschema@.at_id[] := '{}';
	says integer;
	epochs text[];
	flags text[] := '{}';
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{alpha,power,max_values,max_categories}',
		alpha, power, max_values, max_categories);
	x := @extschema@._at_compared_side_of('a', a, since, until);
	y := @extschema@._at_compared_side_of('b', b, since, until);
	says := (SELECT count(*) FROM jsonb_object_keys(a) k WHERE k NOT IN ('since', 'until'))
		- (SELECT count(*) FROM jsonb_object_keys(b) k WHERE k NOT IN ('since', 'until'));
	-- sides that cannot have a run in common need not be searched for one
	IF x.project = y.project AND coalesce(x.agent_id = y.agent_id, true)
		AND coalesce(x.environment = y.environment, true) THEN
		shared := ARRAY(SELECT r FROM @extschema@._at_runs_of_side(x) r
			INTERSECT SELECT r FROM @extschema@._at_runs_of_side(y) r);
	END IF;
	IF cardinality(shared) > 0 THEN
		flags := flags || '{shared_runs}'::text[];
	END IF;
	epochs := ARRAY(SELECT e.epoch FROM @extschema@._at_epochs_of_side(x) e
		INTERSECT SELECT e.epoch FROM @extschema@._at_epochs_of_side(y) e);
	IF epochs <> '{}' THEN
		flags := flags || '{paired}'::text[];
	END IF;
	RETURN QUERY SELECT t.* FROM @extschema@._at_judge_tests(
		@extschema@._at_behavior_of_side(x, CASE WHEN says > 0 THEN '{}' ELSE shared END, epochs, max_values, max_categories),
		@extschema@._at_behavior_of_side(y, CASE WHEN says < 0 THEN '{}' ELSE shared END, epochs, max_values, max_categories),
		x.project, alpha, power, 1, 1, flags, cardinality(epochs) > 0, primary_dimensions) t;
END
$at$;
COMMENT ON FUNCTION at_compare(jsonb, jsonb, timestamptz, timestamptz, float8, float8, bigint, bigint, text[]) IS 'how two agents, models, prompt versions or builds differ: a and b are objects of project (required), agent_id, environment, build_id, model, provider, prompt_version, risk_gate_version, strategy_id, and since and until where these differ from the arguments; a takes the place of the baseline; a run that belongs to both counts for the side that names more of these, or for neither (flag shared_runs); where both took part in the same evaluation epochs, runs of other epochs are left out and epochs are the clusters (flag paired): shares and numbers of which all values lie in such epochs are tested by the differences within epochs, by Wilcoxon''s signed ranks; primary_dimensions as in at_detect_drift(); raises 22023 for an unknown member, one that is no string, no project, or an empty window, 22004 for no window';

CREATE FUNCTION at_create_daily_profiles(utc_day date DEFAULT NULL) RETURNS integer
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
#variable_conflict use_column
DECLARE
	start timestamptz := coalesce(utc_day, current_date - 1);
	made integer := 0;
	agent record;
BEGIN
	PERFORM @extschema@._at_check_window(start, start + interval '1 day');
	FOR agent IN SELECT DISTINCT e.project, e.agent_id, e.environment FROM @extschema@.at_event e
		WHERE e.occurred_at >= start AND e.occurred_at < start + interval '1 day' ORDER BY 1, 2, 3 LOOP
		PERFORM @extschema@.at_create_behavior_profile(agent.project, agent.agent_id, agent.environment::text, start,
			start + interval '1 day');
		made := made + 1;
	END LOOP;
	RETURN made;
END
$at$;
COMMENT ON FUNCTION at_create_daily_profiles(date) IS 'makes a behavior profile of a day (UTC; null: yesterday) of every project, agent and environment with events in it; returns how many; for the owner of the store';

CREATE FUNCTION at_propose_baselines(days integer DEFAULT 7) RETURNS SETOF text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
#variable_conflict use_column
DECLARE
	finish timestamptz := current_date;
	start timestamptz;
	agent record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{days}', days);
	IF days < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'days must be greater than zero';
	END IF;
	start := finish - make_interval(days => days);
	PERFORM @extschema@._at_check_window(start, finish);
	FOR agent IN SELECT DISTINCT e.project, e.agent_id, e.environment FROM @extschema@.at_event e
		WHERE e.occurred_at >= start AND e.occurred_at < finish ORDER BY 1, 2, 3 LOOP
		RETURN NEXT @extschema@.at_create_baseline(@extschema@.at_create_behavior_profile(agent.project, agent.agent_id,
			agent.environment::text, start, finish), 'time_window', format('proposed: %s days to %s', days, finish::date));
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_propose_baselines(integer) IS 'makes a baseline of the last days (UTC, without today) of every project, agent and environment with events in them, and returns their ids; none is approved or active: that is for people; for the owner of the store';

CREATE FUNCTION at_scan_baselines("window" interval DEFAULT '1 day', alpha float8 DEFAULT 0.05,
	alert at_drift_level DEFAULT 'medium', notify boolean DEFAULT false, alert_after integer DEFAULT 1,
	pool integer DEFAULT 3) RETURNS SETOF text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
#variable_conflict use_column
DECLARE
	finish timestamptz := date_trunc('hour', now());
	start timestamptz;
	b record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{window,alpha,alert,notify,alert_after,pool}',
		"window", alpha, alert, notify, alert_after, pool);
	start := finish - "window";
	PERFORM @extschema@._at_check_window(start, finish);
	FOR b IN SELECT o.baseline_id, o.since, o.until FROM @extschema@.at_current_baseline o
		WHERE o.active ORDER BY o.project, o.baseline_id LOOP
		-- a young baseline has nothing to be compared with yet
		CONTINUE WHEN start < b.until AND b.since < finish;
		BEGIN
			RETURN NEXT (SELECT r.scan_id FROM @extschema@.at_record_drift(b.baseline_id, start, finish, alpha => alpha,
				alert => alert, notify => notify, alert_after => alert_after, pool => pool) r);
		EXCEPTION WHEN data_corrupted THEN
			-- the others are scanned all the same
			RAISE WARNING 'a baseline is not scanned: it was changed after it was made'
				USING DETAIL = format('Its id is %s.', b.baseline_id);
		END;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_scan_baselines(interval, float8, at_drift_level, boolean, integer, integer) IS 'at_record_drift() for every active baseline over the time that ends with the last full hour, unless that overlaps the baseline''s; returns the ids of the scans; warns of a baseline that was changed and goes on; for the owner of the store';
