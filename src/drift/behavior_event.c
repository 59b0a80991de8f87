/*
 * behavior_event.c
 *	  Adds one event to a state of at_behavior.
 */
#include "base/trk.h"

#include "drift/behavior_event.h"

#include <math.h>

#include "contract/contract.h"
#include "json/number_rule.h"
#include "base/pseudonym.h"
#include "base/sha256.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/*
 * Diagnostics that at_record_drift() and at_record_mistakes() recorded are not
 * behavior of the agent, and are skipped.
 */
#define OWN_CHECKS	"agent_tracker."

/* The most dimensions of an event type. */
#define MOST_OF_TYPE	32

/* The event that is being added. */
typedef struct Event
{
	TrkBehavior *behavior;
	JsonbContainer *payload;	/* NULL: the payload is not an object */
	int64		run;
	const char *id;
	Size		id_len;
	double		units;			/* see trk_behavior_add() */
} Event;

/* Find a member of the payload; return false when it is absent or null. */
static bool
member(const Event *event, const char *name, int len, JsonbValue *value)
{
	return event->payload != NULL &&
		getKeyJsonValueFromContainer(event->payload, name, len, value) != NULL &&
		value->type != jbvNull;
}

/* Count an event without a value, or with a value that is not of the kind. */
static void
add_missing(TrkDimensionData *dim, bool rejected)
{
	dim->missing++;
	dim->rejected += rejected;
}

/* Bytes of a digest in text form. */
#define DIGEST_BYTES	(7 + 64)

/*
 * Return the name under which a text is counted: itself, or its digest when it
 * is long.
 */
static const char *
kept_name(const char *s, Size *len, char *digest)
{
	uint8		hash[32];

	if (*len <= TRK_CATEGORY_BYTES)
		return s;
	trk_sha256(s, *len, hash);
	memcpy(digest, "sha256:", 7);
	trk_hex(hash, sizeof(hash), digest + 7);
	*len = DIGEST_BYTES;
	return digest;
}

/* Count a category.  It counts once per event. */
static void
add_category(const Event *event, TrkDimensionData *dim, const char *s, Size len)
{
	char		digest[DIGEST_BYTES];
	int64		at;

	s = kept_name(s, &len, digest);
	at = trk_dim_category(dim, s, len);
	if (at < 0 || dim->about[at].last_event == event->behavior->events)
		return;
	dim->about[at].last_event = event->behavior->events;
	trk_dim_add(dim, (uint64) at + 1, event->run, 1);
	trk_example_add(&dim->about[at].examples, 0, event->id, event->id_len,
					trk_agg_context(event->behavior));
}

/* Return a scalar as text; NULL for arrays and objects. */
static const char *
scalar_text(const JsonbValue *value, Size *len)
{
	char	   *s;

	switch (value->type)
	{
		case jbvString:
			*len = value->val.string.len;
			return value->val.string.val;
		case jbvBool:
			*len = value->val.boolean ? 4 : 5;
			return value->val.boolean ? "true" : "false";
		case jbvNumeric:
			s = DatumGetCString(DirectFunctionCall1(numeric_out,
													NumericGetDatum(value->val.numeric)));
			*len = strlen(s);
			return s;
		default:
			return NULL;
	}
}

/* Add the event to a dimension of kind CATEGORY or FLAG. */
static void
see_category(const Event *event, TrkDimensionData *dim)
{
	JsonbValue	value;
	const char *s;
	Size		len;

	if (!member(event, dim->def->field, dim->def->field_len, &value))
	{
		add_missing(dim, false);
		return;
	}
	s = scalar_text(&value, &len);
	if (s == NULL || (dim->def->kind == TRK_DIM_FLAG && value.type != jbvBool))
	{
		add_missing(dim, true);
		return;
	}
	dim->n++;
	add_category(event, dim, s, len);
}

/*
 * Add the event to a dimension of kind LABELS: every event counts, with each
 * of its labels.
 */
static void
see_labels(const Event *event, TrkDimensionData *dim)
{
	JsonbValue	value;
	JsonbValue *element;
	MemoryContext old;

	dim->n++;
	if (!member(event, dim->def->field, dim->def->field_len, &value))
		return;
	if (value.type == jbvString)
		add_category(event, dim, value.val.string.val, value.val.string.len);
	if (value.type != jbvBinary || !JsonContainerIsArray(value.val.binary.data))
	{
		dim->rejected += value.type != jbvString;
		return;
	}

	/*
	 * an element is freed afterwards, so it must not be in the caller's context
	 */
	old = MemoryContextSwitchTo(trk_agg_context(event->behavior));
	for (uint32 i = 0; i < JsonContainerSize(value.val.binary.data); i++)
	{
		element = getIthJsonbValueFromContainer(value.val.binary.data, i);
		if (element->type == jbvString)
			add_category(event, dim, element->val.string.val, element->val.string.len);
		pfree(element);
	}
	MemoryContextSwitchTo(old);
}

/*
 * Convert a number of few digits, with or without a decimal point, to a
 * double: an integer divided by a power of ten, both exact, so that the
 * quotient is the nearest double.  Returns false for any other form.
 */
