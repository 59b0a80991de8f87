-- What the golden tests share: they run a function on every case of a file of
-- test/data/stats and hold its result against the case's expected values.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

-- Where two values differ by more than the tolerance, or null.  A number is
-- near when abs(got - expected) <= max(tolerance.abs, tolerance.rel * abs(expected));
-- got may have more members than expected.
create function pg_temp.differs(got jsonb, expected jsonb, tolerance jsonb, path text default '$')
returns text language plpgsql as $$
declare
	k text;
	d text;
begin
	if got is null then
		return path || ' is missing';
	elsif jsonb_typeof(got) <> jsonb_typeof(expected) then
		return format('%s is %s instead of %s', path, got, expected);
	elsif jsonb_typeof(got) = 'object' then
		for k in select jsonb_object_keys(expected) loop
			d := pg_temp.differs(got -> k, expected -> k, tolerance, path || '.' || k);
			exit when d is not null;
		end loop;
	elsif jsonb_typeof(got) = 'array' then
		if jsonb_array_length(got) <> jsonb_array_length(expected) then
			return format('%s has %s elements instead of %s', path,
				jsonb_array_length(got), jsonb_array_length(expected));
		end if;
		for i in 0 .. jsonb_array_length(got) - 1 loop
			d := pg_temp.differs(got -> i, expected -> i, tolerance, path || '[' || i || ']');
			exit when d is not null;
		end loop;
	elsif jsonb_typeof(got) = 'number' then
		if abs(got::numeric - expected::numeric) > greatest((tolerance ->> 'abs')::numeric,
			(tolerance ->> 'rel')::numeric * abs(expected::numeric)) then
			return format('%s is %s instead of %s', path, got, expected);
		end if;
	elsif got <> expected then
		return format('%s is %s instead of %s', path, got, expected);
	end if;
	return d;
end
$$;

-- JSON arrays as SQL arrays.
create function pg_temp.floats(a jsonb) returns float8[] language sql as $$
	select coalesce(array_agg(x::float8 order by i), '{}')
	from jsonb_array_elements_text(a) with ordinality as e(x, i)
$$;

create function pg_temp.counts(a jsonb) returns bigint[] language sql as $$
	select coalesce(array_agg(x::bigint order by i), '{}')
	from jsonb_array_elements_text(a) with ordinality as e(x, i)
$$;

create function pg_temp.table_of(a jsonb) returns bigint[] language sql as $$
	select array_agg(pg_temp.counts(x) order by i) from jsonb_array_elements(a) with ordinality as e(x, i)
$$;
