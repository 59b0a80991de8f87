/*
 * step_tree.h
 *	  The steps of a run as a tree: what was done within what, in which order, how
 *	  long it took and what it cost.  Called by step_sql.c.
 *
 * Steps are added in order of time with their span and the span around it.  The
 * tree is total: a span that no step has becomes a step of its own, steps whose
 * spans lie within each other are cut, and everything hangs on one root.
 */
#ifndef TRK_STEP_TREE_H
#define TRK_STEP_TREE_H

#include "base/dict.h"
#include "base/text.h"
#include "contract/status_words.h"
#include "facts/step_kind.h"

/* Flags of a step: the first ones are those of calls (call_pair.h). */
#define TRK_STEP_IS_OPEN	0x01	/* began and did not end */
#define TRK_STEP_UNPAIRED	0x02	/* ended and did not begin */
#define TRK_STEP_CLOCK		0x04	/* ended before it began */
#define TRK_STEP_UNPRICED	0x08
#define TRK_STEP_SYNTHETIC	0x10	/* no event has this span; others name it as theirs */
#define TRK_STEP_CYCLE		0x20	/* lay within itself, and was put below the root */

#define TRK_STEP_FLAGS		6
extern const char *const trk_step_flag_names[TRK_STEP_FLAGS];

#define TRK_NO_TIME			PG_INT64_MIN

typedef struct TrkRunStep
{
	TrkText		span_id;		/* length 0: none */
	TrkText		parent_span_id;
	TrkText		name;
	TrkText		status;
	TrkStepKind kind;
	TrkOutcome	outcome;
	int64		started_at;		/* TRK_NO_TIME: not known */
	int64		ended_at;
	Datum		cost;			/* numeric; 0: none */
	TrkText		events[4];		/* the events it was made of, at most as many */
	int			nevents;
	uint32		flags;

	/* set by trk_step_tree_finish() */
	int			parent;			/* -1: the root */
	int			first_child;
	int			next;			/* the next child of the same parent */
	int			last_child;
	int			depth;
	int			seq;			/* from 1 */
	int			attempt;		/* from 1 */
	int			retry_of;		/* number of the step that failed before it, or -1 */
	double		total_ms;		/* -1: not known */
	double		self_ms;
	Datum		total_cost;		/* numeric; 0: none */
} TrkRunStep;

typedef struct TrkStepTree
{
	MemoryContext context;
	TrkRunStep *steps;
	int			n;
	int			capacity;
	TrkDict		spans;
	int		   *step_of_span;	/* by number of the span; -1: none yet */
	int			span_capacity;
	int			root;
	int		   *order;			/* the steps in the order of seq */
} TrkStepTree;

/* Make an empty tree whose memory is taken from the context. */
extern void trk_step_tree_init(TrkStepTree *tree, MemoryContext context);

/* Add a step; the next call may move it.  Its texts are not copied. */
extern TrkRunStep *trk_step_tree_add(TrkStepTree *tree);

/* Say that a step has this span; the first step of a span counts. */
extern void trk_step_tree_name(TrkStepTree *tree, int step, TrkText span_id);

/*
 * Make the tree.  root is the number of the step that is the run itself; spans
 * that no step has are put below it, and root_span, if it is one of them, is the
 * root's.
 */
extern void trk_step_tree_finish(TrkStepTree *tree, int root, TrkText root_span);

#endif							/* TRK_STEP_TREE_H */
