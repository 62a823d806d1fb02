/**
 * @file test_sip_response.c  What a response to a request of our own says
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sip_response.h"

static void the_body_is_behind_the_headers(void **state)
{
	(void)state;
	assert_string_equal(sip_response_body("A: b\r\n\r\nv=0\r\n\r\n"), "v=0\r\n\r\n");
	assert_string_equal(sip_response_body("A: b\r\n\r\n"), "");
	assert_string_equal(sip_response_body("A: b\r\n"), "");
	assert_string_equal(sip_response_body(""), "");
}

static void the_contact_is_found(void **state)
{
	static const struct {
		const char *text, *uri;
	} cases[] = {
	    {"Via: x\r\nContact: <sip:a@192.0.2.1:5070;ob>;expires=3\r\n\r\n",
	     "sip:a@192.0.2.1:5070;ob"},
	    {"m:sip:a@192.0.2.1;q=1\r\n\r\n", "sip:a@192.0.2.1"},
	    {"CONTACT \t: \"A <sip:no@x>, \\\" B\" <sip:yes@192.0.2.1>, <sip:b@x>\r\n\r\n",
	     "sip:yes@192.0.2.1"},
	    {"Contact-Info: <sip:no@x>\r\nContact: Anna <sip:yes@192.0.2.1>\r\n\r\n",
	     "sip:yes@192.0.2.1"},
	    {"Contact: sip:a@192.0.2.1\r\nX: <sip:no@x>\r\n\r\n", "sip:a@192.0.2.1"},
	    {"Contact: sip:a@192.0.2.1", "sip:a@192.0.2.1"},
	    {"Contact: < sip:a@192.0.2.1 \t>\r\n\r\n", "sip:a@192.0.2.1"},
	};
	char uri[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(sip_response_contact(cases[i].text, uri, sizeof(uri)), 0);
		assert_string_equal(uri, cases[i].uri);
	}
}

static void what_is_no_contact_changes_nothing(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
	    {"", ENOENT},
	    {"Via: x\r\n\r\nContact: <sip:in@the.body>\r\n", ENOENT},
	    {"Contact\r\n\r\n", ENOENT},
	    {"Contact: *\r\n\r\n", EBADMSG},
	    {"Contact:\r\n\r\n", EBADMSG},
	    {"Contact: \"<sip:a@x>\r\n\r\n", EBADMSG},
	    {"Contact: <sip:a@x \r\nX: >\r\n\r\n", EBADMSG},
	    {"Contact: <sip:abcdefghijklmnopqrstuvwxyz@192.0.2.1>\r\n\r\n", ENOSPC},
	};
	char uri[32] = "before";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(sip_response_contact(cases[i].text, uri, sizeof(uri)),
				 cases[i].err);
		assert_string_equal(uri, "before");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_body_is_behind_the_headers),
	    cmocka_unit_test(the_contact_is_found),
	    cmocka_unit_test(what_is_no_contact_changes_nothing),
	};

	return cmocka_run_group_tests_name("sip_response", tests, NULL, NULL);
}
