/**
 * @file config.c  Settings from the environment
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "http_client.h"
#include "log.h"
#include "net.h"
#include "strbuf.h"

enum kind {
	ADDRESS,
	COUNTRY,
	FILE_NAME,
	PATH,
	TEXT,
	URL,
	SECRET,
	INTEGER, /* uint16_t or unsigned */
	CHOICE,	 /* int, index into names */
};

struct setting {
	const char *key;
	enum kind kind;
	size_t offset, size;
	const char *def;
	unsigned lo, hi; /* of an INTEGER; of a SECRET lo is the fewest characters */
	const char *const *names;
	const char *help;
};

#define FIELD(f) offsetof(struct config, f), sizeof(((struct config *)NULL)->f)

/* Rows by kind; `def` NULL: must be set. */
#define STRING(kind, f, def) kind, FIELD(f), def, 0, 0, NULL
#define HIDDEN(f, def, fewest) SECRET, FIELD(f), def, fewest, 0, NULL
#define NUMBER(f, def, lo, hi) INTEGER, FIELD(f), def, lo, hi, NULL
#define PORT(f, def) NUMBER(f, def, 1024, 65535) /* below: for who has privileges */
#define ONE_OF(names, f, def) CHOICE, FIELD(f), def, 0, 0, names

static const struct setting settings[] = {
    {"EXECLINE_HTTP_PORT", PORT(http_port, "8080"),
     "TCP port on 127.0.0.1 for Kamailio, scripts and the API"},
    {"EXECLINE_API_LISTEN", STRING(ADDRESS, api_listen, ""),
     "address at which the API is also reached from outside"},
    {"EXECLINE_API_PORT", PORT(api_port, "8443"), "and its TCP port"},
    {"EXECLINE_API_PROXY", STRING(ADDRESS, api_proxy, ""),
     "address of a proxy whose X-Forwarded-For is believed there"},
    {"EXECLINE_TLS_CERT", STRING(PATH, tls_cert, ""),
     "file with the certificate chain for the API (PEM); empty: no TLS"},
    {"EXECLINE_TLS_KEY", STRING(PATH, tls_key, ""), "and with its key"},
    {"EXECLINE_NG_PORT", PORT(ng_port, "2223"), "UDP port of rtpengine's ng protocol"},
    {"EXECLINE_DTMF_PORT", PORT(dtmf_port, "8091"), "UDP port for rtpengine's DTMF reports"},
    {"EXECLINE_RTP_SOURCE", ONE_OF(config_rtp_names, rtp_source, "told"),
     "where a caller's audio may come from: where they say, or where the first packet comes from"},
    {"EXECLINE_RPC_PORT", PORT(rpc_port, "8090"), "TCP port of Kamailio's JSON-RPC"},
    {"EXECLINE_REDIS_PORT", PORT(redis_port, "6379"), "TCP port of Redis"},
    {"EXECLINE_REDIS_PASSWORD", HIDDEN(redis_password, "", 0), "password of Redis"},
    {"EXECLINE_ADMIN_TOKEN", HIDDEN(admin_token, NULL, 16), "bearer token of the admin API"},
    {"EXECLINE_HOOK_KEY", HIDDEN(hook_key, NULL, 16), "key by which Kamailio is known"},
    {"EXECLINE_COUNTRY", STRING(COUNTRY, country, "US"),
     "country in which national numbers are read"},
    {"EXECLINE_TRUNKS", STRING(TEXT, trunks, ""), "who may call, and what their calls look like"},
    {"EXECLINE_SIP_REALM", STRING(TEXT, sip_realm, "execline"), "realm of the users' passwords"},
    {"EXECLINE_MAX_CALLS", NUMBER(max_calls, "2000", 1, 100000),
     "calls at a time; more are refused"},
    {"EXECLINE_MUSIC", STRING(FILE_NAME, music, "hold.wav"), "default hold music"},
    {"EXECLINE_ACK_TIMEOUT_S", NUMBER(ack_timeout_s, "32", 1, 600),
     "seconds until a leg without ACK is released"},
    {"EXECLINE_SILENCE_S", NUMBER(silence_s, "30", 2, 3600),
     "seconds until a silent caller is asked whether they are there"},
    {"EXECLINE_RECONCILE_S", NUMBER(reconcile_s, "60", 1, 3600),
     "seconds between comparisons of what Redis and rtpengine hold"},
    {"EXECLINE_SMS_PROVIDER", ONE_OF(config_sms_names, sms_provider, "log"),
     "SMS provider of lines that name none"},
    {"EXECLINE_SMS_FROM", STRING(TEXT, sms_from, "ExecLine"), "and their SMS sender"},
    {"EXECLINE_MESSAGEBIRD_URL",
     STRING(URL, messagebird_url, "https://rest.messagebird.com/messages"),
     "where MessageBird takes messages"},
    {"EXECLINE_MESSAGEBIRD_KEY", HIDDEN(messagebird_key, "", 0), "access key of MessageBird"},
    {"EXECLINE_MESSAGEBIRD_SIGNING_KEY", HIDDEN(messagebird_signing_key, "", 0),
     "key by which MessageBird signs its delivery reports"},
    {"EXECLINE_SMS_WEBHOOK_URL", STRING(URL, sms_webhook_url, ""),
     "where the webhook provider posts messages"},
    {"EXECLINE_SMS_WEBHOOK_KEY", HIDDEN(sms_webhook_key, "", 0), "bearer token it sends along"},
    {"EXECLINE_SMS_MAX_AGE_S", NUMBER(sms_max_age_s, "900", 1, 86400),
     "seconds after which a message that could not be sent is given up"},
    {"EXECLINE_PUBLIC_URL", STRING(URL, public_url, ""),
     "URL by which providers reach the service, for delivery reports"},
    {"EXECLINE_LOG_LEVEL", ONE_OF(log_level_names, log_level, "info"),
     "least level that is logged"},
};

