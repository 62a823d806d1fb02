/**
 * @file test_http_client_many.c  HTTP client: requests at the same time, callbacks, and the end
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_client.h"
#include "httpd.h"
#include "reply.h"
#include "wire.h"

enum {
	MANY = 100,
	LONG_MS = WIRE_TIMEOUT_S * 1000,
};

/* ----- a server whose answers wait for the test ----- */

static struct httpd *h;
static sem_t entered, may_leave;
static atomic_int within, most;

static void slow(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	int now = atomic_fetch_add(&within, 1) + 1, seen = atomic_load(&most);

	(void)req;
	(void)arg;
	while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now))
		;
	sem_post(&entered);
	sem_wait(&may_leave);
	atomic_fetch_sub(&within, 1);
	reply_text(rep, 200, strdup("slow\n"));
}

static const struct httpd_route routes[] = {{"POST", "/slow", HTTPD_OPEN, slow}};

static struct http_client *client;
static char url[64];

/* ----- results, counted by their error ----- */

static struct {
	atomic_int ok, canceled, other;
	sem_t done;
} results;

static void count(const struct http_result *res, void *arg)
{
	(void)arg;
	if (res->err == 0 && res->status == 200 && strcmp(res->body, "slow\n") == 0)
		atomic_fetch_add(&results.ok, 1);
	else if (res->err == ECANCELED)
		atomic_fetch_add(&results.canceled, 1);
	else
		atomic_fetch_add(&results.other, 1);
	sem_post(&results.done);
}

static void assert_results(int ok, int canceled)
{
	assert_int_equal(atomic_load(&results.ok), ok);
	assert_int_equal(atomic_load(&results.canceled), canceled);
	assert_int_equal(atomic_load(&results.other), 0);
}

static int start(void **state)
{
	static const struct httpd_options opt = {
	    .listen = "127.0.0.1", .routes = routes, .nroutes = 1};

	(void)state;
	sem_init(&entered, 0, 0);
	sem_init(&may_leave, 0, 0);
	sem_init(&results.done, 0, 0);
	atomic_store(&results.ok, 0);
	atomic_store(&results.canceled, 0);
	atomic_store(&results.other, 0);
	if (httpd_start(&h, &opt))
		return -1;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/slow", httpd_port(h));
	return http_client_alloc(&client);
}

static int stop(void **state)
{
	(void)state;
	http_client_free(client, LONG_MS);
	for (int i = 0; i < MANY; i++)
		sem_post(&may_leave);
	httpd_stop(h);
	sem_destroy(&entered);
	sem_destroy(&may_leave);
	sem_destroy(&results.done);
	return 0;
}

static struct http_request a_post(const char *to)
{
	return (struct http_request){
	    .method = "POST", .url = to, .body = "", .timeout_ms = LONG_MS};
}

static void submit(const char *to)
{
	const struct http_request req = a_post(to);

	assert_int_equal(http_client_submit(client, &req, count, NULL), 0);
}

/* ----- tests ----- */

static void each_request_is_answered_once(void **state)
{
	(void)state;
	atomic_store(&most, 0);
	for (int i = 0; i < MANY; i++)
		sem_post(&may_leave);
	for (int i = 0; i < MANY; i++)
		submit(url);
	for (int i = 0; i < MANY; i++)
		sem_wait(&results.done);
	assert_results(MANY, 0);
	assert_in_range(atomic_load(&most), 1, HTTP_CLIENT_PER_HOST_MAX);
}

static void *perform_one(void *arg)
{
	const struct http_request req = a_post(url);

	(void)arg;
	if (http_client_perform(client, &req, count, NULL))
		atomic_fetch_add(&results.other, 1);
	return NULL;
}

static void many_threads_may_wait(void **state)
{
	enum { THREADS = 10 };
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, perform_one, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		sem_wait(&entered);
	for (int i = 0; i < THREADS; i++)
		sem_post(&may_leave);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_results(THREADS, 0);
}

static int perform_err, submit_err;

static void ask_again(const struct http_result *res, void *arg)
{
	const struct http_request req = a_post(url);

	perform_err = http_client_perform(client, &req, count, NULL);
	submit_err = http_client_submit(client, &req, count, NULL);
	count(res, arg);
}

static void a_callback_may_submit_but_not_wait(void **state)
{
	const struct http_request req = a_post(url);

	(void)state;
	sem_post(&may_leave);
	sem_post(&may_leave);
	assert_int_equal(http_client_submit(client, &req, ask_again, NULL), 0);
	sem_wait(&results.done);
	sem_wait(&results.done);
	assert_int_equal(perform_err, EDEADLK);
	assert_int_equal(submit_err, 0);
	assert_results(2, 0);
}

static void *free_patiently(void *arg)
{
	(void)arg;
	http_client_free(client, LONG_MS);
	return NULL;
}

static void the_end_waits_for_requests_under_way(void **state)
{
	pthread_t thread;

	(void)state;
	submit(url);
	sem_wait(&entered);
	assert_int_equal(pthread_create(&thread, NULL, free_patiently, NULL), 0);
	sem_post(&may_leave);
	pthread_join(thread, NULL);
	client = NULL;
	assert_results(1, 0);
}

static void the_end_cancels_what_takes_too_long(void **state)
{
	const struct http_request req = a_post(url);

	(void)state;
	assert_int_equal(http_client_submit(client, &req, ask_again, NULL), 0);
	sem_wait(&entered);
	http_client_free(client, 10);
	client = NULL;
	assert_results(0, 1);
	assert_int_equal(perform_err, EDEADLK);
	assert_int_equal(submit_err, ECANCELED);
}

static void requests_are_bounded_in_number(void **state)
{
	struct http_request req;
	char silent[64];
	uint16_t port;
	int fd = wire_listen(&port); /* connects, and never answers */

	(void)state;
	assert_true(fd >= 0);
	snprintf(silent, sizeof(silent), "http://127.0.0.1:%u/", port);
	for (int i = 0; i < HTTP_CLIENT_PENDING_MAX; i++)
		submit(silent);
	req = a_post(silent);
	assert_int_equal(http_client_submit(client, &req, count, NULL), ENOSPC);
	assert_int_equal(http_client_perform(client, &req, count, NULL), ENOSPC);
	http_client_free(client, 0);
	client = NULL;
	assert_results(0, HTTP_CLIENT_PENDING_MAX);
	close(fd);
}

#define WITH_BOTH(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_BOTH(each_request_is_answered_once),
	    WITH_BOTH(many_threads_may_wait),
	    WITH_BOTH(a_callback_may_submit_but_not_wait),
	    WITH_BOTH(the_end_waits_for_requests_under_way),
	    WITH_BOTH(the_end_cancels_what_takes_too_long),
	    WITH_BOTH(requests_are_bounded_in_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
