/*
 * identity_key.h
 *	  The key of pseudonyms: that of the store, and one given as an argument.
 *
 * The store's key is for what stores events (ingest, record, and what makes
 * events of rows on their way there), and for nothing that a reader may call:
 * who has the key, or may have texts of his choice named by it, can find out
 * which text a pseudonym stands for.  Pure functions are given a key.
 */
#ifndef TRK_IDENTITY_KEY_H
#define TRK_IDENTITY_KEY_H

#include "fmgr.h"
#include "redact/redact.h"
#include "store/store.h"

/* The store's key, read when it is first needed; for one call or load. */
typedef struct TrkStoreKey
{
	Oid			nsp;			/* where the store is */
	Oid			event_relid;	/* its at_event, whose owner owns the key, too */
	bool		asked;			/* a shape was found in an identity */
	bool		there;			/* the store has a key */
	uint8		key[TRK_IDENTITY_KEY_LEN];
} TrkStoreKey;

/*
 * Let a redactor make pseudonyms under the store's key.  The key must live as
 * long as the redactor.
 */
extern void trk_identity_key_of_store(const TrkStore *store, TrkStoreKey *key,
									  TrkRedactor *redactor);

/*
 * The same under a key that a caller gives: a bytea, or NULL for none; an error
 * when it has not 32 bytes.  A copy of it is made in the current memory context.
 */
extern void trk_identity_key_argument(FunctionCallInfo fcinfo, int arg,
									  TrkRedactor *redactor);

/*
 * Say how many identifiers of a load became pseudonyms, and how many say
 * nothing because they are redacted; no NOTICE when there are none of either.
 */
extern void trk_identity_notice(const TrkRedactor *redactor, const TrkStoreKey *key,
								uint64 pseudonyms, uint64 lost);

#endif							/* TRK_IDENTITY_KEY_H */
