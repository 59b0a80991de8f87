/*
 * policy.c
 *	  Applies the caller's row security policies to pending rows.
 *
 * Policies are expressions over a row of their relation.  The pending rows
 * become a named tuplestore of the relation's row type, as a transition table
 * is for a trigger.  A query over it finds a row that the policies refuse, or
 * says for each row whether they do.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tstoreReceiver.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "store/policy.h"
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

/*
 * What is checked: a row that exists (USING), or one that will exist (WITH
 * CHECK).
 */
typedef enum TrkPolicyUse
{
	TRK_POLICY_USING,
	TRK_POLICY_CHECK
} TrkPolicyUse;

/* Return whether policies of this relation apply to the caller. */
bool
trk_policies_apply(Oid relid)
{
	return check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED;
}

/*
 * Return whether a policy is for this command, and for a role of which the
 * caller is a member.
 */
static bool
concerns_caller(const RowSecurityPolicy *policy, char command)
{
	Oid		   *roles = (Oid *) ARR_DATA_PTR(policy->roles);
	int			i;

	if (policy->polcmd != '*' && policy->polcmd != command)
		return false;
	for (i = 0; i < ARR_DIMS(policy->roles)[0]; i++)
	{
		if (roles[i] == ACL_ID_PUBLIC || has_privs_of_role(GetUserId(), roles[i]))
			return true;
	}
	return false;
}

/*
 * Combine the policies of a command: a row must fulfill one of the permissive
 * ones and all restrictive ones.  Returns NULL when there is no permissive
 * one, so that no row is allowed.  As in the server, a policy without an
 * expression for the use does not count.
 */
static Expr *
policies_expression(Relation rel, char command, TrkPolicyUse use, bool *sublinks)
{
	List	   *permissive = NIL;
	List	   *all = NIL;
	ListCell   *cell;

	*sublinks = false;
	foreach(cell, rel->rd_rsdesc->policies)
	{
		RowSecurityPolicy *policy = lfirst(cell);
		Expr	   *check = policy->qual;

		if (use == TRK_POLICY_CHECK && policy->with_check_qual != NULL)
			check = policy->with_check_qual;
		if (check == NULL || !concerns_caller(policy, command))
			continue;
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

/*
 * Make the range table entry of the pending rows, which has the columns of the
 * relation.
 */
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

/* Make a test of the policies' expression that is never NULL. */
static Node *
tested(Expr *check, BoolTestType type)
{
	BooleanTest *test = makeNode(BooleanTest);

	test->arg = check;
	test->booltesttype = type;
	test->location = -1;
	return (Node *) test;
}

/* Make the query SELECT shown FROM the pending rows WHERE condition. */
static Query *
pending_query(Relation rel, Node *shown, Node *condition, bool sublinks, int count)
{
	Query	   *query = makeNode(Query);
	RangeTblRef *ref = makeNode(RangeTblRef);

	ref->rtindex = 1;
	query->commandType = CMD_SELECT;
	query->canSetTag = true;
	query->hasSubLinks = sublinks;
	query->rtable = list_make1(pending_entry(rel, count));
	query->jointree = makeFromExpr(list_make1(ref), condition);
	query->targetList = list_make1(makeTargetEntry((Expr *) shown, 1, pstrdup("shown"), false));
	return query;
}

/* Make a tuplestore of the pending rows, as rows of the relation. */
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

/*
 * Run a query over the pending rows as the caller, who is the current role,
 * until it has returned limit rows.  Returns how many there were.
 */
static uint64
run_query(Query * query, Relation rel, const TrkPendingRows *rows, DestReceiver *receiver,
		  uint64 limit)
{
	QueryEnvironment *environment = create_queryEnv();
	EphemeralNamedRelation pending = palloc0(sizeof(EphemeralNamedRelationData));
	List	   *plans;
	QueryDesc  *desc;
	uint64		found;

	pending->md.name = pstrdup(PENDING_NAME);
	pending->md.reliddesc = RelationGetRelid(rel);
	pending->md.enrtype = ENR_NAMED_TUPLESTORE;
	pending->md.enrtuples = rows->count;
	pending->reldata = pending_rows(rel, rows);
	register_ENR(environment, pending);
	AcquireRewriteLocks(query, true, false);
	plans = pg_plan_queries(QueryRewrite(query), "", 0, NULL);
	PushActiveSnapshot(GetTransactionSnapshot());
	desc = CreateQueryDesc(linitial_node(PlannedStmt, plans), "", GetActiveSnapshot(),
						   InvalidSnapshot, receiver, NULL, environment, 0);
	ExecutorStart(desc, 0);
	trk_executor_run(desc, limit);
	found = desc->estate->es_processed;
	ExecutorFinish(desc);
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
	PopActiveSnapshot();
	tuplestore_end(pending->reldata);
	return found;
}

/* Return whether the policies refuse one of the rows as a new row. */
static bool
any_refused(Relation rel, char command, const TrkPendingRows *rows)
{
	bool		sublinks;
	Expr	   *check = policies_expression(rel, command, TRK_POLICY_CHECK, &sublinks);

	if (check == NULL)
		return true;
	return run_query(pending_query(rel, makeBoolConst(true, false),
								   tested(check, IS_NOT_TRUE), sublinks, rows->count),
					 rel, rows, None_Receiver, 1) > 0;
}

/*
 * Set allowed[] for the rows that the policies for this command let the caller
 * use, as they are now.
 */
static void
filter(Relation rel, char command, const TrkPendingRows *rows, bool *allowed)
{
	bool		sublinks;
	Expr	   *check = policies_expression(rel, command, TRK_POLICY_USING, &sublinks);
	Tuplestorestate *results = tuplestore_begin_heap(false, false, work_mem);
	DestReceiver *receiver = CreateDestReceiver(DestTuplestore);
	TupleDesc	desc = CreateTemplateTupleDesc(1);
	TupleTableSlot *slot;
	bool		isnull;

	if (check == NULL)
	{
		memset(allowed, false, sizeof(bool) * rows->count);
		return;
	}
	TupleDescInitEntry(desc, 1, "shown", BOOLOID, -1, 0);
	SetTuplestoreDestReceiverParams(receiver, results, CurrentMemoryContext, false, NULL, NULL);
	(void) run_query(pending_query(rel, tested(check, IS_TRUE), NULL, sublinks, rows->count),
					 rel, rows, receiver, 0);
	slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);

	/*
	 * the results are in the order of the rows, because the plan is one scan of them and nothing
	 * else
	 */
	for (int i = 0; i < rows->count && tuplestore_gettupleslot(results, true, false, slot); i++)
		allowed[i] = allowed[i] && DatumGetBool(slot_getattr(slot, 1, &isnull));
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(results);
}

/*
 * The relation, and what is needed to evaluate policies, from policies_begin()
 * to policies_end().
 */
typedef struct TrkPolicyWork
{
	MemoryContext context;
	MemoryContext outer;
	Relation	rel;
} TrkPolicyWork;

/* Begin to evaluate the policies of a relation. */
static void
policies_begin(TrkPolicyWork *work, Oid relid)
{
	work->context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker policies",
										  ALLOCSET_DEFAULT_SIZES);
	work->outer = MemoryContextSwitchTo(work->context);
	work->rel = table_open(relid, AccessShareLock);
}

