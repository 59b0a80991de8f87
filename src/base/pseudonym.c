/*
 * pseudonym.c
 *	  Makes and recognizes pseudonyms of identities whose text must not be
 *	  stored (see pseudonym.h).
 */
#include "base/trk.h"

#include "base/pseudonym.h"
#include "base/sha256.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define TRK_BLOCK_BYTES		64	/* block size of SHA-256 */

#define TRK_PLAIN_PREFIX	"redacted-"
#define TRK_PLAIN_PREFIX_LEN 9

/* HMAC-SHA-256 with a key that is shorter than a block. */
static void
hmac_sha256(const uint8 key[TRK_IDENTITY_KEY_LEN], const char *s, Size len, uint8 digest[32])
{
	uint8		pad[TRK_BLOCK_BYTES];
	TrkSha256	ctx;
	int			i;

	memset(pad, 0x36, sizeof(pad));
	for (i = 0; i < TRK_IDENTITY_KEY_LEN; i++)
		pad[i] ^= key[i];
	trk_sha256_init(&ctx);
	trk_sha256_update(&ctx, pad, sizeof(pad));
	trk_sha256_update(&ctx, s, len);
	trk_sha256_final(&ctx, digest);
	for (i = 0; i < (int) sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	trk_sha256_init(&ctx);
	trk_sha256_update(&ctx, pad, sizeof(pad));
	trk_sha256_update(&ctx, digest, 32);
	trk_sha256_final(&ctx, digest);
}

/* Write what replaces a text. */
Size
trk_pseudonym(const uint8 *key, TrkIdentityForm form, const char *s, Size len,
			  char out[TRK_PSEUDONYM_MAX])
{
	Size		n = TRK_REPLACEMENT_LEN;
	uint8		digest[32];
	int			i;

	memcpy(out, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN);
	if (key == NULL || form == TRK_NO_IDENTITY)
		return n;
	if (form == TRK_IDENTITY)
		out[n++] = '#';
	else
	{
		n = TRK_PLAIN_PREFIX_LEN;
		memcpy(out, TRK_PLAIN_PREFIX, n);
	}
	hmac_sha256(key, s, len, digest);
	for (i = 0; i < TRK_PSEUDONYM_LETTERS / 2; i++)
	{
		out[n++] = 'A' + (digest[i] >> 4);
		out[n++] = 'A' + (digest[i] & 15);
	}
	return n;
}

/* Return the length of the pseudonym that begins here. */
Size
trk_pseudonym_at(const char *s, Size len)
{
	Size		i;
	Size		end;

	if (len > TRK_REPLACEMENT_LEN &&
		memcmp(s, TRK_REPLACEMENT "#", TRK_REPLACEMENT_LEN + 1) == 0)
		i = TRK_REPLACEMENT_LEN + 1;
	else if (len > TRK_PLAIN_PREFIX_LEN &&
			 memcmp(s, TRK_PLAIN_PREFIX, TRK_PLAIN_PREFIX_LEN) == 0)
		i = TRK_PLAIN_PREFIX_LEN;
	else
		return 0;
	end = i + TRK_PSEUDONYM_LETTERS;
	if (end > len)
		return 0;
	for (; i < end; i++)
	{
		if (s[i] < 'A' || s[i] > 'P')
			return 0;
	}
	return end;
}

/*
 * Return whether this byte occurs.  For short texts this is faster than
 * memchr().
 */
static inline bool
has_byte(const char *s, Size len, char c)
{
#ifdef __SSE2__
	const __m128i sought = _mm_set1_epi8(c);
	__m128i		found;
	Size		i;

	if (len >= 16)
	{
		found = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *) (s + len - 16)), sought);
		for (i = 0; i + 16 < len; i += 16)
			found = _mm_or_si128(found, _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *) (s + i)), sought));
		return _mm_movemask_epi8(found) != 0;
	}
#endif
	return memchr(s, c, len) != NULL;
}

/*
 * Return whether the text contains a "[REDACTED]" that is not part of a
 * pseudonym.
 */
bool
trk_identity_lost(const char *s, Size len)
{
	const char *end = s + len;

	if (likely(!has_byte(s, len, '[')))
		return false;
	while ((s = memchr(s, '[', end - s)) != NULL)
	{
		if (end - s < TRK_REPLACEMENT_LEN)
			return false;
		if (memcmp(s, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN) == 0 &&
			trk_pseudonym_at(s, end - s) == 0)
			return true;
		s++;
	}
	return false;
}
