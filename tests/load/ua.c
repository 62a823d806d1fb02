#include "ua.h"
#include "call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CALLS_MAX = 16384,
	RECEIVE_BUFFER = 8 << 20, /* bytes; a full one would look like a slow server */
	RECEIVE_BATCH = 256,	  /* datagrams, before timers get their turn */
	FAILURES_SHOWN = 10,
};

struct ua {
	struct loop *loop;
	struct loop_fd fd;
	struct ua_address local, server;
	unsigned run;
	unsigned shown;
	uint64_t active;
	struct ua_counts counts;
	struct call *free_calls;
	struct call calls[CALLS_MAX];
};

static void set_address(struct ua_address *address, const struct sockaddr_in *from)
{
	inet_ntop(AF_INET, &from->sin_addr, address->ip, sizeof(address->ip));
	snprintf(address->text, sizeof(address->text), "%s:%u", address->ip,
		 (unsigned)ntohs(from->sin_port));
}

static int open_socket(struct ua *ua, const struct ua_options *options)
{
	struct sockaddr_in self = {.sin_family = AF_INET};
	socklen_t len = sizeof(self);
	int size = RECEIVE_BUFFER;

	if (inet_pton(AF_INET, options->local, &self.sin_addr) != 1)
		return EINVAL;
	ua->fd.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (ua->fd.fd < 0)
		return errno;
	if (setsockopt(ua->fd.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(ua->fd.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(ua->fd.fd, (struct sockaddr *)&self, sizeof(self)) < 0 ||
	    connect(ua->fd.fd, (const struct sockaddr *)&options->server, sizeof(options->server)) <
		0 ||
	    getsockname(ua->fd.fd, (struct sockaddr *)&self, &len) < 0)
		return errno;
	set_address(&ua->local, &self);
	set_address(&ua->server, &options->server);
	return loop_watch(ua->loop, &ua->fd);
}

/* The call a message belongs to: its Call-ID ends with the place in the table. */
static struct call *find(struct ua *ua, const struct sip_message *msg)
{
	char id[CALL_ID_MAX];
	const char *place;
	unsigned long i;

	if (!sip_copy(msg->call_id, id, sizeof(id)))
		return NULL;
	place = strrchr(id, '-');
	if (!place)
		return NULL;
	i = strtoul(place + 1, NULL, 10);
	if (i >= CALLS_MAX || ua->calls[i].state == CALL_FREE || strcmp(ua->calls[i].id, id) != 0)
		return NULL;
	return &ua->calls[i];
}

static void received(struct ua *ua, const char *text, size_t len)
{
	char reply[SIP_MESSAGE_MAX];
	struct sip_message msg;
	const char *status = "481 Call/Transaction Does Not Exist";
	struct call *call;

	if (sip_parse(text, len, &msg))
		return;
	call = find(ua, &msg);
	if (msg.status) {
		if (call)
			call_response(call, &msg);
		return;
	}
	if (call)
		status = call_request(call, &msg);
	if (status && !sip_is(msg.method, "ACK")) {
		len = sip_print_reply(reply, sizeof(reply), text, len, status);
		ua_send(ua, reply, len);
	}
}

static void readable(void *arg)
{
	struct ua *ua = arg;
	char text[SIP_MESSAGE_MAX + 1];

	for (int i = 0; i < RECEIVE_BATCH; i++) {
		ssize_t len = recv(ua->fd.fd, text, SIP_MESSAGE_MAX, 0);

		if (len < 0)
			return;
		text[len] = '\0';
		received(ua, text, (size_t)len);
	}
}

int ua_alloc(struct ua **uap, struct loop *loop, const struct ua_options *options)
{
	struct ua *ua = calloc(1, sizeof(*ua));
	int err;

	if (!ua)
		return ENOMEM;
	ua->loop = loop;
	ua->run = options->run;
	ua->fd.handler = readable;
	ua->fd.arg = ua;
	for (size_t i = CALLS_MAX; i-- > 0;) {
		ua->calls[i].ua = ua;
		ua->calls[i].loop = loop;
		ua->calls[i].next_free = ua->free_calls;
		ua->free_calls = &ua->calls[i];
	}
	err = open_socket(ua, options);
	if (err)
		ua_free(ua);
	else
		*uap = ua;
	return err;
}

void ua_free(struct ua *ua)
{
	if (!ua)
		return;
	for (size_t i = 0; i < CALLS_MAX; i++) {
		call_abandon(&ua->calls[i]);
		loop_timer_clear(ua->loop, &ua->calls[i].timer);
	}
	if (ua->fd.fd > 0)
		close(ua->fd.fd);
	free(ua);
}

struct call *ua_call(struct ua *ua, const struct call_plan *plan)
{
	struct call *call = ua->free_calls;

	ua->counts.calls++;
	if (!call) {
		ua->counts.ended[CALL_NO_ROOM]++;
		if (plan->ended)
			plan->ended(CALL_NO_ROOM, plan->arg);
		return NULL;
	}
	ua->free_calls = call->next_free;
	ua->active++;
	call->round++;
	snprintf(call->id, sizeof(call->id), "%08x-%u-%u", ua->run, call->round,
		 (unsigned)(call - ua->calls));
	call_start(call, plan);
	return call;
}

void ua_ended(struct ua *ua, struct call *call, enum call_end how, int status)
{
	ua->active--;
	ua->counts.ended[how]++;
	if (how != CALL_OK && ua->shown++ < FAILURES_SHOWN)
		fprintf(stderr, "failed call: %s, status %d, Call-ID %s, %s to %s\n",
			call_end_text(how), status, call->id, call->number, call->did);
	if (call->plan.ended)
		call->plan.ended(how, call->plan.arg);
}

void ua_release(struct ua *ua, struct call *call)
{
	call->state = CALL_FREE;
	call->next_free = ua->free_calls;
	ua->free_calls = call;
}

void ua_send(struct ua *ua, const char *text, size_t len)
{
	/* A full send buffer or a refused port is a lost datagram: SIP repeats it. */
	if (len && send(ua->fd.fd, text, len, 0) < 0)
		return;
}

uint64_t ua_failed(const struct ua *ua)
{
	uint64_t failed = 0;

	for (int how = CALL_OK + 1; how < CALL_ENDS_N; how++)
		failed += ua->counts.ended[how];
	return failed;
}

uint64_t ua_dropped_datagrams(const struct ua *ua)
{
	uint32_t info[SK_MEMINFO_VARS] = {0};
	socklen_t len = sizeof(info);

	getsockopt(ua->fd.fd, SOL_SOCKET, SO_MEMINFO, info, &len);
	return info[SK_MEMINFO_DROPS];
}

const struct ua_address *ua_local(const struct ua *ua)
{
	return &ua->local;
}

const struct ua_address *ua_server(const struct ua *ua)
{
	return &ua->server;
}

struct ua_counts *ua_count(struct ua *ua)
{
	return &ua->counts;
}

const struct ua_counts *ua_counts(const struct ua *ua)
{
	return &ua->counts;
}

void ua_counts_reset(struct ua *ua)
{
	ua->counts = (struct ua_counts){0};
}

uint64_t ua_active(const struct ua *ua)
{
	return ua->active;
}
