/**
 * @file httpd.c  HTTP server: a table of routes, a thread per connection
 */
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "digest.h"
#include "httpd.h"
#include "log.h"
#include "metrics.h"
#include "net.h"
#include "reply.h"
#include "router.h"
#include "strbuf.h"

enum {
	BACKLOG = 1024,
	UPLOAD_MS = 30000, /* a body that takes longer is not waited for */
	QUIET_MS = 100,	   /* nothing for so long, and a drain is done */
};

struct httpd {
	struct httpd_options opt;
	struct MHD_Daemon *daemon;
	int fd; /* listens; libmicrohttpd closes it, unless a drain took it away */
	uint16_t port;
	int64_t born_ms;
	_Atomic uint64_t requests;

	pthread_mutex_t lock;
	pthread_cond_t answered;
	/* under lock: */
	unsigned busy;	 /* requests under way */
	int64_t last_ms; /* end of the last one, monotonic */
	bool draining;
};

/* A request and its answer; lives from its first line to the end of the answer. */
struct exchange {
	struct httpd *h; /* NULL until the end of the head */
	char *target;
	struct MHD_Connection *conn;
	int64_t start_ms;
	char id[HTTPD_ID_MAX];
	struct router_match match;
	size_t received; /* bytes of the body */
	struct strbuf body;
	struct httpd_reply rep; /* has a status as soon as the answer is known */
};

/* ----- head ----- */

static const char *header(struct MHD_Connection *conn, const char *name)
{
	return MHD_lookup_connection_value(conn, MHD_HEADER_KIND, name);
}

static void choose_id(struct exchange *x)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "._-";
	const char *id = header(x->conn, "X-Request-Id");
	size_t n = id ? strspn(id, ok) : 0;

	if (n && n < sizeof(x->id) && !id[n])
		memcpy(x->id, id, n + 1);
	else
		snprintf(x->id, sizeof(x->id), "%" PRIx64 "-%" PRIx64, (uint64_t)x->h->born_ms,
			 atomic_fetch_add(&x->h->requests, 1));
}

static bool is_authorised(const struct exchange *x)
{
	static const char scheme[] = "Bearer ";
	const char *given;

	switch (x->match.route->auth) {
	case HTTPD_OPEN:
		return true;
	case HTTPD_ADMIN:
		given = header(x->conn, "Authorization");
		return given && strncasecmp(given, scheme, strlen(scheme)) == 0 &&
		       digest_equal(given + strlen(scheme), x->h->opt.admin_token);
	case HTTPD_HOOK:
		return digest_equal(header(x->conn, "X-ExecLine-Key"), x->h->opt.hook_key);
	}
	return false;
}

static void refuse_large(struct exchange *x)
{
	reply_error(&x->rep, API_BODY_TOO_LARGE, "the body has more than %d bytes", HTTPD_BODY_MAX);
}

/* Whatever can be refused is refused here, before there is a body to hold. */
static void route(struct exchange *x, const char *method, const char *path, uint64_t length)
{
	const struct httpd_options *opt = &x->h->opt;
	int err = router_find(opt->routes, opt->nroutes, method, path, &x->match);

	if (err == ENOENT)
		reply_error(&x->rep, API_PATH_UNKNOWN, "%s", path);
	else if (err)
		reply_error(&x->rep, API_METHOD_NOT_ALLOWED, "%s %s", method, path);
	else if (!is_authorised(x))
		reply_error(&x->rep, API_UNAUTHORIZED, "%s %s", method, path);
	else if (length > HTTPD_BODY_MAX)
		refuse_large(x);
}

static uint64_t content_length(struct MHD_Connection *conn)
{
	const char *text = header(conn, "Content-Length");

	return text ? strtoull(text, NULL, 10) : 0;
}

/* ----- answer ----- */

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
	if (MHD_add_response_header(response, name, value) != MHD_YES)
		log_error("http_header_lost", LOG_S("header", name));
}

static void add_headers(const struct exchange *x, struct MHD_Response *response)
{
	const struct httpd_reply *rep = &x->rep;
	char seconds[16];

	add_header(response, "X-Request-Id", x->id);
	if (rep->body)
		add_header(response, "Content-Type",
			   rep->content_type ? rep->content_type : "application/json");
	if (rep->retry_after_s) {
		snprintf(seconds, sizeof(seconds), "%u", rep->retry_after_s);
		add_header(response, "Retry-After", seconds);
	}
	if (rep->status == 401)
		add_header(response, "WWW-Authenticate", "Bearer");
	if (rep->status == 405)
		add_header(response, "Allow", x->match.allow);
}

