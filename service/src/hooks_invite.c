/**
 * @file hooks_invite.c  An initial INVITE: role, place, media, decision
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "caller.h"
#include "clock.h"
#include "contact.h"
#include "digest.h"
#include "fault.h"
#include "hooks.h"
#include "hooks_priv.h"
#include "json_decode.h"
#include "log.h"
#include "metrics.h"
#include "net.h"
#include "reply.h"
#include "sdp.h"
#include "session_timer.h"

enum {
	RETRY_AFTER_S = 5,
	OUR_DTMF_PT = 101, /* of telephone-event in an offer of ours */
	DISCARD_PORT = 9,
};

struct invite {
	char call_id[HOOKS_TEXT_BUF], from_tag[HOOKS_TEXT_BUF], ruri[HOOKS_URI_BUF];
	char from[HOOKS_URI_BUF], to[HOOKS_URI_BUF], pai[HOOKS_HEADER_BUF], privacy[HOOKS_TEXT_BUF];
	char contact[HOOKS_URI_BUF], record_route[HOOKS_HEADER_BUF], source[HOOKS_TEXT_BUF];
	char transport[HOOKS_WORD_BUF], socket[HOOKS_TEXT_BUF], local[HOOKS_TEXT_BUF];
	char user[USER_NAME_BUF], number[E164_BUF]; /* who has proven to be it, and their number */
	char branch[HOOKS_TEXT_BUF], trunk[TRUNK_NAME_BUF], diversion[HOOKS_HEADER_BUF];
	char own[TRUNK_H_COUNT][HOOKS_TEXT_BUF]; /* the carriers' own headers */
	char sdp[SDP_MAX], session_expires[HOOKS_TEXT_BUF];
	int64_t cseq;
	bool trusted, timer;
};

#define STR(member, must)                                                                          \
	{.name = #member,                                                                          \
	 .kind = JSON_K_STR,                                                                       \
	 .offset = offsetof(struct invite, member),                                                \
	 .max = sizeof(((struct invite *)0)->member),                                              \
	 .required = (must),                                                                       \
	 .lo = (must) ? 1 : 0}

static const struct json_field fields[] = {
    STR(call_id, true),
    STR(from_tag, true),
    STR(ruri, true),
    STR(from, true),
    STR(to, true),
    STR(pai, false),
    STR(privacy, false),
    STR(contact, false),
    STR(record_route, false),
    STR(source, false),
    STR(transport, true),
    STR(socket, false),
    STR(local, true),
    STR(branch, false),
    STR(sdp, false),
    STR(trunk, false),
    STR(user, false),
    STR(number, false),
    STR(diversion, false),
    STR(session_expires, false),
#define HEADER(symbol, header)                                                                     \
	{.name = (header),                                                                         \
	 .kind = JSON_K_STR,                                                                       \
	 .offset = offsetof(struct invite, own) + (symbol) * HOOKS_TEXT_BUF,                       \
	 .max = HOOKS_TEXT_BUF},
#define PROFILE(...)
#define ADDRESSES(...)
#include "trunk_profiles.def"
#undef HEADER
#undef PROFILE
#undef ADDRESSES
    {.name = "cseq",
     .kind = JSON_K_INT,
     .offset = offsetof(struct invite, cseq),
     .hi = UINT32_MAX,
     .required = true},
    {.name = "timer", .kind = JSON_K_FLAG, .offset = offsetof(struct invite, timer)},
    {.name = "trusted", .kind = JSON_K_FLAG, .offset = offsetof(struct invite, trusted)},
};
static const struct json_spec spec = {fields, sizeof(fields) / sizeof(fields[0])};

/* All that is known of one INVITE on its way to the decision. */
struct asking {
	struct app *app;
	struct invite in;
	const struct trunk *trunk;
	struct caller caller;
	char did[E164_BUF], line[LINE_ID_BUF], leg[LEG_ID_MAX];
	struct sdp_offer *offer;
	char reduced[SDP_MAX], outline[SDP_MAX], answer[SDP_MAX];
	char whole[SDP_MAX]; /* the answer, as the caller gets it; "" = none yet */
	const char *no_room; /* quota_take() */
	unsigned session_s;  /* for how long it lasts without a refresh, 0 = for ever */
	enum line_outcome outcome;
};

