/*
 * validation_profile.h
 *	  Validation profiles: does a set of events fulfill the conditions of a use
 *	  of it?
 *
 * Called by validation_profile_sql.c: begin, each event in turn, end.  Every
 * violation is passed to a callback as it is found; none contains a value of
 * an event.
 */
#ifndef TRK_PROFILE_H
#define TRK_PROFILE_H

#include "contract/finding.h"
#include "ingest/pipeline.h"
#include "readiness/readiness.h"

/* A profile; see validation_profiles.def. */
typedef struct TrkProfile
{
	const char *name;
	bool		core;
	int			report;			/* TrkReport, or TRK_NO_REPORT */
	const char *capability;
	const char *warning;
	const char *meaning;
} TrkProfile;

#define TRK_NO_REPORT	(-1)

typedef struct TrkViolation
{
	TrkText		event_id;		/* in UTF-8; empty for the set as a whole and for events whose id
								 * is not valid */
	int64		line;			/* 0 for the set as a whole, and outside lines */
	const char *path;
	const char *rule;
	const char *message;
} TrkViolation;

typedef void (*TrkViolationFn) (void *state, const TrkViolation *violation);

typedef struct TrkProfileRun
{
	const TrkProfile *profile;
	bool		strict_mistakes;
	bool		allow_full_io;
	TrkViolationFn report;
	void	   *state;

	TrkPolicy	policy;
	MemoryContext context;		/* the memory context of the set */
	TrkEvidenceSet *set;		/* the evidence of the valid events */
	int64		events;			/* number of JSON objects */
	int64		violations;
} TrkProfileRun;

/* Return the profile with this name.  Raises an ERROR when there is none. */
extern const TrkProfile *trk_profile_lookup(const char *name);

/*
 * Begin a validation.  The caller has filled in the members before "policy".
 */
extern void trk_profile_begin(TrkProfileRun *run);

/* Check one event, given as its text in UTF-8; line is 0 outside lines. */
extern void trk_profile_event(TrkProfileRun *run, TrkArena *arena, TrkText text, int64 line);

/* Report what is wrong with a line that could not be read as one. */
extern void trk_profile_bad_line(TrkProfileRun *run, int64 line, TrkRule rule,
								 const char *reason);

/* Check the set as a whole. */
extern void trk_profile_end(TrkProfileRun *run);

/*
 * Add findings for what an event, as it is, must not hold: full inputs and
 * outputs (unless allowed), secret shapes, private data that is no digest.
 */
extern void trk_profile_scan(const TrkEvent *event, bool allow_full_io, TrkFindings *findings);

#endif							/* TRK_PROFILE_H */
