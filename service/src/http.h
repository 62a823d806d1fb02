/**
 * @file http.h  What is between the HTTP server and its handlers: requests, replies, routes
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

enum {
	HTTPD_ARGS_MAX = 4,  /**< placeholders of a pattern */
	HTTPD_ARG_MAX = 128, /**< bytes of what stands for one, with the NUL */
	HTTPD_ID_MAX = 65,   /**< bytes of a request id, with the NUL */
};

struct httpd_request {
	const char *method;
	const char *path;
	const char *target;		 /**< path and query as they came, nothing decoded */
	const char *id;			 /**< X-Request-Id of the client, or one made here */
	const char *arg[HTTPD_ARGS_MAX]; /**< what stands for the placeholders, in their order */
	const char *body;		 /**< NUL-terminated, never NULL */
	size_t body_len;
	void *conn; /**< httpd's own */
};

/** Filled by a handler, best through reply.h; one that is left empty is a 500 */
struct httpd_reply {
	unsigned status;
	char *body;		  /**< allocated, freed by httpd; may be NULL */
	const char *content_type; /**< NULL = application/json */
	unsigned retry_after_s;	  /**< 0 = no Retry-After */
};

typedef void(httpd_h)(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

enum httpd_auth {
	HTTPD_OPEN,
	HTTPD_ADMIN, /**< Authorization: Bearer <admin_token> */
	HTTPD_HOOK,  /**< X-ExecLine-Key: <hook_key> */
};

/**
 * What serves a method on the paths of a pattern, such as "/v1/lines/{line}/legs/{leg}". GET serves
 * HEAD too. A path no route has is answered with 404, a method that is missing on it with 405.
 */
struct httpd_route {
	const char *method;
	const char *pattern;
	enum httpd_auth auth;
	httpd_h *handler;
};

#endif
