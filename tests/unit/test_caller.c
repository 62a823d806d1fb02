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
	const char *from, *pai, *privacy;
	bool trusted;
	const char *country, *number;
} identities[] = {
    /* From, where nothing else is there */
    {FROM, NULL, NULL, true, "US", "+14155550111"},
    {FROM, NULL, NULL, false, "US", "+14155550111"},
    {FROM, "", NULL, true, "US", "+14155550111"},
    {"\"Jo\" <sip:0171%2012345678@h>;tag=x", NULL, NULL, false, "DE", "+4917112345678"},
    {"sip:%2B14155550111@h", NULL, NULL, false, "US", "+14155550111"},
    {"tel:+1-415-555-0111", NULL, NULL, false, "US", "+14155550111"},
    {"sip:+15550199@127.0.0.1", NULL, NULL, false, "US", "+15550199"},
    {"sip:+14155550111;npdi;cpc=ordinary:pw@h;user=phone", NULL, NULL, true, "US", "+14155550111"},
    {"sips:+14155550111@h", NULL, NULL, true, "US", "+14155550111"},

    /* without the plus: with the country code, or as dialled in the country */
    {"sip:14155550111@h", NULL, NULL, true, "US", "+14155550111"},
    {"sip:4155550111@h", NULL, NULL, true, "US", "+14155550111"},
    {"sip:491711234567@h", NULL, NULL, true, "US", "+491711234567"},
    {"sip:491711234567@h", NULL, NULL, true, "DE", "+491711234567"},
    {"sip:01711234567@h", NULL, NULL, true, "DE", "+491711234567"},
    {"sip:00491711234567@h", NULL, NULL, true, "DE", "+491711234567"},
    {"sip:011491711234567@h", NULL, NULL, true, "US", "+491711234567"},
    {"tel:(415)555-0111", NULL, NULL, true, "US", "+14155550111"},

    /* P-Asserted-Identity, if we trust who says it */
    {FROM, PAI, NULL, true, "US", "+14155550100"},
    {FROM, PAI, NULL, false, "US", "+14155550111"},
    {NULL, PAI, NULL, true, "US", "+14155550100"},
    {"sip:asterisk@pbx", PAI, NULL, true, "US", "+14155550100"},
    {FROM, "\"Doe, Jo\" <sip:jo@h>, <tel:+14155550100>", NULL, true, "US", "+14155550100"},
    {FROM, "<tel:+14155550100>,<sip:+14155550122@h>", NULL, true, "US", "+14155550100"},
    {FROM, "garbage, " PAI, NULL, true, "US", "+14155550100"},
    {FROM, "<sip:4155550100@h;user=phone>", NULL, true, "US", "+14155550100"},
    {FROM, "<sip:+14155550100;verstat=TN-Validation-Passed-A@h>", NULL, true, "US", "+14155550100"},
    {FROM, "<sip:+14155550100@h;verstat=TN-Validation-Failed>", NULL, true, "US", "+14155550100"},
    {FROM, "<sip:+14155550100@h>;verstat=No-TN-Validation", NULL, true, "US", "+14155550100"},

    /* a local number in its context, RFC 3966 */
    {"tel:1234567;phone-context=+4930", NULL, NULL, false, "US", "+49301234567"},
    {"tel:1234567;phone-context=%2B4930", NULL, NULL, false, "US", "+49301234567"},
    {"sip:1234567;phone-context=+4930@h;user=phone", NULL, NULL, false, "US", "+49301234567"},
    {"tel:4155550100;phone-context=example.com", NULL, NULL, false, "US", "+14155550100"},
    {"tel:+14155550100;phone-context=+49", NULL, NULL, false, "US", "+14155550100"},

    /* privacy */
    {FROM, PAI, "id", true, "US", NULL},
    {FROM, PAI, "ID", true, "US", NULL},
    {FROM, PAI, "user;id;critical", true, "US", NULL},
    {FROM, PAI, "session; header", true, "US", NULL},
    {FROM, PAI, "session, user", true, "US", NULL},
    {FROM, NULL, "user", false, "US", NULL},
    {FROM, PAI, "none", true, "US", "+14155550100"},
    {FROM, PAI, "", true, "US", "+14155550100"},
    {FROM, PAI, ";; ,", true, "US", "+14155550100"},
    {FROM, PAI, "session;critical;history", true, "US", "+14155550100"},
    {FROM, PAI, "idx", true, "US", "+14155550100"},
    {"\"Anonymous\" <sip:anonymous@anonymous.invalid>", PAI, NULL, true, "US", NULL},
    {"sip:Anonymous@carrier.example", PAI, NULL, true, "US", NULL},
    {"sip:anonymous;x=y@carrier.example", PAI, NULL, true, "US", NULL},
    {"sip:+14155550111@anonymous.invalid", NULL, NULL, false, "US", NULL},
    {"sip:Restricted@h", PAI, "none", true, "US", NULL},
    {"sip:266696687@h", NULL, NULL, true, "US", NULL},
    {"sip:+266696687@h", PAI, NULL, true, "US", NULL},
    {"sip:unavailable@h", NULL, NULL, true, "US", NULL},
    {"sip:unavailable@h", PAI, NULL, true, "US", "+14155550100"},

    /* no number at all */
    {NULL, NULL, NULL, true, "US", NULL},
    {"", "", "", true, "US", NULL},
    {"sip:carrier.example", NULL, NULL, false, "US", NULL},
    {"sip:alice@h", NULL, NULL, false, "US", NULL},
    {"sip:;phone-context=+4930@h", NULL, NULL, false, "US", NULL},
    {"not a uri", NULL, NULL, false, "US", NULL},
    {FROM, "<sip:trunk-7@h>", NULL, true, "US", NULL},
    {FROM, "<sip:anonymous@anonymous.invalid>", NULL, true, "US", NULL},
};

