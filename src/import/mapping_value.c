/*
 * mapping_value.c
 *	  Finds a value in a row, and converts it to the type that an event has
 *	  (see mapping.h).
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "import/mapping.h"
#include "json/number_rule.h"
#include "base/text.h"

/* Children that are copied between two checks for interrupts. */
#define TRK_CHILDREN_PER_CHECK	4096

/* The depth in an event at which a value of the payload is. */
#define TRK_PAYLOAD_DEPTH	2

/* State of a conversion. */
typedef struct MapCall
{
	TrkMapWork *work;
	TrkArena   *arena;			/* the arena of the row */
	const char *label;
} MapCall;

/* Payload fields in which a text with commas is a list. */
static const int comma_fields[] = {
	TRK_FIELD_reasons, TRK_FIELD_scenario_tags, TRK_FIELD_linked_event_ids
};

/* The words for booleans; the first half mean true. */
static const char *const boolean_words[] = {
	"1", "true", "yes", "y", "0", "false", "no", "n"
};

/*
 * Copy a value, so that the copy can be changed without changing the
 * original.
 */
TrkValue
trk_map_copy(TrkArena *arena, const TrkValue *value)
{
	TrkValue	copy = *value;

	if (value->kind == TRK_ARRAY)
	{
		copy.u.items = trk_alloc_array(arena, TrkValue, value->len);
		for (uint32 i = 0; i < value->len; i++)
		{
			if (i % TRK_CHILDREN_PER_CHECK == TRK_CHILDREN_PER_CHECK - 1)
				TRK_CHECK_INTERRUPTS();
			copy.u.items[i] = trk_map_copy(arena, &value->u.items[i]);
		}
	}
	else if (value->kind == TRK_OBJECT)
	{
		copy.u.members = trk_alloc_array(arena, TrkMember, value->len);
		for (uint32 i = 0; i < value->len; i++)
		{
			if (i % TRK_CHILDREN_PER_CHECK == TRK_CHILDREN_PER_CHECK - 1)
				TRK_CHECK_INTERRUPTS();
			copy.u.members[i] = value->u.members[i];
			copy.u.members[i].value = trk_map_copy(arena, &value->u.members[i].value);
		}
	}
	return copy;
}

/* Return whether a value is nested no deeper than this. */
static bool
nests_within(const TrkValue *value, int depth)
{
	if (value->kind != TRK_ARRAY && value->kind != TRK_OBJECT)
		return true;
	if (depth == 0)
		return false;
	for (uint32 i = 0; i < value->len; i++)
		if (!nests_within(value->kind == TRK_ARRAY ? &value->u.items[i] :
						  &value->u.members[i].value, depth - 1))
			return false;
	return true;
}

/*
 * Count nested JSON that is parsed or copied; return whether it is too much
 * for a row.
 */
static bool
nested_too_large(TrkMapWork *work, Size bytes)
{
	work->nested_bytes += bytes;
	if (work->nested_bytes <= TRK_MAX_ROW_NESTED)
		return false;
	trk_finding_add(work->findings, "", TRK_RULE_SIZE,
					"the nested values of a row are at most %d bytes together",
					TRK_MAX_ROW_NESTED);
	return true;
}

/*
 * Parse a text that begins like an array or an object; return false if it is
 * none.  The value is cached and shared, so it must not be changed.
 */
static bool
read_nested(TrkMapWork *work, const TrkValue *text, TrkValue *out)
{
	TrkMapNested *nested = work->nested;

	if (text->kind != TRK_STRING || text->len < 2 ||
		(text->u.str[0] != '[' && text->u.str[0] != '{'))
		return false;
	while (nested != NULL && (nested->text != text->u.str || nested->len != text->len))
		nested = nested->next;
	if (nested == NULL)
	{
		nested = trk_alloc(work->arena, sizeof(TrkMapNested));
		nested->next = work->nested;
		nested->text = text->u.str;
		nested->len = text->len;
		nested->good = !nested_too_large(work, text->len) &&
			trk_json_read(work->arena, text->u.str, text->len, &nested->value) == TRK_JSON_OK;
		work->nested = nested;
	}
	if (nested->good)
		*out = nested->value;
	return nested->good;
}

