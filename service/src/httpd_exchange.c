/**
 * @file httpd_exchange.c  A request and its answer
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "httpd_priv.h"
#include "log.h"
#include "metrics.h"
#include "net.h"
#include "origin.h"
#include "reply.h"
#include "router.h"
#include "strbuf.h"

enum {
	UPLOAD_MS = 30000, /* a body that takes longer is not waited for */
};

/* A request and its answer; lives from its first line to the end of the answer. */
struct exchange {
	struct httpd *h; /* NULL until the end of the head */
	char *target;
	struct MHD_Connection *conn;
	struct conn *watched;
	int64_t start_ms;
	char id[HTTPD_ID_MAX];
	char source[HTTPD_SOURCE_BUF];
	struct httpd_caller who;
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

struct find_last {
	const char *name, *value;
};

static enum MHD_Result keep_last(void *cls, enum MHD_ValueKind kind, const char *name,
				 const char *value)
{
	struct find_last *f = cls;

	(void)kind;
	if (strcasecmp(name, f->name) == 0)
		f->value = value;
	return MHD_YES;
}

static void look_at_origin(struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(x->conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct find_last forwarded = {.name = "X-Forwarded-For"};
	char peer[NET_ADDRESS_BUF];

	net_address(info ? info->client_addr : NULL, peer);
	MHD_get_connection_values(x->conn, MHD_HEADER_KIND, keep_last, &forwarded);
	origin_source(peer, x->h->opt.proxy, forwarded.value, x->source);
	origin_id(header(x->conn, "X-Request-Id"), x->h->process,
		  atomic_fetch_add(&x->h->requests, 1), x->id);
}

static struct access_claim claim_of(const struct exchange *x)
{
	return (struct access_claim){
	    .request = x->id,
	    .source = x->source,
	    .authorization = header(x->conn, "Authorization"),
	    .key = header(x->conn, "X-ExecLine-Key"),
	};
}

static void refuse_large(struct exchange *x)
{
	reply_error(&x->rep, API_BODY_TOO_LARGE, "the body has more than %d bytes", HTTPD_BODY_MAX);
}

/* Whatever can be refused is refused here, before there is a body to hold. */
static void route(struct exchange *x, const char *method, const char *path, uint64_t length)
{
	const struct httpd_options *opt = &x->h->opt;
	const struct access_claim claim = claim_of(x);
	int err = router_find(opt->routes, opt->nroutes, method, path, &x->match);

	if (err == ENOENT)
		reply_error(&x->rep, API_PATH_UNKNOWN, "%s", path);
	else if (err)
		reply_error(&x->rep, API_METHOD_NOT_ALLOWED, "%s %s", method, path);
	else if (access_check(x->h->access, x->match.route, &claim, &x->who, &x->rep) &&
		 length > HTTPD_BODY_MAX)
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
	char seconds[16], challenge[80];

	add_header(response, "X-Request-Id", x->id);
	add_header(response, "Cache-Control", "no-store");
	if (rep->body)
		add_header(response, "Content-Type",
			   rep->content_type ? rep->content_type : "application/json");
	if (rep->location[0])
		add_header(response, "Location", rep->location);
	if (rep->retry_after_s) {
		snprintf(seconds, sizeof(seconds), "%u", rep->retry_after_s);
		add_header(response, "Retry-After", seconds);
	}
	if (rep->status == 401)
		add_header(response, "WWW-Authenticate", "Bearer");
	if (rep->scope) { /* RFC 6750 3.1 */
		snprintf(challenge, sizeof(challenge),
			 "Bearer error=\"insufficient_scope\", scope=\"%s\"", rep->scope);
		add_header(response, "WWW-Authenticate", challenge);
	}
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

static bool is_change(const struct httpd_route *route)
{
	return (route->auth == HTTPD_OPERATE || route->auth == HTTPD_ADMIN) &&
	       strcmp(route->method, "GET") != 0;
}

/* What was refused has changed nothing; of what went wrong nobody knows. */
static bool may_have_changed(unsigned status)
{
	return status < 400 || status >= 500;
}

static void call_handler(struct exchange *x, const char *method, const char *path)
{
	const struct httpd_options *opt = &x->h->opt;
	const struct httpd_route *route = x->match.route;
	struct httpd_request req = {
	    .method = method,
	    .path = path,
	    .pattern = route->pattern,
	    .target = x->target,
	    .id = x->id,
	    .source = x->source,
	    .who = access_wants_token(x->h->access, route) ? &x->who : NULL,
	    .body = x->body.p ? x->body.p : "",
	    .body_len = x->body.len,
	    .conn = x->conn,
	};

	for (size_t i = 0; i < HTTPD_ARGS_MAX; i++)
		req.arg[i] = x->match.arg[i];
	route->handler(&req, &x->rep, opt->arg);
	if (!x->rep.status)
		x->rep.status = 500;
	if (is_change(route) && may_have_changed(x->rep.status) && opt->audith)
		opt->audith(&req, &x->rep, opt->arg);
	if (route->auth == HTTPD_SIGNED && x->rep.status == 401) {
		const struct access_claim claim = claim_of(x);

		access_failed(x->h->access, route, &claim);
	}
}

/* ----- life of an exchange ----- */

static struct conn *watched(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* Called by libmicrohttpd with the target of the request, before it decodes and cuts it. */
void *httpd_on_target(void *cls, const char *target, struct MHD_Connection *conn)
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
	x->watched = watched(conn);
	conns_until(h->conns, x->watched, x->start_ms + h->step_ms);
	strbuf_init(&x->body, HTTPD_BODY_MAX);
	look_at_origin(x);
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
enum MHD_Result httpd_on_request(void *cls, struct MHD_Connection *conn, const char *path,
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
void httpd_on_completed(void *cls, struct MHD_Connection *conn, void **ctx,
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
	conns_until(h->conns, x->watched, clock_mono_ms() + h->step_ms);
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

/* ----- for handlers ----- */

const char *httpd_query(const struct httpd_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->conn, MHD_GET_ARGUMENT_KIND, name);
}

const char *httpd_header(const struct httpd_request *req, const char *name)
{
	return header(req->conn, name);
}
