/**
 * @file test_lineconf.c  The configuration of a line
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lineconf.h"

#define NEEDED "\"dids\":[\"+15550100\"],\"hosts\":[\"+15550199\"]"

static const struct config env = {
    .sms_provider = CONFIG_SMS_WEBHOOK,
    .sms_from = "Common",
    .music = "hold.wav",
};

static struct lineconf conf;
static char why[JSON_WHY_MAX];

static int read_conf(const char *text)
{
	lineconf_free(&conf);
	return lineconf_read(text, strlen(text), &conf, why);
}

static int forget(void **state)
{
	(void)state;
	lineconf_free(&conf);
	return 0;
}

/* Read, and print for the API or (cfg NULL) for the store; to be freed. */
static char *printed(const char *text, const struct config *cfg)
{
	struct json *o;
	char *out = NULL;

	assert_int_equal(read_conf(text), 0);
	o = lineconf_write(&conf, "main", cfg);
	assert_int_equal(json_print(o, &out), 0);
	json_free(o);
	return out;
}

static void numbers_are_all_that_is_needed(void **state)
{
	(void)state;
	assert_int_equal(read_conf("{" NEEDED "}"), 0);
	assert_int_equal(conf.dids.n, 1);
	assert_string_equal(conf.dids.item[0], "+15550100");
	assert_string_equal(conf.hosts.item[0], "+15550199");
	assert_int_equal(conf.blocked.n, 0);
	assert_int_equal(conf.max_waiting, 50);
	assert_true(conf.enabled);
	assert_string_equal(lineconf_on_host_leave_names[conf.on_host_leave], "end_member");
	assert_int_equal(conf.sms.provider, LINECONF_PROVIDER_DEFAULT);
	assert_null(conf.sms.text_joined);
	assert_int_equal(conf.sms.on_unknown, LINECONF_ON_UNKNOWN_DEFAULT);
	assert_int_equal(conf.sms.max_per_hour, LINECONF_LIMIT_DEFAULT);
	assert_int_equal(conf.sms.repeat_minutes, LINECONF_LIMIT_DEFAULT);
}

static void the_store_gets_what_was_given_and_no_more(void **state)
{
	static const char *const texts[] = {
	    "{" NEEDED ",\"sms\":{\"to\":[\"+15550199\"]},\"max_waiting\":50,"
	    "\"max_calls\":0,\"max_calls_per_caller\":0,\"on_host_leave\":\"end_member\",\"host_"
	    "trust\":\"caller_id\",\"enabled\":true,"
	    "\"blocked\":[]}",
	    "{\"dids\":[\"+15550100\",\"+442079460100\"],\"hosts\":[\"+15550199\"],"
	    "\"sms\":{\"provider\":\"messagebird\",\"from\":\"+15550100\",\"to\":[\"+15550198\"],"
	    "\"text_joined\":\"{number} "
	    "\xe2\x98\x8e\\n\\\"now\\\"\",\"text_left\":\"{line}\",\"text_pin\":\"{number}?\","
	    "\"url\":\"https://sms.example.com/"
	    "x?y=z\",\"key\":\"secret-key\",\"max_per_hour\":0,\"repeat_minutes\":5,"
	    "\"on_unknown\":\"leave\"},\"max_waiting\":0,"
	    "\"max_calls\":60,\"max_calls_per_caller\":3,\"on_host_leave\":\"keep_member\",\"host_"
	    "trust\":\"pin\",\"pin_sealed\":\"4:5a:17\","
	    "\"music\":\"a-b_c.1.wav\",\"enabled\":false,"
	    "\"blocked\":[\"+15550666\"]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *out = printed(texts[i], NULL);

		assert_string_equal(out, texts[i]);
		free(out);
	}
}

static void the_operator_sees_defaults_but_no_key(void **state)
{
	char *out = printed("{" NEEDED ",\"sms\":{\"key\":\"secret-key\"}}", &env);

	(void)state;
	assert_string_equal(out, "{\"line\":\"main\"," NEEDED ",\"sms\":{\"provider\":\"webhook\","
				 "\"from\":\"Common\",\"to\":[\"+15550199\"],\"key_set\":true},"
				 "\"max_waiting\":50,\"max_calls\":0,"
				 "\"max_calls_per_caller\":0,\"on_host_leave\":\"end_member\","
				 "\"host_trust\":\"caller_id\",\"pin_set\":false,"
				 "\"music\":\"hold.wav\",\"enabled\":true,\"blocked\":[]}");
	free(out);

	out = printed("{" NEEDED "}", &env);
	assert_non_null(strstr(out, "\"key_set\":false"));
	free(out);
}

