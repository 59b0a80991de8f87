/*
 * id.c
 *	  Packing and unpacking of at_id and at_key (see id.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "store/id.h"
#include "port/pg_bswap.h"
#include "base/sha256.h"
#include "base/varlena.h"

/*
 * A form that is packed: a prefix, then hex digits, with dashes as in a UUID
 * or without.
 */
typedef struct TrkIdShape
{
	const char *prefix;
	uint8		prefix_len;
	uint8		digits;			/* 32 or 16 */
	bool		dashed;			/* 8-4-4-4-12 */
} TrkIdShape;

/*
 * Indexed by the first byte of an at_id.  Stored rows refer to it, so entries
 * may only be appended.
 */
static const TrkIdShape id_shapes[] = {
	{NULL, 0, 0, false},		/* TRK_ID_TEXT */
	{"evt_", 4, 32, false},
	{"run_", 4, 32, false},
	{"span_", 5, 32, false},
	{"", 0, 32, false},
	{"evt_", 4, 32, true},
	{"run_", 4, 32, true},
	{"span_", 5, 32, true},
	{"", 0, 32, true},
	{"span_", 5, 16, false},
	{"", 0, 16, false},
};

/* The value of each lower-case hex digit, and 16 for every other character. */
static const uint8 hex_values[256] = {
#define X 16
#define XXXXXXXX X, X, X, X, X, X, X, X
	XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, X, X, X, X, X, X,
	XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX,
	X, 10, 11, 12, 13, 14, 15, X, XXXXXXXX, XXXXXXXX, XXXXXXXX,
	XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX,
	XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX, XXXXXXXX,
#undef XXXXXXXX
#undef X
};

/*
 * Decode an even number of lower-case hex digits; return false if one is not.
 */
static bool
unhex(const char *s, Size digits, uint8 *out)
{
	uint8		wrong = 0;

	for (Size i = 0; i < digits; i += 2)
	{
		uint8		high = hex_values[(unsigned char) s[i]];
		uint8		low = hex_values[(unsigned char) s[i + 1]];

		wrong |= high | low;
		*out++ = (uint8) (high << 4 | low);
	}
	return wrong < 16;
}

