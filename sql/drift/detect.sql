-- Detection: what changed since a baseline, or between two agents; findings,
-- alerts, schedules.

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
	note text
);
COMMENT ON TYPE at_test IS 'one test of a scan: dimension and what of it, test, statistic, degrees of freedom, p, its decimal logarithm, q (p adjusted for all tests of the scan by Benjamini and Hochberg, with weights), effect with 95 % interval, values of each side, smallest expected count, least effect found with the power asked for, level, flags, the bounds that were applied, ids of events that show it, runs of each side, design effect of runs, family (primary or secondary) and weight in the adjustment (null: not tested, and not counted), what changed';

CREATE FUNCTION _at_judge_tests(baseline at_behavior, observed at_behavior, project text,
	alpha float8 DEFAULT 0.05, power float8 DEFAULT 0.8, baseline_rate float8 DEFAULT 1,
	observed_rate float8 DEFAULT 1, more_flags text[] DEFAULT '{}', paired boolean DEFAULT false,
	primary_dimensions text[] DEFAULT NULL, information float8[] DEFAULT NULL, look integer DEFAULT 1)
RETURNS SETOF at_test
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 80
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	primaries text[] := coalesce($10, ARRAY(SELECT d.dimension FROM @extschema@.at_drift_dimensions() d
		WHERE d.is_primary));
BEGIN
	-- a name that is no dimension is an error
	PERFORM @extschema@._at_restrict('010000000000'::@extschema@.at_behavior, primaries);
	RETURN QUERY
	WITH test AS MATERIALIZED (
		SELECT t.*, t.ordinality AS number,
			-- shapes and what is missing are told by other rows as a rule
			split_part(t.of_dimension, '[', 1) = ANY (primaries)
				AND coalesce(t.aspect, '') NOT IN ('shape', 'missing') AS is_primary,
			dense_rank() OVER (ORDER BY split_part(t.of_dimension, '[', 1) COLLATE "C", t.aspect COLLATE "C") AS of,
			CASE WHEN $11 IS NULL OR t.p_value IS NULL THEN t.p_value
				ELSE @extschema@.at_repeated_p(t.p_value, $11, $12) END AS p,
			CASE WHEN t.insufficient OR t.p_value IS NULL THEN NULL WHEN $11 IS NULL THEN t.least_p
				ELSE @extschema@.at_repeated_p(t.least_p, $11, $12) END AS least
		FROM @extschema@._at_behavior_tests($1, $2, $4, $5, $6, $7, $9) WITH ORDINALITY t
	), weighed AS (
		SELECT a.number, a.p, a.weight
		FROM (SELECT array_agg(number ORDER BY number) AS numbers, array_agg(p ORDER BY number) AS ps,
				@extschema@._at_test_weights(array_agg(is_primary ORDER BY number), array_agg(of ORDER BY number),
					array_agg(least ORDER BY number), array_agg(stake ORDER BY number), $4) AS weights FROM test) s,
			unnest(s.numbers, s.ps, s.weights) a(number, p, weight)
	), adjusted AS (
		SELECT a.number, a.weight, a.q
		FROM (SELECT array_agg(number) AS numbers, array_agg(weight) AS weights,
				@extschema@.at_p_adjust_weighted(array_agg(p), array_agg(weight)) AS qs
			FROM weighed WHERE weight IS NOT NULL) s,
			unnest(s.numbers, s.weights, s.qs) a(number, weight, q)
	), judged AS (
		SELECT t.*, a.q, a.weight, b.low, b.medium, b.high, b.bound,
			bool_or(t.dimension = t.of_dimension || ' (missing)' AND a.q <= $4) OVER (PARTITION BY t.of_dimension) AS missing_drift,
			CASE WHEN t.insufficient THEN 'insufficient'
				-- what cannot differ has not changed
				WHEN t.p_value IS NULL THEN 'none'
				WHEN a.q IS NULL THEN 'insufficient'
				WHEN a.q > $4 THEN 'none'
				WHEN abs(t.effect) >= b.high THEN 'high'
				WHEN abs(t.effect) >= b.medium OR t.category_p <= $4 THEN 'medium'
				WHEN abs(t.effect) >= b.low THEN 'low'
				ELSE 'none' END::@extschema@.at_drift_level AS level
		FROM test t
			LEFT JOIN adjusted a ON a.number = t.number
			LEFT JOIN LATERAL (SELECT d.low, d.medium, d.high,
					format('%s %s/%s/%s%s', d.effect_name, d.low, d.medium, d.high,
						CASE WHEN d.project <> '' OR d.dimension <> '' THEN ' for '
							|| concat_ws(' ', nullif(d.project, ''), nullif(d.dimension, '')) ELSE '' END) AS bound
				FROM @extschema@.at_drift_bound d
				WHERE d.effect_name = t.effect_name AND d.project IN ('', $3)
					AND d.dimension IN ('', split_part(t.of_dimension, '[', 1), t.of_dimension, t.dimension)
				ORDER BY length(d.dimension) DESC, d.project <> '' DESC
				LIMIT 1) b ON true
	)
	SELECT j.dimension, j.test, j.statistic, j.dof, j.p_value, j.log10_p, j.q, j.effect_name, j.effect,
		j.effect_lo, j.effect_hi, j.n_baseline, j.n_observed, j.min_expected, j.mde, j.level,
		j.flags || $8
			|| CASE WHEN j.level = 'insufficient' THEN '{insufficient}' ELSE '{}'::text[] END
			|| CASE WHEN j.weight IS NULL AND NOT j.insufficient THEN '{not_tested}' ELSE '{}'::text[] END
			|| CASE WHEN j.level = 'none' AND j.q > $4 AND j.dof IS DISTINCT FROM 0 AND greatest(abs(j.effect_lo), abs(j.effect_hi)) >= j.low
				THEN '{underpowered}' ELSE '{}'::text[] END
			|| CASE WHEN j.missing_drift THEN '{missing_drift}' ELSE '{}'::text[] END
			|| CASE WHEN j.effect_name IS NOT NULL AND j.bound IS NULL THEN '{no_bound}' ELSE '{}'::text[] END,
		j.bound, j.examples, j.runs_baseline, j.runs_observed, j.design_effect,
		CASE WHEN j.weight IS NULL THEN NULL WHEN j.is_primary THEN 'primary' ELSE 'secondary' END, j.weight, j.note
	FROM judged j ORDER BY j.number;
