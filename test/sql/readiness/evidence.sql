-- at_evidence and at_evidence_set: what events prove, its text form, and what
-- explains it.  (test/pgtap/readiness/evidence_input.sql has the binary form.)
\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\i :helper
\set ECHO all

-- The bits.  Their numbers are on disk: this list only grows at its end.
select number, name, report from at_evidence_bits();
select count(*) = count(distinct name) as names_are_unique, min(number) as first, max(number) + 1 - count(*) as gap,
	bool_and(name ~ '^[a-z_]+$' and meaning <> '' and test <> '') as are_told
from at_evidence_bits();
-- Each has a field to look at, or is of the envelope; each field is one the
-- contract checks or the reports alone read; event types are the contract's.
select name, test from at_evidence_bits() where fields = '{}';
select distinct f as observed_only from at_evidence_bits(), unnest(fields) f
where not exists (select from at_event_fields() e where e.field = f) order by 1;
select name, f from at_evidence_bits(), unnest(fields) f
where f !~ '^[a-z_]+$' or (test !~ ('\(' || f || '[,)]') and test !~ '_STATE|_REVIEW|_REPLAY|_GATE');
select name, t from at_evidence_bits(), unnest(event_types) t
	where not exists (select from at_event_types() e where e.event_type::text = t);
select meaning, event_types, fields, test from at_evidence_bits()
	where name in ('net_pnl', 'unapproved', 'shadow_agent', 'leakage_guard_failed');

-- Of single events.
select at_event_evidence('{}');
select at_event_evidence('{"event_type":"paper.fill.recorded","environment":"paper","payload":{"position_id":"p",
	"quantity":"1","price":1,"session_date":"2026-01-05",
	"open_close_effect":"close","net_pnl_amount":0,"fees":false}}');
select at_event_evidence(
	'{"event_type":"diagnostic.check.completed","environment":"replay","payload":{"check_id":"my \"check\"\n",'
	'"check_family":"replay","status":"failed"}}');
select at_event_evidence(
	'{"event_type":"no.such","environment":"moon","payload":[],"privacy":{"contains_prompt_text":true,'
	'"contains_output_text":"true"}}');
select at_event_evidence(
	'{"payload":{"note":["x","so Risk-Free!"],"deep":{"note":"cannot lose"},"Prompt_Injection":1,'
	'"tags":"PROMPT_INJECTION"}}');
select at_event_evidence('[]');
select at_event_evidence('{"payload":{"a":1e999999}}');
select at_event_evidence(null);
select at_explain_evidence(
	at_event_evidence(
	'{"event_type":"risk.check.completed","payload":{"mistake_family":"","component":null,"severity":"info",'
	'"freshness_seconds":0}}'));
select at_explain_evidence(at_event_evidence('{}')), at_explain_evidence('{}'::at_evidence_set);
-- Present is neither null nor the empty string; a number has a value when it is
-- finite; truth is the JSON booleans'.
select p, array_to_string(at_explain_evidence(at_event_evidence(json_build_object('payload', p::json))), ' ') as proves
	from unnest(array[
	'{"setup":null}', '{"setup":""}', '{"setup":" "}', '{"setup":0}', '{"setup":false}', '{"setup":[]}', '{"setup":{}}',
	'{"non_finite_count":0}', '{"non_finite_count":"0.000"}', '{"non_finite_count":"1e-400"}',
	'{"non_finite_count":" 1 "}', '{"non_finite_count":"NaN"}', '{"non_finite_count":true}',
	'{"non_finite_count":"-1"}',
	'{"leader_review_coverage_pct":99.999}', '{"leader_review_coverage_pct":"100.0"}',
	'{"leader_review_coverage_pct":1e2}', '{"leader_review_coverage_pct":-1}',
	'{"signed_fields_present":false}', '{"signed_fields_present":"false"}', '{"signed_fields_present":0}',
	'{"approval_required":true}', '{"approval_required":true,"approval_observed":"no"}',
	'{"approval_required":true,"approval_observed":[]}', '{"approval_required":"true"}',
	'{"authority":"observe_only"}', '{"authority":""}', '{"authority":null}', '{"authority":7}',
	'{"status":"FAILED","suite_name":"s"}', '{"status":"errorſ","suite_name":"s"}',
	'{"status":"Error","suite_name":""}']) p;

