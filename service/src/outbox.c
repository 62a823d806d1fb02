/**
 * @file outbox.c  The sms consumer
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "digest.h"
#include "fault.h"
#include "lineconf.h"
#include "log.h"
#include "metrics.h"
#include "outbox.h"
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
	SMS_ID_BUF = 64,
};

/* A message on its way, or asked for. */
struct sending {
	const struct outbox *outbox;
	char tag[SHARD_TAG_BUF];
	char id[SMS_ID_BUF];
	char leg[LEG_ID_MAX];
	char *call_id; /* for the log; NULL without memory */
	unsigned claim;
	int provider;
	bool asking;
};

static void sending_free(struct sending *s)
{
	if (s)
		free(s->call_id);
	free(s);
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

/* ----- what came of it ----- */

static const struct {
	const char *status;
	enum metric metric;
} counted[] = {
    {"sent", METRIC_SMS_SENT},	     {"delivered", METRIC_SMS_DELIVERED},
    {"failed", METRIC_SMS_FAILED},   {"queued", METRIC_SMS_RETRIED},
    {"expired", METRIC_SMS_EXPIRED},
};

/* `unknown` is counted when it arises, `cancelled` when the journal says so. */
void outbox_count(const char *status)
{
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (strcmp(counted[i].status, status) == 0)
			metrics_inc(counted[i].metric);
}

static void tell(const struct sending *s, const struct provider_result *res,
		 const struct store_reply *r)
{
	bool taken = strcmp(store_reply_str(store_reply_at(r, 0)), "ok") == 0;
	const char *status = store_reply_str(store_reply_at(r, 1));
	bool doubtful = res->verdict == PROVIDER_DOUBT || res->verdict == PROVIDER_UNASKED;

	if (taken && doubtful && !s->asking)
		metrics_inc(METRIC_SMS_UNKNOWN);
	if (taken)
		outbox_count(status);
	log_info("sms_result", LOG_S("sms", s->id), LOG_S("leg", s->leg),
		 LOG_S("call_id", s->call_id),
		 LOG_S("verdict", provider_verdict_names[res->verdict]), LOG_S("status", status),
		 LOG_S("provider", config_sms_names[s->provider]), LOG_I("claim", s->claim),
		 LOG_B("asked", s->asking), LOG_S("error", res->error));
}

static void record(const struct sending *s, const struct provider_result *res, unsigned pause_ms)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int64_t now = clock_now_ms();
	int err;

	if (res->verdict == PROVIDER_DOUBT && pause_ms < ASK_AFTER_MS)
		pause_ms = ASK_AFTER_MS;
	store_arg_int(&args, now);
	store_arg(&args, s->id);
	store_arg_int(&args, s->claim);
	store_arg(&args, provider_verdict_names[res->verdict]);
	store_arg(&args, config_sms_names[s->provider]);
	store_arg(&args, res->id);
	store_arg(&args, res->error);
	store_arg_int(&args, now + pause_ms);
	err = store_run(s->outbox->store, SCRIPT_SMS_RESULT, s->tag, &args, &r);
	if (err) /* the claim runs out, and then it is not known what became of it */
		log_warn("sms_result_not_recorded", LOG_S("sms", s->id), LOG_S("leg", s->leg),
			 LOG_S("call_id", s->call_id),
			 LOG_S("verdict", provider_verdict_names[res->verdict]),
			 LOG_E("error", err));
	else
		tell(s, res, r);
	store_reply_free(r);
}

/* On the HTTP client's thread. What it keeps waiting there is a second at most (STORE_COMMAND_MS),
 * and time-outs of requests allow for that. */
static void answered(const struct http_result *http, void *arg)
{
	struct sending *s = arg;
	struct provider_result res;

	if (s->asking)
		provider_read_ask(http, s->id, &res);
	else
		provider_read(s->provider, http, &res);
	fault_here(FAULT_SMS_ANSWERED);
	record(s, &res, outbox_pause_ms(s->claim, http->retry_after_s));
	sending_free(s);
}

/* ----- sending ----- */

