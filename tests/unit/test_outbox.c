/**
 * @file test_outbox.c  When a message is tried again; sending is in tests/service
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outbox.h"

enum {
	LONGEST_MS = 60000,
};

static void pauses_double_up_to_a_minute(void **state)
{
	(void)state;
	for (unsigned claim = 1, pause_ms = 1000; pause_ms < LONGEST_MS; claim++, pause_ms *= 2)
		assert_int_equal(outbox_pause_ms(claim, 0), pause_ms);
	assert_int_equal(outbox_pause_ms(7, 0), LONGEST_MS);
	assert_int_equal(outbox_pause_ms(1000000, 0), LONGEST_MS);
	assert_int_equal(outbox_pause_ms(0, 0), 1000);
}

static void a_provider_may_ask_for_a_longer_pause(void **state)
{
	(void)state;
	assert_int_equal(outbox_pause_ms(1, 5), 5000);
	assert_int_equal(outbox_pause_ms(5, 5), 16000);
	assert_int_equal(outbox_pause_ms(1, 61), LONGEST_MS);
	assert_int_equal(outbox_pause_ms(1, 0xffffffff), LONGEST_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pauses_double_up_to_a_minute),
	    cmocka_unit_test(a_provider_may_ask_for_a_longer_pause),
	};

	return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
