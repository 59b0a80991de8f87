/*
 * price.c
 *	  Prices calls (see price.h).
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "base/dict.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "facts/price.h"
#include "facts/price_match.h"
#include "json/encoding.h"
#include "performance/decimal.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* A book that found prices for so many models by themselves reads them all. */
#define MAX_LOOKUPS	64

/*
 * Models of which a book remembers the candidates; then it forgets all.  An
 * agent uses a handful of models; names that never come again must not fill
 * memory.
 */
#define MAX_MEMO	4096

/* Priorities that one call looks at: its own rows, imported ones, shipped ones. */
#define MAX_LEVELS	4

/* Prices are below 10^9 USD per million tokens, in units of 10^-9. */
#define MAX_PRICE	INT64CONST(1000000000000000000)

#define BIT(n)	((uint16) (1 << (n)))

/* The patterns that match one model, the best first. */
typedef struct Memo
{
	TrkPriceCandidate *candidates;
	int			n;
} Memo;

struct TrkPriceBook
{
	MemoryContext context;
	Oid			nsp;
	TrkPriceGroup *groups;		/* the newest first */
	int			n_groups;
	SPIPlanPtr	by_stem;		/* finds exact patterns; NULL: all were read */
	TrkDict		stems;			/* of which they were read */
	int			n_lookups;
	MemoryContext memo_context;
	TrkDict		memo_keys;		/* provider and model, as the caller wrote them */
	Memo	   *memo;			/* by number in memo_keys */
	int			memo_room;
};

/* What applies to one call: the patterns, and what chooses among their prices. */
typedef struct Choice
{
	const TrkPriceGroup *levels[MAX_LEVELS];	/* the best pattern of each priority */
	int			n_levels;
	TimestampTz at;
	int64		input;
	TrkServiceTier tier;
} Choice;

/* Without ORDER BY: the server would need three times as long for sorting as for all else. */
static const char load_query[] =
"SELECT p.priority, p.provider, p.model, p.match, p.price_id, p.usage_kind, p.service_tier,"
" p.above_input, p.usd_per_million, p.valid_from, p.valid_until, p.source"
" FROM %1$s.at_price p%2$s";

/* Patterns with other names than the model's own, which are few. */
static const char other_patterns[] = " WHERE p.match OPERATOR(pg_catalog.<>) 'exact'";

/* Exact patterns of names that are the same without their dates; by an index. */
static const char exact_patterns[] =
" WHERE p.match OPERATOR(pg_catalog.=) 'exact'"
" AND %s._at_model_stem(p.model) OPERATOR(pg_catalog.=) ANY ($1)";

/* The columns of this query. */
enum
{
	COL_PRIORITY,
	COL_PROVIDER,
	COL_MODEL,
	COL_MATCH,
	COL_ID,
	COL_KIND,
	COL_TIER,
	COL_ABOVE,
	COL_PRICE,
	COL_FROM,
	COL_UNTIL,
	COL_SOURCE,
	N_COLUMNS
};

/* Return a text column; it points into the row. */
static TrkText
text_column(const Datum *row, int number)
{
	return trk_text_content(DatumGetTextPP(row[number]));
}

/* Copy a text into the book. */
static TrkText
keep_text(const TrkPriceBook *book, TrkText text)
{
	char	   *s = MemoryContextAlloc(book->context, text.len + 1);
	TrkText		copy = {s, text.len};

	memcpy(s, text.s, text.len);
	s[text.len] = '\0';
	return copy;
}

/* Raise an ERROR for a row that the constraints of at_price do not let in. */
pg_noreturn static void
refuse_row(const Datum *row)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("row %lld of at_price cannot be read", (long long) DatumGetInt64(row[COL_ID])),
			 errhint("A constraint of the table was dropped.")));
}

/* Read the price of a row in units of 10^-9 USD. */
static int64
read_amount(const Datum *row)
{
	TrkDecimal	price;
	int128		amount;

	trk_decimal_read(&price, row[COL_PRICE]);
	if (price.big != 0 || price.scale > TRK_PRICE_SCALE || price.m < 0 || price.m > PG_INT64_MAX)
		refuse_row(row);
	amount = price.m;
	for (int i = price.scale; i < TRK_PRICE_SCALE; i++)
		amount *= 10;
	if (amount > MAX_PRICE)
		refuse_row(row);
	return (int64) amount;
}

