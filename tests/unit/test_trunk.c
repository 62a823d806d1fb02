/**
 * @file test_trunk.c  The setting that names trunks
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "strbuf.h"
#include "trunk.h"

static struct trunks *trunks;
static char why[TRUNK_WHY_MAX];

static int take(const char *setting)
{
	trunks_free(trunks);
	trunks = NULL;
	why[0] = '\0';
	return trunks_alloc(&trunks, setting, why);
}

static int forget(void **state)
{
	(void)state;
	trunks_free(trunks);
	trunks = NULL;
	return 0;
}

static void assert_trunk(const char *name, const char *profile, const char *did)
{
	const struct trunk *t = trunks_find(trunks, name);

	assert_string_equal(t->name, name);
	assert_string_equal(t->profile->name, profile);
	assert_string_equal(t->did, did);
}

static void addresses_alone_are_one_trunk(void **state)
{
	static const char *const plain[] = {"",
					    " ",
					    ";",
					    "203.0.113.7",
					    "203.0.113.7,198.51.100.0/24",
					    "203.0.113.7, 198.51.100.0/24",
					    "203.0.113.7;198.51.100.0/24"};

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		assert_int_equal(take(plain[i]), 0);
		assert_trunk("trunk", "generic", "");
		assert_string_equal(trunks_find(trunks, "other")->name, "unknown");
	}
}

static void trunks_have_names_profiles_and_numbers(void **state)
{
	(void)state;
	assert_int_equal(
	    take("203.0.113.7; main=twilio ;pbx-2=generic:192.0.2.1,did=+15550150,192.0.2.2;"
		 "b=bandwidth:198.51.100.0/24;v=vonage:did=+442079460100"),
	    0);
	assert_trunk("trunk", "generic", "");
	assert_trunk("main", "twilio", "");
	assert_trunk("pbx-2", "generic", "+15550150");
	assert_trunk("b", "bandwidth", "");
	assert_trunk("v", "vonage", "+442079460100");
	assert_trunk("unknown", "generic", "");
	assert_string_equal(trunks_find(trunks, NULL)->name, "unknown");
	assert_string_equal(trunks_find(trunks, "")->name, "unknown");

	assert_int_equal(take("main=twilio"), 0);
	assert_string_equal(trunks_find(trunks, "trunk")->name, "unknown");
	assert_int_equal(trunks_find(trunks, "main")->max_calls, 0);

	assert_int_equal(take("main=twilio:max=10000;b=telnyx:did=+15550150,max=5"), 0);
	assert_int_equal(trunks_find(trunks, "main")->max_calls, 10000);
	assert_int_equal(trunks_find(trunks, "b")->max_calls, 5);
	assert_string_equal(trunks_find(trunks, "b")->did, "+15550150");
}

static void wrong_settings_are_refused(void **state)
{
	static const struct {
		const char *setting, *message;
	} all[] = {
	    {"main=pigeon", "\"pigeon\" is not allowed; allowed: a profile"},
	    {"main=", "\"\" is not allowed; allowed: a profile"},
	    {"=twilio", "\"\" is not allowed; allowed: a name"},
	    {"Main=twilio", "\"Main\" is not allowed; allowed: a name"},
	    {"2=twilio", "\"2\" is not allowed; allowed: a name"},
	    {"a_b=twilio", "\"a_b\" is not allowed; allowed: a name"},
	    {"seventeen-letters=twilio", "\"seventeen-letters\" is not allowed; allowed: a name"},
	    {"a=twilio;a=telnyx", "\"a\" is not allowed; allowed: a name that no other"},
	    {"trunk=twilio;192.0.2.1", "\"trunk\" is not allowed; allowed: a name that no other"},
	    {"unknown=twilio", "\"unknown\" is not allowed; allowed: a name that no other"},
	    {"users=twilio", "\"users\" is not allowed; allowed: a name that no other"},
	    {"a=twilio:max=0", "\"max=0\" is not allowed; allowed: max=, 1 to 10000"},
	    {"a=twilio:max=", "\"max=\" is not allowed; allowed: max=, 1 to 10000"},
	    {"a=twilio:max=-1", "\"max=-1\" is not allowed; allowed: max=, 1 to 10000"},
	    {"a=twilio:max=10001", "\"max=10001\" is not allowed; allowed: max=, 1 to 10000"},
	    {"a=twilio:max=4294967297", "\"max=4294967297\" is not allowed; allowed: max="},
	    {"a=generic:did=15550150", "\"did=15550150\" is not allowed; allowed: did=, an E.164"},
	    {"a=generic:did=", "\"did=\" is not allowed; allowed: did=, an E.164"},
	    {"a=generic:did=+1555015000000000", "\"did=+1555015000000000\" is not allowed"},
	    {"192.0.2.1,did=+15550150", "\"192.0.2.1,did\" is not allowed; allowed: a name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(take(all[i].setting), EINVAL);
		if (strncmp(why, all[i].message, strlen(all[i].message)) != 0)
			fail_msg("%s: %s", all[i].setting, why);
		assert_null(trunks);
	}
}

static void there_is_a_limit(void **state)
{
	char setting[4096] = "";
	size_t n = 0;

	(void)state;
	for (int i = 0; i < TRUNK_COUNT_MAX; i++)
		n += (size_t)snprintf(setting + n, sizeof(setting) - n, "t%d=twilio;", i);
	assert_int_equal(take(setting), 0);
	assert_trunk("t31", "twilio", "");
	snprintf(setting + n, sizeof(setting) - n, "more=twilio");
	assert_int_equal(take(setting), EINVAL);
	memset(setting, '1', sizeof(setting) - 1);
	assert_int_equal(take(setting), 0);
}

static void invites_are_counted_by_trunk(void **state)
{
	struct strbuf b;

	(void)state;
	assert_int_equal(take("a=twilio;b=telnyx"), 0);
	trunks_count(trunks, trunks_find(trunks, "b"));
	trunks_count(trunks, trunks_find(trunks, "b"));
	trunks_count(trunks, trunks_find(trunks, "x\"}"));
	strbuf_init(&b, 4096);
	assert_int_equal(trunks_render(trunks, &b), 0);
	assert_string_equal(b.p,
			    "# HELP execline_invites_total Initial INVITEs Kamailio asked about\n"
			    "# TYPE execline_invites_total counter\n"
			    "execline_invites_total{trunk=\"unknown\"} 1\n"
			    "execline_invites_total{trunk=\"users\"} 0\n"
			    "execline_invites_total{trunk=\"a\"} 0\n"
			    "execline_invites_total{trunk=\"b\"} 2\n");
	strbuf_free(&b);
}

static void arguments_are_checked(void **state)
{
	struct trunks *t = NULL;

	(void)state;
	assert_int_equal(trunks_alloc(NULL, "", why), EINVAL);
	assert_int_equal(trunks_alloc(&t, NULL, why), EINVAL);
	assert_int_equal(trunks_alloc(&t, "", NULL), EINVAL);
	trunks_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_alone_are_one_trunk),
	    cmocka_unit_test(trunks_have_names_profiles_and_numbers),
	    cmocka_unit_test(wrong_settings_are_refused),
	    cmocka_unit_test(there_is_a_limit),
	    cmocka_unit_test(invites_are_counted_by_trunk),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests_name("trunk", tests, NULL, forget);
}
