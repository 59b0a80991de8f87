/*
 * behavior_object.c
 *	  at_behavior as an expanded object, on which the aggregate works.
 */
#include "base/trk.h"

#include "drift/behavior_object.h"

#include "drift/behavior_io.h"
#include "utils/memutils.h"

/* ExpandedObjectMethods: make the flat form, and return its size. */
static Size
flat_size(ExpandedObjectHeader *eohptr)
{
	TrkBehavior *behavior = (TrkBehavior *) eohptr;
	MemoryContext old = MemoryContextSwitchTo(behavior->hdr.eoh_context);

	if (behavior->flat.data == NULL)
		initStringInfo(&behavior->flat);
	resetStringInfo(&behavior->flat);
	MemoryContextSwitchTo(old);
	trk_behavior_write(behavior, &behavior->flat);
	return VARHDRSZ + behavior->flat.len;
}

/*
 * ExpandedObjectMethods: copy the flat form, which flat_size() has made just
 * before.
 */
static void
flatten(ExpandedObjectHeader *eohptr, void *result, Size size)
{
	TrkBehavior *behavior = (TrkBehavior *) eohptr;

	Assert(size == VARHDRSZ + (Size) behavior->flat.len);
	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), behavior->flat.data, size - VARHDRSZ);
}

static const ExpandedObjectMethods methods = {flat_size, flatten};

/* Make an empty state in a memory context of its own below the parent. */
TrkBehavior *
trk_behavior_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "behavior", ALLOCSET_DEFAULT_SIZES);
	TrkBehavior *behavior = MemoryContextAllocZero(context, sizeof(TrkBehavior));

	EOH_init_header(&behavior->hdr, &methods, context);
	trk_behavior_init(behavior);
	return behavior;
}

/*
 * Return the expanded object of a datum, or NULL when it is not one of this
 * kind.
 */
static TrkBehavior *
expanded_of(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &methods ? (TrkBehavior *) eoh : NULL;
}

/* Return the state in a datum that may be changed in place, else NULL. */
TrkBehavior *
trk_behavior_writable(Datum datum)
{
	return VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? expanded_of(datum) : NULL;
}

/*
 * Return the state in a datum for reading.  It may be sorted, but its content
 * must not be changed.
 */
TrkBehavior *
trk_behavior_view(Datum datum, MemoryContext parent)
{
	TrkBehavior *behavior = expanded_of(datum);
	struct varlena *flat;

	if (behavior != NULL)
		return behavior;
	behavior = trk_behavior_new(parent);
	flat = PG_DETOAST_DATUM_PACKED(datum);
	if (!trk_behavior_read(behavior, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("at_behavior is corrupt, or of a newer release")));
	return behavior;
}

/*
 * Return the state in a datum for writing: the object itself when it may be
 * changed, else a copy below the parent.
 */
TrkBehavior *
trk_behavior_own(Datum datum, MemoryContext parent)
{
	TrkBehavior *behavior = trk_behavior_view(datum, parent);
	TrkBehavior *copy;

	if (trk_behavior_writable(datum) != NULL || expanded_of(datum) == NULL)
		return behavior;
	copy = trk_behavior_new(parent);
	trk_behavior_merge(copy, behavior);
	return copy;
}
