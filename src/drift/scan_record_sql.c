/*
 * scan_record_sql.c
 *	  The SQL function at_record_drift(): it stores a scan and its results, and
 *	  updates the findings.
 *
 * The data is read by SQL functions that run as the caller, and is passed on
 * to caller_rows.h here.  So nobody can store a finding that he made up.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "catalog/pg_type.h"
#include "store/caller_rows.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

/* Parameters: the arguments of at_record_drift(). */
static TrkStatement new_scan_stmt = {
	"SELECT n.* FROM %1$s._at_new_scan($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) n",
	11, {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, FLOAT8OID, FLOAT8OID,
	TRK_PARAM_DRIFT_LEVEL, BOOLOID, INT4OID, INT4OID, TEXTARRAYOID}
};

/* Parameters: tests, project, scan. */
static TrkStatement new_results_stmt = {
	"SELECT $2 AS project, $3 AS scan_id, t.* FROM pg_catalog.unnest($1) t",
	3, {TRK_PARAM_TESTS, TEXTOID, TEXTOID}
};

/* Parameters: tests, project, baseline, build, until. */
static TrkStatement continued_findings_stmt = {
	"SELECT f.*, n.* FROM %1$s._at_continued_findings($1, $2, $3, $4, $5) n"
	" JOIN %1$s.at_drift_finding f ON f.project OPERATOR(pg_catalog.=) n.project"
	" AND f.finding_id OPERATOR(pg_catalog.=) n.finding_id",
	5, {TRK_PARAM_TESTS, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}
};

/* Parameters: tests, project, baseline, build, until, events, look, looks. */
static TrkStatement resolved_findings_stmt = {
	"SELECT f.*, n.* FROM %1$s._at_resolved_findings($1, $2, $3, $4, $5, $6, $7, $8) n"
	" JOIN %1$s.at_drift_finding f ON f.project OPERATOR(pg_catalog.=) n.project"
	" AND f.finding_id OPERATOR(pg_catalog.=) n.finding_id",
	8, {TRK_PARAM_TESTS, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT8OID, INT4OID, INT4OID}
};

/* Parameters: tests, project, baseline, build, since, until, environment, agent. */
static TrkStatement new_findings_stmt = {
	"SELECT n.* FROM %1$s._at_new_findings($1, $2, $3, $4, $5, $6, $7, $8) n",
	8, {TRK_PARAM_TESTS, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
	TRK_PARAM_ENVIRONMENT, TEXTOID}
};

/* Parameters: project, baseline, build, until, alert, alert_after. */
static TrkStatement findings_to_tell_stmt = {
	"SELECT n.n FROM %1$s._at_findings_to_tell($1, $2, $3, $4, $5, $6) n(n)",
	6, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TRK_PARAM_DRIFT_LEVEL, INT4OID}
};

/* Parameters: finding, notify. */
static TrkStatement alert_drift_stmt = {
	"SELECT %1$s._at_alert_drift($1, $2)",
	2, {TEXTOID, BOOLOID}
};

/* Parameters: finding, event. */
static TrkStatement told_finding_stmt = {
	"SELECT f.*, f.project, f.finding_id, f.alerts OPERATOR(pg_catalog.+) 1 AS alerts,"
	" f.level AS alerted, $2 AS event_id FROM %1$s.at_drift_finding f"
	" WHERE f.finding_id OPERATOR(pg_catalog.=) $1",
	2, {TEXTOID, TEXTOID}
};

TRK_HIDE_CONTEXT_FUNCTION(at_record_drift);

/* The arguments of at_record_drift(), by their position. */
enum
{
	ARG_BUILD_ID = 3,
	ARG_ALPHA,
	ARG_SAMPLE_RATE,
	ARG_ALERT,
	ARG_NOTIFY,
	ARG_ALERT_AFTER,
	ARG_POOL,
	ARG_PRIMARY_DIMENSIONS,
	ARGS
};

/*
 * The number of leading columns of _at_new_scan() that at_drift_scan has too.
 */
#define SCAN_COLUMNS	17

/* A running scan, and what it did. */
typedef struct ScanRecord
{
	TrkStore   *store;
	Datum		args[ARGS];
	TrkReadRows read;			/* the row of _at_new_scan() */
	int64		opened;
	int64		continued;
	int64		resolved;
	int64		alerts;
} ScanRecord;

/*
 * Read rows by a statement whose parameters are columns of _at_new_scan(),
 * given by their names, followed by arguments of the call that are not NULL.
 */
static void
read_by_scan(ScanRecord *scan, TrkStatement *stmt, const char *const *columns, int ncolumns,
			 TrkReadRows *read)
{
	int			n = SPI_getargcount(trk_store_plan(scan->store, stmt));
	Datum	   *values = palloc(sizeof(Datum) * n);
	char	   *nulls = palloc(n + 1);

	for (int i = 0; i < n; i++)
	{
		bool		isnull = false;

		if (i < ncolumns)
			values[i] = trk_caller_rows_value(&scan->read, 0, columns[i], &isnull);
		else
			values[i] = scan->args[i == ncolumns ? ARG_ALERT : ARG_ALERT_AFTER];
		nulls[i] = isnull ? 'n' : ' ';
	}
	trk_caller_rows_read(scan->store, stmt, values, nulls, read);
}

