/**
 * @file outbox.h  The sms consumer: sends what the transitions have written to the outbox
 *
 * A line's messages leave one after the other, in the order in which they were written.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "config.h"
#include "http_client.h"
#include "lease.h"
#include "store.h"

struct outbox;

/**
 * @param op    Result, written only on success; free with outbox_free()
 * @param http  Sends the messages; to be freed before
 *
 * @return 0, ENOMEM
 */
__attribute__((warn_unused_result)) int outbox_alloc(struct outbox **op, struct store *store,
						     struct http_client *http,
						     const struct config *cfg);

/** What has still not been recorded is tried once more. @param o  May be NULL */
void outbox_free(struct outbox *o);

/**
 * Record the outcomes that Redis could not be told before.
 *
 * @param tag  Of a shard, whosever its lease is
 *
 * @return 0 nothing is left, else as store_run()
 */
__attribute__((warn_unused_result)) int outbox_settle(const struct outbox *o, const char *tag);

/**
 * Claim the messages of a shard that may go out now, and send them. Outcomes are recorded later, on
 * the HTTP client's thread.
 *
 * @param lease  Of the shard, held
 *
 * @return 0, ESTALE it has passed to another, else as store_run()
 */
__attribute__((warn_unused_result)) int outbox_visit(struct outbox *o, const struct lease *lease);

/** @return pause before the next request for a message, ms. @param claim  how many there were */
unsigned outbox_pause_ms(unsigned claim, unsigned retry_after_s);

#endif
