/**
 * @file life.h  Whether a caller is still there
 *
 * Signs of life are the ACK, a packet from the caller (audio or RTCP), a re-INVITE or UPDATE, and
 * an answer to our OPTIONS. Who gives none for a while is asked by OPTIONS; only who neither sends
 * nor answers has gone. A member who is let in after waiting is on trial until a sign has been
 * seen.
 */
#ifndef LIFE_H
#define LIFE_H

#include "lease.h"
#include "leg.h"
#include "media.h"
#include "sip.h"
#include "store.h"

enum {
	LIFE_FRESH_MS = 1500, /**< no older is the sign that ends a trial at once */
};

struct life {
	struct store *store;
	struct sip *sip;
	const struct media *media;
	int64_t silence_ms; /**< after this a caller is asked whether they are there */
};

/**
 * Look at a leg: note what it shows, ask it, or end it when it is dead.
 *
 * @param moved  Set if its line has changed with it; else untouched
 *
 * @return 0, ETIMEDOUT or ECONNREFUSED rtpengine is away (nothing is concluded, but one on trial
 *         was asked), else as store_run()
 */
__attribute__((warn_unused_result)) int life_look(const struct life *l, const struct lease *lease,
						  const struct leg *leg, bool *moved);

/**
 * Look at the legs of a shard that have been silent for l->silence_ms. To be called about once a
 * second; the cost does not grow with legs that are not due.
 *
 * @return 0, ESTALE the lease has passed to another, else as store_run()
 */
__attribute__((warn_unused_result)) int life_visit(const struct life *l, const struct lease *lease);

#endif
