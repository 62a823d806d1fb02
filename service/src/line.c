/**
 * @file line.c  What can happen to a line: each verb is one Lua transition
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "line.h"
#include "shard.h"

enum {
	SESSION_MS_BUF = 16,
};

static const char *const words[] = {
#define X(id, word) word,
    LINE_OUTCOMES(X)
#undef X
};

const char *line_outcome_name(enum line_outcome o)
{
	return (size_t)o < sizeof(words) / sizeof(words[0]) ? words[o] : "???";
}

static int parse_outcome(const char *word, enum line_outcome *out)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			*out = (enum line_outcome)i;
			return 0;
		}
	}
	return EPROTO;
}

bool line_id_valid(const char *id)
{
	size_t len = id ? strlen(id) : 0;

	if (len == 0 || len >= LINE_ID_BUF || id[0] == '-' || id[0] == '_')
		return false;
	for (const char *p = id; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-' &&
		    *p != '_')
			return false;
	return true;
}

/* Runs a transition of a line. Its reply is an outcome, alone or as the first of a list, which goes
 * to *reply if the caller wants it. */
static int transition(struct store *s, enum script script, const char *line,
		      const struct store_args *args, enum line_outcome *out,
		      struct store_reply **reply)
{
	char tag[SHARD_TAG_BUF];
	struct store_reply *r = NULL;
	int err;

	shard_tag(shard_of_line(line), tag);
	err = store_run(s, script, tag, args, &r);
	if (err)
		return err;
	err = parse_outcome(store_reply_str(store_reply_len(r) ? store_reply_at(r, 0) : r), out);
	if (!err && reply)
		*reply = r;
	else
		store_reply_free(r);
	return err;
}

/* What a leg has of its session timer, "" = none. */
static const char *session_ms(unsigned seconds, char out[SESSION_MS_BUF])
{
	out[0] = '\0';
	if (seconds)
		snprintf(out, SESSION_MS_BUF, "%u000", seconds);
	return out;
}

int line_join(struct store *s, const struct line_invite *inv, enum line_outcome *out, char *answer,
	      size_t max)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char session[SESSION_MS_BUF];
	const char *before;
	int err;

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, inv->line);
	store_arg(&args, inv->leg);
	store_arg(&args, inv->did);
	store_arg(&args, inv->number);
	store_arg_int(&args, inv->deadline);
	store_arg_int(&args, inv->cseq);
	store_arg(&args, inv->no_room);
	store_arg_pair(&args, "call_id", inv->call_id);
	store_arg_pair(&args, "from_tag", inv->from_tag);
	store_arg_pair(&args, "from", inv->from);
	store_arg_pair(&args, "to", inv->to);
	store_arg_pair(&args, "contact", inv->contact);
	store_arg_pair(&args, "record_route", inv->route);
	store_arg_pair(&args, "socket", inv->socket);
	store_arg_pair(&args, "local", inv->local);
	store_arg_pair(&args, "source", inv->source);
	store_arg_pair(&args, "branch", inv->branch);
	store_arg_pair(&args, "sdp", inv->sdp);
	store_arg_pair(&args, "outline", inv->outline);
	store_arg_pair(&args, "asks", inv->asks ? "1" : "");
	store_arg_pair(&args, "session_ms", session_ms(inv->session_s, session));
	store_arg_pair(&args, "trunk", inv->trunk);
	store_arg_pair(&args, "trust", inv->trust);
	store_arg_pair(&args, "diverter", inv->diverter);
	err = transition(s, SCRIPT_JOIN, inv->line, &args, out, &r);
	before = store_reply_str(store_reply_at(r, 2));
	if (!err && snprintf(answer, max, "%s", before) >= (int)max)
		err = ENOSPC;
	store_reply_free(r);
	return err;
}

void line_answered(struct store *s, const struct line_invite *inv, const char *answer,
		   const char *whole)
{
	struct store_args args = {.n = 0};
	char tag[SHARD_TAG_BUF];

	shard_tag(shard_of_line(inv->line), tag);
	store_arg_int(&args, clock_now_ms());
	store_arg(&args, inv->leg);
	store_arg_int(&args, inv->cseq);
	store_arg(&args, answer);
	store_arg(&args, whole);
	store_post(s, SCRIPT_ANSWERED, tag, &args);
}

