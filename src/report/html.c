/*
 * html.c
 *	  Texts as HTML (see html.h).
 */
#include "base/trk.h"

#include "base/text.h"
#include "base/unicode.h"
#include "report/format.h"
#include "report/html.h"

/* Append markup as it is. */
void
trk_html_put(TrkBuf *out, const char *markup)
{
	trk_buf_append(out, markup, strlen(markup));
}

/* Append a share of the width. */
void
trk_html_share(TrkBuf *out, double share)
{
	char		text[32];

	snprintf(text, sizeof(text), "%.2f%%", 100 * Max(0, Min(share, 1)));
	trk_html_put(out, text);
}

/* Append a character that stands for no markup. */
static void
put_character(TrkBuf *out, uint32 c)
{
	char		text[16];

	if (trk_turns_text(c) || (c < ' ' && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) ||
		c == 0xFFFE || c == 0xFFFF)
		c = 0xFFFD;
	if (c < 0x80 && strchr("&<>\"'`", (int) c) == NULL)
	{
		trk_buf_putc(out, (char) c);
		return;
	}
	snprintf(text, sizeof(text), "&#%u;", c);
	trk_html_put(out, text);
}

/* Append a text. */
void
trk_html_text(TrkBuf *out, TrkText text)
{
	const char *s = text.s;
	const char *end = text.s + text.len;

	/* a real minus sign in front of a number */
	if (text.len > 1 && s[0] == '-' && s[1] >= '0' && s[1] <= '9')
	{
		trk_html_put(out, "&#8722;");
		s++;
	}
	while (s < end)
	{
		uint32		c;

		s += trk_utf8_decode(s, &c);
		put_character(out, c);
	}
}
