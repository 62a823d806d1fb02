/**
 * @file test_limiter.c  How often each source has failed of late
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "limiter.h"

enum {
	MOST = 3,
	WINDOW_MS = 60000,
	NOW = 1000000,
};

static struct limiter *l;

static int start(void **state)
{
	(void)state;
	return limiter_alloc(&l, MOST, WINDOW_MS);
}

static int stop(void **state)
{
	(void)state;
	limiter_free(l);
	return 0;
}

static void a_window_begins_with_the_first_failure(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= MOST; i++) {
		assert_int_equal(limiter_wait_ms(l, "a", NOW + i), 0);
		assert_int_equal(limiter_fail(l, "a", NOW + i), i);
	}
	assert_int_equal(limiter_wait_ms(l, "a", NOW + 11), WINDOW_MS - 10);
	assert_int_equal(limiter_fail(l, "a", NOW + 11), MOST + 1); /* does not make it longer */
	assert_int_equal(limiter_wait_ms(l, "a", NOW + WINDOW_MS), 1);
	assert_int_equal(limiter_wait_ms(l, "a", NOW + WINDOW_MS + 1), 0);
	assert_int_equal(limiter_fail(l, "a", NOW + WINDOW_MS + 1), 1);
}

static void sources_are_counted_apart(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MOST; i++)
		limiter_fail(l, "a", NOW);
	assert_int_equal(limiter_wait_ms(l, "b", NOW), 0);
	assert_int_equal(limiter_wait_ms(l, "", NOW), 0);
	assert_int_equal(limiter_fail(l, "b", NOW), 1);
	assert_int_equal(limiter_wait_ms(l, "a", NOW), WINDOW_MS);
}

/* Many that fail at once take the places of those that began first, never of the latest. */
static void it_does_not_grow(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < 20 * LIMITER_SOURCES; i++) {
		snprintf(name, sizeof(name), "203.0.%d.%d", i / 256, i % 256);
		limiter_fail(l, name, NOW + i);
	}
	for (unsigned i = 2; i <= MOST; i++)
		assert_int_equal(limiter_fail(l, name, NOW + 20 * LIMITER_SOURCES), i);
	assert_true(limiter_wait_ms(l, name, NOW + 20 * LIMITER_SOURCES) > 0);
	assert_int_equal(limiter_wait_ms(l, "203.0.0.0", NOW + 20 * LIMITER_SOURCES), 0);
}

static void arguments_are_checked(void **state)
{
	struct limiter *other = NULL;

	(void)state;
	assert_int_equal(limiter_alloc(NULL, 1, 1), EINVAL);
	assert_int_equal(limiter_alloc(&other, 0, 1), EINVAL);
	assert_int_equal(limiter_alloc(&other, 1, 0), EINVAL);
	assert_null(other);
	limiter_free(NULL);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(a_window_begins_with_the_first_failure),
	    FRESH(sources_are_counted_apart),
	    FRESH(it_does_not_grow),
	    FRESH(arguments_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
