/*
 * validate_value.c
 *	  The contract's rules for single values (see fields.def).
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "json/number_rule.h"
#include "base/unicode.h"
#include "contract/validate_value.h"

/* Items of an array that are examined between two checks for interrupts. */
#define TRK_ITEMS_PER_CHECK	4096

#define SHA256_PREFIX		"sha256:"
#define SHA256_DIGITS		64
#define EVENT_ID_PREFIX		"evt_"

/* mistakes.def: this prefix, then one character or more up to a limit */
#define CUSTOM_PREFIX		"custom."
#define CUSTOM_MAX			96

/* A test that a single value passes or fails. */
typedef bool (*TrkValueTest) (const TrkValue *value);

/* Return whether a string begins with a literal. */
#define begins_with(value, literal) \
	((value)->len >= sizeof(literal) - 1 && \
	 memcmp((value)->u.str, (literal), sizeof(literal) - 1) == 0)

/*
 * Return whether the value is a string with a character that is not white
 * space.
 */
static bool
is_nonempty(const TrkValue *value)
{
	unsigned char first;

	if (value->kind != TRK_STRING || value->len == 0)
		return false;
	first = (unsigned char) value->u.str[0];
	return (first > ' ' && first < 0x80) || !trk_is_blank(value->u.str, value->len);
}

/* Return whether the value is a string that begins like an event id. */
static bool
is_event_id(const TrkValue *value)
{
	return value->kind == TRK_STRING && begins_with(value, EVENT_ID_PREFIX);
}

/* Return whether the value is an array all of whose items pass a test. */
static bool
is_array_of(const TrkValue *value, TrkValueTest test)
{
	uint32		i;

	if (value->kind != TRK_ARRAY)
		return false;
	for (i = 0; i < value->len; i++)
	{
		if (i % TRK_ITEMS_PER_CHECK == TRK_ITEMS_PER_CHECK - 1)
			TRK_CHECK_INTERRUPTS();
		if (!test(&value->u.items[i]))
			return false;
	}
	return true;
}

/*
 * Return whether the value is a text, an object without an empty name, or an
 * array of references.
 */
static bool
is_reference(const TrkValue *value)
{
	uint32		i;

	if (value->kind == TRK_ARRAY)
		return is_array_of(value, is_reference);
	if (value->kind != TRK_OBJECT)
		return is_nonempty(value);
	for (i = 0; i < value->len; i++)
		if (value->u.members[i].name_len == 0)
			return false;
	return true;
}

