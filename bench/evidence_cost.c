/*
 * evidence_cost.c
 *	  What evidence costs: nanoseconds an event to compute and pack it, once the
 *	  event is read.
 *
 *	  evidence_cost FILE
 *
 * Reads the events of a file of JSON lines with the pure modules, once without
 * and once with evidence, computed several times over; the difference is its
 * cost.  Prints one number.
 */
#include "base/trk.h"

#include <time.h>

#include "contract/evidence.h"

#define TIMES_OVER	10

/* Nanoseconds of some clock that only goes forward. */
static int64
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64CONST(1000000000) + t.tv_nsec;
}

/* The whole file; exits when it cannot be read. */
static char *
read_file(const char *name, Size *size)
{
	FILE	   *file = fopen(name, "rb");
	char	   *data;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
	{
		perror(name);
		exit(1);
	}
	*size = (Size) ftell(file);
	rewind(file);
	data = MemoryContextAllocHuge(NULL, *size);
	if (fread(data, 1, *size, file) != *size)
	{
		perror(name);
		exit(1);
	}
	fclose(file);
	return data;
}

/* Read each event, and compute its evidence so many times; counts the events. */
static int64
pass(const char *data, Size size, int times, int *events)
{
	const char *end = data + size;
	int64		start = now();
	TrkArena	arena;

	trk_arena_init(&arena, NULL, 64 * 1024);
	*events = 0;
	while (data < end)
	{
		const char *eol = memchr(data, '\n', end - data);
		Size		len = (eol == NULL ? end : eol) - data;
		TrkEvent	event;

		if (trk_json_read(&arena, data, len, &event.root) == TRK_JSON_OK &&
			event.root.kind == TRK_OBJECT)
		{
			trk_event_bind(&event);
			for (int i = 0; i < times; i++)
			{
				TrkEvidence evidence;
				Size		packed;

				trk_evidence_compute(&event, &evidence);
				(void) trk_evidence_pack(&evidence, &arena, &packed);
			}
			(*events)++;
		}
		trk_arena_reset(&arena);
		data += len + 1;
	}
	trk_arena_free(&arena);
	return now() - start;
}

int
main(int argc, char **argv)
{
	Size		size;
	char	   *data;
	int64		without;
	int64		with;
	int			events;

	if (argc != 2)
	{
		fprintf(stderr, "usage: evidence_cost FILE\n");
		return 1;
	}
	trk_contract_init();
	trk_evidence_init();
	data = read_file(argv[1], &size);
	(void) pass(data, size, 0, &events);
	without = pass(data, size, 0, &events);
	with = pass(data, size, TIMES_OVER, &events);
	printf("%.1f\n", (double) (with - without) / TIMES_OVER / Max(events, 1));
	return 0;
}
