/**
 * @file provider.c  SMS providers
 *
 * messagebird: POST of originator, recipients, body and reference with "Authorization: AccessKey";
 * an answer of 2xx holds id, an error holds errors[].description (messagebird/go-rest-api). It can
 * be asked: GET lists messages, by recipient and time among others, each with its reference and
 * state ("List messages" of the SMS API).
 * webhook: POST of id, line, from, to and text, with the key as a bearer token; any 2xx takes it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "provider.h"
#include "strbuf.h"

enum {
	URL_MAX = 1024,		/* with all that is added to one */
	LIST_MAX = 100,		/* messages asked for: more than a line writes while one is young */
	CLOCK_ERROR_S = 5 * 60, /* between the provider and us */
};

const char *const provider_verdict_names[] = {
#define X(symbol, word) word,
    PROVIDER_VERDICTS(X)
#undef X
};

/* MSISDN: without the plus sign */
static const char *msisdn(const char *number)
{
	return number[0] == '+' ? number + 1 : number;
}

static int set_report_url(struct json *o, const char *key, const struct provider_account *acc)
{
	char url[URL_MAX];

	if (!acc->public_url || !acc->public_url[0])
		return 0;
	snprintf(url, sizeof(url), "%s%s%s", acc->public_url, PROVIDER_REPORTS_PATH,
		 config_sms_names[acc->provider]);
	return json_set_str(o, key, url);
}

static int messagebird_body(struct json *o, const struct provider_account *acc,
			    const struct provider_message *msg)
{
	struct json *to = json_new_array();
	int err = json_set_str(o, "originator", acc->from);

	err |= json_push_str(to, msisdn(msg->to));
	err |= json_set(o, "recipients", to);
	err |= json_set_str(o, "body", msg->text);
	err |= json_set_str(o, "reference", msg->id);
	err |= json_set_str(o, "datacoding", "auto");
	err |= set_report_url(o, "reportUrl", acc);
	return err;
}

/* No filter by reference is documented: the messages to this recipient since then are listed. */
static int messagebird_ask(struct strbuf *url, const struct provider_account *acc,
			   const struct provider_message *msg)
{
	time_t since = (time_t)(msg->created_ms / 1000) - CLOCK_ERROR_S;
	char from[32];
	struct tm tm;

	gmtime_r(&since, &tm);
	strftime(from, sizeof(from), "%Y-%m-%dT%H:%M:%S%%2B00:00", &tm);
	return strbuf_addf(url, "%s%cdirection=mt&recipient=%s&from=%s&limit=%d", acc->url,
			   strchr(acc->url, '?') ? '&' : '?', msisdn(msg->to), from, LIST_MAX);
}

static int webhook_body(struct json *o, const struct provider_account *acc,
			const struct provider_message *msg)
{
	int err = json_set_str(o, "id", msg->id);

	err |= json_set_str(o, "line", msg->line);
	err |= json_set_str(o, "from", acc->from);
	err |= json_set_str(o, "to", msg->to);
	err |= json_set_str(o, "text", msg->text);
	err |= set_report_url(o, "report_url", acc);
	return err;
}

static const struct provider {
	int (*body)(struct json *, const struct provider_account *,
		    const struct provider_message *);
	int (*ask)(struct strbuf *, const struct provider_account *,
		   const struct provider_message *); /* NULL: it cannot be asked */
	const char *scheme;			     /* of the Authorization header */
	bool key_needed;
} providers[] = {
    [CONFIG_SMS_LOG] = {.body = NULL},
    [CONFIG_SMS_MESSAGEBIRD] = {messagebird_body, messagebird_ask, "AccessKey", true},
    [CONFIG_SMS_WEBHOOK] = {webhook_body, NULL, "Bearer", false},
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
	bool verifiable = false;

	acc->provider =
	    sms->provider == LINECONF_PROVIDER_DEFAULT ? cfg->sms_provider : sms->provider;
	acc->from = sms->from[0] ? sms->from : cfg->sms_from;
	acc->url = NULL;
	acc->key = NULL;
	if (acc->provider == CONFIG_SMS_MESSAGEBIRD) {
		choose_url(sms, cfg->messagebird_url, cfg->messagebird_key, acc);
		/* Another account has another signing key. */
		verifiable = acc->key == cfg->messagebird_key && cfg->messagebird_signing_key[0];
	} else if (acc->provider == CONFIG_SMS_WEBHOOK) {
		choose_url(sms, cfg->sms_webhook_url, cfg->sms_webhook_key, acc);
		verifiable = acc->key[0];
	}
	acc->public_url = verifiable ? cfg->public_url : "";
}

static int prepare(const struct provider_account *acc, struct provider_request *req)
{
	const struct provider *p = &providers[acc->provider];

	if (!acc->url || !acc->url[0] || (p->key_needed && !(acc->key && acc->key[0])))
		return EINVAL;
	*req = (struct provider_request){.url = NULL};
	if (acc->key && acc->key[0])
		snprintf(req->header, sizeof(req->header), "Authorization: %s %s", p->scheme,
			 acc->key);
	return 0;
}

int provider_request(const struct provider_account *acc, const struct provider_message *msg,
		     struct provider_request *req)
{
	const struct provider *p = &providers[acc->provider];
	struct json *o;
	int err;

	if (!p->body)
		return ENOENT;
	err = prepare(acc, req);
	if (err)
		return err;
	req->method = "POST";
	req->url = strdup(acc->url);
	o = json_new_object();
	err = p->body(o, acc, msg);
	if (!err)
		err = req->url ? json_print(o, &req->body) : ENOMEM;
	json_free(o);
	if (err)
		provider_request_free(req);
	return err;
}

