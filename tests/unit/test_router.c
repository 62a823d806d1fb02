/**
 * @file test_router.c  Methods and paths against a table
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "router.h"

static const struct httpd_route routes[] = {
    {"GET", "/", HTTPD_OPEN, NULL},
    {"GET", "/v1/lines", HTTPD_OPEN, NULL},
    {"PUT", "/v1/lines/{line}", HTTPD_OPEN, NULL},
    {"GET", "/v1/lines/{line}", HTTPD_OPEN, NULL},
    {"DELETE", "/v1/lines/{line}/legs/{leg}", HTTPD_OPEN, NULL},
    {"POST", "/v1/lines/{line}/next", HTTPD_OPEN, NULL},
};

enum {
	NROUTES = sizeof(routes) / sizeof(routes[0]),
};

static struct router_match m;

static int find(const char *method, const char *path)
{
	return router_find(routes, NROUTES, method, path, &m);
}

static void paths_are_matched_as_a_whole(void **state)
{
	static const char *const unknown[] = {
	    "",
	    "/v1",
	    "/v1/lines/",
	    "/v1/line",
	    "/v1/linesx",
	    "/V1/lines",
	    "//v1/lines",
	    "*",
	    "/v1/lines//next",
	    "/v1/lines/a/next/",
	    "/v1/lines/a/legs/",
	    "/v1/lines/a/legs/b/c",
	    "/v1/lines/a/b",
	};

	(void)state;
	assert_int_equal(find("GET", "/"), 0);
	assert_ptr_equal(m.route, &routes[0]);
	assert_int_equal(find("GET", "/v1/lines"), 0);
	assert_ptr_equal(m.route, &routes[1]);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_int_equal(find("GET", unknown[i]), ENOENT);
		assert_null(m.route);
	}
}

static void placeholders_take_a_segment(void **state)
{
	(void)state;
	assert_int_equal(find("DELETE", "/v1/lines/main/legs/0a1b"), 0);
	assert_ptr_equal(m.route, &routes[4]);
	assert_string_equal(m.arg[0], "main");
	assert_string_equal(m.arg[1], "0a1b");
	assert_string_equal(m.arg[2], "");
	assert_int_equal(find("PUT", "/v1/lines/{line}"), 0);
	assert_string_equal(m.arg[0], "{line}");
	assert_string_equal(m.arg[1], "");
}

static void a_segment_that_is_too_long_is_unknown(void **state)
{
	char path[HTTPD_ARG_MAX + 20] = "/v1/lines/";
	size_t len = strlen(path);

	(void)state;
	memset(path + len, 'x', HTTPD_ARG_MAX);
	path[len + HTTPD_ARG_MAX] = '\0';
	assert_int_equal(find("GET", path), ENOENT);
	path[len + HTTPD_ARG_MAX - 1] = '\0';
	assert_int_equal(find("GET", path), 0);
	assert_int_equal(strlen(m.arg[0]), HTTPD_ARG_MAX - 1);
}

static void a_method_that_is_missing_gets_those_that_are_not(void **state)
{
	(void)state;
	assert_int_equal(find("POST", "/v1/lines/main"), ENOTSUP);
	assert_null(m.route);
	assert_string_equal(m.allow, "PUT, GET, HEAD");
	assert_int_equal(find("GET", "/v1/lines/main/next"), ENOTSUP);
	assert_string_equal(m.allow, "POST");
	assert_int_equal(find("get", "/v1/lines"), ENOTSUP);
	assert_string_equal(m.allow, "GET, HEAD");
}

static void head_is_served_by_get(void **state)
{
	(void)state;
	assert_int_equal(find("HEAD", "/v1/lines/main"), 0);
	assert_ptr_equal(m.route, &routes[3]);
	assert_int_equal(find("HEAD", "/v1/lines/main/next"), ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paths_are_matched_as_a_whole),
	    cmocka_unit_test(placeholders_take_a_segment),
	    cmocka_unit_test(a_segment_that_is_too_long_is_unknown),
	    cmocka_unit_test(a_method_that_is_missing_gets_those_that_are_not),
	    cmocka_unit_test(head_is_served_by_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
