/*
 * plain_tables.c
 *	  Tells whether a new event runs nothing but the extension's and the server's
 *	  own functions (see plain_tables.h).
 *
 * Code of others must find the names of the server behind its own, so statements
 * that could run some are run with a pinned search_path.  To pin it costs about as
 * much as to write a row (the server before 16 walks all settings to restore one),
 * and most stores have no such code.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/amapi.h"
#include "access/genam.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "nodes/nodeFuncs.h"
#include "nodes/readfuncs.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "store/plain_tables.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/*
 * Tables that are known to be plain, or not.  There are three for each month that
 * events come of; more months than fit are looked at again.
 */
#define KNOWN_TABLES	16

typedef struct KnownTable
{
	Oid			relid;			/* InvalidOid: the entry is free */
	bool		plain;
} KnownTable;

static KnownTable known[KNOWN_TABLES];
static int	next_known;

/* Relcache callback: a table may have other triggers, rules or indexes now. */
static void
forget_table(Datum arg, Oid relid)
{
	for (int i = 0; i < KNOWN_TABLES; i++)
		if (relid == InvalidOid || known[i].relid == relid)
			known[i].relid = InvalidOid;
}

/* Initialize this file.  Called once, when the library is loaded. */
void
trk_plain_tables_init(void)
{
	CacheRegisterRelcacheCallback(forget_table, (Datum) 0);
}

/* Return whether a function is neither the server's nor the extension's. */
static bool
is_foreign(Oid function, void *context)
{
	return function >= FirstNormalObjectId &&
		getExtensionOfObject(ProcedureRelationId, function) != *(Oid *) context;
}

/*
 * Return whether an expression calls such a function, or makes a value of a domain,
 * whose checks may.
 */
static bool
calls_foreign(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, CoerceToDomain) || check_functions_in_node(node, is_foreign, context) ||
		expression_tree_walker(node, calls_foreign, context);
}

/*
 * Return whether the expressions in a column of pg_index call such a function.  They
 * are read as they were written: the relcache's own are simplified, for which their
 * functions are run.
 */
static bool
column_calls_foreign(Relation index, AttrNumber column, Oid *extension)
{
	bool		isnull;
	Datum		expressions = SysCacheGetAttr(INDEXRELID, index->rd_indextuple, column, &isnull);

	return !isnull && calls_foreign(stringToNode(TextDatumGetCString(expressions)), extension);
}

/* Return whether to insert into an index runs no such function. */
static bool
index_is_plain(Relation index, Oid *extension)
{
	int			support = IndexRelationGetNumberOfKeyAttributes(index) * index->rd_indam->amsupport;

	if (index->rd_index->indisexclusion || is_foreign(index->rd_amhandler, extension))
		return false;
	for (int i = 0; i < support; i++)
		if (OidIsValid(index->rd_support[i]) && is_foreign(index->rd_support[i], extension))
			return false;
	return !column_calls_foreign(index, Anum_pg_index_indexprs, extension) &&
		!column_calls_foreign(index, Anum_pg_index_indpred, extension);
}

/* Return whether all indexes of a table are plain. */
static bool
indexes_are_plain(Relation rel)
{
	Oid			extension = get_extension_oid("agent_tracker", true);
	bool		plain = OidIsValid(extension);
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(rel))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		plain = plain && index_is_plain(index, &extension);
		index_close(index, AccessShareLock);
	}
	return plain;
}

/*
 * Return whether the columns of a table have no checks and no defaults, and no types
 * that do.
 */
static bool
columns_are_plain(TupleDesc desc)
{
	if (desc->constr != NULL && (desc->constr->num_check > 0 || desc->constr->num_defval > 0))
		return false;
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped &&
			get_typtype(TupleDescAttr(desc, i)->atttypid) == TYPTYPE_DOMAIN)
			return false;
	return true;
}

/* Return whether a table is plain; kind is what it must be. */
static bool
table_is_plain(Oid relid, char kind)
{
	Relation	rel = table_open(relid, NoLock);
	bool		plain;

	plain = rel->rd_rel->relkind == kind &&
		(kind != RELKIND_RELATION || rel->rd_rel->relam == HEAP_TABLE_AM_OID) &&
		rel->trigdesc == NULL && rel->rd_rules == NULL && !rel->rd_rel->relforcerowsecurity &&
		columns_are_plain(RelationGetDescr(rel)) && indexes_are_plain(rel);
	table_close(rel, NoLock);
	return plain;
}

/* Return the same, without looking again at a table that did not change. */
static bool
is_plain(Oid relid, char kind)
{
	bool		plain;

	for (int i = 0; i < KNOWN_TABLES; i++)
		if (known[i].relid == relid)
			return known[i].plain;
	plain = table_is_plain(relid, kind);
	known[next_known] = (KnownTable) {relid, plain};
	next_known = (next_known + 1) % KNOWN_TABLES;
	return plain;
}

/* Return the partition of at_event for a time, or InvalidOid if it is not a table. */
static Oid
partition_of(const TrkStore *store, int64 occurred_at)
{
	Relation	rel = table_open(store->event_relid, NoLock);
	PartitionKey key = RelationGetPartitionKey(rel);
	PartitionDesc desc = RelationGetPartitionDesc(rel, true);
	Datum		value = TimestampTzGetDatum(occurred_at);
	Oid			partition = InvalidOid;

	if (key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 && desc->nparts > 0)
	{
		bool		equal;
		int			bound = partition_range_datum_bsearch(key->partsupfunc, key->partcollation,
														  desc->boundinfo, 1, &value, &equal);
		int			index = desc->boundinfo->indexes[bound + 1];

		if (index >= 0 && desc->is_leaf[index])
			partition = desc->oids[index];
	}
	table_close(rel, NoLock);
	return partition;
}

/* Return whether the tables to which an event of this time is written are plain. */
bool
trk_tables_are_plain(const TrkStore *store, int64 occurred_at)
{
	Oid			partition = partition_of(store, occurred_at);
	Oid			stale_runs = get_relname_relid("at_stale_run", store->nsp);

	if (!OidIsValid(partition) || !OidIsValid(stale_runs))
		return false;
	LockRelationOid(partition, RowExclusiveLock);
	LockRelationOid(stale_runs, RowExclusiveLock);
	return is_plain(store->event_relid, RELKIND_PARTITIONED_TABLE) &&
		is_plain(partition, RELKIND_RELATION) && is_plain(stale_runs, RELKIND_RELATION);
}
