#include "stats.h"
#include "loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

void samples_add(struct samples *samples, int64_t value_us)
{
	if (samples->n == samples->cap) {
		size_t cap = samples->cap ? 2 * samples->cap : 1024;
		int64_t *v = realloc(samples->v, cap * sizeof(*v));

		if (!v) {
			perror("samples");
			exit(2);
		}
		samples->v = v;
		samples->cap = cap;
	}
	samples->v[samples->n++] = value_us;
}

void samples_clear(struct samples *samples)
{
	samples->n = 0;
}

void samples_free(struct samples *samples)
{
	free(samples->v);
	*samples = (struct samples){0};
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Nearest rank: the smallest sample that per_cent of all do not exceed. */
static int64_t percentile(const struct samples *samples, unsigned per_cent)
{
	size_t rank = (samples->n * per_cent + 99) / 100;

	return samples->n ? samples->v[rank ? rank - 1 : 0] : 0;
}

static int64_t mean(const struct samples *samples)
{
	int64_t sum = 0;

	for (size_t i = 0; i < samples->n; i++)
		sum += samples->v[i];
	return samples->n ? sum / (int64_t)samples->n : 0;
}

void samples_report(struct samples *samples, const char *name)
{
	static const struct {
		const char *name;
		unsigned per_cent;
	} points[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"max", 100}};

	if (samples->n)
		qsort(samples->v, samples->n, sizeof(*samples->v), compare);
	printf("%s_n %zu\n%s_mean_us %lld\n", name, samples->n, name, (long long)mean(samples));
	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++)
		printf("%s_%s_us %lld\n", name, points[i].name,
		       (long long)percentile(samples, points[i].per_cent));
}

static int64_t cpu_us(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
	       used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

/* The first line of /proc/stat: ticks of all cores by what they did; idle and iowait are the 4th
 * and 5th. */
static void machine_ticks(int64_t *busy, int64_t *all)
{
	char line[256] = "";
	char *at = line + strlen("cpu");
	FILE *file = fopen("/proc/stat", "re");

	*busy = *all = 0;
	if (!file)
		return;
	if (fgets(line, sizeof(line), file)) {
		for (int i = 0; i < 8; i++) {
			int64_t ticks = strtoll(at, &at, 10);

			*all += ticks;
			*busy += i == 3 || i == 4 ? 0 : ticks;
		}
	}
	fclose(file);
}

void usage_start(struct usage *usage)
{
	usage->wall_us = loop_now_us();
	usage->cpu_us = cpu_us();
	machine_ticks(&usage->busy_ticks, &usage->all_ticks);
}

unsigned usage_percent(const struct usage *usage)
{
	int64_t wall = loop_now_us() - usage->wall_us;

	return wall > 0 ? (unsigned)((cpu_us() - usage->cpu_us) * 100 / wall) : 0;
}

void usage_report(const struct usage *usage, const char *prefix)
{
	int64_t busy, all;

	machine_ticks(&busy, &all);
	busy -= usage->busy_ticks;
	all -= usage->all_ticks;
	printf("%s_generator_percent %u\n", prefix, usage_percent(usage));
	printf("%s_machine_percent %lld\n", prefix, all > 0 ? (long long)(busy * 100 / all) : 0);
}
