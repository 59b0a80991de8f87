/*
 * test_sample.c
 *	  The sample: the same options write the same bytes, whatever was written
 *	  before and beside it, and memory does not grow with the days.
 */
#include "base/sha256.h"
#include "sample/sample.h"
#include "tap.h"

/* What was written: its digest, and how many lines and bytes. */
typedef struct Written
{
	TrkSha256	sha256;
	int64		lines;
	int64		bytes;
} Written;

/* Take a line as a file would hold it. */
static void
take_line(void *arg, const char *line, Size len)
{
	Written    *written = arg;

	trk_sha256_update(&written->sha256, line, len);
	trk_sha256_update(&written->sha256, "\n", 1);
	written->lines++;
	written->bytes += len + 1;
}

/* Return the digest as hex digits. */
static const char *
digest_of(Written *written, char hex[65])
{
	uint8		digest[32];

	trk_sha256_final(&written->sha256, digest);
	trk_hex(digest, sizeof(digest), hex);
	hex[64] = '\0';
	return hex;
}

/* Write a whole sample. */
static void
write_sample(const TrkSampleOptions *options, Written *written)
{
	TrkArena	arena;
	TrkSampleDesk *sample;

	memset(written, 0, sizeof(*written));
	trk_sha256_init(&written->sha256);
	trk_arena_init(&arena, NULL, 1 << 16);
	sample = trk_sample_begin(&arena, options, take_line, written);
	while (trk_sample_next_day(sample))
		;
	trk_arena_free(&arena);
}

/* A sample has these bytes. */
static void
has_digest(const char *what, const TrkSampleOptions *options, const char *expected)
{
	Written		written;
	char		hex[65];

	write_sample(options, &written);
	ok(strcmp(digest_of(&written, hex), expected) == 0, "%s", what);
}

/* Benchmarks and tests depend on these bytes: every option by itself, and all of them. */
static void
test_bytes(void)
{
	TrkSampleOptions options;

	trk_sample_set_defaults(&options);
	has_digest("the day without options", &options,
			   "a611254583435cfd1c85ad90ba2d1bf64443bd19d168a33294e51655b312aed2");
	options.bad_share = 3000;
	has_digest("bad lines", &options,
			   "b9b84940641e39a553c47d48dfa6addf089793225b5cc1e4446fd38be443d0ac");
	trk_sample_set_defaults(&options);
	options.repeat_share = 2000;
	has_digest("repeated lines", &options,
			   "976e6fac9481a698d00a231eb77c78ac629a2ce28bf2532a1dfd556e5425c793");
	trk_sample_set_defaults(&options);
	options.private_share = 50000;
	has_digest("private material", &options,
			   "cba25e44583682aa964a498fab917c4bf32ef87eecaa9c048d29545f30350226");
	trk_sample_set_defaults(&options);
	options.days = 5;
	options.agents = 20;
	has_digest("days and agents", &options,
			   "9a63a1e035063ce2682a0a50c77a1cea486ac0d26addcd02d50c28c117de4258");
	trk_sample_set_defaults(&options);
	options.days = 20;
	options.start = 9529;
	options.agents = 1;
	options.project = "lab";
	options.shift_day = 9543;
	has_digest("an agent that changes", &options,
			   "1447a0f95e8a7dbc94e1e081906c6ca4fe6c33a570226e4a34b8171f70c56341");
	trk_sample_set_defaults(&options);
	options.days = PG_INT64_MAX;
	options.lines = 12345;
	options.bad_share = options.repeat_share = 5000;
	options.private_share = 20000;
	options.seed = 7;
	has_digest("a number of lines of all kinds", &options,
			   "4739592d95272e2d52b6537a219b566d2374ea5ea88c5a3009f40c943a9feccc");
}

/* Lines one after the other, each with its end. */
typedef struct Lines
{
	TrkBuf		buf;
	int64		n;
} Lines;

/* Keep a line. */
static void
keep_line(void *arg, const char *line, Size len)
{
	Lines	   *lines = arg;

	trk_buf_append(&lines->buf, line, len);
	trk_buf_putc(&lines->buf, '\n');
	lines->n++;
}

/* Keep all lines of a sample. */
static void
keep_sample(TrkArena *arena, const TrkSampleOptions *options, Lines *lines)
{
	TrkSampleDesk *sample;

	memset(lines, 0, sizeof(*lines));
	trk_buf_init(&lines->buf, arena, 1 << 20);
	sample = trk_sample_begin(arena, options, keep_line, lines);
	while (trk_sample_next_day(sample))
		;
}

/* Return how many lines of a are found in b, in the order of both. */
static int64
count_common(const Lines *a, const Lines *b)
{
	const char *pa = a->buf.data;
	const char *pb = b->buf.data;
	int64		common = 0;

	while (pa < a->buf.data + a->buf.len && pb < b->buf.data + b->buf.len)
	{
		Size		len = (const char *) memchr(pb, '\n', b->buf.data + b->buf.len - pb) - pb + 1;

		if (pa + len <= a->buf.data + a->buf.len && memcmp(pa, pb, len) == 0)
		{
			pa += len;
			common++;
		}
		pb += len;
	}
	return common;
}