/*
 * Read the data of the scan as the caller, and store the scan and its tests.
 */
static void
store_scan(ScanRecord *scan, FunctionCallInfo fcinfo)
{
	static const char *const of_results[] = {"results", "project", "scan_id"};
	char		nulls[ARGS + 1];
	TrkReadRows row;
	TrkReadRows results;

	for (int i = 0; i < ARGS; i++)
	{
		scan->args[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	trk_caller_rows_read(scan->store, &new_scan_stmt, scan->args, nulls, &scan->read);
	trk_caller_rows_columns(&scan->read, SCAN_COLUMNS, &row);
	trk_caller_rows_insert(scan->store, "at_drift_scan", false, &row);
	read_by_scan(scan, &new_results_stmt, of_results, lengthof(of_results), &results);
	trk_caller_rows_insert(scan->store, "at_drift_result", false, &results);
}

/* Update and resolve open findings, and open new ones. */
static void
store_findings(ScanRecord *scan)
{
	static const char *const of_changes[] = {"results", "project", "baseline_id", "build_id",
	"until", "events", "look", "looks"};
	static const char *const of_new[] = {"results", "project", "baseline_id", "build_id",
	"first_seen", "until", "environment", "agent_id"};
	TrkReadRows continued;
	TrkReadRows resolved;
	TrkReadRows new;

	read_by_scan(scan, &continued_findings_stmt, of_changes, 5, &continued);
	read_by_scan(scan, &resolved_findings_stmt, of_changes, lengthof(of_changes), &resolved);
	scan->continued = trk_caller_rows_update(scan->store, "at_drift_finding", 2, &continued);
	scan->resolved = trk_caller_rows_update(scan->store, "at_drift_finding", 2, &resolved);
	read_by_scan(scan, &new_findings_stmt, of_new, lengthof(of_new), &new);
	scan->opened = trk_caller_rows_insert(scan->store, "at_drift_finding", true, &new);
}

/*
 * Alert about findings.  Each alert is an event, which is recorded like any
 * event of the caller; its id is then stored in the finding.
 */
static void
tell_findings(ScanRecord *scan)
{
	static const char *const of_telling[] = {"project", "baseline_id", "build_id", "until"};
	TrkReadRows findings;

	read_by_scan(scan, &findings_to_tell_stmt, of_telling, lengthof(of_telling), &findings);
	for (int row = 0; row < findings.count; row++)
	{
		Datum		alert[2] = {findings.values[row], scan->args[ARG_NOTIFY]};
		char		nulls[] = "  ";
		TrkReadRows read;

		trk_caller_rows_read(scan->store, &alert_drift_stmt, alert, NULL, &read);
		alert[1] = read.values[0];
		nulls[1] = read.nulls[0] ? 'n' : ' ';
		trk_caller_rows_read(scan->store, &told_finding_stmt, alert, nulls, &read);
		(void) trk_caller_rows_update(scan->store, "at_drift_finding", 2, &read);
		scan->alerts++;
	}
}

/*
 * Return the result row of at_record_drift(), in memory that survives
 * SPI_finish().
 */
static Datum
scan_result(ScanRecord *scan, FunctionCallInfo fcinfo)
{
	static const char *const columns[] = {"scan_id", "tests", "changed"};
	TrkComposite row;

	trk_composite_begin(&row, fcinfo);
	for (int i = 0; i < lengthof(columns); i++)
	{
		bool		isnull;
		Datum		value = trk_caller_rows_value(&scan->read, 0, columns[i], &isnull);

		trk_put_nullable(&row, value, isnull);
	}
	trk_put_int(&row, scan->opened);
	trk_put_int(&row, scan->continued);
	trk_put_int(&row, scan->resolved);
	trk_put_int(&row, scan->alerts);
	return PointerGetDatum(SPI_returntuple(trk_composite_tuple(&row), row.desc));
}

/*
 * at_record_drift(baseline, since, until, ...): returns the scan's id and what
 * it did
 */
static Datum
at_record_drift_body(PG_FUNCTION_ARGS)
{
	ScanRecord	scan = {0};
	Datum		result;

	/* all but build_id and primary_dimensions */
	trk_refuse_null_args(fcinfo, ARG_ALPHA, ARG_PRIMARY_DIMENSIONS - ARG_ALPHA);
	trk_refuse_null_args(fcinfo, 0, ARG_BUILD_ID);
	scan.store = trk_store_open(fcinfo, false);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	store_scan(&scan, fcinfo);
	store_findings(&scan);
	tell_findings(&scan);
	result = scan_result(&scan, fcinfo);
	SPI_finish();
	return result;
}
