/**
 * @file outbox.c  The sms consumer
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fault.h"
#include "lineconf.h"
#include "log.h"
#include "metrics.h"
#include "outbox.h"
#include "outcome.h"
#include "provider.h"
#include "shard.h"

enum {
	BATCH =
	    32, /* lines served at once; what is left is in the journal or due at the next look */
	SEND_MS = 10000,	/* a provider that takes longer has not answered */
	CLAIM_MS = 2 * SEND_MS, /* nobody else takes up the message before */
	BEGIN_MS = CLAIM_MS - SEND_MS - 2 * STORE_COMMAND_MS, /* so that it is over by then */
	ASK_AFTER_MS = 5000, /* a message that is just being taken may not be on the list yet */
	PAUSE_FIRST_MS = 1000,
	PAUSE_MAX_MS = 60000,
};

struct outbox {
	struct store *store;
	struct http_client *http;
	const struct config *cfg;
	struct outcomes *outcomes;
	_Atomic int64_t claim_end; /* of the last claim, ms since 1970 */
};

int outbox_alloc(struct outbox **op, struct store *store, struct http_client *http,
		 const struct config *cfg)
{
	struct outbox *o = calloc(1, sizeof(*o));
	int err;

	if (!o)
		return ENOMEM;
	o->store = store;
	o->http = http;
	o->cfg = cfg;
	err = outcomes_alloc(&o->outcomes, store);
	if (err)
		free(o);
	else
		*op = o;
	return err;
}

void outbox_free(struct outbox *o)
{
	if (o)
		outcomes_free(o->outcomes);
	free(o);
}

int outbox_settle(const struct outbox *o, const char *tag)
{
	return outcomes_settle(o->outcomes, tag);
}

unsigned outbox_pause_ms(unsigned claim, unsigned retry_after_s)
{
	unsigned pause_ms = PAUSE_FIRST_MS;

	for (unsigned i = 1; i < claim && pause_ms < PAUSE_MAX_MS; i++)
		pause_ms *= 2;
	if (retry_after_s > pause_ms / 1000)
		pause_ms =
		    retry_after_s > PAUSE_MAX_MS / 1000 ? PAUSE_MAX_MS : retry_after_s * 1000;
	return pause_ms < PAUSE_MAX_MS ? pause_ms : PAUSE_MAX_MS;
}

/* When a claim made now ends. No two claims end at the same time: it is what they are known by. */
static int64_t claim_end(struct outbox *o, int64_t now)
{
	int64_t end = now + CLAIM_MS, last = atomic_load(&o->claim_end);

	do {
		if (end <= last)
			end = last + 1;
	} while (!atomic_compare_exchange_weak(&o->claim_end, &last, end));
	return end;
}

/* ----- what came of it ----- */

static void record(struct outcome *e, unsigned pause_ms)
{
	if (e->res.verdict == PROVIDER_DOUBT && pause_ms < ASK_AFTER_MS)
		pause_ms = ASK_AFTER_MS;
	e->go_on_at = clock_now_ms() + pause_ms;
	outcome_tell(e);
}

/* On the HTTP client's thread. What it keeps waiting there is a second at most (STORE_COMMAND_MS),
 * and time-outs of requests allow for that. */
static void answered(const struct http_result *http, void *arg)
{
	struct outcome *e = arg;

	if (e->asking)
		provider_read_ask(http, e->id, &e->res);
	else
		provider_read(e->provider, http, &e->res);
	fault_here(FAULT_SMS_ANSWERED);
	record(e, outbox_pause_ms(e->claim, http->retry_after_s));
}

/* ----- sending ----- */

static int submit(const struct outbox *o, const struct provider_request *req, struct outcome *e,
		  int64_t not_after_ms)
{
	const char *const headers[] = {"Content-Type: application/json",
				       req->header[0] ? req->header : NULL, NULL};
	const struct http_request http = {
	    .method = req->method,
	    .url = req->url,
	    .headers = headers,
	    .body = req->body,
	    .timeout_ms = SEND_MS,
	    .not_after_ms = not_after_ms,
	    .once = true,
	};

	return http_client_submit(o->http, &http, answered, e);
}

/* What is to be recorded when no request could be made, or none is needed. */
static void unsent(struct outcome *e, int err)
{
	struct provider_result *res = &e->res;

	*res = (struct provider_result){.verdict = PROVIDER_AGAIN};
	if (e->asking) {
		res->verdict = err == ENOENT || err == EINVAL ? PROVIDER_UNASKED : PROVIDER_DOUBT;
		snprintf(res->error, sizeof(res->error), "perhaps sent; not asked: %s",
			 err == ENOENT ? "the provider cannot be" : strerror(err));
	} else if (err == ENOENT) { /* provider `log`: the outbox is where it is read */
		res->verdict = PROVIDER_SENT;
	} else if (err == EINVAL) {
		res->verdict = PROVIDER_FAILED;
		snprintf(res->error, sizeof(res->error), "the provider needs a URL and a key");
	} else {
		snprintf(res->error, sizeof(res->error), "not sent: %s", strerror(err));
	}
}

