/**
 * @file hooks_event.c  What happens to a dialog after its INVITE
 *
 * The leg follows from Call-ID and From-tag; the line from the request URI, which is our Contact,
 * or the dialled number in a CANCEL.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "caller.h"
#include "digest.h"
#include "fault.h"
#include "hooks.h"
#include "hooks_priv.h"
#include "json_decode.h"
#include "keypad.h"
#include "log.h"
#include "metrics.h"
#include "reply.h"
#include "sdp.h"
#include "session_timer.h"
#include "sipuri.h"
#include "store.h"

enum {
	ANSWER_MS = 1500, /* how long the media of a re-INVITE may take; Kamailio waits for 2000 */
	RETRY_AFTER_S = 1,
};

/** What can happen: enumerator, word of the hook. */
#define EVENTS(X)                                                                                  \
	X(EVENT_ACK, "ack")                                                                        \
	X(EVENT_BYE, "bye")                                                                        \
	X(EVENT_CANCEL, "cancel")                                                                  \
	X(EVENT_REINVITE, "reinvite")                                                              \
	X(EVENT_UPDATE, "update")                                                                  \
	X(EVENT_INFO, "info")                                                                      \
	X(EVENT_UNDELIVERED, "undelivered")

enum event_kind {
#define X(id, word) id,
	EVENTS(X)
#undef X
};

static const char *const event_names[] = {
#define X(id, word) word,
    EVENTS(X)
#undef X
	NULL};

struct event {
	int kind; /* enum event_kind */
	char call_id[HOOKS_TEXT_BUF], from_tag[HOOKS_TEXT_BUF], to_tag[HOOKS_TEXT_BUF];
	char ruri[HOOKS_URI_BUF], contact[HOOKS_URI_BUF], source[HOOKS_TEXT_BUF];
	char socket[HOOKS_TEXT_BUF], to[HOOKS_URI_BUF], sdp[SDP_MAX], trunk[TRUNK_NAME_BUF];
	char dtmf[KEYPAD_INFO_MAX]; /* body of an INFO */
	char session_expires[HOOKS_TEXT_BUF];
	bool timer; /* the caller knows session timers */
	int64_t cseq;
};

#define STR(member, must)                                                                          \
	{.name = #member,                                                                          \
	 .kind = JSON_K_STR,                                                                       \
	 .offset = offsetof(struct event, member),                                                 \
	 .max = sizeof(((struct event *)0)->member),                                               \
	 .required = (must),                                                                       \
	 .lo = (must) ? 1 : 0}

