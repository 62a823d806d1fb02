/**
 * @file nat.c  Who is behind a NAT
 */
#include <stdio.h>
#include <string.h>

#include "contact.h"
#include "nat.h"
#include "net.h"
#include "sipuri.h"

/* "192.0.2.1:5060", "[2001:db8::1]:5060"; Kamailio prints $si without the brackets. */
static void address_of(const char *source, char out[NET_ADDRESS_BUF])
{
	const char *from = source && *source == '[' ? source + 1 : source;
	const char *to = source ? strrchr(source, ':') : NULL;

	out[0] = '\0';
	if (!to)
		return;
	if (to > from && to[-1] == ']')
		to--;
	if (to > from && to - from < NET_ADDRESS_BUF)
		snprintf(out, NET_ADDRESS_BUF, "%.*s", (int)(to - from), from);
}

bool nat_is_source(const char *address, const char *source)
{
	char from[NET_ADDRESS_BUF];

	address_of(source, from);
	return net_equal(address, from);
}

bool nat_hides(const char *told, const char *source)
{
	return net_is_private(told) && !nat_is_source(told, source);
}

bool nat_may_be_elsewhere(const char *told, const char *source)
{
	char from[NET_ADDRESS_BUF];

	address_of(source, from);
	return !net_equal(told, from) && (net_is_private(told) || net_is_private(from));
}

static bool is_reachable(const char *contact, const char *address, const char *source)
{
	struct sipuri uri;

	return sipuri_parse(contact, &uri) == 0 && net_is_address(uri.host) &&
	       net_is_ipv6(uri.host) == net_is_ipv6(address) && !nat_hides(uri.host, source);
}

void nat_next_hop(const char *contact, const char *source, const char *socket, char *out,
		  size_t max)
{
	char address[NET_ADDRESS_BUF], transport[CONTACT_TRANSPORT_BUF];
	int n = -1;

	address_of(source, address);
	contact_transport(socket, transport);
	if (net_is_address(address) &&
	    (strcmp(transport, "tls") == 0 || !is_reachable(contact, address, source)))
		n = snprintf(out, max,
			     net_is_ipv6(address) ? "sip:[%s]%s;transport=%s"
						  : "sip:%s%s;transport=%s",
			     address, strrchr(source, ':'), transport);
	if (n < 0 || (size_t)n >= max)
		snprintf(out, max, ".");
}
