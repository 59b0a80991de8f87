/*
 * store.c
 *	  Finds the store, prepares its statements and makes its partitions.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "base/install_schema.h"
#include "base/isotime.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "store/store.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/*
 * Types of the extension as parameters of statements; they are replaced by
 * oids when a statement is prepared.  No type of the server has such a low
 * oid.
 */
enum
{
	TRK_PARAM_EVENT_TYPE = 1,
	TRK_PARAM_ENVIRONMENT,
	TRK_PARAM_EVIDENCE,
	TRK_PARAM_ID,
	TRK_PARAM_KEY,
	TRK_PARAM_ENVELOPE,
	TRK_PARAM_BEHAVIOR,
	TRK_PARAM_DRIFT_LEVEL,
	TRK_PARAM_TESTS,
	TRK_PARAM_TYPES
};

static const char *const param_types[TRK_PARAM_TYPES] = {
	[TRK_PARAM_EVENT_TYPE] = "at_event_type",
	[TRK_PARAM_ENVIRONMENT] = "at_environment",
	[TRK_PARAM_EVIDENCE] = "at_evidence",
	[TRK_PARAM_ID] = "at_id",
	[TRK_PARAM_KEY] = "at_key",
	[TRK_PARAM_ENVELOPE] = "at_envelope",
	[TRK_PARAM_BEHAVIOR] = "at_behavior",
	[TRK_PARAM_DRIFT_LEVEL] = "at_drift_level",
	[TRK_PARAM_TESTS] = "_at_test",
};

#define TRK_MAX_PARAMS	22

/* Insert the rejects that a statement reads. */
#define TRK_INSERT_REJECTS \
	"INSERT INTO %1$s.at_reject (batch_id, line_no, rejected_at, event_id, violations," \
	" line_sha256, line_bytes, origin)" \
	" SELECT r.batch_id, r.line_no, r.rejected_at, r.event_id, r.violations," \
	" r.line_sha256, r.line_bytes, r.origin FROM %1$s._at_pending_rejects($1) r"

/* Insert the events of a batch. */
#define TRK_INSERT_EVENTS \
	"INSERT INTO %1$s.at_event (occurred_at, event_type, environment, ingested_at," \
	" batch_id, line_no, key_digest, content_hash, evidence, project, agent_id, run_id," \
	" event_id, span_id, parent_span_id, idempotency_key, symbols, envelope, payload)" \
	" SELECT r.occurred_at, r.event_type, r.environment, r.ingested_at," \
	" r.batch_id, r.line_no, r.key_digest, r.content_hash, r.evidence, r.project, r.agent_id, r.run_id," \
	" r.event_id, r.span_id, r.parent_span_id, r.idempotency_key, r.symbols, r.envelope, r.payload" \
	" FROM %1$s._at_pending_events($1) r"

/* Insert one event, given as parameters. */
#define TRK_INSERT_EVENT \
	"INSERT INTO %1$s.at_event (occurred_at, event_type, environment, ingested_at," \
	" batch_id, line_no, key_digest, content_hash, evidence, project, agent_id, run_id," \
	" event_id, span_id, parent_span_id, idempotency_key, symbols, envelope, payload)" \
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17," \
	" $18, $19)"
#define TRK_INSERT_EVENT_PARAMS \
	19, {TIMESTAMPTZOID, TRK_PARAM_EVENT_TYPE, TRK_PARAM_ENVIRONMENT, TIMESTAMPTZOID, \
		INT8OID, INT4OID, UUIDOID, UUIDOID, TRK_PARAM_EVIDENCE, TEXTOID, TEXTOID, \
		TRK_PARAM_ID, TRK_PARAM_ID, TRK_PARAM_ID, TRK_PARAM_ID, TRK_PARAM_KEY, \
		TEXTARRAYOID, TRK_PARAM_ENVELOPE, JSONBOID}

/*
 * The texts of the statements; %1$s is the quoted schema.  Plans are generic,
 * with two exceptions: an export, for which the range of time decides which
 * partitions are read, and a search in all partitions, since a generic plan
 * made while they are empty would use sequential scans for ever.
 */
