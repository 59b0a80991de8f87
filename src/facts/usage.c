/*
 * usage.c
 *	  Reads the tokens of a call from the payload of an event (see usage.h).
 *
 * One walk over the members of the payload collects the counts of each object
 * that usage_object.def lists.  Each such reading becomes counts of disjoint
 * kinds; the first object that is complete is believed, and the others are only
 * compared with it.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "facts/model_name.h"
#include "facts/usage.h"
#include "facts/usage_path.h"
#include "json/json.h"
#include "performance/decimal.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* How deep the members of an object of usage may lie below the payload. */
#define MAX_GROUPS	4

/* Digits of a count that is written as a text: those of TRK_MAX_TOKENS. */
#define MAX_COUNT_DIGITS	13

/* An object of usage as a text: the longest that is read, and memory for its tree. */
#define MAX_TEXT_BYTES		8192
#define TEXT_ARENA_BYTES	8192

/* The most entries of an array of counts by medium that are read. */
#define MAX_MEDIA	16

#define BIT(n)	((uint32) 1 << (n))

/* What one object says. */
typedef struct Reading
{
	int64		count[TRK_USAGE_QUANTITIES];
	TrkUsagePlace place[TRK_USAGE_QUANTITIES];
	uint32		known;			/* a bit for each quantity */
	uint32		unreadable;
	bool		conflict;		/* two members of it disagree */
	bool		other_unit;		/* it counts something else than tokens */
	bool		has_tier;
	TrkServiceTier tier;
} Reading;

/* Of members that are no counts: what decides how counts are read. */
typedef struct Walk
{
	Reading		readings[TRK_USAGE_OBJECTS];
	uint32		seen;			/* readings that were begun */
	TrkProvider provider;
	bool		is_claude;		/* the model is one of Anthropic's */
	bool		has_tier;		/* of the payload itself, as the response says it */
	TrkServiceTier tier;
	bool		has_request_tier;
	TrkServiceTier request_tier;
} Walk;

static void walk_members(Walk *walk, JsonbContainer *members, int object, TrkText prefix, int depth);

/* Return the text of a string value. */
static TrkText
text_of(const JsonbValue *value)
{
	TrkText		text = {value->val.string.val, value->val.string.len};

	return text;
}

/*
 * Read a count: a number without a fraction, or the same as a text of digits.
 * Returns false for what is none.
 */
static bool
read_count(const JsonbValue *value, int64 *count)
{
	TrkDecimal	number;

	if (value->type == jbvString)
	{
		int			len = value->val.string.len;

		if (len < 1 || len > MAX_COUNT_DIGITS)
			return false;
		*count = 0;
		for (int i = 0; i < len; i++)
		{
			char		c = value->val.string.val[i];

			if (c < '0' || c > '9')
				return false;
			*count = *count * 10 + (c - '0');
		}
		return *count <= TRK_MAX_TOKENS;
	}
	if (value->type != jbvNumeric)
		return false;
	trk_decimal_read(&number, NumericGetDatum(value->val.numeric));
	/* a number that reads as short has no zeros behind its point */
	if (number.big != 0 || number.scale > 0 || number.m < 0 || number.m > TRK_MAX_TOKENS)
		return false;
	*count = (int64) number.m;
	return true;
}

/* Return the reading of an object, which is begun when it is new. */
static Reading *
reading_of(Walk *walk, int object)
{
	Reading    *reading = &walk->readings[object];

	if ((walk->seen & BIT(object)) == 0)
	{
		walk->seen |= BIT(object);
		memset(reading, 0, sizeof(*reading));
	}
	return reading;
}

/*
 * Note a count.  Of two members that mean the same quantity the larger one
 * counts: a library that fills both sets the one it does not use to zero.
 */
static void
note_count(Reading *reading, const TrkUsageField *field, int64 count)
{
	TrkUsageQuantity q = field->quantity;

	if (reading->known & BIT(q))
	{
		reading->conflict |= reading->count[q] != count;
		count = Max(reading->count[q], count);
	}
	reading->known |= BIT(q);
	reading->count[q] = count;
	if (reading->place[q] == TRK_PLACE_NEUTRAL || field->place == TRK_PLACE_WITHIN)
		reading->place[q] = field->place;
}

