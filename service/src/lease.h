/**
 * @file lease.h  Who consumes a shard: a lease in Redis, and the epoch that fences off its last
 * holder
 */
#ifndef LEASE_H
#define LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "shard.h"
#include "store.h"

enum {
	LEASE_MS = 4500, /**< another replica takes over a dead one's shards after this; 5 s are
			    promised */
	LEASE_RENEW_MS = 1000,
	LEASE_MARGIN_MS = 1000, /**< no effect is begun so shortly before the end */
};

struct lease {
	char tag[SHARD_TAG_BUF];
	int64_t epoch;	  /**< of our lease, 0 = it is not ours */
	int64_t since;	  /**< monotonic, ms: when it became ours, or ours again after a failure */
	int64_t until;	  /**< monotonic, ms: when it ends if it is not renewed */
	int64_t renew_at; /**< likewise: when it is asked for next */
};

/** A lease that is not held yet. */
void lease_init(struct lease *l, unsigned shard);

/**
 * Take or renew it, when it is time for that (renew_at); one that is another's, as soon as it ends.
 *
 * @param owner  Name of this process, unique among replicas
 * @param fresh  Whether it was not ours before, or may have been another's meanwhile
 *
 * @return 0 (see lease_held()), else as store_run(), and it is not held
 */
__attribute__((warn_unused_result)) int lease_hold(struct store *s, struct lease *l,
						   const char *owner, bool *fresh);

/** @return whether it is ours, long enough to begin something under it */
bool lease_held(const struct lease *l);

/** Forget it: it is taken anew next time. */
void lease_drop(struct lease *l);

/** Give it back. @return as store_run() */
__attribute__((warn_unused_result)) int lease_release(struct store *s, struct lease *l,
						      const char *owner);

/** Add the epoch, the first argument of every script that only a shard's consumer may run. */
void lease_arg(struct store_args *args, const struct lease *l);

#endif
