/*
 * artifact.h
 *	  Artifacts that are made of events for people and other programs: repair
 *	  packs, dataset items, evaluation plans, diagnostics, experiment
 *	  manifests.
 *
 * Called by artifact_sql.c.  An artifact of a set is given its events one by
 * one, in order, keeps only what it needs, and is then written as JSON.
 * Events are taken as they are, valid or not; secret shapes are replaced in
 * everything that is written.
 */
#ifndef TRK_ARTIFACT_H
#define TRK_ARTIFACT_H

#include "readiness/decision_flow.h"
#include "redact/redacted_value.h"
#include "readiness/evidence_set.h"

/* The version of the format of artifacts. */
#define TRK_ARTIFACT_VERSION	"2026-06-08"

/* The privacy statement in all artifacts. */
#define TRK_ARTIFACT_PRIVACY	"hash_or_reference_only"

/* An event from which artifacts are made. */
typedef struct TrkArtifactEvents
{
	TrkArena   *arena;
	TrkEvent	event;
	TrkEvidence evidence;
} TrkArtifactEvents;

/* Read an event; an error when it is no JSON object. */
extern void trk_see(TrkArtifactEvents *seen, TrkArena *arena, TrkText text);

/* Return the bytes of a string value; the empty text for other values. */
extern TrkText trk_text_of(const TrkValue *value);

/*
 * A repair pack: the first max_findings findings, and the reports behind them.
 */
typedef struct TrkRepairPack TrkRepairPack;

extern TrkRepairPack *trk_repair_begin(int max_findings);
extern void trk_repair_event(TrkRepairPack *pack, const TrkArtifactEvents *seen);
extern void trk_repair_write(TrkRepairPack *pack, StringInfo doc);

/*
 * Return the invariant that a dataset item of this event checks, or NULL when
 * the event makes no item; and append the item.
 */
extern const char *trk_dataset_invariant(const TrkArtifactEvents *seen);
extern void trk_dataset_item(StringInfo doc, TrkArtifactEvents *seen, const char *invariant);

/* An evaluation plan over the dataset items of a set. */
typedef struct TrkEvalPlan TrkEvalPlan;

extern TrkEvalPlan *trk_eval_begin(void);
extern void trk_eval_event(TrkEvalPlan *plan, TrkArtifactEvents *seen);
extern void trk_eval_write(TrkEvalPlan *plan, StringInfo doc);

/* Diagnostics: one event for each decision-flow check. */
typedef struct TrkDiagnosis TrkDiagnosis;

extern TrkDiagnosis *trk_diagnosis_begin(void);
extern void trk_diagnosis_event(TrkDiagnosis *diagnosis, TrkArtifactEvents *seen);

/*
 * Return how many events there are to write; and append one of them in
 * canonical form.
 */
extern int	trk_diagnosis_count(const TrkDiagnosis *diagnosis);
extern void trk_diagnosis_write(const TrkDiagnosis *diagnosis, int check, StringInfo doc);

/* Return the status of one of them, and the id of its check. */
extern TrkFlowStatus trk_diagnosis_status(const TrkDiagnosis *diagnosis, int check);
extern const char *trk_diagnosis_name(int check);

/*
 * Append the experiment manifest of a repair pack and of declared changes,
 * which are both objects.
 */
extern void trk_manifest_write(StringInfo doc, TrkArena *arena, TrkValue *pack,
							   TrkValue *changes);

#endif							/* TRK_ARTIFACT_H */
