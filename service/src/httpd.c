/**
 * @file httpd.c  HTTP server: a table of routes, a thread per connection
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "httpd_priv.h"
#include "log.h"
#include "net.h"

enum {
	BACKLOG = 1024,
	QUIET_MS = 100, /* nothing for so long, and a drain is done */
};

/* ----- for libmicrohttpd ----- */

static void on_connection(void *cls, struct MHD_Connection *conn, void **ctx,
			  enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct httpd *h = cls;

	if (code == MHD_CONNECTION_NOTIFY_STARTED && info)
		*ctx = conns_add(h->conns, info->connect_fd, clock_mono_ms() + h->step_ms);
	else if (code == MHD_CONNECTION_NOTIFY_CLOSED)
		conns_remove(h->conns, *ctx);
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

/* TLS 1.2 and 1.3, nothing weak (GnuTLS, "Priority strings"). */
static const char TLS_PRIORITIES[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static int start(struct httpd *h)
{
	const struct httpd_options *opt = &h->opt;
	const bool tls = opt->tls_cert != NULL;
	const struct MHD_OptionItem for_tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)opt->tls_cert},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)opt->tls_key},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
	    {MHD_OPTION_END, 0, NULL},
	};
	const struct MHD_OptionItem nothing[] = {{MHD_OPTION_END, 0, NULL}};

	h->daemon = MHD_start_daemon(
	    MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
		MHD_USE_ITC | MHD_USE_ERROR_LOG | MHD_USE_PEDANTIC_CHECKS |
		(tls ? MHD_USE_TLS : 0U),
	    0, NULL, NULL, httpd_on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	    MHD_OPTION_LISTEN_SOCKET, h->fd, MHD_OPTION_NOTIFY_COMPLETED, httpd_on_completed, h,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_CONNECTION_LIMIT,
	    opt->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, opt->connections_each,
	    MHD_OPTION_CONNECTION_TIMEOUT, opt->idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)HTTPD_HEADER_MEMORY, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
	    MHD_OPTION_URI_LOG_CALLBACK, httpd_on_target, NULL, MHD_OPTION_ARRAY,
	    tls ? for_tls : nothing, MHD_OPTION_END);
	if (!h->daemon && tls)
		log_error("tls_refused",
			  LOG_S("why", "the certificate, its key, or both together"));
	return h->daemon ? 0 : tls ? EINVAL : ENOMEM;
}

static bool is_served(const struct httpd_options *opt, enum httpd_auth auth)
{
	switch (auth) {
	case HTTPD_OPEN:
	case HTTPD_SIGNED:
		return true;
	case HTTPD_HOOK:
		return opt->hook_key && *opt->hook_key;
	case HTTPD_INSIDE:
		return !opt->outside || opt->tokenh;
	case HTTPD_READ:
	case HTTPD_OPERATE:
	case HTTPD_ADMIN:
		break;
	}
	return opt->tokenh != NULL;
}

static bool is_valid(const struct httpd_options *opt)
{
	if (!opt || !opt->listen || (opt->nroutes && !opt->routes) ||
	    !opt->tls_cert != !opt->tls_key)
		return false;
	for (size_t i = 0; i < opt->nroutes; i++)
		if (!is_served(opt, opt->routes[i].auth))
			return false;
	return true;
}

static void fill_in(struct httpd_options *opt)
{
	if (!opt->connections)
		opt->connections = HTTPD_CONNECTIONS_MAX;
	if (!opt->idle_timeout_s)
		opt->idle_timeout_s = HTTPD_IDLE_S;
}

/* The parts of a server that do not listen. */
static int prepare(struct httpd *h)
{
	const struct access_options access = {h->opt.hook_key, h->opt.tokenh, h->opt.arg,
					      h->opt.outside};
	pthread_condattr_t attr;
	int err;

	h->step_ms = 2000 * (int64_t)h->opt.idle_timeout_s;
	pthread_mutex_init(&h->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&h->answered, &attr);
	pthread_condattr_destroy(&attr);
	if (getrandom(&h->process, sizeof(h->process), 0) != sizeof(h->process))
		return EIO;
	err = access_alloc(&h->access, &access);
	return err ? err : conns_start(&h->conns, h->opt.connections);
}

int httpd_start(struct httpd **hp, const struct httpd_options *opt)
{
	struct httpd *h;
	int err;

	if (!hp || !is_valid(opt))
		return EINVAL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return ENOMEM;
	h->opt = *opt;
	fill_in(&h->opt);
	h->port = opt->port;
	err = prepare(h);
	if (!err)
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
	conns_stop(h->conns);
	access_free(h->access);
	pthread_cond_destroy(&h->answered);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
