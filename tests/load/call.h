/* Between ua.c (socket, table) and call.c (one call): one SIP dialog as its caller. */
#ifndef LOAD_CALL_H
#define LOAD_CALL_H

#include "loop.h"
#include "sip.h"
#include "ua.h"

enum {
	CALL_ID_MAX = 48,
	CALL_T1_US = 500000,
	CALL_PATIENCE_US = 4000000,	/* for a final answer */
	CALL_LATE_ANSWER_US = 10000000, /* how long a late 200 is still hung up */
};

enum call_state {
	CALL_FREE,
	CALL_INVITING,
	CALL_CANCELLING, /* our CANCEL is out; the INVITE is still to be answered */
	CALL_UP,
	CALL_ENDING,   /* our BYE is out */
	CALL_GIVEN_UP, /* counted as failed; a late 200 must not leave a leg behind */
};

struct call {
	struct ua *ua;
	struct loop *loop;
	enum call_state state;
	uint32_t round; /* of this place in the table; part of the Call-ID */
	bool provisional;
	struct loop_timer timer;
	int64_t sent_us;
	int64_t setup_us;
	int64_t give_up_us;
	int64_t interval_us;
	struct call_plan plan;
	char did[UA_NUMBER_MAX];
	char number[UA_NUMBER_MAX];
	char id[CALL_ID_MAX];
	char to_tag[SIP_TAG_MAX];
	char target[SIP_URI_MAX]; /* the server's Contact */
	struct call *next_free;
};

/* call.c */
void call_start(struct call *call, const struct call_plan *plan);
void call_response(struct call *call, const struct sip_message *msg);
/* The status line to answer a request of the server with; NULL: none (ACK). */
const char *call_request(struct call *call, const struct sip_message *msg);
void call_abandon(struct call *call);
const char *call_end_text(enum call_end how);

/* ua.c */
struct ua_address {
	char ip[INET_ADDRSTRLEN];
	char text[INET_ADDRSTRLEN + 6]; /* ip:port */
};
const struct ua_address *ua_local(const struct ua *ua);
const struct ua_address *ua_server(const struct ua *ua);
struct ua_counts *ua_count(struct ua *ua);
void ua_send(struct ua *ua, const char *text, size_t len);
/* Counts the end and reports it to the plan's handler. */
void ua_ended(struct ua *ua, struct call *call, enum call_end how, int status);
/* Gives the place back. */
void ua_release(struct ua *ua, struct call *call);

#endif
