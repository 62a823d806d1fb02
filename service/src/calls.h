/**
 * @file calls.h  The calls consumer: makes media and SIP dialogs what the state says they should be
 *
 * Level-triggered: it looks at the legs on a shard's agenda, compares what each should hear with
 * what was last done, and issues the difference. Doing it twice is harmless, so a crash loses
 * nothing.
 */
#ifndef CALLS_H
#define CALLS_H

#include "lease.h"
#include "life.h"
#include "media.h"
#include "media_run.h"
#include "sip.h"
#include "store.h"

struct calls {
	struct store *store;
	struct sip *sip;
	struct media media;
	struct media_run *media_run;
	struct life life;
};

/**
 * Do what is due on a shard. What cannot be done now stays on the agenda for later.
 *
 * @param lease  Of the shard, held
 *
 * @return 0, ESTALE it has passed to another, else as store_run()
 */
__attribute__((warn_unused_result)) int calls_visit(const struct calls *c,
						    const struct lease *lease);

/**
 * Find out whether rtpengine has been restarted since the media of a shard were made; if so, all of
 * them are made anew by the next visit. To be called about once a second, oftener while it is away.
 *
 * @param away  Whether it does not answer, which is no error; always written
 *
 * @return 0, else as store_run()
 */
__attribute__((warn_unused_result)) int calls_check_media(const struct calls *c,
							  const struct lease *lease, bool *away);

#endif
