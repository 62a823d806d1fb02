/**
 * @file hooks_users.c  Kamailio asks who its users are
 *
 * Every few seconds (kamailio-cfg/users.cfg), with the version that it has.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "digest.h"
#include "hooks.h"
#include "hooks_priv.h"
#include "json_decode.h"
#include "reply.h"
#include "strbuf.h"

enum {
	VERSION_BUF = 17,
	LIST_MAX = USERS_MAX * 96, /* bytes: a row has 32 + 32 + 16, and three separators */
};

struct asked {
	char have[VERSION_BUF];
};

static const struct json_field fields[] = {
    {.name = "have",
     .kind = JSON_K_STR,
     .offset = offsetof(struct asked, have),
     .max = VERSION_BUF},
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

struct listing {
	struct strbuf text;
	int count;
};

static int add(const struct user *user, void *arg)
{
	struct listing *l = arg;

	if (!user->usable)
		return 0;
	l->count++;
	return strbuf_addf(&l->text, "%s,%s,%s;", user->name, user->ha1, user->number);
}

static struct json *answer(const struct listing *l, const char *have, int *errp)
{
	const char *text = l->text.p ? l->text.p : "";
	char digest[DIGEST_HEX_BUF], version[VERSION_BUF];
	struct json *o = json_new_object();
	int err = digest_hex(text, strlen(text), digest);

	if (!err) {
		snprintf(version, sizeof(version), "%.*s", VERSION_BUF - 1, digest);
		err = json_set_str(o, "version", version);
		if (strcmp(version, have) != 0) {
			err |= json_set_int(o, "count", l->count);
			err |= json_set_str(o, "users", text);
		}
	}
	*errp = err;
	return o;
}

void hooks_users(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const struct app *app = arg;
	struct asked asked = {.have = ""};
	struct listing l = {.count = 0};
	char why[JSON_WHY_MAX];
	int err = json_read(req->body, req->body_len, &spec, &asked, why);

	if (err) {
		hooks_bad_body(rep, err, why, "");
		return;
	}
	strbuf_init(&l.text, LIST_MAX);
	err = users_each(&app->users, add, &l);
	if (err) {
		reply_error(rep, API_STORE_UNAVAILABLE, "no users: %s", strerror(err));
	} else {
		struct json *o = answer(&l, asked.have, &err);

		reply_json(rep, 200, json_done(o, err));
	}
	strbuf_free(&l.text);
}
