-- spread.sql
--	Lines of bench/sample_day, in table sample (line text), as lines of which each is
--	of a run of its own, at a random time of twelve months: in table spread, with the
--	columns line and occurred_at.  The same lines for the same sample; all else of
--	them stays as it is, to the order of members.

CREATE TABLE spread AS
SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(line,
		'"event_id":"[^"]*"', format('"event_id":"evt_%s"', md5('event ' || n))),
		'"run_id":"[^"]*"', format('"run_id":"run_%s"', md5('run ' || n))),
		'"idempotency_key":"([^"/]*/[^"/]*)/[^"/]*/([^"/]*)/[^"]*"',
			format('"idempotency_key":"\1/run_%s/\2/%s"', md5('run ' || n), md5('key ' || n))),
		'"occurred_at":"[^"]*"', format('"occurred_at":"%s"',
			to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) AS line,
	at AS occurred_at
FROM (SELECT line, n, '2026-01-01Z'::timestamptz
		+ (hashint8extended(n, 1) & 9223372036854775807) % 31536000000000 * interval '1 microsecond' AS at
	FROM (SELECT line, row_number() OVER () AS n FROM sample) s) t;
