/*
 * call_pair.h
 *	  Finds out which events of a run belong to the same call of a language
 *	  model: its start, its completion, and the usage that was metered for it.
 *	  Called by calls.c; needs no server.
 *
 * The contract does not say how these events name each other, and senders
 * differ.  So events are paired by what identifies them best, and what is left
 * by the next: the span, the id of the call, the rows they were made of
 * (evidence_refs), and at last the order: the first start of a provider, model
 * and purpose belongs to the first completion of the same after it.  Within
 * each rule the k-th start goes with the k-th completion, so parallel calls
 * that are told apart by nothing else have the durations that a queue would
 * give them.  A completion before its start is paired by order only when
 * neither names a span, a call or rows.
 */
#ifndef TRK_CALL_PAIR_H
#define TRK_CALL_PAIR_H

#include "base/arena.h"

typedef enum TrkCallEventKind
{
	TRK_CALL_START,
	TRK_CALL_END,
	TRK_CALL_USAGE
} TrkCallEventKind;

/* An event of a run, with what it can be paired by; a text of length 0 is not there. */
typedef struct TrkCallEvent
{
	TrkCallEventKind kind;
	int64		at;				/* microseconds */
	TrkText		span_id;
	TrkText		call_id;
	TrkText		refs;			/* the evidence_refs, sorted */
	TrkText		provider;
	TrkText		model;
	TrkText		purpose;
	bool		is_prompt;		/* records a version of a prompt, not a call */
	bool		has_prompt;		/* a start that names a hash of its prompt */
	bool		bills_call;		/* usage that can be a call's: has an amount or tokens */
} TrkCallEvent;

/* Flags of a call. */
#define TRK_CALL_OPEN		0x01	/* has no completion */
#define TRK_CALL_UNPAIRED	0x02	/* has no start */
#define TRK_CALL_CLOCK		0x04	/* ended before it started */

/* A call: numbers of its events, -1 where there is none. */
typedef struct TrkCall
{
	int			start;
	int			end;
	int			usage;			/* the first; more of them by TrkCalls.next_usage */
	int			last_usage;
	uint32		flags;
} TrkCall;

typedef struct TrkCalls
{
	TrkCall    *calls;			/* in the order of their first events */
	int			ncalls;
	int		   *next_usage;		/* by event: the next usage of the same call, or -1 */
	int		   *loose;			/* usage that belongs to no call */
	int			nloose;
} TrkCalls;

/*
 * Pair the events of one run, agent and environment, which are in order of
 * time.  Everything is allocated in the arena.
 */
extern void trk_calls_pair(const TrkCallEvent *events, int n, TrkArena *arena, TrkCalls *result);

#endif							/* TRK_CALL_PAIR_H */
