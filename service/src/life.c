/**
 * @file life.c  Whether a caller is still there
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fault.h"
#include "life.h"
#include "line.h"
#include "log.h"
#include "metrics.h"

enum {
	BATCH = 32,			      /* legs of a shard looked at in a second */
	ASK_AGAIN_MS = SIP_REQUEST_MS + 2000, /* an OPTIONS of which nothing was heard */
	ASK_RETRY_MS = 2000,		      /* when Kamailio could not be asked */
};

/* The outcome of an OPTIONS comes later, on another thread. */
struct asked {
	struct store *store;
	char tag[SHARD_TAG_BUF];
	char leg[64];
	char *call_id;
	int64_t cseq;
	int64_t silence_ms;
};

static void asked_free(struct asked *a)
{
	free(a->call_id);
	free(a);
}

/* `epoch` 0: an answer, which is as true when the lease has passed to another. */
static int note_alive(struct store *store, const char *tag, int64_t epoch, const char *leg,
		      int64_t seen, bool *moved)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	if (epoch)
		store_arg_int(&args, epoch);
	else
		store_arg(&args, "");
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg);
	store_arg_int(&args, seen);
	err = store_run(store, SCRIPT_ALIVE, tag, &args, &r);
	if (!err && moved && strcmp(store_reply_str(r), "seated") == 0)
		*moved = true;
	store_reply_free(r);
	return err;
}

/* `code` 0: nothing is known, it is asked again. */
static int note_unanswered(const struct asked *a, int code)
{
	struct store_args args = {.n = 0};
	int64_t now = clock_now_ms();

	store_arg_int(&args, now);
	store_arg(&args, a->leg);
	store_arg_int(&args, a->cseq);
	if (code)
		store_arg_int(&args, code);
	else
		store_arg(&args, "");
	store_arg_int(&args, now + ASK_RETRY_MS);
	store_arg_int(&args, now + ASK_RETRY_MS - a->silence_ms);
	return store_do(a->store, SCRIPT_PROBED, a->tag, &args);
}

static void answered(enum sip_outcome outcome, int code, const char *response, void *arg)
{
	struct asked *a = arg;
	int err;

	(void)response;
	fault_here(FAULT_OPTIONS_ANSWERED);
	if (outcome == SIP_OVER && code >= 200 && !sip_says_dead(code))
		err = note_alive(a->store, a->tag, 0, a->leg, clock_now_ms(), NULL);
	else
		err = note_unanswered(a, outcome == SIP_OVER ? code : 0);
	if (err) /* it is asked again when its time has come */
		log_warn("life_not_recorded", LOG_S("leg", a->leg), LOG_S("call_id", a->call_id),
			 LOG_E("error", err));
	asked_free(a);
}

/* Notes that an OPTIONS is about to leave; *cseq is 0 if there is no such call any more. */
static int note_asked(const struct life *l, const struct lease *lease, const struct leg *leg,
		      int64_t *cseq)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int64_t now = clock_now_ms();
	int err;

	lease_arg(&args, lease);
	store_arg_int(&args, now);
	store_arg(&args, leg->id);
	store_arg_int(&args, now + ASK_AGAIN_MS);
	store_arg_int(&args, now + ASK_AGAIN_MS - l->silence_ms);
	err = store_run(l->store, SCRIPT_PROBE, lease->tag, &args, &r);
	if (!err)
		*cseq = store_reply_int(r);
	store_reply_free(r);
	return err;
}

