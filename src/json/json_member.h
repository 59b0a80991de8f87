/*
 * json_member.h
 *	  The members of an object: folding of duplicates, canonical order.  Called
 *	  by json.c and json_write.c; other functions of json_member.c are in
 *	  json.h.
 */
#ifndef TRK_JSON_MEMBER_H
#define TRK_JSON_MEMBER_H

#include "json/json.h"

/*
 * Keep one member of each name: the last value, at the position of the first
 * one.  Returns how many are left.
 */
extern Size trk_members_fold(TrkArena *arena, TrkMember *members, Size n);

/*
 * Return the members of an object in canonical order: its own array when that
 * is in order, else a copy in the arena.  The object stays as it is.
 */
extern const TrkMember *trk_members_in_order(TrkArena *arena, const TrkValue *object);

#endif							/* TRK_JSON_MEMBER_H */
