/**
 * @file test_pin.c  The PIN of a line
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "digest.h"
#include "pin.h"

#define SECRET "hook-0123456789ab"

static void pins_are_4_to_12_digits(void **state)
{
	static const char *const good[] = {"0000", "1234", "123456789012"};
	static const char *const bad[] = {NULL,
					  "",
					  "123",
					  "1234567890123",
					  "12a4",
					  "12 4",
					  "1234#",
					  "+1234",
					  "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(pin_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(pin_valid(bad[i]));
}

static void tokens_depend_on_secret_line_and_digit(void **state)
{
	static const struct {
		const char *secret, *line;
		char digit;
	} all[] = {{SECRET, "main", '1'},
		   {SECRET, "main", '2'},
		   {SECRET, "shop", '1'},
		   {"other", "main", '1'}};
	char seen[4][PIN_TOKEN_BUF], again[PIN_TOKEN_BUF];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pin_token(all[i].secret, all[i].line, all[i].digit, seen[i]), 0);
		assert_int_equal(strlen(seen[i]), PIN_TOKEN_BUF - 1);
		assert_int_equal(strspn(seen[i], "0123456789abcdef"), PIN_TOKEN_BUF - 1);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[i], seen[k]);
	}
	assert_int_equal(pin_token(SECRET, "main", '1', again), 0);
	assert_string_equal(again, seen[0]);
}

/* As lua/include/pin.lua reads it: "<length>:<salt>:<SHA-1 of the salt and the tokens>". */
static void sealed_pin_is_the_digest_of_its_tokens(void **state)
{
	char sealed[2][PIN_SEALED_BUF], salt[32], digest[64], text[512], token[PIN_TOKEN_BUF];
	char want[DIGEST_SHA1_BUF];
	unsigned length;
	size_t n;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pin_seal(SECRET, "main", "904711", sealed[i]), 0);
	assert_string_not_equal(sealed[0], sealed[1]); /* another salt */
	assert_int_equal(sscanf(sealed[0], "%u:%31[0-9a-f]:%63[0-9a-f]", &length, salt, digest), 3);
	assert_int_equal(length, 6);
	n = (size_t)snprintf(text, sizeof(text), "%s", salt);
	for (const char *p = "904711"; *p; p++) {
		assert_int_equal(pin_token(SECRET, "main", *p, token), 0);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", token);
	}
	assert_int_equal(digest_sha1_hex(text, n, want), 0);
	assert_string_equal(digest, want);
	assert_int_equal(pin_seal(SECRET, "main", "123456789012", sealed[0]), 0);
	assert_int_equal(strncmp(sealed[0], "12:", 3), 0);
}

static void arguments_are_checked(void **state)
{
	char token[PIN_TOKEN_BUF], sealed[PIN_SEALED_BUF] = "untouched";

	(void)state;
	assert_int_equal(pin_token(NULL, "main", '1', token), EINVAL);
	assert_int_equal(pin_token("", "main", '1', token), EINVAL);
	assert_int_equal(pin_token(SECRET, "a b", '1', token), EINVAL);
	assert_int_equal(pin_token(SECRET, "main", '#', token), EINVAL);
	assert_int_equal(pin_token(SECRET, "main", '1', NULL), EINVAL);
	assert_int_equal(pin_seal(SECRET, "main", "12", sealed), EINVAL);
	assert_int_equal(pin_seal("", "main", "1234", sealed), EINVAL);
	assert_int_equal(pin_seal(SECRET, NULL, "1234", sealed), EINVAL);
	assert_int_equal(pin_seal(SECRET, "main", "1234", NULL), EINVAL);
	assert_string_equal(sealed, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pins_are_4_to_12_digits),
	    cmocka_unit_test(tokens_depend_on_secret_line_and_digit),
	    cmocka_unit_test(sealed_pin_is_the_digest_of_its_tokens),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}
