/*
 * mapping_sql.c
 *	  The SQL function at_map_rows(), and the functions over mappings that read
 *	  this database.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "redact/redaction_settings.h"
#include "store/identity_key.h"
#include "json/json_items.h"
#include "import/mapping_sync.h"
#include "ingest/pipeline.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "import/readonly.h"
#include "base/text.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"

/* The state of at_map_rows(). */
typedef struct MappingCall
{
	ReturnSetInfo *result;
	TrkMapContext context;
	TrkPolicy	policy;
	TrkArena	arena;			/* reset for each row */
	TrkMapSkipped skipped;
} MappingCall;

/* Add an event as a row of the result. */
static void
put_event(MappingCall *call, TrkEvent *event)
{
	TrkBuf		buf;

	trk_buf_init(&buf, &call->arena, 1024);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	trk_store_single(call->result, PointerGetDatum(trk_server_text_datum(buf.data, buf.len)));
}

/* Make the event of one row; return false when there is none. */
static bool
map_json_row(MappingCall *call, const TrkMapSource *source, TrkText text,
			 TrkEvent *event, TrkFindings *findings)
{
	TrkValue	row;
	TrkText		row_id;
	TrkJsonStatus status = trk_json_read(&call->arena, text.s, text.len, &row);

	if (status != TRK_JSON_OK)
		trk_finding_add(findings, "", TRK_RULE_JSON, "%s", trk_json_reason(status));
	else if (trk_mapping_row(&call->context, source, &call->arena, &row, event, &row_id,
							 findings))
		trk_judge_tree(&call->policy, &call->arena, event, findings);
	return findings->count == 0;
}

/* Make the events of the rows of one source. */
static void
map_json_rows(MappingCall *call, const TrkMapSource *source, TrkText rows)
{
	TrkJsonItems items;
	TrkText		name;
	TrkText		row;

	trk_json_items(&items, rows.s, rows.len);
	if (items.kind != '[')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows of %s must be an array of objects", source->at)));
	for (int64 number = 1; trk_json_next(&items, &name, &row); number++)
	{
		TrkFindings findings;
		TrkEvent	event;

		CHECK_FOR_INTERRUPTS();
		trk_arena_reset(&call->arena);
		trk_findings_init(&findings, &call->arena);
		if (map_json_row(call, source, row, &event, &findings))
			put_event(call, &event);
		else
			(void) trk_map_skip(&call->skipped, source, number, &findings);
	}
}

/*
 * Find the rows of each source in an object; members that name no source are
 * ignored.
 */
static void
find_rows(MappingCall *call, TrkText rows, TrkText *found)
{
	const TrkMapping *mapping = call->context.mapping;
	TrkJsonItems items;
	TrkText		literal;
	TrkText		item;

	trk_json_items(&items, rows.s, rows.len);
	while (trk_json_next(&items, &literal, &item))
	{
		TrkValue	name;

		CHECK_FOR_INTERRUPTS();
		trk_arena_reset(&call->arena);
		if (trk_json_read(&call->arena, literal.s, literal.len, &name) != TRK_JSON_OK ||
			name.kind != TRK_STRING)
			continue;
		for (uint32 i = 0; i < mapping->nsources; i++)
			if (trk_text_equal(mapping->sources[i].name, (TrkText) {name.u.str, name.len}))
				found[i] = item;
	}
}

/* Make the events of all rows; a source without rows makes none. */
static void
map_all_rows(MappingCall *call, TrkText rows)
{
	const TrkMapping *mapping = call->context.mapping;
	TrkText    *found = palloc0(sizeof(TrkText) * mapping->nsources);
	TrkJsonItems items;

	trk_json_items(&items, rows.s, rows.len);
	if (items.kind == '[' && mapping->nsources > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows of a mapping with several sources must be an object of arrays"),
				 errhint("Name each array after its source.")));
	if (items.kind == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows must be an array of objects, or an object of such arrays")));
	if (items.kind == '[')
		found[0] = rows;
	else
		find_rows(call, rows, found);
	for (uint32 i = 0; i < mapping->nsources; i++)
		if (found[i].s != NULL)
			map_json_rows(call, &mapping->sources[i], found[i]);
	trk_map_skip_end(&call->skipped);
}

TRK_HIDE_CONTEXT_FUNCTION(at_map_rows);
/* at_map_rows(mapping json, rows json, identity_key bytea) returns setof json */
static Datum
at_map_rows_body(PG_FUNCTION_ARGS)
{
	MappingCall call = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	TrkMapping	mapping;
	TrkFindings findings;
	TrkArena	arena;
	TrkValue	document;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	call.policy.redactor.rules = TRK_REDACT_DEFAULT;
	trk_identity_key_argument(fcinfo, 2, &call.policy.redactor);
	trk_arena_init(&arena, CurrentMemoryContext, 64 * 1024);
	trk_arena_init(&call.arena, CurrentMemoryContext, 64 * 1024);
	trk_findings_init(&findings, &arena);
	trk_mapping_parse(&arena, PG_GETARG_TEXT_PP(0), false, &document, &mapping, &findings);
	trk_mapping_raise(&findings);
	call.policy.max_event_bytes = TRK_MAX_ROW_EVENT_BYTES;
	call.context = (TrkMapContext) {&mapping, &call.policy.redactor, AGENT_TRACKER_VERSION};
	map_all_rows(&call, trk_text_arg(PG_GETARG_TEXT_PP(1)));
	trk_arena_free(&call.arena);
	trk_arena_free(&arena);
	return (Datum) 0;
}