static struct trunks *trunks;

static int start(void **state)
{
	char why[TRUNK_WHY_MAX];

	(void)state;
	return trunks_alloc(&trunks, "192.0.2.1;vonage=vonage;pbx=generic:192.0.2.2,did=+15550150",
			    why);
}

static int stop(void **state)
{
	(void)state;
	trunks_free(trunks);
	return 0;
}

static const struct trunk *trunk(const char *name)
{
	return trunks_find(trunks, name);
}

static void callers_are_identified(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++) {
		const struct caller_headers h = {
		    .from = identities[i].from,
		    .pai = identities[i].pai,
		    .privacy = identities[i].privacy,
		    .trusted = identities[i].trusted,
		};
		const char *number = identities[i].number;
		struct caller caller;

		assert_int_equal(
		    caller_identify(&h, trunk("trunk"), identities[i].country, &caller), 0);
		if (caller.withheld != !number || strcmp(caller.number, number ? number : "") != 0)
			fail_msg("From %s, PAI %s, Privacy %s: \"%s\"", h.from, h.pai, h.privacy,
				 caller.number);
	}
}

/* Whatever else their phone says, but that it is not to be told. */
static void user_has_the_number_of_their_account(void **state)
{
	struct caller_headers h = {.from = "sip:+15550177@h",
				   .pai = "<sip:+15550178@h>",
				   .diversion = "<sip:+15550179@h>",
				   .account = "+15550111"};
	struct caller caller;

	(void)state;
	assert_int_equal(caller_identify(&h, trunk("users"), "US", &caller), 0);
	assert_string_equal(caller.number, "+15550111");
	assert_false(caller.withheld);
	assert_int_equal(caller.trust, TRUST_VERIFIED);
	assert_string_equal(caller.diverter, "");
	h.privacy = "id";
	assert_int_equal(caller_identify(&h, trunk("users"), "US", &caller), 0);
	assert_true(caller.withheld);
	assert_string_equal(caller.number, "");
	h.privacy = NULL;
	h.account = "5550111";
	assert_int_equal(caller_identify(&h, trunk("users"), "US", &caller), 0);
	assert_true(caller.withheld);
}