/* Return whether the value is "sha256:" and 64 lower-case hex digits. */
static bool
is_sha256(const TrkValue *value)
{
	uint32		i;

	if (value->kind != TRK_STRING ||
		value->len != sizeof(SHA256_PREFIX) - 1 + SHA256_DIGITS ||
		!begins_with(value, SHA256_PREFIX))
		return false;
	for (i = sizeof(SHA256_PREFIX) - 1; i < value->len; i++)
	{
		char		c = value->u.str[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

/* Return whether the value is an existing date YYYY-MM-DD. */
static bool
is_date(const TrkValue *value)
{
	return value->kind == TRK_STRING && trk_isodate_valid(value->u.str, value->len);
}

/* Return whether the value is a JSON integer of zero or more. */
static bool
is_count(const TrkValue *value)
{
	TrkNumber	number;

	if (value->kind != TRK_NUMBER || (value->flags & TRK_F_INTEGER) == 0)
		return false;
	return *value->u.str != '-' ||
		(trk_number_of_value(value, &number) && trk_number_compare(&number, 0) == 0);
}

/* Return whether the value is anything but null, false, zero or empty. */
static bool
has_substance(const TrkValue *value)
{
	TrkNumber	number;

	switch ((TrkKind) value->kind)
	{
		case TRK_NULL:
		case TRK_FALSE:
			return false;
		case TRK_NUMBER:
			return trk_number_of_value(value, &number) && trk_number_compare(&number, 0) != 0;
		case TRK_STRING:
		case TRK_ARRAY:
		case TRK_OBJECT:
			return value->len > 0;
		case TRK_TRUE:
			break;
	}
	return true;
}

/* Return whether the whole text has the form of a custom mistake family. */
static bool
is_custom_family(const TrkValue *value)
{
	const uint32 prefix = sizeof(CUSTOM_PREFIX) - 1;
	uint32		i;

	if (!begins_with(value, CUSTOM_PREFIX) ||
		value->len == prefix || value->len > prefix + CUSTOM_MAX)
		return false;
	for (i = prefix; i < value->len; i++)
	{
		char		c = value->u.str[i];
		bool		inner = c == '_' || c == '.' || c == '-';

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (inner && i > prefix)))
			return false;
	}
	return true;
}

/* Append ", " and a name, or the name alone at the beginning. */
static void
append_name(TrkBuf *buf, const char *name)
{
	if (buf->len > 0)
		trk_buf_append(buf, ", ", 2);
	trk_buf_append(buf, name, strlen(name));
}

/* Add the finding for a value that is not in an enumeration. */
void
trk_add_enum_finding(TrkFindings *findings, const char *path, TrkEnumId id)
{
	TrkBuf		buf;
	int			i;

	trk_buf_init(&buf, findings->arena, 512);
	for (i = 0; i < trk_enum_count(id); i++)
		append_name(&buf, trk_enum_value(id, i));
	trk_finding_add(findings, path, TRK_RULE_ENUM, "%s must be one of %.*s",
					path, (int) buf.len, buf.data);
}

/* Add the finding for a value that is not a mistake family. */
static void
add_family_finding(TrkFindings *findings, const char *path)
{
	TrkBuf		buf;
	int			i;

	trk_buf_init(&buf, findings->arena, 4096);
	for (i = 0; i < trk_mistake_family_count(); i++)
		append_name(&buf, trk_mistake_family(i));
	trk_finding_add(findings, path, TRK_RULE_ENUM,
					"%s must be one of %.*s, or match %s",
					path, (int) buf.len, buf.data, trk_mistake_family_pattern());
}

/* Add the finding for a value without a visible character. */
static void
add_nonempty_finding(TrkFindings *findings, const char *path)
{
	trk_finding_add(findings, path, TRK_RULE_NONEMPTY,
					"%s must be a string with a character that is no white space", path);
}

/* Check a number and its bounds. */
static void
check_number(const TrkCheck *check, const char *path, const TrkValue *value,
			 TrkFindings *findings)
{
	TrkNumber	number;

	if (value->kind == TRK_NUMBER && !check->has_maximum &&
		(!check->has_minimum || (check->minimum <= 0 && *value->u.str != '-')))
		return;
	if (!trk_number_of_value(value, &number))
		trk_finding_add(findings, path, TRK_RULE_NUMBER,
						"%s must be a finite number, or a string that holds a decimal number", path);
	else if (check->has_minimum && trk_number_compare(&number, check->minimum) < 0)
		trk_finding_add(findings, path, TRK_RULE_MINIMUM,
						"%s must be at least %d", path, check->minimum);
	else if (check->has_maximum && trk_number_compare(&number, check->maximum) > 0)
		trk_finding_add(findings, path, TRK_RULE_MAXIMUM,
						"%s must be at most %d", path, check->maximum);
}

/* Check a value of an enumeration, or a mistake family. */
static void
check_enum(const TrkCheck *check, const char *path, const TrkValue *value,
		   TrkFindings *findings)
{
	bool		is_family = check->kind == TRK_KIND_MISTAKE_FAMILY;
	const char *s = value->u.str;

	if ((check->taxonomy || is_family) && (value->kind != TRK_STRING || value->len == 0))
		trk_finding_add(findings, path, TRK_RULE_NONEMPTY,
						"%s must be a string of at least one character", path);
	else if (is_family)
	{
		if (trk_mistake_family_lookup(s, value->len) < 0 && !is_custom_family(value))
			add_family_finding(findings, path);
	}
	else if (value->kind != TRK_STRING ||
			 trk_enum_lookup((TrkEnumId) check->values, s, value->len) < 0)
		trk_add_enum_finding(findings, path, (TrkEnumId) check->values);
}

/* Check a rule of a kind that one test decides. */
static void
check_shape(TrkCheckKind kind, const char *path, const TrkValue *value,
			TrkFindings *findings)
{
	static const struct
	{
		TrkValueTest test;
		TrkRule		rule;
		const char *must;
	}			shapes[TRK_KINDS] =
	{
		[TRK_KIND_INTEGER] = {is_count, TRK_RULE_INTEGER,
		"be a JSON integer of zero or more"},
		[TRK_KIND_DATE] = {is_date, TRK_RULE_DATE,
		"be a calendar date YYYY-MM-DD"},
		[TRK_KIND_REFERENCE] = {is_reference, TRK_RULE_REFERENCE,
		"be text, an object without an empty name, or an array of these"},
		[TRK_KIND_SHA256] = {is_sha256, TRK_RULE_SHA256,
		"be \"sha256:\" and 64 lower-case hex digits"},
		[TRK_KIND_SUBSTANCE] = {has_substance, TRK_RULE_REQUIRED,
		"say why when payload.approved is false"},
	};

	if (!shapes[kind].test(value))
		trk_finding_add(findings, path, shapes[kind].rule, "%s must %s", path, shapes[kind].must);
}

/* Check an array all of whose items must pass. */
static void
check_array(TrkCheckKind kind, const char *path, const TrkValue *value,
			TrkFindings *findings)
{
	if (kind == TRK_KIND_STRING_LIST && !is_array_of(value, is_nonempty))
		trk_finding_add(findings, path, TRK_RULE_STRING_LIST,
						"%s must be an array of strings with a character that is no white space", path);
	else if (kind == TRK_KIND_EVENT_IDS && !is_array_of(value, is_event_id))
		trk_finding_add(findings, path, TRK_RULE_EVENT_IDS,
						"%s must be an array of strings that begin with \"%s\"", path, EVENT_ID_PREFIX);
}

/* Add a finding for each rule the value breaks. */
void
trk_check_value(const TrkCheck *check, const char *path, const TrkValue *value,
				TrkFindings *findings)
{
	switch ((TrkCheckKind) check->kind)
	{
		case TRK_KIND_ANY:
		case TRK_KINDS:
			break;
		case TRK_KIND_NONEMPTY:
			if (!is_nonempty(value))
				add_nonempty_finding(findings, path);
			break;
		case TRK_KIND_NUMBER:
			check_number(check, path, value, findings);
			break;
		case TRK_KIND_BOOLEAN:
			if (value->kind != TRK_TRUE && value->kind != TRK_FALSE)
				trk_finding_add(findings, path, TRK_RULE_BOOLEAN,
								"%s must be true or false", path);
			break;
		case TRK_KIND_ENUM:
		case TRK_KIND_MISTAKE_FAMILY:
			check_enum(check, path, value, findings);
			break;
		case TRK_KIND_STRING_LIST:
		case TRK_KIND_EVENT_IDS:
			check_array((TrkCheckKind) check->kind, path, value, findings);
			break;
		case TRK_KIND_INTEGER:
		case TRK_KIND_DATE:
		case TRK_KIND_REFERENCE:
		case TRK_KIND_SHA256:
		case TRK_KIND_SUBSTANCE:
			check_shape((TrkCheckKind) check->kind, path, value, findings);
			break;
	}
	if (check->nonempty && !is_nonempty(value))
		add_nonempty_finding(findings, path);
}
