/*
 * trk.h
 *	  The lowest layer of agent_tracker: basic types for the pure modules, and
 *	  the limits of the extension with the reason for each number.
 *
 * Every .c file includes this first.  The pure files use nothing of the server
 * beyond what is declared here, so that the builds for fuzzing and sanitizers
 * can compile them alone with -DTRK_STANDALONE.
 */
#ifndef TRK_H
#define TRK_H

#ifdef TRK_STANDALONE
#include "standalone.h"			/* test/fuzz: the same names, implemented over libc */
#define TRK_CHECK_INTERRUPTS()	((void) 0)
#else
#include "postgres.h"
#include "miscadmin.h"
#define TRK_CHECK_INTERRUPTS()	CHECK_FOR_INTERRUPTS()
#endif

/* The contract's versions of events and of the redaction rules. */
#define TRK_SCHEMA_VERSION		"2026-06-07"
#define TRK_REDACTION_VERSION	"2026-06-07"

/* The text that replaces a secret. */
#define TRK_REPLACEMENT			"[REDACTED]"
#define TRK_REPLACEMENT_LEN		10

/*
 * Limits.  Nesting: deep enough for any real payload (the deepest seen in
 * telemetry is below 20), and shallow enough that every recursive walk fits in
 * a small stack.
 */
#define TRK_MAX_DEPTH			64

/*
 * The most digits of a number that is written without an exponent. numeric
 * would accept 131,072, so that a thousand short spellings would print as half
 * a gigabyte.
 */
#define TRK_MAX_NUMBER_DIGITS	1000

/* The contract's limit of the canonical form of an event, in bytes. */
#define TRK_MAX_EVENT_BYTES		65536

/*
 * The limit for an event that is made of a row of a table.  Journals have
 * whole documents in their rows, and the client that reads journals accepts
 * this much.
 */
#define TRK_MAX_ROW_EVENT_BYTES	200000

/* The most warnings of one call; further ones are only counted. */
#define TRK_MAX_WARNINGS		100

/* The default limit of an input line: sixteen times the largest event. */
#define TRK_MAX_LINE_BYTES		1048576

/*
 * The largest value of both settings; it keeps every computation of sizes far
 * from 2^31.
 */
#define TRK_LIMIT_CEILING		(64 * 1024 * 1024)

/*
 * A longer identifier is a finding, because an entry of a btree index must fit
 * in a third of a page.
 */
#define TRK_MAX_ID_BYTES		1024

/* The default limit of what one call may decompress. */
#define TRK_MAX_DECOMPRESSED_BYTES	(1024 * 1024 * 1024)

#endif							/* TRK_H */
