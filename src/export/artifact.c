/*
 * artifact.c
 *	  Reads the events from which artifacts are made (see artifact.h).
 */
#include "base/trk.h"

#include "export/artifact.h"

/*
 * Read an event and compute its evidence.  Raises an ERROR when it is not a
 * JSON object.
 */
void
trk_see(TrkArtifactEvents *seen, TrkArena *arena, TrkText text)
{
	seen->arena = arena;
	if (trk_json_read(arena, text.s, text.len, &seen->event.root) != TRK_JSON_OK ||
		seen->event.root.kind != TRK_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an event is a JSON object that the contract can read"),
				 errhint("at_violations() says what is wrong with it.")));
	trk_event_bind(&seen->event);
	trk_evidence_compute(&seen->event, &seen->evidence);
}

/* Return the bytes of a string value; the empty text for other values. */
TrkText
trk_text_of(const TrkValue *value)
{
	TrkText		text = {"", 0};

	if (value != NULL && value->kind == TRK_STRING)
	{
		text.s = value->u.str;
		text.len = value->len;
	}
	return text;
}