static void a_pin_is_sealed_and_not_shown(void **state)
{
	char *out;

	(void)state;
	assert_int_equal(read_conf("{" NEEDED ",\"host_trust\":\"pin\",\"pin\":\"904711\"}"), 0);
	assert_int_equal(lineconf_seal(&conf, "hook-0123456789ab", "main", why), 0);
	assert_string_equal(conf.pin, "");
	assert_int_equal(strncmp(conf.pin_sealed, "6:", 2), 0);
	for (int i = 0; i < 2; i++) {
		struct json *o = lineconf_write(&conf, "main", i ? &env : NULL);

		assert_int_equal(json_print(o, &out), 0);
		assert_null(strstr(out, "904711"));
		assert_int_equal(!strstr(out, conf.pin_sealed), i == 1);
		assert_int_equal(!strstr(out, "\"pin_set\":true"), i == 0);
		json_free(o);
		free(out);
	}
}

static void a_pin_is_demanded_where_it_is_asked_for(void **state)
{
	static const struct {
		const char *text, *message;
	} all[] = {
	    {"{" NEEDED "}", NULL},
	    {"{" NEEDED ",\"host_trust\":\"verified\"}", NULL},
	    {"{" NEEDED ",\"pin\":\"4711\"}", NULL},
	    {"{" NEEDED ",\"host_trust\":\"pin\"}", "pin: missing"},
	    {"{" NEEDED ",\"host_trust\":\"pin\",\"pin\":\"123\"}", "pin: must be 4 to 12 digits"},
	    {"{" NEEDED ",\"pin\":\"12a4\"}", "pin: must be 4 to 12 digits"},
	    {"{" NEEDED ",\"host_trust\":\"pin\",\"pin_sealed\":\"4:5a:17\"}", "pin_sealed: not"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int err = read_conf(all[i].text);

		assert_int_equal(err, 0);
		err = lineconf_seal(&conf, "hook-0123456789ab", "main", why);
		assert_int_equal(err, all[i].message ? EINVAL : 0);
		if (err && strncmp(why, all[i].message, strlen(all[i].message)) != 0)
			fail_msg("%s: %s", all[i].text, why);
	}
}

/* Each with the beginning of the message, which names the field. */
static const struct {
	const char *text, *message;
} refused[] = {
    {"[]", "must be an object"},
    {"{}", "dids: missing"},
    {"{\"dids\":[\"+15550100\"]}", "hosts: missing"},
    {"{\"dids\":[],\"hosts\":[\"+15550199\"]}", "dids: must be a list of 1 to 64"},
    {"{\"dids\":\"+15550100\",\"hosts\":[\"+15550199\"]}", "dids: must be a list"},
    {"{\"dids\":[15550100],\"hosts\":[\"+15550199\"]}", "dids: must be a list"},
    {"{\"dids\":null,\"hosts\":[\"+15550199\"]}", "dids: must be a list"},
    {"{\"dids\":[\"15550100\"],\"hosts\":[\"+15550199\"]}", "dids[0]: must be an E.164 number"},
    {"{\"dids\":[\"+15550100\",\"+0\"],\"hosts\":[\"+15550199\"]}", "dids[1]: must be an E.164"},
    {"{\"dids\":[\"+15550100\"],\"hosts\":[\"+1555 0199\"]}", "hosts[0]: must be an E.164"},
    {"{\"dids\":[\"+1234567890123456\"],\"hosts\":[\"+15550199\"]}", "dids: must be a list"},
    {"{" NEEDED ",\"blocked\":[\"x\"]}", "blocked[0]: must be an E.164 number"},
    {"{" NEEDED ",\"sms\":{\"to\":[\"+15550199\",\"me\"]}}", "sms.to[1]: must be an E.164"},
    {"{" NEEDED ",\"sms\":{\"to\":[]}}", "sms.to: must be a list of 1 to 64"},
    {"{" NEEDED ",\"sms\":[]}", "sms: must be an object"},
    {"{" NEEDED ",\"sms\":{\"color\":1}}", "sms.color: unknown field"},
    {"{" NEEDED ",\"sms\":{\"provider\":\"pigeon\"}}", "sms.provider: must be one of \"log\""},
    {"{" NEEDED ",\"sms\":{\"from\":\"twelve chars\"}}", "sms.from: must be an E.164 number or"},
    {"{" NEEDED ",\"sms\":{\"from\":\"Caf\xc3\xa9\"}}", "sms.from: must be"},
    {"{" NEEDED ",\"sms\":{\"from\":\"a\\r\\nb\"}}", "sms.from: must be"},
    {"{" NEEDED ",\"sms\":{\"text_joined\":\"\"}}", "sms.text_joined: must be text of 1 to 480"},
    {"{" NEEDED ",\"sms\":{\"url\":\"ftp://example.com\"}}", "sms.url: must be an http:// or"},
    {"{" NEEDED ",\"sms\":{\"url\":\"https://\"}}", "sms.url: must be an http:// or"},
    {"{" NEEDED ",\"sms\":{\"url\":\"https://example.com/\\n\"}}",
     "sms.url: must be an http:// or"},
    {"{" NEEDED ",\"sms\":{\"url\":\"http://a b\"}}", "sms.url: must be an http:// or"},
    {"{" NEEDED ",\"sms\":{\"key\":\"a\\r\\nX: y\"}}", "sms.key: must be printable ASCII"},
    {"{" NEEDED ",\"sms\":{\"on_unknown\":\"ask\"}}", "sms.on_unknown: must be one of \"resend\""},
    {"{" NEEDED ",\"sms\":{\"max_per_hour\":1}}", "sms.max_per_hour: must be 0 or more than 1"},
    {"{" NEEDED ",\"sms\":{\"max_per_hour\":1001}}", "sms.max_per_hour: must be an integer from 0"},
    {"{" NEEDED ",\"sms\":{\"repeat_minutes\":-1}}",
     "sms.repeat_minutes: must be an integer from 0"},
    {"{" NEEDED ",\"max_waiting\":-1}", "max_waiting: must be an integer from 0 to 1000"},
    {"{" NEEDED ",\"max_calls\":2001}", "max_calls: must be an integer from 0 to 2000"},
    {"{" NEEDED ",\"max_calls_per_caller\":-1}", "max_calls_per_caller: must be"},
    {"{" NEEDED ",\"max_waiting\":1001}", "max_waiting: must be"},
    {"{" NEEDED ",\"max_waiting\":1.5}", "max_waiting: must be"},
    {"{" NEEDED ",\"max_waiting\":\"5\"}", "max_waiting: must be"},
    {"{" NEEDED ",\"on_host_leave\":\"explode\"}", "on_host_leave: must be one of"},
    {"{" NEEDED ",\"host_trust\":\"blind\"}", "host_trust: must be one of \"caller_id\""},
    {"{" NEEDED ",\"pin\":4711}", "pin: must be text of 1 to 12"},
    {"{" NEEDED ",\"pin\":\"1234567890123\"}", "pin: must be text of 1 to 12"},
    {"{" NEEDED ",\"music\":\"../secret.wav\"}", "music: must be a file name"},
    {"{" NEEDED ",\"music\":\".hidden\"}", "music: must be a file name"},
    {"{" NEEDED ",\"music\":\"a/b.wav\"}", "music: must be a file name"},
    {"{" NEEDED ",\"enabled\":1}", "enabled: must be true or false"},
    {"{" NEEDED ",\"Enabled\":true}", "Enabled: unknown field"},
    {"{" NEEDED ",\"a\\nb\":1}", "a\nb: unknown field"},
};

static void a_wrong_field_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *want = refused[i].message;

		if (read_conf(refused[i].text) != EINVAL)
			fail_msg("%s is taken", refused[i].text);
		if (strncmp(why, want, strlen(want)) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", refused[i].text, why, want);
	}
}

