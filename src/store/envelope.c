/*
 * envelope.c
 *	  Packing and unpacking of at_envelope (see envelope.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "store/envelope.h"
#include "base/isotime.h"
#include "base/varlena.h"

/* codes of an sdk: 0 means it is in extra, 255 that all three texts follow */
#define TRK_SDK_EXTRA	0
#define TRK_SDK_SPELLED	255

#define TRK_FIXED_BYTES	5

/* Names of the bits of the privacy byte, lowest first. */
const char *const trk_privacy_names[TRK_PRIVACY_BITS] = {
	"full_io",
	"contains_prompt_text",
	"contains_output_text",
	"contains_broker_payload",
	"contains_account_identifier",
	"truncated"
};

static const struct
{
	const char *name;
	const char *language;
}			trk_sdks[] = {
#define TRK_SDK(name, language) {name, language},
#include "contract/sdks.def"
#undef TRK_SDK
};

/* Return whether the text equals this literal. */
static inline bool
text_is(TrkText t, const char *literal)
{
	return strlen(literal) == t.len && memcmp(t.s, literal, t.len) == 0;
}

/* Return the code of an sdk: a known one, spelled out, or in extra. */
static uint8
sdk_code(const TrkEnvelope *envelope)
{
	const TrkText *sdk = envelope->sdk;

	if (envelope->sdk_in_extra)
		return TRK_SDK_EXTRA;
	for (int i = 0; i < lengthof(trk_sdks); i++)
		if (text_is(sdk[0], trk_sdks[i].name) &&
			text_is(sdk[2], trk_sdks[i].language))
			return i + 1;
	return TRK_SDK_SPELLED;
}

/* Write a text after a byte with its length. */
static uint8 *
put_text(uint8 *p, TrkText t)
{
	*p++ = (uint8) t.len;
	memcpy(p, t.s, t.len);
	return p + t.len;
}

/*
 * Make the varlena of an envelope.  Each sdk text must have at most 255 bytes.
 */
struct varlena *
trk_envelope_make(const TrkEnvelope *envelope, TrkArena *arena)
{
	uint8		code = sdk_code(envelope);
	Size		size = TRK_FIXED_BYTES + envelope->extra.len;
	struct varlena *v;
	uint8	   *p;

	if (code == TRK_SDK_SPELLED)
		size += 3 + envelope->sdk[0].len + envelope->sdk[1].len + envelope->sdk[2].len;
	else if (code != TRK_SDK_EXTRA)
		size += 1 + envelope->sdk[1].len;
	v = trk_varlena_make(arena, size);
	p = (uint8 *) VARDATA_ANY(v);
	*p++ = TRK_ENVELOPE_FORMAT;
	*p++ = envelope->privacy;
	*p++ = envelope->presence;
	*p++ = envelope->spelling;
	*p++ = code;
	if (code == TRK_SDK_SPELLED)
		p = put_text(p, envelope->sdk[0]);
	if (code != TRK_SDK_EXTRA)
		p = put_text(p, envelope->sdk[1]);
	if (code == TRK_SDK_SPELLED)
		p = put_text(p, envelope->sdk[2]);
	memcpy(p, envelope->extra.s, envelope->extra.len);
	return v;
}

/*
 * Read a text after a byte with its length; return false when it runs over the
 * end.
 */
static bool
get_text(const uint8 **p, const uint8 *end, TrkText *t)
{
	if (*p >= end || end - *p - 1 < **p)
		return false;
	t->len = **p;
	t->s = (const char *) *p + 1;
	*p += 1 + t->len;
	return true;
}

/* Set name and language of a known sdk. */
static void
known_sdk(int code, TrkEnvelope *envelope)
{
	envelope->sdk[0].s = trk_sdks[code - 1].name;
	envelope->sdk[0].len = strlen(envelope->sdk[0].s);
	envelope->sdk[2].s = trk_sdks[code - 1].language;
	envelope->sdk[2].len = strlen(envelope->sdk[2].s);
}

