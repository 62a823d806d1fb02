/**
 * @file nat.h  Who is behind a NAT
 *
 * PURE. Where a peer says it can be reached, in its SDP or Contact, against where its messages come
 * from.
 */
#ifndef NAT_H
#define NAT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether a peer cannot be reached at the address it tells: a private one, and not that which its
 * messages come from. Behind a NAT it knows no other; a proxy or PBX of ours may well have one.
 *
 * @param told    Address, as text
 * @param source  Where its messages come from, "<address>:<port>" as Kamailio has it; "" or NULL if
 *                that is not known
 */
bool nat_hides(const char *told, const char *source);

/**
 * Whether a peer may send its audio from elsewhere than it tells: the two addresses differ, and one
 * of them is private. A carrier whose media have another public address knows which.
 */
bool nat_may_be_elsewhere(const char *told, const char *source);

/** @return whether messages of that source come from that address */
bool nat_is_source(const char *address, const char *source);

/**
 * Where a request goes to a peer without a route set: to its Contact, except that a NAT lets
 * nothing in but what comes back the way that the peer's own requests went. So it is for a Contact
 * that nat_hides(), for one that is a name, of which we look up none, and for one of the other
 * family, IPv4 or IPv6, which the socket does not speak; and over TLS, where a phone has no
 * certificate to listen with.
 *
 * @param contact  URI
 * @param source   As above
 * @param socket   Of Kamailio's that its requests came to, "udp:192.0.2.1:5060"
 * @param out      URI, or "." for the Contact; at least 2 bytes
 * @param max      Size of out in bytes
 */
void nat_next_hop(const char *contact, const char *source, const char *socket, char *out,
		  size_t max);

#endif
