/**
 * @file rpc.h  The fake Kamailio's JSON-RPC: what the service asks it to send
 */
#ifndef RPC_H
#define RPC_H

#include <stdbool.h>

#include "http_seam.h"

/** Whether tm has given the request up: nothing of it reaches a phone any more. */
bool rpc_given_up(const struct request *r);

/** Time has passed. */
void rpc_tick(void);

#endif