/* Return the member or item that a step names, or NULL. */
static const TrkValue *
trk_step(const TrkValue *value, TrkText step)
{
	uint32		number = 0;

	if (value->kind == TRK_OBJECT)
	{
		for (uint32 i = 0; i < value->len; i++)
		{
			const TrkMember *member = &value->u.members[i];

			if (trk_text_equal((TrkText) {member->name, member->name_len}, step))
				return &member->value;
		}
		return NULL;
	}
	if (value->kind != TRK_ARRAY || step.len > 9)
		return NULL;
	for (Size i = 0; i < step.len; i++)
	{
		if (step.s[i] < '0' || step.s[i] > '9')
			return NULL;
		number = number * 10 + (step.s[i] - '0');
	}
	return number < value->len ? &value->u.items[number] : NULL;
}

/* Strip white space from a text; return whether anything is left. */
static bool
trimmed(TrkValue *value)
{
	TrkText		text = trk_text_strip(value->u.str, value->len);

	if (text.len != value->len)
		trk_json_set_string(value, text.s, text.len);
	return text.len > 0;
}

/* Return the value at a path of a row; a missing one is absent. */
TrkMapResult
trk_map_find(TrkMapWork *work, const TrkValue *row, const TrkMapPath *path, TrkValue *out)
{
	TrkValue	here = *row;

	for (uint32 i = 0; i < path->nsteps; i++)
	{
		const TrkValue *next;
		TrkValue	nested;

		if (here.kind == TRK_STRING && trimmed(&here) &&
			read_nested(work, &here, &nested))
			here = nested;
		next = trk_step(&here, path->steps[i]);
		if (next == NULL)
			return TRK_MAP_ABSENT;
		here = *next;
	}
	*out = here;
	if (here.kind == TRK_NULL || (here.kind == TRK_STRING && !trimmed(out)))
		return TRK_MAP_ABSENT;
	return TRK_MAP_PRESENT;
}

/* Adds a finding about the current value. */
#define TRK_BAD_VALUE(call, rule, what) \
	(trk_finding_add((call)->work->findings, (call)->label, rule, "%s must be %s", \
					 (call)->label, what), TRK_MAP_BAD)

/* Copy a nested value for the event; it must not be nested too deep. */
static TrkMapResult
own_nested(const MapCall *call, TrkValue *value)
{
	if (value->kind != TRK_ARRAY && value->kind != TRK_OBJECT)
		return TRK_MAP_PRESENT;
	if (nested_too_large(call->work, trk_json_size(value)))
		return TRK_MAP_BAD;
	if (!nests_within(value, TRK_MAX_DEPTH - TRK_PAYLOAD_DEPTH))
		return TRK_BAD_VALUE(call, TRK_RULE_JSON, "nested less deeply");
	*value = trk_map_copy(call->arena, value);
	return TRK_MAP_PRESENT;
}

/*
 * Return a value unchanged, except that a text which is an array or an object
 * is parsed.
 */
static TrkMapResult
convert_any(const MapCall *call, TrkValue *value)
{
	TrkValue	nested;

	if (read_nested(call->work, value, &nested))
		*value = nested;
	return own_nested(call, value);
}

/*
 * Convert a value to text: numbers as they are spelled, nested values as JSON.
 */
static TrkMapResult
convert_text(const MapCall *call, TrkValue *value)
{
	TrkBuf		buf;

	switch ((TrkKind) value->kind)
	{
		case TRK_STRING:
			break;
		case TRK_NUMBER:
			trk_json_set_string(value, value->u.str, value->len);
			break;
		default:
			if (own_nested(call, value) == TRK_MAP_BAD)
				return TRK_MAP_BAD;
			trk_buf_init(&buf, call->arena, 64);
			trk_json_write(&buf, value, TRK_NUMBERS_AS_SPELLED);
			trk_json_set_string(value, buf.data, buf.len);
	}
	return TRK_MAP_PRESENT;
}

/* Convert a boolean, one of its words in any case, or 1 or 0. */
static TrkMapResult
convert_bool(const MapCall *call, TrkValue *value)
{
	if (value->kind == TRK_TRUE || value->kind == TRK_FALSE)
		return TRK_MAP_PRESENT;
	if (value->kind == TRK_STRING || value->kind == TRK_NUMBER)
		for (int i = 0; i < lengthof(boolean_words); i++)
		{
			const char *word = boolean_words[i];
			Size		n = 0;

			while (n < value->len && word[n] != '\0' &&
				   (value->u.str[n] | (word[n] > '9' ? 0x20 : 0)) == word[n])
				n++;
			if (n < value->len || word[n] != '\0')
				continue;
			memset(value, 0, sizeof(TrkValue));
			value->kind = i < lengthof(boolean_words) / 2 ? TRK_TRUE : TRK_FALSE;
			return TRK_MAP_PRESENT;
		}
	return TRK_BAD_VALUE(call, TRK_RULE_BOOLEAN, "true or false");
}

