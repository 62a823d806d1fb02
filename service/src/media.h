/**
 * @file media.h  What a leg hears: one rtpengine call per leg
 *
 * Each leg is a call of its own with two sides, the caller's and an inner one. Parked, the inner
 * side has a peer that does not exist, and the caller hears music. To connect two legs their inner
 * sides are pointed at each other: no caller is re-invited, no port changes. Repeating a verb is
 * harmless.
 */
#ifndef MEDIA_H
#define MEDIA_H

#include "music.h"
#include "ng.h"
#include "sdp.h"

struct media {
	struct ng *ng;
	struct music *music;
	const char *standard; /**< file name of the default hold music */
	bool learns;	      /**< also where a caller is who says so, from their first packet */
};

struct media_leg {
	const char *id;
	const char *line;    /**< rtpengine gives it back with each digit */
	const char *call_id; /**< for the log */
	const char *sdp;     /**< caller's description, reduced to one stream with one codec */
	const char *music;   /**< the line's file, "" = the default */
	bool asks;	     /**< instead of music, the tone that asks for the PIN, once */
	bool heard_other;    /**< it may have heard that tone before, or music in another codec */
	const char *source;  /**< where the caller's messages come from, host:port; may be NULL */
};

/**
 * Make a leg's media; no music yet (its 200 has not arrived).
 *
 * @param result  SDP answer to the reduced offer, written only on success
 *
 * @return 0, EBADMSG the description cannot be read, ENOENT, EPROTO, ETIMEDOUT, ... as ng_call()
 */
__attribute__((warn_unused_result)) int
media_create(const struct media *m, const struct media_leg *leg, char result[SDP_MAX]);

/** Music, or the tone, for a leg that has just been made and has no peer. @return as media_create()
 */
__attribute__((warn_unused_result)) int media_play(const struct media *m,
						   const struct media_leg *leg);

/** Alone, with music, or with the tone. @param result  as media_create() */
__attribute__((warn_unused_result)) int
media_park(const struct media *m, const struct media_leg *leg, char result[SDP_MAX]);

/**
 * Let two legs hear each other, without music. Both must have been parked, or their old peers
 * parked or deleted: a third leg that still sends to one of them would be heard too.
 *
 * @param host, member  Their inner sides speak what both speak, else the host's codec, else the
 *                      member's, else one that neither speaks
 * @param answers       SDP answers: [0] for the host, [1] for the member
 */
__attribute__((warn_unused_result)) int media_connect(const struct media *m,
						      const struct media_leg *host,
						      const struct media_leg *member,
						      char answers[2][SDP_MAX]);

/**
 * When the last packet came from the caller, audio or RTCP.
 *
 * @param at_ms  Since 1970, up to a second too early: rtpengine tells whole seconds ("query",
 *               rtpengine daemon/call_interfaces.c); 0 = none has come. Written only on success
 *
 * @return 0, ENOENT rtpengine knows no such call, else as ng_call()
 */
__attribute__((warn_unused_result)) int
media_last_packet(const struct media *m, const struct media_leg *leg, int64_t *at_ms);

/** End a leg's media. @return 0 also if there are none */
__attribute__((warn_unused_result)) int media_delete(const struct media *m,
						     const struct media_leg *leg);

#endif