static int ask(const struct life *l, const struct lease *lease, const struct leg *leg)
{
	struct asked *a;
	int64_t cseq = 0;
	int err = note_asked(l, lease, leg, &cseq);

	if (err || cseq == 0)
		return err;
	a = calloc(1, sizeof(*a));
	if (!a)
		return ENOMEM;
	a->store = l->store;
	a->call_id = strdup(leg->call_id); /* for the log; without memory it goes without */
	a->cseq = cseq;
	a->silence_ms = l->silence_ms;
	memcpy(a->tag, lease->tag, sizeof(a->tag));
	snprintf(a->leg, sizeof(a->leg), "%s", leg->id);
	log_info("leg_silent", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
		 LOG_S("line", leg->line), LOG_B("trial", leg->on_trial),
		 LOG_B("refreshed", !leg->refresh_by || leg->refresh_by > clock_now_ms()));
	fault_here(FAULT_OPTIONS_NOTED);
	err = sip_options(l->sip, leg, cseq, answered, a);
	if (err) {
		log_warn("options_impossible", LOG_S("leg", leg->id),
			 LOG_S("call_id", leg->call_id), LOG_E("error", err));
		answered(SIP_TRYING, 0, "", a);
	}
	return 0;
}

/* It may be that only the network between us is broken, so it is sent a BYE all the same. */
static int bury(const struct life *l, const struct lease *lease, const struct leg *leg, bool *moved)
{
	const struct line_leaving how = {.reason = "dead", .hangup = true, .epoch = lease->epoch};
	enum line_outcome outcome;
	int err = line_leave(l->store, leg->line, leg->id, &how, &outcome, NULL);

	if (err || outcome != LINE_LEFT)
		return err;
	*moved = true;
	metrics_inc(METRIC_DEAD_LEGS);
	log_warn("leg_dead", LOG_S("leg", leg->id), LOG_S("call_id", leg->call_id),
		 LOG_S("line", leg->line), LOG_B("trial", leg->on_trial));
	return 0;
}

/* When the caller was last heard of; 0 = never. A call that rtpengine does not know has no audio.
 */
static int last_sign(const struct life *l, const struct leg *leg, int64_t *at)
{
	const struct media_leg m = {.id = leg->id, .call_id = leg->call_id};
	int err = media_last_packet(l->media, &m, at);

	if (err == ENOENT || err == EPROTO) {
		*at = 0;
		err = 0;
	}
	if (!err && leg->confirmed_at > *at)
		*at = leg->confirmed_at;
	return err;
}

int life_look(const struct life *l, const struct lease *lease, const struct leg *leg, bool *moved)
{
	const int64_t fresh_ms = leg->on_trial ? LIFE_FRESH_MS : l->silence_ms;
	int64_t now = clock_now_ms(), at = 0;
	const bool stale = leg->refresh_by && leg->refresh_by <= now;
	int away = last_sign(l, leg, &at), err;

	if (!away && !stale && now - at <= fresh_ms)
		return note_alive(l->store, lease->tag, lease->epoch, leg->id, at, moved);
	if (!away && leg->doubted)
		return bury(l, lease, leg, moved);
	if (leg->probe_after > now || (away && !leg->on_trial))
		return away;
	err = ask(l, lease, leg);
	return err ? err : away;
}

static int read_silent(const struct life *l, const struct lease *lease, struct store_reply **rp)
{
	struct store_args args = {.n = 0};

	lease_arg(&args, lease);
	store_arg_int(&args, clock_now_ms() - l->silence_ms);
	store_arg_int(&args, BATCH);
	return store_run(l->store, SCRIPT_WATCH_DUE, lease->tag, &args, rp);
}

int life_visit(const struct life *l, const struct lease *lease)
{
	struct store_reply *silent = NULL;
	bool moved = false;
	int err = read_silent(l, lease, &silent);

	for (size_t i = 0; !err && i < store_reply_len(silent); i++) {
		struct leg leg;

		leg_read(&leg, store_reply_at(silent, i));
		err = lease_held(lease) ? life_look(l, lease, &leg, &moved) : ESTALE;
		if (err == ETIMEDOUT || err == ECONNREFUSED) {
			err = 0;
			break; /* rtpengine is away: nobody can be judged */
		}
	}
	store_reply_free(silent);
	return err;
}
