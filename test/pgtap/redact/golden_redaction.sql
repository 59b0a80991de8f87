-- What of test/data/redaction the default rules catch and leave: secrets as
-- logs, headers, files and traces show them, words and numbers of trading that
-- are none, and names of members.  The shares that are asked for are lower than
-- those that are reached; what differs is shown.
\set ON_ERROR_STOP on
\set QUIET on
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;

create temp table line(file text, v json);
\copy line(v) from 'test/data/redaction/secrets.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
update line set file = 'secrets' where file is null;
\copy line(v) from 'test/data/redaction/harmless.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
update line set file = 'harmless' where file is null;
\copy line(v) from 'test/data/redaction/names.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')
update line set file = 'names' where file is null;

-- Is a run of six characters of a secret, or a short one, left in a text?
create function pg_temp.is_left(secret text, shown text) returns boolean language sql as $$
	select bool_or(strpos(shown, substr(secret, i, 6)) > 0)
	from generate_series(1, greatest(length(secret) - 5, 1)) i
$$;

create temp table secret as
	select v->>'kind' as kind, v->>'must' as must,
		at_redact_text(
			v->>'text', case v->>'must' when 'pii' then 'contract,secrets,pii' else 'contract,secrets' end) as shown,
		v->>'secret' as secret
	from line where file = 'secrets';
create temp table harmless as
	select v->>'text' as text, (v->>'pii')::boolean as pii, at_redact_text(v->>'text') as by_default,
		at_redact_text(v->>'text', 'contract,secrets,pii') as with_pii
	from line where file = 'harmless';
create temp table name as
	select v->>'name' as name, v->>'class' as class, v->'value' as value,
		at_redact(
			json_build_object('payload', json_build_object(v->>'name', v->'value')))->'payload'->(v->>'name') as became
	from line where file = 'names';
alter table name add ok boolean;
update name set ok = case class
	when 'secret' then not pg_temp.is_left(value #>> '{}', became::text)
	when 'keep' then became::jsonb = value::jsonb
	else (became->>'redacted')::boolean and became->>'sha256' like 'sha256:%' end;

-- One test: how many of all, and what is wrong with the others.
create function pg_temp.share(good bigint, every bigint, part numeric, what text, others text) returns text
	language sql as $$
	select ok(good >= part * every, format('%s: %s of %s', what, good, every)) || coalesce(e'\n' || diag(others), '')
$$;

select plan(8);
select is(count(*), 333::bigint, 'all texts with secrets are there') from secret;
select pg_temp.share(count(*) filter (where not pg_temp.is_left(secret, shown)), count(*), 0.95, 'secrets are caught',
	string_agg(kind || ': ' || shown, e'\n') filter (where pg_temp.is_left(secret, shown))) from secret
		where must = 'secrets';
select pg_temp.share(
	count(*) filter (where not pg_temp.is_left(secret, shown)), count(*), 0.95, 'personal data is caught',
	string_agg(kind || ': ' || shown, e'\n') filter (where pg_temp.is_left(secret, shown))) from secret
		where must = 'pii';
select is(count(*) filter (
	where at_has_secret(shown, case must when 'pii' then 'contract,secrets,pii' else 'contract,secrets' end)),
	0::bigint,
	'nothing that is found is left') from secret;
select pg_temp.share(count(*) filter (where text = by_default), count(*), 0.97, 'harmless texts stay by default',
	string_agg(text || ' -> ' || by_default, e'\n') filter (where text <> by_default)) from harmless;
select pg_temp.share(count(*) filter (where text = with_pii), count(*), 0.97, 'harmless texts stay with pii',
	string_agg(text || ' -> ' || with_pii, e'\n') filter (where text <> with_pii)) from harmless where not pii;
select pg_temp.share(count(*) filter (where ok), count(*), 0.94, 'names are right',
	string_agg(name || ': ' || coalesce(became::text, 'gone'), e'\n') filter (where not coalesce(ok, false))) from name;
select is(count(*) filter (
	where at_redact(
	json_build_object('payload', json_build_object(name, became)))->'payload'->>name is distinct from became #>> '{}'),
	0::bigint, 'what became of values stays') from name;
select * from finish();
