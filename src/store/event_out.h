/*
 * event_out.h
 *	  Converts a row of at_event back to its canonical event.  Called by the
 *	  SQL function at_event_json() and by export.
 */
#ifndef TRK_EVENT_OUT_H
#define TRK_EVENT_OUT_H

#include "store/envelope.h"
#include "access/attnum.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "lib/stringinfo.h"

/* The numbers of the columns in a row type, from 1. */
typedef struct TrkRowShape
{
	Oid			type;
	int32		typmod;
	AttrNumber	columns[13];
} TrkRowShape;

/*
 * Find the columns of at_event by name.  Raises an ERROR when one is missing
 * or has another type than in at_event. nsp is the schema of the extension.
 */
extern void trk_row_shape(TrkRowShape *shape, TupleDesc desc, Oid nsp);

/* Append the event of a row in canonical form. */
extern void trk_event_write(StringInfo out, const TrkRowShape *shape,
							HeapTuple tuple, TupleDesc desc);

/* Decode the envelope in a datum; corrupt bytes are an ERROR. */
extern void trk_envelope_of(const struct varlena *v, TrkEnvelope *envelope);

#endif							/* TRK_EVENT_OUT_H */
