-- The seven readiness reports of each set of events in test/data/readiness.jsonl,
-- which hold what is expected: over single events, over the store, and by every
-- other way evidence can go.
set client_min_messages = warning;
set timezone = 'UTC';
set jit = off;

create temp table report(position int, name text);
insert into report values (1, 'reporting'), (2, 'tier'), (3, 'decision_flow'), (4, 'agentic_security'),
	(5, 'proof'), (6, 'arena'), (7, 'behavior');
create temp table line(number int generated always as identity, vector json);
\copy line(vector) from 'test/data/readiness.jsonl' with (format csv, quote e'\x01', delimiter e'\x02')

-- Tables that workers can read, of many pages, so that each set's events come to
-- several of them.
create table vector as
	select number, vector->>'id' as id, json_array_length(vector->'events') as events,
		(vector->'expected')::jsonb as expected
		from line;
create table sample as
	select l.number, i as position, e as event, at_event_evidence(e) as evidence
	from line l, json_array_elements(l.vector->'events') with ordinality a(e, i);
-- A set may hold an event twice, the store holds it once: there it gets a key of
-- its own.
alter table sample add stored text;
update sample s set stored = case
	when again then (event::jsonb || jsonb_build_object('idempotency_key', 'again/' || s.position))::text
	else event::text end
from (select number, position,
	row_number() over (partition by number, event->>'project', event->>'idempotency_key' order by position) > 1 as again
	from sample) r
where r.number = s.number and r.position = s.position;
alter table sample set (parallel_workers = 2);
analyze sample;

-- All reports of a set of evidence, as one object.
create function reports(at_evidence_set) returns jsonb language sql as $$
	select jsonb_build_object('reporting', at_reporting_readiness($1), 'tier', at_tier_readiness($1),
		'decision_flow', at_decision_flow_readiness($1), 'agentic_security', at_agentic_security_readiness($1),
		'proof', at_proof_readiness($1), 'arena', at_arena_readiness($1), 'behavior', at_behavior_readiness($1))
$$;

-- Single events: each aggregate, a set at a time.
set max_parallel_workers_per_gather = 0;
create temp table serial as
	select v.number, s.*
	from vector v, lateral (select at_collect_evidence(evidence) as evidence,
		jsonb_build_object('reporting', at_reporting_readiness(evidence), 'tier', at_tier_readiness(evidence),
			'decision_flow', at_decision_flow_readiness(evidence), 'agentic_security',
			at_agentic_security_readiness(evidence),
			'proof', at_proof_readiness(evidence), 'arena', at_arena_readiness(evidence), 'behavior',
			at_behavior_readiness(evidence)) as reports
		from sample e where e.number = v.number) s;

-- The store: each set in a transaction of its own, which is undone.  What is
-- asked there: the aggregates over at_event; at_readiness() of everything, its
-- evidence before and after the refresh of the rollups, and once more when a
-- second write has made them stale.
select at_create_store() is not null;
select at_make_partitions(array_agg(distinct (event->>'occurred_at')::timestamptz)) is not null from sample;
create temp table stored(
	number int, accepted bigint, reports jsonb, same boolean, marked text, rolled text, days bigint, again text);
create procedure through_store(wanted int, half bigint) language plpgsql as $$
declare
	r stored;
begin
	r.number := wanted;
	begin
		select count(*) into r.accepted from sample e, lateral at_ingest_jsonl(e.stored) i
		where e.number = wanted and e.position <= half and i.accepted = 1;
		perform at_refresh();
		r.accepted := r.accepted + (
			select accepted from at_ingest_jsonl((select string_agg(stored, e'\n' order by position)
			from sample where number = wanted and position > half)));
		r.again := at_stored_evidence();
		select jsonb_build_object('reporting', at_reporting_readiness(evidence), 'tier', at_tier_readiness(evidence),
				'decision_flow', at_decision_flow_readiness(evidence), 'agentic_security',
				at_agentic_security_readiness(evidence),
				'proof', at_proof_readiness(evidence), 'arena', at_arena_readiness(evidence), 'behavior',
				at_behavior_readiness(evidence)),
			bool_and(evidence::text = at_event_evidence(at_event_json(e))::text)
			into r.reports, r.same from at_event e;
		delete from at_evidence_daily;
		insert into at_stale_run (project, day) select distinct project, occurred_at::date from at_event;
		r.marked := at_stored_evidence();
		r.days := days from at_refresh();
		r.rolled := at_merge(evidence) from at_evidence_daily;
		raise exception using errcode = 'P0009';
	exception when sqlstate 'P0009' then
		null;
	end;
	insert into stored select r.*;
