/*
 * agent_tracker.c
 *	  Module load.
 */
#include "trk.h"

#include "compat.h"
#include "contract.h"
#include "evidence.h"
#include "guc.h"
#include "inbox_copy.h"
#include "store.h"

TRK_MODULE_MAGIC;

/* Called by the server when it loads the library, preloaded or on first use. */
void
_PG_init(void)
{
	trk_contract_init();
	trk_evidence_init();
	trk_guc_define();
	trk_store_init();
	trk_inbox_copy_init();
}
