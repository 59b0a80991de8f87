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
 * Called at module load: from then on COPY FROM is seen as it begins, wherever it
 * is run from.
 */
extern void trk_inbox_copy_init(void);

/*
 * Before the first byte: is a COPY into this view under way?  An error when its
 * options do not leave lines as they are.  Not seen is a COPY within a function
 * that loaded this library.
 */
extern bool trk_inbox_check_statement(Oid view);

/*
 * Does a COPY run the statement whose triggers are called in this memory context?
 * Says no more of it.
 */
extern bool trk_inbox_is_copy(MemoryContext context);

/*
 * With the first line: the same for any COPY, which is known by the context
 * that it puts around its rows.
 */
extern void trk_inbox_check_copy(const ErrorContextCallback *context);

/*
 * At the end of a COPY that was not seen before and gave no line: an error when it
 * read something and took no line of it, or nobody knows.
 */
extern void trk_inbox_check_nothing(Oid view);

#endif							/* TRK_INBOX_COPY_H */
