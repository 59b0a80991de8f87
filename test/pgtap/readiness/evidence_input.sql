-- The input and the receive functions of at_evidence and at_evidence_set: what they
-- refuse, and that whatever comes is either refused with the right SQLSTATE or
-- read as something that prints and reads as the same.
set client_min_messages = warning;
set timezone = 'UTC';
\set mutations 4000

create table sent(value bytea);
create table received_at_evidence(value at_evidence);
create table received_at_evidence_set(value at_evidence_set);
create function file() returns text language sql as $$ select current_setting('data_directory') || '/received.copy' $$;

-- The binary form, read: its text; or the error.  COPY writes a bytea as it is.
create function receive(type regtype, bytes bytea) returns text language plpgsql as $$
declare
	text text;
	detail text;
begin
	insert into sent values (bytes);
	execute format('copy sent to %L with (format binary)', file());
	delete from sent;
	execute format('delete from received_%s', type);
	execute format('copy received_%s from %L with (format binary)', type, file());
	execute format('select value::text from received_%s', type) into text;
	return text;
exception when others then
	get stacked diagnostics detail = pg_exception_detail;
	return concat_ws(' ', sqlstate || ': ' || sqlerrm, nullif(detail, ''));
end
$$;
create function read_text(type regtype, input text) returns text language plpgsql as $$
declare
	text text;
begin
	execute format('select %L::%s::text', input, type) into text;
	return text;
exception when others then
	return sqlstate || ': ' || sqlerrm;
end
$$;

create table sample as
	select at_event_evidence(
		'{"event_type":"diagnostic.check.completed","environment":"paper","payload":{"check_id":"id",'
		'"status":"failed"}}') as evidence,
		'{"events":2,"types":{"error.recorded":1},"counts":{"failed_check":2,"warning_check":1},
			"proves":["failed_check","warning_check"],
			"failed_checks":["b","a"],"warning_checks":["c","a"]}'::at_evidence_set as set;
create function sample() returns bytea language sql as 'select _at_evidence_send(evidence) from sample';
create function sample_set() returns bytea language sql as 'select _at_evidence_set_send(set) from sample';
create function last(bytea, int) returns int language sql as 'select length($1) - $2';

select plan(54);

-- The binary form of one event's evidence.
create function refused(type text, how text) returns text language sql as $$
	select case how when 'refused' then '22P03: invalid binary representation of type ' || type
		when 'newer' then '22P03: invalid binary representation of type ' || type
			|| ' It is of a newer release of agent_tracker.'
			else how end
$$;
select is(receive('at_evidence', bytes), refused('at_evidence', how), 'at_evidence: ' || name) from (values
	(sample(), (select evidence::text from sample), 'a sample'),
	('\x0150ffff00', '{"v":1,"bits":80,"proves":[]}', 'the smallest'),
	('\x0100ffff00', '{"v":1,"bits":0,"proves":[]}', 'of a writer that knew no bits'),
	('\x', 'refused', 'empty'),
	('\x0150ffff', 'refused', 'too short'),
	('\x0050ffff00', 'refused', 'no format'),
	('\x0250ffff00', 'newer', 'a newer format'),
	('\x0151ffff00', 'newer', 'more bits than there are'),
	('\x0150fdff00', 'refused', 'no such event type'),
	('\x0150feff00', '{"v":1,"bits":80,"type":"apart","proves":[]}', 'of what is kept apart'),
	('\x0150ff4000', 'refused', 'no such environment'),
	('\x0102ffff0102', '{"v":1,"bits":2,"proves":["net_pnl"]}', 'the last bit its writer knew'),
	('\x0102ffff0104', 'refused', 'a bit its writer did not know'),
	('\x0108ffff020001', 'refused', 'a byte of them'),
	('\x0150ffff0201', 'refused', 'bits cut off'),
	('\x0150ffff020100', 'refused', 'a zero byte at the end of the bits'),
	('\x0150ffffff01', 'refused', 'more bytes of bits than there can be'),
	('\x0150ffff010161', 'refused', 'a check id of no check'),
	(set_byte(sample(), last(sample(), 1), 255), 'refused', 'a check id that is no text'),
	(set_byte(sample(), last(sample(), 1), 0), 'refused', 'a check id with a zero byte')) t(bytes, how, name);

