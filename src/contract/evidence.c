/*
 * evidence.c
 *	  Finds which bits of evidence.def an event proves.
 *
 * The list is compiled twice: once to evaluate the tests, and once to note on
 * which payload fields, event types and other facts each test depends.  By
 * these notes, the fields that an event has select the few tests that must be
 * run for it.
 */
#include "base/trk.h"

#include "contract/evidence.h"
#include "json/number_rule.h"
#include "contract/phrase.h"
#include "base/unicode.h"

StaticAssertDecl(TRK_BITS <= TRK_BIT_WORDS * 64, "more bits than words for them");
StaticAssertDecl(TRK_BITS < 256, "the number of bits is stored in a byte");

typedef struct TrkBitSet
{
	uint64		words[TRK_BIT_WORDS];
} TrkBitSet;

/* Facts other than fields on which a bit can depend. */
typedef enum TrkFact
{
	TRK_FACT_SHADOW,
	TRK_FACT_PRIVACY,
	TRK_FACT_PHRASE,
	TRK_FACTS
} TrkFact;

/* The bits that depend on each field, event type and fact; filled once. */
static TrkBitSet bits_of_field[TRK_ALL_FIELDS];
static TrkBitSet bits_of_fact[TRK_FACTS];
static TrkBitSet bits_of_type[TRK_EVENT_TYPES + 1]; /* the last element is for no type */
static bool type_needed[TRK_BITS][TRK_EVENT_TYPES];

int			trk_environments;

const TrkBitInfo trk_bit_info[TRK_BITS] = {
#define TRK_EVIDENCE(ident, report, test, meaning) {#ident, report, #test, meaning},
#include "contract/evidence.def"
};

/* Kinds of evidence of behavior, by payload, on any event type. */
#define SYMBOL_STATE \
	(IS(context_kind, "symbol_behavior_state") | IS(context_kind, "symbol_state_card") | \
	 IS(context_kind, "rotation_symbol_state_card") | \
	 (P(symbol) & (P(primary_regime) | P(entry_permission) | P(winner_continuation_score) | \
				   P(average_down_legitimacy_score))))
#define HOLDING_STATE \
	(IS(context_kind, "holding_exit_state") | IS(context_kind, "holding_exit_state_card") | \
	 (P(symbol) & (P(cut_loss_score) | P(expected_recovery_r) | P(recommended_exit_state) | \
				   P(sell_guard_reason))))
#define PAIRWISE_REVIEW \
	(IS(candidate_kind, "pairwise_rotation") | \
	 (P(holding_symbol) & P(candidate_symbol) & \
	  (P(delta_u_r) | P(theta_rotation_r) | P(passes_threshold))))
#define THRESHOLD_REPLAY \
	(TYPE(REPLAY_RESULT_RECORDED) & \
	 (P(threshold_policy_version) | P(selected_bad_rate) | P(threshold_pass_count) | \
	  P(bad_rotation_count) | P(activation_scope)))
#define ACTIVATION_GATE \
	(TYPE(DIAGNOSTIC_CHECK_COMPLETED) & (P(activation_allowed) | P(activation_scope)))
#define DIAGNOSTIC(test)	(TYPE(DIAGNOSTIC_CHECK_COMPLETED) & (test))

/* Add a bit to a set. */
static inline void
add_bit(TrkBitSet *set, TrkBit bit)
{
	set->words[bit / 64] |= UINT64CONST(1) << (bit % 64);
}

/*
 * Note that a bit depends on a field, a type or a fact.  Always returns 0; the
 * int result only lets the test expressions compile.
 */
static int
note_field(TrkBit bit, int field)
{
	add_bit(&bits_of_field[field], bit);
	return 0;
}

static int
note_type(TrkBit bit, int type)
{
	type_needed[bit][type] = true;
	return 0;
}

static int
note_fact(TrkBit bit, TrkFact fact)
{
	add_bit(&bits_of_fact[fact], bit);
	return 0;
}

