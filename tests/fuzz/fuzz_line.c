/**
 * @file fuzz_line.c  PUT /v1/lines/{line}: the configuration of a line, and its templates
 *
 * Parts: the line's id, the body; then what Redis answers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "e164.h"
#include "json.h"
#include "outside.h"

static void check_numbers(const struct json_strs *numbers, size_t most)
{
	fuzz_require(numbers->n <= most);
	for (size_t i = 0; i < numbers->n; i++)
		fuzz_require(e164_valid(numbers->item[i]));
}

static void check_template(const char *text)
{
	fuzz_require(!text || (text[0] && strlen(text) <= LINECONF_TEXT_MAX));
}

static void check_conf(const struct lineconf *conf)
{
	const struct lineconf_sms *sms = &conf->sms;

	fuzz_require(conf->dids.n > 0 && conf->hosts.n > 0);
	check_numbers(&conf->dids, LINECONF_NUMBERS_MAX);
	check_numbers(&conf->hosts, LINECONF_NUMBERS_MAX);
	check_numbers(&sms->to, LINECONF_NUMBERS_MAX);
	check_numbers(&conf->blocked, LINECONF_BLOCKED_MAX);
	fuzz_require(!strchr(conf->music, '/') && conf->music[0] != '.');
	fuzz_require(conf->max_waiting >= 0 && conf->max_waiting <= LINECONF_WAITING_MAX);
	fuzz_require(fuzz_is_clean(sms->url, "", true) && !strchr(sms->url, ' '));
	fuzz_require(fuzz_is_clean(sms->key, "", true) && !strchr(sms->key, ' '));
	fuzz_require(fuzz_is_clean(sms->from, "", true));
	check_template(sms->text_joined);
	check_template(sms->text_left);
	check_template(sms->text_pin);
}

static char *written(const struct lineconf *conf, const struct config *cfg)
{
	struct json *o = lineconf_write(conf, "main", cfg);
	char *text = NULL;

	fuzz_require(o && json_print(o, &text) == 0);
	if (cfg)
		fuzz_require(!json_get(json_get(o, "sms"), "key") && !json_get(o, "pin_sealed"));
	fuzz_require(!json_get(o, "pin"));
	json_free(o);
	return text;
}

/* What is stored is read again as it was given; what is shown has no key in it, and the PIN is
 * nowhere. */
static void check_store(const struct lineconf *conf)
{
	char *stored = written(conf, NULL), *again, *shown, why[JSON_WHY_MAX];
	struct lineconf back;

	fuzz_require(lineconf_read(stored, strlen(stored), &back, why) == 0);
	check_conf(&back);
	again = written(&back, NULL);
	fuzz_require(strcmp(stored, again) == 0);
	shown = written(&back, &outside_app()->cfg);
	lineconf_free(&back);
	free(stored);
	free(again);
	free(shown);
}

static bool check_put(const char *id, const char *body, size_t len)
{
	struct httpd_request req = outside_request(id, body, len, "", "");
	struct httpd_reply rep = {.status = 0};
	bool taken;

	api_line_put(&req, &rep, outside_app());
	taken = rep.status == 200 || rep.status == 201;
	json_free(outside_reply(&rep));
	return taken;
}

bool fuzz_one(struct fuzz *f)
{
	const char *id = fuzz_text(f), *body;
	char why[JSON_WHY_MAX] = "";
	struct lineconf conf;
	size_t len;
	int err;

	body = fuzz_bytes(f, &len);
	err = lineconf_read(body, len, &conf, why);
	if (!err) {
		check_conf(&conf);
		err = lineconf_seal(&conf, "a-secret", "main", why);
		if (!err)
			check_store(&conf);
		fuzz_require(!conf.pin[0] && memchr(conf.pin_sealed, '\0', PIN_SEALED_BUF));
	}
	if (err) {
		fuzz_require((err == EBADMSG || err == EINVAL) && why[0]);
	}
	lineconf_free(&conf);
	return check_put(id, body, len) && !err;
}