-- Text form: what is printed reads as the same.
select e::text::at_evidence::text = e::text as same,
	_at_evidence_send(e::text::at_evidence) = _at_evidence_send(e) as same_bytes, length(_at_evidence_send(e))
from unnest(array[at_event_evidence('{}'),
	at_event_evidence('{"event_type":"error.recorded","environment":"shadow","payload":{"authority":"x"}}'),
	at_event_evidence(
		'{"event_type":"diagnostic.check.completed","payload":{"check_id":"\u00e9\ud83d\ude00\"\\",'
		'"status":"warning"}}')]) e;
select '{"proves":["setup_warns","net_pnl"], "type" : "error.recorded"}'::at_evidence;
select '{"v":1,"bits":3,"proves":["strategy_tag"]}'::at_evidence;
select '{"v":1,"bits":3,"proves":["net_pnl","net_pnl"]}'::at_evidence;
select '{"events":2,"types":{"error.recorded":1},"counts":{"failed_check":2,"warning_check":1},"proves":["failed_check",
	"warning_check"],
	"failed_checks":["b","a","b"],"warning_checks":["c","a"],"environments":["paper","paper"]}'::at_evidence_set;
select '{}'::at_evidence_set;
select s::text::at_evidence_set::text = s::text as same
	from (values ('{"events":9,"types":{"error.recorded":9},"environments":["shadow","development"]}'::at_evidence_set),
	('{"events":9223372036854775807,"bits":0}')) v(s);

-- What is refused as text.
create function pg_temp.refused(type regtype, input text) returns text language plpgsql as $$
declare
	detail text;
begin
	execute format('select %L::%s', input, type);
	return 'accepted';
exception when others then
	get stacked diagnostics detail = pg_exception_detail;
	return concat_ws('; ', sqlstate || ': ' || sqlerrm, nullif(detail, ''));
end
$$;
select input, pg_temp.refused('at_evidence', input)
	from unnest(
		array['', '{', '[]', 'null', '1', '{"v":2}', '{"v":"1"}', '{"v":1.0}', '{"v":-1}', '{"v":257}', '{"v":1,"v":1}',
		'{"V":1}', '{"":1}',
	'{"bits":81}', '{"bits":-1}', '{"bits":99999999999999999999}', '{"bits":null}', '{"bits":1,"proves":["net_pnl"]}',
	'{"type":"no.such"}', '{"type":1}', '{"type":null}', '{"environment":"moon"}', '{"environment":[]}',
	'{"environment":""}',
	'{"proves":"net_pnl"}', '{"proves":["NET_PNL"]}', '{"proves":[1]}', '{"proves":[null]}', '{"proves":{"net_pnl":1}}',
	'{"proves":["net_pn"]}', '{"proves":["net_pnl_"]}',
	'{"check_id":"x"}', '{"check_id":1,"proves":["failed_check"]}',
	'{"check_id":"x","proves":["numeric_diagnostic_failed"]}', '{"check_id":"\ud800","proves":["failed_check"]}',
	'{"check_id":"\u0000","proves":["failed_check"]}', '{"proves":[]} x', '{"events":1}']) input;
select input, pg_temp.refused('at_evidence_set', input)
	from unnest(array['', '{', '[]', '{"v":2}', '{"v":0}', '{"bits":81}', '{"type":"error.recorded"}', '{"more":1}',
	'{"events":-1}', '{"events":1.5}', '{"events":1e3}', '{"events":"1"}', '{"events":9223372036854775808}',
	'{"types":{"error.recorded":1}}', '{"events":1,"types":{"error.recorded":2}}',
	'{"events":1,"types":{"error.recorded":-1}}', '{"events":1,"types":{"no.such":1}}',
	'{"events":1,"types":["error.recorded"]}',
	'{"events":5,"types":{"error.recorded":3,"trade.rejected":3}}',
	'{"events":999999999999999999,"types":{"error.recorded":999999999999999999,"trade.rejected":999999999999999999}}',
	'{"events":1,"environments":["moon"]}', '{"events":1,"environments":"paper"}', '{"events":1,"environments":[0]}',
	'{"events":1,"proves":["x"]}', '{"events":1,"proves":[true]}',
	'{"events":1,"counts":{"failed_check":2},"proves":["failed_check"]}', '{"events":1,"counts":{"failed_check":1}}',
	'{"events":1,"proves":["failed_check"]}', '{"events":1,"counts":{"net_pnl":1},"proves":["net_pnl"]}',
	'{"events":1,"counts":[1]}',
	'{"environments":["paper"]}', '{"proves":["net_pnl"]}',
	'{"events":1,"failed_checks":["a"]}',
	'{"events":1,"counts":{"warning_check":1},"proves":["warning_check"],"failed_checks":["a"]}',
	'{"events":1,"counts":{"warning_check":1},"proves":["warning_check"],"warning_checks":[""]}',
	'{"events":1,"failed_checks":"a"}',
	'{"events":1,"counts":{"failed_check":1},"proves":["failed_check"],"failed_checks":[1]}',
	'{"events":1,"counts":{"failed_check":1},"proves":["failed_check"],"failed_checks":["\u0000"]}']) input;

