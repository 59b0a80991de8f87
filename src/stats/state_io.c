/*
 * state_io.c
 *	  Text and binary forms of the states of statistics (see state.h).
 *
 * The text is a JSON object of the fixed part's members and the rows; "{}" is
 * the empty state.  Numbers have the shortest form that reads back the same;
 * numbers that are not finite are strings.  Both forms are checked when they
 * are read.
 */
#include "base/trk.h"

#include "json/encoding.h"
#include "json/json_document.h"
#include "libpq/pqformat.h"
#include "stats/state.h"
#include "utils/float.h"

/* Append a word as an element or a member. */
static void
put_word(StringInfo out, const char *key, TrkWord word, bool is_int)
{
	if (is_int)
		trk_doc_count(out, key, word.i);
	else
		trk_doc_float(out, key, word.r);
}

/* Append the rows as an array; rows of several words are arrays too. */
static void
put_rows(StringInfo out, const TrkStateType *type, const TrkState *state)
{
	const TrkWord *word = trk_state_rows(type, state);

	trk_doc_open(out, type->rows, '[');
	for (int64 row = 0; row < state->n_rows; row++)
	{
		if (row % 4096 == 0)
			TRK_CHECK_INTERRUPTS();
		if (state->width > 1)
			trk_doc_open(out, NULL, '[');
		for (int i = 0; i < state->width; i++)
			put_word(out, NULL, *word++, type->kinds[i] == 'i');
		if (state->width > 1)
			appendStringInfoChar(out, ']');
	}
	appendStringInfoChar(out, ']');
}

