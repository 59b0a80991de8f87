-- Values of every type in every place where a plan keeps, copies or compares
-- them: below and above sorts, in aggregates with an order, windows, DISTINCT,
-- CTEs, joins, temporary tables, cursors.  The server calls back what flattens and
-- compares in memory contexts of its own, from PostgreSQL 17 on in some that
-- cannot free.
set timezone = 'UTC';
set client_min_messages = warning;
set max_parallel_workers_per_gather = 0;
set jit = off;

-- A query for values of a type: states that are large enough to be held apart,
-- and in no order, so that putting them in order takes scratch memory.  Where the
-- last digits depend on the order of the rows, they come in order.
create temp table source (type text primary key, query text not null);
create temp table r as select i, i % 5 as k, (i * 1009) % 4001 as m, sin(i)::float8 as x, i % 2 = 0 as side
	from generate_series(1, 4000) i;
insert into source
select 'at_' || name, format('select k, count(*) as n, %s as s from r group by k', collect)
from (values
	('moments', 'at_collect_moments(x order by i)'),
	('sample', 'at_collect_sample(x)'),
	('drawdown_state', 'at_collect_drawdown_state(x / 100 order by i)'),
	('series', 'at_collect_series(x / 100, timestamptz ''2026-01-01 00:00Z'' + m * interval ''1 minute'')'),
	('pairs', 'at_collect_pairs(x / 100, cos(i) / 100 order by i)'),
	('counts', 'at_collect_counts(''c'' || m % 900)'),
	('cluster_counts', 'at_collect_cluster_counts(''c'' || m % 30, ''r'' || m % 700)'),
	('sided_counts', 'at_collect_sided_counts(''c'' || m % 900, side)'),
	('sided_cluster_counts', 'at_merge(_at_sided_cluster_counts_add(null, ''c'' || m % 30, ''r'' || m % 700, side))'),
	('sketch', 'at_collect_sketch(x)'),
	('histogram', 'at_collect_histogram(x, ''{-0.9,-0.5,0,0.1,0.7}'')'),
	('grouped_sample', 'at_collect_grouped_sample(x, m % 3)'),
	('page_hinkley_state', 'at_collect_page_hinkley(x, 2, 0.1, 3, 0.9 order by i)'),
	('cusum_state', 'at_collect_cusum(x, 2, 0.5, 4 order by i)'),
	('evidence_set', 'at_collect_evidence(at_event_evidence(json_build_object(''event_type'',
		''diagnostic.check.completed'', ''environment'', ''paper'', ''payload'',
		json_build_object(''check_id'', ''c'' || m % 50, ''check_family'', ''replay'',
		''status'', ''failed''))))')) v(name, collect);
-- orders and their fills, categories, labels, numbers, in runs
create temp table event as
select k, e.type::at_event_type as type, e.payload, ('run_' || m % 97)::at_id as run,
	('evt_' || md5(i || e.type))::at_id as id
from r, lateral (values
	('decision.proposed', jsonb_build_object('decision_kind', 'entry', 'action', 'a' || m % 700, 'confidence', x)),
	(
		'risk.check.completed',
		jsonb_build_object('approved', m % 4 > 0, 'reasons', jsonb_build_array('cap', 'r' || m % 3))),
	('cost.usage.recorded', jsonb_build_object('usage_kind', 'u' || m % 7, 'quantity', x)),
	('order.intent.recorded',
		jsonb_build_object('order_intent_id', 'o' || m, 'side', 'buy', 'intended_quantity', m, 'intended_price', 2.5)),
	(
		'paper.fill.recorded',
		jsonb_build_object('order_intent_id', 'o' || m, 'side', 'buy', 'quantity', m, 'price', 2.5 + x))) e(type,
	payload)
