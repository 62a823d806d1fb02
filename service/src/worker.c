/**
 * @file worker.c  One thread per shard
 *
 * The journal wakes the thread; what is to be done stands in the agenda and in the outbox. So
 * entries are acknowledged after a visit, whatever they said, and a visit without entries is the
 * slow timer.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "log.h"
#include "shard.h"
#include "worker.h"

static const char CALLS_GROUP[] = "calls", SMS_GROUP[] = "sms";

struct shard_thread {
	struct worker *worker;
	pthread_t thread;
	unsigned shard;
	char tag[SHARD_TAG_BUF];
	bool holds;	  /* the lease is ours */
	int64_t renew_at; /* monotonic, ms */
	int64_t look_at;  /* likewise: when all is looked at again */
	bool failing;	  /* so that a long failure is one line of log */
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

static int groups(const struct shard_thread *t)
{
	struct store *s = t->worker->opt.store;
	int err = store_journal_group(s, t->tag, CALLS_GROUP);

	return err ? err : store_journal_group(s, t->tag, SMS_GROUP);
}

/* Takes or renews the lease when it is time. */
static int hold_lease(struct shard_thread *t)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	bool held = t->holds;
	int err;

	if (clock_mono_ms() < t->renew_at)
		return 0;
	store_arg(&args, t->worker->opt.owner);
	store_arg_int(&args, WORKER_LEASE_MS);
	t->holds = false;
	err = store_run(t->worker->opt.store, SCRIPT_LEASE, t->tag, &args, &r);
	if (err)
		return err;
	t->holds = store_reply_int(r) > 0;
	store_reply_free(r);
	t->renew_at = clock_mono_ms() + WORKER_RENEW_MS;
	if (t->holds != held)
		log_info("shard_lease", LOG_I("shard", t->shard), LOG_B("held", t->holds));
	if (!t->holds)
		return 0;
	err = held ? 0 : groups(t);
	return err ? err : calls_check_media(t->worker->opt.calls, t->shard);
}

/* Which consumer an entry is for. Nothing is to be done about a caller whose ACK has not come, nor
 * about a message that has gone out. */
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
	return strcmp(event, "joined") == 0 || strncmp(event, "message", 7) == 0 ? NOBODY : CALLS;
}

static int visit_outbox(const struct shard_thread *t)
{
	struct store *s = t->worker->opt.store;
	struct store_reply *entries = NULL;
	int err = store_journal_read(s, t->tag, SMS_GROUP, false, 0, &entries);

	if (!err)
		err = outbox_visit(t->worker->opt.outbox, t->shard);
	if (!err && entries)
		err = store_journal_ack(s, t->tag, SMS_GROUP, entries);
	store_reply_free(entries);
	return err;
}

/* The journal is read for the calls consumer, which must be quick; what it says also tells whether
 * it is the sms consumer's turn. From time to time both look, whatever the journal says. */
static int consume(struct shard_thread *t)
{
	struct store *s = t->worker->opt.store;
	struct store_reply *entries = NULL;
	int err = store_journal_read(s, t->tag, CALLS_GROUP, false, WORKER_WAIT_MS, &entries);
	bool look = clock_mono_ms() >= t->look_at;
	unsigned todo = NOBODY;

	for (size_t i = 0; i < store_journal_len(entries); i++)
		todo |= addressee(store_journal_entry(entries, i));
	if (!err && ((todo & CALLS) || look))
		err = calls_visit(t->worker->opt.calls, t->shard);
	if (!err && entries)
		err = store_journal_ack(s, t->tag, CALLS_GROUP, entries);
	if (!err && (todo & SMS))
		err = visit_outbox(t);
	else if (!err && look)
		err = outbox_visit(t->worker->opt.outbox, t->shard);
	if (look)
		t->look_at = clock_mono_ms() + WORKER_WAIT_MS;
	store_reply_free(entries);
	return err;
}

/* What a predecessor had read and not acknowledged; the visits that follow do what is left of it.
 */
static int clear_pending(const struct shard_thread *t, const char *group)
{
	struct store *s = t->worker->opt.store;
	struct store_reply *entries;
	int err;

	do {
		entries = NULL;
		err = store_journal_read(s, t->tag, group, true, 0, &entries);
		if (!err && entries)
			err = store_journal_ack(s, t->tag, group, entries);
		store_reply_free(entries);
	} while (!err && entries);
	return err;
}

static int recover(const struct shard_thread *t)
{
	int err = calls_visit(t->worker->opt.calls, t->shard);

	if (!err)
		err = outbox_visit(t->worker->opt.outbox, t->shard);
	if (!err)
		err = clear_pending(t, CALLS_GROUP);
	return err ? err : clear_pending(t, SMS_GROUP);
}

static int turn(struct shard_thread *t)
{
	bool held = t->holds;
	int err = hold_lease(t);

	if (err)
		return err;
	if (!t->holds) {
		pause_ms(t->worker, WORKER_WAIT_MS);
		return 0;
	}
	return held ? consume(t) : recover(t);
}

static void *run(void *arg)
{
	struct shard_thread *t = arg;
	struct store_args args = {.n = 0};

	while (!must_stop(t->worker)) {
		int err = turn(t);

		if (err && !t->failing)
			log_error("shard_stuck", LOG_I("shard", t->shard), LOG_E("error", err));
		else if (!err && t->failing)
			log_info("shard_moves_again", LOG_I("shard", t->shard));
		t->failing = err != 0;
		if (err) {
			t->holds = false; /* take the lease, the groups and the rest anew */
			t->renew_at = 0;
			pause_ms(t->worker, WORKER_WAIT_MS);
		}
	}
	store_arg(&args, t->worker->opt.owner);
	if (t->holds && store_do(t->worker->opt.store, SCRIPT_RELEASE, t->tag, &args))
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
		shard_tag(i, t->tag);
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
	pthread_cond_destroy(&w->stopped);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
