/**
 * @file test_json.c  Parsing, reading, building and printing JSON
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"

static struct json *parsed(const char *text)
{
	struct json *v = NULL;

	assert_int_equal(json_parse(text, strlen(text), &v), 0);
	assert_non_null(v);
	return v;
}

static void assert_prints(struct json *v, const char *want)
{
	char *text = NULL;

	assert_int_equal(json_print(v, &text), 0);
	assert_string_equal(text, want);
	free(text);
	json_free(v);
}

static void what_is_not_json_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    " ",
	    "{",
	    "[1,]",
	    "{\"a\":1,}",
	    "{'a':1}",
	    "{a:1}",
	    "nul",
	    "\"x\"",
	    "1",
	    "null",
	    "{} {}",
	    "{}x",
	    "[1 2]",
	    "{\"a\":1,\"a\":2}",
	    "[\"\\u0000\"]",
	    "[\"\\ud800\"]",
	    "[\"a\nb\"]",
	    "[\"\xff\"]",
	    "[\"\xc0\xaf\"]",
	    "[\"\xed\xa0\x80\"]",
	    "[01]",
	    "[+1]",
	    "[1e999]",
	    "[99999999999999999999]",
	    "// x\n{}",
	    "\xef\xbb\xbf{}",
	};
	char why[JSON_WHY_MAX];
	struct json *v = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why[0] = '\0';
		assert_int_equal(json_parse(bad[i], strlen(bad[i]), &v), EBADMSG);
		assert_int_equal(json_parse_why(bad[i], strlen(bad[i]), &v, why), EBADMSG);
		assert_memory_equal(why, "line ", 5);
		assert_null(v);
	}
	assert_int_equal(json_parse("{}\0{}", 5, &v), EBADMSG);
	assert_int_equal(json_parse(NULL, 0, &v), EINVAL);
	assert_int_equal(json_parse("{}", 2, NULL), EINVAL);
}

static void only_the_given_length_is_read(void **state)
{
	struct json *v = NULL;

	(void)state;
	assert_int_equal(json_parse("{}garbage", 2, &v), 0);
	assert_prints(v, "{}");
}

static void deep_nesting_is_refused(void **state)
{
	enum { DEPTH = 60000 };
	char *text = malloc(DEPTH);
	struct json *v = NULL;

	(void)state;
	assert_non_null(text);
	memset(text, '[', DEPTH);
	assert_int_equal(json_parse(text, DEPTH, &v), EBADMSG);
	free(text);
}

static void values_are_read(void **state)
{
	struct json *v = parsed("{\"s\":\"x\",\"n\":-5,\"t\":true,\"f\":false,\"z\":null,"
				"\"a\":[\"p\",\"q\"],\"o\":{\"k\":\"v\"},\"r\":1.0}");
	int64_t n = 7;

	(void)state;
	assert_string_equal(json_str(json_get(v, "s")), "x");
	assert_int_equal(json_int(json_get(v, "n"), &n), 0);
	assert_int_equal(n, -5);
	assert_true(json_is_true(json_get(v, "t")));
	assert_false(json_is_true(json_get(v, "f")));
	assert_true(json_is_bool(json_get(v, "f")));
	assert_false(json_is_bool(json_get(v, "z")));
	assert_true(json_is_array(json_get(v, "a")));
	assert_true(json_is_object(json_get(v, "o")));
	assert_int_equal(json_len(json_get(v, "a")), 2);
	assert_string_equal(json_str(json_at(json_get(v, "a"), 1)), "q");
	assert_null(json_at(json_get(v, "a"), 2));
	assert_string_equal(json_str(json_get(json_get(v, "o"), "k")), "v");
	assert_int_equal(json_int(json_get(v, "r"), &n), EINVAL);
	assert_int_equal(n, -5);
	json_free(v);
}

static void readers_take_what_is_not_there(void **state)
{
	struct json *v = parsed("{\"s\":\"x\"}");
	int64_t n;

	(void)state;
	assert_null(json_get(json_get(json_get(v, "no"), "no"), "no"));
	assert_null(json_get(json_get(v, "s"), "x"));
	assert_null(json_at(v, 0));
	assert_null(json_str(NULL));
	assert_null(json_str(v));
	assert_int_equal(json_len(NULL), 0);
	assert_int_equal(json_len(v), 0);
	assert_int_equal(json_int(NULL, &n), EINVAL);
	assert_false(json_is_true(NULL));
	assert_false(json_is_object(NULL));
	assert_false(json_is_array(NULL));
	assert_false(json_is_bool(NULL));
	json_free(v);
	json_free(NULL);
}

static bool stops_at_b(const char *key, const struct json *v, void *arg)
{
	int64_t n = 0;

	json_int(v, &n);
	*(int64_t *)arg += n;
	return strcmp(key, "b") == 0;
}

static void members_are_gone_through(void **state)
{
	struct json *v = parsed("{\"a\":1,\"b\":2,\"c\":4}");
	int64_t sum = 0;

	(void)state;
	assert_true(json_each(v, stops_at_b, &sum));
	assert_int_equal(sum, 3);
	assert_false(json_each(json_get(v, "a"), stops_at_b, &sum));
	assert_false(json_each(NULL, stops_at_b, &sum));
	json_free(v);
}

static void values_are_built_in_order(void **state)
{
	struct json *o = json_new_object(), *a = json_new_array(), *inner = json_new_object();
	int err = 0;

	(void)state;
	err |= json_set_str(inner, "k", "v");
	err |= json_push_str(a, "x");
	err |= json_push(a, inner);
	err |= json_set_str(o, "z", "1\n\"2\"");
	err |= json_set_str(o, "absent", NULL);
	err |= json_set_int(o, "n", INT64_MIN);
	err |= json_set_bool(o, "t", true);
	err |= json_set_null(o, "none");
	err |= json_set(o, "list", a);
	assert_int_equal(err, 0);
	assert_prints(o, "{\"z\":\"1\\n\\\"2\\\"\",\"n\":-9223372036854775808,\"t\":true,"
			 "\"none\":null,\"list\":[\"x\",{\"k\":\"v\"}]}");
}

static void failed_allocations_run_through(void **state)
{
	struct json *o = json_new_object();
	char *text = NULL;

	(void)state;
	assert_int_equal(json_set(o, "k", NULL), ENOMEM);
	assert_int_equal(json_set(NULL, "k", json_new_array()), ENOMEM);
	assert_int_equal(json_push(NULL, json_new_array()), ENOMEM);
	assert_int_equal(json_push(o, json_new_array()), ENOMEM);
	assert_int_equal(json_set_str(NULL, "k", "v"), ENOMEM);
	assert_int_equal(json_set_int(NULL, "k", 1), ENOMEM);
	assert_int_equal(json_push_str(NULL, "v"), ENOMEM);
	assert_int_equal(json_push_str(o, NULL), EINVAL);
	assert_int_equal(json_print(NULL, &text), ENOMEM);
	assert_null(text);
	assert_prints(o, "{}");
}

static void texts_that_are_not_utf8_lose_what_is_not_ascii(void **state)
{
	struct json *o = json_new_object();

	(void)state;
	assert_int_equal(json_set_str(o, "good", "J\xc3\xbcrgen \xf0\x9f\x98\x80"), 0);
	assert_int_equal(json_set_str(o, "latin1", "J\xfcrgen"), 0);
	assert_int_equal(json_set_str(o, "overlong", "\xc0\xaf"), 0);
	assert_prints(o, "{\"good\":\"J\xc3\xbcrgen \xf0\x9f\x98\x80\",\"latin1\":\"J?rgen\","
			 "\"overlong\":\"??\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_json_is_refused),
	    cmocka_unit_test(only_the_given_length_is_read),
	    cmocka_unit_test(deep_nesting_is_refused),
	    cmocka_unit_test(values_are_read),
	    cmocka_unit_test(readers_take_what_is_not_there),
	    cmocka_unit_test(members_are_gone_through),
	    cmocka_unit_test(values_are_built_in_order),
	    cmocka_unit_test(failed_allocations_run_through),
	    cmocka_unit_test(texts_that_are_not_utf8_lose_what_is_not_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
