/**
 * @file router.c  Which route serves a request
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "router.h"

static bool match_path(const char *pattern, const char *path, struct router_match *m)
{
	size_t i = 0, n;

	memset(m->arg, 0, sizeof(m->arg));
	for (;;) {
		if (*pattern == '{') {
			n = strcspn(path, "/");
			if (!n || n >= HTTPD_ARG_MAX || i >= HTTPD_ARGS_MAX)
				return false;
			memcpy(m->arg[i++], path, n);
			path += n;
			pattern += strcspn(pattern, "}") + 1;
		} else if (*pattern != *path) {
			return false;
		} else if (!*path) {
			return true;
		} else {
			pattern++;
			path++;
		}
	}
}

static bool is_get(const char *method)
{
	return strcmp(method, "GET") == 0;
}

static bool match_method(const char *routed, const char *method)
{
	return strcmp(routed, method) == 0 || (is_get(routed) && strcmp(method, "HEAD") == 0);
}

static void add_allowed(const char *method, char allow[ROUTER_ALLOW_MAX])
{
	size_t len = strlen(allow);

	snprintf(allow + len, ROUTER_ALLOW_MAX - len, "%s%s%s", len ? ", " : "", method,
		 is_get(method) ? ", HEAD" : "");
}

int router_find(const struct httpd_route *routes, size_t n, const char *method, const char *path,
		struct router_match *m)
{
	m->allow[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (!match_path(routes[i].pattern, path, m))
			continue;
		if (match_method(routes[i].method, method)) {
			m->route = &routes[i];
			return 0;
		}
		add_allowed(routes[i].method, m->allow);
	}
	m->route = NULL;
	return m->allow[0] ? ENOTSUP : ENOENT;
}
