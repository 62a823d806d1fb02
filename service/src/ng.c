/**
 * @file ng.c  Commands to rtpengine: its ng protocol over UDP, in JSON
 *
 * "<cookie> <JSON>" in both directions. Each command under way has a connected socket of its own,
 * taken from a pool, so that a thread only ever sees replies to its own commands, if late ones.
 */
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"
#include "ng.h"

enum { IDLE_MAX = 64, COOKIE_BUF = 40 };

/* A socket, and the datagram that was last received on it */
struct ng_socket {
	int fd;
	char datagram[NG_DATAGRAM_MAX];
};

struct ng {
	struct addrinfo *addr;
	uint64_t nonce; /* so that a restarted service never repeats a cookie */

	pthread_mutex_t lock;
	uint64_t counter;		  /* under lock */
	struct ng_socket *idle[IDLE_MAX]; /* under lock */
	size_t idlec;			  /* under lock */
};

static void socket_free(struct ng_socket *s)
{
	if (!s)
		return;

	close(s->fd);
	free(s);
}

static int socket_alloc(const struct addrinfo *addr, struct ng_socket **sp)
{
	struct ng_socket *s;
	int fd, err = 0;

	fd = socket(addr->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;
	s = malloc(sizeof(*s));
	if (!s) {
		close(fd);
		return ENOMEM;
	}

	s->fd = fd;
	if (connect(fd, addr->ai_addr, addr->ai_addrlen) < 0)
		err = errno;
	if (err)
		socket_free(s);
	else
		*sp = s;
	return err;
}

/* Forget late replies to, and errors of, the command before. */
static void socket_drain(struct ng_socket *s)
{
	while (recv(s->fd, s->datagram, sizeof(s->datagram), 0) >= 0 || errno == ECONNREFUSED)
		;
}

/* Take a socket and a cookie that was never used. */
static int ng_take(struct ng *ng, struct ng_socket **sp, char cookie[COOKIE_BUF])
{
	struct ng_socket *s = NULL;
	uint64_t n;

	pthread_mutex_lock(&ng->lock);
	n = ng->counter++;
	if (ng->idlec)
		s = ng->idle[--ng->idlec];
	pthread_mutex_unlock(&ng->lock);

	snprintf(cookie, COOKIE_BUF, "%016" PRIx64 "_%" PRIu64, ng->nonce, n);
	if (!s)
		return socket_alloc(ng->addr, sp);

	socket_drain(s);
	*sp = s;
	return 0;
}

static void ng_give(struct ng *ng, struct ng_socket *s)
{
	pthread_mutex_lock(&ng->lock);
	if (s && ng->idlec < IDLE_MAX) {
		ng->idle[ng->idlec++] = s;
		s = NULL;
	}
	pthread_mutex_unlock(&ng->lock);
	socket_free(s);
}

/* The JSON of the datagram if it is the reply with that cookie, else NULL */
static const char *reply_body(const char *datagram, size_t len, const char *cookie)
{
	size_t n = strlen(cookie);

	if (len <= n || memcmp(datagram, cookie, n) != 0 || datagram[n] != ' ')
		return NULL;
	return datagram + n + 1;
}

/* Wait for the reply until a point of the monotonic clock: 0, ETIMEDOUT or a socket error. */
static int receive(struct ng_socket *s, const char *cookie, int64_t until, struct json **replyp)
{
	struct pollfd pfd = {.fd = s->fd, .events = POLLIN};

	for (;;) {
		int64_t left = until - clock_mono_ms();
		const char *body;
		ssize_t n;

		if (poll(&pfd, 1, left > 0 ? (int)left : 0) < 0 && errno != EINTR)
			return errno;
		n = recv(s->fd, s->datagram, sizeof(s->datagram), 0);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return errno;

		body = n > 0 ? reply_body(s->datagram, (size_t)n, cookie) : NULL;
		if (body)
			return json_parse(body, (size_t)(s->datagram + n - body), replyp);
		if (left <= 0)
			return ETIMEDOUT;
	}
}

/* Send the request until there is a reply; the pauses grow, as the reason may be load. */
static int exchange(struct ng_socket *s, const char *cookie, const char *request,
		    struct json **replyp)
{
	const int64_t start = clock_mono_ms(), end = start + NG_TIMEOUT_MS;
	int64_t until = start, pause = NG_RETRY_MS;
	int err;

	do {
		if (send(s->fd, request, strlen(request), MSG_NOSIGNAL) < 0 && errno != EAGAIN)
			return errno;

		until += pause;
		pause += NG_RETRY_MS;
		err = receive(s, cookie, until < end ? until : end, replyp);
	} while (err == ETIMEDOUT && until < end);
	return err;
}

/* What the reply means */
static int reply_result(const struct json *reply)
{
	const char *result = json_str(json_get(reply, "result"));
	const char *reason = json_str(json_get(reply, "error-reason"));

	if (!result)
		return EBADMSG;
	if (!strcmp(result, "ok") || !strcmp(result, "pong"))
		return 0;
	/* "Unknown call-ID" from some commands */
	return reason && !strcasecmp(reason, "Unknown call-id") ? ENOENT : EPROTO;
}

int ng_call(struct ng *ng, const struct json *cmd, struct json **replyp)
{
	struct ng_socket *s = NULL;
	struct json *reply = NULL;
	char cookie[COOKIE_BUF], *body = NULL, *request = NULL;
	int err;

	if (!ng || !cmd)
		return EINVAL;

	err = json_print(cmd, &body);
	if (err)
		goto out;
	err = ng_take(ng, &s, cookie);
	if (err)
		goto out;
	if (asprintf(&request, "%s %s", cookie, body) < 0) {
		request = NULL;
		err = ENOMEM;
		goto out;
	}

	err = exchange(s, cookie, request, &reply);
	if (err)
		goto out;
	err = reply_result(reply);
	if (replyp && err != EBADMSG) {
		*replyp = reply;
		reply = NULL;
	}
out:
	ng_give(ng, s);
	json_free(reply);
	free(request);
	free(body);
	return err;
}

int ng_ping(struct ng *ng)
{
	struct json *cmd = json_new_object();
	int err;

	err = json_set_str(cmd, "command", "ping");
	if (!err)
		err = ng_call(ng, cmd, NULL);

	json_free(cmd);
	return err;
}

static int resolve(const char *host, uint16_t port, struct addrinfo **addr)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	    .ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_DGRAM,
	};
	char service[8];

	snprintf(service, sizeof(service), "%u", port);
	switch (getaddrinfo(host, service, &hints, addr)) {

	case 0:
		return 0;
	case EAI_MEMORY:
		return ENOMEM;
	default:
		return EINVAL;
	}
}

int ng_alloc(struct ng **ngp, const char *host, uint16_t port)
{
	struct ng *ng;
	int err;

	if (!ngp || !host || !port)
		return EINVAL;

	ng = calloc(1, sizeof(*ng));
	if (!ng)
		return ENOMEM;

	pthread_mutex_init(&ng->lock, NULL);
	err = resolve(host, port, &ng->addr);
	if (!err && getrandom(&ng->nonce, sizeof(ng->nonce), 0) != sizeof(ng->nonce))
		err = EIO;

	if (err)
		ng_free(ng);
	else
		*ngp = ng;
	return err;
}

void ng_free(struct ng *ng)
{
	if (!ng)
		return;

	while (ng->idlec)
		socket_free(ng->idle[--ng->idlec]);
	if (ng->addr)
		freeaddrinfo(ng->addr);
	pthread_mutex_destroy(&ng->lock);
	free(ng);
}
