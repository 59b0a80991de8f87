/*
 * redact_audit.c
 *	  Finds the places where a stored value differs from what redaction makes
 *	  of it now.
 */
#include "base/trk.h"

#include "redact/redact_audit.h"

/* State of a comparison. */
typedef struct TrkAudit
{
	TrkBuf		path;
	TrkAuditFn	fn;
	void	   *arg;
} TrkAudit;

static void compare(TrkAudit *audit, const TrkValue *stored, const TrkValue *redacted);

/* Report the place that the comparison has reached. */
static void
tell(TrkAudit *audit, const char *change)
{
	audit->fn(audit->arg, audit->path.data, audit->path.len, change);
}

/* Return whether two strings differ. */
static bool
differ(const char *a, Size a_len, const char *b, Size b_len)
{
	return a_len != b_len || memcmp(a, b, a_len) != 0;
}

/* Compare the members of two objects, which are in the same order. */
static void
compare_members(TrkAudit *audit, const TrkValue *stored, const TrkValue *redacted)
{
	Size		len = audit->path.len;
	uint32		i;

	for (i = 0; i < stored->len; i++)
	{
		const TrkMember *old = &stored->u.members[i];
		const TrkMember *new = &redacted->u.members[i];

		TRK_CHECK_INTERRUPTS();
		if (len == 0 && old->name_len == 7 && memcmp(old->name, "privacy", 7) == 0)
			continue;			/* the privacy object is computed and not redacted */
		if (len > 0)
			trk_buf_putc(&audit->path, '.');
		trk_buf_append(&audit->path, new->name, new->name_len);
		if (differ(old->name, old->name_len, new->name, new->name_len))
			tell(audit, "name replaced");
		compare(audit, &old->value, &new->value);
		audit->path.len = len;
	}
}

/*
 * Compare the elements of two arrays; all elements are reported under one
 * path.
 */
static void
compare_items(TrkAudit *audit, const TrkValue *stored, const TrkValue *redacted)
{
	Size		len = audit->path.len;
	uint32		i;

	trk_buf_append(&audit->path, "[*]", 3);
	for (i = 0; i < stored->len; i++)
	{
		TRK_CHECK_INTERRUPTS();
		compare(audit, &stored->u.items[i], &redacted->u.items[i]);
	}
	audit->path.len = len;
}

/*
 * Compare two values.  The recursion is as deep as the value, which the reader
 * limits.
 */
static void
compare(TrkAudit *audit, const TrkValue *stored, const TrkValue *redacted)
{
	if (stored->kind != redacted->kind || stored->len != redacted->len)
		tell(audit, trk_is_digest(redacted) ? "digest" : "replaced");
	else if (stored->kind == TRK_OBJECT)
		compare_members(audit, stored, redacted);
	else if (stored->kind == TRK_ARRAY)
		compare_items(audit, stored, redacted);
	else if (stored->kind == TRK_STRING &&
			 differ(stored->u.str, stored->len, redacted->u.str, redacted->len))
		tell(audit, "replaced");
}

/*
 * Compare a value with what redaction made of a copy of it, and report each
 * difference.
 */
void
trk_redact_audit(TrkArena *arena, const TrkValue *stored, const TrkValue *redacted,
				 TrkAuditFn fn, void *arg)
{
	TrkAudit	audit;

	audit.fn = fn;
	audit.arg = arg;
	trk_buf_init(&audit.path, arena, 128);
	compare(&audit, stored, redacted);
}
