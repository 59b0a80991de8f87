-- The mistakes that a sample plants are found, and no others; on a Wednesday that begins a
-- month, beside messy and private material.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
create extension if not exists agent_tracker;
select at_create_store();
select rejected from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day('2026-01-05', agents => 2,
	mistakes => true, private_pct => 50) line));
select rejected from at_ingest_jsonl((select string_agg(line, e'\n')
	from at_sample_day('2026-04-01', agents => 4, messy => true, mistakes => true, project => 'messy', seed => 2)
		line));
create temp table found as
	select 'desk' as project, m.* from at_find_mistakes('desk', '2026-01-01', '2026-01-07') m
	union all select 'messy', m.* from at_find_mistakes('messy', '2026-03-30', '2026-04-02') m;
-- each family once, of the agent that is named after it
select project, count(*) as mistakes, count(distinct mistake_family) as families from found where agent_id not in
	('analyst', 'gateway', 'europe', 'overnight') group by 1;
select mistake_family from at_mistake_detectors() except select mistake_family from found where project = 'desk';
select mistake_family from at_mistake_detectors() except select mistake_family from found where project = 'messy';
select project, agent_id, mistake_family from found
where not starts_with(split_part(mistake_family, '.', 2), agent_id) and agent_id not in ('analyst', 'gateway',
	'europe', 'overnight');
-- the messy part has some of its own
select agent_id, mistake_family, count(*) from found where agent_id in ('analyst', 'gateway', 'europe', 'overnight')
	group by 1, 2 order by 1, 2;
-- without them the other lines are the same
select count(*) > 60 as planted, count(*) filter (where has_without) as changed from (
	select line, true as has_without from at_sample_day(agents => 2) line except select line, true from
		at_sample_day(agents => 2, mistakes => true) line
	union all (select line, false from at_sample_day(agents => 2, mistakes => true) line except select line, false
		from at_sample_day(agents => 2) line)) d;
select * from at_record_mistakes('desk', '2026-01-01', '2026-01-07');
select * from at_record_mistakes('desk', '2026-01-01', '2026-01-07');
select count(*) from at_reject;
select at_drop_store();
