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
#include "store/caller_rows.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

TRK_HIDE_CONTEXT_FUNCTION(at_record_drift);

/* The arguments of at_record_drift(), by their position. */
enum
{
	ARG_ALPHA = 3,
	ARG_SAMPLE_RATE = 5,
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
read_by_scan(ScanRecord *scan, TrkStatement stmt, const char *const *columns, int ncolumns,
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
	trk_caller_rows_read(scan->store, TRK_STMT_NEW_SCAN, scan->args, nulls, &scan->read);
	trk_caller_rows_columns(&scan->read, SCAN_COLUMNS, &row);
	trk_caller_rows_insert(scan->store, "at_drift_scan", TRK_STMT_INSERT_SCAN, &row);
	read_by_scan(scan, TRK_STMT_NEW_RESULTS, of_results, lengthof(of_results), &results);
	trk_caller_rows_insert(scan->store, "at_drift_result", TRK_STMT_INSERT_RESULT, &results);
}

/*
 * Return whether a changed finding is resolved.  The row has two columns named
 * resolution; the second one has the new value.
 */
static bool
is_resolved(const TrkReadRows *read, int row)
{
	for (int i = read->natts - 1; i >= 0; i--)
		if (strcmp(read->columns[i], "resolution") == 0)
			return strcmp(TextDatumGetCString(read->values[row * read->natts + i]), "resolved") == 0;
	return false;
}

/* Update and resolve open findings, and open new ones. */
static void
store_findings(ScanRecord *scan)
{
	static const char *const of_changes[] = {"results", "project", "baseline_id", "build_id",
	"until", "events", "look", "looks"};
	static const char *const of_new[] = {"results", "project", "baseline_id", "build_id",
	"first_seen", "until", "environment", "agent_id"};
	TrkReadRows read;
	bool	   *changed;

	read_by_scan(scan, TRK_STMT_CHANGED_FINDINGS, of_changes, lengthof(of_changes), &read);
	changed = palloc(sizeof(bool) * Max(read.count, 1));
	trk_caller_rows_update(scan->store, "at_drift_finding", TRK_STMT_UPDATE_FINDING, &read, changed);
	for (int row = 0; row < read.count; row++)
	{
		if (changed[row] && is_resolved(&read, row))
			scan->resolved++;
		else if (changed[row])
			scan->continued++;
	}
	read_by_scan(scan, TRK_STMT_NEW_FINDINGS, of_new, lengthof(of_new), &read);
	scan->opened = trk_caller_rows_insert(scan->store, "at_drift_finding", TRK_STMT_INSERT_FINDING, &read);
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

	read_by_scan(scan, TRK_STMT_FINDINGS_TO_TELL, of_telling, lengthof(of_telling), &findings);
	for (int row = 0; row < findings.count; row++)
	{
		Datum		alert[2] = {findings.values[row], scan->args[ARG_NOTIFY]};
		char		nulls[] = "  ";
		TrkReadRows read;
		bool		changed[1];

		trk_caller_rows_read(scan->store, TRK_STMT_ALERT_DRIFT, alert, NULL, &read);
		alert[1] = read.values[0];
		nulls[1] = read.nulls[0] ? 'n' : ' ';
		trk_caller_rows_read(scan->store, TRK_STMT_TOLD_FINDING, alert, nulls, &read);
		if (read.count == 1)
			trk_caller_rows_update(scan->store, "at_drift_finding", TRK_STMT_UPDATE_TOLD, &read, changed);
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
	ScanRecord		scan = {0};
	Datum		result;

	/* all but build_id and primary_dimensions */
	trk_refuse_null_args(fcinfo, ARG_ALPHA, 1);
	trk_refuse_null_args(fcinfo, ARG_SAMPLE_RATE, ARG_PRIMARY_DIMENSIONS - ARG_SAMPLE_RATE);
	trk_refuse_null_args(fcinfo, 0, ARG_ALPHA);
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
