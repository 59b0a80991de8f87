/*
 * statistics.h
 *	  What the files behind the SQL functions of statistics share: arguments,
 *	  results, and the types of the states.
 */
#ifndef TRK_STATISTICS_H
#define TRK_STATISTICS_H

#include "stats/state.h"
#include "utils/array.h"

extern const TrkStateType at_moments_type;
extern const TrkStateType at_sample_type;
extern const TrkStateType at_growth_type;
extern const TrkStateType at_series_type;
extern const TrkStateType at_pairs_type;

/* The fixed part of a state as its struct. */
static inline void *
trk_state_fixed(const TrkState *state)
{
	return (void *) state->words;
}

#define trk_state_as(Struct, state)		((Struct *) trk_state_fixed(state))

/* A figure as a result: NULL when it is not defined or not finite. */
#define TRK_RETURN_FIGURE(figure) \
	do { \
		double		figure_ = (figure); \
		if (!isfinite(figure_)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(figure_ == 0 ? 0 : figure_); \
	} while (0)

/* The columns of a composite result, filled from left to right. */
#define TRK_MAX_FIGURES		64
typedef struct TrkFigures
{
	int			n;
	Datum		values[TRK_MAX_FIGURES];
	bool		nulls[TRK_MAX_FIGURES];
} TrkFigures;

extern void trk_figure(TrkFigures *figures, double figure);
extern void trk_figure_count(TrkFigures *figures, int64 count);
extern void trk_figure_datum(TrkFigures *figures, Datum datum, bool isnull);
extern Datum trk_figures_datum(FunctionCallInfo fcinfo, TrkFigures *figures);

/* The values of a float8[] argument, of which NULLs are left out. */
extern double *trk_float8s(ArrayType *array, int64 *n);

/* The same of two arrays of one length, without the places where either is NULL. */
extern int64 trk_float8_pairs(ArrayType *a, ArrayType *b, double **as, double **bs);

/* An error unless the figure is a share: between 0 and 1. */
extern void trk_check_share(double share, const char *name);

/* What the float8 arguments from first on mean. */
typedef enum TrkRateOrder
{
	TRK_RISK_FREE_THEN_MAR,		/* periods, risk_free, mar */
	TRK_MAR_ONLY				/* periods, mar */
} TrkRateOrder;

/*
 * Periods and rates from SQL arguments, or, in a final function, which has the
 * state alone, from those that the aggregate had.  What is not given is 252
 * periods a year and rates of zero.
 */
extern TrkRates trk_rates(FunctionCallInfo fcinfo, int first, TrkRateOrder order,
						  const TrkStateType *type, const TrkState *state);

/* The sample in a settled at_sample. */
extern TrkSample trk_state_sample(const TrkState *settled);

/* How many NaN a sample has left out. */
extern int64 trk_state_nan(const TrkState *settled);

/* A series with room for more points of two or three words; return trk_state_datum(). */
extern TrkState *trk_series_room(FunctionCallInfo fcinfo, TrkState *state, int width,
								 int64 more);

/* Growth along n returns, as an at_growth. */
extern TrkState *trk_growth_of(const double *returns, int64 n);

/* The moments in time of the returns that a growth counts, or NULL. */
typedef const TrkWord *TrkTimes;

/* An array of a growth's episodes: all in order, or the deepest few first. */
extern Datum trk_episodes(const TrkState *growth, Oid array_type, int64 deepest,
						  TrkTimes times);

/* The columns of at_drawdown_figures. */
extern Datum trk_drawdown_datum(FunctionCallInfo fcinfo, const TrkState *growth,
								int64 duplicates, TrkTimes times);

#endif							/* TRK_STATISTICS_H */
