-- Bytes that are no state: every binary form cut short at every length and with
-- bits flipped, as COPY reads it, and stored forms with flipped bytes as a
-- broken disk gives them.  Each is refused, or is another state that reads and
-- prints like any other; a crash would end the session.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
set local client_min_messages = warning;
set local datestyle = iso;

create function pg_temp.example(type regtype) returns text language sql as $$
	select case $1::text
		when 'at_counts' then at_counts_of('{buy,sell,né,NULL}', '{3,300,1,2}')::text
		when 'at_cluster_counts' then at_cluster_counts_of('{a,b,a}', '{r1,r1,r2}', '{3,4,5}')::text
		when 'at_sided_counts' then _at_sided_counts_merge(
			_at_sided_counts_add(null, 'buy', true), _at_sided_counts_add(null, 'sell', false))::text
		when 'at_sided_cluster_counts' then _at_sided_cluster_counts_add(
			_at_sided_cluster_counts_add(null, 'a', 'r', true), 'b', 'r', false)::text
		when 'at_sketch' then at_sketch_of('{1,1.01,-5,1000,NaN}')::text
		when 'at_histogram' then at_histogram_of('{1,2,3,NaN}', '{1.5,2.5}')::text
		when 'at_grouped_sample' then '{"v":1,"nan":1,"samples":[[0,1,2],[1,-3,4.5]]}'
		when 'at_moments' then at_moments_of('{1,2,4}')::text
		when 'at_sample' then at_sample_of('{1,2,2,2,4}')::text
		when 'at_drawdown_state' then (
			select at_collect_drawdown_state(r)::text from unnest('{0.1,-0.2,0.05}'::float8[]) as r)
		when 'at_series' then (select at_collect_series(r, t)::text
			from (values (0.1::float8, timestamptz '2026-01-01 00:00Z'), (-0.1, '2026-01-02 00:00Z')) as v(r, t))
		when 'at_pairs' then at_pairs_of('{0.1,0.2,-0.1}', '{0.05,0.1,-0.2}')::text
		when 'at_evidence_set' then (select at_collect_evidence(null)::text)
		when 'at_page_hinkley_state' then at_push(
			at_page_hinkley_state_of(2, 0.1, 3), '{1,1,9,9}'::float8[])::text
		when 'at_cusum_state' then at_push(at_cusum_state_of(2), '{1,1.1,9,9}'::float8[])::text
	end
$$;

-- Types of the extension with states of their own to flip.
create temp table state_type as
select t.oid::regtype as type, pg_temp.example(t.oid) as example, t.typsend
from pg_type as t
where pg_temp.example(t.oid) is not null;

select plan(3 * count(*)::int + 8) from state_type;
select is((select count(*) from state_type), 15::bigint, 'all types of states are here');

-- A file that COPY reads: one row of one column of these bytes, as bytea is sent.
create function pg_temp.copy_file(content bytea) returns void language plpgsql as $$
begin
	execute format('copy (select %L::bytea) to %L with (format binary)', content,
		current_setting('data_directory') || '/state_bytes.copy');
end
$$;

-- Errors that are no answer to bad input.
create function pg_temp.is_bug(state text) returns boolean language sql as $$
	select state like 'XX000' or state like '2F%' or state like '42%' or state = '53200'
$$;

-- Read bytes; what went wrong, null for a clean refusal or a state that prints and reads back.
create function pg_temp.receive(type regtype, content bytea, out refused boolean, out wrong text)
language plpgsql as $$
declare
	again boolean;
begin
	perform pg_temp.copy_file(content);
	begin
		execute format('copy pg_temp.received from %L with (format binary)',
			current_setting('data_directory') || '/state_bytes.copy');
		refused := false;
		execute format('select state::text::%s::text = state::text from pg_temp.received', type) into again;
		if not again then
			wrong := 'does not print and read back: ' || encode(content, 'hex');
		end if;
		raise sqlstate 'T0000';	-- take the row back
	exception when sqlstate 'T0000' then
		null;
	when others then
		refused := coalesce(refused, true);
		if pg_temp.is_bug(sqlstate) or not refused then
			wrong := sqlstate || ' ' || sqlerrm || ': ' || encode(content, 'hex');
		end if;
	end;
end
$$;

-- Every fourth flipped bit and every length of the binary form of a type.
create function pg_temp.flip_binary(type regtype, example text) returns table (kind text, refused boolean, wrong text)
language plpgsql as $$
declare
	content bytea;
