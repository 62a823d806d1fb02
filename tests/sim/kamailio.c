/**
 * @file kamailio.c  A fake Kamailio
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "hooks.h"
#include "json.h"
#include "kamailio.h"
#include "mood.h"
#include "proc.h"
#include "redis.h"
#include "rpc.h"
#include "tell.h"
#include "vtime.h"

enum {
	HOOKS_MAX = 256,
	HOOK_TIMEOUT_MS = 2000, /* kamailio-cfg/defaults.cfg */
	RESEND_FOR_MS = 60000,
	RESEND_AFTER_MS = 3000,
	RETRY_MS = 1000,
	STORED_MS = 30000, /* in which an answer is surely kept */
};

/** What there is to say: enumerator, word of the hook. */
#define EVENTS(X)                                                                                  \
	X(INVITE, "invite")                                                                        \
	X(ACK, "ack")                                                                              \
	X(BYE, "bye")                                                                              \
	X(CANCEL, "cancel")                                                                        \
	X(REINVITE, "reinvite")                                                                    \
	X(UNDELIVERED, "undelivered")

enum event {
#define X(id, word) id,
	EVENTS(X)
#undef X
};

static const char *const words[] = {
#define X(id, word) word,
    EVENTS(X)
#undef X
};

/* Something that the service is to hear. */
struct hook {
	enum event event;
	struct call *call;
	char *body;
	int64_t cseq; /* of the call's INVITE then */
	char *first;  /* answer to a query that is asked once more */
	bool query;   /* its answer is waited for, once; else it is repeated until it is taken */
	bool asked;   /* a query that was said */
	bool busy;    /* the service is at it */
	bool over;    /* nothing more is to be done about it */
	int64_t born; /* ms */
	int64_t due;
};

static struct hook *hooks[HOOKS_MAX];
static size_t n_hooks;
static bool lost; /* something that was never taken */
static unsigned tags;

void kamailio_begin(void)
{
	n_hooks = 0;
	tags = 0;
	lost = false;
}

bool kamailio_has_lost(void)
{
	return lost;
}

static void hook_free(struct hook *h)
{
	free(h->body);
	free(h->first);
	free(h);
}

void kamailio_end(void)
{
	while (n_hooks)
		hook_free(hooks[--n_hooks]);
}

size_t kamailio_pending(void)
{
	return n_hooks;
}

static void sweep(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < n_hooks; i++) {
		if (hooks[i]->over && !hooks[i]->busy)
			hook_free(hooks[i]);
		else
			hooks[kept++] = hooks[i];
	}
	n_hooks = kept;
}

static struct hook *add(enum event event, struct call *c, char *body, bool query)
{
	struct hook *h = calloc(1, sizeof(*h));

	if (!h || !body || n_hooks == HOOKS_MAX)
		abort();
	*h = (struct hook){.event = event, .call = c, .body = body, .query = query};
	h->cseq = c->invite_cseq;
	h->born = h->due = vtime_ms();
	hooks[n_hooks++] = h;
	return h;
}

/* ----- what it says of a message: route[HOOK_MESSAGE] and those after it ----- */

static char *body_of(enum event event, const struct call *c)
{
	const bool in_dialog = event == ACK || event == BYE || event == REINVITE;
	const bool invite = event == INVITE;
	char dialled[64], from[64], branch[32], sdp[512], *text = NULL;
	struct json *o = json_new_object();

	snprintf(dialled, sizeof(dialled), "sip:%s@192.0.2.1", c->did);
	snprintf(from, sizeof(from), "sip:%s@198.51.100.7", c->number);
	snprintf(branch, sizeof(branch), "z9hG4bK-%s-%d", c->name, (int)c->invite_cseq);
	phones_sdp(c, sdp, sizeof(sdp));
	json_set_str(o, "event", invite ? NULL : words[event]);
	json_set_str(o, "call_id", c->call_id);
	json_set_str(o, "from_tag", c->from_tag);
	json_set_int(o, "cseq", in_dialog && event != ACK ? c->cseq : c->invite_cseq);
	json_set_str(o, "ruri", in_dialog ? c->contact : dialled);
	json_set_str(o, "to", dialled);
	json_set_str(o, "source", "198.51.100.7:5060");
	json_set_str(o, "trunk", "trunk");
	json_set_str(o, "to_tag", in_dialog ? c->to_tag : NULL);
	json_set_str(o, "contact", in_dialog || invite ? "sip:phone@198.51.100.7:5060" : NULL);
	json_set_str(o, "branch", invite ? branch : NULL);
	json_set_str(o, "sdp", invite || event == REINVITE ? sdp : NULL);
	if (invite) {
		json_set_str(o, "from", from);
		json_set_str(o, "transport", "udp");
		json_set_str(o, "socket", "udp:192.0.2.1:5060");
		json_set_str(o, "local", "192.0.2.1:5060");
		json_set_int(o, "trusted", 1);
	}
	if (json_print(o, &text))
		abort();
	json_free(o);
	return text;
}