/* Sends one message, or asks for it; `e` is told here unless its answer is awaited. */
static void go(const struct outbox *o, const struct provider_account *acc,
	       const struct provider_message *msg, struct outcome *e, int64_t not_after_ms)
{
	struct provider_request req = {.url = NULL};
	int err;

	e->provider = acc->provider;
	err = e->asking ? provider_ask(acc, msg, &req) : provider_request(acc, msg, &req);
	if (!err && clock_mono_ms() > not_after_ms)
		err = ESTALE;
	if (!err) {
		fault_here(FAULT_SMS_BEGUN);
		err = submit(o, &req, e, not_after_ms);
	}
	provider_request_free(&req);
	if (!err)
		return;
	unsent(e, err);
	record(e, outbox_pause_ms(e->claim, 0));
}

/* Columns of a row of `sms_claim`. */
enum column {
	C_ID,
	C_LINE,
	C_TO,
	C_TEXT,
	C_CLAIM,
	C_CONFIG,
	C_LEG,
	C_CALL_ID,
	C_TODO,
	C_CREATED_AT,
};

static const char *text(const struct store_reply *row, enum column c)
{
	return store_reply_str(store_reply_at(row, c));
}

static struct outcome *outcome_of(const struct outbox *o, const char *tag,
				  const struct store_reply *row)
{
	struct outcome *e = outcome_alloc(o->outcomes, tag);

	if (!e)
		return NULL;
	snprintf(e->id, sizeof(e->id), "%s", text(row, C_ID));
	snprintf(e->leg, sizeof(e->leg), "%s", text(row, C_LEG));
	e->call_id = strdup(text(row, C_CALL_ID));
	e->claim = (unsigned)store_reply_int(store_reply_at(row, C_CLAIM));
	e->asking = strcmp(text(row, C_TODO), "send") != 0;
	return e;
}

static int go_row(const struct outbox *o, const char *tag, const struct store_reply *row,
		  int64_t not_after_ms)
{
	const struct provider_message msg = {
	    .id = text(row, C_ID),
	    .line = text(row, C_LINE),
	    .to = text(row, C_TO),
	    .text = text(row, C_TEXT),
	    .created_ms = store_reply_int(store_reply_at(row, C_CREATED_AT)),
	};
	const char *config = text(row, C_CONFIG);
	struct outcome *e = outcome_of(o, tag, row);
	struct provider_account acc;
	struct lineconf conf;
	char why[JSON_WHY_MAX];
	int err;

	if (!e)
		return ENOMEM;
	err = lineconf_read(config, strlen(config), &conf, why);
	provider_account(o->cfg, err ? NULL : &conf, &acc);
	go(o, &acc, &msg, e, not_after_ms);
	lineconf_free(&conf);
	return 0;
}

/* What the claim itself has found, and put aside. */
static bool is_aside(const struct store_reply *row)
{
	const char *todo = text(row, C_TODO);
	bool lapsed = strcmp(todo, "lapsed") == 0;
	bool aside = strcmp(todo, "expired") == 0 || strcmp(todo, "unknown") == 0;

	if (!lapsed && !aside)
		return false;
	outcome_count(todo);
	if (lapsed)
		metrics_inc(METRIC_SMS_UNKNOWN);
	log_warn("sms_stale", LOG_S("sms", text(row, C_ID)), LOG_S("leg", text(row, C_LEG)),
		 LOG_S("call_id", text(row, C_CALL_ID)), LOG_S("found", todo));
	return aside;
}

static int go_rows(const struct outbox *o, const char *tag, const struct store_reply *rows,
		   int64_t not_after_ms)
{
	int err = 0;

	for (size_t i = 0; !err && i < store_reply_len(rows); i++) {
		const struct store_reply *row = store_reply_at(rows, i);

		if (!is_aside(row))
			err = go_row(o, tag, row, not_after_ms);
	}
	return err;
}

/* Time counts from before the claim: a process that was stopped at any moment since begins nothing
 * that its successor may have taken up. */
int outbox_visit(struct outbox *o, const struct lease *lease)
{
	const int64_t not_after_ms = clock_mono_ms() + BEGIN_MS;
	const int64_t now = clock_now_ms(), until = claim_end(o, now);
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	lease_arg(&args, lease);
	store_arg_int(&args, now);
	store_arg_int(&args, until);
	store_arg_int(&args, BATCH);
	store_arg_int(&args, (int64_t)o->cfg->sms_max_age_s * 1000);
	err = store_run(o->store, SCRIPT_SMS_CLAIM, lease->tag, &args, &r);
	if (err && err != ESTALE)
		outcome_claim_lost(o->outcomes, lease->tag, until);
	if (store_reply_len(r))
		fault_here(FAULT_SMS_CLAIMED);
	if (!err)
		err = go_rows(o, lease->tag, r, not_after_ms);
	store_reply_free(r);
	return err;
}
