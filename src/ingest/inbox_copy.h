/*
 * inbox_copy.h
 *	  Finds out what COPY would do to the lines that it gives to at_inbox.
 *
 * COPY parses the bytes before the triggers of at_inbox see a line.  If its
 * options make it change, skip or split lines, the COPY is refused: otherwise
 * an event that was altered on the way would be stored, and the correct one
 * would be a conflict from then on.
 *
 * For inbox.c only.
 */
#ifndef TRK_INBOX_COPY_H
#define TRK_INBOX_COPY_H

/*
 * Install the hook that sees every COPY FROM when it begins, wherever it is
 * run.  Called when the library is loaded.
 */
extern void trk_inbox_copy_init(void);

/*
 * Before the first byte: return whether a COPY into this view is running, and
 * raise an ERROR when its options do not leave lines unchanged.  A COPY within
 * a function that caused the library to be loaded is not found.
 */
extern bool trk_inbox_check_statement(Oid view);

/*
 * Return whether a COPY runs the statement whose triggers are called in this
 * memory context, without checking its options.
 */
extern bool trk_inbox_is_copy(MemoryContext context);

/*
 * With the first line: check the options of any COPY, which is found by the
 * error context that it sets around its rows.
 */
extern void trk_inbox_check_copy(const ErrorContextCallback *context);

/*
 * At the end of a COPY that was not checked before and gave no line: raise an
 * ERROR when it read something, or when that is not known.
 */
extern void trk_inbox_check_nothing(Oid view);

#endif							/* TRK_INBOX_COPY_H */
