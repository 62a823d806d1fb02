/**
 * @file http_client.c  HTTP requests, all on one thread
 */
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "clock.h"
#include "http_client.h"
#include "strbuf.h"

enum {
	POLL_MS = 1000, /* longest sleep; submit and free wake the thread */
	IDLE_CONNECTIONS_MAX = 32,
};

/* A request from submit until its callback has returned. */
struct transfer {
	TAILQ_ENTRY(transfer) entry;
	CURL *easy;
	struct curl_slist *headers;
	struct strbuf body; /* of the response */
	int64_t not_after_ms;
	http_done_h *doneh;
	void *arg;
};

TAILQ_HEAD(transfers, transfer);

struct http_client {
	CURLM *multi;
	pthread_t thread;
	struct transfers active; /* the thread's own */

	pthread_mutex_t lock;
	/* under lock: */
	struct transfers queue; /* not yet seen by the thread */
	size_t pending;		/* in the queue or active */
	bool closing;
	int64_t deadline_ms; /* once closing, monotonic */
};

/* ----- one transfer ----- */

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	return strbuf_add(&t->body, p, size * n) ? 0 : size * n;
}

/* The connection is there, and nothing has been sent. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is curl's */
static int on_begin(void *arg, char *to, char *from, int to_port, int from_port)
{
	const struct transfer *t = arg;

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	return clock_mono_ms() > t->not_after_ms ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	strbuf_free(&t->body);
	free(t);
}

bool http_url_valid(const char *url)
{
	CURLU *u = curl_url();
	bool ok = url && u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK;

	curl_url_cleanup(u);
	return ok && (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0);
}

/* A line break in a header would begin another one. */
static bool is_valid(const struct http_request *req)
{
	if (!req || !req->method || !req->url || !req->timeout_ms || !*req->method ||
	    req->method[strspn(req->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] ||
	    !http_url_valid(req->url))
		return false;
	for (size_t i = 0; req->headers && req->headers[i]; i++) {
		if (!strchr(req->headers[i], ':') || strpbrk(req->headers[i], "\r\n"))
			return false;
	}
	return true;
}

static int add_header(struct curl_slist **list, const char *header)
{
	struct curl_slist *longer = curl_slist_append(*list, header);

	if (!longer)
		return ENOMEM;
	*list = longer;
	return 0;
}

static int set_headers(struct transfer *t, const struct http_request *req)
{
	/* Waiting for "100 Continue" would cost a second where a server does not know it. */
	int err = add_header(&t->headers, "Expect:");

	for (size_t i = 0; !err && req->headers && req->headers[i]; i++)
		err = add_header(&t->headers, req->headers[i]);
	return err;
}

static int set_options(struct transfer *t, const struct http_request *req)
{
	CURL *e = t->easy;
	unsigned bad = 0;

	bad |= curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	bad |= curl_easy_setopt(e, CURLOPT_URL, req->url);
	bad |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(e, CURLOPT_PROXY, ""); /* not even that of the environment */
	bad |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
	bad |= curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, req->once ? 1L : 0L);
	bad |= curl_easy_setopt(e, CURLOPT_FORBID_REUSE, req->once ? 1L : 0L);
	bad |= curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	bad |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	bad |= curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	if (req->not_after_ms) {
		t->not_after_ms = req->not_after_ms;
		bad |= curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_begin);
		bad |= curl_easy_setopt(e, CURLOPT_PREREQDATA, t);
	}
	if (req->body)
		bad |= curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, req->body);
	else if (strcmp(req->method, "HEAD") == 0)
		bad |= curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	bad |= curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, req->method);
	return bad ? ENOMEM : 0;
}

static int transfer_alloc(struct transfer **tp, const struct http_request *req)
{
	struct transfer *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return ENOMEM;
	strbuf_init(&t->body, HTTP_CLIENT_BODY_MAX);
	t->easy = curl_easy_init();
	err = t->easy ? set_headers(t, req) : ENOMEM;
	if (!err)
		err = set_options(t, req);
	if (err)
		transfer_free(t);
	else
		*tp = t;
	return err;
}

static int to_errno(CURLcode code, const struct transfer *t)
{
	switch (code) {
	case CURLE_OK:
		return 0;
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_ABORTED_BY_CALLBACK: /* on_begin() */
		return ETIMEDOUT;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
		return ECONNREFUSED;
	case CURLE_OUT_OF_MEMORY:
		return ENOMEM;
	case CURLE_WRITE_ERROR:
		return t->body.err == ENOSPC ? EMSGSIZE : ENOMEM;
	default:
		return EIO;
	}
}

static void report(const struct transfer *t, int err, const char *error)
{
	struct http_result res = {
	    .err = err,
	    .error = error,
	    .body = t->body.p ? t->body.p : "",
	    .body_len = t->body.len,
	};
	curl_off_t retry_after_s = 0;
	long bytes = 0;

	curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &bytes);
	res.sent = bytes > 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &res.status);
	if (res.status < 200) /* not the last word */
		res.status = 0;
	if (res.status)
		curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
	if (retry_after_s > HTTP_CLIENT_RETRY_AFTER_MAX)
		retry_after_s = HTTP_CLIENT_RETRY_AFTER_MAX;
	res.retry_after_s = (unsigned)retry_after_s;
	t->doneh(&res, t->arg);
}

/* ----- the thread ----- */

