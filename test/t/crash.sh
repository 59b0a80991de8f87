#!/bin/bash
# crash.sh
#	Kills backends and whole servers with SIGKILL in the middle of loads, at
#	random moments.  After each restart every batch is whole or absent, and the
#	same file again completes it; in the end nothing is there twice.  Then the
#	same of refreshes: an answer is never another for it.
#
#	AT_CRASHES=100 for more of them.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

crashes=${AT_CRASHES:-20}
lines=20000
work=$AT_TMP/crash.work
csv="with (format csv, quote e'\\x01', delimiter e'\\x02')"
rm -rf "$work"
mkdir "$work"

# Load a file in one of several ways; says nothing.
load()
{
	case $1 in
		bytea) sql -c "select at_ingest_jsonl(pg_read_binary_file('$2'))" ;;
		gzip) gzip -1c "$2" >"$2.gz" && sql -c "select at_ingest_jsonl(pg_read_binary_file('$2.gz'))" ;;
		copy) sql -c "\\copy at_inbox from '$2' $csv" ;;
		insert) sql -c "insert into at_inbox select line from
			regexp_split_to_table(pg_read_file('$2'), '\n') as line" ;;
	esac >/dev/null 2>&1
}

# Milliseconds since some moment.
now()
{
	local t=${EPOCHREALTIME/./}

	echo "${t:0:-3}"
}

# Wait until the loading backend is at work; prints its process id.
loader()
{
	local pid try

	for ((try = 0; try < 200; try++)); do
		pid=$(sql -c "select pid from pg_stat_activity where application_name = 'loader' and state = 'active' limit 1")
		if [ -n "$pid" ]; then
			echo "$pid"
			return
		fi
		sleep 0.01
	done
}

# The server's processes, its postmaster first.
server_pids()
{
	local postmaster

	postmaster=$(head -n 1 "$PGDATA/postmaster.pid")
	echo "$postmaster"
	awk -v parent="$postmaster" '/^Pid:/ { pid = $2 } /^PPid:/ && $2 == parent { print pid }' \
		/proc/[0-9]*/status 2>/dev/null
}