/* Why a caller is refused: SIP status, reason phrase. */
static const struct refusal {
	int code;
	const char *reason;
	unsigned retry_after_s;
} unknown_number = {404, "Not Found", 0}, no_service = {503, "Service Unavailable", RETRY_AFTER_S},
  not_acceptable = {488, "Not Acceptable Here", 0}, no_contact = {400, "Missing Contact", 0},
  too_short = {SESSION_TOO_SHORT, "Session Interval Too Small", 0},
  of_outcome[] = {
      [LINE_MOVED] = {404, "Not Found", 0},
      [LINE_DISABLED] = {480, "Temporarily Unavailable", 0},
      [LINE_BLOCKED] = {603, "Decline", 0},
      [LINE_FULL] = {486, "Busy Here", 0},
      [LINE_LINE_FULL] = {486, "Busy Here", 0},
      [LINE_CALLER_FULL] = {486, "Busy Here", 0},
      [LINE_TRUNK_FULL] = {503, "Service Unavailable", RETRY_AFTER_S},
      [LINE_ALL_FULL] = {503, "Service Unavailable", RETRY_AFTER_S},
      [LINE_ENDED] = {487, "Request Terminated", 0},
      [LINE_MERGED] = {482, "Merged Request", 0}, /* RFC 3261 8.2.2.2 */
};

/* NULL: the word is no answer to an INVITE. */
static const struct refusal *refusal_of(enum line_outcome o)
{
	const bool known = o < sizeof(of_outcome) / sizeof(of_outcome[0]) && of_outcome[o].code;

	return known ? &of_outcome[o] : NULL;
}

static void refuse(const struct asking *a, struct httpd_reply *rep, const struct refusal *why)
{
	struct json *o = json_new_object();
	int err = json_set_str(o, "route", "reject");

	err |= json_set_int(o, "code", why->code);
	err |= json_set_str(o, "reason", why->reason);
	if (why->retry_after_s)
		err |= json_set_int(o, "retry_after", why->retry_after_s);
	if (why->code == SESSION_TOO_SHORT)
		err |= json_set_int(o, "min_se", SESSION_MIN_S);
	metrics_inc(why == &no_service ? METRIC_DECISIONS_FAILED : METRIC_DECISIONS_REJECT);
	log_info("invite_rejected", LOG_S("leg", a->leg), LOG_S("call_id", a->in.call_id),
		 LOG_S("line", a->line), LOG_S("did", a->did), LOG_S("trunk", a->trunk->name),
		 LOG_S("source", a->in.source), LOG_I("code", why->code),
		 LOG_S("why", why == &of_outcome[a->outcome] ? line_outcome_name(a->outcome) : ""));
	reply_json(rep, 200, json_done(o, err));
}

static void admit(const struct asking *a, struct httpd_reply *rep)
{
	const bool hold = a->outcome == LINE_HOLD;
	const struct contact c = {hold ? "hold" : "conf", a->line, a->leg, a->in.local,
				  a->in.transport};
	struct json *o = json_new_object();
	char uri[CONTACT_BUF], expires[SESSION_EXPIRES_BUF];
	int err = contact_print(&c, uri, sizeof(uri));

	session_timer_print(a->session_s, expires);
	err |= json_set_str(o, "route", line_outcome_name(a->outcome));
	err |= json_set_str(o, "leg", a->leg);
	err |= json_set_str(o, "uri", uri);
	err |= json_set_str(o, "sdp", a->whole);
	if (expires[0])
		err |= json_set_str(o, "session_expires", expires);
	metrics_inc(hold ? METRIC_DECISIONS_HOLD : METRIC_DECISIONS_CONFERENCE);
	log_info("invite_accepted", LOG_S("leg", a->leg), LOG_S("call_id", a->in.call_id),
		 LOG_S("line", a->line), LOG_S("number", a->caller.number),
		 LOG_S("trust", trust_name(a->caller.trust)), LOG_S("trunk", a->trunk->name),
		 LOG_S("user", a->in.user), LOG_S("source", a->in.source),
		 LOG_S("route", line_outcome_name(a->outcome)),
		 LOG_S("codec", codec_name(sdp_offer_codec(a->offer))));
	reply_json(rep, 200, json_done(o, err));
}

static struct line_invite invite_of(const struct asking *a)
{
	return (struct line_invite){
	    .line = a->line,
	    .leg = a->leg,
	    .did = a->did,
	    .number = a->caller.number,
	    .deadline = clock_now_ms() + (int64_t)a->app->cfg.ack_timeout_s * 1000,
	    .cseq = a->in.cseq,
	    .call_id = a->in.call_id,
	    .from_tag = a->in.from_tag,
	    .from = a->in.from,
	    .to = a->in.to,
	    .contact = a->in.contact,
	    .route = a->in.record_route,
	    .socket = a->in.socket,
	    .local = a->in.local,
	    .source = a->in.source,
	    .branch = a->in.branch,
	    .sdp = a->reduced,
	    .outline = a->outline,
	    .asks = !a->in.sdp[0],
	    .trunk = a->trunk->name,
	    .trust = trust_name(a->caller.trust),
	    .session_s = a->session_s,
	    .diverter = a->caller.diverter,
	    .no_room = a->no_room,
	};
}

