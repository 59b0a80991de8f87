/*
 * compat.h
 *	  Differences between PostgreSQL 15 and 18.  The only place that tests the
 *	  server's version.
 */
#ifndef TRK_COMPAT_H
#define TRK_COMPAT_H

#ifndef TRK_STANDALONE

#if PG_VERSION_NUM < 150000
#error "agent_tracker needs PostgreSQL 15 or newer"
#endif

#include "fmgr.h"

/* VARSIZE and friends moved out of postgres.h */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* The module's name and version are visible in SQL from 18 on. */
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

/* Soft errors came with 16; the type functions raise on 15. */
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

/* All settings, as an array of pointers; from 16 on it is made for the caller. */
#if PG_VERSION_NUM >= 160000
#define trk_all_settings(n)	get_guc_variables(n)
#else
#define trk_all_settings(n)	(*(n) = GetNumConfigOptions(), get_guc_variables())
#endif

/* May a role SET ROLE to another?  From 16 on a membership may say no. */
#if PG_VERSION_NUM >= 160000
#define trk_can_set_role(member, role)	member_can_set_role(member, role)
#else
#define trk_can_set_role(member, role)	is_member_of_role(member, role)
#endif

/* Does a role own a table, or what is like one?  One function for all objects from 16 on. */
#if PG_VERSION_NUM >= 160000
#define trk_owns_relation(relid, role)	object_ownercheck(RelationRelationId, relid, role)
#else
#define trk_owns_relation(relid, role)	pg_class_ownercheck(relid, role)
#endif

/* Is no row null there?  From 18 on a constraint may be NOT VALID. */
#if PG_VERSION_NUM >= 180000
#define trk_attr_not_null(desc, i) \
	(TupleDescCompactAttr(desc, i)->attnullability == ATTNULLABLE_VALID)
#else
#define trk_attr_not_null(desc, i)	(TupleDescAttr(desc, i)->attnotnull)
#endif

/* tuplesort_getdatum() was told whether to copy from 16 on. */
#if PG_VERSION_NUM >= 160000
#define trk_tuplesort_getdatum(sort, value, isnull) \
	tuplesort_getdatum(sort, true, false, value, isnull, NULL)
#else
#define trk_tuplesort_getdatum(sort, value, isnull) \
	tuplesort_getdatum(sort, true, value, isnull, NULL)
#endif

/* COPY FROM has a string for the column's default from 16 on. */
#if PG_VERSION_NUM >= 160000
#define trk_copy_has_default(options)	((options)->default_print != NULL)
#else
#define trk_copy_has_default(options)	false
#endif

#endif							/* TRK_STANDALONE */
#endif							/* TRK_COMPAT_H */
