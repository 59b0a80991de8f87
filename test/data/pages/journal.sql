-- Tables of the reference code in a schema "journal".
\set schema journal
\set rows 200
\set days 3
set client_min_messages = warning;
\i bench/sample_journal.sql
reset search_path;
reset client_min_messages;
