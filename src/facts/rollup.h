/*
 * rollup.h
 *	  The limit of names in rollups.
 */
#ifndef TRK_ROLLUP_H
#define TRK_ROLLUP_H

/*
 * The most bytes of the name of a provider, model or tool in a rollup; longer ones
 * are cut.  They are part of a key, and an entry of an index has 2,704 bytes at
 * most, of which project and agent may take 1,024 each.
 */
#define TRK_MAX_ROLLUP_NAME	255

#endif							/* TRK_ROLLUP_H */