static int submit(const struct outbox *o, const struct provider_request *req, struct sending *s)
{
	const char *const headers[] = {"Content-Type: application/json",
				       req->header[0] ? req->header : NULL, NULL};
	const struct http_request http = {req->method, req->url, headers, req->body, SEND_MS, true};

	return http_client_submit(o->http, &http, answered, s);
}

/* What is to be recorded when no request could be made, or none is needed. */
static void unsent(const struct sending *s, int err, struct provider_result *res)
{
	*res = (struct provider_result){.verdict = PROVIDER_AGAIN};
	if (s->asking) {
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

/* Sends one message, or asks for it; `s` is freed here unless its answer is awaited. */
static void go(const struct outbox *o, const struct provider_account *acc,
	       const struct provider_message *msg, struct sending *s, bool in_time)
{
	struct provider_request req = {.url = NULL};
	struct provider_result res;
	int err;

	s->provider = acc->provider;
	err = s->asking ? provider_ask(acc, msg, &req) : provider_request(acc, msg, &req);
	if (!err)
		err = in_time ? submit(o, &req, s) : ESTALE;
	provider_request_free(&req);
	if (!err)
		return;
	unsent(s, err, &res);
	record(s, &res, outbox_pause_ms(s->claim, 0));
	sending_free(s);
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

static struct sending *sending_alloc(const struct outbox *o, const char *tag,
				     const struct store_reply *row)
{
	struct sending *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->outbox = o;
	snprintf(s->tag, sizeof(s->tag), "%s", tag);
	snprintf(s->id, sizeof(s->id), "%s", text(row, C_ID));
	snprintf(s->leg, sizeof(s->leg), "%s", text(row, C_LEG));
	s->call_id = strdup(text(row, C_CALL_ID));
	s->claim = (unsigned)store_reply_int(store_reply_at(row, C_CLAIM));
	s->asking = strcmp(text(row, C_TODO), "send") != 0;
	return s;
}

static int go_row(const struct outbox *o, const char *tag, const struct store_reply *row,
		  bool in_time)
{
	const struct provider_message msg = {
	    .id = text(row, C_ID),
	    .line = text(row, C_LINE),
	    .to = text(row, C_TO),
	    .text = text(row, C_TEXT),
	    .created_ms = store_reply_int(store_reply_at(row, C_CREATED_AT)),
	};
	const char *config = text(row, C_CONFIG);
	struct sending *s = sending_alloc(o, tag, row);
	struct provider_account acc;
	struct lineconf conf;
	char why[JSON_WHY_MAX];
	int err;

	if (!s)
		return ENOMEM;
	err = lineconf_read(config, strlen(config), &conf, why);
	provider_account(o->cfg, err ? NULL : &conf, &acc);
	go(o, &acc, &msg, s, in_time);
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
	outbox_count(todo);
	if (lapsed)
		metrics_inc(METRIC_SMS_UNKNOWN);
	log_warn("sms_stale", LOG_S("sms", text(row, C_ID)), LOG_S("leg", text(row, C_LEG)),
		 LOG_S("call_id", text(row, C_CALL_ID)), LOG_S("found", todo));
	return aside;
}

/* A process that was stopped meanwhile begins nothing that its successor may have taken up. */
static int go_rows(const struct outbox *o, const char *tag, const struct store_reply *rows)
{
	int64_t claimed = clock_mono_ms();
	int err = 0;

	for (size_t i = 0; !err && i < store_reply_len(rows); i++) {
		const struct store_reply *row = store_reply_at(rows, i);

		if (is_aside(row))
			continue;
		fault_here(FAULT_SMS_CLAIMED);
		err = go_row(o, tag, row, clock_mono_ms() - claimed < BEGIN_MS);
	}
	return err;
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
	store_arg_int(&args, (int64_t)o->cfg->sms_max_age_s * 1000);
	err = store_run(o->store, SCRIPT_SMS_CLAIM, lease->tag, &args, &r);
	if (!err)
		err = go_rows(o, lease->tag, r);
	store_reply_free(r);
	return err;
}