static const struct json_field fields[] = {
    {.name = "event",
     .kind = JSON_K_ENUM,
     .offset = offsetof(struct event, kind),
     .names = event_names,
     .required = true},
    STR(call_id, true),
    STR(from_tag, true),
    STR(to_tag, false),
    STR(ruri, true),
    STR(to, false),
    STR(contact, false),
    STR(source, false),
    STR(socket, false),
    STR(sdp, false),
    STR(trunk, false),
    STR(dtmf, false),
    STR(session_expires, false),
    {.name = "timer", .kind = JSON_K_FLAG, .offset = offsetof(struct event, timer)},
    {.name = "cseq",
     .kind = JSON_K_INT,
     .offset = offsetof(struct event, cseq),
     .hi = UINT32_MAX,
     .required = true},
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

/* An event on its way to its answer. */
struct happening {
	struct app *app;
	struct event in;
	char line[LINE_ID_BUF], leg[LEG_ID_MAX];
	bool in_dialog; /* the request URI is our Contact, not the dialled number */
	enum line_outcome outcome;
	char answer[SDP_MAX]; /* "" = none */
	unsigned session_s;   /* for how long it lasts without another refresh, 0 = for ever */
};

/* What Kamailio answers the peer: SIP status, reason phrase. */
struct answer {
	int code;
	const char *reason;
	unsigned retry_after_s;
};

static const struct answer ok = {200, "OK", 0};
static const struct answer no_dialog = {481, "Call/Transaction Does Not Exist", 0};
static const struct answer pending = {491, "Request Pending", 0};
static const struct answer not_acceptable = {488, "Not Acceptable Here", 0};
static const struct answer too_short = {SESSION_TOO_SHORT, "Session Interval Too Small", 0};
static const struct answer server_error = {500, "Server Internal Error", RETRY_AFTER_S};

/* What the service keeps of a description. */
struct described {
	struct sdp_offer *offer; /* NULL = there is none */
	char reduced[SDP_MAX], outline[SDP_MAX];
};

/* @return 0 also if there is none, else it cannot be served. Free d->offer in any case */
static int read_description(const struct happening *h, struct described *d)
{
	int err = 0;

	d->offer = NULL;
	d->reduced[0] = d->outline[0] = '\0';
	if (h->in.sdp[0])
		err = sdp_offer_parse(h->in.sdp, strlen(h->in.sdp), &d->offer);
	if (!err && d->offer)
		err = sdp_offer_print(d->offer, d->reduced, sizeof(d->reduced));
	if (!err && d->offer)
		err = sdp_offer_outline(d->offer, d->outline, sizeof(d->outline));
	return err;
}

/* The ACK of a refusal goes to the dialled number (RFC 3261 17.1.1.3) and confirms nothing. That of
 * an offer of ours has the answer; one that we cannot serve is none. */
static int on_ack(struct happening *h, const struct answer **a)
{
	struct described d;
	struct line_ack ack = {h->in.to_tag, h->in.cseq, "", ""};
	int err;

	*a = &ok;
	if (!h->in_dialog)
		return 0;
	if (read_description(h, &d) == 0) {
		ack.sdp = d.reduced;
		ack.outline = d.outline;
	}
	sdp_offer_free(d.offer);
	err = line_confirm(h->app->store, h->line, h->leg, &ack, &h->outcome);
	fault_here(FAULT_CONFIRMED);
	return err;
}

static int on_bye(struct happening *h, const struct answer **a)
{
	const struct line_leaving how = {
	    .reason = "bye", .to_tag = h->in.to_tag, .cseq = h->in.cseq};
	int err = line_leave(h->app->store, h->line, h->leg, &how, &h->outcome, NULL);

	fault_here(FAULT_LEFT);
	*a = &ok;
	if (h->outcome == LINE_UNKNOWN || h->outcome == LINE_MISMATCH)
		*a = &no_dialog;
	else if (h->outcome == LINE_LATE)
		*a = &server_error;
	return err;
}

/* Of the dialog's INVITE. Neither touches a call whose ACK has come: a CANCEL that crossed the 200
 * changes nothing. */
static int give_up(struct happening *h)
{
	const struct line_leaving how = {
	    .reason = event_names[h->in.kind], .reserved_only = true, .cseq = h->in.cseq};

	return line_leave(h->app->store, h->line, h->leg, &how, &h->outcome, NULL);
}

static int on_cancel(struct happening *h, const struct answer **a)
{
	*a = &ok;
	return give_up(h);
}

/* Also of a re-INVITE that was cancelled: Kamailio alone knows which came first, its 200 or the
 * CANCEL. */
static int on_undelivered(struct happening *h, const struct answer **a)
{
	int err;

	*a = &ok;
	if (!h->in.to_tag[0])
		return give_up(h);
	err = line_withdraw(h->app->store, h->line, h->leg, h->in.cseq, false, &h->outcome, NULL);
	fault_here(FAULT_WITHDRAWN);
	return err;
}

/* A key, which may come this way too. Of anything else we have no use. */
static int on_info(struct happening *h, const struct answer **a)
{
	const struct keypad_press press = {.line = h->line,
					   .leg = h->leg,
					   .to_tag = h->in.to_tag,
					   .way = "info",
					   .number = h->in.cseq,
					   .key = keypad_of_info(h->in.dtmf)};
	int err;

	*a = &ok;
	if (!press.key)
		return 0;
	err = keypad_pressed(h->app->store, h->app->cfg.hook_key, &press, &h->outcome);
	if (!err && (h->outcome == LINE_UNKNOWN || h->outcome == LINE_MISMATCH))
		*a = &no_dialog;
	return err;
}

/* No answer came in time, so it is refused, and must not change anything later. It may have been
 * answered just now. @param sdp  NULL: it was not */
static int withdraw(struct happening *h, char **sdp)
{
	struct store_reply *r = NULL;
	enum line_outcome outcome;
	int err = line_withdraw(h->app->store, h->line, h->leg, h->in.cseq, true, &outcome, &r);
	const char *late = store_reply_str(store_reply_at(r, 1));

	*sdp = NULL;
	if (!err && late[0]) {
		*sdp = strdup(late);
		err = *sdp ? 0 : ENOMEM;
	}
	store_reply_free(r);
	return err;
}

/* Waits for the calls consumer, which alone changes the media of a call that is up. */
static int await_answer(struct happening *h, struct sdp_offer *offer,
			const struct line_asked *asked, const struct answer **a)
{
	char *sdp = NULL;
	int err = store_await(h->app->store, asked->key, ANSWER_MS, &sdp);

	if (err)
		err = withdraw(h, &sdp);
	if (err || !sdp)
		return err;
	sdp_offer_session(offer, digest_session(h->leg), asked->ahead);
	err = sdp_answer_expand(offer, sdp, h->answer, sizeof(h->answer));
	free(sdp);
	*a = &ok;
	return err;
}

/* The offer that a re-INVITE without a description asks for. */
static int make_offer(struct happening *h, const struct line_asked *asked)
{
	struct sdp_offer *theirs = NULL;
	int err = sdp_offer_parse(asked->outline, strlen(asked->outline), &theirs);

	if (err)
		return err;
	sdp_offer_session(theirs, digest_session(h->leg), asked->ahead);
	err = sdp_ours_print(theirs, asked->answer, h->answer, sizeof(h->answer));
	sdp_offer_free(theirs);
	return err;
}

static const struct answer *answer_of(enum line_outcome outcome)
{
	switch (outcome) {
	case LINE_OURS:
	case LINE_DONE:
		return &ok;
	case LINE_PENDING:
		return &pending;
	case LINE_ASKED:
	case LINE_BUSY:
	case LINE_LATE:
		return &server_error;
	default:
		return &no_dialog;
	}
}

/* @return not 0 if it was taken, and cannot be answered: Kamailio refuses it then, and says that it
 * was not delivered, until it is taken back */
static int answer_to(struct happening *h, struct sdp_offer *offer, const struct line_asked *asked,
		     const struct answer **a)
{
	int err = 0;

	*a = answer_of(h->outcome);
	if (h->outcome == LINE_ASKED && offer)
		err = await_answer(h, offer, asked, a);
	else if (h->outcome == LINE_OURS)
		err = make_offer(h, asked);
	if (err)
		*a = &server_error;
	return err;
}

static int update(struct happening *h, const struct described *d, const struct answer **a)
{
	const struct line_update u = {.kind = event_names[h->in.kind],
				      .to_tag = h->in.to_tag,
				      .contact = h->in.contact,
				      .sdp = d->reduced,
				      .outline = d->outline,
				      .source = h->in.source,
				      .socket = h->in.socket,
				      .session_s = h->session_s,
				      .cseq = h->in.cseq};
	struct line_asked asked = {.reply = NULL};
	int err = line_update(h->app->store, h->line, h->leg, &u, &h->outcome, &asked);

	*a = &server_error;
	if (err)
		return err;
	fault_here(FAULT_UPDATED);
	err = answer_to(h, d->offer, &asked, a);
	store_reply_free(asked.reply);
	return err;
}

/* A re-INVITE without a description asks for ours; an UPDATE without one only refreshes (RFC 3311).
 */
static int on_update(struct happening *h, const struct answer **a)
{
	struct described d = {.offer = NULL};
	int err = 0;

	if (session_timer_read(h->in.session_expires, h->in.timer, &h->session_s))
		*a = &too_short;
	else if (read_description(h, &d))
		*a = &not_acceptable;
	else
		err = update(h, &d, a);
	sdp_offer_free(d.offer);
	return err;
}

static int (*const handlers[])(struct happening *, const struct answer **) = {
    [EVENT_ACK] = on_ack,
    [EVENT_BYE] = on_bye,
    [EVENT_CANCEL] = on_cancel,
    [EVENT_REINVITE] = on_update,
    [EVENT_UPDATE] = on_update,
    [EVENT_INFO] = on_info,
    [EVENT_UNDELIVERED] = on_undelivered,
};

/* conf-<line> or hold-<line>, as in our Contact; else a dialled number. */
static int find_line(struct happening *h)
{
	const struct trunk *trunk = trunks_find(h->app->trunks, h->in.trunk);
	struct sipuri uri;
	char did[E164_BUF];
	int err = sipuri_parse(h->in.ruri, &uri);

	if (err)
		return ENOENT;
	if (strncmp(uri.user, "conf-", 5) == 0 || strncmp(uri.user, "hold-", 5) == 0) {
		if (!line_id_valid(uri.user + 5))
			return ENOENT;
		memcpy(h->line, uri.user + 5, strlen(uri.user + 5) + 1);
		h->in_dialog = true;
		return 0;
	}
	if (caller_did(h->in.ruri, h->in.to[0] ? h->in.to : NULL, trunk, h->app->cfg.country, did))
		return ENOENT;
	return lines_find(h->app->lines, did, false, h->line);
}

static void answer(const struct happening *h, struct httpd_reply *rep, const struct answer *a)
{
	struct json *o = json_new_object();
	char expires[SESSION_EXPIRES_BUF];
	int err = json_set_int(o, "code", a->code);

	session_timer_print(h->session_s, expires);
	err |= json_set_str(o, "reason", a->reason);
	err |= json_set_str(o, "uri", h->in.ruri);
	if (h->answer[0] && a->code == 200)
		err |= json_set_str(o, "sdp", h->answer);
	if (a->retry_after_s)
		err |= json_set_int(o, "retry_after", a->retry_after_s);
	if (a->code == SESSION_TOO_SHORT)
		err |= json_set_int(o, "min_se", SESSION_MIN_S);
	if (expires[0] && a->code == 200)
		err |= json_set_str(o, "session_expires", expires);
	reply_json(rep, 200, json_done(o, err));
}

static void handle(struct happening *h, struct httpd_reply *rep)
{
	const struct answer *a = &no_dialog;
	int err = digest_leg_id(h->in.call_id, h->in.from_tag, h->leg);

	h->outcome = LINE_UNKNOWN;
	if (!err)
		err = find_line(h);
	if (!err)
		err = handlers[h->in.kind](h, &a);
	log_info("sip_event", LOG_S("kind", event_names[h->in.kind]), LOG_S("leg", h->leg),
		 LOG_S("call_id", h->in.call_id), LOG_S("line", h->line),
		 LOG_S("trunk", h->in.trunk),
		 LOG_S("outcome", err ? strerror(err) : line_outcome_name(h->outcome)),
		 LOG_I("code", a->code));
	if (err && err != ENOENT)
		reply_error(rep, API_STORE_UNAVAILABLE, "the event was not dealt with: %s",
			    strerror(err));
	else
		answer(h, rep, a);
}

void hooks_event(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	struct happening h = {.app = arg};
	char why[JSON_WHY_MAX];
	int err = json_read(req->body, req->body_len, &spec, &h.in, why);

	metrics_inc(METRIC_EVENTS);
	if (err)
		hooks_bad_body(rep, err, why, h.in.call_id);
	else
		handle(&h, rep);
	json_decode_free(&spec, &h.in);
}

void hooks_bad_body(struct httpd_reply *rep, int err, const char *why, const char *call_id)
{
	log_warn("hook_unreadable", LOG_S("call_id", call_id), LOG_E("error", err),
		 LOG_S("why", why));
	if (err == EBADMSG)
		reply_error(rep, API_JSON_MALFORMED, "%s", why);
	else if (err == ENOMEM)
		reply_error(rep, API_INTERNAL, "out of memory");
	else
		reply_error(rep, API_FIELD_INVALID, "%s", why);
}
