/*
 * behavior_object.c
 *	  at_conduct as an expanded object, which is what an aggregate works on.
 */
#include "base/trk.h"

#include "drift/behavior_object.h"

#include "drift/behavior_io.h"
#include "utils/memutils.h"

/* Make the flat form, and return its size. */
static Size
flat_size(ExpandedObjectHeader *eohptr)
{
	TrkConduct *conduct = (TrkConduct *) eohptr;
	MemoryContext old = MemoryContextSwitchTo(conduct->hdr.eoh_context);

	if (conduct->flat.data == NULL)
		initStringInfo(&conduct->flat);
	resetStringInfo(&conduct->flat);
	MemoryContextSwitchTo(old);
	trk_conduct_write(conduct, &conduct->flat);
	return VARHDRSZ + conduct->flat.len;
}

/* Copy the flat form, whose size was asked for just before. */
static void
flatten(ExpandedObjectHeader *eohptr, void *result, Size size)
{
	TrkConduct *conduct = (TrkConduct *) eohptr;

	Assert(size == VARHDRSZ + (Size) conduct->flat.len);
	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), conduct->flat.data, size - VARHDRSZ);
}

static const ExpandedObjectMethods methods = {flat_size, flatten};

/* Make an empty state whose memory belongs to the parent. */
TrkConduct *
trk_conduct_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "conduct", ALLOCSET_DEFAULT_SIZES);
	TrkConduct *conduct = MemoryContextAllocZero(context, sizeof(TrkConduct));

	EOH_init_header(&conduct->hdr, &methods, context);
	trk_conduct_init(conduct);
	return conduct;
}

/* Return the state of a datum that is such an expanded object, else NULL. */
static TrkConduct *
expanded_of(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &methods ? (TrkConduct *) eoh : NULL;
}

/* Return the state behind a datum that may be changed, or NULL when it may not. */
TrkConduct *
trk_conduct_writable(Datum datum)
{
	return VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? expanded_of(datum) : NULL;
}

/* Return the state behind a datum, to be read or put in order but not changed. */
TrkConduct *
trk_conduct_view(Datum datum, MemoryContext parent)
{
	TrkConduct *conduct = expanded_of(datum);
	struct varlena *flat;

	if (conduct != NULL)
		return conduct;
	conduct = trk_conduct_new(parent);
	flat = PG_DETOAST_DATUM_PACKED(datum);
	if (!trk_conduct_read(conduct, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("at_conduct is corrupt, or of a newer release")));
	return conduct;
}

/*
 * Return a state that may be changed: the one behind the datum, or a copy that
 * belongs to the parent.
 */
TrkConduct *
trk_conduct_own(Datum datum, MemoryContext parent)
{
	TrkConduct *conduct = trk_conduct_view(datum, parent);
	TrkConduct *copy;

	if (trk_conduct_writable(datum) != NULL || expanded_of(datum) == NULL)
		return conduct;
	copy = trk_conduct_new(parent);
	trk_conduct_merge(copy, conduct);
	return copy;
}
