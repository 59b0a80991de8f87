/*
 * arena.h
 *	  A bump allocator for the data of one line or one batch.  Nothing is freed
 *	  singly; trk_arena_reset() frees everything but the first chunk.
 *
 * May be called by every module.  In the server the chunks are in the memory
 * context that is given to trk_arena_init(), so an ERROR frees them with the
 * context.
 */
#ifndef TRK_ARENA_H
#define TRK_ARENA_H

#include "base/trk.h"

typedef struct TrkArenaChunk TrkArenaChunk;

typedef struct TrkArena
{
	char	   *next;			/* first free byte, MAXALIGNed */
	char	   *end;			/* end of the current chunk */
	TrkArenaChunk *chunks;		/* newest first */
	Size		chunk_size;		/* size of an ordinary chunk */
	MemoryContext context;		/* where chunks are allocated */
} TrkArena;

extern void trk_arena_init(TrkArena *arena, MemoryContext context, Size chunk_size);
extern void trk_arena_reset(TrkArena *arena);
extern void trk_arena_free(TrkArena *arena);
extern void *trk_arena_grow(TrkArena *arena, Size size);

/* Allocate size bytes, aligned to 8, not zeroed.  It never returns NULL. */
static inline void *
trk_alloc(TrkArena *arena, Size size)
{
	Size		need = (size + 7) & ~(Size) 7;
	char	   *p = arena->next;

	if (unlikely(need < size || need > (Size) (arena->end - p)))
		return trk_arena_grow(arena, size);
	arena->next = p + need;
	return p;
}

/*
 * Allocate n elements of the given type; an overflow of the size is an ERROR.
 */
extern void *trk_alloc_array_slow(TrkArena *arena, Size n, Size size);
#define trk_alloc_array(arena, type, n) \
	((type *) trk_alloc_array_slow((arena), (Size) (n), sizeof(type)))

extern char *trk_arena_copy(TrkArena *arena, const char *s, Size len);

/* A text by reference. */
typedef struct TrkText
{
	const char *s;
	Size		len;
} TrkText;

/* Copy a text into the arena. */
static inline TrkText
trk_text_copy(TrkArena *arena, TrkText text)
{
	TrkText		copy = {trk_arena_copy(arena, text.s, text.len), text.len};

	return copy;
}

/*
 * A growable byte string in an arena.  When it grows, the old bytes stay
 * allocated until the arena is reset.
 */
typedef struct TrkBuf
{
	char	   *data;
	Size		len;
	Size		cap;
	TrkArena   *arena;
} TrkBuf;

extern void trk_buf_init(TrkBuf *buf, TrkArena *arena, Size cap);
extern void trk_buf_enlarge(TrkBuf *buf, Size more);

static inline void
trk_buf_reserve(TrkBuf *buf, Size more)
{
	if (unlikely(more > buf->cap - buf->len))
		trk_buf_enlarge(buf, more);
}

static inline void
trk_buf_append(TrkBuf *buf, const char *s, Size n)
{
	trk_buf_reserve(buf, n);
	memcpy(buf->data + buf->len, s, n);
	buf->len += n;
}

static inline void
trk_buf_putc(TrkBuf *buf, char c)
{
	trk_buf_reserve(buf, 1);
	buf->data[buf->len++] = c;
}

#endif							/* TRK_ARENA_H */