int line_confirm(struct store *s, const char *line, const char *leg, const struct line_ack *ack,
		 enum line_outcome *out)
{
	struct store_args args = {.n = 0};

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg);
	store_arg(&args, ack->to_tag);
	store_arg_int(&args, ack->cseq);
	store_arg(&args, ack->sdp);
	store_arg(&args, ack->outline);
	return transition(s, SCRIPT_CONFIRM, line, &args, out, NULL);
}

int line_leave(struct store *s, const char *line, const char *leg, const struct line_leaving *how,
	       enum line_outcome *out, struct store_reply **reply)
{
	struct store_args args = {.n = 0};

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg);
	store_arg(&args, how->reason);
	store_arg(&args, how->hangup ? "1" : "0");
	store_arg(&args, how->reserved_only ? "reserved" : "");
	store_arg(&args, line);
	store_arg(&args, how->to_tag);
	if (how->cseq)
		store_arg_int(&args, how->cseq);
	else
		store_arg(&args, "");
	if (how->epoch)
		store_arg_int(&args, how->epoch);
	else
		store_arg(&args, "");
	return transition(s, SCRIPT_LEAVE, line, &args, out, reply);
}

int line_update(struct store *s, const char *line, const char *leg, const struct line_update *u,
		enum line_outcome *out, struct line_asked *asked)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	char session[SESSION_MS_BUF];
	const char *first;
	bool ours;
	int err;

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg);
	store_arg(&args, u->to_tag);
	store_arg_int(&args, u->cseq);
	store_arg(&args, u->sdp);
	store_arg(&args, u->contact);
	store_arg(&args, u->outline);
	store_arg(&args, u->kind);
	store_arg(&args, session_ms(u->session_s, session));
	store_arg(&args, u->source);
	store_arg(&args, u->socket);
	err = transition(s, SCRIPT_UPDATE, line, &args, out, &r);
	if (err)
		return err;
	ours = *out == LINE_OURS;
	first = store_reply_str(store_reply_at(r, 1));
	*asked = (struct line_asked){
	    .key = first,
	    .outline = first,
	    .answer = ours ? store_reply_str(store_reply_at(r, 2)) : "",
	    .ahead = (unsigned)store_reply_int(store_reply_at(r, ours ? 3 : 2)),
	    .reply = r,
	};
	return 0;
}

int line_withdraw(struct store *s, const char *line, const char *leg, int64_t cseq, bool open_only,
		  enum line_outcome *out, struct store_reply **reply)
{
	struct store_args args = {.n = 0};

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, leg);
	store_arg_int(&args, cseq);
	store_arg(&args, open_only ? "1" : "");
	return transition(s, SCRIPT_WITHDRAW, line, &args, out, reply);
}

int line_digit(struct store *s, const char *line, const char *leg, const char *to_tag,
	       const char *what, const char *which, enum line_outcome *out,
	       struct store_reply **reply)
{
	struct store_args args = {.n = 0};

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, line);
	store_arg(&args, leg);
	store_arg(&args, to_tag);
	store_arg(&args, what);
	store_arg(&args, which);
	return transition(s, SCRIPT_DIGIT, line, &args, out, reply);
}

int line_next(struct store *s, const char *line, enum line_outcome *out, struct store_reply **reply)
{
	struct store_args args = {.n = 0};

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, line);
	return transition(s, SCRIPT_NEXT, line, &args, out, reply);
}

int line_end(struct store *s, const char *line, enum line_outcome *out, int64_t *count)
{
	struct store_args args = {.n = 0};
	struct store_reply *r = NULL;
	int err;

	store_arg_int(&args, clock_now_ms());
	store_arg(&args, line);
	err = transition(s, SCRIPT_FINISH_ALL, line, &args, out, &r);
	if (!err)
		*count = store_reply_int(store_reply_at(r, 1));
	store_reply_free(r);
	return err;
}
