/*
 * sample_bad.c
 *	  Lines that must be rejected.
 */
#include "base/trk.h"

#include "sample/sample_bad.h"
#include "sample/sample_json.h"

/*
 * Make a copy of the line in which one piece is replaced, or the replacement
 * alone where the piece is not found.
 */
static void
replace(TrkSampleDesk *sample, const char *from, const char *to)
{
	TrkBuf	   *line = &sample->line;
	TrkBuf	   *bad = &sample->bad;
	const char *at;
	Size		head;

	trk_buf_reserve(line, 1);
	line->data[line->len] = '\0';
	at = strstr(line->data, from);
	if (at == NULL)
	{
		trk_sample_put(bad, to);
		return;
	}
	head = at - line->data;
	trk_buf_append(bad, line->data, head);
	trk_sample_put(bad, to);
	trk_buf_append(bad, at + strlen(from), line->len - head - strlen(from));
}

/* Pieces of a good line, and what makes it bad in their place. */
static const char *const spoils[][2] = {
	{"\"schema_version\":\"2026-06-07\"", "\"schema_version\":\"2025-01-01\""},
	{"\"schema_version\":\"2026-06-07\",", ""},
	{"\"event_id\":\"evt_", "\"event_id\":\"event "},
	{"\"run_id\":\"run_", "\"run_id\":\""},
	{"\"event_type\":\"", "\"event_type\":\"unknown."},
	{"\"occurred_at\":\"20", "\"occurred_at\":\"not a time 20"},
	{"Z\",\"received_at\"", "+02:00\",\"received_at\""},
	{"\"received_at\":null,", "\"received_at\":null"},
	{"\"received_at\":null", "\"received_at\":NaN"},
	{"\"environment\":\"", "\"environment\":\"live "},
	{"\"symbols\":[", "\"symbols\":[\"\",1,"},
	{"\"payload\":{", "\"payload\":[{"},
	{"\"payload\":{", "\"payload\":{\"quantity\":\"-5\",\"approved\":\"yes\",\"session_date\":\"2026-02-30\","},
	{"\"payload\":{", "\"payload\":{\"severity\":\"dire\",\"side\":\"hold\",\"linked_event_ids\":[\"x\"],"},
	{"\"payload\":{", "\"payload\":{\"text\":\"\\ud800\","},
	{"\"payload\":{", "\"payload\":{\"text\":\"\\u0000\","},
	{"\"payload\":{", "\"payload\":{\"price\":1e999999,"},
	{"\"payload\":{", "\"payload\":{\"text\":\"\xff\xfe\","},
	{"\"payload\":{", "\"payload\":{\"text\":\"a raw\ttab\","},
	{"\"sdk\":{", "\"sdk\":{\"version\":\"\"},\"x\":{"},
	{"\"privacy\":{", "\"privacy\":{'full_io':True,"},
	{"\"project\":\"", "\"project\":\"a/"},
	{"}", "},"}
};

/* Make a copy of the line with a member that makes it too long for an event. */
static void
make_too_long(TrkSampleDesk *sample)
{
	trk_buf_append(&sample->bad, sample->line.data, sample->line.len - 1);
	trk_sample_put(&sample->bad, ",\"blob\":\"");
	trk_sample_put_hex(sample, &sample->bad, TRK_MAX_EVENT_BYTES);
	trk_sample_put(&sample->bad, "\"}");
}

/* Make what is no JSON object or is nested too deeply, or half a line. */
static void
make_no_event(TrkSampleDesk *sample, int64 kind)
{
	TrkBuf	   *bad = &sample->bad;
	Size		half = sample->line.len / 2;

	if (kind == 0)
		trk_sample_put(bad, "Traceback (most recent call last): ConnectionResetError");
	else if (kind == 1)
		trk_sample_put(bad, "[1, 2, 3]");
	else if (kind == 2)
		trk_buf_append(bad, sample->line.data, half + trk_sample_below(sample, (int64) half));
	else
	{
		trk_sample_put(bad, "{\"payload\":");
		for (int i = 0; i < 200; i++)
			trk_buf_putc(bad, '[');
	}
}

/* Make a line that must be rejected: a good one spoiled, or none at all. */
void
trk_sample_make_bad_line(TrkSampleDesk *sample)
{
	int64		kind = trk_sample_below(sample, (int64) lengthof(spoils) + 6);

	sample->bad.len = 0;
	if (kind >= 6)
		replace(sample, spoils[kind - 6][0], spoils[kind - 6][1]);
	else if (kind == 4)
		make_too_long(sample);
	else if (kind == 5)
		replace(sample, "\"payload\":{", "\"payload\":null,\"was\":{");
	else
		make_no_event(sample, kind);
}
