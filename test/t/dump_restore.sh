#!/bin/bash
# dump_restore.sh
#	A store survives pg_dump and restore, of the superuser and of the database's
#	owner, as text and as an archive, with other schemas in the search path:
#	rows, partitions, indexes, privileges, functions.  DROP EXTENSION does not
#	take it away.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

work=$AT_TMP/dump.work
rm -rf "$work"
mkdir "$work"

# What must be the same afterwards.
inventory()
{
	sql -d "$1" <<-'SQL'
		set search_path = tele, pg_catalog;
		set timezone = 'UTC';
		select 'events', count(*), md5(string_agg(line, e'\n' order by line)) from at_export_jsonl() line;
		select 'rows', md5(string_agg(e::text, e'\n' order by e::text)) from at_event e;
		select 'key', md5(key) from at_identity_key;
		select 'rejects', count(*), md5(string_agg(r::text, e'\n' order by r::text)) from at_reject r;
		select 'batches', count(*), md5(string_agg(b::text, e'\n' order by b::text)) from at_ingest_batch b;
		select 'store', version, created_at from at_store;
		select 'partition', * from at_partitions();
		select 'column', attrelid::regclass::text, attnum, attname, format_type(atttypid, atttypmod), attnotnull
		from pg_attribute where attrelid::regclass::text ~ 'at_' and attnum > 0 and not attisdropped
			and attrelid in (select oid from pg_class where relkind in ('r', 'p', 'v'))
			and attrelid::regclass::text !~ '^(pg_|evil)' order by 2, 3;
		select 'index', indexname, indexdef from pg_indexes where schemaname = 'tele' order by 2;
		select 'comment', c.oid::regclass::text, objsubid, description from pg_description d
			join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
			where c.relnamespace = 'tele'::regnamespace order by 2, 3;
		select 'relation', c.oid::regclass::text, c.relkind, c.relreplident, c.relowner::regrole,
			(select string_agg(a::text, ' ' order by a::text) from unnest(c.relacl) a)
		from pg_class c where relnamespace = 'tele'::regnamespace and relkind in ('r', 'p')
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
			order by 2;
		select 'function', p.oid::regprocedure::text, prosecdef, md5(pg_get_functiondef(p.oid)), p.proowner::regrole
		from pg_proc p where pronamespace = 'tele'::regnamespace and prokind = 'f'
			and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 2;
		select 'may', r, f::text from unnest(array['desk_owner', 'desk_writer', 'desk_reader', 'desk_nobody']) r,
			(select p.oid::regprocedure as f from pg_proc p
			 where pronamespace = 'tele'::regnamespace and proname ~ '^_?at_') f
		where has_function_privilege(r, f, 'execute')
			and not has_function_privilege('desk_nobody', f, 'execute') order by 2, 3;
		select 'may', r, t, p from unnest(array['desk_owner', 'desk_writer', 'desk_reader', 'desk_nobody']) r,
			unnest(array['at_event', 'at_reject', 'at_ingest_batch', 'at_inbox', 'at_store', 'at_identity_key']) t,
			unnest(array['select', 'insert', 'update', 'delete']) p
		where has_table_privilege(r, 'tele.' || t, p) order by 2, 3, 4;
		select 'mine', * from mine.fills order by 2;
	SQL
}

# same NAME DATABASE: the restored database has all of it, and goes on working.
same()
{
	local out

	inventory "$2" >"$work/$2" 2>&1
	ok "$(diff "$work/source" "$work/$2" >"$work/$2.diff"; echo $?)" \
		"$1: the same rows, partitions, indexes, privileges" "$(cat "$work/$2.diff")"
	out=$(ingest "$2" "lines = duplicates + conflicts + rejected" "$work/known")
	is "$out" t "$1: the same lines again are known"
	is "$(ingest "$2" "accepted || ' ' || duplicates" "$work/ids" | tail -n 1)" "0 ${3:-20}" \
		"$1: ids that look like secrets are known, too"
	sql -d "$2" -c "select line from tele.at_export_jsonl() line where line ~ '#[A-P]{16}'" >"$work/exported"
	is "$(ingest "$2" "accepted || ' ' || duplicates" "$work/exported" | tail -n 1)" "0 ${3:-20}" \
		"$1: and so is their export"
	out=$(ingest "$2" accepted "$work/new")
	is "$out" 50 "$1: a writer adds events, and partitions for them"
	out=$(sql -d "$2" -U desk_reader \
		-c "select count(*) from tele.at_event where extract(year from occurred_at) = 2031" 2>&1)
	is "$out" 50 "$1: a reader sees them"
}

