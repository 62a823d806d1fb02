/**
 * @file test_ng.c  Commands to rtpengine, against a fake one that misbehaves
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "fake_ng.h"
#include "json.h"
#include "ng.h"

#define PONG "@ {\"result\":\"pong\"}"

static struct ng *connect_to(const struct fake_ng *f)
{
	struct ng *ng;

	assert_int_equal(ng_alloc(&ng, "127.0.0.1", f->port), 0);
	return ng;
}

static struct json *command(const char *name)
{
	struct json *cmd = json_new_object();

	assert_int_equal(json_set_str(cmd, "command", name), 0);
	return cmd;
}

/* One command against one script; the reply's "error-reason" is written to reason. */
static int call(const char *script, char *reason, size_t max)
{
	struct fake_ng f = {.script = {script}};
	struct json *cmd = command("query"), *answer = NULL;
	struct ng *ng;
	int err;

	fake_ng_start(&f);
	ng = connect_to(&f);
	err = ng_call(ng, cmd, &answer);
	*reason = '\0';
	if (json_str(json_get(answer, "error-reason")))
		snprintf(reason, max, "%s", json_str(json_get(answer, "error-reason")));

	json_free(answer);
	json_free(cmd);
	ng_free(ng);
	fake_ng_stop(&f);
	return err;
}

static void a_command_has_a_cookie(void **state)
{
	struct fake_ng f = {.script = {PONG}};
	struct ng *ng;
	size_t n;

	(void)state;
	fake_ng_start(&f);
	for (int i = 0; i < 2; i++) {
		ng = connect_to(&f);
		assert_int_equal(ng_ping(ng), 0);
		assert_int_equal(ng_ping(ng), 0);
		ng_free(ng);
	}
	fake_ng_stop(&f);

	assert_int_equal(f.seenc, 4);
	for (size_t i = 0; i < 4; i++) {
		n = strcspn(f.seen[i], " ");
		assert_in_range(n, 16, 40);
		assert_string_equal(f.seen[i] + n, " {\"command\":\"ping\"}");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(f.seen[k], f.seen[i]);
	}
}

static void a_lost_reply_is_asked_for_again(void **state)
{
	struct fake_ng f = {.script = {"", "", PONG}};
	struct ng *ng;

	(void)state;
	fake_ng_start(&f);
	ng = connect_to(&f);
	assert_int_equal(ng_ping(ng), 0);
	ng_free(ng);
	fake_ng_stop(&f);

	assert_int_equal(f.seenc, 3);
	assert_string_equal(f.seen[0], f.seen[1]);
	assert_string_equal(f.seen[0], f.seen[2]);
}

static void a_foreign_cookie_is_ignored(void **state)
{
	char reason[64];

	(void)state;
	assert_int_equal(call("x {\"result\":\"error\"}\n@x {\"result\":\"error\"}\n@\n\nx\n"
			      "@ {\"result\":\"ok\"}",
			      reason, sizeof(reason)),
			 0);
}

static void a_late_reply_is_not_taken_for_the_next(void **state)
{
	/* the first command is answered twice: the second copy waits in the socket */
	struct fake_ng f = {
	    .script = {"@ {\"result\":\"ok\"}\n@ {\"result\":\"ok\"}",
		       "@ {\"result\":\"error\",\"error-reason\":\"Unknown call-id\"}"}};
	struct json *cmd = command("query");
	struct ng *ng;

	(void)state;
	fake_ng_start(&f);
	ng = connect_to(&f);
	assert_int_equal(ng_call(ng, cmd, NULL), 0);
	assert_int_equal(ng_call(ng, cmd, NULL), ENOENT);
	json_free(cmd);
	ng_free(ng);
	fake_ng_stop(&f);
}

static void refusals_are_told_apart(void **state)
{
	char reason[64];

	(void)state;
	assert_int_equal(call("@ {\"result\":\"error\",\"error-reason\":\"Unknown call-id\"}",
			      reason, sizeof(reason)),
			 ENOENT);
	assert_string_equal(reason, "Unknown call-id");
	assert_int_equal(call("@ {\"result\":\"error\",\"error-reason\":\"Unknown call-ID\"}",
			      reason, sizeof(reason)),
			 ENOENT);
	assert_int_equal(call("@ {\"result\":\"error\",\"error-reason\":\"Failed to parse SDP\"}",
			      reason, sizeof(reason)),
			 EPROTO);
	assert_string_equal(reason, "Failed to parse SDP");
	assert_int_equal(call("@ {\"result\":\"error\"}", reason, sizeof(reason)), EPROTO);
	assert_int_equal(call("@ {\"result\":\"load limit\"}", reason, sizeof(reason)), EPROTO);
}

static void a_garbled_reply_is_an_error(void **state)
{
	static const char *const bodies[] = {
	    "@ garbage", "@ ",	       "@ {\"result\":\"ok\"", "@ {\"result\":1}",
	    "@ {}",	 "@ [\"ok\"]", "@ {\"result\":null}",  "@ d6:result2:oke",
	};
	char reason[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		if (call(bodies[i], reason, sizeof(reason)) != EBADMSG)
			fail_msg("\"%s\" is taken", bodies[i]);
	}
}

