-- Under the category client ids are redacted as the contract's client does; a
-- key that is lost that way decides nothing.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
select at_create_store();
set agent_tracker.redact = 'client';
create function pg_temp.fills(price text default '10') returns text language sql as $$
	select string_agg(
		pg_temp.event(
		i, jsonb_build_object('event_type', 'paper.fill.recorded', 'idempotency_key', 'order_000000000' || i,
		'payload',
			jsonb_build_object(
				'fill_id', 'order_000000000' || i, 'symbol', 'SPY', 'side', 'buy', 'quantity', '1', 'price', price))),
			e'\n')
	from generate_series(1, 3) i
$$;
select pg_temp.ingest(pg_temp.fills());
select idempotency_key::text, payload ->> 'fill_id' as fill_id, count(*) from at_event group by 1, 2;
select pg_temp.ingest(pg_temp.fills());
select pg_temp.ingest(pg_temp.fills('11'));
select distinct violations -> 0 ->> 'path' as path, violations -> 0 ->> 'rule' as rule from at_reject;
-- three fills, each by its event, and not three times the same
select count(*), count(distinct fill_id) as fills from at_fill;
select sum(quantity) from at_open_lot;
-- pure functions, too, whatever key they are given
select at_redact('{"fill_id":"order_0000000001"}', false, 'client', sha256('a'))::json ->> 'fill_id' as fill_id;
select at_drop_store();
