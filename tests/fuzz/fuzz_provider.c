/**
 * @file fuzz_provider.c  SMS providers: the messages they are sent, and what they answer
 *
 * Parts: the provider, "<HTTP status> <errno> <bytes were sent>", our id, the body of the answer,
 * the text of a message.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json.h"
#include "provider.h"

static int provider_of(const char *name)
{
	for (int i = 0; config_sms_names[i]; i++)
		if (strcmp(name, config_sms_names[i]) == 0)
			return i;
	return CONFIG_SMS_LOG;
}

static void check_result(const struct provider_result *r)
{
	fuzz_require(r->verdict >= PROVIDER_SENT && r->verdict <= PROVIDER_UNASKED);
	fuzz_require(memchr(r->id, '\0', sizeof(r->id)));
	fuzz_require(memchr(r->error, '\0', sizeof(r->error)));
	fuzz_require(r->verdict == PROVIDER_SENT || r->verdict == PROVIDER_DELIVERED ||
		     r->error[0]);
}

/* A message counts as sent only where the status says so, and is sent again only where it says
 * that it was not taken, or nothing had left. */
static void check_read(int provider, const struct http_result *res)
{
	struct provider_result r;

	provider_read(provider, res, &r);
	check_result(&r);
	fuzz_require((r.verdict == PROVIDER_SENT) == (res->status > 0 && res->status < 300));
	if (r.verdict == PROVIDER_AGAIN)
		fuzz_require(!res->sent || res->status == 408 || res->status == 429 ||
			     res->status >= 500);
	fuzz_require(r.verdict != PROVIDER_DOUBT || provider_asks(provider));
}

/* A whole list of messages, none of which is this one. */
static bool is_list_without(const char *body, size_t len, const char *id)
{
	const struct json *items;
	struct json *o = NULL;
	int64_t total = -1;
	bool without = json_parse(body, len, &o) == 0;

	items = json_get(o, "items");
	without = without && json_is_array(items) &&
		  json_int(json_get(o, "totalCount"), &total) == 0 &&
		  total == (int64_t)json_len(items);
	for (size_t i = 0; i < json_len(items); i++) {
		const char *reference = json_str(json_get(json_at(items, i), "reference"));

		without = without && !(reference && strcmp(reference, id) == 0);
	}
	json_free(o);
	return without;
}

/* That it does not have the message, a provider says only by a list. @return whether it settles it
 */
static bool check_ask(const struct http_result *res, const char *id)
{
	struct provider_result r;

	provider_read_ask(res, id, &r);
	check_result(&r);
	fuzz_require(
	    (r.verdict == PROVIDER_ABSENT) ==
	    (res->status == 200 && !res->err && is_list_without(res->body, res->body_len, id)));
	if (r.verdict == PROVIDER_SENT || r.verdict == PROVIDER_DELIVERED)
		fuzz_require(strstr(res->body, "items"));
	return r.verdict != PROVIDER_UNASKED && r.verdict != PROVIDER_DOUBT;
}

/* Whatever is in a message, it stays a text in the JSON that is sent. */
static void check_request(int provider, const char *id, const char *text)
{
	const struct provider_account acc = {
	    .provider = provider,
	    .from = "ExecLine",
	    .url = "https://sms.example.com/send",
	    .key = "a-key",
	    .public_url = "https://line.example.com",
	};
	const struct provider_message msg = {id, "main", "+15550199", text, 1700000000000};
	struct provider_request req;
	struct json *o = NULL;
	const char *said;

	if (provider_request(&acc, &msg, &req) == 0) {
		fuzz_require(json_parse(req.body, strlen(req.body), &o) == 0);
		said = json_str(json_get(o, provider == CONFIG_SMS_WEBHOOK ? "text" : "body"));
		fuzz_require(said && strlen(said) == strlen(text));
		fuzz_require(fuzz_is_clean(req.header, "", true));
		json_free(o);
		provider_request_free(&req);
	}
	if (provider_ask(&acc, &msg, &req) == 0) {
		fuzz_require(fuzz_is_clean(req.url, "", true));
		provider_request_free(&req);
	}
}

bool fuzz_one(struct fuzz *f)
{
	const int provider = provider_of(fuzz_text(f));
	struct http_result res = {.error = ""};
	const char *how = fuzz_text(f), *id = fuzz_text(f);
	int sent = 1;
	bool told;

	if (sscanf(how, "%3ld %3d %1d", &res.status, &res.err, &sent) < 1 || res.status < 0)
		res.status = 0;
	res.sent = sent || res.status;
	if (!res.status && res.err <= 0)
		res.err = ETIMEDOUT;
	res.body = fuzz_text(f);
	res.body_len = strlen(res.body);
	check_read(provider, &res);
	told = check_ask(&res, id);
	check_request(provider, id, fuzz_text(f));
	return told;
}
