#!/bin/bash
# quiet.sh
#	Whatever fails in a function of the extension shows nothing of its arguments:
#	each function that takes texts, JSON, bytes or rows is called with a marker in
#	one of them after the other, the others as they should be, as literals, by
#	EXECUTE and with bound parameters.  The marker is in no line of the log and in
#	no message to the client.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

marker=ZQMARK7
new_cluster quiet "log_min_error_statement = error" "log_parameter_max_length_on_error = -1" \
	"log_error_verbosity = verbose" "timezone = 'UTC'"
log=$PGDATA.log
new_database quiet || exit
sql -c "set client_min_messages = warning" -c "select at_create_store()" >"$AT_TMP/quiet.out"

# A store with something in it, for what goes further when the names are right.
sql >"$AT_TMP/quiet.out" <<'SQL'
	create function event(n int, type text, payload jsonb) returns text language sql as $$
		select jsonb_build_object('schema_version', '2026-06-07', 'event_id', 'evt_' || n, 'idempotency_key', 'k' || n,
			'project', 'p', 'agent_id', 'a', 'run_id', 'run_1', 'event_type', type, 'occurred_at',
				'2026-01-05T13:00:00Z',
			'environment', 'paper', 'symbols', '[]'::jsonb, 'payload', payload, 'privacy', '{}'::jsonb,
			'sdk', jsonb_build_object('name', 'n', 'version', 'v', 'language', 'l'))::text || e'\n'
	$$;
	select accepted from at_ingest_jsonl(event(1, 'agent.run.started', '{"run_type": "manual"}')
		|| event(
			2, 'paper.fill.recorded', '{"symbol": "SPY", "side": "buy", "quantity": 1, "price": 10, "fill_id": "f"}'));
	select at_create_baseline(at_create_behavior_profile('p', 'a', 'paper', '2026-01-01', '2026-02-01'), 'manual', 'x');
	create table here as select p.oid, p.proname, p.prokind, p.proargtypes::oid[] as types,
		coalesce(p.proargnames, '{}') as names, p.proretset
	from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
		join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
	where p.prorettype not in ('trigger'::regtype, 'language_handler'::regtype)
		and not p.proargtypes::oid[] && array['internal'::regtype, 'cstring'::regtype]::oid[]
		and p.proname not in ('at_drop_store', '_at_pending_events', '_at_pending_rejects');
SQL

