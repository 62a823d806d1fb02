/**
 * @file net.h  Sockets to listen on
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stdint.h>

struct sockaddr;

enum {
	NET_ADDRESS_BUF = 46, /**< bytes of an IP address as text, with the NUL */
	NET_PREFIX_BUF = NET_ADDRESS_BUF,
};

/** Print the IP address of a peer, "" where it has none; one that is mapped (::ffff:1.2.3.4) as
 * IPv4. */
void net_address(const struct sockaddr *sa, char out[NET_ADDRESS_BUF]);

/** @return whether it is an IPv4 or IPv6 address */
bool net_is_address(const char *text);

/** @return whether an address is one of IPv6. @param address  For which net_is_address() holds */
bool net_is_ipv6(const char *address);

/** @return whether both are addresses, and the same */
bool net_equal(const char *a, const char *b);

/** @return whether it is an address of this machine to itself: 127.0.0.0/8, ::1 */
bool net_is_loopback(const char *address);

/**
 * @return whether it means nothing outside of its own network: RFC 1918, 6598 (a carrier's NAT),
 *         3927, 4193, link-local and loopback addresses
 */
bool net_is_private(const char *address);

/**
 * What an address is counted under: IPv4 as it is, IPv6 by its first 64 bits, which a customer has
 * whole (RFC 6177).
 */
void net_prefix(const char *address, char out[NET_PREFIX_BUF]);

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
