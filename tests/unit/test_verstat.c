/**
 * @file test_verstat.c  Every position and every word of a verification's result
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verstat.h"

static struct trunks *trunks;

static int start(void **state)
{
	char why[TRUNK_WHY_MAX];

	(void)state;
	return trunks_alloc(&trunks,
			    "generic=generic;twilio=twilio;telnyx=telnyx;bandwidth=bandwidth;"
			    "vonage=vonage",
			    why);
}

static int stop(void **state)
{
	(void)state;
	trunks_free(trunks);
	return 0;
}

/* Of P-Asserted-Identity (NULL = the number was not taken from it), and of the headers. */
static enum trust trust_of(const char *profile, const char *pai, const char *twilio,
			   const char *attestation)
{
	const char *const headers[TRUNK_H_COUNT] = {
	    [TRUNK_H_TWILIO] = twilio,
	    [TRUNK_H_ATTESTATION] = attestation,
	};
	struct sipuri uri;

	if (pai)
		assert_int_equal(sipuri_parse(pai, &uri), 0);
	return verstat_trust(trunks_find(trunks, profile)->profile, pai ? &uri : NULL, headers);
}

#define URI(v) "<sip:+14155550100@h;verstat=" v ">"
#define USER(v) "<sip:+14155550100;verstat=" v "@h>"
#define HDR(v) "<sip:+14155550100@h>;verstat=" v
#define GOOD TRUST_VERIFIED
#define BAD TRUST_UNVERIFIED
#define NOTHING TRUST_UNKNOWN

static void positions_are_those_of_the_profile(void **state)
{
	static const char *const pais[] = {URI("TN-Validation-Passed-A"),
					   USER("TN-Validation-Passed-A"),
					   HDR("TN-Validation-Passed-A"), NULL};
	static const struct {
		const char *profile;
		enum trust trust[4]; /* in the URI, its user part, behind it, in X-Twilio-VerStat */
	} all[] = {
	    {"generic", {GOOD, GOOD, GOOD, NOTHING}},
	    {"twilio", {NOTHING, NOTHING, NOTHING, GOOD}},
	    {"telnyx", {GOOD, NOTHING, NOTHING, NOTHING}},
	    {"bandwidth", {NOTHING, GOOD, GOOD, NOTHING}},
	    {"vonage", {NOTHING, NOTHING, NOTHING, NOTHING}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (int k = 0; k < 4; k++) {
			const char *own = k == 3 ? "TN-Validation-Passed-A" : NULL;

			if (trust_of(all[i].profile, pais[k], own, NULL) != all[i].trust[k])
				fail_msg("%s, position %d", all[i].profile, k);
		}
	}
}

static void words_are_understood(void **state)
{
	static const struct {
		const char *profile, *pai, *twilio, *attestation;
		enum trust trust;
	} all[] = {
	    {"generic", URI("TN-Validation-Passed"), NULL, NULL, GOOD},
	    {"generic", URI("tn-validation-passed"), NULL, NULL, GOOD},
	    {"generic", URI("TN-Validation-Passed-B"), NULL, NULL, BAD},
	    {"generic", URI("TN-Validation-Passed-C"), NULL, NULL, BAD},
	    {"generic", URI("TN-Validation-Failed"), NULL, NULL, BAD},
	    {"generic", URI("TN-Validation-Failed-A"), NULL, NULL, BAD},
	    {"generic", URI("No-TN-Validation"), NULL, NULL, NOTHING},
	    {"generic", URI("TN-Validation-Passed-D"), NULL, NULL, NOTHING},
	    {"generic", URI("TN-Validation-PassedA"), NULL, NULL, NOTHING},
	    {"generic", URI("Passed"), NULL, NULL, NOTHING},
	    {"generic", URI(""), NULL, NULL, NOTHING},
	    {"generic", "<sip:+14155550100@h>", NULL, NULL, NOTHING},
	    {"generic", NULL, NULL, NULL, NOTHING},

	    /* the attestation in a header of its own */
	    {"generic", URI("TN-Validation-Passed"), NULL, "A", GOOD},
	    {"generic", URI("TN-Validation-Passed"), NULL, "B", BAD},
	    {"generic", URI("TN-Validation-Failed"), NULL, "A", BAD},
	    {"generic", URI("TN-Validation-Passed-A"), NULL, "B", BAD},
	    {"generic", URI("TN-Validation-Passed-B"), NULL, "A", BAD},
	    {"generic", NULL, NULL, "A", NOTHING},
	    {"bandwidth", USER("TN-Validation-Passed"), NULL, "A", GOOD},
	    {"bandwidth", HDR("TN-Validation-Passed"), NULL, "A;", GOOD},
	    {"bandwidth", HDR("TN-Validation-Passed"), NULL, "C", BAD},
	    {"bandwidth", HDR("TN-Validation-Passed"), NULL, NULL, NOTHING},
	    {"bandwidth", HDR("TN-Validation-Passed"), NULL, "A,B", NOTHING},
	    {"telnyx", URI("TN-Validation-Passed"), NULL, NULL, GOOD},
	    {"telnyx", URI("TN-Validation-Passed"), NULL, "B", GOOD},
	    {"telnyx", URI("TN-Validation-Passed-B"), NULL, NULL, BAD},

	    /* a header of the carrier's own */
	    {"twilio", NULL, "TN-Validation-Passed-A", NULL, GOOD},
	    {"twilio", NULL, "TN-Validation-Passed-B", NULL, BAD},
	    {"twilio", NULL, "TN-Validation-Passed", NULL, NOTHING},
	    {"twilio", NULL, "TN-Validation-Failed-A", NULL, BAD},
	    {"twilio", NULL, "No-TN-Validation", NULL, NOTHING},
	    {"twilio", NULL, "TN-Validation-Passed-A,TN-Validation-Passed-A", NULL, NOTHING},
	    {"twilio", URI("TN-Validation-Failed"), "TN-Validation-Passed-A", NULL, GOOD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		enum trust t =
		    trust_of(all[i].profile, all[i].pai, all[i].twilio, all[i].attestation);

		if (t != all[i].trust)
			fail_msg("%s, %s, %s, %s: %s", all[i].profile, all[i].pai, all[i].twilio,
				 all[i].attestation, trust_name(t));
	}
}

static void worst_of_several_counts(void **state)
{
	static const char three[] = "<sip:+14155550100;verstat=%s@h;verstat=%s>;verstat=%s";
	static const char *const words[] = {"TN-Validation-Failed", "No-TN-Validation",
					    "TN-Validation-Passed-A"};

	(void)state;
	for (int i = 0; i < 27; i++) {
		const int a = i % 3, b = i / 3 % 3, c = i / 9;
		const int least = a < b ? (a < c ? a : c) : (b < c ? b : c);
		char pai[256];

		snprintf(pai, sizeof(pai), three, words[a], words[b], words[c]);
		assert_int_equal(trust_of("generic", pai, NULL, NULL), least);
	}
}

static void trusts_have_names(void **state)
{
	(void)state;
	assert_string_equal(trust_name(TRUST_VERIFIED), "verified");
	assert_string_equal(trust_name(TRUST_UNVERIFIED), "unverified");
	assert_string_equal(trust_name(TRUST_UNKNOWN), "unknown");
	assert_string_equal(trust_name((enum trust)77), "???");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(positions_are_those_of_the_profile),
	    cmocka_unit_test(words_are_understood),
	    cmocka_unit_test(worst_of_several_counts),
	    cmocka_unit_test(trusts_have_names),
	};

	return cmocka_run_group_tests_name("verstat", tests, start, stop);
}
