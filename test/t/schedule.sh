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

# Two jobs, every minute.
often="'* * * * *', upkeep => '* * * * *', profile => 'off', proposal => 'off', scan => 'off'"

# pg_cron runs its jobs through connections, by default to localhost.
new_cluster schedule "shared_preload_libraries = 'pg_cron'" "cron.database_name = 'scheduled'" \
	"timezone = 'UTC'" "cron.host = '$AT_TMP/schedule.s'"
new_database scheduled
is "$(sql -c "select target from at_schedule()" | head -n 1)" "agent_tracker-refresh-scheduled.service" \
	"before CREATE EXTENSION pg_cron: units of systemd"
is "$(sql -c "select at_unschedule()")" 0 "nothing to take back"
sql -c "create extension pg_cron" -c "select at_create_store()" >/dev/null

# Something for the jobs to do: a stale day, a partition that is missing
sql -c "select at_ingest_jsonl(\$m\${\"schema_version\":\"2026-06-07\",\"event_id\":\"evt_1\",\"idempotency_key\":\"k\",\"project\":\"p\",\"agent_id\":\"a\",\"run_id\":\"run_1\",\"event_type\":\"agent.run.started\",\"environment\":\"paper\",\"occurred_at\":\"2026-01-05T13:00:00Z\",\"symbols\":[],\"payload\":{\"run_type\":\"manual\"},\"privacy\":{},\"sdk\":{\"name\":\"n\",\"version\":\"1\",\"language\":\"l\"}}\$m\$)" >/dev/null
is "$(sql -c "select count(*) from at_evidence_daily")|$(sql -c "select count(*) from at_stale_run")" "0|1" \
	"a day is stale"
sql -c "drop table if exists $(sql -c "select partition from at_partitions() where since > now() limit 1")"

is "$(sql -F '|' -c "select job, schedule, command, target, content is null from at_schedule()" | head -n 2)" \
	"refresh|*/5 * * * *|SELECT public.at_refresh()|pg_cron|t
upkeep|10 0 * * *|SELECT public.at_upkeep()|pg_cron|t" "what at_schedule() says"
is "$(jobs_now)" "agent_tracker profile DB|20 0 * * *|SELECT public.at_create_daily_profiles()|postgres
agent_tracker proposal DB|40 0 * * 1|SELECT public.at_propose_baselines()|postgres
agent_tracker refresh DB|*/5 * * * *|SELECT public.at_refresh()|postgres
agent_tracker scan DB|5 * * * *|SELECT public.at_scan_baselines()|postgres
agent_tracker upkeep DB|10 0 * * *|SELECT public.at_upkeep()|postgres" "the jobs"
sql -c "select at_schedule()" >/dev/null
is "$(sql -c "select count(*) from cron.job")" 5 "again: the same five jobs"
sql -c "select at_schedule($often)" >/dev/null
is "$(jobs_now | cut -d'|' -f1,2)" "agent_tracker refresh DB|* * * * *
agent_tracker upkeep DB|* * * * *" "other times replace the old ones, and what is off is taken back"
like "$(sql -c "select at_schedule('now and then')" 2>&1)" "invalid schedule" "a schedule that is none"
is "$(jobs_now | cut -d'|' -f2 | sort -u)" "* * * * *" "and the old ones stay"

