/*
 * json.c
 *	  The strict JSON reader (RFC 8259) into an arena.  It makes one pass and
 *	  never throws an error.
 *
 * The functions that read take the position at which they begin and return the
 * position after it, or NULL with the reason in the reader.  Recursion is
 * limited by TRK_MAX_DEPTH.
 *
 * The children of all open containers are on one stack.  They are copied to
 * the arena when their container is complete and their number is known.  The
 * stack begins in the frame of trk_json_read(), which is enough for ordinary
 * lines.
 */
#include "base/trk.h"

#ifndef TRK_STANDALONE
#include "utils/memutils.h"
#endif

#include "json/json.h"
#include "json/json_member.h"
#include "json/json_scan.h"
#include "json/number.h"
#include "base/unicode.h"

/* The size up to which the stack needs no allocation. */
#define FIRST_STACK_BYTES	4096

/* Children that are read between two checks for interrupts. */
#define INTERRUPT_CHILDREN	4096

typedef struct TrkReader
{
	TrkArena   *arena;
	const char *end;			/* end of the input */
	char	   *stack;			/* the children of open containers */
	Size		top;			/* bytes in use on the stack */
	Size		stack_size;
	uint32		children;		/* number of children so far, for interrupts */
	int			depth;			/* number of open containers */
	TrkJsonStatus status;
	const char *place;			/* where reading ended */
} TrkReader;

static const char *read_value(TrkReader *reader, const char *p, TrkValue *out);

/* Note why and where reading ends; return NULL. */
static pg_noinline const char *
fail(TrkReader *reader, const char *place, TrkJsonStatus status)
{
	reader->status = status;
	reader->place = place;
	return NULL;
}

/* Make the stack at least twice as large. */
static pg_noinline void
grow_stack(TrkReader *reader)
{
	Size		size = reader->stack_size * 2;
	char	   *stack = trk_alloc(reader->arena, size);

	memcpy(stack, reader->stack, reader->top);
	reader->stack = stack;
	reader->stack_size = size;
}

/*
 * Return space for one child of the given size on the stack.  It is valid
 * until the next call.
 */
static inline void *
push_child(TrkReader *reader, Size size)
{
	void	   *child;

	if (unlikely(reader->stack_size - reader->top < size))
		grow_stack(reader);
	if (unlikely(++reader->children % INTERRUPT_CHILDREN == 0))
		TRK_CHECK_INTERRUPTS();
	child = reader->stack + reader->top;
	reader->top += size;
	return child;
}

/*
 * Pop everything above base from the stack, and copy its first n bytes to the
 * arena.
 */
static inline void *
pop_children(TrkReader *reader, Size base, Size n)
{
	void	   *children = trk_alloc(reader->arena, n);

	memcpy(children, reader->stack + base, n);
	reader->top = base;
	return children;
}

/*
 * Return the first byte that is not JSON white space; end when there is none.
 */