enum {
	NSETTINGS = sizeof(settings) / sizeof(settings[0]),
	KEY_MAX = 64, /* bytes of a key, with the NUL */
	SECRET_BUF =
	    CONFIG_SECRET_MAX + 2, /* a file's line, or enough to see that it is too long */
};

const char *const config_rtp_names[] = {"told", "first", NULL};
const char *const config_sms_names[] = {"log", "messagebird", "webhook", NULL};

/* ----- what is allowed, per kind ----- */

static bool is_country(const char *s)
{
	return strlen(s) == 2 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
}

static bool is_file_name(const char *s)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "._-";

	return *s && *s != '.' && s[strspn(s, ok)] == '\0';
}

/* Every byte from `first` to the last printable one of ASCII. */
static bool is_printable(const char *s, char first)
{
	while (*s >= first && *s <= '~')
		s++;
	return *s == '\0';
}

static bool is_url(const char *s)
{
	return is_printable(s, '!') && http_url_valid(s);
}

static int to_integer(const char *s, unsigned lo, unsigned hi, unsigned *out)
{
	unsigned long n;

	if (!*s || strlen(s) > 9 || s[strspn(s, "0123456789")])
		return EINVAL;
	n = strtoul(s, NULL, 10);
	if (n < lo || n > hi)
		return EINVAL;
	*out = (unsigned)n;
	return 0;
}

static int to_choice(const char *s, const char *const *names, int *out)
{
	for (int i = 0; names[i]; i++) {
		if (strcmp(s, names[i]) == 0) {
			*out = i;
			return 0;
		}
	}
	return EINVAL;
}

static bool is_allowed_text(const struct setting *set, const char *s)
{
	switch (set->kind) {
	case ADDRESS:
		return net_is_address(s);
	case COUNTRY:
		return is_country(s);
	case FILE_NAME:
		return is_file_name(s);
	case PATH:
	case TEXT:
		return is_printable(s, ' ');
	case URL:
		return is_url(s);
	case SECRET:
		return is_printable(s, '!') && strlen(s) >= set->lo;
	case INTEGER:
	case CHOICE:
		break;
	}
	return false;
}