static void account(const struct exchange *x, const char *method, const char *path)
{
	unsigned status = x->rep.status;

	metrics_inc(status < 400   ? METRIC_HTTP_2XX
		    : status < 500 ? METRIC_HTTP_4XX
				   : METRIC_HTTP_5XX);
	log_debug("http_request", LOG_S("request", x->id), LOG_S("method", method),
		  LOG_S("path", path), LOG_I("status", status),
		  LOG_I("ms", clock_mono_ms() - x->start_ms));
}

static enum MHD_Result answer(struct exchange *x, const char *method, const char *path)
{
	struct httpd_reply *rep = &x->rep;
	struct MHD_Response *response;
	enum MHD_Result queued;

	if (!rep->status)
		rep->status = 500;
	account(x, method, path);
	if (rep->body)
		response = MHD_create_response_from_buffer(strlen(rep->body), rep->body,
							   MHD_RESPMEM_MUST_FREE);
	else
		response = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	add_headers(x, response);
	rep->body = NULL; /* the response's now */
	queued = MHD_queue_response(x->conn, rep->status, response);
	MHD_destroy_response(response);
	return queued;
}

static void call_handler(struct exchange *x, const char *method, const char *path)
{
	struct httpd_request req = {
	    .method = method,
	    .path = path,
	    .target = x->target,
	    .id = x->id,
	    .body = x->body.p ? x->body.p : "",
	    .body_len = x->body.len,
	    .conn = x->conn,
	};

	for (size_t i = 0; i < HTTPD_ARGS_MAX; i++)
		req.arg[i] = x->match.arg[i];
	x->match.route->handler(&req, &x->rep, x->h->opt.arg);
}

/* ----- life of an exchange ----- */

/* Called by libmicrohttpd with the target of the request, before it decodes and cuts it. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *conn)
{
	struct exchange *x = calloc(1, sizeof(*x));

	(void)cls;
	(void)conn;
	if (x)
		x->target = strdup(target);
	return x;
}

static enum MHD_Result begin(struct httpd *h, struct MHD_Connection *conn, const char *method,
			     const char *path, struct exchange *x)
{
	uint64_t length = content_length(conn);

	if (!x || !x->target)
		return MHD_NO;
	x->h = h;
	x->conn = conn;
	x->start_ms = clock_mono_ms();
	strbuf_init(&x->body, HTTPD_BODY_MAX);
	choose_id(x);
	pthread_mutex_lock(&h->lock);
	h->busy++;
	pthread_mutex_unlock(&h->lock);

	route(x, method, path, length);
	return length > HTTPD_DISCARD_MAX ? answer(x, method, path) : MHD_YES;
}

/* Keep a piece of the body, or drop it once the request is refused. MHD_NO closes the connection.
 */
static enum MHD_Result receive(struct exchange *x, const char *data, size_t n)
{
	x->received += n;
	if (x->received > HTTPD_DISCARD_MAX || clock_mono_ms() - x->start_ms > UPLOAD_MS)
		return MHD_NO;
	if (!x->rep.status && strbuf_add(&x->body, data, n)) {
		if (x->body.err == ENOMEM)
			return MHD_NO;
		refuse_large(x);
	}
	return MHD_YES;
}

/* Called by libmicrohttpd at the end of the head, for each piece of the body, and at its end. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *path,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **ctx)
{
	struct exchange *x = *ctx;
	size_t n = *size;

	(void)version;
	if (!x || !x->h)
		return begin(cls, conn, method, path, x);
	*size = 0;
	if (n)
		return receive(x, data, n);
	if (!x->rep.status)
		call_handler(x, method, path);
	return answer(x, method, path);
}

/* Once a connection of a draining server has its answer, it gets no further request: to the client
 * this is a kept connection that was closed while idle, which it has to expect. */
