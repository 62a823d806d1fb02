/**
 * @file test_config.c  Settings: defaults, values, secrets, and what is said about bad ones
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "log.h"
#include "strbuf.h"

/* The environment of a test: pairs of name and value, NULL-terminated. */
static const char *const *env;

static const char *get(const char *name)
{
	for (size_t i = 0; env[i]; i += 2) {
		if (strcmp(env[i], name) == 0)
			return env[i + 1];
	}
	return NULL;
}

#define SECRETS "EXECLINE_ADMIN_TOKEN", "admin-0123456789", "EXECLINE_HOOK_KEY", "hook-0123456789ab"
#define LOAD(...)                                                                                  \
	(env = (const char *const[]){__VA_ARGS__, NULL}, why[0] = '\0', config_load(&cfg, get, why))

static struct config cfg;
static char why[CONFIG_WHY_MAX];

static void defaults_are_those_of_the_documentation(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS), 0);
	assert_int_equal(cfg.http_port, 8080);
	assert_string_equal(cfg.api_listen, "");
	assert_int_equal(cfg.api_port, 8443);
	assert_string_equal(cfg.api_proxy, "");
	assert_string_equal(cfg.tls_cert, "");
	assert_string_equal(cfg.tls_key, "");
	assert_int_equal(cfg.ng_port, 2223);
	assert_int_equal(cfg.dtmf_port, 8091);
	assert_int_equal(cfg.rpc_port, 8090);
	assert_int_equal(cfg.redis_port, 6379);
	assert_string_equal(cfg.redis_password, "");
	assert_string_equal(cfg.admin_token, "admin-0123456789");
	assert_string_equal(cfg.hook_key, "hook-0123456789ab");
	assert_string_equal(cfg.country, "US");
	assert_string_equal(cfg.trunks, "");
	assert_string_equal(cfg.music, "hold.wav");
	assert_int_equal(cfg.ack_timeout_s, 32);
	assert_int_equal(cfg.silence_s, 30);
	assert_int_equal(cfg.reconcile_s, 60);
	assert_int_equal(cfg.sms_provider, CONFIG_SMS_LOG);
	assert_string_equal(cfg.sms_from, "ExecLine");
	assert_string_equal(cfg.messagebird_url, "https://rest.messagebird.com/messages");
	assert_string_equal(cfg.sms_webhook_url, "");
	assert_int_equal(cfg.sms_max_age_s, 900);
	assert_string_equal(cfg.public_url, "");
	assert_string_equal(cfg.messagebird_signing_key, "");
	assert_int_equal(cfg.log_level, LOG_LEVEL_INFO);
}

static void values_are_taken(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_API_LISTEN", "::1", "EXECLINE_HTTP_PORT", "65535",
			      "EXECLINE_COUNTRY", "DE", "EXECLINE_SMS_PROVIDER", "webhook",
			      "EXECLINE_SMS_WEBHOOK_URL", "http://127.0.0.1:9/x?y=z",
			      "EXECLINE_SMS_FROM", "Doe and Son", "EXECLINE_LOG_LEVEL", "debug",
			      "EXECLINE_ACK_TIMEOUT_S", "5", "EXECLINE_REDIS_PASSWORD", "p"),
			 0);
	assert_string_equal(cfg.api_listen, "::1");
	assert_int_equal(cfg.http_port, 65535);
	assert_string_equal(cfg.country, "DE");
	assert_int_equal(cfg.sms_provider, CONFIG_SMS_WEBHOOK);
	assert_string_equal(cfg.sms_webhook_url, "http://127.0.0.1:9/x?y=z");
	assert_string_equal(cfg.sms_from, "Doe and Son");
	assert_int_equal(cfg.log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(cfg.ack_timeout_s, 5);
	assert_string_equal(cfg.redis_password, "p");
}

static void the_public_url_needs_no_slash(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_PUBLIC_URL", "https://sms.example.com/x//"), 0);
	assert_string_equal(cfg.public_url, "https://sms.example.com/x");
}

/* docker-compose passes variables that are not set as empty ones. */
static void empty_counts_as_unset(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_HTTP_PORT", "", "EXECLINE_MESSAGEBIRD_KEY", ""),
			 0);
	assert_int_equal(cfg.http_port, 8080);
}

