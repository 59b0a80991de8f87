/*
 * symbols.c
 *	  Normalizes the symbols of instruments in an event.
 */
#include "base/trk.h"

#include "ingest/symbols.h"
#include "base/text.h"

/* Symbols that are examined between two checks for interrupts. */
#define TRK_SYMBOLS_PER_CHECK	4096

/* qsort() comparator: symbols, equal ones by their position. */
static int
symbol_cmp(const void *a, const void *b)
{
	const TrkValue *x = *(TrkValue *const *) a;
	const TrkValue *y = *(TrkValue *const *) b;
	int			cmp;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	cmp = memcmp(x->u.str, y->u.str, x->len);
	if (cmp != 0)
		return cmp;
	return x < y ? -1 : x > y;
}

/* Make all but the first of equal symbols empty. */
static void
empty_repeated(TrkArena *arena, TrkValue *symbols, uint32 n)
{
	TrkValue  **sorted = trk_alloc_array(arena, TrkValue *, n);

	for (uint32 i = 0; i < n; i++)
		sorted[i] = &symbols[i];
	qsort(sorted, n, sizeof(TrkValue *), symbol_cmp);
	for (uint32 i = n - 1; i > 0; i--)
		if (sorted[i]->len == sorted[i - 1]->len &&
			memcmp(sorted[i]->u.str, sorted[i - 1]->u.str, sorted[i]->len) == 0)
			sorted[i]->len = 0;
}

/* Strip white space around a symbol, and convert it to upper case. */
static void
tidy_symbol(TrkArena *arena, TrkValue *symbol)
{
	TrkText		text = trk_text_upper(arena, trk_text_strip(symbol->u.str, symbol->len));

	trk_json_set_string(symbol, text.s, text.len);
}

/*
 * Replace secret shapes in a symbol by pseudonyms; return whether there was
 * one.
 */
static bool
redact_symbol(const TrkRedactor *redactor, TrkArena *arena, TrkValue *symbol)
{
	const char *s;
	Size		len;

	if (!trk_redact_identity(redactor, arena, TRK_IDENTITY, symbol->u.str, symbol->len,
							 &s, &len))
		return false;
	trk_json_set_string(symbol, s, len);
	return !trk_identity_lost(s, len);
}

/*
 * Normalize an array of symbols: strip white space, convert to upper case,
 * remove duplicates, empty strings and values that are not strings.  Secret
 * shapes become pseudonyms before the conversion, because some shapes cannot
 * be recognized in upper case.  Returns how many strings had one.
 */
uint32
trk_symbols_tidy(const TrkRedactor *redactor, TrkArena *arena, TrkValue *list)
{
	TrkValue   *symbols;
	uint32		pseudonyms = 0;
	uint32		kept = 0;
	uint32		n = 0;

	if (list->kind != TRK_ARRAY)
		return 0;
	symbols = list->u.items;
	for (uint32 i = 0; i < list->len; i++)
	{
		if (i % TRK_SYMBOLS_PER_CHECK == TRK_SYMBOLS_PER_CHECK - 1)
			TRK_CHECK_INTERRUPTS();
		if (symbols[i].kind != TRK_STRING)
			continue;
		pseudonyms += redact_symbol(redactor, arena, &symbols[i]);
		tidy_symbol(arena, &symbols[i]);
		symbols[kept++] = symbols[i];
	}
	if (kept > 1)
		empty_repeated(arena, symbols, kept);
	for (uint32 i = 0; i < kept; i++)
		if (symbols[i].len > 0)
			symbols[n++] = symbols[i];
	list->len = n;
	return pseudonyms;
}
