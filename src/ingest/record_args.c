/*
 * record_args.c
 *	  Turns the SQL arguments of at_record() and its typed helpers into parts
 *	  of an event.  The name of an argument decides which part it is.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "contract/event_build.h"
#include "datatype/timestamp.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "funcapi.h"
#include "base/isotime.h"
#include "json/number.h"
#include "ingest/record_args.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* Elements converted between two checks for interrupts. */
#define TRK_ELEMENTS_PER_CHECK	4096

/* An argument of a recording function. */
typedef struct TrkArgument
{
	Oid			type;
	int			envelope;		/* TrkEnvelopeField, or -1 for a payload field */
	const char *name;
	const char *path;			/* the path in findings */
} TrkArgument;

/* A recording function: the event type that it records, and its arguments. */
typedef struct TrkSignature
{
	int			event_type;		/* or -1: an argument has it */
	int			nargs;
	TrkArgument args[FLEXIBLE_ARRAY_MEMBER];
} TrkSignature;

/* A signature in the backend's cache, and the row of the function that it was read from. */
typedef struct KeptSignature
{
	Oid			function;
	TransactionId xmin;
	ItemPointerData tid;
	const TrkSignature *signature;
} KeptSignature;

/* The event types that the functions at_record_<step> record. */
static const struct
{
	const char *function;
	TrkEventType event;
}			trk_steps[] = {
#define TRK_STEP(name, event, description) {"at_record_" #name, TRK_EVENT_##event},
#include "contract/steps.def"
};

/*
 * Return the event type that a function records, or -1 for at_record itself.
 */
static int
step_event(const char *function)
{
	for (int i = 0; i < lengthof(trk_steps); i++)
		if (strcmp(trk_steps[i].function, function) == 0)
			return trk_steps[i].event;
	if (strcmp(function, "at_record") != 0)
		elog(ERROR, "function \"%s\" records no step: library and extension differ in version",
			 function);
	return -1;
}

/* Return the envelope field with this name, or -1. */
static int
envelope_field(const char *name)
{
	int			key = trk_key_lookup(name, strlen(name));

	return key < 0 ? -1 : trk_key(key)->envelope;
}

/* Read the signature of a function from its row of the catalog. */
static TrkSignature *
read_signature(HeapTuple tuple)
{
	TrkSignature *signature;
	Oid		   *types;
	char	  **names;
	char	   *modes;
	int			n;

	n = get_func_arg_info(tuple, &types, &names, &modes);
	if (names == NULL)
		elog(ERROR, "a recording function has arguments without names");
	signature = palloc(offsetof(TrkSignature, args) + sizeof(TrkArgument) * n);
	signature->event_type =
		step_event(NameStr(((Form_pg_proc) GETSTRUCT(tuple))->proname));
	signature->nargs = n;
	for (int i = 0; i < n; i++)
	{
		TrkArgument *arg = &signature->args[i];

		arg->type = types[i];
		arg->name = names[i];
		arg->envelope = envelope_field(names[i]);
		arg->path = arg->envelope >= 0 ? names[i] : psprintf("payload.%s", names[i]);
	}
	return signature;
}

/*
 * Return the signature of a function, which is read once per backend, and again
 * when the row of the function was replaced.  A signature is never freed, since
 * an event that is being recorded may point to its names.
 */
static const TrkSignature *
kept_signature(Oid function)
{
	static HTAB *kept;
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	KeptSignature *entry;
	bool		found;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	if (kept == NULL)
		kept = hash_create("agent_tracker signatures", lengthof(trk_steps) + 1,
						   &(HASHCTL) {.keysize = sizeof(Oid), .entrysize = sizeof(KeptSignature)},
						   HASH_ELEM | HASH_BLOBS);
	entry = hash_search(kept, &function, HASH_ENTER, &found);
	if (!found)
		entry->signature = NULL;
	if (entry->signature == NULL || entry->xmin != HeapTupleHeaderGetRawXmin(tuple->t_data) ||
		!ItemPointerEquals(&entry->tid, &tuple->t_self))
	{
		MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

		entry->signature = NULL;
		entry->signature = read_signature(tuple);
		entry->xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);
		entry->tid = tuple->t_self;
		MemoryContextSwitchTo(old);
	}
	ReleaseSysCache(tuple);
	return entry->signature;
}

/* Return the signature of the running function. */
static const TrkSignature *
signature_of(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = unconstify(TrkSignature *, kept_signature(fcinfo->flinfo->fn_oid));
	return fcinfo->flinfo->fn_extra;
}

/* Make a number value of a finite number in the notation of numeric. */
static void
number_value(TrkRecord *record, const char *path, const char *s, TrkValue *value)
{
	Size		len = strlen(s);

	trk_json_set_string(value, s, len);
	if (strspn(s, "-0123456789.") != len)
		trk_finding_add(&record->findings, path, TRK_RULE_NUMBER,
						"%s must be a finite number", path);
	else if (!trk_number_fits(s, len))
		trk_finding_add(&record->findings, path, TRK_RULE_JSON, "%s has too many digits", path);
	else
	{
		value->kind = TRK_NUMBER;
		value->flags = memchr(s, '.', len) == NULL ? TRK_F_INTEGER : 0;
	}
}

