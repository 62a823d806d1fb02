/**
 * @file reply.c  What handlers answer: JSON, and errors in one form
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "reply.h"

static const struct {
	unsigned status;
	const char *code, *hint;
} errors[] = {
#define X(symbol, status, code, hint) {status, code, hint},
    API_ERRORS(X)
#undef X
};

/* Set the body, or leave it empty where there is no memory for it. */
static int set_json(struct httpd_reply *rep, unsigned status, struct json *body)
{
	int err = json_print(body, &rep->body);

	json_free(body);
	rep->status = status;
	return err;
}

void reply_error(struct httpd_reply *rep, enum api_error e, const char *fmt, ...)
{
	struct json *body = json_new_object();
	char detail[REPLY_DETAIL_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	json_set_str(body, "code", errors[e].code);
	json_set_str(body, "hint", errors[e].hint);
	json_set_str(body, "detail", detail);
	set_json(rep, errors[e].status, body);
	if (errors[e].status == 503)
		rep->retry_after_s = REPLY_RETRY_AFTER_S;
}

void reply_json(struct httpd_reply *rep, unsigned status, struct json *body)
{
	if (set_json(rep, status, body))
		reply_error(rep, API_INTERNAL, "out of memory");
}

void reply_text(struct httpd_reply *rep, unsigned status, char *text)
{
	if (!text) {
		reply_error(rep, API_INTERNAL, "out of memory");
		return;
	}
	rep->status = status;
	rep->body = text;
	rep->content_type = "text/plain; charset=utf-8";
}