/* Say what is_allowed_text(), to_integer() and to_choice() demand. */
static void describe(const struct setting *set, struct strbuf *out)
{
	size_t most = set->size - 1;

	switch (set->kind) {
	case ADDRESS:
		strbuf_addf(out, "an IPv4 or IPv6 address");
		break;
	case COUNTRY:
		strbuf_addf(out, "two capital letters (ISO 3166)");
		break;
	case FILE_NAME:
		strbuf_addf(out, "a file name of A-Z a-z 0-9 . _ -, at most %zu characters", most);
		break;
	case PATH:
	case TEXT:
		strbuf_addf(out, "printable ASCII, at most %zu characters", most);
		break;
	case URL:
		strbuf_addf(out, "an http:// or https:// URL, at most %zu characters", most);
		break;
	case SECRET:
		strbuf_addf(out, "%u to %zu characters of printable ASCII without spaces", set->lo,
			    most);
		break;
	case INTEGER:
		strbuf_addf(out, "an integer from %u to %u", set->lo, set->hi);
		break;
	case CHOICE:
		strbuf_addf(out, "one of");
		for (int i = 0; set->names[i]; i++)
			strbuf_addf(out, "%s %s", i ? "," : "", set->names[i]);
		break;
	}
}

/* ----- one setting ----- */

/* `shown` is the value, NULL where there is none or it must not be shown. */
static int refuse(const struct setting *set, const char *shown, char why[CONFIG_WHY_MAX])
{
	struct strbuf text;

	strbuf_init(&text, CONFIG_WHY_MAX - 1);
	strbuf_addf(&text, "%s", set->key);
	if (shown)
		strbuf_addf(&text, "=\"%.128s\"", shown);
	strbuf_addf(&text, " %s; allowed: ", shown ? "is not allowed" : "is missing or wrong");
	describe(set, &text);
	snprintf(why, CONFIG_WHY_MAX, "%s", text.p ? text.p : set->key);
	strbuf_free(&text);
	return EINVAL;
}

/* Read the first line of a file, "" of an empty one. It may be cut, but not so short that it would
 * be allowed then. */
static int read_secret(const char *key, const char *path, char out[SECRET_BUF],
		       char why[CONFIG_WHY_MAX])
{
	FILE *f = fopen(path, "re");
	bool ok = f && (fgets(out, SECRET_BUF, f) || !ferror(f));

	if (!ok)
		snprintf(why, CONFIG_WHY_MAX, "%s_FILE=\"%.128s\" cannot be read: %s", key, path,
			 strerror(errno));
	if (f)
		fclose(f);
	if (!ok)
		return EINVAL;
	out[strcspn(out, "\r\n")] = '\0';
	return 0;
}

/* Find the value: of the variable, of the file it names, or the default. NULL is none. */
static int find(const struct setting *set, config_getenv_h *getenvh, char secret[SECRET_BUF],
		const char **value, char why[CONFIG_WHY_MAX])
{
	const char *v = getenvh(set->key), *path = NULL;
	char file_key[KEY_MAX];

	secret[0] = '\0';
	if (set->kind == SECRET) {
		snprintf(file_key, sizeof(file_key), "%s_FILE", set->key);
		path = getenvh(file_key);
	}
	if (path && *path && read_secret(set->key, path, secret, why))
		return EINVAL;
	if (secret[0] && v && *v) {
		snprintf(why, CONFIG_WHY_MAX, "%s and %s are both set; allowed: one of them",
			 set->key, file_key);
		return EINVAL;
	}
	*value = secret[0] ? secret : v && *v ? v : set->def;
	return 0;
}

static int store_text(const struct setting *set, const char *value, char *dst)
{
	size_t len = strlen(value);

	if (len >= set->size || (value != set->def && !is_allowed_text(set, value)))
		return EINVAL;
	memcpy(dst, value, len + 1);
	return 0;
}

static int store_integer(const struct setting *set, const char *value, void *dst)
{
	unsigned n;

	if (to_integer(value, set->lo, set->hi, &n))
		return EINVAL;
	if (set->size == sizeof(uint16_t))
		*(uint16_t *)dst = (uint16_t)n;
	else
		*(unsigned *)dst = n;
	return 0;
}