static bool
short_decimal(const char *s, Size len, double *number)
{
	static const double powers[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
	};
	Size		i = len > 0 && s[0] == '-';
	int64		digits = 0;
	int			places = -1;

	if (len - i < 1 || len - i > 15)
		return false;
	for (; i < len; i++)
	{
		if (s[i] == '.' && places < 0)
			places = 0;
		else if (s[i] >= '0' && s[i] <= '9')
		{
			digits = digits * 10 + (s[i] - '0');
			places += places >= 0;
		}
		else
			return false;
	}
	if (!(s[len - 1] >= '0' && s[len - 1] <= '9'))
		return false;
	*number = (double) digits / powers[Max(places, 0)];
	if (s[0] == '-')
		*number = 0 - *number;
	return true;
}

/* Convert a text that spells a number by the rules of the contract. */
static bool
number_of_text(const char *s, Size len, double *number)
{
	TrkValue	value = {.kind = TRK_STRING};
	TrkNumber	parts;
	char	   *copy;

	if (short_decimal(s, len, number))
		return true;
	value.len = (uint32) len;
	value.u.str = s;
	if (!trk_number_of_value(&value, &parts))
		return false;
	/* freed with the memory of the row */
	copy = pnstrdup(s, len);
	*number = strtod(copy, NULL);
	return true;
}

/* The result of reading a member as a number. */
typedef enum Found
{
	FOUND,
	ABSENT,
	NO_NUMBER
} Found;

/* Read a member that is a number, or a text that spells one. */
static Found
number_member(const Event *event, const char *name, int len, double *number)
{
	JsonbValue	value;
	char	   *s;

	if (!member(event, name, len, &value))
		return ABSENT;
	if (value.type == jbvString)
		return number_of_text(value.val.string.val, value.val.string.len, number) ? FOUND : NO_NUMBER;
	if (value.type != jbvNumeric)
		return NO_NUMBER;
	s = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
	return number_of_text(s, strlen(s), number) ? FOUND : NO_NUMBER;
}

/* Return the number of a NUMBER, PRODUCT, RATIO or RUN_SUM. */
static Found
number_of(const Event *event, const TrkDimension *def, double *number)
{
	Found		found = number_member(event, def->field, def->field_len, number);
	double		other;

	if (found != FOUND || (def->kind != TRK_DIM_PRODUCT && def->kind != TRK_DIM_RATIO))
		return found;
	found = number_member(event, def->other, def->other_len, &other);
	if (found != FOUND)
		return found;
	if (def->kind == TRK_DIM_RATIO && !(other > 0))
		return NO_NUMBER;
	*number = def->kind == TRK_DIM_RATIO ? *number / other : *number * other;
	return isnan(*number) ? NO_NUMBER : FOUND;
}

/* Add the event's number to a dimension of numbers. */
static void
see_number(const Event *event, TrkDimensionData *dim)
{
	MemoryContext context = trk_agg_context(event->behavior);
	double		x;
	Found		found = number_of(event, dim->def, &x);

	if (found != FOUND)
	{
		add_missing(dim, found == NO_NUMBER);
		return;
	}
	dim->n++;
	trk_dim_add(dim, trk_key_of_number(x), event->run, 1);
	if (dim->overflow)
		return;
	if (dim->low.n < TRK_EXAMPLES || x <= dim->low.of[TRK_EXAMPLES - 1].value)
		trk_example_add(&dim->low, x, event->id, event->id_len, context);
	if (dim->high.n < TRK_EXAMPLES || -x <= dim->high.of[TRK_EXAMPLES - 1].value)
		trk_example_add(&dim->high, -x, event->id, event->id_len, context);
}

/*
 * Add the event to a RUN_COUNT or RUN_EVENTS, if its field has the required
 * value.
 */
static void
see_count(const Event *event, TrkDimensionData *dim)
{
	JsonbValue	value;
	const char *s;
	Size		len;

	if (dim->def->field_len > 0)
	{
		if (!member(event, dim->def->field, dim->def->field_len, &value) ||
			(s = scalar_text(&value, &len)) == NULL || len != dim->def->other_len ||
			memcmp(s, dim->def->other, len) != 0)
			return;
	}
	dim->n++;
	trk_dim_add(dim, 1, event->run, 1);
}

/* Return the dimension of kind RUN_SUM for the event's kind of usage. */
static TrkDimensionData *
seen_of_usage(const Event *event, int dimension)
{
	JsonbValue	value;
	const char *s = "";
	Size		len = 0;

	if (member(event, trk_dimensions[dimension].other, trk_dimensions[dimension].other_len, &value))
		s = scalar_text(&value, &len);
	if (s == NULL || len > TRK_CATEGORY_BYTES || memchr(s, '\0', len) != NULL)
		s = "", len = 0;
	return trk_behavior_dim(event->behavior, dimension, s, len);
}

/*
 * Note a fill for SLIPPAGE, if it names its order by an id that redaction has
 * not removed.  Its price is that of one unit of the order.
 */