END
$at$;
COMMENT ON FUNCTION _at_judge_tests(at_behavior, at_behavior, text, float8, float8, float8, float8, text[], boolean, text[], float8[], integer) IS '_at_behavior_tests() with q over all of them, weighted (_at_test_weights, at_p_adjust_weighted), and levels by the bounds of the project; more_flags are set on every row; primary_dimensions are those that are looked at first (null: those of at_drift_dimensions()); information: the amounts of it at several looks of which this is one, the first or another (at_repeated_p); raises 22023 for a name that is no dimension';

CREATE FUNCTION _at_observe(baseline record, since timestamptz, until timestamptz, build_id text DEFAULT NULL,
	max_values bigint DEFAULT 100000, max_categories bigint DEFAULT 10000) RETURNS at_behavior
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	observed @extschema@.at_behavior;
BEGIN
	PERFORM @extschema@._at_check_window($2, $3);
	IF $2 < baseline.until AND baseline.since < $3 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the window overlaps that of the baseline',
			DETAIL = 'Events that are on both sides would hide a change.',
			HINT = 'Observe a window after the baseline''s, or before it.';
	END IF;
	observed := @extschema@.at_stored_behavior(baseline.project, baseline.agent_id, baseline.environment::text, $2, $3,
		CASE WHEN $4 IS NULL THEN '{}' ELSE jsonb_build_object('build_id', $4) END, $5, $6);
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
	FOR one IN SELECT r FROM unnest($2) r LOOP
		observed := @extschema@._at_behavior_merge(observed,
			@extschema@._at_observe(baseline, lower(one), upper(one), $3));
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
	before record;