/* Decode an envelope; return false when the bytes are not of this format. */
bool
trk_envelope_read(const uint8 *data, Size len, TrkEnvelope *envelope)
{
	const uint8 *p = data + TRK_FIXED_BYTES;
	const uint8 *end = data + len;
	int			code;

	if (len < TRK_FIXED_BYTES || data[0] != TRK_ENVELOPE_FORMAT ||
		data[1] >= 1 << TRK_PRIVACY_BITS || data[2] >= 1 << 6 ||
		data[3] > TRK_SPELLINGS)
		return false;
	envelope->privacy = data[1];
	envelope->presence = data[2];
	envelope->spelling = data[3];
	code = data[4];
	envelope->sdk_in_extra = code == TRK_SDK_EXTRA;
	if (code == TRK_SDK_SPELLED)
	{
		if (!get_text(&p, end, &envelope->sdk[0]))
			return false;
	}
	else if (code > (int) lengthof(trk_sdks))
		return false;
	else if (code != TRK_SDK_EXTRA)
		known_sdk(code, envelope);
	if (code != TRK_SDK_EXTRA && !get_text(&p, end, &envelope->sdk[1]))
		return false;
	if (code == TRK_SDK_SPELLED && !get_text(&p, end, &envelope->sdk[2]))
		return false;
	envelope->extra.s = (const char *) p;
	envelope->extra.len = end - p;
	return true;
}

/* Convert privacy flags to bits. */
uint8
trk_privacy_pack(const TrkPrivacy *privacy)
{
	return (uint8) (privacy->full_io |
					privacy->contains_prompt_text << 1 |
					privacy->contains_output_text << 2 |
					privacy->contains_broker_payload << 3 |
					privacy->contains_account_identifier << 4 |
					privacy->truncated << 5);
}

/* Return whether there are two digits at p. */
static inline bool
two_digits(const char *p)
{
	return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
}

/*
 * Return how a valid occurred_at is spelled: a usual spelling, from which
 * trk_spelling_write() makes the same bytes again, or TRK_SPELLING_VERBATIM.
 */
uint8
trk_spelling_of(const char *s, Size len)
{
	int			digits = 0;
	int			separator;
	int			zone;
	Size		at = 19;

	if (len < 20 || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' ||
		!two_digits(s + 17) || (s[10] != 'T' && s[10] != ' '))
		return TRK_SPELLING_VERBATIM;
	separator = s[10] == ' ';
	if (s[at] == '.')
	{
		for (at++; at < len && s[at] >= '0' && s[at] <= '9'; at++)
			digits++;
		if (digits < 1 || digits > 6)
			return TRK_SPELLING_VERBATIM;
	}
	if (len - at == 1 && s[at] == 'Z')
		zone = 0;
	else if (len - at == 6 && memcmp(s + at, "+00:00", 6) == 0)
		zone = 1;
	else
		return TRK_SPELLING_VERBATIM;
	return 1 + separator * 14 + zone * 7 + digits;
}

/* Write n with exactly width digits. */
static char *
put_digits(char *p, int64 n, int width)
{
	for (int i = width - 1; i >= 0; i--)
	{
		p[i] = '0' + (int) (n % 10);
		n /= 10;
	}
	return p + width;
}

/*
 * Write a time (microseconds since 2000) in a usual spelling; return the
 * length.
 */
Size
trk_spelling_write(uint8 spelling, int64 occurred_at, char *out)
{
	static const int64 scale[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
	int64		day_usecs = INT64CONST(86400000000);
	int64		days = occurred_at / day_usecs;
	int64		usecs = occurred_at % day_usecs;
	int			code = spelling - 1;
	int			digits = code % 7;
	int			year,
				month,
				day;
	char	   *p = out;

	if (usecs < 0)
	{
		usecs += day_usecs;
		days--;
	}
	trk_days_to_date(days, &year, &month, &day);
	p = put_digits(p, year, 4);
	*p++ = '-';
	p = put_digits(p, month, 2);
	*p++ = '-';
	p = put_digits(p, day, 2);
	*p++ = code >= 14 ? ' ' : 'T';
	p = put_digits(p, usecs / INT64CONST(3600000000), 2);
	*p++ = ':';
	p = put_digits(p, usecs / 60000000 % 60, 2);
	*p++ = ':';
	p = put_digits(p, usecs / 1000000 % 60, 2);
	if (digits > 0)
	{
		*p++ = '.';
		p = put_digits(p, usecs % 1000000 / scale[digits], digits);
	}
	if (code / 7 % 2 == 0)
		*p++ = 'Z';
	else
	{
		memcpy(p, "+00:00", 6);
		p += 6;
	}
	return p - out;
}
