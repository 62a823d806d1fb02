/**
 * @file conns.h  Connections that take too long are cut off
 *
 * libmicrohttpd closes a connection on which nothing comes for a while. A client that sends a byte
 * now and then would keep one for ever; here each has a time at which it is cut off, whatever
 * comes.
 */
#ifndef CONNS_H
#define CONNS_H

#include <stddef.h>
#include <stdint.h>

struct conns;
struct conn;

/**
 * Start to watch.
 *
 * @param most  Connections at the same time
 *
 * @return 0, ENOMEM, or what pthread_create() said
 */
__attribute__((warn_unused_result)) int conns_start(struct conns **cp, size_t most);

/** Stop to watch, and free. @param c  May be NULL */
void conns_stop(struct conns *c);

/**
 * Watch a connection.
 *
 * @param fd       Its socket, which is open until conns_remove()
 * @param until_ms When it is shut down, by clock_mono_ms(); a second later at the most
 *
 * @return it, or NULL: there are too many
 */
struct conn *conns_add(struct conns *c, int fd, int64_t until_ms);

/** It may take until then. @param conn  May be NULL, as below */
void conns_until(struct conns *c, struct conn *conn, int64_t until_ms);

void conns_remove(struct conns *c, struct conn *conn);

#endif