/* Return the tier of service that a text names; case is ignored. */
static TrkServiceTier
tier_of(TrkText text)
{
	static const struct
	{
		TrkText		name;
		TrkServiceTier tier;
	}			tiers[] = {
#define TRK_SERVICE_TIER(name, sql_name)
#define TRK_SERVICE_TIER_NAME(sql_name, name)	{{#sql_name, sizeof(#sql_name) - 1}, TRK_TIER_##name},
#include "facts/service_tier.def"
#undef TRK_SERVICE_TIER
#undef TRK_SERVICE_TIER_NAME
	};
	TrkModelName lower;
	TrkText		name;

	trk_model_name_set(&lower, text);
	name.s = lower.s;
	name.len = lower.len;
	for (int i = 0; i < (int) lengthof(tiers); i++)
		if (trk_text_equal(tiers[i].name, name))
			return tiers[i].tier;
	return TRK_TIER_OTHER;
}

/*
 * Note the count of one medium, {modality, tokenCount}.  Only audio and the
 * images of the input have prices of their own.
 */
static void
note_medium(Reading *reading, JsonbContainer *medium, bool is_input)
{
	JsonbValue	modality;
	JsonbValue	tokens;
	TrkUsageField field = {.place = TRK_PLACE_WITHIN};
	int64		count;

	if (getKeyJsonValueFromContainer(medium, "modality", 8, &modality) == NULL || modality.type != jbvString)
		return;
	if (getKeyJsonValueFromContainer(medium, "tokenCount", 10, &tokens) == NULL &&
		getKeyJsonValueFromContainer(medium, "token_count", 11, &tokens) == NULL)
		return;
	if (trk_text_equal(text_of(&modality), trk_text_literal("AUDIO")))
		field.quantity = is_input ? TRK_QUANTITY_INPUT_AUDIO : TRK_QUANTITY_OUTPUT_AUDIO;
	else if (is_input && trk_text_equal(text_of(&modality), trk_text_literal("IMAGE")))
		field.quantity = TRK_QUANTITY_IMAGE;
	else
		return;
	if (read_count(&tokens, &count))
		note_count(reading, &field, count);
	else
		reading->unreadable |= BIT(field.quantity);
}

/*
 * Note the counts by medium that Google reports as an array, of which one has as
 * many entries as there are media.
 */
static void
note_media(Reading *reading, JsonbContainer *array, bool is_input)
{
	uint32		n = Min(JsonContainerSize(array), MAX_MEDIA);

	for (uint32 i = 0; JsonContainerIsArray(array) && i < n; i++)
	{
		JsonbValue *item = getIthJsonbValueFromContainer(array, i);

		if (item->type == jbvBinary && JsonContainerIsObject(item->val.binary.data))
			note_medium(reading, item->val.binary.data, is_input);
		pfree(item);
	}
}

/* Return whether an object stands for a value that redaction took out. */
static bool
is_digest(JsonbContainer *object)
{
	JsonbValue	value;

	return getKeyJsonValueFromContainer(object, "redacted", 8, &value) != NULL;
}

/* Note what a known member of an object says. */
static void
note_field(Walk *walk, int object, const TrkUsageField *field, const JsonbValue *value, TrkText path, int depth)
{
	Reading    *reading = reading_of(walk, object);
	int64		count;

	if (value->type == jbvNull)
		return;
	if (field->quantity == TRK_QUANTITY_TIER)
	{
		/* Anthropic's speed and service_tier: the one that is not standard counts */
		if (value->type == jbvString &&
			(!reading->has_tier || reading->tier == TRK_TIER_STANDARD))
		{
			reading->tier = tier_of(text_of(value));
			reading->has_tier = true;
		}
	}
	else if (field->quantity == TRK_QUANTITY_UNIT)
		reading->other_unit = value->type == jbvString &&
			!(value->val.string.len == 6 && pg_strncasecmp(value->val.string.val, "tokens", 6) == 0);
	else if (value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data))
	{
		if (field->quantity == TRK_QUANTITY_INPUT_MEDIA || field->quantity == TRK_QUANTITY_OUTPUT_MEDIA)
			note_media(reading, value->val.binary.data, field->quantity == TRK_QUANTITY_INPUT_MEDIA);
		else
			reading->unreadable |= BIT(field->quantity);
	}
	else if (value->type == jbvBinary && !is_digest(value->val.binary.data))
		walk_members(walk, value->val.binary.data, object, path, depth + 1);
	else if (field->quantity >= TRK_USAGE_QUANTITIES)
		return;
	else if (read_count(value, &count))
		note_count(reading, field, count);
	else
		reading->unreadable |= BIT(field->quantity);
}

