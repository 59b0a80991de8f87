/*
 * sha256.h
 *	  SHA-256 (FIPS 180-4), with the processor's instructions where it has
 *	  them.  Used for keys, content hashes and digests of redacted values.
 *
 * Every event needs at least two digests, also in modules that run without a
 * server.  The server's own implementation is not used, because it allocates
 * memory and looks up the algorithm for each digest.
 */
#ifndef TRK_SHA256_H
#define TRK_SHA256_H

#include "base/trk.h"

typedef struct TrkSha256
{
	uint32		state[8];
	uint64		bytes;
	uint8		block[64];
} TrkSha256;

extern void trk_sha256_init(TrkSha256 *ctx);
extern void trk_sha256_update(TrkSha256 *ctx, const void *data, Size len);
extern void trk_sha256_final(TrkSha256 *ctx, uint8 digest[32]);

/* Compute a digest in one call. */
extern void trk_sha256(const void *data, Size len, uint8 digest[32]);

/* Write lower-case hex digits, without a terminator. */
extern void trk_hex(const uint8 *bytes, Size n, char *out);

#endif							/* TRK_SHA256_H */