static void bad_values_are_named_with_what_is_allowed(void **state)
{
	static const struct {
		const char *key, *value, *allowed;
	} cases[] = {
	    {"EXECLINE_HTTP_PORT", "1023", "an integer from 1024 to 65535"},
	    {"EXECLINE_HTTP_PORT", "65536", "an integer from 1024 to 65535"},
	    {"EXECLINE_NG_PORT", "-1", "an integer from 1024 to 65535"},
	    {"EXECLINE_NG_PORT", "+1", "an integer from 1024 to 65535"},
	    {"EXECLINE_RPC_PORT", "80 ", "an integer from 1024 to 65535"},
	    {"EXECLINE_RPC_PORT", "0x50", "an integer from 1024 to 65535"},
	    {"EXECLINE_REDIS_PORT", "99999999999999999999", "an integer from 1024 to 65535"},
	    {"EXECLINE_ACK_TIMEOUT_S", "601", "an integer from 1 to 600"},
	    {"EXECLINE_SMS_MAX_AGE_S", "0", "an integer from 1 to 86400"},
	    {"EXECLINE_PUBLIC_URL", "sms.example.com", "http:// or https:// URL"},
	    {"EXECLINE_API_LISTEN", "localhost", "an IPv4 or IPv6 address"},
	    {"EXECLINE_API_PROXY", "127.0.0.1:80", "an IPv4 or IPv6 address"},
	    {"EXECLINE_COUNTRY", "us", "two capital letters"},
	    {"EXECLINE_COUNTRY", "USA", "two capital letters"},
	    {"EXECLINE_MUSIC", "../secret.wav", "a file name"},
	    {"EXECLINE_MUSIC", ".hidden", "a file name"},
	    {"EXECLINE_SMS_PROVIDER", "Log", "one of log, messagebird, webhook"},
	    {"EXECLINE_LOG_LEVEL", "verbose", "one of debug, info, warn, error"},
	    {"EXECLINE_SMS_FROM", "a\nb", "printable ASCII"},
	    {"EXECLINE_MESSAGEBIRD_URL", "https://", "http:// or https:// URL"},
	    {"EXECLINE_MESSAGEBIRD_URL", "ftp://127.0.0.1/", "http:// or https:// URL"},
	    {"EXECLINE_SMS_WEBHOOK_URL", "http://127.0.0.1/ x", "http:// or https:// URL"},
	};
	char shown[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(LOAD(SECRETS, cases[i].key, cases[i].value), EINVAL);
		snprintf(shown, sizeof(shown), "%s=\"%s\" ", cases[i].key, cases[i].value);
		assert_memory_equal(why, shown, strlen(shown));
		assert_non_null(strstr(why, cases[i].allowed));
	}
}

static void secrets_are_required_and_never_shown(void **state)
{
	static const char *const bad[] = {"short-secret", "0123456789 abcdef", "0123456789abcde\n",
					  "0123456789abcd\xc3\xbc"};

	(void)state;
	assert_int_equal(LOAD("EXECLINE_HOOK_KEY", "hook-0123456789ab"), EINVAL);
	assert_memory_equal(why, "EXECLINE_ADMIN_TOKEN ", 21);
	assert_int_equal(LOAD("EXECLINE_ADMIN_TOKEN", "admin-0123456789"), EINVAL);
	assert_memory_equal(why, "EXECLINE_HOOK_KEY ", 18);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(LOAD("EXECLINE_HOOK_KEY", bad[i], SECRETS), EINVAL);
		assert_memory_equal(why, "EXECLINE_HOOK_KEY ", 18);
		assert_non_null(strstr(why, "16 to 255 characters"));
		assert_null(strstr(why, bad[i]));
	}
}

static void values_that_are_too_long_are_refused(void **state)
{
	char value[CONFIG_URL_MAX + 1] = "http://127.0.0.1/";

	(void)state;
	memset(value + strlen(value), 'x', sizeof(value) - 1 - strlen(value));
	value[CONFIG_URL_MAX - 1] = '\0';
	assert_int_equal(LOAD(SECRETS, "EXECLINE_SMS_WEBHOOK_URL", value), 0);
	assert_string_equal(cfg.sms_webhook_url, value);
	value[CONFIG_URL_MAX - 1] = 'x';
	assert_int_equal(LOAD(SECRETS, "EXECLINE_SMS_WEBHOOK_URL", value), EINVAL);
	assert_int_equal(LOAD("EXECLINE_HOOK_KEY", value, SECRETS), EINVAL);
}

static void nothing_is_written_on_error(void **state)
{
	struct config before;

	(void)state;
	memset(&cfg, 0x5a, sizeof(cfg));
	before = cfg;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_LOG_LEVEL", "loud"), EINVAL);
	assert_memory_equal(&cfg, &before, sizeof(cfg));
}

static void providers_demand_what_they_need(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_SMS_PROVIDER", "messagebird"), EINVAL);
	assert_non_null(strstr(why, "EXECLINE_MESSAGEBIRD_KEY"));
	assert_int_equal(LOAD(SECRETS, "EXECLINE_SMS_PROVIDER", "webhook"), EINVAL);
	assert_non_null(strstr(why, "EXECLINE_SMS_WEBHOOK_URL"));
	assert_int_equal(
	    LOAD(SECRETS, "EXECLINE_SMS_PROVIDER", "messagebird", "EXECLINE_MESSAGEBIRD_KEY", "k"),
	    0);
}

