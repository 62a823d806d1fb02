/**
 * @file access.h  Who may send a request: tokens, the hooks' key, and an end to guessing
 *
 * Part of httpd: decides before a handler sees the request.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <stdbool.h>

#include "http.h"

enum {
	ACCESS_FAILURES = 10,	  /**< of one address within ... */
	ACCESS_WINDOW_MS = 60000, /**< ... this time are told that they are wrong */
};

struct access;

struct access_options {
	const char *hook_key;
	httpd_token_h *tokenh; /**< for routes that want a token */
	void *arg;	       /**< for tokenh */
	bool outside;	       /**< it is the outer listener */
};

/** What a request says of its sender. */
struct access_claim {
	const char *request;	   /**< its id */
	const char *source;	   /**< IP address */
	const char *authorization; /**< header, NULL if absent */
	const char *key;	   /**< header X-ExecLine-Key, NULL if absent */
};

/** @param opt  Copied; what it points to must live as long. @return 0, ENOMEM */
__attribute__((warn_unused_result)) int access_alloc(struct access **ap,
						     const struct access_options *opt);

void access_free(struct access *a);

/**
 * Whether a request may go to its handler.
 *
 * An address that has failed ACCESS_FAILURES times is refused with 429 until the window is over,
 * whatever it sends. One of this machine (127.0.0.0/8, ::1) gets 429 for what is wrong only: nobody
 * here can keep Kamailio or the operator out.
 *
 * @param who  Whose token it is; written where the route wants one
 * @param rep  The refusal
 *
 * @return true, or false with the reply filled
 */
__attribute__((warn_unused_result)) bool
access_check(struct access *a, const struct httpd_route *route, const struct access_claim *claim,
	     struct httpd_caller *who, struct httpd_reply *rep);

/** A handler has found a signature wrong. */
void access_failed(struct access *a, const struct httpd_route *route,
		   const struct access_claim *claim);

/** @return whether the route wants a token */
bool access_wants_token(const struct access *a, const struct httpd_route *route);

#endif
