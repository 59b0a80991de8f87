/*
 * dimension.h
 *	  The dimensions of behavior: what is counted or measured in which events.
 *	  dimensions.def lists them.
 */
#ifndef TRK_DIMENSION_H
#define TRK_DIMENSION_H

#include "base/trk.h"

#include "base/compat.h"

/* How the value of a dimension is computed from an event's payload. */
typedef enum TrkDimensionKind
{
	TRK_DIM_CATEGORY,
	TRK_DIM_FLAG,
	TRK_DIM_LABELS,
	TRK_DIM_NUMBER,
	TRK_DIM_PRODUCT,
	TRK_DIM_RATIO,
	TRK_DIM_SLIPPAGE,
	TRK_DIM_RUN_SUM,
	TRK_DIM_RUN_COUNT,
	TRK_DIM_RUN_EVENTS
} TrkDimensionKind;

/*
 * How agent_tracker.sample_rate affects a dimension; dimensions.def explains
 * the values.
 */
typedef enum TrkThinned
{
	TRK_WHOLE,
	TRK_BIASED,
	TRK_FEWER
} TrkThinned;

/*
 * Whether a scan tests the dimension with priority; dimensions.def says which
 * are primary.
 */
typedef enum TrkRank
{
	TRK_SECONDARY,
	TRK_PRIMARY
} TrkRank;

typedef struct TrkDimension
{
	const char *name;
	uint8		event;			/* TrkEventType */
	uint8		kind;			/* TrkDimensionKind */
	uint8		thinned;		/* TrkThinned */
	uint8		rank;			/* TrkRank */
	uint8		field_len;
	uint8		other_len;
	const char *field;
	const char *other;
	const char *meaning;
} TrkDimension;

extern const TrkDimension trk_dimensions[];
extern const int trk_dimension_count;

/* Return the number of the dimension with this name, or -1. */
extern int	trk_dimension_lookup(const char *name, Size len);

/*
 * Return an array that says of each dimension, by its number, whether a text[]
 * argument has its name.  A name that is none is an ERROR.
 */
extern const bool *trk_dimensions_argument(FunctionCallInfo fcinfo, int arg);

/* Return the number of the dimension that counts the events of a type in each run. */
extern int	trk_dimension_of_events(int event);

/* Return the name of a kind, as SQL shows it. */
extern const char *trk_dimension_kind_name(int kind);

/* Return whether the values of the dimension are numbers. */
static inline bool
trk_dimension_is_numeric(const TrkDimension *def)
{
	return def->kind >= TRK_DIM_NUMBER && def->kind <= TRK_DIM_RUN_SUM;
}

#endif							/* TRK_DIMENSION_H */
