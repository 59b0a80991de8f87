/*
 * jsonbio.c
 *	  Converts a tree to jsonb, and jsonb to canonical text.
 *
 * The server's own builder allocates a node per value and copies each value
 * several times; this one writes the binary form (utils/jsonb.h) in one pass.
 * Its layout: a container is a header (count and kind), an array of JEntry
 * (all names, then all values), then the data.  Numbers and containers are
 * aligned to 4 bytes, and their padding counts.  Every JB_OFFSET_STRIDE-th
 * entry has the end offset in place of a length.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "common/int.h"
#include "json/jsonbio.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/*
 * Numbers of up to this many digits fit in 64 bits and are made without
 * numeric_in.
 */
#define TRK_FAST_DIGITS		18

/* Objects up to this size are sorted by insertion. */
#define TRK_SMALL_OBJECT	24

static JEntry put_value(TrkBuf *buf, const TrkValue *value);

/* Pad to a multiple of 4; return the number of bytes added. */
static inline int
trk_pad(TrkBuf *buf)
{
	int			pad = (int) (INTALIGN(buf->len) - buf->len);

	trk_buf_reserve(buf, 4);
	memset(buf->data + buf->len, 0, 4);
	buf->len += pad;
	return pad;
}

/* Return the bytes of a string in the encoding of the database. */
static inline const char *
server_text(const char *s, uint32 *len, bool ascii)
{
	char	   *converted;

	if (ascii || GetDatabaseEncoding() == PG_UTF8)
		return s;
	converted = pg_any_to_server(s, (int) *len, PG_UTF8);
	if (converted != s)
		*len = strlen(converted);
	return converted;
}

/*
 * Return a number of few digits as an integer and its number of decimal
 * places; false when it has an exponent or is longer.
 */
static bool
small_decimal(const char *s, uint32 len, int64 *value, int *scale)
{
	const char *end = s + len;
	bool		negative = *s == '-';
	int64		v = 0;
	int			decimals = -1;

	if (len > TRK_FAST_DIGITS)
		return false;
	for (s += negative; s < end; s++)
	{
		if (*s == '.')
			decimals = 0;
		else if (*s >= '0' && *s <= '9')
		{
			v = v * 10 + (*s - '0');
			decimals += decimals >= 0;
		}
		else
			return false;
	}
	*value = negative ? -v : v;
	*scale = Max(decimals, 0);
	return true;
}

/* Convert a JSON number to numeric. */
static Numeric
make_numeric(const char *s, uint32 len)
{
	int64		value;
	int			scale;
	char	   *copy;
	Numeric		result;

	if (small_decimal(s, len, &value, &scale))
		return scale == 0 ? int64_to_numeric(value) :
			int64_div_fast_to_numeric(value, scale);
	copy = pnstrdup(s, len);
	result = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(copy),
												 ObjectIdGetDatum(InvalidOid),
												 Int32GetDatum(-1)));
	pfree(copy);
	return result;
}

/* Append a number. */
static JEntry
put_number(TrkBuf *buf, const TrkValue *value)
{
	int			pad = trk_pad(buf);
	Numeric		number = make_numeric(value->u.str, value->len);
	Size		size = VARSIZE_ANY(number);

	trk_buf_append(buf, (const char *) number, size);
	pfree(number);
	return JENTRY_ISNUMERIC | (JEntry) (pad + size);
}

/*
 * Reserve space for a container's header and entries; return where they begin.
 */
static Size
begin_container(TrkBuf *buf, uint32 header, Size entries)
{
	Size		at = buf->len;
	Size		size = sizeof(uint32) + entries * sizeof(JEntry);

	trk_buf_reserve(buf, size);
	memcpy(buf->data + at, &header, sizeof(header));
	buf->len += size;
	return at;
}

/* The state of the entries of one container while they are written. */
typedef struct TrkEntries
{
	Size		at;				/* position of the first entry in the buffer */
	uint32		total;			/* bytes of data so far */
} TrkEntries;