static const struct
{
	const char *text;
	int			nargs;
	Oid			args[TRK_MAX_PARAMS];
	int			options;
}			trk_statements[TRK_STATEMENTS] = {
	[TRK_STMT_INSERT_EVENTS] = {
		TRK_INSERT_EVENTS,
		1, {INT8OID}
	},
	[TRK_STMT_INSERT_EVENTS_ONCE] = {
		TRK_INSERT_EVENTS " ON CONFLICT DO NOTHING RETURNING line_no",
		1, {INT8OID}
	},
	[TRK_STMT_INSERT_REJECTS] = {
		TRK_INSERT_REJECTS,
		1, {INT8OID}
	},
	[TRK_STMT_INSERT_REJECTS_ONCE] = {
		TRK_INSERT_REJECTS
		" ON CONFLICT DO NOTHING",
		1, {INT8OID}
	},
	[TRK_STMT_INSERT_EVENT] = {
		TRK_INSERT_EVENT,
		TRK_INSERT_EVENT_PARAMS
	},
	[TRK_STMT_INSERT_EVENT_ONCE] = {
		TRK_INSERT_EVENT " ON CONFLICT DO NOTHING RETURNING line_no",
		TRK_INSERT_EVENT_PARAMS
	},
	[TRK_STMT_INSERT_BATCH] = {
		"INSERT INTO %1$s.at_ingest_batch (batch_id, ingested_at, source, lines, accepted,"
		" duplicates, conflicts, rejected, bytes)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		9, {INT8OID, TIMESTAMPTZOID, TEXTOID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID}
	},
	[TRK_STMT_FIND_KEYS] = {
		"SELECT key_digest, content_hash FROM %1$s.at_event"
		" WHERE project OPERATOR(pg_catalog.=) $1"
		" AND key_digest OPERATOR(pg_catalog.=) ANY ($2)"
		" AND occurred_at OPERATOR(pg_catalog.>=) $3"
		" AND occurred_at OPERATOR(pg_catalog.<) $4",
		4, {TEXTOID, UUIDARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID}
	},
	[TRK_STMT_FIND_KEYS_ANYWHERE] = {
		"SELECT key_digest, content_hash FROM %1$s.at_event"
		" WHERE project OPERATOR(pg_catalog.=) $1"
		" AND key_digest OPERATOR(pg_catalog.=) ANY ($2)",
		2, {TEXTOID, UUIDARRAYOID}, CURSOR_OPT_CUSTOM_PLAN
	},
	[TRK_STMT_FIND_EVENTS] = {
		"SELECT content_hash, event_id, occurred_at FROM %1$s.at_event"
		" WHERE project OPERATOR(pg_catalog.=) $1"
		" AND key_digest OPERATOR(pg_catalog.=) $2"
		" ORDER BY occurred_at",
		2, {TEXTOID, UUIDOID}
	},
	[TRK_STMT_STALE_RUN] = {
		"INSERT INTO %1$s.at_stale_run (project, run_id, day) VALUES ($1, $2, $3)",
		3, {TEXTOID, TEXTOID, DATEOID}
	},
	[TRK_STMT_MAKE_PARTITIONS] = {
		"SELECT %1$s.at_make_partitions($1)",
		1, {TIMESTAMPTZARRAYOID}
	},
	[TRK_STMT_STALE_RUNS] = {
		"INSERT INTO %1$s.at_stale_run (project, run_id, day)"
		" SELECT m.project, m.run_id, m.day FROM ROWS FROM (pg_catalog.unnest($1),"
		" pg_catalog.unnest($2), pg_catalog.unnest($3)) AS m(project, run_id, day)",
		3, {TEXTARRAYOID, TEXTARRAYOID, DATEARRAYOID}
	},
	[TRK_STMT_EXPORT] = {
		"SELECT occurred_at, event_type, environment, project, agent_id, run_id, event_id,"
		" span_id, parent_span_id, idempotency_key, symbols, envelope, payload"
		" FROM %1$s.at_event"
		" WHERE ($1 IS NULL OR project OPERATOR(pg_catalog.=) $1)"
		" AND ($2 IS NULL OR occurred_at OPERATOR(pg_catalog.>=) $2)"
		" AND ($3 IS NULL OR occurred_at OPERATOR(pg_catalog.<) $3)"
		" ORDER BY occurred_at, ingested_at, batch_id, line_no, key_digest",
		3, {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}, CURSOR_OPT_CUSTOM_PLAN
	},
	[TRK_STMT_FIND_WATERMARK] = {
		"SELECT watermark FROM %1$s.at_journal_watermark"
		" WHERE project OPERATOR(pg_catalog.=) $1 AND agent_id OPERATOR(pg_catalog.=) $2"
		" AND environment OPERATOR(pg_catalog.=) $3 AND schema_name OPERATOR(pg_catalog.=) $4"
		" AND table_name OPERATOR(pg_catalog.=) $5",
		5, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
	},
	[TRK_STMT_REPLACED_WATERMARK] = {
		"SELECT w.*, $6 AS watermark, $7 AS synced_at, $8 AS rows_read"
		" FROM %1$s.at_journal_watermark w"
		" WHERE project OPERATOR(pg_catalog.=) $1 AND agent_id OPERATOR(pg_catalog.=) $2"
		" AND environment OPERATOR(pg_catalog.=) $3 AND schema_name OPERATOR(pg_catalog.=) $4"
		" AND table_name OPERATOR(pg_catalog.=) $5",
		8, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID}
	},
	[TRK_STMT_SET_WATERMARK] = {
		"INSERT INTO %1$s.at_journal_watermark (project, agent_id, environment, schema_name,"
		" table_name, watermark, synced_at, rows_read) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
		" ON CONFLICT (project, agent_id, environment, schema_name, table_name) DO UPDATE"
		" SET watermark = excluded.watermark, synced_at = excluded.synced_at,"
		" rows_read = excluded.rows_read",
		8, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID}
	},
	[TRK_STMT_INSERT_MAPPING] = {
		"INSERT INTO %1$s.at_mapping (name, owner, search_path, mapping, created_at)"
		" VALUES ($1, $2, $3, $4, pg_catalog.now())"
		" ON CONFLICT DO NOTHING",
		4, {TEXTOID, TEXTOID, TEXTOID, JSONOID}
	},
	[TRK_STMT_FIND_MAPPING] = {
		"SELECT m.*, m.name FROM %1$s.at_mapping m WHERE m.name OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}
	},
	[TRK_STMT_SYNCED_MAPPING] = {
		"SELECT m.*, m.name, pg_catalog.now() AS synced_at, $2 AS batch_id, $3 AS rows,"
		" $4 AS accepted, $5 AS duplicates, $6 AS conflicts, $7 AS rejected, $8 AS skipped"
		" FROM %1$s.at_mapping m WHERE m.name OPERATOR(pg_catalog.=) $1",
		8, {TEXTOID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID}
	},
	[TRK_STMT_UPDATE_MAPPING] = {
		"UPDATE %1$s.at_mapping SET synced_at = $2, batch_id = $3, rows = $4,"
		" accepted = $5, duplicates = $6, conflicts = $7, rejected = $8, skipped = $9"
		" WHERE name OPERATOR(pg_catalog.=) $1",
		9, {TEXTOID, TIMESTAMPTZOID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID}
	},
	[TRK_STMT_DELETE_MAPPING] = {
		"DELETE FROM %1$s.at_mapping WHERE name OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}
	},
	[TRK_STMT_UPKEEP] = {
		"SELECT %1$s.at_make_partitions(ARRAY[pg_catalog.now(),"
		" pg_catalog.now() OPERATOR(pg_catalog.+) '1 month'::pg_catalog.interval,"
		" pg_catalog.now() OPERATOR(pg_catalog.+) '2 months'::pg_catalog.interval])",
		0
	},
	[TRK_STMT_FORGET_ROLLUPS] = {
		"DELETE FROM %1$s.at_evidence_daily"
		" WHERE day OPERATOR(pg_catalog.>=) $1 AND day OPERATOR(pg_catalog.<) $2",
		2, {DATEOID, DATEOID}
	},
	[TRK_STMT_STORE_VERSION] = {
		"UPDATE %1$s.at_store SET version = %1$s.at_store_version()",
		0
	},
	/* gen_random_uuid() has 122 bits from the server's strong random source */
	[TRK_STMT_IDENTITY_KEY] = {
		"INSERT INTO %1$s.at_identity_key (key)"
		" SELECT pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"
		" OPERATOR(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"
		" OPERATOR(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"
		" OPERATOR(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid()))"
		" WHERE NOT EXISTS (SELECT FROM %1$s.at_identity_key)",
		0
	},
	[TRK_STMT_NEW_PROFILE] = {
		"SELECT n.* FROM %1$s._at_new_behavior_profile($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) n",
		10, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTARRAYOID,
		FLOAT8OID, INT8OID, INT8OID}
	},
	[TRK_STMT_INSERT_PROFILE] = {
		"INSERT INTO %1$s.at_behavior_profile (since, until, environment, events, runs, sample_rate,"
		" created_at, project, profile_id, agent_id, build_id, dimensions, behavior)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
		" ON CONFLICT DO NOTHING",
		13, {TIMESTAMPTZOID, TIMESTAMPTZOID, TRK_PARAM_ENVIRONMENT, INT8OID, INT8OID, FLOAT8OID,
		TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TRK_PARAM_BEHAVIOR}
	},
	[TRK_STMT_FIND_PROFILE] = {
		"SELECT p.*, p.project, p.profile_id FROM %1$s.at_behavior_profile p"
		" WHERE p.profile_id OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}
	},
	[TRK_STMT_DELETE_PROFILE] = {
		"DELETE FROM %1$s.at_behavior_profile WHERE project OPERATOR(pg_catalog.=) $1"
		" AND profile_id OPERATOR(pg_catalog.=) $2",
		2, {TEXTOID, TEXTOID}
	},
	[TRK_STMT_NEW_BASELINE] = {
		"SELECT n.* FROM %1$s._at_new_baseline($1, $2, $3) n",
		3, {TEXTOID, TEXTOID, TEXTOID}
	},
	[TRK_STMT_INSERT_BASELINE] = {
		"INSERT INTO %1$s.at_baseline (since, until, environment, events, runs, sample_rate,"
		" created_at, project, baseline_id, profile_id, agent_id, build_id, kind, description,"
		" dimensions, content_hash, behavior)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
		" ON CONFLICT DO NOTHING",
		17, {TIMESTAMPTZOID, TIMESTAMPTZOID, TRK_PARAM_ENVIRONMENT, INT8OID, INT8OID, FLOAT8OID,
		TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID,
		BYTEAOID, TRK_PARAM_BEHAVIOR}
	},
	[TRK_STMT_NEW_APPROVAL] = {
		"SELECT n.* FROM %1$s._at_new_approval($1, $2) n",
		2, {TEXTOID, TEXTOID}
	},
	[TRK_STMT_NEW_ACTIVATION] = {
		"SELECT n.* FROM %1$s._at_new_activation($1) n",
		1, {TEXTOID}
	},
	[TRK_STMT_NEW_DEACTIVATION] = {
		"SELECT n.* FROM %1$s._at_new_deactivation($1) n",
		1, {TEXTOID}
	},
	/*
	 * the next status comes after the last one even if the clock was set back
	 */
	[TRK_STMT_NEXT_STATUS] = {
		"SELECT greatest(pg_catalog.clock_timestamp(), pg_catalog.max(s.changed_at)"
		" OPERATOR(pg_catalog.+) '1 microsecond'::pg_catalog.interval),"
		" coalesce(pg_catalog.max(s.step) FILTER (WHERE s.baseline_id OPERATOR(pg_catalog.=) $2), 0)"
		" OPERATOR(pg_catalog.+) 1"
		" FROM %1$s.at_baseline_status s WHERE s.project OPERATOR(pg_catalog.=) $1",
		2, {TEXTOID, TEXTOID}
	},
	[TRK_STMT_INSERT_STATUS] = {
		"INSERT INTO %1$s.at_baseline_status (project, baseline_id, status, approver, changed_by,"
		" changed_at, step) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		7, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, NAMEOID, TIMESTAMPTZOID, INT4OID}
	},
	[TRK_STMT_NEW_SCAN] = {
		"SELECT n.* FROM %1$s._at_new_scan($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) n",
		11, {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, FLOAT8OID, TEXTOID, FLOAT8OID,
		TRK_PARAM_DRIFT_LEVEL, BOOLOID, INT4OID, INT4OID, TEXTARRAYOID}
	},
	[TRK_STMT_INSERT_SCAN] = {
		"INSERT INTO %1$s.at_drift_scan (since, until, scanned_at, alpha, sample_rate, events, runs,"
		" tests, changed, look, looks, project, scan_id, baseline_id, build_id, judged, information)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
		17, {TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, FLOAT8OID, FLOAT8OID, INT8OID, INT8OID,
		INT4OID, INT4OID, INT4OID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TSTZMULTIRANGEOID,
		FLOAT8ARRAYOID}
	},
	[TRK_STMT_NEW_RESULTS] = {
		"SELECT n.* FROM %1$s._at_new_results($1, $2, $3) n",
		3, {TRK_PARAM_TESTS, TEXTOID, TEXTOID}
	},
	[TRK_STMT_INSERT_RESULT] = {
		"INSERT INTO %1$s.at_drift_result (level, n_baseline, n_observed, p_value, log10_p, q_value,"
		" effect, effect_lo, effect_hi, mde, weight, project, scan_id, dimension, test, effect_name,"
		" flags, family, note)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
		19, {TRK_PARAM_DRIFT_LEVEL, INT8OID, INT8OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, FLOAT8OID,
		FLOAT8OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
		TEXTARRAYOID, TEXTOID, TEXTOID}
	},
	[TRK_STMT_CHANGED_FINDINGS] = {
		"SELECT f.*, n.* FROM %1$s._at_changed_findings($1, $2, $3, $4, $5, $6, $7, $8) n"
		" JOIN %1$s.at_drift_finding f ON f.project OPERATOR(pg_catalog.=) n.project"
		" AND f.finding_id OPERATOR(pg_catalog.=) n.finding_id",
		8, {TRK_PARAM_TESTS, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT8OID, INT4OID, INT4OID}
	},
	[TRK_STMT_UPDATE_FINDING] = {
		"UPDATE %1$s.at_drift_finding SET last_seen = $3, resolved_at = $4, level = $5, peak = $6,"
		" scans = $7, q_value = $8, effect = $9, effect_lo = $10, effect_hi = $11, resolution = $12,"
		" effect_name = $13, flags = $14, examples = $15, note = $16"
		" WHERE project OPERATOR(pg_catalog.=) $1 AND finding_id OPERATOR(pg_catalog.=) $2",
		16, {TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TRK_PARAM_DRIFT_LEVEL,
		TRK_PARAM_DRIFT_LEVEL, INT4OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, TEXTOID, TEXTOID,
		TEXTARRAYOID, TEXTARRAYOID, TEXTOID}
	},
	[TRK_STMT_NEW_FINDINGS] = {
		"SELECT n.* FROM %1$s._at_new_findings($1, $2, $3, $4, $5, $6, $7, $8) n",
		8, {TRK_PARAM_TESTS, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
		TRK_PARAM_ENVIRONMENT, TEXTOID}
	},
	[TRK_STMT_INSERT_FINDING] = {
		"INSERT INTO %1$s.at_drift_finding (first_seen, last_seen, level, peak, environment, scans,"
		" alerts, q_value, effect, effect_lo, effect_hi, project, finding_id, baseline_id, agent_id,"
		" build_id, dimension, resolution, effect_name, flags, examples, note)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
		" $20, $21, $22) ON CONFLICT DO NOTHING",
		22, {TIMESTAMPTZOID, TIMESTAMPTZOID, TRK_PARAM_DRIFT_LEVEL, TRK_PARAM_DRIFT_LEVEL,
		TRK_PARAM_ENVIRONMENT, INT4OID, INT4OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, TEXTOID,
		TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID,
		TEXTOID}
	},
	[TRK_STMT_FINDINGS_TO_TELL] = {
		"SELECT n.n FROM %1$s._at_findings_to_tell($1, $2, $3, $4, $5, $6) n(n)",
		6, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TRK_PARAM_DRIFT_LEVEL, INT4OID}
	},
	[TRK_STMT_ALERT_DRIFT] = {
		"SELECT %1$s._at_alert_drift($1, $2)",
		2, {TEXTOID, BOOLOID}
	},
	[TRK_STMT_TOLD_FINDING] = {
		"SELECT f.*, f.project, f.finding_id, f.alerts OPERATOR(pg_catalog.+) 1 AS alerts,"
		" f.level AS alerted, $2 AS event_id FROM %1$s.at_drift_finding f"
		" WHERE f.finding_id OPERATOR(pg_catalog.=) $1",
		2, {TEXTOID, TEXTOID}
	},
	[TRK_STMT_UPDATE_TOLD] = {
		"UPDATE %1$s.at_drift_finding SET alerts = $3, alerted = $4, event_id = $5"
		" WHERE project OPERATOR(pg_catalog.=) $1 AND finding_id OPERATOR(pg_catalog.=) $2",
		5, {TEXTOID, TEXTOID, INT4OID, TRK_PARAM_DRIFT_LEVEL, TEXTOID}
	},
};

