/*
 * validation_profile_scan.c
 *	  Finds what must not be in an event as it is (see validation_profile.h).
 *
 * Nothing is redacted here, because redaction would hide what is searched for.
 */
#include "base/trk.h"

#include "contract/evidence.h"
#include "readiness/validation_profile.h"

/* The most findings about one event; more would not help anybody. */
#define TRK_MAX_SCAN_FINDINGS	100

/* The most characters of a name that a path shows. */
#define TRK_MAX_SHOWN_NAME		64

/*
 * The most consecutive digits of a name that is shown; more may be an
 * identifier.
 */
#define TRK_MAX_SHOWN_DIGITS	3

/* The state of a scan. */
typedef struct ProfileScan
{
	TrkFindings *findings;
	TrkBuf		path;			/* path of the current value */
	bool		in_payload;
} ProfileScan;

/*
 * Return whether a member's name may be shown.  It is not a value, but some
 * callers name members by account or by token, and such names must not be in a
 * message.
 */
static bool
name_is_shown(const char *s, Size len)
{
	int			digits = 0;

	if (len == 0 || len > TRK_MAX_SHOWN_NAME)
		return false;
	for (Size i = 0; i < len; i++)
	{
		bool		digit = s[i] >= '0' && s[i] <= '9';

		if (!digit && s[i] != '_' && s[i] != '-' && !((s[i] | 0x20) >= 'a' && (s[i] | 0x20) <= 'z'))
			return false;
		digits = digit ? digits + 1 : 0;
		if (digits > TRK_MAX_SHOWN_DIGITS)
			return false;
	}
	return !trk_pattern_matches(s, len, TRK_REDACT_DEFAULT | TRK_REDACT_PII, NULL);
}

/*
 * Append a member to the path: its name, or a star if that must not be shown.
 */
static void
enter_member(ProfileScan *scan, const TrkMember *member)
{
	if (scan->path.len > 0)
		trk_buf_putc(&scan->path, '.');
	if (name_is_shown(member->name, member->name_len))
		trk_buf_append(&scan->path, member->name, member->name_len);
	else
		trk_buf_putc(&scan->path, '*');
}

/* Add a finding at the path. */
static void
add_finding(ProfileScan *scan, TrkRule rule, const char *message)
{
	const char *path = trk_arena_copy(scan->findings->arena, scan->path.data, scan->path.len);

	trk_finding_add(scan->findings, path, rule, "%s", message);
}

/*
 * Return whether redaction keeps such a value: null, booleans, and counts of
 * what models read and write.
 */
static bool
says_nothing(const TrkValue *value, TrkKeyClass key_class)
{
	if (value->kind == TRK_NULL || value->kind == TRK_FALSE || value->kind == TRK_TRUE)
		return true;
	return value->kind == TRK_NUMBER &&
		(key_class == TRK_KEY_PROMPT || key_class == TRK_KEY_OUTPUT);
}

/* Check a value of the payload whose key the redaction rules know. */
static void
scan_private(ProfileScan *scan, const TrkMember *member)
{
	TrkKeyClass key_class = trk_key_class(member->name, member->name_len, TRK_REDACT_DEFAULT);

	switch (key_class)
	{
		case TRK_KEY_PROMPT:
		case TRK_KEY_OUTPUT:
		case TRK_KEY_BROKER:
		case TRK_KEY_ACCOUNT:
			if (!trk_is_digest(&member->value) && !says_nothing(&member->value, key_class))
				add_finding(scan, TRK_RULE_PRIVATE,
							"prompt, output, broker and account data must be a digest object");
			break;
		default:
			break;
	}
}

/*
 * Scan a value and all values in it.  The recursion is as deep as the value,
 * which the reader limits to TRK_MAX_DEPTH.
 */
static void
scan_value(ProfileScan *scan, const TrkValue *value)
{
	TRK_CHECK_INTERRUPTS();
	if (scan->findings->count >= TRK_MAX_SCAN_FINDINGS)
		return;
	if (value->kind == TRK_STRING)
	{
		if (trk_pattern_matches(value->u.str, value->len, TRK_REDACT_DEFAULT, NULL))
			add_finding(scan, TRK_RULE_SECRET, "a text has the shape of a secret");
	}
	else if (value->kind == TRK_ARRAY)
	{
		for (uint32 i = 0; i < value->len; i++)
			scan_value(scan, &value->u.items[i]);
	}
	else if (value->kind == TRK_OBJECT)
	{
		for (uint32 i = 0; i < value->len; i++)
		{
			const TrkMember *member = &value->u.members[i];
			Size		here = scan->path.len;

			enter_member(scan, member);
			if (scan->in_payload)
				scan_private(scan, member);
			scan_value(scan, &member->value);
			scan->path.len = here;
		}
	}
}

/* Return whether the event says that it has inputs and outputs in full. */
static bool
says_full_io(const TrkEvent *event)
{
	const TrkValue *privacy = event->env[TRK_ENV_privacy];
	const TrkMember *full_io;

	if (privacy == NULL || privacy->kind != TRK_OBJECT)
		return false;
	full_io = trk_json_member(privacy, "full_io");
	return full_io != NULL && trk_json_truthy(&full_io->value);
}

/*
 * Add findings for what must not be in an event as it is: full inputs and
 * outputs (unless allowed), secret shapes, and private data that is not a
 * digest.
 */
void
trk_profile_scan(const TrkEvent *event, bool allow_full_io, TrkFindings *findings)
{
	ProfileScan scan = {findings};

	if (!allow_full_io && says_full_io(event))
		trk_finding_add(findings, "privacy.full_io", TRK_RULE_FULL_IO,
						"the event keeps inputs and outputs in full");
	trk_buf_init(&scan.path, findings->arena, 256);
	for (uint32 i = 0; i < event->root.len; i++)
	{
		const TrkMember *member = &event->root.u.members[i];

		scan.path.len = 0;
		enter_member(&scan, member);
		scan.in_payload = &member->value == event->env[TRK_ENV_payload];
		scan_value(&scan, &member->value);
	}
}
