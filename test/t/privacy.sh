#!/bin/bash
# privacy.sh
#	Plants secrets of every kind in every place of an event, sends them through
#	every way in, in calls that succeed and calls that fail, and then looks for
#	them in the tables, the data directory with its write-ahead log, the
#	exports, the server's log and what the clients were told: nothing.
#
# A secret has a marker in it: ten characters common to all, random but for some
# that make it look so, then two digits each for its kind, its place and its way
# in, so that a leak says where it came from.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

master=Q4$(head -c 8 /dev/urandom | base32 | head -c 6)7K
control=C$(head -c 8 /dev/urandom | base32 | head -c 9)
work=$AT_TMP/privacy.work
rm -rf "$work"
mkdir "$work"

# What protects itself by its shape; as source text of JSON, @ is the marker.
shapes=(
	'Bearer @'
	'\u0042earer\t@'
	'\u0062\u0065\u0061\u0072\u0065\u0072 @=='
	'api_key=@'
	'PASSWORD : @'
	'token=@,'
	'see https://x.test/?secret=@&a=b'
	'x \u017fecret: @'
	'sk-live-@'
	'sk_test_@'
	'ghp_@abcd'
	'gho_@abcd'
	'xoxb-1-@'
	'xapp-1-@'
	'acct_@'
	'Broker-@'
	'order_@'
	'ellzaf_trk_@'
	'file:///home/@/notes.txt'
	'C:\\Users\\@\\notes.txt'
	'AKIA@'
	'\u4e2dASIA@'
	'github_pat_@_abcdef'
	'sk-ant-api03-@'
	'AIza@abcdefghijklmnopqrs'
	'eyJhbGciOiJub25lIn0.@.@'
	'-----BEGIN RSA PRIVATE KEY-----\n@\n-----END RSA PRIVATE KEY-----'
	'-----BEGIN OPENSSH PRIVATE KEY-----\r\n@\r\n'
	'secret: -----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----'
	'{\"Authorization\": \"Bearer @\"}'
	'[\"x\", {\"k\": \"sk-@\"}]'
	$'\xc3\xa9 Bearer \xe2\x80\x83@'
	'{\"password\":\"@\", \"x\":1}'
	"{\\\"a\\\":{'api_key': '@'}}"
	'{\\\"client_secret\\\":\\\"@\\\"}'
	'{\\\\\\\"password\\\\\\\":\\\\\\\"@\\\\\\\"}'
	'OPENAI_API_KEY=@'
	"export DB_PASSWORD='@'"
	'AWS_SECRET_ACCESS_KEY=\"@\" x'
	'postgres://bot:@\u0040db.test/x'
	'https://@\u0040host.test/x'
	'https://x.test/?access_token=@#a'
	'X-Api-Key: @'
	'Authorization: Token @'
	'Cookie: sid=@; theme=dark'
	'api_secret: @\nnext: 1'
	'curl -u bot:@ https://x.test'
	'run --password @ --now'
	'<password>@</password>'
	'the password is @.'
	'run_AKIA@'
	'evt_ghp_@abcd'
	'span_sk-live-@'
	'run_ellzaf_trk_@'
)

# What only its key protects; whole members.
members=(
	'"password":"plain @ words"'
	'"Api_Key":["@",{"a":"@"}]'
	'"apiKey":"@"'
	'"AUTHORIZATION":"Basic @"'
	'"clientSecret":"@"'
	'"openai_api_key":"@"'
	'"dbPassword":"@"'
	'"\u0074oken":{"a":{"b":"@"}}'
	'"refresh_token":"@"'
	'"HTTPSecretKey":"@"'
	'"account_id":"@"'
	'"my_broker_account":{"id":"@","n":[1,"@"]}'
	'"account":["@"]'
	'"broker_payload":{"raw":{"@":"@"}}'
	'"raw_broker_payload":"@"'
	'"order_payload":[["@"]]'
	'"prompt":"tell me @"'
	'"messages":[{"role":"user","content":"@"},{"@":null}]'
	'"Input":{"sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000","chars":1,"redacted":true,"x":"@"}'
	'"prompt_text":{"sha256":"sha256:@","chars":1,"redacted":true}'
	'"completion":"@"'
	'"raw_output":{"text":"@"}'
	'"response":[true,"@"]'
	'"output":"\u0040 @"'
	'"Client-Secret":"words and @"'
	'"DATABASE_URL":"@"'
	'"signature":"@"'
	'"tokens":[{"access":{"value":["@"]}}]'
	'"headers":[{"name":"X-Api-Key","value":"@"},{"name":"Host","value":"h"}],"env":[{"key":"DB_PASSWORD","value":"@"}]'
	'"headers":[["Host","h"],["x-api-key","@"]]'
	'"accountNumber":"@","systemPrompt":"tell me @"'
	'"gen_ai.prompt.0.content":"tell me @"'
	'"gen_ai.output.messages":[{"role":"assistant","parts":[{"content":"@"}]}]'
	'"llm.input_messages.0.message.content":"tell me @","input.value":"@"'
	'"ai.response.text":"@","traceloop.entity.output":"@","langfuse.observation.input":{"a":["@"]}'
)

