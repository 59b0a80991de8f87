/*
 * decision_fill.c
 *	  Collects the fills of decisions and the results of their trades.
 *
 * A fill that came after the events that were read is in the trade book's copy of
 * the fills, or, when it is younger than the last refresh, in what the book has not
 * taken yet.  A result is that of the closed legs which a fill opened or closed.
 * Only where fills were not taken yet are positions matched again for it.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "facts/decision_fill.h"
#include "facts/payload.h"
#include "facts/sum.h"
#include "miscadmin.h"
#include "store/id.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#define FILL_COLUMNS \
	"f.project, f.agent_id, f.environment, f.order_intent_id, f.decision_id, f.fill_id," \
	" f.position_key, f.quantity, f.price, f.t, f.key_digest"

/*
 * Fills from $3 on of these orders and decisions, and of the project $4: of the
 * book, by its indexes, and of what it has not taken.  OFFSET 0: by the index,
 * however many there are.
 */
#define FILL_RESULT(source) \
	"SELECT f.project, f.agent_id, f.environment, f.order_intent_id, f.decision_id, f.fill_id," \
	" f.position_key, f.quantity, f.price, f.t, f.key_digest FROM (" source ") f" \
	" WHERE $4 IS NULL OR f.project OPERATOR(pg_catalog.=) $4" \
	" ORDER BY f.t, f.key_digest"

static const char taken_fills[] =
FILL_RESULT("SELECT " FILL_COLUMNS " FROM pg_catalog.unnest($1) i, LATERAL (SELECT * FROM"
			" %1$s.at_trade_fill f WHERE f.order_intent_id OPERATOR(pg_catalog.=) i"
			" AND f.t OPERATOR(pg_catalog.>=) $3 OFFSET 0) f"
			" UNION ALL SELECT " FILL_COLUMNS " FROM pg_catalog.unnest($2) d, LATERAL (SELECT * FROM"
			" %1$s.at_trade_fill f WHERE f.decision_id OPERATOR(pg_catalog.=) d"
			" AND f.t OPERATOR(pg_catalog.>=) $3 OFFSET 0) f");

static const char new_fills[] =
FILL_RESULT("SELECT " FILL_COLUMNS " FROM %1$s.at_trade_new_fill f"
			" WHERE f.t OPERATOR(pg_catalog.>=) $3"
			" AND (f.order_intent_id OPERATOR(pg_catalog.=) ANY ($1)"
			" OR f.decision_id OPERATOR(pg_catalog.=) ANY ($2))");

enum
{
	LATER_PROJECT = 1,
	LATER_AGENT_ID,
	LATER_ENVIRONMENT,
	LATER_INTENT_ID,
	LATER_DECISION_ID,
	LATER_FILL_ID,
	LATER_POSITION_KEY,
	LATER_QUANTITY,
	LATER_PRICE,
	LATER_AT,
	LATER_KEY
};

/*
 * The events of fills, by number: project, time and key.  This is no part of the
 * queries above, because fills that came later are rare, and a join of all
 * partitions takes longer to plan than these take to run.
 */
static const char events_of_fills[] =
"SELECT u.n, e.event_id FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2),"
" pg_catalog.unnest($3), pg_catalog.unnest($4)) AS u(n, project, at, key_digest)"
" JOIN %1$s.at_event e ON e.project OPERATOR(pg_catalog.=) u.project"
" AND e.occurred_at OPERATOR(pg_catalog.=) u.at AND e.key_digest OPERATOR(pg_catalog.=) u.key_digest";

/* The fills that came later, as arguments of this query. */
typedef struct LaterFills
{
	ArrayBuildState *columns[4];
	bool		any;
} LaterFills;

/* Whether the legs of the book are not all that there is. */
static const char has_new_fills[] =
"SELECT EXISTS (SELECT FROM %1$s.at_trade_new_fill f"
" WHERE $1 IS NULL OR f.project OPERATOR(pg_catalog.=) $1)"
" OR EXISTS (SELECT FROM %1$s.at_stale_run m WHERE m.day OPERATOR(pg_catalog.=) '-infinity'"
" AND ($1 IS NULL OR m.project OPERATOR(pg_catalog.=) $1))";

/*
 * Closed legs of fills: number of the decision, whether the fill closed, the
 * opening fill, the position, the result.
 */
