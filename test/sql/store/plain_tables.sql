-- A new event is written with the caller's search_path where nothing but the server's
-- and the extension's functions runs, and with a pinned one where code of others does.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all
set client_min_messages = warning;
select at_create_store();
create schema regress_at_code;
set search_path = regress_at_code, public;
reset client_min_messages;

-- What others might add says the path that it runs with.
create function regress_at_code.note(what text) returns boolean language plpgsql immutable as $$
begin
	raise notice '% runs with %', what, current_setting('search_path');
	return true;
end
$$;
create function regress_at_code.note_row() returns trigger language plpgsql as $$
begin
	perform regress_at_code.note(tg_argv[0]);
	return new;
end
$$;

-- Record an event of this month.
create function regress_at_code.record() returns boolean language sql as $$
	select at_record('agent.run.started', '{"run_type":"manual"}', project => 'p', agent_id => 'a',
		environment => 'paper', run_id => 'run_1') like 'evt_%'
$$;
select record();
select tableoid::regclass::text as partition from at_event limit 1 \gset

create trigger x before insert on at_event for each row execute function note_row('row trigger');
select record();
drop trigger x on at_event;
create trigger x after insert on at_event for each statement execute function note_row('statement trigger');
select record();
drop trigger x on at_event;
select record();
create trigger x before insert on :partition for each row execute function note_row('trigger of a partition');
select record();
drop trigger x on :partition;
create trigger x before insert on at_stale_run for each row execute function note_row('trigger of at_stale_run');
select record();
drop trigger x on at_stale_run;
alter table at_event add constraint x check (note('check')) not valid;
select record();
alter table at_event drop constraint x;
set client_min_messages = warning;
alter table at_stale_run add more boolean default note('default');
reset client_min_messages;
select record();
alter table at_stale_run drop more;
create domain checked as text check (note(coalesce(value, 'check of a domain')));
set client_min_messages = warning;
alter table at_event add more checked;
reset client_min_messages;
select record();
alter table at_event drop more;
set client_min_messages = warning;
create index x on at_event ((project::checked));
reset client_min_messages;
select record();
drop index x;
set client_min_messages = warning;
create index x on at_event ((note('index expression'))) where project = 'p';
reset client_min_messages;
select record();
drop index x;
set client_min_messages = warning;
create index x on at_event ((note(project)));
reset client_min_messages;
select record();
drop index x;
set client_min_messages = warning;
create index x on :partition (project) where note('index predicate');
reset client_min_messages;
select record();
drop index x;
create table noted (is_so boolean);
create rule x as on insert to at_event do also insert into regress_at_code.noted select regress_at_code.note('rule');
select record();
drop rule x on at_event;

-- Functions of an operator class.
create function backwards(text, text) returns int language plpgsql immutable strict as $$
begin
	-- once, however many keys an insert compares
	if current_setting('regress.compared') = '' then
		raise notice 'operator class runs with %', current_setting('search_path');
		perform set_config('regress.compared', 'yes', false);
	end if;
	return -bttextcmp($1, $2);
end
$$;
set regress.compared = 'yes';
create operator class backwards_ops for type text using btree as
	operator 1 > , operator 2 >= , operator 3 = , operator 4 <= , operator 5 < , function 1 backwards(text, text);
set client_min_messages = warning;
create index x on :partition (project backwards_ops);
reset client_min_messages;
set regress.compared = '';
select record();
drop index x;

-- Nothing is left of it, and every event has marked its run.
select record();
select count(*) = (select count(*) from at_event) as all_stale, count(distinct (project, run_id, day)) as runs
from at_stale_run;

-- A path of the caller does not decide where a row goes.
create table at_event (like public.at_event);
create table at_stale_run (like public.at_stale_run);
select record();
select count(*) from regress_at_code.at_event;
select count(*) from regress_at_code.at_stale_run;

set client_min_messages = warning;
drop schema regress_at_code cascade;
reset search_path;
select at_drop_store();
