/**
 * @file conns.c  Connections that take too long are cut off
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "clock.h"
#include "conns.h"

enum {
	LOOK_EVERY_S = 1,
	FREE = -1,
};

struct conn {
	int fd; /* FREE = there is none */
	int64_t until_ms;
};

struct conns {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	/* under lock: */
	bool stop;
	size_t most;
	struct conn conn[];
};

static void cut_off_late(struct conns *c)
{
	int64_t now_ms = clock_mono_ms();

	for (size_t i = 0; i < c->most; i++)
		if (c->conn[i].fd != FREE && c->conn[i].until_ms <= now_ms)
			shutdown(c->conn[i].fd, SHUT_RDWR);
}

static void *watch(void *arg)
{
	struct conns *c = arg;
	struct timespec next;

	pthread_mutex_lock(&c->lock);
	while (!c->stop) {
		clock_gettime(CLOCK_MONOTONIC, &next);
		next.tv_sec += LOOK_EVERY_S;
		pthread_cond_timedwait(&c->stopped, &c->lock, &next);
		cut_off_late(c);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

int conns_start(struct conns **cp, size_t most)
{
	struct conns *c = calloc(1, sizeof(*c) + most * sizeof(c->conn[0]));
	pthread_condattr_t attr;
	int err;

	if (!c)
		return ENOMEM;
	c->most = most;
	for (size_t i = 0; i < most; i++)
		c->conn[i].fd = FREE;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->stopped, &attr);
	pthread_condattr_destroy(&attr);
	err = pthread_create(&c->thread, NULL, watch, c);
	if (err) {
		pthread_cond_destroy(&c->stopped);
		pthread_mutex_destroy(&c->lock);
		free(c);
		return err;
	}
	*cp = c;
	return 0;
}

void conns_stop(struct conns *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_signal(&c->stopped);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->stopped);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct conn *conns_add(struct conns *c, int fd, int64_t until_ms)
{
	struct conn *found = NULL;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->most && !found; i++)
		if (c->conn[i].fd == FREE)
			found = &c->conn[i];
	if (found)
		*found = (struct conn){fd, until_ms};
	pthread_mutex_unlock(&c->lock);
	return found;
}

void conns_until(struct conns *c, struct conn *conn, int64_t until_ms)
{
	if (!conn)
		return;
	pthread_mutex_lock(&c->lock);
	conn->until_ms = until_ms;
	pthread_mutex_unlock(&c->lock);
}

void conns_remove(struct conns *c, struct conn *conn)
{
	if (!conn)
		return;
	pthread_mutex_lock(&c->lock);
	conn->fd = FREE;
	pthread_mutex_unlock(&c->lock);
}
