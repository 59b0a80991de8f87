/*
 * fingerprint.c
 *	  Computes what makes errors the same error.
 */
#include "base/trk.h"

#include "base/pseudonym.h"
#include "base/sha256.h"
#include "base/text.h"
#include "facts/fingerprint.h"

/* Return whether a byte is a letter, a digit, "_" or of a character beyond ASCII. */
static bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		c >= 0x80;
}

/* Return whether a byte is a digit. */
static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Return the length of the quoted part that begins here, or 0.  An apostrophe
 * within a word quotes nothing.
 */
static Size
quoted_len(const char *s, Size i, Size len)
{
	const char *end;

	if ((s[i] != '"' && s[i] != '\'' && s[i] != '`') || (i > 0 && is_word(s[i - 1])) || i + 1 == len)
		return 0;
	end = memchr(s + i + 1, s[i], len - i - 1);
	return end == NULL ? 0 : (Size) (end - (s + i)) + 1;
}

/*
 * Return the length of the word that begins here, with the "-", and before a digit
 * the "." and ":" in it, as of numbers, times and ids; and whether it has a digit.
 */
static Size
word_len(const char *s, Size len, bool *has_digit)
{
	Size		n = 0;

	*has_digit = false;
	while (n < len)
	{
		if (is_word(s[n]))
			*has_digit |= is_digit(s[n]);
		else if (!(n > 0 && n + 1 < len &&
				   ((s[n] == '-' && is_word(s[n + 1])) ||
					((s[n] == '.' || s[n] == ':') && is_digit(s[n + 1]) && *has_digit))))
			break;
		n++;
	}
	return n;
}

/* Append a message with what differs from one time to the next replaced. */
void
trk_fingerprint_message(TrkBuf *buf, TrkText message)
{
	const char *s = message.s;
	Size		i = 0;

	while (i < message.len)
	{
		bool		has_digit = true;
		Size		len = trk_pseudonym_at(s + i, message.len - i);

		if (len == 0)
			len = quoted_len(s, i, message.len);
		if (len == 0)
			len = word_len(s + i, message.len - i, &has_digit);
		if (len > 0 && has_digit)
			trk_buf_putc(buf, '?');
		else if (len > 0)
			for (Size j = 0; j < len; j++)
				trk_buf_putc(buf, s[i + j] >= 'A' && s[i + j] <= 'Z' ? s[i + j] - 'A' + 'a' : s[i + j]);
		else if ((unsigned char) s[i] > ' ')
			trk_buf_putc(buf, s[i]);
		else if (buf->len == 0 || buf->data[buf->len - 1] != ' ')
			trk_buf_putc(buf, ' ');
		i += len > 0 ? len : 1;
	}
}

/* Write the fingerprint of an error. */
void
trk_fingerprint(TrkArena *arena, TrkText error_kind, TrkText component, TrkText message,
				char out[TRK_FINGERPRINT_LEN + 1])
{
	uint8		digest[32];
	TrkBuf		buf;

	trk_buf_init(&buf, arena, message.len + error_kind.len + component.len + 2);
	trk_buf_append(&buf, error_kind.s, error_kind.len);
	trk_buf_putc(&buf, '\0');
	trk_buf_append(&buf, component.s, component.len);
	trk_buf_putc(&buf, '\0');
	trk_fingerprint_message(&buf, message);
	trk_sha256(buf.data, buf.len, digest);
	trk_hex(digest, TRK_FINGERPRINT_LEN / 2, out);
	out[TRK_FINGERPRINT_LEN] = '\0';
}

/* Return the type of failure of a kind of error. */
const char *
trk_failure_type(TrkArena *arena, TrkText error_kind)
{
	static const struct
	{
		const char *word;
		const char *type;
	}			words[] = {
#define TRK_FAILURE_WORD(word, type) {word, type},
#include "facts/failure_types.def"
#undef TRK_FAILURE_WORD
	};
	TrkText		lower = trk_text_lower(arena, error_kind);

	for (int i = 0; i < (int) lengthof(words); i++)
		if (trk_text_has(lower, trk_text_literal(words[i].word)))
			return words[i].type;
	return "other";
}
