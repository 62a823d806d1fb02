/* The highest rate at which no call fails: up by half until one does, then halving the gap. */
#include "traffic.h"

#include <stdio.h>

enum {
	CLEAN_PER_MILLE = 1, /* retransmissions per thousand calls a clean rate may have */
	QUIET_RATE = 20,     /* calls/s after a failed step, until the server has caught up */
	QUIET_SECONDS = 3,
	QUIET_ROUNDS = 5,
};

struct search {
	struct bench *bench;
	double passed;
	double failed; /* 0: none yet */
	double clean;
};

static void note_step(struct search *search, double rate, const struct usage *usage)
{
	const struct ua_counts *counts = ua_counts(search->bench->ua);
	uint64_t again = counts->sent_again + counts->answered_again;
	bool ok = ua_failed(search->bench->ua) == 0;

	if (!ok)
		search->failed = rate;
	else if (rate > search->passed)
		search->passed = rate;
	if (ok && again * 1000 <= counts->calls * CLEAN_PER_MILLE && rate > search->clean)
		search->clean = rate;
	fprintf(stderr, "%6.0f calls/s: %llu calls, %llu failed, %llu repeated, generator %u %%\n",
		rate, (unsigned long long)counts->calls,
		(unsigned long long)ua_failed(search->bench->ua), (unsigned long long)again,
		usage_percent(usage));
}

/* An overloaded server may still be busy with the calls of the step that failed. */
static int let_it_recover(struct bench *bench)
{
	const struct traffic_plan quiet = {.rate = QUIET_RATE, .seconds = QUIET_SECONDS};
	int err = 0;

	for (int i = 0; i < QUIET_ROUNDS && !err; i++) {
		err = traffic_run(bench, &quiet);
		if (ua_failed(bench->ua) == 0)
			break;
	}
	return err;
}

static double next_rate(const struct search *search)
{
	double max = search->bench->opt->rate_max;
	double higher = search->passed * 1.5;

	if (search->failed > 0)
		return (search->passed + search->failed) / 2;
	return higher < max ? higher : max;
}

static bool found(const struct search *search)
{
	if (search->passed >= search->bench->opt->rate_max)
		return true;
	return search->failed > 0 && search->failed - search->passed <= 10 + search->passed / 20;
}

int rate_measure(struct bench *bench)
{
	struct search search = {.bench = bench};
	struct traffic_plan step = {
	    .rate = bench->opt->rate, .seconds = bench->opt->seconds, .fragile = true};
	unsigned busiest = 0;
	int err = 0;

	while (!err && !found(&search)) {
		struct usage usage;

		usage_start(&usage);
		err = traffic_run(bench, &step);
		if (err)
			break;
		note_step(&search, step.rate, &usage);
		if (usage_percent(&usage) > busiest)
			busiest = usage_percent(&usage);
		if (search.failed == step.rate)
			err = let_it_recover(bench);
		step.rate = next_rate(&search);
	}
	printf("rate_passed %.0f\nrate_clean %.0f\n", search.passed, search.clean);
	printf("rate_generator_percent %u\n", busiest);
	printf("rate_datagrams_dropped %llu\n",
	       (unsigned long long)ua_dropped_datagrams(bench->ua));
	return err;
}
