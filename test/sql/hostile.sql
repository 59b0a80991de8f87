-- CREATE EXTENSION in a schema where another role made operators and functions of
-- every name of the server's that the extension uses, for many types: it works, and nothing in it
-- depends on one of them.
set client_min_messages = warning;
create role regress_at_hostile;
create schema regress_at_traps;
grant create, usage on schema regress_at_traps to regress_at_hostile;

-- Names of the server's functions that bodies use.
create temp table members as select p.oid, p.proname, p.proargtypes, p.prosrc
from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker';
create temp table wanted as
select distinct m.word as name
	from members, regexp_matches(prosrc, '\m([a-z_0-9]+)\(', 'g') w(found), lateral (select found[1]) m(word)
where exists (select from pg_proc where proname = m.word and pronamespace = 'pg_catalog'::regnamespace)
union select unnest(array['abs', 'sum', 'max', 'min', 'count', 'lower', 'unnest', 'array_agg', 'bool_and', 'lag',
	'float8', 'numeric', 'text']);
grant select on wanted to regress_at_hostile;
drop extension agent_tracker;
select count(*) > 60 as many from wanted;

set role regress_at_hostile;
set search_path = pg_catalog, pg_temp;
set check_function_bodies = off;
do $$
declare
	types text[] := '{text,name,numeric,"double precision",integer,bigint,boolean,jsonb,"numeric[]",'
		'"timestamp with time zone",date,anyarray}';
	t record;
begin
	-- functions of one argument, and of two of which one is a text or both are the same
	for t in select w.name, concat_ws(',', x.l, x.r) as args from wanted w,
			(select l, null as r from unnest(types) l union all select null, null
				union all select l, r from unnest(types) l, unnest(types) r where l = r or r = 'text') x loop
		begin
			execute format('create function regress_at_traps.%I(%s) returns text language plpgsql as %L', t.name,
				t.args, 'begin raise ''a trap has sprung''; end');
		exception when others then
			null;				-- pseudo-types that the other one does not fit
		end;
	end loop;
	-- operators of all pairs, and those of one side
	for t in select o.name, l, r
		from unnest('{=,<>,<,<=,>,>=,+,-,*,/,%,||,->,->>,#>>,@>,&&,~,~~}'::text[]) o(name), unnest(types) l,
			unnest(types) r
			where l = r or r in ('text', 'integer', 'name') loop
		begin
			execute format('create or replace function regress_at_traps.op(%s, '
				'%s) returns boolean language plpgsql as %L',
				t.l, t.r, 'begin raise ''a trap has sprung''; end');
			execute format(
				'create operator regress_at_traps.%s (leftarg = %s, rightarg = %s, function = regress_at_traps.op)',
				t.name, t.l, t.r);
		exception when others then
			null;
		end;
	end loop;
	for t in select o.name, r from unnest('{-,+,@,~}'::text[]) o(name), unnest(types) r loop
		begin
			execute format('create or replace function regress_at_traps.op(%s) returns numeric language plpgsql as %L',
				t.r, 'begin raise ''a trap has sprung''; end');
			execute format(
				'create operator regress_at_traps.%s (rightarg = %s, function = regress_at_traps.op)', t.name, t.r);
		exception when others then
			null;
		end;
	end loop;
end
$$;
reset role;
reset search_path;
reset check_function_bodies;
select (select count(*) > 2000 from pg_proc where pronamespace = 'regress_at_traps'::regnamespace) as functions,
	(select count(*) > 700 from pg_operator where oprnamespace = 'regress_at_traps'::regnamespace) as operators;

create extension agent_tracker schema regress_at_traps;
-- Nothing of it, nor of what it made, depends on an object of that role.
create temp view depends as select distinct pg_describe_object(d.classid, d.objid, d.objsubid) as object,
	pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid) as trap
from pg_depend d
where (d.refclassid = 'pg_proc'::regclass
	and exists (
		select from pg_proc
		where oid = d.refobjid and proowner = (select oid from pg_roles where rolname = 'regress_at_hostile'))
		or d.refclassid = 'pg_operator'::regclass
			and exists (
				select from pg_operator
				where oid = d.refobjid and oprowner = (select oid from pg_roles where rolname = 'regress_at_hostile')))
	and not (d.classid = 'pg_operator'::regclass
		and exists (
			select from pg_operator
			where oid = d.objid and oprowner = (select oid from pg_roles where rolname = 'regress_at_hostile')));
select * from depends;
select regress_at_traps.at_create_store();
select * from depends;
-- What is computed by bodies of SQL and PL/pgSQL springs none.
select regress_at_traps.at_modified_dietz(100, 110, array[5::numeric], array[0.5::float8]),
	regress_at_traps._at_periods_per_year('daily'::text),
	regress_at_traps._at_flow_amount('fee'::text, 3::numeric),
	regress_at_traps.at_quantiles(array[1, 2, 3]::float8[], array[0.5]::float8[], 'cont'::text);
select twr_flow_at_end, net_gain
	from regress_at_traps.at_flow_returns(
		1000::numeric, '[{"end_equity":1100,"external_flow":50},{"end_equity":"1200"}]'::jsonb, 1::float8);
select * from regress_at_traps.at_readiness(null::text, null::text, null::text, null::timestamptz, null::timestamptz)
	limit 0;
select * from regress_at_traps.at_refresh();
select count(*) from regress_at_traps.at_reconcile(
	'p'::text, 'a'::text, 'paper'::text, '2026-01-01'::date, '2026-02-01'::date, 1::numeric, 1::numeric, true);
select regress_at_traps._at_period_kind(' Day'::text), regress_at_traps._at_multiplier('{"multiplier":"2"}'::jsonb),
	regress_at_traps._at_flow_timing(),
	regress_at_traps._at_count_trades(),
	regress_at_traps._at_periods_per_year('daily'::text, 14::bigint, 2::bigint, 2::bigint, null::date, null::date);
select count(*) from regress_at_traps.at_period_returns(
	'p'::text, 'a'::text, 'paper'::text, null::date, null::date, null::text, 'equity'::text);

set client_min_messages = error;
drop extension agent_tracker cascade;
drop owned by regress_at_hostile cascade;
drop schema regress_at_traps cascade;
drop role regress_at_hostile;
drop view depends;
create extension agent_tracker;
