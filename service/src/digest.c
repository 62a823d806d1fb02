/**
 * @file digest.c  SHA-256 and what ExecLine derives from it
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "digest.h"

enum {
	SHA256_SIZE = 32,
	SESSION_DIGITS = 7, /* of a leg's id: 28 bits, which every phone can read */
};

struct part {
	const void *p;
	size_t n;
};

static int sha256(const struct part *v, size_t c, unsigned char md[SHA256_SIZE])
{
	EVP_MD_CTX *ctx;
	int err = EIO;

	ctx = EVP_MD_CTX_new();
	if (!ctx)
		return ENOMEM;

	if (EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		goto out;
	for (size_t i = 0; i < c; i++) {
		if (EVP_DigestUpdate(ctx, v[i].p, v[i].n) != 1)
			goto out;
	}
	if (EVP_DigestFinal_ex(ctx, md, NULL) == 1)
		err = 0;
out:
	EVP_MD_CTX_free(ctx);
	return err;
}

/* Writes 2 * n digits and NUL. */
static void hex(const unsigned char *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 0x0f];
	}
	*out = '\0';
}

int digest_hex(const void *p, size_t n, char out[DIGEST_HEX_BUF])
{
	const struct part part = {p, n};
	unsigned char md[SHA256_SIZE];
	int err;

	if ((!p && n) || !out)
		return EINVAL;

	err = sha256(&part, 1, md);
	if (!err)
		hex(md, sizeof(md), out);
	return err;
}

int digest_sha1_hex(const void *p, size_t n, char out[DIGEST_SHA1_BUF])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if ((!p && n) || !out)
		return EINVAL;
	if (EVP_Digest(p, n, md, &len, EVP_sha1(), NULL) != 1 || 2 * len >= DIGEST_SHA1_BUF)
		return EIO;
	hex(md, len, out);
	return 0;
}

int digest_ha1(const char *user, const char *realm, const char *password, char out[DIGEST_HA1_BUF])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	char *text = NULL;
	int n, err = EIO;

	if (!user || !realm || !password || !out)
		return EINVAL;
	n = asprintf(&text, "%s:%s:%s", user, realm, password);
	if (n < 0)
		return ENOMEM;
	if (EVP_Digest(text, (size_t)n, md, &len, EVP_md5(), NULL) == 1 &&
	    2 * len < DIGEST_HA1_BUF) {
		hex(md, len, out);
		err = 0;
	}
	explicit_bzero(text, (size_t)n);
	free(text);
	return err;
}

int digest_leg_id(const char *call_id, const char *from_tag, char out[LEG_ID_MAX])
{
	unsigned char md[SHA256_SIZE];
	int err;

	if (!call_id || !*call_id || !from_tag || !*from_tag || !out)
		return EINVAL;

	const struct part parts[] = {
	    {call_id, strlen(call_id)},
	    {"\n", 1},
	    {from_tag, strlen(from_tag)},
	};

	err = sha256(parts, 3, md);
	if (!err)
		hex(md, LEG_ID_MAX / 2, out);
	return err;
}

bool digest_is_leg_id(const char *s)
{
	return s && strlen(s) == LEG_ID_MAX - 1 && strspn(s, "0123456789abcdef") == LEG_ID_MAX - 1;
}

unsigned digest_session(const char *leg)
{
	char head[SESSION_DIGITS + 1] = "";

	for (size_t i = 0; i < SESSION_DIGITS && leg[i]; i++)
		head[i] = leg[i];
	return (unsigned)strtoul(head, NULL, 16);
}

bool digest_equal(const char *a, const char *b)
{
	unsigned char ma[SHA256_SIZE], mb[SHA256_SIZE];

	if (!a || !b)
		return false;

	/* Digests are of one length, and a caller cannot choose theirs byte by byte. */
	if (sha256(&(struct part){a, strlen(a)}, 1, ma) ||
	    sha256(&(struct part){b, strlen(b)}, 1, mb))
		return false;
	return CRYPTO_memcmp(ma, mb, sizeof(ma)) == 0;
}

int digest_hmac_hex(struct digest_bytes key, struct digest_bytes message, char out[DIGEST_HEX_BUF])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!key.p || !key.n || key.n > INT_MAX || !message.p || !out)
		return EINVAL;
	if (!HMAC(EVP_sha256(), key.p, (int)key.n, message.p, message.n, md, &len) ||
	    len != SHA256_SIZE)
		return EIO;
	hex(md, len, out);
	return 0;
}

bool digest_hmac_ok(enum digest_sha sha, struct digest_bytes key, struct digest_bytes message,
		    struct digest_bytes mac)
{
	const EVP_MD *const md[] = {
	    [DIGEST_SHA256] = EVP_sha256(),
	    [DIGEST_SHA384] = EVP_sha384(),
	    [DIGEST_SHA512] = EVP_sha512(),
	};
	unsigned char own[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!key.p || !key.n || key.n > INT_MAX || !message.p || !mac.p)
		return false;
	if (!HMAC(md[sha], key.p, (int)key.n, message.p, message.n, own, &len))
		return false;
	return mac.n == len && CRYPTO_memcmp(own, mac.p, len) == 0;
}
