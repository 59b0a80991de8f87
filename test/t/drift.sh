#!/bin/bash
# drift.sh
#	Baselines survive pg_dump and restore with their hashes; notifications carry
#	ids and a dimension, and only when they were asked for; a scan runs in
#	parallel workers.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

work=$AT_TMP/drift.work
rm -rf "$work"
mkdir "$work"

new_database drift_from
sql -c "select at_create_store()" >/dev/null
sql >/dev/null <<-'SQL'
	set client_min_messages = warning;
	select accepted from at_ingest_jsonl(
		(select string_agg(jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5(w || '/' || n),
		'idempotency_key', w || '/' || n, 'project', 'lab', 'agent_id', 'alpha', 'run_id', 'run_' || md5(w || '/' || n),
			'event_type', 'trade.rejected',
		'occurred_at', '2012-03-0' || w || 'T12:00:00Z', 'environment', 'paper', 'symbols', '[]'::jsonb,
		'payload',
			jsonb_build_object(
				'rejected_by', case when n % 10 < 1 + w * 2 then 'broker'
				else 'gate' end, 'reason_code', 'r', 'note', 'blue-moon'),
		'privacy', '{}'::jsonb, 'sdk', '{"name":"n","version":"v","language":"l"}'::jsonb)::text, e'\n')
		from generate_series(1, 3) w, generate_series(1, 2000) n));
	select accepted from at_ingest_jsonl(
		(select string_agg(jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || md5(w || '/r' || n),
		'idempotency_key', w || '/r' || n, 'project', 'lab', 'agent_id', 'alpha', 'run_id', 'run_'
			|| md5(w || '/' || n), 'event_type', 'risk.check.completed',
		'occurred_at', '2012-03-0' || w || 'T12:00:00Z', 'environment', 'paper', 'symbols', '[]'::jsonb,
		'payload',
			jsonb_build_object(
				'risk_check_kind', 'k', 'approved', true, 'reasons', case
				when n % 10 < 1 + w * 2 then '["moon-cap"]'::jsonb else '[]' end),
		'privacy', '{}'::jsonb, 'sdk', '{"name":"n","version":"v","language":"l"}'::jsonb)::text, e'\n')
		from generate_series(1, 3) w, generate_series(1, 2000) n));
	select at_create_baseline(
		at_create_behavior_profile('lab', 'alpha', 'paper', '2012-03-01', '2012-03-02', sample_rate => 1 / 3.0::float8),
		'manual', 'the first day');
SQL
base=$(sql -c "select baseline_id from at_baseline")

# No notification without notify, one for each finding with it.
sql -c "listen agent_tracker_drift" \
	-c "select opened
	from at_record_drift('$base', '2012-03-02', '2012-03-03', alert => 'low', sample_rate => 1 / 3.0::float8)" \
	>"$work/silent" 2>&1
unlike "$(cat "$work/silent")" "Asynchronous" "no notification unless it was asked for"
sql -c "delete from at_drift_finding" -c "listen agent_tracker_drift" \
	-c "select opened
	from at_record_drift('$base', '2012-03-03', '2012-03-04', notify => true, sample_rate => 1 / 3.0::float8)" \
	>"$work/told" 2>&1
payload=$(sed -n 's/.*with payload "\(.*\)" received.*/\1/p' "$work/told")
is "$(sql -c "select count(*) from at_drift_finding")" "$(grep -c Asynchronous "$work/told")" "one for each finding"
is "$(sql -c "select string_agg(k, ',' order by k) from jsonb_object_keys('$(head -n 1 <<<"$payload")') k")" \
	"baseline_id,dimension,event_id,finding_id" "it carries ids and the dimension"
is "$(sql -c "select count(*) from at_event where event_id = '$(sed -n 's/.*"event_id" : "\([^"]*\)".*/\1/p' \
	<<<"$payload" | head -n 1)'")" \
	1 "the event is there"

is "$(sql -c "select count(*) from at_drift_finding
	where dimension = 'risk.check.completed.reasons[moon-cap]' and alerts > 0")" \
	1 "a label changed"
unlike "$(cat "$work/told")" "moon-cap" "labels are not in notifications"

# The hash holds in another database, whose settings are other ones.
"$AT_BIN/pg_dump" -d drift_from -f "$work/dump.sql"
sql -d postgres -c "drop database if exists drift_to with (force)" -c "create database drift_to" \
	-c "alter database drift_to set datestyle = 'German, DMY'" \
	-c "alter database drift_to set timezone = 'Asia/Kathmandu'" \
	-c "alter database drift_to set extra_float_digits = -3"
sql -d drift_to -f "$work/dump.sql" >"$work/restore" 2>&1
ok $? "restored" "$(tail -n 3 "$work/restore")"
scan="select md5(string_agg(t::text, e'\n'))
	from at_detect_drift('$base', '2012-03-02 00:00+00', '2012-03-03 00:00+00') t"
is "$(PGOPTIONS='-c extra_float_digits=1' sql -d drift_to -c "$scan" 2>&1)" "$(sql -c "$scan" 2>&1)" \
	"a scan in the restored database gives the same"
is "$(sql -d drift_to \
	-c "select has_table_privilege(relowner, oid, 'update') from pg_class where relname = 'at_baseline'")" \
	"$(sql -c "select has_table_privilege(relowner, oid, 'update') from pg_class where relname = 'at_baseline'")" \
	"the owner's rights are as they were"

# As binary, too.
sql -c "create table copied (behavior at_behavior)" \
	-c "\\copy (select behavior from at_baseline) to '$work/behavior.bin' with (format binary)" \
	-c "\\copy copied from '$work/behavior.bin' with (format binary)"
is "$(sql -c "select count(*) from at_baseline b, copied c where b.behavior::text = c.behavior::text")" 1 \
	"a behaviour in binary form"

# Workers do the scan.
plan=$(sql 2>&1 <<-SQL
	set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;
	set max_parallel_workers_per_gather = 2; set enable_indexscan = off; set enable_bitmapscan = off;
	load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
	set auto_explain.log_analyze = on; set client_min_messages = log;
	select count(*) from at_detect_drift('$base', '2012-03-02', '2012-03-03');
SQL
)
like "$plan" "Workers Launched: [12]" "the scan of at_detect_drift() runs in workers"

done_testing
