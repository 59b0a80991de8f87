/*
 * table_reader_rights.c
 *	  Finds out whether a relation shows other rows to its owner than to the
 *	  reader (see table_reader.h).
 *
 * A relation is read as its owner, whoever asks.  For a plain table the rows
 * are the same.  They may differ with row security, for a foreign table whose
 * server has user mappings, and for a view that asks who reads it.  A user's
 * function that a view calls can ask that, too, but this cannot be detected
 * here.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_user_mapping.h"
#include "foreign/fdwapi.h"
#include "import/table_reader.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/* The view whose query is examined. */
typedef struct TrkViewWalk
{
	Oid			relid;
	Oid			owner;
} TrkViewWalk;

static bool view_asks(Oid relid);

/*
 * Return the user mapping of a server for a role, or for PUBLIC; InvalidOid
 * when there is none.
 */
static Oid
user_mapping(Oid server, Oid role)
{
	Oid			mapping = GetSysCacheOid2(USERMAPPINGUSERSERVER, Anum_pg_user_mapping_oid,
										  ObjectIdGetDatum(role), ObjectIdGetDatum(server));

	return OidIsValid(mapping) ? mapping :
		GetSysCacheOid2(USERMAPPINGUSERSERVER, Anum_pg_user_mapping_oid,
						ObjectIdGetDatum(InvalidOid), ObjectIdGetDatum(server));
}

/* Return whether a foreign server may distinguish the two roles. */
static bool
foreign_differs(Oid relid, Oid reader, Oid owner)
{
	Oid			server = GetForeignServerIdByRelId(relid);

	return user_mapping(server, reader) != user_mapping(server, owner);
}

/*
 * Return whether the server of a foreign table, or of a part of a table, may
 * distinguish them.
 */
static bool
server_differs(Oid relid, Oid reader, Oid owner)
{
	bool		differs = false;
	ListCell   *cell;

	if (get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE)
		return foreign_differs(relid, reader, owner);
	if (!has_subclass(relid))
		return false;
	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
		differs |= get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE &&
		foreign_differs(lfirst_oid(cell), reader, owner);
	return differs;
}

/*
 * Return whether a function of the server asks for the current user or its
 * rights.
 */
static bool
function_asks(Oid function)
{
	const char *name;

	if (function >= FirstUnpinnedObjectId || (name = get_func_name(function)) == NULL)
		return false;
	return strcmp(name, "pg_has_role") == 0 || strcmp(name, "row_security_active") == 0 ||
		(strncmp(name, "has_", 4) == 0 && strstr(name, "_privilege") != NULL);
}

/* Return whether what a view reads depends on who reads it. */
static bool
source_asks(const RangeTblEntry *rte, const TrkViewWalk *walk)
{
	if (rte->rtekind != RTE_RELATION || rte->relid == walk->relid)
		return false;			/* a view has entries of itself for its rules */
	if (get_rel_relkind(rte->relid) == RELKIND_VIEW)
		return view_asks(rte->relid);
	return check_enable_rls(rte->relid, walk->owner, true) == RLS_ENABLED;
}

/* Return whether a part of a view's query asks who reads it. */
static bool
node_asks(Node *node, void *arg)
{
	TrkViewWalk *walk = arg;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_RangeTblEntry:
			return source_asks((RangeTblEntry *) node, walk);
		case T_Query:
			return query_tree_walker((Query *) node, node_asks, walk,
									 QTW_EXAMINE_RTES_BEFORE);
		case T_SQLValueFunction:
			switch (((SQLValueFunction *) node)->op)
			{
				case SVFOP_CURRENT_ROLE:
				case SVFOP_CURRENT_USER:
				case SVFOP_USER:
					return true;
				default:
					return false;
			}
		case T_FuncExpr:
			if (function_asks(((FuncExpr *) node)->funcid))
				return true;
			break;
		default:
			break;
	}
	return expression_tree_walker(node, node_asks, walk);
}

/*
 * Return whether what a view shows depends on who reads it, as far as its
 * query tells.
 */
static bool
view_asks(Oid relid)
{
	Relation	view = table_open(relid, AccessShareLock);
	TrkViewWalk walk = {relid, view->rd_rel->relowner};
	bool		asks;

	check_stack_depth();
	asks = RelationHasSecurityInvoker(view) ||
		node_asks((Node *) get_view_query(view), &walk);
	table_close(view, AccessShareLock);
	return asks;
}

/*
 * Return why this reader must not see what the relation shows to its owner,
 * or NULL if it may.  Reasons are row security that applies to one of them,
 * and a result that depends on who reads when the reader may not become the
 * owner.
 */
const char *
trk_reader_refusal(Oid relid, Oid reader, Oid owner)
{
	/*
	 * with the owner's row security, the reader would not know that rows are missing
	 */
	if (check_enable_rls(relid, reader, true) == RLS_ENABLED ||
		check_enable_rls(relid, owner, true) == RLS_ENABLED)
		return "row security applies to it";
	if (trk_can_set_role(reader, owner))
		return NULL;
	if (get_rel_relkind(relid) == RELKIND_VIEW ? view_asks(relid) :
		server_differs(relid, reader, owner))
		return "it depends on who reads it, and you may not SET ROLE to its owner";
	return NULL;
}
