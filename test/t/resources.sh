#!/bin/bash
# resources.sh
#	Loads that run out of disk, out of time, or out of patience leave nothing
#	behind; memory does not grow with the lines, and a gzip bomb is bounded.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

work=$AT_TMP/resources.work
csv="with (format csv, quote e'\\x01', delimiter e'\\x02')"
rm -rf "$work"
mkdir "$work"

# Everything that a load leaves, as one number.
rows()
{
	sql -c "select (select count(*) from at_event) + (select count(*) from at_reject)
		+ (select count(*) from at_ingest_batch)"
}

# Milliseconds since some moment.
now()
{
	local t=${EPOCHREALTIME/./}

	echo "${t:0:-3}"
}

# Wait for the backend of the named application to be at work; its process id.
at_work()
{
	local pid try

	for ((try = 0; try < 500; try++)); do
		pid=$(sql -c "select pid from pg_stat_activity where application_name = '$1' and state = 'active'")
		if [ -n "$pid" ]; then
			echo "$pid"
			return
		fi
		sleep 0.01
	done
}

# peak STATEMENT: most anonymous memory, in kB, beyond what the backend began
# with.
peak()
{
	local pid before now top=0

	PGAPPNAME=peak sql -c "select 1 from at_event limit 0" -c "select pg_sleep(0.3)" -c "$1" \
		>"$work/peak" 2>&1 &
	pid=$(at_work peak)
	before=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status")
	while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
		[ "$now" -le "$top" ] || top=$now
		sleep 0.02
	done
	wait
	echo $((top - before))
}

# cancel_during STATEMENT DELAY: milliseconds from the request to the answer.
cancel_during()
{
	local client pid start

	PGAPPNAME=victim sql -c "$1" >"$work/cancel" 2>&1 &
	client=$!
	pid=$(at_work victim)
	sleep "$2"
	start=$(now)
	sql -c "select pg_cancel_backend($pid)" >/dev/null 2>&1
	wait $client
	echo $(($(now) - start))
}

make -s --no-print-directory sample_day >/dev/null
bench/sample_day --lines 60000 --agents 64 >"$work/lines"
gzip -1kf "$work/lines"
load="select * from at_ingest_jsonl(pg_read_binary_file('$work/lines'))"

# Out of disk: files may not grow beyond 17 MB
new_cluster resources || { ok 1 "a cluster starts"; done_testing; }
new_database resources 2>/dev/null
sql -c "select at_create_store()" >/dev/null
stop_cluster fast
# the limit is the server's, not this script's
(ulimit -S -f 17408 && start_cluster)
limited=$(sql -c "$load" 2>&1)
like "$limited" "could not (extend|write)" "out of disk: at_ingest_jsonl says so"
is "$(rows)" 0 "... and nothing is there"
like "$(sql -c "\\copy at_inbox from '$work/lines' $csv" 2>&1)" "could not (extend|write)" \
	"out of disk: \\copy at_inbox says so"
is "$(rows)" 0 "... and nothing is there"
stop_cluster fast
start_cluster
like "$(sql -c "$load")" "\|60000\|" "with room again the same file goes in"
sql -c "select at_drop_store()" -c "select at_create_store()" >/dev/null

# Out of time
for ms in 50 150 250; do
	for from in lines lines.gz; do
		out=$(PGOPTIONS="-c statement_timeout=$ms" sql -c "${load/lines/$from}" 2>&1)
		like "$out" "canceling statement due to statement timeout" "$from: timeout after $ms ms"
	done
	out=$(PGOPTIONS="-c statement_timeout=$ms" sql -c "\\copy at_inbox from '$work/lines' $csv" 2>&1)
	like "$out" "canceling statement due to statement timeout" "\\copy: timeout after $ms ms"
done
is "$(rows)" 0 "nothing of them is there"

