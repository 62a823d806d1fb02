/**
 * @file http.h  What is between the HTTP server and its handlers: requests, replies, routes
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

enum {
	HTTPD_ARGS_MAX = 4,	 /**< placeholders of a pattern */
	HTTPD_ARG_MAX = 128,	 /**< bytes of what stands for one, with the NUL */
	HTTPD_ID_MAX = 65,	 /**< bytes of a request id, with the NUL */
	HTTPD_SOURCE_BUF = 46,	 /**< bytes of an IP address, with the NUL */
	HTTPD_WHO_BUF = 16,	 /**< bytes of a token's id, with the NUL */
	HTTPD_NAME_BUF = 65,	 /**< bytes of a token's name, with the NUL */
	HTTPD_LOCATION_BUF = 64, /**< bytes of a Location header, with the NUL */
};

/** What a token may do, each all that is before it: enumerator, name. */
#define HTTPD_SCOPES(X)                                                                            \
	X(READ, "read")	      /* look */                                                           \
	X(OPERATE, "operate") /* end calls, let in the next */                                     \
	X(ADMIN, "admin")     /* lines, users, tokens */

enum httpd_scope {
#define X(symbol, name) HTTPD_SCOPE_##symbol,
	HTTPD_SCOPES(X)
#undef X
};

/** Whose token came with a request. */
struct httpd_caller {
	char id[HTTPD_WHO_BUF];
	char name[HTTPD_NAME_BUF];
	enum httpd_scope scope;
};

struct httpd_request {
	const char *method;
	const char *path;
	const char *pattern;		 /**< of the route that serves it */
	const char *target;		 /**< path and query as they came, nothing decoded */
	const char *id;			 /**< X-Request-Id of the client, or one made here */
	const char *source;		 /**< IP address that it comes from */
	const struct httpd_caller *who;	 /**< NULL where the route wants no token */
	const char *arg[HTTPD_ARGS_MAX]; /**< what stands for the placeholders, in their order */
	const char *body;		 /**< NUL-terminated, never NULL */
	size_t body_len;
	void *conn; /**< httpd's own */
};

/** Filled by a handler, best through reply.h; one that is left empty is a 500 */
struct httpd_reply {
	unsigned status;
	char *body;			   /**< allocated, freed by httpd; may be NULL */
	const char *content_type;	   /**< NULL = application/json */
	unsigned retry_after_s;		   /**< 0 = no Retry-After */
	char location[HTTPD_LOCATION_BUF]; /**< path of what was made, "" = no Location */
	const char *scope;		   /**< with 403: what the token lacks */
};

/**
 * Find out whose token it is.
 *
 * @param who  Result, written only on success
 *
 * @return 0, EACCES nobody's, anything else: it could not be found out
 */
typedef int(httpd_token_h)(const char *token, struct httpd_caller *who, void *arg);

typedef void(httpd_h)(const struct httpd_request *req, struct httpd_reply *rep, void *arg);

/** What a route wants of who asks. */
enum httpd_auth {
	HTTPD_OPEN,    /**< nothing */
	HTTPD_INSIDE,  /**< nothing on the inner listener, a token to read on the outer one */
	HTTPD_SIGNED,  /**< a signature, which the handler checks; it answers 401 */
	HTTPD_HOOK,    /**< X-ExecLine-Key: <hook_key> */
	HTTPD_READ,    /**< Authorization: Bearer <token>, of this scope or a later one */
	HTTPD_OPERATE, /**< likewise */
	HTTPD_ADMIN,   /**< likewise */
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
