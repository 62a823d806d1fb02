/**
 * @file access.c  Who may send a request
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "clock.h"
#include "digest.h"
#include "limiter.h"
#include "log.h"
#include "metrics.h"
#include "net.h"
#include "reply.h"

struct access {
	struct access_options opt;
	struct limiter *limiter;
};

static const char *const scope_names[] = {
#define X(symbol, name) name,
    HTTPD_SCOPES(X)
#undef X
};

int access_alloc(struct access **ap, const struct access_options *opt)
{
	struct access *a = calloc(1, sizeof(*a));
	int err;

	if (!a)
		return ENOMEM;
	err = limiter_alloc(&a->limiter, ACCESS_FAILURES, ACCESS_WINDOW_MS);
	if (err) {
		free(a);
		return err;
	}
	a->opt = *opt;
	*ap = a;
	return 0;
}

void access_free(struct access *a)
{
	if (!a)
		return;
	limiter_free(a->limiter);
	free(a);
}

bool access_wants_token(const struct access *a, const struct httpd_route *route)
{
	switch (route->auth) {
	case HTTPD_OPEN:
	case HTTPD_SIGNED:
	case HTTPD_HOOK:
		return false;
	case HTTPD_INSIDE:
		return a->opt.outside;
	case HTTPD_READ:
	case HTTPD_OPERATE:
	case HTTPD_ADMIN:
		break;
	}
	return true;
}

static enum httpd_scope scope_of(const struct httpd_route *route)
{
	switch (route->auth) {
	case HTTPD_ADMIN:
		return HTTPD_SCOPE_ADMIN;
	case HTTPD_OPERATE:
		return HTTPD_SCOPE_OPERATE;
	default:
		return HTTPD_SCOPE_READ;
	}
}

/* ----- failures ----- */

static void refuse_for(struct httpd_reply *rep, int64_t wait_ms)
{
	reply_error(rep, API_TOO_MANY_FAILURES, "%d within %d s are enough", ACCESS_FAILURES,
		    ACCESS_WINDOW_MS / 1000);
	rep->retry_after_s = (unsigned)((wait_ms + 999) / 1000);
}

/* @return for how long the address has failed too often, with this one; 0 = not yet */
static int64_t note(struct access *a, const struct httpd_route *route,
		    const struct access_claim *claim)
{
	int64_t now_ms = clock_mono_ms();
	char name[NET_PREFIX_BUF];
	unsigned failures;

	net_prefix(claim->source, name);
	failures = limiter_fail(a->limiter, name, now_ms);
	metrics_inc(METRIC_HTTP_DENIED);
	if (failures <= ACCESS_FAILURES)
		log_warn("access_denied", LOG_S("source", claim->source),
			 LOG_S("method", route->method), LOG_S("route", route->pattern),
			 LOG_I("failures", failures), LOG_S("request", claim->request));
	return failures > ACCESS_FAILURES ? limiter_wait_ms(a->limiter, name, now_ms) : 0;
}

void access_failed(struct access *a, const struct httpd_route *route,
		   const struct access_claim *claim)
{
	note(a, route, claim);
}

static bool deny(struct access *a, const struct httpd_route *route,
		 const struct access_claim *claim, struct httpd_reply *rep)
{
	int64_t wait_ms = note(a, route, claim);

	if (wait_ms)
		refuse_for(rep, wait_ms);
	else
		reply_error(rep, API_UNAUTHORIZED, "%s %s", route->method, route->pattern);
	return false;
}

/* For how long nothing of this address is looked at. */
static int64_t banned_ms(struct access *a, const char *source)
{
	char name[NET_PREFIX_BUF];

	if (net_is_loopback(source))
		return 0;
	net_prefix(source, name);
	return limiter_wait_ms(a->limiter, name, clock_mono_ms());
}

/* ----- what is asked for ----- */

static int find_caller(const struct access *a, const char *authorization, struct httpd_caller *who)
{
	static const char scheme[] = "Bearer ";

	if (!authorization || strncasecmp(authorization, scheme, strlen(scheme)) != 0)
		return EACCES;
	return a->opt.tokenh(authorization + strlen(scheme), who, a->opt.arg);
}

static bool check_token(struct access *a, const struct httpd_route *route,
			const struct access_claim *claim, struct httpd_caller *who,
			struct httpd_reply *rep)
{
	enum httpd_scope needed = scope_of(route);
	int err = find_caller(a, claim->authorization, who);

	if (err == EACCES)
		return deny(a, route, claim, rep);
	if (err) {
		reply_error(rep, API_STORE_UNAVAILABLE, "whose token it is: %s", strerror(err));
		return false;
	}
	if (who->scope >= needed)
		return true;
	log_warn("scope_missing", LOG_S("token", who->id), LOG_S("name", who->name),
		 LOG_S("method", route->method), LOG_S("route", route->pattern),
		 LOG_S("needed", scope_names[needed]), LOG_S("request", claim->request));
	reply_error(rep, API_FORBIDDEN, "%s %s needs the scope %s; this token has %s",
		    route->method, route->pattern, scope_names[needed], scope_names[who->scope]);
	rep->scope = scope_names[needed];
	return false;
}

bool access_check(struct access *a, const struct httpd_route *route,
		  const struct access_claim *claim, struct httpd_caller *who,
		  struct httpd_reply *rep)
{
	const bool token = access_wants_token(a, route);
	int64_t wait_ms;

	if (!token && route->auth != HTTPD_HOOK && route->auth != HTTPD_SIGNED)
		return true;
	wait_ms = banned_ms(a, claim->source);
	if (wait_ms) {
		refuse_for(rep, wait_ms);
		return false;
	}
	if (token)
		return check_token(a, route, claim, who, rep);
	if (route->auth == HTTPD_HOOK && !digest_equal(claim->key, a->opt.hook_key))
		return deny(a, route, claim, rep);
	return true;
}
