/*
 * step_kind.c
 *	  Looks up which events are steps of a run.
 */
#include "base/trk.h"

#include "facts/step_kind.h"

static const struct
{
	bool		is_step;
	TrkStepKind kind;
	const char *member;
}			kinds[TRK_EVENT_TYPES] = {
#define TRK_STEP_KIND_NAME(kind, name)
#define TRK_STEP_KIND(event, kind, member)	[TRK_EVENT_##event] = {true, TRK_STEP_##kind, member},
#include "facts/step_kinds.def"
#undef TRK_STEP_KIND_NAME
#undef TRK_STEP_KIND
};

static const char *const names[TRK_STEP_KINDS] = {
#define TRK_STEP_KIND_NAME(kind, name)	[TRK_STEP_##kind] = name,
#define TRK_STEP_KIND(event, kind, member)
#include "facts/step_kinds.def"
#undef TRK_STEP_KIND_NAME
#undef TRK_STEP_KIND
};

/* Return whether an event of this type is a step by itself. */
bool
trk_is_step_event(TrkEventType type)
{
	return kinds[type].is_step;
}

/* Return the kind of step that an event is, and the member that names it. */
TrkStepKind
trk_step_kind_of(TrkEventType type, const char **member)
{
	*member = kinds[type].member;
	return kinds[type].is_step ? kinds[type].kind : TRK_STEP_OTHER;
}

/* Return the kind with this name, or OTHER. */
TrkStepKind
trk_step_kind_find(const char *name, Size len)
{
	for (int i = 0; i < TRK_STEP_KINDS; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return i;
	return TRK_STEP_OTHER;
}

/* Return the name of a kind. */
const char *
trk_step_kind_name(TrkStepKind kind)
{
	return names[kind];
}