static void finish(struct http_client *c, struct transfer *t, int err, const char *error)
{
	TAILQ_REMOVE(&c->active, t, entry);
	curl_multi_remove_handle(c->multi, t->easy);
	report(t, err, error);
	transfer_free(t);
	pthread_mutex_lock(&c->lock);
	c->pending--;
	pthread_mutex_unlock(&c->lock);
}

/* Take over what was submitted. */
static void start_queued(struct http_client *c)
{
	struct transfers fresh = TAILQ_HEAD_INITIALIZER(fresh);
	struct transfer *t;

	pthread_mutex_lock(&c->lock);
	TAILQ_CONCAT(&fresh, &c->queue, entry);
	pthread_mutex_unlock(&c->lock);
	while (!TAILQ_EMPTY(&fresh)) {
		t = TAILQ_FIRST(&fresh);
		TAILQ_REMOVE(&fresh, t, entry);
		TAILQ_INSERT_TAIL(&c->active, t, entry);
		if (curl_multi_add_handle(c->multi, t->easy) != CURLM_OK)
			finish(c, t, ENOMEM, "out of memory");
	}
}

static void finish_done(struct http_client *c)
{
	struct transfer *t;
	CURLMsg *msg;
	int left;

	for (msg = curl_multi_info_read(c->multi, &left); msg;
	     msg = curl_multi_info_read(c->multi, &left)) {
		CURLcode code = msg->data.result;

		/* `msg` is gone with the handle, and finish() takes that out. */
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		finish(c, t, to_errno(code, t), code ? curl_easy_strerror(code) : "");
	}
}

/* How long to sleep at most; 0 when it is time to end. */
static int sleep_ms(struct http_client *c)
{
	int64_t left_ms = POLL_MS;

	pthread_mutex_lock(&c->lock);
	if (c->closing)
		left_ms = c->pending ? c->deadline_ms - clock_mono_ms() : 0;
	pthread_mutex_unlock(&c->lock);
	if (left_ms < 0)
		return 0;
	return left_ms < POLL_MS ? (int)left_ms : POLL_MS;
}

static void *run(void *arg)
{
	struct http_client *c = arg;
	int running, ms;

	for (ms = sleep_ms(c); ms; ms = sleep_ms(c)) {
		curl_multi_poll(c->multi, NULL, 0, ms, NULL);
		start_queued(c);
		curl_multi_perform(c->multi, &running);
		finish_done(c);
	}
	start_queued(c);
	while (!TAILQ_EMPTY(&c->active))
		finish(c, TAILQ_FIRST(&c->active), ECANCELED, "canceled");
	return NULL;
}

/* ----- interface ----- */

static void client_free(struct http_client *c)
{
	curl_multi_cleanup(c->multi);
	pthread_mutex_destroy(&c->lock);
	free(c);
	curl_global_cleanup();
}

int http_client_alloc(struct http_client **cp)
{
	struct http_client *c;
	int err = 0;

	if (!cp)
		return EINVAL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return ENOMEM;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(c);
		return ENOMEM;
	}
	TAILQ_INIT(&c->active);
	TAILQ_INIT(&c->queue);
	pthread_mutex_init(&c->lock, NULL);
	c->multi = curl_multi_init();
	if (!c->multi)
		err = ENOMEM;
	if (!err) {
		curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
				  (long)HTTP_CLIENT_PER_HOST_MAX);
		curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS_MAX);
		err = pthread_create(&c->thread, NULL, run, c);
	}
	if (err)
		client_free(c);
	else
		*cp = c;
	return err;
}

int http_client_submit(struct http_client *c, const struct http_request *req, http_done_h *doneh,
		       void *arg)
{
	struct transfer *t = NULL;
	int err;

	if (!c || !doneh || !is_valid(req))
		return EINVAL;
	err = transfer_alloc(&t, req);
	if (err)
		return err;
	t->doneh = doneh;
	t->arg = arg;
	pthread_mutex_lock(&c->lock);
	if (c->closing)
		err = ECANCELED;
	else if (c->pending >= HTTP_CLIENT_PENDING_MAX)
		err = ENOSPC;
	if (!err) {
		TAILQ_INSERT_TAIL(&c->queue, t, entry);
		c->pending++;
		curl_multi_wakeup(c->multi);
	}
	pthread_mutex_unlock(&c->lock);
	if (err)
		transfer_free(t);
	return err;
}

/* A caller of perform, waiting. */
struct waiter {
	http_done_h *doneh;
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done;
};

static void on_waited_for(const struct http_result *res, void *arg)
{
	struct waiter *w = arg;

	w->doneh(res, w->arg);
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->cond); /* under the lock: the waiter's stack is gone after it */
	pthread_mutex_unlock(&w->lock);
}

int http_client_perform(struct http_client *c, const struct http_request *req, http_done_h *doneh,
			void *arg)
{
	struct waiter w = {.doneh = doneh,
			   .arg = arg,
			   .lock = PTHREAD_MUTEX_INITIALIZER,
			   .cond = PTHREAD_COND_INITIALIZER};
	int err;

	if (!c || !doneh)
		return EINVAL;
	if (pthread_equal(pthread_self(), c->thread))
		return EDEADLK;
	err = http_client_submit(c, req, on_waited_for, &w);
	if (err)
		return err;
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.cond, &w.lock);
	pthread_mutex_unlock(&w.lock);
	return 0;
}

void http_client_free(struct http_client *c, unsigned wait_ms)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->closing = true;
	c->deadline_ms = clock_mono_ms() + wait_ms;
	curl_multi_wakeup(c->multi);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	client_free(c);
}
