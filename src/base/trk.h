/*
 * trk.h
 *	  Lowest layer of agent_tracker: where the pure modules get their basic
 *	  types, and the limits of the extension with the reason for each number.
 *
 * Every .c file includes this first.  The pure modules (arena, sha256, json,
 * unicode, contract, isotime, line, event, redact, pattern, finding,
 * validate) use nothing of the server beyond what is declared here, so that
 * the fuzz and sanitizer builds can compile them alone with -DTRK_STANDALONE.
 */
#ifndef TRK_H
#define TRK_H

#ifdef TRK_STANDALONE
#include "standalone.h"			/* test/fuzz: the same names over libc */
#define TRK_CHECK_INTERRUPTS()	((void) 0)
#else
#include "postgres.h"
#include "miscadmin.h"
#define TRK_CHECK_INTERRUPTS()	CHECK_FOR_INTERRUPTS()
#endif

/* The contract's version of an event, and of the redaction rules. */
#define TRK_SCHEMA_VERSION		"2026-06-07"
#define TRK_REDACTION_VERSION	"2026-06-07"

/* What replaces a secret. */
#define TRK_REPLACEMENT			"[REDACTED]"
#define TRK_REPLACEMENT_LEN		10

/*
 * Limits.
 *
 * Nesting: deep enough for any real payload (the deepest seen in telemetry is
 * below 20), shallow enough that every recursive walk fits a small stack.
 */
#define TRK_MAX_DEPTH			64

/*
 * Digits of a number written out without an exponent: numeric would accept
 * 131,072 of them, so that a thousand short spellings print as half a gigabyte.
 */
#define TRK_MAX_NUMBER_DIGITS	1000

/* The contract's bound on the canonical form of an event, in bytes. */
#define TRK_MAX_EVENT_BYTES		65536

/*
 * The same of an event that is made of a row of a table: a journal keeps whole
 * documents in its rows, and the client that reads journals takes so much.
 */
#define TRK_MAX_ROW_EVENT_BYTES	200000

/* Warnings of one call; the others are counted. */
#define TRK_MAX_WARNINGS		100

/* Default bound on an input line: sixteen times the largest event. */
#define TRK_MAX_LINE_BYTES		1048576

/* Ceiling of both settings: keeps every size computation far from 2^31. */
#define TRK_LIMIT_CEILING		(64 * 1024 * 1024)

/* Identifiers longer than this are a format finding; a btree entry must fit. */
#define TRK_MAX_ID_BYTES		1024

/* Default bound on what one call may decompress. */
#define TRK_MAX_DECOMPRESSED_BYTES	(1024 * 1024 * 1024)

#endif							/* TRK_H */
