/**
 * @file audit.c  Who has changed what by the API
 */
#include <stdio.h>

#include "audit.h"
#include "clock.h"
#include "log.h"
#include "shard.h"

enum {
	ACTION_BUF = 128,
};

void audit_note(struct store *s, const struct httpd_request *req, const struct httpd_reply *rep)
{
	const char *target = rep->location[0] ? rep->location : req->path;
	struct store_args args = {.n = 0};
	char action[ACTION_BUF];
	int err;

	snprintf(action, sizeof(action), "%s %s", req->method, req->pattern);
	store_arg(&args, "at");
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, "token");
	store_arg(&args, req->who->id);
	store_arg(&args, "name");
	store_arg(&args, req->who->name);
	store_arg(&args, "source");
	store_arg(&args, req->source);
	store_arg(&args, "action");
	store_arg(&args, action);
	store_arg(&args, "target");
	store_arg(&args, target);
	store_arg(&args, "status");
	store_arg_int(&args, rep->status);
	store_arg(&args, "request");
	store_arg(&args, req->id);
	err = store_do(s, SCRIPT_AUDIT_ADD, SHARD_AUDIT_TAG, &args);
	log_info("api_change", LOG_S("token", req->who->id), LOG_S("name", req->who->name),
		 LOG_S("source", req->source), LOG_S("action", action), LOG_S("target", target),
		 LOG_I("status", rep->status), LOG_S("request", req->id));
	if (err)
		log_error("audit_lost", LOG_S("request", req->id), LOG_E("error", err));
}

int audit_each(struct store *s, int64_t limit, audit_h *handler, void *arg)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg_int(&args, limit);
	err = store_run(s, SCRIPT_AUDIT_LIST, SHARD_AUDIT_TAG, &args, &r);
	for (size_t i = 0; !err && i < store_reply_len(r); i++)
		err = handler(store_reply_at(store_reply_at(r, i), 1), arg);
	store_reply_free(r);
	return err;
}
