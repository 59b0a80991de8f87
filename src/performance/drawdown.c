/*
 * drawdown.c
 *	  Computes the steps of wealth and the episodes of drawdown (see
 *	  drawdown.h).
 */
#include "base/trk.h"

#include "performance/drawdown.h"

#include <math.h>

/*
 * Return whether wealth has reached a high, or is within rounding error of it.
 */
static inline bool
is_back(double wealth, double high)
{
	return wealth >= high * (1 - TRK_DRAWDOWN_EPSILON);
}

/* Note wealth below the high. */
static inline void
note_low(TrkStep *step, double low, int64 at)
{
	if (low < step->low - step->high * TRK_DRAWDOWN_EPSILON)
	{
		step->low = low;
		step->low_at = at;
	}
}

/* Start with no returns: wealth is 1, which is the first step. */
void
trk_drawdown_init(TrkDrawdown *drawdown, TrkStep *steps)
{
	TrkStep		start = {0, 0, 1, 1};

	memset(drawdown, 0, sizeof(*drawdown));
	drawdown->wealth = 1;
	steps[0] = start;
}

/* Add the wealth at an index: a new high, or a value below the last one. */
static inline int64
reach(TrkStep *steps, int64 n_steps, double wealth, int64 at)
{
	TrkStep    *last = &steps[n_steps - 1];
	TrkStep    *next = &steps[n_steps];

	if (!is_back(wealth, last->high))
	{
		note_low(last, wealth, at);
		return n_steps;
	}
	next->high_at = next->low_at = at;
	next->high = next->low = Max(wealth, last->high);
	return n_steps + 1;
}

/*
 * Add one more return. steps must have space for one more step; returns the
 * new number of steps.
 */
int64
trk_drawdown_add(TrkDrawdown *drawdown, TrkStep *steps, int64 n_steps, double r)
{
	if (!isfinite(r))
	{
		drawdown->special++;
		return n_steps;
	}
	if (r < -1)
		drawdown->ruined++;
	drawdown->wealth *= 1 + r;
	return reach(steps, n_steps, drawdown->wealth, ++drawdown->n);
}

/*
 * Append the returns of another state that follow in time. steps must have
 * space for the steps of both; returns the new number of steps.
 */
int64
trk_drawdown_append(TrkDrawdown *drawdown, TrkStep *steps, int64 n_steps,
					const TrkDrawdown *next, const TrkStep *next_steps, int64 n_next)
{
	double		scale = drawdown->wealth;
	int64		start = drawdown->n;

	for (int64 i = 0; i < n_next; i++)
	{
		const TrkStep *step = &next_steps[i];

		/* the first high of the other state is our last wealth */
		if (i > 0)
			n_steps = reach(steps, n_steps, step->high * scale, start + step->high_at);
		if (step->low_at != step->high_at)
			note_low(&steps[n_steps - 1], step->low * scale, start + step->low_at);
	}
	drawdown->n += next->n;
	drawdown->ruined += next->ruined;
	drawdown->special += next->special;
	drawdown->wealth *= next->wealth;
	return n_steps;
}

/*
 * Return whether figures exist: there must be no return below -1 and no
 * overflow.
 */
bool
trk_drawdown_is_defined(const TrkDrawdown *drawdown)
{
	return drawdown->ruined == 0 && isfinite(drawdown->wealth);
}

/*
 * Fill in the episode that starts at a step; return false when wealth did not
 * fall below that high.
 */
bool
trk_drawdown_episode(const TrkDrawdown *drawdown, const TrkStep *steps, int64 n_steps,
					 int64 step, TrkEpisode *episode)
{
	const TrkStep *s = &steps[step];
	bool		open = step == n_steps - 1;

	if (s->low_at == s->high_at)
		return false;
	episode->peak = s->high_at;
	episode->trough = s->low_at;
	episode->recovery = open ? -1 : s[1].high_at;
	episode->underwater = (open ? drawdown->n : s[1].high_at - 1) - s->high_at;
	episode->depth = s->low / s->high - 1;
	return true;
}

/*
 * Return the last wealth relative to the last high: zero or a negative
 * fraction.
 */
double
trk_drawdown_current(const TrkDrawdown *drawdown, const TrkStep *last)
{
	return is_back(drawdown->wealth, last->high) ? 0 : drawdown->wealth / last->high - 1;
}

/*
 * Compute the figures of all episodes: depths, time under water, number,
 * longest.
 */
void
trk_drawdown_summary(const TrkDrawdown *drawdown, const TrkStep *steps, int64 n_steps,
					 TrkDrawdowns *out)
{
	TrkDrawdowns none = {NAN, NAN, NAN, NAN, 0, 0};
	double		sum = 0;
	int64		underwater = 0;
	TrkEpisode	e;

	*out = none;
	if (drawdown->n == 0 || !trk_drawdown_is_defined(drawdown))
		return;
	out->max_drawdown = 0;
	for (int64 i = 0; i < n_steps; i++)
		if (trk_drawdown_episode(drawdown, steps, n_steps, i, &e))
		{
			out->n_episodes++;
			out->max_drawdown = Min(out->max_drawdown, e.depth);
			out->longest = Max(out->longest, e.underwater);
			underwater += e.underwater;
			sum += e.depth;
		}
	out->current_drawdown = trk_drawdown_current(drawdown, &steps[n_steps - 1]);
	out->time_underwater = (double) underwater / (double) drawdown->n;
	if (out->n_episodes > 0)
		out->average_depth = sum / (double) out->n_episodes;
}

/*
 * qsort() comparator: deepest first; episodes of equal depth (within
 * TRK_DRAWDOWN_EPSILON) by time.
 */
int
trk_episode_cmp(const void *a, const void *b)
{
	const TrkEpisode *ea = a;
	const TrkEpisode *eb = b;

	if (fabs(ea->depth - eb->depth) > TRK_DRAWDOWN_EPSILON)
		return ea->depth < eb->depth ? -1 : 1;
	return ea->peak < eb->peak ? -1 : ea->peak > eb->peak;
}