static void report(enum event event, struct call *c)
{
	add(event, c, body_of(event, c), false);
}

/* ----- what phones send ----- */

void kamailio_invite(struct call *c)
{
	c->asked = true;
	add(INVITE, c, body_of(INVITE, c), true);
}

void kamailio_ack(struct call *c)
{
	c->acked = true;
	report(ACK, c);
}

static void final(struct call *c, int code)
{
	c->asked = false;
	c->code = code;
	c->delivered = false;
	c->since = vtime_ms();
}

/* tm answers 487 while nothing else was answered; then the decision does not matter any more. */
void kamailio_cancel(struct call *c)
{
	report(CANCEL, c);
	if (c->asked)
		final(c, 487);
}

void kamailio_bye(struct call *c)
{
	c->bye_open = true;
	add(BYE, c, body_of(BYE, c), true);
}

void kamailio_reinvite(struct call *c)
{
	add(REINVITE, c, body_of(REINVITE, c), true);
}

/* ----- what the service answers ----- */

static void undecided(struct call *c)
{
	tell("Kamailio refuses %s with 503, and says so", c->name);
	final(c, 503);
	report(UNDELIVERED, c);
}

/* No answer: route[UNDECIDED] and route[UNANSWERED]. */
static void query_failed(struct hook *h)
{
	struct call *c = h->call;

	h->over = true;
	if (h->event == INVITE && c->asked) {
		undecided(c);
	} else if (h->event == BYE) {
		c->bye_open = false;
		c->bye_code = 200;
		add(BYE, c, strdup(h->body), false);
	} else if (h->event == REINVITE) {
		phones_reinvited(c, 503, 0);
	}
}

static void failed(struct hook *h)
{
	if (h->over)
		return;
	if (h->first)
		h->over = true;
	else if (h->query)
		query_failed(h);
	else
		h->due = vtime_ms() + RETRY_MS;
}

static const char *text_of(const struct json *o, const char *key)
{
	const char *text = json_str(json_get(o, key));

	return text ? text : "";
}

/* Our port in a description that goes to the caller. */
static unsigned port_in(const struct call *c, const char *sdp)
{
	char ip[SDP_IP_BUF];
	uint16_t port = 0;

	if (sdp_media_addr(sdp, ip, &port) || !port || !sdp_has_codec(sdp))
		broken("%s is answered with a description that has no audio: %s", c->name, sdp);
	return port;
}

static void accept_call(struct call *c, const struct json *answer)
{
	const char *uri = text_of(answer, "uri");

	if (!strstr(uri, c->leg))
		broken("%s is leg %s, but was told %s", c->name, c->leg, uri);
	c->port_said = port_in(c, text_of(answer, "sdp"));
	snprintf(c->uri, sizeof(c->uri), "%s", uri);
	snprintf(c->tag, sizeof(c->tag), "tt-%u", ++tags);
	final(c, 200);
}

static void decided(struct call *c, const struct json *answer)
{
	int64_t code = 0;

	(void)json_int(json_get(answer, "code"), &code);
	tell("%s: decision %s %d", c->name, text_of(answer, "route"), (int)code);
	if (!c->asked)
		return;
	if (text_of(answer, "uri")[0])
		accept_call(c, answer);
	else if (code >= 300)
		final(c, (int)code);
	else
		broken("the decision on %s is none", c->name);
}

static void query_answered(struct hook *h, const struct json *answer)
{
	struct call *c = h->call;
	int64_t code = 0;

	h->over = true;
	if (h->event == INVITE) {
		decided(c, answer);
		return;
	}
	if (json_int(json_get(answer, "code"), &code) || code < 200 || code > 699)
		broken("%s of %s is answered with %d", words[h->event], c->name, (int)code);
	if (h->event == BYE) {
		c->bye_open = false;
		c->bye_code = (int)code;
	} else if (code == 200) {
		phones_reinvited(c, 200, port_in(c, text_of(answer, "sdp")));
	} else {
		phones_reinvited(c, (int)code, 0);
	}
}

