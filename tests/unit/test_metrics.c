/**
 * @file test_metrics.c  Counters and their text
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "metrics.h"
#include "strbuf.h"

enum {
	THREADS = 4,
	ROUNDS = 10000,
};

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (text = strstr(text, what); text; text = strstr(text + 1, what))
		n++;
	return n;
}

static void *add_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++)
		metrics_inc(METRIC_EVENTS);
	return NULL;
}

static void threads_lose_no_count(void **state)
{
	pthread_t threads[THREADS];
	struct strbuf b;
	char want[64];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	strbuf_init(&b, 65536);
	assert_int_equal(metrics_render(&b), 0);
	snprintf(want, sizeof(want), "\nexecline_sip_events_total %d\n", THREADS * ROUNDS);
	assert_non_null(strstr(b.p, want));
	strbuf_free(&b);
}

static void rows_of_a_family_share_its_head(void **state)
{
	struct strbuf b;

	(void)state;
	metrics_add(METRIC_DECISIONS_HOLD, 7);
	strbuf_init(&b, 65536);
	assert_int_equal(metrics_render(&b), 0);
	assert_int_equal(count(b.p, "# TYPE execline_decisions_total counter\n"), 1);
	assert_int_equal(count(b.p, "# HELP execline_decisions_total "), 1);
	assert_int_equal(count(b.p, "\nexecline_decisions_total{route=\""), 4);
	assert_non_null(strstr(b.p, "\nexecline_decisions_total{route=\"hold\"} 7\n"));
	strbuf_free(&b);
}

static bool has(const char *text, const char *sample)
{
	return strstr(text, sample) != NULL;
}

static void durations_fall_into_buckets(void **state)
{
	struct strbuf b;

	(void)state;
	metrics_took(METRIC_STEP_RTPENGINE, 1000);
	metrics_took(METRIC_STEP_RTPENGINE, 1001);
	metrics_took(METRIC_STEP_RTPENGINE, 3000000);
	strbuf_init(&b, 65536);
	assert_int_equal(metrics_render(&b), 0);
#define STEP "{step=\"rtpengine\""
	assert_true(has(b.p, "_bucket" STEP ",le=\"0.001\"} 1\n"));
	assert_true(has(b.p, "_bucket" STEP ",le=\"0.0025\"} 2\n"));
	assert_true(has(b.p, "_bucket" STEP ",le=\"2\"} 2\n"));
	assert_true(has(b.p, "_bucket" STEP ",le=\"+Inf\"} 3\n"));
	assert_true(has(b.p, "_count" STEP "} 3\n"));
	assert_true(has(b.p, "_sum" STEP "} 3.002001\n"));
#undef STEP
	strbuf_free(&b);
}

static bool is_of_histogram(const char *line, const char *family)
{
	static const char *const suffixes[] = {"_bucket{", "_sum{", "_count{"};
	bool found = false;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		found |= strncmp(line + strlen(family), suffixes[i], strlen(suffixes[i])) == 0;
	return found && strcmp(family, "execline_invite_seconds") == 0;
}

/* Each sample stands below the head of its own family, and every family has one. */
static void text_is_well_formed(void **state)
{
	char family[64] = "", line[256];
	struct strbuf b;
	FILE *f;

	(void)state;
	strbuf_init(&b, 65536);
	assert_int_equal(metrics_render(&b), 0);
	f = fmemopen(b.p, b.len, "r");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "# TYPE %63s", family) == 1 || line[0] == '#')
			continue;
		assert_memory_equal(line, family, strlen(family));
		assert_true(strchr("{ ", line[strlen(family)]) || is_of_histogram(line, family));
	}
	fclose(f);
	strbuf_free(&b);
}

static void gauges_are_appended(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b, 1000);
	assert_int_equal(metrics_gauge(&b, "execline_legs", "Legs now", "role=\"host\"", 3), 0);
	assert_int_equal(metrics_gauge(&b, "execline_legs", NULL, "role=\"member\"", -1), 0);
	assert_int_equal(metrics_gauge(&b, "execline_up", "Up", "", 1), 0);
	assert_string_equal(b.p,
			    "# HELP execline_legs Legs now\n# TYPE execline_legs gauge\n"
			    "execline_legs{role=\"host\"} 3\nexecline_legs{role=\"member\"} -1\n"
			    "# HELP execline_up Up\n# TYPE execline_up gauge\nexecline_up 1\n");
	strbuf_free(&b);
}

static void a_full_buffer_is_reported(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b, 100);
	assert_int_equal(metrics_render(&b), ENOSPC);
	strbuf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_lose_no_count),
	    cmocka_unit_test(rows_of_a_family_share_its_head),
	    cmocka_unit_test(durations_fall_into_buckets),
	    cmocka_unit_test(text_is_well_formed),
	    cmocka_unit_test(gauges_are_appended),
	    cmocka_unit_test(a_full_buffer_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