where i <= 1000;
insert into source values
	('at_behavior', 'select k, count(*) as n, at_collect_behavior(type, payload, run, id) as s from event group by k'),
	('at_id',
		'select m as k, i % 7 as n, '
			'(case when m % 2 = 0 then ''evt_'' || md5(m::text) else ''run '' || m end)::at_id as s from r where i <= '
			'400'),
	('at_key',
		'select m as k, i % 7 as n, '
			'(case when m % 2 = 0 then ''./'' || md5(m::text) else ''key '' || m end)::at_key as s from r where i <= '
			'400'),
	('at_envelope',
		'select m as k, i % 7 as n, json_build_object(''sdk'', json_build_array(''a'', ''b'', '
			'm::text))::text::at_envelope as s from r where i <= 400'),
	('at_evidence',
		'select m as k, i % 7 as n, '
			'at_event_evidence(json_build_object(''event_type'', ''decision.proposed'', ''payload'', '
			'json_build_object(case when m % 2 = 0 then ''setup'' else ''symbol'' end, ''x''))) as s from r where i <= '
			'400');

-- Each type of the extension that is no enumeration, row or domain is here, and
-- each state of an aggregate is one of them.
create temp view base_type as
select t.oid::regtype as type from pg_type t
	join pg_depend d on d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
		and d.refclassid = 'pg_extension'::regclass
	join pg_extension e on e.oid = d.refobjid and e.extname = 'agent_tracker'
where t.typtype = 'b' and t.typcategory <> 'A';
select type as without_source from base_type where type::text not in (select type from source);
select distinct aggtranstype::regtype as without_source from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid
where p.proname ~ '^at_' and aggtranstype not in (select type from base_type);

-- The places: SQL over a query for values, which gives their numbers and texts;
-- expected is the same over the table that they were put into.
create temp table place (place text primary key, query text not null, needs text);
insert into place values
	('sort', 'select k, s::text from (select k, s from (%1$s) q order by n, k desc offset 0) o', null),
	('sort in a cte',
		'with c as materialized (select k, s from (%1$s) q order by n desc, k) select a.k, '
			'a.s::text from c a join c b using (k)',
		null),
	('distinct on', 'select k, s::text from (select distinct on (k) k, s from (%1$s) q order by k, n desc offset 0) o',
		null),
	('window',
		'select k, s::text from (select k, first_value(s) over (partition by k order by n desc) as s from (%1$s) q) o',
		null),
	('array',
		'select k, u::text from (select array_agg(k order by n desc, k) as ks, array_agg(s order by n desc, '
			'k) as ss from (%1$s) q) o, unnest(ks, ss) as u(k, u)',
		null),
	('limit', 'select k, s::text from (select k, s from (%1$s) q order by n desc, k desc limit 100000) o', null),
	('top', 'select k, s::text from (select k, s from (%1$s) q order by k desc limit 3) o', null),
	('merge join', 'select a.k, a.s::text from (%1$s) a full join (%1$s) b using (k)', 'merge join'),
	('hash join', 'select a.k, b.s::text from (%1$s) a join (%1$s) b using (k)', 'hash join'),
	('nested loop',
		'select a.k, b.s::text from (select k from (%1$s) q offset 0) a join (select k, '
			's from (%1$s) q offset 0) b using (k)',
		'nested loop'),
	('union all',
		'select k, s::text from (select k, s, n from (%1$s) q where k %% 2 = 0 union all select k, s, '
			'n from (%1$s) q where k %% 2 = 1 order by n, k offset 0) o',
		null),
	('row', 'select k, (o.q).s::text from (select k, q from (%1$s) q order by n, k desc offset 0) o', null),
	('ordered merge', 'select 0, at_merge(s order by k desc)::text from (%1$s) q', 'merge'),
	('merge above a sort', 'select 0, at_merge(s)::text from (select s from (%1$s) q order by k offset 0) o', 'merge'),
	('merge by group',
		'select g, at_merge(s order by n, k)::text from (select k %% 2 as g, k, n, s from (%1$s) q) o group by g',
		'merge'),
	('merge of merges',
		'select 0, at_merge(s order by g)::text from (select g, at_merge(s order by k) as s
			from (select k %% 2 as g, k, s from (%1$s) q) o group by g) p', 'merge'),
	('merge in a window',
		'select k, at_merge(s) over (order by k rows between 1 preceding and current row)::text from (%1$s) q',
		'merge'),
	('running merge', 'select k, at_merge(s) over (order by k)::text from (%1$s) q', 'merge'),
	('distinct', 'select 0, s::text from (select distinct s from (%1$s) q) o', 'order'),
	('group by', 'select count(*), s::text from (%1$s) q group by s', 'order'),
	(
		'order by value', 'select row_number() over (), s::text from (select s from (%1$s) q order by s offset 0) o',
		'order'),
	('count distinct', 'select count(distinct s), min(n)::text from (%1$s) q', 'order'),
	('ordered by value', 'select 0, array_agg(s order by s desc)::text from (%1$s) q', 'order'),
	(
		'join by value', 'select a.k, b.s::text from (%1$s) a join (select distinct s from (%1$s) q) b using (s)',
		'order');

