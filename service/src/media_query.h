/**
 * @file media_query.h  What rtpengine says of the caller's side of a leg
 *
 * PURE: reads the reply to "query" (rtpengine daemon/call_interfaces.c, ng_stats_stream()).
 */
#ifndef MEDIA_QUERY_H
#define MEDIA_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

/** Tag of the caller's side of each leg. */
#define MEDIA_OUTER_TAG "leg"

/** @return when the last packet came, audio or RTCP, [s] since 1970; 0 = none has come */
int64_t media_query_last_s(const struct json *reply);

/** Where a caller's audio comes from. */
struct media_place {
	const char *ip; /**< lives as long as the reply */
	uint16_t port;
	int64_t at_s; /**< when the last packet came, [s] since 1970 */
};

/** @return whether audio has come from anywhere; *place is written only then */
bool media_query_place(const struct json *reply, struct media_place *place);

#endif