/* Note a member of an object of usage. */
static void
visit_usage_member(Walk *walk, int object, TrkText path, const JsonbValue *value, int depth)
{
	const TrkUsageField *field = trk_usage_field_find(path);

	if (field != NULL)
		note_field(walk, object, field, value, path, depth);
	else if (value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data))
		walk_members(walk, value->val.binary.data, object, path, depth + 1);
}

/*
 * Note a member of the payload that names the provider, the model or the tier.
 * Returns whether it did.
 */
static bool
visit_name(Walk *walk, TrkText path, const JsonbValue *value)
{
	TrkModelName name;
	TrkText		text;

	if (value->type != jbvString)
		return false;
	text = text_of(value);
	if (trk_text_equal(path, trk_text_literal("provider")) ||
		trk_text_equal(path, trk_text_literal("gen_ai.provider.name")) ||
		trk_text_equal(path, trk_text_literal("gen_ai.system")) ||
		trk_text_equal(path, trk_text_literal("llm.provider")))
	{
		TrkText		lower;

		trk_model_name_set(&name, text);
		lower.s = name.s;
		lower.len = name.len;
		if (walk->provider == TRK_PROVIDER_OTHER)
			walk->provider = trk_provider_find(lower);
	}
	else if (trk_text_equal(path, trk_text_literal("model")) ||
			 trk_text_equal(path, trk_text_literal("gen_ai.request.model")) ||
			 trk_text_equal(path, trk_text_literal("llm.model_name")))
		walk->is_claude |= text.len >= 7 && trk_text_has(text, trk_text_literal("claude-"));
	else if (trk_text_equal(path, trk_text_literal("service_tier")) ||
			 trk_text_equal(path, trk_text_literal("gen_ai.openai.response.service_tier")) ||
			 trk_text_equal(path, trk_text_literal("openai.response.service_tier")))
	{
		walk->tier = tier_of(text);
		walk->has_tier = true;
	}
	else if (trk_text_equal(path, trk_text_literal("gen_ai.openai.request.service_tier")) ||
			 trk_text_equal(path, trk_text_literal("openai.request.service_tier")))
	{
		walk->request_tier = tier_of(text);
		walk->has_request_tier = true;
	}
	else
		return false;
	return true;
}

/*
 * Return the number of the object of usage whose path is the beginning of a path
 * with dots, and in rest what follows; or -1.
 */
static int
object_in(TrkText path, TrkText *rest)
{
	for (Size i = path.len; i-- > 1;)
	{
		TrkText		head = {path.s, i};
		int			object;

		if (path.s[i] != '.')
			continue;
		object = trk_usage_object_find(head);
		if (object >= 0)
		{
			rest->s = path.s + i + 1;
			rest->len = path.len - i - 1;
			return object;
		}
	}
	return -1;
}

/*
 * Visit the members of an object of usage that a library wrote as a JSON text, as
 * attributes of spans hold no objects.  Such objects are flat.
 */
static void
walk_text(Walk *walk, TrkText text, int object)
{
	TrkArena	arena;
	TrkValue	root;

	trk_arena_init(&arena, CurrentMemoryContext, TEXT_ARENA_BYTES);
	if (trk_json_read(&arena, text.s, text.len, &root) == TRK_JSON_OK && root.kind == TRK_OBJECT)
		for (uint32 i = 0; i < root.len; i++)
		{
			const TrkMember *member = &root.u.members[i];
			TrkText		path = {member->name, member->name_len};
			const TrkUsageField *field = trk_usage_field_find(path);

			/* a count has the same form as a text; what is neither is no count */
			JsonbValue	value = {.type = jbvBool};

			if (field == NULL || member->value.kind == TRK_NULL)
				continue;
			if (member->value.kind == TRK_NUMBER || member->value.kind == TRK_STRING)
			{
				value.type = jbvString;
				value.val.string.val = unconstify(char *, member->value.u.str);
				value.val.string.len = (int) member->value.len;
			}
			note_field(walk, object, field, &value, path, MAX_GROUPS);
		}
	trk_arena_free(&arena);
}

