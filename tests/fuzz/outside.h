/**
 * @file outside.h  What is outside of the code under test: Redis, rtpengine, HTTP, the clock
 *
 * All of it answers with the next part of the input, and fails when there is none left.
 *
 *   Redis      words with "|" between them are a list; "!" is a time-out
 *   rtpengine  the JSON of a reply; after a "!" a whole datagram, without the right cookie
 *   HTTP       status and a newline, then the body; "!" is a refused connection
 *
 * What the product logs must be one line of printable ASCII, whatever the input.
 */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include <stdint.h>

#include "app.h"
#include "fuzz.h"
#include "http.h"

enum {
	OUTSIDE_NOW_S = 1700000000, /**< when each input begins, since 1970 */
};

/** Trunks of all profiles; the last has a number for all its calls. */
#define OUTSIDE_TRUNKS                                                                             \
	"any=generic:192.0.2.1;tw=twilio;te=telnyx;ba=bandwidth:192.0.2.2;vo=vonage;"              \
	"fixed=generic:192.0.2.3,did=+15550100"

#define OUTSIDE_HOOK_KEY "a-hook-key"
#define OUTSIDE_ADMIN_TOKEN "an-admin-token"
#define OUTSIDE_SIGNING_KEY "a-signing-key"
#define OUTSIDE_PUBLIC_URL "https://line.example.com"

/** An input begins: its parts are the answers from here on. */
void outside_begin(struct fuzz *f);
void outside_end(void);

/** @return the parts of a process that handlers need */
struct app *outside_app(void);

/** Request of an HTTP client. @param headers, query  lines "name: value" */
struct httpd_request outside_request(const char *arg, const char *body, size_t len,
				     const char *headers, const char *query);

/** Check an answer of a handler (a status, and JSON), and free it. @return its body, or NULL; free
 * with json_free() */
struct json *outside_reply(struct httpd_reply *rep);

/** @return how many scripts were run since the input began */
unsigned outside_scripts(void);

/** @return argument of the last script, "" if it had less */
const char *outside_script_arg(size_t i);

/** @return body of the last HTTP request that we sent; NULL: there was none */
const char *outside_http_body(void);

/** @return the last reply of rtpengine, "" if there was none */
const char *outside_ng_reply(void);

/** @return ms since the input began: nothing waits but for something outside */
int64_t outside_elapsed_ms(void);

#endif
