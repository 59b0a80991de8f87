/*
 * secret_value.h
 *	  Decides whether a value behind the name of a secret is a secret, or a
 *	  word, a number, a placeholder.  A name alone is not enough: "token" may
 *	  be followed by a credential, by the currency that is traded or by a
 *	  count, "password" by "required".
 *
 * Called for members of events (redact.c) and for assignments in texts
 * (named_shape.c).
 */
#ifndef TRK_SECRET_VALUE_H
#define TRK_SECRET_VALUE_H

#include "base/trk.h"

/* The most bytes of a value that are examined. */
#define TRK_SECRET_LOOK		256

/*
 * Return whether the text is a UUID: eight, four, four, four and twelve hex
 * digits.
 */
extern bool trk_is_uuid(const char *s, Size len);

/*
 * Return whether the text looks random: it has a long run of letters and
 * digits of more than one kind, and is not a UUID, a path or a name made of
 * words.
 */
extern bool trk_looks_random(const char *s, Size len);

/*
 * Return whether the text has a part that names made of words and numbers
 * (hynix_2024q1) do not have.
 */
extern bool trk_looks_like_key(const char *s, Size len);

/*
 * Return whether the text is a key, given that the prefix of keys (sk-) stands
 * before it.  A part that is as long as a token and has a digit is enough;
 * hynix-2024-q3 has none.
 */
extern bool trk_looks_like_prefixed_key(const char *s, Size len);

/*
 * Return whether the text can be a token.  Names of currencies and markers of
 * models (USDC, </s>) are short and have no digits, addresses of contracts are
 * public, and numbers are counts.
 */
extern bool trk_looks_like_token(const char *s, Size len);

/*
 * Return whether the text stands for a secret that is not there: none,
 * required, ****, <key>, ${API_KEY}, get_key(), config.key, or the replacement
 * of a secret.
 */
extern bool trk_is_placeholder(const char *s, Size len);

/*
 * Return whether a value in a text, behind the name of a secret, is a secret.
 * Any text may be a password except a placeholder; for other secrets a plain
 * word is not enough.
 */
extern bool trk_looks_like_secret(const char *s, Size len, bool password);

#endif							/* TRK_SECRET_VALUE_H */
