/*
 * sampling.c
 *	  Decides which recorded events are stored: by sampling, and by limits on
 *	  how many are recorded per run and per day.
 *
 * The counts of runs are in a table of fixed size, organized like a
 * set-associative cache: a run may use the few places of one set, and a new
 * run takes the place that was used longest ago.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/xact.h"
#include "base/settings.h"
#include "port/pg_bswap.h"
#include "ingest/sampling.h"
#include "base/sha256.h"
#include "utils/memutils.h"

#define TRK_BUDGET_SETS		128
#define TRK_BUDGET_PLACES	8

/* Whether the exhaustion of a budget has been recorded. */
typedef enum TrkAnnounced
{
	TRK_NOT_ANNOUNCED,
	TRK_ANNOUNCING,				/* yes, by the current transaction, which may fail */
	TRK_ANNOUNCED
} TrkAnnounced;

typedef struct TrkBudget
{
	int64		count;
	TrkAnnounced announced;
} TrkBudget;

typedef struct TrkRunBudget
{
	uint8		run[16];		/* first bytes of the SHA-256 of project and run */
	uint64		used;			/* tick of the last use; 0: the place is free */
	TrkBudget	budget;
} TrkRunBudget;

static TrkRunBudget *trk_runs = NULL;
static uint64 trk_tick = 0;
static TrkBudget day_budget;
static int64 trk_day = 0;		/* the current day, in days since 2000-01-01 UTC */
static bool announcing = false; /* some budget is TRK_ANNOUNCING */

/* Return whether a field of the payload is this text. */
static bool
field_is(const TrkEvent *event, TrkField field, const char *text)
{
	const TrkValue *value = event->field[field];

	return value != NULL && value->kind == TRK_STRING && value->len == strlen(text) &&
		memcmp(value->u.str, text, value->len) == 0;
}

/*
 * Return whether this event must be stored whatever the sampling settings
 * are.
 */
bool
trk_always_kept(const TrkEvent *event)
{
	const TrkValue *approved = event->field[TRK_FIELD_approved];

	switch (event->type)
	{
		case TRK_EVENT_AGENT_RUN_STARTED:
		case TRK_EVENT_AGENT_RUN_COMPLETED:
		case TRK_EVENT_CAPITAL_FLOW_RECORDED:
		case TRK_EVENT_ERROR_RECORDED:
		case TRK_EVENT_MARKET_SNAPSHOT_RECORDED:
		case TRK_EVENT_PAPER_FILL_RECORDED:
		case TRK_EVENT_PERFORMANCE_SNAPSHOT_RECORDED:
		case TRK_EVENT_PORTFOLIO_SNAPSHOT_RECORDED:
		case TRK_EVENT_POSITION_SNAPSHOT_RECORDED:
		case TRK_EVENT_REPLAY_RESULT_RECORDED:
		case TRK_EVENT_TRADE_REJECTED:
			return true;
		case TRK_EVENT_RISK_CHECK_COMPLETED:
			return approved != NULL && approved->kind == TRK_FALSE;
		case TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED:
			return field_is(event, TRK_FIELD_status, "failed") ||
				field_is(event, TRK_FIELD_status, "warning");
		default:
			return false;
	}
}

/*
 * Return whether an event belongs to a sample of this rate.  The SHA-256 of
 * its idempotency key decides, so all backends come to the same answer.
 */
bool
trk_sample_has(const uint8 *key_sha256, double rate)
{
	uint64		word;

	memcpy(&word, key_sha256, sizeof(word));
	/* a double holds 53 bits, so 1.0 is never reached */
	return (double) (pg_ntoh64(word) >> 11) / (double) (UINT64CONST(1) << 53) < rate;
}

/*
 * At the end of the transaction that announced a budget: keep the
 * announcement, or take it back.
 */
static void
settle_budget(TrkBudget *budget, bool committed)
{
	if (budget->announced == TRK_ANNOUNCING)
		budget->announced = committed ? TRK_ANNOUNCED : TRK_NOT_ANNOUNCED;
}

/* Keep or take back all announcements of the transaction. */
static void
settle_announced(bool committed)
{
	if (!announcing)
		return;
	announcing = false;
	settle_budget(&day_budget, committed);
	for (int i = 0; i < TRK_BUDGET_SETS * TRK_BUDGET_PLACES; i++)
		settle_budget(&trk_runs[i].budget, committed);
}