-- The binary form of a set.
select is(receive('at_evidence_set', bytes), refused('at_evidence_set', how), 'at_evidence_set: ' || name) from (values
	(sample_set(), (select set::text from sample), 'a sample'),
	(_at_evidence_set_send('{}'), '{}'::at_evidence_set::text, 'the empty set'),
	('\x', 'refused', 'empty'),
	(substr(sample_set(), 1, 100), 'refused', 'too short'),
	(substr(sample_set(), 1, last(sample_set(), 1)), 'refused', 'cut off'),
	(sample_set() || '\x00', 'refused', 'too long'),
	(set_byte(sample_set(), 0, 0), 'refused', 'no format'),
	(set_byte(sample_set(), 0, 2), 'newer', 'a newer format'),
	(set_byte(sample_set(), 1, 1), 'refused', 'another list of event types'),
	(set_byte(sample_set(), 1, 255), 'newer', 'a longer list of event types'),
	(set_byte(sample_set(), 2, 1), 'refused', 'another list of counts'),
	(set_byte(sample_set(), 2, 8), 'newer', 'a longer list of counts'),
	(set_byte(sample_set(), 3, 81), 'newer', 'more bits than there are'),
	(set_byte(sample_set(), 4, 128), 'refused', 'no such environment'),
	(set_byte(sample_set(), 11, 4), 'refused', 'more check ids than there are'),
	(set_byte(sample_set(), 8, 255), 'refused', 'many more check ids than there are'),
	(set_byte(sample_set(), 12, 255), 'refused', 'a negative number of events'),
	(set_byte(sample_set(), 19, 1), 'refused', 'less events than were counted'),
	(set_byte(sample_set(), 19, 0), 'refused', 'no events'),
	(set_byte(sample_set(), 28, 1), 'refused', 'a bit that is not there'),
	(set_byte(sample_set(), last(sample_set(), 2), 0), 'refused', 'a check id that was not seen'),
	(set_byte(sample_set(), last(sample_set(), 2), 4), 'refused', 'a check id seen in no way there is'),
	(set_byte(sample_set(), last(sample_set(), 7), 7), 'refused', 'a check id that is too long'),
	(set_byte(sample_set(), last(sample_set(), 10), 255), 'refused', 'a check id that is much too long'),
	(set_byte(sample_set(), last(sample_set(), 11), 3), 'refused', 'an empty check id'),
	(set_byte(sample_set(), last(sample_set(), 15), 5), 'refused', 'a check id that ends before it begins'),
	(set_byte(sample_set(), last(sample_set(), 1), 65), 'refused', 'check ids out of order'),
	(set_byte(sample_set(), last(sample_set(), 1), 98), 'refused', 'a check id twice'),
	(set_byte(sample_set(), last(sample_set(), 1), 255), 'refused', 'a check id that is no text')) t(bytes, how, name);

-- Mutations: bytes changed, put in, taken out or repeated, up to four times; the
-- seed is told, so that a failure can be repeated.
select diag('seed ' || seed), setseed(seed) is not null from (select round(random()::numeric, 6)::float8 as seed) s;
create function mutated(bytes bytea) returns bytea language plpgsql as $$
declare
	at int;
begin
	for i in 0 .. floor(random() * 4) loop
		at := floor(random() * length(bytes));
		continue when length(bytes) < 2;
		bytes := case floor(random() * 6)
			when 0 then set_bit(bytes, (random() * (8 * length(bytes) - 1))::bigint, floor(random() * 2)::int)
			when 1 then set_byte(bytes, at, floor(random() * 256)::int)
			when 2 then set_byte(bytes, at, (array[0, 1, 127, 128, 255, 34])[1 + floor(random() * 6)::int])
			when 3 then substr(bytes, 1, at) || substr(bytes, at + 2)
			when 4 then substr(bytes, 1, at) || substr(bytes, at + 1, floor(random() * 5)::int) || substr(bytes, at + 1)
			else substr(bytes, 1, at) end;
	end loop;
	return bytes;
end
$$;
-- As text; zero bytes and what is no UTF-8 the server refuses before the type is
-- asked.
create function as_text(bytes bytea) returns text language plpgsql as $$
begin
	for at in 0 .. length(bytes) - 1 loop
		if get_byte(bytes, at) = 0 then
			bytes := set_byte(bytes, at, 32);
		end if;
	end loop;
	return convert_from(bytes, 'UTF8');
exception when character_not_in_repertoire then
	return convert_from(bytes, 'LATIN1');
end
$$;

create table mutation as
	select n, type, form,
		mutated(
			case form when 'binary' then case type when 'at_evidence' then _at_evidence_send(evidence)
			else _at_evidence_set_send(set) end
		else convert_to(case type when 'at_evidence' then evidence::text else set::text end, 'UTF8') end) as bytes
	from generate_series(1, :mutations) n, (values ('at_evidence'), ('at_evidence_set')) t(type),
		(values ('binary'), ('text')) f(form), sample;
create table result as
	select m.*, case form when 'binary' then receive(type::regtype, bytes)
		else read_text(type::regtype, as_text(bytes)) end as got
		from mutation m;

select is((
	select format('%s %s: %s', got, form, bytes) from result
	where type = t.type and form = f.form and not (got ~ '^\{"v":1,' or
		got ~ ('^22P03: invalid binary representation of type ' || type || '\M') and form = 'binary' or
		got = '22P02: invalid input syntax for type ' || type and form = 'text') limit 1),
	null, format('%s mutations of %s in %s form', :mutations, t.type, f.form))
from (values ('at_evidence'), ('at_evidence_set')) t(type), (values ('binary'), ('text')) f(form);
select ok(count(*) filter (where got like '{%') > 10 and count(*) filter (where got like '22P0%') > 100 and
	count(*) filter (where got like '{%' and read_text(type::regtype, got) is distinct from got) = 0,
	'what was read prints and reads as the same: ' || count(*) filter (where got like '{%')) from result;

select * from finish();
