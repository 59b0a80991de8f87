/*
 * calibration_data.c
 *	  Simulated data for bench/calibration: comparisons, as lines of two
 *	  PostgreSQL arrays, baseline and observed, and agents, as lines of events.
 *	  The same bytes for the same arguments.
 *
 * Generator: xoshiro256+ of Blackman and Vigna, seeded by splitmix64; normal
 * numbers by the polar method of Marsaglia, gamma ones by Marsaglia and Tsang
 * (2000).
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CATEGORIES	64

static uint64_t state[4];

/* Start the generator. */
static void
seed(uint64_t x)
{
	for (int i = 0; i < 4; i++)
	{
		uint64_t	z = (x += UINT64_C(0x9e3779b97f4a7c15));

		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		state[i] = z ^ (z >> 31);
	}
}

/* A number from 0 to 1, excluded. */
static double
uniform(void)
{
	uint64_t	result = state[0] + state[3];
	uint64_t	t = state[1] << 17;

	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= t;
	state[3] = (state[3] << 45) | (state[3] >> 19);
	return ((double) (result >> 11) + 0.5) / 9007199254740992.0;
}

/* A standard normal number. */
static double
normal(void)
{
	for (;;)
	{
		double		x = 2 * uniform() - 1;
		double		y = 2 * uniform() - 1;
		double		s = x * x + y * y;

		if (s > 0 && s < 1)
			return x * sqrt(-2 * log(s) / s);
	}
}

/* A gamma number of this shape. */
static double
gamma_number(double shape)
{
	double		d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
	double		c = 1 / sqrt(9 * d);
	double		boost = shape < 1 ? pow(uniform(), 1 / shape) : 1;

	for (;;)
	{
		double		x = normal();
		double		v = 1 + c * x;

		v = v * v * v;
		if (v > 0 && log(uniform()) < x * x / 2 + d - d * v + d * log(v))
			return boost * d * v;
	}
}

/* Shares that sum to 1. */
typedef struct Shares
{
	int			k;
	double		share[MOST_CATEGORIES];
} Shares;

/* Shares from "0.5,0.3,0.2". */
static Shares
shares_of(const char *s)
{
	Shares		shares = {0, {0}};
	double		sum = 0;
	char	   *end;

	while (*s != '\0' && shares.k < MOST_CATEGORIES)
	{
		shares.share[shares.k] = strtod(s, &end);
		if (end == s)
		{
			fprintf(stderr, "not a list of shares: %s\n", s);
			exit(2);
		}
		sum += shares.share[shares.k++];
		s = *end == ',' ? end + 1 : end;
	}
	for (int j = 0; j < shares.k; j++)
		shares.share[j] /= sum;
	return shares;
}

/* The shares of a run, around those of the agent (Dirichlet). */
static Shares
run_shares(const Shares *shares, double correlation)
{
	double		concentration = (1 - correlation) / correlation;
	Shares		run = {shares->k, {0}};
	double		sum = 0;

	for (int j = 0; j < run.k; j++)
		sum += run.share[j] = gamma_number(concentration * shares->share[j]);
	for (int j = 0; j < run.k; j++)
		run.share[j] /= sum;
	return run;
}

/* One of these categories by chance. */
static int
draw(const Shares *shares)
{
	double		u = uniform();
	int			j = 0;

	while (j < shares->k - 1 && (u -= shares->share[j]) >= 0)
		j++;
	return j;
}

/* Count n draws from these shares. */
static void
draw_counts(const Shares *shares, long n, long *counts)
{
	memset(counts, 0, sizeof(long) * shares->k);
	for (long i = 0; i < n; i++)
		counts[draw(shares)]++;
}

/* Print counts as an array. */
static void
put_counts(const long *counts, int k)
{
	for (int j = 0; j < k; j++)
		printf("%c%ld", j == 0 ? '{' : ',', counts[j]);
	putchar('}');
}

/* One side: n independent decisions. */
static void
put_side(const Shares *shares, long n)
{
	long		counts[MOST_CATEGORIES];

	draw_counts(shares, n, counts);
	put_counts(counts, shares->k);
}

/*
 * One side: runs of m decisions each, whose shares vary from run to run so that
 * two decisions of a run have this correlation (Dirichlet).
 */