/*
 * There is one store per backend, because an extension exists once in a
 * database.
 */
static TrkStore trk_store;

/*
 * Relcache callback: partitions or columns may have been dropped, so forget
 * which are known to exist.
 */
static void
store_invalidate(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == trk_store.event_relid)
	{
		memset(trk_store.months, 0, sizeof(trk_store.months));
		trk_store.whole = false;
	}
}

/* Initialize this file.  Called once, when the library is loaded. */
void
trk_store_init(void)
{
	CacheRegisterRelcacheCallback(store_invalidate, (Datum) 0);
}

/* Return the oid of an enum label in the extension's schema. */
static Oid
enum_label(Oid type, const char *label)
{
	HeapTuple	tuple = SearchSysCache2(ENUMTYPOIDNAME, ObjectIdGetDatum(type),
										CStringGetDatum(label));
	Oid			oid;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "enumeration value \"%s\" is missing: library and extension differ in version",
			 label);
	oid = ((Form_pg_enum) GETSTRUCT(tuple))->oid;
	ReleaseSysCache(tuple);
	return oid;
}

/* Return the oid of a type of the extension. */
static Oid
type_oid(Oid nsp, const char *name)
{
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum(name), ObjectIdGetDatum(nsp));

	if (!OidIsValid(type))
		elog(ERROR, "type \"%s\" is missing: library and extension differ in version", name);
	return type;
}