/* Write the entry of child i, whose data has just been appended. */
static inline void
note_entry(TrkBuf *buf, TrkEntries *entries, uint32 i, JEntry entry)
{
	if (pg_add_u32_overflow(entries->total, JBE_OFFLENFLD(entry), &entries->total) ||
		entries->total > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("event is too large for jsonb")));
	if (i % JB_OFFSET_STRIDE == 0)
		entry = (entry & JENTRY_TYPEMASK) | entries->total | JENTRY_HAS_OFF;
	memcpy(buf->data + entries->at + i * sizeof(JEntry), &entry, sizeof(entry));
}

/* Append a string (or name) and note it. */
static inline JEntry
put_string(TrkBuf *buf, const char *s, uint32 len, bool ascii)
{
	s = server_text(s, &len, ascii);
	trk_buf_append(buf, s, len);
	return JENTRY_ISSTRING | len;
}

/* Compare names in the order of jsonb: shorter ones first, then by bytes. */
static inline int
jsonb_name_cmp(const TrkMember *a, const TrkMember *b)
{
	if (a->name_len != b->name_len)
		return a->name_len < b->name_len ? -1 : 1;
	return memcmp(a->name, b->name, a->name_len);
}

/* qsort() comparator: pointers to members in the order of jsonb. */
static int
jsonb_name_qsort(const void *a, const void *b)
{
	return jsonb_name_cmp(*(TrkMember *const *) a, *(TrkMember *const *) b);
}

/* Sort pointers to the members in the order of jsonb. */
static void
jsonb_order(TrkMember **order, TrkMember *members, uint32 n)
{
	if (n > TRK_SMALL_OBJECT)
	{
		for (uint32 i = 0; i < n; i++)
			order[i] = &members[i];
		qsort(order, n, sizeof(TrkMember *), jsonb_name_qsort);
		return;
	}
	for (uint32 i = 0; i < n; i++)
	{
		TrkMember  *member = &members[i];
		uint32		j = i;

		while (j > 0 && jsonb_name_cmp(member, order[j - 1]) < 0)
		{
			order[j] = order[j - 1];
			j--;
		}
		order[j] = member;
	}
}

/*
 * Copy the members with names in the encoding of the database.  Their lengths
 * may differ there, so they must be sorted by the converted names.
 */
static TrkMember *
server_members(TrkArena *arena, const TrkValue *object)
{
	TrkMember  *members = trk_alloc_array(arena, TrkMember, object->len);

	for (uint32 i = 0; i < object->len; i++)
	{
		members[i] = object->u.members[i];
		members[i].name = server_text(members[i].name, &members[i].name_len,
									  (members[i].name_flags & TRK_F_ASCII) != 0);
		members[i].name_flags |= TRK_F_ASCII;	/* needs no more conversion */
	}
	return members;
}

/* Append an object. */
static JEntry
put_object(TrkBuf *buf, const TrkValue *value)
{
	TrkMember  *small[TRK_SMALL_OBJECT];
	uint32		n = value->len;
	TrkMember **order = n <= TRK_SMALL_OBJECT ? small :
	trk_alloc_array(buf->arena, TrkMember *, n);
	TrkMember  *members = value->u.members;
	Size		base = buf->len;
	TrkEntries	entries;

	if (GetDatabaseEncoding() != PG_UTF8)
		members = server_members(buf->arena, value);
	jsonb_order(order, members, n);
	trk_pad(buf);
	entries.at = begin_container(buf, JB_FOBJECT | n, (Size) n * 2) + sizeof(uint32);
	entries.total = 0;
	for (uint32 i = 0; i < n; i++)
		note_entry(buf, &entries, i,
				   put_string(buf, order[i]->name, order[i]->name_len,
							  (order[i]->name_flags & TRK_F_ASCII) != 0));
	for (uint32 i = 0; i < n; i++)
	{
		JEntry		entry = put_value(buf, &order[i]->value);

		note_entry(buf, &entries, n + i, entry);
	}
	return JENTRY_ISCONTAINER | (JEntry) (buf->len - base);
}

