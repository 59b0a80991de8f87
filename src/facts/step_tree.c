/*
 * step_tree.c
 *	  Makes a tree of the steps of a run.
 *
 * All of it is linear in the number of steps but for sorting the children of each
 * step by time, and nothing recurses: a run may have a hundred thousand steps,
 * one within the other.
 */
#include "base/trk.h"

#include "facts/step_tree.h"
#include "facts/sum.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"

const char *const trk_step_flag_names[TRK_STEP_FLAGS] = {
	"open", "unpaired", "clock", "unpriced", "synthetic", "cycle"
};

/* Steps that are handled between two checks for interrupts. */
#define STEPS_PER_CHECK		4096

/* Make an empty tree whose memory is taken from the context. */
void
trk_step_tree_init(TrkStepTree *tree, MemoryContext context)
{
	memset(tree, 0, sizeof(*tree));
	tree->context = context;
	trk_dict_init(&tree->spans, context);
	tree->root = -1;
}

/* Add a step; the next call may move it. */
TrkRunStep *
trk_step_tree_add(TrkStepTree *tree)
{
	TrkRunStep *step;

	if (tree->n == tree->capacity)
	{
		int			capacity = tree->n == 0 ? 64 : tree->n * 2;
		Size		size = sizeof(TrkRunStep) * (Size) capacity;

		tree->steps = tree->n == 0 ? MemoryContextAllocHuge(tree->context, size) :
			repalloc_huge(tree->steps, size);
		tree->capacity = capacity;
	}
	step = &tree->steps[tree->n++];
	memset(step, 0, sizeof(*step));
	step->started_at = TRK_NO_TIME;
	step->ended_at = TRK_NO_TIME;
	step->parent = step->first_child = step->next = step->last_child = -1;
	step->retry_of = -1;
	step->attempt = 1;
	step->total_ms = step->self_ms = -1;
	return step;
}

/* Return the number of a span, making room for it. */
static int
span_number(TrkStepTree *tree, TrkText span_id)
{
	int			number = (int) trk_dict_put(&tree->spans, span_id.s, span_id.len);

	if (number >= tree->span_capacity)
	{
		int			capacity = Max(64, number * 2);
		Size		size = sizeof(int) * (Size) capacity;

		tree->step_of_span = tree->span_capacity == 0 ?
			MemoryContextAllocHuge(tree->context, size) :
			repalloc_huge(tree->step_of_span, size);
		for (int i = tree->span_capacity; i < capacity; i++)
			tree->step_of_span[i] = -1;
		tree->span_capacity = capacity;
	}
	return number;
}

/* Say that a step has this span; the first step of a span counts. */
void
trk_step_tree_name(TrkStepTree *tree, int step, TrkText span_id)
{
	int			number;

	if (span_id.len == 0)
		return;
	number = span_number(tree, span_id);
	if (tree->step_of_span[number] < 0)
		tree->step_of_span[number] = step;
}

/* Return the time by which a step is ordered among others. */
static int64
order_time(const TrkRunStep *step)
{
	return step->started_at != TRK_NO_TIME ? step->started_at : step->ended_at;
}

/* Make a step of a span that no event has. */
static int
add_synthetic(TrkStepTree *tree, TrkText span_id)
{
	TrkRunStep *step = trk_step_tree_add(tree);
	int			number = tree->n - 1;

	step->span_id = span_id;
	step->kind = TRK_STEP_OTHER;
	step->flags = TRK_STEP_SYNTHETIC;
	step->parent = tree->root;
	trk_step_tree_name(tree, number, span_id);
	return number;
}

