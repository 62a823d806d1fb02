/**
 * @file leg.h  A leg as the scripts of the calls consumer show it
 */
#ifndef LEG_H
#define LEG_H

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

/** Fields of the leg's hash; strings belong to the reply it was read from, "" if absent. */
struct leg {
	const char *id, *line, *role, *state;
	const char *want;    /**< music, talk:<leg>, ask:<try>, gone */
	const char *applied; /**< what was last made so; "" = as its INVITE made it,
				stale = to be made anew, open = nobody knows */
	const char *ask;     /**< CSeq of a re-INVITE that waits for its answer */
	const char *sdp;     /**< caller's description, reduced */
	const char *answer;  /**< the answer the caller has */
	const char *music;   /**< of the line, "" = the default */
	const char *offer;   /**< "" = the caller knows where the media are; see lua/applied.lua */
	const char *outline; /**< of their description, for an offer of our own */
	const char *route;   /**< conference, hold: what the INVITE was decided to be */
	const char *local;   /**< host:port in our Contact */
	const char *source;  /**< host:port that their messages come from */
	const char *call_id, *from_tag, *to_tag, *from, *to, *contact, *record_route, *socket;
	int64_t deadline, not_before, bye_after, offer_after, probe_after, confirmed_at; /**< ms */
	int64_t refresh_by; /**< when the caller must have refreshed the session, ms; 0 = they need
			       not */
	int64_t pin_until;  /**< when its time for the PIN is over, ms; 0 = it is not asked */
	bool heard_other;   /**< it may have heard another tone or codec */
	bool bye_due;
	bool on_trial; /**< let in, but not yet seen alive */
	bool doubted;  /**< OPTIONS was answered as if nobody were there */
};

/** Read one element of the reply of `due`: { leg, { field, value, ... } }. */
void leg_read(struct leg *leg, const struct store_reply *r);

/** @return whether its media are not what they should be */
bool leg_wants(const struct leg *leg);

/** @return whether it should hear the tone that asks for the PIN */
bool leg_asks(const struct leg *leg);

/** @return the leg that it should hear, NULL if none */
const char *leg_peer(const struct leg *leg);

#endif