-- What a place needs of a type, and of the plan.
create function pg_temp.fits(type text, needs text) returns boolean language sql as $$
	select case needs
		when 'merge' then exists (select from pg_proc where proname = 'at_merge' and proargtypes[0] = $1::regtype)
		when 'order' then exists (select from pg_opclass where opcintype = $1::regtype and opcdefault)
		else true end
$$;
create function pg_temp.plan_for(needs text) returns void language plpgsql as $$
begin
	perform set_config(
		'enable_mergejoin', (needs is distinct from 'hash join' and needs is distinct from 'nested loop')::text, false),
		set_config(
			'enable_hashjoin', (needs is distinct from 'merge join' and needs is distinct from 'nested loop')::text,
			false),
		set_config(
			'enable_nestloop', (needs is distinct from 'merge join' and needs is distinct from 'hash join')::text,
			false);
end
$$;
create temp table there (k bigint, s text);
create temp table wanted (k bigint, s text);
-- Runs all places of a type, with hashing and without; tells how many, and what differs.
create function pg_temp.run(type text, out places bigint, out differ text[]) language plpgsql as $$
declare
	source text := (select query from source s where s.type = $1);
	p record;
	differs boolean;
begin
	places := 0;
	differ := '{}';
	execute format('create temp table stored as %s', source);
	for p in select * from place, unnest('{on,off}'::text[]) hashing where pg_temp.fits($1, needs) order by 1 loop
		places := places + 1;
		delete from there;
		delete from wanted;
		perform pg_temp.plan_for(p.needs), set_config('enable_hashagg', p.hashing, false);
		begin
			execute 'insert into there ' || format(p.query, source);
			perform pg_temp.plan_for(null);
			execute 'insert into wanted ' || format(p.query, 'select k, n, s from stored');
			select exists ((table there except all table wanted) union all (table wanted except all table there))
				or (select count(*) from there) = 0 into differs;
			if differs then
				differ := differ || p.place;
			end if;
		exception when others then
			differ := differ || format('%s: %s', p.place, sqlerrm);
		end;
	end loop;
	drop table stored;
end
$$;
select type, places, differ from source, pg_temp.run(type) order by type;
reset enable_hashagg;
select pg_temp.plan_for(null);

-- Events of the rare types are found by an index of such types, one type or some; so are those
-- of one agent that figures of performance are made of; other types are in none.
select at_create_store();
select lines, accepted from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day() line));
analyze at_event;
set enable_seqscan = off;
create function pg_temp.uses(condition text) returns boolean language plpgsql as $$
declare
	plan json;
begin
	execute format('explain (format json) select from at_event where project = ''desk''
		and occurred_at >= ''2026-01-05'' and occurred_at < ''2026-01-06'' and %s', condition) into plan;
	return exists (select from pg_inherits i where i.inhparent in ('at_event_rare'::regclass,
			'at_event_epoch'::regclass, 'at_event_book'::regclass)
		and plan::text like format('%%"Index Name": "%s"%%', i.inhrelid::regclass));
end
$$;
select t.event_type, pg_temp.uses(format('event_type = %L', t.event_type)) as rare,
	pg_temp.uses(format('agent_id = ''momentum-1'' and event_type = %L', t.event_type)) as of_agent
from at_event_types() t order by 2 desc, 3 desc, 1;
select pg_temp.uses('event_type in (''error.recorded'', ''trade.rejected'')') as some,
	pg_temp.uses('event_type in (''error.recorded'', ''tool.call.completed'')') as mixed;
reset enable_seqscan;
select at_drop_store();
