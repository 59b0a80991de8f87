/*
 * price_list.c
 *	  The shipped price list (see price_list.h).
 */
#include "base/trk.h"

#include "facts/price_list.h"

#define MATCH_EXACT		"exact"
#define MATCH_PREFIX	"prefix"

const TrkListedPrice trk_price_list[] = {
#define TRK_PRICE_MODEL(name, model_name, kind) \
	{.model = model_name, .provider = TRK_PROVIDER_##name, .match = MATCH_##kind},
#define TRK_PRICE(name, tier_name, above, usd) \
	{.kind = TRK_USAGE_##name, .tier = TRK_TIER_##tier_name, .above_input = above, .price = #usd},
#include "facts/price_list.def"
#undef TRK_PRICE_MODEL
#undef TRK_PRICE
};

const int	trk_price_list_len = lengthof(trk_price_list);
const char *const trk_price_list_source = "agent_tracker " TRK_PRICE_LIST_DATE;
