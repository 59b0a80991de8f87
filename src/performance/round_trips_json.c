/*
 * round_trips_json.c
 *	  The SQL function at_round_trips(jsonb, method): it takes fills as a JSON
 *	  array and returns legs as an object.
 */
#include "base/trk.h"

#include "base/arena.h"
#include "base/compat.h"
#include "json/encoding.h"
#include "base/isotime.h"
#include "json/json_document.h"
#include "json/jsonbio.h"
#include "base/pseudonym.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "performance/round_trips.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* How the time of a fill is written. */
typedef enum TimeKind
{
	TIME_NONE,
	TIME_NUMBER,
	TIME_WITH_OFFSET,
	TIME_LOCAL					/* without a time zone, or a date */
} TimeKind;

/* A fill of the array, and what it is sorted by. */
typedef struct Item
{
	TrkFill		fill;
	const TrkValue *ts;
	TimeKind	time_kind;
	TrkDecimal	number;			/* the value of ts, if it is a number */
	int64		usecs;			/* the value of ts, if it is a text */
	TrkLabel	beyond_usecs;	/* the digits of its fraction after the sixth */
	int			place;
} Item;

/* The parts of the result. */
typedef struct Result
{
	TrkMatching matching;
	MemoryContext context;
	StringInfoData legs;
	StringInfoData open;
	StringInfoData skipped;
	TrkDecimal	gross;
	TrkDecimal	fees;
	TrkDecimal	net;
} Result;

/* Return a member if it exists and is not null. */
static const TrkValue *
member(const TrkValue *object, const char *name)
{
	TrkMember  *m = trk_json_member(object, name);

	return m == NULL || m->value.kind == TRK_NULL ? NULL : &m->value;
}

/* Return a member's text; empty when there is none. */
static TrkLabel
member_text(const TrkValue *object, const char *name)
{
	const TrkValue *value = member(object, name);
	TrkLabel	none = {"", 0};
	TrkLabel	text;

	if (value == NULL || (value->kind != TRK_STRING && value->kind != TRK_NUMBER))
		return none;
	text.s = value->u.str;
	text.len = value->len;
	return text;
}

/* Return whether redaction removed an id.  It is then treated as missing. */
static inline bool
is_lost(TrkLabel id)
{
	return trk_identity_lost(id.s, id.len);
}

/*
 * Return a member's text that is an id; empty when there is none, or redaction
 * removed it.
 */
static TrkLabel
member_id(const TrkValue *object, const char *name)
{
	TrkLabel	id = member_text(object, name);

	if (is_lost(id))
		id.len = 0;
	return id;
}

/*
 * Return whether a text is a decimal number: digits, perhaps with a sign, a
 * point and an exponent of four digits.
 */
static bool
is_decimal(const char *s, Size len)
{
	Size		i = len > 0 && (s[0] == '-' || s[0] == '+');
	Size		digits = 0;
	bool		point = false;

	for (; i < len && (isdigit((unsigned char) s[i]) || (s[i] == '.' && !point)); i++)
		if (s[i] == '.')
			point = true;
		else
			digits++;
	if (digits == 0 || len > TRK_MAX_NUMBER_DIGITS)
		return false;
	if (i < len && (s[i] == 'e' || s[i] == 'E'))
	{
		Size		exponent = ++i;

		if (i < len && (s[i] == '-' || s[i] == '+'))
			exponent = ++i;
		while (i < len && isdigit((unsigned char) s[i]))
			i++;
		return i == len && i > exponent && i - exponent <= 4;
	}
	return i == len;
}

/* Read a member's number; return false when there is none. */
static bool
member_number(const TrkValue *object, const char *name, TrkDecimal *number)
{
	TrkLabel	text = member_text(object, name);

	if (member(object, name) == NULL)
		return false;
	if (!is_decimal(text.s, text.len))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of a fill must be a decimal number", name)));
	trk_decimal_read(number, DirectFunctionCall3(numeric_in,
												 CStringGetDatum(pnstrdup(text.s, text.len)),
												 ObjectIdGetDatum(InvalidOid),
												 Int32GetDatum(-1)));
	return true;
}