static void tls_needs_both_files(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_TLS_CERT", "/run/cert"), EINVAL);
	assert_string_equal(why,
			    "EXECLINE_TLS_KEY is not set; EXECLINE_TLS_CERT=/run/cert needs it");
	assert_int_equal(LOAD(SECRETS, "EXECLINE_TLS_KEY", "/run/key"), EINVAL);
	assert_string_equal(why,
			    "EXECLINE_TLS_CERT is not set; EXECLINE_TLS_KEY=/run/key needs it");
	assert_int_equal(LOAD(SECRETS, "EXECLINE_TLS_CERT", "/c", "EXECLINE_TLS_KEY", "/k"), 0);
	assert_string_equal(cfg.tls_cert, "/c");
	assert_string_equal(cfg.tls_key, "/k");
}

static void the_listeners_have_ports_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(LOAD(SECRETS, "EXECLINE_API_PORT", "8080"), 0);
	assert_int_equal(
	    LOAD(SECRETS, "EXECLINE_API_PORT", "8080", "EXECLINE_API_LISTEN", "0.0.0.0"), EINVAL);
	assert_non_null(strstr(why, "EXECLINE_API_PORT=\"8080\" is not allowed"));
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void secrets_may_come_from_files(void **state)
{
	char path[] = "/tmp/test_config.XXXXXX";
	char longer[CONFIG_SECRET_MAX + 10];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_file(path, "from-a-file-0123456789\r\nsecond line\n");
	assert_int_equal(
	    LOAD("EXECLINE_ADMIN_TOKEN", "admin-0123456789", "EXECLINE_HOOK_KEY_FILE", path), 0);
	assert_string_equal(cfg.hook_key, "from-a-file-0123456789");

	assert_int_equal(LOAD(SECRETS, "EXECLINE_HOOK_KEY_FILE", path), EINVAL);
	assert_non_null(strstr(why, "EXECLINE_HOOK_KEY and EXECLINE_HOOK_KEY_FILE"));
	assert_null(strstr(why, "0123456789"));

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	write_file(path, longer);
	assert_int_equal(LOAD(SECRETS, "EXECLINE_REDIS_PASSWORD_FILE", path), EINVAL);
	assert_non_null(strstr(why, "0 to 255 characters"));

	write_file(path, ""); /* docker-compose mounts an empty file where none is given */
	assert_int_equal(LOAD(SECRETS, "EXECLINE_HOOK_KEY_FILE", path), 0);
	assert_string_equal(cfg.hook_key, "hook-0123456789ab");
	assert_int_equal(
	    LOAD("EXECLINE_ADMIN_TOKEN", "admin-0123456789", "EXECLINE_HOOK_KEY_FILE", path),
	    EINVAL);
	assert_non_null(strstr(why, "is missing"));
	assert_int_equal(LOAD(SECRETS, "EXECLINE_REDIS_PASSWORD_FILE", "/tmp"), EINVAL);
	assert_non_null(strstr(why, "cannot be read"));
	unlink(path);
	assert_int_equal(LOAD(SECRETS, "EXECLINE_REDIS_PASSWORD_FILE", path), EINVAL);
	assert_memory_equal(why, "EXECLINE_REDIS_PASSWORD_FILE=", 29);
	assert_int_equal(LOAD(SECRETS, "EXECLINE_HTTP_PORT_FILE", path), 0);
}

static void help_has_every_setting(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b, 16384);
	assert_int_equal(config_help(&b), 0);
	assert_non_null(
	    strstr(b.p, "EXECLINE_HTTP_PORT (an integer from 1024 to 65535; default 8080)\n"));
	assert_non_null(strstr(b.p, "EXECLINE_HOOK_KEY (16 to 255 characters of printable ASCII "
				    "without spaces; must be set)\n"));
	assert_non_null(strstr(b.p, "EXECLINE_LOG_LEVEL (one of debug, info, warn, error"));
	strbuf_free(&b);
}

static void arguments_are_checked(void **state)
{
	(void)state;
	assert_int_equal(config_load(NULL, get, why), EINVAL);
	assert_int_equal(config_load(&cfg, NULL, why), EINVAL);
	assert_int_equal(config_load(&cfg, get, NULL), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_are_those_of_the_documentation),
	    cmocka_unit_test(values_are_taken),
	    cmocka_unit_test(the_public_url_needs_no_slash),
	    cmocka_unit_test(empty_counts_as_unset),
	    cmocka_unit_test(bad_values_are_named_with_what_is_allowed),
	    cmocka_unit_test(secrets_are_required_and_never_shown),
	    cmocka_unit_test(values_that_are_too_long_are_refused),
	    cmocka_unit_test(nothing_is_written_on_error),
	    cmocka_unit_test(providers_demand_what_they_need),
	    cmocka_unit_test(tls_needs_both_files),
	    cmocka_unit_test(the_listeners_have_ports_of_their_own),
	    cmocka_unit_test(secrets_may_come_from_files),
	    cmocka_unit_test(help_has_every_setting),
	    cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