/* Look up the enum values of which rows are made. */
static void
store_load_enums(TrkStore *store)
{
	Oid			type = type_oid(store->nsp, "at_event_type");
	int			n = trk_enum_count(TRK_ENUM_environment);

	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		store->event_types[i] = enum_label(type, trk_event_type_name(i));
	type = type_oid(store->nsp, "at_environment");
	store->environments = MemoryContextAlloc(TopMemoryContext, sizeof(Oid) * n);
	for (int i = 0; i < n; i++)
		store->environments[i] = enum_label(type, trk_enum_value(TRK_ENUM_environment, i));
}

/*
 * Forget a store that was dropped or replaced by another one.  A load that is
 * running, if its own lines caused that, continues with the new store.
 */
static void
store_forget(TrkStore *store)
{
	for (int i = 0; i < TRK_STATEMENTS; i++)
		if (store->plans[i] != NULL)
			SPI_freeplan(store->plans[i]);
	if (store->environments != NULL)
		pfree(store->environments);
	memset(store, 0, sizeof(TrkStore));
}

/*
 * Return whether the caller may make the store, which the owner of the
 * extension may.
 */
static bool
may_create_store(void)
{
	bool		isnull;
	Datum		may;

	if (SPI_execute("SELECT pg_catalog.pg_has_role(extowner, 'USAGE')"
					" FROM pg_catalog.pg_extension"
					" WHERE extname OPERATOR(pg_catalog.=) 'agent_tracker'",
					true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		return false;
	may = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return !isnull && DatumGetBool(may);
}

/*
 * Raise the ERROR for a store that is incomplete: DROP EXTENSION ... CASCADE
 * drops all columns of the extension's types, and a user may have renamed a
 * table.
 */
static void
store_damaged(Oid nsp, const char *damage)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the store is damaged: %s", damage),
			 errhint("Give a table that was renamed its name back; or SELECT %s.at_drop_store()"
					 " drops what is left of the store, with all its rows.",
					 quote_identifier(get_namespace_name(nsp)))));
}