/* Return the digits of a fraction after the sixth, without trailing zeros. */
static TrkLabel
digits_beyond_usecs(const TrkValue *ts)
{
	TrkLabel	rest = {"", 0};
	const char *point = memchr(ts->u.str, '.', ts->len);
	Size		left;
	Size		digits = 0;

	if (point == NULL)
		point = memchr(ts->u.str, ',', ts->len);
	if (point == NULL)
		return rest;
	left = ts->u.str + ts->len - ++point;
	while (digits < left && isdigit((unsigned char) point[digits]))
		digits++;
	while (digits > 6 && point[digits - 1] == '0')
		digits--;
	if (digits > 6)
	{
		rest.s = point + 6;
		rest.len = digits - 6;
	}
	return rest;
}

/* Read the time of a fill: a number, or a date or time by ISO 8601. */
static void
read_time(const TrkValue *value, Item *item)
{
	const TrkValue *ts = item->ts = member(value, "ts");

	if (ts == NULL)
		return;
	if (ts->kind == TRK_NUMBER)
	{
		(void) member_number(value, "ts", &item->number);
		item->time_kind = TIME_NUMBER;
		return;
	}
	if (ts->kind != TRK_STRING || !trk_isotime_read(ts->u.str, ts->len, &item->usecs))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ts of a fill must be a number, or a date or time by ISO 8601")));
	item->time_kind = trk_isotime_in_utc(ts->u.str, ts->len, &item->usecs) ?
		TIME_WITH_OFFSET : TIME_LOCAL;
	item->beyond_usecs = digits_beyond_usecs(ts);
}

