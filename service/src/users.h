/**
 * @file users.h  Users: phones that call without a carrier
 *
 * Redis has their HA1, never a password. Kamailio asks for the list (hooks_users.c) and checks them
 * itself.
 */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "digest.h"
#include "e164.h"
#include "store.h"

enum {
	USERS_MAX = 200,
	USER_NAME_BUF = 33,	/**< 32 of a-z 0-9 . _ -, NUL */
	USER_PASSWORD_MIN = 12, /**< characters */
	USER_PASSWORD_BUF = 129,
};

struct users {
	struct store *store;
	const char *realm; /**< EXECLINE_SIP_REALM */
};

struct user {
	char name[USER_NAME_BUF], ha1[DIGEST_HA1_BUF], number[E164_BUF];
	bool usable;	    /**< its HA1 is of our realm */
	int64_t changed_at; /**< ms */
};

/** @return whether it may be the name of a user: [a-z0-9][a-z0-9._-]*, at most 32 characters */
bool users_name_valid(const char *name);

/**
 * Make or replace a user.
 *
 * @param user  Name and number are given, the rest is written
 * @param made  Whether there was none of that name
 *
 * @return 0, ENOSPC there are USERS_MAX, EIO, else as store_run()
 */
__attribute__((warn_unused_result)) int users_put(const struct users *u, struct user *user,
						  const char *password, int64_t now_ms, bool *made);

/** @return 0, ENOENT there is none of this name, else as store_run() */
__attribute__((warn_unused_result)) int users_get(const struct users *u, const char *name,
						  struct user *user);

/** @return as users_get() */
__attribute__((warn_unused_result)) int users_delete(const struct users *u, const char *name);

/** Called for each user; a result other than 0 ends the walk. */
typedef int(users_h)(const struct user *user, void *arg);

/** Walk over all users, by name. @return 0, what the handler returned, else as store_run() */
__attribute__((warn_unused_result)) int users_each(const struct users *u, users_h *handler,
						   void *arg);

#endif
