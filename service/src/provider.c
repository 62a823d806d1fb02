/**
 * @file provider.c  SMS providers
 *
 * messagebird: POST of originator, recipients, body and reference with "Authorization: AccessKey";
 * an answer of 2xx holds id, an error holds errors[].description (messagebird/go-rest-api).
 * webhook: POST of id, line, from, to and text, with the key as a bearer token; any 2xx takes it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "provider.h"

static int messagebird_body(struct json *o, const struct provider_account *acc,
			    const struct provider_message *msg)
{
	struct json *to = json_new_array();
	int err = json_set_str(o, "originator", acc->from);

	/* MSISDN: without the plus sign */
	err |= json_push_str(to, msg->to[0] == '+' ? msg->to + 1 : msg->to);
	err |= json_set(o, "recipients", to);
	err |= json_set_str(o, "body", msg->text);
	err |= json_set_str(o, "reference", msg->id);
	err |= json_set_str(o, "datacoding", "auto");
	return err;
}

static int webhook_body(struct json *o, const struct provider_account *acc,
			const struct provider_message *msg)
{
	int err = json_set_str(o, "id", msg->id);

	err |= json_set_str(o, "line", msg->line);
	err |= json_set_str(o, "from", acc->from);
	err |= json_set_str(o, "to", msg->to);
	err |= json_set_str(o, "text", msg->text);
	return err;
}

static const struct provider {
	int (*body)(struct json *, const struct provider_account *,
		    const struct provider_message *);
	const char *scheme; /* of the Authorization header */
	bool key_needed;
} providers[] = {
    [CONFIG_SMS_LOG] = {.body = NULL},
    [CONFIG_SMS_MESSAGEBIRD] = {messagebird_body, "AccessKey", true},
    [CONFIG_SMS_WEBHOOK] = {webhook_body, "Bearer", false},
};

/* The line's own URL and key, else the common ones; the common key never goes to a line's URL. */
static void choose_url(const struct lineconf_sms *own, const char *url, const char *key,
		       struct provider_account *acc)
{
	acc->url = own->url[0] ? own->url : url;
	acc->key = own->url[0] || own->key[0] ? own->key : key;
}

void provider_account(const struct config *cfg, const struct lineconf *conf,
		      struct provider_account *acc)
{
	static const struct lineconf_sms none = {.provider = LINECONF_PROVIDER_DEFAULT};
	const struct lineconf_sms *sms = conf ? &conf->sms : &none;

	acc->provider =
	    sms->provider == LINECONF_PROVIDER_DEFAULT ? cfg->sms_provider : sms->provider;
	acc->from = sms->from[0] ? sms->from : cfg->sms_from;
	acc->url = NULL;
	acc->key = NULL;
	if (acc->provider == CONFIG_SMS_MESSAGEBIRD)
		choose_url(sms, cfg->messagebird_url, cfg->messagebird_key, acc);
	else if (acc->provider == CONFIG_SMS_WEBHOOK)
		choose_url(sms, cfg->sms_webhook_url, cfg->sms_webhook_key, acc);
}

int provider_request(const struct provider_account *acc, const struct provider_message *msg,
		     struct provider_request *req)
{
	const struct provider *p = &providers[acc->provider];
	struct json *o;
	int err;

	if (!p->body)
		return ENOENT;
	if (!acc->url || !acc->url[0] || (p->key_needed && !(acc->key && acc->key[0])))
		return EINVAL;
	*req = (struct provider_request){.url = acc->url};
	if (acc->key && acc->key[0])
		snprintf(req->header, sizeof(req->header), "Authorization: %s %s", p->scheme,
			 acc->key);
	o = json_new_object();
	err = p->body(o, acc, msg);
	if (!err)
		err = json_print(o, &req->body);
	json_free(o);
	return err;
}

void provider_request_free(struct provider_request *req)
{
	free(req->body);
	req->body = NULL;
}

static enum provider_verdict verdict_of(const struct http_result *res)
{
	if (res->err)
		return PROVIDER_RETRY;
	if (res->status >= 200 && res->status < 300)
		return PROVIDER_SENT;
	return res->status == 408 || res->status == 429 || res->status >= 500 ? PROVIDER_RETRY
									      : PROVIDER_FAILED;
}

void provider_read(const struct http_result *res, struct provider_result *out)
{
	const char *id, *why;
	struct json *o = NULL;

	*out = (struct provider_result){.verdict = verdict_of(res)};
	if (!res->err && json_parse(res->body, res->body_len, &o))
		o = NULL;
	id = json_str(json_get(o, "id"));
	why = json_str(json_get(json_at(json_get(o, "errors"), 0), "description"));
	if (out->verdict == PROVIDER_SENT)
		snprintf(out->id, sizeof(out->id), "%s", id ? id : "");
	else if (res->err)
		snprintf(out->error, sizeof(out->error), "%s", strerror(res->err));
	else
		snprintf(out->error, sizeof(out->error), "HTTP %ld%s%.120s", res->status,
			 why ? ": " : "", why ? why : "");
	json_free(o);
}
