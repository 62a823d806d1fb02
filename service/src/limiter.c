/**
 * @file limiter.c  How often each source has failed of late
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limiter.h"

enum {
	WAYS = 4, /* places that a source may have */
	SETS = LIMITER_SOURCES / WAYS,
};

struct entry {
	char source[LIMITER_NAME_BUF]; /* "" = free */
	int64_t since_ms;
	unsigned failures;
};

struct limiter {
	unsigned most;
	int64_t window_ms;
	pthread_mutex_t lock;
	struct entry entries[SETS][WAYS];
};

int limiter_alloc(struct limiter **lp, unsigned most, int64_t window_ms)
{
	struct limiter *l;

	if (!lp || !most || window_ms <= 0)
		return EINVAL;
	l = calloc(1, sizeof(*l));
	if (!l)
		return ENOMEM;
	l->most = most;
	l->window_ms = window_ms;
	pthread_mutex_init(&l->lock, NULL);
	*lp = l;
	return 0;
}

void limiter_free(struct limiter *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static struct entry *set_of(struct limiter *l, const char *source)
{
	unsigned h = 5381;

	for (; *source; source++)
		h = h * 33 + (unsigned char)*source;
	return l->entries[h % SETS];
}

static bool is_over(const struct limiter *l, const struct entry *e, int64_t now_ms)
{
	return now_ms - e->since_ms >= l->window_ms;
}

/* The entry of a source, NULL if it has none that counts. */
static struct entry *find(struct limiter *l, const char *source, int64_t now_ms)
{
	struct entry *set = set_of(l, source);

	for (size_t i = 0; i < WAYS; i++)
		if (strncmp(set[i].source, source, LIMITER_NAME_BUF - 1) == 0 && set[i].source[0] &&
		    !is_over(l, &set[i], now_ms))
			return &set[i];
	return NULL;
}

/* Takes the place of one that is free or whose window is over, else of the oldest. */
static struct entry *begin(struct limiter *l, const char *source, int64_t now_ms)
{
	struct entry *set = set_of(l, source), *e = &set[0];

	for (size_t i = 1; i < WAYS; i++)
		if (set[i].since_ms < e->since_ms)
			e = &set[i];
	*e = (struct entry){.since_ms = now_ms};
	snprintf(e->source, sizeof(e->source), "%s", source);
	return e;
}

unsigned limiter_fail(struct limiter *l, const char *source, int64_t now_ms)
{
	struct entry *e;
	unsigned failures;

	pthread_mutex_lock(&l->lock);
	e = find(l, source, now_ms);
	if (!e)
		e = begin(l, source, now_ms);
	failures = ++e->failures;
	pthread_mutex_unlock(&l->lock);
	return failures;
}

int64_t limiter_wait_ms(struct limiter *l, const char *source, int64_t now_ms)
{
	const struct entry *e;
	int64_t wait_ms = 0;

	pthread_mutex_lock(&l->lock);
	e = find(l, source, now_ms);
	if (e && e->failures >= l->most)
		wait_ms = e->since_ms + l->window_ms - now_ms;
	pthread_mutex_unlock(&l->lock);
	return wait_ms;
}
