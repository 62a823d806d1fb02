/**
 * @file dtmf.h  Digits that callers press, as rtpengine reports them: one JSON datagram each
 */
#ifndef DTMF_H
#define DTMF_H

#include <stdint.h>

enum {
	DTMF_DATAGRAM_MAX = 2048,
};

struct dtmf;
struct store;

/**
 * Listen on 127.0.0.1. A digit is counted and logged without its value: it may be part of a PIN.
 *
 * @param store  Where the leg's Call-ID is, for the log
 * @param port   UDP, 0 = any free one
 *
 * @return 0, ENOMEM, or why the port cannot be bound
 */
__attribute__((warn_unused_result)) int dtmf_start(struct dtmf **dp, struct store *store,
						   uint16_t port);

void dtmf_stop(struct dtmf *d);

#endif
