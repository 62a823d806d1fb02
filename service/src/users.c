/**
 * @file users.c  Users: phones that call without a carrier
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shard.h"
#include "users.h"

/* A row of the scripts. */
enum column {
	C_NAME,
	C_HA1,
	C_REALM,
	C_NUMBER,
	C_CHANGED_AT,
};

static const char *text(const struct store_reply *row, enum column c)
{
	return store_reply_str(store_reply_at(row, c));
}

static void read_row(const struct users *u, const struct store_reply *row, struct user *user)
{
	*user = (struct user){
	    .usable = strcmp(text(row, C_REALM), u->realm) == 0,
	    .changed_at = strtoll(text(row, C_CHANGED_AT), NULL, 10),
	};
	snprintf(user->name, sizeof(user->name), "%s", text(row, C_NAME));
	snprintf(user->ha1, sizeof(user->ha1), "%s", text(row, C_HA1));
	snprintf(user->number, sizeof(user->number), "%s", text(row, C_NUMBER));
}

bool users_name_valid(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789", more[] = "._-";
	const size_t len = name ? strlen(name) : 0;

	if (!len || len >= USER_NAME_BUF || !strchr(first, *name))
		return false;
	for (const char *p = name; *p; p++)
		if (!strchr(first, *p) && !strchr(more, *p))
			return false;
	return true;
}

int users_put(const struct users *u, struct user *user, const char *password, int64_t now_ms,
	      bool *made)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err = digest_ha1(user->name, u->realm, password, user->ha1);

	if (err)
		return err;
	user->usable = true;
	user->changed_at = now_ms;
	store_arg_int(&args, now_ms);
	store_arg(&args, user->name);
	store_arg(&args, user->ha1);
	store_arg(&args, u->realm);
	store_arg(&args, user->number);
	store_arg_int(&args, USERS_MAX);
	err = store_run(u->store, SCRIPT_USER_PUT, SHARD_USERS_TAG, &args, &r);
	if (!err && strcmp(store_reply_str(r), "full") == 0)
		err = ENOSPC;
	if (!err)
		*made = strcmp(store_reply_str(r), "made") == 0;
	store_reply_free(r);
	return err;
}

int users_get(const struct users *u, const char *name, struct user *user)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg(&args, name);
	err = store_run(u->store, SCRIPT_USER_GET, SHARD_USERS_TAG, &args, &r);
	if (!err && !store_reply_len(r))
		err = ENOENT;
	if (!err)
		read_row(u, r, user);
	store_reply_free(r);
	return err;
}

int users_delete(const struct users *u, const char *name)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg(&args, name);
	err = store_run(u->store, SCRIPT_USER_DELETE, SHARD_USERS_TAG, &args, &r);
	if (!err && store_reply_int(r) == 0)
		err = ENOENT;
	store_reply_free(r);
	return err;
}

int users_each(const struct users *u, users_h *handler, void *arg)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err = store_run(u->store, SCRIPT_USER_LIST, SHARD_USERS_TAG, &args, &r);

	for (size_t i = 0; !err && i < store_reply_len(r); i++) {
		struct user user;

		read_row(u, store_reply_at(r, i), &user);
		err = handler(&user, arg);
	}
	store_reply_free(r);
	return err;
}
