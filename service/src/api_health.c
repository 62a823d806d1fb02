/**
 * @file api_health.c  Whether we run, whether we can serve, and figures
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "api_priv.h"
#include "log.h"
#include "metrics.h"
#include "shard.h"
#include "strbuf.h"

enum {
	METRICS_MAX = 64 * 1024,
};

void api_healthz(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct json *o = json_new_object();
	int err = json_set_str(o, "status", "ok");

	(void)req;
	(void)arg;
	reply_json(rep, 200, json_done(o, err));
}

void api_readyz(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	const struct {
		const char *name;
		int err;
	} parts[] = {
	    {"redis", store_ping(app->store)},
	    {"rtpengine", ng_ping(app->media.ng)},
	    {"kamailio", sip_ping(app->sip)},
	};
	struct json *o = json_new_object();
	bool ready = true;
	int err = 0;

	(void)req;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		ready = ready && !parts[i].err;
		err |= json_set_str(o, parts[i].name, parts[i].err ? strerror(parts[i].err) : "ok");
	}
	err |= json_set_bool(o, "ready", ready);
	reply_json(rep, ready ? 200 : 503, json_done(o, err));
}

/* In the order of `stats`. */
static const struct {
	const char *family, *help;
} gauges[] = {
    {"execline_lines", "Lines configured."},
    {"execline_hosts", "Hosts on their line."},
    {"execline_seated", "Members in a conference."},
    {"execline_waiting", "Members waiting."},
    {"execline_sms_unsent", "Messages not yet sent."},
    {"execline_agenda", "Legs for which something is to be done."},
    {"execline_ghost_legs", "Silent legs that are asked whether they live."},
};

enum {
	GAUGES = sizeof(gauges) / sizeof(gauges[0]),
	STRANGER_LABELS = 64,
};

/* Rows of Kamailio's on their way into the figures. */
struct strangers {
	struct strbuf *out;
	bool any;
};

static int sum_up(struct app *app, int64_t sums[GAUGES])
{
	int err = 0;

	for (unsigned shard = 0; shard < SHARDS && !err; shard++) {
		struct store_args args = {.n = 0};
		struct store_reply *r = NULL;
		char tag[SHARD_TAG_BUF];

		shard_tag(shard, tag);
		err = store_run(app->store, SCRIPT_STATS, tag, &args, &r);
		for (size_t i = 0; !err && i < GAUGES; i++)
			sums[i] += store_reply_int(store_reply_at(r, i));
		store_reply_free(r);
	}
	return err;
}

static void add_strangers(const char *name, uint64_t n, void *arg)
{
	struct strangers *s = arg;
	char labels[STRANGER_LABELS];

	snprintf(labels, sizeof(labels), "why=\"%s\"", name);
	metrics_counter(s->out, "execline_sip_refused_total",
			s->any ? NULL
			       : "Requests of strangers, and what is no SIP, that Kamailio has "
				 "refused or not answered",
			labels, n);
	s->any = true;
}

/* Without Redis the counters are still given: they are wanted most then. */
void api_metrics(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	int64_t sums[GAUGES] = {0};
	struct strbuf b;
	struct strangers strangers = {.out = &b};
	char *text = NULL;
	int down = sum_up(arg, sums), err;

	(void)req;
	strbuf_init(&b, METRICS_MAX);
	trunks_render(app->trunks, &b);
	metrics_render(&b);
	metrics_gauge(&b, "execline_store_up", "Whether Redis answers.", "", down == 0);
	for (size_t i = 0; !down && i < GAUGES; i++)
		metrics_gauge(&b, gauges[i].family, gauges[i].help, "", sums[i]);
	if (!down && quota_render(app->quota, &b))
		log_debug("calls_not_counted", LOG_B("redis", false));
	if (sip_strangers(app->sip, add_strangers, &strangers))
		log_debug("kamailio_not_counted", LOG_B("any", strangers.any));
	err = strbuf_take(&b, &text);
	reply_text(rep, 200, err ? NULL : text);
}
