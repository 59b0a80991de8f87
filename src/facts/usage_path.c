/*
 * usage_path.c
 *	  Lookups of members that count tokens (see usage_path.h).
 */
#include "base/trk.h"

#include "facts/usage_path.h"

#define TEXT(s)		{s, sizeof(s) - 1}

const TrkUsageField trk_usage_fields[] = {
#define TRK_USAGE_FIELD(path, quantity, place) \
	{TEXT(path), TRK_QUANTITY_##quantity, TRK_PLACE_##place},
#include "facts/usage_field.def"
#undef TRK_USAGE_FIELD
};

const int	trk_n_usage_fields = lengthof(trk_usage_fields);

const TrkUsageObject trk_usage_objects[] = {
#define TRK_USAGE_OBJECT(path, place)	{TEXT(path), TRK_PLACE_##place},
#define TRK_USAGE_OBJECT_PART(path, object)
#include "facts/usage_object.def"
#undef TRK_USAGE_OBJECT
#undef TRK_USAGE_OBJECT_PART
};

/* Paths whose members belong to an object with another path. */
static const struct
{
	TrkText		path;
	TrkText		object;
}			parts[] = {
#define TRK_USAGE_OBJECT(path, place)
#define TRK_USAGE_OBJECT_PART(path, object)	{TEXT(path), TEXT(object)},
#include "facts/usage_object.def"
#undef TRK_USAGE_OBJECT
#undef TRK_USAGE_OBJECT_PART
};

StaticAssertDecl(lengthof(trk_usage_objects) == TRK_USAGE_OBJECTS, "one entry for each object");

/* Return the field with this path, or NULL: a binary search in the sorted list. */
const TrkUsageField *
trk_usage_field_find(TrkText path)
{
	int			low = 0;
	int			high = trk_n_usage_fields;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = trk_text_compare(path, trk_usage_fields[middle].path);

		if (order == 0)
			return &trk_usage_fields[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Return the number of the object with this path, or -1. */
int
trk_usage_object_find(TrkText path)
{
	for (int i = 0; i < TRK_USAGE_OBJECTS; i++)
		if (trk_text_equal(trk_usage_objects[i].path, path))
			return i;
	for (int i = 0; i < (int) lengthof(parts); i++)
		if (trk_text_equal(parts[i].path, path))
			return trk_usage_object_find(parts[i].object);
	return -1;
}

/* Return whether one path is that of an object below another path. */
static bool
is_below(TrkText path, TrkText group)
{
	return path.len > group.len && path.s[group.len] == '.' && memcmp(path.s, group.s, group.len) == 0;
}

/* Return whether an object lies below this path, which then is a group of members. */
bool
trk_usage_object_is_below(TrkText path)
{
	for (int i = 0; i < TRK_USAGE_OBJECTS; i++)
		if (is_below(trk_usage_objects[i].path, path))
			return true;
	for (int i = 0; i < (int) lengthof(parts); i++)
		if (is_below(parts[i].path, path))
			return true;
	return false;
}
