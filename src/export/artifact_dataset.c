/*
 * artifact_dataset.c
 *	  Dataset items and evaluation plans (see artifact.h, datasets.def).
 */
#include "base/trk.h"

#include "export/artifact.h"
#include "redact/pattern.h"
#include "readiness/name_list.h"

/* Facts that are not bits of evidence.def. */
#define TRK_BIT_ALWAYS		(-1)
#define TRK_BIT_DISAPPROVED	(-2)

static const struct
{
	TrkEventType type;
	int			fact;
	const char *invariant;
	const char *otherwise;
}			datasets[] = {
#define TRK_DATASET(event, fact, invariant, otherwise) \
	{TRK_EVENT_##event, TRK_BIT_##fact, invariant, otherwise},
#include "export/datasets.def"
};

struct TrkEvalPlan
{
	int64		items;
	bool		used[lengthof(datasets)][2];	/* the invariants that occur, by entry and whether
												 * its fact holds */
	StringInfoData event_ids;	/* the elements of an array */
};

/* Return whether a fact is true of the event. */
static bool
fact_holds(const TrkArtifactEvents *seen, int fact)
{
	const TrkValue *approved = seen->event.field[TRK_FIELD_approved];

	if (fact == TRK_BIT_ALWAYS)
		return true;
	if (fact == TRK_BIT_DISAPPROVED)
		return approved != NULL && approved->kind == TRK_FALSE;
	return trk_bit_is_set(seen->evidence.bits, (TrkBit) fact);
}

/*
 * Find the entry that makes an item of the event, and whether its fact holds;
 * returns -1 when there is none.
 */
static int
find_dataset(const TrkArtifactEvents *seen, bool *holds)
{
	for (int i = 0; i < lengthof(datasets); i++)
		if (seen->event.type == (int) datasets[i].type)
		{
			*holds = fact_holds(seen, datasets[i].fact);
			if (*holds || datasets[i].otherwise[0] != '\0')
				return i;
		}
	return -1;
}

/* Return the invariant of an entry. */
static const char *
invariant_of(int i, bool holds)
{
	return holds ? datasets[i].invariant : datasets[i].otherwise;
}

/*
 * Return the invariant that a dataset item of this event checks, or NULL when
 * the event makes no item.
 */
const char *
trk_dataset_invariant(const TrkArtifactEvents *seen)
{
	bool		holds;
	int			i = find_dataset(seen, &holds);

	return i < 0 ? NULL : invariant_of(i, holds);
}

/*
 * Append the item's id: a prefix and the id of the event, without secret
 * shapes.
 */
static void
put_item_id(StringInfo doc, const TrkArtifactEvents *seen)
{
	TrkText		id = trk_text_of(seen->event.env[TRK_ENV_event_id]);
	TrkBuf		buf;

	(void) trk_pattern_redact(seen->arena, id.s, id.len, TRK_REDACT_DEFAULT, NULL, &id.s, &id.len);
	trk_buf_init(&buf, seen->arena, id.len + 3);
	trk_buf_append(&buf, "ds_", 3);
	trk_buf_append(&buf, id.s, id.len);
	trk_doc_text_len(doc, "dataset_item_id", buf.data, buf.len);
}

/* Append the dataset item of an event. */
void
trk_dataset_item(StringInfo doc, TrkArtifactEvents *seen, const char *invariant)
{
	TrkValue  **env = seen->event.env;
	TrkValue  **field = seen->event.field;
	TrkArena   *arena = seen->arena;

	appendStringInfoChar(doc, '{');
	put_item_id(doc, seen);
	trk_doc_value(doc, "event_id", arena, env[TRK_ENV_event_id]);
	trk_doc_value(doc, "run_id", arena, env[TRK_ENV_run_id]);
	trk_doc_value(doc, "event_type", arena, env[TRK_ENV_event_type]);
	trk_doc_value(doc, "symbols", arena, env[TRK_ENV_symbols]);
	trk_doc_value(doc, "environment", arena, env[TRK_ENV_environment]);
	trk_doc_value(doc, "session_date", arena, field[TRK_FIELD_session_date]);
	trk_doc_value(doc, "mistake_family", arena, field[TRK_FIELD_mistake_family]);
	trk_doc_value(doc, "component", arena, field[TRK_FIELD_component]);
	trk_doc_text(doc, "expected_invariant", invariant);
	appendStringInfoChar(doc, '}');
}

/* Begin an evaluation plan in the current memory context. */
TrkEvalPlan *
trk_eval_begin(void)
{
	TrkEvalPlan *plan = palloc0(sizeof(TrkEvalPlan));

	initStringInfo(&plan->event_ids);
	return plan;
}

/* Take an event into the evaluation plan, if it makes a dataset item. */
void
trk_eval_event(TrkEvalPlan *plan, TrkArtifactEvents *seen)
{
	bool		holds;
	int			i = find_dataset(seen, &holds);

	if (i < 0)
		return;
	plan->used[i][holds] = true;
	plan->items++;
	trk_doc_value(&plan->event_ids, NULL, seen->arena, seen->event.env[TRK_ENV_event_id]);
}

/* Write the evaluation plan as a JSON object. */
void
trk_eval_write(TrkEvalPlan *plan, StringInfo doc)
{
	TrkNames	checks = {0};

	for (int i = 0; i < lengthof(datasets); i++)
		for (int holds = 0; holds < 2; holds++)
			if (plan->used[i][holds])
				trk_names_add(&checks, invariant_of(i, holds != 0));
	appendStringInfoChar(doc, '{');
	trk_doc_text(doc, "version", TRK_ARTIFACT_VERSION);
	trk_doc_count(doc, "dataset_item_count", plan->items);
	trk_names_sort(&checks);
	trk_names_write(doc, "deterministic_checks", &checks);
	trk_doc_flag(doc, "llm_judge_required", false);
	trk_doc_text(doc, "privacy_policy", TRK_ARTIFACT_PRIVACY);
	trk_doc_open(doc, "dataset_event_ids", '[');
	appendBinaryStringInfo(doc, plan->event_ids.data, plan->event_ids.len);
	appendStringInfoString(doc, "]}");
}
