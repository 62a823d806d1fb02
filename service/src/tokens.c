/**
 * @file tokens.c  Bearer tokens of the API
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "digest.h"
#include "shard.h"
#include "tokens.h"

static const char PREFIX[] = "exl_"; /* so that one that has leaked can be searched for */

enum {
	RANDOM_BYTES = 32,
	PREFIX_CHARS = sizeof(PREFIX) - 1,
	SECRET_CHARS = TOKEN_BUF - 1 - PREFIX_CHARS,
};

const char *const tokens_scope_names[] = {
#define X(symbol, name) name,
    HTTPD_SCOPES(X)
#undef X
	NULL,
};

/* A row of the scripts. */
enum column {
	C_ID,
	C_DIGEST,
	C_NAME,
	C_SCOPE,
	C_MADE_AT,
};

static const char *text(const struct store_reply *row, enum column c)
{
	return store_reply_str(store_reply_at(row, c));
}

static int read_row(const struct store_reply *row, struct httpd_caller *who)
{
	snprintf(who->id, sizeof(who->id), "%s", text(row, C_ID));
	snprintf(who->name, sizeof(who->name), "%s", text(row, C_NAME));
	for (int i = 0; tokens_scope_names[i]; i++) {
		if (strcmp(text(row, C_SCOPE), tokens_scope_names[i]) == 0) {
			who->scope = (enum httpd_scope)i;
			return 0;
		}
	}
	return EPROTO;
}

static bool has_form(const char *token)
{
	return strncmp(token, PREFIX, PREFIX_CHARS) == 0 && strlen(token) == TOKEN_BUF - 1 &&
	       strspn(token + PREFIX_CHARS, "0123456789abcdef") == SECRET_CHARS;
}

static void id_of(const char digest[DIGEST_HEX_BUF], char id[HTTPD_WHO_BUF])
{
	snprintf(id, HTTPD_WHO_BUF, "%.*s", (int)TOKEN_ID_CHARS, digest);
}

int tokens_find(const struct tokens *t, const char *token, struct httpd_caller *who)
{
	static const struct httpd_caller first = {"first", "EXECLINE_ADMIN_TOKEN",
						  HTTPD_SCOPE_ADMIN};
	struct store_args args = {.n = 0};
	char digest[DIGEST_HEX_BUF], id[HTTPD_WHO_BUF];
	struct store_reply *r = NULL;
	struct httpd_caller found;
	int err;

	if (digest_equal(token, t->first)) {
		*who = first;
		return 0;
	}
	if (!has_form(token))
		return EACCES;
	err = digest_hex(token, strlen(token), digest);
	if (err)
		return err;
	id_of(digest, id);
	store_arg(&args, id);
	err = store_run(t->store, SCRIPT_TOKEN_GET, SHARD_TOKENS_TAG, &args, &r);
	if (err)
		return err;
	err = digest_equal(digest, text(r, C_DIGEST)) ? read_row(r, &found) : EACCES;
	store_reply_free(r);
	if (!err)
		*who = found;
	return err;
}

static int mint(char token[TOKEN_BUF])
{
	unsigned char bytes[RANDOM_BYTES];
	char hex[DIGEST_HEX_BUF];
	int err;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return EIO;
	err = digest_hex(bytes, sizeof(bytes), hex);
	if (!err)
		snprintf(token, TOKEN_BUF, "%s%.*s", PREFIX, (int)SECRET_CHARS, hex);
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(hex, sizeof(hex));
	return err;
}

int tokens_make(const struct tokens *t, struct httpd_caller *who, int64_t now_ms,
		char token[TOKEN_BUF])
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char digest[DIGEST_HEX_BUF];
	int err = mint(token);

	if (!err)
		err = digest_hex(token, strlen(token), digest);
	if (err)
		return err;
	id_of(digest, who->id);
	store_arg_int(&args, now_ms);
	store_arg(&args, who->id);
	store_arg(&args, digest);
	store_arg(&args, who->name);
	store_arg(&args, tokens_scope_names[who->scope]);
	store_arg_int(&args, TOKENS_MAX);
	err = store_run(t->store, SCRIPT_TOKEN_PUT, SHARD_TOKENS_TAG, &args, &r);
	if (!err && strcmp(store_reply_str(r), "ok") != 0)
		err = ENOSPC;
	store_reply_free(r);
	return err;
}

int tokens_delete(const struct tokens *t, const char *id)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg(&args, id);
	err = store_run(t->store, SCRIPT_TOKEN_DELETE, SHARD_TOKENS_TAG, &args, &r);
	if (!err && store_reply_int(r) == 0)
		err = ENOENT;
	store_reply_free(r);
	return err;
}

int tokens_each(const struct tokens *t, tokens_h *handler, void *arg)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err = store_run(t->store, SCRIPT_TOKEN_LIST, SHARD_TOKENS_TAG, &args, &r);

	for (size_t i = 0; !err && i < store_reply_len(r); i++) {
		const struct store_reply *row = store_reply_at(r, i);
		struct httpd_caller who;

		err = read_row(row, &who);
		if (!err)
			err = handler(&who, store_reply_int(store_reply_at(row, C_MADE_AT)), arg);
	}
	store_reply_free(r);
	return err;
}