static void silence_is_given_up(void **state)
{
	struct fake_ng f = {.script = {""}};
	struct json *cmd = command("query"), *answer = NULL;
	int64_t start, took;
	struct ng *ng;

	(void)state;
	fake_ng_start(&f);
	ng = connect_to(&f);
	start = clock_mono_ms();
	assert_int_equal(ng_call(ng, cmd, &answer), ETIMEDOUT);
	took = clock_mono_ms() - start;
	assert_null(answer);
	assert_in_range(took, NG_TIMEOUT_MS, NG_TIMEOUT_MS + 600);
	json_free(cmd);
	ng_free(ng);
	fake_ng_stop(&f);

	/* at 0, 150 and 450 ms */
	assert_int_equal(f.seenc, 3);
	assert_string_equal(f.seen[0], f.seen[2]);
}

static void a_closed_port_is_known_at_once(void **state)
{
	struct fake_ng f = {.script = {PONG}};
	struct ng *ng;

	(void)state;
	fake_ng_start(&f);
	ng = connect_to(&f);
	assert_int_equal(ng_ping(ng), 0);
	fake_ng_stop(&f);

	assert_int_equal(ng_ping(ng), ECONNREFUSED);
	assert_int_equal(ng_ping(ng), ECONNREFUSED);

	fake_ng_start(&f); /* same port */
	assert_int_equal(ng_ping(ng), 0);
	fake_ng_stop(&f);
	ng_free(ng);
}

static void size_is_limited_by_the_datagram(void **state)
{
	static char text[70000], script[60100];
	struct fake_ng f = {.script = {script}};
	struct json *cmd = command("offer"), *answer = NULL;
	struct ng *ng;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	snprintf(script, sizeof(script), "@ {\"result\":\"ok\",\"sdp\":\"%.60000s\"}", text);
	fake_ng_start(&f);
	ng = connect_to(&f);
	assert_int_equal(ng_call(ng, cmd, &answer), 0);
	assert_int_equal(strlen(json_str(json_get(answer, "sdp"))), 60000);

	assert_int_equal(json_set_str(cmd, "sdp", text), 0);
	assert_int_equal(ng_call(ng, cmd, NULL), EMSGSIZE);
	json_free(answer);
	json_free(cmd);
	ng_free(ng);
	fake_ng_stop(&f);
}

/* Number of failures, as cmocka's assertions belong to the main thread */
static void *call_often(void *arg)
{
	struct ng *ng = arg;
	uintptr_t failures = 0;

	for (int i = 0; i < 50; i++) {
		struct json *cmd = json_new_object(), *answer = NULL;
		int64_t n = 0;

		failures += json_set_int(cmd, "n", (int64_t)(uintptr_t)&cmd + i) != 0;
		failures += ng_call(ng, cmd, &answer) != 0;
		failures += json_int(json_get(json_get(answer, "echo"), "n"), &n) != 0;
		failures += n != (int64_t)(uintptr_t)&cmd + i;
		json_free(answer);
		json_free(cmd);
	}
	return (void *)failures;
}

static void threads_get_their_own_replies(void **state)
{
	struct fake_ng f = {.script = {"@ {\"result\":\"ok\",\"echo\":$}"}};
	pthread_t threads[8];
	void *failures;
	struct ng *ng;

	(void)state;
	fake_ng_start(&f);
	ng = connect_to(&f);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, call_often, ng), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], &failures), 0);
		assert_null(failures);
	}
	ng_free(ng);
	fake_ng_stop(&f);
}

static void arguments_are_checked(void **state)
{
	struct json *cmd = command("ping");
	struct ng *ng = NULL;

	(void)state;
	assert_int_equal(ng_alloc(NULL, "127.0.0.1", 2223), EINVAL);
	assert_int_equal(ng_alloc(&ng, NULL, 2223), EINVAL);
	assert_int_equal(ng_alloc(&ng, "127.0.0.1", 0), EINVAL);
	assert_int_equal(ng_alloc(&ng, "localhost", 2223), EINVAL);
	assert_null(ng);
	assert_int_equal(ng_call(NULL, cmd, NULL), EINVAL);
	assert_int_equal(ng_ping(NULL), EINVAL);
	assert_int_equal(ng_alloc(&ng, "::1", 2223), 0);
	assert_int_equal(ng_call(ng, NULL, NULL), EINVAL);
	ng_free(ng);
	ng_free(NULL);
	json_free(cmd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_command_has_a_cookie),
	    cmocka_unit_test(a_lost_reply_is_asked_for_again),
	    cmocka_unit_test(a_foreign_cookie_is_ignored),
	    cmocka_unit_test(a_late_reply_is_not_taken_for_the_next),
	    cmocka_unit_test(refusals_are_told_apart),
	    cmocka_unit_test(a_garbled_reply_is_an_error),
	    cmocka_unit_test(silence_is_given_up),
	    cmocka_unit_test(a_closed_port_is_known_at_once),
	    cmocka_unit_test(size_is_limited_by_the_datagram),
	    cmocka_unit_test(threads_get_their_own_replies),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("ng", tests, NULL, NULL);
}