/* Make the missing store, or raise an ERROR that says why not. */
static void
store_create(Oid nsp, bool for_write)
{
	bool		may = false;

	if (OidIsValid(get_relname_relid("at_store", nsp)))
		store_damaged(nsp, "table at_event is missing");
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (for_write)
		may = may_create_store();
	if (!may)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("agent_tracker has no store in this database"),
				 errhint("The owner of the extension makes it with SELECT %s.at_create_store().",
						 quote_identifier(get_namespace_name(nsp)))));
	SPI_execute(psprintf("SELECT %s.at_create_store()",
						 quote_identifier(get_namespace_name(nsp))), false, 0);
	SPI_finish();
	AcceptInvalidationMessages();	/* another session may have made it while this
									 * one waited for the lock */
	ereport(NOTICE,
			(errmsg("agent_tracker made its store in schema \"%s\"",
					get_namespace_name(nsp))));
}

/*
 * Open the store in a schema.  Catalog changes of other sessions are accepted
 * first: in a transaction that already holds a lock on at_event, taking locks
 * does not do that.
 */
static TrkStore *
open_schema(Oid nsp, bool for_write)
{
	TrkStore   *store = &trk_store;
	Oid			relid;

	AcceptInvalidationMessages();
	trk_check_install_schema(nsp);
	relid = get_relname_relid("at_event", nsp);
	if (!OidIsValid(relid))
	{
		store_create(nsp, for_write);
		relid = get_relname_relid("at_event", nsp);
		if (!OidIsValid(relid))
			elog(ERROR, "at_create_store made no table at_event");
	}
	if (store->nsp == nsp && store->event_relid == relid && store->whole)
		return store;
	if (get_attnum(relid, "event_id") == InvalidAttrNumber)
		store_damaged(nsp, "columns of at_event are missing");
	store->whole = true;
	if (store->nsp == nsp && store->event_relid == relid)
		return store;
	store_forget(store);
	store->whole = true;
	store->nsp = nsp;
	store_load_enums(store);
	store->event_relid = relid;
	return store;
}

