/*
 * dimension.c
 *	  The dimensions of behavior, by number, name and event type.
 */
#include "base/trk.h"

#include "drift/dimension.h"

#include "catalog/pg_type.h"
#include "contract/contract.h"
#include "utils/array.h"
#include "utils/builtins.h"

const TrkDimension trk_dimensions[] = {
#define TRK_DIMENSION(name, event, kind, thinned, rank, field, other, meaning) \
	{name, TRK_EVENT_##event, TRK_DIM_##kind, TRK_##thinned, TRK_##rank, sizeof("" field) - 1, \
		sizeof("" other) - 1, field, other, meaning},
#include "drift/dimensions.def"
};
const int	trk_dimension_count = lengthof(trk_dimensions);

/* Return the number of the dimension with this name, or -1. */
int
trk_dimension_lookup(const char *name, Size len)
{
	for (int i = 0; i < trk_dimension_count; i++)
		if (strlen(trk_dimensions[i].name) == len && memcmp(trk_dimensions[i].name, name, len) == 0)
			return i;
	return -1;
}

/*
 * Return an array that says of each dimension, by its number, whether a text[]
 * argument has its name.
 */
const bool *
trk_dimensions_argument(FunctionCallInfo fcinfo, int arg)
{
	bool	   *wanted = palloc0(sizeof(bool) * trk_dimension_count);
	Datum	   *names;
	bool	   *nulls;
	int			n;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(arg), TEXTOID, -1, false, TYPALIGN_INT,
					  &names, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		text	   *name = nulls[i] ? NULL : DatumGetTextPP(names[i]);
		int			dimension = name == NULL ? -1 :
		trk_dimension_lookup(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

		if (dimension < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("element %d of dimensions is no dimension", i + 1),
					 errhint("at_drift_dimensions() lists them.")));
		wanted[dimension] = true;
	}
	return wanted;
}

/* Return the number of the dimension that counts the events of a type in each run. */
int
trk_dimension_of_events(int event)
{
	for (int i = 0; i < trk_dimension_count; i++)
		if (trk_dimensions[i].event == event && (trk_dimensions[i].kind == TRK_DIM_RUN_EVENTS ||
												 (trk_dimensions[i].kind == TRK_DIM_RUN_COUNT &&
												  trk_dimensions[i].field_len == 0)))
			return i;
	elog(ERROR, "no dimension counts events of type %s", trk_event_type_name(event));
}

/* Return the name of a kind, as SQL shows it. */
const char *
trk_dimension_kind_name(int kind)
{
	static const char *const names[] = {
		"category", "flag", "labels", "number", "product", "ratio", "slippage", "run_sum", "run_count", "run_events"
	};

	return names[kind];
}