# The calls: for each argument that can hold the marker, one with it; for each
# again with numbers and times that are out of range, and with the rest null.
sql -v marker="$marker" >"$AT_TMP/calls" <<'SQL'
	create function private(type oid) returns boolean language sql as $$
		select format_type(type, null) in (
			'text', 'name', 'json', 'jsonb', 'text[]', 'bytea', 'record', 'at_id', 'at_key',
			'at_compared_side', 'at_counts', 'at_envelope', 'json[]', 'jsonb[]', 'anyelement', 'at_id[]')
	$$;
	-- a value of a type that holds the marker
	create function marked(type text, marker text) returns text language sql as $$
		select case
			when type in ('text', 'name', 'at_key', 'bytea') then quote_literal(marker) || '::' || type
			when type = 'at_id' then quote_literal('evt_' || marker) || '::at_id'
			when type in ('text[]', 'at_id[]') then format('array[%L, %L, null]::%s', 'a', marker, type)
			when type in ('json[]', 'jsonb[]') then format('array[%L]::%s', jsonb_build_object(marker, marker), type)
			when type in ('json', 'jsonb') then format(
				'%L::%s', jsonb_build_object(marker, marker, 'project', marker, 'event_id', marker), type)
			when type = 'at_counts' then format('at_counts_of(array[%L], array[1::bigint])', marker)
			when type = 'at_compared_side' then format(
				'jsonb_populate_record(null::at_compared_side, %L)',
				jsonb_build_object('project', marker, 'agent_id', marker))
			when type = 'record' then format('row(%L, 1)', marker)
			when type = 'anyelement' then quote_literal(marker) || '::text'
			else 'null::' || type end
	$$;
	-- a value as it should be
	create function good(type text, name text, side int) returns text language sql as $$
		select case
			when name = 'project' then '''p''' when name = 'agent_id' then '''a''' when name in ('environment')
				and type = 'text' then '''paper'''
			when name = 'baseline' and type = 'text' then '(select min(baseline_id) from at_baseline)'
			when name = 'profile' and type = 'text' then '(select min(profile_id) from at_behavior_profile)'
			when name = 'kind' then '''manual''' when name = 'schema_name' or name = 'schema' then '''public'''
			when type in ('text', 'name') then '''x''::' || type
			when type = 'text[]' then 'array[''x'']' when type in ('json', 'jsonb') then '''{}''::' || type
			when type in ('smallint', 'integer', 'bigint') then (array['1', '-1', '2147483647'])[side] || '::' || type
			when type in ('real', 'double precision', 'numeric') then (array['0.05', '''NaN''', '-1'])[side] || '::'
				|| type
			when type in ('double precision[]', 'numeric[]') then (array['''{1,2,3}''', '''{NaN,1}''', '''{}'''])[side]
				|| '::' || type
			when type = 'boolean' then 'true'
			when type = 'timestamp with time zone[]' then 'array[''2026-02-01'', ''2026-02-02'']::' || type
			when type like 'timestamp%' then (array['''2026-02-01''', '''infinity''', '''-infinity'''])[side] || '::'
				|| type
			when type = 'date' then (array['''2026-02-01''', '''infinity''', '''-infinity'''])[side] || '::' || type
			when type = 'interval' then (array['''1 day''', '''-1 day''', '''1000000 years'''])[side] || '::' || type
			when type = 'at_event_type' then '''agent.run.started''::' || type
			when type = 'at_environment' then '''paper''::' || type
			when type = 'at_drift_level' then '''low''::' || type
			when type = 'bytea' then '''x''::bytea'
			when type = 'at_behavior' then '(select behavior from at_behavior_profile limit 1)'
			when type = 'at_evidence_set' then 'at_stored_evidence()'
			when type = 'at_evidence' then '(select evidence from at_event limit 1)'
			when type in ('at_sample', 'at_moments') then type || '_of(array[1, 2, 3])'
			when type = 'at_id' then '''evt_1''::at_id'
			when type = 'at_counts' then 'at_counts_of(array[''a'', ''b''], array[1::bigint, 2])'
			when type = 'record' then 'row(1)' when type = 'anyelement' then '1'
			else 'null::' || type end
	$$;
	select format(case when prokind = 'p' then 'call %s(%s)' when proretset then 'select * from %s(%s)'
		else 'select %s(%s)' end, h.proname, a.args)
	from here h, generate_series(1, 3) side, generate_series(1, cardinality(h.types)) place,
		lateral (select string_agg(case when i = place then marked(format_type(h.types[i - 1], null), :'marker')
			else good(format_type(h.types[i - 1], null), h.names[i], side) end, ', ' order by i) as args
			from generate_series(1, cardinality(h.types)) i) a
	where private(h.types[place - 1])
	order by h.proname, h.oid, side, place
SQL
calls=$(wc -l <"$AT_TMP/calls")
[ "$calls" -gt 500 ]
ok $? "there are calls to make: $calls"

# quiet NAME OUTPUT: the marker is in no line of the log since the last call, nor
# in the messages of OUTPUT.
# Names of roles and schemas may be told.
names='(role|schema) "[^"]*" does not exist'
seen=$(wc -l <"$log")
quiet()
{
	local found

	found=$(tail -n "+$((seen + 1))" "$log" | grep "$marker" | grep -vE "$names" | head -n 400)
	is "$found" "" "$1: nothing in the log"
	is "$(grep -a "$marker" "$2" | grep -vE "$names" | head -n 40)" "" "$1: nothing in a message"
	seen=$(wc -l <"$log")
}

# Each call reached its function: what the parser refuses, the server shows.
reached()
{
	is "$(grep -a -A1 '^LINE ' "$1" | head -n 10)" "" "$2: each call reached its function"
}

# Each statement of a file, those that fail as well, all undone.
run()
{
	sql -v ON_ERROR_STOP=0 -v VERBOSITY=verbose -f "$1" >"$AT_TMP/quiet.out" 2>"$AT_TMP/quiet.err"
}

# What is wrong within a text or a document, where the names of its parts are right.
fill="{\"fill_id\":\"$marker\",\"ts\":\"$marker\",\"symbol\":\"$marker\",\"side\":\"$marker\","
fill+="\"quantity\":\"$marker\",\"price\":\"$marker\"}"
cat >>"$AT_TMP/calls" <<SQL
select * from at_compare('{"project":"p","since":"$marker"}', '{"project":"p"}', '2026-01-01', '2026-02-01')
select * from at_compare('{"project":"p","environment":"$marker"}', '{"project":"p"}', '2026-01-01', '2026-02-01')
select * from at_compare('{"project":"p"}', '{"project":"p","until":"$marker"}', '2026-01-01', '2026-02-01')
select at_flow_returns(1, '[{"end_equity":"$marker"}]')
select at_flow_returns(1, '[{"end_equity":1,"external_flow":"$marker"}]')
select at_round_trips('[$fill]'::jsonb)
select at_collect_behavior('trade.rejected', '{"reason_code":"$marker"}', 'run_1', 'evt_1', 0, 0)
SQL

{ echo "begin; savepoint s;"; sed 's/$/; rollback to s;/' "$AT_TMP/calls"; echo "rollback;"; } >"$AT_TMP/literals.sql"
run "$AT_TMP/literals.sql"
failed=$(grep -ac 'ERROR:' "$AT_TMP/quiet.err")
[ "$failed" -gt 1000 ]
ok $? "literals: many calls fail: $failed"
quiet "literals" "$AT_TMP/quiet.err"
reached "$AT_TMP/quiet.err" "literals"

# The first call of a session, when the library is not loaded yet.
sql -v ON_ERROR_STOP=0 -c "select at_create_baseline('prf_x', 'manuel', 'call $marker first')" 2>"$AT_TMP/quiet.err"
like "$(cat "$AT_TMP/quiet.err")" "kind must be" "the first call of a session fails"
quiet "first call" "$AT_TMP/quiet.err"

# Bound parameters, by the extended protocol: of each function one call, each
# argument that holds the marker as a parameter.
mkdir -p "$AT_TMP/bound"
grep -v "select .*select\|'{\"" "$AT_TMP/calls" | grep -E "'(evt_)?$marker'::|'$marker'" |
	awk '{ f = $0; sub(/\(.*/, "", f); if (n[f]++ < 3) print }' |
	sed "s/'$marker'/:m/g; s/'evt_$marker'/:e/g" >"$AT_TMP/bound.calls"
errors=0
: >"$AT_TMP/bound.err"
while read -r call; do
	echo "$call;" >"$AT_TMP/bound/call.sql"
	"$AT_BIN/pgbench" -n -t 1 -M extended -D m="$marker" -D e="evt_$marker" -f "$AT_TMP/bound/call.sql" >/dev/null \
		2>>"$AT_TMP/bound.err" ||
		errors=$((errors + 1))
done <"$AT_TMP/bound.calls"
[ "$errors" -gt 20 ]
ok $? "bound: many of $(wc -l <"$AT_TMP/bound.calls") calls fail: $errors"
quiet "bound" <(grep -a "ERROR:\|DETAIL:\|HINT:\|CONTEXT:" "$AT_TMP/bound.err")

# By EXECUTE, of whose parameters the server shows the values.
sed "s/:m/\$1/g; s/:e/\$2/g" "$AT_TMP/bound.calls" | awk -v m="$marker" -v q="'" '{
	print "prepare p" NR "(text, text) as " $0 ";"
	print "execute p" NR "(" q m q ", " q "evt_" m q ");" }' >"$AT_TMP/executed.sql"
run "$AT_TMP/executed.sql"
quiet "executed" "$AT_TMP/quiet.err"

done_testing
