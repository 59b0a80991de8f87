/*
 * behavior_object.c
 *	  at_behavior as an expanded object, which is what an aggregate works on.
 */
#include "base/trk.h"

#include "drift/behavior_object.h"

#include "drift/behavior_io.h"
#include "utils/memutils.h"

/* Make the flat form, and return its size. */
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

/* Copy the flat form, whose size was asked for just before. */
static void
flatten(ExpandedObjectHeader *eohptr, void *result, Size size)
{
	TrkBehavior *behavior = (TrkBehavior *) eohptr;

	Assert(size == VARHDRSZ + (Size) behavior->flat.len);
	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), behavior->flat.data, size - VARHDRSZ);
}

static const ExpandedObjectMethods methods = {flat_size, flatten};

/* Make an empty state whose memory belongs to the parent. */
TrkBehavior *
trk_behavior_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "behavior", ALLOCSET_DEFAULT_SIZES);
	TrkBehavior *behavior = MemoryContextAllocZero(context, sizeof(TrkBehavior));

	EOH_init_header(&behavior->hdr, &methods, context);
	trk_behavior_init(behavior);
	return behavior;
}

/* Return the state of a datum that is such an expanded object, else NULL. */
static TrkBehavior *
expanded_of(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &methods ? (TrkBehavior *) eoh : NULL;
}

/* Return the state behind a datum that may be changed, or NULL when it may not. */
TrkBehavior *
trk_behavior_writable(Datum datum)
{
	return VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? expanded_of(datum) : NULL;
}

/* Return the state behind a datum, to be read or put in order but not changed. */
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
 * Return a state that may be changed: the one behind the datum, or a copy that
 * belongs to the parent.
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
