/**
 * @file test_httpd_access.c  HTTP server: tokens, scopes, the hooks' key, guessing, and what is
 * told of changes
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "access.h"
#include "httpd.h"
#include "json.h"
#include "reply.h"
#include "wire.h"

#define KEY "hook-0123456789ab"

static const struct {
	const char *token;
	struct httpd_caller who;
} known[] = {
    {"token-to-read", {"r", "reader", HTTPD_SCOPE_READ}},
    {"token-to-operate", {"o", "operator", HTTPD_SCOPE_OPERATE}},
    {"token-of-admin", {"a", "admin", HTTPD_SCOPE_ADMIN}},
};

enum {
	KNOWN = sizeof(known) / sizeof(known[0]),
};

static int whose(const char *token, struct httpd_caller *who, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < KNOWN; i++) {
		if (strcmp(token, known[i].token) == 0) {
			*who = known[i].who;
			return 0;
		}
	}
	return strcmp(token, "token-nobody-can-find") == 0 ? ETIMEDOUT : EACCES;
}

/* Answers as its path says. */
static void answer(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct json *o = json_new_object();

	(void)arg;
	json_set_str(o, "who", req->who ? req->who->name : NULL);
	json_set_str(o, "source", req->source);
	if (strcmp(req->arg[0], "made") == 0)
		snprintf(rep->location, sizeof(rep->location), "/made/7");
	reply_json(rep, strcmp(req->arg[0], "refused") == 0 ? 401 : 200, o);
}

static void nothing(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	(void)req;
	(void)rep;
	(void)arg;
}

static const struct httpd_route routes[] = {
    {"POST", "/hook/{x}", HTTPD_HOOK, answer},	    {"GET", "/open/{x}", HTTPD_OPEN, answer},
    {"GET", "/figures/{x}", HTTPD_INSIDE, answer},  {"POST", "/signed/{x}", HTTPD_SIGNED, answer},
    {"GET", "/read/{x}", HTTPD_READ, answer},	    {"POST", "/operate/{x}", HTTPD_OPERATE, answer},
    {"PUT", "/admin/{x}", HTTPD_ADMIN, answer},	    {"GET", "/admin/{x}", HTTPD_ADMIN, answer},
    {"DELETE", "/admin/{x}", HTTPD_ADMIN, nothing},
};

static char told[256];

static void audit(const struct httpd_request *req, const struct httpd_reply *rep, void *arg)
{
	size_t len = strlen(told);

	(void)arg;
	snprintf(told + len, sizeof(told) - len, "%s %s %s %s %u%s; ", req->who->name, req->method,
		 req->pattern, req->path, rep->status, rep->location);
}

static struct httpd_options options = {
    .listen = "127.0.0.1",
    .hook_key = KEY,
    .tokenh = whose,
    .audith = audit,
    .proxy = "127.0.0.1",
    .routes = routes,
    .nroutes = sizeof(routes) / sizeof(routes[0]),
};

static struct httpd *h;
static int fd;
static struct wire_message m;
static char value[WIRE_HEAD_MAX];

static int start(void **state)
{
	(void)state;
	told[0] = '\0';
	if (httpd_start(&h, &options))
		return -1;
	fd = wire_dial(httpd_port(h));
	return fd < 0 ? -1 : 0;
}

static int start_outside(void **state)
{
	options.outside = true;
	return start(state);
}

static int stop(void **state)
{
	(void)state;
	options.outside = false;
	close(fd);
	httpd_stop(h);
	return 0;
}

static void ask(const char *what, const char *headers, unsigned status)
{
	char text[512];

	snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 0\r\n\r\n", what,
		 headers);
	wire_say(fd, text);
	assert_true(wire_hear(fd, &m, false));
	assert_int_equal(m.status, status);
	assert_string_equal(wire_header(&m, "Connection", value), "");
}

static void assert_member(const char *key, const char *want)
{
	struct json *v = NULL;

	assert_int_equal(json_parse(m.body, m.body_len, &v), 0);
	assert_string_equal(json_str(json_get(v, key)), want);
	json_free(v);
}