/* Return whether a value is an object, or a text that may be one. */
static bool
may_be_object(const JsonbValue *value)
{
	if (value->type == jbvBinary)
		return JsonContainerIsObject(value->val.binary.data);
	return value->type == jbvString && value->val.string.len > 0 &&
		value->val.string.len <= MAX_TEXT_BYTES && value->val.string.val[0] == '{';
}

/* Note a member of the payload, or of a group of it that is no object of usage. */
static void
visit_member(Walk *walk, TrkText path, const JsonbValue *value, int depth)
{
	bool		is_object = value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
	int			object = may_be_object(value) ? trk_usage_object_find(path) : -1;
	TrkText		rest;

	if (object >= 0 && !is_object)
		walk_text(walk, text_of(value), object);
	else if (object >= 0)
		walk_members(walk, value->val.binary.data, object, trk_text_literal(""), depth + 1);
	else if (is_object && trk_usage_object_is_below(path))
		walk_members(walk, value->val.binary.data, -1, path, depth + 1);
	else if (visit_name(walk, path, value))
		return;
	else if (memchr(path.s, '.', path.len) != NULL && (object = object_in(path, &rest)) >= 0)
		visit_usage_member(walk, object, rest, value, depth);
	else if (trk_text_has(path, trk_text_literal("oken")) && !trk_text_equal(path, trk_text_literal("tokens")))
		visit_usage_member(walk, trk_usage_object_find(trk_text_literal("")), path, value, depth);
}

/*
 * Visit the members of an object of the payload.  object is the number of the
 * object of usage that it is a part of, or -1; prefix is its path in there, or
 * in the payload.
 */
static void
walk_members(Walk *walk, JsonbContainer *members, int object, TrkText prefix, int depth)
{
	char		buf[TRK_MAX_USAGE_PATH];
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	key;
	JsonbValue	value;

	if (depth > MAX_GROUPS || prefix.len + 1 >= sizeof(buf))
		return;
	if (prefix.len > 0)
	{
		memcpy(buf, prefix.s, prefix.len);
		buf[prefix.len] = '.';
	}
	it = JsonbIteratorInit(members);
	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		TrkText		path;

		if (token != WJB_KEY)
			continue;
		JsonbIteratorNext(&it, &value, true);
		path = text_of(&key);
		if (prefix.len > 0)
		{
			if (prefix.len + 1 + path.len > sizeof(buf))
				continue;
			memcpy(buf + prefix.len + 1, path.s, path.len);
			path.s = buf;
			path.len += prefix.len + 1;
		}
		else if (path.len == 0 || path.len > sizeof(buf))
			continue;
		if (object >= 0)
			visit_usage_member(walk, object, path, &value, depth);
		else
			visit_member(walk, path, &value, depth);
	}
}

/* Return the count of a quantity, 0 when it is unknown. */
static int64
count_of(const Reading *reading, TrkUsageQuantity q)
{
	return reading->known & BIT(q) ? reading->count[q] : 0;
}

/* Return where the object, or else the field, says that a part is counted. */
static TrkUsagePlace
place_of(const Reading *reading, int object, TrkUsageQuantity q)
{
	if (trk_usage_objects[object].place != TRK_PLACE_NEUTRAL)
		return trk_usage_objects[object].place;
	/* what names the uncached input by itself counts disjoint kinds */
	if ((reading->known & BIT(TRK_QUANTITY_UNCACHED)) != 0 &&
		reading->place[TRK_QUANTITY_UNCACHED] == TRK_PLACE_BESIDE)
		return TRK_PLACE_BESIDE;
	return reading->place[q];
}

