/**
 * @file http_client.h  HTTP requests, all on one thread
 *
 * The only module that includes libcurl. TLS peers are verified, redirects are not followed (their
 * status is a status), proxies of the environment are ignored, connections are kept for reuse.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HTTP_CLIENT_BODY_MAX = 64 * 1024,   /**< bytes of a response */
	HTTP_CLIENT_PENDING_MAX = 1024,	    /**< requests queued or under way */
	HTTP_CLIENT_PER_HOST_MAX = 512,	    /**< connections to one host */
	HTTP_CLIENT_RETRY_AFTER_MAX = 3600, /**< s; what a server asks beyond that is cut */
};

struct http_client;

struct http_request {
	const char *method;	    /**< "GET", "POST", ... */
	const char *url;	    /**< http: or https: */
	const char *const *headers; /**< "Name: value", NULL-terminated; may be NULL */
	const char *body;	    /**< may be NULL; with one, name its Content-Type */
	unsigned timeout_ms;	    /**< for all of it, not 0 */
	int64_t not_after_ms;	    /**< monotonic: later it is not begun any more, and ends with
				       ETIMEDOUT, unsent; 0 = at any time */
	bool once; /**< never sent a second time: a connection of its own. On a kept one that turns
			out to be closed, libcurl sends any request again, and the server may
			have taken it the first time. */
};

struct http_result {
	int err;	   /**< 0 whatever the status is; ETIMEDOUT; ECONNREFUSED (or no such host);
				EMSGSIZE response too large; ECANCELED; ENOMEM; EIO anything else */
	const char *error; /**< why, for people; "" on success */
	bool sent;	   /**< bytes of the request may have reached the server */
	long status;	  /**< 0 = none has come; with an error, it is the body that is not whole */
	const char *body; /**< NUL-terminated, never NULL, valid during the call */
	size_t body_len;
	unsigned retry_after_s; /**< 0 = the response does not say */
};

typedef void(http_done_h)(const struct http_result *res, void *arg);

/** Whether it is a URL that http_client can ask: http: or https:, with a host. @param url  May be
 * NULL */
bool http_url_valid(const char *url);

/**
 * Start the thread.
 *
 * @param cp  Client, written only on success; free with http_client_free()
 *
 * @return 0, EINVAL, ENOMEM, EAGAIN
 */
__attribute__((warn_unused_result)) int http_client_alloc(struct http_client **cp);

/**
 * Queue a request.
 *
 * @param req    Request, copied
 * @param doneh  Called exactly once if this returns 0, else never; on the client's thread, so it
 * must not block
 *
 * @return 0, EINVAL bad URL, method or header, ENOSPC too many, ECANCELED being freed, ENOMEM
 */
__attribute__((warn_unused_result)) int http_client_submit(struct http_client *c,
							   const struct http_request *req,
							   http_done_h *doneh, void *arg);

/** As http_client_submit(), but return after doneh did. @return as above, EDEADLK from a callback
 */
__attribute__((warn_unused_result)) int http_client_perform(struct http_client *c,
							    const struct http_request *req,
							    http_done_h *doneh, void *arg);

/**
 * Take no more requests, wait for those there are, cancel the rest, join the thread, free. Not to
 * be called from a callback.
 *
 * @param c        May be NULL
 * @param wait_ms  How long to wait
 */
void http_client_free(struct http_client *c, unsigned wait_ms);

#endif
