/**
 * @file limiter.h  How often each source has failed of late
 *
 * A table of fixed size: where many sources fail at once, those that began first are forgotten.
 */
#ifndef LIMITER_H
#define LIMITER_H

#include <stdint.h>

enum {
	LIMITER_SOURCES = 1024, /**< remembered at the most */
	LIMITER_NAME_BUF = 48,	/**< bytes of a source's name that count, with the NUL */
};

struct limiter;

/**
 * @param most       Failures that are let pass within a window
 * @param window_ms  Begins with a source's first failure
 *
 * @return 0, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int limiter_alloc(struct limiter **lp, unsigned most,
						      int64_t window_ms);

void limiter_free(struct limiter *l);

/**
 * Note a failure.
 *
 * @param now_ms  Of one clock in all calls
 *
 * @return how many the source has had in this window, with this one
 */
unsigned limiter_fail(struct limiter *l, const char *source, int64_t now_ms);

/** @return 0, or the ms for which a source that has failed too often is to be refused */
int64_t limiter_wait_ms(struct limiter *l, const char *source, int64_t now_ms);

#endif
