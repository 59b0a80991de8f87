/*
 * identity_key.h
 *	  The key of pseudonyms: that of the store, and one that is passed as an
 *	  argument.
 *
 * The store's key may be used only by code that stores events (ingest, record,
 * and what makes events of rows), and by no function that a reader may call:
 * whoever has the key, or can have texts of his choice replaced with it, can
 * find out which text a pseudonym stands for.  Pure functions get a key as an
 * argument.
 */
#ifndef TRK_IDENTITY_KEY_H
#define TRK_IDENTITY_KEY_H

#include "fmgr.h"
#include "redact/redact.h"
#include "store/store.h"

/* The store's key for one call or load; it is read when it is first needed. */
typedef struct TrkStoreKey
{
	Oid			nsp;			/* the schema of the store */
	Oid			event_relid;	/* the store's at_event; its owner owns the key too */
	bool		asked;			/* a shape was found in an identity, so the key was read */
	bool		there;			/* the store has a key */
	uint8		key[TRK_IDENTITY_KEY_LEN];
} TrkStoreKey;

/*
 * Let a redactor make pseudonyms with the store's key.  The key must live as
 * long as the redactor.
 */
extern void trk_identity_key_of_store(const TrkStore *store, TrkStoreKey *key,
									  TrkRedactor *redactor);

/*
 * Let a redactor make pseudonyms with a key that the caller passes: a bytea,
 * or NULL for none.  A key that has not 32 bytes is an ERROR.  It is copied
 * into the current memory context.
 */
extern void trk_identity_key_argument(FunctionCallInfo fcinfo, int arg,
									  TrkRedactor *redactor);

/*
 * Raise a NOTICE with the number of identifiers of a load that became
 * pseudonyms, and of those that are lost because they are only "[REDACTED]".
 * There is no NOTICE when both are zero.
 */
extern void trk_identity_notice(const TrkRedactor *redactor, const TrkStoreKey *key,
								uint64 pseudonyms, uint64 lost);

#endif							/* TRK_IDENTITY_KEY_H */
