/**
 * @file calls.c  The calls consumer
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "clock.h"
#include "fault.h"
#include "keypad.h"
#include "log.h"
#include "offer.h"
#include "reconcile.h"

enum {
	BATCH = 64,	 /* legs looked at in one round; their peers come on top */
	ROUNDS_MAX = 16, /* then the journal is read again */
	RETRY_MS = 1000, /* after a failed command */
	BYE_AGAIN_MS =
	    SIP_REQUEST_MS + 5000, /* when a BYE of which nothing was heard is sent again */
	BYE_RETRY_MS = 2000,	   /* when Kamailio could not be asked */
	REPORTS_MS = 5000, /* by then Kamailio has told what happened while nobody was there */
};

/* One round: the legs that are due, and those they are to be connected with. */
struct visit {
	const struct calls *calls;
	const struct lease *lease;
	int64_t now;
	struct leg legs[2 * BATCH];
	size_t n;
	bool media_away; /* rtpengine did not answer: it is not asked again in this visit */
	bool moved;	 /* a line has changed since the legs were read */
};

static int run(const struct visit *v, enum script script, const struct store_args *args)
{
	return store_do(v->calls->store, script, v->lease->tag, args);
}

static int postpone(const struct visit *v, const struct leg *leg)
{
	struct store_args args = {.n = 0};

	lease_arg(&args, v->lease);
	store_arg(&args, leg->id);
	store_arg_int(&args, clock_now_ms() + RETRY_MS);
	return run(v, SCRIPT_POSTPONE, &args);
}

/* We were not entitled to change these media any more: the successor cannot know, so it is told. */
static int distrust(const struct visit *v, const struct leg *leg)
{
	struct store_args args = {.n = 0};
	int err;

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg->id);
	err = run(v, SCRIPT_DISTRUST, &args);
	log_warn("media_distrusted", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
		 LOG_E("error", err));
	return ESTALE;
}

/* A media command has failed. One that is not answered takes its time, so the rest of the visit
 * does without: BYEs must not wait for rtpengine. It may have done a part of it all the same. */
static int media_failed(struct visit *v, const struct leg *leg, int err)
{
	v->media_away = v->media_away || err == ETIMEDOUT || err == ECONNREFUSED;
	err = postpone(v, leg);
	return err == ESTALE ? distrust(v, leg) : err;
}

/* Records what was done for a leg. An answer that lacks the audio codec (rtpengine restored from
 * Redis may give one) is not for the caller: they keep the one they have. */
static int applied(const struct visit *v, const struct leg *leg, const char *answer)
{
	const char *shown = sdp_has_codec(answer) ? answer : "";
	struct store_args args = {.n = 0};
	int err;

	lease_arg(&args, v->lease);
	store_arg_int(&args, v->now);
	store_arg(&args, leg->id);
	store_arg(&args, leg->want);
	store_arg(&args, shown);
	store_arg(&args, leg->ask);
	store_arg(&args, offer_needed(leg, shown) ? "1" : "");
	err = run(v, SCRIPT_APPLIED, &args);
	return err == ESTALE ? distrust(v, leg) : err;
}

static struct media_leg media_of(const struct leg *leg)
{
	return (struct media_leg){.id = leg->id,
				  .line = leg->line,
				  .call_id = leg->call_id,
				  .sdp = leg->sdp,
				  .music = leg->music,
				  .source = leg->source,
				  .asks = leg_asks(leg),
				  .heard_other = leg->heard_other};
}

/* A reserved leg is on the agenda for the day its ACK does not come. If nobody was there to be
 * told, the ACK may have come long ago. */
static int expire(struct visit *v, const struct leg *leg)
{
	const struct line_leaving how = {
	    .reason = "no_ack", .hangup = true, .reserved_only = true, .epoch = v->lease->epoch};
	enum line_outcome outcome;

	if (leg->deadline > v->now)
		return 0;
	if (clock_mono_ms() < v->lease->since + REPORTS_MS)
		return postpone(v, leg);
	log_warn("ack_missing", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
		 LOG_S("line", leg->line));
	return line_leave(v->calls->store, leg->line, leg->id, &how, &outcome, NULL);
}

