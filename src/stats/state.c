/*
 * state.c
 *	  Memory and arguments of the states of statistics (see state.h).
 */
#include "base/trk.h"

#include "stats/state.h"
#include "utils/memutils.h"

/*
 * From this size in bytes on a state is held by an expanded object; a smaller
 * one is cheaper to copy.
 */
#define LARGE_STATE		8192

/* The state, preceded by a pointer to the object that holds it. */
typedef struct TrkHeldState
{
	TrkStateHolder *holder;
	TrkState	state;
} TrkHeldState;

/* Return the size of a state with this many rows. */
static Size
state_size(const TrkStateType *type, int width, int n_args, int64 rows)
{
	Size		words = trk_state_fixed_words(type) + n_args;

	if (rows > (int64) (MaxAllocSize / sizeof(TrkWord) / Max(width, 1)) - (int64) words - 8)
		trk_state_too_large(type);
	return TRK_STATE_FIXED + (words + (Size) rows * width) * sizeof(TrkWord);
}

/* Raise an ERROR for a state that has grown beyond the largest allocation. */
void
trk_state_too_large(const TrkStateType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("state of type %s is too large", type->agg.name)));
}

/*
 * Make an empty state with space for this many rows, in the current memory
 * context.
 */
TrkState *
trk_state_new(const TrkStateType *type, int width, int n_args, int64 rows)
{
	Size		size = state_size(type, width, n_args, rows);
	TrkState   *state = palloc(size);

	memset(state, 0, state_size(type, 0, n_args, 0));
	SET_VARSIZE(state, size);
	state->version = type->version;
	state->width = (uint8) width;
	state->n_args = (uint8) n_args;
	if (type->init != NULL)
		type->init(state);
	return state;
}

/* Return the size of the part that is used. */
static Size
used_size(const TrkStateType *type, const TrkState *state)
{
	return state_size(type, state->width, state->n_args, state->n_rows);
}

/* Make a copy of this size. */
static TrkState *
resized(const TrkStateType *type, const TrkState *state, Size size)
{
	TrkState   *copy = palloc(size);

	memcpy(copy, state, used_size(type, state));
	SET_VARSIZE(copy, size);
	copy->held = false;
	return copy;
}

/* TrkAggType: return the size of the flat form of a held state. */
Size
trk_state_flat_size(void *holder)
{
	const TrkStateHolder *of = holder;

	return used_size((const TrkStateType *) of->object.type, &of->held->state);
}

/* TrkAggType: write the flat form of a held state. */
void
trk_state_flatten(void *holder, struct varlena *result, Size size)
{
	memcpy(result, &((const TrkStateHolder *) holder)->held->state, size);
	((TrkState *) result)->held = false;
}

/* Return the object that holds a state. */
static TrkStateHolder *
holder_of(TrkState *state)
{
	return ((TrkHeldState *) ((char *) state - offsetof(TrkHeldState, state)))->holder;
}

/* Return the held state of a datum, or NULL. */
static TrkState *
held_state(Datum datum, const TrkStateType *type)
{
	TrkStateHolder *holder = trk_agg_object(datum, &type->agg);

	return holder == NULL ? NULL : &holder->held->state;
}

/*
 * Return for how many rows to make space when this many are needed: at least
 * twice as many as there are.
 */
static int64
rows_to_have(const TrkState *state, int64 rows)
{
	rows = Max(rows, Min(2 * state->n_rows,
						 (int64) (MaxAllocSize / sizeof(TrkWord) / state->width) - 64));
	return Max(rows, 16);
}

/* Change the size of a held state. */
static TrkState *
resize_held(TrkStateHolder *holder, Size size)
{
	/*
	 * the kernel moves a large block by its page table, and space that is not used yet costs
	 * nothing
	 */
	holder->held = repalloc_huge(holder->held, offsetof(TrkHeldState, state) + size);
	SET_VARSIZE(&holder->held->state, size);
	return &holder->held->state;
}

/* Copy the state into a new object. */
static TrkState *
hold(MemoryContext parent, const TrkStateType *type, const TrkState *state, Size size)
{
	TrkStateHolder *holder = trk_agg_new(&type->agg, parent);

	holder->held = MemoryContextAllocHuge(trk_agg_context(holder),
										  offsetof(TrkHeldState, state) + size);
	holder->held->holder = holder;
	memcpy(&holder->held->state, state, used_size(type, state));
	SET_VARSIZE(&holder->held->state, size);
	holder->held->state.held = true;
	return &holder->held->state;
}

/*
 * Return the state, or a larger copy of it, with space for this many more
 * rows.
 */
TrkState *
trk_state_reserve(const TrkStateType *type, TrkState *state, int64 more)
{
	int64		rows = state->n_rows + more;
	Size		size = state_size(type, state->width, state->n_args, rows);

	if (likely(size <= VARSIZE(state)))
		return state;
	size = state_size(type, state->width, state->n_args, rows_to_have(state, rows));
	return state->held ? resize_held(holder_of(state), size) : resized(type, state, size);
}

/*
 * Make space for more rows in a state of an aggregate.  From some size on the
 * state moves into an expanded object, so that it grows without being copied.
 * Return it to the executor by trk_state_datum().
 */