TRK_HIDE_CONTEXT_FUNCTION(at_may_act_as);
/* _at_may_act_as(role name) returns boolean */
static Datum
at_may_act_as_body(PG_FUNCTION_ARGS)
{
	Oid			role = get_role_oid(NameStr(*PG_GETARG_NAME(0)), true);

	PG_RETURN_BOOL(OidIsValid(role) && trk_may_act_as(role));
}

/* Find everything that is wrong with a mapping for this owner. */
static void
check_mapping(TrkArena *arena, text *document, const char *owner, TrkFindings *findings)
{
	TrkMapOwner reader = {
		trk_mapping_owner(owner), GetConfigOption("search_path", false, false)
	};
	TrkRedactor redactor;
	TrkMapping	mapping;
	TrkValue	tree;

	trk_setting_redactor(&redactor);
	trk_findings_init(findings, arena);
	trk_mapping_parse(arena, document, true, &tree, &mapping, findings);
	if (tree.kind == TRK_OBJECT)
		trk_mapping_check(arena, &redactor, &mapping, &tree, findings);
	trk_mapping_probe(arena, &mapping, &reader, findings);
}

TRK_HIDE_CONTEXT_FUNCTION(at_check_mapping);
/* at_check_mapping(mapping json, owner name) returns setof (path, rule, message) */
static Datum
at_check_mapping_body(PG_FUNCTION_ARGS)
{
	TrkFindings findings;
	TrkArena	arena;

	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	InitMaterializedSRF(fcinfo, 0);
	trk_arena_init(&arena, CurrentMemoryContext, 16 * 1024);
	check_mapping(&arena, PG_GETARG_TEXT_PP(0), NameStr(*PG_GETARG_NAME(1)), &findings);
	for (const TrkFinding *f = findings.first; f != NULL; f = f->next)
	{
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, f->path);
		trk_put_text(&row, trk_rule_name(f->rule));
		trk_put_text(&row, f->message);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

/* Return the name of a mapping. */
static char *
name_arg(text *arg)
{
	char	   *name = text_to_cstring(arg);
	TrkRedactor redactor;

	trk_setting_redactor(&redactor);
	if (strlen(name) == 0 || strlen(name) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the name of a mapping has 1 to %d bytes", NAMEDATALEN - 1)));
	if (trk_pattern_matches(name, strlen(name), redactor.rules, &redactor.custom))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the name of a mapping must not have the shape of a secret")));
	return name;
}

TRK_HIDE_CONTEXT_FUNCTION(at_create_mapping);
/* at_create_mapping(name text, mapping json, owner name) returns void */
static Datum
at_create_mapping_body(PG_FUNCTION_ARGS)
{
	TrkFindings findings;
	TrkStore   *store;
	TrkArena	arena;
	char	   *name;
	const char *owner;

	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	owner = NameStr(*PG_GETARG_NAME(2));
	name = name_arg(PG_GETARG_TEXT_PP(0));
	trk_arena_init(&arena, CurrentMemoryContext, 16 * 1024);
	store = trk_store_open(fcinfo, true);
	check_mapping(&arena, PG_GETARG_TEXT_PP(1), owner, &findings);
	trk_mapping_raise(&findings);
	trk_mapping_keep(store, name, owner, PG_GETARG_TEXT_PP(1));
	trk_arena_free(&arena);
	PG_RETURN_VOID();
}

TRK_HIDE_CONTEXT_FUNCTION(at_drop_mapping);
/* at_drop_mapping(name text) returns void */
static Datum
at_drop_mapping_body(PG_FUNCTION_ARGS)
{
	trk_refuse_null_args(fcinfo, 0, 1);
	if (!trk_mapping_forget(trk_store_open(fcinfo, false), text_to_cstring(PG_GETARG_TEXT_PP(0))))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no mapping of this name, or its owner is a role that you cannot SET ROLE to")));
	PG_RETURN_VOID();
}

/* Make an SQL array of texts. */
static Datum
texts_datum(List *texts)
{
	int			n = list_length(texts);
	Datum	   *elems = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		elems[i] = CStringGetTextDatum(list_nth(texts, i));
	return PointerGetDatum(construct_array(elems, n, TEXTOID, -1, false, TYPALIGN_INT));
}

TRK_HIDE_CONTEXT_FUNCTION(at_sync_mapping);
/* at_sync_mapping(name text) returns setof (source, batch_id, rows, ...) */
static Datum
at_sync_mapping_body(PG_FUNCTION_ARGS)
{
	TrkMapSync	sync;

	trk_refuse_null_args(fcinfo, 0, 1);
	InitMaterializedSRF(fcinfo, 0);
	trk_mapping_sync(trk_store_open(fcinfo, false), name_arg(PG_GETARG_TEXT_PP(0)), &sync);
	for (uint32 i = 0; i < sync.nsources; i++)
	{
		const TrkMapOutcome *outcome = &sync.sources[i];
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, outcome->source);
		trk_put_nullable(&row, Int64GetDatum(sync.batch_id), sync.batch_id == 0);
		trk_put_int(&row, outcome->rows);
		trk_put_int(&row, outcome->counts.accepted);
		trk_put_int(&row, outcome->counts.duplicates);
		trk_put_int(&row, outcome->counts.conflicts);
		trk_put_int(&row, outcome->counts.rejected);
		trk_put_int(&row, outcome->skipped);
		trk_put(&row, texts_datum(outcome->warnings));
		trk_composite_store(&row);
	}
	return (Datum) 0;
}