/* Append an array. */
static JEntry
put_array(TrkBuf *buf, const TrkValue *value)
{
	Size		base = buf->len;
	TrkEntries	entries;

	trk_pad(buf);
	entries.at = begin_container(buf, JB_FARRAY | value->len, value->len) +
		sizeof(uint32);
	entries.total = 0;
	for (uint32 i = 0; i < value->len; i++)
	{
		JEntry		entry = put_value(buf, &value->u.items[i]);

		note_entry(buf, &entries, i, entry);
	}
	return JENTRY_ISCONTAINER | (JEntry) (buf->len - base);
}

/* Append any value; the result is its entry, with its length. */
static JEntry
put_value(TrkBuf *buf, const TrkValue *value)
{
	switch ((TrkKind) value->kind)
	{
		case TRK_NULL:
			return JENTRY_ISNULL;
		case TRK_FALSE:
			return JENTRY_ISBOOL_FALSE;
		case TRK_TRUE:
			return JENTRY_ISBOOL_TRUE;
		case TRK_NUMBER:
			return put_number(buf, value);
		case TRK_STRING:
			return put_string(buf, value->u.str, value->len,
							  (value->flags & TRK_F_ASCII) != 0);
		case TRK_ARRAY:
			return put_array(buf, value);
		case TRK_OBJECT:
			return put_object(buf, value);
	}
	pg_unreachable();
}

/*
 * Make a jsonb datum of a tree, in the arena.  The tree must be an array or
 * an object that trk_json_read() has read, so that every number fits numeric.
 * Strings are converted to the encoding of the database, which must be able
 * to hold them: the caller has checked that.
 */
Jsonb *
trk_jsonb_make(TrkArena *arena, const TrkValue *value)
{
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 512);
	buf.len = VARHDRSZ;
	put_value(&buf, value);
	SET_VARSIZE(buf.data, buf.len);
	return (Jsonb *) buf.data;
}

/* Append a JSON string literal: quotes, short escapes, the rest as it is. */
void
trk_write_literal(StringInfo out, const char *s, Size len)
{
	static const char hex[] = "0123456789abcdef";
	const char *end = s + len;

	appendStringInfoCharMacro(out, '"');
	while (s < end)
	{
		const char *run = s;
		unsigned char c;

		while (s < end && (unsigned char) *s >= 0x20 && *s != '"' && *s != '\\')
			s++;
		appendBinaryStringInfo(out, run, s - run);
		if (s == end)
			break;
		c = (unsigned char) *s++;
		appendStringInfoCharMacro(out, '\\');
		switch (c)
		{
			case '"':
			case '\\':
				appendStringInfoCharMacro(out, c);
				break;
			case '\b':
				appendStringInfoCharMacro(out, 'b');
				break;
			case '\f':
				appendStringInfoCharMacro(out, 'f');
				break;
			case '\n':
				appendStringInfoCharMacro(out, 'n');
				break;
			case '\r':
				appendStringInfoCharMacro(out, 'r');
				break;
			case '\t':
				appendStringInfoCharMacro(out, 't');
				break;
			default:
				appendBinaryStringInfo(out, "u00", 3);
				appendStringInfoCharMacro(out, hex[c >> 4]);
				appendStringInfoCharMacro(out, hex[c & 15]);
		}
	}
	appendStringInfoCharMacro(out, '"');
}

/* A child of a container that is being read. */
typedef struct TrkChild
{
	const char *data;
	uint32		len;
	JEntry		entry;
} TrkChild;

/*
 * Collect n children from entry first on. base is the data of the container;
 * offset is the running offset of its entries, which is advanced.
 */
static void
trk_children(const JsonbContainer *container, const char *base, uint32 first,
			 uint32 n, uint32 *offset, TrkChild *out)
{
	for (uint32 i = 0; i < n; i++)
	{
		JEntry		entry = container->children[first + i];
		uint32		end = JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) :
		*offset + JBE_OFFLENFLD(entry);

		out[i].data = base + *offset;
		out[i].len = end - *offset;
		out[i].entry = entry;
		*offset = end;
	}
}