#define FILLS_AND_LEGS(source_open, source_close) \
	" SELECT u.n, false, l.open_fill, l.position_key, l.net_pnl FROM u, " source_open \
	" WHERE l.open_fill OPERATOR(pg_catalog.=) u.fill_id AND" SAME_LEG \
	" UNION ALL SELECT u.n, true, l.open_fill, l.position_key, l.net_pnl FROM u, " source_close \
	" WHERE l.close_fill OPERATOR(pg_catalog.=) u.fill_id AND" SAME_LEG

#define SAME_LEG \
	" l.project OPERATOR(pg_catalog.=) u.project AND l.agent_id OPERATOR(pg_catalog.=) u.agent_id" \
	" AND l.environment OPERATOR(pg_catalog.=) u.environment" \
	" AND l.position_key OPERATOR(pg_catalog.=) u.position_key" \
	" AND l.kind OPERATOR(pg_catalog.=) 'closed'"

#define FILLS \
	"u AS MATERIALIZED (SELECT * FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)," \
	" pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), pg_catalog.unnest($6))" \
	" AS u(n, project, agent_id, environment, position_key, fill_id))"

/* Of the book, by its indexes. */
#define LEGS_OF(fill) \
	"LATERAL (SELECT * FROM %1$s.at_trade_leg l WHERE l." fill " OPERATOR(pg_catalog.=) u.fill_id" \
	" AND l.project OPERATOR(pg_catalog.=) u.project OFFSET 0) l"

static const char taken_legs[] =
"WITH " FILLS FILLS_AND_LEGS(LEGS_OF("open_fill"), LEGS_OF("close_fill"));

/* Of the book and of what came since, matched once. */
static const char all_legs[] =
"WITH " FILLS ", l AS MATERIALIZED (SELECT l.* FROM %1$s.at_trade_row l"
" WHERE l.kind OPERATOR(pg_catalog.=) 'closed')" FILLS_AND_LEGS("l", "l");

/* Copy a numeric into the set. */
static Datum
keep_numeric(TrkDecisionFills *fills, Datum value)
{
	MemoryContext old = MemoryContextSwitchTo(fills->set->context);
	Datum		copy = datumCopy(value, false, -1);

	MemoryContextSwitchTo(old);
	return copy;
}

/* Write what tells a fill from others: its decision, its id and its position. */
static void
write_key(TrkDecisionFills *fills, int decision, TrkText fill_id, TrkText position_key)
{
	resetStringInfo(&fills->key);
	appendBinaryStringInfo(&fills->key, (const char *) &decision, sizeof(decision));
	appendBinaryStringInfo(&fills->key, fill_id.s, (int) fill_id.len);
	appendStringInfoChar(&fills->key, '\0');
	appendBinaryStringInfo(&fills->key, position_key.s, (int) position_key.len);
}

/*
 * Return the place for one more fill of a decision, or NULL when the decision has
 * a fill with this id in this position: the first counts.
 */
static TrkDecisionFill *
new_fill(TrkDecisionFills *fills, int decision, TrkText fill_id, TrkText position_key)
{
	TrkDecisionFill *fill;
	int64		n = fills->keys.n;

	write_key(fills, decision, fill_id, position_key);
	if (trk_dict_put(&fills->keys, fills->key.data, fills->key.len) != n)
		return NULL;
	if (fills->n == fills->capacity)
	{
		fills->capacity = fills->capacity == 0 ? 64 : fills->capacity * 2;
		fills->fills = fills->n == 0 ?
			MemoryContextAlloc(fills->set->context, fills->capacity * sizeof(TrkDecisionFill)) :
			repalloc_huge(fills->fills, (Size) fills->capacity * sizeof(TrkDecisionFill));
	}
	fill = &fills->fills[fills->n];
	fill->fill_id = fill_id;
	fill->position_key = position_key;
	fill->decision = decision;
	fill->next = -1;
	if (fills->first[decision] < 0)
		fills->first[decision] = fills->n;
	else
		fills->fills[fills->last[decision]].next = fills->n;
	fills->last[decision] = fills->n++;
	return fill;
}

