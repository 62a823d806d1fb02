/**
 * @file test_provider.c  SMS providers: requests and answers
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "provider.h"

static const struct config env = {
    .sms_provider = CONFIG_SMS_MESSAGEBIRD,
    .sms_from = "Common",
    .messagebird_url = "https://mb.example.com/messages",
    .messagebird_key = "mb-key",
    .sms_webhook_url = "https://hook.example.com/",
    .sms_webhook_key = "hook-key",
    .messagebird_signing_key = "signing-key",
    .public_url = "https://us.example.com/x",
};

static const struct provider_message message = {
    .id = "main.leg-on-1",
    .line = "main",
    .to = "+15550199",
    .text = "+1555 \"is\" now\n\xe2\x98\x8e",
    .created_ms = 1764000000999, /* 2025-11-24T16:00:00 */
};

/* ----- whose account ----- */

static void a_line_without_settings_uses_the_common_ones(void **state)
{
	struct lineconf conf = {.sms.provider = LINECONF_PROVIDER_DEFAULT};
	const struct lineconf *lines[] = {&conf, NULL};
	struct provider_account acc;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		provider_account(&env, lines[i], &acc);
		assert_int_equal(acc.provider, CONFIG_SMS_MESSAGEBIRD);
		assert_string_equal(acc.from, "Common");
		assert_string_equal(acc.url, "https://mb.example.com/messages");
		assert_string_equal(acc.key, "mb-key");
	}
}

static void a_line_has_settings_of_its_own(void **state)
{
	struct lineconf conf = {
	    .sms = {.provider = CONFIG_SMS_WEBHOOK,
		    .from = "Own",
		    .url = "http://own.example.com/",
		    .key = "own-key"},
	};
	struct provider_account acc;

	(void)state;
	provider_account(&env, &conf, &acc);
	assert_int_equal(acc.provider, CONFIG_SMS_WEBHOOK);
	assert_string_equal(acc.from, "Own");
	assert_string_equal(acc.url, "http://own.example.com/");
	assert_string_equal(acc.key, "own-key");
}

/* A line that names its own provider must not be given another one's key. */
static void keys_do_not_cross_between_providers(void **state)
{
	struct lineconf conf = {.sms.provider = CONFIG_SMS_WEBHOOK};
	struct provider_account acc;

	(void)state;
	provider_account(&env, &conf, &acc);
	assert_string_equal(acc.url, "https://hook.example.com/");
	assert_string_equal(acc.key, "hook-key");
	conf.sms.provider = CONFIG_SMS_LOG;
	provider_account(&env, &conf, &acc);
	assert_null(acc.url);
	assert_null(acc.key);
}

/* Whoever may configure lines does not know the key of the environment, and cannot have it sent to
 * a place of their choice. */
static void the_common_key_goes_to_the_common_url_only(void **state)
{
	struct lineconf conf = {.sms = {.provider = CONFIG_SMS_MESSAGEBIRD, .url = "http://own/"}};
	struct provider_account acc;

	(void)state;
	provider_account(&env, &conf, &acc);
	assert_string_equal(acc.url, "http://own/");
	assert_string_equal(acc.key, "");
	conf.sms.provider = CONFIG_SMS_WEBHOOK;
	provider_account(&env, &conf, &acc);
	assert_string_equal(acc.key, "");
}

/* ----- requests ----- */

static void messagebird_gets_its_form(void **state)
{
	const struct provider_account acc = {CONFIG_SMS_MESSAGEBIRD, "ExecLine", "https://x/", "k",
					     ""};
	struct provider_request req;

	(void)state;
	assert_int_equal(provider_request(&acc, &message, &req), 0);
	assert_string_equal(req.method, "POST");
	assert_string_equal(req.url, "https://x/");
	assert_string_equal(req.header, "Authorization: AccessKey k");
	assert_string_equal(req.body, "{\"originator\":\"ExecLine\",\"recipients\":[\"15550199\"],"
				      "\"body\":\"+1555 \\\"is\\\" now\\n\xe2\x98\x8e\","
				      "\"reference\":\"main.leg-on-1\",\"datacoding\":\"auto\"}");
	provider_request_free(&req);
	assert_null(req.body);
	provider_request_free(&req);
}

static void a_webhook_gets_all_there_is(void **state)
{
	struct provider_account acc = {CONFIG_SMS_WEBHOOK, "ExecLine", "http://x/", "k", ""};
	struct provider_request req;

	(void)state;
	assert_int_equal(provider_request(&acc, &message, &req), 0);
	assert_string_equal(req.header, "Authorization: Bearer k");
	assert_string_equal(req.body,
			    "{\"id\":\"main.leg-on-1\",\"line\":\"main\",\"from\":\"ExecLine\","
			    "\"to\":\"+15550199\","
			    "\"text\":\"+1555 \\\"is\\\" now\\n\xe2\x98\x8e\"}");
	provider_request_free(&req);

	acc.key = "";
	assert_int_equal(provider_request(&acc, &message, &req), 0);
	assert_string_equal(req.header, "");
	provider_request_free(&req);
}

