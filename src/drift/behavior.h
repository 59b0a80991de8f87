/*
 * behavior.h
 *	  at_conduct: how an agent behaved over some events, in all dimensions of
 *	  dimensions.def at once.  Filled by conduct_event.c, one event at a time;
 *	  conduct_io.c has its bytes; read by the comparison of two of them
 *	  (drift_scan.h) and by conduct_sql.c.
 *
 * All of it is counts of (key, run): a key is a category's number from 1, a
 * number's bits, or 1 for events that are counted; a run the number of the run.
 * What is missing in a run is its events less its values.  So merging is exact in
 * any order, and runs can be clusters.  What two events tell together, a fill and
 * its order, is kept apart until both are there, and becomes counts when the
 * state is put in order.  In an aggregate it is an expanded object; stored it is
 * a canonical row of bytes, the same for the same events in any order.
 */
#ifndef TRK_CONDUCT_H
#define TRK_CONDUCT_H

#include "base/trk.h"

#include "base/compat.h"
#include "lib/stringinfo.h"
#include "utils/expandeddatum.h"

#define TRK_CONDUCT_FORMAT	1

/* Cells of a dimension: beyond this it is told rather than kept. */
#define TRK_CONDUCT_CELLS	INT64CONST(20000000)

/* Labels of a dimension: beyond this their counts are one. */
#define TRK_CONDUCT_LABELS	1000

/* A longer category is counted under its digest. */
#define TRK_CATEGORY_BYTES	256

/* The greatest count of events. */
#define TRK_CONDUCT_COUNT	(PG_INT64_MAX / 4)

/* Orders, or fills that name one: beyond this slippage is told rather than kept. */
#define TRK_CONDUCT_LINKS	INT64CONST(1000000)
#define TRK_CONDUCT_ID_BYTES	(1 << 28)

/* Events that show what a dimension is about. */
#define TRK_EXAMPLES		3

typedef enum TrkDimensionKind
{
	TRK_DIM_CATEGORY,
	TRK_DIM_FLAG,
	TRK_DIM_LABELS,
	TRK_DIM_NUMBER,
	TRK_DIM_PRODUCT,
	TRK_DIM_RATIO,
	TRK_DIM_SLIPPAGE,
	TRK_DIM_RUN_SUM,
	TRK_DIM_RUN_COUNT,
	TRK_DIM_RUN_EVENTS
} TrkDimensionKind;

typedef enum TrkThinned
{
	TRK_WHOLE,
	TRK_BIASED,
	TRK_FEWER
} TrkThinned;

typedef enum TrkRank
{
	TRK_SECONDARY,
	TRK_PRIMARY
} TrkRank;

typedef struct TrkDimension
{
	const char *name;
	uint8		event;			/* TrkEventType */
	uint8		kind;			/* TrkDimensionKind */
	uint8		thinned;		/* TrkThinned */
	uint8		rank;			/* TrkRank */
	uint8		field_len;
	uint8		other_len;
	const char *field;
	const char *other;
	const char *meaning;
} TrkDimension;

extern const TrkDimension trk_dimensions[];
extern const int trk_dimension_count;

/* The number of a dimension, or -1; of the one that counts an event type in runs. */
extern int	trk_dimension_lookup(const char *name, Size len);
extern int	trk_dimension_of_events(int event);
extern const char *trk_dimension_kind_name(int kind);

/* Are its keys the bits of numbers? */
static inline bool
trk_dimension_is_numeric(const TrkDimension *def)
{
	return def->kind >= TRK_DIM_NUMBER && def->kind <= TRK_DIM_RUN_SUM;
}

/* Distinct byte strings, by number. */
typedef struct TrkEntry
{
	char	   *s;
	uint32		len;
	uint32		hash;
} TrkEntry;

typedef struct TrkDict
{
	TrkEntry   *entries;
	int64		n;
	int64		room;
	uint32	   *slots;			/* number from 1; 0 is free */
	uint64		n_slots;
	int64		last;			/* looked up last, -1: none */
} TrkDict;

