/*
 * json_write.c
 *	  The canonical writer of JSON, and the size of what it writes.  The form
 *	  is that of the contract: names are sorted by code point, there are no
 *	  blanks, escapes are short, and everything that needs no escape is written
 *	  as it is.
 */
#include "base/trk.h"

#include "json/json.h"
#include "json/json_member.h"
#include "json/json_scan.h"
#include "json/number.h"

/* The length of the longest escape, \u00xx. */
#define MAX_ESCAPE		6

/* Children that are written between two checks for interrupts. */
#define INTERRUPT_CHILDREN	4096

/* Return the letter of a short escape, or 0. */
static char
short_escape(char c)
{
	switch (c)
	{
		case '"':
		case '\\':
			return c;
		case '\b':
			return 'b';
		case '\f':
			return 'f';
		case '\n':
			return 'n';
		case '\r':
			return 'r';
		case '\t':
			return 't';
		default:
			return 0;
	}
}

/* Append the escape of a byte that needs one. */
static void
write_escape(TrkBuf *buf, char c)
{
	char		escape[MAX_ESCAPE] = {'\\', 'u', '0', '0'};

	escape[1] = short_escape(c);
	if (escape[1] != 0)
	{
		trk_buf_append(buf, escape, 2);
		return;
	}
	escape[1] = 'u';
	escape[4] = (char) ('0' + ((unsigned char) c >> 4));
	escape[5] = "0123456789abcdef"[c & 0x0f];
	trk_buf_append(buf, escape, MAX_ESCAPE);
}

/* Append a string as a JSON string literal, quotes included. */
void
trk_json_write_string(TrkBuf *buf, const char *s, Size len)
{
	const char *end = s + len;

	trk_buf_reserve(buf, len + 2);
	trk_buf_putc(buf, '"');
	for (;;)
	{
		const char *special = trk_json_scan(s, end, false);

		trk_buf_append(buf, s, special - s);
		if (special == end)
			break;
		write_escape(buf, *special);
		s = special + 1;
	}
	trk_buf_putc(buf, '"');
}

/* Append a string as a literal, when its flags are known. */
static inline void
write_string(TrkBuf *buf, const char *s, Size len, uint8 flags)
{
	char	   *to;

	if (unlikely((flags & TRK_F_PLAIN) == 0))
	{
		trk_json_write_string(buf, s, len);
		return;
	}
	trk_buf_reserve(buf, len + 2);
	to = buf->data + buf->len;
	*to++ = '"';
	memcpy(to, s, len);
	to[len] = '"';
	buf->len += len + 2;
}

/*
 * Return whether a number is spelled as numeric prints it.  It may return
 * false for some that are.
 */
static inline bool
is_stored_spelling(const TrkValue *value)
{
	return (value->flags & TRK_F_INTEGER) != 0 &&
		(value->u.str[0] != '-' || value->u.str[1] != '0');
}

/* Append a number. */
static inline void
write_number(TrkBuf *buf, const TrkValue *value, TrkNumberStyle style)
{
	if (style == TRK_NUMBERS_STORED && is_stored_spelling(value))
		style = TRK_NUMBERS_AS_SPELLED;
	trk_json_write_number(buf, value->u.str, value->len, style);
}

/* Append an array. */
static void
write_array(TrkBuf *buf, const TrkValue *array, TrkNumberStyle style)
{
	uint32		i;

	trk_buf_putc(buf, '[');
	for (i = 0; i < array->len; i++)
	{
		if (i % INTERRUPT_CHILDREN == INTERRUPT_CHILDREN - 1)
			TRK_CHECK_INTERRUPTS();
		if (i > 0)
			trk_buf_putc(buf, ',');
		trk_json_write(buf, &array->u.items[i], style);
	}
	trk_buf_putc(buf, ']');
}

/* Append an object. */
static void
write_object(TrkBuf *buf, const TrkValue *object, TrkNumberStyle style)
{
	const TrkMember *members = trk_members_in_order(buf->arena, object);
	uint32		i;

	trk_buf_putc(buf, '{');
	for (i = 0; i < object->len; i++)
	{
		const TrkMember *member = &members[i];

		if (i % INTERRUPT_CHILDREN == INTERRUPT_CHILDREN - 1)
			TRK_CHECK_INTERRUPTS();
		if (i > 0)
			trk_buf_putc(buf, ',');
		write_string(buf, member->name, member->name_len, member->name_flags);
		trk_buf_putc(buf, ':');
		trk_json_write(buf, &member->value, style);
	}
	trk_buf_putc(buf, '}');
}

/* Append the canonical form. */
void
trk_json_write(TrkBuf *buf, const TrkValue *value, TrkNumberStyle style)
{
	switch ((TrkKind) value->kind)
	{
		case TRK_NULL:
			trk_buf_append(buf, "null", 4);
			break;
		case TRK_FALSE:
			trk_buf_append(buf, "false", 5);
			break;
		case TRK_TRUE:
			trk_buf_append(buf, "true", 4);
			break;
		case TRK_NUMBER:
			write_number(buf, value, style);
			break;
		case TRK_STRING:
			write_string(buf, value->u.str, value->len, value->flags);
			break;
		case TRK_ARRAY:
			write_array(buf, value, style);
			break;
		case TRK_OBJECT:
			write_object(buf, value, style);
			break;
	}
}

/* Return the size of a string as a literal. */
static inline Size
string_size(const char *s, Size len, uint8 flags)
{
	const char *end = s + len;
	Size		size = len + 2;

	if (likely((flags & TRK_F_PLAIN) != 0))
		return size;
	while ((s = trk_json_scan(s, end, false)) < end)
		size += short_escape(*s++) != 0 ? 1 : MAX_ESCAPE - 1;
	return size;
}

/* Return the size of an array. */
static Size
array_size(const TrkValue *array)
{
	Size		size = 2 + (array->len > 0 ? array->len - 1 : 0);
	uint32		i;

	for (i = 0; i < array->len; i++)
		size += trk_json_size(&array->u.items[i]);
	return size;
}

/* Return the size of an object. */
static Size
object_size(const TrkValue *object)
{
	Size		size = 2 + object->len + (object->len > 0 ? object->len - 1 : 0);
	uint32		i;

	for (i = 0; i < object->len; i++)
	{
		const TrkMember *member = &object->u.members[i];

		size += string_size(member->name, member->name_len, member->name_flags);
		size += trk_json_size(&member->value);
	}
	return size;
}

/* Return how many bytes trk_json_write(TRK_NUMBERS_STORED) would append. */
Size
trk_json_size(const TrkValue *value)
{
	switch ((TrkKind) value->kind)
	{
		case TRK_NULL:
		case TRK_TRUE:
			return 4;
		case TRK_FALSE:
			return 5;
		case TRK_NUMBER:
			return is_stored_spelling(value) ? value->len : trk_number_size(value->u.str, value->len);
		case TRK_STRING:
			return string_size(value->u.str, value->len, value->flags);
		case TRK_ARRAY:
			return array_size(value);
		case TRK_OBJECT:
			return object_size(value);
	}
	return 0;
}
