/**
 * @file wire.h  HTTP as bytes, for what a proper client or server would never send
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WIRE_TIMEOUT_S = 10, /**< nothing a test waits for takes this long */
	WIRE_HEAD_MAX = 4096,
	WIRE_BODY_MAX = 128 * 1024,
};

/** A request or reply as it was received */
struct wire_message {
	char head[WIRE_HEAD_MAX]; /**< up to the empty line, and with it */
	char body[WIRE_BODY_MAX];
	size_t body_len;
	unsigned status; /**< of a reply */
};

/** Connect to 127.0.0.1. @return socket, or -1 and errno */
int wire_dial(uint16_t port);

/** Likewise, from an address of this machine. */
int wire_dial_from(const char *source, uint16_t port);

/** Send text; the peer may have gone. */
void wire_say(int fd, const char *text);

/** Send n bytes of x. */
void wire_say_many(int fd, size_t n);

/**
 * Receive a message, whose body has a Content-Length or is none.
 *
 * @param bodyless  It is the reply to a HEAD
 *
 * @return true, or false at the end of the connection
 */
bool wire_hear(int fd, struct wire_message *m, bool bodyless);

/** Copy the value of a header, "" if absent. @return value */
const char *wire_header(const struct wire_message *m, const char *name, char value[WIRE_HEAD_MAX]);

/** Wait until the peer has closed. @return false if it sends, or does not close */
bool wire_is_closed(int fd);

/** Listen on 127.0.0.1. @return socket, or -1 */
int wire_listen(uint16_t *port);

#endif
