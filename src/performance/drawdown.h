/*
 * drawdown.h
 *	  Wealth along ordered returns, as steps from high to high: what drawdowns
 *	  are made from.  Pure; called by the files of statistics and by the state
 *	  at_drawdown_state, whose fixed part and rows these structs are.
 *
 * Wealth starts at 1, at index 0; the i-th return leads to index i.
 */
#ifndef TRK_DRAWDOWN_H
#define TRK_DRAWDOWN_H

#include "base/trk.h"

/* Drawdowns below this are zero. */
#define TRK_DRAWDOWN_EPSILON	1e-12

/* The layout of a state: see state.h. */
typedef struct TrkDrawdown
{
	int64		n;				/* periods */
	int64		ruined;			/* returns below -1 */
	int64		special;		/* NaN and infinities, left out */
	double		wealth;			/* at the end */
} TrkDrawdown;

/* A high, and the lowest wealth before the next high. */
typedef struct TrkStep
{
	int64		high_at;
	int64		low_at;
	double		high;
	double		low;
} TrkStep;

/* A drawdown from a high to the first period that is back there. */
typedef struct TrkEpisode
{
	int64		peak;
	int64		trough;
	int64		recovery;		/* -1 while it is open */
	int64		underwater;		/* periods below the peak */
	double		depth;			/* negative */
} TrkEpisode;

/* The figures of all episodes; those that are not defined are NaN. */
typedef struct TrkDrawdowns
{
	double		max_drawdown;
	double		current_drawdown;
	double		time_underwater;
	double		average_depth;
	int64		n_episodes;
	int64		longest;
} TrkDrawdowns;

/* No returns: one step. */
extern void trk_drawdown_init(TrkDrawdown *growth, TrkStep *steps);

/*
 * One more return.  There is space for another step; returns how many there
 * are.
 */
extern int64 trk_drawdown_add(TrkDrawdown *growth, TrkStep *steps, int64 n_steps, double r);

/*
 * The returns that follow.  There is space for all the steps of both; returns
 * how many there are.
 */
extern int64 trk_drawdown_append(TrkDrawdown *growth, TrkStep *steps, int64 n_steps,
							   const TrkDrawdown *next, const TrkStep *next_steps,
							   int64 n_next);

/* Do the figures exist: no return below -1, no overflow? */
extern bool trk_drawdown_is_defined(const TrkDrawdown *growth);

/* The episode that starts at a step, if there is one. */
extern bool trk_drawdown_episode(const TrkDrawdown *growth, const TrkStep *steps,
							   int64 n_steps, int64 step, TrkEpisode *episode);

/* The last wealth against the last high: zero, or a negative fraction. */
extern double trk_drawdown_current(const TrkDrawdown *growth, const TrkStep *last);

extern void trk_drawdown_summary(const TrkDrawdown *growth, const TrkStep *steps,
							   int64 n_steps, TrkDrawdowns *out);

/* Order by depth; ties (within TRK_DRAWDOWN_EPSILON) earliest first. */
extern int	trk_episode_cmp(const void *a, const void *b);

#endif							/* TRK_DRAWDOWN_H */
