-- Sample trading days, for trying the extension out

CREATE FUNCTION at_sample_day(
	start date DEFAULT '2026-01-05',
	days integer DEFAULT 1,
	agents integer DEFAULT 4,
	messy boolean DEFAULT false,
	project text DEFAULT 'desk',
	private_pct double precision DEFAULT 5,
	bad_pct double precision DEFAULT 0,
	repeat_pct double precision DEFAULT 0,
	seed bigint DEFAULT 1,
	mistakes boolean DEFAULT false,
	shift date DEFAULT NULL) RETURNS SETOF text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2000;
COMMENT ON FUNCTION at_sample_day(date, integer, integer, boolean, text, double precision, double precision, double precision, bigint, boolean, date) IS
	'lines of so many trading days (at most 10000) of a made-up desk of agents (at most 64), as bench/sample_day writes them: the same arguments give the same lines, and the same seed gives the same ids, so that samples of one project beside each other want different seeds. Weekends are left out. With messy come further agents whose telemetry has what is hard to read: open runs, retries, parallel calls, costs that are linked in several ways, two currencies, a session over midnight, wrong clocks, errors of every kind (src/sample/README.md lists it). With mistakes come, on the first day and before it, agents that make one mistake each, of every kind that at_find_mistakes() finds, and are named after it. Of the events private_pct percent have material that redaction takes out; bad_pct percent of lines that must be rejected and repeat_pct percent of lines sent twice come to them (at most 90 each); from the day shift on the first agent acts half as often and its tools are slower. Lines that the encoding of the database cannot hold are left out. Nothing is stored: pass the lines to at_ingest_jsonl()';
