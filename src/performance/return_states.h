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

/* A series with space for more points of two or three words; return trk_state_datum(). */
extern TrkState *trk_series_room(FunctionCallInfo fcinfo, TrkState *state, int width,
								 int64 more);

/* Growth along n returns, as an at_drawdown_state. */
extern TrkState *trk_drawdown_of(const double *returns, int64 n);

/* The moments in time of the returns that a growth counts, or NULL. */
typedef const TrkWord *TrkTimes;

/* An array of a growth's episodes: all in order, or the deepest few first. */
extern Datum trk_episodes(const TrkState *growth, Oid array_type, int64 deepest,
						  TrkTimes times);

/* The columns of at_drawdown_figures. */
extern Datum trk_drawdown_datum(FunctionCallInfo fcinfo, const TrkState *growth,
								int64 duplicates, TrkTimes times);

#endif							/* TRK_RETURN_STATES_H */
