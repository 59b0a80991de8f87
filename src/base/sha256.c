/*
 * sha256.c
 *	  SHA-256 in portable C, and with the SHA extensions of x86-64 processors.
 *	  The first block that a process hashes decides which of the two is used.
 */
#include "base/trk.h"

#include "base/sha256.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define TRK_SHA_X86
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BLOCK			64

/* Blocks between checks for interrupts: one megabyte. */
#define PIECE			16384
#define LENGTH_BYTES	8		/* the length of the message, which ends the last block */

typedef void (*TrkSha256Blocks) (uint32 *state, const uint8 *p, Size blocks);

static void choose_blocks(uint32 *state, const uint8 *p, Size blocks);

static TrkSha256Blocks hash_blocks = choose_blocks;

/* FIPS 180-4, section 5.3.3 */
static const uint32 initial_state[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
};

/* FIPS 180-4, section 4.2.2 */
static const uint32 round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

/* Rotate right by n bits. */
static inline uint32
rotate(uint32 x, int n)
{
	return (x >> n) | (x << (32 - n));
}

/* Load four bytes as a big-endian number. */
static inline uint32
load_be32(const uint8 *p)
{
	return ((uint32) p[0] << 24) | ((uint32) p[1] << 16) | ((uint32) p[2] << 8) | p[3];
}

/* Store a number as four big-endian bytes. */
static inline void
store_be32(uint8 *p, uint32 x)
{
	p[0] = (uint8) (x >> 24);
	p[1] = (uint8) (x >> 16);
	p[2] = (uint8) (x >> 8);
	p[3] = (uint8) x;
}

/* Extend the 16 words of a block to the 64 words of its rounds. */
static void
expand_block(uint32 *w, const uint8 *p)
{
	int			i;

	for (i = 0; i < 16; i++)
		w[i] = load_be32(p + 4 * i);
	for (; i < 64; i++)
	{
		uint32		s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3);
		uint32		s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10);

		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

/* Hash whole blocks in portable C (FIPS 180-4, 6.2.2). */
static void
portable_blocks(uint32 *state, const uint8 *p, Size blocks)
{
	for (; blocks > 0; blocks--, p += BLOCK)
	{
		uint32		w[64];
		uint32		v[8];		/* the working variables a to h */
		int			i;

		expand_block(w, p);
		memcpy(v, state, sizeof(v));
		for (i = 0; i < 64; i++)
		{
			uint32		s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
			uint32		choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
			uint32		t1 = v[7] + s1 + choice + round_constants[i] + w[i];
			uint32		s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
			uint32		majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

			v[7] = v[6];
			v[6] = v[5];
			v[5] = v[4];
			v[4] = v[3] + t1;
			v[3] = v[2];
			v[2] = v[1];
			v[1] = v[0];
			v[0] = t1 + s0 + majority;
		}
		for (i = 0; i < 8; i++)
			state[i] += v[i];
	}
}

#ifdef TRK_SHA_X86

#define TRK_SHA_TARGET	__attribute__((target("sha,sse4.1,ssse3")))

/* The two halves of the state, in the layout that the instructions need. */
typedef struct TrkShaHalves
{
	__m128i		abef;
	__m128i		cdgh;
} TrkShaHalves;

/* Do four rounds with four message words. */
TRK_SHA_TARGET static inline void
four_rounds(TrkShaHalves *h, __m128i words, const uint32 *constants)
{
	__m128i		k = _mm_add_epi32(words, _mm_loadu_si128((const __m128i *) constants));

	h->cdgh = _mm_sha256rnds2_epu32(h->cdgh, h->abef, k);
	h->abef = _mm_sha256rnds2_epu32(h->abef, h->cdgh, _mm_shuffle_epi32(k, 0x0e));
}

/* Compute the four message words that follow the sixteen in w0 to w3. */
TRK_SHA_TARGET static inline __m128i
next_words(__m128i w0, __m128i w1, __m128i w2, __m128i w3)
{
	__m128i		sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));

	return _mm_sha256msg2_epu32(sum, w3);
}

/* Load sixteen bytes of a block as four words. */
TRK_SHA_TARGET static inline __m128i
load_words(const uint8 *p)
{
	const __m128i swap = _mm_set_epi64x(INT64CONST(0x0c0d0e0f08090a0b), INT64CONST(0x0405060700010203));

	return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *) p), swap);
}

/* Hash one block. */
TRK_SHA_TARGET static inline void
instruction_block(TrkShaHalves *h, const uint8 *p)
{
	__m128i		w0 = load_words(p);
	__m128i		w1 = load_words(p + 16);
	__m128i		w2 = load_words(p + 32);
	__m128i		w3 = load_words(p + 48);
	int			round;

	for (round = 0;; round += 16)
	{
		four_rounds(h, w0, round_constants + round);
		four_rounds(h, w1, round_constants + round + 4);
		four_rounds(h, w2, round_constants + round + 8);
		four_rounds(h, w3, round_constants + round + 12);
		if (round == 48)
			break;
		w0 = next_words(w0, w1, w2, w3);
		w1 = next_words(w1, w2, w3, w0);
		w2 = next_words(w2, w3, w0, w1);
		w3 = next_words(w3, w0, w1, w2);
	}
}

