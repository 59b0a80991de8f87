#!/bin/bash
# startup.sh
#	Options of a connection against what the administrator has set for the
#	database, the role or the server: a writer cannot take redaction away, and
#	nothing is stored in a session in which he tried.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

new_database startup
sql -c "select at_create_store()" -c "create role startup_writer login" \
	-c "select at_grant('startup_writer', 'writer')" >/dev/null

# The message of an event that a writer records with such options, or the error.
recorded()
{
	PGOPTIONS=$1 sql -U "${2:-startup_writer}" -c "select at_record('error.recorded',
		'{\"error_kind\": \"other\", \"message\": \"bob@example.org DESK-1234\"}',
		project => 'p', agent_id => 'a', environment => 'paper')" 2>&1 | grep -v '^WARNING:  permission denied to set'
}

# What is stored of it.
stored()
{
	sql -c "select payload ->> 'message' from at_event" -c "truncate at_event"
}

refused="was refused when this session began"

# With nothing set, the option is refused and the default would hold: no event either.
like "$(recorded "-c agent_tracker.redact=contract")" "$refused" "an option, and no setting of the administrator's"
is "$(stored)" "" "nothing is stored"
like "$(recorded "")" "^evt_" "without an option"
is "$(stored)" "bob@example.org DESK-1234" "by the default"

sql -c "alter database startup set agent_tracker.redact = 'contract,secrets,pii'" \
	-c "alter database startup set agent_tracker.redact_patterns = '{\"desk\": \"\\\\mDESK-[0-9]{4}\\\\M\"}'"
like "$(recorded "")" "^evt_" "with the database's settings"
is "$(stored)" "[REDACTED] [REDACTED]" "they are applied"
for option in redact=contract redact_patterns= store_full_io=on max_event_bytes=200000 max_line_bytes=2000000 \
	max_decompressed_bytes=2000000; do
	like "$(recorded "-c agent_tracker.$option")" "$refused" "option $option against the database"
done
like "$(recorded "-c agent_tracker.redact=contract -c agent_tracker.redact_patterns=x")" "$refused" "two options"
is "$(stored)" "" "nothing is stored"
like "$(PGOPTIONS="-c agent_tracker.redact=contract" sql -U startup_writer \
	-c "\\copy at_inbox from /dev/null with (format csv, quote e'\\x01', delimiter e'\\x02')" \
	2>&1)" "$refused" "nor by COPY"
like "$(PGOPTIONS="-c agent_tracker.redact=contract" sql -U startup_writer \
	-c "select at_ingest_jsonl('{}')" 2>&1)" "$refused" "nor by a load"
like "$(recorded "-c agent_tracker.redact=contract" postgres)" "^evt_" "a superuser's option is his to give"
is "$(stored)" "bob@example.org [REDACTED]" "and is applied; the patterns stay"

# The same when the library is there before the session begins.
sql -c "alter database startup set session_preload_libraries = 'agent_tracker'"
like "$(recorded "-c agent_tracker.redact=contract")" "$refused" "preloaded by the database"
like "$(recorded "")" "^evt_" "preloaded, without an option"
is "$(stored)" "[REDACTED] [REDACTED]" "the database's settings are applied"

# Values of the role, and of the role in the database.
sql -c "alter database startup reset all" -c "alter role startup_writer set agent_tracker.redact = 'contract,pii'"
like "$(recorded "-c agent_tracker.redact=contract")" "$refused" "option against the role"
like "$(recorded "")" "^evt_" "the role's setting"
is "$(stored)" "[REDACTED] DESK-1234" "is applied"
sql -c "alter role startup_writer reset all" \
	-c "alter role startup_writer in database startup set agent_tracker.redact = 'contract,pii'"
like "$(recorded "-c agent_tracker.redact=contract")" "$refused" "option against the role in the database"
sql -c "alter role startup_writer in database startup reset all"

# What a session sets itself does not hide what the database says.
sql -c "alter database startup set agent_tracker.redact = 'contract,pii'"
sql -U startup_writer -c "set agent_tracker.redact = 'contract'" -c "select at_record('error.recorded',
	'{\"error_kind\": \"other\", \"message\": \"bob@example.org\"}', project => 'p', agent_id => 'a',
	environment => 'paper')" >/dev/null 2>&1
is "$(stored)" "[REDACTED]" "SET before the library is loaded"

# A cluster whose file says so.
new_cluster startup "agent_tracker.redact = 'contract,secrets,pii'"
new_database filed
sql -c "select at_create_store()" -c "create role startup_writer login" \
	-c "select at_grant('startup_writer', 'writer')" >/dev/null
like "$(recorded "-c agent_tracker.redact=contract")" "$refused" "option against postgresql.conf"
like "$(recorded "")" "^evt_" "the file's setting"
is "$(stored)" "[REDACTED] DESK-1234" "is applied"
stop_cluster fast
done_testing
