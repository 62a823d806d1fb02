/**
 * @file test_sipuri.c  SIP, SIPS and tel URIs
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sipuri.h"

static const struct {
	const char *text;
	struct sipuri uri;
} good[] = {
    {"sip:alice@example.com", {"sip", "alice", "example.com", 0, "", "", ""}},
    {"sip:example.com", {"sip", "", "example.com", 0, "", "", ""}},
    {"SIP:+15550100@EXAMPLE.com:5070", {"sip", "+15550100", "example.com", 5070, "", "", ""}},
    {"sips:bob@192.0.2.1:5061;transport=tcp",
     {"sips", "bob", "192.0.2.1", 5061, "transport=tcp", "", ""}},
    {"sip:conf-main@127.0.0.1:5060;leg=0a1b;transport=tcp",
     {"sip", "conf-main", "127.0.0.1", 5060, "leg=0a1b;transport=tcp", "", ""}},
    {"sip:a@[2001:DB8::1]:5060;lr", {"sip", "a", "2001:db8::1", 5060, "lr", "", ""}},
    {"sip:a@[::1]", {"sip", "a", "::1", 0, "", "", ""}},
    {"sip:a:secret@example.com", {"sip", "a", "example.com", 0, "", "", ""}},
    {"sip:a@example.com?Subject=x%20y", {"sip", "a", "example.com", 0, "", "", ""}},
    {"sip:a@example.com;lr?Subject=x", {"sip", "a", "example.com", 0, "lr", "", ""}},
    {"sip:%2B15550100@example.com", {"sip", "+15550100", "example.com", 0, "", "", ""}},
    {"sip:%2b49%2030@example.com", {"sip", "+49 30", "example.com", 0, "", "", ""}},
    {"sip:user%40realm@example.com", {"sip", "user@realm", "example.com", 0, "", "", ""}},
    {"sip:+14155550100;verstat=TN-Validation-Passed-A@example.com;user=phone",
     {"sip", "+14155550100", "example.com", 0, "user=phone", "verstat=TN-Validation-Passed-A", ""}},
    {"sip:1234;phone-context=+49;x:secret@example.com",
     {"sip", "1234", "example.com", 0, "", "phone-context=+49;x", ""}},
    {"sip:;a=b@example.com", {"sip", "", "example.com", 0, "", "a=b", ""}},
    {"sip:a%3Bb=c@example.com", {"sip", "a;b=c", "example.com", 0, "", "", ""}},
    {"tel:+1-201-555-0123", {"tel", "+1-201-555-0123", "", 0, "", "", ""}},
    {"tel:7042;phone-context=example.com",
     {"tel", "7042", "", 0, "phone-context=example.com", "", ""}},
    {"<sip:a@example.com>", {"sip", "a", "example.com", 0, "", "", ""}},
    {" < sip:a@example.com > ;tag=1", {"sip", "a", "example.com", 0, "", "", "tag=1"}},
    {"Alice <sip:a@example.com>;tag=1 ; b=\"c\" ",
     {"sip", "a", "example.com", 0, "", "", "tag=1 ; b=\"c\""}},
    {"<sip:a@example.com;lr>;tag=1", {"sip", "a", "example.com", 0, "lr", "", "tag=1"}},
    {"<sip:a@example.com> what", {"sip", "a", "example.com", 0, "", "", ""}},
    {"\"Alice <sip:evil@example.org>\" <sip:a@example.com>",
     {"sip", "a", "example.com", 0, "", "", ""}},
    {"\"A \\\"<\\\" B\" <sip:a@example.com>", {"sip", "a", "example.com", 0, "", "", ""}},
    {"\"\" <sip:a@example.com>", {"sip", "a", "example.com", 0, "", "", ""}},
    {"\"J\xc3\xbcrgen\" <sip:a@example.com>", {"sip", "a", "example.com", 0, "", "", ""}},
    {"sip:a@example.com;tag=1", {"sip", "a", "example.com", 0, "tag=1", "", ""}},
    {"sip:anonymous@anonymous.invalid", {"sip", "anonymous", "anonymous.invalid", 0, "", "", ""}},
};

static void assert_uri(const char *text, const struct sipuri *got, const struct sipuri *want)
{
	if (strcmp(got->scheme, want->scheme) != 0 || strcmp(got->user, want->user) != 0 ||
	    strcmp(got->host, want->host) != 0 || got->port != want->port ||
	    strcmp(got->params, want->params) != 0 ||
	    strcmp(got->user_params, want->user_params) != 0 ||
	    strcmp(got->header_params, want->header_params) != 0)
		fail_msg("%s: %s|%s|%s|%u|%s|%s|%s", text, got->scheme, got->user, got->host,
			 got->port, got->params, got->user_params, got->header_params);
}

static void uris_are_parsed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct sipuri uri;
		int err = sipuri_parse(good[i].text, &uri);

		if (err)
			fail_msg("%s: error %d", good[i].text, err);
		assert_uri(good[i].text, &uri, &good[i].uri);
	}
}

static void broken_uris_are_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    " ",
	    "sip",
	    "sip:",
	    "sip:@",
	    "sip:a@",
	    "sip:a@:5060",
	    "sip:a@example.com:",
	    "sip:a@example.com:0",
	    "sip:a@example.com:65536",
	    "sip:a@example.com:506a",
	    "sip:a@example.com:99999999999999999999",
	    "sip:a@exam ple.com",
	    "sip:a@example.com\r\nX: y",
	    "sip:a@exa\"mple.com",
	    "sip:a@exa/mple.com",
	    "sip:a@[::1",
	    "sip:a@[::1]x",
	    "sip:a@[example.com]",
	    "sip:a@[]",
	    "sip:a@b@example.com",
	    "sip:a%@example.com",
	    "sip:a%2@example.com",
	    "sip:a%2g@example.com",
	    "sip:a%00b@example.com",
	    "sip:a%0ab@example.com",
	    "sip:a%7F@example.com",
	    "http://example.com/",
	    "mailto:a@example.com",
	    "sipx:a@example.com",
	    "tel:",
	    "tel:;phone-context=+1",
	    "<sip:a@example.com",
	    "\"Alice <sip:a@example.com>",
	    "<>",
	    "*",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sipuri uri;

		if (sipuri_parse(bad[i], &uri) != EBADMSG)
			fail_msg("\"%s\" is taken", bad[i]);
	}
}

/* Fills text with a URI whose part at %s has n characters, and parses it. */
static int parse_long(const char *fmt, size_t n, struct sipuri *uri)
{
	char part[4096], text[8192];

	memset(part, 'a', n);
	part[n] = '\0';
	snprintf(text, sizeof(text), "%.*s%s%s", (int)strcspn(fmt, "#"), fmt, part,
		 strchr(fmt, '#') + 1);
	return sipuri_parse(text, uri);
}

