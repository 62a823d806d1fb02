/**
 * @file quota.c  How many calls there may be at a time, of a trunk and in all
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "metrics.h"
#include "quota.h"
#include "shard.h"
#include "strbuf.h"

enum {
	ROWS = TRUNK_COUNT_MAX + TRUNK_BUILT_IN,
};

struct quota {
	struct store *store;
	const struct trunks *trunks;
	unsigned most;
	pthread_mutex_t mutex; /* of the following */
	int64_t calls[ROWS];   /* at the last count, and let in since */
	int64_t late[ROWS];    /* let in while it is counted */
	int64_t counted_at;    /* ms; 0 = never */
	bool counting;
};

int quota_alloc(struct quota **qp, struct store *store, const struct trunks *trunks, unsigned most)
{
	struct quota *q;

	if (!qp || !store || !trunks)
		return EINVAL;
	q = calloc(1, sizeof(*q));
	if (!q)
		return ENOMEM;
	if (pthread_mutex_init(&q->mutex, NULL)) {
		free(q);
		return ENOMEM;
	}
	q->store = store;
	q->trunks = trunks;
	q->most = most;
	*qp = q;
	return 0;
}

void quota_free(struct quota *q)
{
	if (!q)
		return;
	pthread_mutex_destroy(&q->mutex);
	free(q);
}

/* What the shards have counted. */
static int add_up(const struct quota *q, int64_t calls[ROWS])
{
	int err = 0;

	for (unsigned shard = 0; shard < SHARDS && !err; shard++) {
		struct store_args args = {.n = 0};
		struct store_reply *r = NULL;
		char tag[SHARD_TAG_BUF];

		shard_tag(shard, tag);
		err = store_run(q->store, SCRIPT_TRUNK_CALLS, tag, &args, &r);
		for (size_t i = 0; !err && i + 1 < store_reply_len(r); i += 2) {
			const char *name = store_reply_str(store_reply_at(r, i));
			const char *n = store_reply_str(store_reply_at(r, i + 1));
			const size_t row = trunks_row(q->trunks, trunks_find(q->trunks, name));

			calls[row] += strtoll(n, NULL, 10);
		}
		store_reply_free(r);
	}
	return err;
}

/* Without the lock; only one thread at a time. */
static int count(struct quota *q)
{
	int64_t calls[ROWS] = {0};
	int err = add_up(q, calls);

	pthread_mutex_lock(&q->mutex);
	for (size_t i = 0; i < ROWS && !err; i++)
		q->calls[i] = calls[i] + q->late[i];
	q->counted_at = clock_mono_ms();
	q->counting = false;
	pthread_mutex_unlock(&q->mutex);
	return err;
}

/* With the lock. */
static const char *limit(const struct quota *q, const struct trunk *trunk)
{
	const size_t row = trunks_row(q->trunks, trunk);
	int64_t all = 0;

	for (size_t i = 0; i < ROWS; i++)
		all += q->calls[i];
	if (trunk->max_calls && q->calls[row] >= trunk->max_calls)
		return "trunk_full";
	return all >= q->most ? "all_full" : "";
}

/* With the lock: whether this thread is to count. */
static bool is_stale(struct quota *q, const struct trunk *trunk)
{
	const int64_t age = clock_mono_ms() - q->counted_at;
	bool stale =
	    !q->counted_at || age >= QUOTA_AGE_MS || (age >= QUOTA_AGAIN_MS && *limit(q, trunk));

	if (q->counting || !stale)
		return false;
	for (size_t i = 0; i < ROWS; i++)
		q->late[i] = 0;
	q->counting = true;
	return true;
}

const char *quota_take(struct quota *q, const struct trunk *trunk)
{
	const char *full;
	bool stale;

	pthread_mutex_lock(&q->mutex);
	stale = is_stale(q, trunk);
	pthread_mutex_unlock(&q->mutex);
	if (stale)
		(void)count(q); /* what was known before counts on */

	pthread_mutex_lock(&q->mutex);
	full = limit(q, trunk);
	if (!*full) {
		q->calls[trunks_row(q->trunks, trunk)]++;
		q->late[trunks_row(q->trunks, trunk)]++;
	}
	pthread_mutex_unlock(&q->mutex);
	return full;
}

int quota_render(struct quota *q, struct strbuf *out)
{
	int64_t calls[ROWS] = {0};
	int err = add_up(q, calls);

	for (size_t i = 0; i < trunks_rows(q->trunks) && !err; i++) {
		char labels[TRUNK_NAME_BUF + 16];

		snprintf(labels, sizeof(labels), "trunk=\"%s\"", trunks_at(q->trunks, i)->name);
		metrics_gauge(out, "execline_calls", i ? NULL : "Calls at the moment", labels,
			      calls[i]);
	}
	return err;
}
