/*
 * special_normal.h
 *	  The standard normal distribution: both tails and quantiles.  Pure; called
 *	  by the files of statistics.
 */
#ifndef TRK_SPECIAL_NORMAL_H
#define TRK_SPECIAL_NORMAL_H

#include "base/trk.h"

extern double trk_normal_sf(double z);	/* P(Z > z) */
extern double trk_normal_cdf(double z); /* P(Z <= z) */
extern double trk_normal_quantile(double p);	/* z of P(Z <= z) = p */

#endif							/* TRK_SPECIAL_NORMAL_H */