/* One that has been asked for the PIN, and has pressed no key for too long. */
static int hurry(struct visit *v, const struct leg *leg)
{
	enum line_outcome outcome;
	int err;

	if (leg->pin_until > v->now)
		return 0;
	err = keypad_waited(v->calls->store, leg->line, leg->id, &outcome);
	v->moved = v->moved || (!err && (outcome == LINE_WRONG || outcome == LINE_UNPROVEN));
	return err;
}

/* One that was let in, that OPTIONS did not find, or that was to refresh its session. */
static int judge(struct visit *v, const struct leg *leg)
{
	int err;

	if (!leg->on_trial && !leg->doubted && leg->refresh_by > v->now)
		return 0;
	if (!leg->doubted && leg->probe_after > v->now)
		return 0; /* it is being asked */
	if (v->media_away)
		return postpone(v, leg);
	err = life_look(&v->calls->life, v->lease, leg, &v->moved);
	v->media_away = err == ETIMEDOUT || err == ECONNREFUSED;
	if (!v->media_away)
		return err;
	return leg->doubted ? postpone(v, leg) : 0;
}

static int make_gone(struct visit *v, const struct leg *leg)
{
	const struct media_leg m = media_of(leg);
	int err;

	if (leg->not_before > v->now)
		return 0;
	err = v->media_away ? ETIMEDOUT : media_delete(&v->calls->media, &m);
	fault_here(FAULT_MEDIA_DELETED);
	return err ? media_failed(v, leg, err) : applied(v, leg, "");
}

/* A leg of which nothing was asked since its INVITE is still as it was made: it needs only the
 * music. ENOENT: its call is gone. Where Redis did not take its answer, rtpengine could not save
 * the call either. */
static int music(const struct visit *v, const struct leg *leg, char answer[SDP_MAX])
{
	const struct media_leg m = media_of(leg);
	const bool as_made = !leg->applied[0] && leg->answer[0];
	int err = as_made ? media_play(&v->calls->media, &m) : EPROTO;

	answer[0] = '\0';
	return err == EPROTO ? media_park(&v->calls->media, &m, answer) : err;
}

/* Media made anew are elsewhere, and their caller is to be told. If we died between that and the
 * record, the leg would look as its INVITE had made it; so that they are gone is noted first, and
 * they are made in the next visit. */
static int make_music(struct visit *v, const struct leg *leg)
{
	char answer[SDP_MAX];
	int err = v->media_away ? ETIMEDOUT : music(v, leg, answer);

	if (err == ENOENT && !leg->applied[0])
		return reconcile_lost(v->calls->store, v->lease, leg->id);
	if (err)
		return media_failed(v, leg, err);
	fault_here(FAULT_MUSIC_PLAYS);
	log_debug(leg_asks(leg) ? "leg_is_asked" : "leg_hears_music", LOG_S("leg", leg->id),
		  LOG_S("call_id", leg->call_id), LOG_S("line", leg->line));
	return applied(v, leg, answer);
}

static const struct leg *find(const struct visit *v, const char *id)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->legs[i].id, id) == 0)
			return &v->legs[i];
	return NULL;
}

