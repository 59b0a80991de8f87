# lib.sh
#	What check, demo and bench/run share: Debian packages, a private copy of
#	the server tree, an unprivileged user, a throw-away cluster.
#
# A script sources this and calls at_main.  It then runs twice: outside, as
# whoever called it (perhaps root in a directory nobody else can read), where
# packages are installed and a work directory is filled; and inside, as an
# unprivileged user in that directory, where everything else happens.
#
# In the work directory $AT_TMP:
#	src		the source tree		root	the private copy of the server tree
#	data	the cluster			s		its socket
# shellcheck shell=bash disable=SC2034,SC2120

AT_MAJORS="18 17 16 15"

# Say something on stderr, so that stdout stays for results.
at_say()
{
	echo "# $*" >&2
}

# Give up.
at_die()
{
	echo "error: $*" >&2
	exit 1
}

###############################################################################
# Outside
###############################################################################

# Is this Debian package installed?
at_installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

# Run as root.
at_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		at_die "this needs root or sudo: $*"
	fi
}

# The packages that a major version needs for $1 (check, demo or bench).
at_packages()
{
	echo "gcc libc6-dev make zlib1g-dev postgresql-$2 postgresql-server-dev-$2"
	if [ "$1" = check ]; then
		echo "postgresql-$2-pgtap libtap-parser-sourcehandler-pgtap-perl"
		echo "postgresql-$2-cron clang libclang-rt-dev shellcheck chromium"
		# not in every release; without it the stage format is skipped
		if LC_ALL=C apt-cache policy pg-bsd-indent 2>/dev/null | grep -q 'Candidate: [0-9]'; then
			echo "pg-bsd-indent"
		fi
	fi
}

# Those of the named packages that are not installed.
at_missing()
{
	local p

	for p in "$@"; do
		at_installed "$p" || echo "$p"
	done
}

# The newest major version of which server and headers are here.
at_installed_major()
{
	local v

	for v in $AT_MAJORS; do
		if [ -x "/usr/lib/postgresql/$v/bin/postgres" ] &&
			[ -f "/usr/lib/postgresql/$v/lib/pgxs/src/makefiles/pgxs.mk" ]; then
			echo "$v"
			return
		fi
	done
}

# The newest major version that apt has.
at_available_major()
{
	local v

	for v in $AT_MAJORS; do
		if LC_ALL=C apt-cache policy "postgresql-server-dev-$v" 2>/dev/null |
			grep -q 'Candidate: [0-9]'; then
			echo "$v"
			return
		fi
	done
}

# Install packages without apt's automatic "main" cluster.  The file that
# forbids it is taken away afterwards; clusters that exist are left alone.
at_apt_install()
{
	local conf=/etc/postgresql-common/createcluster.d/agent_tracker.conf
	local status=0

	at_say "installing $*"
	at_root mkdir -p "${conf%/*}"
	echo "create_main_cluster = false" | at_root tee "$conf" >/dev/null
	at_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" \
		>&2 </dev/null || status=$?
	at_root rm -f "$conf"
	[ "$status" = 0 ] || at_die "apt-get could not install $*"
}

# Make sure that everything $1 needs is there; sets PG_CONFIG.
at_prepare_machine()
{
	local major missing

	if [ -n "${PG_CONFIG:-}" ]; then
		PG_CONFIG=$(command -v "$PG_CONFIG") || at_die "no such program: PG_CONFIG"
		return
	fi
	command -v dpkg-query >/dev/null ||
		at_die "not a Debian system: install PostgreSQL 15 or newer and set PG_CONFIG"
	major=$(at_installed_major)
	if [ -z "$major" ]; then
		major=$(at_available_major)
		if [ -z "$major" ]; then
			at_root apt-get -q update >&2
			major=$(at_available_major)
		fi
		[ -n "$major" ] || at_die "apt has none of PostgreSQL $AT_MAJORS"
	fi
	# shellcheck disable=SC2046
	missing=$(at_missing $(at_packages "$1" "$major"))
	if [ -n "$missing" ]; then
		at_root apt-get -q update >&2
		# shellcheck disable=SC2086
		at_apt_install $missing
	fi
	PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
}

# The user that runs the cluster: ourselves, unless we are root.
at_choose_user()
{
	local u

	if [ "$(id -u)" != 0 ]; then
		id -un
		return
	fi
	for u in postgres nobody; do
		if id -u "$u" >/dev/null 2>&1; then
			echo "$u"
			return
		fi
	done
	at_die "neither postgres nor nobody exists"
}

