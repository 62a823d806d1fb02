#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void print_number(char out[UA_NUMBER_MAX], uint64_t number)
{
	snprintf(out, UA_NUMBER_MAX, "+%" PRIu64, number);
}

void bench_did(const struct bench *bench, unsigned line, char out[UA_NUMBER_MAX])
{
	print_number(out, bench->opt->did + line % bench->opt->lines);
}

void bench_host(const struct bench *bench, char out[UA_NUMBER_MAX])
{
	print_number(out, bench->opt->host);
}

void bench_caller(struct bench *bench, char out[UA_NUMBER_MAX])
{
	print_number(out, bench->opt->caller + bench->calls_placed++);
}

double bench_random(struct bench *bench)
{
	return erand48(bench->random);
}

void bench_report(const struct bench *bench, const char *prefix)
{
	const struct ua_counts *counts = ua_counts(bench->ua);

	printf("%s_calls %" PRIu64 "\n", prefix, counts->calls);
	printf("%s_failed %" PRIu64 "\n", prefix, ua_failed(bench->ua));
	printf("%s_sent_again %" PRIu64 "\n", prefix, counts->sent_again);
	printf("%s_answered_again %" PRIu64 "\n", prefix, counts->answered_again);
	printf("%s_datagrams_dropped %" PRIu64 "\n", prefix, ua_dropped_datagrams(bench->ua));
}