/* Return whether a quantity and a price can be of a fill. */
static bool
is_fill(Datum quantity, Datum price)
{
	Numeric		q = DatumGetNumeric(quantity);
	Numeric		p = DatumGetNumeric(price);

	return !numeric_is_nan(q) && !numeric_is_inf(q) && !numeric_is_nan(p) && !numeric_is_inf(p) &&
		DatumGetBool(DirectFunctionCall2(numeric_gt, quantity, NumericGetDatum(int64_to_numeric(0))));
}

/* Add the fill in an event, as at_fill has it. */
static void
add_event_fill(TrkDecisionFills *fills, const TrkChainEvent *event)
{
	TrkText		fill_id = trk_payload_id(event->payload, "fill_id");
	TrkText		position_key = trk_payload_id(event->payload, "position_id");
	TrkDecisionFill *fill;
	bool		no_quantity;
	bool		no_price;
	Datum		quantity = trk_payload_number(event->payload, "quantity", &no_quantity);
	Datum		price = trk_payload_number(event->payload, "price", &no_price);

	if (no_quantity)
		quantity = trk_payload_number(event->payload, "qty", &no_quantity);
	if (no_quantity || no_price || !is_fill(quantity, price))
		return;
	if (position_key.len == 0)
		position_key = trk_payload_id(event->payload, "symbol");
	fill = new_fill(fills, event->decision, fill_id.len > 0 ? fill_id : event->event_id, position_key);
	if (fill == NULL)
		return;
	fill->intent_id = event->intent_id;
	fill->event_id = event->event_id;
	fill->was_read = true;
	fill->quantity = quantity;
	fill->price = price;
}

/* Return a text of a row of SPI, copied into the set. */
static TrkText
row_text(TrkDecisionFills *fills, HeapTuple tuple, TupleDesc desc, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, desc, column, &isnull);
	text	   *t;

	if (isnull)
		return (TrkText) {"", 0};
	t = DatumGetTextPP(value);
	return trk_text_copy(&fills->set->arena, (TrkText) {VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)});
}

/* Return an id of a row of SPI as a text, copied into the set. */
static TrkText
row_id(TrkDecisionFills *fills, HeapTuple tuple, TupleDesc desc, int column)
{
	bool		isnull;
	struct varlena *id = PG_DETOAST_DATUM_PACKED(SPI_getbinval(tuple, desc, column, &isnull));
	char	   *out = (char *) trk_alloc(&fills->set->arena, trk_id_text_size(id) + 1);

	return (TrkText) {out, trk_id_write(id, out)};
}

/* Note which event a fill is of. */
static void
note_event_of_fill(LaterFills *later, int number, HeapTuple tuple, TupleDesc desc)
{
	static const int columns[] = {LATER_PROJECT, LATER_AT, LATER_KEY};
	static const Oid types[] = {TEXTOID, TIMESTAMPTZOID};
	bool		isnull;

	later->any = true;
	later->columns[0] = accumArrayResult(later->columns[0], Int32GetDatum(number), false, INT4OID,
										 CurrentMemoryContext);
	for (int i = 0; i < 3; i++)
	{
		Datum		value = SPI_getbinval(tuple, desc, columns[i], &isnull);

		later->columns[i + 1] = accumArrayResult(later->columns[i + 1], value, isnull,
												 i < 2 ? types[i] : TupleDescAttr(desc, columns[i] - 1)->atttypid,
												 CurrentMemoryContext);
	}
}

/* Add a fill that came later. */
static void
add_later_fill(TrkDecisionFills *fills, LaterFills *later, HeapTuple tuple, TupleDesc desc)
{
	TrkDecisionSet *set = fills->set;
	TrkText		intent_id = row_text(fills, tuple, desc, LATER_INTENT_ID);
	TrkDecisionFill *fill;
	bool		isnull;
	Datum		quantity = SPI_getbinval(tuple, desc, LATER_QUANTITY, &isnull);
	Datum		price;
	Datum		environment;
	int			agent;
	int			decision;

	if (isnull)
		return;
	price = SPI_getbinval(tuple, desc, LATER_PRICE, &isnull);
	if (isnull || !is_fill(quantity, price))
		return;
	environment = SPI_getbinval(tuple, desc, LATER_ENVIRONMENT, &isnull);
	agent = trk_decision_agent(set, row_text(fills, tuple, desc, LATER_PROJECT),
							   row_text(fills, tuple, desc, LATER_AGENT_ID),
							   trk_run_environment(fills->store, DatumGetObjectId(environment)));
	if (agent < 0)
		return;
	decision = trk_decision_of_intent(set, agent, intent_id);
	if (decision < 0)
		decision = trk_decision_of_id(set, agent, row_text(fills, tuple, desc, LATER_DECISION_ID));
	if (decision < 0)
		return;
	fill = new_fill(fills, decision, row_text(fills, tuple, desc, LATER_FILL_ID),
					row_text(fills, tuple, desc, LATER_POSITION_KEY));
	if (fill == NULL)
		return;
	fill->intent_id = intent_id;
	fill->was_read = false;
	fill->event_id = (TrkText) {"", 0};
	fill->quantity = keep_numeric(fills, quantity);
	fill->price = keep_numeric(fills, price);
	note_event_of_fill(later, fills->n - 1, tuple, desc);
}

