/**
 * @file net.c  Sockets to listen on
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net.h"

static uint16_t port_of(const struct sockaddr_storage *sa)
{
	return ntohs(sa->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)sa)->sin6_port
					       : ((const struct sockaddr_in *)sa)->sin_port);
}

void net_address(const struct sockaddr *sa, char out[NET_ADDRESS_BUF])
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	out[0] = '\0';
	if (sa && sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, out, NET_ADDRESS_BUF);
	} else if (sa && sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
			inet_ntop(AF_INET, &in6.sin6_addr.s6_addr[12], out, NET_ADDRESS_BUF);
		else
			inet_ntop(AF_INET6, &in6.sin6_addr, out, NET_ADDRESS_BUF);
	}
}

bool net_is_address(const char *text)
{
	struct in6_addr any;

	return inet_pton(AF_INET, text, &any) == 1 || inet_pton(AF_INET6, text, &any) == 1;
}

bool net_is_ipv6(const char *address)
{
	return strchr(address, ':') != NULL;
}

bool net_equal(const char *a, const char *b)
{
	static const int families[] = {AF_INET, AF_INET6};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct in6_addr x = {0}, y = {0};

		if (inet_pton(families[i], a, &x) == 1 && inet_pton(families[i], b, &y) == 1)
			return memcmp(&x, &y, sizeof(x)) == 0;
	}
	return false;
}

bool net_is_loopback(const char *address)
{
	struct in6_addr in6;
	struct in_addr in;

	if (inet_pton(AF_INET, address, &in) == 1)
		return ntohl(in.s_addr) >> 24 == IN_LOOPBACKNET;
	return inet_pton(AF_INET6, address, &in6) == 1 && IN6_IS_ADDR_LOOPBACK(&in6);
}

bool net_is_private(const char *address)
{
	static const struct {
		in_addr_t net;
		unsigned bits;
	} nets[] = {
	    {0x0a000000, 8},  /* 10.0.0.0 */
	    {0xac100000, 12}, /* 172.16.0.0 */
	    {0xc0a80000, 16}, /* 192.168.0.0 */
	    {0x64400000, 10}, /* 100.64.0.0 */
	    {0xa9fe0000, 16}, /* 169.254.0.0 */
	};
	struct in6_addr in6;
	struct in_addr in;

	if (net_is_loopback(address))
		return true;
	for (size_t i = 0; inet_pton(AF_INET, address, &in) == 1; i++) {
		if (i == sizeof(nets) / sizeof(nets[0]))
			return false;
		if ((ntohl(in.s_addr) ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return true;
	}
	return inet_pton(AF_INET6, address, &in6) == 1 &&
	       ((in6.s6_addr[0] & 0xfe) == 0xfc || IN6_IS_ADDR_LINKLOCAL(&in6));
}

void net_prefix(const char *address, char out[NET_PREFIX_BUF])
{
	struct in6_addr in6;

	if (inet_pton(AF_INET6, address, &in6) == 1) {
		memset(&in6.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &in6, out, NET_PREFIX_BUF);
	} else {
		snprintf(out, NET_PREFIX_BUF, "%s", address);
	}
}

int net_share(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ? errno : 0;
}

int net_claim(const char *name, int *fdp)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const size_t len =
	    strlen(name); /* an abstract address begins with a NUL and has no other */
	int fd, err = 0;

	if (len >= sizeof(sa.sun_path))
		return EINVAL;
	memcpy(sa.sun_path + 1, name, len);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (bind(fd, (const struct sockaddr *)&sa,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)))
		err = errno;
	if (err)
		close(fd);
	else
		*fdp = fd;
	return err;
}

static int bind_and_listen(int fd, const struct addrinfo *ai, int backlog, uint16_t *port)
{
	struct sockaddr_storage sa = {0};
	socklen_t len = sizeof(sa);
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) || net_share(fd) ||
	    bind(fd, ai->ai_addr, ai->ai_addrlen) || listen(fd, backlog) ||
	    getsockname(fd, (struct sockaddr *)&sa, &len))
		return errno;
	*port = port_of(&sa);
	return 0;
}

int net_listen(const char *address, uint16_t *port, int backlog, int *fdp)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *ai;
	char service[8];
	int fd, err;

	if (!address || !port || !fdp)
		return EINVAL;
	snprintf(service, sizeof(service), "%u", *port);
	if (getaddrinfo(address, service, &hints, &ai))
		return EINVAL;
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	err = fd < 0 ? errno : bind_and_listen(fd, ai, backlog, port);
	freeaddrinfo(ai);
	if (!err)
		*fdp = fd;
	else if (fd >= 0)
		close(fd);
	return err;
}
