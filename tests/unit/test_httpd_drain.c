/**
 * @file test_httpd_drain.c  HTTP server: clients at the same time, slow ones, and the end of it
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "httpd.h"
#include "reply.h"
#include "wire.h"

enum {
	CLIENTS = 50,
	LONG_MS = WIRE_TIMEOUT_S * 1000,
};

#define QUICK "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n"
#define SLOW "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"

static sem_t entered, may_leave;

static void quick(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	(void)req;
	(void)arg;
	reply_text(rep, 200, strdup("quick\n"));
}

/* Answers when the test allows it. */
static void slow(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	(void)req;
	(void)arg;
	sem_post(&entered);
	sem_wait(&may_leave);
	reply_text(rep, 200, strdup("slow\n"));
}

static const struct httpd_route routes[] = {
    {"GET", "/quick", HTTPD_OPEN, quick},
    {"GET", "/slow", HTTPD_OPEN, slow},
};

static struct httpd *h;
static uint16_t port;
static pthread_t drainer;
static bool draining;
static struct wire_message m;
static char value[WIRE_HEAD_MAX];

static int start(void **state)
{
	static const struct httpd_options opt = {
	    .listen = "127.0.0.1",
	    .routes = routes,
	    .nroutes = 2,
	    .idle_timeout_s = 1,
	    .connections = CLIENTS + 2,
	    .connections_each = CLIENTS + 1,
	};

	(void)state;
	sem_init(&entered, 0, 0);
	sem_init(&may_leave, 0, 0);
	if (httpd_start(&h, &opt))
		return -1;
	port = httpd_port(h);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (int i = 0; i < CLIENTS; i++)
		sem_post(&may_leave); /* where a test has failed, somebody may still wait */
	if (draining)
		pthread_join(drainer, NULL);
	draining = false;
	httpd_stop(h);
	sem_destroy(&entered);
	sem_destroy(&may_leave);
	return 0;
}

static int dial(void)
{
	int fd = wire_dial(port);

	assert_true(fd >= 0);
	return fd;
}

static void hear(int fd, const char *body)
{
	assert_true(wire_hear(fd, &m, false));
	assert_int_equal(m.status, 200);
	assert_string_equal(m.body, body);
	assert_string_equal(wire_header(&m, "Connection", value), "");
}

static void handlers_wait_without_keeping_others(void **state)
{
	int fds[CLIENTS], other;

	(void)state;
	for (int i = 0; i < CLIENTS; i++) {
		fds[i] = dial();
		wire_say(fds[i], SLOW);
	}
	for (int i = 0; i < CLIENTS; i++)
		sem_wait(&entered);
	other = dial();
	wire_say(other, QUICK);
	hear(other, "quick\n");
	close(other);
	for (int i = 0; i < CLIENTS; i++)
		sem_post(&may_leave);
	for (int i = 0; i < CLIENTS; i++) {
		hear(fds[i], "slow\n");
		close(fds[i]);
	}
}

static void clients_that_stop_halfway_are_dropped(void **state)
{
	int head = dial(), body = dial(), idle = dial(), other = dial();

	(void)state;
	wire_say(head, "GET /quick HT");
	wire_say(body, "GET /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
	wire_say(other, QUICK);
	hear(other, "quick\n");
	assert_true(wire_is_closed(head));
	assert_true(wire_is_closed(body));
	assert_true(wire_is_closed(idle));
	close(head);
	close(body);
	close(idle);
	close(other);
}

/* @return whether the peer has closed within so many ms, a byte being sent every 100 */
static bool is_closed_while_sending(int fd, int limit_ms)
{
	char c;

	for (int ms = 0; ms < limit_ms; ms += 100) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		wire_say(fd, "x");
		if (poll(&p, 1, 100) == 1)
			return recv(fd, &c, 1, 0) <= 0;
	}
	return false;
}