static void a_scope_has_all_that_is_before_it(void **state)
{
	static const char *const needs[] = {"GET /read/x", "POST /operate/x", "PUT /admin/x"};
	static const char *const names[] = {"read", "operate", "admin"};
	char header[80], challenge[80];

	(void)state;
	for (size_t token = 0; token < KNOWN; token++) {
		snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n",
			 known[token].token);
		for (size_t need = 0; need < 3; need++) {
			ask(needs[need], header, need <= token ? 200 : 403);
			if (need <= token) {
				assert_member("who", known[token].who.name);
				continue;
			}
			assert_member("code", "forbidden");
			assert_non_null(strstr(m.body, names[need]));
			snprintf(challenge, sizeof(challenge),
				 "Bearer error=\"insufficient_scope\", scope=\"%s\"", names[need]);
			assert_string_equal(wire_header(&m, "WWW-Authenticate", value), challenge);
		}
	}
	ask("GET /read/x", "authorization: bearer token-to-read\r\n", 200);
}

static void what_is_no_token_is_401(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "Authorization: Bearer\r\n",
	    "Authorization: Bearer \r\n",
	    "Authorization: Bearer token-to-rea\r\n",
	    "Authorization: Bearer token-to-readx\r\n",
	    "Authorization: Basic token-to-read\r\n",
	    "Authorization: token-to-read\r\n",
	    "Authorization: Bearer " KEY "\r\n",
	    "X-ExecLine-Key: token-to-read\r\n",
	    "X-ExecLine-Key: " KEY "\r\n",
	};

	(void)state;
	assert_int_equal(sizeof(wrong) / sizeof(wrong[0]), ACCESS_FAILURES);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ask("GET /read/x", wrong[i], 401);
		assert_member("code", "unauthorized");
		assert_string_equal(wire_header(&m, "WWW-Authenticate", value), "Bearer");
	}
}

static void a_token_that_cannot_be_looked_up_is_no_failure(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * ACCESS_FAILURES; i++) {
		ask("GET /read/x", "Authorization: Bearer token-nobody-can-find\r\n", 503);
		assert_member("code", "store_unavailable");
	}
}

static void hooks_have_a_key_of_their_own(void **state)
{
	(void)state;
	ask("POST /hook/x", "", 401);
	ask("POST /hook/x", "Authorization: Bearer " KEY "\r\n", 401);
	ask("POST /hook/x", "Authorization: Bearer token-of-admin\r\n", 401);
	ask("POST /hook/x", "X-ExecLine-Key: token-of-admin\r\n", 401);
	ask("POST /hook/x", "X-ExecLine-Key: " KEY "x\r\n", 401);
	ask("POST /hook/x", "X-ExecLine-Key: " KEY "\r\n", 200);
}

static void fail_from(const char *source, int times, unsigned status)
{
	char header[128];

	snprintf(header, sizeof(header), "X-Forwarded-For: %s\r\nAuthorization: Bearer wrong\r\n",
		 source);
	for (int i = 0; i < times; i++)
		ask("GET /read/x", header, status);
}

static void whoever_guesses_is_not_listened_to(void **state)
{
	unsigned long wait_s;

	(void)state;
	fail_from("203.0.113.7", ACCESS_FAILURES, 401);
	fail_from("203.0.113.7", 1, 429);
	assert_member("code", "too_many_failures");
	wait_s = strtoul(wire_header(&m, "Retry-After", value), NULL, 10);
	assert_in_range(wait_s, 1, ACCESS_WINDOW_MS / 1000);
	ask("GET /read/x",
	    "X-Forwarded-For: 203.0.113.7\r\nAuthorization: Bearer token-to-read\r\n", 429);
	ask("POST /signed/x", "X-Forwarded-For: 203.0.113.7\r\n", 429);
	ask("GET /open/x", "X-Forwarded-For: 203.0.113.7\r\n", 200);
	ask("GET /read/x",
	    "X-Forwarded-For: 203.0.113.8\r\nAuthorization: Bearer token-to-read\r\n", 200);
}

static void wrong_signatures_are_guesses_too(void **state)
{
	(void)state;
	for (int i = 0; i < ACCESS_FAILURES; i++)
		ask("POST /signed/refused", "X-Forwarded-For: 203.0.113.7\r\n", 401);
	ask("POST /signed/x", "X-Forwarded-For: 203.0.113.7\r\n", 429);
}

static void a_network_of_ipv6_is_one_source(void **state)
{
	(void)state;
	fail_from("2001:db8:1:2::1", ACCESS_FAILURES, 401);
	fail_from("2001:db8:1:2:3::2", 1, 429);
	fail_from("2001:db8:1:3::1", 1, 401);
}