/* Transaction callback: decide the announcements of the transaction. */
static void
budget_xact(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE)
		settle_announced(true);
	else if (event == XACT_EVENT_ABORT)
		settle_announced(false);
}

/*
 * Subtransaction callback.  A subtransaction that fails takes back all
 * announcements of its transaction.  Those made outside it are then recorded
 * again under the same key, so they count once.
 */
static void
budget_subxact(SubXactEvent event, SubTransactionId id, SubTransactionId parent,
			   void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		settle_announced(false);
}

/* Make the table of runs at first use, and register the callbacks. */
static void
budget_init(void)
{
	if (trk_runs != NULL)
		return;
	trk_runs = MemoryContextAllocZero(TopMemoryContext, sizeof(TrkRunBudget) *
									  TRK_BUDGET_SETS * TRK_BUDGET_PLACES);
	RegisterXactCallback(budget_xact, NULL);
	RegisterSubXactCallback(budget_subxact, NULL);
}

/* Return the budget of the event's run. */
static TrkBudget *
run_budget(const TrkEvent *event)
{
	const TrkValue *project = event->env[TRK_ENV_project];
	const TrkValue *run = event->env[TRK_ENV_run_id];
	TrkRunBudget *place;
	TrkRunBudget *oldest;
	uint8		digest[32];
	TrkSha256	sha;

	trk_sha256_init(&sha);
	trk_sha256_update(&sha, project->u.str, project->len);
	trk_sha256_update(&sha, "/", 1);
	trk_sha256_update(&sha, run->u.str, run->len);
	trk_sha256_final(&sha, digest);
	place = oldest = &trk_runs[digest[31] % TRK_BUDGET_SETS * TRK_BUDGET_PLACES];
	for (int i = 0; i < TRK_BUDGET_PLACES; i++, place++)
	{
		if (place->used != 0 && memcmp(place->run, digest, sizeof(place->run)) == 0)
		{
			place->used = ++trk_tick;
			return &place->budget;
		}
		if (place->used < oldest->used)
			oldest = place;
	}
	memcpy(oldest->run, digest, sizeof(oldest->run));
	oldest->used = ++trk_tick;
	memset(&oldest->budget, 0, sizeof(TrkBudget));
	return &oldest->budget;
}

/* Return the budget of the current day (UTC). */
static TrkBudget *
budget_of_day(TimestampTz now)
{
	int64		day = now / USECS_PER_DAY;

	if (day != trk_day)
	{
		trk_day = day;
		memset(&day_budget, 0, sizeof(TrkBudget));
	}
	return &day_budget;
}

/*
 * Return whether the budget is exhausted.  If so and it has not been
 * announced, ask the caller to record it.
 */
static bool
is_exhausted(TrkBudget *budget, int limit, int which, int *announce)
{
	if (limit < 0 || budget->count < limit)
	{
		budget->announced = TRK_NOT_ANNOUNCED;
		return false;
	}
	if (budget->announced == TRK_NOT_ANNOUNCED)
	{
		budget->announced = TRK_ANNOUNCING;
		announcing = true;
		*announce |= which;
	}
	return true;
}

/*
 * Count an event that is recorded now.  Returns false when a budget is
 * exhausted and the event is not one that is always stored.  *announce is set
 * to the budgets whose exhaustion the caller must record now; if its
 * transaction fails, the next call asks for it again.
 */
bool
trk_budget_has(const TrkEvent *event, TimestampTz now, int *announce)
{
	int			exhausted = 0;
	TrkBudget  *run;
	TrkBudget  *day;

	*announce = 0;
	if (trk_setting_max_events_per_run < 0 && trk_setting_max_events_per_day < 0)
		return true;
	budget_init();
	run = run_budget(event);
	day = budget_of_day(now);
	if (!trk_always_kept(event))
	{
		exhausted += is_exhausted(run, trk_setting_max_events_per_run, TRK_BUDGET_RUN, announce);
		exhausted += is_exhausted(day, trk_setting_max_events_per_day, TRK_BUDGET_DAY, announce);
		if (exhausted > 0)
			return false;
	}
	run->count++;
	day->count++;
	return true;
}
