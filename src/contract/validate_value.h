/*
 * validate_value.h
 *	  Checks one payload value by one check of the contract.  Called by
 *	  validate.c only.
 */
#ifndef TRK_VALIDATE_VALUE_H
#define TRK_VALIDATE_VALUE_H

#include "contract/contract.h"
#include "contract/finding.h"
#include "json/json.h"

/*
 * Add a finding for each rule the value breaks.  Whether null passes is for
 * the caller to say: here it is a value like any other.  path must outlive the
 * findings.
 */
extern void trk_check_value(const TrkCheck *check, const char *path,
							const TrkValue *value, TrkFindings *findings);

/* Add the finding for a value that is not in an enumeration. */
extern void trk_add_enum_finding(TrkFindings *findings, const char *path, TrkEnumId id);

#endif							/* TRK_VALIDATE_VALUE_H */
