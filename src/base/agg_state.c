/*
 * agg_state.c
 *	  Arguments of aggregates that are states, as objects and flat (see
 *	  agg_state.h).
 */
#include "base/trk.h"

#include "base/agg_state.h"
#include "utils/memutils.h"

/* ExpandedObjectMethods: return the size of the flat form. */
static Size
flat_size(ExpandedObjectHeader *header)
{
	return ((TrkAggObject *) header)->type->flat_size(header);
}

/* ExpandedObjectMethods: write the flat form. */
static void
flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	((TrkAggObject *) header)->type->flatten(header, result, size);
	SET_VARSIZE(result, size);
}

const ExpandedObjectMethods trk_agg_methods = {flat_size, flatten};

/* Raise the ERROR for a stored state that cannot be read. */
pg_noreturn static void
corrupt(const TrkAggType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("value of type %s is corrupt, or of a newer release", type->name)));
}

/*
 * Make an empty expanded state in a memory context of its own below the
 * parent.
 */
void *
trk_agg_new(const TrkAggType *type, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "agent_tracker state",
												  ALLOCSET_START_SMALL_SIZES);
	TrkAggObject *object = MemoryContextAllocZero(context, type->object_size);

	MemoryContextSetIdentifier(context, type->name);
	EOH_init_header(&object->header, &trk_agg_methods, context);
	object->type = type;
	if (type->init != NULL)
		type->init(object);
	return object;
}

/* Add all that a datum has, which is an object or flat. */
static void
merge_datum(void *state, Datum datum)
{
	const TrkAggType *type = ((TrkAggObject *) state)->type;
	const void *other = trk_agg_object(datum, type);
	MemoryContext old;
	struct varlena *flat;

	if (other != NULL)
	{
		type->merge(state, other);
		return;
	}

	/*
	 * a detoasted copy is freed afterwards, so it must not be in the caller's context, which may
	 * be one that cannot free
	 */
	old = MemoryContextSwitchTo(trk_agg_context(state));
	flat = PG_DETOAST_DATUM(datum);
	MemoryContextSwitchTo(old);
	if (!type->merge_flat(state, flat))
		corrupt(type);
	if ((Pointer) flat != DatumGetPointer(datum))
		pfree(flat);
}

/* Return an expanded state argument for reading. */
void *
trk_agg_arg(FunctionCallInfo fcinfo, int arg, const TrkAggType *type)
{
	void	   *state = trk_agg_object(PG_GETARG_DATUM(arg), type);

	if (state == NULL)
	{
		state = trk_agg_new(type, CurrentMemoryContext);
		merge_datum(state, PG_GETARG_DATUM(arg));
	}
	return state;
}

/*
 * Return a new state for writing that has all that the first argument has.  It
 * is made in the aggregate's context, so that the executor keeps it as it is.
 */
void *
trk_agg_copy(FunctionCallInfo fcinfo, const TrkAggType *type)
{
	MemoryContext context;
	void	   *state;

	if (!AggCheckCallContext(fcinfo, &context))
		context = CurrentMemoryContext;
	state = trk_agg_new(type, context);
	if (!PG_ARGISNULL(0))
		merge_datum(state, PG_GETARG_DATUM(0));
	return state;
}

/*
 * The merge function of an expanded type: add the second argument to the
 * first.
 */
Datum
trk_agg_merge(FunctionCallInfo fcinfo, const TrkAggType *type)
{
	void	   *state = trk_agg_own(fcinfo, type);

	if (!PG_ARGISNULL(1))
		merge_datum(state, PG_GETARG_DATUM(1));
	return trk_agg_datum(state);
}

/* Return the flat state in a datum for reading; corrupt bytes are an ERROR. */
void *
trk_agg_flat(Datum datum, const TrkAggType *type)
{
	struct varlena *flat = PG_DETOAST_DATUM(datum);

	if (!type->check(type, flat))
		corrupt(type);
	return flat;
}

/*
 * Return the first argument for writing: the aggregate's own state when it is
 * not toasted, else a copy in the current context.
 */
void *
trk_agg_flat_copy(FunctionCallInfo fcinfo, const TrkAggType *type)
{
	struct varlena *flat = (struct varlena *) PG_GETARG_POINTER(0);
	struct varlena *copy;

	if (!VARATT_IS_EXTENDED(flat) && AggCheckCallContext(fcinfo, NULL))
		return flat;
	flat = trk_agg_flat(PG_GETARG_DATUM(0), type);
	if ((Pointer) flat != DatumGetPointer(PG_GETARG_DATUM(0)))
		return flat;
	copy = palloc(VARSIZE(flat));
	memcpy(copy, flat, VARSIZE(flat));
	return copy;
}
