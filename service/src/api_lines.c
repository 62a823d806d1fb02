/**
 * @file api_lines.c  Lines: create, replace, read, list, delete
 */
#include <errno.h>
#include <string.h>

#include "api.h"
#include "api_priv.h"
#include "log.h"

void api_line_put(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	struct lineconf conf = {.enabled = false};
	char why[JSON_WHY_MAX] = "";
	bool created;
	int err;

	if (!api_line_arg(req, rep))
		return;
	err = lineconf_read(req->body, req->body_len, &conf, why);
	if (!err)
		err = lineconf_seal(&conf, app->cfg.hook_key, req->arg[0], why);
	if (err) {
		api_bad_body(rep, err, why);
		goto out;
	}
	err = lines_put(app->lines, req->arg[0], &conf, &created, why);
	if (err == EEXIST)
		reply_error(rep, API_DID_TAKEN, "%s", why);
	else if (err)
		api_failed(rep, err);
	else
		reply_json(rep, created ? 201 : 200, lineconf_write(&conf, req->arg[0], &app->cfg));
	if (!err)
		log_info("line_put", LOG_S("line", req->arg[0]), LOG_B("created", created),
			 LOG_S("request", req->id));
out:
	lineconf_free(&conf);
}

void api_line_get(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	struct lineconf conf;
	int err;

	if (!api_line_arg(req, rep))
		return;
	err = lines_get(app->lines, req->arg[0], &conf);
	if (err)
		api_failed(rep, err);
	else
		reply_json(rep, 200, lineconf_write(&conf, req->arg[0], &app->cfg));
	lineconf_free(&conf);
}

struct listing {
	const struct app *app;
	struct json *lines;
};

static int list_one(const char *line, const char *config, void *arg)
{
	struct listing *l = arg;
	struct lineconf conf;
	char why[JSON_WHY_MAX];
	int err = lineconf_read(config, strlen(config), &conf, why);

	if (err) {
		log_error("line_unreadable", LOG_S("line", line), LOG_S("why", why));
		err = 0; /* the others are shown all the same */
	} else {
		err = json_push(l->lines, lineconf_write(&conf, line, &l->app->cfg));
	}
	lineconf_free(&conf);
	return err;
}

void api_line_list(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	struct listing l = {app, json_new_array()};
	int err = lines_each(app->lines, list_one, &l);

	(void)req;
	api_reply_list(rep, "lines", l.lines, err);
}

void api_line_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct app *app = arg;
	int err;

	if (!api_line_arg(req, rep))
		return;
	err = lines_delete(app->lines, req->arg[0]);
	if (err == EBUSY) {
		reply_error(rep, API_LINE_BUSY, "somebody is on line %s", req->arg[0]);
	} else if (err) {
		api_failed(rep, err);
	} else {
		log_info("line_deleted", LOG_S("line", req->arg[0]), LOG_S("request", req->id));
		rep->status = 204;
	}
}
