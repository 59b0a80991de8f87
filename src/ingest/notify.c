/*
 * notify.c
 *	  Notifications of what was stored (see notify.h).
 *
 * A transaction whose notifications find no room in the server's queue fails when
 * it commits, and with it what it stored.  So nothing is sent while the queue is
 * half full: a listener that does not read costs others their messages, and nobody
 * an event.  What a transaction sends waits in memory until it commits, so there is
 * a most for one, too.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/xact.h"
#include "base/settings.h"
#include "commands/async.h"
#include "ingest/notify.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "utils/fmgrprotos.h"

#define CHANNEL		"agent_tracker"

/* Share of the queue above which nothing is sent. */
#define MOST_USED	0.5

/* Messages of one transaction. */
#define MOST_MESSAGES	10000

/* Return whether this transaction has sent fewer messages than it may, and count one. */
static bool
count_message(void)
{
	static TimestampTz started = 0;
	static int	sent;

	if (started != GetCurrentTransactionStartTimestamp())
	{
		started = GetCurrentTransactionStartTimestamp();
		sent = 0;
	}
	return ++sent <= MOST_MESSAGES;
}

/* Return whether to send. */
static bool
is_on(void)
{
	return trk_setting_notify && count_message() &&
		DatumGetFloat8(DirectFunctionCall1(pg_notification_queue_usage, (Datum) 0)) < MOST_USED;
}

/*
 * Return whether an id is of the contract's own form, which is random or a digest:
 * one that somebody made up could say anything.
 */
static bool
says_nothing(TrkText id)
{
	static const char prefix[] = "evt_";
	Size		n = sizeof(prefix) - 1;

	if (id.len != n + 32 || memcmp(id.s, prefix, n) != 0)
		return false;
	for (Size i = n; i < id.len; i++)
		if (strchr("0123456789abcdef", id.s[i]) == NULL)
			return false;
	return true;
}

/* Tell of one recorded event. */
void
trk_notify_event(const TrkEvent *event)
{
	TrkText		id;
	char		at[TRK_SPELLING_MAX + 1];
	char		message[256];

	if (!is_on())
		return;
	id = trk_server_string(event->env[TRK_ENV_event_id]);
	at[trk_spelling_write(TRK_SPELLING_USUAL, event->occurred_at, at)] = '\0';
	snprintf(message, sizeof(message), "{\"event_type\": \"%s\", \"occurred_at\": \"%s\"%s%.*s%s}",
			 trk_event_type_name(event->type), at, says_nothing(id) ? ", \"event_id\": \"" : "",
			 says_nothing(id) ? (int) id.len : 0, id.s, says_nothing(id) ? "\"" : "");
	Async_Notify(CHANNEL, message);
}

/* Tell of a load. */
void
trk_notify_load(int64 batch_id, const TrkCounts *counts)
{
	char		message[256];

	if (!is_on())
		return;
	snprintf(message, sizeof(message),
			 "{\"batch_id\": %lld, \"accepted\": %lld, \"duplicates\": %lld, \"conflicts\": %lld, \"rejected\": %lld}",
			 (long long) batch_id, (long long) counts->accepted, (long long) counts->duplicates,
			 (long long) counts->conflicts, (long long) counts->rejected);
	Async_Notify(CHANNEL, message);
}