static void an_account_must_be_complete(void **state)
{
	static const struct {
		struct provider_account acc;
		int err;
	} cases[] = {
	    {{CONFIG_SMS_LOG, "f", NULL, NULL, ""}, ENOENT},
	    {{CONFIG_SMS_MESSAGEBIRD, "f", "https://x/", NULL, ""}, EINVAL},
	    {{CONFIG_SMS_MESSAGEBIRD, "f", "https://x/", "", ""}, EINVAL},
	    {{CONFIG_SMS_MESSAGEBIRD, "f", "", "k", ""}, EINVAL},
	    {{CONFIG_SMS_WEBHOOK, "f", NULL, "k", ""}, EINVAL},
	};
	struct provider_request req;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(provider_request(&cases[i].acc, &message, &req), cases[i].err);
}

static void the_longest_key_fits_the_header(void **state)
{
	char key[LINECONF_KEY_BUF];
	struct provider_account acc = {CONFIG_SMS_MESSAGEBIRD, "f", "https://x/", key, ""};
	struct provider_request req;

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	assert_int_equal(provider_request(&acc, &message, &req), 0);
	assert_int_equal(strlen(req.header), strlen("Authorization: AccessKey ") + strlen(key));
	provider_request_free(&req);
}

/* ----- answers ----- */

static struct provider_result read_answer(int err, long status, const char *body)
{
	const struct http_result res = {.err = err,
					.error = "",
					.sent = true,
					.status = status,
					.body = body,
					.body_len = strlen(body)};
	struct provider_result out;

	provider_read(CONFIG_SMS_MESSAGEBIRD, &res, &out);
	return out;
}

static void a_status_says_whether_to_try_again(void **state)
{
	static const struct {
		long status;
		enum provider_verdict verdict;
	} cases[] = {
	    {200, PROVIDER_SENT},   {201, PROVIDER_SENT},   {202, PROVIDER_SENT},
	    {204, PROVIDER_SENT},   {302, PROVIDER_FAILED}, {400, PROVIDER_FAILED},
	    {401, PROVIDER_FAILED}, {403, PROVIDER_FAILED}, {404, PROVIDER_FAILED},
	    {408, PROVIDER_AGAIN},  {422, PROVIDER_FAILED}, {429, PROVIDER_AGAIN},
	    {500, PROVIDER_AGAIN},  {502, PROVIDER_AGAIN},  {503, PROVIDER_AGAIN},
	    {504, PROVIDER_AGAIN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct provider_result got = read_answer(0, cases[i].status, "{}");

		if (got.verdict != cases[i].verdict)
			fail_msg("%ld is taken for %d", cases[i].status, got.verdict);
		assert_int_equal(got.error[0] == '\0', got.verdict == PROVIDER_SENT);
	}
}

static const int errors[] = {ETIMEDOUT, ECONNREFUSED, EIO, ECANCELED, ENOMEM};

static void without_an_answer_it_counts_whether_anything_has_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct http_result res = {.err = errors[i], .error = "", .body = ""};
		struct provider_result got;
		char wanted[PROVIDER_ERROR_BUF];

		provider_read(CONFIG_SMS_MESSAGEBIRD, &res, &got);
		assert_int_equal(got.verdict, PROVIDER_AGAIN);
		snprintf(wanted, sizeof(wanted), "not sent: %s", strerror(errors[i]));
		assert_string_equal(got.error, wanted);

		res.sent = true;
		provider_read(CONFIG_SMS_MESSAGEBIRD, &res, &got);
		assert_int_equal(got.verdict, PROVIDER_DOUBT);
		snprintf(wanted, sizeof(wanted), "perhaps sent: %s", strerror(errors[i]));
		assert_string_equal(got.error, wanted);
		provider_read(CONFIG_SMS_WEBHOOK, &res, &got);
		assert_int_equal(got.verdict, PROVIDER_UNASKED);
	}
}

/* Too long, or cut off: what the server has decided stands in the first line. */
static void a_status_counts_without_the_rest(void **state)
{
	static const int broken[] = {EMSGSIZE, EIO, ETIMEDOUT, ECANCELED};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct provider_result got = read_answer(broken[i], 201, "{\"id\":\"cut\"}");

		assert_int_equal(got.verdict, PROVIDER_SENT);
		assert_string_equal(got.id, "");
		assert_string_equal(got.error, "");
		assert_int_equal(read_answer(broken[i], 400, "").verdict, PROVIDER_FAILED);
		assert_int_equal(read_answer(broken[i], 503, "").verdict, PROVIDER_AGAIN);
	}
}