bool provider_asks(int provider)
{
	return providers[provider].ask != NULL;
}

int provider_ask(const struct provider_account *acc, const struct provider_message *msg,
		 struct provider_request *req)
{
	struct strbuf url;
	int err;

	if (!provider_asks(acc->provider))
		return ENOENT;
	err = prepare(acc, req);
	if (err)
		return err;
	req->method = "GET";
	strbuf_init(&url, URL_MAX);
	err = providers[acc->provider].ask(&url, acc, msg);
	if (!err)
		err = strbuf_take(&url, &req->url);
	strbuf_free(&url);
	return err;
}

void provider_request_free(struct provider_request *req)
{
	free(req->url);
	free(req->body);
	req->url = NULL;
	req->body = NULL;
}

/* Any word that has come counts, whether the rest has or not. A server that says 408, 429 or 5xx
 * says that it did not do it. */
static enum provider_verdict verdict_of(const struct http_result *res)
{
	if (!res->status)
		return res->sent ? PROVIDER_DOUBT : PROVIDER_AGAIN;
	if (res->status < 300)
		return PROVIDER_SENT;
	return res->status == 408 || res->status == 429 || res->status >= 500 ? PROVIDER_AGAIN
									      : PROVIDER_FAILED;
}

/* The body, NULL if it is not all there, or no JSON; free with json_free(). */
static struct json *body_of(const struct http_result *res)
{
	struct json *o = NULL;

	if (res->err || json_parse(res->body, res->body_len, &o))
		return NULL;
	return o;
}

static void explain(const struct http_result *res, const struct json *body, char *out)
{
	const char *why = json_str(json_get(json_at(json_get(body, "errors"), 0), "description"));

	if (res->status)
		snprintf(out, PROVIDER_ERROR_BUF, "HTTP %ld%s%.120s", res->status, why ? ": " : "",
			 why ? why : "");
	else
		snprintf(out, PROVIDER_ERROR_BUF, "%s%s",
			 res->sent ? "perhaps sent: " : "not sent: ", strerror(res->err));
}

void provider_read(int provider, const struct http_result *res, struct provider_result *out)
{
	struct json *o = body_of(res);
	const char *id = json_str(json_get(o, "id"));

	*out = (struct provider_result){.verdict = verdict_of(res)};
	if (out->verdict == PROVIDER_SENT)
		snprintf(out->id, sizeof(out->id), "%s", id ? id : "");
	else
		explain(res, o, out->error);
	if (out->verdict == PROVIDER_DOUBT && !provider_asks(provider))
		out->verdict = PROVIDER_UNASKED;
	json_free(o);
}

/* States of a recipient: scheduled, sent, buffered, delivered, expired, delivery_failed. */
enum provider_verdict provider_messagebird_status(const char *word)
{
	static const struct {
		const char *word;
		enum provider_verdict verdict;
	} states[] = {
	    {"scheduled", PROVIDER_SENT},	  {"sent", PROVIDER_SENT},
	    {"buffered", PROVIDER_SENT},	  {"delivered", PROVIDER_DELIVERED},
	    {"expired", PROVIDER_FAILED},	  {"delivery_failed", PROVIDER_FAILED},
	    {"delivery failed", PROVIDER_FAILED},
	};

	for (size_t i = 0; word && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].word, word) == 0)
			return states[i].verdict;
	return PROVIDER_UNASKED;
}

static void read_item(const struct json *item, struct provider_result *out)
{
	const struct json *to = json_at(json_get(json_get(item, "recipients"), "items"), 0);
	const char *word = json_str(json_get(to, "status"));
	const char *id = json_str(json_get(item, "id"));

	out->verdict = provider_messagebird_status(word);
	if (out->verdict == PROVIDER_UNASKED) /* it has the message, whatever else it says */
		out->verdict = PROVIDER_SENT;
	if (out->verdict == PROVIDER_FAILED)
		snprintf(out->error, sizeof(out->error), "%s", word);
	snprintf(out->id, sizeof(out->id), "%s", id ? id : "");
}

/* A list that does not hold it is an answer only if it is complete. */
static void read_list(const struct json *list, const char *id, struct provider_result *out)
{
	const struct json *items = json_get(list, "items");
	int64_t total = -1;

	for (size_t i = 0; i < json_len(items); i++) {
		const char *reference = json_str(json_get(json_at(items, i), "reference"));

		if (reference && strcmp(reference, id) == 0) {
			read_item(json_at(items, i), out);
			return;
		}
	}
	if (json_is_array(items) && json_int(json_get(list, "totalCount"), &total) == 0 &&
	    total == (int64_t)json_len(items)) {
		out->verdict = PROVIDER_ABSENT;
		snprintf(out->error, sizeof(out->error), "the provider does not have it");
	} else {
		out->verdict = PROVIDER_UNASKED;
		snprintf(out->error, sizeof(out->error), "perhaps sent: no list of messages");
	}
}

void provider_read_ask(const struct http_result *res, const char *id, struct provider_result *out)
{
	struct json *o = body_of(res);
	char why[PROVIDER_ERROR_BUF] = "";
	bool later = res->err || verdict_of(res) == PROVIDER_AGAIN;

	*out = (struct provider_result){.verdict = later ? PROVIDER_DOUBT : PROVIDER_UNASKED};
	if (!res->err && res->status == 200) {
		read_list(o, id, out);
	} else {
		if (res->status)
			explain(res, o, why);
		snprintf(out->error, sizeof(out->error), "perhaps sent; asked: %.130s",
			 why[0] ? why : strerror(res->err));
	}
	json_free(o);
}