static inline const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Return the value of four hex digits, or -1. */
static int
read_hex4(const char *p, const char *end)
{
	int			value = 0;
	int			i;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++)
	{
		char		c = p[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/*
 * Decode an escape \uXXXX, or two that form a surrogate pair. p is the
 * position after the u.
 */
static const char *
read_unicode_escape(TrkReader *reader, const char *p, uint32 *cp)
{
	int			high = read_hex4(p, reader->end);
	int			low;

	if (high < 0)
		return fail(reader, p, TRK_JSON_SYNTAX);
	if (high == 0)
		return fail(reader, p, TRK_JSON_NUL);
	*cp = high;
	p += 4;
	if (high < 0xd800 || high > 0xdfff)
		return p;
	if (high > 0xdbff || reader->end - p < 2 || p[0] != '\\' || p[1] != 'u')
		return fail(reader, p, TRK_JSON_SURROGATE);
	low = read_hex4(p + 2, reader->end);
	if (low < 0)
		return fail(reader, p, TRK_JSON_SYNTAX);
	if (low < 0xdc00 || low > 0xdfff)
		return fail(reader, p, TRK_JSON_SURROGATE);
	*cp = 0x10000 + ((uint32) (high - 0xd800) << 10) + (low - 0xdc00);
	return p + 6;
}

/* Decode the escape after a backslash. */
static const char *
read_escape(TrkReader *reader, const char *p, uint32 *cp)
{
	if (p == reader->end)
		return fail(reader, p, TRK_JSON_SYNTAX);
	switch (*p++)
	{
		case '"':
			*cp = '"';
			return p;
		case '\\':
			*cp = '\\';
			return p;
		case '/':
			*cp = '/';
			return p;
		case 'b':
			*cp = '\b';
			return p;
		case 'f':
			*cp = '\f';
			return p;
		case 'n':
			*cp = '\n';
			return p;
		case 'r':
			*cp = '\r';
			return p;
		case 't':
			*cp = '\t';
			return p;
		case 'u':
			return read_unicode_escape(reader, p, cp);
		default:
			return fail(reader, p, TRK_JSON_SYNTAX);
	}
}

/*
 * Return the position, from p on, of the first byte that is a quotation mark
 * or a backslash.  All bytes before it are checked.
 */
static pg_attribute_always_inline const char *
scan_string(TrkReader *reader, const char *p, uint8 *flags)
{
	for (;;)
	{
		p = trk_json_scan(p, reader->end, true);
		if (unlikely(p == reader->end))
			return fail(reader, p, TRK_JSON_SYNTAX);
		if (likely((*p & 0x80) == 0))
			break;
		*flags &= ~TRK_F_ASCII;
		do
		{
			int			n = trk_utf8_sequence(p, reader->end);

			if (unlikely(n == 0))
				return fail(reader, p, TRK_JSON_ENCODING);
			p += n;
		} while (p < reader->end && (*p & 0x80) != 0);
	}
	if (unlikely((unsigned char) *p < 0x20))
		return fail(reader, p, TRK_JSON_SYNTAX);
	return p;
}

/*
 * Read the rest of a string whose first backslash was found; start is where
 * the string begins.  It is measured first, so that its space in the arena is
 * too large by only a few escapes.
 */
static pg_noinline const char *
read_escaped_string(TrkReader *reader, const char *start, const char *p,
					uint8 flags, TrkValue *out)
{
	const char *from = start;
	const char *close = p;
	char	   *decoded;
	char	   *to;

	while (*close != '"')
	{
		if (reader->end - close < 2)
			return fail(reader, reader->end, TRK_JSON_SYNTAX);
		close = scan_string(reader, close + 2, &flags);
		if (close == NULL)
			return NULL;
	}
	decoded = to = trk_alloc(reader->arena, close - start);
	for (;;)
	{
		uint32		cp = 0;

		memcpy(to, from, p - from);
		to += p - from;
		if (p == close)
			break;
		from = read_escape(reader, p + 1, &cp);
		if (from == NULL)
			return fail(reader, p, reader->status);
		if (cp >= 0x80)
			flags &= ~TRK_F_ASCII;
		else if (trk_is_special((char) cp))
			flags &= ~TRK_F_PLAIN;
		to += trk_utf8_encode(cp, to);
		p = memchr(from, '\\', close - from);
		if (p == NULL)
			p = close;
	}
	out->flags = flags;
	out->len = to - decoded;
	out->u.str = decoded;
	return close + 1;
}

/* Read a string from the place after its quote. */
static inline const char *
read_string(TrkReader *reader, const char *start, TrkValue *out)
{
	uint8		flags = TRK_F_ASCII | TRK_F_PLAIN;
	const char *p = scan_string(reader, start, &flags);

	if (unlikely(p == NULL))
		return NULL;
	out->kind = TRK_STRING;
	if (unlikely(*p == '\\'))
		return read_escaped_string(reader, start, p, flags, out);
	out->flags = flags;
	out->len = p - start;
	out->u.str = start;
	return p + 1;
}

/* Skip one digit and all that follow it, or fail. */
static inline const char *
read_digits(TrkReader *reader, const char *p)
{
	if (p == reader->end || *p < '0' || *p > '9')
		return fail(reader, p, TRK_JSON_SYNTAX);
	do
		p++;
	while (p < reader->end && *p >= '0' && *p <= '9');
	return p;
}

/* Skip an optional fraction. */
static inline const char *
read_fraction(TrkReader *reader, const char *p)
{
	return p < reader->end && *p == '.' ? read_digits(reader, p + 1) : p;
}

/* Skip an optional exponent. */
static inline const char *
read_exponent(TrkReader *reader, const char *p)
{
	if (p == reader->end || (*p | 0x20) != 'e')
		return p;
	p++;
	if (p < reader->end && (*p == '+' || *p == '-'))
		p++;
	return read_digits(reader, p);
}

/* Read a number. */
static const char *
read_number(TrkReader *reader, const char *start, TrkValue *out)
{
	const char *digits = start + (*start == '-' ? 1 : 0);
	const char *integer_end = read_digits(reader, digits);
	const char *fraction_end;
	const char *p;

	if (integer_end == NULL)
		return NULL;
	if (*digits == '0' && integer_end - digits > 1)
		return fail(reader, digits, TRK_JSON_SYNTAX);
	fraction_end = read_fraction(reader, integer_end);
	if (fraction_end == NULL)
		return NULL;
	p = read_exponent(reader, fraction_end);
	if (p == NULL)
		return NULL;
	out->kind = TRK_NUMBER;
	out->flags = p == integer_end ? TRK_F_INTEGER : 0;
	out->len = p - start;
	out->u.str = start;
	if ((p > fraction_end || out->len > TRK_MAX_NUMBER_DIGITS) &&
		!trk_number_fits(start, out->len))
		return fail(reader, start, TRK_JSON_DIGITS);
	return p;
}

/* Read one of null, false, true. */
static inline const char *
read_word(TrkReader *reader, const char *p, const char *word, Size len, TrkKind kind,
		  TrkValue *out)
{
	if (reader->end - p < len || memcmp(p, word, len) != 0)
		return fail(reader, p, TRK_JSON_SYNTAX);
	out->kind = kind;
	out->flags = 0;
	out->len = 0;
	out->u.str = NULL;
	return p + len;
}

/* Enter a container: return the first byte in it that is not white space. */
static inline const char *
enter_container(TrkReader *reader, const char *p)
{
	if (++reader->depth > TRK_MAX_DEPTH)
		return fail(reader, p, TRK_JSON_DEPTH);
	return skip_space(p + 1, reader->end);
}

/*
 * After a child, return the position of the next one or of the closing
 * bracket.  A comma must be followed by a child, so what follows it is not
 * checked here.
 */
static inline const char *
next_child(TrkReader *reader, const char *p, char closing, bool *more)
{
	p = skip_space(p, reader->end);
	if (unlikely(p == reader->end))
		return fail(reader, p, TRK_JSON_SYNTAX);
	*more = *p == ',';
	if (*more)
		return skip_space(p + 1, reader->end);
	return *p == closing ? p : fail(reader, p, TRK_JSON_SYNTAX);
}

/* Read an array, from its bracket on. */
static const char *
read_array(TrkReader *reader, const char *p, TrkValue *out)
{
	Size		base = reader->top;
	Size		n;
	bool		more;

	p = enter_container(reader, p);
	if (p == NULL)
		return NULL;
	more = p == reader->end || *p != ']';
	while (more)
	{
		TrkValue	item;

		p = read_value(reader, p, &item);
		if (p == NULL)
			return NULL;
		*(TrkValue *) push_child(reader, sizeof(TrkValue)) = item;
		p = next_child(reader, p, ']', &more);
		if (p == NULL)
			return NULL;
	}
	reader->depth--;
	n = (reader->top - base) / sizeof(TrkValue);
	out->kind = TRK_ARRAY;
	out->flags = 0;
	out->len = n;
	out->u.items = n > 0 ? pop_children(reader, base, n * sizeof(TrkValue)) : NULL;
	return p + 1;
}

/* Read a member's name and the colon: the place of its value. */
static inline const char *
read_name(TrkReader *reader, const char *p, TrkMember *member)
{
	TrkValue	name;

	if (unlikely(p == reader->end || *p != '"'))
		return fail(reader, p, TRK_JSON_SYNTAX);
	p = read_string(reader, p + 1, &name);
	if (unlikely(p == NULL))
		return NULL;
	member->name = name.u.str;
	member->name_len = name.len;
	member->name_flags = name.flags;
	member->key = TRK_KEY_UNSEEN;
	p = skip_space(p, reader->end);
	if (unlikely(p == reader->end || *p != ':'))
		return fail(reader, p, TRK_JSON_SYNTAX);
	return skip_space(p + 1, reader->end);
}

/* Read an object, from its brace on. */
static const char *
read_object(TrkReader *reader, const char *p, TrkValue *out)
{
	Size		base = reader->top;
	Size		n;
	bool		more;

	p = enter_container(reader, p);
	if (p == NULL)
		return NULL;
	more = p == reader->end || *p != '}';
	while (more)
	{
		TrkMember	member;

		p = read_name(reader, p, &member);
		if (p == NULL)
			return NULL;
		p = read_value(reader, p, &member.value);
		if (p == NULL)
			return NULL;
		*(TrkMember *) push_child(reader, sizeof(TrkMember)) = member;
		p = next_child(reader, p, '}', &more);
		if (p == NULL)
			return NULL;
	}
	reader->depth--;
	n = (reader->top - base) / sizeof(TrkMember);
	n = trk_members_fold(reader->arena, (TrkMember *) (reader->stack + base), n);
	out->kind = TRK_OBJECT;
	out->flags = 0;
	out->len = n;
	out->u.members = n > 0 ? pop_children(reader, base, n * sizeof(TrkMember)) : NULL;
	return p + 1;
}

/* Read any value that begins at p. */
static const char *
read_value(TrkReader *reader, const char *p, TrkValue *out)
{
	if (unlikely(p == reader->end))
		return fail(reader, p, TRK_JSON_SYNTAX);
	switch (*p)
	{
		case '"':
			return read_string(reader, p + 1, out);
		case '{':
			return read_object(reader, p, out);
		case '[':
			return read_array(reader, p, out);
		case 'n':
			return read_word(reader, p, "null", 4, TRK_NULL, out);
		case 'f':
			return read_word(reader, p, "false", 5, TRK_FALSE, out);
		case 't':
			return read_word(reader, p, "true", 4, TRK_TRUE, out);
		default:
			return read_number(reader, p, out);
	}
}

/* Read one JSON value that fills all of s[0..len), or tell where it ends to be one. */
TrkJsonStatus
trk_json_read_to(TrkArena *arena, const char *s, Size len, TrkValue *out, Size *place)
{
	TrkMember	first_stack[FIRST_STACK_BYTES / sizeof(TrkMember)];
	TrkReader	reader;
	const char *p;

	*place = 0;
	if (len > MaxAllocSize)
		return TRK_JSON_SYNTAX; /* texts of the server are not longer, and lengths have 32 bits */
	reader.arena = arena;
	reader.end = s + len;
	reader.stack = (char *) first_stack;
	reader.top = 0;
	reader.stack_size = sizeof(first_stack);
	reader.children = 0;
	reader.depth = 0;
	reader.status = TRK_JSON_OK;
	p = read_value(&reader, skip_space(s, reader.end), out);
	if (p != NULL)
	{
		p = skip_space(p, reader.end);
		if (p != reader.end)
			fail(&reader, p, TRK_JSON_SYNTAX);
	}
	if (reader.status != TRK_JSON_OK)
		*place = reader.place - s;
	return reader.status;
}

/* Read one JSON value that fills all of s[0..len). */
TrkJsonStatus
trk_json_read(TrkArena *arena, const char *s, Size len, TrkValue *out)
{
	Size		place;

	return trk_json_read_to(arena, s, len, out, &place);
}

/* Return a short English reason for a status. */
const char *
trk_json_reason(TrkJsonStatus status)
{
	switch (status)
	{
		case TRK_JSON_OK:
			return "valid JSON";
		case TRK_JSON_SYNTAX:
			return "syntax error";
		case TRK_JSON_ENCODING:
			return "invalid UTF-8";
		case TRK_JSON_DEPTH:
			return "nested too deeply";
		case TRK_JSON_NUL:
			return "escape for a NUL character";
		case TRK_JSON_SURROGATE:
			return "escape for half of a surrogate pair";
		case TRK_JSON_DIGITS:
			return "number with too many digits";
	}
	return "unknown error";
}

/* Return whether s[0..len) is valid UTF-8. */
bool
trk_utf8_valid(const char *s, Size len)
{
	const char *end = s + len;

	while ((s = trk_skip_ascii(s, end)) < end)
	{
		int			n = trk_utf8_sequence(s, end);

		if (n == 0)
			return false;
		s += n;
	}
	return true;
}

/* Set a value to a string; flags are computed. */
void
trk_json_set_string(TrkValue *value, const char *s, Size len)
{
	const char *end = s + len;

	value->kind = TRK_STRING;
	value->flags = 0;
	if (trk_skip_ascii(s, end) == end)
		value->flags |= TRK_F_ASCII;
	if (trk_json_scan(s, end, false) == end)
		value->flags |= TRK_F_PLAIN;
	value->len = len;
	value->u.str = s;
}
