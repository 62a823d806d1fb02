/**
 * @file test_reply.c  Answers of handlers, and the form of errors
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "reply.h"

static void errors_have_one_form(void **state)
{
	struct httpd_reply rep = {0};

	(void)state;
	reply_error(&rep, API_DID_TAKEN, "%s belongs to %s", "+15550100", "main");
	assert_int_equal(rep.status, 409);
	assert_null(rep.content_type);
	assert_int_equal(rep.retry_after_s, 0);
	assert_string_equal(
	    rep.body, "{\"code\":\"did_taken\",\"hint\":\"A DID belongs to one line; remove it "
		      "there first.\",\"detail\":\"+15550100 belongs to main\"}");
	free(rep.body);
}

static void what_may_be_tried_again_says_when(void **state)
{
	struct httpd_reply rep = {0};

	(void)state;
	reply_error(&rep, API_STORE_UNAVAILABLE, "timed out");
	assert_int_equal(rep.status, 503);
	assert_int_equal(rep.retry_after_s, REPLY_RETRY_AFTER_S);
	free(rep.body);
}

static void details_are_bounded_and_harmless(void **state)
{
	struct httpd_reply rep = {0};
	struct json *v = NULL;
	char path[2000];

	(void)state;
	memset(path, '\xff', sizeof(path));
	memcpy(path, "/\"\n", 3);
	path[sizeof(path) - 1] = '\0';
	reply_error(&rep, API_PATH_UNKNOWN, "%s", path);
	assert_int_equal(json_parse(rep.body, strlen(rep.body), &v), 0);
	assert_int_equal(strlen(json_str(json_get(v, "detail"))), REPLY_DETAIL_MAX - 1);
	assert_memory_equal(json_str(json_get(v, "detail")), "/\"\n???", 6);
	json_free(v);
	free(rep.body);
}

static void every_error_is_complete(void **state)
{
	static const enum api_error all[] = {
#define X(symbol, status, code, hint) API_##symbol,
	    API_ERRORS(X)
#undef X
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct httpd_reply rep = {0};
		struct json *v = NULL;

		reply_error(&rep, all[i], "x");
		assert_in_range(rep.status, 400, 599);
		assert_int_equal(json_parse(rep.body, strlen(rep.body), &v), 0);
		assert_true(*json_str(json_get(v, "code")));
		assert_true(*json_str(json_get(v, "hint")));
		json_free(v);
		free(rep.body);
	}
}

static void bodies_are_json_or_text(void **state)
{
	struct httpd_reply rep = {0};
	struct json *o = json_new_object();

	(void)state;
	json_set_int(o, "n", 1);
	reply_json(&rep, 201, o);
	assert_int_equal(rep.status, 201);
	assert_string_equal(rep.body, "{\"n\":1}");
	free(rep.body);

	reply_text(&rep, 200, strdup("hello\n"));
	assert_int_equal(rep.status, 200);
	assert_string_equal(rep.body, "hello\n");
	assert_string_equal(rep.content_type, "text/plain; charset=utf-8");
	free(rep.body);
}

static void a_missing_body_is_an_internal_error(void **state)
{
	struct httpd_reply rep = {0};

	(void)state;
	reply_json(&rep, 200, NULL);
	assert_int_equal(rep.status, 500);
	free(rep.body);
	reply_text(&rep, 200, NULL);
	assert_int_equal(rep.status, 500);
	assert_null(rep.content_type);
	free(rep.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(errors_have_one_form),
	    cmocka_unit_test(what_may_be_tried_again_says_when),
	    cmocka_unit_test(details_are_bounded_and_harmless),
	    cmocka_unit_test(every_error_is_complete),
	    cmocka_unit_test(bodies_are_json_or_text),
	    cmocka_unit_test(a_missing_body_is_an_internal_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
