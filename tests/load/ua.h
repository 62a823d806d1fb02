/* A SIP user agent that makes many calls from one UDP socket, and counts what goes wrong. */
#ifndef LOAD_UA_H
#define LOAD_UA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct call;
struct loop;
struct ua;

enum { UA_NUMBER_MAX = 20 };

/* How a call ended; all but the first is a failed call. */
#define CALL_ENDS(X)                                                                               \
	X(OK, "ok")                                                                                \
	X(NO_ANSWER, "no final answer in time")                                                    \
	X(REJECTED, "wrong status")                                                                \
	X(BAD_ANSWER, "200 without a usable Contact, tag or SDP")                                  \
	X(DROPPED, "hung up by the server")                                                        \
	X(BYE_LOST, "no answer to BYE in time")                                                    \
	X(BYE_REJECTED, "wrong status for BYE")                                                    \
	X(NO_ROOM, "call table of the generator full")

#define X(name, text) CALL_##name,
enum call_end { CALL_ENDS(X) CALL_ENDS_N };
#undef X

typedef void(call_answered_h)(struct call *call, const struct sockaddr_in *media, void *arg);
/* The call is gone when this returns. May place the next one. */
typedef void(call_ended_h)(enum call_end how, void *arg);

/* Numbers are copied; the handlers may be NULL. */
struct call_plan {
	const char *did;
	const char *number;
	uint16_t rtp_port;
	int64_t hold_us; /* from the answer to our BYE; negative: until call_hangup() */
	bool cancels;	 /* gives up as soon as the server has said that it is at it */
	call_answered_h *answered;
	call_ended_h *ended;
	void *arg;
};

/* Counted since the last ua_counts_reset(). */
struct ua_counts {
	uint64_t calls;
	uint64_t answered;
	uint64_t ended[CALL_ENDS_N];
	uint64_t sent_again;	 /* our requests, after T1 */
	uint64_t answered_again; /* 200s the server sent more than once */
};

struct ua_options {
	const char *local; /* IPv4 address of the socket */
	struct sockaddr_in server;
	unsigned run; /* part of every Call-ID: runs do not meet */
};

int ua_alloc(struct ua **uap, struct loop *loop, const struct ua_options *options);

/* Hangs up what is still up, without waiting for answers. */
void ua_free(struct ua *ua);

/* The first transmission of the INVITE is on its way when this returns. The call, which is there
 * until it has ended; NULL: the table is full. */
struct call *ua_call(struct ua *ua, const struct call_plan *plan);
void call_hangup(struct call *call);
const char *call_id(const struct call *call);

/* µs from the INVITE's first transmission to the 200. */
int64_t call_setup_us(const struct call *call);

uint64_t ua_active(const struct ua *ua);
const struct ua_counts *ua_counts(const struct ua *ua);
void ua_counts_reset(struct ua *ua);
uint64_t ua_failed(const struct ua *ua);

/* Datagrams the kernel dropped because this program did not read them in time. */
uint64_t ua_dropped_datagrams(const struct ua *ua);

#endif
