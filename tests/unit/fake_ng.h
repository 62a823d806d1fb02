/**
 * @file fake_ng.h  A fake rtpengine on 127.0.0.1 that misbehaves as it is told
 */
#ifndef FAKE_NG_H
#define FAKE_NG_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum { FAKE_NG_SEEN_MAX = 16, FAKE_NG_SCRIPT_MAX = 8 };

/** Begin with {.script = {...}}; the rest is the fake's. */
struct fake_ng {
	/** What it does with each datagram in turn; the last goes for all that follow: replies,
	 *  separated by newlines, with "@" for the cookie and "$" for the command; "" is silence */
	const char *script[FAKE_NG_SCRIPT_MAX];

	int fd;
	uint16_t port; /**< 0 = a free one, kept from then on */
	pthread_t thread;
	char seen[FAKE_NG_SEEN_MAX][256]; /**< what it received, to be read after fake_ng_stop() */
	size_t seenc;
};

/** Open the socket and answer on it. */
void fake_ng_start(struct fake_ng *f);

/** End the thread and close the socket. */
void fake_ng_stop(struct fake_ng *f);

#endif
