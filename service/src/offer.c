/**
 * @file offer.c  Tells a caller by a re-INVITE where the media are now
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "contact.h"
#include "digest.h"
#include "fault.h"
#include "log.h"
#include "offer.h"
#include "sdp.h"
#include "sip_response.h"

enum {
	AGAIN_MS = SIP_REQUEST_MS + 5000, /* one of which nothing was heard */
	RETRY_MS = 2000,		  /* when Kamailio could not be asked */
	REFUSED_MS = 5000,		  /* when the caller did not want it */
	/* After 491: 0 to 2 s in steps of 10 ms, since the Call-ID is the caller's (RFC 3261 14.1).
	 */
	GLARE_STEPS = 201,
	GLARE_STEP_MS = 10,
	REQUEST_PENDING = 491,
};

/* An offer under way; its outcome comes on another thread. */
struct pending {
	struct store *store;
	char tag[SHARD_TAG_BUF];
	char leg[64];
	char *call_id;
	int64_t cseq;
};

static void pending_free(struct pending *p)
{
	free(p->call_id);
	free(p);
}

/* What the caller says to it. */
struct taken {
	char sdp[SDP_MAX], outline[SDP_MAX], contact[CONTACT_BUF]; /* "" = as before */
};

bool offer_needed(const struct leg *leg, const char *answer)
{
	char before[SDP_IP_BUF], now[SDP_IP_BUF];
	uint16_t port_before, port_now;

	if (!leg->answer[0] || sdp_media_addr(leg->answer, before, &port_before) ||
	    sdp_media_addr(answer, now, &port_now))
		return false;
	return port_before != port_now || strcmp(before, now) != 0 ||
	       !sdp_same_keys(leg->answer, answer);
}

/* The answer to their description, with which they agreed, is an offer as good as any: it has their
 * streams in their order, and the one with audio is where it is now (RFC 3264 8). */
static int describe(const struct leg *leg, unsigned ahead, char sdp[SDP_MAX])
{
	struct sdp_offer *o = NULL;
	int err = sdp_offer_parse(leg->outline, strlen(leg->outline), &o);

	if (err)
		return err;
	sdp_offer_session(o, digest_session(leg->id), ahead);
	err = sdp_answer_expand(o, leg->answer, sdp, SDP_MAX);
	sdp_offer_free(o);
	return err;
}

/* @return 0 also if there is none, else it cannot be served */
static int read_answer(const char *response, struct taken *t)
{
	const char *body = sip_response_body(response);
	struct sdp_offer *o = NULL;
	int err = 0;

	*t = (struct taken){.sdp = ""};
	if (sip_response_contact(response, t->contact, sizeof(t->contact)))
		t->contact[0] = '\0';
	if (body[0])
		err = sdp_offer_parse(body, strlen(body), &o);
	if (!err && o)
		err = sdp_offer_print(o, t->sdp, sizeof(t->sdp));
	if (!err && o)
		err = sdp_offer_outline(o, t->outline, sizeof(t->outline));
	sdp_offer_free(o);
	return err;
}

/* Fixed for each attempt, different for each leg. */
static int64_t glare_ms(const struct pending *p)
{
	uint64_t mixed = (uint64_t)p->cseq;

	for (const char *c = p->leg; *c; c++)
		mixed = mixed * 31 + (unsigned char)*c;
	return (int64_t)(mixed % GLARE_STEPS) * GLARE_STEP_MS;
}

static void record(const struct pending *p, const char *verdict, int64_t pause_ms, int code,
		   const struct taken *t)
{
	const int64_t now = clock_now_ms();
	struct store_args args = {.n = 0};
	int err;

	store_arg_int(&args, now);
	store_arg(&args, p->leg);
	store_arg_int(&args, p->cseq);
	store_arg(&args, verdict);
	store_arg_int(&args, now + pause_ms);
	store_arg_int(&args, code);
	store_arg(&args, t ? t->sdp : "");
	store_arg(&args, t ? t->outline : "");
	store_arg(&args, t ? t->contact : "");
	err = store_do(p->store, SCRIPT_OFFER_DONE, p->tag, &args);
	if (err) /* it is sent again when its time has come */
		log_warn("offer_not_recorded", LOG_S("leg", p->leg), LOG_S("call_id", p->call_id),
			 LOG_E("error", err));
}

static void over(enum sip_outcome outcome, int code, const char *response, void *arg)
{
	struct pending *p = arg;
	struct taken t;

	fault_here(FAULT_OFFER_ANSWERED);
	if (outcome == SIP_TRYING)
		record(p, "again", RETRY_MS, 0, NULL);
	else if (code == REQUEST_PENDING)
		record(p, "again", glare_ms(p), code, NULL);
	else if (sip_says_dead(code))
		record(p, "dead", REFUSED_MS, code, NULL);
	else if (code >= 200 && code < 300 && read_answer(response, &t) == 0)
		record(p, "taken", 0, code, &t);
	else
		record(p, "refused", REFUSED_MS, code, NULL);
	pending_free(p);
}

/* Notes that it is about to leave; *cseq is 0 if there is no need any more. */
static int note(struct store *store, const struct lease *lease, const struct leg *leg,
		int64_t *cseq, unsigned *ahead)
{
	const int64_t now = clock_now_ms();
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	lease_arg(&args, lease);
	store_arg_int(&args, now);
	store_arg(&args, leg->id);
	store_arg_int(&args, now + AGAIN_MS);
	err = store_run(store, SCRIPT_OFFER_SENT, lease->tag, &args, &r);
	if (!err) {
		*cseq = store_reply_int(store_reply_at(r, 0));
		*ahead = (unsigned)store_reply_int(store_reply_at(r, 1));
	}
	store_reply_free(r);
	return err;
}

int offer_send(struct store *store, struct sip *sip, const struct lease *lease,
	       const struct leg *leg)
{
	char sdp[SDP_MAX];
	struct pending *p;
	unsigned ahead = 0;
	int64_t cseq = 0;
	int err = note(store, lease, leg, &cseq, &ahead);

	if (err || cseq == 0)
		return err;
	fault_here(FAULT_OFFER_NOTED);
	p = calloc(1, sizeof(*p));
	if (!p)
		return ENOMEM;
	p->store = store;
	p->cseq = cseq;
	p->call_id = strdup(leg->call_id); /* for the log; without memory it goes without */
	memcpy(p->tag, lease->tag, sizeof(p->tag));
	snprintf(p->leg, sizeof(p->leg), "%s", leg->id);
	err = describe(leg, ahead, sdp);
	if (!err)
		err = sip_invite(sip, leg, cseq, sdp, over, p);
	if (err) {
		const bool passes = err == ENOMEM || err == ENOSPC;

		log_error("offer_impossible", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
			  LOG_E("error", err));
		over(passes ? SIP_TRYING : SIP_OVER, 0, "", p);
	} else {
		log_info("media_moved", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
			 LOG_S("line", leg->line), LOG_I("cseq", cseq));
	}
	return 0;
}
