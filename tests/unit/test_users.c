/**
 * @file test_users.c  Names of users
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "users.h"

static void names_are_plain(void **state)
{
	static const char *const good[] = {"a", "100", "jo.doe-2_x",
					   "abcdefghijklmnopqrstuvwxyz012345"};
	static const char *const bad[] = {"",
					  ".a",
					  "-a",
					  "_a",
					  "A",
					  "a b",
					  "a,b",
					  "a;b",
					  "a=b",
					  "a:b",
					  "!a",
					  "\xc3\xa4",
					  "abcdefghijklmnopqrstuvwxyz0123456"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(users_name_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(users_name_valid(bad[i]));
	assert_false(users_name_valid(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_plain),
	};

	return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
