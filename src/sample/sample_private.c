/*
 * sample_private.c
 *	  Material that redaction must take out: prompts, outputs, account ids,
 *	  broker payloads, keys and tokens, all of them made up.
 */
#include "base/trk.h"

#include "sample/sample_json.h"
#include "sample/sample_private.h"

/* What prose is made of. */
static const char *const phrases[] = {
	"volume confirms the move above the 20-day mean",
	"guidance was raised but margins are thin",
	"spread is wide for the size we want",
	"relative strength against the sector is fading",
	"the retest held on lower volume",
	"position is near its cap, so trim before adding",
	"no fresh catalyst since the last review",
	"earnings within three sessions, keep the starter small"
};

/* Return a sentence. */
const char *
trk_sample_pick_phrase(TrkSampleDesk *sample)
{
	return trk_sample_pick(sample, phrases);
}

/* Append some sentences about the symbol of the event. */
static void
put_prose(TrkSampleDesk *sample, int sentences)
{
	TrkBuf	   *buf = &sample->payload;
	const char *symbol = sample->event.symbol;

	for (int i = 0; i < sentences; i++)
	{
		if (i > 0)
			trk_sample_put(buf, i % 3 == 0 ? "\\n" : " ");
		trk_sample_put(buf, symbol ? symbol : "The book");
		trk_sample_put(buf, i % 4 == 1 ? " \\u2013 \\\"" : ": ");
		trk_sample_put(buf, trk_sample_pick_phrase(sample));
		trk_sample_put(buf, i % 4 == 1 ? "\\\" (na\xc3\xafve?)." : ".");
	}
}

/* Add what a model was asked and what it said. */
static void
add_conversation(TrkSampleDesk *sample)
{
	if (trk_sample_below(sample, 3) == 0)
	{
		trk_sample_add_name(sample, "messages");
		trk_sample_put(&sample->payload,
					   "[{\"role\":\"system\",\"content\":\"You manage a paper book.\"},"
					   "{\"role\":\"user\",\"content\":\"");
		put_prose(sample, 3 + (int) trk_sample_below(sample, 6));
		trk_sample_put(&sample->payload, "\"}]");
	}
	else
	{
		trk_sample_add_name(sample, "prompt");
		trk_sample_put(&sample->payload, "\"");
		put_prose(sample, 3 + (int) trk_sample_below(sample, 8));
		trk_sample_put(&sample->payload, "\"");
	}
	if (strcmp(sample->event.type, "llm.call.completed") != 0)
		return;
	trk_sample_add_name(sample, "output_text");
	trk_sample_put(&sample->payload, "\"");
	put_prose(sample, 1 + (int) trk_sample_below(sample, 4));
	trk_sample_put(&sample->payload, "\"");
}

/* Add what a broker answered. */
static void
add_broker_payload(TrkSampleDesk *sample)
{
	trk_sample_add_name(sample, "account_id");
	trk_sample_put(&sample->payload, "\"PA3");
	trk_sample_put_padded(&sample->payload, trk_sample_below(sample, 1000000000), 9);
	trk_sample_put(&sample->payload, "\"");
	trk_sample_add_name(sample, "broker_payload");
	trk_sample_put(&sample->payload, "{\"client_order_id\":\"");
	trk_sample_put_hex(sample, &sample->payload, 16);
	trk_sample_put(&sample->payload, "\",\"status\":\"filled\",\"legs\":null,\"filled_avg_price\":");
	trk_sample_put_decimal(&sample->payload, trk_sample_below(sample, 90000), 2);
	trk_sample_put(&sample->payload, ",\"extended_hours\":false}");
}

/* Add a secret in running text. */
static void
add_leak(TrkSampleDesk *sample)
{
	trk_sample_add_name(sample, "note");
	trk_sample_put(&sample->payload, "\"retry with ");
	switch (trk_sample_below(sample, 6))
	{
		case 0:
			trk_sample_put(&sample->payload, "Authorization: Bearer ");
			trk_sample_put_hex(sample, &sample->payload, 32);
			break;
		case 1:
			trk_sample_put(&sample->payload, "api_key=");
			trk_sample_put_hex(sample, &sample->payload, 16);
			break;
		case 2:
			trk_sample_put(&sample->payload, "sk-proj-");
			trk_sample_put_hex(sample, &sample->payload, 32);
			break;
		case 3:
			trk_sample_put(&sample->payload, "/home/trader/.config/desk/");
			trk_sample_put_hex(sample, &sample->payload, 16);
			break;
		case 4:
			trk_sample_put(&sample->payload, "order_");
			trk_sample_put_hex(sample, &sample->payload, 16);
			break;
		default:
			trk_sample_put(&sample->payload, "account-");
			trk_sample_put_hex(sample, &sample->payload, 16);
	}
	trk_sample_put(&sample->payload, " after the gateway closed\"");
}

/* Add a secret under its own key. */
static void
add_credential(TrkSampleDesk *sample)
{
	static const char *const keys[] = {"api_key", "token", "password", "client_secret"};

	trk_sample_add_name(sample, "request");
	trk_sample_put(&sample->payload, "{\"endpoint\":\"/v2/positions\"");
	trk_sample_add_name(sample, trk_sample_pick(sample, keys));
	trk_sample_put(&sample->payload, "\"");
	trk_sample_put_hex(sample, &sample->payload, 32);
	trk_sample_put(&sample->payload, "\",\"attempt\":2}");
}

/* Add private material that fits the event. */
void
trk_sample_add_private(TrkSampleDesk *sample)
{
	if (strncmp(sample->event.type, "llm.", 4) == 0)
		add_conversation(sample);
	else if (sample->event.type[0] == 'p')	/* portfolio, position, paper fill */
		add_broker_payload(sample);
	else if (trk_sample_below(sample, 3) == 0)
		add_credential(sample);
	else
		add_leak(sample);
}
