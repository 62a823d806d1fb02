/**
 * @file sip.h  SIP requests of our own, sent by Kamailio on our behalf (JSON-RPC)
 */
#ifndef SIP_H
#define SIP_H

#include <stdbool.h>
#include <stdint.h>

#include "http_client.h"
#include "leg.h"

enum {
	SIP_REQUEST_MS = 12000, /**< Kamailio gives a request up after 8 s (fr_timer,
				   fr_inv_timer), and says 408 */
	SIP_RPC_MS = 2000,	/**< for what needs no SIP */
};

struct sip;

/** What became of a request. */
enum sip_outcome {
	SIP_OVER,   /**< answered; code 0: Kamailio refused it, or knows of no dialog */
	SIP_TRYING, /**< Kamailio could not be asked: to be sent again */
};

/**
 * Called once, on the HTTP client's thread.
 *
 * @param code      Of the final response; 408 also if there was none, 477 and 478 if there was no
 *                  way to send it (Kamailio core/error.c)
 * @param response  Its headers and body (sip_response.h), "" if none came; valid during the call
 */
typedef void(sip_done_h)(enum sip_outcome outcome, int code, const char *response, void *arg);

/** @param rpc_port  Kamailio's JSON-RPC on 127.0.0.1  @return 0, ENOMEM */
__attribute__((warn_unused_result)) int sip_alloc(struct sip **sp, struct http_client *http,
						  uint16_t rpc_port);

void sip_free(struct sip *s);

/**
 * Send a BYE within a leg's dialog. A leg that never sent its ACK has not told us our own To-tag;
 * then Kamailio is asked for it first. Whatever is answered, the dialog is over (RFC 3261 15.1.1).
 *
 * @param cseq  Greater than that of our last request in the dialog
 *
 * @return 0: done will be called; else it is not: EINVAL the dialog is not complete, ENOMEM, ENOSPC
 */
__attribute__((warn_unused_result)) int sip_bye(struct sip *s, const struct leg *leg, int64_t cseq,
						sip_done_h *done, void *arg);

/** Ask by OPTIONS whether the other end of a dialog is there (RFC 3261 11.2). As sip_bye(). */
__attribute__((warn_unused_result)) int sip_options(struct sip *s, const struct leg *leg,
						    int64_t cseq, sip_done_h *done, void *arg);

/**
 * Send a re-INVITE within a leg's dialog. Kamailio acknowledges its final response (tm/t_reply.c,
 * reply_received()). As sip_bye().
 *
 * @param sdp  Our offer
 */
__attribute__((warn_unused_result)) int sip_invite(struct sip *s, const struct leg *leg,
						   int64_t cseq, const char *sdp, sip_done_h *done,
						   void *arg);

/** One of Kamailio's counters. */
typedef void(sip_count_h)(const char *name, uint64_t n, void *arg);

/**
 * Ask Kamailio what became of strangers' requests (kamailio-cfg/strangers.cfg); waits for the
 * answer.
 *
 * @param counth  Called for each counter, in this thread
 *
 * @return 0; else it could not be asked, or has answered something else
 */
__attribute__((warn_unused_result)) int sip_strangers(struct sip *s, sip_count_h *counth,
						      void *arg);

/**
 * @return whether a code says that nobody is there: 481 no such dialog, 408 no answer came, 477 and
 *         478 no way to send (RFC 3261 12.2.1.2)
 */
bool sip_says_dead(int code);

/** @return 0 if Kamailio answers, else why it cannot be asked */
__attribute__((warn_unused_result)) int sip_ping(struct sip *s);

#endif