/* Decode 8-4-4-4-12 lower-case hex digits. */
static bool
undash(const char *s, uint8 *out)
{
	char		digits[32];

	if (s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-')
		return false;
	memcpy(digits, s, 8);
	memcpy(digits + 8, s + 9, 4);
	memcpy(digits + 12, s + 14, 4);
	memcpy(digits + 16, s + 19, 4);
	memcpy(digits + 20, s + 24, 12);
	return unhex(digits, 32, out);
}

/* Return the length of the text of a packed form. */
static inline Size
shape_text_size(const TrkIdShape *shape)
{
	return shape->prefix_len + shape->digits + (shape->dashed ? 4 : 0);
}

/* Return the form of a text and its packed bytes, or TRK_ID_TEXT. */
static int
id_shape_of(const char *s, Size len, uint8 *packed)
{
	if (len > TRK_ID_PACKED_TEXT)
		return TRK_ID_TEXT;
	for (int i = 1; i < lengthof(id_shapes); i++)
	{
		const TrkIdShape *shape = &id_shapes[i];
		const char *digits = s + shape->prefix_len;

		if (len != shape_text_size(shape) ||
			memcmp(s, shape->prefix, shape->prefix_len) != 0)
			continue;
		if (shape->dashed ? undash(digits, packed) :
			unhex(digits, shape->digits, packed))
			return i;
	}
	return TRK_ID_TEXT;
}

/* Make a varlena of a tag byte and len bytes. */
static struct varlena *
tagged(TrkArena *arena, uint8 tag, const void *bytes, Size len)
{
	struct varlena *v = trk_varlena_make(arena, len + 1);
	char	   *data = VARDATA_ANY(v);

	data[0] = (char) tag;
	memcpy(data + 1, bytes, len);
	return v;
}

/* Make an at_id of a text in the encoding of the database. */
struct varlena *
trk_id_make(const char *s, Size len, TrkArena *arena)
{
	uint8		packed[16];
	int			shape = id_shape_of(s, len, packed);

	if (shape == TRK_ID_TEXT)
		return tagged(arena, TRK_ID_TEXT, s, len);
	return tagged(arena, shape, packed, id_shapes[shape].digits / 2);
}

/* Return the length of the text of an at_id. */
Size
trk_id_text_size(const struct varlena *id)
{
	uint8		tag = *(const uint8 *) VARDATA_ANY(id);

	if (tag == TRK_ID_TEXT)
		return VARSIZE_ANY_EXHDR(id) - 1;
	return shape_text_size(&id_shapes[tag]);
}

/* Return whether these are valid data bytes of an at_id. */
bool
trk_id_check(const uint8 *data, Size len)
{
	if (len < 1 || data[0] >= lengthof(id_shapes))
		return false;
	return data[0] == TRK_ID_TEXT || len == 1 + (Size) id_shapes[data[0]].digits / 2;
}

/* Write the text of an at_id, without a terminator; return its length. */
Size
trk_id_write(const struct varlena *id, char *out)
{
	const uint8 *data = (const uint8 *) VARDATA_ANY(id);
	const TrkIdShape *shape;
	char	   *p = out;

	if (data[0] == TRK_ID_TEXT)
	{
		Size		len = VARSIZE_ANY_EXHDR(id) - 1;

		memcpy(out, data + 1, len);
		return len;
	}
	shape = &id_shapes[data[0]];
	memcpy(p, shape->prefix, shape->prefix_len);
	p += shape->prefix_len;
	trk_hex(data + 1, shape->digits / 2, p);
	if (shape->dashed)
	{
		memmove(p + 24, p + 20, 12);
		memmove(p + 19, p + 16, 4);
		memmove(p + 14, p + 12, 4);
		memmove(p + 9, p + 8, 4);
		p[8] = p[13] = p[18] = p[23] = '-';
	}
	return shape_text_size(shape);
}

/*
 * Compare two at_id by the bytes of their texts, as the "C" collation would.
 */
int
trk_id_compare(const struct varlena *a, const struct varlena *b)
{
	const uint8 *da = (const uint8 *) VARDATA_ANY(a);
	const uint8 *db = (const uint8 *) VARDATA_ANY(b);
	Size		la = VARSIZE_ANY_EXHDR(a);
	Size		lb = VARSIZE_ANY_EXHDR(b);
	char		abuf[TRK_ID_PACKED_TEXT];
	char		bbuf[TRK_ID_PACKED_TEXT];
	int			cmp;

	if (da[0] == db[0])
	{
		uint64		ha,
					hb;

		/* the first eight packed bytes nearly always decide */
		if (da[0] != TRK_ID_TEXT && la >= 9 && lb >= 9)
		{
			memcpy(&ha, da + 1, sizeof(ha));
			memcpy(&hb, db + 1, sizeof(hb));
			if (ha != hb)
				return pg_ntoh64(ha) < pg_ntoh64(hb) ? -1 : 1;
		}
		/* in the same form, packed digits sort as their text does */
		da++, la--, db++, lb--;
	}
	else
	{
		if (da[0] != TRK_ID_TEXT)
		{
			la = trk_id_write(a, abuf);
			da = (const uint8 *) abuf;
		}
		else
			da++, la--;
		if (db[0] != TRK_ID_TEXT)
		{
			lb = trk_id_write(b, bbuf);
			db = (const uint8 *) bbuf;
		}
		else
			db++, lb--;
	}
	cmp = memcmp(da, db, Min(la, lb));
	if (cmp != 0)
		return cmp;
	return la < lb ? -1 : la > lb ? 1 : 0;
}

/*
 * Make an at_key.  If relative is true, rest is what follows the row's usual
 * prefix; otherwise it is the whole key.
 */
struct varlena *
trk_key_make(const char *rest, Size len, bool relative,
			 const char *event_id, Size event_id_len, TrkArena *arena)
{
	uint8		packed[16];

	if (!relative)
		return tagged(arena, TRK_KEY_FULL, rest, len);
	if (len != 32 || !unhex(rest, 32, packed))
		return tagged(arena, TRK_KEY_RELATIVE, rest, len);
	if (event_id_len == 36 && memcmp(event_id, "evt_", 4) == 0 &&
		memcmp(event_id + 4, rest, 32) == 0)
		return tagged(arena, TRK_KEY_OF_EVENT, "", 0);
	return tagged(arena, TRK_KEY_RELATIVE_HEX, packed, 16);
}

/* Return whether these are valid data bytes of an at_key. */
bool
trk_key_check(const uint8 *data, Size len)
{
	if (len < 1)
		return false;
	switch (data[0])
	{
		case TRK_KEY_FULL:
		case TRK_KEY_RELATIVE:
			return true;
		case TRK_KEY_RELATIVE_HEX:
			return len == 17;
		case TRK_KEY_OF_EVENT:
			return len == 1;
		default:
			return false;
	}
}
