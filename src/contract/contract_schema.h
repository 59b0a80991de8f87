/*
 * contract_schema.h
 *	  Writes an event type as a JSON Schema.  Called by contract_sql.c.
 */
#ifndef TRK_CONTRACT_SCHEMA_H
#define TRK_CONTRACT_SCHEMA_H

#include "base/arena.h"

/* Append the JSON Schema (draft 2020-12) of events of one type. */
extern void trk_json_schema_write(TrkBuf *buf, int type);

#endif							/* TRK_CONTRACT_SCHEMA_H */
