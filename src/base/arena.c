/*
 * arena.c
 *	  The chunks behind the bump allocator of arena.h.
 */
#include "base/trk.h"

#include "base/arena.h"

#ifndef TRK_STANDALONE
#include "utils/memutils.h"
#endif

struct TrkArenaChunk
{
	TrkArenaChunk *older;
	Size		size;			/* usable bytes after this header */
};

#define CHUNK_HEADER	MAXALIGN(sizeof(TrkArenaChunk))

/* Raise the ERROR for a size that can only be the result of an overflow. */
static void
arena_too_large(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("input needs more memory than one line may take")));
}

/* Add a new chunk of at least size usable bytes in front of the list. */
static void
arena_add_chunk(TrkArena *arena, Size size)
{
	TrkArenaChunk *chunk;

	if (size > MaxAllocHugeSize - CHUNK_HEADER)
		arena_too_large();
	chunk = MemoryContextAllocHuge(arena->context, CHUNK_HEADER + size);
	chunk->older = arena->chunks;
	chunk->size = size;
	arena->chunks = chunk;
	arena->next = (char *) chunk + CHUNK_HEADER;
	arena->end = arena->next + size;
}

/* Make an arena whose first chunk is allocated at once. */
void
trk_arena_init(TrkArena *arena, MemoryContext context, Size chunk_size)
{
	arena->context = context;
	arena->chunk_size = MAXALIGN(chunk_size);
	arena->chunks = NULL;
	arena_add_chunk(arena, arena->chunk_size);
}

/*
 * The slow path of trk_alloc(): the current chunk is full, so make a new one.
 */
void *
trk_arena_grow(TrkArena *arena, Size size)
{
	char	   *p;

	if (size > MaxAllocHugeSize / 2)
		arena_too_large();
	size = MAXALIGN(size);
	arena_add_chunk(arena, Max(size, arena->chunk_size));
	p = arena->next;
	arena->next += size;
	return p;
}

/* Allocate an array, with a check for overflow. */
void *
trk_alloc_array_slow(TrkArena *arena, Size n, Size size)
{
	if (n > MaxAllocHugeSize / 2 / size)
		arena_too_large();
	return trk_alloc(arena, n * size);
}

/* Free all allocations but keep the oldest chunk, for the next line. */
void
trk_arena_reset(TrkArena *arena)
{
	while (arena->chunks->older != NULL)
	{
		TrkArenaChunk *chunk = arena->chunks;

		arena->chunks = chunk->older;
		pfree(chunk);
	}
	arena->next = (char *) arena->chunks + CHUNK_HEADER;
	arena->end = arena->next + arena->chunks->size;
}

/* Free all memory of the arena. */
void
trk_arena_free(TrkArena *arena)
{
	trk_arena_reset(arena);
	pfree(arena->chunks);
	arena->chunks = NULL;
	arena->next = arena->end = NULL;
}

/* Copy len bytes into the arena; a NUL is added for the convenience of errors. */
char *
trk_arena_copy(TrkArena *arena, const char *s, Size len)
{
	char	   *p = trk_alloc(arena, len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

/* Start an empty buffer with space for cap bytes. */
void
trk_buf_init(TrkBuf *buf, TrkArena *arena, Size cap)
{
	buf->arena = arena;
	buf->data = trk_alloc(arena, cap);
	buf->len = 0;
	buf->cap = cap;
}

/* Make space for more bytes: at least doubles. */
void
trk_buf_enlarge(TrkBuf *buf, Size more)
{
	Size		cap = Max(buf->cap * 2, 64);
	char	   *data;

	if (more > MaxAllocHugeSize / 4 || buf->len > MaxAllocHugeSize / 4)
		arena_too_large();
	if (cap < buf->len + more)
		cap = buf->len + more;
	data = trk_alloc(buf->arena, cap);
	memcpy(data, buf->data, buf->len);
	buf->data = data;
	buf->cap = cap;
}