/* Order of strings: by their bytes. */
extern int	trk_entry_compare(const TrkEntry *a, const TrkEntry *b);

extern void trk_dict_init(TrkDict *dict);

/* Enter all strings into a new table, which has twice the room. */
extern void trk_dict_rehash(TrkDict *dict, MemoryContext context);

/* The number of a string, put in when it is new; or -1 when it is not there. */
extern int64 trk_dict_put(TrkDict *dict, const char *s, Size len, MemoryContext context);
extern int64 trk_dict_find(const TrkDict *dict, const char *s, Size len);

/* So often was a key seen in a run. */
typedef struct TrkCell
{
	uint64		key;
	uint32		run;
	uint32		count;
} TrkCell;

/* Event ids, those least by their bytes (or by the number they come with). */
typedef struct TrkExample
{
	double		value;
	char	   *s;
	uint32		len;
} TrkExample;

typedef struct TrkExamples
{
	int			n;
	TrkExample	of[TRK_EXAMPLES];
} TrkExamples;

extern void trk_example_add(TrkExamples *examples, double value, const char *s, Size len,
							MemoryContext context);

/* What goes with a category's number. */
typedef struct TrkCategorySeen
{
	int64		last_cell;		/* the latest of this category, or -1 */
	int64		last_event;		/* counts once an event */
	TrkExamples examples;
} TrkCategorySeen;

/* A dimension as it was seen. */
typedef struct TrkSeen
{
	const TrkDimension *def;
	char	   *label;			/* of RUN_SUM, else empty */
	uint32		label_len;
	bool		overflow;		/* too many categories or cells: only counts are kept */
	bool		aside;			/* here only to tell what of others is missing */
	bool		settled;		/* cells are in order, each key and run once */
	int64		n;				/* values (LABELS: events; RUN_COUNT: those counted) */
	int64		missing;		/* absent, null, or no value of the kind */
	int64		rejected;		/* of those: not null */
	TrkDict		categories;		/* category i has the key i + 1 */
	TrkCategorySeen *about;		/* as many as the dictionary has room for */
	int64		about_room;
	TrkExamples low;			/* of numbers */
	TrkExamples high;
	TrkCell    *cells;
	int64		n_cells;
	int64		room;
} TrkSeen;

/* What the events of an order say: where it differs, nothing. */
typedef enum TrkOrderState
{
	TRK_ORDER_UNKNOWN,
	TRK_ORDER_BUYS,
	TRK_ORDER_SELLS,
	TRK_ORDER_DIFFERS
} TrkOrderState;

typedef struct TrkOrder
{
	double		price;			/* greater than zero when it buys or sells, else 0 */
	TrkOrderState state;
} TrkOrder;

/* A fill that names its order. */
typedef struct TrkOrderFill
{
	double		price;
	uint32		order;
	uint32		run;
	uint32		id_at;			/* the event's id, among the ids */
	uint32		id_len;
} TrkOrderFill;

typedef struct TrkLinks
{
	TrkDict		ids;			/* of orders */
	TrkOrder   *orders;			/* as many as the dictionary has room for */
	int64		orders_room;
	TrkOrderFill *fills;
	int64		n;				/* fills, also those that are no longer kept */
	int64		room;
	StringInfoData event_ids;
	bool		overflow;		/* too many: only n is kept */
	bool		settled;
} TrkLinks;

typedef struct TrkConduct
{
	ExpandedObjectHeader hdr;
	int64		max_values;		/* of a dimension that are kept exactly; 0: not known yet */
	int64		max_categories;
	int64		events;
	TrkDict		runs;
	TrkDict		names;			/* dimension, NUL, label */
	TrkSeen   **seen;			/* by number of the name */
	int64		room;
	TrkSeen   **by_dimension;	/* those without a label */
	int64	   *labels;			/* how many labels a dimension has */
	TrkLinks	links;
	Oid			type_oid[64];	/* event types seen, by their low bits */
	int			type_number[64];
	StringInfoData flat;		/* the bytes, while it is flattened */
} TrkConduct;

