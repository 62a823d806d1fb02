/**
 * @file lineconf.c  The configuration of a line
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "e164.h"
#include "http_client.h"
#include "lineconf.h"

const char *const lineconf_on_host_leave_names[] = {"end_member", "requeue_member", "keep_member",
						    NULL};
const char *const lineconf_host_trust_names[] = {"caller_id", "verified", "pin", NULL};
const char *const lineconf_on_unknown_names[] = {"resend", "leave", NULL};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define AT(member) .offset = offsetof(struct lineconf, member)
#define NUMBERS(field, least, most)                                                                \
	{.name = #field,                                                                           \
	 .kind = JSON_K_STRS,                                                                      \
	 AT(field),                                                                                \
	 .lo = (least),                                                                            \
	 .max = (most),                                                                            \
	 .hi = E164_BUF - 1}

static const struct json_field sms_fields[] = {
    {.name = "provider",
     .kind = JSON_K_ENUM,
     .offset = offsetof(struct lineconf_sms, provider),
     .names = config_sms_names},
    {.name = "from",
     .kind = JSON_K_STR,
     .offset = offsetof(struct lineconf_sms, from),
     .max = LINECONF_FROM_BUF},
    {.name = "to",
     .kind = JSON_K_STRS,
     .offset = offsetof(struct lineconf_sms, to),
     .lo = 1,
     .max = LINECONF_NUMBERS_MAX,
     .hi = E164_BUF - 1},
    {.name = "text_joined",
     .kind = JSON_K_TEXT,
     .offset = offsetof(struct lineconf_sms, text_joined),
     .lo = 1,
     .max = LINECONF_TEXT_MAX},
    {.name = "text_left",
     .kind = JSON_K_TEXT,
     .offset = offsetof(struct lineconf_sms, text_left),
     .lo = 1,
     .max = LINECONF_TEXT_MAX},
    {.name = "text_pin",
     .kind = JSON_K_TEXT,
     .offset = offsetof(struct lineconf_sms, text_pin),
     .lo = 1,
     .max = LINECONF_TEXT_MAX},
    {.name = "url",
     .kind = JSON_K_STR,
     .offset = offsetof(struct lineconf_sms, url),
     .max = LINECONF_URL_BUF},
    {.name = "key",
     .kind = JSON_K_STR,
     .offset = offsetof(struct lineconf_sms, key),
     .max = LINECONF_KEY_BUF},
    {.name = "max_per_hour",
     .kind = JSON_K_INT,
     .offset = offsetof(struct lineconf_sms, max_per_hour),
     .lo = 0,
     .hi = LINECONF_PER_HOUR_MAX},
    {.name = "repeat_minutes",
     .kind = JSON_K_INT,
     .offset = offsetof(struct lineconf_sms, repeat_minutes),
     .lo = 0,
     .hi = LINECONF_MINUTES_MAX},
    {.name = "on_unknown",
     .kind = JSON_K_ENUM,
     .offset = offsetof(struct lineconf_sms, on_unknown),
     .names = lineconf_on_unknown_names},
};
static const struct json_spec sms_spec = {sms_fields, COUNT(sms_fields)};

static const struct json_field fields[] = {
    {.name = "dids",
     .kind = JSON_K_STRS,
     AT(dids),
     .lo = 1,
     .max = LINECONF_NUMBERS_MAX,
     .hi = E164_BUF - 1,
     .required = true},
    {.name = "hosts",
     .kind = JSON_K_STRS,
     AT(hosts),
     .lo = 1,
     .max = LINECONF_NUMBERS_MAX,
     .hi = E164_BUF - 1,
     .required = true},
    NUMBERS(blocked, 0, LINECONF_BLOCKED_MAX),
    {.name = "sms", .kind = JSON_K_OBJ, AT(sms), .spec = &sms_spec},
    {.name = "max_waiting",
     .kind = JSON_K_INT,
     AT(max_waiting),
     .lo = 0,
     .hi = LINECONF_WAITING_MAX},
    {.name = "max_calls", .kind = JSON_K_INT, AT(max_calls), .lo = 0, .hi = LINECONF_CALLS_MAX},
    {.name = "max_calls_per_caller",
     .kind = JSON_K_INT,
     AT(max_calls_per_caller),
     .lo = 0,
     .hi = LINECONF_CALLS_MAX},
    {.name = "on_host_leave",
     .kind = JSON_K_ENUM,
     AT(on_host_leave),
     .names = lineconf_on_host_leave_names},
    {.name = "host_trust", .kind = JSON_K_ENUM, AT(host_trust), .names = lineconf_host_trust_names},
    {.name = "pin", .kind = JSON_K_STR, AT(pin), .lo = 1, .max = PIN_BUF},
    {.name = "pin_sealed", .kind = JSON_K_STR, AT(pin_sealed), .lo = 1, .max = PIN_SEALED_BUF},
    {.name = "music", .kind = JSON_K_STR, AT(music), .max = LINECONF_MUSIC_BUF},
    {.name = "enabled", .kind = JSON_K_BOOL, AT(enabled)},
};
static const struct json_spec spec = {fields, COUNT(fields)};

static int check_numbers(const char *field, const struct json_strs *numbers, char why[JSON_WHY_MAX])
{
	for (size_t i = 0; i < numbers->n; i++) {
		if (!e164_valid(numbers->item[i])) {
			snprintf(why, JSON_WHY_MAX,
				 "%s[%zu]: must be an E.164 number such as +15550100", field, i);
			return EINVAL;
		}
	}
	return 0;
}

/* A name without a path, so that a line can reach nothing but its music folder. */
static bool is_file_name(const char *s)
{
	if (s[0] == '.')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
			return false;
	return true;
}

