/**
 * @file contact.h  Our Contact: it says which line and leg a request within the dialog is about
 */
#ifndef CONTACT_H
#define CONTACT_H

#include <stddef.h>

enum {
	CONTACT_BUF = 512, /**< a URI of ours and NUL */
	CONTACT_TRANSPORT_BUF = 8,
};

struct contact {
	const char *place; /**< conf or hold: what the INVITE was decided to be */
	const char *line, *leg;
	const char *local;     /**< host:port of the address that the peer reaches us at */
	const char *transport; /**< udp, tcp or tls */
};

/** The transport of a socket of Kamailio's: "tls" of "tls:192.0.2.1:5061" */
void contact_transport(const char *socket, char out[CONTACT_TRANSPORT_BUF]);

/** Print it as a URI. @return 0, ENOSPC */
__attribute__((warn_unused_result)) int contact_print(const struct contact *c, char *uri,
						      size_t max);

#endif
