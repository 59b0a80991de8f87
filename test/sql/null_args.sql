-- What NULL means as an argument.  As data it has no answer: NULL, or no rows.  An
-- option, and what an action or a check cannot do without, is never NULL by
-- mistake without an error.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
set client_min_messages = warning;
select at_create_store();
reset client_min_messages;

create temp view public_function as
select p.* from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on d.refclassid = 'pg_extension'::regclass and e.oid = d.refobjid
where e.extname = 'agent_tracker' and p.prokind = 'f' and p.pronargs > 0
	and not exists (select from unnest(p.proargtypes) a where a in ('internal'::regtype, 'cstring'::regtype));

-- STRICT functions that act, or have options: none.  STRICT ones that return a set
-- have rows of their data, and no options.
select oid::regprocedure as strict from public_function
where proisstrict and (pronargdefaults > 0 or provolatile = 'v' or prorettype = 'void'::regtype)
	and proname !~ '^_at_(plpgsql|summarize)' order by 1;
select oid::regprocedure as strict_set from public_function where proisstrict and proretset order by 1;

-- Call a function with NULL in each argument that has no default, and in one that has.
create function pg_temp.answer(fn oid, option int) returns text language plpgsql as $$
declare
	f pg_proc;
	arguments text;
	name text;
	n bigint;
	answer text;
begin
	select * into f from pg_proc where oid = fn;
	select string_agg(format('null::%s', f.proargtypes[i - 1]::regtype), ', ' order by i) into arguments
	from generate_series(1, f.pronargs - f.pronargdefaults) i;
	if option is not null then
		arguments := concat_ws(
			', ', arguments, format('%I => null::%s', f.proargnames[option], f.proargtypes[option - 1]::regtype));
	end if;
	if f.proretset then
		execute format('select count(*) from %s(%s)', fn::regproc, arguments) into n;
		return n || ' rows';
	end if;
	execute format('select %s(%s)::text', fn::regproc, arguments) into answer;
	return coalesce(answer, 'NULL');
exception when others then
	return sqlstate || ': ' || sqlerrm;
end
$$;

-- An option whose default is not NULL: NULL is an error that names it.
create temp table tried as
select f.oid, f.proargnames[i] as option, pg_temp.answer(f.oid, i) as answer
from public_function f, generate_series(f.pronargs - f.pronargdefaults + 1, f.pronargs) i
where f.proname ~ '^at_' and pg_get_function_arg_default(f.oid, i) !~ '^NULL';
select count(*) > 100 as many,
	count(*) filter (where answer = format('22004: argument "%s" must not be null', option)) = count(*) - 2 as but_two
from tried;
-- no flow is none, no payload is an empty one
select f.proname as function, option, answer from tried join pg_proc f using (oid)
where answer <> format('22004: argument "%s" must not be null', option) order by 1, 2;

-- What acts or checks, without all that it needs.
select f.proname as function, pg_temp.answer(f.oid, null) as answer from public_function f
where f.proname ~ '^at_' and f.proname !~ '^at_record_' and f.prorettype <> 'trigger'::regtype
	and f.pronargs > f.pronargdefaults
		and (f.provolatile = 'v' or f.prorettype = 'void'::regtype or f.proname ~ '^at_(check|violations|validate)')
order by f.proname, f.pronargs, 2;
select at_make_partitions(null);

-- One of each kind.
select at_create_mapping('x', null);
select at_create_mapping('x', '{}', null);
select * from at_check_mapping(null);
select * from at_violations(null);
select at_ingest(null);
select at_ingest_jsonl(null::text);
select at_redact_text('a', null);
select at_redact_text(null) is null as no_text;
select at_redact_text(null, null);
select at_sharpe(at_moments_of('{1,2}'), null);
select at_sharpe(null::at_moments) is null as no_moments;
select count(*) from at_quantile_shift(null::float8[], '{1}');
select * from at_quantile_shift('{1}'::float8[], '{1}'::float8[], null);
select at_is_valid(null) is null as nothing_to_judge;
select at_assert_profile('strict-base', null::json[]);
-- in a table's rows data is missing where it is missing
select x.a, at_quantiles(x.a, 0.5), at_quantiles(x.a, array[0.5, 1]) from (values ('{1,2,3}'::float8[]), (null)) x(a);
select at_drop_store();
