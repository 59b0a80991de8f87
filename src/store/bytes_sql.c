/*
 * bytes_sql.c
 *	  Comparison, hashing and sending of stored forms byte by byte.  Types
 *	  whose equal values have equal bytes share these functions: at_key,
 *	  at_envelope and at_evidence, for =, DISTINCT, ORDER BY and hash joins
 *	  (their order has no meaning beyond that), and at_id for hashing.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "store/compare_sql.h"

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

TRK_COMPARISON_FUNCTIONS(at_bytes, compare_bytes)

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

PG_FUNCTION_INFO_V1(at_bytes_send);
/* The binary output: the stored bytes. */
Datum
at_bytes_send(PG_FUNCTION_ARGS)
{
	struct varlena *v = PG_GETARG_VARLENA_PP(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}
