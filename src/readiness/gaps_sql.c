/*
 * gaps_sql.c
 *	  The SQL function at_readiness_gaps(): which events would fill the gaps of
 *	  the readiness reports.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "catalog/pg_type.h"
#include "readiness/evidence_sql.h"
#include "readiness/readiness.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* What fills a gap; each list ends with its count. */
typedef struct TrkGap
{
	uint8		report;
	const char *name;
	uint8		ntypes;
	uint8		types[4];
	uint8		nbits;
	uint8		bits[4];
	const char *hint;
} TrkGap;

#define TYPES(...)	lengthof(((uint8[]) {__VA_ARGS__})), {__VA_ARGS__}
#define BITS(...)	lengthof(((uint8[]) {__VA_ARGS__})), {__VA_ARGS__}
#define NONE		0, {0}

static const TrkGap gaps[] = {
#define TRK_GAP(report, name, types, bits, hint) \
	{TRK_REPORT_##report, name, types, bits, hint},
#include "readiness/gaps.def"
};

#define EVENT_TYPE_GAP	"event_type:"

/* Return the entry of a gap, or NULL. */
static const TrkGap *
find_gap(TrkReport report, TrkText name)
{
	for (int i = 0; i < lengthof(gaps); i++)
		if (gaps[i].report == report && strlen(gaps[i].name) == name.len &&
			memcmp(gaps[i].name, name.s, name.len) == 0)
			return &gaps[i];
	return NULL;
}

/* Return the event types that fill a gap, as text[]. */
static Datum
gap_types(const TrkGap *gap)
{
	Datum		types[TRK_EVENT_TYPES];
	int			n = 0;

	for (int type = 0; type < TRK_EVENT_TYPES; type++)
	{
		bool		needed = false;

		for (int i = 0; i < gap->ntypes; i++)
			needed = needed || gap->types[i] == type;
		for (int i = 0; i < gap->nbits; i++)
			needed = needed || trk_bit_needs_type(gap->bits[i], type);
		if (needed)
			types[n++] = CStringGetTextDatum(trk_event_type_name(type));
	}
	return PointerGetDatum(construct_array(types, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Return the payload fields that fill a gap, as text[]. */
static Datum
gap_fields(const TrkGap *gap)
{
	Datum		fields[TRK_ALL_FIELDS];
	int			n = 0;

	for (int field = 0; field < TRK_ALL_FIELDS; field++)
	{
		bool		needed = false;

		for (int i = 0; i < gap->nbits; i++)
			needed = needed || trk_bit_needs_field(gap->bits[i], field);
		if (needed)
			fields[n++] = CStringGetTextDatum(trk_field_name(field));
	}
	return PointerGetDatum(construct_array(fields, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Fill in a gap that is not listed: an event type that the report reporting
 * misses, or the check id of a diagnostic.
 */
static void
other_gap(TrkReport report, TrkText name, TrkGap *gap)
{
	Size		prefix = strlen(EVENT_TYPE_GAP);

	memset(gap, 0, sizeof(*gap));
	gap->ntypes = 1;
	if (report == TRK_REPORT_REPORTING)
	{
		gap->types[0] = trk_event_type_lookup(name.s + prefix, name.len - prefix);
		gap->hint = "Record events of this type.";
	}
	else
	{
		gap->types[0] = TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED;
		gap->hint = "Repair what this diagnostic reports.";
	}
}

/* Add a row for each name of a list. */
static void
put_gaps(FunctionCallInfo fcinfo, TrkReport report, TrkNames *names)
{
	trk_names_sort(names);
	for (int i = 0; i < names->count; i++)
	{
		TrkText		name = names->items[i];
		const TrkGap *gap = find_gap(report, name);
		TrkGap		other;
		TrkComposite row;

		if (gap == NULL)
		{
			other_gap(report, name, &other);
			gap = &other;
		}
		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, trk_report_names[report]);
		trk_put_text_len(&row, name.s, name.len);
		trk_put(&row, gap_types(gap));
		trk_put(&row, gap_fields(gap));
		trk_put_text(&row, gap->hint);
		trk_composite_store(&row);
	}
}

PG_FUNCTION_INFO_V1(at_readiness_gaps);
/* at_readiness_gaps(at_evidence_set) returns setof (report, gap, needs_event_type, needs_fields, hint) */
Datum
at_readiness_gaps(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_of(PG_GETARG_DATUM(0));

	InitMaterializedSRF(fcinfo, 0);
	for (int report = 0; report < TRK_REPORTS; report++)
	{
		TrkReadiness result;

		trk_report_compute(report, set, &result);
		put_gaps(fcinfo, report, &result.missing);
		put_gaps(fcinfo, report, &result.warnings);
	}
	return (Datum) 0;
}