/* What was refused for the moment need not be refused again. */
static bool is_stored(const struct hook *h)
{
	if (h->event == INVITE)
		return h->cseq == h->call->invite_cseq && !strstr(h->first, "\"code\":503");
	return strstr(h->first, "\"code\":200") != NULL;
}

/* The same is answered as before, unless the call is over meanwhile, it was long ago, or Redis was
 * away when the answer was to be kept. */
static void compare(struct hook *h, const struct httpd_reply *rep)
{
	h->over = true;
	if (rep->status == 200 && strcmp(rep->body, h->first) != 0 && is_stored(h) &&
	    h->cseq != h->call->not_kept && vtime_ms() - h->born < STORED_MS &&
	    redis_has_leg(h->call->leg))
		broken("%s of %s was answered with %s, and now with %s", words[h->event],
		       h->call->name, h->first, rep->body);
}

static void ask_again(const struct hook *h, const char *answer)
{
	struct hook *again = add(h->event, h->call, strdup(h->body), true);

	again->cseq = h->cseq;
	again->first = strdup(answer);
	again->due = vtime_ms() + chance_below(STORED_MS / 2);
}

static void answered(struct hook *h, const struct httpd_reply *rep)
{
	struct json *answer = NULL;

	if (rep->status != 200 && rep->status != 503)
		broken("%s of %s is answered with HTTP %u: %s", words[h->event], h->call->name,
		       rep->status, rep->body ? rep->body : "");
	if (h->first) {
		compare(h, rep);
		return;
	}
	if (h->query && rep->status == 200 && chance_of(mood.ask_again))
		ask_again(h, rep->body);
	if (h->over)
		return; /* it took too long */
	if (rep->status != 200) {
		failed(h);
		return;
	}
	if (chance_of(mood.answer_lost)) {
		tell("the answer is lost");
		h->due = vtime_ms() + RESEND_AFTER_MS;
		return;
	}
	if (!h->query) {
		h->over = !chance_of(mood.report_again);
		h->due = vtime_ms() + RETRY_MS;
		return;
	}
	if (json_parse(rep->body, strlen(rep->body), &answer))
		broken("%s of %s is answered with %s", words[h->event], h->call->name, rep->body);
	else
		query_answered(h, answer);
	json_free(answer);
}

static void say(struct hook *h)
{
	struct proc *p = proc_count() ? proc_nth(chance_below(proc_count())) : NULL;
	const struct httpd_request req = {
	    .method = "POST", .path = "", .id = "", .body = h->body, .body_len = strlen(h->body)};
	struct httpd_reply rep = {0};

	tell("Kamailio %s %s of %s%s%s", h->query ? "asks about" : "reports", words[h->event],
	     h->call->name, p ? " to " : ", but nobody is there", p ? proc_name(p) : "");
	h->asked = h->busy = true;
	if (p)
		proc_request(p, h->event == INVITE ? hooks_invite : hooks_event, &req, &rep);
	h->busy = false;
	if (!p || proc_is_dead(p))
		failed(h);
	else
		answered(h, &rep);
	free(rep.body);
}

static bool is_ready(const struct hook *h)
{
	return !h->busy && !h->over && h->due <= vtime_ms() && !(h->query && h->asked);
}

bool kamailio_step(void)
{
	struct hook *ready[HOOKS_MAX];
	unsigned n = 0;

	sweep();
	for (size_t i = 0; i < n_hooks; i++)
		if (is_ready(hooks[i]))
			ready[n++] = hooks[i];
	if (!n)
		return false;
	say(ready[chance_below(n)]);
	sweep();
	return true;
}

void kamailio_tick(void)
{
	for (size_t i = 0; i < n_hooks; i++) {
		struct hook *h = hooks[i];

		if (h->over)
			continue;
		if (h->first) {
			h->over = vtime_ms() - h->born > STORED_MS;
		} else if (h->query && vtime_ms() - h->born >= HOOK_TIMEOUT_MS) {
			failed(h);
		} else if (!h->query && vtime_ms() - h->born >= RESEND_FOR_MS) {
			tell("Kamailio gives up %s of %s", words[h->event], h->call->name);
			h->over = lost = true;
		}
	}
	rpc_tick();
}
