/*
 * trace.c
 *	  A run as a page (see trace.h).
 */
#include "base/trk.h"

#include "base/text.h"
#include "report/format.h"
#include "report/trace.h"

/* What steps of one kind took together. */
typedef struct KindSums
{
	TrkText		kind;
	int64		n;
	int64		ok;
	int64		failed;
	int64		timed;
	double		ms;
} KindSums;

/* Kinds that a summary has at most; at_run_steps() knows nine. */
#define MAX_KINDS	16

/* Return how a outcome or a failure looks. */
static TrkPageTone
tone_of(TrkOutcome outcome)
{
	return outcome == TRK_OUTCOME_FAILED ? TRK_TONE_LOSS : outcome == TRK_OUTCOME_SUCCEEDED ? TRK_TONE_GAIN : TRK_TONE_PLAIN;
}

/* Add a text, cut at so many characters. */
static void
add_cut(TrkPage *page, TrkPageTone tone, TrkText text, Size characters)
{
	Size		len = trk_prefix_of(text, characters);

	trk_page_text(page, tone, (TrkText) {text.s, len});
	if (len < text.len)
		trk_page_say(page, TRK_TONE_MUTED, " ...");
}

/* Add a text behind a label, if there is one. */
static void
add_labelled(TrkPage *page, const char *label, TrkPageTone tone, TrkText text)
{
	if (text.len == 0)
		return;
	if (label[0] != '\0')
		trk_page_say(page, tone == TRK_TONE_MUTED ? tone : TRK_TONE_PLAIN, label);
	add_cut(page, tone, text, TRK_TRACE_NAME);
}

/* Add the title: what the run was and how it ended. */
static void
add_title(TrkPage *page, const TrkTraceRun *run)
{
	trk_page_block(page, TRK_BLOCK_TITLE);
	trk_page_line(page);
	add_cut(page, TRK_TONE_PLAIN, run->run_type.len > 0 ? run->run_type : trk_text_literal("A run"), TRK_TRACE_NAME);
	add_labelled(page, " of ", TRK_TONE_PLAIN, run->agent_id);
	if (run->status.len == 0)
		trk_page_say(page, TRK_TONE_MUTED, " said neither that it began nor that it ended");
	else if (run->silent_ms >= 0)
	{
		trk_page_say(page, TRK_TONE_DOUBT, " is open");
		add_labelled(page, ", silent for ", TRK_TONE_PLAIN, trk_format_ms(page->arena, run->silent_ms));
	}
	else
	{
		add_labelled(page, ": ", tone_of(run->outcome), run->status);
		add_labelled(page, " after ", TRK_TONE_PLAIN, trk_format_ms(page->arena, run->duration_ms));
	}
}

/* Add a line that says whose run it was and when. */
static void
add_where(TrkPage *page, const TrkTrace *trace, const TrkTraceRun *run)
{
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_line(page);
	add_labelled(page, "", TRK_TONE_MUTED, run->project);
	add_labelled(page, ", ", TRK_TONE_MUTED, run->environment);
	trk_page_say(page, TRK_TONE_MUTED, ", ");
	trk_page_text(page, TRK_TONE_CODE, trace->run_id);
	add_labelled(page, ", ", TRK_TONE_MUTED, run->started);
	add_labelled(page, " to ", TRK_TONE_MUTED, run->ended);
	add_labelled(page, " ", TRK_TONE_MUTED, trace->zone);
}

/* Add a short line, if its text is known. */
static void
add_chip(TrkPage *page, const char *label, TrkPageTone tone, TrkText text, const char *unit)
{
	if (text.len == 0)
		return;
	trk_page_cell_say(page, TRK_TONE_PLAIN, label);
	add_cut(page, tone, text, TRK_TRACE_NAME);
	trk_page_say(page, TRK_TONE_PLAIN, unit);
}

