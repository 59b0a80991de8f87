-- The members of the extension: comments, markings, privileges.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
create temp view members as
select d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) as object
from pg_depend d join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
where d.deptype = 'e' and e.extname = 'agent_tracker';

-- Everything has a comment.  Types of rows and arrays come with their tables
-- and types, entries of operator families with their classes.
select object as without_comment from members
where obj_description(objid, classid::regclass::name) is null
	and not (classid = 'pg_type'::regclass
		and exists (
			select from pg_type t
			where t.oid = objid and (t.typelem <> 0 and t.typlen = -1 or t.typrelid <> 0 and exists (
		select from pg_class c where c.oid = t.typrelid and c.relkind <> 'c'))))
	and not (classid = 'pg_rewrite'::regclass) and not (classid = 'pg_amop'::regclass)
		and not (classid = 'pg_amproc'::regclass)
order by 1;
-- Rows of functions and columns of views, too.
select c.oid::regclass, a.attname from members m
	join pg_class c on m.classid = 'pg_class'::regclass and c.oid = m.objid and c.relkind = 'v'
	join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where col_description(c.oid, a.attnum) is null;
-- A comment says more than the name, and is one line.
select object, obj_description(objid, classid::regclass::name) as comment from members
where length(obj_description(objid, classid::regclass::name)) < 5
	or obj_description(objid, classid::regclass::name) ~ '\n|TODO|FIXME';

-- All names begin with at_, those that are not for users with _at_, but for the operators and the cast's function.
select object from members
	where object !~ '(function|type|view|domain|aggregate|operator class|operator family|language) '
		'("?[a-z_]+"?\.)?_?at_'
	and object !~ '^(operator [<>=]+|cast from|function text\(at_id\)|rule _RETURN|trigger at_|function '
		'"?[a-z_]+"?\._?at_)'
		order by 1;

-- Nothing is SECURITY DEFINER or LEAKPROOF, nothing that PUBLIC may call
-- writes, what writes is PARALLEL UNSAFE.
select p.oid::regprocedure, p.prosecdef, p.proleakproof from members m
	join pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid where p.prosecdef or p.proleakproof;
select p.oid::regprocedure as for_public from members m
	join pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid
where p.provolatile = 'v' and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))
	order by 1;
select p.oid::regprocedure as volatile_but_not_unsafe from members m
	join pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid
where p.provolatile = 'v' and p.proparallel <> 'u' order by 1;
-- what tries a read in a subtransaction is neither
select p.oid::regprocedure as neither_safe_nor_restricted, p.provolatile, p.proparallel from members m
	join pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid
where p.provolatile <> 'v' and p.proparallel <> 's' and not (p.provolatile = 's' and p.proparallel = 'r') order by 1;
select provolatile, proparallel, proisstrict from pg_proc
	where proname in ('at_event_json', 'at_redact', 'at_violations') order by proname;

-- Aggregates: state types that are the extension's own, never internal, with a
-- function to combine them and parallel safe.
select a.aggfnoid::regprocedure, a.aggtranstype::regtype from pg_aggregate a
	join members m on m.classid = 'pg_proc'::regclass and m.objid = a.aggfnoid
where a.aggtranstype = 'internal'::regtype or a.aggcombinefn = 0 or a.aggserialfn <> 0 order by 1;

-- No function has a type's name, but the one that is a cast.
select p.oid::regprocedure from members m join pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid
	join pg_type t on t.typname = p.proname and t.typnamespace = p.pronamespace order by 1;

-- Base types have all four of their functions.
select t.oid::regtype from members m join pg_type t on m.classid = 'pg_type'::regclass and t.oid = m.objid
where t.typtype = 'b' and t.typelem = 0 and (t.typreceive = 0 or t.typsend = 0 or t.typinput = 0 or t.typoutput = 0);

-- The C functions are there: each was found in the library when it was created,
-- and each that is STRICT gives NULL for NULL.
create temp table called(function regprocedure, answer text);
do $$
declare
	f record;
	answer text;
begin
	for f in select p.oid::regprocedure as fn, p.proname, p.proargtypes from members m
		join pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid
			where p.prokind = 'f' and p.proisstrict and not p.proretset and p.pronargs > 0 and not exists (
				select from unnest(p.proargtypes) a
					where a in ('internal'::regtype, 'cstring'::regtype, 'record'::regtype)) loop
		execute format('select %s(%s)::text', f.fn::oid::regproc,
			(select string_agg(format('null::%s', a::regtype), ', ') from unnest(f.proargtypes) a)) into answer;
		insert into called values (f.fn, answer);
	end loop;
end
$$;
select count(*) > 30 as many, count(answer) as not_null from called;
select function, answer from called where answer is not null;

