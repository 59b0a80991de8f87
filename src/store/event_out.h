/*
 * event_out.h
 *	  A row of at_event back to its canonical event.
 *
 * Called by the SQL function at_event_json() and by export.
 */
#ifndef TRK_EVENT_OUT_H
#define TRK_EVENT_OUT_H

#include "store/envelope.h"
#include "access/attnum.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "lib/stringinfo.h"

/* Where the columns are in a row type; numbers are from 1. */
typedef struct TrkRowShape
{
	Oid			type;
	int32		typmod;
	AttrNumber	columns[13];
} TrkRowShape;

/*
 * Find the columns by name; an error when one is missing or has another type
 * than in at_event.  nsp is the extension's schema.
 */
extern void trk_row_shape(TrkRowShape *shape, TupleDesc desc, Oid nsp);

/* Append the canonical event. */
extern void trk_event_write(StringInfo out, const TrkRowShape *shape,
							HeapTuple tuple, TupleDesc desc);

/* The envelope in a datum; corrupt bytes are an error. */
extern void trk_envelope_of(const struct varlena *v, TrkEnvelope *envelope);

#endif							/* TRK_EVENT_OUT_H */
