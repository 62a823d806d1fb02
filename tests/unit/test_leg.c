/**
 * @file test_leg.c  Legs as the scripts show them, from what Redis would send
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <hiredis/hiredis.h>

#include "leg.h"

/* A reply as store_run() gives it; the protocol of Redis (RESP) as text. */
static struct store_reply *reply_of(const char *resp)
{
	redisReader *reader = redisReaderCreate();
	void *reply = NULL;

	assert_int_equal(redisReaderFeed(reader, resp, strlen(resp)), REDIS_OK);
	assert_int_equal(redisReaderGetReply(reader, &reply), REDIS_OK);
	assert_non_null(reply);
	redisReaderFree(reader);
	return reply;
}

static void fields_are_found_whatever_their_order(void **state)
{
	struct store_reply *r = reply_of("*2\r\n$3\r\nabc\r\n*10\r\n"
					 "$3\r\nbye\r\n$3\r\ndue\r\n"
					 "$8\r\ndeadline\r\n$13\r\n1700000000001\r\n"
					 "$7\r\nunknown\r\n$1\r\nx\r\n"
					 "$3\r\nsdp\r\n$7\r\nv=0\r\n\r\n\r\n"
					 "$4\r\nline\r\n$4\r\nmain\r\n");
	struct leg leg;

	(void)state;
	leg_read(&leg, r);
	assert_string_equal(leg.id, "abc");
	assert_string_equal(leg.line, "main");
	assert_string_equal(leg.sdp, "v=0\r\n\r\n");
	assert_true(leg.bye_due);
	assert_int_equal(leg.deadline, 1700000000001);
	store_reply_free(r);
}

static void what_is_absent_is_empty(void **state)
{
	static const char *const replies[] = {
	    "*2\r\n$3\r\nabc\r\n*0\r\n",	"*1\r\n$3\r\nabc\r\n", "*0\r\n", "$-1\r\n",
	    "*2\r\n:1\r\n*1\r\n$4\r\nline\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct store_reply *r = reply_of(replies[i]);
		struct leg leg;

		leg_read(&leg, r);
		assert_string_equal(leg.line, "");
		assert_string_equal(leg.want, "");
		assert_string_equal(leg.to_tag, "");
		assert_int_equal(leg.deadline, 0);
		assert_int_equal(leg.pin_until, 0);
		assert_false(leg.bye_due);
		assert_false(leg.on_trial);
		assert_false(leg.doubted);
		assert_false(leg_wants(&leg));
		assert_null(leg_peer(&leg));
		store_reply_free(r);
	}
}

static void life_is_told_by_four_fields(void **state)
{
	struct store_reply *r = reply_of("*2\r\n$3\r\nabc\r\n*8\r\n"
					 "$5\r\ntrial\r\n$1\r\n1\r\n"
					 "$5\r\ndoubt\r\n$3\r\n408\r\n"
					 "$11\r\nprobe_after\r\n$1\r\n7\r\n"
					 "$12\r\nconfirmed_at\r\n$1\r\n5\r\n");
	struct leg leg;

	(void)state;
	leg_read(&leg, r);
	assert_true(leg.on_trial);
	assert_true(leg.doubted);
	assert_int_equal(leg.probe_after, 7);
	assert_int_equal(leg.confirmed_at, 5);
	store_reply_free(r);
}

static void a_wish_is_open_until_it_is_applied(void **state)
{
	struct leg leg = {.want = "music", .applied = ""};

	(void)state;
	assert_true(leg_wants(&leg));
	leg.applied = "stale";
	assert_true(leg_wants(&leg));
	leg.applied = "music";
	assert_false(leg_wants(&leg));
	leg.want = "";
	assert_false(leg_wants(&leg));
}

static void a_peer_is_named_by_the_wish_to_talk(void **state)
{
	struct leg leg = {.want = "talk:0a1b", .applied = "music"};

	(void)state;
	assert_string_equal(leg_peer(&leg), "0a1b");
	leg.want = "talk";
	assert_null(leg_peer(&leg));
	leg.want = "gone";
	assert_null(leg_peer(&leg));
}

static void a_tone_is_named_by_the_wish_to_ask(void **state)
{
	struct leg leg = {.want = "ask:2", .applied = "ask:1"};

	(void)state;
	assert_true(leg_asks(&leg));
	assert_true(leg_wants(&leg));
	assert_null(leg_peer(&leg));
	leg.want = "ask";
	assert_false(leg_asks(&leg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_found_whatever_their_order),
	    cmocka_unit_test(what_is_absent_is_empty),
	    cmocka_unit_test(life_is_told_by_four_fields),
	    cmocka_unit_test(a_wish_is_open_until_it_is_applied),
	    cmocka_unit_test(a_peer_is_named_by_the_wish_to_talk),
	    cmocka_unit_test(a_tone_is_named_by_the_wish_to_ask),
	};

	return cmocka_run_group_tests_name("leg", tests, NULL, NULL);
}
