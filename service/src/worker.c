/**
 * @file worker.c  One thread per shard
 *
 * The journal wakes the thread; what is to be done stands in the agenda and in the outbox. So no
 * entry is acknowledged, a new leaseholder just looks at everything, and a visit without entries is
 * the slow timer.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "lease.h"
#include "life.h"
#include "log.h"
#include "metrics.h"
#include "shard.h"
#include "worker.h"

static const char GROUP[] = "calls"; /* wakes both consumers, see consume() */

enum {
	AWAY_WAIT_MS = 200, /* instead of WORKER_WAIT_MS, while rtpengine does not answer */
};

struct shard_thread {
	struct worker *worker;
	pthread_t thread;
	unsigned shard;
	struct lease lease;
	struct reconcile *reconcile;
	int64_t look_at;  /* monotonic, ms: when all is looked at again */
	int64_t check_at; /* likewise: when rtpengine is asked whether it is the same */
	bool media_away;
	int64_t told_epoch; /* in the log */
	bool failing;	    /* so that a long failure is one line of log */
};

struct worker {
	struct worker_options opt;
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool stop;
	unsigned running;
	struct shard_thread threads[SHARDS];
};

static bool must_stop(struct worker *w)
{
	bool stop;

	pthread_mutex_lock(&w->lock);
	stop = w->stop;
	pthread_mutex_unlock(&w->lock);
	return stop;
}

/* Waits, but not beyond the stop. */
static void pause_ms(struct worker *w, unsigned ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&w->lock);
	if (!w->stop)
		pthread_cond_timedwait(&w->stopped, &w->lock, &until);
	pthread_mutex_unlock(&w->lock);
}

/* `at`: monotonic, ms. */
static void wait_until(struct worker *w, int64_t at)
{
	int64_t left = at - clock_mono_ms();

	if (left > 0)
		pause_ms(w, (unsigned)left);
}

/* Which consumer an entry is for. Nothing is to be done about a caller whose ACK has not come. */
enum addressee {
	NOBODY = 0,
	CALLS = 1,
	SMS = 2,
};

static enum addressee addressee(const struct store_reply *entry)
{
	const char *event = store_reply_field(store_reply_at(entry, 1), "event");

	if (strncmp(event, "sms", 3) == 0)
		return SMS;
	return strcmp(event, "joined") == 0 ? NOBODY : CALLS;
}

/* Messages that are not sent, or not any more. `unknown` is counted where it arises, by the sender;
 * what a deleted line leaves in doubt is not. */
static void tell_unsent(const char *event, const struct store_reply *f)
{
	if (strcmp(event, "sms_cancelled") == 0)
		metrics_inc(METRIC_SMS_CANCELLED);
	else if (strcmp(event, "sms_suppressed") == 0)
		metrics_inc(METRIC_SMS_SUPPRESSED);
	log_info(event, LOG_S("sms", store_reply_field(f, "sms")),
		 LOG_S("leg", store_reply_field(f, "leg")),
		 LOG_S("call_id", store_reply_field(f, "call_id")),
		 LOG_S("why", store_reply_field(f, "why")));
}

/* What a caller or an operator has not heard of otherwise. */
static void tell(const struct store_reply *entry)
{
	const struct store_reply *f = store_reply_at(entry, 1);
	const char *event = store_reply_field(f, "event");

	if (strcmp(event, "sms_cancelled") == 0 || strcmp(event, "sms_suppressed") == 0 ||
	    strcmp(event, "sms_unknown") == 0)
		tell_unsent(event, f);
	else if (strcmp(event, "admitted") == 0 || strcmp(event, "requeued") == 0 ||
		 strcmp(event, "ended") == 0)
		log_info(event, LOG_S("line", store_reply_field(f, "line")),
			 LOG_S("leg", store_reply_field(f, "leg")),
			 LOG_S("call_id", store_reply_field(f, "call_id")),
			 LOG_S("reason", store_reply_field(f, "reason")));
}

/* Callers wait for the music: that rtpengine is back is to be seen at once. */
static unsigned wait_ms(const struct shard_thread *t)
{
	return t->media_away ? AWAY_WAIT_MS : WORKER_WAIT_MS;
}

/* The journal is read for the calls consumer, which must be quick; what it says also tells whether
 * it is the sms consumer's turn. From time to time both look, whatever the journal says. */
