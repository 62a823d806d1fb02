/**
 * @file httpd_priv.h  Shared by httpd.c and httpd_exchange.c only
 */
#ifndef HTTPD_PRIV_H
#define HTTPD_PRIV_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "access.h"
#include "conns.h"
#include "httpd.h"

struct httpd {
	struct httpd_options opt;
	struct MHD_Daemon *daemon;
	int fd; /* listens; libmicrohttpd closes it, unless a drain took it away */
	uint16_t port;
	struct access *access;
	struct conns *conns;
	int64_t step_ms;  /* for a head, and for a body with the answer */
	uint64_t process; /* random */
	_Atomic uint64_t requests;

	pthread_mutex_t lock;
	pthread_cond_t answered;
	/* under lock: */
	unsigned busy;	 /* requests under way */
	int64_t last_ms; /* end of the last one, monotonic */
	bool draining;
};

/* For libmicrohttpd; see microhttpd.h. Their `cls` is the struct httpd. */
void *httpd_on_target(void *cls, const char *target, struct MHD_Connection *conn);
enum MHD_Result httpd_on_request(void *cls, struct MHD_Connection *conn, const char *path,
				 const char *method, const char *version, const char *data,
				 size_t *size, void **ctx);
void httpd_on_completed(void *cls, struct MHD_Connection *conn, void **ctx,
			enum MHD_RequestTerminationCode how);

#endif
