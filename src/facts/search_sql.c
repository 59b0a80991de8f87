/*
 * search_sql.c
 *	  The words of a payload, for at_search() and its index.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_ts_config.h"
#include "tsearch/ts_type.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

/* pg_catalog.simple, which has had this OID since there are configurations. */
#define SIMPLE_CONFIG		3748

/*
 * Payloads with more bytes have no words: a tsvector holds a megabyte of words and
 * their places, and one event must not make the load fail that brings it.
 */
#define MOST_PAYLOAD		(256 * 1024)

PG_FUNCTION_INFO_V1(at_search_words);
/* _at_search_words(payload jsonb): the words in its strings */
Datum
at_search_words(PG_FUNCTION_ARGS)
{
	Jsonb	   *payload = PG_GETARG_JSONB_P(0);

	if (VARSIZE(payload) > MOST_PAYLOAD)
		return DirectFunctionCall1(tsvectorin, CStringGetDatum(""));
	return DirectFunctionCall2(jsonb_string_to_tsvector_byid, ObjectIdGetDatum(SIMPLE_CONFIG), JsonbPGetDatum(payload));
}
