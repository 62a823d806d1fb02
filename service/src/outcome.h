/**
 * @file outcome.h  What became of messages: told to Redis, at once or as soon as it can be told
 *
 * Whoever has sent a message is the only one who knows what came of it. While Redis is away that
 * stays here; else the message would be in doubt, and be sent again or given up.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "digest.h"
#include "provider.h"
#include "shard.h"
#include "store.h"

enum {
	OUTCOME_SMS_ID_BUF = 64,
	OUTCOME_UNTOLD_MAX = 2048, /**< more are dropped: their messages will be in doubt */
};

struct outcomes;

/** Of one request, which sends a message or asks for it; or of a claim. */
struct outcome {
	TAILQ_ENTRY(outcome) entry;
	struct outcomes *outcomes;
	char tag[SHARD_TAG_BUF];
	int64_t claimed_until; /**< not 0: of the claim that ends then, whose answer was lost; all
				  that follows is of a request */
	char id[OUTCOME_SMS_ID_BUF];
	char leg[LEG_ID_MAX];
	char *call_id; /**< for the log; NULL without memory */
	unsigned claim;
	int provider;
	bool asking;
	struct provider_result res;
	int64_t go_on_at; /**< ms since 1970, where the verdict leaves something to be done */
};

/**
 * @param op  Result, written only on success; free with outcomes_free()
 *
 * @return 0, ENOMEM
 */
__attribute__((warn_unused_result)) int outcomes_alloc(struct outcomes **op, struct store *store);

/** Nobody tells anything any more: what is left is tried once more, and dropped. @param o  May be
 * NULL */
void outcomes_free(struct outcomes *o);

/** @return an outcome that is to be filled and told, NULL without memory */
struct outcome *outcome_alloc(struct outcomes *o, const char *tag);

/** @param e  Not told, may be NULL */
void outcome_free(struct outcome *e);

/** Record it, now or at a later outcomes_settle(). A second at the most (STORE_COMMAND_MS). @param
 * e Belongs to `e->outcomes` from now on */
void outcome_tell(struct outcome *e);

/** The answer to a claim has not come: whoever has it is not us. It is taken back when Redis is
 * there. @param until  Its end, ms since 1970; no other claim of the shard has the same */
void outcome_claim_lost(struct outcomes *o, const char *tag, int64_t until);

/**
 * Record what could not be told before.
 *
 * @param tag  Of the shard; whether its lease is ours does not matter, for these are facts
 *
 * @return 0 nothing is left, else as store_run()
 */
__attribute__((warn_unused_result)) int outcomes_settle(struct outcomes *o, const char *tag);

/** Count what a message has become: a status, other than `unknown` and `cancelled`. */
void outcome_count(const char *status);

#endif