static void
put_runs(const Shares *shares, long runs, long m, double correlation)
{
	for (long r = 0; r < runs; r++)
	{
		Shares		run = run_shares(shares, correlation);
		long		counts[MOST_CATEGORIES];

		draw_counts(&run, m, counts);
		putchar(r == 0 ? '{' : ',');
		put_counts(counts, run.k);
	}
	putchar('}');
}

/* One side: log-normal values times a scale, rounded to a step unless it is 0. */
static void
put_values(long n, double sd, double scale, double step)
{
	for (long i = 0; i < n; i++)
	{
		double		x = scale * exp(sd * normal());

		printf("%c%.9g", i == 0 ? '{' : ',', step > 0 ? step * floor(x / step) : x);
	}
	putchar('}');
}

/* What an agent does in a window, and what has changed since its baseline. */
typedef enum Change
{
	CHANGE_NONE,
	CHANGE_TOOL,				/* a new tool takes 5 % of the calls */
	CHANGE_LATENCY,				/* tools take a quarter longer */
	CHANGE_DECISIONS			/* ten points of the decisions go from hold to buy */
} Change;

/* Where an event belongs. */
typedef struct Where
{
	long		agent;
	int			window;
	long		run;
	int			event;			/* in its run, from 0 */
} Where;

/* Begin the line of an event: agent, window, run, event id, type. */
static void
begin_event(Where *w, const char *type)
{
	printf("%ld\t%d\tr%ld-%d-%ld\te%ld-%d-%ld-%d\t%s\t", w->agent, w->window,
		   w->agent, w->window, w->run, w->agent, w->window, w->run, w->event, type);
	w->event++;
}

/*
 * Six decisions: each repeats the one before with probability 0.1, which is then
 * the correlation of neighbours.
 */
static void
put_decisions(Where *w, Change change)
{
	static const char *const actions[] = {"buy", "hold", "sell"};
	Shares		shares = {3, {0.3, 0.5, 0.2}};
	int			action = -1;

	if (change == CHANGE_DECISIONS)
	{
		shares.share[0] = 0.4;
		shares.share[1] = 0.4;
	}
	for (int i = 0; i < 6; i++)
	{
		if (action < 0 || uniform() >= 0.1)
			action = draw(&shares);
		begin_event(w, "decision.proposed");
		printf("{\"decision_kind\":\"trade\",\"action\":\"%s\",\"confidence\":%.2f}\n",
			   actions[action], 0.5 + 0.4 * uniform());
	}
}

/*
 * Five to seven tool calls, correlation of the tools within a run 0.05; times
 * are log-normal and longer or shorter by a factor of the run.
 */
static void
put_tools(Where *w, Change change, double factor)
{
	static const char *const tools[] = {"quote", "history", "news", "portfolio", "calendar", "web_search"};
	Shares		shares = {5, {0.35, 0.25, 0.2, 0.12, 0.08}};
	Shares		run;
	int			calls = 5 + (int) (3 * uniform());

	if (change == CHANGE_TOOL)
	{
		for (int j = 0; j < 5; j++)
			shares.share[j] *= 0.95;
		shares.share[5] = 0.05;
		shares.k = 6;
	}
	run = run_shares(&shares, 0.05);
	if (change == CHANGE_LATENCY)
		factor *= 1.25;
	for (int i = 0; i < calls; i++)
	{
		begin_event(w, "tool.call.completed");
		printf("{\"tool_name\":\"%s\",\"status\":\"ok\",\"latency_ms\":%.0f}\n",
			   tools[draw(&run)], 400 * factor * exp(0.5 * normal()));
	}
}

/* Two to four model calls. */
static void
put_models(Where *w, double factor)
{
	int			calls = 2 + (int) (3 * uniform());

	for (int i = 0; i < calls; i++)
	{
		begin_event(w, "llm.call.completed");
		printf("{\"provider\":\"p\",\"model\":\"m\",\"status\":\"ok\",\"latency_ms\":%.0f,"
			   "\"input_tokens\":%.0f,\"output_tokens\":%.0f}\n",
			   2000 * factor * exp(0.4 * normal()), 3000 * exp(0.3 * normal()),
			   400 * exp(0.5 * normal()));
	}
}

/* Three risk checks, of which one in ten blocks. */
static void
put_checks(Where *w)
{
	static const char *const reasons[] = {"cap", "stale", "cooldown"};

	for (int i = 0; i < 3; i++)
	{
		begin_event(w, "risk.check.completed");
		if (uniform() < 0.1)
			printf("{\"approved\":false,\"reasons\":[\"%s\"]}\n", reasons[(int) (3 * uniform())]);
		else
			puts("{\"approved\":true,\"reasons\":[]}");
	}
}

