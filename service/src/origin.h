/**
 * @file origin.h  What a request is called, and where it comes from
 *
 * Part of httpd. PURE: no I/O.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdint.h>

#include "http.h"

/**
 * The id of a request: the client's, if it is one or more of A-Z a-z 0-9 . _ - and not too long,
 * else one that no other request of any replica has.
 *
 * @param given    Header X-Request-Id, NULL if absent
 * @param process  Random number of this process
 * @param number   Of the request within it
 */
void origin_id(const char *given, uint64_t process, uint64_t number, char out[HTTPD_ID_MAX]);

/**
 * The address that a request comes from: the peer's; behind a proxy that is trusted what it says,
 * which is the last address of X-Forwarded-For: those before it are the client's word.
 *
 * @param peer       IP address of the connection
 * @param proxy      Address of the proxy, NULL or "" if there is none
 * @param forwarded  The last header X-Forwarded-For, NULL if absent
 */
void origin_source(const char *peer, const char *proxy, const char *forwarded,
		   char out[HTTPD_SOURCE_BUF]);

#endif
