/**
 * @file quota.h  How many calls there may be at a time, of a trunk and in all
 *
 * The scripts count what is in each shard (lua/include/census.lua); here it is added up, now and
 * then, and what was let in since is added to it. So a limit may be exceeded by what other replicas
 * let in meanwhile, and is never reached too early for more than QUOTA_AGE_MS.
 */
#ifndef QUOTA_H
#define QUOTA_H

#include "store.h"
#include "trunk.h"

struct quota;
struct strbuf;

enum {
	QUOTA_AGE_MS = 2000,  /**< after so long all is counted anew */
	QUOTA_AGAIN_MS = 100, /**< and so often while a limit is reached */
};

/**
 * @param qp      Result, written only on success; free with quota_free()
 * @param trunks  With their limits; belongs to the caller, as does store
 * @param most    Calls in all
 *
 * @return 0, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int quota_alloc(struct quota **qp, struct store *store,
						    const struct trunks *trunks, unsigned most);

/** @param q  May be NULL */
void quota_free(struct quota *q);

/**
 * Ask for room for another call, from any thread. While Redis does not answer, what was known last
 * counts.
 *
 * @param trunk  As trunks_find() gave it
 *
 * @return "" there is room, and it is taken; else the limit, as lua/join.lua has it
 */
const char *quota_take(struct quota *q, const struct trunk *trunk);

/** Append the gauge of calls, a row for each trunk. @return 0, or what the store said */
int quota_render(struct quota *q, struct strbuf *out);

#endif