static void parts_are_bounded(void **state)
{
	struct sipuri uri;

	(void)state;
	assert_int_equal(parse_long("sip:#@example.com", SIPURI_USER_BUF - 1, &uri), 0);
	assert_int_equal(parse_long("sip:#@example.com", SIPURI_USER_BUF, &uri), ENOSPC);
	assert_int_equal(parse_long("tel:#", SIPURI_USER_BUF, &uri), ENOSPC);
	assert_int_equal(parse_long("sip:a@#", SIPURI_HOST_BUF - 1, &uri), 0);
	assert_int_equal(parse_long("sip:a@#", SIPURI_HOST_BUF, &uri), ENOSPC);
	assert_int_equal(parse_long("sip:a@b;#", SIPURI_PARAMS_BUF - 1, &uri), 0);
	assert_int_equal(parse_long("sip:a@b;#", SIPURI_PARAMS_BUF, &uri), ENOSPC);
	assert_int_equal(parse_long("sip:a;#@b", SIPURI_PARAMS_BUF - 1, &uri), 0);
	assert_int_equal(parse_long("sip:a;#@b", SIPURI_PARAMS_BUF, &uri), ENOSPC);
	assert_int_equal(parse_long("<sip:a@b>;#", SIPURI_PARAMS_BUF - 1, &uri), 0);
	assert_int_equal(strlen(uri.header_params), SIPURI_PARAMS_BUF - 1);
	assert_int_equal(parse_long("<sip:a@b>;#", SIPURI_PARAMS_BUF, &uri), 0);
	assert_string_equal(uri.header_params, "");
	assert_int_equal(parse_long("#:a@b", 4000, &uri), EBADMSG);
	assert_int_equal(parse_long("\"#\" <sip:a@b>", 4000, &uri), 0);
}

