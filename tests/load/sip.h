/* SIP messages (RFC 3261) as far as a caller needs them: write requests, read what comes back. */
#ifndef LOAD_SIP_H
#define LOAD_SIP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIP_MESSAGE_MAX = 4096, /* bytes */
	SIP_URI_MAX = 256,
	SIP_TAG_MAX = 128,
};

/* Part of a received message; not terminated. */
struct sip_slice {
	const char *p;
	size_t len;
};

struct sip_message {
	int status;		 /* 0: a request */
	struct sip_slice method; /* of a response: the one in CSeq */
	struct sip_slice call_id;
	struct sip_slice to_tag;
	struct sip_slice contact; /* the URI alone */
	struct sip_slice body;
};

/* What a request says. All text is the caller's and never NULL. */
struct sip_request {
	const char *method;
	const char *target; /* request URI */
	const char *local;  /* ip:port of our socket */
	const char *peer;   /* ip:port of the server */
	const char *number; /* ours */
	const char *did;    /* the number dialled */
	const char *call_id;
	const char *to_tag; /* empty before the answer */
	const char *body;   /* SDP, or empty */
	unsigned cseq;
	unsigned branch; /* distinguishes the transactions of one call */
};

/* EBADMSG: not a SIP message one can act on. The slices point into text. */
int sip_parse(const char *text, size_t len, struct sip_message *msg);

bool sip_is(struct sip_slice slice, const char *text);

/* Copies, terminated; false when it is empty or does not fit. */
bool sip_copy(struct sip_slice slice, char *out, size_t max);

/* Both write at most max bytes with the terminator; 0 when it does not fit, else the length. */
size_t sip_print_request(char *out, size_t max, const struct sip_request *req);
size_t sip_print_reply(char *out, size_t max, const char *request, size_t len, const char *status);

size_t sip_print_offer(char *out, size_t max, const char *ip, uint16_t port);

/* Where the answer wants audio; EBADMSG when it names no IPv4 address and port. */
int sip_parse_answer(struct sip_slice sdp, struct sockaddr_in *media);

#endif