/* Return the kind with this name in SQL, or TRK_USAGE_KINDS. */
static TrkUsageKind
find_kind(TrkText name)
{
	TrkUsageKind kind = 0;

	while (kind < TRK_USAGE_KINDS && !trk_text_equal(name, trk_text_literal(trk_usage_kind_name(kind))))
		kind++;
	return kind;
}

/* Read a row's price into its place.  Rows of one source follow each other, mostly. */
static void
read_price(TrkPriceBook *book, const Datum *row, TrkPrice *price, bool is_first)
{
	TrkText		tier = text_column(row, COL_TIER);
	TrkText		source = text_column(row, COL_SOURCE);

	price->id = DatumGetInt64(row[COL_ID]);
	price->amount = read_amount(row);
	price->above_input = DatumGetInt64(row[COL_ABOVE]);
	price->valid_from = DatumGetTimestampTz(row[COL_FROM]);
	price->valid_until = DatumGetTimestampTz(row[COL_UNTIL]);
	price->kind = find_kind(text_column(row, COL_KIND));
	price->tier = trk_service_tier_find(tier.s, tier.len);
	if (price->kind == TRK_USAGE_KINDS || price->tier == TRK_TIER_OTHER)
		refuse_row(row);
	if (!is_first && trk_text_equal(trk_text_literal(price[-1].source), source))
		price->source = price[-1].source;
	else
		price->source = keep_text(book, source).s;
}

/* Return how a pattern is written. */
static TrkPatternKind
read_pattern_kind(const Datum *row)
{
	TrkText		match = text_column(row, COL_MATCH);

	if (trk_text_equal(match, trk_text_literal("exact")))
		return TRK_PATTERN_EXACT;
	if (trk_text_equal(match, trk_text_literal("prefix")))
		return TRK_PATTERN_PREFIX;
	if (!trk_text_equal(match, trk_text_literal("regex")))
		refuse_row(row);
	return TRK_PATTERN_REGEX;
}

/* Begin the group of a row's pattern, whose prices will be here. */
static void
begin_group(TrkPriceBook *book, const Datum *row, const TrkPrice *prices)
{
	TrkPriceGroup *group = MemoryContextAlloc(book->context, sizeof(TrkPriceGroup));
	TrkText		model = text_column(row, COL_MODEL);
	TrkModelName name;
	TrkText		text;

	trk_provider_name_set(&name, text_column(row, COL_PROVIDER));
	text.s = name.s;
	text.len = name.len;
	group->provider = keep_text(book, text);
	group->kind = read_pattern_kind(row);
	if (model.len == 0 || model.len > TRK_MAX_MODEL_NAME)
		refuse_row(row);
	if (group->kind != TRK_PATTERN_REGEX)
	{
		trk_model_name_set(&name, model);
		model.s = name.s;
		model.len = name.len;
	}
	group->model = keep_text(book, model);
	group->stem = trk_model_stem(group->model);
	group->priority = DatumGetInt32(row[COL_PRIORITY]);
	group->prices = prices;
	group->n = 0;
	group->next = book->groups;
	book->groups = group;
	book->n_groups++;
}

/* Compare two numbers. */
static int
compare(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* Compare the patterns of two rows, the higher priority first. */
static int
compare_patterns(const Datum *a, const Datum *b)
{
	static const int texts[] = {COL_PROVIDER, COL_MODEL, COL_MATCH};
	int			order = compare(DatumGetInt32(b[COL_PRIORITY]), DatumGetInt32(a[COL_PRIORITY]));

	for (int i = 0; order == 0 && i < (int) lengthof(texts); i++)
		order = trk_text_compare(text_column(a, texts[i]), text_column(b, texts[i]));
	return order;
}

/*
 * Compare two rows by pattern, then in the order in which prices are tried: of two
 * that apply, the one for more input, then the one that began later, then the
 * newer row.
 */
static int
compare_rows(const void *x, const void *y)
{
	static const int columns[] = {COL_ABOVE, COL_FROM, COL_ID};
	const Datum *a = x;
	const Datum *b = y;
	int			order = compare_patterns(a, b);

	for (int i = 0; order == 0 && i < (int) lengthof(columns); i++)
		order = compare(DatumGetInt64(b[columns[i]]), DatumGetInt64(a[columns[i]]));
	return order;
}

/* Take a row of the query apart; none of the columns may be null. */
static void
take_row(SPITupleTable *rows, uint64 number, Datum *row)
{
	bool		nulls[N_COLUMNS];

	heap_deform_tuple(rows->vals[number], rows->tupdesc, row, nulls);
	for (int column = 0; column < N_COLUMNS; column++)
		if (nulls[column])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("column \"%s\" of at_price has a null", SPI_fname(rows->tupdesc, column + 1))));
}

