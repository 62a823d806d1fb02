/**
 * @file api_users.c  Users: make, show, list, delete
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "api_priv.h"
#include "clock.h"

struct wish {
	char number[E164_BUF], password[USER_PASSWORD_BUF];
};

static const struct json_field fields[] = {
    {.name = "number",
     .kind = JSON_K_STR,
     .offset = offsetof(struct wish, number),
     .max = E164_BUF,
     .lo = 1,
     .required = true},
    {.name = "password",
     .kind = JSON_K_STR,
     .offset = offsetof(struct wish, password),
     .max = USER_PASSWORD_BUF,
     .lo = USER_PASSWORD_MIN,
     .required = true},
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

/* Neither password nor HA1, which is worth as much. */
static struct json *show(const struct user *user)
{
	struct json *o = json_new_object();
	int err = json_set_str(o, "user", user->name);

	err |= json_set_str(o, "number", user->number);
	err |= json_set_bool(o, "usable", user->usable);
	err |= json_set_int(o, "changed_at", user->changed_at);
	return json_done(o, err);
}

static void unknown(struct httpd_reply *rep, const char *name)
{
	reply_error(rep, API_USER_UNKNOWN, "there is no user %s", name);
}

static bool name_is_good(const struct httpd_request *req, struct httpd_reply *rep)
{
	bool good = users_name_valid(req->arg[0]);

	if (!good)
		reply_error(
		    rep, API_PARAMETER_INVALID,
		    "user: must be 1 to 32 of a-z 0-9 . _ -, beginning with a letter or digit");
	return good;
}

static int read_wish(const struct httpd_request *req, struct wish *wish, char why[JSON_WHY_MAX])
{
	int err = json_read(req->body, req->body_len, &spec, wish, why);

	if (!err && !e164_valid(wish->number)) {
		snprintf(why, JSON_WHY_MAX, "number: must be an E.164 number such as +15550100");
		err = EINVAL;
	}
	return err;
}

void api_user_put(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct wish wish = {.number = ""};
	struct user user = {.name = ""};
	char why[JSON_WHY_MAX] = "";
	bool made = false;
	int err;

	if (!name_is_good(req, rep))
		return;
	err = read_wish(req, &wish, why);
	if (err) {
		api_bad_body(rep, err, why);
		goto out;
	}
	snprintf(user.name, sizeof(user.name), "%s", req->arg[0]);
	snprintf(user.number, sizeof(user.number), "%s", wish.number);
	err = users_put(&app->users, &user, wish.password, clock_now_ms(), &made);
	if (err == ENOSPC)
		reply_error(rep, API_USERS_FULL, "there are %d users", USERS_MAX);
	else if (err)
		api_failed(rep, err);
	else
		reply_json(rep, made ? 201 : 200, show(&user));
out:
	explicit_bzero(&wish, sizeof(wish));
	explicit_bzero(&user, sizeof(user));
}

void api_user_get(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct user user;
	int err = users_get(&app->users, req->arg[0], &user);

	if (err == ENOENT)
		unknown(rep, req->arg[0]);
	else if (err)
		api_failed(rep, err);
	else
		reply_json(rep, 200, show(&user));
}

static int push(const struct user *user, void *arg)
{
	return json_push(arg, show(user));
}

void api_user_list(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct json *list = json_new_array();
	int err = users_each(&app->users, push, list);

	(void)req;
	api_reply_list(rep, "users", list, err);
}

void api_user_delete(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	int err = users_delete(&app->users, req->arg[0]);

	if (err == ENOENT)
		unknown(rep, req->arg[0]);
	else if (err)
		api_failed(rep, err);
	else
		rep->status = 204;
}