# Copy the source tree $1 to $2: what git knows and what it does not ignore,
# or everything when this is no clone.
at_copy_source()
{
	mkdir -p "$2"
	if [ -e "$1/.git" ]; then
		git -c safe.directory="$1" -C "$1" ls-files -z --cached --others --exclude-standard |
			(cd "$1" && while IFS= read -r -d '' f; do
				[ ! -e "$f" ] || printf '%s\0' "$f"
			done | tar -c --null -T - -f -) | tar -x --no-same-owner -C "$2" -f -
	else
		tar -c --exclude='*.[od]' --exclude='*.so' --exclude=./build -C "$1" -f - . |
			tar -x --no-same-owner -C "$2" -f -
	fi
	[ -f "$2/Makefile" ] || at_die "could not copy the source tree"
}

# A private copy of the server tree below $1.  PostgreSQL finds its libraries
# and share files relative to the resolved place of its programs, so these are
# real copies and the rest is links.  Nothing the extension installs goes to
# the system's tree, and an installed agent_tracker is not seen.
at_copy_server()
{
	local root=$1 dir what

	for what in bindir pkglibdir sharedir; do
		dir=$("$PG_CONFIG" --$what)
		[ -d "$dir" ] || at_die "$PG_CONFIG --$what: no such directory"
		mkdir -p "$root$dir"
		if [ $what = bindir ]; then
			cp -rL "$dir/." "$root$dir/"
		else
			cp -rsf "$dir/." "$root$dir/"
		fi
	done
	for what in libdir includedir; do
		dir=$("$PG_CONFIG" --$what)
		if [ -d "$root$dir" ]; then
			cp -rsn "$dir/." "$root$dir/" 2>/dev/null || true
		else
			mkdir -p "$(dirname "$root$dir")"
			ln -s "$dir" "$root$dir"
		fi
	done
	dir=$("$PG_CONFIG" --includedir-server)
	if [ ! -d "$root$dir" ]; then
		mkdir -p "$(dirname "$root$dir")"
		ln -s "$dir" "$root$dir"
	fi
	rm -rf "$root$("$PG_CONFIG" --sharedir)"/extension/agent_tracker* \
		"$root$("$PG_CONFIG" --pkglibdir)"/agent_tracker.so \
		"$root$("$PG_CONFIG" --pkglibdir)"/bitcode/agent_tracker*
	AT_BIN=$root$("$PG_CONFIG" --bindir)
}

