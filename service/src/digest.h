/**
 * @file digest.h  SHA-256 and what ExecLine derives from it
 *
 * The only module that includes OpenSSL.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum {
	DIGEST_HEX_BUF = 65, /**< 64 hex digits and NUL */
	DIGEST_SHA1_BUF = 41,
	DIGEST_HA1_BUF = 33,
	LEG_ID_MAX = 21, /**< 20 hex digits and NUL */
};

/**
 * SHA-256 of n bytes in lower-case hex.
 *
 * @param p    Bytes; NULL only if n is 0
 * @param n    Number of bytes
 * @param out  Digest, written only on success
 *
 * @return 0, EINVAL, or EIO if the library fails
 */
__attribute__((warn_unused_result)) int digest_hex(const void *p, size_t n,
						   char out[DIGEST_HEX_BUF]);

/**
 * SHA-1 in lower-case hex, as Lua's redis.sha1hex() gives it.
 *
 * @return as digest_hex()
 */
__attribute__((warn_unused_result)) int digest_sha1_hex(const void *p, size_t n,
							char out[DIGEST_SHA1_BUF]);

/**
 * The HA1 of digest authentication: MD5(user ":" realm ":" password), RFC 7616 3.4.2.
 *
 * @return as digest_hex()
 */
__attribute__((warn_unused_result)) int digest_ha1(const char *user, const char *realm,
						   const char *password, char out[DIGEST_HA1_BUF]);

/**
 * The id of the leg that a dialog is to us: the first 20 hex digits of
 * SHA-256(call_id "\n" from_tag). The same INVITE always gives the same id, and no byte of the
 * peer's choice gets into keys, URIs, or rtpengine's unescaped DTMF reports.
 *
 * @param call_id   Call-ID of the INVITE, not empty
 * @param from_tag  From-tag of the INVITE, not empty
 * @param out       Leg id, written only on success
 *
 * @return 0, EINVAL, ENOMEM, or EIO if the library fails
 */
__attribute__((warn_unused_result)) int digest_leg_id(const char *call_id, const char *from_tag,
						      char out[LEG_ID_MAX]);

/** Whether s may be a leg id that digest_leg_id() has made. @param s  May be NULL */
bool digest_is_leg_id(const char *s);

/**
 * The id of the session that we describe to a leg (RFC 4566 5.2): the same throughout its dialog,
 * whatever the caller's descriptions say.
 *
 * @param leg  As digest_leg_id() gives it
 */
unsigned digest_session(const char *leg);

/**
 * Compare two secrets in a time that tells nothing about where or in what length they differ.
 *
 * @return true if both are given and equal
 */
bool digest_equal(const char *a, const char *b);

enum digest_sha {
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512,
};

/** Bytes, as in HMAC's key and message. */
struct digest_bytes {
	const void *p;
	size_t n;
};

/**
 * A message authentication code (HMAC with SHA-256, RFC 2104) in lower-case hex.
 *
 * @param key  Not empty
 *
 * @return as digest_hex()
 */
__attribute__((warn_unused_result)) int
digest_hmac_hex(struct digest_bytes key, struct digest_bytes message, char out[DIGEST_HEX_BUF]);

/**
 * Check a message authentication code (HMAC, RFC 2104) in a time that tells nothing about where it
 * differs.
 *
 * @param key  Not empty
 * @param mac  Code to be checked; one of another length than the hash is wrong
 *
 * @return true if it is the message's
 */
bool digest_hmac_ok(enum digest_sha sha, struct digest_bytes key, struct digest_bytes message,
		    struct digest_bytes mac);

#endif