/* Whoever is on this machine must not be able to keep Kamailio or the operator out. */
static void on_this_machine_the_right_one_is_always_taken(void **state)
{
	(void)state;
	for (int i = 0; i < ACCESS_FAILURES; i++)
		ask("POST /hook/x", "X-ExecLine-Key: wrong\r\n", 401);
	ask("POST /hook/x", "X-ExecLine-Key: wrong\r\n", 429);
	ask("GET /read/x", "Authorization: Bearer wrong\r\n", 429);
	ask("POST /hook/x", "X-ExecLine-Key: " KEY "\r\n", 200);
	ask("GET /read/x", "Authorization: Bearer token-to-read\r\n", 200);
}

static void figures_are_open_inside(void **state)
{
	(void)state;
	ask("GET /figures/x", "", 200);
}

static void figures_want_a_token_outside(void **state)
{
	(void)state;
	ask("GET /figures/x", "", 401);
	ask("GET /figures/x", "Authorization: Bearer token-to-read\r\n", 200);
	ask("GET /open/x", "", 200);
}

static void only_the_proxy_says_where_a_request_comes_from(void **state)
{
	(void)state;
	ask("GET /open/x", "", 200);
	assert_member("source", "127.0.0.1");
	ask("GET /open/x", "X-Forwarded-For: 192.0.2.1, 203.0.113.9\r\n", 200);
	assert_member("source", "203.0.113.9");
	ask("GET /open/x", "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 203.0.113.9\r\n", 200);
	assert_member("source", "203.0.113.9");
	ask("GET /open/x", "X-Forwarded-For: nonsense\r\n", 200);
	assert_member("source", "127.0.0.1");
	httpd_stop(h);
	close(fd);
	options.proxy = "127.0.0.2";
	assert_int_equal(start(NULL), 0);
	options.proxy = "127.0.0.1";
	ask("GET /open/x", "X-Forwarded-For: 203.0.113.9\r\n", 200);
	assert_member("source", "127.0.0.1");
}

static void every_change_is_told_and_nothing_else(void **state)
{
	static const char admin[] = "Authorization: Bearer token-of-admin\r\n";

	(void)state;
	ask("GET /read/x", admin, 200);
	ask("GET /admin/x", admin, 200);
	ask("POST /operate/refused", admin, 401);
	ask("POST /operate/x", "Authorization: Bearer token-to-read\r\n", 403);
	ask("POST /hook/x", "X-ExecLine-Key: " KEY "\r\n", 200);
	assert_string_equal(told, "");
	ask("POST /operate/x", admin, 200);
	ask("PUT /admin/made?secret=1", admin, 200);
	assert_string_equal(wire_header(&m, "Location", value), "/made/7");
	ask("DELETE /admin/y", admin, 500); /* nobody knows what it has done */
	assert_string_equal(told, "admin POST /operate/{x} /operate/x 200; "
				  "admin PUT /admin/{x} /admin/made 200/made/7; "
				  "admin DELETE /admin/{x} /admin/y 500; ");
}

static void what_routes_want_must_be_there(void **state)
{
	struct httpd_options opt = options;
	struct httpd *other = NULL;

	(void)state;
	opt.hook_key = "";
	assert_int_equal(httpd_start(&other, &opt), EINVAL);
	opt = options;
	opt.tokenh = NULL;
	assert_int_equal(httpd_start(&other, &opt), EINVAL);
	opt.nroutes = 2;
	assert_int_equal(httpd_start(&other, &opt), 0);
	httpd_stop(other);
	other = NULL;
	opt.nroutes = 3;
	opt.outside = true;
	assert_int_equal(httpd_start(&other, &opt), EINVAL);
	assert_null(other);
}

#define INSIDE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    INSIDE(a_scope_has_all_that_is_before_it),
	    INSIDE(what_is_no_token_is_401),
	    INSIDE(a_token_that_cannot_be_looked_up_is_no_failure),
	    INSIDE(hooks_have_a_key_of_their_own),
	    INSIDE(whoever_guesses_is_not_listened_to),
	    INSIDE(wrong_signatures_are_guesses_too),
	    INSIDE(a_network_of_ipv6_is_one_source),
	    INSIDE(on_this_machine_the_right_one_is_always_taken),
	    INSIDE(figures_are_open_inside),
	    cmocka_unit_test_setup_teardown(figures_want_a_token_outside, start_outside, stop),
	    INSIDE(only_the_proxy_says_where_a_request_comes_from),
	    INSIDE(every_change_is_told_and_nothing_else),
	    INSIDE(what_routes_want_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
