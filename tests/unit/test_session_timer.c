/**
 * @file test_session_timer.c  Session timers
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session_timer.h"

static void who_refreshes_and_when(void **state)
{
	static const struct {
		const char *expires;
		bool supported;
		int err;
		unsigned seconds;
	} cases[] = {
	    {"", true, 0, 0},
	    {"1800", true, 0, 1800},
	    {"1800", false, 0, 0},
	    {" 3600 ; refresher = uac", true, 0, 3600},
	    {"3600;refresher=uas", true, 0, 0},
	    {"3600;x=y;Refresher=UAS", true, 0, 0},
	    {"3600;unrefresher=uas", true, 0, 3600},
	    {"90", true, 0, 90},
	    {"89", true, ERANGE, 7},
	    {"0;refresher=uas", true, ERANGE, 7},
	    {"89", false, 0, 0},
	    {"never", true, 0, 0},
	    {"-1800", true, 0, 0},
	    {"99999999999999999999999", true, 0, SESSION_MAX_S},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned seconds = 7;

		assert_int_equal(session_timer_read(cases[i].expires, cases[i].supported, &seconds),
				 cases[i].err);
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void the_answer_names_the_caller(void **state)
{
	char text[SESSION_EXPIRES_BUF];

	(void)state;
	session_timer_print(SESSION_MAX_S, text);
	assert_string_equal(text, "86400;refresher=uac");
	session_timer_print(0, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_refreshes_and_when),
	    cmocka_unit_test(the_answer_names_the_caller),
	};

	return cmocka_run_group_tests_name("session_timer", tests, NULL, NULL);
}
