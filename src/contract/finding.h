/*
 * finding.h
 *	  Findings: what is wrong with a line, as path, rule and message.  A
 *	  finding never contains a value of the event.
 *
 * Made by the callers of the JSON reader, by validation and ingest; read by
 * the SQL functions that show or store them.
 */
#ifndef TRK_FINDING_H
#define TRK_FINDING_H

#include "base/arena.h"

typedef enum TrkRule
{
#define TRK_RULE(ident, name, meaning) TRK_RULE_##ident,
#include "contract/rules.def"
#undef TRK_RULE
	TRK_RULES
} TrkRule;

typedef struct TrkFinding
{
	struct TrkFinding *next;
	const char *path;			/* "", "symbols", "sdk.name", "payload.x" */
	TrkRule		rule;
	const char *message;
} TrkFinding;

/* Findings in the order they were made, each (path, rule) once. */
typedef struct TrkFindings
{
	TrkArena   *arena;
	TrkFinding *first;
	TrkFinding *last;
	int			count;
} TrkFindings;

extern void trk_findings_init(TrkFindings *findings, TrkArena *arena);

/*
 * Add a finding unless the same (path, rule) is there.  path must outlive the
 * findings (a literal or arena memory); the message is formatted into the
 * arena and must never be given a value of the event.
 */
extern void trk_finding_add(TrkFindings *findings, const char *path,
							TrkRule rule, const char *fmt,...) pg_attribute_printf(4, 5);

/* Add a finding at the head of the list, because it explains the others. */
extern void trk_finding_add_first(TrkFindings *findings, const char *path,
								  TrkRule rule, const char *message);

extern const char *trk_rule_name(TrkRule rule);

/* Append the findings as a canonical JSON array of {message, path, rule}. */
extern void trk_findings_write(TrkBuf *buf, const TrkFindings *findings);

#endif							/* TRK_FINDING_H */
