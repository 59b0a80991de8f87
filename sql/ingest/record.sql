-- One event at a time.

CREATE FUNCTION at_ingest(event json) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION at_ingest(json) IS 'redacts, validates and stores one whole event; returns the id of the stored event, which is that of an earlier one with the same idempotency key; raises 22023 with all violations when it is not valid; when the key was used before for other content, stores a row of at_reject and warns';
SELECT _at_grant_writer('at_ingest');

CREATE FUNCTION at_record(
	event_type at_event_type,
	payload json DEFAULT '{}',
	run_id text DEFAULT NULL,
	project text DEFAULT NULL,
	agent_id text DEFAULT NULL,
	environment text DEFAULT NULL,
	symbols text[] DEFAULT NULL,
	span_id text DEFAULT NULL,
	parent_span_id text DEFAULT NULL,
	occurred_at timestamptz DEFAULT NULL,
	event_id text DEFAULT NULL,
	idempotency_key text DEFAULT NULL
) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION at_record(at_event_type, json, text, text, text, text, text[], text, text, timestamptz, text, text) IS 'records an event that is made here: project, agent_id and environment come from the arguments or the settings agent_tracker.*, a missing run_id (a run of its own for each call), span_id or event_id is generated, a missing occurred_at is the clock''s; symbols are trimmed, in upper case (by Unicode''s full mapping) and each once; the idempotency key is <project>/<agent>/<run>/<type>/<event id without evt_> unless given; with a key or an event id the call may be repeated, and returns the id of the event stored first; prompts and outputs are stored as digests; returns the event id, or null when agent_tracker.sample_rate or a limit on events leaves the event out; raises 22023 with all violations when it is not valid';
SELECT _at_grant_writer('at_record');