/* Run a query that reads as the caller. */
static void
run_query(TrkDecisionFills *fills, const char *query, int nargs, Oid *types, Datum *values,
		  const char *nulls)
{
	const char *nsp = quote_identifier(get_namespace_name(fills->store->nsp));

	if (SPI_execute_with_args(psprintf(query, nsp), nargs, types, values, nulls, true, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
}

/* Make an array of texts out of datums. */
static Datum
text_array(Datum *items, int n)
{
	return PointerGetDatum(construct_array(items, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Make a text datum. */
static Datum
text_datum(TrkText text)
{
	return PointerGetDatum(cstring_to_text_with_len(text.s, (int) text.len));
}

/* Look up the ids of the events of later fills. */
static void
find_events_of_fills(TrkDecisionFills *fills, LaterFills *later)
{
	Oid			types[4];
	Datum		values[4];

	if (!later->any)
		return;
	for (int i = 0; i < 4; i++)
	{
		types[i] = get_array_type(later->columns[i]->element_type);
		values[i] = makeArrayResult(later->columns[i], CurrentMemoryContext);
	}
	run_query(fills, events_of_fills, 4, types, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		bool		isnull;
		int			number = DatumGetInt32(SPI_getbinval(tuple, SPI_tuptable->tupdesc, 1, &isnull));

		CHECK_FOR_INTERRUPTS();
		fills->fills[number].event_id = row_id(fills, tuple, SPI_tuptable->tupdesc, 2);
	}
}

/* Add the fills that came after the events that were read. */
static void
add_later_fills(TrkDecisionFills *fills, Datum project, bool all_projects, int64 horizon, bool behind)
{
	const char *const queries[] = {taken_fills, new_fills};
	TrkDecisionSet *set = fills->set;
	Oid			types[4] = {TEXTARRAYOID, TEXTARRAYOID, TIMESTAMPTZOID, TEXTOID};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', all_projects ? 'n' : ' '};
	Datum	   *intents = palloc(sizeof(Datum) * (set->n + 1));
	Datum	   *ids = palloc(sizeof(Datum) * (set->ndecisions + 1));
	int			nintents = 0;
	int			nids = 0;
	LaterFills	later = {0};

	for (int i = 0; i < set->n; i++)
		if (set->events[i].type == TRK_EVENT_ORDER_INTENT_RECORDED && set->events[i].decision >= 0 &&
			set->events[i].intent_id.len > 0)
			intents[nintents++] = text_datum(set->events[i].intent_id);
	for (int d = 0; d < set->ndecisions; d++)
		if (set->events[set->decisions[d].first].decision_id.len > 0)
			ids[nids++] = text_datum(set->events[set->decisions[d].first].decision_id);
	values[0] = text_array(intents, nintents);
	values[1] = text_array(ids, nids);
	values[2] = TimestampTzGetDatum(horizon);
	values[3] = project;
	for (int q = 0; q < (behind ? 2 : 1); q++)
	{
		run_query(fills, queries[q], 4, types, values, nulls);
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			CHECK_FOR_INTERRUPTS();
			add_later_fill(fills, &later, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
		}
	}
	find_events_of_fills(fills, &later);
}

/* Return whether fills of the project were not taken by the trade book yet. */
static bool
book_is_behind(TrkDecisionFills *fills, Datum project, bool all_projects)
{
	Oid			type = TEXTOID;
	char		null = all_projects ? 'n' : ' ';
	bool		isnull;

	run_query(fills, has_new_fills, 1, &type, &project, &null);
	return DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/* Return whether a decision has a fill. */
static bool
has_fill(TrkDecisionFills *fills, int decision, text *fill_id, text *position_key)
{
	write_key(fills, decision, (TrkText) {VARDATA_ANY(fill_id), VARSIZE_ANY_EXHDR(fill_id)},
			  (TrkText) {VARDATA_ANY(position_key), VARSIZE_ANY_EXHDR(position_key)});
	return trk_dict_find(&fills->keys, fills->key.data, fills->key.len) >= 0;
}

/* Add the result of a leg to its decision; a leg that it opened and closed counts once. */
static void
add_leg(TrkDecisionFills *fills, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	int			decision = DatumGetInt32(SPI_getbinval(tuple, desc, 1, &isnull));
	bool		closed = DatumGetBool(SPI_getbinval(tuple, desc, 2, &isnull));
	text	   *open_fill = DatumGetTextPP(SPI_getbinval(tuple, desc, 3, &isnull));
	text	   *position_key = DatumGetTextPP(SPI_getbinval(tuple, desc, 4, &isnull));
	Datum		net_pnl = SPI_getbinval(tuple, desc, 5, &isnull);

	if (!isnull && !(closed && has_fill(fills, decision, open_fill, position_key)))
		fills->net_pnl[decision] = keep_numeric(fills, trk_sum_add(fills->net_pnl[decision], net_pnl));
}

/* Add the results of the trades of all fills. */
static void
add_results(TrkDecisionFills *fills, bool behind)
{
	Oid			env_type = trk_store_type(fills->store, "at_environment");
	Oid			types[6] = {INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, InvalidOid, TEXTARRAYOID, TEXTARRAYOID};
	Datum	   *items[6];
	Datum		values[6];

	for (int i = 0; i < 6; i++)
		items[i] = palloc(sizeof(Datum) * fills->n);
	for (int f = 0; f < fills->n; f++)
	{
		const TrkDecisionFill *fill = &fills->fills[f];
		const TrkDecisionSet *set = fills->set;
		const TrkChainAgent *agent = &set->agent[set->events[set->decisions[fill->decision].first].agent];

		items[0][f] = Int32GetDatum(fill->decision);
		items[1][f] = text_datum(agent->project);
		items[2][f] = text_datum(agent->agent_id);
		items[3][f] = ObjectIdGetDatum(fills->store->environments[agent->environment]);
		items[4][f] = text_datum(fill->position_key);
		items[5][f] = text_datum(fill->fill_id);
	}
	types[3] = get_array_type(env_type);
	values[0] = PointerGetDatum(construct_array(items[0], fills->n, INT4OID, 4, true, TYPALIGN_INT));
	values[3] = PointerGetDatum(construct_array(items[3], fills->n, env_type, 4, true, TYPALIGN_INT));
	for (int i = 1; i < 6; i++)
		if (i != 3)
			values[i] = text_array(items[i], fills->n);
	run_query(fills, behind ? all_legs : taken_legs, 6, types, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_leg(fills, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
	}
}

/* Collect the fills of all decisions, and their results. */
void
trk_decision_fills_collect(TrkDecisionFills *fills, TrkDecisionSet *set, TrkStore *store,
						   Datum project, bool all_projects, int64 horizon)
{
	bool		behind;

	memset(fills, 0, sizeof(*fills));
	fills->set = set;
	fills->store = store;
	if (set->ndecisions == 0)
		return;
	fills->first = MemoryContextAlloc(set->context, sizeof(int) * set->ndecisions);
	fills->net_pnl = MemoryContextAllocZero(set->context, sizeof(Datum) * set->ndecisions);
	fills->last = MemoryContextAlloc(set->context, sizeof(int) * set->ndecisions);
	for (int d = 0; d < set->ndecisions; d++)
		fills->first[d] = -1;
	trk_dict_init(&fills->keys, set->context);
	initStringInfo(&fills->key);
	for (int i = 0; i < set->n; i++)
		if (set->events[i].type == TRK_EVENT_PAPER_FILL_RECORDED && set->events[i].decision >= 0)
			add_event_fill(fills, &set->events[i]);
	behind = book_is_behind(fills, project, all_projects);
	if (horizon < DT_NOEND)
		add_later_fills(fills, project, all_projects, horizon, behind);
	if (fills->n > 0)
		add_results(fills, behind);
}
