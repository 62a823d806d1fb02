/**
 * @file fake_ng.c  A fake rtpengine on 127.0.0.1 that misbehaves as it is told
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_ng.h"
#include "ng.h"

static void reply(const struct fake_ng *f, const struct sockaddr_in *peer, const char *line,
		  const char *cookie, const char *body)
{
	static char out[NG_DATAGRAM_MAX];
	size_t n = 0;

	for (; *line && *line != '\n'; line++) {
		const char *text = *line == '@' ? cookie : *line == '$' ? body : NULL;
		size_t len = text ? strlen(text) : 1;

		if (n + len > sizeof(out))
			abort(); /* cmocka's assertions belong to the main thread */
		memcpy(out + n, text ? text : line, len);
		n += len;
	}
	(void)!sendto(f->fd, out, n, 0, (const struct sockaddr *)peer, sizeof(*peer));
}

static void *run(void *arg)
{
	static char in[NG_DATAGRAM_MAX + 1];
	struct fake_ng *f = arg;
	size_t step = 0;

	for (;;) {
		struct sockaddr_in peer;
		socklen_t size = sizeof(peer);
		ssize_t n = recvfrom(f->fd, in, sizeof(in) - 1, 0, (struct sockaddr *)&peer, &size);
		const char *line;
		char *body;

		if (n <= 0) /* fake_ng_stop() */
			return NULL;
		in[n] = '\0';
		if (f->seenc < FAKE_NG_SEEN_MAX)
			snprintf(f->seen[f->seenc++], sizeof(f->seen[0]), "%.255s", in);

		line = f->script[step];
		if (step + 1 < FAKE_NG_SCRIPT_MAX && f->script[step + 1])
			step++;
		body = strchr(in, ' ');
		*body++ = '\0';
		for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
			reply(f, &peer, line, in, body);
	}
}

static void bind_to_port(struct fake_ng *f)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(f->port)};
	socklen_t size = sizeof(addr);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	f->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(f->fd >= 0);
	assert_int_equal(bind(f->fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(getsockname(f->fd, (struct sockaddr *)&addr, &size), 0);
	f->port = ntohs(addr.sin_port);
}

void fake_ng_start(struct fake_ng *f)
{
	bind_to_port(f);
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
}

/* An empty datagram is the thread's sign to end. */
void fake_ng_stop(struct fake_ng *f)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(f->port)};

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(sendto(f->fd, "", 0, 0, (struct sockaddr *)&addr, sizeof(addr)), 0);
	pthread_join(f->thread, NULL);
	close(f->fd);
}
