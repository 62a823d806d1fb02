/**
 * @file net.h  Sockets to listen on
 */
#ifndef NET_H
#define NET_H

#include <stdint.h>

/**
 * Let other processes of this user bind to the same port: replicas of the service on one host share
 * its ports, and the kernel deals connections and datagrams out to those that live (socket(7),
 * SO_REUSEPORT).
 *
 * @param fd  Socket that is not bound yet
 *
 * @return 0, or what the system said
 */
__attribute__((warn_unused_result)) int net_share(int fd);

/**
 * Have a name that no other living process of this network namespace has, as long as the descriptor
 * is open: the kernel takes it back from the dead at once (unix(7), abstract addresses).
 *
 * @param name  Printable
 * @param fdp   Descriptor, written only on success
 *
 * @return 0, EADDRINUSE somebody has it, EINVAL it is too long, or what the system said
 */
__attribute__((warn_unused_result)) int net_claim(const char *name, int *fdp);

/**
 * Make a TCP socket that listens, on a port that replicas may share.
 *
 * @param address  IPv4 or IPv6 address
 * @param port     0 = any; written on success: the one it has
 * @param backlog  Connections that may wait to be accepted
 * @param fdp      Socket, written only on success
 *
 * @return 0, EINVAL not an address, or what the system said
 */
__attribute__((warn_unused_result)) int net_listen(const char *address, uint16_t *port, int backlog,
						   int *fdp);

#endif
