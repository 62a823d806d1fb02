/**
 * @file api.c  What the handlers of the API have in common
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "httpd.h"

enum {
	LIMIT_DEFAULT = 100,
	LIMIT_MAX = 1000,
};

void api_failed(struct httpd_reply *rep, int err)
{
	if (err == ENOENT)
		reply_error(rep, API_LINE_UNKNOWN, "there is no such line");
	else if (err == ENOMEM || err == EPROTO || err == EBADMSG)
		reply_error(rep, API_INTERNAL, "%s", strerror(err));
	else
		reply_error(rep, API_STORE_UNAVAILABLE, "%s", strerror(err));
}

bool api_line_arg(const struct httpd_request *req, struct httpd_reply *rep)
{
	if (line_id_valid(req->arg[0]))
		return true;
	reply_error(rep, API_PARAMETER_INVALID,
		    "line: 1 to 32 of a-z, 0-9, '-', '_', beginning with a letter or digit");
	return false;
}

void api_bad_body(struct httpd_reply *rep, int err, const char *why)
{
	if (err == EBADMSG)
		reply_error(rep, API_JSON_MALFORMED, "%s", why);
	else if (err == EINVAL)
		reply_error(rep, API_FIELD_INVALID, "%s", why);
	else
		api_failed(rep, err);
}

bool api_limit_arg(const struct httpd_request *req, struct httpd_reply *rep, int64_t *limit)
{
	const char *text = httpd_query(req, "limit");
	char *end;

	*limit = text ? strtoll(text, &end, 10) : LIMIT_DEFAULT;
	if (*limit >= 1 && *limit <= LIMIT_MAX && !(text && *end))
		return true;
	reply_error(rep, API_PARAMETER_INVALID, "limit: a number from 1 to %d", LIMIT_MAX);
	return false;
}

void api_reply_list(struct httpd_reply *rep, const char *name, struct json *list, int err)
{
	struct json *o;

	if (err && err != ENOMEM) {
		json_free(list);
		api_failed(rep, err);
		return;
	}
	o = json_new_object();
	err |= json_set(o, name, list);
	reply_json(rep, 200, json_done(o, err));
}