/* A window of an agent: runs of about twenty events. */
static void
put_window(long agent, int window, long runs, Change change)
{
	for (long r = 0; r < runs; r++)
	{
		Where		w = {agent, window, r, 0};
		double		factor = exp(0.15 * normal());

		put_decisions(&w, change);
		put_tools(&w, change, factor);
		put_models(&w, exp(0.15 * normal()));
		put_checks(&w);
		begin_event(&w, "agent.run.completed");
		printf("{\"status\":\"%s\",\"duration_ms\":%.0f}\n",
			   uniform() < 0.08 ? "failed" : "completed", 20000 * factor * exp(0.3 * normal()));
	}
}

/*
 * An agent: its baseline, window 0, and the windows that are observed, one for
 * each letter: n (nothing changed), t (tool), l (latency), d (decisions).
 */
static int
put_agent(long agent, long runs, const char *windows)
{
	put_window(agent, 0, runs, CHANGE_NONE);
	for (int i = 0; windows[i] != '\0'; i++)
	{
		const char *letter = strchr("ntld", windows[i]);

		if (letter == NULL)
			return 0;
		put_window(agent, i + 1, runs, (Change) (letter - "ntld"));
	}
	return 1;
}

/* One side: values 0, 1, … drawn by shares. */
static void
put_marks(const Shares *shares, long n)
{
	for (long i = 0; i < n; i++)
		printf("%c%d", i == 0 ? '{' : ',', draw(shares));
	putchar('}');
}

/* A number among the arguments. */
static double
number(char **argv, int i)
{
	return strtod(argv[i], NULL);
}

/* One line of a kind, or one agent. */
static int
put_line(long line, int argc, char **argv)
{
	if (strcmp(argv[1], "counts") == 0 && argc == 8)
	{
		Shares		b = shares_of(argv[6]);
		Shares		o = shares_of(argv[7]);

		put_side(&b, (long) number(argv, 4));
		putchar('\t');
		put_side(&o, (long) number(argv, 5));
	}
	else if (strcmp(argv[1], "runs") == 0 && argc == 10)
	{
		Shares		b = shares_of(argv[8]);
		Shares		o = shares_of(argv[9]);

		put_runs(&b, (long) number(argv, 4), (long) number(argv, 6), number(argv, 7));
		putchar('\t');
		put_runs(&o, (long) number(argv, 5), (long) number(argv, 6), number(argv, 7));
	}
	else if (strcmp(argv[1], "marks") == 0 && argc == 7)
	{
		Shares		shares = shares_of(argv[6]);

		put_marks(&shares, (long) number(argv, 4));
		putchar('\t');
		put_marks(&shares, (long) number(argv, 5));
	}
	else if (strcmp(argv[1], "values") == 0 && argc == 9)
	{
		put_values((long) number(argv, 4), number(argv, 6), 1, number(argv, 8));
		putchar('\t');
		put_values((long) number(argv, 5), number(argv, 6), number(argv, 7), number(argv, 8));
	}
	else if (strcmp(argv[1], "agents") == 0 && argc == 6)
		return put_agent(line, (long) number(argv, 4), argv[5]);
	else
		return 0;
	putchar('\n');
	return 1;
}

/* Print the lines. */
int
main(int argc, char **argv)
{
	long		lines = argc > 3 ? (long) number(argv, 3) : 1;

	seed(argc > 2 ? strtoull(argv[2], NULL, 10) : 0);
	for (long i = 0; i < lines; i++)
		if (argc < 3 || !put_line(i, argc, argv))
		{
			fprintf(stderr,
					"usage: calibration_data counts SEED LINES N1 N2 SHARES1 SHARES2\n"
					"       calibration_data runs SEED LINES RUNS1 RUNS2 DECISIONS CORRELATION SHARES1 SHARES2\n"
					"       calibration_data marks SEED LINES N1 N2 SHARES\n"
					"       calibration_data values SEED LINES N1 N2 SD SCALE2 STEP\n"
					"       calibration_data agents SEED AGENTS RUNS WINDOWS (letters of n, t, l, d)\n");
			return 2;
		}
	return 0;
}