static int consume(struct shard_thread *t)
{
	const struct worker_options *opt = &t->worker->opt;
	struct store_reply *entries = NULL;
	int err = store_journal_read(opt->store, t->lease.tag, GROUP, wait_ms(t), &entries);
	bool look = clock_mono_ms() >= t->look_at;
	unsigned todo = look ? CALLS | SMS : NOBODY;

	for (size_t i = 0; i < store_journal_len(entries); i++)
		todo |= addressee(store_journal_entry(entries, i));
	if (!err && (todo & CALLS))
		err = calls_visit(opt->calls, &t->lease);
	if (!err && (todo & SMS))
		err = outbox_visit(opt->outbox, &t->lease);
	if (!err && look)
		err = life_visit(&opt->calls->life, &t->lease);
	if (!err && look)
		err = reconcile_visit(t->reconcile, &t->lease);
	if (look)
		t->look_at = clock_mono_ms() + WORKER_WAIT_MS;
	for (size_t i = 0; i < store_journal_len(entries); i++)
		tell(store_journal_entry(entries, i));
	store_reply_free(entries);
	return err;
}

/* What a predecessor has left. */
static int recover(const struct shard_thread *t)
{
	const struct worker_options *opt = &t->worker->opt;
	int err = store_journal_group(opt->store, t->lease.tag, GROUP);

	if (!err)
		err = calls_visit(opt->calls, &t->lease);
	return err ? err : outbox_visit(opt->outbox, &t->lease);
}

static int check_media(struct shard_thread *t)
{
	int err;

	if (clock_mono_ms() < t->check_at)
		return 0;
	err = calls_check_media(t->worker->opt.calls, &t->lease, &t->media_away);
	t->check_at = clock_mono_ms() + wait_ms(t);
	return err;
}

static int hold_lease(struct shard_thread *t, bool *fresh)
{
	const struct worker_options *opt = &t->worker->opt;
	int err = lease_hold(opt->store, &t->lease, opt->owner, fresh);

	if (err)
		return err;
	if (t->lease.epoch != t->told_epoch)
		log_info("shard_lease", LOG_I("shard", t->shard), LOG_B("held", t->lease.epoch),
			 LOG_I("epoch", t->lease.epoch));
	t->told_epoch = t->lease.epoch;
	return t->lease.epoch ? check_media(t) : 0;
}

static int turn(struct shard_thread *t)
{
	bool fresh;
	int err = hold_lease(t, &fresh);

	if (!err)
		err = outbox_settle(t->worker->opt.outbox, t->lease.tag);
	if (err)
		return err;
	if (!t->lease.epoch) {
		wait_until(t->worker, t->lease.renew_at);
		return 0;
	}
	return fresh ? recover(t) : consume(t);
}

static void *run(void *arg)
{
	struct shard_thread *t = arg;

	while (!must_stop(t->worker)) {
		int err = turn(t);

		if (err && !t->failing)
			log_error("shard_stuck", LOG_I("shard", t->shard), LOG_E("error", err));
		else if (!err && t->failing)
			log_info("shard_moves_again", LOG_I("shard", t->shard));
		t->failing = err != 0;
		if (err) {
			lease_drop(&t->lease); /* all is taken anew, and looked at */
			pause_ms(t->worker, WORKER_WAIT_MS);
		}
	}
	if (lease_release(t->worker->opt.store, &t->lease, t->worker->opt.owner))
		log_warn("shard_lease_not_released", LOG_I("shard", t->shard));
	return NULL;
}

int worker_start(struct worker **wp, const struct worker_options *opt)
{
	struct worker *w = calloc(1, sizeof(*w));
	int err = 0;

	if (!w)
		return ENOMEM;
	w->opt = *opt;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->stopped, NULL);
	for (unsigned i = 0; i < SHARDS && !err; i++) {
		struct shard_thread *t = &w->threads[i];

		t->worker = w;
		t->shard = i;
		lease_init(&t->lease, i);
		err = reconcile_alloc(&t->reconcile, opt->reconcile, i);
		if (!err)
			err = pthread_create(&t->thread, NULL, run, t);
		if (!err)
			w->running++;
	}
	if (err)
		worker_stop(w);
	else
		*wp = w;
	return err;
}

void worker_stop(struct worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->stopped);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->running; i++)
		pthread_join(w->threads[i].thread, NULL);
	for (unsigned i = 0; i < SHARDS; i++)
		reconcile_free(w->threads[i].reconcile);
	pthread_cond_destroy(&w->stopped);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