/*
 * Decide whether the input of a reading includes what was cached.  In this order:
 * it cannot when it is less than that; it does not when the total shows it; else
 * the object, the name of the input or those of the cached parts say it, then the
 * provider.  Most include it.
 */
static bool
has_cache_within(const Walk *walk, const Reading *reading, int object, int64 cached)
{
	static const TrkUsageQuantity parts[] = {
		TRK_QUANTITY_INPUT, TRK_QUANTITY_CACHE_READ, TRK_QUANTITY_CACHE_WRITE,
		TRK_QUANTITY_CACHE_WRITE_5M, TRK_QUANTITY_CACHE_WRITE_1H
	};
	int64		input = count_of(reading, TRK_QUANTITY_INPUT);
	int64		rest = count_of(reading, TRK_QUANTITY_TOTAL) - input - count_of(reading, TRK_QUANTITY_OUTPUT);
	bool		is_beside = false;

	if (cached > input)
		return false;
	if (cached > 0 && (reading->known & BIT(TRK_QUANTITY_TOTAL)) != 0 &&
		(rest == cached || rest == cached + count_of(reading, TRK_QUANTITY_REASONING)))
		return false;
	for (int i = 0; i < (int) lengthof(parts); i++)
	{
		TrkUsagePlace place = place_of(reading, object, parts[i]);

		if ((reading->known & BIT(parts[i])) != 0 && place == TRK_PLACE_WITHIN)
			return true;
		is_beside |= place == TRK_PLACE_BESIDE;
	}
	if (is_beside)
		return false;
	return walk->provider != TRK_PROVIDER_ANTHROPIC && walk->provider != TRK_PROVIDER_BEDROCK &&
		!(walk->provider == TRK_PROVIDER_OTHER && walk->is_claude);
}

/*
 * Decide whether the output of a reading includes the tokens of reasoning, by the
 * same rules.
 */
static bool
has_reasoning_within(const Walk *walk, const Reading *reading, int object)
{
	int64		reasoning = count_of(reading, TRK_QUANTITY_REASONING);
	int64		output = count_of(reading, TRK_QUANTITY_OUTPUT);
	int64		rest = count_of(reading, TRK_QUANTITY_TOTAL) - count_of(reading, TRK_QUANTITY_INPUT) - output;
	TrkUsagePlace place = place_of(reading, object, TRK_QUANTITY_REASONING);

	if (reasoning > output)
		return false;
	if (reasoning > 0 && (reading->known & BIT(TRK_QUANTITY_TOTAL)) != 0 && rest == reasoning)
		return false;
	if (place != TRK_PLACE_NEUTRAL)
		return place == TRK_PLACE_WITHIN;
	return walk->provider != TRK_PROVIDER_X_AI;
}

/* Set the count of a kind. */
static void
set_kind(TrkTokenUsage *usage, TrkUsageKind kind, int64 count)
{
	usage->known |= BIT(kind);
	usage->count[kind] = count;
}

/*
 * Take a part out of a whole and set the kind of the part.  A part that is larger
 * than what is left of the whole is a cached one, which was taken out already, or
 * a contradiction; it becomes as small as what is left.
 */
static void
take_part(TrkTokenUsage *usage, const Reading *reading, int object, TrkUsageQuantity q,
		  TrkUsageKind kind, int64 *whole)
{
	int64		part = count_of(reading, q);

	if ((reading->known & BIT(q)) == 0)
		return;
	if (place_of(reading, object, q) != TRK_PLACE_BESIDE)
	{
		part = Min(part, *whole);
		*whole -= part;
	}
	set_kind(usage, kind, part);
}

/*
 * Set the kinds of cached tokens.  Writes of which only the sum is known live
 * five minutes, which is what providers do unless asked.  Returns their sum.
 */
