/**
 * @file test_http_client.c  HTTP client, against our own server and against one that misbehaves
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
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "http_client.h"
#include "wire.h"

enum {
	LONG_MS = WIRE_TIMEOUT_S * 1000,
};

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

/* ----- a server that answers each request with the next piece of a script ----- */

/* Told apart by their addresses. */
static const char SILENCE[] = "silence", HANGUP[] = "hang up";

static struct {
	int fd;
	uint16_t port;
	const char *script[8]; /* replies, NULL-terminated; then it ends */
	size_t next;
	pthread_t thread;
	sem_t asked; /* posted for each request */
	atomic_int connections;
	struct wire_message request; /* the last */
} server;

/* Serve one connection; true once the script is at its end. */
static bool serve(int fd)
{
	while (wire_hear(fd, &server.request, false)) {
		const char *reply = server.script[server.next++];

		sem_post(&server.asked);
		if (reply == SILENCE)
			wire_is_closed(fd);
		if (reply == SILENCE || reply == HANGUP)
			break;
		wire_say(fd, reply);
		if (strstr(reply, "too large"))
			wire_say_many(fd, HTTP_CLIENT_BODY_MAX + 1);
		if (!server.script[server.next]) {
			wire_is_closed(fd);
			break;
		}
	}
	return !server.script[server.next];
}

static void *run_server(void *arg)
{
	bool ended = false;

	(void)arg;
	while (!ended) {
		int fd = accept(server.fd, NULL, NULL);

		if (fd < 0)
			break;
		atomic_fetch_add(&server.connections, 1);
		ended = serve(fd);
		close(fd);
	}
	return NULL;
}

static void start_server(const char *const *script, size_t n)
{
	memset(server.script, 0, sizeof(server.script));
	memcpy(server.script, script, n * sizeof(*script));
	server.next = 0;
	server.fd = wire_listen(&server.port);
	assert_true(server.fd >= 0);
	atomic_store(&server.connections, 0);
	sem_init(&server.asked, 0, 0);
	assert_int_equal(pthread_create(&server.thread, NULL, run_server, NULL), 0);
}

static void stop_server(void)
{
	if (server.fd < 0)
		return;
	shutdown(server.fd, SHUT_RD);
	pthread_join(server.thread, NULL);
	close(server.fd);
	sem_destroy(&server.asked);
	server.fd = -1;
}

