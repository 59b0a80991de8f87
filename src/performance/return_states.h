/*
 * return_states.h
 *	  The states of returns in order: drawdowns, series, pairs with a benchmark.
 *
 * Called by the files behind the SQL functions of performance.
 */
#ifndef TRK_RETURN_STATES_H
#define TRK_RETURN_STATES_H

#include "performance/rates.h"
#include "stats/figures.h"

extern const TrkStateType at_drawdown_state_type;
extern const TrkStateType at_series_type;
extern const TrkStateType at_pairs_type;

/*
 * Make space for more points of two or three words in a series.  Return it to
 * the executor by trk_state_datum().
 */
extern TrkState *trk_series_room(FunctionCallInfo fcinfo, TrkState *state, int width,
								 int64 more);

/* Make the at_drawdown_state of n returns. */
extern TrkState *trk_drawdown_of(const double *returns, int64 n);

/* The times of the returns that a state counts, or NULL. */
typedef const TrkWord *TrkTimes;

/*
 * Return an array of the episodes in a state: all in order, or only the
 * deepest ones, deepest first.
 */
extern Datum trk_episodes(const TrkState *drawdown, Oid array_type, int64 deepest,
						  TrkTimes times);

/* Return a row of at_drawdown_figures. */
extern Datum trk_drawdown_datum(FunctionCallInfo fcinfo, const TrkState *drawdown,
								int64 duplicates, TrkTimes times);

#endif							/* TRK_RETURN_STATES_H */
