/**
 * @file test_json_decode.c  Decoding by a table, and what is said about what does not fit it
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_decode.h"

struct inner {
	int color;
	struct json_strs to;
	char *text;
};

struct outer {
	char name[8];
	int64_t count;
	bool enabled;
	struct inner inner;
};

static const char *const colors[] = {"red", "green", NULL};

static const struct json_field inner_fields[] = {
    {"color", JSON_K_ENUM, offsetof(struct inner, color), .names = colors},
    {"to", JSON_K_STRS, offsetof(struct inner, to), .lo = 1, .max = 3, .hi = 4},
    {"text", JSON_K_TEXT, offsetof(struct inner, text), .max = 20},
};

static const struct json_spec inner_spec = {inner_fields, 3};

static const struct json_field fields[] = {
    {"name", JSON_K_STR, offsetof(struct outer, name), .lo = 1, .max = 8, .required = true},
    {"count", JSON_K_INT, offsetof(struct outer, count), .lo = -5, .hi = 500},
    {.name = "enabled", .kind = JSON_K_BOOL, .offset = offsetof(struct outer, enabled)},
    {"inner", JSON_K_OBJ, offsetof(struct outer, inner), .spec = &inner_spec},
};

static const struct json_spec spec = {fields, 4};

static char why[JSON_WHY_MAX];

static int decode(const char *text, struct outer *out)
{
	why[0] = '\0';
	return json_read(text, strlen(text), &spec, out, why);
}

static void everything_is_decoded(void **state)
{
	struct outer o = {0};

	(void)state;
	assert_int_equal(
	    decode("{\"name\":\"seven77\",\"count\":500,\"enabled\":true,\"inner\":"
		   "{\"color\":\"green\",\"to\":[\"a\",\"bcde\"],\"text\":\"J\xc3\xbc\"}}",
		   &o),
	    0);
	assert_string_equal(o.name, "seven77");
	assert_int_equal(o.count, 500);
	assert_true(o.enabled);
	assert_int_equal(o.inner.color, 1);
	assert_int_equal(o.inner.to.n, 2);
	assert_string_equal(o.inner.to.item[0], "a");
	assert_string_equal(o.inner.to.item[1], "bcde");
	assert_string_equal(o.inner.text, "J\xc3\xbc");
	json_decode_free(&spec, &o);
	assert_null(o.inner.text);
	assert_null(o.inner.to.item);
	assert_int_equal(o.inner.to.n, 0);
}

static void absent_members_keep_their_defaults(void **state)
{
	struct outer o = {.count = 50, .enabled = true, .inner = {.color = 1}};

	(void)state;
	o.inner.text = strdup("default");
	assert_int_equal(decode("{\"name\":\"x\"}", &o), 0);
	assert_int_equal(o.count, 50);
	assert_true(o.enabled);
	assert_int_equal(o.inner.color, 1);
	assert_string_equal(o.inner.text, "default");
	assert_int_equal(decode("{\"name\":\"x\",\"inner\":{\"text\":\"other\"}}", &o), 0);
	assert_string_equal(o.inner.text, "other");
	json_decode_free(&spec, &o);
}

static void what_does_not_fit_is_named(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"[]", "must be an object"},
	    {"{}", "name: missing; must be text of 1 to 7 bytes"},
	    {"{\"name\":\"\"}", "name: must be text of 1 to 7 bytes"},
	    {"{\"name\":\"12345678\"}", "name: must be text of 1 to 7 bytes"},
	    {"{\"name\":null}", "name: must be text of 1 to 7 bytes"},
	    {"{\"name\":[\"x\"]}", "name: must be text of 1 to 7 bytes"},
	    {"{\"name\":\"x\",\"Count\":1}", "Count: unknown field"},
	    {"{\"name\":\"x\",\"count\":501}", "count: must be an integer from -5 to 500"},
	    {"{\"name\":\"x\",\"count\":-6}", "count: must be an integer from -5 to 500"},
	    {"{\"name\":\"x\",\"count\":1.0}", "count: must be an integer from -5 to 500"},
	    {"{\"name\":\"x\",\"count\":\"1\"}", "count: must be an integer from -5 to 500"},
	    {"{\"name\":\"x\",\"enabled\":1}", "enabled: must be true or false"},
	    {"{\"name\":\"x\",\"enabled\":null}", "enabled: must be true or false"},
	    {"{\"name\":\"x\",\"inner\":[]}", "inner: must be an object"},
	    {"{\"name\":\"x\",\"inner\":{\"colour\":1}}", "inner.colour: unknown field"},
	    {"{\"name\":\"x\",\"inner\":{\"color\":\"blue\"}}",
	     "inner.color: must be one of \"red\", \"green\""},
	    {"{\"name\":\"x\",\"inner\":{\"color\":0}}",
	     "inner.color: must be one of \"red\", \"green\""},
	    {"{\"name\":\"x\",\"inner\":{\"to\":[]}}",
	     "inner.to: must be a list of 1 to 3 texts of 1 to 4 bytes"},
	    {"{\"name\":\"x\",\"inner\":{\"to\":[\"a\",\"a\",\"a\",\"a\"]}}",
	     "inner.to: must be a list of 1 to 3 texts of 1 to 4 bytes"},
	    {"{\"name\":\"x\",\"inner\":{\"to\":[\"a\",\"\"]}}",
	     "inner.to: must be a list of 1 to 3 texts of 1 to 4 bytes"},
	    {"{\"name\":\"x\",\"inner\":{\"to\":[\"abcde\"]}}",
	     "inner.to: must be a list of 1 to 3 texts of 1 to 4 bytes"},
	    {"{\"name\":\"x\",\"inner\":{\"to\":[1]}}",
	     "inner.to: must be a list of 1 to 3 texts of 1 to 4 bytes"},
	    {"{\"name\":\"x\",\"inner\":{\"to\":\"a\"}}",
	     "inner.to: must be a list of 1 to 3 texts of 1 to 4 bytes"},
	    {"{\"name\":\"x\",\"inner\":{\"text\":\"123456789012345678901\"}}",
	     "inner.text: must be text of 0 to 20 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outer o = {0};

		assert_int_equal(decode(cases[i].text, &o), EINVAL);
		assert_string_equal(why, cases[i].why);
		json_decode_free(&spec, &o);
	}
}

static void what_is_not_json_is_told_apart(void **state)
{
	struct outer o = {0};

	(void)state;
	assert_int_equal(decode("{\"name\":\n x}", &o), EBADMSG);
	assert_memory_equal(why, "line 2, column 2: ", 18);
	json_decode_free(&spec, &o);
}

static void long_unknown_names_are_cut(void **state)
{
	char text[3000] = "{\"";
	struct outer o = {0};

	(void)state;
	memset(text + 2, 'k', 2900);
	memcpy(text + 2902, "\":1}", sizeof("\":1}"));
	assert_int_equal(decode(text, &o), EINVAL);
	assert_non_null(strstr(why, "kkk: unknown field"));
}

/* A document in which random bytes are changed, cut out or doubled: whatever becomes of it, there
 * is an answer, and if it is a refusal it says why. */
