/*
 * state_text.c
 *	  Reads and prints the JSON texts of states (see state_text.h).
 */
#include "base/trk.h"

#include "stats/state_text.h"

#include <math.h>

#include "json/encoding.h"
#include "utils/float.h"

/*
 * Read a text that must be a JSON object with this many members; return false
 * if it is not.
 */
bool
trk_state_read(const char *s, uint32 members, TrkValue *root)
{
	TrkText		t = trk_to_utf8(s, strlen(s));
	TrkArena	arena;

	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	return trk_json_read(&arena, t.s, t.len, root) == TRK_JSON_OK &&
		root->kind == TRK_OBJECT && root->len == members;
}

/*
 * Return the value of a member, or NULL when it is missing or of another
 * kind.
 */
const TrkValue *
trk_state_member(const TrkValue *root, const char *name, TrkKind kind)
{
	const TrkMember *member = trk_json_member(root, name);

	return member != NULL && member->value.kind == kind ? &member->value : NULL;
}

/* Read a whole number of zero or more; return false if it is none. */
bool
trk_state_count(const TrkValue *value, int64 *count)
{
	uint64		n = 0;

	if (value == NULL || value->kind != TRK_NUMBER || (value->flags & TRK_F_INTEGER) == 0 ||
		value->len > 19 || value->u.str[0] == '-')
		return false;
	for (uint32 i = 0; i < value->len; i++)
		n = n * 10 + (value->u.str[i] - '0');
	*count = (int64) n;
	return n <= PG_INT64_MAX;
}

/* Read a whole number between bounds; return false if it is none. */
bool
trk_state_whole(const TrkValue *value, int64 low, int64 high, int64 *n)
{
	double		x;

	if (value == NULL || value->kind != TRK_NUMBER || (value->flags & TRK_F_INTEGER) == 0 ||
		!trk_state_double(value, &x) || x < (double) low || x > (double) high)
		return false;
	*n = (int64) x;
	return true;
}

/*
 * Read a number, or an infinity as the string "Infinity" or "-Infinity";
 * return false if it is neither.
 */
bool
trk_state_double(const TrkValue *value, double *x)
{
	char	   *s;

	if (value == NULL || (value->kind != TRK_NUMBER && value->kind != TRK_STRING))
		return false;
	s = pnstrdup(value->u.str, value->len);
	if (value->kind == TRK_STRING)
	{
		*x = strcmp(s, "Infinity") == 0 ? INFINITY : -INFINITY;
		return *x > 0 || strcmp(s, "-Infinity") == 0;
	}
	*x = strtod(s, NULL);
	pfree(s);
	return isfinite(*x);
}

/* Return whether the member v, the version of the format, has this value. */
bool
trk_state_format(const TrkValue *root, int format)
{
	int64		n;

	return trk_state_count(trk_state_member(root, "v", TRK_NUMBER), &n) && n == format;
}

/* Raise the ERROR for binary input that is not a valid value of the type. */
void
trk_state_bad_binary(const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary representation of type %s", type)));
}