extern TrkConduct *trk_conduct_new(MemoryContext parent);
extern TrkConduct *trk_conduct_writable(Datum datum);

/*
 * The state behind a datum: to read and to settle, or one that may be changed
 * (a copy that belongs to the parent, unless it is the caller's).
 */
extern TrkConduct *trk_conduct_view(Datum datum, MemoryContext parent);
extern TrkConduct *trk_conduct_own(Datum datum, MemoryContext parent);
extern void trk_conduct_merge(TrkConduct *conduct, const TrkConduct *other);

/* Add to a count of events; an error when there are too many. */
extern void trk_conduct_add_count(int64 *sum, int64 count);

/* The bounds; an error when they are others than before. */
extern void trk_conduct_bound(TrkConduct *conduct, int64 max_values, int64 max_categories);

/* A dimension, made when it is new; or NULL when it is not there. */
extern TrkSeen *trk_conduct_seen(TrkConduct *conduct, int dimension, const char *label, Size len);
extern TrkSeen *trk_conduct_find(const TrkConduct *conduct, int dimension, const char *label,
								 Size len);

/* Add to a cell; a category's number, made when new (-1: there are too many). */
extern void trk_seen_add(TrkConduct *conduct, TrkSeen *seen, uint64 key, int64 run, int64 count);
extern int64 trk_seen_category(TrkConduct *conduct, TrkSeen *seen, const char *s, Size len);

/*
 * Orders and fills (conduct_link.c).  An order comes with the sign that a
 * greater price has for it and its intended price; of one that differs from what
 * was there nothing is known.  A fill has a price that is finite.
 */
extern void trk_link_order(TrkConduct *conduct, const char *id, Size len, TrkOrder order);
extern void trk_link_fill(TrkConduct *conduct, const char *id, Size len, double price, int64 run,
						  const char *event_id, Size event_id_len);
extern void trk_links_merge(TrkConduct *conduct, const TrkConduct *other, const uint32 *runs);
extern void trk_links_drop(TrkConduct *conduct);

/* Make the dimension of slippage from links that are in order. */
extern void trk_links_count(TrkConduct *conduct);

/* Order of fills. */
extern int	trk_order_fill_compare(const TrkLinks *links, const TrkOrderFill *a,
								   const TrkOrderFill *b);

/* Let go of all but a dimension's counts. */
extern void trk_seen_overflow(TrkSeen *seen);

/*
 * Put a dimension's cells in order; numbers lose precision when there are many.
 * And everything: runs, categories and dimensions by their bytes.
 */
extern void trk_seen_settle(TrkConduct *conduct, TrkSeen *seen);
extern void trk_conduct_settle(TrkConduct *conduct);

/*
 * The numbers of a settled dimension, in order, each with its run: values, or
 * for counts and sums one of each run; coarse: to the precision that many
 * values have.  And a quantile of them, which interpolates (type 7).
 */
extern TrkCell *trk_seen_numbers(const TrkConduct *conduct, const TrkSeen *seen, bool coarse,
								 int64 *n);
extern double trk_cells_quantile(const TrkCell *cells, int64 n, double q);

/* Keep only the dimensions of these numbers. */
extern void trk_conduct_restrict(TrkConduct *conduct, const bool *wanted);

/* Are values beyond the bound, so that they are known to 1 %? */
static inline bool
trk_seen_is_coarse(const TrkConduct *conduct, const TrkSeen *seen)
{
	return trk_dimension_is_numeric(seen->def) && seen->n > conduct->max_values;
}

/* A number as a key in its order, and back. */
extern uint64 trk_key_of_number(double x);
extern double trk_number_of_key(uint64 key);

/* The bytes, and back; false when they are not sound. */
extern void trk_conduct_write(TrkConduct *conduct, StringInfo out);
extern bool trk_conduct_read(TrkConduct *conduct, const char *bytes, Size size);

static inline Datum
trk_conduct_datum(TrkConduct *conduct)
{
	return EOHPGetRWDatum(&conduct->hdr);
}

#endif							/* TRK_CONDUCT_H */
