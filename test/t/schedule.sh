#!/bin/bash
# schedule.sh
#	at_schedule() and at_unschedule() with pg_cron, in a cluster that has it: the
#	jobs, as they are told and as they run; and in a database without it.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

if [ ! -e "$("$AT_BIN/pg_config" --pkglibdir)/pg_cron.so" ]; then
	skip "schedules" "pg_cron is not installed for this server"
	done_testing
fi

# Jobs of the extension: name, schedule, command, user.
jobs_now()
{
	sql -F '|' -c "select replace(jobname, current_database(), 'DB'), schedule, command, username
		from cron.job where jobname ~ '^agent_tracker' order by jobname, username"
}

# pg_cron runs its jobs through connections, by default to localhost.
new_cluster schedule "shared_preload_libraries = 'pg_cron'" "cron.database_name = 'scheduled'" \
	"timezone = 'UTC'" "cron.host = '$AT_TMP/schedule.s'"
new_database scheduled
is "$(sql -c "select at_schedule()" | head -n 1)" \
	"# pg_cron is not installed in this database; lines for crontab(5):" \
	"before CREATE EXTENSION pg_cron: lines for crontab"
is "$(sql -c "select at_unschedule()")" 0 "nothing to take back"
sql -c "create extension pg_cron" -c "select at_create_store()" >/dev/null

# Something for the jobs to do: a stale day, a partition that is missing
sql -c "select at_ingest_jsonl(\$m\${\"schema_version\":\"2026-06-07\",\"event_id\":\"evt_1\",\"idempotency_key\":\"k\",\"project\":\"p\",\"agent_id\":\"a\",\"run_id\":\"run_1\",\"event_type\":\"agent.run.started\",\"environment\":\"paper\",\"occurred_at\":\"2026-01-05T13:00:00Z\",\"symbols\":[],\"payload\":{\"run_type\":\"manual\"},\"privacy\":{},\"sdk\":{\"name\":\"n\",\"version\":\"1\",\"language\":\"l\"}}\$m\$)" >/dev/null
is "$(sql -c "select count(*) from at_evidence_daily")|$(sql -c "select count(*) from at_stale_run")" "0|1" \
	"a day is stale"
sql -c "drop table if exists $(sql -c "select partition from at_partitions() where since > now() limit 1")"

is "$(sql -c "select at_schedule()")" "pg_cron runs SELECT public.at_refresh() at */5 * * * *
pg_cron runs SELECT public.at_upkeep() at 10 0 * * *" "what at_schedule() says"
is "$(jobs_now)" "agent_tracker refresh DB|*/5 * * * *|SELECT public.at_refresh()|postgres
agent_tracker upkeep DB|10 0 * * *|SELECT public.at_upkeep()|postgres" "the jobs"
sql -c "select at_schedule()" >/dev/null
is "$(sql -c "select count(*) from cron.job")" 2 "again: the same two jobs"
sql -c "select at_schedule('* * * * *', upkeep => '* * * * *')" >/dev/null
is "$(jobs_now | cut -d'|' -f1,2)" "agent_tracker refresh DB|* * * * *
agent_tracker upkeep DB|* * * * *" "other times replace the old ones"
like "$(sql -c "select at_schedule('now and then')" 2>&1)" "invalid schedule" "a schedule that is none"
is "$(jobs_now | cut -d'|' -f2 | sort -u)" "* * * * *" "and the old ones stay"

# Another role, with what pg_cron wants of it
sql -c "create role keeper login" -c "grant usage on schema cron to keeper" \
	-c "grant execute on function at_schedule(text, text), at_unschedule(), at_refresh(),
	at_upkeep() to keeper"
is "$(sql -U keeper -c "select at_unschedule()")" 0 "jobs of another role stay"
sql -U keeper -c "select at_schedule()" >/dev/null
jobs="agent_tracker refresh DB|keeper agent_tracker refresh DB|postgres "
jobs+="agent_tracker upkeep DB|keeper agent_tracker upkeep DB|postgres "
is "$(jobs_now | cut -d'|' -f1,4 | tr '\n' ' ')" \
	"$jobs" \
	"each role has its own"
is "$(sql -U keeper -c "select at_unschedule()")" 2 "and takes back its own"
sql -c "create role stranger login" -c "grant execute on function at_schedule(text, text) to stranger"
like "$(sql -U stranger -c "select at_schedule()" 2>&1)" "permission denied for schema cron" \
	"without USAGE on schema cron"

# A database that pg_cron does not look after
other="o'ther %"
sql -c "create database \"$other\""
sql -d "$other" -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null
line=$(sql -d "$other" -c "select at_schedule()" | tail -n 1)
is "$line" "10 0 * * * psql -XAtq -d 'o'\\''ther \\%' -c 'SELECT public.at_upkeep()'" \
	"elsewhere: lines for crontab, quoted"
line=${line#10 0 \* \* \* }
is "$(PATH=$AT_BIN:$PATH sh -c "${line//\\%/%}")" 1 "the line runs"

# pg_cron can lose a change that comes while it still reads the one before: one
# more, when it is idle.  Jobs run when the next minute comes; a clock that jumped
# makes pg_cron wait longer.
sleep 2
sql -c "select at_schedule('* * * * *', upkeep => '* * * * *')" >/dev/null
for ((try = 0; try < 240; try++)); do
	runs=$(sql -c "select count(distinct jobid) from cron.job_run_details where status = 'succeeded'")
	[ "$runs" = 2 ] && break
	sleep 1
done
[ "$runs" = 2 ]
ok $? "both jobs ran" "$(sql -c "select j.jobname, j.active, j.username, r.status, r.start_time, r.return_message
	from cron.job j left join cron.job_run_details r using (jobid)")" "$(tail -n 20 "$PGDATA.log")"
is "$(sql -c "select count(*) from at_evidence_daily")|$(sql -c "select count(*) from at_stale_run")" "1|0" \
	"the rollup is up to date"
is "$(sql -c "select at_upkeep()")" 0 "the partitions are made"

# Jobs of others are not ours to take back
sql -c "select cron.schedule('mine', '* * * * *', 'select 1')" >/dev/null
is "$(sql -c "select at_unschedule()")" 2 "at_unschedule() takes both back"
is "$(sql -c "select jobname from cron.job")" mine "and leaves others"
is "$(sql -c "select at_unschedule()")" 0 "again: nothing"
is "$(sql -c "select at_schedule_drift(scan => '7 * * * *')" | tail -n 1)" \
	"pg_cron runs SELECT public.at_scan_baselines() at 7 * * * *" "drift is scheduled too"
is "$(sql -c "select count(*) from cron.job where jobname ~ '^agent_tracker (profile|proposal|scan) '")" 3 \
	"in three jobs"
is "$(sql -c "select at_unschedule()")" 3 "at_unschedule() takes them back"

done_testing