/*
 * Open the store in the schema of the calling function.  If it is missing,
 * for_write makes it, with a NOTICE, when the caller owns the extension;
 * otherwise a missing store is an ERROR with a hint.
 */
TrkStore *
trk_store_open(FunctionCallInfo fcinfo, bool for_write)
{
	return open_schema(get_func_namespace(fcinfo->flinfo->fn_oid), for_write);
}

/* Fill in the types of a statement's parameters. */
static void
statement_types(const TrkStore *store, TrkStatement stmt, Oid types[TRK_MAX_PARAMS])
{
	for (int i = 0; i < trk_statements[stmt].nargs; i++)
	{
		Oid			type = trk_statements[stmt].args[i];

		types[i] = type < TRK_PARAM_TYPES ?
			type_oid(store->nsp, param_types[type]) : type;
	}
}

/*
 * Return the plan of a statement, which is prepared once per backend.  SPI
 * must be connected.
 */
SPIPlanPtr
trk_store_plan(TrkStore *store, TrkStatement stmt)
{
	if (store->plans[stmt] == NULL)
	{
		const char *schema = quote_identifier(get_namespace_name(store->nsp));
		int			options = trk_statements[stmt].options;
		Oid			types[TRK_MAX_PARAMS];
		SPIPlanPtr	plan;

		statement_types(store, stmt, types);
		plan = SPI_prepare_cursor(psprintf(trk_statements[stmt].text, schema),
								  trk_statements[stmt].nargs, types,
								  options != 0 ? options : CURSOR_OPT_GENERIC_PLAN);
		if (plan == NULL)
			elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
		SPI_keepplan(plan);
		store->plans[stmt] = plan;
	}
	return store->plans[stmt];
}