/* End the evaluation of policies. */
static void
policies_end(TrkPolicyWork *work)
{
	table_close(work->rel, AccessShareLock);
	MemoryContextSwitchTo(work->outer);
	MemoryContextDelete(work->context);
}

/*
 * Raise the same error as the server when policies for one of these commands
 * refuse a row.
 */
static void
check(Oid relid, const char *commands, const TrkPendingRows *rows)
{
	TrkPolicyWork work;

	if (rows->count == 0 || !trk_policies_apply(relid))
		return;
	policies_begin(&work, relid);
	for (const char *command = commands; *command != '\0'; command++)
		if (any_refused(work.rel, *command, rows))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("new row violates row-level security policy for table \"%s\"",
							RelationGetRelationName(work.rel))));
	policies_end(&work);
}

/* Raise an ERROR when a row is not one that the caller may insert. */
void
trk_policies_check(Oid relid, const TrkPendingRows *rows)
{
	static const char commands[] = {ACL_INSERT_CHR, '\0'};

	check(relid, commands, rows);
}

/* Raise an ERROR when an UPDATE by the caller may not produce a row. */
void
trk_policies_check_changed(Oid relid, const TrkPendingRows *rows)
{
	static const char commands[] = {ACL_UPDATE_CHR, ACL_SELECT_CHR, '\0'};

	check(relid, commands, rows);
}

/* Set for each row whether the caller sees it and may change or delete it. */
void
trk_policies_filter(Oid relid, char command, const TrkPendingRows *rows, bool *allowed)
{
	TrkPolicyWork work;

	memset(allowed, true, sizeof(bool) * rows->count);
	if (rows->count == 0 || !trk_policies_apply(relid))
		return;
	policies_begin(&work, relid);
	filter(work.rel, ACL_SELECT_CHR, rows, allowed);
	if (command != ACL_SELECT_CHR)
		filter(work.rel, command, rows, allowed);
	policies_end(&work);
}
