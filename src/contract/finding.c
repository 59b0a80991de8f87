/*
 * finding.c
 *	  Lists of findings, and the names of their rules.
 */
#include "base/trk.h"

#include "contract/finding.h"
#include "json/json.h"

/* Messages of up to this length are formatted only once. */
#define SHORT_MESSAGE	256

static const char *const rule_names[TRK_RULES] = {
#define TRK_RULE(ident, name, meaning) [TRK_RULE_##ident] = name,
#include "contract/rules.def"
#undef TRK_RULE
};

/* Start an empty list. */
void
trk_findings_init(TrkFindings *findings, TrkArena *arena)
{
	findings->arena = arena;
	findings->first = NULL;
	findings->last = NULL;
	findings->count = 0;
}

/* Return whether the list has a finding with this path and rule. */
static bool
has_finding(const TrkFindings *findings, const char *path, TrkRule rule)
{
	const TrkFinding *finding;

	for (finding = findings->first; finding != NULL; finding = finding->next)
		if (finding->rule == rule && strcmp(finding->path, path) == 0)
			return true;
	return false;
}

/* Format a message into the arena. */
static const char *
pg_attribute_printf(2, 0)
format_message(TrkArena *arena, const char *fmt, va_list args)
{
	char		message[SHORT_MESSAGE];
	char	   *longer;
	va_list		again;
	int			len;

	va_copy(again, args);
	len = vsnprintf(message, sizeof(message), fmt, args);
	if (len < 0)
		len = 0;
	if (len < sizeof(message))
		longer = trk_arena_copy(arena, message, len);
	else
	{
		longer = trk_alloc(arena, (Size) len + 1);
		vsnprintf(longer, (Size) len + 1, fmt, again);
	}
	va_end(again);
	return longer;
}

/* Add a finding unless the same (path, rule) is there. */
void
trk_finding_add(TrkFindings *findings, const char *path, TrkRule rule,
				const char *fmt,...)
{
	TrkFinding *finding;
	va_list		args;

	if (has_finding(findings, path, rule))
		return;
	finding = trk_alloc(findings->arena, sizeof(TrkFinding));
	finding->next = NULL;
	finding->path = path;
	finding->rule = rule;
	va_start(args, fmt);
	finding->message = format_message(findings->arena, fmt, args);
	va_end(args);
	if (findings->last == NULL)
		findings->first = finding;
	else
		findings->last->next = finding;
	findings->last = finding;
	findings->count++;
}

/* Add a finding at the head of the list, unless the same (path, rule) is there. */
void
trk_finding_add_first(TrkFindings *findings, const char *path, TrkRule rule, const char *message)
{
	TrkFinding *finding;

	if (has_finding(findings, path, rule))
		return;
	finding = trk_alloc(findings->arena, sizeof(TrkFinding));
	finding->next = findings->first;
	finding->path = path;
	finding->rule = rule;
	finding->message = message;
	findings->first = finding;
	if (findings->last == NULL)
		findings->last = finding;
	findings->count++;
}

/* Return the name of a rule as SQL shows it. */
const char *
trk_rule_name(TrkRule rule)
{
	Assert(rule < TRK_RULES);
	return rule_names[rule];
}

/* Append one text member of a finding; label is all that comes before it. */
static void
write_text(TrkBuf *buf, const char *label, const char *text)
{
	trk_buf_append(buf, label, strlen(label));
	trk_json_write_string(buf, text, strlen(text));
}

/* Append the findings as a canonical JSON array. */
void
trk_findings_write(TrkBuf *buf, const TrkFindings *findings)
{
	const TrkFinding *finding;

	trk_buf_putc(buf, '[');
	for (finding = findings->first; finding != NULL; finding = finding->next)
	{
		if (finding != findings->first)
			trk_buf_putc(buf, ',');
		write_text(buf, "{\"message\":", finding->message);
		write_text(buf, ",\"path\":", finding->path);
		write_text(buf, ",\"rule\":", trk_rule_name(finding->rule));
		trk_buf_putc(buf, '}');
	}
	trk_buf_putc(buf, ']');
}
