/**
 * @file rpc.h  The fake Kamailio's JSON-RPC: what the service asks it to send
 */
#ifndef RPC_H
#define RPC_H

/** Time has passed. */
void rpc_tick(void);

#endif
