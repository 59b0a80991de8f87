-- Schedules where pg_cron is not installed: services and timers of systemd.  With
-- pg_cron: test/t/schedule.sh.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
create extension if not exists agent_tracker;
-- without a store there is nothing to sync
select job, schedule, command, count(*) from at_schedule() group by 1, 2, 3 order by 1;
select at_create_store();
-- what differs between databases, roles and ports
create function pg_temp.units(job text, units text) returns setof text language sql as $$
	select e'--- ' || regexp_replace(replace(replace(target || e'\n' || content, current_database(), 'DB'),
		'=' || current_user, '=ROLE'),
		'PGPORT=\d+', 'PGPORT=5432')
	from at_schedule(refresh => units) s where s.job = $1
$$;
\t on
\a
select pg_temp.units('refresh', '*/20 * * * *');
\a
\t off
select content from at_schedule(retention => '0 3 1 * *', keep => '30 days') where target ~ 'retention.*service' \gset
select substring(:'content' from 'ExecStart=(.*)\n');
select distinct job, schedule from at_schedule('* * * * *', '5 4 * * 0', profile => 'off', proposal => 'off',
	scan => 'off');

-- Mappings and journals that are there are synced, each by a job of its own.
create schema journal;
create table journal.trade_journal (id bigint, created_at timestamptz, symbol text, side text);
select at_create_mapping('my "map" 100%',
	'{"project": "p", "agent_id": "a", "sources": [{"query": "select 1 as id, now() as t",
	"event_type": "risk.check.completed", "occurred_at": "t", "key": "id",
	"payload_defaults": {"approved": true, "reasons": [], "risk_check_kind": "k"}}]}');
select count(*) from at_sync_journal('journal', 'p', 'it''s', 'paper');
select distinct job, schedule, command from at_schedule(sync => '2-59/3 * * * *') where job like 'sync%' order by 1;
select replace(target, current_database(), 'DB'), substring(content from 'ExecStart=(.*)\n') from at_schedule()
	where job like 'sync%' and target like '%.service' order by 1;

-- The notation of crontab(5), as systemd has it, and when it is due.
select s, replace(_at_systemd_calendar(s), e'\n', ' | ') as calendar,
	_at_cron_next(s, '2026-01-05 10:07:30', 'UTC') as next
from unnest('{* * * * *,*/5 * * * *,"10 0 * * *","40 0 * * 1","0 9-17/2 * * mon-fri","5,35 */6 * * 7","0 0 1 */3 *",
	"0 0 1,15 * fri","0 0 */10 * 1","30 2 29 feb *","0 0 31 4 *","7/20 * * JAN sun"}'::text[]) s;
select _at_cron_next('30 2 * * *', '2026-03-07 12:00Z', 'America/New_York');
\set VERBOSITY terse
select count(*) from at_schedule('now and then');
select count(*) from at_schedule('60 * * * *');
select count(*) from at_schedule('* * * *');
select count(*) from at_schedule('* * * * * *');
select count(*) from at_schedule('*/0 * * * *');
select count(*) from at_schedule('5-1 * * * *');
select count(*) from at_schedule('* * 0 * *');
select count(*) from at_schedule('* * * * mon-');
select count(*) from at_schedule('* * $ * *');
select count(*) from at_schedule('');
select count(*) from at_schedule(null);
select count(*) from at_schedule(keep => null);
select count(*) from at_schedule(keep => '1 hour');
\set VERBOSITY default
select at_unschedule();
drop schema journal cascade;
select at_drop_store();
