/*
 * id_sql.c
 *	  The SQL types at_id and at_key: input, output, comparison.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "store/compare_sql.h"
#include "store/id.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "base/hide_context.h"
#include "base/sha256.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/*
 * Set up the arena in which the type functions allocate.  Nobody resets it: it
 * goes with the memory context of the call.
 */
static void
call_arena(TrkArena *arena)
{
	trk_arena_init(arena, CurrentMemoryContext, 256);
}

PG_FUNCTION_INFO_V1(at_id_in);
/* _at_id_in(cstring) returns at_id */
Datum
at_id_in(PG_FUNCTION_ARGS)
{
	char	   *s = PG_GETARG_CSTRING(0);
	TrkArena	arena;

	call_arena(&arena);
	PG_RETURN_POINTER(trk_id_make(s, strlen(s), &arena));
}

/* Return the text of an at_id as a palloc'd C string. */
static char *
id_cstring(const struct varlena *id)
{
	char	   *s = palloc(trk_id_text_size(id) + 1);

	s[trk_id_write(id, s)] = '\0';
	return s;
}

PG_FUNCTION_INFO_V1(at_id_out);
/* _at_id_out(at_id) returns cstring */
Datum
at_id_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(id_cstring(PG_GETARG_VARLENA_PP(0)));
}

PG_FUNCTION_INFO_V1(at_id_recv);
/* _at_id_recv(internal) returns at_id: the text, as the type text sends it */
Datum
at_id_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	TrkArena	arena;
	char	   *s;
	int			len;

	s = pq_getmsgtext(buf, buf->len - buf->cursor, &len);
	call_arena(&arena);
	PG_RETURN_POINTER(trk_id_make(s, len, &arena));
}

PG_FUNCTION_INFO_V1(at_id_send);
/* _at_id_send(at_id) returns bytea */
Datum
at_id_send(PG_FUNCTION_ARGS)
{
	struct varlena *id = PG_GETARG_VARLENA_PP(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendtext(&buf, id_cstring(id), trk_id_text_size(id));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

TRK_HIDE_CONTEXT_FUNCTION(at_id_from_text);
/* at_id(text) returns at_id, for the cast */
static Datum
at_id_from_text_body(PG_FUNCTION_ARGS)
{
	text	   *t = PG_GETARG_TEXT_PP(0);
	TrkArena	arena;

	call_arena(&arena);
	PG_RETURN_POINTER(trk_id_make(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), &arena));
}

PG_FUNCTION_INFO_V1(at_id_to_text);
/* text(at_id) returns text, for the cast */
Datum
at_id_to_text(PG_FUNCTION_ARGS)
{
	struct varlena *id = PG_GETARG_VARLENA_PP(0);
	text	   *t = palloc(VARHDRSZ + trk_id_text_size(id));

	SET_VARSIZE(t, VARHDRSZ + trk_id_write(id, VARDATA(t)));
	PG_RETURN_TEXT_P(t);
}

/* Compare the two arguments of a call. */
static int
id_compare_args(FunctionCallInfo fcinfo)
{
	return trk_id_compare(PG_GETARG_VARLENA_PP(0), PG_GETARG_VARLENA_PP(1));
}

TRK_COMPARISON_FUNCTIONS(at_id, id_compare_args)

/*
 * The text form of an at_key.  A relative key begins with "./", the key that
 * is the event's own id is ".", and a full key that begins with "." or "\"
 * gets a "\" before it.  So every text stands for one key.
 */
PG_FUNCTION_INFO_V1(at_key_in);
/* _at_key_in(cstring) returns at_key */
Datum
at_key_in(PG_FUNCTION_ARGS)
{
	char	   *s = PG_GETARG_CSTRING(0);
	bool		relative = s[0] == '.';
	TrkArena	arena;

	call_arena(&arena);
	if (strcmp(s, ".") == 0)
		PG_RETURN_POINTER(trk_key_make("00000000000000000000000000000000", 32, true,
									   "evt_00000000000000000000000000000000", 36,
									   &arena));
	if (relative && s[1] != '/')
		trk_soft_error(TRK_SOFT_CONTEXT(fcinfo),
					   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", "at_key"),
						errdetail("A relative key begins with \"./\".")));
	if (relative)
		s += 2;
	else if (s[0] == '\\')
		s++;
	PG_RETURN_POINTER(trk_key_make(s, strlen(s), relative, NULL, 0, &arena));
}

PG_FUNCTION_INFO_V1(at_key_out);
/* _at_key_out(at_key) returns cstring */
Datum
at_key_out(PG_FUNCTION_ARGS)
{
	struct varlena *key = PG_GETARG_VARLENA_PP(0);
	const char *data = VARDATA_ANY(key);
	int			len = (int) VARSIZE_ANY_EXHDR(key) - 1;
	char		hex[33];

	switch (data[0])
	{
		case TRK_KEY_OF_EVENT:
			PG_RETURN_CSTRING(pstrdup("."));
		case TRK_KEY_RELATIVE_HEX:
			trk_hex((const uint8 *) data + 1, 16, hex);
			hex[32] = '\0';
			PG_RETURN_CSTRING(psprintf("./%s", hex));
		case TRK_KEY_RELATIVE:
			PG_RETURN_CSTRING(psprintf("./%.*s", len, data + 1));
		default:
			if (len > 0 && (data[1] == '.' || data[1] == '\\'))
				PG_RETURN_CSTRING(psprintf("\\%.*s", len, data + 1));
			PG_RETURN_CSTRING(pnstrdup(data + 1, len));
	}
}

PG_FUNCTION_INFO_V1(at_key_recv);
/* _at_key_recv(internal) returns at_key: the bytes as stored, checked */
Datum
at_key_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			len = buf->len - buf->cursor;
	const char *data = pq_getmsgbytes(buf, len);
	bytea	   *key;

	if (!trk_key_check((const uint8 *) data, len))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "at_key")));
	if (data[0] == TRK_KEY_FULL || data[0] == TRK_KEY_RELATIVE)
	{
		TrkArena	arena;

		/* check the encoding, and convert to the one stored form */
		pg_verifymbstr(data + 1, len - 1, false);
		call_arena(&arena);
		PG_RETURN_POINTER(trk_key_make(data + 1, len - 1, data[0] == TRK_KEY_RELATIVE,
									   NULL, 0, &arena));
	}
	key = palloc(VARHDRSZ + len);
	SET_VARSIZE(key, VARHDRSZ + len);
	memcpy(VARDATA(key), data, len);
	PG_RETURN_POINTER(key);
}