/* The output function of a state type: print the state as a JSON object. */
Datum
trk_state_out(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	TrkState   *state = trk_state_settle(type, trk_state_arg(fcinfo, 0, type));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", type->version);
	for (int i = 0; i < trk_state_fixed_words(type); i++)
		put_word(&out, type->names[i], state->words[i], i < type->ints);
	if (state->n_args > 0)
	{
		trk_doc_open(&out, "args", '[');
		for (int i = 0; i < state->n_args; i++)
			trk_doc_float(&out, NULL, trk_state_args(type, state)[i].r);
		appendStringInfoChar(&out, ']');
	}
	if (type->rows != NULL)
		put_rows(&out, type, state);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* Read a word from a JSON value. */
static bool
read_word(const TrkValue *value, bool is_int, TrkWord *word)
{
	char		buf[64];
	char	   *end;

	if ((value->kind != TRK_NUMBER && (is_int || value->kind != TRK_STRING)) ||
		value->len == 0 || value->len >= sizeof(buf))
		return false;
	memcpy(buf, value->u.str, value->len);
	buf[value->len] = '\0';
	errno = 0;
	if (is_int)
		word->i = strtoll(buf, &end, 10);
	else
		word->r = strtod(buf, &end);
	return *end == '\0' && (errno == 0 || (!is_int && isfinite(word->r)));
}

/* Read the words of an array; they are reals, or have the types in kinds. */
static bool
read_words(const TrkValue *value, const char *kinds, TrkWord *words)
{
	for (uint32 i = 0; i < value->len; i++)
		if (!read_word(&value->u.items[i], kinds != NULL && kinds[i] == 'i', &words[i]))
			return false;
	return true;
}

/* Read the rows, which must all have the same width. */
static bool
read_rows(const TrkValue *value, const TrkStateType *type, TrkState *state)
{
	TrkWord    *words = trk_state_rows(type, state);

	for (uint32 row = 0; row < value->len; row++)
	{
		const TrkValue *item = &value->u.items[row];

		if (state->width == 1 ? !read_word(item, type->kinds[0] == 'i', words) :
			item->kind != TRK_ARRAY || item->len != state->width ||
			!read_words(item, type->kinds, words))
			return false;
		words += state->width;
	}
	state->n_rows = value->len;
	return true;
}

/* Return the width of the rows, by the first one; 0 when it is not valid. */
static int
rows_width(const TrkValue *rows, const TrkStateType *type)
{
	const TrkValue *first;

	if (rows == NULL || rows->len == 0)
		return type->width;
	first = &rows->u.items[0];
	if (first->kind != TRK_ARRAY)
		return 1;
	return first->len > 1 && first->len <= strlen(type->kinds) ? (int) first->len : 0;
}

/*
 * Find a member that is an array or absent; return false when it is something
 * else.
 */
static bool
array_member(const TrkValue *root, const char *name, const TrkValue **array)
{
	TrkMember  *member = name == NULL ? NULL : trk_json_member(root, name);

	*array = member == NULL ? NULL : &member->value;
	return member == NULL || member->value.kind == TRK_ARRAY;
}

/*
 * Read the fixed part.  Returns false unless all members have known names and
 * none is missing.
 */
static bool
read_fixed(const TrkValue *root, const TrkStateType *type, TrkState *state, int others)
{
	TrkMember  *version = trk_json_member(root, "v");
	TrkWord		word;

	if (version == NULL || !read_word(&version->value, true, &word) || word.i != type->version)
		return false;
	for (int i = 0; i < trk_state_fixed_words(type); i++)
	{
		TrkMember  *member = trk_json_member(root, type->names[i]);

		if (member == NULL || !read_word(&member->value, i < type->ints, &state->words[i]))
			return false;
	}
	return root->len == (uint32) (1 + trk_state_fixed_words(type) + others);
}

/* Make a state of the tree of its text; return NULL when it is not valid. */
static TrkState *
read_state(const TrkValue *root, const TrkStateType *type)
{
	const TrkValue *args;
	const TrkValue *rows;
	TrkState   *state;
	int			width;

	if (root->len == 0)
		return trk_state_new(type, type->width, 0, 0);
	if (!array_member(root, "args", &args) || !array_member(root, type->rows, &rows) ||
		(args != NULL && args->len > TRK_STATE_MAX_ARGS))
		return NULL;
	width = rows_width(rows, type);
	if (width == 0 && type->rows != NULL)
		return NULL;
	state = trk_state_new(type, width, args == NULL ? 0 : (int) args->len,
						  rows == NULL ? 0 : rows->len);
	if (!read_fixed(root, type, state, (args != NULL) + (rows != NULL)) ||
		(args != NULL && !read_words(args, NULL, trk_state_args(type, state))) ||
		(rows != NULL && !read_rows(rows, type, state)) || !type->check(state))
		return NULL;
	return state;
}

/*
 * The input function of a state type: read the JSON object that
 * trk_state_out() prints.
 */
Datum
trk_state_in(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	const char *s = PG_GETARG_CSTRING(0);
	TrkText		t = trk_to_utf8(s, strlen(s));
	TrkState   *state = NULL;
	TrkArena	arena;
	TrkValue	root;

	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	if (trk_json_read(&arena, t.s, t.len, &root) == TRK_JSON_OK && root.kind == TRK_OBJECT)
		state = read_state(&root, type);
	if (state == NULL)
		trk_soft_error(TRK_SOFT_CONTEXT(fcinfo),
					   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", type->agg.name)));
	PG_RETURN_POINTER(state);
}

/* Return whether a word of a state is an integer. */
static bool
is_int_word(const TrkStateType *type, const TrkState *state, int64 i)
{
	int64		first_row = trk_state_fixed_words(type) + state->n_args;

	if (i < first_row)
		return i < type->ints;
	return type->kinds[(i - first_row) % state->width] == 'i';
}

/*
 * Return a word as it is sent and stored: a NaN has no sign and payload, since
 * its text does not have them either.
 */
static TrkWord
plain_word(const TrkStateType *type, const TrkState *state, int64 i, TrkWord word)
{
	if (!is_int_word(type, state, i) && isnan(word.r))
		word.r = get_float8_nan();
	return word;
}

/* The binary output function of a state type. */
Datum
trk_state_send(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	TrkState   *state = trk_state_settle(type, trk_state_arg(fcinfo, 0, type));
	int64		words = (VARSIZE(state) - TRK_STATE_FIXED) / sizeof(TrkWord);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, state->version);
	pq_sendbyte(&buf, state->width);
	pq_sendbyte(&buf, state->n_args);
	pq_sendint64(&buf, state->n_rows);
	for (int64 i = 0; i < words; i++)
		pq_sendint64(&buf, plain_word(type, state, i, state->words[i]).i);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* The binary input function of a state type. */
Datum
trk_state_recv(FunctionCallInfo fcinfo, const TrkStateType *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buf);
	int			width = pq_getmsgbyte(buf);
	int			n_args = pq_getmsgbyte(buf);
	int64		rows = pq_getmsgint64(buf);
	int64		words = (buf->len - buf->cursor) / (int64) sizeof(TrkWord);
	TrkState   *state;

	if (version != type->version || n_args > TRK_STATE_MAX_ARGS || rows < 0 ||
		width > (type->kinds == NULL ? 0 : (int) strlen(type->kinds)) ||
		(width == 0 && (rows > 0 || type->rows != NULL)) || rows > words ||
		rows * width + trk_state_fixed_words(type) + n_args != words)
		state = NULL;
	else
	{
		state = trk_state_new(type, width, n_args, rows);
		state->n_rows = rows;
		for (int64 i = 0; i < words; i++)
		{
			state->words[i].i = pq_getmsgint64(buf);
			state->words[i] = plain_word(type, state, i, state->words[i]);
		}
	}
	if (state == NULL || !type->check(state))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", type->agg.name)));
	PG_RETURN_POINTER(state);
}