/* Read the rows of a query into the book. */
static void
read_rows(TrkPriceBook *book, SPITupleTable *rows, uint64 n)
{
	Datum		(*table)[N_COLUMNS] = palloc_extended(Max(n, 1) * sizeof(*table), MCXT_ALLOC_HUGE);
	TrkPrice   *prices = MemoryContextAllocHuge(book->context, Max(n, 1) * sizeof(TrkPrice));

	for (uint64 i = 0; i < n; i++)
	{
		TRK_CHECK_INTERRUPTS();
		take_row(rows, i, table[i]);
	}
	qsort(table, n, sizeof(*table), compare_rows);
	for (uint64 i = 0; i < n; i++)
	{
		TRK_CHECK_INTERRUPTS();
		if (i == 0 || compare_patterns(table[i - 1], table[i]) != 0)
			begin_group(book, table[i], &prices[i]);
		read_price(book, table[i], &prices[i], i == 0);
		book->groups->n++;
	}
	pfree(table);
	SPI_freetuptable(rows);
}

/* Return the query of prices that a condition holds for. */
static char *
query_of(const TrkPriceBook *book, const char *condition)
{
	const char *schema = quote_identifier(get_namespace_name(book->nsp));

	return psprintf(load_query, schema, psprintf(condition, schema));
}

