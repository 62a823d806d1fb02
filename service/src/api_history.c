/**
 * @file api_history.c  Messages and ended calls, newest first
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "api_priv.h"
#include "shard.h"

/* A field of a row as the API shows it. */
struct column {
	const char *field, *key;
	bool number;
};

static const struct column sms_columns[] = {
    {"line", "line", false},
    {"leg", "leg", false},
    {"kind", "kind", false},
    {"to", "to", false},
    {"text", "text", false},
    {"status", "status", false},
    {"attempts", "attempts", true},
    {"provider", "provider", false},
    {"provider_id", "provider_id", false},
    {"error", "error", false},
    {"created_at", "created_at", true},
    {"updated_at", "updated_at", true},
};

static const struct column call_columns[] = {
    {"leg", "leg", false},
    {"number", "number", false},
    {"role", "role", false},
    {"joined_at", "joined_at", true},
    {"ended_at", "ended_at", true},
    {"waited", "waited_ms", true},
    {"talked", "talked_ms", true},
    {"reason", "reason", false},
    {"trunk", "trunk", false},
    {"trust", "trust", false},
    {"diverter", "diverted_from", false},
};

/* A kind of history: where it is read, and how it is shown. */
struct history {
	enum script script;
	const char *name, *time; /* of the list, and of the field that orders it */
	const char *id;		 /* key of the row's id, NULL = not shown */
	const struct column *columns;
	size_t n;
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct history messages = {SCRIPT_SMS_LIST, "messages",	    "created_at", "id",
					sms_columns,	 COUNT(sms_columns)};
static const struct history calls = {SCRIPT_CALLS_LIST,	 "calls", "ended_at", NULL, call_columns,
				     COUNT(call_columns)};

/* Rows of one or all lines, on their way to one list. */
struct row {
	int64_t at;
	size_t order; /* among rows of the same millisecond: as its line had them */
	struct json *o;
};

struct collection {
	const struct app *app;
	const struct history *history;
	int64_t limit;
	struct row *rows;
	size_t n;
};

static struct json *show(const struct history *h, const char *line, const struct store_reply *row)
{
	const struct store_reply *f = store_reply_at(row, 1);
	struct json *o = json_new_object();
	int err = h->id ? json_set_str(o, h->id, store_reply_str(store_reply_at(row, 0)))
			: json_set_str(o, "line", line);

	for (size_t i = 0; i < h->n; i++) {
		const struct column *c = &h->columns[i];
		const char *value = store_reply_field(f, c->field);

		err |= c->number ? json_set_int(o, c->key, strtoll(value, NULL, 10))
				 : json_set_str(o, c->key, value);
	}
	return json_done(o, err);
}

static int collect(const char *line, const char *config, void *arg)
{
	struct collection *c = arg;
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	struct row *more;
	char tag[SHARD_TAG_BUF];
	int err;

	(void)config;
	shard_tag(shard_of_line(line), tag);
	store_arg(&args, line);
	store_arg_int(&args, c->limit);
	err = store_run(c->app->store, c->history->script, tag, &args, &r);
	if (err)
		return err;
	more = realloc(c->rows, (c->n + store_reply_len(r) + 1) * sizeof(*more));
	if (!more)
		err = ENOMEM;
	else
		c->rows = more;
	for (size_t i = 0; !err && i < store_reply_len(r); i++) {
		const struct store_reply *row = store_reply_at(r, i);
		const char *at = store_reply_field(store_reply_at(row, 1), c->history->time);
		struct json *o = show(c->history, line, row);

		if (o)
			c->rows[c->n++] = (struct row){strtoll(at, NULL, 10), i, o};
		else
			err = ENOMEM;
	}
	store_reply_free(r);
	return err;
}

static int newest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void answer(struct httpd_reply *rep, struct collection *c)
{
	struct json *list = json_new_array();
	int err = 0;

	if (c->n)
		qsort(c->rows, c->n, sizeof(c->rows[0]), newest_first);
	for (size_t i = 0; i < c->n; i++) {
		if ((int64_t)i < c->limit)
			err |= json_push(list, c->rows[i].o);
		else
			json_free(c->rows[i].o);
	}
	c->n = 0;
	api_reply_list(rep, c->history->name, list, err);
}

static void list(const struct httpd_request *req, struct httpd_reply *rep, struct app *app,
		 const struct history *h)
{
	struct collection c = {.app = app, .history = h};
	const char *line = httpd_query(req, "line");
	struct lineconf conf;
	int err;

	if (!api_limit_arg(req, rep, &c.limit))
		return;
	if (line) {
		err = line_id_valid(line) ? lines_get(app->lines, line, &conf) : ENOENT;
		if (!err)
			err = collect(line, NULL, &c);
		if (line_id_valid(line))
			lineconf_free(&conf);
	} else {
		err = lines_each(app->lines, collect, &c);
	}
	if (err)
		api_failed(rep, err);
	else
		answer(rep, &c);
	for (size_t i = 0; i < c.n; i++)
		json_free(c.rows[i].o);
	free(c.rows);
}

void api_sms(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	list(req, rep, arg, &messages);
}

void api_calls(const struct httpd_request *req, struct httpd_reply *rep, void *arg)
{
	list(req, rep, arg, &calls);
}