bool lineconf_sender_valid(const char *s)
{
	if (e164_valid(s))
		return true;
	if (strlen(s) > 11)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != ' ')
			return false;
	return true;
}

static bool is_header_text(const char *s)
{
	for (; *s; s++)
		if (!isgraph((unsigned char)*s))
			return false;
	return true;
}

static int check(const struct lineconf *conf, char why[JSON_WHY_MAX])
{
	const char *wrong = NULL;
	int err = check_numbers("dids", &conf->dids, why);

	if (!err)
		err = check_numbers("hosts", &conf->hosts, why);
	if (!err)
		err = check_numbers("blocked", &conf->blocked, why);
	if (!err)
		err = check_numbers("sms.to", &conf->sms.to, why);
	if (err)
		return err;
	if (!is_file_name(conf->music))
		wrong = "music: must be a file name of letters, digits, '.', '_', '-'";
	else if (!lineconf_sender_valid(conf->sms.from))
		wrong = "sms.from: must be " LINECONF_SENDER;
	else if (conf->sms.url[0] &&
		 !(is_header_text(conf->sms.url) && http_url_valid(conf->sms.url)))
		wrong = "sms.url: must be an http:// or https:// URL";
	else if (!is_header_text(conf->sms.key))
		wrong = "sms.key: must be printable ASCII without blanks";
	else if (conf->sms.max_per_hour == 1)
		wrong = "sms.max_per_hour: must be 0 or more than 1: a caller needs two";
	if (!wrong)
		return 0;
	snprintf(why, JSON_WHY_MAX, "%s", wrong);
	return EINVAL;
}

int lineconf_read(const char *text, size_t len, struct lineconf *conf, char why[JSON_WHY_MAX])
{
	int err;

	*conf = (struct lineconf){
	    .max_waiting = 50,
	    .enabled = true,
	    .sms.provider = LINECONF_PROVIDER_DEFAULT,
	    .sms.on_unknown = LINECONF_ON_UNKNOWN_DEFAULT,
	    .sms.max_per_hour = LINECONF_LIMIT_DEFAULT,
	    .sms.repeat_minutes = LINECONF_LIMIT_DEFAULT,
	};
	err = json_read(text, len, &spec, conf, why);
	return err ? err : check(conf, why);
}

