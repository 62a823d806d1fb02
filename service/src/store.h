/**
 * @file store.h  Redis: scripts, and the journal as a stream with consumer groups
 *
 * The only module that includes hiredis. All state is changed by the scripts of service/lua, which
 * are functions of one library in Redis; nothing else here writes to Redis but that library, the
 * consumer groups and the version of the schema.
 *
 * Each connection first makes sure that Redis holds a schema that we know, or none yet: no command
 * is run on another, so that an older or newer service cannot spoil it.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scripts.h"

enum {
	STORE_ARGS_MAX = 96,	   /**< arguments of one script */
	STORE_COMMAND_MS = 1000,   /**< a command that takes longer has failed */
	STORE_CONNECT_MS = 500,	   /**< so has a connection */
	STORE_JOURNAL_BATCH = 128, /**< entries read at once */
	STORE_POOL_MAX = 128, /**< idle connections kept; more are made when more ask at once */
};

struct store;
struct store_reply;

struct store_options {
	const char *host;
	uint16_t port;
	const char *password; /**< "" = none */
};

/** Arguments of a script. Strings are not copied: they must live until store_run() returns. */
struct store_args {
	const char *v[STORE_ARGS_MAX];
	char num[STORE_ARGS_MAX][24]; /**< room for the text of integers */
	size_t n;		      /**< beyond STORE_ARGS_MAX: too many, store_run() refuses */
};

/** Add a string, NULL counts as "". */
void store_arg(struct store_args *a, const char *s);

/** Add an integer. */
void store_arg_int(struct store_args *a, int64_t n);

/** Add a name and its value, if there is one (neither NULL nor ""). */
void store_arg_pair(struct store_args *a, const char *name, const char *value);

/**
 * Prepare a pool of connections; the first is made when the first command needs it.
 *
 * @param sp  Result, written only on success; free with store_free()
 *
 * @return 0, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int store_alloc(struct store **sp,
						    const struct store_options *opt);

/** Close all connections; no command may be under way. @param s  May be NULL */
void store_free(struct store *s);

/**
 * Run a script: call its function, which is brought to Redis first if it is not there. It is sent
 * again over a new connection when a pooled one turns out to be dead: all
 * scripts but `next` (it would let in one more) and `sms_claim` (the second answer would lack what
 * the first one has) may run twice with the same arguments.
 *
 * @param s       Store
 * @param script  Which
 * @param tag     Its KEYS[1]
 * @param args    Its ARGV
 * @param rp      Reply, written only on success; free with store_reply_free()
 *
 * @return 0, EINVAL, ENOMEM, ECONNREFUSED or ETIMEDOUT no Redis, EACCES it wants another
 *         password, EPROTONOSUPPORT its schema is not ours, EAGAIN it cannot serve now
 * (loading, read only, out of memory), ESTALE the shard's lease has passed to another, EPROTO the
 *         script failed
 */
__attribute__((warn_unused_result)) int store_run(struct store *s, enum script script,
						  const char *tag, const struct store_args *args,
						  struct store_reply **rp);

/** As store_run(), for a script whose reply does not matter. */
__attribute__((warn_unused_result)) int store_do(struct store *s, enum script script,
						 const char *tag, const struct store_args *args);

/**
 * Run a script whose reply does not matter, without waiting for it; it is lost when Redis is, or
 * when Redis does not have the functions. For what only saves work later, on the way of a call's
 * answer.
 */
void store_post(struct store *s, enum script script, const char *tag,
		const struct store_args *args);

/** @return 0 if Redis answers, else as store_run() */
__attribute__((warn_unused_result)) int store_ping(struct store *s);

/**
 * Wait until a list has an element; it stays there.
 *
 * @param key      List, named by a script
 * @param wait_ms  For how long at the most
 * @param out      Element, malloc'd; never ""
 *
 * @return 0, ETIMEDOUT nothing came, ENOMEM, else as store_run()
 */
__attribute__((warn_unused_result)) int store_await(struct store *s, const char *key,
						    unsigned wait_ms, char **out);

/**
 * Make a consumer group of a shard's journal, reading from its beginning, unless it exists.
 *
 * @return as store_run()
 */
__attribute__((warn_unused_result)) int store_journal_group(struct store *s, const char *tag,
							    const char *group);

/**
 * Read new entries of a shard's journal for a group's consumer. They need no acknowledgement: they
 * only wake it, and what is to be done stands in the agenda and in the outbox.
 *
 * @param wait_ms  How long to wait for a new one, 0 = not at all
 * @param rp       Entries, see store_journal_entry(); NULL if there is none
 *
 * @return 0, ENOENT the group is gone (Redis was emptied), else as store_run()
 */
__attribute__((warn_unused_result)) int store_journal_read(struct store *s, const char *tag,
							   const char *group, unsigned wait_ms,
							   struct store_reply **rp);

/** @return number of entries in a reply of store_journal_read() */
size_t store_journal_len(const struct store_reply *r);

/** @return entry of such a reply: { id, { field, value, ... } }; belongs to it */
const struct store_reply *store_journal_entry(const struct store_reply *r, size_t i);

void store_reply_free(struct store_reply *r);

/** @return number of elements of an array, else 0 */
size_t store_reply_len(const struct store_reply *r);

/** @return element of an array, NULL if there is no such one; belongs to the array */
const struct store_reply *store_reply_at(const struct store_reply *r, size_t i);

/** @return text of a string, "" for anything else */
const char *store_reply_str(const struct store_reply *r);

/** @return value of an integer or of a string of digits, else 0 */
int64_t store_reply_int(const struct store_reply *r);

/** @return value of a field in { field, value, ... }, "" if it is not there */
const char *store_reply_field(const struct store_reply *r, const char *name);

#endif
