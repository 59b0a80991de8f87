/*
 * phrase.c
 *	  Finds the few phrases that readiness looks for in the texts of a payload.
 *
 * Nearly all texts contain none.  Every phrase contains a blank, a hyphen or
 * an underscore that is followed by one of few letters; most texts do not
 * contain such a pair, which is quick to find out.
 */
#include "base/trk.h"

#include "contract/phrase.h"
#include "base/unicode.h"

/* The length of the shortest phrase. */
#define TRK_SHORTEST_PHRASE		9

/* A phrase in lower case, and the position of its pair. */
typedef struct TrkPhrase
{
	const char *text;
	uint8		len;
	uint8		pair;			/* offset of the blank, hyphen or underscore */
	uint8		says;
} TrkPhrase;

#define PHRASE(text, pair, says) {text, sizeof(text) - 1, pair, says}

static const TrkPhrase phrases[] = {
	PHRASE("prompt_injection", 6, TRK_SAYS_PROMPT_INJECTION),
	PHRASE("guaranteed profit", 10, TRK_SAYS_GUARANTEES),
	PHRASE("risk-free", 4, TRK_SAYS_GUARANTEES),
	PHRASE("risk free", 4, TRK_SAYS_GUARANTEES),
	PHRASE("cannot lose", 6, TRK_SAYS_GUARANTEES),
	PHRASE("can't lose", 5, TRK_SAYS_GUARANTEES),
	PHRASE("sure profit", 4, TRK_SAYS_GUARANTEES),
	PHRASE("guaranteed return", 10, TRK_SAYS_GUARANTEES),
};

/* Return the lower case of an ASCII letter; any other byte unchanged. */
static inline char
lower_ascii(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/*
 * Return whether the phrase is at this position, with ASCII letters in any
 * case.
 */
static bool
phrase_at(const TrkPhrase *phrase, const char *s, Size len, Size at)
{
	if (at > len || len - at < phrase->len)
		return false;
	for (int i = 0; i < phrase->len; i++)
		if (lower_ascii(s[at + i]) != phrase->text[i])
			return false;
	return true;
}

/* Return which phrases are in an ASCII text, or in one in lower case. */
static uint32
phrases_in_ascii(const char *s, Size len)
{
	uint32		says = 0;

	for (Size i = 4; i + 1 < len; i++)
	{
		char		c = s[i];

		if (likely(c != ' ' && c != '-' && c != '_'))
			continue;
		for (int p = 0; p < lengthof(phrases); p++)
			if (phrases[p].text[phrases[p].pair] == c && i >= phrases[p].pair &&
				phrase_at(&phrases[p], s, len, i - phrases[p].pair))
				says |= phrases[p].says;
	}
	return says;
}

/*
 * Return which phrases are in a text.  Outside ASCII, one character has an
 * ASCII letter as its lower case, the Kelvin sign; it is replaced first.
 */
static uint32
phrases_in_text(const TrkValue *value)
{
	char		folded[256];
	const char *s = value->u.str;
	const char *end = s + value->len;
	Size		len = 0;
	uint32		says = 0;

	if (value->len < TRK_SHORTEST_PHRASE)
		return 0;
	if ((value->flags & TRK_F_ASCII) != 0 || memchr(s, 0xe2, value->len) == NULL)
		return phrases_in_ascii(s, value->len);

	/* in overlapping pieces, since a phrase is far shorter than a piece */
	while (s < end)
	{
		uint32		cp;
		int			n = trk_utf8_decode(s, &cp);
		uint32		lower = trk_to_lower(cp);

		if (len + 4 > sizeof(folded))
		{
			says |= phrases_in_ascii(folded, len);
			memmove(folded, folded + len - 32, 32);
			len = 32;
		}
		if (cp >= 0x80 && lower < 0x80)
			folded[len++] = (char) lower;
		else
		{
			memcpy(folded + len, s, n);
			len += n;
		}
		s += n;
	}
	return says | phrases_in_ascii(folded, len);
}

/*
 * Return as a bit mask the phrases found in the top-level strings of a
 * payload and in the strings of its top-level arrays.
 */
uint32
trk_phrases_in_payload(const TrkValue *payload)
{
	uint32		says = 0;

	for (uint32 i = 0; i < payload->len; i++)
	{
		const TrkValue *value = &payload->u.members[i].value;

		if (value->kind == TRK_STRING)
			says |= phrases_in_text(value);
		else if (value->kind == TRK_ARRAY)
			for (uint32 j = 0; j < value->len; j++)
				if (value->u.items[j].kind == TRK_STRING)
					says |= phrases_in_text(&value->u.items[j]);
	}
	return says;
}
