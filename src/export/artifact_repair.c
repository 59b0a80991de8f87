/*
 * artifact_repair.c
 *	  Repair findings, and the pack of the first of them (see artifact.h,
 *	  repairs.def).
 *
 * Findings come in three parts: labelled mistakes of all events, what single
 * events show, and gaps of the reports.  The first two are collected while
 * events are read, each up to the wanted number.
 */
#include "base/trk.h"

#include "export/artifact.h"
#include "json/number_rule.h"
#include "redact/pattern.h"
#include "readiness/readiness_json.h"

/* The gap lists of repairs.def, in the order of the findings. */
typedef enum GapList
{
	GAPS_BEHAVIOR,
	GAPS_BEHAVIOR_WARNING,
	GAPS_PRO,
	GAPS_BASIC,
	GAPS_SECURITY,
	GAP_LISTS
} GapList;

/* What the findings of a list have in common. */
static const struct
{
	const char *prefix;
	const char *surface;
}			gap_lists[GAP_LISTS] = {
	[GAPS_BEHAVIOR] = {"behavior.", "behavior_intelligence"},
	[GAPS_BEHAVIOR_WARNING] = {"behavior.warning.", "behavior_intelligence"},
	[GAPS_PRO] = {"tier.pro.", "pro_readiness"},
	[GAPS_BASIC] = {"tier.basic.", "basic_stats"},
	[GAPS_SECURITY] = {"security.", "agentic_security"},
};

/* The texts of a gap. */
static const struct
{
	GapList		list;
	const char *name;
	const char *message;
	const char *test;
}			gap_texts[] = {
#define TRK_REPAIR_GAP(list, name, message, test) {GAPS_##list, name, message, test},
#include "export/repairs.def"
};

