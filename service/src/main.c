/**
 * @file main.c  Start the parts in order, wait for the signal, stop in reverse
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "calls.h"
#include "dtmf.h"
#include "e164.h"
#include "lineconf.h"
#include "listeners.h"
#include "log.h"
#include "net.h"
#include "outbox.h"
#include "strbuf.h"
#include "worker.h"

enum {
	DRAIN_MS = 5000, /* for HTTP requests, and then for messages on their way */
	OWNER_BUF = 128,
	HELP_MAX = 16 * 1024,
	REPLICAS_MAX = 64, /* on one host */
};

static const char LOOPBACK[] = "127.0.0.1";

/* All parts of the process. */
struct parts {
	struct app app;
	struct http_client *http;
	struct calls calls;
	struct outbox *outbox;
	struct reconcile_options reconcile;
	struct media_run *media_run;
	struct worker *worker;
	struct dtmf *dtmf;
	struct listeners *listeners;
	char owner[OWNER_BUF];
};

static int failed(const char *part, int err)
{
	if (err)
		log_error("start_failed", LOG_S("part", part), LOG_E("error", err));
	return err;
}

static int start_clients(struct parts *p)
{
	struct app *app = &p->app;
	const struct store_options redis = {LOOPBACK, app->cfg.redis_port, app->cfg.redis_password};
	int err = failed("store", store_alloc(&app->store, &redis));

	/* Any other trouble with Redis may pass while we run. */
	if (!err && store_ping(app->store) == EPROTONOSUPPORT)
		return failed("store", EPROTONOSUPPORT);
	app->tokens = (struct tokens){app->store, app->cfg.admin_token};
	app->users = (struct users){app->store, app->cfg.sip_realm};
	if (!err)
		err = failed("lines", lines_alloc(&app->lines, app->store));
	if (!err)
		err = failed("quota",
			     quota_alloc(&app->quota, app->store, app->trunks, app->cfg.max_calls));
	if (!err)
		err = failed("rtpengine", ng_alloc(&app->media.ng, LOOPBACK, app->cfg.ng_port));
	if (!err)
		err = failed("music", music_alloc(&app->media.music, app->cfg.ng_port));
	if (!err)
		err = failed("media_run", media_run_alloc(&p->media_run, app->media.ng));
	if (!err)
		err = failed("http_client", http_client_alloc(&p->http));
	if (!err)
		err = failed("sip", sip_alloc(&app->sip, p->http, app->cfg.rpc_port));
	if (!err)
		err = failed("outbox", outbox_alloc(&p->outbox, app->store, p->http, &app->cfg));
	app->media.standard = app->cfg.music;
	app->media.learns = app->cfg.rtp_source == CONFIG_RTP_FIRST;
	return err;
}

/* In containers on the host's network all replicas may have the same host name and process id, so
 * each has a number. That of a dead one is free at once: who is started in its place has its
 * leases. */
static int name_ourselves(struct parts *p)
{
	char host[64] = "", name[64];
	int fd,
	    err = EADDRINUSE; /* the descriptor is never closed: the number is ours while we live */

	gethostname(host, sizeof(host) - 1);
	for (unsigned n = 1; n <= REPLICAS_MAX && err == EADDRINUSE; n++) {
		snprintf(name, sizeof(name), "execlined-%u-%u", p->app.cfg.redis_port, n);
		err = net_claim(name, &fd);
		snprintf(p->owner, sizeof(p->owner), "%s:%u", host, n);
	}
	return err;
}

static int start_consumers(struct parts *p)
{
	const struct worker_options opt = {p->app.store, &p->calls, p->outbox, &p->reconcile,
					   p->owner};
	int err = name_ourselves(p);

	if (err)
		return failed("worker", err);
	p->calls = (struct calls){
	    .store = p->app.store,
	    .sip = p->app.sip,
	    .media = p->app.media,
	    .media_run = p->media_run,
	    .life = {p->app.store, p->app.sip, &p->app.media, (int64_t)p->app.cfg.silence_s * 1000},
	};
	p->reconcile =
	    (struct reconcile_options){p->app.store, p->app.media.ng, p->app.cfg.reconcile_s};
	return failed("worker", worker_start(&p->worker, &opt));
}

static int start(struct parts *p)
{
	const char *part = NULL;
	int err = start_clients(p);

	if (!err)
		err = start_consumers(p);
	if (!err)
		err = failed("dtmf", dtmf_start(&p->dtmf, p->app.store, p->app.cfg.hook_key,
						p->app.cfg.dtmf_port));
	if (err)
		return err;
	err = listeners_start(&p->listeners, &p->app, &part);
	return failed(part, err);
}

/* Requests first, since they make work for the others. */
static void stop(struct parts *p)
{
	listeners_stop(p->listeners, DRAIN_MS);
	dtmf_stop(p->dtmf);
	worker_stop(p->worker);
	http_client_free(p->http, DRAIN_MS);
	outbox_free(p->outbox);
	sip_free(p->app.sip);
	media_run_free(p->media_run);
	music_free(p->app.media.music);
	ng_free(p->app.media.ng);
	quota_free(p->app.quota);
	lines_free(p->app.lines);
	store_free(p->app.store);
	trunks_free(p->app.trunks);
}

static const char *environment(const char *name)
{
	return getenv(name);
}

static int load_settings(struct app *app, char why[CONFIG_WHY_MAX])
{
	struct config *cfg = &app->cfg;
	char trunks_why[TRUNK_WHY_MAX] = "out of memory";
	int err = config_load(cfg, environment, why);

	if (err)
		return err;
	if (!e164_country_known(cfg->country)) {
		snprintf(why, CONFIG_WHY_MAX, "EXECLINE_COUNTRY=\"%s\" is not allowed; allowed: %s",
			 cfg->country, "a country code of ISO 3166");
		return EINVAL;
	}
	if (!lineconf_sender_valid(cfg->sms_from)) {
		snprintf(why, CONFIG_WHY_MAX,
			 "EXECLINE_SMS_FROM=\"%s\" is not allowed; allowed: " LINECONF_SENDER,
			 cfg->sms_from);
		return EINVAL;
	}
	err = trunks_alloc(&app->trunks, cfg->trunks, trunks_why);
	if (err)
		snprintf(why, CONFIG_WHY_MAX, "EXECLINE_TRUNKS: %s", trunks_why);
	return err;
}

/* What `execlined --help` says. */
static int help(void)
{
	struct strbuf b;
	int err;

	strbuf_init(&b, HELP_MAX);
	err = config_help(&b);
	if (!err)
		fputs(b.p, stdout);
	strbuf_free(&b);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct parts parts;
	char why[CONFIG_WHY_MAX];
	sigset_t signals;
	int got = 0, err;

	if (argc > 1) {
		if (strcmp(argv[1], "--help") == 0)
			return help();
		fputs("usage: execlined [--help]; settings come from the environment\n", stderr);
		return EXIT_FAILURE;
	}
	err = load_settings(&parts.app, why);
	if (err) {
		log_error("bad_setting", LOG_S("why", why));
		return EXIT_FAILURE;
	}
	log_level_set((enum log_level)parts.app.cfg.log_level);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals,
			NULL); /* threads inherit it: only sigwait() sees them */

	err = start(&parts);
	if (!err) {
		log_info("started", LOG_I("http_port", parts.app.cfg.http_port));
		sigwait(&signals, &got);
		log_info("stopping", LOG_I("signal", got));
	}
	stop(&parts);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
