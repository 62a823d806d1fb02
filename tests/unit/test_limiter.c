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
	NAME_BUF = 40,
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

static void source(int n, char name[NAME_BUF])
{
	snprintf(name, NAME_BUF, "203.%d.%d.%d", n / 65536, n / 256 % 256, n % 256);
}

/* Many that fail at once take the places of those that began first, never of the latest. */
static void it_does_not_grow(void **state)
{
	const int64_t end = NOW + 20 * LIMITER_SOURCES;
	char name[NAME_BUF];
	int known = 0;

	(void)state;
	for (int i = 0; i < 20 * LIMITER_SOURCES; i++) {
		source(i, name);
		assert_int_equal(limiter_fail(l, name, NOW + i), 1);
	}
	for (int i = 20 * LIMITER_SOURCES - LIMITER_SOURCES / 2; i < 20 * LIMITER_SOURCES; i++) {
		source(i, name);
		known += limiter_fail(l, name, end) == 2;
	}
	assert_in_range(known, LIMITER_SOURCES * 2 / 5, LIMITER_SOURCES / 2);
	source(0, name);
	assert_int_equal(limiter_fail(l, name, end), 1);
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
