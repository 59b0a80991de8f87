/*
 * id.h
 *	  Compact identifiers: at_id, an identifier that holds 32 hex digits in 16
 *	  bytes, and at_key, an idempotency key that is relative to its row when it
 *	  begins with <project>/<agent>/<run>/<type>/.
 *
 * Made by event_row.c, read by the types' own functions (id_sql.c) and
 * event_out.c.
 *
 * On disk both are varlenas whose first data byte says how the rest is read.
 * The format never changes, because stored rows have it.  Every text has
 * exactly one stored form, so equal texts have equal bytes.
 */
#ifndef TRK_ID_H
#define TRK_ID_H

#include "base/arena.h"

/* First byte of an at_id: 0 for a text as it is; others index id_shapes. */
#define TRK_ID_TEXT			0

/* First byte of an at_key. */
#define TRK_KEY_FULL		0	/* the whole key */
#define TRK_KEY_RELATIVE	1	/* what follows the row's usual prefix */
#define TRK_KEY_RELATIVE_HEX 2	/* the same, 32 hex digits in 16 bytes */
#define TRK_KEY_OF_EVENT	3	/* the same, the 32 hex digits of the event id */

/* The longest text of a packed identifier: a prefix and 36 characters. */
#define TRK_ID_PACKED_TEXT	48

extern struct varlena *trk_id_make(const char *s, Size len, TrkArena *arena);
extern bool trk_id_check(const uint8 *data, Size len);
extern Size trk_id_text_size(const struct varlena *id);
extern Size trk_id_write(const struct varlena *id, char *out);
extern int	trk_id_compare(const struct varlena *a, const struct varlena *b);

extern struct varlena *trk_key_make(const char *rest, Size len, bool relative,
									const char *event_id, Size event_id_len,
									TrkArena *arena);
extern bool trk_key_check(const uint8 *data, Size len);

#endif							/* TRK_ID_H */
