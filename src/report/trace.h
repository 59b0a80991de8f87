/*
 * trace.h
 *	  A run as a page: what it was, and its steps.  Called by trace_sql.c.
 *
 * trace_sql.c reads the run into these structs, trace.c makes a page of them.
 */
#ifndef TRK_TRACE_H
#define TRK_TRACE_H

#include "contract/status_words.h"
#include "report/page.h"

/* Steps that the waterfall, and the list below it, show at most. */
#define TRK_TRACE_BARS		400
#define TRK_TRACE_ENTRIES	1000

/* Characters of a name, and of a value that went in or came out. */
#define TRK_TRACE_NAME		200
#define TRK_TRACE_VALUE		500

/* A run of one agent; a text of length 0 is not known. */
typedef struct TrkTraceRun
{
	TrkText		project;
	TrkText		agent_id;
	TrkText		environment;
	TrkText		run_type;
	TrkText		status;
	TrkText		started;		/* in the zone that was asked for */
	TrkText		ended;
	TrkText		build_id;
	TrkText		models;
	TrkText		cost_usd;
	TrkText		net_pnl;
	TrkText		flags;
	double		duration_ms;	/* below zero: not known */
	double		silent_ms;		/* since it sent something; below zero: it ended */
	int64		events;
	int64		tokens;			/* below zero: none were counted */
	TrkOutcome	outcome;
} TrkTraceRun;

/* A value that went into a step or came out of it, by the name of its member. */
typedef struct TrkTraceValue
{
	TrkText		name;
	TrkText		value;
} TrkTraceValue;

/* A step. */
typedef struct TrkTraceStep
{
	TrkText		kind;
	TrkText		name;
	TrkText		status;
	TrkText		cost_usd;
	TrkText		flags;
	TrkText		error;
	TrkText		said;			/* its event in one line */
	int			depth;
	int			attempt;
	double		began;			/* milliseconds since the trace began; below zero: not known */
	double		ended;
	double		total_ms;		/* below zero: not known */
	double		self_ms;
	TrkOutcome	outcome;
	TrkTraceValue *went_in;
	int			nin;
	TrkTraceValue *came_out;
	int			nout;
} TrkTraceStep;

/* An event error.recorded. */
typedef struct TrkTraceError
{
	TrkText		at;
	TrkText		severity;
	TrkText		component;
	TrkText		kind;
	TrkText		message;
} TrkTraceError;

typedef struct TrkTrace
{
	TrkText		run_id;
	TrkText		zone;
	TrkTraceRun *runs;
	int			nruns;			/* at least one */
	TrkTraceStep *steps;
	int			nsteps;
	TrkTraceError *errors;
	int			nerrors;
} TrkTrace;

/* Add the waterfall of a trace, of at most so many steps. */
extern void trk_trace_waterfall(const TrkTrace *trace, TrkPage *page, int most);

/* Make the page of a trace, whose texts are UTF-8. */
extern void trk_trace_page(const TrkTrace *trace, TrkPage *page, TrkArena *arena);

#endif							/* TRK_TRACE_H */
