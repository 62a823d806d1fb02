/**
 * @file fuzz_router.c  Paths of HTTP requests, against the product's own tables
 *
 * Parts: method, path.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "router.h"
#include "routes.h"

/* The same by other means: segment by segment. */
static bool matches(const char *pattern, const char *path)
{
	size_t n, m;

	for (;; pattern += n, path += m) {
		if (*pattern != '/' || *path != '/')
			return *pattern == *path && !*path;
		n = strcspn(++pattern, "/");
		m = strcspn(++path, "/");
		if (*pattern == '{' ? m == 0 || m >= HTTPD_ARG_MAX
				    : n != m || memcmp(pattern, path, n) != 0)
			return false;
	}
}

static bool serves(const struct httpd_route *r, const char *method)
{
	return !strcmp(r->method, method) || (!strcmp(r->method, "GET") && !strcmp(method, "HEAD"));
}

static int expected(const struct routes *r, const char *method, const char *path,
		    const struct httpd_route **route)
{
	int err = ENOENT;

	for (size_t i = 0; i < r->n; i++) {
		if (!matches(r->route[i].pattern, path))
			continue;
		err = ENOTSUP;
		*route = &r->route[i];
		if (serves(&r->route[i], method))
			return 0;
	}
	return err;
}

static int check(const struct routes *r, const char *method, const char *path)
{
	const struct httpd_route *route = NULL;
	struct router_match m;
	int err;

	fuzz_poison(&m, sizeof(m));
	err = router_find(r->route, r->n, method, path, &m);
	fuzz_require(err == expected(r, method, path, &route));
	fuzz_require(err || m.route == route);
	if (err == ENOTSUP)
		fuzz_require(memchr(m.allow, '\0', sizeof(m.allow)) && m.allow[0]);
	for (size_t i = 0; !err && i < HTTPD_ARGS_MAX; i++)
		fuzz_require(memchr(m.arg[i], '\0', HTTPD_ARG_MAX) && !strchr(m.arg[i], '/'));
	return err;
}

bool fuzz_one(struct fuzz *f)
{
	const char *method = fuzz_text(f), *path = fuzz_text(f);
	const struct routes inside = routes_inside(), outside = routes_outside();

	if (check(&outside, method, path) == 0)
		fuzz_require(strncmp(path, "/v1/sip/", 8) != 0);
	return check(&inside, method, path) == 0;
}