/* Make an array of strings and nulls of a text[]. */
static void
texts_value(TrkRecord *record, const char *path, Datum datum, TrkValue *value)
{
	Datum	   *elems;
	bool	   *nulls;
	int			n;

	deconstruct_array(DatumGetArrayTypeP(datum), TEXTOID, -1, false, TYPALIGN_INT,
					  &elems, &nulls, &n);
	value->kind = TRK_ARRAY;
	value->flags = 0;
	value->len = n;
	value->u.items = trk_alloc_array(&record->arena, TrkValue, n);
	for (int i = 0; i < n; i++)
	{
		if (i % TRK_ELEMENTS_PER_CHECK == TRK_ELEMENTS_PER_CHECK - 1)
			CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			memset(&value->u.items[i], 0, sizeof(TrkValue));
		else
			trk_draft_string(record, path, trk_text_arg(DatumGetTextPP(elems[i])),
							 &value->u.items[i]);
	}
}

/*
 * Make a string YYYY-MM-DD of a date.  A date that has no such form becomes a
 * text that does not pass as a date.
 */
static void
date_value(TrkRecord *record, DateADT date, TrkValue *value)
{
	char	   *s = trk_alloc(&record->arena, 40);
	int			year,
				month,
				day;

	if (DATE_NOT_FINITE(date))
		strcpy(s, "infinity");
	else
	{
		trk_days_to_date(date, &year, &month, &day);
		snprintf(s, 40, "%04d-%02d-%02d", year, month, day);
	}
	trk_json_set_string(value, s, strlen(s));
}

/*
 * Make a string of a time in the usual spelling; null when it is outside the
 * years 1 to 9999.
 */
static void
time_value(TrkRecord *record, TimestampTz time, TrkValue *value)
{
	char	   *s;

	memset(value, 0, sizeof(TrkValue));
	if (time < trk_date_to_days(1, 1, 1) * USECS_PER_DAY ||
		time >= trk_date_to_days(10000, 1, 1) * USECS_PER_DAY)
		return;
	s = trk_alloc(&record->arena, TRK_SPELLING_MAX);
	trk_json_set_string(value, s, trk_spelling_write(TRK_SPELLING_USUAL, time, s));
}

/*
 * Make a value of a json argument; JSON that cannot be read becomes a finding.
 */
static void
json_value(TrkRecord *record, const char *path, Datum datum, TrkValue *value)
{
	TrkText		t = trk_text_arg(DatumGetTextPP(datum));
	TrkJsonStatus status = trk_json_read(&record->arena, t.s, t.len, value);

	if (status == TRK_JSON_OK)
		return;
	memset(value, 0, sizeof(TrkValue));
	trk_finding_add(&record->findings, path, TRK_RULE_JSON, "%s cannot be read: %s",
					path, trk_json_reason(status));
}

/* Make a string of the label of an event type. */
static void
event_type_value(TrkRecord *record, Oid label, TrkValue *value)
{
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		if (record->store->event_types[i] == label)
		{
			trk_json_set_string(value, trk_event_type_name(i), strlen(trk_event_type_name(i)));
			return;
		}
	elog(ERROR, "unknown event type: library and extension differ in version");
}

/* Make a value of an argument, by its type. */
static void
argument_value(TrkRecord *record, const TrkArgument *arg, Datum datum, TrkValue *value)
{
	switch (arg->type)
	{
		case TEXTOID:
			trk_draft_string(record, arg->path, trk_text_arg(DatumGetTextPP(datum)), value);
			break;
		case NUMERICOID:
			number_value(record, arg->path,
						 DatumGetCString(DirectFunctionCall1(numeric_out, datum)), value);
			break;
		case INT8OID:
			number_value(record, arg->path,
						 DatumGetCString(DirectFunctionCall1(int8out, datum)), value);
			break;
		case BOOLOID:
			memset(value, 0, sizeof(TrkValue));
			value->kind = DatumGetBool(datum) ? TRK_TRUE : TRK_FALSE;
			break;
		case TEXTARRAYOID:
			texts_value(record, arg->path, datum, value);
			break;
		case DATEOID:
			date_value(record, DatumGetDateADT(datum), value);
			break;
		case TIMESTAMPTZOID:
			time_value(record, DatumGetTimestampTz(datum), value);
			break;
		case JSONOID:
			json_value(record, arg->path, datum, value);
			break;
		default:
			if (arg->envelope != TRK_ENV_event_type)
				elog(ERROR, "argument \"%s\" has a type that no event holds", arg->name);
			event_type_value(record, DatumGetObjectId(datum), value);
	}
}

/*
 * Fill a draft from the arguments of the running SQL function.  The name of
 * an argument says whether it is an envelope field or a field of the payload.
 * A NULL argument is left out.  A value that no event can hold, such as an
 * infinite number, becomes a finding.
 */
void
trk_draft_arguments(TrkRecord *record, FunctionCallInfo fcinfo, TrkDraft *draft)
{
	const TrkSignature *signature = signature_of(fcinfo);

	memset(draft, 0, sizeof(TrkDraft));
	draft->fields = trk_alloc_array(&record->arena, TrkMember, signature->nargs);
	if (signature->event_type >= 0)
	{
		event_type_value(record, record->store->event_types[signature->event_type],
						 &draft->env[TRK_ENV_event_type]);
		draft->given[TRK_ENV_event_type] = true;
	}
	for (int i = 0; i < signature->nargs; i++)
	{
		const TrkArgument *arg = &signature->args[i];
		TrkValue	value;

		if (PG_ARGISNULL(i))
			continue;
		argument_value(record, arg, PG_GETARG_DATUM(i), &value);
		if (arg->envelope < 0)
			trk_set_plain_member(&draft->fields[draft->nfields++], arg->name, value);
		else
		{
			draft->env[arg->envelope] = value;
			draft->given[arg->envelope] = true;
		}
	}
}
