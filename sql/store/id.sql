-- Compact identifiers, and the rest of an envelope.

CREATE TYPE at_id;

CREATE FUNCTION _at_id_in(cstring) RETURNS at_id
AS 'MODULE_PATHNAME', 'at_id_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_id_in(cstring) IS 'input of at_id: any text';

CREATE FUNCTION _at_id_out(at_id) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_id_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_id_out(at_id) IS 'output of at_id: the text as it came';

CREATE FUNCTION _at_id_recv(internal) RETURNS at_id
AS 'MODULE_PATHNAME', 'at_id_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_id_recv(internal) IS 'binary input of at_id: its text';

CREATE FUNCTION _at_id_send(at_id) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_id_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_id_send(at_id) IS 'binary output of at_id: its text';

CREATE TYPE at_id (
	INPUT = _at_id_in,
	OUTPUT = _at_id_out,
	RECEIVE = _at_id_recv,
	SEND = _at_id_send,
	LIKE = text,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_id IS 'identifier of an event, run or span: any text; evt_, run_ or span_ (or nothing) and 32 hex digits take 17 bytes; ordered as by the "C" collation';

CREATE FUNCTION at_id(text) RETURNS at_id
AS 'MODULE_PATHNAME', 'at_id_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_id(text) IS 'the identifier with this text';

CREATE FUNCTION text(at_id) RETURNS text
AS 'MODULE_PATHNAME', 'at_id_to_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION text(at_id) IS 'the text of an identifier';

CREATE CAST (text AS at_id) WITH FUNCTION at_id(text) AS IMPLICIT;
COMMENT ON CAST (text AS at_id) IS 'lets text be compared with an identifier';
CREATE CAST (at_id AS text) WITH FUNCTION text(at_id) AS ASSIGNMENT;
COMMENT ON CAST (at_id AS text) IS 'the text of an identifier';

CREATE TYPE at_key;

CREATE FUNCTION _at_key_in(cstring) RETURNS at_key
AS 'MODULE_PATHNAME', 'at_key_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_in(cstring) IS 'input of at_key: a key, "./rest", or "."';
CREATE FUNCTION _at_key_out(at_key) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_key_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_out(at_key) IS 'output of at_key';
CREATE FUNCTION _at_key_recv(internal) RETURNS at_key
AS 'MODULE_PATHNAME', 'at_key_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_recv(internal) IS 'binary input of at_key, checked';
CREATE FUNCTION _at_key_send(at_key) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_bytes_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_send(at_key) IS 'binary output of at_key';

CREATE TYPE at_key (
	INPUT = _at_key_in,
	OUTPUT = _at_key_out,
	RECEIVE = _at_key_recv,
	SEND = _at_key_send,
	LIKE = text,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_key IS 'idempotency key within its row: "./rest" stands for <project>/<agent>/<run>/<type>/<rest>, "." for the same with the hex digits of the event id; at_event_json(row) has it in full';

CREATE TYPE at_envelope;

CREATE FUNCTION _at_envelope_in(cstring) RETURNS at_envelope
AS 'MODULE_PATHNAME', 'at_envelope_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_in(cstring) IS 'input of at_envelope: a JSON object, as its output prints it';
CREATE FUNCTION _at_envelope_out(at_envelope) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_envelope_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_out(at_envelope) IS 'output of at_envelope: a JSON object';
CREATE FUNCTION _at_envelope_recv(internal) RETURNS at_envelope
AS 'MODULE_PATHNAME', 'at_envelope_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_recv(internal) IS 'binary input of at_envelope, checked';
CREATE FUNCTION _at_envelope_send(at_envelope) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_bytes_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_send(at_envelope) IS 'binary output of at_envelope';

CREATE TYPE at_envelope (
	INPUT = _at_envelope_in,
	OUTPUT = _at_envelope_out,
	RECEIVE = _at_envelope_recv,
	SEND = _at_envelope_send,
	LIKE = text,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_envelope IS 'what an event''s envelope holds beyond the columns of its row: sdk, privacy flags that are set, spelling of occurred_at, which optional fields were there, unknown fields (extra)';
