/*
 * sample_messy_run.c
 *	  Runs that are open, without a start, completed twice or before they
 *	  began, that two agents share, that come late or from a clock that is
 *	  ahead, and that go on into the next month.
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_messy_run.h"

/* Write some steps of a run. */
static void
write_some_steps(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_read_memory(sample, agent, NULL);
	trk_sample_call_tool(sample, agent, NULL);
}

/* Write a run that is completed twice, first in part and then as a whole. */
static void
complete_twice(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		started = agent->clock;

	trk_sample_start_run(sample, agent, "double_completion");
	write_some_steps(sample, agent);
	trk_sample_end_run(sample, agent, "double_completion", started, "partial");
	write_some_steps(sample, agent);
	trk_sample_end_run(sample, agent, "double_completion", started, "succeeded");
}

/* Write a run whose completion comes from a machine with a clock that is behind. */
static void
complete_before_start(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_start_run(sample, agent, "clock_skew");
	write_some_steps(sample, agent);
	trk_sample_begin_event(sample, agent, "agent.run.completed", NULL);
	sample->event.skew = -90 * TRK_SAMPLE_SECOND;
	trk_sample_add_text(sample, "run_type", "clock_skew");
	trk_sample_add_text(sample, "status", "succeeded");
	trk_sample_end_event(sample);
}

/* Write runs of an agent with a start or an end too few or too many. */
void
trk_sample_write_messy_runs(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < 2; i++)
	{
		trk_sample_start_run(sample, agent, "open_run");
		write_some_steps(sample, agent);
	}
	for (int i = 0; i < 2; i++)
	{
		int64		started = agent->clock;

		trk_sample_new_run(sample, agent);
		write_some_steps(sample, agent);
		trk_sample_complete_run(sample, agent, "headless_run", started);
	}
	complete_twice(sample, agent);
	complete_before_start(sample, agent);
}

/* Write a run that two agents share: both start it, and both complete it. */
void
trk_sample_write_shared_run(TrkSampleDesk *sample, TrkSampleAgent *first, TrkSampleAgent *second)
{
	int64		started = first->clock;
	char		run_id[TRK_SAMPLE_ID_SIZE];

	trk_sample_start_run(sample, first, "shared_run");
	memcpy(run_id, first->run_id, sizeof(run_id));
	write_some_steps(sample, first);
	second->clock = first->clock;
	trk_sample_new_run(sample, second);
	memcpy(second->run_id, run_id, sizeof(run_id));
	trk_sample_begin_event(sample, second, "agent.run.started", NULL);
	trk_sample_add_text(sample, "run_type", "shared_run");
	trk_sample_end_event(sample);
	write_some_steps(sample, second);
	trk_sample_complete_run(sample, second, "shared_run", started);
	first->clock = second->clock;
	trk_sample_complete_run(sample, first, "shared_run", started);
}

/* Write a run of ten in the morning, and after its completion a call from before that. */
static void
upload_late(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		started = sample->day * TRK_SAMPLE_DAY + 10 * 3600 * TRK_SAMPLE_SECOND;

	agent->clock = started;
	trk_sample_start_run(sample, agent, "late_upload");
	write_some_steps(sample, agent);
	agent->clock += 60 * TRK_SAMPLE_SECOND;
	trk_sample_complete_run(sample, agent, "late_upload", started);
	agent->clock -= 30 * TRK_SAMPLE_SECOND;
	trk_sample_call_tool(sample, agent, NULL);
}

/* Write runs of which the lines come late, or whose clock is ahead. */
void
trk_sample_write_wrong_times(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	upload_late(sample, agent);
	agent->clock = sample->day * TRK_SAMPLE_DAY + 60 * 3600 * TRK_SAMPLE_SECOND;
	trk_sample_write_run(sample, agent, "clock_ahead", write_some_steps);
}

/* Return the days since 1970 on which the month after the current day's begins. */
static int64
next_month(int64 day)
{
	int			year,
				month,
				day_of_month;

	trk_days_to_date(day + TRK_SAMPLE_FIRST_DAY, &year, &month, &day_of_month);
	if (month == 12)
		return trk_date_to_days(year + 1, 1, 1) - TRK_SAMPLE_FIRST_DAY;
	return trk_date_to_days(year, month + 1, 1) - TRK_SAMPLE_FIRST_DAY;
}

/* On the last trading day of a month, write a run that ends in the next one. */
void
trk_sample_write_month_end(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		month_begin = next_month(sample->day);
	int64		started = month_begin * TRK_SAMPLE_DAY - 600 * TRK_SAMPLE_SECOND;

	for (int64 day = sample->day + 1; day < month_begin; day++)
		if (!trk_sample_is_weekend(day))
			return;
	agent->clock = started;
	trk_sample_start_run(sample, agent, "month_end");
	write_some_steps(sample, agent);
	agent->clock = started + 3600 * TRK_SAMPLE_SECOND;
	write_some_steps(sample, agent);
	trk_sample_complete_run(sample, agent, "month_end", started);
}