# Where a text can stand: the text's place in the event is %.  What is before
# the bar says what to replace in the event below.
event='{"schema_version":"2026-06-07","event_id":"evt_ID","idempotency_key":"desk/a/IDEM","project":"desk","agent_id":"a","run_id":"run_1","span_id":null,"event_type":"error.recorded","occurred_at":"2026-01-05T10:00:00Z","environment":"paper","symbols":["AAPL"],"payload":{"error_kind":"timeout","message":"late","order":{}},"privacy":{"full_io":true},"sdk":{"name":"x","version":"1","language":"sql"}}'
places=(
	'"late"|"so late: % !"'
	'"order":{}|"note":"%"'
	'"order":{}|"deep":[[{"a":["x","%"]}],1]'
	'"order":{}|"%":1'
	'"order":{}|"o":[{"b":{"%":"%"}}]'
	'"order":{}|"d":"%","d":"y"'
	'"order":{}|"severity":"%","quantity":"%","session_date":"%","mistake_family":"%"'
	'"sdk":{|"trace":"%","sdk":{'
	'"sdk":{|"%":{"a":true},"sdk":{'
	'"span_id":null|"span_id":"%","parent_span_id":"span-%"'
	'"span_id":null|"received_at":"%"'
	'"symbols":["AAPL"]|"symbols":["AAPL","%"]'
	'"symbols":["AAPL"]|"symbols":{"%":["%"]}'
	'"sdk":{|"sdk":{"extra":"%",'
	'"sdk":{"name":"x"|"sdk":{"name":"%"'
	'"full_io":true|"full_io":true,"note":"%","%":1'
	'"privacy":{"full_io":true}|"privacy":"%"'
	'"desk","agent_id":"a"|"%","agent_id":"a"'
	'"agent_id":"a"|"agent_id":"-%"'
	'"run_1"|"run_-%"'
	'"evt_ID"|"evt_-%"'
	'desk/a/IDEM|desk/a/IDEM/%'
	'"paper"|"%"'
	'"error.recorded"|"%"'
	'2026-01-05T10:00:00Z|%'
	'"2026-06-07"|"%"'
	'"order":{}|"trade_id":"%","order_ids":["x","%"]'
	'"order":{}|"evidence_refs":[{"table":"t","id":"%"}]'
	'"order":{}|"event_ids":["%"],"asset":"%"'
	'"order":{}|"attributes":{"log.body":"%"}'
	'"order":{}|"args":["--config","%"]'
	'"order":{}|"headers":[["x","%"]],"pairs":[{"name":"x","value":"%"}]'
	'"order":{}|"token":"%","price":"%"'
	'"symbols":["AAPL"]|"symbols":["%"]'
	'"run_1"|"run_%"'
	'"evt_ID"|"evt_%"'
	'"span_id":null|"span_id":"span_%","parent_span_id":"%"'
	'desk/a/IDEM|%'
	'"error_kind":"timeout",|"note":"%",'
	'"sdk":{"name":"x","version":"1","language":"sql"}}|"%"}'
	'"language":"sql"}}|"language":"%"'
	'"language":"sql"}}|"language":"sql"}} %'
	'"late"|"late" "%"'
)
broken_from=39					# from this place on the lines are no JSON

# And where a member can stand.
member_places=(
	'"order":{}|%'
	'"order":{}|"deep":[[{"a":[{%}]}],1]'
	'"sdk":{|%,"sdk":{'
	'"sdk":{|"x":[{%}],"sdk":{'
	'"sdk":{|"sdk":{%,'
	'"full_io":true|"full_io":true,%'
	'"error_kind":"timeout",|%,'
	'"language":"sql"}}|"language":"sql"},%'
)
member_broken_from=7

