-- The dimension of slippage where a symbol is split between an order and its
-- fill: as at_slippage has it, for whole windows, for days that are merged, and
-- on both sides of at_compare().  Orders have one fill each.

begin;
set local client_min_messages = warning;
set local timezone = 'UTC';
create temp table made as select at_create_store() as store;
select setseed(0.75);

create temp table split as
select *
	from (values ('AAA', timestamptz '2024-03-05 13:30', 10::numeric, 1::numeric), ('AAA', '2024-03-07 13:30', 3, 2),
	('BBB', '2024-03-06', 1, 4), ('BBB', '2022-01-01', 7, 1)) s(symbol, effective_at, ratio, per);
create temp table trade as
select row_number() over () as n, x.*,
	intended + ((60000 * random()) * interval '1 minute') * (random() < 0.5)::int / 10
		+ interval '1 second' as filled, random() * 0.02 - 0.01 as off
from (select symbol, agent, side, timestamptz '2024-03-03' + 9 * i * interval '1 hour' as intended,
		'run_' || agent || case when i % 10 = 0 then 'shared' else i / 5 || '' end as run
	from unnest('{AAA,BBB,CCC}'::text[]) symbol, unnest('{x,y}'::text[]) agent, unnest('{buy,sell}'::text[]) side,
		generate_series(1, 20) i) x;
update trade set run = 'run_shared' where run like '%shared';
-- what a unit of the order is at the time of the fill
create temp table priced as
select t.*,
	coalesce((select exp(sum(ln(ratio / per))) from split s where s.symbol = t.symbol and effective_at > intended
	and effective_at <= filled), 1) as units
from trade t;
create function pg_temp.line(n int, type text, agent text, run text, t timestamptz, payload jsonb) returns text
	language sql as $$
	select jsonb_build_object(
		'schema_version', '2026-06-07', 'event_id', 'evt_' || md5('slip' || n), 'idempotency_key', 'slip/' || n,
		'project', 'p', 'agent_id', agent, 'run_id', run, 'event_type', type, 'environment', 'paper', 'symbols',
		'[]'::jsonb,
		'occurred_at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'privacy', '{}'::jsonb,
		'sdk', '{"name":"test","version":"1","language":"sql"}'::jsonb, 'payload', payload)::text
$$;
create temp table loaded as select r.* from (select string_agg(l, e'\n') as lines from (
	select pg_temp.line(
		2 * n::int, 'order.intent.recorded', agent, run, intended, jsonb_build_object('order_intent_id', 'o' || n,
		'decision_id', 'd', 'symbol', symbol, 'side', side, 'intended_quantity', 1, 'intended_price', 1200)) as l
			from priced
	union all select pg_temp.line(
		2 * n::int + 1, 'paper.fill.recorded', agent, run, filled, jsonb_build_object('order_intent_id', 'o' || n,
		'fill_id', 'f' || n, 'symbol', symbol, 'side', side, 'quantity', 1, 'price',
			round((1200 * (1 + off) / units)::numeric, 6)))
			from priced) x) y,
	at_ingest_jsonl(y.lines) r;

select plan(10);
select is((store, rejected, accepted), ('made the store'::text, 0::bigint, 480::bigint), 'every event was taken')
	from made, loaded;
select ok(count(*) filter (where units <> 1) > 20 and count(*) filter (where units < 1) > 2
	and count(*) filter (where units > 11) > 0,
	'orders stood while their symbol was split, once and twice') from priced;

create function pg_temp.seen(b at_behavior) returns text language sql as $$
	select concat_ws(' ', n, missing, rejected, round(mean::numeric, 5), round(min::numeric, 5), round(max::numeric, 5))
	from at_describe(b) where dimension = 'paper.fill.recorded.slippage_bps'
$$;
create function pg_temp.told(agent text, since timestamptz, until timestamptz) returns text language sql as $$
	select concat_ws(
		' ', count(*), 0, 0, round(avg(slippage_bps), 5), round(min(slippage_bps), 5), round(max(slippage_bps), 5))
		from at_slippage s
	where s.fills > 0 and (agent is null or s.agent_id = agent) and first_fill_at >= since and first_fill_at < until
$$;
select ok(max(abs(slippage_bps)) > 5000, 'without the splits slippage is thousands of basis points') from at_slippage;
insert into at_split select * from split;
select ok(count(*) = 240 and max(abs(slippage_bps)) < 101, 'with them it is what it was') from at_slippage;
select is(
	count(*) filter (where s.agent_id is null or abs(s.slippage_bps - case t.side when 'buy' then 1 else -1 end * 10000
	* (round((1200 * (1 + t.off) / t.units)::numeric, 6) * t.units::numeric - 1200) / 1200) > 1e-9), 0::bigint,
		'order by order')
from priced t left join at_slippage s on s.order_intent_id = 'o' || t.n;
select is(pg_temp.seen(at_stored_behavior('p', null, 'paper', '2024-03-01', '2024-04-01')),
	pg_temp.told(null, '2024-03-01', '2024-04-01'), 'a window');
select is(pg_temp.seen(at_stored_behavior('p', 'x', null, '2024-03-01', '2024-04-01')),
	pg_temp.told('x', '2024-03-01', '2024-04-01'), 'of one agent');
-- the order of a fill is in the profile of another day
select is((select pg_temp.seen(at_merge(at_stored_behavior('p', 'y', 'paper', d, d + interval '1 day')))
	from generate_series(timestamptz '2024-03-01', '2024-03-31', '1 day') d),
		pg_temp.told('y', '2024-03-01', '2024-04-01'), 'days, merged');
-- a run of both agents, which counts for neither
select is(pg_temp.seen(
	_at_behavior_of_side(
	('p', 'x', 'paper', '2024-03-01', '2024-04-01', '{}')::at_compared_side, '{run_shared}', '{}', 100000, 10000)),
	(select concat_ws(
		' ', count(*), 0, 0, round(avg(s.slippage_bps), 5), round(min(s.slippage_bps), 5),
		round(max(s.slippage_bps), 5))
	from at_slippage s join trade t on s.order_intent_id = 'o' || t.n where t.agent = 'x' and t.run <> 'run_shared'),
		'a side of at_compare()');
-- nothing else changes: neither prices that no split is between, nor other dimensions
create temp table before as select at_stored_behavior('p', null, 'paper', '2024-03-01', '2024-04-01') as b;
delete from at_split;
select is((select count(*) from (select d.* from before, at_describe(b) d where dimension not like '%slippage%'
	except select (at_describe(at_stored_behavior('p', null, 'paper', '2024-03-01', '2024-04-01'))).*) d), 0::bigint,
		'other dimensions are as without splits');
select * from finish();
rollback;
