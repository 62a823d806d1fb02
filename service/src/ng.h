/**
 * @file ng.h  Commands to rtpengine: its ng protocol over UDP, in JSON
 */
#ifndef NG_H
#define NG_H

#include <stdint.h>

struct json;
struct ng;

enum {
	NG_TIMEOUT_MS = 800,	 /**< a command is given up after this; Kamailio waits for 2000 */
	NG_RETRY_MS = 150,	 /**< first retransmission after this, the pause grows by as much */
	NG_DATAGRAM_MAX = 65507, /**< bytes of a UDP datagram over IPv4 */
};

/**
 * Prepare to talk to one rtpengine. Nothing is sent yet.
 *
 * @param ngp   Result, written only on success; free with ng_free()
 * @param host  IPv4 or IPv6 address
 * @param port  ng port
 *
 * @return 0, EINVAL, ENOMEM
 */
__attribute__((warn_unused_result)) int ng_alloc(struct ng **ngp, const char *host, uint16_t port);

/** Free it; no command may be under way. @param ng  May be NULL */
void ng_free(struct ng *ng);

/**
 * Send a command and wait for its reply. It is sent again with the same cookie when the reply is
 * late: rtpengine carries it out once and repeats its stored reply. Any number of threads may
 * call at the same time; each uses a socket of its own.
 *
 * @param ng      rtpengine
 * @param cmd     Command object
 * @param replyp  Reply object, also with ENOENT and EPROTO, else untouched; free with
 *                json_free(). May be NULL.
 *
 * @return 0 ("ok", "pong"), ENOENT rtpengine knows no such call, EPROTO it refused otherwise,
 *         EBADMSG garbled reply, ETIMEDOUT, ECONNREFUSED nobody listens, EMSGSIZE the command does
 *         not fit a datagram, EINVAL, ENOMEM, or what the socket said
 */
__attribute__((warn_unused_result)) int ng_call(struct ng *ng, const struct json *cmd,
						struct json **replyp);

/**
 * Whether rtpengine answers: the "ping" command.
 *
 * @return as ng_call()
 */
__attribute__((warn_unused_result)) int ng_ping(struct ng *ng);

#endif
