/*
 * summary.c
 *	  Writes one line for an event, by the template of its type.
 */
#include "base/trk.h"

#include "base/text.h"
#include "facts/payload.h"
#include "facts/summary.h"
#include "mb/pg_wchar.h"

/* So many items of a list are shown. */
#define MOST_ITEMS		3

static const char *const templates[TRK_EVENT_TYPES] = {
#define TRK_SUMMARY(event, template)	[TRK_EVENT_##event] = template,
#include "facts/summaries.def"
#undef TRK_SUMMARY
};

/* Append a text of which at most so many bytes are shown, on one line. */
static void
append_value(StringInfo out, const char *s, Size len, int most)
{
	int			shown = len > (Size) most ? pg_mbcliplen(s, (int) len, most - 3) : (int) len;

	for (int i = 0; i < shown; i++)
		appendStringInfoCharMacro(out, (unsigned char) s[i] < ' ' || s[i] == 0x7f ? ' ' : s[i]);
	if ((Size) shown < len)
		appendStringInfoString(out, "...");
}

/* Append the first texts of a list; return false when it has none. */
static bool
append_items(StringInfo out, JsonbContainer *array)
{
	int			n = 0;

	for (uint32 i = 0; i < JsonContainerSize(array) && n < MOST_ITEMS; i++)
	{
		JsonbValue *item = getIthJsonbValueFromContainer(array, i);

		if (item->type != jbvString || item->val.string.len == 0)
			continue;
		if (n++ > 0)
			appendStringInfoString(out, ", ");
		append_value(out, item->val.string.val, item->val.string.len, TRK_MAX_SUMMARY_VALUE / MOST_ITEMS);
	}
	return n > 0;
}

/*
 * Append the member that a place of a template names: "name" or "name?yes:no".
 * Returns false when there is nothing to show.
 */
static bool
append_member(StringInfo out, Jsonb *payload, const char *place, int len)
{
	char		name[NAMEDATALEN];
	const char *words = memchr(place, '?', len);
	int			name_len = words == NULL ? len : (int) (words - place);
	JsonbValue	value;
	TrkText		text;

	memcpy(name, place, name_len);
	name[name_len] = '\0';
	if (words != NULL)
	{
		const char *no = memchr(words, ':', len - name_len);

		if (!trk_payload_member(payload, name, &value) || value.type != jbvBool)
			return false;
		if (value.val.boolean)
			appendBinaryStringInfo(out, words + 1, (int) (no - words - 1));
		else
			appendBinaryStringInfo(out, no + 1, (int) (place + len - no - 1));
		return true;
	}
	text = trk_payload_text(payload, name);
	if (text.len > 0)
	{
		append_value(out, text.s, text.len, TRK_MAX_SUMMARY_VALUE);
		return true;
	}
	return trk_payload_member(payload, name, &value) && value.type == jbvBinary &&
		JsonContainerIsArray(value.val.binary.data) && append_items(out, value.val.binary.data);
}

/* Append a part of a template without groups; return false when a member is missing. */
static bool
append_part(StringInfo out, Jsonb *payload, const char *part, const char *end)
{
	while (part < end)
	{
		const char *close = *part == '{' ? memchr(part, '}', end - part) : NULL;

		if (close == NULL)
			appendStringInfoCharMacro(out, *part++);
		else
		{
			if (!append_member(out, payload, part + 1, (int) (close - part) - 1))
				return false;
			part = close + 1;
		}
	}
	return true;
}

/* Append the line of an event. */
void
trk_summary_write(StringInfo out, TrkEventType type, Jsonb *payload)
{
	const char *t = templates[type];
	StringInfoData line;

	initStringInfo(&line);
	while (*t != '\0')
	{
		const char *end = *t == '[' ? strchr(t, ']') : t + strcspn(t, "[");
		int			len = line.len;

		if (!append_part(&line, payload, *t == '[' ? t + 1 : t, end))
		{
			line.len = len;
			line.data[len] = '\0';
		}
		t = *end == ']' ? end + 1 : end;
	}
	append_value(out, line.data, line.len, TRK_MAX_SUMMARY);
	pfree(line.data);
}
