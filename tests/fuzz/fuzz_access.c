/**
 * @file fuzz_access.c  Headers that say who sends a request, against the product's own routes
 *
 * Parts: "in" or "out" (which listener), "method path", address it comes from, Authorization,
 * X-ExecLine-Key ("-": no such header), then Redis' rows of tokens.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "access.h"
#include "json.h"
#include "net.h"
#include "outside.h"
#include "router.h"
#include "routes.h"
#include "tokens.h"

static int whose(const char *token, struct httpd_caller *who, void *arg)
{
	(void)arg;
	return tokens_find(&outside_app()->tokens, token, who);
}

/* It is the kernel that says where a request comes from, so it is always an address. */
static const char *address(struct fuzz *f)
{
	const char *text = fuzz_text(f);
	struct in6_addr in;

	return inet_pton(AF_INET, text, &in) == 1 || inet_pton(AF_INET6, text, &in) == 1
		   ? text
		   : "198.51.100.7";
}

static const char *header(struct fuzz *f)
{
	const char *text = fuzz_text(f);

	return strcmp(text, "-") == 0 ? NULL : text;
}

static int find_route(struct fuzz *f, const struct routes *routes, struct router_match *m)
{
	char line[256], *path;

	snprintf(line, sizeof(line), "%s", fuzz_text(f));
	path = strchr(line, ' ');
	if (path)
		*path++ = '\0';
	return router_find(routes->route, routes->n, line, path ? path : "", m);
}

/* By other means than access.c: the order of the scopes is that of the routes' wants. */
static void check_token(const struct httpd_route *route, const struct access_claim *claim,
			const struct httpd_caller *who)
{
	const char *token = claim->authorization ? strchr(claim->authorization, ' ') : NULL;
	const bool admin = token && strcmp(token + 1, OUTSIDE_ADMIN_TOKEN) == 0;

	fuzz_require(token && strncasecmp(claim->authorization, "bearer ", 7) == 0);
	fuzz_require(memchr(who->id, '\0', sizeof(who->id)));
	fuzz_require(memchr(who->name, '\0', sizeof(who->name)));
	fuzz_require(admin || outside_scripts() == 1);
	fuzz_require(route->auth != HTTPD_ADMIN || who->scope == HTTPD_SCOPE_ADMIN);
	fuzz_require(route->auth != HTTPD_OPERATE || who->scope != HTTPD_SCOPE_READ);
}

static void check_let_in(const struct access *a, const struct httpd_route *route,
			 const struct access_claim *claim, const struct httpd_caller *who)
{
	if (access_wants_token(a, route))
		check_token(route, claim, who);
	else if (route->auth == HTTPD_HOOK)
		fuzz_require(claim->key && strcmp(claim->key, OUTSIDE_HOOK_KEY) == 0);
}

static void check_refused(struct httpd_reply *rep)
{
	const unsigned status = rep->status;

	fuzz_require(status == 401 || status == 403 || status == 429 || status == 503);
	fuzz_require(status != 429 || rep->retry_after_s > 0);
	json_free(outside_reply(rep));
}

/* The guesses of one address come to an end, whatever else it sends. */
static void check_end(struct access *a, const struct httpd_route *route,
		      const struct access_claim *claim)
{
	struct httpd_caller who = {.id = ""};
	struct httpd_reply rep = {.status = 0};

	if (!access_wants_token(a, route) && route->auth != HTTPD_HOOK)
		return;
	for (int i = 0; i < ACCESS_FAILURES + 1; i++)
		access_failed(a, route, claim);
	if (!access_check(a, route, claim, &who, &rep))
		check_refused(&rep);
	else
		fuzz_require(net_is_loopback(claim->source));
}

bool fuzz_one(struct fuzz *f)
{
	const bool outer = strcmp(fuzz_text(f), "out") == 0;
	const struct routes routes = outer ? routes_outside() : routes_inside();
	const struct access_options opt = {
	    .hook_key = OUTSIDE_HOOK_KEY, .tokenh = whose, .outside = outer};
	struct router_match m;
	const int err = find_route(f, &routes, &m);
	const struct access_claim claim = {.request = "request",
					   .source = address(f),
					   .authorization = header(f),
					   .key = header(f)};
	struct httpd_caller who = {.id = ""};
	struct httpd_reply rep = {.status = 0};
	struct access *a = NULL;
	bool taken;

	if (err)
		return false;
	(void)outside_app();
	fuzz_require(access_alloc(&a, &opt) == 0);
	taken = access_check(a, m.route, &claim, &who, &rep);
	if (taken)
		check_let_in(a, m.route, &claim, &who);
	else
		check_refused(&rep);
	check_end(a, m.route, &claim);
	access_free(a);
	return taken;
}