/* Append one child's canonical text. */
static void
write_child(StringInfo out, const TrkChild *child, const char *base)
{
	/*
	 * numbers and containers are aligned relative to the start of the container
	 */
	const char *aligned = (const char *) INTALIGN((uintptr_t) child->data);

	if (JBE_ISSTRING(child->entry))
		trk_write_literal(out, child->data, child->len);
	else if (JBE_ISNUMERIC(child->entry))
	{
		char	   *s = DatumGetCString(DirectFunctionCall1(numeric_out,
															PointerGetDatum(aligned)));

		appendStringInfoString(out, s);
		pfree(s);
	}
	else if (JBE_ISCONTAINER(child->entry))
		trk_jsonb_write(out, (JsonbContainer *) aligned);
	else if (JBE_ISNULL(child->entry))
		appendBinaryStringInfo(out, "null", 4);
	else if (JBE_ISBOOL_TRUE(child->entry))
		appendBinaryStringInfo(out, "true", 4);
	else
		appendBinaryStringInfo(out, "false", 5);
}

/* Compare names by code point. */
static inline int
child_cmp(const TrkChild *a, const TrkChild *b)
{
	int			cmp = memcmp(a->data, b->data, Min(a->len, b->len));

	if (cmp != 0)
		return cmp;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* qsort() comparator: pairs, by the name, which is the first of two. */
static int
pair_qsort(const void *a, const void *b)
{
	return child_cmp(a, b);
}

/* Append an object's members, sorted. */
static void
write_members(StringInfo out, const JsonbContainer *container, uint32 n)
{
	TrkChild	fixed[TRK_SMALL_OBJECT * 4];
	bool		small = n <= TRK_SMALL_OBJECT;
	TrkChild   *flat = small ? fixed : palloc_extended(sizeof(TrkChild) * n * 4,
													   MCXT_ALLOC_HUGE);
	TrkChild   *pairs = flat + n * 2;
	const char *base = (const char *) &container->children[n * 2];
	uint32		offset = 0;

	trk_children(container, base, 0, n * 2, &offset, flat);
	for (uint32 i = 0; i < n; i++)
	{
		uint32		j = i;

		if (small)
			while (j > 0 && child_cmp(&flat[i], &pairs[(j - 1) * 2]) < 0)
			{
				pairs[j * 2] = pairs[j * 2 - 2];
				pairs[j * 2 + 1] = pairs[j * 2 - 1];
				j--;
			}
		pairs[j * 2] = flat[i];
		pairs[j * 2 + 1] = flat[n + i];
	}
	if (!small)
		qsort(pairs, n, sizeof(TrkChild) * 2, pair_qsort);
	for (uint32 i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoCharMacro(out, ',');
		trk_write_literal(out, pairs[i * 2].data, pairs[i * 2].len);
		appendStringInfoCharMacro(out, ':');
		write_child(out, &pairs[i * 2 + 1], base);
	}
	if (!small)
		pfree(flat);
}

/* Append the canonical text of a jsonb container. */
void
trk_jsonb_write(StringInfo out, JsonbContainer *container)
{
	uint32		n = JsonContainerSize(container);

	CHECK_FOR_INTERRUPTS();
	if (JsonContainerIsObject(container))
	{
		appendStringInfoCharMacro(out, '{');
		write_members(out, container, n);
		appendStringInfoCharMacro(out, '}');
	}
	else
	{
		const char *base = (const char *) &container->children[n];
		uint32		offset = 0;

		appendStringInfoCharMacro(out, '[');
		for (uint32 i = 0; i < n; i++)
		{
			TrkChild	child;

			trk_children(container, base, i, 1, &offset, &child);
			if (i > 0)
				appendStringInfoCharMacro(out, ',');
			write_child(out, &child, base);
		}
		appendStringInfoCharMacro(out, ']');
	}
}