static int make_talk(struct visit *v, const struct leg *host)
{
	const struct leg *member = find(v, leg_peer(host));
	char answers[2][SDP_MAX];
	struct media_leg h, m;
	int err;

	if (!leg_wants(host) && !(member && leg_wants(member)))
		return 0;
	if (!member || !leg_peer(member) || strcmp(leg_peer(member), host->id) != 0)
		return postpone(v, host); /* the state has moved on under us */
	h = media_of(host);
	m = media_of(member);
	err = v->media_away ? ETIMEDOUT : media_connect(&v->calls->media, &h, &m, answers);
	if (err) {
		err = media_failed(v, host, err);
		return err == ESTALE ? distrust(v, member) : err ? err : postpone(v, member);
	}
	log_info("connected", LOG_S("line", host->line), LOG_S("leg", member->id),
		 LOG_S("call_id", member->call_id), LOG_S("host", host->id),
		 LOG_S("host_call_id", host->call_id));
	fault_here(FAULT_CONNECTED);
	err = applied(v, host, answers[0]);
	fault_here(FAULT_HALF_RECORDED);
	if (err == ESTALE)
		return distrust(v, member);
	return err ? err : applied(v, member, answers[1]);
}

/* A BYE's outcome comes later, on another thread. */
struct pending_bye {
	struct store *store;
	char tag[SHARD_TAG_BUF];
	char leg[64];
	char *call_id;
	int64_t cseq;
};

static void bye_over(enum sip_outcome outcome, int code, const char *response, void *arg)
{
	struct pending_bye *p = arg;
	struct store_args args = {.n = 0};
	int64_t now = clock_now_ms();
	int err;

	fault_here(FAULT_BYE_ANSWERED);
	(void)code;
	(void)response;
	store_arg_int(&args, now);
	store_arg(&args, p->leg);
	store_arg_int(&args, p->cseq);
	if (outcome == SIP_TRYING)
		store_arg_int(&args, now + BYE_RETRY_MS);
	else
		store_arg(&args, "");
	err = store_do(p->store, SCRIPT_BYE_DONE, p->tag, &args);
	if (err)
		log_warn("bye_not_recorded", LOG_S("leg", p->leg), LOG_S("call_id", p->call_id),
			 LOG_E("error", err));
	free(p->call_id);
	free(p);
}

/* The attempt is noted before it leaves, so that a BYE under way is not sent twice. */
static int note_bye(const struct visit *v, const struct leg *leg, int64_t *cseq)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	lease_arg(&args, v->lease);
	store_arg_int(&args, v->now);
	store_arg(&args, leg->id);
	store_arg_int(&args, v->now + BYE_AGAIN_MS);
	err = store_run(v->calls->store, SCRIPT_BYE_SENT, v->lease->tag, &args, &r);
	if (!err)
		*cseq = store_reply_int(r);
	store_reply_free(r);
	return err;
}

static int make_bye(struct visit *v, const struct leg *leg)
{
	struct pending_bye *p;
	int64_t cseq = 0;
	int err;

	if (leg->bye_after > v->now || leg->not_before > v->now)
		return 0;
	err = note_bye(v, leg, &cseq);
	if (err || cseq == 0)
		return err;
	fault_here(FAULT_BYE_NOTED);
	p = calloc(1, sizeof(*p));
	if (!p)
		return ENOMEM;
	p->store = v->calls->store;
	p->cseq = cseq;
	p->call_id = strdup(leg->call_id); /* for the log; without memory it goes without */
	memcpy(p->tag, v->lease->tag, sizeof(p->tag));
	snprintf(p->leg, sizeof(p->leg), "%s", leg->id);
	err = sip_bye(v->calls->sip, leg, cseq, bye_over, p);
	if (err) {
		log_error("bye_impossible", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
			  LOG_E("error", err));
		bye_over(err == EINVAL ? SIP_OVER : SIP_TRYING, 0, "", p);
	}
	return 0;
}

static int make_offer(struct visit *v, const struct leg *leg)
{
	return leg->offer_after > v->now
		   ? 0
		   : offer_send(v->calls->store, v->calls->sip, v->lease, leg);
}

static bool is_reserved(const struct leg *leg)
{
	return strcmp(leg->state, "reserved") == 0;
}

static bool is_to_be_judged(const struct leg *leg)
{
	return leg->on_trial || leg->doubted || leg->refresh_by;
}

static bool wants(const struct leg *leg, const char *what)
{
	return !is_reserved(leg) && leg_wants(leg) && strcmp(leg->want, what) == 0;
}

