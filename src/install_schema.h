/*
 * install_schema.h
 *	  Is the extension still in the schema that its functions name?
 *
 * Called by the handler of at_plpgsql and by store.
 */
#ifndef TRK_INSTALL_SCHEMA_H
#define TRK_INSTALL_SCHEMA_H

#include "trk.h"

/*
 * An error when the schema, that of a function of ours, was renamed since the
 * extension was installed.
 */
extern void trk_check_install_schema(Oid nsp);

#endif							/* TRK_INSTALL_SCHEMA_H */
