/*
 * journal_value.c
 *	  Converts the values of journal columns to the types of event fields,
 *	  whatever type the column has.
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "json/json_member.h"
#include "json/number_rule.h"
#include "import/journal_value.h"
#include "base/unicode.h"

/* The most characters of an identifier that is made of a text. */
#define SLUG_CHARACTERS	80

/* The time of an event that has none. */
static const char epoch[] = "1970-01-01T00:00:00Z";

/* Set a value to a whole number that is spelled in memory that stays. */
static void
set_integer(TrkValue *value, const char *s, Size len)
{
	value->kind = TRK_NUMBER;
	value->flags = TRK_F_INTEGER;
	value->len = (uint32) len;
	value->u.str = s;
}

/* Set a value to an array. */
static void
set_array(TrkValue *value, TrkValue *items, uint32 n)
{
	value->kind = TRK_ARRAY;
	value->flags = 0;
	value->len = n;
	value->u.items = items;
}

/*
 * Copy a tree, so that redaction may change it; false when it is deeper than
 * allowed.  Strings stay where they are.
 */
static bool
copy_tree(TrkArena *arena, const TrkValue *value, int depth, TrkValue *out)
{
	uint32		i;

	*out = *value;
	if ((value->kind != TRK_ARRAY && value->kind != TRK_OBJECT) || value->len == 0)
		return true;
	if (depth == 0)
		return false;
	TRK_CHECK_INTERRUPTS();
	if (value->kind == TRK_ARRAY)
	{
		out->u.items = trk_alloc_array(arena, TrkValue, value->len);
		for (i = 0; i < value->len; i++)
			if (!copy_tree(arena, &value->u.items[i], depth - 1, &out->u.items[i]))
				return false;
		return true;
	}
	out->u.members = trk_alloc_array(arena, TrkMember, value->len);
	memcpy(out->u.members, value->u.members, value->len * sizeof(TrkMember));
	for (i = 0; i < value->len; i++)
		if (!copy_tree(arena, &value->u.members[i].value, depth - 1, &out->u.members[i].value))
			return false;
	return true;
}

/*
 * Return a boolean, an array or an object in the client's (Python's) notation.
 */
