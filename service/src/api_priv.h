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

/** Check the line's id in the path. @return false if it was bad: the answer is given */
bool api_line_arg(const struct httpd_request *req, struct httpd_reply *rep);

#endif