/* Of a trunk whose numbers have their country code: what looks national is not. */
static void number_without_its_plus_is_completed(void **state)
{
	static const char *const numbers[][3] = {
	    {"sip:4930123456@h", "+4930123456", "+4930123456"},
	    {"sip:442079460100@h", "+442079460100", "+442079460100"},
	    {"sip:3012345678@h", "+3012345678", "+13012345678"},
	    {"sip:+14155550111@h", "+14155550111", "+14155550111"},
	    {"sip:0014155550111@h", NULL, NULL},
	    {"tel:1234567;phone-context=+4930", "+49301234567", "+49301234567"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct caller_headers h = {.from = numbers[i][0], .trusted = true};
		struct caller caller[2];

		assert_int_equal(caller_identify(&h, trunk("vonage"), "US", &caller[0]), 0);
		assert_int_equal(caller_identify(&h, trunk("trunk"), "US", &caller[1]), 0);
		for (int k = 0; numbers[i][1] && k < 2; k++)
			assert_string_equal(caller[k].number, numbers[i][1 + k]);
	}
}

/* The worst position that the profile knows; verstat.c has the words. */
static void verified_is_the_value_that_the_number_comes_from(void **state)
{
	static const struct {
		const char *pai;
		bool trusted;
		enum trust trust;
	} all[] = {
	    {"<sip:+14155550100;verstat=TN-Validation-Passed-A@h>", true, TRUST_VERIFIED},
	    {"<sip:+14155550100;verstat=TN-Validation-Passed-A@h>", false, TRUST_UNKNOWN},
	    {"<sip:jo@h;verstat=TN-Validation-Failed>, "
	     "<tel:+14155550100;verstat=TN-Validation-Passed>",
	     true, TRUST_VERIFIED},
	    {"<sip:+14155550100@h>, <tel:+14155550111;verstat=TN-Validation-Passed>", true,
	     TRUST_UNKNOWN},
	    {"\";verstat=TN-Validation-Passed\" <sip:+14155550100@h>", true, TRUST_UNKNOWN},
	    {"<sip:+14155550100%3Bverstat=TN-Validation-Passed@h>", true, TRUST_UNKNOWN},
	    {NULL, true, TRUST_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct caller_headers h = {
		    .from = "sip:+14155550111;verstat=TN-Validation-Passed@h",
		    .pai = all[i].pai,
		    .trusted = all[i].trusted,
		};
		struct caller caller;

		assert_int_equal(caller_identify(&h, trunk("trunk"), "US", &caller), 0);
		if (caller.trust != all[i].trust)
			fail_msg("%s: %s", all[i].pai, trust_name(caller.trust));
	}
}

static void withheld_number_is_not_verified(void **state)
{
	const struct caller_headers h = {
	    .from = FROM,
	    .pai = "<sip:+14155550100;verstat=TN-Validation-Passed-A@h>",
	    .privacy = "id",
	    .trusted = true,
	};
	struct caller caller;

	(void)state;
	assert_int_equal(caller_identify(&h, trunk("trunk"), "US", &caller), 0);
	assert_int_equal(caller.trust, TRUST_UNKNOWN);
}

static void latest_diversion_is_told(void **state)
{
	static const struct {
		const char *diversion;
		bool trusted;
		const char *number;
	} all[] = {
	    {"<sip:+14155550122@h>;reason=unconditional;counter=1", true, "+14155550122"},
	    {"\"Shop\" <tel:4155550122>;reason=no-answer, <sip:+14155550133@h>", true,
	     "+14155550122"},
	    {"<sip:shop@h>, <sip:+14155550133@h>", true, ""},
	    {"<sip:+14155550122@h>;privacy=full", true, ""},
	    {"<sip:+14155550122@h>; privacy = URI", true, ""},
	    {"<sip:+14155550122@h>;privacy=off", true, "+14155550122"},
	    {"<sip:+14155550122@h>", false, ""},
	    {"garbage", true, ""},
	    {"", true, ""},
	    {NULL, true, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct caller_headers h = {
		    .from = FROM, .diversion = all[i].diversion, .trusted = all[i].trusted};
		struct caller caller;

		assert_int_equal(caller_identify(&h, trunk("trunk"), "US", &caller), 0);
		assert_string_equal(caller.number, "+14155550111");
		assert_string_equal(caller.diverter, all[i].number);
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

		assert_int_equal(caller_did(dialled[i].ruri, dialled[i].to, trunk("trunk"),
					    dialled[i].country, did),
				 0);
		assert_string_equal(did, dialled[i].did);
	}
}

static void trunk_may_have_a_number_of_its_own(void **state)
{
	static const char *const ruris[] = {"sip:100@h", "sip:+15550100@h", "sip:h"};
	char did[E164_BUF];

	(void)state;
	for (size_t i = 0; i < sizeof(ruris) / sizeof(ruris[0]); i++) {
		assert_int_equal(caller_did(ruris[i], NULL, trunk("pbx"), "US", did), 0);
		assert_string_equal(did, "+15550150");
	}
}

static void what_is_no_number_is_not_dialled(void **state)
{
	const struct trunk *t = trunk("trunk");
	char did[E164_BUF] = "untouched";

	(void)state;
	assert_int_equal(caller_did("sip:alice@h", "sip:bob@h", t, "US", did), EBADMSG);
	assert_int_equal(caller_did("sip:conf-main@h", NULL, t, "US", did), EBADMSG);
	assert_int_equal(caller_did("", "", t, "US", did), EBADMSG);
	assert_string_equal(did, "untouched");
}

static void arguments_are_checked(void **state)
{
	struct caller_headers headers = {.from = FROM};
	const struct trunk *t = trunk("trunk");
	struct caller caller;
	char did[E164_BUF];

	(void)state;
	assert_int_equal(caller_identify(NULL, t, "US", &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, NULL, "US", &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, t, NULL, &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, t, "XX", &caller), EINVAL);
	assert_int_equal(caller_identify(&headers, t, "US", NULL), EINVAL);
	assert_int_equal(caller_did(NULL, FROM, t, "US", did), EINVAL);
	assert_int_equal(caller_did(FROM, NULL, NULL, "US", did), EINVAL);
	assert_int_equal(caller_did(FROM, NULL, t, "XX", did), EINVAL);
	assert_int_equal(caller_did(FROM, NULL, t, "US", NULL), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(callers_are_identified),
	    cmocka_unit_test(user_has_the_number_of_their_account),
	    cmocka_unit_test(number_without_its_plus_is_completed),
	    cmocka_unit_test(verified_is_the_value_that_the_number_comes_from),
	    cmocka_unit_test(withheld_number_is_not_verified),
	    cmocka_unit_test(latest_diversion_is_told),
	    cmocka_unit_test(dialled_numbers_are_found),
	    cmocka_unit_test(trunk_may_have_a_number_of_its_own),
	    cmocka_unit_test(what_is_no_number_is_not_dialled),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("caller", tests, start, stop);
}