static TrkText
notation_of(TrkArena *arena, const TrkRedactor *redactor, const TrkValue *value)
{
	TrkPrivacy	privacy = {0};
	TrkValue	copy;
	TrkText		text;
	TrkBuf		buf;

	(void) copy_tree(arena, value, TRK_MAX_DEPTH, &copy);
	trk_redact_value(redactor, arena, &copy, &privacy);
	trk_buf_init(&buf, arena, 64);
	trk_digest_text(&buf, &copy);
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/*
 * Return a string or a number as text, without white space at its ends; empty
 * for other values.
 */
static TrkText
scalar_text(const TrkValue *value)
{
	TrkText		text = {"", 0};

	if (value->kind == TRK_STRING)
		return trk_text_strip(value->u.str, value->len);
	if (value->kind == TRK_NUMBER)
	{
		text.s = value->u.str;
		text.len = value->len;
	}
	return text;
}

/* Convert a value to text. */
TrkText
trk_journal_text(TrkArena *arena, const TrkRedactor *redactor, const TrkValue *value)
{
	if (value->kind == TRK_NULL || value->kind == TRK_STRING || value->kind == TRK_NUMBER)
		return scalar_text(value);
	return notation_of(arena, redactor, value);
}

/*
 * Replace the secret shapes in a text.  This must be done before its case is
 * changed, because afterwards they would not be recognized.
 */
TrkText
trk_journal_scanned(TrkArena *arena, const TrkRedactor *redactor, TrkText text)
{
	const char *s;
	Size		len;

	if (trk_pattern_redact(arena, text.s, text.len, redactor->rules, &redactor->custom, &s, &len))
	{
		text.s = s;
		text.len = len;
	}
	return text;
}

/*
 * Convert a value to a decimal number in a string.  Returns false when the
 * value is null or "".  A value that is not a number becomes 0 and sets
 * *readable to false.
 */
bool
trk_journal_decimal(TrkArena *arena, const TrkValue *value, TrkValue *out, bool *readable)
{
	TrkText		text;
	TrkNumber	number;

	*readable = true;
	if (value->kind == TRK_NULL || (value->kind == TRK_STRING && value->len == 0))
		return false;
	if (!trk_number_of_value(value, &number))
	{
		*readable = false;
		trk_json_set_string(out, "0", 1);
		return true;
	}
	text = scalar_text(value);
	if (text.len > 0 && text.s[0] == '+')
	{
		text.s++;
		text.len--;
	}
	trk_json_set_string(out, text.s, text.len);
	return true;
}

/* Return the sign of the value as a decimal, or 0 when it is not a number. */
int
trk_journal_sign(const TrkValue *value)
{
	TrkNumber	number;

	if (!trk_number_of_value(value, &number))
		return 0;
	return trk_number_compare(&number, 0);
}

/*
 * Return the digits of an integer in text form, without sign and leading
 * zeros; empty for a negative one.
 */
static TrkText
integer_digits(const TrkValue *value)
{
	TrkText		text = trk_text_strip(value->u.str, value->len);
	bool		negative = text.len > 0 && text.s[0] == '-';
	Size		i;

	if (text.len > 0 && (text.s[0] == '-' || text.s[0] == '+'))
	{
		text.s++;
		text.len--;
	}
	for (i = 0; i < text.len && text.s[i] >= '0' && text.s[i] <= '9';)
		i++;
	while (text.len > 0 && text.s[0] == '0')
	{
		text.s++;
		text.len--;
		i--;
	}
	if (i < text.len || negative || text.len > TRK_MAX_NUMBER_DIGITS)
		text.len = 0;
	return text;
}

/* Return the whole part of a number; empty for a negative one. */
static TrkText
whole_part(TrkArena *arena, const TrkValue *value)
{
	TrkText		text = {value->u.str, value->len};
	TrkNumber	number;
	TrkBuf		buf;

	if (value->u.str[0] == '-')
		text.len = 0;
	else if ((value->flags & TRK_F_INTEGER) == 0)
	{
		trk_number_parse(&number, value->u.str, value->len);
		trk_buf_init(&buf, arena, 32);
		trk_number_write_integer(&buf, &number);
		text.s = buf.data;
		text.len = buf.len;
	}
	return text;
}

/* Return whether the value is a count; null and "" are 0. */
static bool
is_count(const TrkValue *value)
{
	TrkNumber	number;
	TrkText		text;

	if (value->kind == TRK_NULL || value->kind == TRK_TRUE || value->kind == TRK_FALSE)
		return true;
	text = scalar_text(value);
	if (value->kind == TRK_STRING && text.len == 0)
		return true;
	if (!trk_number_of_value(value, &number) || trk_number_compare(&number, 0) < 0)
		return false;
	if (value->kind == TRK_STRING)
		for (Size i = text.s[0] == '+' ? 1 : 0; i < text.len; i++)
			if (text.s[i] < '0' || text.s[i] > '9')
				return false;
	return true;
}

/*
 * Convert a value to a whole number of at least 0; null and "" become 0.
 * Returns false when the value is not such a number, and uses 0.
 */
bool
trk_journal_count(TrkArena *arena, const TrkValue *value, TrkValue *out)
{
	TrkText		digits = {"1", 1};

	if (value->kind == TRK_STRING)
		digits = integer_digits(value);
	else if (value->kind == TRK_NUMBER)
		digits = whole_part(arena, value);
	else if (value->kind != TRK_TRUE)
		digits.len = 0;
	if (digits.len == 0)
		digits = trk_text_literal("0");
	set_integer(out, digits.s, digits.len);
	return is_count(value);
}

/* Convert a value to true or false; null becomes otherwise. */
bool
trk_journal_truth(const TrkValue *value, bool otherwise)
{
	static const char *const words[] = {"1", "true", "yes", "y"};
	TrkText		text;
	Size		i;
	Size		j;

	if (value->kind == TRK_NULL)
		return otherwise;
	if (value->kind != TRK_STRING)
		return trk_json_truthy(value);
	text = trk_text_strip(value->u.str, value->len);
	for (i = 0; i < lengthof(words); i++)
	{
		if (text.len != strlen(words[i]))
			continue;
		for (j = 0; j < text.len && trk_to_lower((unsigned char) text.s[j]) == (unsigned char) words[i][j];)
			j++;
		if (j == text.len)
			return true;
	}
	return false;
}

/*
 * Convert a value to a time as the contract spells it.  A value that is not a
 * time becomes the start of 1970 and sets *readable to false.
 */
TrkText
trk_journal_time(TrkArena *arena, const TrkValue *value, bool *readable)
{
	TrkText		text = {"", 0};
	int64		usecs;
	char	   *out;

	if (value->kind == TRK_STRING)
		text = trk_text_strip(value->u.str, value->len);
	*readable = true;
	if (text.len > 0 && text.s[text.len - 1] == 'Z')
		return text;
	if (text.len > 0 && trk_isotime_read(text.s, text.len, &usecs))
	{
		out = trk_alloc(arena, TRK_ISOTIME_MAX);
		text.len = trk_isotime_write(usecs, out);
		text.s = out;
		if (text.len > 0)
			return text;
	}
	*readable = false;
	return trk_text_literal(epoch);
}

/* Read a text that may be JSON. */
static bool
read_text(TrkArena *arena, const TrkValue *value, TrkValue *out)
{
	Size		i = 0;

	while (i < value->len && memchr(" \t\r\n", value->u.str[i], 4) != NULL)
		i++;
	if (i == value->len || memchr("{[\"-0123456789tfn", value->u.str[i], 17) == NULL)
		return false;
	return trk_json_read(arena, value->u.str, value->len, out) == TRK_JSON_OK;
}

/*
 * Convert a value to JSON, as a tree that shares nothing with the row.
 * Returns false when it is nested deeper than an event may be.
 */
bool
trk_journal_json(TrkArena *arena, const TrkValue *value, TrkValue *out)
{
	TrkValue	parsed;

	if (value->kind == TRK_NULL)
	{
		*out = *value;
		out->kind = TRK_OBJECT;
		out->flags = TRK_F_SORTED;
		out->len = 0;
		out->u.members = NULL;
		return true;
	}
	if (value->kind == TRK_STRING && read_text(arena, value, &parsed))
		return copy_tree(arena, &parsed, TRK_JOURNAL_DEPTH, out);
	return copy_tree(arena, value, TRK_JOURNAL_DEPTH, out);
}

/*
 * Convert a value to a JSON array as trk_journal_json() does; another value
 * becomes [].
 */
bool
trk_journal_list(TrkArena *arena, const TrkValue *value, TrkValue *out)
{
	TrkValue	parsed;
	TrkValue   *item;

	set_array(out, NULL, 0);
	if (value->kind == TRK_STRING && value->len > 0 && !read_text(arena, value, &parsed))
	{
		item = trk_alloc_array(arena, TrkValue, 1);
		*item = *value;
		set_array(out, item, 1);
		return true;
	}
	if (!trk_journal_json(arena, value, &parsed))
		return false;
	if (parsed.kind == TRK_ARRAY)
		*out = parsed;
	return true;
}

/*
 * Return the value itself, or the JSON value that its text spells, for reading
 * only.
 */
static const TrkValue *
seen_as_json(TrkArena *arena, const TrkValue *value, TrkValue *parsed)
{
	if (value->kind == TRK_STRING && read_text(arena, value, parsed))
		return parsed;
	return value;
}

/*
 * Return the number of items or members of a value; null has 0, every other
 * value 1.
 */
uint32
trk_journal_length(TrkArena *arena, const TrkValue *value)
{
	TrkValue	parsed;

	if (value->kind == TRK_NULL)
		return 0;
	value = seen_as_json(arena, value, &parsed);
	if (value->kind == TRK_ARRAY || value->kind == TRK_OBJECT)
		return value->len;
	return 1;
}

/*
 * Return the sorted member names of an object as an array; other values have
 * none.
 */
void
trk_journal_keys(TrkArena *arena, const TrkValue *value, TrkValue *out)
{
	const TrkMember *members;
	const TrkValue *object;
	TrkValue	parsed;
	TrkValue   *items;
	uint32		i;

	set_array(out, NULL, 0);
	object = seen_as_json(arena, value, &parsed);
	if (object->kind != TRK_OBJECT || object->len == 0)
		return;
	members = trk_members_in_order(arena, object);
	items = trk_alloc_array(arena, TrkValue, object->len);
	for (i = 0; i < object->len; i++)
	{
		items[i].kind = TRK_STRING;
		items[i].flags = members[i].name_flags;
		items[i].len = members[i].name_len;
		items[i].u.str = members[i].name;
	}
	set_array(out, items, object->len);
}

/* Return the canonical text of a value as JSON. */
TrkText
trk_journal_canonical(TrkArena *arena, const TrkValue *value)
{
	TrkText		text = {"{}", 2};
	TrkValue	parsed;
	TrkBuf		buf;

	if (value->kind == TRK_NULL)
		return text;
	trk_buf_init(&buf, arena, 256);
	trk_json_write(&buf, seen_as_json(arena, value, &parsed), TRK_NUMBERS_AS_SPELLED);
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/* Return "sha256:" and the hash of a text in hex digits. */
TrkText
trk_journal_hash(TrkArena *arena, TrkText text)
{
	TrkText		hash;
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 71);
	trk_digest_append(&buf, text.s, text.len);
	hash.s = buf.data;
	hash.len = buf.len;
	return hash;
}

/*
 * Convert a text to an identifier of at most 80 characters: letters and
 * digits in lower case, with single underscores in place of everything else
 * between them.  It is "rejected" when no letter or digit is left.
 */
TrkText
trk_journal_slug(TrkArena *arena, const TrkRedactor *redactor, TrkText text)
{
	TrkText		slug;
	TrkBuf		buf;
	Size		characters = 0;
	Size		i = 0;
	bool		gap = false;

	text = trk_journal_scanned(arena, redactor, text);
	trk_buf_init(&buf, arena, 4 * (SLUG_CHARACTERS + 1));
	while (i < text.len && characters < SLUG_CHARACTERS)
	{
		uint32		cp;

		i += trk_utf8_decode(text.s + i, &cp);
		if (cp == '_' || !trk_is_word(cp))
		{
			gap = buf.len > 0;
			continue;
		}
		if (gap)
		{
			trk_buf_putc(&buf, '_');
			gap = false;
			if (++characters == SLUG_CHARACTERS)
				break;
		}
		trk_buf_reserve(&buf, 4);
		buf.len += trk_utf8_encode(trk_to_lower(cp), buf.data + buf.len);
		characters++;
	}
	if (buf.len == 0)
		return trk_text_literal("rejected");
	slug.s = buf.data;
	slug.len = buf.len;
	return slug;
}