/* Make a number value with the spelling that JSON requires. */
static void
spell_number(TrkArena *arena, const TrkNumber *number, TrkValue *value)
{
	int64		zeros = 0;
	char		exponent[32];
	TrkBuf		buf;

	trk_buf_init(&buf, arena, number->integer_len + number->fraction_len + 32);
	if (number->negative)
		trk_buf_putc(&buf, '-');
	while (zeros < number->integer_len - 1 && number->integer[zeros] == '0')
		zeros++;
	if (number->integer_len == 0)
		trk_buf_putc(&buf, '0');
	trk_buf_append(&buf, number->integer + zeros, number->integer_len - zeros);
	if (number->fraction_len > 0)
	{
		trk_buf_putc(&buf, '.');
		trk_buf_append(&buf, number->fraction, number->fraction_len);
	}
	if (number->exponent != 0)
		trk_buf_append(&buf, exponent,
					   snprintf(exponent, sizeof(exponent), "e" INT64_FORMAT, number->exponent));
	value->kind = TRK_NUMBER;
	value->flags = number->fraction_len == 0 && number->exponent == 0 ? TRK_F_INTEGER : 0;
	value->u.str = buf.data;
	value->len = (uint32) buf.len;
}

/* Convert a number, or a text that spells one, with all its digits. */
static TrkMapResult
convert_float(const MapCall *call, TrkValue *value)
{
	TrkNumber	number;

	if (value->kind == TRK_NUMBER)
		return TRK_MAP_PRESENT;
	if (!trk_number_of_value(value, &number))
		return TRK_BAD_VALUE(call, TRK_RULE_NUMBER, "a finite decimal number");
	spell_number(call->arena, &number, value);
	if (!trk_number_fits(value->u.str, value->len))
		return TRK_BAD_VALUE(call, TRK_RULE_NUMBER, "a number of fewer digits");
	return TRK_MAP_PRESENT;
}

/* Convert a whole number, which may have a fraction of zeros. */
static TrkMapResult
convert_int(const MapCall *call, TrkValue *value)
{
	const char *e;
	int			zeros;
	TrkBuf		buf;

	if (convert_float(call, value) == TRK_MAP_BAD)
		return TRK_MAP_BAD;
	if (value->flags & TRK_F_INTEGER)
		return TRK_MAP_PRESENT;
	trk_buf_init(&buf, call->arena, value->len + 32);
	trk_json_write_number(&buf, value->u.str, value->len, TRK_NUMBERS_NORMAL);
	trk_buf_putc(&buf, '\0');
	e = strchr(buf.data, 'e');
	zeros = e == NULL ? 0 : atoi(e + 1);
	if (zeros < 0)
		return TRK_BAD_VALUE(call, TRK_RULE_INTEGER, "a whole number");
	buf.len = e == NULL ? buf.len - 1 : e - buf.data;
	while (zeros-- > 0)
		trk_buf_putc(&buf, '0');
	value->u.str = buf.data;
	value->len = (uint32) buf.len;
	value->flags = TRK_F_INTEGER;
	return TRK_MAP_PRESENT;
}

/* Convert a decimal to a text, exactly as it is spelled. */
static TrkMapResult
convert_number_string(const MapCall *call, TrkValue *value)
{
	TrkNumber	number;

	if (!trk_number_of_value(value, &number))
		return TRK_BAD_VALUE(call, TRK_RULE_NUMBER, "a finite decimal number");
	trk_json_set_string(value, value->u.str, value->len);
	return TRK_MAP_PRESENT;
}

/* Split a text at commas; blank parts are left out. */
static TrkMapResult
split_list(const MapCall *call, TrkValue *value)
{
	const char *s = value->u.str;
	Size		len = value->len;
	uint32		n = 1;
	Size		begin = 0;
	TrkValue   *items;

	for (Size i = 0; i < len; i++)
		n += s[i] == ',';
	items = trk_alloc_array(call->arena, TrkValue, n);
	n = 0;
	for (Size i = 0; i <= len; i++)
		if (i == len || s[i] == ',')
		{
			trk_json_set_string(&items[n], s + begin, i - begin);
			if (trimmed(&items[n]))
				n++;
			begin = i + 1;
		}
	*value = (TrkValue) {.kind = TRK_ARRAY, .len = n, .u.items = items};
	return n > 0 ? TRK_MAP_PRESENT : TRK_MAP_ABSENT;
}