/* Find the parent of each step, making steps of spans that no event has. */
static void
find_parents(TrkStepTree *tree)
{
	int			n = tree->n;

	for (int i = 0; i < n; i++)
	{
		TrkText		span = tree->steps[i].parent_span_id;
		int			parent = tree->root;

		if (i % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		if (i == tree->root)
			continue;
		if (span.len > 0)
		{
			int			number = span_number(tree, span);

			parent = tree->step_of_span[number];
			if (parent < 0)
				parent = add_synthetic(tree, span);
		}
		tree->steps[i].parent = parent;
		if (parent == i)
		{
			tree->steps[i].parent = tree->root;
			tree->steps[i].flags |= TRK_STEP_CYCLE;
		}
	}
}

/*
 * Cut cycles: follow parents from each step; a walk that comes back to where it
 * has been before has found one, and the step where it closed is put below the
 * root.
 */
static void
cut_cycles(TrkStepTree *tree)
{
	int		   *walk = MemoryContextAllocHuge(tree->context, sizeof(int) * (Size) tree->n);

	memset(walk, 0, sizeof(int) * tree->n);
	for (int i = 0; i < tree->n; i++)
	{
		int			step = i;

		if (i % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		/* walk is the number of the walk that came by, from 1 */
		while (step >= 0 && walk[step] == 0)
		{
			walk[step] = i + 1;
			if (tree->steps[step].parent >= 0 && walk[tree->steps[step].parent] == i + 1)
			{
				tree->steps[step].parent = tree->root;
				tree->steps[step].flags |= TRK_STEP_CYCLE;
			}
			step = tree->steps[step].parent;
		}
	}
	pfree(walk);
}

/* A step and the time by which it is sorted. */
typedef struct Timed
{
	int64		at;
	int			step;
} Timed;

/* Compare steps by their times, then in the order in which they were added. */
static int
compare_timed(const void *a, const void *b)
{
	const Timed *x = a;
	const Timed *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->step < y->step ? -1 : x->step > y->step;
}

/*
 * Give a step without times of its own those of what lies within it, going up from
 * each step that has a time.
 */
static void
widen_synthetic(TrkStepTree *tree)
{
	int			n = tree->n;

	for (int i = 0; i < n; i++)
	{
		int64		from = order_time(&tree->steps[i]);
		int64		to = tree->steps[i].ended_at != TRK_NO_TIME ? tree->steps[i].ended_at : from;
		int			up = tree->steps[i].parent;

		if (i % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		if (from == TRK_NO_TIME)
			continue;
		/* only spans without events are widened, and those lie below the root: two steps at most */
		while (up >= 0 && (tree->steps[up].flags & TRK_STEP_SYNTHETIC) != 0)
		{
			TrkRunStep *step = &tree->steps[up];

			if (step->started_at != TRK_NO_TIME && step->started_at <= from && step->ended_at >= to)
				break;
			if (step->started_at == TRK_NO_TIME || from < step->started_at)
				step->started_at = from;
			if (step->ended_at == TRK_NO_TIME || to > step->ended_at)
				step->ended_at = to;
			up = step->parent;
		}
	}
}

/* Link the children of each step, in order of time. */
static void
link_children(TrkStepTree *tree)
{
	Timed	   *timed = MemoryContextAllocHuge(tree->context, sizeof(Timed) * (Size) tree->n);

	for (int i = 0; i < tree->n; i++)
		timed[i] = (Timed) {order_time(&tree->steps[i]), i};
	qsort(timed, tree->n, sizeof(Timed), compare_timed);
	for (int i = 0; i < tree->n; i++)
	{
		TrkRunStep *step = &tree->steps[timed[i].step];
		TrkRunStep *parent = step->parent < 0 ? NULL : &tree->steps[step->parent];

		if (parent == NULL)
			continue;
		if (parent->first_child < 0)
			parent->first_child = timed[i].step;
		else
			tree->steps[parent->last_child].next = timed[i].step;
		parent->last_child = timed[i].step;
	}
	pfree(timed);
}

/* Number the steps: each before what lies within it, and that by time. */
static void
number_steps(TrkStepTree *tree)
{
	int			step = tree->root;
	int			seq = 0;

	tree->order = MemoryContextAllocHuge(tree->context, sizeof(int) * (Size) tree->n);
	tree->steps[step].depth = 0;
	while (step >= 0)
	{
		TrkRunStep *s = &tree->steps[step];

		if (seq % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		tree->order[seq++] = step;
		s->seq = seq;
		if (s->parent >= 0)
			s->depth = tree->steps[s->parent].depth + 1;
		if (s->first_child >= 0)
		{
			step = s->first_child;
			continue;
		}
		while (step >= 0 && tree->steps[step].next < 0)
			step = tree->steps[step].parent;
		if (step >= 0)
			step = tree->steps[step].next;
	}
	Assert(seq == tree->n);
}

/*
 * Find retries: a step of the same kind, name and parent that follows a failed one
 * is the next attempt at it.  Steps of one parent come in the order of time here.
 */
static void
find_retries(TrkStepTree *tree)
{
	int		   *last = MemoryContextAllocHuge(tree->context, sizeof(int) * (Size) tree->n);
	TrkDict		keys;
	StringInfoData key;

	trk_dict_init(&keys, tree->context);
	initStringInfo(&key);
	for (int i = 0; i < tree->n; i++)
	{
		TrkRunStep *step = &tree->steps[tree->order[i]];
		int64		n = keys.n;
		int64		number;

		if (i % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		if (step->name.len == 0)
			continue;
		resetStringInfo(&key);
		appendBinaryStringInfo(&key, (const char *) &step->parent, sizeof(step->parent));
		appendStringInfoChar(&key, (char) step->kind);
		appendBinaryStringInfo(&key, step->name.s, (int) step->name.len);
		number = trk_dict_put(&keys, key.data, key.len);
		if (number < n && tree->steps[last[number]].outcome == TRK_OUTCOME_FAILED)
		{
			step->attempt = tree->steps[last[number]].attempt + 1;
			step->retry_of = last[number];
		}
		last[number] = tree->order[i];
	}
}

/* Return how many microseconds of a step its children take, counting none twice. */
static int64
within_children(const TrkStepTree *tree, const TrkRunStep *step)
{
	int64		covered = 0;
	int64		end = step->started_at;

	for (int i = step->first_child; i >= 0; i = tree->steps[i].next)
	{
		const TrkRunStep *child = &tree->steps[i];
		int64		from = child->started_at;
		int64		to = child->ended_at;

		if (from == TRK_NO_TIME || to == TRK_NO_TIME)
			continue;
		from = Max(from, end);
		to = Min(to, step->ended_at);
		if (to > from)
		{
			covered += to - from;
			end = to;
		}
	}
	return covered;
}

/* Sum up times and costs, from the innermost steps outwards. */
static void
sum_up(TrkStepTree *tree)
{
	for (int i = tree->n - 1; i >= 0; i--)
	{
		TrkRunStep *step = &tree->steps[tree->order[i]];
		TrkRunStep *parent = step->parent < 0 ? NULL : &tree->steps[step->parent];

		if (i % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		if (step->started_at != TRK_NO_TIME && step->ended_at != TRK_NO_TIME &&
			step->ended_at >= step->started_at)
		{
			step->total_ms = (double) (step->ended_at - step->started_at) / 1000.0;
			step->self_ms = step->total_ms - (double) within_children(tree, step) / 1000.0;
		}
		if (step->cost != (Datum) 0)
			step->total_cost = trk_sum_add(step->total_cost, step->cost);
		if (parent != NULL && step->total_cost != (Datum) 0)
			parent->total_cost = trk_sum_add(parent->total_cost, step->total_cost);
	}
}

/* Make the tree. */
void
trk_step_tree_finish(TrkStepTree *tree, int root, TrkText root_span)
{
	MemoryContext old = MemoryContextSwitchTo(tree->context);

	tree->root = root;
	if (root_span.len > 0)
	{
		/* unless a step has it */
		trk_step_tree_name(tree, root, root_span);
		if (tree->steps[root].span_id.len == 0)
			tree->steps[root].span_id = root_span;
	}
	find_parents(tree);
	cut_cycles(tree);
	widen_synthetic(tree);
	link_children(tree);
	number_steps(tree);
	find_retries(tree);
	sum_up(tree);
	MemoryContextSwitchTo(old);
}
