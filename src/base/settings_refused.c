/*
 * settings_refused.c
 *	  Finds settings of the administrator that a connection has overridden
 *	  without permission (see settings_refused.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/settings_refused.h"
#include "utils/guc_tables.h"

#define MAX_SETTINGS	8

/* Settings for which a value waited; after trk_settings_refused_settle(), was refused. */
static const char *refused[MAX_SETTINGS];
static int	nrefused = 0;

/* Return the server's entry of a setting, or NULL. */
static struct config_generic *
find_setting(const char *name)
{
	int			n;
	struct config_generic **settings = trk_all_settings(&n);
	int			i;

	for (i = 0; i < n; i++)
	{
		if (pg_strcasecmp(settings[i]->name, name) == 0)
			return settings[i];
	}
	return NULL;
}

/*
 * Before a setting is defined: note whether a placeholder with a value exists
 * for it.
 */
void
trk_settings_refused_expect(const char *name)
{
	if (find_setting(name) == NULL)
		return;
	if (nrefused == MAX_SETTINGS)
		elog(ERROR, "too many settings");
	refused[nrefused++] = name;
}

/* Return whether a setting has its built-in default. */
static bool
is_built_in(const char *name)
{
	struct config_generic *setting = find_setting(name);

	return setting == NULL || setting->source == PGC_S_DEFAULT;
}

/*
 * After all settings are defined: find those whose placeholder value was
 * refused.
 */
void
trk_settings_refused_settle(void)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < nrefused; i++)
	{
		if (is_built_in(refused[i]))
			refused[kept++] = refused[i];
	}
	nrefused = kept;
}

/* Raise an ERROR when the value of a placeholder was refused. */
void
trk_settings_refused_check(void)
{
	int			i;

	for (i = 0; i < nrefused; i++)
	{
		if (is_built_in(refused[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("a value of \"%s\" was refused when this session began", refused[i]),
					 errdetail("It may hide what the administrator has set, so nothing is stored."),
					 errhint("Connect without an option for it; or, if it comes from the database, the role or postgresql.conf, correct it there.")));
	}
}
