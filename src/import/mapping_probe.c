/*
 * mapping_probe.c
 *	  Checks the sources of a mapping in this database without reading a row
 *	  (see mapping_live.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "import/mapping_live.h"
#include "import/readonly.h"
#include "utils/plancache.h"

/* A source that is being checked. */
typedef struct TrkMapProbe
{
	const TrkMapSource *source;
	MemoryContext context;
	TupleDesc	desc;			/* descriptor of its rows */
} TrkMapProbe;

/*
 * Prepare the query and EXPLAIN it, which checks privileges (called within
 * trk_read_only()).
 */
static void
explain_source(void *arg)
{
	TrkMapProbe *probe = arg;
	CachedPlanSource *prepared;
	MemoryContext old;
	const char *text;
	SPIPlanPtr	plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = trk_mapping_prepare(probe->source, &text);
	prepared = linitial(SPI_plan_get_plan_sources(plan));
	old = MemoryContextSwitchTo(probe->context);
	probe->desc = CreateTupleDescCopy(prepared->resultDesc);
	MemoryContextSwitchTo(old);
	SPI_execute(psprintf("EXPLAIN (COSTS OFF) %s", text), false, 0);
	SPI_finish();
}

/* Add a finding, unless there are enough of them. */
static void
probe_found(TrkFindings *findings, const char *at, TrkRule rule, const char *message)
{
	if (findings->count < TRK_MAX_MAPPING_FINDINGS)
		trk_finding_add(findings, at, rule, "%s", message);
}

/* Check that a path begins with a column of the source. */
static void
probe_path(const TrkMapProbe *probe, const TrkMapPath *path, const char *at,
		   TrkFindings *findings)
{
	if (path->nsteps == 0)
		return;					/* there is no path, which was reported before */
	for (int i = 0; i < probe->desc->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(probe->desc, i)->attname);
		TrkText		column = trk_to_utf8(name, strlen(name));

		if (column.len == path->steps[0].len &&
			memcmp(column.s, path->steps[0].s, column.len) == 0)
			return;
	}
	probe_found(findings, at, TRK_RULE_COLUMN,
				"the source has no column of this name (as the server spells it, without quotes; a name with dots is written as an array)");
}

/* Check all paths of a source. */
static void
probe_paths(TrkArena *arena, const TrkMapProbe *probe, TrkFindings *findings)
{
	const TrkMapSource *source = probe->source;
	const char *key = trk_map_place(arena, source->at, "key", 3, 0);

	for (int i = 0; i < TRK_ENVELOPE_FIELDS; i++)
		if (source->parts[i].given && !source->parts[i].is_constant)
			probe_path(probe, &source->parts[i].path, source->parts[i].at, findings);
	for (uint32 i = 0; i < source->nkeys; i++)
		probe_path(probe, &source->keys[i],
				   source->nkeys == 1 ? key : trk_map_item(arena, key, i), findings);
	for (uint32 i = 0; i < source->nfields; i++)
		probe_path(probe, &source->fields[i].path, source->fields[i].at, findings);
}

/* Check one source. */
static void
probe_source(TrkArena *arena, const TrkMapSource *source, const TrkMapOwner *owner,
			 TrkFindings *findings)
{
	TrkMapProbe probe = {.source = source, .context = CurrentMemoryContext};
	bool		query = source->query.len > 0;
	const char *name = query ? "query" : "relation";
	ErrorData  *error;

	if (query == (source->relation.len > 0))
		return;					/* neither or both are given, which was reported before */
	error = trk_read_only(owner->role, owner->search_path, explain_source, &probe);
	if (error != NULL)
		probe_found(findings, trk_map_place(arena, source->at, name, strlen(name), 0),
					query ? TRK_RULE_QUERY : TRK_RULE_RELATION,
					trk_read_only_reason(error, query ? source->query : source->relation, false));
	else
		probe_paths(arena, &probe, findings);
}

/*
 * Check the sources of a mapping without running them: add findings about
 * what cannot be read and about columns that do not exist.
 */
void
trk_mapping_probe(TrkArena *arena, const TrkMapping *mapping, const TrkMapOwner *owner,
				  TrkFindings *findings)
{
	for (uint32 i = 0; i < mapping->nsources; i++)
	{
		CHECK_FOR_INTERRUPTS();
		probe_source(arena, &mapping->sources[i], owner, findings);
	}
}
