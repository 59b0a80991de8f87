-- The types at_id, at_key and at_envelope: text and binary forms, order, use in
-- indexes and joins.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- Any text is an identifier and comes back as it came.  The usual ones are
-- small: 18 bytes are a header, a tag and the 32 digits in 16 bytes.
create temp table ids(id at_id);
insert into ids values ('evt_0123456789abcdef0123456789abcdef'), ('run_0123456789abcdef0123456789abcdef'),
	('span_0123456789abcdef0123456789abcdef'), ('0123456789abcdef0123456789abcdef'),
	('evt_01234567-89ab-cdef-0123-456789abcdef'), ('run_01234567-89ab-cdef-0123-456789abcdef'),
	('span_01234567-89ab-cdef-0123-456789abcdef'), ('01234567-89ab-cdef-0123-456789abcdef'),
	('span_0123456789abcdef'), ('0123456789abcdef'),
	-- near misses stay text
	('evt_0123456789ABCDEF0123456789abcdef'), ('evt_0123456789abcdef0123456789abcde'),
		('evt_0123456789abcdef0123456789abcdef0'),
	('evt_0123456789abcdef0123456789abcdeg'), ('Evt_0123456789abcdef0123456789abcdef'),
	('evt-0123456789abcdef0123456789abcdef'),
	('evt_0123456789abcdef'), ('evt_01234567_89ab-cdef-0123-456789abcdef'),
	('evt_0123456-789ab-cdef-0123-456789abcdef'),
	('evt_0123456789abcdef0123456789abcdef '), (''), (' '), ('x'), ('ä'), (E'a\nb'), ('{"a":1}'), ('evt_'),
	(repeat('é', 3000)),
	('ffffffffffffffffffffffffffffffff'), ('00000000000000000000000000000000'),
	('ffffffff-ffff-ffff-ffff-ffffffffffff');
select left(id::text, 44) as id, length(id::text), pg_column_size(id) from ids order by id;
-- The order is that of the text in the "C" collation, the tie none.
select count(*) as n, count(distinct id) as different,
	array_agg(id::text order by id) = array_agg(id::text order by id::text collate "C") as in_order from ids;
select count(*) as n, bool_and((a.id < b.id) = (a.id::text collate "C" < b.id::text)) as lt,
	bool_and((a.id <= b.id) = (a.id::text collate "C" <= b.id::text)) as le,
	bool_and((a.id = b.id) = (a.id::text collate "C" = b.id::text)) as eq,
	bool_and((a.id <> b.id) = (a.id::text collate "C" <> b.id::text)) as ne,
	bool_and((a.id >= b.id) = (a.id::text collate "C" >= b.id::text)) as ge,
	bool_and((a.id > b.id) = (a.id::text collate "C" > b.id::text)) as gt,
	bool_and(_at_id_cmp(a.id, b.id) = sign(bttextcmp(a.id::text collate "C", b.id::text))) as cmp,
	bool_and((_at_id_hash(a.id) = _at_id_hash(b.id)) = (a.id = b.id)) as hash,
	bool_and((_at_id_hash_extended(a.id, 7) = _at_id_hash_extended(b.id, 7)) = (a.id = b.id)) as hash_extended
from ids a, ids b;
-- Seeded with 0 the long hash begins as the short one.
select bool_and(_at_id_hash_extended(id, 0)::bit(64)::bit(64) << 32 = _at_id_hash(id)::bit(32)::bit(64)) as same
	from ids;
select bool_and(at_id(id::text) = id and id::text::at_id = id and text(id) = id::text) as through_text,
	bool_and(_at_id_send(id) = convert_to(id::text, 'UTF8')) as send from ids;
\copy ids to 'build/regress/results/id.bin' with (format binary)
create temp table ids_back(id at_id);
\copy ids_back from 'build/regress/results/id.bin' with (format binary)
select count(*), bool_and(_at_id_send(a.id) = _at_id_send(b.id) and pg_column_size(a.id) = pg_column_size(b.id)) as same
from (select id, row_number() over (order by id) as n from ids) a
	join (select id, row_number() over (order by id) as n from ids_back) b using (n);

-- Text is compared with an identifier, and indexes are used.
create temp table runs(id at_id primary key, n int);
insert into runs select 'run_' || md5(i::text), i from generate_series(1, 5000) i;
analyze runs;
set enable_seqscan = off;
explain (costs off) select * from runs where id = 'run_c4ca4238a0b923820dcc509a6f75849b';
explain (costs off) select * from runs where id = 'run_' || lower('C4CA4238A0B923820DCC509A6F75849B');
prepare find(text) as select n from runs where id = $1;
execute find('run_c4ca4238a0b923820dcc509a6f75849b');
select n from runs where id in ('run_c4ca4238a0b923820dcc509a6f75849b', 'run_c81e728d9d4c2f636f067f89cc14862c', 'x')
	order by n;
