/*
 * agent_tracker.c
 *	  Initializes the extension when its library is loaded.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "contract/contract.h"
#include "contract/evidence.h"
#include "settings.h"
#include "ingest/inbox_copy.h"
#include "store/plain_tables.h"
#include "store/store.h"

TRK_MODULE_MAGIC;

/*
 * Called by the server when it loads the library, either preloaded or on first
 * use.
 */
void
_PG_init(void)
{
	trk_contract_init();
	trk_evidence_init();
	trk_setting_define();
	trk_store_init();
	trk_plain_tables_init();
	trk_inbox_copy_init();
}
