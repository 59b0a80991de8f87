-- Comparison of at_key, at_envelope and at_evidence by their bytes, for =, DISTINCT, ORDER BY
-- and hash joins.

CREATE FUNCTION _at_key_lt(at_key, at_key) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_lt(at_key, at_key) IS 'implementation of < operator';
CREATE FUNCTION _at_key_le(at_key, at_key) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_le(at_key, at_key) IS 'implementation of <= operator';
CREATE FUNCTION _at_key_eq(at_key, at_key) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_eq(at_key, at_key) IS 'implementation of = operator';
CREATE FUNCTION _at_key_ne(at_key, at_key) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_ne(at_key, at_key) IS 'implementation of <> operator';
CREATE FUNCTION _at_key_ge(at_key, at_key) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_ge(at_key, at_key) IS 'implementation of >= operator';
CREATE FUNCTION _at_key_gt(at_key, at_key) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_gt(at_key, at_key) IS 'implementation of > operator';
CREATE FUNCTION _at_key_cmp(at_key, at_key) RETURNS integer
AS 'MODULE_PATHNAME', 'at_bytes_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_cmp(at_key, at_key) IS 'less-equal-greater of two keys by their bytes, for btree';
CREATE FUNCTION _at_key_hash(at_key) RETURNS integer
AS 'MODULE_PATHNAME', 'at_bytes_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_hash(at_key) IS 'hash of keys';
CREATE FUNCTION _at_key_hash_extended(at_key, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'at_bytes_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_key_hash_extended(at_key, bigint) IS 'hash of keys with a seed';

CREATE OPERATOR < (
	LEFTARG = at_key, RIGHTARG = at_key, FUNCTION = _at_key_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (at_key, at_key) IS 'less than';
CREATE OPERATOR <= (
	LEFTARG = at_key, RIGHTARG = at_key, FUNCTION = _at_key_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (at_key, at_key) IS 'less than or equal';
CREATE OPERATOR = (
	LEFTARG = at_key, RIGHTARG = at_key, FUNCTION = _at_key_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (at_key, at_key) IS 'equal';
CREATE OPERATOR <> (
	LEFTARG = at_key, RIGHTARG = at_key, FUNCTION = _at_key_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (at_key, at_key) IS 'not equal';
CREATE OPERATOR >= (
	LEFTARG = at_key, RIGHTARG = at_key, FUNCTION = _at_key_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (at_key, at_key) IS 'greater than or equal';
CREATE OPERATOR > (
	LEFTARG = at_key, RIGHTARG = at_key, FUNCTION = _at_key_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (at_key, at_key) IS 'greater than';

CREATE OPERATOR CLASS at_key_ops DEFAULT FOR TYPE at_key USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 _at_key_cmp(at_key, at_key),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS at_key_ops USING btree IS 'keys in the order of their bytes';
COMMENT ON OPERATOR FAMILY at_key_ops USING btree IS 'keys in the order of their bytes';

CREATE OPERATOR CLASS at_key_hash_ops DEFAULT FOR TYPE at_key USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 _at_key_hash(at_key),
	FUNCTION 2 _at_key_hash_extended(at_key, bigint);
COMMENT ON OPERATOR CLASS at_key_hash_ops USING hash IS 'hashing of keys';
COMMENT ON OPERATOR FAMILY at_key_hash_ops USING hash IS 'hashing of keys';

CREATE FUNCTION _at_envelope_lt(at_envelope, at_envelope) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_lt(at_envelope, at_envelope) IS 'implementation of < operator';
CREATE FUNCTION _at_envelope_le(at_envelope, at_envelope) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_le(at_envelope, at_envelope) IS 'implementation of <= operator';
CREATE FUNCTION _at_envelope_eq(at_envelope, at_envelope) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_eq(at_envelope, at_envelope) IS 'implementation of = operator';
CREATE FUNCTION _at_envelope_ne(at_envelope, at_envelope) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_ne(at_envelope, at_envelope) IS 'implementation of <> operator';
CREATE FUNCTION _at_envelope_ge(at_envelope, at_envelope) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_ge(at_envelope, at_envelope) IS 'implementation of >= operator';
CREATE FUNCTION _at_envelope_gt(at_envelope, at_envelope) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_gt(at_envelope, at_envelope) IS 'implementation of > operator';
CREATE FUNCTION _at_envelope_cmp(at_envelope, at_envelope) RETURNS integer
AS 'MODULE_PATHNAME', 'at_bytes_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_cmp(at_envelope, at_envelope) IS 'less-equal-greater of two envelopes by their bytes, for btree';
CREATE FUNCTION _at_envelope_hash(at_envelope) RETURNS integer
AS 'MODULE_PATHNAME', 'at_bytes_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_hash(at_envelope) IS 'hash of envelopes';
CREATE FUNCTION _at_envelope_hash_extended(at_envelope, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'at_bytes_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_envelope_hash_extended(at_envelope, bigint) IS 'hash of envelopes with a seed';

CREATE OPERATOR < (
	LEFTARG = at_envelope, RIGHTARG = at_envelope, FUNCTION = _at_envelope_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (at_envelope, at_envelope) IS 'less than';
CREATE OPERATOR <= (
	LEFTARG = at_envelope, RIGHTARG = at_envelope, FUNCTION = _at_envelope_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (at_envelope, at_envelope) IS 'less than or equal';
CREATE OPERATOR = (
	LEFTARG = at_envelope, RIGHTARG = at_envelope, FUNCTION = _at_envelope_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (at_envelope, at_envelope) IS 'equal';
CREATE OPERATOR <> (
	LEFTARG = at_envelope, RIGHTARG = at_envelope, FUNCTION = _at_envelope_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (at_envelope, at_envelope) IS 'not equal';
CREATE OPERATOR >= (
	LEFTARG = at_envelope, RIGHTARG = at_envelope, FUNCTION = _at_envelope_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (at_envelope, at_envelope) IS 'greater than or equal';
CREATE OPERATOR > (
	LEFTARG = at_envelope, RIGHTARG = at_envelope, FUNCTION = _at_envelope_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (at_envelope, at_envelope) IS 'greater than';

CREATE OPERATOR CLASS at_envelope_ops DEFAULT FOR TYPE at_envelope USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 _at_envelope_cmp(at_envelope, at_envelope),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS at_envelope_ops USING btree IS 'envelopes in the order of their bytes';
COMMENT ON OPERATOR FAMILY at_envelope_ops USING btree IS 'envelopes in the order of their bytes';

CREATE OPERATOR CLASS at_envelope_hash_ops DEFAULT FOR TYPE at_envelope USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 _at_envelope_hash(at_envelope),
	FUNCTION 2 _at_envelope_hash_extended(at_envelope, bigint);
COMMENT ON OPERATOR CLASS at_envelope_hash_ops USING hash IS 'hashing of envelopes';
COMMENT ON OPERATOR FAMILY at_envelope_hash_ops USING hash IS 'hashing of envelopes';

CREATE FUNCTION _at_evidence_lt(at_evidence, at_evidence) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_lt(at_evidence, at_evidence) IS 'implementation of < operator';
CREATE FUNCTION _at_evidence_le(at_evidence, at_evidence) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_le(at_evidence, at_evidence) IS 'implementation of <= operator';
CREATE FUNCTION _at_evidence_eq(at_evidence, at_evidence) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_eq(at_evidence, at_evidence) IS 'implementation of = operator';
CREATE FUNCTION _at_evidence_ne(at_evidence, at_evidence) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_ne(at_evidence, at_evidence) IS 'implementation of <> operator';
CREATE FUNCTION _at_evidence_ge(at_evidence, at_evidence) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_ge(at_evidence, at_evidence) IS 'implementation of >= operator';
CREATE FUNCTION _at_evidence_gt(at_evidence, at_evidence) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_bytes_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_gt(at_evidence, at_evidence) IS 'implementation of > operator';
CREATE FUNCTION _at_evidence_cmp(at_evidence, at_evidence) RETURNS integer
AS 'MODULE_PATHNAME', 'at_bytes_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_cmp(at_evidence, at_evidence) IS 'less-equal-greater of two evidence by their bytes, for btree';
CREATE FUNCTION _at_evidence_hash(at_evidence) RETURNS integer
AS 'MODULE_PATHNAME', 'at_bytes_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_hash(at_evidence) IS 'hash of evidence';
CREATE FUNCTION _at_evidence_hash_extended(at_evidence, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'at_bytes_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_hash_extended(at_evidence, bigint) IS 'hash of evidence with a seed';

CREATE OPERATOR < (
	LEFTARG = at_evidence, RIGHTARG = at_evidence, FUNCTION = _at_evidence_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (at_evidence, at_evidence) IS 'less than';
CREATE OPERATOR <= (
	LEFTARG = at_evidence, RIGHTARG = at_evidence, FUNCTION = _at_evidence_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (at_evidence, at_evidence) IS 'less than or equal';
CREATE OPERATOR = (
	LEFTARG = at_evidence, RIGHTARG = at_evidence, FUNCTION = _at_evidence_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (at_evidence, at_evidence) IS 'equal';
CREATE OPERATOR <> (
	LEFTARG = at_evidence, RIGHTARG = at_evidence, FUNCTION = _at_evidence_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (at_evidence, at_evidence) IS 'not equal';
CREATE OPERATOR >= (
	LEFTARG = at_evidence, RIGHTARG = at_evidence, FUNCTION = _at_evidence_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (at_evidence, at_evidence) IS 'greater than or equal';
CREATE OPERATOR > (
	LEFTARG = at_evidence, RIGHTARG = at_evidence, FUNCTION = _at_evidence_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (at_evidence, at_evidence) IS 'greater than';

CREATE OPERATOR CLASS at_evidence_ops DEFAULT FOR TYPE at_evidence USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 _at_evidence_cmp(at_evidence, at_evidence),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS at_evidence_ops USING btree IS 'evidence in the order of their bytes';
COMMENT ON OPERATOR FAMILY at_evidence_ops USING btree IS 'evidence in the order of their bytes';

CREATE OPERATOR CLASS at_evidence_hash_ops DEFAULT FOR TYPE at_evidence USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 _at_evidence_hash(at_evidence),
	FUNCTION 2 _at_evidence_hash_extended(at_evidence, bigint);
COMMENT ON OPERATOR CLASS at_evidence_hash_ops USING hash IS 'hashing of evidence';
COMMENT ON OPERATOR FAMILY at_evidence_hash_ops USING hash IS 'hashing of evidence';
