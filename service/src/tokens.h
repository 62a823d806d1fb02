/**
 * @file tokens.h  Bearer tokens of the API
 *
 * A token is shown once, when it is made; Redis has its SHA-256. The first is
 * EXECLINE_ADMIN_TOKEN, which is in no store.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include "http.h"
#include "store.h"

enum {
	TOKENS_MAX = 100,
	TOKEN_BUF = 45,	     /**< "exl_" and 40 hex digits: 160 random bits; and NUL */
	TOKEN_ID_CHARS = 12, /**< the first hex digits of its SHA-256 */
};

/** Names of the scopes, NULL-terminated, by enum httpd_scope */
extern const char *const tokens_scope_names[];

/** Those that know whose token it is. */
struct tokens {
	struct store *store;
	const char *first; /**< EXECLINE_ADMIN_TOKEN */
};

/**
 * Whose token it is. What has not the form of a token is not looked for in Redis.
 *
 * @return 0, EACCES nobody's, else as store_run()
 */
__attribute__((warn_unused_result)) int tokens_find(const struct tokens *t, const char *token,
						    struct httpd_caller *who);

/**
 * Make a token.
 *
 * @param who    Name and scope are given, the id is written
 * @param token  The token itself
 *
 * @return 0, ENOSPC there are TOKENS_MAX, EIO no random numbers, else as store_run()
 */
__attribute__((warn_unused_result)) int tokens_make(const struct tokens *t,
						    struct httpd_caller *who, int64_t now_ms,
						    char token[TOKEN_BUF]);

/** @return 0, ENOENT there is none with this id, else as store_run() */
__attribute__((warn_unused_result)) int tokens_delete(const struct tokens *t, const char *id);

/** Called for each token; a result other than 0 ends the walk. */
typedef int(tokens_h)(const struct httpd_caller *who, int64_t made_ms, void *arg);

/** Walk over all tokens, by the time they were made. @return 0, what the handler returned, else as
 * store_run() */
__attribute__((warn_unused_result)) int tokens_each(const struct tokens *t, tokens_h *handler,
						    void *arg);

#endif
