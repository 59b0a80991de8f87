/*
 * name_list.h
 *	  A list of names, as reports and artifacts have it: what is missing,
 *	  warnings, checks.  Called by readiness and export.
 */
#ifndef TRK_NAME_LIST_H
#define TRK_NAME_LIST_H

#include "base/arena.h"
#include "lib/stringinfo.h"

/* A list; all zero is the empty one. */
typedef struct TrkNames
{
	TrkText    *items;
	int			count;
	int			room;
} TrkNames;

/* Add a name, which must live as long as the list. */
extern void trk_names_add(TrkNames *names, const char *name);
extern void trk_names_add_text(TrkNames *names, TrkText name);

/* Add the names of another list. */
extern void trk_names_add_all(TrkNames *names, const TrkNames *more);

/* Sort the names by their bytes, and drop repeated ones. */
extern void trk_names_sort(TrkNames *names);

/* Append the names as an array (see json_document.h). */
extern void trk_names_write(StringInfo doc, const char *key, const TrkNames *names);

#endif							/* TRK_NAME_LIST_H */