/* The messy part comes between the other lines, which stay as they are. */
static void
test_messy(void)
{
	TrkSampleOptions options;
	TrkArena	arena;
	Lines		clean;
	Lines		messy;

	trk_sample_set_defaults(&options);
	options.days = 3;
	options.bad_share = options.repeat_share = 2000;
	trk_arena_init(&arena, NULL, 1 << 20);
	keep_sample(&arena, &options, &clean);
	options.messy = true;
	keep_sample(&arena, &options, &messy);
	ok(clean.n > 6000, "there are lines without the messy part");
	ok(messy.n - clean.n > 3 * 300, "hundreds of lines a day are messy");
	ok(count_common(&clean, &messy) == clean.n, "the other lines are the same, in the same order");
	trk_arena_free(&arena);

	trk_sample_set_defaults(&options);
	options.messy = true;
	options.start = 9526;
	options.days = 2;
	has_digest("the last messy day of a month, and the first of the next", &options,
			   "0055991ddcfe99c5a4ace53cf09fcd72909a02a9ce1968a90ccf2d3be7c2e9b1");
}

/* Mistakes come before the lines of the first day, which stay as they are, as do the others. */
static void
test_mistakes(void)
{
	TrkSampleOptions options;
	TrkArena	arena;
	Lines		clean;
	Lines		planted;

	trk_sample_set_defaults(&options);
	options.days = 2;
	options.bad_share = options.repeat_share = 2000;
	trk_arena_init(&arena, NULL, 1 << 20);
	keep_sample(&arena, &options, &clean);
	options.mistakes = true;
	keep_sample(&arena, &options, &planted);
	ok(planted.n - clean.n > 100 && planted.n - clean.n < 250, "mistakes are planted once");
	ok(count_common(&clean, &planted) == clean.n, "the lines without mistakes are the same, in the same order");
	trk_arena_free(&arena);
}

/* The first and the last days that are allowed, which are a Thursday and a Thursday. */
static void
test_days(void)
{
	TrkSampleOptions options;
	Written		written;

	trk_sample_set_defaults(&options);
	options.agents = 1;
	options.start = TRK_SAMPLE_FIRST_DAY;
	write_sample(&options, &written);
	ok(written.lines > 100, "1970-01-01 has lines");
	options.start = TRK_SAMPLE_LAST_DAY;
	write_sample(&options, &written);
	ok(written.lines > 100, "9999-12-30 has lines");
	options.lines = 0;
	write_sample(&options, &written);
	ok(written.lines == 0, "no lines were asked for");
	options.days = 3;
	options.lines = 700;
	write_sample(&options, &written);
	ok(written.lines == 700, "as many lines as were asked for");
}

/* Two samples that are written in turns do not know of each other. */
static void
test_two_at_once(void)
{
	TrkSampleOptions options;
	Written		alone;
	Written		beside[2];
	TrkSampleDesk *sample[2];
	TrkArena	arena;
	char		expected[65];
	char		hex[65];

	trk_sample_set_defaults(&options);
	options.days = 3;
	options.repeat_share = options.bad_share = 1000;
	write_sample(&options, &alone);
	digest_of(&alone, expected);

	trk_arena_init(&arena, NULL, 1 << 16);
	memset(beside, 0, sizeof(beside));
	for (int i = 0; i < 2; i++)
	{
		trk_sha256_init(&beside[i].sha256);
		sample[i] = trk_sample_begin(&arena, &options, take_line, &beside[i]);
	}
	while (trk_sample_next_day(sample[0]) && trk_sample_next_day(sample[1]))
		;
	ok(strcmp(digest_of(&beside[0], hex), expected) == 0, "the first of two samples");
	ok(strcmp(digest_of(&beside[1], hex), expected) == 0, "the second of two samples");
	trk_arena_free(&arena);
}

/* After the first days nothing more is allocated. */
static void
test_memory(void)
{
	TrkSampleOptions options;
	Written		written = {0};
	TrkSampleDesk *sample;
	TrkArena	arena;
	char	   *next;

	trk_sample_set_defaults(&options);
	options.days = 60;
	options.messy = true;
	options.bad_share = 5000;
	options.repeat_share = 5000;
	options.private_share = 50000;
	trk_sha256_init(&written.sha256);
	trk_arena_init(&arena, NULL, 1 << 20);
	sample = trk_sample_begin(&arena, &options, take_line, &written);
	for (int day = 0; day < 10; day++)
		trk_sample_next_day(sample);
	next = arena.next;
	while (trk_sample_next_day(sample))
		;
	ok(arena.next == next, "fifty days later the arena is as full as before");
	ok(written.lines > 100000, "and many lines were written");
	trk_arena_free(&arena);
}

/* Names of projects. */
static void
test_projects(void)
{
	char		name[TRK_SAMPLE_MAX_PROJECT + 1];

	memset(name, 'a', sizeof(name));
	ok(trk_sample_is_project("A.b_c-9", 7), "letters, digits and three signs");
	ok(trk_sample_is_project(name, TRK_SAMPLE_MAX_PROJECT), "a name of the greatest length");
	ok(!trk_sample_is_project(name, sizeof(name)), "a longer name");
	ok(!trk_sample_is_project("", 0), "no name");
	ok(!trk_sample_is_project("a b", 3), "a blank");
	ok(!trk_sample_is_project("a/b", 3), "a slash");
	ok(!trk_sample_is_project("a\"b", 3), "a quote");
	ok(!trk_sample_is_project("\xc3\xa4", 2), "a letter outside of ASCII");
}

int
main(void)
{
	test_bytes();
	test_messy();
	test_mistakes();
	test_days();
	test_two_at_once();
	test_memory();
	test_projects();
	return done_testing();
}
