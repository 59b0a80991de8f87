-- The public face: every function, table, view and type that users see, in one file, so
-- that whoever changes one sees it in review.  What begins with _at_ is not public.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
set client_min_messages = warning;
select at_create_store() \g /dev/null
reset client_min_messages;
\pset format unaligned
\pset tuples_only
set search_path = pg_catalog, public;

-- Names of types without the words that make lines long.
create function pg_temp.short(t text) returns text language sql as $$
	select replace(replace(t, 'timestamp with time zone', 'timestamptz'), 'double precision', 'float8')
$$;

-- Columns of a relation or attributes of a type, a line each.
create function pg_temp.columns(relation oid) returns text language sql as $$
	select coalesce(string_agg(format(e'\n    %s %s%s', a.attname, pg_temp.short(format_type(a.atttypid, a.atttypmod)),
		case when a.attnotnull and c.relkind <> 'c' then ' not null' else '' end), '' order by a.attnum), '')
	from pg_attribute a join pg_class c on c.oid = a.attrelid
	where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
$$;

\echo '# Functions'
select format('%s%s(%s) -> %s', case p.prokind when 'a' then 'aggregate ' else '' end, p.proname,
	-- many arguments: a line each
	case when length(a.list) > 100 then e'\n    ' || replace(a.list, ', ', e',\n    ') else a.list end,
	pg_temp.short(pg_get_function_result(p.oid)))
from pg_proc p, lateral (select pg_temp.short(pg_get_function_arguments(p.oid))) a(list)
where p.pronamespace = 'public'::regnamespace and p.proname ~ '^at_'
order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C";

\echo
\echo '# Tables and views'
select format('%s %s%s', case c.relkind when 'v' then 'view' else 'table' end, c.relname, pg_temp.columns(c.oid))
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relname ~ '^at_' and c.relkind in ('r', 'p', 'v')
	and not c.relispartition
order by c.relname collate "C";

\echo
\echo '# Types'
select format(
	'%s %s%s', case t.typtype when 'c' then 'row' when 'e' then 'enum' when 'd' then 'domain'
	else 'base' end, t.typname,
	case t.typtype when 'c' then pg_temp.columns(t.typrelid)
		when 'e' then (
			select string_agg(e'\n    ' || e.enumlabel, '' order by e.enumsortorder) from pg_enum e
			where e.enumtypid = t.oid)
		when 'd' then ' ' || format_type(t.typbasetype, t.typtypmod) else '' end)
from pg_type t left join pg_class c on c.oid = t.typrelid
where t.typnamespace = 'public'::regnamespace and t.typname ~ '^at_' and (c.oid is null or c.relkind = 'c')
order by t.typname collate "C";

\echo
\echo '# Operators and casts'
select o.name from pg_depend d join pg_extension e on d.refclassid = 'pg_extension'::regclass and e.oid = d.refobjid,
	lateral (select pg_describe_object(d.classid, d.objid, 0)) o(name)
where d.deptype = 'e' and e.extname = 'agent_tracker'
	and d.classid in ('pg_operator'::regclass, 'pg_cast'::regclass, 'pg_opclass'::regclass)
order by o.name collate "C";
select at_drop_store() \g /dev/null
