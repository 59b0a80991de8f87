/*
 * artifact_manifest.c
 *	  Experiment manifests: which axes an experiment changes, and what it keeps
 *	  fixed (see artifact.h).
 */
#include "base/trk.h"

#include "export/artifact.h"
#include "readiness/name_list.h"
#include "base/unicode.h"

/*
 * The declared change that is the reason for changing several axes, and not a
 * change itself.
 */
#define TRK_AXIS_REASON		"multi_axis_reason"

/* Words in findings, and the axis for which each stands. */
static const struct
{
	const char *word;
	const char *axis;
}			axis_words[] = {
	{"prompt", "prompt"},
	{"risk", "risk_gate"},
	{"source", "source_pipeline"},
	{"memory", "memory_policy"},
	{"tool", "tool_policy"},
	{"mcp", "tool_policy"},
	{"cost", "model_provider"},
	{"model", "model_provider"},
};

/* What an experiment does not change. */
static const struct
{
	const char *name;
	const char *value;
}			fixed_context[] = {
	{"broker_execution", "unchanged"},
	{"risk_gate_enforcement", "unchanged_unless_declared_and_tested"},
	{"market_data_source", "unchanged_unless_declared"},
	{"telemetry_privacy_policy", TRK_ARTIFACT_PRIVACY},
};

/* The checks that must have passed before an experiment counts. */
static const char *const required_checks[] = {
	"events_valid_and_redacted",
	"replay_suite_run_before_and_after",
	"risk_blocks_preserved",
	"decision_flow_diagnostics_compared",
	"no_broker_execution_added",
};

/* Return the value of a member, or NULL. */
static TrkValue *
member_value(const TrkValue *object, const char *name)
{
	TrkMember  *member = object->kind == TRK_OBJECT ? trk_json_member(object, name) : NULL;

	return member == NULL ? NULL : &member->value;
}

/* Add the axes that declared changes name: the first part of each name. */
static void
add_declared_axes(const TrkValue *changes, TrkNames *axes)
{
	for (uint32 i = 0; i < changes->len; i++)
	{
		const TrkMember *member = &changes->u.members[i];
		const char *end = memchr(member->name, '_', member->name_len);

		if (member->value.kind == TRK_NULL ||
			(member->name_len == strlen(TRK_AXIS_REASON) &&
			 memcmp(member->name, TRK_AXIS_REASON, member->name_len) == 0))
			continue;
		trk_names_add(axes, pnstrdup(member->name,
									 end == NULL ? member->name_len : end - member->name));
	}
}

/* Append the text of a finding's member in lower case, and a blank. */
static void
append_lower(TrkBuf *buf, const TrkValue *value)
{
	TrkText		text = trk_text_of(value);
	Size		i = 0;

	while (i < text.len)
	{
		uint32		cp;

		i += trk_utf8_decode(text.s + i, &cp);
		trk_buf_reserve(buf, 4);
		buf->len += trk_utf8_encode(trk_to_lower(cp), buf->data + buf->len);
	}
	trk_buf_putc(buf, ' ');
}

/* Add the axes for which words in the findings stand. */
static void
add_found_axes(TrkArena *arena, const TrkValue *findings, TrkNames *axes)
{
	bool		found[lengthof(axis_words)] = {false};

	for (uint32 i = 0; i < findings->len; i++)
	{
		const TrkValue *finding = &findings->u.items[i];
		TrkBuf		text;

		CHECK_FOR_INTERRUPTS();
		trk_buf_init(&text, arena, 256);
		append_lower(&text, member_value(finding, "finding_id"));
		append_lower(&text, member_value(finding, "target_surface"));
		append_lower(&text, member_value(finding, "message"));
		trk_buf_putc(&text, '\0');
		for (int w = 0; w < lengthof(axis_words); w++)
			found[w] = found[w] || strstr(text.data, axis_words[w].word) != NULL;
	}
	for (int w = 0; w < lengthof(axis_words); w++)
		if (found[w])
			trk_names_add(axes, axis_words[w].axis);
}

/* Append the warnings of an experiment. */
static void
put_warnings(StringInfo doc, const TrkValue *changes, int naxes)
{
	TrkNames	warnings = {0};

	if (changes->len == 0)
		trk_names_add(&warnings, "no_declared_changes");
	if (naxes > 1 && !trk_json_truthy(member_value(changes, TRK_AXIS_REASON)))
		trk_names_add(&warnings, "multi_axis_experiment_requires_explicit_reason");
	trk_names_sort(&warnings);
	trk_names_write(doc, "warnings", &warnings);
}

/* Append the parts that are the same for every experiment. */
static void
put_constants(StringInfo doc)
{
	trk_doc_open(doc, "fixed_context", '{');
	for (int i = 0; i < lengthof(fixed_context); i++)
		trk_doc_text(doc, fixed_context[i].name, fixed_context[i].value);
	appendStringInfoChar(doc, '}');
	trk_doc_open(doc, "required_checks", '[');
	for (int i = 0; i < lengthof(required_checks); i++)
		trk_doc_text(doc, NULL, required_checks[i]);
	appendStringInfoChar(doc, ']');
	trk_doc_flag(doc, "llm_judge_required", false);
	trk_doc_text(doc, "privacy_policy", TRK_ARTIFACT_PRIVACY);
}

/* Append a value as it is, or a default. */
static void
put_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value, const char *otherwise)
{
	TrkBuf		buf;

	trk_doc_key(doc, key);
	if (value == NULL)
	{
		appendStringInfoString(doc, otherwise);
		return;
	}
	trk_buf_init(&buf, arena, 256);
	trk_json_write(&buf, value, TRK_NUMBERS_STORED);
	appendBinaryStringInfo(doc, buf.data, (int) buf.len);
}

/*
 * Append the experiment manifest of a repair pack and of declared changes,
 * which are both objects.
 */
void
trk_manifest_write(StringInfo doc, TrkArena *arena, TrkValue *pack, TrkValue *changes)
{
	static const TrkValue none = {.kind = TRK_ARRAY};
	const TrkValue *findings = member_value(pack, "findings");
	TrkNames	axes = {0};

	if (findings == NULL || findings->kind != TRK_ARRAY)
		findings = &none;
	add_declared_axes(changes, &axes);
	add_found_axes(arena, findings, &axes);
	if (axes.count == 0)
		trk_names_add(&axes, "unspecified");
	trk_names_sort(&axes);

	appendStringInfoChar(doc, '{');
	trk_doc_text(doc, "version", TRK_ARTIFACT_VERSION);
	trk_doc_text(doc, "source", "agent-tracker-repair-pack");
	put_value(doc, "repair_pack_version", arena, member_value(pack, "version"), "null");
	put_value(doc, "event_count", arena, member_value(pack, "event_count"), "0");
	trk_doc_count(doc, "finding_count", findings->len);
	trk_names_write(doc, "comparison_axes", &axes);
	put_value(doc, "declared_changes", arena, changes, "{}");
	put_constants(doc);
	put_warnings(doc, changes, axes.count);
	appendStringInfoChar(doc, '}');
}
