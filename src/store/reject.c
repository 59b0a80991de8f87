/*
 * reject.c
 *	  Makes rows of at_reject (see reject.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "store/id.h"
#include "json/jsonbio.h"
#include "store/reject.h"
#include "utils/timestamp.h"
#include "base/varlena.h"

/* Insert the rejects that a statement reads. */
#define INSERT_REJECTS \
	"INSERT INTO %1$s.at_reject (batch_id, line_no, rejected_at, event_id, violations," \
	" line_sha256, line_bytes, origin)" \
	" SELECT r.batch_id, r.line_no, r.rejected_at, r.event_id, r.violations," \
	" r.line_sha256, r.line_bytes, r.origin FROM %1$s._at_pending_rejects($1) r"

/* Statements that insert the rejects of a row set. */
TrkStatement trk_insert_rejects = {
	INSERT_REJECTS,
	1, {INT8OID}
};
TrkStatement trk_insert_rejects_once = {
	INSERT_REJECTS " ON CONFLICT DO NOTHING",
	1, {INT8OID}
};

const char *const trk_reject_columns[TRK_REJECT_COLUMNS] = {
	"batch_id", "line_no", "rejected_at", "event_id", "violations", "line_sha256", "line_bytes",
	"origin"
};

/* The columns of _at_pending_rejects. */
enum
{
	TRK_REJ_BATCH_ID,
	TRK_REJ_LINE_NO,
	TRK_REJ_REJECTED_AT,
	TRK_REJ_EVENT_ID,
	TRK_REJ_VIOLATIONS,
	TRK_REJ_LINE_SHA256,
	TRK_REJ_LINE_BYTES,
	TRK_REJ_ORIGIN
};

/* Make a jsonb datum of the findings. */
static Datum
violations_datum(TrkArena *arena, const TrkFindings *findings)
{
	TrkBuf		buf;
	TrkValue	value;

	trk_buf_init(&buf, arena, 256);
	trk_findings_write(&buf, findings);
	if (trk_json_read(arena, buf.data, buf.len, &value) != TRK_JSON_OK)
		elog(ERROR, "findings are no JSON");
	return PointerGetDatum(trk_jsonb_make(arena, &value));
}

/* Make a bytea datum of the SHA-256 of a line. */
static Datum
sha_datum(TrkArena *arena, const uint8 digest[32])
{
	bytea	   *sha = trk_alloc(arena, VARHDRSZ + 32);

	SET_VARSIZE(sha, VARHDRSZ + 32);
	memcpy(VARDATA(sha), digest, 32);
	return PointerGetDatum(sha);
}

/* Fill the columns of a row of at_reject.  The values point into the arena. */
void
trk_reject_row(TrkArena *arena, const TrkReject *reject, Datum *values, bool *nulls)
{
	const TrkText *id = reject->event_id;

	memset(nulls, 0, sizeof(bool) * TRK_REJECT_COLUMNS);
	memset(values, 0, sizeof(Datum) * TRK_REJECT_COLUMNS);
	nulls[TRK_REJ_BATCH_ID] = nulls[TRK_REJ_LINE_NO] = !reject->in_load;
	values[TRK_REJ_BATCH_ID] = Int64GetDatum(reject->batch_id);
	values[TRK_REJ_LINE_NO] = Int32GetDatum(reject->line_no);
	values[TRK_REJ_REJECTED_AT] = TimestampTzGetDatum(reject->rejected_at);
	nulls[TRK_REJ_EVENT_ID] = id == NULL;
	if (id != NULL)
		values[TRK_REJ_EVENT_ID] = PointerGetDatum(trk_id_make(id->s, id->len, arena));
	values[TRK_REJ_VIOLATIONS] = violations_datum(arena, reject->findings);
	nulls[TRK_REJ_LINE_SHA256] = reject->sha256 == NULL;
	if (reject->sha256 != NULL)
		values[TRK_REJ_LINE_SHA256] = sha_datum(arena, reject->sha256);
	values[TRK_REJ_LINE_BYTES] = Int64GetDatum(reject->bytes);
	nulls[TRK_REJ_ORIGIN] = reject->origin.len == 0;
	if (reject->origin.len > 0)
		values[TRK_REJ_ORIGIN] = PointerGetDatum(trk_varlena_of(arena, reject->origin.s,
																reject->origin.len));
}

/* Add the finding that reports a conflict. */
void
trk_add_conflict(TrkFindings *findings, bool by_event_id)
{
	const char *field = by_event_id ? "event_id" : "idempotency_key";

	trk_finding_add(findings, field, TRK_RULE_CONFLICT,
					"%s was used before for other content", field);
}
