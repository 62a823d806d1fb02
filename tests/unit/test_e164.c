/**
 * @file test_e164.c  Telephone numbers in E.164 form
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "e164.h"

struct number_case {
	const char *number, *country, *e164;
};

static const struct number_case good[] = {
    /* as it should be, whatever the country */
    {"+15550100", "US", "+15550100"},
    {"+15550199", "DE", "+15550199"},
    {"+14155550100", "DE", "+14155550100"},
    {"+4917112345678", "US", "+4917112345678"},
    {"+390612345678", "DE", "+390612345678"},
    /* national */
    {"4155550100", "US", "+14155550100"},
    {"(415) 555-0100", "US", "+14155550100"},
    {"1-415-555-0100", "US", "+14155550100"},
    {"14155550100", "US", "+14155550100"},
    {"415.555.0100", "US", "+14155550100"},
    {"0171 12345678", "DE", "+4917112345678"},
    {"030/1234567", "DE", "+49301234567"},
    {"020 7946 0018", "GB", "+442079460018"},
    {"06 1234 5678", "IT", "+390612345678"},
    /* international, as dialled there */
    {"011 49 171 12345678", "US", "+4917112345678"},
    {"0049 171 12345678", "DE", "+4917112345678"},
    {"001 415 555 0100", "DE", "+14155550100"},
    /* the country code without a plus */
    {"491711234567", "DE", "+491711234567"},
    {"491711234567", "US", "+491711234567"},
    {"4930123456", "US", "+4930123456"},
    {"15550100", "US", "+15550100"},
    {"442079460018", "GB", "+442079460018"},
    /* a local number, fit for a test line */
    {"5550100", "US", "+15550100"},
    {"5555550100", "US", "+15555550100"},
    /* a trunk zero that does not belong there */
    {"+49 (0)171 12345678", "US", "+4917112345678"},
    {"+1 415 555 0100", "US", "+14155550100"},
    {" +14155550100 ", "US", "+14155550100"},
};

static void numbers_are_normalised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char out[E164_BUF] = "";

		if (e164_normalise(good[i].number, good[i].country, out) != 0 ||
		    strcmp(out, good[i].e164) != 0)
			fail_msg("\"%s\" in %s: \"%s\"", good[i].number, good[i].country, out);
		assert_true(e164_valid(out));
	}
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    " ",
	    "+",
	    "-",
	    "alice",
	    "anonymous",
	    "1-800-FLOWERS",
	    "+1415555O100",
	    "4155550100 ext. 5",
	    "4155550100;ext=5",
	    "4155550100#5",
	    "*72",
	    "tel:+14155550100",
	    "+1415+5550100",
	    "1+4155550100",
	    "++14155550100",
	    "+999123456789",
	    "+1234567890123456",
	    "+0123456789",
	    "\xef\xbc\x8b"
	    "14155550100", /* a full-width plus */
	    "+1415555\n0100",
	    "1",
	    "00000000000000000000000000000000000000000000000000000000000000000",
	    "+14155550100                                                     ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char out[E164_BUF] = "untouched";

		if (e164_normalise(bad[i], "US", out) != EBADMSG)
			fail_msg("\"%s\": \"%s\"", bad[i], out);
		assert_string_equal(out, "untouched");
	}
}

static void arguments_are_checked(void **state)
{
	char out[E164_BUF];

	(void)state;
	assert_int_equal(e164_normalise(NULL, "US", out), EINVAL);
	assert_int_equal(e164_normalise("+15550100", NULL, out), EINVAL);
	assert_int_equal(e164_normalise("+15550100", "US", NULL), EINVAL);
	assert_int_equal(e164_normalise("+15550100", "XX", out), EINVAL);
	assert_int_equal(e164_normalise("+15550100", "", out), EINVAL);
}

static void form_is_checked(void **state)
{
	(void)state;
	assert_true(e164_valid("+15550100"));
	assert_true(e164_valid("+12"));
	assert_true(e164_valid("+123456789012345"));
	assert_false(e164_valid("+1234567890123456"));
	assert_false(e164_valid("+1"));
	assert_false(e164_valid("+"));
	assert_false(e164_valid(""));
	assert_false(e164_valid("15550100"));
	assert_false(e164_valid("+05550100"));
	assert_false(e164_valid("+1555 0100"));
	assert_false(e164_valid("+15550100x"));
	assert_false(e164_valid("+15550100\n"));
	assert_false(e164_valid(NULL));
}

static void countries_are_known(void **state)
{
	(void)state;
	assert_true(e164_country_known("US"));
	assert_true(e164_country_known("DE"));
	assert_true(e164_country_known("GB"));
	assert_false(e164_country_known("us"));
	assert_false(e164_country_known("ZZ"));
	assert_false(e164_country_known("001"));
	assert_false(e164_country_known("U"));
	assert_false(e164_country_known("USA"));
	assert_false(e164_country_known(""));
	assert_false(e164_country_known(NULL));
}

/* Number of failures, as cmocka's assertions belong to the main thread */
static void *normalise_all(void *arg)
{
	uintptr_t failures = 0;

	(void)arg;
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			char out[E164_BUF] = "";

			failures += e164_normalise(good[i].number, good[i].country, out) != 0 ||
				    strcmp(out, good[i].e164) != 0;
		}
	}
	return (void *)failures;
}

static void threads_do_not_disturb_each_other(void **state)
{
	pthread_t threads[8];
	void *failures;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, normalise_all, NULL), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], &failures), 0);
		assert_null(failures);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_do_not_disturb_each_other), /* first: they race to load */
	    cmocka_unit_test(numbers_are_normalised),
	    cmocka_unit_test(what_is_no_number_is_refused),
	    cmocka_unit_test(arguments_are_checked),
	    cmocka_unit_test(form_is_checked),
	    cmocka_unit_test(countries_are_known),
	};

	return cmocka_run_group_tests_name("e164", tests, NULL, NULL);
}
