/*
 * state.h
 *	  The common form of the aggregate states of statistics (at_moments,
 *	  at_sample, at_drawdown_state, at_series, at_pairs): bytes, text and
 *	  binary I/O, growth in place.  Called by the files of those types.
 *
 * A state is a valid varlena at every moment: a fixed part of 64-bit integers
 * followed by float8, the arguments of the aggregate if it has any, and rows
 * of words.  In an aggregate it has space for more rows and is changed in
 * place.
 */
#ifndef TRK_STATE_H
#define TRK_STATE_H

#include "base/agg_state.h"
#include "stats/moments.h"
#include "stats/sorted_sample.h"

#define TRK_STATE_MAX_ARGS	4

typedef struct TrkState
{
	int32		vl_len_;		/* varlena header */
	uint8		version;		/* version of the type's format */
	uint8		width;			/* words per row */
	uint8		n_args;
	uint8		held;			/* it is held by an object, see trk_state_room() */
	int64		n_rows;
	TrkWord		words[FLEXIBLE_ARRAY_MEMBER];	/* fixed part, arguments, rows */
} TrkState;

/* The differences between the types. */
typedef struct TrkStateType
{
	TrkAggType	agg;			/* TRK_STATE_AGG(name of the SQL type) */
	uint8		version;
	uint8		ints;			/* integers of the fixed part */
	uint8		reals;
	uint8		width;			/* words per row, by default */
	const char *const *names;	/* names of the members of the fixed part */
	const char *rows;			/* name of the rows in the text form, or NULL: no rows */
	const char *kinds;			/* types of the words of a row: i or r */
	void		(*init) (TrkState *state);	/* make a zeroed state the empty one */
	bool		(*check) (const TrkState *state);	/* return whether the content is valid */
	TrkState   *(*settle) (TrkState *state);	/* return the form to store, or NULL: as it is */
} TrkStateType;

/* The object that holds a large state of an aggregate. */
typedef struct TrkStateHolder
{
	TrkAggObject object;
	struct TrkHeldState *held;
} TrkStateHolder;

/* What all the types have in common, for agg_state.h. */
extern bool trk_state_has_shape(const TrkAggType *type, const struct varlena *flat);
extern Size trk_state_flat_size(void *holder);
extern void trk_state_flatten(void *holder, struct varlena *result, Size size);

#define TRK_STATE_AGG(type_name) { \
	.name = type_name, .check = trk_state_has_shape, .object_size = sizeof(TrkStateHolder), \
	.flat_size = trk_state_flat_size, .flatten = trk_state_flatten \
}

/* The size of the header, which is the least size of a state. */
#define TRK_STATE_FIXED		offsetof(TrkState, words)

static inline int
trk_state_fixed_words(const TrkStateType *type)
{
	return type->ints + type->reals;
}

static inline TrkWord *
trk_state_args(const TrkStateType *type, const TrkState *state)
{
	return (TrkWord *) state->words + trk_state_fixed_words(type);
}

static inline TrkWord *
trk_state_rows(const TrkStateType *type, const TrkState *state)
{
	return trk_state_args(type, state) + state->n_args;
}

/* Make an empty state with space for rows, in the current memory context. */
extern TrkState *trk_state_new(const TrkStateType *type, int width, int n_args, int64 rows);

/* Return the state, or a larger copy, with space for more rows. */
extern TrkState *trk_state_reserve(const TrkStateType *type, TrkState *state, int64 more);

/*
 * Make space for more rows in a state of an aggregate that may grow large:
 * from some size on an expanded object holds it.  The transition function must
 * then return trk_state_datum().
 */
extern TrkState *trk_state_room(FunctionCallInfo fcinfo, const TrkStateType *type,
								TrkState *state, int64 more);
extern Datum trk_state_datum(TrkState *state);

/*
 * Make a memory context for scratch memory, which the caller deletes.
 * Functions called by an aggregate may run in a context that cannot free
 * single chunks.
 */
extern MemoryContext trk_state_scratch(void);

/* Return the state without the unused space after its rows. */
extern TrkState *trk_state_settle(const TrkStateType *type, TrkState *state);

/* Return a state argument for reading; corrupt bytes are an ERROR. */
extern TrkState *trk_state_arg(FunctionCallInfo fcinfo, int arg, const TrkStateType *type);

/*
 * Return the first argument for writing: the aggregate's own state, or a copy.
 * A copy, and the replacement of a state that is full, is in the current
 * context; the executor copies it to that of the aggregate.
 */
extern TrkState *trk_state_copy(FunctionCallInfo fcinfo, const TrkStateType *type);

static inline TrkState *
trk_state_own(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	return trk_agg_is_own_flat(fcinfo) ? (TrkState *) PG_GETARG_POINTER(0) :
		trk_state_copy(fcinfo, type);
}

/*
 * Store n SQL arguments from first on, which are float8 and not NULL, in the
 * state.  Raises an ERROR when they are not the same for all rows.
 */
extern TrkState *trk_state_set_args(FunctionCallInfo fcinfo, int first, int n,
									const TrkStateType *type, TrkState *state);

/*
 * Take the stored arguments of another state that is merged into this one;
 * different ones are an ERROR.
 */
extern TrkState *trk_state_merge_args(const TrkStateType *type, TrkState *state,
									  const TrkState *other);

/* The four I/O functions. */
extern Datum trk_state_in(FunctionCallInfo fcinfo, const TrkStateType *type);
extern Datum trk_state_out(FunctionCallInfo fcinfo, const TrkStateType *type);
extern Datum trk_state_recv(FunctionCallInfo fcinfo, const TrkStateType *type);
extern Datum trk_state_send(FunctionCallInfo fcinfo, const TrkStateType *type);

#define TRK_STATE_IO_FUNCTION(name, suffix) \
	PG_FUNCTION_INFO_V1(name##_##suffix); \
	Datum name##_##suffix(PG_FUNCTION_ARGS) \
	{ \
		return trk_state_##suffix(fcinfo, &name##_type); \
	}

/*
 * Defines the I/O functions of the type name, whose description is name_type.
 */
#define TRK_STATE_IO(name) \
	TRK_STATE_IO_FUNCTION(name, in) \
	TRK_STATE_IO_FUNCTION(name, out) \
	TRK_STATE_IO_FUNCTION(name, recv) \
	TRK_STATE_IO_FUNCTION(name, send)


/* Raise the ERROR for a state that has grown beyond the largest allocation. */
pg_noreturn extern void trk_state_too_large(const TrkStateType *type);

#endif							/* TRK_STATE_H */
