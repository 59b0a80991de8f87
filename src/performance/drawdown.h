/*
 * drawdown.h
 *	  Wealth along ordered returns, as steps from high to high, from which
 *	  drawdowns are computed.  Pure; called by the files of performance and by
 *	  the state at_drawdown_state, whose fixed part and rows are these structs.
 *
 * Wealth starts at 1, at index 0; the i-th return leads to index i.
 */
#ifndef TRK_DRAWDOWN_H
#define TRK_DRAWDOWN_H

#include "base/trk.h"

/* Drawdowns below this are zero. */
#define TRK_DRAWDOWN_EPSILON	1e-12

/* The fixed part of the state (see state.h). */
typedef struct TrkDrawdown
{
	int64		n;				/* number of periods */
	int64		ruined;			/* number of returns below -1 */
	int64		special;		/* number of NaN and infinities, which are left out */
	double		wealth;			/* wealth at the end */
} TrkDrawdown;

/* A high, and the lowest wealth before the next high. */
typedef struct TrkStep
{
	int64		high_at;
	int64		low_at;
	double		high;
	double		low;
} TrkStep;

/*
 * A drawdown from a high to the first period in which that high is reached
 * again.
 */
typedef struct TrkEpisode
{
	int64		peak;
	int64		trough;
	int64		recovery;		/* -1 while the drawdown is open */
	int64		underwater;		/* number of periods below the peak */
	double		depth;			/* depth as a negative fraction */
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

/* Start without returns: there is one step. */
extern void trk_drawdown_init(TrkDrawdown *drawdown, TrkStep *steps);

/*
 * Add one more return. steps must have space for one more step; returns the
 * new number of steps.
 */
extern int64 trk_drawdown_add(TrkDrawdown *drawdown, TrkStep *steps, int64 n_steps, double r);

/*
 * Append the returns of another state that follow in time. steps must have
 * space for the steps of both; returns the new number of steps.
 */
extern int64 trk_drawdown_append(TrkDrawdown *drawdown, TrkStep *steps, int64 n_steps,
								 const TrkDrawdown *next, const TrkStep *next_steps,
								 int64 n_next);

/*
 * Return whether figures exist: there must be no return below -1 and no
 * overflow.
 */
extern bool trk_drawdown_is_defined(const TrkDrawdown *drawdown);

/*
 * Fill in the episode that starts at a step; return false when there is none.
 */
extern bool trk_drawdown_episode(const TrkDrawdown *drawdown, const TrkStep *steps,
								 int64 n_steps, int64 step, TrkEpisode *episode);

/*
 * Return the last wealth relative to the last high: zero or a negative
 * fraction.
 */
extern double trk_drawdown_current(const TrkDrawdown *drawdown, const TrkStep *last);

extern void trk_drawdown_summary(const TrkDrawdown *drawdown, const TrkStep *steps,
								 int64 n_steps, TrkDrawdowns *out);

/*
 * qsort() comparator: deepest first; episodes of equal depth (within
 * TRK_DRAWDOWN_EPSILON) by time.
 */
extern int	trk_episode_cmp(const void *a, const void *b);

#endif							/* TRK_DRAWDOWN_H */