# Whatever happens: no server and no files stay behind, except with KEEP=1.
at_cleanup_outside()
{
	local status=$? f pid

	set +e
	trap '' INT TERM HUP
	if [ -n "${AT_CHILD:-}" ]; then
		kill -TERM -- "-$AT_CHILD" 2>/dev/null
		wait "$AT_CHILD" 2>/dev/null
		kill -KILL -- "-$AT_CHILD" 2>/dev/null
	fi
	if [ -z "${AT_TMP:-}" ] || [ -e "$AT_TMP/keep" ]; then
		exit "$status"
	fi
	# ours, and those that a test left behind
	for f in "$AT_TMP"/*/postmaster.pid; do
		[ -s "$f" ] || continue
		pid=$(head -n 1 "$f")
		kill -QUIT "$pid" 2>/dev/null
		while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
	done
	rm -rf "$AT_TMP"
	exit "$status"
}

# Make the work directory, for a user who runs programs there.  Its name is
# short, as a socket's has at most 107 bytes, and plain, as make takes no spaces;
# a file system that does not execute (noexec) will not do.
at_make_directory()
{
	local user=$1 dir tried=

	shift
	for dir in "${TMPDIR:-}" /tmp /var/tmp; do
		dir=${dir%/}
		case $dir in
			/*) ;;
			*) continue ;;
		esac
		[ ${#dir} -le 40 ] && [[ $dir =~ ^[A-Za-z0-9/._-]+$ ]] || continue
		AT_TMP=$(mktemp -d "$dir/at.XXXXXX" 2>/dev/null) || continue
		printf '#!/bin/sh\n' >"$AT_TMP/try"
		chmod 755 "$AT_TMP/try"
		[ "$(id -un)" = "$user" ] || chown -R "$user:" "$AT_TMP"
		if "$@" "$AT_TMP/try" 2>/dev/null; then
			rm "$AT_TMP/try"
			return
		fi
		rm -rf "$AT_TMP"
		AT_TMP=
		tried="$tried $dir"
	done
	at_die "user $user can run no program in${tried:- /tmp or /var/tmp} (mounted noexec, or closed to others):" \
		"set TMPDIR to a directory where that works, with a name of at most 40 characters"
}

# Fill a work directory and run the script again in it, unprivileged.
at_outside()
{
	local what=$1 script=$2 source user
	local -a drop=()

	shift 2
	source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
	trap at_cleanup_outside EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	at_prepare_machine "$what"
	user=$(at_choose_user) || exit
	if [ "$(id -un)" != "$user" ]; then
		drop=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --init-groups)
	fi
	at_make_directory "$user" "${drop[@]}"
	at_copy_source "$source" "$AT_TMP/src"
	at_copy_server "$AT_TMP/root"
	mkdir -m 700 "$AT_TMP/s" "$AT_TMP/home"
	[ ${#drop[@]} = 0 ] || chown -R "$user:" "$AT_TMP"
	# A session of its own, so that one signal reaches all of it; started in
	# the background, which would leave SIGINT ignored in it for ever.
	(
		cd "$AT_TMP/src" || exit
		exec setsid env -i --default-signal=INT,QUIT \
			PATH="$AT_BIN:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
			HOME="$AT_TMP/home" TMPDIR="$AT_TMP" LC_ALL=C TZ=UTC \
			USER="$user" LOGNAME="$user" \
			AT_TMP="$AT_TMP" AT_BIN="$AT_BIN" AT_CALLER="$(id -un)" \
			WERROR="${WERROR:-}" STAGES="${STAGES:-}" KEEP="${KEEP:-}" \
			"${drop[@]}" bash "$script" "$@"
	) &
	AT_CHILD=$!
	wait "$AT_CHILD"
	exit
}

###############################################################################
# Inside
###############################################################################

# Build the extension and install it into the private tree.
at_build()
{
	at_say "building with $("$AT_BIN/pg_config" --version)"
	if ! make -s -C "$AT_TMP/src" -j"$(nproc)" --no-print-directory \
		PG_CONFIG="$AT_BIN/pg_config" with_llvm=no WERROR="${WERROR:-}" \
		all >"$AT_TMP/build.log" 2>&1 ||
		! make -s -C "$AT_TMP/src" --no-print-directory \
			PG_CONFIG="$AT_BIN/pg_config" with_llvm=no WERROR="${WERROR:-}" \
			install >>"$AT_TMP/build.log" 2>&1; then
		cat "$AT_TMP/build.log" >&2
		at_die "the extension does not build"
	fi
	# warnings are worth seeing even when they are no errors
	grep -A3 'warning:' "$AT_TMP/build.log" >&2 || true
}

# Make and start the cluster: UTF8, C locale, reachable by its socket only.
# Arguments are further lines of postgresql.conf.
at_start()
{
	export PGHOST=$AT_TMP/s PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
	export PGDATA=$AT_TMP/data PGTZ=UTC AT_LOG=$AT_TMP/server.log

	trap at_stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	"$AT_BIN/initdb" -D "$PGDATA" -U postgres --auth=trust --encoding=UTF8 \
		--locale=C --no-instructions >"$AT_TMP/initdb.log" 2>&1 ||
		{ cat "$AT_TMP/initdb.log" >&2; at_die "initdb failed"; }
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$PGHOST'"
		echo "port = $PGPORT"
		printf '%s\n' "$@"
	} >>"$PGDATA/postgresql.conf"
	"$AT_BIN/pg_ctl" -D "$PGDATA" -l "$AT_LOG" -w -t 60 start >/dev/null 2>&1 ||
		{ cat "$AT_LOG" >&2; at_die "the cluster does not start"; }
}

# Stop the cluster, unless it is to be kept.
at_stop()
{
	local status=$?

	set +e
	trap '' INT TERM HUP
	if [ ! -e "$AT_TMP/keep" ] && [ -s "$AT_TMP/data/postmaster.pid" ]; then
		"$AT_BIN/pg_ctl" -D "$AT_TMP/data" -m immediate -w stop >/dev/null 2>&1
	fi
	exit "$status"
}

# psql that stops at the first error and reads no ~/.psqlrc.
at_psql()
{
	"$AT_BIN/psql" -X -v ON_ERROR_STOP=1 "$@"
}

# at_main NAME SCRIPT ARGUMENTS: run inside() inside.
at_main()
{
	local what=$1 script=$2

	shift 2
	if [ -n "${AT_BIN:-}" ] && [ -n "${AT_TMP:-}" ]; then
		inside "$@"
	else
		at_outside "$what" "$script" "$@"
	fi
}
