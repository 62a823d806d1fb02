/**
 * @file config.h  Settings from the environment; the table in config.c says all about each
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdint.h>

struct strbuf;

enum {
	CONFIG_WHY_MAX = 512, /**< bytes of a message */
	CONFIG_ADDR_MAX = 46, /**< bytes with the NUL, as the following */
	CONFIG_NAME_MAX = 64,
	CONFIG_URL_MAX = 512,
	CONFIG_PATH_MAX = 512,
	CONFIG_SECRET_MAX = 256,
	CONFIG_COUNTRY_MAX = 3,
	CONFIG_TRUNKS_MAX = 4096,
};

/** SMS providers, in the order of config_sms_names[] */
enum config_sms {
	CONFIG_SMS_LOG,
	CONFIG_SMS_MESSAGEBIRD,
	CONFIG_SMS_WEBHOOK,
};

enum config_rtp {
	CONFIG_RTP_TOLD,
	CONFIG_RTP_FIRST,
};

/** Fields are named after the variables: EXECLINE_HTTP_PORT is http_port. Unset strings are "". */
struct config {
	uint16_t http_port;
	char api_listen[CONFIG_ADDR_MAX];
	uint16_t api_port;
	char api_proxy[CONFIG_ADDR_MAX];
	char tls_cert[CONFIG_PATH_MAX], tls_key[CONFIG_PATH_MAX];
	uint16_t ng_port;
	uint16_t dtmf_port;
	int rtp_source; /**< enum config_rtp */
	uint16_t rpc_port;
	uint16_t redis_port;
	char redis_password[CONFIG_SECRET_MAX];
	char admin_token[CONFIG_SECRET_MAX];
	char hook_key[CONFIG_SECRET_MAX];
	char country[CONFIG_COUNTRY_MAX]; /**< two capital letters; whether there is such a country,
					       e164_country_known() says */
	char sip_realm[CONFIG_NAME_MAX];
	char trunks[CONFIG_TRUNKS_MAX]; /**< trunks_alloc() reads it */
	unsigned max_calls;
	char music[CONFIG_NAME_MAX];
	unsigned ack_timeout_s;
	unsigned silence_s;
	unsigned reconcile_s;
	int sms_provider; /**< enum config_sms */
	char sms_from[CONFIG_NAME_MAX];
	char messagebird_url[CONFIG_URL_MAX];
	char messagebird_key[CONFIG_SECRET_MAX];
	char messagebird_signing_key[CONFIG_SECRET_MAX];
	char sms_webhook_url[CONFIG_URL_MAX];
	char sms_webhook_key[CONFIG_SECRET_MAX];
	unsigned sms_max_age_s;
	char public_url[CONFIG_URL_MAX]; /**< without a slash at its end */
	int log_level;			 /**< enum log_level */
};

/** Names of where audio may come from, NULL-terminated */
extern const char *const config_rtp_names[];

/** Names of the SMS providers, NULL-terminated */
extern const char *const config_sms_names[];

typedef const char *(config_getenv_h)(const char *name);

/**
 * Read all settings. An empty variable counts as unset. A secret FOO may also be given as FOO_FILE,
 * the path of a file that holds it in its first line; an empty file counts as unset, too.
 *
 * @param cfg      Settings, written only on success
 * @param getenvh  getenv(), or a test's
 * @param why      Message on error: the key, its value (not a secret's), and what is allowed
 *
 * @return 0 or EINVAL
 */
__attribute__((warn_unused_result)) int config_load(struct config *cfg, config_getenv_h *getenvh,
						    char why[CONFIG_WHY_MAX]);

/** Append the table of settings as text for people. @return out->err */
int config_help(struct strbuf *out);

#endif
