/*
 * sample_line.c
 *	  Lines: an event's envelope around its payload, and the lines that come
 *	  with it.
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "sample/sample_bad.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_private.h"

/* Return whether as many lines have been written as were asked for. */
bool
trk_sample_is_enough(const TrkSampleDesk *sample)
{
	return sample->lines >= sample->options.lines;
}

/* Return whether days since 1970, which was a Thursday, are a Saturday or a Sunday. */
bool
trk_sample_is_weekend(int64 day)
{
	int64		weekday = (day + 4) % 7;	/* 0 is Sunday */

	return weekday == 0 || weekday == 6;
}

/* Append days since 1970 as YYYY-MM-DD. */
void
trk_sample_put_date(TrkBuf *buf, int64 day)
{
	int			year,
				month,
				day_of_month;

	trk_days_to_date(day + TRK_SAMPLE_FIRST_DAY, &year, &month, &day_of_month);
	trk_sample_put_padded(buf, year, 4);
	trk_buf_putc(buf, '-');
	trk_sample_put_padded(buf, month, 2);
	trk_buf_putc(buf, '-');
	trk_sample_put_padded(buf, day_of_month, 2);
}

/* Append an ISO time with microseconds. */
static void
put_time(TrkBuf *buf, int64 usecs)
{
	int64		of_day = usecs % TRK_SAMPLE_DAY;

	trk_sample_put_date(buf, usecs / TRK_SAMPLE_DAY);
	trk_buf_putc(buf, 'T');
	trk_sample_put_padded(buf, of_day / (3600 * TRK_SAMPLE_SECOND), 2);
	trk_buf_putc(buf, ':');
	trk_sample_put_padded(buf, of_day / (60 * TRK_SAMPLE_SECOND) % 60, 2);
	trk_buf_putc(buf, ':');
	trk_sample_put_padded(buf, of_day / TRK_SAMPLE_SECOND % 60, 2);
	trk_buf_putc(buf, '.');
	trk_sample_put_padded(buf, of_day % TRK_SAMPLE_SECOND, 6);
	trk_buf_putc(buf, 'Z');
}

/* Write a prefix and so many random hex digits. */
void
trk_sample_make_id(TrkSampleDesk *sample, char out[TRK_SAMPLE_ID_SIZE], const char *prefix, int digits)
{
	Size		len = strlen(prefix);

	Assert(len + digits < TRK_SAMPLE_ID_SIZE);
	memcpy(out, prefix, len);
	for (; digits > 0; digits -= 16)
	{
		uint64		bits = trk_sample_random(sample);

		for (int i = 0; i < 16; i++, bits >>= 4)
			out[len++] = "0123456789abcdef"[bits & 15];
	}
	out[len] = '\0';
}

/* Begin an event of the agent's run, a moment after the last one. */
void
trk_sample_begin_event(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *type,
					   const char *symbol)
{
	TRK_CHECK_INTERRUPTS();
	sample->event.agent = agent;
	sample->event.type = type;
	sample->event.symbol = symbol;
	sample->event.span = sample->event.parent = NULL;
	sample->event.skew = 0;
	trk_sample_make_id(sample, sample->event.event_id, "evt_", 32);
	agent->clock += 2000 + trk_sample_below(sample, 400000);
	agent->sequence++;
	sample->payload.len = 0;
	trk_buf_putc(&sample->payload, '{');
}

/* Append the idempotency key. */
static void
put_key(TrkSampleDesk *sample, TrkBuf *buf)
{
	const TrkSampleEvent *event = &sample->event;
	const TrkSampleAgent *agent = event->agent;

	trk_sample_put_name(buf, "idempotency_key");
	trk_buf_putc(buf, '"');
	trk_sample_put(buf, sample->options.project);
	trk_buf_putc(buf, '/');
	trk_sample_put(buf, agent->name);
	trk_buf_putc(buf, '/');
	trk_sample_put(buf, agent->run_id);
	trk_buf_putc(buf, '/');
	trk_sample_put(buf, event->type);
	trk_buf_putc(buf, '/');
	if (agent->long_keys)
		trk_sample_put(buf, event->event_id + strlen("evt_"));
	else
		trk_sample_put_padded(buf, agent->sequence, 8);
	trk_buf_putc(buf, '"');
}

