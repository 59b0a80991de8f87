/*
 * json_cause.c
 *	  Guesses from the bytes at which a text ceases to be JSON what was meant.
 */
#include "base/trk.h"

#include "json/json_cause.h"

/* Bytes that are examined between two checks for interrupts. */
#define INTERRUPT_BYTES	((Size) 1024 * 1024)

/* What is open before a position of the text. */
typedef struct Before
{
	bool		in_string;
	int			depth;			/* number of open containers */
	char		container;		/* the innermost container: '{', '[', or 0 outside of any */
	char		last;			/* the last byte that is not white space, or 0 */
	char		last_but_one;	/* the byte before that one */
} Before;

/* The first bytes of a kind of file, and the name of the kind. */
typedef struct Beginning
{
	const char *bytes;
	Size		len;
	const char *what;
} Beginning;

#define BEGINNING(bytes, what) {bytes, sizeof(bytes) - 1, what}

/* Files that are not lines of text. */
static const Beginning no_lines[] = {
	BEGINNING("PK\003\004", "this is a zip archive, not lines of JSON: unpack it"),
	BEGINNING("\xfd" "7zXZ\0", "this is compressed by xz, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("BZh", "this is compressed by bzip2, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("\x28\xb5\x2f\xfd", "this is compressed by zstd, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("\x04\x22\x4d\x18", "this is compressed by lz4, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("\x78\x01", "this is a zlib stream, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("\x78\x9c", "this is a zlib stream, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("\x78\xda", "this is a zlib stream, not lines of JSON: unpack it, or use gzip"),
	BEGINNING("\xff\xfe\0\0", "this is UTF-32: lines of JSON are UTF-8"),
	BEGINNING("\0\0\xfe\xff", "this is UTF-32: lines of JSON are UTF-8"),
	BEGINNING("\xff\xfe", "this is UTF-16: lines of JSON are UTF-8"),
	BEGINNING("\xfe\xff", "this is UTF-16: lines of JSON are UTF-8"),
};

/* What a value may begin with by mistake, or in other formats. */
static const Beginning no_value[] = {
	BEGINNING("\xef\xbb\xbf", "a byte-order mark"),
	BEGINNING("\x1f\x8b", "gzip within the text"),
	BEGINNING("\x1e", "a record separator, as in JSON text sequences"),
	BEGINNING("NaN", "NaN is not JSON"),
	BEGINNING("nan", "NaN is not JSON"),
	BEGINNING("Infinity", "Infinity is not JSON"),
	BEGINNING("-Infinity", "Infinity is not JSON"),
	BEGINNING("inf", "Infinity is not JSON"),
	BEGINNING("None", "JSON has null, not None"),
	BEGINNING("True", "JSON has true, not True"),
	BEGINNING("False", "JSON has false, not False"),
	BEGINNING("undefined", "undefined is not JSON"),
	BEGINNING("//", "a comment, which JSON does not have"),
	BEGINNING("/*", "a comment, which JSON does not have"),
	BEGINNING("#", "a comment, which JSON does not have"),
	BEGINNING("'", "a single quote: strings of JSON have double quotes"),
	BEGINNING("\xe2\x80\x9c", "a typographic quote: strings of JSON have plain double quotes"),
	BEGINNING("\xe2\x80\x9d", "a typographic quote: strings of JSON have plain double quotes"),
	BEGINNING("\xc2\xa0", "a no-break space, which is no white space of JSON"),
	BEGINNING("+", "a number with a plus sign"),
	BEGINNING(".", "a number that begins with its point"),
	BEGINNING("\v", "white space that JSON does not have"),
	BEGINNING("\f", "white space that JSON does not have"),
	BEGINNING("\0", "a NUL byte, as in UTF-16"),
};

/* Return which of these beginnings the text has, or NULL. */
static const char *
find_beginning(const Beginning *list, int n, const char *s, Size len)
{
	for (int i = 0; i < n; i++)
		if (len >= list[i].len && memcmp(s, list[i].bytes, list[i].len) == 0)
			return list[i].what;
	return NULL;
}

/* Return whether the character is white space of JSON. */
static bool
is_json_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Return whether the character is a digit. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Return whether a name could begin with this character. */
static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/*
 * Read up to a place, where all is JSON as far as it goes: brackets match, so
 * the innermost is known from one bit for each.
 */
static void
look_before(const char *s, Size place, Before *before)
{
	uint8		objects[(TRK_MAX_DEPTH + 8) / 8] = {0};

	memset(before, 0, sizeof(*before));
	for (Size i = 0; i < place; i++)
	{
		char		c = s[i];

		if (i % INTERRUPT_BYTES == 0)
			TRK_CHECK_INTERRUPTS();
		if (before->in_string)
		{
			if (c == '\\')
				i++;
			before->in_string = c != '"';
			continue;
		}
		if (!is_json_space(c))
		{
			before->last_but_one = i > 0 ? s[i - 1] : 0;
			before->last = c;
		}
		if (c == '"')
			before->in_string = true;
		else if ((c == '{' || c == '[') && before->depth < TRK_MAX_DEPTH)
		{
			uint8		bit = 1 << before->depth % 8;
			uint8	   *byte = &objects[before->depth++ / 8];

			*byte = c == '{' ? *byte | bit : *byte & ~bit;
		}
		else if ((c == '}' || c == ']') && before->depth > 0)
			before->depth--;
	}
	if (before->depth > 0)
		before->container = objects[(before->depth - 1) / 8] & 1 << (before->depth - 1) % 8 ? '{' : '[';
}

/* Return the cause when the text ends too early. */
static const char *
cause_of_end(const Before *before)
{
	if (before->in_string)
		return "the line ends within a string";
	if (before->container == '{')
		return "the line ends within an object: was it cut, or is one event on several lines?";
	if (before->container == '[')
		return "the line ends within an array: each event is a line of its own, without brackets around them";
	return "the line ends too early";
}

/* Return the cause for an error in a string. */
static const char *
cause_in_string(char c)
{
	if (c == '\\')
		return "an escape that JSON does not have";
	if (c == '\t')
		return "a tab in a string, which must be escaped";
	if (c == '\0')
		return "a NUL byte in a string";
	return "a control character in a string, which must be escaped";
}

/* Return the cause for something after a complete value. */
static const char *
cause_after(const Before *before, char c)
{
	if (c == '{' || c == '[')
		return "another value after the first: each event is a line of its own";
	if (c == ',')
		return "a comma after the value: each event is a line of its own, without commas between them";
	if (c == ':')
		return "a member without its object: one event is one line, not several";
	if (c == '}' || c == ']')
		return "a closing bracket without an opening one: one event is one line, not several";
	if (is_digit(before->last))
		return "no number of JSON";
	return "other text after the value";
}

/* Return the cause for a wrong closing bracket. */
static const char *
cause_of_bracket(const Before *before)
{
	if (before->container == 0)
		return "a closing bracket without an opening one: one event is one line, not several";
	if (before->last == ',')
		return "a comma before the closing bracket";
	if (before->last == ':')
		return "a member without a value";
	return "the wrong closing bracket";
}

/* Return whether the text ends after a part of a number that needs digits. */
static bool
in_number(const Before *before)
{
	char		last = before->last;
	char		first = before->last_but_one;

	if (last == '.' || ((last == 'e' || last == 'E') && is_digit(first)))
		return is_digit(first);
	return (last == '+' || last == '-') && (first == 'e' || first == 'E');
}

/*
 * Return the cause for something in place of a name, a value or a separator.
 */
static const char *
cause_of_token(const Before *before, const char *s, Size len)
{
	const char *known = find_beginning(no_value, lengthof(no_value), s, len);
	char		last = before->last;

	if (in_number(before))
		return "a number without digits after its point or exponent";
	if (*s == '0' && len > 1 && is_digit(s[1]))
		return "a number with leading zeros";
	if (last == '-')
		return *s == 'I' || *s == 'i' ? "Infinity is not JSON" : "a number without digits";
	if (*s == '}' || *s == ']')
		return cause_of_bracket(before);
	if (known != NULL)
		return known;
	if (before->container == '{' && (last == '{' || last == ','))
		return is_name(*s) ? "a name without double quotes" : "a name in double quotes is missing";
	if (last == ':' || last == ',' || last == '[' || last == 0)
		return "no value of JSON begins so";
	if (is_digit(last))
		return "no number of JSON, or a comma or bracket is missing";
	return "a comma, a colon or a closing bracket is missing";
}

/* Return what is wrong at a position, or NULL when nothing can be said. */
static const char *
cause_of_syntax(const char *s, Size len, Size place)
{
	Before		before;
	const char *known;

	if (place > len)
		return NULL;
	look_before(s, place, &before);
	if (place == len)
		return cause_of_end(&before);
	if (before.in_string)
		return cause_in_string(s[place]);
	if (before.last != 0 && before.container == 0 && before.last != '-' && !in_number(&before))
		return cause_after(&before, s[place]);
	known = before.last == 0 ? find_beginning(no_lines, lengthof(no_lines), s + place, len - place) : NULL;
	if (known != NULL)
		return known;
	if (before.last == 0 && len - place >= 5 && memcmp(s + place, "data:", 5) == 0)
		return "a prefix \"data:\", as in a stream of server-sent events";
	return cause_of_token(&before, s + place, len - place);
}

/*
 * Return the column of a position, in characters, even if the text is not
 * UTF-8.
 */
static Size
column_of(const char *s, Size place)
{
	Size		column = 1;

	for (Size i = 0; i < place; i++)
	{
		if (i % INTERRUPT_BYTES == 0)
			TRK_CHECK_INTERRUPTS();
		column += ((uint8) s[i] & 0xc0) != 0x80;
	}
	return column;
}

/* Make the message of the reason, the column and the cause. */
const char *
trk_json_message(TrkArena *arena, TrkJsonStatus status, const char *s, Size len, Size place)
{
	const char *cause = status == TRK_JSON_SYNTAX ? cause_of_syntax(s, len, place) : NULL;
	const char *reason = trk_json_reason(status);
	Size		size = strlen(reason) + (cause == NULL ? 0 : strlen(cause)) + 48;
	char	   *message = trk_alloc(arena, size);

	snprintf(message, size, "%s at column %zu%s%s", reason, column_of(s, Min(place, len)),
			 cause == NULL ? "" : ": ", cause == NULL ? "" : cause);
	return message;
}

/*
 * Return whether this is UTF-16 without a byte order mark: ASCII with a NUL
 * before or after each byte.
 */
static bool
is_bare_utf16(const char *s, Size len)
{
	return len >= 4 && (s[0] == '\0') != (s[1] == '\0') && (s[2] == '\0') != (s[3] == '\0') &&
		(s[0] == '\0') == (s[2] == '\0');
}

/* Return the kind of a content that has no lines of text, or NULL. */
const char *
trk_json_no_lines(const char *s, Size len)
{
	if (is_bare_utf16(s, len))
		return "this is UTF-16: lines of JSON are UTF-8";
	return find_beginning(no_lines, lengthof(no_lines), s, len);
}

/* Return whether the object has an array with this name. */
static bool
has_array(const TrkValue *root, const char *name)
{
	const TrkMember *member = trk_json_member(root, name);

	return member != NULL && member->value.kind == TRK_ARRAY;
}

/* Return the kind of a tree that is not meant to be one event, or NULL. */
const char *
trk_json_no_event(const TrkValue *root)
{
	static const char *const envelope[] = {"event_id", "event_type", "schema_version", "payload"};
	static const char *const otlp[] = {"resourceSpans", "resourceLogs", "resourceMetrics",
	"resource_spans", "resource_logs", "resource_metrics"};
	static const char *const batch[] = {"events", "batch", "records", "items", "data"};

	if (root->kind == TRK_ARRAY)
		return "an event is a JSON object, not an array: each element needs a line of its own";
	if (root->kind != TRK_OBJECT)
		return "an event is a JSON object";
	for (int i = 0; i < lengthof(envelope); i++)
		if (trk_json_member(root, envelope[i]) != NULL)
			return NULL;
	for (int i = 0; i < lengthof(otlp); i++)
		if (has_array(root, otlp[i]))
			return "this is a document of OpenTelemetry (OTLP): lines of single events of the contract are wanted";
	for (int i = 0; i < lengthof(batch); i++)
		if (has_array(root, batch[i]))
			return "this is a batch: each of its events needs a line of its own";
	return NULL;
}
