#!/bin/bash
# row_security.sh
#	What follows a policy on at_event and what does not, as the README has it,
#	and that the README's statements close the store by project.
set -u
# shellcheck source=test/run/tap.sh
. "$AT_TAP"

# What a reader may read of the store, and sees of the project hidden.
seen()
{
	sql -c "create temp table seen as select r.name, null::bigint as n, null::bigint as others
		from _at_store_relations() r join pg_class c
			on c.oid = to_regclass(r.name)
			where has_table_privilege('at_part', c.oid, 'SELECT') and exists (select from pg_attribute a
				where a.attrelid = c.oid and a.attname = 'project'
				and not a.attisdropped); grant all on seen to at_part" \
		-c "set role at_part" \
		-c "do \$\$ declare r text; begin for r in select name from seen loop
			execute format('update seen set n = (select count(*) from %1\$I where project = ''hidden''),
				others = (select count(*) from %1\$I where project = ''desk'')
				where name = %1\$L', r); end loop; end \$\$" \
		-c "select coalesce(string_agg(name, ' ' order by name) filter (where $1), 'nothing') from seen"
}

# The statements of a section of the README.
recipe()
{
	awk '/^### Row security/ { on = 1 } /^## / { on = 0 } /^```/ { code = !code && on; next } on && code' README.md
}

sql -c "create extension agent_tracker" -c "select at_create_store()" >/dev/null
sql -c "create role at_part login; create role at_part_writer login; create role at_part_other login;
	create schema journal;
	select at_grant('at_part', 'reader'), at_grant('at_part_writer', 'writer'),
	at_grant('at_part_other', 'reader')" >/dev/null

# Both projects have something in every table
for project in desk hidden; do
	sql >/dev/null <<-SQL
		set agent_tracker.project = '$project'; set agent_tracker.agent_id = 'a';
		set agent_tracker.environment = 'paper';
		select at_record('paper.fill.recorded',
			json_build_object(
				'fill_id', 'f' || n, 'symbol', 'X', 'side', case when n % 2 = 0 then 'sell' else 'buy' end,
				'quantity', '1', 'price', (100 + n)::text), run_id => 'run_' || n % 40,
					occurred_at => timestamptz '2026-01-05' + n * interval '1 h')
		from generate_series(1, 401) n;
		select at_record(
			'risk.check.completed', '{"approved":true,"reasons":["r"],"risk_check_kind":"k"}', run_id => 'run_'
			|| n % 40,
			occurred_at => timestamptz '2026-01-05' + n * interval '1 h') from generate_series(1, 400) n;
		select at_record('strategy.context.recorded',
			'{"strategy_id":"s","setup":"u","symbol":"X","planned_risk_amount":"5"}', run_id => 'run_1',
			occurred_at => '2026-01-05');
		select at_record('portfolio.snapshot.recorded',
			json_build_object('session_date', d::date, 'equity', 100, 'portfolio_kind', 'main', 'currency', 'USD'),
			occurred_at => d) from generate_series(timestamptz '2026-01-05 21:00', '2026-01-09', '1 day') d;
		select at_record('performance.snapshot.recorded',
			json_build_object('period_kind', 'daily', 'period_start', '2026-01-05', 'period_end', '2026-01-05',
				'session_date', '2026-01-05', 'portfolio_kind', 'main', 'currency', 'USD', 'return_base', 100,
				'trading_pnl_amount', 1), occurred_at => '2026-01-05 22:00');
		select at_record('position.snapshot.recorded',
			json_build_object('position_id', 'X', 'symbol', 'X', 'quantity', 1, 'market_value', 100,
				'session_date', '2026-01-05', 'portfolio_kind', 'main', 'currency', 'USD'),
			occurred_at => '2026-01-05 22:00');
		select at_record('llm.call.completed', '{"provider":"p","model":"m","status":"succeeded"}',
			run_id => 'run_1', occurred_at => '2026-01-05');
		select at_record('tool.call.completed', '{"tool_name":"t","status":"succeeded"}',
			run_id => 'run_1', occurred_at => '2026-01-05');
		select at_refresh();
		insert into at_run_dropped
		select f.project, f.agent_id, f.environment, f.run_id, r
		from at_run_fact f, _at_facts_of_runs(array[f.project], array[f.run_id::text]) r
		where f.project = '$project' limit 1;
		insert into at_stale_run (project, day) values ('$project', '2026-01-05');
		insert into at_drift_bound values ('$project', '', 'tvd', 0.1, 0.2, 0.3);
		select at_create_baseline(
			at_create_behavior_profile('$project', 'a', 'paper', '2026-01-05', '2026-01-13'), 'version', 'd');
		select at_approve_baseline(baseline_id, 'me'), at_activate_baseline(baseline_id) from at_baseline
			where project = '$project';
		select at_record_drift(baseline_id, '2026-01-13', '2026-01-20') from at_baseline where project = '$project';
		select at_record(
			'risk.check.completed', '{"approved":false,"reasons":["r"],"risk_check_kind":"k"}',
			occurred_at => '2026-01-06');
		create or replace view journal.trade_journal as select 1 as id, now() as created_at, 'X' as symbol,
			'buy' as side;
		select at_sync_journal('journal');
		select at_create_mapping(
			'$project',
			json_build_object('project', '$project', 'agent_id', 'a', 'sources', json_build_array(json_build_object(
			'query', 'select 1 as id, now() as t', 'event_type', 'risk.check.completed', 'occurred_at', 't', 'key',
				'id',
			'payload_defaults',
				json_build_object('approved', true, 'reasons', json_build_array('r'), 'risk_check_kind', 'k')))));
	SQL
done
is "$(seen "n = 0 and (select relkind from pg_class where oid = name::regclass) <> 'v'")" nothing \
	"both projects have something in every table"
like "$(seen 'n > 0')" "at_baseline.*at_event.*at_evidence_daily.*at_trade_leg" \
	"without a policy a reader sees all projects"
all=$(seen 'others > 0')

sql -c "alter table at_event enable row level security; create policy desk on at_event using (project = 'desk')"
is "$(sql -c "set role at_part" -c "select count(*) from at_event where project = 'hidden'" \
	-c "select count(*) from at_export_jsonl() j where j ~ 'hidden'" \
	-c "select count(*) from at_fill where project = 'hidden'" | paste \
	-sd ' ')" "0 0 0" "a policy on at_event holds for events, exports and views over events"
is "$(sql -c "set role at_part" -c "select count(*) > 0 from at_trade where project = 'hidden'" \
	-c "select at_stored_evidence('hidden') is not null" | paste -sd ' ')" \
	"t t" "... and not for what is derived, as the README says"
sql -c "drop policy desk on at_event; alter table at_event disable row level security"

recipe >"$AT_TMP/recipe.sql"
PGOPTIONS="-c client_min_messages=warning" sql -f "$AT_TMP/recipe.sql" \
	-c "insert into project_member values ('desk', 'at_part'), ('desk', 'at_part_writer')" >/dev/null
sql -c "do \$\$ begin
	if exists (select from _at_store_relations() r
	where r.kind = 'table' and r.name not in ('at_store', 'at_identity_key', 'at_split', 'at_price')
			and not (select relrowsecurity from pg_class where oid = r.name::regclass)) then
			raise 'not closed'; end if; end \$\$"
ok $? "the README's statements reach every table"
is "$(seen 'n > 0')" nothing "a member of one project sees nothing of the other, in no table and no view"
is "$(seen 'others > 0')" "$all" "... and of his own what he saw"
is "$(sql -c "set role at_part" -c "select count(*) from at_reject" -c "select count(*) from at_ingest_batch" \
	-c "select string_agg(name, ' ') from at_mapping" \
	-c "select string_agg(name, ' ') from at_mapping_status" \
	-c "select coalesce(at_stored_evidence('hidden')::text, 'null') = coalesce(at_stored_evidence('nowhere')::text,
	'null')" \
	-c "select bool_and(h.score = n.score) from at_readiness('hidden') h
	join at_readiness('nowhere') n using (report)" \
	-c "select count(*) from at_export_jsonl() j where j ~ 'hidden'" \
	-c "select bool_or(score > 0) from at_readiness('desk')" | paste -sd ' ')" \
	"0 0 desk desk t t 0 t" "... nor of loads, rejects and mappings, reports and exports"
is "$(sql -c "set role at_part_other" -c "select count(*) from at_event" -c "select count(*) from at_trade" \
	-c "select count(*) from at_evidence_daily" | paste -sd ' ')" \
	"0 0 0" "a member of no project sees nothing"
is "$(sql -c "insert into at_split values ('X', '2026-01-10', 2)" -c "set role at_part" \
	-c "select (select sum(net_pnl) from at_trade)" | tail \
	-1)" "$(sql -c "select sum(net_pnl) from at_trade where project = 'desk'")" \
	"splits stay visible: his trades are those that the owner sees"
sql -c "create or replace view journal.trade_journal as select 2 as id, now() as created_at, 'X' as symbol,
	'buy' as side" \
	-c "grant usage on schema journal to public; grant select on journal.trade_journal to public"
for project in desk hidden; do
	result=$(sql -U at_part_writer \
		-c "set agent_tracker.project = '$project'; set agent_tracker.agent_id = 'w';
			set agent_tracker.environment = 'paper'" \
		-c "select at_record('risk.check.completed',
		'{\"approved\":true,\"reasons\":[\"r\"],\"risk_check_kind\":\"k\"}') is not null" \
		2>&1)
	[ $project = desk ] && like "$result" "^t" "a writer records events of his project" ||
		like "$result" "row-level security" "... and of no other"
done
is "$(sql -U at_part_writer -c "select accepted, rejected from at_sync_journal('journal', 'desk', 'w')")" "1|0" \
	"a writer syncs"
sql -c "select at_grant('at_part_writer', 'reader')" >/dev/null
made=$(sql -U at_part_writer \
	-c "select at_create_baseline(at_create_behavior_profile('desk', 'a', 'paper', '2026-01-05', '2026-01-12'),
	'manual') as base" \
	2>&1)
like "$made" "^bsl_" "a writer who reads makes a baseline of his project"
is "$(sql -U at_part_writer \
	-c "select at_approve_baseline('$made', 'me'), at_activate_baseline('$made') is not null,
	(select tests > 0 from at_record_drift('$made', '2026-01-13', '2026-01-20'))" \
	2>&1)" \
	"|t|t" "... approves and activates it, and scans with it"
like "$(sql -U at_part_writer \
	-c "select at_create_behavior_profile('hidden', 'a', 'paper', '2026-01-05', '2026-01-12')" 2>&1)" \
	"row-level security.*at_behavior_profile" "... and stores nothing about another"
like "$(sql -U at_part_writer \
	-c "select at_approve_baseline('$(sql -c "select baseline_id from at_baseline where project = 'hidden'")', 'me')" \
	2>&1)" \
	"no such baseline" "... whose baselines are none to him"
is "$(sql -c "select at_refresh() is not null")" t \
	"the owner refreshes what is derived"
is "$(seen 'n > 0')" nothing "... which is closed as before"
sql -c "drop owned by at_part, at_part_writer, at_part_other; drop role at_part, at_part_writer, at_part_other"
done_testing
