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
 * Listen on 127.0.0.1, and tell the lines (keypad.h).
 *
 * @param store   Where they are
 * @param secret  For keypad_pressed(); must outlive it
 * @param port    UDP, 0 = any free one
 *
 * @return 0, ENOMEM, or why the port cannot be bound
 */
__attribute__((warn_unused_result)) int dtmf_start(struct dtmf **dp, struct store *store,
						   const char *secret, uint16_t port);

void dtmf_stop(struct dtmf *d);

#endif
