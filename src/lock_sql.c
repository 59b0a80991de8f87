/*
 * lock_sql.c
 *	  The locks for functions in PL/pgSQL.  Who may execute these may hold the
 *	  locks: the store's owner, and of the last two a writer.
 */
#include "trk.h"

#include "common/hashfn.h"
#include "compat.h"
#include "fmgr.h"
#include "lock.h"
#include "quiet.h"

PG_FUNCTION_INFO_V1(at_lock_store);
PG_FUNCTION_INFO_V1(at_lock_load);
PG_FUNCTION_INFO_V1(at_lock_rollups);
PG_FUNCTION_INFO_V1(at_lock_baselines);
TRK_QUIET_FUNCTION(at_lock_scan);

/* at_lock_store(): those who make or upgrade the store take turns. */
Datum
at_lock_store(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_STORE, 0);
	PG_RETURN_VOID();
}

/* at_lock_load(): bulk loads and those who make partitions take turns. */
Datum
at_lock_load(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_LOAD, 0);
	PG_RETURN_VOID();
}

/* at_lock_rollups(): those who refresh the rollups or drop partitions take turns. */
Datum
at_lock_rollups(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_ROLLUPS, 0);
	PG_RETURN_VOID();
}

/* at_lock_baselines(): those who change the status of a baseline take turns. */
Datum
at_lock_baselines(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_BASELINES, 0);
	PG_RETURN_VOID();
}

/* at_lock_scan(baseline): scans of a baseline take turns. */
static Datum
at_lock_scan_quietly(PG_FUNCTION_ARGS)
{
	text	   *baseline = PG_GETARG_TEXT_PP(0);

	trk_lock(TRK_LOCK_SCAN,
			 hash_bytes_extended((const unsigned char *) VARDATA_ANY(baseline),
								 VARSIZE_ANY_EXHDR(baseline), 0));
	PG_RETURN_VOID();
}
