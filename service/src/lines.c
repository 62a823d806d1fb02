/**
 * @file lines.c  The lines there are, and which one a dialled number belongs to
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fault.h"
#include "e164.h"
#include "lines.h"
#include "log.h"
#include "shard.h"

enum {
	HINTS = 1024, /* numbers remembered; a later one takes the place of an earlier */
	CLAIM_STALE_MS =
	    10000,	 /* a claim whose line was never written may be taken over after this */
	WRITE_TRIES = 8, /* of a line that others write at the same moment */
};

static const int64_t MOMENT_MAX_MS = INT64_MAX / 2;

struct hint {
	char did[E164_BUF];
	char line[LINE_ID_BUF];
};

struct lines {
	struct store *store;
	pthread_mutex_t lock;
	struct hint hints[HINTS];
};

int lines_alloc(struct lines **lp, struct store *store)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		return ENOMEM;
	l->store = store;
	pthread_mutex_init(&l->lock, NULL);
	*lp = l;
	return 0;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static struct hint *hint_of(struct lines *l, const char *did)
{
	unsigned h = 5381;

	for (; *did; did++)
		h = h * 33 + (unsigned char)*did;
	return &l->hints[h % HINTS];
}

static bool recall(struct lines *l, const char *did, char line[LINE_ID_BUF])
{
	const struct hint *h = hint_of(l, did);
	bool found;

	pthread_mutex_lock(&l->lock);
	found = strcmp(h->did, did) == 0;
	if (found)
		memcpy(line, h->line, LINE_ID_BUF);
	pthread_mutex_unlock(&l->lock);
	return found;
}

static void remember(struct lines *l, const char *did, const char *line)
{
	struct hint *h = hint_of(l, did);

	pthread_mutex_lock(&l->lock);
	snprintf(h->did, sizeof(h->did), "%s", did);
	snprintf(h->line, sizeof(h->line), "%s", line);
	pthread_mutex_unlock(&l->lock);
}

int lines_find(struct lines *l, const char *did, bool fresh, char line[LINE_ID_BUF])
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	const char *found;
	int err;

	if (!fresh && recall(l, did, line))
		return 0;
	store_arg(&args, did);
	err = store_run(l->store, SCRIPT_DID_LOOKUP, SHARD_DIDS_TAG, &args, &r);
	if (err)
		return err;
	found = store_reply_str(r);
	if (line_id_valid(found)) {
		snprintf(line, LINE_ID_BUF, "%s", found);
		remember(l, did, line);
	} else {
		err = ENOENT;
	}
	store_reply_free(r);
	return err;
}

static bool has_did(const struct lineconf *conf, const char *did)
{
	for (size_t i = 0; i < conf->dids.n; i++)
		if (strcmp(conf->dids.item[i], did) == 0)
			return true;
	return false;
}

/* Those of the numbers that the line has by a claim of that moment or before. */
static int release(struct lines *l, const char *line, int64_t moment, const char *const *dids,
		   size_t n)
{
	struct store_args args = {.n = 0};

	if (n == 0)
		return 0;
	store_arg(&args, line);
	store_arg_int(&args, moment);
	for (size_t i = 0; i < n; i++)
		store_arg(&args, dids[i]);
	return store_do(l->store, SCRIPT_DID_RELEASE, SHARD_DIDS_TAG, &args);
}

/* The configuration that a script of the line replies with; lineconf_free() it in any case.
 * @return 0, ENOENT there is none, else as lineconf_read() and store_run() */
static int read_config(struct lines *l, enum script script, const char *line,
		       const struct store_args *args, struct lineconf *conf)
{
	struct store_reply *r = NULL;
	char tag[SHARD_TAG_BUF], why[JSON_WHY_MAX];
	const char *text;
	int err;

	*conf = (struct lineconf){.enabled = false};
	shard_tag(shard_of_line(line), tag);
	err = store_run(l->store, script, tag, args, &r);
	if (err)
		return err;
	text = store_reply_str(r);
	err = text[0] ? lineconf_read(text, strlen(text), conf, why) : ENOENT;
	store_reply_free(r);
	return err;
}

/* Reads a line that may have claimed numbers in that moment and not be written yet: it will not be
 * any more by that claim. */
static int outdate(struct lines *l, const char *line, int64_t moment, struct lineconf *conf)
{
	struct store_args args = {.n = 0};

	store_arg(&args, line);
	store_arg_int(&args, moment);
	return read_config(l, SCRIPT_LINE_OUTDATE, line, &args, conf);
}

/* A moment (ms) as Redis has it, within bounds that let it be counted with. */
static int64_t moment_of(const struct store_reply *r)
{
	const int64_t moment = store_reply_int(r);

	if (moment < 0)
		return 0;
	return moment < MOMENT_MAX_MS ? moment : MOMENT_MAX_MS;
}

/* Whether the claim that stands in our way is what a crash left behind; then it is given up. */
static bool clear_stale_claim(struct lines *l, const struct store_reply *taken)
{
	const char *did = store_reply_str(store_reply_at(taken, 1));
	const char *owner = store_reply_str(store_reply_at(taken, 2));
	int64_t since = moment_of(store_reply_at(taken, 3));
	int64_t age = clock_now_ms() - since; /* negative: the clock was ahead */
	struct lineconf conf;
	bool stale;
	int err;

	if (age >= 0 && age < CLAIM_STALE_MS)
		return false;
	err = outdate(l, owner, since, &conf);
	stale = err == ENOENT || (!err && !has_did(&conf, did));
	lineconf_free(&conf);
	if (!stale)
		return false;
	log_warn("did_claim_stale", LOG_S("did", did), LOG_S("line", owner));
	return release(l, owner, since, &did, 1) == 0;
}