/* Something comes all the time, but it never comes to an end. */
static void clients_that_take_for_ever_are_dropped(void **state)
{
	int head = dial(), body = dial(), kept = dial();

	(void)state;
	wire_say(head, "GET /quick HTTP/1.1\r\nHost: x\r\nX: ");
	assert_true(is_closed_while_sending(head, 5000));
	wire_say(body, "GET /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
	assert_true(is_closed_while_sending(body, 5000));
	assert_true(wire_is_closed(kept));
	kept = dial();
	for (int i = 0; i < 8; i++) { /* longer than that, but each request takes its turn */
		wire_say(kept, QUICK);
		hear(kept, "quick\n");
		poll(NULL, 0, 500);
	}
	close(head);
	close(body);
	close(kept);
}

/* Sends a text in pieces over that time. @return whether this machine was quick enough for it */
static bool say_slowly(int fd, const char *text, int ms)
{
	enum { PIECES = 10 };
	const size_t len = strlen(text);
	int64_t start_ms = clock_mono_ms();
	char piece[64];

	for (size_t i = 0; i < PIECES; i++) {
		size_t from = len * i / PIECES, to = len * (i + 1) / PIECES;

		snprintf(piece, sizeof(piece), "%.*s", (int)(to - from), text + from);
		wire_say(fd, piece);
		poll(NULL, 0, ms / PIECES);
	}
	return clock_mono_ms() - start_ms < 1900;
}

/* A head and a body have two seconds each here. */
static void clients_that_are_slow_but_in_time_are_served(void **state)
{
	bool in_time = false;

	(void)state;
	for (int tries = 0; !in_time && tries < 5; tries++) {
		int fd = dial();

		in_time =
		    say_slowly(fd, "GET /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n",
			       1550) &&
		    say_slowly(fd, "xxxxxxxxxxxxxxxxxxxx", 1550);
		if (in_time)
			hear(fd, "quick\n");
		close(fd);
	}
	assert_true(in_time);
}

static void one_address_cannot_have_all_connections(void **state)
{
	int fds[CLIENTS + 1], other;

	(void)state;
	for (int i = 0; i < CLIENTS + 1; i++)
		fds[i] = dial();
	other = dial();
	wire_say(other, QUICK);
	assert_true(wire_is_closed(other));
	close(other);
	other = wire_dial_from("127.0.0.2", port);
	assert_true(other >= 0);
	wire_say(other, QUICK);
	hear(other, "quick\n");
	close(other);
	for (int i = 0; i < CLIENTS + 1; i++)
		close(fds[i]);
}

static void clients_that_leave_before_the_answer_do_no_harm(void **state)
{
	int fd = dial(), other = dial();

	(void)state;
	wire_say(fd, SLOW);
	sem_wait(&entered);
	close(fd);
	sem_post(&may_leave);
	wire_say(other, QUICK);
	hear(other, "quick\n");
	close(other);
}

static void *drain(void *arg)
{
	httpd_drain(h, LONG_MS);
	sem_post(arg);
	return NULL;
}

/* Returns once the drain has begun. A connection that was being made just then is reset. */
static void wait_until_refused(void)
{
	int64_t end_ms = clock_mono_ms() + LONG_MS;
	int fd = wire_dial(port);

	while (fd >= 0 && clock_mono_ms() < end_ms) {
		close(fd);
		fd = wire_dial(port);
	}
	assert_int_equal(fd, -1);
	assert_true(errno == ECONNREFUSED || errno == ECONNRESET);
}

static void a_drain_answers_what_was_asked(void **state)
{
	static sem_t done;
	int busy = dial(), kept = dial(), drained = 0;

	(void)state;
	sem_init(&done, 0, 0);
	wire_say(kept, QUICK);
	hear(kept, "quick\n");
	wire_say(busy, SLOW);
	sem_wait(&entered);
	draining = pthread_create(&drainer, NULL, drain, &done) == 0;
	assert_true(draining);
	wait_until_refused();

	/* A connection from before is served once more, unless its last answer ended only now. */
	wire_say(kept, QUICK);
	if (wire_hear(kept, &m, false)) {
		assert_int_equal(m.status, 200);
		assert_string_equal(wire_header(&m, "Connection", value), "");
		assert_true(wire_is_closed(kept));
	}
	sem_getvalue(&done, &drained);
	assert_int_equal(drained, 0);

	sem_post(&may_leave);
	hear(busy, "slow\n");
	assert_true(wire_is_closed(busy));
	sem_wait(&done);
	close(busy);
	close(kept);
}

static void a_drain_with_nothing_to_do_is_short(void **state)
{
	int64_t start_ms = clock_mono_ms();
	int idle = dial();

	(void)state;
	httpd_drain(h, LONG_MS);
	httpd_drain(h, LONG_MS);
	assert_true(clock_mono_ms() - start_ms < LONG_MS / 2);
	close(idle);
}

static void a_drain_ends_in_time(void **state)
{
	int busy = dial();

	(void)state;
	wire_say(busy, SLOW);
	sem_wait(&entered);
	httpd_drain(h, 50);
	sem_post(&may_leave);
	hear(busy, "slow\n");
	close(busy);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SERVER(handlers_wait_without_keeping_others),
	    WITH_SERVER(clients_that_stop_halfway_are_dropped),
	    WITH_SERVER(clients_that_take_for_ever_are_dropped),
	    WITH_SERVER(clients_that_are_slow_but_in_time_are_served),
	    WITH_SERVER(one_address_cannot_have_all_connections),
	    WITH_SERVER(clients_that_leave_before_the_answer_do_no_harm),
	    WITH_SERVER(a_drain_answers_what_was_asked),
	    WITH_SERVER(a_drain_with_nothing_to_do_is_short),
	    WITH_SERVER(a_drain_ends_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
