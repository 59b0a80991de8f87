-- Every case of test/data/stats/tail_functions.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/tail_functions.json`

begin;
-- A function by name with one argument or two.
create function pg_temp.tail(fn text, log10 boolean, args float8[]) returns jsonb language plpgsql as $$
declare
	result float8;
begin
	if cardinality(args) = 1 then
		execute format('select at_%s($1[1], log10 => $2)', fn) into result using args, log10;
	else
		execute format('select at_%s($1[1], $1[2], log10 => $2)', fn) into result using args, log10;
	end if;
	return to_jsonb(result);
end
$$;

create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance,
	-- the cases name the normal distribution in their own way
	replace(c -> 'input' ->> 'fn', 'norm_sf', 'normal_sf') as fn
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select jsonb_build_object('value', pg_temp.tail(c.fn, false, pg_temp.floats(c.input -> 'args')),
		'log10', pg_temp.tail(c.fn, true, pg_temp.floats(c.input -> 'args')))
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
