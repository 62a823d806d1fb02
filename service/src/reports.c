/**
 * @file reports.c  Delivery reports of the SMS providers
 *
 * A report that is repeated changes nothing, so tokens are not remembered.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "digest.h"
#include "fault.h"
#include "jwt.h"
#include "log.h"
#include "outcome.h"
#include "report.h"
#include "reply.h"
#include "reports.h"
#include "shard.h"
#include "strbuf.h"

enum {
	URL_MAX = 8192,
	TOLD_EVERY_MS = 1000, /* anybody may send what is refused, and none may fill the log */
};

static void refuse(const struct httpd_request *req, struct httpd_reply *rep, const char *why)
{
	static _Atomic int64_t told;
	int64_t now = clock_mono_ms();

	if (now - atomic_load(&told) >= TOLD_EVERY_MS) {
		atomic_store(&told, now);
		log_warn("sms_report_refused", LOG_S("provider", req->arg[0]), LOG_S("why", why),
			 LOG_S("request", req->id));
	}
	reply_error(rep, API_UNAUTHORIZED, "the report is not signed as it must be");
}

static const char *from_query(const char *name, void *arg)
{
	return httpd_query(arg, name);
}

/* Whether MessageBird has signed it. @return 0, EACCES, ENOMEM */
static int check_jwt(const struct config *cfg, const struct httpd_request *req,
		     char why[JWT_WHY_MAX])
{
	struct jwt_request signed_req = {
	    .key = cfg->messagebird_signing_key,
	    .issuer = "MessageBird",
	    .body = req->body,
	    .body_len = req->body_len,
	    .now_s = clock_now_ms() / 1000,
	};
	struct strbuf url;
	int err;

	if (!cfg->messagebird_signing_key[0] || !cfg->public_url[0]) {
		snprintf(why, JWT_WHY_MAX, "%s is not set",
			 cfg->public_url[0] ? "EXECLINE_MESSAGEBIRD_SIGNING_KEY"
					    : "EXECLINE_PUBLIC_URL");
		return EACCES;
	}
	strbuf_init(&url, URL_MAX);
	err = strbuf_addf(&url, "%s%s", cfg->public_url, req->target);
	if (err == ENOSPC) {
		snprintf(why, JWT_WHY_MAX, "the URL is too long");
		err = EACCES;
	}
	signed_req.url = url.p;
	if (!err)
		err = jwt_check(httpd_header(req, "MessageBird-Signature-JWT"), &signed_req, why);
	strbuf_free(&url);
	return err;
}

/* Whether it comes from where the line's messages go. @return 0, EACCES, else as lines_get() */
static int check_bearer(struct app *app, const struct httpd_request *req, const char *line)
{
	static const char scheme[] = "Bearer ";
	const char *given = httpd_header(req, "Authorization");
	struct provider_account acc;
	struct lineconf conf;
	int err;

	if (!given || strncasecmp(given, scheme, strlen(scheme)) != 0)
		return EACCES;
	err = lines_get(app->lines, line, &conf);
	if (!err) {
		provider_account(&app->cfg, &conf, &acc);
		if (acc.provider != CONFIG_SMS_WEBHOOK || !acc.key[0] ||
		    !digest_equal(given + strlen(scheme), acc.key))
			err = EACCES;
	} else if (err == ENOENT) {
		err = EACCES;
	}
	lineconf_free(&conf);
	return err;
}

/* Lets the message go where the report says that it is. */
static void apply(struct app *app, const struct httpd_request *req, struct httpd_reply *rep,
		  const struct report *r)
{
	struct store_args args = {.n = 0};
	struct store_reply *found = NULL;
	const char *outcome, *status;
	char tag[SHARD_TAG_BUF];
	struct json *o;
	int err;

	shard_tag(shard_of_line(r->line), tag);
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, r->id);
	store_arg(&args, req->arg[0]);
	store_arg(&args, provider_verdict_names[r->verdict]);
	store_arg(&args, r->provider_id);
	store_arg(&args, r->error);
	err = store_run(app->store, SCRIPT_SMS_REPORT, tag, &args, &found);
	fault_here(FAULT_REPORT_TAKEN);
	if (err) {
		reply_error(rep, API_STORE_UNAVAILABLE, "%s", strerror(err));
		return;
	}
	outcome = store_reply_str(store_reply_at(found, 0));
	status = store_reply_str(store_reply_at(found, 1));
	if (strcmp(outcome, "moved") == 0)
		outcome_count(status);
	log_info("sms_report", LOG_S("sms", r->id),
		 LOG_S("leg", store_reply_str(store_reply_at(found, 2))),
		 LOG_S("call_id", store_reply_str(store_reply_at(found, 3))),
		 LOG_S("provider", req->arg[0]), LOG_S("said", provider_verdict_names[r->verdict]),
		 LOG_S("outcome", outcome), LOG_S("status", status), LOG_S("error", r->error));
	o = json_new_object();
	err = json_set_str(o, "id", r->id);
	err |= json_set_str(o, "outcome", outcome);
	reply_json(rep, 200, json_done(o, err));
	store_reply_free(found);
}

static void take_messagebird(struct app *app, const struct httpd_request *req,
			     struct httpd_reply *rep)
{
	char why[JWT_WHY_MAX] = "", wrong[JSON_WHY_MAX] = "";
	struct report r;
	int err = check_jwt(&app->cfg, req, why);

	if (err == EACCES)
		refuse(req, rep, why);
	else if (err)
		reply_error(rep, API_INTERNAL, "%s", strerror(err));
	else if (report_read_messagebird(from_query, (void *)(uintptr_t)req, req->body,
					 req->body_len, &r, wrong))
		reply_error(rep, API_PARAMETER_INVALID, "%s", wrong);
	else
		apply(app, req, rep, &r);
}

static void take_webhook(struct app *app, const struct httpd_request *req, struct httpd_reply *rep)
{
	char why[JSON_WHY_MAX] = "";
	struct report r;
	int err;

	if (!httpd_header(req, "Authorization")) {
		refuse(req, rep, "there is no key");
		return;
	}
	if (report_read_webhook(req->body, req->body_len, &r, why)) {
		reply_error(rep, API_FIELD_INVALID, "%s", why);
		return;
	}
	err = check_bearer(app, req, r.line);
	if (err == EACCES)
		refuse(req, rep, "it is not the key of the line");
	else if (err)
		reply_error(rep, API_STORE_UNAVAILABLE, "%s", strerror(err));
	else
		apply(app, req, rep, &r);
}

void reports_take(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	if (strcmp(req->arg[0], config_sms_names[CONFIG_SMS_MESSAGEBIRD]) == 0)
		take_messagebird(arg, req, rep);
	else if (strcmp(req->arg[0], config_sms_names[CONFIG_SMS_WEBHOOK]) == 0)
		take_webhook(arg, req, rep);
	else
		reply_error(rep, API_PATH_UNKNOWN, "no such provider: %s", req->arg[0]);
}
