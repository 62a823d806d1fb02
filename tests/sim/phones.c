/**
 * @file phones.c  The callers
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "http_seam.h"
#include "kamailio.h"
#include "mood.h"
#include "numbers.h"
#include "phones.h"
#include "rpc.h"
#include "tell.h"

static struct call calls[PHONES_MAX];
static size_t n_calls;

void phones_begin(void)
{
	n_calls = 0;
}

size_t phones_count(void)
{
	return n_calls;
}

struct call *phones_nth(size_t n)
{
	return &calls[n];
}

struct call *phones_of_leg(const char *leg)
{
	for (size_t i = 0; i < n_calls; i++)
		if (strcmp(calls[i].leg, leg) == 0)
			return &calls[i];
	return NULL;
}

struct call *phones_of_call_id(const char *call_id, size_t len)
{
	for (size_t i = 0; i < n_calls; i++)
		if (strlen(calls[i].call_id) == len && memcmp(calls[i].call_id, call_id, len) == 0)
			return &calls[i];
	return NULL;
}

const char *phones_name(const char *leg)
{
	const struct call *c = phones_of_leg(leg);

	return c ? c->name : leg;
}

static bool is_up(const struct call *c)
{
	return c->state == PHONE_UP && !c->gone;
}

/* ----- one of those that could ----- */

static bool can_receive(const struct call *c)
{
	return c->code && !c->delivered && !c->gone;
}

static bool can_ack(const struct call *c)
{
	return is_up(c) && !c->acked;
}

static bool can_cancel(const struct call *c)
{
	return c->state == PHONE_CALLING && !c->delivered && !c->cancelling && !c->gone;
}

static bool can_reinvite(const struct call *c)
{
	return is_up(c) && c->acked && !c->wants_update && !c->update_again;
}

/* Somebody who was refused, and not because we had given them up. */
static bool can_retry(const struct call *c)
{
	return c->state == PHONE_REFUSED && !c->cancelling && !c->gone;
}

static bool must_answer(const struct call *c)
{
	return !c->gone && !(c->code == 200 && !c->delivered) && http_held(c);
}

static struct call *one(bool (*could)(const struct call *))
{
	struct call *found[PHONES_MAX];
	unsigned n = 0;

	for (size_t i = 0; i < n_calls; i++)
		if (could(&calls[i]))
			found[n++] = &calls[i];
	return n ? found[chance_below(n)] : NULL;
}

/* Refused for the moment: 491, or nobody knew. */
static bool can_repeat(const struct call *c)
{
	return is_up(c) && c->acked && c->update_again;
}

bool phones_busy(void)
{
	return one(can_receive) || one(can_ack) || one(must_answer) || one(can_repeat);
}

/* ----- what they send ----- */

void phones_sdp(const struct call *c, char *out, size_t max)
{
	static const char *const offers[] = {
	    "0 101\r\na=rtpmap:101 telephone-event/8000",
	    "8 0 101\r\na=rtpmap:101 telephone-event/8000",
	    "9 8\r\na=rtpmap:9 G722/8000",
	    "96 0\r\na=rtpmap:96 opus/48000/2",
	};
	static const char *const dirs[] = {"sendrecv", "sendonly", "recvonly", "inactive"};

	snprintf(out, max,
		 "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
		 "m=audio %u RTP/AVP %s\r\na=%s\r\n",
		 c->port, offers[c->codecs % 4], dirs[c->dir]);
}

static void invite(struct call *c)
{
	c->state = PHONE_CALLING;
	c->invite_cseq = ++c->cseq;
	c->code = 0;
	c->cancelling = c->delivered = c->acked = false;
	kamailio_invite(c);
}

static size_t under_way(void)
{
	size_t n = 0;

	for (size_t i = 0; i < n_calls; i++)
		n += !calls[i].gone &&
		     (calls[i].state == PHONE_CALLING || calls[i].state == PHONE_UP);
	return n;
}

static bool is_host(const struct call *c)
{
	return c->name[0] == 'h' && c->line == mood.busy_line && !c->gone &&
	       (c->state == PHONE_CALLING || c->state == PHONE_UP);
}

/* Somebody with whom there is a conversation. */
static char draw_pair(struct call *c)
{
	c->line = mood.busy_line;
	return numbers_of(one(is_host) ? 'm' : 'h', c->line, &c->number, &c->did);
}

bool phones_call(void)
{
	struct call *c = &calls[n_calls];
	char kind;

	if (n_calls == PHONES_MAX || under_way() >= mood.crowd)
		return false;
	n_calls++;
	*c = (struct call){.line = chance_below(10) < 7 ? mood.busy_line : 1 - mood.busy_line,
			   .dir = SDP_SENDRECV,
			   .codecs = chance_below(4),
			   .port = 40000 + 2 * (unsigned)n_calls};
	if (chance_of(mood.pairs))
		kind = draw_pair(c);
	else
		kind = numbers_draw(c->line, &c->number, &c->did);
	snprintf(c->name, sizeof(c->name), "%c%zu", kind, n_calls);
	snprintf(c->call_id, sizeof(c->call_id), "call-%zu@phone", n_calls);
	snprintf(c->from_tag, sizeof(c->from_tag), "ft-%zu", n_calls);
	if (digest_leg_id(c->call_id, c->from_tag, c->leg))
		abort();
	tell("%s calls line %u as %s; its leg is %s", c->name, c->line, c->number, c->leg);
	invite(c);
	return true;
}

