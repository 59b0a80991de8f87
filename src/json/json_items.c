/*
 * json_items.c
 *	  Splits the text of a JSON array or object into the texts of its items,
 *	  without building a tree.
 */
#include "base/trk.h"

#include "json/json_items.h"

/* Return the first byte that is not JSON white space. */
static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Return the position after the string that begins at p. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

/*
 * Return the end of a value: the first comma, colon or bracket after it that
 * is not within it.
 */
static const char *
skip_value(const char *p, const char *end)
{
	int			depth = 0;

	while (p < end)
	{
		switch (*p)
		{
			case '"':
				p = skip_string(p, end);
				continue;
			case '[':
			case '{':
				depth++;
				break;
			case ']':
			case '}':
				if (depth == 0)
					return p;
				depth--;
				break;
			case ',':
			case ':':
				if (depth == 0)
					return p;
				break;
		}
		p++;
	}
	return end;
}

/* Begin to read the items of an array or an object. */
void
trk_json_items(TrkJsonItems *items, const char *s, Size len)
{
	items->end = s + len;
	items->p = skip_space(s, items->end);
	items->kind = items->p < items->end && (*items->p == '[' || *items->p == '{') ? *items->p : '\0';
	if (items->kind != '\0')
		items->p++;
}

/* Return the text of the next value, up to the separator after it. */
static TrkText
take_value(TrkJsonItems *items)
{
	const char *start = skip_space(items->p, items->end);
	TrkText		value;

	items->p = skip_value(start, items->end);
	value.s = start;
	value.len = items->p - start;
	return value;
}

/*
 * Return the text of the next item in *item, and in an object the literal of
 * its name in *name.  Returns false after the last item.
 */
bool
trk_json_next(TrkJsonItems *items, TrkText *name, TrkText *item)
{
	const char *p = skip_space(items->p, items->end);

	if (p == items->end || *p == ']' || *p == '}')
		return false;
	if (items->kind == '{')
	{
		*name = take_value(items);
		if (items->p < items->end && *items->p == ':')
			items->p++;
	}
	*item = take_value(items);
	if (items->p < items->end)
	{
		if (*items->p == ',' || *items->p == ':')
			items->p++;
	}
	return true;
}