static int64
split_cache(TrkTokenUsage *usage, const Reading *reading)
{
	int64		read = count_of(reading, TRK_QUANTITY_CACHE_READ);
	int64		write_5m = count_of(reading, TRK_QUANTITY_CACHE_WRITE_5M);
	int64		write_1h = count_of(reading, TRK_QUANTITY_CACHE_WRITE_1H);
	int64		rest = count_of(reading, TRK_QUANTITY_CACHE_WRITE) - write_5m - write_1h;

	if (reading->known & BIT(TRK_QUANTITY_CACHE_WRITE))
	{
		usage->conflict |= rest < 0 || (rest > 0 && (reading->known & BIT(TRK_QUANTITY_CACHE_WRITE_5M)) != 0);
		write_5m += Max(rest, 0);
	}
	if (reading->known & BIT(TRK_QUANTITY_CACHE_READ))
		set_kind(usage, TRK_USAGE_CACHE_READ, read);
	if (reading->known & (BIT(TRK_QUANTITY_CACHE_WRITE) | BIT(TRK_QUANTITY_CACHE_WRITE_5M)))
		set_kind(usage, TRK_USAGE_CACHE_WRITE_5M, write_5m);
	if (reading->known & BIT(TRK_QUANTITY_CACHE_WRITE_1H))
		set_kind(usage, TRK_USAGE_CACHE_WRITE_1H, write_1h);
	return read + write_5m + write_1h;
}

/* Set the kinds of the input. */
static void
split_input(TrkTokenUsage *usage, const Walk *walk, const Reading *reading, int object)
{
	int64		cached = split_cache(usage, reading);
	int64		input = count_of(reading, TRK_QUANTITY_INPUT);

	if (reading->known & BIT(TRK_QUANTITY_UNCACHED))
	{
		int64		uncached = count_of(reading, TRK_QUANTITY_UNCACHED);

		usage->conflict |= (reading->known & BIT(TRK_QUANTITY_INPUT)) != 0 &&
			input != uncached && input != uncached + cached;
		input = uncached;
	}
	else if ((reading->known & BIT(TRK_QUANTITY_INPUT)) == 0)
		return;
	else if (has_cache_within(walk, reading, object, cached))
		input -= cached;
	input += count_of(reading, TRK_QUANTITY_TOOL_INPUT);
	take_part(usage, reading, object, TRK_QUANTITY_INPUT_AUDIO, TRK_USAGE_INPUT_AUDIO, &input);
	take_part(usage, reading, object, TRK_QUANTITY_IMAGE, TRK_USAGE_IMAGE, &input);
	set_kind(usage, TRK_USAGE_INPUT_UNCACHED, input);
}

/* Set the kinds of the output. */
static void
split_output(TrkTokenUsage *usage, const Walk *walk, const Reading *reading, int object)
{
	int64		output = count_of(reading, TRK_QUANTITY_OUTPUT);

	if (reading->known & BIT(TRK_QUANTITY_REASONING))
	{
		int64		reasoning = count_of(reading, TRK_QUANTITY_REASONING);

		if (has_reasoning_within(walk, reading, object))
			output -= reasoning;
		set_kind(usage, TRK_USAGE_REASONING, reasoning);
	}
	take_part(usage, reading, object, TRK_QUANTITY_OUTPUT_AUDIO, TRK_USAGE_OUTPUT_AUDIO, &output);
	if (reading->known & BIT(TRK_QUANTITY_OUTPUT))
		set_kind(usage, TRK_USAGE_OUTPUT, output);
}

/* Return the kinds that cannot be known because a quantity is unreadable. */
static uint16
unreadable_kinds(uint32 quantities)
{
	static const struct
	{
		TrkUsageQuantity quantity;
		uint16		kinds;
	}			needs[] = {
		{TRK_QUANTITY_INPUT, BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_UNCACHED, BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_TOOL_INPUT, BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_CACHE_READ, BIT(TRK_USAGE_CACHE_READ) | BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_CACHE_WRITE, BIT(TRK_USAGE_CACHE_WRITE_5M) | BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_CACHE_WRITE_5M, BIT(TRK_USAGE_CACHE_WRITE_5M) | BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_CACHE_WRITE_1H, BIT(TRK_USAGE_CACHE_WRITE_1H) | BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_OUTPUT, BIT(TRK_USAGE_OUTPUT)},
		{TRK_QUANTITY_REASONING, BIT(TRK_USAGE_REASONING) | BIT(TRK_USAGE_OUTPUT)},
		{TRK_QUANTITY_INPUT_AUDIO, BIT(TRK_USAGE_INPUT_AUDIO) | BIT(TRK_USAGE_INPUT_UNCACHED)},
		{TRK_QUANTITY_OUTPUT_AUDIO, BIT(TRK_USAGE_OUTPUT_AUDIO) | BIT(TRK_USAGE_OUTPUT)},
		{TRK_QUANTITY_IMAGE, BIT(TRK_USAGE_IMAGE) | BIT(TRK_USAGE_INPUT_UNCACHED)}
	};
	uint16		kinds = 0;

	for (int i = 0; quantities != 0 && i < (int) lengthof(needs); i++)
		if (quantities & BIT(needs[i].quantity))
			kinds |= needs[i].kinds;
	return kinds;
}

