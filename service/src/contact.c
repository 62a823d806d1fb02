/**
 * @file contact.c  Our Contact
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contact.h"

void contact_transport(const char *socket, char out[CONTACT_TRANSPORT_BUF])
{
	snprintf(out, CONTACT_TRANSPORT_BUF, "%.*s", (int)strcspn(socket, ":"), socket);
}

/* UDP is what a URI without the parameter means (RFC 3261 19.1.2). */
static const char *transport_param(const char *transport)
{
	if (strcmp(transport, "tls") == 0)
		return ";transport=tls";
	return strcmp(transport, "tcp") == 0 ? ";transport=tcp" : "";
}

int contact_print(const struct contact *c, char *uri, size_t max)
{
	int n = snprintf(uri, max, "sip:%s-%s@%s;leg=%s%s", c->place, c->line, c->local, c->leg,
			 transport_param(c->transport));

	return n < 0 || (size_t)n >= max ? ENOSPC : 0;
}