# make_events FILE: every kind in every place; WW stands for the way.
make_events()
{
	local kind place line number

	kind=10
	for what in "${shapes[@]}"; do
		place=10
		for to in "${places[@]}"; do
			number=$kind$place
			line=${event/"${to%%|*}"/"${to#*|}"}
			line=${line//%/"$what"}
			line=${line//@/"$master${number}WW"}
			line=${line/evt_ID/evt_$number-WW}
			line=${line/IDEM/$number-WW}
			[ $((place - 10)) -lt $broken_from ] || line=$'\x01'$line
			printf '%s\n' "$line"
			place=$((place + 1))
		done
		kind=$((kind + 1))
	done
	for what in "${members[@]}"; do
		place=60
		for to in "${member_places[@]}"; do
			number=$kind$place
			line=${event/"${to%%|*}"/"${to#*|}"}
			line=${line//%/"$what"}
			line=${line//@/"$master${number}WW"}
			line=${line/evt_ID/evt_$number-WW}
			line=${line/IDEM/$number-WW}
			[ $((place - 60)) -lt $member_broken_from ] || line=$'\x01'$line
			printf '%s\n' "$line"
			place=$((place + 1))
		done
		kind=$((kind + 1))
	done
}

# events WAY: the file of all events for this way in.
events()
{
	sed "s/WW/$1/g; s/^\x01//" "$work/events" >"$work/events.$1"
	echo "$work/events.$1"
}

# whole_events WAY: only those that are JSON, so that the server's own json
# type takes them.
whole_events()
{
	sed "/^\x01/d; s/WW/$1/g" "$work/events" >"$work/events.$1"
	echo "$work/events.$1"
}

# Run psql on what stands on stdin and keep all it says.
say()
{
	before=$(wc -l <"$work/client")
	"$AT_BIN/psql" -X -A -t -v VERBOSITY=verbose -v SHOW_CONTEXT=always "$@" >>"$work/client" 2>&1
}

# said REGEX NAME: the last call said so.
said()
{
	like "$(tail -n +$((before + 1)) "$work/client")" "$1" "$2"
}

# counts WAY: what became of the newest load.
counts()
{
	sql -c "select accepted > 300 and rejected > 300 and lines = accepted + duplicates + conflicts + rejected
		from at_ingest_batch order by ingested_at desc, batch_id desc limit 1"
}

# found MARKER: where it is to be found, one place a line.
found()
{
	local hex

	hex=$(printf %s "$1" | od -An -tx1 | tr -d ' \n')
	grep -aoi -e "$1[0-9]*" -e "$hex" "$PGDATA.log" | sort -u | sed 's/^/server log: /'
	grep -aoi "$1[0-9]*" "$work/client" | sort -u | sed 's/^/client: /'
	sql -c checkpoint
	for db in privacy latin content failing; do
		"$AT_BIN/pg_dump" -d $db 2>&1 | grep -aoi -e "$1[0-9]*" -e "$hex" | sort -u | sed "s/^/dump of $db: /"
		sql -d $db -c "select at_export_jsonl()" 2>&1 |
			grep -aoi "$1[0-9]*" | sort -u | sed "s/^/export of $db: /"
		sql -d $db -c "select encode(at_export_gzip(), 'base64')" 2>/dev/null | base64 -d |
			gzip -dc 2>/dev/null | grep -aoi "$1[0-9]*" | sort -u | sed "s/^/gzip export of $db: /"
	done
	grep -raoi "$1[0-9]*" "$PGDATA" | sed "s|^$PGDATA/||" | sort -u
}

# wait_for QUERY: until it says t.
wait_for()
{
	local try

	for ((try = 0; try < 200; try++)); do
		[ "$(sql -c "$1")" != t ] || return 0
		sleep 0.05
	done
	return 1
}

: >"$work/client"
make_events >"$work/events"
new_cluster privacy "log_error_verbosity = verbose" "log_min_messages = debug1" \
	"log_connections = on" "autovacuum = off" || { ok 1 "a cluster starts"; done_testing; }
sql -c "create database latin encoding 'LATIN1' template template0"
sql -d latin -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null
sql -c "create database failing"
new_database privacy
sql -c "select at_create_store()" >/dev/null
is "$(wc -l <"$work/events")" "$((${#shapes[@]} * ${#places[@]} + ${#members[@]} * ${#member_places[@]}))" \
	"an event for each of $((${#shapes[@]} + ${#members[@]})) kinds of secrets in each place"

# That the search finds what is there
sql -c "create table control as select '$control' || '11' as plain, repeat('$control', 1000) as long"
sql -c "do \$\$ begin raise log '%', '${control}22'; end \$\$" 2>/dev/null
echo "${control}33" >>"$work/client"
result=$(found "$control")
like "$result" "dump of privacy: ${control}11" "the search finds what is in a table"
like "$result" "base/[0-9/]*:${control}11" "... in the table's file"
like "$result" "pg_wal/[0-9A-F]*:${control}11" "... in the write-ahead log"
like "$result" "server log: ${control}22" "... in the server's log"
like "$result" "client: ${control}33" "... and in what a client was told"

# Calls that do their work
file=$(events 10)
say -c "select at_ingest_jsonl(pg_read_binary_file('$file'), 'Bearer ${master}999910 /home/${master}999910')"
is "$(counts)" t "bytea"
file=$(events 11)
say -c "select at_ingest_jsonl(pg_read_file('$file'))"
is "$(counts)" t "text"
file=$(events 12)
gzip -f "$file"
say -c "select at_ingest_jsonl(pg_read_binary_file('$file.gz'))"
is "$(counts)" t "gzip"
file=$(events 13)
gzip -f "$file"
head -c $(($(wc -c <"$file.gz") - 20)) "$file.gz" >"$file.cut"
say -c "select at_ingest_jsonl(pg_read_binary_file('$file.cut'))"
said "stream is cut off" "gzip that is cut off"
cat "$file.gz" "$file.cut" >"$file.both"
say -c "select at_ingest_jsonl(pg_read_binary_file('$file.both'), salvage => true)"
is "$(counts)" t "gzip that is cut off, salvaged"
file=$(events 14)
{ echo -n "select at_ingest_jsonl(\$m\$"; cat "$file"; echo "\$m\$, 'sk-ant-${master}999914');"; } | say
is "$(counts)" t "a literal"
file=$(events 15)
say -c "\\copy at_inbox from '$file' with (format csv, quote e'\\x01', delimiter e'\\x02')"
is "$(counts)" t "\\copy at_inbox"
file=$(events 16)
{ echo "insert into at_inbox values"; sed 's/.*/($m$&$m$),/; $s/,$/;/' "$file"; } | say
is "$(counts)" t "INSERT INTO at_inbox"
file=$(events 17)
say -c "create temp table lines (line text)" \
	-c "\\copy lines from '$file' with (format csv, quote e'\\x01', delimiter e'\\x02')" \
	-c "insert into at_inbox select line from lines"
is "$(counts)" t "INSERT INTO at_inbox SELECT"
file=$(events 18)
say -d latin -c "select at_ingest_jsonl(pg_read_binary_file('$file'))"
is "$(PGDATABASE=latin counts)" t "bytea, in a database of Latin-1"

# Free text, for those who want none stored: words that are no secret
new_database content
sql -c "alter database content set agent_tracker.redact = 'contract,secrets,content'"
sql -c "select at_create_store()" >/dev/null
number=10
for what in '"rationale":"@ words"' '"summary":["@ words",{"a":"more @ words"}]' '"trade_thesis":"@"' \
	'"o":{"Notes":{"x":{"text":"@"}}}' \
	'"documents":[{"page":1,"content":"@"}]' '"finalComment":"@"' '"chain_of_thought":[["@"]]' \
	'"a":[{"description":"@"}]'; do
	what=${what//@/"${master}98${number}10"}
	what=${event/'"order":{}'/"$what"}
	what=${what/evt_ID/evt_98$number}
	what=${what/IDEM/98$number}
	printf '%s\n' "${what/'"late"'/"\"so late ${master}98${number}11\""}"
	number=$((number + 1))
done >"$work/events.content"
say -c "select at_ingest_jsonl(pg_read_binary_file('$work/events.content'))"
say -c "select at_record('error.recorded',
	json_build_object('error_kind', 'x', 'message', 'plain ${master}981812 words'), project => 'desk',
	agent_id => 'a', environment => 'paper')"
is "$(sql -c "select count(*), bool_and(payload::text ~ 'sha256') from at_event")" "9|t" "category content"
export PGDATABASE=privacy

# One event at a time; sql_text makes the SQL expression of a kind's text
file=$(whole_events 40)
sed 's/.*/select at_ingest($m$&$m$);/' "$file" | say
is "$(sql -c "select count(*) > 300 from at_event where batch_id is null")" t "at_ingest"

# calls WAY TEMPLATE...: each template with every shape in the places of @@, as
# an expression of type text.
calls()
{
	local way=$1 kind=10 number=10 what template

	shift
	for what in "${shapes[@]}"; do
		number=10
		for template in "$@"; do
			what=${what//@/"$master$kind${number}$way"}
			echo "${template//@@/"(\$j\$\"$what\"\$j\$::jsonb #>> '{}')"};"
			what=${shapes[$((kind - 10))]}
			number=$((number + 1))
		done
		kind=$((kind + 1))
	done
}

# member_calls WAY TEMPLATE: the same with members of an object.
member_calls()
{
	local kind=$((10 + ${#shapes[@]})) what

	for what in "${members[@]}"; do
		echo "${2//@@/"${what//@/"$master${kind}99$1"}"};"
		kind=$((kind + 1))
	done
}

fixed="project => 'desk', agent_id => 'a', environment => 'paper'"
{
	calls 41 "select at_record('error.recorded', json_build_object('error_kind', 'x', 'message', @@), $fixed)" \
		"select at_record('error.recorded', json_build_object('error_kind', 'x', 'message', 1, @@, @@), $fixed)" \
		"select at_record('error.recorded', json_build_object('severity', @@, 'component', array[@@]), $fixed)" \
		"select at_record('agent.run.started', '{\"run_type\":1}', project => @@, agent_id => 'a',
		environment => 'paper')" \
		"select at_record('agent.run.started', '{\"run_type\":1}', project => 'desk', agent_id => @@,
		environment => 'paper')" \
		"select at_record('agent.run.started', '{\"run_type\":1}', project => 'desk', agent_id => 'a',
		environment => @@)" \
		"select at_record('agent.run.started', '{\"run_type\":1}', $fixed, run_id => 'run_-' || @@)" \
		"select at_record('agent.run.started', '{\"run_type\":1}', $fixed, span_id => @@, parent_span_id => @@)" \
		"select at_record('agent.run.started', '{\"run_type\":1}', $fixed, symbols => array['aapl', @@])" \
		"select at_record('agent.run.started', '{\"run_type\":1}', $fixed, event_id => 'evt_-' || @@)" \
		"select at_record('agent.run.started', '{\"run_type\":1}', $fixed, idempotency_key => 'desk/' || @@)"
	member_calls 41 "select at_record('error.recorded', \$m\${\"error_kind\":1,\"message\":2,@@}\$m\$, $fixed)"
	member_calls 42 "select at_record('error.recorded', \$m\${\"severity\":\"x\",\"o\":[{@@}]}\$m\$, $fixed)"
} >"$work/statements"
say -f "$work/statements"
is "$(sql -c "select count(*) > 50 from at_event where event_type = 'agent.run.started'")" t "at_record"
{
	calls 43 \
		"select set_config('agent_tracker.project', @@, false) is null,
		set_config('agent_tracker.agent_id', @@, false) is null" \
		"select at_record('agent.run.started', '{\"run_type\":1}', environment => 'paper')"
} | say
ok 0 "at_record with settings"
{
	calls 44 "select at_record_error(@@, @@, severity => @@, $fixed)" \
		"select at_record_error(@@, @@, payload => json_build_object(@@, @@), $fixed)" \
		"select at_record_risk_check(false, array['x', @@], risk_check_kind => @@, $fixed)" \
		"select at_record_source_claim(@@, payload => json_build_object('deep', array[@@]), $fixed)"
	member_calls 44 "select at_record_error('x', 'y', payload => \$m\${@@}\$m\$, $fixed)"
} | say
is "$(sql -c "select count(*) >= 30 from at_event where event_type = 'source.claim.recorded'")" t "typed helpers"

# Mappings and the rows they are given; what a source makes up shows in no
# event, no warning and no error
source="'event_type', 'error.recorded', 'occurred_at', 't', 'key', 'id'"
mapping="json_build_object('project', 'desk', 'agent_id', 'a', 'sources', json_build_array(json_build_object(%)))"
{
	calls 45 "select at_map_rows(${mapping/\%/"$source, 'symbols', 'x', 'run_id', 'x',
			'fields', json_build_object('error_kind', 'x', 'message', 'x')"},
			json_build_array(json_build_object('id', @@, 't', '2026-01-01', 'x', @@),
			json_build_object('id', 1, 't', @@), @@, json_build_object(@@, @@)))" \
		"select at_map_rows(${mapping/\%/"$source,
			'payload_defaults', json_build_object('error_kind', @@, 'message', @@, 'severity', @@)"},
			json_build_array(json_build_object('id', 1, 't', '2026-01-01')))" \
		"select at_map_rows(json_build_object(@@, @@), '[]')" \
		"select at_check_mapping(json_build_object('project', @@, @@, 'x', 'environment', @@, 'sources',
		json_build_array(json_build_object('query', @@,
			'event_type', @@, 'occurred_at', json_build_object('value', @@), 'key', @@, 'payload_defaults',
			json_build_object('message', @@, @@, 1), 'fields', json_build_object(@@, @@)))))" \
		"select at_create_mapping('m', ${mapping/\%/"$source, 'relation', @@,
			'payload_defaults', json_build_object('error_kind', 'x', 'message', @@)"})" \
		"select at_create_mapping('m', ${mapping/\%/"$source,
			'query', 'select ' || quote_literal(@@) || '::int as id, now() as t',
			'payload_defaults', json_build_object('error_kind', 'x', 'message', 'x')"})"
	member_calls 45 "select at_check_mapping(\$m\${\"sources\":[{@@,\"payload_defaults\":{@@},\"fields\":{@@}}]}\$m\$)"
	for value in "'x Bearer ' || '${master:0:5}' || '${master:5}999945'" \
		"('${master:0:5}' || '${master:5}999949' || n)::int"; do
		echo "select at_create_mapping('m', ${mapping/\%/"$source,
			'query', \$m\$select n as id, timestamptz '2026-01-01' as t, $value as x from generate_series(1, 3) n\$m\$,
			'payload_defaults', json_build_object('error_kind', 'made up', 'severity', 'info'), 'fields',
			json_build_object('message', 'x')"});"
		echo "select at_sync_mapping('m');"
		echo "select at_drop_mapping('m');"
	done
} >"$work/statements"
say -f "$work/statements"
is "$(sql -c "select distinct payload->>'message' from at_event where payload->>'error_kind' = 'made up'")" \
	"x [REDACTED]" "a mapping makes events of rows"
said "sources\[0\] of the mapping cannot be read" "... and tells that a source cannot be read"

# Ids of rows that a source makes up: those that are stored and those that are
# refused keep apart, as pseudonyms
id="'order_' || '${master:0:5}' || '${master:5}999951' || n"
for what in "'idempotency_key', 'id', 'event_id', 'eid', 'run_id', 'id', 'symbols', 'id'" \
	"'key', 'id', 'run_id', 'rid', 'span_id', 'id'"; do
	echo "select at_create_mapping('ids',
		json_build_object('project', 'desk', 'agent_id', 'a', 'environment', 'paper', 'sources',
		json_build_array(json_build_object('name', 's',
		'query', \$m\$select $id as id, 'evt_-' || $id as eid, 'run_-' || $id as rid, timestamptz '2026-01-01' as t,
		case
		when n > 4 then 'no side' else 'buy' end as side
			from generate_series(1, 6) n\$m\$, 'event_type', json_build_object('value', 'paper.fill.recorded'),
			'occurred_at', 't', $what,
		'payload_defaults', json_build_object('symbol', 'X', 'quantity', 1, 'price', 1), 'fields',
		json_build_object('fill_id', 'id', 'order_intent_id', 'id', 'side', 'side')))));"
	echo "select * from at_sync_mapping('ids');"
	echo "select at_drop_mapping('ids');"
done | say
is "$(sql -c "select count(*), count(distinct idempotency_key::text), count(distinct payload->>'fill_id') from at_event
	where payload->>'fill_id' ~ '#' and payload->>'fill_id' = payload->>'order_intent_id'")|$(sql \
	-c "select count(distinct origin) from at_reject where origin ~ '^s/'")" \
	"8|8|4|2" "ids of rows keep apart"

# Rows of the reference code's tables: in every column at once, as text, in an
# object, and as text that is JSON where JSON is read; the events are shown
dates='_(at|date|of|start|end)\$'
json_columns='^(token_usage|validation_summary|result_digest|source_digest|data_quality|raw|input|warnings'
json_columns+='|metadata|arguments)\$'
# rows VALUE CONDITION: the query, for rows of the columns for which it holds
rows()
{
	echo "select at_journal_events from at_journal_tables() t, lateral at_journal_events(t.table_name," \
		"(select json_object_agg(k, case when k = 'symbol' and not $2 then '\"X\"' else $1 end)" \
		"from unnest(columns) k where $2 or k = 'symbol'), 'desk', 'a')"
}
{
	for condition in true "k !~ '$dates|^(id|side|open_close_effect|primary_regime)\$'" "k !~ '$dates|^side\$'"; do
		calls 46 "$(rows 'to_json(@@)' "$condition")" \
			"$(rows 'json_build_array(@@, json_build_object(@@, @@))' "$condition")"
		member_calls 46 "$(rows "\$m\${@@}\$m\$::json" "$condition")"
	done
	member_calls 47 "$(rows "to_json(\$m\${\"a\":[{@@}]}\$m\$::text)" "k ~ '$json_columns'")"
	calls 48 \
		"select at_journal_report(json_build_object('portfolio_targets', json_build_object('id', @@), @@,
		'[1]'::json),
		'desk', 'a')" \
		"select at_journal_events(@@, '[1]', 'desk', 'a')"
} >"$work/statements"
say -f "$work/statements"
is "$(tail -n +$((before + 1)) "$work/client" | grep -c '"event_type"' | awk '{ print ($1 > 1500) }')" 1 \
	"at_journal_events"

# Functions over one event: what they return is theirs to give, what they
# raise and log is not
file=$(whole_events 20)
{
	sed "s/.*/select at_is_valid(\$m\$&\$m\$);/" "$file"
	sed "s/.*/select path, rule, message from at_violations(\$m\$&\$m\$);/" "$file"
	sed "s/.*/select at_redact(\$m\$&\$m\$);/" "$file"
	sed "s/.*/select at_redact(\$m\$&\$m\$, rules => '${master}999920');/; 20q" "$file"
	sed "s/.*/select at_canonical(\$m\$[&,1e5000]\$m\$);/; 20q" "$file"
	sed "s/.*/select at_redact_text(\$m\$&\$m\$, '${master}999921');/; 20q" "$file"
} | say
ok 0 "functions over one event"
sql -c "select note from (select at_redact_text(t) as note
	from unnest(array['Bearer ${master}999922', e'x\npassword=${master}999922']) t) s" >>"$work/client"

# Calls that fail while they work, with the secrets in the statement
new_database failing
sql -c "select at_create_store()" >/dev/null
file=$(events 30)
{ echo -n "select at_ingest_jsonl(\$m\$"; cat "$file"; echo "\$m\$);"; } >"$work/statement"
{ echo "insert into at_inbox values"; sed 's/.*/($m$&$m$),/; $s/,$/;/' "$file"; } >"$work/insert"
sql -c "begin" -c "select at_ingest_jsonl(''::text)" -c "select pg_sleep(120)" >/dev/null 2>&1 &
holder=$!
wait_for "select exists (select from pg_stat_activity where query like '%pg_sleep(120)%' and pid <> pg_backend_pid())"
for input in statement insert; do
	PGOPTIONS="-c statement_timeout=300" say -f "$work/$input"
	said "statement timeout" "$input: statement timeout"
	PGOPTIONS="-c lock_timeout=300" say -f "$work/$input"
	said "lock timeout" "$input: lock timeout"
	for how in cancel terminate; do
		before=$(wc -l <"$work/client")
		PGAPPNAME=victim say -f "$work/$input" &
		victim=$!
		wait_for "select exists (select from pg_stat_activity
			where application_name = 'victim' and wait_event_type = 'Lock')"
		sql -c "select pg_${how}_backend(pid) from pg_stat_activity where application_name = 'victim'" >/dev/null
		wait $victim
		said "(due to user request|due to administrator command)" "$input: $how"
	done
done
sql -c "select pg_terminate_backend(pid) from pg_stat_activity
	where query like '%pg_sleep(120)%' and pid <> pg_backend_pid()" \
	>/dev/null
wait $holder

sql -c "alter table at_event add constraint mine check (line_no <> 700)"
say -f "$work/statement"
said "violates check constraint" "statement: a check constraint of the user's"
say -f "$work/insert"
said "violates check constraint" "insert: a check constraint of the user's"
say -c "\\copy at_inbox from '$file' with (format csv, quote e'\\x01', delimiter e'\\x02')"
said "violates check constraint" "\\copy: a check constraint of the user's"
sql -c "alter table at_event drop constraint mine"

# A unique index of the user's makes rows go missing
sql -c "select at_make_partitions('{2026-01-05}')" >/dev/null
sql -c "do \$\$ declare p regclass; begin for p in select partition from at_partitions() loop
	execute format('create unique index on %s (project, symbols, (payload->>''message''))', p); end loop; end \$\$"
say -f "$work/statement"
said "neither stored nor found" "statement: a unique index of the user's"

# One event at a time: a hundred findings, and a call that waits for another
before=$(wc -l <"$work/client")
say <<-SQL
	select at_ingest(json_build_object('event_id', 'evt ${master}999932', 'event_type', '${master}999932',
		'payload', (select json_object_agg(field, '${master}999932')
			from (select distinct field from at_event_fields()) f)));
	select at_record('risk.check.completed', (select json_object_agg(field, '${master}999932')
		from (select distinct field from at_event_fields()) f), project => '${master}999932 x');
SQL
said "payload.severity.*payload.side" "at_ingest, at_record: all findings are told"
sed 's/.*/select at_ingest($m$&$m$);/; 1q' "$file" >"$work/event"
sed 's/"timeout"/"refused"/g' "$work/event" >"$work/conflict"
sql -c "begin" -f "$work/event" -c "select pg_sleep(121)" >/dev/null 2>&1 &
holder=$!
wait_for "select exists (select from pg_stat_activity where query like '%pg_sleep(121)%' and pid <> pg_backend_pid())"
PGOPTIONS="-c statement_timeout=300" say -f "$work/event"
said "statement timeout" "at_ingest: statement timeout"
echo "select at_ingest(:content::json);" >"$work/bound"
before=$(wc -l <"$work/client")
PGOPTIONS="-c statement_timeout=300 -c log_parameter_max_length_on_error=-1" \
	"$AT_BIN/pgbench" -n -t 1 -M extended -f "$work/bound" -D "content=$(head -n 1 "$file")" \
	>>"$work/client" 2>&1
said "statement timeout" "at_ingest: statement timeout of a call with a parameter that would be logged"
sql -c "select pg_terminate_backend(pid) from pg_stat_activity
	where query like '%pg_sleep(121)%' and pid <> pg_backend_pid()" \
	>/dev/null
wait $holder
say -f "$work/event" -f "$work/conflict"
said "WARNING" "at_ingest: a conflict"

# No privilege, no store
sql -c "create role nobody login"
say -U nobody -c "\\copy at_inbox from '$file' with (format csv, quote e'\\x01', delimiter e'\\x02')"
said "permission denied" "\\copy without privilege"
echo "select at_ingest_jsonl(:content::text);" >"$work/bound"
before=$(wc -l <"$work/client")
"$AT_BIN/pgbench" -n -t 1 -M extended -U nobody -f "$work/bound" -D "content=$(head -n 1 "$file")" \
	>>"$work/client" 2>&1
said "permission denied" "a parameter without privilege"
sql -c "grant execute on function at_ingest_jsonl(text, text), at_ingest_jsonl(bytea, text, boolean) to nobody" \
	-c "grant insert on at_inbox to nobody" -c "select at_drop_store()" >/dev/null
say -U nobody -f "$work/statement"
said "no store in this database" "statement: no store"
say -U nobody -c "\\copy at_inbox from '$file' with (format csv, quote e'\\x01', delimiter e'\\x02')"
said "no store in this database" "\\copy: no store"
sql -c "select at_create_store()" -c "alter table at_event enable row level security" >/dev/null
say -U nobody -f "$work/statement"
said "row-level security" "statement: row security of the store"

# COPY that is stopped between two lines
copy="copy at_inbox from stdin with (format csv, quote e'\\x01', delimiter e'\\x02')"
PGOPTIONS="-c statement_timeout=500" say -c "$copy" \
	< <(head -n 600 "$file"; sleep 1; cat "$file" "$file")
said "statement timeout" "COPY: statement timeout between two lines"
say -c "$copy" < <(head -n 600 "$file"; echo "Bearer ${master}999930"$'\x02x')
said "extra data after last expected column" "COPY: an error of its own"
say -c "$copy" < <(head -n 600 "$file"; printf 'Bearer %s\xff\n' "${master}999931")
said "invalid byte sequence" "COPY: invalid encoding"

# Nothing of it all is anywhere
export PGDATABASE=privacy
result=$(found "$master")
ok "$([ -z "$result" ]; echo $?)" "no secret is in tables, files, exports, log or messages" "$result"
is "$(sql -c "select count(distinct payload->>'trade_id') > 30, count(distinct run_id::text) > 10,
	count(distinct event_id::text) > 10
	from at_event
	where payload->>'trade_id' ~ '\[REDACTED\]#[A-P]{16}' or run_id::text ~ 'redacted-'
	or event_id::text ~ 'redacted-'")" \
	"t|t|t" "... and identities are pseudonyms that keep apart"
is "$(sql -c "select count(*) > 3000 from at_event where at_event_json(at_event)::text ~ 'REDACTED|sha256'")" \
	t "what was stored is what was redacted"
done_testing
