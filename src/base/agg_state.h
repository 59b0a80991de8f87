/*
 * agg_state.h
 *	  What the states of all aggregates have in common: a transition function
 *	  finds the state that it may change, other functions find one to read, what
 *	  was stored is checked, and two are merged.  Called by the files of the
 *	  types of states.
 *
 * A stored state is a varlena.  Its type says how it is collected:
 *
 * - A flat state is a valid varlena at every moment, and the aggregate changes
 *   it in place.  This suits states of fixed size.
 * - An expanded state is an object with a memory context of its own, in which
 *   it has hash tables or arrays that grow.  The server flattens it to store
 *   it.
 */
#ifndef TRK_AGG_STATE_H
#define TRK_AGG_STATE_H

#include "base/trk.h"

#include "base/compat.h"
#include "nodes/nodes.h"
#include "utils/expandeddatum.h"

typedef struct TrkAggType
{
	const char *name;			/* name of the SQL type, for messages */

	/* Of a flat state: return whether the bytes, which may be corrupt, can be read. */
	bool		(*check) (const struct TrkAggType *type, const struct varlena *flat);

	/*
	 * Of an expanded state, whose struct begins with a TrkAggObject: the size of that struct, how
	 * to make a zeroed one the empty state (NULL: it is), the size of the flat form, how to write
	 * it, how to add all that another object has, and how to add all that a flat form has.  The
	 * latter's bytes may be corrupt; it then returns false.
	 */
	Size		object_size;
	void		(*init) (void *state);
	Size		(*flat_size) (void *state);
	void		(*flatten) (void *state, struct varlena *flat, Size size);
	void		(*merge) (void *state, const void *other);
	bool		(*merge_flat) (void *state, const struct varlena *flat);
} TrkAggType;

/* What an expanded state begins with. */
typedef struct TrkAggObject
{
	ExpandedObjectHeader header;
	const TrkAggType *type;
} TrkAggObject;

extern const ExpandedObjectMethods trk_agg_methods;

/* Return the memory context of an expanded state. */
static inline MemoryContext
trk_agg_context(const void *state)
{
	return ((const TrkAggObject *) state)->header.eoh_context;
}

/* Return an expanded state as the datum of a function's result. */
static inline Datum
trk_agg_datum(void *state)
{
	return EOHPGetRWDatum(&((TrkAggObject *) state)->header);
}

/* Return the expanded state in a datum, or NULL when it has none of this type. */
static inline void *
trk_agg_object(Datum datum, const TrkAggType *type)
{
	TrkAggObject *object;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	object = (TrkAggObject *) DatumGetEOHP(datum);
	return object->header.eoh_methods == &trk_agg_methods && object->type == type ? object : NULL;
}

/*
 * Make an empty expanded state in a memory context of its own below the
 * parent.
 */
extern void *trk_agg_new(const TrkAggType *type, MemoryContext parent);

/*
 * Return an expanded state argument for reading.  It may be sorted, but its
 * content must not be changed.
 */
extern void *trk_agg_arg(FunctionCallInfo fcinfo, int arg, const TrkAggType *type);

/*
 * Return the first argument for writing: the aggregate's own expanded state, a
 * new one when it is NULL, else a copy.
 */
extern void *trk_agg_copy(FunctionCallInfo fcinfo, const TrkAggType *type);

static inline void *
trk_agg_own(FunctionCallInfo fcinfo, const TrkAggType *type)
{
	if (likely(!PG_ARGISNULL(0) && VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0))))
	{
		void	   *state = trk_agg_object(PG_GETARG_DATUM(0), type);

		if (likely(state != NULL))
			return state;
	}
	return trk_agg_copy(fcinfo, type);
}

/*
 * The merge function of an expanded type: add the second argument to the first.
 * NULL is the empty state.
 */
extern Datum trk_agg_merge(FunctionCallInfo fcinfo, const TrkAggType *type);

/* Defines the SQL function name as the merge function of an expanded type. */
#define TRK_AGG_MERGE_FUNCTION(name, type) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		return trk_agg_merge(fcinfo, type); \
	}

/* Return the flat state in a datum for reading; corrupt bytes are an ERROR. */
extern void *trk_agg_flat(Datum datum, const TrkAggType *type);

/*
 * Return the first argument, which is not NULL, for writing: the aggregate's own
 * flat state, or a copy in the current context.  The executor copies the result
 * to the context of the aggregate when it is not the same.
 */
extern void *trk_agg_flat_copy(FunctionCallInfo fcinfo, const TrkAggType *type);

/*
 * Return whether the first argument, which is not NULL, is an aggregate's own
 * flat state.  Such a one was checked when it came in.
 */
static inline bool
trk_agg_is_own_flat(FunctionCallInfo fcinfo)
{
	return likely(fcinfo->context != NULL && IsA(fcinfo->context, AggState) &&
				  !VARATT_IS_EXTENDED(PG_GETARG_POINTER(0)));
}

static inline void *
trk_agg_flat_own(FunctionCallInfo fcinfo, const TrkAggType *type)
{
	return trk_agg_is_own_flat(fcinfo) ? PG_GETARG_POINTER(0) : trk_agg_flat_copy(fcinfo, type);
}

#endif							/* TRK_AGG_STATE_H */
