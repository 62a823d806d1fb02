#include "call.h"

#include <stdio.h>
#include <string.h>

enum { /* the transactions of one call */
       BRANCH_INVITE = 1,
       BRANCH_ACK,
       BRANCH_BYE,
};

const char *call_end_text(enum call_end how)
{
#define X(name, text) [CALL_##name] = (text),
	static const char *const texts[] = {CALL_ENDS(X)};
#undef X

	return texts[how];
}

int64_t call_setup_us(const struct call *call)
{
	return call->setup_us;
}

const char *call_id(const struct call *call)
{
	return call->id;
}

/* Everything but method, branch and body follows from the call, so a repetition is identical. */
static void send_request(struct call *call, const char *method, unsigned branch, const char *body)
{
	char text[SIP_MESSAGE_MAX], dialled[SIP_URI_MAX];
	bool in_dialog = branch != BRANCH_INVITE;
	size_t len;
	const struct sip_request req = {
	    .method = method,
	    .target = in_dialog ? call->target : dialled,
	    .local = ua_local(call->ua)->text,
	    .peer = ua_server(call->ua)->text,
	    .number = call->number,
	    .did = call->did,
	    .call_id = call->id,
	    .to_tag = call->to_tag,
	    .body = body,
	    .cseq = branch == BRANCH_BYE ? 2 : 1,
	    .branch = branch,
	};

	snprintf(dialled, sizeof(dialled), "sip:%s@%s", call->did, req.peer);
	len = sip_print_request(text, sizeof(text), &req);
	ua_send(call->ua, text, len);
}

static void send_invite(struct call *call)
{
	char offer[SIP_MESSAGE_MAX];

	sip_print_offer(offer, sizeof(offer), ua_local(call->ua)->ip, call->plan.rtp_port);
	send_request(call, "INVITE", BRANCH_INVITE, offer);
}

static void set_timer(struct call *call, int64_t due_us)
{
	loop_timer_set(call->loop, &call->timer, due_us);
}

/* Starts the clock of a request just sent: repeat after T1, 2 T1, …; give up in the end. */
static void expect_answer(struct call *call, int64_t now)
{
	call->give_up_us = now + CALL_PATIENCE_US;
	call->interval_us = CALL_T1_US;
	set_timer(call, now + CALL_T1_US);
}

static void end(struct call *call, enum call_end how, int status)
{
	struct ua *ua = call->ua;

	loop_timer_clear(call->loop, &call->timer);
	ua_ended(ua, call, how, status);
	ua_release(ua, call);
}

/* The call has failed, but the server may think otherwise: stay until that is settled. */
static void give_up(struct call *call, enum call_end how, int status)
{
	call->state = CALL_GIVEN_UP;
	set_timer(call, loop_now_us() + CALL_LATE_ANSWER_US);
	ua_ended(call->ua, call, how, status);
}

void call_hangup(struct call *call)
{
	call->state = CALL_ENDING;
	send_request(call, "BYE", BRANCH_BYE, "");
	expect_answer(call, loop_now_us());
}

/* True when the request is to be sent once more. */
static bool repeat(struct call *call)
{
	int64_t now = loop_now_us();

	if (now >= call->give_up_us)
		return false;
	call->interval_us *= 2;
	if (now + call->interval_us > call->give_up_us)
		set_timer(call, call->give_up_us);
	else
		set_timer(call, now + call->interval_us);
	return true;
}

static void inviting_timer(struct call *call)
{
	if (!repeat(call)) {
		if (call->provisional)
			send_request(call, "CANCEL", BRANCH_INVITE, "");
		give_up(call, CALL_NO_ANSWER, 0);
	} else if (!call->provisional) {
		ua_count(call->ua)->sent_again++;
		send_invite(call);
	}
}

static void cancelling_timer(struct call *call)
{
	if (repeat(call)) {
		ua_count(call->ua)->sent_again++;
		send_request(call, "CANCEL", BRANCH_INVITE, "");
	} else {
		give_up(call, CALL_NO_ANSWER, 0);
	}
}

static void ending_timer(struct call *call)
{
	if (repeat(call)) {
		ua_count(call->ua)->sent_again++;
		send_request(call, "BYE", BRANCH_BYE, "");
	} else {
		end(call, CALL_BYE_LOST, 0);
	}
}

