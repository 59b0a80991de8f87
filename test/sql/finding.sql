-- The public face, for who types.
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set ECHO all
create extension if not exists agent_tracker;
select * from at_help('at_saw');
select name, kind, example from at_help('RISK') where name = 'at_risk_blocks';
select count(*) from at_help('no such topic');
select (select count(*) from at_help('')) = (select count(*) from at_help()) as same, max(length(says)) < 160 as short
	from at_help();
-- a percent sign is one
select count(*) > 0 as some, count(*) filter (where not exists (select from pg_proc p join pg_description d on
	d.objoid = p.oid
	and d.classoid = 'pg_proc'::regclass where p.proname = h.name and position('%' in d.description) > 0)) as others
from at_help('%') h;
-- everything has a line, and nothing private is there
select count(*) filter (where says > '' is not true), count(*) filter (where example > '' is not true), count(*)
	filter (where name like '\_%')
from at_help();
select p.proname from pg_proc p join pg_depend d on d.objid = p.oid and d.deptype = 'e' join pg_extension e on e.oid =
	d.refobjid
where e.extname = 'agent_tracker' and p.proname like 'at\_%' and p.prorettype <> 'trigger'::regtype
except select name from at_help();
-- what needs nothing runs as it is shown
do $$
declare
	h record;
	n int := 0;
begin
	perform at_create_store();
	for h in select * from at_help() where example ~ '^SELECT \* FROM [a-z_]+(\(\)| LIMIT 10)$' and name !~
		'index$|_search|repair' loop
		begin
			execute h.example;
			n := n + 1;
		exception when others then
			raise notice '% %', h.example, sqlerrm;
		end;
	end loop;
	raise notice '% examples', case when n > 80 then 'many' else n::text end;
end
$$;
-- before there is a store its tables are not
select at_drop_store();
select name from at_help('at_event') where kind = 'table';
-- instructions for a coding agent: each statement of them runs
select at_create_store();
select at_agent_prompt('none');
select at_agent_prompt(null);
create function pg_temp.statements(profile text) returns setof text language sql as $$
	select replace(replace(m[1], '<project>', 'desk'), '<decision id>', (select decision_id from at_decisions('desk')
		order by proposed_at limit 1))
	from regexp_matches(at_agent_prompt(profile), '^[0-9]\. (SELECT [^;]*);', 'gn') m
$$;
set client_min_messages = warning;
select rejected from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(agents => 1) line));
do $$
declare
	profile text;
	statement text;
	n int := 0;
begin
	foreach profile in array '{ebook,custom,review}'::text[] loop
		for statement in select * from pg_temp.statements(profile) loop
			execute statement;
			n := n + 1;
		end loop;
	end loop;
	raise warning '% statements', n;
end
$$;
reset client_min_messages;
select length(at_agent_prompt()) between 2000 and 8000 as fits, at_agent_prompt() = at_agent_prompt('custom') as
	by_default,
	(select count(*) from regexp_matches(at_agent_prompt('ebook'), 'payload: ', 'g')) as types,
	(select count(*) from regexp_matches(at_agent_prompt(), '  SELECT at_record_', 'g')) as calls;
select at_drop_store();
