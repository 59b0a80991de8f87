/*
 * sample_state.h
 *	  The state of a sample: prices, the agents and their books, the event
 *	  being written and the lines before it.
 *
 * There is no other state: two samples with the same options write the same
 * bytes, also in one session and after an error.  Included by the files of
 * this module.
 */
#ifndef TRK_SAMPLE_STATE_H
#define TRK_SAMPLE_STATE_H

#include "sample/sample.h"

/* The number of symbols that the desk trades. */
#define TRK_SAMPLE_SYMBOLS	24

/*
 * Costs of positions are kept in this fraction of a cent, so that what partial
 * sales round does not add up.
 */
#define TRK_SAMPLE_COST_UNIT	INT64CONST(10000)

/* The longest id, with its terminator. */
#define TRK_SAMPLE_ID_SIZE	40

#define TRK_SAMPLE_SECOND	INT64CONST(1000000)
#define TRK_SAMPLE_DAY		INT64CONST(86400000000)

typedef struct TrkSampleSymbol
{
	const char *name;
	int64		price;			/* cents */
	int64		open;			/* today's first price */
	int			volatility;		/* millionths a step */
} TrkSampleSymbol;

typedef struct TrkSamplePosition
{
	int64		quantity;
	int64		cost;			/* in TRK_SAMPLE_COST_UNIT, without fees */
	int64		realized;		/* the same, since the beginning */
} TrkSamplePosition;

/* An agent, its book in one currency, and its current run. */
typedef struct TrkSampleAgent
{
	char		name[32];
	const char *environment;
	const char *fill_source;
	const char *strategy;
	const char *sdk;
	const char *currency;
	bool		long_keys;		/* keys end in the event's digits, not in a count */
	bool		names_session;	/* fills say to which session they belong */
	int			build;
	TrkSampleSymbol *symbols;	/* what the agent trades */
	int			n_symbols;

	int64		cash;			/* cents */
	int64		day_equity;		/* at the start of the day, flows excluded */
	int64		day_flows;
	int64		index;			/* compounded return, see sample_book.h */
	int64		index_peak;
	TrkSamplePosition positions[TRK_SAMPLE_SYMBOLS];

	/* the current run */
	char		run_id[TRK_SAMPLE_ID_SIZE];
	char		root_span[TRK_SAMPLE_ID_SIZE];
	int64		sequence;
	int64		clock;			/* microseconds since 1970 */
	int			errors;
} TrkSampleAgent;

/* The event that is being written. */
typedef struct TrkSampleEvent
{
	TrkSampleAgent *agent;
	const char *type;
	const char *symbol;			/* or NULL */
	char		event_id[TRK_SAMPLE_ID_SIZE];

	/* set after the event was begun, where it differs from the usual one */
	const char *span;			/* NULL for one of its own, "" for none */
	const char *parent;			/* NULL for the run's, "" for none */
	int64		skew;			/* added to the clock, in microseconds */
} TrkSampleEvent;

/*
 * What decides about the next line.  The messy part has a stream of its own, so
 * that the other lines are the same with it and without it.
 */
typedef struct TrkSampleStream
{
	uint64		random;			/* state of the random numbers */
	TrkBuf		kept;			/* a line to repeat */
} TrkSampleStream;

/* The agents of the messy part; see sample_messy.c. */
typedef struct TrkSampleMessy TrkSampleMessy;

struct TrkSampleDesk
{
	TrkSampleOptions options;
	TrkSampleWrite write;
	void	   *write_arg;

	/* the world */
	int64		day;			/* days since 1970 of the day that comes next */
	int			day_number;		/* trading days that are over */
	char		session_date[16];
	bool		shifted;		/* has the shift day come? */
	TrkSampleSymbol symbols[TRK_SAMPLE_SYMBOLS];
	TrkSampleAgent desk[TRK_SAMPLE_MAX_AGENTS];

	TrkSampleMessy *messy;		/* NULL without the messy part */

	/* the lines */
	TrkSampleStream stream;		/* of the part that writes now */
	TrkSampleStream other_stream;	/* of the other part */
	TrkSampleEvent event;
	TrkBuf		payload;
	TrkBuf		line;
	TrkBuf		bad;
	int64		lines;
};

#endif							/* TRK_SAMPLE_STATE_H */
