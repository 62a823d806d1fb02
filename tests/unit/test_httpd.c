/**
 * @file test_httpd.c  HTTP server: routing, bodies, and what it never sends; who may is in
 * test_httpd_access.c
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "httpd.h"
#include "json.h"
#include "reply.h"
#include "wire.h"

static void echo(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct json *o = json_new_object();

	(void)arg;
	json_set_str(o, "method", req->method);
	json_set_str(o, "arg", req->arg[0]);
	json_set_str(o, "target", req->target);
	json_set_str(o, "query", httpd_query(req, "q"));
	json_set_str(o, "header", httpd_header(req, "x-test"));
	json_set_str(o, "body", req->body);
	json_set_int(o, "length", (int64_t)req->body_len);
	json_set_str(o, "id", req->id);
	reply_json(rep, 200, o);
}

static void size(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	(void)arg;
	reply_error(rep, API_STORE_UNAVAILABLE, "%zu", req->body_len);
}

static void nothing(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	(void)req;
	(void)rep;
	(void)arg;
}

static const struct httpd_route routes[] = {
    {"GET", "/echo/{x}", HTTPD_OPEN, echo},
    {"PUT", "/echo/{x}", HTTPD_OPEN, echo},
    {"POST", "/size", HTTPD_OPEN, size},
    {"GET", "/nothing", HTTPD_OPEN, nothing},
};

static const struct httpd_options options = {
    .listen = "127.0.0.1",
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
	if (httpd_start(&h, &options))
		return -1;
	fd = wire_dial(httpd_port(h));
	return fd < 0 ? -1 : 0;
}

static int stop(void **state)
{
	(void)state;
	close(fd);
	httpd_stop(h);
	return 0;
}

/* One request and its reply on the one connection of the test, which must stay usable. */
static void ask(const char *text, unsigned status)
{
	wire_say(fd, text);
	assert_true(wire_hear(fd, &m, strncmp(text, "HEAD", 4) == 0));
	assert_int_equal(m.status, status);
	assert_string_equal(wire_header(&m, "Connection", value), "");
}

static void assert_member(const char *key, const char *want)
{
	struct json *v = NULL;
	const char *got;

	assert_int_equal(json_parse(m.body, m.body_len, &v), 0);
	got = json_str(json_get(v, key));
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	json_free(v);
}

static void a_handler_sees_the_request(void **state)
{
	(void)state;
	ask("PUT /echo/a%20b?q=%C3%BC&r=2 HTTP/1.1\r\nHost: x\r\nX-Test: 7\r\n"
	    "Content-Length: 5\r\n\r\nhello",
	    200);
	assert_string_equal(wire_header(&m, "Content-Type", value), "application/json");
	assert_member("method", "PUT");
	assert_member("arg", "a b");
	assert_member("query", "\xc3\xbc");
	assert_member("header", "7");
	assert_member("body", "hello");
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	assert_member("query", NULL);
	assert_member("header", NULL);
	assert_member("body", "");
}

static void chunked_bodies_are_joined(void **state)
{
	(void)state;
	ask("PUT /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
	    200);
	assert_member("body", "hello");
}

static void what_no_route_has_is_404_or_405(void **state)
{
	(void)state;
	ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404);
	assert_member("code", "path_unknown");
	ask("POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", 405);
	assert_member("code", "method_not_allowed");
	assert_string_equal(wire_header(&m, "Allow", value), "GET, HEAD, PUT");
	ask("PATCH /size HTTP/1.1\r\nHost: x\r\n\r\n", 405);
	assert_string_equal(wire_header(&m, "Allow", value), "POST");
}