static void on_completed(void *cls, struct MHD_Connection *conn, void **ctx,
			 enum MHD_RequestTerminationCode how)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct exchange *x = *ctx;
	struct httpd *h = cls;
	bool begun;

	(void)how;
	if (!x)
		return;
	begun = x->h != NULL;
	free(x->rep.body);
	strbuf_free(&x->body);
	free(x->target);
	free(x);
	*ctx = NULL;
	if (!begun)
		return;
	pthread_mutex_lock(&h->lock);
	h->busy--;
	h->last_ms = clock_mono_ms();
	if (h->draining && info)
		shutdown(info->connect_fd, SHUT_RD);
	pthread_cond_signal(&h->answered);
	pthread_mutex_unlock(&h->lock);
}

__attribute__((format(printf, 2, 0))) static void on_log(void *cls, const char *fmt, va_list ap)
{
	char text[256];

	(void)cls;
	vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	log_debug("http_library", LOG_S("text", text));
}

/* A text with a NUL in it would be cut there and mean something else: it stays as it came. */
static size_t unescape(void *cls, struct MHD_Connection *conn, char *text)
{
	(void)cls;
	(void)conn;
	return strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}

/* ----- life of the server ----- */

static int start(struct httpd *h)
{
	unsigned idle_s = h->opt.idle_timeout_s ? h->opt.idle_timeout_s : HTTPD_IDLE_S;

	h->daemon = MHD_start_daemon(
	    MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
		MHD_USE_ITC | MHD_USE_ERROR_LOG | MHD_USE_PEDANTIC_CHECKS,
	    0, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	    MHD_OPTION_LISTEN_SOCKET, h->fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTPD_CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)HTTPD_HEADER_MEMORY, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_END);
	return h->daemon ? 0 : ENOMEM;
}

static bool is_valid(const struct httpd_options *opt)
{
	if (!opt || !opt->listen || (opt->nroutes && !opt->routes))
		return false;
	for (size_t i = 0; i < opt->nroutes; i++) {
		enum httpd_auth auth = opt->routes[i].auth;
		const char *secret = auth == HTTPD_ADMIN ? opt->admin_token : opt->hook_key;

		if (auth != HTTPD_OPEN && (!secret || !*secret))
			return false;
	}
	return true;
}

int httpd_start(struct httpd **hp, const struct httpd_options *opt)
{
	pthread_condattr_t attr;
	struct httpd *h;
	int err;

	if (!hp || !is_valid(opt))
		return EINVAL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return ENOMEM;
	h->opt = *opt;
	h->born_ms = clock_now_ms();
	pthread_mutex_init(&h->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&h->answered, &attr);
	pthread_condattr_destroy(&attr);

	h->port = opt->port;
	err = net_listen(opt->listen, &h->port, BACKLOG, &h->fd);
	if (!err)
		err = start(h);
	if (err) {
		httpd_stop(h);
		return err;
	}
	*hp = h;
	return 0;
}

uint16_t httpd_port(const struct httpd *h)
{
	return h->port;
}

/* When a drain may end, as it looks now. */
static int64_t drained_ms(const struct httpd *h, int64_t deadline_ms)
{
	int64_t quiet_ms = h->last_ms + QUIET_MS;

	return h->busy || quiet_ms > deadline_ms ? deadline_ms : quiet_ms;
}

void httpd_drain(struct httpd *h, unsigned wait_ms)
{
	int64_t deadline_ms = clock_mono_ms() + wait_ms, until_ms;

	MHD_quiesce_daemon(h->daemon);
	shutdown(h->fd, SHUT_RD); /* refuse, rather than leave clients waiting to be accepted */
	pthread_mutex_lock(&h->lock);
	h->draining = true;
	h->last_ms = clock_mono_ms();
	for (until_ms = drained_ms(h, deadline_ms); until_ms > clock_mono_ms();
	     until_ms = drained_ms(h, deadline_ms)) {
		struct timespec ts = {.tv_sec = until_ms / 1000,
				      .tv_nsec = until_ms % 1000 * 1000000};

		pthread_cond_timedwait(&h->answered, &h->lock, &ts);
	}
	pthread_mutex_unlock(&h->lock);
}

void httpd_stop(struct httpd *h)
{
	if (!h)
		return;
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	if (h->draining)
		close(h->fd);
	pthread_cond_destroy(&h->answered);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* ----- for handlers ----- */

const char *httpd_query(const struct httpd_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->conn, MHD_GET_ARGUMENT_KIND, name);
}

const char *httpd_header(const struct httpd_request *req, const char *name)
{
	return header(req->conn, name);
}
