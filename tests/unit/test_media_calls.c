/**
 * @file test_media_calls.c  Which legs rtpengine has calls of
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_rtpengine.h"
#include "media_calls.h"

#define A "0123456789abcdef0123"
#define B "1123456789abcdef0123"
#define C "2123456789abcdef0123"

static struct fake_rtpengine fake;
static struct ng *ng;

static void start(const char *reply)
{
	fake_rtpengine_forget(&fake);
	fake = (struct fake_rtpengine){.rules = {{NULL, NULL, reply}}};
	fake_rtpengine_start(&fake);
	assert_int_equal(ng_alloc(&ng, "127.0.0.1", fake.port), 0);
}

static int stop(int err)
{
	ng_free(ng);
	fake_rtpengine_stop(&fake);
	return err;
}

static int forget(void **state)
{
	(void)state;
	fake_rtpengine_forget(&fake);
	return 0;
}

static void calls_are_listed_and_struck(void **state)
{
	struct media_calls *c = NULL;

	(void)state;
	start("{\"result\":\"ok\",\"calls\":[\"" C "\",\"" A "\",\"" B "\"]}");
	assert_int_equal(stop(media_calls_list(&c, ng)), 0);
	assert_string_equal(fake_story(&fake), "list ");
	assert_int_equal(media_calls_len(c), 3);
	assert_string_equal(media_calls_at(c, 0), A);
	assert_true(media_calls_have(c, B));
	assert_false(media_calls_have(c, "3123456789abcdef0123"));
	media_calls_strike(c, "3123456789abcdef0123");
	media_calls_strike(c, B);
	assert_int_equal(media_calls_len(c), 2);
	assert_false(media_calls_have(c, B));
	assert_true(media_calls_have(c, A));
	assert_string_equal(media_calls_at(c, 1), C);
	media_calls_strike(c, C);
	media_calls_strike(c, A);
	media_calls_strike(c, A);
	assert_int_equal(media_calls_len(c), 0);
	media_calls_free(c);
	media_calls_free(NULL);
}

static void what_is_no_leg_is_none_of_ours(void **state)
{
	struct media_calls *c = NULL;

	(void)state;
	start("{\"result\":\"ok\",\"calls\":[\"another@host\",\"" A "0\",7,\"0123\","
	      "\"0123456789ABCDEF0123\",\"" A "\"]}");
	assert_int_equal(stop(media_calls_list(&c, ng)), 0);
	assert_int_equal(media_calls_len(c), 1);
	assert_string_equal(media_calls_at(c, 0), A);
	media_calls_free(c);
	c = NULL;
	start("{\"result\":\"ok\"}");
	assert_int_equal(stop(media_calls_list(&c, ng)), 0);
	assert_int_equal(media_calls_len(c), 0);
	media_calls_free(c);
}

static void one_call_is_asked_for(void **state)
{
	bool known = false;

	(void)state;
	start("{\"result\":\"ok\"}");
	assert_int_equal(stop(media_calls_know(ng, A, &known)), 0);
	assert_true(known);
	start("{\"result\":\"error\",\"error-reason\":\"Unknown call-id\"}");
	assert_int_equal(stop(media_calls_know(ng, A, &known)), 0);
	assert_false(known);
	assert_string_equal(fake_story(&fake), "query " A);
	start("{\"result\":\"error\",\"error-reason\":\"Unknown call-ID\"}");
	assert_int_equal(stop(media_calls_delete(ng, A)), ENOENT);
	assert_string_equal(fake_story(&fake), "delete " A);
}

static void without_rtpengine_nothing_is_known(void **state)
{
	struct media_calls *c = NULL;
	bool known = true;

	(void)state;
	start("");
	assert_int_equal(stop(media_calls_list(&c, ng)), ETIMEDOUT);
	assert_null(c);
	start("{\"result\":\"error\",\"error-reason\":\"No\"}");
	assert_int_equal(stop(media_calls_know(ng, A, &known)), EPROTO);
	assert_true(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_are_listed_and_struck),
	    cmocka_unit_test(what_is_no_leg_is_none_of_ours),
	    cmocka_unit_test(one_call_is_asked_for),
	    cmocka_unit_test(without_rtpengine_nothing_is_known),
	};

	return cmocka_run_group_tests_name("media_calls", tests, NULL, forget);
}
