/*
 * secret_value.h
 *	  Is what stands behind a name a secret, or a word, a number, a
 *	  placeholder?
 *
 * A name alone does not tell: "token" may be followed by a credential, by the
 * currency that is traded or by a count, "password" by "required".  Called for
 * members of events (redact) and for assignments in texts (pattern_named).
 */
#ifndef TRK_SECRET_VALUE_H
#define TRK_SECRET_VALUE_H

#include "base/trk.h"

/* More of a value than this is not looked at. */
#define TRK_SECRET_LOOK		256

/* Eight, four, four, four and twelve hex digits? */
extern bool trk_is_uuid(const char *s, Size len);

/*
 * Does it look random: a long run of letters and digits of more than one kind,
 * no UUID, no path, no name made of words?
 */
extern bool trk_looks_random(const char *s, Size len);

/*
 * Has it a part that names made of words and numbers (hynix_2024q1) do not
 * have?
 */
extern bool trk_looks_like_key(const char *s, Size len);

/*
 * Is it a key, when it stands behind the prefix of keys (sk-)?  A part as long
 * as a token and with a digit will do: hynix-2024-q3 has none.
 */
extern bool trk_looks_like_prefixed_key(const char *s, Size len);

/*
 * Can it be a token?  Names of currencies and markers of models (USDC, </s>)
 * are short and without digits, addresses of contracts are public, and numbers
 * are counts.
 */
extern bool trk_looks_like_token(const char *s, Size len);

/*
 * Does it stand for a secret that is not there: none, required, ****, <key>,
 * ${API_KEY}, get_key(), config.key, or one that was replaced?
 */
extern bool trk_is_placeholder(const char *s, Size len);

/*
 * A value in a text behind a name of secrets.  Of passwords any text will do
 * that is no placeholder; of others a word is none.
 */
extern bool trk_looks_like_secret(const char *s, Size len, bool password);

#endif							/* TRK_SECRET_VALUE_H */
