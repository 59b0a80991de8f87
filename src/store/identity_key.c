/*
 * identity_key.c
 *	  Reads the key of pseudonyms.
 *
 * Only the owner may read the table with the store's key.  It is read here as
 * the server reads its catalogs, directly and without a statement.  So whoever
 * stores events needs no privilege on it, the surrounding command (a COPY, a
 * query, a trigger) does not matter, and no code of users is run.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "store/identity_key.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define TRK_KEY_TABLE	"at_identity_key"
#define TRK_KEY_COLUMN	"key"

/* Return the owner of a relation. */
static Oid
owner_of(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/*
 * Open the table of the key and lock it against being dropped.  Returns NULL
 * when there is no such table: the store is of an older release, or somebody
 * else created a relation with the name.
 */
static Relation
open_table(const TrkStoreKey *key)
{
	Oid			relid = get_relname_relid(TRK_KEY_TABLE, key->nsp);

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_RELATION ||
		owner_of(relid) != owner_of(key->event_relid))
		return NULL;
	return try_table_open(relid, AccessShareLock);
}

/* Copy the key out of a row; return false when the value is not a key. */
static bool
take_key(TupleTableSlot *slot, AttrNumber attno, uint8 out[TRK_IDENTITY_KEY_LEN])
{
	bool		isnull;
	Datum		value = slot_getattr(slot, attno, &isnull);
	struct varlena *bytes;

	if (isnull)
		return false;
	bytes = PG_DETOAST_DATUM_PACKED(value);
	if (VARSIZE_ANY_EXHDR(bytes) != TRK_IDENTITY_KEY_LEN)
		return false;
	memcpy(out, VARDATA_ANY(bytes), TRK_IDENTITY_KEY_LEN);
	return true;
}

/*
 * Read the key of the store.  A new snapshot is used, because the store may
 * have been made after the transaction began.
 */
static bool
read_key(TrkStoreKey *key)
{
	Relation	table = open_table(key);
	TupleTableSlot *slot;
	TableScanDesc scan;
	Snapshot	snapshot;
	AttrNumber	attno;
	bool		found = false;

	if (table == NULL)
		return false;
	attno = get_attnum(RelationGetRelid(table), TRK_KEY_COLUMN);
	if (attno > 0 &&
		TupleDescAttr(RelationGetDescr(table), attno - 1)->atttypid == BYTEAOID)
	{
		snapshot = RegisterSnapshot(GetLatestSnapshot());
		slot = table_slot_create(table, NULL);
		scan = table_beginscan(table, snapshot, 0, NULL);
		while (!found && table_scan_getnextslot(scan, ForwardScanDirection, slot))
			found = take_key(slot, attno, key->key);
		table_endscan(scan);
		ExecDropSingleTupleTableSlot(slot);
		UnregisterSnapshot(snapshot);
	}
	table_close(table, NoLock);
	return found;
}

/* Return the store's key, which is read once (a TrkIdentityKeyFn). */
static const uint8 *
ask_store(void *arg)
{
	TrkStoreKey *key = arg;

	if (!key->asked)
	{
		key->there = read_key(key);
		key->asked = true;
	}
	return key->there ? key->key : NULL;
}

/* Let a redactor make pseudonyms with the store's key. */
void
trk_identity_key_of_store(const TrkStore *store, TrkStoreKey *key, TrkRedactor *redactor)
{
	memset(key, 0, sizeof(*key));
	key->nsp = store->nsp;
	key->event_relid = store->event_relid;
	redactor->identity_key = (TrkIdentityKey) {ask_store, key};
}

/* Return the key that the caller passed (a TrkIdentityKeyFn). */
static const uint8 *
given_key(void *arg)
{
	return arg;
}

/* Let a redactor make pseudonyms with a key that the caller passes. */
void
trk_identity_key_argument(FunctionCallInfo fcinfo, int arg, TrkRedactor *redactor)
{
	bytea	   *bytes;
	uint8	   *key;

	redactor->identity_key = (TrkIdentityKey) {NULL, NULL};
	if (PG_ARGISNULL(arg))
		return;
	bytes = PG_GETARG_BYTEA_PP(arg);
	if (VARSIZE_ANY_EXHDR(bytes) != TRK_IDENTITY_KEY_LEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("identity_key must have %d bytes", TRK_IDENTITY_KEY_LEN)));
	key = palloc(TRK_IDENTITY_KEY_LEN);
	memcpy(key, VARDATA_ANY(bytes), TRK_IDENTITY_KEY_LEN);
	redactor->identity_key = (TrkIdentityKey) {given_key, key};
}

/*
 * Raise a NOTICE with the number of identifiers of a load that became
 * pseudonyms or were lost.  Where redaction makes no pseudonyms, identifiers
 * that arrived redacted and those that were redacted here are one number.
 */
void
trk_identity_notice(const TrkRedactor *redactor, const TrkStoreKey *key, uint64 pseudonyms,
					uint64 lost)
{
	bool		no_key = key->asked && !key->there;

	if (pseudonyms == 0 && lost == 0)
		return;
	if (no_key || (redactor->rules & TRK_REDACT_CLIENT) != 0)
		ereport(NOTICE,
				(errmsg("identifiers: " UINT64_FORMAT " are redacted and identify nothing", lost),
				 no_key ? errhint("The store has no key of pseudonyms: SELECT %s.at_upgrade_store() makes it.",
								  quote_identifier(get_namespace_name(key->nsp))) : 0));
	else
		ereport(NOTICE,
				(errmsg("identifiers: " UINT64_FORMAT " became pseudonyms, "
						UINT64_FORMAT " arrived redacted", pseudonyms, lost)));
}
