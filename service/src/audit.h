/**
 * @file audit.h  Who has changed what by the API
 *
 * httpd tells every change that a token has made, in one place: what was done (method and pattern
 * of the route), to what (path), by whom, from where, when, under which request id, with what
 * result. Bodies and queries are not in it, so no secret is. The last 10,000 are kept
 * (lua/audit_add.lua).
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "http.h"
#include "store.h"

/** Write one down; what cannot be is in the log at least. For struct httpd_options. */
void audit_note(struct store *s, const struct httpd_request *req, const struct httpd_reply *rep);

/** Called for each, newest first, with { field, value, ... }; a result other than 0 ends the walk.
 */
typedef int(audit_h)(const struct store_reply *fields, void *arg);

/** Walk over the newest. @return 0, what the handler returned, else as store_run() */
__attribute__((warn_unused_result)) int audit_each(struct store *s, int64_t limit, audit_h *handler,
						   void *arg);

#endif
