#!/bin/bash
# encodings.sh
#	Databases that are not UTF-8: LATIN1, which holds some characters, and
#	SQL_ASCII, which holds bytes.  And what psql says of a load through at_inbox.
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

home=$PGDATABASE

# An event as a line of JSON escapes, so that it means the same in any encoding:
# number, payload.
event()
{
	printf '{"schema_version":"2026-06-07","event_id":"evt_%s","idempotency_key":"k\\u00e9%s",' "$1" "$1"
	printf '"project":"p\\u00e9","agent_id":"a","run_id":"run_1","event_type":"agent.run.started",'
	printf '"environment":"paper","occurred_at":"2026-01-05T13:00:00Z","symbols":["S\\u00c9"],'
	printf '"payload":{"run_type":"x",%s},"privacy":{},' "$2"
	printf '"sdk":{"name":"n\\u00f1","version":"1","language":"c","more":"\\u00df"},"extr\\u00e4":"\\u00ff"}\n'
}

# The bytes of stdin in hex.
hex()
{
	od -An -v -tx1 | tr -d ' \n'
}

# Ingest a file as bytea: accepted duplicates conflicts rejected.
ingest()
{
	sql -c "select accepted, duplicates, conflicts, rejected from at_ingest_jsonl(decode('$(hex <"$1")', 'hex'))"
}

for encoding in LATIN1 SQL_ASCII; do
	new_database "enc_${encoding,,}" "template template0 encoding '$encoding' lc_collate 'C' lc_ctype 'C'" \
		>/dev/null 2>&1
	sql -c "select at_create_store()" >/dev/null
	dir=$AT_TMP/$encoding
	mkdir -p "$dir"

	# é, ü and the like are in LATIN1; Ж is not, nor is a key of it
	{
		event 1 '"note":"\u00fc \u00a0","k\u00e4":{"z\u00e9":1,"a":"\u00e9"}'
		event 2 '"note":"\u0416"'
		event 3 '"\u0416":1'
		event 4 '"note":"\ud83d\ude00"'
	} >"$dir/events.jsonl"
	if [ $encoding = LATIN1 ]; then
		is "$(ingest "$dir/events.jsonl")" "1|0|0|3" "$encoding: what it cannot hold is rejected"
		is "$(sql -c "select line_no, event_id, violations->0->>'rule', violations->0->>'message' from at_reject
			order by 1")" \
			"2|evt_2|json|the line has a character that the database encoding LATIN1 cannot hold
3|evt_3|json|the line has a character that the database encoding LATIN1 cannot hold
4|evt_4|json|the line has a character that the database encoding LATIN1 cannot hold" "$encoding: and told so"
		good=1
	else
		is "$(ingest "$dir/events.jsonl")" "4|0|0|0" "$encoding: all is stored"
		good=4
	fi
	is "$(ingest "$dir/events.jsonl")" "0|$good|0|$((4 - good))" "$encoding: again it is known"

	# the same events as UTF-8 bytes, and as text in the client's encoding
	PGCLIENTENCODING=UTF8 sql -c "select at_export_jsonl()" >"$dir/export.utf8"
	iconv -f UTF-8 -t UTF-8 "$dir/export.utf8" >/dev/null
	ok $? "$encoding: the export is UTF-8 for a client that is"
	is "$(grep -c '"note":"ü' "$dir/export.utf8")" 1 "$encoding: with its characters"
	is "$(ingest "$dir/export.utf8")" "0|$good|0|0" "$encoding: the export comes in as bytes"
	is "$(sql -c "select accepted, duplicates, conflicts, rejected from at_ingest_jsonl(at_export_gzip())")" \
		"0|$good|0|0" \
		"$encoding: and as gzip, which is UTF-8"
	# shellcheck disable=SC2016
	is "$({ echo '\set content `cat '"$dir/export.utf8"'`'
		echo "select accepted, duplicates, conflicts, rejected from at_ingest_jsonl(:'content'::text);"; } |
		PGCLIENTENCODING=UTF8 sql)" "0|$good|0|0" "$encoding: and as text"
	PGCLIENTENCODING=UTF8 sql \
		-c "\\copy at_inbox from '$dir/export.utf8' with (format csv, quote e'\\x01', delimiter e'\\x02')" \
		2>"$dir/notice"
	like "$(cat "$dir/notice")" \
		"NOTICE:  batch [0-9]+: $good lines, 0 accepted, $good duplicates, 0 conflicts, 0 rejected" \
		"$encoding: and by COPY"

	# the types, through text and through binary copies
	sql -c "create table copied (like at_event); create table again (like at_event)" \
		-c "\\copy (select * from at_event) to '$dir/event.bin' with (format binary)" \
		-c "\\copy copied from '$dir/event.bin' with (format binary)" \
		-c "\\copy (select * from at_event) to '$dir/event.txt'" -c "\\copy again from '$dir/event.txt'" 2>"$dir/copy"
	is "$(cat "$dir/copy")" "" "$encoding: events are copied, binary and as text"
	is "$(sql -c "select count(*) from (select at_event_json(e)::text from at_event e
		except all select at_event_json(e)::text from copied e) x")" 0 "$encoding: the binary copy is the same"
	is "$(sql -c "select count(*) from (select at_event_json(e)::text from at_event e
		except all select at_event_json(e)::text from again e) x")" 0 "$encoding: the copy as text is the same"

	# patterns of one's own, in any script
	is "$(PGCLIENTENCODING=UTF8 sql -c "set agent_tracker.redact_patterns = '{\"a\":\"ü+x\"}'" \
		-c "select accepted from at_ingest_jsonl(decode('$(event 7 '"note":"\u00fc\u00fcx"' | hex)', 'hex'))" \
		-c "select payload->>'note' from at_event where event_id = 'evt_7'" 2>&1)" "1
