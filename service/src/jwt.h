/**
 * @file jwt.h  Signed requests: JSON Web Tokens (RFC 7519) with HMAC, as MessageBird sends them
 *
 * PURE: no I/O, no clock. What MessageBird claims is in its SDKs (messagebird/go-rest-api,
 * signature_jwt): iss, nbf, exp, jti, url_hash (SHA-256 of the URL, hex), and payload_hash
 * (likewise of the body) exactly when there is a body.
 */
#ifndef JWT_H
#define JWT_H

#include <stddef.h>
#include <stdint.h>

enum {
	JWT_MAX = 4096,	   /**< characters of a token */
	JWT_LEEWAY_S = 5,  /**< between the clocks of both */
	JWT_WHY_MAX = 128, /**< bytes of a message, with the NUL */
};

/** What a token must be about. */
struct jwt_request {
	const char *key; /**< that it was signed by, not empty */
	const char *issuer;
	const char *url; /**< of the request, as the peer called it */
	const char *body;
	size_t body_len;
	int64_t now_s; /**< since 1970 */
};

/**
 * Check a token: signed by the key with HS256, HS384 or HS512, in its time, and about this request.
 *
 * @param token  Text of any kind; NULL: there is none
 * @param why    With an error: what is wrong, for the log
 *
 * @return 0, or EACCES
 */
__attribute__((warn_unused_result)) int jwt_check(const char *token, const struct jwt_request *req,
						  char why[JWT_WHY_MAX]);

#endif