static bool wants_gone(const struct leg *leg)
{
	return wants(leg, "gone");
}

static bool wants_music(const struct leg *leg)
{
	return wants(leg, leg_asks(leg) ? leg->want : "music");
}

static bool is_asked(const struct leg *leg)
{
	return leg->pin_until != 0;
}

static bool is_talking_host(const struct leg *leg)
{
	return leg_peer(leg) && strcmp(leg->role, "host") == 0;
}

static bool is_bye_due(const struct leg *leg)
{
	return leg->bye_due;
}

/* The caller is at no re-INVITE, and the media are as they are to be told. */
static bool is_offer_due(const struct leg *leg)
{
	return leg->offer[0] && !leg->ask[0] && !leg_wants(leg) && !leg->doubted;
}

struct step {
	bool (*applies)(const struct leg *);
	int (*make)(struct visit *, const struct leg *);
};

/* What becomes of a trial is found out before anything is done: so the host goes from one member to
 * the next without music in between. */
static const struct step trial = {is_to_be_judged, judge};

/* The order matters: an inner side is pointed at a new peer only when the old one has let go. */
static const struct step steps[] = {
    {is_reserved, expire},	  {is_asked, hurry},
    {wants_gone, make_gone},	  {wants_music, make_music},
    {is_talking_host, make_talk}, {is_bye_due, make_bye},
    {is_offer_due, make_offer},
};

static int read_due(struct visit *v, struct store_reply **rp)
{
	struct store_args args = {.n = 0};
	int err;

	v->now = clock_now_ms();
	lease_arg(&args, v->lease);
	store_arg_int(&args, v->now);
	store_arg_int(&args, BATCH);
	err = store_run(v->calls->store, SCRIPT_DUE, v->lease->tag, &args, rp);
	if (err)
		return err;
	v->n = store_reply_len(*rp);
	if (v->n > 2 * BATCH)
		v->n = 2 * BATCH;
	for (size_t i = 0; i < v->n; i++)
		leg_read(&v->legs[i], store_reply_at(*rp, i));
	return 0;
}

static int make(struct visit *v, const struct step *step, const struct leg *leg)
{
	if (!step->applies(leg))
		return 0;
	return lease_held(v->lease) ? step->make(v, leg) : ESTALE;
}

static int make_all(struct visit *v, const struct step *step)
{
	int err = 0;

	for (size_t i = 0; !err && i < v->n; i++)
		err = make(v, step, &v->legs[i]);
	return err;
}

int calls_visit(const struct calls *c, const struct lease *lease)
{
	struct visit v = {.calls = c, .lease = lease};
	bool more = true;
	int err = 0;

	for (int round = 0; round < ROUNDS_MAX && more && !err; round++) {
		struct store_reply *due = NULL;

		v.moved = false;
		err = read_due(&v, &due);
		if (!err && v.n)
			fault_here(FAULT_DUE_READ);
		if (!err)
			err = make_all(&v, &trial);
		for (size_t s = 0; !err && !v.moved && s < sizeof(steps) / sizeof(steps[0]); s++)
			err = make_all(&v, &steps[s]);
		store_reply_free(due);
		more = v.moved || v.n >= BATCH; /* what comes due from now on is in the journal */
	}
	return err;
}

int calls_check_media(const struct calls *c, const struct lease *lease, bool *away)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char run[MEDIA_RUN_BUF];
	int err;

	*away = media_run_id(c->media_run, run) != 0;
	if (*away)
		return 0; /* it is away: there will be something to do when it is back */
	lease_arg(&args, lease);
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, run);
	err = store_run(c->store, SCRIPT_MEDIA_RUN, lease->tag, &args, &r);
	if (!err && store_reply_int(r) > 0)
		log_warn("rtpengine_restarted", LOG_S("shard", lease->tag),
			 LOG_I("legs", store_reply_int(r)));
	store_reply_free(r);
	return err;
}