static void mutations_are_survived(void **state)
{
	static const char good[] =
	    "{\"name\":\"seven77\",\"count\":500,\"enabled\":true,\"inner\":"
	    "{\"color\":\"green\",\"to\":[\"a\",\"bcde\"],\"text\":\"\\u00fc\"}}";
	static const char spice[] = "{}[]\",:\\u0\xff\x80\x01-9.e ntf";
	unsigned decoded = 0, refused = 0;
	char text[sizeof(good) * 2];

	(void)state;
	srand(20261122);
	for (int i = 0; i < 20000; i++) {
		struct outer o = {0};
		size_t len = sizeof(good) - 1;

		memcpy(text, good, sizeof(good));
		for (int k = rand() % 4; k >= 0; k--) {
			size_t at = (size_t)rand() % len;

			if (rand() % 3 == 0)
				memmove(text + at, text + at + 1, --len - at);
			else
				text[at] = spice[(size_t)rand() % (sizeof(spice) - 1)];
		}
		why[0] = '\0';
		if (json_read(text, len, &spec, &o, why) == 0) {
			decoded++;
		} else {
			refused++;
			assert_true(why[0]);
		}
		json_decode_free(&spec, &o);
	}
	assert_true(decoded > 100);
	assert_true(refused > 10000);
}

static void arguments_are_checked(void **state)
{
	struct outer o = {0};

	(void)state;
	assert_int_equal(json_decode(NULL, &spec, &o, why), EINVAL);
	assert_int_equal(json_decode(NULL, NULL, &o, why), EINVAL);
	assert_int_equal(json_decode(NULL, &spec, NULL, why), EINVAL);
	assert_int_equal(json_read(NULL, 0, &spec, &o, why), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_is_decoded),
	    cmocka_unit_test(absent_members_keep_their_defaults),
	    cmocka_unit_test(what_does_not_fit_is_named),
	    cmocka_unit_test(what_is_not_json_is_told_apart),
	    cmocka_unit_test(long_unknown_names_are_cut),
	    cmocka_unit_test(mutations_are_survived),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
