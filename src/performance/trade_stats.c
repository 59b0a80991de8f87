/*
 * trade_stats.c
 *	  Statistics of closed trades, and the internal rate of return (see
 *	  trade_stats.h).
 */
#include "base/trk.h"

#include "performance/trade_stats.h"

/* Return a ratio; it is NaN when the divisor is zero. */
static inline double
ratio(double a, double b)
{
	return b == 0 ? NAN : a / b;
}

/* A sum that keeps the rounding errors of its additions (Neumaier, 1974). */
typedef struct Sum
{
	double		sum;
	double		rest;
} Sum;

/* Add to a sum. */
static inline void
sum_add(Sum *s, double x)
{
	double		t = s->sum + x;

	if (fabs(s->sum) >= fabs(x))
		s->rest += (s->sum - t) + x;
	else
		s->rest += (x - t) + s->sum;
	s->sum = t;
}

/*
 * Return the system quality number (Tharp): the root of n times mean divided
 * by sample standard deviation.
 */
static double
system_quality(const TrkMoments *m, double most)
{
	return ratio(sqrt(Min((double) m->n, most)) * trk_mean(m), sqrt(trk_var_samp(m)));
}

/* Add one more result to the streaks; a breakeven ends both. */
static void
add_streak(TrkTradeStats *out, double pnl)
{
	if (pnl > 0)
		out->current_streak = Max(out->current_streak, 0) + 1;
	else if (pnl < 0)
		out->current_streak = Min(out->current_streak, 0) - 1;
	else
		out->current_streak = 0;
	out->max_win_streak = Max(out->max_win_streak, out->current_streak);
	out->max_loss_streak = Max(out->max_loss_streak, -out->current_streak);
}

/* Compute counts, sums and extremes. */
static void
count_trades(const double *pnl, int64 n, TrkTradeStats *out)
{
	Sum			won = {0, 0};
	Sum			lost = {0, 0};
	Sum			net = {0, 0};

	memset(out, 0, sizeof(*out));
	out->n = n;
	out->largest_win = out->largest_loss = NAN;
	for (int64 i = 0; i < n; i++)
	{
		sum_add(&net, pnl[i]);
		add_streak(out, pnl[i]);
		if (pnl[i] > 0)
		{
			out->largest_win = out->wins++ == 0 ? pnl[i] : Max(out->largest_win, pnl[i]);
			sum_add(&won, pnl[i]);
		}
		else if (pnl[i] < 0)
		{
			out->largest_loss = out->losses++ == 0 ? pnl[i] : Min(out->largest_loss, pnl[i]);
			sum_add(&lost, pnl[i]);
		}
	}
	out->breakeven = n - out->wins - out->losses;
	out->gross_profit = won.sum + won.rest;
	out->gross_loss = lost.sum + lost.rest;
	out->net = net.sum + net.rest;
}

/* Compute the figures of results divided by planned risk. */
static void
risk_figures(const double *pnl, const double *risks, int64 n, TrkTradeStats *out)
{
	TrkMoments	m;

	trk_moments_init(&m);
	if (risks != NULL)
		for (int64 i = 0; i < n; i++)
		{
			double		multiple = pnl[i] / risks[i];

			if (risks[i] > 0)
				trk_moments_add(&m, &multiple, 1);
		}
	out->risk_n = m.n;
	out->expectancy_risk = trk_mean(&m);
	out->sqn_risk = system_quality(&m, INFINITY);
	out->sqn_risk_capped = system_quality(&m, 100);
}

/*
 * Compute the statistics of n finite results in order of closing. risks is
 * NULL, or has the planned risk of each result (NaN if there is none).
 */
void
trk_trade_stats(const double *pnl, const double *risks, int64 n, TrkTradeStats *out)
{
	TrkMoments	m;

	trk_moments_init(&m);
	trk_moments_add(&m, pnl, n);
	count_trades(pnl, n, out);
	out->win_rate = ratio((double) out->wins, (double) n);
	out->win_rate_decisive = ratio((double) out->wins, (double) (out->wins + out->losses));
	out->avg_win = ratio(out->gross_profit, (double) out->wins);
	out->avg_loss = ratio(out->gross_loss, (double) out->losses);
	out->payoff = out->avg_win / fabs(out->avg_loss);
	out->profit_factor = ratio(out->gross_profit, fabs(out->gross_loss));
	out->expectancy = ratio(out->net, (double) n);
	out->expectancy_r = out->expectancy / fabs(out->avg_loss);
	out->sd = sqrt(trk_var_samp(&m));
	out->sqn = system_quality(&m, INFINITY);
	out->sqn_capped = system_quality(&m, 100);
	out->kelly = out->win_rate_decisive - (1 - out->win_rate_decisive) / out->payoff;
	risk_figures(pnl, risks, n, out);
}

/*
 * Return the present value at a continuous rate, scaled; only its sign
 * matters.
 */
static double
present_value(const double *years, const double *amounts, int64 n, double rate, double span)
{
	Sum			s = {0, 0};
	double		origin = rate < 0 ? span : 0;	/* discount to the end that prevents an overflow */

	for (int64 i = 0; i < n; i++)
		sum_add(&s, amounts[i] * exp(-rate * (years[i] - origin)));
	return s.sum + s.rest;
}

/*
 * Halve an interval at whose ends the values differ in sign, until it is small
 * enough.
 */
static double
bisect(const double *years, const double *amounts, int64 n, double low, double high, double span)
{
	bool		low_positive = present_value(years, amounts, n, low, span) > 0;

	for (int i = 0; i < 200 && low < high; i++)
	{
		double		middle = low + (high - low) / 2;
		double		value = present_value(years, amounts, n, middle, span);

		if (value == 0 || middle == low || middle == high)
			return middle;
		if ((value > 0) == low_positive)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Steps of the search for roots on either side of zero. */
#define RATE_STEPS		256

/* Return the continuous rate nearest to zero on one side, or NaN. */
static double
root_towards(const double *years, const double *amounts, int64 n, double end, double span)
{
	double		last = 0;
	bool		positive = present_value(years, amounts, n, 0, span) > 0;

	for (int i = 1; i <= RATE_STEPS; i++)
	{
		/* use fine steps near zero and coarse ones far from it */
		double		part = (double) i / RATE_STEPS;
		double		at = end * part * part;

		TRK_CHECK_INTERRUPTS();
		if ((present_value(years, amounts, n, at, span) > 0) != positive)
			return bisect(years, amounts, n, Min(last, at), Max(last, at), span);
		last = at;
	}
	return NAN;
}

/*
 * Return the annual rate at which the cash flows (positive: to the investor)
 * at these times in years have a present value of zero.  It is NaN without a
 * change of sign or without a root in (-0.999999, 1e12).  Of several roots it
 * is the one nearest to zero.
 */
double
trk_xirr(const double *years, const double *amounts, int64 n)
{
	double		span = 0;
	double		gain = 0;
	double		loss = 0;
	double		down;
	double		up;

	for (int64 i = 0; i < n; i++)
	{
		span = Max(span, years[i]);
		gain = Max(gain, amounts[i]);
		loss = Min(loss, amounts[i]);
	}
	if (gain == 0 || loss == 0)
		return NAN;
	if (present_value(years, amounts, n, 0, span) == 0)
		return 0;
	down = root_towards(years, amounts, n, log1p(-0.999999), span);
	up = root_towards(years, amounts, n, log(1e12), span);
	return expm1(isnan(down) || fabs(up) < fabs(down) ? up : down);
}