#define START_SERVER(...)                                                                          \
	start_server((const char *const[]){__VA_ARGS__},                                           \
		     sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ----- what came back ----- */

static struct http_client *client;

static struct {
	atomic_uint calls;
	struct http_result res;
	char body[HTTP_CLIENT_BODY_MAX + 1];
	sem_t done;
} got;

static void keep(const struct http_result *res, void *arg)
{
	(void)arg;
	got.res = *res;
	snprintf(got.body, sizeof(got.body), "%s", res->body);
	atomic_fetch_add(&got.calls, 1);
	sem_post(&got.done);
}

static int start(void **state)
{
	(void)state;
	server.fd = -1;
	memset(&got, 0, sizeof(got));
	sem_init(&got.done, 0, 0);
	return http_client_alloc(&client);
}

static int stop(void **state)
{
	(void)state;
	http_client_free(client, LONG_MS); /* first, since the server waits for it to hang up */
	stop_server();
	sem_destroy(&got.done);
	return 0;
}

static const char *server_url(void)
{
	static char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/path?q=1", server.port);
	return url;
}

static struct http_request a_get(void)
{
	return (struct http_request){.method = "GET", .url = server_url(), .timeout_ms = LONG_MS};
}

static void perform(const struct http_request *req)
{
	unsigned calls = atomic_load(&got.calls);

	assert_int_equal(http_client_perform(client, req, keep, NULL), 0);
	assert_int_equal(atomic_load(&got.calls), calls + 1);
}

static void get(void)
{
	const struct http_request req = a_get();

	perform(&req);
}

static void assert_status(long status)
{
	assert_int_equal(got.res.err, 0);
	assert_int_equal(got.res.status, status);
	assert_true(got.res.sent);
	assert_string_equal(got.res.error, "");
}

static void assert_failed(int err, bool sent)
{
	assert_int_equal(got.res.err, err);
	assert_int_equal(got.res.sent, sent);
	assert_int_equal(got.res.status, 0);
	assert_true(*got.res.error);
}

/* ----- requests and replies ----- */

static void a_request_is_sent_as_it_is_given(void **state)
{
	static const char *const headers[] = {"Content-Type: application/json",
					      "Authorization: AccessKey k", NULL};
	struct http_request req = {
	    .method = "POST", .headers = headers, .body = "{\"a\":1}", .timeout_ms = LONG_MS};
	char value[WIRE_HEAD_MAX];

	(void)state;
	START_SERVER(OK);
	req.url = server_url();
	perform(&req);
	assert_status(200);
	assert_int_equal(got.res.body_len, 5);
	assert_string_equal(got.body, "hello");
	assert_int_equal(got.res.retry_after_s, 0);

	sem_wait(&server.asked);
	assert_memory_equal(server.request.head, "POST /path?q=1 HTTP/1.1\r\n", 25);
	assert_string_equal(server.request.body, "{\"a\":1}");
	assert_string_equal(wire_header(&server.request, "Content-Type", value),
			    "application/json");
	assert_string_equal(wire_header(&server.request, "Authorization", value), "AccessKey k");
	assert_string_equal(wire_header(&server.request, "Expect", value), "");
}

static void connections_are_kept(void **state)
{
	(void)state;
	START_SERVER(OK, OK, OK);
	get();
	get();
	get();
	assert_status(200);
	assert_int_equal(atomic_load(&server.connections), 1);
}

static void redirects_are_not_followed(void **state)
{
	(void)state;
	START_SERVER("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
	get();
	assert_status(302);
	assert_string_equal(got.body, "");
}

static void retry_after_is_read_and_bounded(void **state)
{
	(void)state;
	START_SERVER("HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
		     "HTTP/1.1 503 x\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n",
		     "HTTP/1.1 503 x\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n");
	get();
	assert_status(429);
	assert_int_equal(got.res.retry_after_s, 7);
	get();
	assert_int_equal(got.res.retry_after_s, HTTP_CLIENT_RETRY_AFTER_MAX);
	get();
	assert_int_equal(got.res.retry_after_s, 0);
}

static void proxies_of_the_environment_are_ignored(void **state)
{
	(void)state;
	START_SERVER(OK);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	get();
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_status(200);
}

/* ----- failures ----- */

static void nobody_there_is_refused_and_unsent(void **state)
{
	int fd;

	(void)state;
	fd = wire_listen(&server.port);
	close(fd); /* a port that was free a moment ago */
	get();
	assert_failed(ECONNREFUSED, false);
}

static void silence_times_out(void **state)
{
	struct http_request req;

	(void)state;
	START_SERVER(SILENCE);
	req = a_get();
	req.timeout_ms = 100;
	perform(&req);
	assert_failed(ETIMEDOUT, true);
}

static void what_is_too_late_is_not_begun(void **state)
{
	struct http_request req;

	(void)state;
	START_SERVER(OK);
	req = a_get();
	req.not_after_ms = clock_mono_ms() - 1;
	perform(&req);
	assert_failed(ETIMEDOUT, false);
	assert_int_equal(sem_trywait(&server.asked), -1);
	req.not_after_ms = clock_mono_ms() + LONG_MS;
	perform(&req);
	assert_status(200);
}

static void a_server_that_hangs_up_is_an_error(void **state)
{
	(void)state;
	START_SERVER(HANGUP);
	get();
	assert_failed(EIO, true);
}

static void what_is_not_http_is_an_error(void **state)
{
	(void)state;
	START_SERVER("SIP/2.0 200 OK\r\n\r\n");
	get();
	assert_failed(EIO, true);
}

static void large_responses_are_refused(void **state)
{
	(void)state;
	START_SERVER("HTTP/1.1 200 too large\r\nContent-Length: 65537\r\n\r\n");
	get();
	assert_int_equal(got.res.err, EMSGSIZE);
	assert_int_equal(got.res.status, 200); /* what it has decided is known all the same */
	assert_true(got.res.sent && *got.res.error);
	assert_string_equal(got.body, "");
}

static void a_status_is_told_without_the_rest(void **state)
{
	struct http_request req;

	(void)state;
	START_SERVER("HTTP/1.1 201 x\r\nContent-Length: 50\r\n\r\n{\"id\":");
	req = a_get();
	req.timeout_ms = 200;
	perform(&req);
	assert_int_equal(got.res.err, ETIMEDOUT);
	assert_int_equal(got.res.status, 201);
	assert_true(got.res.sent);
}

static void a_status_that_is_not_the_last_word_is_none(void **state)
{
	struct http_request req;

	(void)state;
	START_SERVER("HTTP/1.1 102 Processing\r\n\r\n");
	req = a_get();
	req.timeout_ms = 200;
	perform(&req);
	assert_failed(ETIMEDOUT, true);
}

/* The server closes the kept connection when it has read the second request: then libcurl sends
 * that again by itself. */
static void a_kept_connection_that_breaks_is_made_anew(void **state)
{
	(void)state;
	START_SERVER(OK, HANGUP, OK);
	get();
	get();
	assert_status(200);
	assert_int_equal(server.next, 3);
	assert_int_equal(atomic_load(&server.connections), 2);
}

static void what_may_be_sent_once_has_its_own_connection(void **state)
{
	struct http_request req = {
	    .method = "POST", .body = "x", .timeout_ms = LONG_MS, .once = true};

	(void)state;
	START_SERVER(OK, HANGUP, OK);
	req.url = server_url();
	perform(&req);
	perform(&req);
	assert_failed(EIO, true);
	assert_int_equal(server.next, 2);
	assert_int_equal(atomic_load(&server.connections), 2);
	perform(&req);
	assert_status(200);
}

static void plain_text_is_not_taken_for_tls(void **state)
{
	char url[64];
	struct http_request req = {.method = "GET", .url = url, .timeout_ms = LONG_MS};

	(void)state;
	START_SERVER(OK);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
	req.timeout_ms = 200; /* the server waits for the rest of a head */
	perform(&req);
	assert_int_equal(got.res.status, 0);
	assert_true(got.res.err);
	assert_false(got.res.sent);
}

static void bad_requests_are_not_taken(void **state)
{
	static const char *const urls[] = {
	    "",	       "/x",	      "ftp://127.0.0.1/",	 "file:///etc/passwd",
	    "http://", "http://a b/", "http://127.0.0.1:99999/", "http://127.0.0.1/\r\nX: y"};
	static const char *const headers[] = {"A: b\r\nX: y", "A: b\nX: y", "no colon"};
	struct http_request req;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		req = a_get();
		req.url = urls[i];
		assert_int_equal(http_client_submit(client, &req, keep, NULL), EINVAL);
	}
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		req = a_get();
		req.headers = (const char *const[]){headers[i], NULL};
		assert_int_equal(http_client_submit(client, &req, keep, NULL), EINVAL);
	}
	req = a_get();
	req.method = "GET / HTTP/1.1\r\nX";
	assert_int_equal(http_client_submit(client, &req, keep, NULL), EINVAL);
	req = a_get();
	req.timeout_ms = 0;
	assert_int_equal(http_client_perform(client, &req, keep, NULL), EINVAL);
	assert_int_equal(http_client_submit(client, NULL, keep, NULL), EINVAL);
	assert_int_equal(http_client_submit(client, &req, NULL, NULL), EINVAL);
	assert_int_equal(http_client_submit(NULL, &req, keep, NULL), EINVAL);
	assert_int_equal(http_client_alloc(NULL), EINVAL);
	assert_int_equal(atomic_load(&got.calls), 0);
	http_client_free(NULL, 0);
}

#define WITH_CLIENT(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_CLIENT(a_request_is_sent_as_it_is_given),
	    WITH_CLIENT(connections_are_kept),
	    WITH_CLIENT(redirects_are_not_followed),
	    WITH_CLIENT(retry_after_is_read_and_bounded),
	    WITH_CLIENT(proxies_of_the_environment_are_ignored),
	    WITH_CLIENT(nobody_there_is_refused_and_unsent),
	    WITH_CLIENT(silence_times_out),
	    WITH_CLIENT(what_is_too_late_is_not_begun),
	    WITH_CLIENT(a_server_that_hangs_up_is_an_error),
	    WITH_CLIENT(what_is_not_http_is_an_error),
	    WITH_CLIENT(large_responses_are_refused),
	    WITH_CLIENT(a_status_is_told_without_the_rest),
	    WITH_CLIENT(a_status_that_is_not_the_last_word_is_none),
	    WITH_CLIENT(a_kept_connection_that_breaks_is_made_anew),
	    WITH_CLIENT(what_may_be_sent_once_has_its_own_connection),
	    WITH_CLIENT(plain_text_is_not_taken_for_tls),
	    WITH_CLIENT(bad_requests_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