# Wait until the server takes connections again.
wait_for_server()
{
	local try

	for ((try = 0; try < 300; try++)); do
		sql -c "select 1" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# Batches that are not whole, and rows without a batch.
torn()
{
	sql <<-'SQL'
		with events as (select batch_id, count(*) as n from at_event group by batch_id),
			rejects as (select batch_id, count(*) as n from at_reject group by batch_id)
		select count(*)
		from at_ingest_batch b
			full join events e using (batch_id)
			full join rejects r using (batch_id)
		where b.accepted is distinct from coalesce(e.n, 0)
			or b.rejected + b.conflicts is distinct from coalesce(r.n, 0)
	SQL
}

make -s --no-print-directory sample_day >/dev/null
new_cluster crash "max_wal_size = 4GB" || { ok 1 "a cluster starts"; done_testing; }
new_database crash 2>/dev/null
sql -c "select at_create_store()" >/dev/null

bench/sample_day --lines $lines --seed 1000 --bad 2 >"$work/0.jsonl"
start=$(now)
load bytea "$work/0.jsonl"
duration=$(($(now) - start))
expected=$(sql -c "select accepted from at_ingest_batch")
ways=(bytea gzip copy insert)
cut=0
torn=0
incomplete=0
down=0
for ((round = 1; round <= crashes; round++)); do
	file=$work/$round.jsonl
	way=${ways[$((round % 4))]}
	bench/sample_day --lines $lines --seed $((1000 + round)) --bad 2 >"$file"
	before=$(sql -c "select count(*) from at_ingest_batch")
	PGAPPNAME=loader load "$way" "$file" &
	client=$!
	pid=$(loader)
	sleep "$(awk -v ms=$duration -v r=$RANDOM 'BEGIN { print ms * r / 32768 / 1000 }')"
	if [ $((round / 4 % 2)) = 0 ]; then
		# shellcheck disable=SC2046
		kill -9 $(server_pids) 2>/dev/null
		start_cluster || down=$((down + 1))
	elif [ -n "$pid" ]; then
		kill -9 "$pid" 2>/dev/null
	fi
	wait $client
	wait_for_server || down=$((down + 1))
	[ "$(sql -c "select count(*) from at_ingest_batch")" != "$before" ] || cut=$((cut + 1))
	[ "$(torn)" = 0 ] || torn=$((torn + 1))
	load bytea "$file"
	known=$(sql -c "select accepted + duplicates from at_ingest_batch
		order by ingested_at desc limit 1")
	expected=$((expected + known))
	[ "$(sql -c "select count(*) from at_event")" = "$expected" ] || incomplete=$((incomplete + 1))
	rm -f "$file" "$file.gz"
done
echo "# $crashes crashes, $cut of them within a load of about $duration ms"
is "$down" 0 "the server came up after each of $crashes crashes"
ok "$([ $((cut * 4)) -ge "$crashes" ]; echo $?)" "enough of them came in the middle of a load" "$cut of $crashes"
is "$torn" 0 "after each, every batch was whole or absent"
is "$incomplete" 0 "after each, the same file again completed it"
is "$(sql -c "select count(*) - count(distinct (project, key_digest)) from at_event")" 0 \
	"nothing is there twice"
is "$(sql -c "select count(distinct at_event_json(e)::jsonb->>'event_id') from at_event e")" "$expected" \
	"every event is there and can be read"

# What views say of all runs, trades and days.
answers()
{
	sql <<-'SQL'
		select md5(string_agg(r::text, e'\n' order by r.project, r.run_id::text, r.agent_id, r.environment))
		from (select project, run_id, agent_id, environment, status, duration_ms, events, llm_calls, cost_usd,
			net_pnl, flags from at_run) r;
		select md5(string_agg(t::text, e'\n' order by t::text))
		from (select project, agent_id, symbol, quantity, net_pnl, open_fill, close_fill from at_trade) t;
		select md5(string_agg(r::text, e'\n' order by r::text)) from (select * from at_readiness()) r;
	SQL
}

new_database refreshes 2>/dev/null
sql -c "select at_create_store()" >/dev/null
bench/sample_day --lines $((2 * lines)) --messy --seed 2000 >"$work/refresh"
load bytea "$work/refresh"
wanted=$(answers)
start=$(now)
sql -c "begin" -c "select at_refresh()" -c "rollback" >/dev/null
duration=$(($(now) - start))
other=0
down=0
cut=0
for ((round = 1; round <= crashes / 2; round++)); do
	PGAPPNAME=loader sql -c "select at_refresh()" >/dev/null 2>&1 &
	client=$!
	pid=$(loader)
	sleep "$(awk -v ms=$duration -v r=$RANDOM 'BEGIN { print ms * r / 32768 / 1000 }')"
	if [ $((round % 2)) = 0 ]; then
		# shellcheck disable=SC2046
		kill -9 $(server_pids) 2>/dev/null
		start_cluster || down=$((down + 1))
	elif [ -n "$pid" ]; then
		kill -9 "$pid" 2>/dev/null
	fi
	wait $client || cut=$((cut + 1))
	wait_for_server || down=$((down + 1))
	[ "$(answers)" = "$wanted" ] || other=$((other + 1))
	sql -c "select at_mark_stale('desk', '-infinity', 'infinity')" -c "delete from at_run_fact" >/dev/null
done
echo "# $((crashes / 2)) crashes, $cut of them within a refresh of about $duration ms"
is "$down" 0 "the server came up after each crash of a refresh"
ok "$([ "$cut" -gt 0 ]; echo $?)" "some of them came in the middle of a refresh" "$cut of $((crashes / 2))"
is "$other" 0 "after each, all answers were the same"
sql -c "select at_refresh()" >/dev/null
is "$(answers)" "$wanted" "and after one that ended"
is "$(sql -c "select count(*) from at_check_facts(1000)")" 0 "which wrote what the events say"
stop_cluster fast
done_testing
