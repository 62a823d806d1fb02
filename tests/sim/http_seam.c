/**
 * @file http_seam.c  Behind http_client.h: requests on their way
 *
 * A request without `done` has nobody who waits for it: its process is dead, or has given it up.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "clock.h"
#include "http_client.h"
#include "http_seam.h"
#include "kamailio.h"
#include "mutants.h"
#include "proc.h"
#include "provider_fake.h"
#include "seam.h"
#include "tell.h"
#include "vtime.h"

enum { REQUESTS_MAX = 512 };

struct request {
	struct proc *proc;
	http_done_h *done;
	void *arg;
	enum { SENT, HELD, ANSWERED, OVER } at;
	struct call *call; /* HELD: whose phone answers */
	int64_t held_at;   /* HELD: since when */
	bool rpc;	   /* to Kamailio, else to an SMS provider */
	char *url, *body;
	int64_t deadline;
	int err;
	bool sent;
	long status;
	unsigned retry_after_s;
	char *answer; /* NULL = "" */
};

struct http_client {
	struct proc *proc;
};

static struct request *all[REQUESTS_MAX];
static size_t n_all;

void http_begin(void)
{
	n_all = 0;
}

static void discard(struct request *r)
{
	for (size_t i = 0; i < n_all; i++) {
		if (all[i] == r) {
			memmove(&all[i], &all[i + 1], (n_all - i - 1) * sizeof(all[0]));
			n_all--;
			break;
		}
	}
	free(r->url);
	free(r->body);
	free(r->answer);
	free(r);
}

/* Whoever waits hears of it. */
static void call_back(struct request *r, const struct http_result *res)
{
	struct proc *before = seam_enter(r->proc);
	http_done_h *done = r->done;

	r->done = NULL;
	done(res, r->arg);
	seam_leave(r->proc, before);
	r->proc = NULL;
}

/* A message, rather than a question for one. */
static bool is_message(const struct request *r)
{
	return !r->rpc && r->body[0];
}

/* Its time is over, or its process is dead. What Kamailio was told may still have its effect; what
 * a provider has not read by then is lost with the connection. */
static void give_up(struct request *r, int err)
{
	const struct http_result res = {
	    .err = err, .error = strerror(err), .sent = true, .body = ""};
	const int at = r->at;

	r->at = OVER; /* nobody else touches it while its process is told */
	if (is_message(r) && at == SENT)
		provider_take_late(r->body);
	if (is_message(r))
		provider_not_told(r->body);
	if (r->done)
		call_back(r, &res);
	r->at = at;
	if (!r->rpc || r->at == ANSWERED || (r->at == SENT && chance_of(500)))
		discard(r);
}

static void deliver(struct request *r)
{
	const struct http_result res = {
	    .err = r->err,
	    .error = r->err ? strerror(r->err) : "",
	    .sent = r->sent,
	    .status = r->status,
	    .body = r->answer ? r->answer : "",
	    .body_len = r->answer ? strlen(r->answer) : 0,
	    .retry_after_s = r->retry_after_s,
	};

	r->at = OVER;
	if (is_message(r) && r->err && r->sent && !r->status)
		provider_not_told(r->body);
	if (r->done)
		call_back(r, &res);
	discard(r);
}

/* A process that is stopped hears nothing. */
static bool is_ready(const struct request *r)
{
	return r->at == SENT || (r->at == ANSWERED && !(r->done && proc_is_stopped(r->proc)));
}

bool http_step(void)
{
	size_t ready[REQUESTS_MAX], n = 0;
	struct request *r;

	for (size_t i = 0; i < n_all; i++)
		if (is_ready(all[i]))
			ready[n++] = i;
	if (!n)
		return false;
	r = all[ready[chance_below((unsigned)n)]];
	if (r->at == ANSWERED)
		deliver(r);
	else if (r->rpc)
		kamailio_rpc(r);
	else
		provider_serve(r);
	return true;
}

void http_tick(void)
{
	for (size_t i = 0; i < n_all; i++) {
		struct request *r = all[i];

		if (r->done && r->at != OVER && !proc_is_stopped(r->proc) &&
		    vtime_ms() >= r->deadline) {
			tell("an HTTP request of %s times out", proc_name(r->proc));
			give_up(r, ETIMEDOUT);
			i = (size_t)-1; /* the list has changed */
		}
	}
}

