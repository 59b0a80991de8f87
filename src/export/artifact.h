/*
 * artifact.h
 *	  What is made of events for people and for other programs: repair packs,
 *	  dataset items, evaluation plans, diagnostics, experiment manifests.
 *
 * Called by artifact_sql.c.  The artifacts of a set see its events one by one,
 * in order, keep only what they give back, and then write themselves as JSON.
 * Events are taken as they are, valid or not; secret shapes are replaced in
 * whatever of them is written.
 */
#ifndef TRK_ARTIFACT_H
#define TRK_ARTIFACT_H

#include "redact/json_document.h"
#include "readiness/evidence_set.h"

/* Version of the artifacts' form. */
#define TRK_ARTIFACT_VERSION	"2026-06-08"

/* What all artifacts say of how they treat private data. */
#define TRK_ARTIFACT_PRIVACY	"hash_or_reference_only"

/* An event that is looked at. */
typedef struct TrkArtifactEvents
{
	TrkArena   *arena;
	TrkEvent	event;
	TrkEvidence evidence;
} TrkArtifactEvents;

/* Read an event; an error when it is no JSON object. */
extern void trk_see(TrkArtifactEvents *seen, TrkArena *arena, TrkText text);

/* The bytes of a string, or none where there is no string. */
extern TrkText trk_text_of(const TrkValue *value);

/* Repair pack: the first max_findings findings and the reports behind them. */
typedef struct TrkRepairPack TrkRepairPack;

extern TrkRepairPack *trk_repair_begin(int max_findings);
extern void trk_repair_event(TrkRepairPack *pack, const TrkArtifactEvents *seen);
extern void trk_repair_write(TrkRepairPack *pack, StringInfo doc);

/* Dataset: the invariant of an event, or NULL when it makes no item. */
extern const char *trk_dataset_invariant(const TrkArtifactEvents *seen);
extern void trk_dataset_item(StringInfo doc, TrkArtifactEvents *seen, const char *invariant);

/* Evaluation plan over the dataset items of a set. */
typedef struct TrkEvalPlan TrkEvalPlan;

extern TrkEvalPlan *trk_eval_begin(void);
extern void trk_eval_event(TrkEvalPlan *plan, TrkArtifactEvents *seen);
extern void trk_eval_write(TrkEvalPlan *plan, StringInfo doc);

/* Diagnostics: one event for each decision-flow check. */
typedef struct TrkDiagnosis TrkDiagnosis;

extern TrkDiagnosis *trk_diagnosis_begin(void);
extern void trk_diagnosis_event(TrkDiagnosis *diagnosis, TrkArtifactEvents *seen);

/* How many events there are to write, and one of them, canonical. */
extern int	trk_diagnosis_count(const TrkDiagnosis *diagnosis);
extern void trk_diagnosis_write(const TrkDiagnosis *diagnosis, int check, StringInfo doc);

/* Experiment manifest of a repair pack and declared changes, both objects. */
extern void trk_manifest_write(StringInfo doc, TrkArena *arena, TrkValue *pack,
							   TrkValue *changes);

#endif							/* TRK_ARTIFACT_H */