static void result_is_untouched_on_failure(void **state)
{
	struct sipuri uri = {.user = "before", .port = 1};

	(void)state;
	assert_int_equal(sipuri_parse("sip:after@example.com:99999", &uri), EBADMSG);
	assert_string_equal(uri.user, "before");
	assert_int_equal(uri.port, 1);
}

static void values_are_taken_one_by_one(void **state)
{
	const char *p = "\"Doe, J.\" <sip:+15550100@example.com;a=b,c>, http://x,\t"
			",<tel:+15550199>,sip:last@example.com";
	struct sipuri uri;

	(void)state;
	assert_int_equal(sipuri_next(&p, &uri), 0);
	assert_string_equal(uri.user, "+15550100");
	assert_string_equal(uri.params, "a=b,c");
	assert_int_equal(sipuri_next(&p, &uri), EBADMSG);
	assert_int_equal(sipuri_next(&p, &uri), 0);
	assert_string_equal(uri.user, "+15550199");
	assert_int_equal(sipuri_next(&p, &uri), 0);
	assert_string_equal(uri.user, "last");
	assert_int_equal(sipuri_next(&p, &uri), ENOENT);
	assert_int_equal(sipuri_next(&p, &uri), ENOENT);
}

static void params_are_found(void **state)
{
	struct sipuri uri;
	char out[16] = "untouched";

	(void)state;
	assert_int_equal(
	    sipuri_parse("sip:a@b;lr;;LEG=0a1b;x=%2B1;empty=;bad=%zz;long=0123456789abcdef;"
			 "leg=second",
			 &uri),
	    0);
	assert_int_equal(sipuri_param(uri.params, "leg", out, sizeof(out)), 0);
	assert_string_equal(out, "0a1b");
	assert_int_equal(sipuri_param(uri.params, "Lr", out, sizeof(out)), 0);
	assert_string_equal(out, "");
	assert_int_equal(sipuri_param(uri.params, "empty", out, sizeof(out)), 0);
	assert_string_equal(out, "");
	assert_int_equal(sipuri_param(uri.params, "x", out, sizeof(out)), 0);
	assert_string_equal(out, "+1");
	assert_int_equal(sipuri_param(uri.params, "le", out, sizeof(out)), ENOENT);
	assert_int_equal(sipuri_param(uri.params, "legs", out, sizeof(out)), ENOENT);
	assert_int_equal(sipuri_param(uri.params, "bad", out, sizeof(out)), EBADMSG);
	assert_int_equal(sipuri_param(uri.params, "long", out, sizeof(out)), ENOSPC);
	assert_int_equal(sipuri_param(" a=b; c = d%20e ;f", "C", out, sizeof(out)), 0);
	assert_string_equal(out, "d e");
	assert_int_equal(sipuri_param("a=b\001c", "a", out, sizeof(out)), EBADMSG);
	assert_int_equal(sipuri_param("", "a", out, sizeof(out)), ENOENT);
}

static void arguments_are_checked(void **state)
{
	const char *text = NULL;
	struct sipuri uri = {.port = 0};
	char out[4];

	(void)state;
	assert_int_equal(sipuri_parse(NULL, &uri), EINVAL);
	assert_int_equal(sipuri_parse("sip:a@b", NULL), EINVAL);
	assert_int_equal(sipuri_next(NULL, &uri), EINVAL);
	assert_int_equal(sipuri_next(&text, &uri), EINVAL);
	text = "sip:a@b";
	assert_int_equal(sipuri_next(&text, NULL), EINVAL);
	assert_int_equal(sipuri_param(NULL, "a", out, sizeof(out)), EINVAL);
	assert_int_equal(sipuri_param(uri.params, NULL, out, sizeof(out)), EINVAL);
	assert_int_equal(sipuri_param(uri.params, "", out, sizeof(out)), EINVAL);
	assert_int_equal(sipuri_param(uri.params, "a", NULL, 1), EINVAL);
	assert_int_equal(sipuri_param(uri.params, "a", out, 0), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(uris_are_parsed),
	    cmocka_unit_test(broken_uris_are_refused),
	    cmocka_unit_test(parts_are_bounded),
	    cmocka_unit_test(result_is_untouched_on_failure),
	    cmocka_unit_test(values_are_taken_one_by_one),
	    cmocka_unit_test(params_are_found),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("sipuri", tests, NULL, NULL);
}
