/**
 * @file test_store.c  The pool of connections, against a Redis that counts them and may be silent
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <hiredis/hiredis.h>

#include "store.h"
#include "wire.h"

enum {
	CONNS_MAX = STORE_POOL_MAX + 8,
	LIMIT_MS = 100, /* of the first that waits; the others wait longer, each by itself */
};

#define TAG "execline:{s0}"

/* Numbers the functions that are called on it; any other command but GET finds nothing. */
static struct {
	int fd;
	uint16_t port;
	pthread_t thread;
	struct pollfd polls[1 + CONNS_MAX]; /* the first is where it listens */
	redisReader *readers[1 + CONNS_MAX];
	nfds_t n;
	unsigned calls;
	atomic_bool silent; /* no function call is answered */
	atomic_uint made;   /* connections so far */
	sem_t closed;	    /* posted for each that its peer has closed */
	sem_t called;	    /* ... and for each function call */
} redis;

static struct store *store;

static void answer(int fd, const redisReply *command)
{
	char text[32] = "*-1\r\n";

	if (strcmp(command->element[0]->str, "GET") == 0) {
		snprintf(text, sizeof(text), "$1\r\n1\r\n"); /* the version of the schema */
	} else if (strcmp(command->element[0]->str, "FCALL") == 0) {
		snprintf(text, sizeof(text), ":%u\r\n", ++redis.calls);
		if (atomic_load(&redis.silent))
			text[0] = '\0';
		sem_post(&redis.called);
	}
	wire_say(fd, text);
}

/* @return false at the end of the connection */
static bool serve(nfds_t i)
{
	char in[4096];
	ssize_t n = recv(redis.polls[i].fd, in, sizeof(in), 0);
	void *command = NULL;

	if (n <= 0)
		return false;
	redisReaderFeed(redis.readers[i], in, (size_t)n);
	while (redisReaderGetReply(redis.readers[i], &command) == REDIS_OK && command) {
		answer(redis.polls[i].fd, command);
		freeReplyObject(command);
	}
	return true;
}

static void drop(nfds_t i)
{
	close(redis.polls[i].fd);
	redisReaderFree(redis.readers[i]);
	redis.n--;
	redis.polls[i] = redis.polls[redis.n];
	redis.readers[i] = redis.readers[redis.n];
}

static void take(int fd)
{
	redis.polls[redis.n] = (struct pollfd){.fd = fd, .events = POLLIN};
	redis.readers[redis.n++] = redisReaderCreate();
	atomic_fetch_add(&redis.made, 1);
}

static void *run(void *arg)
{
	int fd = redis.fd;

	(void)arg;
	while (fd >= 0) {
		poll(redis.polls, redis.n, -1);
		for (nfds_t i = redis.n; i-- > 1;) {
			if (!redis.polls[i].revents || serve(i))
				continue;
			drop(i);
			sem_post(&redis.closed);
		}
		if (!redis.polls[0].revents)
			continue;
		fd = accept(redis.fd, NULL, NULL);
		if (fd >= 0 && redis.n <= CONNS_MAX)
			take(fd);
	}
	while (redis.n > 1)
		drop(1);
	return NULL;
}

static int setup(void **state)
{
	(void)state;
	memset(&redis, 0, sizeof(redis));
	redis.fd = wire_listen(&redis.port);
	assert_true(redis.fd >= 0);
	redis.polls[0] = (struct pollfd){.fd = redis.fd, .events = POLLIN};
	redis.n = 1;
	sem_init(&redis.closed, 0, 0);
	sem_init(&redis.called, 0, 0);
	assert_int_equal(pthread_create(&redis.thread, NULL, run, NULL), 0);
	return store_alloc(&store, &(struct store_options){"127.0.0.1", redis.port, ""});
}

/* accept() fails once nobody can connect any more (Linux). */
static int teardown(void **state)
{
	(void)state;
	store_free(store);
	shutdown(redis.fd, SHUT_RDWR);
	pthread_join(redis.thread, NULL);
	close(redis.fd);
	sem_destroy(&redis.closed);
	sem_destroy(&redis.called);
	return 0;
}

/* Another wait is another time limit, and that another connection. */
static void wait_for_nothing(unsigned i)
{
	char *text = NULL;

	assert_int_equal(store_await(store, "list", LIMIT_MS + i, &text), ETIMEDOUT);
}

static void within_limit(sem_t *sem)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WIRE_TIMEOUT_S;
	assert_int_equal(sem_timedwait(sem, &until), 0);
}

static unsigned made(void)
{
	return atomic_load(&redis.made);
}

static void connection_unused_for_the_longest_goes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STORE_POOL_MAX; i++)
		wait_for_nothing(i);
	wait_for_nothing(0); /* so that 1 is the oldest */
	assert_int_equal(made(), STORE_POOL_MAX);
	assert_int_equal(sem_trywait(&redis.closed), -1);

	wait_for_nothing(STORE_POOL_MAX); /* one too many */
	assert_int_equal(made(), STORE_POOL_MAX + 1);
	within_limit(&redis.closed);
	for (unsigned i = 0; i <= STORE_POOL_MAX; i++)
		if (i != 1)
			wait_for_nothing(i);
	assert_int_equal(made(), STORE_POOL_MAX + 1);
	assert_int_equal(sem_trywait(&redis.closed), -1);
	wait_for_nothing(1);
	assert_int_equal(made(), STORE_POOL_MAX + 2);
	within_limit(&redis.closed);
}

static void post(void)
{
	store_post(store, SCRIPT_ANSWERED, TAG, &(struct store_args){.n = 0});
	within_limit(&redis.called);
}

/* The number of this call, or which error it met. */
static int64_t call(int *err)
{
	struct store_reply *r = NULL;
	int64_t number = 0;

	*err = store_run(store, SCRIPT_STATS, TAG, &(struct store_args){.n = 0}, &r);
	if (!*err)
		number = store_reply_int(r);
	store_reply_free(r);
	return number;
}

static void owed_replies_are_nobody_elses(void **state)
{
	int err;

	(void)state;
	post();
	post();
	assert_int_equal(call(&err), 3);
	assert_int_equal(err, 0);
	assert_int_equal(made(), 1);
}

static void owed_reply_that_does_not_come_costs_its_connection(void **state)
{
	int err;

	(void)state;
	atomic_store(&redis.silent, true);
	post();
	assert_int_equal(call(&err), 0);
	assert_int_equal(err, ETIMEDOUT);
	within_limit(&redis.closed);
	assert_int_equal(sem_trywait(&redis.called), -1); /* nothing more was asked on it */

	atomic_store(&redis.silent, false);
	assert_int_equal(call(&err), 2);
	assert_int_equal(err, 0);
	assert_int_equal(made(), 2);
}

static void nothing_is_posted_behind_a_reply_that_does_not_come(void **state)
{
	int err;

	(void)state;
	atomic_store(&redis.silent, true);
	post();
	store_post(store, SCRIPT_ANSWERED, TAG, &(struct store_args){.n = 0});
	within_limit(&redis.closed);
	assert_int_equal(sem_trywait(&redis.called), -1);

	atomic_store(&redis.silent, false);
	assert_int_equal(call(&err), 2);
	assert_int_equal(err, 0);
	assert_int_equal(made(), 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(connection_unused_for_the_longest_goes),
	    CASE(owed_replies_are_nobody_elses),
	    CASE(owed_reply_that_does_not_come_costs_its_connection),
	    CASE(nothing_is_posted_behind_a_reply_that_does_not_come),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
