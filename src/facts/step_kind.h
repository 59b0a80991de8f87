/*
 * step_kind.h
 *	  Which events are steps of a run.  Called by facts of runs and by steps.
 */
#ifndef TRK_STEP_KIND_H
#define TRK_STEP_KIND_H

#include "contract/contract.h"

typedef enum TrkStepKind
{
#define TRK_STEP_KIND_NAME(kind, name)	TRK_STEP_##kind,
#define TRK_STEP_KIND(event, kind, member)
#include "facts/step_kinds.def"
#undef TRK_STEP_KIND_NAME
#undef TRK_STEP_KIND
	TRK_STEP_KINDS
} TrkStepKind;

/* Return whether an event of this type is a step by itself. */
extern bool trk_is_step_event(TrkEventType type);

/* Return the kind of step that an event is, and the member that names it. */
extern TrkStepKind trk_step_kind_of(TrkEventType type, const char **member);

/* Return the kind with this name, or OTHER. */
extern TrkStepKind trk_step_kind_find(const char *name, Size len);

extern const char *trk_step_kind_name(TrkStepKind kind);

#endif							/* TRK_STEP_KIND_H */
