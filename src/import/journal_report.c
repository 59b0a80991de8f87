/*
 * journal_report.c
 *	  Writes the coverage report of an export: which journal tables exist, and
 *	  which are missing.
 */
#include "base/trk.h"

#include "import/journal.h"
#include "base/text.h"

/* The name that the report has for repositories with these tables. */
#define REPO_PROFILE	"aitrade"

/* The results of journal_coverage(), in canonical order. */
static const char *const coverages[] = {"implemented", "missing", "not_found"};

/* Append a C string as it is. */
static void
append(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* Append a C string as a JSON string. */
static void
append_string(TrkBuf *buf, const char *s)
{
	trk_json_write_string(buf, s, strlen(s));
}

/* Append a whole number. */
static void
append_number(TrkBuf *buf, uint64 n)
{
	char		digits[24];

	snprintf(digits, sizeof(digits), UINT64_FORMAT, n);
	append(buf, digits);
}

/* Append a comma unless this is the first member or item. */
static void
append_comma(TrkBuf *buf, bool *first)
{
	if (!*first)
		trk_buf_putc(buf, ',');
	*first = false;
}

/*
 * Return the coverage of a table as the report prints it: "implemented",
 * "missing" or "not_found".
 */
static const char *
journal_coverage(int table, uint64 rows)
{
	if (rows > 0)
		return coverages[0];
	return coverages[trk_journal_table(table)->required ? 1 : 2];
}

/* Make the warning about a row of a table that is not a journal table. */
const char *
trk_journal_unsupported(TrkArena *arena, const char *name, Size len)
{
	TrkBuf		buf;

	trk_buf_init(&buf, arena, len + 40);
	append(&buf, "unsupported table ignored: ");
	trk_buf_append(&buf, name, len);
	trk_buf_putc(&buf, '\0');
	return buf.data;
}

/* Append how many tables have each coverage, without zeros. */
static void
append_coverage_counts(TrkBuf *buf, const TrkJournalReport *report)
{
	bool		first = true;
	Size		i;
	int			table;

	trk_buf_putc(buf, '{');
	for (i = 0; i < lengthof(coverages); i++)
	{
		uint64		n = 0;

		for (table = 0; table < TRK_JOURNAL_TABLES; table++)
			if (journal_coverage(table, report->surface[table].rows) == coverages[i])
				n++;
		if (n == 0)
			continue;
		append_comma(buf, &first);
		append_string(buf, coverages[i]);
		trk_buf_putc(buf, ':');
		append_number(buf, n);
	}
	trk_buf_putc(buf, '}');
}

/* Append the required tables that have no rows. */
static void
append_missing(TrkBuf *buf, const TrkJournalReport *report)
{
	bool		first = true;
	int			table;

	trk_buf_putc(buf, '[');
	for (table = 0; table < TRK_JOURNAL_TABLES; table++)
		if (trk_journal_table(table)->required && report->surface[table].rows == 0)
		{
			append_comma(buf, &first);
			append_string(buf, trk_journal_table(table)->name);
		}
	trk_buf_putc(buf, ']');
}

/* Append the ids of the first rows of a table. */
static void
append_refs(TrkBuf *buf, const char *name, const TrkJournalSurface *surface)
{
	bool		first = true;
	uint32		i;

	trk_buf_putc(buf, '[');
	for (i = 0; i < surface->nrefs; i++)
	{
		append_comma(buf, &first);
		append(buf, "{\"id\":");
		trk_json_write_string(buf, surface->refs[i].s, surface->refs[i].len);
		append(buf, ",\"table\":");
		append_string(buf, name);
		trk_buf_putc(buf, '}');
	}
	trk_buf_putc(buf, ']');
}

/* Append one table. */
static void
append_surface(TrkBuf *buf, int table, const TrkJournalSurface *surface)
{
	const TrkJournalTable *info = trk_journal_table(table);

	append(buf, "{\"coverage\":");
	append_string(buf, journal_coverage(table, surface->rows));
	append(buf, ",\"event_type\":");
	append_string(buf, trk_event_type_name(info->event_type));
	append(buf, ",\"mistake_families\":[],\"name\":");
	append_string(buf, info->name);
	append(buf, ",\"notes\":[],\"required\":");
	append(buf, info->required ? "true" : "false");
	append(buf, ",\"source_refs\":");
	append_refs(buf, info->name, surface);
	append(buf, ",\"tests\":[]}");
}

/* Append all tables. */
static void
append_surfaces(TrkBuf *buf, const TrkJournalReport *report)
{
	bool		first = true;
	int			table;

	trk_buf_putc(buf, '[');
	for (table = 0; table < TRK_JOURNAL_TABLES; table++)
	{
		append_comma(buf, &first);
		append_surface(buf, table, &report->surface[table]);
	}
	trk_buf_putc(buf, ']');
}

/* Append the JSON array of the warnings. */
void
trk_journal_warnings_write(TrkBuf *buf, const TrkJournalReport *report)
{
	bool		first = true;
	Size		i;

	trk_buf_putc(buf, '[');
	for (i = 0; i < report->nwarnings; i++)
	{
		append_comma(buf, &first);
		trk_json_write_string(buf, report->warnings[i].s, report->warnings[i].len);
	}
	trk_buf_putc(buf, ']');
}

/* Append the coverage report, a JSON object in canonical form. */
void
trk_journal_report_write(TrkBuf *buf, const TrkJournalReport *report)
{
	append(buf, "{\"coverage_counts\":");
	append_coverage_counts(buf, report);
	append(buf, ",\"generated_at\":");
	trk_json_write_string(buf, report->generated_at.s, report->generated_at.len);
	append(buf, ",\"missing_required\":");
	append_missing(buf, report);
	append(buf, ",\"project\":");
	trk_json_write_string(buf, report->project.s, report->project.len);
	append(buf, ",\"repo_profile\":\"" REPO_PROFILE "\",\"schema_version\":\"" TRK_SCHEMA_VERSION "\",\"surfaces\":");
	append_surfaces(buf, report);
	append(buf, ",\"warnings\":");
	trk_journal_warnings_write(buf, report);
	trk_buf_putc(buf, '}');
}

/*
 * Append a JSON object with the number of events made of each table, without
 * zeros.
 */
void
trk_journal_counts_write(TrkBuf *buf, const TrkJournalReport *report)
{
	bool		first = true;
	int			table;

	trk_buf_putc(buf, '{');
	for (table = 0; table < TRK_JOURNAL_TABLES; table++)
		if (report->surface[table].events > 0)
		{
			append_comma(buf, &first);
			append_string(buf, trk_journal_table(table)->name);
			trk_buf_putc(buf, ':');
			append_number(buf, report->surface[table].events);
		}
	trk_buf_putc(buf, '}');
}
