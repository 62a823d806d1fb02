/**
 * @file api_tokens.c  Tokens: make, list, delete
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "api_priv.h"
#include "clock.h"

struct wish {
	char name[HTTPD_NAME_BUF];
	int scope;
};

static const struct json_field fields[] = {
    {.name = "name",
     .kind = JSON_K_STR,
     .offset = offsetof(struct wish, name),
     .max = HTTPD_NAME_BUF,
     .lo = 1,
     .required = true},
    {.name = "scope",
     .kind = JSON_K_ENUM,
     .offset = offsetof(struct wish, scope),
     .names = tokens_scope_names,
     .required = true},
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

static struct json *show(const struct httpd_caller *who, int64_t made_ms)
{
	struct json *o = json_new_object();
	int err = json_set_str(o, "id", who->id);

	err |= json_set_str(o, "name", who->name);
	err |= json_set_str(o, "scope", tokens_scope_names[who->scope]);
	err |= json_set_int(o, "created_at", made_ms);
	return json_done(o, err);
}

static void made(struct httpd_reply *rep, const struct httpd_caller *who, int64_t now_ms,
		 const char *token)
{
	struct json *o = show(who, now_ms);
	int err = json_set_str(o, "token", token);

	snprintf(rep->location, sizeof(rep->location), "/v1/tokens/%s", who->id);
	reply_json(rep, 201, json_done(o, err));
}

void api_token_post(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct wish wish = {.name = ""};
	struct httpd_caller who = {.id = ""};
	const int64_t now_ms = clock_now_ms();
	char why[JSON_WHY_MAX] = "", token[TOKEN_BUF];
	int err = json_read(req->body, req->body_len, &spec, &wish, why);

	if (err) {
		api_bad_body(rep, err, why);
		return;
	}
	snprintf(who.name, sizeof(who.name), "%s", wish.name);
	who.scope = (enum httpd_scope)wish.scope;
	err = tokens_make(&app->tokens, &who, now_ms, token);
	if (err == ENOSPC)
		reply_error(rep, API_TOKENS_FULL, "there are %d tokens", TOKENS_MAX);
	else if (err)
		api_failed(rep, err);
	else
		made(rep, &who, now_ms, token);
	explicit_bzero(token, sizeof(token));
}

static int push(const struct httpd_caller *who, int64_t made_ms, void *arg)
{
	return json_push(arg, show(who, made_ms));
}

void api_token_list(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct json *list = json_new_array();
	int err = tokens_each(&app->tokens, push, list);

	(void)req;
	api_reply_list(rep, "tokens", list, err);
}

void api_token_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	int err = tokens_delete(&app->tokens, req->arg[0]);

	if (err == ENOENT)
		reply_error(rep, API_TOKEN_UNKNOWN, "there is no token %s", req->arg[0]);
	else if (err)
		api_failed(rep, err);
	else
		rep->status = 204;
}