end
$$;
do $$
declare
	v record;
begin
	for v in select number, events from vector order by 1 loop
		call through_store(v.number, v.events / 3);
	end loop;
end
$$;

-- Workers.  What they send costs a little, so that sending states is cheaper than
-- sending rows.
set max_parallel_workers_per_gather = 2;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0.001;
set min_parallel_table_scan_size = 0;
create function plan_of(query text) returns setof text language plpgsql as $$
begin
	return query execute 'explain (analyze, costs off, timing off, summary off) ' || query;
end
$$;
create temp table parallel_plan as
	select string_agg(p, e'\n') as plan
	from plan_of(
		'select number, at_collect_evidence(evidence), at_tier_readiness(evidence) from sample group by number') p;
create temp table by_worker(number int, evidence at_evidence_set, reports jsonb);
do $$
begin
	for n in 1 .. (select max(number) from vector) loop
		insert into by_worker
			select n, at_collect_evidence(evidence),
				jsonb_build_object('reporting', at_reporting_readiness(evidence), 'tier', at_tier_readiness(evidence),
					'decision_flow', at_decision_flow_readiness(evidence), 'agentic_security',
					at_agentic_security_readiness(evidence),
					'proof', at_proof_readiness(evidence), 'arena', at_arena_readiness(evidence), 'behavior',
					at_behavior_readiness(evidence))
			from sample where number = n;
	end loop;
end
$$;
create temp table by_group as
	select number, at_collect_evidence(evidence) as evidence, at_tier_readiness(evidence) as tier,
		at_behavior_readiness(evidence) as behavior
	from sample group by number;

-- Parts of one to seven events in random order, merged in random order; and by
-- the function, from the right.
set max_parallel_workers_per_gather = 0;
select setseed(0.25) is not null;
create temp table part as
	select number, part, at_collect_evidence(evidence order by random()) as evidence
	from (select number, evidence, (random() * 7)::int as part from sample) s group by number, part;
create temp table merged as
	select number, at_merge(evidence order by random()) as evidence,
		at_merge(evidence::text::at_evidence_set order by part desc) as by_text
	from part group by number;

-- Moving windows.
create temp table window_frame as
	select number, position, at_collect_evidence(evidence) over growing as growing,
		at_collect_evidence(evidence) over shrinking as shrinking,
		at_collect_evidence(evidence) over moving as moving, at_behavior_readiness(evidence) over moving as report
	from sample
	window growing as (partition by number order by position),
		shrinking as (partition by number order by position rows between current row and unbounded following),
		moving as (partition by number order by position rows between 4 preceding and 2 following);
create temp table window_split as
	select w.*, s.before, s.after, s.near
	from window_frame w,
		lateral (select at_collect_evidence(evidence) filter (where e.position <= w.position) as before,
		at_collect_evidence(evidence) filter (where e.position >= w.position) as after,
		at_collect_evidence(evidence) filter (where e.position between w.position - 4 and w.position + 2) as near
		from sample e where e.number = w.number) s;

select plan((count(*) * (2 * 7 + 8) + 15)::int) from vector;

select cmp_ok(count(*), '>=', 140::bigint, 'sets of events') from vector;
select matches(plan, 'Finalize.*Gather.*Workers Launched: [12].*Partial', 'the plan is parallel') from parallel_plan;

select is(s.reports->r.name, v.expected->r.name, format('%s, at_event_evidence: %s', v.id, r.name))
from vector v join serial s using (number), report r order by v.number, r.position;
select is(s.reports->r.name, v.expected->r.name, format('%s, at_event: %s', v.id, r.name))
from vector v join stored s using (number), report r order by v.number, r.position;

select is(row(s.accepted::int, s.same), row(v.events, true), v.id || ': accepted, with the evidence of its event')
from vector v join stored s using (number) order by v.number;
select is(row(s.again, s.marked, s.rolled), row(e.evidence::text, e.evidence::text, e.evidence::text), v.id
	|| ': stale, without and with rollup')