begin
	execute 'drop table if exists pg_temp.received';
	execute format('create temp table received (state %s)', type);
	execute format(
		'select %s(%L::%s)', (select t.typsend from pg_type as t where t.oid = type), example, type) into content;
	for byte in 0 .. length(content) - 1 loop
		kind := 'cut';
		select r.* into refused, wrong from pg_temp.receive(type, substr(content, 1, byte)) as r;
		return next;
		for bit in 0 .. 7 loop
			continue when (byte + bit) % 4 <> 0;
			kind := 'flipped';
			select r.* into refused, wrong
				from pg_temp.receive(type, set_byte(content, byte, get_byte(content, byte) # (1 << bit))) as r;
			return next;
		end loop;
	end loop;
end
$$;

create temp table binary_result as
select t.type, r.* from state_type as t, pg_temp.flip_binary(t.type, t.example) as r;

select is((select string_agg(wrong, E'\n') from binary_result as r where r.type = t.type), null,
	format('flipped and cut binary forms of %s are refused or read', t.type)) from state_type as t;
select ok((select bool_and(refused) from binary_result as r where r.type = t.type and kind = 'cut'),
	format('cut binary forms of %s are refused', t.type)) from state_type as t;

-- Texts with a character less.
create function pg_temp.cut_texts(type regtype, example text) returns text language plpgsql as $$
declare
	cut text;
	again boolean;
begin
	for i in 1 .. length(example) loop
		cut := substr(example, 1, i - 1) || substr(example, i + 1);
		begin
			execute format('select %L::%s::text::%s is not null', cut, type, type) into again;
		exception when others then
			if pg_temp.is_bug(sqlstate) then
				return sqlstate || ' ' || sqlerrm || ': ' || cut;
			end if;
		end;
	end loop;
	return null;
end
$$;
select is(pg_temp.cut_texts(type, example), null, format('texts of %s that lack a character are refused or read', type))
	from state_type;

-- Stored forms of the states that are read whole: flipped bits and cuts.
create type stored_bytes;
create function stored_bytes_in(cstring) returns stored_bytes as 'byteain' language internal immutable strict;
create function stored_bytes_out(stored_bytes) returns cstring as 'byteaout' language internal immutable strict;
create type stored_bytes (input = stored_bytes_in, output = stored_bytes_out, alignment = double, storage = extended);
create cast (stored_bytes as at_counts) without function;
create cast (at_counts as stored_bytes) without function;
create cast (stored_bytes as at_cluster_counts) without function;
create cast (at_cluster_counts as stored_bytes) without function;
create cast (stored_bytes as at_sided_counts) without function;
create cast (at_sided_counts as stored_bytes) without function;
create cast (stored_bytes as at_sided_cluster_counts) without function;
create cast (at_sided_cluster_counts as stored_bytes) without function;
create cast (stored_bytes as at_sketch) without function;
create cast (at_sketch as stored_bytes) without function;
create cast (stored_bytes as at_histogram) without function;
create cast (at_histogram as stored_bytes) without function;
create cast (stored_bytes as at_grouped_sample) without function;
create cast (at_grouped_sample as stored_bytes) without function;

create function pg_temp.flip_stored(type regtype, example text) returns text language plpgsql as $$
declare
	content bytea;
	flipped bytea;
	printed text;
begin
	execute format('create temp table stored (state %s)', type);
	execute format('insert into stored values (%L)', example);
	select state::stored_bytes::text::bytea from stored into content;
	drop table stored;
	for byte in 0 .. length(content) - 1 loop
		for bit in 0 .. 8 loop
			flipped := case when bit = 8 then substr(content, 1, byte)
				else set_byte(content, byte, get_byte(content, byte) # (1 << bit)) end;
			begin
				execute format(
					'select ($1::stored_bytes::%s)::text || at_merge($1::stored_bytes::%1$s)::text',
					type) into printed using flipped::text;
				if bit = 8 and byte < length(content) then
					return 'a cut form is read: ' || encode(flipped, 'hex');
				end if;
			exception when others then
				if pg_temp.is_bug(sqlstate) then
					return sqlstate || ' ' || sqlerrm || ': ' || encode(flipped, 'hex');
				end if;
			end;
		end loop;
	end loop;
	return null;
end
$$;
select is(pg_temp.flip_stored(type, example), null, format('flipped stored forms of %s are refused or read', type))
from state_type where type::text in (
	'at_counts', 'at_cluster_counts', 'at_sided_counts', 'at_sided_cluster_counts', 'at_sketch', 'at_histogram',
	'at_grouped_sample');

select * from finish();
rollback;
