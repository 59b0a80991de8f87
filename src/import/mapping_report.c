/*
 * mapping_report.c
 *	  Errors and warnings about mappings and their rows.  They show paths and
 *	  rules, never values.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "lib/stringinfo.h"
#include "import/mapping_report.h"

/* Findings that an ERROR or a WARNING shows. */
#define TRK_SHOWN_FINDINGS		8

/*
 * Read a mapping from a json argument; what cannot be read becomes a finding.
 */
void
trk_mapping_parse(TrkArena *arena, text *document, bool live, TrkValue *tree,
				  TrkMapping *mapping, TrkFindings *findings)
{
	TrkText		t = trk_text_arg(document);
	TrkJsonStatus status;

	memset(tree, 0, sizeof(TrkValue));
	memset(mapping, 0, sizeof(TrkMapping));
	if (t.len > TRK_MAX_MAPPING_BYTES)
	{
		trk_finding_add(findings, "", TRK_RULE_SIZE, "a mapping has at most %d bytes",
						TRK_MAX_MAPPING_BYTES);
		return;
	}
	status = trk_json_read(arena, t.s, t.len, tree);
	if (status != TRK_JSON_OK)
		trk_finding_add(findings, "", TRK_RULE_JSON, "%s", trk_json_reason(status));
	else
		trk_mapping_read(arena, tree, live, mapping, findings);
}

/* Append the first findings, as "path (rule)" or with their messages. */
static void
append_findings(StringInfo buf, const TrkFindings *findings, bool messages)
{
	int			shown = 0;

	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
	{
		if (shown++ == TRK_SHOWN_FINDINGS)
		{
			appendStringInfoString(buf, messages ? "\n..." : ", ...");
			break;
		}
		if (shown > 1)
			appendStringInfoString(buf, messages ? "\n" : ", ");
		appendStringInfo(buf, "%s (%s)", *f->path == '\0' ? "all of it" : f->path,
						 trk_rule_name(f->rule));
		if (messages)
			appendStringInfo(buf, ": %s", f->message);
	}
}

/* Raise an ERROR that lists the findings, if there are any. */
void
trk_mapping_raise(const TrkFindings *findings)
{
	StringInfoData detail;

	if (findings->count == 0)
		return;
	initStringInfo(&detail);
	append_findings(&detail, findings, true);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg_plural("mapping has %d mistake", "mapping has %d mistakes",
						   findings->count, findings->count),
			 errdetail_internal("%s", detail.data),
			 errhint("at_check_mapping() lists all of them.")));
}

/*
 * Raise a WARNING about a row that is skipped, unless there were too many
 * before.
 */
bool
trk_map_skip(TrkMapSkipped *skipped, const TrkMapSource *source, int64 number,
			 const TrkFindings *findings)
{
	StringInfoData what;

	skipped->rows++;
	if (skipped->warnings == TRK_MAX_WARNINGS)
		return false;
	skipped->warnings++;
	initStringInfo(&what);
	appendStringInfo(&what, "row " INT64_FORMAT " of %s was skipped: ", number, source->at);
	append_findings(&what, findings, false);
	ereport(WARNING,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg_internal("%s", what.data)));
	skipped->last = what.data;
	return true;
}

/* Raise a WARNING with the number of skipped rows that were not reported. */
void
trk_map_skip_end(TrkMapSkipped *skipped)
{
	if (skipped->rows > skipped->warnings)
		ereport(WARNING,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(INT64_FORMAT " more rows were skipped",
						skipped->rows - skipped->warnings)));
}