/* The texts for an event whose field has a value. */
static const struct
{
	TrkEventType type;
	int			field;
	const char *value;
	const char *id;
	const char *surface;
	const char *message;
	const char *test;
}			statuses[] = {
#define TRK_REPAIR_STATUS(event, field, value, id, surface, message, test) \
	{TRK_EVENT_##event, TRK_FIELD_##field, value, id, surface, message, test},
#include "export/repairs.def"
};

/* The kinds of behavior that are searched for. */
typedef enum Behavior
{
#define TRK_REPAIR_BEHAVIOR(ident, id, severity, surface, message, test) BEHAVIOR_##ident,
#include "export/repairs.def"
	BEHAVIORS
} Behavior;

static const struct
{
	const char *id;
	const char *severity;
	const char *surface;
	const char *message;
	const char *test;
}			behaviors[BEHAVIORS] = {
#define TRK_REPAIR_BEHAVIOR(ident, id, severity, surface, message, test) \
	{id, severity, surface, message, test},
#include "export/repairs.def"
};

/* A finding that is being written; the event id may be missing. */
typedef struct Repair
{
	TrkText		id;
	TrkText		severity;
	TrkText		surface;
	const char *message;
	const char *test;
	TrkValue   *event_id;
} Repair;

/* Written findings. */
typedef struct RepairList
{
	int			limit;
	int			count;
	int			room;
	char	  **json;			/* each as a JSON object */
	char	  **line;			/* each as a line of the prompt */
} RepairList;

struct TrkRepairPack
{
	MemoryContext context;
	TrkEvidenceSet *set;
	RepairList	mistakes;
	RepairList	shown;			/* shown by single events */
	RepairList	all;			/* these and the gaps, once the pack is written */
};

/* Make a text of a literal. */
static TrkText
own_text(const char *s)
{
	TrkText		text = {s, strlen(s)};

	return text;
}

/* Add a written finding to a list that is not full. */
static void
keep(RepairList *list, char *json, char *line)
{
	if (list->count == list->room)
	{
		list->room = Max(list->room * 2, 8);
		list->json = list->json == NULL ? palloc(sizeof(char *) * list->room) :
			repalloc_huge(list->json, sizeof(char *) * list->room);
		list->line = list->line == NULL ? palloc(sizeof(char *) * list->room) :
			repalloc_huge(list->line, sizeof(char *) * list->room);
	}
	list->json[list->count] = json;
	list->line[list->count++] = line;
}

/* Write a finding and keep it, in the pack's context. */
static void
add_repair(TrkRepairPack *pack, RepairList *list, TrkArena *arena, const Repair *repair)
{
	MemoryContext old;
	StringInfoData json;
	char	   *line;

	if (list->count >= list->limit)
		return;
	old = MemoryContextSwitchTo(pack->context);
	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	trk_doc_text_len(&json, "finding_id", repair->id.s, repair->id.len);
	trk_doc_text_len(&json, "severity", repair->severity.s, repair->severity.len);
	trk_doc_text_len(&json, "target_surface", repair->surface.s, repair->surface.len);
	trk_doc_text(&json, "message", repair->message);
	trk_doc_open(&json, "evidence_event_ids", '[');
	if (repair->event_id != NULL)
		trk_doc_value(&json, NULL, arena, repair->event_id);
	appendStringInfoChar(&json, ']');
	trk_doc_open(&json, "suggested_tests", '[');
	trk_doc_text(&json, NULL, repair->test);
	appendStringInfoString(&json, "]}");
	line = psprintf("[%.*s] %.*s (%.*s): %s Test: %s",
					(int) repair->severity.len, repair->severity.s,
					(int) repair->id.len, repair->id.s,
					(int) repair->surface.len, repair->surface.s,
					repair->message, repair->test);
	keep(list, json.data, line);
	MemoryContextSwitchTo(old);
}

/*
 * Return the text of a payload field without secret shapes, or else a default.
 */
static TrkText
label_of(const TrkArtifactEvents *seen, int field, const char *otherwise)
{
	const TrkValue *value = seen->event.field[field];
	TrkText		text = trk_text_of(value);

	if (text.len == 0)
		return own_text(otherwise);
	(void) trk_pattern_redact(seen->arena, text.s, text.len, TRK_REDACT_DEFAULT, NULL,
							  &text.s, &text.len);
	return text;
}

/* Add a finding if the event is labelled with a mistake family. */
static void
see_mistake(TrkRepairPack *pack, const TrkArtifactEvents *seen)
{
	TrkText		family = label_of(seen, TRK_FIELD_mistake_family, "");
	TrkBuf		id;
	Repair		repair = {
		.severity = label_of(seen, TRK_FIELD_severity, "warning"),
		.surface = label_of(seen, TRK_FIELD_component, "agent"),
		.message = "An event is labelled with this mistake family; find its cause and repair it.",
		.test = "The situation of the event no longer leads to the mistake.",
		.event_id = seen->event.env[TRK_ENV_event_id]
	};

	if (family.len == 0)
		return;
	trk_buf_init(&id, seen->arena, family.len + strlen("mistake."));
	trk_buf_append(&id, "mistake.", strlen("mistake."));
	trk_buf_append(&id, family.s, family.len);
	repair.id.s = id.data;
	repair.id.len = id.len;
	add_repair(pack, &pack->mistakes, seen->arena, &repair);
}

/* Add a finding for an event that shows a behavior. */
static void
add_behavior(TrkRepairPack *pack, const TrkArtifactEvents *seen, Behavior behavior)
{
	Repair		repair = {
		.id = own_text(behaviors[behavior].id),
		.severity = own_text(behaviors[behavior].severity),
		.surface = own_text(behaviors[behavior].surface),
		.message = behaviors[behavior].message,
		.test = behaviors[behavior].test,
		.event_id = seen->event.env[TRK_ENV_event_id]
	};

	add_repair(pack, &pack->shown, seen->arena, &repair);
}

/* Return whether the value is a number of at least this. */
static bool
is_at_least(const TrkValue *value, int bound)
{
	TrkNumber	number;

	return value != NULL && trk_number_of_value(value, &number) &&
		trk_number_compare(&number, bound) >= 0;
}

/* Add findings about holdings and rotations. */
static void
see_behavior(TrkRepairPack *pack, const TrkArtifactEvents *seen)
{
	TrkValue   *const *field = seen->event.field;
	const TrkValue *passes = field[TRK_FIELD_passes_threshold];

	if (seen->event.type == TRK_EVENT_STRATEGY_CONTEXT_RECORDED &&
		trk_bit_is_set(seen->evidence.bits, TRK_BIT_holding_state) &&
		is_at_least(field[TRK_FIELD_cut_loss_score], 80))
		add_behavior(pack, seen, BEHAVIOR_CUT_LOSS);
	if (seen->event.type != TRK_EVENT_OPPORTUNITY_CANDIDATE_REVIEWED ||
		!trk_bit_is_set(seen->evidence.bits, TRK_BIT_pairwise_review) || passes == NULL)
		return;
	if (passes->kind == TRK_FALSE)
		add_behavior(pack, seen, BEHAVIOR_BLOCKED);
	else if (passes->kind == TRK_TRUE && trk_json_truthy(field[TRK_FIELD_blocked_reasons]))
		add_behavior(pack, seen, BEHAVIOR_INCONSISTENT);
}

/* Return whether the event has the type and the value of an entry. */
static bool
has_status(const TrkArtifactEvents *seen, int entry)
{
	TrkText		value;

	if (seen->event.type != (int) statuses[entry].type)
		return false;
	value = trk_text_of(seen->event.field[statuses[entry].field]);
	return value.len == strlen(statuses[entry].value) &&
		memcmp(value.s, statuses[entry].value, value.len) == 0;
}

/* Add a finding if a status of the event calls for a repair. */
static void
see_status(TrkRepairPack *pack, const TrkArtifactEvents *seen)
{
	for (int i = 0; i < lengthof(statuses); i++)
		if (has_status(seen, i))
		{
			Repair		repair = {
				.id = own_text(statuses[i].id),
				.severity = own_text("warning"),
				.surface = own_text(statuses[i].surface),
				.message = statuses[i].message,
				.test = statuses[i].test,
				.event_id = seen->event.env[TRK_ENV_event_id]
			};

			add_repair(pack, &pack->shown, seen->arena, &repair);
		}
}

/*
 * Begin a repair pack of at most max_findings findings in the current memory
 * context.
 */
TrkRepairPack *
trk_repair_begin(int max_findings)
{
	TrkRepairPack *pack = palloc0(sizeof(TrkRepairPack));

	pack->context = CurrentMemoryContext;
	pack->set = trk_evidence_set_empty(pack->context);
	pack->mistakes.limit = pack->shown.limit = pack->all.limit = max_findings;
	return pack;
}

/* Take an event into the repair pack. */
void
trk_repair_event(TrkRepairPack *pack, const TrkArtifactEvents *seen)
{
	pack->set = trk_evidence_set_add(pack->set, &seen->evidence, pack->context);
	see_mistake(pack, seen);
	see_behavior(pack, seen);
	see_status(pack, seen);
}

/* Find the texts of a gap, if they are listed. */
static void
find_gap_texts(GapList list, const TrkText *name, Repair *repair)
{
	for (int i = 0; i < lengthof(gap_texts); i++)
		if (gap_texts[i].list == list && strlen(gap_texts[i].name) == name->len &&
			memcmp(gap_texts[i].name, name->s, name->len) == 0)
		{
			repair->message = gap_texts[i].message;
			repair->test = gap_texts[i].test;
		}
}

/* Add the findings of one list of gaps. */
static void
add_gaps(TrkRepairPack *pack, GapList list, TrkNames *names)
{
	trk_names_sort(names);
	for (int i = 0; i < names->count; i++)
	{
		Repair		repair = {
			.severity = own_text("warning"),
			.surface = own_text(gap_lists[list].surface),
			.message = "A readiness report lacks this.",
			.test = "The readiness report no longer lists this gap."
		};

		find_gap_texts(list, &names->items[i], &repair);
		repair.id = own_text(psprintf("%s%.*s", gap_lists[list].prefix,
									  (int) names->items[i].len, names->items[i].s));
		add_repair(pack, &pack->all, NULL, &repair);
	}
}

/* Combine the three parts of the findings. */
static void
collect_findings(TrkRepairPack *pack, TrkNames gaps[GAP_LISTS])
{
	const RepairList *parts[] = {&pack->mistakes, &pack->shown};

	for (int p = 0; p < lengthof(parts); p++)
		for (int i = 0; i < parts[p]->count && pack->all.count < pack->all.limit; i++)
			keep(&pack->all, parts[p]->json[i], parts[p]->line[i]);
	for (int list = 0; list < GAP_LISTS; list++)
		add_gaps(pack, list, &gaps[list]);
}

/* Append the prompt for a coding agent. */
static void
put_prompt(const TrkRepairPack *pack, StringInfo doc)
{
	StringInfoData prompt;

	initStringInfo(&prompt);
	appendStringInfoString(&prompt,
						   "You maintain a trading agent. Its telemetry shows what is listed below.\n"
						   "Repair the findings one at a time, the first one first, and add the test that each names.\n\n"
						   "Rules\n"
						   "- Keep trading behaviour as it is, except for what a finding asks to change.\n"
						   "- Add nothing that sends, changes or cancels orders at a broker.\n"
						   "- Weaken, bypass or remove no risk gate.\n"
						   "- Put no secret, account identifier, broker payload, raw prompt or raw model output into code, tests, logs or telemetry; use hashes and references.\n\n"
						   "Findings\n");
	for (int i = 0; i < pack->all.count; i++)
		appendStringInfo(&prompt, "%d. %s\n", i + 1, pack->all.line[i]);
	if (pack->all.count == 0)
		appendStringInfoString(&prompt, "none\n");
	trk_doc_text_len(doc, "prompt", prompt.data, prompt.len);
}

/* Append a member that is a readiness report. */
static void
put_report(const TrkRepairPack *pack, const char *key, TrkReport report, StringInfo doc,
		   TrkReadiness *result)
{
	trk_report_compute(report, pack->set, result);
	trk_doc_key(doc, key);
	trk_report_write(doc, result);
}

/* Write the repair pack as a JSON object. */
void
trk_repair_write(TrkRepairPack *pack, StringInfo doc)
{
	TrkReadiness tier;
	TrkReadiness security;
	TrkReadiness behavior;
	TrkNames	gaps[GAP_LISTS] = {{0}};

	appendStringInfoChar(doc, '{');
	trk_doc_text(doc, "version", TRK_ARTIFACT_VERSION);
	trk_doc_count(doc, "event_count", pack->set->events);
	put_report(pack, "tier_readiness", TRK_REPORT_TIER, doc, &tier);
	put_report(pack, "agentic_security_readiness", TRK_REPORT_AGENTIC_SECURITY, doc, &security);
	put_report(pack, "behavior_intelligence_readiness", TRK_REPORT_BEHAVIOR, doc, &behavior);
	gaps[GAPS_BASIC] = tier.of.tier.basic_gaps;
	gaps[GAPS_PRO] = tier.of.tier.pro_gaps;
	gaps[GAPS_BEHAVIOR] = behavior.missing;
	gaps[GAPS_BEHAVIOR_WARNING] = behavior.warnings;
	gaps[GAPS_SECURITY] = security.missing;
	collect_findings(pack, gaps);
	trk_doc_open(doc, "findings", '[');
	for (int i = 0; i < pack->all.count; i++)
	{
		trk_doc_key(doc, NULL);
		appendStringInfoString(doc, pack->all.json[i]);
	}
	appendStringInfoChar(doc, ']');
	put_prompt(pack, doc);
	appendStringInfoChar(doc, '}');
}
