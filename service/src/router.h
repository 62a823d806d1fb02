/**
 * @file router.h  Which route serves a request: methods and paths against httpd's table
 */
#ifndef ROUTER_H
#define ROUTER_H

#include "http.h"

enum {
	ROUTER_ALLOW_MAX = 64, /**< bytes of an Allow header, with the NUL */
};

struct router_match {
	const struct httpd_route *route;
	char arg[HTTPD_ARGS_MAX][HTTPD_ARG_MAX]; /**< what stands for the placeholders, "" = none */
	char allow[ROUTER_ALLOW_MAX];		 /**< on ENOTSUP: the methods of the path */
};

/**
 * Find the first route that serves a method on a path. A placeholder takes one segment, not empty
 * and shorter than HTTPD_ARG_MAX.
 *
 * @param routes  Table of n routes
 * @param m       Result
 *
 * @return 0, ENOENT no route has this path, ENOTSUP not with this method
 */
int router_find(const struct httpd_route *routes, size_t n, const char *method, const char *path,
		struct router_match *m);

#endif
