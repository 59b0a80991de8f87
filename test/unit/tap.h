/*
 * tap.h
 *	  The few lines a unit test needs to speak TAP.
 *
 * Included by each test program once.
 */
#ifndef TRK_TAP_H
#define TRK_TAP_H

#include "base/trk.h"

static int	tap_tests = 0;
static int	tap_failures = 0;

/* One test; what its description may not hold is shown as a question mark. */
static void
pg_attribute_printf(2, 3)
ok(bool passed, const char *fmt,...)
{
	char		description[200];
	char	   *p;
	va_list		args;

	va_start(args, fmt);
	vsnprintf(description, sizeof(description), fmt, args);
	va_end(args);
	for (p = description; *p != '\0'; p++)
		if (*p < ' ' || *p > '~' || *p == '#')
			*p = '?';
	tap_tests++;
	if (!passed)
		tap_failures++;
	printf("%sok %d - %s\n", passed ? "" : "not ", tap_tests, description);
}

/* The plan, and the program's exit status. */
static int
done_testing(void)
{
	printf("1..%d\n", tap_tests);
	return tap_failures == 0 ? 0 : 1;
}

#endif							/* TRK_TAP_H */
