/**
 * @file lease.c  Who consumes a shard
 *
 * The clock only keeps a consumer from beginning what it may not finish; that it does not change
 * the state any more is on the scripts, which compare the epoch (lua/include/fence.lua).
 */
#include "clock.h"
#include "lease.h"

void lease_init(struct lease *l, unsigned shard)
{
	*l = (struct lease){.epoch = 0};
	shard_tag(shard, l->tag);
}

int lease_hold(struct store *s, struct lease *l, const char *owner, bool *fresh)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int64_t asked = clock_mono_ms(), before = l->epoch, got;
	int err;

	*fresh = false;
	if (asked < l->renew_at)
		return 0;
	l->epoch = 0;
	store_arg(&args, owner);
	store_arg_int(&args, LEASE_MS);
	err = store_run(s, SCRIPT_LEASE, l->tag, &args, &r);
	if (err)
		return err;
	got = store_reply_int(r);
	store_reply_free(r);
	l->renew_at = asked + LEASE_RENEW_MS;
	if (got <= 0) {
		if (1 - got < LEASE_RENEW_MS)
			l->renew_at =
			    asked + 1 - got; /* a key is there for the whole of its last ms */
		return 0;
	}
	l->epoch = got;
	l->until = asked + LEASE_MS;
	*fresh = l->epoch != before;
	if (*fresh)
		l->since = asked;
	return 0;
}

bool lease_held(const struct lease *l)
{
	return l->epoch && clock_mono_ms() < l->until - LEASE_MARGIN_MS;
}

void lease_drop(struct lease *l)
{
	l->epoch = 0;
	l->renew_at = 0;
}

int lease_release(struct store *s, struct lease *l, const char *owner)
{
	struct store_args args = {.n = 0};

	if (!l->epoch)
		return 0;
	lease_drop(l);
	store_arg(&args, owner);
	return store_do(s, SCRIPT_RELEASE, l->tag, &args);
}

void lease_arg(struct store_args *args, const struct lease *l)
{
	store_arg_int(args, l->epoch);
}
