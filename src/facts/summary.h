/*
 * summary.h
 *	  One line for people for any event.  Called by summary_sql.c.
 */
#ifndef TRK_SUMMARY_H
#define TRK_SUMMARY_H

#include "contract/contract.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* A line has at most so many bytes, a value in it so many. */
#define TRK_MAX_SUMMARY		200
#define TRK_MAX_SUMMARY_VALUE	80

/* Append the line of an event, which is a whole one in UTF-8 without control characters. */
extern void trk_summary_write(StringInfo out, TrkEventType type, Jsonb *payload);

#endif							/* TRK_SUMMARY_H */