/*
 * Return the role that owns the store.  It is found by the name of a table, as
 * the statements find their tables, because the store may have been made anew
 * since it was opened.
 */
static Oid
store_owner(const TrkStore *store)
{
	HeapTuple	tuple = SearchSysCache1(RELOID,
										ObjectIdGetDatum(get_relname_relid("at_event", store->nsp)));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "the store is gone");
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Switch to the store's owner. */
void
trk_store_enter(const TrkStore *store, TrkStoreScope *scope)
{
	GetUserIdAndSecContext(&scope->user, &scope->context);
	scope->settings = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	SetUserIdAndSecContext(store_owner(store),
						   scope->context | SECURITY_LOCAL_USERID_CHANGE);
}

/* Switch back to the caller. */
void
trk_store_leave(const TrkStoreScope *scope)
{
	SetUserIdAndSecContext(scope->user, scope->context);
	AtEOXact_GUC(true, scope->settings);
}

/* Run a statement with the privileges of the current role. */
void
trk_store_run_entered(TrkStore *store, TrkStatement stmt, Datum *values, const char *nulls,
					  int expected)
{
	int			rc = SPI_execute_plan(trk_store_plan(store, stmt), values, nulls, false, 0);

	if (rc != expected)
		elog(ERROR, "statement %d of the store gave %s", (int) stmt,
			 SPI_result_code_string(rc));
}

