/*
 * test_sha256.c
 *	  SHA-256 against published vectors and against itself.
 *
 * The implementation is included under other names, so that both ways of
 * hashing blocks can be called whatever the processor.
 */
#define trk_sha256			tested_sha256
#define trk_sha256_init		tested_sha256_init
#define trk_sha256_update	tested_sha256_update
#define trk_sha256_final	tested_sha256_final
#define trk_hex				tested_hex
#include "base/sha256.c"

#include "tap.h"

/* Does the digest of a string have these hex digits? */
static bool
digest_is(const char *s, Size len, const char *hex)
{
	uint8		digest[32];
	char		digits[64];

	trk_sha256(s, len, digest);
	trk_hex(digest, 32, digits);
	return memcmp(digits, hex, 64) == 0;
}

/* Messages of FIPS 180-2 and NIST's short message tests. */
static void
test_vectors(void)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const char three_blocks[] =
	"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
	Size		n = 1000000;
	char	   *million = malloc(n);

	memset(million, 'a', n);
	ok(digest_is("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
	   "empty message");
	ok(digest_is("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
	   "abc");
	ok(digest_is(two_blocks, strlen(two_blocks),
				 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
	   "448 bits");
	ok(digest_is(three_blocks, strlen(three_blocks),
				 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
	   "896 bits");
	ok(digest_is(million, n, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
	   "a million times a");
	ok(digest_is("\xd3", 1, "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
	   "one byte");
	free(million);
}

/* Hash in pieces of a given size. */
static void
hash_pieces(const char *s, Size len, Size piece, uint8 *digest)
{
	TrkSha256	ctx;
	Size		done;

	trk_sha256_init(&ctx);
	for (done = 0; done < len; done += Min(piece, len - done))
		trk_sha256_update(&ctx, s + done, Min(piece, len - done));
	trk_sha256_update(&ctx, NULL, 0);
	trk_sha256_final(&ctx, digest);
}

/* All lengths up to some blocks, in pieces of all sizes, give one digest. */
static void
test_pieces(void)
{
	bool		same = true;
	Size		len,
				piece;
	char		s[300];

	for (len = 0; len < sizeof(s); len++)
		s[len] = (char) (len * 7 + 3);
	for (len = 0; len < sizeof(s); len++)
	{
		uint8		whole[32];

		trk_sha256(s, len, whole);
		for (piece = 1; piece <= 130; piece++)
		{
			uint8		digest[32];

			hash_pieces(s, len, piece, digest);
			same = same && memcmp(whole, digest, 32) == 0;
		}
	}
	ok(same, "pieces of any size give the digest of the whole");
}

/* The portable code agrees with what the processor does. */
static void
test_portable(void)
{
	bool		same = true;
	Size		len;
	char		s[400];

	memset(s, 0x5a, sizeof(s));
	for (len = 0; len < sizeof(s); len++)
	{
		uint8		chosen[32];
		uint8		portable[32];

		s[len] = (char) (len * 31);
		hash_blocks = choose_blocks;
		trk_sha256(s, len, chosen);
		hash_blocks = portable_blocks;
		trk_sha256(s, len, portable);
		same = same && memcmp(chosen, portable, 32) == 0;
	}
	hash_blocks = choose_blocks;
	ok(same, "portable code and the processor's instructions agree");
}

/* Hex digits of all bytes, in runs of all lengths. */
static void
test_hex(void)
{
	bool		same = true;
	uint8		bytes[256];
	Size		n,
				i;

	for (i = 0; i < 256; i++)
		bytes[i] = (uint8) i;
	for (n = 0; n <= 256; n++)
	{
		char	   *digits = malloc(2 * n + 1);

		trk_hex(bytes + 256 - n, n, digits);
		for (i = 0; i < n; i++)
		{
			char		expected[3];

			snprintf(expected, sizeof(expected), "%02x", bytes[256 - n + i]);
			same = same && memcmp(expected, digits + 2 * i, 2) == 0;
		}
		free(digits);
	}
	ok(same, "hex digits");
}

/* Run the tests. */
int
main(void)
{
	test_vectors();
	test_pieces();
	test_portable();
	test_hex();
	return done_testing();
}
