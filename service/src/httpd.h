/**
 * @file httpd.h  HTTP server: a table of routes, a thread per connection
 *
 * The only module that includes libmicrohttpd. Handlers may block, on Redis or rtpengine.
 *
 * Connections are kept, and no reply has "Connection: close" unless the client asked for that or
 * has sent what cannot be read on from: Kamailio's http_async_client 6.0.1 spins when it sees it.
 * So the body of a refused request is read, and dropped, before the refusal is sent.
 */
#ifndef HTTPD_H
#define HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

enum {
	HTTPD_BODY_MAX = 64 * 1024,	 /**< bytes; more is answered with 400 */
	HTTPD_DISCARD_MAX = 1024 * 1024, /**< bytes; a body beyond that costs the connection */
	HTTPD_HEADER_MEMORY = 32 * 1024, /**< bytes for the head of a request */
	HTTPD_CONNECTIONS_MAX = 512,
	HTTPD_IDLE_S = 60,
};

struct httpd;

/** A change has been made, or may have been: told before it is answered. */
typedef void(httpd_audit_h)(const struct httpd_request *req, const struct httpd_reply *rep,
			    void *arg);

/** What this points to must live as long as the server. */
struct httpd_options {
	const char *listen;		/**< IPv4 or IPv6 address */
	uint16_t port;			/**< 0 = any, see httpd_port() */
	const char *tls_cert, *tls_key; /**< PEM; NULL = no TLS */
	const char *hook_key;		/**< needed by routes with HTTPD_HOOK */
	httpd_token_h *tokenh;		/**< needed by routes that want a token */
	httpd_audit_h
	    *audith;	   /**< hears of HTTPD_OPERATE and HTTPD_ADMIN, unless GET; may be NULL */
	const char *proxy; /**< whose X-Forwarded-For is believed; NULL or "" = nobody's */
	bool outside;	   /**< HTTPD_INSIDE wants a token */
	const struct httpd_route *routes;
	size_t nroutes;
	void *arg;		   /**< for all handlers */
	unsigned connections;	   /**< 0 = HTTPD_CONNECTIONS_MAX */
	unsigned connections_each; /**< of one address; 0 = any */
	unsigned idle_timeout_s; /**< 0 = HTTPD_IDLE_S. A head may take twice as long, and so may a
				    body with the answer, however little comes at a time */
};

/**
 * Start to serve.
 *
 * @param hp   Server, written only on success; free with httpd_stop()
 * @param opt  Options, copied
 *
 * @return 0, EINVAL (also: certificate and key are no pair), ENOMEM, EIO, or what socket(), bind()
 * or listen() said
 */
__attribute__((warn_unused_result)) int httpd_start(struct httpd **hp,
						    const struct httpd_options *opt);

/** @return TCP port it listens on */
uint16_t httpd_port(const struct httpd *h);

/**
 * Take no more connections, answer what comes on the others, and close each after an answer.
 * Returns once nothing was to be done for a moment.
 *
 * @param wait_ms  Return after this time at the latest
 */
void httpd_drain(struct httpd *h, unsigned wait_ms);

/** Close all connections, join the threads, free. @param h  May be NULL */
void httpd_stop(struct httpd *h);

/** @return argument behind the '?' of the path, percent-decoded; NULL if absent */
const char *httpd_query(const struct httpd_request *req, const char *name);

/** @return header of the request, whatever its case; NULL if absent */
const char *httpd_header(const struct httpd_request *req, const char *name);

#endif
