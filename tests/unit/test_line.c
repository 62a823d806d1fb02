/**
 * @file test_line.c  Names of lines and of outcomes; the transitions themselves are in tests/state
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "line.h"

static void an_id_is_safe_in_a_key_and_in_a_uri(void **state)
{
	static const char *const good[] = {
	    "a", "0", "main", "line-1", "a_b", "a-", "0123456789abcdefghijklmnopqrstuv",
	};
	static const char *const bad[] = {
	    "",	       "-a",   "_a",	"A",	 "a b",	      "a.b",
	    "a:b",     "a{b}", "a\nb",	"a\"b",	 "a\xc3\xa9", "a/b",
	    "a;leg=1", "a@b",  "a%2fb", "a\x80", "*",	      "0123456789abcdefghijklmnopqrstuvw",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!line_id_valid(good[i]))
			fail_msg("\"%s\" is refused", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (line_id_valid(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
	}
	assert_false(line_id_valid(NULL));
	assert_int_equal(strlen(good[6]), LINE_ID_BUF - 1);
}

static void each_outcome_has_a_word_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(line_outcome_name(LINE_CONFERENCE), "conference");
	assert_string_equal(line_outcome_name(LINE_UNKNOWN), "unknown");
	for (int a = LINE_CONFERENCE; a <= LINE_UNKNOWN; a++) {
		assert_string_not_equal(line_outcome_name((enum line_outcome)a), "???");
		for (int b = LINE_CONFERENCE; b < a; b++)
			assert_string_not_equal(line_outcome_name((enum line_outcome)a),
						line_outcome_name((enum line_outcome)b));
	}
	assert_string_equal(line_outcome_name((enum line_outcome)(LINE_UNKNOWN + 1)), "???");
	assert_string_equal(line_outcome_name((enum line_outcome) - 1), "???");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_is_safe_in_a_key_and_in_a_uri),
	    cmocka_unit_test(each_outcome_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
