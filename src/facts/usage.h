/*
 * usage.h
 *	  How many tokens a call used, as the payload of its event says it.  Called by
 *	  what prices calls, and for SQL by usage_sql.c.
 *
 * Providers and libraries report usage in objects of different forms: some count
 * cached tokens within the input and some beside it.  Here they become counts of
 * disjoint kinds, so that nothing is paid for twice.
 */
#ifndef TRK_USAGE_H
#define TRK_USAGE_H

#include "base/trk.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "utils/jsonb.h"

typedef enum TrkUsageKind
{
#define TRK_USAGE_KIND(name, sql_name, fallback)	TRK_USAGE_##name,
#include "facts/usage_kind.def"
#undef TRK_USAGE_KIND
	TRK_USAGE_KINDS
} TrkUsageKind;

typedef enum TrkServiceTier
{
#define TRK_SERVICE_TIER(name, sql_name)	TRK_TIER_##name,
#define TRK_SERVICE_TIER_NAME(sql_name, name)
#include "facts/service_tier.def"
#undef TRK_SERVICE_TIER
#undef TRK_SERVICE_TIER_NAME
	TRK_SERVICE_TIERS
} TrkServiceTier;

/*
 * The most tokens of one kind that a payload may count: more than all calls of a
 * day have together, and little enough that no sum and no product with a price
 * leaves its type.
 */
#define TRK_MAX_TOKENS	INT64CONST(1000000000000)

/*
 * Counts by kind.  known and unreadable have a bit per kind: a kind that is not
 * known has count 0; an unreadable one is named in the payload, but by something
 * that is no count (a digest of it, a negative or a fractional number, more than
 * TRK_MAX_TOKENS), so that nothing can be said of the cost.  conflict says that two
 * spellings of the same count in the payload disagree.
 */
typedef struct TrkTokenUsage
{
	int64		count[TRK_USAGE_KINDS];
	uint16		known;
	uint16		unreadable;
	bool		conflict;
	TrkServiceTier tier;
	int			object;			/* number in usage_object.def of where it was read, or -1 */
} TrkTokenUsage;

/*
 * Read the usage of a payload.  Returns false when it has no count that can be
 * read; usage is set in any case.  Never raises an error.
 */
extern bool trk_usage_read(Jsonb *payload, TrkTokenUsage *usage);

/* Return the tokens of a call that its provider counts as input. */
extern int64 trk_usage_input(const TrkTokenUsage *usage);

/*
 * Make an at_token_usage, whose row type is desc; the columns of unknown kinds
 * are NULL.
 */
extern Datum trk_usage_datum(const TrkTokenUsage *usage, TupleDesc desc);

/* Raise an ERROR unless a count is from 0 to TRK_MAX_TOKENS. */
extern void trk_usage_check_count(int64 count);

/* Read an at_token_usage.  The tier is STANDARD.  Its counts are checked. */
extern void trk_usage_from_datum(HeapTupleHeader row, TrkTokenUsage *usage);

/* Names in SQL. */
extern const char *trk_usage_kind_name(TrkUsageKind kind);
extern const char *trk_service_tier_name(TrkServiceTier tier);

/* Make a text[] of the names of a set of kinds, which has a bit for each. */
extern Datum trk_usage_kind_names(uint16 kinds);

/* Return the tier with this name in SQL; OTHER for any other name. */
extern TrkServiceTier trk_service_tier_find(const char *name, Size len);

#endif							/* TRK_USAGE_H */
