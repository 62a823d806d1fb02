/**
 * @file store.c  Redis: a pool of connections, and scripts by their digest
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "log.h"
#include "metrics.h"
#include "store.h"
#include "store_priv.h"

enum {
	POOL_MAX = 128, /* idle connections kept; more are made when more threads ask at once */
};

struct store {
	char host[64];
	char password[256];
	uint16_t port;
	pthread_mutex_t lock;
	redisContext *idle[POOL_MAX];
	size_t n_idle;
};

int store_alloc(struct store **sp, const struct store_options *opt)
{
	struct store *s;

	if (!sp || !opt || !opt->host || !opt->password || strlen(opt->host) >= sizeof(s->host) ||
	    strlen(opt->password) >= sizeof(s->password))
		return EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return ENOMEM;
	snprintf(s->host, sizeof(s->host), "%s", opt->host);
	snprintf(s->password, sizeof(s->password), "%s", opt->password);
	s->port = opt->port;
	pthread_mutex_init(&s->lock, NULL);
	*sp = s;
	return 0;
}

void store_free(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_idle; i++)
		redisFree(s->idle[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* What an error reply means: the first word tells (Redis, server.c: shared.*err). */
static int error_class(const char *text)
{
	static const char *const later[] = {"LOADING", "READONLY", "OOM",
					    "MISCONF", "BUSY",	   "MASTERDOWN"};

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (strncmp(text, later[i], strlen(later[i])) == 0)
			return EAGAIN;
	if (strncmp(text, "NOGROUP", 7) == 0)
		return ENOENT;
	if (strncmp(text, "FENCED", 6) == 0)
		return ESTALE;
	return EPROTO;
}

static int login(const struct store *s, redisContext *c)
{
	redisReply *r;
	int err = 0;

	if (!s->password[0])
		return 0;
	r = redisCommand(c, "AUTH %s", s->password);
	if (!r)
		return ECONNREFUSED;
	if (r->type == REDIS_REPLY_ERROR)
		err = error_class(r->str) == EAGAIN ? EAGAIN : EACCES;
	freeReplyObject(r);
	return err;
}

/* What keys and fields mean. To be raised whenever a service of the version before could not work
 * on what this one writes, or the other way round. */
static const char SCHEMA[] = "1";

/* Reads the version, and writes it where there is none, in one step. */
static int check_schema(redisContext *c)
{
	redisReply *r = redisCommand(c, "SET execline:schema %s NX GET", SCHEMA);
	int err = 0;

	if (!r)
		return ECONNREFUSED;
	if (r->type == REDIS_REPLY_ERROR)
		err = error_class(r->str);
	else if (r->type == REDIS_REPLY_STRING && strcmp(r->str, SCHEMA) != 0)
		err = EPROTONOSUPPORT;
	if (err == EPROTONOSUPPORT)
		log_error("schema_unknown", LOG_S("found", r->str), LOG_S("known", SCHEMA));
	freeReplyObject(r);
	return err;
}

static int connect_new(const struct store *s, redisContext **cp)
{
	const struct timeval connect = {0, STORE_CONNECT_MS * 1000};
	const struct timeval command = {STORE_COMMAND_MS / 1000, (STORE_COMMAND_MS % 1000) * 1000};
	redisContext *c = redisConnectWithTimeout(s->host, s->port, connect);
	int err;

	if (!c)
		return ENOMEM;
	if (c->err) {
		err = ECONNREFUSED;
		goto out;
	}
	redisSetTimeout(c, command);
	redisEnableKeepAlive(c);
	err = login(s, c);
	if (!err)
		err = check_schema(c);
out:
	if (err)
		redisFree(c);
	else
		*cp = c;
	return err;
}

static redisContext *take_idle(struct store *s)
{
	redisContext *c = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->n_idle)
		c = s->idle[--s->n_idle];
	pthread_mutex_unlock(&s->lock);
	return c;
}

static void give_back(struct store *s, redisContext *c)
{
	pthread_mutex_lock(&s->lock);
	if (s->n_idle < POOL_MAX) {
		s->idle[s->n_idle++] = c;
		c = NULL;
	}
	pthread_mutex_unlock(&s->lock);
	if (c)
		redisFree(c);
}

/* Replies of store_post() that have not been read yet, in the connection's own room for its user.
 */
static uintptr_t owed(const redisContext *c)
{
	return (uintptr_t)c->privdata;
}

static int read_owed(redisContext *c)
{
	while (owed(c)) {
		void *r = NULL;

		if (redisGetReply(c, &r) != REDIS_OK)
			return ECONNREFUSED;
		freeReplyObject(r);
		c->privdata = (void *)(owed(c) - 1);
	}
	return 0;
}

/* One command on one connection. *rp is set whenever Redis answered, errors included. */
static int command_on(redisContext *c, const struct store_command *cmd, redisReply **rp)
{
	const struct timeval normal = {STORE_COMMAND_MS / 1000, (STORE_COMMAND_MS % 1000) * 1000};
	const unsigned limit_ms = cmd->wait_ms + STORE_COMMAND_MS;
	redisReply *r;

	if (read_owed(c))
		return ECONNREFUSED;
	if (cmd->wait_ms)
		redisSetTimeout(c, (struct timeval){limit_ms / 1000, (limit_ms % 1000) * 1000});
	r = redisCommandArgv(c, cmd->argc, (const char **)(uintptr_t)cmd->argv, NULL);
	if (!r)
		return c->err == REDIS_ERR_IO && errno == EAGAIN ? ETIMEDOUT : ECONNREFUSED;
	if (cmd->wait_ms)
		redisSetTimeout(c, normal);
	*rp = r;
	return r->type == REDIS_REPLY_ERROR ? error_class(r->str) : 0;
}

int store_command(struct store *s, const struct store_command *cmd, struct store_reply **rp)
{
	redisReply *r = NULL;
	bool quiet;
	int err;

	for (;;) {
		redisContext *c = take_idle(s);
		bool pooled = c != NULL;

		err = c ? 0 : connect_new(s, &c);
		if (err) {
			metrics_inc(METRIC_STORE_ERRORS);
			return err;
		}
		err = command_on(c, cmd, &r);
		if (r)
			give_back(s, c);
		else
			redisFree(c);
		/* A pooled connection may have died with the Redis before this one. */
		if (r || !pooled || cmd->once || err == ETIMEDOUT)
			break;
	}
	quiet = cmd->quiet && store_reply_is_error((struct store_reply *)r, cmd->quiet);
	if (err && !quiet) {
		metrics_inc(METRIC_STORE_ERRORS);
		log_error("redis_error", LOG_S("command", cmd->argv[0]), LOG_E("error", err),
			  LOG_S("answer", r ? r->str : ""));
	}
	if (r && rp)
		*rp = (struct store_reply *)r;
	else if (r)
		freeReplyObject(r);
	return err;
}

void store_arg(struct store_args *a, const char *s)
{
	if (a->n < STORE_ARGS_MAX)
		a->v[a->n] = s ? s : "";
	a->n++;
}

void store_arg_int(struct store_args *a, int64_t n)
{
	if (a->n < STORE_ARGS_MAX) {
		snprintf(a->num[a->n], sizeof(a->num[a->n]), "%" PRId64, n);
		a->v[a->n] = a->num[a->n];
	}
	a->n++;
}

void store_arg_pair(struct store_args *a, const char *name, const char *value)
{
	if (!value || !value[0])
		return;
	store_arg(a, name);
	store_arg(a, value);
}

bool store_runs_once(enum script script)
{
	return script == SCRIPT_NEXT || script == SCRIPT_SMS_CLAIM;
}

/* EVALSHA, or EVAL (which also loads it) for a Redis that does not know the script yet. */
static int run_as(struct store *s, const char *how, const char *what, enum script script,
		  const char *tag, const struct store_args *args, struct store_reply **rp)
{
	const char *argv[4 + STORE_ARGS_MAX] = {how, what, "1", tag};
	struct store_command cmd = {
	    .argv = argv,
	    .argc = 4,
	    .once = store_runs_once(script),
	    .quiet = "NOSCRIPT",
	};

	for (size_t i = 0; i < args->n; i++)
		argv[cmd.argc++] = args->v[i];
	return store_command(s, &cmd, rp);
}

int store_run(struct store *s, enum script script, const char *tag, const struct store_args *args,
	      struct store_reply **rp)
{
	struct store_reply *r = NULL;
	int err;

	if (!s || !tag || !args || !rp || args->n > STORE_ARGS_MAX)
		return EINVAL;
	err = run_as(s, "EVALSHA", script_sources[script].sha1, script, tag, args, &r);
	if (err == EPROTO && store_reply_is_error(r, "NOSCRIPT")) {
		store_reply_free(r);
		r = NULL;
		err = run_as(s, "EVAL", script_sources[script].body, script, tag, args, &r);
	}
	if (err)
		store_reply_free(r);
	else
		*rp = r;
	return err;
}

int store_do(struct store *s, enum script script, const char *tag, const struct store_args *args)
{
	struct store_reply *r = NULL;
	int err = store_run(s, script, tag, args, &r);

	store_reply_free(r);
	return err;
}

/* The body goes along, since nobody hears of NOSCRIPT; Redis compiles it once. */
void store_post(struct store *s, enum script script, const char *tag, const struct store_args *args)
{
	const char *argv[4 + STORE_ARGS_MAX] = {"EVAL", script_sources[script].body, "1", tag};
	redisContext *c = take_idle(s);
	int argc = 4, done = 0, err = c ? read_owed(c) : connect_new(s, &c);

	for (size_t i = 0; i < args->n && i < STORE_ARGS_MAX; i++)
		argv[argc++] = args->v[i];
	if (!err && redisAppendCommandArgv(c, argc, argv, NULL) != REDIS_OK)
		err = ENOMEM;
	while (!err && !done)
		err = redisBufferWrite(c, &done) == REDIS_OK ? 0 : ECONNREFUSED;
	if (err) {
		metrics_inc(METRIC_STORE_ERRORS);
		redisFree(c);
		return;
	}
	c->privdata = (void *)(owed(c) + 1);
	give_back(s, c);
}

int store_ping(struct store *s)
{
	const char *argv[] = {"PING"};

	return store_command(s, &(struct store_command){.argv = argv, .argc = 1}, NULL);
}

void store_reply_free(struct store_reply *r)
{
	freeReplyObject(r);
}

bool store_reply_is_error(const struct store_reply *r, const char *word)
{
	const redisReply *a = (const redisReply *)r;

	return a && a->type == REDIS_REPLY_ERROR && strncmp(a->str, word, strlen(word)) == 0;
}

size_t store_reply_len(const struct store_reply *r)
{
	const redisReply *a = (const redisReply *)r;

	return a && a->type == REDIS_REPLY_ARRAY ? a->elements : 0;
}

const struct store_reply *store_reply_at(const struct store_reply *r, size_t i)
{
	if (i >= store_reply_len(r))
		return NULL;
	return (const struct store_reply *)((const redisReply *)r)->element[i];
}

const char *store_reply_str(const struct store_reply *r)
{
	const redisReply *a = (const redisReply *)r;

	return a && (a->type == REDIS_REPLY_STRING || a->type == REDIS_REPLY_STATUS) ? a->str : "";
}

int64_t store_reply_int(const struct store_reply *r)
{
	const redisReply *a = (const redisReply *)r;

	if (a && a->type == REDIS_REPLY_INTEGER)
		return a->integer;
	return strtoll(store_reply_str(r), NULL, 10);
}

const char *store_reply_field(const struct store_reply *r, const char *name)
{
	for (size_t i = 0; i + 1 < store_reply_len(r); i += 2)
		if (strcmp(store_reply_str(store_reply_at(r, i)), name) == 0)
			return store_reply_str(store_reply_at(r, i + 1));
	return "";
}
