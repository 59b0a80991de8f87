-- Closed trades, flows and round trips: edges and bad input.
\set VERBOSITY terse
set timezone = 'UTC';
set datestyle = 'ISO';
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all

-- Statistics of trades: planned risk, streaks over merged parts, what is left out.
select n, wins, expectancy, sqn, risk_n, expectancy_risk, sqn_risk, max_win_streak, current_streak
from (select (at_trade_summary(p, r, t)).*
	from (
		values (10::float8, 5::float8, '2026-01-02'::timestamptz), (-5, 5, '2026-01-01'), (20, null, '2026-01-03'),
		(null, 1, '2026-01-04'), (7, 0, null)) v(p, r, t)) s;
select n, net, non_finite, largest_win, current_streak
	from at_trade_summary(array[1, 'NaN', 'Infinity', null, -2]::float8[]);
select n, sqn, sqn_capped from at_trade_summary(array(select (1 + i % 2)::float8 from generate_series(1, 400) i));

-- Flows.
select * from at_flow_returns(1000, '[]', 1);
select period_returns_flow_at_end, twr_flow_at_end, net_gain, modified_dietz, mwr_annual_xirr,
	broken_periods_flow_at_end
	from at_flow_returns(0, '[{"end_equity": 100, "external_flow": 100}, {"end_equity": 110}]', 30);
select period_returns_flow_at_end, twr_flow_at_end, broken_periods_flow_at_end
	from at_flow_returns(-5, '[{"end_equity": -10}, {"end_equity": 10, "external_flow": 20}]', 30);
select period_returns_flow_at_end, twr_flow_at_end
	from at_flow_returns(100, '[{"end_equity": -10}, {"end_equity": 5}]', 30);
select at_period_return(100, 111, 10), at_period_return(100, 111, 10, flow_at_start => true), at_period_return(0, 1),
	at_period_return(100, null);
select at_xirr(d, a) from (values ('2026-01-01'::date, -100::numeric), ('2027-01-01', 110)) v(d, a);
select at_xirr(d, a) as nothing_back from (values ('2026-01-01'::date, -100::numeric)) v(d, a);
select at_xirr(d, a) as nothing from (select '2026-01-01'::date, 1::numeric where false) v(d, a);
select at_xirr('infinity'::date, 1);
select round(at_xirr(array[0, 365, 730], array[-100, 230, -132])::numeric, 9) as two_roots;
select at_xirr(array[0, 1], array[-1, 1000]) as beyond_the_range;
select round(at_modified_dietz(1000, 1300, array[200], array[0.5])::numeric, 12), at_modified_dietz(0, 10, '{}', '{}'),
	at_modified_dietz(100, 10, array[-200], array[1]);
-- What is no number, is beyond float8, or lacks its weight: NULL and no error.
select at_modified_dietz(100, 110, '{NaN}', '{0.5}') as nan, at_modified_dietz('Infinity', 110, '{}', '{}') as infinity,
	at_modified_dietz(1e400, 1e400, '{1}', '{1}') as huge,
	at_modified_dietz(100, 110, '{1}', '{NaN}') as weight, at_modified_dietz(100, 110, '{1,2}', '{0.5}') as fewer,
	at_modified_dietz(100, 110, '{1}', '{0.5,0.5}') as more, at_modified_dietz(100, 110, '{}', '{}') as none;
select at_modified_dietz(100, 110, '{1e400}', '{0.5}') as huge_flow,
	at_modified_dietz(100, 110, '{1e299}', '{1e300}') as huge_weight,
	at_modified_dietz(1e-400, 110, '{}', '{}') as tiny,
	_at_float8(1e400) as above, _at_float8(-1e400) as below, _at_float8(1e-400) as zero, _at_float8('NaN') as nan,
	_at_float8(0.1) as tenth, _at_float8(null) as none;
select mwr_annual_xirr, modified_dietz
	from at_flow_returns(100, '[{"end_equity": 1e400}, {"end_equity": 10, "external_flow": -1e350}]');