/* Signatures are over what was asked for, not over what it means. */
static void the_target_stays_as_it_came(void **state)
{
	(void)state;
	ask("GET /echo/a%20b?q=1%2B1&x=a+b&&q=%00 HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	assert_member("target", "/echo/a%20b?q=1%2B1&x=a+b&&q=%00");
	assert_member("arg", "a b");
	assert_member("query", "1+1");
}

static void head_is_get_without_the_body(void **state)
{
	(void)state;
	ask("HEAD /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	assert_string_not_equal(wire_header(&m, "Content-Length", value), "0");
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	assert_member("method", "GET");
}

static void bodies_up_to_the_limit_are_taken(void **state)
{
	char head[128];

	(void)state;
	snprintf(head, sizeof(head), "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
		 HTTPD_BODY_MAX);
	wire_say(fd, head);
	wire_say_many(fd, HTTPD_BODY_MAX - 1);
	ask("x", 503);
	assert_member("detail", "65536");
	assert_string_equal(wire_header(&m, "Retry-After", value), "2");
}

/* Kamailio spins on "Connection: close": a body it might send must not lead to one. */
static void larger_bodies_are_refused_and_the_connection_kept(void **state)
{
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
		 HTTPD_BODY_MAX + 1);
	wire_say(fd, text);
	wire_say_many(fd, HTTPD_BODY_MAX);
	ask("x", 400);
	assert_member("code", "body_too_large");

	snprintf(text, sizeof(text), "%x\r\n", HTTPD_DISCARD_MAX);
	wire_say(fd, "POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	wire_say(fd, text);
	wire_say_many(fd, HTTPD_DISCARD_MAX);
	ask("\r\n0\r\n\r\n", 400);
	assert_member("code", "body_too_large");
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
}

static void endless_bodies_cost_the_connection(void **state)
{
	int other = wire_dial(httpd_port(h));
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
		 HTTPD_DISCARD_MAX + 1);
	wire_say(fd, text);
	assert_true(wire_hear(fd, &m, false));
	assert_int_equal(m.status, 400);
	assert_member("code", "body_too_large");

	snprintf(text, sizeof(text), "%x\r\n", HTTPD_DISCARD_MAX + 1);
	wire_say(other, "POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	wire_say(other, text);
	wire_say_many(other, HTTPD_DISCARD_MAX + 1);
	assert_true(wire_is_closed(other));
	close(other);
}

/* Answered with an error or not at all, but the server goes on. */
static void malformed_requests_are_survived(void **state)
{
	static const char *const bad[] = {
	    "PUT /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
	    "PUT /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "ffffffffffffffffffff\r\nx",
	    "PUT /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
	    "PUT /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "PUT /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
	    "GET /echo/x HTTP/1.1\r\n\r\n",
	    "GET /echo/x HTTP/9.9\r\nHost: x\r\n\r\n",
	    "GET\r\n\r\n",
	    "\x16\x03\x01\x02\x01\x01\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int other = wire_dial(httpd_port(h));

		assert_true(other >= 0);
		wire_say(other, bad[i]);
		shutdown(other, SHUT_WR);
		if (wire_hear(other, &m, false))
			assert_in_range(m.status, 400, 599);
		close(other);
		ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	}
}

static void a_head_that_is_too_large_is_refused(void **state)
{
	int other = wire_dial(httpd_port(h));

	(void)state;
	wire_say(other, "GET /echo/x HTTP/1.1\r\nHost: x\r\nX-Test: ");
	wire_say_many(other, HTTPD_HEADER_MEMORY);
	wire_say(other, "\r\n\r\n");
	if (wire_hear(other, &m, false))
		assert_in_range(m.status, 400, 499);
	close(other);
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
}

static void random_bytes_are_survived(void **state)
{
	static const char good[] =
	    "PUT /echo/x?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
	char text[sizeof(good)];

	(void)state;
	srand(20261122);
	for (int i = 0; i < 200; i++) {
		int other = wire_dial(httpd_port(h));

		assert_true(other >= 0);
		memcpy(text, good, sizeof(good));
		for (int k = rand() % 5; k >= 0; k--)
			text[(size_t)rand() % (sizeof(good) - 1)] = (char)(rand() % 255 + 1);
		wire_say(other, text);
		shutdown(other, SHUT_WR);
		wire_hear(other, &m, false);
		close(other);
	}
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
}

static void requests_have_ids(void **state)
{
	char first[HTTPD_ID_MAX];

	(void)state;
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\nX-Request-Id: a.b-C_1\r\n\r\n", 200);
	assert_member("id", "a.b-C_1");
	assert_string_equal(wire_header(&m, "X-Request-Id", value), "a.b-C_1");

	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\nX-Request-Id: bad id\r\n\r\n", 200);
	snprintf(first, sizeof(first), "%.64s", wire_header(&m, "X-Request-Id", value));
	assert_member("id", first);
	assert_string_not_equal(first, "bad id");
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	assert_string_not_equal(wire_header(&m, "X-Request-Id", value), first);
}

/* A page of somebody else's in a browser learns nothing, and may send nothing but what a form can.
 */
static void other_origins_are_not_invited(void **state)
{
	(void)state;
	ask("OPTIONS /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: https://example.com\r\n"
	    "Access-Control-Request-Method: PUT\r\n\r\n",
	    405);
	assert_null(strcasestr(m.head, "Access-Control"));
	ask("GET /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: https://example.com\r\n\r\n", 200);
	assert_null(strcasestr(m.head, "Access-Control"));
	assert_string_equal(wire_header(&m, "Cache-Control", value), "no-store");
}

static void an_empty_reply_is_a_500(void **state)
{
	(void)state;
	ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 500);
	assert_int_equal(m.body_len, 0);
}

static void options_are_checked(void **state)
{
	struct httpd_options opt = options;
	struct httpd *other = NULL;

	(void)state;
	assert_int_equal(httpd_start(NULL, &opt), EINVAL);
	assert_int_equal(httpd_start(&other, NULL), EINVAL);
	opt.listen = "localhost";
	assert_int_equal(httpd_start(&other, &opt), EINVAL);
	opt = options;
	opt.port = httpd_port(h); /* a replica of this user shares it */
	assert_int_equal(httpd_start(&other, &opt), 0);
	httpd_stop(other);
	other = NULL;
	opt = options;
	opt.tls_key = "a key without its certificate";
	assert_int_equal(httpd_start(&other, &opt), EINVAL);
	assert_null(other);
	httpd_stop(NULL);
	opt = options;
	opt.listen = "::1";
	if (httpd_start(&other, &opt) == 0) /* where there is IPv6 */
		assert_true(httpd_port(other) > 0);
	httpd_stop(other);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SERVER(a_handler_sees_the_request),
	    WITH_SERVER(chunked_bodies_are_joined),
	    WITH_SERVER(what_no_route_has_is_404_or_405),
	    WITH_SERVER(the_target_stays_as_it_came),
	    WITH_SERVER(head_is_get_without_the_body),
	    WITH_SERVER(bodies_up_to_the_limit_are_taken),
	    WITH_SERVER(larger_bodies_are_refused_and_the_connection_kept),
	    WITH_SERVER(endless_bodies_cost_the_connection),
	    WITH_SERVER(malformed_requests_are_survived),
	    WITH_SERVER(a_head_that_is_too_large_is_refused),
	    WITH_SERVER(random_bytes_are_survived),
	    WITH_SERVER(requests_have_ids),
	    WITH_SERVER(other_origins_are_not_invited),
	    WITH_SERVER(an_empty_reply_is_a_500),
	    WITH_SERVER(options_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