/* Make the usage that one object says. */
static void
make_usage(TrkTokenUsage *usage, const Walk *walk, int object)
{
	const Reading *reading = &walk->readings[object];

	memset(usage, 0, sizeof(*usage));
	usage->object = object;
	if (reading->other_unit)
		return;
	usage->conflict = reading->conflict;
	usage->unreadable = unreadable_kinds(reading->unreadable);
	split_input(usage, walk, reading, object);
	split_output(usage, walk, reading, object);
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
		if (usage->unreadable & BIT(kind))
			usage->count[kind] = 0;
	usage->known &= ~usage->unreadable;
}

/* Return the tokens of the output. */
static int64
output_of(const TrkTokenUsage *usage)
{
	return usage->count[TRK_USAGE_OUTPUT] + usage->count[TRK_USAGE_REASONING] + usage->count[TRK_USAGE_OUTPUT_AUDIO];
}

/* Return the tokens of a call that its provider counts as input. */
int64
trk_usage_input(const TrkTokenUsage *usage)
{
	return usage->count[TRK_USAGE_INPUT_UNCACHED] + usage->count[TRK_USAGE_CACHE_READ] +
		usage->count[TRK_USAGE_CACHE_WRITE_5M] + usage->count[TRK_USAGE_CACHE_WRITE_1H] +
		usage->count[TRK_USAGE_INPUT_AUDIO] + usage->count[TRK_USAGE_IMAGE];
}

/*
 * Return whether two objects contradict each other: what both know of the input,
 * or of the output, is not the same.  A copy may count the input with or without
 * what was cached, and need not know the details.
 */
static bool
disagree(const TrkTokenUsage *a, const TrkTokenUsage *b)
{
	uint16		both = a->known & b->known;

	if ((both & BIT(TRK_USAGE_INPUT_UNCACHED)) != 0 && trk_usage_input(a) != trk_usage_input(b) &&
		a->count[TRK_USAGE_INPUT_UNCACHED] != b->count[TRK_USAGE_INPUT_UNCACHED])
		return true;
	return (both & BIT(TRK_USAGE_OUTPUT)) != 0 && output_of(a) != output_of(b) &&
		a->count[TRK_USAGE_OUTPUT] != b->count[TRK_USAGE_OUTPUT];
}

/* Return whether the input or the output is known, and not only a part of them. */
static bool
has_whole(const TrkTokenUsage *usage)
{
	return (usage->known & (BIT(TRK_USAGE_INPUT_UNCACHED) | BIT(TRK_USAGE_OUTPUT))) != 0;
}

/* Return whether b says the same as a, and splits the input or the output further. */
static bool
has_more_detail(const TrkTokenUsage *a, const TrkTokenUsage *b)
{
	return trk_usage_input(a) == trk_usage_input(b) && output_of(a) == output_of(b) &&
		(a->known & b->known) == a->known && a->known != b->known;
}

/* Return whether a is to be believed rather than b, which is listed later. */
static bool
is_better(const TrkTokenUsage *a, const TrkTokenUsage *b)
{
	if (has_whole(a) != has_whole(b))
		return has_whole(a);
	if ((a->known != 0) != (b->known != 0))
		return a->known != 0;
	if ((a->unreadable == 0) != (b->unreadable == 0))
		return a->unreadable == 0;
	return !has_more_detail(a, b);
}