static void
see_fill(const Event *event, const TrkDimension *def)
{
	JsonbValue	value;
	char		digest[DIGEST_BYTES];
	double		price;
	const char *s;
	Size		len;

	if (!member(event, def->other, def->other_len, &value) || value.type != jbvString ||
		number_member(event, def->field, def->field_len, &price) != FOUND ||
		!isfinite(price *= event->units) ||
		trk_identity_lost(value.val.string.val, value.val.string.len))
		return;
	len = value.val.string.len;
	s = kept_name(value.val.string.val, &len, digest);
	trk_link_fill(&event->behavior->links, s, len, price, event->run, event->id, event->id_len);
}

/* Return whether a text is this side, in any case. */
static bool
is_side(const JsonbValue *value, const char *side)
{
	return value->val.string.len == (int) strlen(side) &&
		pg_strncasecmp(value->val.string.val, side, strlen(side)) == 0;
}

/*
 * Note an order that has an intended price and an id that redaction has not
 * removed.
 */
static void
see_order(const Event *event)
{
	JsonbValue	value;
	char		digest[DIGEST_BYTES];
	TrkOrder	order;
	const char *s;
	Size		len;

	if (number_member(event, "intended_price", 14, &order.price) != FOUND ||
		!(order.price > 0 && isfinite(order.price)) ||
		!member(event, "side", 4, &value) || value.type != jbvString)
		return;
	order.state = is_side(&value, "buy") || is_side(&value, "cover") ? TRK_ORDER_BUYS :
		is_side(&value, "sell") || is_side(&value, "short") ? TRK_ORDER_SELLS : TRK_ORDER_UNKNOWN;
	if (order.state == TRK_ORDER_UNKNOWN ||
		!member(event, "order_intent_id", 15, &value) || value.type != jbvString ||
		trk_identity_lost(value.val.string.val, value.val.string.len))
		return;
	len = value.val.string.len;
	s = kept_name(value.val.string.val, &len, digest);
	trk_link_order(&event->behavior->links, s, len, order);
}

/* Add the event to one dimension. */
static void
see(const Event *event, int dimension)
{
	switch (trk_dimensions[dimension].kind)
	{
		case TRK_DIM_CATEGORY:
		case TRK_DIM_FLAG:
			see_category(event, trk_behavior_dim(event->behavior, dimension, "", 0));
			break;
		case TRK_DIM_LABELS:
			see_labels(event, trk_behavior_dim(event->behavior, dimension, "", 0));
			break;
		case TRK_DIM_RUN_COUNT:
		case TRK_DIM_RUN_EVENTS:
			see_count(event, trk_behavior_dim(event->behavior, dimension, "", 0));
			break;
		case TRK_DIM_SLIPPAGE:
			see_fill(event, &trk_dimensions[dimension]);
			break;
		case TRK_DIM_RUN_SUM:
			see_number(event, seen_of_usage(event, dimension));
			break;
		default:
			see_number(event, trk_behavior_dim(event->behavior, dimension, "", 0));
	}
}

/* Return whether the extension recorded the event by itself. */
static bool
is_own(const Event *event)
{
	JsonbValue	value;

	return member(event, "check_id", 8, &value) && value.type == jbvString &&
		value.val.string.len >= (int) strlen(OWN_CHECKS) &&
		memcmp(value.val.string.val, OWN_CHECKS, strlen(OWN_CHECKS)) == 0;
}

/* Find the dimensions of an event type. */
static void
find_dimensions(int type, int *dimensions, int *n)
{
	*n = 0;
	for (int i = 0; i < trk_dimension_count; i++)
		if (trk_dimensions[i].event == type)
		{
			Assert(*n < MOST_OF_TYPE);
			dimensions[(*n)++] = i;
		}
}

/* Return the dimensions of an event type from a cache. */
static const int *
dimensions_of(int type, int *n)
{
	static int	found[TRK_EVENT_TYPES][MOST_OF_TYPE];
	static int	counts[TRK_EVENT_TYPES];
	static bool known = false;

	if (!known)
	{
		for (int t = 0; t < TRK_EVENT_TYPES; t++)
			find_dimensions(t, found[t], &counts[t]);
		known = true;
	}
	*n = counts[type];
	return found[type];
}

/*
 * Add an event of a type (TrkEventType) with its payload, run and id. units is
 * the number of units that one unit of a fill's order has become by splits of
 * its symbol since the order, 1 without any.
 */
void
trk_behavior_add(TrkBehavior *behavior, int type, Jsonb *payload, const char *run, Size run_len,
				 const char *id, Size id_len, double units)
{
	Event		event = {behavior, NULL, -1, id, id_len, units};
	int			n;
	const int  *dimensions = dimensions_of(type, &n);

	if (JB_ROOT_IS_OBJECT(payload))
		event.payload = &payload->root;
	if (type == TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED && is_own(&event))
		return;
	event.run = trk_dict_put(&behavior->runs, run, run_len);
	behavior->events++;
	for (int i = 0; i < n; i++)
		see(&event, dimensions[i]);
	if (type == TRK_EVENT_ORDER_INTENT_RECORDED)
		see_order(&event);
}
