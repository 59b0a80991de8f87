/*
 * bytes_sql.c
 *	  Comparison and hashing of the stored forms of at_key, at_envelope and
 *	  at_evidence, byte by byte, for =, DISTINCT, ORDER BY and hash joins.
 *	  Equal values have equal bytes; the order has no meaning beyond that.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "common/hashfn.h"

/* Compare the data of the two arguments of a call. */
static int
compare_bytes(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	Size		la = VARSIZE_ANY_EXHDR(a);
	Size		lb = VARSIZE_ANY_EXHDR(b);
	int			cmp = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(la, lb));

	if (cmp != 0)
		return cmp;
	return la < lb ? -1 : la > lb;
}

PG_FUNCTION_INFO_V1(at_bytes_cmp);
/* The btree comparison function: returns -1, 0 or 1. */
Datum
at_bytes_cmp(PG_FUNCTION_ARGS)
{
	int			cmp = compare_bytes(fcinfo);

	PG_RETURN_INT32(cmp < 0 ? -1 : cmp > 0 ? 1 : 0);
}

PG_FUNCTION_INFO_V1(at_bytes_lt);
/* The operator <. */
Datum
at_bytes_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_bytes(fcinfo) < 0);
}

PG_FUNCTION_INFO_V1(at_bytes_le);
/* The operator <=. */
Datum
at_bytes_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_bytes(fcinfo) <= 0);
}

PG_FUNCTION_INFO_V1(at_bytes_eq);
/* The operator =. */
Datum
at_bytes_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_bytes(fcinfo) == 0);
}

PG_FUNCTION_INFO_V1(at_bytes_ne);
/* The operator <>. */
Datum
at_bytes_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_bytes(fcinfo) != 0);
}

PG_FUNCTION_INFO_V1(at_bytes_ge);
/* The operator >=. */
Datum
at_bytes_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_bytes(fcinfo) >= 0);
}

PG_FUNCTION_INFO_V1(at_bytes_gt);
/* The operator >. */
Datum
at_bytes_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_bytes(fcinfo) > 0);
}

PG_FUNCTION_INFO_V1(at_bytes_hash);
/* The hash function over the stored bytes. */
Datum
at_bytes_hash(PG_FUNCTION_ARGS)
{
	struct varlena *v = PG_GETARG_VARLENA_PP(0);

	return hash_any((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v));
}

PG_FUNCTION_INFO_V1(at_bytes_hash_extended);
/* The hash function with a seed. */
Datum
at_bytes_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *v = PG_GETARG_VARLENA_PP(0);

	return hash_any_extended((unsigned char *) VARDATA_ANY(v),
							 (int) VARSIZE_ANY_EXHDR(v), PG_GETARG_INT64(1));
}