bool phones_retry(void)
{
	struct call *c = one(can_retry);

	if (!c || !chance_of(mood.fickle))
		return false;
	tell("%s was refused with %d and tries again", c->name, c->code);
	invite(c);
	return true;
}

static void ack(struct call *c, const char *how)
{
	bool lost = chance_of(mood.ack_lost);

	tell("%s sends an ACK%s%s", c->name, how, lost ? ", which is lost" : "");
	if (!lost)
		kamailio_ack(c);
}

/* The final answer to its INVITE. A caller who has sent a CANCEL meanwhile should
 * hang up; not all do. */
bool phones_receive(void)
{
	struct call *c = one(can_receive);

	if (!c)
		return false;
	c->delivered = true;
	if (c->code != 200) {
		tell("%s is refused: %d", c->name, c->code);
		c->state = PHONE_REFUSED;
		return true;
	}
	c->state = PHONE_UP;
	c->sends_to = c->port_said;
	snprintf(c->contact, sizeof(c->contact), "%s", c->uri);
	snprintf(c->to_tag, sizeof(c->to_tag), "%s", c->tag);
	ack(c, "");
	if (chance_of(c->cancelling ? 600 : mood.impatient / 5))
		phones_bye(c);
	return true;
}

/* Kamailio repeats its 200 until the ACK comes. */
bool phones_ack_again(void)
{
	struct call *c = one(can_ack);

	if (c)
		ack(c, " again");
	return c != NULL;
}

void phones_bye(struct call *c)
{
	tell("%s hangs up", c->name);
	c->cseq++;
	c->state = PHONE_OVER;
	kamailio_bye(c);
}

bool phones_hang_up(void)
{
	struct call *c = one(is_up);

	if (c)
		phones_bye(c);
	return c != NULL;
}

bool phones_cancel(void)
{
	struct call *c = one(can_cancel);

	if (!c || !chance_of(mood.impatient))
		return false;
	tell("%s sends a CANCEL", c->name);
	c->cancelling = true;
	kamailio_cancel(c);
	return true;
}

static bool can_vanish(const struct call *c)
{
	return !c->gone && (c->state == PHONE_CALLING || c->state == PHONE_UP);
}

bool phones_vanish(void)
{
	struct call *c = one(can_vanish);

	if (!c || !chance_of(mood.vanish))
		return false;
	tell("%s has lost its network", c->name);
	c->gone = true;
	return true;
}

static void reinvite(struct call *c)
{
	c->cseq++;
	c->wants_update = true;
	c->update_again = false;
	tell("%s sends a re-INVITE, CSeq %d: port %u, direction %d, codecs %u", c->name,
	     (int)c->cseq, c->port, c->dir, c->codecs);
	kamailio_reinvite(c);
}

bool phones_reinvite(void)
{
	struct call *c = one(can_reinvite);

	if (!c || !chance_of(mood.fickle))
		return false;
	if (chance_of(500))
		c->port += 100;
	c->dir = chance_of(500) ? SDP_SENDRECV : chance_below(4);
	if (chance_of(200))
		c->codecs = chance_below(4);
	reinvite(c);
	return true;
}

bool phones_reinvite_again(void)
{
	struct call *c = one(can_repeat);

	if (c)
		reinvite(c);
	return c != NULL;
}

void phones_reinvited(struct call *c, int code, unsigned port)
{
	tell("%s: its re-INVITE is answered with %d", c->name, code);
	c->wants_update = false;
	if (c->gone)
		return;
	if (code == 200) {
		c->sends_to = port;
		ack(c, " of its re-INVITE");
	} else if (code == 481 && is_up(c)) {
		phones_bye(c); /* RFC 5057 5.1: the dialog is no more */
	} else {
		c->update_again = true;
	}
}

/* Both ask at once (491), or it is not in the mood, or it goes along, from another port perhaps. */
static void take_reinvite(struct call *c, struct request *r, unsigned port)
{
	char sdp[512];

	if (rpc_given_up(r)) { /* it has not come, and does not any more */
		kamailio_answered(r, c, 408);
		return;
	}
	if (c->wants_update || chance_of(mood.declines)) {
		tell("%s refuses our re-INVITE", c->name);
		kamailio_answered(r, c, c->wants_update ? 491 : 500);
		return;
	}
	if (chance_of(300))
		c->port += 100;
	tell("%s is told port %u, and is at %u", c->name, port, c->port);
	c->sends_to = port;
	phones_sdp(c, sdp, sizeof(sdp));
	kamailio_taken(r, c, sdp);
}

/* A request of ours. A phone that knows of no such call says so. */
bool phones_answer_request(void)
{
	struct call *c = one(must_answer);
	struct request *r = c ? http_held(c) : NULL;
	unsigned port;
	const char *method = r ? kamailio_request(r, &port) : NULL;

	if (!r)
		return false;
	if (c->state != PHONE_UP) {
		tell("%s is sent %s, but has no call", c->name, method);
		kamailio_answered(r, c, 481);
	} else if (strcmp(method, "INVITE") == 0) {
		take_reinvite(c, r, port);
	} else if (strcmp(method, "OPTIONS") == 0) {
		tell("%s is there", c->name);
		kamailio_answered(r, c, 200);
	} else {
		tell("%s is hung up", c->name);
		c->state = PHONE_OVER;
		kamailio_answered(r, c, 200);
	}
	return true;
}
