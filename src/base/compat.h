/*
 * compat.h
 *	  The differences between PostgreSQL 15 and 18.  This is the only file that
 *	  tests the server's version.
 */
#ifndef TRK_COMPAT_H
#define TRK_COMPAT_H

#ifndef TRK_STANDALONE

#if PG_VERSION_NUM < 150000
#error "agent_tracker needs PostgreSQL 15 or newer"
#endif

#include "fmgr.h"

/* VARSIZE and the like moved from postgres.h to varatt.h */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* From 18 on the name and version of a library are visible in SQL. */
#if PG_VERSION_NUM >= 180000
#define TRK_MODULE_MAGIC \
	PG_MODULE_MAGIC_EXT(.name = "agent_tracker", .version = AGENT_TRACKER_VERSION)
#else
#define TRK_MODULE_MAGIC PG_MODULE_MAGIC
#endif

/* Before 18 the attribute of functions that do not return follows the name. */
#ifndef pg_noreturn
#define pg_noreturn pg_attribute_noreturn()
#endif

/* _PG_init is declared by fmgr.h from 16 on. */
#if PG_VERSION_NUM < 160000
extern PGDLLEXPORT void _PG_init(void);
#endif

/* Soft errors exist from 16 on; on 15 the type functions raise. */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#define TRK_SOFT_CONTEXT(fcinfo)	((fcinfo)->context)
#define trk_soft_error(context, ...)	ereturn(context, (Datum) 0, __VA_ARGS__)
#else
#define TRK_SOFT_CONTEXT(fcinfo)	NULL
#define trk_soft_error(context, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#endif

/* ExecutorRun() lost its last argument in 18. */
#if PG_VERSION_NUM >= 180000
#define trk_executor_run(query, rows)	ExecutorRun(query, ForwardScanDirection, rows)
#else
#define trk_executor_run(query, rows)	ExecutorRun(query, ForwardScanDirection, rows, false)
#endif

/*
 * Return all settings as an array of pointers; from 16 on the server allocates
 * it for the caller.
 */
#if PG_VERSION_NUM >= 160000
#define trk_all_settings(n)	get_guc_variables(n)
#else
#define trk_all_settings(n)	(*(n) = GetNumConfigOptions(), get_guc_variables())
#endif

/*
 * Return whether a role may SET ROLE to another one.  From 16 on a membership
 * may exclude that.
 */
#if PG_VERSION_NUM >= 160000
#define trk_can_set_role(member, role)	member_can_set_role(member, role)
#else
#define trk_can_set_role(member, role)	is_member_of_role(member, role)
#endif

/*
 * Return whether a role owns a table or the like.  From 16 on one function
 * serves all kinds of objects.
 */
#if PG_VERSION_NUM >= 160000
#define trk_owns_relation(relid, role)	object_ownercheck(RelationRelationId, relid, role)
#else
#define trk_owns_relation(relid, role)	pg_class_ownercheck(relid, role)
#endif

/*
 * Return whether the server guarantees that no row has NULL there.  From 18 on
 * a constraint may be NOT VALID.
 */
#if PG_VERSION_NUM >= 180000
#define trk_attr_not_null(desc, i) \
	(TupleDescCompactAttr(desc, i)->attnullability == ATTNULLABLE_VALID)
#else
#define trk_attr_not_null(desc, i)	(TupleDescAttr(desc, i)->attnotnull)
#endif

/*
 * tuplesort_getdatum() has an argument that says whether to copy from 16 on.
 */
#if PG_VERSION_NUM >= 160000
#define trk_tuplesort_getdatum(sort, value, isnull) \
	tuplesort_getdatum(sort, true, false, value, isnull, NULL)
#else
#define trk_tuplesort_getdatum(sort, value, isnull) \
	tuplesort_getdatum(sort, true, value, isnull, NULL)
#endif

/* COPY FROM has an option for the default of a column from 16 on. */
#if PG_VERSION_NUM >= 160000
#define trk_copy_has_default(options)	((options)->default_print != NULL)
#else
#define trk_copy_has_default(options)	false
#endif

#endif							/* TRK_STANDALONE */
#endif							/* TRK_COMPAT_H */
