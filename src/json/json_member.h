/*
 * json_member.h
 *	  The members of an object: folding duplicates, canonical order.
 *
 * Called by json.c and json_write.c; the rest of it is in json.h.
 */
#ifndef TRK_JSON_MEMBER_H
#define TRK_JSON_MEMBER_H

#include "json/json.h"

/*
 * Keep one member of each name, at the first one's place with the last one's
 * value.  Returns how many are left.
 */
extern Size trk_members_fold(TrkArena *arena, TrkMember *members, Size n);

/*
 * Give one object (not what is in it) sorted members.  The new order is a new
 * array: pointers into the old one stay valid, and go on to show the old order.
 */
extern void trk_members_sort(TrkArena *arena, TrkValue *object);

#endif							/* TRK_JSON_MEMBER_H */
