/**
 * @file listeners.c  Where the service is asked
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "file.h"
#include "httpd.h"
#include "listeners.h"
#include "log.h"
#include "net.h"
#include "routes.h"

enum {
	PEM_MAX = 64 * 1024,
	OUTER_CONNECTIONS = 128,
	OUTER_CONNECTIONS_EACH = 32,
	OUTER_IDLE_S = 15,
};

struct listeners {
	struct httpd *inner, *outer;
	char *cert, *key; /* PEM, NULL = no TLS */
};

static int whose(const char *token, struct httpd_caller *who, void *arg)
{
	const struct app *app = arg;

	return tokens_find(&app->tokens, token, who);
}

static void note(const struct httpd_request *req, const struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;

	audit_note(app->store, req, rep);
}

static int start_inner(struct listeners *l, struct app *app)
{
	const struct routes routes = routes_inside();
	const struct httpd_options opt = {
	    .listen = "127.0.0.1",
	    .port = app->cfg.http_port,
	    .hook_key = app->cfg.hook_key,
	    .tokenh = whose,
	    .audith = note,
	    .routes = routes.route,
	    .nroutes = routes.n,
	    .arg = app,
	};

	return httpd_start(&l->inner, &opt);
}

/* An empty file is none: so is a setting left empty, where containers are concerned. */
static int read_pem(const char *path, char **pem)
{
	int err = file_read(path, PEM_MAX, pem);

	if (err)
		log_error("file_unreadable", LOG_S("file", path), LOG_E("error", err));
	if (!err && !(*pem)[0]) {
		free(*pem);
		*pem = NULL;
	}
	return err;
}

static int read_tls(struct listeners *l, const struct config *cfg)
{
	int err;

	if (!cfg->tls_cert[0])
		return 0;
	err = read_pem(cfg->tls_cert, &l->cert);
	if (!err)
		err = read_pem(cfg->tls_key, &l->key);
	if (!err && !l->cert != !l->key) {
		log_error("file_empty", LOG_S("file", l->cert ? cfg->tls_key : cfg->tls_cert));
		err = EINVAL;
	}
	return err;
}

static int start_outer(struct listeners *l, struct app *app)
{
	const struct config *cfg = &app->cfg;
	const struct routes routes = routes_outside();
	struct httpd_options opt = {
	    .listen = cfg->api_listen,
	    .port = cfg->api_port,
	    .tokenh = whose,
	    .audith = note,
	    .proxy = cfg->api_proxy,
	    .outside = true,
	    .routes = routes.route,
	    .nroutes = routes.n,
	    .arg = app,
	    .connections = OUTER_CONNECTIONS,
	    .connections_each = cfg->api_proxy[0] ? 0 : OUTER_CONNECTIONS_EACH,
	    .idle_timeout_s = OUTER_IDLE_S,
	};
	int err = read_tls(l, cfg);

	opt.tls_cert = l->cert;
	opt.tls_key = l->key;
	if (!err && !l->cert && !net_is_loopback(cfg->api_listen))
		log_warn("api_without_tls", LOG_S("listen", cfg->api_listen));
	if (!err)
		err = httpd_start(&l->outer, &opt);
	if (!err)
		log_info("api_listens", LOG_S("listen", cfg->api_listen),
			 LOG_I("port", cfg->api_port), LOG_B("tls", l->cert != NULL));
	return err;
}

int listeners_start(struct listeners **lp, struct app *app, const char **part)
{
	struct listeners *l = calloc(1, sizeof(*l));
	int err = l ? start_inner(l, app) : ENOMEM;

	*part = err ? "httpd" : "api";
	if (!err && app->cfg.api_listen[0])
		err = start_outer(l, app);
	if (err)
		listeners_stop(l, 0);
	else
		*lp = l;
	return err;
}

static void stop(struct httpd *h, unsigned drain_ms)
{
	if (h)
		httpd_drain(h, drain_ms);
	httpd_stop(h);
}

static void forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

void listeners_stop(struct listeners *l, unsigned drain_ms)
{
	if (!l)
		return;
	stop(l->outer, drain_ms);
	stop(l->inner, drain_ms);
	forget(l->key);
	free(l->cert);
	free(l);
}
