/**
 * @file api_calls.c  Who is on a line, and what can be done about it
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "api_priv.h"
#include "clock.h"
#include "digest.h"
#include "log.h"
#include "shard.h"

/* { leg, number, state, since, want, joined_at, trunk, trust } of `status`. */
static const char *brief(const struct store_reply *r, size_t i)
{
	return store_reply_str(store_reply_at(r, i));
}

static int set_caller(struct json *o, const struct store_reply *r)
{
	int err = json_set_str(o, "leg", brief(r, 0));

	err |= json_set_str(o, "number", brief(r, 1));
	err |= json_set_str(o, "trunk", brief(r, 6));
	return err | json_set_str(o, "trust", brief(r, 7));
}

static struct json *person(const struct store_reply *r)
{
	struct json *o = json_new_object();
	const char *state = strncmp(brief(r, 4), "talk:", 5) == 0 ? "connected" : brief(r, 2);
	int err = set_caller(o, r);

	err |= json_set_str(o, "state", state);
	err |= json_set_int(o, "since", store_reply_int(store_reply_at(r, 3)));
	return json_done(o, err);
}

static struct json *waiter(const struct store_reply *r, size_t position, int64_t now)
{
	struct json *o = json_new_object();
	int64_t joined = store_reply_int(store_reply_at(r, 5));
	int err = set_caller(o, r);

	err |= json_set_int(o, "position", (int64_t)position);
	err |= json_set_int(o, "waiting_seconds", now > joined ? (now - joined) / 1000 : 0);
	return json_done(o, err);
}

static int set_person(struct json *o, const char *key, const struct store_reply *r)
{
	return store_reply_len(r) ? json_set(o, key, person(r)) : json_set_null(o, key);
}

/* Who is asked for the PIN, and how many wrong ones there were. */
static struct json *pins(const struct store_reply *asked, int64_t wrong,
			 const struct store_reply *callers)
{
	struct json *o = json_new_object(), *list = json_new_array(), *by = json_new_object();
	int err = 0;

	for (size_t i = 0; i < store_reply_len(asked); i++)
		err |= json_push(list, person(store_reply_at(asked, i)));
	for (size_t i = 0; i + 1 < store_reply_len(callers); i += 2)
		err |= json_set_int(by, brief(callers, i),
				    store_reply_int(store_reply_at(callers, i + 1)));
	err |= json_set(o, "asked", list);
	err |= json_set_int(o, "wrong", wrong);
	err |= json_set(o, "wrong_by_caller", by);
	return json_done(o, err);
}

static void show_status(struct httpd_reply *rep, const char *line, const struct store_reply *r)
{
	const struct store_reply *host = store_reply_at(r, 0), *member = store_reply_at(r, 1);
	const struct store_reply *queue = store_reply_at(r, 2);
	struct json *o = json_new_object(), *waiting = json_new_array();
	bool connected = strncmp(brief(host, 4), "talk:", 5) == 0;
	int err = json_set_str(o, "line", line);

	err |= set_person(o, "host", host);
	err |= set_person(o, "member", member);
	err |= json_set_bool(o, "connected", connected);
	for (size_t i = 0; i < store_reply_len(queue); i++)
		err |= json_push(waiting, waiter(store_reply_at(queue, i), i + 1, clock_now_ms()));
	err |= json_set(o, "waiting", waiting);
	err |= json_set(o, "pin",
			pins(store_reply_at(r, 3), store_reply_int(store_reply_at(r, 4)),
			     store_reply_at(r, 5)));
	reply_json(rep, 200, json_done(o, err));
}

void api_status(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char tag[SHARD_TAG_BUF];
	int err;

	if (!api_line_arg(req, rep))
		return;
	shard_tag(shard_of_line(req->arg[0]), tag);
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, req->arg[0]);
	err = store_run(app->store, SCRIPT_STATUS, tag, &args, &r);
	if (!err && store_reply_len(r) == 0)
		err = ENOENT;
	if (err)
		api_failed(rep, err);
	else
		show_status(rep, req->arg[0], r);
	store_reply_free(r);
}

void api_next(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	struct store_reply *r = NULL;
	enum line_outcome outcome;
	struct json *o;
	int err;

	if (!api_line_arg(req, rep))
		return;
	err = line_next(app->store, req->arg[0], &outcome, &r);
	if (!err && outcome == LINE_UNKNOWN)
		err = ENOENT;
	if (err) {
		api_failed(rep, err);
	} else if (brief(r, 1)[0] == '\0') {
		reply_error(rep, API_SEAT_EMPTY, "nobody is in the conference of %s", req->arg[0]);
	} else {
		log_info("line_next", LOG_S("line", req->arg[0]), LOG_S("leg", brief(r, 1)),
			 LOG_S("call_id", brief(r, 3)), LOG_S("admitted", brief(r, 2)),
			 LOG_S("request", req->id));
		o = json_new_object();
		err = json_set_str(o, "ended", brief(r, 1));
		err |= brief(r, 2)[0] ? json_set_str(o, "admitted", brief(r, 2))
				      : json_set_null(o, "admitted");
		reply_json(rep, 200, json_done(o, err));
	}
	store_reply_free(r);
}

void api_end(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	enum line_outcome outcome;
	struct json *o;
	int64_t count = 0;
	int err;

	if (!api_line_arg(req, rep))
		return;
	err = line_end(app->store, req->arg[0], &outcome, &count);
	if (!err && outcome == LINE_UNKNOWN)
		err = ENOENT;
	if (err) {
		api_failed(rep, err);
		return;
	}
	log_info("line_end", LOG_S("line", req->arg[0]), LOG_I("legs", count),
		 LOG_S("request", req->id));
	o = json_new_object();
	err = json_set_int(o, "ended", count);
	reply_json(rep, 200, json_done(o, err));
}

void api_leg_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	static const struct line_leaving how = {.reason = "api", .hangup = true};
	const char *line = req->arg[0], *leg = req->arg[1];
	struct app *app = arg;
	enum line_outcome outcome = LINE_UNKNOWN;
	struct store_reply *r = NULL;
	int err = 0;

	if (!api_line_arg(req, rep))
		return;
	if (digest_is_leg_id(leg)) /* anything else is no key of ours */
		err = line_leave(app->store, line, leg, &how, &outcome, &r);
	if (err) {
		api_failed(rep, err);
	} else if (outcome != LINE_LEFT) {
		reply_error(rep, API_LEG_UNKNOWN, "no leg %s is on line %s", leg, line);
	} else {
		log_info("leg_hung_up", LOG_S("line", line), LOG_S("leg", leg),
			 LOG_S("call_id", brief(r, 1)), LOG_S("request", req->id));
		rep->status = 204;
	}
	store_reply_free(r);
}
