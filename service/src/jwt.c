/**
 * @file jwt.c  Signed requests: JSON Web Tokens with HMAC
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "json.h"
#include "jwt.h"

enum {
	PARTS = 3, /* header, claims, signature (RFC 7515 3.1) */
	DECODED_MAX = JWT_MAX / 4 * 3,
};

struct part {
	const char *text;
	size_t len;
	char bytes[DECODED_MAX];
	size_t n;
};

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

/* base64url without padding (RFC 4648 5, RFC 7515 2). */
static bool decode(struct part *part)
{
	unsigned bits = 0, held = 0;

	part->n = 0;
	if (part->len % 4 == 1 || part->len / 4 * 3 + 2 > sizeof(part->bytes))
		return false;
	for (size_t i = 0; i < part->len; i++) {
		int value = value_of(part->text[i]);

		if (value < 0)
			return false;
		bits = (bits << 6 | (unsigned)value) & 0xfff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			part->bytes[part->n++] = (char)(bits >> held & 0xff);
		}
	}
	return (bits & ((1U << held) - 1)) == 0;
}

/* Three parts with two dots between them. */
static bool split(const char *token, struct part part[PARTS])
{
	const char *p = token;

	if (!token || strnlen(token, JWT_MAX + 1) > JWT_MAX)
		return false;
	for (int i = 0; i < PARTS; i++) {
		part[i].text = p;
		part[i].len = strcspn(p, ".");
		p += part[i].len;
		if (*p != (i < PARTS - 1 ? '.' : '\0') || !decode(&part[i]))
			return false;
		p++;
	}
	return true;
}

/* The algorithms that a secret is good for; "none" is not among them. */
static bool algorithm(const struct json *header, enum digest_sha *sha)
{
	static const char *const names[] = {
	    [DIGEST_SHA256] = "HS256", [DIGEST_SHA384] = "HS384", [DIGEST_SHA512] = "HS512"};
	const char *alg = json_str(json_get(header, "alg"));

	if (json_get(header, "crit")) /* must be understood (RFC 7515 4.1.11), and none is */
		return false;
	for (size_t i = 0; alg && i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(alg, names[i]) == 0) {
			*sha = (enum digest_sha)i;
			return true;
		}
	}
	return false;
}

static const char *check_signature(const struct part part[PARTS], const char *key)
{
	const struct digest_bytes signed_text = {part[0].text, part[0].len + 1 + part[1].len};
	const struct digest_bytes mac = {part[2].bytes, part[2].n}, secret = {key, strlen(key)};
	struct json *header = NULL;
	enum digest_sha sha;
	bool known;

	if (json_parse(part[0].bytes, part[0].n, &header))
		return "the header is no JSON";
	known = algorithm(header, &sha);
	json_free(header);
	if (!known)
		return "the algorithm is none of HS256, HS384, HS512";
	return digest_hmac_ok(sha, secret, signed_text, mac) ? NULL
							     : "the signature is not by our key";
}

static bool hash_is(const struct json *claim, const char *p, size_t n)
{
	const char *claimed = json_str(claim);
	char hash[DIGEST_HEX_BUF];

	return claimed && digest_hex(p, n, hash) == 0 && strcmp(claimed, hash) == 0;
}

static const char *check_claims(const struct json *claims, const struct jwt_request *req)
{
	const char *issuer = json_str(json_get(claims, "iss"));
	const char *id = json_str(json_get(claims, "jti"));
	const struct json *payload_hash = json_get(claims, "payload_hash");
	int64_t from = 0, until = 0;

	if (!issuer || strcmp(issuer, req->issuer) != 0)
		return "iss is another";
	if (!id || !*id)
		return "jti is missing";
	if (json_int(json_get(claims, "nbf"), &from) || json_int(json_get(claims, "exp"), &until))
		return "nbf or exp is missing";
	if (from > req->now_s + JWT_LEEWAY_S)
		return "nbf is to come";
	if (until < req->now_s - JWT_LEEWAY_S)
		return "exp is over";
	if (!hash_is(json_get(claims, "url_hash"), req->url, strlen(req->url)))
		return "url_hash is of another URL";
	if (!req->body_len)
		return payload_hash ? "payload_hash, but no body" : NULL;
	return hash_is(payload_hash, req->body, req->body_len) ? NULL
							       : "payload_hash is of another body";
}

int jwt_check(const char *token, const struct jwt_request *req, char why[JWT_WHY_MAX])
{
	struct part part[PARTS];
	struct json *claims = NULL;
	const char *wrong;

	if (!split(token, part))
		wrong = token ? "it is no token" : "there is none";
	else
		wrong = check_signature(part, req->key);
	if (!wrong && json_parse(part[1].bytes, part[1].n, &claims))
		wrong = "the claims are no JSON";
	if (!wrong)
		wrong = check_claims(claims, req);
	json_free(claims);
	if (!wrong)
		return 0;
	snprintf(why, JWT_WHY_MAX, "%s", wrong);
	return EACCES;
}