/* Add what the run used, cost and earned. */
static void
add_chips(TrkPage *page, const TrkTraceRun *run)
{
	TrkPageTone tone = run->net_pnl.len > 0 && run->net_pnl.s[0] == '-' ? TRK_TONE_LOSS : TRK_TONE_GAIN;
	TrkText		none = {"", 0};

	trk_page_block(page, TRK_BLOCK_CHIPS);
	add_chip(page, "", TRK_TONE_PLAIN, trk_format_count(page->arena, run->events), run->events == 1 ? " event" : " events");
	add_chip(page, "cost ", TRK_TONE_PLAIN, trk_format_decimal(page->arena, run->cost_usd, false), " USD");
	add_chip(page, "", TRK_TONE_PLAIN, run->tokens < 0 ? none : trk_format_count(page->arena, run->tokens), " tokens");
	add_chip(page, "result ", tone, trk_format_decimal(page->arena, run->net_pnl, true), "");
	add_chip(page, "models ", TRK_TONE_PLAIN, run->models, "");
	add_chip(page, "build ", TRK_TONE_CODE, run->build_id, "");
	add_chip(page, "", TRK_TONE_DOUBT, run->flags, "");
}

/* Begin a section. */
static void
add_heading(TrkPage *page, const char *text)
{
	trk_page_block(page, TRK_BLOCK_HEADING);
	trk_page_cell_say(page, TRK_TONE_PLAIN, text);
}

/* Return the sums of a kind. */
static KindSums *
sums_of(KindSums *sums, int *n, TrkText kind)
{
	for (int i = 0; i < *n; i++)
		if (trk_text_equal(sums[i].kind, kind))
			return &sums[i];
	if (*n == MAX_KINDS)
		return &sums[MAX_KINDS - 1];
	memset(&sums[*n], 0, sizeof(KindSums));
	sums[*n].kind = kind;
	return &sums[(*n)++];
}

/* Add the steps of a kind up. */
static int
sum_kinds(const TrkTrace *trace, KindSums *sums)
{
	int			n = 0;

	for (int i = 0; i < trace->nsteps; i++)
	{
		const TrkTraceStep *step = &trace->steps[i];
		KindSums   *sum = sums_of(sums, &n, step->kind);

		sum->n++;
		sum->ok += step->outcome == TRK_OUTCOME_SUCCEEDED;
		sum->failed += step->outcome == TRK_OUTCOME_FAILED;
		if (step->total_ms >= 0)
		{
			sum->timed++;
			sum->ms += step->total_ms;
		}
	}
	return n;
}

/* Add the table of kinds of steps. */
static void
add_summary(TrkPage *page, const TrkTrace *trace)
{
	static const TrkPageColumn columns[] = {
		{"kind", false}, {"steps", true}, {"succeeded", true}, {"failed", true}, {"average", true}
	};
	KindSums	sums[MAX_KINDS];
	int			n = sum_kinds(trace, sums);

	add_heading(page, "Steps by kind");
	trk_page_table(page, columns, lengthof(columns));
	for (int i = 0; i < n; i++)
	{
		trk_page_panel(page);
		trk_page_cell(page, TRK_TONE_PLAIN, sums[i].kind);
		trk_page_cell(page, TRK_TONE_PLAIN, trk_format_count(page->arena, sums[i].n));
		trk_page_cell(page, TRK_TONE_PLAIN, trk_format_count(page->arena, sums[i].ok));
		trk_page_cell(page, sums[i].failed > 0 ? TRK_TONE_LOSS : TRK_TONE_PLAIN,
					  trk_format_count(page->arena, sums[i].failed));
		trk_page_cell(page, TRK_TONE_PLAIN,
					  trk_format_ms(page->arena, sums[i].timed == 0 ? -1 : sums[i].ms / sums[i].timed));
	}
}

/* The steps of a trace while the most telling ones are chosen. */
typedef struct Choice
{
	const TrkTraceStep *step;
	int			number;
} Choice;

/* Compare two steps for qsort(): runs come first, then what failed, then the longest. */
static int
compare_weight(const void *a, const void *b)
{
	const Choice *x = a;
	const Choice *y = b;
	int			kind_x = x->step->depth == 0 ? 0 : x->step->outcome == TRK_OUTCOME_FAILED ? 1 : 2;
	int			kind_y = y->step->depth == 0 ? 0 : y->step->outcome == TRK_OUTCOME_FAILED ? 1 : 2;

	if (kind_x != kind_y)
		return kind_x - kind_y;
	if (x->step->total_ms != y->step->total_ms)
		return x->step->total_ms > y->step->total_ms ? -1 : 1;
	return x->number - y->number;
}

