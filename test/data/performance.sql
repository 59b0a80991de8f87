-- What tests of facts of performance share: what the views say, from facts and from
-- events alone, and lines of events.

create sequence pg_temp.nr;
create temp table shown (which text, row_text text);
create temp table after (like shown);

-- What the views say.
create function pg_temp.show(into_table regclass) returns void language plpgsql as $$
declare
	source text;
begin
	execute format('truncate %s', into_table);
	foreach source in array array['at_equity_curve', 'at_equity_interval', 'at_performance_snapshot', 'at_period',
		'at_daily_performance', 'at_current_position', 'at_current_performance', 'at_time_in_market', 'at_slippage',
		'at_pnl_by_symbol', 'at_reconcile(''paper'', everything => true)'] loop
		execute format('insert into %s select %L, v::text from %s v', into_table, source, source);
	end loop;
end
$$;
-- The same without any stored fact.
create function pg_temp.show_from_events() returns void language plpgsql as $$
begin
	begin
		delete from at_equity_fact;
		delete from at_performance_fact;
		delete from at_position_fact;
		delete from at_performance_agent;
		delete from at_current_fact;
		insert into at_stale_run (project, day, agent_id)
			select distinct project, occurred_at::date, agent_id from at_event;
		perform pg_temp.show('after');
		raise exception 'take it back' using errcode = 'AT001', detail = (select jsonb_agg(a)::text from after a);
	exception when sqlstate 'AT001' then
		declare
			rows text;
		begin
			get stacked diagnostics rows = pg_exception_detail;
			truncate after;
			insert into after select x.which, x.row_text
				from jsonb_to_recordset(rows::jsonb) x(which text, row_text text);
		end;
	end;
end
$$;
-- Views that say something else from the events; none.
create function pg_temp.differ() returns table (which text, facts bigint, events bigint) language plpgsql as $$
begin
	perform pg_temp.show('shown');
	perform pg_temp.show_from_events();
	return query
		select x.which, count(*) filter (where x.f), count(*) filter (where not x.f)
		from (select d.*, true as f from (table shown except all table after) d
			union all select d.*, false from (table after except all table shown) d) x
		group by x.which order by x.which;
end
$$;

create function pg_temp.pick(variadic words text[]) returns text language sql volatile as $$
	select words[1 + floor(random() * cardinality(words))::int]
$$;
-- An event of a type in a session; null members of the payload are left out.
create function pg_temp.line(type text, at timestamp, payload jsonb) returns text language sql volatile as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type,
		'occurred_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'agent_id', pg_temp.pick('alpha', 'alpha', 'beta'), 'run_id', 'run_' || n % 7, 'symbols', '[]'::jsonb,
		'environment', pg_temp.pick('paper', 'paper', 'paper', 'shadow'), 'idempotency_key', 'k/' || n,
		'payload', jsonb_strip_nulls(payload)))
	from (select nextval('pg_temp.nr')::int as n) s
$$;
