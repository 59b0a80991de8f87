/*
 * sample.h
 *	  Generates JSON Lines of telemetry as a desk of trading agents would send
 *	  it: whole trading days of coherent runs.  Called by at_sample_day() and
 *	  by the program bench/sample_day.
 */
#ifndef TRK_SAMPLE_H
#define TRK_SAMPLE_H

#include "base/arena.h"

/* The most agents of a desk. */
#define TRK_SAMPLE_MAX_AGENTS	64

/* A share of 1 is this much; shares are whole numbers, so that no machine rounds them. */
#define TRK_SAMPLE_SHARE		100000

/* The largest share of lines that may be bad or repeated: with all, there is no end. */
#define TRK_SAMPLE_MAX_SHARE	90000

/* The longest name of a project, in bytes. */
#define TRK_SAMPLE_MAX_PROJECT	64

/* The first and the last day that a sample may have: 1970-01-01 and 9999-12-30. */
#define TRK_SAMPLE_FIRST_DAY	(-10957)
#define TRK_SAMPLE_LAST_DAY		2921938

/* What to generate.  Days are counted from 2000-01-01. */
typedef struct TrkSampleOptions
{
	int64		start;			/* the first day; weekends are left out */
	int64		days;			/* stop after so many trading days */
	int64		lines;			/* or after so many lines */
	int			agents;			/* 1 to TRK_SAMPLE_MAX_AGENTS */
	const char *project;		/* has the form of a project (trk_sample_is_project) */
	int64		private_share;	/* events with material that must be redacted */
	int64		bad_share;		/* lines that must be rejected */
	int64		repeat_share;	/* lines that are sent twice */
	bool		messy;			/* with what is hard to read; see the README */
	bool		mistakes;		/* with a mistake of each kind on the first day */
	int64		shift_day;		/* from here the first agent behaves differently */
	uint64		seed;
} TrkSampleOptions;

/* Takes a line without its line end; the bytes are valid during the call only. */
typedef void (*TrkSampleWrite) (void *arg, const char *line, Size len);

typedef struct TrkSampleDesk TrkSampleDesk;

/* Set the options of one day of four agents. */
extern void trk_sample_set_defaults(TrkSampleOptions *options);

/*
 * Return whether a text may name the project of a sample: letters, digits, ".",
 * "_" and "-", so that the name needs no escape in JSON.
 */
extern bool trk_sample_is_project(const char *s, Size len);

/*
 * Begin a sample.  Everything is allocated in the arena, whose size does not
 * grow with the number of days.  The project's name must stay valid.
 */
extern TrkSampleDesk *trk_sample_begin(TrkArena *arena, const TrkSampleOptions *options,
									   TrkSampleWrite write, void *arg);

/* Write the lines of the next trading day; returns false when there is none left. */
extern bool trk_sample_next_day(TrkSampleDesk *sample);

#endif							/* TRK_SAMPLE_H */