# Cancelled: the bound is generous, the numbers are shown
long=$work/long
{
	printf '{"a":"'
	head -c 60000000 /dev/zero | tr '\0' 'x'
	printf '"}\n'
} >"$long.string"
{
	printf '{"a":0'
	seq -f ',"key %.0f":1' 1 3000000
	printf '}\n'
} | tr -d '\n' >"$long.keys"
{
	printf '{"schema_version":"2026-06-07","a":[0'
	seq -f ',"Bearer %.0f token=x"' 1 2000000
	printf ']}\n'
} | tr -d '\n' >"$long.strings"
head -c 500000000 /dev/zero | gzip -1 >"$long.zeros.gz"
set="set agent_tracker.max_line_bytes = '64MB'; "
worst=0
shown=
for delay in 0.1 0.2 0.3 0.4; do
	for file in lines lines.gz long.string long.keys long.strings long.zeros.gz; do
		ms=$(cancel_during "$set${load/lines/$file}" $delay)
		if grep -q "due to user request" "$work/cancel"; then
			shown="$shown $file:$ms"
			[ "$ms" -le "$worst" ] || worst=$ms
		fi
	done
done
echo "# milliseconds from pg_cancel_backend() to the answer:$shown"
ok "$([ "$(wc -w <<<"$shown")" -ge 12 ]; echo $?)" "loads were cancelled" "$shown"
ok "$([ "$worst" -le 1000 ]; echo $?)" "each within a second" "$shown"
is "$(rows)" "$(sql -c "select sum(1 + accepted + rejected + conflicts) from at_ingest_batch" | sed 's/^$/0/')" \
	"nothing of them is there"
rm -f "$long".*

# Memory
sql -c "select at_drop_store()" -c "select at_create_store()" >/dev/null
head -n 6000 "$work/lines" | gzip -1 >"$work/tenth.gz"
tenth=$(peak "${load/lines/tenth.gz}")
whole=$(peak "${load/lines/lines.gz}")
echo "# anonymous memory: $tenth kB for 6000 lines, $whole kB for 60000"
like "$(cat "$work/peak")" "\|60000\|" "the measured load did its work"
# the compressed input itself is some megabytes larger
ok "$([ "$whole" -le $((tenth * 3 / 2 + $(wc -c <"$work/lines.gz") / 1024)) ]; echo $?)" \
	"memory does not grow with the lines" "$tenth kB for 6000 lines, $whole kB for 60000"

# Bombs: 1.2 GB of zeros in 120 members; of line ends; gzip within gzip
head -c 10000000 /dev/zero | gzip -9 >"$work/zeros"
head -c 10000000 /dev/zero | tr '\0' '\n' | gzip -9 >"$work/newlines"
stored=$(rows)
for what in zeros newlines; do
	for ((i = 0; i < 120; i++)); do cat "$work/$what"; done >"$work/bomb"
	used=$(peak "${load/lines/bomb}")
	like "$(cat "$work/peak")" "larger than agent_tracker.max_decompressed_bytes" "bomb of $what: an error"
	is "$(rows)" "$stored" "bomb of $what: nothing is stored"
	ok "$([ "$used" -le 65536 ]; echo $?)" "bomb of $what: bounded memory" "$used kB"
done
for ((i = 0; i < 120; i++)); do cat "$work/zeros"; done >"$work/bomb"
used=$(peak "select * from at_ingest_jsonl(pg_read_binary_file('$work/bomb'), salvage => true)")
is "$(sql -c "select violations->0->>'rule' from at_reject order by rejected_at desc limit 1")" gzip \
	"a bomb is salvaged up to the limit, with a reject"
ok "$([ "$used" -le 65536 ]; echo $?)" "... in bounded memory" "$used kB"
gzip -1c "$work/tenth.gz" >"$work/twice.gz"
like "$(sql -c "${load/lines/twice.gz}")" "\|0\|0\|0\|[0-9]+\|" "gzip within gzip is no text: rejects"
stop_cluster fast
done_testing
