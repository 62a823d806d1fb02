/**
 * @file reconcile.h  Whether the stores agree on who is there, and what is done where they do not
 *
 * Redis has the legs, rtpengine their media. A crash between two steps, or a call that one of them
 * has lost, leaves
 *   - a leg without media: they are made anew, and the caller is told where they are;
 *   - media without a leg: they are deleted.
 * Of a dialog Kamailio keeps nothing that does not end by itself; whether the caller is still in it
 * is for life.h to find out.
 *
 * What it costs grows with the callers who are there, not with lines.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

#include "lease.h"
#include "ng.h"
#include "store.h"

struct reconcile;

struct reconcile_options {
	struct store *store;
	struct ng *ng;
	unsigned every_s;
};

/**
 * Prepare to reconcile a shard. That of number 0 also looks for media without a leg, for all
 * shards: which one a leg would be of, its id does not tell.
 *
 * @param opt  Must outlive it
 *
 * @return 0, ENOMEM
 */
__attribute__((warn_unused_result)) int
reconcile_alloc(struct reconcile **rp, const struct reconcile_options *opt, unsigned shard);

/** @param r  May be NULL */
void reconcile_free(struct reconcile *r);

/**
 * Look whether the stores agree, if it is time for that. To be called about once a second.
 *
 * @return 0 (also without rtpengine: the next time will do), ESTALE the lease has passed to
 *         another, ENOMEM, else as store_run()
 */
__attribute__((warn_unused_result)) int reconcile_visit(struct reconcile *r,
							const struct lease *lease);

/**
 * rtpengine does not know a leg's call: its media are to be made anew, and that is counted and
 * told, unless something is being done about them already.
 *
 * @return as store_run()
 */
__attribute__((warn_unused_result)) int reconcile_lost(struct store *s, const struct lease *lease,
						       const char *leg);

#endif
