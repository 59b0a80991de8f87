#!/bin/bash
# big_file.sh
#	A file of a million lines of which every tenth is bad: the others are all
#	stored, and the rejects have the right line numbers.
#
#	AT_BIG_LINES=200000 for a smaller file.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

lines=${AT_BIG_LINES:-1000000}
bad=$((lines / 10))
work=$AT_TMP/big.work
rm -rf "$work"
mkdir "$work"

# write FIRST COUNT: that many lines; every tenth is broken in one of 20 ways.
write()
{
	LC_ALL=C awk -v first="$1" -v count="$2" '
		BEGIN {
			deep = "{\"a\":"
			for (i = 0; i < 100; i++) deep = deep "["
			broken[0] = "{"
			broken[1] = "null"
			broken[2] = "[]"
			broken[3] = "\"x\""
			broken[4] = "{}"
			broken[5] = deep
			broken[6] = "\357\273\277{}"
			broken[7] = "{\"a\":\"\377\"}"
			broken[8] = "{\"a\":1e999999}"
			broken[9] = "{\"a\":\"\\u0000\"}"
			broken[10] = "{\"a\":\"\\ud800\"}"
			broken[11] = "{\"a\":01}"
			broken[12] = "{\"a\":1,}"
			broken[13] = "{\"event_id\":\"evt_x\"}"
			broken[14] = "\\."
			broken[15] = "<html>"
			for (n = first; n < first + count; n++) {
				if (n % 10 == 0 && n / 10 % 20 < 16) {
					print broken[n / 10 % 20]
					continue
				}
				type = n % 200 == 160 ? "no.such.event" : "error.recorded"
				kind = n % 200 == 170 ? "" : "\"error_kind\":\"timeout\","
				at = n % 200 == 180 ? "yesterday" : "2026-01-05T10:00:00.000001Z"
				tail = n % 200 == 190 ? "" : "}"
				printf "{\"schema_version\":\"2026-06-07\",\"event_id\":\"evt_%032x\",\"idempotency_key\":\"desk/a/%d\",\"project\":\"desk\",\"agent_id\":\"a\",\"run_id\":\"run_%d\",\"event_type\":\"%s\",\"occurred_at\":\"%s\",\"environment\":\"paper\",\"symbols\":[\"AAPL\"],\"payload\":{%s\"message\":\"late by %d ms\"},\"privacy\":{},\"sdk\":{\"name\":\"x\",\"version\":\"1\",\"language\":\"sql\"}%s\n", \
					n, n, n / 100, type, at, kind, n % 1000, tail
			}
		}'
}

# What is wrong with the numbers of the last load.
numbers()
{
	sql <<-'SQL'
		with load as (select max(batch_id) as id from at_ingest_batch)
		select (select count(*) from at_reject, load where batch_id = id),
			(select count(distinct line_no) from at_reject, load where batch_id = id),
			(select count(*) from at_reject, load where batch_id = id and line_no % 10 <> 0),
			(select count(*) from at_event, load where batch_id = id),
			(select count(distinct line_no) from at_event, load where batch_id = id and line_no % 10 <> 0),
			(select count(*) from at_event, load where batch_id = id
				and event_id::text <> 'evt_' || lpad(to_hex(line_no), 32, '0'))
	SQL
}

new_database big_file 2>/dev/null
sql -c "select at_create_store()" >/dev/null
write 1 "$lines" | gzip -1 >"$work/big.gz"
start=$SECONDS
result=$(sql -c "select lines, accepted, duplicates, conflicts, rejected
	from at_ingest_jsonl(pg_read_binary_file('$work/big.gz'))")
echo "# $lines lines in $((SECONDS - start)) s"
is "$result" "$lines|$((lines - bad))|0|0|$bad" "$lines lines: all but every tenth are stored"
is "$(numbers)" "$bad|$bad|0|$((lines - bad))|$((lines - bad))|0" "lines and rejects have their own numbers"
is "$(sql -c "select count(distinct violations) >= 8, min(line_no), max(line_no),
	bool_and(length(line_sha256) = 32) from at_reject")" "t|10|$lines|t" "rejects say what was wrong with which line"
sql -c "select at_drop_store()" -c "select at_create_store()" >/dev/null

# psql ends a \copy at a line of \. alone; the server refuses bad UTF-8, unless
# it is told that the file is mere bytes
write 1 $((lines / 10)) | LC_ALL=C sed 's/^\\\.$/\\/' >"$work/small"
copy="\\copy at_inbox from '$work/small' with (format csv, quote e'\\x01', delimiter e'\\x02'"
like "$(sql -c "$copy)" 2>&1)" "invalid byte sequence" "COPY refuses a file with invalid UTF-8"
is "$(sql -c "select count(*) from at_event")" 0 "... as a whole"
like "$(sql -c "$copy, encoding 'sql_ascii')" 2>&1)" \
	"$((lines / 10)) lines, $((lines / 10 - bad / 10)) accepted, 0 duplicates, 0 conflicts, $((bad / 10)) rejected" \
	"\\copy at_inbox of mere bytes: all but every tenth are stored"
is "$(numbers)" "$((bad / 10))|$((bad / 10))|0|$((lines / 10 - bad / 10))|$((lines / 10 - bad / 10))|0" \
	"\\copy at_inbox: lines and rejects have their own numbers"
done_testing
