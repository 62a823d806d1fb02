/**
 * @file routes.h  What is served, and who may ask for it
 */
#ifndef ROUTES_H
#define ROUTES_H

#include <stddef.h>

#include "http.h"

/** Routes of a listener; their `arg` is a struct app. */
struct routes {
	const struct httpd_route *route;
	size_t n;
};

/** On loopback: all there are. */
struct routes routes_inside(void);

/** On the outer listener: Kamailio's hooks are not there. */
struct routes routes_outside(void);

#endif
