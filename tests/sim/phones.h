/**
 * @file phones.h  The callers: what their phones do, and what they believe
 */
#ifndef PHONES_H
#define PHONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "sdp.h"

enum { PHONES_MAX = 40 };

/** What a phone believes of its call. */
enum phone_state {
	PHONE_CALLING,
	PHONE_UP,
	PHONE_REFUSED,
	PHONE_OVER,
};

/** One dialog, as the phone and Kamailio know it. */
struct call {
	char name[8]; /**< m3: the third call, of a member; h: of a host */
	unsigned line;
	const char *number, *did;
	char call_id[24], from_tag[12], leg[LEG_ID_MAX];
	int64_t cseq; /**< of the phone's last request */

	/* the phone */
	enum phone_state state;
	bool cancelling;   /**< has sent a CANCEL */
	bool gone;	   /**< has lost its network, for ever */
	bool wants_update; /**< a re-INVITE of its own is open */
	bool update_again; /**< it was refused for the moment, and is repeated */
	unsigned port;	   /**< where it wants RTP */
	enum sdp_dir dir;
	unsigned codecs;   /**< which it offers */
	unsigned sends_to; /**< our port as it was told */
	char contact[128]; /**< ours as it was told */
	char to_tag[12];   /**< likewise */

	/* Kamailio's INVITE transaction */
	int64_t invite_cseq, since; /**< since: of the final answer */
	bool asked;		    /**< no final answer yet */
	bool delivered;		    /**< the phone has it */
	int code;		    /**< the final answer */
	unsigned port_said;	    /**< in its SDP */
	char uri[128], tag[12];	    /**< in its Contact and To */
	bool acked;		    /**< the ACK of the 200 has come */
	int64_t not_kept;	    /**< the CSeq whose answer did not come to Redis; 0 = none */

	/* what came of its BYE */
	bool bye_open;
	int bye_code;

	/* seen in Redis */
	bool was_confirmed, was_ended;
};

void phones_begin(void);

/** @return number of calls so far */
size_t phones_count(void);

struct call *phones_nth(size_t n);

/** @return the call, NULL if there is none */
struct call *phones_of_leg(const char *leg);
struct call *phones_of_call_id(const char *call_id, size_t len);

/** @return its name, or the leg where there is no such call */
const char *phones_name(const char *leg);

/** The caller's present description. */
void phones_sdp(const struct call *c, char *out, size_t max);

/* Steps; @return false if there is nobody who could do it. */
bool phones_call(void);
bool phones_retry(void);
bool phones_receive(void);
bool phones_ack_again(void);
bool phones_hang_up(void);
bool phones_cancel(void);
bool phones_vanish(void);
bool phones_reinvite(void);
bool phones_reinvite_again(void);
bool phones_answer_request(void);

/** Hang up one call that is up. */
void phones_bye(struct call *c);

/** Kamailio has answered a re-INVITE. @param port  Ours in the answer, with code 200 */
void phones_reinvited(struct call *c, int code, unsigned port);

/** @return true if a phone has something to do of itself */
bool phones_busy(void);

#endif