static void what_is_no_json_is_told_apart(void **state)
{
	static const char *const texts[] = {
	    "",
	    "{",
	    "{" NEEDED,
	    "{" NEEDED "} x",
	    "{" NEEDED ",\"enabled\":true,\"enabled\":true}",
	    "{" NEEDED ",\"music\":\"a\\u0000b\"}",
	    "{" NEEDED ",\"music\":\"\xff\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (read_conf(texts[i]) != EBADMSG)
			fail_msg("%s is taken", texts[i]);
		assert_non_null(strstr(why, "line "));
	}
}

/* {"dids":[n numbers],"hosts":["+15550199"]} */
static int read_numbers(int n)
{
	static char text[2048];
	size_t len = (size_t)snprintf(text, sizeof(text), "{\"hosts\":[\"+15550199\"],\"dids\":[");

	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"+1555%04d\"",
					i ? "," : "", i);
	snprintf(text + len, sizeof(text) - len, "]}");
	return read_conf(text);
}

static void lists_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(read_numbers(LINECONF_NUMBERS_MAX), 0);
	assert_int_equal(conf.dids.n, LINECONF_NUMBERS_MAX);
	assert_int_equal(read_numbers(LINECONF_NUMBERS_MAX + 1), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_all_that_is_needed),
	    cmocka_unit_test(the_store_gets_what_was_given_and_no_more),
	    cmocka_unit_test(the_operator_sees_defaults_but_no_key),
	    cmocka_unit_test(a_pin_is_sealed_and_not_shown),
	    cmocka_unit_test(a_pin_is_demanded_where_it_is_asked_for),
	    cmocka_unit_test(a_wrong_field_is_named),
	    cmocka_unit_test(what_is_no_json_is_told_apart),
	    cmocka_unit_test(lists_are_bounded),
	};

	return cmocka_run_group_tests_name("lineconf", tests, NULL, forget);
}
