/* Samples in µs and their percentiles, and how busy this program was. */
#ifndef LOAD_STATS_H
#define LOAD_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed = empty. */
struct samples {
	int64_t *v;
	size_t n, cap;
};

void samples_add(struct samples *samples, int64_t value_us);
void samples_clear(struct samples *samples);
void samples_free(struct samples *samples);

/* Prints name_mean_us, name_p50_us, _p90_us, _p99_us and _max_us, a line each, and name_n. */
void samples_report(struct samples *samples, const char *name);

/* How busy this process, and how busy all processors were since usage_start(). */
struct usage {
	int64_t wall_us;
	int64_t cpu_us;
	int64_t busy_ticks, all_ticks;
};
void usage_start(struct usage *usage);

/* This process, in percent of one core. */
unsigned usage_percent(const struct usage *usage);

/* Prints prefix_generator_percent, and prefix_machine_percent of all cores. */
void usage_report(const struct usage *usage, const char *prefix);

#endif