# ingest DATABASE WHAT FILE: what a writer is told.
ingest()
{
	{
		echo "select $2 from tele.at_ingest_jsonl(\$m\$"
		cat "$3"
		echo "\$m\$);"
	} | sql -d "$1" -U desk_writer 2>&1
}

make -s --no-print-directory sample_day >/dev/null
bench/sample_day --days 45 --agents 1 --bad 3 --repeat 1 >"$work/lines"
bench/sample_day --days 1 --agents 1 --start 1998-05-04 --seed 5 >>"$work/lines"
bench/sample_day --days 1 --agents 1 --start 2150-05-04 --seed 6 >>"$work/lines"

LC_ALL=C sed -i 's/[\x80-\xff]//g' "$work/lines"
head -n 500 "$work/lines" >"$work/known"
for i in {10..29}; do
	echo "{\"schema_version\":\"2026-06-07\",\"event_id\":\"evt_i$i\",\"idempotency_key\":\"ord_00000000$i\",\"project\":\"desk\",\"agent_id\":\"a\",\"run_id\":\"run_1\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"2026-01-05T10:00:00Z\",\"environment\":\"paper\",\"symbols\":[],\"payload\":{\"run_type\":\"x\",\"order_id\":\"order_00000000$i\"},\"privacy\":{},\"sdk\":{\"name\":\"x\",\"version\":\"1\",\"language\":\"sql\"}}"
done >"$work/ids"
bench/sample_day --lines 50 --seed 77 --start 2031-03-03 >"$work/new"

sql -d postgres >/dev/null <<-'SQL'
	create role desk_owner login;
	create role desk_writer login;
	create role desk_reader login;
	create role desk_nobody login;
SQL
sql -d postgres -c "create database dump_source owner desk_owner"
sql -d dump_source -U desk_owner >/dev/null 2>"$work/make" <<-SQL
	create schema tele;
	create extension agent_tracker schema tele;
	select tele.at_create_store();
	select tele.at_ingest_jsonl(\$m\$$(cat "$work/lines")\$m\$, 'source.jsonl');
	set client_min_messages = warning;
	select tele.at_ingest_jsonl(\$m\$$(cat "$work/ids")\$m\$, 'ids.jsonl');
	select tele.at_grant('desk_writer', 'writer');
	select tele.at_grant('desk_reader', 'reader');
	select tele.at_create_event_id_index();
	create index mine_idx on tele.at_event (agent_id);
	create schema mine;
	create view mine.fills as select event_type, count(*) as events, min(event_id::text) as first
		from tele.at_event group by 1;
SQL
is "$(cat "$work/make")" "" "a database owner makes a store and fills it"
inventory dump_source >"$work/source" 2>&1
unlike "$(cat "$work/source")" "ERROR" "the inventory can be taken"
like "$(head -n 1 "$work/source")" "events\|[0-9]{5}" "there are events"

# DROP EXTENSION
like "$(sql -d dump_source -U desk_owner -c "drop extension agent_tracker" 2>&1)" \
	"cannot drop extension agent_tracker because other objects depend on it" "DROP EXTENSION is refused"

# As the owner of the extension, directly and by the superuser; as text, as an
# archive in one transaction
"$AT_BIN/pg_dump" -d dump_source >"$work/dump.sql"
"$AT_BIN/pg_dump" -d dump_source -U desk_owner -Fc >"$work/dump.archive"
for who in postgres desk_owner; do
	sql -d postgres -c "create database text_$who owner desk_owner" \
		-c "create database archive_$who owner desk_owner"
	PGOPTIONS="-c role=desk_owner" sql -d "text_$who" -U $who -f "$work/dump.sql" >"$work/out" 2>&1
	is "$?" 0 "$who: pg_dump | psql"
	same "$who: pg_dump | psql" "text_$who"
	"$AT_BIN/pg_restore" -1 -U $who --role=desk_owner -d "archive_$who" "$work/dump.archive" >"$work/out" 2>&1
	is "$?|$(cat "$work/out")" "0|" "$who: pg_dump -Fc | pg_restore -1"
	same "$who: pg_dump -Fc | pg_restore -1" "archive_$who"
