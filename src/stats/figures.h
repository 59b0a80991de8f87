/*
 * figures.h
 *	  What the files behind the SQL functions of statistics share: arguments,
 *	  results, and the types of moments and samples.
 */
#ifndef TRK_FIGURES_H
#define TRK_FIGURES_H

#include "stats/moments.h"
#include "stats/sorted_sample.h"
#include "stats/state.h"
#include "utils/array.h"

extern const TrkStateType at_moments_type;
extern const TrkStateType at_sample_type;

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

/* The moments in an at_moments, with the values that are not taken in yet. */
extern TrkMoments trk_state_moments(const TrkState *state);

/* The sample in a settled at_sample. */
extern TrkSample trk_state_sample(const TrkState *settled);

/* How many NaN a sample has left out. */
extern int64 trk_state_nan(const TrkState *settled);

#endif							/* TRK_FIGURES_H */
