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
 * Sort the members of one object (not those of values in it).  The result is a
 * new array: pointers into the old one stay valid, and see the old order.
 */
extern void trk_members_sort(TrkArena *arena, TrkValue *object);

#endif							/* TRK_JSON_MEMBER_H */
