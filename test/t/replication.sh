#!/bin/bash
# replication.sh
#	A store that is replicated logically: a publication of all tables stops
#	nothing, and a store that subscribes to it has what the publisher has, whether
#	partitions are published one by one or as at_event.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

new_cluster replication "wal_level = logical" "max_logical_replication_workers = 8" \
	"max_sync_workers_per_subscription = 4" "timezone = 'UTC'" "wal_receiver_status_interval = 1"

# in DATABASE SQL...
in_db()
{
	local db=$1 statement args=()

	shift
	for statement in "$@"; do args+=(-c "$statement"); done
	sql -d "$db" "${args[@]}" 2>&1
}

# A line for a fill.
fill()
{
	printf '{"schema_version":"2026-06-07","event_id":"evt_%s","idempotency_key":"k%s","project":"p","agent_id":"a","run_id":"run_1","event_type":"paper.fill.recorded","environment":"paper","occurred_at":"%s","symbols":["SPY"],"payload":{"symbol":"SPY","side":"%s","quantity":%s,"price":10,"fill_id":"f%s"},"privacy":{},"sdk":{"name":"n","version":"1","language":"l"}}\n' \
		"$1" "$1" "$2" "$3" "$4" "$1"
}

# Rows of each table of the store.
rows()
{
	in_db "$1" "set datestyle = iso" "select r.name, x.rows from _at_store_relations() r, lateral (
		select (xpath('/row/m/text()', query_to_xml(format(
			'select count(*) || '' '' || coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '''') as m '
			'from %I t', r.name),
			true, true, '')))[1]::text as rows) x where r.kind = 'table' order by 1"
}

# same NAME: soon the subscriber has all of it.
same()
{
	local try want got

	for ((try = 0; try < 300; try++)); do
		want=$(rows pub)
		got=$(rows sub)
		[ "$want" != "$got" ] || break
		sleep 0.1
	done
	is "$got" "$want" "$1"
}

# Everything that changes rows, on the publisher, which must not refuse it.
work()
{
	is "$(in_db pub "select accepted, rejected from at_ingest_jsonl(\$e\$$(fill 4 2026-01-05T09:00:00Z buy 2)
{}\$e\$)" "select days > 0, fills, positions from at_refresh()" \
		"update at_event set evidence = at_event_evidence(at_event_json(at_event)), line_no = line_no + 100" \
		"delete from at_reject where line_no = 5" \
		"select accepted from at_ingest_jsonl(\$e\$$(fill 5 2026-01-06T09:00:00Z sell 1)\$e\$)" \
		"select fills, positions, days from at_refresh()")" \
		"1|1
t|1|1
1
1|1|1" "$1: the publisher works on"
}

for mode in false true; do
	name="publish_via_partition_root = $mode"
	for db in pub sub; do
		new_database "$db" >/dev/null
		in_db "$db" "set client_min_messages = error" "select at_create_store()" \
			"select at_make_partitions('{2026-01-01}')" >/dev/null
	done
	in_db pub "create publication p for all tables with (publish_via_partition_root = $mode)" >/dev/null
	is "$(in_db pub "select accepted, rejected from at_ingest_jsonl(\$e\$$(fill 1 2026-01-05T13:00:00Z buy 3)
$(fill 2 2026-01-05T14:00:00Z sell 1)
$(fill 3 2026-01-06T14:00:00Z sell 1)
{}
{}\$e\$)" "select days, fills from at_refresh()")" "3|2
2|3" "$name: a load and the rollups"
	in_db sub "truncate at_store, at_drift_bound, at_identity_key" >/dev/null
	in_db pub "select pg_create_logical_replication_slot('s', 'pgoutput')" >/dev/null
	in_db sub "create subscription s connection 'host=$PGHOST port=$PGPORT user=$PGUSER dbname=pub'
		publication p with (create_slot = false, slot_name = s)" >/dev/null
	same "$name: what was there"
	work "$name"
	same "$name: what came and changed"
	if [ "$mode" = false ]; then
		in_db pub "delete from at_event where event_id = 'evt_4'" >/dev/null
		same "$name: an event that was deleted"
	fi
	# a month that comes: both have made it ahead
	for db in pub sub; do
		in_db "$db" "select at_make_partitions('{2026-02-01}')" >/dev/null
	done
	[ "$mode" = true ] || in_db sub "alter subscription s refresh publication" >/dev/null
	in_db pub "select accepted from at_ingest_jsonl(\$e\$$(fill 6 2026-02-05T13:00:00Z buy 1)\$e\$)" >/dev/null
	same "$name: a month that was made ahead"
	is "$(in_db sub "select count(*) from at_trade" "select count(*) from at_export_jsonl()")" \
		"$(in_db pub "select count(*) from at_trade" "select count(*) from at_export_jsonl()")" \
		"$name: trades and export of the subscriber"
	in_db sub "alter subscription s disable" "alter subscription s set (slot_name = none)" "drop subscription s" \
		>/dev/null
	for ((try = 0; try < 100; try++)); do
		in_db pub "select pg_drop_replication_slot('s')" >/dev/null && break
		sleep 0.1
	done
done
stop_cluster
done_testing
