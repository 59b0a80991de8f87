/*
 * install_schema.h
 *	  Checks whether the extension is still in the schema whose name is in the
 *	  bodies of its functions.  Called by the handler of at_plpgsql and by
 *	  store.
 */
#ifndef TRK_INSTALL_SCHEMA_H
#define TRK_INSTALL_SCHEMA_H

#include "base/trk.h"

/*
 * Raise an ERROR when nsp, the schema of a function of this extension, was
 * renamed since the extension was installed.
 */
extern void trk_check_install_schema(Oid nsp);

#endif							/* TRK_INSTALL_SCHEMA_H */