select net_gain = 10 - 1e400 as gain, twr_flow_at_end, modified_dietz, mwr_annual_xirr, sign_changes
	from at_flow_returns(1e400, '[{"end_equity": 10}]');

-- Round trips: what is skipped, forty digits, unsorted, repeated, negative.
select jsonb_pretty(at_round_trips('[
	{"fill_id": "a", "ts": "2026-01-01", "symbol": "X", "side": "buy",
	"quantity": "0.1234567890123456789012345678901234567890", "price": "2", "fees": "0.1"},
	{"fill_id": "b", "ts": "2026-01-02", "symbol": "X", "side": "SELL",
	"quantity": "0.1234567890123456789012345678901234567890", "price": "3"},
	{"fill_id": "b", "ts": "2026-01-03", "symbol": "X", "side": "sell", "quantity": "1", "price": "3"},
	{"fill_id": "c", "ts": "2026-01-03", "symbol": "X", "side": "hold", "quantity": "1", "price": "3"},
	{"fill_id": "d", "ts": "2026-01-03", "symbol": "X", "side": "buy", "price": "3"},
	{"fill_id": "e", "ts": "2026-01-03", "symbol": "X", "side": "buy", "quantity": 0, "price": "3"},
	{"fill_id": "f", "ts": "2026-01-03", "symbol": "X", "side": "buy", "quantity": -1, "price": "3"},
	{"fill_id": "g", "ts": "2026-01-03", "symbol": "X", "side": "buy", "quantity": 1, "price": null},
	{"fill_id": null, "symbol": "X", "side": "buy", "quantity": 1, "price": 1e2, "fees": -0.5}]'::jsonb));
select at_round_trips('[]'::jsonb, 'lifo');
select at_round_trips('[]');
select at_round_trips('{}'::jsonb);
select at_round_trips('[1]'::jsonb);
select at_round_trips('[{"fill_id": "secret", "quantity": "secret"}]'::jsonb);
select at_round_trips('[{"fill_id": "a", "quantity": "1e99999"}]'::jsonb);

-- From a query or a relation, in order; an opening book; what is not open.
create temp table fill as
select 'f' || i as fill_id, timestamptz '2026-01-01' + i * interval '1 hour' as t, 'k' || i % 3 as key,
	(array['buy', 'sell', 'short', 'cover'])[1 + abs(hashint4(i)) % 4] as side,
	1 + abs(hashint4(-i)) % 7 as quantity, 100 + abs(hashint4(i + 7)) % 90 / 10.0 as price, 0.1 as fees
from generate_series(1, 3000) i order by md5(i::text);
select kind, count(*), sum(net_pnl) from at_round_trips('fill') group by kind order by kind;
-- Net results are the cash flow plus the cost of what is open.
select sum(r.net_pnl) = (
	select sum(case when side in ('buy', 'cover') then -1 else 1 end * quantity * price - fees) from fill)
	+ sum(r.quantity * r.entry_price * case r.direction when 'long' then 1 else -1 end + r.fees) filter (
		where r.kind = 'open') as adds_up
from at_round_trips('select * from fill') r;
-- Yesterday's open lots and today's fills give the same as all at once.
create temp table book as select open_fill as fill_id, open_t as t, key, case direction when 'long' then 'buy'
	else 'short' end as side, quantity, entry_price as price, fees
from at_round_trips('select * from fill where t < ''2026-02-01''') where kind = 'open';
select (select round(sum(net_pnl), 20) from at_round_trips('select * from fill where t < ''2026-02-01'''))
	+ (
		select round(sum(net_pnl), 20)
		from at_round_trips('select * from fill where t >= ''2026-02-01''', opening => 'book'))
	- (select round(sum(net_pnl), 20) from at_round_trips('fill')) as difference;
select kind, direction, open_fill, close_fill, quantity, net_pnl, reason
from at_round_trips('select * from (values (''a'', now(), ''k'', ''buy'', 1, 10, 0),
	(''b'', now(), ''k'', ''sell'', 3, 11, 0), (''c'', now(), ''k'', ''short'', 1, 11, 0))
	v(fill_id, t, key, side, quantity, price, fees)', rest_opens => false);
-- With what is known of the lots the second half is exactly the same.
create temp table thirds as select fill_id, t, key, side, quantity / 7.0 as quantity, price / 3.0 as price,
	fees / 3.0 as fees, 'tag of ' || fill_id as tag
	from fill;
create temp table lots as select open_fill as fill_id, open_t as t, key, case direction when 'long' then 'buy'
	else 'short' end as side, quantity, entry_price as price, fees, lot_quantity, lot_fees, tag
from at_round_trips('select * from thirds where t < ''2026-02-01''') where kind = 'open';
with whole as (select r.* from at_round_trips('thirds') r where kind = 'open' or close_t >= '2026-02-01'),
	rest as (select r.* from at_round_trips('select * from thirds where t >= ''2026-02-01''', opening => 'lots') r)
select (select count(*) from whole) as rows,
	(select count(*) from (select * from whole except all select * from rest) x) as missing,
	(select count(*) from (select * from rest except all select * from whole) x) as more;
select count(*) as tags, bool_and(tag = 'tag of ' || open_fill) as of_the_opening_fill from at_round_trips('thirds')
	where kind in ('closed', 'open');
-- What 128 bits cannot hold is matched in numeric, with the same result: all
-- numbers times a power of ten.
create temp table wide as select fill_id, t, key, side, quantity * 1e-24 as quantity, price * 1e-27 as price,
	fees * 1e30 as fees
	from fill;
create temp table huge as select fill_id, t, key, side, quantity * 1e40 as quantity, price * 1e20 as price, fees
	from fill;
select count(*) as legs,
	count(*) filter (
		where (a.quantity * 1e-24, a.gross_pnl * 1e-51, a.entry_price * 1e-27, a.flat_after) is distinct from (
		b.quantity, b.gross_pnl, b.entry_price, b.flat_after)
		or abs(a.fees * 1e30 - b.fees) > 10) as wide,
	count(*) filter (where (
		a.quantity * 1e40, a.gross_pnl * 1e60, a.exit_price * 1e20, round(a.fees, 20)) is distinct from (
		c.quantity, c.gross_pnl, c.exit_price, round(c.fees, 20))) as huge
from at_round_trips('fill') a full join at_round_trips('assorted') b using (kind, key, direction, open_t, close_t)
	full join at_round_trips('huge') c using (kind, key, direction, open_t, close_t) where kind = 'closed';
select a.kind, count(*),
	count(*) filter (
		where (a.quantity * 1e40, round(a.gross_pnl, 15), a.flat_after) is distinct from (
		c.quantity, round(c.gross_pnl * 1e-60, 15), c.flat_after)) as different
from at_round_trips('fill', 'average') a
	full join at_round_trips('huge', 'average') c using (kind, key, direction, close_t) where kind = 'closed' group by 1
	order by 1;
-- Numbers of all lengths come back as they are.
create temp table number as select i::text as fill_id, timestamptz '2026-01-01' as t, 'k' || i as key, 'buy' as side,
	q as quantity, -q as price, q as fees
from generate_series(1, 2000) i,
	lateral (
		select ('0.' || repeat('0', i % 45)
		|| i * 7919)::numeric * (array[1, 1e3, 1e9, 1e17, 1e36, 1e50])[1 + i % 6]::numeric as q) n;
select count(*) as lots,
	count(*) filter (
		where r.quantity <> n.quantity or scale(r.quantity) <> min_scale(n.quantity) or r.entry_price <> n.price
		or r.fees <> n.fees) as different
from at_round_trips('number') r join number n using (key);
-- Not finite, far apart, negative.
select kind, open_fill, close_fill, quantity, gross_pnl, fees, reason
	from at_round_trips($$select *
		from (
		values ('a', 1, 'k', 'buy', 'NaN'::numeric, 1::numeric, 0::numeric), ('b', 2, 'k', 'buy', 1, 'Infinity', 0),
		('c', 3, 'k', 'buy', 1, 1, '-Infinity'),
	('d', 4, 'k', 'buy', 1e-30, -1e30, -1e-40), ('e', 5, 'k', 'SELL', 1e-30, 1e30, null),
		(null, 6, 'k', null, 1, 1, 1)) v(fill_id, n, key, side, quantity, price, fees),
		lateral (select timestamptz '2026-01-01' + n * interval '1 hour' as t) w$$);
-- Repeated ids: of a key, not of several; the first in order of time, arrival and
-- what they say.
select kind, key, close_fill, close_t, exit_price, reason
	from at_round_trips($$select 'x' as fill_id, timestamptz '2026-01-01' + (i / 2) * interval '1 day' as t, 'k'
		|| i % 2 as key, 'buy' as side, 1 as quantity, 10 - i as price, 0 as fees
		from generate_series(0, 5) i$$)
	where kind = 'skipped' order by key, close_t;
select kind, open_fill, close_fill, entry_price, exit_price, reason
	from at_round_trips($$select 'x' as fill_id, timestamptz '2026-01-01' as t, 'k' as key, 'buy' as side,
		1 as quantity, 10 - i as price, 0 as fees, timestamptz '2026-01-01' + i * interval '1 second' as arrived_at
		from generate_series(0, 2) i$$);
select kind, open_fill, close_fill, quantity, entry_price, reason
	from at_round_trips($$select 'x' || i % 3 as fill_id, timestamptz '2026-01-01' as t, 'k' as key, 'buy' as side,
		1 as quantity, 10 - i as price, 0 as fees
		from generate_series(0, 3) i$$);
-- What the effect says: open and increase open, reduce and close close.
create temp table effect as select *
	from (
		values ('a', 1, 'sell', 2, 'open'), ('b', 2, 'buy', 3, 'close'), ('c', 3, 'sell', 5, 'reduce'),
		('d', 4, 'sell', 1, null), ('e', 5, 'short', 1, 'close'), ('f', 6, 'cover', 1, 'increase'),
		('g', 7, 'cover', 9, 'unknown'), ('h', 8, 'sell', 10, 'OPEN')) v(
		fill_id, n, side, quantity, open_close_effect),
	lateral (select timestamptz '2026-01-01' + n * interval '1 hour' as t, 'k' as key, 10 as price, 0 as fees) w;
select kind, direction, open_fill, close_fill, quantity, effect_mismatch, reason from at_round_trips('effect');
select kind, direction, close_fill, quantity, effect_mismatch, reason
	from at_round_trips('effect', 'average', rest_opens => false);
-- A fill that names its position does not open another one by the way.
select kind, direction, open_fill, close_fill, quantity, reason
	from at_round_trips(
		'select *, ''p'' as position_id from (select fill_id, t, key, side, quantity, price, '
		'fees from effect where n in (4, 5, 7)) e');
-- Many lots under one key: closed one by one, and all by one fill.
create temp table many as select 'f' || i as fill_id, timestamptz '2026-01-01' + i * interval '1 second' as t,
	'k' as key, case
	when i <= 20000 then 'buy' else 'sell' end as side, 1 as quantity, i as price, 0.01 as fees
	from generate_series(1, 30000) i
union all select 'last', '2027-01-01', 'k', 'sell', 10000, 5, 1;
select kind, count(*), sum(net_pnl), count(*) filter (where flat_after) as flat from at_round_trips('many') group by 1;
-- Numbers of payloads.
select v, at_decimal(v)
	from unnest(
		array['1.50', '"1.50"', '" +2e3\u00a0"', '"-.5"', '"1e-3"', '"x"', '""', '"NaN"', '"1e99999"', 'null', 'true',
		'[1]', '{"a": 1}', '"0x10"', '"1_000"']::jsonb[]) v;
select at_decimal(null) is null as nothing,
	at_decimal('123456789012345678901234567890123456789012345678901234567890.5');
-- Many results and periods: states grow in place and are not copied for each row.
select (f).n, (f).risk_n
	from (
		select at_trade_summary(
		i % 7 - 3, case when i % 2 = 0 then i end, timestamptz '2026-01-01' + i * interval '1 second') as f
		from generate_series(1, 200000) i) s;
select round(at_twr(1000, 1000 + hashint4(i) % 100 / 100.0, 0)::numeric, 9) = round(
	(select at_total_return((hashint4(i) % 100 / 100.0)::float8 / 1000) from generate_series(1, 50000) i)::numeric,
	9) as same
	from generate_series(1, 50000) i;
-- A query may end in a comment.
select kind, quantity from at_round_trips('select * from many where fill_id = ''f7'' -- one');

select * from at_round_trips('no_such_table');
select * from at_round_trips('select 1');
select * from at_round_trips(
	'select null::text as fill_id, null::timestamptz as t, ''k'' as key, ''buy'' as side, 1 as quantity, 1 as price, '
	'1 as fees');
select * from at_round_trips('fill', null);
select * from at_round_trips('fill; drop table fill');

-- The store's fills: project, agent, environment, portfolio and currency are
-- never mixed, an event without a fill_id has its own.
select at_create_store();
select count(*) as ingested
	from (
		select pg_temp.ingest(
		string_agg(
		pg_temp.event(
		i,
		jsonb_build_object('event_type', 'paper.fill.recorded', 'occurred_at', format('2026-01-05T13:%s:00Z', 10 + i),
		'idempotency_key', 'paper/alpha/run_1/paper.fill.recorded/' || i, 'agent_id', agent),
			jsonb_build_object('symbol', 'SPY', 'side', side, 'quantity', 2, 'price', price, 'fees', 0.25) || more),
			e'\n'))
	from (values (1, 'alpha', 'buy', 96, '{}'::jsonb), (2, 'alpha', 'sell', 101, '{}'), (3, 'beta', 'buy', 100, '{}'),
		(4, 'beta', 'sell', 90, '{"currency": "EUR"}')) v(i, agent, side, price, more)) x;
select kind, key, direction, quantity, entry_price, exit_price, net_pnl from at_round_trips() order by open_t;
select at_drop_store();

-- Fills that are many, some of them twice, by what memory there is: the same legs,
-- whose money is what the server's numerics give.
create temp table assorted as select case when i % 9 = 0 then 'f' || i - 20
	else 'f' || i end as fill_id, timestamptz '2026-01-01' + i * interval '1 second' as t, 'S' || i % 20 as key,
	(array['buy', 'sell', 'short', 'cover'])[1 + (hashint4(i) & 3)] as side,
	round((1 + (hashint4(i + 1) & 1023)) / 10 ^ (i % 9)::numeric, 12) as quantity,
	round((hashint4(i + 2) & 65535) * 10 ^ (i % 7 - 3)::numeric, i % 10) as price,
	round((hashint4(i + 3) & 4095) / 7.0 ^ (i % 5), i % 18) as fees
from generate_series(1, 20000) i;
create temp table leg as select * from at_round_trips('assorted');
set work_mem = '64kB';
select count(*) as others from (select * from at_round_trips('assorted') except all select * from leg) s;
reset work_mem;
select count(*) filter (where reason = 'duplicate fill_id') as twice,
	count(*) filter (where kind = 'closed') > 10000 as many
	from leg;
select count(*) from leg
	where kind = 'closed'
		and (
		gross_pnl <> (exit_price - entry_price) * quantity * case direction when 'long' then 1 else -1 end
		or net_pnl <> gross_pnl - fees);
select count(*) from (
	select sum(quantity) = max(lot_quantity) and sum(entry_fees) = max(lot_fees) as whole from leg
	where kind in ('closed', 'open') group by open_fill) s
	where not whole;
select count(*) from leg a
	where kind = 'closed' and abs(entry_fees - round(lot_fees * quantity * 1e40 / lot_quantity) * 1e-40) > 6e-31
		and exists (select from leg b where b.open_fill = a.open_fill and (b.close_t > a.close_t or b.close_t is null));
select count(*) from leg where concat_ws(' ', gross_pnl, net_pnl, fees, quantity, entry_fees) ~ '[.][0-9]*0( |$)';
drop table assorted, leg;
-- A share that ends is exact however long it is; an average of next to nothing is as exact as any.
select l->>'fees' as fees, l->>'net_pnl' as net
	from (values ('1', '0.1234567890123456789012345678901234567891'), ('2147483648', '1'), ('3', '1')) v(bought, sold),
	lateral jsonb_array_elements(
		at_round_trips(
		jsonb_build_array(
		jsonb_build_object(
		'fill_id', 'a', 'ts', 1, 'symbol', 'X', 'side', 'buy', 'quantity', bought, 'price', '10', 'fees', '1'),
		jsonb_build_object(
			'fill_id', 'b', 'ts', 2, 'symbol', 'X', 'side', 'sell', 'quantity', sold, 'price', '11', 'fees',
			'0')))->'legs') l;
select abs((p->>'average_entry')::numeric - 25.0 / 6) < 1e-15 as near, left(p->>'average_entry', 28) as average
	from jsonb_array_elements(
		at_round_trips(
		'[{"fill_id":"a","ts":1,"symbol":"X","side":"buy","quantity":"1","price":"4"},{"fill_id":"b","ts":2,'
		'"symbol":"X","side":"buy","quantity":"2","price":"3"},{"fill_id":"c","ts":3,"symbol":"X","side":"sell",'
		'"quantity":"2.999999999999999999","price":"11"},{"fill_id":"d","ts":4,"symbol":"X","side":"buy",'
		'"quantity":"0.000000000000000001","price":"5"}]'::jsonb,
		'average')->'open_positions') p;

-- times are compared as times, however they are written
select at_round_trips(('[{"fill_id":"1","ts":"2026-03-02T10:00:00Z","symbol":"X","side":"buy","quantity":1,"price":10},
	{"fill_id":"2","ts":"2026-03-02T10:00:00.5Z","symbol":"X","side":"buy","quantity":1,"price":20},
	{"fill_id":"3","ts":"2026-03-02T11:00:00Z","symbol":"X","side":"sell","quantity":1,
	"price":15}]')::jsonb) ->> 'net_pnl' as net;
select at_round_trips(
	('[{"fill_id":"2","ts":"2026-10-25T02:10:00+01:00","symbol":"X","side":"buy","quantity":1,"price":20},
	{"fill_id":"1","ts":"2026-10-25T02:30:00+02:00","symbol":"X","side":"buy","quantity":1,"price":10},
	{"fill_id":"3","ts":"2026-10-25T11:00:00Z","symbol":"X","side":"sell","quantity":1,
	"price":15}]')::jsonb) ->> 'net_pnl' as net;
select at_round_trips(('[{"fill_id":"1","ts":"2026-03-02T10:00:00Z","symbol":"X","side":"buy","quantity":1,"price":10},
	{"fill_id":"3","ts":"2026-03-02 10:00:01Z","symbol":"X","side":"sell","quantity":1,
	"price":15}]')::jsonb) -> 'legs' -> 0 ->> 'direction' as direction;
select at_round_trips(
	('[{"fill_id":"2","ts":"2026-03-02T10:00:00.123456700Z","symbol":"X","side":"buy","quantity":1,"price":20},
	{"fill_id":"9","ts":"2026-03-02T10:00:00.12345669Z","symbol":"X","side":"buy","quantity":1,"price":10},
	{"fill_id":"3","ts":"2026-03-02T10:00:00.1234567Z","symbol":"X","side":"sell","quantity":1,
	"price":15}]')::jsonb) ->> 'net_pnl' as net;
select at_round_trips('[{"fill_id":"1","ts":"yesterday","symbol":"X","side":"buy","quantity":1,"price":10}]'::jsonb);
select at_round_trips('[{"fill_id":"1","ts":true,"symbol":"X","side":"buy","quantity":1,"price":10}]'::jsonb);
select at_round_trips(
	'[{"fill_id":"1","ts":"2026-03-02T10:00:00Z"},{"fill_id":"2","ts":"2026-03-02T10:00:00"}]'::jsonb);
select at_round_trips('[{"fill_id":"1","ts":"2026-03-02T10:00:00Z"},{"fill_id":"2","ts":1772445600}]'::jsonb);