BEGIN
	look := 1;
	judged := tstzmultirange(tstzrange($2, $3));
	information := '{}';
	-- windows that move on by less than their length are no sequence
	looks := CASE WHEN EXISTS (SELECT FROM @extschema@.at_drift_scan s
		WHERE s.project = baseline.project AND s.baseline_id = baseline.baseline_id AND s.build_id IS NOT DISTINCT FROM $4
			AND s.since < $2 AND s.until > $2 AND s.until < $3) THEN 1 ELSE $7 END;
	-- the window before this one, as it was judged last
	SELECT s.look, s.looks, s.judged, s.information, s.changed, s.alpha, s.sample_rate INTO before
	FROM @extschema@.at_drift_scan s
	WHERE s.project = baseline.project AND s.baseline_id = baseline.baseline_id AND s.build_id IS NOT DISTINCT FROM $4
		-- of times that may be infinite
		AND s.until <= $2 AND date_part('epoch', $2) - date_part('epoch', s.until) < date_part('epoch', $3) - date_part('epoch', $2)
	ORDER BY s.until DESC, s.scanned_at DESC
	LIMIT 1;
	IF FOUND AND before.changed = 0 AND before.look < before.looks AND before.looks = looks AND before.alpha = $5
		AND before.sample_rate = $6 THEN
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
	b record := @extschema@._at_checked_baseline($1);
	observed @extschema@.at_behavior;
BEGIN
	IF $7 = 'insufficient' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'alert must be ''low'', ''medium'', ''high'' or ''none''';
	END IF;
	IF $9 < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'alert_after must be at least 1';
	END IF;
	IF $10 NOT BETWEEN 1 AND 50 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'pool must be from 1 to 50';
	END IF;
	-- as events have it, and as it may be kept
	build_id := @extschema@._at_redact_name($4);
	-- scans of a baseline take turns: a change is one finding
	PERFORM @extschema@._at_lock_scan(b.project || '/' || b.baseline_id);
	PERFORM @extschema@._at_check_window($2, $3);
	SELECT n.look, n.looks, n.judged, n.information INTO look, looks, judged, information
	FROM @extschema@._at_next_look(b, $2, $3, build_id, $5, $6, $10) n;
	observed := @extschema@._at_observe(b, judged, build_id);
	SELECT s.events, s.runs INTO events, runs FROM @extschema@._at_behavior_size(observed) s;
	information := @extschema@._at_look_information(information, look, looks, b.runs, runs);
	results := ARRAY(SELECT t FROM @extschema@._at_judge_tests(b.behavior, observed, b.project, $5, 0.8::float8,
		b.sample_rate, $6, '{}'::text[], false, $11, information, look) t);
	first_seen := lower(judged);
	since := $2;
	until := $3;
	scanned_at := clock_timestamp();
	alpha := $5;
	sample_rate := $6;
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