static int store(const struct setting *set, const char *value, struct config *cfg)
{
	void *dst = (char *)cfg + set->offset;

	if (!value)
		return EINVAL;
	switch (set->kind) {
	case INTEGER:
		return store_integer(set, value, dst);
	case CHOICE:
		return to_choice(value, set->names, dst);
	default:
		return store_text(set, value, dst);
	}
}

static int load(const struct setting *set, config_getenv_h *getenvh, struct config *cfg,
		char why[CONFIG_WHY_MAX])
{
	char secret[SECRET_BUF];
	const char *value = NULL;
	int err = find(set, getenvh, secret, &value, why);

	if (!err && store(set, value, cfg))
		err = refuse(set, set->kind == SECRET ? NULL : value, why);
	explicit_bzero(secret, sizeof(secret));
	return err;
}

/* What an SMS provider, or TLS, cannot do without. */
static int check_needs(const struct config *cfg, char why[CONFIG_WHY_MAX])
{
	const struct {
		bool lacking;
		const char *missing, *by, *value;
	} needs[] = {
	    {cfg->sms_provider == CONFIG_SMS_MESSAGEBIRD && !*cfg->messagebird_key,
	     "EXECLINE_MESSAGEBIRD_KEY", "EXECLINE_SMS_PROVIDER", "messagebird"},
	    {cfg->sms_provider == CONFIG_SMS_WEBHOOK && !*cfg->sms_webhook_url,
	     "EXECLINE_SMS_WEBHOOK_URL", "EXECLINE_SMS_PROVIDER", "webhook"},
	    {*cfg->tls_cert && !*cfg->tls_key, "EXECLINE_TLS_KEY", "EXECLINE_TLS_CERT",
	     cfg->tls_cert},
	    {*cfg->tls_key && !*cfg->tls_cert, "EXECLINE_TLS_CERT", "EXECLINE_TLS_KEY",
	     cfg->tls_key},
	};

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (!needs[i].lacking)
			continue;
		snprintf(why, CONFIG_WHY_MAX, "%s is not set; %s=%.128s needs it", needs[i].missing,
			 needs[i].by, needs[i].value);
		return EINVAL;
	}
	return 0;
}

/* Replicas share ports, so both listeners would have the same one, and each get some of the
 * connections. */
static int check_ports(const struct config *cfg, char why[CONFIG_WHY_MAX])
{
	if (!*cfg->api_listen || cfg->api_port != cfg->http_port)
		return 0;
	snprintf(why, CONFIG_WHY_MAX,
		 "EXECLINE_API_PORT=\"%u\" is not allowed; allowed: another than "
		 "EXECLINE_HTTP_PORT",
		 cfg->api_port);
	return EINVAL;
}

static void cut_slashes(char *url)
{
	size_t len = strlen(url);

	while (len && url[len - 1] == '/')
		url[--len] = '\0';
}

int config_load(struct config *cfg, config_getenv_h *getenvh, char why[CONFIG_WHY_MAX])
{
	struct config new = {0};
	int err = 0;

	if (!cfg || !getenvh || !why)
		return EINVAL;
	for (size_t i = 0; i < NSETTINGS && !err; i++)
		err = load(&settings[i], getenvh, &new, why);
	if (!err)
		err = check_needs(&new, why);
	if (!err)
		err = check_ports(&new, why);
	cut_slashes(new.public_url);
	if (!err)
		*cfg = new;
	explicit_bzero(&new, sizeof(new));
	return err;
}

int config_help(struct strbuf *out)
{
	for (size_t i = 0; i < NSETTINGS; i++) {
		const struct setting *set = &settings[i];

		strbuf_addf(out, "%s (", set->key);
		describe(set, out);
		if (!set->def)
			strbuf_addf(out, "; must be set");
		else if (*set->def)
			strbuf_addf(out, "; default %s", set->def);
		strbuf_addf(out, ")\n    %s\n", set->help);
	}
	return out->err;
}