/* Asks the line that the number is thought to belong to; when it has moved, the one it belongs to
 * now. */
static int join(struct asking *a)
{
	const struct line_invite inv = invite_of(a);
	int err = line_join(a->app->store, &inv, &a->outcome, a->whole, sizeof(a->whole));

	if (err || a->outcome != LINE_MOVED)
		return err;
	err = lines_find(a->app->lines, a->did, true, a->line);
	if (!err)
		err = line_join(a->app->store, &inv, &a->outcome, a->whole, sizeof(a->whole));
	return err;
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static int identify(struct asking *a)
{
	struct caller_headers h = {
	    .from = a->in.from,
	    .pai = or_null(a->in.pai),
	    .privacy = or_null(a->in.privacy),
	    .diversion = or_null(a->in.diversion),
	    .account = or_null(a->in.number),
	    .trusted = a->in.trusted,
	};

	for (int i = 0; i < TRUNK_H_COUNT; i++)
		h.own[i] = or_null(a->in.own[i]);
	return caller_identify(&h, a->trunk, a->app->cfg.country, &a->caller);
}

/* Nobody knows yet where a caller is who asks for our offer: their ACK tells. Until then they are
 * at an address that nothing is sent to. */
static int print_unknown(const struct asking *a, char sdp[SDP_MAX])
{
	const struct sdp_peer nowhere = {
	    .codec = CODEC_PCMU,
	    .pt = codec_pt(CODEC_PCMU),
	    .dtmf_pt = OUR_DTMF_PT,
	    .dir = SDP_SENDRECV,
	    .ip = a->in.local[0] == '[' ? "::1" : "127.0.0.1",
	    .port = DISCARD_PORT,
	};

	return sdp_peer_print(&nowhere, sdp, SDP_MAX);
}

static int read_offer(struct asking *a)
{
	char nowhere[SDP_MAX];
	const char *offered = a->in.sdp;
	int err = 0;

	if (!offered[0]) {
		err = print_unknown(a, nowhere);
		offered = nowhere;
	}
	if (!err)
		err = sdp_offer_parse(offered, strlen(offered), &a->offer);
	if (!err)
		err = sdp_offer_print(a->offer, a->reduced, sizeof(a->reduced));
	if (!err)
		err = sdp_offer_outline(a->offer, a->outline, sizeof(a->outline));
	if (!err)
		sdp_offer_session(a->offer, digest_session(a->leg), a->in.sdp[0] ? 0 : 1);
	return err;
}

/* Whether the message is one that we can serve, before any state is touched. */
static const struct refusal *look_at(struct asking *a)
{
	if (caller_did(a->in.ruri, a->in.to, a->trunk, a->app->cfg.country, a->did))
		return &unknown_number;
	if (!a->in.contact[0])
		return &no_contact; /* they could never be hung up */
	if (session_timer_read(a->in.session_expires, a->in.timer, &a->session_s))
		return &too_short;
	if (digest_leg_id(a->in.call_id, a->in.from_tag, a->leg))
		return &no_service;
	if (read_offer(a))
		return &not_acceptable;
	if (identify(a))
		return &no_service;
	return NULL;
}

/* Nobody can say whether a place was taken: Kamailio answers 503 and reports that the decision was
 * not delivered, until that is known. */
static void undecided(const struct asking *a, struct httpd_reply *rep, int err)
{
	metrics_inc(METRIC_DECISIONS_FAILED);
	log_error("invite_undecided", LOG_S("leg", a->leg), LOG_S("call_id", a->in.call_id),
		  LOG_S("line", a->line), LOG_E("error", err));
	reply_error(rep, API_STORE_UNAVAILABLE, "no decision: %s", strerror(err));
}

/* A place without media is given back: never a half-made call. */
static int give_back(const struct asking *a)
{
	const struct line_leaving how = {
	    .reason = "media", .reserved_only = true, .cseq = a->in.cseq};
	enum line_outcome outcome;

	return line_leave(a->app->store, a->line, a->leg, &how, &outcome, NULL);
}

/* Where rtpengine has no address of the family that was offered it takes another one, which its
 * caller may not reach. With ICE they have others to choose from. */
static int check_family(const struct asking *a)
{
	char ip[SDP_IP_BUF];
	uint16_t port;
	int err = sdp_media_addr(a->answer, ip, &port);

	if (!err && !sdp_offer_ice(a->offer) &&
	    net_is_ipv6(ip) != net_is_ipv6(sdp_offer_ip(a->offer)))
		err = EAFNOSUPPORT;
	return err;
}

static int make_media(struct asking *a)
{
	const struct media_leg leg = {.id = a->leg,
				      .line = a->line,
				      .call_id = a->in.call_id,
				      .sdp = a->reduced,
				      .music = "",
				      .source = a->in.source};
	const struct line_invite inv = invite_of(a);
	const int64_t since_us = clock_mono_us();
	int err = media_create(&a->app->media, &leg, a->answer);

	metrics_took(METRIC_STEP_RTPENGINE, clock_mono_us() - since_us);
	if (!err)
		err = check_family(a);
	if (!err)
		err = (a->in.sdp[0] ? sdp_answer_expand : sdp_ours_print)(
		    a->offer, a->answer, a->whole, sizeof(a->whole));
	if (!err)
		line_answered(a->app->store, &inv, a->answer, a->whole);
	return err;
}

static void seat_them(struct asking *a, struct httpd_reply *rep)
{
	const struct refusal *why;
	int err;

	fault_here(FAULT_JOINED);
	err = a->whole[0] ? 0 : make_media(a);
	if (!err) {
		fault_here(FAULT_MEDIA_MADE);
		admit(a, rep);
		return;
	}
	log_error("invite_without_media", LOG_S("leg", a->leg), LOG_S("call_id", a->in.call_id),
		  LOG_S("line", a->line), LOG_E("error", err));
	why = err == EAFNOSUPPORT ? &not_acceptable : &no_service;
	err = give_back(a);
	if (err)
		undecided(a, rep, err);
	else
		refuse(a, rep, why);
}

/* The line, or a limit, does not let them in. */
static void turn_away(const struct asking *a, struct httpd_reply *rep)
{
	static const struct {
		enum line_outcome outcome;
		enum metric metric;
	} limits[] = {
	    {LINE_FULL, METRIC_LIMITED_WAITING},       {LINE_LINE_FULL, METRIC_LIMITED_LINE},
	    {LINE_CALLER_FULL, METRIC_LIMITED_CALLER}, {LINE_TRUNK_FULL, METRIC_LIMITED_TRUNK},
	    {LINE_ALL_FULL, METRIC_LIMITED_ALL},
	};
	const struct refusal *why = refusal_of(a->outcome);

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].outcome == a->outcome)
			metrics_inc(limits[i].metric);
	if (why)
		refuse(a, rep, why);
	else
		undecided(a, rep, EPROTO);
}

