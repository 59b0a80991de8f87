#!/bin/bash
# notify.sh
#	Who listens on the channel agent_tracker hears of what is stored, when it is
#	stored and the setting is on, and nothing of the data; and nobody's event is lost
#	because somebody does not read his messages.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

settings=()
version=$(sql -c "show server_version_num")
# the least queue there is: 64 pages of 8 kB
[ "$version" -lt 170000 ] || settings=("max_notify_queue_pages = 64")
new_cluster notify "timezone = 'UTC'" ${settings[@]+"${settings[@]}"}
sql -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null

line='{"schema_version":"2026-06-07","event_id":"evt_00000000000000000000000000000001","idempotency_key":"k1","project":"p","agent_id":"a","run_id":"run_1","event_type":"agent.run.started","environment":"paper","occurred_at":"2026-01-05T09:00:00Z","symbols":[],"payload":{"run_type":"manual"},"privacy":{},"sdk":{"name":"n","version":"1","language":"l"}}'

# The messages that a session that listens gets of its own statements, without what differs from run to run.
messages()
{
	local statement args=(-c "listen agent_tracker")

	for statement in "$@"; do args+=(-c "$statement"); done
	sql "${args[@]}" 2>&1 |
		sed -n 's/^Asynchronous notification "agent_tracker" with payload "\(.*\)" received from.*/\1/p' |
		sed -E 's/"batch_id": [0-9]+/"batch_id": N/; s/evt_[0-9a-f]{32}/evt_X/; s/[0-9]{4}-[0-9-]+T[0-9:.]+Z/T/'
}

identity="project => 'hidden', agent_id => 'hidden', environment => 'paper'"
record="select at_record('agent.run.started', '{\"run_type\": \"secret_name\"}', $identity)"
is "$(messages "$record" "select 1")" "" "nothing by default"
on="set agent_tracker.notify = on"
is "$(messages "$on" "$record" "select 1")" \
	'{"event_type": "agent.run.started", "occurred_at": "T", "event_id": "evt_X"}' "an event, and nothing of its data"
is "$(messages "$on" "begin" "$record" "rollback" "select 1")" "" "not one that was rolled back"
is "$(messages "$on" "set agent_tracker.enabled = off" "$record" "select 1")" "" "nor one that was not recorded"
is "$(messages "$on" "select accepted from at_ingest_jsonl('$line' || e'\n' || 'no event')" "select 1")" \
	'{"batch_id": N, "accepted": 1, "duplicates": 0, "conflicts": 0, "rejected": 1}' "a load is one message"
is "$(messages "$on" "select accepted from at_ingest_jsonl('$line')" "select 1")" \
	'{"batch_id": N, "accepted": 0, "duplicates": 1, "conflicts": 0, "rejected": 0}' "also one with duplicates only"
named="${record%)}, event_id => 'evt_my-name')"
is "$(messages "$on" "$named" "select 1")" '{"event_type": "agent.run.started", "occurred_at": "T"}' \
	"an id that somebody made up is not told"
is "$(messages "$on" "$named" "select 1")" "" "a repeated event is no news"

# A session that listens and stays in its transaction keeps all messages in the queue.
if [ "$version" -ge 170000 ]; then
	sql -c "listen agent_tracker" -c "begin" -c "select 1" -c "select pg_sleep(30)" >/dev/null 2>&1 &
	sleep 2
	got=$(sql -c "$on" -c "do \$\$ begin for n in 1..20000 loop
			perform at_record('agent.run.started', '{\"run_type\": \"x\"}', $identity);
			commit;
		end loop; end \$\$" \
		-c "select count(*) from at_event where payload ->> 'run_type' = 'x'" \
		-c "select round(pg_notification_queue_usage()::numeric, 1)" 2>&1 | tail -n 2 | tr '\n' ' ')
	is "$got" "20000 0.5 " "a queue that nobody reads costs no event"
	sql -c "select pg_cancel_backend(pid) from pg_stat_activity
		where query ~ 'pg_sleep' and pid <> pg_backend_pid()" >/dev/null
	wait
else
	skip "a queue that nobody reads costs no event" "before 17 the queue is 8 GB"
fi
done_testing
