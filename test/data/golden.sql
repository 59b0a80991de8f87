-- What the golden tests share: cases of test/data/stats, and comparing with
-- what they expect.  Numbers pass within the case's tolerance, decimal strings
-- within its absolute one, everything else exactly.

set client_min_messages = warning;

create function pg_temp.golden_number(j jsonb) returns numeric language sql as $$
	select case
		when jsonb_typeof(j) = 'number' then j::text::numeric
		when jsonb_typeof(j) = 'string' and j #>> '{}' ~ '^-?[0-9]+([.][0-9]+)?$' then (j #>> '{}')::numeric
	end
$$;

-- What differs, as paths.
create function pg_temp.golden_differences(got jsonb, expected jsonb, tolerance jsonb, path text default '')
returns setof text language plpgsql as $$
declare
	a numeric := pg_temp.golden_number(got);
	b numeric := pg_temp.golden_number(expected);
	k text;
begin
	if jsonb_typeof(expected) = 'object' then
		for k in select jsonb_object_keys(expected) loop
			return query select pg_temp.golden_differences(got -> k, expected -> k, tolerance, path || '.' || k);
		end loop;
	elsif jsonb_typeof(expected) = 'array' then
		if jsonb_typeof(got) is distinct from 'array' or jsonb_array_length(got) <> jsonb_array_length(expected) then
			return next format('%s: got %s, expected %s', path, got, expected);
			return;
		end if;
		for i in 0 .. jsonb_array_length(expected) - 1 loop
			return query select pg_temp.golden_differences(got -> i, expected -> i, tolerance, format('%s[%s]', path, i));
		end loop;
	elsif a is not null and b is not null and jsonb_typeof(got) = jsonb_typeof(expected) then
		if abs(a - b) > greatest((tolerance ->> 'abs')::numeric, (tolerance ->> 'rel')::numeric * abs(b)) then
			return next format('%s: got %s, expected %s', path, got, expected);
		end if;
	elsif got is distinct from expected then
		return next format('%s: got %s, expected %s', path, got, expected);
	end if;
end
$$;

create function pg_temp.golden_is(got jsonb, c jsonb, how text default '') returns text language sql as $$
	select is((select string_agg(d, '; ') from pg_temp.golden_differences(got, c -> 'expected', c -> 'tolerance') d),
		null, (c ->> 'name') || how)
$$;

-- A JSON array of numbers as an array.
create function pg_temp.floats(j jsonb) returns float8[] language sql as $$
	select coalesce(array_agg(e::float8 order by o), '{}')
	from jsonb_array_elements_text(j) with ordinality a(e, o)
$$;
