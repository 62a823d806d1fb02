/**
 * @file test_outbox.c  How often a message is tried; sending is in tests/service
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outbox.h"

enum {
	LAST_ATTEMPT = 8,
	LONGEST_S = 300, /* what a provider may ask for at the most */
};

static void pauses_double_and_end(void **state)
{
	unsigned pause_ms = 1000;

	(void)state;
	for (unsigned attempt = 1; attempt < LAST_ATTEMPT; attempt++) {
		assert_int_equal(outbox_pause_ms(attempt, 0), pause_ms);
		pause_ms *= 2;
	}
	assert_int_equal(outbox_pause_ms(LAST_ATTEMPT, 0), 0);
	assert_int_equal(outbox_pause_ms(LAST_ATTEMPT + 1, 0), 0);
	assert_int_equal(outbox_pause_ms(1000000, 0), 0);
}

static void a_provider_may_ask_for_a_longer_pause(void **state)
{
	(void)state;
	assert_int_equal(outbox_pause_ms(1, 5), 5000);
	assert_int_equal(outbox_pause_ms(5, 5), 16000);
	assert_int_equal(outbox_pause_ms(1, LONGEST_S + 1), LONGEST_S * 1000);
	assert_int_equal(outbox_pause_ms(1, 0xffffffff), LONGEST_S * 1000);
}

static void no_pause_makes_the_last_attempt_another(void **state)
{
	(void)state;
	assert_int_equal(outbox_pause_ms(LAST_ATTEMPT, 5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pauses_double_and_end),
	    cmocka_unit_test(a_provider_may_ask_for_a_longer_pause),
	    cmocka_unit_test(no_pause_makes_the_last_attempt_another),
	};

	return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
