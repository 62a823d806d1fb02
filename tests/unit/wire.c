/**
 * @file wire.c  HTTP as bytes
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

int wire_dial(uint16_t port)
{
	return wire_dial_from("127.0.0.1", port);
}

int wire_dial_from(const char *source, uint16_t port)
{
	struct timeval timeout = {.tv_sec = WIRE_TIMEOUT_S};
	struct sockaddr_in sa = loopback(port), from = loopback(0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (inet_pton(AF_INET, source, &from.sin_addr) == 1 &&
	    bind(fd, (struct sockaddr *)&from, sizeof(from)) == 0 &&
	    connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void say(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

void wire_say(int fd, const char *text)
{
	say(fd, text, strlen(text));
}

void wire_say_many(int fd, size_t n)
{
	char block[4096];

	memset(block, 'x', sizeof(block));
	for (; n > sizeof(block); n -= sizeof(block))
		say(fd, block, sizeof(block));
	say(fd, block, n);
}

static bool hear_head(int fd, struct wire_message *m)
{
	size_t n = 0;

	while (n < sizeof(m->head) - 1 && recv(fd, m->head + n, 1, 0) == 1) {
		m->head[++n] = '\0';
		if (n >= 4 && memcmp(m->head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

bool wire_hear(int fd, struct wire_message *m, bool bodyless)
{
	char value[WIRE_HEAD_MAX];
	size_t want, space = 0;

	memset(m, 0, sizeof(*m));
	if (!hear_head(fd, m))
		return false;
	space = strcspn(m->head, " ");
	m->status = (unsigned)strtoul(m->head + space, NULL, 10);
	want = strtoul(wire_header(m, "Content-Length", value), NULL, 10);
	if (bodyless)
		return true;
	while (m->body_len < want && m->body_len < sizeof(m->body) - 1) {
		ssize_t n = recv(fd, m->body + m->body_len, want - m->body_len, 0);

		if (n <= 0)
			return false;
		m->body_len += (size_t)n;
	}
	return m->body_len == want;
}

const char *wire_header(const struct wire_message *m, const char *name, char value[WIRE_HEAD_MAX])
{
	size_t len = strlen(name);

	value[0] = '\0';
	for (const char *p = strstr(m->head, "\r\n"); p; p = strstr(p, "\r\n")) {
		p += 2;
		if (strncasecmp(p, name, len) == 0 && p[len] == ':') {
			p += len + 1;
			p += strspn(p, " ");
			snprintf(value, WIRE_HEAD_MAX, "%.*s", (int)strcspn(p, "\r"), p);
			break;
		}
	}
	return value;
}

bool wire_is_closed(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, 0);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

int wire_listen(uint16_t *port)
{
	struct sockaddr_in sa = loopback(0);
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) || listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&sa, &len))
		return -1;
	*port = ntohs(sa.sin_port);
	return fd;
}