static void the_providers_id_and_error_are_kept(void **state)
{
	struct provider_result got = read_answer(0, 201, "{\"id\":\"e8077d803532c0b5937c639b60\"}");

	(void)state;
	assert_string_equal(got.id, "e8077d803532c0b5937c639b60");
	got = read_answer(0, 401,
			  "{\"errors\":[{\"code\":2,\"description\":\"Request not allowed\","
			  "\"parameter\":\"access_key\"}]}");
	assert_string_equal(got.error, "HTTP 401: Request not allowed");
	assert_string_equal(got.id, "");
}

static void a_garbled_answer_counts_by_its_status(void **state)
{
	static const char *const bodies[] = {
	    "",
	    "<html>",
	    "[]",
	    "null",
	    "{\"id\":7}",
	    "{\"id\":",
	    "{\"errors\":[]}",
	    "{\"errors\":{}}",
	    "{\"errors\":[\"x\"]}",
	    "\xff\xfe",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct provider_result got = read_answer(0, 200, bodies[i]);

		assert_int_equal(got.verdict, PROVIDER_SENT);
		assert_string_equal(got.id, "");
		got = read_answer(0, 400, bodies[i]);
		assert_int_equal(got.verdict, PROVIDER_FAILED);
		assert_string_equal(got.error, "HTTP 400");
	}
}

static void long_answers_are_cut(void **state)
{
	char text[1000], body[1100];
	struct provider_result got;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	snprintf(body, sizeof(body), "{\"id\":\"%s\"}", text);
	got = read_answer(0, 200, body);
	assert_int_equal(strlen(got.id), PROVIDER_ID_BUF - 1);

	snprintf(body, sizeof(body), "{\"errors\":[{\"description\":\"%s\"}]}", text);
	got = read_answer(0, 400, body);
	assert_in_range(strlen(got.error), 100, PROVIDER_ERROR_BUF - 1);
}

/* ----- reports, and asking ----- */

static void reports_are_asked_for_where_they_can_be_verified(void **state)
{
	struct lineconf own = {.sms = {.provider = CONFIG_SMS_MESSAGEBIRD, .key = "own"}};
	struct config half = env;
	struct provider_account acc;
	struct provider_request req;

	(void)state;
	provider_account(&env, NULL, &acc);
	assert_int_equal(provider_request(&acc, &message, &req), 0);
	assert_non_null(strstr(req.body,
			       "\"reportUrl\":"
			       "\"https://us.example.com/x/v1/sms/reports/messagebird\""));
	provider_request_free(&req);
	provider_account(&env, &own, &acc); /* signed by another account's key */
	assert_string_equal(acc.public_url, "");

	half.messagebird_signing_key[0] = '\0';
	provider_account(&half, NULL, &acc);
	assert_string_equal(acc.public_url, "");

	half.sms_provider = CONFIG_SMS_WEBHOOK;
	provider_account(&half, NULL, &acc);
	assert_int_equal(provider_request(&acc, &message, &req), 0);
	assert_non_null(strstr(req.body, "\"report_url\":"
					 "\"https://us.example.com/x/v1/sms/reports/webhook\""));
	provider_request_free(&req);
	half.sms_webhook_key[0] = '\0';
	provider_account(&half, NULL, &acc);
	assert_string_equal(acc.public_url, "");
}

static void messagebird_is_asked_for_a_list(void **state)
{
	struct provider_account acc = {CONFIG_SMS_MESSAGEBIRD, "f", "https://x/messages", "k", ""};
	struct provider_request req;

	(void)state;
	assert_int_equal(provider_ask(&acc, &message, &req), 0);
	assert_string_equal(req.method, "GET");
	assert_string_equal(req.url, "https://x/messages?direction=mt&recipient=15550199"
				     "&from=2025-11-24T15:55:00%2B00:00&limit=100");
	assert_string_equal(req.header, "Authorization: AccessKey k");
	assert_null(req.body);
	provider_request_free(&req);

	acc.url = "https://x/messages?a=b";
	assert_int_equal(provider_ask(&acc, &message, &req), 0);
	assert_non_null(strstr(req.url, "?a=b&direction=mt&"));
	provider_request_free(&req);

	acc.key = "";
	assert_int_equal(provider_ask(&acc, &message, &req), EINVAL);
	acc.provider = CONFIG_SMS_WEBHOOK;
	assert_int_equal(provider_ask(&acc, &message, &req), ENOENT);
	acc.provider = CONFIG_SMS_LOG;
	assert_int_equal(provider_ask(&acc, &message, &req), ENOENT);
}