/* Which line, whether there is room, and the place: what Redis is asked. */
static int take_place(struct asking *a)
{
	const int64_t since_us = clock_mono_us();
	int err = lines_find(a->app->lines, a->did, false, a->line);

	if (!err) {
		a->no_room = quota_take(a->app->quota, a->trunk);
		err = join(a);
	}
	metrics_took(METRIC_STEP_REDIS, clock_mono_us() - since_us);
	return err;
}

static void decide(struct asking *a, struct httpd_reply *rep)
{
	const struct refusal *why = look_at(a);
	int err = why ? 0 : take_place(a);

	if (why)
		refuse(a, rep, why);
	else if (err == ENOENT)
		refuse(a, rep, &unknown_number);
	else if (err)
		undecided(a, rep, err);
	else if (a->outcome == LINE_CONFERENCE || a->outcome == LINE_HOLD)
		seat_them(a, rep);
	else
		turn_away(a, rep);
}

void hooks_invite(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	const int64_t since_us = clock_mono_us();
	struct asking a = {.app = arg};
	char why[JSON_WHY_MAX];
	int err = json_read(req->body, req->body_len, &spec, &a.in, why);

	a.trunk = trunks_find(a.app->trunks, a.in.trunk);
	trunks_count(a.app->trunks, a.trunk);
	if (err)
		hooks_bad_body(rep, err, why, a.in.call_id);
	else
		decide(&a, rep);
	sdp_offer_free(a.offer);
	json_decode_free(&spec, &a.in);
	metrics_took(METRIC_STEP_ALL, clock_mono_us() - since_us);
}
