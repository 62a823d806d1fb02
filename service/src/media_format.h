/**
 * @file media_format.h  Which codec the inner sides of two connected legs speak
 *
 * PURE. The rules are those that were found to pass sound both ways for each pair of callers: see
 * docs/architecture.md.
 */
#ifndef MEDIA_FORMAT_H
#define MEDIA_FORMAT_H

#include <stdbool.h>

#include "sdp.h"

/** A codec under a payload type. */
struct media_format {
	enum codec codec;
	int pt;
};

/** @return whether both are the same */
bool media_format_same(const struct media_format *a, const struct media_format *b);

/** @return whether the payload type means this codec to everybody (RFC 3551) */
bool media_format_static(const struct media_format *f);

/**
 * What the inner sides of two legs speak: what both callers speak, else what the host does, else
 * what the member does, else a codec that neither does. A payload type without a fixed meaning is
 * chosen only where both callers gave it to the same codec, for rtpengine passes packets on under
 * the number they have.
 *
 * @return the format; a leg whose own is another one is transcoded
 */
struct media_format media_format_common(const struct media_format *host,
					const struct media_format *member);

#endif
