/*
 * varlena.h
 *	  Varlena datums in an arena.  Called by the modules that make column
 *	  values.
 */
#ifndef TRK_VARLENA_H
#define TRK_VARLENA_H

#include "base/arena.h"
#include "base/compat.h"

/*
 * Make a datum with space for size bytes of data.  It has a short header if
 * that is possible.
 */
static inline struct varlena *
trk_varlena_make(TrkArena *arena, Size size)
{
	struct varlena *v = trk_alloc(arena, size + VARHDRSZ);

	if (size + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
		SET_VARSIZE_SHORT(v, size + VARHDRSZ_SHORT);
	else
		SET_VARSIZE(v, size + VARHDRSZ);
	return v;
}

/* Make a datum of these bytes. */
static inline struct varlena *
trk_varlena_of(TrkArena *arena, const void *bytes, Size size)
{
	struct varlena *v = trk_varlena_make(arena, size);

	memcpy(VARDATA_ANY(v), bytes, size);
	return v;
}

#endif							/* TRK_VARLENA_H */