/* @param moment  In: after which (ms) it is to be, 0 = any; out: when it was made */
static int claim(struct lines *l, const char *line, const struct lineconf *conf, int64_t *moment,
		 char why[JSON_WHY_MAX])
{
	const int64_t least = *moment + 1;
	struct store_reply *r = NULL;
	int err;

	for (size_t tries = 0; tries <= conf->dids.n; tries++) {
		struct store_args args = {.n = 0};
		const int64_t now = clock_now_ms();

		store_arg_int(&args, now > least ? now : least);
		store_arg(&args, line);
		for (size_t i = 0; i < conf->dids.n; i++)
			store_arg(&args, conf->dids.item[i]);
		err = store_run(l->store, SCRIPT_DID_CLAIM, SHARD_DIDS_TAG, &args, &r);
		if (err)
			return err;
		if (strcmp(store_reply_str(store_reply_at(r, 0)), "claimed") == 0) {
			*moment = moment_of(store_reply_at(r, 1));
			store_reply_free(r);
			return 0;
		}
		snprintf(why, JSON_WHY_MAX, "%s belongs to line %s",
			 store_reply_str(store_reply_at(r, 1)),
			 store_reply_str(store_reply_at(r, 2)));
		if (!clear_stale_claim(l, r))
			break;
		store_reply_free(r);
		r = NULL;
	}
	store_reply_free(r);
	return EEXIST;
}

/* Gives back the numbers that the line had before and has no more. */
static int release_dropped(struct lines *l, const char *line, int64_t moment, const char *before,
			   const struct lineconf *now)
{
	const char *dropped[LINECONF_NUMBERS_MAX] = {NULL};
	char why[JSON_WHY_MAX];
	struct lineconf old;
	size_t n = 0;
	int err = lineconf_read(before, strlen(before), &old, why);

	if (!err) {
		for (size_t i = 0; i < old.dids.n; i++)
			if (!now || !has_did(now, old.dids.item[i]))
				dropped[n++] = old.dids.item[i];
		err = release(l, line, moment, dropped, n);
	}
	lineconf_free(&old);
	return err;
}

/* One attempt, to be later than *after. @return 0, ECANCELED another write was quicker, of the
 * moment that *after is now; else as lines_put() */
static int write_line(struct lines *l, const char *line, const struct lineconf *conf,
		      const char *text, int64_t *after, bool *created, char why[JSON_WHY_MAX])
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char tag[SHARD_TAG_BUF];
	const char *before;
	int64_t moment = *after;
	int err = claim(l, line, conf, &moment, why);

	if (err)
		return err;
	fault_here(FAULT_NUMBERS_CLAIMED);
	shard_tag(shard_of_line(line), tag);
	store_arg_int(&args, moment);
	store_arg(&args, line);
	store_arg(&args, text);
	err = store_run(l->store, SCRIPT_LINE_PUT, tag, &args, &r);
	if (!err && strcmp(store_reply_str(store_reply_at(r, 0)), "put") != 0) {
		*after = moment_of(store_reply_at(r, 1));
		err = ECANCELED;
	}
	if (err)
		goto out;
	fault_here(FAULT_LINE_WRITTEN);
	before = store_reply_str(store_reply_at(r, 1));
	*created = before[0] == '\0';
	if (!*created)
		err = release_dropped(l, line, moment, before, conf);
out:
	store_reply_free(r);
	return err;
}

int lines_put(struct lines *l, const char *line, const struct lineconf *conf, bool *created,
	      char why[JSON_WHY_MAX])
{
	struct json *o = lineconf_write(conf, line, NULL);
	char *text = NULL;
	int64_t after = 0;
	int err = o ? json_print(o, &text) : ENOMEM;

	if (!err)
		err = ECANCELED;
	for (int tries = 0; tries < WRITE_TRIES && err == ECANCELED; tries++)
		err = write_line(l, line, conf, text, &after, created, why);
	free(text);
	json_free(o);
	return err;
}

int lines_get(struct lines *l, const char *line, struct lineconf *conf)
{
	struct store_args args = {.n = 0};

	store_arg(&args, line);
	return read_config(l, SCRIPT_LINE_GET, line, &args, conf);
}

int lines_delete(struct lines *l, const char *line)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char tag[SHARD_TAG_BUF];
	const char *outcome;
	int err;

	shard_tag(shard_of_line(line), tag);
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, line);
	err = store_run(l->store, SCRIPT_LINE_DELETE, tag, &args, &r);
	if (err)
		return err;
	outcome = store_reply_str(store_reply_at(r, 0));
	if (strcmp(outcome, "deleted") == 0)
		err = release_dropped(l, line, moment_of(store_reply_at(r, 2)),
				      store_reply_str(store_reply_at(r, 1)), NULL);
	else
		err = strcmp(outcome, "busy") == 0 ? EBUSY : ENOENT;
	store_reply_free(r);
	return err;
}

int lines_each(struct lines *l, lines_h *handler, void *arg)
{
	int err = 0;

	for (unsigned shard = 0; shard < SHARDS && !err; shard++) {
		struct store_args args = {.n = 0};
		struct store_reply *r = NULL;
		char tag[SHARD_TAG_BUF];

		shard_tag(shard, tag);
		err = store_run(l->store, SCRIPT_LINE_LIST, tag, &args, &r);
		for (size_t i = 0; !err && i + 1 < store_reply_len(r); i += 2)
			err = handler(store_reply_str(store_reply_at(r, i)),
				      store_reply_str(store_reply_at(r, i + 1)), arg);
		store_reply_free(r);
	}
	return err;
}
