#!/bin/bash
# looking.sh
#	Whoever looks at a schema of another's, a superuser first of all, runs what
#	that other put there: functions of views, casts of types, policies.  Plays
#	that with a function that tries to take the looker over, through everything
#	that looks; and the relations that are not what they seem to each reader.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

# As another role; warnings and notices go with the result.
as()
{
	local role=$1

	shift
	PGOPTIONS="-c client_min_messages=notice" sql -U "$role" "$@" 2>&1
}

# What the trap said in the text on stdin: as whom it ran, and what it could do.
trapped()
{
	grep -o 'trap: .*' | sort -u | paste -sd ';'
}

# Nothing that the trap tries has happened.
unharmed()
{
	is "$(sql -c "select rolsuper, (select count(*) from canary), (select count(*) from pg_largeobject_metadata)
		from pg_roles where rolname = 'at_evil'")" "f|0|0" "$1: nothing has changed"
}

sql -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null
sql -c "create role at_evil login; create role at_looker login; create role at_friend login in role at_evil;
	create schema ev authorization at_evil; grant usage on schema ev to public;
	create table canary (x text); grant all on canary to public;
	select at_grant('at_looker', 'writer'); select at_grant('at_friend', 'writer')" >/dev/null

# The function tries what it can and tells as whom it ran and what succeeded.
as at_evil <<-'SQL'
	create function ev.trap() returns boolean language plpgsql as $$
	declare
		what text;
		done text[] := '{}';
	begin
		foreach what in array array[
			'alter role at_evil superuser', 'insert into public.canary values (1)', 'set role postgres',
			'reset role', 'reset session authorization', 'set session authorization postgres',
			'set transaction read write', 'create table ev.t (x int)', 'create temp table t (x int)',
			'drop view ev.risk_checks', 'truncate public.canary', 'select 1 from pg_authid', 'listen x',
			'prepare p as select 1', 'declare c cursor with hold for select 1', 'load ''agent_tracker''']
		loop
			begin
				execute what;
				done := done || what;
			exception when others then
				null;
			end;
		end loop;
		-- what is let through, and must be undone
		perform set_config('search_path', 'ev', false), set_config('agent_tracker.project', 'taken', false),
			pg_notify('at_evil', 'x');
		begin
			perform lo_create(0);
		exception when others then
			null;
		end;
		execute 'declare at_cursor cursor for select ev.trap()';
		raise notice 'trap: % did %', current_user, done;
		return true;
	end $$;
	create view ev.risk_checks as select 1 as id, now() as checked_at, 'x'::text as reasons where ev.trap();
	create type ev.mood as enum ('bad');
	create function ev.mood_json(ev.mood) returns json language sql as $$ select to_json(ev.trap()) $$;
	create cast (ev.mood as json) with function ev.mood_json(ev.mood);
	create table ev.trade_journal (id int primary key, created_at timestamptz, symbol ev.mood, side text);
	insert into ev.trade_journal values (1, now(), 'bad', 'buy');
	create table ev.portfolio_targets (id int primary key, created_at timestamptz, symbol text);
	insert into ev.portfolio_targets values (1, now(), 'X');
	create policy p on ev.portfolio_targets using (ev.trap());
	alter table ev.portfolio_targets enable row level security;
	grant select on ev.risk_checks, ev.trade_journal, ev.portfolio_targets to public;
SQL

# Everything that looks, as a superuser and as a reader.
looks=(
	"select count(*) > 30 from at_doctor('ev')"
	"select count(*) = 23 from at_journal_coverage('ev')"
	"select _at_journal_filled('ev', 'risk_checks')"
	"select count(*) > 1 from at_journal_schema_events('ev', 'p', 'a')"
	"select count(*) > 0
		from at_journal_schema_events('ev', 'p', 'a', since => now() - interval '1 h', max_rows_per_table => 5)"
	"select count(*) = 1 from _at_journal_table_events('ev', 'risk_checks', 'p', 'a', 'paper')"
	"select rows_read > 1 from at_sync_journal('ev', 'p', 'a')"
	"select rows_read > 1 from at_sync_journal('ev', 'p', 'a', incremental => false, max_rows_per_table => 2)"
	"select count(*) > 1 from at_journal_live"
	"select count(*) = 1 from at_journal_live where table_name = 'risk_checks'"
)
view=$(as postgres -c "select at_create_journal_view('ev', 'p', 'a')")
is "$(trapped <<<"$view")" "trap: at_evil did {}" "a view is made: the trap runs as who set it, in vain"
sql -c "grant select on at_journal_live to public"
for role in postgres at_looker at_friend; do
	for look in "${looks[@]}"; do
		result=$(as $role -c "listen at_evil" -c "begin" -c "$look" \
			-c "select current_user = '$role' and current_setting('search_path') <> 'ev'
				and current_setting('agent_tracker.project', true) is distinct from 'taken'
				and not exists (select from pg_cursors where name <> '')
				and not exists (select from pg_locks where locktype = 'advisory' and objid = 1)" \
			-c "commit" -c "select 'later'")
		is "$(grep -E '^(t|f|later|ERROR.*|Asynchronous.*)$' <<<"$result" | paste -sd ' ')|$(trapped <<<"$result")" \
			"t t later|trap: at_evil did {}" "$role: $look"
	done
	unharmed $role
done

# Row security: whom it applies to is told so, and the policy is not run
is "$(as at_looker -c "select warnings from at_sync_journal('ev', 'p2', 'a')" |
	grep -o 'portfolio_targets was not read[^"]*')" \
	"portfolio_targets was not read: row security applies to it" "row security that applies to the reader"
