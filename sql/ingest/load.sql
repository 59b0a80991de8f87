-- Ways in and out.

CREATE TYPE at_ingest_result AS (
	batch_id bigint,
	lines bigint,
	accepted bigint,
	duplicates bigint,
	conflicts bigint,
	rejected bigint,
	bytes bigint
);
COMMENT ON TYPE at_ingest_result IS 'what became of a bulk load: lines that were not blank = accepted + duplicates + conflicts + rejected; bytes of text, after inflation';

CREATE FUNCTION at_ingest_jsonl(content bytea, source text DEFAULT NULL, salvage boolean DEFAULT false)
RETURNS at_ingest_result
AS 'MODULE_PATHNAME', 'at_ingest_jsonl_bytea' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION at_ingest_jsonl(bytea, text, boolean) IS 'validates, redacts and stores events, one JSON object a line, plain or gzip (told by its magic bytes); bad lines go to at_reject and cost nothing else; source is a label for at_ingest_batch; all or nothing on error; a gzip stream that is damaged or cut off (XX001) or inflates to more than agent_tracker.max_decompressed_bytes (54000) is an error; with salvage what its whole members before that hold is stored up to their last line end, with a WARNING and a row in at_reject for the rest';

CREATE FUNCTION at_ingest_jsonl(content text, source text DEFAULT NULL) RETURNS at_ingest_result
AS 'MODULE_PATHNAME', 'at_ingest_jsonl_text' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION at_ingest_jsonl(text, text) IS 'at_ingest_jsonl over text; prefer bytea: in text the server itself refuses the whole call for invalid encoding';
SELECT _at_grant_writer('at_ingest_jsonl');

CREATE FUNCTION _at_pending_events(handle bigint,
	OUT occurred_at timestamptz, OUT event_type at_event_type, OUT environment at_environment,
	OUT ingested_at timestamptz, OUT batch_id bigint, OUT line_no integer,
	OUT key_digest uuid, OUT content_hash uuid, OUT evidence at_evidence, OUT project text, OUT agent_id text,
	OUT run_id at_id, OUT event_id at_id, OUT span_id at_id, OUT parent_span_id at_id,
	OUT idempotency_key at_key, OUT symbols text[], OUT envelope at_envelope,
	OUT payload jsonb) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_rows' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 1000;
COMMENT ON FUNCTION _at_pending_events(bigint) IS 'rows of a load on their way into at_event; raises 55000 when called by itself; for everybody: the store''s owner, as whom the statement runs, need not be the extension''s';

CREATE FUNCTION _at_pending_rejects(handle bigint,
	OUT batch_id bigint, OUT line_no integer, OUT rejected_at timestamptz, OUT event_id at_id,
	OUT violations jsonb, OUT line_sha256 bytea, OUT line_bytes bigint, OUT origin text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_rows' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 1000;
COMMENT ON FUNCTION _at_pending_rejects(bigint) IS 'rows of a load on their way into at_reject; raises 55000 when called by itself; for everybody: the store''s owner, as whom the statement runs, need not be the extension''s';

CREATE VIEW at_inbox AS SELECT NULL::text AS line WHERE false;
COMMENT ON VIEW at_inbox IS 'door for COPY: each line is one event; \copy at_inbox from ''events.jsonl'' with (format csv, quote e''\x01'', delimiter e''\x02''); options that would alter or skip lines are an error (22023)';
COMMENT ON COLUMN at_inbox.line IS 'one event as JSON';

CREATE FUNCTION _at_inbox_trigger() RETURNS trigger
AS 'MODULE_PATHNAME', 'at_inbox_trigger' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_inbox_trigger() IS 'takes the lines written to at_inbox: a load begins and ends with the statement';
SELECT _at_grant_writer('_at_inbox_trigger');

CREATE TRIGGER at_inbox_begin BEFORE INSERT ON at_inbox
	FOR EACH STATEMENT EXECUTE FUNCTION _at_inbox_trigger();
COMMENT ON TRIGGER at_inbox_begin ON at_inbox IS 'begins a load';
CREATE TRIGGER at_inbox_line INSTEAD OF INSERT ON at_inbox
	FOR EACH ROW EXECUTE FUNCTION _at_inbox_trigger();
COMMENT ON TRIGGER at_inbox_line ON at_inbox IS 'takes one line';
CREATE TRIGGER at_inbox_end AFTER INSERT ON at_inbox
	FOR EACH STATEMENT EXECUTE FUNCTION _at_inbox_trigger();
COMMENT ON TRIGGER at_inbox_end ON at_inbox IS 'ends a load and says what became of its lines';

CREATE FUNCTION at_event_json(event record) RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_event_json(record) IS 'the canonical event of a row of at_event: select at_event_json(e) from at_event e; strings as they came, numbers equal as decimals';

CREATE FUNCTION at_export_jsonl(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL) RETURNS SETOF text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 20 ROWS 10000;
COMMENT ON FUNCTION at_export_jsonl(text, timestamptz, timestamptz) IS 'stored events as canonical lines, ordered by occurred_at, of one project or all, since <= occurred_at < until; in a select list it streams in constant memory';

CREATE FUNCTION at_export_gzip(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION at_export_gzip(text, timestamptz, timestamptz) IS 'the lines of at_export_jsonl() as one gzip stream (RFC 1952), at most 1 GB';