-- Functions of the aggregates, called by themselves, leave their arguments alone.
create temp table one as select '{"events":1,"types":{"error.recorded":1}}'::at_evidence_set as evidence;
select _at_evidence_set_add(evidence, '{"type":"error.recorded","proves":["failed_check"],"check_id":"x"}'),
	_at_evidence_set_merge(evidence, evidence), evidence
	from one;
select _at_evidence_set_add(null, null), _at_evidence_set_merge(null, null);
-- Counts do not overflow.

do $$
declare
	s at_evidence_set := '{"events":999999999999999999}';
begin
	for i in 1 .. 4 loop
		s := _at_evidence_set_merge(s, s);
	end loop;
end
$$;
-- Many check ids: kept once each, in order, whatever the order they come in; also
-- in a row that is compressed and stored out of line.
create temp table checks as
	select at_collect_evidence(at_event_evidence(json_build_object('event_type', 'diagnostic.check.completed',
		'payload',
		json_build_object(
			'check_id', 'check ' || i * 7919 % 1000, 'status', case when i % 3 = 0 then 'failed'
			else 'warning' end)))) as evidence
	from generate_series(1, 3000) i;
select jsonb_array_length(report->'failed_checks') as failed, jsonb_array_length(report->'warnings') as warnings,
	report->'failed_diagnostic_count' as failed_count, report->'warning_diagnostic_count' as warning_count
from checks, at_decision_flow_readiness(evidence) report;
select pg_column_size(evidence) < length(_at_evidence_set_send(evidence)) as compressed,
	evidence::text::at_evidence_set::text = evidence::text as same,
		_at_evidence_set_merge(evidence, '{}')::text = evidence::text as merged
		from checks;
select (select evidence::text from checks) = at_merge(s)::text as same from (select at_collect_evidence(e) as s
	from (select i,
		at_event_evidence(
			json_build_object(
			'event_type', 'diagnostic.check.completed', 'payload',
			json_build_object('check_id', 'check ' || i * 7919 % 1000,
		'status', case when i % 3 = 0 then 'failed' else 'warning' end))) as e from generate_series(1, 3000) i
			order by i % 11 desc) v
			group by i % 5) parts;

-- Each name that a report can give has an entry among the gaps: sets with one
-- bit, one type, one environment each, with none and with all.
create temp table tried as
	select json_build_object(
		'events', 1, 'proves', array[name], 'counts', case when meaning ~ '; counted$' then json_build_object(name, 1)
		else '{}' end)::text::at_evidence_set as evidence
	from at_evidence_bits()
	union all select json_build_object('events', 1, 'types', json_build_object(event_type, 1))::text::at_evidence_set
		from at_event_types()
	union all select json_build_object('events', 1, 'environments', array[value])::text::at_evidence_set
		from unnest(enum_range(null::at_environment)) value
	union all select '{}' union all select '{"events":1}'
	union all select '{"events":1,"proves":["leakage_guard","leakage_guard_failed"]}'
	union all select json_build_object(
		'events', 100, 'proves', array_agg(name), 'counts',
		json_object_agg(name, 1) filter (where meaning ~ '; counted$'))::text::at_evidence_set
		from at_evidence_bits();
create temp table named as
	select distinct r.report, n.list, n.name from tried, at_readiness_of(evidence) r,
		lateral (select 'missing' as list, unnest(missing) as name union all select 'warning', unnest(warnings)) n;
select count(*) from named;
select count(*), count(distinct (n.report, n.name)) from named n
	join (select distinct g.* from tried, at_readiness_gaps(evidence) g) g on g.report = n.report and g.gap = n.name;
