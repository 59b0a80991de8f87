/*
 * inbox_copy.h
 *	  What COPY would do to the lines that it gives to at_inbox.
 *
 * COPY reads the bytes before the triggers of at_inbox see a line.  Where its
 * options make it change, skip or split lines, the COPY is refused: an event
 * that was altered on its way would be stored, and the right one would be a
 * conflict for ever.  For inbox.c only.
 */
#ifndef TRK_INBOX_COPY_H
#define TRK_INBOX_COPY_H

/*
 * Before the first byte: does the client's statement copy into this view?  An
 * error when its options do not leave lines as they are.  A COPY within a
 * function is not seen here.
 */
extern bool trk_inbox_check_statement(Oid view);

/*
 * With the first line: the same for any COPY, which is known by the context
 * that it puts around its rows.
 */
extern void trk_inbox_check_copy(const ErrorContextCallback *context);

/*
 * At the end of a statement without a line: an error when it was a COPY that
 * read something and took no line of it.
 */
extern void trk_inbox_check_nothing(Oid view);

#endif							/* TRK_INBOX_COPY_H */