/* Set the tier: as the object says it, else the response, else the request. */
static void
set_tier(TrkTokenUsage *usage, const Walk *walk)
{
	const Reading *reading = &walk->readings[usage->object];

	if (reading->has_tier)
		usage->tier = reading->tier;
	else if (walk->has_tier)
		usage->tier = walk->tier;
	else if (walk->has_request_tier)
		usage->tier = walk->request_tier;
}

/* Read the usage of a payload. */
bool
trk_usage_read(Jsonb *payload, TrkTokenUsage *usage)
{
	Walk		walk;
	TrkTokenUsage other;
	bool		conflict = false;

	memset(usage, 0, sizeof(*usage));
	usage->object = -1;
	if (!JB_ROOT_IS_OBJECT(payload))
		return false;
	memset(&walk.seen, 0, sizeof(walk) - offsetof(Walk, seen));
	walk.provider = TRK_PROVIDER_OTHER;
	walk_members(&walk, &payload->root, -1, trk_text_literal(""), 0);
	for (int i = 0; walk.seen >> i != 0; i++)
	{
		if ((walk.seen & BIT(i)) == 0)
			continue;
		make_usage(&other, &walk, i);
		if (usage->object < 0)
			*usage = other;
		else
		{
			conflict |= disagree(usage, &other);
			if (!is_better(usage, &other))
				*usage = other;
		}
	}
	if (usage->object < 0)
		return false;
	set_tier(usage, &walk);
	usage->conflict |= conflict;
	return usage->known != 0;
}

/* Make an at_token_usage. */
Datum
trk_usage_datum(const TrkTokenUsage *usage, TupleDesc desc)
{
	TrkComposite row;

	trk_composite_begin_type(&row, desc);
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
		trk_put_nullable(&row, Int64GetDatum(usage->count[kind]), (usage->known & BIT(kind)) == 0);
	return trk_composite_datum(&row);
}

/* Raise an ERROR unless a count is from 0 to TRK_MAX_TOKENS. */
void
trk_usage_check_count(int64 count)
{
	if (count < 0 || count > TRK_MAX_TOKENS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of tokens is out of range"),
				 errdetail("It must be between 0 and %lld.", (long long) TRK_MAX_TOKENS)));
}

/* Read an at_token_usage. */
void
trk_usage_from_datum(HeapTupleHeader row, TrkTokenUsage *usage)
{
	memset(usage, 0, sizeof(*usage));
	usage->object = -1;
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
	{
		bool		is_null;
		int64		count = DatumGetInt64(GetAttributeByNum(row, kind + 1, &is_null));

		if (is_null)
			continue;
		trk_usage_check_count(count);
		set_kind(usage, kind, count);
	}
}

/* Return the name of a kind in SQL. */
const char *
trk_usage_kind_name(TrkUsageKind kind)
{
	static const char *const names[] = {
#define TRK_USAGE_KIND(name, sql_name, fallback)	#sql_name,
#include "facts/usage_kind.def"
#undef TRK_USAGE_KIND
	};

	return names[kind];
}

/* Make a text[] of the names of a set of kinds. */
Datum
trk_usage_kind_names(uint16 kinds)
{
	Datum		names[TRK_USAGE_KINDS];
	int			n = 0;

	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
		if (kinds & BIT(kind))
			names[n++] = PointerGetDatum(cstring_to_text(trk_usage_kind_name(kind)));
	return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static const char *const tier_names[] = {
#define TRK_SERVICE_TIER(name, sql_name)	#sql_name,
#define TRK_SERVICE_TIER_NAME(sql_name, name)
#include "facts/service_tier.def"
#undef TRK_SERVICE_TIER
#undef TRK_SERVICE_TIER_NAME
};

/* Return the name of a tier in SQL. */
const char *
trk_service_tier_name(TrkServiceTier tier)
{
	return tier_names[tier];
}

/* Return the tier with this name in SQL. */
TrkServiceTier
trk_service_tier_find(const char *name, Size len)
{
	for (int tier = 0; tier < TRK_TIER_OTHER; tier++)
		if (strlen(tier_names[tier]) == len && memcmp(tier_names[tier], name, len) == 0)
			return tier;
	return TRK_TIER_OTHER;
}
