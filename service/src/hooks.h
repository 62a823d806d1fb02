/**
 * @file hooks.h  What Kamailio asks and reports: HTTP handlers; `arg` is a struct app
 *
 * The order is always: parse, transition, media, reply.
 */
#ifndef HOOKS_H
#define HOOKS_H

#include "httpd.h"

/** POST /v1/sip/invite: an initial INVITE; the reply is the decision. */
void hooks_invite(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** POST /v1/sip/event: what happens to a dialog afterwards; the reply is what Kamailio answers. */
/** POST /v1/sip/users: { have } -> { version } and, if that is another, { count, users } */
void hooks_users(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

void hooks_event(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

#endif
