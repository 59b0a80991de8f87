/*
 * figures.h
 *	  Arguments and results of the SQL functions of the statistics, and the
 *	  types of moments and samples.  Called by the files of those functions.
 */
#ifndef TRK_FIGURES_H
#define TRK_FIGURES_H

#include "base/composite.h"
#include "stats/moments.h"
#include "stats/sorted_sample.h"
#include "stats/special.h"
#include "stats/state.h"
#include "utils/array.h"

extern const TrkStateType at_moments_type;
extern const TrkStateType at_sample_type;

/* Return the fixed part of a state, to be cast to its struct. */
static inline void *
trk_state_fixed(const TrkState *state)
{
	return (void *) state->words;
}

#define trk_state_as(Struct, state)		((Struct *) trk_state_fixed(state))

/*
 * Return a figure from an SQL function; NULL when it is not defined or not
 * finite.
 */
#define TRK_RETURN_FIGURE(figure) \
	do { \
		double		figure_ = (figure); \
		if (!isfinite(figure_)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(figure_ == 0 ? 0 : figure_); \
	} while (0)

/*
 * Set the next column of a row to a figure, see TRK_RETURN_FIGURE; or the next
 * two to a probability and its decimal logarithm.
 */
extern void trk_put_figure(TrkComposite *row, double figure);
extern void trk_put_tail(TrkComposite *row, TrkTail tail);

/* Return the elements of a float8[] that are not NULL. */
extern double *trk_float8s(ArrayType *array, int64 *n);

/*
 * Return the elements of two float8[] of the same length as pairs, without the
 * pairs in which either is NULL.
 */
extern int64 trk_float8_pairs(ArrayType *a, ArrayType *b, double **as, double **bs);

/* Raise an ERROR unless the number is between 0 and 1. */
extern void trk_check_share(double share, const char *name);

/*
 * Return the moments in an at_moments, including the values that are still
 * buffered.
 */
extern TrkMoments trk_state_moments(const TrkState *state);

/* Return the sample in an at_sample whose values are sorted. */
extern TrkSample trk_state_sample(const TrkState *settled);

/* Return how many NaN were left out of a sample. */
extern int64 trk_state_nan(const TrkState *settled);

#endif							/* TRK_FIGURES_H */