is "$(as at_looker -c "select readable from at_journal_coverage('ev') where table_name = 'portfolio_targets'" |
	grep '^[tf]$')" \
	f "... says the coverage"
is "$(as postgres -c "select count(*) from _at_journal_table_events('ev', 'portfolio_targets', 'p', 'a', 'paper')")" 1 \
	"a superuser reads past row security"
sql -c "alter table ev.portfolio_targets force row level security"
like "$(as postgres -c "select count(*) from _at_journal_table_events('ev', 'portfolio_targets', 'p', 'a', 'paper')")" \
	"portfolio_targets was not read: row security applies to it.*0" \
	"... but not with the eyes of an owner to whom it applies"
unharmed "row security"

# The ordinary: views, materialized views, partitions, columns, owners
as at_evil <<-'SQL'
	drop table ev.trade_journal, ev.portfolio_targets;
	drop view ev.risk_checks cascade;
	create table ev.raw (id int primary key, created_at timestamptz not null, symbol text, side text, who text);
	insert into ev.raw select n, now() - n * interval '1 min', 'X', 'buy', 'at_evil' from generate_series(1, 5) n;
	create view ev.trade_journal as select * from ev.raw;
	create materialized view ev.prompt_versions as select 1 as id, now() as created_at, 'p' as name;
	create table ev.memory_fact_usage (id int, created_at timestamptz, purpose text) partition by range (created_at);
	create table ev.part partition of ev.memory_fact_usage default;
	insert into ev.memory_fact_usage values (1, now(), 'p');
	create table ev.llm_runs (id int primary key, started_at timestamptz, model text, unused text);
	insert into ev.llm_runs values (1, now(), 'm', 'u');
	grant select on ev.trade_journal, ev.prompt_versions, ev.memory_fact_usage to public;
	grant select (id, started_at, model) on ev.llm_runs to public;
SQL
read_by()
{
	as "$1" \
		-c "select t->>'table', t->>'status', t->>'rows_read'
		from at_sync_journal('ev', '${2:-$1}', 'a') s, jsonb_array_elements(s.tables) t
		order by 1" | grep '|' | paste -sd ' '
}
is "$(read_by at_looker)" "llm_runs|read|1 memory_fact_usage|read|1 prompt_versions|read|1 trade_journal|read|5" \
	"views, materialized views, partitioned tables and columns are read"
sql -c "revoke select (started_at) on ev.llm_runs from public"
like "$(read_by at_looker looker2)" "llm_runs\|permission denied" "... not without the order column's privilege"
sql -c "drop table ev.llm_runs"

# What shows each reader something else is for those who may be its owner
n=0
for definition in "with (security_invoker = on) as select * from ev.raw" \
	"as select * from ev.raw where who = current_user" \
	"as select r.* from ev.raw r where exists (select from pg_class where pg_has_role('at_evil', 'usage'))" \
	"as select * from (select * from ev.inner_view) i" "as select * from ev.secured"; do
	n=$((n + 1))
	as at_evil -c "drop view ev.trade_journal" \
		-c "create or replace view ev.inner_view with (security_invoker = on) as select * from ev.raw" \
		-c "create table if not exists ev.secured (like ev.raw); alter table ev.secured enable row level security,
		force row level security" \
		-c "create view ev.trade_journal $definition" -c "grant select on ev.trade_journal to public" >/dev/null
	like "$(as at_looker -c "select warnings from at_sync_journal('ev', 'other$n', 'a')")" \
		"trade_journal was not read: it depends on who reads it, and you may not SET ROLE to its owner" \
		"a view $definition"
	like "$(read_by at_friend friend$n)" "trade_journal\|read\|$([ $n = 5 ] && echo 0 || echo 5)" \
		"... as a member of its owner"
done

# Foreign tables, when their modules are there
if [ "$(sql -c "select count(*) from pg_available_extensions where name in ('file_fdw', 'postgres_fdw')")" = 2 ]; then
	echo "7,2026-01-05 10:00+00,X,sell" >"$AT_TMP/looking.csv"
	sql -c "create extension file_fdw; create extension postgres_fdw" \
		-c "create server files foreign data wrapper file_fdw; create server again foreign data wrapper postgres_fdw
			options (host '$PGHOST', port '$PGPORT', dbname '$PGDATABASE')" \
		-c "create user mapping for postgres server again options (user 'at_evil', password_required 'false')" \
		-c "drop view ev.trade_journal; create foreign table ev.trade_journal (id int, created_at timestamptz,
		symbol text, side text)
			server files options (filename '$AT_TMP/looking.csv', format 'csv')" \
		-c "create foreign table ev.portfolio_targets (id int, created_at timestamptz, symbol text) server again
			options (schema_name 'ev', table_name 'raw'); grant select on ev.trade_journal,
			ev.portfolio_targets to public"
	like "$(read_by postgres files)" "portfolio_targets\|read\|5 .*trade_journal\|read\|1" "foreign tables"
	like "$(as at_looker -c "select warnings from at_sync_journal('ev', 'files2', 'a')")" \
		"portfolio_targets was not read: it depends on who reads it" "one that is read with the owner's user mapping"
	like "$(read_by at_looker files3)" "trade_journal\|read\|1" "... and one that knows no users"
else
	skip "foreign tables" "file_fdw and postgres_fdw are not installed"
fi
unharmed "at the end"
sql -c "drop schema ev cascade; drop owned by at_evil, at_looker, at_friend; drop role at_looker, at_friend, at_evil" \
	2>/dev/null
done_testing
