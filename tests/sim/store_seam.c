/**
 * @file store_seam.c  The way to Redis, which is a real one: linked with --wrap
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "chance.h"
#include "driver.h"
#include "mood.h"
#include "phones.h"
#include "proc.h"
#include "redis.h"
#include "seam.h"
#include "store.h"
#include "store_priv.h"
#include "store_seam.h"
#include "tell.h"
#include "vtime.h"

int __real_store_run(struct store *s, enum script script, const char *tag,
		     const struct store_args *args, struct store_reply **rp);
int __wrap_store_run(struct store *s, enum script script, const char *tag,
		     const struct store_args *args, struct store_reply **rp);
int __wrap_store_do(struct store *s, enum script script, const char *tag,
		    const struct store_args *args);
void __wrap_store_post(struct store *s, enum script script, const char *tag,
		       const struct store_args *args);
int __wrap_store_await(struct store *s, const char *key, unsigned wait_ms, char **out);
int __real_store_journal_group(struct store *s, const char *tag, const char *group);
int __wrap_store_journal_group(struct store *s, const char *tag, const char *group);
int __real_store_journal_read(struct store *s, const char *tag, const char *group, unsigned wait_ms,
			      struct store_reply **rp);
int __wrap_store_journal_read(struct store *s, const char *tag, const char *group, unsigned wait_ms,
			      struct store_reply **rp);

static unsigned long scripts;

unsigned long store_seam_scripts(void)
{
	return scripts;
}

/* A pooled connection that turns out to be dead: most scripts are sent once more. */
static int run(struct store *s, enum script script, const char *tag, const struct store_args *args,
	       struct store_reply **rp)
{
	int err = __real_store_run(s, script, tag, args, rp);

	scripts++;
	if (err || store_runs_once(script) || !chance_of(mood.store_twice))
		return err;
	tell("redis runs %s twice", script_names[script].file);
	store_reply_free(*rp);
	*rp = NULL;
	return __real_store_run(s, script, tag, args, rp);
}

int __wrap_store_run(struct store *s, enum script script, const char *tag,
		     const struct store_args *args, struct store_reply **rp)
{
	struct store_reply *r = NULL;
	int err;

	if (!seam_process())
		return __real_store_run(s, script, tag, args, rp);
	if (!seam_before(SEAM_STORE) || redis_is_away())
		return ECONNREFUSED;
	err = run(s, script, tag, args, &r);
	if (!err && chance_of(mood.store_lost)) {
		tell("the answer to %s is lost", script_names[script].file);
		vtime_skip(STORE_COMMAND_MS);
		err = ETIMEDOUT;
	}
	if (!seam_after(SEAM_STORE))
		err = ECONNREFUSED;
	if (err)
		store_reply_free(r);
	else
		*rp = r;
	return err;
}

int __wrap_store_do(struct store *s, enum script script, const char *tag,
		    const struct store_args *args)
{
	struct store_reply *r = NULL;
	int err = __wrap_store_run(s, script, tag, args, &r);

	if (!err)
		store_reply_free(r);
	return err;
}

/* Nobody waits for what comes of it. The one that is posted is the answer of an INVITE
 * (line_answered(): its leg and CSeq): without it a repeated INVITE cannot be answered as before.
 */
void __wrap_store_post(struct store *s, enum script script, const char *tag,
		       const struct store_args *args)
{
	struct call *c = phones_of_leg(args->v[1]);

	if (__wrap_store_do(s, script, tag, args) && c)
		c->not_kept = strtoll(args->v[2], NULL, 10);
}

/* A history has no time of the machine's: a Redis that is slow today changes nothing. */
struct redisContext;
int __wrap_redisSetTimeout(struct redisContext *c, struct timeval limit);

int __wrap_redisSetTimeout(struct redisContext *c, struct timeval limit)
{
	(void)c;
	(void)limit;
	return 0;
}

/* The others go on while an HTTP handler waits for the consumer. */
int __wrap_store_await(struct store *s, const char *key, unsigned wait_ms, char **out)
{
	const int64_t until = vtime_ms() + wait_ms;

	(void)s;
	if (!seam_before(SEAM_AWAIT))
		return ECONNREFUSED;
	for (;;) {
		if (redis_is_away())
			return ECONNREFUSED;
		*out = redis_first(key);
		if (*out && !seam_after(SEAM_AWAIT)) {
			free(*out);
			*out = NULL;
		}
		if (*out)
			return 0;
		if (proc_is_dead(seam_process()))
			return ECONNREFUSED;
		if (vtime_ms() >= until)
			return ETIMEDOUT;
		seam_wait(driver_hop);
	}
}

int __wrap_store_journal_group(struct store *s, const char *tag, const char *group)
{
	int err;

	if (!seam_before(SEAM_JOURNAL) || redis_is_away())
		return ECONNREFUSED;
	err = __real_store_journal_group(s, tag, group);
	return seam_after(SEAM_JOURNAL) ? err : ECONNREFUSED;
}

/* Nobody waits: time goes by when the driver says so. */
int __wrap_store_journal_read(struct store *s, const char *tag, const char *group, unsigned wait_ms,
			      struct store_reply **rp)
{
	struct store_reply *r = NULL;
	int err;

	(void)wait_ms;
	if (!seam_before(SEAM_JOURNAL) || redis_is_away())
		return ECONNREFUSED;
	err = __real_store_journal_read(s, tag, group, 0, &r);
	if (!seam_after(SEAM_JOURNAL))
		err = ECONNREFUSED;
	if (err)
		store_reply_free(r);
	else
		*rp = r;
	return err;
}
