-- Validation profiles over sets of events, and what is made of events.
--
-- The forms over the store read at_event with the privileges of the caller, in
-- arrival order; those over json[] read nothing.

CREATE FUNCTION at_validate_set(profile text, project text DEFAULT NULL,
	agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	strict_mistakes boolean DEFAULT false, allow_full_io boolean DEFAULT false,
	OUT event_id text, OUT path text, OUT rule text, OUT message text) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 20;
COMMENT ON FUNCTION at_validate_set(text, text, text, text, timestamptz, timestamptz, boolean, boolean) IS 'what keeps the stored events (since <= occurred_at < until) from passing a validation profile, no rows when they pass: strict-base (base), ebook, aitrade, strict-reporting, strict-diagnostics, strict-behavior, strict-arena, strict-proof; event_id is null for the set as a whole; no message holds a value of an event; strict_mistakes asks errors and repair labels for a mistake family';

CREATE FUNCTION at_validate_set(profile text, events json[],
	strict_mistakes boolean DEFAULT false, allow_full_io boolean DEFAULT false,
	OUT event_id text, OUT path text, OUT rule text, OUT message text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_validate_set_of_events' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION at_validate_set(text, json[], boolean, boolean) IS 'at_validate_set over events that are not stored, as they are, before any redaction; NULL is the empty set, which passes no profile';

CREATE FUNCTION at_assert_profile(profile text, project text DEFAULT NULL,
	agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
	strict_mistakes boolean DEFAULT false, allow_full_io boolean DEFAULT false) RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION at_assert_profile(text, text, text, text, timestamptz, timestamptz, boolean, boolean) IS 'raises 23514 when at_validate_set() has rows, the first 20 of them in the detail; for CI: psql -v ON_ERROR_STOP=1';

CREATE FUNCTION at_assert_profile(profile text, events json[],
	strict_mistakes boolean DEFAULT false, allow_full_io boolean DEFAULT false) RETURNS void
AS 'MODULE_PATHNAME', 'at_assert_profile_of_events' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_assert_profile(text, json[], boolean, boolean) IS 'at_assert_profile over events that are not stored';

CREATE FUNCTION at_check_jsonl(content text, profile text DEFAULT 'strict-base',
	strict_mistakes boolean DEFAULT false, allow_full_io boolean DEFAULT false) RETURNS jsonb
AS 'MODULE_PATHNAME', 'at_check_jsonl_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_check_jsonl(text, text, boolean, boolean) IS 'a validation profile over JSON lines that are not stored: {valid, event_count, violations: [{line, path, rule, message}]}, and readiness, the report behind the profile where it has one; line is null for the set as a whole; of more than 10,000 violations the rest is counted in violations_not_listed';

CREATE FUNCTION at_check_jsonl(content bytea, profile text DEFAULT 'strict-base',
	strict_mistakes boolean DEFAULT false, allow_full_io boolean DEFAULT false) RETURNS jsonb
AS 'MODULE_PATHNAME', 'at_check_jsonl_bytea' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_check_jsonl(bytea, text, boolean, boolean) IS 'at_check_jsonl over bytes in UTF-8, plain or gzip (told by its magic bytes)';

CREATE FUNCTION at_diagnose(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, run_id text DEFAULT NULL, fail_on text DEFAULT NULL) RETURNS SETOF json
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 5;
COMMENT ON FUNCTION at_diagnose(text, text, text, timestamptz, timestamptz, text, text) IS 'the five decision-flow checks over the stored events, each as a diagnostic.check.completed event for at_ingest(json), in the name of the first event and at the time of the latest: diagnosing the same events twice gives the same events; no rows without events; with fail_on warning or failed it raises 23514, with the ids of the checks, when one has that status or a worse one: for CI, psql -v ON_ERROR_STOP=1; raises 22023 for another fail_on';

CREATE FUNCTION at_diagnose(events json[], fail_on text DEFAULT NULL) RETURNS SETOF json
AS 'MODULE_PATHNAME', 'at_diagnose_of_events' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 5;
COMMENT ON FUNCTION at_diagnose(json[], text) IS 'at_diagnose over events that are not stored; raises 22023 when the first has no valid project, agent, run or environment';

CREATE FUNCTION at_repair_pack(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, run_id text DEFAULT NULL, max_findings integer DEFAULT 5) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION at_repair_pack(text, text, text, timestamptz, timestamptz, text, integer) IS 'what to repair first, by the stored events: findings (labelled mistakes, then what single events show, then gaps of readiness reports), three readiness reports, and a prompt for a coding agent';

CREATE FUNCTION at_repair_pack(events json[], max_findings integer DEFAULT 5) RETURNS jsonb
AS 'MODULE_PATHNAME', 'at_repair_pack_of_events' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_repair_pack(json[], integer) IS 'at_repair_pack over events that are not stored';

CREATE FUNCTION at_dataset_items(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, run_id text DEFAULT NULL) RETURNS SETOF jsonb
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000;
COMMENT ON FUNCTION at_dataset_items(text, text, text, timestamptz, timestamptz, text) IS 'items of an evaluation dataset, by reference to the stored events that make them, each with the invariant it must go on to hold';

CREATE FUNCTION at_dataset_items(events json[]) RETURNS SETOF jsonb
AS 'MODULE_PATHNAME', 'at_dataset_items_of_events' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION at_dataset_items(json[]) IS 'at_dataset_items over events that are not stored';

CREATE FUNCTION at_eval_plan(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, run_id text DEFAULT NULL) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION at_eval_plan(text, text, text, timestamptz, timestamptz, text) IS 'plan of a deterministic evaluation over the dataset items of the stored events: checks to run and events to run them on';

CREATE FUNCTION at_eval_plan(events json[]) RETURNS jsonb
AS 'MODULE_PATHNAME', 'at_eval_plan_of_events' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_eval_plan(json[]) IS 'at_eval_plan over events that are not stored';

CREATE FUNCTION at_experiment_manifest(repair_pack jsonb, changes jsonb) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION at_experiment_manifest(jsonb, jsonb) IS 'manifest of an experiment that follows a repair pack: the axes it compares, the changes it declares ({"prompt_version": "v7", ...}; multi_axis_reason says why there are several), what it keeps fixed, what must be checked';
