/**
 * @file reply.h  What handlers answer: JSON, and errors in one form, { "code", "hint", "detail" }
 */
#ifndef REPLY_H
#define REPLY_H

#include "http.h"

struct json;

enum {
	REPLY_DETAIL_MAX = 512, /**< bytes of a detail, with the NUL */
	REPLY_RETRY_AFTER_S = 2,
};

/** Errors: symbol, status, code, hint. A code keeps its meaning for ever. */
#define API_ERRORS(X)                                                                              \
	X(BODY_TOO_LARGE, 400, "body_too_large", "Send at most 64 KB.")                            \
	X(JSON_MALFORMED, 400, "json_malformed", "The body must be one JSON object.")              \
	X(FIELD_INVALID, 400, "field_invalid", "The detail names the field and what it allows.")   \
	X(PARAMETER_INVALID, 400, "parameter_invalid", "The detail names the parameter.")          \
	X(UNAUTHORIZED, 401, "unauthorized", "The token or key is missing or wrong.")              \
	X(FORBIDDEN, 403, "forbidden", "The detail names the scope that a token needs for this.")  \
	X(PATH_UNKNOWN, 404, "path_unknown", "There is nothing at this path.")                     \
	X(LINE_UNKNOWN, 404, "line_unknown", "Create the line with PUT /v1/lines/{line}.")         \
	X(TOKEN_UNKNOWN, 404, "token_unknown", "GET /v1/tokens has those there are.")              \
	X(USER_UNKNOWN, 404, "user_unknown", "GET /v1/users has those there are.")                 \
	X(LEG_UNKNOWN, 404, "leg_unknown", "The leg has ended, or was never on this line.")        \
	X(METHOD_NOT_ALLOWED, 405, "method_not_allowed", "The Allow header has the methods.")      \
	X(DID_TAKEN, 409, "did_taken", "A DID belongs to one line; remove it there first.")        \
	X(LINE_BUSY, 409, "line_busy", "End its calls first: POST /v1/lines/{line}/end.")          \
	X(SEAT_EMPTY, 409, "seat_empty", "There is no member in the conference.")                  \
	X(TOKENS_FULL, 409, "tokens_full", "Delete one that is not used any more.")                \
	X(USERS_FULL, 409, "users_full", "Delete one that is not used any more.")                  \
	X(TOO_MANY_FAILURES, 429, "too_many_failures", "Wait as long as Retry-After says.")        \
	X(INTERNAL, 500, "internal", "The log has the reason, under the request id.")              \
	X(STORE_UNAVAILABLE, 503, "store_unavailable", "Redis does not answer; try again.")

enum api_error {
#define X(symbol, status, code, hint) API_##symbol,
	API_ERRORS(X)
#undef X
};

/**
 * Answer with an error. A 503 gets a Retry-After.
 *
 * @param fmt  Detail, cut at REPLY_DETAIL_MAX
 */
__attribute__((format(printf, 3, 4))) void reply_error(struct httpd_reply *rep, enum api_error e,
						       const char *fmt, ...);

/** Answer with JSON. @param body  Freed here; NULL, an allocation that failed, gives a 500 */
void reply_json(struct httpd_reply *rep, unsigned status, struct json *body);

/** Answer with plain text. @param text  Owned by the reply from here on; NULL as above */
void reply_text(struct httpd_reply *rep, unsigned status, char *text);

#endif