from vector v join stored s using (number) join serial e using (number) order by v.number;
select is(row(w.evidence::text, w.reports), row(s.evidence::text, s.reports), v.id || ': with workers')
from vector v join by_worker w using (number) join serial s using (number) order by v.number;
select is(row(g.evidence::text, g.tier, g.behavior), row(s.evidence::text, s.reports->'tier', s.reports->'behavior'),
	v.id || ': in GROUP BY, with workers')
from vector v join by_group g using (number) join serial s using (number) order by v.number;
select is(
	row(m.evidence::text, m.by_text::text), row(s.evidence::text, s.evidence::text), v.id || ': merged in random order')
from vector v join merged m using (number) join serial s using (number) order by v.number;
select is(reports(m.evidence), s.reports, v.id || ': reports over the merged set')
from vector v join merged m using (number) join serial s using (number) order by v.number;
select is(count(*) filter (where row(growing::text, shrinking::text, moving::text, report) is distinct from
	row(before::text, after::text, near::text, at_behavior_readiness(near))), 0::bigint, v.id || ': windows')
from vector v join window_split w using (number) group by v.number, v.id order by v.number;
select is(row(max(growing::text) filter (where position = v.events), max(shrinking::text) filter (where position = 1)),
	row(s.evidence::text, s.evidence::text), v.id || ': whole windows')
from vector v join window_split w using (number) join serial s using (number) group by v.number, v.id, s.evidence::text
	order by v.number;

-- Binary form, and the reports over it: every set and every event once.
\copy (select number, evidence from serial order by number) to 'set.copy' with (format binary)
\copy (select number, position, evidence from sample order by number, position) to 'evidence.copy' with (format binary)
create temp table set_again(number int, evidence at_evidence_set);
create temp table evidence_again(number int, position bigint, evidence at_evidence);
\copy set_again from 'set.copy' with (format binary)
\copy evidence_again from 'evidence.copy' with (format binary)
\! rm -f set.copy evidence.copy
select is(
	count(*) filter (where a.evidence::text = s.evidence::text), (select count(*) from vector),
	'sets, in binary and back')
from set_again a join serial s using (number);
select is(count(*) filter (where a.evidence::text = s.evidence::text), (select count(*) from sample),
	'evidence, in binary and back')
from evidence_again a join sample s using (number, position);
select is(
	count(*) filter (where evidence::text <> evidence::text::at_evidence::text), 0::bigint,
	'evidence, as text and back')
	from sample;

-- Nothing at all.
select is(at_collect_evidence(evidence)::text, '{}'::at_evidence_set::text, 'no rows: the empty set') from sample
	where false;
select is(at_merge(evidence)::text, '{}'::at_evidence_set::text, 'no sets: the empty set') from serial where false;
select is(at_collect_evidence(null)::text, '{}'::at_evidence_set::text, 'nulls are left out');
select is(jsonb_build_object('reporting', at_reporting_readiness(evidence), 'tier', at_tier_readiness(evidence),
	'decision_flow', at_decision_flow_readiness(evidence), 'agentic_security', at_agentic_security_readiness(evidence),
	'proof', at_proof_readiness(evidence), 'arena', at_arena_readiness(evidence), 'behavior',
	at_behavior_readiness(evidence)),
	reports('{}'), 'no rows: the reports of the empty set') from sample where false;
select is(reports('{}')->'tier'->'free_gaps', '["no_events", "run_timeline"]', 'the empty set has no events');
select is(reports('{}')->'decision_flow'->'warnings', '["fresh_run_proof_warning", "market_data_contract_warning",
	"numeric_domain_contract_warning", "opportunity_coverage_warning", "setup_profile_persistence_warning"]',
	'what the empty set warns of');
select is(at_tier_readiness(null::at_evidence_set), null, 'no report of no set');
set max_parallel_workers_per_gather = 2;
select is(at_collect_evidence(evidence)::text, '{}'::at_evidence_set::text, 'no rows, with workers') from sample
	where number < 0;
select is(m.evidence::text, s.evidence::text, 'all sets: merged, and with workers')
from (select at_merge(evidence) as evidence from serial) m,
	(select at_collect_evidence(evidence) as evidence from sample) s;
select is((reports(at_collect_evidence(evidence))->'tier'->>'event_count')::bigint, count(*), 'all sets: all events')
	from sample;

select * from finish();
