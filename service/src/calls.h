/**
 * @file calls.h  The calls consumer: makes media and SIP dialogs what the state says they should be
 *
 * Level-triggered: it looks at the legs on a shard's agenda, compares what each should hear with
 * what was last done, and issues the difference. Doing it twice is harmless, so a crash loses
 * nothing.
 */
#ifndef CALLS_H
#define CALLS_H

#include "media.h"
#include "sip.h"
#include "store.h"

struct calls {
	struct store *store;
	struct sip *sip;
	struct media media;
};

/**
 * Do what is due on a shard. What cannot be done now stays on the agenda for later.
 *
 * @return 0, else as store_run()
 */
__attribute__((warn_unused_result)) int calls_visit(const struct calls *c, unsigned shard);

#endif