/* Read a fill. */
static void
read_item(const TrkValue *value, int place, Item *item)
{
	TrkFill    *fill = &item->fill;

	if (value->kind != TRK_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a fill must be a JSON object")));
	memset(item, 0, sizeof(*item));
	fill->id = member_id(value, "fill_id");
	fill->key = member_id(value, member(value, "position_id") != NULL &&
						  !is_lost(member_text(value, "position_id")) ? "position_id" : "symbol");
	fill->side = trk_side_of(member_text(value, "side"));
	fill->has_quantity = member_number(value, "quantity", &fill->quantity);
	fill->has_price = member_number(value, "price", &fill->price);
	(void) member_number(value, "fees", &fill->fees);
	fill->has_multiplier = member_number(value, "multiplier", &fill->multiplier) ||
		member_number(value, "contract_multiplier", &fill->multiplier);
	item->place = place;
	read_time(value, item);
	fill->t = PointerGetDatum(item->ts);
}

/* Compare texts by their bytes. */
static int
name_cmp(TrkLabel a, TrkLabel b)
{
	int			cmp = memcmp(a.s, b.s, Min(a.len, b.len));

	return cmp != 0 ? cmp : (a.len > b.len) - (a.len < b.len);
}

/* Compare times, which are of the same kind; missing ones come last. */
static int
item_time_cmp(const Item *a, const Item *b)
{
	if (a->ts == NULL || b->ts == NULL)
		return (a->ts == NULL) - (b->ts == NULL);
	if (a->time_kind == TIME_NUMBER)
		return trk_decimal_cmp(&a->number, &b->number);
	if (a->usecs != b->usecs)
		return a->usecs < b->usecs ? -1 : 1;
	return name_cmp(a->beyond_usecs, b->beyond_usecs);
}

/* qsort() comparator: fills by time, id, position. */
static int
item_cmp(const void *a, const void *b)
{
	const Item *ia = a;
	const Item *ib = b;
	int			cmp = item_time_cmp(ia, ib);

	if (cmp == 0)
		cmp = name_cmp(ia->fill.id, ib->fill.id);
	return cmp != 0 ? cmp : (ia->place > ib->place) - (ia->place < ib->place);
}

/*
 * qsort() comparator: pointers to sorted fills by id, equal ones in their
 * order.
 */
static int
id_cmp(const void *a, const void *b)
{
	Item	   *ia = *(Item *const *) a;
	Item	   *ib = *(Item *const *) b;
	int			cmp = name_cmp(ia->fill.id, ib->fill.id);

	return cmp != 0 ? cmp : (ia > ib) - (ia < ib);
}

/* Mark the fills whose id an earlier one has. */
static void
mark_duplicates(Item *items, int n)
{
	Item	  **by_id = palloc(sizeof(Item *) * (n + 1));

	for (int i = 0; i < n; i++)
		by_id[i] = &items[i];
	qsort(by_id, n, sizeof(Item *), id_cmp);
	for (int i = 1; i < n; i++)
		by_id[i]->fill.duplicate = by_id[i]->fill.id.len > 0 &&
			name_cmp(by_id[i - 1]->fill.id, by_id[i]->fill.id) == 0;
	pfree(by_id);
}

/* Append a member that is a text. */
static void
put_text(StringInfo out, const char *name, TrkLabel text)
{
	trk_doc_text_len(out, name, text.s, text.len);
}

/* Append a member that is a number, as a string without trailing zeros. */
static void
put_number(StringInfo out, const char *name, const TrkDecimal *number)
{
	trk_doc_text(out, name,
				 DatumGetCString(DirectFunctionCall1(numeric_out, trk_decimal_write(number))));
}

/* Append a time as it was given. */
static void
put_time(StringInfo out, const char *name, Datum t)
{
	const TrkValue *ts = (const TrkValue *) DatumGetPointer(t);

	trk_doc_key(out, name);
	if (ts != NULL && ts->kind == TRK_NUMBER)
		appendBinaryStringInfo(out, ts->u.str, ts->len);
	else if (ts != NULL && ts->kind == TRK_STRING)
		trk_write_literal(out, ts->u.str, ts->len);
	else
		appendStringInfoString(out, "null");
}

/* Add to a total. */
static void
add_total(Result *r, TrkDecimal *total, const TrkDecimal *number)
{
	TrkDecimal	sum;

	trk_decimal_add(&sum, total, number);
	trk_decimal_keep(total, &sum, r->context);
}

/* Append a closed lot, or a closed part of a position at average cost. */
static void
put_closed(Result *r, const TrkLeg *leg)
{
	bool		fifo = r->matching == TRK_MATCH_FIFO;
	TrkLabel	direction = {leg->is_long ? "long" : "short", leg->is_long ? 4 : 5};

	trk_doc_open(&r->legs, NULL, '{');
	put_text(&r->legs, "key", leg->key);
	put_text(&r->legs, "direction", direction);
	if (fifo)
		put_text(&r->legs, "open_fill", leg->open_fill);
	put_text(&r->legs, "close_fill", leg->close_fill);
	put_number(&r->legs, "quantity", &leg->quantity);
	put_number(&r->legs, fifo ? "entry_price" : "average_entry", &leg->entry_price);
	put_number(&r->legs, "exit_price", &leg->exit_price);
	if (leg->has_multiplier)
		put_number(&r->legs, "multiplier", &leg->multiplier);
	put_number(&r->legs, "gross_pnl", &leg->gross);
	put_number(&r->legs, "fees", &leg->fees);
	put_number(&r->legs, "net_pnl", &leg->net);
	if (fifo)
	{
		put_time(&r->legs, "open_ts", leg->open_t);
		put_time(&r->legs, "close_ts", leg->close_t);
	}
	else
		trk_doc_flag(&r->legs, "flat_after", leg->flat_after);
	appendStringInfoChar(&r->legs, '}');
	add_total(r, &r->gross, &leg->gross);
	add_total(r, &r->fees, &leg->fees);
	add_total(r, &r->net, &leg->net);
}

/* Append what is still open. */
static void
put_open(Result *r, const TrkLeg *leg)
{
	TrkLabel	direction = {leg->is_long ? "long" : "short", leg->is_long ? 4 : 5};
	TrkDecimal	quantity = {0};

	trk_doc_open(&r->open, NULL, '{');
	put_text(&r->open, "key", leg->key);
	if (r->matching == TRK_MATCH_FIFO)
	{
		put_text(&r->open, "open_fill", leg->open_fill);
		put_text(&r->open, "direction", direction);
		put_number(&r->open, "quantity", &leg->quantity);
		put_number(&r->open, "entry_price", &leg->entry_price);
	}
	else
	{
		if (leg->is_long)
			quantity = leg->quantity;
		else
			trk_decimal_sub(&quantity, &quantity, &leg->quantity);
		put_number(&r->open, "quantity", &quantity);
		put_number(&r->open, "average_entry", &leg->entry_price);
	}
	put_number(&r->open, "fees", &leg->fees);
	appendStringInfoChar(&r->open, '}');
}

/* Append what the book reports (a TrkLegCallback). */
static void
put_leg(const TrkLeg *leg, void *arg)
{
	Result	   *r = arg;

	if (leg->kind == TRK_LEG_CLOSED)
		put_closed(r, leg);
	else if (leg->kind == TRK_LEG_OPEN)
		put_open(r, leg);
	else
	{
		trk_doc_open(&r->skipped, NULL, '[');
		put_text(&r->skipped, NULL, leg->close_fill);
		trk_doc_text(&r->skipped, NULL, leg->reason);
		appendStringInfoChar(&r->skipped, ']');
	}
}

/* Append a member that is an array of these elements. */
static void
put_list(StringInfo out, const char *name, const StringInfoData *elements)
{
	trk_doc_open(out, name, '[');
	appendBinaryStringInfo(out, elements->data, elements->len);
	appendStringInfoChar(out, ']');
}

/* Return the whole result as text. */
static char *
result_text(Result *r)
{
	bool		fifo = r->matching == TRK_MATCH_FIFO;
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	put_list(&out, fifo ? "legs" : "exits", &r->legs);
	put_list(&out, fifo ? "open_lots" : "open_positions", &r->open);
	put_number(&out, "gross_pnl", &r->gross);
	put_number(&out, "fees", &r->fees);
	put_number(&out, "net_pnl", &r->net);
	put_list(&out, "skipped", &r->skipped);
	appendStringInfoChar(&out, '}');
	return out.data;
}

/*
 * Raise an ERROR when times are of several kinds, because they cannot be
 * ordered.
 */
static void
check_times(const Item *items, uint32 n)
{
	TimeKind	kind = TIME_NONE;

	for (uint32 i = 0; i < n; i++)
	{
		if (items[i].time_kind == TIME_NONE)
			continue;
		if (kind != TIME_NONE && items[i].time_kind != kind)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("ts of fills must be of one kind: numbers, times with an offset or times without one")));
		kind = items[i].time_kind;
	}
}

