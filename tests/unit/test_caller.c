/**
 * @file test_caller.c  Who calls, and what they dialled
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"

#define FROM "sip:+14155550111@carrier.example"
#define PAI "<sip:+14155550100@carrier.example>"

/* number NULL: withheld */
static const struct {
	struct caller_headers headers;
	const char *country, *number;
} identities[] = {
    /* From, where nothing else is there */
    {{FROM, NULL, NULL, true}, "US", "+14155550111"},
    {{FROM, NULL, NULL, false}, "US", "+14155550111"},
    {{FROM, "", NULL, true}, "US", "+14155550111"},
    {{"\"Jo\" <sip:0171%2012345678@h>;tag=x", NULL, NULL, false}, "DE", "+4917112345678"},
    {{"sip:%2B14155550111@h", NULL, NULL, false}, "US", "+14155550111"},
    {{"tel:+1-415-555-0111", NULL, NULL, false}, "US", "+14155550111"},
    {{"sip:+15550199@127.0.0.1", NULL, NULL, false}, "US", "+15550199"},

    /* P-Asserted-Identity, if we trust who says it */
    {{FROM, PAI, NULL, true}, "US", "+14155550100"},
    {{FROM, PAI, NULL, false}, "US", "+14155550111"},
    {{NULL, PAI, NULL, true}, "US", "+14155550100"},
    {{"sip:asterisk@pbx", PAI, NULL, true}, "US", "+14155550100"},
    {{FROM, "\"Doe, Jo\" <sip:jo@h>, <tel:+14155550100>", NULL, true}, "US", "+14155550100"},
    {{FROM, "<tel:+14155550100>,<sip:+14155550122@h>", NULL, true}, "US", "+14155550100"},
    {{FROM, "garbage, " PAI, NULL, true}, "US", "+14155550100"},
    {{FROM, "<sip:4155550100@h;user=phone>", NULL, true}, "US", "+14155550100"},
    {{FROM, "<sip:+14155550100;verstat=TN-Validation-Passed-A@h>", NULL, true},
     "US",
     "+14155550100"},
    {{FROM, "<sip:+14155550100@h;verstat=TN-Validation-Failed>", NULL, true}, "US", "+14155550100"},
    {{FROM, "<sip:+14155550100@h>;verstat=No-TN-Validation", NULL, true}, "US", "+14155550100"},

    /* a local number in its context, RFC 3966 */
    {{"tel:1234567;phone-context=+4930", NULL, NULL, false}, "US", "+49301234567"},
    {{"tel:1234567;phone-context=%2B4930", NULL, NULL, false}, "US", "+49301234567"},
    {{"sip:1234567;phone-context=+4930@h;user=phone", NULL, NULL, false}, "US", "+49301234567"},
    {{"tel:4155550100;phone-context=example.com", NULL, NULL, false}, "US", "+14155550100"},
    {{"tel:+14155550100;phone-context=+49", NULL, NULL, false}, "US", "+14155550100"},

    /* privacy */
    {{FROM, PAI, "id", true}, "US", NULL},
    {{FROM, PAI, "ID", true}, "US", NULL},
    {{FROM, PAI, "user;id;critical", true}, "US", NULL},
    {{FROM, PAI, "session; header", true}, "US", NULL},
    {{FROM, PAI, "session, user", true}, "US", NULL},
    {{FROM, NULL, "user", false}, "US", NULL},
    {{FROM, PAI, "none", true}, "US", "+14155550100"},
    {{FROM, PAI, "", true}, "US", "+14155550100"},
    {{FROM, PAI, ";; ,", true}, "US", "+14155550100"},
    {{FROM, PAI, "session;critical;history", true}, "US", "+14155550100"},
    {{FROM, PAI, "idx", true}, "US", "+14155550100"},
    {{"\"Anonymous\" <sip:anonymous@anonymous.invalid>", PAI, NULL, true}, "US", NULL},
    {{"sip:Anonymous@carrier.example", PAI, NULL, true}, "US", NULL},
    {{"sip:anonymous;x=y@carrier.example", PAI, NULL, true}, "US", NULL},
    {{"sip:+14155550111@anonymous.invalid", NULL, NULL, false}, "US", NULL},
    {{"sip:Restricted@h", PAI, "none", true}, "US", NULL},
    {{"sip:unavailable@h", NULL, NULL, true}, "US", NULL},
    {{"sip:unavailable@h", PAI, NULL, true}, "US", "+14155550100"},

    /* no number at all */
    {{NULL, NULL, NULL, true}, "US", NULL},
    {{"", "", "", true}, "US", NULL},
    {{"sip:carrier.example", NULL, NULL, false}, "US", NULL},
    {{"sip:alice@h", NULL, NULL, false}, "US", NULL},
    {{"sip:;phone-context=+4930@h", NULL, NULL, false}, "US", NULL},
    {{"not a uri", NULL, NULL, false}, "US", NULL},
    {{FROM, "<sip:trunk-7@h>", NULL, true}, "US", NULL},
    {{FROM, "<sip:anonymous@anonymous.invalid>", NULL, true}, "US", NULL},
};

