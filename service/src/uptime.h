/**
 * @file uptime.h  Since when rtpengine has been running
 *
 * All shards want to know it all the time; it is asked once for all of them.
 */
#ifndef UPTIME_H
#define UPTIME_H

#include <stdint.h>

#include "ng.h"

enum {
	UPTIME_FRESH_MS = 500, /**< an answer serves for this long */
};

struct uptime;

/** @return 0, ENOMEM */
__attribute__((warn_unused_result)) int uptime_alloc(struct uptime **up, struct ng *ng);

void uptime_free(struct uptime *u);

/**
 * When rtpengine started, give or take a second: it tells its uptime in whole seconds
 * ("statistics", rtpengine daemon/statistics.c).
 *
 * @param since_s  Seconds since 1970, written only on success
 *
 * @return 0, EPROTO it tells no uptime, else as ng_call()
 */
__attribute__((warn_unused_result)) int uptime_since(struct uptime *u, int64_t *since_s);

#endif