[REDACTED]" "$encoding: a pattern of the administrator finds its characters"

	# rows of the reference code's tables
	row='{"id":"\u00e9","symbol":"\u00e9","failure_reason":"\u00fc"},{"id":"\u0416","failure_reason":"\u0416"}'
	is "$(PGCLIENTENCODING=UTF8 sql -c "select e->'payload'->>'message', e->'symbols'
		from at_journal_events('source_quality_repair_incidents', '[$row]', 'p', 'a') e" 2>&1)" \
		"$([ $encoding = LATIN1 ] \
		&& echo 'WARNING:  source_quality_repair_incidents row ?: error.recorded dropped: event json
ü|["É"]' || printf '%s\n' 'ü|["É"]' 'Ж|[]')" "$encoding: rows become events of what it holds"
	is "$(sql -c "select length(at_journal_report('{\"risk_checks\":[$row],\"\u0416\":[1]}', 'p', 'a')::text) > 1000" \
		2>&1)" \
		t \
		"$encoding: and a report shows what it holds"

	# what is no UTF-8
	printf '{"a":"\xe9"}\n' >"$dir/bad.jsonl"
	is "$(ingest "$dir/bad.jsonl")" "0|0|0|1" "$encoding: bytes that are no UTF-8 are rejected"
	is "$(sql -c "select violations->0->>'message' from at_reject order by rejected_at desc limit 1")" \
		"invalid UTF-8 at column 7" "$encoding: with that reason"

	# a mapping whose table, columns and rows have such characters
	PGCLIENTENCODING=UTF8 sql -c "create table \"Börse\" (\"é\" int, t timestamptz, \"ü\" text, j json)" \
		-c "insert into \"Börse\" values (1, '2026-01-01', ' ß ', '{\"x\":\"\u00e9\"}'),
		(2, '2026-01-01', 'é', '{\"x\":\"\u0416\"}')" \
		-c 'select at_create_mapping($$bö$$, $${"project":"mapped","agent_id":"a",
			"sources":[{"relation":"\"Börse\"","event_type":"agent.run.started",
			"occurred_at":"t","key":"é","symbols":"ü",
			"payload_defaults":{"run_type":"x"},"fields":{"ü":"ü","x":"j.x"}}]}$$)' >/dev/null
	is "$(PGCLIENTENCODING=UTF8 \
		sql -c 'select source, rows, accepted, rejected, skipped from at_sync_mapping($$bö$$)')" \
		"\"Börse\"|2|$([ $encoding = LATIN1 ] && echo '1|1' || echo '2|0')|0" \
		"$encoding: a mapping of a table with such names is synced"
	is "$(PGCLIENTENCODING=UTF8 \
		sql -c "select payload ->> 'ü', symbols, payload ->> 'x' from at_event where project = 'mapped' order by 2
		limit 1")" \
		"ß|{SS}|é" "$encoding: with its characters"
	[ $encoding != LATIN1 ] ||
		is "$(PGCLIENTENCODING=UTF8 sql -c "select origin from at_reject where origin is not null")" '"Börse"/2' \
		"$encoding: and the row that it cannot hold is named"

	# facts: a fingerprint is the same everywhere, and symbols are compared without case
	is "$(PGCLIENTENCODING=UTF8 sql -c "select _at_error_fingerprint('x', 'c', 'CAFé')")" "16338952660b3da0" \
		"$encoding: the fingerprint of an error is that of its characters"
	{
		event 8 '"source":"s","symbol":"s\u00e9","price":7' | sed 's/agent.run.started/market.snapshot.recorded/'
		event 9 '"decision_id":"d","decision_kind":"entry","action":"buy","symbol":"S\u00c9"' |
			sed 's/agent.run.started/decision.proposed/'
	} >"$dir/decision.jsonl"
	is "$(ingest "$dir/decision.jsonl")" "2|0|0|0" "$encoding: a price and a decision are stored"
	is "$(sql -c "select price from at_decisions()")" 7 "$encoding: the decision has seen the price"

	# a sample, whose private material is not ASCII
	is "$(sql -c "select lines, accepted from at_ingest_jsonl(
			(select string_agg(line, e'\\n') from at_sample_day(private_pct => 50) line))")" \
		"2192|2192" "$encoding: a sample day comes in as text"