/* Mark at most so many steps that are shown; return how many. */
static int
choose(const TrkTrace *trace, TrkArena *arena, int most, bool *shown)
{
	Choice	   *choices;

	memset(shown, trace->nsteps <= most, trace->nsteps);
	if (trace->nsteps <= most)
		return trace->nsteps;
	choices = trk_alloc_array(arena, Choice, trace->nsteps);
	for (int i = 0; i < trace->nsteps; i++)
		choices[i] = (Choice) {&trace->steps[i], i};
	qsort(choices, trace->nsteps, sizeof(Choice), compare_weight);
	for (int i = 0; i < most; i++)
		shown[choices[i].number] = true;
	return most;
}

/* Say how many steps are left out, if any. */
static void
add_left_out(TrkPage *page, const TrkTrace *trace, int shown)
{
	if (shown == trace->nsteps)
		return;
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell(page, TRK_TONE_DOUBT, trk_format_count(page->arena, shown));
	trk_page_say(page, TRK_TONE_DOUBT, " of ");
	trk_page_text(page, TRK_TONE_DOUBT, trk_format_count(page->arena, trace->nsteps));
	trk_page_say(page, TRK_TONE_DOUBT, " steps: those that failed, and the longest.");
}

/* Return the name of a step, with its kind where there is none and its attempt. */
static TrkText
name_of(TrkPage *page, const TrkTraceStep *step)
{
	TrkText		name = step->name.len > 0 ? step->name : step->kind;
	Size		len = trk_prefix_of(name, TRK_TRACE_NAME);
	char		attempt[32];
	TrkBuf		buf;

	trk_buf_init(&buf, page->arena, len + sizeof(attempt));
	trk_buf_append(&buf, name.s, len);
	if (step->attempt > 1)
	{
		snprintf(attempt, sizeof(attempt), ", attempt %d", step->attempt);
		trk_buf_append(&buf, attempt, strlen(attempt));
	}
	return (TrkText) {buf.data, buf.len};
}

/* Add the waterfall of a trace, of at most so many steps. */
void
trk_trace_waterfall(const TrkTrace *trace, TrkPage *page, int most)
{
	bool	   *shown = trk_alloc_array(page->arena, bool, trace->nsteps + 1);
	int			n = choose(trace, page->arena, most, shown);

	add_left_out(page, trace, n);
	trk_page_block(page, TRK_BLOCK_WATERFALL);
	for (int i = 0; i < trace->nsteps; i++)
	{
		const TrkTraceStep *step = &trace->steps[i];
		TrkPageBar	bar = {0};

		TRK_CHECK_INTERRUPTS();
		if (!shown[i] || step->began < 0)
			continue;
		bar.name = name_of(page, step);
		bar.kind = step->kind;
		bar.length = trk_format_ms(page->arena, step->total_ms > 0 ? step->total_ms : -1);
		bar.depth = step->depth;
		bar.begin = step->began;
		bar.end = Max(step->began, step->ended);
		bar.failed = step->outcome == TRK_OUTCOME_FAILED;
		bar.is_open = step->ended < 0;
		trk_page_bar(page, &bar);
	}
}

/* Add the errors that the run recorded. */
static void
add_errors(TrkPage *page, const TrkTrace *trace)
{
	static const TrkPageColumn columns[] = {
		{"at", false}, {"severity", false}, {"component", false}, {"kind", false}, {"message", false}
	};

	add_heading(page, "Errors");
	if (trace->nerrors == 0)
	{
		trk_page_block(page, TRK_BLOCK_LINES);
		trk_page_cell_say(page, TRK_TONE_MUTED, "It recorded none.");
		return;
	}
	trk_page_table(page, columns, lengthof(columns));
	for (int i = 0; i < trace->nerrors; i++)
	{
		const TrkTraceError *error = &trace->errors[i];

		trk_page_panel(page);
		trk_page_cell(page, TRK_TONE_PLAIN, error->at);
		trk_page_cell(page, TRK_TONE_PLAIN, error->severity);
		trk_page_cell(page, TRK_TONE_PLAIN, error->component);
		trk_page_cell(page, TRK_TONE_LOSS, error->kind);
		trk_page_line(page);
		add_cut(page, TRK_TONE_PLAIN, error->message, TRK_TRACE_VALUE);
	}
}