int lineconf_seal(struct lineconf *conf, const char *secret, const char *line,
		  char why[JSON_WHY_MAX])
{
	const char *wrong = NULL;
	int err = EINVAL;

	if (conf->pin_sealed[0])
		wrong = "pin_sealed: not a field of yours";
	else if (conf->pin[0] && !pin_valid(conf->pin))
		wrong = "pin: must be 4 to 12 digits";
	else if (!conf->pin[0] && strcmp(lineconf_host_trust_names[conf->host_trust], "pin") == 0)
		wrong = "pin: missing; host_trust pin needs it";
	if (wrong)
		snprintf(why, JSON_WHY_MAX, "%s", wrong);
	else
		err = conf->pin[0] ? pin_seal(secret, line, conf->pin, conf->pin_sealed) : 0;
	explicit_bzero(conf->pin, sizeof(conf->pin));
	return err;
}

void lineconf_free(struct lineconf *conf)
{
	json_decode_free(&spec, conf);
}

static struct json *strings(const struct json_strs *list)
{
	struct json *a = json_new_array();
	int err = a ? 0 : ENOMEM;

	for (size_t i = 0; i < list->n; i++)
		err |= json_push_str(a, list->item[i]);
	return json_done(a, err);
}

static const char *text_or(const char *text, const char *otherwise)
{
	return text && text[0] ? text : otherwise;
}

static struct json *write_sms(const struct lineconf *conf, const struct config *cfg)
{
	const struct lineconf_sms *sms = &conf->sms;
	int provider = sms->provider;
	struct json *o = json_new_object();
	int err = 0;

	if (provider == LINECONF_PROVIDER_DEFAULT && cfg)
		provider = cfg->sms_provider;
	if (provider != LINECONF_PROVIDER_DEFAULT)
		err |= json_set_str(o, "provider", config_sms_names[provider]);
	err |= json_set_str(o, "from", text_or(sms->from, cfg ? cfg->sms_from : NULL));
	err |= json_set(o, "to", strings(sms->to.n ? &sms->to : &conf->hosts));
	err |= json_set_str(o, "text_joined", sms->text_joined);
	err |= json_set_str(o, "text_left", sms->text_left);
	err |= json_set_str(o, "text_pin", sms->text_pin);
	err |= json_set_str(o, "url", text_or(sms->url, NULL));
	if (cfg)
		err |= json_set_bool(o, "key_set", sms->key[0] != '\0');
	else
		err |= json_set_str(o, "key", text_or(sms->key, NULL));
	if (sms->max_per_hour != LINECONF_LIMIT_DEFAULT)
		err |= json_set_int(o, "max_per_hour", sms->max_per_hour);
	if (sms->repeat_minutes != LINECONF_LIMIT_DEFAULT)
		err |= json_set_int(o, "repeat_minutes", sms->repeat_minutes);
	if (sms->on_unknown != LINECONF_ON_UNKNOWN_DEFAULT)
		err |= json_set_str(o, "on_unknown", lineconf_on_unknown_names[sms->on_unknown]);
	return json_done(o, err);
}

struct json *lineconf_write(const struct lineconf *conf, const char *line, const struct config *cfg)
{
	struct json *o = json_new_object();
	int err = 0;

	if (cfg)
		err |= json_set_str(o, "line", line);
	err |= json_set(o, "dids", strings(&conf->dids));
	err |= json_set(o, "hosts", strings(&conf->hosts));
	err |= json_set(o, "sms", write_sms(conf, cfg));
	err |= json_set_int(o, "max_waiting", conf->max_waiting);
	err |= json_set_int(o, "max_calls", conf->max_calls);
	err |= json_set_int(o, "max_calls_per_caller", conf->max_calls_per_caller);
	err |= json_set_str(o, "on_host_leave", lineconf_on_host_leave_names[conf->on_host_leave]);
	err |= json_set_str(o, "host_trust", lineconf_host_trust_names[conf->host_trust]);
	if (cfg)
		err |= json_set_bool(o, "pin_set", conf->pin_sealed[0] != '\0');
	else
		err |= json_set_str(o, "pin_sealed", text_or(conf->pin_sealed, NULL));
	err |= json_set_str(o, "music", text_or(conf->music, cfg ? cfg->music : NULL));
	err |= json_set_bool(o, "enabled", conf->enabled);
	err |= json_set(o, "blocked", strings(&conf->blocked));
	return json_done(o, err);
}
