/**
 * @file outbox.c  The sms consumer
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "digest.h"
#include "lineconf.h"
#include "log.h"
#include "metrics.h"
#include "outbox.h"
#include "provider.h"
#include "shard.h"

enum {
	BATCH =
	    32, /* lines served at once; what is left is in the journal or due at the next look */
	SEND_MS = 10000,	/* a provider that takes longer has failed this attempt */
	CLAIM_MS = 3 * SEND_MS, /* after that somebody else may take the message */
	ATTEMPTS_MAX = 8,	/* 1 + 2 + 4 + ... + 64 s: about two minutes */
	PAUSE_FIRST_MS = 1000,
	RETRY_AFTER_MAX_S = 300,
	SMS_ID_BUF = 64,
};

/* A message on its way. */
struct sending {
	const struct outbox *outbox;
	char tag[SHARD_TAG_BUF];
	char id[SMS_ID_BUF];
	char leg[LEG_ID_MAX];
	char *call_id; /* for the log; NULL without memory */
	unsigned attempt;
	int provider;
};

static void sending_free(struct sending *s)
{
	if (s)
		free(s->call_id);
	free(s);
}

unsigned outbox_pause_ms(unsigned attempt, unsigned retry_after_s)
{
	unsigned pause_ms;

	if (attempt >= ATTEMPTS_MAX)
		return 0;
	pause_ms = PAUSE_FIRST_MS << (attempt - 1);
	if (retry_after_s > RETRY_AFTER_MAX_S)
		retry_after_s = RETRY_AFTER_MAX_S;
	return retry_after_s * 1000 > pause_ms ? retry_after_s * 1000 : pause_ms;
}

static void record(const struct sending *s, const struct provider_result *res, unsigned pause_ms)
{
	static const struct {
		const char *status;
		enum metric metric;
	} as[] = {
	    [PROVIDER_SENT] = {"sent", METRIC_SMS_SENT},
	    [PROVIDER_RETRY] = {"queued", METRIC_SMS_RETRIED},
	    [PROVIDER_FAILED] = {"failed", METRIC_SMS_FAILED},
	};
	enum provider_verdict verdict = res->verdict;
	struct store_args args = {.n = 0};
	int64_t now = clock_now_ms();
	int err;

	if (verdict == PROVIDER_RETRY && pause_ms == 0)
		verdict = PROVIDER_FAILED;
	store_arg_int(&args, now);
	store_arg(&args, s->id);
	store_arg_int(&args, s->attempt);
	store_arg(&args, as[verdict].status);
	store_arg(&args, config_sms_names[s->provider]);
	store_arg(&args, res->id);
	store_arg(&args, res->error);
	store_arg_int(&args, now + pause_ms);
	err = store_do(s->outbox->store, SCRIPT_SMS_RESULT, s->tag, &args);
	metrics_inc(as[verdict].metric);
	log_info("sms_result", LOG_S("sms", s->id), LOG_S("leg", s->leg),
		 LOG_S("call_id", s->call_id), LOG_S("status", as[verdict].status),
		 LOG_S("provider", config_sms_names[s->provider]), LOG_I("attempt", s->attempt),
		 LOG_S("error", res->error));
	if (err) /* the claim runs out, and the message is taken up again */
		log_warn("sms_result_not_recorded", LOG_S("sms", s->id), LOG_S("leg", s->leg),
			 LOG_S("call_id", s->call_id), LOG_E("error", err));
}

static void answered(const struct http_result *http, void *arg)
{
	struct sending *s = arg;
	struct provider_result res;

	provider_read(http, &res);
	record(s, &res, outbox_pause_ms(s->attempt, http->retry_after_s));
	sending_free(s);
}

static int submit(const struct outbox *o, const struct provider_request *req, struct sending *s)
{
	const char *const headers[] = {"Content-Type: application/json",
				       req->header[0] ? req->header : NULL, NULL};
	const struct http_request http = {"POST", req->url, headers, req->body, SEND_MS};

	return http_client_submit(o->http, &http, answered, s);
}

/* Sends one message; `s` is freed here unless its answer is awaited. */
static void send_one(const struct outbox *o, const struct provider_account *acc,
		     const struct provider_message *msg, struct sending *s)
{
	struct provider_request req = {.url = NULL};
	struct provider_result res = {.verdict = PROVIDER_SENT};
	int err = provider_request(acc, msg, &req);

	s->provider = acc->provider;
	if (err == EINVAL) {
		res.verdict = PROVIDER_FAILED;
		snprintf(res.error, sizeof(res.error), "the provider needs a URL and a key");
	} else if (err != ENOENT) { /* ENOENT: provider `log`, the outbox is where it is read */
		if (!err)
			err = submit(o, &req, s);
		if (!err)
			s = NULL;
		res.verdict = PROVIDER_RETRY;
		snprintf(res.error, sizeof(res.error), "not sent: %s", strerror(err));
	}
	provider_request_free(&req);
	if (s)
		record(s, &res, outbox_pause_ms(s->attempt, 0));
	sending_free(s);
}

/* One row of `sms_claim`: { id, line, to, text, attempt, configuration, leg, Call-ID }. */
static int send_row(const struct outbox *o, const char *tag, const struct store_reply *row)
{
	const struct provider_message msg = {
	    .id = store_reply_str(store_reply_at(row, 0)),
	    .line = store_reply_str(store_reply_at(row, 1)),
	    .to = store_reply_str(store_reply_at(row, 2)),
	    .text = store_reply_str(store_reply_at(row, 3)),
	};
	const char *config = store_reply_str(store_reply_at(row, 5));
	struct sending *s = calloc(1, sizeof(*s));
	struct provider_account acc;
	struct lineconf conf;
	char why[JSON_WHY_MAX];
	int err;

	if (!s)
		return ENOMEM;
	s->outbox = o;
	snprintf(s->tag, sizeof(s->tag), "%s", tag);
	snprintf(s->id, sizeof(s->id), "%s", msg.id);
	snprintf(s->leg, sizeof(s->leg), "%s", store_reply_str(store_reply_at(row, 6)));
	s->call_id = strdup(store_reply_str(store_reply_at(row, 7)));
	s->attempt = (unsigned)store_reply_int(store_reply_at(row, 4));
	err = lineconf_read(config, strlen(config), &conf, why);
	provider_account(o->cfg, err ? NULL : &conf, &acc);
	send_one(o, &acc, &msg, s);
	lineconf_free(&conf);
	return 0;
}

int outbox_visit(const struct outbox *o, const struct lease *lease)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int64_t now = clock_now_ms();
	int err;

	lease_arg(&args, lease);
	store_arg_int(&args, now);
	store_arg_int(&args, now + CLAIM_MS);
	store_arg_int(&args, BATCH);
	err = store_run(o->store, SCRIPT_SMS_CLAIM, lease->tag, &args, &r);
	for (size_t i = 0; !err && i < store_reply_len(r); i++)
		err = send_row(o, lease->tag, store_reply_at(r, i));
	store_reply_free(r);
	return err;
}