# Mappings and journals have jobs of their own, until they are gone; retention when asked for
sql -c "create schema journal; create table journal.trade_journal (id bigint, created_at timestamptz, symbol text)" \
	-c "select at_sync_journal('journal', 'p', 'a', 'paper')" \
	-c "select at_create_mapping('m1', '{\"project\": \"p\", \"agent_id\": \"a\", \"sources\": [
		{\"query\": \"select 1 as id, now() as t\", \"event_type\": \"risk.check.completed\", \"occurred_at\": \"t\",
		\"key\": \"id\", \"payload_defaults\": {\"approved\": true, \"reasons\": [], \"risk_check_kind\": \"k\"}}]}')" \
	>/dev/null
sql -c "select at_schedule($often, retention => '0 3 * * *', keep => '30 days')" >/dev/null
is "$(jobs_now | cut -d'|' -f1,3 | grep -E 'sync|retention')" \
	"agent_tracker retention DB|SELECT public.at_drop_before(now() - interval '30 days', false)
agent_tracker sync journal journal p a paper DB|SELECT public.at_sync_journal('journal', 'p', 'a', 'paper')
agent_tracker sync mapping m1 DB|SELECT public.at_sync_mapping('m1')" "jobs of a journal, a mapping and retention"
sql -c "select at_drop_mapping('m1')" -c "delete from at_journal_watermark" \
	-c "select at_schedule($often)" >/dev/null
is "$(jobs_now | cut -d'|' -f1)" "agent_tracker refresh DB
agent_tracker upkeep DB" "go when these are gone"

# Another role, with what pg_cron wants of it
sql -c "create role keeper login" -c "grant usage on schema cron to keeper" \
	-c "grant execute on function at_schedule, at_unschedule(), at_refresh(),
	at_upkeep() to keeper"
is "$(sql -U keeper -c "select at_unschedule()")" 0 "jobs of another role stay"
sql -U keeper -c "select at_schedule(profile => 'off', proposal => 'off', scan => 'off')" >/dev/null
jobs="agent_tracker refresh DB|keeper agent_tracker refresh DB|postgres "
jobs+="agent_tracker upkeep DB|keeper agent_tracker upkeep DB|postgres "
is "$(jobs_now | cut -d'|' -f1,4 | tr '\n' ' ')" \
	"$jobs" \
	"each role has its own"
is "$(sql -U keeper -c "select at_unschedule()")" 2 "and takes back its own"
sql -c "create role stranger login" -c "grant execute on function at_schedule to stranger"
like "$(sql -U stranger -c "select at_schedule()" 2>&1)" "permission denied for schema cron" \
	"without USAGE on schema cron"

# A database that pg_cron does not look after: units of systemd, as it reads them
other="o'ther %"
sql -c "create database \"$other\""
sql -d "$other" -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null
mkdir "$AT_TMP/units"
sql -d "$other" -F ' ' -c "select target, encode(convert_to(content, 'UTF8'), 'base64')
	from at_schedule(retention => '0 3 1,15 * sun')" |
	{ tr -d '\n'; echo; } | sed 's/agent_tracker-/\n&/g' | sed 1d |
	while read -r unit content; do
		echo "$content" | base64 -d >"$AT_TMP/units/$unit"
	done
service="$AT_TMP/units/agent_tracker-upkeep-o\\x27ther-\\x25.service"
is "$(grep -E '^(Environment|ExecStart)=' "$service")" \
	"Environment=\"PGDATABASE=o'ther %%\" \"PGUSER=postgres\" \"PGPORT=$PGPORT\"
ExecStart=/usr/bin/env psql -XAtq -v ON_ERROR_STOP=1 -c \"SELECT public.at_upkeep()\"" "elsewhere: services, quoted"
is "$(find "$AT_TMP/units" -type f | wc -l)" 12 "and timers"
if command -v systemd-analyze >/dev/null; then
	is "$(systemd-analyze verify "$AT_TMP"/units/* 2>&1)" "" "systemd has nothing to say against them"
else
	skip "systemd has nothing to say against them" "systemd-analyze is not installed"
fi
line=$(sed -n 's/^ExecStart=//p' "$service")
is "$(PATH=$AT_BIN:$PATH PGDATABASE=$other sh -c "$line")" 1 "the command runs"

# pg_cron can lose a change that comes while it still reads the one before: one
# more, when it is idle.  Jobs run when the next minute comes; a clock that jumped
# makes pg_cron wait longer.
sleep 2
sql -c "select at_schedule($often)" >/dev/null
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

is "$(sql -F '|' -c "select item, status, last_status, last_run is not null, next_run > now()
	from at_freshness() where schedule is not null")" \
	"agent_tracker refresh scheduled|scheduled|succeeded|t|t
agent_tracker upkeep scheduled|scheduled|succeeded|t|t" "at_freshness() tells of the jobs"

# Jobs of others are not ours to take back
sql -c "select cron.schedule('mine', '* * * * *', 'select 1')" >/dev/null
is "$(sql -c "select at_unschedule()")" 2 "at_unschedule() takes both back"
is "$(sql -c "select jobname from cron.job")" mine "and leaves others"
is "$(sql -c "select at_unschedule()")" 0 "again: nothing"
done_testing
