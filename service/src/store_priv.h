/**
 * @file store_priv.h  Shared by the files of this module only
 */
#ifndef STORE_PRIV_H
#define STORE_PRIV_H

#include <stdbool.h>

#include "scripts.h"

struct store;
struct store_reply;

struct store_command {
	const char *const *argv;
	int argc;
	unsigned wait_ms;  /**< how long Redis itself may block */
	bool once;	   /**< must not be sent a second time */
	const char *quiet; /**< beginning of an error reply that is nothing to report */
};

/**
 * Send one command over a pooled connection.
 *
 * @param rp  Reply, also one that is an error; may be NULL
 *
 * @return as store_run(), or ENOENT for NOGROUP
 */
int store_command(struct store *s, const struct store_command *cmd, struct store_reply **rp);

/**
 * Bring the library of functions to a Redis that does not have it, and drop old ones of ours if
 * there are many.
 *
 * @return as store_run(); 0 also if somebody else was first
 */
int store_library_load(struct store *s);

/** @return whether a script must not run twice with the same arguments */
bool store_runs_once(enum script script);

/** @return true if the reply is an error that begins with that word */
bool store_reply_is_error(const struct store_reply *r, const char *word);

#endif
