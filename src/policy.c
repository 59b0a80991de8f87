/*
 * policy.c
 *	  The caller's row security policies for INSERT, over pending rows.
 *
 * Policies are expressions over a row of their relation.  The pending rows are
 * a named tuplestore of the relation's row type, as a transition table is to a
 * trigger, and the query is the one that finds a row that they refuse.
 */
#include "trk.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "policy.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rowsecurity.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#define PENDING_NAME	"at_pending"

/* Do policies for INSERT of this relation apply to the caller? */
bool
trk_policies_apply(Oid relid)
{
	return check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED;
}

/* Is a policy for INSERT, and for a role that the caller is a member of? */
static bool
concerns_caller(const RowSecurityPolicy *policy)
{
	Oid		   *roles = (Oid *) ARR_DATA_PTR(policy->roles);
	int			i;

	if (policy->polcmd != '*' && policy->polcmd != ACL_INSERT_CHR)
		return false;
	for (i = 0; i < ARR_DIMS(policy->roles)[0]; i++)
	{
		if (roles[i] == ACL_ID_PUBLIC || has_privs_of_role(GetUserId(), roles[i]))
			return true;
	}
	return false;
}

/*
 * What a row must fulfil: one of the permissive policies and all restrictive
 * ones.  NULL when there is no permissive one, and so no row will do.
 */
static Expr *
policies_expression(Relation rel, bool *sublinks)
{
	List	   *permissive = NIL;
	List	   *all = NIL;
	ListCell   *cell;

	*sublinks = false;
	foreach(cell, rel->rd_rsdesc->policies)
	{
		RowSecurityPolicy *policy = lfirst(cell);
		Expr	   *check;

		if (!concerns_caller(policy))
			continue;
		check = policy->with_check_qual != NULL ? policy->with_check_qual : policy->qual;
		if (check == NULL)
			check = (Expr *) makeBoolConst(true, false);
		*sublinks |= policy->hassublinks;
		if (policy->permissive)
			permissive = lappend(permissive, copyObject(check));
		else
			all = lappend(all, copyObject(check));
	}
	if (permissive == NIL)
		return NULL;
	all = lappend(all, list_length(permissive) == 1 ? linitial(permissive) :
				  makeBoolExpr(OR_EXPR, permissive, -1));
	return list_length(all) == 1 ? linitial(all) : makeBoolExpr(AND_EXPR, all, -1);
}

/* The range table entry of the pending rows; its columns are the relation's. */
static RangeTblEntry *
pending_entry(Relation rel, int count)
{
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	TupleDesc	desc = RelationGetDescr(rel);
	List	   *names = NIL;
	int			i;

	rte->rtekind = RTE_NAMEDTUPLESTORE;
	rte->relid = RelationGetRelid(rel);
	rte->enrname = PENDING_NAME;
	rte->enrtuples = count;
	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		bool		gone = att->attisdropped;

		names = lappend(names, makeString(pstrdup(gone ? "" : NameStr(att->attname))));
		rte->coltypes = lappend_oid(rte->coltypes, gone ? InvalidOid : att->atttypid);
		rte->coltypmods = lappend_int(rte->coltypmods, gone ? 0 : att->atttypmod);
		rte->colcollations = lappend_oid(rte->colcollations, gone ? InvalidOid : att->attcollation);
	}
	rte->eref = makeAlias(RelationGetRelationName(rel), names);
	rte->inFromCl = true;
	return rte;
}

/* SELECT 1 FROM the pending rows WHERE what they must fulfil is not true. */
static Query *
refused_query(Relation rel, Expr *check, bool sublinks, int count)
{
	Query	   *query = makeNode(Query);
	BooleanTest *test = makeNode(BooleanTest);
	RangeTblRef *ref = makeNode(RangeTblRef);

	test->arg = check;
	test->booltesttype = IS_NOT_TRUE;
	test->location = -1;
	ref->rtindex = 1;
	query->commandType = CMD_SELECT;
	query->canSetTag = true;
	query->hasSubLinks = sublinks;
	query->rtable = list_make1(pending_entry(rel, count));
	query->jointree = makeFromExpr(list_make1(ref), (Node *) test);
	query->targetList = list_make1(makeTargetEntry((Expr *) makeBoolConst(true, false), 1,
												   pstrdup("refused"), false));
	return query;
}

/* The pending rows as rows of the relation. */
static Tuplestorestate *
pending_rows(Relation rel, const TrkPendingRows *rows)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Tuplestorestate *store = tuplestore_begin_heap(false, false, work_mem);
	Datum	   *values = palloc0(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	int		   *place = palloc(sizeof(int) * rows->natts);
	int			row;
	int			i;

	memset(nulls, true, sizeof(bool) * desc->natts);
	for (i = 0; i < rows->natts; i++)
		place[i] = get_attnum(RelationGetRelid(rel), rows->columns[i]) - 1;
	for (row = 0; row < rows->count; row++)
	{
		for (i = 0; i < rows->natts; i++)
		{
			if (place[i] < 0)
				continue;
			values[place[i]] = rows->values[row * rows->natts + i];
			nulls[place[i]] = rows->nulls[row * rows->natts + i];
		}
		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(store, desc, values, nulls);
	}
	return store;
}

/* Does the query have a row?  Runs as the caller, who is the current role. */
static bool
has_row(Query *query, QueryEnvironment *environment)
{
	List	   *plans;
	QueryDesc  *desc;
	bool		found;

	AcquireRewriteLocks(query, true, false);
	plans = pg_plan_queries(QueryRewrite(query), "", 0, NULL);
	PushActiveSnapshot(GetTransactionSnapshot());
	desc = CreateQueryDesc(linitial_node(PlannedStmt, plans), "", GetActiveSnapshot(),
						   InvalidSnapshot, None_Receiver, NULL, environment, 0);
	ExecutorStart(desc, 0);
	trk_executor_run(desc, 1);
	found = desc->estate->es_processed > 0;
	ExecutorFinish(desc);
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
	PopActiveSnapshot();
	return found;
}

/* Is one of the rows refused? */
static bool
any_refused(Relation rel, const TrkPendingRows *rows)
{
	QueryEnvironment *environment = create_queryEnv();
	EphemeralNamedRelation pending = palloc0(sizeof(EphemeralNamedRelationData));
	bool		sublinks;
	Expr	   *check = policies_expression(rel, &sublinks);
	Tuplestorestate *store;
	bool		found;

	if (check == NULL)
		return true;
	store = pending_rows(rel, rows);
	pending->md.name = pstrdup(PENDING_NAME);
	pending->md.reliddesc = RelationGetRelid(rel);
	pending->md.enrtype = ENR_NAMED_TUPLESTORE;
	pending->md.enrtuples = rows->count;
	pending->reldata = store;
	register_ENR(environment, pending);
	found = has_row(refused_query(rel, check, sublinks, rows->count), environment);
	tuplestore_end(store);
	return found;
}

/* Raise the server's error when a row is not one that the caller may insert. */
void
trk_policies_check(Oid relid, const TrkPendingRows *rows)
{
	MemoryContext context;
	MemoryContext old;
	Relation	rel;

	if (rows->count == 0 || !trk_policies_apply(relid))
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker policies",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	rel = table_open(relid, AccessShareLock);
	if (any_refused(rel, rows))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("new row violates row-level security policy for table \"%s\"",
						RelationGetRelationName(rel))));
	table_close(rel, AccessShareLock);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}
