/**
 * @file test_keypad.c  Which key an event or an INFO is
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keypad.h"

static void events_are_keys(void **state)
{
	static const char keys[] = "0123456789*#ABCD";

	(void)state;
	for (int i = 0; i < 16; i++)
		assert_int_equal(keypad_of_event(i), keys[i]);
	assert_int_equal(keypad_of_event(16), 0);
	assert_int_equal(keypad_of_event(-1), 0);
	assert_int_equal(keypad_of_event(INT64_MAX), 0);
	assert_int_equal(keypad_of_event(INT64_MIN), 0);
}

static const struct {
	const char *body;
	char key;
} infos[] = {
    /* application/dtmf-relay */
    {"Signal=5\r\nDuration=160\r\n", '5'},
    {"Signal= 5\r\nDuration= 160", '5'},
    {"signal=0", '0'},
    {"SIGNAL = #\n", '#'},
    {"Signal=*\r\nDuration=100\r\n", '*'},
    {"Signal=10\r\n", '*'},
    {"Signal=11\r\n", '#'},
    {"Signal=12\r\n", 'A'},
    {"Signal=d\r\n", 'D'},
    {"\r\nSignal=7\r\n", '7'},

    /* application/dtmf */
    {"5", '5'},
    {"5\r\n", '5'},
    {" # ", '#'},
    {"11", '#'},

    /* nothing */
    {"", 0},
    {"\r\n", 0},
    {"Signal=", 0},
    {"Signal=\r\n", 0},
    {"Signal", 0},
    {"Signal 5", 0},
    {"Signal=16", 0},
    {"Signal=99", 0},
    {"Signal=-1", 0},
    {"Signal=123", 0},
    {"Signal=E", 0},
    {"Duration=160\r\nSignal=5", 0},
    {"5 5", 0},
    {"hello", 0},
    {"\xd9\xa1", 0},
};

static void infos_are_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++)
		if (keypad_of_info(infos[i].body) != infos[i].key)
			fail_msg("\"%s\" is %d", infos[i].body, keypad_of_info(infos[i].body));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_are_keys),
	    cmocka_unit_test(infos_are_keys),
	};

	return cmocka_run_group_tests_name("keypad", tests, NULL, NULL);
}
