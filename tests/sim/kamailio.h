/**
 * @file kamailio.h  A fake Kamailio: what kamailio-cfg does, as far as the service can see it
 *
 * It asks about INVITE, BYE and re-INVITE, gives up after 2 s, and keeps reports (ACK, CANCEL,
 * undelivered, and a BYE that was not taken) until they are taken, for 60 s. All of them overtake
 * each other. kamailio-cfg/invite.cfg, dialog.cfg, resend.cfg, rpc.cfg.
 */
#ifndef KAMAILIO_H
#define KAMAILIO_H

#include <stdbool.h>
#include <stddef.h>

#include "phones.h"

struct request;

void kamailio_begin(void);
void kamailio_end(void);

/* What phones send. */
void kamailio_invite(struct call *c);
void kamailio_ack(struct call *c);
void kamailio_cancel(struct call *c);
void kamailio_bye(struct call *c);
void kamailio_reinvite(struct call *c);

/** Say one of the things that the service is to hear. @return false if there is none */
bool kamailio_step(void);

/** Time has passed. */
void kamailio_tick(void);

/** The service asks for something (JSON-RPC). */
void kamailio_rpc(struct request *r);

/** A phone answers a request that the service has asked for. */
void kamailio_answered(struct request *r, struct call *c, int code);

/** A phone takes a re-INVITE that the service has asked for. @param sdp  Its description */
void kamailio_taken(struct request *r, struct call *c, const char *sdp);

/** @return what a request that the service has asked for is, and the port in its description */
const char *kamailio_request(const struct request *r, unsigned *port);

/** @return true if the service was away for so long that something was never taken */
bool kamailio_has_lost(void);

/** @return number of things that are to be said or to be answered */
size_t kamailio_pending(void);

#endif