/* Add values behind a label, a line each. */
static void
add_values(TrkPage *page, const char *label, const TrkTraceValue *values, int n)
{
	for (int i = 0; i < n; i++)
	{
		trk_page_cell_say(page, TRK_TONE_MUTED, label);
		trk_page_text(page, TRK_TONE_STRONG, values[i].name);
		trk_page_say(page, TRK_TONE_PLAIN, " ");
		add_cut(page, TRK_TONE_PLAIN, values[i].value, TRK_TRACE_VALUE);
	}
}

/* Add what a step took and cost; most take no time that anybody measured. */
static void
add_effort(TrkPage *page, const TrkTraceStep *step)
{
	if (step->total_ms == 0 && step->cost_usd.len == 0 && step->flags.len == 0)
		return;
	trk_page_cell_say(page, TRK_TONE_MUTED, "took ");
	trk_page_text(page, TRK_TONE_PLAIN,
				  step->total_ms < 0 ? trk_text_literal("an unknown time") : trk_format_ms(page->arena, step->total_ms));
	if (step->self_ms >= 0 && step->self_ms < step->total_ms)
		add_labelled(page, ", of it by itself ", TRK_TONE_PLAIN, trk_format_ms(page->arena, step->self_ms));
	if (step->cost_usd.len > 0)
	{
		add_labelled(page, ", cost ", TRK_TONE_PLAIN, trk_format_decimal(page->arena, step->cost_usd, false));
		trk_page_say(page, TRK_TONE_PLAIN, " USD");
	}
	add_labelled(page, ", ", TRK_TONE_DOUBT, step->flags);
}

/* Add a step with all that is known of it. */
static void
add_step(TrkPage *page, const TrkTraceStep *step, int number)
{
	trk_page_panel(page);
	trk_page_cell(page, TRK_TONE_PLAIN, trk_format_count(page->arena, number));
	trk_page_say(page, TRK_TONE_PLAIN, ". ");
	if (step->name.len > 0)
	{
		add_labelled(page, "", TRK_TONE_MUTED, step->kind);
		trk_page_say(page, TRK_TONE_PLAIN, " ");
	}
	trk_page_text(page, TRK_TONE_PLAIN, name_of(page, step));
	add_labelled(page, ": ", tone_of(step->outcome), step->status);

	add_effort(page, step);
	if (step->said.len > 0)
	{
		trk_page_line(page);
		add_cut(page, TRK_TONE_PLAIN, step->said, TRK_TRACE_VALUE);
	}
	if (step->error.len > 0)
	{
		trk_page_cell_say(page, TRK_TONE_MUTED, "error ");
		add_cut(page, TRK_TONE_LOSS, step->error, TRK_TRACE_VALUE);
	}
	add_values(page, "in ", step->went_in, step->nin);
	add_values(page, "out ", step->came_out, step->nout);
}

/* Add all steps. */
static void
add_steps(TrkPage *page, const TrkTrace *trace, bool *shown)
{
	int			n = choose(trace, page->arena, TRK_TRACE_ENTRIES, shown);

	add_heading(page, "What went in and what came out");
	add_left_out(page, trace, n);
	trk_page_block(page, TRK_BLOCK_ENTRIES);
	for (int i = 0; i < trace->nsteps; i++)
	{
		TRK_CHECK_INTERRUPTS();
		if (shown[i])
			add_step(page, &trace->steps[i], i + 1);
	}
}

/* Make the page of a trace. */
void
trk_trace_page(const TrkTrace *trace, TrkPage *page, TrkArena *arena)
{
	bool	   *shown = trk_alloc_array(arena, bool, trace->nsteps + 1);

	trk_page_init(page, arena, trace->run_id);
	for (int i = 0; i < trace->nruns; i++)
	{
		add_title(page, &trace->runs[i]);
		add_where(page, trace, &trace->runs[i]);
		add_chips(page, &trace->runs[i]);
	}
	add_summary(page, trace);
	add_heading(page, "Through the run");
	trk_trace_waterfall(trace, page, TRK_TRACE_BARS);
	add_errors(page, trace);
	add_steps(page, trace, shown);
}