/* Append a member that is a span, or null where there is none. */
static void
put_span(TrkBuf *buf, const char *name, const char *span)
{
	if (span[0] != '\0')
		trk_sample_put_text(buf, name, span);
	else
	{
		trk_sample_put_name(buf, name);
		trk_sample_put(buf, "null");
	}
}

/* Append the span of the event, and the one that it is in. */
static void
put_spans(TrkSampleDesk *sample, TrkBuf *buf)
{
	const TrkSampleEvent *event = &sample->event;
	char		own[TRK_SAMPLE_ID_SIZE];

	if (event->span == NULL)
		trk_sample_make_id(sample, own, "span_", 32);
	put_span(buf, "span_id", event->span ? event->span : own);
	put_span(buf, "parent_span_id", event->parent ? event->parent : event->agent->root_span);
}

/* Append the envelope around the payload, as the client writes it. */
static void
put_envelope(TrkSampleDesk *sample, TrkBuf *buf, bool full_io)
{
	const TrkSampleEvent *event = &sample->event;
	const TrkSampleAgent *agent = event->agent;

	trk_sample_put(buf, "{\"schema_version\":\"" TRK_SCHEMA_VERSION "\"");
	trk_sample_put_text(buf, "event_id", event->event_id);
	put_key(sample, buf);
	trk_sample_put_text(buf, "project", sample->options.project);
	trk_sample_put_text(buf, "agent_id", agent->name);
	trk_sample_put_text(buf, "run_id", agent->run_id);
	put_spans(sample, buf);
	trk_sample_put_text(buf, "event_type", event->type);
	trk_sample_put_name(buf, "occurred_at");
	trk_buf_putc(buf, '"');
	put_time(buf, agent->clock + event->skew);
	trk_sample_put(buf, "\",\"received_at\":null");
	trk_sample_put_text(buf, "environment", agent->environment);
	trk_sample_put_name(buf, "symbols");
	trk_buf_putc(buf, '[');
	if (event->symbol)
		trk_sample_put_string(buf, event->symbol);
	trk_sample_put(buf, "],\"payload\":");
	trk_buf_append(buf, sample->payload.data, sample->payload.len);
	trk_sample_put_name(buf, "privacy");
	trk_sample_put(buf, full_io ? "{\"full_io\":true" : "{\"full_io\":false");
	trk_sample_put(buf, ",\"redaction_version\":\"" TRK_REDACTION_VERSION "\","
				   "\"contains_prompt_text\":false,\"contains_output_text\":false,"
				   "\"contains_broker_payload\":false,\"contains_account_identifier\":false,"
				   "\"truncated\":false},\"sdk\":");
	trk_sample_put(buf, agent->sdk);
	trk_buf_putc(buf, '}');
}

/* Write one line. */
static void
write_line(TrkSampleDesk *sample, const TrkBuf *line)
{
	if (trk_sample_is_enough(sample))
		return;
	sample->write(sample->write_arg, line->data, line->len);
	sample->lines++;
}

/* Write a line that was kept, perhaps, and keep this one, perhaps. */
static void
repeat_line(TrkSampleDesk *sample)
{
	TrkBuf	   *kept = &sample->stream.kept;

	if (kept->len > 0 && trk_sample_chance(sample, sample->options.repeat_share))
		write_line(sample, kept);
	if (kept->len == 0 || trk_sample_below(sample, 20) == 0)
	{
		kept->len = 0;
		trk_buf_append(kept, sample->line.data, sample->line.len);
	}
}

/* Finish the event and write its line, perhaps with others. */
void
trk_sample_end_event(TrkSampleDesk *sample)
{
	bool		private = trk_sample_chance(sample, sample->options.private_share);

	if (private)
		trk_sample_add_private(sample);
	trk_buf_putc(&sample->payload, '}');
	sample->line.len = 0;
	put_envelope(sample, &sample->line, private && trk_sample_below(sample, 4) == 0);
	write_line(sample, &sample->line);
	if (sample->options.bad_share > 0)
	{
		while (trk_sample_chance(sample, sample->options.bad_share))
		{
			trk_sample_make_bad_line(sample);
			write_line(sample, &sample->bad);
		}
	}
	if (sample->options.repeat_share > 0)
		repeat_line(sample);
}