select g.report, g.gap, count(*) from tried, at_readiness_gaps(evidence) g
where not exists (select from named n where n.report = g.report and n.name = g.gap) group by 1, 2;
select distinct g.report, g.gap from tried, at_readiness_gaps(evidence) g
	where hint = 'Repair what this diagnostic reports.' or hint = '' or hint is null;
-- What fills them: event types, or fields, or neither where there is nothing to add.
\a
select g.report, g.gap, g.needs_event_type, g.needs_fields, g.hint
	from (select distinct g.* from tried, at_readiness_gaps(evidence) g) g order by g.report, g.gap collate "C";
-- Names come from events, too.
select * from at_readiness_gaps('{"events":2,"types":{"diagnostic.check.completed":2},"counts":{"failed_check":2,
	"warning_check":1},"proves":["failed_check","warning_check"],
	"failed_checks":["my own check","event_type:x","fresh_run_proof_evidence"],
		"warning_checks":["event_type:error.recorded"]}')
		where report = 'decision_flow';
\a
-- A gap that is told to be filled by fields of one event is filled by them.
select g.gap,
	at_explain_evidence(
		at_event_evidence(json_build_object('event_type', coalesce(g.needs_event_type[1], 'error.recorded'), 'payload',
	(select json_object_agg(f, '1') from unnest(g.needs_fields) f)))) as proves
from at_readiness_gaps('{"events":1}') g where report = 'arena' and needs_fields <> '{}';

-- Evidence of an older release, which knew less bits.
select _at_evidence_age('{"bits":70}'::at_evidence), _at_evidence_age('{"bits":80}'::at_evidence),
	_at_evidence_age('{}'::at_evidence), _at_evidence_age('{}'::at_evidence_set);
select _at_evidence_age(at_collect_evidence(e)), at_collect_evidence(e)
	from unnest(array['{"bits":77}', '{"bits":70}', '{}']::at_evidence[]) e;
select _at_evidence_age(at_merge(e)) from unnest(array['{"events":1,"bits":79}', '{"events":1}']::at_evidence_set[]) e;

-- In the store: told of, and brought up to date.
select at_create_store();
select * from pg_temp.ingest(
	(
	select string_agg(
	pg_temp.event(
	i,
	jsonb_build_object(
		'event_type', 'error.recorded', 'project', 'p' || i % 2, 'occurred_at', '2026-01-0' || 1 + i % 3
		|| 'T13:00:00Z'),
	'{"error_kind":"timeout","message":"late","authority":"live"}'), e'\n') from generate_series(1, 12) i));
select days, rows from at_refresh();
select at_rebuild_evidence();
create temp table before as select key_digest, evidence from at_event;
update at_event
	set evidence = '{"v":1,"bits":70,"type":"error.recorded","environment":"paper","proves":["repair_label"]}'
	where idempotency_key::text ~ '[1357]$';
insert into at_stale_run (project, day) select distinct project, occurred_at::date from at_event;
select report, ready, score, warnings from at_readiness() where report = 'behavior';
select days, rows from at_refresh();
select count(*) from at_readiness('p1');
select count(*) from at_readiness('p0');
select max(_at_evidence_age(evidence)) from at_evidence_daily;
select at_rebuild_evidence(0);
select at_rebuild_evidence(null);
select at_rebuild_evidence(4);
select day, project from at_stale_run order by 1, 2;
select at_rebuild_evidence(4);
select at_rebuild_evidence(4);
select count(*) from at_event e join before b using (key_digest)
	where e.evidence::text is distinct from b.evidence::text;
select report, ready, score, warnings from at_readiness() where report = 'behavior';
select days > 0 as days from at_refresh();
select max(_at_evidence_age(evidence)) from at_evidence_daily;
-- A row that no release wrote.
create table corrupt as select evidence from at_event limit 1;
update pg_attribute set atttypid = 'bytea'::regtype where attrelid = 'corrupt'::regclass and attname = 'evidence';
update corrupt set evidence = '\x02';
update pg_attribute set atttypid = 'at_evidence'::regtype where attrelid = 'corrupt'::regclass and attname = 'evidence';
select evidence from corrupt;
select at_collect_evidence(evidence) from corrupt;
drop table corrupt;
select at_drop_store();
