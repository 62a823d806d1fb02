/**
 * @file api_audit.c  What was changed by the API, newest first
 */
#include <stdlib.h>

#include "api.h"
#include "api_priv.h"
#include "audit.h"

static const char *const texts[] = {"token", "name", "source", "action", "target", "request"};

static int push(const struct store_reply *fields, void *arg)
{
	struct json *o = json_new_object();
	int err = json_set_int(o, "at", strtoll(store_reply_field(fields, "at"), NULL, 10));

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		err |= json_set_str(o, texts[i], store_reply_field(fields, texts[i]));
	err |= json_set_int(o, "status", strtoll(store_reply_field(fields, "status"), NULL, 10));
	return json_push(arg, json_done(o, err));
}

void api_audit(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct json *list;
	int64_t limit;

	if (!api_limit_arg(req, rep, &limit))
		return;
	list = json_new_array();
	api_reply_list(rep, "entries", list, audit_each(app->store, limit, push, list));
}
