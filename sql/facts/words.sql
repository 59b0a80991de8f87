-- Words: what a status means, which errors are the same, one line for an event.

CREATE FUNCTION at_status_words(OUT word text, OUT outcome text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_status_words' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION at_status_words() IS 'the words by which the status of runs, calls and steps is read: outcome is succeeded, failed or undecided; in a status case does not matter, and blanks, "-" and "_" are the same; numbers are statuses of HTTP, 200 to 399 succeeded, 400 to 599 failed; what is not in the list is undecided';

CREATE FUNCTION _at_error_fingerprint(error_kind text, component text, message text) RETURNS text
AS 'MODULE_PATHNAME', 'at_error_fingerprint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_error_fingerprint(text, text, text) IS 'internal: what makes errors the same error: 16 hex digits over kind, component and the message without quoted parts and words that have digits; null is the empty text';

CREATE FUNCTION _at_failure_type(error_kind text) RETURNS text
AS 'MODULE_PATHNAME', 'at_failure_type' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_failure_type(text) IS 'internal: the type of failure by words in error_kind: timeout, rate_limit, access, connection, validation, data, resource, order, risk, cost, tool, model, other';

CREATE FUNCTION at_summary(event record) RETURNS text
AS 'MODULE_PATHNAME', 'at_summary' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_summary(record) IS 'one line for people for a row of at_event: select at_summary(e) from at_event e; of at most 200 bytes, made of what is stored; what is missing, or was replaced by a digest, is left out';
