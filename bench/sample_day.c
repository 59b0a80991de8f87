/*
 * sample_day.c
 *	  Writes JSON Lines of telemetry as a desk of trading agents would send it:
 *	  the generator of src/sample as a program.
 */
#include "base/trk.h"

#include <getopt.h>

#include "base/isotime.h"
#include "sample/sample.h"

/* Say how the program is called, and end it. */
static void
usage(int status)
{
	fputs("usage: sample_day [options] > events.jsonl\n"
		  "  --lines N       stop after N lines\n"
		  "  --days N        or after N trading days (default 1)\n"
		  "  --start DATE    first day (default 2026-01-05)\n"
		  "  --agents K      agents, 1 to 64 (default 4)\n"
		  "  --project NAME  (default desk)\n"
		  "  --private PCT   events with private material (default 5)\n"
		  "  --bad PCT       lines that must be rejected (default 0)\n"
		  "  --repeat PCT    lines sent a second time (default 0)\n"
		  "  --shift DATE    from here the first agent acts half as often, and its tools\n"
		  "                  take half a second longer\n"
		  "  --messy         and what telemetry has that is hard to read: open runs, retries,\n"
		  "                  parallel calls, clocks that are wrong, ... (src/sample/README.md)\n"
		  "  --mistakes      and a mistake of each kind on the first day\n"
		  "  --seed N        (default 1)\n", status == 0 ? stdout : stderr);
	exit(status);
}

/* Read a whole number within bounds. */
static int64
number_option(const char *s, int64 least, int64 most)
{
	char	   *end;
	long long	value;

	errno = 0;
	value = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || value < least || value > most)
		usage(2);
	return value;
}

/* Read a percentage, as a share. */
static int64
share_option(const char *s)
{
	char	   *end;
	double		value = strtod(s, &end);

	if (end == s || *end != '\0' ||
		!(value >= 0 && value * (TRK_SAMPLE_SHARE / 100) <= TRK_SAMPLE_MAX_SHARE))
		usage(2);
	return (int64) (value * (TRK_SAMPLE_SHARE / 100) + 0.5);
}

/* Read a date, as days since 2000. */
static int64
date_option(const char *s)
{
	int			year,
				month,
				day,
				used = 0;

	if (sscanf(s, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || s[used] != '\0' ||
		year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		usage(2);
	return trk_date_to_days(year, month, day);
}

/* Read the name of a project. */
static const char *
name_option(const char *s)
{
	if (!trk_sample_is_project(s, strlen(s)))
		usage(2);
	return s;
}

/* Take one option. */
static void
take_option(TrkSampleOptions *options, int c)
{
	switch (c)
	{
		case 'l':
			options->lines = number_option(optarg, 0, PG_INT64_MAX);
			break;
		case 'd':
			options->days = number_option(optarg, 1, 100000);
			break;
		case 's':
			options->start = date_option(optarg);
			break;
		case 'a':
			options->agents = (int) number_option(optarg, 1, TRK_SAMPLE_MAX_AGENTS);
			break;
		case 'p':
			options->project = name_option(optarg);
			break;
		case 'v':
			options->private_share = share_option(optarg);
			break;
		case 'b':
			options->bad_share = share_option(optarg);
			break;
		case 'r':
			options->repeat_share = share_option(optarg);
			break;
		case 'f':
			options->shift_day = date_option(optarg);
			break;
		case 'm':
			options->messy = true;
			break;
		case 'k':
			options->mistakes = true;
			break;
		case 'e':
			options->seed = (uint64) number_option(optarg, 0, PG_INT64_MAX);
			break;
		default:
			usage(c == 'h' ? 0 : 2);
	}
}

/* Take the command line; days are without bound where lines alone are asked for. */
static void
take_options(TrkSampleOptions *options, int argc, char **argv)
{
	static const struct option names[] = {
		{"lines", required_argument, NULL, 'l'},
		{"days", required_argument, NULL, 'd'},
		{"start", required_argument, NULL, 's'},
		{"agents", required_argument, NULL, 'a'},
		{"project", required_argument, NULL, 'p'},
		{"private", required_argument, NULL, 'v'},
		{"bad", required_argument, NULL, 'b'},
		{"repeat", required_argument, NULL, 'r'},
		{"shift", required_argument, NULL, 'f'},
		{"messy", no_argument, NULL, 'm'},
		{"mistakes", no_argument, NULL, 'k'},
		{"seed", required_argument, NULL, 'e'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}
	};
	bool		has_lines = false;
	bool		has_days = false;
	int			c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1)
	{
		has_lines |= c == 'l';
		has_days |= c == 'd';
		take_option(options, c);
	}
	if (optind < argc)
		usage(2);
	if (has_lines && !has_days)
		options->days = PG_INT64_MAX;
}

/* Write one line to standard output. */
static void
write_line(void *arg, const char *line, Size len)
{
	if (fwrite(line, 1, len, stdout) != len || putchar('\n') == EOF)
	{
		fputs("sample_day: cannot write\n", stderr);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	TrkSampleOptions options;
	TrkSampleDesk *sample;
	TrkArena	arena;

	trk_sample_set_defaults(&options);
	take_options(&options, argc, argv);
	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	trk_arena_init(&arena, NULL, 1 << 20);
	sample = trk_sample_begin(&arena, &options, write_line, NULL);
	while (trk_sample_next_day(sample))
		;
	trk_arena_free(&arena);
	return fflush(stdout) == 0 ? 0 : 1;
}
