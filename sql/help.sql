-- The public face, for who types: what there is, what it says, how it is called.

CREATE FUNCTION _at_help_call(function oid) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	-- what must be given stands for itself: its name, quoted where it is a text
	SELECT CASE WHEN p.prokind = 'a' THEN format('SELECT %s(%s) FROM …', p.proname, coalesce(given.names, '*'))
		WHEN p.proretset OR p.proargmodes && '{o,t}' OR result.typtype = 'c' THEN format('SELECT * FROM %s(%s)', p.proname, coalesce(given.names, ''))
		ELSE format('SELECT %s(%s)', p.proname, coalesce(given.names, '')) END
	FROM pg_proc p JOIN pg_type result ON result.oid = p.prorettype, LATERAL (
		SELECT string_agg(CASE WHEN t.typcategory = 'S' THEN quote_literal(coalesce(nullif(a.name, ''), 'text'))
				ELSE coalesce(nullif(a.name, ''), t.typname) END, ', ' ORDER BY a.place) AS names
		FROM unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) WITH ORDINALITY a(type, name, place)
			JOIN pg_type t ON t.oid = a.type
		WHERE a.place <= p.pronargs - p.pronargdefaults) given
	WHERE p.oid = function
$at$;
COMMENT ON FUNCTION _at_help_call(oid) IS 'internal: how a function is called, with the arguments that must be given';

CREATE FUNCTION at_help(topic text DEFAULT NULL, OUT name text, OUT kind text, OUT says text, OUT example text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 300
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH face(name, kind, comment, example) AS (
		SELECT p.proname::text, CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
			obj_description(p.oid, 'pg_proc'), @extschema@._at_help_call(p.oid)
		FROM pg_proc p
			JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
				AND d.refclassid = 'pg_extension'::regclass
			JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'agent_tracker'
		WHERE p.proname LIKE 'at\_%' AND p.prorettype <> 'trigger'::regtype
		UNION ALL
		SELECT c.relname::text, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END, obj_description(c.oid, 'pg_class'),
			format('SELECT * FROM %s LIMIT 10', c.relname)
		FROM pg_class c
		WHERE c.relnamespace = '@extschema@'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname LIKE 'at\_%'
			AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') LIKE 'agent\_tracker%'
	)
	SELECT f.name, f.kind, regexp_replace(split_part(regexp_replace(f.comment, '^agent_tracker: ', ''), ';', 1),
		'^(.{120}\S*).+$', '\1 ...'), f.example
	FROM face f
	-- the topic is text, in which % and _ are what they are
	WHERE topic IS NULL OR position(lower(topic) IN lower(f.name || ' ' || f.comment)) > 0
	ORDER BY position(lower(topic) IN f.name) = 0, f.name, f.example;
END
$at$;
COMMENT ON FUNCTION at_help(text) IS 'what there is of agent_tracker with this in its name or description, those that have it in their name first, or all of it (null): what it says in one line, and how it is called with the arguments that it must have; the descriptions have more: \df+ and \d+ of psql, or docs/reference.md';
