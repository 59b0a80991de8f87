/*
 * drift_order_sql.c
 *	  SQL function at_p_adjust.
 */
#include "base/trk.h"

#include "stats/arrays.h"
#include "stats/detector.h"
#include "base/hide_context.h"
#include "utils/builtins.h"

/* A method by name. */
static TrkAdjust
method_argument(text *name)
{
	static const char *const names[] = {"bh", "by", "holm", "bonferroni"};
	char	   *s = text_to_cstring(name);

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(s, names[i]) == 0)
			return (TrkAdjust) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method of adjustment"),
			 errhint("Methods are bh, by, holm and bonferroni.")));
}

TRK_QUIET_FUNCTION(at_p_adjust);
/* at_p_adjust(p float8[], method text) returns float8[]: nulls stay where they are */
static Datum
at_p_adjust_quietly(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	TrkAdjust	method = method_argument(PG_GETARG_TEXT_PP(1));
	int64		nulls;
	int64		n;
	double	   *p = trk_floats_argument(fcinfo, 0, &n, &nulls);
	ArrayType  *result;
	double	   *out;

	for (int64 i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("probabilities must be from 0 to 1")));
	trk_p_adjust(p, n, method, palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE));
	result = palloc(VARSIZE(array));
	memcpy(result, array, VARSIZE(array));
	out = (double *) ARR_DATA_PTR(result);
	for (int64 i = 0; i < n; i++)
		out[i] = p[i];
	PG_RETURN_ARRAYTYPE_P(result);
}