void http_bury(struct proc *p)
{
	for (size_t i = 0; i < n_all; i++) {
		if (all[i]->proc == p && all[i]->done) {
			give_up(all[i], ECANCELED);
			i = (size_t)-1;
		}
	}
}

size_t http_pending(void)
{
	size_t n = 0;

	for (size_t i = 0; i < n_all; i++)
		n += all[i]->done != NULL;
	return n;
}

void http_end(void)
{
	while (n_all)
		discard(all[0]);
}

/* ----- for the servers ----- */

const char *http_body(const struct request *r)
{
	return r->body;
}

const char *http_url(const struct request *r)
{
	return r->url;
}

void http_answer(struct request *r, long status, const char *body, unsigned retry_after_s)
{
	r->at = ANSWERED;
	r->call = NULL;
	r->sent = true;
	r->status = status;
	r->retry_after_s = retry_after_s;
	r->answer = strdup(body);
	if (!r->done)
		discard(r);
}

void http_fail(struct request *r, int err, bool sent)
{
	r->at = ANSWERED;
	r->call = NULL;
	r->err = err;
	r->sent = sent;
	if (!r->done)
		discard(r);
}

void http_cut(struct request *r, long status)
{
	r->status = status;
	http_fail(r, EIO, true);
}

void http_hold(struct request *r, struct call *call)
{
	r->at = HELD;
	r->call = call;
	r->held_at = vtime_ms();
}

int64_t http_held_ms(const struct request *r)
{
	return vtime_ms() - r->held_at;
}

struct request *http_held(const struct call *call)
{
	for (size_t i = 0; i < n_all; i++)
		if (all[i]->at == HELD && all[i]->call == call)
			return all[i];
	return NULL;
}

/* ----- http_client.h ----- */

int http_client_alloc(struct http_client **cp)
{
	*cp = calloc(1, sizeof(**cp));
	if (!*cp)
		return ENOMEM;
	(*cp)->proc = seam_process();
	return 0;
}

void http_client_free(struct http_client *c, unsigned wait_ms)
{
	(void)wait_ms;
	free(c);
}

static struct request *post(struct http_client *c, const struct http_request *req,
			    http_done_h *done, void *arg)
{
	struct request *r = calloc(1, sizeof(*r));

	if (!r || n_all == REQUESTS_MAX)
		abort();
	r->proc = c->proc;
	r->done = done;
	r->arg = arg;
	r->rpc = strstr(req->url, "/RPC") != NULL;
	r->url = strdup(req->url);
	r->body = strdup(req->body ? req->body : "");
	r->deadline = vtime_ms() + req->timeout_ms;
	all[n_all++] = r;
	return r;
}

int http_client_submit(struct http_client *c, const struct http_request *req, http_done_h *done,
		       void *arg)
{
	struct request *r;

	if (!seam_before(SEAM_HTTP))
		return ECANCELED;
	r = post(c, req, done, arg);
	if (req->not_after_ms && clock_mono_ms() > req->not_after_ms) {
		http_fail(r, ETIMEDOUT, false);
		return 0;
	}
	if (is_message(r))
		provider_submitted(r->body);
	if (r->rpc && mutants_forget("RPC"))
		http_answer(r, 200, "{\"result\":[200,\"OK\"]}", 0);
	else if (is_message(r) && mutants_forget("SMS"))
		http_answer(r, 201, "{\"id\":\"never\"}", 0);
	else if (is_message(r) && mutants_double("SMS"))
		provider_submitted(r->body);
	(void)seam_after(SEAM_HTTP); /* the answer finds nobody then */
	return 0;
}

/* All that are configured here are. */
bool http_url_valid(const char *url)
{
	return url && strncmp(url, "http", 4) == 0;
}

/* Only /readyz waits, and nobody asks for that here. */
int http_client_perform(struct http_client *c, const struct http_request *req, http_done_h *done,
			void *arg)
{
	(void)c;
	(void)req;
	(void)done;
	(void)arg;
	return ECANCELED;
}