TrkState *
trk_state_room(FunctionCallInfo fcinfo, const TrkStateType *type, TrkState *state, int64 more)
{
	int64		rows = state->n_rows + more;
	Size		size = state_size(type, state->width, state->n_args, rows);
	MemoryContext context;

	if (likely(size <= VARSIZE(state)))
		return state;
	if (state->held || size < LARGE_STATE || !AggCheckCallContext(fcinfo, &context))
		return trk_state_reserve(type, state, more);
	size = state_size(type, state->width, state->n_args, rows_to_have(state, rows));
	return hold(context, type, state, size);
}

/*
 * Return the datum of a state that trk_state_room() may have moved into an
 * expanded object.
 */
Datum
trk_state_datum(TrkState *state)
{
	return state->held ? trk_agg_datum(holder_of(state)) : PointerGetDatum(state);
}

/*
 * Make a memory context for scratch memory, which the caller deletes.  An
 * aggregate may be called in a context that cannot free single chunks.
 */
MemoryContext
trk_state_scratch(void)
{
	return AllocSetContextCreate(CurrentMemoryContext, "agent_tracker scratch",
								 ALLOCSET_START_SMALL_SIZES);
}

/* Return the state without the unused space after its rows. */
TrkState *
trk_state_settle(const TrkStateType *type, TrkState *state)
{
	Size		size;

	if (type->settle != NULL)
		state = type->settle(state);
	size = used_size(type, state);
	return size == VARSIZE(state) && !state->held ? state : resized(type, state, size);
}

/* TrkAggType: return whether the header can be that of a state of this type. */
bool
trk_state_has_shape(const TrkAggType *agg, const struct varlena *flat)
{
	const TrkStateType *type = (const TrkStateType *) agg;
	const TrkState *state = (const TrkState *) flat;
	Size		size = VARSIZE(state);
	Size		words;

	if (size < TRK_STATE_FIXED || state->version != type->version || state->held ||
		state->n_args > TRK_STATE_MAX_ARGS || state->n_rows < 0)
		return false;
	words = (size - TRK_STATE_FIXED) / sizeof(TrkWord);
	if (words < (Size) trk_state_fixed_words(type) + state->n_args)
		return false;
	words -= trk_state_fixed_words(type) + state->n_args;
	return state->n_rows == 0 ||
		(state->width > 0 && (Size) state->n_rows <= words / state->width);
}

/* Return a state argument for reading; corrupt bytes are an ERROR. */
TrkState *
trk_state_arg(FunctionCallInfo fcinfo, int arg, const TrkStateType *type)
{
	TrkState   *state = held_state(PG_GETARG_DATUM(arg), type);

	return state != NULL ? state : trk_agg_flat(PG_GETARG_DATUM(arg), &type->agg);
}

/*
 * Return the first argument for writing: the aggregate's own state, or a copy
 * when it does not belong to the aggregate yet.
 */
TrkState *
trk_state_copy(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	TrkState   *state = held_state(PG_GETARG_DATUM(0), type);

	if (state == NULL)
		return trk_agg_flat_copy(fcinfo, &type->agg);
	return AggCheckCallContext(fcinfo, NULL) ? state : resized(type, state, VARSIZE(state));
}

/* Make a copy that stores these arguments, where the state has none. */
static TrkState *
with_args(const TrkStateType *type, const TrkState *state, const TrkWord *args, int n)
{
	TrkState   *copy = trk_state_new(type, state->width, n, state->n_rows);

	copy->n_rows = state->n_rows;
	memcpy(copy->words, state->words, trk_state_fixed_words(type) * sizeof(TrkWord));
	memcpy(trk_state_args(type, copy), args, n * sizeof(TrkWord));
	memcpy(trk_state_rows(type, copy), trk_state_rows(type, state),
		   (Size) state->n_rows * state->width * sizeof(TrkWord));
	return copy;
}

/* Store these arguments in the state, or check that it has the same. */
static TrkState *
agree(const TrkStateType *type, TrkState *state, const TrkWord *args, int n)
{
	if (state->n_args == 0)
		return with_args(type, state, args, n);
	if (state->n_args != n || memcmp(trk_state_args(type, state), args, n * sizeof(TrkWord)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods and rates must be the same for all rows of an aggregate")));
	return state;
}

/*
 * Store n SQL arguments from first on in the state; they must be float8 and
 * not NULL.  Raises an ERROR when they are not the same for all rows of the
 * aggregate.
 */
TrkState *
trk_state_set_args(FunctionCallInfo fcinfo, int first, int n, const TrkStateType *type,
				   TrkState *state)
{
	TrkWord		args[TRK_STATE_MAX_ARGS];

	if (n <= 0)
		return state;
	for (int i = 0; i < n; i++)
		args[i].r = PG_GETARG_FLOAT8(first + i);
	return agree(type, state, args, n);
}

/*
 * Take the stored arguments of another state that is merged into this one.
 * Different arguments are an ERROR.
 */
TrkState *
trk_state_merge_args(const TrkStateType *type, TrkState *state, const TrkState *other)
{
	if (other->n_args == 0)
		return state;
	return agree(type, state, trk_state_args(type, other), other->n_args);
}
