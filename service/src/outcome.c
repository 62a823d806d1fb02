/**
 * @file outcome.c  What became of messages: told to Redis, at once or as soon as it can be told
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "metrics.h"
#include "outcome.h"

TAILQ_HEAD(outcome_list, outcome);

struct outcomes {
	struct store *store;
	pthread_mutex_t lock;
	/* under lock: */
	struct outcome_list untold;
	unsigned n;
};

int outcomes_alloc(struct outcomes **op, struct store *store)
{
	struct outcomes *o = calloc(1, sizeof(*o));

	if (!o)
		return ENOMEM;
	o->store = store;
	pthread_mutex_init(&o->lock, NULL);
	TAILQ_INIT(&o->untold);
	*op = o;
	return 0;
}

struct outcome *outcome_alloc(struct outcomes *o, const char *tag)
{
	struct outcome *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->outcomes = o;
	snprintf(e->tag, sizeof(e->tag), "%s", tag);
	return e;
}

void outcome_free(struct outcome *e)
{
	if (e)
		free(e->call_id);
	free(e);
}

/* ----- told ----- */

static const struct {
	const char *status;
	enum metric metric;
} counted[] = {
    {"sent", METRIC_SMS_SENT},	     {"delivered", METRIC_SMS_DELIVERED},
    {"failed", METRIC_SMS_FAILED},   {"queued", METRIC_SMS_RETRIED},
    {"expired", METRIC_SMS_EXPIRED},
};

/* `unknown` is counted when it arises, `cancelled` when the journal says so. */
void outcome_count(const char *status)
{
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (strcmp(counted[i].status, status) == 0)
			metrics_inc(counted[i].metric);
}

static void log_result(const struct outcome *e, const struct store_reply *r)
{
	bool taken = strcmp(store_reply_str(store_reply_at(r, 0)), "ok") == 0;
	const char *status = store_reply_str(store_reply_at(r, 1));
	bool doubtful = e->res.verdict == PROVIDER_DOUBT || e->res.verdict == PROVIDER_UNASKED;

	if (taken && doubtful && !e->asking)
		metrics_inc(METRIC_SMS_UNKNOWN);
	if (taken)
		outcome_count(status);
	log_info("sms_result", LOG_S("sms", e->id), LOG_S("leg", e->leg),
		 LOG_S("call_id", e->call_id),
		 LOG_S("verdict", provider_verdict_names[e->res.verdict]), LOG_S("status", status),
		 LOG_S("provider", config_sms_names[e->provider]), LOG_I("claim", e->claim),
		 LOG_B("asked", e->asking), LOG_S("error", e->res.error));
}

static int tell_result(const struct outcome *e)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, e->id);
	store_arg_int(&args, e->claim);
	store_arg(&args, provider_verdict_names[e->res.verdict]);
	store_arg(&args, config_sms_names[e->provider]);
	store_arg(&args, e->res.id);
	store_arg(&args, e->res.error);
	store_arg_int(&args, e->go_on_at);
	err = store_run(e->outcomes->store, SCRIPT_SMS_RESULT, e->tag, &args, &r);
	if (!err)
		log_result(e, r);
	store_reply_free(r);
	return err;
}

static int tell_claim_lost(const struct outcome *e)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg_int(&args, clock_now_ms());
	store_arg_int(&args, e->claimed_until);
	err = store_run(e->outcomes->store, SCRIPT_SMS_UNCLAIM, e->tag, &args, &r);
	for (size_t i = 0; !err && i < store_reply_len(r); i++)
		log_info("sms_unclaimed", LOG_S("sms", store_reply_str(store_reply_at(r, i))));
	store_reply_free(r);
	return err;
}

static int tell(const struct outcome *e)
{
	return e->claimed_until ? tell_claim_lost(e) : tell_result(e);
}

/* ----- not told yet ----- */

/* A script that fails would fail again. */
static bool may_pass(int err)
{
	return err && err != EPROTO && err != EINVAL;
}

static void log_untold(const struct outcome *e, int err, bool kept)
{
	if (e->claimed_until) {
		log_warn("claim_lost", LOG_S("tag", e->tag), LOG_B("kept", kept));
		return;
	}
	log_warn("sms_result_not_recorded", LOG_S("sms", e->id), LOG_S("leg", e->leg),
		 LOG_S("call_id", e->call_id),
		 LOG_S("verdict", provider_verdict_names[e->res.verdict]), LOG_B("kept", kept),
		 LOG_E("error", err));
}

static void keep(struct outcome *e, int err)
{
	struct outcomes *o = e->outcomes;
	bool kept = false;

	pthread_mutex_lock(&o->lock);
	if (may_pass(err) && o->n < OUTCOME_UNTOLD_MAX) {
		kept = true;
		log_untold(e, err, kept); /* before somebody else takes it */
		TAILQ_INSERT_TAIL(&o->untold, e, entry);
		o->n++;
	}
	pthread_mutex_unlock(&o->lock);
	if (kept)
		return;
	log_untold(e, err, kept);
	outcome_free(e);
}

static bool is_behind(struct outcomes *o)
{
	bool behind;

	pthread_mutex_lock(&o->lock);
	behind = o->n != 0;
	pthread_mutex_unlock(&o->lock);
	return behind;
}

/* Where others wait for Redis it is not asked once more: this is the HTTP client's thread. */
void outcome_tell(struct outcome *e)
{
	int err = is_behind(e->outcomes) ? EAGAIN : tell(e);

	if (err)
		keep(e, err);
	else
		outcome_free(e);
}

void outcome_claim_lost(struct outcomes *o, const char *tag, int64_t until)
{
	struct outcome *e = outcome_alloc(o, tag);

	if (!e)
		return;
	e->claimed_until = until;
	keep(e, EAGAIN);
}

static struct outcome *find(const struct outcomes *o, const char *tag)
{
	struct outcome *e = TAILQ_FIRST(&o->untold);

	while (e && tag && strcmp(e->tag, tag) != 0)
		e = TAILQ_NEXT(e, entry);
	return e;
}

/* One that was not told yet, NULL when there is none; of any shard when `tag` is NULL. */
static struct outcome *take(struct outcomes *o, const char *tag)
{
	struct outcome *e;

	pthread_mutex_lock(&o->lock);
	e = find(o, tag);
	if (e) {
		TAILQ_REMOVE(&o->untold, e, entry);
		o->n--;
	}
	pthread_mutex_unlock(&o->lock);
	return e;
}

static void put_back(struct outcome *e)
{
	struct outcomes *o = e->outcomes;

	pthread_mutex_lock(&o->lock);
	TAILQ_INSERT_HEAD(&o->untold, e, entry);
	o->n++;
	pthread_mutex_unlock(&o->lock);
}

int outcomes_settle(struct outcomes *o, const char *tag)
{
	struct outcome *e;
	int err = 0;

	while (!err && (e = take(o, tag)) != NULL) {
		err = tell(e);
		if (may_pass(err)) {
			put_back(e);
			break;
		}
		if (err)
			log_untold(e, err, false);
		err = 0;
		outcome_free(e);
	}
	return err;
}

void outcomes_free(struct outcomes *o)
{
	struct outcome *e;

	if (!o)
		return;
	if (outcomes_settle(o, NULL))
		log_warn("sms_results_lost", LOG_I("count", o->n));
	while ((e = take(o, NULL)) != NULL)
		outcome_free(e);
	pthread_mutex_destroy(&o->lock);
	free(o);
}
