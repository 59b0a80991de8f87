/*
 * state.h
 *	  The common form of the aggregate states of statistics (at_moments,
 *	  at_sample, at_drawdown_state, at_series, at_pairs): bytes, text and binary I/O,
 *	  growth in place.  Called by the files of those types.
 *
 * A state is a valid varlena at every moment: a fixed part of 64-bit integers
 * and then float8, arguments of an aggregate that has some, and rows of words.
 * In an aggregate it has space for more rows and is changed in place.
 */
#ifndef TRK_STATE_H
#define TRK_STATE_H

#include "base/compat.h"
#include "nodes/nodes.h"
#include "stats/moments.h"
#include "stats/sorted_sample.h"

#define TRK_STATE_MAX_ARGS	4

typedef struct TrkState
{
	int32		vl_len_;		/* varlena header */
	uint8		version;		/* of the type's format */
	uint8		width;			/* words of a row */
	uint8		n_args;
	uint8		held;			/* in an expanded object, see trk_state_room() */
	int64		n_rows;
	TrkWord		words[FLEXIBLE_ARRAY_MEMBER];	/* fixed, args, rows */
} TrkState;

/* What the types differ in. */
typedef struct TrkStateType
{
	const char *name;
	uint8		version;
	uint8		ints;			/* of the fixed part */
	uint8		reals;
	uint8		width;			/* of rows, by default */
	const char *const *names;	/* of the fixed part */
	const char *rows;			/* name of the rows, or NULL: none */
	const char *kinds;			/* of a row's words: i or r */
	void		(*init) (TrkState *state);	/* make the zeroed state empty */
	bool		(*check) (const TrkState *state);	/* is its content sound? */
	TrkState   *(*settle) (TrkState *state);	/* stored form, or NULL: as is */
} TrkStateType;

/* The state is at least this long. */
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

/* An empty state with space for rows, in the current memory context. */
extern TrkState *trk_state_new(const TrkStateType *type, int width, int n_args, int64 rows);

/* The state, or a larger copy with space for more rows. */
extern TrkState *trk_state_reserve(const TrkStateType *type, TrkState *state, int64 more);

/*
 * The same for an aggregate's state that may grow large: from some size on an
 * expanded object holds it.  What is returned to the executor is then
 * trk_state_datum().
 */
extern TrkState *trk_state_room(FunctionCallInfo fcinfo, const TrkStateType *type,
								TrkState *state, int64 more);
extern Datum trk_state_datum(TrkState *state);

/*
 * A context for scratch, to delete again: what an aggregate calls back frees
 * nothing in the caller's context, which may be one that cannot free.
 */
extern MemoryContext trk_state_scratch(void);

/* The state without the space for more rows. */
extern TrkState *trk_state_settle(const TrkStateType *type, TrkState *state);

/* A state argument to read; corrupt bytes are an error. */
extern TrkState *trk_state_arg(FunctionCallInfo fcinfo, int arg, const TrkStateType *type);

/*
 * The first argument, to change: the aggregate's own, or a copy.  A copy, and
 * what replaces a state that is full, is in the current context: the executor
 * copies it to the aggregate's.
 */
extern TrkState *trk_state_copy(FunctionCallInfo fcinfo, const TrkStateType *type);

static inline TrkState *
trk_state_own(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	/* what an aggregate holds was checked when it came in */
	if (likely(fcinfo->context != NULL && IsA(fcinfo->context, AggState) &&
			   !VARATT_IS_EXTENDED(PG_GETARG_POINTER(0))))
		return (TrkState *) PG_GETARG_POINTER(0);
	return trk_state_copy(fcinfo, type);
}

/*
 * Remember n SQL arguments from first on, which are float8 and not NULL, in
 * the state; an error when they are not the same for all rows.
 */
extern TrkState *trk_state_set_args(FunctionCallInfo fcinfo, int first, int n,
									const TrkStateType *type, TrkState *state);

/* Those of another state, that is merged into this. */
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

/* I/O of the type name, whose description is name_type. */
#define TRK_STATE_IO(name) \
	TRK_STATE_IO_FUNCTION(name, in) \
	TRK_STATE_IO_FUNCTION(name, out) \
	TRK_STATE_IO_FUNCTION(name, recv) \
	TRK_STATE_IO_FUNCTION(name, send)


/* Give up on a state that has grown beyond what memory allows. */
pg_noreturn extern void trk_state_too_large(const TrkStateType *type);

#endif							/* TRK_STATE_H */
