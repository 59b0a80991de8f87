/*
 * sha256.h
 *	  SHA-256 (FIPS 180-4), using the processor's instructions where it has
 *	  them.
 *
 * For keys, content hashes and digests of redacted values: two per event, on
 * the hot path, in modules that run without a server; that is why it is not the
 * server's (which allocates and fetches an implementation per digest).
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

/* All at once. */
extern void trk_sha256(const void *data, Size len, uint8 digest[32]);

/* 64 lower-case hex digits; no terminator. */
extern void trk_hex(const uint8 *bytes, Size n, char *out);

#endif							/* TRK_SHA256_H */
