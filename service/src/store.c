/**
 * @file store.c  Redis: a pool of connections, and the scripts as functions
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

/* A connection, and what is known of it. */
struct store_conn {
	redisContext *c;
	unsigned limit_ms; /* for how long it waits for an answer */
	unsigned owed;	   /* replies of store_post() that have not been read yet */
};

struct store {
	char host[64];
	char password[256];
	uint16_t port;
	pthread_mutex_t lock;
	/* under lock: */
	struct store_conn idle[STORE_POOL_MAX];
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
		redisFree(s->idle[i].c);
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

/* Reads the version, and writes it where there is none. A Redis that is full takes no SET, also if
 * it would change nothing. */
static int check_schema(redisContext *c)
{
	redisReply *r = redisCommand(c, "GET execline:schema");
	int err = 0;

	if (r && r->type == REDIS_REPLY_NIL) {
		freeReplyObject(r);
		r = redisCommand(c, "SET execline:schema %s NX GET", SCHEMA);
	}
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

static void set_limit(redisContext *c, unsigned limit_ms)
{
	redisSetTimeout(c, (struct timeval){limit_ms / 1000, (limit_ms % 1000) * 1000});
}

static int connect_new(const struct store *s, unsigned limit_ms, struct store_conn *out)
{
	const struct timeval connect = {0, STORE_CONNECT_MS * 1000};
	struct store_conn conn = {.c = redisConnectWithTimeout(s->host, s->port, connect),
				  .limit_ms = limit_ms};
	int err;

	if (!conn.c)
		return ENOMEM;
	if (conn.c->err) {
		err = ECONNREFUSED;
		goto out;
	}
	set_limit(conn.c, STORE_COMMAND_MS);
	redisEnableKeepAlive(conn.c);
	err = login(s, conn.c);
	if (!err)
		err = check_schema(conn.c);
	if (!err && limit_ms != STORE_COMMAND_MS)
		set_limit(conn.c, limit_ms);
out:
	if (err)
		redisFree(conn.c);
	else
		*out = conn;
	return err;
}

/* The last used of those that have that limit. To change it would cost two system calls, there and
 * back, each time that somebody waits for the journal. */
static bool take_idle(struct store *s, unsigned limit_ms, struct store_conn *out)
{
	bool found = false;

	pthread_mutex_lock(&s->lock);
	for (size_t i = s->n_idle; i-- > 0 && !found;) {
		if (s->idle[i].limit_ms != limit_ms)
			continue;
		*out = s->idle[i];
		s->n_idle--;
		memmove(&s->idle[i], &s->idle[i + 1], (s->n_idle - i) * sizeof(s->idle[0]));
		found = true;
	}
	pthread_mutex_unlock(&s->lock);
	return found;
}

/* The one that was not used for the longest has to go: it may have a limit that nobody asks for. */
static void give_back(struct store *s, const struct store_conn *conn)
{
	redisContext *oldest = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->n_idle == STORE_POOL_MAX) {
		oldest = s->idle[0].c;
		s->n_idle--;
		memmove(&s->idle[0], &s->idle[1], s->n_idle * sizeof(s->idle[0]));
	}
	s->idle[s->n_idle++] = *conn;
	pthread_mutex_unlock(&s->lock);
	redisFree(oldest);
}

static void drop_idle(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	while (s->n_idle)
		redisFree(s->idle[--s->n_idle].c);
	pthread_mutex_unlock(&s->lock);
}

/* Why there is no reply. */
static int lost(const redisContext *c)
{
	return c->err == REDIS_ERR_IO && errno == EAGAIN ? ETIMEDOUT : ECONNREFUSED;
}

static int read_owed(struct store_conn *conn)
{
	for (; conn->owed; conn->owed--) {
		void *r = NULL;

		if (redisGetReply(conn->c, &r) != REDIS_OK)
			return lost(conn->c);
		freeReplyObject(r);
	}
	return 0;
}

/* One command on one connection. *rp is set whenever Redis answered, errors included. */
static int command_on(struct store_conn *conn, const struct store_command *cmd, redisReply **rp)
{
	redisReply *r;
	int err = read_owed(conn);

	if (err)
		return err;
	r = redisCommandArgv(conn->c, cmd->argc, (const char **)(uintptr_t)cmd->argv, NULL);
	if (!r)
		return lost(conn->c);
	*rp = r;
	return r->type == REDIS_REPLY_ERROR ? error_class(r->str) : 0;
}

int store_command(struct store *s, const struct store_command *cmd, struct store_reply **rp)
{
	const unsigned limit_ms = cmd->wait_ms + STORE_COMMAND_MS;
	redisReply *r = NULL;
	bool quiet;
	int err;

	for (;;) {
		struct store_conn conn;
		bool pooled = take_idle(s, limit_ms, &conn);

		err = pooled ? 0 : connect_new(s, limit_ms, &conn);
		if (err) {
			metrics_inc(METRIC_STORE_ERRORS);
			return err;
		}
		err = command_on(&conn, cmd, &r);
		if (r)
			give_back(s, &conn);
		else
			redisFree(conn.c);
		if (r || !pooled || err == ETIMEDOUT)
			break;
		/* It has died with the Redis before this one, as have those that are idle. */
		drop_idle(s);
		if (cmd->once)
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

/* What Redis says of a function that it does not have (Redis, functions.c: fcallCommandGeneric). */
static const char UNKNOWN[] = "ERR Function not found";

static int call(struct store *s, enum script script, const char *tag, const struct store_args *args,
		const char *quiet, struct store_reply **rp)
{
	const char *argv[4 + STORE_ARGS_MAX] = {"FCALL", script_names[script].function, "1", tag};
	struct store_command cmd = {
	    .argv = argv,
	    .argc = 4,
	    .once = store_runs_once(script),
	    .quiet = quiet,
	};

	for (size_t i = 0; i < args->n; i++)
		argv[cmd.argc++] = args->v[i];
	return store_command(s, &cmd, rp);
}

/* A Redis that does not know the function has run nothing, so that it may be called once more. */
int store_run(struct store *s, enum script script, const char *tag, const struct store_args *args,
	      struct store_reply **rp)
{
	struct store_reply *r = NULL;
	int err;

	if (!s || !tag || !args || !rp || args->n > STORE_ARGS_MAX)
		return EINVAL;
	err = call(s, script, tag, args, UNKNOWN, &r);
	if (store_reply_is_error(r, UNKNOWN)) {
		store_reply_free(r);
		r = NULL;
		err = store_library_load(s);
		if (!err)
			err = call(s, script, tag, args, NULL, &r);
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

/* Nobody hears whether Redis has the function; the next store_run() brings it there. */
void store_post(struct store *s, enum script script, const char *tag, const struct store_args *args)
{
	const char *argv[4 + STORE_ARGS_MAX] = {"FCALL", script_names[script].function, "1", tag};
	struct store_conn conn = {.c = NULL};
	int argc = 4, done = 0, err;

	err = take_idle(s, STORE_COMMAND_MS, &conn) ? read_owed(&conn)
						    : connect_new(s, STORE_COMMAND_MS, &conn);
	for (size_t i = 0; i < args->n && i < STORE_ARGS_MAX; i++)
		argv[argc++] = args->v[i];
	if (!err && redisAppendCommandArgv(conn.c, argc, argv, NULL) != REDIS_OK)
		err = ENOMEM;
	while (!err && !done)
		err = redisBufferWrite(conn.c, &done) == REDIS_OK ? 0 : ECONNREFUSED;
	if (err) {
		metrics_inc(METRIC_STORE_ERRORS);
		redisFree(conn.c);
		return;
	}
	conn.owed++;
	give_back(s, &conn);
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