/* Hash whole blocks with the SHA extensions. */
TRK_SHA_TARGET static void
instruction_blocks(uint32 *state, const uint8 *p, Size blocks)
{
	__m128i		badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *) state), 0xb1);
	__m128i		hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *) (state + 4)), 0x1b);
	TrkShaHalves h;

	h.abef = _mm_alignr_epi8(badc, hgfe, 8);
	h.cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
	for (; blocks > 0; blocks--, p += BLOCK)
	{
		TrkShaHalves before = h;

		instruction_block(&h, p);
		h.abef = _mm_add_epi32(h.abef, before.abef);
		h.cdgh = _mm_add_epi32(h.cdgh, before.cdgh);
	}
	badc = _mm_shuffle_epi32(h.abef, 0x1b);
	hgfe = _mm_shuffle_epi32(h.cdgh, 0xb1);
	_mm_storeu_si128((__m128i *) state, _mm_blend_epi16(badc, hgfe, 0xf0));
	_mm_storeu_si128((__m128i *) (state + 4), _mm_alignr_epi8(hgfe, badc, 8));
}

/* Return whether the processor has the instructions used above. */
static bool
have_instructions(void)
{
	unsigned int a,
				b,
				c,
				d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_SSSE3) == 0 || (c & bit_SSE4_1) == 0)
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

#endif							/* TRK_SHA_X86 */

/* The first call: choose an implementation, then hash. */
static void
choose_blocks(uint32 *state, const uint8 *p, Size blocks)
{
	hash_blocks = portable_blocks;
#ifdef TRK_SHA_X86
	if (have_instructions())
		hash_blocks = instruction_blocks;
#endif
	hash_blocks(state, p, blocks);
}

/*
 * Hash the blocks of a text in pieces, with checks for interrupts between
 * them.
 */
static void
hash_long(uint32 *state, const uint8 *p, Size blocks)
{
	while (blocks > PIECE)
	{
		TRK_CHECK_INTERRUPTS();
		hash_blocks(state, p, PIECE);
		p += PIECE * BLOCK;
		blocks -= PIECE;
	}
	hash_blocks(state, p, blocks);
}

/*
 * End a message. tail has its last tail_len < 64 bytes in a buffer of two
 * blocks; bytes is the length of the whole message.
 */
static void
finish(uint32 *state, uint8 *tail, Size tail_len, uint64 bytes, uint8 *digest)
{
	Size		padded = tail_len + 1 + LENGTH_BYTES <= BLOCK ? BLOCK : 2 * BLOCK;
	int			i;

	tail[tail_len] = 0x80;
	memset(tail + tail_len + 1, 0, padded - tail_len - 1);
	store_be32(tail + padded - 8, (uint32) (bytes >> 29));
	store_be32(tail + padded - 4, (uint32) (bytes << 3));
	hash_blocks(state, tail, padded / BLOCK);
	for (i = 0; i < 8; i++)
		store_be32(digest + 4 * i, state[i]);
}

/* Start a message. */
void
trk_sha256_init(TrkSha256 *ctx)
{
	memcpy(ctx->state, initial_state, sizeof(initial_state));
	ctx->bytes = 0;
}

/* Add bytes to a message. */
void
trk_sha256_update(TrkSha256 *ctx, const void *data, Size len)
{
	const uint8 *p = data;
	Size		used = ctx->bytes % BLOCK;

	if (len == 0)
		return;
	ctx->bytes += len;
	if (used > 0)
	{
		Size		n = Min(len, BLOCK - used);

		memcpy(ctx->block + used, p, n);
		if (used + n < BLOCK)
			return;
		hash_blocks(ctx->state, ctx->block, 1);
		p += n;
		len -= n;
	}
	if (len >= BLOCK)
		hash_long(ctx->state, p, len / BLOCK);
	if (len % BLOCK > 0)
		memcpy(ctx->block, p + len - len % BLOCK, len % BLOCK);
}

/*
 * Return the digest of a message.  The context must be initialized again after
 * it.
 */
void
trk_sha256_final(TrkSha256 *ctx, uint8 digest[32])
{
	uint8		tail[2 * BLOCK];
	Size		used = ctx->bytes % BLOCK;

	memcpy(tail, ctx->block, used);
	finish(ctx->state, tail, used, ctx->bytes, digest);
}

/* Compute the digest of a string of bytes. */
void
trk_sha256(const void *data, Size len, uint8 digest[32])
{
	uint32		state[8];
	uint8		tail[2 * BLOCK];
	Size		rest = len % BLOCK;

	memcpy(state, initial_state, sizeof(state));
	if (len >= BLOCK)
		hash_long(state, data, len / BLOCK);
	if (rest > 0)
		memcpy(tail, (const uint8 *) data + len - rest, rest);
	finish(state, tail, rest, len, digest);
}

/* Write bytes as lower-case hex digits. */
void
trk_hex(const uint8 *bytes, Size n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	Size		i = 0;

#ifdef __SSE2__
	for (; n - i >= 16; i += 16, out += 32)
	{
		const __m128i low_nibbles = _mm_set1_epi8(0x0f);
		const __m128i nine = _mm_set1_epi8(9);
		const __m128i letters = _mm_set1_epi8('a' - '0' - 10);
		const __m128i zero = _mm_set1_epi8('0');
		__m128i		x = _mm_loadu_si128((const __m128i *) (bytes + i));
		__m128i		high = _mm_and_si128(_mm_srli_epi16(x, 4), low_nibbles);
		__m128i		low = _mm_and_si128(x, low_nibbles);

		high = _mm_add_epi8(_mm_add_epi8(high, zero), _mm_and_si128(_mm_cmpgt_epi8(high, nine), letters));
		low = _mm_add_epi8(_mm_add_epi8(low, zero), _mm_and_si128(_mm_cmpgt_epi8(low, nine), letters));
		_mm_storeu_si128((__m128i *) out, _mm_unpacklo_epi8(high, low));
		_mm_storeu_si128((__m128i *) (out + 16), _mm_unpackhi_epi8(high, low));
	}
#endif
	for (; i < n; i++)
	{
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 0x0f];
	}
}
