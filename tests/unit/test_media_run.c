/**
 * @file test_media_run.c  Which run of rtpengine has the media, as its statistics tell
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_rtpengine.h"
#include "media_run.h"

#define LISTING(interfaces)                                                                        \
	"{\"result\":\"ok\",\"statistics\":{\"totalstatistics\":{\"uptime\":\"1\"},"               \
	"\"interfaces\":[" interfaces "]}}"
#define EXT "{\"name\":\"ext\",\"address\":\"127.0.0.1\"}"
#define INNER "{\"name\":\"inner\",\"address\":\"127.0.0.1\"}"

static char id[MEDIA_RUN_BUF];

/* Asks so often of one rtpengine, which is to be asked once; returns the last outcome. */
static int run_of(const char *reply, unsigned times)
{
	struct fake_rtpengine fake = {.rules = {{"statistics", NULL, reply}}};
	struct media_run *r = NULL;
	struct ng *ng = NULL;
	int err = 0;

	fake_rtpengine_start(&fake);
	assert_int_equal(ng_alloc(&ng, "127.0.0.1", fake.port), 0);
	assert_int_equal(media_run_alloc(&r, ng), 0);
	snprintf(id, sizeof(id), "untouched");
	while (times--)
		err = media_run_id(r, id);
	media_run_free(r);
	ng_free(ng);
	fake_rtpengine_stop(&fake);
	assert_int_equal(fake.n, 1);
	fake_rtpengine_forget(&fake);
	return err;
}

static void run_is_the_interface_of_that_name(void **state)
{
	(void)state;
	assert_int_equal(run_of(LISTING(EXT "," INNER ",{\"name\":\"run-5f-a\"}"), 1), 0);
	assert_string_equal(id, "run-5f-a");
	assert_int_equal(run_of(LISTING("{\"name\":7},{},{\"name\":\"run-b\"}," EXT), 1), 0);
	assert_string_equal(id, "run-b");
}

static void all_shards_ask_once(void **state)
{
	(void)state;
	assert_int_equal(run_of(LISTING("{\"name\":\"run-c\"}"), 16), 0);
	assert_string_equal(id, "run-c");
}

static void without_such_an_interface_nothing_is_known(void **state)
{
	static const char *const replies[] = {
	    LISTING(EXT "," INNER),
	    LISTING(""),
	    "{\"result\":\"ok\",\"statistics\":{}}",
	    "{\"result\":\"ok\"}",
	    LISTING("{\"name\":\"run-0123456789012345678901234567890123456789012345678901234567890"
		    "123456789\"}"),
	    "{\"result\":\"error\",\"error-reason\":\"No\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		assert_int_equal(run_of(replies[i], 1), EPROTO);
		assert_string_equal(id, "untouched");
	}
}

static void one_that_is_away_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(run_of("", 2), ETIMEDOUT);
	assert_string_equal(id, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(run_is_the_interface_of_that_name),
	    cmocka_unit_test(all_shards_ask_once),
	    cmocka_unit_test(without_such_an_interface_nothing_is_known),
	    cmocka_unit_test(one_that_is_away_says_nothing),
	};

	return cmocka_run_group_tests_name("media_run", tests, NULL, NULL);
}