static struct provider_result asked(int err, long status, const char *body)
{
	const struct http_result res = {
	    .err = err, .error = "", .status = status, .body = body, .body_len = strlen(body)};
	struct provider_result out;

	provider_read_ask(&res, "main.leg-on-1", &out);
	return out;
}

#define LIST(total, items) "{\"totalCount\":" total ",\"items\":[" items "]}"
#define ITEM(reference, status)                                                                    \
	"{\"id\":\"p1\",\"reference\":" reference ",\"recipients\":{\"items\":[{\"status\":"       \
	"" status "}]}}"

static void a_list_tells_what_has_become_of_it(void **state)
{
	static const struct {
		const char *body;
		enum provider_verdict verdict;
	} cases[] = {
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"sent\"")), PROVIDER_SENT},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"buffered\"")), PROVIDER_SENT},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"scheduled\"")), PROVIDER_SENT},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"new word\"")), PROVIDER_SENT},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "7")), PROVIDER_SENT},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"delivered\"")), PROVIDER_DELIVERED},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"delivery_failed\"")), PROVIDER_FAILED},
	    {LIST("1", ITEM("\"main.leg-on-1\"", "\"expired\"")), PROVIDER_FAILED},
	    {LIST("2", ITEM("null", "\"sent\"") "," ITEM("\"main.leg-on-1\"", "\"sent\"")),
	     PROVIDER_SENT},
	    {LIST("0", ""), PROVIDER_ABSENT},
	    {LIST("1", ITEM("\"main.leg-on-11\"", "\"sent\"")), PROVIDER_ABSENT},
	    {LIST("2", ITEM("\"other\"", "\"sent\"")), PROVIDER_UNASKED}, /* not all of it */
	    {"{\"items\":[]}", PROVIDER_UNASKED},
	    {"{\"totalCount\":0}", PROVIDER_UNASKED},
	    {"{\"totalCount\":0,\"items\":{}}", PROVIDER_UNASKED},
	    {"[]", PROVIDER_UNASKED},
	    {"", PROVIDER_UNASKED},
	    {"<html>", PROVIDER_UNASKED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct provider_result got = asked(0, 200, cases[i].body);

		if (got.verdict != cases[i].verdict)
			fail_msg("%s is taken for %s", cases[i].body,
				 provider_verdict_names[got.verdict]);
	}
	assert_string_equal(asked(0, 200, cases[0].body).id, "p1");
	assert_string_equal(asked(0, 200, cases[6].body).error, "delivery_failed");
}

static void one_that_cannot_tell_now_is_asked_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_int_equal(asked(errors[i], 0, "").verdict, PROVIDER_DOUBT);
	assert_int_equal(asked(EIO, 200, LIST("0", "")).verdict, PROVIDER_DOUBT);
	assert_int_equal(asked(0, 429, "").verdict, PROVIDER_DOUBT);
	assert_int_equal(asked(0, 503, "").verdict, PROVIDER_DOUBT);
	assert_string_equal(asked(0, 503, "").error, "perhaps sent; asked: HTTP 503");
	assert_int_equal(asked(0, 401, "").verdict, PROVIDER_UNASKED);
	assert_int_equal(asked(0, 404, "").verdict, PROVIDER_UNASKED);
	assert_int_equal(asked(0, 204, "").verdict, PROVIDER_UNASKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_without_settings_uses_the_common_ones),
	    cmocka_unit_test(a_line_has_settings_of_its_own),
	    cmocka_unit_test(keys_do_not_cross_between_providers),
	    cmocka_unit_test(the_common_key_goes_to_the_common_url_only),
	    cmocka_unit_test(messagebird_gets_its_form),
	    cmocka_unit_test(a_webhook_gets_all_there_is),
	    cmocka_unit_test(an_account_must_be_complete),
	    cmocka_unit_test(the_longest_key_fits_the_header),
	    cmocka_unit_test(a_status_says_whether_to_try_again),
	    cmocka_unit_test(without_an_answer_it_counts_whether_anything_has_left),
	    cmocka_unit_test(a_status_counts_without_the_rest),
	    cmocka_unit_test(the_providers_id_and_error_are_kept),
	    cmocka_unit_test(a_garbled_answer_counts_by_its_status),
	    cmocka_unit_test(long_answers_are_cut),
	    cmocka_unit_test(reports_are_asked_for_where_they_can_be_verified),
	    cmocka_unit_test(messagebird_is_asked_for_a_list),
	    cmocka_unit_test(a_list_tells_what_has_become_of_it),
	    cmocka_unit_test(one_that_cannot_tell_now_is_asked_again),
	};

	return cmocka_run_group_tests_name("provider", tests, NULL, NULL);
}
