/**
 * @file reconcile.c  Whether the stores agree on who is there
 *
 * The stores are read one after the other while calls come and go, so what they do not agree on may
 * just be happening. A leg whose caller is there has had media since before its ACK: it is read
 * before rtpengine's list, and looked at once more where it is changed (media_lost.lua). Media are
 * made after their leg and end before it: rtpengine's list is read before the legs, and a call that
 * is nobody's must have been nobody's at the last look.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fault.h"
#include "log.h"
#include "media_calls.h"
#include "metrics.h"
#include "reconcile.h"
#include "shard.h"

struct reconcile {
	const struct reconcile_options *opt;
	bool finds_orphans;
	int64_t look_at;	      /* monotonic, ms */
	struct media_calls *suspects; /* calls that were nobody's at the last look; NULL = none */
};

/* The shards do not look all at the same moment. */
int reconcile_alloc(struct reconcile **rp, const struct reconcile_options *opt, unsigned shard)
{
	struct reconcile *r = calloc(1, sizeof(*r));

	if (!r)
		return ENOMEM;
	r->opt = opt;
	r->finds_orphans = shard == 0;
	r->look_at = clock_mono_ms() + (int64_t)opt->every_s * 1000 * (shard + 1) / SHARDS;
	*rp = r;
	return 0;
}

void reconcile_free(struct reconcile *r)
{
	if (!r)
		return;
	media_calls_free(r->suspects);
	free(r);
}

/* ----- legs without media ----- */

int reconcile_lost(struct store *s, const struct lease *lease, const char *leg)
{
	struct store_args args = {.n = 0};
	struct store_reply *reply = NULL;
	int err;

	lease_arg(&args, lease);
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg);
	err = store_run(s, SCRIPT_MEDIA_LOST, lease->tag, &args, &reply);
	if (err)
		return err;
	if (strcmp(store_reply_str(store_reply_at(reply, 0)), "lost") == 0) {
		metrics_inc(METRIC_RECONCILED_LEGS);
		log_warn("leg_without_media", LOG_S("leg", leg),
			 LOG_S("call_id", store_reply_str(store_reply_at(reply, 1))),
			 LOG_S("line", store_reply_str(store_reply_at(reply, 2))));
	}
	store_reply_free(reply);
	return 0;
}

/* Those that are not on the list are asked for one by one: it may have had no room for them. */
static int find_lost(const struct reconcile *r, const struct lease *lease,
		     const struct store_reply *here, const struct media_calls *calls)
{
	int err = 0;

	for (size_t i = 0; i < store_reply_len(here) && !err; i++) {
		const char *leg = store_reply_str(store_reply_at(here, i));
		bool known = true;

		if (media_calls_have(calls, leg))
			continue;
		if (!lease_held(lease))
			return ESTALE;
		if (media_calls_know(r->opt->ng, leg, &known))
			return 0; /* it is away */
		if (!known)
			err = reconcile_lost(r->opt->store, lease, leg);
	}
	return err;
}

/* ----- media without a leg ----- */

static int read_live(const struct reconcile *r, const char *tag, struct store_reply **rp)
{
	const struct store_args args = {.n = 0};

	return store_run(r->opt->store, SCRIPT_LEGS_LIVE, tag, &args, rp);
}

static void strike(struct media_calls *calls, const struct store_reply *legs)
{
	for (size_t i = 0; i < store_reply_len(legs); i++)
		media_calls_strike(calls, store_reply_str(store_reply_at(legs, i)));
}

/* Leaves those calls that are nobody's, in no shard. */
static int strike_live(const struct reconcile *r, struct media_calls *calls)
{
	int err = 0;

	for (unsigned shard = 0; shard < SHARDS && !err; shard++) {
		struct store_reply *live = NULL;
		char tag[SHARD_TAG_BUF];

		shard_tag(shard, tag);
		err = read_live(r, tag, &live);
		strike(calls, store_reply_at(live, 0));
		strike(calls, store_reply_at(live, 1));
		store_reply_free(live);
	}
	return err;
}

static void remove_orphan(const struct reconcile *r, const char *id)
{
	int err;

	fault_here(FAULT_ORPHAN_FOUND);
	err = media_calls_delete(r->opt->ng, id);
	if (err == ENOENT)
		return;
	if (err) {
		log_warn("media_not_deleted", LOG_S("media", id), LOG_E("error", err));
		return;
	}
	metrics_inc(METRIC_RECONCILED_MEDIA);
	log_warn("media_without_leg", LOG_S("media", id));
}

/* Takes `calls`: what is left of it are the suspects of the next look. */
static int find_orphans(struct reconcile *r, const struct lease *lease, struct media_calls *calls)
{
	int err = strike_live(r, calls);

	if (err) {
		media_calls_free(calls);
		return err;
	}
	for (size_t i = 0; r->suspects && i < media_calls_len(calls); i++) {
		const char *id = media_calls_at(calls, i);

		if (!lease_held(lease)) {
			err = ESTALE;
			break;
		}
		if (media_calls_have(r->suspects, id))
			remove_orphan(r, id);
	}
	media_calls_free(r->suspects);
	r->suspects = calls;
	return err;
}

int reconcile_visit(struct reconcile *r, const struct lease *lease)
{
	struct media_calls *calls = NULL;
	struct store_reply *live = NULL;
	int err;

	if (clock_mono_ms() < r->look_at)
		return 0;
	r->look_at = clock_mono_ms() + (int64_t)r->opt->every_s * 1000;
	err = read_live(r, lease->tag, &live);
	if (err || (store_reply_len(store_reply_at(live, 0)) == 0 && !r->finds_orphans))
		goto out;
	if (media_calls_list(&calls, r->opt->ng))
		goto out; /* it is away */
	err = find_lost(r, lease, store_reply_at(live, 0), calls);
	if (!err && r->finds_orphans) {
		err = find_orphans(r, lease, calls);
		calls = NULL;
	}
out:
	media_calls_free(calls);
	store_reply_free(live);
	return err;
}