static void call_timer(void *arg)
{
	struct call *call = arg;

	switch (call->state) {
	case CALL_INVITING:
		inviting_timer(call);
		break;
	case CALL_CANCELLING:
		cancelling_timer(call);
		break;
	case CALL_UP:
		call_hangup(call);
		break;
	case CALL_ENDING:
		ending_timer(call);
		break;
	case CALL_GIVEN_UP:
		ua_release(call->ua, call);
		break;
	case CALL_FREE:
		break;
	}
}

void call_start(struct call *call, const struct call_plan *plan)
{
	call->plan = *plan;
	call->provisional = false;
	call->to_tag[0] = call->target[0] = '\0';
	snprintf(call->did, sizeof(call->did), "%s", plan->did);
	snprintf(call->number, sizeof(call->number), "%s", plan->number);
	call->timer.handler = call_timer;
	call->timer.arg = call;
	call->state = CALL_INVITING;
	call->sent_us = loop_now_us();
	send_invite(call);
	expect_answer(call, call->sent_us);
}

static void answered(struct call *call, const struct sip_message *msg)
{
	struct sockaddr_in media;
	int64_t now = loop_now_us();

	if (!sip_copy(msg->contact, call->target, sizeof(call->target)) ||
	    !sip_copy(msg->to_tag, call->to_tag, sizeof(call->to_tag))) {
		give_up(call, CALL_BAD_ANSWER, msg->status);
		return;
	}
	send_request(call, "ACK", BRANCH_ACK, "");
	if (call->state == CALL_GIVEN_UP) {
		send_request(call, "BYE", BRANCH_BYE, "");
		return;
	}
	if (call->state == CALL_CANCELLING) { /* the CANCEL came too late */
		call_hangup(call);
		return;
	}
	if (sip_parse_answer(msg->body, &media)) {
		send_request(call, "BYE", BRANCH_BYE, "");
		give_up(call, CALL_BAD_ANSWER, msg->status);
		return;
	}
	call->setup_us = now - call->sent_us;
	call->state = CALL_UP;
	ua_count(call->ua)->answered++;
	loop_timer_clear(call->loop, &call->timer);
	if (call->plan.hold_us >= 0)
		set_timer(call, now + call->plan.hold_us);
	if (call->plan.answered)
		call->plan.answered(call, &media, call->plan.arg);
}

static void rejected(struct call *call, const struct sip_message *msg)
{
	sip_copy(msg->to_tag, call->to_tag, sizeof(call->to_tag));
	send_request(call, "ACK", BRANCH_INVITE, "");
	if (call->state == CALL_CANCELLING && msg->status == 487)
		end(call, CALL_OK, msg->status);
	else if (call->state != CALL_GIVEN_UP)
		end(call, CALL_REJECTED, msg->status);
}

static void proceeding(struct call *call)
{
	call->provisional = true;
	if (call->state != CALL_INVITING || !call->plan.cancels)
		return;
	call->state = CALL_CANCELLING;
	send_request(call, "CANCEL", BRANCH_INVITE, "");
	expect_answer(call, loop_now_us());
}

static void invite_response(struct call *call, const struct sip_message *msg)
{
	bool open = call->state == CALL_INVITING || call->state == CALL_CANCELLING ||
		    call->state == CALL_GIVEN_UP;

	if (msg->status < 200) {
		proceeding(call);
	} else if (open && msg->status < 300) {
		answered(call, msg);
	} else if (open) {
		rejected(call, msg);
	} else if (msg->status < 300) {
		ua_count(call->ua)->answered_again++;
		send_request(call, "ACK", BRANCH_ACK, "");
	}
}

void call_response(struct call *call, const struct sip_message *msg)
{
	if (sip_is(msg->method, "INVITE"))
		invite_response(call, msg);
	else if (sip_is(msg->method, "BYE") && call->state == CALL_ENDING && msg->status >= 200)
		end(call, msg->status == 200 ? CALL_OK : CALL_BYE_REJECTED, msg->status);
}

const char *call_request(struct call *call, const struct sip_message *msg)
{
	if (sip_is(msg->method, "OPTIONS"))
		return "200 OK";
	if (sip_is(msg->method, "ACK"))
		return NULL;
	if (!sip_is(msg->method, "BYE"))
		return "488 Not Acceptable Here";
	if (call->state == CALL_UP)
		end(call, CALL_DROPPED, 0);
	return "200 OK";
}

void call_abandon(struct call *call)
{
	if (call->state == CALL_UP)
		send_request(call, "BYE", BRANCH_BYE, "");
	else if (call->state == CALL_INVITING || call->state == CALL_CANCELLING)
		send_request(call, "CANCEL", BRANCH_INVITE, "");
}