/*
 * Convert an array, a text that is one or has commas, or a single value to a
 * list.
 */
static TrkMapResult
convert_list(const MapCall *call, TrkValue *value)
{
	TrkValue	nested;
	TrkValue   *item;

	if (read_nested(call->work, value, &nested))
		*value = nested;
	switch ((TrkKind) value->kind)
	{
		case TRK_ARRAY:
			return own_nested(call, value);
		case TRK_STRING:
			return split_list(call, value);
		case TRK_OBJECT:
			return TRK_BAD_VALUE(call, TRK_RULE_TYPE, "a list");
		default:
			item = trk_alloc(call->arena, sizeof(TrkValue));
			*item = *value;
			*value = (TrkValue) {.kind = TRK_ARRAY, .len = 1, .u.items = item};
			return TRK_MAP_PRESENT;
	}
}

/* Convert any JSON; a text is parsed as JSON. */
static TrkMapResult
convert_json(const MapCall *call, TrkValue *value)
{
	TrkValue	written = *value;

	if (value->kind == TRK_STRING && nested_too_large(call->work, value->len))
		return TRK_MAP_BAD;
	if (value->kind == TRK_STRING &&
		trk_json_read(call->arena, written.u.str, written.len, value) != TRK_JSON_OK)
		return TRK_BAD_VALUE(call, TRK_RULE_JSON, "JSON");
	if (value->kind == TRK_NULL)
		return TRK_MAP_ABSENT;
	return own_nested(call, value);
}

/* Convert a value to a type of mappings. label names the value in findings. */
TrkMapResult
trk_map_convert(TrkMapWork *work, TrkMapType type, const TrkValue *in, const char *label,
				TrkValue *out)
{
	static TrkMapResult (*const convert[TRK_MAP_TYPES]) (const MapCall *, TrkValue *) = {
		convert_any, convert_text, convert_bool, convert_int,
		convert_float, convert_list, convert_json, convert_number_string
	};
	MapCall		call = {work, work->arena, label};

	*out = *in;
	return convert[type] (&call, out);
}

/*
 * Convert a text to a time in UTC with "Z"; return false when it is not a
 * time.
 */
bool
trk_map_time(TrkArena *arena, TrkText text, TrkValue *out)
{
	char		utc[TRK_ISOTIME_MAX];
	int64		usecs;
	int			len;

	if (text.len == 0 || !trk_isotime_read(text.s, text.len, &usecs))
		return false;
	len = trk_isotime_write(usecs, utc);
	/* a text in UTC keeps its spelling */
	if (text.s[text.len - 1] != 'Z' || !trk_isotime_parse(text.s, text.len, &usecs))
		text = (TrkText) {trk_arena_copy(arena, utc, len), len};
	trk_json_set_string(out, text.s, text.len);
	return len > 0;
}

/*
 * Return whether the contract checks a field of events of this type for this
 * kind.
 */
static bool
is_checked_for(int event_type, int field, TrkCheckKind kind)
{
	const TrkEventRule *rules;
	int			n = 0;

	if (trk_fields[field].check.kind == kind)
		return true;
	rules = event_type < 0 ? NULL : trk_event_rules(event_type, &n);
	for (int i = 0; i < n; i++)
		if (rules[i].field == field && rules[i].check.kind == kind)
			return true;
	return false;
}

/*
 * Return the default type of a field on events of this type; -1 stands for
 * any type.
 */
TrkMapType
trk_map_guess(int event_type, int field)
{
	if (field < 0)
		return TRK_MAP_GUESS;
	for (int i = 0; i < lengthof(comma_fields); i++)
		if (comma_fields[i] == field)
			return TRK_MAP_LIST;
	if (is_checked_for(event_type, field, TRK_KIND_BOOLEAN))
		return TRK_MAP_BOOL;
	if (is_checked_for(event_type, field, TRK_KIND_INTEGER))
		return TRK_MAP_INT;
	if (is_checked_for(event_type, field, TRK_KIND_NONEMPTY))
		return TRK_MAP_TEXT;
	return TRK_MAP_GUESS;
}
