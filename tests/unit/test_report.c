/**
 * @file test_report.c  What a delivery report says
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report.h"

#define LEG "0123456789abcdef0123"
#define ID "my-line." LEG "-on-1"

static struct report r;
static char why[JSON_WHY_MAX];

/* Query parameters of a test: pairs of name and value, NULL-terminated. */
static const char *find(const char *name, void *arg)
{
	for (const char *const *pair = arg; *pair; pair += 2)
		if (strcmp(pair[0], name) == 0)
			return pair[1];
	return NULL;
}

#define QUERY(...)                                                                                 \
	report_read_messagebird(find, (void *)(const char *[]){__VA_ARGS__, NULL}, "", 0, &r, why)

static int body(const char *text)
{
	return report_read_messagebird(find, (void *)(const char *[]){NULL}, text, strlen(text), &r,
				       why);
}

static int webhook(const char *text)
{
	return report_read_webhook(text, strlen(text), &r, why);
}

static void messagebird_tells_in_its_query(void **state)
{
	(void)state;
	assert_int_equal(QUERY("recipient", "31612345678", "reference", ID, "statusDatetime",
			       "2019-01-11T09:17:11+00:00", "id", "eef0ab57a9e049be", "status",
			       "delivered", "mccmnc", "20408", "ported", "1"),
			 0);
	assert_string_equal(r.id, ID);
	assert_string_equal(r.line, "my-line");
	assert_string_equal(r.provider_id, "eef0ab57a9e049be");
	assert_int_equal(r.verdict, PROVIDER_DELIVERED);
	assert_string_equal(r.error, "");
}

static void messagebird_may_tell_in_a_body(void **state)
{
	(void)state;
	assert_int_equal(body("{\"reference\":\"" ID
			      "\",\"id\":\"p1\",\"status\":\"delivery_failed\","
			      "\"statusErrorCode\":\"27\",\"more\":{}}"),
			 0);
	assert_string_equal(r.id, ID);
	assert_int_equal(r.verdict, PROVIDER_FAILED);
	assert_string_equal(r.error, "delivery_failed, error 27");
	assert_int_equal(body("status=delivered"), EBADMSG);
	assert_int_equal(body("[]"), EBADMSG);
}

static void states_are_those_of_the_documentation(void **state)
{
	static const struct {
		const char *word;
		enum provider_verdict verdict;
	} cases[] = {
	    {"scheduled", PROVIDER_SENT}, {"sent", PROVIDER_SENT},
	    {"buffered", PROVIDER_SENT},  {"delivered", PROVIDER_DELIVERED},
	    {"expired", PROVIDER_FAILED}, {"delivery_failed", PROVIDER_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(QUERY("reference", ID, "status", cases[i].word), 0);
		assert_int_equal(r.verdict, cases[i].verdict);
		assert_int_equal(r.error[0] != '\0', r.verdict == PROVIDER_FAILED);
	}
	assert_int_equal(QUERY("reference", ID, "status", "Delivered"), EBADMSG);
	assert_int_equal(QUERY("reference", ID), EBADMSG);
}

static void a_message_of_ours_is_named(void **state)
{
	static const char *const ids[] = {
	    "",
	    ".",
	    "a",
	    "my-line",
	    "." LEG "-on-1",
	    "My-Line." LEG "-on-1",
	    "my-line" LEG "-on-1",
	    "-my-line." LEG "-on-1",
	    "my-line." LEG "-on-1\n",
	    "my line." LEG "-on-1",
	    "my{line." LEG "-on-1",
	    "my-line." LEG "-on-1:x",
	    "a12345678901234567890123456789012." LEG "-on-1", /* a line too long */
	    "my-line." LEG LEG "-on-100000000000000000000",
	};

	(void)state;
	assert_int_equal(QUERY("status", "sent"), EBADMSG);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (QUERY("status", "sent", "reference", ids[i]) != EBADMSG)
			fail_msg("\"%s\" is taken", ids[i]);
	assert_int_equal(QUERY("status", "sent", "reference",
			       "a1234567890123456789012345678901." LEG "-left-64"),
			 0); /* the longest */
}

static void a_webhook_tells_in_json(void **state)
{
	(void)state;
	assert_int_equal(webhook("{\"id\":\"" ID "\",\"status\":\"sent\"}"), 0);
	assert_int_equal(r.verdict, PROVIDER_SENT);
	assert_string_equal(r.line, "my-line");
	assert_int_equal(webhook("{\"id\":\"" ID "\",\"status\":\"delivered\"}"), 0);
	assert_int_equal(r.verdict, PROVIDER_DELIVERED);
	assert_int_equal(
	    webhook("{\"id\":\"" ID "\",\"status\":\"failed\",\"error\":\"no such number\"}"), 0);
	assert_int_equal(r.verdict, PROVIDER_FAILED);
	assert_string_equal(r.error, "no such number");
}

static void what_a_webhook_may_not_tell(void **state)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"id\":\"" ID "\"}",
	    "{\"id\":\"" ID "\",\"status\":\"queued\"}",
	    "{\"id\":\"" ID "\",\"status\":\"sent\",\"more\":1}",
	    "{\"id\":7,\"status\":\"sent\"}",
	    "{\"id\":\"x\",\"status\":\"sent\"}",
	    "{\"id\":\"" ID "\",\"status\":\"sent\",\"error\":null}",
	};
	char text[REPORT_BODY_MAX + 100];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (webhook(texts[i]) != EBADMSG)
			fail_msg("%s is taken", texts[i]);
	snprintf(text, sizeof(text), "{\"id\":\"" ID "\",\"status\":\"sent\"%*s}", REPORT_BODY_MAX,
		 " ");
	assert_int_equal(webhook(text), EBADMSG);
}

/* Bytes of any kind in any place. */
static void nothing_breaks_the_parser(void **state)
{
	static const char good[] =
	    "{\"id\":\"" ID "\",\"reference\":\"" ID "\",\"status\":\"failed\",\"error\":\"x\"}";
	char text[sizeof(good)];
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		memcpy(text, good, sizeof(good));
		for (int n = rand_r(&seed) % 5; n >= 0; n--)
			text[(size_t)rand_r(&seed) % (sizeof(good) - 1)] =
			    (char)(rand_r(&seed) % 256);
		if (report_read_webhook(text, sizeof(good) - 1, &r, why) == 0)
			assert_true(r.line[0] && r.id[0]);
		if (report_read_messagebird(find, NULL, text, sizeof(good) - 1, &r, why) == 0)
			assert_true(r.line[0] && r.id[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messagebird_tells_in_its_query),
	    cmocka_unit_test(messagebird_may_tell_in_a_body),
	    cmocka_unit_test(states_are_those_of_the_documentation),
	    cmocka_unit_test(a_message_of_ours_is_named),
	    cmocka_unit_test(a_webhook_tells_in_json),
	    cmocka_unit_test(what_a_webhook_may_not_tell),
	    cmocka_unit_test(nothing_breaks_the_parser),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