CREATE FUNCTION _at_new_results(results at_test[], of_project text, of_scan text, OUT level at_drift_level,
	OUT n_baseline bigint, OUT n_observed bigint, OUT p_value float8, OUT log10_p float8, OUT q_value float8,
	OUT effect float8, OUT effect_lo float8, OUT effect_hi float8, OUT mde float8, OUT weight float8,
	OUT project text, OUT scan_id text, OUT dimension text, OUT test text, OUT effect_name text,
	OUT flags text[], OUT family text, OUT note text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 80
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT t.level, t.n_baseline, t.n_observed, t.p_value, t.log10_p, t.q_value, t.effect,
		t.effect_lo, t.effect_hi, t.mde, t.weight, $2, $3, t.dimension, t.test, t.effect_name, t.flags, t.family,
		t.note
	FROM unnest($1) t;
END
$at$;
COMMENT ON FUNCTION _at_new_results(at_test[], text, text) IS 'the tests of a scan as rows of at_drift_result; stores nothing; for at_record_drift()';

CREATE FUNCTION _at_changed_findings(results at_test[], of_project text, baseline text, build text, "to" timestamptz,
	seen bigint, look integer, looks integer, OUT project text, OUT finding_id text, OUT last_seen timestamptz, OUT resolved_at timestamptz,
	OUT level at_drift_level, OUT peak at_drift_level, OUT scans integer, OUT q_value float8, OUT effect float8,
	OUT effect_lo float8, OUT effect_hi float8, OUT resolution text, OUT effect_name text, OUT flags text[],
	OUT examples text[], OUT note text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	-- what is still there, unless a later window was looked at before
	RETURN QUERY
	SELECT f.project, f.finding_id, $5, f.resolved_at, t.level, greatest(f.peak, t.level),
		f.scans + (f.last_seen < $5)::int, t.q_value, t.effect, t.effect_lo, t.effect_hi, f.resolution,
		t.effect_name, t.flags, t.examples, t.note
	FROM @extschema@.at_drift_finding f, unnest($1) t
	WHERE f.project = $2 AND f.baseline_id = $3 AND f.dimension = t.dimension
		AND f.build_id IS NOT DISTINCT FROM $4
		AND f.resolution = 'open' AND t.level IN ('low', 'medium', 'high') AND f.last_seen <= $5;
	-- what is gone
	RETURN QUERY
	SELECT f.project, f.finding_id, f.last_seen, $5, f.level, f.peak, f.scans, f.q_value, f.effect, f.effect_lo,
		f.effect_hi, 'resolved'::text, f.effect_name, f.flags, f.examples, f.note
	FROM @extschema@.at_drift_finding f
	WHERE f.project = $2 AND f.baseline_id = $3 AND f.resolution = 'open'
		AND f.build_id IS NOT DISTINCT FROM $4
		AND f.last_seen < $5 AND (EXISTS (SELECT FROM unnest($1) t
				WHERE t.dimension = f.dimension AND t.level = 'none'
					-- what was found in several windows together, one may miss
					AND ($7 = $8 OR 'underpowered' <> ALL (t.flags)))
			-- what neither side has is as it was
			OR ($6 > 0
				AND NOT EXISTS (SELECT FROM unnest($1) t WHERE t.dimension = f.dimension
					OR (t.dimension = regexp_replace(f.dimension, ' \([a-z]+\)$', '') AND t.level = 'insufficient'))));
END
$at$;
COMMENT ON FUNCTION _at_changed_findings(at_test[], text, text, text, timestamptz, bigint, integer, integer) IS 'open findings of a baseline and build as they are after a scan with these tests, of so many events until then: those that it shows again, and those that it resolves; stores nothing; for at_record_drift()';

CREATE FUNCTION _at_new_findings(results at_test[], of_project text, baseline text, build text, "from" timestamptz,
	"to" timestamptz, of_environment at_environment, agent text,
	OUT first_seen timestamptz, OUT last_seen timestamptz, OUT level at_drift_level, OUT peak at_drift_level,
	OUT environment at_environment, OUT scans integer, OUT alerts integer, OUT q_value float8, OUT effect float8,
	OUT effect_lo float8, OUT effect_hi float8, OUT project text, OUT finding_id text, OUT baseline_id text,
	OUT agent_id text, OUT build_id text, OUT dimension text, OUT resolution text, OUT effect_name text,
	OUT flags text[], OUT examples text[], OUT note text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT $5, $6, t.level, t.level, $7, 1, 0, t.q_value, t.effect, t.effect_lo, t.effect_hi,
		$2, 'fnd_' || replace(gen_random_uuid()::text, '-', ''), $3, $8, $4,
		t.dimension, 'open'::text, t.effect_name, t.flags, t.examples, t.note
	FROM unnest($1) t
	WHERE t.level IN ('low', 'medium', 'high') AND NOT EXISTS (
		SELECT FROM @extschema@.at_drift_finding f
		WHERE f.project = $2 AND f.baseline_id = $3 AND f.dimension = t.dimension
			AND f.build_id IS NOT DISTINCT FROM $4
			AND (f.resolution = 'open' OR f.resolved_at >= $6))
		-- nor what a later window was tested for and does not show
		AND NOT EXISTS (
			SELECT FROM @extschema@.at_drift_scan s
			WHERE s.project = $2 AND s.baseline_id = $3 AND s.build_id IS NOT DISTINCT FROM $4
				AND s.until > $6 AND s.events > 0 AND NOT EXISTS (
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
BEGIN
	RETURN QUERY
	SELECT f.finding_id FROM @extschema@.at_drift_finding f
	WHERE f.project = $1 AND f.baseline_id = $2 AND f.resolution = 'open'
		AND f.build_id IS NOT DISTINCT FROM $3
		AND f.last_seen = $4 AND f.scans >= $6 AND $5 <> 'none' AND f.level >= $5
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
	result.since := coalesce(@extschema@._at_time_of(side->>'since'), $3);
	result.until := coalesce(@extschema@._at_time_of(side->>'until'), $4);
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
			side.has, $4, $5);
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
	PERFORM @extschema@._at_refuse_nulls('{alpha,power,max_values,max_categories}', $5, $6, $7, $8);
	x := @extschema@._at_compared_side_of('a', $1, $3, $4);
	y := @extschema@._at_compared_side_of('b', $2, $3, $4);
	says := (SELECT count(*) FROM jsonb_object_keys($1) k WHERE k NOT IN ('since', 'until'))
		- (SELECT count(*) FROM jsonb_object_keys($2) k WHERE k NOT IN ('since', 'until'));
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
		@extschema@._at_behavior_of_side(x, CASE WHEN says > 0 THEN '{}' ELSE shared END, epochs, $7, $8),
		@extschema@._at_behavior_of_side(y, CASE WHEN says < 0 THEN '{}' ELSE shared END, epochs, $7, $8),
		x.project, $5, $6, 1, 1, flags, cardinality(epochs) > 0, $9) t;
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
	PERFORM @extschema@._at_refuse_nulls('{days}', $1);
	IF $1 < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'days must be greater than zero';
	END IF;
	start := finish - make_interval(days => $1);
	PERFORM @extschema@._at_check_window(start, finish);
	FOR agent IN SELECT DISTINCT e.project, e.agent_id, e.environment FROM @extschema@.at_event e
		WHERE e.occurred_at >= start AND e.occurred_at < finish ORDER BY 1, 2, 3 LOOP
		RETURN NEXT @extschema@.at_create_baseline(@extschema@.at_create_behavior_profile(agent.project, agent.agent_id,
			agent.environment::text, start, finish), 'time_window', format('proposed: %s days to %s', $1, finish::date));
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
	b record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{window,alpha,alert,notify,alert_after,pool}', $1, $2, $3, $4, $5, $6);
	PERFORM @extschema@._at_check_window(finish - $1, finish);
	FOR b IN SELECT o.baseline_id, o.since, o.until FROM @extschema@.at_current_baseline o
		WHERE o.active ORDER BY o.project, o.baseline_id LOOP
		-- a young baseline has nothing to be compared with yet
		CONTINUE WHEN finish - $1 < b.until AND b.since < finish;
		BEGIN
			RETURN NEXT (SELECT r.scan_id FROM @extschema@.at_record_drift(b.baseline_id, finish - $1, finish, alpha => $2,
				alert => $3, notify => $4, alert_after => $5, pool => $6) r);
		EXCEPTION WHEN data_corrupted THEN
			-- the others are scanned all the same
			RAISE WARNING 'a baseline is not scanned: it was changed after it was made'
				USING DETAIL = format('Its id is %s.', b.baseline_id);
		END;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_scan_baselines(interval, float8, at_drift_level, boolean, integer, integer) IS 'at_record_drift() for every active baseline over the time that ends with the last full hour, unless that overlaps the baseline''s; returns the ids of the scans; warns of a baseline that was changed and goes on; for the owner of the store';

CREATE FUNCTION at_schedule_drift(profile text DEFAULT '20 0 * * *', proposal text DEFAULT '40 0 * * 1',
	scan text DEFAULT '5 * * * *') RETURNS SETOF text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	cron name := @extschema@._at_cron_schema();
	job record;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{profile,proposal,scan}', profile, proposal, scan);
	IF cron IS NULL THEN
		RETURN NEXT '# pg_cron is not installed in this database; lines for crontab(5):';
	END IF;
	FOR job IN SELECT * FROM (VALUES ('profile', profile, 'SELECT @extschema@.at_create_daily_profiles()'),
			('proposal', proposal, 'SELECT @extschema@.at_propose_baselines()'),
			('scan', scan, 'SELECT @extschema@.at_scan_baselines()')) j(name, schedule, call) LOOP
		IF cron IS NULL THEN
			-- quoted for the shell, and for cron, where % is a line's end
			RETURN NEXT job.schedule || replace(format(' psql -XAtq -d ''%s'' -c ''%s''',
				replace(current_database()::text, '''', '''\'''''), job.call), '%', '\%');
		ELSE
			EXECUTE format('SELECT %I.schedule($1, $2, $3)', cron)
				USING format('agent_tracker %s %s', job.name, current_database()), job.schedule, job.call;
			RETURN NEXT format('pg_cron runs %s at %s', job.call, job.schedule);
		END IF;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_schedule_drift(text, text, text) IS 'puts at_create_daily_profiles(), at_propose_baselines() and at_scan_baselines() on pg_cron, when that extension is installed in this database, at these times (crontab(5) notation); else returns the lines for the system''s crontab; returns what it did; calling it again replaces the schedules; at_unschedule() takes them back';