/* The first use of the tests: note on what each depends. */
static void
note_needs(void)
{
#define TYPE(ident)			note_type(bit, TRK_EVENT_##ident)
#define ENV(name)			note_fact(bit, TRK_FACT_SHADOW)
#define PRIVACY(name)		note_fact(bit, TRK_FACT_PRIVACY)
#define SAYS(phrases)		note_fact(bit, TRK_FACT_PHRASE)
#define P(f)				note_field(bit, TRK_FIELD_##f)
#define IS(f, text)			P(f)
#define ISNT(f, text)		P(f)
#define ISANYCASE(f, text)	P(f)
#define YES(f)				P(f)
#define NO(f)				P(f)
#define POSITIVE(f)			P(f)
#define BELOW(f, n)			P(f)
#define FALSY(f)			P(f)
#define TRK_EVIDENCE(ident, report, test, meaning) \
	{ TrkBit bit = TRK_BIT_##ident; (void) (test); }
#include "contract/evidence.def"
#undef TYPE
#undef ENV
#undef PRIVACY
#undef SAYS
#undef P
#undef IS
#undef ISNT
#undef ISANYCASE
#undef YES
#undef NO
#undef POSITIVE
#undef BELOW
#undef FALSY
}

/*
 * Prepare the tables of the evidence rules.  Called once, when the library is
 * loaded, after trk_contract_init().
 */
void
trk_evidence_init(void)
{
	memset(bits_of_field, 0, sizeof(bits_of_field));
	memset(bits_of_fact, 0, sizeof(bits_of_fact));
	memset(bits_of_type, 0, sizeof(bits_of_type));
	memset(type_needed, 0, sizeof(type_needed));
	trk_environments = trk_enum_count(TRK_ENUM_environment);
	note_needs();
	for (int bit = 0; bit < TRK_BITS; bit++)
	{
		bool		any_type = true;

		for (int type = 0; type < TRK_EVENT_TYPES; type++)
			any_type = any_type && !type_needed[bit][type];
		for (int type = 0; type < TRK_EVENT_TYPES; type++)
			if (any_type || type_needed[bit][type])
				add_bit(&bits_of_type[type], bit);
		if (any_type)
			add_bit(&bits_of_type[TRK_EVENT_TYPES], bit);
	}
}

/* An event whose bits are being tested. */
typedef struct TrkProbe
{
	const TrkEvent *event;
	uint32		phrases;		/* the TRK_SAYS_* that occur */
	uint8		privacy;		/* bits by TrkPrivacyFlag */
} TrkProbe;

/* The privacy flags that tests name. */
typedef enum TrkPrivacyFlag
{
	PRIVACY_contains_prompt_text = 1,
	PRIVACY_contains_output_text = 2,
	PRIVACY_contains_broker_payload = 4,
	PRIVACY_contains_account_identifier = 8
} TrkPrivacyFlag;

/*
 * P(): return whether the value is present, and neither null nor the empty
 * string.
 */
static inline bool
is_present(const TrkValue *value)
{
	return value != NULL && value->kind != TRK_NULL &&
		!(value->kind == TRK_STRING && value->len == 0);
}

/* Return whether the value is a string with these bytes. */
static inline bool
is_text(const TrkValue *value, const char *text, Size len)
{
	return value != NULL && value->kind == TRK_STRING && value->len == len &&
		memcmp(value->u.str, text, len) == 0;
}

/*
 * Return whether the value is a string that, in lower case, equals this ASCII
 * text.
 */
static bool
is_text_any_case(const TrkValue *value, const char *text)
{
	const char *s;
	const char *end;

	if (value == NULL || value->kind != TRK_STRING)
		return false;
	s = value->u.str;
	end = s + value->len;
	for (; s < end; text++)
	{
		uint32		cp;

		s += trk_utf8_decode(s, &cp);
		if (trk_to_lower(cp) != (uint32) (unsigned char) *text)
			return false;
	}
	return *text == '\0';
}

/* Return whether the value is a number above zero. */
static bool
is_positive(const TrkValue *value)
{
	TrkNumber	number;

	return value != NULL && trk_number_of_value(value, &number) &&
		trk_number_compare(&number, 0) > 0;
}

/* Return whether the value is a number below a bound. */
static bool
is_below(const TrkValue *value, int bound)
{
	TrkNumber	number;

	return value != NULL && trk_number_of_value(value, &number) &&
		trk_number_compare(&number, bound) < 0;
}

/* int and not bool, because the tests combine them with & and | */
#define FIELD(f)			(probe->event->field[TRK_FIELD_##f])
#define TYPE(ident)			(probe->event->type == TRK_EVENT_##ident)
#define ENV(name)			(environment_is(probe->event, #name))
#define PRIVACY(name)		((probe->privacy & PRIVACY_##name) != 0)
#define SAYS(phrases_of)	((probe->phrases & TRK_SAYS_##phrases_of) != 0)
#define P(f)				((int) is_present(FIELD(f)))
#define IS(f, text)			((int) is_text(FIELD(f), text, sizeof(text) - 1))
#define ISNT(f, text)		(FIELD(f) != NULL && FIELD(f)->kind != TRK_NULL && !IS(f, text))
#define ISANYCASE(f, text)	((int) is_text_any_case(FIELD(f), text))
#define YES(f)				(FIELD(f) != NULL && FIELD(f)->kind == TRK_TRUE)
#define NO(f)				(FIELD(f) != NULL && FIELD(f)->kind == TRK_FALSE)
#define POSITIVE(f)			((int) is_positive(FIELD(f)))
#define BELOW(f, n)			((int) is_below(FIELD(f), n))
#define FALSY(f)			(!trk_json_truthy(FIELD(f)))

/* Return whether this is the event's environment. */
static inline bool
environment_is(const TrkEvent *event, const char *name)
{
	return event->environment >= 0 &&
		strcmp(trk_enum_value(TRK_ENUM_environment, event->environment), name) == 0;
}

/* The second use of the tests: return whether the event proves this bit. */
static bool
test_bit(const TrkProbe *probe, TrkBit bit)
{
	switch (bit)
	{
#define TRK_EVIDENCE(ident, report, test, meaning) \
		case TRK_BIT_##ident: return (test);
#include "contract/evidence.def"
		case TRK_BITS:
			break;
	}
	return false;
}

/* Return whether this member of the privacy object is true. */
static bool
privacy_flag(const TrkValue *privacy, const char *name)
{
	TrkMember  *member = trk_json_member(privacy, name);

	return member != NULL && member->value.kind == TRK_TRUE;
}

/* Return the flags of the event's privacy object. */
static uint8
privacy_flags(const TrkEvent *event)
{
	const TrkValue *privacy = event->env[TRK_ENV_privacy];

	if (privacy == NULL || privacy->kind != TRK_OBJECT)
		return 0;
	return (privacy_flag(privacy, "contains_prompt_text") ? PRIVACY_contains_prompt_text : 0) |
		(privacy_flag(privacy, "contains_output_text") ? PRIVACY_contains_output_text : 0) |
		(privacy_flag(privacy, "contains_broker_payload") ? PRIVACY_contains_broker_payload : 0) |
		(privacy_flag(privacy, "contains_account_identifier") ? PRIVACY_contains_account_identifier : 0);
}

/* Add the bits of a set to the candidates. */
static inline void
add_candidates(TrkBitSet *candidates, const TrkBitSet *set)
{
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		candidates->words[w] |= set->words[w];
}

/*
 * Return the bits that can be true for this event, by the fields that it has.
 */
static TrkBitSet
find_candidates(const TrkProbe *probe, const TrkValue *payload)
{
	const TrkEvent *event = probe->event;
	int			type = event->type >= 0 ? event->type : TRK_EVENT_TYPES;
	TrkBitSet	candidates = {{0}};

	for (uint32 i = 0; i < payload->len; i++)
	{
		int			key = payload->u.members[i].key;
		int			field = key < 0 ? -1 : trk_key(key)->field;

		if (field >= 0)
			add_candidates(&candidates, &bits_of_field[field]);
	}
	if (probe->privacy != 0)
		add_candidates(&candidates, &bits_of_fact[TRK_FACT_PRIVACY]);
	if (probe->phrases != 0)
		add_candidates(&candidates, &bits_of_fact[TRK_FACT_PHRASE]);
	if (environment_is(event, "shadow"))
		add_candidates(&candidates, &bits_of_fact[TRK_FACT_SHADOW]);
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		candidates.words[w] &= bits_of_type[type].words[w];
	return candidates;
}

/* Return the number of the lowest bit that is set. */
static inline int
lowest_bit(uint64 word)
{
	return __builtin_ctzll(word);
}

/* Return whether at_record_mistakes() recorded the event. */
static bool
is_recorded_mistake(const TrkEvent *event)
{
	const TrkValue *id = event->field[TRK_FIELD_check_id];

	return event->type == TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED && id != NULL &&
		id->kind == TRK_STRING && id->len > strlen(TRK_MISTAKE_CHECKS) &&
		memcmp(id->u.str, TRK_MISTAKE_CHECKS, strlen(TRK_MISTAKE_CHECKS)) == 0;
}

/*
 * Compute the evidence of one event: which bits it proves, and the facts
 * beside the bits.
 */
void
trk_evidence_compute(const TrkEvent *event, TrkEvidence *evidence)
{
	static const TrkValue empty = {.kind = TRK_OBJECT};
	const TrkValue *payload = event->env[TRK_ENV_payload];
	TrkProbe	probe = {event, 0, privacy_flags(event)};
	TrkBitSet	candidates;

	if (payload == NULL || payload->kind != TRK_OBJECT)
		payload = &empty;
	memset(evidence, 0, sizeof(*evidence));
	evidence->known = TRK_BITS;
	if (is_recorded_mistake(event))
	{
		evidence->type = TRK_EVIDENCE_APART;
		evidence->environment = TRK_EVIDENCE_NONE;
		return;
	}
	probe.phrases = trk_phrases_in_payload(payload);
	evidence->type = event->type >= 0 ? event->type : TRK_EVIDENCE_NONE;
	evidence->environment = event->environment >= 0 ? event->environment : TRK_EVIDENCE_NONE;
	candidates = find_candidates(&probe, payload);
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		for (uint64 left = candidates.words[w]; left != 0; left &= left - 1)
		{
			int			bit = lowest_bit(left);

			if (test_bit(&probe, w * 64 + bit))
				evidence->bits[w] |= UINT64CONST(1) << bit;
		}
	if (trk_bit_is_set(evidence->bits, TRK_BIT_failed_check) ||
		trk_bit_is_set(evidence->bits, TRK_BIT_warning_check))
	{
		const TrkValue *id = event->field[TRK_FIELD_check_id];

		if (id->kind == TRK_STRING)
		{
			evidence->check_id.s = id->u.str;
			evidence->check_id.len = id->len;
		}
	}
}

/* Return whether the bit depends on this payload field. */
bool
trk_bit_needs_field(TrkBit bit, int field)
{
	return trk_bit_is_set(bits_of_field[field].words, bit);
}

/* Return whether the bit depends on this event type. */
bool
trk_bit_needs_type(TrkBit bit, int type)
{
	return type_needed[bit][type];
}

/* Return the index of the bit with this name, or -1. */
int
trk_bit_lookup(const char *s, Size len)
{
	for (int bit = 0; bit < TRK_BITS; bit++)
		if (strlen(trk_bit_info[bit].name) == len &&
			memcmp(trk_bit_info[bit].name, s, len) == 0)
			return bit;
	return -1;
}

/*
 * Pack evidence into its stored form.  The bytes are in the arena; *size is
 * set to their number.
 */
uint8 *
trk_evidence_pack(const TrkEvidence *evidence, TrkArena *arena, Size *size)
{
	uint8		bytes[TRK_BIT_WORDS * 8];
	Size		nbytes = sizeof(bytes);
	uint8	   *out;
	uint8	   *p;

	for (int i = 0; i < (int) sizeof(bytes); i++)
		bytes[i] = (uint8) (evidence->bits[i / 8] >> (i % 8 * 8));
	while (nbytes > 0 && bytes[nbytes - 1] == 0)
		nbytes--;
	*size = 5 + nbytes + evidence->check_id.len;
	p = out = trk_alloc(arena, *size);
	*p++ = TRK_EVIDENCE_FORMAT;
	*p++ = evidence->known;
	*p++ = evidence->type;
	*p++ = evidence->environment;
	*p++ = (uint8) nbytes;
	memcpy(p, bytes, nbytes);
	if (evidence->check_id.len > 0)
		memcpy(p + nbytes, evidence->check_id.s, evidence->check_id.len);
	return out;
}
