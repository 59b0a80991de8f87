/*
 * usage_path.h
 *	  Which members of a payload count tokens: the lookups in usage_field.def and
 *	  usage_object.def.  Called by usage.c.
 */
#ifndef TRK_USAGE_PATH_H
#define TRK_USAGE_PATH_H

#include "base/text.h"

/* A longer path is no path of a count. */
#define TRK_MAX_USAGE_PATH	64

/*
 * What a member counts.  INPUT is the whole input, with or without what was
 * cached; UNCACHED is what was not.  CACHE_WRITE is all cache writes, whatever
 * their lifetime.  The last four are no counts: an array of counts by medium, the
 * tier of service, and the unit of the counts.
 */
typedef enum TrkUsageQuantity
{
	TRK_QUANTITY_INPUT,
	TRK_QUANTITY_UNCACHED,
	TRK_QUANTITY_TOOL_INPUT,
	TRK_QUANTITY_CACHE_READ,
	TRK_QUANTITY_CACHE_WRITE,
	TRK_QUANTITY_CACHE_WRITE_5M,
	TRK_QUANTITY_CACHE_WRITE_1H,
	TRK_QUANTITY_OUTPUT,
	TRK_QUANTITY_REASONING,
	TRK_QUANTITY_INPUT_AUDIO,
	TRK_QUANTITY_OUTPUT_AUDIO,
	TRK_QUANTITY_IMAGE,
	TRK_QUANTITY_TOTAL,
	TRK_QUANTITY_INPUT_MEDIA,
	TRK_QUANTITY_OUTPUT_MEDIA,
	TRK_QUANTITY_TIER,
	TRK_QUANTITY_UNIT
} TrkUsageQuantity;

#define TRK_USAGE_QUANTITIES	(TRK_QUANTITY_TOTAL + 1)

/* Where a part is counted: within its whole, beside it, or either. */
typedef enum TrkUsagePlace
{
	TRK_PLACE_NEUTRAL,
	TRK_PLACE_WITHIN,
	TRK_PLACE_BESIDE
} TrkUsagePlace;

typedef struct TrkUsageField
{
	TrkText		path;
	TrkUsageQuantity quantity;
	TrkUsagePlace place;
} TrkUsageField;

typedef struct TrkUsageObject
{
	TrkText		path;
	TrkUsagePlace place;
} TrkUsageObject;

extern const TrkUsageField trk_usage_fields[];
extern const int trk_n_usage_fields;
extern const TrkUsageObject trk_usage_objects[];

/* The number of objects. */
enum
{
#define TRK_USAGE_OBJECT(path, place)	+ 1
#define TRK_USAGE_OBJECT_PART(path, object)
	TRK_USAGE_OBJECTS = 0
#include "facts/usage_object.def"
#undef TRK_USAGE_OBJECT
#undef TRK_USAGE_OBJECT_PART
};

/* Return the field with this path, or NULL. */
extern const TrkUsageField *trk_usage_field_find(TrkText path);

/* Return the number of the object with this path, or of the one that it is a part of, or -1. */
extern int	trk_usage_object_find(TrkText path);

/* Return whether an object lies below this path. */
extern bool trk_usage_object_is_below(TrkText path);

#endif							/* TRK_USAGE_PATH_H */