done

# In SQL_ASCII text may be anything: what is only scanned must be UTF-8.
for call in "at_redact_text(e'\\xe9')" "at_has_secret(e'a\\xf0')" "at_redact(e'{\"a\":\"\\xe9\"}'::json)::text" \
	"at_canonical(e'\"\\xe9\"'::json)" "(at_ingest_jsonl('', e'\\xe9')).lines"; do
	like "$(sql -c "select $call" 2>&1)" "^ERROR:  (text is not valid UTF-8|invalid JSON: invalid UTF-8)$" \
		"SQL_ASCII: $call"
done
is "$(sql -c "select lines, rejected from at_ingest_jsonl(e'{\"a\":\"\\xe9\"}'::text)")" "1|1" \
	"SQL_ASCII: a bad line of text is one reject"
like "$(sql -c "select at_digest(e'\\xe9')")" "^sha256:[0-9a-f]{64}$" "SQL_ASCII: any bytes have a digest"

# In UTF-8 the server refuses bad text itself, before we see it.
export PGDATABASE=$home
sql -c "create extension if not exists agent_tracker" -c "select at_create_store()" >/dev/null 2>&1
like "$(printf 'select rejected from at_ingest_jsonl(%s);' \
	"'{\"a\":\"$(printf '\xe9')\"}'::text" | PGCLIENTENCODING=UTF8 sql 2>&1)" \
	"invalid byte sequence for encoding" "UTF8: the server refuses text that is not"

# What COPY's formats do to lines: the text format, in which a backslash
# escapes, is refused.
event 1 '"note":"a \"quoted\" text"' >"$AT_TMP/plain.jsonl"
like "$(sql -c "\\copy at_inbox from '$AT_TMP/plain.jsonl' with (format csv, quote e'\\x01', delimiter e'\\x02')" \
	2>&1)" \
	"NOTICE:  batch [0-9]+: 1 lines, 1 accepted, 0 duplicates, 0 conflicts, 0 rejected" "COPY: the format of the README"
like "$(sql -c "\\copy at_inbox from '$AT_TMP/plain.jsonl'" 2>&1)" \
	"ERROR:  COPY into at_inbox would not take lines as they are" \
	"COPY: the text format eats backslashes, and is refused"

sql -d "$home" -c "drop database enc_latin1 with (force)" -c "drop database enc_sql_ascii with (force)" >/dev/null
done_testing