select count(*) from runs where id between 'run_c' and 'run_d';
explain (costs off) select id from runs order by id desc limit 1;
select id from runs order by id desc limit 1;
reset enable_seqscan;
create index runs_hash on runs using hash (id);
drop index runs_hash;
create table others as select * from runs; create unique index on others (id); analyze others;
set enable_mergejoin = off; set enable_nestloop = off;
explain (costs off) select count(*) from runs a join others b using (id);
select count(*) from runs a join others b using (id);
reset enable_mergejoin; set enable_hashjoin = off;
explain (costs off) select count(*) from runs a join others b using (id);
select count(*) from runs a join others b using (id);
reset enable_hashjoin; reset enable_nestloop;
drop table others;
select count(*), count(distinct id) from (select id from runs union all select id from runs) u;
select count(*) from (select id from runs intersect select id from runs) i;
create temp table parts(id at_id) partition by hash (id);
create temp table parts_0 partition of parts for values with (modulus 2, remainder 0);
create temp table parts_1 partition of parts for values with (modulus 2, remainder 1);
insert into parts select id from runs;
select count(*) > 2000 as many from parts_0;
select amvalidate(oid) as valid from pg_opclass where opcname in ('at_id_ops', 'at_id_hash_ops') order by 1;
-- There is no way from an identifier to text but an explicit one.
select id like 'run_%' from runs;
select count(*) from runs where id::text like 'run_00%';

-- at_key.
create temp table keys(k at_key);
insert into keys values (''), ('.'), ('./'), ('./1'), ('./0123456789abcdef0123456789abcdef'),
	('./0123456789ABCDEF0123456789ABCDEF'),
	('a/b/c'), ('\./1'), ('\\'), ('\\.'), ('\'), ('x.'), ('/'), ('./.'), ('.//');
insert into keys select repeat('é', 2000)::at_key;
select left(k::text, 44) as k, length(k::text), pg_column_size(k), left(_at_key_send(k)::text, 36) as send,
	k::text::at_key::text = k::text as same
	from keys;
select '..'::at_key;
select '.x'::at_key;
\copy keys to 'build/regress/results/key.bin' with (format binary)
create temp table keys_back(k at_key);
\copy keys_back from 'build/regress/results/key.bin' with (format binary)
select count(*)
	from (select k::text, _at_key_send(k) from keys except all select k::text, _at_key_send(k) from keys_back) e;
-- at_envelope.
create temp table envelopes(e at_envelope);
insert into envelopes values ('{}'), ('{"sdk":["agent-tracker-python","0.5.0","python"]}'),
	('{"sdk":["a","b","c"],"privacy":["truncated","full_io"]}'),
	('{"time":0,"extra":{"occurred_at":"x","b":[1,2.50,{"z":null,"a":"é\n"}]}}'),
	('{"span_id":"absent","parent_span_id":"null","received_at":"extra"}'),
	('{"received_at":"absent","time":28}'), ('{"received_at":"null","span_id":"column","time":7,"privacy":[]}'),
	('{"sdk":["","",""]}'),
	('{"sdk":["a","b","c"],"sdk":["d","e","f"]}'), ('{"extra":{}}');
select e, pg_column_size(e), _at_envelope_send(e), e::text::at_envelope::text = e::text as same from envelopes;
\copy envelopes to 'build/regress/results/envelope.bin' with (format binary)
create temp table envelopes_back(e at_envelope);
\copy envelopes_back from 'build/regress/results/envelope.bin' with (format binary)
select count(*) from (
	select e::text, _at_envelope_send(e) from envelopes except all select e::text, _at_envelope_send(e)
	from envelopes_back) e;
\set VERBOSITY terse
do $$
declare
	e text;
begin
	foreach e in array array['', '[]', '{', '{"x":1}', '{"sdk":["a","b"]}', '{"sdk":["a","b",1]}', '{"sdk":{}}',
		'{"time":29}',
		'{"time":-1}', '{"time":"7"}', '{"time":1.0}', '{"time":100}', '{"privacy":["x"]}', '{"privacy":{}}',
		'{"span_id":"x"}', '{"span_id":null}',
		'{"extra":[]}', '{"extra":"x"}', '{"sdk":["' || repeat('x', 256) || '","b","c"]}'] loop
		begin
			perform e::at_envelope;
			raise notice '% was taken', e;
		exception when invalid_text_representation then
			raise notice '%: %', left(e, 30), sqlerrm;
		end;
	end loop;
end
$$;

-- Bytes that are none of ours are refused on their way in.  COPY writes a bytea
-- field as the bytes it has, and so the other types can be given any.
create temp table received_at_id(v at_id);
\copy (select '\xff'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_id from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x610062'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_id from 'build/regress/results/field.bin' with (format binary)
select count(*) from received_at_id;
create temp table received_at_key(v at_key);
\copy (select '\x'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_key from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x04'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_key from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x026161'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_key from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x0300'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_key from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x00ff'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_key from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01610062'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_key from 'build/regress/results/field.bin' with (format binary)
select count(*) from received_at_key;
create temp table received_at_envelope(v at_envelope);
\copy (select '\x'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x0200000000'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x0140000000'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x0100400000'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x0100001d00'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000fe'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000ff'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000ff0561'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000ff016101ff0163'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000ff016101000163'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000007b'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000005b5d'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
\copy (select '\x01000000007b2261223a22ff227d'::bytea) to 'build/regress/results/field.bin' with (format binary)
\copy received_at_envelope from 'build/regress/results/field.bin' with (format binary)
select count(*) from received_at_envelope;