/* Read the fills of an array, and sort them. */
static Item *
read_items(const TrkValue *fills)
{
	Item	   *items = MemoryContextAllocHuge(CurrentMemoryContext,
											   sizeof(Item) * ((Size) fills->len + 1));

	for (uint32 i = 0; i < fills->len; i++)
		read_item(&fills->u.items[i], (int) i, &items[i]);
	check_times(items, fills->len);
	qsort(items, fills->len, sizeof(Item), item_cmp);
	mark_duplicates(items, (int) fills->len);
	return items;
}

TRK_HIDE_CONTEXT_FUNCTION(at_round_trips_json);
/* at_round_trips(fills jsonb, method text) returns jsonb */
static Datum
at_round_trips_json_body(PG_FUNCTION_ARGS)
{
	Jsonb	   *input;
	Result		r = {.context = CurrentMemoryContext};
	char	   *s;
	TrkText		t;
	TrkArena	arena;
	TrkValue	fills;
	Item	   *items;
	TrkBook    *book;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	input = PG_GETARG_JSONB_P(0);
	r.matching = trk_matching_of(PG_GETARG_TEXT_PP(1));
	s = JsonbToCString(NULL, &input->root, VARSIZE(input));
	t = trk_to_utf8(s, strlen(s));
	trk_arena_init(&arena, CurrentMemoryContext, 8192);
	if (trk_json_read(&arena, t.s, t.len, &fills) != TRK_JSON_OK || fills.kind != TRK_ARRAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fills must be a JSON array")));
	initStringInfo(&r.legs);
	initStringInfo(&r.open);
	initStringInfo(&r.skipped);
	items = read_items(&fills);
	book = trk_book_make(r.matching, true, put_leg, &r);
	for (uint32 i = 0; i < fills.len; i++)
	{
		CHECK_FOR_INTERRUPTS();
		trk_book_push(book, &items[i].fill);
	}
	trk_book_open(book);
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(result_text(&r))));
}
