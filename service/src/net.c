/**
 * @file net.c  Sockets to listen on
 */
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
