-- Rows of any table as events.

CREATE FUNCTION at_map_rows(mapping json, rows json) RETURNS SETOF json
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION at_map_rows(json, json) IS 'canonical events, redacted and valid, that a mapping makes of rows: an array of objects for a mapping with one source, or an object that has such an array under each source''s name; rows that make no valid event are skipped with a WARNING that names the row, the field and the rule and never a value; raises 22023 for a mapping with mistakes, 22P02 for rows that are no JSON';