done

# A search path that begins with look-alikes of everything
sql -d postgres -c "create database elsewhere owner desk_owner" \
	-c "alter database elsewhere set search_path = evil, public, pg_catalog"
sql -d elsewhere <<-'SQL'
	create schema evil;
	create table evil.at_event (occurred_at text);
	create table evil.at_store (version text);
	create domain evil.at_id as integer;
	create domain evil.uuid as integer;
	create function evil.format(text, variadic text[]) returns text language sql as 'select 1/0';
	create function evil.now() returns timestamptz language sql as 'select ''1999-01-01''::timestamptz';
	create function evil.text_eq(text, text) returns boolean language sql as 'select 1/0 = 1';
	create operator evil.= (leftarg = text, rightarg = text, function = evil.text_eq);
	grant usage on schema evil to public;
SQL
"$AT_BIN/pg_restore" -1 -U desk_owner -d elsewhere "$work/dump.archive" >"$work/out" 2>&1
is "$?|$(cat "$work/out")" "0|" "another search path: pg_restore"
same "another search path" elsewhere

# In parallel, and by parts: first what it is, then what is in it
sql -d postgres -c "create database parallel owner desk_owner"
"$AT_BIN/pg_restore" -j 2 -U desk_owner -d parallel "$work/dump.archive" >"$work/out" 2>&1
is "$?|$(cat "$work/out")" "0|" "pg_restore -j 2"
same "pg_restore -j 2" parallel
sql -d postgres -c "create database parts owner desk_owner"
for part in pre-data data post-data; do
	"$AT_BIN/pg_restore" -1 --section=$part -U desk_owner -d parts "$work/dump.archive"
done >"$work/out" 2>&1
is "$(cat "$work/out")" "" "pg_restore --section"
same "pg_restore --section" parts

# The same of the superuser's own extension
sql -d postgres -c "create database of_super"
sql -d of_super >/dev/null 2>"$work/make" <<-SQL
	create schema tele;
	create extension agent_tracker schema tele;
	select tele.at_create_store();
	select tele.at_ingest_jsonl(\$m\$$(cat "$work/known")\$m\$);
	set client_min_messages = warning;
	select tele.at_ingest_jsonl(\$m\$$(cat "$work/ids")\$m\$);
	select tele.at_grant('desk_writer', 'writer');
	select tele.at_grant('desk_reader', 'reader');
	create schema mine;
	create view mine.fills as select event_type, count(*) from tele.at_event group by 1;
SQL
is "$(cat "$work/make")" "" "the superuser makes a store and fills it"
inventory of_super >"$work/source" 2>&1
sql -d postgres -c "create database of_super_text" -c "create database of_super_archive"
"$AT_BIN/pg_dump" -d of_super | sql -d of_super_text >"$work/out" 2>&1
# what setval() returns for the sequence of the prices' ids is no complaint
is "$(grep -vE '^[0-9]*$' "$work/out")" "" "superuser's: pg_dump | psql"
same "superuser's: pg_dump | psql" of_super_text
"$AT_BIN/pg_dump" -d of_super -Fc | "$AT_BIN/pg_restore" -1 -d of_super_archive >"$work/out" 2>&1
is "$(cat "$work/out")" "" "superuser's: pg_dump -Fc | pg_restore -1"
same "superuser's: pg_dump -Fc | pg_restore -1" of_super_archive

# The explicit way out
sql -d dump_source -U desk_owner -c "select tele.at_drop_store()" >"$work/out" 2>&1
like "$(cat "$work/out")" "depend on it" "at_drop_store() is refused while a view needs it"
sql -d dump_source -U desk_owner -c "drop view mine.fills" -c "select tele.at_drop_store()" \
	-c "drop extension agent_tracker" >"$work/out" 2>&1
is "$?" 0 "at_drop_store(), then DROP EXTENSION"
for db in dump_source text_postgres text_desk_owner archive_postgres archive_desk_owner elsewhere parallel parts \
	of_super of_super_text of_super_archive; do
	sql -d postgres -c "drop database $db"
done
sql -d postgres -c "drop role desk_owner, desk_writer, desk_reader, desk_nobody"
done_testing