/*
 * Run a statement as the store's owner.  An error ends the transaction or
 * subtransaction, which switches back to the caller.
 */
void
trk_store_run(TrkStore *store, TrkStatement stmt, Datum *values, const char *nulls,
			  int expected)
{
	TrkStoreScope scope;

	trk_store_enter(store, &scope);
	trk_store_run_entered(store, stmt, values, nulls, expected);
	trk_store_leave(&scope);
}

/* Check rows of a table of the store against the caller's policies. */
void
trk_store_check(TrkStore *store, const char *table, const TrkPendingRows *rows)
{
	Oid			relid = get_relname_relid(table, store->nsp);

	if (OidIsValid(relid))
		trk_policies_check(relid, rows);
}

/*
 * Return the month slot of a time: the number of its month, or one of the two
 * slots TRK_MONTH_BEFORE and TRK_MONTH_AFTER for times outside the months.
 */
int
trk_month_of(int64 occurred_at)
{
	int64		days = occurred_at / USECS_PER_DAY;
	int			year,
				month,
				day;

	if (occurred_at < 0)
		return TRK_MONTH_BEFORE;
	trk_days_to_date(days, &year, &month, &day);
	if (year > TRK_LAST_YEAR)
		return TRK_MONTH_AFTER;
	return (year - TRK_FIRST_YEAR) * 12 + month - 1;
}

/* Return the first moment of the month with this slot. */
int64
trk_month_begin(int month)
{
	if (month == TRK_MONTH_BEFORE)
		return DT_NOBEGIN;
	if (month == TRK_MONTH_AFTER)
		month = TRK_MONTHS;
	return trk_date_to_days(TRK_FIRST_YEAR + month / 12, month % 12 + 1, 1) * USECS_PER_DAY;
}

/* Call at_make_partitions() with the times that need a partition. */
static void
store_make_partitions(TrkStore *store, const int64 *times, int n)
{
	Datum	   *elems = palloc(sizeof(Datum) * n);
	Datum		arg;

	for (int i = 0; i < n; i++)
		elems[i] = TimestampTzGetDatum(times[i]);
	arg = PointerGetDatum(construct_array(elems, n, TIMESTAMPTZOID, sizeof(TimestampTz),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	trk_store_run(store, TRK_STMT_MAKE_PARTITIONS, &arg, NULL, SPI_OK_SELECT);
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Make sure that partitions exist for these times.  The lock is the one that
 * INSERT takes: it prevents partitions from being dropped or detached, and
 * taking it makes this backend see those that were.
 */
void
trk_store_ensure_partitions(TrkStore *store, const int64 *times, int n)
{
	bool		asked[TRK_MONTH_SLOTS] = {false};
	int64	   *missing = NULL;
	int			nmissing = 0;

	LockRelationOid(store->event_relid, RowExclusiveLock);
	for (int i = 0; i < n; i++)
	{
		int			month = trk_month_of(times[i]);

		if (store->months[month] || asked[month])
			continue;
		if (missing == NULL)
			missing = palloc(sizeof(int64) * n);
		missing[nmissing++] = times[i];
		asked[month] = true;
	}
	if (missing == NULL)
		return;
	store_make_partitions(store, missing, nmissing);
	for (int i = 0; i < nmissing; i++)
		store->months[trk_month_of(missing[i])] = true;
	pfree(missing);
}
