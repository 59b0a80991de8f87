/*
 * sample_mistake.c
 *	  Writes events that show a mistake, one of each kind, each by an agent of
 *	  its own.
 *
 * They come before the lines of the first day, with random numbers of their own,
 * so that the other lines are the same with them and without them.
 */
#include "base/trk.h"

#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_mistake.h"

/* What makes the random numbers others than the desk's and the messy part's. */
#define MISTAKE_SEED	UINT64CONST(0x6d697374616b65)

/* Events of the list, or runs where the type is NULL. */
typedef struct Plant
{
	const char *agent;
	const char *environment;
	int			day;
	int			seconds;
	int			times;
	const char *type;
	const char *symbol;
	const char *members;		/* of a run its type */
} Plant;

static const Plant plants[] = {
#define TRK_PLANT(agent, environment, day, seconds, times, type, symbol, members) \
	{agent, environment, day, seconds, times, type, symbol, members},
#define TRK_PLANT_RUN(agent, environment, seconds, times, run_type) \
	{agent, environment, 0, seconds, times, NULL, NULL, run_type},
#include "sample/sample_mistake.def"
};

/* Return the last weekday before the first day. */
static int64
weekday_before(const TrkSampleDesk *sample)
{
	int64		day = sample->day - 1;

	while (trk_sample_is_weekend(day))
		day--;
	return day;
}

/* Return the day of a plant. */
static int64
day_of(const TrkSampleDesk *sample, const Plant *plant)
{
	return plant->day == 2 ? weekday_before(sample) : sample->day - plant->day;
}

/* Become the agent of a plant, in a run of its own. */
static void
become(TrkSampleDesk *sample, TrkSampleAgent *agent, const Plant *plant)
{
	memset(agent, 0, sizeof(*agent));
	snprintf(agent->name, sizeof(agent->name), "%s", plant->agent);
	agent->environment = plant->environment;
	agent->sdk = "{\"name\":\"agent-tracker-python\",\"version\":\"0.5.0\",\"language\":\"python\"}";
	trk_sample_new_run(sample, agent);
}

/* Append the members of an event with the dates that they ask for. */
static void
put_members(TrkSampleDesk *sample, const char *members)
{
	for (; *members; members++)
	{
		if (*members == '@')
			trk_sample_put_date(&sample->payload, sample->day);
		else if (*members == '^')
			trk_sample_put_date(&sample->payload, weekday_before(sample));
		else
			trk_buf_putc(&sample->payload, *members);
	}
}

/* Write the events of a plant, or its runs. */
static void
write_plant(TrkSampleDesk *sample, TrkSampleAgent *agent, const Plant *plant)
{
	agent->clock = day_of(sample, plant) * TRK_SAMPLE_DAY + plant->seconds * TRK_SAMPLE_SECOND;
	for (int i = 0; i < plant->times; i++)
		if (plant->type == NULL)
		{
			int64		started = agent->clock;

			trk_sample_start_run(sample, agent, plant->members);
			trk_sample_complete_run(sample, agent, plant->members, started);
		}
		else
		{
			trk_sample_begin_event(sample, agent, plant->type, plant->symbol);
			put_members(sample, plant->members);
			trk_sample_end_event(sample);
		}
}

/* Write one mistake of each kind, on the first day of the sample and before it. */
void
trk_sample_write_mistakes(TrkSampleDesk *sample)
{
	uint64		random = sample->stream.random;
	TrkSampleAgent agent;

	sample->stream.random = sample->options.seed ^ MISTAKE_SEED;
	for (int i = 0; i < (int) lengthof(plants); i++)
	{
		if (i == 0 || strcmp(plants[i].agent, plants[i - 1].agent) != 0)
			become(sample, &agent, &plants[i]);
		write_plant(sample, &agent, &plants[i]);
	}
	sample->stream.random = random;
	/* what may be repeated later is of the stream whose line it is */
	sample->stream.kept.len = 0;
}