static void callers_are_identified(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++) {
		const struct caller_headers *h = &identities[i].headers;
		const char *number = identities[i].number;
		struct caller caller;

		assert_int_equal(caller_identify(h, identities[i].country, &caller), 0);
		if (caller.withheld != !number || strcmp(caller.number, number ? number : "") != 0)
			fail_msg("From %s, PAI %s, Privacy %s: \"%s\"", h->from, h->pai, h->privacy,
				 caller.number);
	}
}

static const struct {
	const char *ruri, *to, *country, *did;
} dialled[] = {
    {"sip:+15550100@127.0.0.1:5060", "sip:+15550199@h", "US", "+15550100"},
    {"sip:%2B15550100@127.0.0.1;transport=udp", NULL, "US", "+15550100"},
    {"sip:14155550100@h;user=phone", NULL, "US", "+14155550100"},
    {"sip:030123456@h", NULL, "DE", "+4930123456"},
    {"tel:+15550100", NULL, "US", "+15550100"},
    {"sip:trunk@h", "<sip:+15550100@carrier.example>;tag=1", "US", "+15550100"},
    {"sip:h", "tel:+15550100", "US", "+15550100"},
};

static void dialled_numbers_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dialled) / sizeof(dialled[0]); i++) {
		char did[E164_BUF];

		assert_int_equal(
		    caller_did(dialled[i].ruri, dialled[i].to, dialled[i].country, did), 0);
		assert_string_equal(did, dialled[i].did);
	}
}

static void what_is_no_number_is_not_dialled(void **state)
{
	char did[E164_BUF] = "untouched";

	(void)state;
	assert_int_equal(caller_did("sip:alice@h", "sip:bob@h", "US", did), EBADMSG);
	assert_int_equal(caller_did("sip:conf-main@h", NULL, "US", did), EBADMSG);
	assert_int_equal(caller_did("", "", "US", did), EBADMSG);
	assert_string_equal(did, "untouched");
}

static void arguments_are_checked(void **state)
{
	struct caller_headers headers = {.from = FROM};
	struct caller caller;
	char did[E164_BUF];

	(void)state;
	assert_int_equal(caller_identify(NULL, "US", &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, NULL, &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, "XX", &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, "US", NULL), EINVAL);
	assert_int_equal(caller_did(NULL, FROM, "US", did), EINVAL);
	assert_int_equal(caller_did(FROM, NULL, "XX", did), EINVAL);
	assert_int_equal(caller_did(FROM, NULL, "US", NULL), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(callers_are_identified),
	    cmocka_unit_test(dialled_numbers_are_found),
	    cmocka_unit_test(what_is_no_number_is_not_dialled),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("caller", tests, NULL, NULL);
}
