/**
 * @file offer.h  Tells a caller by a re-INVITE where the media are now
 *
 * rtpengine keeps its ports whatever it is told, but one that has lost a call makes it anew
 * elsewhere. Until the caller has heard of that, nobody hears them.
 */
#ifndef OFFER_H
#define OFFER_H

#include "lease.h"
#include "leg.h"
#include "sip.h"
#include "store.h"

/** @return whether the answer that the caller has names another place, or other keys, than this one
 */
bool offer_needed(const struct leg *leg, const char *answer);

/**
 * Send the offer that is due for a leg. Its outcome is recorded when it is known.
 *
 * @return 0, ESTALE the lease has passed to another, ENOMEM, else as store_run()
 */
__attribute__((warn_unused_result)) int
offer_send(struct store *store, struct sip *sip, const struct lease *lease, const struct leg *leg);

#endif
