/**
 * @file store_journal.c  The journal of a shard as a Redis stream with consumer groups
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "store_priv.h"

enum {
	KEY_BUF = 64,
};

/* The lease admits one consumer of a shard at a time, so its group has one consumer under one name.
 */
static const char CONSUMER[] = "leaseholder";

/* The one key that is used outside scripts; lua/include/keys.lua names it the same. */
static void journal_key(const char *tag, char out[KEY_BUF])
{
	snprintf(out, KEY_BUF, "%s:journal", tag);
}

int store_journal_group(struct store *s, const char *tag, const char *group)
{
	char key[KEY_BUF];
	const char *argv[] = {"XGROUP", "CREATE", key, group, "0", "MKSTREAM"};
	struct store_reply *r = NULL;
	int err;

	journal_key(tag, key);
	err = store_command(
	    s, &(struct store_command){.argv = argv, .argc = 6, .quiet = "BUSYGROUP"}, &r);
	if (store_reply_is_error(r, "BUSYGROUP"))
		err = 0;
	store_reply_free(r);
	return err;
}

int store_journal_read(struct store *s, const char *tag, const char *group, unsigned wait_ms,
		       struct store_reply **rp)
{
	char key[KEY_BUF], wait[16], count[16];
	const char *argv[12] = {"XREADGROUP", "GROUP", group, CONSUMER, "NOACK", "COUNT", count};
	struct store_command cmd = {.argv = argv, .argc = 7, .wait_ms = wait_ms};
	struct store_reply *r = NULL;
	int err;

	if (!s || !tag || !group || !rp)
		return EINVAL;
	journal_key(tag, key);
	snprintf(count, sizeof(count), "%d", STORE_JOURNAL_BATCH);
	snprintf(wait, sizeof(wait), "%u", wait_ms);
	if (wait_ms) {
		argv[cmd.argc++] = "BLOCK";
		argv[cmd.argc++] = wait;
	}
	argv[cmd.argc++] = "STREAMS";
	argv[cmd.argc++] = key;
	argv[cmd.argc++] = ">";
	err = store_command(s, &cmd, &r);
	if (err || store_reply_len(store_reply_at(store_reply_at(r, 0), 1)) == 0) {
		store_reply_free(r);
		r = NULL;
	}
	if (!err)
		*rp = r;
	return err;
}

/* A reply of XREADGROUP is { { key, { { id, fields }, ... } } }. */
static const struct store_reply *entries_of(const struct store_reply *r)
{
	return store_reply_at(store_reply_at(r, 0), 1);
}

size_t store_journal_len(const struct store_reply *r)
{
	return store_reply_len(entries_of(r));
}

const struct store_reply *store_journal_entry(const struct store_reply *r, size_t i)
{
	return store_reply_at(entries_of(r), i);
}

int store_await(struct store *s, const char *key, unsigned wait_ms, char **out)
{
	char wait[16];
	const char *argv[] = {"BLMOVE", key, key, "LEFT", "LEFT", wait};
	struct store_reply *r = NULL;
	char *text;
	int err;

	if (!s || !key || !out)
		return EINVAL;
	snprintf(wait, sizeof(wait), "%u.%03u", wait_ms / 1000, wait_ms % 1000);
	err = store_command(s, &(struct store_command){.argv = argv, .argc = 6, .wait_ms = wait_ms},
			    &r);
	if (err)
		goto out;
	if (!store_reply_str(r)[0]) {
		err = ETIMEDOUT;
		goto out;
	}
	text = strdup(store_reply_str(r));
	if (!text)
		err = ENOMEM;
	else
		*out = text;
out:
	store_reply_free(r);
	return err;
}
