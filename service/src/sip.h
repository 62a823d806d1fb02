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
	SIP_BYE_MS = 40000, /**< Kamailio gives a BYE up after 32 s (fr_timer) and tells 408 */
	SIP_RPC_MS = 2000,  /**< for what needs no SIP */
};

struct sip;

/** What became of a BYE. */
enum sip_outcome {
	SIP_OVER,   /**< the dialog is over: answered (whatever the code), or nobody is there */
	SIP_TRYING, /**< Kamailio could not be asked: to be sent again */
};

/** Called once, on the HTTP client's thread. */
typedef void(sip_done_h)(enum sip_outcome outcome, int code, void *arg);

/** @param rpc_port  Kamailio's JSON-RPC on 127.0.0.1  @return 0, ENOMEM */
__attribute__((warn_unused_result)) int sip_alloc(struct sip **sp, struct http_client *http,
						  uint16_t rpc_port);

void sip_free(struct sip *s);

/**
 * Send a BYE within a leg's dialog. A leg that never sent its ACK has not told us our own To-tag;
 * then Kamailio is asked for it first.
 *
 * @return 0: done will be called; else it is not: EINVAL the dialog is not complete, ENOMEM, ENOSPC
 */
__attribute__((warn_unused_result)) int sip_bye(struct sip *s, const struct leg *leg,
						const char *reason, sip_done_h *done, void *arg);

/** @return 0 if Kamailio answers, else why it cannot be asked */
__attribute__((warn_unused_result)) int sip_ping(struct sip *s);

#endif
