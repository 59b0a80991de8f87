/*
 * standalone.h
 *	  The names of postgres.h that files that need no server use, over libc alone.
 *
 * Included by src/base/trk.h when TRK_STANDALONE is defined: fuzz targets, unit
 * tests and sanitizer builds compile them without a server.  What
 * would be an ERROR in the server aborts here; running out of memory too.
 * This is no place for conveniences: a name is here only because the server
 * has it with the same meaning.
 */
#ifndef TRK_STANDALONE_H
#define TRK_STANDALONE_H

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Types */
typedef char *Pointer;
typedef int8_t int8;
typedef int16_t int16;
typedef int32_t int32;
typedef int64_t int64;
typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef uint64_t uint64;
typedef uint8 bits8;
typedef uint16 bits16;
typedef uint32 bits32;
typedef size_t Size;
typedef unsigned int Index;
typedef float float4;
typedef double float8;

#define INT64CONST(x)	INT64_C(x)
#define UINT64CONST(x)	UINT64_C(x)
#define INT64_FORMAT	"%" PRId64
#define UINT64_FORMAT	"%" PRIu64

#define PG_INT8_MIN		INT8_MIN
#define PG_INT8_MAX		INT8_MAX
#define PG_UINT8_MAX	UINT8_MAX
#define PG_INT16_MIN	INT16_MIN
#define PG_INT16_MAX	INT16_MAX
#define PG_UINT16_MAX	UINT16_MAX
#define PG_INT32_MIN	INT32_MIN
#define PG_INT32_MAX	INT32_MAX
#define PG_UINT32_MAX	UINT32_MAX
#define PG_INT64_MIN	INT64_MIN
#define PG_INT64_MAX	INT64_MAX
#define PG_UINT64_MAX	UINT64_MAX

/* Compiler */
#define likely(x)		__builtin_expect((x) != 0, 1)
#define unlikely(x)		__builtin_expect((x) != 0, 0)
#define pg_unreachable()	__builtin_unreachable()
#define pg_noinline		__attribute__((noinline))
#define pg_attribute_always_inline	__attribute__((always_inline)) inline
#define pg_attribute_printf(f, a)	__attribute__((format(printf, f, a)))
#define pg_attribute_unused()	__attribute__((unused))
#define pg_attribute_aligned(a)	__attribute__((aligned(a)))
#define PG_USED_FOR_ASSERTS_ONLY	__attribute__((unused))
#define FLEXIBLE_ARRAY_MEMBER	/* empty */

#define Assert(condition)	assert(condition)
#define AssertMacro(condition)	((void) 0)
#define StaticAssertDecl(condition, message)	_Static_assert(condition, message)
#define StaticAssertStmt(condition, message) \
	do { _Static_assert(condition, message); } while (0)

/* Arithmetic; possible multiple evaluations, as in the server */
#define Max(x, y)		((x) > (y) ? (x) : (y))
#define Min(x, y)		((x) < (y) ? (x) : (y))
#define Abs(x)			((x) >= 0 ? (x) : -(x))
#define lengthof(array)	(sizeof(array) / sizeof((array)[0]))
#define unconstify(type, expr)	((type) (expr))
#define MAXIMUM_ALIGNOF	8
#define TYPEALIGN(alignval, len) \
	(((uintptr_t) (len) + ((alignval) - 1)) & ~((uintptr_t) ((alignval) - 1)))
#define MAXALIGN(len)	TYPEALIGN(MAXIMUM_ALIGNOF, (len))

/* Add, or report that the sum does not fit. */
static inline bool
pg_add_s64_overflow(int64 a, int64 b, int64 *result)
{
	return __builtin_add_overflow(a, b, result);
}

/* Variable-length values with a header of four bytes */
#define VARSIZE(p)		(*(const uint32 *) (p) >> 2)
#define SET_VARSIZE(p, len)	(*(uint32 *) (p) = (uint32) (len) << 2)

/* Errors: no recovery, the message goes to stderr */
#define ERROR			21
#define errcode(sqlerrcode)	((void) 0)
#define errmsg(...)		((void) fprintf(stderr, __VA_ARGS__))
#define ereport(elevel, ...) \
	do { \
		(__VA_ARGS__); \
		fputc('\n', stderr); \
		abort(); \
	} while (0)

/* Memory: contexts are names only, everything comes from malloc */
typedef struct MemoryContextData *MemoryContext;

#define MaxAllocSize		((Size) 0x3fffffff)
#define MaxAllocHugeSize	(SIZE_MAX / 2)

/* malloc that never returns NULL. */
static inline void *
MemoryContextAllocHuge(MemoryContext context, Size size)
{
	void	   *p = malloc(size > 0 ? size : 1);

	(void) context;
	if (p == NULL)
		abort();
	return p;
}

/* The same under the server's bound for ordinary requests. */
static inline void *
MemoryContextAlloc(MemoryContext context, Size size)
{
	if (size > MaxAllocSize)
		abort();
	return MemoryContextAllocHuge(context, size);
}

/* The same, zeroed. */
static inline void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
	return memset(MemoryContextAlloc(context, size), 0, size);
}

/* Give back what one of the functions above returned. */
static inline void
pfree(void *p)
{
	free(p);
}

#endif							/* TRK_STANDALONE_H */
