# tap.sh
#	For shell tests in test/t: source "$AT_TAP", then ok, is, like, ...,
#	done_testing.  PGHOST, PGPORT, PGUSER and PGDATABASE lead to an empty
#	database of the throw-away cluster, AT_BIN has the server's programs, AT_TMP
#	is a directory for files.  Tests that restart or kill a server make one of
#	their own with new_cluster.
# shellcheck shell=bash

tap_count=0
tap_failed=0

# ok STATUS NAME [DETAILS]: STATUS 0 is good.
ok()
{
	local status=$1 name=$2

	shift 2
	tap_count=$((tap_count + 1))
	if [ "$status" = 0 ]; then
		echo "ok $tap_count - $name"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $name"
		[ $# = 0 ] || printf '%s\n' "$@" | head -n 40 | sed 's/^/#   /'
	fi
}

# is GOT EXPECTED NAME
is()
{
	[ "$1" = "$2" ]
	ok $? "$3" "got:      $1" "expected: $2"
}

# like GOT REGEX NAME
like()
{
	[[ $1 =~ $2 ]]
	ok $? "$3" "got:      $1" "expected: /$2/"
}

# unlike GOT REGEX NAME
unlike()
{
	! [[ $1 =~ $2 ]]
	ok $? "$3" "got:      $1" "unwanted: /$2/"
}

# skip NAME REASON
skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# Last call of a test.
done_testing()
{
	echo "1..$tap_count"
	[ "$tap_failed" = 0 ]
	exit
}

# psql that stops at the first error; unaligned, tuples only.
sql()
{
	"$AT_BIN/psql" -X -A -t -q -v ON_ERROR_STOP=1 "$@"
}

# A new database with the extension; PGDATABASE leads to it.
new_database()
{
	sql -d postgres -c "drop database if exists $1 with (force)" \
		-c "create database $1 ${2:-}" || return
	export PGDATABASE=$1
	sql -c "create extension agent_tracker"
}

# A cluster of one's own in $AT_TMP/NAME; PGHOST and PGDATA lead to it.  Further
# arguments are lines of its postgresql.conf.
new_cluster()
{
	local name=$1

	shift
	export PGDATA=$AT_TMP/$name PGHOST=$AT_TMP/$name.s PGDATABASE=postgres
	rm -rf "$PGDATA" "$PGHOST"
	mkdir -m 700 "$PGHOST"
	"$AT_BIN/initdb" -D "$PGDATA" -U "$PGUSER" --auth=trust --encoding=UTF8 \
		--locale=C --no-instructions >/dev/null || return
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$PGHOST'"
		echo "port = $PGPORT"
		[ $# = 0 ] || printf '%s\n' "$@"
	} >>"$PGDATA/postgresql.conf"
	# the cluster must not outlive the test
	trap stop_cluster EXIT
	trap 'exit 143' INT TERM
	start_cluster
}

# Start, stop and kill the test's own cluster.  After a kill the old backends
# may hold the shared memory for a moment: try for a while.
start_cluster()
{
	local try

	for ((try = 0; try < 50; try++)); do
		"$AT_BIN/pg_ctl" -D "$PGDATA" -l "$PGDATA.log" -w -t 60 start >/dev/null 2>&1 &&
			return 0
		sleep 0.2
	done
	return 1
}

stop_cluster()
{
	"$AT_BIN/pg_ctl" -D "$PGDATA" -m "${1:-immediate}" -w stop >/dev/null 2>&1
}

kill_cluster()
{
	kill -9 "$(head -n 1 "$PGDATA/postmaster.pid")"
}
