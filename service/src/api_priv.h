/**
 * @file api_priv.h  Shared by the api_*.c files only
 */
#ifndef API_PRIV_H
#define API_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "reply.h"

/** Answer an error of the store or of memory. */
void api_failed(struct httpd_reply *rep, int err);

/** Answer a body that could not be read. @param err  of json_read() */
void api_bad_body(struct httpd_reply *rep, int err, const char *why);

/**
 * Answer { name: list }, or the error that came while it was filled.
 *
 * @param list  Freed here
 */
void api_reply_list(struct httpd_reply *rep, const char *name, struct json *list, int err);

/** Read ?limit=. @return false if it was bad: the answer is given */
bool api_limit_arg(const struct httpd_request *req, struct httpd_reply *rep, int64_t *limit);

/** Check the line's id in the path. @return false if it was bad: the answer is given */
bool api_line_arg(const struct httpd_request *req, struct httpd_reply *rep);

#endif