/* Read prices that a condition holds for. */
static void
read_prices(TrkPriceBook *book, const char *condition)
{
	if (SPI_execute(query_of(book, condition), true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed");
	read_rows(book, SPI_tuptable, SPI_processed);
}

/* Make an empty book. */
static TrkPriceBook *
make_book(MemoryContext context, Oid nsp)
{
	TrkPriceBook *book = MemoryContextAllocZero(context, sizeof(TrkPriceBook));

	if (!OidIsValid(get_relname_relid("at_price", nsp)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("agent_tracker has no prices in this database"),
				 errhint("at_create_store() makes a store with the shipped price list, at_upgrade_store() adds it to an older one.")));
	book->context = context;
	book->nsp = nsp;
	book->memo_context = AllocSetContextCreate(context, "agent_tracker matched prices", ALLOCSET_DEFAULT_SIZES);
	trk_dict_init(&book->memo_keys, context);
	trk_dict_init(&book->stems, context);
	return book;
}

/* Make a book that reads the prices of a model when it is asked for them. */
TrkPriceBook *
trk_price_book_open(MemoryContext context, Oid nsp)
{
	TrkPriceBook *book = make_book(context, nsp);
	Oid			type = TEXTARRAYOID;

	book->by_stem = SPI_prepare_cursor(query_of(book, exact_patterns), 1, &type, CURSOR_OPT_GENERIC_PLAN);
	if (book->by_stem == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	read_prices(book, other_patterns);
	return book;
}

/* Read all prices of the store. */
TrkPriceBook *
trk_price_book_load(MemoryContext context, Oid nsp)
{
	TrkPriceBook *book = make_book(context, nsp);

	read_prices(book, "");
	return book;
}

/* Read the exact patterns with the name of a model, apart from dates. */
static void
look_up(TrkPriceBook *book, const TrkCallNames *names)
{
	TrkText		models[2] = {{names->model.s, names->model.len}, names->bare_model};
	Datum		stems[2];
	Datum		array;
	int			n = 0;

	for (int i = 0; i < 2; i++)
	{
		int64		known = book->stems.n;
		int			len = trk_model_stem(models[i]);

		if (trk_dict_put(&book->stems, models[i].s, len) == known)
			stems[n++] = PointerGetDatum(cstring_to_text_with_len(models[i].s, len));
	}
	if (n == 0)
		return;
	array = PointerGetDatum(construct_array(stems, n, TEXTOID, -1, false, TYPALIGN_INT));
	if (SPI_execute_plan(book->by_stem, &array, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed");
	read_rows(book, SPI_tuptable, SPI_processed);
}

/* Read all prices, in place of those that were read for some models. */
static void
read_all(TrkPriceBook *book)
{
	book->by_stem = NULL;
	book->groups = NULL;
	book->n_groups = 0;
	trk_dict_clear(&book->memo_keys);
	MemoryContextReset(book->memo_context);
	read_prices(book, "");
}

/* Find the patterns that match a model, and sort them. */
static void
find_candidates(TrkPriceBook *book, TrkText provider, TrkText model, Memo *memo)
{
	TrkPriceCandidate *found;
	TrkCallNames names;
	int			n = 0;

	trk_call_names_set(&names, provider, model);
	if (book->by_stem != NULL && book->n_lookups++ == MAX_LOOKUPS)
		read_all(book);
	if (book->by_stem != NULL)
		look_up(book, &names);
	found = palloc(Max(book->n_groups, 1) * sizeof(TrkPriceCandidate));
	for (const TrkPriceGroup *group = book->groups; group != NULL; group = group->next)
	{
		TRK_CHECK_INTERRUPTS();
		if (trk_price_match(group, &names, &found[n]))
			n++;
	}
	qsort(found, n, sizeof(TrkPriceCandidate), trk_price_candidate_compare);
	memo->n = n;
	memo->candidates = MemoryContextAlloc(book->memo_context, Max(n, 1) * sizeof(TrkPriceCandidate));
	memcpy(memo->candidates, found, n * sizeof(TrkPriceCandidate));
	pfree(found);
}

/* Make room for one more model, or forget all when there are too many. */
static void
extend_memo(TrkPriceBook *book)
{
	if (book->memo_keys.n == MAX_MEMO)
	{
		trk_dict_clear(&book->memo_keys);
		MemoryContextReset(book->memo_context);
	}
	if (book->memo_keys.n < book->memo_room)
		return;
	book->memo_room = Max(book->memo_room * 2, 16);
	if (book->memo == NULL)
		book->memo = MemoryContextAlloc(book->context, book->memo_room * sizeof(Memo));
	else
		book->memo = repalloc(book->memo, book->memo_room * sizeof(Memo));
}

/* Return the patterns that match a model.  NULL: the names are none. */
static const Memo *
candidates_of(TrkPriceBook *book, TrkText provider, TrkText model)
{
	char		key[2 * TRK_MAX_MODEL_NAME + 1];
	Size		len = provider.len + 1 + model.len;
	int64		number;
	Memo		memo;

	if (provider.len > TRK_MAX_MODEL_NAME || model.len > TRK_MAX_MODEL_NAME)
		return NULL;
	memcpy(key, provider.s, provider.len);
	key[provider.len] = '\0';
	memcpy(key + provider.len + 1, model.s, model.len);
	number = trk_dict_find(&book->memo_keys, key, len);
	if (number >= 0)
		return &book->memo[number];
	extend_memo(book);
	find_candidates(book, provider, model, &memo);
	number = trk_dict_put(&book->memo_keys, key, len);
	book->memo[number] = memo;
	return &book->memo[number];
}

/* Return whether a price applies to a call of this tier. */
static bool
applies(const Choice *choice, const TrkPrice *price, TrkServiceTier tier)
{
	return price->tier == tier && choice->at >= price->valid_from && choice->at < price->valid_until &&
		choice->input > price->above_input;
}

/* Return whether one of a pattern's prices applies, whatever its kind. */
static bool
has_price(const Choice *choice, const TrkPriceGroup *group, TrkServiceTier tier)
{
	for (int i = 0; i < group->n; i++)
		if (applies(choice, &group->prices[i], tier))
			return true;
	return false;
}

/*
 * Choose the best pattern of each priority that has a price at this time.  Only
 * one of each: a price that it lacks is not taken from another model's pattern.
 */
static void
choose_levels(Choice *choice, const Memo *memo, TrkCost *cost)
{
	for (int i = 0; memo != NULL && i < memo->n && choice->n_levels < MAX_LEVELS; i++)
	{
		const TrkPriceCandidate *candidate = &memo->candidates[i];
		const TrkPriceGroup *group = candidate->group;

		if (choice->n_levels > 0 && choice->levels[choice->n_levels - 1]->priority == group->priority)
			continue;
		if (!has_price(choice, group, TRK_TIER_STANDARD) && !has_price(choice, group, choice->tier))
			continue;
		if (choice->n_levels == 0)
		{
			cost->match = candidate->match;
			cost->provider = group->provider;
			cost->model = group->model;
		}
		choice->levels[choice->n_levels++] = group;
	}
}

/* Return the price of a kind in a tier, or NULL. */
static const TrkPrice *
find_price(const Choice *choice, TrkUsageKind kind, TrkServiceTier tier)
{
	for (int level = 0; level < choice->n_levels; level++)
	{
		const TrkPriceGroup *group = choice->levels[level];

		for (int i = 0; i < group->n; i++)
			if (group->prices[i].kind == kind && applies(choice, &group->prices[i], tier))
				return &group->prices[i];
	}
	return NULL;
}

/*
 * Choose the price of a kind: its own in the call's tier, its own in the standard
 * tier, then the same for the kind that it falls back to.
 */
static const TrkPrice *
choose_price(const Choice *choice, TrkUsageKind kind)
{
	static const TrkUsageKind fallbacks[] = {
#define TRK_USAGE_KIND(name, sql_name, fallback)	TRK_USAGE_##fallback,
#include "facts/usage_kind.def"
#undef TRK_USAGE_KIND
	};
	const TrkPrice *price = find_price(choice, kind, choice->tier);

	if (price == NULL && choice->tier != TRK_TIER_STANDARD)
		price = find_price(choice, kind, TRK_TIER_STANDARD);
	if (price == NULL && fallbacks[kind] != kind)
		return choose_price(choice, fallbacks[kind]);
	return price;
}

/* Return whether one of the patterns has prices for the call's tier. */
static bool
has_tier(const Choice *choice)
{
	for (int level = 0; level < choice->n_levels; level++)
		if (has_price(choice, choice->levels[level], choice->tier))
			return true;
	return false;
}

/* Price the tokens of each kind. */
static void
price_parts(const Choice *choice, const TrkTokenUsage *usage, TrkCost *cost)
{
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
	{
		TrkCostPart *part = &cost->parts[cost->n_parts];

		if (usage->count[kind] == 0)
			continue;
		part->kind = kind;
		part->tokens = usage->count[kind];
		part->price = choose_price(choice, kind);
		part->amount = 0;
		cost->n_parts++;
		if (part->price == NULL)
		{
			cost->unpriced |= BIT(kind);
			continue;
		}
		part->amount = (int128) part->tokens * part->price->amount;
		cost->amount += part->amount;
	}
}

/* Price the tokens of a call. */
bool
trk_price_book_cost(TrkPriceBook *book, TrkText provider, TrkText model, TimestampTz at,
					const TrkTokenUsage *usage, TrkCost *cost)
{
	Choice		choice = {.at = at, .input = Max(trk_usage_input(usage), 1), .tier = usage->tier};

	memset(cost, 0, offsetof(TrkCost, parts));
	cost->match = TRK_MATCH_NONE;
	choose_levels(&choice, candidates_of(book, provider, model), cost);
	if (usage->unreadable != 0)
		cost->status = TRK_COST_UNREADABLE;
	else if (usage->known == 0)
		cost->status = TRK_COST_NO_USAGE;
	else if (choice.n_levels == 0)
		cost->status = TRK_COST_UNKNOWN_MODEL;
	else if (!has_tier(&choice))
		cost->status = TRK_COST_UNKNOWN_TIER;
	else
	{
		price_parts(&choice, usage, cost);
		cost->status = cost->unpriced == 0 ? TRK_COST_PRICED : TRK_COST_NO_PRICE;
	}
	return cost->status == TRK_COST_PRICED;
}

/* Make a numeric of an amount of money. */
Datum
trk_cost_numeric(int128 amount)
{
	TrkDecimal	decimal;

	trk_decimal_set(&decimal, amount, TRK_COST_SCALE);
	return trk_decimal_write(&decimal);
}

/* Make a numeric of a price per million tokens. */
Datum
trk_price_numeric(int64 amount)
{
	TrkDecimal	decimal;

	trk_decimal_set(&decimal, amount, TRK_PRICE_SCALE);
	return trk_decimal_write(&decimal);
}

/* Return the name of a way to match. */
const char *
trk_price_match_name(TrkPriceMatch match)
{
	static const char *const names[] = {"exact", "dated", "prefix", "regex", NULL};

	return names[match];
}

/* Return the name of a status. */
const char *
trk_cost_status_name(TrkCostStatus status)
{
	static const char *const names[] = {
		"priced", "no usage", "unreadable usage", "unknown model", "unknown tier", "no price"
	};

	return names[status];
}
